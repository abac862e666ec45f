//! From the draft to the day before the first: who may decide what, and what has to be there.

use jiff::civil::Date;

use super::arrangement::{Arrangement, Period};
use super::codes::{DocumentKind, LateReason, ReturnReason, Verdict};
use super::stay::{Stage, Stay};
use super::{Decided, NewPlacement, Placement, PlacementEvent, PlacementRefusal};
use crate::domain::ids::{SealedRevision, StaffId};
use crate::domain::terms::Standing;

pub(super) fn draft(placement: &Placement, new: NewPlacement) -> Decided {
    if placement.stay().is_some() {
        return Err(PlacementRefusal::AlreadyDrafted);
    }
    if new.standing != Standing::Enrolled {
        return Err(PlacementRefusal::NotEnrolled(new.standing));
    }
    new.arrangement.check()?;
    free_for(new.arrangement.period, new.taken)?;
    let (student, arrangement, by) = (new.student, new.arrangement, new.by);
    Ok(vec![PlacementEvent::PlacementDrafted { student, arrangement, by, effective_on: arrangement.period.first_day }])
}

/// One placement at a time: the days of another must be over before this one's first, or begin behind its last.
pub(super) fn free_for(period: Period, taken: Option<Period>) -> Result<(), PlacementRefusal> {
    match taken.filter(|taken| taken.overlaps(period)) {
        Some(taken) => Err(PlacementRefusal::Overlaps { period, taken }),
        None => Ok(()),
    }
}

pub(super) fn revise(stay: &Stay, arrangement: Arrangement, taken: Option<Period>) -> Decided {
    stay.in_stage(&[Stage::Draft, Stage::Returned])?;
    arrangement.check()?;
    free_for(arrangement.period, taken)?;
    if arrangement == stay.arranged {
        return Ok(vec![]);
    }
    Ok(vec![PlacementEvent::PlacementRevised { arrangement, effective_on: arrangement.period.first_day }])
}

pub(super) fn submit(stay: &Stay, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Draft, Stage::Returned])?;
    let missing = stay.arranged.missing();
    if missing.is_empty() {
        Ok(vec![PlacementEvent::PlacementSubmitted { effective_on }])
    } else {
        Err(PlacementRefusal::FieldsMissing(missing))
    }
}

pub(super) fn evaluate(stay: &Stay, verdict: Verdict, rules: u32, by: StaffId, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Submitted, Stage::Approved])?;
    Ok(vec![PlacementEvent::ComplianceEvaluated { verdict, rules, by, effective_on }])
}

pub(super) fn send_back(
    stay: &Stay,
    reason: ReturnReason,
    note: Option<SealedRevision>,
    by: StaffId,
    effective_on: Date,
) -> Decided {
    stay.in_stage(&[Stage::Submitted])?;
    Ok(vec![PlacementEvent::PlacementReturned { reason, note, by, effective_on }])
}

pub(super) fn reject(
    stay: &Stay,
    reason: ReturnReason,
    note: Option<SealedRevision>,
    by: StaffId,
    effective_on: Date,
) -> Decided {
    stay.in_stage(&[Stage::Submitted])?;
    Ok(vec![PlacementEvent::PlacementRejected { reason, note, by, effective_on }])
}

pub(super) fn approve_late_registration(stay: &Stay, reason: LateReason, by: StaffId, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Draft, Stage::Submitted, Stage::Returned])?;
    stay.decided_by_another(by)?;
    let is_known = stay.is_late;
    let approved = PlacementEvent::LateRegistrationApproved { reason, by, effective_on };
    Ok(if is_known { vec![] } else { vec![approved] })
}

/// Creating is not approving; and a stay that has begun already is approved only as registered late.
pub(super) fn approve(stay: &Stay, by: StaffId, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Submitted])?;
    stay.decided_by_another(by)?;
    if stay.verdict == Some(Verdict::Blocked) {
        return Err(PlacementRefusal::Blocked);
    }
    let first_day = stay.arranged.period.first_day;
    if first_day < effective_on && !stay.is_late {
        return Err(PlacementRefusal::BegunAlready { first_day, today: effective_on });
    }
    Ok(vec![PlacementEvent::PlacementApproved { by, effective_on }])
}

pub(super) fn confirm_readiness(stay: &Stay, missing: Vec<DocumentKind>, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Approved])?;
    match stay.verdict {
        None => return Err(PlacementRefusal::NotEvaluated),
        Some(Verdict::Blocked) => return Err(PlacementRefusal::Blocked),
        Some(Verdict::Passed | Verdict::Warned) => (),
    }
    if missing.is_empty() {
        Ok(vec![PlacementEvent::ReadinessConfirmed { effective_on }])
    } else {
        Err(PlacementRefusal::PacketIncomplete(missing))
    }
}
