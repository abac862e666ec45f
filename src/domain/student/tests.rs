//! Rules of the student stream: given events, when a command, then events or a refusal.

use cqrs_es::Aggregate as _;
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::standing::Absence;
use super::*;
use crate::domain::statements::{Effect, Source};

const GRADUATED_ON: Date = date(2022, 6, 30);
const SAID_ON: Date = date(2022, 9, 1);
const TODAY: Date = date(2026, 12, 31);

fn row(standing: Standing, since: Date) -> StudentRow {
    StudentRow { standing, since: Some(since), ..enrolled() }
}

/// Of no day.
fn enrolled() -> StudentRow {
    StudentRow {
        school: SchoolCode::parse("33070001").unwrap(),
        class: ClassName::parse("1班").unwrap(),
        specialty: None,
        gender: Gender::Female,
        route: None,
        standing: Standing::Enrolled,
        since: None,
        corrects: false,
        identity: SealedRevision(1),
    }
}

fn corrected(standing: Standing, since: Date) -> StudentRow {
    StudentRow { corrects: true, ..row(standing, since) }
}

fn graduated() -> StudentRow {
    row(Standing::Graduated, GRADUATED_ON)
}

fn batch(number: u128) -> BatchId {
    BatchId(Uuid::from_u128(number))
}

fn said(number: u128, row: StudentRow) -> Said<StudentRow> {
    Said { batch: batch(number), source: Source::School, said_on: SAID_ON, by: None, rows: vec![row] }
}

/// Each row said by a batch of its own, the first by number 1.
fn events(rows: &[StudentRow]) -> Vec<StudentEvent> {
    (1..).zip(rows).map(|(number, row)| event(number, row.clone())).collect()
}

fn event(number: u128, row: StudentRow) -> StudentEvent {
    let effective_on = row.since.unwrap_or(SAID_ON);
    StudentEvent::Said { said: said(number, row), effective_on }
}

fn undone(number: u128, also: Vec<Confirmation<StudentRow>>) -> StudentEvent {
    StudentEvent::BatchUndone { batch: batch(number), reason: UndoReason::WrongFile, also, effective_on: TODAY }
}

fn folded(events: Vec<StudentEvent>) -> Student {
    let mut student = Student::default();
    events.into_iter().for_each(|event| student.apply(event));
    student
}

fn facts(taken: Vec<Period>) -> StudentFacts {
    StudentFacts { by: None, today: TODAY, taken }
}

fn given(rows: &[StudentRow]) -> AggregateTestExecutor<Student> {
    TestFramework::with(facts(vec![])).given(events(rows))
}

fn say(row: StudentRow) -> StudentCommand {
    StudentCommand::Say { said: said(9, row) }
}

/// What becomes of a row after others.
fn effect(rows: &[StudentRow], row: StudentRow) -> Result<Effect, StudentRefusal> {
    say::weigh(&folded(events(rows)), &row, SAID_ON, &facts(vec![]))
}

#[test]
fn a_student_is_registered_once() {
    let register = StudentCommand::Register { said: said(9, enrolled()) };
    given(&[]).when(register.clone()).then_expect_events(vec![event(9, enrolled())]);
    given(&[enrolled()]).when(register).then_expect_error(StudentRefusal::AlreadyRegistered);
}

#[test]
fn who_has_left_school_has_and_everything_else_is_held_unless_it_is_a_correction() {
    let known = [graduated()];
    for other in [
        row(Standing::Withdrawn, GRADUATED_ON),
        row(Standing::Graduated, date(2023, 1, 10)),
        row(Standing::Completed, date(2022, 5, 1)),
        row(Standing::OnLeave, date(2022, 12, 1)),
        row(Standing::Enrolled, date(2022, 12, 1)),
    ] {
        assert_eq!(effect(&known, other.clone()), Ok(Effect::Held));
        given(&known).when(say(other.clone())).then_expect_events(vec![event(9, other.clone())]);
        let student = folded(events(&[graduated(), other.clone()]));
        assert_eq!(student.reading().standings.graduated_on(), Some(GRADUATED_ON));
        assert_eq!(effect(&[graduated(), other.clone()], other), Ok(Effect::HeldAlready));
    }
    let (standing, since, given_standing) = (Standing::Graduated, GRADUATED_ON, Standing::Enrolled);
    let refusal = StudentRefusal::AlreadyLeft { standing, since, given: given_standing };
    given(&known).when(say(enrolled())).then_expect_error(refusal);
    let correction = corrected(Standing::Withdrawn, GRADUATED_ON);
    given(&known).when(say(correction.clone())).then_expect_events(vec![event(9, correction.clone())]);
    given(&[graduated(), correction.clone()]).when(say(correction)).then_expect_events(vec![]);
}

