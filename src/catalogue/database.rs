//! What is wrong with a database, its log, or the machine they are on.

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::event_log::fault::{DatabaseFault, LogFault, MachineFault};
use crate::event_log::{EngineError, OpenError};

/// What the database says, after what to do about the machine where that is known.
pub(super) fn told(fault: &DatabaseFault) -> Sentence {
    if let Some(log) = &fault.log {
        return log.sentence();
    }
    let cause = &fault.cause;
    let (zh, en) = match fault.machine {
        None => return say(cause, cause),
        Some(MachineFault::Full) => ("磁盘空间不足，请腾出空间后重试", "the disk is full; make room and try again"),
        Some(MachineFault::Disk) => (
            "磁盘读写失败，请检查磁盘空间和磁盘状态后重试",
            "the disk cannot be read or written; check its room and state and try again",
        ),
        Some(MachineFault::ReadOnly) => (
            "数据库不能写入，请检查目录和文件的权限后重试",
            "the database cannot be written; check the permissions of folder and file and try again",
        ),
        Some(MachineFault::Standby) => (
            "数据库服务器只能读取（可能是备库），请检查数据库地址是否指向主库后重试",
            "the database server takes no writes, as a standby; check that the address is the primary's and try again",
        ),
    };
    say(format!("{zh}（{cause}）"), format!("{en} ({cause})"))
}

impl EngineError {
    /// The refusal that it passes on; `None` when the database itself failed.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Refused(fault) => Some(fault),
            Self::Sql(_) | Self::Bind(_) | Self::Json(_) | Self::Undecodable { .. } => None,
        }
    }
}

impl Refusal for EngineError {
    fn code(&self) -> &'static str {
        match self {
            Self::Undecodable { .. } => "event.undecodable",
            Self::Sql(_) | Self::Bind(_) | Self::Json(_) => "database.unreadable",
            Self::Refused(fault) => fault.code(),
        }
    }

    fn values(&self) -> Value {
        match self {
            Self::Undecodable { position, .. } => json!({ "position": position }),
            // What the database says is for the operator, in the sentence only.
            Self::Sql(_) | Self::Bind(_) | Self::Json(_) | Self::Refused(_) => {
                self.inner().map_or_else(|| json!({}), Refusal::values)
            }
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Refused(fault) => fault.sentence(),
            Self::Undecodable { position, kind, reason } => say(
                format!("位置 {position} 的事件 {kind} 不能读取：{reason}；如由更新版本的程序写入，请升级程序"),
                format!(
                    "Event \"{kind}\" at position {position} cannot be read: {reason}; if a newer program wrote it, upgrade this one"
                ),
            ),
            Self::Sql(_) | Self::Bind(_) | Self::Json(_) => say(
                format!("数据库读取失败：{self}。请检查数据库服务后重试"),
                format!("The database could not be read: {self}; check the database service and try again"),
            ),
        }
    }
}

impl Refusal for LogFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::RebuildOvertaken => RefusalKind::Conflict,
            Self::NotFoldable { .. }
            | Self::Unexplained { .. }
            | Self::Frontier
            | Self::LeafBroken
            | Self::SqliteTooOld { .. }
            | Self::Unexpected { .. } => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::RebuildOvertaken => say(
                "另一次重建已经开始，本次重建到此为止；请等它完成",
                "Another rebuild has begun, and this one ends here; wait for the other",
            ),
            Self::NotFoldable { position, reason } => say(
                format!("位置 {position} 的事件无法处理：{reason}"),
                format!("The event at position {position} cannot be folded: {reason}"),
            ),
            Self::Unexplained { student } => say(
                format!("{student} 已计入，其事件却没有说明；请校验日志"),
                format!("{student} is counted, and the events do not say why; verify the log"),
            ),
            Self::Frontier => say(
                "日志头损坏：Merkle 前沿与位置不符，请校验日志",
                "The head of the log is damaged: its Merkle frontier is not of its position; verify the log",
            ),
            Self::LeafBroken => say("日志中有损坏的叶哈希", "The log has a damaged leaf hash"),
            Self::SqliteTooOld { version } => say(
                format!("SQLite {version} 存在可能损坏数据的缺陷；请使用 3.51.3 或更新版本构建本程序"),
                format!("SQLite {version} may damage data; build the program with 3.51.3 or newer"),
            ),
            Self::Unexpected { what } => say(
                format!("程序内部有误：{what}。请告诉维护者"),
                format!("The program is at fault: {what}; tell the maintainers"),
            ),
        }
    }
}

impl Refusal for OpenError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Url => RefusalKind::Invalid,
            Self::Sqlite { .. }
            | Self::Wide { .. }
            | Self::Postgres(_)
            | Self::Migrate(_)
            | Self::Older
            | Self::Newer => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Sqlite { path, reason } => {
                let (path, Sentence { zh, en }) = (path.display(), told(reason));
                say(
                    format!(
                        "不能打开数据库 {path}：{zh}。请检查目录是否存在、是否可写、磁盘是否已满、文件是否被其他程序占用"
                    ),
                    format!(
                        "The database \"{path}\" cannot be opened: {en}; check that the folder is there and writable, that the disk is not full, and that no other program holds the file"
                    ),
                )
            }
            Self::Wide { path, reason } => {
                let path = path.display();
                say(
                    format!(
                        "数据库文件 {path} 其他用户也能读写，又不能改为仅本人可读写（0600）：{reason}。请由文件的所有者运行本程序或 chmod 600 {path}；如果这里不支持文件权限，请把数据目录移到支持的磁盘"
                    ),
                    format!(
                        "Others may read and write the database file \"{path}\", and it cannot be made the owner's alone (0600): {reason}; let its owner run the program, or chmod 600 it; where there are no permissions, move the data to a disk that has them"
                    ),
                )
            }
            Self::Postgres(reason) => {
                let Sentence { zh, en } = told(reason);
                say(
                    format!("不能连接 PostgreSQL：{zh}。请检查地址、账号和服务是否启动"),
                    format!("PostgreSQL cannot be reached: {en}; check address and account, and that the service runs"),
                )
            }
            Self::Migrate(reason) => say(
                format!("数据库结构升级失败：{reason}"),
                format!("The tables of the database could not be made: {reason}"),
            ),
            Self::Older => say(
                "这个数据库是旧版本的格式，没有打开，也没有改动；尚未发布的版本不带升级，请用新的数据目录或数据库重新导入",
                "The database is of an older format; it was neither opened nor changed. Versions before the first release are not upgraded: import into a new data folder or database",
            ),
            Self::Newer => say(
                "这个数据库由更新版本的程序写入，没有打开，也没有改动；请升级程序",
                "A newer program wrote the database; it was neither opened nor changed, upgrade the program",
            ),
            Self::Url => say(
                "数据库地址应为 sqlite:文件路径 或 postgres://…",
                "The address of a database is \"sqlite:\" and a path, or \"postgres://…\"",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Url => Some("database_url"),
            Self::Sqlite { .. }
            | Self::Wide { .. }
            | Self::Postgres(_)
            | Self::Migrate(_)
            | Self::Older
            | Self::Newer => None,
        }
    }
}
