//! What a statement rests on: which papers stand behind it, what they are worth, and from whom it was heard.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::terms::{Entry, Term, entry};

/// From whom a source says it heard: kept, and worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum HeardFrom {
    Staff,
    Graduate,
    IndependentList,
}

impl Term for HeardFrom {
    const NAME: &'static str = "信息来源";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Staff, "staff", "学校填报", &["学校", "班主任", "教师"]).en("reported by the school"),
        entry(Self::Graduate, "graduate", "本人填报", &["本人", "毕业生本人"]).en("reported by the graduate"),
        entry(Self::IndependentList, "independent_list", "第三方名单", &["社保数据", "学籍数据", "录取名单"]),
    ];
}

/// What a statement rests on, from nothing but a staff assertion (L0) to two independent sources that agree (L4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
pub enum EvidenceLevel {
    L0,
    L1,
    L2,
    L3,
    L4,
}

impl Term for EvidenceLevel {
    const NAME: &'static str = "佐证等级";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::L0, "L0", "学校口头填报", &[]).en("stated by the school only"),
        entry(Self::L1, "L1", "本人经验证链接填报", &[]).en("stated by the graduate through a verified link"),
        entry(Self::L2, "L2", "材料经第二人审核", &[]).en("papers reviewed by a second person"),
        entry(Self::L3, "L3", "独立名单或登记", &[]).en("independent list or register"),
        entry(Self::L4, "L4", "两个独立来源一致", &[]).en("two independent sources agree"),
    ];
}

/// What kind of paper stands behind a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    EmploymentAgreement,
    LabourContract,
    EmployerCertificate,
    PayRecord,
    BusinessLicence,
    SelfStatement,
    EnlistmentNotice,
    SocialInsuranceRecord,
    AdmissionNotice,
    EnrolmentRecord,
    /// 实习协议、实习证明: recorded, but no evidence of employment (rule V1).
    Internship,
}

impl Term for EvidenceKind {
    const NAME: &'static str = "佐证材料";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::EmploymentAgreement, "employment_agreement", "就业协议", &["三方就业协议", "就业协议书"]),
        entry(Self::LabourContract, "labour_contract", "劳动合同", &["合同"]),
        entry(Self::EmployerCertificate, "employer_certificate", "单位用工证明", &["用工证明", "在职证明"]),
        entry(Self::PayRecord, "pay_record", "工资流水", &[]),
        entry(Self::BusinessLicence, "business_licence", "营业执照", &[]),
        entry(Self::SelfStatement, "self_statement", "本人声明", &["情况说明"]).en("statement of the graduate"),
        entry(Self::EnlistmentNotice, "enlistment_notice", "入伍通知书", &[]),
        entry(Self::SocialInsuranceRecord, "social_insurance_record", "社保缴费记录", &["社保记录"]),
        entry(Self::AdmissionNotice, "admission_notice", "录取通知书", &[]),
        entry(Self::EnrolmentRecord, "enrolment_record", "新生学籍", &["学籍证明", "报到证明"]),
        entry(Self::Internship, "internship", "实习证明", &["实习协议", "实习鉴定表"]).en("internship certificate"),
    ];
}

/// How far the review of a statement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Stated,
    UnderReview,
    UnderRecheck,
    Verified,
    NotAccepted,
    Overturned,
}

impl Term for ReviewState {
    const NAME: &'static str = "认定状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Stated, "stated", "已申报", &[]),
        entry(Self::UnderReview, "under_review", "待核", &[]),
        entry(Self::UnderRecheck, "under_recheck", "复核中", &[]),
        entry(Self::Verified, "verified", "已核实", &[]),
        entry(Self::NotAccepted, "not_accepted", "不予认定", &[]),
        entry(Self::Overturned, "overturned", "推翻", &[]),
    ];
}
