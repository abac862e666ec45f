//! Rules of the account stream.

mod access;
mod deputy;

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;

use super::*;
use crate::domain::terms::Term as _;

const ON: Date = date(2024, 9, 1);
const LATER: Date = date(2025, 9, 1);

fn school(code: &str) -> SchoolCode {
    SchoolCode::parse(code).unwrap()
}

fn duty(role: Role, code: Option<&str>, class: Option<&str>) -> Duty {
    Duty { role, school: code.map(school), class: class.map(|name| ClassName::parse(name).unwrap()) }
}

fn officer() -> Duty {
    duty(Role::Officer, Some("33070001"), None)
}

fn teacher(class: &str) -> Duty {
    duty(Role::ClassTeacher, Some("33070001"), Some(class))
}

fn open(duty: Duty) -> AccountCommand {
    AccountCommand::Open { name: SealedRevision(1), duty, effective_on: ON }
}

fn opened(duty: Duty) -> AccountEvent {
    let Duty { role, school, class } = duty;
    AccountEvent::AccountOpened { name: SealedRevision(1), role, school, class, effective_on: ON }
}

fn change(duty: Duty, effective_on: Date) -> AccountCommand {
    AccountCommand::ChangeRole { duty, reason: Some(RoleReason::Reassigned), effective_on }
}

fn changed(duty: Duty, effective_on: Date) -> AccountEvent {
    let Duty { role, school, class } = duty;
    AccountEvent::RoleChanged { role, school, class, reason: Some(RoleReason::Reassigned), effective_on }
}

fn disable(effective_on: Date) -> AccountCommand {
    AccountCommand::Disable { reason: DisablingReason::Left, effective_on }
}

fn disabled(effective_on: Date) -> AccountEvent {
    AccountEvent::AccountDisabled { reason: DisablingReason::Left, effective_on }
}

fn enable(effective_on: Date) -> AccountCommand {
    AccountCommand::Enable { effective_on }
}

fn undo(version: u64) -> AccountCommand {
    AccountCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: LATER }
}

fn undone(version: u64) -> AccountEvent {
    AccountEvent::Undone { version, reason: UndoReason::EntryError, note: None, effective_on: LATER }
}

fn given(events: Vec<AccountEvent>) -> AggregateTestExecutor<Account> {
    TestFramework::with(AccountFacts::default()).given(events)
}

fn after(events: Vec<AccountEvent>) -> Account {
    let mut account = Account::default();
    events.into_iter().for_each(|event| account.apply(event));
    account
}

fn role_on(account: &Account, day: Date) -> Option<Role> {
    account.on(day).map(|state| state.duty.role)
}

#[test]
fn every_role_goes_with_the_school_and_class_that_it_needs_and_no_more() {
    let (ours, class) = (Some("33070001"), Some("1班"));
    let expected = |role| {
        let (no_school, no_class) = (AccountRefusal::SchoolMissing(role), AccountRefusal::ClassMissing);
        let (a_school, a_class) = (AccountRefusal::SchoolSurplus(role), AccountRefusal::ClassSurplus(role));
        match role {
            Role::Bureau => [None, Some(a_school.clone()), Some(a_school.clone()), Some(a_school)],
            Role::Principal | Role::Officer | Role::Mentor => {
                [Some(no_school.clone()), None, Some(a_class), Some(no_school)]
            }
            Role::ClassTeacher => [Some(no_school.clone()), Some(no_class), None, Some(no_school)],
            Role::Auditor => [None, None, Some(a_class.clone()), Some(a_class)],
        }
    };
    for role in Role::ENTRIES.iter().map(|entry| entry.value) {
        let places = [(None, None), (ours, None), (ours, class), (None, class)];
        for ((school, class), refusal) in places.into_iter().zip(expected(role)) {
            let asked = duty(role, school, class);
            let other = if role == Role::Officer { teacher("9班") } else { officer() };
            let (opening, changing) = (given(vec![]).when(open(asked.clone())), change(asked.clone(), ON));
            let changing = given(vec![opened(other)]).when(changing);
            match refusal {
                Some(refusal) => {
                    opening.then_expect_error(refusal.clone());
                    changing.then_expect_error(refusal);
                }
                None => {
                    opening.then_expect_events(vec![opened(asked.clone())]);
                    changing.then_expect_events(vec![changed(asked, ON)]);
                }
            }
        }
    }
}

#[test]
fn nothing_is_said_of_an_account_that_is_not_opened_and_none_is_opened_twice() {
    for command in [change(officer(), ON), disable(ON), enable(ON), undo(1)] {
        given(vec![]).when(command).then_expect_error(AccountRefusal::NotOpened);
    }
    given(vec![opened(officer())]).when(open(officer())).then_expect_error(AccountRefusal::Opened);
    let early = date(2024, 8, 31);
    let refusal = AccountRefusal::BeforeOpening { opened_on: ON, effective_on: early };
    given(vec![opened(officer())]).when(disable(early)).then_expect_error(refusal);
}

