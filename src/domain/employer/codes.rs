//! The closed vocabularies of employers: the ministry's codes (data standard V2.2.0).

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// How large the unit is (JYDWGMDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum EmployerSize {
    VeryLarge,
    Large,
    Medium,
    Small,
    Micro,
}

impl Term for EmployerSize {
    const NAME: &'static str = "单位规模";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::VeryLarge, "very_large", "特大型", &["1", "特大"]),
        entry(Self::Large, "large", "大型", &["2", "大"]),
        entry(Self::Medium, "medium", "中型", &["3", "中"]),
        entry(Self::Small, "small", "小型", &["4", "小"]),
        entry(Self::Micro, "micro", "微型", &["5", "微"]),
    ];
}

/// Whose the unit is (DWXZDM, the part of JY/T 1001 that the standard uses).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Ownership {
    Government,
    PublicInstitution,
    StateOwned,
    Private,
    Military,
    SocialOrganisation,
    InternationalOrganisation,
    DefenceIndustry,
    Finance,
    Other,
}

impl Term for Ownership {
    const NAME: &'static str = "单位性质";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Government, "government", "机关", &["10", "党政机关", "国家机关"]).en("government body"),
        entry(Self::PublicInstitution, "public_institution", "事业单位", &["20", "事业"]),
        entry(Self::StateOwned, "state_owned", "国有企业", &["31", "国企"]).en("state-owned enterprise"),
        entry(Self::Private, "private", "民营企业", &["33", "民营", "私营", "私营企业", "民企"])
            .en("private enterprise"),
        entry(Self::Military, "military", "部队", &["40"]).en("armed forces"),
        entry(Self::SocialOrganisation, "social_organisation", "社会组织", &["50", "社会团体"]),
        entry(Self::InternationalOrganisation, "international_organisation", "国际组织", &["60"]),
        entry(Self::DefenceIndustry, "defence_industry", "国防科工", &["70"]),
        entry(Self::Finance, "finance", "财政金融", &["80"]),
        entry(Self::Other, "other", "其他", &["99"]),
    ];
}

/// Why two units that look like one are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ApartReason {
    OtherCode,
    Branch,
    Namesake,
    Other,
}

impl Term for ApartReason {
    const NAME: &'static str = "不是同一单位的原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::OtherCode, "other_code", "信用代码不同", &[]).en("their credit codes differ"),
        entry(Self::Branch, "branch", "同一集团的不同单位", &["分公司", "子公司"]).en("units of one group"),
        entry(Self::Namesake, "namesake", "名称相近，各是各的", &["同名"]).en("only their names are alike"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}
