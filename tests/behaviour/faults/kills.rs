//! Promise: a process killed at any moment under concurrent commands loses nothing that it answered as recorded, and
//! the next one goes on.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::event_log::Location;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::{Acknowledged, Deed, Dice, assert_kept, done, rounds, setting};
use crate::support::{Database, Town, clock};

const TASKS: u32 = 12;
const CHILD: &str = "GRADTRAIL_TEST_FAULT_CHILD";
/// A new database after so many kills, so that looking through it stays quick.
const KILLS_PER_DATABASE: u32 = 10;

/// Starts a process that records, kills it at a random moment, and gives back what it acknowledged until then.
async fn recorded_until_killed(database: &Database, round: u32, dice: &mut Dice) -> Vec<Acknowledged> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["faults::kills::a_child_process_records_until_it_is_killed", "--exact", "--nocapture"])
        .env(CHILD, format!("{round} {} {}", database.key_file().display(), database.url()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut line, mut acknowledged) = (vec![], vec![]);
    // Now and then it is killed while it starts.
    let starts = dice.below(4) == 0;
    let mut kill_at = Some(tokio::time::Instant::now() + Duration::from_millis(if starts { 10 } else { 20_000 }));
    let moment = Duration::from_micros(dice.below(150_000));
    if starts {
        kill_at = kill_at.map(|at| at + moment);
    }
    loop {
        tokio::select! {
            read = lines.read_until(b'\n', &mut line) => {
                read.unwrap();
                // A line cut by the kill was not said.
                let Some(whole) = line.strip_suffix(b"\n") else { break };
                if let Some(json) = whole.strip_prefix(b"acknowledged ") {
                    if acknowledged.is_empty() && !starts {
                        kill_at = Some(tokio::time::Instant::now() + moment);
                    }
                    acknowledged.push(serde_json::from_slice(json).unwrap());
                }
                line.clear();
            }
            () = tokio::time::sleep_until(kill_at.unwrap_or_else(tokio::time::Instant::now)), if kill_at.is_some() => {
                child.start_kill().unwrap();
                kill_at = None;
            }
        }
    }
    assert_eq!(child.wait().await.unwrap().signal(), Some(9), "it was killed, it did not end");
    assert!(starts || !acknowledged.is_empty(), "it recorded before it was killed");
    acknowledged
}

/// The command that each task of the killed process may have been in is given again.
async fn resume(town: &Town, round: u32, acknowledged: &mut Vec<Acknowledged>) {
    for task in 0..TASKS {
        let of_task = |one: &&Acknowledged| one.key.starts_with(&format!("{round}:{task}:"));
        let number = u32::try_from(acknowledged.iter().filter(of_task).count()).unwrap();
        let again = Deed { round, task, number }.execute(town).await.unwrap();
        assert_eq!(Deed { round, task, number }.execute(town).await.unwrap(), again);
        acknowledged.push(again);
    }
}

async fn kill_and_resume(mut database: Database, fresh: impl AsyncFn() -> Database, dice: &mut Dice) {
    let mut acknowledged = vec![];
    for round in 0..rounds(3) {
        if round > 0 && round % KILLS_PER_DATABASE == 0 {
            (database, acknowledged) = (fresh().await, vec![]);
        }
        let before_kill = recorded_until_killed(&database, round, dice).await;
        done(&format!("recording process killed, {} commands acknowledged", before_kill.len()));
        acknowledged.extend(before_kill);
        let town = Town::new(&database).await;
        assert_kept(&town, &acknowledged).await;
        resume(&town, round, &mut acknowledged).await;
        assert_kept(&town, &acknowledged).await;
    }
}

#[tokio::test]
async fn a_process_killed_under_concurrent_commands_loses_nothing_on_sqlite() {
    kill_and_resume(Database::sqlite(), async || Database::sqlite(), &mut Dice::new()).await;
}

#[tokio::test]
async fn a_process_killed_under_concurrent_commands_loses_nothing_on_postgresql() {
    kill_and_resume(Database::postgres().await, async || Database::postgres().await, &mut Dice::new()).await;
}

/// The body of the process that is killed; without its variable there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_process_records_until_it_is_killed() {
    let Some(told) = setting(CHILD) else { return };
    let mut parts = told.splitn(3, ' ');
    let round = parts.next().unwrap().parse().unwrap();
    let key_file = Path::new(parts.next().unwrap());
    let location = Location::parse(parts.next().unwrap()).unwrap();
    let app = App::open(&location, key_file, clock).await.unwrap();
    let town = Arc::new(Town { app, caller: Caller::operator("test") });
    println!(); // Ends the line that the test runner began.
    let tasks = (0..TASKS).map(|task| {
        let town = town.clone();
        tokio::spawn(async move {
            for number in 0.. {
                let done = Deed { round, task, number }.execute(&town).await.unwrap();
                println!("acknowledged {}", serde_json::to_string(&done).unwrap());
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}
