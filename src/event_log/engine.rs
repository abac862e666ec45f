//! The seam between the writer task and the two engines: what a batch is, and the calls both engines answer alike.

use std::collections::HashMap;
use std::path::PathBuf;

use thiserror::Error;
use uuid::Uuid;

use super::postgres::Postgres;
use super::projector::Model;
use super::record::{Recorded, StreamKey};
use super::request::{Guard, GuardKey};
use super::sqlite::Sqlite;
use super::table::{Removal, Row, SEALED, Table, TableRows, Value, Writing};
use super::text::Text;
use crate::domain::StreamType;

pub(super) const HEAD_SQL: &str =
    "select revision, next_position, last_recorded_at, frontier, read_models from log_head where id = 1";

#[derive(Debug, Error)]
pub enum EngineError {
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    #[error("cannot bind: {0}")]
    Bind(sqlx::error::BoxDynError),
    #[error("cannot encode: {0}")]
    Json(#[from] serde_json::Error),
    #[error("位置 {position} 的事件 {kind} 不能读取：{reason}；如由更新版本的程序写入，请升级程序")]
    Undecodable { position: i64, kind: String, reason: String },
    #[error("{0}")]
    Refused(String),
}

impl EngineError {
    /// Whether the batch relied on what is not so: the head row refused it (SQLite's error for the broken NOT NULL), or
    /// a command or an event of a stream has its place taken.
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

    /// Whether the connection is gone, so that nobody can say what became of the call.
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

    /// Whether the server became a standby, so that the primary is to be looked for.
    pub(super) fn is_of_a_standby(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.code().as_deref() == Some("25006"))
    }

    /// What the machine refuses: room, permission, a sound disk. It would refuse any other batch as well.
    fn machine_fault(&self) -> Option<&'static str> {
        const FULL: &str = "磁盘空间不足，请腾出空间后重试";
        const DISK: &str = "磁盘读写失败，请检查磁盘空间和磁盘状态后重试";
        const READ_ONLY: &str = "数据库不能写入，请检查目录和文件的权限后重试";
        const STANDBY: &str = "数据库服务器只能读取（可能是备库），请检查数据库地址是否指向主库后重试";
        let Self::Sql(sqlx::Error::Database(error)) = self else { return None };
        let code = error.code()?;
        // PostgreSQL's codes have five places; SQLite's are numbers whose low byte is the primary one.
        match (code.len(), code.parse::<u32>().map(|code| code & 0xff)) {
            (5, _) if code == "53100" => Some(FULL),
            (5, _) if code == "58030" => Some(DISK),
            (5, _) if code == "25006" => Some(STANDBY),
            (1..5, Ok(13)) => Some(FULL),
            (1..5, Ok(10)) => Some(DISK),
            (1..5, Ok(8 | 14)) => Some(READ_ONLY),
            _ => None,
        }
    }

    /// Whether the fault lies in the batch, so that another one might be written.
    pub(super) fn is_of_the_batch(&self) -> bool {
        !self.is_connection_lost() && !self.is_busy() && self.machine_fault().is_none()
    }

    /// Whether somebody has sealed this revision of this subject meanwhile: the number was worked out from what was
    /// there before.
    pub(super) fn is_sealed_already(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error))
            if error.is_unique_violation() && error.message().contains(SEALED.name))
    }

    /// Whether a read model may be to blame: not for what an operator or a want of resources stopped.
    pub(super) fn may_be_a_read_models(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return self.is_of_the_batch() };
        let code = error.code().unwrap_or_default();
        let stopped = match (code.len(), code.parse::<u32>().map(|code| code & 0xff)) {
            // PostgreSQL's classes: resources, locks, operator, system.
            (5, _) => ["53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
            // SQLite's: no memory, interrupted.
            (_, Ok(primary)) => matches!(primary, 7 | 9),
            _ => false,
        };
        self.is_of_the_batch() && !stopped && !self.is_sealed_already()
    }

    /// What is wrong and, where it is known, what to do.
    pub(super) fn advice(&self) -> String {
        match self.machine_fault() {
            Some(advice) => format!("{advice}（{self}）"),
            None => self.to_string(),
        }
    }

    /// Whether another process still held SQLite's file when the time to wait for it was over.
    pub(super) fn is_waited_out(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.code().as_deref() == Some("5"))
    }

    /// Whether another process held the database for too long, or the engine asks to try again.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("5" | "517" | "261" | "40001" | "40P01")))
    }
}

/// The columns of the head row.
#[derive(Debug, Clone)]
pub(super) struct HeadColumns {
    pub revision: i64,
    pub next_position: i64,
    pub last_recorded_at: i64,
    pub frontier: Vec<u8>,
    pub read_models: String,
}

/// What is kept under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredAnswer {
    pub fingerprint: Vec<u8>,
    pub first_position: i64,
    pub event_count: i64,
    pub recorded_at: i64,
    pub answer: Text,
}

pub(super) struct CommandRow {
    pub key: Text,
    pub stored: StoredAnswer,
}

pub(super) struct GuardChange {
    pub guard: GuardKey,
    pub expected: u64,
    pub version: u64,
    /// The stream it points to afterwards; `None` where it is only relied on.
    pub set: Option<String>,
}