#[test]
fn what_is_held_stands_once_what_holds_it_is_undone() {
    let later = row(Standing::Graduated, date(2023, 1, 10));
    let history = [events(&[graduated(), later.clone()]), vec![undone(1, vec![])]].concat();
    let student = folded(history);
    assert_eq!((student.reading().held.len(), student.reading().standings.graduated_on()), (0, later.since));
    // Said again by what undid it, it is at its place again: the other was there first.
    let also = vec![Confirmation { at: 1, said: said(5, graduated()) }];
    let history = [events(&[graduated(), later.clone()]), vec![undone(1, also)]].concat();
    let student = folded(history);
    assert_eq!(
        (&student.reading().held, student.reading().standings.graduated_on()),
        (&vec![later], Some(GRADUATED_ON))
    );
}

#[test]
fn the_same_again_is_nothing_to_do_and_without_a_day_only_what_is_so_is_said() {
    given(&[graduated()]).when(say(graduated())).then_expect_events(vec![]);
    given(&[enrolled()]).when(say(enrolled())).then_expect_events(vec![]);
    let leave = row(Standing::OnLeave, date(2020, 3, 1));
    let refusal = StudentRefusal::StandingWithoutDay { standing: Standing::OnLeave, given: Standing::Enrolled };
    given(&[enrolled(), leave.clone()]).when(say(enrolled())).then_expect_error(refusal);
    let still = StudentRow { since: None, ..leave.clone() };
    given(&[enrolled(), leave]).when(say(still)).then_expect_events(vec![]);
}

#[test]
fn nobody_has_left_school_on_a_day_that_has_not_come() {
    let (on, today) = (date(2027, 1, 1), TODAY);
    for standing in [Standing::Graduated, Standing::Completed, Standing::TransferredOut, Standing::Deceased] {
        let refusal = StudentRefusal::StandingAhead { given: standing, on, today };
        given(&[enrolled()]).when(say(row(standing, on))).then_expect_error(refusal.clone());
        given(&[graduated()]).when(say(corrected(standing, on))).then_expect_error(refusal);
    }
    for possible in [row(Standing::Graduated, TODAY), row(Standing::OnLeave, on)] {
        given(&[enrolled()]).when(say(possible.clone())).then_expect_events(vec![event(9, possible)]);
    }
}

#[test]
fn an_older_row_fills_the_history_and_undoes_nothing_later() {
    let (leave, back, earlier) = (date(2020, 3, 1), date(2020, 9, 1), date(2020, 1, 1));
    let known = [enrolled(), row(Standing::OnLeave, leave), row(Standing::Enrolled, back), graduated()];
    assert_eq!(effect(&known, row(Standing::OnLeave, leave)), Ok(Effect::Confirms));
    let older = StudentRow { class: ClassName::parse("2班").unwrap(), ..row(Standing::OnLeave, earlier) };
    assert_eq!(effect(&known, older.clone()), Ok(Effect::Changes));
    let student = folded(events(&[known.as_slice(), &[older]].concat()));
    let reading = student.reading();
    assert_eq!(reading.standings.graduated_on(), Some(GRADUATED_ON));
    let absence = |standing, since, until| Absence { standing, since, until };
    // On leave from 1 January on, said again of 1 March.
    let absences = [absence(Standing::OnLeave, earlier, Some(back)), absence(Standing::Graduated, GRADUATED_ON, None)];
    assert_eq!(reading.standings.absences(), absences);
    let class = |day| reading.classes.on(day).unwrap().as_str();
    assert_eq!((class(earlier), class(leave), class(TODAY)), ("2班", "1班", "1班"));
}

#[test]
fn what_is_so_on_a_later_day_bounds_what_is_learned_of_an_earlier_one() {
    let (leave, term) = (date(2021, 3, 1), date(2021, 9, 1));
    // The roster of the term says what everybody takes for granted, and the leave comes to be known after it.
    let student = folded(events(&[enrolled(), row(Standing::Enrolled, term), row(Standing::OnLeave, leave)]));
    let absence = Absence { standing: Standing::OnLeave, since: leave, until: Some(term) };
    assert_eq!(student.reading().standings.absences(), [absence]);
}

#[test]
fn a_class_is_another_from_the_day_of_the_row_and_that_of_the_first_row_before_it() {
    let second = |since| StudentRow { class: ClassName::parse("2班").unwrap(), since, ..enrolled() };
    let class = |rows: &[StudentRow], day| folded(events(rows)).reading().classes.on(day).unwrap().as_str().to_owned();
    let dated = [enrolled(), second(Some(date(2021, 9, 1)))];
    assert_eq!([class(&dated, date(2021, 8, 31)), class(&dated, date(2021, 9, 1))], ["1班", "2班"]);
    // Without a day it is so on the day of which the batch speaks.
    let undated = [enrolled(), second(None)];
    assert_eq!([class(&undated, date(2022, 8, 31)), class(&undated, SAID_ON)], ["1班", "2班"]);
    // Nothing new begins on that day for who says nothing new.
    let phone = StudentRow { identity: SealedRevision(2), ..enrolled() };
    let moved = [enrolled(), phone, second(Some(date(2021, 9, 1)))];
    assert_eq!(class(&moved, TODAY), "2班");
}

