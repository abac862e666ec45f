//! Where the graduates of a year are, as far as it is known, and of whom nothing is known: those are asked next.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;

use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::moment::Moment;
use super::offers::{DESTINATION, Offer, Offers};
use super::roster_query::{Chip, RosterParams};
use super::table::Pages;
use super::{addresses, count, year_of};
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::explain::{ListMissing, NamedPerson, ReportAge};
use crate::app::reply::Reply;
use crate::app::report::{LatestYear, ReportQuery, ReportReply, ShowReport};
use crate::domain::figures::populations::{
    DIRECT_EMPLOYMENT, FURTHER_STUDY, GRADUATES, INTENDS_TO_STUDY, NOT_SEEKING, ON_SPECIALTY, Population, SEEKING,
    UNKNOWN,
};
use crate::domain::terms::Term as _;
use crate::web::error::Error;
use crate::web::session::Site;

/// The parts and the whole that lead to people.
const CHIPS: [&Population; 8] = [
    &GRADUATES,
    &DIRECT_EMPLOYMENT,
    &ON_SPECIALTY,
    &FURTHER_STUDY,
    &SEEKING,
    &INTENDS_TO_STUDY,
    &NOT_SEEKING,
    &UNKNOWN,
];

#[derive(Template)]
#[template(path = "outcomes.html")]
struct OutcomesPage {
    frame: Frame,
    moment: Moment,
    year: i16,
    scope: String,
    is_ahead: bool,
    conflicts: usize,
    conflicts_address: String,
    others: Vec<(&'static str, String)>,
    /// Word, number and where it opens.
    chips: Vec<(String, String, String)>,
    /// How many are unknown for how long, and where each part of them is.
    ages: Vec<Chip>,
    unknown: String,
    files: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    has_acts: bool,
    pages: Pages,
}

/// Somebody of whom no destination is known.
struct Row {
    class: String,
    class_address: String,
    student_number: String,
    name: String,
    address: String,
    /// The day of the latest report.
    informed_on: String,
    acts: Vec<Offer>,
}

/// The words of the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct OutcomesParams {
    year: String,
    school: String,
    on: String,
    known_at: String,
    /// Only of whom the latest report is so old.
    age: String,
    page: String,
    format: String,
}

impl OutcomesParams {
    fn with(&self, path: &str, others: &[(&str, &str)]) -> String {
        let own = [("school", &*self.school), ("on", &self.on), ("known_at", &self.known_at)];
        let words = own.into_iter().chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        if words.is_empty() { path.to_owned() } else { format!("{path}?{words}") }
    }
}

