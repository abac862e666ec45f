//! The signing desk: whose papers are out, missing from whom, in all classes of one's scope; and what is done with many.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};

use super::frame::{Frame, Visit};
use super::listing_file::taken_away;
use super::moment::{Moment, moment_words};
use super::offers::{Offer, Offers};
use super::roster_query::{Chip, RosterParams};
use super::roster_row::{Row, row};
use super::schools::schools;
use super::{addresses, count};
use crate::accounts::Actor;
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::app::roster::{ListStudents, Roster, RosterStudent};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::packet_grid::PapersState;
use crate::web::error::Error;
use crate::web::session::Site;

/// Students on one page.
const PAGE_LEN: usize = 50;
/// More pages than any list has.
const PAGES_MAX: usize = 1_000_000;

/// What is done with papers, the first step first.
const ACTS: [Action; 3] = [Action::AgreementSign, Action::PacketPrint, Action::AgreementSend];
const MORE: [Action; 6] = [
    Action::AgreementDraft,
    Action::AgreementAmend,
    Action::AgreementScan,
    Action::AgreementRecall,
    Action::AgreementRefuse,
    Action::AgreementUndo,
];

#[derive(Template)]
#[template(path = "papers.html")]
struct PapersPage {
    frame: Frame,
    moment: Moment,
    count: String,
    /// Which of how many are shown.
    range: String,
    chips: Vec<Chip>,
    /// Schools to choose from, where nobody is listed before one is chosen: code and name.
    schools: Vec<(String, String)>,
    school: String,
    headings: Vec<String>,
    rows: Vec<(String, String, Row)>,
    before: Option<String>,
    after: Option<String>,
    asked: String,
    acts: Vec<Offer>,
    more: Vec<Offer>,
    collect: Option<Offer>,
    kept: Vec<(&'static str, String)>,
}

/// The papers, page by page, those that are not finished unless another part is asked for; as a file all of the part.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(mut params): Query<RosterParams>,
) -> Result<Response, Error> {
    if params.papers.is_empty() {
        PapersState::Open.code().clone_into(&mut params.papers);
    }
    let asked = params.question()?;
    if !params.format.is_empty() {
        let back = format!("/papers{}", params.with(&[]));
        return taken_away(&site, &caller, Question::Roster(asked), &params.format, frame.lang, &back, "").await;
    }
    let is_city = caller.scope.school().is_none();
    let kept = [("school", &*params.school), ("class", &params.class), ("papers", &params.papers)];
    let of_moment = moment_words(asked.query.on, &params.known_at);
    let mut page = PapersPage {
        moment: Moment::of(&site, &caller, &frame, "/papers", &kept, &asked.query, site.app.today()).await?,
        count: String::new(),
        range: String::new(),
        chips: vec![],
        schools: if is_city { schools(&site, &caller).await? } else { vec![] },
        school: params.school.clone(),
        headings: DocumentKind::ENTRIES.iter().map(|entry| frame.word(&entry.value)).collect(),
        rows: vec![],
        before: None,
        after: None,
        asked: params.with(&[("format", "xlsx")]),
        acts: vec![],
        more: vec![],
        collect: None,
        kept: vec![],
        frame,
    };
    // A city's papers are asked for by school.
    if is_city && params.school.is_empty() {
        site.app.permits(&caller, Action::StudentList).await?;
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
    let at = |number: usize| format!("/papers{}", params.with(&[("page", &number.to_string())]));
    page.count = count(all);
    page.range = format!("{}–{}", count((first + 1).min(all)), count((first + PAGE_LEN).min(all)));
    page.chips = chips(&page.frame, &params, &roster);
    page.before = (number > 1).then(|| at(number - 1));
    page.after = (number < pages).then(|| at(number + 1));
    let back = format!("/papers{}", params.with(&[]));
    let known: Vec<Action> = ACTS.into_iter().chain(MORE).chain([Action::AgreementCollect]).collect();
    // A city's papers are looked at, and not dealt with from here; nor are those of another moment.
    let is_to_look = caller.actor_kind() == Actor::Bureau || page.moment.is_other;
    let known = if is_to_look { vec![] } else { known };
    let offers = Offers::of(&site, &caller, page.frame.lang, known).await;
    (page.acts, page.more) = (offers.offers(&ACTS, &[]), offers.offers(&MORE, &[]));
    page.collect = offers.offer(Action::AgreementCollect, &[]);
    let kept = [
        ("school", params.school.clone()),
        ("class", params.class.clone()),
        ("papers", params.papers.clone()),
        ("back", back.clone()),
    ];
    page.kept = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    page.rows = roster.students.iter().map(|student| shown(&page.frame, &offers, student, &back, &of_moment)).collect();
    Ok(Html(page.render()?).into_response())
}

/// Each state of papers with how many are in it, which is what one click lists.
fn chips(frame: &Frame, params: &RosterParams, roster: &Roster) -> Vec<Chip> {
    let chip = |state: PapersState| {
        let number = roster.papers.get(&state).copied().unwrap_or_default();
        Chip {
            word: frame.word(&state),
            count: count(number),
            is_none: number == 0,
            address: format!("/papers{}", params.with(&[("papers", state.code())])),
            is_here: params.papers == state.code(),
        }
    };
    PapersState::ENTRIES.iter().map(|entry| chip(entry.value)).filter(|chip| !chip.is_none || chip.is_here).collect()
}

/// A student with the class, and the next step for the papers.
fn shown(frame: &Frame, offers: &Offers, student: &RosterStudent, back: &str, moment: &str) -> (String, String, Row) {
    let id = student.of.student.0.to_string();
    let words = [("school", &*student.of.school), ("class", &student.of.class), ("students", &id), ("back", back)];
    let is = |state: PapersState| state.is_of(&student.papers, &student.of.waits);
    let next = match () {
        () if is(PapersState::AmendmentDue) => Some(Action::AgreementAmend),
        () if is(PapersState::NotSent) => Some(Action::AgreementSend),
        () if is(PapersState::Open) => Some(Action::AgreementSign),
        () => None,
    };
    let next = next.and_then(|action| offers.offer(action, &words));
    let class = format!("{}{moment}", addresses::class(&student.of.school, &student.of.class));
    (student.of.class.clone(), class, Row { next, ..row(frame, student, moment) })
}
