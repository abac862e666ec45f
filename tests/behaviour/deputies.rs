//! Promise: whoever represents an absent member of staff has exactly that one's role and scope, on the days for which it was
//! said, as long as both accounts stand as they did, and stays the one who acts: in events, lists and rules of two persons.

mod over_the_wire;

use gradtrail::accounts::{Caller, Role, Staff};
use gradtrail::app::account::{AccountAnswer, AccountOrder, AddAccount};
use gradtrail::app::actions::{Action, Command, Question};
use gradtrail::app::failure::Failure;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::{App, Done};
use gradtrail::domain::account::codes::LookingPurpose;
use gradtrail::domain::ids::ClassName;
use gradtrail::refusal::Refusal as _;
use gradtrail::text::lang::say;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use crate::command_line::{fails, succeeds};
use crate::placements::document;
use crate::support::{self, Database, Town, ask, clock, day, school};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
/// Two days after the day of the tests' clock, and two more.
const FIRST: &str = "2023-07-03";
const LAST: &str = "2023-07-05";

/// Microseconds.
const DAY: i64 = 86_400_000_000;

fn eve() -> i64 {
    clock() + DAY
}

fn first_day() -> i64 {
    clock() + 2 * DAY
}

fn last_day() -> i64 {
    clock() + 4 * DAY
}

fn day_after() -> i64 {
    clock() + 5 * DAY
}

/// A principal, an officer, the teachers of two classes with a student each, a mentor; an officer of another school.
struct School {
    town: Town,
    principal: Caller,
    officer: Caller,
    /// Of class 1: 周老师.
    absent: Staff,
    /// Of class 2: 李老师.
    deputy: Caller,
    mentor: Staff,
    theirs: Caller,
}

fn of(staff: &Staff) -> Caller {
    Caller::operator_for(staff.clone(), "test")
}

async fn add(town: &Town, name: &str, role: Role, class: Option<&str>, code: &str) -> Staff {
    let class = class.map(|class| ClassName::parse(class).unwrap());
    let add = AddAccount { name: name.to_owned(), role, school: Some(school(code)), class };
    match town.app.run(&town.caller, None, &Command::Account(AccountOrder::Add(add))).await.unwrap() {
        Answer::Account(AccountAnswer::Opened(named)) => named.staff,
        other => panic!("{other:?}"),
    }
}

async fn run(app: &App, caller: &Caller, command: Value) -> Result<Answer, Failure> {
    let command: Command = serde_json::from_value(command).unwrap();
    app.run(caller, None, &command).await
}

fn account(verb: &str, fields: Value) -> Value {
    json!({ "account": { verb: fields } })
}

fn deputise(staff: &str, deputy: &str, from: &str, to: &str) -> Value {
    account("deputise", json!({ "staff": staff, "deputy": deputy, "from": from, "to": to }))
}

impl School {
    async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        town.add_school(THEIRS).await;
        let principal = of(&add(&town, "赵校长", Role::Principal, None, OURS).await);
        let officer = of(&add(&town, "钱五", Role::Officer, None, OURS).await);
        let absent = add(&town, "周老师", Role::ClassTeacher, Some("1班"), OURS).await;
        let deputy = of(&add(&town, "李老师", Role::ClassTeacher, Some("2班"), OURS).await);
        let mentor = add(&town, "吴师傅", Role::Mentor, None, OURS).await;
        let theirs = of(&add(&town, "邻五", Role::Officer, None, THEIRS).await);
        town.student(OURS, "1班", "张一", &document(1), None).await;
        town.student(OURS, "2班", "张二", &document(2), None).await;
        Self { town, principal, officer, absent, deputy, mentor, theirs }
    }

    fn app(&self) -> &App {
        &self.town.app
    }

    async fn position(&self) -> i64 {
        self.app().log().head().await.unwrap().position()
    }

    /// 李老师 represents 周老师 from the first day to the last.
    async fn appoint(&self) {
        run(self.app(), &self.principal, deputise("周老师", "李老师", FIRST, LAST)).await.unwrap();
    }

    /// The same from today.
    async fn appoint_today(&self) -> Caller {
        run(self.app(), &self.principal, deputise("周老师", "李老师", "2023-07-01", LAST)).await.unwrap();
        self.app().in_place_of(&self.deputy, self.absent.id).await.unwrap()
    }

    async fn refused(&self, caller: &Caller, command: Value) -> &'static str {
        let before = self.position().await;
        let code = match run(self.app(), caller, command).await {
            // Of one student it is said why.
            Err(Failure::Refused(refused)) => refused[0].why.code(),
            Err(failure) => failure.code(),
            Ok(_) => "nothing",
        };
        assert_eq!(self.position().await, before);
        code
    }
}

