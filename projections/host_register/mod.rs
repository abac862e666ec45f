//! The hosts of every school, in two times: how far a school and a unit have come, and until when they have agreed to
//! work together.
//!
//! The rectangles are half open: known from one position to another, true from one epoch day to another. At any
//! position the rectangles of a host whose proposal stands cover the days from the first proposal on.

mod folded;

use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::columns::{code, date, id, unreadable};
use super::rectangles::{OpenRectangle, ValidSpan, fold_into};
use crate::accounts::Scope;
use crate::domain::day::epoch_day;
use crate::domain::host::codes::HostStage;
use crate::domain::ids::{EmployerId, HostId};
use crate::domain::placement::arrangement::Period;
use crate::domain::terms::Term;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Index, Row, Storage, Table, TableColumn, Value, Writing};
use folded::{FoldedHost, HostDay};

/// The rectangles.
static TABLE: Table = Table {
    name: "host_register",
    columns: &[
        TableColumn::text("host"),
        TableColumn::int("known_from"),
        TableColumn::int("true_from"),
        TableColumn::int("known_to"),
        TableColumn::int("true_to"),
        TableColumn::text("school"),
        // As recorded.
        TableColumn::text("employer"),
        TableColumn::text("stage"),
        TableColumn::int("partner_since").or_null(),
        // The framework agreement that holds on these days, or else the one that was the last to hold; both days
        // included.
        TableColumn::int("framework_first_day").or_null(),
        TableColumn::int("framework_last_day").or_null(),
        // The position of the event that decides on the stage.
        TableColumn::int("stage_position"),
        TableColumn::int("position"),
    ],
    key_len: 3,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[Index { name: "known", columns: "known_to, school", condition: None }]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "host_register",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
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
        | Event::YearEnd(_)
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A host's history, and the rectangles that are known now.
#[derive(Debug, Default)]
struct Tracked {
    host: FoldedHost,
    open: Vec<OpenRectangle<ValidSpan<HostDay>>>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::Host(event) = event else { return Ok(()) };
    let host = recorded.subject();
    let mut tracked: Box<Tracked> = rows.take_state(host)?;
    tracked.host.take(recorded, event);
    let spans = tracked.host.spans();
    fold_into(&mut tracked.open, spans, recorded.position, |rectangle, known_to| {
        rows.put(0, TABLE.key_len, row(rectangle, known_to, recorded));
    });
    rows.put_state(host, tracked);
    Ok(())
}

fn row(open: &OpenRectangle<ValidSpan<HostDay>>, known_to: i64, recorded: &Recorded) -> Row {
    let ValidSpan { true_from, true_to, day } = &open.span;
    vec![
        Value::Text(recorded.stream_id.clone()),
        Value::Int(open.known_from),
        Value::Int(*true_from),
        Value::Int(known_to),
        Value::Int(*true_to),
        Value::text(day.school.as_str()),
        day.employer.0.to_string().into(),
        day.stage.code().into(),
        day.partner_since.map(epoch_day).into(),
        day.framework.map(|framework| epoch_day(framework.first_day)).into(),
        day.framework.map(|framework| epoch_day(framework.last_day)).into(),
        Value::Int(day.stage_position),
        Value::Int(recorded.position),
    ]
}

/// A host as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostOnDay {
    pub host: HostId,
    pub school: String,
    /// As recorded.
    pub employer: EmployerId,
    /// The unit that the employer is part of, as known at the position.
    pub unit: EmployerId,
    pub stage: HostStage,
    pub partner_since: Option<Date>,
    /// The framework agreement that holds on the day, or else the one that was the last to hold.
    pub framework: Option<Period>,
    /// The position of the event that decides on the stage.
    pub stage_position: i64,
}

/// The hosts of a scope, by school. A class has those of its school.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn hosts(readers: &AnyPool, as_of: i64, known_at: i64, scope: &Scope) -> Result<Vec<HostOnDay>, sqlx::Error> {
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

fn listed(row: &AnyRow) -> Result<HostOnDay, sqlx::Error> {
    let days = date(row, 6)?.zip(date(row, 7)?);
    Ok(HostOnDay {
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
