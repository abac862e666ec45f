//! Promise: who held which role, and under which name, is answered as of a day and as known at a position, years later
//! too; a disabled account may nothing; a school sees its own accounts only; accounts move with the log.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::account::{
    AccountAnswer, AccountFailure, AccountOrder, AddAccount, ChangeRole, DisableAccount, EnableAccount, NamedStaff,
    RenameStaff, UndoAccount,
};
use gradtrail::app::actions::Command;
use gradtrail::app::failure::Failure;
use gradtrail::app::reply::Answer;
use gradtrail::app::{App, AppError, Done};
use gradtrail::domain::account::codes::{DisablingReason, RoleReason};
use gradtrail::domain::account::{AccountRefusal, Duty};
use gradtrail::domain::ids::{ClassName, StaffId, StudentId};
use gradtrail::domain::{ErasureReason, UndoReason};
use gradtrail::event_log::Location;
use gradtrail::event_log::copy::back_up;
use gradtrail::ledger::Ledger;
use jiff::civil::Date;

use crate::support::{Database, Town, ask, clock, day, erase, school};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
/// The day on which the tests' clock stands.
const TODAY: &str = "2023-07-01";
const TERM: &str = "2023-09-01";

async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    town.add_school(OURS).await;
    town.add_school(THEIRS).await;
    town
}

