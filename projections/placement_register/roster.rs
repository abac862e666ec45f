//! Question: as of a day and as known at a position, how far is the internship of each student of a scope, and which lists
//! of what waits name the student? Unit: persons. A student of several placements is told by the one that says most of
//! the day: at work, else the one that is to come, else what came last.

use std::collections::HashMap;

use futures_util::future::{try_join_all, try_join4};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyPool;
use strum::VariantArray;

use super::List;
use super::question::PlacementsAsOf;
use super::queue::{to_place, waiting};
use super::who_is_where::{PlacementOnDay, ScopePart, placements};
use crate::domain::day::epoch_day;
use crate::domain::ids::StudentId;
use crate::domain::placement::stay::PlacementStatus;
use crate::domain::terms::{Entry, Standing, Term, entry};
use crate::projections::student_register::{StudentOnDay, students_on};

/// How far a student's internship is on a day. Each student is in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    AtWork,
    /// Approved and everything signed.
    Ready,
    /// Drafted, submitted, returned or approved: papers or decisions are missing.
    InPreparation,
    /// In a final class, and nothing is arranged.
    NotPlaced,
    /// Suspended, or ended before its last day, and nothing new is asked for.
    Interrupted,
    Completed,
    Exempted,
    /// On leave, transferred, withdrawn or deceased.
    Away,
    /// Has left with or without graduating.
    Left,
    /// Not of a final class, and nothing is arranged.
    NotDue,
}

impl Term for Progress {
    const NAME: &'static str = "实习进展";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::AtWork, "at-work", "在岗", &[]),
        entry(Self::Ready, "ready", "待上岗", &[]).en("ready to start"),
        entry(Self::InPreparation, "in-preparation", "审核和签署中", &[]).en("in approval and signing"),
        entry(Self::NotPlaced, "not-placed", "未落实", &[]),
        entry(Self::Interrupted, "interrupted", "中止或提前终止", &[]).en("suspended or ended early"),
        entry(Self::Completed, "completed", "实习期满", &[]),
        entry(Self::Exempted, "exempted", "获准免实习", &[]).en("exempted"),
        entry(Self::Away, "away", "不在校", &[]).en("on leave or gone"),
        entry(Self::Left, "left", "已毕业或结业", &[]).en("graduated or completed"),
        entry(Self::NotDue, "not-due", "还不用安排", &[]).en("not due yet"),
    ];
}

/// A student with the placement that says most of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentProgress {
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub specialty: Option<String>,
    pub standing: Standing,
    /// Whether the class is to be placed.
    pub is_final: bool,
    pub progress: Progress,
    /// Of a placement that was rejected, cancelled or not taken up nothing is told.
    pub placement: Option<PlacementOnDay>,
    /// The lists that name the student.
    pub waits: Vec<List>,
}

impl StudentProgress {
    /// The day on which the stay begins.
    pub fn first_day(&self) -> Option<Date> {
        self.placement.as_ref().map(|placement| placement.period.first_day)
    }
}

/// Everybody of the scope, by school, class and student.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn roster(readers: &AnyPool, question: &PlacementsAsOf) -> Result<Vec<StudentProgress>, sqlx::Error> {
    let everything = ScopePart::default();
    let as_of = (question.as_of, question.known_at);
    let lists = List::ENTRIES.iter().filter(|entry| entry.value != List::NotPlaced).map(|entry| async {
        let waiting = waiting(readers, question, entry.value).await?;
        Ok::<_, sqlx::Error>((entry.value, waiting))
    });
    let (students, placed, to_place, named) = try_join4(
        students_on(readers, &question.scope, as_of),
        placements(readers, question, &everything),
        to_place(readers, question),
        try_join_all(lists),
    )
    .await?;
    let mut waits: HashMap<StudentId, Vec<List>> = HashMap::new();
    for (list, waiting) in [(List::NotPlaced, to_place.waiting())].iter().chain(&named) {
        for one in waiting {
            let named = waits.entry(one.student).or_default();
            if named.last() != Some(list) {
                named.push(*list);
            }
        }
    }
    let finals = to_place.classes();
    let mut telling: HashMap<StudentId, PlacementOnDay> = HashMap::new();
    for placement in placed.into_iter().map(|placement| on_day(placement, question.as_of)) {
        let weighs = weight(&placement, question.as_of);
        let known = telling.get(&placement.student).map(|known| weight(known, question.as_of));
        if weighs.is_some() && known.is_none_or(|known| known <= weighs) {
            telling.insert(placement.student, placement);
        }
    }
    let told = |StudentOnDay { listed, specialty }: StudentOnDay| {
        let is_final = finals.contains(&(listed.school.as_str(), listed.class.as_str()));
        let placement = telling.remove(&listed.student);
        let waits = waits.remove(&listed.student).unwrap_or_default();
        let status = placement.as_ref().map(|placement| placement.shown);
        let is_asked_for = waits.contains(&List::NotPlaced);
        let is_excused = to_place.excused.contains(&listed.student);
        let progress = progress(listed.standing, status, is_asked_for, is_excused);
        StudentProgress {
            student: listed.student,
            school: listed.school,
            class: listed.class,
            specialty,
            standing: listed.standing,
            is_final,
            progress,
            placement,
            waits,
        }
    };
    Ok(students.into_iter().map(told).collect())
}

