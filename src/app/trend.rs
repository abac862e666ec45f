//! A figure over the years: each as that year's report counts it, and what was made public where nothing is on record.
//!
//! Invariant: the point of a year that is counted is the figure of that year's report of the same day, position and scope. What
//! was published stands beside, says so, and is added to nothing.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::App;
use super::failure::{Failure, InputRefusal};
use super::report::{LogPosition, ReportQuery, cut_off};
use super::report_error::ReportError;
use crate::accounts::{Caller, Scope};
use crate::domain::day::epoch_day;
use crate::domain::figures::definitions::{DEFINITIONS, Definition, definition};
use crate::domain::figures::populations::GRADUATES;
use crate::domain::figures::{self, Figure};
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::published_figures::Published;

/// Years of a trend unless others are asked for, and at most.
const YEARS: i16 = 5;
const YEARS_MAX: i16 = 20;

/// A figure, or all of them, over the years up to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowTrend {
    /// One rate; all unless given.
    #[arg(long)]
    pub figure: Option<String>,
    /// The year of the query is the last. Its day stands for the same day of every year's cohort.
    #[command(flatten)]
    #[serde(flatten)]
    pub query: ReportQuery,
    /// The first year; four before the last unless given.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub first_year: Option<i16>,
}

/// Figures over the years.
#[derive(Debug)]
pub struct Trend {
    pub scope: Scope,
    /// The name of the one school that is asked about.
    pub school_name: Option<String>,
    pub known_at: LogPosition,
    pub years: (i16, i16),
    /// By definition and year; of one year what is counted stands before what was published.
    pub points: Vec<TrendPoint>,
}

/// A figure of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendPoint {
    pub definition: &'static Definition,
    pub year: i16,
    pub figure: Figure,
    pub basis: Basis,
}

/// On what a point rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// Counted from the log, as of this day; `is_ahead` where it has not come yet.
    Counted { as_of: Date, is_ahead: bool },
    /// Printed somewhere, and not proven.
    Published(Published),
}

impl TrendPoint {
    /// The version of the definition under which it was counted; `None` under another one, or nobody knows which.
    pub fn version(&self) -> Option<u32> {
        match &self.basis {
            Basis::Counted { .. } => Some(self.definition.version),
            Basis::Published(published) => published.of.definition_version,
        }
    }

    /// Whether the log proves it.
    pub fn is_proven(&self) -> bool {
        matches!(self.basis, Basis::Counted { .. })
    }
}

impl Trend {
    /// The points of one figure that make its line: of each year what is counted, else what was published.
    pub fn line(&self, figure: &str) -> Vec<&TrendPoint> {
        let mut line: Vec<&TrendPoint> = vec![];
        for point in self.points.iter().filter(|point| point.definition.id == figure) {
            if line.last().is_none_or(|last| last.year != point.year) {
                line.push(point);
            }
        }
        line
    }
}

impl App {
    pub(super) async fn trend(&self, caller: &Caller, asked: &ShowTrend) -> Result<Trend, Failure> {
        let ShowTrend { figure, query, first_year } = asked;
        let wanted = match figure.as_deref() {
            None => DEFINITIONS.iter().collect(),
            Some(id) => vec![definition(id).ok_or_else(|| ReportError::NoSuchFigure(id.to_owned()))?],
        };
        let (first, last) = (first_year.unwrap_or(query.year.saturating_sub(YEARS - 1)), query.year);
        if first > last || i32::from(last) - i32::from(first) >= i32::from(YEARS_MAX) {
            return Err(InputRefusal::Years { first, last, most: YEARS_MAX }.into());
        }
        let scope = self.asked_scope(caller, query.school.as_ref()).await?;
        let known_at = self.known(query.known_at, &["cohort_outcomes", "published_figures"]).await?;
        let standing = self.published(query.as_of.unwrap_or(self.today()), known_at).await?;
        // A class has published nothing.
        let is_ours = |of: &&Published| scope.class().is_none() && of.school.as_ref() == scope.school();
        let standing: Vec<Published> = standing.iter().filter(is_ours).cloned().collect();
        let mut points = vec![];
        for year in first..=last {
            let as_of = query.as_of.map_or_else(|| cut_off(year), |day| same_day(day, query.year, year));
            let question =
                CohortAsOf { year, as_of: epoch_day(as_of), known_at: known_at.position, scope: scope.clone() };
            let cells = self.count(&question, &[]).await?;
            let counts = cells.into_iter().next().map(|(_, counts)| counts).unwrap_or_default();
            let is_ahead = as_of > self.today();
            for definition in &wanted {
                if counts.of(&GRADUATES) > 0 {
                    let basis = Basis::Counted { as_of, is_ahead };
                    let figure = figures::figure(definition, &counts);
                    points.push(TrendPoint { definition, year, figure, basis });
                }
                let printed = standing.iter().filter(|of| of.year == year && of.of.figure == definition.id);
                points.extend(printed.map(|of| TrendPoint {
                    definition,
                    year,
                    figure: printed_figure(of),
                    basis: Basis::Published(of.clone()),
                }));
            }
        }
        let place = |point: &TrendPoint| wanted.iter().position(|of| of.id == point.definition.id);
        points.sort_by_key(|point| (place(point), point.year, !point.is_proven()));
        let school_name = match scope.school() {
            Some(code) => self.schools().await?.into_iter().find(|school| school.code == *code).map(|of| of.name),
            None => None,
        };
        Ok(Trend { scope, school_name, known_at, years: (first, last), points })
    }
}

fn printed_figure(published: &Published) -> Figure {
    let (numerator, denominator) = (published.of.numerator, published.of.denominator);
    Figure { numerator, denominator, percent: figures::percent(numerator, denominator), bounds: None }
}

/// The day of another year's cohort that is as long after its graduation.
fn same_day(day: Date, of: i16, year: i16) -> Date {
    // A leap day has the last of February beside it in other years.
    day.checked_add(i64::from(year - of).years()).unwrap_or(cut_off(year))
}
