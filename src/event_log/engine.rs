//! The two engines as one: every call of the writer, sent on to the engine of the database.

use std::path::PathBuf;

use uuid::Uuid;

use super::batch::{Actual, EngineError, HeadColumns, WriteBatch, Written};
use super::postgres::Postgres;
use super::record::{Recorded, StreamKey};
use super::request::GuardKey;
use super::sqlite::Sqlite;
use super::table::{Change, Removal, Row, Table};
use crate::domain::StreamType;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// An address that begins with `postgres://` or `postgresql://`.
    Postgres(String),
}

/// A connection to either engine.
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

    /// Begins a transaction that keeps every other writer from the log until `commit` or `rollback`.
    pub(super) async fn lock(&mut self) -> Result<HeadColumns, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.lock().await,
            Self::Postgres(postgres) => postgres.lock().await,
        }
    }

    /// Commits the transaction that `lock` began.
    pub(super) async fn commit(&mut self) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.commit().await,
            Self::Postgres(postgres) => postgres.commit().await,
        }
    }

    /// Ends any open transaction; it is no error if there is none.
    pub(super) async fn rollback(&mut self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.rollback().await,
            Self::Postgres(postgres) => postgres.rollback().await,
        }
    }

    /// Ends the connection; an SQLite file then has no write-ahead log beside it.
    pub(super) async fn close(self) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Whether the connection still answers, and whether its server, if there is one, can be written.
    pub(super) async fn ping(&mut self) -> bool {
        match self {
            Self::Sqlite(sqlite) => sqlite.ping().await,
            Self::Postgres(postgres) => postgres.ping().await,
        }
    }

    /// What the database holds of these keys, streams and guards.
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

    /// The rows of a table under these keys; `name` is the table's own or that of a shadow table.
    pub(super) async fn rows(&mut self, table: &Table, name: &str, keys: &[Row]) -> Result<Vec<Row>, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.rows(table, name, keys).await,
            Self::Postgres(postgres) => postgres.rows(table, name, keys).await,
        }
    }

    /// Writes a batch unless the database no longer agrees with it. `locked` says that `lock` began a transaction,
    /// which then is left to be committed; otherwise the call commits.
    pub(super) async fn write(&mut self, batch: WriteBatch, locked: bool) -> Result<Written, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(batch, locked).await,
            Self::Postgres(postgres) => postgres.write(batch).await,
        }
    }

    /// Writes rows of migrated tables inside the transaction that `lock` began.
    pub(super) async fn upsert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.upsert(table, rows).await,
            Self::Postgres(postgres) => postgres.upsert(table, &rows).await,
        }
    }

    /// Changes a row of a migrated table, if it is there and as it has to be, inside the transaction that `lock` began; says
    /// whether it was.
    pub(super) async fn change(&mut self, change: Change) -> Result<bool, EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.change(change).await,
            Self::Postgres(postgres) => postgres.change(change).await,
        }
    }

    /// Deletes rows of migrated tables inside the transaction that `lock` began.
    pub(super) async fn remove(&mut self, removal: Removal) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.remove(removal).await,
            Self::Postgres(postgres) => postgres.remove(removal).await,
        }
    }

    /// The events after a position, oldest first.
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

    /// What the engine writes behind the columns of a table to store its rows in the order of the key.
    pub(super) fn clustered(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => " without rowid",
            Self::Postgres(_) => "",
        }
    }

    /// Runs statements of the schema inside the transaction that `lock` began.
    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), EngineError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.execute(statements).await,
            Self::Postgres(postgres) => postgres.execute(statements).await,
        }
    }
}