async fn order(app: &App, caller: &Caller, order: AccountOrder) -> Result<AccountAnswer, Failure> {
    match app.run(caller, None, &Command::Account(order)).await? {
        Answer::Account(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

/// An order about an account that is there.
async fn change(app: &App, caller: &Caller, changing: AccountOrder) -> Result<Done, Failure> {
    match order(app, caller, changing).await? {
        AccountAnswer::Changed(done) => Ok(done),
        other => panic!("{other:?}"),
    }
}

async fn open(app: &App, caller: &Caller, name: &str, duty: Duty) -> Result<Staff, Failure> {
    let Duty { role, school, class } = duty;
    let add = AccountOrder::Add(AddAccount { name: name.to_owned(), role, school, class });
    match order(app, caller, add).await? {
        AccountAnswer::Opened(NamedStaff { staff, .. }) => Ok(staff),
        other => panic!("{other:?}"),
    }
}

fn duty(role: Role, code: Option<&str>) -> Duty {
    Duty { role, school: code.map(school), class: None }
}

async fn add(town: &Town, name: &str, role: Role, code: Option<&str>) -> Staff {
    open(&town.app, &town.caller, name, duty(role, code)).await.unwrap()
}

fn changed_to(account: StaffId, duty: Duty, reason: Option<RoleReason>, on: Date) -> AccountOrder {
    let Duty { role, school, class } = duty;
    AccountOrder::Change(ChangeRole { staff: account.0.to_string(), role, school, class, reason, on: Some(on) })
}

fn disabled(account: StaffId, reason: DisablingReason) -> AccountOrder {
    AccountOrder::Disable(DisableAccount { staff: account.0.to_string(), reason, on: Some(day(TODAY)) })
}

fn enabled(account: StaffId) -> AccountOrder {
    AccountOrder::Enable(EnableAccount { staff: account.0.to_string(), on: Some(day(TODAY)) })
}

fn renamed(account: StaffId, name: &str) -> AccountOrder {
    AccountOrder::Rename(RenameStaff { staff: account.0.to_string(), name: name.to_owned(), on: Some(day(TODAY)) })
}

fn undone(account: StaffId, version: u64, reason: UndoReason, note: Option<&str>) -> AccountOrder {
    AccountOrder::Undo(UndoAccount { staff: account.0.to_string(), version, reason, note: note.map(str::to_owned) })
}

fn teacher() -> Duty {
    Duty { role: Role::ClassTeacher, school: Some(school(OURS)), class: ClassName::parse("1班").ok() }
}

async fn position(app: &App) -> i64 {
    app.log().head().await.unwrap().position()
}

/// Name and role of the one account, as was so on a day and known at a position.
async fn known(town: &Town, position: i64, on: Date) -> (String, Role) {
    let mut all = town.app.accounts_at(&town.caller, position, on).await.unwrap();
    assert_eq!(all.len(), 1);
    let one = all.remove(0);
    (one.name, one.staff.role)
}

async fn kinds(town: &Town, account: StaffId) -> Vec<String> {
    let events = ask::history(&town.app, &town.caller, account.0).await.unwrap();
    events.iter().map(|event| event.kind.to_string()).collect()
}

#[tokio::test]
async fn a_change_of_role_holds_from_its_day_and_is_undone_and_done_again_while_what_was_known_stays_known() {
    for database in Database::both().await {
        let town = town(&database).await;
        let account = add(&town, "钱五", Role::Officer, Some(OURS)).await.id;
        let opened = position(&town.app).await;
        let change = async || {
            let to = changed_to(account, teacher(), Some(RoleReason::Reassigned), day(TERM));
            self::change(&town.app, &town.caller, to).await.unwrap()
        };
        assert!(matches!(change().await, Done::Recorded(_)));
        assert_eq!(change().await, Done::Unchanged);
        let changed = position(&town.app).await;
        assert_eq!(changed, opened + 1);
        let undo = async || {
            let order = undone(account, 2, UndoReason::EntryError, Some("选错了人"));
            self::change(&town.app, &town.caller, order).await.unwrap()
        };
        assert!(matches!(undo().await, Done::Recorded(_)));
        assert_eq!(undo().await, Done::Unchanged);
        let undone_at = position(&town.app).await;
        assert!(matches!(change().await, Done::Recorded(_)));
        let again = position(&town.app).await;
        assert_eq!(kinds(&town, account).await, ["account_opened", "role_changed", "undone", "role_changed"]);

        // A process that folds everything anew answers the same.
        let town = Town::new(&database).await;
        let expected = |role| ("钱五".to_owned(), role);
        for (at, role) in [
            (opened, Role::Officer),
            (changed, Role::ClassTeacher),
            (undone_at, Role::Officer),
            (again, Role::ClassTeacher),
        ] {
            assert_eq!(known(&town, at, day(TERM)).await, expected(role), "known at {at}");
            assert_eq!(known(&town, at, day(TODAY)).await, expected(Role::Officer), "known at {at}");
            assert!(town.app.accounts_at(&town.caller, at, day("2023-06-30")).await.unwrap().is_empty());
        }
        assert!(town.app.accounts_at(&town.caller, opened - 1, day(TERM)).await.unwrap().is_empty());
        let acting = town.app.find_staff("钱五").await.unwrap();
        assert_eq!((acting.role, acting.scope), (Role::Officer, Scope::School(school(OURS))));
        assert_eq!(town.app.verify_sealed().await.unwrap(), 2, "the name and the note");
    }
}

#[tokio::test]
async fn a_changed_role_is_what_the_member_of_staff_acts_as_and_sees() {
    for database in Database::both().await {
        let town = town(&database).await;
        let account = add(&town, "钱五", Role::Officer, Some(OURS)).await.id;
        let city = Duty { role: Role::Auditor, school: None, class: None };
        change(&town.app, &town.caller, changed_to(account, city, None, day(TODAY))).await.unwrap();
        let auditor = town.app.find_staff("钱五").await.unwrap();
        assert_eq!((auditor.role, &auditor.scope), (Role::Auditor, &Scope::City));
        let nowhere = Duty { role: Role::Officer, school: Some(school("33079999")), class: None };
        let refused = change(&town.app, &town.caller, changed_to(account, nowhere, None, day(TODAY))).await;
        assert!(matches!(refused, Err(Failure::Account(AccountFailure::NoSuchSchool(_)))), "{refused:?}");
        let unfit = Duty { role: Role::Bureau, school: Some(school(OURS)), class: None };
        let refused = change(&town.app, &town.caller, changed_to(account, unfit, None, day(TODAY))).await;
        let refusal = AccountRefusal::SchoolSurplus(Role::Bureau);
        assert!(matches!(&refused, Err(Failure::App(AppError::Account(found))) if *found == refusal), "{refused:?}");
        // An auditor orders nothing.
        let caller = Caller::operator_for(auditor, "test");
        let refused = open(&town.app, &caller, "孙六", duty(Role::Bureau, None)).await;
        assert!(matches!(refused, Err(Failure::Denied(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_disabled_account_may_nothing_until_it_is_enabled() {
    for database in Database::both().await {
        let town = town(&database).await;
        let account = add(&town, "钱五", Role::Officer, Some(OURS)).await.id;
        let (app, caller) = (&town.app, &town.caller);
        change(app, caller, disabled(account, DisablingReason::Left)).await.unwrap();
        let disabled_at = position(app).await;
        let refusal = AccountRefusal::Disabled { since: day(TODAY), reason: DisablingReason::Left };
        for wanted in ["钱五", &account.0.to_string()] {
            let refused = app.find_staff(wanted).await;
            let is_refused =
                matches!(&refused, Err(AccountFailure::App(AppError::Account(found))) if *found == refusal);
            assert!(is_refused, "{refused:?}");
        }
        let listed = ask::accounts(app, caller).await.unwrap();
        assert_eq!(listed[0].disabled, Some((day(TODAY), DisablingReason::Left)));
        // Who came back with a new account is who acts under the name; who administers says which is meant.
        let back = add(&town, "钱五", Role::Mentor, Some(OURS)).await;
        assert_eq!(app.find_staff("钱五").await.unwrap(), back);
        assert!(matches!(app.find_account(caller, "钱五").await, Err(AccountFailure::Ambiguous(_))));
        assert_eq!(app.find_account(caller, &account.0.to_string()).await.unwrap(), account);

        change(app, caller, enabled(account)).await.unwrap();
        assert!(matches!(app.find_staff("钱五").await, Err(AccountFailure::Ambiguous(_))));
        assert_eq!(app.find_staff(&account.0.to_string()).await.unwrap().role, Role::Officer);
        let then = app.accounts_at(caller, disabled_at, day(TODAY)).await.unwrap();
        assert_eq!(then[0].disabled, Some((day(TODAY), DisablingReason::Left)));
        assert!(matches!(app.find_staff("孙六").await, Err(AccountFailure::Unknown(_))));
    }
}

#[tokio::test]
async fn a_name_is_the_one_that_the_stream_names_not_the_one_that_was_sealed_last() {
    for database in Database::both().await {
        let town = town(&database).await;
        let account = add(&town, "钱伍", Role::Officer, Some(OURS)).await.id;
        let opened = position(&town.app).await;
        let rename = async |name| change(&town.app, &town.caller, renamed(account, name)).await;
        assert!(matches!(rename("钱五").await.unwrap(), Done::Recorded(_)));
        assert_eq!(rename(" 钱五 ").await.unwrap(), Done::Unchanged);
        assert!(matches!(rename("  ").await, Err(Failure::Account(AccountFailure::Name))));
        let renamed_at = position(&town.app).await;
        let undo = undone(account, 2, UndoReason::EntryError, None);
        assert!(matches!(change(&town.app, &town.caller, undo).await.unwrap(), Done::Recorded(_)));
        let undone_at = position(&town.app).await;
        for (at, name) in [(opened, "钱伍"), (renamed_at, "钱五"), (undone_at, "钱伍")] {
            assert_eq!(known(&town, at, day(TODAY)).await.0, name, "known at {at}");
        }
        assert_eq!(ask::accounts(&town.app, &town.caller).await.unwrap()[0].name, "钱伍");
        assert!(matches!(rename("钱五").await.unwrap(), Done::Recorded(_)));
        assert_eq!(town.app.find_staff("钱五").await.unwrap().id, account);
        assert_eq!(town.app.verify_sealed().await.unwrap(), 3);
    }
}

#[tokio::test]
async fn of_two_who_correct_a_name_at_once_each_is_recorded() {
    for database in Database::both().await {
        let town = town(&database).await;
        let account = add(&town, "钱伍", Role::Officer, Some(OURS)).await.id;
        let rename = async |name| change(&town.app, &town.caller, renamed(account, name)).await.unwrap();
        let (one, other) = tokio::join!(rename("钱五"), rename("钱武"));
        assert!(matches!((one, other), (Done::Recorded(_), Done::Recorded(_))));
        assert_eq!(kinds(&town, account).await, ["account_opened", "name_corrected", "name_corrected"]);
        assert_eq!(town.app.verify_sealed().await.unwrap(), 3);
        let name = &ask::accounts(&town.app, &town.caller).await.unwrap()[0].name;
        assert!(["钱五", "钱武"].contains(&name.as_str()), "{name}");
    }
}

#[tokio::test]
async fn a_school_sees_its_own_accounts_and_only_who_administers_orders_anything_about_one() {
    for database in Database::both().await {
        let town = town(&database).await;
        let ours = add(&town, "钱五", Role::Officer, Some(OURS)).await;
        let theirs = add(&town, "邻五", Role::Officer, Some(THEIRS)).await;
        let city = add(&town, "周局", Role::Bureau, None).await;
        let class = open(&town.app, &town.caller, "吴班", teacher()).await.unwrap();
        let sees = async |staff: &Staff| {
            let caller = Caller::operator_for(staff.clone(), "test");
            let mut seen = vec![];
            for id in [&ours, &theirs, &city, &class].map(|staff| staff.id) {
                seen.push(ask::history(&town.app, &caller, id.0).await.is_ok_and(|events| !events.is_empty()));
            }
            let listed = town.app.accounts_at(&caller, position(&town.app).await, day(TODAY)).await.unwrap().len();
            let events = ask::events(&town.app, &caller, 0, 1_000).await.unwrap();
            (seen, listed, events.iter().filter(|event| *event.stream_type == *"account").count())
        };
        assert_eq!(sees(&ours).await, (vec![true, false, false, true], 2, 2));
        assert_eq!(sees(&theirs).await, (vec![false, true, false, false], 1, 1));
        assert_eq!(sees(&city).await, (vec![true; 4], 4, 4));
        assert_eq!(sees(&class).await, (vec![false; 4], 0, 0));

        let before = position(&town.app).await;
        for staff in [&ours, &theirs, &class] {
            let caller = Caller::operator_for(staff.clone(), "test");
            let orders = [
                AccountOrder::Add(AddAccount {
                    name: "孙六".to_owned(),
                    role: Role::Mentor,
                    school: Some(school(OURS)),
                    class: None,
                }),
                changed_to(ours.id, teacher(), None, day(TODAY)),
                disabled(theirs.id, DisablingReason::Other),
                enabled(ours.id),
                renamed(ours.id, "孙六"),
                undone(ours.id, 1, UndoReason::Other, None),
            ];
            for ordered in orders {
                let refused = order(&town.app, &caller, ordered).await;
                assert!(matches!(refused, Err(Failure::Denied(_))), "{refused:?}");
            }
        }
        assert_eq!(position(&town.app).await, before);
        // The bureau administers.
        let bureau = Caller::operator_for(city, "test");
        change(&town.app, &bureau, disabled(ours.id, DisablingReason::Left)).await.unwrap();
    }
}

#[tokio::test]
async fn accounts_move_with_the_log_and_an_erasure_leaves_them() {
    for database in Database::both().await {
        let town = town(&database).await;
        let account = add(&town, "钱伍", Role::Officer, Some(OURS)).await.id;
        change(&town.app, &town.caller, renamed(account, "钱五")).await.unwrap();
        change(&town.app, &town.caller, changed_to(account, teacher(), None, day(TERM))).await.unwrap();
        let pupil = town.graduate(OURS, "张一", "330702200403154519").await;
        erase(&town.app, &town.caller, pupil.id, ErasureReason::Request).await.unwrap();
        town.app.note_head().await.unwrap();
        let head = town.app.log().head().await.unwrap();
        let backup = database.directory.path().join("备份.db");
        back_up(&database.location, &backup, |_| ()).await.unwrap();

        let mut told = vec![told_of(&town).await];
        let refused = erase(&town.app, &town.caller, StudentId(account.0), ErasureReason::Request).await;
        assert!(refused.is_err(), "an account is no student");
        let elsewhere = match database.location {
            Location::Sqlite(_) => Database::postgres().await,
            Location::Postgres(_) => Database::sqlite(),
        };
        for target in [Database::sqlite(), elsewhere] {
            std::fs::copy(database.key_file(), target.key_file()).unwrap();
            std::fs::copy(Ledger::beside(&database.key_file()).path(), Ledger::beside(&target.key_file()).path())
                .unwrap();
            let backup = Location::Sqlite(backup.clone());
            let restored = App::restore(&backup, &target.location, &target.key_file(), false, clock, |_| ()).await;
            let app = restored.unwrap().app;
            let verified = app.log().verify(Some((head.position(), head.root())), |_, _| ()).await.unwrap();
            assert_eq!(verified.position, head.position());
            assert_eq!(app.verify_sealed().await.unwrap(), 2);
            told.push(told_of(&Town { app, caller: Caller::operator("test") }).await);
        }
        let first = told[0].clone();
        assert!(told.iter().all(|told| *told == first), "{told:#?}");
        assert_ne!(first[0], first[2], "from the next term on another role holds");
    }
}

/// What is told of all accounts: now, from the next term on, and as known when the first was opened.
async fn told_of(town: &Town) -> Vec<String> {
    let (app, caller) = (&town.app, &town.caller);
    let head = position(app).await;
    let now = ask::accounts(app, caller).await.unwrap();
    let then = app.accounts_at(caller, 3, day(TERM)).await.unwrap();
    let later = app.accounts_at(caller, head, day(TERM)).await.unwrap();
    vec![format!("{now:?}"), format!("{then:?}"), format!("{later:?}")]
}