#[test]
fn what_is_so_already_is_no_event() {
    let name = |name| AccountCommand::CorrectName { name: SealedRevision(name), effective_on: LATER };
    let account = || given(vec![opened(officer())]);
    account().when(change(officer(), LATER)).then_expect_events(vec![]);
    account().when(enable(LATER)).then_expect_events(vec![]);
    account().when(name(1)).then_expect_events(vec![]);
    let corrected = AccountEvent::NameCorrected { name: SealedRevision(2), effective_on: LATER };
    account().when(name(2)).then_expect_events(vec![corrected]);
    let gone = || given(vec![opened(officer()), disabled(ON)]);
    gone().when(disable(LATER)).then_expect_events(vec![]);
    gone().when(enable(LATER)).then_expect_events(vec![AccountEvent::AccountEnabled { effective_on: LATER }]);
    // Another change was said for a later day, and this one takes its place.
    let planned = given(vec![opened(officer()), changed(teacher("1班"), LATER)]);
    planned.when(change(officer(), ON)).then_expect_events(vec![changed(officer(), ON)]);
}

#[test]
fn a_role_holds_from_its_day_and_what_is_said_later_takes_its_place() {
    let mut account = after(vec![opened(officer()), changed(teacher("1班"), LATER)]);
    assert_eq!(role_on(&account, date(2024, 8, 31)), None);
    assert_eq!(role_on(&account, ON), Some(Role::Officer));
    assert_eq!(role_on(&account, date(2025, 8, 31)), Some(Role::Officer));
    assert_eq!(role_on(&account, LATER), Some(Role::ClassTeacher));
    account.apply(changed(duty(Role::Principal, Some("33070001"), None), date(2025, 3, 1)));
    assert_eq!(role_on(&account, date(2025, 2, 28)), Some(Role::Officer));
    assert_eq!(role_on(&account, LATER), Some(Role::Principal));
}

#[test]
fn a_disabled_account_may_nothing_until_it_is_enabled() {
    let enabled = AccountEvent::AccountEnabled { effective_on: date(2025, 9, 2) };
    let account = after(vec![opened(officer()), disabled(LATER), enabled]);
    let acting = |day| account.on(day).unwrap().acting().cloned();
    assert_eq!(acting(date(2025, 8, 31)), Ok(officer()));
    let refused = AccountRefusal::Disabled { since: LATER, reason: DisablingReason::Left };
    assert_eq!(acting(LATER), Err(refused));
    assert_eq!(acting(date(2025, 9, 2)), Ok(officer()));
}

#[test]
fn a_change_undone_never_held_and_can_be_said_again_but_an_opening_stays() {
    let both = vec![opened(officer()), changed(teacher("1班"), ON)];
    given(both.clone()).when(undo(2)).then_expect_events(vec![undone(2)]);
    given(both.clone()).when(undo(1)).then_expect_error(AccountRefusal::OpeningStands);
    given(both.clone()).when(undo(3)).then_expect_error(AccountRefusal::NothingToUndo { version: 3 });
    let without = [both, vec![undone(2)]].concat();
    assert_eq!(after(without.clone()).on(LATER).map(|state| state.duty), Some(officer()));
    given(without.clone()).when(undo(2)).then_expect_events(vec![]);
    given(without.clone()).when(change(officer(), LATER)).then_expect_events(vec![]);
    let again = change(teacher("1班"), ON);
    given(without.clone()).when(again).then_expect_events(vec![changed(teacher("1班"), ON)]);
    let again = [without, vec![changed(teacher("1班"), ON)]].concat();
    assert_eq!(after(again).on(LATER).map(|state| state.duty), Some(teacher("1班")));
}

#[test]
fn an_event_belongs_to_the_school_where_the_account_is_after_it() {
    let account = after(vec![opened(officer()), changed(duty(Role::Officer, Some("33070002"), None), LATER)]);
    let school_after = |command| account.school_after(&command).map(|code| code.as_str().to_owned());
    assert_eq!(school_after(disable(ON)).as_deref(), Some("33070001"));
    assert_eq!(school_after(disable(LATER)).as_deref(), Some("33070002"));
    assert_eq!(school_after(undo(2)).as_deref(), Some("33070001"));
    assert_eq!(school_after(change(duty(Role::Bureau, None, None), LATER)), None);
}

const FIRST: TokenId = TokenId(uuid::Uuid::from_u128(1));
const OTHER: TokenId = TokenId(uuid::Uuid::from_u128(2));
const DIGEST: SecretDigest = SecretDigest::new([7; 32]);

