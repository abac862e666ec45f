//! Rules of further study: given what was said, when a command, then events or a refusal.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::row::{EnrolmentRow, Institution, SittingRow};
use super::*;
use crate::domain::evidence::{EvidenceKind, EvidenceLevel};
use crate::domain::ids::SealedRevision;
use crate::domain::outcome::statement::Whereabouts;
use crate::domain::statements::{Operation, Source, Spoken};
use crate::domain::terms::{DestinationKind, Exam, ExamResult, StudyChannel, StudyLevel};

const TODAY: Date = date(2022, 12, 1);
const JULY: Date = date(2022, 7, 20);
const SEPTEMBER: Date = date(2022, 9, 10);
const NOVEMBER: Date = date(2022, 11, 20);
const WRONG: StatementReason = StatementReason::EntryError;

fn row(admitted_on: Option<Date>, registered_on: Option<Date>, last_day: Option<Date>) -> EnrolmentRow {
    EnrolmentRow {
        institution: Institution(SealedRevision(2)),
        operation: Operation::State,
        channel: Some(StudyChannel::VocationalExam),
        level: Some(StudyLevel::JuniorCollege),
        admitted_on: admitted_on.into(),
        registered_on: registered_on.into(),
        last_day: last_day.into(),
        sealed: None,
        evidence: vec![],
        reported_on: None,
        heard_from: None,
    }
}

fn sitting(on: Date, result: Option<ExamResult>) -> StudyRow {
    let (on, result) = (Some(on), result.into());
    StudyRow::Sitting(SittingRow { exam: Exam::Vocational, on, operation: Operation::State, result, reported_on: None })
}

fn staff(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(n))
}

fn said(batch: u128, rows: Vec<StudyRow>) -> Said<StudyRow> {
    let batch = BatchId(Uuid::from_u128(batch));
    Said { batch, source: Source::School, said_on: TODAY, by: Some(staff(1)), rows }
}

fn event(batch: u128, rows: Vec<StudyRow>) -> FurtherStudyEvent {
    let effective_on = rows.iter().filter_map(StudyRow::day).min().unwrap();
    FurtherStudyEvent::Said { said: said(batch, rows), effective_on }
}

fn enrolled(batch: u128, row: EnrolmentRow) -> FurtherStudyEvent {
    event(batch, vec![StudyRow::Enrolment(row)])
}

fn say(batch: u128, rows: Vec<StudyRow>) -> FurtherStudyCommand {
    FurtherStudyCommand::Say { said: said(batch, rows) }
}

fn say_one(batch: u128, row: EnrolmentRow) -> FurtherStudyCommand {
    say(batch, vec![StudyRow::Enrolment(row)])
}

fn facts(n: u128) -> StatementFacts {
    StatementFacts { by: Some(staff(n)), today: TODAY, graduated_on: Some(date(2022, 6, 30)), jobs: vec![] }
}

fn given(events: Vec<FurtherStudyEvent>) -> AggregateTestExecutor<FurtherStudy> {
    TestFramework::with(facts(1)).given(events)
}

fn folded(events: Vec<FurtherStudyEvent>) -> FurtherStudy {
    events.into_iter().fold(FurtherStudy::default(), |mut study, event| {
        study.apply(event);
        study
    })
}

/// The days of admission, registration and the last day of every round that stands.
fn rounds(events: Vec<FurtherStudyEvent>) -> Vec<(Option<Date>, Option<Date>, Option<Date>)> {
    let study = folded(events);
    let known = study.reading().enrolments.iter().map(|known| known.enrolment);
    known.map(|known| (known.admitted_on, known.registered_on, known.last_day)).collect()
}

#[test]
fn an_admission_is_registered_and_left_by_later_rows() {
    let events = vec![
        enrolled(1, row(Some(JULY), None, None)),
        enrolled(2, row(None, Some(SEPTEMBER), None)),
        enrolled(3, row(Some(JULY), None, Some(NOVEMBER))),
    ];
    assert_eq!(rounds(events), [(Some(JULY), Some(SEPTEMBER), Some(NOVEMBER))]);
}

#[test]
fn a_registration_after_leaving_is_a_new_round() {
    let again = row(None, Some(NOVEMBER), None);
    let events = vec![enrolled(1, row(Some(JULY), Some(SEPTEMBER), Some(date(2022, 10, 1)))), enrolled(2, again)];
    assert_eq!(rounds(events), [(Some(JULY), Some(SEPTEMBER), Some(date(2022, 10, 1))), (None, Some(NOVEMBER), None)]);
}

#[test]
fn a_correction_moves_the_day_of_registration() {
    let moves = EnrolmentRow {
        operation: Operation::Move { from: SEPTEMBER, reason: WRONG },
        ..row(None, Some(NOVEMBER), None)
    };
    let events = vec![enrolled(1, row(Some(JULY), Some(SEPTEMBER), None)), enrolled(2, moves.clone())];
    assert_eq!(rounds(events), [(Some(JULY), Some(NOVEMBER), None)]);
    given(vec![]).when(say_one(1, moves)).then_expect_error(StatementRefusal::NothingToMove { from: SEPTEMBER });
}

