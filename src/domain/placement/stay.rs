//! The folded placement: where it stands, and what it arranges on any day.

use jiff::civil::Date;
use serde::Serialize;
use strum::VariantArray;

use super::PlacementEvent;
use super::arrangement::{AgreedArrangement, Arrangement, Changed, Period};
use super::codes::{AmendmentKind, ComplianceVerdict, EndReason, Initiator};
use crate::domain::ids::{PlacementId, StaffId, StudentId};
use crate::domain::terms::{Entry, Term, entry};

/// Where a placement stands by its events alone; what only the date decides is `PlacementStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacementStage {
    Draft,
    Submitted,
    Returned,
    Rejected,
    Approved,
    Ready,
    Arrived,
    Suspended,
    EndedEarly,
    NoShow,
    Cancelled,
}

impl PlacementStage {
    /// Whether nothing follows but an undoing.
    pub fn is_over(self) -> bool {
        match self {
            Self::Rejected | Self::EndedEarly | Self::NoShow | Self::Cancelled => true,
            Self::Draft
            | Self::Submitted
            | Self::Returned
            | Self::Approved
            | Self::Ready
            | Self::Arrived
            | Self::Suspended => false,
        }
    }

    /// What people read of it on a day of the period.
    pub fn status(self) -> PlacementStatus {
        match self {
            Self::Draft => PlacementStatus::Draft,
            Self::Submitted => PlacementStatus::Submitted,
            Self::Returned => PlacementStatus::Returned,
            Self::Rejected => PlacementStatus::Rejected,
            Self::Approved => PlacementStatus::Approved,
            Self::Ready => PlacementStatus::Ready,
            Self::Arrived => PlacementStatus::InProgress,
            Self::Suspended => PlacementStatus::Suspended,
            Self::EndedEarly => PlacementStatus::EndedEarly,
            Self::NoShow => PlacementStatus::NoShow,
            Self::Cancelled => PlacementStatus::Cancelled,
        }
    }
}

/// What people read: the stage, and for a stay what the day makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacementStatus {
    Draft,
    Submitted,
    Returned,
    Rejected,
    Approved,
    Ready,
    InProgress,
    Suspended,
    PeriodEnded,
    EndedEarly,
    NoShow,
    Cancelled,
}

impl PlacementStatus {
    /// What people read instead once the last day of the period is over.
    pub fn after_period(self) -> Self {
        if matches!(self, Self::InProgress | Self::Suspended) { Self::PeriodEnded } else { self }
    }
}

impl Term for PlacementStatus {
    const NAME: &'static str = "实习状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Draft, "draft", "草稿", &[]),
        entry(Self::Submitted, "submitted", "待审核", &[]).en("awaiting approval"),
        entry(Self::Returned, "returned", "退回修改", &[]).en("returned for revision"),
        entry(Self::Rejected, "rejected", "不予批准", &[]),
        entry(Self::Approved, "approved", "已批准", &[]),
        entry(Self::Ready, "ready", "待上岗", &[]).en("ready to start"),
        entry(Self::InProgress, "in_progress", "实习中", &[]),
        entry(Self::Suspended, "suspended", "中止", &[]),
        entry(Self::PeriodEnded, "period_ended", "实习期满", &[]),
        entry(Self::EndedEarly, "ended_early", "提前终止", &[]),
        entry(Self::NoShow, "no_show", "未到岗", &[]).en("did not arrive"),
        entry(Self::Cancelled, "cancelled", "已取消", &[]),
    ];
}

/// How a stay ended before its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlyEnd {
    pub initiator: Initiator,
    pub reason: EndReason,
    /// The first day on which the student no longer works there.
    pub on: Date,
}

/// Days on which a stay was interrupted, from the first to the one on which it went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: Date,
    /// The first day at work again; `None` while it lasts.
    pub until: Option<Date>,
    pub reason: EndReason,
}

impl Pause {
    /// Whether the stay was interrupted on the day.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// A placement that was drafted and whose draft stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub student: StudentId,
    /// The earlier stay that this one takes the place of.
    pub follows: Option<PlacementId>,
    /// Who drafted or revised it, and so does not approve it.
    pub authors: Vec<StaffId>,
    pub stage: PlacementStage,
    /// As drafted and revised, before any change during the stay.
    pub arranged: Arrangement,
    /// In the order in which they were recorded.
    pub changes: Vec<Changed>,
    /// What the rules said of what is arranged; nothing since it was last revised or changed.
    pub verdict: Option<ComplianceVerdict>,
    /// That it is registered after it began was approved.
    pub is_late: bool,
    pub arrived_on: Option<Date>,
    /// In order; only the last one may still last.
    pub pauses: Vec<Pause>,
    pub ended: Option<EarlyEnd>,
}

impl Stay {
    /// What is arranged as of a day: of changes with effect from the same day the later recorded one holds.
    pub fn on(&self, day: Date) -> Arrangement {
        let mut changes: Vec<&Changed> = self.changes.iter().filter(|changed| changed.effective_on <= day).collect();
        changes.sort_by_key(|changed| changed.effective_on);
        changes.into_iter().fold(self.arranged, |arranged, changed| arranged.with(changed.change))
    }

