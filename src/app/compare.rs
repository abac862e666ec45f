//! Two reports of a year beside each other: which figures differ, by how many persons, why, and who they are. The reports may
//! be of two days, two states of knowledge, two schools, or under two definitions.
//!
//! Invariant: of one scope the persons who entered a figure less those who left it are its difference.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::App;
use super::explain::NamedPerson;
use super::failure::Failure;
use super::report::{Report, ReportQuery};
use super::report_error::ReportError;
use crate::accounts::Caller;
use crate::domain::figures::definitions::{DEFINITIONS, OpenFigure};
use crate::domain::figures::populations::{ALL, EXAM_QUALIFIED, EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT};
use crate::domain::figures::{self, Figure, PopulationCounts};
use crate::domain::ids::SchoolCode;
use crate::input::known_at::KnownAt;
use crate::input::words;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::explain::{Counted, PersonBehind, decided};
use crate::projections::cohort_outcomes::moved::{CountedAs, Moved};

/// What differs between two reports of a year, or in whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CompareReports {
    /// What the first report knows: up to a position, a day or an instant.
    pub from: KnownAt,
    /// What the second knows; the head unless given.
    #[arg(default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub to: KnownAt,
    /// Calendar year of graduation.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    /// The cut-off; 31 December of the year unless given.
    #[arg(long, value_parser = words::day)]
    pub as_of: Option<Date>,
    /// The cut-off of the first report, if it is another.
    #[arg(long, value_parser = words::day)]
    pub from_as_of: Option<Date>,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// The school of the first report, if it is another.
    #[arg(long, value_parser = words::school_code)]
    pub from_school: Option<SchoolCode>,
    /// The first report is of everything in scope, whatever school the second is of.
    #[arg(long, conflicts_with = "from_school")]
    #[serde(default)]
    pub from_all: bool,
    /// Only this rate or population.
    #[arg(long)]
    pub figure: Option<String>,
    /// The rate or population of the first report, if it is another.
    #[arg(long, requires = "figure")]
    pub from_figure: Option<String>,
    /// Who is counted otherwise, instead of how many.
    #[arg(long)]
    #[serde(default)]
    pub people: bool,
}

impl CompareReports {
    /// What two states of knowledge of a year have different.
    pub fn known(year: i16, from: KnownAt, to: KnownAt) -> Self {
        let (as_of, from_as_of, school, from_school) = (None, None, None, None);
        let (figure, from_figure, from_all, people) = (None, None, false, false);
        Self { from, to, year, as_of, from_as_of, school, from_school, from_all, figure, from_figure, people }
    }

    /// The first report.
    pub fn first(&self) -> ReportQuery {
        let second = self.second();
        let as_of = self.from_as_of.or(second.as_of);
        let school = self.from_school.clone().or(second.school.filter(|_| !self.from_all));
        ReportQuery { year: self.year, as_of, known_at: self.from, school }
    }

    /// The second report.
    pub fn second(&self) -> ReportQuery {
        let Self { year, as_of, to, school, .. } = self.clone();
        ReportQuery { year, as_of, known_at: to, school }
    }

    /// The one figure that is asked about, in the first report and in the second.
    fn pair(&self) -> Result<Option<(OpenFigure, OpenFigure)>, ReportError> {
        let find = |id: &str| OpenFigure::find(id).ok_or_else(|| ReportError::NoSuchFigure(id.to_owned()));
        let Some(figure) = self.figure.as_deref().map(find).transpose()? else { return Ok(None) };
        let before = self.from_figure.as_deref().map_or(Ok(figure), find)?;
        Ok(Some((before, figure)))
    }
}

/// Why somebody is counted otherwise in the second report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoveCause {
    /// What decides now was recorded after what the first report knows.
    Recorded,
    /// What decided was withdrawn, corrected or undone since.
    TakenBack,
    /// The second report knows less: what decides in the first was not recorded yet.
    NotYet,
    /// Nothing but the day.
    Day,
    /// Nothing but the definition.
    Definition,
}

/// How many persons entered a figure and left it for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    pub cause: MoveCause,
    /// All of them; somebody may enter the numerator and the denominator.
    pub persons: i64,
    /// Who entered the numerator and who left it.
    pub numerator: (i64, i64),
    /// Who entered the denominator and who left it.
    pub denominator: (i64, i64),
}

/// A figure in the two reports. A count is the numerator, over nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedFigure {
    pub of: (OpenFigure, OpenFigure),
    pub before: Figure,
    pub after: Figure,
    /// By cause; nothing of two schools, whose persons are others.
    pub why: Vec<Why>,
}