/// Where they are, and who is asked next.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<OutcomesParams>,
) -> Result<Response, Error> {
    let latest = match site.app.ask(&caller, &Question::LatestYear(LatestYear {})).await? {
        Reply::LatestYear(latest) => latest,
        _ => None, // Answers of other questions.
    };
    let year = match params.year.as_str() {
        "" => latest.unwrap_or_else(|| site.app.today().year()),
        year => year_of(year)?,
    };
    let (on, known_at, school) = (params.on.clone(), params.known_at.clone(), params.school.clone());
    let of_moment = RosterParams { on, known_at, school, ..RosterParams::default() }.query()?;
    let query =
        ReportQuery { year, as_of: of_moment.on, known_at: of_moment.known_at, school: of_moment.school.clone() };
    let question = Question::Report(ShowReport { query: query.clone(), by: vec![], full: false });
    let Reply::Report(ReportReply::Plain(report)) = site.app.ask(&caller, &question).await? else {
        return Err(Error::NotFound);
    };
    let age = match params.age.as_str() {
        "" => None,
        code => Some(ReportAge::from_code(code).ok_or_else(|| Error::no_term::<ReportAge>("age"))?),
    };
    let year_word = year.to_string();
    let part = |age: &str| params.with("/outcomes", &[("year", &year_word), ("age", age)]);
    let missing = Question::Missing(ListMissing { query, age });
    if !params.format.is_empty() {
        let back = part(&params.age);
        return taken_away(&site, &caller, missing, &params.format, frame.lang, &back, "").await;
    }
    let Reply::Missing(lacking) = site.app.ask(&caller, &missing).await? else { return Err(Error::NotFound) };
    let kept = [("year", year_word.as_str()), ("school", &params.school), ("age", &params.age)];
    let moment =
        Moment::of(&site, &caller, &frame, "/outcomes", &kept, &of_moment, jiff::civil::date(year, 12, 31)).await?;
    let position = report.known_at.position.to_string();
    let open = |population: &Population| {
        let as_of = [("as_of", params.on.as_str()), ("school", &params.school), ("known_at", &position)];
        let words = as_of.into_iter().filter(|(_, value)| !value.is_empty());
        let words = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        format!("/reports/{year}/{}?{words}", population.id)
    };
    let chip = |population: &&Population| {
        let word = frame.lang.of(population.zh.to_owned(), population.en());
        (word, count(report.counts.of(population)), open(population))
    };
    let at = |number: &str| params.with("/outcomes", &[("year", &year_word), ("age", &params.age), ("page", number)]);
    let (pages, places) = Pages::of(&params.page, lacking.graduates.len(), at)?;
    let acts = if moment.is_other || caller.scope.school().is_none() { vec![] } else { DESTINATION.to_vec() };
    let offers = Offers::of(&site, &caller, frame.lang, acts).await;
    let back = at(&params.page);
    let unknown: usize = lacking.ages.iter().map(|(_, count)| count).sum();
    let chip_of = |word: String, number: usize, code: &str| Chip {
        word,
        count: count(number),
        is_none: number == 0,
        address: part(code),
        is_here: params.age == code,
    };
    let all = chip_of(frame.say("全部", "All").to_owned(), unknown, "");
    let of_age = lacking.ages.iter().map(|(age, number)| chip_of(frame.word(age), *number, age.code()));
    let ages = [all].into_iter().chain(of_age).collect();
    let people = in_order(lacking.graduates);
    let rows: Vec<Row> =
        people.iter().skip(places.start).take(places.len()).map(|of| row(&frame, &offers, of, &back)).collect();
    let page = OutcomesPage {
        scope: report.school_name.clone().unwrap_or_else(|| frame.place().to_owned()),
        is_ahead: report.is_ahead,
        conflicts: report.conflicts,
        conflicts_address: params.with("/outcomes/conflicts", &[("year", &year_word)]),
        others: others(&site, &caller, &frame, year).await,
        chips: CHIPS.iter().map(chip).filter(|(_, number, _)| number != "0").collect(),
        ages,
        files: [("Excel", "xlsx"), ("CSV", "csv")]
            .map(|(name, format)| {
                (name, params.with("/outcomes", &[("year", &year_word), ("age", &params.age), ("format", format)]))
            })
            .into(),
        unknown: count(unknown),
        has_acts: rows.iter().any(|row| !row.acts.is_empty()),
        rows,
        pages,
        moment,
        year,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// By school, class, student number and name.
fn in_order(mut people: Vec<NamedPerson>) -> Vec<NamedPerson> {
    let order = |named: &NamedPerson| {
        let person = &named.person;
        (person.school.clone(), person.class.clone(), named.student_number.clone(), named.name.clone())
    };
    people.sort_by_cached_key(order);
    people
}

fn row(frame: &Frame, offers: &Offers, named: &NamedPerson, back: &str) -> Row {
    let person = &named.person;
    let id = person.student.0.to_string();
    let words = [("student", id.as_str()), ("school", &person.school), ("class", &person.class), ("back", back)];
    Row {
        class: person.class.clone(),
        class_address: addresses::class(&person.school, &person.class),
        student_number: named.student_number.clone().unwrap_or_default(),
        name: frame.name(named.name.as_deref()),
        address: addresses::student(person.student),
        informed_on: person.informed_on.map_or_else(|| "—".to_owned(), |day| day.to_string()),
        acts: offers.offers(&[Action::OutcomeSay, Action::StudySay], &words),
    }
}

/// What else there is of destinations.
async fn others(site: &Site, caller: &Caller, frame: &Frame, year: i16) -> Vec<(&'static str, String)> {
    let lists = [
        (Action::StudyList, frame.say("升学", "Further study"), format!("/further-study?year={year}")),
        (Action::Report, frame.say("统计", "Figures"), format!("/reports/{year}")),
        (Action::MissingList, frame.say("还缺什么", "What is missing"), format!("/lists/missing?year={year}")),
    ];
    let mut permitted = vec![];
    for (action, word, address) in lists {
        if site.app.permits(caller, action).await.is_ok() {
            permitted.push((word, address));
        }
    }
    permitted
}
