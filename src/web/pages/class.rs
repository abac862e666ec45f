//! One class: the roster and the grid of papers in one table.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};

use super::frame::{Frame, Visit};
use super::roster_query::{Chip, RosterParams};
use super::students::{exported, school_name};
use crate::app::actions::Question;
use crate::app::reply::Reply;
use crate::app::roster::{ClassCounts, Roster, RosterStudent};
use crate::domain::agreement::codes::DocumentState;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::List;
use crate::projections::placement_register::packet_grid::Paper;
use crate::projections::placement_register::roster::Progress;
use crate::publication::lists::{said_of_paper, state_of};
use crate::web::error::Error;
use crate::web::session::Site;

#[derive(Template)]
#[template(path = "class.html")]
struct ClassPage {
    frame: Frame,
    school: String,
    class: String,
    address: String,
    day: String,
    known_at: i64,
    count: usize,
    chips: Vec<Chip>,
    headings: Vec<String>,
    rows: Vec<Row>,
    /// How many papers of each kind are complete, of how many that are asked for.
    complete: Vec<String>,
    total: String,
    /// Behind the address, to get the same rows as a file.
    asked: String,
}

pub(super) struct Row {
    pub address: String,
    pub student_number: String,
    pub name: String,
    pub state: String,
    pub state_class: &'static str,
    pub unit: String,
    pub post: String,
    pub days: String,
    papers: Vec<Cell>,
    is_complete: bool,
}

/// A paper in the grid.
struct Cell {
    kind: String,
    word: String,
    class: &'static str,
    is_quiet: bool,
}

/// Where a class is.
pub(super) fn address(school: &str, class: &str) -> String {
    let escaped: String = form_urlencoded::byte_serialize(class.as_bytes()).collect();
    // In a path a blank is no plus.
    format!("/classes/{school}/{}", escaped.replace('+', "%20"))
}

/// The class, or the part of it that a chip leads to; as a file the same rows.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    Path((school, class)): Path<(String, String)>,
    Query(params): Query<RosterParams>,
) -> Result<Response, Error> {
    let asked = RosterParams { school: school.clone(), class: class.clone(), ..params.clone() }.question()?;
    if !params.format.is_empty() {
        return exported(&site, &caller, asked, &params.format, frame.lang).await;
    }
    let Reply::Roster(roster) = site.app.ask(&caller, &Question::Roster(asked)).await? else {
        return Err(Error::NotFound);
    };
    let school_name = school_name(&site, &caller, &school).await?;
    let here = address(&school, &class);
    // School and class stand in the path.
    let params = RosterParams { school: String::new(), class: String::new(), ..params };
    let page = ClassPage {
        day: roster.on.to_string(),
        known_at: roster.known_at,
        count: roster.counts.students,
        chips: params.chips(&frame, &here, &roster.counts),
        headings: DocumentKind::ENTRIES.iter().map(|entry| frame.word(&entry.value)).collect(),
        rows: roster.students.iter().map(|student| row(&frame, student)).collect(),
        complete: complete(&roster),
        total: total(&frame, &roster.counts),
        asked: params.with(&[("format", "xlsx")]),
        school: school_name,
        class,
        address: here,
        frame,
    };
    Ok(Html(page.render()?).into_response())
}

pub(super) fn row(frame: &Frame, student: &RosterStudent) -> Row {
    let placement = student.of.placement.as_ref();
    let papers: Vec<Cell> = DocumentKind::ENTRIES
        .iter()
        .map(|entry| cell(frame, entry.value, student.papers.iter().find(|paper| paper.kind == entry.value)))
        .collect();
    Row {
        address: super::student::address(student.of.student),
        student_number: student.student_number.clone().unwrap_or_default(),
        name: frame.name(student.name.as_deref()),
        state: state_of(student, frame.lang),
        state_class: state_class(student),
        unit: student.unit.clone().unwrap_or_default(),
        post: student.post.clone().unwrap_or_default(),
        days: placement.map_or_else(String::new, |placement| frame.days(placement.period)),
        is_complete: !student.papers.is_empty() && student.papers.iter().all(|paper| paper.state.is_signed()),
        papers,
    }
}

/// Red is against a rule or overdue, amber waits for someone, grey is on its way; what is in order is plain.
fn state_class(student: &RosterStudent) -> &'static str {
    let waits = |list: List| student.of.waits.contains(&list);
    match student.of.progress {
        _ if waits(List::NotEnrolled) => "tag bad",
        Progress::NotPlaced => "tag bad",
        _ if waits(List::AwaitingApproval) || waits(List::NotArrived) => "tag warned",
        Progress::AtWork | Progress::Completed | Progress::NotDue => "",
        Progress::Ready
        | Progress::InPreparation
        | Progress::Interrupted
        | Progress::Exempted
        | Progress::Away
        | Progress::Left => "tag",
    }
}

fn cell(frame: &Frame, kind: DocumentKind, paper: Option<&Paper>) -> Cell {
    let word = |word: String, class: &'static str, is_quiet: bool| Cell { kind: frame.word(&kind), word, class, is_quiet };
    let Some(paper) = paper else { return word("—".to_owned(), "soft", true) };
    match paper.state {
        DocumentState::SignedOnPaper | DocumentState::SignedElectronically | DocumentState::SignedMixed => {
            word("✓".to_owned(), "ok", true)
        }
        DocumentState::PartlySigned => word(said_of_paper(paper, frame.lang), "tag warned", false),
        DocumentState::Refused => word(said_of_paper(paper, frame.lang), "tag bad", false),
        DocumentState::Out => word(frame.say("已发", "sent").to_owned(), "tag", false),
        DocumentState::Missing => word(frame.say("没有", "none").to_owned(), "tag", false),
    }
}

/// Of each kind how many are signed by everybody, of how many.
fn complete(roster: &Roster) -> Vec<String> {
    let of = |kind: DocumentKind| roster.students.iter().flat_map(|student| &student.papers).filter(move |paper| paper.kind == kind);
    let told = |kind| format!("{}/{}", of(kind).filter(|paper| paper.state.is_signed()).count(), of(kind).count());
    DocumentKind::ENTRIES.iter().map(|entry| told(entry.value)).collect()
}

fn total(frame: &Frame, counts: &ClassCounts) -> String {
    let steps = Progress::ENTRIES.iter().filter(|entry| counts.of(entry.value) > 0);
    let steps: Vec<String> =
        steps.map(|entry| format!("{} {}", frame.word(&entry.value), counts.of(entry.value))).collect();
    steps.join(frame.say("，", ", "))
}
