//! What refuses a campaign, a call, an answer, or a questionnaire.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, later_stands, nobody_decides, nothing_to_undo, say, values_of};
use crate::domain::invitation::InvitationRefusal;
use crate::domain::survey::SurveyRefusal;
use crate::domain::survey::answers::AnswerRefusal;
use crate::domain::survey::questionnaire::QuestionnaireFault;
use crate::domain::terms::Term;
use crate::intake::xlsform::XlsformFault;

impl Refusal for SurveyRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotDrafted => RefusalKind::NotFound,
            Self::NobodyApproves | Self::ApproverDrafted => RefusalKind::NotAllowed,
            Self::EndsBeforeStart { .. }
            | Self::SchedulePast { .. }
            | Self::ReminderOutside(_)
            | Self::TooManyReminders { .. }
            | Self::Calls { .. }
            | Self::ReasonMissing
            | Self::CannotUndo { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::DraftedElsewhere { .. }
            | Self::QuestionnaireLocked(_)
            | Self::NothingToApprove
            | Self::WrongStage(_)
            | Self::OpensLater { .. }
            | Self::NobodyGraduated { .. }
            | Self::LaterStands { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotDrafted => say(
                "没有这一届这一批的调查；请核对年份和批次，或先起草",
                "There is no such campaign; check year and wave, or draft it first",
            ),
            Self::DraftedElsewhere { year } => say(
                format!("{year} 届这一批调查刚由别人起草，请查看后再办理"),
                format!("Somebody else has just drafted this campaign of {year}; look at it first"),
            ),
            Self::QuestionnaireLocked(stage) => say(
                format!("调查当前为「{}」，问卷已锁定；要改先撤销审定", stage.zh()),
                format!(
                    "The campaign is \"{}\" and its questionnaire locked; undo the approval to change it",
                    stage.en()
                ),
            ),
            Self::NobodyApproves => nobody_decides(),
            Self::ApproverDrafted => say(
                "审定人与起草人是同一人，请由另一人审定",
                "Who approves also drafted the questionnaire; somebody else has to approve it",
            ),
            Self::NothingToApprove => {
                say("没有待审定的问卷；请先起草", "No questionnaire waits for approval; draft one first")
            }
            Self::EndsBeforeStart { opens_on, closes_on } => say(
                format!("结束日期 {closes_on} 早于开始日期 {opens_on}；请核对"),
                format!("It closes on {}, before it opens on {}", english(*closes_on), english(*opens_on)),
            ),
            Self::SchedulePast { on, today } => say(
                format!("日期 {on} 已经过去，今天是 {today}；请改排"),
                format!("{} is past, it is {}; choose another day", english(*on), english(*today)),
            ),
            Self::ReminderOutside(on) => say(
                format!("提醒日期 {on} 要在开始之后、结束当天或之前，并按先后排列"),
                format!("The reminder of {} is to be after the opening, by the last day, and in order", english(*on)),
            ),
            Self::TooManyReminders { most } => say(
                format!("提醒最多 {most} 次，连邀请每人不超过 4 条"),
                format!("There are {most} reminders at most, so that nobody gets more than 4 messages"),
            ),
            Self::Calls { most } => {
                say(format!("打电话 1 至 {most} 次"), format!("Somebody is called 1 to {most} times"))
            }
            Self::WrongStage(stage) => say(
                format!("调查当前为「{}」，不能作此操作", stage.zh()),
                format!("The campaign is \"{}\", which does not allow this", stage.en()),
            ),
            Self::OpensLater { on } => say(
                format!("按排期 {on} 才开始；要提前请改排期"),
                format!("It is scheduled to open on {}; change the schedule to open it earlier", english(*on)),
            ),
            Self::NobodyGraduated { year } => say(
                format!("{year} 届还没有毕业的学生；请先在名册中登记毕业"),
                format!("Nobody has graduated in {year}; record the graduation in the roster first"),
            ),
            Self::ReasonMissing => say("取消调查要写明原因", "Say why the campaign is cancelled"),
            Self::CannotUndo { version } => say(
                format!("第 {version} 号记录不能撤销：起草的可以再改，已开始的可以取消"),
                format!("Record number {version} cannot be undone: a draft can be changed, an open campaign cancelled"),
            ),
            Self::LaterStands { version, latest } => later_stands(*version, *latest),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::EndsBeforeStart { .. } => Some("closes_on"),
            Self::SchedulePast { .. } => Some("opens_on"),
            Self::ReminderOutside(_) | Self::TooManyReminders { .. } => Some("reminders"),
            Self::Calls { .. } => Some("calls"),
            Self::ReasonMissing => Some("reason"),
            Self::CannotUndo { .. } | Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}

impl Refusal for InvitationRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotListed => RefusalKind::NotFound,
            Self::AnswerMissing
            | Self::AnswerWithoutContact
            | Self::CallBackMissing
            | Self::CallBackPast { .. }
            | Self::NotUndoable { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::NotOpen(_)
            | Self::Over { .. }
            | Self::OtherVersion { .. }
            | Self::HasLeft(_)
            | Self::GraduateAnswered
            | Self::CompleteAnswered
            | Self::LaterStands { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotListed => say("这名毕业生不在调查名单中", "The graduate is not on the list of this campaign"),
            Self::NotOpen(stage) => say(
                format!("调查当前为「{}」，不收答卷", stage.zh()),
                format!("The campaign is \"{}\" and takes no answers", stage.en()),
            ),
            Self::Over { closed_on } => say(
                format!("调查已于 {closed_on} 结束，不再收答卷；去向可以另行登记"),
                format!(
                    "The last day for answers was {}; a destination can be recorded by itself",
                    english(*closed_on)
                ),
            ),
            Self::OtherVersion { answered, asked } => say(
                format!("答的是第 {answered} 版问卷，现在用的是第 {asked} 版；请按新版补问后再记"),
                format!(
                    "Version {answered} was answered and version {asked} is asked now; ask what is new in it first"
                ),
            ),
            Self::AnswerMissing => say(
                "接通完成要记下答卷；没有回答的请选其他结果",
                "A completed call has answers; choose another result if there were none",
            ),
            Self::AnswerWithoutContact => say("只有接通完成的通话有答卷", "Only a call that was completed has answers"),
            Self::CallBackMissing => say("约回要写明哪天再打", "Say on which day to call back"),
            Self::CallBackPast { on, today } => say(
                format!("约回日期 {on} 已经过去，今天是 {today}"),
                format!("{} is past, it is {}", english(*on), english(*today)),
            ),
            Self::HasLeft(reason) => say(
                format!("这名毕业生不再调查：{}；记错的请先撤销", reason.zh()),
                format!("The graduate is asked no more: {}; undo that first if it is wrong", reason.en()),
            ),
            Self::GraduateAnswered => say(
                "本人已经答过，别人的答复不再记",
                "The graduate has answered; what others say is not taken beside it",
            ),
            Self::CompleteAnswered => say(
                "已有答全的答卷，没答完的不再记；请补问后再记",
                "A complete answer is there, and one that leaves something open does not take its place; ask the rest first",
            ),
            Self::NotUndoable { version } => say(
                format!("第 {version} 号记录是开头，不能撤销"),
                format!("Record number {version} is the beginning and cannot be undone"),
            ),
            Self::LaterStands { version, latest } => later_stands(*version, *latest),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::AnswerMissing | Self::AnswerWithoutContact => Some("answer"),
            Self::CallBackMissing | Self::CallBackPast { .. } => Some("call_back_on"),
            Self::NotUndoable { .. } | Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}

impl Refusal for AnswerRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Nothing => say("答卷是空的；请至少答一题", "Nothing was answered; answer one question at least"),
            Self::NoSuchQuestion(name) => {
                say(format!("问卷中没有题「{name}」"), format!("The questionnaire has no question \"{name}\""))
            }
            Self::NotAsked(name) => say(
                format!("按前面的回答不问「{name}」；请核对前面的题"),
                format!("\"{name}\" is not asked after these answers; check the questions before it"),
            ),
            Self::NoSuchChoice { question, choices } => say(
                format!("「{question}」没有这个选项；可选：{}", choices.join("、")),
                format!("\"{question}\" has no such choice; there are: {}", choices.join(", ")),
            ),
            Self::NotANumber(name) => say(format!("「{name}」要填数"), format!("The answer to \"{name}\" is a number")),
            Self::NotADay(name) => say(
                format!("「{name}」要填日期，如 2026-9-1"),
                format!("The answer to \"{name}\" is a day, like 2026-9-1"),
            ),
            Self::TooLong { question, most } => say(
                format!("「{question}」最多 {most} 个字"),
                format!("The answer to \"{question}\" has {most} characters at most"),
            ),
            Self::NotAllowed { question, rule } => say(
                format!("「{question}」的回答不符合问卷的要求：{rule}"),
                format!("The answer to \"{question}\" is not as the questionnaire wants it: {rule}"),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("answer")
    }
}

impl Refusal for QuestionnaireFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoQuestions => say("问卷没有题", "The questionnaire has no question"),
            Self::TooMany { questions, choices } => say(
                format!("问卷最多 {questions} 题、{choices} 个选项"),
                format!("A questionnaire has {questions} questions and {choices} choices at most"),
            ),
            Self::UnknownType(text) => say(
                format!(
                    "题型「{text}」不认识；可用 note、text、integer、decimal、date、select_one 表名、select_multiple 表名"
                ),
                format!(
                    "The type \"{text}\" is unknown; there are note, text, integer, decimal, date, select_one LIST and \
                     select_multiple LIST"
                ),
            ),
            Self::NotAName(name) => say(
                format!("名称「{name}」只能用英文字母、数字和下划线，题的名称以字母开头"),
                format!(
                    "The name \"{name}\" is of Latin letters, digits and underscores; a question's begins with a letter"
                ),
            ),
            Self::NameTwice(name) => {
                say(format!("题的名称「{name}」用了两次"), format!("The name \"{name}\" is of two questions"))
            }
            Self::ListMissing(list) => say(
                format!("没有选项表「{list}」；请在 choices 表中写出"),
                format!("There is no list of choices \"{list}\"; write it in the sheet choices"),
            ),
            Self::ChoiceTwice(name) => {
                say(format!("选项「{name}」用了两次"), format!("The choice \"{name}\" is there twice"))
            }
            Self::TranslationMissing => say("缺少中文或英文的文字", "The text in Chinese or in English is missing"),
            Self::LabelTooLong { most } => {
                say(format!("文字超过 {most} 个字"), format!("The text has more than {most} characters"))
            }
            Self::ForwardReference(name) => say(
                format!("条件用到「{name}」，它不在这一题之前：成了循环或提前引用；请把它移到前面"),
                format!("The condition speaks of \"{name}\", which is not asked before: a loop or a reference ahead"),
            ),
            Self::UnknownQuestion(name) => say(
                format!("条件用到「{name}」，问卷中没有这一题"),
                format!("The condition speaks of \"{name}\", and there is no such question"),
            ),
            Self::NoSuchChoice(choice) => say(
                format!("条件用到选项「{choice}」，那一题没有这个选项"),
                format!("The condition speaks of the choice \"{choice}\", which that question does not have"),
            ),
            Self::NotACondition(text) => say(
                format!("「{text}」读不出条件；可用题与值的比较、selected()、and、or、not()"),
                format!("\"{text}\" is no condition; compare questions with values, or use selected(), and, or, not()"),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("questionnaire")
    }
}

impl Refusal for XlsformFault {
    fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::NoSheet(_) | Self::NoColumn { .. } | Self::Cell { .. } => self.into(),
        }
    }

    fn values(&self) -> Value {
        match self {
            Self::File(fault) => fault.values(),
            Self::NoSheet(_) | Self::NoColumn { .. } | Self::Cell { .. } => values_of(self),
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::File(fault) => fault.sentence(),
            Self::NoSheet(name) => say(
                format!("工作簿中没有工作表「{name}」；请用 XLSForm 的 survey、choices、settings"),
                format!("The workbook has no sheet \"{name}\"; an XLSForm has survey, choices and settings"),
            ),
            Self::NoColumn { sheet, column } => say(
                format!("工作表「{sheet}」没有「{column}」一列"),
                format!("The sheet \"{sheet}\" has no column \"{column}\""),
            ),
            Self::Cell { sheet, cell, fault } => {
                let Sentence { zh, en } = fault.sentence();
                say(format!("「{sheet}」{cell}：{zh}"), format!("\"{sheet}\" {cell}: {en}"))
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("questionnaire")
    }
}
