//! Rules of destinations: given what was said, when a command, then events or a refusal.

use cqrs_es::Aggregate;
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::statement::Whereabouts;
use super::*;
use crate::domain::evidence::ReviewState;
use crate::domain::evidence::{EvidenceKind, EvidenceLevel};
use crate::domain::ids::EmployerId;
use crate::domain::statements::{Effect, Operation, Source, Spoken};
use crate::domain::terms::DestinationKind;

const TODAY: Date = date(2022, 12, 1);
const JULY: Date = date(2022, 7, 1);
const AUGUST: Date = date(2022, 8, 1);
const WRONG: StatementReason = StatementReason::EntryError;

fn staff(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(n))
}

fn employer(n: u128) -> EmployerId {
    EmployerId(Uuid::from_u128(n))
}

/// A job at an employer.
fn job(n: u128, starts_on: Date) -> DestinationRow {
    let employer = Spoken::Value(employer(n));
    DestinationRow { employer, ..DestinationRow::new(DestinationKind::Enterprise, starts_on) }
}

fn seeking(starts_on: Date) -> DestinationRow {
    DestinationRow::new(DestinationKind::Seeking, starts_on)
}

/// The school says it by the first member of staff, in a batch with this number.
fn said(batch: u128, rows: Vec<DestinationRow>) -> Said<DestinationRow> {
    let batch = BatchId(Uuid::from_u128(batch));
    Said { batch, source: Source::School, said_on: AUGUST, by: Some(staff(1)), rows }
}

fn event(batch: u128, rows: Vec<DestinationRow>) -> OutcomeEvent {
    let effective_on = rows.iter().map(|row| row.starts_on).min().unwrap();
    OutcomeEvent::Said { said: said(batch, rows), effective_on }
}

fn say(batch: u128, rows: Vec<DestinationRow>) -> OutcomeCommand {
    OutcomeCommand::Say { said: said(batch, rows) }
}

fn undone(batch: u128) -> OutcomeEvent {
    let batch = BatchId(Uuid::from_u128(batch));
    OutcomeEvent::BatchUndone { batch, reason: UndoReason::WrongFile, also: vec![], effective_on: TODAY }
}

/// What the school says of the first employer from July on.
fn key() -> DestinationKey {
    DestinationKey { source: Source::School, starts_on: JULY, at: Whereabouts::Employer(employer(1)) }
}

fn review(step: ReviewStep) -> OutcomeCommand {
    OutcomeCommand::Review { statement: key(), step, effective_on: TODAY }
}

fn reviewed(step: ReviewStep, n: u128) -> OutcomeEvent {
    OutcomeEvent::StatementReviewed { statement: key(), step, by: Some(staff(n)), effective_on: TODAY }
}

/// Somebody who has graduated, and a member of staff who acts today.
fn facts(by: Option<StaffId>) -> StatementFacts {
    StatementFacts { by, today: TODAY, graduated_on: Some(date(2022, 6, 30)), jobs: vec![] }
}

fn given(events: Vec<OutcomeEvent>) -> AggregateTestExecutor<Outcome> {
    TestFramework::with(facts(Some(staff(1)))).given(events)
}

fn to_reviewer(events: Vec<OutcomeEvent>) -> AggregateTestExecutor<Outcome> {
    TestFramework::with(facts(Some(staff(2)))).given(events)
}

fn folded(events: Vec<OutcomeEvent>) -> Outcome {
    events.into_iter().fold(Outcome::default(), |mut outcome, event| {
        outcome.apply(event);
        outcome
    })
}

/// From which days on somebody is said to be where, and until which day, exclusive.
fn standing(events: Vec<OutcomeEvent>) -> Vec<(Date, DestinationKind, Option<Date>)> {
    let outcome = folded(events);
    let all = &outcome.reading().statements;
    let mut stands: Vec<_> = all.iter().map(|s| (s.starts_on, s.destination.kind, s.ends_on(all))).collect();
    stands.sort_by_key(|(day, ..)| *day);
    stands
}