    /// The days planned as known now, whatever day other days were agreed on.
    pub fn period(&self) -> Period {
        self.changes.iter().fold(self.arranged, |arranged, changed| arranged.with(changed.change)).period
    }

    /// The days that the student is taken by this placement; `None` when it came to nothing.
    pub fn taken(&self) -> Option<Period> {
        let period = self.period();
        match (self.stage, self.ended) {
            (PlacementStage::Rejected | PlacementStage::Cancelled | PlacementStage::NoShow, _) => None,
            (_, Some(end)) => {
                let last_day = end.on.yesterday().ok().filter(|last_day| period.first_day <= *last_day);
                last_day.map(|last_day| Period { last_day, ..period })
            }
            (_, None) => Some(period),
        }
    }

    /// What an agreement that says so needs amending for the stay to be as it is on a day. Interruptions and the end
    /// before the last day are amendments of their own kinds.
    pub fn amendments(&self, agreed: &AgreedArrangement, day: Date) -> Vec<AmendmentKind> {
        let now = AgreedArrangement { period: self.period(), ..self.on(day).agreed() };
        let mut kinds = agreed.amendments_to(&now);
        if self.pauses.iter().any(|pause| pause.contains(day)) {
            kinds.push(AmendmentKind::Suspension);
        }
        if self.ended.is_some_and(|end| end.on <= day) {
            kinds.push(AmendmentKind::Termination);
        }
        kinds
    }

    /// What people read of it on a day.
    pub fn status_on(&self, day: Date) -> PlacementStatus {
        let status = self.stage.status();
        if day > self.period().last_day { status.after_period() } else { status }
    }
}

/// The stay after one more event. Events of a placement that was not drafted are ignored.
pub(super) fn evolve(stay: Option<Stay>, event: &PlacementEvent) -> Option<Stay> {
    if let PlacementEvent::PlacementDrafted { student, arrangement, follows, by, .. } = event {
        return Some(Stay {
            student: *student,
            follows: *follows,
            authors: by.iter().copied().collect(),
            stage: PlacementStage::Draft,
            arranged: *arrangement,
            changes: vec![],
            verdict: None,
            is_late: false,
            arrived_on: None,
            pauses: vec![],
            ended: None,
        });
    }
    let mut stay = stay?;
    if let Some(changed) = event.change() {
        stay.changes.push(changed);
        stay.verdict = None;
        return Some(stay);
    }
    match event {
        PlacementEvent::PlacementRevised { arrangement, by, .. } => {
            stay.arranged = *arrangement;
            stay.authors.extend(by);
            stay.verdict = None;
        }
        PlacementEvent::PlacementSubmitted { .. } => stay.stage = PlacementStage::Submitted,
        PlacementEvent::ComplianceEvaluated { verdict, .. } => stay.verdict = Some(*verdict),
        PlacementEvent::PlacementReturned { .. } => stay.stage = PlacementStage::Returned,
        PlacementEvent::PlacementRejected { .. } => stay.stage = PlacementStage::Rejected,
        PlacementEvent::PlacementApproved { .. } => stay.stage = PlacementStage::Approved,
        PlacementEvent::LateRegistrationApproved { .. } => stay.is_late = true,
        PlacementEvent::ReadinessConfirmed { .. } => stay.stage = PlacementStage::Ready,
        PlacementEvent::ArrivalConfirmed { effective_on } => {
            stay.stage = PlacementStage::Arrived;
            stay.arrived_on = Some(*effective_on);
        }
        PlacementEvent::NoShowRecorded { .. } => stay.stage = PlacementStage::NoShow,
        PlacementEvent::PlacementSuspended { reason, effective_on, .. } => {
            stay.stage = PlacementStage::Suspended;
            stay.pauses.push(Pause { from: *effective_on, until: None, reason: *reason });
        }
        PlacementEvent::PlacementResumed { effective_on } => {
            stay.stage = PlacementStage::Arrived;
            if let Some(pause) = stay.pauses.last_mut() {
                pause.until = Some(*effective_on);
            }
        }
        PlacementEvent::TerminatedEarly { initiator, reason, effective_on, .. } => {
            stay.stage = PlacementStage::EndedEarly;
            stay.ended = Some(EarlyEnd { initiator: *initiator, reason: *reason, on: *effective_on });
        }
        PlacementEvent::PlacementCancelled { .. } => stay.stage = PlacementStage::Cancelled,
        PlacementEvent::PlacementDrafted { .. }
        | PlacementEvent::HostChanged { .. }
        | PlacementEvent::SiteChanged { .. }
        | PlacementEvent::MentorChanged { .. }
        | PlacementEvent::PeriodChanged { .. }
        | PlacementEvent::PayChanged { .. }
        | PlacementEvent::Undone { .. } => (),
    }
    Some(stay)
}
