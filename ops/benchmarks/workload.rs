//! The workload of the floors: six commands per graduate over three streams, each with its key, its guard where one is
//! needed, a sealed person, and all read models of the day.

use std::sync::atomic::{AtomicU64, Ordering};

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::App;
use gradtrail::app::actions::Command;
use gradtrail::app::people::guards;
use gradtrail::app::request::{Order, Request};
use gradtrail::app::school::{AddSchool, SchoolOrder};
use gradtrail::domain::evidence::EvidenceKind;
use gradtrail::domain::further_study::FurtherStudyCommand;
use gradtrail::domain::further_study::row::{EnrolmentRow, Institution, StudyRow};
use gradtrail::domain::ids::{BatchId, ClassName, SchoolCode, SealedRevision, SpecialtyCode, StaffId, StudentId};
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::outcome::row::DestinationRow;
use gradtrail::domain::outcome::statement::{DestinationKey, Whereabouts};
use gradtrail::domain::statements::review::ReviewStep;
use gradtrail::domain::statements::{Operation, Said, Source, Spoken};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::terms::{DestinationKind, Gender, Route, SchoolCategory, Standing, StudyChannel, StudyLevel};
use gradtrail::event_log::request::{GuardKey, GuardUse};
use gradtrail::people::{BlindField, Person, Sealed};
use gradtrail::refusal::Why;
use jiff::civil::date;

use crate::Fault;

/// Commands, and events, of one graduate.
pub const COMMANDS: usize = 6;
/// Schools over which graduates are spread.
pub const SCHOOLS: u64 = 23;

/// Makes document numbers that no two graduates of one process share.
static SERIAL: AtomicU64 = AtomicU64::new(0);

/// Whoever records in the workload.
pub fn caller() -> Caller {
    let staff = Staff { id: StaffId(uuid::Uuid::nil()), role: Role::Bureau, scope: Scope::City };
    Caller::operator_for(staff, "bench")
}

pub fn school(number: u64) -> Result<SchoolCode, Fault> {
    SchoolCode::parse(&format!("33{:06}", 70_000 + number % SCHOOLS)).map_err(|error| error.to_string().into())
}

/// Registers the schools; those of an earlier call stay as they are.
pub async fn open_schools(app: &App, caller: &Caller) -> Result<(), Fault> {
    for number in 0..SCHOOLS {
        let code = school(number)?;
        let (name, category) = (format!("学校{code}"), SchoolCategory::Public);
        let add = SchoolOrder::Add(AddSchool { code, name, category });
        app.run(caller, None, &Command::School(add)).await?;
    }
    Ok(())
}

/// The six requests of one new graduate, in order.
pub fn graduate(app: &App) -> Result<[Request; COMMANDS], Fault> {
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let student = StudentId(app.new_id());
    let school = school(serial)?;
    let enrolled = StudentRow {
        school: school.clone(),
        class: ClassName::parse(&format!("{}班", serial % 400)).map_err(|error| error.to_string())?,
        specialty: SpecialtyCode::parse(if serial.is_multiple_of(2) { "700206" } else { "710201" }).ok(),
        gender: if serial.is_multiple_of(3) { Gender::Female } else { Gender::Male },
        route: Some(Route::Regular),
        standing: Standing::Enrolled,
        since: None,
        corrects: false,
        identity: SealedRevision(1),
    };
    let (batch, source, by) = (BatchId(app.new_id()), Source::School, None);
    let graduated = StudentRow { standing: Standing::Graduated, since: Some(date(2022, 6, 30)), ..enrolled.clone() };
    let roster = |row| Said { batch, source, said_on: date(2022, 9, 1), by, rows: vec![row] };
    let register = StudentCommand::Register { said: roster(enrolled) };
    let graduated = StudentCommand::Say { said: roster(graduated) };
    let row = DestinationRow {
        salary_yuan: Spoken::Value(4_000),
        ..DestinationRow::new(DestinationKind::Enterprise, date(2022, 7, 1))
    };
    let statement = DestinationKey { source, starts_on: row.starts_on, at: Whereabouts::Kind(row.kind) };
    let said = Said { batch, source, said_on: date(2022, 9, 1), by, rows: vec![row] };
    // Who states may not verify, and all requests are of one caller.
    let attach = |kind, effective_on| {
        let step = ReviewStep::Attach { kind };
        OutcomeCommand::Review { statement, step, effective_on }
    };
    let contract = attach(EvidenceKind::LabourContract, date(2022, 7, 1));
    let insured = attach(EvidenceKind::SocialInsuranceRecord, date(2022, 10, 1));
    let enrolment = EnrolmentRow {
        institution: Institution(SealedRevision(2)),
        operation: Operation::State,
        channel: Some(StudyChannel::VocationalExam),
        level: Some(StudyLevel::JuniorCollege),
        admitted_on: Spoken::Value(date(2022, 8, 1)),
        registered_on: Spoken::Nothing,
        last_day: Spoken::Nothing,
        sealed: None,
        evidence: vec![],
        reported_on: None,
        heard_from: None,
    };
    let rows = vec![StudyRow::Enrolment(enrolment)];
    let admitted = FurtherStudyCommand::Say { said: Said { batch, source, said_on: date(2022, 9, 1), by, rows } };
    let assert = OutcomeCommand::Say { said };
    let document = format!("3307012004{serial:08}");
    let person = Sealed::Person(Person {
        name: "张三丰".to_owned(),
        document_number: Some(document.clone()),
        student_number: Some(format!("2019{serial:08}")),
        phone: Some("13905790000".to_owned()),
        ..Person::default()
    });
    let college = Sealed::College { name: "金华职业技术学院".to_owned(), specialty: None };
    let request = |step: usize, order: Order| Request::new(format!("bench:{}:{step}", student.0), "bench", vec![order]);
    let mut requests = [
        request(0, Order::Student { student, command: register }),
        request(1, Order::Student { student, command: graduated }),
        request(2, Order::Outcome { student, command: assert }),
        request(3, Order::Outcome { student, command: contract }),
        request(4, Order::Outcome { student, command: insured }),
        request(5, Order::FurtherStudy { student, command: admitted }),
    ];
    let key = app.people().blind_index(BlindField::DocumentNumber, &document);
    let guard = GuardKey { kind: guards::STUDENT.to_owned(), scope: school.as_str().to_owned(), key };
    requests[0].guards.push(GuardUse { guard, version: 0, set: Some(student.0.to_string()) });
    requests[0].rows.push(app.people().seal(student.0, 1, &person).map_err(Why::from)?);
    requests[5].rows.push(app.people().seal(student.0, 2, &college).map_err(Why::from)?);
    Ok(requests)
}
