//! The legal units behind the hosts, in two times: what kind of unit each is, its staff by day, what became of it.
//!
//! The rectangles are half open: known from one position to another, true from one epoch day to another. At any
//! position a registered unit's rectangles cover all days without gap or overlap. What is recorded first of the kind of
//! unit holds for the days before, too; a count of staff holds from its day on. A merger depends on the position alone:
//! once it is known, the unit is part of the other on all days. It is one row here that questions join
//! (`survivors.sql`), and nothing is rewritten elsewhere. Absent on purpose: names and codes, which are sealed, and
//! hashes of them, which could be guessed.

mod folded;

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::columns::{code, date, id, revision, unreadable};
use super::rectangles::{OpenRectangle, ValidSpan, fold_into};
use crate::domain::Event;
use crate::domain::StreamType;
use crate::domain::day::epoch_day;
use crate::domain::employer::{CreditCodeCheck, EmployerProfile};
use crate::domain::ids::{EmployerId, SealedRevision};
use crate::domain::terms::Term;
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Index, Row, Storage, Table, TableColumn, Value, Writing};
use folded::{EmployerDay, FoldedEmployer};

/// The rectangles.
static TABLE: Table = Table {
    name: "employer_directory",
    columns: &[
        TableColumn::text("employer"),
        TableColumn::int("known_from"),
        TableColumn::int("true_from"),
        TableColumn::int("known_to"),
        TableColumn::int("true_to"),
        // How far the credit code can be trusted: holds, fails, no_code.
        TableColumn::text("credit_code"),
        // The sealed revision of name and code.
        TableColumn::int("identity"),
        TableColumn::text("industry").or_null(),
        TableColumn::text("size").or_null(),
        TableColumn::text("ownership").or_null(),
        // The last count of the staff by these days, and the day of the count.
        TableColumn::int("staff_count").or_null(),
        TableColumn::int("staff_counted_on").or_null(),
        // The unit that this one is part of, and from which day; the same on all days, since a merger takes along
        // everything that was ever recorded of the unit.
        TableColumn::text("merged_into").or_null(),
        TableColumn::int("merged_on").or_null(),
        TableColumn::int("closed_on").or_null(),
        TableColumn::int("position"),
    ],
    key_len: 3,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[Index {
        name: "merged",
        columns: "known_to, known_from, employer, merged_into",
        condition: Some("merged_into is not null"),
    }]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "employer_directory",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
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
        | Event::YearEnd(_)
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A unit's history, and the rectangles that are known now.
#[derive(Debug, Default)]
struct Tracked {
    employer: FoldedEmployer,
    open: Vec<OpenRectangle<ValidSpan<EmployerDay>>>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::Employer(event) = event else { return Ok(()) };
    let unit = recorded.subject();
    let mut tracked: Box<Tracked> = rows.take_state(unit)?;
    tracked.employer.take(recorded, event);
    let spans = tracked.employer.spans();
    fold_into(&mut tracked.open, spans, recorded.position, |rectangle, known_to| {
        rows.put(0, TABLE.key_len, row(rectangle, known_to, recorded));
    });
    rows.put_state(unit, tracked);
    Ok(())
}

fn row(open: &OpenRectangle<ValidSpan<EmployerDay>>, known_to: i64, recorded: &Recorded) -> Row {
    let ValidSpan { true_from, true_to, day } = &open.span;
    let known = [Value::Int(open.known_from), Value::Int(*true_from), Value::Int(known_to), Value::Int(*true_to)];
    std::iter::once(Value::Text(recorded.stream_id.clone()))
        .chain(known)
        .chain(day.columns())
        .chain([Value::Int(recorded.position)])
        .collect()
}

/// The common table expressions up to `survivors (employer, unit)`: the unit that each merged one is part of. They
/// follow `with recursive`. Bind: $2 position.
pub const SURVIVORS: &str = include_str!("survivors.sql");

/// A legal unit as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalUnit {
    pub employer: EmployerId,
    pub credit_code: CreditCodeCheck,
    /// The sealed row of name and code.
    pub identity: SealedRevision,
    pub profile: EmployerProfile,
    /// Persons on the staff, and the day on which they were counted.
    pub staff: Option<(i64, Date)>,
    /// The unit into which it was merged, and from which day.
    pub merged: Option<(EmployerId, Date)>,
    /// The first day on which it is closed.
    pub closed_on: Option<Date>,
}

/// Every registered unit, oldest id first.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn units(readers: &AnyPool, as_of: i64, known_at: i64) -> Result<Vec<LegalUnit>, sqlx::Error> {
    let rows = sqlx::query(include_str!("units.sql")).bind(as_of).bind(known_at).fetch_all(readers).await?;
    rows.iter().map(unit).collect()
}

fn unit(row: &AnyRow) -> Result<LegalUnit, sqlx::Error> {
    let staff_count: Option<i64> = row.try_get(6)?;
    let merged_on = date(row, 9)?;
    let into = merged_on.map(|_| id(row, 8)).transpose()?.map(EmployerId);
    Ok(LegalUnit {
        employer: EmployerId(id(row, 0)?),
        credit_code: check_of(&row.try_get::<String, _>(1)?).ok_or_else(|| unreadable(1))?,
        identity: revision(row, 2)?.ok_or_else(|| unreadable(2))?,
        profile: EmployerProfile { industry: code(row, 3)?, size: code(row, 4)?, ownership: code(row, 5)? },
        staff: staff_count.zip(date(row, 7)?),
        merged: into.zip(merged_on),
        closed_on: date(row, 10)?,
    })
}

/// Which unit each merged one is part of, as known at a position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mergers(HashMap<EmployerId, EmployerId>);

impl Mergers {
    /// The unit that an employer is part of: itself, unless it was merged away.
    pub fn unit(&self, employer: EmployerId) -> EmployerId {
        self.0.get(&employer).copied().unwrap_or(employer)
    }

    /// Whether several employers are part of one unit. None are not.
    pub fn are_one(&self, employers: &[EmployerId]) -> bool {
        let mut units = employers.iter().map(|employer| self.unit(*employer));
        units.next().is_some_and(|first| units.all(|unit| unit == first))
    }
}

/// All mergers as known at a position.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn mergers(readers: &AnyPool, known_at: i64) -> Result<Mergers, sqlx::Error> {
    // $1 is the day in every statement that joins the survivors, and must occur here, too; it decides nothing.
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

impl EmployerDay {
    /// The columns from `credit_code` to `closed_on`.
    fn columns(&self) -> Vec<Value> {
        let EmployerProfile { industry, size, ownership } = self.profile;
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
