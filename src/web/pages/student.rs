//! One student: the person, the internships, the destination, and what was recorded when by whom, in sentences.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use uuid::Uuid;

use super::addresses;
use super::confirm::to_confirm;
use super::frame::{Frame, Visit};
use super::moment::{Moment, known_word, moment_words};
use super::offers::{DESTINATION, EXEMPTION, INTERNSHIP, Offer, Offers, PAPERS, PERSON};
use super::roster_query::RosterParams;
use super::schools::school_name;
use crate::accounts::Caller;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::failure::Failure;
use crate::app::listed_events::ListedEvent;
use crate::app::placement::shown::ShownPlacement;
use crate::app::reply::Reply;
use crate::app::statement::show::{Said, ShownStatement};
use crate::app::student_file::{ShowStudent, StudentFile};
use crate::domain::Event;
use crate::domain::account::codes::LookingPurpose;
use crate::domain::agreement::AgreementEvent;
use crate::domain::agreement::codes::DocumentState;
use crate::domain::day::from_epoch_day;
use crate::domain::placement::PlacementEvent;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::publication::lists::said_of;
use crate::publication::said::said;
use crate::refusal::Refusal as _;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::form::Form;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "student.html")]
struct StudentPage {
    frame: Frame,
    moment: Moment,
    address: String,
    name: String,
    student_number: String,
    school: String,
    class: String,
    class_address: String,
    state: String,
    /// Name and value of what is known of the person.
    contacts: Vec<(&'static str, String)>,
    is_in_full: bool,
    purposes: Vec<(&'static str, String)>,
    placements: Vec<Placement>,
    /// `None` for whom they are not.
    statements: Option<Vec<Stated>>,
    history: Vec<Told>,
    of_person: Vec<Offer>,
    next: Option<Offer>,
    of_internship: Vec<Offer>,
    of_papers: Vec<Offer>,
    of_destination: Vec<Offer>,
}

struct Placement {
    title: String,
    state: String,
    details: Vec<(&'static str, String)>,
    /// Name and state of each document, and where it is, unless there is none yet.
    papers: Vec<(String, String, Option<String>)>,
    unamended: String,
}

struct Stated {
    source: String,
    said: String,
    level: String,
    review: String,
    reported_on: String,
    decides: bool,
    acts: Vec<Offer>,
}

struct Told {
    at: String,
    by: String,
    said: String,
    since: String,
    note: String,
    position: i64,
    /// Takes it back.
    undo: Option<Offer>,
}

fn question(student: &str, of: &PlacementQuery) -> Result<Question, Error> {
    let student = Uuid::parse_str(student).map_err(|_| Error::NotFound)?.to_string();
    Ok(Question::StudentFile(ShowStudent { student, school: None, on: of.on, known_at: of.known_at }))
}

/// The student, with what is sealed masked.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(student): Path<String>,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    let query = params.query()?;
    let reply = site.app.ask(&caller, &question(&student, &query)?).await?;
    page(&site, &caller, frame, reply, &query, false).await
}

/// The student in full, for a purpose, which is recorded; on this load only.
pub(in crate::web) async fn show_in_full(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path(student): Path<String>,
    body: Bytes,
) -> Result<Response, Error> {
    let purpose = LookingPurpose::from_code(&Form::of(&body)?.get("purpose"));
    let purpose = purpose.ok_or_else(|| Error::no_term::<LookingPurpose>("purpose"))?;
    let of_now = PlacementQuery::default();
    let (asked, who) = (question(&student, &of_now)?, caller.clone());
    let shown = site.recording(move |app| async move { app.ask_showing(&who, purpose, &asked).await }).await;
    match shown {
        Ok(reply) => page(&site, &caller, frame, reply, &of_now, true).await,
        Err(refused) if is_to_confirm(&refused) => Ok(to_confirm(&format!("/students/{student}"))),
        Err(refused) => Err(refused.into()),
    }
}

/// Whether somebody has to show again who it is.
fn is_to_confirm(refused: &Failure) -> bool {
    refused.code() == "gate.confirm_first"
}

async fn page(
    site: &Site,
    caller: &Caller,
    frame: Frame,
    reply: Reply,
    query: &PlacementQuery,
    is_in_full: bool,
) -> Result<Response, Error> {
    let Reply::StudentFile(file) = reply else { return Err(Error::NotFound) };
    let school = school_name(site, caller, file.school.as_str()).await?;
    let state = file.progress.as_ref().map_or_else(String::new, |progress| frame.word(&progress.progress));
    let (id, back) = (file.id.0.to_string(), addresses::student(file.id));
    let of_one =
        [("student", id.as_str()), ("school", file.school.as_str()), ("class", &file.student.class), ("back", &back)];
    let of_several =
        [("students", id.as_str()), ("school", file.school.as_str()), ("class", &file.student.class), ("back", &back)];
    let moment = Moment::of(site, caller, &frame, &back, &[], query, site.app.today()).await?;
    let of_moment = moment_words(query.on, &known_word(query.known_at));
    // Nothing is recorded in the past.
    let offers = Offers::of(site, caller, frame.lang, if moment.is_other { vec![] } else { of_student() }).await;
    let mut of_person = offers.offers(&PERSON, &of_one);
    of_person.extend(offers.offer(Action::StudentErase, &[("person", &id), ("back", "/students")]));
    let papers = file.placements.last().into_iter().flat_map(|shown| shown.documents.iter().map(|(_, state)| *state));
    let waits = file.progress.as_ref().map(|progress| progress.waits.as_slice()).unwrap_or_default();
    let of_internship: Vec<Action> = INTERNSHIP.into_iter().chain(EXEMPTION).collect();
    let purposes = LookingPurpose::ENTRIES.iter().map(|entry| (entry.code, frame.word(&entry.value)));
    let page = StudentPage {
        address: addresses::student(file.id),
        name: frame.name(file.student.name.as_deref()),
        student_number: file.student.student_number.clone().unwrap_or_default(),
        school,
        class_address: format!("{}{of_moment}", addresses::class(file.school.as_str(), &file.student.class)),
        moment,
        class: file.student.class.clone(),
        state,
        contacts: contacts(&frame, &file),
        is_in_full,
        purposes: purposes.collect(),
        placements: file.placements.iter().map(|shown| placement(&frame, shown, &of_moment)).collect(),
        statements: file.statements.as_ref().map(|shown| {
            shown.statements.iter().map(|statement| stated(&frame, &offers, &of_one, statement)).collect()
        }),
        history: file.history.iter().map(|listed| told(&frame, &offers, &of_several, listed)).collect(),
        next: offers.next(waits, papers, &of_several),
        of_internship: offers.offers(&of_internship, &of_several),
        of_papers: offers.offers(&PAPERS, &of_several),
        of_destination: offers.offers(&DESTINATION, &of_one),
        of_person,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

/// What can be done with one student.
fn of_student() -> Vec<Action> {
    const OTHERS: [Action; 7] = [
        Action::StudentErase,
        Action::OutcomeReview,
        Action::OutcomeJudge,
        Action::StudyReview,
        Action::ConflictResolve,
        Action::PlacementUndo,
        Action::AgreementUndo,
    ];
    INTERNSHIP.into_iter().chain(PAPERS).chain(EXEMPTION).chain(DESTINATION).chain(PERSON).chain(OTHERS).collect()
}

fn contacts(frame: &Frame, file: &StudentFile) -> Vec<(&'static str, String)> {
    let of = &file.contacts;
    let known = [
        (frame.say("证件号码", "Document number"), &of.document_number),
        (frame.say("电话", "Phone"), &of.phone),
        (frame.say("监护人", "Guardian"), &of.guardian),
        (frame.say("监护人电话", "Guardian's phone"), &of.guardian_phone),
        (frame.say("家庭住址", "Home address"), &of.home_address),
    ];
    let mut contacts: Vec<(&'static str, String)> =
        known.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
    if let Some(progress) = &file.progress {
        contacts.push((frame.say("学籍", "Standing"), frame.word(&progress.standing)));
        contacts.extend(progress.specialty.clone().map(|code| (frame.say("专业代码", "Specialty"), code)));
    }
    contacts
}

fn placement(frame: &Frame, shown: &ShownPlacement, moment: &str) -> Placement {
    let Some((status, of)) = &shown.stay else {
        return Placement {
            title: frame.say("起草已撤销", "The draft was undone").to_owned(),
            state: String::new(),
            details: vec![],
            papers: vec![],
            unamended: String::new(),
        };
    };
    let arranged = &of.arranged;
    let comma = frame.say("，", ", ");
    let mut details = vec![
        (frame.say("起止", "Days"), frame.days(arranged.period)),
        (frame.say("类别", "Kind"), format!("{}{comma}{}", frame.word(&arranged.kind), frame.word(&arranged.source))),
    ];
    if let Some((address, post)) = &of.site {
        details.push((frame.say("地点和岗位", "Place and post"), format!("{address}{comma}{post}")));
    }
    if let Some((name, phone)) = &of.mentor {
        let said = format!("{name} {}", phone.as_deref().unwrap_or_default());
        details.push((frame.say("单位指导人员", "Mentor at the unit"), said));
    }
    if let Some(teacher) = &of.teacher {
        details.push((frame.say("学校指导教师", "Mentor of the school"), teacher.clone()));
    }
    if let Some(pay) = arranged.pay {
        details.push((frame.say("报酬", "Pay"), format!("{} {}", super::count(pay.yuan), frame.word(&pay.per))));
    }
    if let Some(level) = arranged.on_specialty {
        details.push((frame.say("专业对口", "On specialty"), frame.word(&level)));
    }
    let late = if shown.was_late { frame.say("（补登）", " (registered late)") } else { "" };
    let paper = |kind: DocumentKind, state: DocumentState| {
        let address = || format!("{}{moment}", addresses::paper(shown.id, kind));
        (frame.word(&kind), frame.word(&state), (state != DocumentState::Missing).then(address))
    };
    let unamended: Vec<String> = shown.unamended.iter().map(|kind| frame.word(kind)).collect();
    Placement {
        title: of.host.clone(),
        state: format!("{}{late}", frame.word(status)),
        details,
        papers: shown.documents.iter().map(|(kind, state)| paper(*kind, *state)).collect(),
        unamended: unamended.join(frame.say("、", ", ")),
    }
}

fn stated(frame: &Frame, offers: &Offers, of_one: &[(&str, &str)], statement: &ShownStatement) -> Stated {
    let from = statement.from.map_or_else(String::new, |day| day.to_string());
    let mut words = vec![("source", statement.source.code()), ("from", &from)];
    words.extend_from_slice(of_one);
    words.extend(statement.at.as_deref().map(|at| ("at", at)));
    let acts: &[Action] = match statement.what {
        Said::Destination(..) => &[Action::OutcomeReview, Action::OutcomeJudge, Action::ConflictResolve],
        Said::Study(..) => &[Action::StudyReview, Action::ConflictResolve],
        Said::Exam(..) => &[],
    };
    Stated {
        acts: offers.offers(acts, &words),
        source: frame.word(&statement.source),
        said: said_of(statement, frame.lang),
        level: frame.word(&statement.level),
        review: statement.state.map_or_else(String::new, |state| frame.word(&state)),
        reported_on: statement.reported_on.to_string(),
        decides: statement.decides,
    }
}

fn told(frame: &Frame, offers: &Offers, of_several: &[(&str, &str)], listed: &ListedEvent) -> Told {
    let version = listed.recorded.version.to_string();
    let undoing = match &listed.event {
        Event::Placement(PlacementEvent::Undone { .. }) | Event::Agreement(AgreementEvent::Undone { .. }) => None,
        Event::Placement(_) => Some(Action::PlacementUndo),
        Event::Agreement(_) => Some(Action::AgreementUndo),
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::YearEnd(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    };
    // Of several internships it is said which.
    let placement = listed.recorded.stream_id.to_string();
    let mut words = vec![("placement", placement.as_str()), ("version", &version)];
    words.extend_from_slice(of_several);
    Told {
        undo: undoing.and_then(|action| offers.offer(action, &words)),
        at: instants::in_shanghai(listed.recorded.recorded_at),
        by: listed.by.as_ref().map_or(frame.say("操作员", "operator").to_owned(), |by| frame.said(by)),
        said: frame.said(&said(&listed.event)),
        since: from_epoch_day(listed.recorded.effective_on).map_or_else(String::new, |day| day.to_string()),
        note: listed.note.clone().unwrap_or_default(),
        position: listed.recorded.position,
    }
}
