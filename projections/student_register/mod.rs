//! The students of every school as they are now: who is on the roster, in which class, with which standing.

use std::sync::OnceLock;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::columns::{code, id, unreadable};
use crate::accounts::Scope;
use crate::domain::Event;
use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, SchoolCode, StudentId};
use crate::domain::student::{RegisteredStudent, StudentStage, evolve};
use crate::domain::terms::{Standing, Term};
use crate::event_log::projector::{FoldError, Model, Needs, RowKey, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Index, Row, Storage, Table, TableColumn, Value, Writing};

/// A row for each student.
static TABLE: Table = Table {
    name: "student_register",
    columns: &[
        TableColumn::text("student"),
        TableColumn::text("school"),
        TableColumn::text("class"),
        TableColumn::text("specialty").or_null(),
        TableColumn::text("gender"),
        TableColumn::text("route"),
        TableColumn::text("standing"),
        // Epoch day.
        TableColumn::int("standing_since"),
        TableColumn::int("identity"),
        // 1 while the registration stands, 0 after it was undone.
        TableColumn::int("registered"),
        TableColumn::int("position"),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[Index {
        name: "school",
        columns: "school, class, registered, standing, standing_since",
        condition: None,
    }]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "student_register",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&TABLE],
    needs: Needs::Rows { keys, begins: |recorded| recorded.version == 1 },
    fold,
};

fn keys(recorded: &Recorded, event: &Event) -> Vec<RowKey> {
    match event {
        Event::Student(_) => vec![(0, vec![Value::Text(recorded.stream_id.clone())])],
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
        | Event::Account(_)
        | Event::Log(_) => {
            vec![]
        }
    }
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    use crate::domain::student::StudentEvent;
    let Event::Student(event) = event else { return Ok(()) };
    let key = [Value::Text(recorded.stream_id.clone())];
    let before = rows.get(0, &key).cloned();
    if let StudentEvent::Undone { stands, .. } = event {
        let undone = before.map(|mut row| {
            row[9] = Value::Int(0);
            row[10] = Value::Int(recorded.position);
            row
        });
        if let Some(row) = stands.as_ref().map(|registered| to_row(registered, recorded)).or(undone) {
            rows.put(0, TABLE.key_len, row);
        }
        return Ok(());
    }
    let stage = match &before {
        Some(row) if row[9].int() == 1 => StudentStage::Registered(from_row(row)?),
        Some(_) | None => StudentStage::Unregistered,
    };
    if let StudentStage::Registered(registered) = evolve(stage, event) {
        rows.put(0, TABLE.key_len, to_row(&registered, recorded));
    }
    Ok(())
}

fn to_row(registered: &RegisteredStudent, recorded: &Recorded) -> Row {
    let registration = &registered.registration;
    vec![
        Value::Text(recorded.stream_id.clone()),
        Value::text(registration.school.as_str()),
        Value::text(registration.class.as_str()),
        registration.specialty.as_ref().map(|code| code.as_str().to_owned()).into(),
        registration.gender.code().into(),
        registration.route.code().into(),
        registered.standing.code().into(),
        Value::Int(epoch_day(registered.standing_since)),
        Value::Int(i64::from(registered.identity.0)),
        Value::Int(1),
        Value::Int(recorded.position),
    ]
}

fn from_row(row: &Row) -> Result<RegisteredStudent, FoldError> {
    read_row(row).ok_or_else(|| FoldError("a row of the student register cannot be read".to_owned()))
}

fn read_row(row: &Row) -> Option<RegisteredStudent> {
    use crate::domain::ids::{SealedRevision, SpecialtyCode};
    use crate::domain::student::StudentRegistration;
    use crate::domain::terms::{Gender, Route};
    Some(RegisteredStudent {
        registration: StudentRegistration {
            school: SchoolCode::parse(row[1].as_text()?).ok()?,
            class: ClassName::parse(row[2].as_text()?).ok()?,
            specialty: row[3].as_text().and_then(|code| SpecialtyCode::parse(code).ok()),
            gender: Gender::from_code(row[4].as_text()?)?,
            route: Route::from_code(row[5].as_text()?)?,
        },
        identity: SealedRevision(u32::try_from(row[8].int()).ok()?),
        standing: Standing::from_code(row[6].as_text()?)?,
        standing_since: crate::domain::day::from_epoch_day(row[7].int())?,
    })
}

/// A student as the register lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStudent {
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub standing: Standing,
    /// Epoch day.
    pub standing_since: i64,
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
        "select student, school, class, standing, standing_since from student_register
         where registered = 1 and school between coalesce($1, '') and coalesce($1, 'z')
           and ($2 is null or class = $2) and ($3 is null or class = $3)
         order by school, class, student",
    )
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .bind(scope.class().map(|class| class.as_str().to_owned()))
    .bind(class.map(|class| class.as_str().to_owned()))
    .fetch_all(readers)
    .await?;
    rows.iter().map(listed).collect()
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
        "select student, school, class, standing, standing_since from student_register
         where registered = 1 and student = $1 and ($2 is null or school = $2) and ($3 is null or class = $3)",
    )
    .bind(student.0.to_string())
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .bind(scope.class().map(|class| class.as_str().to_owned()))
    .fetch_optional(readers)
    .await?;
    row.as_ref().map(listed).transpose()
}

fn listed(row: &AnyRow) -> Result<ListedStudent, sqlx::Error> {
    Ok(ListedStudent {
        student: StudentId(id(row, 0)?),
        school: row.try_get(1)?,
        class: row.try_get(2)?,
        standing: code(row, 3)?.ok_or_else(|| unreadable(3))?,
        standing_since: row.try_get(4)?,
    })
}

/// The names of a school's classes, in their order.
///
/// # Errors
/// When the database cannot be read.
pub async fn classes(readers: &AnyPool, school: &SchoolCode) -> Result<Vec<String>, sqlx::Error> {
    let sql = "select distinct class from student_register where registered = 1 and school = $1 order by class";
    sqlx::query_scalar(sql).bind(school.as_str().to_owned()).fetch_all(readers).await
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

/// Whether a student is inside a scope.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_inside(readers: &AnyPool, scope: &Scope, student: Uuid) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(
        "select count(*) from student_register
         where student = $3 and ($1 is null or school = $1) and ($2 is null or class = $2)",
    )
    .bind(scope.school().map(|school| school.as_str().to_owned()))
    .bind(scope.class().map(|class| class.as_str().to_owned()))
    .bind(student.to_string())
    .fetch_one(readers)
    .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}
