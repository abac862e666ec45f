//! Rules of the employer stream.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::refusal::Refusal;

const ON: Date = date(2026, 3, 1);
const ITSELF: EmployerId = EmployerId(Uuid::from_u128(1));
const OTHER: EmployerId = EmployerId(Uuid::from_u128(2));
const THIRD: EmployerId = EmployerId(Uuid::from_u128(3));

fn registered() -> EmployerEvent {
    let (identity, credit_code) = (SealedRevision(1), CreditCodeCheck::NoCode);
    EmployerEvent::EmployerRegistered { identity, credit_code, effective_on: ON }
}

fn merged() -> EmployerEvent {
    EmployerEvent::EmployerMerged { into: OTHER, effective_on: ON }
}

fn merge(into: EmployerId) -> EmployerCommand {
    EmployerCommand::Merge { into, effective_on: ON }
}

fn counted(total_count: u32, on: Date) -> EmployerEvent {
    EmployerEvent::StaffCounted { staff: StaffCount { total_count, posts: vec![] }, effective_on: on }
}

/// What the other unit's stream says.
fn knowing(target: Trading) -> TestFramework<Employer> {
    TestFramework::with(EmployerFacts { itself: ITSELF, target })
}

fn given(events: Vec<EmployerEvent>) -> AggregateTestExecutor<Employer> {
    knowing(Trading::Open).given(events)
}

fn folded(events: Vec<EmployerEvent>) -> Employer {
    let mut employer = Employer::default();
    events.into_iter().for_each(|event| employer.apply(event));
    employer
}

fn posts(counts: &[(&str, u32)]) -> Vec<PostStaff> {
    let post = |(code, staff_count): &(&str, u32)| PostStaff {
        occupation: OccupationCode::parse(code).unwrap(),
        staff_count: *staff_count,
    };
    counts.iter().map(post).collect()
}

#[test]
fn a_unit_without_a_code_gets_one_once() {
    let (identity, credit_code) = (SealedRevision(2), CreditCodeCheck::Holds);
    let add = || EmployerCommand::AddCode { identity, credit_code, effective_on: ON };
    let added = || EmployerEvent::IdentityCorrected { identity, credit_code, effective_on: ON };
    given(vec![registered()]).when(add()).then_expect_events(vec![added()]);
    given(vec![registered(), added()]).when(add()).then_expect_error(EmployerRefusal::HasCode);
}

#[test]
fn a_unit_is_registered_once_and_before_anything_else() {
    let (identity, credit_code) = (SealedRevision(1), CreditCodeCheck::NoCode);
    let register = || EmployerCommand::Register { identity, credit_code, effective_on: ON };
    given(vec![]).when(register()).then_expect_events(vec![registered()]);
    given(vec![registered()]).when(register()).then_expect_error(EmployerRefusal::AlreadyRegistered);
    for command in [merge(OTHER), EmployerCommand::Close { effective_on: ON }] {
        given(vec![]).when(command).then_expect_error(EmployerRefusal::NotRegistered);
    }
}

#[test]
fn a_unit_is_not_merged_with_itself_nor_into_one_that_is_gone() {
    given(vec![registered()]).when(merge(ITSELF)).then_expect_error(EmployerRefusal::WithItself);
    let into_one = |target| knowing(target).given(vec![registered()]).when(merge(OTHER));
    into_one(Trading::Unknown).then_expect_error(EmployerRefusal::TargetUnknown);
    into_one(Trading::Merged { into: ITSELF }).then_expect_error(EmployerRefusal::TargetMerged { into: ITSELF });
    into_one(Trading::Closed { since: ON }).then_expect_error(EmployerRefusal::TargetClosed { since: ON });
    into_one(Trading::Open).then_expect_events(vec![merged()]);
    given(vec![registered(), merged()]).when(merge(OTHER)).then_expect_events(vec![]);
    given(vec![registered(), merged()])
        .when(merge(THIRD))
        .then_expect_error(EmployerRefusal::MergedAway { into: OTHER });
}

#[test]
fn what_concerns_a_unit_that_was_merged_away_concerns_the_other() {
    let refusal = EmployerRefusal::MergedAway { into: OTHER };
    assert_eq!(refusal.sentence().zh, "该单位已并入单位 00000000-0000-0000-0000-000000000002，请在合并后的单位上办理");
    given(vec![registered(), merged()]).when(EmployerCommand::Close { effective_on: ON }).then_expect_error(refusal);
    assert_eq!(folded(vec![registered(), merged()]).trading(), Trading::Merged { into: OTHER });
}

