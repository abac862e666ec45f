//! The year-end report as values: counts, figures, breakdown, and what a reader must know beside them.
//!
//! Invariant: a question fixes its position first, and every statement of it filters by that position.

use std::collections::HashMap;

use clap::Args;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::answers::Grounds;
use super::dimension_names::DimensionNames;
use super::failure::{Failure, InputRefusal};
use super::full_report::FullReport;
use super::report_error::ReportError;
use super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::day::epoch_day;
use crate::domain::figures::definitions::{DEFINITIONS, Definition};
use crate::domain::figures::populations::{DIRECT_EMPLOYMENT, EMPLOYED, GRADUATES, Population, UNKNOWN, imbalances};
use crate::domain::figures::{self, Figure, PopulationCounts};
use crate::domain::ids::SchoolCode;
use crate::domain::log::LostRange;
use crate::domain::school::SchoolEntry;
use crate::event_log::request::AppendError;
use crate::input::known_at::KnownAt;
use crate::input::words;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::cohort::Cohort;
use crate::projections::cohort_outcomes::count::{Dimension, latest_year};
use crate::projections::school_directory;
use crate::text::lang::Sentence;

/// The profile whose rules print the report.
pub const PROFILE: &str = "jinhua-2022";

/// Which cohort, day and state of knowledge a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// Calendar year of graduation.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    /// The cut-off; 31 December of the year unless given.
    #[arg(long, value_parser = words::day)]
    pub as_of: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub known_at: KnownAt,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

impl ReportQuery {
    /// Of a year, with the usual cut-off, as known now.
    pub fn year(year: i16) -> Self {
        Self { year, as_of: None, known_at: KnownAt::Head, school: None }
    }
}

/// The year-end figures, broken down by one or two dimensions; `full` with every table of the yearly form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowReport {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: ReportQuery,
    #[arg(long, value_delimiter = ',', num_args = 1.., value_parser = words::TermParser::<Dimension>::new())]
    #[serde(default)]
    pub by: Vec<Dimension>,
    #[arg(skip)]
    #[serde(default)]
    pub full: bool,
}

/// The figures alone, or with every table of the yearly form.
#[derive(Debug)]
pub enum ReportReply {
    Plain(Box<Report>),
    Full(Box<FullReport>),
}

/// The latest year that has graduates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct LatestYear {}

/// A position with the instant of its event; instant 0 before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    pub position: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub recorded_at: i64,
}

/// One cell of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub key: Vec<String>,
    pub name: Vec<Sentence>,
    pub counts: PopulationCounts,
    /// By definition; of a detail of the job, only the share of direct employment.
    pub figures: Vec<(&'static str, Figure)>,
}

/// A breakdown by one or two dimensions; its cells add up to the report's counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    pub by: Vec<Dimension>,
    /// Only direct employment and its subsets are counted.
    pub of_direct_employment: bool,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub year: i16,
    pub as_of: Date,
    /// The cut-off has not come yet.
    pub is_ahead: bool,
    pub known_at: LogPosition,
    /// Root of the log at that position, hexadecimal.
    pub root: String,
    pub scope: Scope,
    /// The name of the one school that is asked about.
    pub school_name: Option<String>,
    pub counts: PopulationCounts,
    pub figures: Vec<(&'static Definition, Figure)>,
    pub breakdown: Option<Breakdown>,
    /// Graduates of whom two things are said that cannot both be.
    pub conflicts: usize,
    /// Schools without one graduate.
    pub missing_schools: Vec<SchoolEntry>,
    pub unreported_schools: Vec<UnreportedSchool>,
    pub stalled: Vec<String>,
    /// The position was given out once before, and lost in a restore on this day.
    pub lost: Option<(LostRange, Date)>,
}

/// A school that has sent a roster and not one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreportedSchool {
    pub school: SchoolEntry,
    /// All of them count as unknown.
    pub graduates: i64,
}

