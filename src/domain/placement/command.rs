//! What is ordered of a placement, with what other streams say.

use jiff::civil::Date;

use super::arrangement::{Arrangement, Change, Changed, Period};
use super::codes::{DocumentKind, EndReason, Initiator, LateReason, ReturnReason, Verdict};
use crate::domain::UndoReason;
use crate::domain::employer::Trading;
use crate::domain::ids::{EmployerId, PlacementId, SealedRevision, StaffId, StudentId};
use crate::domain::terms::Standing;

/// What other streams say when a placement is decided; who loads them fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The student's standing and since when; `None` for who is not registered.
    pub standing: Option<(Standing, Date)>,
    /// The days that the student's other placements take.
    pub taken: Vec<Period>,
    /// The host that the command names, or that the placement has.
    pub host: Trading,
}

/// A placement as a command brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlacement {
    pub student: StudentId,
    pub arrangement: Arrangement,
    /// The earlier stay that this one takes the place of.
    pub follows: Option<PlacementId>,
    pub by: Option<StaffId>,
    pub known: Known,
}

/// `effective_on` of a decision is the day on which it is made; of what happens during a stay, the day it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementCommand {
    Draft(NewPlacement),
    Revise {
        arrangement: Arrangement,
        by: Option<StaffId>,
        known: Known,
    },
    Submit {
        known: Known,
        effective_on: Date,
    },
    Evaluate {
        verdict: Verdict,
        rules: u32,
        by: Option<StaffId>,
        effective_on: Date,
    },
    SendBack {
        reason: ReturnReason,
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    Reject {
        reason: ReturnReason,
        note: Option<SealedRevision>,
        by: StaffId,
        effective_on: Date,
    },
    Approve {
        by: StaffId,
        known: Known,
        effective_on: Date,
    },
    ApproveLateRegistration {
        reason: LateReason,
        by: StaffId,
        effective_on: Date,
    },
    /// `missing` are the documents of the packet that are not there or not signed, as the agreement stream says.
    ConfirmReadiness {
        missing: Vec<DocumentKind>,
        known: Known,
        effective_on: Date,
    },
    /// What has happened is recorded on the day or later: `today` tells.
    ConfirmArrival {
        effective_on: Date,
        today: Date,
    },
    RecordNoShow {
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
        today: Date,
    },
    Change {
        changed: Changed,
        known: Known,
    },
    Suspend {
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Resume {
        effective_on: Date,
    },
    EndEarly {
        initiator: Initiator,
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Cancel {
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        known: Known,
        effective_on: Date,
    },
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
            | Self::Change { .. }
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
            Self::Draft(_) | Self::Revise { .. } | Self::Change { .. } | Self::Undo { .. } => true,
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

    /// Fills in who gives the order; a decision is only ordered by somebody.
    pub fn acting(mut self, staff: Option<StaffId>) -> Self {
        match (&mut self, staff) {
            (Self::Draft(NewPlacement { by, .. }) | Self::Revise { by, .. } | Self::Evaluate { by, .. }, _) => {
                *by = staff
            }
            (
                Self::SendBack { by, .. }
                | Self::Reject { by, .. }
                | Self::Approve { by, .. }
                | Self::ApproveLateRegistration { by, .. },
                Some(staff),
            ) => *by = staff,
            (
                Self::SendBack { .. }
                | Self::Reject { .. }
                | Self::Approve { .. }
                | Self::ApproveLateRegistration { .. }
                | Self::Submit { .. }
                | Self::ConfirmReadiness { .. }
                | Self::ConfirmArrival { .. }
                | Self::RecordNoShow { .. }
                | Self::Change { .. }
                | Self::Suspend { .. }
                | Self::Resume { .. }
                | Self::EndEarly { .. }
                | Self::Cancel { .. }
                | Self::Undo { .. },
                _,
            ) => (),
        }
        self
    }

    /// Fills in what was written beside the reason.
    pub fn noting(mut self, written: Option<SealedRevision>) -> Self {
        if let Self::SendBack { note, .. }
        | Self::Reject { note, .. }
        | Self::RecordNoShow { note, .. }
        | Self::Suspend { note, .. }
        | Self::EndEarly { note, .. }
        | Self::Cancel { note, .. }
        | Self::Undo { note, .. } = &mut self
        {
            *note = written;
        }
        self
    }

    /// The host that the command names; `None` when it leaves the host as it is.
    pub fn host(&self) -> Option<EmployerId> {
        match self {
            Self::Draft(new) => Some(new.arrangement.host),
            Self::Revise { arrangement, .. } => Some(arrangement.host),
            Self::Change { changed: Changed { change: Change::Host { host, .. }, .. }, .. } => Some(*host),
            Self::Submit { .. }
            | Self::Evaluate { .. }
            | Self::SendBack { .. }
            | Self::Reject { .. }
            | Self::Approve { .. }
            | Self::ApproveLateRegistration { .. }
            | Self::ConfirmReadiness { .. }
            | Self::ConfirmArrival { .. }
            | Self::RecordNoShow { .. }
            | Self::Change { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::EndEarly { .. }
            | Self::Cancel { .. }
            | Self::Undo { .. } => None,
        }
    }

    /// Where the command wants to be told what other streams say; `None` when it does not depend on them.
    pub fn known(&mut self) -> Option<&mut Known> {
        match self {
            Self::Draft(new) => Some(&mut new.known),
            Self::Revise { known, .. }
            | Self::Submit { known, .. }
            | Self::Approve { known, .. }
            | Self::ConfirmReadiness { known, .. }
            | Self::Change { known, .. }
            | Self::Undo { known, .. } => Some(known),
            Self::Evaluate { .. }
            | Self::SendBack { .. }
            | Self::Reject { .. }
            | Self::ApproveLateRegistration { .. }
            | Self::ConfirmArrival { .. }
            | Self::RecordNoShow { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::EndEarly { .. }
            | Self::Cancel { .. } => None,
        }
    }
}
