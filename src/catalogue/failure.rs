//! Why a command or question was not answered: what the noun that it is of says, or the gate, or several persons'.

use std::fmt;

use serde_json::{Value, json};

use super::target::shown;
use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::account::{AccountFailure, NAME_MAX, SeveralStaff};
use crate::app::actions::Denied;
use crate::app::bulk::{Refused, Subject};
use crate::app::failure::Failure;
use crate::app::import::ImportError;
use crate::app::import::undo::UndoError;
use crate::app::key::{KeyRefusal, LEN_MAX};
use crate::app::looking::LookingRefusal;
use crate::app::student::EraseError;
use crate::domain::terms::Term;

impl Failure {
    /// The refusal that it passes on; `None` for those of several persons, and for a command that cannot be written.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Denied(refusal) => Some(refusal),
            Self::Key(refusal) => Some(refusal),
            Self::Input(refusal) => Some(refusal),
            Self::Target(refusal) => Some(refusal),
            Self::Overrides(refusal) => Some(refusal),
            Self::Account(refusal) => Some(refusal),
            Self::Looking(refusal) => Some(refusal),
            Self::Report(refusal) => Some(refusal),
            Self::Erase(refusal) => Some(refusal),
            Self::Evidence(refusal) => Some(refusal),
            Self::File(refusal) => Some(refusal),
            Self::Templates(refusal) => Some(refusal),
            Self::Mark(refusal) => Some(refusal),
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
                say(
                    format!("{count} 人不能办理，全部都没有记录：\n{}", lines.zh),
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
    }
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
            let count = alike.len();
            (format!("  {}（{count} 人）：{zh}", why.zh), format!("  {} ({count}): {en}", why.en))
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
        say("您的角色不能作此操作", "Your role may not do this")
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

impl AccountFailure {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for AccountFailure {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Name => RefusalKind::Invalid,
            Self::NoSuchSchool(_) | Self::Unknown(_) => RefusalKind::NotFound,
            Self::Ambiguous(_) => RefusalKind::Conflict,
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Name => {
                say(format!("姓名不能为空，且不超过 {NAME_MAX} 个字"), format!("A name has 1 to {NAME_MAX} characters"))
            }
            Self::NoSuchSchool(code) => {
                say(format!("没有学校 {code}，请先登记学校"), format!("There is no school {code}; register it first"))
            }
            Self::Unknown(wanted) => say(
                format!("没有编号或姓名为「{wanted}」的人员；请核对，或列出人员"),
                format!("No member of staff has the id or name \"{wanted}\"; check it, or list the staff"),
            ),
            Self::Ambiguous(SeveralStaff { wanted, candidates }) => {
                let zh: Vec<String> = candidates.iter().map(|(role, id)| format!("{} …{id}", role.zh())).collect();
                let en: Vec<String> = candidates.iter().map(|(role, id)| format!("{} …{id}", role.en())).collect();
                say(
                    format!("「{wanted}」不止一人（{}），请用人员编号", zh.join("、")),
                    format!("\"{wanted}\" means several ({}); write the id of the one who is meant", en.join(", ")),
                )
            }
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name => Some("name"),
            Self::NoSuchSchool(_) | Self::Unknown(_) | Self::Ambiguous(_) => None,
            Self::App(error) => error.field(),
        }
    }
}

impl EraseError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Ledger(refusal) => Some(refusal),
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for EraseError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::AtSeveralSchools(_) => RefusalKind::Conflict,
            Self::Ledger(error) => error.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotFound => say(
                "没有找到这名学生；请核对学生编号或证件号码",
                "There is no such student; check id or document number",
            ),
            Self::AtSeveralSchools(students) => {
                let ids: Vec<String> = students.iter().map(|student| student.0.to_string()).collect();
                let (count, ids) = (ids.len(), ids.join("、"));
                say(
                    format!("同一证件号码在 {count} 所学校有记录：{ids}。请用学生编号逐一匿名化"),
                    format!(
                        "{count} schools have records of this document number: \"{ids}\"; erase each by the student's id"
                    ),
                )
            }
            Self::Ledger(error) => error.sentence(),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}

impl ImportError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Templates(refusal) => Some(refusal),
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for ImportError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchSchool(_) => RefusalKind::NotFound,
            Self::Templates(error) => error.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchSchool(code) => say(format!("没有学校 {code}"), format!("There is no school {code}")),
            Self::Templates(error) => error.sentence(),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}

impl UndoError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for UndoError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::SchoolInUse(_) => RefusalKind::Conflict,
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::SchoolInUse(code) => say(
                format!("学校 {code} 已有学生名册，不能撤销其登记；请先撤销该校的名册"),
                format!("School {code} has rosters, so that it cannot be taken back; undo its rosters first"),
            ),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}
