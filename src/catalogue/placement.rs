//! What refuses the command of a placement.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    Refusal, RefusalKind, Sentence, all_of, english, later_stands, nobody_decides, nothing_to_undo, one_of, say,
    values_of,
};
use crate::domain::placement::PlacementRefusal;
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::stay::PlacementStage;
use crate::domain::terms::{Standing, Term};

impl Refusal for PlacementRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotDrafted => RefusalKind::NotFound,
            Self::ApproverDrafted | Self::NobodyDecides => RefusalKind::NotAllowed,
            Self::NotRegistered
            | Self::HostUnknown
            | Self::HostClosed { .. }
            | Self::HostMerged { .. }
            | Self::EndsBeforeStart { .. }
            | Self::OrientationSelfFound
            | Self::FieldsMissing(_)
            | Self::OutsidePeriod { .. }
            | Self::NotYet { .. }
            | Self::BeforePause { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::AlreadyDrafted
            | Self::OtherStudent
            | Self::NotEnrolled { .. }
            | Self::Overlaps { .. }
            | Self::WrongStage { .. }
            | Self::Blocked
            | Self::BegunAlready { .. }
            | Self::NotEvaluated
            | Self::PacketIncomplete(_)
            | Self::CancelledTooLate { .. }
            | Self::LaterStands { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotDrafted => say("没有这项实习安排，请先起草", "There is no such placement; draft it first"),
            Self::AlreadyDrafted => {
                say("该实习安排已起草，修改请用「修改」", "The placement is drafted already; to change it, revise it")
            }
            Self::OtherStudent => say(
                "该实习编号属于另一名学生，请另行起草",
                "This placement belongs to another student; draft a new one",
            ),
            Self::NotRegistered => {
                say("该学生尚未登记，请先导入学生名册", "The student is not registered yet; import the roster first")
            }
            Self::NotEnrolled { standing, since, until, period } => not_enrolled(*standing, *since, *until, *period),
            Self::HostUnknown => {
                say("没有登记该实习单位，请先登记单位", "The host is not registered; register the employer first")
            }
            Self::HostClosed { since } => say(
                format!("该单位已于 {since} 注销，不能再接收实习学生；请更换单位"),
                format!("The host closed on {} and takes no more interns; choose another host", english(*since)),
            ),
            Self::HostMerged { into } => say(
                format!("该单位已并入单位 {}，请改用合并后的单位", into.0),
                format!("The host was merged into employer {}; use that one instead", into.0),
            ),
            Self::EndsBeforeStart { first_day, last_day } => ends_before_start(*first_day, *last_day),
            Self::OrientationSelfFound => say(
                "认识实习由学校统一组织，单位不能由学生自行选择或经他人介绍；请改为岗位实习或由学校安排",
                "The school organises orientation internships, so students do not choose the host, nor do others \
                 introduce it; make it an on-the-job internship or let the school arrange it",
            ),
            Self::Overlaps { period, taken } => overlaps(*period, *taken),
            Self::FieldsMissing(fields) => {
                let fields = all_of(fields);
                say(
                    format!("尚缺：{}；请补齐后提交", fields.zh),
                    format!("Still missing: {}; complete it, then submit", fields.en),
                )
            }
            Self::WrongStage { now, allowed } => wrong_stage(*now, allowed),
            Self::ApproverDrafted => say(
                "审批人起草或修改过这项安排，请由另一人审批",
                "The approver drafted or revised this placement; somebody else has to approve it",
            ),
            Self::Blocked => say(
                "合规结论为「禁止」，不能批准或上岗；请退回修改",
                "The rules forbid this placement, so it can be neither approved nor begun; return it for revision",
            ),
            Self::BegunAlready { first_day, today } => say(
                format!("实习已于 {first_day} 开始，今天 {today} 批准属于补登；请先办理补登批准并说明原因"),
                format!(
                    "The internship began on {}, so approving it today, {}, is late registration; approve that first \
                     and state why",
                    english(*first_day),
                    english(*today)
                ),
            ),
            Self::NotEvaluated => say(
                "还没有合规结论，请先核查，再批准或确认上岗准备",
                "The rules have not been checked yet; check them, then approve or confirm readiness",
            ),
            Self::PacketIncomplete(kinds) => {
                let kinds = all_of(kinds);
                say(
                    format!("实习材料不全：{}；请收齐并签署后再确认", kinds.zh),
                    format!("Documents are missing or unsigned: {}; collect and sign them, then confirm", kinds.en),
                )
            }
            Self::OutsidePeriod { day, period } => say(
                format!("日期 {day} 不在实习时间（{} 至 {}）内，请核对日期", period.first_day, period.last_day),
                format!("{} is outside the internship ({}); check the date", english(*day), from_to(*period)),
            ),
            Self::NotYet { day, today } => say(
                format!("日期 {day} 还没有到（今天是 {today}）；到岗和未到岗请在当天或以后登记"),
                format!(
                    "{} has not come yet (today is {}); register on that day or later who arrived and who did not",
                    english(*day),
                    english(*today)
                ),
            ),
            Self::BeforePause { day, since } => say(
                format!("日期 {day} 早于最近一次中止或恢复的日期 {since}，请核对日期"),
                format!(
                    "{} is before the latest suspension or resumption on {}; check the date",
                    english(*day),
                    english(*since)
                ),
            ),
            Self::CancelledTooLate { first_day } => say(
                format!("实习已到开始日 {first_day}，不能取消；学生没有到岗请登记「未到岗」，已到岗请登记「提前终止」"),
                format!(
                    "The first day, {}, has come, so the placement cannot be cancelled; register that the student did \
                     not arrive, or that the placement ended early",
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
            Self::NotRegistered => Some("student"),
            Self::HostUnknown | Self::HostClosed { .. } | Self::HostMerged { .. } => Some("host"),
            Self::EndsBeforeStart { .. } => Some("last_day"),
            Self::OrientationSelfFound => Some("source"),
            Self::FieldsMissing(fields) => fields.first().map(|field| field.code()),
            Self::OutsidePeriod { .. } | Self::NotYet { .. } | Self::BeforePause { .. } => Some("effective_on"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}

fn not_enrolled(standing: Standing, since: Date, until: Option<Date>, period: Period) -> Sentence {
    let (zh, en, Period { first_day, last_day }) = (standing.zh(), standing.en(), period);
    match until {
        None => say(
            format!(
                "该生自 {since} 起学籍状态为「{zh}」，不是在籍学生，实习不能安排到 {last_day}；只能补登在此之前结束的实习"
            ),
            format!(
                "Since {} the student's standing is \"{en}\", not enrolled, so no internship can last until {}; only one \
                 that ended before can still be registered",
                english(since),
                english(last_day)
            ),
        ),
        Some(until) => say(
            format!(
                "该生 {since} 至 {until}（不含）学籍状态为「{zh}」，实习不能安排在 {first_day} 至 {last_day}；请改为在此之前结束或从 {until} 起开始"
            ),
            format!(
                "From {} until {} the student's standing is \"{en}\", so no internship can be from {} to {}; let it end \
                 before or begin after",
                english(since),
                english(until),
                english(first_day),
                english(last_day)
            ),
        ),
    }
}

fn ends_before_start(first_day: jiff::civil::Date, last_day: jiff::civil::Date) -> Sentence {
    say(
        format!("结束日 {last_day} 早于开始日 {first_day}，请核对日期"),
        format!("The last day {} is before the first day {}; check the dates", english(last_day), english(first_day)),
    )
}

fn overlaps(period: Period, taken: Period) -> Sentence {
    say(
        format!(
            "实习时间 {} 至 {} 与该生另一项实习（{} 至 {}）重叠；请先结束或取消另一项，或更改日期",
            period.first_day, period.last_day, taken.first_day, taken.last_day
        ),
        format!(
            "The internship from {} overlaps another one of the student ({}); end or cancel the other one first, or \
             change the dates",
            from_to(period),
            from_to(taken)
        ),
    )
}

fn wrong_stage(now: PlacementStage, allowed: &[PlacementStage]) -> Sentence {
    let (now, allowed) = (now.status(), one_of(&allowed.iter().map(|stage| stage.status()).collect::<Vec<_>>()));
    say(
        format!("该实习当前为「{}」，只有「{}」时可以这样办理", now.zh(), allowed.zh),
        format!("The placement is now \"{}\"; this can be done only when it is {}", now.en(), allowed.en),
    )
}

fn from_to(period: Period) -> String {
    format!("{} to {}", english(period.first_day), english(period.last_day))
}
