//! Why a placement's command is refused: the rule, its values, and what to do.

use jiff::civil::Date;
use thiserror::Error;

use super::arrangement::{ArrangementField, Period};
use super::codes::DocumentKind;
use super::stay::{PlacementStage, Stay};
use crate::domain::ids::{EmployerId, StaffId};
use crate::domain::terms::{Standing, Term};

/// The rule that forbids a command, with its values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlacementRefusal {
    #[error("没有这项实习安排，请先起草")]
    NotDrafted,
    #[error("该实习安排已起草，修改请用「修改」")]
    AlreadyDrafted,
    #[error("该实习编号属于另一名学生，请另行起草")]
    OtherStudent,
    #[error("该学生尚未登记，请先导入学生名册")]
    NotRegistered,
    #[error(
        "该生自 {since} 起学籍状态为「{}」，不是在籍学生，实习不能安排到 {last_day}；只能补登在此之前结束的实习",
        .standing.zh()
    )]
    NotEnrolled { standing: Standing, since: Date, last_day: Date },
    #[error("没有登记该实习单位，请先登记单位")]
    HostUnknown,
    #[error("该单位已于 {since} 注销，不能再接收实习学生；请更换单位")]
    HostClosed { since: Date },
    #[error("该单位已并入单位 {}，请改用合并后的单位", .into.0)]
    HostMerged { into: EmployerId },
    #[error("结束日 {last_day} 早于开始日 {first_day}，请核对日期")]
    EndsBeforeStart { first_day: Date, last_day: Date },
    #[error("认识实习由学校统一组织，单位不能由学生自行选择或经他人介绍；请改为岗位实习或由学校安排")]
    OrientationSelfFound,
    #[error(
        "实习时间 {} 至 {} 与该生另一项实习（{} 至 {}）重叠；请先结束或取消另一项，或更改日期",
        .period.first_day, .period.last_day, .taken.first_day, .taken.last_day
    )]
    Overlaps { period: Period, taken: Period },
    #[error("尚缺：{}；请补齐后提交", names(.0, |field| field.zh()))]
    FieldsMissing(Vec<ArrangementField>),
    #[error("该实习当前为「{}」，只有「{}」时可以这样办理", .now.status().zh(), names(.allowed, |stage| stage.status().zh()))]
    WrongStage { now: PlacementStage, allowed: &'static [PlacementStage] },
    #[error("审批人起草或修改过这项安排，请由另一人审批")]
    ApproverDrafted,
    #[error("审批和审核要由具体人员作出；请以该人员的身份办理")]
    NobodyDecides,
    #[error("合规结论为「禁止」，不能批准或上岗；请退回修改")]
    Blocked,
    #[error("实习已于 {first_day} 开始，今天 {today} 批准属于补登；请先办理补登批准并说明原因")]
    BegunAlready { first_day: Date, today: Date },
    #[error("还没有合规结论，请先核查，再批准或确认上岗准备")]
    NotEvaluated,
    #[error("实习材料不全：{}；请收齐并签署后再确认", names(.0, |kind| kind.zh()))]
    PacketIncomplete(Vec<DocumentKind>),
    #[error("日期 {day} 不在实习时间（{} 至 {}）内，请核对日期", .period.first_day, .period.last_day)]
    OutsidePeriod { day: Date, period: Period },
    #[error("日期 {day} 还没有到（今天是 {today}）；到岗和未到岗请在当天或以后登记")]
    NotYet { day: Date, today: Date },
    #[error("日期 {day} 早于最近一次中止或恢复的日期 {since}，请核对日期")]
    BeforePause { day: Date, since: Date },
    #[error("实习已到开始日 {first_day}，不能取消；学生没有到岗请登记「未到岗」，已到岗请登记「提前终止」")]
    CancelledTooLate { first_day: Date },
    #[error("没有可撤销的第 {version} 号记录")]
    NothingToUndo { version: u64 },
    #[error("第 {version} 号记录之后还有第 {latest} 号记录，请先撤销第 {latest} 号")]
    LaterStands { version: u64, latest: u64 },
}

impl Stay {
    pub(super) fn in_stage(&self, allowed: &'static [PlacementStage]) -> Result<(), PlacementRefusal> {
        if allowed.contains(&self.stage) {
            Ok(())
        } else {
            Err(PlacementRefusal::WrongStage { now: self.stage, allowed })
        }
    }

    pub(super) fn decided_by_another(&self, by: StaffId) -> Result<(), PlacementRefusal> {
        if self.authors.contains(&by) { Err(PlacementRefusal::ApproverDrafted) } else { Ok(()) }
    }
}

fn names<T>(things: &[T], name: fn(&T) -> &'static str) -> String {
    let names: Vec<&str> = things.iter().map(name).collect();
    names.join("、")
}
