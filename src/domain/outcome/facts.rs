//! What a decision about an outcome needs beside the stream and the command: who acts, today, and what the student stream
//! says.

use jiff::civil::Date;

use super::OutcomeRefusal;
use crate::domain::ids::StaffId;

/// `graduated_on` decides only where a destination is asserted or corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// It bounds how far ahead a start may lie, and is the day on which a corrected claim is withdrawn.
    pub today: Date,
    /// The day of graduation; `None` for everybody who is not a graduate.
    pub graduated_on: Option<Date>,
}

impl OutcomeFacts {
    /// Who decides.
    ///
    /// # Errors
    /// `NobodyDecides` for the operator, who is nobody in particular.
    pub(super) fn decider(&self) -> Result<StaffId, OutcomeRefusal> {
        self.by.ok_or(OutcomeRefusal::NobodyDecides)
    }
}
