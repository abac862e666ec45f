//! The log and its two writers: all SQL on its tables is here.
//!
//! Invariants: positions have no gaps and become visible in order; a stream's versions are 1..n; a key is recorded
//! once; stored bytes never change. What an event or a row means is not known here.
//!
//! In reading order: `request` what a caller asks, `record` an event as it is stored, `merkle` the tree over all
//! events, `table` other rows, `text` the strings in them. `group` decides a group of requests, `projector` folds its
//! events into read models, `batch` holds the rows of both, and `engine` hands them to `sqlite` or `postgres`. `writer`
//! commits a group under a lock, `in_flight` is the task that usually does without, `job` what the task is asked, `others`
//! tells whether another process wrote, `tail` what was added lately. Then `questions`, put `together` where many ask at
//! once, `followed` and `read`, `working` tables, `upcast`, `rebuild`, `verify`, `copy`, `scrub`; `format` whether a
//! database is one of this program at all.

mod batch;
pub mod copy;
mod engine;
pub mod fault;
mod followed;
mod format;
mod group;
mod in_flight;
mod job;
pub(crate) mod lookup;
pub mod merkle;
mod others;
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
pub mod tail;
pub mod text;
mod together;
pub mod upcast;
pub mod verify;
pub mod working;
mod writer;

use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use strum::{IntoStaticStr, VariantNames};

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyPool, ConnectOptions, Connection, Executor};
use tokio::sync::{mpsc, oneshot};

use crate::private_file;
pub use batch::EngineError;
pub use engine::Location;
use fault::DatabaseFault;
use followed::Followed;
pub use job::RebuildError;
use job::{AppendResult, Job, Pending};
use others::Others;
pub use others::{LogKnown, OthersWrote};
use projector::Model;
pub use read::decode;
use request::{AppendError, AppendRequest, LogHead, Receipt};
use tail::Tail;
use together::Together;
use writer::CommitCounts;

/// The schema of the permanent side for each engine; both have the same versions.
static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How many connections there are for questions.
const READERS_MAX: u32 = 8;
/// How long a question waits for a connection, also while a server starts. Then it fails.
const READER_WAIT: Duration = Duration::from_secs(10);

/// Why a database was not opened.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "database.")]
pub enum OpenError {
    Sqlite { path: PathBuf, reason: DatabaseFault },
    Wide { path: PathBuf, reason: String },
    Postgres(DatabaseFault),
    Migrate(String),
    Older,
    Newer,
    Url,
}

impl Location {
    /// Reads `sqlite:PATH`, `postgres://...` or `postgresql://...`.
    ///
    /// # Errors
    /// [`OpenError::Url`] if the text is none of these.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Ok(Self::Sqlite(PathBuf::from(path.trim_start_matches("//"))))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.to_owned()))
        } else {
            Err(OpenError::Url)
        }
    }

    /// The address for the pool of connections for questions.
    fn reader_url(&self) -> String {
        self.url("rw")
    }

    /// The address of a source to be copied, which may lie on a medium that cannot be written.
    fn copy_url(&self) -> String {
        self.url("ro")
    }

    fn url(&self, mode: &str) -> String {
        match self {
            Self::Sqlite(path) => {
                // In an address these three characters have a meaning of their own.
                let path = path.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
                format!("sqlite:{path}?mode={mode}")
            }
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// What is stored under a key: the fingerprint of what was asked, and its receipt.
type Keyed = (Vec<u8>, Receipt);

/// The log of one database. Appends go to its writer task, questions to its pool of read-only connections.
#[derive(Clone)]
pub struct EventLog {
    jobs: mpsc::Sender<Job>,
    counts: Arc<CommitCounts>,
    followed: Followed,
    others: Others,
    /// Who asks for the head, and who for what is stored under a key.
    heads: Arc<Together<(), Arc<LogHead>>>,
    receipts: Arc<Together<String, Option<Keyed>>>,
    tail: Arc<Tail>,
    readers: AnyPool,
    location: Location,
    models: &'static [&'static Model],
}

/// How busy the writer of a process is and was since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterLoad {
    /// Groups committed on the head as the writer had left it.
    pub optimistic: u64,
    /// Groups committed under the head's lock.
    pub locked: u64,
    /// Requests of all these groups.
    pub requests: u64,
    /// Requests of the last one.
    pub last_group: u64,
    /// What waits for the writer now.
    pub queued: u64,
}

