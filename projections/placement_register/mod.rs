//! Who is at work where: rectangles in two times, one series of them per placement, folded from the placement and its
//! agreement together.
//!
//! The rectangles are half open: known from one position to another, true from one epoch day to another. At any
//! position a placement's rectangles cover the days from its first day on, without gap or overlap. A placement whose
//! draft was undone has none.
//!
//! The fold adds an event to the placement's history and derives the days anew. Open rectangles whose content changed
//! move to the history table, and their replacements take their slots. What depends only on the day that is asked about
//! (in progress, period ended) is not stored. Absent on purpose: class and specialty, which are the student's;
//! questions join them as they are now. A placement keeps the unit that was recorded; questions join what the employer
//! directory knows of mergers.

pub mod counts;
mod folded;
pub mod interns;
pub mod packet_grid;
mod placement_day;
pub mod question;
pub mod queue;
pub mod roster;
pub mod who_is_where;

use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyPool;
use strum::VariantArray;
use uuid::Uuid;

use super::OPEN_END;
use super::rectangles::{SlotChange, Slots, ValidSpan};
use crate::domain::agreement::codes::{DocumentState, SigningParty};
use crate::domain::ids::{PlacementId, StaffId, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::{Entry, Term, entry};
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Index, Row, Storage, Table, TableColumn, Value, Writing};
use folded::FoldedPlacement;
use placement_day::PlacementDay;

/// The columns of a rectangle, which the register and the history have in common.
const RECTANGLE: [TableColumn; 29] = [
    TableColumn::int("known_from"),
    TableColumn::int("true_from"),
    TableColumn::int("true_to"),
    // Epoch days, both included, as planned; the same on all days.
    TableColumn::int("first_day"),
    TableColumn::int("last_day"),
    // As the events say. Whether a stay that has arrived is in progress or over depends on the day that is asked about.
    TableColumn::text("stage"),
    TableColumn::text("kind"),
    // null while no agreement is drafted.
    TableColumn::text("agreement").or_null(),
    // 1 if the stay is not what the agreement in force says.
    TableColumn::int("lacks_amendment"),
    // The sum of the bits of the lists that may name it: 1 unsigned, 2 unamended, 4 awaiting approval, 8 not arrived.
    TableColumn::int("waits"),
    TableColumn::text("student"),
    // The employer as recorded. A unit that was merged away since keeps its id here.
    TableColumn::text("host"),
    TableColumn::text("source"),
    TableColumn::text("site_kind").or_null(),
    TableColumn::text("region").or_null(),
    // none, near, full; null while nobody has judged.
    TableColumn::text("on_specialty").or_null(),
    // 1 if the placement was registered late.
    TableColumn::int("is_late"),
    // The school's teacher, and the sealed revisions of the host's mentor and of address and post.
    TableColumn::text("teacher").or_null(),
    TableColumn::int("mentor").or_null(),
    TableColumn::int("site").or_null(),
    TableColumn::int("pay_yuan").or_null(),
    TableColumn::text("pay_per").or_null(),
    // The positions of the events that decide on the place, on the stage, and on the agreement's state.
    TableColumn::int("place_position"),
    TableColumn::int("stage_position"),
    TableColumn::int("agreement_position").or_null(),
    // If a stay ended before its last day: the first day on which the student no longer works there, who ended it, and
    // the position of the event; the same on all days.
    TableColumn::int("ended_on").or_null(),
    TableColumn::text("ended_by").or_null(),
    TableColumn::int("end_position").or_null(),
    TableColumn::int("position"),
];

/// What is known to this day: a row for each slot of a placement, which is written again whenever another rectangle
/// takes the slot. The `known_from` of a slot without a rectangle is after every position.
static REGISTER: Table = Table {
    name: "placement_register",
    columns: &TableColumn::joined::<3, 29, 32>(
        [TableColumn::text("school"), TableColumn::text("placement"), TableColumn::int("slot")],
        RECTANGLE,
    ),
    key_len: 3,
    writing: Writing::Upsert,
    // Most placements wait for nothing.
    storage: Storage::Clustered(&[Index {
        name: "waiting",
        columns: "school, placement",
        condition: Some("waits > 0"),
    }]),
};

