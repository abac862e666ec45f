//! Whom nobody can be meant by.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::app::request::Order;
use gradtrail::domain::employer::{CreditCodeCheck, EmployerCommand};
use gradtrail::domain::ids::{EmployerId, PlacementId, SealedRevision};
use gradtrail::domain::import::{ImportCommand, Spokesman};
use gradtrail::domain::statements::Source;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Office, arranged, of_class, of_student, roster};
use crate::placements::{OURS, THEIRS, TODAY, draft, employer, execute};
use crate::support::{Database, ask, school, with};

fn submit(target: Value) -> Value {
    json!({ "placement": { "submit": target } })
}

fn draft_for(target: Value) -> Value {
    json!({ "placement": { "draft": with(target, arranged()) } })
}

#[tokio::test]
async fn a_target_that_names_nobody_is_refused_for_what_it_names() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let files = database.write(&[("名册二.csv", &roster(OURS, 3..4))]);
        let imported = office.town.import(&files, ImportFiles::default()).await.remove(0);
        let Recording::Recorded(batch) = imported.recording else { panic!("{imported:?}") };
        let nobody = Uuid::from_u128(7).to_string();
        let everybody = ["20230000", "20230001", "20230002", "20230003"];
        let submitted = [
            (json!({}), "target.nobody"),
            (json!({ "class": "1班", "student": "20230000" }), "target.several"),
            (json!({ "student": "20230000", "except": ["20230001"] }), "target.except_without_class"),
            (json!({ "class": "9班" }), "target.no_such_class"),
            (json!({ "class": "1班", "school": "33079999" }), "target.no_such_school"),
            (json!({ "student": "99999999" }), "target.no_such_student"),
            (json!({ "placement": nobody }), "target.no_such_placement"),
            (json!({ "batch": nobody }), "target.no_such_batch"),
            (of_class(), "target.class_not_placed"),
            (of_student(0), "target.not_placed"),
            (json!({ "batch": batch.0.to_string() }), "target.batch_not_placed"),
        ];
        for (target, code) in submitted {
            assert_eq!(office.refuses(submit(target.clone())).await, code, "{target}");
        }
        let drafted = [
            (json!({ "class": "1班", "except": ["20230000", "99999999"] }), "target.except_unknown"),
            (json!({ "class": "1班", "except": everybody }), "target.nobody_left"),
            (json!({ "students": ["20230000", "99999999"] }), "target.students_unknown"),
        ];
        for (target, code) in drafted {
            assert_eq!(office.refuses(draft_for(target.clone())).await, code, "{target}");
        }
    }
}

#[tokio::test]
async fn a_target_that_may_be_of_several_schools_is_refused_until_one_is_named() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.town.add_school(THEIRS).await;
        office.town.import(&database.write(&[("二中.csv", &roster(THEIRS, 0..1))]), ImportFiles::default()).await;
        let city = &office.town.caller;
        assert_eq!(office.refuses_to(city, submit(of_class())).await, "target.several_schools");
        assert_eq!(office.refuses_to(city, submit(of_student(0))).await, "target.several_students");
        let of_theirs = json!({ "student": "20230000", "school": THEIRS });
        assert_eq!(office.refuses_to(city, submit(of_theirs)).await, "target.not_placed");
        let plan = json!({ "year": 2024, "class": ["1班"], "first_day": "2023-09-01", "last_day": "2024-02-29" });
        assert_eq!(office.refuses_to(city, json!({ "season": { "plan": plan } })).await, "target.school_missing");
        let register = |school: &str| json!({ "employer": { "register": { "name": "两校之友", "school": school } } });
        for school in [OURS, THEIRS] {
            office.run(city, &register(school)).await.unwrap();
        }
        let unit = json!({ "employer": { "profile": { "employer": "两校之友" } } });
        assert_eq!(office.refuses_to(city, unit).await, "target.school_missing");
        // One person, who is to be erased at the one and at the other.
        let erase = json!({ "erase": { "person": crate::placements::document(0), "reason": "request" } });
        assert_eq!(office.refuses_to(city, erase).await, "erasure.at_several_schools");
        let unknown = json!({ "erase": { "person": crate::placements::document(9), "reason": "request" } });
        assert_eq!(office.refuses_to(city, unknown).await, "erasure.not_found");
    }
}

/// Ids that end alike, as two of many millions may.
#[tokio::test]
async fn an_end_of_an_id_that_several_have_is_refused_until_more_of_it_is_written() {
    const END: &str = "9abcdef0";
    let id = |number: u128| Uuid::from_u128((number << 64) | 0x9abc_def0);
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (app, city) = (&office.town.app, &office.town.caller);
        let host = employer(app, city).await;
        let mut orders = vec![];
        for number in [1, 2] {
            let found = ask::students(app, city, &format!("2023{:04}", number - 1)).await.unwrap();
            orders.push(draft(PlacementId(id(number)), found[0].id, host));
        }
        execute(app, &office.officer, orders).await.unwrap();
        assert_eq!(office.refuses(submit(json!({ "placement": END }))).await, "target.several_placements");

        for number in [3, 4] {
            let (file_sha256, kind, file_name) = (String::new(), "roster".to_owned(), SealedRevision(1));
            let spoken = Spokesman { source: Source::School, said_on: TODAY };
            let command = ImportCommand::Start {
                file_sha256,
                kind,
                school: None,
                file_name,
                issuer: None,
                spoken,
                effective_on: TODAY,
            };
            let start = Order::Import { id: id(number), school: Some(school(OURS)), command };
            execute(app, city, vec![start]).await.unwrap();
        }
        let undo = json!({ "undo_import": { "batch": END, "reason": "wrong_file" } });
        assert_eq!(office.refuses_to(city, undo).await, "target.several_batches");

        for number in [5, 6] {
            let (EmployerId(id), identity) = (EmployerId(id(number)), SealedRevision(1));
            let command =
                EmployerCommand::Register { identity, credit_code: CreditCodeCheck::NoCode, effective_on: TODAY };
            execute(app, city, vec![Order::Employer { id, command }]).await.unwrap();
        }
        let close = json!({ "employer": { "close": { "employer": END } } });
        assert_eq!(office.refuses_to(city, close).await, "input.several_ids");
        assert_eq!(office.answers_not(city, json!({ "history": { "id": END } })).await, "input.several_ids");
        assert_eq!(office.answers_not(city, json!({ "history": { "id": "f0" } })).await, "input.no_such_id");
    }
}
