//! The classes of a scope, with how many students of each are how far.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;

use super::count;
use super::frame::{Frame, Visit};
use super::roster_query::{RosterParams, short};
use crate::app::actions::Question;
use crate::app::reply::Reply;
use crate::app::roster::{ClassCounts, ListClasses};
use crate::app::school::ListSchools;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::List;
use crate::projections::placement_register::roster::Progress;
use crate::web::error::Error;
use crate::web::session::Site;

/// The columns: how far students are.
const STEPS: [Progress; 5] =
    [Progress::AtWork, Progress::Ready, Progress::InPreparation, Progress::Interrupted, Progress::Exempted];
/// The columns: what waits.
const LISTS: [List; 4] = [List::NotPlaced, List::Unsigned, List::AwaitingApproval, List::NotArrived];

#[derive(Template)]
#[template(path = "classes.html")]
struct ClassesPage {
    frame: Frame,
    day: String,
    headings: Vec<String>,
    /// Final classes first.
    groups: Vec<Group>,
}

struct Group {
    title: String,
    classes: Vec<Row>,
    total: Vec<String>,
}

struct Row {
    school: String,
    name: String,
    address: String,
    starts_on: String,
    /// How many, and where they are listed.
    counts: Vec<(String, String)>,
}

/// The classes, final ones first.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<RosterParams>,
) -> Result<Html<String>, Error> {
    let question = Question::Classes(ListClasses { query: params.query()? });
    let Reply::Classes(classes) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let Reply::Schools(schools) = site.app.ask(&caller, &Question::Schools(ListSchools {})).await? else {
        return Err(Error::NotFound);
    };
    let names: BTreeMap<String, String> =
        schools.into_iter().map(|school| (school.code.to_string(), school.name)).collect();
    let is_city = caller.scope.school().is_none();
    let row = |class: &ClassCounts| {
        let address = super::class::address(&class.school, &class.class);
        let linked = |number: usize, asked: String| (count(number), format!("{address}{asked}"));
        let mut counts = vec![linked(class.students, String::new())];
        counts.extend(STEPS.map(|step| linked(class.of(step), params.with(&[("progress", step.code())]))));
        counts.extend(LISTS.map(|list| linked(class.on(list), params.with(&[("list", list.code())]))));
        let school = names.get(&class.school).filter(|_| is_city).cloned().unwrap_or_default();
        let starts_on = class.starts_on.map_or_else(String::new, |day| day.to_string());
        Row { school, name: class.class.clone(), address, starts_on, counts }
    };
    let group = |is_final: bool, title: &str| {
        let of_group: Vec<&ClassCounts> = classes.classes.iter().filter(|class| class.is_final == is_final).collect();
        let sum = |of: &dyn Fn(&ClassCounts) -> usize| count(of_group.iter().map(|class| of(class)).sum::<usize>());
        let mut total = vec![sum(&|class| class.students)];
        total.extend(STEPS.map(|step| sum(&|class| class.of(step))));
        total.extend(LISTS.map(|list| sum(&|class| class.on(list))));
        let title = format!("{title} {}", count(of_group.len()));
        (!of_group.is_empty()).then(|| Group { title, classes: of_group.into_iter().map(row).collect(), total })
    };
    let groups = [(true, frame.say("毕业班", "Final classes")), (false, frame.say("其他班级", "Other classes"))];
    let mut headings = vec![frame.say("人数", "students").to_owned()];
    headings.extend(STEPS.map(|step| frame.word(&step)));
    headings.extend(LISTS.map(|list| short(&frame, list).to_owned()));
    let page = ClassesPage {
        day: classes.on.to_string(),
        groups: groups.into_iter().filter_map(|(is_final, title)| group(is_final, title)).collect(),
        headings,
        frame,
    };
    Ok(Html(page.render()?))
}
