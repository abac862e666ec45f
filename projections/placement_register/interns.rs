//! Questions: as known at a position, how many students are at work at a unit on each day, and at each unit on one day?
//! Unit: persons. Every school may know the bare total over all schools, because the rules limit how many interns a
//! unit may have; a school and its classes get the school's own number beside it.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use sqlx::{AnyPool, Row as _};

use super::question::PlacementsAsOf;
use crate::accounts::Scope;
use crate::domain::ids::EmployerId;
use crate::projections::columns::id;

/// Students at work at a unit on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interns {
    /// Of the school that asks; if the city asks, of all schools.
    pub own: i64,
    /// Of all schools.
    pub total: i64,
}

/// The students at work at each unit that has any. Those at a unit that was merged away count for the unit that it is
/// part of.
///
/// # Errors
/// When the database cannot be read.
pub async fn interns_on_day(
    readers: &AnyPool,
    question: &PlacementsAsOf,
) -> Result<HashMap<EmployerId, Interns>, sqlx::Error> {
    let sql = concat!(
        "with recursive ",
        include_str!("../employer_directory/survivors.sql"),
        ", ",
        include_str!("known.sql"),
        include_str!("interns_on_day.sql")
    );
    let rows = sqlx::query(sql)
        .bind(question.as_of)
        .bind(question.known_at)
        .bind(question.scope.school().map(|school| school.as_str().to_owned()))
        .fetch_all(readers)
        .await?;
    let interns = |row: &sqlx::any::AnyRow| {
        Ok((EmployerId(id(row, 0)?), Interns { total: row.try_get(1)?, own: row.try_get(2)? }))
    };
    rows.iter().map(interns).collect()
}

/// How many students of a scope's school are at work at a unit, for every epoch day asked for: (day, students).
///
/// # Errors
/// When the database cannot be read.
pub async fn interns_per_day(
    readers: &AnyPool,
    employer: EmployerId,
    days: RangeInclusive<i64>,
    known_at: i64,
    scope: &Scope,
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    let sql = concat!(
        "with recursive ",
        include_str!("../employer_directory/survivors.sql"),
        ", ",
        include_str!("known.sql"),
        include_str!("interns_per_day.sql")
    );
    let rows = sqlx::query(sql)
        .bind(*days.start())
        .bind(known_at)
        .bind(scope.school().map(|school| school.as_str().to_owned()))
        .bind(employer.0.to_string())
        .bind(*days.end())
        .fetch_all(readers)
        .await?;
    let mut stretches = Vec::with_capacity(rows.len());
    for row in rows {
        let (from, to, interns): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        stretches.push((from..to, interns));
    }
    let at_work = |day: i64| stretches.iter().filter(|(days, _)| days.contains(&day)).map(|(_, interns)| interns).sum();
    Ok(days.map(|day| (day, at_work(day))).collect())
}