/// The id of the one figure of a breakdown by a detail of the job.
pub const SHARE_OF_DIRECT_EMPLOYMENT: &str = "share_of_direct_employment";

impl Report {
    /// The graduates of schools without one destination, and the employment rate without them: nobody of theirs is known
    /// to be employed.
    pub fn without_unreported(&self) -> (i64, Figure) {
        let silent: i64 = self.unreported_schools.iter().map(|of| of.graduates).sum();
        (silent, share(self.counts.of(&EMPLOYED), self.counts.of(&GRADUATES) - silent))
    }
}

impl App {
    pub(super) async fn show_report(&self, caller: &Caller, question: &ShowReport) -> Result<ReportReply, Failure> {
        let ShowReport { query, by, full } = question;
        check_dimensions(by)?;
        Ok(if *full {
            ReportReply::Full(Box::new(self.full_report(caller, query, by).await?))
        } else {
            ReportReply::Plain(Box::new(self.report(caller, query, by).await?))
        })
    }

    pub(super) async fn report(
        &self,
        caller: &Caller,
        asked: &ReportQuery,
        by: &[Dimension],
    ) -> Result<Report, ReportError> {
        let (question, known_at) = self.question(caller, asked).await?;
        let head = self.log.head().await?;
        let is_ahead = self.is_ahead(asked);
        let grounds = Grounds { question, is_ahead, known_at, by: by.to_vec(), read_models: head.read_models };
        if let Some(known) = self.answers.get(&grounds) {
            return Ok(known);
        }
        // One at a time: who asks the same meanwhile finds the answer kept.
        let _turn = self.answers.turn().await;
        if let Some(known) = self.answers.get(&grounds) {
            return Ok(known);
        }
        let report = self.answer(asked, &grounds).await?;
        self.answers.keep(grounds, &report);
        Ok(report)
    }

    /// Whether the cut-off has not come yet.
    pub(super) fn is_ahead(&self, asked: &ReportQuery) -> bool {
        as_of(asked) > self.today()
    }

    /// Answers a question from the read models.
    async fn answer(&self, asked: &ReportQuery, grounds: &Grounds) -> Result<Report, ReportError> {
        let Grounds { question, is_ahead, known_at, by, read_models } = grounds;
        let stalled = read_models.iter().filter(|(_, mark)| mark.stalled.is_some()).map(|(name, _)| name.clone());
        let by_school = self.count(question, &[Dimension::School]).await?;
        let mut counts = PopulationCounts::default();
        by_school.iter().for_each(|(_, of_school)| counts.add(of_school));
        if let Some((whole, total, parts)) = imbalances(&counts).into_iter().next() {
            return Err(ReportError::Imbalance { whole: whole.zh, total, parts });
        }
        let breakdown = if by.is_empty() { None } else { Some(self.breakdown(question, by, &counts).await?) };
        let schools = school_directory::schools(self.log.readers(), question.known_at).await?;
        let is_asked = |school: &&SchoolEntry| question.scope.school() == Some(&school.code);
        let school_name = schools.iter().find(is_asked).map(|school| school.name.clone());
        let (missing_schools, unreported_schools) = lacking_schools(schools, &by_school, &question.scope);
        Ok(Report {
            year: question.year,
            as_of: as_of(asked),
            is_ahead: *is_ahead,
            known_at: *known_at,
            root: hex::encode(self.log.root_at(known_at.position).await?),
            figures: DEFINITIONS.iter().map(|d| (d, figures::figure(d, &counts))).collect(),
            counts,
            breakdown,
            conflicts: self.contradicted(question).await?.len(),
            missing_schools,
            unreported_schools,
            stalled: stalled.collect(),
            scope: question.scope.clone(),
            school_name,
            lost: self.lost(known_at.position).await?,
        })
    }

    /// The latest year that has graduates.
    pub(super) async fn latest_cohort(&self) -> Result<Option<i16>, ReportError> {
        self.known(KnownAt::Head, &["cohort_outcomes"]).await?;
        Ok(latest_year(self.log.readers()).await?)
    }

