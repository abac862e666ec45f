//! What the operator is told: opening a database, its key and ledger, copying, restoring, verifying, wiping.

use std::fmt;

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::StartError;
use crate::app::health::ProofError;
use crate::app::restore::RestoreError;
use crate::event_log::copy::CopyError;
use crate::event_log::fault::{DatabaseFault, LogFault, MachineFault};
use crate::event_log::scrub::ScrubError;
use crate::event_log::verify::VerifyFault;
use crate::event_log::{EngineError, OpenError, RebuildError};
use crate::ledger::LedgerError;
use crate::people::KeyFileError;
use crate::people::key_export::{KeyExportError, PASSPHRASE_MIN};

/// What the database says, after what to do about the machine where that is known.
pub(super) fn told(fault: &DatabaseFault) -> Sentence {
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

impl Refusal for KeyFileError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Missing { path, key_id } => {
                let path = path.display();
                say(
                    format!(
                        "密钥文件 {path} 不存在。数据库需要编号为 {key_id} 的密钥：请把原来的 gradtrail.key 复制到这里"
                    ),
                    format!(
                        "There is no key file \"{path}\"; the database needs the key {key_id}: copy its gradtrail.key here"
                    ),
                )
            }
            Self::Foreign { path, key_id } => {
                let path = path.display();
                say(
                    format!("密钥文件 {path} 不是本数据库的密钥（需要编号 {key_id}）。请换回原来的 gradtrail.key"),
                    format!(
                        "The key file \"{path}\" is of another database, this one needs the key {key_id}; put its gradtrail.key back"
                    ),
                )
            }
            Self::Damaged { path } => {
                let path = path.display();
                say(
                    format!("密钥文件 {path} 不完整或不是密钥文件。请换回原来的 gradtrail.key，或从备份恢复"),
                    format!(
                        "The key file \"{path}\" is incomplete or none; put the gradtrail.key back, or take it from a backup"
                    ),
                )
            }
            Self::HalfMade { path } => {
                let path = path.display();
                say(
                    format!(
                        "密钥文件 {path} 不完整，而数据库尚未使用任何密钥（可能是首次创建时断电）。请删除此文件后重试，会生成新的密钥；如果它是从别处复制来的，请重新复制"
                    ),
                    format!(
                        "The key file \"{path}\" is incomplete, and the database uses no key yet, as after a power cut at the first start; delete the file and try again, a new key is made; if it was copied here, copy it again"
                    ),
                )
            }
            Self::Taken { path, key_id } => {
                let path = path.display();
                say(
                    format!("密钥文件 {path} 已经存在（编号 {key_id}），没有改动；请先确认并移走它"),
                    format!(
                        "The key file \"{path}\" exists (key {key_id}) and was not changed; make sure of it and move it away first"
                    ),
                )
            }
            Self::Io { path, reason } => {
                let path = path.display();
                say(
                    format!("不能读写密钥文件 {path}：{reason}"),
                    format!("The key file \"{path}\" cannot be read or written: {reason}"),
                )
            }
        }
    }
}

impl Refusal for KeyExportError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Short | Self::Wrong | Self::Foreign => RefusalKind::Invalid,
            Self::Seal(_) => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Short => say(
                format!("口令太短：至少 {PASSPHRASE_MIN} 个字符，可用几个不相干的词"),
                format!(
                    "The passphrase is too short: take {PASSPHRASE_MIN} characters or more, as some unrelated words"
                ),
            ),
            Self::Wrong => say("口令不对，或文件已损坏", "The passphrase is wrong, or the file is damaged"),
            Self::Foreign => say("这不是导出的密钥文件", "This is no exported key"),
            Self::Seal(reason) => say(format!("不能加密密钥：{reason}"), format!("The key cannot be sealed: {reason}")),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Short | Self::Wrong => Some("passphrase"),
            Self::Foreign => Some("file"),
            Self::Seal(_) => None,
        }
    }
}

impl Refusal for LedgerError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Unusable { path, reason } => {
                let path = path.display();
                say(
                    format!("不能读写台账 {path}：{reason}。请检查磁盘是否已满、文件和目录的权限"),
                    format!(
                        "The ledger \"{path}\" cannot be read or written: {reason}; check that the disk is not full, and the permissions"
                    ),
                )
            }
            Self::LineUnreadable { path, line, reason } => {
                let path = path.display();
                say(
                    format!("台账 {path} 第 {line} 行不能读取（{reason}），请用备份的台账恢复，或升级程序"),
                    format!(
                        "Line {line} of the ledger \"{path}\" cannot be read ({reason}); take the ledger from a backup, or upgrade the program"
                    ),
                )
            }
        }
    }
}

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
            Self::Foreign => {
                say("来源不是 gradtrail 的数据库或备份", "The source is no database or backup of gradtrail")
            }
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

impl RebuildError {
    fn inner(&self) -> &dyn Refusal {
        match self {
            Self::Read(error) => error,
            Self::Write(error) => error,
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
