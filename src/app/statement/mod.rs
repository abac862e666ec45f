//! Statements about a graduate one at a time: said as a file's row says it, reviewed, judged, chosen among others, shown.

pub mod input;
pub mod settle;
pub mod show;

use jiff::civil::Date;
use uuid::Uuid;

use super::failure::Failure;
use super::import::{FileResult, ImportFiles, may_speak};
use super::key::Call;
use super::request::{Order, Request};
use super::target::{StudentInfo, Target};
use super::{App, AppError, Done};
use crate::domain::Stream;
use crate::domain::further_study::statement::{EnrolmentKey, EnrolmentStatement};
use crate::domain::further_study::{FurtherStudy, FurtherStudyCommand};
use crate::domain::identity::IdentityNumber;
use crate::domain::ids::{InvitationId, SchoolCode, StudentId};
use crate::domain::outcome::statement::DestinationKey;
use crate::domain::outcome::{Outcome, OutcomeCommand, statement as destinations};
use crate::domain::statements::Source;
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::student::{RegisteredStudent, Student};
use crate::domain::terms::Term as _;
use crate::input::file::File;
use crate::intake::kind::{Column, Kind};
use crate::intake::rows::RowOperation;
use crate::people::Sealed;
use crate::text::names;
use input::{
    Act, ConflictOrder, OutcomeOrder, ResolveConflict, SayExam, SayOutcome, SayStudy, Spoken, Statement, StudentOrder,
    StudyOrder,
};

/// What became of an order about a statement.
#[derive(Debug)]
pub enum StatementAnswer {
    /// What became of the row that was said.
    Said(Box<FileResult>),
    Done(Done),
}

/// What a roster says of a specialty that no catalogue has.
const NOT_IN_CATALOGUE: &str = "未填报";
/// The name of the form in the list of imports.
const FORM: &str = "form.csv";

impl App {
    pub(super) async fn order_outcome(&self, call: Call<'_>, order: &OutcomeOrder) -> Result<StatementAnswer, Failure> {
        let effective_on = self.today();
        match order {
            OutcomeOrder::Say(say) => {
                may_speak(call.caller, say.spoken.source)?;
                self.say(call, &say.spoken, Kind::Outcomes, cells_of_outcome(say), None).await
            }
            OutcomeOrder::Review(review) => {
                let (student, statement) = self.destination(call, &review.statement).await?;
                let command = OutcomeCommand::Review { statement, step: review.reviewed.step()?, effective_on };
                self.order_one(call, Order::Outcome { student, command }).await
            }
            OutcomeOrder::Judge(judge) => {
                let (student, statement) = self.destination(call, &judge.statement).await?;
                let command = OutcomeCommand::JudgeOnSpecialty { statement, level: judge.level, effective_on };
                self.order_one(call, Order::Outcome { student, command }).await
            }
        }
    }

    pub(super) async fn order_study(&self, call: Call<'_>, order: &StudyOrder) -> Result<StatementAnswer, Failure> {
        match order {
            StudyOrder::Say(say) => {
                may_speak(call.caller, say.spoken.source)?;
                self.say(call, &say.spoken, Kind::FurtherStudy, cells_of_study(say), None).await
            }
            StudyOrder::Exam(say) => {
                may_speak(call.caller, say.spoken.source)?;
                self.say(call, &say.spoken, Kind::Exam, cells_of_exam(say), None).await
            }
            StudyOrder::Review(review) => {
                let (student, statement) = self.enrolment(call, &review.statement).await?;
                let (step, effective_on) = (review.reviewed.step()?, self.today());
                let command = FurtherStudyCommand::Review { statement, step, effective_on };
                self.order_one(call, Order::FurtherStudy { student, command }).await
            }
        }
    }

    pub(super) async fn order_conflict(
        &self,
        call: Call<'_>,
        order: &ConflictOrder,
    ) -> Result<StatementAnswer, Failure> {
        let ConflictOrder::Resolve(ResolveConflict { statement, study, reason }) = order;
        let (reason, effective_on) = (*reason, self.today());
        let order = if *study {
            let (student, chosen) = self.enrolment(call, statement).await?;
            Order::FurtherStudy {
                student,
                command: FurtherStudyCommand::ResolveConflict { chosen, reason, effective_on },
            }
        } else {
            let (student, chosen) = self.destination(call, statement).await?;
            Order::Outcome { student, command: OutcomeCommand::ResolveConflict { chosen, reason, effective_on } }
        };
        self.order_one(call, order).await
    }

