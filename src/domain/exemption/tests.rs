//! Rules of the exemption stream, and walks at random.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ON: Date = date(2026, 4, 8);
const TEACHER: StaffId = StaffId(Uuid::from_u128(1));
const PRINCIPAL: StaffId = StaffId(Uuid::from_u128(2));

fn request(standing: Option<Standing>) -> ExemptionCommand {
    let (ground, by) = (ExemptionGround::Health, Some(TEACHER));
    ExemptionCommand::Request { ground, evidence: None, note: None, by, standing, effective_on: ON }
}

fn requested() -> ExemptionEvent {
    let (ground, by) = (ExemptionGround::Health, Some(TEACHER));
    ExemptionEvent::ExemptionRequested { ground, evidence: None, note: None, by, effective_on: ON }
}

fn refuse(by: StaffId) -> ExemptionCommand {
    let reason = ExemptionRefusalReason::EvidenceMissing;
    ExemptionCommand::Refuse { reason, note: Some(SealedRevision(1)), by, effective_on: ON }
}

fn refused() -> ExemptionEvent {
    let reason = ExemptionRefusalReason::EvidenceMissing;
    ExemptionEvent::ExemptionRefused { reason, note: Some(SealedRevision(1)), by: PRINCIPAL, effective_on: ON }
}

fn grant(by: StaffId) -> ExemptionCommand {
    ExemptionCommand::Grant { by, effective_on: ON }
}

fn granted() -> ExemptionEvent {
    ExemptionEvent::ExemptionGranted { by: PRINCIPAL, effective_on: ON }
}

fn given(events: Vec<ExemptionEvent>) -> AggregateTestExecutor<Exemption> {
    TestFramework::with(()).given(events)
}

#[test]
fn an_application_is_decided_by_another_and_with_a_reason_when_refused() {
    given(vec![]).when(request(Some(Standing::Enrolled))).then_expect_events(vec![requested()]);
    given(vec![requested()]).when(grant(TEACHER)).then_expect_error(ExemptionRefusal::DeciderRequested);
    given(vec![requested()]).when(grant(PRINCIPAL)).then_expect_events(vec![granted()]);
    given(vec![requested()]).when(refuse(PRINCIPAL)).then_expect_events(vec![refused()]);
    given(vec![]).when(grant(PRINCIPAL)).then_expect_error(ExemptionRefusal::NotRequested);
}

#[test]
fn who_was_refused_may_ask_again_and_who_was_granted_need_not() {
    given(vec![requested(), refused()]).when(request(Some(Standing::OnLeave))).then_expect_events(vec![requested()]);
    given(vec![requested(), granted()])
        .when(request(Some(Standing::Enrolled)))
        .then_expect_error(ExemptionRefusal::AlreadyRequested(ExemptionStage::Granted));
}

#[test]
fn who_has_left_school_asks_for_nothing() {
    given(vec![])
        .when(request(Some(Standing::Graduated)))
        .then_expect_error(ExemptionRefusal::HasLeft(Standing::Graduated));
    given(vec![]).when(request(None)).then_expect_error(ExemptionRefusal::NotRegistered);
}

#[test]
fn undoing_goes_backwards() {
    let undo =
        |version| ExemptionCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    given(vec![requested(), granted()])
        .when(undo(1))
        .then_expect_error(ExemptionRefusal::LaterStands { version: 1, latest: 2 });
    let undone =
        |version| ExemptionEvent::Undone { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    given(vec![requested(), granted()]).when(undo(2)).then_expect_events(vec![undone(2)]);
    given(vec![requested(), granted(), undone(2)]).when(refuse(PRINCIPAL)).then_expect_events(vec![refused()]);
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
    let by = || prop_oneof![Just(TEACHER), Just(PRINCIPAL)];
    prop_oneof![
        Just(request(Some(Standing::Enrolled))),
        by().prop_map(grant),
        by().prop_map(refuse),
        Just(ExemptionCommand::Withdraw { effective_on: ON }),
        (1..20_u64).prop_map(|version| ExemptionCommand::Undo {
            version,
            reason: UndoReason::Other,
            note: None,
            effective_on: ON
        }),
    ]
}

proptest! {
    #[test]
    fn no_walk_leaves_the_table(commands in prop::collection::vec(command(), 1..40)) {
        let mut exemption = Exemption::default();
        for command in commands {
            let Ok(events) = decide(&exemption, command) else { continue };
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
