//! The classes of a scope, with how many students of each are how far.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;

use super::count;
use super::frame::{Frame, Visit};
use super::moment::{Moment, moment_words};
use super::offers::{Offer, Offers};
use super::roster_query::{RosterParams, short};
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::app::roster::{ClassCounts, Classes, ListClasses};
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
    moment: Moment,
    headings: Vec<String>,
    /// Final classes first.
    groups: Vec<Group>,
    /// What is said of classes.
    acts: Vec<Offer>,
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
    let query = params.query()?;
    let kept = [("school", &*params.school)];
    let moment = Moment::of(&site, &caller, &frame, "/classes", &kept, &query, site.app.today()).await?;
    let of_moment = moment_words(query.on, &params.known_at);
    let question = Question::Classes(ListClasses { query });
    let Reply::Classes(classes) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let Reply::Schools(schools) = site.app.ask(&caller, &Question::Schools(ListSchools {})).await? else {
        return Err(Error::NotFound);
    };
    let names: BTreeMap<String, String> =
        schools.into_iter().map(|school| (school.code.to_string(), school.name)).collect();
    let is_city = caller.scope.school().is_none();
    // Whoever sees all schools is led to one of them first.
    let is_by_school = is_city && params.school.is_empty();
    let classes = if is_by_school { Classes { classes: by_school(&classes.classes), ..classes } } else { classes };
    let row = |class: &ClassCounts| {
        let own = RosterParams { school: class.school.clone(), ..params.clone() };
        let address = super::addresses::class(&class.school, &class.class);
        let linked = |number: usize, asked: &[(&str, &str)]| {
            let listed = format!("/students{}", own.with(asked));
            (count(number), if is_by_school { listed } else { format!("{address}{}", params.with(asked)) })
        };
        let mut counts = vec![linked(class.students, &[])];
        counts.extend(STEPS.map(|step| linked(class.of(step), &[("progress", step.code())])));
        counts.extend(LISTS.map(|list| linked(class.on(list), &[("list", list.code())])));
        let school = names.get(&class.school).filter(|_| is_city).cloned().unwrap_or_default();
        let starts_on = class.starts_on.map_or_else(String::new, |day| day.to_string());
        let (name, address) = match is_by_school {
            true => (String::new(), format!("/classes{}", own.with(&[]))),
            false => (class.class.clone(), format!("{address}{of_moment}")),
        };
        Row { school, name, address, starts_on, counts }
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
    let groups = match is_by_school {
        true => [
            (true, frame.say("有毕业班的学校", "Schools with final classes")),
            (false, frame.say("其他学校", "Other schools")),
        ],
        false => [(true, frame.say("毕业班", "Final classes")), (false, frame.say("其他班级", "Other classes"))],
    };
    let mut headings = vec![frame.say("人数", "students").to_owned()];
    headings.extend(STEPS.map(|step| frame.word(&step)));
    headings.extend(LISTS.map(|list| short(&frame, list).to_owned()));
    // Which classes are final is said of one school.
    let plans: &[Action] = match is_by_school {
        // Nothing is recorded in the past.
        _ if moment.is_other => &[],
        true => &[Action::SchoolAdd],
        false => &[Action::SeasonPlan, Action::SeasonUndo],
    };
    let back = format!("/classes{}", params.with(&[]));
    let offers = Offers::of(&site, &caller, frame.lang, plans.to_vec()).await;
    let page = ClassesPage {
        acts: offers.offers(plans, &[("school", &params.school), ("back", &back)]),
        moment,
        groups: groups.into_iter().filter_map(|(is_final, title)| group(is_final, title)).collect(),
        headings,
        frame,
    };
    Ok(Html(page.render()?))
}

/// The counts of all classes of each school together.
fn by_school(classes: &[ClassCounts]) -> Vec<ClassCounts> {
    let mut schools: Vec<ClassCounts> = vec![];
    for class in classes {
        match schools.last_mut() {
            Some(school) if school.school == class.school => school.add_class(class),
            Some(_) | None => schools.push(ClassCounts { class: String::new(), ..class.clone() }),
        }
    }
    schools
}
