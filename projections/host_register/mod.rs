//! The hosts of every school, in two times: how far a school and a unit have come, and until when they have agreed to work
//! together.

mod facts;

use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::columns::{code, date, id, unreadable};
use super::rectangles::{Open, Tile, follow};
use crate::accounts::Scope;
use crate::domain::day::epoch_day;
use crate::domain::host::codes::HostStage;
use crate::domain::ids::{EmployerId, HostId};
use crate::domain::placement::arrangement::Period;
use crate::domain::terms::Term;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value, Writing};
use facts::{Facts, Says};

static TABLE: Table = Table {
    name: "host_register",
    columns: &[
        ("host", ColumnType::Text),
        ("known_from", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("true_to", ColumnType::Int),
        ("school", ColumnType::Text),
        ("employer", ColumnType::Text),
        ("stage", ColumnType::Text),
        ("partner_since", ColumnType::Int),
        ("framework_first_day", ColumnType::Int),
        ("framework_last_day", ColumnType::Int),
        ("stage_position", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::Upsert,
};

pub static MODEL: Model = Model {
    name: "host_register",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    schema: include_str!("schema.sql"),
    needs: Needs::History { streams: &[StreamType::Host], subject },
    fold,
};

/// The host that an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Host(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A host under the fold: what is known, and what is shown of it.
#[derive(Debug, Default)]
struct Followed {
    facts: Facts,
    open: Vec<Open<Tile<Says>>>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::Host(event) = event else { return Ok(()) };
    let host = recorded.subject();
    let mut followed: Box<Followed> = rows.take_state(host)?;
    followed.facts.take(recorded, event);
    let tiles = followed.facts.tiles();
    follow(&mut followed.open, tiles, recorded.position, |rectangle, known_to| {
        rows.put(0, TABLE.key_len, row(rectangle, known_to, recorded));
    });
    rows.put_state(host, followed);
    Ok(())
}

fn row(open: &Open<Tile<Says>>, known_to: i64, recorded: &Recorded) -> Row {
    let Tile { true_from, true_to, says } = &open.tile;
    vec![
        Value::Text(recorded.stream_id.clone()),
        Value::Int(open.known_from),
        Value::Int(*true_from),
        Value::Int(known_to),
        Value::Int(*true_to),
        Value::text(says.school.as_str()),
        says.employer.0.to_string().into(),
        says.stage.code().into(),
        says.partner_since.map(epoch_day).into(),
        says.framework.map(|framework| epoch_day(framework.first_day)).into(),
        says.framework.map(|framework| epoch_day(framework.last_day)).into(),
        Value::Int(says.stage_position),
        Value::Int(recorded.position),
    ]
}

/// A host as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub host: HostId,
    pub school: String,
    /// As recorded.
    pub employer: EmployerId,
    /// The unit that the employer is part of, as known at the position.
    pub unit: EmployerId,
    pub stage: HostStage,
    pub partner_since: Option<Date>,
    /// The framework agreement that holds on the day, else the one that was the last to hold.
    pub framework: Option<Period>,
    /// The event that decides on the stage.
    pub stage_position: i64,
}

/// The hosts of a scope, by school. A class has those of its school.
pub async fn hosts(readers: &AnyPool, as_of: i64, known_at: i64, scope: &Scope) -> Result<Vec<Listed>, sqlx::Error> {
    let sql =
        concat!("with recursive ", include_str!("../employer_directory/survivors.sql"), include_str!("hosts.sql"));
    let rows = sqlx::query(sql)
        .bind(as_of)
        .bind(known_at)
        .bind(scope.school().map(|school| school.as_str().to_owned()))
        .fetch_all(readers)
        .await?;
    rows.iter().map(listed).collect()
}

fn listed(row: &AnyRow) -> Result<Listed, sqlx::Error> {
    let days = date(row, 6)?.zip(date(row, 7)?);
    Ok(Listed {
        host: HostId(id(row, 0)?),
        school: row.try_get(1)?,
        employer: EmployerId(id(row, 2)?),
        unit: EmployerId(id(row, 3)?),
        stage: code(row, 4)?.ok_or_else(|| unreadable(4))?,
        partner_since: date(row, 5)?,
        framework: days.map(|(first_day, last_day)| Period { first_day, last_day }),
        stage_position: row.try_get(8)?,
    })
}
