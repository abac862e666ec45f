//! Question: as of a day and as known at a position, what waits to be done? Each count is the length of its list,
//! because both come from the same condition over the same placements.

mod not_placed;

use futures_util::future::try_join3;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, Row as _};

use super::question::{PlacementsAsOf, bind};
use super::{List, Waiting};
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::terms::Term as _;
use crate::projections::columns::{date, id, id_if_any};
pub(super) use not_placed::to_place;

const LISTED: &str = concat!(
    include_str!("queue/waiting.sql"),
    "select student, placement, school,
         (select s.class from student_register s where s.student = waiting.student
             and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $1 and s.true_to > $1) as class, first_day
     from waiting
     where case cast($5 as text) when 'unsigned' then unsigned when 'unamended' then unamended
         when 'awaiting_approval' then awaiting_approval when 'not_arrived' then not_arrived end = 1"
);
const NOT_ENROLLED: &str = concat!("with ", include_str!("known.sql"), include_str!("queue/not_enrolled.sql"));
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
    let mut waiting: Vec<Waiting> = match (list, list.column()) {
        (List::NotPlaced, _) => to_place(readers, question).await?.waiting(),
        (_, Some(column)) => read_all(bind(LISTED, question).bind(column), readers).await?,
        (_, None) => not_enrolled(readers, question).await?,
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

/// Who is at work, though on leave, gone or deceased.
async fn not_enrolled(readers: &AnyPool, question: &PlacementsAsOf) -> Result<Vec<Waiting>, sqlx::Error> {
    read_all(bind(NOT_ENROLLED, question), readers).await
}

async fn read_all(query: Query<'_, Any, AnyArguments>, readers: &AnyPool) -> Result<Vec<Waiting>, sqlx::Error> {
    query.fetch_all(readers).await?.iter().map(read).collect()
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
    let (to_place, not_enrolled, counted) = try_join3(
        to_place(readers, question),
        not_enrolled(readers, question),
        bind(COUNTED, question).fetch_one(readers),
    )
    .await?;
    let length = |of: &[Waiting]| Ok(i64::try_from(of.len()).unwrap_or(i64::MAX));
    let count = |list: List| match (list, list.column()) {
        (List::NotPlaced, _) => length(&to_place.waiting()),
        (_, Some(column)) => counted.try_get(column),
        (_, None) => length(&not_enrolled),
    };
    List::ENTRIES.iter().map(|entry| Ok((entry.value, count(entry.value)?))).collect()
}
