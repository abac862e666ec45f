//! 今日待办: what to do now, the worst first, each count a link to whom it counts.

mod first_steps;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};

use self::first_steps::{FirstStep, OTHER_ACTS, first_steps, hosts_to_accept};
use super::changes::{self, Line};
use super::count;
use super::drafts::{self, DraftLine};
use super::frame::{Frame, Visit};
use super::offers::{Offer, Offers, next_for, order_for};
use super::roster_query::RosterParams;
use crate::accounts::{Actor, Caller};
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::changes::ListChanges;
use crate::app::health::ShowHead;
use crate::app::reply::Reply;
use crate::app::report::{LatestYear, ReportQuery, ReportReply, ShowReport};
use crate::app::roster::{ClassCounts, Classes, ListClasses};
use crate::app::school::ListSchools;
use crate::domain::host::codes::HostStage;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::List;
use crate::projections::placement_register::roster::Progress;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::session::Site;

/// Classes that are named beside a count; the others are told together.
const NAMED_MAX: usize = 5;

/// The parts of the bar, with the classes of their colours.
const PARTS: [(Progress, &str); 10] = [
    (Progress::AtWork, "f1"),
    (Progress::Ready, "f2"),
    (Progress::InPreparation, "f3"),
    (Progress::NotPlaced, "f0"),
    (Progress::Interrupted, "f4"),
    (Progress::Exempted, "f5"),
    (Progress::Completed, "f4"),
    (Progress::Away, "f5"),
    (Progress::Left, "f5"),
    (Progress::NotDue, "f5"),
];

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    drafts: Vec<DraftLine>,
    /// The day, and how many classes and students are final.
    day: String,
    finals: String,
    bar: Vec<Part>,
    bar_said: String,
    todo: Vec<Todo>,
    /// The lists that are empty.
    nothing: String,
    /// How many records contradict each other, for who may settle it, and where that is done.
    conflicts: Option<(String, &'static str)>,
    starts: Vec<Start>,
    news: Option<News>,
    /// What comes first, where there is nothing to wait for yet.
    first_steps: Vec<FirstStep>,
}

/// A part of the bar: from where, how long, in thousandths.
struct Part {
    word: String,
    count: String,
    colour: &'static str,
    from: usize,
    length: usize,
    address: String,
}

/// A day of the coming week on which stays begin: how many, and for how many signatures are missing.
struct Start {
    day: String,
    begun: (String, String),
    unsigned: Option<(String, String)>,
}

/// What waits.
struct Todo {
    count: String,
    title: String,
    address: String,
    named: Vec<(String, String, String)>,
    /// How many classes are not named, and how many students are in them.
    others: Option<(usize, String)>,
    is_first: bool,
    /// What is done with them.
    act: Option<Offer>,
}

/// What was recorded since one last looked.
struct News {
    since: String,
    address: String,
    lines: Vec<Line>,
    /// How many lines are not shown.
    others: usize,
}

/// Lines of what is new; the others are told together.
const NEWS_MAX: usize = 6;
/// Records that are looked through for it: who was away for long is led to the whole list.
const RECORDS_MAX: i64 = 2_000;

