//! Promise: an append is all or nothing, once per key, in gapless order, and says so truthfully.

use gradtrail::domain::student::StudentEvent;
use gradtrail::domain::{Event, StreamType};
use gradtrail::event_log::record::{Audience, NewEvent, StreamKey};
use gradtrail::event_log::request::{AppendError, AppendRequest, GuardKey, GuardUse, Receipt};
use gradtrail::event_log::table::{Removal, SEALED, TableRows, Value};
use gradtrail::event_log::{Enqueued, EventLog, Location};
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Executor};
use uuid::Uuid;

use crate::support::rosters::{said_of, student_row};
use crate::support::{Database, clock};

pub fn student(id: u128) -> StreamKey {
    StreamKey { kind: StreamType::Student, id: Uuid::from_u128(id) }
}

/// A request with one event on each of these streams, relying on these versions.
pub fn request(key: &str, streams: &[(StreamKey, u64)]) -> AppendRequest {
    let said = said_of(student_row("33070001", "1班"));
    let event = StudentEvent::Said { said, effective_on: date(2022, 6, 30) };
    let new = |stream: StreamKey| NewEvent {
        stream,
        kind: "said".into(),
        schema_version: 1,
        school: Some("33070001".into()),
        audience: Audience::School,
        effective_on: 19_173,
        causation: None,
        payload: serde_json::to_string(&event).unwrap().into(),
        event: Event::Student(event.clone()),
    };
    AppendRequest {
        key: key.to_owned().into(),
        fingerprint: [7; 32],
        streams: streams.to_vec(),
        guards: vec![],
        events: streams.iter().map(|(stream, _)| new(*stream)).collect(),
        rows: vec![],
        removals: vec![],
        actor: "test".into(),
        source: "test".into(),
        answer: "{}".into(),
    }
}

async fn append_all(log: &EventLog, group: Vec<AppendRequest>) -> Vec<Result<Receipt, AppendError>> {
    futures_util::future::join_all(log.enqueue(group).await.into_iter().map(Enqueued::answer)).await
}

pub fn guarded(mut request: AppendRequest, key: &str, version: u64) -> AppendRequest {
    let guard = GuardKey { kind: "test".into(), scope: String::new(), key: key.into() };
    request.guards.push(GuardUse { guard, version, set: Some("x".into()) });
    request
}

async fn open(database: &Database) -> EventLog {
    EventLog::open(&database.location, gradtrail::projections::MODELS, clock).await.unwrap()
}

#[tokio::test]
async fn an_append_over_many_streams_is_all_or_nothing() {
    for database in Database::both().await {
        let log = open(&database).await;
        let receipt = log.append(request("a", &[(student(1), 0), (student(2), 0)])).await.unwrap();
        assert_eq!((receipt.first_position, receipt.event_count, receipt.repeated), (1, 2, false));
        let stale = log.append(request("b", &[(student(3), 0), (student(2), 0)])).await;
        assert_eq!(stale, Err(AppendError::Stale));
        assert_eq!(log.head().await.unwrap().position(), 2);
        let events = log.events(0, 10).await.unwrap();
        assert!(events.iter().map(|event| event.position).eq(1..=2));
        assert!(events[0].recorded_at < events[1].recorded_at);
    }
}

#[tokio::test]
async fn a_key_is_recorded_once_and_answers_the_same() {
    for database in Database::both().await {
        let log = open(&database).await;
        let first = log.append(request("k", &[(student(1), 0)])).await.unwrap();
        let again = log.append(request("k", &[(student(1), 0)])).await.unwrap();
        assert!(again.repeated);
        assert_eq!((again.first_position, again.recorded_at), (first.first_position, first.recorded_at));
        let other = AppendRequest { fingerprint: [8; 32], ..request("k", &[(student(2), 0)]) };
        assert_eq!(log.append(other).await, Err(AppendError::KeyReused));
        // The same key several times in one group.
        let group = (0..5).map(|_| request("g", &[(student(9), 0)])).collect();
        let answers: Vec<_> = append_all(&log, group).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|answer| answer.first_position == answers[0].first_position));
        assert_eq!(log.head().await.unwrap().position(), 2);
    }
}

#[tokio::test]
async fn requests_of_one_group_on_one_stream_and_guard_follow_each_other() {
    for database in Database::both().await {
        let log = open(&database).await;
        let group = (0..50_u64).map(|n| guarded(request(&format!("n{n}"), &[(student(1), n)]), "g", n)).collect();
        assert!(append_all(&log, group).await.into_iter().all(|answer| answer.is_ok()));
        let late = guarded(request("late", &[(student(2), 0)]), "g", 49);
        assert_eq!(log.append(late).await, Err(AppendError::Stale));
        let versions: Vec<i64> =
            log.stream_events(student(1), 0, 100).await.unwrap().iter().map(|event| event.version).collect();
        assert!(versions.into_iter().eq(1..=50));
    }
}

