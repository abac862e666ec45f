//! What is ordered of a placement: what the user says, and nothing else.

use jiff::civil::Date;

use super::arrangement::{Arrangement, ArrangementChange, Changed};
use super::codes::{ComplianceVerdict, EndReason, Initiator, LateReason, ReturnReason};
use crate::domain::UndoReason;
use crate::domain::ids::{EmployerId, PlacementId, SealedRevision, StudentId};

/// A placement as a command brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlacement {
    pub student: StudentId,
    pub arrangement: Arrangement,
    /// The earlier stay that this one takes the place of.
    pub follows: Option<PlacementId>,
}

/// `effective_on` of a decision is the day on which it is made; of what happens during a stay, the day it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementCommand {
    Draft(NewPlacement),
    Revise { arrangement: Arrangement },
    Submit { effective_on: Date },
    Evaluate { verdict: ComplianceVerdict, rules: u32, effective_on: Date },
    SendBack { reason: ReturnReason, note: Option<SealedRevision>, effective_on: Date },
    Reject { reason: ReturnReason, note: Option<SealedRevision>, effective_on: Date },
    Approve { effective_on: Date },
    ApproveLateRegistration { reason: LateReason, effective_on: Date },
    ConfirmReadiness { effective_on: Date },
    ConfirmArrival { effective_on: Date },
    RecordNoShow { reason: EndReason, note: Option<SealedRevision>, effective_on: Date },
    Change(Changed),
    Suspend { reason: EndReason, note: Option<SealedRevision>, effective_on: Date },
    Resume { effective_on: Date },
    EndEarly { initiator: Initiator, reason: EndReason, note: Option<SealedRevision>, effective_on: Date },
    Cancel { reason: EndReason, note: Option<SealedRevision>, effective_on: Date },
    Undo { version: u64, reason: UndoReason, note: Option<SealedRevision>, effective_on: Date },
}

impl PlacementCommand {
    /// Whether the command takes a decision that who drafted the placement may not take.
    pub fn is_review(&self) -> bool {
        match self {
            Self::SendBack { .. }
            | Self::Reject { .. }
            | Self::Approve { .. }
            | Self::ApproveLateRegistration { .. } => true,
            Self::Draft(_)
            | Self::Revise { .. }
            | Self::Submit { .. }
            | Self::Evaluate { .. }
            | Self::ConfirmReadiness { .. }
            | Self::ConfirmArrival { .. }
            | Self::RecordNoShow { .. }
            | Self::Change(_)
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::EndEarly { .. }
            | Self::Cancel { .. }
            | Self::Undo { .. } => false,
        }
    }

    /// Whether the student is taken by this placement as never before if the command is carried out.
    pub fn takes_days(&self) -> bool {
        match self {
            Self::Draft(_) | Self::Revise { .. } | Self::Change(_) | Self::Undo { .. } => true,
            Self::Submit { .. }
            | Self::Evaluate { .. }
            | Self::SendBack { .. }
            | Self::Reject { .. }
            | Self::Approve { .. }
            | Self::ApproveLateRegistration { .. }
            | Self::ConfirmReadiness { .. }
            | Self::ConfirmArrival { .. }
            | Self::RecordNoShow { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::EndEarly { .. }
            | Self::Cancel { .. } => false,
        }
    }

    /// Whether the command depends on the packet, which the agreement stream knows.
    pub fn wants_packet(&self) -> bool {
        matches!(self, Self::ConfirmReadiness { .. })
    }

    /// Whether the command depends on what the host's stream says: the one that it names, or the one chosen before.
    pub fn asks_of_host(&self) -> bool {
        match self {
            Self::Draft(_) | Self::Revise { .. } | Self::Approve { .. } | Self::Change(_) => true,
            Self::Submit { .. }
            | Self::Evaluate { .. }
            | Self::SendBack { .. }
            | Self::Reject { .. }
            | Self::ApproveLateRegistration { .. }
            | Self::ConfirmReadiness { .. }
            | Self::ConfirmArrival { .. }
            | Self::RecordNoShow { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::EndEarly { .. }
            | Self::Cancel { .. }
            | Self::Undo { .. } => false,
        }
    }

    /// The host that the command names; `None` when it leaves the host as it is.
    pub fn host(&self) -> Option<EmployerId> {
        match self {
            Self::Draft(new) => Some(new.arrangement.host),
            Self::Revise { arrangement } => Some(arrangement.host),
            Self::Change(Changed { change: ArrangementChange::Host { host, .. }, .. }) => Some(*host),
            Self::Submit { .. }
            | Self::Evaluate { .. }
            | Self::SendBack { .. }
            | Self::Reject { .. }
            | Self::Approve { .. }
            | Self::ApproveLateRegistration { .. }
            | Self::ConfirmReadiness { .. }
            | Self::ConfirmArrival { .. }
            | Self::RecordNoShow { .. }
            | Self::Change(_)
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::EndEarly { .. }
            | Self::Cancel { .. }
            | Self::Undo { .. } => None,
        }
    }
}
