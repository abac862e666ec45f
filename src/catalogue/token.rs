//! Why nothing is done about a token, and why nobody comes in by one.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::accounts::password::{LEN_MAX, LEN_MIN, PasswordRefusal};
use crate::app::sign_in::SignInRefusal;
use crate::app::token::{LABEL_MAX, TokenRefusal};
use crate::text::names::LOGIN_LEN;

impl Refusal for TokenRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::TokenOfAnother | Self::TokenByToken => RefusalKind::NotAllowed,
            Self::TokenLabel => RefusalKind::Invalid,
            Self::NoSuchSession => RefusalKind::NotFound,
            Self::DemonstrationByStaff => RefusalKind::NotAllowed,
            Self::SeveralTokens(_) | Self::SeveralSessions(_) => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::TokenOfAnother => say(
                "这是他人的令牌：每人只能办理自己账号的令牌；请由本人或操作员办理",
                "The token is another's: everybody deals with tokens of the own account only; have its owner or the operator \
                 do this",
            ),
            Self::TokenByToken => say(
                "用令牌不能签发令牌；请由本人或操作员签发",
                "A token issues no tokens; have its owner or the operator issue one",
            ),
            Self::TokenLabel => say(
                format!("令牌要有名称，且不超过 {LABEL_MAX} 个字；请写明给哪个程序用"),
                format!("A token has a label of 1 to {LABEL_MAX} characters; say which program it is for"),
            ),
            Self::SeveralTokens(wanted) => say(
                format!("编号以「{wanted}」结尾的令牌不止一个，请写完整的编号"),
                format!("Several tokens have an id that ends with \"{wanted}\"; write the whole id"),
            ),
            Self::NoSuchSession => say(
                "这个账号没有这样的登录，或已经结束；请列出登录核对",
                "The account has no such session, or it has ended; list the sessions",
            ),
            Self::SeveralSessions(wanted) => say(
                format!("编号以「{wanted}」结尾的登录不止一处，请写完整的编号"),
                format!("Several sessions have an id that ends with \"{wanted}\"; write the whole id"),
            ),
            Self::DemonstrationByStaff => say(
                "演示数据只能由操作员在本机开通；请写明其他原因",
                "Only the operator sets up what shows samples; state another reason",
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TokenLabel => Some("label"),
            Self::TokenOfAnother
            | Self::TokenByToken
            | Self::SeveralTokens(_)
            | Self::NoSuchSession
            | Self::SeveralSessions(_)
            | Self::DemonstrationByStaff => None,
        }
    }
}

impl Refusal for PasswordRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        match self {
            Self::Short | Self::Long | Self::Guessable => values_of(self),
            // For the operator.
            Self::Unhashed(_) => serde_json::json!({}),
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Short | Self::Long | Self::Guessable => RefusalKind::Invalid,
            Self::Unhashed(_) => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Short => say(
                format!("密码至少 {LEN_MIN} 个字；可以用一句好记的话"),
                format!("A password has at least {LEN_MIN} characters; a sentence is easily remembered"),
            ),
            Self::Long => {
                say(format!("密码最多 {LEN_MAX} 个字"), format!("A password has at most {LEN_MAX} characters"))
            }
            Self::Guessable => say(
                "这个密码容易猜到：常见密码、姓名、学校、日期和键盘顺序都不行；请换几个不相干的词",
                "This password is easily guessed: no common ones, names, schools, days or rows of keys; take some words that \
                 have nothing to do with each other",
            ),
            Self::Unhashed(cause) => {
                say(format!("密码不能保存：{cause}"), format!("The password cannot be kept: {cause}"))
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Short | Self::Long | Self::Guessable => Some("password"),
            Self::Unhashed(_) => None,
        }
    }
}

impl SignInRefusal {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::App(error) => Some(error),
            Self::Failed(failure) => Some(failure.as_ref()),
            Self::Password(refusal) => Some(refusal),
            Self::TokenInvalid
            | Self::Wrong
            | Self::NoSession
            | Self::Wait { .. }
            | Self::HashingBusy
            | Self::Login
            | Self::LoginTaken
            | Self::CodeWrong
            | Self::SetUpInvalid => None,
        }
    }
}

impl Refusal for SignInRefusal {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::TokenInvalid | Self::Wrong | Self::NoSession | Self::SetUpInvalid => RefusalKind::NotSignedIn,
            Self::Wait { .. } => RefusalKind::TooOften,
            Self::HashingBusy => RefusalKind::Busy,
            Self::Login | Self::CodeWrong => RefusalKind::Invalid,
            Self::LoginTaken => RefusalKind::Conflict,
            Self::Password(refusal) => refusal.kind(),
            Self::Failed(failure) => failure.kind(),
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::TokenInvalid => say(
                "令牌无效：可能有误、已过期或已吊销，或账号已停用；请核对，或重新签发",
                "The token is not valid: it may be mistyped, expired or revoked, or the account disabled; check it, or have a \
                 new one issued",
            ),
            Self::Wrong => say(
                "登录名、密码或动态码不对；请核对后再试，忘记了就请邀请人重新邀请",
                "Name, password or code is wrong; check them and try again, or have yourself invited again",
            ),
            Self::NoSession => {
                say("没有登录，或登录已经结束；请重新登录", "Nobody is signed in, or no more; sign in again")
            }
            Self::Wait { seconds } => say(
                format!("试得太多了，请过 {seconds} 秒再试"),
                format!("There were too many tries; wait {seconds} seconds"),
            ),
            Self::HashingBusy => say("登录的人太多，请稍后再试", "Too many sign in at once; try again in a moment"),
            Self::Login => say(
                format!(
                    "登录名要有 {} 到 {} 个字：文字、数字、点、横线、下划线或 @",
                    LOGIN_LEN.start(),
                    LOGIN_LEN.end()
                ),
                format!(
                    "A name to sign in with has {} to {} letters, digits, dots, hyphens, underscores or @",
                    LOGIN_LEN.start(),
                    LOGIN_LEN.end()
                ),
            ),
            Self::LoginTaken => {
                say("这个登录名已有人用，请换一个", "Somebody else signs in with this name; take another")
            }
            Self::CodeWrong => say(
                "动态码不对：请核对手机的时间，用验证器中最新的六位数",
                "The code is wrong: check the time of your telephone, and use the latest six digits of the authenticator",
            ),
            Self::SetUpInvalid => say(
                "初始设置的地址无效：只能用一次，程序重新启动后换新的；请看程序输出中最新的地址，已经设置过的请登录",
                "The address of the first set-up is not valid: it holds once, and a restart makes another; see what the program \
                 printed last, or sign in if it is set up already",
            ),
            Self::Password(refusal) => refusal.sentence(),
            Self::Failed(failure) => failure.sentence(),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Login => Some("login"),
            Self::CodeWrong => Some("code"),
            Self::TokenInvalid
            | Self::Wrong
            | Self::NoSession
            | Self::Wait { .. }
            | Self::HashingBusy
            | Self::LoginTaken
            | Self::SetUpInvalid
            | Self::Password(_)
            | Self::Failed(_)
            | Self::App(_) => self.inner().and_then(Refusal::field),
        }
    }
}