    pub(super) async fn order_student(&self, call: Call<'_>, order: &StudentOrder) -> Result<StatementAnswer, Failure> {
        let (student, school) = match order {
            StudentOrder::CorrectNumber(order) => (&order.student, &order.school),
            StudentOrder::Standing(order) => (&order.student, &order.school),
        };
        let info = self.graduate(call, student, school.as_ref()).await?;
        self.bring_up_to_date::<Student>(&[info.student.0]).await?;
        let (state, _) = self.load::<Student>(info.student.0).await?;
        let registered = state.registered().ok_or(AppError::NotFound)?;
        let mut cells = cells_of_roster(registered, info.person.specialty_name.as_deref());
        match order {
            StudentOrder::CorrectNumber(order) => {
                // The number of a citizen says the gender.
                let stated = IdentityNumber::of_any(&order.number).is_ok_and(|number| number.gender().is_some());
                cells.retain(|(column, _)| *column != Column::StandingDay && !(stated && *column == Column::Gender));
                cells.extend(said([
                    (Column::DocumentKind, order.document_kind.map(|kind| kind.zh().to_owned())),
                    (Column::Document, Some(order.number.clone())),
                    (Column::FormerDocument, info.person.document_number.clone()),
                    (Column::StandingDay, registered.standing_since.map(day)),
                ]));
            }
            StudentOrder::Standing(order) => {
                cells.retain(|(column, _)| !matches!(column, Column::Standing | Column::StandingDay));
                cells.extend(said([
                    (Column::Document, info.person.document_number.clone()),
                    (Column::Standing, Some(order.standing.zh().to_owned())),
                    (Column::StandingDay, Some(day(order.on))),
                    (Column::Operation, order.correct.then(|| RowOperation::Correct.zh().to_owned())),
                ]));
            }
        }
        let spoken = Spoken { student: student.clone(), school: school.clone(), source: Source::School, said_on: None };
        self.say_of(call, &spoken, info, Kind::Roster, cells, None).await
    }

    async fn order_one(&self, call: Call<'_>, order: Order) -> Result<StatementAnswer, Failure> {
        let request = Request::new(call.key, call.asked, vec![order]);
        Ok(StatementAnswer::Done(self.execute(call.caller, request).await?))
    }

    /// What an answer says of a destination, whoever gave it.
    pub(super) async fn say_answered_outcome(
        &self,
        call: Call<'_>,
        say: &SayOutcome,
        of: InvitationId,
    ) -> Result<Box<FileResult>, Failure> {
        said_row(self.say(call, &say.spoken, Kind::Outcomes, cells_of_outcome(say), Some(of)).await?)
    }

    /// The same of further study.
    pub(super) async fn say_answered_study(
        &self,
        call: Call<'_>,
        say: &SayStudy,
        of: InvitationId,
    ) -> Result<Box<FileResult>, Failure> {
        said_row(self.say(call, &say.spoken, Kind::FurtherStudy, cells_of_study(say), Some(of)).await?)
    }

    /// One row, in a batch of its own, with the same meaning as in a file.
    async fn say(
        &self,
        call: Call<'_>,
        spoken: &Spoken,
        kind: Kind,
        cells: Vec<(Column, String)>,
        answer_of: Option<InvitationId>,
    ) -> Result<StatementAnswer, Failure> {
        let info = self.graduate(call, &spoken.student, spoken.school.as_ref()).await?;
        let mut row: Vec<(Column, String)> =
            info.person.document_number.iter().map(|number| (Column::Document, number.clone())).collect();
        row.extend(cells);
        self.say_of(call, spoken, info, kind, row, answer_of).await
    }

