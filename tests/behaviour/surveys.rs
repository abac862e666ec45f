//! Promise: a campaign asks those who graduated, keeps each answer with the version it saw, and its rates are what a hand
//! counts, as of any day and as known at any moment; what an answer says of a destination stands beside what others say.

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::app::account::{AccountAnswer, AccountOrder, AddAccount};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::failure::Failure;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::report::ReportQuery;
use gradtrail::app::student::EraseStudent;
use gradtrail::app::survey::call::CallAnswer;
use gradtrail::app::survey::shown::SurveyProgress;
use gradtrail::domain::ErasureReason;
use gradtrail::domain::figures::populations::{DIRECT_EMPLOYMENT, FURTHER_STUDY, UNKNOWN};
use gradtrail::domain::ids::ClassName;
use gradtrail::domain::outcome::Outcome;
use gradtrail::domain::statements::Source;
use gradtrail::domain::survey::codes::BuiltIn;
use gradtrail::domain::survey::questionnaire::{Question as Asked, QuestionKind, Words};
use gradtrail::domain::survey::rates::{SurveyPart, SurveyRate};
use gradtrail::domain::terms::DestinationKind;
use gradtrail::input::known_at::KnownAt;
use gradtrail::intake::questionnaires::built_in;
use gradtrail::people::Sealed;
use gradtrail::publication::xlsform;
use gradtrail::refusal::Refusal as _;
use serde_json::{Value, json};

use crate::placements::{OURS, document, officer, principal, staff};
use crate::support::{Database, Pupil, Town, ask, clock, day, school, with};

/// Nine days after the clock of the town.
fn later() -> i64 {
    const DAYS: i64 = 9 * 86_400 * 1_000_000;
    clock() + DAYS
}

fn which(more: Value) -> Value {
    with(json!({ "year": 2022, "wave": "one_year" }), more)
}

fn survey(verb: &str, more: Value) -> Command {
    serde_json::from_value(json!({ "survey": { verb: which(more) } })).unwrap()
}

fn call(verb: &str, pupil: Pupil, more: Value) -> Command {
    let said = which(with(json!({ "student": pupil.id.0.to_string() }), more));
    serde_json::from_value(json!({ "call": { verb: said } })).unwrap()
}

async fn run(app: &App, caller: &Caller, command: &Command) -> Answer {
    app.run(caller, None, command).await.unwrap_or_else(|refused| panic!("{}", refused.sentence().zh))
}

async fn called(app: &App, command: &Command) -> CallAnswer {
    match run(app, &officer(), command).await {
        Answer::Called(called) => called,
        other => panic!("{other:?}"),
    }
}

async fn refused(app: &App, caller: &Caller, command: &Command) -> &'static str {
    match app.run(caller, None, command).await {
        Err(refused) => Failure::code(&refused),
        Ok(done) => panic!("{done:?}"),
    }
}

async fn ask(app: &App, caller: &Caller, question: Value) -> Reply {
    let question: Question = serde_json::from_value(question).unwrap();
    app.ask(caller, &question).await.unwrap_or_else(|refused| panic!("{}", refused.sentence().zh))
}

async fn progress(app: &App, more: Value) -> SurveyProgress {
    match ask(app, &officer(), json!({ "survey_progress": which(more) })).await {
        Reply::SurveyProgress(progress) => progress,
        other => panic!("{other:?}"),
    }
}

/// Of a line the counts of these parts.
fn counts<const N: usize>(progress: &SurveyProgress, line: usize, parts: [SurveyPart; N]) -> [i64; N] {
    let cell = &progress.cells[line];
    parts.map(|part| cell.counts[SurveyPart::ALL.iter().position(|known| *known == part).unwrap()])
}

fn rate(progress: &SurveyProgress, rate: SurveyRate) -> (i64, i64) {
    let (_, counted) = progress.cells[0].rates.iter().find(|(known, _)| *known == rate).unwrap();
    (counted.numerator, counted.denominator)
}

async fn head(app: &App) -> i64 {
    app.log().head().await.unwrap().position()
}

