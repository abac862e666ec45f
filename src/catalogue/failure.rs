//! Why a command or question was not answered: what the noun that it is of says, or the gate, or several persons'.

use std::fmt;

use serde_json::{Value, json};

use super::target::shown;
use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::bulk::{Refused, Subject};
use crate::app::failure::Failure;
use crate::app::gate::{Denied, GateRefusal};
use crate::app::key::{KeyRefusal, LEN_MAX};
use crate::app::looking::LookingRefusal;
use crate::domain::account::codes::Role;
use crate::domain::terms::{Entry, Term as _};
use crate::text::lang::{Lang, joined};

impl Failure {
    /// The refusal that it passes on; `None` for those of several persons, and for a command that cannot be written.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Denied(refusal) => Some(refusal),
            Self::Gate(refusal) => Some(refusal),
            Self::Key(refusal) => Some(refusal),
            Self::Input(refusal) => Some(refusal),
            Self::Target(refusal) => Some(refusal),
            Self::Overrides(refusal) => Some(refusal),
            Self::Account(refusal) => Some(refusal),
            Self::Token(refusal) => Some(refusal),
            Self::Looking(refusal) => Some(refusal),
            Self::Report(refusal) => Some(refusal),
            Self::Erase(refusal) => Some(refusal),
            Self::Evidence(refusal) => Some(refusal),
            Self::File(refusal) => Some(refusal),
            Self::Templates(refusal) => Some(refusal),
            Self::Xlsform(refusal) => Some(refusal),
            Self::Answer(refusal) => Some(refusal),
            Self::Mark(refusal) => Some(refusal),
            Self::Scan(refusal) => Some(refusal),
            Self::Kept(refusal) => Some(&**refusal),
            Self::Render(refusal) => Some(refusal),
            Self::Import(refusal) => Some(refusal),
            Self::Undo(refusal) => Some(refusal),
            Self::App(error) => Some(error),
            Self::Refused(_) | Self::Serialize(_) => None,
        }
    }

    /// Those who were refused; nobody for other failures.
    fn refused(&self) -> &[Refused] {
        if let Self::Refused(refused) = self { refused } else { &[] }
    }
}

/// Of several persons the kind and the field are the first one's.
impl Refusal for Failure {
    fn code(&self) -> &'static str {
        let own = || if self.refused().is_empty() { "request.not_writable" } else { "request.refused" };
        self.inner().map_or_else(own, Refusal::code)
    }

    fn values(&self) -> Value {
        let of = |one: &Refused| json!({ "whom": one.whom, "code": one.why.code(), "values": one.why.values() });
        let refused = || json!({ "refused": self.refused().iter().map(of).collect::<Vec<_>>() });
        self.inner().map_or_else(refused, Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        let first = || self.refused().first().map_or(RefusalKind::Broken, |one| one.why.kind());
        self.inner().map_or_else(first, Refusal::kind)
    }

    fn sentence(&self) -> Sentence {
        match (self.inner(), self) {
            (Some(refusal), _) => refusal.sentence(),
            (None, Self::Serialize(error)) => {
                say(format!("命令不能写成 JSON：{error}"), format!("The command cannot be written as JSON: {error}"))
            }
            (None, _) => {
                let (count, lines) = (self.refused().len(), lines(self.refused()));
                let unit = unit(self.refused());
                say(
                    format!("{count} {unit}不能办理，全部都没有记录：\n{}", lines.zh),
                    format!("{count} cannot have it, and nothing was recorded of any:\n{}", lines.en),
                )
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        let first = || self.refused().first().and_then(|one| one.why.field());
        self.inner().map_or_else(first, Refusal::field)
    }
}

impl std::error::Error for Failure {}

/// In Chinese, for the ways in that do not choose a language.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().zh)
    }
}

/// Whom or what a refusal is about.
fn subject(subject: &Subject) -> Sentence {
    match subject {
        Subject::Student(student) => shown(student),
        Subject::Unit(name) => say(name, format!("\"{name}\"")),
        Subject::Page { number, file, page: 0 } => {
            say(format!("第 {number} 页（{file}）"), format!("Page {number} (\"{file}\")"))
        }
        Subject::Page { number, file, page } => {
            say(format!("第 {number} 页（{file} 第 {page} 页）"), format!("Page {number} (\"{file}\", page {page})"))
        }
    }
}

/// By what those who were refused are counted in Chinese.
fn unit(refused: &[Refused]) -> &'static str {
    let is_page = |one: &Refused| matches!(one.whom, Subject::Page { .. });
    if refused.iter().any(is_page) { "页" } else { "人" }
}