    async fn say_of(
        &self,
        call: Call<'_>,
        spoken: &Spoken,
        info: StudentInfo,
        kind: Kind,
        cells: Vec<(Column, String)>,
        answer_of: Option<InvitationId>,
    ) -> Result<StatementAnswer, Failure> {
        let person = &info.person;
        let mut row = vec![(Column::SchoolCode, info.school.as_str().to_owned()), (Column::Name, person.name.clone())];
        row.extend(person.student_number.iter().map(|number| (Column::StudentNumber, number.clone())));
        row.extend(cells);
        let (headings, values): (Vec<&str>, Vec<&str>) =
            row.iter().map(|(column, value)| (column.title(), value.as_str())).unzip();
        let input = ImportFiles {
            files: vec![File { name: FORM.to_owned(), bytes: table(&[headings, values])? }],
            kind: Some(kind),
            school: Some(info.school),
            source: spoken.source,
            said_on: spoken.said_on,
            again: true,
            // A row that is refused leaves no batch behind.
            all_or_nothing: true,
            ..ImportFiles::default()
        };
        let mut results = self.import_spoken(call.caller, &input, answer_of, &mut |_, _, _| ()).await?;
        let result = results.pop().ok_or(AppError::NotFound)?;
        Ok(StatementAnswer::Said(Box::new(result)))
    }

    /// The one graduate who is meant.
    pub(super) async fn graduate(
        &self,
        call: Call<'_>,
        student: &str,
        school: Option<&SchoolCode>,
    ) -> Result<StudentInfo, Failure> {
        let target = Target { student: Some(student.to_owned()), school: school.cloned(), ..Target::default() };
        let mut students = self.students_of(call.caller, &target).await?;
        Ok(students.pop().ok_or(AppError::NotFound)?)
    }

    /// The same without what is sealed of the person, so that an id needs no list of all; a stream of what is said of the
    /// graduate is in memory as it is now.
    async fn graduate_meant<A: Stream>(&self, call: Call<'_>, named: &Statement) -> Result<StudentId, Failure> {
        let (school, wanted) = (named.school.as_ref(), named.student.trim());
        if let Ok(id) = Uuid::parse_str(wanted) {
            self.bring_both_up_to_date::<Student, A>(&[id]).await?;
            return self.student_of_id(call.caller, StudentId(id), school).await;
        }
        let student = self.graduate(call, wanted, school).await?.student;
        self.bring_up_to_date::<A>(&[student.0]).await?;
        Ok(student)
    }

    /// The statement of a destination that is meant.
    async fn destination(&self, call: Call<'_>, named: &Statement) -> Result<(StudentId, DestinationKey), Failure> {
        let student = self.graduate_meant::<Outcome>(call, named).await?;
        let (outcome, _) = self.load::<Outcome>(student.0).await?;
        let is_meant = |known: &&destinations::Statement| (known.source, known.starts_on) == (named.source, named.from);
        let mut meant: Vec<_> = outcome.reading().statements.iter().filter(is_meant).collect();
        if let Some(at) = &named.at {
            let ids: Vec<Uuid> = meant.iter().filter_map(|known| Some(known.destination.employer?.0)).collect();
            let units = self.names(&ids).await?;
            let is_there = |known: &&destinations::Statement| {
                let unit = known.destination.employer.and_then(|employer| units.get(&employer.0));
                unit.is_some_and(|unit| names::key(unit) == names::key(at))
            };
            meant.retain(is_there);
        }
        match meant.as_slice() {
            [] => Err(AppError::from(StatementRefusal::NoSuchStatement).into()),
            [one] => Ok((student, one.key())),
            [_, _, ..] => Err(AppError::from(StatementRefusal::LeavesOpenWhich).into()),
        }
    }

    /// The enrolment that is meant.
    async fn enrolment(&self, call: Call<'_>, named: &Statement) -> Result<(StudentId, EnrolmentKey), Failure> {
        let student = self.graduate_meant::<FurtherStudy>(call, named).await?;
        let (study, _) = self.load::<FurtherStudy>(student.0).await?;
        let sealed = self.unsealed(&[student.0]).await?;
        let is_at =
            |known: &EnrolmentStatement, at: &String| match sealed.get(&(student.0, known.enrolment.institution.0.0)) {
                Some(Sealed::College { name, .. }) => names::key(name) == names::key(at),
                Some(_) | None => false,
            };
        let is_meant = |known: &&EnrolmentStatement| {
            let is_of_day = known.source == named.source && known.enrolment.on() == Some(named.from);
            is_of_day && named.at.as_ref().is_none_or(|at| is_at(known, at))
        };
        let meant: Vec<EnrolmentKey> =
            study.reading().enrolments.iter().filter(is_meant).filter_map(|known| known.key()).collect();
        match meant.as_slice() {
            [] => Err(AppError::from(StatementRefusal::NoSuchStatement).into()),
            [one] => Ok((student, *one)),
            [_, _, ..] => Err(AppError::from(StatementRefusal::LeavesOpenWhich).into()),
        }
    }
}

