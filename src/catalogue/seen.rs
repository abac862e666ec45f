//! What a command is refused with because its caller has seen something else.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::seen::VersionRefusal;

impl Refusal for VersionRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Moved { .. } => RefusalKind::Outdated,
            Self::Several => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Moved { seen, version } => say(
                format!("您看到的是第 {seen} 版，现在是第 {version} 版；请重新查看后再办"),
                format!("You have seen version {seen}, and it is version {version} now; look again, then decide"),
            ),
            Self::Several => say(
                "这次办理涉及不止一项记录，不能按一个版本核对；请逐项办理，或不写版本",
                "This is about more than one record, which no single version tells; order one by one, or name no version",
            ),
        }
    }
}
