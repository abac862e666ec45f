//! What refuses the command of an import.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::domain::import::ImportRefusal;

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
            Self::AlreadyUndone | Self::AlreadyStarted => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchBatch => say(
                "没有这个导入批次，请在导入批次列表中核对编号",
                "There is no such import; check its id in the list of imports",
            ),
            Self::AlreadyUndone => say("该批次已经撤销", "The import was undone already"),
            Self::AlreadyStarted => say("该批次已经开始", "The import has begun already"),
        }
    }
}
