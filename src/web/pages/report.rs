//! The figures of a year: the rates with what they are of, where everybody is, one breakdown, specialties by destination, and
//! a rate over the years. Every number opens to the people behind it.

mod dots;
mod line;
mod matrix;
mod years;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::frame::{Frame, Visit};
use super::moment::Moment;
use super::{compare, count, definition, year_of};
use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::at_work::PlacementQuery;
use crate::app::reply::Reply;
use crate::app::report::{
    Breakdown, Cell, LatestYear, Report, ReportQuery, ReportReply, SHARE_OF_DIRECT_EMPLOYMENT, ShowReport, cut_off,
};
use crate::domain::figures::Figure;
use crate::domain::figures::definitions::{Definition, Denominator};
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, EMPLOYED, EMPLOYED_BY_ORGANISATION, FURTHER_STUDY, GRADUATES, INTENDS_TO_STUDY, NOT_SEEKING,
    ON_SPECIALTY, OTHERWISE_EMPLOYED, Population, SEEKING, SELF_EMPLOYED, UNKNOWN,
};
use crate::domain::terms::Term;
use crate::input::known_at::KnownAt;
use crate::projections::cohort_outcomes::count::Dimension;
use crate::publication::compose;
use crate::publication::file::{ReportFormat, write};
use crate::text::lang::{joined, say};
use crate::web::error::Error;
use crate::web::params::{ReportParams, cell_query};
use crate::web::session::Site;
use dots::{Dots, dots};
use matrix::Matrix;
use years::Years;

/// The rates that stand first.
const FIRST: [&str; 4] =
    ["employment_rate", "on_specialty_rate_of_graduates", "progression_rate", "known_destination_rate"];

/// Where graduates are, with the classes of the colours; nobody is in two of them.
const PARTS: [(&Population, &str); 8] = [
    (&FURTHER_STUDY, "f1"),
    (&EMPLOYED_BY_ORGANISATION, "f2"),
    (&SELF_EMPLOYED, "f3"),
    (&OTHERWISE_EMPLOYED, "f4"),
    (&SEEKING, "f5"),
    (&INTENDS_TO_STUDY, "f5"),
    (&NOT_SEEKING, "f5"),
    (&UNKNOWN, "f0"),
];

/// The counts of a breakdown; of a detail of the job only the last but one.
const COUNTS: [&Population; 6] = [&GRADUATES, &EMPLOYED, &DIRECT_EMPLOYMENT, &FURTHER_STUDY, &ON_SPECIALTY, &UNKNOWN];
const COUNTS_OF_JOB: [&Population; 2] = [&DIRECT_EMPLOYMENT, &ON_SPECIALTY];

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    year: i16,
    title: String,
    scope: String,
    position: i64,
    root: String,
    moment: Moment,
    compare: String,
    /// What keeps the figures from being final.
    warnings: Vec<String>,
    conflicts: usize,
    first: Vec<Rate>,
    others: Vec<Rate>,
    graduates: (String, String),
    parts: Vec<Part>,
    parts_said: String,
    by: Vec<(String, String, bool)>,
    table: Option<Table>,
    matrix: Option<Matrix>,
    years: Years,
    /// The same report as a file.
    files: Vec<(&'static str, String)>,
}

/// A rate, with where each of its numbers opens.
struct Rate {
    name: String,
    definition: String,
    percent: String,
    address: String,
    numerator: (String, String),
    denominator: (String, String),
    defined: String,
    bounds: String,
}

struct Part {
    word: String,
    count: String,
    colour: &'static str,
    from: i64,
    length: i64,
    address: String,
}

/// A breakdown.
struct Table {
    title: String,
    /// With where each is defined.
    headings: Vec<(String, String)>,
    rates: Vec<String>,
    axis: Option<(String, String)>,
    rows: Vec<Row>,
    total: Option<Row>,
}

struct Row {
    name: String,
    address: Option<String>,
    counts: Vec<(String, String)>,
    rates: Vec<(String, String)>,
    dots: Option<Dots>,
}

/// Leads to the figures of the latest year that has graduates.
///
/// # Errors
/// If the database does not answer.
pub(in crate::web) async fn latest(
    State(app): State<Arc<App>>,
    Visit { caller, .. }: Visit,
) -> Result<Redirect, Error> {
    let latest = match app.ask(&caller, &Question::LatestYear(LatestYear {})).await? {
        Reply::LatestYear(latest) => latest,
        _ => None, // Answers of other questions.
    };
    let year = latest.unwrap_or_else(|| app.today().year());
    Ok(Redirect::to(&format!("/reports/{year}")))
}

