//! Promise: connections that PostgreSQL ends, a server that is killed and started again: what was answered as recorded
//! is there once, the same key answers the same afterwards, and nobody needs to restart our process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gradtrail::app::AppError;
use gradtrail::app::report::ReportQuery;
use gradtrail::domain::figures::populations::{EMPLOYED, GRADUATES};
use gradtrail::domain::terms::DestinationKind;
use gradtrail::event_log::Location;
use gradtrail::event_log::request::AppendError;
use sqlx::{AnyConnection, Connection, Executor, Row};

use super::cluster::{Cluster, signal};
use super::{Acknowledged, Deed, Dice, assert_kept, done, is_of_the_connection, position, rounds};
use crate::support::{Database, Town, ask};

const TASKS: u32 = 8;

/// Tasks that record until they are told to stop. A command without a clear answer is given again, with the same key.
struct Workers {
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<(Vec<Acknowledged>, Vec<AppError>)>>,
}

impl Workers {
    fn begin(town: &Arc<Town>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let work = |task| {
            let (town, stop) = (town.clone(), stop.clone());
            tokio::spawn(async move {
                let (mut acknowledged, mut errors) = (vec![], vec![]);
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let deed = Deed { round: 0, task, number };
                    let done = loop {
                        match deed.execute(&town).await {
                            Ok(done) => break done,
                            Err(error) => errors.push(error),
                        }
                    };
                    assert!(deed.execute(&town).await.ok().is_none_or(|again| again == done), "{deed:?}");
                    acknowledged.push(done);
                }
                (acknowledged, errors)
            })
        };
        Self { tasks: (0..TASKS).map(work).collect(), stop }
    }

    /// What was acknowledged, and how often there was no clear answer.
    async fn end(self) -> Vec<Acknowledged> {
        self.stop.store(true, Ordering::Relaxed);
        let (mut acknowledged, mut unclear) = (vec![], 0);
        for task in self.tasks {
            let (done, errors) = task.await.unwrap();
            acknowledged.extend(done);
            unclear += errors.len();
            for error in errors {
                assert!(is_of_the_connection(&error), "{error:?}");
            }
        }
        eprintln!("{} commands acknowledged, {unclear} had to be given again", acknowledged.len());
        assert!(!acknowledged.is_empty());
        acknowledged
    }
}

