//! What stands: the batches that were not undone, read in their order.

use jiff::civil::Date;

use super::row::{EnrolmentRow, SittingRow, StudyRow, month};
use super::statement::{Enrolment, EnrolmentKey, EnrolmentStatement, Round, Sitting};
use super::{FurtherStudyEvent, Resolution};
use crate::domain::outcome::statement::DestinationKey;
use crate::domain::statements::timeline::{Timeline, What};
use crate::domain::statements::{Effect, Operation, Said, Source, Spoken};
use crate::domain::terms::Exam;

/// A graduate's enrolments and sittings as they stand.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What every source says, of whatever day.
    pub enrolments: Vec<EnrolmentStatement>,
    pub sittings: Vec<Sitting>,
    withdrawn_enrolments: Vec<WithdrawnEnrolment>,
    withdrawn_sittings: Vec<WithdrawnSitting>,
    /// Rows that stand once what holds them is undone.
    pub held: Vec<(Source, StudyRow)>,
    /// In the order in which they were recorded.
    pub resolutions: Vec<Resolution>,
}

#[derive(Debug, Clone)]
struct WithdrawnEnrolment {
    source: Source,
    round: Round,
    /// `None` where nothing was said of it.
    stood: Option<EnrolmentStatement>,
}

#[derive(Debug, Clone)]
struct WithdrawnSitting {
    source: Source,
    exam: Exam,
    on: Option<Date>,
    stood: Option<Sitting>,
}

impl Reading {
    /// What stands of a stream.
    pub fn of(timeline: &Timeline<StudyRow, FurtherStudyEvent>) -> Self {
        let mut reading = Self::default();
        for moment in timeline.moments() {
            match &moment.what {
                What::Said(said) => drop(reading.take(said, moment.version)),
                What::Noted(event) => reading.note(event),
            }
        }
        reading
    }

    /// Whether nothing was said that stands.
    pub fn is_empty(&self) -> bool {
        self.enrolments.is_empty() && self.sittings.is_empty()
    }

    /// Whether the source speaks of the round that a row is about, and the days of its other rounds at the institution.
    pub fn rounds_of(&self, source: Source, row: &EnrolmentRow) -> (bool, Vec<Date>) {
        let meant = self.meant(source, &Round::of(row), row);
        let others = self.enrolments.iter().enumerate().filter(|(at, known)| {
            known.source == source && known.enrolment.institution == row.institution && !meant.contains(at)
        });
        let mut days: Vec<Date> = others.filter_map(|(_, known)| known.enrolment.on()).collect();
        days.sort_unstable();
        (!meant.is_empty(), days)
    }

    /// Whether the source speaks of the sitting that a row is about.
    pub fn speaks_of_sitting(&self, source: Source, row: &SittingRow) -> bool {
        !self.sittings_meant(source, row.exam, row.on).is_empty()
    }

    /// The statement with this key.
    pub fn enrolment(&self, key: &EnrolmentKey) -> Option<&EnrolmentStatement> {
        self.enrolments.iter().find(|statement| statement.key() == Some(*key))
    }

    /// The places of the rounds that a row may be about, of one source: those with its day of registration, else the first of
    /// those with its day of admission, else all that no day tells apart; of several the one under way where the row says that
    /// it ended.
    pub(super) fn meant(&self, source: Source, said: &Round, row: &EnrolmentRow) -> Vec<usize> {
        let may_be: Vec<usize> = (0..self.enrolments.len())
            .filter(|at| self.enrolments[*at].source == source && self.enrolments[*at].enrolment.round().may_be(said))
            .collect();
        let narrowed = |is_it: &dyn Fn(&Enrolment) -> bool| -> Vec<usize> {
            may_be.iter().copied().filter(|at| is_it(&self.enrolments[*at].enrolment)).collect()
        };
        let is_said = |day: Option<Date>, known: Option<Date>| day.is_some() && day == known;
        let registered = narrowed(&|known| is_said(said.registered_on, known.registered_on));
        if !registered.is_empty() {
            return registered;
        }
        let ends = matches!(row.last_day, Spoken::Value(_));
        let under_way = narrowed(&|known| known.registered_on.is_some() && known.last_day.is_none());
        if may_be.len() > 1 && ends && under_way.len() == 1 {
            return under_way;
        }
        let admitted = narrowed(&|known| said.registered_on.is_none() && is_said(said.admitted_on, known.admitted_on));
        let first = admitted.into_iter().min_by_key(|at| self.enrolments[*at].enrolment.registered_on);
        first.map_or(may_be, |first| vec![first])
    }

    pub(super) fn is_withdrawn(&self, source: Source, said: &Round) -> bool {
        self.withdrawn_at(source, said).is_some()
    }

    fn withdrawn_at(&self, source: Source, said: &Round) -> Option<usize> {
        self.withdrawn_enrolments.iter().position(|known| known.source == source && known.round.may_be(said))
    }

