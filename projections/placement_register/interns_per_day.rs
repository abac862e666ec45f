//! Question: as known at a position, how many students are at work at an employer on each day? Unit: persons; the city
//! gets the bare total over all schools, a school and its classes the school's own.

use std::ops::RangeInclusive;

use sqlx::{AnyPool, Row as _};

use crate::accounts::Scope;
use crate::domain::ids::EmployerId;

/// Students at work there, for every epoch day asked for.
pub async fn interns_per_day(
    readers: &AnyPool,
    employer: EmployerId,
    days: RangeInclusive<i64>,
    known_at: i64,
    scope: &Scope,
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    let rows = sqlx::query(include_str!("interns_per_day.sql"))
        .bind(*days.start())
        .bind(*days.end())
        .bind(known_at)
        .bind(employer.0.to_string())
        .bind(scope.school().map(|school| school.as_str().to_owned()))
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