    /// Persons per population, by the dimensions' keys.
    pub async fn count(
        &self,
        question: &CohortAsOf,
        by: &[Dimension],
    ) -> Result<Vec<(Vec<String>, PopulationCounts)>, ReportError> {
        let by = by.to_vec();
        self.ask_cohort(question, move |cohort, question| cohort.count(question, &by)).await
    }

    /// Asks the question's cohort, on a thread that may take its time.
    pub(super) async fn ask_cohort<T: Send + 'static>(
        &self,
        question: &CohortAsOf,
        ask: impl FnOnce(&Cohort, &CohortAsOf) -> T + Send + 'static,
    ) -> Result<T, ReportError> {
        let head = self.log.head().await?;
        // After a failover the log may end before what it had when the question was put.
        if question.known_at > head.position() {
            return Err(ReportError::BeyondHead { asked: question.known_at, head: head.position() });
        }
        let cohort = self.cohorts.of(&self.log, &head, question).await?;
        let question = question.clone();
        let asking = tokio::task::spawn_blocking(move || ask(&cohort, &question));
        Ok(asking.await.map_err(|_| sqlx::Error::WorkerCrashed)?)
    }

    /// Fixes the position, day and scope of a question.
    pub(super) async fn question(
        &self,
        caller: &Caller,
        asked: &ReportQuery,
    ) -> Result<(CohortAsOf, LogPosition), ReportError> {
        let scope = self.asked_scope(caller, asked.school.as_ref()).await?;
        let known = self.known(asked.known_at, &["cohort_outcomes"]).await?;
        let question = CohortAsOf { year: asked.year, as_of: epoch_day(as_of(asked)), known_at: known.position, scope };
        Ok((question, known))
    }

    /// The part of the caller's scope that is asked about.
    pub(super) async fn asked_scope(&self, caller: &Caller, school: Option<&SchoolCode>) -> Result<Scope, ReportError> {
        let Some(school) = school else { return Ok(caller.scope.clone()) };
        let known = self.school_stream(school).await?.is_some();
        caller.scope.narrowed_to(school).filter(|_| known).ok_or(ReportError::NotFound)
    }

    /// The position that is asked for; a read model that does not show it answers nothing.
    pub(super) async fn known(&self, known_at: KnownAt, models: &[&str]) -> Result<LogPosition, ReportError> {
        let head = self.log.head().await?;
        if let Some(model) = head.foreign_model(self.log.models()) {
            return Err(ReportError::App(AppError::Append(AppendError::Upgrade(model.to_owned()))));
        }
        if let Some((model, stall)) = models.iter().find_map(|model| stall_of(&head, model)) {
            let (position, reason) = (stall.position, stall.reason);
            return Err(ReportError::Stalled { model, position, reason });
        }
        let position = match known_at {
            KnownAt::Head => head.position(),
            KnownAt::Position(position) if position > head.position() || position < 0 => {
                return Err(ReportError::BeyondHead { asked: position, head: head.position() });
            }
            KnownAt::Position(position) => position,
            KnownAt::Instant(instant) => self.log.position_at(instant).await?,
        };
        let recorded_at = match position {
            0 => 0,
            _ if position == head.position() => head.last_recorded_at,
            _ => self.log.recorded_at(position).await?.unwrap_or(0),
        };
        Ok(LogPosition { position, recorded_at })
    }

    pub(super) async fn breakdown(
        &self,
        question: &CohortAsOf,
        by: &[Dimension],
        total: &PopulationCounts,
    ) -> Result<Breakdown, ReportError> {
        let of_direct_employment = by.iter().any(|dimension| dimension.is_of_job());
        let names = self.dimension_names(question).await?;
        // A share of direct employment is a share of that of the cell's school, specialty, ..., if there is one.
        let outer: Vec<Dimension> = by.iter().copied().filter(|dimension| !dimension.is_of_job()).collect();
        let wholes: HashMap<Vec<String>, i64> = if !of_direct_employment {
            HashMap::new()
        } else if outer.is_empty() {
            HashMap::from([(vec![], total.of(&DIRECT_EMPLOYMENT))])
        } else {
            let cells = self.count(question, &outer).await?;
            cells.into_iter().map(|(key, counts)| (key, counts.of(&DIRECT_EMPLOYMENT))).collect()
        };
        let mut cells = vec![];
        for (key, counts) in self.count(question, by).await? {
            let figures = if of_direct_employment {
                let keyed = by.iter().zip(&key);
                let outer: Vec<String> = keyed.filter(|(d, _)| !d.is_of_job()).map(|(_, k)| k.clone()).collect();
                let whole = wholes.get(&outer).copied().unwrap_or(0);
                vec![(SHARE_OF_DIRECT_EMPLOYMENT, share(counts.of(&DIRECT_EMPLOYMENT), whole))]
            } else {
                DEFINITIONS.iter().map(|d| (d.id, figures::figure(d, &counts))).collect()
            };
            let name = by.iter().zip(&key).map(|(dimension, key)| names.of(*dimension, key)).collect();
            cells.push(Cell { key, name, counts, figures });
        }
        Ok(Breakdown { by: by.to_vec(), of_direct_employment, cells })
    }

    pub(super) async fn dimension_names(&self, question: &CohortAsOf) -> Result<DimensionNames, ReportError> {
        let schools = school_directory::schools(self.log.readers(), question.known_at).await?;
        Ok(DimensionNames { schools: schools.into_iter().map(|s| (s.code.as_str().to_owned(), s.name)).collect() })
    }
}

