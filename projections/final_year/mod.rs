//! Who is to be placed: the classes that schools name as their final ones, and the students who are exempted.
//!
//! There is a row for each event, in two times. An event that is undone ends at the position of the undoing, and a
//! question as of a day takes the latest event that has begun by that day. Who is on leave or has left
//! school the student register knows.

use std::collections::HashSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::{AnyPool, Row as _};

use super::OPEN_END;
use super::columns::{id, unreadable};
use crate::accounts::Scope;
use crate::domain::Event;
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::exemption::ExemptionEvent;
use crate::domain::ids::{ClassName, SchoolCode, SeasonId, StudentId};
use crate::domain::season::SeasonEvent;
use crate::event_log::projector::{FoldError, Model, Needs, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Row, Storage, Table, TableColumn, Value, Writing};

/// What a school plans for those who graduate in a year: a row for each plan, half open in positions. A plan holds from
/// its day on until a later one of its season, and is about the days before `until_day`.
static PLANS: Table = Table {
    name: "season_plans",
    columns: &[
        TableColumn::text("season"),
        TableColumn::int("version"),
        TableColumn::int("known_from"),
        TableColumn::int("known_to"),
        TableColumn::text("school"),
        // Epoch days.
        TableColumn::int("from_day"),
        TableColumn::int("until_day"),
        TableColumn::int("position"),
    ],
    key_len: 2,
    writing: Writing::Upsert,
    storage: Storage::Heap(&[]),
};

/// The final classes that a plan names.
static CLASSES: Table = Table {
    name: "final_classes",
    columns: &[
        TableColumn::text("season"),
        TableColumn::int("version"),
        TableColumn::text("class"),
        TableColumn::int("position"),
    ],
    key_len: 3,
    writing: Writing::Once,
    storage: Storage::Clustered(&[]),
};

/// From which day on a student is exempted, or no longer is: a row for each event, half open in positions. Of the events
/// that have begun the one that was recorded last holds. Who is on leave or has left the student register knows.
static EXCUSED: Table = Table {
    name: "excused",
    columns: &[
        TableColumn::text("student"),
        TableColumn::int("version"),
        TableColumn::int("known_from"),
        TableColumn::int("known_to"),
        // Epoch day.
        TableColumn::int("from_day"),
        // 1, or 0 from the day on which it is over.
        TableColumn::int("is_excused"),
        TableColumn::int("position"),
    ],
    key_len: 2,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "final_year",
    fold_version: 2,
    fingerprint: OnceLock::new(),
    tables: &[&PLANS, &CLASSES, &EXCUSED],
    needs: Needs::Rows { keys, begins: |_| false },
    fold,
};

/// What an event changes about whether a student is excused.
enum ExcuseChange {
    /// From a day on the student is excused, or no longer is.
    Excused(bool, Date),
    /// The event with this version never held.
    Undone(u64),
    Nothing,
}

fn excuse_change(event: &Event) -> ExcuseChange {
    match event {
        Event::Exemption(ExemptionEvent::Undone { version, .. }) => ExcuseChange::Undone(*version),
        Event::Exemption(ExemptionEvent::ExemptionGranted { effective_on, .. }) => {
            ExcuseChange::Excused(true, *effective_on)
        }
        Event::Exemption(ExemptionEvent::ExemptionWithdrawn { effective_on }) => {
            ExcuseChange::Excused(false, *effective_on)
        }
        Event::Exemption(ExemptionEvent::ExemptionRequested { .. } | ExemptionEvent::ExemptionRefused { .. })
        | Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
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
        | Event::Log(_) => ExcuseChange::Nothing,
    }
}

fn excused_key(recorded: &Recorded, version: i64) -> Row {
    vec![Value::Text(recorded.stream_id.clone()), Value::Int(version)]
}

fn plan_key(recorded: &Recorded, version: i64) -> Row {
    vec![Value::Text(recorded.stream_id.clone()), Value::Int(version)]
}

/// A version as a column holds it; versions are small positive numbers.
fn int(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(OPEN_END)
}

