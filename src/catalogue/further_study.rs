//! What refuses the command of a further study.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nothing_to_undo, say, values_of};
use crate::domain::further_study::FurtherStudyRefusal;

impl Refusal for FurtherStudyRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchEnrolment => RefusalKind::NotFound,
            Self::RegisteredBeforeAdmission { .. }
            | Self::LeftBeforeRegistration { .. }
            | Self::LeftWithoutRegistration { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::NotGraduated => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotGraduated => say(
                "该生没有毕业记录（在籍、结业、转出、退学等），不能登记升学；请先核对毕业生名册",
                "No graduation of this student is on record (enrolled, completed without graduating, transferred out, \
                 withdrawn or the like), so no further study can be registered; check the roster of graduates first",
            ),
            Self::RegisteredBeforeAdmission { admitted_on, registered_on } => say(
                format!("报到日 {registered_on} 早于录取日 {admitted_on}，请核对日期"),
                format!(
                    "The day of registration {} is before the day of admission {}; check the dates",
                    english(*registered_on),
                    english(*admitted_on)
                ),
            ),
            Self::LeftBeforeRegistration { registered_on, left_on } => say(
                format!("离校日 {left_on} 不晚于报到日 {registered_on}，请核对日期"),
                format!(
                    "The day of leaving {} is not after the day of registration {}; check the dates",
                    english(*left_on),
                    english(*registered_on)
                ),
            ),
            Self::LeftWithoutRegistration { left_on } => say(
                format!("有离校日 {left_on} 而没有报到日，请补报到日期"),
                format!("A day of leaving, {}, is given without a day of registration; add it", english(*left_on)),
            ),
            Self::NoSuchEnrolment => {
                say("该升学记录不存在或已撤销", "This record of further study does not exist, or was withdrawn")
            }
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::RegisteredBeforeAdmission { .. } | Self::LeftWithoutRegistration { .. } => Some("registered_on"),
            Self::LeftBeforeRegistration { .. } => Some("left_on"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}
