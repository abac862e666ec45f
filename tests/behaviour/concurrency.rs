//! Promise: whatever many tasks and several processes append to the same streams, guards and keys, every acknowledged
//! event is there once, in an order that agrees with time, and no version, guard or key is used twice.

use std::collections::{HashMap, HashSet};
use std::process::Stdio;
use std::sync::Arc;

use gradtrail::event_log::request::{AppendError, GuardKey};
use gradtrail::event_log::{EventLog, Location};

use crate::append::{guarded, request, student};
use crate::support::Database;

const STREAMS: u128 = 4;
const TASKS: usize = 4;
const APPENDS: usize = 25;
const SHARED_KEYS: usize = 10;

/// One acknowledged append, with the clock before it was sent and after it was answered.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Acknowledged {
    key: String,
    position: i64,
    invoked: u128,
    answered: u128,
}

#[expect(clippy::disallowed_methods, reason = "the one clock that several processes share")]
fn nanoseconds() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos()
}

fn microseconds() -> i64 {
    i64::try_from(nanoseconds() / 1_000).unwrap()
}

async fn open(location: &Location) -> EventLog {
    EventLog::open(location, gradtrail::projections::MODELS, microseconds).await.unwrap()
}

/// Many tasks of one process, each appending to the shared streams and the shared guard.
async fn work(location: &Location, process: usize) -> (Vec<Acknowledged>, (u64, u64)) {
    let log = Arc::new(open(location).await);
    let tasks = (0..TASKS).map(|task| {
        let log = log.clone();
        tokio::spawn(async move {
            let mut acknowledged = vec![];
            for number in 0..APPENDS {
                let key = format!("{process}:{task}:{number}");
                acknowledged.push(append_until_done(&log, key, (task + number) as u128 % STREAMS, true).await);
            }
            for number in 0..SHARED_KEYS {
                // Every task of every process sends this key; the stream of its own keeps it independent.
                acknowledged
                    .push(append_until_done(&log, format!("shared:{number}"), 100 + number as u128, false).await);
            }
            acknowledged
        })
    });
    let mut all = vec![];
    for task in tasks.collect::<Vec<_>>() {
        all.extend(task.await.unwrap());
    }
    (all, log.commit_counts())
}

async fn append_until_done(log: &EventLog, key: String, stream: u128, counted: bool) -> Acknowledged {
    let guard = GuardKey { kind: "test".into(), scope: String::new(), key: "counter".into() };
    loop {
        let invoked = nanoseconds();
        let version = log.stream_events(student(stream), 0, 100_000).await.unwrap().len() as u64;
        let mut request = request(&key, &[(student(stream), version)]);
        if counted {
            let counter = log.guard(&guard).await.unwrap().map_or(0, |guard| guard.version);
            request = guarded(request, "counter", counter);
        } else if version > 0 {
            // The key was recorded by another; sent again as it was.
            request = crate::append::request(&key, &[(student(stream), 0)]);
        }
        match log.append(request).await {
            Ok(receipt) => {
                return Acknowledged { key, position: receipt.first_position, invoked, answered: nanoseconds() };
            }
            Err(AppendError::Stale | AppendError::Busy) => (),
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn check(log: &EventLog, acknowledged: &[Acknowledged]) {
    let events = log.events(0, 1_000_000).await.unwrap();
    assert!(
        events.iter().map(|event| event.position).eq(1..=i64::try_from(events.len()).unwrap()),
        "positions are gapless"
    );
    let by_key: HashMap<&str, i64> = events.iter().map(|event| (event.command_key.as_str(), event.position)).collect();
    assert_eq!(by_key.len(), events.len(), "one event per key");
    for one in acknowledged {
        assert_eq!(by_key.get(one.key.as_str()), Some(&one.position), "{one:?}");
    }
    let keys: HashSet<&str> = acknowledged.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys.len(), events.len(), "nothing is recorded that nobody acknowledged");
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for event in &events {
        let version = versions.entry(&event.stream_id).or_default();
        *version += 1;
        assert_eq!(event.version, *version, "versions are 1..n");
    }
    let guard = GuardKey { kind: "test".into(), scope: String::new(), key: "counter".into() };
    let counted = keys.iter().filter(|key| !key.starts_with("shared")).count() as u64;
    assert_eq!(log.guard(&guard).await.unwrap().unwrap().version, counted, "the guard counted each once");
    // Whatever was answered before another was sent stands before it. A key answered again is as old as its first.
    let mut first: Vec<&Acknowledged> = acknowledged.iter().filter(|one| !one.key.starts_with("shared")).collect();
    first.sort_by_key(|one| one.invoked);
    let mut answered = first.clone();
    answered.sort_by_key(|one| one.answered);
    let (mut done, mut latest) = (0, 0);
    for one in first {
        while done < answered.len() && answered[done].answered < one.invoked {
            latest = latest.max(answered[done].position);
            done += 1;
        }
        assert!(one.position > latest, "{one:?} was sent after {latest} was answered");
    }
    log.verify(None, |_, _| ()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_of_a_lone_writer_keep_every_promise() {
    for database in Database::both().await {
        let (acknowledged, (lone, contended)) = work(&database.location, 0).await;
        // A group with a stale request is decided under the lock; the next is on the fast path again.
        assert!(lone * 4 > contended, "a lone writer takes its fast path: {lone}, {contended}");
        check(&open(&database.location).await, &acknowledged).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_on_one_database_keep_every_promise() {
    for database in Database::both().await {
        drop(open(&database.location).await); // The schema is there before they race.
        let children: Vec<_> = (1..=3)
            .map(|process| {
                tokio::process::Command::new(std::env::current_exe().unwrap())
                    .args(["concurrency::a_child_process_works_when_told_to", "--exact", "--nocapture"])
                    .env("GRADTRAIL_TEST_WORKER", format!("{process} {}", database.url()))
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let (mut acknowledged, (_, contended)) = work(&database.location, 0).await;
        assert!(contended > 0, "several writers take the head's lock");
        for child in children {
            let output = child.wait_with_output().await.unwrap();
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).unwrap();
            let lines = text.lines().filter_map(|line| line.split_once("acknowledged ").map(|(_, json)| json));
            let theirs: Vec<Acknowledged> = lines.map(|json| serde_json::from_str(json).unwrap()).collect();
            assert_eq!(theirs.len(), TASKS * (APPENDS + SHARED_KEYS));
            acknowledged.extend(theirs);
        }
        check(&open(&database.location).await, &acknowledged).await;
    }
}

/// The body of the other processes; without its variable there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_process_works_when_told_to() {
    #[expect(clippy::disallowed_methods, reason = "how a parent tells its child")]
    let Ok(told) = std::env::var("GRADTRAIL_TEST_WORKER") else { return };
    let (process, url) = told.split_once(' ').unwrap();
    let (acknowledged, _) = work(&Location::parse(url).unwrap(), process.parse().unwrap()).await;
    for one in acknowledged {
        println!("\nacknowledged {}", serde_json::to_string(&one).unwrap());
    }
}
