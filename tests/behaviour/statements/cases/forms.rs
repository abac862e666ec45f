//! One statement at a time: said by a form as by a file's row, reviewed by somebody else, chosen among others.

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::statement::StatementAnswer;
use gradtrail::app::{Done, failure::Failure};
use gradtrail::refusal::Refusal as _;
use serde_json::{Value, json};

use super::{NONE, SCHOOL, YEAR_END, codes, conflicts, counts, on_the_schools_word, town};
use crate::support::{Database, Town, add_staff, school, with};

/// Somebody of the school's office.
async fn member(town: &Town, name: &str, role: Role) -> Caller {
    let staff = add_staff(&town.app, &town.caller, name, role, Some(school(SCHOOL))).await.unwrap();
    Caller::operator_for(staff, "test")
}

async fn run(town: &Town, caller: &Caller, noun: &str, verb: &str, order: Value) -> Result<StatementAnswer, Failure> {
    let command = serde_json::from_value(json!({ noun: { verb: order } })).unwrap();
    match town.app.run(caller, None, &command).await? {
        Answer::Statement(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

/// Whether something was recorded.
async fn is_recorded(town: &Town, caller: &Caller, noun: &str, verb: &str, order: Value) -> bool {
    match run(town, caller, noun, verb, order).await.unwrap() {
        StatementAnswer::Said(result) => {
            let imported = result.outcome.unwrap();
            assert_eq!(codes(&imported), NONE);
            imported.counts.new + imported.counts.changed == 1
        }
        StatementAnswer::Done(done) => matches!(done, Done::Recorded(_)),
    }
}

async fn student(town: &Town) -> String {
    let find = serde_json::from_value(json!({ "students": { "text": "张一", "school": null } })).unwrap();
    match town.app.ask(&town.caller, &find).await.unwrap() {
        Reply::Students(found) => found.students[0].id.0.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_form_says_what_a_row_says_and_a_second_person_proves_and_resolves_it() {
    for database in Database::both().await {
        let town = town(&database).await;
        let (officer, principal) =
            (member(&town, "钱五", Role::Officer).await, member(&town, "赵校长", Role::Principal).await);
        let student = student(&town).await;
        let job = |pay: &str| json!({ "student": student, "source": "school", "kind": "enterprise", "from": "2022-07-01", "employer": "某厂", "pay": pay });
        assert!(is_recorded(&town, &officer, "outcome", "say", job("4000")).await);
        assert!(!is_recorded(&town, &officer, "outcome", "say", job("4000")).await);
        assert!(is_recorded(&town, &officer, "outcome", "say", job("无")).await);
        assert_eq!((counts(&town, YEAR_END).await, on_the_schools_word(&town, YEAR_END).await), ((1, 0, 0, 3), (1, 0)));
        // Papers raise the one statement, and not by the hand of who made it.
        let statement = json!({ "student": student, "from": "2022-07-01", "at": "某厂" });
        let step = |step: &str| with(statement.clone(), json!({ "step": step, "evidence": "labour_contract" }));
        assert!(is_recorded(&town, &officer, "outcome", "review", step("attach")).await);
        let own = run(&town, &officer, "outcome", "review", step("verify")).await.unwrap_err();
        assert_eq!(own.code(), "statement.reviewer_stated");
        assert!(is_recorded(&town, &principal, "outcome", "review", step("verify")).await);
        assert_eq!(on_the_schools_word(&town, YEAR_END).await, (0, 0));
        // The bureau says otherwise: a conflict, until somebody decides it.
        let bureau = json!({ "student": student, "source": "bureau", "kind": "seeking", "from": "2022-07-01" });
        assert!(is_recorded(&town, &town.caller, "outcome", "say", bureau).await);
        assert_eq!((conflicts(&town, YEAR_END).await, counts(&town, YEAR_END).await), (1, (1, 0, 0, 3)));
        let resolve =
            |source: &str| json!({ "student": student, "source": source, "from": "2022-07-01", "reason": "other" });
        assert!(is_recorded(&town, &principal, "conflict", "resolve", resolve("bureau")).await);
        assert_eq!((conflicts(&town, YEAR_END).await, counts(&town, YEAR_END).await), (0, (0, 0, 1, 3)));
        let none = run(&town, &principal, "conflict", "resolve", resolve("register")).await.unwrap_err();
        assert_eq!(none.code(), "statement.no_such_statement");
        let shown = serde_json::from_value(json!({ "statements": { "student": student, "school": null } })).unwrap();
        let Reply::Statements(shown) = town.app.ask(&principal, &shown).await.unwrap() else { panic!() };
        assert_eq!(shown.statements.iter().map(|of| of.decides).collect::<Vec<_>>(), [false, true]);
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn further_study_and_exams_are_said_reviewed_and_chosen_one_at_a_time() {
    for database in Database::both().await {
        let town = town(&database).await;
        let principal = member(&town, "赵校长", Role::Principal).await;
        let student = student(&town).await;
        let study = |college: &str, day: &str| json!({ "student": student, "college": college, "channel": "vocational_exam", "level": "junior_college", "registered": day });
        assert!(is_recorded(&town, &town.caller, "study", "say", study("某学院", "2022-09-01")).await);
        let exam = json!({ "student": student, "on": "2022-06-11", "result": "qualified" });
        assert!(is_recorded(&town, &town.caller, "study", "exam", exam).await);
        let other = json!({ "student": student, "source": "class_teacher", "college": "另一学院", "channel": "vocational_exam", "level": "junior_college", "registered": "2022-09-01" });
        assert!(is_recorded(&town, &town.caller, "study", "say", other).await);
        assert_eq!((conflicts(&town, YEAR_END).await, counts(&town, YEAR_END).await), (1, (0, 1, 0, 3)));
        let statement = json!({ "student": student, "from": "2022-09-01", "at": "某学院" });
        let resolve = with(statement.clone(), json!({ "study": true, "reason": "evidence_sufficient" }));
        assert!(is_recorded(&town, &principal, "conflict", "resolve", resolve).await);
        assert_eq!(conflicts(&town, YEAR_END).await, 0);
        let attach = with(statement.clone(), json!({ "step": "attach", "evidence": "enrolment_record" }));
        assert!(is_recorded(&town, &principal, "study", "review", attach).await);
        let missing = with(statement, json!({ "step": "attach" }));
        let refused = run(&town, &principal, "study", "review", missing).await.unwrap_err();
        assert_eq!(refused.code(), "input.fields_missing");
    }
}
