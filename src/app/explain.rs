//! Figures opened to the persons behind them, and what a year lacks or contradicts.

use std::collections::HashMap;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::App;
use super::failure::{Failure, InputRefusal};
use super::report::{LogPosition, ReportQuery, UnreportedSchool, check_dimensions, lacking_schools};
use super::report_error::ReportError;
use super::target::shown_person;
use crate::accounts::{Caller, Scope};
use crate::domain::day::from_epoch_day;
use crate::domain::figures::definitions::OpenFigure;
use crate::domain::ids::StudentId;
use crate::domain::school::SchoolEntry;
use crate::domain::terms::{Entry, Term, entry};
use crate::input::words;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::cohort::Cohort;
use crate::projections::cohort_outcomes::count::{CellKey, Dimension};
use crate::projections::cohort_outcomes::explain::{
    Counted, FigurePart, PersonBehind, StudyPart, at_two_schools, decided,
};
use crate::projections::{employer_directory, school_directory};
use crate::text::lang::Sentence;

/// Who stands behind a figure: a rate or a count, of all or of one cell of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ExplainFigure {
    /// The id of a rate, or of a population.
    pub figure: String,
    #[command(flatten)]
    #[serde(flatten)]
    pub query: ReportQuery,
    #[arg(long, requires = "cell", value_delimiter = ',', value_parser = words::TermParser::<Dimension>::new())]
    #[serde(default)]
    pub by: Vec<Dimension>,
    /// The key of the cell as the report gives it: of two dimensions both, with a comma between.
    #[arg(long, requires = "by")]
    pub cell: Option<String>,
}

/// Who and what a year still lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListMissing {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: ReportQuery,
    /// Only graduates of whom the latest report is so old.
    #[arg(long, value_parser = words::TermParser::<ReportAge>::new())]
    pub age: Option<ReportAge>,
}

/// How old the latest report of where somebody is, studies or sat an exam is on the day of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum ReportAge {
    Never,
    OverSixMonths,
    ThreeToSixMonths,
    UnderThreeMonths,
}

impl Term for ReportAge {
    const NAME: &'static str = "多久没有消息";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Never, "never", "从来没有消息", &[]).en("never heard of"),
        entry(Self::OverSixMonths, "over-six-months", "超过 6 个月", &[]).en("over six months"),
        entry(Self::ThreeToSixMonths, "three-to-six-months", "3 至 6 个月", &[]).en("three to six months"),
        entry(Self::UnderThreeMonths, "under-three-months", "不到 3 个月", &[]).en("under three months"),
    ];
}

impl ReportAge {
    /// Of a report of one day on another.
    fn of(informed_on: Option<Date>, day: Date) -> Self {
        let Some(informed_on) = informed_on else { return Self::Never };
        let before = |months: i64| day.saturating_sub(months.months());
        match informed_on {
            on if on < before(6) => Self::OverSixMonths,
            on if on <= before(3) => Self::ThreeToSixMonths,
            _ => Self::UnderThreeMonths,
        }
    }
}

/// Graduates by how far their further study is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListStudies {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: ReportQuery,
    /// Registered unless given.
    #[arg(long, value_parser = words::TermParser::<StudyPart>::new())]
    pub part: Option<StudyPart>,
}

/// Graduates by how far their further study is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Studied {
    /// How many are how far.
    pub counts: Vec<(StudyPart, usize)>,
    pub part: StudyPart,
    pub persons: Vec<NamedPerson>,
    /// The cut-off has not come yet.
    pub is_ahead: bool,
}

/// Contradicting records of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListConflicts {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: ReportQuery,
}

/// A figure opened: who stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub figure: OpenFigure,
    /// The names of the cell that is opened; none if all are.
    pub cell: Vec<Sentence>,
    /// The cut-off has not come yet.
    pub is_ahead: bool,
    pub known_at: LogPosition,
    pub persons: Vec<NamedPerson>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPerson {
    /// As the caller may see it; `None` of an erased person.
    pub name: Option<String>,
    pub student_number: Option<String>,
    pub person: PersonBehind,
}

