//! Promise: of whom nothing is known it is said for how long, and who studies is told apart by how far that is; each count
//! opens to exactly those persons, as of a day and as known before.

use gradtrail::accounts::Role;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::explain::{ListMissing, ListStudies, Missing, ReportAge, Studied};
use gradtrail::app::reply::Reply;
use gradtrail::app::report::ReportQuery;
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::cohort_outcomes::explain::StudyPart;
use serde_json::json;

use crate::acts::Browser;
use crate::placements::staff;
use crate::support::{Database, Pupil, Town, day};

async fn missing(town: &Town, query: ReportQuery, age: Option<ReportAge>) -> Missing {
    let question = Question::Missing(ListMissing { query, age });
    let Reply::Missing(missing) = town.app.ask(&town.caller, &question).await.unwrap() else { panic!("what lacks") };
    missing
}

async fn studies(town: &Town, query: ReportQuery, part: StudyPart) -> Studied {
    let question = Question::Studies(ListStudies { query, part: Some(part) });
    let Reply::Studies(studied) = town.app.ask(&town.caller, &question).await.unwrap() else { panic!("who studies") };
    studied
}

/// Says of somebody an admission, and what else is given.
async fn admitted(town: &Town, pupil: Pupil, more: serde_json::Value) {
    let said = json!({
        "student": pupil.id.0.to_string(), "college": "某学院", "channel": "vocational_exam", "level": "junior_college",
        "admitted": "2022-07-20", "said_on": "2022-08-01",
    });
    let command: Command =
        serde_json::from_value(json!({ "study": { "say": crate::support::with(said, more) } })).unwrap();
    town.app.run(&town.caller, None, &command).await.unwrap();
}

fn as_of(text: &str) -> ReportQuery {
    ReportQuery { as_of: Some(day(text)), ..ReportQuery::year(2022) }
}

async fn town(database: &Database) -> (Town, Pupil) {
    let town = Town::new(database).await;
    town.add_school("33070001").await;
    let heard_of = town.graduate("33070001", "张三", "330702200403150001").await;
    town.graduate("33070001", "李四", "330702200403150002").await;
    (town, heard_of)
}

#[tokio::test]
async fn the_unknown_are_told_by_the_age_of_the_latest_report_up_to_the_day() {
    for database in Database::both().await {
        let (town, heard_of) = town(&database).await;
        let before = town.app.log().head().await.unwrap().position();
        admitted(&town, heard_of, json!({})).await;
        for (on, age) in [
            ("2022-07-31", ReportAge::Never),
            ("2022-09-01", ReportAge::UnderThreeMonths),
            ("2022-12-31", ReportAge::ThreeToSixMonths),
            ("2023-06-30", ReportAge::OverSixMonths),
        ] {
            let all = missing(&town, as_of(on), None).await;
            assert_eq!(all.ages.iter().map(|(_, count)| count).sum::<usize>(), all.graduates.len(), "{on}");
            for (of, count) in &all.ages {
                let opened = missing(&town, as_of(on), Some(*of)).await;
                assert_eq!((opened.graduates.len(), opened.ages), (*count, all.ages.clone()), "{on} {of:?}");
            }
            let of_age = missing(&town, as_of(on), Some(age)).await.graduates;
            assert!(of_age.iter().any(|named| named.person.student == heard_of.id), "{on}");
        }
        let known_at = KnownAt::Position(before);
        let then = missing(&town, ReportQuery { known_at, ..as_of("2022-12-31") }, Some(ReportAge::Never)).await;
        assert_eq!(then.graduates.len(), 2, "nobody was heard of yet");
        // What is taken back was never heard, and said again it is.
        admitted(&town, heard_of, json!({ "operation": "withdraw" })).await;
        assert_eq!(missing(&town, as_of("2022-12-31"), Some(ReportAge::Never)).await.graduates.len(), 2);
        admitted(&town, heard_of, json!({ "operation": "restore" })).await;
        assert_eq!(missing(&town, as_of("2022-12-31"), Some(ReportAge::Never)).await.graduates.len(), 1);
    }
}

