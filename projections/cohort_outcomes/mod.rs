//! Who is where, of every cohort: rectangles in two times, from which all figures are counted.
//!
//! A fold takes one more event into the graduate's facts, derives the days anew, closes the open rectangles whose
//! content changed, and opens their replacements. Questions are in `count` and `explain`.

pub mod count;
pub mod explain;
mod facts;
mod tile;

use super::OPEN_END;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value, Writing};
use count::NOT_RECORDED;
use facts::Facts;
use tile::{Roll, Tile};
use uuid::Uuid;

static OUTCOMES: Table = Table {
    name: "cohort_outcomes",
    columns: &[
        ("cohort_year", ColumnType::Int),
        ("school", ColumnType::Text),
        ("specialty", ColumnType::Text),
        ("situation", ColumnType::Int),
        ("known_from", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("true_to", ColumnType::Int),
        ("student", ColumnType::Text),
        ("profile", ColumnType::Int),
        ("job", ColumnType::Int),
        ("standing_position", ColumnType::Int),
        ("study_position", ColumnType::Int),
        ("exam_position", ColumnType::Int),
        ("job_v1_position", ColumnType::Int),
        ("not_employed_v1_position", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 6,
    writing: Writing::Upsert,
};

static PROFILES: Table = Table {
    name: "cohort_profiles",
    columns: &[
        ("profile", ColumnType::Int),
        ("class", ColumnType::Text),
        ("gender", ColumnType::Text),
        ("route", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 1,
    writing: Writing::Once,
};

static SITUATIONS: Table = Table {
    name: "cohort_situations",
    columns: &[
        ("situation", ColumnType::Int),
        ("standing", ColumnType::Text),
        ("study_state", ColumnType::Text),
        ("study_level", ColumnType::Text),
        ("study_channel", ColumnType::Text),
        ("study_evidence", ColumnType::Text),
        ("exam", ColumnType::Text),
        ("job_v1_kind", ColumnType::Text),
        ("job_v1_employment", ColumnType::Text),
        ("job_v1_level", ColumnType::Text),
        ("job_v1_match", ColumnType::Text),
        ("job_v1_claims", ColumnType::Int),
        ("not_employed_v1_kind", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 1,
    writing: Writing::Once,
};

static JOBS: Table = Table {
    name: "cohort_jobs",
    columns: &[
        ("job", ColumnType::Int),
        ("job_v1_industry", ColumnType::Text),
        ("job_v1_place", ColumnType::Text),
        ("job_v1_channel", ColumnType::Text),
        ("job_v1_salary", ColumnType::Text),
        ("job_v1_contract", ColumnType::Text),
        ("job_v1_insurance", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 1,
    writing: Writing::Once,
};

pub static MODEL: Model = Model {
    name: "cohort_outcomes",
    fold_version: 3,
    tables: &[&OUTCOMES, &PROFILES, &SITUATIONS, &JOBS],
    schema: include_str!("schema.sql"),
    needs: Needs::History {
        // The three streams of a graduate carry the student's id; the first begins before the others.
        streams: &[StreamType::Student, StreamType::Outcome, StreamType::FurtherStudy],
        subject,
    },
    fold,
};

/// The graduate whom an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Student(_) | Event::Outcome(_) | Event::FurtherStudy(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::Log(_) => None,
    }
}

/// A graduate under the fold: what is known, and what the rectangles show of it.
#[derive(Debug, Default)]
struct Graduate {
    facts: Facts,
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    roll: Roll,
    profile: i64,
    open: Vec<Open>,
}

/// A rectangle that is open in the time of knowledge.
#[derive(Debug)]
struct Open {
    known_from: i64,
    tile: Tile,
    situation: i64,
    job: i64,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Some(student) = subject(recorded, event) else { return Ok(()) };
    let mut graduate: Box<Graduate> = rows.take_state(student)?;
    graduate.facts.take(recorded.position, recorded.version, event);
    let (roll, tiles) = graduate.facts.tiles().unzip();
    let mut tiles = tiles.unwrap_or_default();
    let mut open = vec![];
    let mut profile = None;
    if let Some(shown) = graduate.shown.take() {
        let same_roll = roll.as_ref() == Some(&shown.roll);
        profile = same_roll.then_some(shown.profile);
        for rectangle in shown.open {
            match tiles.iter().position(|tile| same_roll && *tile == rectangle.tile) {
                Some(index) => {
                    tiles.remove(index);
                    open.push(rectangle);
                }
                None => rows.put(
                    0,
                    OUTCOMES.key_len,
                    row(&shown.roll, shown.profile, &rectangle, recorded.position, recorded),
                ),
            }
        }
    }
    if let Some(roll) = roll {
        let profile = match profile {
            Some(profile) => profile,
            None => rows.refer(1, roll.profile(), recorded.position)?,
        };
        for tile in tiles {
            let situation = rows.refer(2, tile.situation.columns(), recorded.position)?;
            let job = match tile.job {
                Some(job) => rows.refer(3, job.columns(), recorded.position)?,
                None => 0,
            };
            let rectangle = Open { known_from: recorded.position, tile, situation, job };
            rows.put(0, OUTCOMES.key_len, row(&roll, profile, &rectangle, OPEN_END, recorded));
            open.push(rectangle);
        }
        graduate.shown = Some(Shown { roll, profile, open });
    }
    rows.put_state(student, graduate);
    Ok(())
}

fn row(roll: &Roll, profile: i64, open: &Open, known_to: i64, recorded: &Recorded) -> Row {
    let (registration, tile, deciding) = (&roll.registration, &open.tile, open.tile.deciding);
    vec![
        Value::Int(i64::from(roll.since.year())),
        Value::text(registration.school.as_str()),
        Value::text(registration.specialty.as_ref().map_or(NOT_RECORDED, |code| code.as_str())),
        Value::Int(open.situation),
        Value::Int(open.known_from),
        Value::Int(tile.true_from),
        Value::Int(known_to),
        Value::Int(tile.true_to),
        Value::text(&recorded.stream_id),
        Value::Int(profile),
        Value::Int(open.job),
        Value::Int(deciding.standing),
        deciding.study.into(),
        deciding.exam.into(),
        deciding.job.into(),
        deciding.not_employed.into(),
        Value::Int(recorded.position),
    ]
}
