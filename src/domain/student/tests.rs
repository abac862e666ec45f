//! Rules of the student stream: given events, when a command, then events or a refusal.

use cqrs_es::Aggregate as _;
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;

use super::standing::Absence;
use super::*;

const ENROLLED_ON: Date = date(2019, 9, 1);
const GRADUATED_ON: Date = date(2022, 6, 30);
const TODAY: Date = date(2026, 12, 31);

fn registration() -> StudentRegistration {
    StudentRegistration {
        school: SchoolCode::parse("33070001").unwrap(),
        class: ClassName::parse("1班").unwrap(),
        specialty: None,
        gender: Gender::Female,
        route: Route::Regular,
    }
}

fn registered() -> StudentEvent {
    StudentEvent::StudentRegistered {
        registration: registration(),
        identity: SealedRevision(1),
        effective_on: ENROLLED_ON,
    }
}

fn graduated() -> StudentEvent {
    StudentEvent::GraduationConfirmed { effective_on: GRADUATED_ON }
}

/// The days of the student's placements.
fn with_taken(taken: Vec<Period>) -> TestFramework<Student> {
    TestFramework::with(StudentFacts { today: TODAY, taken })
}

fn given(events: Vec<StudentEvent>) -> AggregateTestExecutor<Student> {
    with_taken(vec![]).given(events)
}

fn record(standing: Standing, effective_on: Date) -> StudentCommand {
    StudentCommand::RecordStanding { standing, effective_on }
}

#[test]
fn a_student_is_registered_once() {
    let register = StudentCommand::Register {
        registration: registration(),
        identity: SealedRevision(1),
        effective_on: ENROLLED_ON,
    };
    given(vec![]).when(register.clone()).then_expect_events(vec![registered()]);
    given(vec![registered()]).when(register).then_expect_error(StudentRefusal::AlreadyRegistered);
}

#[test]
fn nothing_happens_to_somebody_who_is_not_registered() {
    given(vec![]).when(record(Standing::Graduated, GRADUATED_ON)).then_expect_error(StudentRefusal::NotRegistered);
}

#[test]
fn a_graduate_cannot_withdraw_but_the_record_can_be_corrected() {
    let (standing, since, given_standing) = (Standing::Graduated, GRADUATED_ON, Standing::Withdrawn);
    given(vec![registered(), graduated()])
        .when(record(Standing::Withdrawn, GRADUATED_ON))
        .then_expect_error(StudentRefusal::AlreadyLeft { standing, since, given: given_standing });
    let correct = StudentCommand::CorrectStanding { standing: Standing::Withdrawn, effective_on: GRADUATED_ON };
    let corrected = StudentEvent::StandingCorrected { standing: Standing::Withdrawn, effective_on: GRADUATED_ON };
    given(vec![registered(), graduated()]).when(correct).then_expect_events(vec![corrected]);
}

#[test]
fn the_same_standing_again_is_nothing_to_do() {
    given(vec![registered(), graduated()]).when(record(Standing::Graduated, GRADUATED_ON)).then_expect_events(vec![]);
}

#[test]
fn nobody_has_left_school_on_a_day_that_has_not_come() {
    let (on, today) = (date(2027, 1, 1), TODAY);
    let correct = |standing| StudentCommand::CorrectStanding { standing, effective_on: on };
    for standing in [Standing::Graduated, Standing::Completed, Standing::TransferredOut, Standing::Deceased] {
        let refusal = StudentRefusal::StandingAhead { given: standing, on, today };
        given(vec![registered()]).when(record(standing, on)).then_expect_error(refusal.clone());
        given(vec![registered(), graduated()]).when(correct(standing)).then_expect_error(refusal);
    }
    let confirmed = StudentEvent::GraduationConfirmed { effective_on: TODAY };
    given(vec![registered()]).when(record(Standing::Graduated, TODAY)).then_expect_events(vec![confirmed]);
    let leave = StudentEvent::LeaveStarted { effective_on: on };
    given(vec![registered()]).when(record(Standing::OnLeave, on)).then_expect_events(vec![leave]);
}

