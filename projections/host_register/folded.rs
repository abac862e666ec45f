//! The history of one host, and what it makes of each day. Pure.

use cqrs_es::Aggregate as _;
use jiff::civil::Date;

use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::host::codes::HostStage;
use crate::domain::host::{Framework, Host, HostEvent, ProposedHost};
use crate::domain::ids::{EmployerId, SchoolCode};
use crate::event_log::record::Recorded;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// The state of a host's stream, and which events brought it to its stages.
#[derive(Debug, Default)]
pub(super) struct FoldedHost {
    host: Host,
    decisions: Vec<Decision>,
}

/// An event that brought the host to another stage.
#[derive(Debug)]
struct Decision {
    version: i64,
    position: i64,
    /// The first epoch day on which it holds.
    from: i64,
    stage: HostStage,
}

/// What a host is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostDay {
    pub school: SchoolCode,
    pub employer: EmployerId,
    pub stage: HostStage,
    pub partner_since: Option<Date>,
    /// The framework agreement that holds on the day, or else the one that was the last to hold.
    pub framework: Option<Framework>,
    /// The position of the event that decides on the stage.
    pub stage_position: i64,
}

impl FoldedHost {
    /// Adds an event of the host. An undoing removes the event that it undoes.
    pub(super) fn take(&mut self, recorded: &Recorded, event: &HostEvent) {
        let before = self.host.proposed().map(|proposed| proposed.stage);
        self.host.apply(event.clone());
        if let HostEvent::Undone { version, .. } = event {
            return self.decisions.retain(|decision| decision.version.unsigned_abs() != *version);
        }
        let after = self.host.proposed().map(|proposed| proposed.stage).filter(|after| before != Some(*after));
        if let Some(stage) = after {
            let (version, position) = (recorded.version, recorded.position);
            self.decisions.push(Decision { version, position, from: epoch_day(*event.effective_on()), stage });
        }
    }

    /// The days from the first proposal on, as spans; none while no proposal stands.
    pub(super) fn spans(&self) -> Vec<ValidSpan<HostDay>> {
        let Some(proposed) = self.host.proposed() else { return vec![] };
        let decided = self.decisions.iter().map(|decision| decision.from);
        let agreed = proposed.frameworks.iter();
        let agreed = agreed.flat_map(|framework| [epoch_day(framework.first_day), epoch_day(framework.last_day) + 1]);
        valid_spans(decided.chain(agreed).collect(), |day| self.on_day(proposed, day))
    }

    /// What is so on an epoch day; `None` before the first proposal.
    fn on_day(&self, proposed: &ProposedHost, day: i64) -> Option<HostDay> {
        // Stages are recorded in the order of their days, so that the last recorded one that has begun holds.
        let decision = self.decisions.iter().rev().find(|decision| decision.from <= day)?;
        let date = from_epoch_day(day)?;
        let begun = proposed.frameworks.iter().copied().filter(|framework| framework.first_day <= date);
        let last = || begun.max_by_key(|framework| framework.last_day);
        Some(HostDay {
            school: proposed.school.clone(),
            employer: proposed.employer,
            stage: decision.stage,
            partner_since: proposed.partner_since,
            framework: proposed.framework_on(date).or_else(last),
            stage_position: decision.position,
        })
    }
}
