//! Hosts: employers as a school deals with them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use uuid::Uuid;

use gradtrail::app::at_work::Asked;
use gradtrail::app::season::hosts::{AtSchool, HostOrder};
use gradtrail::domain::UndoReason;
use gradtrail::domain::host::codes::{Finding, HostReason, VisitHead};
use gradtrail::domain::host::{Findings, Framework, HostCommand, Visit};
use gradtrail::domain::ids::{FileHash, SchoolCode, StaffId};
use gradtrail::domain::terms::Term;
use gradtrail::evidence::EvidenceFile;

use super::at_work::line;
use super::placement_show::facts;
use super::records::{school_code, term};
use super::whom::{day, done, not_all};
use super::{Failure, Session, at_work, screen};

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 host propose 91330700MA00000019
  gradtrail --as 钱五 host visit 91330700MA00000019 --all 符合 --finding 生活环境=基本符合 --on 2026-03-02
  gradtrail --as 赵校长 host accept 91330700MA00000019
  gradtrail --as 赵校长 host accept --all-proposed
  gradtrail --as 钱五 host framework 91330700MA00000019 --until 2029-08-31")]
pub enum HostArgs {
    /// 提出列为本校实习单位
    Propose {
        #[command(flatten)]
        which: Which,
        /// 已合作的单位：自哪天起合作
        #[arg(long, value_parser = day)]
        partner_since: Option<Date>,
    },
    /// 记录实地考察的书面报告：九项都要写明
    Visit {
        #[command(flatten)]
        which: Which,
        /// 没有另写的各项的结论：符合、基本符合、不符合
        #[arg(long, value_parser = term::<Finding>)]
        all: Option<Finding>,
        /// 一项的结论：考察内容=结论，如 安全防护=符合；可多次
        #[arg(long, value_parser = finding, value_name = "内容=结论")]
        finding: Vec<(VisitHead, Finding)>,
        /// 书面报告：PDF、JPEG 或 PNG（加密保存）
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// 考察日期；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 核定；提出人不能核定
    Accept(Accept),
    /// 不予核定
    Refuse {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        why: Why,
    },
    /// 公布
    Publish {
        #[command(flatten)]
        which: Which,
    },
    /// 暂停合作
    Suspend {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        why: Why,
    },
    /// 恢复合作
    Resume {
        #[command(flatten)]
        which: Which,
    },
    /// 记录校企合作协议
    Framework {
        #[command(flatten)]
        which: Which,
        /// 到期日
        #[arg(long, value_parser = day)]
        until: Date,
        /// 自哪天起；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
        /// 签好的协议：PDF、JPEG 或 PNG（加密保存）
        #[arg(long, value_name = "FILE")]
        document: Option<PathBuf>,
    },
    /// 记录联系人（加密保存）
    Contact {
        #[command(flatten)]
        which: Which,
        #[arg(long)]
        name: String,
        #[arg(long)]
        phone: Option<String>,
    },
    /// 撤销一条记录；不填 --version 撤销最近一条
    Undo {
        #[command(flatten)]
        which: Which,
        /// 记录的序号（见 host show）
        #[arg(long)]
        version: Option<u64>,
        #[arg(long, value_parser = term::<UndoReason>)]
        reason: UndoReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 显示一个实习单位：考察结论、合作协议、联系人、文件和记录
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// 列出本校的实习单位
    List {
        #[command(flatten)]
        asked: at_work::Which,
    },
}

#[derive(Args)]
pub struct Which {
    /// 单位：编号、信用代码或名称
    employer: String,
    /// 学校代码；操作员必填
    #[arg(long, value_parser = school_code)]
    school: Option<SchoolCode>,
    /// 操作编号，自定：同一编号只记录一次。不填时，同一天的同一条命令只记录一次
    #[arg(long, value_name = "编号")]
    key: Option<String>,
}

#[derive(Args)]
pub struct Accept {
    /// 单位：编号、信用代码或名称
    #[arg(required_unless_present = "all_proposed", conflicts_with = "all_proposed")]
    employer: Option<String>,
    /// 核定所有待核的单位；不能核定的逐个列出原因
    #[arg(long)]
    all_proposed: bool,
    /// 学校代码；操作员必填，--all-proposed 不填为范围内的全部学校
    #[arg(long, value_parser = school_code)]
    school: Option<SchoolCode>,
    /// 这次办理的标识：同一标识只记录一次
    #[arg(long, value_name = "标识", conflicts_with = "all_proposed")]
    key: Option<String>,
}

#[derive(Args)]
pub struct Why {
    /// 原因：资质不符、安全条件不达标、侵害学生权益……
    #[arg(long, value_parser = term::<HostReason>)]
    reason: HostReason,
    /// 说明（加密保存）
    #[arg(long)]
    note: Option<String>,
}

fn finding(text: &str) -> Result<(VisitHead, Finding), String> {
    let (head, found) = text.split_once('=').ok_or("请写成 考察内容=结论，如 安全防护=符合")?;
    Ok((term(head)?, term(found)?))
}

impl Which {
    fn at(self) -> AtSchool {
        AtSchool { school: self.school, employer: self.employer, key: self.key }
    }
}

/// The app fills in who decides.
const NOBODY_YET: StaffId = StaffId(Uuid::nil());

impl HostArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let today = session.app.today();
        let command = |command, note| HostOrder::Command { command, file: None, note };
        let (which, order) = match self {
            Self::List { asked } => return list(session, &asked.asked(session)).await,
            Self::Propose { which, partner_since } => (which, HostOrder::Propose { partner_since }),
            Self::Contact { which, name, phone } => (which, HostOrder::Contact { name, phone }),
            Self::Visit { which, all, finding, report, on, note } => {
                let file = report.as_deref().map(EvidenceFile::read).transpose()?;
                let (findings, effective_on) = (findings(all, finding), on.unwrap_or(today));
                let command = HostCommand::ReportVisit { findings, report: None, note: None, by: None, effective_on };
                (which, HostOrder::Command { command, file, note })
            }
            Self::Undo { which, version, reason, note } => (which, HostOrder::Undo { version, reason, note }),
            Self::Show { which } => return show(session, which).await,
            Self::Accept(Accept { employer: None, school, .. }) => return accept_all(session, school.as_ref()).await,
            Self::Accept(Accept { employer: Some(employer), school, key, .. }) => {
                let accept = HostCommand::Accept { by: NOBODY_YET, effective_on: today };
                (Which { employer, school, key }, command(accept, None))
            }
            Self::Refuse { which, why: Why { reason, note } } => {
                let refuse = HostCommand::Refuse { reason, note: None, by: NOBODY_YET, effective_on: today };
                (which, command(refuse, note))
            }
            Self::Publish { which } => (which, command(HostCommand::Publish { effective_on: today }, None)),
            Self::Suspend { which, why: Why { reason, note } } => {
                (which, command(HostCommand::Suspend { reason, note: None, effective_on: today }, note))
            }
            Self::Resume { which } => (which, command(HostCommand::Resume { effective_on: today }, None)),
            Self::Framework { which, until, on, document } => {
                let file = document.as_deref().map(EvidenceFile::read).transpose()?;
                let effective_on = on.unwrap_or(today);
                let command = HostCommand::AgreeFramework { last_day: until, document: None, effective_on };
                (which, HostOrder::Command { command, file, note: None })
            }
        };
        let at = which.at();
        let answer = session.app.order_host(&session.caller, &at, order).await?;
        done("实习单位", &answer)
    }
}

