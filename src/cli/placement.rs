//! Placements: drafted, decided, changed and ended, of one student or of a class.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use uuid::Uuid;

use gradtrail::app::season::fields::Fields;
use gradtrail::app::season::placements::{Draft, PlacementOrder, Subject};
use gradtrail::domain::UndoReason;
use gradtrail::domain::ids::StaffId;
use gradtrail::domain::placement::codes::{ChangeReason, EndReason, Initiator, LateReason, ReturnReason, Verdict};
use gradtrail::domain::placement::{Known, PlacementCommand};

use super::fields::{FieldArgs, HostFields, MentorFields, PayFields, SiteFields};
use super::records::term;
use super::whom::{WhomArgs, answer, day};
use super::{Failure, Session, placement_show};

/// 每个命令都可以对一名学生（--student 学号）、一项实习（--placement 编号）、全班（--class 班级）或一次导入（--batch 批次）办理
#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 placement draft --class 高三汽修2班 --kind 岗位实习 --source 学校合作企业 \\
      --host 91330700MA00000019 --first-day 2026-09-01 --last-day 2027-02-28 --address 某市工业路88号 \\
      --post 汽车维修 --site-kind 私营 --region 本市 --mentor 郑师傅 --mentor-phone 0579-80000002 \\
      --teacher 吴老师 --pay 2400 --pay-unit 月 --on-specialty 非常对口 --overrides 个别.csv \\
      --submit --verdict 通过
  gradtrail --as 赵校长 placement approve --class 高三汽修2班
  gradtrail --as 赵校长 placement approve --batch 0190…
  gradtrail --as 钱五 placement ready --class 高三汽修2班
  gradtrail --as 钱五 placement change-host --student 2024010203 --from 2026-11-02 --reason 学生提出 \\
      --host 另一单位 --address 某市环城路1号 --post 钣金 --site-kind 私营 --region 本市 --mentor 周师傅
  gradtrail placement show --class 高三汽修2班")]
