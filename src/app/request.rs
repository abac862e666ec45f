//! What is asked of the app: orders to streams, recorded all together or not at all.

use serde_json::json;
use uuid::Uuid;

use crate::accounts::Capability;
use crate::domain::StreamType;
use crate::domain::employer::EmployerCommand;
use crate::domain::further_study::FurtherStudyCommand;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::import::ImportCommand;
use crate::domain::log::{LOG_ID, LogCommand};
use crate::domain::outcome::OutcomeCommand;
use crate::domain::school::SchoolCommand;
use crate::domain::student::StudentCommand;
use crate::event_log::record::StreamKey;
use crate::event_log::request::GuardUse;
use crate::event_log::table::{Removal, TableRows};

/// One command on one stream.
#[derive(Debug, Clone)]
pub enum Order {
    School {
        id: Uuid,
        code: SchoolCode,
        command: SchoolCommand,
    },
    Employer {
        id: Uuid,
        command: EmployerCommand,
    },
    /// `school` is the school whose batch it is; `None` for the city's.
    Import {
        id: Uuid,
        school: Option<SchoolCode>,
        command: ImportCommand,
    },
    Log {
        command: LogCommand,
    },
    Student {
        student: StudentId,
        command: StudentCommand,
    },
    Outcome {
        student: StudentId,
        command: OutcomeCommand,
    },
    FurtherStudy {
        student: StudentId,
        command: FurtherStudyCommand,
    },
}

/// What is asked of `execute`: all of it is recorded or nothing.
#[derive(Debug, Clone)]
pub struct Request {
    /// The idempotency key: sent twice, recorded once.
    pub key: String,
    /// What was asked, in words that are the same when it is asked again.
    pub asked: String,
    pub orders: Vec<Order>,
    /// Streams and versions from which the orders were worked out: when one has moved on, they are stale and only who
    /// worked them out can do it again.
    pub seen: Vec<(StreamKey, u64)>,
    pub guards: Vec<GuardUse>,
    /// Sealed rows that the events refer to.
    pub rows: Vec<TableRows>,
    /// Rows that go.
    pub removals: Vec<Removal>,
    /// The batch or request that this one is part of.
    pub causation: Option<String>,
    /// Ids, positions and codes to answer, and to answer again when the key comes again.
    pub answer: serde_json::Value,
}

impl Request {
    pub fn new(key: impl Into<String>, asked: impl Into<String>, orders: Vec<Order>) -> Self {
        let (seen, guards, rows, removals, answer) = (vec![], vec![], vec![], vec![], json!({}));
        Self { key: key.into(), asked: asked.into(), orders, seen, guards, rows, removals, causation: None, answer }
    }
}

impl Order {
    pub(super) fn kind(&self) -> StreamType {
        match self {
            Self::School { .. } => StreamType::School,
            Self::Employer { .. } => StreamType::Employer,
            Self::Import { .. } => StreamType::Import,
            Self::Log { .. } => StreamType::Log,
            Self::Student { .. } => StreamType::Student,
            Self::Outcome { .. } => StreamType::Outcome,
            Self::FurtherStudy { .. } => StreamType::FurtherStudy,
        }
    }

    pub(super) fn stream(&self) -> StreamKey {
        let id = match self {
            Self::School { id, .. } | Self::Employer { id, .. } | Self::Import { id, .. } => *id,
            Self::Log { .. } => LOG_ID,
            Self::Student { student, .. } | Self::Outcome { student, .. } | Self::FurtherStudy { student, .. } => {
                student.0
            }
        };
        StreamKey { kind: self.kind(), id }
    }

    /// Whether the order begins its stream, so that there is nothing to load.
    pub(super) fn begins_stream(&self) -> bool {
        match self {
            Self::Employer { command: EmployerCommand::Register { .. }, .. }
            | Self::Import { command: ImportCommand::Start { .. }, .. }
            | Self::Student { command: StudentCommand::Register { .. }, .. } => true,
            Self::School { .. }
            | Self::Employer { .. }
            | Self::Import { .. }
            | Self::Log { .. }
            | Self::Student { .. }
            | Self::Outcome { .. }
            | Self::FurtherStudy { .. } => false,
        }
    }

    /// The student whom the order is about.
    pub(super) fn student(&self) -> Option<StudentId> {
        match self {
            Self::School { .. } | Self::Employer { .. } | Self::Import { .. } | Self::Log { .. } => None,
            Self::Student { student, .. } | Self::Outcome { student, .. } | Self::FurtherStudy { student, .. } => {
                Some(*student)
            }
        }
    }

    pub(super) fn capability(&self) -> Capability {
        match self {
            Self::School { .. } | Self::Log { .. } => Capability::Administer,
            Self::Student { command: StudentCommand::Erase { .. }, .. } => Capability::Administer,
            Self::Outcome { command, .. } if command.is_review() => Capability::Review,
            Self::Employer { .. }
            | Self::Import { .. }
            | Self::Student { .. }
            | Self::Outcome { .. }
            | Self::FurtherStudy { .. } => Capability::Record,
        }
    }
}
