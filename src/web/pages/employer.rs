//! One unit: what it is, how far it is as a school's host, how many interns it has on which day, and what was recorded.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::count;
use super::employers::address;
use super::facts::{Told, fact};
use super::frame::{Frame, Visit};
use super::offers::{Offer, Offers};
use super::schools::schools;
use super::table::Table;
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::{CountInterns, ListHosts, ListedUnit, ShowEmployer};
use crate::app::employer::EmployerSelector;
use crate::app::host::{ShowHost, ShownHost};
use crate::app::listed_events::Fact;
use crate::app::reply::Reply;
use crate::domain::Event;
use crate::domain::employer::{CreditCodeCheck, EmployerEvent};
use crate::domain::host::HostEvent;
use crate::domain::host::codes::HostStage;
use crate::domain::ids::SchoolCode;
use crate::domain::placement::arrangement::Period;
use crate::publication::lists::listing;
use crate::text::days;
use crate::text::lang::say;
use crate::web::error::Error;
use crate::web::session::Site;

/// Days before and after today of which interns are counted where nothing is said.
const BEFORE: i32 = 3;
const AFTER: i32 = 10;
/// Days that are counted at a time.
const DAYS_MAX: i64 = 92;

const OF_UNIT: [Action; 5] = [
    Action::EmployerProfile,
    Action::EmployerStaff,
    Action::EmployerCorrect,
    Action::EmployerMerge,
    Action::EmployerClose,
];

#[derive(Template)]
#[template(path = "employer.html")]
struct EmployerPage {
    frame: Frame,
    address: String,
    name: String,
    state: String,
    details: Vec<(&'static str, String)>,
    acts: Vec<Offer>,
    /// Name of the school, and where the unit is as its host.
    hosted_by: Vec<(String, String)>,
    school: String,
    host: Option<Hosted>,
    propose: Option<Offer>,
    from: String,
    to: String,
    interns: Table,
    facts: Vec<Told>,
}

/// A unit as a school's host.
struct Hosted {
    stage: String,
    details: Vec<(&'static str, String)>,
    next: Option<Offer>,
    acts: Vec<Offer>,
    facts: Vec<Told>,
}

/// As whose host, and the days of which interns are counted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct EmployerParams {
    school: String,
    from: String,
    to: String,
}

/// The unit.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(employer): Path<String>,
    Query(params): Query<EmployerParams>,
) -> Result<Html<String>, Error> {
    let id = Uuid::parse_str(&employer).map_err(|_| Error::NotFound)?.to_string();
    let asked = Some(params.school.as_str()).filter(|school| !school.is_empty()).map(SchoolCode::parse).transpose();
    let school = asked.map_err(|_| Error::Parameter("school", say("写学校代码", "write the code of a school")))?;
    let unit = EmployerSelector { employer: id.clone(), school: school.clone() };
    let query = PlacementQuery { school: school.clone(), ..PlacementQuery::default() };
    let question = Question::Employer(ShowEmployer { unit: unit.clone() });
    let Reply::Employer(shown) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let listed = shown.unit.ok_or(Error::NotFound)?;
    let here = address(listed.unit.employer, &params.school);
    let of_one = [("employer", id.as_str()), ("school", params.school.as_str()), ("back", here.as_str())];
    let offers = offers(&site, &caller, &frame).await;
    let hosted_by = match (&caller.scope.school(), &school) {
        (None, None) => hosting_schools(&site, &caller, &listed, &query).await?,
        (Some(_), _) | (None, Some(_)) => vec![],
    };
    let of_school = caller.scope.school().or(school.as_ref()).is_some();
    let shown_host = match of_school {
        true => site.app.ask(&caller, &Question::Host(ShowHost { unit })).await.ok(),
        false => None,
    };
    let host = match shown_host {
        Some(Reply::Host(shown)) => Some(hosted(&frame, &offers, &of_one, &shown)),
        Some(_) | None => None,
    };
    let today = site.app.today();
    let day = |text: &str, name: &'static str, other: Date| match text.trim() {
        "" => Ok(other),
        text => days::read(text)
            .map_err(|_| Error::Parameter(name, say("写 2026-11-28 这样的日期", "write a day like 2026-11-28"))),
    };
    let from = day(&params.from, "from", today.saturating_sub(BEFORE.days()))?;
    let to = day(&params.to, "to", today.saturating_add(AFTER.days()))?;
    if from.saturating_add(DAYS_MAX.days()) < to {
        return Err(Error::Parameter("to", say("一次最多看三个月", "look at three months at most")));
    }
    let question = Question::Interns(CountInterns { employer: id.clone(), query, from, to });
    let reply = site.app.ask(&caller, &question).await?;
    let interns = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?;
    let is_undone = |event: &Event| matches!(event, Event::Employer(EmployerEvent::Undone { .. }));
    let undo = (Action::EmployerUndo, is_undone as fn(&Event) -> bool);
    let page = EmployerPage {
        state: state(&frame, &listed),
        details: details(&frame, &listed),
        acts: offers.offers(&OF_UNIT, &of_one),
        propose: offers.offer(Action::HostPropose, &of_one).filter(|_| host.is_none() && of_school),
        interns: Table::of(&frame, &interns, "day", 0..interns.rows.len()),
        facts: told(&frame, &offers, &of_one, undo, &shown.facts),
        name: listed.name,
        from: from.to_string(),
        to: to.to_string(),
        school: params.school,
        address: format!("/employers/{id}"),
        hosted_by,
        host,
        frame,
    };
    Ok(Html(page.render()?))
}

