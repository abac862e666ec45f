//! What an act came to: what was recorded, in sentences, with the way back and the way to undo it; or what is told this once.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use strum::IntoEnumIterator as _;

use crate::app::Done;
use crate::app::account::AccountAnswer;
use crate::app::actions::{Action, Question};
use crate::app::bulk::Refused;
use crate::app::employer::EmployerAnswer;
use crate::app::history::ListEvents;
use crate::app::host::HostAnswer;
use crate::app::reply::{Answer, Reply};
use crate::app::statement::StatementAnswer;
use crate::event_log::request::Receipt;
use crate::input::file::File;
use crate::packet::file::zipped;
use crate::publication::said::said;
use crate::refusal::Refusal as _;
use crate::web::error::Error;
use crate::web::form;
use crate::web::pages::frame::{Frame, Visit};
use crate::web::pages::invitation::squares;
use crate::web::pages::listing_file::attachment;
use crate::web::pages::{addresses, verbs};
use crate::web::session::Site;

/// Names beside a sentence; the others are counted.
const NAMED_MAX: usize = 8;
/// Events that are looked at.
const EVENTS_MAX: i64 = 2_000;
/// Students whom an address names, to have it undone for them.
const STUDENTS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "recorded.html")]
struct RecordedPage {
    frame: Frame,
    verb: &'static str,
    /// Sentences, each with whom it is about and where the first of its records is.
    recorded: Vec<Told>,
    /// What is told this once, or that nothing was to be done.
    lines: Vec<String>,
    /// The squares of a code to be read by a telephone, and how many a row has.
    code: Option<(String, usize)>,
    not_done: Vec<String>,
    back: String,
    undo: Option<String>,
    /// What is mostly done next: what the link says, and where it leads.
    next: Option<(String, String)>,
}

struct Told {
    said: String,
    count: usize,
    names: String,
    position: i64,
}

/// Where what was recorded stands in the log.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Recorded {
    first: i64,
    count: i64,
    act: String,
    back: String,
    students: String,
}

/// Where it is said what a receipt is of: recorded by an act about these students, and where one goes back to.
pub(in crate::web::pages) fn recorded_at(action: Action, receipt: &Receipt, students: &[String], back: &str) -> String {
    let students = if students.len() <= STUDENTS_MAX { students.join(",") } else { String::new() };
    let (first, count) = (receipt.first_position.to_string(), receipt.event_count.to_string());
    let words =
        [("first", &*first), ("count", &count), ("act", action.name()), ("back", back), ("students", &students)];
    format!("/recorded?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish())
}

/// The answer of a command. What was recorded as one request has a page that can be loaded again; a file is handed over.
pub(super) fn answered(
    frame: &Frame,
    action: Action,
    answer: &Answer,
    students: &[String],
    back: &str,
    origin: &str,
) -> Result<Response, Error> {
    let recorded = |receipt: &Receipt| Redirect::to(&recorded_at(action, receipt, students, back)).into_response();
    let told_once = |lines: Vec<String>, code: Option<(String, usize)>, refused: &[Refused], next| {
        let not_done = refused.iter().map(|refused| frame.said(&refused.why.sentence())).collect();
        let page = RecordedPage {
            verb: verb_of(frame, action),
            recorded: vec![],
            lines,
            code,
            not_done,
            back: back.to_owned(),
            undo: None,
            next,
            frame: frame.clone(),
        };
        Ok((StatusCode::OK, Html(page.render()?)).into_response())
    };
    let page = |lines: Vec<String>, refused: &[Refused]| told_once(lines, None, refused, None);
    let done = |done: &Done| match done {
        Done::Recorded(receipt) => Ok(recorded(receipt)),
        Done::Unchanged => page(
            vec![frame.say("已经是这样，没有新的记录。", "It is so already; nothing was recorded.").to_owned()],
            &[],
        ),
    };
    let count_of = |count: usize| frame.lang.of(format!("已办理 {count} 项。"), format!("Done: {count}."));
    match answer {
        Answer::Repeated(receipt) => Ok(recorded(receipt)),
        Answer::Done(of)
        | Answer::Host(HostAnswer::Ordered(of))
        | Answer::Account(AccountAnswer::Changed(of))
        | Answer::Statement(StatementAnswer::Done(of))
        | Answer::Employer(EmployerAnswer::Ordered { done: of, .. })
        | Answer::Erased(_, of) => done(of),
        Answer::Bulk(of) | Answer::Account(AccountAnswer::HandedOver(of)) if of.refused.is_empty() => done(&of.done),
        Answer::Bulk(of) | Answer::Account(AccountAnswer::HandedOver(of)) => {
            page(vec![count_of(of.count)], &of.refused)
        }
        Answer::Employer(EmployerAnswer::Registered(of)) => {
            let mut lines = vec![match of.is_known {
                true => frame.say("这个单位此前已登记。", "The unit was registered before.").to_owned(),
                false => frame.say("已登记。", "Registered.").to_owned(),
            }];
            if of.alike.is_some() {
                let alike = frame.say(
                    "注意：本校有同名单位；如是同一单位，请合并。",
                    "Note: the school has a unit of the same name; if it is the same unit, merge them.",
                );
                lines.push(alike.to_owned());
            }
            let unit = frame.say("打开这个单位", "Open the unit").to_owned();
            told_once(lines, None, &[], Some((unit, format!("/employers/{}", of.employer.0))))
        }
        Answer::Account(AccountAnswer::Opened(member)) => {
            let (name, id) = (&member.name, member.staff.id.0.to_string());
            let words = form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("staff", &*id), ("back", back)])
                .finish();
            let invite = (
                verb_of(frame, Action::StaffInvite).to_owned(),
                format!("{}?{words}", addresses::act(Action::StaffInvite)),
            );
            let opened = frame.lang.of(
                format!("已为{name}开通账号；接着邀请登录。"),
                format!("The account of {name} is open; invite next."),
            );
            told_once(vec![opened], None, &[], Some(invite))
        }
        Answer::Account(AccountAnswer::Token(issued)) => {
            let secret = issued.secret.as_str();
            page(
                vec![
                    frame.lang.of(format!("令牌：{secret}"), format!("Token: {secret}")),
                    frame.lang.of(
                        format!("只显示这一次，请现在抄下；有效期到 {}。", issued.until),
                        format!("It is shown this once, so copy it now; it holds until {}.", issued.until),
                    ),
                ],
                &[],
            )
        }
        Answer::Account(AccountAnswer::Invited(issued)) => {
            let (name, secret) = (&issued.name, issued.secret.as_str());
            told_once(
                vec![
                    frame.lang.of(format!("{name}的邀请码：{secret}"), format!("Invitation of {name}: {secret}")),
                    frame.lang.of(
                        format!("请本人打开 {origin}/invitation 输入，或用手机扫码；只显示这一次，不另存，有效期到 {}。", issued.until),
                        format!(
                            "It is typed on {origin}/invitation, or read by a telephone; it is shown this once, kept nowhere, and \
                             holds until {}.",
                            issued.until
                        ),
                    ),
                ],
                Some(squares(&format!("{origin}/invitation#{secret}"))),
                &[],
                None,
            )
        }
        Answer::Account(AccountAnswer::Printed(printed)) => Ok(file(&printed.file)),
        Answer::Host(HostAnswer::Accepted { count, refused }) => page(vec![count_of(*count)], refused),
        Answer::ImportUndone(undone) => page(vec![count_of(undone.count)], &undone.refused),
        Answer::Collected(of) => match &of.recorded {
            Some(recorded) => done(&recorded.done),
            None => Ok(Redirect::to(back).into_response()),
        },
        Answer::Statement(StatementAnswer::Said(_)) | Answer::Imported(_) => Ok(Redirect::to(back).into_response()),
        Answer::Packet(printed) => match printed.files.as_slice() {
            [one] => Ok(file(one)),
            several => {
                let name = frame.lang.of("实习材料.zip", "papers.zip").to_owned();
                let bytes = zipped(several).map_err(|error| Error::Broken(error.reason))?;
                Ok(file(&File { name, bytes }))
            }
        },
    }
}

