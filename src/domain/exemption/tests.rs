//! Rules of the exemption stream, and walks at random.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::refusal::Refusal;

const ON: Date = date(2026, 4, 8);
const TEACHER: StaffId = StaffId(Uuid::from_u128(1));
const PRINCIPAL: StaffId = StaffId(Uuid::from_u128(2));

fn request() -> ExemptionCommand {
    ExemptionCommand::Request { ground: ExemptionGround::Health, evidence: None, note: None, effective_on: ON }
}

fn requested() -> ExemptionEvent {
    let (ground, by) = (ExemptionGround::Health, Some(TEACHER));
    ExemptionEvent::ExemptionRequested { ground, evidence: None, note: None, by, effective_on: ON }
}

fn refuse() -> ExemptionCommand {
    let reason = ExemptionRefusalReason::EvidenceMissing;
    ExemptionCommand::Refuse { reason, note: Some(SealedRevision(1)), effective_on: ON }
}

fn refused() -> ExemptionEvent {
    let reason = ExemptionRefusalReason::EvidenceMissing;
    ExemptionEvent::ExemptionRefused { reason, note: Some(SealedRevision(1)), by: PRINCIPAL, effective_on: ON }
}

fn grant() -> ExemptionCommand {
    ExemptionCommand::Grant { effective_on: ON }
}

fn granted() -> ExemptionEvent {
    ExemptionEvent::ExemptionGranted { by: PRINCIPAL, effective_on: ON }
}

/// The teacher acts, and the student is enrolled.
fn usual() -> ExemptionFacts {
    ExemptionFacts { by: Some(TEACHER), standing: Some(Standing::Enrolled) }
}

fn knowing(facts: ExemptionFacts) -> TestFramework<Exemption> {
    TestFramework::with(facts)
}

fn as_by(staff: StaffId) -> TestFramework<Exemption> {
    knowing(ExemptionFacts { by: Some(staff), ..usual() })
}

fn of_standing(standing: Option<Standing>) -> TestFramework<Exemption> {
    knowing(ExemptionFacts { standing, ..usual() })
}

fn given(events: Vec<ExemptionEvent>) -> AggregateTestExecutor<Exemption> {
    knowing(usual()).given(events)
}

#[test]
fn an_application_is_decided_by_another_and_with_a_reason_when_refused() {
    given(vec![]).when(request()).then_expect_events(vec![requested()]);
    as_by(TEACHER).given(vec![requested()]).when(grant()).then_expect_error(ExemptionRefusal::DeciderRequested);
    as_by(PRINCIPAL).given(vec![requested()]).when(grant()).then_expect_events(vec![granted()]);
    as_by(PRINCIPAL).given(vec![requested()]).when(refuse()).then_expect_events(vec![refused()]);
    as_by(PRINCIPAL).given(vec![]).when(grant()).then_expect_error(ExemptionRefusal::NotRequested);
}

#[test]
fn a_decision_needs_a_person() {
    assert_eq!(ExemptionRefusal::NobodyDecides.sentence().zh, "审批和审核要由具体人员作出；请以该人员的身份办理");
    for decision in [grant(), refuse()] {
        assert!(decision.is_review());
        knowing(ExemptionFacts { by: None, ..usual() })
            .given(vec![requested()])
            .when(decision)
            .then_expect_error(ExemptionRefusal::NobodyDecides);
    }
}

#[test]
fn who_was_refused_may_ask_again_and_who_was_granted_need_not() {
    of_standing(Some(Standing::OnLeave))
        .given(vec![requested(), refused()])
        .when(request())
        .then_expect_events(vec![requested()]);
    given(vec![requested(), granted()])
        .when(request())
        .then_expect_error(ExemptionRefusal::AlreadyRequested(ExemptionStage::Granted));
}

#[test]
fn who_has_left_school_asks_for_nothing() {
    of_standing(Some(Standing::Graduated))
        .given(vec![])
        .when(request())
        .then_expect_error(ExemptionRefusal::HasLeft(Standing::Graduated));
    of_standing(None).given(vec![]).when(request()).then_expect_error(ExemptionRefusal::NotRegistered);
}

#[test]
fn undoing_goes_backwards() {
    let undo =
        |version| ExemptionCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    given(vec![requested(), granted()])
        .when(undo(1))
        .then_expect_error(ExemptionRefusal::LaterStands { version: 1, latest: 2 });
    given(vec![requested()]).when(undo(2)).then_expect_error(ExemptionRefusal::NothingToUndo { version: 2 });
    let undone =
        |version| ExemptionEvent::Undone { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    given(vec![requested(), granted()]).when(undo(2)).then_expect_events(vec![undone(2)]);
    as_by(PRINCIPAL).given(vec![requested(), granted(), undone(2)]).when(refuse()).then_expect_events(vec![refused()]);
}

/// Every step there is, undoing aside: stage before, kind of event, stage after.
const STEPS: &[(Option<ExemptionStage>, &str, ExemptionStage)] = &[
    (None, "exemption_requested", ExemptionStage::Requested),
    (Some(ExemptionStage::Refused), "exemption_requested", ExemptionStage::Requested),
    (Some(ExemptionStage::Withdrawn), "exemption_requested", ExemptionStage::Requested),
    (Some(ExemptionStage::Requested), "exemption_granted", ExemptionStage::Granted),
    (Some(ExemptionStage::Requested), "exemption_refused", ExemptionStage::Refused),
    (Some(ExemptionStage::Requested), "exemption_withdrawn", ExemptionStage::Withdrawn),
    (Some(ExemptionStage::Granted), "exemption_withdrawn", ExemptionStage::Withdrawn),
];

fn command() -> impl Strategy<Value = ExemptionCommand> {
    prop_oneof![
        Just(request()),
        Just(grant()),
        Just(refuse()),
        Just(ExemptionCommand::Withdraw { effective_on: ON }),
        (1..20_u64).prop_map(|version| ExemptionCommand::Undo {
            version,
            reason: UndoReason::Other,
            note: None,
            effective_on: ON
        }),
    ]
}

fn facts() -> impl Strategy<Value = ExemptionFacts> {
    let by = prop_oneof![1 => Just(None), 2 => Just(Some(TEACHER)), 2 => Just(Some(PRINCIPAL))];
    by.prop_map(|by| ExemptionFacts { by, ..usual() })
}

proptest! {
    #[test]
    fn no_walk_leaves_the_table(orders in prop::collection::vec((command(), facts()), 1..40)) {
        let mut exemption = Exemption::default();
        for (command, facts) in orders {
            let Ok(events) = decide(&exemption, command, &facts) else { continue };
            for event in events {
                let before = exemption.application().map(|application| application.stage);
                exemption.apply(event.clone());
                let after = exemption.application().map(|application| application.stage);
                if !matches!(event, ExemptionEvent::Undone { .. }) {
                    let step = (before, event.event_type(), after);
                    let is_listed = |(from, kind, to): &(_, &str, _)| (*from, (*kind).to_owned(), Some(*to)) == step;
                    prop_assert!(STEPS.iter().any(is_listed), "{step:?}");
                }
            }
        }
    }
}
