//! The students of a scope, by what is asked for; and the same rows as a file.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};

use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::offers::{Offer, Offers, next_for, order_for};
use super::roster_query::{Chip, RosterParams};
use super::roster_row::{Row, row_to_act};
use super::schools::schools;
use super::{addresses, count};
use crate::app::actions::Question;
use crate::app::reply::Reply;
use crate::app::roster::ListStudents;
use crate::web::error::Error;
use crate::web::session::Site;

/// Students on one page.
const PAGE_LEN: usize = 50;
/// More pages than any list has.
const PAGES_MAX: usize = 1_000_000;

#[derive(Template)]
#[template(path = "students.html")]
struct StudentsPage {
    frame: Frame,
    day: String,
    count: String,
    /// Which of how many are shown.
    range: String,
    chips: Vec<Chip>,
    /// Schools to choose from, where nobody is listed before one is chosen: code and name.
    schools: Vec<(String, String)>,
    school: String,
    rows: Vec<(String, String, Row)>,
    before: Option<String>,
    after: Option<String>,
    asked: String,
    acts: Vec<Offer>,
    kept: Vec<(&'static str, String)>,
}

/// The students, page by page; as a file all of them.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    let asked = params.question()?;
    if !params.format.is_empty() {
        let back = format!("/students{}", params.with(&[]));
        return taken_away(&site, &caller, Question::Roster(asked), &params.format, frame.lang, &back).await;
    }
    let is_city = caller.scope.school().is_none();
    let mut page = StudentsPage {
        day: asked.query.on.unwrap_or_else(|| site.app.today()).to_string(),
        count: String::new(),
        range: String::new(),
        chips: vec![],
        schools: if is_city { schools(&site, &caller).await? } else { vec![] },
        school: params.school.clone(),
        rows: vec![],
        before: None,
        after: None,
        asked: params.with(&[("format", "xlsx")]),
        acts: vec![],
        kept: vec![],
        frame,
    };
    // A city's students are asked for by school.
    if is_city && params.school.is_empty() && params.list.is_empty() && params.starts.is_empty() {
        return Ok(Html(page.render()?).into_response());
    }
    let number = if params.page.is_empty() { Ok(1) } else { params.page.parse::<usize>() };
    let number = number.ok().filter(|number| (1..=PAGES_MAX).contains(number)).ok_or_else(Error::no_such_page)?;
    let first = (number - 1) * PAGE_LEN;
    let asked = ListStudents { places: Some(first..first + PAGE_LEN), ..asked };
    let Reply::Roster(roster) = site.app.ask(&caller, &Question::Roster(asked)).await? else {
        return Err(Error::NotFound);
    };
    let all = roster.found;
    let pages = all.div_ceil(PAGE_LEN).max(1);
    if number > pages {
        return Err(Error::no_such_page());
    }
    let at = |number: usize| format!("/students{}", params.with(&[("page", &number.to_string())]));
    page.count = count(all);
    page.range = format!("{}–{}", count((first + 1).min(all)), count((first + PAGE_LEN).min(all)));
    page.chips = params.chips(&page.frame, "/students", &roster.counts);
    page.before = (number > 1).then(|| at(number - 1));
    page.after = (number < pages).then(|| at(number + 1));
    let back = format!("/students{}", params.with(&[]));
    // A city's students are looked at, and not acted upon from here.
    let steps = if is_city { vec![] } else { order_for(&caller).map(next_for).to_vec() };
    let offers = Offers::of(&site, &caller, page.frame.lang, steps).await;
    if !is_city {
        let waiting = offers.steps(|list| roster.counts.on(list) > 0 && params.is_part(list), []);
        page.acts = offers.offers(&waiting, &[]);
        let kept = [
            ("list", params.list.clone()),
            ("progress", params.progress.clone()),
            ("starts", params.starts.clone()),
            ("back", back.clone()),
        ];
        page.kept = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    }
    page.rows = roster
        .students
        .iter()
        .map(|student| {
            let class = addresses::class(&student.of.school, &student.of.class);
            (student.of.class.clone(), class, row_to_act(&page.frame, &offers, student, &back))
        })
        .collect();
    Ok(Html(page.render()?).into_response())
}