/// What became of the row.
fn said_row(answer: StatementAnswer) -> Result<Box<FileResult>, Failure> {
    match answer {
        StatementAnswer::Said(result) => Ok(result),
        StatementAnswer::Done(_) => Err(AppError::NotFound.into()), // Not what a row is answered.
    }
}

/// A text that the importer reads back as these cells.
fn table(rows: &[Vec<&str>]) -> Result<Vec<u8>, AppError> {
    let broken = |error: &dyn std::fmt::Display| AppError::Corrupt(error.to_string());
    let mut writer = csv::Writer::from_writer(vec![]);
    for row in rows {
        writer.write_record(row).map_err(|error| broken(&error))?;
    }
    writer.into_inner().map_err(|error| broken(&error))
}

fn day(day: Date) -> String {
    day.to_string()
}

fn said<const N: usize>(cells: [(Column, Option<String>); N]) -> Vec<(Column, String)> {
    cells.into_iter().filter_map(|(column, value)| Some((column, value?))).collect()
}

fn cells_of_act(act: &Act) -> Vec<(Column, String)> {
    said([
        (Column::Operation, act.operation.map(|operation| operation.zh().to_owned())),
        (Column::OperationReason, act.operation_reason.map(|reason| reason.zh().to_owned())),
        (Column::FormerDay, act.former_day.map(day)),
    ])
}

/// What is on record of a student, as a roster says it.
fn cells_of_roster(known: &RegisteredStudent, specialty_name: Option<&str>) -> Vec<(Column, String)> {
    let registration = &known.registration;
    let in_no_catalogue = || specialty_name.unwrap_or(NOT_IN_CATALOGUE).to_owned();
    said([
        (Column::Class, Some(registration.class.as_str().to_owned())),
        (Column::SpecialtyCode, registration.specialty.as_ref().map(|code| code.as_str().to_owned())),
        (Column::SpecialtyName, registration.specialty.is_none().then(in_no_catalogue)),
        (Column::Gender, Some(registration.gender.zh().to_owned())),
        (Column::Route, registration.route.map(|route| route.zh().to_owned())),
        (Column::Standing, Some(known.standing.zh().to_owned())),
        (Column::StandingDay, known.standing_since.map(day)),
    ])
}

fn cells_of_outcome(say: &SayOutcome) -> Vec<(Column, String)> {
    let mut cells = said([
        (Column::DestinationKind, Some(say.kind.zh().to_owned())),
        (Column::StartDay, Some(day(say.from))),
        (Column::EndDay, say.to.clone()),
        (Column::Employer, say.employer.clone()),
        (Column::CreditCode, say.code.clone()),
        (Column::Industry, say.industry.clone()),
        (Column::Place, say.place.clone()),
        (Column::Channel, say.channel.clone()),
        (Column::Salary, say.pay.clone()),
        (Column::Contract, say.contract.clone()),
        (Column::Insurance, say.insurance.clone()),
        (Column::Match, say.on_specialty.clone()),
        (Column::Evidence, say.evidence.clone()),
    ]);
    cells.extend(cells_of_act(&say.act));
    cells
}

fn cells_of_study(say: &SayStudy) -> Vec<(Column, String)> {
    let mut cells = said([
        (Column::StudyChannel, Some(say.channel.zh().to_owned())),
        (Column::StudyLevel, Some(say.level.zh().to_owned())),
        (Column::College, Some(say.college.clone())),
        (Column::CollegeSpecialty, say.specialty.clone()),
        (Column::AdmissionDay, say.admitted.map(day)),
        (Column::RegistrationDay, say.registered.map(day)),
        (Column::LeavingDay, say.to.clone()),
        (Column::Evidence, say.evidence.clone()),
    ]);
    cells.extend(cells_of_act(&say.act));
    cells
}

fn cells_of_exam(say: &SayExam) -> Vec<(Column, String)> {
    let mut cells = said([
        (Column::ExamName, Some(say.exam.zh().to_owned())),
        (Column::ExamDay, say.on.map(day)),
        (Column::ExamSat, Some("是".to_owned())),
        (Column::ExamResult, say.result.map(|result| result.zh().to_owned())),
    ]);
    cells.extend(cells_of_act(&say.act));
    cells
}
