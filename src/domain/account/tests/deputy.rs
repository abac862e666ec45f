//! Rules of who acts in the place of whom.

use std::sync::Arc;

use jiff::ToSpan as _;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ABSENT: StaffId = StaffId(Uuid::from_u128(1));
const DEPUTY: StaffId = StaffId(Uuid::from_u128(2));
const OTHER: StaffId = StaffId(Uuid::from_u128(3));
/// The first of September 2025 is today.
const TODAY: Date = LATER;

fn september(day: i8) -> Date {
    date(2025, 9, day)
}

/// Given an absent class teacher, and what was recorded of who is to be the deputy.
fn teaching(events: Vec<AccountEvent>, of_deputy: Vec<AccountEvent>) -> AggregateTestExecutor<Account> {
    absent(opened(teacher("1班")), events, of_deputy)
}

fn absent(
    opening: AccountEvent,
    events: Vec<AccountEvent>,
    of_deputy: Vec<AccountEvent>,
) -> AggregateTestExecutor<Account> {
    let facts = AccountFacts { today: TODAY, account: Some(ABSENT), deputy: Some(Arc::new(after(of_deputy))) };
    TestFramework::with(facts).given([vec![opening], events].concat())
}

fn appoint(deputy: StaffId, first_day: Date, last_day: Date) -> AccountCommand {
    AccountCommand::AppointDeputy { deputy, last_day, effective_on: first_day }
}

fn appointed(deputy: StaffId, first_day: i8, last_day: i8) -> AccountEvent {
    AccountEvent::DeputyAppointed { deputy, last_day: september(last_day), effective_on: september(first_day) }
}

fn end(day: i8) -> AccountCommand {
    AccountCommand::EndDeputy { effective_on: september(day) }
}

fn ended(day: i8) -> AccountEvent {
    AccountEvent::DeputyEnded { effective_on: september(day) }
}

fn deputyship(deputy: StaffId, first_day: i8, last_day: i8) -> Deputyship {
    Deputyship { deputy, first_day: september(first_day), last_day: september(last_day) }
}

fn set_up_with(proof: Proof) -> Vec<AccountEvent> {
    let credentials = SealedRevision(2);
    let (expires_on, effective_on) = (date(2024, 9, 8), date(2024, 9, 2));
    let invited = AccountEvent::Invited { digest: DIGEST, expires_on, effective_on };
    vec![invited, AccountEvent::InvitationAccepted { credentials, proof, effective_on }]
}

#[test]
fn another_of_the_school_who_may_act_that_day_is_a_deputy() {
    let by = |of_deputy| teaching(vec![], of_deputy).when(appoint(DEPUTY, september(3), september(5)));
    by(vec![opened(officer())]).then_expect_events(vec![appointed(DEPUTY, 3, 5)]);
    by(vec![opened(teacher("2班"))]).then_expect_events(vec![appointed(DEPUTY, 3, 5)]);
    by(vec![]).then_expect_error(AccountRefusal::NotOpened);
    let gone = AccountRefusal::Disabled { since: september(2), reason: DisablingReason::Left };
    by(vec![opened(officer()), disabled(september(2))]).then_expect_error(gone);
    by(vec![opened(officer()), disabled(september(4))]).then_expect_events(vec![appointed(DEPUTY, 3, 5)]);
    let elsewhere = duty(Role::Officer, Some("33070002"), None);
    by(vec![opened(elsewhere.clone())]).then_expect_error(DeputyRefusal::Elsewhere.into());
    by(vec![opened(officer()), changed(elsewhere, september(3))]).then_expect_error(DeputyRefusal::Elsewhere.into());
    by(vec![opened(duty(Role::Bureau, None, None))]).then_expect_error(DeputyRefusal::Elsewhere.into());
    let auditor = duty(Role::Auditor, Some("33070001"), None);
    by(vec![opened(auditor)]).then_expect_error(DeputyRefusal::Audits.into());
    let own = teaching(vec![], vec![opened(officer())]);
    own.when(appoint(ABSENT, september(3), september(5))).then_expect_error(DeputyRefusal::Oneself.into());
}

