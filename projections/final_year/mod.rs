//! Who is to be placed: the classes that schools name as their final ones, and which students need not be placed, because
//! they are on leave, have left school or are exempted.
//!
//! A row per fact, in two times: an undone fact ends at the position of its undoing, and the question that asks for a day
//! takes the latest fact that has begun. Nothing is written of a student who is enrolled all the time.

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
use crate::domain::student::StudentEvent;
use crate::domain::terms::Standing;
use crate::event_log::projector::{FoldError, Model, Needs, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value, Writing};

static PLANS: Table = Table {
    name: "season_plans",
    columns: &[
        ("season", ColumnType::Text),
        ("version", ColumnType::Int),
        ("known_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("school", ColumnType::Text),
        ("from_day", ColumnType::Int),
        ("until_day", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 2,
    writing: Writing::Upsert,
};

static CLASSES: Table = Table {
    name: "final_classes",
    columns: &[
        ("season", ColumnType::Text),
        ("version", ColumnType::Int),
        ("class", ColumnType::Text),
        ("position", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::Once,
};

static EXCUSED: Table = Table {
    name: "excused",
    columns: &[
        ("student", ColumnType::Text),
        ("stream", ColumnType::Text),
        ("version", ColumnType::Int),
        ("known_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("from_day", ColumnType::Int),
        ("is_excused", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::Upsert,
};

pub static MODEL: Model = Model {
    name: "final_year",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&PLANS, &CLASSES, &EXCUSED],
    schema: include_str!("schema.sql"),
    needs: Needs::Rows { keys, begins: |_| false },
    fold,
};

/// What an event says of whether a student is excused.
enum Said {
    /// From a day on: excused or not.
    Excused(bool, Date),
    /// The fact with this version never held.
    Undone(u64),
    Nothing,
}

fn said(event: &Event) -> Said {
    match event {
        Event::Student(StudentEvent::Undone { version, .. })
        | Event::Exemption(ExemptionEvent::Undone { version, .. }) => Said::Undone(*version),
        // Who is registered is enrolled, as nobody needs to be told.
        Event::Student(StudentEvent::StudentRegistered { .. }) => Said::Nothing,
        Event::Student(event) => match event.standing() {
            Some((Standing::Graduated | Standing::Completed, _)) | None => Said::Nothing,
            Some((standing, since)) => Said::Excused(standing != Standing::Enrolled, since),
        },
        Event::Exemption(ExemptionEvent::ExemptionGranted { effective_on, .. }) => Said::Excused(true, *effective_on),
        Event::Exemption(ExemptionEvent::ExemptionWithdrawn { effective_on }) => Said::Excused(false, *effective_on),
        Event::Exemption(ExemptionEvent::ExemptionRequested { .. } | ExemptionEvent::ExemptionRefused { .. })
        | Event::School(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::Account(_)
        | Event::Log(_) => Said::Nothing,
    }
}

fn excused_key(recorded: &Recorded, version: i64) -> Row {
    vec![Value::Text(recorded.stream_id.clone()), Value::Text(recorded.stream_type.clone()), Value::Int(version)]
}

fn plan_key(recorded: &Recorded, version: i64) -> Row {
    vec![Value::Text(recorded.stream_id.clone()), Value::Int(version)]
}

/// Versions are small positive numbers.
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
    match said(event) {
        Said::Excused(..) => vec![(2, excused_key(recorded, recorded.version))],
        Said::Undone(version) => vec![(2, excused_key(recorded, int(version)))],
        Said::Nothing => vec![],
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
    match said(event) {
        Said::Excused(is_excused, from) => {
            let mut row = excused_key(recorded, recorded.version);
            row.extend([recorded.position, OPEN_END, epoch_day(from), i64::from(is_excused)].map(Value::Int));
            row.push(Value::Int(recorded.position));
            rows.put(2, EXCUSED.key_len, row);
        }
        Said::Undone(version) => undo(rows, 2, &EXCUSED, &excused_key(recorded, int(version)), recorded),
        Said::Nothing => (),
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

/// Ends a fact's row, if it has one.
fn undo(rows: &mut Rows, index: usize, table: &Table, key: &[Value], recorded: &Recorded) {
    let known_to = table.columns.iter().position(|(column, _)| *column == "known_to");
    if let (Some(mut row), Some(known_to)) = (rows.get(index, key).cloned(), known_to) {
        row[known_to] = Value::Int(recorded.position);
        if let Some(position) = row.last_mut() {
            *position = Value::Int(recorded.position);
        }
        rows.put(index, table.key_len, row);
    }
}

/// The plan of a season that holds on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub season: SeasonId,
    pub school: String,
    /// The number of its event in the season's stream.
    pub version: i64,
    pub classes: Vec<String>,
    /// From this day on; it is about the days to the last one.
    pub from: Date,
    pub last_day: Date,
}

/// The schools that have a plan on a day.
pub async fn planned_schools(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<HashSet<String>, sqlx::Error> {
    let sql = concat!("with ", include_str!("plans.sql"), "select distinct school from plans");
    let schools: Vec<String> = sqlx::query_scalar(sql).bind(as_of).bind(known_at).fetch_all(readers).await?;
    Ok(schools.into_iter().collect())
}

/// Who need not be placed on a day, other than those who have graduated.
pub async fn excused_students(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<HashSet<StudentId>, sqlx::Error> {
    let sql = concat!("with ", include_str!("excused.sql"), "select student from excused_then");
    let rows = sqlx::query(sql).bind(as_of).bind(known_at).fetch_all(readers).await?;
    rows.iter().map(|row| Ok(StudentId(id(row, 0)?))).collect()
}

/// The plans that hold on a day, of the schools of a scope.
pub async fn plans(readers: &AnyPool, as_of: i64, known_at: i64, scope: &Scope) -> Result<Vec<Plan>, sqlx::Error> {
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
    let mut plans: Vec<Plan> = vec![];
    for row in rows {
        let season = id(&row, 0)?;
        let (from, until): (i64, i64) = (row.try_get(4)?, row.try_get(5)?);
        if plans.last().is_none_or(|plan| plan.season.0 != season) {
            plans.push(Plan {
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