/// Somebody who was refused, and why.
pub fn refused(one: &Refused) -> Sentence {
    let (whom, why) = (subject(&one.whom), one.why.sentence());
    say(format!("{}：{}", whom.zh, why.zh), format!("{}: {}", whom.en, why.en))
}

/// A line per student; those who are refused for the same reason share it.
fn lines(refused_persons: &[Refused]) -> Sentence {
    let mut by_reason: Vec<(Sentence, Vec<&Refused>)> = vec![];
    for one in refused_persons {
        let why = one.why.sentence();
        match by_reason.iter_mut().find(|(known, _)| *known == why) {
            Some((_, alike)) => alike.push(one),
            None => by_reason.push((why, vec![one])),
        }
    }
    let line = |(why, alike): &(Sentence, Vec<&Refused>)| match alike.as_slice() {
        [one] => {
            let Sentence { zh, en } = refused(one);
            (format!("  {zh}"), format!("  {en}"))
        }
        alike => {
            let whom: Vec<Sentence> = alike.iter().map(|one| subject(&one.whom)).collect();
            let joined = |of: fn(&Sentence) -> &str, mark: &str| whom.iter().map(of).collect::<Vec<_>>().join(mark);
            let (zh, en) = (joined(|whom| &whom.zh, "、"), joined(|whom| &whom.en, ", "));
            let (count, unit) = (alike.len(), unit(refused_persons));
            (format!("  {}（{count} {unit}）：{zh}", why.zh), format!("  {} ({count}): {en}", why.en))
        }
    };
    let (zh, en): (Vec<_>, Vec<_>) = by_reason.iter().map(line).unzip();
    say(zh.join("\n"), en.join("\n"))
}

impl Refusal for Denied {
    fn code(&self) -> &'static str {
        "request.denied"
    }

    fn values(&self) -> Value {
        json!({ "action": self.action.name() })
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::NotAllowed
    }

    fn sentence(&self) -> Sentence {
        let may = |entry: &&Entry<Role>| self.action.actors().contains(&entry.value.into());
        let who: Vec<Sentence> = Role::ENTRIES.iter().filter(may).map(|entry| entry.value.words()).collect();
        if who.is_empty() {
            return say(
                "您的角色不能作此操作，只有管理服务器的人能",
                "Your role may not do this, only who runs the server",
            );
        }
        let (zh, en) = (joined(&who, "、", Lang::Zh), joined(&who, ", ", Lang::En));
        say(format!("您的角色不能作此操作；能的是：{zh}"), format!("Your role may not do this; who may: {en}"))
    }
}

impl Refusal for GateRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::NotAllowed
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::ReadsOnly => say(
                "这个令牌只能查询，不能办理；请用可以办理的令牌",
                "This token only asks and records nothing; use one that may record",
            ),
            Self::ConfirmFirst => say(
                "这一步要再次验证身份：请重新输入密码（和动态码），15 分钟内有效",
                "Show once more who you are: type your password (and a code) again; it holds for 15 minutes",
            ),
            Self::NotDeputy => say(
                "您现在不能代这个账号办理：没有安排，还没有开始，已经结束或撤销，或有一方停用、换了职务或学校；请核对代理的日期，或以\
                 本人的身份办理",
                "You may not act in the place of this account now: nobody said so, it has not begun, has ended or was undone, or \
                 one of the two is disabled or has another role or school; check the days, or act as yourself",
            ),
            Self::InPlaceOf => say(
                "账号、登录、令牌的事和删除个人信息不能代人办理；请回到本人的身份，或由有权的人办理",
                "What is about accounts, sessions and tokens, and erasing, is not done in somebody's place; act as yourself, or \
                 have it done by who may",
            ),
            Self::InTheNameOfStaff => say(
                "已有人员自行登录，操作员不能再代人批准、审核或裁定；请由本人登录办理，紧急时写明应急代办的原因",
                "Staff sign in themselves, so that the operator approves, reviews and resolves in nobody's name any more; have \
                 them do it, or in an emergency state the reason",
            ),
        }
    }
}

impl Refusal for KeyRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Empty => say("操作编号是空的；请写一个编号，或不填", "The key is empty; write one, or leave it out"),
            Self::TooLong => say(
                format!("操作编号太长；最多 {LEN_MAX} 个字符"),
                format!("The key is too long; it has at most {LEN_MAX} characters"),
            ),
            Self::NotPrintable => say(
                "操作编号中有不能显示的字符；请只用文字、数字和标点",
                "The key has characters that cannot be shown; use letters, digits and marks only",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("key")
    }
}

impl Refusal for LookingRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::NotAllowed
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoAccount => say(
                "操作员没有账号，查看记录记不到人；请代某位人员查看",
                "The operator has no account on which the looking could be recorded; look in the name of a member of staff",
            ),
        }
    }
}
