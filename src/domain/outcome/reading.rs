//! What stands: the batches that were not undone, read in their order.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::row::DestinationRow;
use super::statement::{DestinationKey, Statement, Whereabouts};
use super::{OutcomeEvent, Resolution};
use crate::domain::ids::EmployerId;
use crate::domain::statements::timeline::{Timeline, What};
use crate::domain::statements::{Effect, Operation, Said, Source, Spoken};
use crate::domain::terms::DestinationKind;

/// A graduate's destinations as they stand.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What every source says, of whatever day.
    pub statements: Vec<Statement>,
    pub withdrawn: Vec<Withdrawn>,
    /// Rows that stand once what holds them is undone.
    pub held: Vec<(Source, DestinationRow)>,
    /// In the order in which they were recorded.
    pub resolutions: Vec<Resolution>,
}

/// A destination that its source took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    pub source: Source,
    pub starts_on: Date,
    pub at: Whereabouts,
    /// As which it stood, else was taken back: by it a row that leaves open where means it.
    kind: DestinationKind,
    /// As it stood; `None` where nothing was said of it.
    stood: Option<Statement>,
}

impl Withdrawn {
    fn is_of(&self, source: Source, day: Date, row: &DestinationRow) -> bool {
        let is_there = match row.employer {
            Spoken::Value(employer) => self.at == Whereabouts::Employer(employer),
            Spoken::None => self.at == Whereabouts::Kind(row.kind),
            Spoken::Nothing => self.kind == row.kind,
        };
        is_there && (self.source, self.starts_on) == (source, day)
    }
}

impl Reading {
    /// What stands of a stream.
    pub fn of(timeline: &Timeline<DestinationRow, OutcomeEvent>) -> Self {
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
        self.statements.is_empty()
    }

    /// Every employer of which something was said, taken back or not.
    pub fn employers(&self) -> Vec<EmployerId> {
        let said = self.statements.iter().filter_map(|statement| statement.destination.employer);
        let withdrawn = self.withdrawn.iter().filter_map(|withdrawn| match withdrawn.at {
            Whereabouts::Employer(employer) => Some(employer),
            Whereabouts::Kind(_) => None,
        });
        said.chain(withdrawn).collect()
    }

    /// Whether the source says something of the destination that a row is about, from the row's day on.
    pub fn speaks_of(&self, source: Source, row: &DestinationRow) -> bool {
        let is_it = |known: &Statement| (known.source, known.starts_on) == (source, row.starts_on) && known.is_of(row);
        self.statements.iter().any(is_it)
    }

    /// The first day after another on which the source says that something else begins.
    pub fn later_start(&self, source: Source, day: Date) -> Option<Date> {
        let of_source = self.statements.iter().filter(|known| known.source == source);
        of_source.map(|known| known.starts_on).filter(|known| *known > day).min()
    }

    /// From which other days on the source says that the graduate is where a row says.
    pub fn other_days(&self, source: Source, row: &DestinationRow) -> Vec<Date> {
        let is_same =
            |known: &&Statement| known.source == source && known.starts_on != row.starts_on && known.is_of(row);
        let mut days: Vec<Date> = self.statements.iter().filter(is_same).map(|known| known.starts_on).collect();
        days.sort_unstable();
        days
    }

