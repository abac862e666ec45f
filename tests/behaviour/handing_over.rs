//! Promise: a class or interns are the one's before the day from which they are handed over, and the other's from it on; what
//! was known before stays known, and it is undone by handing back. Nobody takes over who may not have it.

use gradtrail::accounts::{Caller, Role, Staff};
use gradtrail::app::account::{
    AccountAnswer, AccountOrder, AddAccount, DisableAccount, HandOver, NamedStaff, UndoAccount,
};
use gradtrail::app::actions::Command;
use gradtrail::app::bulk::BulkAnswer;
use gradtrail::app::failure::Failure;
use gradtrail::app::reply::Answer;
use gradtrail::app::{App, Done};
use gradtrail::domain::UndoReason;
use gradtrail::domain::account::codes::DisablingReason;
use gradtrail::domain::ids::{ClassName, PlacementId, StaffId, StudentId};
use gradtrail::domain::placement::Placement;
use gradtrail::domain::placement::arrangement::{Arrangement, Mentors};
use gradtrail::refusal::Refusal as _;

use crate::placement_register::at_work;
use crate::placements::{OURS, THEIRS, arrangement, class, draft_of, execute, officer};
use crate::support::{Database, Town, a_year_later, add_staff, ask, clock, day, school};

const TERM: &str = "2023-09-01";
const EVE: &str = "2023-08-31";
const WINTER: &str = "2023-12-01";

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// The day from which interns are handed over, 153 days after the tests' day.
fn winter() -> i64 {
    clock() + 153 * DAY
}

fn eve_of_winter() -> i64 {
    winter() - DAY
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

async fn hand_over(app: &App, caller: &Caller, input: HandOver) -> Result<AccountAnswer, Failure> {
    match app.run(caller, None, &Command::Account(AccountOrder::HandOver(input))).await? {
        Answer::Account(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

fn class_of(from: &str, to: &str, class: &str) -> HandOver {
    let class = ClassName::parse(class).ok();
    HandOver { staff: from.to_owned(), to: to.to_owned(), class, on: Some(day(TERM)) }
}

fn interns_of(from: &str, to: &str) -> HandOver {
    HandOver { staff: from.to_owned(), to: to.to_owned(), class: None, on: Some(day(WINTER)) }
}

async fn refused(town: &Town, caller: &Caller, input: HandOver) -> &'static str {
    let before = town.app.log().head().await.unwrap();
    let code = hand_over(&town.app, caller, input).await.unwrap_err().code();
    assert_eq!(town.app.log().head().await.unwrap(), before);
    code
}

/// Role and class of each account, by name, as known at a position and so on a day.
async fn duties(town: &Town, position: i64, on: &str) -> Vec<(String, Role, Option<String>)> {
    let staff = town.app.accounts_at(&town.caller, position, day(on)).await.unwrap().into_iter();
    let duty = |member: NamedStaff| {
        let Staff { role, scope, .. } = member.staff;
        (member.name, role, scope.class().map(|class| class.as_str().to_owned()))
    };
    let mut duties: Vec<_> = staff.map(duty).filter(|(_, role, _)| *role != Role::Principal).collect();
    duties.sort_by(|one, other| one.0.cmp(&other.0));
    duties
}

fn teaches(name: &str, class: &str) -> (String, Role, Option<String>) {
    (name.to_owned(), Role::ClassTeacher, Some(class.to_owned()))
}

async fn position(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

#[tokio::test]
async fn a_class_is_the_one_s_before_the_day_and_the_other_s_from_it_on_and_is_handed_back() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school(OURS).await;
        let principal = of(&add(&town, "赵校长", Role::Principal, None, OURS).await);
        add(&town, "王老师", Role::ClassTeacher, Some("1班"), OURS).await;
        add(&town, "李老师", Role::Mentor, None, OURS).await;
        let before = position(&town).await;
        let run = async |input| match hand_over(&town.app, &principal, input).await.unwrap() {
            AccountAnswer::Changed(done) => done,
            other => panic!("{other:?}"),
        };
        assert!(matches!(run(class_of("王老师", "李老师", "1班")).await, Done::Recorded(_)));
        assert_eq!(run(class_of("王老师", "李老师", "1班")).await, Done::Unchanged);
        let after = position(&town).await;
        assert_eq!(after, before + 2);
        let old = [("李老师".to_owned(), Role::Mentor, None), teaches("王老师", "1班")];
        let new = [teaches("李老师", "1班"), ("王老师".to_owned(), Role::Mentor, None)];
        for (at, on, expected) in
            [(before, EVE, &old), (before, TERM, &old), (after, EVE, &old), (after, TERM, &new), (after, WINTER, &new)]
        {
            assert_eq!(duties(&town, at, on).await, expected, "{at} {on}");
        }
        assert!(matches!(run(class_of("李老师", "王老师", "1班")).await, Done::Recorded(_)));
        assert_eq!(duties(&town, position(&town).await, TERM).await, old);
        assert_eq!(duties(&town, after, TERM).await, new);
    }
}

#[tokio::test]
async fn two_class_teachers_exchange_their_classes_which_is_undone_and_done_again() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school(OURS).await;
        for (name, class) in [("王老师", "1班"), ("孙老师", "2班")] {
            add(&town, name, Role::ClassTeacher, Some(class), OURS).await;
        }
        hand_over(&town.app, &town.caller, class_of("王老师", "孙老师", "1班")).await.unwrap();
        let after = position(&town).await;
        assert_eq!(duties(&town, after, TERM).await, [teaches("孙老师", "1班"), teaches("王老师", "2班")]);
        assert_eq!(duties(&town, after, EVE).await, [teaches("孙老师", "2班"), teaches("王老师", "1班")]);
        for staff in ["王老师", "孙老师"] {
            let (staff, reason) = (staff.to_owned(), UndoReason::EntryError);
            let undo = AccountOrder::Undo(UndoAccount { staff, version: 2, reason, note: None });
            town.app.run(&town.caller, None, &Command::Account(undo)).await.unwrap();
        }
        let undone = position(&town).await;
        assert_eq!(duties(&town, undone, TERM).await, [teaches("孙老师", "2班"), teaches("王老师", "1班")]);
        assert_eq!(duties(&town, after, TERM).await, [teaches("孙老师", "1班"), teaches("王老师", "2班")]);
        hand_over(&town.app, &town.caller, class_of("王老师", "孙老师", "1班")).await.unwrap();
        let again = position(&town).await;
        assert_eq!(duties(&town, again, TERM).await, [teaches("孙老师", "1班"), teaches("王老师", "2班")]);
    }
}

