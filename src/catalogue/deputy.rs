//! What refuses that somebody acts in the place of another.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, say, values_of};
use crate::domain::account::{DEPUTY_DAYS_MAX, DeputyRefusal, Deputyship};
use crate::domain::terms::Term as _;

impl Refusal for DeputyRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Factor(_) => RefusalKind::NotAllowed,
            Self::Oneself | Self::Period { .. } => RefusalKind::Invalid,
            Self::Elsewhere | Self::Audits | Self::Overlap(_) | Self::Past { .. } | Self::Nobody { .. } => {
                RefusalKind::Conflict
            }
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Oneself => {
                say("本人不能代本人办理；请写明另一人", "Nobody acts in the own place; name somebody else")
            }
            Self::Elsewhere => say(
                "代理人不属于同一所学校；本校人员由本校人员代理，市局人员由市局人员代理",
                "The deputy is not of the same school; staff of a school are represented by staff of the school, the bureau's by \
                 the bureau's",
            ),
            Self::Audits => say(
                "审计不代他人办理，他人也不代审计；请换一位代理人",
                "An auditor acts in nobody's place but an auditor's, and nobody else in an auditor's; name another deputy",
            ),
            Self::Factor(role) => say(
                format!("代「{}」办理要用动态码登录，而代理人没有设置；请先重新邀请代理人，按邀请设置", role.zh()),
                format!(
                    "Who acts in the place of the role \"{}\" signs in with a second factor, and the deputy has none; invite the \
                     deputy again first, to set one up",
                    role.en()
                ),
            ),
            Self::Period { first_day, last_day } => say(
                format!(
                    "代理不能从 {first_day} 到 {last_day}：最后一天不早于第一天，且不晚于其后 {DEPUTY_DAYS_MAX} 天；请核对日期"
                ),
                format!(
                    "Nobody is a deputy from {} to {}: the last day is not before the first, and at most {DEPUTY_DAYS_MAX} days \
                     after it; check the days",
                    english(*first_day),
                    english(*last_day)
                ),
            ),
            Self::Overlap(Deputyship { first_day, last_day, .. }) => say(
                format!("{first_day} 至 {last_day} 已有人代理，同一天只由一人代理；请先结束原来的代理，或改日期"),
                format!(
                    "From {} to {} somebody is the deputy already, and there is one on a day; end that one first, or choose \
                     other days",
                    english(*first_day),
                    english(*last_day)
                ),
            ),
            Self::Past { today, effective_on } => say(
                format!("今天是 {today}，代理不能从 {effective_on} 起安排或结束；请写今天或以后的日期"),
                format!(
                    "Today is {}: a deputy is neither appointed nor ended from {} on; state today or a later day",
                    english(*today),
                    english(*effective_on)
                ),
            ),
            Self::Nobody { effective_on } => say(
                format!("{effective_on} 起没有人代理这个账号，不用结束；请核对人员和日期"),
                format!(
                    "Nobody is a deputy of the account from {} on; check the account and the day",
                    english(*effective_on)
                ),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Oneself => Some("deputy"),
            Self::Period { .. } => Some("to"),
            Self::Elsewhere
            | Self::Audits
            | Self::Factor(_)
            | Self::Overlap(_)
            | Self::Past { .. }
            | Self::Nobody { .. } => None,
        }
    }
}
