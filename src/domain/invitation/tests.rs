//! Rules of the invitation stream.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use uuid::Uuid;

use super::*;

const ON: Date = date(2023, 7, 1);
const SURVEY: SurveyId = SurveyId(Uuid::from_u128(1));
const STUDENT: StudentId = StudentId(Uuid::from_u128(2));
const TEACHER: Option<StaffId> = Some(StaffId(Uuid::from_u128(3)));

fn class() -> ClassName {
    ClassName::parse("1班").unwrap()
}

fn facts() -> InvitationFacts {
    InvitationFacts {
        by: TEACHER,
        today: ON,
        survey: SURVEY,
        student: STUDENT,
        listed: Some((class(), None)),
        stage: SurveyStage::Open,
        closes_on: Some(date(2023, 7, 31)),
        asked: 1,
    }
}

fn knowing(facts: InvitationFacts) -> TestFramework<Invitation> {
    TestFramework::with(facts)
}

fn given(events: Vec<InvitationEvent>) -> AggregateTestExecutor<Invitation> {
    knowing(facts()).given(events)
}

fn begun() -> InvitationEvent {
    let (survey, student, class, specialty) = (SURVEY, STUDENT, class(), None);
    InvitationEvent::InvitationBegun { survey, student, class, specialty, effective_on: ON }
}

fn answer_of(answered_by: AnsweredBy, status: &str, is_complete: bool) -> Answer {
    let coded = [("status".to_owned(), vec![status.to_owned()])].into_iter().collect();
    Answer { questionnaire: 1, answered_by, via: AnsweredVia::Phone, coded, words: None, is_complete }
}

fn own() -> Answer {
    answer_of(AnsweredBy::Graduate, "study", true)
}

fn call(result: CallResult, answer: Option<Answer>) -> InvitationCommand {
    InvitationCommand::Call { result, call_back_on: None, note: None, answer, statement: None, effective_on: ON }
}

fn called(result: CallResult) -> InvitationEvent {
    InvitationEvent::Called { result, call_back_on: None, note: None, by: TEACHER, effective_on: ON }
}

fn answered(answer: Answer) -> InvitationEvent {
    InvitationEvent::Answered { answer, statement: None, by: TEACHER, effective_on: ON }
}

fn on_paper(answer: Answer) -> InvitationCommand {
    InvitationCommand::Answer { answer, statement: None, effective_on: ON }
}

fn leave(reason: LeaveReason) -> InvitationCommand {
    InvitationCommand::Leave { reason, effective_on: ON }
}

fn undo(version: u64) -> InvitationCommand {
    InvitationCommand::Undo { version, reason: UndoReason::EntryError, statement: None, effective_on: ON }
}

fn undone(version: u64) -> InvitationEvent {
    InvitationEvent::Undone { version, reason: UndoReason::EntryError, statement: None, effective_on: ON }
}

fn state(events: &[InvitationEvent]) -> InvitationState {
    let mut invitation = Invitation::default();
    events.iter().for_each(|event| invitation.apply(event.clone()));
    invitation.asked().state(3)
}

#[test]
fn a_call_has_a_result_and_a_completed_one_its_answer() {
    given(vec![])
        .when(call(CallResult::NoAnswer, None))
        .then_expect_events(vec![begun(), called(CallResult::NoAnswer)]);
    let completed = vec![begun(), called(CallResult::Completed), answered(own())];
    given(vec![]).when(call(CallResult::Completed, Some(own()))).then_expect_events(completed);
    given(vec![]).when(call(CallResult::Completed, None)).then_expect_error(InvitationRefusal::AnswerMissing);
    let without = InvitationRefusal::AnswerWithoutContact;
    given(vec![]).when(call(CallResult::NoAnswer, Some(own()))).then_expect_error(without);
    given(vec![]).when(call(CallResult::CallBack, None)).then_expect_error(InvitationRefusal::CallBackMissing);
    let on = date(2023, 6, 1);
    let result = CallResult::CallBack;
    let (note, answer, statement) = (None, None, None);
    let past = InvitationCommand::Call { result, call_back_on: Some(on), note, answer, statement, effective_on: ON };
    given(vec![]).when(past).then_expect_error(InvitationRefusal::CallBackPast { on, today: ON });
}

#[test]
fn answers_are_taken_of_whom_the_campaign_lists_while_it_takes_any() {
    let refused = |facts, refusal| knowing(facts).given(vec![]).when(on_paper(own())).then_expect_error(refusal);
    refused(InvitationFacts { listed: None, ..facts() }, InvitationRefusal::NotListed);
    let stage = SurveyStage::Closed;
    refused(InvitationFacts { stage, ..facts() }, InvitationRefusal::NotOpen(stage));
    let closed_on = date(2023, 6, 30);
    refused(InvitationFacts { closes_on: Some(closed_on), ..facts() }, InvitationRefusal::Over { closed_on });
    refused(InvitationFacts { asked: 2, ..facts() }, InvitationRefusal::OtherVersion { answered: 1, asked: 2 });
}

#[test]
fn the_graduate_s_answer_outranks_another_s_and_changes_until_the_end() {
    let proxy = answer_of(AnsweredBy::Guardian, "seeking", true);
    let known = vec![begun(), answered(own())];
    given(known.clone()).when(on_paper(proxy.clone())).then_expect_error(InvitationRefusal::GraduateAnswered);
    given(known.clone()).when(on_paper(own())).then_expect_events(vec![]);
    let changed = answer_of(AnsweredBy::Graduate, "enterprise", true);
    given(known).when(on_paper(changed.clone())).then_expect_events(vec![answered(changed)]);
    given(vec![begun(), answered(proxy)]).when(on_paper(own())).then_expect_events(vec![answered(own())]);
}

