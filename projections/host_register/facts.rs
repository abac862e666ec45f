//! The facts of one host, and the days they make: pure.

use cqrs_es::Aggregate as _;
use jiff::civil::Date;

use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::host::codes::HostStage;
use crate::domain::host::{Framework, Host, HostEvent, Proposed};
use crate::domain::ids::{EmployerId, SchoolCode};
use crate::event_log::record::Recorded;
use crate::projections::rectangles::{Tile, tiles};

/// What stands of a host's stream.
#[derive(Debug, Default)]
pub(super) struct Facts {
    host: Host,
    decisions: Vec<Decision>,
}

/// A fact that brought the host to another stage.
#[derive(Debug)]
struct Decision {
    version: i64,
    position: i64,
    /// The first epoch day on which it says something.
    from: i64,
    stage: HostStage,
}

/// What a host is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Says {
    pub school: SchoolCode,
    pub employer: EmployerId,
    pub stage: HostStage,
    pub partner_since: Option<Date>,
    pub framework: Option<Framework>,
    pub stage_position: i64,
}

impl Facts {
    /// Takes one more event of the host; an undoing takes the fact it undoes away.
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

    /// The days from the first proposal on, cut where anything changes; none while no proposal stands.
    pub(super) fn tiles(&self) -> Vec<Tile<Says>> {
        let Some(proposed) = self.host.proposed() else { return vec![] };
        let decided = self.decisions.iter().map(|decision| decision.from);
        let agreed = proposed.frameworks.iter();
        let agreed = agreed.flat_map(|framework| [epoch_day(framework.first_day), epoch_day(framework.last_day) + 1]);
        tiles(decided.chain(agreed).collect(), |day| self.says(proposed, day))
    }

    fn says(&self, proposed: &Proposed, day: i64) -> Option<Says> {
        // Stages follow each other, so that of those that have begun the later recorded one holds.
        let decision = self.decisions.iter().rev().find(|decision| decision.from <= day)?;
        let date = from_epoch_day(day)?;
        let begun = proposed.frameworks.iter().copied().filter(|framework| framework.first_day <= date);
        let last = || begun.max_by_key(|framework| framework.last_day);
        Some(Says {
            school: proposed.school.clone(),
            employer: proposed.employer,
            stage: decision.stage,
            partner_since: proposed.partner_since,
            framework: proposed.framework_on(date).or_else(last),
            stage_position: decision.position,
        })
    }
}
