//! 今日待办: what to do now, the worst first, each count a link to whom it counts.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::count;
use super::frame::{Frame, Visit};
use super::offers::{Offer, Offers, next_for, order_for};
use super::roster_query::RosterParams;
use crate::accounts::{Actor, Caller};
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::ListHosts;
use crate::app::reply::Reply;
use crate::app::roster::{ClassCounts, Classes, ListClasses};
use crate::app::school::ListSchools;
use crate::domain::host::codes::HostStage;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::List;
use crate::projections::placement_register::roster::Progress;
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

/// What is done from here besides the next steps of students.
const OTHER_ACTS: [Action; 4] = [Action::HostAccept, Action::Import, Action::SeasonPlan, Action::StaffAdd];

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    /// The day, and how many classes and students are final.
    day: String,
    finals: String,
    bar: Vec<Part>,
    bar_said: String,
    todo: Vec<Todo>,
    /// The lists that are empty.
    nothing: String,
    starts: Vec<(String, String, String)>,
    /// What comes first, where there is nothing to wait for yet: a sentence, and where it is done.
    first_steps: Vec<(&'static str, Offer)>,
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
        page.todo.extend(hosts_to_accept(&site, &caller, &frame, &offers, page.todo.is_empty()).await?);
    }
    Ok(Html(page.render()?).into_response())
}

/// The hosts that wait for a decision.
async fn hosts_to_accept(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    offers: &Offers,
    is_first: bool,
) -> Result<Option<Todo>, Error> {
    let question = Question::Hosts(ListHosts { query: PlacementQuery::default() });
    let Reply::Hosts(hosts) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    let waiting = hosts.iter().filter(|listed| listed.host.stage == HostStage::Proposed).count();
    let address = format!("/employers?hosts={}", HostStage::Proposed.code());
    Ok((waiting > 0).then(|| Todo {
        count: count(waiting),
        title: frame.say("实习单位待核", "Hosts to be accepted").to_owned(),
        address,
        named: vec![],
        others: None,
        is_first,
        act: offers.offer(Action::HostAccept, &[("all_proposed", "true"), ("back", "/")]),
    }))
}

/// What is done before anything waits: nobody is on the roster, or no class is known to be final.
fn first_steps(frame: &Frame, classes: &Classes, offers: &Offers, is_city: bool) -> Vec<(&'static str, Offer)> {
    let page = |action, zh, en, address: &str| {
        let verb = frame.say(zh, en);
        offers.may(action).then(|| Offer { verb, address: address.to_owned() })
    };
    let steps = if classes.classes.is_empty() {
        let roster = match is_city {
            true => frame.say(
                "导入学校名单，再导入毕业生名册；模板在那一页上",
                "Import the schools, then the roster of their graduates; templates are on that page",
            ),
            false => frame
                .say("导入毕业生名册；模板在那一页上", "Import the roster of graduates; templates are on that page"),
        };
        let staff = frame.say(
            "给就业办、班主任、指导教师开通账号，邀请他们登录",
            "Open accounts for officers, class teachers and mentors, and invite them",
        );
        vec![
            (staff, page(Action::StaffAdd, "人员", "Staff", "/accounts")),
            (roster, page(Action::Import, "导入", "Import", "/imports")),
        ]
    } else if !is_city && classes.classes.iter().all(|class| !class.is_final) {
        let plan = frame.say(
            "名册上还没有要实习的毕业班：登记哪些班是毕业班，什么时候实习",
            "No class on the roster is known to be final: say which are, and when their internship is",
        );
        vec![(plan, offers.offer(Action::SeasonPlan, &[("back", "/")]))]
    } else {
        vec![]
    };
    steps.into_iter().filter_map(|(said, offer)| Some((said, offer?))).collect()
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
        (frame.day_of_week(*day), count(*begun), if *unsigned > 0 { count(*unsigned) } else { String::new() })
    });
    HomePage {
        day: frame.day_of_week(classes.on),
        finals: frame.lang.of(
            format!("毕业班 {classes_said} 个班 {students_said} 人"),
            format!("{classes_said} final classes, {students_said} students"),
        ),
        bar,
        bar_said,
        todo: todo.collect(),
        nothing: nothing.join(frame.say(" · ", " · ")),
        starts: starts.collect(),
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