async fn people(app: &App, part: &str, more: Value) -> usize {
    match ask(app, &officer(), json!({ "invited": which(with(json!({ "part": part }), more)) })).await {
        Reply::Invited(invited) => invited.len(),
        other => panic!("{other:?}"),
    }
}

/// A school with five graduates, three of class 1 and two of class 2; its campaign is open.
async fn opened(database: &Database) -> (Town, Vec<Pupil>) {
    let town = Town::new(database).await;
    town.add_school(OURS).await;
    let mut pupils = vec![];
    for (number, class) in [(1, "1班"), (2, "1班"), (3, "1班"), (4, "2班"), (5, "2班")] {
        pupils.push(town.student(OURS, class, &format!("毕业{number}"), &document(number), Some("2022-06-30")).await);
    }
    let app = &town.app;
    assert_eq!(refused(app, &officer(), &survey("open", json!({}))).await, "survey.not_drafted");
    run(app, &officer(), &survey("draft", json!({}))).await;
    assert_eq!(refused(app, &officer(), &survey("approve", json!({}))).await, "survey.approver_drafted");
    run(app, &principal(), &survey("approve", json!({}))).await;
    let days = json!({ "opens_on": "2023-07-01", "closes_on": "2023-07-20", "reminders": ["2023-07-05"], "calls": 3 });
    run(app, &officer(), &survey("schedule", days)).await;
    let Reply::SurveyPlan(planned) = ask(app, &officer(), json!({ "survey_plan": which(json!({})) })).await else {
        panic!()
    };
    assert_eq!(planned.iter().map(|of| (of.number, of.persons)).collect::<Vec<_>>(), [(1, 5), (2, 5)]);
    run(app, &officer(), &survey("open", json!({}))).await;
    (town, pupils)
}

const JOB: [&str; 7] = [
    "status=enterprise",
    "start=2022-09-01",
    "employer=甲厂",
    "place=local",
    "match=full",
    "satisfaction=satisfied",
    "contact_again=yes",
];
const SEEKING: [&str; 3] = ["status=seeking", "satisfaction=dissatisfied", "contact_again=no"];
const STUDY: [&str; 7] = [
    "status=study",
    "college=某职业学院",
    "study_channel=vocational_exam",
    "study_level=junior_college",
    "registered=2022-09-10",
    "satisfaction=very_satisfied",
    "contact_again=yes",
];

