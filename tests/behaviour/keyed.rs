//! Promise: a command sent again over HTTP under its key is recorded once and answered alike: twice in a row, many at once,
//! through several servers; another command under the key is refused.

use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::Database;
use crate::support::served::{Answered, Serving, events, get, post, registered, school_of_an_officer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_under_one_key_is_recorded_once_and_answered_alike_by_every_server() {
    for database in Database::both().await {
        let token = school_of_an_officer(&database);
        let servers = [Serving::start(&database).await, Serving::start(&database).await];
        let of = |number: usize| json!({ "name": format!("第{number}厂"), "code": "91330700MA28A00001" });
        for (round, is_coded) in [true, false, false].into_iter().enumerate() {
            let unit = if is_coded { of(round) } else { json!({ "name": format!("第{round}厂") }) };
            let key = format!("unit-{round}");
            let sent = (0..16).map(|nth| {
                let address = &servers[nth % 2].address;
                post(address, &token, "employer/register", &key, &unit)
            });
            let answers: Vec<Answered> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
            // Whoever was told to come again comes again.
            let mut settled = vec![];
            for (nth, mut answered) in answers.into_iter().enumerate() {
                while answered.status == 503 {
                    answered = post(&servers[nth % 2].address, &token, "employer/register", &key, &unit).await.unwrap();
                }
                settled.push(answered);
            }
            let first = post(&servers[0].address, &token, "employer/register", &key, &unit).await.unwrap();
            registered(&first);
            assert_eq!(first.body["repeated"], true);
            for answered in &settled {
                assert_eq!(answered.of_command(), first.of_command(), "{answered:?}");
            }
            assert!(settled.iter().filter(|answered| answered.body["repeated"] == false).count() <= 1);
            // Another body, and another command.
            for (words, other) in [
                ("employer/register", json!({ "name": "另一家" })),
                ("employer/staff", json!({ "employer": "91330700MA28A00001", "total": 7 })),
            ] {
                for server in &servers {
                    let refused = post(&server.address, &token, words, &key, &other).await.unwrap();
                    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("append.key_reused")));
                }
            }
        }
        let events = events(&servers[1].address, &token).await;
        let units = events.iter().filter(|event| event["type"].as_str().unwrap().starts_with("gradtrail.employer."));
        let subjects: HashSet<&str> = units.map(|event| event["subject"].as_str().unwrap()).collect();
        assert_eq!(subjects.len(), 3);
        let position = events.last().unwrap()["position"].as_i64().unwrap();
        // Both servers show what either recorded.
        for server in &servers {
            let listed = get(&server.address, &token, &format!("employer/list?all=true&min_position={position}")).await;
            assert_eq!(listed.unwrap().body["rows"].as_array().unwrap().len(), 3);
        }
    }
}
