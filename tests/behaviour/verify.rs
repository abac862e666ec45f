//! Promise: `verify` proves the log from its bytes, and names the place where anything was changed.

use gradtrail::domain::import::{ImportEvent, RowCounts};
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch};
use gradtrail::domain::{Event, StreamType};
use gradtrail::event_log::merkle::Frontier;
use gradtrail::event_log::record::StreamKey;
use gradtrail::event_log::verify::VerifyFault;
use gradtrail::projections::MODELS;
use gradtrail::refusal::Refusal as _;
use jiff::civil::date;
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe, Executor, Row as _};
use uuid::Uuid;

use crate::support::{Database, Town};

/// Two schools and three graduates: a log of nine events.
async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    town.add_school("33070001").await;
    town.add_school("33070002").await;
    let first = town.graduate("33070001", "张一", "330702200403154519").await;
    let second = town.graduate("33070002", "李二", "330702200407011239").await;
    town.assert(first, DestinationKind::Enterprise, "2022-07-01", Some(SpecialtyMatch::Near)).await;
    town.assert(second, DestinationKind::Seeking, "2022-07-01", None).await;
    town
}

async fn fault(town: &Town) -> VerifyFault {
    town.app.log().verify(None, |_, _| ()).await.expect_err("verify must fail")
}

async fn passes(town: &Town) {
    town.app.log().verify(None, |_, _| ()).await.expect("verify must pass");
}

async fn run(raw: &mut AnyConnection, sql: String) {
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
}

#[tokio::test]
async fn an_untouched_log_passes_and_extends_every_head_noted_before() {
    for database in Database::both().await {
        let town = town(&database).await;
        let noted = town.app.log().head().await.unwrap();
        let pupil = town.graduate("33070001", "王三", "330702200412245678").await;
        town.assert(pupil, DestinationKind::NotSeeking, "2022-07-01", None).await;
        let head = Some((noted.position(), noted.root()));
        let verified = town.app.log().verify(head, |_, _| ()).await.unwrap();
        assert!(verified.position > noted.position());
        assert_eq!(town.app.verify_sealed().await.unwrap(), 3);
    }
}

/// One byte of each column of an event in the middle, changed and changed back.
#[tokio::test]
async fn a_change_of_any_column_of_an_event_is_found_at_its_position() {
    const COLUMNS: [(&str, &str); 16] = [
        ("position", "position + 1000"),
        ("stream_type", "'s' || substr(stream_type, 1, 6)"),
        ("stream_id", "'f' || substr(stream_id, 2)"),
        ("version", "version + 1"),
        ("kind", "'x' || substr(kind, 2)"),
        ("schema_version", "schema_version + 1"),
        ("school", "'9' || substr(school, 2)"),
        ("audience", "'x' || substr(audience, 2)"),
        ("effective_on", "effective_on + 1"),
        ("recorded_at", "recorded_at + 1"),
        ("actor", "'x' || substr(actor, 2)"),
        ("source", "'x' || substr(source, 2)"),
        ("command_key", "'x' || substr(command_key, 2)"),
        ("causation", "'x'"),
        ("payload", "replace(payload, '2022', '2023')"),
        ("leaf", ""),
    ];
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        let is_sqlite = matches!(database.location, gradtrail::event_log::Location::Sqlite(_));
        for (column, changed) in COLUMNS {
            let changed = match (column, is_sqlite) {
                ("leaf", true) => "cast(x'00' || substr(leaf, 2) as blob)",
                ("leaf", false) => "set_byte(leaf, 0, (get_byte(leaf, 0) + 1) % 256)",
                _ => changed,
            };
            run(&mut raw, "create table kept as select * from event where position = 4".to_owned()).await;
            run(&mut raw, format!("update event set {column} = {changed} where position = 4")).await;
            let found = fault(&town).await;
            let code = if column == "position" { "verify.missing" } else { "verify.leaf" };
            assert_eq!(found.code(), code, "{column}: {found:?}");
            assert!(found.sentence().zh.contains("位置 4"), "{column}: {found:?}");
            run(&mut raw, "delete from event where position in (4, 1004)".to_owned()).await;
            run(&mut raw, "insert into event select * from kept".to_owned()).await;
            run(&mut raw, "drop table kept".to_owned()).await;
        }
        passes(&town).await;
    }
}

