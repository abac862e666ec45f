//! Promise: who follows the log over HTTP has each event of the own scope once and in order, also killed and begun again at
//! any moment, and through whichever server; of what lies outside nothing is told but that the log went on.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use gradtrail::accounts::{Actor, Caller};
use gradtrail::app::App;
use gradtrail::web;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt as _;

use crate::access::Tenants;
use crate::api::token;
use crate::faults::Dice;
use crate::support::served::{Serving, get, post, school_of_an_officer};
use crate::support::{Database, ask, front};

const WRITERS: u32 = 64;
const WRITTEN_BY_EACH: u32 = 3;

/// What a follower keeps, as it would in a file: what it has done, and where it goes on.
#[derive(Default)]
struct Kept {
    positions: Vec<i64>,
    after: i64,
}

/// Follows until it is killed.
async fn follow(address: String, token: String, kept: Arc<Mutex<Kept>>) {
    loop {
        let after = kept.lock().await.after;
        let Ok(page) = get(&address, &token, &format!("events?after={after}&limit=7&wait=5")).await else { continue };
        assert_eq!(page.status, 200, "{page:?}");
        let events = page.body["events"].as_array().unwrap();
        let mut kept = kept.lock().await;
        kept.positions.extend(events.iter().map(|event| event["position"].as_i64().unwrap()));
        kept.after = page.body["next_after"].as_i64().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_killed_and_begun_again_while_64_write_has_each_event_once_and_in_order() {
    for database in Database::both().await {
        let token = school_of_an_officer(&database);
        let (writing, mut following) = (Serving::start(&database).await, Serving::start(&database).await);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, token) = (writing.address.clone(), token.clone());
                tokio::spawn(async move {
                    for number in 0..WRITTEN_BY_EACH {
                        let (key, unit) = (format!("{writer}-{number}"), format!("第{writer}之{number}厂"));
                        let unit = json!({ "name": unit });
                        let answered = post(&address, &token, "employer/register", &key, &unit).await.unwrap();
                        assert_eq!(answered.status, 200);
                    }
                })
            })
            .collect();
        let (kept, mut dice, mut round) = (Arc::<Mutex<Kept>>::default(), Dice::new(), 0);
        let head = async || {
            let head = get(&writing.address, &token, "head").await.unwrap();
            head.body["position"].as_i64().unwrap()
        };
        let ends = Instant::now() + Duration::from_secs(60);
        while writers.iter().any(|writer| !writer.is_finished()) || kept.lock().await.after < head().await {
            assert!(Instant::now() < ends, "the follower does not come to the end of the log");
            let address = following.address.clone();
            let follower = tokio::spawn(follow(address.clone(), token.clone(), Arc::clone(&kept)));
            sleep(Duration::from_millis(20 + dice.below(400))).await;
            round += 1;
            // The server that it asks is killed, too.
            if round == 2 {
                following.kill();
                following = Serving::start_at(&database, &address).await;
            }
            follower.abort();
            let _killed = follower.await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let app = database.open().await;
        let all = ask::events(&app, &Caller::operator("test"), 0, 10_000).await.unwrap();
        let own = all.iter().filter(|event| event.audience != *"city").map(|event| event.position).collect::<Vec<_>>();
        assert!(own.len() >= usize::try_from(WRITERS * WRITTEN_BY_EACH).unwrap());
        assert_eq!(kept.lock().await.positions, own);
    }
}

