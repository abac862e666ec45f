//! What a placement's decision needs beside the stream and the command: who acts, today, and what other streams say.

use jiff::civil::Date;

use super::PlacementRefusal;
use super::arrangement::{Arrangement, Period};
use super::codes::DocumentKind;
use crate::domain::employer::Trading;
use crate::domain::ids::StaffId;
use crate::domain::terms::Standing;

/// `taken`, `host` and `unsigned` hold nothing or `Unknown` where the command does not depend on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// What has happened is recorded on the day or later.
    pub today: Date,
    /// The student's standing and since when; `None` for who is not registered.
    pub standing: Option<(Standing, Date)>,
    /// The days that the student's other placements take; of a command that takes days.
    pub taken: Vec<Period>,
    /// The host that the command names, or that the placement has; of a command that asks of the host.
    pub host: Trading,
    /// The documents of the packet that are not there or not signed, as the agreement stream says; of a command that
    /// wants the packet.
    pub unsigned: Vec<DocumentKind>,
}

impl PlacementFacts {
    /// Who decides.
    ///
    /// # Errors
    /// `NobodyDecides` for the operator, who is nobody in particular.
    pub(super) fn decider(&self) -> Result<StaffId, PlacementRefusal> {
        self.by.ok_or(PlacementRefusal::NobodyDecides)
    }

    /// Whether an arrangement may be written down at all.
    pub(super) fn allows(&self, arrangement: &Arrangement) -> Result<(), PlacementRefusal> {
        arrangement.check()?;
        self.is_enrolled(arrangement.period)?;
        self.takes_students(arrangement.period.last_day)?;
        self.is_free(arrangement.period)
    }

    /// Only who is enrolled is placed; who has left meanwhile may still have stayed before that day.
    pub(super) fn is_enrolled(&self, period: Period) -> Result<(), PlacementRefusal> {
        match self.standing {
            None => Err(PlacementRefusal::NotRegistered),
            Some((Standing::Enrolled, _)) => Ok(()),
            Some((_, since)) if period.last_day <= since => Ok(()),
            Some((standing, since)) => {
                Err(PlacementRefusal::NotEnrolled { standing, since, last_day: period.last_day })
            }
        }
    }

    /// One placement at a time: the days of another must be over before this one's first, or begin behind its last.
    pub(super) fn is_free(&self, period: Period) -> Result<(), PlacementRefusal> {
        match self.taken.iter().copied().find(|taken| taken.overlaps(period)) {
            Some(taken) => Err(PlacementRefusal::Overlaps { period, taken }),
            None => Ok(()),
        }
    }

    /// Whether a host that was chosen before still exists on that day. One that was merged away meanwhile is read as the
    /// other unit.
    pub(super) fn is_still_there(&self, last_day: Date) -> Result<(), PlacementRefusal> {
        match self.host {
            Trading::Merged { .. } => Ok(()),
            Trading::Unknown | Trading::Open | Trading::Closed { .. } => self.takes_students(last_day),
        }
    }

    /// Whether the host takes students until that day, under this entry.
    pub(super) fn takes_students(&self, last_day: Date) -> Result<(), PlacementRefusal> {
        match self.host {
            Trading::Unknown => Err(PlacementRefusal::HostUnknown),
            Trading::Open => Ok(()),
            Trading::Closed { since } if last_day < since => Ok(()),
            Trading::Closed { since } => Err(PlacementRefusal::HostClosed { since }),
            Trading::Merged { into } => Err(PlacementRefusal::HostMerged { into }),
        }
    }
}