#[tokio::test]
async fn swapped_and_missing_rows_are_found_at_the_first_of_them() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        run(&mut raw, "create table kept as select * from event".to_owned()).await;
        for (from, to) in [(4, 1004), (5, 4), (1004, 5)] {
            run(&mut raw, format!("update event set position = {to} where position = {from}")).await;
        }
        assert!(fault(&town).await.sentence().zh.contains("位置 4"));
        run(&mut raw, "delete from event".to_owned()).await;
        run(&mut raw, "insert into event select * from kept".to_owned()).await;
        passes(&town).await;
        run(&mut raw, "delete from event where position = 5".to_owned()).await;
        assert!(matches!(fault(&town).await, VerifyFault::Missing(5)));
    }
}

/// The last event removed, and the head rolled back with it: consistent in itself.
#[tokio::test]
async fn a_removed_end_is_found_only_by_a_head_noted_before() {
    for database in Database::both().await {
        let town = town(&database).await;
        let noted = town.app.log().head().await.unwrap();
        let mut raw = database.tampering().await;
        let last = noted.position();
        run(&mut raw, format!("delete from event where position = {last}")).await;
        set_head(&mut raw, last).await;
        for model in MODELS {
            town.app.log().rebuild(&[*model], |_, _| ()).await.unwrap();
        }
        passes(&town).await;
        let result = town.app.log().verify(Some((last, noted.root())), |_, _| ()).await;
        assert!(matches!(result, Err(VerifyFault::Truncated { noted, .. }) if noted == last));
    }
}

#[tokio::test]
async fn a_version_that_does_not_follow_the_one_before_names_the_stream() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        let mut event = town.app.log().events(0, 1_000).await.unwrap().pop().unwrap();
        let position = event.position;
        event.version += 1;
        let leaf = bytes(&database, &event.leaf_hash());
        run(&mut raw, format!("update event set version = version + 1, leaf = {leaf} where position = {position}"))
            .await;
        let found = fault(&town).await;
        assert!(matches!(found, VerifyFault::StreamVersion { position: at, .. } if at == position), "{found:?}");
    }
}

/// An event rewritten with its leaf and the frontier recomputed: consistent in itself.
#[tokio::test]
async fn a_rewritten_event_with_recomputed_hashes_is_found_only_by_a_head_noted_before() {
    for database in Database::both().await {
        let town = town(&database).await;
        let noted = town.app.log().head().await.unwrap();
        let mut raw = database.tampering().await;
        let mut event = town.app.log().events(3, 1).await.unwrap().remove(0);
        event.actor = "nobody".into();
        let leaf = bytes(&database, &event.leaf_hash());
        run(&mut raw, format!("update event set actor = 'nobody', leaf = {leaf} where position = 4")).await;
        set_head(&mut raw, noted.next_position).await;
        passes(&town).await;
        let result = town.app.log().verify(Some((noted.position(), noted.root())), |_, _| ()).await;
        assert!(matches!(result, Err(VerifyFault::Rewritten { .. })));
    }
}

/// The events at two positions hold the same time, with the leaf recomputed.
#[tokio::test]
async fn an_event_that_is_not_later_than_the_one_before_is_found() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        let mut events = town.app.log().events(2, 2).await.unwrap();
        events[1].recorded_at = events[0].recorded_at;
        let (at, leaf) = (events[1].recorded_at, bytes(&database, &events[1].leaf_hash()));
        run(&mut raw, format!("update event set recorded_at = {at}, leaf = {leaf} where position = 4")).await;
        let found = fault(&town).await;
        assert_eq!((found.code(), found.values()), ("verify.recorded_at", json!({ "value": 4 })));
    }
}

