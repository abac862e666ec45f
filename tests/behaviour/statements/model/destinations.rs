//! What stands of destinations: each source's words in their order, without what was undone.

use std::collections::BTreeSet;

use gradtrail::domain::evidence::{EvidenceKind, EvidenceLevel};
use gradtrail::domain::ids::EmployerId;
use gradtrail::domain::statements::review::ReviewStep;
use gradtrail::domain::statements::{Source, Spoken};
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch, Term};
use strum::VariantArray;

use super::{Entry, ReportDay, Row, Word, report_day, worth};

/// What a row says of one destination.
#[derive(Debug, Clone)]
pub struct DestinationSaid {
    pub starts_on: i64,
    pub kind: DestinationKind,
    pub act: Act,
    pub employer: Spoken<EmployerId>,
    pub last_day: Spoken<i64>,
    pub on_specialty: Spoken<SpecialtyMatch>,
    pub papers: Vec<EvidenceKind>,
    pub reported_on: Option<i64>,
}

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    State,
    Withdraw,
    Restore,
    Move { from: i64 },
}

/// A step of a review of what stands of a source from a day on.
#[derive(Debug, Clone)]
pub struct Reviewed {
    pub source: Source,
    pub starts_on: i64,
    pub identity: Identity,
    pub step: ReviewStep,
}

/// What tells the destinations of one day apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Employer(EmployerId),
    /// Of a destination without employer.
    Kind(DestinationKind),
}

/// What a source says of a graduate from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub source: Source,
    pub starts_on: i64,
    pub kind: DestinationKind,
    pub employer: Option<EmployerId>,
    pub last_day: Option<i64>,
    pub on_specialty: Option<SpecialtyMatch>,
    pub papers: Vec<EvidenceKind>,
    pub level: EvidenceLevel,
    /// Not accepted, overturned or under re-check.
    pub is_out: bool,
    pub reported_on: ReportDay,
}

impl Statement {
    pub fn is_job(&self) -> bool {
        self.kind.employment().is_some()
    }

    pub fn takes_part(&self) -> bool {
        let is_internship = |paper: &EvidenceKind| *paper == EvidenceKind::Internship;
        let is_internship_only = !self.papers.is_empty() && self.papers.iter().all(is_internship);
        !(self.is_out || self.is_job() && is_internship_only)
    }

    pub fn identity(&self) -> Identity {
        self.employer.map_or(Identity::Kind(self.kind), Identity::Employer)
    }

    /// Between statements that nothing else tells apart, the smallest decides.
    pub fn key_text(&self) -> String {
        let at = self.employer.map_or(self.kind.code().to_owned(), |employer| employer.0.to_string());
        format!("{} {} {at}", self.source.code(), self.starts_on)
    }
}

/// What was withdrawn from a day, and what stood there.
#[derive(Debug, Clone)]
struct Tombstone {
    day: i64,
    identity: Identity,
    /// The kind of what stood, or if nothing did the one that the withdrawing row named.
    kind: DestinationKind,
    taken: Option<Statement>,
}

/// What stands of one source while its words are walked through.
#[derive(Debug, Default)]
struct Telling {
    standing: Vec<Statement>,
    withdrawn: Vec<Tombstone>,
}

/// A row that says what is so, and what its correction takes from another day.
type Coming<'r> = (&'r DestinationSaid, Option<Statement>);

/// What stands of every source.
pub fn standing(entries: &[&Entry]) -> Vec<Statement> {
    let of_source = |source: &Source| {
        let mut telling = Telling::default();
        for entry in entries {
            match entry {
                Entry::Word(word) if word.source == *source => telling.hear(word),
                Entry::Reviewed(reviewed) if reviewed.source == *source => telling.review(reviewed),
                Entry::Word(_) | Entry::Reviewed(_) | Entry::Undone { .. } => (),
            }
        }
        telling.standing
    };
    Source::VARIANTS.iter().flat_map(of_source).collect()
}

