//! Proving the log from its own bytes: every leaf, the root, stream versions, gapless positions, and the read models
//! against a refold.
//!
//! Comparison fixes a position; what other processes append meanwhile is not looked at. A log whose last rows were
//! removed together with the head, or rewritten with all hashes recomputed, is consistent in itself: only a head noted
//! elsewhere tells.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sqlx::AssertSqlSafe;
use thiserror::Error;

use super::merkle::{Frontier, Hash};
use super::projector::{Follower, Model};
use super::record::Recorded;
use super::table::{Row, Value, row_digest};
use super::text::Text;
use super::{EngineError, EventLog, read};

/// Events read at a time.
const PAGE_LEN: i64 = 4_000;

/// The first place where the database is not what it must be.
#[derive(Debug, Error)]
pub enum Fault {
    #[error("位置 {0} 的事件缺失")]
    Missing(i64),
    #[error("位置 {position} 的事件不能读取：{reason}")]
    Unreadable { position: i64, reason: String },
    #[error("位置 {0} 的事件与其叶哈希不符：内容被改动")]
    Leaf(i64),
    #[error("位置 {position}：流 {stream} 的版本应为 {expected}，实为 {found}")]
    StreamVersion { position: i64, stream: String, expected: i64, found: i64 },
    #[error("位置 {0} 的记录时间不晚于前一事件")]
    RecordedAt(i64),
    #[error("日志头的根与位置 {position} 之前的事件不符：算得 {computed}，登记 {found}")]
    Root { position: i64, computed: String, found: String },
    #[error("位置 {0} 在日志头之后，却有事件")]
    BeyondHead(i64),
    #[error("日志只到位置 {head}，短于先前记下的位置 {noted}：末尾被删除")]
    Truncated { head: i64, noted: i64 },
    #[error("位置 {position} 的根是 {computed}，与先前记下的 {noted} 不同：历史被改写")]
    Rewritten { position: i64, computed: String, noted: String },
    #[error("读模型 {model} 的一行与重算不符：表 {table}，键 {key}")]
    ReadModel { model: &'static str, table: &'static str, key: String },
    #[error("读模型 {model} 停在位置 {position}（{reason}）；请运行 gradtrail rebuild")]
    Stalled { model: String, position: i64, reason: String },
    #[error("读模型 {0} 由其他版本的程序写入；请运行 gradtrail rebuild")]
    Foreign(String),
    #[error(transparent)]
    Read(#[from] EngineError),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// What was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub position: i64,
    pub root: Hash,
    pub streams: usize,
    pub rows: usize,
}

impl EventLog {
    /// Checks everything up to the head; with a head noted earlier, also that the log still extends it.
    pub async fn verify(
        &self,
        noted: Option<(i64, Hash)>,
        mut progress: impl FnMut(i64, i64),
    ) -> Result<Verified, Fault> {
        let head = self.head().await?;
        let last = head.position();
        if let Some((position, _)) = noted.filter(|(position, _)| *position > last) {
            return Err(Fault::Truncated { head: last, noted: position });
        }
        let mut walk = Walk::new(self.models(), noted);
        while walk.position < last {
            let page = self.readable_page(walk.position).await?;
            if page.is_empty() {
                return Err(Fault::Missing(walk.position + 1));
            }
            for recorded in page.into_iter().take_while(|recorded| recorded.position <= last) {
                walk.step(&recorded)?;
            }
            progress(walk.position, last);
        }
        let root = walk.frontier.root();
        if root != head.root() {
            let (computed, found) = (hex::encode(root), hex::encode(head.root()));
            return Err(Fault::Root { position: last, computed, found });
        }
        let later: i64 = sqlx::query_scalar(
            "select coalesce(max(e.position), 0) from event e
             where e.position >= (select h.next_position from log_head h where h.id = 1)",
        )
        .fetch_one(&self.readers)
        .await?;
        if later > 0 {
            return Err(Fault::BeyondHead(later));
        }
        for (name, mark) in &head.read_models {
            if let Some(stall) = &mark.stalled {
                let (position, reason) = (stall.position, stall.reason.clone());
                return Err(Fault::Stalled { model: name.clone(), position, reason });
            }
        }
        if let Some(model) = head.foreign_model(self.models()) {
            return Err(Fault::Foreign(model.to_owned()));
        }
        let mut rows = 0;
        for refolded in walk.refolded {
            rows += self.verify_model(refolded, last).await?;
        }
        Ok(Verified { position: last, root, streams: walk.versions.len(), rows })
    }

