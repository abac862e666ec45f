//! Where a measurement's database is: a fresh one of either engine, gone with the value.

use std::path::PathBuf;
use std::sync::Arc;

use gradtrail::app::App;
use gradtrail::event_log::Location;
use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;

use crate::Fault;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// The server on which databases are made, as for the tests.
pub fn server() -> Result<String, Fault> {
    #[expect(clippy::disallowed_methods, reason = "the benchmark's one setting")]
    std::env::var("GRADTRAIL_TEST_POSTGRES_URL")
        .map_err(|_| "GRADTRAIL_TEST_POSTGRES_URL is not set; run ops/bench, which starts PostgreSQL".into())
}

pub struct Place {
    engine: Engine,
    location: Location,
    folder: TempDir,
    /// Of PostgreSQL: the server, and the database's name there.
    database: Option<(String, String)>,
}

impl Place {
    pub async fn new(engine: Engine) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir()?;
        let (location, database) = match engine {
            Engine::Sqlite => (Location::Sqlite(folder.path().join("gradtrail.db")), None),
            Engine::Postgres => {
                let server = server()?;
                let name = format!("gradtrail_bench_{}", uuid::Uuid::new_v4().simple());
                administer(&server, &format!("create database {name}")).await?;
                let (address, _) = server.rsplit_once('/').ok_or("the server's address names no database")?;
                (Location::Postgres(format!("{address}/{name}")), Some((server, name)))
            }
        };
        Ok(Self { engine, location, folder, database })
    }

    /// A fresh database of the same engine.
    pub async fn another(&self) -> Result<Self, Fault> {
        let other = Self::new(self.engine).await?;
        if let Location::Sqlite(path) = &other.location {
            std::fs::File::create(path)?;
        }
        Ok(other)
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("gradtrail.key")
    }

    pub fn url(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.clone(),
        }
    }

    pub async fn open(&self) -> Result<Arc<App>, Fault> {
        self.open_at(now).await
    }

    /// The same at another time.
    pub async fn open_at(&self, clock: fn() -> i64) -> Result<Arc<App>, Fault> {
        Ok(Arc::new(App::open(&self.location, &self.key_file(), clock).await?))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = self.database.take() {
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
                runtime.block_on(administer(&server, &format!("drop database {name} with (force)"))).ok()
            });
            let _left_behind = dropping.join();
        }
    }
}

async fn administer(server: &str, statement: &str) -> Result<(), Fault> {
    let mut connection = AnyConnection::connect(server).await?;
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))).await?;
    connection.close().await?;
    Ok(())
}

/// Microseconds since 1970-01-01 UTC.
#[expect(clippy::disallowed_methods, reason = "a benchmark runs in the present")]
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
