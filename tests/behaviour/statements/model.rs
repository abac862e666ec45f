//! The rules of statements and of who counts, read from the design as plainly as possible, independently of the domain.
//!
//! Nothing is kept: what stands is read anew from all that was said, what counts from what stands. Days are epoch days.
//! `destinations` and `studies` are the rules of statements, this file those of who counts on a day.
//! Left out: resolutions of conflicts, what withdraws or moves an enrolment or a sitting, and reviews of enrolments.

pub mod destinations;
pub mod studies;

use std::cmp::Reverse;

use gradtrail::domain::evidence::EvidenceLevel;
use gradtrail::domain::statements::Source;
use gradtrail::domain::terms::{ExamResult, Term};

use super::real::Answer;
use destinations::{DestinationSaid, Reviewed, Statement};
use studies::{EnrolmentSaid, Round, Sitting, SittingSaid};

/// Something that was recorded of a graduate.
#[derive(Debug, Clone)]
pub enum Entry {
    Word(Word),
    Reviewed(Reviewed),
    /// The batch is as if it had never been, wherever it stood.
    Undone {
        batch: u32,
    },
}

/// What a batch said of the graduate, whether it was new or so already.
#[derive(Debug, Clone)]
pub struct Word {
    pub batch: u32,
    pub source: Source,
    pub said_on: i64,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub enum Row {
    Destination(DestinationSaid),
    Enrolment(EnrolmentSaid),
    Sitting(SittingSaid),
}

/// What stands of a graduate.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub statements: Vec<Statement>,
    pub rounds: Vec<Round>,
    pub sittings: Vec<Sitting>,
}

/// What an unreviewed statement of a source is worth (rule 1).
pub fn worth(source: Source) -> EvidenceLevel {
    match source {
        Source::School | Source::ClassTeacher | Source::GraduateUnconfirmed | Source::Bureau => EvidenceLevel::L0,
        Source::Graduate => EvidenceLevel::L1,
        Source::Institution | Source::Register => EvidenceLevel::L3,
    }
}

/// A report day, and the batch that set it: its rows about one thing set it together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportDay {
    pub day: i64,
    pub batch: u32,
}

impl ReportDay {
    /// Of what nothing was said before.
    pub fn first(word: &Word, row: Option<i64>) -> Self {
        Self { day: row.unwrap_or(word.said_on), batch: word.batch }
    }
}

/// The report day after a row: the row's, if it changed something, or if a list says on a later day what it said before
/// (rule 6).
pub fn report_day(word: &Word, row: Option<i64>, before: ReportDay, has_changed: bool) -> ReportDay {
    let is_said_anew = matches!(word.source, Source::Institution | Source::Register) && word.said_on > before.day;
    if !has_changed && !is_said_anew {
        return before;
    }
    let day = row.unwrap_or(word.said_on);
    let day = if before.batch == word.batch { day.max(before.day) } else { day };
    ReportDay { day, batch: word.batch }
}

impl Reading {
    /// What stands after everything that was recorded, in its order.
    pub fn of(entries: &[Entry]) -> Self {
        let is_undone = |batch: u32| {
            entries.iter().any(|entry| matches!(entry, Entry::Undone { batch: undone } if *undone == batch))
        };
        let standing: Vec<&Entry> =
            entries.iter().filter(|entry| !matches!(entry, Entry::Word(word) if is_undone(word.batch))).collect();
        Self {
            statements: destinations::standing(&standing),
            rounds: studies::rounds(&standing),
            sittings: studies::sittings(&standing),
        }
    }

    /// What counts on a day.
    pub fn on(&self, day: i64, graduated_on: i64) -> Answer {
        let seen = self.seen(day);
        let studies = studies::going_on(&self.rounds, day);
        let exam = studies::furthest(&self.sittings, day, graduated_on);
        let study = studies.iter().min_by_key(|round| round.precedence());
        match study {
            Some(study) => Answer {
                studying: Some((study.level.is_undergraduate(), worth(study.source))),
                destination: None,
                is_conflict: studies.len() > 1 || seen.iter().any(|statement| statement.is_job()),
                exam,
            },
            None => without_study(&seen, exam),
        }
    }

    /// The destinations that take part on a day and do not stand back.
    fn seen(&self, day: i64) -> Vec<&Statement> {
        let is_so = |statement: &&Statement| {
            statement.takes_part() && statement.starts_on <= day && self.end(statement).is_none_or(|end| day < end)
        };
        let so: Vec<&Statement> = self.statements.iter().filter(is_so).collect();
        let latest = so.iter().map(|statement| statement.starts_on).max();
        let stands_back = |statement: &&Statement| {
            latest.is_some_and(|latest| statement.starts_on < latest && statement.reported_on.day < latest)
        };
        so.into_iter().filter(|statement| !stands_back(statement)).collect()
    }

    /// The first day on which a statement is no longer so.
    fn end(&self, statement: &Statement) -> Option<i64> {
        let ends_it = |other: &&Statement| {
            other.source != statement.source
                && other.takes_part()
                && other.is_job()
                && statement.is_job()
                && other.employer.is_some()
                && other.employer == statement.employer
                && statement.level <= other.level
        };
        let others = self.statements.iter().filter(ends_it).filter_map(|other| self.own_end(other));
        let others = others.filter(|end| statement.starts_on < *end);
        others.chain(self.own_end(statement)).min()
    }

    /// The same by what its source alone says.
    fn own_end(&self, statement: &Statement) -> Option<i64> {
        let destinations = self.statements.iter().filter(|other| other.source == statement.source);
        let destinations = destinations.map(|other| other.starts_on);
        let registrations = self.rounds.iter().filter(|round| round.source == statement.source);
        let registrations = registrations.filter_map(|round| round.registered_on);
        let later = destinations.chain(registrations).filter(|from| *from > statement.starts_on);
        later.chain(statement.last_day.map(|last_day| last_day + 1)).min()
    }
}

/// What counts of who does not study.
fn without_study(seen: &[&Statement], exam: Option<ExamResult>) -> Answer {
    let order = |statement: &&&Statement| {
        (
            Reverse(statement.level),
            Reverse(statement.starts_on),
            Reverse(statement.reported_on.day),
            place_in_list(statement.kind),
            statement.key_text(),
        )
    };
    let deciding = seen.iter().min_by_key(order);
    let contradicts = |statement: &&Statement| {
        deciding.is_some_and(|deciding| {
            let employers_differ =
                matches!((statement.employer, deciding.employer), (Some(one), Some(other)) if one != other);
            statement.kind != deciding.kind || employers_differ
        })
    };
    Answer {
        studying: None,
        destination: deciding.map(|statement| (statement.kind, statement.level, statement.on_specialty)),
        is_conflict: seen.iter().any(contradicts),
        exam,
    }
}

/// How far down a code stands in its list.
fn place_in_list<T: Term>(value: T) -> usize {
    T::ENTRIES.iter().take_while(|entry| entry.value != value).count()
}
