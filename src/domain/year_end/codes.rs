//! The closed vocabularies of publications.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// In what a figure was made public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum PublicationMedium {
    QualityReport,
    Bulletin,
    Notice,
    Website,
    Press,
    Other,
}

impl Term for PublicationMedium {
    const NAME: &'static str = "刊载处";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::QualityReport, "quality_report", "质量年度报告", &["质量年报"]).en("yearly quality report"),
        entry(Self::Bulletin, "bulletin", "统计公报", &[]).en("statistical bulletin"),
        entry(Self::Notice, "notice", "文件通报", &[]).en("official notice"),
        entry(Self::Website, "website", "网站", &[]),
        entry(Self::Press, "press", "新闻报道", &[]),
        entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Under which definition a published figure was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum PublishedDefinition {
    /// As ours is.
    Ours,
    /// Under another one, or nobody knows which.
    Other,
}

impl Term for PublishedDefinition {
    const NAME: &'static str = "口径";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Ours, "ours", "与本系统的定义相同", &["相同"]).en("as defined here"),
        entry(Self::Other, "other", "定义不同或不明", &["不同", "不明"]).en("another definition, or unknown"),
    ];
}

/// Why a published figure is no longer stood by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalReason {
    /// Who published it has withdrawn it.
    Retracted,
    /// It was found to be wrong.
    FoundWrong,
    Other,
}

impl Term for WithdrawalReason {
    const NAME: &'static str = "撤回原因";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Retracted, "retracted", "公布单位撤回", &[]).en("retracted by who published it"),
        entry(Self::FoundWrong, "found_wrong", "经查有误", &[]).en("found to be wrong"),
        entry(Self::Other, "other", "其他", &[]),
    ];
}
