//! The peers' own stores, as their documentation sets them up; SQLite with `synchronous=FULL`.

use std::sync::Arc;

use cqrs_es::Aggregate;
use cqrs_es::AggregateError;
use cqrs_es::persist::GenericQuery;
use postgres_es::{PostgresCqrs, PostgresViewRepository, postgres_cqrs};
use sqlite_es::{SqliteCqrs, SqliteViewRepository, sqlite_cqrs};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Executor, PgConnection, PgPool, SqlitePool};

use crate::Fault;
use crate::graduate::{FurtherStudy, Outcome, Record, Refusal, Student, Whereabouts};

const SQLITE_TABLES: &str = "
    create table events (aggregate_type text not null, aggregate_id text not null,
        sequence integer check (sequence >= 0) not null, event_type text not null, event_version text not null,
        payload text not null, metadata text not null, primary key (aggregate_type, aggregate_id, sequence)) strict;
    create table whereabouts (view_id text not null, version integer check (version >= 0) not null,
        payload text not null, primary key (view_id)) strict;";

const POSTGRES_TABLES: &str = "
    create table events (aggregate_type text not null, aggregate_id text not null,
        sequence bigint check (sequence >= 0) not null, event_type text not null, event_version text not null,
        payload json not null, metadata json not null, primary key (aggregate_type, aggregate_id, sequence));
    create table whereabouts (view_id text not null, version bigint check (version >= 0) not null,
        payload json not null, primary key (view_id));";

/// A fresh database with the three frameworks on it.
pub enum Store {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

pub struct Sqlite {
    student: SqliteCqrs<Student>,
    outcome: SqliteCqrs<Outcome>,
    study: SqliteCqrs<FurtherStudy>,
    pool: SqlitePool,
    _folder: tempfile::TempDir,
}

pub struct Postgres {
    student: PostgresCqrs<Student>,
    outcome: PostgresCqrs<Outcome>,
    study: PostgresCqrs<FurtherStudy>,
    pool: PgPool,
    server: String,
    database: String,
}

fn sqlite<A: Aggregate + 'static>(pool: &SqlitePool) -> SqliteCqrs<A>
where
    Whereabouts: cqrs_es::View<A>,
    A::Services: Default,
{
    let views = SqliteViewRepository::<Whereabouts, A>::new("whereabouts", pool.clone());
    let mut query = GenericQuery::new(Arc::new(views));
    query.use_error_handler(Box::new(|error| eprintln!("a view missed an event: {error}")));
    sqlite_cqrs(pool.clone(), vec![Box::new(query)], A::Services::default())
}

fn postgres<A: Aggregate + 'static>(pool: &PgPool) -> PostgresCqrs<A>
where
    Whereabouts: cqrs_es::View<A>,
    A::Services: Default,
{
    let views = PostgresViewRepository::<Whereabouts, A>::new("whereabouts", pool.clone());
    let mut query = GenericQuery::new(Arc::new(views));
    query.use_error_handler(Box::new(|error| eprintln!("a view missed an event: {error}")));
    postgres_cqrs(pool.clone(), vec![Box::new(query)], A::Services::default())
}

impl Store {
    /// `sqlite`, or the address of a PostgreSQL server on which a database is made.
    pub async fn open(store: &str, connections: u32) -> Result<Self, Fault> {
        if store == "sqlite" {
            let folder = tempfile::tempdir()?;
            let options = SqliteConnectOptions::new()
                .filename(folder.path().join("peer.db"))
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true);
            let pool = SqlitePoolOptions::new().max_connections(connections).connect_with(options).await?;
            pool.execute(SQLITE_TABLES).await?;
            let (student, outcome, study) = (sqlite(&pool), sqlite(&pool), sqlite(&pool));
            return Ok(Self::Sqlite(Box::new(Sqlite { student, outcome, study, pool, _folder: folder })));
        }
        let database = format!("gradtrail_bench_peer_{}", uuid::Uuid::new_v4().simple());
        let mut server = PgConnection::connect(store).await?;
        server.execute(format!("create database {database}").as_str()).await?;
        server.close().await?;
        let (address, _) = store.rsplit_once('/').ok_or("the server's address names no database")?;
        let pool = PgPoolOptions::new().max_connections(connections).connect(&format!("{address}/{database}")).await?;
        pool.execute(POSTGRES_TABLES).await?;
        let (student, outcome, study) = (postgres(&pool), postgres(&pool), postgres(&pool));
        let server = store.to_owned();
        Ok(Self::Postgres(Box::new(Postgres { student, outcome, study, pool, server, database })))
    }

    pub async fn student(&self, id: &str, record: Record) -> Result<(), AggregateError<Refusal>> {
        match self {
            Self::Sqlite(store) => store.student.execute(id, record).await,
            Self::Postgres(store) => store.student.execute(id, record).await,
        }
    }

    pub async fn outcome(&self, id: &str, record: Record) -> Result<(), AggregateError<Refusal>> {
        match self {
            Self::Sqlite(store) => store.outcome.execute(id, record).await,
            Self::Postgres(store) => store.outcome.execute(id, record).await,
        }
    }

    pub async fn study(&self, id: &str, record: Record) -> Result<(), AggregateError<Refusal>> {
        match self {
            Self::Sqlite(store) => store.study.execute(id, record).await,
            Self::Postgres(store) => store.study.execute(id, record).await,
        }
    }

    /// How many events the store holds.
    pub async fn event_count(&self) -> Result<i64, Fault> {
        const COUNT: &str = "select count(*) from events";
        Ok(match self {
            Self::Sqlite(store) => sqlx::query_scalar(COUNT).fetch_one(&store.pool).await?,
            Self::Postgres(store) => sqlx::query_scalar(COUNT).fetch_one(&store.pool).await?,
        })
    }

    /// Removes the database.
    pub async fn close(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(store) => store.pool.close().await,
            Self::Postgres(store) => {
                store.pool.close().await;
                let mut server = PgConnection::connect(&store.server).await?;
                server.execute(format!("drop database {} with (force)", store.database).as_str()).await?;
                server.close().await?;
            }
        }
        Ok(())
    }
}
