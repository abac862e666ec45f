//! Saying where a graduate is, and taking it back: assert, correct, end, withdraw.

use jiff::ToSpan;
use jiff::civil::Date;

use super::claim::{Claim, ClaimStanding};
use super::{ClaimReason, NewClaim, Outcome, OutcomeEvent, OutcomeFacts, OutcomeRefusal, open_claim};
use crate::domain::ids::{ClaimId, StaffId};

/// A claim may start this long after the day on which it is recorded.
const START_AHEAD_MONTHS_MAX: i32 = 12;

pub(super) fn assert(
    outcome: &Outcome,
    new: NewClaim,
    facts: &OutcomeFacts,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    if outcome.claim(new.claim).is_some() {
        return Err(OutcomeRefusal::ClaimExists);
    }
    check(&new, facts)?;
    Ok(asserted(&new, outcome.claims(), facts.by))
}

/// Withdraws the wrong claim and asserts the right one; both or neither are recorded.
pub(super) fn correct(
    outcome: &Outcome,
    wrong: ClaimId,
    new: NewClaim,
    facts: &OutcomeFacts,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let mut events = withdraw(outcome, wrong, ClaimReason::Corrected, facts.today)?;
    check(&new, facts)?;
    let others: Vec<Claim> = outcome.claims().iter().filter(|claim| claim.id != wrong).cloned().collect();
    events.extend(asserted(&new, &others, facts.by));
    Ok(events)
}

fn check(new: &NewClaim, facts: &OutcomeFacts) -> Result<(), OutcomeRefusal> {
    if facts.graduated_on.is_none() {
        return Err(OutcomeRefusal::NotGraduated);
    }
    let latest = facts.today.saturating_add(START_AHEAD_MONTHS_MAX.months());
    if new.starts_on > latest {
        return Err(OutcomeRefusal::StartsTooLate { starts_on: new.starts_on, latest });
    }
    match new.ends_on {
        Some(ends_on) if ends_on <= new.starts_on => {
            Err(OutcomeRefusal::EndsBeforeStart { starts_on: new.starts_on, ends_on })
        }
        Some(_) | None => Ok(()),
    }
}

/// The assertion, what comes with it, and which claims of the same source it follows or is followed by. Each pair is
/// marked whichever of the two is recorded first, so that the order of recording changes nothing.
fn asserted(new: &NewClaim, others: &[Claim], by: Option<StaffId>) -> Vec<OutcomeEvent> {
    let claim = new.claim;
    let mut events = vec![OutcomeEvent::DestinationAsserted {
        claim,
        destination: new.destination.clone(),
        source: new.source,
        reported_on: new.reported_on,
        by,
        effective_on: new.starts_on,
    }];
    for kind in &new.evidence {
        events.push(OutcomeEvent::EvidenceAttached { claim, kind: *kind, effective_on: new.starts_on });
    }
    if let Some(level) = new.on_specialty {
        events.push(OutcomeEvent::OnSpecialtyJudged { claim, level, effective_on: new.starts_on });
    }
    if let Some(effective_on) = new.ends_on {
        events.push(OutcomeEvent::DestinationEnded { claim, effective_on });
    }
    let same_source =
        others.iter().filter(|other| other.source == new.source && other.standing != ClaimStanding::Withdrawn);
    for other in same_source {
        match other.starts_on.cmp(&new.starts_on) {
            std::cmp::Ordering::Less => events.push(OutcomeEvent::DestinationSuperseded {
                claim: other.id,
                superseding: claim,
                effective_on: new.starts_on,
            }),
            std::cmp::Ordering::Greater => events.push(OutcomeEvent::DestinationSuperseded {
                claim,
                superseding: other.id,
                effective_on: other.starts_on,
            }),
            std::cmp::Ordering::Equal => (), // Two claims from one day on: kept both, listed as a conflict.
        }
    }
    events
}

pub(super) fn end(outcome: &Outcome, id: ClaimId, effective_on: Date) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    let claim = open_claim(outcome, id)?;
    if effective_on <= claim.starts_on {
        return Err(OutcomeRefusal::EndsBeforeStart { starts_on: claim.starts_on, ends_on: effective_on });
    }
    if claim.ends_on == Some(effective_on) {
        return Ok(vec![]);
    }
    Ok(vec![OutcomeEvent::DestinationEnded { claim: id, effective_on }])
}

pub(super) fn withdraw(
    outcome: &Outcome,
    id: ClaimId,
    reason: ClaimReason,
    effective_on: Date,
) -> Result<Vec<OutcomeEvent>, OutcomeRefusal> {
    open_claim(outcome, id)?;
    Ok(vec![OutcomeEvent::DestinationWithdrawn { claim: id, reason, effective_on }])
}
