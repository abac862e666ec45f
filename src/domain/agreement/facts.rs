//! What a decision about an agreement needs beside the stream and the command: who acts, today, and what the placement
//! says.

use jiff::civil::Date;

use crate::domain::ids::StaffId;
use crate::domain::placement::arrangement::AgreedArrangement;

/// `arranged` is `None`, too, where the command does not depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    /// Nobody has signed on a later day.
    pub today: Date,
    /// What the placement arranges; `None` when there is none, or it came to nothing.
    pub arranged: Option<AgreedArrangement>,
}
