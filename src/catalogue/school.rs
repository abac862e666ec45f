//! What refuses the command of a school.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, nothing_to_undo, say, values_of};
use crate::domain::school::SchoolRefusal;

impl Refusal for SchoolRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotRegistered => RefusalKind::NotFound,
            Self::Name | Self::OtherCode { .. } | Self::NothingToUndo { .. } => RefusalKind::Invalid,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Name => say(
                "学校名称不能为空，且不超过 60 个字",
                "The name of the school must not be empty, nor longer than 60 characters",
            ),
            Self::OtherCode { registered, given } => say(
                format!("学校代码是 {registered}，不能改为 {given}"),
                format!("The code of the school is {registered} and cannot become {given}"),
            ),
            Self::NotRegistered => say(
                "学校尚未登记，请先登记学校或导入学校名单",
                "The school is not registered yet; register it, or import the list of schools, first",
            ),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name => Some("name"),
            Self::OtherCode { .. } => Some("code"),
            Self::NothingToUndo { .. } => Some("version"),
            Self::NotRegistered => None,
        }
    }
}
