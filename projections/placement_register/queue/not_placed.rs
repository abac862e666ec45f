//! Question: which classes are to be placed, and which of their students have no placement on a day or later? Those are the
//! final classes of the school's plans; of a school without a plan the classes in which anybody is placed who has to be.
//! Students who are on leave, have left school or are exempted on the day are left out. Unit: persons.
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

/// A class with those of its students who are enrolled.
struct Class {
    school: String,
    class: String,
    students: Vec<StudentId>,
}

/// The classes that are to be placed, and who of them need not be.
pub(in super::super) struct ToPlace {
    classes: Vec<Class>,
    placed: HashSet<StudentId>,
    pub excused: HashSet<StudentId>,
}

/// The classes of the scope that are to be placed.
pub(in super::super) async fn to_place(readers: &AnyPool, question: &PlacementsAsOf) -> Result<ToPlace, sqlx::Error> {
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
    let mut classes_to_place: Vec<Class> = final_classes.into_iter().flatten().collect();
    if let Some(ends) = schools.first().zip(schools.last())
        && schools.iter().any(|school| !planned.contains(school))
    {
        let mut unplanned = classes(readers, OF_UNPLANNED_CLASSES, question, ends).await?;
        unplanned.retain(|class| class.students.iter().any(|one| placed.contains(one) && !excused.contains(one)));
        classes_to_place.append(&mut unplanned);
    }
    Ok(ToPlace { classes: classes_to_place, placed, excused })
}

impl ToPlace {
    /// School and name of each class.
    pub fn classes(&self) -> HashSet<(&str, &str)> {
        self.classes.iter().map(|class| (class.school.as_str(), class.class.as_str())).collect()
    }

    /// The students who have no placement, in no order.
    pub fn waiting(&self) -> Vec<Waiting> {
        let is_free = |student: &StudentId| !self.placed.contains(student) && !self.excused.contains(student);
        let students = self.classes.iter().flat_map(|class| class.students.iter().map(move |student| (class, student)));
        let waits = |(class, student): (&Class, &StudentId)| Waiting {
            student: *student,
            placement: None,
            school: class.school.clone(),
            class: class.class.clone(),
            first_day: None,
        };
        students.filter(|(_, student)| is_free(student)).map(waits).collect()
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
