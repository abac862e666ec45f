//! What refuses the command of an outcome.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nobody_decides, nothing_to_undo, say, values_of};
use crate::domain::outcome::OutcomeRefusal;
use crate::domain::terms::Term;

impl Refusal for OutcomeRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchClaim => RefusalKind::NotFound,
            Self::ReviewerAsserted | Self::NobodyDecides => RefusalKind::NotAllowed,
            Self::StartsTooLate { .. } | Self::EndsBeforeStart { .. } | Self::NothingToUndo { .. } => {
                RefusalKind::Invalid
            }
            Self::NotGraduated | Self::ClaimExists | Self::WrongStanding(_) | Self::EvidenceMissing(_) => {
                RefusalKind::Conflict
            }
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotGraduated => say(
                "该生没有毕业记录（在籍、结业、转出、退学等），不能登记毕业去向；请先核对毕业生名册",
                "No graduation of this student is on record (enrolled, completed without graduating, transferred out, \
                 withdrawn or the like), so no destination can be registered; check the roster of graduates first",
            ),
            Self::StartsTooLate { starts_on, latest } => say(
                format!("起始日 {starts_on} 距今超过 12 个月，请核对日期（最晚 {latest}）"),
                format!(
                    "The first day {} is more than 12 months away; check the date (at the latest {})",
                    english(*starts_on),
                    english(*latest)
                ),
            ),
            Self::EndsBeforeStart { starts_on, ends_on } => say(
                format!("结束日 {ends_on} 不晚于起始日 {starts_on}，请核对日期"),
                format!(
                    "The last day {} is not after the first day {}; check the dates",
                    english(*ends_on),
                    english(*starts_on)
                ),
            ),
            Self::NoSuchClaim => {
                say("该去向记录不存在或已撤销", "This record of a destination does not exist, or was withdrawn")
            }
            Self::ClaimExists => say(
                "该去向记录已存在，不能重复登记",
                "This record of a destination exists already and is not taken twice",
            ),
            Self::WrongStanding(standing) => say(
                format!("该去向当前为「{}」，不能作此操作", standing.zh()),
                format!("The destination is now \"{}\", which does not allow this", standing.en()),
            ),
            Self::ReviewerAsserted => say(
                "审核人与填报人是同一人，请由另一人审核",
                "Who reviews also reported it; somebody else has to review it",
            ),
            Self::EvidenceMissing(level) => say(
                format!("没有佐证材料，不能核实为 {}", level.code()),
                format!("Without evidence it cannot be verified as {} ({})", level.code(), level.en()),
            ),
            Self::NobodyDecides => nobody_decides(),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::StartsTooLate { .. } => Some("starts_on"),
            Self::EndsBeforeStart { .. } => Some("ends_on"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}
