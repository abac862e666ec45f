//! Two reports of a year beside each other: which numbers differ, why, and in whom, with what each report says of a person.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::moment::fields::{self, Fields};
use super::schools::schools;
use super::table::{Pages, Table};
use super::{addresses, changes, count, year_of};
use crate::app::actions::Question;
use crate::app::compare::{CompareReports, Compared, ComparedFigure};
use crate::app::reply::Reply;
use crate::app::report::{Report, cut_off};
use crate::domain::figures::definitions::{DEFINITIONS, OpenFigure};
use crate::domain::ids::SchoolCode;
use crate::input::known_at::{KnownAt, UnreadableKnownAt};
use crate::publication::list::Listing;
use crate::publication::lists::{compared, listing};
use crate::text::days;
use crate::web::error::Error;
use crate::web::session::Site;

/// The words of the address; what is left empty is not given. `a` and `b` are what the two reports know.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct CompareParams {
    a: String,
    a_as_of: String,
    a_school: String,
    a_figure: String,
    b: String,
    b_as_of: String,
    b_school: String,
    figure: String,
    people: String,
    page: String,
    format: String,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    frame: Frame,
    year: i16,
    title: String,
    /// The report that one comes from.
    report: String,
    /// Where the figures are, of which persons are listed.
    back: Option<String>,
    sides: Vec<String>,
    /// Who recorded what since the first report.
    changes: String,
    files: Vec<(&'static str, String)>,
    moments: [Fields; 2],
    schools: Vec<(String, String)>,
    a_school: String,
    b_school: String,
    figures: Vec<(&'static str, &'static str)>,
    a_figure: String,
    figure: String,
    lines: Vec<Line>,
    persons: Option<Table>,
    empty: String,
}

/// A figure of both reports, with where each of its numbers opens.
struct Line {
    name: String,
    a: (String, String),
    b: (String, String),
    difference: String,
    why: String,
    persons: Option<(String, String)>,
}

/// What is sent for the first report being of all schools.
const ALL: &str = "all";

