//! Agreements and the rest of the packet: drafted, sent, signed, changed and ended.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use gradtrail::app::season::agreements::{AgreementOrder, How, Which};
use gradtrail::app::season::terms::{Terms, TermsChange, Wordings};
use gradtrail::domain::UndoReason;
use gradtrail::domain::agreement::codes::{
    BehalfAuthority, BehalfReason, InsuranceBuyer, InsuranceKind, Party, PayMethod, Provision, RecallReason,
    RefuseReason,
};
use gradtrail::domain::agreement::terms::{Conditions, Insured, Payment};
use gradtrail::domain::placement::codes::{AmendmentKind, DocumentKind, EndReason, Initiator};
use gradtrail::evidence::EvidenceFile;
use gradtrail::packet::mark::PageMark;
use gradtrail::packet::templates::Templates;

use super::records::term;
use super::whom::{WhomArgs, answer, day};
use super::{Failure, Session, placement_show};

/// 每个命令都可以对一名学生、一项实习或全班办理
#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 agreement draft --class 高三汽修2班 --meals 提供 --lodging 自理 --day-hours 8 --week-days 5 \\
      --pay-method 转账 --pay-day 15 --insurance 学生实习责任保险 --insurance-buyer 学校 --send
  gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印
  gradtrail --as 钱五 agreement sign --class 高三汽修2班 --party all --on 2026-08-20
  gradtrail --as 钱五 agreement sign --student 2024010203 --party 监护人 --mark GT1:CONSENT:1:0190…:A1B2C3D4E5F6
  gradtrail --as 钱五 agreement scan --student 2024010203 --document 三方协议 扫描/2024010203.pdf
  gradtrail --as 钱五 agreement sign --student 2024010203 --party 监护人 --on-behalf 本人不在本地 \\
      --authority 授权委托书 --authorised-by 委托书.jpg
  gradtrail --as 钱五 agreement amend --student 2024010203 --from 2026-11-02 --day-hours 7")]
