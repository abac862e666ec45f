//! An event of every kind about a graduate: as a student, where they are, what they study.

use gradtrail::domain::evidence::{EvidenceKind, EvidenceLevel, HeardFrom};
use gradtrail::domain::further_study::FurtherStudyEvent;
use gradtrail::domain::further_study::row::{EnrolmentRow, Institution, SittingRow, StudyRow};
use gradtrail::domain::further_study::statement::EnrolmentKey;
use gradtrail::domain::ids::{BatchId, ClassName, EmployerId, SealedRevision, SpecialtyCode};
use gradtrail::domain::outcome::OutcomeEvent;
use gradtrail::domain::outcome::row::DestinationRow;
use gradtrail::domain::outcome::statement::{DestinationKey, Whereabouts};
use gradtrail::domain::statements::review::ReviewStep;
use gradtrail::domain::statements::{Confirmation, Operation, Said, Source, Spoken, StatementReason};
use gradtrail::domain::student::StudentEvent;
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::terms::{
    Channel, DestinationKind, Exam, ExamResult, Gender, Industry, Insurance, JobPlace, LabourContract, Route,
    SpecialtyMatch, Standing, StudyChannel, StudyLevel,
};
use gradtrail::domain::{ErasureReason, UndoReason};
use jiff::civil::date;

use super::{by, id};
use crate::support::school;

pub fn student_row() -> StudentRow {
    StudentRow {
        school: school("33070001"),
        class: ClassName::parse("高三汽修2班").unwrap(),
        specialty: SpecialtyCode::parse("700206").ok(),
        gender: Gender::Male,
        route: Some(Route::Integrated),
        standing: Standing::Graduated,
        since: Some(date(2022, 6, 30)),
        corrects: true,
        identity: SealedRevision(1),
    }
}

pub fn students() -> Vec<StudentEvent> {
    let (on, batch) = (date(2022, 6, 30), BatchId(id(1)));
    let said = Said { batch, source: Source::School, said_on: on, by: by(), rows: vec![student_row()] };
    let also = vec![Confirmation { at: 2, said: said.clone() }];
    vec![
        StudentEvent::Said { said, effective_on: on },
        StudentEvent::BatchUndone { batch, reason: UndoReason::WrongFile, also, effective_on: on },
        StudentEvent::PersonErased { reason: ErasureReason::Request, effective_on: on },
    ]
}

pub fn outcomes() -> Vec<OutcomeEvent> {
    let (on, batch, employer) = (date(2022, 7, 1), BatchId(id(1)), EmployerId(id(3)));
    let row = DestinationRow {
        employer: Spoken::Value(employer),
        industry: Spoken::Value(Industry::C),
        place: Spoken::Value(JobPlace::Local),
        channel: Spoken::Value(Channel::School),
        salary_yuan: Spoken::Value(4200),
        contract: Spoken::Value(LabourContract::UpTo1Year),
        insurance: Spoken::Value(Insurance::Five),
        last_day: Spoken::None,
        on_specialty: Spoken::Value(SpecialtyMatch::Near),
        evidence: vec![EvidenceKind::LabourContract],
        reported_on: Some(on),
        heard_from: Some(HeardFrom::Graduate),
        ..DestinationRow::new(DestinationKind::Enterprise, on)
    };
    let (reason, effective_on) = (StatementReason::EntryError, on);
    let operations = [
        Operation::Withdraw { reason },
        Operation::Restore { reason },
        Operation::Move { from: date(2022, 8, 1), reason },
    ];
    let rows = std::iter::once(row.clone())
        .chain(operations.map(|operation| DestinationRow { operation, ..DestinationRow::new(row.kind, on) }))
        .collect();
    let said = Said { batch, source: Source::Institution, said_on: on, by: by(), rows };
    let statement = DestinationKey { source: Source::School, starts_on: on, at: Whereabouts::Employer(employer) };
    let reviewed = |step| OutcomeEvent::StatementReviewed { statement, step, by: by(), effective_on };
    let rows = vec![DestinationRow::new(DestinationKind::Seeking, on)];
    let confirmed = Said { batch, source: Source::Institution, said_on: on, by: by(), rows };
    let resolution = r#"{"chosen":{"source":"school","starts_on":"2022-07-01","at":{"kind":"freelance"}},
        "as_seen":{"kind":"freelance"},"seen":[{"source":"school","starts_on":"2022-07-01","at":{"kind":"freelance"}},
        {"source":"bureau","starts_on":"2022-07-01","at":{"kind":"seeking"}}]}"#;
    let resolution = serde_json::from_str(resolution).unwrap();
    vec![
        OutcomeEvent::Said { said, effective_on },
        OutcomeEvent::BatchUndone {
            batch,
            reason: UndoReason::Other,
            also: vec![Confirmation { at: 1, said: confirmed }],
            effective_on,
        },
        reviewed(ReviewStep::Attach { kind: EvidenceKind::LabourContract }),
        OutcomeEvent::OnSpecialtyJudged { statement, level: SpecialtyMatch::Near, by: by(), effective_on },
        OutcomeEvent::ConflictResolved { resolution, reason, by: by(), effective_on },
    ]
}

pub fn studies() -> Vec<FurtherStudyEvent> {
    let (on, batch) = (date(2022, 9, 10), BatchId(id(5)));
    let institution = Institution(SealedRevision(2));
    let enrolment = StudyRow::Enrolment(EnrolmentRow {
        institution,
        operation: Operation::State,
        channel: Some(StudyChannel::VocationalExam),
        level: Some(StudyLevel::JuniorCollege),
        admitted_on: Spoken::Value(date(2022, 8, 1)),
        registered_on: Spoken::Value(on),
        last_day: Spoken::Value(date(2022, 11, 20)),
        sealed: Some(SealedRevision(3)),
        evidence: vec![EvidenceKind::EnrolmentRecord],
        reported_on: Some(on),
        heard_from: Some(HeardFrom::IndependentList),
    });
    let sitting = StudyRow::Sitting(SittingRow {
        exam: Exam::Vocational,
        on: Some(date(2022, 6, 18)),
        operation: Operation::State,
        result: Spoken::Value(ExamResult::QualifiedUndergraduate),
        reported_on: None,
    });
    let said = Said { batch, source: Source::Institution, said_on: on, by: by(), rows: vec![enrolment, sitting] };
    let statement = EnrolmentKey { source: Source::Institution, institution, on };
    let (step, reason) = (ReviewStep::Verify { level: EvidenceLevel::L2 }, StatementReason::Other);
    let resolution = r#"{"chosen":{"source":"school","institution":2,"on":"2022-09-10"},
        "as_seen":{"institution":2,"channel":"vocational_exam","level":"junior_college","registered_on":"2022-09-10",
        "sealed":2},"seen":[{"source":"school","institution":2,"on":"2022-09-10"}],
        "beside":[{"source":"school","starts_on":"2022-07-01","at":{"kind":"freelance"}}]}"#;
    let resolution = serde_json::from_str(resolution).unwrap();
    vec![
        FurtherStudyEvent::Said { said, effective_on: on },
        FurtherStudyEvent::BatchUndone { batch, reason: UndoReason::EntryError, also: vec![], effective_on: on },
        FurtherStudyEvent::StatementReviewed { statement, step, by: by(), effective_on: on },
        FurtherStudyEvent::ConflictResolved { resolution, reason, by: by(), effective_on: on },
    ]
}
