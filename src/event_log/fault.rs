//! What is wrong with the log, its database or their machine, as values without a language.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

/// What is wrong with the machine that a database is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineFault {
    Full,
    Disk,
    ReadOnly,
    /// The server takes no writes, as a standby.
    Standby,
}

/// Why a database did not do what it was told: the machine's fault or the log's where it is one of these, and what the
/// database says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatabaseFault {
    pub machine: Option<MachineFault>,
    /// The log's, when the database itself had none.
    pub log: Option<LogFault>,
    /// For the operator.
    #[serde(skip)]
    pub cause: String,
}

impl DatabaseFault {
    pub(super) fn of(cause: &impl ToString) -> Self {
        Self { machine: None, log: None, cause: cause.to_string() }
    }
}

/// Why the log is not read or written on, though the database answers.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "engine.")]
pub enum LogFault {
    /// Another rebuild began, and this one ends.
    RebuildOvertaken,
    NotFoldable {
        position: i64,
        reason: String,
    },
    /// Somebody is counted, whose events do not say why.
    Unexplained {
        student: Uuid,
    },
    Frontier,
    LeafBroken,
    /// SQLite of a version that may damage data.
    SqliteTooOld {
        version: String,
    },
    /// A fault of this program.
    Unexpected {
        what: String,
    },
}
