//! Refusals of campaigns, calls, answers and questionnaires.

use super::{FIRST, LAST, MAY, Sample, of};
use crate::domain::invitation::InvitationRefusal;
use crate::domain::survey::SurveyRefusal;
use crate::domain::survey::answers::AnswerRefusal;
use crate::domain::survey::codes::{LeaveReason, SurveyStage};
use crate::domain::survey::questionnaire::QuestionnaireFault;
use crate::intake::xlsform::XlsformFault;

pub(super) fn campaigns() -> Vec<Sample> {
    let (version, latest) = (1, 2);
    vec![
        of("survey.not_drafted", SurveyRefusal::NotDrafted),
        of("survey.drafted_elsewhere", SurveyRefusal::DraftedElsewhere { year: 2026 }),
        of("survey.questionnaire_locked", SurveyRefusal::QuestionnaireLocked(SurveyStage::Approved)),
        of("survey.nobody_approves", SurveyRefusal::NobodyApproves),
        of("survey.approver_drafted", SurveyRefusal::ApproverDrafted),
        of("survey.nothing_to_approve", SurveyRefusal::NothingToApprove),
        of("survey.ends_before_start", SurveyRefusal::EndsBeforeStart { opens_on: LAST, closes_on: FIRST }),
        of("survey.schedule_past", SurveyRefusal::SchedulePast { on: MAY, today: FIRST }),
        of("survey.reminder_outside", SurveyRefusal::ReminderOutside(MAY)),
        of("survey.too_many_reminders", SurveyRefusal::TooManyReminders { most: 3 }),
        of("survey.calls", SurveyRefusal::Calls { most: 10 }),
        of("survey.wrong_stage", SurveyRefusal::WrongStage(SurveyStage::Closed)),
        of("survey.opens_later", SurveyRefusal::OpensLater { on: LAST }),
        of("survey.nobody_graduated", SurveyRefusal::NobodyGraduated { year: 2026 }),
        of("survey.reason_missing", SurveyRefusal::ReasonMissing),
        of("survey.cannot_undo", SurveyRefusal::CannotUndo { version }),
        of("survey.later_stands", SurveyRefusal::LaterStands { version, latest }),
        of("survey.nothing_to_undo", SurveyRefusal::NothingToUndo { version }),
        of("invitation.not_listed", InvitationRefusal::NotListed),
        of("invitation.not_open", InvitationRefusal::NotOpen(SurveyStage::Paused)),
        of("invitation.over", InvitationRefusal::Over { closed_on: LAST }),
        of("invitation.other_version", InvitationRefusal::OtherVersion { answered: 1, asked: 2 }),
        of("invitation.answer_missing", InvitationRefusal::AnswerMissing),
        of("invitation.answer_without_contact", InvitationRefusal::AnswerWithoutContact),
        of("invitation.call_back_missing", InvitationRefusal::CallBackMissing),
        of("invitation.call_back_past", InvitationRefusal::CallBackPast { on: MAY, today: FIRST }),
        of("invitation.has_left", InvitationRefusal::HasLeft(LeaveReason::OptedOut)),
        of("invitation.graduate_answered", InvitationRefusal::GraduateAnswered),
        of("invitation.complete_answered", InvitationRefusal::CompleteAnswered),
        of("invitation.not_undoable", InvitationRefusal::NotUndoable { version }),
        of("invitation.later_stands", InvitationRefusal::LaterStands { version, latest }),
        of("invitation.nothing_to_undo", InvitationRefusal::NothingToUndo { version }),
    ]
}

pub(super) fn answers() -> Vec<Sample> {
    let given = || "status".to_owned();
    let choices = vec!["study".to_owned(), "enterprise".to_owned()];
    let cell = XlsformFault::Cell {
        sheet: "survey".to_owned(),
        cell: "F4".to_owned(),
        fault: QuestionnaireFault::ForwardReference(given()),
    };
    vec![
        of("answer.nothing", AnswerRefusal::Nothing),
        of("answer.no_such_question", AnswerRefusal::NoSuchQuestion(given())),
        of("answer.not_asked", AnswerRefusal::NotAsked(given())),
        of("answer.no_such_choice", AnswerRefusal::NoSuchChoice { question: given(), choices }),
        of("answer.not_a_number", AnswerRefusal::NotANumber(given())),
        of("answer.not_a_day", AnswerRefusal::NotADay(given())),
        of("answer.too_long", AnswerRefusal::TooLong { question: given(), most: 500 }),
        of("answer.not_allowed", AnswerRefusal::NotAllowed { question: given(), rule: ". >= 0".to_owned() }),
        of("questionnaire.no_questions", QuestionnaireFault::NoQuestions),
        of("questionnaire.too_many", QuestionnaireFault::TooMany { questions: 100, choices: 500 }),
        of("questionnaire.unknown_type", QuestionnaireFault::UnknownType("geopoint".to_owned())),
        of("questionnaire.not_a_name", QuestionnaireFault::NotAName("a b".to_owned())),
        of("questionnaire.name_twice", QuestionnaireFault::NameTwice(given())),
        of("questionnaire.list_missing", QuestionnaireFault::ListMissing(given())),
        of("questionnaire.choice_twice", QuestionnaireFault::ChoiceTwice(given())),
        of("questionnaire.translation_missing", QuestionnaireFault::TranslationMissing),
        of("questionnaire.label_too_long", QuestionnaireFault::LabelTooLong { most: 500 }),
        of("questionnaire.forward_reference", QuestionnaireFault::ForwardReference(given())),
        of("questionnaire.unknown_question", QuestionnaireFault::UnknownQuestion(given())),
        of("questionnaire.no_such_choice", QuestionnaireFault::NoSuchChoice(given())),
        of("questionnaire.not_a_condition", QuestionnaireFault::NotACondition("x".to_owned())),
        of("xlsform.no_sheet", XlsformFault::NoSheet("choices".to_owned())),
        of("xlsform.no_column", XlsformFault::NoColumn { sheet: "survey".to_owned(), column: "type".to_owned() }),
        of("xlsform.cell", cell),
    ]
}
