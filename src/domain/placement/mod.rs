//! The placement stream: one stay of a student at work, from the draft to the end of the stay.
//!
//! Invariants: creating is not approving, and nobody approves their own draft; a change during the stay holds from its
//! day on and erases nothing; what only the date decides (in progress, period ended) is derived, never recorded.
//! Undoing goes backwards: the latest fact that stands first.

mod approval;
pub mod arrangement;
mod attendance;
pub mod codes;
mod event;
mod refusal;
pub mod stay;
#[cfg(test)]
mod tests;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use event::PlacementEvent;
pub use refusal::PlacementRefusal;

use super::ids::{SealedRevision, StaffId, StudentId};
use super::terms::Standing;
use super::{History, Stream, StreamType, UndoReason};
use arrangement::{Arrangement, Changed, Period};
use codes::{DocumentKind, EndReason, Initiator, LateReason, ReturnReason, Verdict};
use stay::Stay;

type Decided = Result<Vec<PlacementEvent>, PlacementRefusal>;

/// A placement as a command brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlacement {
    pub student: StudentId,
    pub arrangement: Arrangement,
    pub by: Option<StaffId>,
    /// What the student stream says.
    pub standing: Standing,
    /// The days that the student's other placement takes, if there is one.
    pub taken: Option<Period>,
}

/// `effective_on` of a decision is the day on which it is made. `taken` are the days of the student's other placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementCommand {
    Draft(NewPlacement),
    Revise {
        arrangement: Arrangement,
        taken: Option<Period>,
    },
    Submit {
        effective_on: Date,
    },
    Evaluate {
        verdict: Verdict,
        rules: u32,
        by: StaffId,
        effective_on: Date,
    },
    SendBack {
        reason: ReturnReason,
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    Reject {
        reason: ReturnReason,
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    Approve {
        by: StaffId,
        effective_on: Date,
    },
    ApproveLateRegistration {
        reason: LateReason,
        by: StaffId,
        effective_on: Date,
    },
    /// `missing` are the documents of the packet that are not there or not signed.
    ConfirmReadiness {
        missing: Vec<DocumentKind>,
        effective_on: Date,
    },
    ConfirmArrival {
        effective_on: Date,
    },
    RecordNoShow {
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Change {
        changed: Changed,
        taken: Option<Period>,
    },
    Suspend {
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Resume {
        effective_on: Date,
    },
    EndEarly {
        initiator: Initiator,
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Cancel {
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        taken: Option<Period>,
        effective_on: Date,
    },
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Placement {
    history: History<PlacementEvent>,
    #[serde(skip)]
    stay: Option<Stay>,
}

impl Placement {
    /// `None` unless a draft stands.
    pub fn stay(&self) -> Option<&Stay> {
        self.stay.as_ref()
    }
}

pub fn decide(placement: &Placement, command: PlacementCommand) -> Decided {
    let stay = || placement.stay().ok_or(PlacementRefusal::NotDrafted);
    match command {
        PlacementCommand::Draft(new) => approval::draft(placement, new),
        PlacementCommand::Undo { version, reason, taken, effective_on } => {
            undo(placement, version, reason, taken, effective_on)
        }
        PlacementCommand::Revise { arrangement, taken } => approval::revise(stay()?, arrangement, taken),
        PlacementCommand::Submit { effective_on } => approval::submit(stay()?, effective_on),
        PlacementCommand::Evaluate { verdict, rules, by, effective_on } => {
            approval::evaluate(stay()?, verdict, rules, by, effective_on)
        }
        PlacementCommand::SendBack { reason, note, by, effective_on } => {
            approval::send_back(stay()?, reason, note, by, effective_on)
        }
        PlacementCommand::Reject { reason, note, by, effective_on } => {
            approval::reject(stay()?, reason, note, by, effective_on)
        }
        PlacementCommand::Approve { by, effective_on } => approval::approve(stay()?, by, effective_on),
        PlacementCommand::ApproveLateRegistration { reason, by, effective_on } => {
            approval::approve_late_registration(stay()?, reason, by, effective_on)
        }
        PlacementCommand::ConfirmReadiness { missing, effective_on } => {
            approval::confirm_readiness(stay()?, missing, effective_on)
        }
        PlacementCommand::ConfirmArrival { effective_on } => attendance::confirm_arrival(stay()?, effective_on),
        PlacementCommand::RecordNoShow { reason, note, effective_on } => {
            attendance::record_no_show(stay()?, reason, note, effective_on)
        }
        PlacementCommand::Change { changed, taken } => attendance::change(stay()?, changed, taken),
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
fn undo(placement: &Placement, version: u64, reason: UndoReason, taken: Option<Period>, effective_on: Date) -> Decided {
    let history = &placement.history;
    match history.last_standing() {
        Some(latest) if latest == version => (),
        Some(latest) if history.stands(version) => return Err(PlacementRefusal::LaterStands { version, latest }),
        _ => return history.refuse_unknown(version, PlacementRefusal::NothingToUndo { version }),
    }
    if let Some(period) = history.standing_without(version).fold(None, stay::evolve).and_then(|stay| stay.taken()) {
        approval::free_for(period, taken)?;
    }
    Ok(vec![PlacementEvent::Undone { version, reason, effective_on }])
}

// The cqrs-es adapter: the framework's lines of this stream.
impl Aggregate for Placement {
    const TYPE: &'static str = "placement";
    type Command = PlacementCommand;
    type Event = PlacementEvent;
    type Error = PlacementRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: PlacementCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), PlacementRefusal> {
        for event in decide(self, command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: PlacementEvent) {
        let undone = if let PlacementEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.push(event, undone);
        self.stay = match undone {
            Some(_) => self.history.standing().fold(None, stay::evolve),
            None => self.history.last().and_then(|last| stay::evolve(self.stay.take(), last)),
        };
    }
}

impl Stream for Placement {
    const KIND: StreamType = StreamType::Placement;

    fn wrap(event: PlacementEvent) -> super::Event {
        super::Event::Placement(event)
    }

    fn unwrap(event: super::Event) -> Option<PlacementEvent> {
        if let super::Event::Placement(event) = event { Some(event) } else { None }
    }

    fn effective_on(event: &PlacementEvent) -> Date {
        event.effective_on()
    }
}
