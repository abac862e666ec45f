//! Why nothing is done about a token, and why nobody comes in by one.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::sign_in::SignInRefusal;
use crate::app::token::{LABEL_MAX, TokenRefusal};

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
            Self::SeveralTokens(_) => RefusalKind::Conflict,
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
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TokenLabel => Some("label"),
            Self::TokenOfAnother | Self::TokenByToken | Self::SeveralTokens(_) => None,
        }
    }
}

impl SignInRefusal {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::App(error) => Some(error),
            Self::TokenInvalid => None,
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
            Self::TokenInvalid => RefusalKind::NotSignedIn,
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
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}
