//! Promise: a server killed at any moment under 64 writers loses no command that it answered as recorded; one that it did
//! not answer is sent again under its key, to the next process, and is recorded once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::{Dice, done, rounds, succeeds};
use crate::support::Database;
use crate::support::served::{Serving, events, post, registered, school_of_an_officer};

const WRITERS: u32 = 64;

/// One writer: goes on to the next command only when the one before was answered. Gives what was answered.
async fn write(writer: u32, address: String, token: String, is_over: Arc<AtomicBool>) -> Vec<(i64, String)> {
    let mut recorded = vec![];
    while !is_over.load(Ordering::Relaxed) {
        let number = recorded.len();
        let (key, unit) = (format!("{writer}-{number}"), json!({ "name": format!("第{writer}之{number}厂") }));
        let answered = loop {
            match post(&address, &token, "employer/register", &key, &unit).await {
                Ok(answered) if answered.status != 503 => break answered,
                // Not now, or nobody knows: the same again.
                Ok(_) | Err(_) => sleep(Duration::from_millis(100)).await,
            }
        };
        recorded.push(registered(&answered));
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
    let events = events(&address, &token).await;
    let begun: HashMap<i64, &str> = events
        .iter()
        .filter(|event| event["type"].as_str().unwrap().starts_with("gradtrail.employer."))
        .map(|event| (event["position"].as_i64().unwrap(), event["subject"].as_str().unwrap()))
        .collect();
    for (position, unit) in &recorded {
        assert_eq!(begun.get(position), Some(&unit.as_str()));
    }
    assert_eq!(begun.len(), recorded.len(), "each command was recorded once");
    drop(serving);
    succeeds(&database, &["verify"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_64_writers_loses_nothing_that_it_answered_on_sqlite() {
    kill_under_writers(Database::sqlite(), &mut Dice::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_64_writers_loses_nothing_that_it_answered_on_postgresql() {
    kill_under_writers(Database::postgres().await, &mut Dice::new()).await;
}
