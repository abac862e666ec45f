//! What verifying a log and its read models finds.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::health::ProofError;
use crate::event_log::verify::VerifyFault;

impl VerifyFault {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Read(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for VerifyFault {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Missing(_)
            | Self::Unreadable { .. }
            | Self::Leaf(_)
            | Self::StreamVersion { .. }
            | Self::RecordedAt(_)
            | Self::BeforeFirst(_)
            | Self::HeadInstant { .. }
            | Self::Root { .. }
            | Self::BeyondHead(_)
            | Self::Truncated { .. }
            | Self::Rewritten { .. }
            | Self::ReadModel { .. }
            | Self::Stalled { .. }
            | Self::Foreign(_) => RefusalKind::Broken,
            Self::Read(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Missing(position) => {
                say(format!("位置 {position} 的事件缺失"), format!("The event at position {position} is missing"))
            }
            Self::Unreadable { position, reason } => say(
                format!("位置 {position} 的事件不能读取：{reason}"),
                format!("The event at position {position} cannot be read: {reason}"),
            ),
            Self::Leaf(position) => say(
                format!("位置 {position} 的事件与其叶哈希不符：内容被改动"),
                format!("The event at position {position} does not match its leaf hash: it was changed"),
            ),
            Self::StreamVersion { position, stream, expected, found } => say(
                format!("位置 {position}：流 {stream} 的版本应为 {expected}，实为 {found}"),
                format!("Position {position}: the version of stream {stream} should be {expected} and is {found}"),
            ),
            Self::RecordedAt(position) => say(
                format!("位置 {position} 的记录时间不晚于前一事件"),
                format!("The event at position {position} is not recorded later than the one before"),
            ),
            Self::BeforeFirst(position) => say(
                format!("位置 {position} 有事件，而日志从位置 1 开始：它不是本系统写入的"),
                format!(
                    "There is an event at position {position}, and the log begins at position 1: this program did not write it"
                ),
            ),
            Self::HeadInstant { position, expected, found } => say(
                format!("日志头记的最后记录时间是 {found}，位置 {position} 的事件是 {expected}（1970 年以来的微秒）"),
                format!(
                    "The head says that the last event was recorded at {found}, the event at position {position} says {expected} (microseconds since 1970)"
                ),
            ),
            Self::Root { position, computed, found } => say(
                format!("日志头的根与位置 {position} 之前的事件不符：算得 {computed}，登记 {found}"),
                format!(
                    "The root of the head does not match the events before position {position}: computed {computed}, found {found}"
                ),
            ),
            Self::BeyondHead(position) => say(
                format!("位置 {position} 在日志头之后，却有事件"),
                format!("Position {position} is behind the head of the log, and has an event"),
            ),
            Self::Truncated { head, noted } => say(
                format!("日志只到位置 {head}，短于先前记下的位置 {noted}：末尾被删除"),
                format!(
                    "The log ends at position {head}, before the position {noted} that was noted: its end was deleted"
                ),
            ),
            Self::Rewritten { position, computed, noted } => say(
                format!("位置 {position} 的根是 {computed}，与先前记下的 {noted} 不同：历史被改写"),
                format!(
                    "The root at position {position} is {computed}, unlike {noted} that was noted: history was rewritten"
                ),
            ),
            Self::ReadModel { model, table, key } => say(
                format!("读模型 {model} 的一行与重算不符：表 {table}，键 {key}"),
                format!("A row of the read model {model} differs from what is computed anew: table {table}, key {key}"),
            ),
            Self::Stalled { model, position, reason } => say(
                format!("读模型 {model} 停在位置 {position}（{reason}）；请重建读模型"),
                format!("The read model {model} stands at position {position} ({reason}); rebuild it"),
            ),
            Self::Foreign(model) => say(
                format!("读模型 {model} 由其他版本的程序写入；请重建读模型"),
                format!("Another version of the program wrote the read model {model}; rebuild it"),
            ),
            Self::Read(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}

impl ProofError {
    fn inner(&self) -> &dyn Refusal {
        match self {
            Self::Log(fault) => fault,
            Self::App(error) => error,
        }
    }
}

impl Refusal for ProofError {
    fn code(&self) -> &'static str {
        self.inner().code()
    }

    fn values(&self) -> Value {
        self.inner().values()
    }

    fn kind(&self) -> RefusalKind {
        self.inner().kind()
    }

    fn sentence(&self) -> Sentence {
        self.inner().sentence()
    }
}