/// The first page: what waits, or for who has nothing to do there, what one came for.
pub(in crate::web) async fn show(State(site): State<Site>, Visit { caller, frame }: Visit) -> Result<Response, Error> {
    match caller.actor_kind() {
        Actor::Mentor => return Ok(Redirect::to("/students").into_response()),
        Actor::Auditor => return Ok(Redirect::to("/reports").into_response()),
        Actor::Operator | Actor::Bureau | Actor::Principal | Actor::Officer | Actor::ClassTeacher => (),
    }
    let question = Question::Classes(ListClasses { query: PlacementQuery::default() });
    let Reply::Classes(classes) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    // The bureau is led to schools, a school to classes.
    let schools = match caller.scope.school() {
        Some(_) => None,
        None => {
            let Reply::Schools(schools) = site.app.ask(&caller, &Question::Schools(ListSchools {})).await? else {
                return Err(Error::NotFound);
            };
            Some(schools.into_iter().map(|school| (school.code.to_string(), school.name)).collect())
        }
    };
    let order = order_for(&caller);
    let acts = order.map(next_for).into_iter().chain(OTHER_ACTS).collect();
    let offers = Offers::of(&site, &caller, frame.lang, acts).await;
    let mut page = page(&frame, &classes, schools.as_ref(), &offers, order);
    // A city's units are accepted school by school.
    if schools.is_none() && site.app.permits(&caller, Action::HostAccept).await.is_ok() {
        let waiting = hosts_to_accept(&site, &caller).await?;
        let act = offers.offer(Action::HostAccept, &[("all_proposed", "true"), ("back", "/")]);
        page.todo.extend((waiting > 0).then(|| Todo {
            count: count(waiting),
            title: frame.say("实习单位待核", "Hosts to be accepted").to_owned(),
            address: format!("/employers?hosts={}", HostStage::Proposed.code()),
            named: vec![],
            others: None,
            is_first: page.todo.is_empty(),
            act,
        }));
    }
    page.news = news(&site, &caller, &frame).await?;
    page.drafts = drafts::listed(&site, &caller, &frame).await?;
    page.conflicts = conflicts(&site, &caller).await?;
    Ok(Html(page.render()?).into_response())
}

/// What others recorded since the last visit; nothing on the first.
async fn news(site: &Site, caller: &Caller, frame: &Frame) -> Result<Option<News>, Error> {
    let Some(last) = site.app.look(caller).await? else { return Ok(None) };
    let Reply::Head(head) = site.app.ask(caller, &Question::Head(ShowHead {})).await? else {
        return Err(Error::NotFound);
    };
    let after = last.position.max(head.position() - RECORDS_MAX);
    let question = ListChanges { after: Some(after), ..ListChanges::default() };
    let Reply::Changes(changes) = site.app.ask(caller, &Question::Changes(question)).await? else {
        return Err(Error::NotFound);
    };
    let lines: Vec<Line> = changes.iter().rev().take(NEWS_MAX).map(|change| changes::line(frame, change)).collect();
    Ok(Some(News {
        since: instants::in_shanghai(last.at),
        address: changes::address(last.position),
        others: changes.len() - lines.len(),
        lines,
    }))
}

/// What a school has to settle of the latest year; a city's are among its figures.
async fn conflicts(site: &Site, caller: &Caller) -> Result<Option<(String, &'static str)>, Error> {
    if caller.scope.school().is_none() || site.app.permits(caller, Action::ConflictResolve).await.is_err() {
        return Ok(None);
    }
    let Reply::LatestYear(Some(year)) = site.app.ask(caller, &Question::LatestYear(LatestYear {})).await? else {
        return Ok(None);
    };
    let asked = ShowReport { query: ReportQuery::year(year), by: vec![], full: false };
    let Reply::Report(ReportReply::Plain(report)) = site.app.ask(caller, &Question::Report(asked)).await? else {
        return Ok(None); // Not what was asked.
    };
    Ok((report.conflicts > 0).then(|| (count(report.conflicts), "/outcomes/conflicts")))
}

