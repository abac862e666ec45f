//! What is so of a placement on a day, and the columns in which it is stored. Pure.

use super::List;
use crate::domain::agreement::codes::VersionState;
use crate::domain::day::epoch_day;
use crate::domain::ids::StudentId;
use crate::domain::placement::arrangement::Arrangement;
use crate::domain::placement::codes::{Initiator, InternshipKind};
use crate::domain::placement::stay::{PlacementStage, PlacementStatus};
use crate::domain::terms::Term;
use crate::event_log::table::Value;

/// What a placement is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlacementDay {
    pub student: StudentId,
    /// As it is on the day. The period is the one known now.
    pub arranged: Arrangement,
    pub stage: PlacementStage,
    pub is_late: bool,
    pub agreement: Option<VersionState>,
    pub lacks_amendment: bool,
    pub place_position: i64,
    pub stage_position: i64,
    pub agreement_position: Option<i64>,
    /// The same on all days; `None` unless the stay ended before its last day.
    pub ended: Option<RecordedEnd>,
}

/// How a stay ended before its last day, and the position of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordedEnd {
    /// The first epoch day on which the student no longer works there.
    pub on: i64,
    pub by: Initiator,
    pub position: i64,
}

/// The stages of placements that no stay came of.
const WITHOUT_STAY: [PlacementStage; 3] = [PlacementStage::Rejected, PlacementStage::Cancelled, PlacementStage::NoShow];

impl PlacementDay {
    /// The sum of the bits of the lists that name the placement, on this day or another.
    fn waits(&self) -> i64 {
        let is_agreed = matches!(self.agreement, Some(VersionState::InForce | VersionState::Terminated));
        let is_internship = self.arranged.kind != InternshipKind::Orientation;
        let lists = [
            (List::Unsigned, is_internship && !is_agreed && !self.stage.is_over()),
            (List::Unamended, self.lacks_amendment && !WITHOUT_STAY.contains(&self.stage)),
            (List::AwaitingApproval, self.stage == PlacementStage::Submitted),
            (List::NotArrived, self.stage == PlacementStage::Ready),
        ];
        lists.into_iter().filter(|(_, names_it)| *names_it).filter_map(|(list, _)| list.bit()).sum()
    }

    /// The columns of `RECTANGLE` from `first_day` to `end_position`.
    pub(super) fn columns(&self) -> Vec<Value> {
        let Arrangement { kind, source, host, period, site, mentors, pay, on_specialty, applied_on: _ } = self.arranged;
        vec![
            epoch_day(period.first_day).into(),
            epoch_day(period.last_day).into(),
            stage_code(self.stage).into(),
            kind.code().into(),
            self.agreement.map(Term::code).into(),
            i64::from(self.lacks_amendment).into(),
            self.waits().into(),
            self.student.0.to_string().into(),
            host.0.to_string().into(),
            source.code().into(),
            site.map(|site| site.kind.code()).into(),
            site.map(|site| site.region.code()).into(),
            on_specialty.map(Term::code).into(),
            i64::from(self.is_late).into(),
            mentors.teacher.map(|teacher| teacher.0.to_string()).into(),
            mentors.at_host.map(|mentor| i64::from(mentor.0)).into(),
            site.map(|site| i64::from(site.described.0)).into(),
            pay.map(|pay| i64::from(pay.yuan)).into(),
            pay.map(|pay| pay.per.code()).into(),
            self.place_position.into(),
            self.stage_position.into(),
            self.agreement_position.into(),
            self.ended.map(|ended| ended.on).into(),
            self.ended.map(|ended| ended.by.code()).into(),
            self.ended.map(|ended| ended.position).into(),
        ]
    }
}

/// The stored code of a stay that has arrived. What people read depends on the day: see `shown`.
const ARRIVED: &str = "arrived";

fn stage_code(stage: PlacementStage) -> &'static str {
    if stage == PlacementStage::Arrived { ARRIVED } else { stage.status().code() }
}

/// What people read on a day if this is the stage's code and the stay's last day; `None` for a code that is not known.
pub(super) fn shown(stage: &str, last_day: i64, day: i64) -> Option<PlacementStatus> {
    let shown = if stage == ARRIVED { PlacementStatus::InProgress } else { PlacementStatus::from_code(stage)? };
    Some(if day > last_day { shown.after_period() } else { shown })
}