    /// The places of the sittings that a row may be about, of one source: the one of its month, else the one without a day;
    /// without a day the one that has none, else all of the exam.
    pub(super) fn sittings_meant(&self, source: Source, exam: Exam, on: Option<Date>) -> Vec<usize> {
        let of_exam = |is_it: &dyn Fn(&Sitting) -> bool| -> Vec<usize> {
            let known =
                self.sittings.iter().enumerate().filter(|(_, known)| (known.source, known.exam) == (source, exam));
            known.filter(|(_, known)| is_it(known)).map(|(at, _)| at).collect()
        };
        let of_month = on.map_or(vec![], |on| of_exam(&|known| known.is_in_month_of(on)));
        let undated = of_exam(&|known| known.on.is_none());
        match (on, of_month.is_empty(), undated.is_empty()) {
            (Some(_), false, _) => of_month,
            (Some(_), true, _) | (None, _, false) => undated,
            (None, _, true) => of_exam(&|_| true),
        }
    }

    pub(super) fn is_withdrawn_sitting(&self, source: Source, exam: Exam, on: Option<Date>) -> bool {
        self.withdrawn_sitting_at(source, exam, on).is_some()
    }

    fn withdrawn_sitting_at(&self, source: Source, exam: Exam, on: Option<Date>) -> Option<usize> {
        self.withdrawn_sittings.iter().position(|known| {
            let is_told_apart = matches!((known.on, on), (Some(known), Some(on)) if month(known) != month(on));
            (known.source, known.exam) == (source, exam) && !is_told_apart
        })
    }

    /// Takes in what a batch says; gives what became of each of its rows. The order of the rows means nothing: what is taken
    /// back goes first, then the rounds in the order of their days.
    pub(super) fn take(&mut self, said: &Said<StudyRow>, version: u64) -> Vec<Effect> {
        let mut effects = vec![Effect::Confirms; said.rows.len()];
        let mut order: Vec<usize> = (0..said.rows.len()).collect();
        order.sort_by_cached_key(|index| (said.rows[*index].day(), said.rows[*index].canonical()));
        let mut moved: Vec<Option<EnrolmentStatement>> = vec![None; said.rows.len()];
        for index in &order {
            match &said.rows[*index] {
                StudyRow::Enrolment(row) => {
                    let round = match row.operation {
                        Operation::State | Operation::Restore { .. } => continue,
                        Operation::Withdraw { .. } => Round::of(row),
                        Operation::Move { from, .. } => moved_from(row, from),
                    };
                    let was_withdrawn = self.is_withdrawn(said.source, &round);
                    let stood = self.withdraw(said.source, &round, row);
                    if matches!(row.operation, Operation::Withdraw { .. }) && (stood.is_some() || !was_withdrawn) {
                        effects[*index] = Effect::Changes;
                    }
                    moved[*index] = stood;
                }
                StudyRow::Sitting(row) => {
                    if let Operation::Withdraw { .. } = row.operation {
                        let was_withdrawn = self.is_withdrawn_sitting(said.source, row.exam, row.on);
                        if self.withdraw_sitting(said.source, row, row.on).is_some() || !was_withdrawn {
                            effects[*index] = Effect::Changes;
                        }
                    }
                }
            }
        }
        for (nth, index) in order.iter().enumerate() {
            let row = &said.rows[*index];
            if let Operation::Withdraw { .. } = row.operation() {
                continue;
            }
            let twin = order[..nth].iter().find(|twin| said.rows[**twin] == *row);
            effects[*index] = match (twin, row) {
                (Some(twin), _) => effects[*twin],
                (None, StudyRow::Enrolment(row)) => self.enrol(said, version, row, moved[*index].take()),
                (None, StudyRow::Sitting(row)) => self.sit(said, version, row),
            };
        }
        effects
    }

    fn enrol(
        &mut self,
        said: &Said<StudyRow>,
        version: u64,
        row: &EnrolmentRow,
        moved: Option<EnrolmentStatement>,
    ) -> Effect {
        let round = Round::of(row);
        let before = self.meant(said.source, &round, row).last().copied();
        let lifted = match (self.withdrawn_at(said.source, &round), row.operation, before) {
            (Some(at), Operation::Restore { .. } | Operation::Move { .. }, _) => {
                self.withdrawn_enrolments.remove(at).stood
            }
            // Another round that stands may be meant.
            (Some(_), Operation::State | Operation::Withdraw { .. }, None) => {
                return self.hold(said.source, StudyRow::Enrolment(row.clone()));
            }
            (Some(_), Operation::State | Operation::Withdraw { .. }, Some(_)) | (None, _, _) => None,
        };
        let known = before.map(|at| self.enrolments[at].clone());
        // Without the batch that said what it is, a row that says only its end says nothing.
        let base = moved.as_ref().or(known.as_ref()).or(lifted.as_ref());
        let Some(after) = EnrolmentStatement::after(base, row, said, version) else { return Effect::Confirms };
        let effect = if known.as_ref() == Some(&after) { Effect::Confirms } else { Effect::Changes };
        match before {
            Some(at) => self.enrolments[at] = after,
            None => self.enrolments.push(after),
        }
        effect
    }

