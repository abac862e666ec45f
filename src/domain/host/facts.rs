//! What a decision about a host needs beside the stream and the command: who acts, for which school, and what other
//! streams say.

use super::HostRefusal;
use crate::domain::employer::Trading;
use crate::domain::ids::{HostId, SchoolCode, StaffId};

/// `employer` is `Unknown` and `listed` is `None` where the command proposes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// Whose host it is or becomes.
    pub school: SchoolCode,
    /// What the proposed employer's stream says.
    pub employer: Trading,
    /// The school's stream for the proposed employer, if it has another one.
    pub listed: Option<HostId>,
}

impl HostFacts {
    /// Who decides.
    ///
    /// # Errors
    /// `NobodyDecides` for the operator, who is nobody in particular.
    pub(super) fn decider(&self) -> Result<StaffId, HostRefusal> {
        self.by.ok_or(HostRefusal::NobodyDecides)
    }
}