#[test]
fn an_older_standing_fills_the_history_and_undoes_nothing_later() {
    let (leave, back) = (date(2020, 3, 1), date(2020, 9, 1));
    let started = |effective_on| StudentEvent::LeaveStarted { effective_on };
    let history = vec![registered(), started(leave), StudentEvent::LeaveEnded { effective_on: back }, graduated()];
    let of = |events: Vec<StudentEvent>| given([history.clone(), events].concat());
    // Known already, on a day within.
    of(vec![]).when(record(Standing::OnLeave, date(2020, 5, 1))).then_expect_events(vec![]);
    of(vec![]).when(record(Standing::Enrolled, date(2021, 3, 1))).then_expect_events(vec![]);
    let earlier = date(2020, 1, 1);
    of(vec![]).when(record(Standing::OnLeave, earlier)).then_expect_events(vec![started(earlier)]);
    let mut student = Student::default();
    history.iter().cloned().chain([started(earlier)]).for_each(|event| student.apply(event));
    assert_eq!(student.graduated_on(), Some(GRADUATED_ON));
    let absence = |standing, since, until| Absence { standing, since, until };
    let absences = [
        absence(Standing::OnLeave, earlier, Some(leave)),
        absence(Standing::OnLeave, leave, Some(back)),
        absence(Standing::Graduated, GRADUATED_ON, None),
    ];
    assert_eq!(student.absences(), absences);
}

#[test]
fn only_death_follows_graduation_and_the_graduation_stays() {
    let died_on = date(2022, 11, 1);
    let died = StudentEvent::StudentDied { effective_on: died_on };
    given(vec![registered(), graduated()])
        .when(record(Standing::Deceased, died_on))
        .then_expect_events(vec![died.clone()]);
    let mut student = Student::default();
    [registered(), graduated(), died.clone()].into_iter().for_each(|event| student.apply(event));
    assert_eq!(student.graduated_on(), Some(GRADUATED_ON));
    assert_eq!(student.registered().map(|now| now.standing), Some(Standing::Deceased));
    // Of another day it was the death that was recorded wrongly; that there was none, the graduation says.
    let correct = |standing, effective_on| StudentEvent::StandingCorrected { standing, effective_on };
    for (corrected, present) in [
        (correct(Standing::Deceased, date(2022, 10, 1)), Standing::Deceased),
        (correct(Standing::Graduated, GRADUATED_ON), Standing::Graduated),
    ] {
        let mut student = student.clone();
        student.apply(corrected);
        assert_eq!(student.graduated_on(), Some(GRADUATED_ON));
        assert_eq!(student.registered().map(|now| now.standing), Some(present));
        assert_eq!(student.absences().last().map(|absence| absence.standing), Some(present));
    }
    let refusal = |standing, since, given| StudentRefusal::AlreadyLeft { standing, since, given };
    let later = date(2022, 12, 1);
    given(vec![registered(), graduated()]).when(record(Standing::OnLeave, later)).then_expect_error(refusal(
        Standing::Graduated,
        GRADUATED_ON,
        Standing::OnLeave,
    ));
    given(vec![registered(), graduated(), died]).when(record(Standing::Deceased, later)).then_expect_error(refusal(
        Standing::Graduated,
        GRADUATED_ON,
        Standing::Deceased,
    ));
}

#[test]
fn a_leave_ends_not_before_it_started_and_is_over_before_somebody_leaves_school() {
    let since = date(2020, 3, 1);
    let started = StudentEvent::LeaveStarted { effective_on: since };
    let earlier = date(2020, 2, 1);
    // Enrolled before the leave is what everybody was.
    given(vec![registered(), started.clone()]).when(record(Standing::Enrolled, earlier)).then_expect_events(vec![]);
    let refusal = StudentRefusal::BeforeStanding { standing: Standing::OnLeave, since, given: earlier };
    given(vec![registered(), started.clone()]).when(record(Standing::Withdrawn, earlier)).then_expect_error(refusal);
    let ended = StudentEvent::LeaveEnded { effective_on: date(2020, 9, 1) };
    given(vec![registered(), started])
        .when(record(Standing::Enrolled, date(2020, 9, 1)))
        .then_expect_events(vec![ended]);
}