    /// The statement with this key.
    pub fn statement(&self, key: &DestinationKey) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.key() == *key)
    }

    /// Whether the destination that a row is about, from this day on, was taken back.
    pub(super) fn is_withdrawn(&self, source: Source, day: Date, row: &DestinationRow) -> bool {
        self.withdrawn.iter().any(|withdrawn| withdrawn.is_of(source, day, row))
    }

    /// Takes in what a batch says; gives what became of each of its rows. The order of the rows means nothing.
    pub(super) fn take(&mut self, said: &Said<DestinationRow>, version: u64) -> Vec<Effect> {
        let mut effects = vec![Effect::Confirms; said.rows.len()];
        let mut by_day: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
        let mut moved: Vec<Option<Statement>> = vec![None; said.rows.len()];
        let mut order: Vec<usize> = (0..said.rows.len()).collect();
        order.sort_by_cached_key(|index| said.rows[*index].canonical());
        for index in order {
            let row = &said.rows[index];
            match row.operation {
                Operation::Withdraw { .. } => {
                    let was_withdrawn = self.is_withdrawn(said.source, row.starts_on, row);
                    if self.withdraw(said.source, row.starts_on, row).is_some() || !was_withdrawn {
                        effects[index] = Effect::Changes;
                    }
                }
                Operation::Move { from, .. } => {
                    moved[index] = self.withdraw(said.source, from, row);
                    by_day.entry(row.starts_on).or_default().push(index);
                }
                Operation::State | Operation::Restore { .. } => by_day.entry(row.starts_on).or_default().push(index),
            }
        }
        for (day, rows) in by_day {
            self.take_day(said, version, day, &rows, &moved, &mut effects);
        }
        effects
    }

    /// The rows of one day: each takes the place of what was said of the same destination, and together they take that of
    /// everything else from that day, unless it is one of several jobs that they leave unsaid.
    fn take_day(
        &mut self,
        said: &Said<DestinationRow>,
        version: u64,
        day: Date,
        rows: &[usize],
        moved: &[Option<Statement>],
        effects: &mut [Effect],
    ) {
        let is_known = |statement: &Statement| (statement.source, statement.starts_on) == (said.source, day);
        let mut known: Vec<Statement> = self.statements.iter().filter(|known| is_known(known)).cloned().collect();
        let restores = |index: &usize| matches!(said.rows[*index].operation, Operation::Restore { .. });
        // What is restored comes back beside the others.
        let leaves_others = known.len() > 1 || rows.iter().all(restores);
        let mut next: Vec<Statement> = vec![];
        for index in rows {
            let row = &said.rows[*index];
            let withdrawn = self.withdrawn.iter().position(|withdrawn| withdrawn.is_of(said.source, day, row));
            if withdrawn.is_some() && row.operation.is_state() {
                effects[*index] = self.hold(said.source, row);
                continue;
            }
            // Another row of the batch is about the same.
            if let Some(twin) = next.iter().position(|twin| twin.is_of(row)) {
                let after = Statement::after(Some(&next[twin]), row, said, version);
                if next[twin] != after {
                    effects[*index] = Effect::Changes;
                    next[twin] = after;
                }
                continue;
            }
            let mut same = known.iter().enumerate().filter(|(_, known)| known.is_of(row)).map(|(at, _)| at);
            let mut before = match (same.next(), same.next()) {
                (Some(at), None) => Some(known.remove(at)),
                (Some(_), Some(_)) | (None, _) => None,
            };
            let lifted = withdrawn.and_then(|at| self.withdrawn.remove(at).stood);
            // What leaves open where restores what was taken back, not what stands.
            let is_lifted = |before: &mut Statement| {
                lifted.as_ref().is_some_and(|lifted| lifted.destination.at() != before.destination.at())
            };
            known.extend(before.take_if(is_lifted));
            let base = moved[*index].as_ref().or(before.as_ref()).or(lifted.as_ref());
            let after = Statement::after(base, row, said, version);
            if before.as_ref() != Some(&after) {
                effects[*index] = Effect::Changes;
            }
            next.push(after);
        }
        if next.is_empty() {
            return;
        }
        let are_jobs = next.iter().all(|statement| statement.destination.is_job());
        if leaves_others && are_jobs {
            let is_said = |known: &Statement| next.iter().any(|said| said.destination.at() == known.destination.at());
            let unsaid: Vec<Statement> =
                known.into_iter().filter(|known| known.destination.is_job() && !is_said(known)).collect();
            next.extend(unsaid);
        }
        self.statements.retain(|statement| !is_known(statement));
        self.statements.extend(next);
    }

    /// Takes the statement of a day away that a row is about; what the row names stays withdrawn.
    fn withdraw(&mut self, source: Source, day: Date, row: &DestinationRow) -> Option<Statement> {
        let is_meant = |known: &Statement| (known.source, known.starts_on) == (source, day) && known.is_of(row);
        let stood = self.statements.iter().position(is_meant).map(|at| self.statements.remove(at));
        let at = match (&stood, row.employer) {
            (Some(stood), _) => stood.destination.at(),
            (None, Spoken::Value(employer)) => Whereabouts::Employer(employer),
            (None, Spoken::Nothing) if self.is_withdrawn(source, day, row) => return None,
            (None, Spoken::Nothing | Spoken::None) => Whereabouts::Kind(row.kind),
        };
        let is_it = |known: &&mut Withdrawn| (known.source, known.starts_on, known.at) == (source, day, at);
        let kind = stood.as_ref().map_or(row.kind, |stood| stood.destination.kind);
        let withdrawn = Withdrawn { source, starts_on: day, at, kind, stood: stood.clone() };
        match self.withdrawn.iter_mut().find(is_it) {
            Some(known) if stood.is_some() => *known = withdrawn,
            Some(_) => (),
            None => self.withdrawn.push(withdrawn),
        }
        stood
    }

    fn hold(&mut self, source: Source, row: &DestinationRow) -> Effect {
        let held = (source, row.clone());
        if self.held.contains(&held) {
            return Effect::HeldAlready;
        }
        self.held.push(held);
        Effect::Held
    }

    /// Takes in what else was recorded; nothing where the statement it is about does not stand.
    fn note(&mut self, event: &OutcomeEvent) {
        match event {
            OutcomeEvent::StatementReviewed { statement, step, .. } => {
                if let Some(statement) = self.statement_mut(statement) {
                    statement.review.take(*step);
                }
            }
            OutcomeEvent::OnSpecialtyJudged { statement, level, .. } => {
                if let Some(statement) = self.statement_mut(statement) {
                    statement.on_specialty = Some(*level);
                }
            }
            OutcomeEvent::ConflictResolved { resolution, .. } => self.resolutions.push(resolution.clone()),
            OutcomeEvent::Said { .. } | OutcomeEvent::BatchUndone { .. } => (), // No notes.
        }
    }

    fn statement_mut(&mut self, key: &DestinationKey) -> Option<&mut Statement> {
        self.statements.iter_mut().find(|statement| statement.key() == *key)
    }
}

impl Resolution {
    /// Whether it decides among these, which take part: what it chose stands as it was seen, and it has seen all of them.
    pub fn decides(&self, taking_part: &[&Statement]) -> bool {
        let as_seen = |statement: &&Statement| statement.key() == self.chosen && statement.destination == self.as_seen;
        taking_part.iter().any(as_seen) && taking_part.iter().all(|statement| self.seen.contains(&statement.key()))
    }
}