async fn offers(site: &Site, caller: &Caller, frame: &Frame) -> Offers {
    let of_host = [
        Action::HostPropose,
        Action::HostVisit,
        Action::HostAccept,
        Action::HostRefuse,
        Action::HostPublish,
        Action::HostSuspend,
        Action::HostResume,
        Action::HostFramework,
        Action::HostContact,
        Action::HostUndo,
        Action::EmployerUndo,
    ];
    Offers::of(site, caller, frame.lang, OF_UNIT.into_iter().chain(of_host).collect()).await
}

/// The schools of which it is a host: the name, and where it is so.
async fn hosting_schools(
    site: &Site,
    caller: &Caller,
    listed: &ListedUnit,
    query: &PlacementQuery,
) -> Result<Vec<(String, String)>, Error> {
    let question = Question::Hosts(ListHosts { query: query.clone() });
    let Reply::Hosts(hosts) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    let schools = schools(site, caller).await?;
    let of_unit = hosts.into_iter().filter(|host| host.host.unit == listed.unit.employer);
    let named = |code: &str| schools.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name).to_owned();
    Ok(of_unit.map(|host| (named(&host.host.school), address(host.host.unit, &host.host.school))).collect())
}

fn state(frame: &Frame, listed: &ListedUnit) -> String {
    match (listed.unit.merged, listed.unit.closed_on) {
        (Some((_, since)), _) => frame.lang.of(format!("自 {since} 并入另一单位"), format!("merged since {since}")),
        (None, Some(since)) => frame.lang.of(format!("自 {since} 注销"), format!("closed since {since}")),
        (None, None) => String::new(),
    }
}

fn details(frame: &Frame, listed: &ListedUnit) -> Vec<(&'static str, String)> {
    let unit = &listed.unit;
    let code = match (&listed.code, unit.credit_code) {
        (Some(code), CreditCodeCheck::Fails) => {
            format!("{code}{}", frame.say("（校验位不符）", " (check digit fails)"))
        }
        (Some(code), CreditCodeCheck::Holds | CreditCodeCheck::NoCode) => code.clone(),
        (None, _) => frame.say("无代码", "none").to_owned(),
    };
    let staff = unit
        .staff
        .map(|(staff, on)| frame.lang.of(format!("{}（{on}）", count(staff)), format!("{} ({on})", count(staff))));
    let known = [
        (frame.say("信用代码", "Credit code"), Some(code)),
        (frame.say("行业", "Industry"), unit.profile.industry.map(|of| frame.word(&of))),
        (frame.say("规模", "Size"), unit.profile.size.map(|of| frame.word(&of))),
        (frame.say("性质", "Ownership"), unit.profile.ownership.map(|of| frame.word(&of))),
        (frame.say("在岗职工", "Staff"), staff),
        (frame.say("今天的本校实习生", "Own interns today"), Some(count(listed.interns.own))),
        (frame.say("今天的全部实习生", "All interns today"), Some(count(listed.interns.total))),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What was recorded, newest first; what was taken back already is not offered again.
fn told(
    frame: &Frame,
    offers: &Offers,
    of_one: &[(&str, &str)],
    (undo, is_undone): (Action, fn(&Event) -> bool),
    facts: &[Fact],
) -> Vec<Told> {
    let told = |of: &Fact| {
        let version = of.version.to_string();
        let words: Vec<(&str, &str)> =
            [("version", version.as_str())].into_iter().chain(of_one.iter().copied()).collect();
        fact(frame, of, if is_undone(&of.event) { None } else { offers.offer(undo, &words) })
    };
    facts.iter().rev().map(told).collect()
}

fn hosted(frame: &Frame, offers: &Offers, of_one: &[(&str, &str)], shown: &ShownHost) -> Hosted {
    let mut details = vec![];
    if let Some((name, phone)) = &shown.contact {
        details.push((frame.say("联系人", "Contact"), format!("{name} {}", phone.as_deref().unwrap_or_default())));
    }
    let proposed = shown.proposed.as_ref();
    if let Some(since) = proposed.and_then(|of| of.partner_since) {
        details.push((frame.say("合作自", "Partner since"), since.to_string()));
    }
    if let Some(visit) = proposed.and_then(|of| of.visit.as_ref()) {
        details.push((frame.say("考察", "Visit"), visit.visited_on.to_string()));
    }
    for agreed in proposed.iter().flat_map(|of| &of.frameworks) {
        let days = frame.days(Period { first_day: agreed.first_day, last_day: agreed.last_day });
        details.push((frame.say("合作协议", "Framework agreement"), days));
    }
    let stage = proposed.map(|of| of.stage);
    let (next, acts): (Action, &[Action]) = match stage {
        None | Some(HostStage::Refused) => (Action::HostPropose, &[]),
        Some(HostStage::Proposed) => (Action::HostAccept, &[Action::HostVisit, Action::HostRefuse]),
        Some(HostStage::Accepted) => (Action::HostPublish, &[Action::HostSuspend]),
        Some(HostStage::Published) => (Action::HostFramework, &[Action::HostSuspend]),
        Some(HostStage::Suspended) => (Action::HostResume, &[]),
    };
    let more = [Action::HostFramework, Action::HostContact, Action::HostVisit];
    let more = more.into_iter().filter(|act| stage.is_some() && *act != next && !acts.contains(act));
    let is_undone = |event: &Event| matches!(event, Event::Host(HostEvent::Undone { .. }));
    let undo = (Action::HostUndo, is_undone as fn(&Event) -> bool);
    Hosted {
        stage: stage
            .map_or_else(|| frame.say("提出已撤销", "the proposal was undone").to_owned(), |stage| frame.word(&stage)),
        details,
        next: offers.offer(next, of_one),
        acts: acts.iter().copied().chain(more).filter_map(|act| offers.offer(act, of_one)).collect(),
        facts: told(frame, offers, of_one, undo, &shown.facts),
    }
}