/// Who and what a year still lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub graduates: Vec<NamedPerson>,
    /// How many graduates there are of each age of the latest report, whichever of them are listed.
    pub ages: Vec<(ReportAge, usize)>,
    /// Schools without one graduate.
    pub schools: Vec<SchoolEntry>,
    pub unreported: Vec<UnreportedSchool>,
    /// The cut-off has not come yet.
    pub is_ahead: bool,
}

/// Graduates of whom two things are said that cannot both be, and persons who graduated at two schools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicts {
    pub contradicted: Vec<NamedPerson>,
    pub at_two_schools: Vec<(NamedPerson, NamedPerson)>,
    /// The cut-off has not come yet.
    pub is_ahead: bool,
}

impl App {
    /// Who is in a figure's numerator, who in its denominator only, who is left out, and which event decides.
    pub(super) async fn explain(&self, caller: &Caller, asked: &ExplainFigure) -> Result<Explained, Failure> {
        let figure = OpenFigure::find(&asked.figure).ok_or_else(|| ReportError::NoSuchFigure(asked.figure.clone()))?;
        let cell = cell_key(asked)?;
        let (question, known_at) = self.question(caller, &asked.query).await?;
        if !cell.by.is_empty() && !self.count(&question, &cell.by).await?.iter().any(|(key, _)| *key == cell.key) {
            return Err(ReportError::NoSuchCell(cell.key.join(",")).into());
        }
        let names = self.dimension_names(&question).await?;
        let named = cell.by.iter().zip(&cell.key).map(|(dimension, key)| names.of(*dimension, key)).collect();
        let counted = self.ask_cohort(&question, move |cohort, question| cohort.parts(question, figure, &cell)).await?;
        let about_exam = figure.id().starts_with("exam_");
        let persons = decided(&self.log, &question, counted, about_exam).await?;
        let is_ahead = self.is_ahead(&asked.query);
        Ok(Explained {
            figure,
            cell: named,
            is_ahead,
            known_at,
            persons: self.named(caller, &question, persons).await?,
        })
    }

    pub(super) async fn missing(
        &self,
        caller: &Caller,
        ListMissing { query: asked, age }: &ListMissing,
    ) -> Result<Missing, ReportError> {
        let (question, _) = self.question(caller, asked).await?;
        let graduates = self.ask_cohort(&question, Cohort::unknown).await?;
        let by_school = self.count(&question, &[Dimension::School]).await?;
        let schools = school_directory::schools(self.log.readers(), question.known_at).await?;
        let (schools, unreported) = lacking_schools(schools, &by_school, &question.scope);
        let mut graduates = self.named_of(caller, &question, graduates).await?;
        let day = from_epoch_day(question.as_of).map_or(self.today(), |day| day.min(self.today()));
        let age_of = |named: &NamedPerson| ReportAge::of(named.person.informed_on, day);
        let count = |age| graduates.iter().filter(|named| age_of(named) == age).count();
        let ages = ReportAge::ENTRIES.iter().map(|entry| (entry.value, count(entry.value))).collect();
        let is_ahead = self.is_ahead(asked);
        match age {
            None => Ok(Missing { graduates, ages, schools, unreported, is_ahead }),
            Some(age) => {
                graduates.retain(|named| age_of(named) == *age);
                Ok(Missing { graduates, ages, schools: vec![], unreported: vec![], is_ahead })
            }
        }
    }

    pub(super) async fn studies(&self, caller: &Caller, asked: &ListStudies) -> Result<Studied, ReportError> {
        let (question, _) = self.question(caller, &asked.query).await?;
        let part = asked.part.unwrap_or_default();
        let (mut counts, mut counted) = (vec![], vec![]);
        for of in StudyPart::ENTRIES.iter().map(|entry| entry.value) {
            let persons = self.ask_cohort(&question, move |cohort, question| cohort.studied(question, of)).await?;
            counts.push((of, persons.len()));
            if of == part {
                counted = persons;
            }
        }
        let persons = self.named_of(caller, &question, counted).await?;
        Ok(Studied { counts, part, persons, is_ahead: self.is_ahead(&asked.query) })
    }

