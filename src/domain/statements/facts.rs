//! What a decision about statements needs beside the stream and the command.

use jiff::ToSpan;
use jiff::civil::Date;

use super::refusal::StatementRefusal;
use crate::domain::ids::StaffId;
use crate::domain::outcome::statement::DestinationKey;

/// Something may begin this long after the day on which it is recorded.
const START_AHEAD_MONTHS_MAX: i32 = 12;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// It bounds how far ahead a start may lie.
    pub today: Date,
    /// What the student stream says; `None` for everybody who is not a graduate.
    pub graduated_on: Option<Date>,
    /// The jobs that are said; empty where the command is not to resolve a conflict of studies.
    pub jobs: Vec<DestinationKey>,
}

impl StatementFacts {
    /// Of graduates only something is stated, and of no day that is too far ahead.
    pub(in crate::domain) fn check(&self, starts_on: Date) -> Result<(), StatementRefusal> {
        if self.graduated_on.is_none() {
            return Err(StatementRefusal::NotGraduated);
        }
        let latest = self.today.saturating_add(START_AHEAD_MONTHS_MAX.months());
        if starts_on > latest { Err(StatementRefusal::StartsTooLate { starts_on, latest }) } else { Ok(()) }
    }
}