impl Telling {
    /// First what the batch withdraws and moves, then what it says of each day.
    fn hear(&mut self, word: &Word) {
        let destination = |row: &Row| if let Row::Destination(row) = row { Some(row.clone()) } else { None };
        let rows: Vec<DestinationSaid> = word.rows.iter().filter_map(destination).collect();
        let before = self.standing.clone();
        let mut coming: Vec<Coming<'_>> = vec![];
        for row in &rows {
            match row.act {
                Act::Withdraw => {
                    self.withdraw(&before, row, row.starts_on);
                }
                Act::Move { from } => coming.push((row, self.withdraw(&before, row, from))),
                Act::State | Act::Restore => coming.push((row, None)),
            }
        }
        let days: BTreeSet<i64> = coming.iter().map(|(row, _)| row.starts_on).collect();
        for day in days {
            let of_day: Vec<&Coming<'_>> = coming.iter().filter(|(row, _)| row.starts_on == day).collect();
            self.say(word, day, &of_day);
        }
    }

    /// Takes away what a row names of a day, and remembers that it was never so.
    fn withdraw(&mut self, before: &[Statement], row: &DestinationSaid, day: i64) -> Option<Statement> {
        let named = row.about(before, day);
        let is_withdrawn = |tombstone: &Tombstone| tombstone.day == day && tombstone.kind == row.kind;
        // Without a word of the employer, what was withdrawn of the kind is what is meant.
        if named.is_none() && row.employer.is_nothing() && self.withdrawn.iter().any(is_withdrawn) {
            return None;
        }
        let identity = named.map_or(row.own_identity(), Statement::identity);
        let is_it = |statement: &Statement| statement.starts_on == day && statement.identity() == identity;
        let taken = self.standing.iter().position(is_it).map(|index| self.standing.remove(index));
        match self.withdrawn.iter_mut().find(|tombstone| tombstone.day == day && tombstone.identity == identity) {
            Some(tombstone) => {
                tombstone.kind = taken.as_ref().map_or(tombstone.kind, |taken| taken.kind);
                tombstone.taken = taken.clone().or(tombstone.taken.take());
            }
            None => {
                let kind = taken.as_ref().map_or(row.kind, |taken| taken.kind);
                self.withdrawn.push(Tombstone { day, identity, kind, taken: taken.clone() });
            }
        }
        taken
    }

