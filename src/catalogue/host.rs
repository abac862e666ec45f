//! What refuses the command of a host.

use serde_json::Value;

use super::{
    Refusal, RefusalKind, Sentence, all_of, english, later_stands, nobody_decides, nothing_to_undo, one_of, say,
    values_of,
};
use crate::domain::host::HostRefusal;
use crate::domain::terms::Term;

impl Refusal for HostRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotProposed => RefusalKind::NotFound,
            Self::DeciderProposed | Self::NobodyDecides => RefusalKind::NotAllowed,
            Self::EmployerUnknown
            | Self::EmployerClosed { .. }
            | Self::EmployerMerged { .. }
            | Self::HeadsMissing(_)
            | Self::FrameworkEndsBeforeStart { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::AlreadyProposed(_)
            | Self::OtherHost
            | Self::ListedAlready(_)
            | Self::WrongStage { .. }
            | Self::NotVisited
            | Self::HeadsNotMet(_)
            | Self::LaterStands { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotProposed => say(
                "该单位尚未列入本校实习单位，请先提出",
                "The employer is not listed among the school's hosts yet; propose it first",
            ),
            Self::AlreadyProposed(stage) => say(
                format!("该单位已列入本校实习单位，当前为「{}」", stage.zh()),
                format!("The employer is listed among the school's hosts already; it is now \"{}\"", stage.en()),
            ),
            Self::OtherHost => say(
                "该编号属于另一所学校或另一个单位，请另行提出",
                "This id belongs to another school or another employer; propose the host anew",
            ),
            Self::ListedAlready(host) => say(
                format!("该单位已列入本校实习单位（编号 {}），请在该记录上办理", host.0),
                format!("The employer is listed among the school's hosts already (id {}); use that record", host.0),
            ),
            Self::EmployerUnknown => {
                say("没有登记该单位，请先登记单位", "The employer is not registered; register it first")
            }
            Self::EmployerClosed { since } => say(
                format!("该单位已于 {since} 注销，不能列为实习单位"),
                format!("The employer closed on {} and cannot be a host", english(*since)),
            ),
            Self::EmployerMerged { into } => say(
                format!("该单位已并入单位 {}，请提出合并后的单位", into.0),
                format!("The employer was merged into employer {}; propose that one", into.0),
            ),
            Self::WrongStage { now, allowed } => {
                let allowed = one_of(allowed);
                say(
                    format!("该单位当前为「{}」，只有「{}」时可以这样办理", now.zh(), allowed.zh),
                    format!("The host is now \"{}\"; this can be done only when it is {}", now.en(), allowed.en),
                )
            }
            Self::HeadsMissing(heads) => {
                let heads = all_of(heads);
                say(
                    format!("考察报告缺少：{}；九项都要写明", heads.zh),
                    format!("The report of the visit lacks: {}; all nine heads must be stated", heads.en),
                )
            }
            Self::NotVisited => say(
                "新单位要先实地考察并提交书面报告，再作决定",
                "A new host must be visited, and the written report handed in, before it is decided on",
            ),
            Self::HeadsNotMet(heads) => {
                let heads = all_of(heads);
                say(
                    format!("考察结论为「不符合」：{}；不能列为实习单位", heads.zh),
                    format!("The visit found these not met: {}; the employer cannot be a host", heads.en),
                )
            }
            Self::DeciderProposed => say(
                "决定人与提出人是同一人，请由另一人决定",
                "Who decides also proposed the host; somebody else has to decide",
            ),
            Self::FrameworkEndsBeforeStart { first_day, last_day } => say(
                format!("合作协议的到期日 {last_day} 早于签订日 {first_day}，请核对日期"),
                format!(
                    "The cooperation agreement expires on {}, before it was signed on {}; check the dates",
                    english(*last_day),
                    english(*first_day)
                ),
            ),
            Self::NobodyDecides => nobody_decides(),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
            Self::LaterStands { version, latest } => later_stands(*version, *latest),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmployerUnknown | Self::EmployerClosed { .. } | Self::EmployerMerged { .. } => Some("employer"),
            Self::HeadsMissing(_) => Some("findings"),
            Self::FrameworkEndsBeforeStart { .. } => Some("last_day"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}
