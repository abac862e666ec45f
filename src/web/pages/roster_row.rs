//! One student in a table: state, place, days and papers.

use super::addresses;
use super::frame::Frame;
use super::offers::{Offer, Offers};
use crate::app::actions::Action;
use crate::app::roster::RosterStudent;
use crate::domain::agreement::codes::DocumentState;
use crate::domain::ids::PlacementId;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::List;
use crate::projections::placement_register::packet_grid::Paper;
use crate::projections::placement_register::roster::Progress;
use crate::publication::lists::{said_of_paper, state_of};

/// A student, as tables show one.
pub(super) struct Row {
    pub address: String,
    pub student_number: String,
    pub name: String,
    pub state: String,
    pub state_class: &'static str,
    pub unit: String,
    pub post: String,
    pub days: String,
    pub papers: Vec<Cell>,
    pub is_complete: bool,
    /// The id, for who is chosen.
    pub id: String,
    /// The next step.
    pub next: Option<Offer>,
    /// What may be decided instead of it.
    pub instead: Option<Offer>,
}

/// A paper in the grid.
pub(super) struct Cell {
    pub kind: String,
    pub word: String,
    pub class: &'static str,
    pub is_quiet: bool,
    /// Where it stands who signed it; nothing where there is no such paper yet.
    pub address: Option<String>,
}

/// A student as a row; `moment` is put behind the addresses, so that whoever looks at a list of another moment goes on there.
pub(super) fn row(frame: &Frame, student: &RosterStudent, moment: &str) -> Row {
    let placement = student.of.placement.as_ref();
    let id = placement.map(|placement| placement.placement);
    let paper = |kind| student.papers.iter().find(|paper| paper.kind == kind);
    let papers: Vec<Cell> = DocumentKind::ENTRIES
        .iter()
        .map(|entry| Cell {
            address: shown_at(id, paper(entry.value), moment),
            ..cell(frame, entry.value, paper(entry.value))
        })
        .collect();
    Row {
        address: format!("{}{moment}", addresses::student(student.of.student)),
        student_number: student.student_number.clone().unwrap_or_default(),
        name: frame.name(student.name.as_deref()),
        state: state_of(student, frame.lang),
        state_class: state_class(student),
        unit: student.unit.clone().unwrap_or_default(),
        post: student.post.clone().unwrap_or_default(),
        days: placement.map_or_else(String::new, |placement| frame.days(placement.period)),
        is_complete: !student.papers.is_empty() && student.papers.iter().all(|paper| paper.state.is_signed()),
        papers,
        id: student.of.student.0.to_string(),
        next: None,
        instead: None,
    }
}

/// A student as a row, with the next step, which leads back to the list.
pub(super) fn row_to_act(frame: &Frame, offers: &Offers, student: &RosterStudent, back: &str, moment: &str) -> Row {
    let id = student.of.student.0.to_string();
    let words = [("school", &*student.of.school), ("class", &student.of.class), ("students", &id), ("back", back)];
    let papers = student.papers.iter().map(|paper| paper.state);
    let next = offers.next(&student.of.waits, papers, &words);
    let is_decided = student.of.waits.contains(&List::AwaitingApproval);
    let instead = offers.offer(Action::PlacementReturn, &words).filter(|_| is_decided);
    Row { next, instead, ..row(frame, student, moment) }
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

/// Where a paper of a placement is.
fn shown_at(placement: Option<PlacementId>, paper: Option<&Paper>, moment: &str) -> Option<String> {
    let there = paper.filter(|paper| paper.state != DocumentState::Missing)?;
    Some(format!("{}{moment}", addresses::paper(placement?, there.kind)))
}

fn cell(frame: &Frame, kind: DocumentKind, paper: Option<&Paper>) -> Cell {
    let word = |word: String, class: &'static str, is_quiet: bool| Cell {
        kind: frame.word(&kind),
        word,
        class,
        is_quiet,
        address: None,
    };
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