fn verb_of(frame: &Frame, action: Action) -> &'static str {
    let (zh, en) = verbs::verb(action).unwrap_or(("办理", "Done"));
    frame.say(zh, en)
}

/// A file to keep.
fn file(file: &File) -> Response {
    attachment(file.short_name(), "application/octet-stream", file.bytes.clone())
}

/// What was recorded, as the log has it.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Query(of): Query<Recorded>,
) -> Result<Response, Error> {
    let action = Action::iter().find(|action| action.name() == of.act).ok_or(Error::NotFound)?;
    let limit = of.count.clamp(1, EVENTS_MAX);
    let question = Question::Events(ListEvents { after: of.first - 1, limit, wait: 0, like: None, stored: false });
    let Reply::Events(listed) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let mut recorded: Vec<(String, Vec<String>, i64)> = vec![];
    for event in listed.events.iter().filter(|event| event.recorded.position < of.first + of.count) {
        let sentence = frame.said(&said(&event.event));
        let name = event.student.as_ref().map(|student| frame.name(student.name.as_deref()));
        match recorded.iter_mut().find(|(other, ..)| *other == sentence) {
            Some((_, names, _)) => names.extend(name),
            None => recorded.push((sentence, Vec::from_iter(name), event.recorded.position)),
        }
    }
    let recorded = recorded.into_iter().map(|(said, names, position)| {
        let shown = names.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(frame.say("、", ", "));
        let more = if names.len() > NAMED_MAX { frame.say("等", " and others") } else { "" };
        Told { said, count: names.len(), names: format!("{shown}{more}"), position }
    });
    let undo = match (undo_of(action), of.students.is_empty()) {
        (Some(undo), false) if site.app.permits(&caller, undo).await.is_ok() => {
            let students = of.students.split(',').map(|student| ("students", student));
            let words = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(students)
                .append_pair("back", form::next(&of.back))
                .finish();
            Some(format!("{}?{words}", addresses::act(undo)))
        }
        (Some(_) | None, _) => None,
    };
    let page = RecordedPage {
        verb: verb_of(&frame, action),
        recorded: recorded.collect(),
        lines: vec![],
        code: None,
        not_done: vec![],
        back: form::next(&of.back).to_owned(),
        undo,
        next: None,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// By which act the latest record of each of several students is undone.
fn undo_of(action: Action) -> Option<Action> {
    match action.called().words.split(' ').next() {
        Some("placement") => Some(Action::PlacementUndo),
        Some("agreement") => Some(Action::AgreementUndo),
        Some("exemption") => Some(Action::ExemptionUndo),
        Some(_) | None => None,
    }
}