/// What was known before, in the order in which events ended it. `known.sql` asks both tables as one.
static HISTORY: Table = Table {
    name: "placement_history",
    columns: &TableColumn::joined::<4, 29, 33>(
        [
            TableColumn::int("known_to"),
            TableColumn::int("slot"),
            TableColumn::text("school"),
            TableColumn::text("placement"),
        ],
        RECTANGLE,
    ),
    key_len: 2,
    writing: Writing::AppendOnly,
    storage: Storage::Clustered(&[]),
};

/// How far each document of a placement's packet has come and whose signatures it lacks, half open in positions. A missing
/// document has no row.
static PAPERS: Table = Table {
    name: "placement_papers",
    columns: &[
        TableColumn::text("placement"),
        TableColumn::text("document"),
        TableColumn::int("known_from"),
        TableColumn::int("known_to"),
        TableColumn::text("state"),
        // The codes of the parties, in the order in which they sign, with commas between.
        TableColumn::text("lacking"),
        TableColumn::int("position"),
    ],
    key_len: 3,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[]),
};

/// The common table expression `known`: the rectangles as known at a position. Bind: $2 position.
const KNOWN: &str = include_str!("known.sql");

/// The read model.
pub static MODEL: Model = Model {
    name: "placement_register",
    fold_version: 4,
    fingerprint: OnceLock::new(),
    tables: &[&REGISTER, &HISTORY, &PAPERS],
    needs: Needs::History {
        // Both streams have the placement's id; the placement begins before its agreement.
        streams: &[StreamType::Placement, StreamType::Agreement],
        subject,
    },
    fold,
};

/// A list of what waits to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// Students of the final classes without a placement on the day or later, unless they are away or exempted.
    NotPlaced,
    /// The stay begins within 7 days, or has begun, and not everybody has signed the agreement.
    Unsigned,
    /// The stay is not what the agreement in force says.
    Unamended,
    AwaitingApproval,
    /// The first day is over, and the student has neither arrived nor been noted as missing.
    NotArrived,
    /// The student is at work, though on leave, gone from the school or deceased on that day.
    NotEnrolled,
}

impl Term for List {
    const NAME: &'static str = "待办事项";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::NotPlaced, "not-placed", "毕业班学生尚未落实实习", &[])
            .en("students of final classes without a placement"),
        entry(Self::Unsigned, "unsigned", "7 天内开始或已开始而协议未签齐", &[])
            .en("begun or about to begin with signatures missing"),
        entry(Self::Unamended, "unamended", "已变更而未签补充协议", &[]).en("changed without a signed amendment"),
        entry(Self::AwaitingApproval, "awaiting-approval", "待审核", &[]),
        entry(Self::NotArrived, "not-arrived", "已到开始日期而未确认到岗", &[]).en("begun without a confirmed arrival"),
        entry(Self::NotEnrolled, "not-enrolled", "在岗而已休学、退学、转出或身故", &[])
            .en("at work though on leave, gone or deceased"),
    ];
}

impl List {
    /// The list's bit in the register's `waits`; `None` where the student's own days decide.
    fn bit(self) -> Option<i64> {
        match self {
            Self::NotPlaced | Self::NotEnrolled => None,
            Self::Unsigned => Some(1),
            Self::Unamended => Some(2),
            Self::AwaitingApproval => Some(4),
            Self::NotArrived => Some(8),
        }
    }

    /// The list's column in `queue/waiting.sql`; `None` where the student's own days decide.
    fn column(self) -> Option<&'static str> {
        match self {
            Self::NotPlaced | Self::NotEnrolled => None,
            Self::Unsigned => Some("unsigned"),
            Self::Unamended => Some("unamended"),
            Self::AwaitingApproval => Some("awaiting_approval"),
            Self::NotArrived => Some("not_arrived"),
        }
    }
}

/// A student, or a student's placement, on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub student: StudentId,
    /// `None` if the student has none.
    pub placement: Option<PlacementId>,
    pub school: String,
    pub class: String,
    pub first_day: Option<Date>,
}

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
        | Event::YearEnd(_)
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A placement's history, and the rows that the events so far made of it.
#[derive(Debug, Default)]
struct Tracked {
    placement: FoldedPlacement,
    slots: Slots<ValidSpan<PlacementDay>>,
    documents: Vec<DocumentRow>,
}

/// How far a document has come, as it is known now.
#[derive(Debug)]
struct DocumentRow {
    document: DocumentKind,
    known_from: i64,
    state: DocumentState,
    lacking: Vec<SigningParty>,
}

