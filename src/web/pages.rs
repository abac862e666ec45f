//! The pages: the year's figures, a figure opened, one event, the head.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Redirect};

use super::error::Error;
use super::params::{ReportParams, cell_query};
use super::session::SignedIn;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::explain::{ExplainFigure, NamedPerson};
use crate::app::health::ShowHead;
use crate::app::history::ListEvents;
use crate::app::reply::Reply;
use crate::app::report::{Cell, LatestYear, Report, ReportReply, SHARE_OF_DIRECT_EMPLOYMENT, ShowReport};
use crate::domain::day::from_epoch_day;
use crate::domain::figures::definitions::OpenFigure;
use crate::domain::figures::populations::{ALL, DIRECT_EMPLOYMENT, KNOWN};
use crate::domain::figures::{Figure, populations};
use crate::domain::terms::Term;
use crate::event_log::record::Recorded;
use crate::projections::cohort_outcomes::count::Dimension;
use crate::projections::cohort_outcomes::explain::FigurePart;
use crate::publication::paragraphs;
use crate::text::instants;
use crate::text::lang::{Lang, joined};

/// The years that have a page.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;
/// Persons on one page of a list.
const PERSONS_PER_PAGE: usize = 200;
/// The first definitions of the list: employment rates and the share on specialty.
const FIGURES_IN_BREAKDOWN: usize = 4;

/// Leads to the figures of the latest year that has graduates.
///
/// # Errors
/// If the database does not answer.
pub(super) async fn start(State(app): State<Arc<App>>, SignedIn(caller): SignedIn) -> Result<Redirect, Error> {
    let latest = match app.ask(&caller, &Question::LatestYear(LatestYear {})).await? {
        Reply::LatestYear(latest) => latest,
        _ => None, // Answers of other questions.
    };
    let year = latest.unwrap_or_else(|| app.today().year());
    Ok(Redirect::to(&format!("/reports/{year}")))
}