/// A group of requests as rows.
pub(super) struct Batch {
    pub expected_revision: i64,
    /// The head after the batch, but for the revision, which the statement advances.
    pub head: HeadColumns,
    pub commands: Vec<CommandRow>,
    /// The version at which the batch relies on each stream, whether it adds to it or not; of those that it begins, their
    /// first event says so.
    pub streams: Vec<(StreamKey, u64)>,
    pub guards: Vec<GuardChange>,
    pub events: Vec<Recorded>,
    pub rows: Vec<TableRows>,
    pub removals: Vec<Removal>,
}

/// What the database says of the keys, streams and guards asked for; what is absent is not there.
#[derive(Debug, Default)]
pub(super) struct Actual {
    pub answers: HashMap<String, StoredAnswer>,
    pub streams: HashMap<StreamKey, u64>,
    pub guards: HashMap<GuardKey, Guard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    /// Nothing was written: a key is used, a version is stale, or another process appended.
    Missed,
}

/// What follows the values of an insert: `on conflict ... do update` of every column that is not in the key, or `do
/// nothing`, or nothing for tables that are append-only.
pub(super) fn on_conflict(table: &Table) -> String {
    let (key, rest) = table.columns.split_at(table.key_len);
    let key: Vec<&str> = key.iter().map(|(column, _)| *column).collect();
    let key = key.join(", ");
    match table.writing {
        Writing::AppendOnly => String::new(),
        Writing::Once => format!(" on conflict ({key}) do nothing"),
        Writing::Upsert => {
            let set: Vec<String> = rest.iter().map(|(column, _)| format!("{column} = excluded.{column}")).collect();
            format!(" on conflict ({key}) do update set {}", set.join(", "))
        }
    }
}

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

/// A guard's row, where the batch sets the guard.
pub(super) fn guard_row(change: GuardChange) -> Option<Row> {
    let (key, version) = (change.guard, Value::Int(change.version.cast_signed()));
    let stream = Value::from(change.set?);
    Some(vec![key.kind.into(), key.scope.into(), key.key.into(), version, stream])
}

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

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    Postgres(String),
}

pub(super) enum Engine {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

impl Engine {
    pub(super) async fn connect(location: &Location) -> Result<Self, EngineError> {
        Ok(match location {
            Location::Sqlite(path) => Self::Sqlite(Box::new(Sqlite::connect(path).await?)),
            Location::Postgres(url) => Self::Postgres(Box::new(Postgres::connect(url).await?)),
        })
    }

    pub(super) async fn head(&mut self) -> Result<HeadColumns, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.head().await,
            Self::Postgres(postgres) => postgres.head().await,
        }
    }

    /// Begins a transaction that holds the log until `commit` or `rollback`.
    pub(super) async fn lock(&mut self) -> Result<HeadColumns, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.lock().await,
            Self::Postgres(postgres) => postgres.lock().await,
        }
    }

    pub(super) async fn commit(&mut self) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.commit().await,
            Self::Postgres(postgres) => postgres.commit().await,
        }
    }

    pub(super) async fn rollback(&mut self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.rollback().await,
            Self::Postgres(postgres) => postgres.rollback().await,
        }
    }

    /// Ends the connection; a SQLite file is whole in itself afterwards.
    pub(super) async fn close(self) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Whether the connection still answers.
    pub(super) async fn ping(&mut self) -> bool {
        match self {
            Self::Sqlite(sqlite) => sqlite.ping().await,
            Self::Postgres(postgres) => postgres.ping().await,
        }
    }

    pub(super) async fn fetch(
        &mut self,
        keys: &[String],
        streams: &[StreamKey],
        guards: &[GuardKey],
    ) -> Result<Actual, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.fetch(keys, streams, guards).await,
            Self::Postgres(postgres) => postgres.fetch(keys, streams, guards).await,
        }
    }

    pub(super) async fn rows(&mut self, table: &Table, name: &str, keys: &[Row]) -> Result<Vec<Row>, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.rows(table, name, keys).await,
            Self::Postgres(postgres) => postgres.rows(table, name, keys).await,
        }
    }

    pub(super) async fn write(&mut self, batch: Batch, locked: bool) -> Result<Written, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(batch, locked).await,
            Self::Postgres(postgres) => postgres.write(batch).await,
        }
    }

    /// Writes rows of permanent tables inside the transaction that `lock` began.
    pub(super) async fn upsert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.upsert(table, rows).await,
            Self::Postgres(postgres) => postgres.upsert(table, &rows).await,
        }
    }

    /// The events behind a position, oldest first.
    pub(super) async fn events(&mut self, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.events(after, limit).await,
            Self::Postgres(postgres) => postgres.events(after, limit).await,
        }
    }

    /// The events of these subjects' streams before a position, oldest first.
    pub(super) async fn histories(
        &mut self,
        streams: &[StreamType],
        subjects: &[Uuid],
        before: i64,
    ) -> Result<Vec<Recorded>, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.histories(streams, subjects, before).await,
            Self::Postgres(postgres) => postgres.histories(streams, subjects, before).await,
        }
    }

    /// Creates a model's tables inside the transaction that `lock` began.
    pub(super) async fn create(&mut self, model: &Model, suffix: &str) -> Result<(), EngineError> {
        let clustered = match self {
            Self::Sqlite(_) => " without rowid",
            Self::Postgres(_) => "",
        };
        self.execute(&model.schema(suffix, clustered)).await
    }

    /// Runs statements of the schema inside the transaction that `lock` began.
    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.execute(statements).await,
            Self::Postgres(postgres) => postgres.execute(statements).await,
        }
    }
}