/// Whether 李老师 may act in the place of 周老师 on the day of a clock.
async fn may(database: &Database, school: &School, clock: fn() -> i64) -> bool {
    let app = Town::at(database, clock).await.app;
    match app.in_place_of(&school.deputy, school.absent.id).await {
        Ok(caller) => {
            assert_eq!((&caller.staff, &caller.scope), (&Some(school.absent.clone()), &school.absent.scope));
            true
        }
        Err(refusal) => {
            assert_eq!(refusal.code(), "gate.not_deputy");
            false
        }
    }
}

/// The names of the students whom somebody sees.
async fn seen(app: &App, caller: &Caller) -> Vec<String> {
    let found = ask::students(app, caller, "张").await.unwrap();
    found.into_iter().filter_map(|found| found.student.name).collect()
}

#[tokio::test]
async fn a_deputy_sees_what_the_absent_one_sees_and_as_oneself_the_own() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let deputy = school.appoint_today().await;
        assert_eq!(seen(school.app(), &deputy).await, ["张一"]);
        assert_eq!(seen(school.app(), &deputy.as_oneself()).await, ["张二"]);
        assert_eq!(seen(school.app(), &school.deputy).await, ["张二"]);
        // Who is represented goes on as before.
        assert_eq!(seen(school.app(), &of(&school.absent)).await, ["张一"]);
        // A mentor's are those whom that one guides.
        run(school.app(), &school.officer, deputise("吴师傅", "李老师", "2023-07-01", LAST)).await.unwrap();
        let guide = school.app().in_place_of(&deputy, school.mentor.id).await.unwrap();
        assert_eq!((guide.mentor(), guide.staff_id()), (Some(school.mentor.id), school.deputy.staff_id()));
        assert_eq!(seen(school.app(), &guide).await, <[&str; 0]>::default());
        // In somebody's place one is not in those of whom that one represents.
        run(school.app(), &school.principal, deputise("赵校长", "周老师", "2023-07-01", LAST)).await.unwrap();
        let principal = school.principal.staff_id().unwrap();
        assert!(school.app().in_place_of(&of(&school.absent), principal).await.is_ok());
        let chained = school.app().in_place_of(&deputy, principal).await.unwrap_err();
        assert_eq!(chained.code(), "gate.not_deputy");
    }
}

