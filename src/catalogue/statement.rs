//! What refuses a statement about a graduate, or a step of its review.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nobody_decides, say, values_of};
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::terms::Term;

impl Refusal for StatementRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchStatement | Self::NothingToUndo => RefusalKind::NotFound,
            Self::ReviewerStated | Self::NobodyDecides => RefusalKind::NotAllowed,
            Self::StartsTooLate { .. }
            | Self::EndsBeforeStart { .. }
            | Self::RegisteredBeforeAdmission { .. }
            | Self::LeftBeforeRegistration { .. }
            | Self::LeftWithoutRegistration { .. }
            | Self::NothingToMove { .. } => RefusalKind::Invalid,
            Self::NotGraduated
            | Self::Incomplete
            | Self::RowsContradict { .. }
            | Self::LeavesUnsaid { .. }
            | Self::LeavesOpenWhich
            | Self::NothingToRestore
            | Self::WrongState(_)
            | Self::EvidenceMissing(_)
            | Self::NoConflict => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotGraduated => say(
                "该生没有毕业记录（在籍、结业、转出、退学等），不能登记去向和升学；请先核对毕业生名册",
                "No graduation of this student is on record (enrolled, completed without graduating, transferred out, \
                 withdrawn or the like), so neither a destination nor further study can be registered; check the roster \
                 of graduates first",
            ),
            Self::StartsTooLate { starts_on, latest } => say(
                format!("起始日 {starts_on} 距今超过 12 个月，请核对日期（最晚 {latest}）"),
                format!(
                    "The first day {} is more than 12 months away; check the date (at the latest {})",
                    english(*starts_on),
                    english(*latest)
                ),
            ),
            Self::EndsBeforeStart { starts_on, last_day } => say(
                format!("最后一天 {last_day} 早于起始日 {starts_on}，请核对日期"),
                format!(
                    "The last day {} is before the first, {}; check the dates",
                    english(*last_day),
                    english(*starts_on)
                ),
            ),
            Self::RegisteredBeforeAdmission { admitted_on, registered_on } => say(
                format!("报到日 {registered_on} 早于录取日 {admitted_on}，请核对日期"),
                format!(
                    "The day of registration {} is before the day of admission {}; check the dates",
                    english(*registered_on),
                    english(*admitted_on)
                ),
            ),
            Self::LeftBeforeRegistration { registered_on, last_day } => say(
                format!("离校日 {last_day} 早于报到日 {registered_on}，请核对日期"),
                format!(
                    "The last day of the study {} is before the day of registration {}; check the dates",
                    english(*last_day),
                    english(*registered_on)
                ),
            ),
            Self::LeftWithoutRegistration { last_day } => say(
                format!("有离校日 {last_day} 而没有报到日，请补报到日期"),
                format!("A day of leaving, {}, is given without a day of registration; add it", english(*last_day)),
            ),
            Self::Incomplete => say(
                "新的升学记录须填升学渠道、升学层次，以及录取日期或报到日期",
                "A new record of further study needs the channel, the level, and a day of admission or registration",
            ),
            Self::RowsContradict { on } => say(
                format!("同一文件里有几行说的是同一件事（{on}）而内容不同，都没有登记；请只留一行，或改正日期、单位"),
                format!(
                    "Rows of this file say different things of one and the same (of {}); none of them was recorded. Keep \
                     one, or mend day or employer",
                    english(*on)
                ),
            ),
            Self::LeavesUnsaid { on, known } => say(
                format!("该生 {on} 起登记有 {known} 份工作，这里没有都写到；请把每一份都填一行，或撤销其中不是事实的"),
                format!(
                    "{known} jobs are known from {} on, and not all of them are said here; give each a row, or withdraw \
                     what is not so",
                    english(*on)
                ),
            ),
            Self::LeavesOpenWhich => say(
                "符合的记录不止一条，请写明单位或日期",
                "Several records may be meant; name the employer or the day",
            ),
            Self::NothingToRestore => say(
                "没有找到要恢复的记录：它没有被撤销过；请核对日期和名称",
                "There is nothing to restore: it was not withdrawn; check day and name",
            ),
            Self::NothingToMove { from } => say(
                format!("没有找到原日期为 {from} 的同一单位（院校）的记录，请核对「原日期」"),
                format!(
                    "There is no record of the same employer or college from {}; check the former day",
                    english(*from)
                ),
            ),
            Self::NoSuchStatement => {
                say("没有这条记录，或已撤销、已不参与认定", "There is no such statement, or it was withdrawn")
            }
            Self::WrongState(state) => say(
                format!("这条记录当前为「{}」，不能作此操作", state.zh()),
                format!("The statement is now \"{}\", which does not allow this", state.en()),
            ),
            Self::ReviewerStated => say(
                "审核人与填报人是同一人，请由另一人审核",
                "Who reviews also reported it; somebody else has to review it",
            ),
            Self::EvidenceMissing(level) => say(
                format!("没有佐证材料，不能核实为 {}", level.code()),
                format!("Without evidence it cannot be verified as {} ({})", level.code(), level.en()),
            ),
            Self::NobodyDecides => nobody_decides(),
            Self::NoConflict => {
                say("没有与它冲突的记录，不需要处理", "Nothing contradicts it, so that there is nothing to resolve")
            }
            Self::NothingToUndo => say("该批次没有说过这名学生什么", "The batch says nothing about this student"),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::StartsTooLate { .. } => Some("starts_on"),
            Self::RegisteredBeforeAdmission { .. } | Self::LeftWithoutRegistration { .. } => Some("registered_on"),
            Self::EndsBeforeStart { .. } | Self::LeftBeforeRegistration { .. } => Some("last_day"),
            Self::NothingToMove { .. } => Some("former_day"),
            _ => None,
        }
    }
}
