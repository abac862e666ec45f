//! What keeps the log from recording.

use serde_json::Value;

use super::database::told;
use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::event_log::request::AppendError;

impl Refusal for AppendError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Stale => RefusalKind::Conflict,
            Self::KeyReused => RefusalKind::KeyReused,
            Self::Busy | Self::Upgrade(_) | Self::Unreachable | Self::Unknown | Self::Stopped => RefusalKind::Busy,
            Self::Database(_) => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Busy => say("系统繁忙，请稍后重试", "The system is busy; try again later"),
            Self::Stale => {
                say("数据已被他人更改，请刷新后重试", "Somebody else has changed the data; reload and try again")
            }
            Self::KeyReused => say(
                "同一个操作编号用于不同的内容；请换一个编号",
                "The same key was used for something else; choose another key",
            ),
            Self::Upgrade(model) => say(
                format!("读模型「{model}」与本程序版本不一致：请升级程序，或重建读模型"),
                format!(
                    "The read model \"{model}\" is not of this version of the program; upgrade the program or rebuild the read models"
                ),
            ),
            Self::Database(fault) => {
                let Sentence { zh, en } = told(fault);
                say(
                    format!("数据库写入失败，本次操作未记录：{zh}"),
                    format!("The database could not write, nothing was recorded: {en}"),
                )
            }
            Self::Unreachable => say(
                "连接不上数据库，本次操作未记录；请检查数据库服务后重试",
                "The database cannot be reached, nothing was recorded; check the database service and try again",
            ),
            Self::Unknown => say(
                "与数据库的连接中断，不能确定是否已记录；请用同一操作编号重试，不会重复记录",
                "The connection to the database broke, and it is not certain whether it was recorded; try again with the same key, nothing is recorded twice",
            ),
            Self::Stopped => say("日志写入已停止，请重启程序", "Writing to the log has stopped; restart the program"),
        }
    }
}
