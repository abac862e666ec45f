//! What keeps personal data and evidence from being sealed or opened.

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::people::{SealError, UnsealError};

impl Refusal for UnsealError {
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
            Self::Broken { subject, revision } => say(
                format!("加密数据损坏或不属于这一行（{subject} 第 {revision} 版），请由管理员校验日志"),
                format!(
                    "Sealed data are damaged or not of this row ({subject}, revision {revision}); have the operator verify the log"
                ),
            ),
            Self::BrokenFile { subject, hash } => say(
                format!("佐证文件损坏或不属于这一行（{subject} 的 {}），请由管理员校验日志", hash.short()),
                format!(
                    "A file of evidence is damaged or not of this row ({} of {subject}); have the operator verify the log",
                    hash.short()
                ),
            ),
            Self::Algorithm(algorithm) => say(
                format!("加密数据由更新版本的程序写入（算法 {algorithm}），请升级程序"),
                format!("Sealed data were written by a newer program (algorithm {algorithm}); upgrade the program"),
            ),
        }
    }
}

impl Refusal for SealError {
    fn code(&self) -> &'static str {
        "sealed.not_written"
    }

    fn values(&self) -> Value {
        json!({})
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        say(format!("不能加密个人信息：{}", self.0), format!("Personal data could not be sealed: {}", self.0))
    }
}
