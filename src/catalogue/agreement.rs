//! What refuses the command of an agreement.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, all_of, english, later_stands, nothing_to_undo, one_of, say, values_of};
use crate::domain::agreement::AgreementRefusal;
use crate::domain::agreement::codes::VersionState;
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::agreement::terms::Implausible;
use crate::domain::ids::FileHash;
use crate::domain::terms::Term;

impl Refusal for AgreementRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotPlaced | Self::NoSuchPaper(_) => RefusalKind::NotFound,
            Self::KindFollowsFromTerms(_)
            | Self::Implausible(_)
            | Self::NobodySigns(_)
            | Self::SameDocument(_)
            | Self::OtherDocument { .. }
            | Self::NotAParty { .. }
            | Self::SignedBeforeSent { .. }
            | Self::NotYetSigned { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::WrongState { .. }
            | Self::OutAlready { .. }
            | Self::InForceAlready { .. }
            | Self::Ended
            | Self::NotInForce
            | Self::AmendmentOpen { .. }
            | Self::NothingAmended
            | Self::HeadsMissing(_)
            | Self::DiffersFromPlacement(_)
            | Self::OtherVersion { .. }
            | Self::SignedAlready { .. }
            | Self::NotSigned(_)
            | Self::NothingToScan(_)
            | Self::LaterStands { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NotPlaced => say(
                "没有这项实习安排，或已取消；请先起草实习安排",
                "There is no such placement, or it was cancelled; draft a placement first",
            ),
            Self::NoSuchPaper(DocumentRef { kind, version }) => say(
                format!("没有{}第 {version} 版", kind.zh()),
                format!("There is no version {version} of the {}", kind.en()),
            ),
            Self::WrongState { paper, now, allowed } => wrong_state(*paper, *now, allowed),
            Self::OutAlready { paper: DocumentRef { kind, version }, now } => say(
                format!("{}第 {version} 版已发出签署（{}），不能再次发出；要修改请先撤回", kind.zh(), now.zh()),
                format!(
                    "Version {version} of the {} was sent out already (\"{}\"); to change it, recall it first",
                    kind.en(),
                    now.en()
                ),
            ),
            Self::InForceAlready { version } => say(
                format!("协议第 {version} 版已生效，不能重拟；要变更请拟补充协议"),
                format!("Version {version} of the agreement is in force and stays; to change it, draft an amendment"),
            ),
            Self::Ended => say(
                "协议已解除，不能再拟或变更",
                "The agreement is terminated; it can be neither drafted nor amended any more",
            ),
            Self::NotInForce => say(
                "没有已生效的协议，不能拟补充协议或解除",
                "No agreement is in force, so there is nothing to amend or terminate",
            ),
            Self::AmendmentOpen { version } => say(
                format!("补充协议第 {version} 版尚未办结，请先签完、撤回或作废"),
                format!(
                    "The amendment, version {version}, is still open; sign it to the end, recall it or void it first"
                ),
            ),
            Self::NothingAmended => say(
                "补充协议与已生效的协议内容相同，没有可变更的",
                "The amendment says the same as the agreement in force; there is nothing to change",
            ),
            Self::KindFollowsFromTerms(kind) => say(
                format!("补充协议的类型只能另加「中止」或「解除」，其余由内容得出；填报的是「{}」", kind.zh()),
                format!(
                    "Only \"suspension\" or \"termination\" can be added to what an amendment is about, the rest follows \
                     from its content; \"{}\" was given",
                    kind.en()
                ),
            ),
            Self::HeadsMissing(heads) => {
                let heads = all_of(heads);
                say(
                    format!("协议缺少必备内容：{}；请补齐后再发出", heads.zh),
                    format!("The agreement lacks: {}; complete it, then send it out", heads.en),
                )
            }
            Self::Implausible(given) => implausible(*given),
            Self::DiffersFromPlacement(kinds) => {
                let kinds = all_of(kinds);
                say(
                    format!("协议与实习安排不一致：{}；请按现在的安排重拟协议", kinds.zh),
                    format!("The agreement differs from the placement in: {}; draft it again as things are", kinds.en),
                )
            }
            Self::NobodySigns(kind) => {
                say(format!("「{}」不需要签署", kind.zh()), format!("The {} needs no signature", kind.en()))
            }
            Self::SameDocument(DocumentRef { kind, version }) => say(
                format!("这份文件与{}第 {version} 版完全相同，请重新生成后再发出", kind.zh()),
                format!(
                    "This file is the same as version {version} of the {}; generate it anew, then send it out",
                    kind.en()
                ),
            ),
            Self::OtherVersion { signed, current } => say(
                format!("签署的是第 {signed} 版，现在待签的是第 {current} 版；请签第 {current} 版"),
                format!(
                    "Version {signed} was signed, but version {current} is out for signature; sign version {current}"
                ),
            ),
            Self::OtherDocument { seen, sent } => other_document(*seen, *sent),
            Self::NotAParty { given, parties } => {
                let parties = all_of(parties);
                say(
                    format!("「{}」不是这份文件的签署方；签署方是：{}", given.zh(), parties.zh),
                    format!("The {} does not sign this document; its parties are: {}", given.en(), parties.en),
                )
            }
            Self::SignedAlready { party, on } => say(
                format!("「{}」已于 {on} 签署", party.zh()),
                format!("The {} signed already, on {}", party.en(), english(*on)),
            ),
            Self::NotSigned(party) => {
                say(format!("「{}」还没有签署", party.zh()), format!("The {} has not signed yet", party.en()))
            }
            Self::NothingToScan(party) => say(
                format!("「{}」是电子签署，没有纸质文件可扫描", party.zh()),
                format!("The {} signed electronically; there is no paper to scan", party.en()),
            ),
            Self::SignedBeforeSent { sent_on, signed_on } => say(
                format!("签署日 {signed_on} 早于发出日 {sent_on}，请核对日期"),
                format!(
                    "The day of signature, {}, is before {}, when it was sent out; check the dates",
                    english(*signed_on),
                    english(*sent_on)
                ),
            ),
            Self::NotYetSigned { signed_on, today } => say(
                format!("签署日 {signed_on} 还没有到（今天是 {today}）；请在签署以后登记"),
                format!(
                    "The day of signature, {}, has not come yet (today is {}); register it after the signature",
                    english(*signed_on),
                    english(*today)
                ),
            ),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
            Self::LaterStands { version, latest } => later_stands(*version, *latest),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::KindFollowsFromTerms(_) => Some("also"),
            Self::Implausible(Implausible::DayHours(_)) => Some("day_hours_max"),
            Self::Implausible(Implausible::WeekDays(_)) => Some("week_days_max"),
            Self::Implausible(Implausible::PayDay(_)) => Some("day_of_month"),
            Self::NobodySigns(_) => Some("kind"),
            Self::SameDocument(_) | Self::OtherDocument { .. } => Some("document"),
            Self::NotAParty { .. } => Some("party"),
            Self::SignedBeforeSent { .. } | Self::NotYetSigned { .. } => Some("effective_on"),
            Self::NothingToUndo { .. } => Some("version"),
            _ => None,
        }
    }
}