/// The figures of a year with one breakdown, as a page or a file.
///
/// # Errors
/// If a parameter cannot be read, the school or the position is not there, or the read model is stalled.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(year): Path<String>,
    query: Result<Query<ReportParams>, QueryRejection>,
) -> Result<Response, Error> {
    let app = &site.app;
    let params = ReportParams::from_address(query)?;
    let by = params.dimensions()?;
    let year = year_of(&year)?;
    let question = ShowReport { query: params.question(year)?, by: by.clone(), full: false };
    if let Some(format) = params.format() {
        return as_file(app, &caller, ShowReport { full: true, ..question }, format).await;
    }
    let Reply::Report(ReportReply::Plain(report)) = app.ask(&caller, &Question::Report(question)).await? else {
        return Err(Error::NotFound);
    };
    let fixed = ReportQuery { known_at: KnownAt::Position(report.known_at.position), ..params.question(year)? };
    let matrix = matrix::of(app, &caller, &frame, &fixed, &params).await?;
    let years = years::of(&site, &caller, &frame, fixed, &params).await?;
    let ReportQuery { as_of, known_at, school, .. } = params.question(year)?;
    let asked = PlacementQuery { on: as_of, known_at, school, class: None };
    let codes = by.iter().map(|dimension| dimension.code()).collect::<Vec<_>>().join(",");
    let kept = [("school", params.school()), ("by", &*codes), ("trend", params.trend().unwrap_or_default())];
    let (here, names) = (format!("/reports/{year}"), ("as_of", "known_at"));
    let moment = Moment::under(&site, &caller, &frame, &here, names, &kept, &asked, cut_off(year)).await?;
    let around = Around { matrix, years, moment };
    Ok(Html(page(frame, *report, &params, &by, around).render()?).into_response())
}