fn keys(recorded: &Recorded, event: &Event) -> Vec<RowKey> {
    if let Event::Season(event) = event {
        let version = match event {
            SeasonEvent::SeasonPlanned { .. } => recorded.version,
            SeasonEvent::Undone { version, .. } => int(*version),
        };
        return vec![(0, plan_key(recorded, version))];
    }
    match excuse_change(event) {
        ExcuseChange::Excused(..) => vec![(2, excused_key(recorded, recorded.version))],
        ExcuseChange::Undone(version) => vec![(2, excused_key(recorded, int(version)))],
        ExcuseChange::Nothing => vec![],
    }
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    if let Event::Season(event) = event {
        match event {
            SeasonEvent::SeasonPlanned { school, classes, period, effective_on, .. } => {
                let days = [epoch_day(*effective_on), epoch_day(period.last_day) + 1];
                plan(rows, recorded, school, classes, days);
            }
            SeasonEvent::Undone { version, .. } => undo(rows, 0, &PLANS, &plan_key(recorded, int(*version)), recorded),
        }
        return Ok(());
    }
    match excuse_change(event) {
        ExcuseChange::Excused(is_excused, from) => {
            let mut row = excused_key(recorded, recorded.version);
            row.extend([recorded.position, OPEN_END, epoch_day(from), i64::from(is_excused)].map(Value::Int));
            row.push(Value::Int(recorded.position));
            rows.put(2, EXCUSED.key_len, row);
        }
        ExcuseChange::Undone(version) => undo(rows, 2, &EXCUSED, &excused_key(recorded, int(version)), recorded),
        ExcuseChange::Nothing => (),
    }
    Ok(())
}

fn plan(rows: &mut Rows, recorded: &Recorded, school: &SchoolCode, classes: &[ClassName], days: [i64; 2]) {
    let position = Value::Int(recorded.position);
    let mut row = plan_key(recorded, recorded.version);
    row.extend([position.clone(), Value::Int(OPEN_END), Value::text(school.as_str())]);
    row.extend(days.map(Value::Int));
    row.push(position.clone());
    rows.put(0, PLANS.key_len, row);
    for class in classes {
        let mut row = plan_key(recorded, recorded.version);
        row.extend([Value::text(class.as_str()), position.clone()]);
        rows.put(1, CLASSES.key_len, row);
    }
}

/// Ends the row of an event, if it has one.
fn undo(rows: &mut Rows, index: usize, table: &Table, key: &[Value], recorded: &Recorded) {
    if let (Some(mut row), Some(known_to)) = (rows.get(index, key).cloned(), table.column("known_to")) {
        row[known_to] = Value::Int(recorded.position);
        if let Some(position) = row.last_mut() {
            *position = Value::Int(recorded.position);
        }
        rows.put(index, table.key_len, row);
    }
}

/// The plan of a season that holds on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeasonPlan {
    pub season: SeasonId,
    pub school: String,
    /// The version of its event in the season's stream.
    pub version: i64,
    /// The final classes.
    pub classes: Vec<String>,
    /// The first day on which the plan holds.
    pub from: Date,
    /// The last day that it is about.
    pub last_day: Date,
}

/// The schools that have a plan on a day.
///
/// # Errors
/// When the database cannot be read.
pub async fn planned_schools(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<HashSet<String>, sqlx::Error> {
    let sql = concat!("with ", include_str!("plans.sql"), "select distinct school from plans");
    let schools: Vec<String> = sqlx::query_scalar(sql).bind(as_of).bind(known_at).fetch_all(readers).await?;
    Ok(schools.into_iter().collect())
}

/// The students who need not be placed on a day; those who have graduated are not among them.
///
/// # Errors
/// When the database cannot be read.
pub async fn excused_students(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<HashSet<StudentId>, sqlx::Error> {
    let sql = concat!("with ", include_str!("excused.sql"), "select student from excused_then");
    let rows = sqlx::query(sql).bind(as_of).bind(known_at).fetch_all(readers).await?;
    rows.iter().map(|row| Ok(StudentId(id(row, 0)?))).collect()
}

/// The plans of a scope's schools that hold on a day.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn plans(
    readers: &AnyPool,
    as_of: i64,
    known_at: i64,
    scope: &Scope,
) -> Result<Vec<SeasonPlan>, sqlx::Error> {
    let sql = concat!(
        "with ",
        include_str!("plans.sql"),
        "select p.season, p.school, p.version, c.class, p.from_day, p.until_day
         from plans p join final_classes c on c.season = p.season and c.version = p.version
         where ($3 is null or p.school = $3) order by p.school, p.season, c.class"
    );
    let rows = sqlx::query(sql)
        .bind(as_of)
        .bind(known_at)
        .bind(scope.school().map(|school| school.as_str().to_owned()))
        .fetch_all(readers)
        .await?;
    let mut plans: Vec<SeasonPlan> = vec![];
    for row in rows {
        let season = id(&row, 0)?;
        let (from, until): (i64, i64) = (row.try_get(4)?, row.try_get(5)?);
        if plans.last().is_none_or(|plan| plan.season.0 != season) {
            plans.push(SeasonPlan {
                season: SeasonId(season),
                school: row.try_get(1)?,
                version: row.try_get(2)?,
                classes: vec![],
                from: from_epoch_day(from).ok_or_else(|| unreadable(4))?,
                last_day: from_epoch_day(until - 1).ok_or_else(|| unreadable(5))?,
            });
        }
        if let Some(plan) = plans.last_mut() {
            plan.classes.push(row.try_get(3)?);
        }
    }
    Ok(plans)
}
