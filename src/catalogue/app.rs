//! What keeps a request from being done: a refusal of one of its streams, or of the app itself.

use std::fmt;

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say};
use crate::app::AppError;

/// What the app refuses on its own.
#[derive(Debug)]
enum Own<'a> {
    NotFound,
    Erased,
    Corrupt(&'a str),
}

impl Refusal for Own<'_> {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "request.not_found",
            Self::Erased => "person.erased",
            Self::Corrupt(_) => "event.corrupt",
        }
    }

    /// What went wrong inside is for the operator, in the sentence only.
    fn values(&self) -> Value {
        json!({})
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::Erased => RefusalKind::Conflict,
            Self::Corrupt(_) => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotFound => say("没有找到", "Not found"),
            Self::Erased => say(
                "此人已匿名化，不能再写入其个人信息；请去掉备注和文件后重试",
                "This person's data were erased, and no personal data can be written any more; leave out the note and the \
                 file, then try again",
            ),
            Self::Corrupt(cause) => say(
                format!("事件数据损坏：{cause}；请由管理员校验日志"),
                format!("Event data are damaged: \"{cause}\"; have the operator verify the log"),
            ),
        }
    }
}

impl AppError {
    /// Asks the refusal that it holds.
    fn ask<T>(&self, question: impl Fn(&dyn Refusal) -> T) -> T {
        match self {
            Self::NotFound => question(&Own::NotFound),
            Self::Account(refusal) => question(refusal),
            Self::Erased => question(&Own::Erased),
            Self::Read(error) => question(error),
            Self::Corrupt(cause) => question(&Own::Corrupt(cause)),
            Self::School(refusal) => question(refusal),
            Self::Employer(refusal) => question(refusal),
            Self::Host(refusal) => question(refusal),
            Self::Season(refusal) => question(refusal),
            Self::YearEnd(refusal) => question(refusal),
            Self::Survey(refusal) => question(refusal),
            Self::Invitation(refusal) => question(refusal),
            Self::Exemption(refusal) => question(refusal),
            Self::Placement(refusal) => question(refusal),
            Self::Agreement(refusal) => question(refusal),
            Self::Import(refusal) => question(refusal),
            Self::Log(refusal) => question(refusal),
            Self::Student(refusal) => question(refusal),
            Self::Statement(refusal) => question(refusal),
            Self::Version(refusal) => question(refusal),
            Self::Append(error) => question(error),
            Self::Unseal(error) => question(error),
            Self::Seal(error) => question(error),
            Self::Shared(error) => question(error.as_ref()),
        }
    }
}

impl Refusal for AppError {
    fn code(&self) -> &'static str {
        self.ask(|refusal| refusal.code())
    }

    fn values(&self) -> Value {
        self.ask(|refusal| refusal.values())
    }

    fn kind(&self) -> RefusalKind {
        self.ask(|refusal| refusal.kind())
    }

    fn sentence(&self) -> Sentence {
        self.ask(|refusal| refusal.sentence())
    }

    fn field(&self) -> Option<&'static str> {
        self.ask(|refusal| refusal.field())
    }
}

impl std::error::Error for AppError {}

/// In Chinese, for the ways in that do not choose a language.
impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().zh)
    }
}