    pub(super) async fn conflicts(&self, caller: &Caller, asked: &ReportQuery) -> Result<Conflicts, ReportError> {
        let (question, _) = self.question(caller, asked).await?;
        let contradicted = self.named_of(caller, &question, self.contradicted(&question).await?).await?;
        let pairs = self.pairs_at_two_schools(&question).await?;
        let mut twice = self.ask_cohort(&question, Cohort::graduates).await?;
        twice.retain(|counted| pairs.iter().any(|(a, b)| [*a, *b].contains(&counted.student())));
        let twice = self.named_of(caller, &question, twice).await?;
        let everybody: HashMap<_, _> = twice.into_iter().map(|named| (named.person.student, named)).collect();
        let both = |(a, b): &(_, _)| Some((everybody.get(a)?.clone(), everybody.get(b)?.clone()));
        let at_two_schools = pairs.iter().filter_map(both).collect();
        Ok(Conflicts { contradicted, at_two_schools, is_ahead: self.is_ahead(asked) })
    }

    /// Graduates of whom sources say different things.
    pub(super) async fn contradicted(&self, question: &CohortAsOf) -> Result<Vec<Counted>, ReportError> {
        let mergers = employer_directory::mergers(self.log.readers(), question.known_at).await?;
        self.ask_cohort(question, move |cohort, question| cohort.conflicting(question, &mergers)).await
    }

    /// As far as is known now: of an erased person nobody can say any more who else it was.
    async fn pairs_at_two_schools(&self, question: &CohortAsOf) -> Result<Vec<(StudentId, StudentId)>, ReportError> {
        // A school may not learn whom another school knows.
        if question.scope != Scope::City {
            return Ok(vec![]);
        }
        let graduates = self.ask_cohort(question, Cohort::graduates).await?;
        Ok(at_two_schools(&self.log, &graduates).await?)
    }

    /// The persons by name, each with the event that decides of the destination.
    pub(super) async fn named_of(
        &self,
        caller: &Caller,
        question: &CohortAsOf,
        counted: Vec<Counted>,
    ) -> Result<Vec<NamedPerson>, ReportError> {
        self.named(caller, question, decided(&self.log, question, counted, false).await?).await
    }

    /// Each under the name that is known at the position of the question.
    pub(super) async fn named(
        &self,
        caller: &Caller,
        question: &CohortAsOf,
        persons: Vec<PersonBehind>,
    ) -> Result<Vec<NamedPerson>, ReportError> {
        let ids: Vec<uuid::Uuid> = persons.iter().map(|person| person.student.0).collect();
        let known = self.persons_at(&ids, question.known_at).await?;
        let named = |person: PersonBehind| {
            let (name, student_number) = shown_person(caller, known.get(&person.student.0));
            NamedPerson { name, student_number, person }
        };
        Ok(persons.into_iter().map(named).collect())
    }
}

impl Explained {
    pub fn part(&self, part: FigurePart) -> impl Iterator<Item = &NamedPerson> {
        self.persons.iter().filter(move |named| named.person.part == part)
    }
}

/// The cell that is to be opened, if it is one.
fn cell_key(asked: &ExplainFigure) -> Result<CellKey, InputRefusal> {
    check_dimensions(&asked.by)?;
    let key: Vec<String> = match (asked.by.as_slice(), &asked.cell) {
        ([], None) => vec![],
        ([], Some(_)) => return Err(InputRefusal::FieldsMissing(vec!["by"])),
        (_, None) => return Err(InputRefusal::FieldsMissing(vec!["cell"])),
        ([_], Some(key)) => vec![key.clone()],
        // A class may have a comma in its name; the key of a second dimension has none if the first is the class.
        (_, Some(key)) => key.rsplitn(2, ',').map(str::to_owned).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    Ok(CellKey { by: asked.by.clone(), key })
}