fn moment(dice: &mut Dice, milliseconds: u64) -> Duration {
    Duration::from_millis(5 + dice.below(milliseconds))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_ended_in_flight_lose_and_double_nothing() {
    let mut dice = Dice::new();
    let database = Database::postgres().await;
    let town = Arc::new(Town::new(&database).await);
    let mut raw = database.raw().await;
    let workers = Workers::begin(&town);
    for _ in 0..rounds(6) {
        tokio::time::sleep(moment(&mut dice, 120)).await;
        let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid()";
        raw.execute(others).await.unwrap();
        done("connections terminated");
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_kept(&town, &workers.end().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_cancelled_in_flight_stop_nobody() {
    let mut dice = Dice::new();
    let database = Database::postgres().await;
    let town = Arc::new(Town::new(&database).await);
    let mut raw = database.raw().await;
    let first = Deed::numbered(0).execute(&town).await.unwrap();
    // Somebody holds the head row; the command waits for it and is cancelled while it waits, again and again.
    for number in 1..=rounds(4) {
        let mut holder = raw.begin().await.unwrap();
        holder.execute("select revision from log_head for update").await.unwrap();
        let waiting = tokio::spawn({
            let town = town.clone();
            async move { Deed::numbered(number).execute(&town).await }
        });
        let others = "select count(pg_cancel_backend(pid)) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'";
        while !waiting.is_finished() {
            tokio::time::sleep(moment(&mut dice, 30)).await;
            holder.execute(others).await.unwrap();
        }
        holder.rollback().await.unwrap();
        done("statement cancelled");
        let answer = waiting.await.unwrap();
        assert!(matches!(answer, Err(AppError::Append(AppendError::Database(_)))), "{answer:?}");
        assert_eq!(position(&town).await, super::EVENTS * i64::from(number), "nothing was recorded");
        Deed::numbered(number).execute(&town).await.unwrap();
    }
    assert_kept(&town, &[first]).await;
}

async fn on(cluster: &Cluster) -> (Database, Arc<Town>) {
    let mut database = Database::sqlite();
    database.location = Location::Postgres(cluster.url());
    let town = Arc::new(Town::new(&database).await);
    (database, town)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_and_started_again_under_commands_loses_and_doubles_nothing() {
    let mut dice = Dice::new();
    let cluster = Cluster::start();
    let (_database, town) = on(&cluster).await;
    let workers = Workers::begin(&town);
    for _ in 0..rounds(2) {
        tokio::time::sleep(moment(&mut dice, 300)).await;
        cluster.stop_at_once();
        done("server killed");
        tokio::time::sleep(moment(&mut dice, 300)).await;
        cluster.start_again();
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_kept(&town, &workers.end().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_process_that_hangs_or_is_killed_under_commands_loses_and_doubles_nothing() {
    let mut dice = Dice::new();
    let cluster = Cluster::start();
    let (_database, town) = on(&cluster).await;
    let workers = Workers::begin(&town);
    for _ in 0..rounds(2) {
        tokio::time::sleep(moment(&mut dice, 300)).await;
        let hanging = writer_of(&cluster).await;
        signal(hanging, "STOP");
        tokio::time::sleep(moment(&mut dice, 200)).await;
        signal(hanging, "CONT");
        tokio::time::sleep(moment(&mut dice, 100)).await;
        signal(writer_of(&cluster).await, "KILL");
        done("server process stopped, then killed");
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_kept(&town, &workers.end().await).await;
}

/// The server's process behind the writer's connection: the last that wrote the log. Asked until the server is up.
async fn writer_of(cluster: &Cluster) -> i32 {
    let begun = Instant::now();
    loop {
        if let Ok(mut raw) = AnyConnection::connect(&cluster.url()).await {
            let sql = "select pid from pg_stat_activity where query like 'with stale%' or query = 'commit'
                       order by query_start desc limit 1";
            if let Ok(Some(row)) = raw.fetch_optional(sql).await {
                return row.get(0);
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the server does not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What was never sent is answered as not recorded, in a sentence that says what to do; rebuilding goes on, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_server_is_away_commands_are_refused_soon_and_truthfully() {
    let cluster = Cluster::start();
    let (_database, town) = on(&cluster).await;
    let mut acknowledged = vec![Deed::numbered(0).execute(&town).await.unwrap()];
    cluster.stop_at_once();
    // The first may have been under way; the next cannot be.
    let first = Deed::numbered(1).execute(&town).await.unwrap_err();
    assert!(matches!(first, AppError::Append(AppendError::Unknown | AppendError::Unreachable)), "{first:?}");
    let begun = Instant::now();
    let next = Deed::numbered(1).execute(&town).await.unwrap_err();
    assert!(matches!(next, AppError::Append(AppendError::Unreachable)), "{next:?}");
    assert!(next.to_string().contains("未记录"), "{next}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let begun = Instant::now();
    let read = town.app.log().head().await;
    assert!(read.is_err() && begun.elapsed() < Duration::from_secs(15), "{read:?} after {:?}", begun.elapsed());
    let rebuilt = town.app.log().rebuild(town.app.log().models(), |_, _| ()).await;
    assert!(rebuilt.is_err());
    cluster.start_again();
    town.app.log().rebuild(town.app.log().models(), |_, _| ()).await.unwrap();
    acknowledged.push(Deed::numbered(1).execute(&town).await.unwrap());
    assert_kept(&town, &acknowledged).await;
}

/// The server's process does not answer any more, as if its machine had lost its power.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent_is_left_and_the_command_recorded_once() {
    let cluster = Cluster::start();
    let (_database, town) = on(&cluster).await;
    let mut acknowledged = vec![Deed::numbered(0).execute(&town).await.unwrap()];
    let silent = writer_of(&cluster).await;
    signal(silent, "STOP");
    let begun = Instant::now();
    acknowledged.push(Deed::numbered(1).execute(&town).await.unwrap());
    assert!(begun.elapsed() > Duration::from_secs(10), "it was not silent");
    signal(silent, "CONT");
    acknowledged.push(Deed::numbered(2).execute(&town).await.unwrap());
    done("silent server left");
    assert_kept(&town, &acknowledged).await;
}

/// A standby took over that the last commits had not reached, and others have taken their positions: figures are those
/// of the log that there is, also of a process that had counted the lost ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failover_that_lost_commits_nothing_is_counted_that_the_log_no_longer_has() {
    let cluster = Cluster::start();
    let (database, town) = on(&cluster).await;
    town.add_school("33070001").await;
    town.graduate("33070001", "张三", "330702200403150001").await;
    cluster.stop_at_once();
    cluster.set_standby();
    cluster.start_again();
    let lost = town.graduate("33070001", "李四", "330702200403150002").await;
    town.assert(lost, DestinationKind::Enterprise, "2022-07-01", None).await;
    assert_eq!(graduates_and_employed(&town).await, (2, 1));
    let end = position(&town).await;
    cluster.stop_at_once();
    cluster.fail_over();
    cluster.start_again();
    let other = Town::new(&database).await;
    let instead = other.graduate("33070001", "王五", "330702200403150003").await;
    other.assert(instead, DestinationKind::Seeking, "2022-07-01", None).await;
    assert_eq!(position(&other).await, end, "as many events as were lost");
    assert_eq!(graduates_and_employed(&other).await, (2, 0));
    assert_eq!(graduates_and_employed(&town).await, (2, 0));
    done("failover with lost commits");
}

async fn graduates_and_employed(town: &Town) -> (i64, i64) {
    let report = ask::report(&town.app, &town.caller, &ReportQuery::year(2022), &[]).await.unwrap();
    (report.counts.of(&GRADUATES), report.counts.of(&EMPLOYED))
}
