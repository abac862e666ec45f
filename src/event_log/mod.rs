//! The log: the only SQL on it, and its two writers.
//!
//! Invariants: positions are gapless and visible in order; a stream's versions are 1..n; a key is recorded once;
//! stored bytes never change. What an event or a row means is not known here.
//!
//! In reading order: `request` what is asked, `record` what is stored, `merkle` the tree over it, `table` rows beside
//! it; `writer` the task that commits groups, `group` what a group makes of the log, `projector` what read models
//! make of it, `engine` the seam to `sqlite` and `postgres`; `read`, `upcast`, `rebuild`, `verify`.

mod engine;
mod group;
pub mod merkle;
mod postgres;
pub mod projector;
mod read;
mod rebuild;
pub mod record;
pub mod request;
mod sqlite;
pub mod table;
pub mod upcast;
pub mod verify;
mod writer;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, ConnectOptions, Connection, Executor, Row as _};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::domain::{Event, StreamType};
use engine::HeadColumns;
pub use engine::{EngineError, Location};
use projector::Model;
pub use read::decode;
use record::{Recorded, StreamKey};
use request::{AppendError, AppendRequest, Guard, GuardKey, Head, Receipt};
use writer::{Job, PathCounts, Pending, Writer};

/// Connections for questions.
const READERS_MAX: u32 = 8;

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("不能打开数据库 {path}：{reason}。请检查目录是否存在、是否可写、是否被其他程序占用")]
    Sqlite { path: PathBuf, reason: String },
    #[error("不能连接 PostgreSQL：{0}。请检查地址、账号和服务是否启动")]
    Postgres(String),
    #[error("数据库结构升级失败：{0}")]
    Migrate(String),
    #[error("数据库地址应为 sqlite:文件路径 或 postgres://…")]
    Url,
}

