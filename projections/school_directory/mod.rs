//! The schools of the city by code. Everybody may see them.

use std::sync::OnceLock;

use sqlx::{AnyPool, Row as _};

use super::OPEN_END;
use crate::domain::Event;
use crate::domain::ids::SchoolCode;
use crate::domain::school::{SchoolEntry, SchoolEvent};
use crate::domain::terms::{SchoolCategory, Term};
use crate::event_log::projector::{FoldError, Model, Needs, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Storage, Table, TableColumn, Value, Writing};

/// A row for each school.
static TABLE: Table = Table {
    name: "school_directory",
    columns: &[
        TableColumn::text("code"),
        TableColumn::text("name"),
        TableColumn::text("category"),
        TableColumn::int("registered_position"),
        // The position that closed the school or undid its registration; `OPEN_END` while it is open.
        TableColumn::int("closed_position"),
        TableColumn::int("position"),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Heap(&[]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "school_directory",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    needs: Needs::Rows { keys, begins: |_| false },
    fold,
};

fn keys(recorded: &Recorded, event: &Event) -> Vec<RowKey> {
    match event {
        Event::School(_) => recorded.school.iter().map(|code| (0, vec![Value::Text(code.clone())])).collect(),
        Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::YearEnd(_)
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Account(_)
        | Event::Log(_) => {
            vec![]
        }
    }
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::School(event) = event else { return Ok(()) };
    match event {
        SchoolEvent::SchoolRegistered { entry, .. } => put(rows, entry, recorded.position, OPEN_END, recorded),
        SchoolEvent::SchoolCorrected { entry, .. } => {
            let registered = registered_position(rows, &entry.code).unwrap_or(recorded.position);
            put(rows, entry, registered, OPEN_END, recorded);
        }
        SchoolEvent::Undone { code, stands: Some(entry), .. } => {
            let registered = registered_position(rows, code).unwrap_or(recorded.position);
            put(rows, entry, registered, OPEN_END, recorded);
        }
        SchoolEvent::Undone { code, stands: None, .. } => close(rows, &Value::text(code.as_str()), recorded),
        SchoolEvent::SchoolClosed { .. } => {
            if let Some(code) = &recorded.school {
                close(rows, &Value::Text(code.clone()), recorded);
            }
        }
    }
    Ok(())
}

fn registered_position(rows: &Rows, code: &SchoolCode) -> Option<i64> {
    rows.get(0, &[Value::text(code.as_str())]).map(|row| row[3].int())
}

fn put(rows: &mut Rows, entry: &SchoolEntry, registered: i64, closed: i64, recorded: &Recorded) {
    let row = vec![
        Value::text(entry.code.as_str()),
        Value::text(&entry.name),
        entry.category.code().into(),
        Value::Int(registered),
        Value::Int(closed),
        Value::Int(recorded.position),
    ];
    rows.put(0, TABLE.key_len, row);
}

fn close(rows: &mut Rows, code: &Value, recorded: &Recorded) {
    if let Some(mut row) = rows.get(0, std::slice::from_ref(code)).cloned() {
        row[4] = Value::Int(recorded.position);
        row[5] = Value::Int(recorded.position);
        rows.put(0, TABLE.key_len, row);
    }
}

/// The schools that are open at a position, by code.
///
/// # Errors
/// When the database cannot be read.
pub async fn schools(readers: &AnyPool, known_at: i64) -> Result<Vec<SchoolEntry>, sqlx::Error> {
    let rows = sqlx::query(
        "select code, name, category from school_directory
         where registered_position <= $1 and closed_position > $1 order by code",
    )
    .bind(known_at)
    .fetch_all(readers)
    .await?;
    let mut schools = Vec::with_capacity(rows.len());
    for row in rows {
        let (code, category): (String, String) = (row.try_get(0)?, row.try_get(2)?);
        let Ok(code) = SchoolCode::parse(&code) else { continue };
        let category = SchoolCategory::from_code(&category).unwrap_or(SchoolCategory::Public);
        schools.push(SchoolEntry { code, name: row.try_get(1)?, category });
    }
    Ok(schools)
}