#[tokio::test]
async fn a_campaign_is_counted_as_a_hand_counts_it_on_each_day_and_as_known_at_each_moment() {
    use SurveyPart::{Listed, Proxy, Queued, Refused, Submitted, Unreachable};
    const PARTS: [SurveyPart; 6] = [Listed, Submitted, Proxy, Unreachable, Refused, Queued];
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        let at_opening = head(app).await;
        assert_eq!(counts(&progress(app, json!({})).await, 0, PARTS), [5, 0, 0, 0, 0, 5]);

        let completed = json!({ "result": "completed", "answer": JOB });
        let first = called(app, &call("record", pupils[0], completed)).await;
        assert!(first.missing.is_empty() && !first.is_statement_refused(), "{first:?}");
        called(app, &call("answer", pupils[1], json!({ "answer": SEEKING }))).await;
        let of_guardian = json!({ "result": "completed", "answered_by": "guardian", "answer": STUDY });
        called(app, &call("record", pupils[2], of_guardian)).await;
        for _ in 0..3 {
            called(app, &call("record", pupils[3], json!({ "result": "no_answer" }))).await;
        }
        called(app, &call("record", pupils[4], json!({ "result": "refused" }))).await;
        let after_calls = head(app).await;

        let now = progress(app, json!({ "by": "class" })).await;
        assert_eq!(counts(&now, 0, PARTS), [5, 2, 1, 1, 1, 0]);
        assert_eq!(counts(&now, 1, PARTS), [3, 2, 1, 0, 0, 0], "class 1");
        assert_eq!(counts(&now, 2, PARTS), [2, 0, 0, 1, 1, 0], "class 2");
        assert_eq!(rate(&now, SurveyRate::GrossResponse), (2, 5));
        assert_eq!(rate(&now, SurveyRate::NetResponse), (2, 4));
        assert_eq!(rate(&now, SurveyRate::Knowledge), (3, 5));
        assert_eq!(rate(&now, SurveyRate::Outcome), (2, 3));
        assert_eq!(rate(&now, SurveyRate::ValidShare), (3, 3));
        // What the guardian thinks of the school is not the graduate's.
        assert_eq!(rate(&now, SurveyRate::Satisfaction), (1, 2));
        for (part, index) in [("listed", 0), ("submitted", 1), ("proxy", 2), ("unreachable", 3), ("refused", 4)] {
            let counted = counts(&now, 0, PARTS)[index];
            assert_eq!(i64::try_from(people(app, part, json!({})).await).unwrap(), counted, "{part}");
        }

        // Nine days later the second one has a job, and one call is taken back.
        drop(town);
        let town = Town::at(&database, later).await;
        let app = &town.app;
        called(app, &call("answer", pupils[1], json!({ "answer": JOB }))).await;
        called(app, &call("undo", pupils[3], json!({ "reason": "entry_error" }))).await;
        let now = progress(app, json!({})).await;
        assert_eq!(counts(&now, 0, PARTS), [5, 2, 1, 0, 1, 1]);
        assert_eq!(rate(&now, SurveyRate::Outcome), (3, 3));
        let on_first = progress(app, json!({ "on": "2023-07-01" })).await;
        assert_eq!(rate(&on_first, SurveyRate::Outcome), (2, 3), "as of the first day");
        assert_eq!(counts(&on_first, 0, PARTS), [5, 2, 1, 0, 1, 1], "the call never was");
        let then = progress(app, json!({ "known_at": after_calls.to_string() })).await;
        assert_eq!(counts(&then, 0, PARTS), [5, 2, 1, 1, 1, 0], "as known after the calls");
        let then = progress(app, json!({ "known_at": at_opening.to_string() })).await;
        assert_eq!(counts(&then, 0, PARTS), [5, 0, 0, 0, 0, 5], "as known at the opening");
        let before = progress(app, json!({ "on": "2023-06-30" })).await;
        assert_eq!(counts(&before, 0, PARTS), [0; 6]);

        run(app, &officer(), &survey("move", json!({ "step": "close" }))).await;
        let closed = progress(app, json!({})).await;
        assert_eq!(counts(&closed, 0, [Queued, SurveyPart::ClosedUnanswered]), [0, 1]);
        let late = call("answer", pupils[3], json!({ "answer": SEEKING }));
        assert_eq!(refused(app, &officer(), &late).await, "invitation.not_open");
    }
}

/// Of the five graduates those in a job, studying, and of whom nothing is known.
async fn figures(app: &App) -> [i64; 3] {
    let query = ReportQuery { as_of: Some(day("2023-07-01")), ..ReportQuery::year(2022) };
    let counts = ask::report(app, &Caller::operator("test"), &query, &[]).await.unwrap().counts;
    [&DIRECT_EMPLOYMENT, &FURTHER_STUDY, &UNKNOWN].map(|of| counts.of(of))
}

async fn batches(app: &App) -> usize {
    ask::imports(app, &Caller::operator("test")).await.unwrap().len()
}

