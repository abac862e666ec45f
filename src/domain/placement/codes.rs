//! The closed vocabularies of placements: the ministry's codes (data standard V2.2.0) and the reasons of decisions.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// The kind of internship (SXLBDM). 认识实习 is a visit organised by the school; 岗位实习 is work at a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum InternshipKind {
    Orientation,
    Post,
    Other,
}

impl Term for InternshipKind {
    const NAME: &'static str = "实习类别";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Orientation, "orientation", "认识实习", &["1", "认识"]).en("orientation internship"),
        entry(Self::Post, "post", "岗位实习", &["2", "岗位", "顶岗实习", "跟岗实习"]).en("on-the-job internship"),
        entry(Self::Other, "other", "其他", &["9"]),
    ];
}

/// How the student came to the host (SXDWLYDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum HostSource {
    School,
    Referral,
    SelfFound,
    Other,
}

impl Term for HostSource {
    const NAME: &'static str = "实习单位来源";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校合作企业", &["1", "学校", "学校安排", "学校推荐"])
            .en("partner of the school"),
        entry(
            Self::Referral,
            "referral",
            "他人介绍",
            &["2", "推荐", "他人介绍(非学校合作企业)", "他人介绍（非学校合作企业）"],
        )
        .en("introduced by others"),
        entry(Self::SelfFound, "self_found", "自己寻找", &["3", "自主", "自主联系", "自行联系"])
            .en("found by the student"),
        entry(Self::Other, "other", "其他", &["9"]),
    ];
}

/// What kind of place the student works at (SXCSLXDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    StateOwned,
    Collective,
    JointStock,
    Private,
    ForeignInvested,
    JointVenture,
    SocialOrganisation,
    Government,
    School,
    Other,
}

impl Term for SiteKind {
    const NAME: &'static str = "实习场所类型";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::StateOwned, "state_owned", "国有", &["1", "国有企业"]).en("state-owned"),
        entry(Self::Collective, "collective", "集体", &["2", "集体企业"]),
        entry(Self::JointStock, "joint_stock", "股份制", &["3", "股份制企业"]).en("joint-stock"),
        entry(Self::Private, "private", "私营", &["4", "私营企业", "民营"]),
        entry(Self::ForeignInvested, "foreign_invested", "外商投资", &["5", "外资"]).en("foreign-invested"),
        entry(Self::JointVenture, "joint_venture", "合资", &["6", "中外合资"]),
        entry(Self::SocialOrganisation, "social_organisation", "社会组织", &["7"]),
        entry(Self::Government, "government", "政府机关", &["8", "机关"]).en("government body"),
        entry(Self::School, "school", "学校", &["9"]),
        entry(Self::Other, "other", "其他", &["99"]),
    ];
}

/// Where the student works, seen from the school's city (SXQXDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    City,
    Province,
    Elsewhere,
    Abroad,
}

impl Term for Region {
    const NAME: &'static str = "实习去向";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::City, "city", "本市", &["1"]).en("in the city"),
        entry(Self::Province, "province", "省内", &["2", "省内(非本市)", "省内（非本市）"])
            .en("elsewhere in the province"),
        entry(Self::Elsewhere, "elsewhere", "省外", &["3"]).en("in another province"),
        entry(Self::Abroad, "abroad", "国外", &["4", "境外"]),
    ];
}

/// Why a submitted placement goes back or is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    EntryError,
    DocumentMissing,
    HostUnsuitable,
    PostUnsuitable,
    RuleViolated,
    Other,
}

