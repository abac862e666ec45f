//! Question: as of a day and as known at a position, what waits to be done? Each count is the length of its list,
//! because both come from the same condition over the same placements.

mod not_placed;

use futures_util::future::try_join;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::question::{PlacementsAsOf, bind};
use super::{List, Waiting};
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::terms::Term as _;
use crate::projections::columns::{date, id, id_if_any};
use not_placed::not_placed;

const LISTED: &str = concat!(
    include_str!("queue/waiting.sql"),
    "select student, placement, school,
         (select s.class from student_register s where s.student = waiting.student) as class, first_day
     from waiting
     where case cast($5 as text) when 'unsigned' then unsigned when 'unamended' then unamended
         when 'awaiting_approval' then awaiting_approval when 'not_arrived' then not_arrived end = 1"
);
const COUNTED: &str = concat!(
    include_str!("queue/waiting.sql"),
    "select cast(coalesce(sum(unsigned), 0) as bigint) as unsigned,
         cast(coalesce(sum(unamended), 0) as bigint) as unamended,
         cast(coalesce(sum(awaiting_approval), 0) as bigint) as awaiting_approval,
         cast(coalesce(sum(not_arrived), 0) as bigint) as not_arrived
     from waiting"
);

/// What is on a list, the earliest first day first.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(readers: &AnyPool, question: &PlacementsAsOf, list: List) -> Result<Vec<Waiting>, sqlx::Error> {
    let mut waiting: Vec<Waiting> = match list.column() {
        None => not_placed(readers, question).await?,
        Some(column) => {
            let rows = bind(LISTED, question).bind(column).fetch_all(readers).await?;
            rows.iter().map(read).collect::<Result<_, _>>()?
        }
    };
    waiting.sort_by(|one, other| {
        let order = |of: &Waiting| (of.first_day, of.student, of.placement);
        (one.first_day, &one.school, &one.class, order(one)).cmp(&(
            other.first_day,
            &other.school,
            &other.class,
            order(other),
        ))
    });
    Ok(waiting)
}

fn read(row: &AnyRow) -> Result<Waiting, sqlx::Error> {
    Ok(Waiting {
        student: StudentId(id(row, 0)?),
        placement: id_if_any(row, 1)?.map(PlacementId),
        school: row.try_get(2)?,
        class: row.try_get(3)?,
        first_day: date(row, 4)?,
    })
}

/// How many entries each list has, in the order of `List::ENTRIES`.
///
/// # Errors
/// When the database cannot be read.
pub async fn queue(readers: &AnyPool, question: &PlacementsAsOf) -> Result<Vec<(List, i64)>, sqlx::Error> {
    let (not_placed, counted) =
        try_join(not_placed(readers, question), bind(COUNTED, question).fetch_one(readers)).await?;
    let count = |list: List| match list.column() {
        None => Ok(i64::try_from(not_placed.len()).unwrap_or(i64::MAX)),
        Some(column) => counted.try_get(column),
    };
    List::ENTRIES.iter().map(|entry| Ok((entry.value, count(entry.value)?))).collect()
}