#[test]
fn what_is_said_of_a_day_takes_the_place_of_what_was_said_of_it() {
    given(vec![event(1, vec![job(1, JULY)])])
        .when(say(2, vec![seeking(JULY)]))
        .then_expect_events(vec![event(2, vec![seeking(JULY)])]);
    let changed = standing(vec![event(1, vec![job(1, JULY)]), event(2, vec![seeking(JULY)])]);
    assert_eq!(changed, [(JULY, DestinationKind::Seeking, None)]);
}

#[test]
fn empty_cells_leave_what_was_said_of_the_same_employer_and_another_employer_takes_nothing_over() {
    let paid = |n| DestinationRow { salary_yuan: Spoken::Value(4_000), ..job(n, JULY) };
    let pay = |rows: Vec<DestinationRow>| {
        let outcome = folded(vec![event(1, vec![paid(1)]), event(2, rows)]);
        outcome.reading().statements[0].destination.salary_yuan
    };
    assert_eq!(pay(vec![job(1, JULY)]), Some(4_000));
    assert_eq!(pay(vec![DestinationRow { salary_yuan: Spoken::None, ..job(1, JULY) }]), None);
    assert_eq!(pay(vec![job(2, JULY)]), None);
}

#[test]
fn who_says_only_what_is_so_says_nothing_new() {
    let heard = DestinationRow { reported_on: Some(TODAY), ..job(1, JULY) };
    given(vec![event(1, vec![job(1, JULY)])]).when(say(2, vec![heard])).then_expect_events(vec![]);
}

#[test]
fn several_jobs_of_a_day_are_all_said_or_one_is_withdrawn() {
    let two = || vec![event(1, vec![job(1, JULY), job(2, JULY)])];
    let refused = StatementRefusal::LeavesUnsaid { on: JULY, known: 2 };
    given(two()).when(say(2, vec![job(1, JULY)])).then_expect_error(refused);
    let withdrawn = DestinationRow { operation: Operation::Withdraw { reason: WRONG }, ..job(2, JULY) };
    given(two()).when(say(2, vec![withdrawn.clone()])).then_expect_events(vec![event(2, vec![withdrawn.clone()])]);
    let mut events = two();
    events.push(event(2, vec![withdrawn]));
    assert_eq!(standing(events).len(), 1);
}

#[test]
fn rows_of_one_batch_that_contradict_each_other_say_nothing() {
    let contradicts = StatementRefusal::RowsContradict { on: JULY };
    let paid = |yuan| DestinationRow { salary_yuan: Spoken::Value(yuan), ..job(1, JULY) };
    for other in [seeking(JULY), paid(1)] {
        given(vec![]).when(say(1, vec![paid(2), other])).then_expect_error(contradicts.clone());
    }
    // Cells that one of two rows leaves empty are no other word.
    assert_eq!(standing(vec![event(1, vec![job(1, JULY), paid(1)])]).len(), 1);
}

#[test]
fn a_withdrawal_outlives_what_it_hit_and_holds_what_says_it_again() {
    let withdraw = DestinationRow { operation: Operation::Withdraw { reason: WRONG }, ..job(1, JULY) };
    let restore = DestinationRow { operation: Operation::Restore { reason: WRONG }, ..job(1, JULY) };
    let withdrawn = || vec![event(1, vec![job(1, JULY)]), event(2, vec![withdraw.clone()])];
    given(withdrawn()).when(say(3, vec![job(1, JULY)])).then_expect_events(vec![event(3, vec![job(1, JULY)])]);
    let mut held = withdrawn();
    held.extend([undone(1), event(3, vec![job(1, JULY)])]);
    assert_eq!(standing(held.clone()), []);
    let said_again = say::weigh(&folded(held.clone()), &said(4, vec![job(1, JULY)]), &facts(None));
    assert_eq!(said_again, [Ok(Effect::HeldAlready)]);
    let lifted = [held.clone(), vec![event(4, vec![restore])]].concat();
    assert_eq!(standing(lifted).len(), 1);
    let stands = [held, vec![undone(2)]].concat();
    assert_eq!(standing(stands).len(), 1);
}

