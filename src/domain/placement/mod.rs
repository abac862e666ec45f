//! The placement stream: one stay of a student at work, from the draft to the end of the stay.
//!
//! Invariants: creating is not approving, and nobody approves their own draft; a change during the stay holds from its
//! day on and erases nothing; what only the date decides (in progress, period ended) is derived, never recorded.
//! Undoing goes backwards: the latest fact that stands first. That a stay was registered late is never undone.
//! Absent on purpose: a host's acceptance by the school and the regulation's rules, which the verdict speaks for.

mod approval;
pub mod arrangement;
mod attendance;
pub mod codes;
mod command;
mod event;
mod facts;
mod refusal;
pub mod stay;
#[cfg(test)]
mod tests;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

pub use command::{NewPlacement, PlacementCommand};
pub use event::PlacementEvent;
pub use facts::PlacementFacts;
pub use refusal::PlacementRefusal;

use super::ids::StudentId;
use super::{History, Stream, StreamType};
use stay::Stay;

type Decided = Result<Vec<PlacementEvent>, PlacementRefusal>;

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Placement {
    history: History<PlacementEvent>,
    #[serde(skip)]
    stay: Option<Stay>,
    #[serde(skip)]
    student: Option<StudentId>,
    #[serde(skip)]
    was_late: bool,
}

impl Placement {
    /// `None` unless a draft stands.
    pub fn stay(&self) -> Option<&Stay> {
        self.stay.as_ref()
    }

    /// Whose placement it is, also after the draft was undone.
    pub fn student(&self) -> Option<StudentId> {
        self.student
    }

    /// The number of the latest fact that stands: the one that can be undone.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing()
    }

    /// Whether it was ever registered late (补登); whatever is undone, it stays so.
    pub fn was_registered_late(&self) -> bool {
        self.was_late
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`PlacementRefusal`] when there is no draft, or one already; the student is not enrolled, or is taken on those
/// days; the host takes no students; something is missing for the step; the stage or the day does not allow it; who
/// drafted approves; the rules forbid it; a begun stay was not approved as late; or what is to be undone is not the
/// latest fact.
pub fn decide(placement: &Placement, command: PlacementCommand, facts: &PlacementFacts) -> Decided {
    let stay = || placement.stay().ok_or(PlacementRefusal::NotDrafted);
    match command {
        PlacementCommand::Draft(new) => approval::draft(placement, new, facts),
        PlacementCommand::Undo { version, reason, note, effective_on } => {
            let event = PlacementEvent::Undone { version, reason, note, effective_on };
            undo(placement, version, event, facts)
        }
        PlacementCommand::Revise { arrangement } => approval::revise(stay()?, arrangement, facts),
        PlacementCommand::Submit { effective_on } => approval::submit(stay()?, facts, effective_on),
        PlacementCommand::Evaluate { verdict, rules, effective_on } => {
            approval::evaluate(stay()?, verdict, rules, facts.by, effective_on)
        }
        PlacementCommand::SendBack { reason, note, effective_on } => {
            approval::send_back(stay()?, reason, note, facts.decider()?, effective_on)
        }
        PlacementCommand::Reject { reason, note, effective_on } => {
            approval::reject(stay()?, reason, note, facts.decider()?, effective_on)
        }
        PlacementCommand::Approve { effective_on } => approval::approve(stay()?, facts.decider()?, facts, effective_on),
        PlacementCommand::ApproveLateRegistration { reason, effective_on } => {
            approval::approve_late_registration(stay()?, reason, facts.decider()?, effective_on)
        }
        PlacementCommand::ConfirmReadiness { effective_on } => {
            approval::confirm_readiness(stay()?, facts, effective_on)
        }
        PlacementCommand::ConfirmArrival { effective_on } => {
            attendance::confirm_arrival(stay()?, effective_on, facts.today)
        }
        PlacementCommand::RecordNoShow { reason, note, effective_on } => {
            attendance::record_no_show(stay()?, reason, note, effective_on, facts.today)
        }
        PlacementCommand::Change(changed) => attendance::change(stay()?, changed, facts),
        PlacementCommand::Suspend { reason, note, effective_on } => {
            attendance::suspend(stay()?, reason, note, effective_on)
        }
        PlacementCommand::Resume { effective_on } => attendance::resume(stay()?, effective_on),
        PlacementCommand::EndEarly { initiator, reason, note, effective_on } => {
            attendance::end_early(stay()?, initiator, reason, note, effective_on)
        }
        PlacementCommand::Cancel { reason, note, effective_on } => {
            attendance::cancel(stay()?, reason, note, effective_on)
        }
    }
}

/// What was cancelled or ended takes its days again when that is undone.
fn undo(placement: &Placement, version: u64, undone: PlacementEvent, facts: &PlacementFacts) -> Decided {
    let history = &placement.history;
    let later_stands = |latest| PlacementRefusal::LaterStands { version, latest };
    let events = history.undo_latest(version, undone, later_stands, PlacementRefusal::NothingToUndo { version })?;
    let before = history.standing_without(version).fold(None, stay::evolve);
    match before.and_then(|stay| stay.taken()) {
        Some(period) if !events.is_empty() => facts.is_free(period).map(|()| events),
        Some(_) | None => Ok(events),
    }
}

// The cqrs-es adapter: the framework's lines of this stream.
impl Aggregate for Placement {
    const TYPE: &'static str = "placement";
    type Command = PlacementCommand;
    type Event = PlacementEvent;
    type Error = PlacementRefusal;
    type Services = PlacementFacts;

    async fn handle(
        &mut self,
        command: PlacementCommand,
        facts: &PlacementFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), PlacementRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: PlacementEvent) {
        let undone = if let PlacementEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        if let PlacementEvent::PlacementDrafted { student, .. } = &event {
            self.student = Some(*student);
        }
        self.was_late |= matches!(event, PlacementEvent::LateRegistrationApproved { .. });
        self.history.apply(&mut self.stay, event, undone, stay::evolve);
    }
}

impl Stream for Placement {
    const KIND: StreamType = StreamType::Placement;
}