#[test]
fn the_bureau_s_are_represented_by_the_bureau_s_and_auditors_by_auditors() {
    let [bureau, auditor] = [Role::Bureau, Role::Auditor].map(|role| duty(role, None, None));
    for (of, by, refusal) in [
        (&bureau, &bureau, None),
        (&auditor, &auditor, None),
        (&bureau, &auditor, Some(DeputyRefusal::Audits)),
        (&auditor, &bureau, Some(DeputyRefusal::Audits)),
        (&bureau, &officer(), Some(DeputyRefusal::Elsewhere)),
    ] {
        let asked = absent(opened(of.clone()), vec![], vec![opened(by.clone())]);
        let asked = asked.when(appoint(DEPUTY, TODAY, TODAY));
        match refusal {
            None => asked.then_expect_events(vec![appointed(DEPUTY, 1, 1)]),
            Some(refusal) => asked.then_expect_error(refusal.into()),
        }
    }
}

#[test]
fn a_deputy_signs_in_with_what_the_role_asks_for() {
    let waived = |reason| AccountEvent::SecondFactorWaived { reason, effective_on: ON };
    let with = |proof, waiver: Option<WaiverReason>| {
        [vec![opened(teacher("2班"))], waiver.map(waived).into_iter().collect(), set_up_with(proof)].concat()
    };
    let principal = duty(Role::Principal, Some("33070001"), None);
    let (code, no_device) = (Proof::Code { step: 6 }, Some(WaiverReason::NoDevice));
    let demonstration = Some(WaiverReason::Demonstration);
    for (duty, of_deputy, is_taken) in [
        (&principal, with(code, None), true),
        (&principal, with(Proof::Password, no_device), false),
        (&principal, with(Proof::Password, demonstration), true),
        (&teacher("1班"), with(Proof::Password, no_device), true),
        // Who is not set up yet is asked at the door.
        (&principal, vec![opened(teacher("2班"))], true),
    ] {
        let asked = absent(opened(duty.clone()), vec![], of_deputy).when(appoint(DEPUTY, TODAY, TODAY));
        match is_taken {
            true => asked.then_expect_events(vec![appointed(DEPUTY, 1, 1)]),
            false => asked.then_expect_error(DeputyRefusal::Factor(Role::Principal).into()),
        }
    }
    let door = |of_deputy| after(of_deputy).expect_factor_of(Role::Principal, TODAY);
    assert_eq!(door(vec![opened(teacher("2班"))]), Err(DeputyRefusal::Factor(Role::Principal).into()));
    assert_eq!(door(with(code, None)), Ok(()));
}

#[test]
fn a_deputy_is_appointed_for_days_that_are_not_past_in_their_order_and_for_a_year_at_most() {
    let appointing =
        |first_day, last_day| teaching(vec![], vec![opened(officer())]).when(appoint(DEPUTY, first_day, last_day));
    let yesterday = date(2025, 8, 31);
    let past = DeputyRefusal::Past { today: TODAY, effective_on: yesterday };
    appointing(yesterday, september(5)).then_expect_error(past.into());
    appointing(TODAY, TODAY).then_expect_events(vec![appointed(DEPUTY, 1, 1)]);
    // 366 days later, and one more.
    let year = date(2026, 9, 2);
    let event = AccountEvent::DeputyAppointed { deputy: DEPUTY, last_day: year, effective_on: TODAY };
    appointing(TODAY, year).then_expect_events(vec![event]);
    for (first_day, last_day) in [(TODAY, date(2026, 9, 3)), (september(5), september(4))] {
        appointing(first_day, last_day).then_expect_error(DeputyRefusal::Period { first_day, last_day }.into());
    }
    let early = teaching(vec![disabled(september(2))], vec![opened(officer())]);
    let gone = AccountRefusal::Disabled { since: september(2), reason: DisablingReason::Left };
    early.when(appoint(DEPUTY, september(3), september(5))).then_expect_error(gone);
}