#[test]
fn a_correction_moves_the_start_with_everything_said() {
    let paid = DestinationRow { salary_yuan: Spoken::Value(4_000), ..job(1, JULY) };
    let moves = DestinationRow { operation: Operation::Move { from: JULY, reason: WRONG }, ..job(1, AUGUST) };
    let outcome = folded(vec![event(1, vec![paid]), event(2, vec![moves.clone()])]);
    let [statement] = outcome.reading().statements.as_slice() else { panic!("one statement") };
    assert_eq!((statement.starts_on, statement.destination.salary_yuan), (AUGUST, Some(4_000)));
    given(vec![]).when(say(1, vec![moves])).then_expect_error(StatementRefusal::NothingToMove { from: JULY });
}

#[test]
fn a_later_start_of_the_same_source_ends_an_earlier_and_a_last_day_is_the_last() {
    let ended = DestinationRow { last_day: Spoken::Value(date(2022, 7, 9)), ..job(1, JULY) };
    assert_eq!(standing(vec![event(1, vec![ended])]), [(JULY, DestinationKind::Enterprise, Some(date(2022, 7, 10)))]);
    let followed = standing(vec![event(1, vec![seeking(AUGUST)]), event(2, vec![job(1, JULY)])]);
    assert_eq!(followed, [(JULY, DestinationKind::Enterprise, Some(AUGUST)), (AUGUST, DestinationKind::Seeking, None)]);
}

#[test]
fn what_cannot_be_is_refused() {
    let too_late = date(2024, 1, 1);
    let latest = date(2023, 12, 1);
    let refused = StatementRefusal::StartsTooLate { starts_on: too_late, latest };
    given(vec![]).when(say(1, vec![job(1, too_late)])).then_expect_error(refused);
    let last_day = date(2022, 6, 1);
    let ended = DestinationRow { last_day: Spoken::Value(last_day), ..job(1, JULY) };
    let refused = StatementRefusal::EndsBeforeStart { starts_on: JULY, last_day };
    given(vec![]).when(say(1, vec![ended])).then_expect_error(refused);
    let restored = DestinationRow { operation: Operation::Restore { reason: WRONG }, ..job(1, JULY) };
    given(vec![]).when(say(1, vec![restored])).then_expect_error(StatementRefusal::NothingToRestore);
    let nobody = StatementFacts { graduated_on: None, ..facts(None) };
    TestFramework::<Outcome>::with(nobody)
        .given(vec![])
        .when(say(1, vec![job(1, JULY)]))
        .then_expect_error(StatementRefusal::NotGraduated);
    let open = vec![event(1, vec![job(1, JULY), job(2, JULY)])];
    let unnamed = DestinationRow {
        operation: Operation::Withdraw { reason: WRONG },
        ..DestinationRow::new(DestinationKind::Enterprise, JULY)
    };
    given(open).when(say(2, vec![unnamed])).then_expect_error(StatementRefusal::LeavesOpenWhich);
}

#[test]
fn undoing_a_batch_leaves_what_the_others_say_and_confirmed() {
    let events = || vec![event(1, vec![job(1, JULY)])];
    let confirmation = Confirmation { at: 1, said: said(2, vec![job(1, JULY)]) };
    let undo = |also| {
        let batch = BatchId(Uuid::from_u128(1));
        OutcomeCommand::UndoBatch { batch, reason: UndoReason::WrongFile, also, effective_on: TODAY }
    };
    given(events()).when(undo(vec![])).then_expect_events(vec![undone(1)]);
    given([events(), vec![undone(1)]].concat()).when(undo(vec![])).then_expect_events(vec![]);
    given(vec![]).when(undo(vec![])).then_expect_error(StatementRefusal::NothingToUndo);
    let confirmed = OutcomeEvent::BatchUndone {
        batch: BatchId(Uuid::from_u128(1)),
        reason: UndoReason::WrongFile,
        also: vec![confirmation],
        effective_on: TODAY,
    };
    let kept = [events(), vec![confirmed]].concat();
    assert_eq!(standing(kept.clone()).len(), 1);
    assert_eq!(standing([kept, vec![undone(2)]].concat()), []);
}

