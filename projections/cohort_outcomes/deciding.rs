//! Which of a graduate's statements decide on a day, and what contradicts them. Pure.
//!
//! Between sources nothing overwrites: every statement that is true on the day takes part, and one decides.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::domain::day::epoch_day;
use crate::domain::further_study::reading::Reading as Studies;
use crate::domain::further_study::row::Institution;
use crate::domain::further_study::statement::{EnrolmentStatement, Sitting};
use crate::domain::ids::EmployerId;
use crate::domain::outcome::reading::Reading as Destinations;
use crate::domain::outcome::statement::{DestinationKey, Statement};
use crate::domain::statements::Source;
use crate::domain::terms::{Exam, ExamResult, Term};
use crate::projections::OPEN_END;

/// A statement, and the epoch days, half open, on which it is true.
#[derive(Debug)]
struct Held<'s, S> {
    statement: &'s S,
    from: i64,
    to: i64,
}

impl<S> Held<'_, S> {
    fn holds_on(&self, day: i64) -> bool {
        self.from <= day && day < self.to
    }
}

/// A graduate's statements with their days.
pub struct Deciding<'s> {
    destinations: Vec<Held<'s, Statement>>,
    /// Those with a registration.
    studies: Vec<Held<'s, EnrolmentStatement>>,
    said: (&'s Destinations, &'s Studies),
}

/// The statement of a destination that decides on a day.
#[derive(Debug, Clone)]
pub struct DecidingDestination<'s> {
    pub statement: &'s Statement,
    pub is_contradicted: bool,
    /// The units that are named, if nothing but the unit is contradicted: one unit, once they were merged.
    pub rivals: Vec<EmployerId>,
}

/// The enrolment that decides on a day.
#[derive(Debug, Clone, Copy)]
pub struct DecidingStudy<'s> {
    pub statement: &'s EnrolmentStatement,
    pub is_contradicted: bool,
}