pub enum AgreementArgs {
    /// 按实习安排拟三方协议；加 --send 同时发出全套材料
    Draft(Box<DraftArgs>),
    /// 发出签署：按打印的内容记下文件校验值；打印之后有变的不发
    Send {
        #[command(flatten)]
        whom: WhomArgs,
        /// 一种材料；不填为还没有发出的全部材料
        #[arg(long, value_parser = term::<DocumentKind>)]
        document: Option<DocumentKind>,
        /// 学校自己的模板文件夹，与打印时相同
        #[arg(long, value_name = "DIR")]
        templates: Option<PathBuf>,
    },
    /// 登记签署；不填方式为纸质，扫描件可以以后再补（agreement scan）
    Sign(Box<SignArgs>),
    /// 补登纸质签署的扫描件：PDF、JPEG 或 PNG（加密保存）
    Scan {
        #[command(flatten)]
        whom: WhomArgs,
        #[command(flatten)]
        which: WhichArgs,
        /// 签署方；all 为缺扫描件的各方
        #[arg(long, value_parser = party, default_value = "all")]
        party: Whoever,
        file: PathBuf,
    },
    /// 一方的签署不作数，须重签
    Revoke {
        #[command(flatten)]
        whom: WhomArgs,
        #[command(flatten)]
        which: WhichArgs,
        #[arg(long, value_parser = term::<Party>)]
        party: Party,
        #[arg(long, value_parser = term::<RecallReason>)]
        reason: RecallReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 登记拒签
    Refuse {
        #[command(flatten)]
        whom: WhomArgs,
        #[command(flatten)]
        which: WhichArgs,
        #[arg(long, value_parser = term::<Party>)]
        party: Party,
        #[arg(long, value_parser = term::<RefuseReason>)]
        reason: RefuseReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
        /// 哪天；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 撤回已发出的材料；已有的签署留在历史中，不再作数
    Recall {
        #[command(flatten)]
        whom: WhomArgs,
        #[command(flatten)]
        which: WhichArgs,
        #[arg(long, value_parser = term::<RecallReason>)]
        reason: RecallReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 拟补充协议：实习安排自这天起的样子，和另填的各项；没有填的照原协议
    Amend(Box<AmendArgs>),
    /// 解除协议
    Terminate {
        #[command(flatten)]
        whom: WhomArgs,
        /// 谁提出：学生、单位、学校
        #[arg(long, value_parser = term::<Initiator>)]
        by: Initiator,
        #[arg(long, value_parser = term::<EndReason>)]
        reason: EndReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
        /// 自哪天起不再有效；不填为今天
        #[arg(long, value_parser = day)]
        on: Option<Date>,
    },
    /// 作废没有生效的协议
    Void {
        #[command(flatten)]
        whom: WhomArgs,
        /// 第几版；不填为最新一版
        #[arg(long)]
        version: Option<u32>,
        #[arg(long, value_parser = term::<RecallReason>)]
        reason: RecallReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 撤销一条记录；不填 --version 撤销最近一条
    Undo {
        #[command(flatten)]
        whom: WhomArgs,
        /// 记录的序号（见 agreement show）
        #[arg(long)]
        version: Option<u64>,
        #[arg(long, value_parser = term::<UndoReason>)]
        reason: UndoReason,
        /// 说明（加密保存）
        #[arg(long)]
        note: Option<String>,
    },
    /// 显示安排、材料和记录
    Show {
        #[command(flatten)]
        whom: WhomArgs,
    },
}

#[derive(Args)]
pub struct DraftArgs {
    #[command(flatten)]
    whom: WhomArgs,
    /// 伙食：提供、补贴、自理
    #[arg(long, value_parser = term::<Provision>)]
    meals: Provision,
    /// 住宿：提供、补贴、自理
    #[arg(long, value_parser = term::<Provision>)]
    lodging: Provision,
    /// 每日工作时间上限，小时
    #[arg(long)]
    day_hours: u8,
    /// 每周工作天数上限
    #[arg(long)]
    week_days: u8,
    /// 报酬支付方式：转账、现金、其他
    #[arg(long, value_parser = term::<PayMethod>)]
    pay_method: PayMethod,
    /// 报酬支付日：每月几日
    #[arg(long)]
    pay_day: u8,
    /// 险种：学生实习责任保险、意外险
    #[arg(long, value_parser = term::<InsuranceKind>)]
    insurance: InsuranceKind,
    /// 保险购买方：学校、企业
    #[arg(long, value_parser = term::<InsuranceBuyer>)]
    insurance_buyer: InsuranceBuyer,
    #[command(flatten)]
    wordings: WordingArgs,
    /// 同时发出全套材料签署；发出之后再打印
    #[arg(long)]
    send: bool,
    /// 学校自己的模板文件夹，与打印时相同
    #[arg(long, value_name = "DIR", requires = "send")]
    templates: Option<PathBuf>,
}

/// 措辞；不填的用模板的措辞，补充协议中不填的照原协议（加密保存）
#[derive(Args)]
pub struct WordingArgs {
    /// 实习内容的措辞；下面几项同此，不填用模板的措辞，补充协议不填照原协议（加密保存）
    #[arg(long)]
    content: Option<String>,
    /// 劳动保护的措辞
    #[arg(long)]
    protection: Option<String>,
    /// 考核方式的措辞
    #[arg(long)]
    assessment: Option<String>,
    /// 违约责任的措辞
    #[arg(long)]
    liability: Option<String>,
    /// 其他约定
    #[arg(long)]
    other: Option<String>,
}

impl WordingArgs {
    fn wordings(self) -> Wordings {
        let Self { content, protection, assessment, liability, other } = self;
        Wordings { content, protection, assessment, liability, other }
    }
}

#[derive(Args)]
pub struct AmendArgs {
    #[command(flatten)]
    whom: WhomArgs,
    /// 自哪天起
    #[arg(long, value_parser = day)]
    from: Date,
    /// 另含：中止、解除
    #[arg(long, value_parser = term::<AmendmentKind>)]
    also: Option<AmendmentKind>,
    /// 伙食：提供、补贴、自理
    #[arg(long, value_parser = term::<Provision>)]
    meals: Option<Provision>,
    /// 住宿：提供、补贴、自理
    #[arg(long, value_parser = term::<Provision>)]
    lodging: Option<Provision>,
    /// 每日工作时间上限，小时
    #[arg(long)]
    day_hours: Option<u8>,
    /// 每周工作天数上限
    #[arg(long)]
    week_days: Option<u8>,
    /// 报酬支付方式：转账、现金、其他
    #[arg(long, value_parser = term::<PayMethod>)]
    pay_method: Option<PayMethod>,
    /// 报酬支付日：每月几日
    #[arg(long)]
    pay_day: Option<u8>,
    /// 险种：学生实习责任保险、意外险
    #[arg(long, value_parser = term::<InsuranceKind>)]
    insurance: Option<InsuranceKind>,
    /// 保险购买方：学校、企业
    #[arg(long, value_parser = term::<InsuranceBuyer>)]
    insurance_buyer: Option<InsuranceBuyer>,
    #[command(flatten)]
    wordings: WordingArgs,
}

impl AmendArgs {
    fn order(self) -> (&'static str, WhomArgs, AgreementOrder) {
        let terms = TermsChange {
            meals: self.meals,
            lodging: self.lodging,
            day_hours_max: self.day_hours,
            week_days_max: self.week_days,
            pay_method: self.pay_method,
            pay_day: self.pay_day,
            insurance: self.insurance,
            insurance_buyer: self.insurance_buyer,
            wordings: self.wordings.wordings(),
        };
        ("拟补充协议", self.whom, AgreementOrder::Amend { from: self.from, also: self.also, terms })
    }
}

#[derive(Args)]
pub struct SignArgs {
    #[command(flatten)]
    whom: WhomArgs,
    #[command(flatten)]
    which: WhichArgs,
    /// 签署方：学校、实习单位、学生、监护人；all 为尚未签署的各方
    #[arg(long, value_parser = party)]
    party: Whoever,
    /// 签好的纸的扫描件：PDF、JPEG 或 PNG（加密保存）
    #[arg(long, value_name = "FILE")]
    scan: Option<PathBuf>,
    /// 电子签署
    #[arg(long, conflicts_with_all = ["scan", "on_behalf"])]
    electronic: bool,
    /// 电子签署的凭据：PDF、JPEG 或 PNG（加密保存）
    #[arg(long, value_name = "FILE", requires = "electronic")]
    proof: Option<PathBuf>,
    /// 代签的原因：本人不在本地、本人不能书写、本人患病、其他
    #[arg(long, value_parser = term::<BehalfReason>, value_name = "原因", requires_all = ["authority", "authorised_by"])]
    on_behalf: Option<BehalfReason>,
    /// 代签的依据：法定代理、授权委托书、职务代理
    #[arg(long, value_parser = term::<BehalfAuthority>, value_name = "依据", requires = "on_behalf")]
    authority: Option<BehalfAuthority>,
    /// 代签依据的文件，如授权委托书（加密保存）
    #[arg(long, value_name = "FILE", requires = "on_behalf")]
    authorised_by: Option<PathBuf>,
    /// 页面二维码的内容：核对学生、版本和文件
    #[arg(long, value_parser = mark, conflicts_with_all = ["class", "document", "version"])]
    mark: Option<PageMark>,
    /// 签署日期；不填为今天
    #[arg(long, value_parser = day)]
    on: Option<Date>,
}

#[derive(Args)]
pub struct WhichArgs {
    /// 一种材料：三方协议、监护人知情同意书、安全协议、学生承诺书、告家长书；不填为全部
    #[arg(long, value_parser = term::<DocumentKind>)]
    document: Option<DocumentKind>,
    /// 第几版；不填为待签的一版
    #[arg(long, requires = "document")]
    version: Option<u32>,
}

/// One party, or all whose signature is missing.
#[derive(Debug, Clone, Copy)]
pub enum Whoever {
    All,
    One(Party),
}

impl Whoever {
    fn party(self) -> Option<Party> {
        match self {
            Self::All => None,
            Self::One(party) => Some(party),
        }
    }
}

fn party(text: &str) -> Result<Whoever, String> {
    if text == "all" { Ok(Whoever::All) } else { term(text).map(Whoever::One) }
}

fn mark(text: &str) -> Result<PageMark, String> {
    PageMark::parse(text).map_err(|error| error.to_string())
}

impl WhichArgs {
    fn which(&self) -> Which {
        Which { kind: self.document, version: self.version }
    }
}

impl AgreementArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let today = session.app.today();
        let (what, whom, order) = match self {
            Self::Draft(draft) => return draft.run(session).await,
            Self::Send { whom, document, templates } => {
                let templates = Templates::load(templates.as_deref())?;
                let (app, named) = (&session.app, whom.named());
                return answer("发出", &app.send_agreements(&session.caller, &named, document, &templates).await?);
            }
            Self::Show { whom } => return placement_show::show(session, &whom, today).await,
            Self::Sign(sign) => {
                let how = sign.how()?;
                let SignArgs { whom, which, party, mark, on, .. } = *sign;
                let (which, party, on) = (which.which(), party.party(), on.unwrap_or(today));
                ("签署", whom, AgreementOrder::Sign { which, party, how, mark, on })
            }
            Self::Scan { whom, which, party, file } => {
                let (which, party, scan) = (which.which(), party.party(), EvidenceFile::read(&file)?);
                ("扫描件", whom, AgreementOrder::Scan { which, party, scan })
            }
            Self::Revoke { whom, which, party, reason, note } => {
                let which = which.which();
                ("签署不作数", whom, AgreementOrder::Revoke { which, party, reason, note })
            }
            Self::Refuse { whom, which, party, reason, note, on } => {
                let (which, on) = (which.which(), on.unwrap_or(today));
                ("拒签", whom, AgreementOrder::Refuse { which, party, reason, note, on })
            }
            Self::Recall { whom, which, reason, note } => {
                ("撤回", whom, AgreementOrder::Recall { which: which.which(), reason, note })
            }
            Self::Amend(amend) => amend.order(),
            Self::Terminate { whom, by: initiator, reason, note, on } => {
                let on = on.unwrap_or(today);
                ("解除协议", whom, AgreementOrder::Terminate { initiator, reason, note, on })
            }
            Self::Void { whom, version, reason, note } => {
                ("作废", whom, AgreementOrder::Void { version, reason, note })
            }
            Self::Undo { whom, version, reason, note } => {
                ("撤销", whom, AgreementOrder::Undo { version, reason, note })
            }
        };
        answer(what, &session.app.order_agreements(&session.caller, &whom.named(), &order).await?)
    }
}

impl SignArgs {
    fn how(&self) -> Result<How, Failure> {
        let read = |file: &Option<PathBuf>| file.as_deref().map(EvidenceFile::read).transpose();
        let (scan, proof) = (read(&self.scan)?, read(&self.proof)?);
        Ok(match (self.on_behalf, self.authority, read(&self.authorised_by)?) {
            (Some(reason), Some(authority), Some(authorised_by)) => {
                How::OnBehalf { reason, authority, authorised_by, scan }
            }
            _ if self.electronic => How::Electronic { proof },
            _ => How::Paper { scan }, // The parser sees to it that the three come together.
        })
    }
}

impl DraftArgs {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let templates = if self.send { Some(Templates::load(self.templates.as_deref())?) } else { None };
        let terms = Terms {
            conditions: Conditions {
                meals: self.meals,
                lodging: self.lodging,
                day_hours_max: self.day_hours,
                week_days_max: self.week_days,
            },
            payment: Payment { method: self.pay_method, day_of_month: self.pay_day },
            insured: Insured { kind: self.insurance, buyer: self.insurance_buyer },
            wordings: self.wordings.wordings(),
        };
        let what = if templates.is_some() { "拟协议并发出材料" } else { "拟协议" };
        let (app, named) = (&session.app, self.whom.named());
        answer(what, &app.draft_agreements(&session.caller, &named, &terms, templates.as_ref()).await?)
    }
}
