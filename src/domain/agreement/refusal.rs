//! Why a command about an agreement is refused: the rule, its values, and what to do.

use jiff::civil::Date;
use thiserror::Error;

use super::codes::{SigningParty, VersionState};
use super::signing::DocumentRef;
use super::terms::{AgreementHead, Implausible};
use crate::domain::ids::FileHash;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::terms::Term;

/// The rule that forbids a command, with its values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AgreementRefusal {
    #[error("没有这项实习安排，或已取消；请先起草实习安排")]
    NotPlaced,
    #[error("没有{}第 {} 版", .0.kind.zh(), .0.version)]
    NoSuchPaper(DocumentRef),
    #[error("{}第 {} 版当前为「{}」，只有「{}」时可以这样办理", .paper.kind.zh(), .paper.version, .now.zh(), names(.allowed))]
    WrongState { paper: DocumentRef, now: VersionState, allowed: &'static [VersionState] },
    #[error("{}第 {} 版已发出签署（{}），不能再次发出；要修改请先撤回", .paper.kind.zh(), .paper.version, .now.zh())]
    OutAlready { paper: DocumentRef, now: VersionState },
    #[error("协议第 {version} 版已生效，不能重拟；要变更请拟补充协议")]
    InForceAlready { version: u32 },
    #[error("协议已解除，不能再拟或变更")]
    Ended,
    #[error("没有已生效的协议，不能拟补充协议或解除")]
    NotInForce,
    #[error("补充协议第 {version} 版尚未办结，请先签完、撤回或作废")]
    AmendmentOpen { version: u32 },
    #[error("补充协议与已生效的协议内容相同，没有可变更的")]
    NothingAmended,
    #[error("补充协议的类型只能另加「中止」或「解除」，其余由内容得出；填报的是「{}」", .0.zh())]
    KindFollowsFromTerms(AmendmentKind),
    #[error("协议缺少必备内容：{}；请补齐后再发出", names(.0))]
    HeadsMissing(Vec<AgreementHead>),
    #[error("{}", implausible(*.0))]
    Implausible(Implausible),
    #[error("协议与实习安排不一致：{}；请按现在的安排重拟协议", names(.0))]
    DiffersFromPlacement(Vec<AmendmentKind>),
    #[error("「{}」不需要签署", .0.zh())]
    NobodySigns(DocumentKind),
    #[error("这份文件与{}第 {} 版完全相同，请重新生成后再发出", .0.kind.zh(), .0.version)]
    SameDocument(DocumentRef),
    #[error("签署的是第 {signed} 版，现在待签的是第 {current} 版；请签第 {current} 版")]
    OtherVersion { signed: u32, current: u32 },
    #[error(
        "签署的文件（校验值 {}…）不是发出的那一份（{}…），签署不作数；请核对文件",
        .seen.short(), .sent.short()
    )]
    OtherDocument { seen: FileHash, sent: FileHash },
    #[error("「{}」不是这份文件的签署方；签署方是：{}", .given.zh(), names(.parties))]
    NotAParty { given: SigningParty, parties: Vec<SigningParty> },
    #[error("「{}」已于 {on} 签署", .party.zh())]
    SignedAlready { party: SigningParty, on: Date },
    #[error("「{}」还没有签署", .0.zh())]
    NotSigned(SigningParty),
    #[error("「{}」是电子签署，没有纸质文件可扫描", .0.zh())]
    NothingToScan(SigningParty),
    #[error("签署日 {signed_on} 早于发出日 {sent_on}，请核对日期")]
    SignedBeforeSent { sent_on: Date, signed_on: Date },
    #[error("签署日 {signed_on} 还没有到（今天是 {today}）；请在签署以后登记")]
    NotYetSigned { signed_on: Date, today: Date },
    #[error("没有可撤销的第 {version} 号记录")]
    NothingToUndo { version: u64 },
    #[error("第 {version} 号记录之后还有第 {latest} 号记录，请先撤销第 {latest} 号")]
    LaterStands { version: u64, latest: u64 },
}

fn names<T: Term>(terms: &[T]) -> String {
    let names: Vec<&str> = terms.iter().map(|term| term.zh()).collect();
    names.join("、")
}

fn implausible(given: Implausible) -> String {
    match given {
        Implausible::DayHours(hours) => format!("每日工作时间 {hours} 小时，应为 1 至 24"),
        Implausible::WeekDays(days) => format!("每周工作 {days} 天，应为 1 至 7"),
        Implausible::PayDay(day) => format!("报酬支付日为每月 {day} 日，应为 1 至 31"),
    }
}