#[test]
fn another_s_answer_and_one_in_part_never_take_the_place_of_what_is_better() {
    let proxy = |is_complete| answer_of(AnsweredBy::Guardian, "seeking", is_complete);
    let own_in_part = answer_of(AnsweredBy::Graduate, "study", false);
    let refused = |known, answer, refusal| {
        given(vec![begun(), answered(known)]).when(on_paper(answer)).then_expect_error(refusal);
    };
    refused(own_in_part.clone(), proxy(true), InvitationRefusal::GraduateAnswered);
    refused(own_in_part.clone(), proxy(false), InvitationRefusal::GraduateAnswered);
    refused(own(), own_in_part.clone(), InvitationRefusal::CompleteAnswered);
    refused(proxy(true), proxy(false), InvitationRefusal::CompleteAnswered);
    let known = vec![begun(), answered(proxy(true))];
    given(known).when(on_paper(own_in_part.clone())).then_expect_events(vec![answered(own_in_part)]);
}

#[test]
fn a_completed_call_and_its_answer_are_undone_together() {
    let known = vec![begun(), called(CallResult::NoAnswer), called(CallResult::Completed), answered(own())];
    for version in [4, 3] {
        given(known.clone()).when(undo(version)).then_expect_events(vec![undone(4), undone(3)]);
    }
    let without = [known, vec![undone(4), undone(3)]].concat();
    assert_eq!(state(&without), InvitationState::Queued);
    given(without.clone()).when(undo(4)).then_expect_events(vec![]);
    given(without).when(undo(2)).then_expect_events(vec![undone(2)]);
    // An answer on paper has no call.
    let paper = Answer { via: AnsweredVia::Paper, ..own() };
    let known = vec![begun(), called(CallResult::CallBack), answered(paper)];
    given(known).when(undo(3)).then_expect_events(vec![undone(3)]);
}

#[test]
fn a_pause_takes_refusals_and_what_was_wrong_and_no_answers() {
    let paused = || knowing(InvitationFacts { stage: SurveyStage::Paused, ..facts() });
    let left = InvitationEvent::Left { reason: LeaveReason::Refused, by: TEACHER, effective_on: ON };
    paused().given(vec![]).when(leave(LeaveReason::Refused)).then_expect_events(vec![begun(), left]);
    let known = vec![begun(), called(CallResult::NoAnswer)];
    paused().given(known.clone()).when(undo(2)).then_expect_events(vec![undone(2)]);
    paused().given(known).when(on_paper(own())).then_expect_error(InvitationRefusal::NotOpen(SurveyStage::Paused));
}

#[test]
fn who_left_is_asked_no_more_until_that_is_undone() {
    let left = InvitationEvent::Left { reason: LeaveReason::OptedOut, by: TEACHER, effective_on: ON };
    given(vec![]).when(leave(LeaveReason::OptedOut)).then_expect_events(vec![begun(), left.clone()]);
    let known = vec![begun(), left];
    given(known.clone()).when(leave(LeaveReason::OptedOut)).then_expect_events(vec![]);
    let has_left = InvitationRefusal::HasLeft(LeaveReason::OptedOut);
    given(known.clone()).when(on_paper(own())).then_expect_error(has_left);
    let undone = undone(2);
    given(known.clone()).when(undo(2)).then_expect_events(vec![undone.clone()]);
    given(known.clone()).when(undo(1)).then_expect_error(InvitationRefusal::NotUndoable { version: 1 });
    given(known.clone()).when(undo(5)).then_expect_error(InvitationRefusal::NothingToUndo { version: 5 });
    let again = [known, vec![undone]].concat();
    given(again).when(on_paper(own())).then_expect_events(vec![answered(own())]);
    let two = vec![begun(), called(CallResult::NoAnswer), called(CallResult::NoAnswer)];
    given(two).when(undo(2)).then_expect_error(InvitationRefusal::LaterStands { version: 2, latest: 3 });
}

#[test]
fn a_state_follows_from_calls_and_answers() {
    use InvitationState as State;
    let vain = called(CallResult::DeadNumber);
    assert_eq!(state(&[begun(), vain.clone(), vain.clone()]), State::Queued);
    assert_eq!(state(&[begun(), vain.clone(), vain.clone(), vain.clone()]), State::Unreachable);
    assert_eq!(state(&[begun(), vain.clone(), vain, called(CallResult::CallBack)]), State::Contacted);
    assert_eq!(state(&[begun(), called(CallResult::Refused)]), State::Refused);
    assert_eq!(state(&[begun(), answered(answer_of(AnsweredBy::Graduate, "study", false))]), State::Partial);
    assert_eq!(state(&[begun(), answered(answer_of(AnsweredBy::SomebodyElse, "study", true))]), State::Proxy);
    assert_eq!(state(&[begun(), answered(own())]), State::Submitted);
    // What came back counts, also of who wants to hear no more.
    for reason in [LeaveReason::Refused, LeaveReason::OptedOut] {
        let left = InvitationEvent::Left { reason, by: TEACHER, effective_on: ON };
        assert_eq!(state(&[begun(), answered(own()), left]), State::Submitted);
    }
    assert_eq!(state(&[begun(), answered(own()), called(CallResult::Refused)]), State::Submitted);
    let died = InvitationEvent::Left { reason: LeaveReason::Deceased, by: TEACHER, effective_on: ON };
    assert_eq!(state(&[begun(), answered(own()), died]), State::NotEligible);
}