fn wrong_state(paper: DocumentRef, now: VersionState, allowed: &[VersionState]) -> Sentence {
    let (DocumentRef { kind, version }, allowed) = (paper, one_of(allowed));
    say(
        format!("{}第 {version} 版当前为「{}」，只有「{}」时可以这样办理", kind.zh(), now.zh(), allowed.zh),
        format!(
            "Version {version} of the {} is now \"{}\"; this can be done only when it is {}",
            kind.en(),
            now.en(),
            allowed.en
        ),
    )
}

fn other_document(seen: FileHash, sent: FileHash) -> Sentence {
    let (seen, sent) = (seen.short(), sent.short());
    say(
        format!("签署的文件（校验值 {seen}…）不是发出的那一份（{sent}…），签署不作数；请核对文件"),
        format!(
            "The file that was signed (checksum {seen}…) is not the one that was sent out ({sent}…), so the signature \
             does not count; check the file"
        ),
    )
}

fn implausible(given: Implausible) -> Sentence {
    match given {
        Implausible::DayHours(hours) => say(
            format!("每日工作时间 {hours} 小时，应为 1 至 24"),
            format!("{hours} hours of work a day were given; it must be 1 to 24"),
        ),
        Implausible::WeekDays(days) => say(
            format!("每周工作 {days} 天，应为 1 至 7"),
            format!("{days} days of work a week were given; it must be 1 to 7"),
        ),
        Implausible::PayDay(day) => say(
            format!("报酬支付日为每月 {day} 日，应为 1 至 31"),
            format!("Day {day} of the month was given for the pay; it must be 1 to 31"),
        ),
    }
}
