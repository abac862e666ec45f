//! The seam's rows: what the writer hands to an engine, what an engine answers, and its errors.

use std::collections::HashMap;

use thiserror::Error;

use super::fault::{DatabaseFault, LogFault, MachineFault};
use super::merkle::Frontier;
use super::record::{Recorded, StreamKey};
use super::request::{Guard, GuardKey, LogHead};
use super::table::{Removal, Row, SEALED, TableRows, Value};
use super::text::Text;

/// Reads the head row, its columns as `HeadColumns` has them.
pub(super) const HEAD_SQL: &str =
    "select revision, next_position, last_recorded_at, frontier, read_models from log_head where id = 1";

/// Why a call of the database failed.
#[derive(Debug, Error)]
pub enum EngineError {
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    #[error("cannot bind: {0}")]
    Bind(sqlx::error::BoxDynError),
    #[error("cannot encode: {0}")]
    Json(#[from] serde_json::Error),
    #[error("event {kind} at position {position}: {reason}")]
    Undecodable { position: i64, kind: String, reason: String },
    #[error("{0:?}")]
    Refused(LogFault),
}

impl EngineError {
    /// Whether the batch relied on something that is no longer so: the head row refused it (SQLite reports a broken NOT
    /// NULL), or another command has the key, or another event has the version in its stream.
    pub(super) fn is_missed(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return false };
        match error.code().as_deref() {
            Some("1299") => error.message().contains("log_head.revision"),
            Some("1555" | "1811") => error.message().contains("command"),
            Some("2067") => error.message().contains("event.stream_id"),
            Some("23505") => matches!(error.constraint(), Some("command_pkey" | "event_stream")),
            _ => false,
        }
    }

    /// Whether the connection is gone, so that it is unknown whether the call took effect.
    pub(super) fn is_connection_lost(&self) -> bool {
        match self {
            Self::Sql(
                sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed | sqlx::Error::Tls(_),
            ) => true,
            // Class 57: the server shuts down or ends the session; class 08: connection exceptions.
            Self::Sql(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
            }
            Self::Sql(_) | Self::Bind(_) | Self::Json(_) | Self::Undecodable { .. } | Self::Refused(_) => false,
        }
    }

    /// Whether the server became a standby, so that the writer has to look for the primary.
    pub(super) fn is_of_a_standby(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.code().as_deref() == Some("25006"))
    }

    /// A fault of the machine (a full disk, a missing permission, a broken disk); `None` for other errors. Every other
    /// batch would fail of it as well.
    fn machine_fault(&self) -> Option<MachineFault> {
        use MachineFault::{Disk, Full, ReadOnly, Standby};
        let Self::Sql(sqlx::Error::Database(error)) = self else { return None };
        let code = error.code()?;
        // PostgreSQL's codes have five places; SQLite's are numbers whose low byte is the primary one.
        match (code.len(), code.parse::<u32>().map(|code| code & 0xff)) {
            (5, _) if code == "53100" => Some(Full),
            (5, _) if code == "58030" => Some(Disk),
            (5, _) if code == "25006" => Some(Standby),
            (1..5, Ok(13)) => Some(Full),
            (1..5, Ok(10)) => Some(Disk),
            (1..5, Ok(8 | 14)) => Some(ReadOnly),
            _ => None,
        }
    }

    /// Whether the error lies in the batch, so that another batch could succeed.
    pub(super) fn is_of_the_batch(&self) -> bool {
        !self.is_connection_lost() && !self.is_busy() && self.machine_fault().is_none()
    }

    /// Whether another request sealed this revision of this subject first: the caller chose the revision's number from
    /// the rows it had read.
    pub(super) fn is_sealed_already(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error))
            if error.is_unique_violation() && error.message().contains(SEALED.name))
    }

    /// Whether the rows of a read model may have caused the error. They did not if an operator stopped the statement or
    /// resources ran out.
    pub(super) fn may_be_a_read_models(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return self.is_of_the_batch() };
        let code = error.code().unwrap_or_default();
        let stopped = match (code.len(), code.parse::<u32>().map(|code| code & 0xff)) {
            // PostgreSQL's classes of resources, locks, an operator's intervention, and system errors.
            (5, _) => ["53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
            // SQLite's codes for no memory and for an interrupted statement.
            (_, Ok(primary)) => matches!(primary, 7 | 9),
            _ => false,
        };
        self.is_of_the_batch() && !stopped && !self.is_sealed_already()
    }

    /// The error as who failed of it keeps it.
    pub(super) fn told(&self) -> DatabaseFault {
        let log = if let Self::Refused(fault) = self { Some(fault.clone()) } else { None };
        DatabaseFault { machine: self.machine_fault(), log, cause: self.to_string() }
    }

    /// Whether SQLite waited for another process as long as it may, so that trying again at once is of no use.
    pub(super) fn is_waited_out(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.code().as_deref() == Some("5"))
    }

    /// Whether another process held the database for too long, or the engine asks to try again.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("5" | "517" | "261" | "40001" | "40P01")))
    }
}

