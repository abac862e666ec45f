//! What an event of a campaign or of a call says, in a phrase.

use crate::domain::UndoReason;
use crate::domain::invitation::InvitationEvent;
use crate::domain::survey::SurveyEvent;
use crate::domain::terms::Term;
use crate::text::lang::{Sentence, say};

pub(super) fn survey(event: &SurveyEvent) -> Sentence {
    match event {
        SurveyEvent::SurveyDrafted { year, wave, .. } => say(
            format!("起草 {year} 届{}调查", wave.zh()),
            format!("campaign drafted: graduates of {year}, {}", wave.en()),
        ),
        SurveyEvent::QuestionnaireDrafted { questionnaire, .. } => {
            let count = questionnaire.questions.len();
            say(format!("起草问卷，{count} 题"), format!("questionnaire drafted, questions: {count}"))
        }
        SurveyEvent::QuestionnaireApproved { version, .. } => {
            say(format!("审定第 {version} 版问卷"), format!("questionnaire approved, version {version}"))
        }
        SurveyEvent::SurveyScheduled { schedule, .. } => {
            let (first, last, count) = (schedule.opens_on, schedule.closes_on, schedule.reminders.len());
            say(
                format!("排期 {first} 至 {last}，提醒 {count} 次"),
                format!("scheduled from {first} to {last}, reminders: {count}"),
            )
        }
        SurveyEvent::SurveyOpened { .. } => say("开始调查", "campaign opened"),
        SurveyEvent::ClassListed { listed, .. } => {
            let (class, count) = (listed.class.as_str(), listed.graduates.len());
            say(format!("{class} 列入 {count} 人"), format!("{class}: {count} listed"))
        }
        SurveyEvent::SurveyMoved { step, reason: Some(reason), .. } => {
            say(format!("调查{}：{}", step.zh(), reason.zh()), format!("campaign: {}, {}", step.en(), reason.en()))
        }
        SurveyEvent::SurveyMoved { step, reason: None, .. } => {
            say(format!("调查{}", step.zh()), format!("campaign: {}", step.en()))
        }
        SurveyEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

pub(super) fn invitation(event: &InvitationEvent) -> Sentence {
    match event {
        InvitationEvent::InvitationBegun { .. } => say("开始回访", "first asked"),
        InvitationEvent::Called { result, call_back_on: Some(on), .. } => {
            say(format!("电话：{}，约 {on} 再打", result.zh()), format!("call: {}, again on {on}", result.en()))
        }
        InvitationEvent::Called { result, call_back_on: None, .. } => {
            say(format!("电话：{}", result.zh()), format!("call: {}", result.en()))
        }
        InvitationEvent::Answered { answer, .. } => {
            let (by, via, version) = (answer.answered_by, answer.via, answer.questionnaire);
            let (zh, en) = if answer.is_complete { ("", "") } else { ("，部分完成", ", in part") };
            say(
                format!("{}答第 {version} 版问卷（{}）{zh}", by.zh(), via.zh()),
                format!("version {version} answered by {} ({}){en}", by.en(), via.en()),
            )
        }
        InvitationEvent::Left { reason, .. } => {
            say(format!("不再调查：{}", reason.zh()), format!("asked no more: {}", reason.en()))
        }
        InvitationEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn undone(version: u64, reason: UndoReason) -> Sentence {
    say(format!("撤销第 {version} 号：{}", reason.zh()), format!("no. {version} undone: {}", reason.en()))
}
