//! Rules of claims: given events, when a command, then events or a refusal.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::claim::ClaimStanding;
use super::{ClaimReason, Destination, NewClaim, Outcome, OutcomeCommand, OutcomeEvent, OutcomeFacts, OutcomeRefusal};
use crate::domain::UndoReason;
use crate::domain::evidence::{EvidenceKind, EvidenceLevel, StatementSource};
use crate::domain::ids::{ClaimId, StaffId};
use crate::domain::terms::{DestinationKind, SpecialtyMatch};
use crate::refusal::Refusal;

const TODAY: Date = date(2022, 12, 1);
const GRADUATED_ON: Date = date(2022, 6, 30);

fn claim_id(n: u128) -> ClaimId {
    ClaimId(Uuid::from_u128(n))
}

fn staff(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(n))
}

fn destination() -> Destination {
    Destination {
        kind: DestinationKind::Enterprise,
        employer: None,
        industry: None,
        place: None,
        channel: None,
        salary_yuan: None,
        contract: None,
        insurance: None,
    }
}

fn claim(n: u128, starts_on: Date) -> NewClaim {
    NewClaim {
        claim: claim_id(n),
        destination: destination(),
        source: StatementSource::Staff,
        reported_on: TODAY,
        starts_on,
        ends_on: None,
        evidence: vec![],
        on_specialty: None,
    }
}

fn asserted(n: u128, effective_on: Date) -> OutcomeEvent {
    OutcomeEvent::DestinationAsserted {
        claim: claim_id(n),
        destination: destination(),
        source: StatementSource::Staff,
        reported_on: TODAY,
        by: Some(staff(1)),
        effective_on,
    }
}

fn assert(claim: NewClaim) -> OutcomeCommand {
    OutcomeCommand::Assert { claim }
}

fn verify(level: EvidenceLevel) -> OutcomeCommand {
    OutcomeCommand::Verify { claim: claim_id(1), level, effective_on: TODAY }
}

/// The first member of staff acts today, on somebody who has graduated.
fn usual() -> OutcomeFacts {
    OutcomeFacts { by: Some(staff(1)), today: TODAY, graduated_on: Some(GRADUATED_ON) }
}

fn knowing(facts: OutcomeFacts) -> TestFramework<Outcome> {
    TestFramework::with(facts)
}

fn as_by(n: u128) -> TestFramework<Outcome> {
    knowing(OutcomeFacts { by: Some(staff(n)), ..usual() })
}

fn given(events: Vec<OutcomeEvent>) -> AggregateTestExecutor<Outcome> {
    knowing(usual()).given(events)
}

#[test]
fn a_claim_brings_its_evidence_judgement_and_end_with_it() {
    let day = date(2022, 7, 1);
    let claim = NewClaim {
        evidence: vec![EvidenceKind::LabourContract],
        on_specialty: Some(SpecialtyMatch::Near),
        ends_on: Some(date(2022, 10, 1)),
        ..claim(1, day)
    };
    given(vec![]).when(assert(claim)).then_expect_events(vec![
        asserted(1, day),
        OutcomeEvent::EvidenceAttached { claim: claim_id(1), kind: EvidenceKind::LabourContract, effective_on: day },
        OutcomeEvent::OnSpecialtyJudged { claim: claim_id(1), level: SpecialtyMatch::Near, effective_on: day },
        OutcomeEvent::DestinationEnded { claim: claim_id(1), effective_on: date(2022, 10, 1) },
    ]);
}

#[test]
fn a_destination_of_someone_who_has_not_graduated_is_refused() {
    knowing(OutcomeFacts { graduated_on: None, ..usual() })
        .given(vec![])
        .when(assert(claim(1, TODAY)))
        .then_expect_error(OutcomeRefusal::NotGraduated);
}

#[test]
fn a_start_more_than_twelve_months_ahead_is_refused() {
    let (latest, starts_on) = (date(2023, 12, 1), date(2023, 12, 2));
    given(vec![])
        .when(assert(claim(1, starts_on)))
        .then_expect_error(OutcomeRefusal::StartsTooLate { starts_on, latest });
}

#[test]
fn an_end_on_the_first_day_is_refused() {
    let day = date(2022, 7, 1);
    let ends = NewClaim { ends_on: Some(day), ..claim(1, day) };
    let refusal = OutcomeRefusal::EndsBeforeStart { starts_on: day, ends_on: day };
    given(vec![]).when(assert(ends)).then_expect_error(refusal.clone());
    let end = OutcomeCommand::End { claim: claim_id(1), effective_on: day };
    given(vec![asserted(1, day)]).when(end).then_expect_error(refusal);
}

/// Whichever is recorded first, the earlier claim is marked as superseded by the later.
#[test]
fn the_order_of_recording_does_not_matter_for_who_supersedes_whom() {
    let (july, october) = (date(2022, 7, 1), date(2022, 10, 1));
    let superseded =
        OutcomeEvent::DestinationSuperseded { claim: claim_id(1), superseding: claim_id(2), effective_on: october };
    given(vec![asserted(1, july)])
        .when(assert(claim(2, october)))
        .then_expect_events(vec![asserted(2, october), superseded.clone()]);
    given(vec![asserted(2, october)])
        .when(assert(claim(1, july)))
        .then_expect_events(vec![asserted(1, july), superseded]);
}

#[test]
fn to_correct_is_to_withdraw_and_assert_again() {
    let day = date(2022, 7, 1);
    let command = OutcomeCommand::Correct { wrong: claim_id(1), claim: claim(2, day) };
    given(vec![asserted(1, day)]).when(command).then_expect_events(vec![
        OutcomeEvent::DestinationWithdrawn { claim: claim_id(1), reason: ClaimReason::Corrected, effective_on: TODAY },
        asserted(2, day),
    ]);
}