fn page(
    frame: &Frame,
    classes: &Classes,
    schools: Option<&BTreeMap<String, String>>,
    offers: &Offers,
    order: [List; 6],
) -> HomePage {
    let finals: Vec<&ClassCounts> = classes.classes.iter().filter(|class| class.is_final).collect();
    let students: usize = finals.iter().map(|class| class.students).sum();
    let (classes_said, students_said) = (count(finals.len()), count(students));
    let bar = bar(frame, &finals, students);
    let bar_said =
        bar.iter().map(|part| format!("{} {}", part.word, part.count)).collect::<Vec<_>>().join(frame.say("，", ", "));
    let waiting = order.into_iter().map(|list| (list, groups(classes, list, schools)));
    let (some, none): (Vec<_>, Vec<_>) = waiting.partition(|(_, groups)| !groups.is_empty());
    let todo = some.into_iter().enumerate().map(|(index, (list, groups))| {
        let words = [("list", list.code()), ("back", "/")];
        // A city's students are looked at, and not placed from here.
        let act = if schools.is_none() { offers.offer(next_for(list), &words) } else { None };
        Todo { act, ..todo(frame, list, groups, index == 0) }
    });
    let nothing: Vec<String> = none.into_iter().map(|(list, _)| frame.word(&list)).collect();
    let starts = classes.starts.iter().map(|(day, (begun, unsigned))| {
        let listed = |list: &str| {
            let (starts, list) = (day.to_string(), list.to_owned());
            format!("/students{}", RosterParams { starts, list, ..RosterParams::default() }.with(&[]))
        };
        Start {
            day: frame.day_of_week(*day),
            begun: (count(*begun), listed("")),
            unsigned: (*unsigned > 0).then(|| (count(*unsigned), listed(List::Unsigned.code()))),
        }
    });
    HomePage {
        drafts: vec![],
        day: frame.day_of_week(classes.on),
        finals: frame.lang.of(
            format!("毕业班 {classes_said} 个班 {students_said} 人"),
            format!("{classes_said} final classes, {students_said} students"),
        ),
        bar,
        bar_said,
        todo: todo.collect(),
        nothing: nothing.join(frame.say(" · ", " · ")),
        conflicts: None,
        starts: starts.collect(),
        news: None,
        first_steps: first_steps(frame, classes, offers, schools.is_some()),
        frame: frame.clone(),
    }
}

fn bar(frame: &Frame, finals: &[&ClassCounts], students: usize) -> Vec<Part> {
    const LENGTH: usize = 1000;
    let (mut parts, mut before) = (vec![], 0);
    for (progress, colour) in PARTS {
        let number: usize = finals.iter().map(|class| class.of(progress)).sum();
        if number > 0 {
            let end = |number: usize| number * LENGTH / students.max(1);
            let (from, to) = (end(before), end(before + number));
            let asked = RosterParams { progress: progress.code().to_owned(), ..RosterParams::default() };
            parts.push(Part {
                word: frame.word(&progress),
                count: count(number),
                colour,
                from,
                length: (to - from).max(2),
                address: format!("/students{}", asked.with(&[])),
            });
            before += number;
        }
    }
    parts
}

/// Whom a list names, by class, or by school where there are several: name, address and number, the most first.
fn groups(classes: &Classes, list: List, schools: Option<&BTreeMap<String, String>>) -> Vec<(String, String, usize)> {
    let mut groups: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for class in classes.classes.iter().filter(|class| class.on(list) > 0) {
        let asked = RosterParams { list: list.code().to_owned(), ..RosterParams::default() };
        let (name, address) = match schools {
            Some(names) => {
                let name = names.get(&class.school).cloned().unwrap_or_else(|| class.school.clone());
                (name, format!("/students{}", asked.with(&[("school", &class.school)])))
            }
            None => (
                class.class.clone(),
                format!("{}{}", super::addresses::class(&class.school, &class.class), asked.with(&[])),
            ),
        };
        groups.entry(address).or_insert((name, 0)).1 += class.on(list);
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(address, (name, number))| (name, address, number)).collect();
    groups.sort_by(|one, other| other.2.cmp(&one.2).then_with(|| one.0.cmp(&other.0)));
    groups
}

fn todo(frame: &Frame, list: List, mut groups: Vec<(String, String, usize)>, is_first: bool) -> Todo {
    let all: usize = groups.iter().map(|(.., number)| number).sum();
    let others = groups.split_off(groups.len().min(NAMED_MAX));
    let asked = RosterParams { list: list.code().to_owned(), ..RosterParams::default() };
    let left: usize = others.iter().map(|(.., number)| number).sum();
    Todo {
        count: count(all),
        title: frame.word(&list),
        address: format!("/students{}", asked.with(&[])),
        named: groups.into_iter().map(|(name, address, number)| (name, address, count(number))).collect(),
        others: (left > 0).then(|| (others.len(), count(left))),
        is_first,
        act: None,
    }
}