/// The columns of the head row as they are stored.
#[derive(Debug, Clone)]
pub(super) struct HeadColumns {
    pub revision: i64,
    pub next_position: i64,
    pub last_recorded_at: i64,
    pub frontier: Vec<u8>,
    pub read_models: String,
}

impl HeadColumns {
    pub(super) fn parse(self) -> Result<LogHead, EngineError> {
        let size = self.next_position.saturating_sub(1).unsigned_abs();
        let frontier =
            Frontier::from_bytes(size, &self.frontier).ok_or_else(|| EngineError::Refused(LogFault::Frontier))?;
        Ok(LogHead {
            revision: self.revision,
            next_position: self.next_position,
            last_recorded_at: self.last_recorded_at,
            frontier,
            read_models: serde_json::from_str(&self.read_models)?,
        })
    }
}

/// What is stored under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredAnswer {
    pub fingerprint: Vec<u8>,
    pub first_position: i64,
    pub event_count: i64,
    pub recorded_at: i64,
    pub answer: Text,
}

/// An idempotency key with the answer to store under it.
pub(super) struct CommandRow {
    pub key: Text,
    pub stored: StoredAnswer,
}

/// A guard that a batch relies on or sets.
pub(super) struct GuardChange {
    pub guard: GuardKey,
    /// The version that the database must still have; 0 if there must be no such guard.
    pub expected: u64,
    /// The version after the batch.
    pub version: u64,
    /// The stream it points to afterwards; `None` if the batch relies on the guard without setting it.
    pub set: Option<String>,
}

/// The rows that a group of requests writes, and what the database must still agree with.
pub(super) struct WriteBatch {
    pub expected_revision: i64,
    /// The head after the batch. The statement itself advances the revision.
    pub head: HeadColumns,
    pub commands: Vec<CommandRow>,
    /// The version at which the batch relies on each stream, whether it adds to the stream or not. Streams that the
    /// batch begins are left out: their first event fails if the stream exists.
    pub streams: Vec<(StreamKey, u64)>,
    pub guards: Vec<GuardChange>,
    pub events: Vec<Recorded>,
    pub rows: Vec<TableRows>,
    pub removals: Vec<Removal>,
}

/// What the database holds of the keys, streams and guards that requests name; what it does not hold is absent here.
#[derive(Debug, Default)]
pub(super) struct Actual {
    pub answers: HashMap<String, StoredAnswer>,
    pub streams: HashMap<StreamKey, u64>,
    pub guards: HashMap<GuardKey, Guard>,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    /// Nothing was written: a key was used before, a version is stale, or another process appended.
    Missed,
}

/// The row of a command.
pub(super) fn command_row(command: CommandRow) -> Row {
    let CommandRow { key, stored } = command;
    vec![
        key.into(),
        Value::Blob(stored.fingerprint),
        Value::Int(stored.first_position),
        Value::Int(stored.event_count),
        Value::Int(stored.recorded_at),
        stored.answer.into(),
    ]
}

/// The row of a guard; `None` if the batch does not set it.
pub(super) fn guard_row(change: GuardChange) -> Option<Row> {
    let (key, version) = (change.guard, Value::Int(change.version.cast_signed()));
    let stream = Value::from(change.set?);
    Some(vec![key.kind.into(), key.scope.into(), key.key.into(), version, stream])
}

/// The row of an event.
pub(super) fn event_row(event: Recorded) -> Row {
    vec![
        Value::Int(event.position),
        event.stream_type.into(),
        event.stream_id.into(),
        Value::Int(event.version),
        event.kind.into(),
        Value::Int(event.schema_version),
        event.school.into(),
        event.audience.into(),
        Value::Int(event.effective_on),
        Value::Int(event.recorded_at),
        event.actor.into(),
        event.source.into(),
        event.command_key.into(),
        event.causation.into(),
        event.payload.into(),
        Value::Blob(event.leaf),
    ]
}