#[tokio::test]
async fn an_answer_that_is_changed_or_undone_takes_its_statement_with_it() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        let paper = |answer: &[&str]| json!({ "answer": answer });
        // Seeking on paper, then corrected to a job.
        called(app, &call("answer", pupils[0], paper(&SEEKING))).await;
        assert_eq!(figures(app).await, [0, 0, 4]);
        called(app, &call("answer", pupils[0], paper(&JOB))).await;
        assert_eq!(figures(app).await, [1, 0, 4]);
        // The same again is no batch.
        let before = (batches(app).await, head(app).await);
        let again = called(app, &call("answer", pupils[0], paper(&JOB))).await;
        assert!(again.said.is_none(), "{again:?}");
        assert_eq!((batches(app).await, head(app).await), before);
        // Taken back, what was answered before is said again; then nothing.
        called(app, &call("undo", pupils[0], json!({ "reason": "entry_error" }))).await;
        assert_eq!(figures(app).await, [0, 0, 4]);
        called(app, &call("undo", pupils[0], json!({ "reason": "entry_error" }))).await;
        assert_eq!(figures(app).await, [0, 0, 5]);

        // Study by a slip, then seeking; words that are sealed are the same words.
        called(app, &call("answer", pupils[1], paper(&STUDY))).await;
        assert_eq!(figures(app).await, [0, 1, 4]);
        let before = head(app).await;
        called(app, &call("answer", pupils[1], paper(&STUDY))).await;
        assert_eq!(head(app).await, before);
        called(app, &call("answer", pupils[1], paper(&SEEKING))).await;
        assert_eq!(figures(app).await, [0, 0, 4]);

        // A completed call goes with its answer.
        called(app, &call("record", pupils[2], json!({ "result": "completed", "answer": JOB }))).await;
        assert_eq!(figures(app).await, [1, 0, 3]);
        let in_job = head(app).await;
        called(app, &call("undo", pupils[2], json!({ "reason": "entry_error" }))).await;
        assert_eq!(figures(app).await, [0, 0, 4]);
        assert_eq!(people(app, "queued", json!({})).await, 4);
        let query = ReportQuery {
            as_of: Some(day("2023-07-01")),
            known_at: KnownAt::Position(in_job),
            ..ReportQuery::year(2022)
        };
        let then = ask::report(app, &Caller::operator("test"), &query, &[]).await.unwrap();
        assert_eq!(then.counts.of(&DIRECT_EMPLOYMENT), 1, "as known before");
    }
}

#[tokio::test]
async fn what_the_teacher_says_by_hand_stays_when_the_same_answer_is_taken_back() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        let said = json!({ "outcome": { "say": {
            "student": pupils[0].id.0.to_string(), "source": "class_teacher", "kind": "enterprise", "from": "2022-09-01",
            "employer": "甲厂", "place": "local", "on_specialty": "full",
        } } });
        run(app, &officer(), &serde_json::from_value(said).unwrap()).await;
        called(app, &call("record", pupils[0], json!({ "result": "completed", "answer": JOB }))).await;
        called(app, &call("undo", pupils[0], json!({ "reason": "entry_error" }))).await;
        assert_eq!(figures(app).await, [1, 0, 4]);
    }
}

#[tokio::test]
async fn the_note_of_a_call_is_read_again() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        called(app, &call("record", pupils[0], json!({ "result": "no_answer", "note": "晚上打" }))).await;
        let known = app.log().events(0, 1_000).await.unwrap();
        let invitation = known.iter().find(|of| of.stream_type == "invitation").unwrap().subject();
        let facts = app.facts(&officer(), invitation).await.unwrap();
        let notes: Vec<_> = facts.iter().filter_map(|fact| fact.note.as_deref()).collect();
        assert_eq!(notes, ["晚上打"]);
    }
}

#[tokio::test]
async fn who_answered_and_then_refuses_stays_in_the_rates_and_hears_no_more() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        let in_part = json!({ "answer": ["status=seeking", "satisfaction=satisfied"] });
        called(app, &call("answer", pupils[0], json!({ "answer": JOB }))).await;
        called(app, &call("answer", pupils[1], in_part)).await;
        for pupil in &pupils[..2] {
            called(app, &call("leave", *pupil, json!({ "reason": "opted_out" }))).await;
        }
        run(app, &town.caller, &Command::Erase(EraseStudent { person: document(3), reason: ErasureReason::Request }))
            .await;
        let now = progress(app, json!({})).await;
        assert_eq!(rate(&now, SurveyRate::GrossResponse), (1, 5));
        assert_eq!(rate(&now, SurveyRate::ValidShare), (1, 2));
        assert_eq!(rate(&now, SurveyRate::Satisfaction), (2, 2));
        let plan = async |caller: &Caller| match ask(app, caller, json!({ "survey_plan": which(json!({})) })).await {
            Reply::SurveyPlan(planned) => planned.iter().map(|of| of.persons).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let calls = async || match ask(app, &officer(), json!({ "calls": which(json!({})) })).await {
            Reply::Calls(due) => due.iter().map(|shown| shown.invited.student).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(plan(&officer()).await, [2, 2], "neither who left nor who was erased");
        assert_eq!(calls().await, [pupils[3].id, pupils[4].id]);
        run(app, &officer(), &survey("move", json!({ "step": "pause" }))).await;
        assert!(calls().await.is_empty());
        called(app, &call("leave", pupils[3], json!({ "reason": "refused" }))).await;
        let late = call("answer", pupils[4], json!({ "answer": SEEKING }));
        assert_eq!(refused(app, &officer(), &late).await, "invitation.not_open");
    }
}

