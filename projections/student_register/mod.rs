//! The students of every school in two times: who is on the roster, in which class and specialty, with which standing.
//!
//! The rectangles are half open: known from one position to another, true from one epoch day to another. At any position
//! after the registration the rectangles of a student cover all days. Questions about the present ask for the last of
//! them.

mod folded;

use std::sync::OnceLock;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::OPEN_END;
use super::columns::{code, id, unreadable};
use super::rectangles::{OpenRectangle, ValidSpan, fold_into};
use crate::accounts::Scope;
use crate::domain::ids::{ClassName, SchoolCode, StudentId};
use crate::domain::terms::{Standing, Term};
use crate::domain::{Event, StreamType};
use crate::event_log::lookup::{LOOKUP_LEN, lookup_values, padded};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Index, Row, Storage, Table, TableColumn, Value, Writing};
use folded::{FoldedStudent, StudentDay};

/// The rectangles.
static TABLE: Table = Table {
    name: "student_register",
    columns: &[
        TableColumn::text("student"),
        TableColumn::int("known_from"),
        TableColumn::int("true_from"),
        TableColumn::int("known_to"),
        TableColumn::int("true_to"),
        TableColumn::text("school"),
        TableColumn::text("class"),
        TableColumn::text("specialty").or_null(),
        TableColumn::text("standing"),
        // The revision under which it is sealed who the student is; the same on all days.
        TableColumn::int("identity"),
        // 1 while the registration stands, 0 after it was undone.
        TableColumn::int("registered"),
        TableColumn::int("position"),
    ],
    key_len: 3,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[Index {
        name: "school",
        columns: "school, class, registered, known_to, true_to, known_from, true_from, standing",
        condition: None,
    }]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "student_register",
    fold_version: 3,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    needs: Needs::History { streams: &[StreamType::Student], subject },
    fold,
};

/// The student whose entry an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Student(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
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

/// A student's history, and the rectangles that are known now.
#[derive(Debug, Default)]
struct Tracked {
    student: FoldedStudent,
    open: Vec<OpenRectangle<ValidSpan<StudentDay>>>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    let Event::Student(event) = event else { return Ok(()) };
    let student = recorded.subject();
    let mut tracked: Box<Tracked> = rows.take_state(student)?;
    let spans = tracked.student.take(recorded.version.unsigned_abs(), event);
    fold_into(&mut tracked.open, spans, recorded.position, |rectangle, known_to| {
        rows.put(0, TABLE.key_len, row(rectangle, known_to, recorded));
    });
    rows.put_state(student, tracked);
    Ok(())
}

fn row(open: &OpenRectangle<ValidSpan<StudentDay>>, known_to: i64, recorded: &Recorded) -> Row {
    let ValidSpan { true_from, true_to, day } = &open.span;
    vec![
        Value::Text(recorded.stream_id.clone()),
        Value::Int(open.known_from),
        Value::Int(*true_from),
        Value::Int(known_to),
        Value::Int(*true_to),
        Value::text(day.school.as_str()),
        Value::text(day.class.as_str()),
        day.specialty.as_ref().map(|code| code.as_str().to_owned()).into(),
        day.standing.code().into(),
        Value::Int(i64::from(day.identity.0)),
        Value::Int(i64::from(day.is_registered)),
        Value::Int(recorded.position),
    ]
}

/// A student as the register lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStudent {
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub standing: Standing,
}

/// The students of a scope, or of one class in it, by school and class.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn students(
    readers: &AnyPool,
    scope: &Scope,
    class: Option<&ClassName>,
) -> Result<Vec<ListedStudent>, sqlx::Error> {
    // The school is compared with a range, because `$1 is null or school = $1` could not use the index.
    let rows = sqlx::query(
        "select student, school, class, standing from student_register
         where registered = 1 and known_to = $4 and true_to = $4
           and school between coalesce($1, '') and coalesce($1, 'z')
           and ($2 is null or class = $2) and ($3 is null or class = $3)
         order by school, class, student",
    )
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .bind(scope.class().map(|class| class.as_str().to_owned()))
    .bind(class.map(|class| class.as_str().to_owned()))
    .bind(OPEN_END)
    .fetch_all(readers)
    .await?;
    rows.iter().map(listed).collect()
}

/// A student as the register has one on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentOnDay {
    pub listed: ListedStudent,
    pub specialty: Option<String>,
}