/// Every address that is not in the table.
pub(super) async fn not_found() -> Error {
    Error::NotFound
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    /// A sentence saying that earlier events at this position were lost in a restore, if they were.
    lost: Option<String>,
    /// That the cut-off has not come yet.
    ahead: Option<String>,
    /// Schools without one destination, and what that does to the figures.
    unreported: Option<String>,
    report: Report,
    params: ReportParams,
    /// The parameters of this question at this position.
    query: String,
    by: Vec<Dimension>,
    recorded_at: String,
    counts: Vec<(&'static populations::Population, i64)>,
    /// Headings of the breakdown's figures.
    headings: Vec<&'static str>,
}

impl ReportPage {
    /// The address of one school's report, in a breakdown by school alone.
    fn school(&self, cell: &Cell) -> Option<String> {
        let code = cell.key.first().filter(|_| self.by == [Dimension::School])?;
        Some(format!(
            "/reports/{}{}",
            self.report.year,
            self.params.query_string(self.report.known_at.position, Some(code))
        ))
    }

    /// What stands behind a figure's id in the address of the persons of a cell.
    fn of_cell(&self, cell: &Cell) -> String {
        format!("{}{}", self.query, cell_query(&self.by, &cell.key.join(",")))
    }

    /// The id of what a figure of a cell opens to.
    fn opened(id: &'static str) -> &'static str {
        if id == SHARE_OF_DIRECT_EMPLOYMENT { DIRECT_EMPLOYMENT.id } else { id }
    }

    fn by_name(&self) -> String {
        self.by.iter().map(|dimension| dimension.zh()).collect::<Vec<_>>().join("、")
    }

    /// The dimensions to choose from: code, name, whether chosen.
    fn choices(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = |dimension: &Dimension| self.by.as_slice() == [*dimension];
        Dimension::ENTRIES.iter().map(|entry| (entry.code, entry.zh, chosen(&entry.value))).collect()
    }
}

fn name(cell: &Cell) -> String {
    joined(&cell.name, " · ", Lang::Zh)
}

fn percent(figure: &Figure) -> String {
    figure.percent.as_ref().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"))
}

fn bounds(figure: &Figure) -> String {
    figure.bounds.as_ref().map_or_else(String::new, |bounds| format!("{}% – {}%", bounds.lower, bounds.upper))
}

/// The year in an address. An address with another text there is not found.
fn year_of(text: &str) -> Result<i16, Error> {
    text.parse().ok().filter(|year| YEARS.contains(year)).ok_or(Error::NotFound)
}

/// The figures of a year with one breakdown.
///
/// # Errors
/// If a parameter cannot be read, the school or the position is not there, or the read model is stalled.
pub(super) async fn report(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    Path(year): Path<String>,
    query: Result<Query<ReportParams>, QueryRejection>,
) -> Result<Html<String>, Error> {
    let params = ReportParams::from_address(query)?;
    let by = params.dimensions()?;
    let question = ShowReport { query: params.question(year_of(&year)?)?, by: by.clone(), full: false };
    let Reply::Report(ReportReply::Plain(report)) = app.ask(&caller, &Question::Report(question)).await? else {
        return Err(Error::NotFound);
    };
    let report = *report;
    let shown = ALL.into_iter().filter(|population| **population != KNOWN);
    let of_job = report.breakdown.as_ref().is_some_and(|breakdown| breakdown.of_direct_employment);
    let headings = match of_job {
        true => vec!["占直接就业"],
        false => report.figures.iter().take(FIGURES_IN_BREAKDOWN).map(|(definition, _)| definition.zh).collect(),
    };
    let page = ReportPage {
        lost: paragraphs::lost(&report),
        ahead: paragraphs::ahead(&report),
        unreported: paragraphs::unreported(&report),
        recorded_at: recorded_at(report.known_at.position, report.known_at.recorded_at),
        counts: shown.map(|population| (population, report.counts.of(population))).collect(),
        headings,
        query: params.query_string(report.known_at.position, None),
        params,
        by,
        report,
    };
    Ok(Html(page.render()?))
}

/// Position 0 is before the first event and has no instant.
fn recorded_at(position: i64, instant: i64) -> String {
    if position > 0 { instants::rfc3339(instant) } else { "尚无事件".to_owned() }
}

#[derive(Template)]
#[template(path = "explain.html")]
struct ExplainPage {
    year: i16,
    query: String,
    is_ahead: bool,
    figure: OpenFigure,
    /// The names of the cell that is opened.
    of: Option<String>,
    /// The cell in an address, behind the query.
    cell: String,
    /// Name, code and number of persons of each part.
    parts: Vec<(&'static str, &'static str, usize)>,
    shown: &'static str,
    persons: Vec<NamedPerson>,
    page: usize,
    pages: usize,
}

/// The persons behind one figure, part by part and page by page.
///
/// # Errors
/// If a parameter cannot be read, there is no such figure, school, position or page, or the read model is stalled.
pub(super) async fn explain(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    Path((year, figure)): Path<(String, String)>,
    query: Result<Query<ReportParams>, QueryRejection>,
) -> Result<Html<String>, Error> {
    let params = ReportParams::from_address(query)?;
    let year = year_of(&year)?;
    let (by, cell) = params.cell()?;
    let question = ExplainFigure { figure, query: params.question(year)?, by, cell };
    let Reply::Explain(explained) = app.ask(&caller, &Question::Explain(question)).await? else {
        return Err(Error::NotFound);
    };
    // The links to other pages of the list stay with the same persons.
    let position = explained.known_at.position;
    let parts = [
        ("分子", "numerator", FigurePart::Numerator),
        ("只在分母", "denominator_only", FigurePart::DenominatorOnly),
        ("不计", "excluded", FigurePart::Excluded),
    ];
    let (_, shown, part) = *parts
        .iter()
        .find(|(_, code, _)| *code == params.part())
        .ok_or(Error::Parameter("part", "写 numerator、denominator_only 或 excluded".into()))?;
    let counted: Vec<_> =
        parts.iter().map(|(name, code, part)| (*name, *code, explained.part(*part).count())).collect();
    let count = explained.part(part).count();
    let pages = count.div_ceil(PERSONS_PER_PAGE).max(1);
    let page = params.page(pages)?;
    let persons = explained.part(part).skip((page - 1) * PERSONS_PER_PAGE).take(PERSONS_PER_PAGE);
    let page = ExplainPage {
        year,
        query: params.query_string(position, None),
        cell: params.cell_string(),
        of: (!explained.cell.is_empty()).then(|| joined(&explained.cell, " · ", Lang::Zh)),
        is_ahead: explained.is_ahead,
        figure: explained.figure,
        parts: counted,
        shown,
        pages,
        persons: persons.cloned().collect(),
        page,
    };
    Ok(Html(page.render()?))
}

impl ExplainPage {
    /// The address of a part and page of this figure.
    fn address(&self, part: &str, page: usize) -> String {
        format!("/reports/{}/{}{}{}&part={part}&page={page}", self.year, self.figure.id(), self.query, self.cell)
    }
}

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    event: Recorded,
    effective_on: String,
    recorded_at: String,
    payload: String,
    leaf: String,
    is_last: bool,
}

/// One event with its neighbours.
///
/// # Errors
/// If there is no event at this position.
pub(super) async fn event(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    Path(position): Path<String>,
) -> Result<Html<String>, Error> {
    let position: i64 = position.parse().ok().filter(|position| *position > 0).ok_or(Error::NotFound)?;
    let question = Question::Events(ListEvents { after: position - 1, limit: 2, wait: 0, stored: true });
    let Reply::Events(found) = app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let is_last = found.events.len() < 2;
    let event = found
        .events
        .into_iter()
        .map(|listed| listed.recorded)
        .find(|event| event.position == position)
        .ok_or(Error::NotFound)?;
    let payload = serde_json::from_str::<serde_json::Value>(&event.payload)
        .and_then(|payload| serde_json::to_string_pretty(&payload))
        .unwrap_or_else(|_| event.payload.to_string());
    let page = EventPage {
        effective_on: from_epoch_day(event.effective_on).map_or_else(String::new, |day| day.to_string()),
        recorded_at: instants::rfc3339(event.recorded_at),
        payload,
        leaf: hex::encode(&event.leaf),
        is_last,
        event,
    };
    Ok(Html(page.render()?))
}

#[derive(Template)]
#[template(path = "head.html")]
struct HeadPage {
    position: i64,
    root: String,
    recorded_at: String,
}

/// The position and the root of the log.
///
/// # Errors
/// If the database does not answer.
pub(super) async fn head(State(app): State<Arc<App>>, SignedIn(caller): SignedIn) -> Result<Html<String>, Error> {
    let Reply::Head(head) = app.ask(&caller, &Question::Head(ShowHead {})).await? else {
        return Err(Error::NotFound);
    };
    let page = HeadPage {
        position: head.position(),
        root: hex::encode(head.root()),
        recorded_at: recorded_at(head.position(), head.last_recorded_at),
    };
    Ok(Html(page.render()?))
}