impl<'s> Deciding<'s> {
    pub fn of(destinations: &'s Destinations, studies: &'s Studies) -> Self {
        let held = |statement: &'s Statement| {
            let followed = registrations(studies, statement.source).filter(|day| *day > statement.starts_on).min();
            let ends_on = statement.ends_on(&destinations.statements).into_iter().chain(followed).min();
            Held { statement, from: epoch_day(statement.starts_on), to: ends_on.map_or(OPEN_END, epoch_day) }
        };
        let mut held: Vec<Held<'s, Statement>> = destinations.statements.iter().map(held).collect();
        end_the_same_jobs(&mut held);
        held.retain(|held| held.statement.takes_part());
        let studies_held = studies.enrolments.iter().filter_map(|statement| {
            let registered_on = statement.enrolment.registered_on.filter(|_| statement.takes_part())?;
            let followed = registrations(studies, statement.source).filter(|day| *day > registered_on).min();
            let ends_on = statement.enrolment.ends_on().into_iter().chain(followed).min();
            Some(Held { statement, from: epoch_day(registered_on), to: ends_on.map_or(OPEN_END, epoch_day) })
        });
        Self { destinations: held, studies: studies_held.collect(), said: (destinations, studies) }
    }

    /// Every day on which something can change.
    pub fn cuts(&self) -> Vec<i64> {
        let mut cuts: Vec<i64> = self.destinations.iter().flat_map(|held| [held.from, held.to]).collect();
        cuts.extend(self.studies.iter().flat_map(|held| [held.from, held.to]));
        let admitted = self.said.1.enrolments.iter().filter_map(|statement| statement.enrolment.admitted_on);
        cuts.extend(admitted.chain(self.said.1.sittings.iter().filter_map(|sitting| sitting.on)).map(epoch_day));
        cuts
    }

    /// The statement that decides on a day, of a graduate who does not study.
    pub fn destination_on(&self, day: i64) -> Option<DecidingDestination<'s>> {
        let taking_part = self.destinations_on(day);
        let resolutions = &self.said.0.resolutions;
        let resolved = resolutions.iter().rev().find(|resolution| resolution.decides(&taking_part));
        let chosen = resolved
            .and_then(|resolution| taking_part.iter().find(|statement| statement.key() == resolution.chosen).copied());
        let statement = chosen.or_else(|| taking_part.iter().copied().max_by(|a, b| rank(a).cmp(&rank(b))))?;
        let is_contradicted = chosen.is_none() && taking_part.iter().any(|other| contradicts(statement, other));
        let kinds_agree = taking_part.iter().all(|other| other.destination.kind == statement.destination.kind);
        let mut rivals = vec![];
        if is_contradicted && kinds_agree {
            rivals.extend(taking_part.iter().filter_map(|statement| statement.destination.employer));
            rivals.sort_unstable();
            rivals.dedup();
        }
        Some(DecidingDestination { statement, is_contradicted, rivals })
    }

    /// What takes part on a day: everything that is true, but not what was reported before a later one among them began.
    fn destinations_on(&self, day: i64) -> Vec<&'s Statement> {
        let mut true_on: Vec<&Statement> =
            self.destinations.iter().filter(|held| held.holds_on(day)).map(|held| held.statement).collect();
        let latest = true_on.iter().map(|statement| statement.starts_on).max();
        true_on.retain(|statement| {
            let is_earlier =
                latest.is_some_and(|latest| statement.starts_on < latest && statement.reported_on < latest);
            !is_earlier
        });
        true_on
    }

    /// The registration that decides on a day, while the study goes on.
    pub fn study_on(&self, day: i64) -> Option<DecidingStudy<'s>> {
        let mut going_on: Vec<&EnrolmentStatement> = vec![];
        for institution in self.institutions() {
            if let Some(held) = self.at_institution(institution, day).filter(|held| held.holds_on(day)) {
                going_on.push(held.statement);
            }
        }
        let jobs: Vec<DestinationKey> = self
            .destinations_on(day)
            .into_iter()
            .filter(|statement| statement.destination.is_job())
            .map(Statement::key)
            .collect();
        let resolutions = &self.said.1.resolutions;
        let resolved = resolutions.iter().rev().find(|resolution| resolution.decides(&going_on, &jobs));
        let chosen = resolved.and_then(|resolution| {
            going_on.iter().find(|statement| statement.key() == Some(resolution.chosen)).copied()
        });
        let statement = chosen.or_else(|| going_on.iter().copied().max_by(|a, b| study_rank(a).cmp(&study_rank(b))))?;
        let is_contradicted = chosen.is_none() && (going_on.len() > 1 || !jobs.is_empty());
        Some(DecidingStudy { statement, is_contradicted })
    }

    /// Of who does not study on a day: what was left last, else where the graduate was admitted.
    pub fn studied_before(&self, day: i64) -> Option<(&'s EnrolmentStatement, bool)> {
        let left = self.institutions().into_iter().filter_map(|institution| self.at_institution(institution, day));
        let left = left.map(|held| held.statement).max_by(|a, b| study_rank(a).cmp(&study_rank(b)));
        let by_then = |on: Option<Date>| on.is_some_and(|on| epoch_day(on) <= day);
        let admitted = || {
            let of_part = self.said.1.enrolments.iter().filter(|statement| statement.takes_part());
            let admitted = of_part.filter(|statement| by_then(statement.enrolment.admitted_on));
            admitted.max_by(|a, b| study_rank(a).cmp(&study_rank(b)))
        };
        left.map(|statement| (statement, true)).or_else(|| admitted().map(|statement| (statement, false)))
    }

    fn institutions(&self) -> Vec<Institution> {
        let mut all: Vec<Institution> = self.studies.iter().map(|held| held.statement.enrolment.institution).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What says whether the study at an institution goes on: of each source the latest round, of these that of the highest
    /// source, of equals the one that reported last.
    fn at_institution(&self, institution: Institution, day: i64) -> Option<&Held<'s, EnrolmentStatement>> {
        let begun = |held: &&Held<'_, EnrolmentStatement>| {
            held.statement.enrolment.institution == institution && held.from <= day
        };
        let is_latest = |held: &&Held<'_, EnrolmentStatement>| {
            let of_source = self.studies.iter().filter(begun).filter(|o| o.statement.source == held.statement.source);
            of_source.map(|other| other.from).max() == Some(held.from)
        };
        self.studies.iter().filter(begun).filter(is_latest).max_by_key(|held| {
            let EnrolmentStatement { review, reported_on, source, .. } = held.statement;
            (review.level, *reported_on, Reverse(*source))
        })
    }

    /// The furthest result over all sittings by a day, and the version of the event that says so. Of each sitting the highest
    /// source that states a result has it. A sitting without a day is the only other one of its exam, else of the day of
    /// graduation.
    pub fn exam_on(&self, day: i64, graduated_on: i64) -> Option<(ExamResult, u64)> {
        let dated = |sitting: &'s Sitting| (sitting.exam, self.day_of(sitting), sitting);
        let sittings: Vec<_> = self.said.1.sittings.iter().map(dated).collect();
        let by_then = |on: &Option<Date>| on.map_or(graduated_on, epoch_day) <= day;
        let sittings: Vec<_> = sittings.into_iter().filter(|(_, on, _)| by_then(on)).collect();
        let month = |on: &Option<Date>| on.map(|on| (on.year(), on.month()));
        let rank = |of: &Sitting| (of.result.is_some(), of.source.level(), of.reported_on, Reverse(of.source));
        let decides = |(exam, on, sitting): &&(Exam, Option<Date>, &Sitting)| {
            let is_same = |other: &&(Exam, Option<Date>, &Sitting)| (other.0, month(&other.1)) == (*exam, month(on));
            sittings.iter().filter(is_same).map(|(_, _, other)| rank(other)).max() == Some(rank(sitting))
        };
        let furthest = sittings.iter().filter(decides).map(|(_, _, sitting)| sitting);
        let furthest = furthest.max_by_key(|sitting| (sitting.reached(), Reverse(sitting.version)))?;
        Some((furthest.reached(), furthest.version))
    }

    fn day_of(&self, sitting: &Sitting) -> Option<Date> {
        let others = || self.said.1.sittings.iter().filter(|other| other.exam == sitting.exam);
        let mut days: Vec<Date> = others().filter_map(|other| other.on).collect();
        days.sort_unstable();
        let is_one_month = days.first().is_some_and(|first| {
            others().all(|other| other.on.is_none_or(|on| (on.year(), on.month()) == (first.year(), first.month())))
        });
        sitting.on.or_else(|| days.first().copied().filter(|_| is_one_month))
    }
}