#[tokio::test]
async fn it_holds_from_the_first_day_to_the_last_and_is_undone_ended_and_said_again() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let before = school.position().await;
        let days = async || {
            [
                may(&database, &school, eve).await,
                may(&database, &school, first_day).await,
                may(&database, &school, last_day).await,
                may(&database, &school, day_after).await,
            ]
        };
        assert_eq!(days().await, [false; 4]);
        school.appoint().await;
        let after = school.position().await;
        assert_eq!(days().await, [false, true, true, false]);
        let undo = account("undo", json!({ "staff": "周老师", "version": 2, "reason": "entry_error" }));
        run(school.app(), &school.principal, undo).await.unwrap();
        assert_eq!(days().await, [false; 4]);
        school.appoint().await;
        let again = run(school.app(), &school.principal, deputise("周老师", "李老师", FIRST, LAST)).await.unwrap();
        assert!(matches!(again, Answer::Account(AccountAnswer::Changed(Done::Unchanged))));
        assert_eq!(days().await, [false, true, true, false]);
        let end = account("end_deputy", json!({ "staff": "周老师", "on": LAST }));
        run(school.app(), &school.principal, end).await.unwrap();
        assert_eq!(days().await, [false, true, false, false]);
        // What was known stays known, on each day.
        let listed = async |position: i64, on: &str| {
            let staff = school.app().accounts_at(&school.town.caller, position, day(on)).await.unwrap();
            staff.into_iter().find(|member| member.staff.id == school.absent.id).unwrap().deputy
        };
        let deputy = |until: &str| Some(("李老师".to_owned(), day(until)));
        assert_eq!(listed(before, FIRST).await, None);
        for (on, expected) in [("2023-07-02", None), (FIRST, deputy(LAST)), (LAST, deputy(LAST)), ("2023-07-06", None)]
        {
            assert_eq!(listed(after, on).await, expected, "{on}");
        }
        assert_eq!(listed(school.position().await, FIRST).await, deputy("2023-07-04"));
        assert_eq!(listed(school.position().await, LAST).await, None);
    }
}

#[tokio::test]
async fn it_is_over_when_either_is_disabled_or_has_another_duty_or_school() {
    for database in Database::both().await {
        let disable = |staff: &str| account("disable", json!({ "staff": staff, "reason": "left" }));
        let change = |staff: &str, code: &str, class: &str| {
            let fields = json!({ "staff": staff, "role": "class-teacher", "school": code, "class": class });
            account("change", fields)
        };
        let school = School::new(&database).await;
        school.appoint_today().await;
        let undo = |staff: &str, version: u64| {
            account("undo", json!({ "staff": staff, "version": version, "reason": "entry_error" }))
        };
        for (ends, version) in [
            (disable("周老师"), 3),
            (change("周老师", OURS, "3班"), 5),
            (disable("李老师"), 2),
            (change("李老师", THEIRS, "2班"), 4),
        ] {
            assert!(may(&database, &school, clock).await, "{ends}");
            let whose = if ends.to_string().contains("周老师") { "周老师" } else { "李老师" };
            run(school.app(), &school.town.caller, ends.clone()).await.unwrap();
            assert!(!may(&database, &school, clock).await, "{ends}");
            run(school.app(), &school.town.caller, undo(whose, version)).await.unwrap();
        }
        // A deputy who has another class of the school stays the deputy.
        run(school.app(), &school.town.caller, change("李老师", OURS, "4班")).await.unwrap();
        assert!(may(&database, &school, clock).await);
        // Who is enabled again has no deputy any more.
        run(school.app(), &school.town.caller, disable("周老师")).await.unwrap();
        run(school.app(), &school.town.caller, account("enable", json!({ "staff": "周老师" }))).await.unwrap();
        assert!(!may(&database, &school, clock).await);
    }
}

#[tokio::test]
async fn whoever_hands_over_appoints_an_officer_for_mentors_only_and_nobody_of_another_school() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let to = |staff: &str, deputy: &str| deputise(staff, deputy, FIRST, LAST);
        let absent = of(&school.absent);
        for (caller, command, code) in [
            (&school.officer, to("周老师", "李老师"), "request.denied"),
            (&school.officer, to("赵校长", "钱五"), "request.denied"),
            (&school.deputy, to("周老师", "李老师"), "request.denied"),
            (&absent, to("周老师", "李老师"), "request.denied"),
            (&school.theirs, to("吴师傅", "李老师"), "staff.unknown"),
            (&school.principal, to("周老师", "邻五"), "staff.unknown"),
            (&school.town.caller, to("周老师", "邻五"), "deputy.elsewhere"),
            (&school.principal, to("周老师", "周老师"), "deputy.oneself"),
            (&school.principal, deputise("周老师", "李老师", "2023-06-30", LAST), "deputy.past"),
            (&school.principal, deputise("周老师", "李老师", LAST, FIRST), "deputy.period"),
            (&school.principal, account("end_deputy", json!({ "staff": "周老师" })), "deputy.nobody"),
            (&school.officer, account("end_deputy", json!({ "staff": "周老师" })), "request.denied"),
        ] {
            assert_eq!(school.refused(caller, command.clone()).await, code, "{command}");
        }
        school.appoint().await;
        assert_eq!(school.refused(&school.principal, to("周老师", "钱五")).await, "deputy.overlap");
        run(school.app(), &school.officer, to("吴师傅", "李老师")).await.unwrap();
        // Of what another school does nobody sees anything.
        let staff = ask::accounts(school.app(), &school.theirs).await.unwrap();
        assert_eq!(staff.iter().map(|member| &*member.name).collect::<Vec<_>>(), ["邻五"]);
    }
}