/// The students of a scope as of a day and as known at a position, by school and class.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn students_on(
    readers: &AnyPool,
    scope: &Scope,
    (day, known_at): (i64, i64),
) -> Result<Vec<StudentOnDay>, sqlx::Error> {
    let sql = "select student, school, class, standing, specialty from student_register
         where registered = 1 and known_from <= $2 and known_to > $2 and true_from <= $1 and true_to > $1
           and school between coalesce($3, '') and coalesce($3, 'z') and ($4 is null or class = $4)
         order by school, class, student";
    let rows = sqlx::query(sql)
        .bind(day)
        .bind(known_at)
        .bind(scope.school().map(|school| school.as_str().to_owned()))
        .bind(scope.class().map(|class| class.as_str().to_owned()))
        .fetch_all(readers)
        .await?;
    rows.iter().map(|row| Ok(StudentOnDay { listed: listed(row)?, specialty: row.try_get(4)? })).collect()
}

/// A student; `None` if there is none, or it is outside the scope.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn student(
    readers: &AnyPool,
    scope: &Scope,
    student: StudentId,
) -> Result<Option<ListedStudent>, sqlx::Error> {
    let row = sqlx::query(
        "select student, school, class, standing from student_register
         where registered = 1 and known_to = $4 and true_to = $4
           and student = $1 and ($2 is null or school = $2) and ($3 is null or class = $3)",
    )
    .bind(student.0.to_string())
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .bind(scope.class().map(|class| class.as_str().to_owned()))
    .bind(OPEN_END)
    .fetch_optional(readers)
    .await?;
    row.as_ref().map(listed).transpose()
}

/// Those of these students who are in a scope, by school and class.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn among(
    readers: &AnyPool,
    scope: &Scope,
    students: &[StudentId],
) -> Result<Vec<ListedStudent>, sqlx::Error> {
    let mut found = vec![];
    for chunk in students.chunks(LOOKUP_LEN) {
        let sql = format!(
            "with k (id) as (values {}) select s.student, s.school, s.class, s.standing from k
             cross join student_register s
             where s.student = k.id and s.registered = 1 and s.known_to = $1 and s.true_to = $1
               and ($2 is null or s.school = $2) and ($3 is null or s.class = $3)",
            lookup_values(chunk.len(), 4)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(OPEN_END)
            .bind(scope.school().map(|school| school.as_str().to_owned()))
            .bind(scope.class().map(|class| class.as_str().to_owned()));
        for student in padded(chunk) {
            query = query.bind(student.map(|student| student.0.to_string()));
        }
        for row in query.fetch_all(readers).await? {
            found.push(listed(&row)?);
        }
    }
    found.sort_unstable_by(|one, other| {
        (&one.school, &one.class, one.student).cmp(&(&other.school, &other.class, other.student))
    });
    Ok(found)
}

fn listed(row: &AnyRow) -> Result<ListedStudent, sqlx::Error> {
    Ok(ListedStudent {
        student: StudentId(id(row, 0)?),
        school: row.try_get(1)?,
        class: row.try_get(2)?,
        standing: code(row, 3)?.ok_or_else(|| unreadable(3))?,
    })
}

/// The names of a school's classes, in their order.
///
/// # Errors
/// When the database cannot be read.
pub async fn classes(readers: &AnyPool, school: &SchoolCode) -> Result<Vec<String>, sqlx::Error> {
    let sql = "select distinct class from student_register
         where school = $1 and registered = 1 and known_to = $2 and true_to = $2 order by class";
    sqlx::query_scalar(sql).bind(school.as_str().to_owned()).bind(OPEN_END).fetch_all(readers).await
}

/// The schools of a scope that ever had a student, by code.
///
/// # Errors
/// When the database cannot be read.
pub async fn schools(readers: &AnyPool, scope: &Scope) -> Result<Vec<String>, sqlx::Error> {
    if let Some(school) = scope.school() {
        return Ok(vec![school.as_str().to_owned()]);
    }
    // This goes from each school to the next by the index, without reading the students between them.
    let sql = "with recursive schools (school) as (
            select min(school) from student_register
            union all
            select (select min(school) from student_register where school > schools.school)
            from schools where school is not null)
         select school from schools where school is not null order by school";
    sqlx::query_scalar(sql).fetch_all(readers).await
}

/// The students who are inside a scope now.
///
/// # Errors
/// When the database cannot be read, or holds a value that this program never writes.
pub async fn inside(readers: &AnyPool, scope: &Scope) -> Result<Vec<Uuid>, sqlx::Error> {
    let rows = sqlx::query(
        "select student from student_register
         where known_to = $3 and true_to = $3 and ($1 is null or school = $1) and ($2 is null or class = $2)",
    )
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .bind(scope.class().map(|class| class.as_str().to_owned()))
    .bind(OPEN_END)
    .fetch_all(readers)
    .await?;
    rows.iter().map(|row| id(row, 0)).collect()
}