/// The days on which a source says that the graduate registered somewhere, whatever is thought of it.
fn registrations(studies: &Studies, source: Source) -> impl Iterator<Item = Date> {
    let of_source = studies.enrolments.iter().filter(move |statement| statement.source == source);
    of_source.filter_map(|statement| statement.enrolment.registered_on)
}

/// An end ends the same job in other sources of no higher level, if it had begun there by that day.
fn end_the_same_jobs(held: &mut [Held<'_, Statement>]) {
    let ends: Vec<(Source, _, _, i64)> = held
        .iter()
        .filter(|held| held.to < OPEN_END && held.statement.takes_part() && held.statement.destination.is_job())
        .filter_map(|held| {
            let employer = held.statement.destination.employer?;
            Some((held.statement.source, employer, held.statement.review.level, held.to))
        })
        .collect();
    for held in held {
        let statement = held.statement;
        let ended = ends.iter().filter(|(source, employer, level, to)| {
            *source != statement.source
                && statement.destination.is_job()
                && statement.destination.employer == Some(*employer)
                && statement.review.level <= *level
                && held.from < *to
        });
        if let Some(to) = ended.map(|(_, _, _, to)| *to).min() {
            held.to = held.to.min(to);
        }
    }
}

/// Whether another statement says another kind or another employer. What names no employer says nothing against one.
fn contradicts(one: &Statement, other: &Statement) -> bool {
    let (one, other) = (&one.destination, &other.destination);
    let other_employer = matches!((one.employer, other.employer), (Some(one), Some(other)) if one != other);
    one.kind != other.kind || other_employer
}

/// The greatest decides: the highest level, the latest start, the latest report day, the order of the code list, the text
/// of the key.
fn rank(statement: &Statement) -> impl Ord {
    let in_list = place_in_list(statement.destination.kind);
    let text = serde_json::to_string(&statement.key()).unwrap_or_default();
    (statement.review.level, statement.starts_on, statement.reported_on, Reverse(in_list), Reverse(text))
}

/// The same of registrations; one that was not registered is told by its admission.
fn study_rank(statement: &EnrolmentStatement) -> impl Ord {
    let enrolment = &statement.enrolment;
    let in_lists = (place_in_list(enrolment.level), place_in_list(enrolment.channel));
    let text = serde_json::to_string(&statement.key()).unwrap_or_default();
    (statement.review.level, enrolment.on(), statement.reported_on, Reverse(in_lists), Reverse(text))
}

fn place_in_list<T: Term>(value: T) -> usize {
    T::ENTRIES.iter().position(|entry| entry.value == value).unwrap_or(usize::MAX)
}