/// Two reports, and where they differ.
#[derive(Debug)]
pub struct Compared {
    pub before: Report,
    pub after: Report,
    /// The counts and rates that differ, or of which persons do; of two schools, two definitions and one figure whatever they are.
    pub figures: Vec<ComparedFigure>,
    /// Whether persons are listed.
    pub people: bool,
    /// In the order of school, class and student; nobody where figures are asked about.
    pub persons: Vec<MovedPerson>,
}

/// A person as counted in each of the two reports; in one of them perhaps not at all.
#[derive(Debug)]
pub struct MovedPerson {
    pub before: Option<NamedPerson>,
    pub after: Option<NamedPerson>,
    pub cause: MoveCause,
}

impl MovedPerson {
    /// The person in the second report, else in the first.
    pub fn latest(&self) -> Option<&NamedPerson> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

impl App {
    pub(super) async fn compare(&self, caller: &Caller, asked: &CompareReports) -> Result<Compared, Failure> {
        let pair = asked.pair()?;
        let ((first, _), (second, _)) =
            (self.question(caller, &asked.first()).await?, self.question(caller, &asked.second()).await?);
        // Positions were fixed above: what is recorded meanwhile is in neither report.
        let fixed = |query: ReportQuery, question: &CohortAsOf| ReportQuery {
            known_at: KnownAt::Position(question.known_at),
            ..query
        };
        let before = self.report(caller, &fixed(asked.first(), &first), &[]).await?;
        let after = self.report(caller, &fixed(asked.second(), &second), &[]).await?;
        let is_of_one = first.scope == second.scope;
        let moved = if is_of_one { self.moved(&first, &second, pair).await? } else { vec![] };
        let exam = |of: OpenFigure| of.id().starts_with("exam_");
        let about_exam = pair.is_some_and(|(_, figure)| exam(figure));
        let persons = self.causes(&first, &second, &moved, about_exam).await?;
        // What decides of an exam is another record than what decides of a destination.
        let of_exam = match about_exam || !moved.iter().any(differs_in_exam) {
            true => None,
            false => Some(self.causes(&first, &second, &moved, true).await?),
        };
        let all = ALL.into_iter().map(OpenFigure::Count).chain(DEFINITIONS.iter().map(OpenFigure::Rate));
        let pairs: Vec<_> = pair.map_or_else(|| all.map(|of| (of, of)).collect(), |pair| vec![pair]);
        let figure = |of: (OpenFigure, OpenFigure)| {
            let known = of_exam.as_ref().filter(|_| exam(of.1)).unwrap_or(&persons);
            compared(of, (&before.counts, &after.counts), &moved, known)
        };
        let persons_of = |of: &Figure| (of.numerator, of.denominator);
        let is_shown = |of: &ComparedFigure| {
            pair.is_some() || !is_of_one || persons_of(&of.before) != persons_of(&of.after) || !of.why.is_empty()
        };
        let figures = pairs.into_iter().map(figure).filter(is_shown).collect();
        let persons = match asked.people {
            true => self.named_moves(caller, (&first, &second), persons).await?,
            false => vec![],
        };
        Ok(Compared { before, after, figures, people: asked.people, persons })
    }

    /// Who is counted otherwise, in one figure or in whatever.
    async fn moved(
        &self,
        first: &CohortAsOf,
        second: &CohortAsOf,
        pair: Option<(OpenFigure, OpenFigure)>,
    ) -> Result<Vec<Moved>, ReportError> {
        // The cohort is read as far as the question that is put to it.
        let latest = if first.known_at > second.known_at { first } else { second };
        let both = (first.clone(), second.clone());
        self.ask_cohort(latest, move |cohort, _| {
            cohort.moved(&both.0, &both.1, |was, is, differ| match pair {
                None => differ,
                Some((before, after)) => counted_in(before, was) != counted_in(after, is),
            })
        })
        .await
    }

    /// What decides for each in either report, and why it differs; in the order of who moved.
    async fn causes(
        &self,
        first: &CohortAsOf,
        second: &CohortAsOf,
        moved: &[Moved],
        about_exam: bool,
    ) -> Result<Vec<MovedBehind>, ReportError> {
        let counted = |of: fn(&Moved) -> Option<&CountedAs>| -> Vec<Counted> {
            moved.iter().filter_map(of).map(|of| of.counted.clone()).collect()
        };
        let before = decided(&self.log, first, counted(|moved| moved.before.as_ref()), about_exam).await?;
        let after = decided(&self.log, second, counted(|moved| moved.after.as_ref()), about_exam).await?;
        let (mut before, mut after) = (before.into_iter(), after.into_iter());
        let behind = |moved: &Moved| {
            let before = moved.before.as_ref().and_then(|_| before.next());
            let after = moved.after.as_ref().and_then(|_| after.next());
            let cause = cause(moved, (first.known_at, second.known_at), after.as_ref());
            MovedBehind { before, after, cause }
        };
        Ok(moved.iter().map(behind).collect())
    }