#[tokio::test]
async fn nothing_is_taken_over_by_another_school_role_or_a_disabled_account_nor_given_by_who_has_it_not() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school(OURS).await;
        town.add_school(THEIRS).await;
        let principal = of(&add(&town, "赵校长", Role::Principal, None, OURS).await);
        let office = of(&add(&town, "钱五", Role::Officer, None, OURS).await);
        let teacher = of(&add(&town, "王老师", Role::ClassTeacher, Some("1班"), OURS).await);
        add(&town, "李老师", Role::Mentor, None, OURS).await;
        add(&town, "吴师傅", Role::Mentor, None, OURS).await;
        add(&town, "外校老师", Role::Mentor, None, THEIRS).await;
        let operator = &town.caller;
        let (reason, on) = (DisablingReason::Left, None);
        let disable = AccountOrder::Disable(DisableAccount { staff: "吴师傅".to_owned(), reason, on });
        town.app.run(operator, None, &Command::Account(disable)).await.unwrap();
        for (caller, from, to, class, code) in [
            (operator, "王老师", "王老师", "1班", "staff.same_account"),
            (operator, "王老师", "外校老师", "1班", "staff.other_school"),
            (operator, "王老师", "李老师", "2班", "staff.nothing_to_hand_over"),
            (operator, "王老师", "钱五", "1班", "staff.cannot_take_over"),
            (operator, "王老师", "吴师傅", "1班", "account.disabled"),
            // As if there were none.
            (&principal, "王老师", "外校老师", "1班", "staff.unknown"),
            (&office, "王老师", "李老师", "1班", "request.denied"),
            (&teacher, "王老师", "李老师", "1班", "request.denied"),
        ] {
            assert_eq!(refused(&town, caller, class_of(from, to, class)).await, code, "{from} {to} {class}");
        }
        for (to, code) in [
            ("钱五", "staff.cannot_take_over"),
            ("吴师傅", "account.disabled"),
            ("李老师", "staff.nothing_to_hand_over"),
        ] {
            assert_eq!(refused(&town, &office, interns_of("王老师", to)).await, code, "{to}");
        }
    }
}

