//! What a decision about a unit needs beside the stream and the command: which unit it is, and what another's stream says.

use super::Trading;
use crate::domain::ids::EmployerId;

/// Both decide only on a merger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerFacts {
    /// The unit of this stream.
    pub itself: EmployerId,
    /// What the stream of the unit to merge into says; `Unknown` where nothing is merged, or with itself.
    pub target: Trading,
}
