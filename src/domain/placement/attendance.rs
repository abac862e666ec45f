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

/// A change that changes nothing is no event.
pub(super) fn change(stay: &Stay, changed: Changed, facts: &PlacementFacts) -> Decided {
    let Changed { change, reason, mut effective_on } = changed;
    if let ArrangementChange::Period { first_day, last_day } = change {
        let period = Period { first_day: first_day.unwrap_or(stay.period().first_day), last_day }.check()?;
        if period == stay.period() {
            return Ok(vec![]);
        }
        effective_on = change_period(stay, period, effective_on, facts)?;
    } else {
        stay.in_stage(&[PlacementStage::Arrived])?;
        stay.is_at_work(effective_on)?;
        if stay.on(effective_on).with(change) == stay.on(effective_on) {
            return Ok(vec![]);
        }
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
        ArrangementChange::Period { first_day, last_day } => {
            PlacementEvent::PeriodChanged { first_day, last_day, reason, effective_on }
        }
        ArrangementChange::Pay(pay) => PlacementEvent::PayChanged { pay, reason, effective_on },
    }])
}

/// The day from which other days hold. Before it begins a stay may begin on another day, and they hold for all of it; of
/// one that goes on only the last day moves. The student may be taken by another placement beside this one.
fn change_period(
    stay: &Stay,
    period: Period,
    effective_on: Date,
    facts: &PlacementFacts,
) -> Result<Date, PlacementRefusal> {
    let known = stay.period();
    let begins_anew = period.first_day != known.first_day;
    let effective_on = if begins_anew || stay.arrived_on.is_none() {
        stay.in_stage(&[PlacementStage::Approved, PlacementStage::Ready])?;
        // What has begun without its approval is registered late, by whatever way.
        if begins_anew && period.first_day < facts.today && !stay.is_late {
            return Err(PlacementRefusal::BegunAlready { first_day: period.first_day, today: facts.today });
        }
        facts.is_enrolled(period)?;
        period.first_day
    } else {
        stay.in_stage(&[PlacementStage::Arrived])?;
        stay.is_at_work(effective_on)?;
        if period.last_day < effective_on {
            return Err(PlacementRefusal::OutsidePeriod { day: effective_on, period });
        }
        // The days before were judged when the stay was approved; what came up since waits in the queue.
        if period.last_day > known.last_day {
            facts.is_enrolled(Period { first_day: known.last_day, ..period })?;
        }
        effective_on
    };
    facts.is_free(period)?;
    Ok(effective_on)
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
    let first_day = stay.period().first_day;
    if stay.stage == PlacementStage::Ready && effective_on >= first_day {
        return Err(PlacementRefusal::CancelledTooLate { first_day });
    }
    Ok(vec![PlacementEvent::PlacementCancelled { reason, note, effective_on }])
}

impl Stay {
    /// Whether the day lies behind the arrival and not behind the last day.
    fn is_at_work(&self, day: Date) -> Result<(), PlacementRefusal> {
        within(Period { first_day: self.arrived_on.unwrap_or(self.period().first_day), ..self.period() }, day)
    }

    /// Whether the student is at work on the day, and it is not before the latest interruption, since the days of
    /// interruptions follow each other.
    fn is_under_way(&self, day: Date) -> Result<(), PlacementRefusal> {
        self.is_at_work(day)?;
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