#[tokio::test]
async fn a_number_that_somebody_asks_for_is_sealed_as_words_are() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        let mut form = built_in(BuiltIn::OneYear);
        for (name, kind) in [("phone", QuestionKind::Integer), ("birthday", QuestionKind::Date)] {
            let label = Words::new("请填写（必填）", "Please fill in");
            let (name, relevant, constraint) = (name.to_owned(), None, None);
            form.questions.push(Asked { name, kind, label, required: false, relevant, constraint });
        }
        let file = json!({ "name": "form.xlsx", "bytes": hex::encode(xlsform::write(&form, "form", 2).unwrap()) });
        run(app, &officer(), &survey("draft", json!({ "questionnaire": file }))).await;
        run(app, &principal(), &survey("approve", json!({}))).await;
        let answer = [&JOB[..], &["pay=4321", "phone=13912345678", "birthday=2004-02-29"]].concat();
        called(app, &call("answer", pupils[0], json!({ "answer": answer }))).await;
        let events = app.log().events(0, 1_000).await.unwrap();
        let says = |text: &str| events.iter().any(|event| event.payload.contains(text));
        assert!(says("4321") && !says("13912345678") && !says("2004-02-29"));
        let sealed = app.unsealed(&[pupils[0].id.0]).await.unwrap();
        let is_there = |of: &Sealed| matches!(of, Sealed::Answer { words } if words["phone"] == "13912345678");
        assert!(sealed.values().any(is_there));
    }
}

#[tokio::test]
async fn a_class_teacher_plans_for_the_own_class() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school(OURS).await;
        for (number, class) in [(1, "1班"), (2, "1班"), (3, "2班")] {
            town.student(OURS, class, &format!("毕业{number}"), &document(number), Some("2022-06-30")).await;
        }
        let app = &town.app;
        let class = Some(ClassName::parse("1班").unwrap());
        let (name, role, at) = ("班主任".to_owned(), Role::ClassTeacher, Some(school(OURS)));
        let add = Command::Account(AccountOrder::Add(AddAccount { name, role, school: at, class }));
        let Answer::Account(AccountAnswer::Opened(teacher)) = run(app, &town.caller, &add).await else { panic!() };
        let teacher = Caller::operator_for(teacher.staff, "test");
        run(app, &officer(), &survey("draft", json!({}))).await;
        run(app, &principal(), &survey("approve", json!({}))).await;
        run(app, &officer(), &survey("schedule", json!({ "opens_on": "2023-07-01", "closes_on": "2023-07-20" }))).await;
        for step in ["before", "after"] {
            for (caller, persons) in [(&teacher, 2), (&officer(), 3)] {
                let Reply::SurveyPlan(planned) = ask(app, caller, json!({ "survey_plan": which(json!({})) })).await
                else {
                    panic!()
                };
                assert_eq!(planned[0].persons, persons, "{step}");
            }
            run(app, &officer(), &survey("open", json!({}))).await;
        }
    }
}