fn issue(effective_on: Date, expires_on: Date) -> AccountCommand {
    let label = SealedRevision(2);
    AccountCommand::IssueToken { token: FIRST, digest: DIGEST, label, reads_only: false, expires_on, effective_on }
}

fn issued(effective_on: Date, expires_on: Date) -> AccountEvent {
    let label = SealedRevision(2);
    AccountEvent::TokenIssued { token: FIRST, digest: DIGEST, label, reads_only: false, expires_on, effective_on }
}

fn revoke(token: TokenId) -> AccountCommand {
    AccountCommand::RevokeToken { token, effective_on: LATER }
}

fn revoked() -> AccountEvent {
    AccountEvent::TokenRevoked { token: FIRST, effective_on: LATER }
}

#[test]
fn a_token_is_issued_for_days_after_today_and_for_a_year_at_most() {
    let days = [(ON, false), (date(2024, 8, 31), false), (date(2024, 9, 2), true)];
    // 366 days later, and one more.
    for (expires_on, is_issued) in days.into_iter().chain([(date(2025, 9, 2), true), (date(2025, 9, 3), false)]) {
        let asked = given(vec![opened(officer())]).when(issue(ON, expires_on));
        if is_issued {
            asked.then_expect_events(vec![issued(ON, expires_on)]);
        } else {
            asked.then_expect_error(AccountRefusal::TokenExpiry { effective_on: ON, expires_on });
        }
    }
}

#[test]
fn only_an_account_that_may_act_that_day_has_a_token_issued() {
    let until = date(2025, 9, 30);
    for command in [issue(LATER, until), revoke(FIRST)] {
        given(vec![]).when(command).then_expect_error(AccountRefusal::NotOpened);
    }
    let early = date(2024, 8, 31);
    let refusal = AccountRefusal::BeforeOpening { opened_on: ON, effective_on: early };
    given(vec![opened(officer())]).when(issue(early, LATER)).then_expect_error(refusal);
    let gone = vec![opened(officer()), disabled(LATER)];
    let refusal = AccountRefusal::Disabled { since: LATER, reason: DisablingReason::Left };
    given(gone.clone()).when(issue(LATER, until)).then_expect_error(refusal);
    given(gone).when(issue(ON, LATER)).then_expect_events(vec![issued(ON, LATER)]);
}

#[test]
fn a_token_is_revoked_once_also_of_a_disabled_account_and_an_unknown_one_never() {
    let account = vec![opened(officer()), issued(ON, LATER)];
    given(account.clone()).when(revoke(FIRST)).then_expect_events(vec![revoked()]);
    given(account.clone()).when(revoke(OTHER)).then_expect_error(AccountRefusal::NoSuchToken);
    given([account.clone(), vec![revoked()]].concat()).when(revoke(FIRST)).then_expect_events(vec![]);
    given([account, vec![disabled(LATER)]].concat()).when(revoke(FIRST)).then_expect_events(vec![revoked()]);
}

#[test]
fn a_token_holds_up_to_its_last_day_while_its_account_may_act_and_it_is_not_revoked() {
    let enabled = AccountEvent::AccountEnabled { effective_on: date(2025, 3, 1) };
    let mut account = after(vec![opened(officer()), issued(ON, LATER), disabled(date(2025, 2, 1)), enabled]);
    let holds = |account: &Account, day: Date| account.token(&DIGEST, day).is_some();
    for day in [ON, date(2025, 1, 31), date(2025, 3, 1), LATER] {
        assert!(holds(&account, day), "{day}");
    }
    for day in [date(2024, 8, 31), date(2025, 2, 1), date(2025, 2, 28), date(2025, 9, 2)] {
        assert!(!holds(&account, day), "{day}");
    }
    assert_eq!(account.token(&SecretDigest::new([8; 32]), ON), None);
    account.apply(revoked());
    // Also on a day before that of its revocation: a clock that went back revives nothing.
    assert!(!holds(&account, ON));
    let told: Vec<_> = account.tokens().iter().map(|token| (token.id, token.revoked_on)).collect();
    assert_eq!(told, [(FIRST, Some(LATER))]);
}

#[test]
fn a_token_and_its_revocation_are_never_undone() {
    let account = vec![opened(officer()), issued(ON, LATER), revoked(), changed(teacher("1班"), ON)];
    for version in [2, 3] {
        given(account.clone()).when(undo(version)).then_expect_error(AccountRefusal::NothingToUndo { version });
    }
    // What is undone beside it leaves it as it is.
    assert_eq!(after([account, vec![undone(4)]].concat()).tokens().len(), 1);
}
