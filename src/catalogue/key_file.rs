//! What is wrong with a key file, an exported key, a ledger.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::ledger::LedgerError;
use crate::people::KeyFileError;
use crate::people::key_export::{KeyExportError, PASSPHRASE_MIN};

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
            Self::Wide { path } => {
                let path = path.display();
                say(
                    format!("密钥文件 {path} 其他用户也能读写；请由所有者 chmod 600 {path}，并考虑密钥是否已经泄露"),
                    format!(
                        "Others may read or write the key file \"{path}\"; let its owner chmod 600 it, and consider whether the key leaked"
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
