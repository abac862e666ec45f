//! The log: the only SQL on it, and its two writers.
//!
//! Invariants: positions are gapless and visible in order; a stream's versions are 1..n; a key is recorded once;
//! stored bytes never change. What an event or a row means is not known here.
//!
//! In reading order: `request` what is asked, `record` what is stored, `merkle` the tree over it, `table` rows beside
//! it, `text` the strings in them; `writer` the task that commits groups, `flight` how one is planned while another is
//! written, `group` what a group makes of the log, `projector` what read models make of it, `engine` the seam to
//! `sqlite` and `postgres`; `questions` and `read`, `upcast`, `rebuild`, `verify`, `copy`, `scrub`; `format` whether a
//! database is one of this program at all.

pub mod copy;
mod engine;
mod flight;
mod format;
mod group;
pub mod merkle;
mod postgres;
pub mod projector;
mod questions;
pub(crate) mod read;
mod rebuild;
pub mod record;
pub mod request;
pub mod scrub;
mod sqlite;
pub mod table;
pub mod text;
pub mod upcast;
pub mod verify;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyPool, ConnectOptions, Connection, Executor};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

pub use engine::{EngineError, Location};
use projector::Model;
pub use read::decode;
pub use rebuild::RebuildError;
use request::{AppendError, AppendRequest, Receipt};
use writer::{Job, PathCounts, Pending, Writer};

/// The schema of the permanent side, by engine; both have the same versions.
static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections for questions.
const READERS_MAX: u32 = 8;
/// A question waits so long for a connection, also for a server that is starting; then it is answered as failed.
const READER_WAIT: Duration = Duration::from_secs(10);

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("不能打开数据库 {path}：{reason}。请检查目录是否存在、是否可写、磁盘是否已满、文件是否被其他程序占用")]
    Sqlite { path: PathBuf, reason: String },
    #[error("不能连接 PostgreSQL：{0}。请检查地址、账号和服务是否启动")]
    Postgres(String),
    #[error("数据库结构升级失败：{0}")]
    Migrate(String),
    #[error("这个数据库是旧版本的格式，没有打开，也没有改动；尚未发布的版本不带升级，请用新的数据目录或数据库重新导入")]
    Older,
    #[error("这个数据库由更新版本的程序写入，没有打开，也没有改动；请升级程序")]
    Newer,
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
        self.url("rw")
    }

    /// The address of a source that is copied: it may lie on a medium that cannot be written.
    fn copy_url(&self) -> String {
        self.url("ro")
    }

    fn url(&self, mode: &str) -> String {
        match self {
            Self::Sqlite(path) => {
                // The path becomes part of an address, where these three have a meaning of their own.
                let path = path.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
                format!("sqlite:{path}?mode={mode}")
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
    location: Location,
    models: &'static [&'static Model],
}

/// A request on its way.
pub struct Enqueued(oneshot::Receiver<Result<Receipt, AppendError>>);

impl Enqueued {
    /// One that has arrived already.
    pub fn answered(receipt: Receipt) -> Self {
        let (answer, answered) = oneshot::channel();
        let _listens_below = answer.send(Ok(receipt));
        Self(answered)
    }

    /// Answers when the request is durable and shown, or why nothing was recorded.
    pub async fn answer(self) -> Result<Receipt, AppendError> {
        self.0.await.unwrap_or(Err(AppendError::Stopped))
    }
}

impl EventLog {
    /// Opens the database, creates or migrates its schema, and starts the writer. `clock` gives microseconds since
    /// 1970-01-01 UTC.
    pub async fn open(
        location: &Location,
        models: &'static [&'static Model],
        clock: fn() -> i64,
    ) -> Result<Self, OpenError> {
        let broken = |error: EngineError| match location {
            Location::Sqlite(path) => OpenError::Sqlite { path: path.clone(), reason: error.advice() },
            Location::Postgres(_) => OpenError::Postgres(error.advice()),
        };
        migrate(location).await?;
        let (jobs, paths) = Writer::start(location.clone(), models, clock).await.map_err(broken)?;
        let readers = readers(location).await.map_err(|error| broken(error.into()))?;
        Ok(Self { jobs, paths, readers, location: location.clone(), models })
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
        let job = Job::Append(vec![Pending { request, answer }]);
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Busy,
            mpsc::error::TrySendError::Closed(_) => AppendError::Stopped,
        })?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }

    /// Hands requests to the writer together, waiting for room in the queue; their answers are waited for later.
    pub async fn enqueue(&self, requests: Vec<AppendRequest>) -> Vec<Enqueued> {
        let mut enqueued = Vec::with_capacity(requests.len());
        let mut pending = Vec::with_capacity(requests.len());
        for request in requests {
            let (answer, answered) = oneshot::channel();
            pending.push(Pending { request, answer });
            enqueued.push(Enqueued(answered));
        }
        // Should the writer have stopped, it drops the answers, which says so.
        let _stopped = self.jobs.send(Job::Append(pending)).await;
        enqueued
    }
}

/// Makes the schema, or completes it; refuses a database of another format before anything is written to it.
async fn migrate(location: &Location) -> Result<(), OpenError> {
    format::check(location).await?;
    match location {
        Location::Sqlite(path) => {
            let broken = |error: sqlx::Error| OpenError::Sqlite {
                path: path.clone(),
                reason: EngineError::from(error).advice(),
            };
            let mut connection = sqlite::options(path, true).connect().await.map_err(broken)?;
            let migrated = SQLITE_MIGRATIONS.run(&mut connection).await;
            migrated.map_err(|error| match error {
                MigrateError::Execute(error) => broken(error),
                other => not_migrated(&other),
            })?;
            connection.close().await.map_err(broken)
        }
        Location::Postgres(url) => {
            let broken = |error: sqlx::Error| OpenError::Postgres(error.to_string());
            let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(broken)?;
            let mut connection = options.connect().await.map_err(broken)?;
            let migrated = POSTGRES_MIGRATIONS.run(&mut connection).await;
            migrated.map_err(|error| not_migrated(&error))?;
            connection.close().await.map_err(broken)
        }
    }
}

/// Another edition of this program may have been faster on an empty database.
fn not_migrated(error: &MigrateError) -> OpenError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => OpenError::Older,
        other => OpenError::Migrate(other.to_string()),
    }
}

async fn readers(location: &Location) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let read_only = match location {
        Location::Sqlite(_) => {
            "pragma query_only = 1; pragma busy_timeout = 10000; pragma cache_size = -4000; pragma temp_store = memory"
        }
        Location::Postgres(_) => "set default_transaction_read_only = on; set jit = off; set random_page_cost = 1.1",
    };
    AnyPoolOptions::new()
        .max_connections(READERS_MAX)
        .acquire_timeout(READER_WAIT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(sqlx::raw_sql(read_only)).await?;
                Ok(())
            })
        })
        .connect(&location.reader_url())
        .await
}
