//! One student's history, and in which class, specialty and standing it has the student on each day. Pure.

use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, SchoolCode, SpecialtyCode};
use crate::domain::student::standing::standings;
use crate::domain::student::{StudentEvent, StudentRegistration};
use crate::domain::terms::Standing;
use crate::projections::OPEN_BEGIN;
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// The events that stand in a student's stream, oldest first, each with its version.
#[derive(Debug, Default)]
pub(super) struct FoldedStudent {
    facts: Vec<(u64, StudentEvent)>,
    /// How the student was registered last, also after that was undone.
    last: Option<StudentRegistration>,
}

/// What is so of a student on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StudentDay {
    pub school: SchoolCode,
    pub class: ClassName,
    pub specialty: Option<SpecialtyCode>,
    pub standing: Standing,
    /// Whether the registration stands.
    pub is_registered: bool,
}

impl FoldedStudent {
    /// Adds an event of the student. An undoing removes the event that it undoes.
    pub(super) fn take(&mut self, version: u64, event: &StudentEvent) {
        if let StudentEvent::Undone { version: undone, .. } = event {
            return self.facts.retain(|(version, _)| version != undone);
        }
        if let StudentEvent::StudentRegistered { registration, .. } = event {
            self.last = Some(registration.clone());
        }
        self.facts.push((version, event.clone()));
    }

    /// All days, as spans; none while the student was never registered.
    pub(super) fn spans(&self) -> Vec<ValidSpan<StudentDay>> {
        let Some(last) = &self.last else { return vec![] };
        let told = self.facts.iter().fold(None, |told, (_, fact)| Told::after(told, fact));
        let is_registered = told.is_some();
        let Told { school, class, specialty } = told.unwrap_or_else(|| Told::beginning(last));
        let standings = standings(self.facts.iter().filter(|_| is_registered).map(|(_, fact)| fact));
        let changes = standings.into_iter().map(|(day, standing)| (epoch_day(day), standing)).collect();
        let standing = Timeline { first: Standing::Enrolled, changes };
        let cuts = [OPEN_BEGIN].into_iter().chain(class.days()).chain(specialty.days()).chain(standing.days());
        valid_spans(cuts.collect(), |day| {
            let (class, specialty) = (class.on(day).clone(), specialty.on(day).clone());
            Some(StudentDay { school: school.clone(), class, specialty, standing: *standing.on(day), is_registered })
        })
    }
}

/// What the events say of each day.
#[derive(Debug)]
struct Told {
    school: SchoolCode,
    class: Timeline<ClassName>,
    specialty: Timeline<Option<SpecialtyCode>>,
}

impl Told {
    fn beginning(registration: &StudentRegistration) -> Self {
        Self {
            school: registration.school.clone(),
            class: Timeline::from(registration.class.clone()),
            specialty: Timeline::from(registration.specialty.clone()),
        }
    }

    /// What is told after one more event; events without a registration before them tell nothing.
    fn after(told: Option<Self>, fact: &StudentEvent) -> Option<Self> {
        if let StudentEvent::StudentRegistered { registration, .. } = fact {
            return Some(Self::beginning(registration));
        }
        let mut told = told?;
        let day = epoch_day(*fact.effective_on());
        match fact {
            StudentEvent::RegistrationCorrected { registration, .. } => {
                told.class.correct(registration.class.clone());
                told.specialty.correct(registration.specialty.clone());
            }
            StudentEvent::ClassChanged { class, .. } => told.class.change(day, class.clone()),
            StudentEvent::SpecialtyChanged { specialty, .. } => told.specialty.change(day, Some(specialty.clone())),
            StudentEvent::StudentRegistered { .. }
            | StudentEvent::IdentityCorrected { .. }
            | StudentEvent::LeaveStarted { .. }
            | StudentEvent::LeaveEnded { .. }
            | StudentEvent::StudentTransferredOut { .. }
            | StudentEvent::StudentWithdrew { .. }
            | StudentEvent::GraduationConfirmed { .. }
            | StudentEvent::CompletionConfirmed { .. }
            | StudentEvent::StudentDied { .. }
            | StudentEvent::StandingCorrected { .. }
            | StudentEvent::PersonErased { .. }
            | StudentEvent::Undone { .. } => (),
        }
        Some(told)
    }
}

/// Values, each from an epoch day on, in the order in which they were recorded. What was registered first holds for the
/// days before it, too.
#[derive(Debug)]
struct Timeline<T> {
    first: T,
    changes: Vec<(i64, T)>,
}

impl<T: PartialEq> Timeline<T> {
    fn from(first: T) -> Self {
        Self { first, changes: vec![] }
    }

    fn change(&mut self, day: i64, value: T) {
        self.changes.push((day, value));
    }

    /// What was recorded was wrong from the start, unless it is the same as what was recorded last.
    fn correct(&mut self, value: T) {
        if self.changes.last().map_or(&self.first, |(_, last)| last) != &value {
            *self = Self::from(value);
        }
    }

    fn days(&self) -> impl Iterator<Item = i64> {
        self.changes.iter().map(|(day, _)| *day)
    }

    /// Of several that begin on the latest day what was recorded last.
    fn on(&self, day: i64) -> &T {
        let begun = self.changes.iter().filter(|(from, _)| *from <= day);
        begun.max_by_key(|(from, _)| *from).map_or(&self.first, |(_, value)| value)
    }
}
