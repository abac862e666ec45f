//! Promise: a server killed at any moment under 64 writers loses no command that it answered as recorded; one that it did
//! not answer is sent again under its key, to the next process, and is recorded once; whatever is sent again under its key
//! later is answered as it was.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Dice, done, rounds, succeeds};
use crate::support::Database;
use crate::support::served::{Answered, Serving, events, post, registered, school_of_an_officer};

const WRITERS: u32 = 64;

/// A command that was answered as recorded.
struct Recorded {
    key: String,
    unit: Value,
    answered: Answered,
}

/// Sends a command until it is known what became of it.
async fn settled(address: &str, token: &str, key: &str, unit: &Value) -> Answered {
    loop {
        match post(address, token, "employer/register", key, unit).await {
            Ok(answered) if answered.status != 503 => return answered,
            // Not now, or nobody knows: the same again.
            Ok(_) | Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// One writer: goes on to the next command only when the one before was answered. Gives what was answered.
async fn write(writer: u32, address: String, token: String, is_over: Arc<AtomicBool>) -> Vec<Recorded> {
    let mut recorded = vec![];
    while !is_over.load(Ordering::Relaxed) {
        let number = recorded.len();
        let (key, unit) = (format!("{writer}-{number}"), json!({ "name": format!("第{writer}之{number}厂") }));
        let answered = settled(&address, &token, &key, &unit).await;
        recorded.push(Recorded { key, unit, answered });
    }
    recorded
}

async fn kill_under_writers(database: Database, dice: &mut Dice) {
    let token = school_of_an_officer(&database);
    let mut serving = Serving::start(&database).await;
    let (address, is_over) = (serving.address.clone(), Arc::<AtomicBool>::default());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write(writer, address.clone(), token.clone(), Arc::clone(&is_over))))
        .collect();
    for _ in 0..rounds(2) {
        sleep(Duration::from_millis(200 + dice.below(800))).await;
        serving.kill();
        done("serving process killed");
        serving = Serving::start_at(&database, &address).await;
    }
    is_over.store(true, Ordering::Relaxed);
    let mut recorded = vec![];
    for writer in writers {
        recorded.extend(writer.await.unwrap());
    }
    assert_each_is_there_once(&address, &token, &recorded).await;
    let again = stream::iter(&recorded).map(async |Recorded { key, unit, answered }| {
        let again = settled(&address, &token, key, unit).await;
        assert_eq!((again.of_command(), &again.body["repeated"]), (answered.of_command(), &json!(true)), "{key}");
    });
    again.buffer_unordered(WRITERS as usize).collect::<()>().await;
    assert_each_is_there_once(&address, &token, &recorded).await;
    drop(serving);
    succeeds(&database, &["verify"]);
}

/// The log has each command that was answered as recorded, where the answer says, and no other.
async fn assert_each_is_there_once(address: &str, token: &str, recorded: &[Recorded]) {
    let events = events(address, token).await;
    let begun: HashMap<i64, &str> = events
        .iter()
        .filter(|event| event["type"].as_str().unwrap().starts_with("gradtrail.employer."))
        .map(|event| (event["position"].as_i64().unwrap(), event["subject"].as_str().unwrap()))
        .collect();
    let units: HashSet<&str> = begun.values().copied().collect();
    for Recorded { key, answered, .. } in recorded {
        let (position, unit) = registered(answered);
        assert_eq!(begun.get(&position), Some(&unit.as_str()), "{key}");
    }
    assert_eq!((begun.len(), units.len()), (recorded.len(), recorded.len()), "each command was recorded once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_64_writers_loses_nothing_that_it_answered_on_sqlite() {
    kill_under_writers(Database::sqlite(), &mut Dice::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_64_writers_loses_nothing_that_it_answered_on_postgresql() {
    kill_under_writers(Database::postgres().await, &mut Dice::new()).await;
}
