//! The closed vocabularies of campaigns and of what comes back.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// When after graduation the same cohort is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Wave {
    HalfYear,
    OneYear,
    ThreeYears,
}

impl Term for Wave {
    const NAME: &'static str = "调查批次";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::HalfYear, "half_year", "毕业半年", &["半年"]).en("half a year after graduation"),
        entry(Self::OneYear, "one_year", "毕业一年", &["一年"]).en("one year after graduation"),
        entry(Self::ThreeYears, "three_years", "毕业三年", &["三年"]).en("three years after graduation"),
    ];
}

/// The questionnaires that come with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum BuiltIn {
    HalfYear,
    OneYear,
    ThreeYears,
    Employers,
    Interns,
    Guardians,
}

impl Term for BuiltIn {
    const NAME: &'static str = "内置问卷";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::HalfYear, "half_year", "毕业半年", &[]).en("graduates, half a year after graduation"),
        entry(Self::OneYear, "one_year", "毕业一年", &[]).en("graduates, one year after graduation"),
        entry(Self::ThreeYears, "three_years", "毕业三年", &[]).en("graduates, three years after graduation"),
        entry(Self::Employers, "employers", "用人单位满意度", &[]).en("satisfaction of employers"),
        entry(Self::Interns, "interns", "实习学生", &[]).en("students during an internship"),
        entry(Self::Guardians, "guardians", "实习学生家长", &[]).en("guardians during an internship"),
    ];
}

impl From<Wave> for BuiltIn {
    fn from(wave: Wave) -> Self {
        match wave {
            Wave::HalfYear => Self::HalfYear,
            Wave::OneYear => Self::OneYear,
            Wave::ThreeYears => Self::ThreeYears,
        }
    }
}

/// How far a campaign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SurveyStage {
    Draft,
    /// The version of the questionnaire is locked.
    Approved,
    Scheduled,
    Open,
    Paused,
    PhoneFollowUp,
    Closed,
    CodingDone,
    Locked,
    Archived,
    Cancelled,
}

impl Term for SurveyStage {
    const NAME: &'static str = "调查状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Draft, "draft", "草稿", &[]),
        entry(Self::Approved, "approved", "已审定", &[]),
        entry(Self::Scheduled, "scheduled", "已排期", &[]),
        entry(Self::Open, "open", "进行中", &[]),
        entry(Self::Paused, "paused", "暂停", &[]),
        entry(Self::PhoneFollowUp, "phone_follow_up", "电话补访", &[]),
        entry(Self::Closed, "closed", "已结束", &[]),
        entry(Self::CodingDone, "coding_done", "编码完成", &[]),
        entry(Self::Locked, "locked", "数据锁定", &[]),
        entry(Self::Archived, "archived", "归档", &[]),
        entry(Self::Cancelled, "cancelled", "已取消", &[]),
    ];
}

impl SurveyStage {
    /// Whether answers are taken.
    pub fn takes_answers(self) -> bool {
        matches!(self, Self::Open | Self::PhoneFollowUp)
    }

    /// Whether graduates have been asked and may be asked again: it is open, or only paused.
    pub fn is_running(self) -> bool {
        self.takes_answers() || self == Self::Paused
    }

    /// Whether nobody is asked any more.
    pub fn is_over(self) -> bool {
        self >= Self::Closed
    }
}

/// What is done with a campaign that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SurveyStep {
    Pause,
    Resume,
    Phone,
    Close,
    CodingDone,
    Lock,
    Archive,
    Cancel,
}

impl Term for SurveyStep {
    const NAME: &'static str = "调查步骤";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Pause, "pause", "暂停", &[]),
        entry(Self::Resume, "resume", "继续", &[]),
        entry(Self::Phone, "phone", "转电话补访", &[]).en("go on by phone"),
        entry(Self::Close, "close", "结束", &[]),
        entry(Self::CodingDone, "coding_done", "编码完成", &[]),
        entry(Self::Lock, "lock", "锁定数据", &[]).en("lock the data"),
        entry(Self::Archive, "archive", "归档", &[]),
        entry(Self::Cancel, "cancel", "取消", &[]),
    ];
}

/// Why a campaign is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    WrongCohort,
    WrongQuestionnaire,
    NotNeeded,
    Other,
}

