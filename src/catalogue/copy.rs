//! What keeps a log from being opened, copied, restored, rebuilt, wiped.

use std::fmt;

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::StartError;
use crate::app::restore::RestoreError;
use crate::event_log::RebuildError;
use crate::event_log::copy::CopyError;
use crate::event_log::scrub::ScrubError;

impl CopyError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Open(refusal) => Some(refusal),
            Self::Engine(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for CopyError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotEmpty(_) | Self::Used => RefusalKind::Conflict,
            Self::Corrupt(_) | Self::Foreign | Self::Older | Self::Newer | Self::File { .. } => RefusalKind::Broken,
            Self::Open(error) => error.kind(),
            Self::Engine(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotEmpty(count) => say(
                format!("目标数据库已有 {count} 个事件；请用一个空的数据库"),
                format!("The database to copy into has {count} events; take an empty one"),
            ),
            Self::Used => say(
                "目标数据库已经启用（登记了密钥，还没有事件）；请删除它，或换一个没有用过的数据库，再重试",
                "The database to copy into is in use (it names a key and has no events yet); delete it, or take one that was not used",
            ),
            Self::Corrupt(position) => say(
                format!("来源的位置 {position} 处事件损坏或缺失，没有复制任何内容；请先校验来源的日志"),
                format!(
                    "The event at position {position} of the source is damaged or missing, nothing was copied; verify the source's log first"
                ),
            ),
            Self::Foreign => say("来源不是本程序的数据库或备份", "The source is no database or backup of this program"),
            Self::Older => say(
                "来源是旧版本的格式，没有复制任何内容；尚未发布的版本不带升级，请用新的数据目录或数据库重新导入",
                "The source is of an older format, nothing was copied. Versions before the first release are not upgraded: import into a new data folder or database",
            ),
            Self::Newer => say(
                "来源由更新版本的程序写入，没有复制任何内容；请升级程序",
                "A newer program wrote the source, nothing was copied; upgrade the program",
            ),
            Self::File { file, reason } => {
                let file = file.display();
                say(
                    format!("不能写备份文件 {file}：{reason}。请换一个文件名，并检查目录是否可写、磁盘是否已满"),
                    format!(
                        "The backup \"{file}\" cannot be written: {reason}; take another name, and check that the folder is writable and the disk not full"
                    ),
                )
            }
            Self::Open(error) => error.sentence(),
            Self::Engine(error) => {
                let Sentence { zh, en } = error.sentence();
                say(format!("没有复制任何内容：{zh}"), format!("Nothing was copied: {en}"))
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}

impl Refusal for ScrubError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Busy => RefusalKind::Busy,
            Self::Sql(_) | Self::MayNotCheckpoint => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Busy => say(
                "数据库正在被其他程序读取，清除没有完成；个人信息已经匿名化，请稍后再清除",
                "Another program reads the database, so that the wiping is not finished; the personal data are erased, wipe again later",
            ),
            Self::Sql(error) => say(
                format!("清除没有完成：{error}。个人信息已经匿名化，请排除原因后再清除"),
                format!(
                    "The wiping is not finished: {error}; the personal data are erased, wipe again once the cause is gone"
                ),
            ),
            Self::MayNotCheckpoint => say(
                "数据库账号无权执行 checkpoint（需要 pg_checkpoint 角色）；请由管理员执行一次 checkpoint，其余步骤已完成",
                "The database account may run no checkpoint (it needs the role pg_checkpoint); let an administrator run one, all else is done",
            ),
        }
    }
}

impl RebuildError {
    fn inner(&self) -> &dyn Refusal {
        match self {
            Self::Read(error) => error,
            Self::Write(error) => error,
            Self::Refused(fault) => fault,
        }
    }
}

impl Refusal for RebuildError {
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

    fn field(&self) -> Option<&'static str> {
        self.inner().field()
    }
}

impl StartError {
    fn inner(&self) -> &dyn Refusal {
        match self {
            Self::Open(error) => error,
            Self::Key(error) => error,
            Self::Read(error) => error,
            Self::Append(error) => error,
            Self::Erase(error) => error,
        }
    }
}

impl Refusal for StartError {
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
        {
            let Sentence { zh, en } = self.inner().sentence();
            match self {
                Self::Erase(_) => say(
                    format!("不能完成台账中的匿名化：{zh}"),
                    format!("The erasures of the ledger cannot be finished: {en}"),
                ),
                Self::Open(_) | Self::Key(_) | Self::Read(_) | Self::Append(_) => say(zh, en),
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().field()
    }
}

impl std::error::Error for StartError {}

/// In Chinese, for the ways in that do not choose a language.
impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().zh)
    }
}

impl RestoreError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Copy(refusal) => Some(refusal),
            Self::Key(refusal) => Some(refusal),
            Self::Start(refusal) => Some(refusal),
            Self::Rebuild(refusal) => Some(refusal),
            Self::Ledger(refusal) => Some(refusal),
            Self::Scrub(refusal) => Some(refusal),
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for RestoreError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoLedger(_) => RefusalKind::NotFound,
            Self::NoInstallation => RefusalKind::Broken,
            Self::Copy(error) => error.kind(),
            Self::Key(error) => error.kind(),
            Self::Start(error) => error.kind(),
            Self::Rebuild(error) => error.kind(),
            Self::Ledger(error) => error.kind(),
            Self::Scrub(error) => error.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoLedger(path) => say(
                format!(
                    "没有台账 {}。台账记着备份之后匿名化了谁；请把 gradtrail.ledger 放回密钥旁边，或指明它在哪里。确实没有台账时可以声明没有，已匿名化的人可能因此回来",
                    path.display()
                ),
                format!(
                    "There is no ledger \"{}\". It tells who was erased since the backup; put gradtrail.ledger back beside the key, or say where it is. If there is none, say so: who was erased may come back",
                    path.display()
                ),
            ),
            Self::NoInstallation => {
                say("备份中没有密钥编号，不是完整的备份", "The backup names no key, so that it is not complete")
            }
            Self::Copy(error) => error.sentence(),
            Self::Key(error) => error.sentence(),
            Self::Start(error) => error.sentence(),
            Self::Rebuild(error) => error.sentence(),
            Self::Ledger(error) => error.sentence(),
            Self::Scrub(error) => {
                let Sentence { zh, en } = error.sentence();
                say(format!("已恢复，但{zh}"), format!("Restored, but: {en}"))
            }
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}
