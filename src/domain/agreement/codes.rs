//! The closed vocabularies of agreements: parties, conditions, reasons, and how far a document has come.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SigningParty {
    School,
    Host,
    Student,
    /// Or a parent: of an adult, too (实习管理规定 2021, article 9).
    Guardian,
    /// Whose ground it is, when that is not the host.
    SiteOwner,
    /// The school's authority.
    Authority,
}

impl Term for SigningParty {
    const NAME: &'static str = "签署方";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校", &["甲方"]),
        entry(Self::Host, "host", "实习单位", &["乙方", "单位"]),
        entry(Self::Student, "student", "学生", &["丙方"]),
        entry(Self::Guardian, "guardian", "监护人", &["家长", "法定监护人"]),
        entry(Self::SiteOwner, "site_owner", "场地所属单位", &["用工单位"]),
        entry(Self::Authority, "authority", "主管部门", &[]).en("authority of the school"),
    ];
}

/// Meals or lodging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Provision {
    Provided,
    Subsidised,
    Own,
}

impl Term for Provision {
    const NAME: &'static str = "食宿安排";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Provided, "provided", "提供", &["安排", "1"]),
        entry(Self::Subsidised, "subsidised", "补贴", &[]),
        entry(Self::Own, "own", "自理", &["不安排", "0"]).en("self-arranged"),
    ];
}

/// How pay is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum PayMethod {
    Transfer,
    Cash,
    Other,
}

impl Term for PayMethod {
    const NAME: &'static str = "报酬支付方式";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Transfer, "transfer", "转账", &["银行转账"]).en("bank transfer"),
        entry(Self::Cash, "cash", "现金", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// The kind of insurance (GMBXZLDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum InsuranceKind {
    Liability,
    Accident,
    Other,
}

impl Term for InsuranceKind {
    const NAME: &'static str = "险种";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Liability, "liability", "学生实习责任保险", &["1", "实习责任保险"])
            .en("internship liability insurance"),
        entry(Self::Accident, "accident", "意外险", &["2", "意外伤害险"]).en("accident insurance"),
        entry(Self::Other, "other", "其他保险", &["9"]).en("other insurance"),
    ];
}

/// Who buys the insurance (BXGMFDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum InsuranceBuyer {
    School,
    Host,
    Other,
}

impl Term for InsuranceBuyer {
    const NAME: &'static str = "保险购买方";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校", &["1"]),
        entry(Self::Host, "host", "企业", &["2", "单位", "实习单位"]),
        entry(Self::Other, "other", "其他", &["9"]),
    ];
}

/// Why somebody signs for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum BehalfReason {
    Absent,
    CannotWrite,
    Ill,
    Other,
}

impl Term for BehalfReason {
    const NAME: &'static str = "代签原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Absent, "absent", "本人不在本地", &["外出"]).en("the signatory is away"),
        entry(Self::CannotWrite, "cannot_write", "本人不能书写", &[]).en("the signatory cannot write"),
        entry(Self::Ill, "ill", "本人患病", &[]).en("the signatory is ill"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// By what right somebody signs for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum BehalfAuthority {
    LegalRepresentative,
    PowerOfAttorney,
    OfficialDuty,
}

impl Term for BehalfAuthority {
    const NAME: &'static str = "代签依据";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::LegalRepresentative, "legal_representative", "法定代理", &["法定代理人"]),
        entry(Self::PowerOfAttorney, "power_of_attorney", "授权委托书", &["委托书"]),
        entry(Self::OfficialDuty, "official_duty", "职务代理", &["职务授权"]),
    ];
}

/// Why a party does not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum RefuseReason {
    Host,
    Pay,
    Hours,
    Place,
    Safety,
    OwnPlans,
    Other,
}

impl Term for RefuseReason {
    const NAME: &'static str = "拒签原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Host, "host", "不同意该单位或岗位", &["不同意单位"]).en("against the host or the post"),
        entry(Self::Pay, "pay", "不同意报酬", &[]).en("against the pay"),
        entry(Self::Hours, "hours", "不同意工作时间", &[]).en("against the working hours"),
        entry(Self::Place, "place", "不同意地点或食宿", &[]).en("against the place, meals or lodging"),
        entry(Self::Safety, "safety", "担心安全", &[]).en("worried about safety"),
        entry(Self::OwnPlans, "own_plans", "另有安排", &["自行联系单位"]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why a document that is out comes back, a signature does not count, or an agreement is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum RecallReason {
    EntryError,
    TermsChanged,
    PartyAsked,
    SignatureWrong,
    LostOrDamaged,
    PlacementDropped,
    Other,
}

impl Term for RecallReason {
    const NAME: &'static str = "撤回原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::EntryError, "entry_error", "填写有误", &["填报有误"]),
        entry(Self::TermsChanged, "terms_changed", "约定内容变更", &[]),
        entry(Self::PartyAsked, "party_asked", "签署方要求", &[]).en("asked for by a party"),
        entry(Self::SignatureWrong, "signature_wrong", "签署有误或不实", &["签错"]),
        entry(Self::LostOrDamaged, "lost_or_damaged", "遗失或损坏", &[]),
        entry(Self::PlacementDropped, "placement_dropped", "实习取消", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// How far one version of a document has come; that an agreement has expired is a matter of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    Drafted,
    OutForSignature,
    PartiallySigned,
    InForce,
    Refused,
    Recalled,
    Superseded,
    Terminated,
    Void,
}

impl Term for VersionState {
    const NAME: &'static str = "协议状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Drafted, "drafted", "已拟", &[]),
        entry(Self::OutForSignature, "out_for_signature", "待签", &[]),
        entry(Self::PartiallySigned, "partially_signed", "部分签署", &[]),
        entry(Self::InForce, "in_force", "已生效", &[]),
        entry(Self::Refused, "refused", "拒签", &[]),
        entry(Self::Recalled, "recalled", "撤回修改", &[]),
        entry(Self::Superseded, "superseded", "被补充协议取代", &[]),
        entry(Self::Terminated, "terminated", "解除", &[]),
        entry(Self::Void, "void", "作废", &[]),
    ];
}

/// A student's document in the grid of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum DocumentState {
    Missing,
    Out,
    PartlySigned,
    SignedOnPaper,
    SignedElectronically,
    SignedMixed,
    Refused,
}

impl Term for DocumentState {
    const NAME: &'static str = "材料状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Missing, "missing", "缺", &[]),
        entry(Self::Out, "out", "待签", &[]).en("out for signature"),
        entry(Self::PartlySigned, "partly_signed", "部分签署", &[]),
        entry(Self::SignedOnPaper, "signed_on_paper", "已签（纸质）", &[]),
        entry(Self::SignedElectronically, "signed_electronically", "已签（电子）", &[]),
        entry(Self::SignedMixed, "signed_mixed", "已签（纸质和电子）", &[]).en("signed on paper and electronically"),
        entry(Self::Refused, "refused", "拒签", &[]),
    ];
}

impl DocumentState {
    /// Whether everybody has signed.
    pub fn is_signed(self) -> bool {
        match self {
            Self::SignedOnPaper | Self::SignedElectronically | Self::SignedMixed => true,
            Self::Missing | Self::Out | Self::PartlySigned | Self::Refused => false,
        }
    }
}