    async fn named_moves(
        &self,
        caller: &Caller,
        (first, second): (&CohortAsOf, &CohortAsOf),
        persons: Vec<MovedBehind>,
    ) -> Result<Vec<MovedPerson>, ReportError> {
        let before = persons.iter().filter_map(|of| of.before.clone()).collect();
        let after = persons.iter().filter_map(|of| of.after.clone()).collect();
        let mut before = self.named(caller, first, before).await?.into_iter();
        let mut after = self.named(caller, second, after).await?.into_iter();
        let named = |of: MovedBehind| MovedPerson {
            before: of.before.and_then(|_| before.next()),
            after: of.after.and_then(|_| after.next()),
            cause: of.cause,
        };
        let mut persons: Vec<MovedPerson> = persons.into_iter().map(named).collect();
        let place = |moved: &MovedPerson| {
            moved
                .latest()
                .map(|named| (named.person.school.clone(), named.person.class.clone(), named.person.student.0))
        };
        persons.sort_by_cached_key(place);
        Ok(persons)
    }
}

/// What decides for a person in each report.
#[derive(Debug, Clone)]
struct MovedBehind {
    before: Option<PersonBehind>,
    after: Option<PersonBehind>,
    cause: MoveCause,
}

fn cause(moved: &Moved, (first, second): (i64, i64), after: Option<&PersonBehind>) -> MoveCause {
    let is_same = moved.before == moved.after;
    match after {
        _ if is_same => MoveCause::Definition,
        _ if moved.is_by_day => MoveCause::Day,
        _ if second < first => MoveCause::NotYet,
        Some(decides) if decides.position > first => MoveCause::Recorded,
        Some(_) | None => MoveCause::TakenBack,
    }
}

/// Persons over persons; of a count over nothing.
fn over(figure: OpenFigure, counts: &PopulationCounts) -> (i64, i64) {
    match figure {
        OpenFigure::Rate(_) => figure.over(counts),
        OpenFigure::Count(_) => (figure.over(counts).0, 0),
    }
}

/// How a figure counts somebody; who is not in the cohort is in no figure.
fn counted_in(figure: OpenFigure, counts: Option<&PopulationCounts>) -> (i64, i64) {
    counts.map_or((0, 0), |counts| over(figure, counts))
}

fn differs_in_exam(moved: &Moved) -> bool {
    let of = |of: &Option<CountedAs>| {
        let exam = [EXAM_SAT, EXAM_QUALIFIED, EXAM_QUALIFIED_UNDERGRADUATE];
        exam.map(|population| of.as_ref().map_or(0, |of| of.counts.of(&population)))
    };
    of(&moved.before) != of(&moved.after)
}

fn compared(
    of: (OpenFigure, OpenFigure),
    (before, after): (&PopulationCounts, &PopulationCounts),
    moved: &[Moved],
    known: &[MovedBehind],
) -> ComparedFigure {
    let mut why: Vec<Why> = vec![];
    for (moved, known) in moved.iter().zip(known) {
        let counts = |of: &Option<CountedAs>, figure| counted_in(figure, of.as_ref().map(|of| &of.counts));
        let (was, is) = (counts(&moved.before, of.0), counts(&moved.after, of.1));
        if was == is {
            continue;
        }
        let at = why.iter().position(|why| why.cause == known.cause).unwrap_or_else(|| {
            why.push(Why { cause: known.cause, persons: 0, numerator: (0, 0), denominator: (0, 0) });
            why.len() - 1
        });
        why[at].persons += 1;
        let add = |sum: &mut (i64, i64), was: i64, is: i64| {
            sum.0 += i64::from(is > was);
            sum.1 += i64::from(is < was);
        };
        add(&mut why[at].numerator, was.0, is.0);
        add(&mut why[at].denominator, was.1, is.1);
    }
    why.sort_unstable_by_key(|why| why.cause);
    ComparedFigure { of, before: figure(of.0, before), after: figure(of.1, after), why }
}

fn figure(of: OpenFigure, counts: &PopulationCounts) -> Figure {
    match of {
        OpenFigure::Rate(definition) => figures::figure(definition, counts),
        OpenFigure::Count(_) => {
            let (numerator, denominator) = over(of, counts);
            Figure { numerator, denominator, percent: None, bounds: None }
        }
    }
}
