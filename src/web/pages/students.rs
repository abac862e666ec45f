//! The students of a scope, by what is asked for, or those of them who have an internship; and the same rows as a file.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};

use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::moment::{Moment, moment_words};
use super::offers::{Offer, Offers, next_for, order_for};
use super::roster_query::{Chip, RosterParams};
use super::roster_row::{Row, row_to_act};
use super::schools::schools;
use super::table::SortHead;
use super::{addresses, count};
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::app::roster::ListStudents;
use crate::app::roster_order::RosterOrder;
use crate::web::error::Error;
use crate::web::session::Site;

/// The columns by which they can be ordered.
const HEADS: [RosterOrder; 6] = [
    RosterOrder::StudentNumber,
    RosterOrder::Name,
    RosterOrder::Class,
    RosterOrder::Progress,
    RosterOrder::Unit,
    RosterOrder::FirstDay,
];
/// Students on one page.
const PAGE_LEN: usize = 50;
/// More pages than any list has.
const PAGES_MAX: usize = 1_000_000;

#[derive(Template)]
#[template(path = "students.html")]
struct StudentsPage {
    frame: Frame,
    title: &'static str,
    path: &'static str,
    /// What else there is of internships.
    others: Vec<(&'static str, &'static str)>,
    moment: Moment,
    heads: Vec<SortHead>,
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
    visit: Visit,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    page(&site, visit, params, false).await
}

/// The same, of those who have an internship.
pub(in crate::web) async fn placed(
    State(site): State<Site>,
    visit: Visit,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    page(&site, visit, params, true).await
}

async fn page(
    site: &Site,
    Visit { caller, frame }: Visit,
    params: RosterParams,
    placed: bool,
) -> Result<Response, Error> {
    let path = if placed { "/placements" } else { "/students" };
    let asked = ListStudents { placed, ..params.question()? };
    if !params.format.is_empty() {
        let back = format!("{path}{}", params.with(&[]));
        return taken_away(site, &caller, Question::Roster(asked), &params.format, frame.lang, &back, "").await;
    }
    let query = asked.query.clone();
    let kept = [
        ("school", &*params.school),
        ("class", &params.class),
        ("list", &params.list),
        ("progress", &params.progress),
        ("sort", &params.sort),
    ];
    let is_city = caller.scope.school().is_none();
    let mut page = StudentsPage {
        title: if placed { frame.say("实习", "Internships") } else { frame.say("学生", "Students") },
        path,
        others: if placed { others(site, &caller, &frame).await } else { vec![] },
        moment: Moment::of(site, &caller, &frame, path, &kept, &query, site.app.today()).await?,
        heads: params.heads(&frame, path, &HEADS, RosterOrder::Class),
        count: String::new(),
        range: String::new(),
        chips: vec![],
        schools: if is_city { schools(site, &caller).await? } else { vec![] },
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
    let at = |number: usize| format!("{path}{}", params.with(&[("page", &number.to_string())]));
    page.count = count(all);
    page.range = format!("{}–{}", count((first + 1).min(all)), count((first + PAGE_LEN).min(all)));
    page.chips = params.chips(&page.frame, path, &roster.counts);
    page.before = (number > 1).then(|| at(number - 1));
    page.after = (number < pages).then(|| at(number + 1));
    let back = format!("{path}{}", params.with(&[]));
    // A city's students are looked at, and not acted upon from here; nor are those of another moment.
    let is_to_look = is_city || page.moment.is_other;
    let steps = if is_to_look {
        vec![]
    } else {
        order_for(&caller).map(next_for).into_iter().chain([Action::PlacementReturn]).collect()
    };
    let offers = Offers::of(site, &caller, page.frame.lang, steps).await;
    if !is_to_look {
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
    let of_moment = moment_words(query.on, &params.known_at);
    page.rows = roster
        .students
        .iter()
        .map(|student| {
            let class = format!("{}{of_moment}", addresses::class(&student.of.school, &student.of.class));
            (student.of.class.clone(), class, row_to_act(&page.frame, &offers, student, &back, &of_moment))
        })
        .collect();
    Ok(Html(page.render()?).into_response())
}

/// Lists about internships that are none of students who have one.
async fn others(site: &Site, caller: &Caller, frame: &Frame) -> Vec<(&'static str, &'static str)> {
    let lists = [
        (Action::ExemptionList, frame.say("免实习", "Exemptions"), "/lists/exemption/list"),
        (Action::AtWorkCounts, frame.say("在岗人数", "How many are at work"), "/lists/at-work?by=all"),
    ];
    let mut permitted = vec![];
    for (action, word, address) in lists {
        if site.app.permits(caller, action).await.is_ok() {
            permitted.push((word, address));
        }
    }
    permitted
}