#[test]
fn a_merger_is_undone_but_a_registration_is_not() {
    let undo =
        |version| EmployerCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    let undone =
        |version| EmployerEvent::Undone { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    given(vec![registered(), merged()]).when(undo(2)).then_expect_events(vec![undone(2)]);
    assert_eq!(folded(vec![registered(), merged(), undone(2)]).trading(), Trading::Open);
    given(vec![registered(), merged(), undone(2)]).when(undo(2)).then_expect_events(vec![]);
    given(vec![registered()]).when(undo(1)).then_expect_error(EmployerRefusal::RegistrationStays);
    given(vec![registered()]).when(undo(5)).then_expect_error(EmployerRefusal::NothingToUndo { version: 5 });
}

#[test]
fn staff_is_known_as_counted_last_by_a_day() {
    let (march, june) = (date(2026, 3, 1), date(2026, 6, 1));
    // Recorded in the wrong order; June was counted twice.
    let employer = folded(vec![registered(), counted(120, june), counted(90, march), counted(121, june)]);
    let on = |day| employer.registered().unwrap().staff_on(day).map(|(staff, on)| (staff.total_count, *on));
    assert_eq!(on(date(2026, 2, 28)), None);
    assert_eq!(on(date(2026, 5, 31)), Some((90, march)));
    assert_eq!(on(date(2026, 7, 1)), Some((121, june)));
}

#[test]
fn posts_do_not_add_up_to_more_than_the_staff() {
    let count =
        |total_count, posts| EmployerCommand::CountStaff { staff: StaffCount { total_count, posts }, effective_on: ON };
    given(vec![registered()])
        .when(count(10, posts(&[("4-07-03", 8), ("6-31-01", 3)])))
        .then_expect_error(EmployerRefusal::PostsExceedTotal { posts_count: 11, total_count: 10 });
    given(vec![registered()]).when(count(0, vec![])).then_expect_error(EmployerRefusal::NobodyThere);
    let twice = OccupationCode::parse("4-07-03").unwrap();
    given(vec![registered()])
        .when(count(10, posts(&[("4-07-03", 3), ("4-07-03", 3)])))
        .then_expect_error(EmployerRefusal::PostTwice(twice));
    given(vec![registered(), counted(10, ON)]).when(count(10, vec![])).then_expect_events(vec![]);
}

#[test]
fn a_profile_is_filled_in_bit_by_bit() {
    let industry = EmployerProfile { industry: Some(Industry::C), ..EmployerProfile::default() };
    let size = EmployerProfile { size: Some(EmployerSize::Small), ..EmployerProfile::default() };
    let recorded = EmployerEvent::ProfileRecorded { profile: industry, effective_on: ON };
    let both = EmployerProfile { size: size.size, ..industry };
    given(vec![registered(), recorded])
        .when(EmployerCommand::RecordProfile { profile: size, effective_on: ON })
        .then_expect_events(vec![EmployerEvent::ProfileRecorded { profile: both, effective_on: ON }]);
}

fn command() -> impl Strategy<Value = EmployerCommand> {
    prop_oneof![
        (1..3_u32).prop_map(|revision| EmployerCommand::Register {
            identity: SealedRevision(revision),
            credit_code: CreditCodeCheck::Holds,
            effective_on: ON
        }),
        (1..4_u32).prop_map(|revision| EmployerCommand::CorrectIdentity {
            identity: SealedRevision(revision),
            credit_code: CreditCodeCheck::Holds,
            effective_on: ON
        }),
        (1..4_u32).prop_map(|revision| EmployerCommand::AddCode {
            identity: SealedRevision(revision),
            credit_code: CreditCodeCheck::Holds,
            effective_on: ON
        }),
        (0..4_u32).prop_map(|total_count| EmployerCommand::CountStaff {
            staff: StaffCount { total_count, posts: posts(&[("4-07-03", 2)]) },
            effective_on: ON
        }),
        (1..4_u128).prop_map(|into| merge(EmployerId(Uuid::from_u128(into)))),
        Just(EmployerCommand::Close { effective_on: ON }),
        (1..12_u64).prop_map(|version| EmployerCommand::Undo {
            version,
            reason: UndoReason::Other,
            note: None,
            effective_on: ON
        }),
    ]
}

fn facts() -> impl Strategy<Value = EmployerFacts> {
    let target = prop_oneof![
        2 => Just(Trading::Open),
        1 => Just(Trading::Unknown),
        1 => Just(Trading::Merged { into: THIRD }),
        1 => Just(Trading::Closed { since: ON })
    ];
    target.prop_map(|target| EmployerFacts { itself: ITSELF, target })
}

proptest! {
    /// Whatever is ordered in whatever order: a unit once registered stays, is never merged with itself, and what was
    /// merged away takes nothing but an undoing.
    #[test]
    fn no_walk_loses_a_unit(orders in prop::collection::vec((command(), facts()), 1..40)) {
        let (mut employer, mut recorded) = (Employer::default(), vec![]);
        for (command, facts) in orders {
            let before = employer.trading();
            let Ok(events) = decide(&employer, command, &facts) else { continue };
            for event in events {
                let is_undoing = matches!(event, EmployerEvent::Undone { .. });
                prop_assert!(is_undoing || !matches!(before, Trading::Merged { .. }), "{event:?}");
                employer.apply(event.clone());
                recorded.push(event);
                prop_assert_ne!(employer.trading(), Trading::Unknown);
                prop_assert_ne!(employer.trading(), Trading::Merged { into: ITSELF });
            }
        }
        let again = folded(recorded);
        prop_assert_eq!(again.registered(), employer.registered());
    }
}