/// An event is there and its leaf is of its bytes, but nobody can read the one or the other.
#[tokio::test]
async fn an_event_that_cannot_be_read_is_named() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        run(&mut raw, "create table kept as select * from event where position = 4".to_owned()).await;
        let mut event = town.app.log().events(3, 1).await.unwrap().remove(0);
        event.payload = "{}".into();
        let leaf = bytes(&database, &event.leaf_hash());
        run(&mut raw, format!("update event set payload = '{{}}', leaf = {leaf} where position = 4")).await;
        let found = fault(&town).await;
        assert_eq!(found.code(), "event.undecodable", "{found:?}");
        assert!(found.sentence().zh.contains('4'), "{found:?}");
        let short = bytes(&database, &[0]);
        run(&mut raw, format!("update event set leaf = {short} where position = 4")).await;
        assert!(matches!(fault(&town).await, VerifyFault::Leaf(4)));
        // What a report cites is computed from the leaves.
        assert_eq!(town.app.log().root_at(5).await.unwrap_err().code(), "engine.leaf_broken");
    }
}

#[tokio::test]
async fn a_head_that_is_not_of_its_events_is_found() {
    for database in Database::both().await {
        let town = town(&database).await;
        let last = town.app.log().head().await.unwrap().position();
        let mut raw = database.tampering().await;
        // The last event is left behind.
        set_head(&mut raw, last).await;
        let found = fault(&town).await;
        assert!(matches!(found, VerifyFault::BeyondHead(position) if position == last), "{found:?}");
        let mut other = Frontier::default();
        (0..last).for_each(|_| other.push([7; 32]));
        write_head(&mut raw, last + 1, other.to_bytes()).await;
        let found = fault(&town).await;
        assert!(matches!(found, VerifyFault::Root { position, .. } if position == last), "{found:?}");
        write_head(&mut raw, last + 1, vec![0]).await;
        assert_eq!(fault(&town).await.code(), "engine.frontier");
    }
}

