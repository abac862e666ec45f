//! Who is where, of every cohort: rectangles in two times, from which all figures are counted.
//!
//! A fold takes one more event into the graduate's facts, derives the days anew, closes the open rectangles whose
//! content changed, and opens their replacements. Questions are in `count`, `explain` and `conflicts`.

pub mod count;
pub mod explain;
mod facts;

use super::OPEN_END;
use crate::domain::Event;
use crate::event_log::projector::{FoldError, Model, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value};
use facts::{Facts, Tile};

static FACTS: Table = Table {
    name: "cohort_facts",
    columns: &[("student", ColumnType::Text), ("facts", ColumnType::Text), ("position", ColumnType::Int)],
    key_len: 1,
    is_append_only: false,
};

static OUTCOMES: Table = Table {
    name: "cohort_outcomes",
    columns: &[
        ("cohort_year", ColumnType::Int),
        ("school", ColumnType::Text),
        ("student", ColumnType::Text),
        ("known_from", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("true_to", ColumnType::Int),
        ("class", ColumnType::Text),
        ("specialty", ColumnType::Text),
        ("specialty_class", ColumnType::Text),
        ("gender", ColumnType::Text),
        ("route", ColumnType::Text),
        ("standing", ColumnType::Text),
        ("standing_on", ColumnType::Int),
        ("standing_position", ColumnType::Int),
        ("study_state", ColumnType::Text),
        ("study_level", ColumnType::Text),
        ("study_channel", ColumnType::Text),
        ("study_evidence", ColumnType::Text),
        ("study_position", ColumnType::Int),
        ("exam", ColumnType::Text),
        ("exam_position", ColumnType::Int),
        ("job_v1_kind", ColumnType::Text),
        ("job_v1_employment", ColumnType::Text),
        ("job_v1_level", ColumnType::Text),
        ("job_v1_industry", ColumnType::Text),
        ("job_v1_place", ColumnType::Text),
        ("job_v1_channel", ColumnType::Text),
        ("job_v1_salary", ColumnType::Text),
        ("job_v1_contract", ColumnType::Text),
        ("job_v1_insurance", ColumnType::Text),
        ("job_v1_match", ColumnType::Text),
        ("job_v1_position", ColumnType::Int),
        ("job_v1_claims", ColumnType::Int),
        ("not_employed_v1_kind", ColumnType::Text),
        ("not_employed_v1_position", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 5,
    is_append_only: false,
};

pub static MODEL: Model = Model {
    name: "cohort_outcomes",
    fold_version: 2,
    tables: &[&FACTS, &OUTCOMES],
    schema: include_str!("schema.sql"),
    keys,
    fold,
};

fn keys(recorded: &Recorded, event: &Event) -> Vec<RowKey> {
    match event {
        // The three streams of a graduate carry the student's id.
        Event::Student(_) | Event::Outcome(_) | Event::FurtherStudy(_) => {
            vec![(0, vec![Value::text(&recorded.stream_id)])]
        }
        Event::School(_) | Event::Employer(_) | Event::Import(_) | Event::Log(_) => vec![],
    }
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    match event {
        Event::Student(_) | Event::Outcome(_) | Event::FurtherStudy(_) => (),
        Event::School(_) | Event::Employer(_) | Event::Import(_) | Event::Log(_) => return Ok(()),
    }
    let student = Value::text(&recorded.stream_id);
    let key = std::slice::from_ref(&student);
    let mut facts: Facts = rows.take_document(0, key)?;
    let before = facts.tiles();
    facts.take(recorded.position, recorded.version, event);
    let after = facts.tiles();
    let mut open = vec![];
    for tile in &before {
        // Every tile of before is open; the facts remember since when.
        let known_from = facts.open.iter().find(|(from, _)| *from == tile.true_from).map_or(0, |(_, known)| *known);
        if after.contains(tile) {
            open.push((tile.true_from, known_from));
        } else {
            rows.put(1, OUTCOMES.key_len, rectangle(&student, known_from, recorded.position, tile, recorded));
        }
    }
    for tile in after.iter().filter(|tile| !before.contains(tile)) {
        open.push((tile.true_from, recorded.position));
        rows.put(1, OUTCOMES.key_len, rectangle(&student, recorded.position, OPEN_END, tile, recorded));
    }
    facts.open = open;
    rows.put_document(0, key, facts, recorded.position);
    Ok(())
}

fn rectangle(student: &Value, known_from: i64, known_to: i64, tile: &Tile, recorded: &Recorded) -> Row {
    let mut row = Vec::with_capacity(OUTCOMES.columns.len());
    row.push(Value::Int(tile.cohort_year));
    row.push(Value::text(&tile.school));
    row.push(student.clone());
    row.push(Value::Int(known_from));
    row.push(Value::Int(tile.true_from));
    row.push(Value::Int(known_to));
    row.push(Value::Int(tile.true_to));
    row.extend(tile.content.iter().cloned());
    row.push(Value::Int(recorded.position));
    row
}
