//! Verifying the log from its own bytes: every leaf, the root, stream versions and positions without gaps; and the read
//! models against rows folded anew.
//!
//! All of it is read in one view of the database: what others append meanwhile is not in it, so that a row of a later
//! position is a fault wherever it is. While it is open an SQLite database keeps its write-ahead log. If somebody removed the last rows
//! together with the head, or rewrote rows and recomputed all hashes, the log is consistent in itself. Only a head that
//! was noted elsewhere shows that.

use derive_more::From;
use serde::Serialize;
use std::collections::HashMap;
use strum::{IntoStaticStr, VariantNames};

use futures_util::TryStreamExt;
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::batch::HEAD_SQL;
use super::merkle::{Frontier, Hash};
use super::projector::{Model, ModelRunner};
use super::record::Recorded;
use super::table::{Row, Value, row_digest};
use super::text::Text;
use super::{EngineError, EventLog, Location, read};

/// Events read at a time.
const PAGE_LEN: i64 = 4_000;

/// The first fault that was found in the database.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "verify.")]
pub enum VerifyFault {
    Missing(i64),
    Unreadable {
        position: i64,
        reason: String,
    },
    Leaf(i64),
    StreamVersion {
        position: i64,
        stream: String,
        expected: i64,
        found: i64,
    },
    RecordedAt(i64),
    BeforeFirst(i64),
    HeadInstant {
        position: i64,
        expected: i64,
        found: i64,
    },
    Root {
        position: i64,
        computed: String,
        found: String,
    },
    BeyondHead(i64),
    Truncated {
        head: i64,
        noted: i64,
    },
    Rewritten {
        position: i64,
        computed: String,
        noted: String,
    },
    ReadModel {
        model: &'static str,
        table: &'static str,
        key: String,
    },
    Stalled {
        model: String,
        position: i64,
        reason: String,
    },
    Foreign(String),
    #[from]
    #[serde(skip)]
    Read(EngineError),
}

impl From<sqlx::Error> for VerifyFault {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// What was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The position of the last event.
    pub position: i64,
    /// The Merkle root over all events.
    pub root: Hash,
    /// How many streams there are.
    pub streams: usize,
    /// How many rows of read models were compared.
    pub rows: usize,
}

impl EventLog {
    /// Checks everything up to the head. If a head was noted earlier, as position and root, the log must still extend
    /// it. `progress` is called with the position reached and the head's.
    ///
    /// # Errors
    /// The first fault, or that the database cannot be read.
    pub async fn verify(
        &self,
        noted: Option<(i64, Hash)>,
        mut progress: impl FnMut(i64, i64),
    ) -> Result<Verified, VerifyFault> {
        let mut view = self.view().await?;
        let head = read::head_columns(&sqlx::query(HEAD_SQL).fetch_one(&mut *view).await?)?.parse()?;
        let last = head.position();
        if let Some((position, _)) = noted.filter(|(position, _)| *position > last) {
            return Err(VerifyFault::Truncated { head: last, noted: position });
        }
        let first: Option<i64> = sqlx::query_scalar("select min(position) from event").fetch_one(&mut *view).await?;
        if let Some(before) = first.filter(|first| *first < 1) {
            return Err(VerifyFault::BeforeFirst(before));
        }
        let mut walk = Walk::new(self.models(), noted);
        while walk.position < last {
            let page = readable_page(&mut view, walk.position).await?;
            if page.is_empty() {
                return Err(VerifyFault::Missing(walk.position + 1));
            }
            for recorded in page.into_iter().take_while(|recorded| recorded.position <= last) {
                walk.step(&recorded)?;
            }
            progress(walk.position, last);
        }
        let root = walk.frontier.root();
        if root != head.root() {
            let (computed, found) = (hex::encode(root), hex::encode(head.root()));
            return Err(VerifyFault::Root { position: last, computed, found });
        }
        if last > 0 && head.last_recorded_at != walk.recorded_at {
            let (expected, found) = (walk.recorded_at, head.last_recorded_at);
            return Err(VerifyFault::HeadInstant { position: last, expected, found });
        }
        let end: Option<i64> = sqlx::query_scalar("select max(position) from event").fetch_one(&mut *view).await?;
        if let Some(later) = end.filter(|end| *end > last) {
            return Err(VerifyFault::BeyondHead(later));
        }
        for (name, mark) in &head.read_models {
            if let Some(stall) = &mark.stalled {
                let (position, reason) = (stall.position, stall.reason.clone());
                return Err(VerifyFault::Stalled { model: name.clone(), position, reason });
            }
        }
        if let Some(model) = head.foreign_model(self.models()) {
            return Err(VerifyFault::Foreign(model.to_owned()));
        }
        let mut rows = 0;
        for refolded in walk.refolded {
            rows += refolded.compare(&mut view).await?;
        }
        Ok(Verified { position: last, root, streams: walk.versions.len(), rows })
    }

    /// A view of the database as it is when the first thing is read.
    async fn view(&self) -> Result<Transaction<'static, Any>, VerifyFault> {
        let begin = match self.location {
            Location::Sqlite(_) => "begin",
            Location::Postgres(_) => "begin isolation level repeatable read read only",
        };
        Ok(self.readers.begin_with(begin).await?)
    }
}