fn guided(base: Arrangement, teacher: StaffId) -> Arrangement {
    Arrangement { mentors: Mentors { teacher: Some(teacher), ..base.mentors }, ..base }
}

/// How many students each of two mentors sees.
async fn seen(town: &Town, mentors: [&Staff; 2]) -> [usize; 2] {
    let of_one = async |mentor| ask::students(&town.app, &of(mentor), "学生").await.unwrap().len();
    [of_one(mentors[0]).await, of_one(mentors[1]).await]
}

async fn teacher_on(town: &Town, id: PlacementId, on: &str) -> Option<StaffId> {
    let (placement, _) = town.app.load::<Placement>(id.0).await.unwrap();
    placement.stay().unwrap().on(day(on)).mentors.teacher
}

async fn interns(town: &Town, caller: &Caller, input: HandOver) -> BulkAnswer {
    match hand_over(&town.app, caller, input).await.unwrap() {
        AccountAnswer::HandedOver(answer) => answer,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn all_who_are_at_work_are_guided_by_the_other_from_the_day_on_and_who_cannot_be_is_named() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 4).await;
        let office = of(&add_staff(&town.app, &town.caller, "钱五", Role::Officer, Some(school(OURS))).await.unwrap());
        let mentors = [
            add(&town, "吴师傅", Role::Mentor, None, OURS).await,
            add(&town, "郑老师", Role::Mentor, None, OURS).await,
        ];
        let [old, new] = [&mentors[0], &mentors[1]];
        let town = Town::at(&database, a_year_later).await;
        let mut stays = vec![];
        for (student, mentor) in [(students[0], old), (students[1], old), (students[2], new)] {
            stays.push(at_work(&town, student, guided(arrangement(host), mentor.id)).await);
        }
        let drafted = draft_of(PlacementId(town.app.new_id()), students[3], guided(arrangement(host), old.id));
        execute(&town.app, &officer(), vec![drafted]).await.unwrap();
        assert_eq!(seen(&town, [old, new]).await, [3, 1]);

        let answer = interns(&town, &office, interns_of("吴师傅", "郑老师")).await;
        assert_eq!((answer.count, answer.refused.len()), (2, 1), "{answer:?}");
        assert_eq!(answer.refused[0].why.code(), "placement.wrong_stage");
        for stay in &stays[..2] {
            assert_eq!(teacher_on(&town, *stay, "2023-11-30").await, Some(old.id));
            assert_eq!(teacher_on(&town, *stay, WINTER).await, Some(new.id));
        }
        assert_eq!(teacher_on(&town, stays[2], WINTER).await, Some(new.id));
        // Each day decides of its own who sees whom.
        for (clock, expected) in [(eve_of_winter as fn() -> i64, [3, 1]), (winter, [1, 3]), (a_year_later, [1, 3])] {
            assert_eq!(seen(&Town::at(&database, clock).await, [old, new]).await, expected);
        }
        // Only the draft is left.
        let again = hand_over(&town.app, &office, interns_of("吴师傅", "郑老师")).await.unwrap_err();
        assert_eq!(again.code(), "request.refused");
        let back = interns(&town, &office, interns_of("郑老师", "吴师傅")).await;
        assert_eq!((back.count, seen(&town, [old, new]).await), (3, [4, 0]));
    }
}

#[tokio::test]
async fn who_was_guided_before_and_is_again_is_seen_once() {
    for database in Database::both().await {
        let (town, host, students) = class(&database, 1).await;
        let mentors = [
            add(&town, "吴师傅", Role::Mentor, None, OURS).await,
            add(&town, "郑老师", Role::Mentor, None, OURS).await,
        ];
        let town = Town::at(&database, a_year_later).await;
        at_work(&town, students[0], guided(arrangement(host), mentors[0].id)).await;
        interns(&town, &town.caller, interns_of("吴师傅", "郑老师")).await;
        let back = HandOver { on: Some(day("2024-01-08")), ..interns_of("郑老师", "吴师傅") };
        interns(&town, &town.caller, back).await;
        let found = ask::students(&town.app, &of(&mentors[0]), "学生").await.unwrap();
        assert_eq!(found.iter().map(|found| found.id).collect::<Vec<StudentId>>(), students);
        assert_eq!(seen(&town, [&mentors[0], &mentors[1]]).await, [1, 0]);
    }
}
