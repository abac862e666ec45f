//! Question: which students of the final classes have no placement on a day or later? Where a school has no plan, its final
//! classes are those of which anybody is placed. Who is on leave, has left school or is exempted on the day is not asked for.
//! Unit: persons.
//!
//! A city's students are compared in memory: the database takes longer to look one up than to name all of them.

use std::collections::HashSet;

use futures_util::future::{try_join, try_join_all, try_join3};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::super::who_is_where::{PARTS, Question, bind};
use super::Waiting;
use crate::domain::ids::StudentId;
use crate::projections::columns::unreadable;
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

/// Bytes of an id as text.
const ID_LEN: usize = 36;

/// A class with those of its students who are to be placed.
struct Class {
    school: String,
    class: String,
    students: Vec<StudentId>,
}

/// In no order.
pub(super) async fn not_placed(readers: &AnyPool, question: &Question) -> Result<Vec<Waiting>, sqlx::Error> {
    let (schools, planned, excused) = try_join3(
        student_register::schools(readers, &question.scope),
        final_year::planned_schools(readers, question.as_of, question.known_at),
        final_year::excused_students(readers, question.as_of, question.known_at),
    )
    .await?;
    let parts = schools.chunks(schools.len().div_ceil(PARTS).max(1));
    let waiting = parts.map(|schools| not_placed_of(readers, question, schools, &planned, &excused));
    Ok(try_join_all(waiting).await?.into_iter().flatten().collect())
}

/// The same of some schools, in their order.
async fn not_placed_of(
    readers: &AnyPool,
    question: &Question,
    schools: &[String],
    planned: &HashSet<String>,
    excused: &HashSet<StudentId>,
) -> Result<Vec<Waiting>, sqlx::Error> {
    let Some(ends) = schools.first().zip(schools.last()) else { return Ok(vec![]) };
    let (placed, mut classes) =
        try_join(placed(readers, question, ends), classes_of(readers, OF_FINAL_CLASSES, question, ends)).await?;
    if schools.iter().any(|school| !planned.contains(school)) {
        let is_placed = |student: &StudentId| placed.contains(student) && !excused.contains(student);
        let unplanned = classes_of(readers, OF_UNPLANNED_CLASSES, question, ends).await?;
        classes.extend(unplanned.into_iter().filter(|class| class.students.iter().any(is_placed)));
    }
    let waits = |student: &StudentId| !placed.contains(student) && !excused.contains(student);
    Ok(classes.iter().flat_map(|class| class.waiting(waits)).collect())
}

impl Class {
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
    question: &Question,
    (first, last): (&String, &String),
) -> Result<HashSet<StudentId>, sqlx::Error> {
    let query = sqlx::query(PLACED).bind(question.as_of).bind(question.known_at);
    let mut placed = HashSet::new();
    for row in query.bind(first.clone()).bind(last.clone()).fetch_all(readers).await? {
        placed.extend(students(&row, 0)?);
    }
    Ok(placed)
}

async fn classes_of(
    readers: &AnyPool,
    sql: &'static str,
    question: &Question,
    (first, last): (&String, &String),
) -> Result<Vec<Class>, sqlx::Error> {
    let rows = bind(sql, question).bind(first.clone()).bind(last.clone()).fetch_all(readers).await?;
    let class =
        |row: &AnyRow| Ok(Class { school: row.try_get(0)?, class: row.try_get(1)?, students: students(row, 2)? });
    rows.iter().map(class).collect()
}

/// The students whose ids a column holds, one behind the other.
fn students(row: &AnyRow, column: usize) -> Result<Vec<StudentId>, sqlx::Error> {
    let ids: Option<String> = row.try_get(column)?;
    let ids = ids.unwrap_or_default();
    let student = |id: &[u8]| Uuid::try_parse_ascii(id).map(StudentId).map_err(|_| unreadable(column));
    ids.as_bytes().chunks(ID_LEN).map(student).collect()
}
