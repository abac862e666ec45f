//! The imported files: when and by whom, and what became of their rows.

use std::sync::OnceLock;

use sqlx::{AnyPool, Row as _};

use super::columns::{id, unreadable};
use crate::accounts::Scope;
use crate::domain::Event;
use crate::domain::ids::BatchId;
use crate::domain::import::{ImportEvent, RowCounts};
use crate::event_log::projector::{FoldError, Model, Needs, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Storage, Table, TableColumn, Value, Writing};

/// A row for each imported file.
static TABLE: Table = Table {
    name: "import_batches",
    columns: &[
        TableColumn::text("batch"),
        TableColumn::text("file_sha256"),
        TableColumn::text("kind"),
        TableColumn::text("school").or_null(),
        // started, applied, undone
        TableColumn::text("state"),
        TableColumn::int("new_count"),
        TableColumn::int("changed_count"),
        TableColumn::int("unchanged_count"),
        TableColumn::int("held_count"),
        TableColumn::int("rejected_count"),
        TableColumn::int("recorded_at"),
        TableColumn::text("actor"),
        TableColumn::int("position"),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Heap(&[]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "import_batches",
    fold_version: 2,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    needs: Needs::Rows { keys, begins: |recorded| recorded.version == 1 },
    fold,
};

fn keys(recorded: &Recorded, event: &Event) -> Vec<RowKey> {
    match event {
        Event::Import(_) => vec![(0, vec![Value::Text(recorded.stream_id.clone())])],
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
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
    let Event::Import(event) = event else { return Ok(()) };
    let key = [Value::Text(recorded.stream_id.clone())];
    let row = match (event, rows.get(0, &key).cloned()) {
        (ImportEvent::ImportStarted { file_sha256, kind, .. }, _) => vec![
            Value::Text(recorded.stream_id.clone()),
            Value::text(file_sha256),
            Value::text(kind),
            recorded.school.clone().into(),
            "started".into(),
            Value::Int(0),
            Value::Int(0),
            Value::Int(0),
            Value::Int(0),
            Value::Int(0),
            Value::Int(recorded.recorded_at),
            Value::Text(recorded.actor.clone()),
            Value::Int(recorded.position),
        ],
        (ImportEvent::ImportApplied { counts, .. }, Some(mut row)) => {
            row[4] = "applied".into();
            row[5] = Value::Int(i64::from(counts.new));
            row[6] = Value::Int(i64::from(counts.changed));
            row[7] = Value::Int(i64::from(counts.unchanged));
            row[8] = Value::Int(i64::from(counts.held));
            row[9] = Value::Int(i64::from(counts.rejected));
            row[12] = Value::Int(recorded.position);
            row
        }
        (ImportEvent::ImportUndone { .. }, Some(mut row)) => {
            row[4] = "undone".into();
            row[12] = Value::Int(recorded.position);
            row
        }
        // It says what is so already.
        (ImportEvent::RowsConfirmed { .. }, Some(row)) => row,
        (
            ImportEvent::RowsConfirmed { .. } | ImportEvent::ImportApplied { .. } | ImportEvent::ImportUndone { .. },
            None,
        ) => {
            return Err(FoldError("a batch was finished or undone that never started".to_owned()));
        }
    };
    rows.put(0, TABLE.key_len, row);
    Ok(())
}

/// One imported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportBatch {
    pub batch: BatchId,
    /// Hexadecimal.
    pub file_sha256: String,
    /// The code of the kind of file.
    pub kind: String,
    /// `None` for a file of the city.
    pub school: Option<String>,
    /// started, applied or undone.
    pub state: String,
    /// What became of the rows.
    pub counts: RowCounts,
    /// Microseconds since 1970-01-01 UTC.
    pub recorded_at: i64,
    pub actor: String,
}

/// The batches of a scope, latest first.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn batches(readers: &AnyPool, scope: &Scope) -> Result<Vec<ImportBatch>, sqlx::Error> {
    let rows = sqlx::query(
        "select batch, file_sha256, kind, school, state, new_count, changed_count, unchanged_count, held_count,
                rejected_count, recorded_at, actor
         from import_batches where ($1 is null or school = $1) order by recorded_at desc, batch",
    )
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .fetch_all(readers)
    .await?;
    let mut batches = Vec::with_capacity(rows.len());
    for row in rows {
        let count = |index| u32::try_from(row.try_get::<i64, _>(index)?).map_err(|_| unreadable(index));
        batches.push(ImportBatch {
            batch: BatchId(id(&row, 0)?),
            file_sha256: row.try_get(1)?,
            kind: row.try_get(2)?,
            school: row.try_get(3)?,
            state: row.try_get(4)?,
            counts: RowCounts {
                new: count(5)?,
                changed: count(6)?,
                unchanged: count(7)?,
                held: count(8)?,
                rejected: count(9)?,
            },
            recorded_at: row.try_get(10)?,
            actor: row.try_get(11)?,
        });
    }
    Ok(batches)
}