impl Term for ReturnReason {
    const NAME: &'static str = "退回原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::EntryError, "entry_error", "填报有误", &[]),
        entry(Self::DocumentMissing, "document_missing", "材料不全", &[]),
        entry(Self::HostUnsuitable, "host_unsuitable", "单位不符合要求", &[]),
        entry(Self::PostUnsuitable, "post_unsuitable", "岗位不符合要求", &[]),
        entry(Self::RuleViolated, "rule_violated", "违反实习管理规定", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why something about a stay changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ChangeReason {
    StudentAsked,
    HostAsked,
    SchoolArranged,
    UnrelatedToSpecialty,
    Unsafe,
    Other,
}

impl Term for ChangeReason {
    const NAME: &'static str = "变更原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::StudentAsked, "student_asked", "学生提出", &[]).en("asked for by the student"),
        entry(Self::HostAsked, "host_asked", "单位提出", &[]).en("asked for by the host"),
        entry(Self::SchoolArranged, "school_arranged", "学校调整", &[]).en("arranged by the school"),
        entry(Self::UnrelatedToSpecialty, "unrelated_to_specialty", "专业不对口", &[]),
        entry(Self::Unsafe, "unsafe", "安全原因", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why a stay is interrupted, ends early, does not begin, or is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    Health,
    Family,
    LeftSchool,
    Enlisted,
    FurtherStudy,
    StudentBreach,
    HostBreach,
    HostClosed,
    Unsafe,
    EntryError,
    Other,
}

impl Term for EndReason {
    const NAME: &'static str = "终止原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Health, "health", "健康原因", &[]).en("health reasons"),
        entry(Self::Family, "family", "家庭原因", &[]).en("family reasons"),
        entry(Self::LeftSchool, "left_school", "学籍变动", &["退学", "转学"]),
        entry(Self::Enlisted, "enlisted", "参军入伍", &[]),
        entry(Self::FurtherStudy, "further_study", "升学备考", &[]).en("preparing for further study"),
        entry(Self::StudentBreach, "student_breach", "学生违纪", &[]).en("breach by the student"),
        entry(Self::HostBreach, "host_breach", "单位违约", &[]).en("breach by the host"),
        entry(Self::HostClosed, "host_closed", "单位停产停业", &[]),
        entry(Self::Unsafe, "unsafe", "安全原因", &[]),
        entry(Self::EntryError, "entry_error", "填报有误", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Who ends a stay early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Initiator {
    Student,
    Host,
    School,
}

impl Term for Initiator {
    const NAME: &'static str = "终止提出方";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Student, "student", "学生", &[]),
        entry(Self::Host, "host", "单位", &["实习单位"]),
        entry(Self::School, "school", "学校", &[]),
    ];
}

/// Why a stay is registered only after it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LateReason {
    ReportedLate,
    PaperRecords,
    HostChangedAtShortNotice,
    Overlooked,
    Other,
}

impl Term for LateReason {
    const NAME: &'static str = "补登原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::ReportedLate, "reported_late", "学生报告不及时", &[]),
        entry(Self::PaperRecords, "paper_records", "原用纸质登记", &[]).en("kept on paper before"),
        entry(Self::HostChangedAtShortNotice, "host_changed_at_short_notice", "单位临时变动", &[]),
        entry(Self::Overlooked, "overlooked", "漏登", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// What the rules said of a submitted placement as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ComplianceVerdict {
    Passed,
    /// Something is to be watched.
    Warned,
    /// Something forbids it.
    Blocked,
}

impl Term for ComplianceVerdict {
    const NAME: &'static str = "合规结论";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Passed, "passed", "通过", &[]),
        entry(Self::Warned, "warned", "提醒", &[]).en("passed with warnings"),
        entry(Self::Blocked, "blocked", "禁止", &[]),
    ];
}

/// The documents of a placement's packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Agreement,
    GuardianConsent,
    SafetyAgreement,
    Commitment,
    LetterToParents,
}

impl Term for DocumentKind {
    const NAME: &'static str = "实习材料";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Agreement, "agreement", "三方协议", &["实习协议"]).en("three-party agreement"),
        entry(Self::GuardianConsent, "guardian_consent", "监护人知情同意书", &["知情同意书"]).en("guardian consent"),
        entry(Self::SafetyAgreement, "safety_agreement", "安全协议", &["安全责任书"]).en("safety agreement"),
        entry(Self::Commitment, "commitment", "学生承诺书", &["承诺书"]).en("student's commitment"),
        entry(Self::LetterToParents, "letter_to_parents", "告家长书", &["致家长信"]).en("letter to parents"),
    ];
}

/// What an amendment of the agreement is about (补充协议类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentKind {
    Period,
    Host,
    /// Post or place.
    Site,
    Pay,
    Mentor,
    Suspension,
    Termination,
    /// Something else that was agreed: hours, lodging, insurance, a clause.
    Other,
}

impl Term for AmendmentKind {
    const NAME: &'static str = "补充协议类型";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Period, "period", "期限", &["实习期限"]),
        entry(Self::Host, "host", "单位", &["实习单位"]),
        entry(Self::Site, "site", "岗位", &["实习岗位", "实习地点"]).en("post or place"),
        entry(Self::Pay, "pay", "报酬", &["实习报酬"]),
        entry(Self::Mentor, "mentor", "指导人", &["指导人员"]),
        entry(Self::Suspension, "suspension", "中止", &[]),
        entry(Self::Termination, "termination", "解除", &[]),
        entry(Self::Other, "other", "其他约定", &[]).en("other terms"),
    ];
}
