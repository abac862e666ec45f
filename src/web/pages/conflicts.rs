//! What is said of a graduate that cannot all be so, side by side, one after the other: who says it, since when, by what
//! evidence, and which counts; with the buttons that settle it.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::addresses;
use super::frame::{Frame, Visit};
use super::moment::Moment;
use super::offers::{Offer, Offers};
use super::schools::school_name;
use super::year_of;
use crate::accounts::Caller;
use crate::app::actions::{Action, Command, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::explain::{Conflicts, ListConflicts, NamedPerson};
use crate::app::failure::Failure;
use crate::app::key::Key;
use crate::app::reply::Reply;
use crate::app::report::{LatestYear, ReportQuery};
use crate::app::statement::settle::{contradicting, settling};
use crate::app::statement::show::ShownStatement;
use crate::app::student_file::{ShowStudent, StudentFile};
use crate::domain::statements::StatementReason;
use crate::domain::terms::Term as _;
use crate::publication::lists::said_of;
use crate::refusal::{Refusal as _, RefusalKind};
use crate::web::error::Error;
use crate::web::form::Form;
use crate::web::session::Site;

/// Where the page is.
const OWN: &str = "/outcomes/conflicts";

#[derive(Template)]
#[template(path = "conflicts.html")]
struct ConflictsPage {
    frame: Frame,
    moment: Moment,
    year: i16,
    count: usize,
    /// All of them as a list.
    list: String,
    address: &'static str,
    case: Option<Case>,
    reasons: Vec<(&'static str, String)>,
    reason: String,
    done: Option<&'static str>,
    faults: Vec<String>,
}

/// One contradiction.
struct Case {
    number: usize,
    title: String,
    sides: Vec<Side>,
    /// What is compared, and what it is on each side.
    rows: Vec<(&'static str, Vec<String>)>,
    /// Whether it can be settled here and now.
    may_settle: bool,
    has_acts: bool,
    hidden: Vec<(&'static str, String)>,
    before: Option<String>,
    after: Option<String>,
}

/// What one says.
struct Side {
    name: String,
    /// Of whom, and where that one is.
    who: String,
    address: String,
    verb: String,
    act: Option<Offer>,
}

/// The words of the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ConflictParams {
    year: String,
    school: String,
    on: String,
    known_at: String,
    /// Which of them, from 1.
    number: String,
    done: String,
}

/// A contradiction: of one graduate, or of a person at two schools.
enum Found {
    Contradicted(NamedPerson),
    AtTwoSchools(Box<(NamedPerson, NamedPerson)>),
}

impl ConflictParams {
    fn moment(&self) -> Result<PlacementQuery, Error> {
        let (on, known_at, school) = (self.on.clone(), self.known_at.clone(), self.school.clone());
        super::roster_query::RosterParams { on, known_at, school, ..Default::default() }.query()
    }

    fn at(&self, number: usize, others: &[(&str, &str)]) -> String {
        let number = number.to_string();
        let own = [
            ("year", &*self.year),
            ("school", &self.school),
            ("on", &self.on),
            ("known_at", &self.known_at),
            ("number", &number),
        ];
        let words = own.into_iter().chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        format!("{OWN}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish())
    }
}

/// One of them, and where the others are.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(params): Query<ConflictParams>,
) -> Result<Response, Error> {
    page(&site, &caller, frame, params, vec![], "", StatusCode::OK).await
}

/// Settles one, and goes on to the next.
pub(in crate::web) async fn settle(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    body: Bytes,
) -> Result<Response, Error> {
    site.app.permits(&caller, Action::ConflictResolve).await?;
    let form = Form::of(&body)?;
    let word = |name: &str| form.get(name);
    let params = ConflictParams {
        year: word("year"),
        school: word("school"),
        number: word("number"),
        ..ConflictParams::default()
    };
    let reason = word("reason");
    let Some(why) = StatementReason::from_code(&reason) else {
        let fault = frame.say("没有选原因；请选一个原因", "Choose a reason").to_owned();
        return page(&site, &caller, frame, params, vec![fault], &reason, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let file = file(&site, &caller, &word("student"), &PlacementQuery::default()).await?;
    let day = cut_off(&site, &params)?;
    let statements = file.statements.as_ref().map(|shown| shown.statements.as_slice()).unwrap_or_default();
    let said = contradicting(statements, day);
    // Who looked at something else than what there is now has it shown anew.
    let is_as_seen = word("seen") == seen(&said);
    let chosen = word("chosen").parse::<usize>().ok();
    let orders = settling(file.id, &file.school, &said, chosen, why);
    if !is_as_seen || orders.is_empty() {
        let fault = frame.say(
            "这期间记录有变化，没有办理；请看现在的情况再选",
            "The records changed meanwhile, and nothing was done; look at them as they are now",
        );
        return page(&site, &caller, frame, params, vec![fault.to_owned()], &reason, StatusCode::CONFLICT).await;
    }
    let faults = ordered(&site, &caller, &frame, orders, &word("key")).await?;
    if faults.is_empty() {
        let number = params.number.parse().unwrap_or(1);
        return Ok(Redirect::to(&params.at(number, &[("done", "true")])).into_response());
    }
    page(&site, &caller, frame, params, faults, &reason, StatusCode::CONFLICT).await
}

/// Orders all of it, if all of it is possible: why not, in sentences.
async fn ordered(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    orders: Vec<Command>,
    key: &str,
) -> Result<Vec<String>, Error> {
    let said = |failure: Failure| match failure.kind() {
        RefusalKind::Broken | RefusalKind::NotSignedIn => Err(failure.into()),
        _ => Ok(vec![frame.whole(&failure.sentence())]),
    };
    for order in &orders {
        let (who, order) = (caller.clone(), order.clone());
        let rehearsed = site.recording(move |app| async move { app.rehearse(&who, &order).await.map(|_| ()) }).await;
        if let Err(failure) = rehearsed {
            return said(failure);
        }
    }
    for (number, order) in orders.into_iter().enumerate() {
        let (who, key) = (caller.clone(), Key::parse(&format!("{key}-{number}")).ok());
        let done =
            site.recording(move |app| async move { app.run(&who, key.as_ref(), &order).await.map(|_| ()) }).await;
        if let Err(failure) = done {
            return said(failure);
        }
    }
    Ok(vec![])
}

/// Everything about one graduate.
async fn file(site: &Site, caller: &Caller, student: &str, query: &PlacementQuery) -> Result<StudentFile, Error> {
    let asked = ShowStudent { student: student.to_owned(), school: None, on: query.on, known_at: query.known_at };
    match site.app.ask(caller, &Question::StudentFile(asked)).await? {
        Reply::StudentFile(file) => Ok(*file),
        _ => Err(Error::NotFound),
    }
}

fn year(params: &ConflictParams, latest: i16) -> Result<i16, Error> {
    if params.year.is_empty() { Ok(latest) } else { year_of(&params.year) }
}

/// The day on which figures look: the one that was asked for, else the last day of the year.
fn cut_off(site: &Site, params: &ConflictParams) -> Result<jiff::civil::Date, Error> {
    let on = params.moment()?.on;
    let year = year(params, site.app.today().year())?;
    Ok(on.unwrap_or_else(|| jiff::civil::date(year, 12, 31)))
}

/// What was looked at, so that another state is told from it.
fn seen(said: &[&ShownStatement]) -> String {
    let of = |shown: &&ShownStatement| format!("{}{:?}{:?}{:?}", shown.source.code(), shown.what, shown.at, shown.from);
    hex::encode(<sha2::Sha256 as sha2::Digest>::digest(said.iter().map(of).collect::<String>()))
}

async fn page(
    site: &Site,
    caller: &Caller,
    frame: Frame,
    params: ConflictParams,
    faults: Vec<String>,
    reason: &str,
    status: StatusCode,
) -> Result<Response, Error> {
    let latest = match site.app.ask(caller, &Question::LatestYear(LatestYear {})).await? {
        Reply::LatestYear(latest) => latest,
        _ => None, // Answers of other questions.
    };
    let year = year(&params, latest.unwrap_or_else(|| site.app.today().year()))?;
    let params = ConflictParams { year: year.to_string(), ..params };
    let query = params.moment()?;
    let asked = ReportQuery { year, as_of: query.on, known_at: query.known_at, school: query.school.clone() };
    let question = Question::Conflicts(ListConflicts { query: asked });
    let Reply::Conflicts(conflicts) = site.app.ask(caller, &question).await? else { return Err(Error::NotFound) };
    let kept = [("year", &*params.year), ("school", &params.school)];
    let moment = Moment::of(site, caller, &frame, OWN, &kept, &query, jiff::civil::date(year, 12, 31)).await?;
    let mut found = all(conflicts);
    let count = found.len();
    // Behind the last one the first is next.
    let number = params.number.parse::<usize>().unwrap_or(1).clamp(1, count.max(1));
    let case = match found.is_empty() {
        true => None,
        false => {
            let of = found.swap_remove(number - 1);
            Some(case(site, caller, &frame, &params, &query, of, (number, count), moment.is_other).await?)
        }
    };
    let list = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(
            [("year", &*params.year), ("school", &params.school)].iter().filter(|(_, value)| !value.is_empty()),
        )
        .finish();
    let page = ConflictsPage {
        list: format!("/lists/conflicts?{list}"),
        reasons: StatementReason::ENTRIES.iter().map(|entry| (entry.code, frame.word(&entry.value))).collect(),
        reason: reason.to_owned(),
        done: (!params.done.is_empty())
            .then_some(frame.say("已记录，下面是下一处。", "Recorded; this is the next one.")),
        address: OWN,
        moment,
        year,
        count,
        case,
        faults,
        frame,
    };
    Ok((status, Html(page.render()?)).into_response())
}

fn all(conflicts: Conflicts) -> Vec<Found> {
    let mut contradicted = conflicts.contradicted;
    contradicted.sort_by(|one, other| {
        (&one.person.school, &one.person.class, &one.student_number, one.person.student).cmp(&(
            &other.person.school,
            &other.person.class,
            &other.student_number,
            other.person.student,
        ))
    });
    let twice = conflicts.at_two_schools.into_iter().map(|pair| Found::AtTwoSchools(Box::new(pair)));
    contradicted.into_iter().map(Found::Contradicted).chain(twice).collect()
}

#[expect(clippy::too_many_arguments, reason = "a case is made of everything that is on it")]
async fn case(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    params: &ConflictParams,
    query: &PlacementQuery,
    found: Found,
    (number, count): (usize, usize),
    is_past: bool,
) -> Result<Case, Error> {
    let day = cut_off(site, params)?;
    let of_day = PlacementQuery { on: Some(day), ..query.clone() };
    let may = site.app.permits(caller, Action::ConflictResolve).await.is_ok();
    let steps = |case: Case| Case {
        before: (number > 1).then(|| params.at(number - 1, &[])),
        after: (number < count).then(|| params.at(number + 1, &[])),
        ..case
    };
    let back = params.at(number, &[]);
    match found {
        Found::Contradicted(named) => {
            let file = file(site, caller, &named.person.student.0.to_string(), &of_day).await?;
            let statements = file.statements.as_ref().map(|shown| shown.statements.as_slice()).unwrap_or_default();
            let said = contradicting(statements, day);
            let hidden = vec![
                ("student", named.person.student.0.to_string()),
                ("year", params.year.clone()),
                ("school", params.school.clone()),
                ("number", number.to_string()),
                ("seen", seen(&said)),
                ("key", site.app.new_id().to_string()),
            ];
            let who = frame.name(named.name.as_deref());
            Ok(steps(Case {
                number,
                title: format!("{who} · {}", named.person.class),
                rows: rows(frame, &said),
                sides: said.iter().enumerate().map(|(index, _)| side(frame, &said, index, &who, &named)).collect(),
                may_settle: may && !is_past && said.len() > 1,
                has_acts: false,
                hidden,
                before: None,
                after: None,
            }))
        }
        Found::AtTwoSchools(pair) => {
            let acts = if is_past { vec![] } else { vec![Action::StudentStanding] };
            let offers = Offers::of(site, caller, frame.lang, acts).await;
            let mut sides = vec![];
            let (mut classes, mut standings, mut says) = (vec![], vec![], vec![]);
            for named in [&pair.0, &pair.1] {
                let id = named.person.student.0.to_string();
                let file = file(site, caller, &id, &of_day).await?;
                let words =
                    [("student", &*id), ("school", &named.person.school), ("standing", "transferred"), ("back", &back)];
                sides.push(Side {
                    name: school_name(site, caller, &named.person.school).await?,
                    who: frame.name(named.name.as_deref()),
                    address: addresses::student(named.person.student),
                    verb: String::new(),
                    act: offers.offer(Action::StudentStanding, &words),
                });
                classes.push(named.person.class.clone());
                let standing = file.progress.as_ref().map(|progress| frame.word(&progress.standing));
                standings.push(standing.unwrap_or_default());
                says.push(frame.said(&named.person.reason));
            }
            Ok(steps(Case {
                number,
                title: frame.say("同一个人在两所学校毕业", "one person who graduated at two schools").to_owned(),
                has_acts: sides.iter().any(|side| side.act.is_some()),
                sides,
                rows: vec![
                    (frame.say("班级", "Class"), classes),
                    (frame.say("学籍", "Standing"), standings),
                    (frame.say("去向", "Destination"), says),
                ],
                may_settle: false,
                hidden: vec![],
                before: None,
                after: None,
            }))
        }
    }
}

fn side(frame: &Frame, said: &[&ShownStatement], index: usize, who: &str, named: &NamedPerson) -> Side {
    let name = match (said.len(), index) {
        (2, 0) => frame.say("左", "Left").to_owned(),
        (2, 1) => frame.say("右", "Right").to_owned(),
        (_, index) => frame.lang.of(format!("第 {} 条", index + 1), format!("No. {}", index + 1)),
    };
    let verb = frame.lang.of(format!("以{name}为准"), format!("{name} decides"));
    Side { verb, name, who: who.to_owned(), address: addresses::student(named.person.student), act: None }
}

fn rows(frame: &Frame, said: &[&ShownStatement]) -> Vec<(&'static str, Vec<String>)> {
    let of = |value: &dyn Fn(&ShownStatement) -> String| said.iter().map(|shown| value(shown)).collect::<Vec<String>>();
    let by = |shown: &ShownStatement| match shown.by.is_empty() {
        true => frame.say("操作员", "operator").to_owned(),
        false => shown.by.join(frame.say("、", ", ")),
    };
    vec![
        (frame.say("说法", "What is said"), of(&|shown| said_of(shown, frame.lang))),
        (frame.say("来源", "Source"), of(&|shown| frame.word(&shown.source))),
        (frame.say("谁登记的", "Recorded by"), of(&by)),
        (frame.say("填报日期", "Reported on"), of(&|shown| shown.reported_on.to_string())),
        (frame.say("证据", "Evidence"), of(&|shown| frame.word(&shown.level))),
        (frame.say("认定", "Review"), of(&|shown| shown.state.map_or_else(String::new, |state| frame.word(&state)))),
        (frame.say("现在算数", "Counts"), of(&|shown| if shown.decides { "✓".to_owned() } else { String::new() })),
    ]
}