impl DocumentRow {
    fn is(&self, state: DocumentState, lacking: &[SigningParty]) -> bool {
        self.state == state && self.lacking == lacking
    }
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Some(placement) = subject(recorded, event) else { return Ok(()) };
    let school = recorded.school.clone().ok_or_else(|| FoldError("a placement of no school".to_owned()))?;
    let mut tracked: Box<Tracked> = rows.take_state(placement)?;
    tracked.placement.take(recorded, event);
    let spans = tracked.placement.spans();
    tracked.slots.fold_into(spans, recorded.position, |change, slot, rectangle| match change {
        SlotChange::Closed => {
            let ended = [
                recorded.position.into(),
                slot_column(slot),
                Value::Text(school.clone()),
                Value::Text(recorded.stream_id.clone()),
            ];
            rows.append(1, row(ended, rectangle.known_from, &rectangle.span, recorded));
        }
        SlotChange::Taken | SlotChange::Freed => {
            let known_from = if matches!(change, SlotChange::Freed) { NEVER_KNOWN } else { rectangle.known_from };
            let open = [Value::Text(school.clone()), Value::Text(recorded.stream_id.clone()), slot_column(slot)];
            rows.put(0, REGISTER.key_len, row(open, known_from, &rectangle.span, recorded));
        }
    });
    tracked.documents = fold_documents(rows, &tracked, recorded);
    rows.put_state(placement, tracked);
    Ok(())
}

/// Closes the rows of documents whose state changed, and opens new ones in their place.
fn fold_documents(rows: &mut Rows, tracked: &Tracked, recorded: &Recorded) -> Vec<DocumentRow> {
    let mut documents = vec![];
    for document in DocumentKind::ENTRIES.iter().map(|entry| entry.value) {
        let (state, lacking) = (tracked.placement.document(document), tracked.placement.lacking(document));
        let shown = tracked.documents.iter().find(|row| row.document == document);
        let known_from = shown.filter(|row| row.is(state, &lacking)).map(|row| row.known_from);
        if let Some(shown) = shown.filter(|_| known_from.is_none()) {
            rows.put(2, PAPERS.key_len, document_row(shown, recorded.position, recorded));
        }
        if state != DocumentState::Missing {
            let row = DocumentRow { document, known_from: known_from.unwrap_or(recorded.position), state, lacking };
            if known_from.is_none() {
                rows.put(2, PAPERS.key_len, document_row(&row, OPEN_END, recorded));
            }
            documents.push(row);
        }
    }
    documents
}

/// The `known_from` of a slot without a rectangle: no position reaches it.
const NEVER_KNOWN: i64 = OPEN_END;

fn slot_column(slot: usize) -> Value {
    i64::try_from(slot).unwrap_or(i64::MAX).into()
}

/// A row of the register or of the history. `first` are the columns that come before those of `RECTANGLE`.
fn row<const N: usize>(first: [Value; N], known_from: i64, span: &ValidSpan<PlacementDay>, recorded: &Recorded) -> Row {
    let ValidSpan { true_from, true_to, day } = span;
    first
        .into_iter()
        .chain([known_from, *true_from, *true_to].map(Value::Int))
        .chain(day.columns())
        .chain([recorded.position.into()])
        .collect()
}

fn document_row(row: &DocumentRow, known_to: i64, recorded: &Recorded) -> Row {
    vec![
        Value::Text(recorded.stream_id.clone()),
        row.document.code().into(),
        Value::Int(row.known_from),
        Value::Int(known_to),
        row.state.code().into(),
        Value::text(row.lacking.iter().map(|party| party.code()).collect::<Vec<_>>().join(",")),
        Value::Int(recorded.position),
    ]
}

/// The students whose stay, as known now, a member of staff guides on a day: before its first day whoever does on that, and
/// after it whoever did last.
pub async fn guided_by(readers: &AnyPool, teacher: StaffId, day: i64) -> Result<Vec<StudentId>, sqlx::Error> {
    let sql = "select distinct student from placement_register
               where teacher = $1 and known_from < $2 and (true_from <= $3 or true_from = first_day) and true_to > $3
               order by student";
    let students: Vec<String> =
        sqlx::query_scalar(sql).bind(teacher.0.to_string()).bind(NEVER_KNOWN).bind(day).fetch_all(readers).await?;
    Ok(students.iter().filter_map(|id| Uuid::parse_str(id).ok()).map(StudentId).collect())
}
