//! From the draft to the day before the first: who may decide what, and what has to be there.

use jiff::civil::Date;

use super::arrangement::{Arrangement, Period};
use super::codes::{DocumentKind, LateReason, ReturnReason, Verdict};
use super::stay::{Stage, Stay};
use super::{Decided, Known, NewPlacement, Placement, PlacementEvent, PlacementRefusal};
use crate::domain::employer::Trading;
use crate::domain::ids::{SealedRevision, StaffId};
use crate::domain::terms::Standing;

/// Stages in which the arrangement is still being written.
const OPEN: &[Stage] = &[Stage::Draft, Stage::Returned];

pub(super) fn draft(placement: &Placement, new: NewPlacement) -> Decided {
    if placement.stay().is_some() {
        return Err(PlacementRefusal::AlreadyDrafted);
    }
    if placement.student().is_some_and(|student| student != new.student) {
        return Err(PlacementRefusal::OtherStudent);
    }
    new.known.allows(&new.arrangement)?;
    let NewPlacement { student, arrangement, follows, by, known: _ } = new;
    let effective_on = arrangement.period.first_day;
    Ok(vec![PlacementEvent::PlacementDrafted { student, arrangement, follows, by, effective_on }])
}

impl Known {
    /// Whether an arrangement may be written down at all.
    fn allows(&self, arrangement: &Arrangement) -> Result<(), PlacementRefusal> {
        arrangement.check()?;
        self.is_enrolled(arrangement.period)?;
        self.takes_students(arrangement.period.last_day)?;
        self.is_free(arrangement.period)
    }

    /// Only who is enrolled is placed; who has left meanwhile may still have stayed before that day.
    pub(super) fn is_enrolled(&self, period: Period) -> Result<(), PlacementRefusal> {
        match self.standing {
            None => Err(PlacementRefusal::NotRegistered),
            Some((Standing::Enrolled, _)) => Ok(()),
            Some((_, since)) if period.last_day <= since => Ok(()),
            Some((standing, since)) => {
                Err(PlacementRefusal::NotEnrolled { standing, since, last_day: period.last_day })
            }
        }
    }

    /// One placement at a time: the days of another must be over before this one's first, or begin behind its last.
    pub(super) fn is_free(&self, period: Period) -> Result<(), PlacementRefusal> {
        match self.taken.iter().copied().find(|taken| taken.overlaps(period)) {
            Some(taken) => Err(PlacementRefusal::Overlaps { period, taken }),
            None => Ok(()),
        }
    }

    /// Whether a host that was chosen before still exists on that day. One that was merged away meanwhile is read as the
    /// other unit.
    fn is_still_there(&self, last_day: Date) -> Result<(), PlacementRefusal> {
        match self.host {
            Trading::Merged { .. } => Ok(()),
            Trading::Unknown | Trading::Open | Trading::Closed { .. } => self.takes_students(last_day),
        }
    }

    /// Whether the host takes students until that day, under this entry.
    pub(super) fn takes_students(&self, last_day: Date) -> Result<(), PlacementRefusal> {
        match self.host {
            Trading::Unknown => Err(PlacementRefusal::HostUnknown),
            Trading::Open => Ok(()),
            Trading::Closed { since } if last_day < since => Ok(()),
            Trading::Closed { since } => Err(PlacementRefusal::HostClosed { since }),
            Trading::Merged { into } => Err(PlacementRefusal::HostMerged { into }),
        }
    }
}

pub(super) fn revise(stay: &Stay, arrangement: Arrangement, by: Option<StaffId>, known: &Known) -> Decided {
    stay.in_stage(OPEN)?;
    if arrangement == stay.arranged {
        return Ok(vec![]);
    }
    known.allows(&arrangement)?;
    let effective_on = arrangement.period.first_day;
    Ok(vec![PlacementEvent::PlacementRevised { arrangement, by, effective_on }])
}

pub(super) fn submit(stay: &Stay, known: &Known, effective_on: Date) -> Decided {
    stay.in_stage(OPEN)?;
    known.is_enrolled(stay.arranged.period)?;
    let missing = stay.arranged.missing();
    if missing.is_empty() {
        Ok(vec![PlacementEvent::PlacementSubmitted { effective_on }])
    } else {
        Err(PlacementRefusal::FieldsMissing(missing))
    }
}

/// As often as there is something new to look at: an arrangement, a change, other rules.
pub(super) fn evaluate(stay: &Stay, verdict: Verdict, rules: u32, by: Option<StaffId>, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Submitted, Stage::Approved, Stage::Ready, Stage::Arrived, Stage::Suspended])?;
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
    stay.in_stage(&[
        Stage::Draft,
        Stage::Submitted,
        Stage::Returned,
        Stage::Approved,
        Stage::Ready,
        Stage::Arrived,
        Stage::Suspended,
    ])?;
    stay.decided_by_another(by)?;
    let is_known = stay.is_late;
    let approved = PlacementEvent::LateRegistrationApproved { reason, by, effective_on };
    Ok(if is_known { vec![] } else { vec![approved] })
}

/// Creating is not approving; and a stay that has begun already is approved only as registered late.
pub(super) fn approve(stay: &Stay, by: StaffId, known: &Known, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Submitted])?;
    stay.decided_by_another(by)?;
    stay.is_allowed()?;
    let Period { first_day, last_day } = stay.arranged.period;
    known.is_enrolled(stay.arranged.period)?;
    known.is_still_there(last_day)?;
    if first_day < effective_on && !stay.is_late {
        return Err(PlacementRefusal::BegunAlready { first_day, today: effective_on });
    }
    Ok(vec![PlacementEvent::PlacementApproved { by, effective_on }])
}

pub(super) fn confirm_readiness(stay: &Stay, missing: Vec<DocumentKind>, known: &Known, effective_on: Date) -> Decided {
    stay.in_stage(&[Stage::Approved])?;
    stay.is_allowed()?;
    known.is_enrolled(stay.arranged.period)?;
    if missing.is_empty() {
        Ok(vec![PlacementEvent::ReadinessConfirmed { effective_on }])
    } else {
        Err(PlacementRefusal::PacketIncomplete(missing))
    }
}

impl Stay {
    /// Whether there is a verdict on what is arranged, and it forbids nothing.
    fn is_allowed(&self) -> Result<(), PlacementRefusal> {
        match self.verdict {
            None => Err(PlacementRefusal::NotEvaluated),
            Some(Verdict::Blocked) => Err(PlacementRefusal::Blocked),
            Some(Verdict::Passed | Verdict::Warned) => Ok(()),
        }
    }
}
