//! Questions that have no answer.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::app::report::ReportQuery;
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::definitions::DEFINITIONS;
use gradtrail::refusal::Refusal as _;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};

use super::{CODE, Office, of_student, roster, sent};
use crate::support::{Database, Town, ask, undo, with};

#[tokio::test]
async fn a_question_that_contradicts_itself_is_refused_for_its_field() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let interns = json!({ "employer": CODE, "from": "2023-09-02", "to": "2023-09-01" });
        let cases = [
            (json!({ "interns": interns }), "input.days_reversed"),
            (json!({ "at_work": { "year": 10_000 } }), "input.not_a_year"),
            (json!({ "at_work": { "school_year": -10_000 } }), "input.not_a_year"),
            (json!({ "at_work": { "year": 2023, "school_year": 2023 } }), "input.several_times"),
            (json!({ "at_work": { "year": 2023, "on": "2023-09-01" } }), "input.several_times"),
            (json!({ "at_work": { "open": "本市" } }), "input.part_without_dimension"),
            (json!({ "at_work": { "open": "本市", "by": "region" } }), "input.nobody_to_open"),
            (json!({ "report": { "year": 2023, "by": ["school", "school"] } }), "input.dimensions"),
            (json!({ "report": { "year": 2023, "by": ["school", "gender", "route"] } }), "input.dimensions"),
            (json!({ "explain": { "figure": "luck", "year": 2023 } }), "report.no_such_figure"),
            (json!({ "report": { "year": 2023, "school": "33079999" } }), "report.not_found"),
            (json!({ "report": { "year": 2023, "known_at": "999999" } }), "report.beyond_head"),
            (json!({ "grid": {} }), "report.school_needed"),
            (json!({ "grid": { "class": "9班" } }), "target.no_such_class"),
            (json!({ "students": { "text": " " } }), "input.fields_missing"),
        ];
        for (question, code) in cases {
            assert_eq!(office.answers_not(&office.officer, question.clone()).await, code, "{question}");
        }
    }
}

/// Two files whose numbers begin alike, found by trying.
#[tokio::test]
async fn a_number_of_a_file_that_is_none_or_names_none_or_two_is_refused() {
    const ALIKE: [&[u8]; 2] = [b"%PDF-9865", b"%PDF-64104"];
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.places_the_class().await;
        office.drafts_the_agreements().await;
        office.does(json!({ "agreement": { "send": of_student(0) } })).await;
        for (party, scan) in ["student", "school"].into_iter().zip(ALIKE) {
            let scan = sent("扫描.pdf", scan);
            let sign = with(of_student(0), json!({ "party": party, "document": "agreement", "scan": scan }));
            office.does(json!({ "agreement": { "sign": sign } })).await;
        }
        let get = |hash: &str| json!({ "evidence": { "hash": hash } });
        let cases = [
            ("c5d8580", "evidence.no_hash"),
            ("第一份文件的编号", "evidence.no_hash"),
            ("00000000", "evidence.not_found"),
            ("c5d85806", "evidence.ambiguous"),
        ];
        for (hash, code) in cases {
            assert_eq!(office.answers_not(&office.officer, get(hash)).await, code, "{hash}");
        }
        // A row that was changed behind the program's back.
        let mut raw = database.raw().await;
        raw.execute("update evidence set hash = substr(hash, 1, 20)").await.unwrap();
        let hash: (String,) =
            sqlx::query_as("select hash from evidence order by hash limit 1").fetch_one(&mut raw).await.unwrap();
        assert_eq!(office.answers_not(&office.officer, get(&hash.0)).await, "event.corrupt");
    }
}

#[tokio::test]
async fn what_the_database_cannot_read_is_the_operators_to_look_at() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let students = json!({ "students": { "text": "学生" } });
        database.raw().await.execute("alter table student_register rename to elsewhere").await.unwrap();
        assert_eq!(office.answers_not(&office.officer, students).await, "database.unreadable");
    }
}

#[tokio::test]
async fn a_batch_whose_schools_have_students_is_not_undone_and_another_only_once() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        let schools = "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n";
        let files = database.write(&[("学校.csv", schools), ("名册.csv", &roster("33070001", 0..1))]);
        let batches = town.import(&files, ImportFiles::default()).await.into_iter().map(|imported| {
            let Recording::Recorded(batch) = imported.recording else { panic!("{imported:?}") };
            batch
        });
        let [schools, roster] = batches.collect::<Vec<_>>()[..] else { panic!("two batches") };
        let refused = async |batch| undo(&town.app, &town.caller, batch, UndoReason::WrongFile).await.unwrap_err();
        assert_eq!(refused(schools).await.code(), "undo.school_in_use");
        undo(&town.app, &town.caller, roster, UndoReason::WrongFile).await.unwrap();
        assert_eq!(refused(roster).await.code(), "import.already_undone");
        undo(&town.app, &town.caller, schools, UndoReason::WrongFile).await.unwrap();
        assert!(ask::students(&town.app, &town.caller, "学生").await.unwrap().is_empty());
    }
}

/// The read model names a graduate of whom the log knows nothing.
#[tokio::test]
async fn a_figure_that_the_log_does_not_explain_is_not_opened() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        let pupil = town.graduate("33070001", "张一", "330702200403154519").await;
        let changed = format!(
            "update cohort_movements set student = '00000000-0000-0000-0000-000000000007' where student = '{}'",
            pupil.id.0
        );
        database.raw().await.execute(AssertSqlSafe(changed)).await.unwrap();
        let figure = DEFINITIONS[0].id;
        let asked = ReportQuery::year(2022);
        let refused = ask::explain(&town.app, &town.caller, &asked, figure).await.unwrap_err();
        assert_eq!(refused.code(), "engine.unexplained");
    }
}