fn week_before(today: Date) -> Date {
    today.checked_sub(7.days()).unwrap_or(today)
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

impl CompareParams {
    /// What is asked for; the first report knows what was known a week before `today` unless it is said.
    fn question(&self, year: i16, today: Date) -> Result<CompareReports, Error> {
        let week_ago = week_before(today).to_string();
        let known = |text: &str, unless: &str| given(text).unwrap_or(unless).parse::<KnownAt>();
        let day = |name, text: &str| given(text).map(days::read).transpose().map_err(|_| Error::no_day(name));
        let school = |text: &str| given(text).map(SchoolCode::parse).transpose().map_err(|_| Error::no_school());
        let from = known(&self.a, &week_ago).map_err(|_| UnreadableKnownAt)?;
        let to = known(&self.b, "head").map_err(|_| UnreadableKnownAt)?;
        let figure = given(&self.figure).or(given(&self.a_figure)).map(str::to_owned);
        Ok(CompareReports {
            as_of: day("b_as_of", &self.b_as_of)?,
            from_as_of: day("a_as_of", &self.a_as_of)?,
            school: school(&self.b_school)?,
            from_school: if self.a_school == ALL { None } else { school(&self.a_school)? },
            from_all: self.a_school == ALL,
            from_figure: given(&self.a_figure).filter(|_| figure.is_some()).map(str::to_owned),
            figure,
            people: !self.people.is_empty(),
            ..CompareReports::known(year, from, to)
        })
    }

    /// The address of the same reports, with what is said otherwise. Their positions are fixed, so that it leads to the same
    /// numbers whatever is recorded meanwhile.
    fn address(&self, compared: &Compared, others: &[(&str, &str)]) -> String {
        let Compared { before, after, .. } = compared;
        let [a, b] = [before, after].map(|report| report.known_at.position.to_string());
        let [a_as_of, b_as_of] = [before, after].map(|report| report.as_of.to_string());
        let own = [
            ("a", a.as_str()),
            ("a_as_of", &a_as_of),
            ("a_school", &self.a_school),
            ("b", &b),
            ("b_as_of", &b_as_of),
            ("b_school", &self.b_school),
            ("a_figure", &self.a_figure),
            ("figure", &self.figure),
            ("people", &self.people),
        ];
        let kept = own.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let words = kept.chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        format!("/reports/{}/compare?{words}", after.year)
    }
}

/// The two reports.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(year): Path<String>,
    Query(params): Query<CompareParams>,
) -> Result<Response, Error> {
    let year = year_of(&year)?;
    let today = site.app.today();
    let asked = params.question(year, today)?;
    let question = Question::Compare(asked.clone());
    if let Some(format) = given(&params.format) {
        let back = format!("/reports/{year}/compare");
        return taken_away(&site, &caller, question, format, frame.lang, &back, "").await;
    }
    let reply = site.app.ask(&caller, &question).await?;
    let listing = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?;
    let Reply::Compared(reports) = reply else { return Err(Error::NotFound) };
    let known = fields::of_year(&site.app, &caller, &frame, year).await?;
    let days = fields::usual_days(&frame, today, cut_off(year));
    let picked = |text: &str, unless: &str, report: &Report| {
        let text = given(text).unwrap_or(unless);
        let is_named = text == "head" || known.iter().any(|of| of.day.to_string() == text);
        if is_named { text.to_owned() } else { fields::exact(report.known_at) }
    };
    let a = picked(&params.a, &week_before(today).to_string(), &reports.before);
    let b = picked(&params.b, "head", &reports.after);
    let [a_day, b_day] = [&reports.before, &reports.after].map(|report| report.as_of.to_string());
    let schools = if caller.scope.school().is_none() { schools(&site, &caller).await? } else { vec![] };
    let persons = match asked.people {
        true => Some(people(&frame, &reports, &listing, &params)?),
        false => None,
    };
    let page = ComparePage {
        year,
        report: report_address(&reports.after, &params.b_school),
        back: asked.people.then(|| params.address(&reports, &[("people", ""), ("figure", ""), ("a_figure", "")])),
        files: [("Excel", "xlsx"), ("CSV", "csv")]
            .map(|(name, format)| (name, params.address(&reports, &[("format", format)])))
            .into(),
        moments: [
            Fields::of(&frame, ("a_as_of", "a"), (&a_day, &a), &days, &known),
            Fields::of(&frame, ("b_as_of", "b"), (&b_day, &b), &days, &known),
        ],
        schools,
        figures: DEFINITIONS.iter().map(|of| (of.id, frame.lang.of(of.zh, of.en))).collect(),
        lines: if asked.people { vec![] } else { lines(&frame, &reports, &params) },
        persons,
        a_school: params.a_school,
        b_school: params.b_school,
        a_figure: params.a_figure,
        figure: params.figure,
        changes: changes::address(reports.before.known_at.position),
        sides: compared::sides(&reports, frame.lang, false),
        empty: listing.empty,
        title: listing.title,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// Where a report is compared with others: the same day and school a week before, to begin with.
pub(super) fn address(report: &Report, school: &str) -> String {
    let (position, day) = (report.known_at.position.to_string(), report.as_of.to_string());
    let words = [("a_as_of", day.as_str()), ("b", &position), ("b_as_of", &day), ("b_school", school)];
    let words = words.into_iter().filter(|(_, value)| !value.is_empty());
    let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
    format!("/reports/{}/compare?{words}", report.year)
}

/// Where one of the two reports is.
fn report_address(report: &Report, school: &str) -> String {
    figure_address(report, school, None)
}

fn figure_address(report: &Report, school: &str, figure: Option<OpenFigure>) -> String {
    let position = report.known_at.position.to_string();
    let day = report.as_of.to_string();
    let words = [("as_of", day.as_str()), ("known_at", &position), ("school", school)];
    let words = words.into_iter().filter(|(_, value)| !value.is_empty());
    let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
    let mut address = format!("/reports/{}", report.year);
    if let Some(figure) = figure {
        let _written = write!(address, "/{}", figure.id());
    }
    format!("{address}?{words}")
}

fn lines(frame: &Frame, reports: &Compared, params: &CompareParams) -> Vec<Line> {
    let a_school = match params.a_school.as_str() {
        ALL => "",
        school => given(school).unwrap_or(&params.b_school),
    };
    let line = |figure: &ComparedFigure| {
        let moved: i64 = figure.why.iter().map(|why| why.persons).sum();
        let opened = params.address(reports, &[("figure", figure.of.1.id()), ("people", "true")]);
        Line {
            name: compared::name_of(figure, frame.lang),
            a: (
                compared::value(figure.of.0, &figure.before),
                figure_address(&reports.before, a_school, Some(figure.of.0)),
            ),
            b: (
                compared::value(figure.of.1, &figure.after),
                figure_address(&reports.after, &params.b_school, Some(figure.of.1)),
            ),
            difference: compared::difference(figure),
            why: compared::why(figure, frame.lang),
            persons: (moved > 0).then(|| (count(moved), opened)),
        }
    };
    reports.figures.iter().map(line).collect()
}

fn people(frame: &Frame, compared: &Compared, listing: &Listing, params: &CompareParams) -> Result<Table, Error> {
    let at = |number: &str| params.address(compared, &[("page", number)]);
    let (pages, places) = Pages::of(&params.page, listing.rows.len(), at)?;
    let shown = || compared.persons.iter().skip(places.start).take(places.len());
    let event = |position: Option<i64>| position.map(|position| format!("/events/{position}"));
    let students = shown().map(|moved| moved.latest().map(|named| addresses::student(named.person.student)));
    let before = shown().map(|moved| event(moved.before.as_ref().map(|named| named.person.position)));
    let after = shown().map(|moved| event(moved.after.as_ref().map(|named| named.person.position)));
    let table = Table::of(frame, listing, "name", places.clone());
    let table = table.linked("name", students).linked("before_position", before).linked("position", after);
    Ok(table.paged(pages))
}
