//! Figures as they were made public before the system, in two times. Nobody of whom they speak is on record here, so they
//! stand beside what is counted and never in it.
//!
//! There is a row for each event. One that is undone ends at the position of the undoing; a question as of a day takes of
//! each figure the row of the latest day, of one day the one recorded last.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::OPEN_END;
use super::columns::{code, unreadable};
use crate::domain::Event;
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::ids::SchoolCode;
use crate::domain::terms::Term as _;
use crate::domain::year_end::{PublicationMedium, PublishedFigure, YearEndEvent};
use crate::event_log::projector::{FoldError, Model, Needs, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Row, Storage, Table, TableColumn, Value, Writing};

/// The definition's version of what was counted under another definition, or under one that nobody knows.
const OTHER: i64 = 0;

/// A row for each event, half open in positions.
static TABLE: Table = Table {
    name: "published_figures",
    columns: &[
        TableColumn::text("stream"),
        TableColumn::int("version"),
        TableColumn::int("known_from"),
        TableColumn::int("known_to"),
        TableColumn::text("figure"),
        // Epoch day.
        TableColumn::int("from_day"),
        // Of a withdrawal the rest is empty.
        TableColumn::text("school").or_null(),
        TableColumn::int("year").or_null(),
        TableColumn::int("definition_version").or_null(),
        TableColumn::int("numerator").or_null(),
        TableColumn::int("denominator").or_null(),
        TableColumn::text("medium").or_null(),
        TableColumn::text("title").or_null(),
        TableColumn::int("position"),
    ],
    key_len: 2,
    writing: Writing::Upsert,
    storage: Storage::Heap(&[]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "published_figures",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    needs: Needs::Rows { keys, begins: |_| false },
    fold,
};

/// A figure as it was made public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// `None` of the city's.
    pub school: Option<SchoolCode>,
    /// Of the graduation.
    pub year: i16,
    pub published_on: Date,
    pub of: PublishedFigure,
    /// The number of the fact in its stream.
    pub version: i64,
    /// The event that says so.
    pub position: i64,
}

fn key(recorded: &Recorded, version: i64) -> Row {
    vec![Value::Text(recorded.stream_id.clone()), Value::Int(version)]
}

/// A version as a column holds it; versions are small positive numbers.
fn int(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(OPEN_END)
}

fn keys(recorded: &Recorded, event: &Event) -> Vec<RowKey> {
    match event {
        Event::YearEnd(YearEndEvent::Undone { version, .. }) => vec![(0, key(recorded, int(*version)))],
        Event::YearEnd(YearEndEvent::FigurePublished { .. } | YearEndEvent::FigureWithdrawn { .. }) => {
            vec![(0, key(recorded, recorded.version))]
        }
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
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Import(_)
        | Event::Account(_)
        | Event::Log(_) => vec![],
    }
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::YearEnd(event) = event else { return Ok(()) };
    let begun = |figure: &str, from: Date| {
        let mut row = key(recorded, recorded.version);
        row.extend([recorded.position, OPEN_END].map(Value::Int));
        row.extend([Value::text(figure), Value::Int(epoch_day(from))]);
        row
    };
    match event {
        YearEndEvent::FigurePublished { school, year, published, effective_on } => {
            let mut row = begun(&published.figure, *effective_on);
            row.push(school.as_ref().map_or(Value::Null, |school| Value::text(school.as_str())));
            row.extend([i64::from(*year), published.definition_version.map_or(OTHER, i64::from)].map(Value::Int));
            row.extend([published.numerator, published.denominator].map(Value::Int));
            row.extend([published.medium.code().into(), Value::text(&published.title), Value::Int(recorded.position)]);
            rows.put(0, TABLE.key_len, row);
        }
        YearEndEvent::FigureWithdrawn { figure, effective_on, .. } => {
            let mut row = begun(figure, *effective_on);
            row.extend(std::iter::repeat_n(Value::Null, 7));
            row.push(Value::Int(recorded.position));
            rows.put(0, TABLE.key_len, row);
        }
        YearEndEvent::Undone { version, .. } => {
            if let Some(mut row) = rows.get(0, &key(recorded, int(*version))).cloned() {
                row[3] = Value::Int(recorded.position);
                if let Some(position) = row.last_mut() {
                    *position = Value::Int(recorded.position);
                }
                rows.put(0, TABLE.key_len, row);
            }
        }
    }
    Ok(())
}

/// The figures that stand on a day, by school, the city's first, year and figure.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn published(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<Vec<Published>, sqlx::Error> {
    let rows = sqlx::query(
        "select stream, figure, school, year, from_day, definition_version, numerator, denominator, medium, title, version,
             known_from
         from published_figures where known_from <= $1 and known_to > $1 and from_day <= $2
         order by from_day, known_from",
    )
    .bind(known_at)
    .bind(as_of)
    .fetch_all(readers)
    .await?;
    let mut latest: BTreeMap<(String, String), Option<Published>> = BTreeMap::new();
    for row in &rows {
        latest.insert((row.try_get(0)?, row.try_get(1)?), read(row)?);
    }
    let mut standing: Vec<Published> = latest.into_values().flatten().collect();
    let place = |of: &Published| (of.school.as_ref().map(ToString::to_string), of.year, of.of.figure.clone());
    standing.sort_by_cached_key(place);
    Ok(standing)
}

/// `None` of a withdrawal.
fn read(row: &AnyRow) -> Result<Option<Published>, sqlx::Error> {
    let (Some(year), Some(medium)) = (row.try_get::<Option<i64>, _>(3)?, code::<PublicationMedium>(row, 8)?) else {
        return Ok(None);
    };
    let school: Option<String> = row.try_get(2)?;
    let version: i64 = row.try_get(5)?;
    let of = PublishedFigure {
        figure: row.try_get(1)?,
        definition_version: u32::try_from(version).ok().filter(|version| i64::from(*version) != OTHER),
        numerator: row.try_get(6)?,
        denominator: row.try_get(7)?,
        medium,
        title: row.try_get(9)?,
    };
    Ok(Some(Published {
        school: school.map(|code| SchoolCode::parse(&code)).transpose().map_err(|_| unreadable(2))?,
        year: i16::try_from(year).map_err(|_| unreadable(3))?,
        published_on: from_epoch_day(row.try_get(4)?).ok_or_else(|| unreadable(4))?,
        of,
        version: row.try_get(10)?,
        position: row.try_get(11)?,
    }))
}
