//! What keeps figures and lists from being answered.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::report_error::ReportError;
use crate::domain::figures::definitions::DEFINITIONS;
use crate::domain::figures::populations::{ALL, KNOWN};

impl ReportError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Target(refusal) => Some(refusal),
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for ReportError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound | Self::NoSuchFigure(_) | Self::NoSuchCell(_) => RefusalKind::NotFound,
            Self::BeyondHead { .. } | Self::SchoolNeeded => RefusalKind::Invalid,
            Self::Stalled { .. } => RefusalKind::Busy,
            Self::Imbalance { .. } => RefusalKind::Broken,
            Self::Target(refusal) => refusal.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::BeyondHead { asked, head } => say(
                format!("位置 {asked} 在日志末尾（{head}）之后；请写不大于它的位置"),
                format!("Position {asked} is behind the end of the log ({head}); write one up to it"),
            ),
            Self::Stalled { model, position, reason } => say(
                format!("读模型「{model}」自位置 {position} 起没有更新（{reason}）；请先重建读模型"),
                format!(
                    "The read model \"{model}\" has not followed the log since position {position} ({reason}); rebuild it first"
                ),
            ),
            Self::Imbalance { whole, total, parts } => say(
                format!("分项之和不等于总数：{whole} 为 {total}，分项合计 {parts}；请校验日志"),
                format!("The parts do not add up: \"{whole}\" is {total}, its parts are {parts}; verify the log"),
            ),
            Self::NoSuchFigure(id) => {
                let counts = ALL.into_iter().filter(|population| **population != KNOWN).map(|population| population.id);
                let ids: Vec<&str> = DEFINITIONS.iter().map(|definition| definition.id).chain(counts).collect();
                say(
                    format!("没有编号为「{id}」的指标；可用：{}", ids.join("、")),
                    format!("There is no figure \"{id}\"; there are: {}", ids.join(", ")),
                )
            }
            Self::NoSuchCell(key) => say(
                format!("分组中没有「{key}」这一格；请按报表 JSON 中 breakdown 的 key 填写"),
                format!(
                    "The breakdown has no cell \"{key}\"; write a key as the breakdown of the report in JSON gives it"
                ),
            ),
            Self::NotFound => say("没有找到", "Not found"),
            Self::SchoolNeeded => say(
                "班级名称由各校自定；请写明学校代码",
                "Each school names its classes as it likes; write the code of the school",
            ),
            Self::Target(refusal) => refusal.sentence(),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::BeyondHead { .. } => Some("known_at"),
            Self::SchoolNeeded => Some("school"),
            Self::NotFound
            | Self::NoSuchFigure(_)
            | Self::NoSuchCell(_)
            | Self::Stalled { .. }
            | Self::Imbalance { .. } => None,
            Self::Target(_) | Self::App(_) => self.inner().and_then(Refusal::field),
        }
    }
}
