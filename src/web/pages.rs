//! The pages: the year's figures, a figure opened, one event, the head.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, Redirect};
use jiff::civil::Date;
use serde::Deserialize;

use super::error::Error;
use crate::accounts::Caller;
use crate::app::App;
use crate::app::report::{Asked, KnownAt, NamedPerson, Report};
use crate::domain::day::from_epoch_day;
use crate::domain::figures::definitions::Definition;
use crate::domain::figures::populations::{ALL, KNOWN};
use crate::domain::figures::{Figure, populations};
use crate::domain::ids::SchoolCode;
use crate::event_log::record::Recorded;
use crate::projections::cohort_outcomes::count::Dimension;
use crate::projections::cohort_outcomes::explain::Part;
use crate::publication::instant;

/// The year that `/` leads to.
const YEAR: i16 = 2022;
const PERSONS_PER_PAGE: usize = 200;

/// The parameters of a question, as they stand in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asking {
    as_of: Option<String>,
    known_at: Option<String>,
    school: Option<String>,
    part: Option<String>,
    page: Option<usize>,
}

impl Asking {
    fn asked(&self, year: i16) -> Result<Asked, Error> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let as_of = given(&self.as_of).map(|text| text.parse::<Date>()).transpose();
        let school = given(&self.school).map(|text| SchoolCode::parse(&text)).transpose();
        let known_at = match given(&self.known_at) {
            None => KnownAt::Head,
            Some(text) => match (text.parse(), instant::parse(&text)) {
                (Ok(position), _) => KnownAt::Position(position),
                (Err(_), Some(instant)) => KnownAt::Instant(instant),
                (Err(_), None) => {
                    return Err(Error::Parameter("known_at", "写日志位置，或 2023-01-15T08:00:00Z 这样的时刻"));
                }
            },
        };
        Ok(Asked {
            year,
            as_of: as_of.map_err(|_| Error::Parameter("as_of", "写 2022-12-31 这样的日期"))?,
            known_at,
            school: school.map_err(|_| Error::Parameter("school", "写学校代码"))?,
        })
    }

    /// The same question in another address.
    fn query(&self) -> String {
        let fields = [("as_of", &self.as_of), ("known_at", &self.known_at), ("school", &self.school)];
        let given = fields.iter().filter_map(|(name, value)| {
            let value = value.as_ref().filter(|value| !value.is_empty())?;
            let safe = value.chars().all(|c| c.is_ascii_alphanumeric() || "-:.".contains(c));
            safe.then(|| format!("{name}={value}"))
        });
        let joined = given.collect::<Vec<_>>().join("&");
        if joined.is_empty() { String::new() } else { format!("?{joined}") }
    }
}

fn caller() -> Caller {
    Caller::operator("web")
}

pub(super) async fn start() -> Redirect {
    Redirect::to(&format!("/reports/{YEAR}"))
}

pub(super) async fn not_found() -> Error {
    Error::NotFound
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    report: Report,
    asking: Asking,
    query: String,
    recorded_at: String,
    counts: Vec<(&'static populations::Population, i64)>,
}

impl ReportPage {
    fn value<'a>(&self, field: &'a Option<String>) -> &'a str {
        field.as_deref().unwrap_or_default()
    }
}

fn percent(figure: &Figure) -> String {
    figure.percent.as_ref().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"))
}

fn bounds(figure: &Figure) -> String {
    figure.bounds.as_ref().map_or_else(String::new, |bounds| format!("{}% – {}%", bounds.lower, bounds.upper))
}

pub(super) async fn report(
    State(app): State<Arc<App>>,
    Path(year): Path<i16>,
    Query(asking): Query<Asking>,
) -> Result<Html<String>, Error> {
    let report = app.report(&caller(), &asking.asked(year)?, &[Dimension::School]).await?;
    let shown = ALL.into_iter().filter(|population| **population != KNOWN);
    let page = ReportPage {
        query: asking.query(),
        recorded_at: instant::rfc3339(report.known_at.recorded_at),
        counts: shown.map(|population| (population, report.counts.of(population))).collect(),
        asking,
        report,
    };
    Ok(Html(page.render()?))
}

#[derive(Template)]
#[template(path = "explain.html")]
struct ExplainPage {
    year: i16,
    query: String,
    definition: &'static Definition,
    /// Name, code and number of persons of each part.
    parts: Vec<(&'static str, &'static str, usize)>,
    shown: &'static str,
    persons: Vec<NamedPerson>,
    page: usize,
    pages: usize,
}

pub(super) async fn explain(
    State(app): State<Arc<App>>,
    Path((year, figure)): Path<(i16, String)>,
    Query(asking): Query<Asking>,
) -> Result<Html<String>, Error> {
    let explained = app.explain(&caller(), &asking.asked(year)?, &figure).await?;
    let parts = [
        ("分子", "numerator", Part::Numerator),
        ("只在分母", "denominator_only", Part::DenominatorOnly),
        ("不计", "excluded", Part::Excluded),
    ];
    let wanted = asking.part.as_deref().unwrap_or("numerator");
    let (_, shown, part) = *parts
        .iter()
        .find(|(_, code, _)| *code == wanted)
        .ok_or(Error::Parameter("part", "写 numerator、denominator_only 或 excluded"))?;
    let persons: Vec<NamedPerson> = explained.part(part).cloned().collect();
    let page = asking.page.unwrap_or(1).max(1);
    let page = ExplainPage {
        year,
        query: asking.query(),
        definition: explained.definition,
        parts: parts.iter().map(|(name, code, part)| (*name, *code, explained.part(*part).count())).collect(),
        shown,
        pages: persons.len().div_ceil(PERSONS_PER_PAGE).max(1),
        persons: persons.into_iter().skip((page - 1) * PERSONS_PER_PAGE).take(PERSONS_PER_PAGE).collect(),
        page,
    };
    Ok(Html(page.render()?))
}

impl ExplainPage {
    /// The address of a part and page of this figure.
    fn address(&self, part: &str, page: usize) -> String {
        let joint = if self.query.is_empty() { "?" } else { "&" };
        format!("/reports/{}/{}{}{joint}part={part}&page={page}", self.year, self.definition.id, self.query)
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
}

pub(super) async fn event(State(app): State<Arc<App>>, Path(position): Path<i64>) -> Result<Html<String>, Error> {
    let found = app.events(&caller(), position.saturating_sub(1), 1).await?;
    let event = found.into_iter().find(|event| event.position == position).ok_or(Error::NotFound)?;
    let payload = serde_json::from_str::<serde_json::Value>(&event.payload)
        .and_then(|payload| serde_json::to_string_pretty(&payload))
        .unwrap_or_else(|_| event.payload.clone());
    let page = EventPage {
        effective_on: from_epoch_day(event.effective_on).map_or_else(String::new, |day| day.to_string()),
        recorded_at: instant::rfc3339(event.recorded_at),
        payload,
        leaf: hex::encode(&event.leaf),
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

pub(super) async fn head(State(app): State<Arc<App>>) -> Result<Html<String>, Error> {
    let head = app.log().head().await?;
    let page = HeadPage {
        position: head.position(),
        root: hex::encode(head.root()),
        recorded_at: instant::rfc3339(head.last_recorded_at),
    };
    Ok(Html(page.render()?))
}