#[tokio::test]
async fn in_somebody_s_place_one_may_what_that_one_may_but_for_accounts_and_erasing() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        school.appoint_today().await;
        for (absent, deputy) in [("赵校长", "钱五"), ("吴师傅", "李老师")] {
            run(app, &school.principal, deputise(absent, deputy, "2023-07-01", LAST)).await.unwrap();
        }
        let principal = school.principal.staff.clone().unwrap();
        for (absent, deputy) in
            [(&principal, &school.officer), (&school.absent, &school.deputy), (&school.mentor, &school.deputy)]
        {
            let placed = app.in_place_of(deputy, absent.id).await.unwrap();
            for action in Action::iter() {
                let own = app.permits(&of(absent), action).await.map_err(|refusal| refusal.code());
                let expected = if action.is_oneself_s() { Err("gate.in_place_of") } else { own };
                let found = app.permits(&placed, action).await.map_err(|refusal| refusal.code());
                assert_eq!(found, expected, "{action:?} {:?}", absent.role);
            }
        }
        let placed = app.in_place_of(&school.officer, principal.id).await.unwrap();
        let invite = account("invite", json!({ "staff": "赵校长" }));
        assert_eq!(school.refused(&placed, invite).await, "gate.in_place_of");
        // A staff list opens accounts, too.
        let list = format!("学校代码,姓名,角色,班级\n{OURS},新人,就业办,\n");
        let paths = database.write(&[("教职工名单.csv", &list)]);
        let imported = support::import(app, &placed, &paths, ImportFiles::default()).await;
        let code = match imported {
            Err(failure) => failure.code(),
            Ok(results) => panic!("{results:?}"),
        };
        assert_eq!(code, "gate.in_place_of");
    }
}

/// Who a record says that did it.
async fn last_by(app: &App) -> (String, Option<String>) {
    let after = app.log().head().await.unwrap().position() - 1;
    let question: Question = serde_json::from_value(json!({ "events": { "after": after, "limit": 1 } })).unwrap();
    let Reply::Events(listed) = app.ask(&Caller::operator("test"), &question).await.unwrap() else { panic!() };
    let event = listed.events.into_iter().next().unwrap();
    (event.recorded.actor.to_string(), event.by.map(|by| by.zh))
}