#[test]
fn only_death_follows_graduation_and_the_graduation_stays() {
    let died = row(Standing::Deceased, date(2022, 11, 1));
    given(&[graduated()]).when(say(died.clone())).then_expect_events(vec![event(9, died.clone())]);
    let of = |rows: &[StudentRow]| {
        let student = folded(events(rows));
        (student.reading().standings.graduated_on(), student.registered().unwrap().standing)
    };
    assert_eq!(of(&[graduated(), died.clone()]), (Some(GRADUATED_ON), Standing::Deceased));
    // Of another day it was the death that was recorded wrongly; that there was none, the graduation says.
    let other_day = corrected(Standing::Deceased, date(2022, 10, 1));
    assert_eq!(of(&[graduated(), died.clone(), other_day]), (Some(GRADUATED_ON), Standing::Deceased));
    let alive = corrected(Standing::Graduated, GRADUATED_ON);
    assert_eq!(of(&[graduated(), died.clone(), alive]), (Some(GRADUATED_ON), Standing::Graduated));
    let again = row(Standing::Deceased, date(2022, 12, 1));
    assert_eq!(effect(&[graduated(), died], again), Ok(Effect::Held));
}

#[test]
fn a_leave_is_over_before_somebody_leaves_school() {
    let (since, earlier) = (date(2020, 3, 1), date(2020, 2, 1));
    let known = [enrolled(), row(Standing::OnLeave, since)];
    // Enrolled before the leave is what everybody was.
    let before = row(Standing::Enrolled, earlier);
    given(&known).when(say(before.clone())).then_expect_events(vec![event(9, before)]);
    let refusal = StudentRefusal::BeforeStanding { standing: Standing::OnLeave, since, given: earlier };
    given(&known).when(say(row(Standing::Withdrawn, earlier))).then_expect_error(refusal);
}

#[test]
fn a_student_stays_at_the_school() {
    let elsewhere = StudentRow { school: SchoolCode::parse("33070002").unwrap(), ..graduated() };
    let refusal = StudentRefusal::OtherSchool { registered: graduated().school, given: elsewhere.school.clone() };
    given(&[graduated()]).when(say(elsewhere)).then_expect_error(refusal);
}

#[test]
fn an_undone_graduation_leaves_an_enrolled_student_and_an_undone_registration_none() {
    let undo = |number| {
        let (batch, reason) = (batch(number), UndoReason::WrongFile);
        StudentCommand::UndoBatch { batch, reason, also: vec![], effective_on: TODAY }
    };
    let both = [enrolled(), graduated()];
    given(&both).when(undo(2)).then_expect_events(vec![undone(2, vec![])]);
    given(&both).when(undo(3)).then_expect_error(StudentRefusal::NothingToUndo);
    let of = |also| folded([events(&both), vec![undone(2, also)]].concat()).registered().unwrap().standing;
    assert_eq!(of(vec![]), Standing::Enrolled);
    // Another roster said it, too.
    assert_eq!(of(vec![Confirmation { at: 2, said: said(5, graduated()) }]), Standing::Graduated);
    let nobody = folded([events(&both), vec![undone(1, vec![]), undone(2, vec![])]].concat());
    assert_eq!((nobody.registered(), nobody.last_registration().is_some()), (None, true));
}

#[test]
fn an_erased_person_stays_erased_and_nothing_is_said_of_who_it_was() {
    let erased = || StudentEvent::PersonErased { reason: ErasureReason::Request, effective_on: GRADUATED_ON };
    let erase = || StudentCommand::Erase { reason: ErasureReason::Request, effective_on: GRADUATED_ON };
    given(&[]).when(erase()).then_expect_error(StudentRefusal::NotRegistered);
    given(&[enrolled()]).when(erase()).then_expect_events(vec![erased()]);
    let after =
        |event| TestFramework::<Student>::with(facts(vec![])).given([events(&[enrolled()]), vec![event]].concat());
    after(erased()).when(erase()).then_expect_events(vec![]);
    after(erased()).when(say(graduated())).then_expect_error(StudentRefusal::Erased);
    // Also of who is registered no more.
    after(undone(1, vec![])).when(erase()).then_expect_events(vec![erased()]);
}

#[test]
fn who_leaves_in_the_middle_of_school_has_no_placement_that_goes_on() {
    let period = Period { first_day: date(2026, 6, 1), last_day: date(2026, 11, 30) };
    let before_the_end = date(2026, 11, 29);
    let placed = || TestFramework::<Student>::with(facts(vec![period])).given(events(&[enrolled()]));
    for given in [Standing::Withdrawn, Standing::TransferredOut] {
        let still_placed = StudentRefusal::StillPlaced { period, given };
        placed().when(say(row(given, before_the_end))).then_expect_error(still_placed);
    }
    for possible in [row(Standing::Withdrawn, period.last_day), row(Standing::Graduated, before_the_end)] {
        placed().when(say(possible.clone())).then_expect_events(vec![event(9, possible)]);
    }
    // A correction of what was said of the past is not asked.
    let correction = corrected(Standing::Withdrawn, before_the_end);
    let known = events(&[row(Standing::Graduated, before_the_end)]);
    TestFramework::<Student>::with(facts(vec![period]))
        .given(known)
        .when(say(correction.clone()))
        .then_expect_events(vec![event(9, correction)]);
}