pub enum PlacementArgs {
    /// 起草；加 --submit 同时提交，加 --verdict 同时记录合规结论
    Draft(Box<DraftArgs>),
    /// 修改草稿或被退回的安排；没有填的不变
    Revise {
        #[command(flatten)]
        whom: WhomArgs,
        #[command(flatten)]
        fields: Box<FieldArgs>,
        /// 个别学生不同的内容：.csv、.xls、.xlsx，一行一人，按学号
        #[arg(long, value_name = "FILE")]
        overrides: Option<PathBuf>,
    },
    /// 提交审核
    Submit(Plain),
    /// 记录合规结论：通过、提醒、禁止
    Evaluate {
        #[command(flatten)]
        whom: WhomArgs,
        #[arg(long, value_parser = term::<Verdict>)]
        verdict: Verdict,
        /// 规则版本
        #[arg(long, default_value_t = 1)]
        rules: u32,
    },
    /// 退回修改：填报有误、材料不全……
    Return {
        #[command(flatten)]
        whom: WhomArgs,
        #[arg(long, value_parser = term::<ReturnReason>)]
        reason: ReturnReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 不予批准
    Reject {
        #[command(flatten)]
        whom: WhomArgs,
        #[arg(long, value_parser = term::<ReturnReason>)]
        reason: ReturnReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 批准；起草或修改过的人不能批准
    Approve(Plain),
    /// 批准补登：实习已开始才登记，永远看得出
    Late {
        #[command(flatten)]
        whom: WhomArgs,
        /// 原因：学生报告不及时、原用纸质登记、漏登……
        #[arg(long, value_parser = term::<LateReason>)]
        reason: LateReason,
    },
    /// 确认上岗准备：材料已全部签署
    Ready(Plain),
    /// 登记到岗
    Arrive(Dated),
    /// 登记未到岗
    NoShow(Ended),
    /// 变更实习单位
    ChangeHost {
        #[command(flatten)]
        when: Changing,
        #[command(flatten)]
        host: HostFields,
        #[command(flatten)]
        site: SiteFields,
        #[command(flatten)]
        mentors: MentorFields,
    },
    /// 变更地址或岗位
    ChangeSite {
        #[command(flatten)]
        when: Changing,
        #[command(flatten)]
        site: SiteFields,
    },
    /// 变更指导人员或指导教师
    ChangeMentor {
        #[command(flatten)]
        when: Changing,
        #[command(flatten)]
        mentors: MentorFields,
    },
    /// 变更末日
    ChangePeriod {
        #[command(flatten)]
        when: Changing,
        #[arg(long, value_parser = day)]
        last_day: Date,
    },
    /// 变更报酬
    ChangePay {
        #[command(flatten)]
        when: Changing,
        #[command(flatten)]
        pay: PayFields,
    },
    /// 中止
    Suspend(Ended),
    /// 恢复
    Resume(Dated),
    /// 提前终止：自这天起不再在岗
    End {
        #[command(flatten)]
        ended: Ended,
        /// 谁提出：学生、单位、学校
        #[arg(long, value_parser = term::<Initiator>)]
        by: Initiator,
    },
    /// 取消：还没有到开始日
    Cancel(Ended),
    /// 撤销一条记录；不填 --version 撤销最近一条
    Undo {
        #[command(flatten)]
        whom: WhomArgs,
        /// 记录的序号（见 placement show）
        #[arg(long)]
        version: Option<u64>,
        #[arg(long, value_parser = term::<UndoReason>)]
        reason: UndoReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 显示安排、状态、材料和记录
    Show {
        #[command(flatten)]
        whom: WhomArgs,
        /// 看哪天的安排；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
}

#[derive(Args)]
pub struct DraftArgs {
    #[command(flatten)]
    whom: WhomArgs,
    #[command(flatten)]
    fields: FieldArgs,
    /// 个别学生不同的内容：.csv、.xls、.xlsx，一行一人，按学号
    #[arg(long, value_name = "FILE")]
    overrides: Option<PathBuf>,
    /// 同时提交审核
    #[arg(long)]
    submit: bool,
    /// 同时记录合规结论：通过、提醒、禁止
    #[arg(long, value_parser = term::<Verdict>, requires = "submit")]
    verdict: Option<Verdict>,
    /// 规则版本
    #[arg(long, default_value_t = 1)]
    rules: u32,
}

#[derive(Args)]
pub struct Plain {
    #[command(flatten)]
    whom: WhomArgs,
}

#[derive(Args)]
pub struct Dated {
    #[command(flatten)]
    whom: WhomArgs,
    /// 哪天；不填为今天
    #[arg(long, value_parser = day)]
    on: Option<Date>,
}

#[derive(Args)]
pub struct Ended {
    #[command(flatten)]
    whom: WhomArgs,
    /// 原因：健康原因、家庭原因、学籍变动、单位违约……
    #[arg(long, value_parser = term::<EndReason>)]
    reason: EndReason,
    /// 哪天；不填为今天
    #[arg(long, value_parser = day)]
    on: Option<Date>,
    /// 说明（加密保存）
    #[arg(long)]
    note: Option<String>,
}

#[derive(Args)]
pub struct Changing {
    #[command(flatten)]
    whom: WhomArgs,
    /// 自哪天起
    #[arg(long, value_parser = day)]
    from: Date,
    /// 原因：学生提出、单位提出、学校调整、专业不对口、安全原因、其他
    #[arg(long, value_parser = term::<ChangeReason>)]
    reason: ChangeReason,
}

/// The app fills in who decides.
const NOBODY_YET: StaffId = StaffId(Uuid::nil());

impl PlacementArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let today = session.app.today();
        let known = Known::default();
        let plain = |command| PlacementOrder::Command { command, note: None };
        let (what, whom, order) = match self {
            Self::Draft(draft) => return draft.run(session).await,
            Self::Show { whom, on } => return placement_show::show(session, &whom, on.unwrap_or(today)).await,
            Self::Revise { whom, fields, overrides } => {
                ("修改", whom, PlacementOrder::Revise { fields: fields.fields(), overrides })
            }
            Self::Submit(Plain { whom }) => {
                ("提交", whom, plain(PlacementCommand::Submit { known, effective_on: today }))
            }
            Self::Evaluate { whom, verdict, rules } => {
                let evaluate = PlacementCommand::Evaluate { verdict, rules, by: None, effective_on: today };
                ("合规结论", whom, plain(evaluate))
            }
            Self::Return { whom, reason, note } => {
                let command = PlacementCommand::SendBack { reason, note: None, by: NOBODY_YET, effective_on: today };
                ("退回", whom, PlacementOrder::Command { command, note })
            }
            Self::Reject { whom, reason, note } => {
                let command = PlacementCommand::Reject { reason, note: None, by: NOBODY_YET, effective_on: today };
                ("不予批准", whom, PlacementOrder::Command { command, note })
            }
            Self::Approve(Plain { whom }) => {
                ("批准", whom, plain(PlacementCommand::Approve { by: NOBODY_YET, known, effective_on: today }))
            }
            Self::Late { whom, reason } => {
                let by = NOBODY_YET;
                let late = PlacementCommand::ApproveLateRegistration { reason, by, effective_on: today };
                ("批准补登", whom, plain(late))
            }
            Self::Ready(Plain { whom }) => {
                let ready = PlacementCommand::ConfirmReadiness { missing: vec![], known, effective_on: today };
                ("确认上岗准备", whom, plain(ready))
            }
            Self::Arrive(Dated { whom, on }) => {
                let effective_on = on.unwrap_or(today);
                ("到岗", whom, plain(PlacementCommand::ConfirmArrival { effective_on, today }))
            }
            Self::Resume(Dated { whom, on }) => {
                let effective_on = on.unwrap_or(today);
                ("恢复", whom, plain(PlacementCommand::Resume { effective_on }))
            }
            Self::NoShow(Ended { whom, reason, on, note }) => {
                let effective_on = on.unwrap_or(today);
                let command = PlacementCommand::RecordNoShow { reason, note: None, effective_on, today };
                ("未到岗", whom, PlacementOrder::Command { command, note })
            }
            Self::Suspend(Ended { whom, reason, on, note }) => {
                let effective_on = on.unwrap_or(today);
                let command = PlacementCommand::Suspend { reason, note: None, effective_on };
                ("中止", whom, PlacementOrder::Command { command, note })
            }
            Self::End { ended: Ended { whom, reason, on, note }, by: initiator } => {
                let effective_on = on.unwrap_or(today);
                let command = PlacementCommand::EndEarly { initiator, reason, note: None, effective_on };
                ("提前终止", whom, PlacementOrder::Command { command, note })
            }
            Self::Cancel(Ended { whom, reason, on, note }) => {
                let effective_on = on.unwrap_or(today);
                let command = PlacementCommand::Cancel { reason, note: None, effective_on };
                ("取消", whom, PlacementOrder::Command { command, note })
            }
            Self::Undo { whom, version, reason, note } => {
                ("撤销", whom, PlacementOrder::Undo { version, reason, note })
            }
            Self::ChangeHost { when, host, site, mentors } => {
                let fields = host.fields().over(&site.fields()).over(&mentors.fields());
                when.order("变更单位", Subject::Host, fields)
            }
            Self::ChangeSite { when, site } => when.order("变更岗位", Subject::Site, site.fields()),
            Self::ChangeMentor { when, mentors } => when.order("变更指导人", Subject::Mentor, mentors.fields()),
            Self::ChangePeriod { when, last_day } => {
                let fields = Fields { last_day: Some(last_day), ..Fields::default() };
                when.order("变更期限", Subject::Period, fields)
            }
            Self::ChangePay { when, pay } => when.order("变更报酬", Subject::Pay, pay.fields()),
        };
        answer(what, &session.app.order_placements(&session.caller, &whom.named(), &order).await?)
    }
}

impl Changing {
    fn order(self, what: &'static str, subject: Subject, fields: Fields) -> (&'static str, WhomArgs, PlacementOrder) {
        let Self { whom, from, reason } = self;
        (what, whom, PlacementOrder::Change { subject, fields, reason, from })
    }
}

impl DraftArgs {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { whom, fields, overrides, submit, verdict, rules } = self;
        let verdict = verdict.map(|verdict| (verdict, rules));
        let draft = Draft { shared: fields.fields(), overrides, submit, verdict };
        let what = if submit { "起草并提交" } else { "起草" };
        answer(what, &session.app.draft_placements(&session.caller, &whom.named(), &draft).await?)
    }
}
