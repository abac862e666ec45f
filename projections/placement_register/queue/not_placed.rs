//! Question: which students of the final classes have no placement on a day or later? The final classes of a school
//! without a plan are those in which anybody is placed. Students who are on leave, have left school or are exempted on
//! the day are left out. Unit: persons.
//!
//! A city's students are compared in memory: the database takes longer to look them up one by one than to name them
//! all.

use std::collections::HashSet;

use futures_util::future::{try_join_all, try_join4};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::super::Waiting;
use super::super::question::{PARTS, PlacementsAsOf, bind};
use crate::domain::ids::StudentId;
use crate::projections::columns::ids;
use crate::projections::{final_year, student_register};

const PLACED: &str = include_str!("placed.sql");
const OF_FINAL_CLASSES: &str = concat!(
    "with ",
    include_str!("../../final_year/plans.sql"),
    include_str!("final_classes.sql"),
    include_str!("students_of_classes.sql")
);
const OF_UNPLANNED_CLASSES: &str = concat!(
    "with ",
    include_str!("../../final_year/plans.sql"),
    include_str!("unplanned_classes.sql"),
    include_str!("students_of_classes.sql")
);

/// The first and the last school of a part of the city.
type Ends<'s> = (&'s String, &'s String);

/// A class with those of its students who are to be placed.
struct Class {
    school: String,
    class: String,
    students: Vec<StudentId>,
}

/// The students, in no order.
pub(super) async fn not_placed(readers: &AnyPool, question: &PlacementsAsOf) -> Result<Vec<Waiting>, sqlx::Error> {
    let schools = student_register::schools(readers, &question.scope).await?;
    let parts = schools.chunks(schools.len().div_ceil(PARTS).max(1));
    let parts: Vec<Ends> = parts.filter_map(|part| part.first().zip(part.last())).collect();
    let (placed, final_classes, planned, excused) = try_join4(
        try_join_all(parts.iter().map(|ends| placed(readers, question, *ends))),
        try_join_all(parts.iter().map(|ends| classes(readers, OF_FINAL_CLASSES, question, *ends))),
        final_year::planned_schools(readers, question.as_of, question.known_at),
        final_year::excused_students(readers, question.as_of, question.known_at),
    )
    .await?;
    let placed: HashSet<StudentId> = placed.into_iter().flatten().collect();
    let is_placed = |student: &StudentId| placed.contains(student);
    let mut asked_for = final_classes;
    if let Some(ends) = schools.first().zip(schools.last())
        && schools.iter().any(|school| !planned.contains(school))
    {
        let mut unplanned = classes(readers, OF_UNPLANNED_CLASSES, question, ends).await?;
        unplanned.retain(|class| class.students.iter().any(|one| is_placed(one) && !excused.contains(one)));
        asked_for.push(unplanned);
    }
    let waits = |student: &StudentId| !is_placed(student) && !excused.contains(student);
    Ok(asked_for.iter().flatten().flat_map(|class| class.waiting(waits)).collect())
}

impl Class {
    /// The students for whom `waits` is true.
    fn waiting(&self, waits: impl Fn(&StudentId) -> bool) -> impl Iterator<Item = Waiting> {
        self.students.iter().filter(move |student| waits(student)).map(|student| Waiting {
            student: *student,
            placement: None,
            school: self.school.clone(),
            class: self.class.clone(),
            first_day: None,
        })
    }
}

/// The students placed in the schools from the first to the last.
async fn placed(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    (first, last): Ends<'_>,
) -> Result<Vec<StudentId>, sqlx::Error> {
    let query = sqlx::query(PLACED).bind(question.as_of).bind(question.known_at);
    let mut placed = vec![];
    for row in query.bind(first.clone()).bind(last.clone()).fetch_all(readers).await? {
        placed.extend(ids(&row, 0)?.into_iter().map(StudentId));
    }
    Ok(placed)
}

/// The classes in the schools from the first to the last.
async fn classes(
    readers: &AnyPool,
    sql: &'static str,
    question: &PlacementsAsOf,
    (first, last): Ends<'_>,
) -> Result<Vec<Class>, sqlx::Error> {
    let rows = bind(sql, question).bind(first.clone()).bind(last.clone()).fetch_all(readers).await?;
    let class = |row: &AnyRow| {
        let students = ids(row, 2)?.into_iter().map(StudentId).collect();
        Ok(Class { school: row.try_get(0)?, class: row.try_get(1)?, students })
    };
    rows.iter().map(class).collect()
}