impl WriterLoad {
    /// Requests of a group, on the mean.
    #[expect(clippy::cast_precision_loss, reason = "a mean of small numbers")]
    pub fn group_mean(&self) -> f64 {
        self.requests as f64 / (self.optimistic + self.locked).max(1) as f64
    }
}

/// A request that was handed to the writer.
pub struct Enqueued(oneshot::Receiver<AppendResult>);

impl Enqueued {
    /// A request that is answered already.
    pub fn answered(receipt: Receipt) -> Self {
        let (answer, answered) = oneshot::channel();
        let _listens_below = answer.send(Ok(receipt));
        Self(answered)
    }

    /// Waits until the request is durable and the read models show it.
    ///
    /// # Errors
    /// Why nothing was recorded, or that this is unknown.
    pub async fn answer(self) -> Result<Receipt, AppendError> {
        self.0.await.unwrap_or(Err(AppendError::Stopped))
    }
}

impl EventLog {
    /// Opens the database, creates or migrates its schema, and starts the writer. `clock` gives microseconds since
    /// 1970-01-01 UTC. An SQLite file is made readable by its owner only.
    ///
    /// # Errors
    /// When the database cannot be reached, read or written, or others may read its file and it cannot be changed.
    pub async fn open(
        location: &Location,
        models: &'static [&'static Model],
        clock: fn() -> i64,
    ) -> Result<Self, OpenError> {
        let broken = |error: EngineError| match location {
            Location::Sqlite(path) => OpenError::Sqlite { path: path.clone(), reason: error.told() },
            Location::Postgres(_) => OpenError::Postgres(error.told()),
        };
        migrate(location).await?;
        let (followed, others) = (Followed::default(), Others::default());
        let started = in_flight::start(location.clone(), models, clock, followed.clone(), others.clone()).await;
        let (jobs, counts) = started.map_err(broken)?;
        let readers = readers(location).await.map_err(|error| broken(error.into()))?;
        let (heads, receipts, tail) = (Arc::default(), Arc::default(), Arc::default());
        Ok(Self { jobs, counts, followed, others, heads, receipts, tail, readers, location: location.clone(), models })
    }

    /// Whether there is a database at a location, be it of whatever edition; nothing is created.
    pub async fn is_there(location: &Location) -> bool {
        format::is_there(location).await
    }

    /// The connections for questions: read-only on both engines.
    pub fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// How many groups this process committed on the head as it had left it, and how many under the head's lock.
    pub fn commit_counts(&self) -> (u64, u64) {
        (self.counts.optimistic.load(Ordering::Relaxed), self.counts.locked.load(Ordering::Relaxed))
    }

    /// How busy the writer is.
    pub fn writer_load(&self) -> WriterLoad {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let CommitCounts { optimistic, locked, requests, last_group, waiting } = &*self.counts;
        let (optimistic, locked) = (read(optimistic), read(locked));
        let handed_in = (self.jobs.max_capacity() - self.jobs.capacity()) as u64;
        let queued = handed_in + read(waiting);
        WriterLoad { optimistic, locked, requests: read(requests), last_group: read(last_group), queued }
    }

    /// The read models of this program.
    pub fn models(&self) -> &'static [&'static Model] {
        self.models
    }

    /// Appends a request, and waits until it is durable and the read models show it.
    ///
    /// # Errors
    /// Why nothing was recorded, or that this is unknown. If too many requests wait, the answer is at once
    /// [`AppendError::Busy`].
    pub async fn append(&self, request: AppendRequest) -> Result<Receipt, AppendError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Append(vec![Pending { request, answer }]);
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Busy,
            mpsc::error::TrySendError::Closed(_) => AppendError::Stopped,
        })?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }

    /// Hands requests to the writer together, waiting for room in the queue. The answers can be waited for later.
    pub async fn enqueue(&self, requests: Vec<AppendRequest>) -> Vec<Enqueued> {
        let mut enqueued = Vec::with_capacity(requests.len());
        let mut pending = Vec::with_capacity(requests.len());
        for request in requests {
            let (answer, answered) = oneshot::channel();
            pending.push(Pending { request, answer });
            enqueued.push(Enqueued(answered));
        }
        // If the writer has stopped, the channels of the answers close, and each answer says so.
        let _stopped = self.jobs.send(Job::Append(pending)).await;
        enqueued
    }
}

