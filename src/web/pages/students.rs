//! The students of a scope, by what is asked for; and the same rows as a file.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};

use super::class::{Row, row};
use super::count;
use super::frame::{Frame, Visit};
use super::roster_query::{Chip, RosterParams};
use crate::accounts::Caller;
use crate::app::actions::Question;
use crate::app::reply::Reply;
use crate::app::roster::ListStudents;
use crate::app::school::ListSchools;
use crate::publication::lists::listing;
use crate::text::lang::Lang;
use crate::web::error::Error;
use crate::web::session::Site;

/// Students on one page.
const PAGE_LEN: usize = 50;

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
}

/// The students, page by page; as a file all of them.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    let asked = params.question()?;
    if !params.format.is_empty() {
        return exported(&site, &caller, asked, &params.format, frame.lang).await;
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
        frame,
    };
    // A city's students are asked for by school.
    if is_city && params.school.is_empty() && params.list.is_empty() {
        return Ok(Html(page.render()?).into_response());
    }
    let Reply::Roster(roster) = site.app.ask(&caller, &Question::Roster(asked)).await? else {
        return Err(Error::NotFound);
    };
    let all = roster.students.len();
    let pages = all.div_ceil(PAGE_LEN).max(1);
    let number = if params.page.is_empty() { Ok(1) } else { params.page.parse::<usize>() };
    let number = number.ok().filter(|number| (1..=pages).contains(number));
    let number = number.ok_or(Error::Parameter("page", "没有这一页；页码从 1 起".into()))?;
    let first = (number - 1) * PAGE_LEN;
    let at = |number: usize| format!("/students{}", params.with(&[("page", &number.to_string())]));
    page.count = count(all);
    page.range = format!("{}–{}", count((first + 1).min(all)), count((first + PAGE_LEN).min(all)));
    page.chips = params.chips(&page.frame, "/students", &roster.counts);
    page.before = (number > 1).then(|| at(number - 1));
    page.after = (number < pages).then(|| at(number + 1));
    let shown = roster.students.iter().skip(first).take(PAGE_LEN);
    page.rows = shown
        .map(|student| {
            let class = super::class::address(&student.of.school, &student.of.class);
            (student.of.class.clone(), class, row(&page.frame, student))
        })
        .collect();
    Ok(Html(page.render()?).into_response())
}

async fn schools(site: &Site, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
    let Reply::Schools(schools) = site.app.ask(caller, &Question::Schools(ListSchools {})).await? else {
        return Err(Error::NotFound);
    };
    Ok(schools.into_iter().map(|school| (school.code.to_string(), school.name)).collect())
}

/// The name of a school; its code if it has none.
pub(super) async fn school_name(site: &Site, caller: &Caller, code: &str) -> Result<String, Error> {
    let known = schools(site, caller).await?;
    Ok(known.into_iter().find(|(known, _)| known == code).map_or_else(|| code.to_owned(), |(_, name)| name))
}

/// The students as a workbook or as CSV: all of them, in the order of the page.
pub(super) async fn exported(
    site: &Site,
    caller: &Caller,
    asked: ListStudents,
    format: &str,
    lang: Lang,
) -> Result<Response, Error> {
    let question = Question::Roster(asked);
    let reply = site.app.ask(caller, &question).await?;
    let listing = listing(&question, &reply, lang).ok_or(Error::NotFound)?;
    let failed = |error: &dyn std::fmt::Display| Error::Broken(error.to_string());
    let (kind, bytes) = match format {
        "csv" => ("text/csv; charset=utf-8", listing.csv(lang).map_err(|error| failed(&error))?.into_bytes()),
        "xlsx" => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            listing.xlsx(lang, site.app.now()).map_err(|error| failed(&error))?,
        ),
        _ => return Err(Error::Parameter("format", "写 xlsx 或 csv".into())),
    };
    let name = format!("attachment; filename=\"students.{format}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}