    /// What a batch says of one day takes the place of all that was said of it, but of other jobs known beside.
    fn say(&mut self, word: &Word, day: i64, rows: &[&Coming<'_>]) {
        let before: Vec<Statement> = self.standing.iter().filter(|known| known.starts_on == day).cloned().collect();
        let lifted: Vec<Option<Statement>> =
            rows.iter().map(|(row, carried)| self.lift(row, carried.as_ref())).collect();
        let mut said: Vec<Statement> = vec![];
        for ((row, carried), lifted) in rows.iter().zip(lifted) {
            if row.act == Act::State && self.holds(row) {
                continue;
            }
            // Rows of a batch about the same say it together.
            if let Some(index) = said.iter().position(|said| row.about(std::slice::from_ref(said), day).is_some()) {
                said[index] = row.over(Some(said[index].clone()), word);
                continue;
            }
            let base = carried.clone().or(lifted).or_else(|| row.about(&before, day).cloned());
            said.push(row.over(base, word));
        }
        if said.is_empty() {
            return;
        }
        // What is restored comes back beside the others.
        let leaves_others = before.len() > 1 || rows.iter().all(|(row, _)| row.act == Act::Restore);
        let are_jobs_told_apart = leaves_others && before.iter().chain(&said).all(Statement::is_job);
        let is_unsaid = |known: &Statement| said.iter().all(|statement| statement.identity() != known.identity());
        self.standing.retain(|known| known.starts_on != day || (are_jobs_told_apart && is_unsaid(known)));
        self.standing.extend(said);
    }

    /// What a row restores or moves is no longer withdrawn from the row's day; gives what stood when it was withdrawn.
    fn lift(&mut self, row: &DestinationSaid, carried: Option<&Statement>) -> Option<Statement> {
        if !matches!(row.act, Act::Restore | Act::Move { .. }) {
            return None;
        }
        let is_meant = |tombstone: &Tombstone| {
            let is_it = match (carried, row.employer) {
                (Some(carried), _) => tombstone.identity == carried.identity(),
                (None, Spoken::Nothing) => tombstone.kind == row.kind,
                (None, Spoken::None | Spoken::Value(_)) => tombstone.identity == row.own_identity(),
            };
            tombstone.day == row.starts_on && is_it
        };
        let meant: Vec<usize> = (0..self.withdrawn.len()).filter(|index| is_meant(&self.withdrawn[*index])).collect();
        let [only] = meant[..] else { return None };
        self.withdrawn.remove(only).taken
    }

    /// Whether what a row says was withdrawn.
    fn holds(&self, row: &DestinationSaid) -> bool {
        self.withdrawn.iter().filter(|tombstone| tombstone.day == row.starts_on).any(|tombstone| match row.employer {
            Spoken::Nothing => tombstone.kind == row.kind,
            Spoken::None | Spoken::Value(_) => tombstone.identity == row.own_identity(),
        })
    }

    /// What is reviewed is what stands.
    fn review(&mut self, reviewed: &Reviewed) {
        let is_it = |statement: &&mut Statement| {
            statement.starts_on == reviewed.starts_on && statement.identity() == reviewed.identity
        };
        let Some(statement) = self.standing.iter_mut().find(is_it) else { return };
        match reviewed.step {
            ReviewStep::Attach { kind } => add(&mut statement.papers, &[kind]),
            ReviewStep::Open => statement.is_out = false,
            ReviewStep::Verify { level } => {
                statement.is_out = false;
                statement.level = statement.level.max(level);
            }
            ReviewStep::NotAccept { .. } | ReviewStep::OpenRecheck => statement.is_out = true,
            ReviewStep::CloseRecheck { upheld } => statement.is_out = !upheld,
        }
    }
}

impl DestinationSaid {
    /// The statement of a day that the row is about.
    fn about<'s>(&self, standing: &'s [Statement], day: i64) -> Option<&'s Statement> {
        let is_meant = |known: &&Statement| {
            let is_it = match self.employer {
                Spoken::Value(employer) => known.employer == Some(employer),
                Spoken::None => known.employer.is_none() && known.kind == self.kind,
                Spoken::Nothing => known.kind == self.kind,
            };
            known.starts_on == day && is_it
        };
        let meant: Vec<&Statement> = standing.iter().filter(is_meant).collect();
        if let [only] = meant[..] { Some(only) } else { None }
    }

    /// What the row names by itself.
    fn own_identity(&self) -> Identity {
        self.employer.value().map_or(Identity::Kind(self.kind), Identity::Employer)
    }

    /// The statement after the row, given what it is about.
    fn over(&self, base: Option<Statement>, word: &Word) -> Statement {
        let Some(before) = base else {
            return Statement {
                source: word.source,
                starts_on: self.starts_on,
                kind: self.kind,
                employer: self.employer.value(),
                last_day: self.last_day.value(),
                on_specialty: self.on_specialty.value(),
                papers: self.papers.clone(),
                level: worth(word.source),
                is_out: false,
                reported_on: ReportDay::first(word, self.reported_on),
            };
        };
        let mut papers = before.papers.clone();
        add(&mut papers, &self.papers);
        let after = Statement {
            starts_on: self.starts_on,
            kind: self.kind,
            employer: self.employer.over(before.employer),
            last_day: self.last_day.over(before.last_day),
            on_specialty: self.on_specialty.over(before.on_specialty),
            papers,
            source: before.source,
            level: before.level,
            is_out: before.is_out,
            reported_on: before.reported_on,
        };
        let reported_on = report_day(word, self.reported_on, before.reported_on, after != before);
        Statement { reported_on, ..after }
    }
}

/// Papers add up.
fn add(papers: &mut Vec<EvidenceKind>, more: &[EvidenceKind]) {
    for paper in more {
        if !papers.contains(paper) {
            papers.push(*paper);
        }
    }
}