#[test]
fn evidence_and_judgement_stay_with_the_same_employer() {
    let attach = ReviewStep::Attach { kind: EvidenceKind::LabourContract };
    let judge = OutcomeCommand::JudgeOnSpecialty { statement: key(), level: SpecialtyMatch::Near, effective_on: TODAY };
    let judged = OutcomeEvent::OnSpecialtyJudged {
        statement: key(),
        level: SpecialtyMatch::Near,
        by: Some(staff(1)),
        effective_on: TODAY,
    };
    let events = || vec![event(1, vec![job(1, JULY)]), reviewed(attach, 1), judged.clone()];
    given(events()).when(review(attach)).then_expect_events(vec![]);
    given(events()).when(judge.clone()).then_expect_events(vec![]);
    given(vec![]).when(judge).then_expect_error(StatementRefusal::NoSuchStatement);
    let kept = |rows| {
        let outcome = folded([events(), vec![event(2, rows)]].concat());
        let statement = outcome.reading().statements[0].clone();
        (statement.review.evidence.len(), statement.on_specialty)
    };
    let paid = DestinationRow { salary_yuan: Spoken::Value(1), ..job(1, JULY) };
    assert_eq!(kept(vec![paid]), (1, Some(SpecialtyMatch::Near)));
    assert_eq!(kept(vec![job(2, JULY)]), (0, None));
}

#[test]
fn a_second_person_raises_a_statement_on_papers() {
    let attach = ReviewStep::Attach { kind: EvidenceKind::LabourContract };
    let verify = ReviewStep::Verify { level: EvidenceLevel::L2 };
    let proven = || vec![event(1, vec![job(1, JULY)]), reviewed(attach, 1)];
    assert!(review(verify).is_review());
    to_reviewer(proven()).when(review(verify)).then_expect_events(vec![reviewed(verify, 2)]);
    given(proven()).when(review(verify)).then_expect_error(StatementRefusal::ReviewerStated);
    TestFramework::<Outcome>::with(facts(None))
        .given(proven())
        .when(review(verify))
        .then_expect_error(StatementRefusal::NobodyDecides);
    let missing = StatementRefusal::EvidenceMissing(EvidenceLevel::L2);
    to_reviewer(vec![event(1, vec![job(1, JULY)])]).when(review(verify)).then_expect_error(missing);
    let outcome = folded([proven(), vec![reviewed(verify, 2)]].concat());
    assert_eq!(outcome.reading().statements[0].review.level, EvidenceLevel::L2);
}

#[test]
fn under_re_check_or_on_an_internship_paper_alone_it_takes_no_part() {
    let takes_part = |step| {
        let outcome = folded(vec![event(1, vec![job(1, JULY)]), reviewed(step, 2)]);
        outcome.reading().statements[0].takes_part()
    };
    assert!(!takes_part(ReviewStep::OpenRecheck));
    assert!(!takes_part(ReviewStep::NotAccept { reason: StatementReason::EmployerDenies }));
    assert!(!takes_part(ReviewStep::Attach { kind: EvidenceKind::Internship }));
    assert!(takes_part(ReviewStep::Attach { kind: EvidenceKind::LabourContract }));
    let opened = || vec![event(1, vec![job(1, JULY)]), reviewed(ReviewStep::OpenRecheck, 2)];
    for upheld in [true, false] {
        let close = ReviewStep::CloseRecheck { upheld };
        to_reviewer(opened()).when(review(close)).then_expect_events(vec![reviewed(close, 2)]);
    }
    let refused = StatementRefusal::WrongState(ReviewState::UnderRecheck);
    to_reviewer(opened()).when(review(ReviewStep::Open)).then_expect_error(refused);
}

