//! The legal units behind the hosts, in two times: what kind of unit each is, its staff by day, what became of it.
//!
//! Of the kind of unit, what was never said otherwise was always so: the first word on it holds for the days before, too.
//! A count of staff holds from its day on. A merger is asked for by position alone: once it is known, the unit is part of
//! the other on all days; it is one row here that questions join (`survivors.sql`), never a rewrite elsewhere.
//! Absent on purpose: names and codes, which are sealed; a hash of a name that could be tried out.

mod facts;

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::columns::{code, date, id, revision, unreadable};
use super::rectangles::{Open, Tile, follow};
use crate::domain::Event;
use crate::domain::StreamType;
use crate::domain::day::epoch_day;
use crate::domain::employer::{CreditCodeCheck, Profile};
use crate::domain::ids::{EmployerId, SealedRevision};
use crate::domain::terms::Term;
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{ColumnType, Row, Table, Value, Writing};
use facts::{Facts, Says};

static TABLE: Table = Table {
    name: "employer_directory",
    columns: &[
        ("employer", ColumnType::Text),
        ("known_from", ColumnType::Int),
        ("true_from", ColumnType::Int),
        ("known_to", ColumnType::Int),
        ("true_to", ColumnType::Int),
        ("credit_code", ColumnType::Text),
        ("identity", ColumnType::Int),
        ("industry", ColumnType::Text),
        ("size", ColumnType::Text),
        ("ownership", ColumnType::Text),
        ("staff_count", ColumnType::Int),
        ("staff_counted_on", ColumnType::Int),
        ("merged_into", ColumnType::Text),
        ("merged_on", ColumnType::Int),
        ("closed_on", ColumnType::Int),
        ("position", ColumnType::Int),
    ],
    key_len: 3,
    writing: Writing::Upsert,
};

pub static MODEL: Model = Model {
    name: "employer_directory",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    schema: include_str!("schema.sql"),
    needs: Needs::History { streams: &[StreamType::Employer], subject },
    fold,
};

/// The unit that an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Employer(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A unit under the fold: what is known, and what is shown of it.
#[derive(Debug, Default)]
struct Followed {
    facts: Facts,
    open: Vec<Open<Tile<Says>>>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::Employer(event) = event else { return Ok(()) };
    let unit = recorded.subject();
    let mut followed: Box<Followed> = rows.take_state(unit)?;
    followed.facts.take(recorded, event);
    let tiles = followed.facts.tiles();
    follow(&mut followed.open, tiles, recorded.position, |rectangle, known_to| {
        rows.put(0, TABLE.key_len, row(rectangle, known_to, recorded));
    });
    rows.put_state(unit, followed);
    Ok(())
}

fn row(open: &Open<Tile<Says>>, known_to: i64, recorded: &Recorded) -> Row {
    let Tile { true_from, true_to, says } = &open.tile;
    let known = [Value::Int(open.known_from), Value::Int(*true_from), Value::Int(known_to), Value::Int(*true_to)];
    std::iter::once(Value::Text(recorded.stream_id.clone()))
        .chain(known)
        .chain(says.columns())
        .chain([Value::Int(recorded.position)])
        .collect()
}

/// The common table expressions that say which unit a merged one is part of: `survivors (employer, unit)`. They belong
/// behind `with recursive`; the position is their bind $2.
pub const SURVIVORS: &str = include_str!("survivors.sql");

/// A legal unit as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub employer: EmployerId,
    pub credit_code: CreditCodeCheck,
    /// The sealed row of name and code.
    pub identity: SealedRevision,
    pub profile: Profile,
    /// Persons on the staff, and the day on which they were counted.
    pub staff: Option<(i64, Date)>,
    /// The unit into which it was merged, and from which day.
    pub merged: Option<(EmployerId, Date)>,
    pub closed_on: Option<Date>,
}

/// Every registered unit, oldest id first.
pub async fn units(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<Vec<Unit>, sqlx::Error> {
    let rows = sqlx::query(include_str!("units.sql")).bind(as_of).bind(known_at).fetch_all(readers).await?;
    rows.iter().map(unit).collect()
}

fn unit(row: &AnyRow) -> Result<Unit, sqlx::Error> {
    let staff_count: Option<i64> = row.try_get(6)?;
    let merged_on = date(row, 9)?;
    let into = merged_on.map(|_| id(row, 8)).transpose()?.map(EmployerId);
    Ok(Unit {
        employer: EmployerId(id(row, 0)?),
        credit_code: check_of(&row.try_get::<String, _>(1)?).ok_or_else(|| unreadable(1))?,
        identity: revision(row, 2)?.ok_or_else(|| unreadable(2))?,
        profile: Profile { industry: code(row, 3)?, size: code(row, 4)?, ownership: code(row, 5)? },
        staff: staff_count.zip(date(row, 7)?),
        merged: into.zip(merged_on),
        closed_on: date(row, 10)?,
    })
}

/// Which unit each merged one is part of, as known at a position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mergers(HashMap<EmployerId, EmployerId>);

impl Mergers {
    /// The unit as which an employer is read: itself, unless it was merged away.
    pub fn unit(&self, employer: EmployerId) -> EmployerId {
        self.0.get(&employer).copied().unwrap_or(employer)
    }
}

/// All mergers that are known.
pub async fn mergers(readers: &AnyPool, known_at: i64) -> Result<Mergers, sqlx::Error> {
    // $1 is the day in every statement that joins the survivors; here it decides nothing.
    let sql = concat!(
        "with recursive ",
        include_str!("survivors.sql"),
        " select employer, unit from survivors where cast($1 as bigint) is not null"
    );
    let rows = sqlx::query(sql).bind(0_i64).bind(known_at).fetch_all(readers).await?;
    let pair = |row: &AnyRow| Ok((EmployerId(id(row, 0)?), EmployerId(id(row, 1)?)));
    Ok(Mergers(rows.iter().map(pair).collect::<Result<_, sqlx::Error>>()?))
}

const CHECKS: [(CreditCodeCheck, &str); 3] =
    [(CreditCodeCheck::Holds, "holds"), (CreditCodeCheck::Fails, "fails"), (CreditCodeCheck::NoCode, "no_code")];

fn check_of(code: &str) -> Option<CreditCodeCheck> {
    CHECKS.iter().find(|(_, known)| *known == code).map(|(check, _)| *check)
}

impl Says {
    /// The columns from `credit_code` to `closed_on`.
    fn columns(&self) -> Vec<Value> {
        let Profile { industry, size, ownership } = self.profile;
        let check = CHECKS.iter().find(|(check, _)| *check == self.credit_code).map(|(_, code)| *code);
        vec![
            check.into(),
            i64::from(self.identity.0).into(),
            industry.map(Term::code).into(),
            size.map(Term::code).into(),
            ownership.map(Term::code).into(),
            self.staff.map(|(count, _)| i64::from(count)).into(),
            self.staff.map(|(_, on)| epoch_day(on)).into(),
            self.merged.map(|(into, _)| into.0.to_string()).into(),
            self.merged.map(|(_, on)| epoch_day(on)).into(),
            self.closed_on.map(epoch_day).into(),
        ]
    }
}
