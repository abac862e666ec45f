//! Events of campaigns and of those whom they ask, one of every kind.

use gradtrail::domain::UndoReason;
use gradtrail::domain::ids::{BatchId, SealedRevision, StudentId, SurveyId};
use gradtrail::domain::invitation::{Answer, InvitationEvent};
use gradtrail::domain::survey::codes::{
    AnsweredBy, AnsweredVia, CallResult, CancelReason, LeaveReason, SurveyStep, Wave,
};
use gradtrail::domain::survey::condition::Condition;
use gradtrail::domain::survey::questionnaire::{Choice, ChoiceList, Question, QuestionKind, Questionnaire, Words};
use gradtrail::domain::survey::schedule::Schedule;
use gradtrail::domain::survey::{ListedClass, SurveyEvent};
use jiff::civil::date;

use super::graduates::student_row;
use super::{by, id, school};

fn questionnaire() -> Questionnaire {
    let question = |name: &str, kind, relevant| Question {
        name: name.to_owned(),
        kind,
        label: Words::new("您的情况", "You"),
        required: true,
        relevant,
        constraint: None,
    };
    let choice = Choice { name: "study".to_owned(), label: Words::new("升学", "studying") };
    Questionnaire {
        title: Words::new("跟踪调查", "Campaign"),
        lists: vec![ChoiceList { name: "status".to_owned(), choices: vec![choice] }],
        questions: vec![
            question("status", QuestionKind::SelectOne("status".to_owned()), None),
            question("college", QuestionKind::Text, Some(Condition::is("status", "study"))),
        ],
    }
}

pub fn surveys() -> Vec<SurveyEvent> {
    let effective_on = date(2023, 7, 1);
    let (class, specialty) = (student_row().class, student_row().specialty);
    let listed = ListedClass { class, specialty, graduates: vec![StudentId(id(5))] };
    let reminders = vec![date(2023, 7, 10)];
    let schedule = Schedule { opens_on: effective_on, closes_on: date(2023, 7, 31), reminders, calls_max: 3 };
    vec![
        SurveyEvent::SurveyDrafted { school: school("33070001"), year: 2022, wave: Wave::OneYear, effective_on },
        SurveyEvent::QuestionnaireDrafted { questionnaire: Box::new(questionnaire()), by: by(), effective_on },
        SurveyEvent::QuestionnaireApproved { version: 1, by: by().unwrap(), effective_on },
        SurveyEvent::SurveyScheduled { schedule, effective_on },
        SurveyEvent::SurveyOpened { effective_on },
        SurveyEvent::ClassListed { listed, effective_on },
        SurveyEvent::SurveyMoved { step: SurveyStep::Cancel, reason: Some(CancelReason::WrongCohort), effective_on },
        SurveyEvent::Undone { version: 7, reason: UndoReason::EntryError, effective_on },
    ]
}

pub fn invitations() -> Vec<InvitationEvent> {
    let effective_on = date(2023, 7, 2);
    let (class, specialty) = (student_row().class, student_row().specialty);
    let (survey, student) = (SurveyId(id(4)), StudentId(id(5)));
    let coded = [("status".to_owned(), vec!["study".to_owned()])].into_iter().collect();
    let answer = Answer {
        questionnaire: 1,
        answered_by: AnsweredBy::Guardian,
        via: AnsweredVia::Phone,
        coded,
        words: Some(SealedRevision(3)),
        is_complete: true,
    };
    vec![
        InvitationEvent::InvitationBegun { survey, student, class, specialty, effective_on },
        InvitationEvent::Called {
            result: CallResult::CallBack,
            call_back_on: Some(date(2023, 7, 5)),
            note: Some(SealedRevision(2)),
            by: by(),
            effective_on,
        },
        InvitationEvent::Answered { answer, statement: Some(BatchId(id(6))), by: by(), effective_on },
        InvitationEvent::Left { reason: LeaveReason::OptedOut, by: None, effective_on },
        InvitationEvent::Undone {
            version: 3,
            reason: UndoReason::EntryError,
            statement: Some(BatchId(id(7))),
            effective_on,
        },
    ]
}