/// Asks the feed as an account does.
async fn page(app: &Arc<App>, token: &str, words: &str) -> Value {
    let request = Request::get(format!("/api/v1/events?{words}"))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {token}"));
    let response = web::router(Arc::clone(app), front()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

#[tokio::test]
async fn each_role_follows_what_lies_in_its_scope_and_goes_on_past_the_rest() {
    for database in Database::both().await {
        let Tenants { town, callers, data } = Tenants::new(&database).await;
        let app = Arc::new(town.app);
        let mut tokens = vec![];
        for (actor, caller) in callers.iter().filter(|(_, caller)| caller.staff_id().is_some()) {
            tokens.push((*actor, caller, token(&app, &caller.staff_id().unwrap().0.to_string(), true).await));
        }
        let head = app.log().head().await.unwrap().position();
        for (actor, caller, token) in tokens {
            let (mut seen, mut after) = (vec![], 0);
            while after < head {
                let page = page(&app, &token, &format!("after={after}&limit=5")).await;
                seen.extend(page["events"].as_array().unwrap().clone());
                let next = page["next_after"].as_i64().unwrap();
                assert!(next > after, "{actor:?}");
                after = next;
            }
            assert_eq!(after, head, "{actor:?}");
            let positions: Vec<i64> = seen.iter().map(|event| event["position"].as_i64().unwrap()).collect();
            let (told, _) = app.events(caller, 0, 10_000).await.unwrap();
            assert_eq!(positions, told.iter().map(|event| event.position).collect::<Vec<_>>(), "{actor:?}");
            let subjects: Vec<&str> = seen.iter().map(|event| event["subject"].as_str().unwrap()).collect();
            let sees = data.iter().map(|(_, data)| subjects.contains(&&*data.student)).collect::<Vec<_>>();
            let all_or = |own: &[bool; 4]| own.to_vec();
            assert_eq!(
                sees,
                match actor {
                    Actor::Operator | Actor::Bureau | Actor::Auditor => all_or(&[true; 4]),
                    Actor::Principal | Actor::Officer => all_or(&[true, true, true, false]),
                    Actor::ClassTeacher => all_or(&[true, true, false, false]),
                    Actor::Mentor => all_or(&[true, false, false, false]),
                },
                "{actor:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_event_is_told_as_cloud_events_have_it_and_names_nobody() {
    for database in Database::both().await {
        let Tenants { town, callers, data } = Tenants::new(&database).await;
        let app = Arc::new(town.app);
        let officer = callers.iter().find(|(actor, _)| *actor == Actor::Officer).unwrap();
        let token = token(&app, &officer.1.staff_id().unwrap().0.to_string(), true).await;
        let page = page(&app, &token, "after=0&limit=10000").await;
        let log = app.log().name().await.unwrap().unwrap();
        for event in page["events"].as_array().unwrap() {
            assert_eq!((&event["specversion"], &event["source"]), (&json!("1.0"), &json!(format!("/logs/{log}"))));
            assert_eq!(event["id"], json!(event["position"].to_string()));
            assert_eq!(event["datacontenttype"], "application/json");
            let kind = event["type"].as_str().unwrap().strip_prefix("gradtrail.").unwrap();
            let (_, kind) = kind.split_once('.').unwrap();
            assert!(event["data"].get(kind).is_some() || event["data"] == *kind, "{event}");
            assert!(event["time"].as_str().unwrap().ends_with('Z'), "{event}");
        }
        let text = page.to_string();
        for name in ["甲一", "乙二", "丙三", "第一教师", "郑师傅", "33070220070315"] {
            assert!(!text.contains(name), "{name}");
        }
        assert!(text.contains(&data[0].1.student));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_answered_when_something_in_scope_comes_and_not_before() {
    for database in Database::both().await {
        let Tenants { town, callers, .. } = Tenants::new(&database).await;
        let app = Arc::new(town.app);
        let officer = &callers.iter().find(|(actor, _)| *actor == Actor::Officer).unwrap().1;
        let token = token(&app, &officer.staff_id().unwrap().0.to_string(), true).await;
        let head = app.log().head().await.unwrap().position();
        let began = Instant::now();
        let empty = page(&app, &token, &format!("after={head}&wait=1")).await;
        assert_eq!((&empty["events"], &empty["next_after"]), (&json!([]), &json!(head)));
        assert!(began.elapsed() >= Duration::from_millis(900));
        let waiting = tokio::spawn({
            let (app, token) = (Arc::clone(&app), token.clone());
            async move { page(&app, &token, &format!("after={head}&wait=30")).await }
        });
        let does = async |command: Value| {
            let command = serde_json::from_value(command).unwrap();
            app.run(&town.caller, None, &command).await.unwrap()
        };
        // What another school plans is not the officer's to see.
        let plan = json!({ "year": 2024, "school": crate::placements::THEIRS, "class": ["1班"],
            "first_day": "2023-07-01", "last_day": "2023-12-31" });
        does(json!({ "season": { "plan": plan } })).await;
        sleep(Duration::from_millis(300)).await;
        assert!(!waiting.is_finished());
        does(json!({ "employer": { "register": { "name": "西方机械厂", "school": crate::placements::OURS } } })).await;
        let told = timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
        let events = told["events"].as_array().unwrap();
        assert_eq!((events.len(), &events[0]["position"]), (1, &json!(head + 2)));
        assert_eq!(told["next_after"], json!(head + 2));
    }
}
