//! What rosters say of students, a row at a time, each in a batch of its own.

use gradtrail::app::App;
use gradtrail::app::request::Order;
use gradtrail::domain::ids::{BatchId, ClassName, SealedRevision, SpecialtyCode, StudentId};
use gradtrail::domain::statements::{Said, Source};
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::student::{Student, StudentCommand};
use gradtrail::domain::terms::{Gender, Route, Standing};
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::school;

/// Who is enrolled from the start.
pub fn student_row(code: &str, class: &str) -> StudentRow {
    StudentRow {
        school: school(code),
        class: ClassName::parse(class).unwrap(),
        specialty: SpecialtyCode::parse("700206").ok(),
        gender: Gender::Male,
        route: Some(Route::Regular),
        standing: Standing::Enrolled,
        since: None,
        corrects: false,
        identity: SealedRevision(1),
    }
}

pub fn said_of(row: StudentRow) -> Said<StudentRow> {
    let batch = BatchId(Uuid::new_v4());
    Said { batch, source: Source::School, said_on: date(2019, 9, 1), by: None, rows: vec![row] }
}

pub fn say_of(student: StudentId, row: StudentRow) -> Order {
    Order::Student { student, command: StudentCommand::Say { said: said_of(row) } }
}

/// A row that says what is on record, of no day.
pub async fn row_of(app: &App, student: StudentId) -> StudentRow {
    app.bring_up_to_date::<Student>(&[student.0]).await.unwrap();
    let (state, _) = app.load::<Student>(student.0).await.unwrap();
    let known = state.registered().unwrap().clone();
    StudentRow {
        school: known.registration.school,
        class: known.registration.class,
        specialty: known.registration.specialty,
        gender: known.registration.gender,
        route: known.registration.route,
        standing: known.standing,
        since: None,
        corrects: false,
        identity: known.identity,
    }
}

/// Another standing from a day on.
pub async fn stand(app: &App, student: StudentId, standing: Standing, on: Date) -> Order {
    say_of(student, StudentRow { standing, since: Some(on), ..row_of(app, student).await })
}

/// Another class from a day on.
pub async fn move_to(app: &App, student: StudentId, class: &str, on: Date) -> Order {
    let class = ClassName::parse(class).unwrap();
    say_of(student, StudentRow { class, since: Some(on), ..row_of(app, student).await })
}

/// The batch that said the latest of what stands of a student; the first said is number 0.
pub async fn batch_of(app: &App, student: StudentId, number: usize) -> BatchId {
    use gradtrail::domain::statements::timeline::What;
    let (state, _) = app.load::<Student>(student.0).await.unwrap();
    let said = state.timeline().moments().filter_map(|moment| match &moment.what {
        What::Said(said) => Some(said.batch),
        What::Noted(_) => None,
    });
    said.collect::<Vec<_>>()[number]
}