/// Makes the schema, or completes it; refuses a database of another format before anything is written to it.
async fn migrate(location: &Location) -> Result<(), OpenError> {
    format::check(location).await?;
    match location {
        Location::Sqlite(path) => {
            create_private(path)?;
            let broken =
                |error: sqlx::Error| OpenError::Sqlite { path: path.clone(), reason: EngineError::from(error).told() };
            let mut connection = sqlite::options(path).connect().await.map_err(broken)?;
            let migrated = SQLITE_MIGRATIONS.run(&mut connection).await;
            migrated.map_err(|error| match error {
                MigrateError::Execute(error) => broken(error),
                other => not_migrated(&other),
            })?;
            connection.close().await.map_err(broken)?;
            tighten(path)
        }
        Location::Postgres(url) => {
            let broken = |error: sqlx::Error| OpenError::Postgres(DatabaseFault::of(&error));
            let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(broken)?;
            let mut connection = options.connect().await.map_err(broken)?;
            let migrated = POSTGRES_MIGRATIONS.run(&mut connection).await;
            migrated.map_err(|error| not_migrated(&error))?;
            connection.close().await.map_err(broken)
        }
    }
}

/// Creates an SQLite file that only its owner can read, if there is none. SQLite gives the write-ahead log and the shared
/// memory beside it the same rights when it creates them.
fn create_private(path: &Path) -> Result<(), OpenError> {
    match private_file::create_new(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(OpenError::Sqlite { path: path.to_owned(), reason: DatabaseFault::of(&error) })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Takes the rights of others away from the files of a database. It is called once the file has proved to be ours.
fn tighten(path: &Path) -> Result<(), OpenError> {
    for beside in ["", "-wal", "-shm"] {
        let mut path = path.as_os_str().to_owned();
        path.push(beside);
        let path = PathBuf::from(path);
        private_file::tighten(&path).map_err(|error| OpenError::Wide { path, reason: error.to_string() })?;
    }
    Ok(())
}

/// Another edition of this program may have been faster on an empty database.
fn not_migrated(error: &MigrateError) -> OpenError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => OpenError::Older,
        other => OpenError::Migrate(other.to_string()),
    }
}

/// The pool of read-only connections for questions.
async fn readers(location: &Location) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let read_only = match location {
        Location::Sqlite(_) => {
            "pragma query_only = 1; pragma busy_timeout = 10000; pragma cache_size = -4000; pragma temp_store = memory"
        }
        Location::Postgres(_) => "set default_transaction_read_only = on; set jit = off; set random_page_cost = 1.1",
    };
    AnyPoolOptions::new()
        // A connection to a file is not lost, and asking whether it is there takes as long as a short question.
        .test_before_acquire(matches!(location, Location::Postgres(_)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal as _;

    #[test]
    fn an_address_of_neither_engine_is_refused() {
        for url in ["", "mysql://localhost/x", "gradtrail.db", "postgres:x"] {
            assert_eq!(Location::parse(url).unwrap_err().code(), "database.url", "{url}");
        }
    }

    /// Nobody changes the rights of this one, whoever the test runs as.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_whose_rights_cannot_be_taken_from_others_is_not_opened() {
        let refused = tighten(Path::new("/proc/self/status")).unwrap_err();
        assert!(matches!(refused, OpenError::Wide { .. }), "{refused:?}");
    }
}