/// A placement as it is on a day. Of one that is still to come the register tells the first day: whoever arrives then is
/// ready until then.
fn on_day(placement: PlacementOnDay, day: i64) -> PlacementOnDay {
    let is_to_come = epoch_day(placement.period.first_day) > day;
    let shown = match placement.shown {
        PlacementStatus::InProgress | PlacementStatus::Suspended if is_to_come => PlacementStatus::Ready,
        shown => shown,
    };
    PlacementOnDay { shown, ..placement }
}

/// By what a placement says more of a day than another; `None` if it says nothing.
fn weight(placement: &PlacementOnDay, day: i64) -> Option<(u8, i64)> {
    let is_over = epoch_day(placement.period.last_day) < day;
    let rank = match placement.shown {
        PlacementStatus::InProgress | PlacementStatus::Suspended => 6,
        // Days that are over without anybody having come say nothing.
        PlacementStatus::Ready
        | PlacementStatus::Approved
        | PlacementStatus::Submitted
        | PlacementStatus::Returned
        | PlacementStatus::Draft
            if is_over =>
        {
            return None;
        }
        PlacementStatus::Ready => 5,
        PlacementStatus::Approved => 4,
        PlacementStatus::Submitted => 3,
        PlacementStatus::Returned | PlacementStatus::Draft => 2,
        PlacementStatus::PeriodEnded | PlacementStatus::EndedEarly => 1,
        PlacementStatus::Rejected | PlacementStatus::NoShow | PlacementStatus::Cancelled => return None,
    };
    Some((rank, epoch_day(placement.period.first_day)))
}

fn progress(standing: Standing, status: Option<PlacementStatus>, is_asked_for: bool, is_excused: bool) -> Progress {
    match (standing, status) {
        (_, Some(PlacementStatus::InProgress)) => Progress::AtWork,
        (Standing::OnLeave | Standing::TransferredOut | Standing::Withdrawn | Standing::Deceased, _) => Progress::Away,
        (Standing::Graduated | Standing::Completed, _) => Progress::Left,
        // What stands of the placement is over, or came to nothing.
        (Standing::Enrolled, _) if is_asked_for => Progress::NotPlaced,
        (Standing::Enrolled, Some(PlacementStatus::Ready)) => Progress::Ready,
        (
            Standing::Enrolled,
            Some(
                PlacementStatus::Draft
                | PlacementStatus::Submitted
                | PlacementStatus::Returned
                | PlacementStatus::Approved,
            ),
        ) => Progress::InPreparation,
        (Standing::Enrolled, _) if is_excused => Progress::Exempted,
        (Standing::Enrolled, Some(PlacementStatus::Suspended | PlacementStatus::EndedEarly)) => Progress::Interrupted,
        (Standing::Enrolled, Some(PlacementStatus::PeriodEnded)) => Progress::Completed,
        (
            Standing::Enrolled,
            None | Some(PlacementStatus::Rejected | PlacementStatus::NoShow | PlacementStatus::Cancelled),
        ) => Progress::NotDue,
    }
}