#[tokio::test]
async fn who_studies_is_told_by_how_far_that_is_and_who_works_beside_it() {
    for database in Database::both().await {
        let (town, student) = town(&database).await;
        admitted(&town, student, json!({})).await;
        let counts = async |query: ReportQuery| {
            let counts = studies(&town, query, StudyPart::Registered).await.counts;
            for (part, count) in &counts {
                let opened = studies(&town, as_of("2022-12-31"), *part).await;
                assert!(opened.counts != counts || opened.persons.len() == *count, "{part:?}");
            }
            counts.into_iter().map(|(_, count)| count).collect::<Vec<_>>()
        };
        assert_eq!(counts(as_of("2022-12-31")).await, [0, 1, 0, 0]);
        let before = town.app.log().head().await.unwrap().position();
        admitted(&town, student, json!({ "registered": "2022-09-10" })).await;
        assert_eq!(counts(as_of("2022-12-31")).await, [1, 0, 0, 0]);
        // A class teacher says that the student works besides; taken back, it is said no more.
        for (operation, both) in [("state", 1), ("withdraw", 0), ("restore", 1)] {
            let said = json!({
                "student": student.id.0.to_string(), "source": "class_teacher", "kind": "freelance", "from": "2022-10-01",
                "said_on": "2022-11-01", "operation": operation,
            });
            let command: Command = serde_json::from_value(json!({ "outcome": { "say": said } })).unwrap();
            town.app.run(&town.caller, None, &command).await.unwrap();
            assert_eq!(counts(as_of("2022-12-31")).await, [1, 0, 0, both], "{operation}");
        }
        let both = studies(&town, as_of("2022-12-31"), StudyPart::Both).await.persons;
        assert_eq!(both.iter().map(|named| named.person.student).collect::<Vec<_>>(), [student.id]);
        // Before registering, and as known before.
        assert_eq!(counts(as_of("2022-08-01")).await[0], 0);
        let known_at = KnownAt::Position(before);
        assert_eq!(counts(ReportQuery { known_at, ..as_of("2022-12-31") }).await, [0, 1, 0, 0]);
    }
}

#[tokio::test]
async fn both_have_pages_whose_counts_open_to_as_many_rows_and_files() {
    for database in Database::both().await {
        let (town, heard_of) = town(&database).await;
        admitted(&town, heard_of, json!({})).await;
        town.add_school("33070002").await;
        let roles = [Role::Officer, Role::ClassTeacher, Role::Auditor, Role::Mentor];
        let [officer, teacher, auditor, mentor] = Browser::of(town.app, roles).await;
        let page = officer.get("/outcomes?year=2022").await;
        for said in ["从来没有消息 1", "3 至 6 个月 1", "全部 2", "2022-08-01"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        let opened = officer.get("/outcomes?year=2022&age=never").await;
        assert!(opened.contains("李四") && !opened.contains("张三"), "{opened}");
        let file = officer.get("/outcomes?year=2022&age=never&format=csv").await;
        assert!(file.contains("李四") && !file.contains("张三") && file.contains("最近一次填报"), "{file}");
        assert!(officer.get("/outcomes?year=2022&age=luck").await.starts_with("HTTP/1.1 400"));
        let study = officer.get("/further-study?year=2022").await;
        assert!(study.contains("已录取、没有报到 1") && study.contains("既升学又就业 0"), "{study}");
        let admitted = officer.get("/further-study?year=2022&part=admitted").await;
        assert!(admitted.contains("张三") && !admitted.contains("李四"), "{admitted}");
        let file = officer.get("/further-study?year=2022&part=admitted&format=csv").await;
        assert!(file.contains("张三"), "{file}");
        let past = officer.get("/further-study?year=2022&part=admitted&on=2022-07-01").await;
        assert!(!past.contains("张三") && past.contains("不能登记"), "{past}");
        assert!(teacher.get("/further-study?year=2022&part=admitted").await.contains("张三"));
        assert!(!auditor.get("/further-study?year=2022&part=admitted").await.contains("张三"));
        assert!(mentor.get("/further-study?year=2022").await.starts_with("HTTP/1.1 404"));
        for words in ["part=luck", "year=x", "page=0", "format=pdf", "on=soon"] {
            let refused = officer.get(&format!("/further-study?year=2022&{words}")).await;
            assert!(refused.starts_with("HTTP/1.1 4"), "{words}: {refused}");
        }
        let english = Browser { cookie: format!("{}; language=en", officer.cookie), ..officer };
        assert!(english.get("/further-study?year=2022").await.contains("both studying and employed"));
    }
}

#[tokio::test]
async fn another_school_has_none_of_ours_among_its_unknown_and_its_students() {
    for database in Database::both().await {
        let (town, heard_of) = town(&database).await;
        admitted(&town, heard_of, json!({})).await;
        let theirs = staff(1, Role::Officer, "33070002");
        let unknown = Question::Missing(ListMissing { query: ReportQuery::year(2022), age: None });
        let Reply::Missing(missing) = town.app.ask(&theirs, &unknown).await.unwrap() else { panic!("what lacks") };
        assert_eq!(missing.graduates, []);
        let part = Some(StudyPart::Admitted);
        let studying = Question::Studies(ListStudies { query: ReportQuery::year(2022), part });
        let Reply::Studies(studied) = town.app.ask(&theirs, &studying).await.unwrap() else { panic!("who studies") };
        assert!(studied.persons.is_empty() && studied.counts.iter().all(|(_, count)| *count == 0));
    }
}