#[test]
fn there_is_one_deputy_on_a_day_and_the_same_again_is_no_event() {
    let of = |deputy, first: i8, last: i8| {
        let known = vec![appointed(DEPUTY, 10, 20)];
        teaching(known, vec![opened(officer())]).when(appoint(deputy, september(first), september(last)))
    };
    of(DEPUTY, 10, 20).then_expect_events(vec![]);
    of(OTHER, 5, 9).then_expect_events(vec![appointed(OTHER, 5, 9)]);
    of(OTHER, 21, 25).then_expect_events(vec![appointed(OTHER, 21, 25)]);
    for (deputy, first, last) in [(OTHER, 5, 10), (OTHER, 20, 25), (OTHER, 12, 13), (DEPUTY, 5, 25), (DEPUTY, 10, 21)] {
        of(deputy, first, last).then_expect_error(DeputyRefusal::Overlap(deputyship(DEPUTY, 10, 20)).into());
    }
}

#[test]
fn it_ends_by_its_last_day_by_being_ended_and_when_the_account_becomes_another_or_is_disabled() {
    let known = || vec![opened(teacher("1班")), appointed(DEPUTY, 10, 20)];
    let on = |account: &Account, day: i8| account.deputy_on(september(day)).map(|of| (of.deputy, of.last_day.day()));
    let account = after(known());
    for (day, expected) in [(9, None), (10, Some((DEPUTY, 20))), (20, Some((DEPUTY, 20))), (21, None)] {
        assert_eq!(on(&account, day), expected, "{day}");
    }
    let again = AccountEvent::AccountEnabled { effective_on: september(16) };
    for ending in [
        vec![ended(15)],
        vec![changed(teacher("2班"), september(15))],
        vec![changed(duty(Role::Officer, Some("33070001"), None), september(15))],
        vec![disabled(september(15)), again],
    ] {
        let account = after([known(), ending.clone()].concat());
        for (day, expected) in [(9, None), (10, Some((DEPUTY, 14))), (14, Some((DEPUTY, 14))), (15, None), (16, None)] {
            assert_eq!(on(&account, day), expected, "{day} {ending:?}");
        }
        let other = after([known(), ending, vec![appointed(OTHER, 16, 18)]].concat());
        assert_eq!((on(&other, 14), on(&other, 16)), (Some((DEPUTY, 14)), Some((OTHER, 18))));
        assert_eq!(other.deputies_from(TODAY), [deputyship(DEPUTY, 10, 14), deputyship(OTHER, 16, 18)]);
    }
    let known = || teaching(vec![appointed(DEPUTY, 10, 20)], vec![]);
    known().when(end(12)).then_expect_events(vec![ended(12)]);
    known().when(end(1)).then_expect_events(vec![ended(1)]);
    known().when(end(21)).then_expect_error(DeputyRefusal::Nobody { effective_on: september(21) }.into());
    let early = date(2025, 8, 31);
    let past = DeputyRefusal::Past { today: TODAY, effective_on: early };
    known().when(AccountCommand::EndDeputy { effective_on: early }).then_expect_error(past.into());
    let ended_already = teaching(vec![appointed(DEPUTY, 10, 20), ended(12)], vec![]);
    ended_already.when(end(12)).then_expect_error(DeputyRefusal::Nobody { effective_on: september(12) }.into());
}

#[test]
fn an_appointment_and_its_end_are_undone_and_said_again() {
    let known = vec![appointed(DEPUTY, 10, 20), ended(15)];
    let of = |events: Vec<AccountEvent>| after([vec![opened(teacher("1班"))], events].concat());
    teaching(known.clone(), vec![]).when(undo(2)).then_expect_events(vec![undone(2)]);
    let undone_end = [known.clone(), vec![undone(3)]].concat();
    assert_eq!(of(undone_end.clone()).deputy_on(september(16)), Some(deputyship(DEPUTY, 10, 20)));
    teaching(undone_end, vec![]).when(end(15)).then_expect_events(vec![ended(15)]);
    let undone_both = [known, vec![undone(2)]].concat();
    assert_eq!(of(undone_both.clone()).deputy_on(september(12)), None);
    let again = teaching(undone_both, vec![opened(officer())]).when(appoint(DEPUTY, september(10), september(20)));
    again.then_expect_events(vec![appointed(DEPUTY, 10, 20)]);
    // Another one was appointed for days whose end is undone: who was said last is the one.
    let other = vec![appointed(DEPUTY, 10, 20), ended(12), appointed(OTHER, 12, 14), undone(3)];
    let found = of(other).deputies_from(TODAY);
    assert_eq!(found, [deputyship(DEPUTY, 10, 11), deputyship(OTHER, 12, 14), deputyship(DEPUTY, 10, 20)]);
}

