//! Wiping deleted rows out of the database's own files. After an erasure no table holds the sealed bytes any more, but
//! free pages and the write-ahead log still do.
//!
//! This does not reach PostgreSQL's WAL, archives and replicas, older backups, and files that were exported or
//! imported.

use derive_more::From;
use serde::Serialize;
use sqlx::{AnyConnection, Connection, Executor, Row as _};
use strum::{IntoStaticStr, VariantNames};

use super::engine::Location;

/// Why the files may still hold deleted rows.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "scrub.")]
pub enum ScrubError {
    Busy,
    #[from]
    #[serde(skip)]
    Sql(sqlx::Error),
    MayNotCheckpoint,
}

/// Rewrites the tables that held sealed data, so that no deleted row stays in the database's files.
///
/// # Errors
/// When others read the database for too long, or a statement fails; it can be called again.
pub async fn scrub(location: &Location) -> Result<(), ScrubError> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&location.reader_url()).await?;
    match location {
        Location::Sqlite(_) => {
            connection
                .execute("pragma busy_timeout = 10000; pragma secure_delete = on; pragma temp_store = memory")
                .await?;
            connection.execute("vacuum").await.map_err(|error| match error.as_database_error() {
                // The database is busy, or a reader's snapshot locks it.
                Some(refused) if matches!(refused.code().as_deref(), Some("5" | "6" | "261")) => ScrubError::Busy,
                Some(_) | None => ScrubError::Sql(error),
            })?;
            let row = connection.fetch_one("pragma wal_checkpoint(truncate)").await?;
            if row.try_get::<i64, _>(0)? != 0 {
                return Err(ScrubError::Busy);
            }
        }
        Location::Postgres(_) => {
            connection.execute("set lock_timeout = '10s'").await?;
            // Changing a column's type by an expression rewrites the table with its living rows only. `vacuum full`
            // would keep deleted rows while any transaction is older, even that of a connection being opened.
            for rewrite in [
                "alter table sealed alter column revision type bigint using revision + 0",
                "alter table evidence alter column size type bigint using size + 0",
                "alter table guard alter column version type bigint using version + 0",
            ] {
                connection.execute(rewrite).await.map_err(|error| match error.as_database_error() {
                    Some(refused) if refused.code().as_deref() == Some("55P03") => ScrubError::Busy,
                    Some(_) | None => ScrubError::Sql(error),
                })?;
            }
            connection.execute("checkpoint").await.map_err(|error| match error.as_database_error() {
                Some(refused) if refused.code().as_deref() == Some("42501") => ScrubError::MayNotCheckpoint,
                Some(_) | None => ScrubError::Sql(error),
            })?;
        }
    }
    connection.close().await?;
    Ok(())
}
