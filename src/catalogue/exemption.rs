//! What refuses the command of an exemption.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, later_stands, nobody_decides, nothing_to_undo, say, values_of};
use crate::domain::exemption::ExemptionRefusal;
use crate::domain::terms::Term;

impl Refusal for ExemptionRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotRequested => RefusalKind::NotFound,
            Self::DeciderRequested | Self::NobodyDecides => RefusalKind::NotAllowed,
            Self::NotRegistered | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::AlreadyRequested(_) | Self::HasLeft(_) | Self::WrongStage(_) | Self::LaterStands { .. } => {
                RefusalKind::Conflict
            }
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotRequested => say("该生没有申请免实习", "The student has not applied for exemption"),
            Self::AlreadyRequested(stage) => say(
                format!("该生的免实习申请当前为「{}」，不能再次申请", stage.zh()),
                format!("The student's application for exemption is now \"{}\"; no second one is taken", stage.en()),
            ),
            Self::HasLeft(standing) => say(
                format!("该生学籍状态为「{}」，只有在籍或休学的学生可以申请免实习", standing.zh()),
                format!(
                    "The student's standing is \"{}\"; only who is enrolled or on leave can apply for exemption",
                    standing.en()
                ),
            ),
            Self::NotRegistered => {
                say("该学生尚未登记，请先导入学生名册", "The student is not registered yet; import the roster first")
            }
            Self::WrongStage(stage) => say(
                format!("该生的免实习申请当前为「{}」，不能作此操作", stage.zh()),
                format!("The student's application for exemption is now \"{}\", which does not allow this", stage.en()),
            ),
            Self::DeciderRequested => say(
                "决定人与登记人是同一人，请由另一人决定",
                "Who decides also recorded the application; somebody else has to decide",
            ),
            Self::NobodyDecides => nobody_decides(),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
            Self::LaterStands { version, latest } => later_stands(*version, *latest),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotRegistered => Some("student"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}
