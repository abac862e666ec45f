//! Rules of the further-study stream: given events, when a command, then events or a refusal.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::*;

const GRADUATED_ON: Option<Date> = Some(date(2022, 6, 30));
const JULY: Date = date(2022, 7, 20);
const SEPTEMBER: Date = date(2022, 9, 10);

fn enrolment() -> EnrolmentId {
    EnrolmentId(Uuid::from_u128(1))
}

fn admission(channel: StudyChannel) -> Admission {
    Admission { channel, level: StudyLevel::JuniorCollege, source: StatementSource::Staff, college: SealedRevision(2) }
}

fn record(channel: StudyChannel, registered_on: Option<Date>, left_on: Option<Date>) -> FurtherStudyCommand {
    let new = NewEnrolment {
        enrolment: enrolment(),
        admission: admission(channel),
        admitted_on: JULY,
        registered_on,
        left_on,
    };
    FurtherStudyCommand::RecordEnrolment { enrolment: new }
}

fn knowing(graduated_on: Option<Date>) -> TestFramework<FurtherStudy> {
    TestFramework::with(FurtherStudyFacts { graduated_on })
}

fn given(events: Vec<FurtherStudyEvent>) -> AggregateTestExecutor<FurtherStudy> {
    knowing(GRADUATED_ON).given(events)
}

fn admitted() -> FurtherStudyEvent {
    let admission = admission(StudyChannel::VocationalExam);
    FurtherStudyEvent::Admitted { enrolment: enrolment(), admission, effective_on: JULY }
}

fn registered() -> FurtherStudyEvent {
    FurtherStudyEvent::StudyRegistered { enrolment: enrolment(), effective_on: SEPTEMBER }
}

#[test]
fn an_admission_list_admits_and_a_later_one_registers() {
    let exam = StudyChannel::VocationalExam;
    given(vec![]).when(record(exam, None, None)).then_expect_events(vec![admitted()]);
    given(vec![admitted()]).when(record(exam, Some(SEPTEMBER), None)).then_expect_events(vec![registered()]);
    given(vec![admitted(), registered()]).when(record(exam, Some(SEPTEMBER), None)).then_expect_events(vec![]);
    // An empty cell takes nothing back.
    given(vec![admitted(), registered()]).when(record(exam, None, None)).then_expect_events(vec![]);
}

#[test]
fn who_comes_from_a_through_programme_is_converted() {
    let channel = StudyChannel::ThreePlusTwo;
    let approved = FurtherStudyEvent::ConversionApproved {
        enrolment: enrolment(),
        admission: admission(channel),
        effective_on: JULY,
    };
    given(vec![]).when(record(channel, None, None)).then_expect_events(vec![approved]);
}

#[test]
fn days_that_contradict_each_other_are_refused() {
    let exam = StudyChannel::VocationalExam;
    let (admitted_on, registered_on) = (JULY, date(2022, 7, 1));
    given(vec![])
        .when(record(exam, Some(registered_on), None))
        .then_expect_error(FurtherStudyRefusal::RegisteredBeforeAdmission { admitted_on, registered_on });
    given(vec![])
        .when(record(exam, None, Some(SEPTEMBER)))
        .then_expect_error(FurtherStudyRefusal::LeftWithoutRegistration { left_on: SEPTEMBER });
    let (registered_on, left_on) = (SEPTEMBER, SEPTEMBER);
    given(vec![admitted(), registered()])
        .when(record(exam, None, Some(left_on)))
        .then_expect_error(FurtherStudyRefusal::LeftBeforeRegistration { registered_on, left_on });
}

#[test]
fn who_has_not_graduated_has_no_further_study() {
    let exam = FurtherStudyCommand::RecordExam { result: ExamResult::Sat, effective_on: JULY };
    let enrolment = record(StudyChannel::VocationalExam, None, None);
    for command in [exam, enrolment] {
        knowing(None).given(vec![]).when(command).then_expect_error(FurtherStudyRefusal::NotGraduated);
    }
}

#[test]
fn an_exam_result_includes_the_steps_before_it_once() {
    let exam = |result| FurtherStudyCommand::RecordExam { result, effective_on: JULY };
    let sat = FurtherStudyEvent::ExamSat { effective_on: JULY };
    let qualified = |undergraduate| FurtherStudyEvent::ExamQualified { undergraduate, effective_on: JULY };
    given(vec![]).when(exam(ExamResult::Qualified)).then_expect_events(vec![sat.clone(), qualified(false)]);
    given(vec![sat.clone(), qualified(false)])
        .when(exam(ExamResult::QualifiedUndergraduate))
        .then_expect_events(vec![qualified(true)]);
    given(vec![sat, qualified(true)]).when(exam(ExamResult::Qualified)).then_expect_events(vec![]);
}

#[test]
fn a_withdrawn_enrolment_is_gone() {
    let withdraw = FurtherStudyCommand::WithdrawEnrolment { enrolment: enrolment(), effective_on: SEPTEMBER };
    let withdrawn = FurtherStudyEvent::EnrolmentWithdrawn { enrolment: enrolment(), effective_on: SEPTEMBER };
    given(vec![admitted()]).when(withdraw.clone()).then_expect_events(vec![withdrawn.clone()]);
    given(vec![admitted(), withdrawn]).when(withdraw).then_expect_error(FurtherStudyRefusal::NoSuchEnrolment);
}

#[test]
fn what_was_never_recorded_cannot_be_undone() {
    let undo = |version| FurtherStudyCommand::Undo { version, reason: UndoReason::Other, effective_on: SEPTEMBER };
    let undone = FurtherStudyEvent::Undone { version: 1, reason: UndoReason::Other, effective_on: SEPTEMBER };
    given(vec![admitted()]).when(undo(1)).then_expect_events(vec![undone]);
    given(vec![admitted()]).when(undo(2)).then_expect_error(FurtherStudyRefusal::NothingToUndo { version: 2 });
}
