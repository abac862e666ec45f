//! Bulk: deciding, appending and projecting many graduates' commands, beside the bare insert of the same event rows,
//! which is what the database could do at most; and rebuilding the read models from them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use gradtrail::app::App;
use gradtrail::app::execute::Begun;
use gradtrail::app::request::Request;
use gradtrail::event_log::Location;
use gradtrail::projections::MODELS;
use gradtrail::refusal::Why;
use sqlx::{AnyConnection, Connection, Executor, Row as _};

use crate::Fault;
use crate::place::Place;
use crate::workload::{self, caller, graduate};

/// Graduates decided together: their events are about as many as the bare insert's.
const CHUNK: usize = 660;
/// Chunks that are begun while an earlier one is written: one is decided, one planned. An import, which looks up what its
/// next rows mean, does not go that far yet.
const UNDER_WAY: usize = 2;
/// Event rows of one bare insert's transaction.
const BARE_ROWS: i64 = 5_000;
/// Rows of one statement: 16 columns below SQLite's 32,766 placeholders.
const STATEMENT_ROWS: usize = 1_000;

/// In which order the events of many graduates stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// All of a graduate, then all of the next.
    Adjacent,
    /// Everybody's first, then everybody's second.
    Spread,
}

/// Records `graduates` and gives events per second.
pub async fn record(app: &Arc<App>, graduates: usize, layout: Layout) -> Result<f64, Fault> {
    let caller = caller();
    workload::open_schools(app, &caller).await?;
    let before = app.log().head().await?.position();
    let people = (0..graduates).map(|_| graduate(app)).collect::<Result<Vec<_>, _>>()?;
    let chunks = chunks(people, layout);
    let started = Instant::now();
    // As a server does: on the runtime's threads, so that one core is the database's.
    tokio::spawn(drive(app.clone(), chunks)).await??;
    let seconds = started.elapsed().as_secs_f64();
    Ok((app.log().head().await?.position() - before) as f64 / seconds)
}

async fn drive(app: Arc<App>, chunks: Vec<Vec<Request>>) -> Result<(), Fault> {
    let mut begun = VecDeque::new();
    for requests in chunks {
        begun.push_back(app.begin_all(&caller(), requests).await);
        if begun.len() > UNDER_WAY {
            answered(&app, begun.pop_front()).await?;
        }
    }
    while !begun.is_empty() {
        answered(&app, begun.pop_front()).await?;
    }
    Ok(())
}

/// The requests of many graduates in the order of the layout, cut as an import cuts its files.
fn chunks(people: Vec<[Request; workload::COMMANDS]>, layout: Layout) -> Vec<Vec<Request>> {
    let chunk = |requests: Vec<Request>| {
        let mut requests = requests.into_iter();
        std::iter::from_fn(move || {
            let chunk: Vec<Request> = requests.by_ref().take(CHUNK * workload::COMMANDS).collect();
            (!chunk.is_empty()).then_some(chunk)
        })
        .collect()
    };
    match layout {
        Layout::Adjacent => chunk(people.into_iter().flatten().collect()),
        Layout::Spread => {
            let mut people: Vec<_> = people.into_iter().map(IntoIterator::into_iter).collect();
            let mut requests = vec![];
            for _ in 0..workload::COMMANDS {
                requests.extend(people.iter_mut().filter_map(Iterator::next));
            }
            chunk(requests)
        }
    }
}

async fn answered(app: &App, begun: Option<Begun>) -> Result<(), Fault> {
    let Some(begun) = begun else { return Ok(()) };
    for answer in app.finish_all(&caller(), begun).await {
        answer?;
    }
    Ok(())
}

/// Rebuilds all read models together; gives events per second.
pub async fn rebuild_all(app: &App) -> Result<f64, Fault> {
    let events = app.log().head().await?.position();
    let started = Instant::now();
    app.log().rebuild(MODELS, |_, _| ()).await.map_err(Why::from)?;
    Ok(events as f64 / started.elapsed().as_secs_f64())
}

/// Rebuilds every read model by itself; gives the seconds of each.
pub async fn rebuild_each(app: &App) -> Result<Vec<(&'static str, f64)>, Fault> {
    let mut seconds = vec![];
    for model in MODELS {
        let started = Instant::now();
        app.log().rebuild(&[*model], |_, _| ()).await.map_err(Why::from)?;
        seconds.push((model.name, started.elapsed().as_secs_f64()));
    }
    Ok(seconds)
}

/// Inserts the event rows of `app`'s log into an event table of the same columns and indexes in a database of its
/// own; gives events per second.
pub async fn bare_insert(app: &App, place: &Place) -> Result<f64, Fault> {
    let bare = place.another().await?;
    let mut connection = AnyConnection::connect(&bare.url()).await?;
    let schema = match place.location() {
        Location::Sqlite(_) => {
            connection.execute("pragma journal_mode = wal").await?;
            connection.execute("pragma synchronous = full").await?;
            include_str!("../../migrations/sqlite/0001_log.sql")
        }
        Location::Postgres(_) => include_str!("../../migrations/postgres/0001_log.sql"),
    };
    for statement in event_table(schema) {
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement))).await?;
    }
    let (mut after, mut seconds) = (0, 0.0);
    loop {
        let rows = app.log().events(after, BARE_ROWS).await?;
        let Some(last) = rows.last() else { break };
        after = last.position;
        let started = Instant::now();
        let mut transaction = connection.begin().await?;
        for rows in rows.chunks(STATEMENT_ROWS) {
            let mut query = sqlx::query(sqlx::AssertSqlSafe(insert_of(place.location(), rows.len())));
            for row in rows {
                query = query
                    .bind(row.position)
                    .bind(row.stream_type.as_str())
                    .bind(row.stream_id.as_str())
                    .bind(row.version);
                query = query
                    .bind(row.kind.as_str())
                    .bind(row.schema_version)
                    .bind(row.school.as_deref())
                    .bind(row.audience.as_str());
                query = query
                    .bind(row.effective_on)
                    .bind(row.recorded_at)
                    .bind(row.actor.as_str())
                    .bind(row.source.as_str());
                query = query
                    .bind(row.command_key.as_str())
                    .bind(row.causation.as_deref())
                    .bind(row.payload.as_str())
                    .bind(&row.leaf);
            }
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        seconds += started.elapsed().as_secs_f64();
    }
    let count: i64 = connection.fetch_one("select count(*) from event").await?.try_get(0)?;
    connection.close().await?;
    Ok(count as f64 / seconds)
}

/// One statement for so many event rows; numbered placeholders cost SQLite quadratic time.
fn insert_of(location: &Location, rows: usize) -> String {
    const COLUMNS: usize = 16;
    let place = |number: usize| match location {
        Location::Sqlite(_) => "?".to_owned(),
        Location::Postgres(_) => format!("${number}"),
    };
    let tuple = |row: usize| {
        let places: Vec<String> = (1..=COLUMNS).map(|column| place(row * COLUMNS + column)).collect();
        format!("({})", places.join(","))
    };
    let tuples: Vec<String> = (0..rows).map(tuple).collect();
    format!("insert into event values {}", tuples.join(","))
}

/// The statements of the schema that make the event table and its indexes.
fn event_table(schema: &str) -> Vec<String> {
    let is_of_events = |statement: &&str| {
        let statement = statement.trim_start();
        statement.contains("create table event (") || statement.contains(" index event_stream ")
    };
    schema.split(";\n").filter(is_of_events).map(str::to_owned).collect()
}
