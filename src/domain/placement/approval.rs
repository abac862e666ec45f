//! From the draft to the day before the first: who may decide what, and what has to be there.

use jiff::civil::Date;

use super::arrangement::{Arrangement, Period};
use super::codes::{ComplianceVerdict, LateReason, ReturnReason};
use super::stay::{PlacementStage, Stay};
use super::{Decided, NewPlacement, Placement, PlacementEvent, PlacementFacts, PlacementRefusal};
use crate::domain::ids::{SealedRevision, StaffId};

/// Stages in which the arrangement is still being written.
const OPEN: &[PlacementStage] = &[PlacementStage::Draft, PlacementStage::Returned];

pub(super) fn draft(placement: &Placement, new: NewPlacement, facts: &PlacementFacts) -> Decided {
    if placement.stay().is_some() {
        return Err(PlacementRefusal::AlreadyDrafted);
    }
    if placement.student().is_some_and(|student| student != new.student) {
        return Err(PlacementRefusal::OtherStudent);
    }
    facts.allows(&new.arrangement)?;
    let NewPlacement { student, arrangement, follows } = new;
    let effective_on = arrangement.period.first_day;
    Ok(vec![PlacementEvent::PlacementDrafted { student, arrangement, follows, by: facts.by, effective_on }])
}

pub(super) fn revise(stay: &Stay, arrangement: Arrangement, facts: &PlacementFacts) -> Decided {
    stay.in_stage(OPEN)?;
    if arrangement == stay.arranged {
        return Ok(vec![]);
    }
    facts.allows(&arrangement)?;
    let effective_on = arrangement.period.first_day;
    Ok(vec![PlacementEvent::PlacementRevised { arrangement, by: facts.by, effective_on }])
}

pub(super) fn submit(stay: &Stay, facts: &PlacementFacts, effective_on: Date) -> Decided {
    stay.in_stage(OPEN)?;
    facts.is_enrolled(stay.arranged.period)?;
    let missing = stay.arranged.missing();
    if missing.is_empty() {
        Ok(vec![PlacementEvent::PlacementSubmitted { effective_on }])
    } else {
        Err(PlacementRefusal::FieldsMissing(missing))
    }
}

/// As often as there is something new to look at: an arrangement, a change, other rules.
pub(super) fn evaluate(
    stay: &Stay,
    verdict: ComplianceVerdict,
    rules: u32,
    by: Option<StaffId>,
    effective_on: Date,
) -> Decided {
    stay.in_stage(&[
        PlacementStage::Submitted,
        PlacementStage::Approved,
        PlacementStage::Ready,
        PlacementStage::Arrived,
        PlacementStage::Suspended,
    ])?;
    Ok(vec![PlacementEvent::ComplianceEvaluated { verdict, rules, by, effective_on }])
}

pub(super) fn send_back(
    stay: &Stay,
    reason: ReturnReason,
    note: Option<SealedRevision>,
    by: StaffId,
    effective_on: Date,
) -> Decided {
    stay.in_stage(&[PlacementStage::Submitted])?;
    Ok(vec![PlacementEvent::PlacementReturned { reason, note, by, effective_on }])
}

pub(super) fn reject(
    stay: &Stay,
    reason: ReturnReason,
    note: Option<SealedRevision>,
    by: StaffId,
    effective_on: Date,
) -> Decided {
    stay.in_stage(&[PlacementStage::Submitted])?;
    Ok(vec![PlacementEvent::PlacementRejected { reason, note, by, effective_on }])
}

pub(super) fn approve_late_registration(stay: &Stay, reason: LateReason, by: StaffId, effective_on: Date) -> Decided {
    stay.in_stage(&[
        PlacementStage::Draft,
        PlacementStage::Submitted,
        PlacementStage::Returned,
        PlacementStage::Approved,
        PlacementStage::Ready,
        PlacementStage::Arrived,
        PlacementStage::Suspended,
    ])?;
    stay.decided_by_another(by)?;
    let is_known = stay.is_late;
    let approved = PlacementEvent::LateRegistrationApproved { reason, by, effective_on };
    Ok(if is_known { vec![] } else { vec![approved] })
}

/// Creating is not approving; and a stay that has begun already is approved only as registered late.
pub(super) fn approve(stay: &Stay, by: StaffId, facts: &PlacementFacts, effective_on: Date) -> Decided {
    stay.in_stage(&[PlacementStage::Submitted])?;
    stay.decided_by_another(by)?;
    stay.is_allowed()?;
    let Period { first_day, last_day } = stay.arranged.period;
    facts.is_enrolled(stay.arranged.period)?;
    facts.is_still_there(last_day)?;
    if first_day < effective_on && !stay.is_late {
        return Err(PlacementRefusal::BegunAlready { first_day, today: effective_on });
    }
    Ok(vec![PlacementEvent::PlacementApproved { by, effective_on }])
}

pub(super) fn confirm_readiness(stay: &Stay, facts: &PlacementFacts, effective_on: Date) -> Decided {
    stay.in_stage(&[PlacementStage::Approved])?;
    stay.is_allowed()?;
    facts.is_enrolled(stay.period())?;
    if facts.unsigned.is_empty() {
        Ok(vec![PlacementEvent::ReadinessConfirmed { effective_on }])
    } else {
        Err(PlacementRefusal::PacketIncomplete(facts.unsigned.clone()))
    }
}

impl Stay {
    /// Whether there is a verdict on what is arranged, and it forbids nothing.
    fn is_allowed(&self) -> Result<(), PlacementRefusal> {
        match self.verdict {
            None => Err(PlacementRefusal::NotEvaluated),
            Some(ComplianceVerdict::Blocked) => Err(PlacementRefusal::Blocked),
            Some(ComplianceVerdict::Passed | ComplianceVerdict::Warned) => Ok(()),
        }
    }
}
