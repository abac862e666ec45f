//! Exemptions from internship: applied for, decided, withdrawn, undone.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use uuid::Uuid;

use gradtrail::app::season::exemptions::ExemptionOrder;
use gradtrail::domain::UndoReason;
use gradtrail::domain::exemption::{ExemptionCommand, ExemptionGround, ExemptionRefusalReason};
use gradtrail::domain::ids::{SchoolCode, StaffId};
use gradtrail::domain::terms::Term;
use gradtrail::evidence::EvidenceFile;

use super::records::{school_code, term};
use super::whom::{WhomArgs, answer, day};
use super::{Failure, Session, screen};

/// 每个命令都可以对一名学生或全班办理；登记申请的人不能决定
#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 exemption request --student 2024010203 --ground 参军入伍 --evidence 入伍通知书.pdf
  gradtrail --as 赵校长 exemption grant --student 2024010203
  gradtrail exemption list --school 33071001")]
pub enum ExemptionArgs {
    /// 登记免实习申请
    Request {
        #[command(flatten)]
        whom: WhomArgs,
        /// 事由：健康原因、参军入伍、升学备考、竞赛集训、已有工作经历、家庭原因、其他
        #[arg(long, value_parser = term::<ExemptionGround>)]
        ground: ExemptionGround,
        /// 证明材料：PDF、JPEG 或 PNG（加密保存）；一名学生一份
        #[arg(long, value_name = "FILE")]
        evidence: Option<PathBuf>,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
        /// 申请日期；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 准予免实习
    Grant {
        #[command(flatten)]
        whom: WhomArgs,
    },
    /// 不予免实习
    Refuse {
        #[command(flatten)]
        whom: WhomArgs,
        /// 原因：事由不充分、证明材料不全、证明材料虚假、填报有误、其他
        #[arg(long, value_parser = term::<ExemptionRefusalReason>)]
        reason: ExemptionRefusalReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 学生撤回申请，或不再需要免实习
    Withdraw {
        #[command(flatten)]
        whom: WhomArgs,
        /// 哪天；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 撤销一条记录；不填 --version 撤销最近一条
    Undo(Undo),
    /// 列出申请过的学生
    List {
        /// 学校代码；不填为范围内的全部学校
        #[arg(long, value_parser = school_code)]
        school: Option<SchoolCode>,
    },
}

#[derive(Args)]
pub struct Undo {
    #[command(flatten)]
    whom: WhomArgs,
    /// 记录的序号（见 exemption list）
    #[arg(long)]
    version: Option<u64>,
    #[arg(long, value_parser = term::<UndoReason>)]
    reason: UndoReason,
    /// 说明（加密保存）
    #[arg(long)]
    note: Option<String>,
}

/// The app fills in who decides.
const NOBODY_YET: StaffId = StaffId(Uuid::nil());

impl ExemptionArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let today = session.app.today();
        let (what, whom, order) = match self {
            Self::List { school } => return list(session, school.as_ref()).await,
            Self::Request { whom, ground, evidence, note, on } => {
                let evidence = evidence.as_deref().map(EvidenceFile::read).transpose()?;
                let on = on.unwrap_or(today);
                ("申请免实习", whom, ExemptionOrder::Request { ground, evidence, note, on })
            }
            Self::Grant { whom } => {
                let command = ExemptionCommand::Grant { by: NOBODY_YET, effective_on: today };
                ("准予免实习", whom, ExemptionOrder::Command { command, note: None })
            }
            Self::Refuse { whom, reason, note } => {
                let command = ExemptionCommand::Refuse { reason, note: None, by: NOBODY_YET, effective_on: today };
                ("不予免实习", whom, ExemptionOrder::Command { command, note })
            }
            Self::Withdraw { whom, on } => {
                let command = ExemptionCommand::Withdraw { effective_on: on.unwrap_or(today) };
                ("撤回申请", whom, ExemptionOrder::Command { command, note: None })
            }
            Self::Undo(Undo { whom, version, reason, note }) => {
                ("撤销", whom, ExemptionOrder::Undo { version, reason, note })
            }
        };
        answer(what, &session.app.order_exemptions(&session.caller, &whom.named(), &order).await?)
    }
}

async fn list(session: &Session, school: Option<&SchoolCode>) -> Result<(), Failure> {
    for applicant in session.app.applicants(&session.caller, school).await? {
        let (application, school) = (&applicant.application, &applicant.pupil.school);
        let evidence = application.evidence.map_or(String::new(), |hash| format!("证明 {}", hash.short()));
        screen::line(&format!(
            "{school}\t{}\t{}\t{}\t{}\t第 {} 号\t{evidence}",
            applicant.pupil.shown(),
            application.ground.zh(),
            application.stage.zh(),
            application.since,
            applicant.last,
        ))?;
    }
    Ok(())
}