    /// Takes a round away; what the row names stays withdrawn.
    fn withdraw(&mut self, source: Source, round: &Round, row: &EnrolmentRow) -> Option<EnrolmentStatement> {
        let found = match self.meant(source, round, row).as_slice() {
            [one] => Some(self.enrolments.remove(*one)),
            [] | [_, _, ..] => None,
        };
        if !self.is_withdrawn(source, round) || found.is_some() {
            let round = found.as_ref().map_or(*round, |found| found.enrolment.round());
            self.withdrawn_enrolments.push(WithdrawnEnrolment { source, round, stood: found.clone() });
        }
        found
    }

    fn sit(&mut self, said: &Said<StudyRow>, version: u64, row: &SittingRow) -> Effect {
        let moved = match row.operation {
            Operation::Move { from, .. } => self.withdraw_sitting(said.source, row, Some(from)),
            Operation::State | Operation::Withdraw { .. } | Operation::Restore { .. } => None,
        };
        let before = match self.sittings_meant(said.source, row.exam, row.on).as_slice() {
            [one] => Some(*one),
            [] | [_, _, ..] => None,
        };
        let lifted = match (self.withdrawn_sitting_at(said.source, row.exam, row.on), row.operation, before) {
            (Some(at), Operation::Restore { .. } | Operation::Move { .. }, _) => {
                self.withdrawn_sittings.remove(at).stood
            }
            // Another that stands may be meant.
            (Some(_), Operation::State | Operation::Withdraw { .. }, None) => {
                return self.hold(said.source, StudyRow::Sitting(row.clone()));
            }
            (Some(_), Operation::State | Operation::Withdraw { .. }, Some(_)) | (None, _, _) => None,
        };
        let known = before.map(|at| self.sittings[at].clone());
        let base = moved.as_ref().or(known.as_ref()).or(lifted.as_ref());
        let after = Sitting::after(base, row, said, version);
        let effect = if known.as_ref() == Some(&after) { Effect::Confirms } else { Effect::Changes };
        match before {
            Some(at) => self.sittings[at] = after,
            None => self.sittings.push(after),
        }
        effect
    }

    fn withdraw_sitting(&mut self, source: Source, row: &SittingRow, on: Option<Date>) -> Option<Sitting> {
        let stood = match self.sittings_meant(source, row.exam, on).as_slice() {
            [one] => Some(self.sittings.remove(*one)),
            [] | [_, _, ..] => None,
        };
        if stood.is_some() || !self.is_withdrawn_sitting(source, row.exam, on) {
            let on = stood.as_ref().map_or(on, |stood| stood.on);
            self.withdrawn_sittings.push(WithdrawnSitting { source, exam: row.exam, on, stood: stood.clone() });
        }
        stood
    }

    fn hold(&mut self, source: Source, row: StudyRow) -> Effect {
        let held = (source, row);
        if self.held.contains(&held) {
            return Effect::HeldAlready;
        }
        self.held.push(held);
        Effect::Held
    }

    /// Takes in what else was recorded; nothing where the statement it is about does not stand.
    fn note(&mut self, event: &FurtherStudyEvent) {
        match event {
            FurtherStudyEvent::StatementReviewed { statement, step, .. } => {
                let is_it = |known: &&mut EnrolmentStatement| known.key() == Some(*statement);
                if let Some(known) = self.enrolments.iter_mut().find(is_it) {
                    known.review.take(*step);
                }
            }
            FurtherStudyEvent::ConflictResolved { resolution, .. } => self.resolutions.push(resolution.clone()),
            FurtherStudyEvent::Said { .. } | FurtherStudyEvent::BatchUndone { .. } => (), // No notes.
        }
    }
}

/// The round that a row moves: the one of which it names the day.
pub(super) fn moved_from(row: &EnrolmentRow, from: Date) -> Round {
    let said = Round::of(row);
    match (said.registered_on, said.admitted_on) {
        (Some(_), _) => Round { registered_on: Some(from), admitted_on: None, ..said },
        (None, _) => Round { admitted_on: Some(from), ..said },
    }
}

impl Resolution {
    /// Whether it decides among these, which take part, beside these jobs: what it chose stands as it was seen, and it has
    /// seen all of them.
    pub fn decides(&self, taking_part: &[&EnrolmentStatement], beside: &[DestinationKey]) -> bool {
        let as_seen = |statement: &&EnrolmentStatement| {
            statement.key() == Some(self.chosen) && statement.enrolment == self.as_seen
        };
        let is_seen = |statement: &&EnrolmentStatement| statement.key().is_some_and(|key| self.seen.contains(&key));
        let saw_jobs = beside.iter().all(|job| self.beside.contains(job));
        saw_jobs && taking_part.iter().any(as_seen) && taking_part.iter().all(is_seen)
    }
}