/// What might be said of an absent one, in days of September.
#[derive(Debug, Clone, Copy)]
enum Said {
    Appoint(StaffId, i8, i8),
    End(i8),
    Change(i8),
    Disable(i8),
    Enable(i8),
    Undo(u64),
}

fn said() -> impl Strategy<Value = Said> {
    let day = 1..=30_i8;
    prop_oneof![
        4 => (prop_oneof![Just(DEPUTY), Just(OTHER)], day.clone(), day.clone())
            .prop_map(|(deputy, first, last)| Said::Appoint(deputy, first, last)),
        2 => day.clone().prop_map(Said::End),
        1 => day.clone().prop_map(Said::Change),
        1 => day.clone().prop_map(Said::Disable),
        1 => day.prop_map(Said::Enable),
        1 => (2..=12_u64).prop_map(Said::Undo),
    ]
}

/// Who is the deputy on a day, read event by event.
fn read(events: &[(bool, AccountEvent)], day: Date) -> Option<StaffId> {
    let mut known: Vec<(StaffId, Date)> = vec![];
    for event in events.iter().filter(|(stands, event)| *stands && *event.effective_on() <= day).map(|(_, event)| event)
    {
        match event {
            AccountEvent::DeputyAppointed { deputy, last_day, .. } => known.push((*deputy, *last_day)),
            AccountEvent::DeputyEnded { .. }
            | AccountEvent::RoleChanged { .. }
            | AccountEvent::AccountDisabled { .. } => known.clear(),
            _ => (),
        }
    }
    known.iter().rev().find(|(_, last_day)| day <= *last_day).map(|(deputy, _)| *deputy)
}

proptest! {
    #[test]
    fn whatever_is_said_each_day_has_the_deputy_that_was_said_last_of_it(all in prop::collection::vec(said(), 1..12)) {
        let facts = AccountFacts {
            today: TODAY,
            account: Some(ABSENT),
            deputy: Some(Arc::new(after(vec![opened(officer())]))),
        };
        let mut account = after(vec![opened(teacher("1班"))]);
        let mut recorded = vec![(true, opened(teacher("1班")))];
        for (nth, said) in all.into_iter().enumerate() {
            let command = match said {
                Said::Appoint(deputy, first, last) => appoint(deputy, september(first), september(last)),
                Said::End(day) => end(day),
                Said::Change(day) => change(teacher(&format!("{nth}班")), september(day)),
                Said::Disable(day) => disable(september(day)),
                Said::Enable(day) => enable(september(day)),
                Said::Undo(version) => undo(version),
            };
            let Ok(events) = decide(&account, command, &facts) else { continue };
            if let (Said::Appoint(_, first, last), false) = (said, events.is_empty()) {
                for day in first..=last {
                    prop_assert_eq!(read(&recorded, september(day)), None, "two on {}", day);
                }
            }
            for event in events {
                if let AccountEvent::Undone { version, .. } = &event {
                    recorded[usize::try_from(*version).unwrap() - 1].0 = false;
                    recorded.push((false, event.clone()));
                } else {
                    recorded.push((true, event.clone()));
                }
                account.apply(event);
            }
        }
        let listed = account.deputies_from(TODAY);
        for day in 0..30 {
            let day = TODAY + day.days();
            let found = account.deputy_on(day);
            prop_assert_eq!(found.map(|of| of.deputy), read(&recorded, day), "{}", day);
            if let Some(of) = found {
                prop_assert!(listed.contains(&of));
                // It holds up to the day that it tells, and no further.
                let next = of.last_day.tomorrow().unwrap();
                prop_assert!(account.deputy_on(next).is_none_or(|next| next.deputy != of.deputy || next != of));
                let mut held = day;
                while held <= of.last_day {
                    prop_assert_eq!(read(&recorded, held), Some(of.deputy));
                    held = held.tomorrow().unwrap();
                }
            }
        }
    }
}
