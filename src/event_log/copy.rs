//! Copying the permanent side of a log to an empty database of either engine, in one snapshot and one transaction.
//!
//! While events are copied, each is checked against its leaf, and all leaves together against the head's root. Read
//! models are not copied: they are built anew in the new database.

use derive_more::From;
use serde::Serialize;
use std::path::{Path, PathBuf};
use strum::{IntoStaticStr, VariantNames};

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use super::batch::EngineError;
use super::engine::{Engine, Location};
use super::format::{self, Format};
use super::merkle::{Frontier, Hash};
use super::record::Recorded;
use super::table::{EVENT, EVIDENCE, LOG_HEAD, PERMANENT, Row, Table, Value};
use super::{OpenError, migrate, read};

/// Rows read and written at a time. Files are long, so that there are fewer of them.
const PAGE_LEN: usize = 4_000;
const FILES_LEN: usize = 8;

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "copy.")]
pub enum CopyError {
    NotEmpty(i64),
    Used,
    Corrupt(i64),
    Foreign,
    Older,
    Newer,
    File {
        file: PathBuf,
        reason: String,
    },
    #[from]
    #[serde(skip)]
    Open(OpenError),
    #[from]
    #[serde(skip)]
    Engine(EngineError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error.into())
    }
}

/// How far the copied log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// The position of the last event.
    pub position: i64,
    /// The Merkle root over all events.
    pub root: Hash,
}

/// Copies the log at `from` to the empty database at `to`, whose tables are created if they are missing. Others may go
/// on writing to `from`. `progress` is called with the position reached.
///
/// # Errors
/// When the target is not empty, the source is none of ours or damaged, or either cannot be read or written.
pub async fn copy(from: &Location, to: &Location, mut progress: impl FnMut(i64)) -> Result<Copied, CopyError> {
    sqlx::any::install_default_drivers();
    let mut source = AnyConnection::connect(&from.copy_url()).await.map_err(|_| CopyError::Foreign)?;
    let begin = match from {
        Location::Sqlite(_) => "begin".to_owned(),
        // `scrub` rewrites tables, and this snapshot would see a rewritten table as empty. The locks prevent that.
        Location::Postgres(_) => format!(
            "begin isolation level repeatable read read only; lock table {} in access share mode",
            PERMANENT.map(|table| table.name).join(", ")
        ),
    };
    match format::of(from, &mut source).await {
        Format::Ours => (),
        Format::None => return Err(CopyError::Foreign),
        Format::Older => return Err(CopyError::Older),
        Format::Newer => return Err(CopyError::Newer),
    }
    source.execute(sqlx::raw_sql(AssertSqlSafe(begin))).await?;
    migrate(to).await?;
    let mut target = Engine::connect(to).await?;
    let head = target.lock().await?;
    let copied = if head.next_position > 1 {
        Err(CopyError::NotEmpty(head.next_position - 1))
    } else if head.revision > 0 {
        Err(CopyError::Used)
    } else {
        copy_tables(&mut source, &mut target, &mut progress).await
    };
    match copied {
        Ok(copied) => {
            target.commit().await?;
            target.close().await?;
            source.close().await?;
            Ok(copied)
        }
        Err(error) => {
            target.rollback().await;
            target.close().await?;
            Err(error)
        }
    }
}

/// The key that the log at `from` needs: (id, check value). `None` if it names none.
///
/// # Errors
/// When it is no database of this program, or cannot be read.
pub async fn installation(from: &Location) -> Result<Option<(String, Vec<u8>)>, CopyError> {
    use sqlx::Row as _;
    sqlx::any::install_default_drivers();
    let mut source = AnyConnection::connect(&from.copy_url()).await.map_err(|_| CopyError::Foreign)?;
    let row = source.fetch_optional("select key_id, key_check from installation").await;
    let Some(row) = row.map_err(|_| CopyError::Foreign)? else { return Ok(None) };
    let named = (row.try_get(0)?, row.try_get(1)?);
    source.close().await?;
    Ok(Some(named))
}

/// Writes a backup: an SQLite file, readable by its owner only, that appears under its name when it is complete. The
/// key is not in it.
///
/// # Errors
/// When the file exists already or cannot be written, or the log cannot be copied.
pub async fn back_up(from: &Location, file: &Path, progress: impl FnMut(i64)) -> Result<Copied, CopyError> {
    let refused = |error: std::io::Error| CopyError::File { file: file.to_owned(), reason: error.to_string() };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.exists() {
        return Err(refused(std::io::Error::from(std::io::ErrorKind::AlreadyExists)));
    }
    let aside = tempfile::Builder::new().prefix(".gradtrail-backup-").tempdir_in(folder).map_err(refused)?;
    let partial = aside.path().join("backup.db");
    let copied = copy(from, &Location::Sqlite(partial.clone()), progress).await?;
    std::fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(refused)?;
    std::fs::rename(&partial, file).map_err(refused)?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused)?;
    Ok(copied)
}

async fn copy_tables(
    source: &mut AnyConnection,
    target: &mut Engine,
    progress: &mut impl FnMut(i64),
) -> Result<Copied, CopyError> {
    let mut frontier = Frontier::default();
    for table in PERMANENT {
        let page_len = if table.name == EVIDENCE.name { FILES_LEN } else { PAGE_LEN };
        let mut after: Option<Row> = None;
        loop {
            let mut page = read_page(source, table, after.as_deref(), page_len).await?;
            let Some(last) = page.last() else { break };
            after = Some(table.key(last).to_vec());
            let is_full = page.len() == page_len;
            if table.name == EVENT.name {
                for row in &page {
                    push(&mut frontier, row)?;
                }
                progress(frontier.size().cast_signed());
            }
            if table.name == LOG_HEAD.name {
                for row in &mut page {
                    // The target has no read models.
                    row[5] = "{}".into();
                }
            }
            target.upsert(table, page).await?;
            if !is_full {
                break;
            }
        }
    }
    let position = frontier.size().cast_signed();
    let head = target.head().await?.parse()?;
    if head.position() != position || head.root() != frontier.root() {
        return Err(CopyError::Corrupt(position + 1));
    }
    Ok(Copied { position, root: head.root() })
}

/// The next rows of a table after a key.
async fn read_page(
    source: &mut AnyConnection,
    table: &Table,
    after: Option<&[Value]>,
    limit: usize,
) -> Result<Vec<Row>, CopyError> {
    let columns = table.column_names();
    let key = columns[..table.key_len].join(", ");
    let condition = match after {
        Some(after) => {
            let places: Vec<String> = (1..=after.len()).map(|n| format!("${n}")).collect();
            format!("where ({key}) > ({})", places.join(", "))
        }
        None => String::new(),
    };
    let sql = format!("select {} from {} {condition} order by {key} limit {limit}", columns.join(", "), table.name);
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in after.unwrap_or_default() {
        query = match value.clone() {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value.to_string()),
            Value::Blob(value) => query.bind(value),
            Value::Null => query.bind(None::<i64>),
        };
    }
    let rows = query.fetch_all(source).await?;
    Ok(rows.iter().map(|row| read::row(table, row)).collect::<Result<_, _>>()?)
}

/// Checks an event against its leaf and adds it to the tree.
fn push(frontier: &mut Frontier, row: &Row) -> Result<(), CopyError> {
    let expected = frontier.size().cast_signed() + 1;
    let recorded = Recorded::from_row(row).ok_or(CopyError::Corrupt(expected))?;
    let leaf = recorded.leaf_hash();
    if recorded.position != expected || recorded.leaf != leaf {
        return Err(CopyError::Corrupt(expected));
    }
    frontier.push(leaf);
    Ok(())
}