async fn as_file(app: &App, caller: &Caller, question: ShowReport, format: &str) -> Result<Response, Error> {
    let (format, kind) = match format {
        "docx" => (ReportFormat::Docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx" => (ReportFormat::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv" => (ReportFormat::Csv, "text/csv; charset=utf-8"),
        _ => return Err(Error::Parameter("format", say("写 docx、xlsx 或 csv", "write docx, xlsx or csv"))),
    };
    let year = question.query.year;
    let Reply::Report(ReportReply::Full(full)) = app.ask(caller, &Question::Report(question)).await? else {
        return Err(Error::NotFound);
    };
    let bytes = write(&compose(&full), format).map_err(|error| Error::Broken(error.reason))?;
    let ending = match format {
        ReportFormat::Docx => "docx",
        ReportFormat::Csv => "csv",
        ReportFormat::Xlsx | ReportFormat::Text | ReportFormat::Html => "xlsx",
    };
    let name = format!("attachment; filename=\"report-{year}.{ending}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// What stands around the figures of the year.
struct Around {
    matrix: Option<Matrix>,
    years: Years,
    moment: Moment,
}

fn page(frame: Frame, report: Report, params: &ReportParams, by: &[Dimension], around: Around) -> ReportPage {
    let year = report.year;
    // The links stay with the same record, whatever is recorded meanwhile.
    let query = params.query_string(report.known_at.position, None);
    let open = |id: &str| format!("/reports/{year}/{id}{query}");
    let rate = |(definition, figure): &(&'static Definition, Figure)| rate(&frame, definition, figure, &open);
    let (first, others): (Vec<_>, Vec<_>) =
        report.figures.iter().partition(|(definition, _)| FIRST.contains(&definition.id));
    let parts = parts(&frame, &report, &open);
    let said = parts.iter().map(|part| format!("{} {}", part.word, part.count)).collect::<Vec<_>>();
    let codes = by.iter().map(|dimension| dimension.code()).collect::<Vec<_>>().join(",");
    let position = report.known_at.position;
    let chips = Dimension::ENTRIES.iter().map(|entry| {
        let address = format!("/reports/{year}{query}&by={}", entry.code);
        (frame.word(&entry.value), address, *by == [entry.value])
    });
    let scope = match (report.scope.school(), &report.school_name) {
        (None, _) => frame.say("全市", "the city").to_owned(),
        (Some(code), name) => name.clone().unwrap_or_else(|| code.to_string()),
    };
    ReportPage {
        year,
        title: frame.lang.of(format!("{year} 届毕业生去向"), format!("Graduates of {year}")),
        scope,
        position,
        root: report.root.clone(),
        warnings: warnings(&frame, &report),
        conflicts: report.conflicts,
        first: first.into_iter().map(rate).collect(),
        others: others.into_iter().map(rate).collect(),
        graduates: (count(report.counts.of(&GRADUATES)), open(GRADUATES.id)),
        parts_said: said.join(frame.say("，", ", ")),
        parts,
        by: chips.collect(),
        table: report.breakdown.as_ref().map(|breakdown| table(&frame, &report, breakdown, &query)),
        files: ["docx", "xlsx", "csv"]
            .into_iter()
            .map(|format| (format, format!("/reports/{year}{query}&by={codes}&format={format}")))
            .collect(),
        moment: around.moment,
        compare: compare::address(&report, params.school()),
        matrix: around.matrix,
        years: around.years,
        frame,
    }
}

fn rate(frame: &Frame, definition: &'static Definition, figure: &Figure, open: &dyn Fn(&str) -> String) -> Rate {
    let whole = match definition.denominator {
        Denominator::All(population) => open(population.id),
        // A whole less a part is no population: it opens as a part of the figure.
        Denominator::Less(..) => format!("{}&part=denominator", open(definition.id)),
    };
    let unknown = figure.bounds.as_ref().map(|bounds| {
        frame.lang.of(
            format!("去向未知的全不计、全计：{}% 至 {}%", bounds.lower, bounds.upper),
            format!("none or all of the unknown counted: {}% to {}%", bounds.lower, bounds.upper),
        )
    });
    Rate {
        name: frame.lang.of(definition.zh, definition.en).to_owned(),
        definition: definition.text(),
        percent: percent(figure),
        address: open(definition.id),
        numerator: (count(figure.numerator), open(definition.numerator.id)),
        denominator: (count(figure.denominator), whole),
        defined: definition::address(definition.id),
        bounds: unknown.unwrap_or_default(),
    }
}

fn percent(figure: &Figure) -> String {
    figure.percent.as_ref().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"))
}

fn parts(frame: &Frame, report: &Report, open: &dyn Fn(&str) -> String) -> Vec<Part> {
    const LENGTH: i64 = 1000;
    let whole = report.counts.of(&GRADUATES).max(1);
    let (mut parts, mut before) = (vec![], 0);
    for (population, colour) in PARTS {
        let number = report.counts.of(population);
        if number > 0 {
            let (from, to) = (before * LENGTH / whole, (before + number) * LENGTH / whole);
            parts.push(Part {
                word: word(frame, population),
                count: count(number),
                colour,
                from,
                length: (to - from).max(2),
                address: open(population.id),
            });
            before += number;
        }
    }
    parts
}

fn word(frame: &Frame, population: &Population) -> String {
    frame.lang.of(population.zh.to_owned(), population.en())
}

fn warnings(frame: &Frame, report: &Report) -> Vec<String> {
    let mut warnings = vec![];
    let mut warn = |zh: String, en: String| warnings.push(frame.lang.of(zh, en));
    if report.is_ahead {
        warn("截止日还没有到，不是最终数字。".to_owned(), "The cut-off has not come yet: no final figures.".to_owned());
    }
    if !report.missing_schools.is_empty() {
        let number = report.missing_schools.len();
        let names: Vec<&str> = report.missing_schools.iter().map(|school| school.name.as_str()).collect();
        warn(
            format!("缺报学校 {number} 所，不是零：{}", names.join("、")),
            format!("Schools that sent nothing, which is not zero: {number}: {}", names.join(", ")),
        );
    }
    if !report.unreported_schools.is_empty() {
        let number = report.unreported_schools.len();
        let (silent, figure) = report.without_unreported();
        let rate = percent(&figure);
        warn(
            format!("{number} 所学校有毕业生而没有报过去向，{silent} 人都算未知；除去这些学校，就业率为 {rate}"),
            format!(
                "Schools with graduates and no destination: {number}, with {silent} graduates who all count as unknown; without them the employment rate is {rate}"
            ),
        );
    }
    if let Some((lost, on)) = &report.lost {
        warn(
            format!("这个位置的记录在 {on} 恢复备份时丢失过（{} 至 {}）", lost.from, lost.to),
            format!("Records at this position were lost in a restore on {on} ({} to {})", lost.from, lost.to),
        );
    }
    if !report.stalled.is_empty() {
        let names = report.stalled.join(", ");
        warn(format!("统计暂停更新（{names}），登记不受影响"), format!("Figures are not kept up to date ({names})"));
    }
    warnings
}

fn table(frame: &Frame, report: &Report, breakdown: &Breakdown, query: &str) -> Table {
    let populations = if breakdown.of_direct_employment { &COUNTS_OF_JOB[..] } else { &COUNTS[..] };
    let wanted: &[&str] = match breakdown.of_direct_employment {
        true => &[SHARE_OF_DIRECT_EMPLOYMENT],
        false => &["employment_rate", "on_specialty_rate_of_graduates", "progression_rate"],
    };
    // A share opens to those who have it.
    let opened = |id: &str| if id == SHARE_OF_DIRECT_EMPLOYMENT { DIRECT_EMPLOYMENT.id } else { id }.to_owned();
    let rates = |figures: &dyn Fn(&str) -> Option<Figure>, behind: &str| -> Vec<(String, String)> {
        let rate = |id: &&str| {
            let shown = figures(id).as_ref().map_or_else(|| "—".to_owned(), percent);
            (shown, format!("/reports/{}/{}{behind}", report.year, opened(id)))
        };
        wanted.iter().map(rate).collect()
    };
    let of_cell =
        |cell: &Cell, id: &str| cell.figures.iter().find(|(of, _)| *of == id).map(|(_, figure)| figure.clone());
    let of_all = |id: &str| report.figures.iter().find(|(of, _)| of.id == id).map(|(_, figure)| figure.clone());
    let employment: Vec<Figure> = breakdown.cells.iter().filter_map(|cell| of_cell(cell, "employment_rate")).collect();
    let (axis, mut drawn) = match of_all("employment_rate") {
        Some(whole) if employment.len() == breakdown.cells.len() && employment.len() > 1 => {
            let (axis, drawn) = dots(&employment, &whole);
            (Some(axis), drawn.into_iter().map(Some).collect::<Vec<_>>())
        }
        Some(_) | None => (None, vec![]),
    };
    drawn.resize_with(breakdown.cells.len(), || None);
    let is_by_school = breakdown.by == [Dimension::School];
    let rows = breakdown.cells.iter().zip(drawn).map(|(cell, dots)| {
        let behind = format!("{query}{}", cell_query(&breakdown.by, &cell.key.join(",")));
        let open = |population: &&Population| {
            let number = cell.counts.of(population);
            (count(number), format!("/reports/{}/{}{behind}", report.year, population.id))
        };
        let school = cell.key.first().filter(|_| is_by_school);
        Row {
            name: joined(&cell.name, " · ", frame.lang),
            address: school.map(|code| format!("/reports/{}{query}&school={code}", report.year)),
            counts: populations.iter().map(open).collect(),
            rates: rates(&|id| of_cell(cell, id), &behind),
            dots,
        }
    });
    let total = (!breakdown.of_direct_employment).then(|| Row {
        name: frame.say("合计", "total").to_owned(),
        address: None,
        counts: populations
            .iter()
            .map(|population| {
                (count(report.counts.of(population)), format!("/reports/{}/{}{query}", report.year, population.id))
            })
            .collect(),
        rates: rates(&of_all, query),
        dots: None,
    });
    let names = |id: &&str| {
        let definition = report.figures.iter().find(|(of, _)| of.id == *id).map(|(of, _)| *of);
        definition.map_or_else(
            || frame.say("占直接就业", "of direct employment").to_owned(),
            |definition| frame.lang.of(definition.zh, definition.en).to_owned(),
        )
    };
    let by: Vec<String> = breakdown.by.iter().map(|dimension| frame.word(dimension)).collect();
    Table {
        title: by.join(frame.say("、", ", ")),
        headings: populations.iter().map(|of| (word(frame, of), definition::address(of.id))).collect(),
        rates: wanted.iter().map(names).collect(),
        axis,
        rows: rows.collect(),
        total,
    }
}
