//! One student's history, and in which class, specialty and standing it has the student on each day. Pure.

use jiff::civil::Date;

use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::ids::{ClassName, SchoolCode, SealedRevision, SpecialtyCode};
use crate::domain::statements::timeline::Timeline;
use crate::domain::student::reading::Reading;
use crate::domain::student::row::StudentRow;
use crate::domain::student::{self, RegisteredStudent, StudentEvent};
use crate::domain::terms::Standing;
use crate::projections::OPEN_BEGIN;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// What is said of a student.
#[derive(Debug, Default)]
pub(super) struct FoldedStudent {
    timeline: Timeline<StudentRow, StudentEvent>,
    /// How the student was registered last, also after that was undone.
    last: Option<RegisteredStudent>,
}

/// What is so of a student on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StudentDay {
    pub school: SchoolCode,
    pub class: ClassName,
    pub specialty: Option<SpecialtyCode>,
    pub standing: Standing,
    pub identity: SealedRevision,
    /// Whether the registration stands.
    pub is_registered: bool,
}

impl FoldedStudent {
    /// Adds an event of the student; gives all days, as spans, none while the student was never registered.
    pub(super) fn take(&mut self, version: u64, event: &StudentEvent) -> Vec<ValidSpan<StudentDay>> {
        student::evolve(&mut self.timeline, version, event.clone());
        let reading = Reading::of(&self.timeline);
        if let Some(registered) = &reading.registered {
            self.last = Some(registered.clone());
        }
        let Some(RegisteredStudent { registration: last, identity, .. }) = &self.last else { return vec![] };
        let is_registered = reading.registered.is_some();
        let standings = reading.standings.by_day();
        let days =
            reading.classes.days().chain(reading.specialties.days()).chain(standings.iter().map(|(day, _)| *day));
        let cuts = [OPEN_BEGIN].into_iter().chain(days.map(epoch_day)).collect();
        valid_spans(cuts, |day| {
            let standing = standings.iter().rfind(|(since, _)| epoch_day(*since) <= day);
            let on = from_epoch_day(day).unwrap_or(Date::MIN); // Before all days that are known.
            Some(StudentDay {
                school: last.school.clone(),
                class: reading.classes.on(on).unwrap_or(&last.class).clone(),
                specialty: reading.specialties.on(on).unwrap_or(&last.specialty).clone(),
                standing: standing.map_or(Standing::Enrolled, |(_, standing)| *standing),
                identity: *identity,
                is_registered,
            })
        })
    }
}
