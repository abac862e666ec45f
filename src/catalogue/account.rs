//! What refuses the command of an account, and why no member of staff is meant.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nothing_to_undo, say, values_of};
use crate::app::account::{AccountFailure, NAME_MAX, SeveralStaff};
use crate::domain::account::{AccountRefusal, INVITATION_DAYS_MAX, TOKEN_DAYS_MAX};
use crate::domain::terms::Term;

impl Refusal for AccountRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Deputy(refusal) => refusal.code(),
            _ => self.into(),
        }
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotOpened | Self::NoSuchToken => RefusalKind::NotFound,
            Self::InvitationInvalid | Self::NotSetUp | Self::CodeUsed => RefusalKind::NotSignedIn,
            Self::Disabled { .. } => RefusalKind::NotAllowed,
            Self::Deputy(refusal) => refusal.kind(),
            Self::SchoolMissing(_)
            | Self::ClassMissing
            | Self::SchoolSurplus(_)
            | Self::ClassSurplus(_)
            | Self::BeforeOpening { .. }
            | Self::NothingToUndo { .. }
            | Self::TokenExpiry { .. }
            | Self::InvitationExpiry { .. } => RefusalKind::Invalid,
            Self::Opened | Self::OpeningStands | Self::SecondFactorRequired(_) | Self::WaiverOfRole(_) => {
                RefusalKind::Conflict
            }
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::SchoolMissing(role) => say(
                format!("角色「{}」限于一所学校，请写明学校代码", role.zh()),
                format!("The role \"{}\" is limited to one school; state the code of the school", role.en()),
            ),
            Self::ClassMissing => say(
                "班主任限于一个班级，请写明班级名称",
                "A class teacher is limited to one class; state the name of the class",
            ),
            Self::SchoolSurplus(role) => say(
                format!("角色「{}」不限于一所学校，请去掉学校和班级", role.zh()),
                format!("The role \"{}\" is not limited to one school; leave out school and class", role.en()),
            ),
            Self::ClassSurplus(role) => say(
                format!("角色「{}」不限于一个班级，请去掉班级", role.zh()),
                format!("The role \"{}\" is not limited to one class; leave out the class", role.en()),
            ),
            Self::Opened => say(
                "这个账号已经开通；请改用变更角色或更正姓名",
                "The account is open already; change its role or correct its name instead",
            ),
            Self::NotOpened => {
                say("没有这个账号，请先登记人员", "There is no such account; register the member of staff first")
            }
            Self::BeforeOpening { opened_on, effective_on } => say(
                format!("账号 {opened_on} 才开通，{effective_on} 不能有变更，请核对日期"),
                format!(
                    "The account was opened on {} and cannot change on {}; check the date",
                    english(*opened_on),
                    english(*effective_on)
                ),
            ),
            Self::Disabled { since, reason } => say(
                format!("账号自 {since} 起停用（{}），不能办理；请由市局重新启用，或由其他人员办理", reason.zh()),
                format!(
                    "The account has been disabled since {} (\"{}\"); have the bureau enable it, or somebody else do this",
                    english(*since),
                    reason.en()
                ),
            ),
            Self::OpeningStands => say(
                "账号的开通不能撤销；不再使用的账号请停用",
                "The opening of an account cannot be undone; disable an account that is no longer used",
            ),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
            Self::TokenExpiry { effective_on, expires_on } => say(
                format!(
                    "令牌 {effective_on} 签发，不能有效到 {expires_on}：最后一天要在签发之后，且不晚于其后 {TOKEN_DAYS_MAX} 天"
                ),
                format!(
                    "A token issued on {} cannot hold until {}: its last day is after that of its issue, and at most \
                     {TOKEN_DAYS_MAX} days after it",
                    english(*effective_on),
                    english(*expires_on)
                ),
            ),
            Self::NoSuchToken => say(
                "这个账号没有这样的令牌；请核对编号，或列出令牌",
                "The account has no such token; check the id, or list the tokens",
            ),
            Self::InvitationExpiry { effective_on, expires_on } => say(
                format!(
                    "{effective_on} 的邀请不能有效到 {expires_on}：最后一天不早于当天，且不晚于其后 {INVITATION_DAYS_MAX} 天"
                ),
                format!(
                    "An invitation of {} cannot hold until {}: its last day is at most {INVITATION_DAYS_MAX} days later",
                    english(*effective_on),
                    english(*expires_on)
                ),
            ),
            Self::InvitationInvalid => say(
                "邀请无效：可能有误、已用过、已过期，或已发出新的邀请；请向邀请人要一份新的",
                "The invitation is not valid: it may be mistyped, used, expired, or followed by another; ask whoever invited you \
                 for a new one",
            ),
            Self::SecondFactorRequired(role) => say(
                format!("角色「{}」登录要用动态码，而账号没有设置；请让邀请人重新邀请，按邀请设置", role.zh()),
                format!(
                    "The role \"{}\" signs in with a second factor, and the account has none; have yourself invited again and set \
                     it up",
                    role.en()
                ),
            ),
            Self::WaiverOfRole(role) => say(
                format!("角色「{}」不能免用动态码；只有班主任和实习指导教师可以", role.zh()),
                format!(
                    "The role \"{}\" cannot do without a second factor; only class teachers and mentors can",
                    role.en()
                ),
            ),
            Self::NotSetUp => say(
                "账号还没有设置登录，或没有这种验证方式；请向邀请人要一份邀请",
                "The account is not set up to sign in, or not in this way; ask for an invitation",
            ),
            Self::CodeUsed => {
                say("这个动态码或恢复码已经用过；请等下一个动态码", "The code was used already; wait for the next one")
            }
            Self::Deputy(refusal) => refusal.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::SchoolMissing(_) | Self::SchoolSurplus(_) => Some("school"),
            Self::ClassMissing | Self::ClassSurplus(_) => Some("class"),
            Self::BeforeOpening { .. } => Some("effective_on"),
            Self::NothingToUndo { .. } => Some("version"),
            Self::TokenExpiry { .. } | Self::InvitationExpiry { .. } => Some("until"),
            Self::Deputy(refusal) => refusal.field(),
            _ => None,
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
            Self::Name | Self::Address | Self::MailAddress | Self::SameAccount => RefusalKind::Invalid,
            Self::BeyondScope => RefusalKind::NotAllowed,
            Self::NoSuchSchool(_) | Self::Unknown(_) => RefusalKind::NotFound,
            Self::OtherSchool | Self::NothingToHandOver | Self::CannotTakeOver(_) | Self::Ambiguous(_) => {
                RefusalKind::Conflict
            }
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Name => {
                say(format!("姓名不能为空，且不超过 {NAME_MAX} 个字"), format!("A name has 1 to {NAME_MAX} characters"))
            }
            Self::Address => say(
                "服务器的地址写成 https://主机，可带端口，后面不写路径",
                "The address of the server is written https://host, with a port if need be and nothing behind it",
            ),
            Self::MailAddress => say(
                "邮件地址写成 名字@域名，只用英文字母、数字和符号，一次一个；不再接收邮件的，不写地址",
                "An address is written name@domain in ASCII, one at a time; who wants no mail any more leaves it out",
            ),
            Self::BeyondScope => say(
                "您只能办理本校的账号；请写明学校代码，市局的账号由市局办理",
                "You deal with accounts of your own school only; state the code of the school, the bureau's accounts are the \
                 bureau's",
            ),
            Self::NoSuchSchool(code) => {
                say(format!("没有学校 {code}，请先登记学校"), format!("There is no school {code}; register it first"))
            }
            Self::SameAccount => say(
                "移交和接手的是同一个账号；请写明另一人",
                "Both are the same account; name somebody else to take over",
            ),
            Self::OtherSchool => say(
                "两个账号不属于同一所学校；班级和学生只能移交给本校人员",
                "The two accounts are not of the same school; a class or interns go to staff of the own school",
            ),
            Self::NothingToHandOver => say(
                "移交人在这一天没有这个班，或没有指导的实习学生；请核对人员、班级和日期",
                "Who hands over has no such class on the day, or guides nobody at work; check the account, the class and the day",
            ),
            Self::CannotTakeOver(role) => say(
                format!(
                    "接手人的角色是「{}」，不能接手：班级由班主任或实习指导教师接手，实习学生由实习指导教师接手",
                    role.zh()
                ),
                format!(
                    "The role \"{}\" takes nothing over: a class goes to a class teacher or mentor, interns to a mentor",
                    role.en()
                ),
            ),
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
            Self::Address => Some("address"),
            Self::MailAddress => Some("mail"),
            Self::SameAccount => Some("to"),
            Self::BeyondScope
            | Self::OtherSchool
            | Self::NothingToHandOver
            | Self::CannotTakeOver(_)
            | Self::NoSuchSchool(_)
            | Self::Unknown(_)
            | Self::Ambiguous(_) => None,
            Self::App(error) => error.field(),
        }
    }
}