#[tokio::test]
async fn a_head_that_says_another_instant_than_its_last_event_is_found() {
    for database in Database::both().await {
        let town = town(&database).await;
        let last = town.app.log().head().await.unwrap().position();
        run(&mut database.tampering().await, "update log_head set last_recorded_at = last_recorded_at + 1".to_owned())
            .await;
        let found = fault(&town).await;
        assert!(
            matches!(found, VerifyFault::HeadInstant { position, expected, found } if position == last && found == expected + 1),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn an_event_before_the_first_position_is_found() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.tampering().await;
        for position in [0, -3] {
            run(&mut raw, "create table kept as select * from event where position = 4".to_owned()).await;
            run(&mut raw, format!("update kept set position = {position}, stream_id = 'other'")).await;
            run(&mut raw, "insert into event select * from kept".to_owned()).await;
            run(&mut raw, "drop table kept".to_owned()).await;
            let found = fault(&town).await;
            assert!(matches!(found, VerifyFault::BeforeFirst(before) if before == position), "{found:?}");
            run(&mut raw, format!("delete from event where position = {position}")).await;
            passes(&town).await;
        }
    }
}

/// Once a row that claims to be of a later event was passed over: any content could hide behind it.
#[tokio::test]
async fn a_row_of_a_read_model_that_is_of_no_event_yet_is_found_in_every_table() {
    for database in Database::both().await {
        let town = town(&database).await;
        let mut raw = database.raw().await;
        let tables = MODELS.iter().flat_map(|model| model.tables).filter(|table| table.column("position").is_some());
        let mut tampered = 0;
        for table in tables {
            let changed = format!("update {} set position = position + 1000000", table.name);
            let rows = raw.execute(sqlx::raw_sql(AssertSqlSafe(changed))).await.unwrap().rows_affected();
            if rows == 0 {
                continue;
            }
            let found = fault(&town).await;
            assert!(matches!(&found, VerifyFault::ReadModel { table: at, .. } if *at == table.name), "{found:?}");
            run(&mut raw, format!("update {} set position = position - 1000000", table.name)).await;
            tampered += 1;
        }
        assert!(tampered >= 5, "{tampered} tables have rows");
        passes(&town).await;
    }
}

#[tokio::test]
async fn a_read_model_of_another_version_of_the_program_is_named() {
    for database in Database::both().await {
        let town = town(&database).await;
        let of_another =
            r#"update log_head set read_models = replace(read_models, '"fingerprint":"', '"fingerprint":"x')"#;
        run(&mut database.raw().await, of_another.to_owned()).await;
        let found = fault(&town).await;
        assert!(matches!(found, VerifyFault::Foreign(_)), "{found:?}");
    }
}

/// A batch ends that never began: it is recorded, the register of batches stalls, and building it anew helps nothing.
#[tokio::test]
async fn an_event_that_a_read_model_cannot_take_is_named_by_a_rebuild() {
    for database in Database::both().await {
        let town = town(&database).await;
        let before = town.app.log().head().await.unwrap().position();
        let stream = StreamKey { kind: StreamType::Import, id: Uuid::from_u128(7) };
        let mut request = crate::append::request("ends", &[(stream, 0)]);
        let counts = RowCounts { new: 1, changed: 0, unchanged: 0, held: 0, rejected: 0 };
        let event = ImportEvent::ImportApplied { counts, effective_on: date(2022, 6, 30) };
        let new = &mut request.events[0];
        new.kind = "import_applied".into();
        new.payload = serde_json::to_string(&event).unwrap().into();
        new.event = Event::Import(event);
        town.app.log().append(request).await.unwrap();
        let found = fault(&town).await;
        assert!(matches!(found, VerifyFault::Unreadable { position, .. } if position == before + 1), "{found:?}");
        let model = MODELS.iter().find(|model| model.name == "import_batches").unwrap();
        let refused = town.app.log().rebuild(&[*model], |_, _| ()).await.unwrap_err();
        assert_eq!(refused.code(), "engine.not_foldable", "{refused:?}");
    }
}

/// Bytes as a literal of the database.
fn bytes(database: &Database, bytes: &[u8]) -> String {
    let bytes = hex::encode(bytes);
    match database.location {
        gradtrail::event_log::Location::Sqlite(_) => format!("x'{bytes}'"),
        gradtrail::event_log::Location::Postgres(_) => format!("decode('{bytes}', 'hex')"),
    }
}

/// Writes the head that the leaves before a position make.
async fn set_head(raw: &mut AnyConnection, next_position: i64) {
    let mut frontier = Frontier::default();
    let leaves = sqlx::query("select leaf from event where position < $1 order by position").bind(next_position);
    for row in raw.fetch_all(leaves).await.unwrap() {
        frontier.push(row.get::<Vec<u8>, _>(0).try_into().unwrap());
    }
    write_head(raw, next_position, frontier.to_bytes()).await;
}

async fn write_head(raw: &mut AnyConnection, next_position: i64, frontier: Vec<u8>) {
    let sql = "update log_head set next_position = $1, frontier = $2, revision = revision + 1,
               last_recorded_at = (select max(recorded_at) from event where position < $1)";
    sqlx::query(sql).bind(next_position).bind(frontier).execute(raw).await.unwrap();
}

#[tokio::test]
async fn a_changed_lost_or_added_row_of_a_read_model_names_model_table_and_key() {
    let changes = [
        "update cohort_situations set job_v1_match = 'full' where job_v1_match = 'near'",
        "update cohort_movements set entered_situation = entered_situation + 2 where entered_job = 0",
        "update cohort_movements set entered_situation = entered_situation + 2 where entered_job <> 0",
        "update cohort_movements set true_from = true_from - 1 where entered_job <> 0",
        "delete from student_register where school = '33070002'",
        "insert into school_directory select '33079999', name, category, registered_position, closed_position, position
         from school_directory where code = '33070001'",
    ];
    for change in changes {
        for database in Database::both().await {
            let town = town(&database).await;
            run(&mut database.raw().await, change.to_owned()).await;
            assert!(matches!(fault(&town).await, VerifyFault::ReadModel { .. }), "{change}");
        }
    }
}

/// The progress is told after each page: there a graduate is recorded, and moves on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_while_the_log_is_verified_is_no_fault() {
    for database in Database::both().await {
        let town = town(&database).await;
        let record = async || {
            let pupil = town.graduate("33070001", "王三", "330702200412245678").await;
            town.assert(pupil, DestinationKind::Seeking, "2022-07-01", None).await;
        };
        let verifying = town.app.log().verify(None, |_, _| tokio::task::block_in_place(|| block_on(record())));
        let verified = verifying.await.expect("verify must pass");
        assert!(verified.position < town.app.log().head().await.unwrap().position());
        passes(&town).await;
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(future)
}
