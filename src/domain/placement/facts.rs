//! What a placement's decision needs beside the stream and the command: who acts, today, and what other streams say.

use jiff::civil::Date;

use super::PlacementRefusal;
use super::arrangement::{Arrangement, Period};
use super::codes::DocumentKind;
use crate::domain::employer::Trading;
use crate::domain::ids::StaffId;
use crate::domain::student::standing::Absence;

/// `taken`, `host` and `unsigned` hold nothing or `Unknown` where the command does not depend on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// What has happened is recorded on the day or later.
    pub today: Date,
    /// When the student is not enrolled; `None` for who is not registered.
    pub absences: Option<Vec<Absence>>,
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

    /// Only who is enrolled on all days of the stay is placed; who has left, or was away, may have stayed before or after.
    pub(super) fn is_enrolled(&self, period: Period) -> Result<(), PlacementRefusal> {
        let absences = self.absences.as_ref().ok_or(PlacementRefusal::NotRegistered)?;
        match absences.iter().find(|absence| absence.interrupts(period)) {
            Some(Absence { standing, since, until }) => {
                Err(PlacementRefusal::NotEnrolled { standing: *standing, since: *since, until: *until, period })
            }
            None => Ok(()),
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
