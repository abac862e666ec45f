//! What stands of a student: the batches that were not undone, read in their order.

use jiff::civil::Date;

use super::dated::Dated;
use super::row::StudentRow;
use super::standing::Standings;
use super::{RegisteredStudent, StudentEvent, StudentRegistration};
use crate::domain::ids::{ClassName, SpecialtyCode};
use crate::domain::statements::timeline::{Timeline, What};
use crate::domain::statements::{Effect, Said};

/// A student's entry as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// `None` while nothing that is said stands.
    pub registered: Option<RegisteredStudent>,
    pub standings: Standings,
    pub classes: Dated<ClassName>,
    pub specialties: Dated<Option<SpecialtyCode>>,
    /// Rows that stand once what holds them is undone.
    pub held: Vec<StudentRow>,
}

impl Reading {
    /// What stands of a stream.
    pub fn of(timeline: &Timeline<StudentRow, StudentEvent>) -> Self {
        let mut reading = Self::default();
        for moment in timeline.moments() {
            if let What::Said(said) = &moment.what {
                reading.take(said, moment.version);
            }
        }
        reading
    }

    /// Takes in what a batch says.
    pub fn take(&mut self, said: &Said<StudentRow>, version: u64) {
        for row in &said.rows {
            self.take_row(row, said.said_on, version);
        }
    }

    /// What becomes of a row that may be taken in.
    pub(super) fn effect(&self, row: &StudentRow, said_on: Date, of_standing: Effect) -> Effect {
        let Some(now) = &self.registered else { return Effect::Changes };
        match of_standing {
            Effect::Held if self.held.contains(row) => Effect::HeldAlready,
            Effect::Held | Effect::HeldAlready => of_standing,
            Effect::Changes | Effect::Accompanies => Effect::Changes,
            Effect::Confirms if self.is_said(now, row, row.since.unwrap_or(said_on)) => Effect::Confirms,
            Effect::Confirms => Effect::Changes,
        }
    }

    /// Whether everything in a row but its standing is so on a day.
    fn is_said(&self, now: &RegisteredStudent, row: &StudentRow, on: Date) -> bool {
        let (known, is_route) = (&now.registration, |route| now.registration.route == Some(route));
        let is_specialty = |said: &SpecialtyCode| self.specialties.on(on).is_some_and(|on| on.as_ref() == Some(said));
        (known.gender, now.identity) == (row.gender, row.identity)
            && row.route.is_none_or(is_route)
            && self.classes.on(on) == Some(&row.class)
            && row.specialty.as_ref().is_none_or(is_specialty)
    }

    fn take_row(&mut self, row: &StudentRow, said_on: Date, version: u64) {
        if self.registered.is_none() {
            self.classes.say(row.since, row.class.clone());
            self.specialties.say(row.since, row.specialty.clone());
        } else {
            if self.standings.weigh(row) == Ok(Effect::Held) {
                if !self.held.contains(row) {
                    self.held.push(row.clone());
                }
                return;
            }
            // Without a day only what is new begins on the day of which the batch speaks.
            let on = row.since.unwrap_or(said_on);
            if row.since.is_some() || self.classes.on(on) != Some(&row.class) {
                self.classes.say(Some(on), row.class.clone());
            }
            if row.specialty.is_some() && (row.since.is_some() || self.specialties.on(on) != Some(&row.specialty)) {
                self.specialties.say(Some(on), row.specialty.clone());
            }
        }
        self.standings.say(row, version);
        let before = self.registered.take().map(|before| before.registration);
        let (standing, standing_since) = self.standings.last();
        self.registered = Some(RegisteredStudent {
            registration: StudentRegistration {
                school: row.school.clone(),
                class: self.classes.last().unwrap_or(&row.class).clone(),
                specialty: self.specialties.last().cloned().flatten(),
                gender: row.gender,
                route: row.route.or(before.and_then(|before| before.route)),
            },
            identity: row.identity,
            standing,
            standing_since,
        });
    }
}