/// 12,000 events in one request: more than any group or statement holds.
#[tokio::test]
async fn a_large_request_is_still_one_append() {
    for database in Database::both().await {
        let log = open(&database).await;
        let streams: Vec<_> = (1..=12_000).map(|n| (student(n), 0)).collect();
        assert_eq!(log.append(request("large", &streams)).await.unwrap().event_count, 12_000);
        log.verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn a_poisonous_request_fails_alone() {
    for database in Database::both().await {
        let log = open(&database).await;
        let mut poisonous = request("poison", &[(student(1), 0)]);
        let row = vec![Value::Text("x".into()), Value::Int(1), Value::Null];
        poisonous.rows.push(TableRows { table: &SEALED, name: "sealed".into(), rows: vec![row] });
        let group = vec![request("a", &[(student(2), 0)]), poisonous, request("b", &[(student(3), 0)])];
        let answers = append_all(&log, group).await;
        assert!(answers[0].is_ok() && answers[2].is_ok());
        assert!(matches!(answers[1], Err(AppendError::Database(_))));
        assert_eq!(log.head().await.unwrap().position(), 2);
        log.verify(None, |_, _| ()).await.unwrap();
    }
}

/// A row for subject 1, revision 1.
fn sealing(key: &str, content: u8) -> AppendRequest {
    let mut request = request(key, &[]);
    let row = vec![Value::text(student(1).id.to_string()), Value::Int(1), Value::Blob(vec![content])];
    request.rows.push(TableRows { table: &SEALED, name: "sealed".into(), rows: vec![row] });
    request
}

#[tokio::test]
async fn of_those_who_seal_one_revision_of_a_subject_at_once_the_first_stays_and_the_others_are_told() {
    for database in Database::both().await {
        let (here, there) = (open(&database).await, open(&database).await);
        let answers = append_all(&here, vec![sealing("a", 1), sealing("b", 2)]).await;
        assert!(answers[0].is_ok() && answers[1] == Err(AppendError::Stale), "{answers:?}");
        assert_eq!(there.append(sealing("c", 3)).await, Err(AppendError::Stale));
        assert!(there.append(sealing("a", 1)).await.unwrap().repeated);
        let sealed = here.sealed(&[student(1).id]).await.unwrap();
        assert_eq!(sealed, [(student(1).id, 1, vec![1])]);
    }
}

#[tokio::test]
async fn what_a_later_request_of_the_group_removes_is_gone() {
    for database in Database::both().await {
        let log = open(&database).await;
        let mut removing = request("remove", &[]);
        removing.removals.push(Removal { table: &SEALED, key: vec![Value::text(student(1).id.to_string())] });
        let answers = append_all(&log, vec![sealing("a", 1), removing]).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(log.sealed(&[student(1).id]).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_read_model_that_cannot_be_written_stalls_and_never_blocks_the_event() {
    for database in Database::both().await {
        let log = open(&database).await;
        log.append(request("a", &[(student(1), 0)])).await.unwrap();
        database.raw().await.execute("drop table student_register").await.unwrap();
        let receipt = log.append(request("b", &[(student(2), 0)])).await.unwrap();
        assert_eq!(receipt.stalled, ["student_register"]);
        assert_eq!(log.append(request("c", &[(student(3), 0)])).await.unwrap().stalled, ["student_register"]);
        let model = gradtrail::projections::by_name("student_register").unwrap();
        log.rebuild(&[model], |_, _| ()).await.unwrap();
        assert!(log.append(request("d", &[(student(4), 0)])).await.unwrap().stalled.is_empty());
        log.verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn a_process_with_other_folds_is_told_to_upgrade() {
    for database in Database::both().await {
        let log = open(&database).await;
        log.append(request("a", &[(student(1), 0)])).await.unwrap();
        let foreign = "update log_head set revision = revision + 1,
            read_models = replace(read_models, 'student_register', 'student_register_2')";
        database.raw().await.execute(foreign).await.unwrap();
        let refused = log.append(request("b", &[(student(2), 0)])).await;
        assert!(matches!(refused, Err(AppendError::Upgrade(_))), "{refused:?}");
        assert_eq!(log.head().await.unwrap().position(), 1);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_is_recorded() {
    for database in Database::both().await {
        let log = open(&database).await;
        log.append(request("a", &[(student(1), 0)])).await.unwrap();
        let mut statements = vec![
            "update event set actor = 'x'".to_owned(),
            "delete from event".to_owned(),
            "update command set answer = 'x'".to_owned(),
            "delete from command".to_owned(),
        ];
        match database.location {
            Location::Sqlite(_) => {
                statements.push("insert or replace into event select * from event".to_owned());
                statements.push("insert or replace into command select * from command".to_owned());
            }
            Location::Postgres(_) => statements.extend(["truncate event", "truncate command"].map(str::to_owned)),
        }
        for statement in statements {
            let result = database.raw().await.execute(sqlx::raw_sql(AssertSqlSafe(statement.clone()))).await;
            assert!(result.is_err_and(|error| error.to_string().contains("append-only")), "{statement}");
        }
        let write = log.readers().execute("update log_head set revision = 0").await;
        assert!(write.is_err(), "readers cannot write");
        log.verify(None, |_, _| ()).await.unwrap();
    }
}

/// The process ends, and with it the task that writes.
#[test]
fn what_is_handed_to_a_writer_that_has_stopped_is_not_recorded() {
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let (first, second) = (runtime(), runtime());
    for database in second.block_on(Database::both()) {
        let log = first.block_on(open(&database));
        first.block_on(log.append(request("a", &[(student(1), 0)]))).unwrap();
        let third = runtime();
        let stopping = third.block_on(open(&database));
        drop(third);
        let stopped = second.block_on(stopping.append(request("b", &[(student(2), 0)])));
        assert_eq!(stopped, Err(AppendError::Stopped));
        let answers = second.block_on(append_all(&stopping, vec![request("c", &[(student(3), 0)])]));
        assert_eq!(answers, [Err(AppendError::Stopped)]);
        assert_eq!(first.block_on(log.head()).unwrap().position(), 1);
    }
}