#[test]
fn a_registration_stays_at_its_school() {
    let elsewhere = StudentRegistration { school: SchoolCode::parse("33070002").unwrap(), ..registration() };
    let refusal = StudentRefusal::OtherSchool { registered: registration().school, given: elsewhere.school.clone() };
    let command = StudentCommand::CorrectRegistration { registration: elsewhere, effective_on: GRADUATED_ON };
    given(vec![registered()]).when(command).then_expect_error(refusal);
}

#[test]
fn an_undone_graduation_leaves_an_enrolled_student_and_an_undone_registration_none() {
    let undo = |version| StudentCommand::Undo { version, reason: UndoReason::WrongFile, effective_on: GRADUATED_ON };
    let undone = |version| StudentEvent::Undone { version, reason: UndoReason::WrongFile, effective_on: GRADUATED_ON };
    given(vec![registered(), graduated()]).when(undo(2)).then_expect_events(vec![undone(2)]);
    given(vec![registered()]).when(undo(1)).then_expect_events(vec![undone(1)]);
    given(vec![registered()]).when(undo(2)).then_expect_error(StudentRefusal::NothingToUndo { version: 2 });
    given(vec![registered(), undone(1)])
        .when(record(Standing::Graduated, GRADUATED_ON))
        .then_expect_error(StudentRefusal::NotRegistered);
}

#[test]
fn an_erased_person_stays_erased_and_is_not_registered_again() {
    let erased = || StudentEvent::PersonErased { reason: ErasureReason::Request, effective_on: GRADUATED_ON };
    let erase = || StudentCommand::Erase { reason: ErasureReason::Request, effective_on: GRADUATED_ON };
    let undo = |version| StudentCommand::Undo { version, reason: UndoReason::Other, effective_on: GRADUATED_ON };
    given(vec![]).when(erase()).then_expect_error(StudentRefusal::NotRegistered);
    given(vec![registered()]).when(erase()).then_expect_events(vec![erased()]);
    given(vec![registered(), erased()]).when(erase()).then_expect_events(vec![]);
    given(vec![registered(), erased()]).when(undo(2)).then_expect_error(StudentRefusal::ErasureStays);
    let identity = StudentCommand::CorrectIdentity { identity: SealedRevision(2), effective_on: GRADUATED_ON };
    given(vec![registered(), erased()]).when(identity).then_expect_error(StudentRefusal::Erased);
}

#[test]
fn a_person_whose_registration_was_undone_can_still_be_erased() {
    let undone = StudentEvent::Undone { version: 1, reason: UndoReason::WrongFile, effective_on: GRADUATED_ON };
    let erase = StudentCommand::Erase { reason: ErasureReason::RetentionEnded, effective_on: GRADUATED_ON };
    let erased = StudentEvent::PersonErased { reason: ErasureReason::RetentionEnded, effective_on: GRADUATED_ON };
    given(vec![registered(), undone]).when(erase).then_expect_events(vec![erased]);
}

#[test]
fn who_leaves_in_the_middle_of_school_has_no_placement_that_goes_on() {
    let period = Period { first_day: date(2026, 6, 1), last_day: date(2026, 11, 30) };
    let before_the_end = date(2026, 11, 29);
    let placed = |events| with_taken(vec![period]).given(events);
    for given in [Standing::Withdrawn, Standing::TransferredOut] {
        let still_placed = StudentRefusal::StillPlaced { period, given };
        placed(vec![registered()]).when(record(given, before_the_end)).then_expect_error(still_placed.clone());
        // Whatever else forbids it.
        placed(vec![registered(), graduated()]).when(record(given, before_the_end)).then_expect_error(still_placed);
    }
    placed(vec![registered()])
        .when(record(Standing::Withdrawn, period.last_day))
        .then_expect_events(vec![StudentEvent::StudentWithdrew { effective_on: period.last_day }]);
    placed(vec![registered()])
        .when(record(Standing::Graduated, before_the_end))
        .then_expect_events(vec![StudentEvent::GraduationConfirmed { effective_on: before_the_end }]);
    // A correction of what was recorded of the past is not asked.
    placed(vec![registered()])
        .when(StudentCommand::CorrectStanding { standing: Standing::Withdrawn, effective_on: before_the_end })
        .then_expect_events(vec![StudentEvent::StandingCorrected {
            standing: Standing::Withdrawn,
            effective_on: before_the_end,
        }]);
}