/// The events after a position. If one of them cannot be read, those before it are returned; if it is the first, the error
/// names it.
async fn readable_page(view: &mut Transaction<'_, Any>, after: i64) -> Result<Vec<Recorded>, VerifyFault> {
    if let Ok(page) = events(view, after, PAGE_LEN).await {
        return Ok(page);
    }
    let mut page: Vec<Recorded> = vec![];
    loop {
        let position = after + 1 + i64::try_from(page.len()).unwrap_or(i64::MAX);
        match events(view, position - 1, 1).await {
            Ok(mut one) if !one.is_empty() => page.append(&mut one),
            Ok(_) => return Ok(page),
            Err(_) if !page.is_empty() => return Ok(page),
            Err(error) => return Err(VerifyFault::Unreadable { position, reason: error.to_string() }),
        }
    }
}

async fn events(view: &mut Transaction<'_, Any>, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
    let rows = sqlx::query(read::EVENTS_AFTER).bind(after).bind(limit).fetch_all(&mut **view).await?;
    rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
}

fn fault(model: &'static Model, table: &'static str, key: &[Value]) -> VerifyFault {
    let parts: Vec<String> = key
        .iter()
        .map(|value| match value {
            Value::Null => "null".to_owned(),
            Value::Int(value) => value.to_string(),
            Value::Text(value) => value.to_string(),
            Value::Blob(value) => hex::encode(value),
        })
        .collect();
    VerifyFault::ReadModel { model: model.name, table, key: parts.join("/") }
}

/// A read model folded anew. Only a digest of each row is kept.
struct Refolded {
    runner: ModelRunner,
    /// By the index of the table and the row's key.
    digests: HashMap<(usize, Row), [u8; 16]>,
}

impl Refolded {
    /// Compares the tables with the rows that were folded anew, and returns how many rows were compared.
    async fn compare(mut self, view: &mut Transaction<'_, Any>) -> Result<usize, VerifyFault> {
        let model = self.runner.model;
        let mut compared = 0;
        for (index, table) in model.tables.iter().enumerate() {
            let columns = table.column_names();
            let order = columns[..table.key_len].join(", ");
            let sql = format!("select {} from {} order by {order}", columns.join(", "), table.name);
            let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut **view);
            while let Some(row) = rows.try_next().await? {
                let row = read::row(table, &row)?;
                let key = (index, table.key(&row).to_vec());
                if self.digests.remove(&key) != Some(digest(&row)) {
                    return Err(fault(model, table.name, &key.1));
                }
                compared += 1;
            }
        }
        let mut left: Vec<_> = self.digests.into_keys().collect();
        left.sort();
        match left.first() {
            None => Ok(compared),
            Some((index, key)) => Err(fault(model, model.tables[*index].name, key)),
        }
    }
}

fn digest(row: &[Value]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&row_digest(row)[..16]);
    short
}

/// What is known of the log after the events that were checked so far.
struct Walk {
    position: i64,
    recorded_at: i64,
    frontier: Frontier,
    versions: HashMap<(Text, Text), i64>,
    refolded: Vec<Refolded>,
    noted: Option<(i64, Hash)>,
}

impl Walk {
    fn new(models: &'static [&'static Model], noted: Option<(i64, Hash)>) -> Self {
        let refolded = models
            .iter()
            .map(|model| Refolded { runner: ModelRunner::new(model, String::new()), digests: HashMap::new() })
            .collect();
        Self {
            position: 0,
            recorded_at: i64::MIN,
            frontier: Frontier::default(),
            versions: HashMap::new(),
            refolded,
            noted,
        }
    }

    /// Checks the next event.
    fn step(&mut self, recorded: &Recorded) -> Result<(), VerifyFault> {
        let position = self.position + 1;
        if recorded.position != position {
            return Err(VerifyFault::Missing(position));
        }
        let leaf = recorded.leaf_hash();
        if recorded.leaf != leaf {
            return Err(VerifyFault::Leaf(position));
        }
        let version = self.versions.entry((recorded.stream_type.clone(), recorded.stream_id.clone())).or_default();
        if recorded.version != *version + 1 {
            let stream = format!("{}/{}", recorded.stream_type, recorded.stream_id);
            return Err(VerifyFault::StreamVersion {
                position,
                stream,
                expected: *version + 1,
                found: recorded.version,
            });
        }
        *version += 1;
        if recorded.recorded_at <= self.recorded_at {
            return Err(VerifyFault::RecordedAt(position));
        }
        self.recorded_at = recorded.recorded_at;
        self.frontier.push(leaf);
        self.position = position;
        if let Some((_, noted)) = self.noted.filter(|(at, root)| *at == position && *root != self.frontier.root()) {
            let (computed, noted) = (hex::encode(self.frontier.root()), hex::encode(noted));
            return Err(VerifyFault::Rewritten { position, computed, noted });
        }
        let event = read::decode(recorded)?;
        for refolded in &mut self.refolded {
            let rows = refolded.runner.refold(recorded, &event);
            let rows = rows.map_err(|error| VerifyFault::Unreadable { position, reason: error.to_string() })?;
            for table_rows in rows {
                let tables = refolded.runner.model.tables;
                let index = tables.iter().position(|table| table.name == table_rows.table.name).unwrap_or_default();
                for row in table_rows.rows {
                    let key = table_rows.table.key(&row).to_vec();
                    refolded.digests.insert((index, key), digest(&row));
                }
            }
        }
        Ok(())
    }
}
