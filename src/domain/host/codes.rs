//! The closed vocabularies of hosts: stages, the nine heads of a site visit, findings and reasons.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// How far a school and a host have come. A host that is no longer suspended is what it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostStage {
    Proposed,
    Refused,
    Accepted,
    Published,
    Suspended,
}

impl Term for HostStage {
    const NAME: &'static str = "实习单位状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Proposed, "proposed", "待核", &[]),
        entry(Self::Refused, "refused", "未通过", &[]),
        entry(Self::Accepted, "accepted", "已核", &[]),
        entry(Self::Published, "published", "已公布", &[]),
        entry(Self::Suspended, "suspended", "暂停合作", &[]),
    ];
}

/// What a site visit looks at (实习管理规定 2021, article 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum VisitHead {
    Qualification,
    Integrity,
    Management,
    Post,
    WorkingHours,
    Workplace,
    Living,
    Health,
    Safety,
}

impl Term for VisitHead {
    const NAME: &'static str = "考察内容";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Qualification, "qualification", "资质", &["单位资质"]),
        entry(Self::Integrity, "integrity", "诚信状况", &["诚信"]),
        entry(Self::Management, "management", "管理水平", &[]),
        entry(Self::Post, "post", "实习岗位性质和内容", &["岗位性质和内容"]).en("nature and content of the posts"),
        entry(Self::WorkingHours, "working_hours", "工作时间", &[]),
        entry(Self::Workplace, "workplace", "工作环境", &[]),
        entry(Self::Living, "living", "生活环境", &[]).en("living conditions"),
        entry(Self::Health, "health", "健康保障", &[]).en("health protection"),
        entry(Self::Safety, "safety", "安全防护", &[]).en("safety protection"),
    ];
}

/// What was found under a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    Met,
    Partly,
    NotMet,
}

impl Term for Finding {
    const NAME: &'static str = "考察结论";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Met, "met", "符合", &["是", "合格"]),
        entry(Self::Partly, "partly", "基本符合", &["基本合格"]).en("partly met"),
        entry(Self::NotMet, "not_met", "不符合", &["否", "不合格"]),
    ];
}

/// Why a host is refused or suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum HostReason {
    Unqualified,
    Dishonest,
    Unsafe,
    PostUnsuitable,
    RightsViolated,
    NoCapacity,
    HostAsked,
    Other,
}

impl Term for HostReason {
    const NAME: &'static str = "不予合作原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Unqualified, "unqualified", "资质不符", &[]),
        entry(Self::Dishonest, "dishonest", "有失信记录", &["失信"]).en("record of dishonesty"),
        entry(Self::Unsafe, "unsafe", "安全条件不达标", &["安全原因"]),
        entry(Self::PostUnsuitable, "post_unsuitable", "岗位不适合", &[]),
        entry(Self::RightsViolated, "rights_violated", "侵害学生权益", &["违规收费", "拖欠报酬"])
            .en("students' rights violated"),
        entry(Self::NoCapacity, "no_capacity", "没有接收能力", &[]),
        entry(Self::HostAsked, "host_asked", "单位提出", &[]).en("asked for by the host"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}