#[tokio::test]
async fn an_answer_states_a_destination_beside_what_the_school_says() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        town.assert(pupils[0], DestinationKind::Seeking, "2022-07-01", None).await;
        let completed = json!({ "result": "completed", "answer": JOB });
        called(app, &call("record", pupils[0], completed)).await;
        called(app, &call("answer", pupils[0], json!({ "answer": SEEKING }))).await;
        let (outcome, _) = app.load::<Outcome>(pupils[0].id.0).await.unwrap();
        let said = outcome.reading().statements.iter().map(|said| (said.source, said.destination.kind));
        let mut said: Vec<_> = said.collect();
        said.sort_by_key(|(source, _)| *source as u8);
        assert_eq!(
            said,
            [(Source::School, DestinationKind::Seeking), (Source::GraduateUnconfirmed, DestinationKind::Seeking),]
        );
        // What is open in the answer states nothing.
        let partial = json!({ "result": "completed", "answer": ["status=enterprise", "satisfaction=satisfied"] });
        let answered = called(app, &call("record", pupils[1], partial)).await;
        assert_eq!((answered.missing.len(), answered.said.is_none()), (4, true), "{answered:?}");
        let (outcome, _) = app.load::<Outcome>(pupils[1].id.0).await.unwrap();
        assert!(outcome.reading().statements.is_empty());
    }
}

#[tokio::test]
async fn erasing_a_graduate_leaves_the_counts_and_removes_the_words() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        let words = [&STUDY[..], &["wish=多办讲座"]].concat();
        called(app, &call("answer", pupils[0], json!({ "answer": words }))).await;
        let is_words = |sealed: &Sealed| matches!(sealed, Sealed::Answer { .. });
        assert_eq!(app.unsealed(&[pupils[0].id.0]).await.unwrap().values().filter(|of| is_words(of)).count(), 1);
        let payloads = app.log().events(0, 1_000).await.unwrap();
        assert!(payloads.iter().all(|event| !event.payload.contains("讲座") && !event.payload.contains("某职业学院")));
        let before = progress(app, json!({})).await;
        let erase = EraseStudent { person: document(1), reason: ErasureReason::Request };
        run(app, &town.caller, &Command::Erase(erase)).await;
        let after = progress(app, json!({})).await;
        assert_eq!(before.cells, after.cells);
        assert!(app.unsealed(&[pupils[0].id.0]).await.unwrap().is_empty());
        let Reply::Invited(invited) = ask(app, &officer(), json!({ "invited": which(json!({})) })).await else {
            panic!()
        };
        assert_eq!(invited.iter().filter(|of| of.name.is_none()).count(), 1);
    }
}

#[tokio::test]
async fn the_sheet_of_calls_begins_with_whom_to_call_back_and_leaves_out_who_answered_or_is_unreachable() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        let app = &town.app;
        called(app, &call("answer", pupils[0], json!({ "answer": SEEKING }))).await;
        called(app, &call("record", pupils[1], json!({ "result": "no_answer" }))).await;
        let back = json!({ "result": "call_back", "call_back_on": "2023-07-01", "note": "晚上打" });
        called(app, &call("record", pupils[2], back)).await;
        called(app, &call("leave", pupils[3], json!({ "reason": "opted_out" }))).await;
        let Reply::Calls(due) = ask(app, &officer(), json!({ "calls": which(json!({})) })).await else { panic!() };
        let due: Vec<_> = due.iter().map(|shown| shown.invited.student).collect();
        assert_eq!(due, [pupils[2].id, pupils[4].id, pupils[1].id]);
    }
}

#[tokio::test]
async fn another_school_sees_nothing_of_a_campaign() {
    for database in Database::both().await {
        let (town, pupils) = opened(&database).await;
        town.add_school("33070002").await;
        let stranger = staff(9, Role::Officer, "33070002");
        let Reply::Surveys(surveys) = ask(&town.app, &stranger, json!({ "surveys": {} })).await else { panic!() };
        assert!(surveys.is_empty());
        let Reply::Invited(invited) = ask(&town.app, &stranger, json!({ "invited": which(json!({})) })).await else {
            panic!()
        };
        assert!(invited.is_empty());
        let record = call("record", pupils[0], json!({ "result": "no_answer" }));
        assert_eq!(refused(&town.app, &stranger, &record).await, "target.no_such_student");
        assert_eq!(refused(&town.app, &stranger, &survey("approve", json!({}))).await, "survey.not_drafted");
    }
}