impl Term for CancelReason {
    const NAME: &'static str = "取消原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::WrongCohort, "wrong_cohort", "选错届次", &[]),
        entry(Self::WrongQuestionnaire, "wrong_questionnaire", "问卷有误", &[]),
        entry(Self::NotNeeded, "not_needed", "不再需要", &[]).en("no longer needed"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    Completed,
    CallBack,
    Refused,
    /// Somebody else answered, and said nothing of the graduate.
    OtherPerson,
    NoAnswer,
    DeadNumber,
    WrongNumber,
}

impl Term for CallResult {
    const NAME: &'static str = "通话结果";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Completed, "completed", "接通完成", &[]),
        entry(Self::CallBack, "call_back", "接通约回", &[]).en("to be called back"),
        entry(Self::Refused, "refused", "接通拒访", &[]),
        entry(Self::OtherPerson, "other_person", "非本人接听", &[]).en("somebody else answered"),
        entry(Self::NoAnswer, "no_answer", "无人接", &[]).en("nobody answered"),
        entry(Self::DeadNumber, "dead_number", "停机空号", &[]).en("number out of service"),
        entry(Self::WrongNumber, "wrong_number", "号码错误", &[]),
    ];
}

impl CallResult {
    /// Whether the graduate was reached.
    pub fn is_contact(self) -> bool {
        matches!(self, Self::Completed | Self::CallBack | Self::Refused)
    }
}

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    Graduate,
    Guardian,
    /// A classmate, a colleague, or staff who knows.
    SomebodyElse,
}

impl Term for AnsweredBy {
    const NAME: &'static str = "答卷人";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Graduate, "graduate", "本人", &[]),
        entry(Self::Guardian, "guardian", "家长", &["监护人"]),
        entry(Self::SomebodyElse, "somebody_else", "其他人", &[]),
    ];
}

/// How an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredVia {
    Phone,
    /// A sheet that the graduate filled in by hand and staff typed.
    Paper,
}

impl Term for AnsweredVia {
    const NAME: &'static str = "答卷方式";
    const ENTRIES: &'static [Entry<Self>] =
        &[entry(Self::Phone, "phone", "电话", &[]), entry(Self::Paper, "paper", "纸质问卷", &[])];
}

/// Why somebody is asked no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    Refused,
    OptedOut,
    Deceased,
    NotInCohort,
}

impl Term for LeaveReason {
    const NAME: &'static str = "不再调查的原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Refused, "refused", "本人拒访", &["拒访"]).en("the graduate refuses"),
        entry(Self::OptedOut, "opted_out", "本人退订", &["退订"]).en("the graduate wants no more messages"),
        entry(Self::Deceased, "deceased", "身故", &[]),
        entry(Self::NotInCohort, "not_in_cohort", "不属于这一届", &[]).en("not of this cohort"),
    ];
}

/// How far an invitation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Nobody has reached the graduate.
    Queued,
    /// Called, and not reached as often as the campaign calls.
    Unreachable,
    /// Reached, and to be called again.
    Contacted,
    /// Some required questions are open.
    Partial,
    /// Somebody else answered.
    Proxy,
    Submitted,
    Refused,
    OptedOut,
    NotEligible,
    /// The campaign ended without an answer.
    ClosedUnanswered,
}

impl InvitationState {
    /// Whether messages still go out: what staff knows or was told by others stops none.
    pub fn is_reminded(self) -> bool {
        matches!(self, Self::Queued | Self::Unreachable | Self::Contacted | Self::Partial | Self::Proxy)
    }

    /// Whether somebody is still to be called.
    pub fn is_called(self) -> bool {
        matches!(self, Self::Queued | Self::Contacted | Self::Partial)
    }
}

impl Term for InvitationState {
    const NAME: &'static str = "受访进展";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Queued, "queued", "待访", &[]).en("to be asked"),
        entry(Self::Unreachable, "unreachable", "失联", &[]),
        entry(Self::Contacted, "contacted", "已接通，待回访", &[]).en("reached, to be called again"),
        entry(Self::Partial, "partial", "部分完成", &[]).en("answered in part"),
        entry(Self::Proxy, "proxy", "他人代答", &[]).en("answered by somebody else"),
        entry(Self::Submitted, "submitted", "已提交", &[]).en("answered"),
        entry(Self::Refused, "refused", "拒访", &[]),
        entry(Self::OptedOut, "opted_out", "退订", &[]),
        entry(Self::NotEligible, "not_eligible", "不在范围", &[]),
        entry(Self::ClosedUnanswered, "closed_unanswered", "结束时未答", &[]).en("unanswered at the end"),
    ];
}