async fn accept_all(session: &Session, school: Option<&SchoolCode>) -> Result<(), Failure> {
    let (accepted, refused) = session.app.accept_proposed(&session.caller, school).await?;
    screen::line(&format!("核定 {accepted} 个单位"))?;
    not_all(&refused)
}

fn findings(all: Option<Finding>, single: Vec<(VisitHead, Finding)>) -> Findings {
    let mut findings = Findings::new();
    if let Some(all) = all {
        findings.extend(VisitHead::ENTRIES.iter().map(|entry| (entry.value, all)));
    }
    findings.extend(single);
    findings
}

async fn show(session: &Session, which: Which) -> Result<(), Failure> {
    let shown = session.app.host_sheet(&session.caller, &which.at()).await?;
    let stage = shown.proposed.as_ref().map_or("提出已撤销", |proposed| proposed.stage.zh());
    screen::line(&format!("{}\t{stage}", shown.name))?;
    if let Some((name, phone)) = &shown.contact {
        screen::line(format!("  联系人：{name} {}", phone.as_deref().unwrap_or_default()).trim_end())?;
    }
    let file = |hash: Option<FileHash>| hash.map_or(String::new(), |hash| format!("；文件 {}", hash.short()));
    if let Some(Visit { findings, report, visited_on }) = shown.proposed.as_ref().and_then(|of| of.visit.as_ref()) {
        let found: Vec<String> = findings.iter().map(|(head, found)| format!("{}{}", head.zh(), found.zh())).collect();
        screen::line(&format!("  {visited_on} 考察：{}{}", found.join("，"), file(*report)))?;
    }
    for Framework { first_day, last_day, document } in shown.proposed.iter().flat_map(|of| &of.frameworks) {
        screen::line(&format!("  合作协议：{first_day} 至 {last_day}{}", file(*document)))?;
    }
    facts(&shown.facts)
}

async fn list(session: &Session, asked: &Asked) -> Result<(), Failure> {
    for listed in session.app.hosts(&session.caller, asked).await? {
        let host = &listed.host;
        let framework = match host.framework {
            Some(framework) if asked.on <= framework.last_day => format!("合作协议至 {}", framework.last_day),
            Some(last) => format!("合作协议不在有效期（{} 至 {}）", last.first_day, last.last_day),
            None => "无合作协议".to_owned(),
        };
        let is_itself = host.unit == host.employer;
        let unit = if is_itself { listed.unit } else { format!("{}（登记为{}）", listed.unit, listed.employer) };
        line(&[&host.school, &host.unit.0.to_string(), &unit, host.stage.zh(), &framework])?;
    }
    Ok(())
}
