//! What is ordered of a host, and why it is refused: the rule, its values, and what to do.

use std::error::Error;

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::Findings;
use super::codes::{HostReason, HostStage, VisitHead};
use crate::domain::UndoReason;
use crate::domain::ids::{EmployerId, FileHash, HostId, SealedRevision};

/// What is wanted of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostCommand {
    Propose {
        employer: EmployerId,
        /// Since when school and unit work together; `None` for a new unit.
        partner_since: Option<Date>,
        effective_on: Date,
    },
    ReportVisit {
        findings: Findings,
        report: Option<FileHash>,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Accept {
        effective_on: Date,
    },
    Refuse {
        reason: HostReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Publish {
        effective_on: Date,
    },
    Suspend {
        reason: HostReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Resume {
        effective_on: Date,
    },
    AgreeFramework {
        last_day: Date,
        document: Option<FileHash>,
        effective_on: Date,
    },
    RecordContacts {
        contacts: SealedRevision,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

impl HostCommand {
    /// Whether the command is a decision, which the proposer may not take.
    pub fn is_review(&self) -> bool {
        match self {
            Self::Accept { .. } | Self::Refuse { .. } => true,
            Self::Propose { .. }
            | Self::ReportVisit { .. }
            | Self::Publish { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::AgreeFramework { .. }
            | Self::RecordContacts { .. }
            | Self::Undo { .. } => false,
        }
    }
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "host.")]
pub enum HostRefusal {
    NotProposed,
    AlreadyProposed(HostStage),
    OtherHost,
    ListedAlready(HostId),
    EmployerUnknown,
    EmployerClosed { since: Date },
    EmployerMerged { into: EmployerId },
    WrongStage { now: HostStage, allowed: &'static [HostStage] },
    HeadsMissing(Vec<VisitHead>),
    NotVisited,
    HeadsNotMet(Vec<VisitHead>),
    DeciderProposed,
    NobodyDecides,
    FrameworkEndsBeforeStart { first_day: Date, last_day: Date },
    NothingToUndo { version: u64 },
    LaterStands { version: u64, latest: u64 },
}

impl Error for HostRefusal {}
