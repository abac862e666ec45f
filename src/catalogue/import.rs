//! What refuses the command of an import, its files, and their undoing.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::import::ImportError;
use crate::app::import::undo::UndoError;
use crate::domain::import::ImportRefusal;
use crate::domain::terms::Term as _;
use crate::intake::kind::Kind;

impl Refusal for ImportRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchBatch => RefusalKind::NotFound,
            Self::AlreadyUndone | Self::AlreadyStarted | Self::AlreadyApplied => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchBatch => say(
                "没有这个导入批次，请在导入批次列表中核对编号",
                "There is no such import; check its id in the list of imports",
            ),
            Self::AlreadyUndone => say("该批次已经撤销", "The import was undone already"),
            Self::AlreadyApplied => say("该批次已经完成", "The import is finished already"),
            Self::AlreadyStarted => say("该批次已经开始", "The import has begun already"),
        }
    }
}

impl ImportError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Templates(refusal) => Some(refusal),
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for ImportError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchSchool(_) => RefusalKind::NotFound,
            Self::SourceNotYours(_) | Self::KindNotYours(_) => RefusalKind::NotAllowed,
            Self::NeverByFile(_) => RefusalKind::Invalid,
            Self::Templates(error) => error.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchSchool(code) => say(format!("没有学校 {code}"), format!("There is no school {code}")),
            Self::KindNotYours(Kind::Staff) => say(
                "教职工名单会开立账号，由市局或校长导入；请交给他们，或去掉这个文件",
                "A staff list opens accounts, and the bureau or the principal imports it; hand it over, or leave out this file",
            ),
            Self::KindNotYours(kind) => say(
                format!("校长只导入教职工名单；「{}」请交就业办导入，或去掉这个文件", kind.zh()),
                format!(
                    "A principal imports staff lists only; have the office import the {}, or leave out this file",
                    kind.en()
                ),
            ),
            Self::SourceNotYours(source) => say(
                format!("来源「{}」的名单由有审核权限的人导入；学校自己的名单不填来源", source.zh()),
                format!(
                    "A list of the source \"{}\" is imported by who may review; a school's own list names no source",
                    source.en()
                ),
            ),
            Self::NeverByFile(source) => say(
                format!("「{}」不能由文件代填；学校听本人说的，写在「信息来源」一栏", source.zh()),
                format!(
                    "What \"{}\" says cannot come by file; what a school heard of the graduate goes into the column \"信息来源\"",
                    source.en()
                ),
            ),
            Self::Templates(error) => error.sentence(),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NeverByFile(_) => Some("source"),
            _ => self.inner().and_then(Refusal::field),
        }
    }
}

impl UndoError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for UndoError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::SchoolInUse(_) => RefusalKind::Conflict,
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::SchoolInUse(code) => say(
                format!("学校 {code} 已有学生名册，不能撤销其登记；请先撤销该校的名册"),
                format!("School {code} has rosters, so that it cannot be taken back; undo its rosters first"),
            ),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}
