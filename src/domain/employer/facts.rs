//! What a decision about a unit needs beside the stream and the command: which unit it is, and what another's stream says.

use super::Trading;
use crate::domain::ids::EmployerId;

/// Both decide only on a merger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerFacts {
    /// The unit of this stream.
    pub itself: EmployerId,
    /// What the stream of the other unit says, into which it is merged or from which it is told apart; `Unknown` where there
    /// is none, or it is the unit itself.
    pub target: Trading,
}
