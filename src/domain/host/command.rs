//! What is ordered of a host, and why it is refused: the rule, its values, and what to do.

use jiff::civil::Date;
use thiserror::Error;

use super::Findings;
use super::codes::{HostReason, HostStage, VisitHead};
use crate::domain::UndoReason;
use crate::domain::ids::{EmployerId, FileHash, HostId, SealedRevision};
use crate::domain::terms::Term;

/// What is wanted of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostCommand {
    Propose {
        employer: EmployerId,
        /// Since when school and unit work together; `None` for a new unit.
        partner_since: Option<Date>,
        effective_on: Date,
    },
    ReportVisit {
        findings: Findings,
        report: Option<FileHash>,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Accept {
        effective_on: Date,
    },
    Refuse {
        reason: HostReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Publish {
        effective_on: Date,
    },
    Suspend {
        reason: HostReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Resume {
        effective_on: Date,
    },
    AgreeFramework {
        last_day: Date,
        document: Option<FileHash>,
        effective_on: Date,
    },
    RecordContacts {
        contacts: SealedRevision,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

impl HostCommand {
    /// Whether the command is a decision, which the proposer may not take.
    pub fn is_review(&self) -> bool {
        match self {
            Self::Accept { .. } | Self::Refuse { .. } => true,
            Self::Propose { .. }
            | Self::ReportVisit { .. }
            | Self::Publish { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::AgreeFramework { .. }
            | Self::RecordContacts { .. }
            | Self::Undo { .. } => false,
        }
    }
}

/// The rule that forbids a command, with its values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HostRefusal {
    #[error("该单位尚未列入本校实习单位，请先提出")]
    NotProposed,
    #[error("该单位已列入本校实习单位，当前为「{}」", .0.zh())]
    AlreadyProposed(HostStage),
    #[error("该编号属于另一所学校或另一个单位，请另行提出")]
    OtherHost,
    #[error("该单位已列入本校实习单位（编号 {}），请在该记录上办理", .0.0)]
    ListedAlready(HostId),
    #[error("没有登记该单位，请先登记单位")]
    EmployerUnknown,
    #[error("该单位已于 {since} 注销，不能列为实习单位")]
    EmployerClosed { since: Date },
    #[error("该单位已并入单位 {}，请提出合并后的单位", .into.0)]
    EmployerMerged { into: EmployerId },
    #[error("该单位当前为「{}」，只有「{}」时可以这样办理", .now.zh(), names(.allowed))]
    WrongStage { now: HostStage, allowed: &'static [HostStage] },
    #[error("考察报告缺少：{}；九项都要写明", names(.0))]
    HeadsMissing(Vec<VisitHead>),
    #[error("新单位要先实地考察并提交书面报告，再作决定")]
    NotVisited,
    #[error("考察结论为「不符合」：{}；不能列为实习单位", names(.0))]
    HeadsNotMet(Vec<VisitHead>),
    #[error("决定人与提出人是同一人，请由另一人决定")]
    DeciderProposed,
    #[error("审批和审核要由具体人员作出；请以该人员的身份办理")]
    NobodyDecides,
    #[error("合作协议的到期日 {last_day} 早于签订日 {first_day}，请核对日期")]
    FrameworkEndsBeforeStart { first_day: Date, last_day: Date },
    #[error("没有可撤销的第 {version} 号记录")]
    NothingToUndo { version: u64 },
    #[error("第 {version} 号记录之后还有第 {latest} 号记录，请先撤销第 {latest} 号")]
    LaterStands { version: u64, latest: u64 },
}

fn names<T: Term>(terms: &[T]) -> String {
    let names: Vec<&str> = terms.iter().map(|term| term.zh()).collect();
    names.join("、")
}
