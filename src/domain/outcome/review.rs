//! What a claim rests on and who looked at it: evidence, on-specialty judgement, review, re-check.

use jiff::civil::Date;

use super::claim::{Claim, ClaimStanding};
use super::{ClaimReason, Outcome, OutcomeEvent, OutcomeRefusal, open_claim};
use crate::domain::evidence::{EvidenceKind, EvidenceLevel};
use crate::domain::ids::{ClaimId, StaffId};
use crate::domain::terms::SpecialtyMatch;

pub(super) fn attach_evidence(
    outcome: &Outcome,
    id: ClaimId,
    kind: EvidenceKind,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    if claim.evidence.contains(&kind) {
        return Ok(vec![]);
    }
    Ok(vec![OutcomeEvent::EvidenceAttached { claim: id, kind, effective_on }])
}

pub(super) fn judge_on_specialty(
    outcome: &Outcome,
    id: ClaimId,
    level: SpecialtyMatch,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    if claim.on_specialty == Some(level) {
        return Ok(vec![]);
    }
    Ok(vec![OutcomeEvent::OnSpecialtyJudged { claim: id, level, effective_on }])
}

pub(super) fn open_review(
    outcome: &Outcome,
    id: ClaimId,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    match claim.standing {
        ClaimStanding::Asserted => Ok(vec![OutcomeEvent::ReviewOpened { claim: id, effective_on }]),
        ClaimStanding::UnderReview => Ok(vec![]),
        ClaimStanding::UnderRecheck
        | ClaimStanding::Verified
        | ClaimStanding::NotAccepted
        | ClaimStanding::Overturned
        | ClaimStanding::Withdrawn => Err(OutcomeRefusal::WrongStanding(claim.standing)),
    }
}

/// A claim that waits for a verdict, and a reviewer who did not record it.
fn reviewable(outcome: &Outcome, id: ClaimId, by: StaffId) -> Result<&Claim, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    if !matches!(claim.standing, ClaimStanding::Asserted | ClaimStanding::UnderReview) {
        return Err(OutcomeRefusal::WrongStanding(claim.standing));
    }
    if claim.by == Some(by) {
        return Err(OutcomeRefusal::ReviewerAsserted);
    }
    Ok(claim)
}

/// Levels from L2 on rest on papers; an internship paper is none.
pub(super) fn verify(
    outcome: &Outcome,
    id: ClaimId,
    level: EvidenceLevel,
    by: StaffId,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = reviewable(outcome, id, by)?;
    let has_paper = claim.evidence.iter().any(|kind| *kind != EvidenceKind::Internship);
    if level >= EvidenceLevel::L2 && !has_paper {
        return Err(OutcomeRefusal::EvidenceMissing(level));
    }
    Ok(vec![OutcomeEvent::DestinationVerified { claim: id, level, by, effective_on }])
}

pub(super) fn refuse_to_accept(
    outcome: &Outcome,
    id: ClaimId,
    reason: ClaimReason,
    by: StaffId,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    reviewable(outcome, id, by)?;
    Ok(vec![OutcomeEvent::DestinationNotAccepted { claim: id, reason, by, effective_on }])
}

pub(super) fn open_recheck(
    outcome: &Outcome,
    id: ClaimId,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    match claim.standing {
        ClaimStanding::Asserted | ClaimStanding::UnderReview | ClaimStanding::Verified => {
            Ok(vec![OutcomeEvent::RecheckOpened { claim: id, effective_on }])
        }
        ClaimStanding::UnderRecheck => Ok(vec![]),
        ClaimStanding::NotAccepted | ClaimStanding::Overturned | ClaimStanding::Withdrawn => {
            Err(OutcomeRefusal::WrongStanding(claim.standing))
        }
    }
}

pub(super) fn close_recheck(
    outcome: &Outcome,
    id: ClaimId,
    upheld: bool,
    by: StaffId,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    if claim.standing != ClaimStanding::UnderRecheck {
        return Err(OutcomeRefusal::WrongStanding(claim.standing));
    }
    if claim.by == Some(by) {
        return Err(OutcomeRefusal::ReviewerAsserted);
    }
    Ok(vec![OutcomeEvent::RecheckClosed { claim: id, upheld, by, effective_on }])
}