    /// The next page; when a row of it cannot be read, the error names the row.
    async fn readable_page(&self, after: i64) -> Result<Vec<Recorded>, Fault> {
        if let Ok(page) = self.events(after, PAGE_LEN).await {
            return Ok(page);
        }
        let mut page: Vec<Recorded> = vec![];
        loop {
            let position = after + 1 + i64::try_from(page.len()).unwrap_or(i64::MAX);
            match self.events(position - 1, 1).await {
                Ok(mut one) if !one.is_empty() => page.append(&mut one),
                Ok(_) => return Ok(page),
                Err(_) if !page.is_empty() => return Ok(page), // What can be read is checked first.
                Err(error) => return Err(Fault::Unreadable { position, reason: error.to_string() }),
            }
        }
    }

    /// A read model's tables against what the log makes of them; gives the number of rows compared.
    async fn verify_model(&self, mut refolded: Refolded, last: i64) -> Result<usize, Fault> {
        let model = refolded.follower.model;
        let mut compared = 0;
        for (index, table) in model.tables.iter().enumerate() {
            let columns: Vec<&str> = table.columns.iter().map(|(column, _)| *column).collect();
            let order = columns[..table.key_len].join(", ");
            let sql = format!("select {} from {} order by {order}", columns.join(", "), table.name);
            let position = columns.iter().position(|column| *column == "position");
            let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&self.readers);
            while let Some(row) = rows.try_next().await? {
                let row = read::row(table, &row)?;
                let key = (index, table.key(&row).to_vec());
                let expected = refolded.digests.remove(&key);
                // A row that a later position wrote is not looked at.
                if position.is_some_and(|index| row[index].int() > last) {
                    continue;
                }
                compared += 1;
                if expected != Some(digest(&row)) {
                    return Err(fault(model, table.name, &key.1));
                }
            }
        }
        let mut left: Vec<_> = refolded.digests.into_keys().collect();
        left.sort();
        match left.first() {
            None => Ok(compared),
            Some((index, key)) => Err(fault(model, model.tables[*index].name, key)),
        }
    }
}

fn fault(model: &'static Model, table: &'static str, key: &[Value]) -> Fault {
    let parts: Vec<String> = key
        .iter()
        .map(|value| match value {
            Value::Null => "null".to_owned(),
            Value::Int(value) => value.to_string(),
            Value::Text(value) => value.to_string(),
            Value::Blob(value) => hex::encode(value),
        })
        .collect();
    Fault::ReadModel { model: model.name, table, key: parts.join("/") }
}

/// A read model folded anew; of each row only a digest is kept.
struct Refolded {
    follower: Follower,
    digests: HashMap<(usize, Row), [u8; 16]>,
}

fn digest(row: &[Value]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&row_digest(row)[..16]);
    short
}

/// The walk along the log, event by event.
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
            .map(|model| Refolded { follower: Follower::new(model, String::new()), digests: HashMap::new() })
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

    fn step(&mut self, recorded: &Recorded) -> Result<(), Fault> {
        let position = self.position + 1;
        if recorded.position != position {
            return Err(Fault::Missing(position));
        }
        let leaf = recorded.leaf_hash();
        if recorded.leaf != leaf {
            return Err(Fault::Leaf(position));
        }
        let version = self.versions.entry((recorded.stream_type.clone(), recorded.stream_id.clone())).or_default();
        if recorded.version != *version + 1 {
            let stream = format!("{}/{}", recorded.stream_type, recorded.stream_id);
            return Err(Fault::StreamVersion { position, stream, expected: *version + 1, found: recorded.version });
        }
        *version += 1;
        if recorded.recorded_at <= self.recorded_at {
            return Err(Fault::RecordedAt(position));
        }
        self.recorded_at = recorded.recorded_at;
        self.frontier.push(leaf);
        self.position = position;
        if let Some((_, noted)) = self.noted.filter(|(at, root)| *at == position && *root != self.frontier.root()) {
            let (computed, noted) = (hex::encode(self.frontier.root()), hex::encode(noted));
            return Err(Fault::Rewritten { position, computed, noted });
        }
        let event = read::decode(recorded)?;
        for refolded in &mut self.refolded {
            let rows = refolded.follower.refold(recorded, &event);
            let rows = rows.map_err(|error| Fault::Unreadable { position, reason: error.to_string() })?;
            for table_rows in rows {
                let tables = refolded.follower.model.tables;
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
