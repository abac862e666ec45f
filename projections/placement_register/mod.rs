//! Who is at work where: rectangles in two times, one stream of them per placement, folded from the placement and its
//! agreement together.
//!
//! A fold takes one more event into the placement's facts, derives the days anew, moves the open rectangles whose
//! content changed to the history, and puts their replacements into their slots. What only the day decides (in progress, period ended) is no fact of a
//! rectangle. Absent on purpose: class and specialty, which are the student's and joined by the questions as they are
//! now. A placement stays under the unit that was recorded; questions join what the employer directory knows of mergers.

pub mod counts;
mod facts;
pub mod interns;
pub mod packet_grid;
pub mod queue;
mod tile;
pub mod who_is_where;

use std::sync::OnceLock;

use uuid::Uuid;

use super::OPEN_END;
use super::rectangles::{Change, Slots, Tile};
use crate::domain::agreement::codes::DocumentState;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value, Writing};
use facts::Facts;
use tile::Says;

static REGISTER: Table = Table {
    name: "placement_register",
    columns: &[
        ("school", ColumnType::Text),
        ("placement", ColumnType::Text),
        ("slot", ColumnType::Int),
        ("known_from", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("true_to", ColumnType::Int),
        ("first_day", ColumnType::Int),
        ("last_day", ColumnType::Int),
        ("stage", ColumnType::Text),
        ("kind", ColumnType::Text),
        ("agreement", ColumnType::Text),
        ("lacks_amendment", ColumnType::Int),
        ("waits", ColumnType::Int),
        ("student", ColumnType::Text),
        ("host", ColumnType::Text),
        ("source", ColumnType::Text),
        ("site_kind", ColumnType::Text),
        ("region", ColumnType::Text),
        ("on_specialty", ColumnType::Text),
        ("is_late", ColumnType::Int),
        ("teacher", ColumnType::Text),
        ("mentor", ColumnType::Int),
        ("site", ColumnType::Int),
        ("pay_yuan", ColumnType::Int),
        ("pay_per", ColumnType::Text),
        ("place_position", ColumnType::Int),
        ("stage_position", ColumnType::Int),
        ("agreement_position", ColumnType::Int),
        ("ended_on", ColumnType::Int),
        ("ended_by", ColumnType::Text),
        ("end_position", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::Upsert,
};

static HISTORY: Table = Table {
    name: "placement_history",
    columns: &[
        ("known_to", ColumnType::Int),
        ("slot", ColumnType::Int),
        ("school", ColumnType::Text),
        ("placement", ColumnType::Text),
        ("known_from", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("true_to", ColumnType::Int),
        ("first_day", ColumnType::Int),
        ("last_day", ColumnType::Int),
        ("stage", ColumnType::Text),
        ("kind", ColumnType::Text),
        ("agreement", ColumnType::Text),
        ("lacks_amendment", ColumnType::Int),
        ("waits", ColumnType::Int),
        ("student", ColumnType::Text),
        ("host", ColumnType::Text),
        ("source", ColumnType::Text),
        ("site_kind", ColumnType::Text),
        ("region", ColumnType::Text),
        ("on_specialty", ColumnType::Text),
        ("is_late", ColumnType::Int),
        ("teacher", ColumnType::Text),
        ("mentor", ColumnType::Int),
        ("site", ColumnType::Int),
        ("pay_yuan", ColumnType::Int),
        ("pay_per", ColumnType::Text),
        ("place_position", ColumnType::Int),
        ("stage_position", ColumnType::Int),
        ("agreement_position", ColumnType::Int),
        ("ended_on", ColumnType::Int),
        ("ended_by", ColumnType::Text),
        ("end_position", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 2,
    writing: Writing::AppendOnly,
};

static PAPERS: Table = Table {
    name: "placement_papers",
    columns: &[
        ("placement", ColumnType::Text),
        ("document", ColumnType::Text),
        ("known_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("state", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::Upsert,
};

/// The common table expression of the rectangles known at a position, `known`. Bind: $2 position.
const KNOWN: &str = include_str!("known.sql");

pub static MODEL: Model = Model {
    name: "placement_register",
    fold_version: 3,
    fingerprint: OnceLock::new(),
    tables: &[&REGISTER, &HISTORY, &PAPERS],
    schema: include_str!("schema.sql"),
    needs: Needs::History {
        // Both carry the placement's id; the placement begins before its agreement.
        streams: &[StreamType::Placement, StreamType::Agreement],
        subject,
    },
    fold,
};

/// The placement that an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Placement(_) | Event::Agreement(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A placement under the fold: what is known, and what is shown of it.
#[derive(Debug, Default)]
struct Followed {
    facts: Facts,
    slots: Slots<Tile<Says>>,
    papers: Vec<Paper>,
}

/// The state of a document as it is known now.
#[derive(Debug)]
struct Paper {
    document: DocumentKind,
    known_from: i64,
    state: DocumentState,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Some(placement) = subject(recorded, event) else { return Ok(()) };
    let school = recorded.school.clone().ok_or_else(|| FoldError("a placement of no school".to_owned()))?;
    let mut followed: Box<Followed> = rows.take_state(placement)?;
    followed.facts.take(recorded, event);
    let tiles = followed.facts.tiles();
    followed.slots.follow(tiles, recorded.position, |change, slot, rectangle| match change {
        Change::Closed => {
            let ended = [
                recorded.position.into(),
                slot_column(slot),
                Value::Text(school.clone()),
                Value::Text(recorded.stream_id.clone()),
            ];
            rows.append(1, row(ended, rectangle.known_from, &rectangle.tile, recorded));
        }
        Change::Taken | Change::Freed => {
            let known_from = if matches!(change, Change::Freed) { NEVER } else { rectangle.known_from };
            let open = [Value::Text(school.clone()), Value::Text(recorded.stream_id.clone()), slot_column(slot)];
            rows.put(0, REGISTER.key_len, row(open, known_from, &rectangle.tile, recorded));
        }
    });
    followed.papers = fold_papers(rows, &followed, recorded);
    rows.put_state(placement, followed);
    Ok(())
}

/// Closes the rows of documents whose state changed, and opens their replacements.
fn fold_papers(rows: &mut Rows, followed: &Followed, recorded: &Recorded) -> Vec<Paper> {
    let mut papers = vec![];
    for document in DocumentKind::ENTRIES.iter().map(|entry| entry.value) {
        let state = followed.facts.paper(document);
        let shown = followed.papers.iter().find(|paper| paper.document == document);
        let before = shown.map_or(DocumentState::Missing, |paper| paper.state);
        let known_from = shown.filter(|_| before == state).map_or(recorded.position, |paper| paper.known_from);
        if let Some(shown) = shown.filter(|_| before != state) {
            rows.put(2, PAPERS.key_len, paper_row(shown, recorded.position, recorded));
        }
        if state != DocumentState::Missing {
            let paper = Paper { document, known_from, state };
            if before != state {
                rows.put(2, PAPERS.key_len, paper_row(&paper, OPEN_END, recorded));
            }
            papers.push(paper);
        }
    }
    papers
}

/// From when a slot without a rectangle is known.
const NEVER: i64 = OPEN_END;

fn slot_column(slot: usize) -> Value {
    i64::try_from(slot).unwrap_or(i64::MAX).into()
}

/// A row of the register or of the history, `begin` being what comes before `known_from` there.
fn row<const N: usize>(begin: [Value; N], known_from: i64, tile: &Tile<Says>, recorded: &Recorded) -> Row {
    let Tile { true_from, true_to, says } = tile;
    begin
        .into_iter()
        .chain([known_from, *true_from, *true_to].map(Value::Int))
        .chain(says.columns())
        .chain([recorded.position.into()])
        .collect()
}

fn paper_row(paper: &Paper, known_to: i64, recorded: &Recorded) -> Row {
    vec![
        Value::Text(recorded.stream_id.clone()),
        paper.document.code().into(),
        Value::Int(paper.known_from),
        Value::Int(known_to),
        paper.state.code().into(),
        Value::Int(recorded.position),
    ]
}
