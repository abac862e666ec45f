//! Why a command or question was not answered: a refusal that says what to do, or a failure of the system.

use thiserror::Error;

use super::AppError;
use super::account::AccountFailure;
use super::actions::Denied;
use super::bulk::{Refused, lines};
use super::evidence::EvidenceError;
use super::import::ImportError;
use super::import::undo::UndoError;
use super::key::KeyRefusal;
use super::looking::LookingRefusal;
use super::placement::overrides::OverridesError;
use super::report::ReportError;
use super::student::EraseError;
use super::target::TargetRefusal;
use crate::event_log::EngineError;
use crate::evidence::EvidenceFault;
use crate::packet::file::RenderError;
use crate::packet::mark::MarkError;
use crate::packet::templates::TemplateError;

/// Everything that `App::run` and `App::ask` can say instead of an answer.
#[derive(Debug, Error)]
pub enum Failure {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    #[error("{} 人不能办理，全部都没有记录：\n{}", .0.len(), lines(.0))]
    Refused(Vec<Refused>),
    #[error(transparent)]
    Input(#[from] InputRefusal),
    #[error(transparent)]
    Target(#[from] TargetRefusal),
    #[error(transparent)]
    Overrides(#[from] OverridesError),
    #[error(transparent)]
    Account(#[from] AccountFailure),
    #[error(transparent)]
    Looking(#[from] LookingRefusal),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Erase(#[from] EraseError),
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    #[error(transparent)]
    File(#[from] EvidenceFault),
    #[error(transparent)]
    Templates(#[from] TemplateError),
    #[error(transparent)]
    Mark(#[from] MarkError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Undo(#[from] UndoError),
    #[error("命令不能写成 JSON：{0}")]
    Serialize(#[from] serde_json::Error),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::App(error.into())
    }
}

/// A field of an input by its name, the same for command line, API and form.
pub type FieldName = &'static str;

/// What people call a field.
fn field_words(name: FieldName) -> &'static str {
    const WORDS: [(FieldName, &str); 27] = [
        ("address", "实习地址"),
        ("code", "统一社会信用代码"),
        ("day_hours", "每日时数"),
        ("employer", "单位"),
        ("first_day", "第一天"),
        ("host", "实习单位"),
        ("insurance", "保险"),
        ("insurance_buyer", "投保人"),
        ("kind", "实习类别"),
        ("last_day", "最后一天"),
        ("lodging", "住宿"),
        ("meals", "用餐"),
        ("mentor", "企业指导教师"),
        ("name", "名称"),
        ("on_specialty", "专业对口程度"),
        ("pay", "报酬"),
        ("pay_day", "支付日"),
        ("pay_method", "支付方式"),
        ("pay_unit", "报酬按月还是按天"),
        ("post", "岗位"),
        ("region", "实习去向"),
        ("site_kind", "实习场所类型"),
        ("source", "实习单位来源"),
        ("submit", "提交审核"),
        ("teacher", "校内指导教师"),
        ("text", "要找的文字"),
        ("week_days", "每周天数"),
    ];
    WORDS.iter().find(|(known, _)| *known == name).map_or(name, |(_, words)| words)
}

/// What is wrong with an input itself, whatever is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InputRefusal {
    #[error("还要写明：{}", .0.iter().map(|name| field_words(name)).collect::<Vec<_>>().join("、"))]
    FieldsMissing(Vec<FieldName>),
    #[error("没有写变更后的内容")]
    NothingChanges,
    #[error("文件是一名学生的；请逐人登记")]
    FileOfOneStudent,
    #[error("没有缺扫描件的纸质签署")]
    NothingToScan,
    #[error("没有发出的材料")]
    NothingToRecall,
    #[error("没有待签的材料；请先发出")]
    NothingToSign,
    #[error("材料都已发出或已签署")]
    NothingToSend,
    #[error("二维码是另一名学生的材料；请核对")]
    MarkOfAnother,
    #[error("二维码所在的文件不是发出的那一份，签署不作数；请核对文件")]
    MarkOfAnotherDocument,
    #[error("电子签署、扫描件和代签不能同时填写；请核对签署方式")]
    MannerUnclear,
    #[error("代签要同时写明原因、依据和依据的文件")]
    BehalfIncomplete,
    #[error("二维码已说明是哪份材料的第几版；请不要另填材料和版本，也不要对全班使用")]
    MarkSaysAll,
    #[error("{document}发出之后内容或模板有变；请撤回后重新发出，或用原来的模板打印")]
    ChangedSinceSent { document: &'static str },
    #[error("{document}打印之后内容或模板有变；请重新打印，再发出")]
    ChangedSincePrinted { document: &'static str },
    #[error("还没有拟协议；请先拟协议")]
    AgreementNotDrafted,
    #[error("单位名称是空的；请填写营业执照上的全称")]
    UnitNameEmpty,
    #[error("这个名称或信用代码已登记为单位 {other}；是同一单位时请合并")]
    UnitKnownAs { other: uuid::Uuid },
    #[error("没有登记这个{0}的单位；请核对，或先登记单位")]
    UnitUnknown(&'static str),
    #[error("请写明一个单位，或核定所有待核的单位，二者选一")]
    OneOrAllHosts,
    #[error("最后一天 {last_day} 早于第一天 {first_day}，请核对")]
    DaysReversed { first_day: jiff::civil::Date, last_day: jiff::civil::Date },
    #[error("「{0}」不是年份，请写成 2026 这样")]
    NotAYear(i16),
    #[error("「年」「学年」「某一天」只能写一个")]
    SeveralTimes,
    #[error("最多两个分组，且不能相同")]
    Dimensions,
    #[error("打开一个数字要写明按什么分组")]
    PartWithoutDimension,
    #[error("没有人在岗，没有可打开的「{0}」；请核对日期和截至的记录")]
    NobodyToOpen(String),
    #[error("{dimension}分组中没有「{part}」；有的是：{}", .known.join("、"))]
    NoSuchPart { dimension: &'static str, part: String, known: Vec<String> },
    #[error("编号「{0}」太短；请写完整的编号，或至少后 8 位")]
    IdTooShort(String),
    #[error("没有找到编号 {0}")]
    NoSuchId(String),
    #[error("编号 {0} 对应不止一个对象；请写完整的编号")]
    SeveralIds(String),
    #[error("学校的名称是空的；请填写全称")]
    SchoolNameEmpty,
}