#[test]
fn days_out_of_order_are_refused() {
    let order = [
        (
            row(Some(SEPTEMBER), Some(JULY), None),
            StatementRefusal::RegisteredBeforeAdmission { admitted_on: SEPTEMBER, registered_on: JULY },
        ),
        (
            row(None, Some(SEPTEMBER), Some(JULY)),
            StatementRefusal::LeftBeforeRegistration { registered_on: SEPTEMBER, last_day: JULY },
        ),
        (row(Some(JULY), None, Some(SEPTEMBER)), StatementRefusal::LeftWithoutRegistration { last_day: SEPTEMBER }),
        (EnrolmentRow { level: None, ..row(Some(JULY), None, None) }, StatementRefusal::Incomplete),
    ];
    for (row, refused) in order {
        given(vec![]).when(say_one(1, row)).then_expect_error(refused);
    }
    let alone = StatementFacts { graduated_on: None, ..facts(1) };
    TestFramework::<FurtherStudy>::with(alone)
        .given(vec![])
        .when(say_one(1, row(Some(JULY), None, None)))
        .then_expect_error(StatementRefusal::NotGraduated);
}

#[test]
fn what_was_withdrawn_is_held_until_it_is_restored() {
    let of = |operation| EnrolmentRow { operation, ..row(Some(JULY), None, None) };
    let withdraw = of(Operation::Withdraw { reason: WRONG });
    given(vec![])
        .when(say_one(1, of(Operation::Restore { reason: WRONG })))
        .then_expect_error(StatementRefusal::NothingToRestore);
    let withdrawn = vec![enrolled(1, row(Some(JULY), None, None)), enrolled(2, withdraw)];
    let held = [withdrawn, vec![enrolled(3, row(Some(JULY), Some(SEPTEMBER), None))]].concat();
    assert_eq!(rounds(held.clone()), []);
    let restored = [held, vec![enrolled(4, of(Operation::Restore { reason: WRONG }))]].concat();
    assert_eq!(rounds(restored), [(Some(JULY), None, None)]);
}

#[test]
fn a_blank_result_keeps_what_was_said_and_another_month_is_another_sitting() {
    let (january, june) = (date(2022, 1, 8), date(2022, 6, 18));
    let events = vec![
        event(1, vec![sitting(january, Some(ExamResult::Qualified))]),
        event(2, vec![sitting(january, None)]),
        event(3, vec![sitting(june, None)]),
    ];
    let study = folded(events.clone());
    let results: Vec<_> = study.reading().sittings.iter().map(|known| (known.on.unwrap(), known.reached())).collect();
    assert_eq!(results, [(january, ExamResult::Qualified), (june, ExamResult::Sat)]);
    given(events)
        .when(say(4, vec![sitting(june, Some(ExamResult::Sat)), sitting(june, Some(ExamResult::Qualified))]))
        .then_expect_error(StatementRefusal::RowsContradict { on: june });
}

#[test]
fn a_batch_is_undone_once_and_reviews_need_a_statement() {
    let batch = BatchId(Uuid::from_u128(1));
    let undo = FurtherStudyCommand::UndoBatch { batch, reason: UndoReason::Other, also: vec![], effective_on: TODAY };
    let undone = FurtherStudyEvent::BatchUndone { batch, reason: UndoReason::Other, also: vec![], effective_on: TODAY };
    let known = || vec![enrolled(1, row(Some(JULY), Some(SEPTEMBER), None))];
    given(vec![]).when(undo.clone()).then_expect_error(StatementRefusal::NothingToUndo);
    given(known()).when(undo.clone()).then_expect_events(vec![undone.clone()]);
    given([known(), vec![undone]].concat()).when(undo).then_expect_events(vec![]);
    let key = EnrolmentKey { source: Source::School, institution: Institution(SealedRevision(2)), on: SEPTEMBER };
    let review = |step| FurtherStudyCommand::Review { statement: key, step, effective_on: TODAY };
    let attach = ReviewStep::Attach { kind: EvidenceKind::EnrolmentRecord };
    given(vec![]).when(review(attach)).then_expect_error(StatementRefusal::NoSuchStatement);
    let by = Some(staff(1));
    let attached = FurtherStudyEvent::StatementReviewed { statement: key, step: attach, by, effective_on: TODAY };
    given(known()).when(review(attach)).then_expect_events(vec![attached.clone()]);
    let verify = ReviewStep::Verify { level: EvidenceLevel::L2 };
    given([known(), vec![attached]].concat()).when(review(verify)).then_expect_error(StatementRefusal::ReviewerStated);
    assert!(review(verify).is_review());
}

#[test]
fn a_resolution_has_seen_the_jobs_beside_the_study() {
    let known = || vec![enrolled(1, row(Some(JULY), Some(SEPTEMBER), None))];
    let chosen = EnrolmentKey { source: Source::School, institution: Institution(SealedRevision(2)), on: SEPTEMBER };
    let resolve = FurtherStudyCommand::ResolveConflict { chosen, reason: WRONG, effective_on: TODAY };
    given(known()).when(resolve.clone()).then_expect_error(StatementRefusal::NoConflict);
    let at = Whereabouts::Kind(DestinationKind::Freelance);
    let job = DestinationKey { source: Source::School, starts_on: JULY, at };
    let beside = StatementFacts { jobs: vec![job], ..facts(2) };
    let resolved = decide(&folded(known()), resolve, &beside).unwrap();
    let study = folded([known(), resolved].concat());
    let taking_part: Vec<_> = study.reading().enrolments.iter().collect();
    let resolution = &study.reading().resolutions[0];
    assert!(resolution.decides(&taking_part, &[job]));
    let later = DestinationKey { starts_on: NOVEMBER, ..job };
    assert!(!resolution.decides(&taking_part, &[job, later]));
    assert!(Spoken::<Date>::default().is_nothing());
}