#[test]
fn nobody_reviews_an_own_claim() {
    as_by(1)
        .given(vec![asserted(1, TODAY)])
        .when(verify(EvidenceLevel::L1))
        .then_expect_error(OutcomeRefusal::ReviewerAsserted);
    let verified = OutcomeEvent::DestinationVerified {
        claim: claim_id(1),
        level: EvidenceLevel::L1,
        by: staff(2),
        effective_on: TODAY,
    };
    as_by(2).given(vec![asserted(1, TODAY)]).when(verify(EvidenceLevel::L1)).then_expect_events(vec![verified]);
}

#[test]
fn a_verdict_needs_a_person() {
    assert_eq!(OutcomeRefusal::NobodyDecides.sentence().zh, "审批和审核要由具体人员作出；请以该人员的身份办理");
    let (claim, reason) = (claim_id(1), ClaimReason::EvidenceInsufficient);
    let verdicts = [
        verify(EvidenceLevel::L1),
        OutcomeCommand::RefuseToAccept { claim, reason, effective_on: TODAY },
        OutcomeCommand::CloseRecheck { claim, upheld: true, effective_on: TODAY },
    ];
    for verdict in verdicts {
        assert!(verdict.is_review());
        knowing(OutcomeFacts { by: None, ..usual() })
            .given(vec![asserted(1, TODAY)])
            .when(verdict)
            .then_expect_error(OutcomeRefusal::NobodyDecides);
    }
}

#[test]
fn an_internship_paper_gives_no_level_and_does_not_count() {
    let attached = |kind| OutcomeEvent::EvidenceAttached { claim: claim_id(1), kind, effective_on: TODAY };
    as_by(2)
        .given(vec![asserted(1, TODAY), attached(EvidenceKind::Internship)])
        .when(verify(EvidenceLevel::L2))
        .then_expect_error(OutcomeRefusal::EvidenceMissing(EvidenceLevel::L2));
    let fold = |events: Vec<OutcomeEvent>| events.iter().fold(vec![], super::evolve);
    let only_internship = vec![asserted(1, TODAY), attached(EvidenceKind::Internship)];
    assert!(!fold(only_internship.clone())[0].counts());
    let with_contract = [only_internship, vec![attached(EvidenceKind::LabourContract)]].concat();
    assert!(fold(with_contract)[0].counts());
}

#[test]
fn a_recheck_takes_the_claim_out_until_it_is_closed() {
    let opened = OutcomeEvent::RecheckOpened { claim: claim_id(1), effective_on: TODAY };
    let closed = |upheld| OutcomeEvent::RecheckClosed { claim: claim_id(1), upheld, by: staff(2), effective_on: TODAY };
    let counts = |events: Vec<OutcomeEvent>| events.iter().fold(vec![], super::evolve)[0].counts();
    assert!(!counts(vec![asserted(1, TODAY), opened.clone()]));
    assert!(counts(vec![asserted(1, TODAY), opened.clone(), closed(true)]));
    assert!(!counts(vec![asserted(1, TODAY), opened, closed(false)]));
    let close = OutcomeCommand::CloseRecheck { claim: claim_id(1), upheld: true, effective_on: TODAY };
    as_by(2)
        .given(vec![asserted(1, TODAY)])
        .when(close)
        .then_expect_error(OutcomeRefusal::WrongStanding(ClaimStanding::Asserted));
}

#[test]
fn a_withdrawn_claim_is_gone_for_every_command() {
    let withdrawn =
        OutcomeEvent::DestinationWithdrawn { claim: claim_id(1), reason: ClaimReason::Other, effective_on: TODAY };
    let end = OutcomeCommand::End { claim: claim_id(1), effective_on: date(2023, 1, 1) };
    given(vec![asserted(1, TODAY), withdrawn]).when(end).then_expect_error(OutcomeRefusal::NoSuchClaim);
}

#[test]
fn an_undone_withdrawal_leaves_the_claim_as_it_was() {
    let withdrawn =
        OutcomeEvent::DestinationWithdrawn { claim: claim_id(1), reason: ClaimReason::Other, effective_on: TODAY };
    let undo = |version| OutcomeCommand::Undo { version, reason: UndoReason::EntryError, effective_on: TODAY };
    let undone = OutcomeEvent::Undone { version: 2, reason: UndoReason::EntryError, effective_on: TODAY };
    given(vec![asserted(1, TODAY), withdrawn.clone()]).when(undo(2)).then_expect_events(vec![undone.clone()]);
    let end = OutcomeCommand::End { claim: claim_id(1), effective_on: date(2023, 1, 1) };
    given(vec![asserted(1, TODAY), withdrawn.clone(), undone.clone()]).when(end).then_expect_events(vec![
        OutcomeEvent::DestinationEnded { claim: claim_id(1), effective_on: date(2023, 1, 1) },
    ]);
    // Undone twice is undone; what was never recorded cannot be.
    given(vec![asserted(1, TODAY), withdrawn, undone]).when(undo(2)).then_expect_events(vec![]);
    given(vec![asserted(1, TODAY)]).when(undo(7)).then_expect_error(OutcomeRefusal::NothingToUndo { version: 7 });
}

#[test]
fn a_claim_is_asserted_once() {
    given(vec![asserted(1, TODAY)]).when(assert(claim(1, TODAY))).then_expect_error(OutcomeRefusal::ClaimExists);
}