#[tokio::test]
async fn what_is_done_names_both_and_rules_of_two_persons_look_at_who_acts() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let app = school.app();
        let request = |student: &str| {
            json!({ "exemption": { "request": { "student": student, "ground": "health", "on": "2023-06-01",
                "evidence": { "name": "proof.pdf", "bytes": hex::encode("%PDF-1.4 1") } } } })
        };
        let id = ask::students(app, &school.officer, "张一").await.unwrap()[0].id.0.to_string();
        let grant = json!({ "exemption": { "grant": { "student": id } } });
        run(app, &school.principal, deputise("赵校长", "钱五", "2023-07-01", LAST)).await.unwrap();
        let principal = school.principal.staff_id().unwrap();
        let placed = app.in_place_of(&school.officer, principal).await.unwrap();
        run(app, &school.officer, request(&id)).await.unwrap();
        // The officer asked for it: not in the principal's place either.
        assert_eq!(school.refused(&school.officer, grant.clone()).await, "exemption.decider_requested");
        assert_eq!(school.refused(&placed, grant.clone()).await, "exemption.decider_requested");
        run(app, &school.principal, grant).await.unwrap();
        // What a deputy asked for in somebody's place that one grants, who did not ask for it.
        let deputy = school.appoint_today().await;
        let undo = json!({ "exemption": { "undo": { "student": id, "version": 2, "reason": "entry_error" } } });
        run(app, &school.officer, undo).await.unwrap();
        let withdraw = json!({ "exemption": { "withdraw": { "student": id, "on": "2023-06-02" } } });
        run(app, &deputy, withdraw).await.unwrap();
        let own = school.deputy.staff_id().unwrap();
        let (actor, by) = last_by(app).await;
        assert_eq!(actor, format!("operator for {} in place of {}", own.0, school.absent.id.0));
        assert_eq!(by.as_deref(), Some("李老师（代周老师）"));
        let changes: Question = serde_json::from_value(json!({ "changes": { "since": "2023-01-01" } })).unwrap();
        let Reply::Changes(changes) = app.ask(&school.officer, &changes).await.unwrap() else { panic!() };
        let both = Some(say("李老师（代周老师）", "李老师 (in place of 周老师)"));
        assert!(changes.iter().any(|change| change.by == both), "{changes:?}");
        // Looking in full is charged to who looks, with both names.
        let find: Question = serde_json::from_value(json!({ "students": { "text": "张一", "school": null } })).unwrap();
        app.ask_showing(&deputy, LookingPurpose::ContactStudent, &find).await.unwrap();
        let history: Question = serde_json::from_value(json!({ "events": { "after": 0, "limit": 1000 } })).unwrap();
        let Reply::Events(all) = app.ask(&school.town.caller, &history).await.unwrap() else { panic!() };
        let last = all.events.last().unwrap();
        assert_eq!((&*last.recorded.kind, last.recorded.subject()), ("persons_shown", own.0));
        assert_eq!(last.by, both);
    }
}

#[test]
fn on_the_command_line_the_operator_acts_for_the_deputy_in_the_place_of_the_absent_one() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    succeeds(directory, &["school", "add", "--code", OURS, "--name", "一中", "--category", "民办"]);
    let add = |name: &str, role: &str, class: &[&str]| {
        let fields = ["staff", "add", "--name", name, "--role", role, "--school", OURS];
        succeeds(directory, &[&fields[..], class].concat());
    };
    add("赵校长", "校长", &[]);
    add("周老师", "班主任", &["--class", "1班"]);
    add("李老师", "班主任", &["--class", "2班"]);
    let in_place = ["--as", "李老师", "--in-place-of", "周老师"];
    let refused = fails(directory, 1, &[&in_place[..], &["class", "list"]].concat());
    assert!(refused.contains("不能代这个账号办理"), "{refused}");
    let refused = fails(directory, 2, &["--in-place-of", "周老师", "class", "list"]);
    assert!(refused.contains("--as"), "{refused}");
    let order = ["--as", "赵校长", "staff", "deputise", "周老师", "--deputy", "李老师"];
    let refused = fails(directory, 1, &[&order[..], &["--from", "2020-01-01", "--to", "2020-01-02"]].concat());
    let today = &refused.split("今天是 ").nth(1).unwrap()[..10];
    succeeds(directory, &[&order[..], &["--from", today, "--to", today]].concat());
    let listed = succeeds(directory, &["staff", "list"]);
    assert!(listed.contains("代理人") && listed.contains("代理至"), "{listed}");
    succeeds(directory, &[&in_place[..], &["class", "list"]].concat());
    let refused = fails(directory, 1, &[&in_place[..], &["token", "issue", "--label", "x"]].concat());
    assert!(refused.contains("不能代人办理"), "{refused}");
    succeeds(directory, &["staff", "end-deputy", "周老师"]);
    fails(directory, 1, &[&in_place[..], &["class", "list"]].concat());
}
