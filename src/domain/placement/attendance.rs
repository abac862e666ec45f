//! From the first day on: arrival, changes with effect from a day, interruption, and the end before the last day.

use jiff::civil::Date;

use super::arrangement::{ArrangementChange, Changed, Period};
use super::codes::{EndReason, Initiator};
use super::stay::{PlacementStage, Stay};
use super::{Decided, PlacementEvent, PlacementFacts, PlacementRefusal};
use crate::domain::ids::SealedRevision;

pub(super) fn confirm_arrival(stay: &Stay, effective_on: Date, today: Date) -> Decided {
    stay.in_stage(&[PlacementStage::Ready])?;
    within(stay.period(), effective_on)?;
    has_come(effective_on, today)?;
    Ok(vec![PlacementEvent::ArrivalConfirmed { effective_on }])
}

pub(super) fn record_no_show(
    stay: &Stay,
    reason: EndReason,
    note: Option<SealedRevision>,
    effective_on: Date,
    today: Date,
) -> Decided {
    stay.in_stage(&[PlacementStage::Ready])?;
    within(stay.period(), effective_on)?;
    has_come(effective_on, today)?;
    Ok(vec![PlacementEvent::NoShowRecorded { reason, note, effective_on }])
}

/// A change that changes nothing is no event. The student may be taken by another placement behind this one.
pub(super) fn change(stay: &Stay, changed: Changed, facts: &PlacementFacts) -> Decided {
    stay.in_stage(&[PlacementStage::Arrived])?;
    let Changed { change, reason, effective_on } = changed;
    let days = Period { first_day: stay.arrived_on.unwrap_or(stay.arranged.period.first_day), ..stay.period() };
    within(days, effective_on)?;
    if let ArrangementChange::Period { last_day } = change {
        let period = Period { last_day, ..stay.period() }.check()?;
        if last_day < effective_on {
            return Err(PlacementRefusal::OutsidePeriod { day: effective_on, period });
        }
        if period == stay.period() {
            return Ok(vec![]);
        }
        // The days before were judged when the stay was approved; what came up since waits in the queue.
        if last_day > stay.period().last_day {
            facts.is_enrolled(Period { first_day: stay.period().last_day, last_day })?;
        }
        facts.is_free(period)?;
    } else if stay.on(effective_on).with(change) == stay.on(effective_on) {
        return Ok(vec![]);
    }
    Ok(vec![match change {
        ArrangementChange::Host { host, source, site, at_host } => {
            if host != stay.on(effective_on).host {
                facts.takes_students(effective_on)?;
            }
            PlacementEvent::HostChanged { host, source, site, at_host, reason, effective_on }
        }
        ArrangementChange::Site(site) => PlacementEvent::SiteChanged { site, reason, effective_on },
        ArrangementChange::Mentors(mentors) => PlacementEvent::MentorChanged { mentors, reason, effective_on },
        ArrangementChange::Period { last_day } => PlacementEvent::PeriodChanged { last_day, reason, effective_on },
        ArrangementChange::Pay(pay) => PlacementEvent::PayChanged { pay, reason, effective_on },
    }])
}

pub(super) fn suspend(stay: &Stay, reason: EndReason, note: Option<SealedRevision>, effective_on: Date) -> Decided {
    stay.in_stage(&[PlacementStage::Arrived])?;
    stay.is_under_way(effective_on)?;
    Ok(vec![PlacementEvent::PlacementSuspended { reason, note, effective_on }])
}

pub(super) fn resume(stay: &Stay, effective_on: Date) -> Decided {
    stay.in_stage(&[PlacementStage::Suspended])?;
    stay.is_under_way(effective_on)?;
    Ok(vec![PlacementEvent::PlacementResumed { effective_on }])
}

/// `effective_on` is the first day on which the student no longer works there.
pub(super) fn end_early(
    stay: &Stay,
    initiator: Initiator,
    reason: EndReason,
    note: Option<SealedRevision>,
    effective_on: Date,
) -> Decided {
    stay.in_stage(&[PlacementStage::Arrived, PlacementStage::Suspended])?;
    stay.is_under_way(effective_on)?;
    Ok(vec![PlacementEvent::TerminatedEarly { initiator, reason, note, effective_on }])
}

/// Before the first day; from then on a stay is ended or was not begun.
pub(super) fn cancel(stay: &Stay, reason: EndReason, note: Option<SealedRevision>, effective_on: Date) -> Decided {
    stay.in_stage(&[
        PlacementStage::Draft,
        PlacementStage::Submitted,
        PlacementStage::Returned,
        PlacementStage::Approved,
        PlacementStage::Ready,
    ])?;
    let first_day = stay.arranged.period.first_day;
    if stay.stage == PlacementStage::Ready && effective_on >= first_day {
        return Err(PlacementRefusal::CancelledTooLate { first_day });
    }
    Ok(vec![PlacementEvent::PlacementCancelled { reason, note, effective_on }])
}

impl Stay {
    /// Whether the day lies behind the arrival and not behind the last day; and not before the latest interruption,
    /// since the days of interruptions follow each other.
    fn is_under_way(&self, day: Date) -> Result<(), PlacementRefusal> {
        within(Period { first_day: self.arrived_on.unwrap_or(day), ..self.period() }, day)?;
        match self.pauses.last().map(|pause| pause.until.unwrap_or(pause.from)).filter(|since| day < *since) {
            Some(since) => Err(PlacementRefusal::BeforePause { day, since }),
            None => Ok(()),
        }
    }
}

fn has_come(day: Date, today: Date) -> Result<(), PlacementRefusal> {
    if day <= today { Ok(()) } else { Err(PlacementRefusal::NotYet { day, today }) }
}

fn within(period: Period, day: Date) -> Result<(), PlacementRefusal> {
    if period.contains(day) { Ok(()) } else { Err(PlacementRefusal::OutsidePeriod { day, period }) }
}
