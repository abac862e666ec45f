//! The graduates of a year who go on studying, by how far that is; and of whom a job is said beside.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;

use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::moment::Moment;
use super::roster_query::{Chip, RosterParams};
use super::table::{Pages, Table};
use super::{addresses, count, year_of};
use crate::app::actions::Question;
use crate::app::explain::{ListStudies, NamedPerson, Studied};
use crate::app::reply::Reply;
use crate::app::report::{LatestYear, ReportQuery, cut_off};
use crate::domain::terms::Term as _;
use crate::projections::cohort_outcomes::explain::StudyPart;
use crate::publication::lists::listing;
use crate::web::error::Error;
use crate::web::session::Site;

const PATH: &str = "/further-study";

#[derive(Template)]
#[template(path = "further_study.html")]
struct FurtherStudyPage {
    frame: Frame,
    moment: Moment,
    year: i16,
    is_ahead: bool,
    chips: Vec<Chip>,
    files: Vec<(&'static str, String)>,
    conflicts: String,
    table: Table,
}

/// The words of the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct FurtherStudyParams {
    year: String,
    school: String,
    on: String,
    known_at: String,
    /// How far their study is.
    part: String,
    page: String,
    format: String,
}

impl FurtherStudyParams {
    fn with(&self, year: i16, others: &[(&str, &str)]) -> String {
        let year = year.to_string();
        let own = [("year", year.as_str()), ("school", &self.school), ("on", &self.on), ("known_at", &self.known_at)];
        let words = own.into_iter().chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        format!("{PATH}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish())
    }
}

/// Who studies; those of whom a job is said, too, to begin with.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<FurtherStudyParams>,
) -> Result<Response, Error> {
    let latest = match site.app.ask(&caller, &Question::LatestYear(LatestYear {})).await? {
        Reply::LatestYear(latest) => latest,
        _ => None, // Answers of other questions.
    };
    let year = match params.year.as_str() {
        "" => latest.unwrap_or_else(|| site.app.today().year()),
        year => year_of(year)?,
    };
    let part = match params.part.as_str() {
        "" => StudyPart::Both,
        code => StudyPart::from_code(code).ok_or_else(|| Error::no_term::<StudyPart>("part"))?,
    };
    let (on, known_at, school) = (params.on.clone(), params.known_at.clone(), params.school.clone());
    let of_moment = RosterParams { on, known_at, school, ..RosterParams::default() }.query()?;
    let query =
        ReportQuery { year, as_of: of_moment.on, known_at: of_moment.known_at, school: of_moment.school.clone() };
    let question = Question::Studies(ListStudies { query, part: Some(part) });
    let here = |others: &[(&str, &str)]| params.with(year, &[&[("part", part.code())], others].concat());
    if !params.format.is_empty() {
        return taken_away(&site, &caller, question, &params.format, frame.lang, &here(&[]), "").await;
    }
    let Reply::Studies(mut studied) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    studied.persons.sort_by_cached_key(|named| {
        let person = &named.person;
        (person.school.clone(), person.class.clone(), named.student_number.clone(), named.name.clone())
    });
    let (pages, places) = Pages::of(&params.page, studied.persons.len(), |number| here(&[("page", number)]))?;
    let shown = || studied.persons.iter().skip(places.start).take(places.len());
    let addresses: Vec<Option<String>> = shown().map(|named| Some(addresses::student(named.person.student))).collect();
    let records: Vec<Option<String>> =
        shown().map(|named: &NamedPerson| Some(format!("/events/{}", named.person.position))).collect();
    let chips = chips(&frame, &studied, |code| params.with(year, &[("part", code)]));
    let is_ahead = studied.is_ahead;
    let reply = Reply::Studies(studied);
    let listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?.without("id").without("part");
    let table = Table::of(&frame, &listed, "name", places).linked("name", addresses).linked("position", records);
    let year_word = year.to_string();
    let kept = [("year", year_word.as_str()), ("school", &params.school), ("part", &params.part)];
    let page = FurtherStudyPage {
        moment: Moment::of(&site, &caller, &frame, PATH, &kept, &of_moment, cut_off(year)).await?,
        year,
        is_ahead,
        chips,
        files: [("Excel", "xlsx"), ("CSV", "csv")].map(|(name, format)| (name, here(&[("format", format)]))).into(),
        conflicts: format!("/outcomes/conflicts?year={year}"),
        table: table.paged(pages),
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

fn chips(frame: &Frame, studied: &Studied, at: impl Fn(&str) -> String) -> Vec<Chip> {
    let chip = |(part, number): &(StudyPart, usize)| Chip {
        word: frame.word(part),
        count: count(*number),
        is_none: *number == 0,
        address: at(part.code()),
        is_here: *part == studied.part,
    };
    studied.counts.iter().map(chip).collect()
}