/// One or two different dimensions, or none.
pub(super) fn check_dimensions(by: &[Dimension]) -> Result<(), InputRefusal> {
    match by {
        [first, second] if first == second => Err(InputRefusal::Dimensions),
        [] | [_] | [_, _] => Ok(()),
        [_, _, _, ..] => Err(InputRefusal::Dimensions),
    }
}

/// Of the schools inside a scope those without one graduate: missing, not zero; and those of whose graduates nobody said
/// anything.
pub(super) fn lacking_schools(
    schools: Vec<SchoolEntry>,
    by_school: &[(Vec<String>, PopulationCounts)],
    scope: &Scope,
) -> (Vec<SchoolEntry>, Vec<UnreportedSchool>) {
    let (mut missing, mut unreported) = (vec![], vec![]);
    for school in schools.into_iter().filter(|school| scope.narrowed_to(&school.code).is_some()) {
        let counts = by_school.iter().find(|(key, _)| *key == [school.code.as_str()]).map(|(_, counts)| counts);
        let of = |population| counts.map_or(0, |counts| counts.of(population));
        let graduates = of(&GRADUATES);
        if graduates == 0 {
            missing.push(school);
        } else if of(&UNKNOWN) == graduates && scope.class().is_none() {
            unreported.push(UnreportedSchool { school, graduates });
        }
    }
    (missing, unreported)
}

fn as_of(asked: &ReportQuery) -> Date {
    asked.as_of.unwrap_or(cut_off(asked.year))
}

/// The cut-off of a year unless another is asked for.
pub fn cut_off(year: i16) -> Date {
    date(year.clamp(1, 9998), 12, 31)
}

fn stall_of(
    head: &crate::event_log::request::LogHead,
    model: &str,
) -> Option<(String, crate::event_log::request::Stall)> {
    let stalled = head.read_models.get(model)?.stalled.clone()?;
    Some((model.to_owned(), stalled))
}

fn share(part: i64, whole: i64) -> Figure {
    Figure { numerator: part, denominator: whole, percent: figures::percent(part, whole), bounds: None }
}

/// Populations that a breakdown's cell counts.
pub fn counted(breakdown: &Breakdown, population: &Population) -> bool {
    use crate::domain::figures::populations::OF_DIRECT_EMPLOYMENT;
    !breakdown.of_direct_employment || OF_DIRECT_EMPLOYMENT.contains(&population)
}
