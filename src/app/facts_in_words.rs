//! The numbered facts of placements, agreements, hosts and employers, in words: what can be undone by its number.

use jiff::civil::Date;
use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::Event;
use crate::domain::agreement::AgreementEvent;
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::day::from_epoch_day;
use crate::domain::employer::EmployerEvent;
use crate::domain::host::HostEvent;
use crate::domain::placement::PlacementEvent;
use crate::domain::terms::Term;
use crate::event_log::decode;

/// A fact of a stream as lists show it.
#[derive(Debug)]
pub struct Fact {
    pub stream: &'static str,
    /// Its number in the stream.
    pub version: i64,
    pub said: String,
    pub effective_on: Option<Date>,
}

impl App {
    /// The facts of every stream with this id, in the order of the log, as far as the caller may see them.
    pub async fn facts(&self, caller: &Caller, id: Uuid) -> Result<Vec<Fact>, AppError> {
        let mut facts = vec![];
        for recorded in self.history(caller, id).await? {
            let (stream, said) = match decode(&recorded)? {
                Event::Placement(event) => ("安排", placement(&event)),
                Event::Agreement(event) => ("协议", agreement(&event)),
                Event::Host(event) => ("实习单位", host(&event)),
                Event::Employer(event) => ("单位", employer(&event)),
                Event::School(_)
                | Event::Student(_)
                | Event::Outcome(_)
                | Event::FurtherStudy(_)
                | Event::Exemption(_)
                | Event::Season(_)
                | Event::Import(_)
                | Event::Account(_)
                | Event::Log(_) => continue,
            };
            let effective_on = from_epoch_day(recorded.effective_on);
            facts.push(Fact { stream, version: recorded.version, said, effective_on });
        }
        Ok(facts)
    }
}

fn undone(version: u64) -> String {
    format!("撤销第 {version} 号")
}

fn placement(event: &PlacementEvent) -> String {
    let said = match event {
        PlacementEvent::PlacementDrafted { .. } => "起草",
        PlacementEvent::PlacementRevised { .. } => "修改",
        PlacementEvent::PlacementSubmitted { .. } => "提交",
        PlacementEvent::ComplianceEvaluated { verdict, .. } => return format!("合规结论：{}", verdict.zh()),
        PlacementEvent::PlacementReturned { reason, .. } => return format!("退回：{}", reason.zh()),
        PlacementEvent::PlacementRejected { reason, .. } => return format!("不予批准：{}", reason.zh()),
        PlacementEvent::PlacementApproved { .. } => "批准",
        PlacementEvent::LateRegistrationApproved { reason, .. } => return format!("批准补登：{}", reason.zh()),
        PlacementEvent::ReadinessConfirmed { .. } => "确认上岗准备",
        PlacementEvent::ArrivalConfirmed { .. } => "到岗",
        PlacementEvent::NoShowRecorded { reason, .. } => return format!("未到岗：{}", reason.zh()),
        PlacementEvent::HostChanged { .. } => "变更单位",
        PlacementEvent::SiteChanged { .. } => "变更地址或岗位",
        PlacementEvent::MentorChanged { .. } => "变更指导人",
        PlacementEvent::PeriodChanged { .. } => "变更期限",
        PlacementEvent::PayChanged { .. } => "变更报酬",
        PlacementEvent::PlacementSuspended { reason, .. } => return format!("中止：{}", reason.zh()),
        PlacementEvent::PlacementResumed { .. } => "恢复",
        PlacementEvent::TerminatedEarly { reason, .. } => return format!("提前终止：{}", reason.zh()),
        PlacementEvent::PlacementCancelled { reason, .. } => return format!("取消：{}", reason.zh()),
        PlacementEvent::Undone { version, .. } => return undone(*version),
    };
    said.to_owned()
}

fn agreement(event: &AgreementEvent) -> String {
    let named = |paper: &DocumentRef| format!("{}第 {} 版", paper.kind.zh(), paper.version);
    match event {
        AgreementEvent::AgreementDrafted { version, .. } => format!("拟三方协议第 {version} 版"),
        AgreementEvent::AmendmentDrafted { version, amends, .. } => {
            format!("拟补充协议第 {version} 版，变更第 {amends} 版")
        }
        AgreementEvent::TermsRevised { version, .. } => format!("重拟第 {version} 版"),
        AgreementEvent::SentForSignature { paper, .. } => format!("发出{}", named(paper)),
        AgreementEvent::PartyViewed { paper, party, .. } => format!("{}已阅{}", party.zh(), named(paper)),
        AgreementEvent::PartySigned { paper, party, .. } => format!("{}签署{}", party.zh(), named(paper)),
        AgreementEvent::PacketSigned { documents, .. } => {
            let signed = documents.iter().map(|document| {
                let parties: Vec<&str> = document.signatures.iter().map(|signature| signature.party.zh()).collect();
                format!("{}签署{}", parties.join("、"), named(&document.paper))
            });
            signed.collect::<Vec<_>>().join("；")
        }
        AgreementEvent::ScanAttached { paper, party, .. } => format!("{}签署的{}：扫描件", party.zh(), named(paper)),
        AgreementEvent::SignatureRevoked { paper, party, reason, .. } => {
            format!("{}对{}的签署不作数：{}", party.zh(), named(paper), reason.zh())
        }
        AgreementEvent::PartyRefused { paper, party, reason, .. } => {
            format!("{}拒签{}：{}", party.zh(), named(paper), reason.zh())
        }
        AgreementEvent::RecalledForCorrection { paper, reason, .. } => format!("撤回{}：{}", named(paper), reason.zh()),
        AgreementEvent::AgreementTerminated { version, reason, .. } => format!("解除第 {version} 版：{}", reason.zh()),
        AgreementEvent::AgreementVoided { version, reason, .. } => format!("作废第 {version} 版：{}", reason.zh()),
        AgreementEvent::Undone { version, .. } => undone(*version),
    }
}

fn host(event: &HostEvent) -> String {
    let said = match event {
        HostEvent::HostProposed { .. } => "提出",
        HostEvent::SiteVisitReported { .. } => "考察",
        HostEvent::HostAccepted { .. } => "核定",
        HostEvent::HostRefused { reason, .. } => return format!("不予核定：{}", reason.zh()),
        HostEvent::HostPublished { .. } => "公布",
        HostEvent::HostSuspended { reason, .. } => return format!("暂停合作：{}", reason.zh()),
        HostEvent::HostResumed { .. } => "恢复合作",
        HostEvent::FrameworkAgreed { last_day, .. } => return format!("合作协议至 {last_day}"),
        HostEvent::ContactsRecorded { .. } => "联系人",
        HostEvent::Undone { version, .. } => return undone(*version),
    };
    said.to_owned()
}

fn employer(event: &EmployerEvent) -> String {
    let said = match event {
        EmployerEvent::EmployerRegistered { .. } => "登记",
        EmployerEvent::IdentityCorrected { .. } => "更正名称或信用代码",
        EmployerEvent::ProfileRecorded { .. } => "行业、规模、性质",
        EmployerEvent::StaffCounted { staff, .. } => return format!("在岗 {} 人", staff.total_count),
        EmployerEvent::EmployerMerged { into, .. } => return format!("并入 {}", into.0),
        EmployerEvent::EmployerClosed { .. } => "注销",
        EmployerEvent::Undone { version, .. } => return undone(*version),
    };
    said.to_owned()
}
