//! What refuses the command of the log itself.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::domain::log::LogRefusal;

impl Refusal for LogRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::EmptyRange(_) => RefusalKind::Invalid,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::EmptyRange(lost) => say(
                format!("丢失的位置应从小到大：{} 至 {}", lost.from, lost.to),
                format!("The positions lost must ascend: {} to {}", lost.from, lost.to),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmptyRange(_) => Some("lost"),
        }
    }
}