impl Location {
    /// `sqlite:PATH` or `postgres://...`.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Ok(Self::Sqlite(PathBuf::from(path.trim_start_matches("//"))))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.to_owned()))
        } else {
            Err(OpenError::Url)
        }
    }

    /// The address for the pool of readers.
    fn reader_url(&self) -> String {
        match self {
            Self::Sqlite(path) => {
                // The path becomes part of an address, where these three have a meaning of their own.
                let path = path.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
                format!("sqlite:{path}?mode=rw")
            }
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// The log of one database: appends go to its writer task, questions to its pool of read-only connections.
#[derive(Clone)]
pub struct EventLog {
    jobs: mpsc::Sender<Job>,
    paths: Arc<PathCounts>,
    readers: AnyPool,
    models: &'static [&'static Model],
}

impl EventLog {
    /// Opens the database, creates or migrates its schema, and starts the writer. `clock` gives microseconds since
    /// 1970-01-01 UTC.
    pub async fn open(
        location: &Location,
        models: &'static [&'static Model],
        clock: fn() -> i64,
    ) -> Result<Self, OpenError> {
        let broken = |error: &dyn std::fmt::Display| match location {
            Location::Sqlite(path) => OpenError::Sqlite { path: path.clone(), reason: error.to_string() },
            Location::Postgres(_) => OpenError::Postgres(error.to_string()),
        };
        migrate(location).await?;
        let (jobs, paths) = Writer::start(location.clone(), models, clock).await.map_err(|error| broken(&error))?;
        let readers = readers(location).await.map_err(|error| broken(&error))?;
        Ok(Self { jobs, paths, readers, models })
    }

    /// The connections for questions: read-only on both engines.
    pub fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// How many groups this process committed as a lone writer, and how many under the head's lock.
    pub fn group_paths(&self) -> (u64, u64) {
        (self.paths.lone.load(Ordering::Relaxed), self.paths.contended.load(Ordering::Relaxed))
    }

    pub fn models(&self) -> &'static [&'static Model] {
        self.models
    }

    /// Appends a request; answers when it is durable and shown, or why nothing was recorded.
    pub async fn append(&self, request: AppendRequest) -> Result<Receipt, AppendError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Append(Box::new(Pending { request, answer }));
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Busy,
            mpsc::error::TrySendError::Closed(_) => AppendError::Stopped,
        })?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }

    /// Appends many requests, waiting for room in the queue; each is answered on its own.
    pub async fn append_all(&self, requests: Vec<AppendRequest>) -> Vec<Result<Receipt, AppendError>> {
        let mut waiting = Vec::with_capacity(requests.len());
        for request in requests {
            let (answer, answered) = oneshot::channel();
            let sent = self.jobs.send(Job::Append(Box::new(Pending { request, answer }))).await;
            waiting.push(sent.map(|()| answered));
        }
        let mut answers = Vec::with_capacity(waiting.len());
        for answered in waiting {
            answers.push(match answered {
                Ok(answered) => answered.await.unwrap_or(Err(AppendError::Stopped)),
                Err(_) => Err(AppendError::Stopped),
            });
        }
        answers
    }

    /// Builds a read model anew from the log while others go on writing, calling `progress` with the position
    /// reached and the head's.
    pub async fn rebuild(&self, model: &'static Model, progress: impl FnMut(i64, i64)) -> Result<(), RebuildError> {
        self.rebuild_by(model, rebuild::PAGE_LEN, progress).await
    }

    /// The same by pages of a length of one's own. Abandoned half-way, it leaves the live read model as it was.
    pub async fn rebuild_by(
        &self,
        model: &'static Model,
        page_len: i64,
        mut progress: impl FnMut(i64, i64),
    ) -> Result<(), RebuildError> {
        self.step(|answer| rebuild::Step::Begin { model, answer }).await?;
        let mut after = 0;
        loop {
            let page = self.events(after, page_len).await?;
            let Some(last) = page.last().map(|recorded| recorded.position) else { break };
            let full = page.len() == usize::try_from(page_len).unwrap_or(usize::MAX);
            let events = read::decode_page(page)?;
            self.step(|answer| rebuild::Step::Page { events, answer }).await?;
            after = last;
            progress(after, self.head().await?.position());
            if !full {
                break;
            }
        }
        self.step(|answer| rebuild::Step::Finish { after, answer }).await?;
        Ok(())
    }

    async fn step(
        &self,
        step: impl FnOnce(oneshot::Sender<Result<(), AppendError>>) -> rebuild::Step,
    ) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job::Rebuild(step(answer))).await.map_err(|_| AppendError::Stopped)?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }

    pub async fn head(&self) -> Result<Head, EngineError> {
        let row = sqlx::query(engine::HEAD_SQL).fetch_one(&self.readers).await?;
        writer::parse_head(HeadColumns {
            revision: row.try_get(0)?,
            next_position: row.try_get(1)?,
            last_recorded_at: row.try_get(2)?,
            frontier: row.try_get(3)?,
            read_models: row.try_get(4)?,
        })
    }

    /// The root of the log as it was at a position.
    pub async fn root_at(&self, position: i64) -> Result<merkle::Hash, EngineError> {
        let head = self.head().await?;
        if position >= head.position() {
            return Ok(head.root());
        }
        let mut frontier = merkle::Frontier::default();
        let mut after = 0;
        while after < position {
            let sql = "select leaf from event where position > $1 and position <= $2 order by position limit $3";
            let query = sqlx::query(sql).bind(after).bind(position).bind(LEAF_PAGE_LEN);
            let rows = query.fetch_all(&self.readers).await?;
            for row in &rows {
                let leaf: Vec<u8> = row.try_get(0)?;
                let leaf = leaf.try_into().map_err(|_| EngineError::Refused("日志中有损坏的叶哈希".to_owned()))?;
                frontier.push(leaf);
            }
            if rows.is_empty() {
                break;
            }
            after = frontier.size().cast_signed();
        }
        Ok(frontier.root())
    }

    /// A page of the log behind a position, oldest first.
    pub async fn events(&self, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        let rows = sqlx::query(read::EVENTS_AFTER).bind(after).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// A page of a stream behind a version, oldest first.
    pub async fn stream_events(&self, stream: StreamKey, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        let query = sqlx::query(read::STREAM_EVENTS).bind(stream.kind.as_str()).bind(stream.id.to_string());
        let rows = query.bind(after).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// The events of every stream with this id, in the order of the log.
    pub async fn subject_events(&self, id: Uuid) -> Result<Vec<Recorded>, EngineError> {
        let rows = sqlx::query(read::SUBJECT_EVENTS).bind(id.to_string()).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// A page of the events with this causation behind a position, oldest first.
    pub async fn caused_events(&self, causation: &str, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        let query = sqlx::query(read::CAUSED_EVENTS).bind(causation).bind(after).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// The events of many streams, each stream's in order.
    pub async fn streams(
        &self,
        kind: StreamType,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<(Recorded, Event)>>, EngineError> {
        let mut streams: HashMap<Uuid, Vec<(Recorded, Event)>> = HashMap::new();
        for chunk in ids.chunks(LOOKUP_LEN) {
            let columns = "e.position, e.stream_type, e.stream_id, e.version, e.kind, e.schema_version, e.school, \
                           e.audience, e.effective_on, e.recorded_at, e.actor, e.source, e.command_key, e.causation, \
                           e.payload, e.leaf";
            let sql = format!(
                "with k (id) as (values {}) select {columns} from k cross join event e \
                 where e.stream_type = '{}' and e.stream_id = k.id order by e.stream_id, e.version",
                lookup_values(chunk.len(), 1),
                kind.as_str()
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.fetch_all(&self.readers).await? {
                let recorded = read::recorded(&row)?;
                let event = decode(&recorded)?;
                streams.entry(recorded.subject()).or_default().push((recorded, event));
            }
        }
        Ok(streams)
    }

    /// The guards of one kind and scope under these keys, in the order of the keys.
    pub async fn guards(&self, kind: &str, scope: &str, keys: &[String]) -> Result<Vec<Option<Guard>>, EngineError> {
        let mut found: HashMap<String, Guard> = HashMap::new();
        for chunk in keys.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (key) as (values {}) select g.key, g.version, g.stream from k cross join guard g \
                 where g.kind = ${} and g.scope = ${} and g.key = k.key",
                lookup_values(chunk.len(), 1),
                padded_len(chunk.len()) + 1,
                padded_len(chunk.len()) + 2,
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for key in padded(chunk) {
                query = query.bind(key.cloned());
            }
            for row in query.bind(kind.to_owned()).bind(scope.to_owned()).fetch_all(&self.readers).await? {
                let version = row.try_get::<i64, _>(1)?.unsigned_abs();
                found.insert(row.try_get(0)?, Guard { version, stream: row.try_get(2)? });
            }
        }
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    pub async fn guard(&self, guard: &GuardKey) -> Result<Option<Guard>, EngineError> {
        let keys = [guard.key.clone()];
        Ok(self.guards(&guard.kind, &guard.scope, &keys).await?.into_iter().next().flatten())
    }

    /// The sealed rows of these subjects: (subject, revision, bytes).
    pub async fn sealed(&self, subjects: &[Uuid]) -> Result<Vec<(Uuid, u32, Vec<u8>)>, EngineError> {
        let mut sealed = vec![];
        for chunk in subjects.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (id) as (values {}) select s.subject, s.revision, s.sealed from k cross join sealed s \
                 where s.subject = k.id order by s.subject, s.revision",
                lookup_values(chunk.len(), 1)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.fetch_all(&self.readers).await? {
                let subject = Uuid::parse_str(&row.try_get::<String, _>(0)?).unwrap_or_default();
                let revision = u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or_default();
                sealed.push((subject, revision, row.try_get(2)?));
            }
        }
        Ok(sealed)
    }

    /// The receipt under an idempotency key: (fingerprint, receipt).
    pub async fn answered(&self, key: &str) -> Result<Option<(Vec<u8>, Receipt)>, EngineError> {
        let row = sqlx::query(
            "select fingerprint, first_position, event_count, recorded_at, answer from command where key = $1",
        )
        .bind(key.to_owned())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let receipt = Receipt {
            first_position: row.try_get(1)?,
            event_count: row.try_get(2)?,
            recorded_at: row.try_get(3)?,
            answer: row.try_get(4)?,
            repeated: true,
            stalled: vec![],
        };
        Ok(Some((row.try_get(0)?, receipt)))
    }

    /// The next subjects with sealed rows behind one, in the order of their ids.
    pub async fn sealed_subjects(&self, after: &str) -> Result<Vec<Uuid>, EngineError> {
        let sql = "select distinct subject from sealed where subject > $1 order by subject limit 2000";
        let rows = sqlx::query(sql).bind(after.to_owned()).fetch_all(&self.readers).await?;
        let parsed = rows.iter().map(|row| Ok(Uuid::parse_str(&row.try_get::<String, _>(0)?).unwrap_or_default()));
        parsed.collect()
    }

    /// The answers kept under these keys.
    pub async fn answers(&self, keys: &[String]) -> Result<HashMap<String, String>, EngineError> {
        let mut answers = HashMap::new();
        for chunk in keys.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (key) as (values {}) select c.key, c.answer from k cross join command c where c.key = k.key",
                lookup_values(chunk.len(), 1)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for key in padded(chunk) {
                query = query.bind(key.cloned());
            }
            for row in query.fetch_all(&self.readers).await? {
                answers.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        Ok(answers)
    }

    /// The key that the sealed rows need: (id, check value); `None` before the first was named.
    pub async fn installation(&self) -> Result<Option<(String, Vec<u8>)>, EngineError> {
        let row = sqlx::query("select key_id, key_check from installation").fetch_optional(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.try_get(0)?, row.try_get(1)?)))
    }

    /// The last position recorded at or before an instant, in microseconds.
    pub async fn position_at(&self, instant: i64) -> Result<i64, EngineError> {
        let row = sqlx::query("select coalesce(max(position), 0) from event where recorded_at <= $1")
            .bind(instant)
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// When the event at a position was recorded; `None` behind the head and before the first.
    pub async fn recorded_at(&self, position: i64) -> Result<Option<i64>, EngineError> {
        let row = sqlx::query("select recorded_at from event where position = $1")
            .bind(position)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }
}

#[derive(Debug, Error)]
pub enum RebuildError {
    #[error(transparent)]
    Read(#[from] EngineError),
    #[error(transparent)]
    Write(#[from] AppendError),
}

/// Leaf hashes read at a time.
const LEAF_PAGE_LEN: i64 = 20_000;

/// Keys of one look-up; fewer are padded to a power of two so that few statements are prepared.
const LOOKUP_LEN: usize = 512;

fn padded_len(len: usize) -> usize {
    len.next_power_of_two()
}

/// The keys, and nulls up to a power of two.
fn padded<T>(keys: &[T]) -> impl Iterator<Item = Option<&T>> {
    keys.iter().map(Some).chain(std::iter::repeat_n(None, padded_len(keys.len()) - keys.len()))
}

/// `($1), ($2), ...` for that many keys, padded.
fn lookup_values(len: usize, first: usize) -> String {
    let tuples: Vec<String> = (first..first + padded_len(len)).map(|n| format!("(${n})")).collect();
    tuples.join(", ")
}

async fn migrate(location: &Location) -> Result<(), OpenError> {
    match location {
        Location::Sqlite(path) => {
            let broken = |error: sqlx::Error| OpenError::Sqlite { path: path.clone(), reason: error.to_string() };
            let mut connection = sqlite::options(path, true).connect().await.map_err(broken)?;
            let migrated = sqlx::migrate!("migrations/sqlite").run(&mut connection).await;
            migrated.map_err(|error| OpenError::Sqlite { path: path.clone(), reason: error.to_string() })?;
            connection.close().await.map_err(broken)
        }
        Location::Postgres(url) => {
            let broken = |error: sqlx::Error| OpenError::Postgres(error.to_string());
            let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(broken)?;
            let mut connection = options.connect().await.map_err(broken)?;
            let migrated = sqlx::migrate!("migrations/postgres").run(&mut connection).await;
            migrated.map_err(|error| OpenError::Migrate(error.to_string()))?;
            connection.close().await.map_err(broken)
        }
    }
}

async fn readers(location: &Location) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let read_only = match location {
        Location::Sqlite(_) => "pragma query_only = 1; pragma busy_timeout = 10000; pragma cache_size = -16000",
        Location::Postgres(_) => "set default_transaction_read_only = on; set jit = off; set random_page_cost = 1.1",
    };
    AnyPoolOptions::new()
        .max_connections(READERS_MAX)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(sqlx::raw_sql(read_only)).await?;
                Ok(())
            })
        })
        .connect(&location.reader_url())
        .await
}