#[test]
fn a_resolution_decides_until_something_else_takes_part_or_the_chosen_one_changes() {
    let register = Said { source: Source::Register, ..said(2, vec![seeking(JULY)]) };
    let events = || {
        let seen = OutcomeEvent::Said { said: register.clone(), effective_on: JULY };
        vec![event(1, vec![job(1, JULY)]), seen]
    };
    let resolve = OutcomeCommand::ResolveConflict { chosen: key(), reason: WRONG, effective_on: TODAY };
    to_reviewer(vec![event(1, vec![job(1, JULY)])])
        .when(resolve.clone())
        .then_expect_error(StatementRefusal::NoConflict);
    let outcome = folded(events());
    let resolved = decide(&outcome, resolve.clone(), &facts(Some(staff(2)))).unwrap();
    to_reviewer([events(), resolved.clone()].concat()).when(resolve).then_expect_events(vec![]);
    let decides = |more: Vec<OutcomeEvent>| {
        let outcome = folded([events(), resolved.clone(), more].concat());
        let reading = outcome.reading();
        let taking_part: Vec<_> = reading.statements.iter().collect();
        reading.resolutions[0].decides(&taking_part)
    };
    assert!(decides(vec![]));
    let paid = DestinationRow { salary_yuan: Spoken::Value(1), ..job(1, JULY) };
    assert!(!decides(vec![event(3, vec![paid.clone()])]));
    assert!(decides(vec![event(3, vec![paid]), undone(3)]));
    let another = Said { source: Source::Bureau, ..said(3, vec![seeking(AUGUST)]) };
    assert!(!decides(vec![OutcomeEvent::Said { said: another, effective_on: AUGUST }]));
}

/// Of two jobs of one day one is taken back; who restores without naming the employer means that one.
#[test]
fn what_leaves_open_where_restores_what_was_taken_back_not_what_stands() {
    let withdraw = DestinationRow { operation: Operation::Withdraw { reason: WRONG }, ..job(2, JULY) };
    let restore =
        DestinationRow { employer: Spoken::Nothing, operation: Operation::Restore { reason: WRONG }, ..job(2, JULY) };
    let mut outcome = Outcome::default();
    let jobs = |outcome: &Outcome| {
        let mut jobs: Vec<_> =
            outcome.reading().statements.iter().map(|known| known.destination.employer.unwrap().0.as_u128()).collect();
        jobs.sort_unstable();
        jobs
    };
    outcome.apply(event(1, vec![job(1, JULY), job(2, JULY)]));
    outcome.apply(event(2, vec![withdraw]));
    assert_eq!(jobs(&outcome), [1]);
    outcome.apply(event(3, vec![restore.clone()]));
    assert_eq!(jobs(&outcome), [1, 2]);
    // Once both stand, it leaves open which.
    TestFramework::<Outcome>::with(facts(Some(staff(1))))
        .given(vec![event(1, vec![job(1, JULY), job(2, JULY)])])
        .when(say(2, vec![restore]))
        .then_expect_error(StatementRefusal::LeavesOpenWhich);
}

#[test]
fn a_correction_that_leaves_open_where_contradicts_a_row_from_the_day_that_it_moves() {
    let open = DestinationRow { employer: Spoken::Nothing, ..job(1, AUGUST) };
    let moves = DestinationRow { operation: Operation::Move { from: JULY, reason: WRONG }, ..open };
    given(vec![event(1, vec![job(1, JULY)])])
        .when(say(2, vec![moves, job(2, JULY)]))
        .then_expect_error(StatementRefusal::RowsContradict { on: AUGUST });
}

#[test]
fn what_restores_contradicts_what_takes_back_the_same_by_its_employer() {
    let open = |kind| DestinationRow::new(kind, JULY);
    let (restore, withdraw) = (Operation::Restore { reason: WRONG }, Operation::Withdraw { reason: WRONG });
    let flexible = DestinationKind::FlexibleEmployment;
    let known = DestinationRow { employer: Spoken::Value(employer(1)), ..open(flexible) };
    let restores = DestinationRow { operation: restore, ..open(flexible) };
    given(vec![event(1, vec![known])])
        .when(say(2, vec![restores, DestinationRow { operation: withdraw, ..job(1, JULY) }]))
        .then_expect_error(StatementRefusal::RowsContradict { on: JULY });
}
