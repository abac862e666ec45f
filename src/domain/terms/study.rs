//! The vocabularies of further study and of the entrance exam.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{Entry, Term, entry};

/// The channel into further study (SXQDDM; the standard has no 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum StudyChannel {
    #[serde(rename = "through")]
    Integrated,
    FiveYear,
    VocationalExam,
    GeneralExam,
    Abroad,
    ThreePlusTwo,
    CollegeTransfer,
    GraduateExam,
}

impl Term for StudyChannel {
    const NAME: &'static str = "升学渠道";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Integrated, "through", "贯通培养", &["1", "中本一体化"]).en("integrated programme"),
        entry(Self::FiveYear, "five_year", "五年一贯制", &["2"]).en("five-year programme"),
        entry(Self::VocationalExam, "vocational_exam", "职教高考", &["3", "单招单考", "高职考", "单考单招"])
            .en("vocational entrance exam"),
        entry(Self::GeneralExam, "general_exam", "普通高考", &["4"]).en("general entrance exam"),
        entry(Self::Abroad, "abroad", "出国升学", &["5", "出国留学"]).en("study abroad"),
        entry(Self::ThreePlusTwo, "three_plus_two", "3+2分段", &["7", "3+2"]).en("3+2 programme"),
        entry(Self::CollegeTransfer, "college_transfer", "专转本", &["8"])
            .en("transfer from junior college to undergraduate study"),
        entry(Self::GraduateExam, "graduate_exam", "考研", &["9"]).en("postgraduate entrance exam"),
    ];
    const LIKELY: &'static [(&'static str, Self)] = &[
        ("单招", Self::VocationalExam),
        ("统招", Self::GeneralExam),
        ("高考", Self::GeneralExam),
        ("留学", Self::Abroad),
        ("五年制", Self::FiveYear),
        ("专升本", Self::CollegeTransfer),
    ];
}

/// The level of further study (SXCCDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum StudyLevel {
    JuniorCollege,
    VocationalUndergraduate,
    GeneralUndergraduate,
    Master,
    Other,
}

impl Term for StudyLevel {
    const NAME: &'static str = "升学层次";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::JuniorCollege, "junior_college", "专科", &["1", "高职", "高职专科", "大专"]),
        entry(Self::VocationalUndergraduate, "vocational_undergraduate", "职业本科", &["2"]),
        entry(Self::GeneralUndergraduate, "general_undergraduate", "普通本科", &["3", "本科"]),
        entry(Self::Master, "master", "硕士", &["4"]).en("master's degree"),
        entry(Self::Other, "other", "其他", &["9", "其它"]),
    ];
}

impl StudyLevel {
    /// Levels 2 and 3 of the standard.
    pub fn is_undergraduate(self) -> bool {
        matches!(self, Self::VocationalUndergraduate | Self::GeneralUndergraduate)
    }
}

/// An exam that leads to further study.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Exam {
    /// The province's exam for vocational schools; meant where a list names none.
    #[default]
    Vocational,
    General,
    EarlyAdmission,
    Adult,
}

impl Term for Exam {
    const NAME: &'static str = "考试名称";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Vocational, "vocational", "职教高考", &["单招单考", "高职考", "单考单招", "单独考试"])
            .en("vocational entrance exam"),
        entry(Self::General, "general", "普通高考", &["高考", "统招"]).en("general entrance exam"),
        entry(Self::EarlyAdmission, "early_admission", "高职提前招生", &["提前招生", "自主招生"])
            .en("early admission to vocational colleges"),
        entry(Self::Adult, "adult", "成人高考", &["成考"]).en("adult entrance exam"),
    ];
    const LIKELY: &'static [(&'static str, Self)] = &[("单招", Self::Vocational)];
}

/// The furthest state a graduate reached in the entrance exam; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ExamResult {
    Sat,
    Qualified,
    QualifiedUndergraduate,
}

impl Term for ExamResult {
    const NAME: &'static str = "上线情况";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Sat, "sat", "未上线", &["参考", "否", "已参考"]).en("sat and not qualified"),
        entry(Self::Qualified, "qualified", "专科上线", &["上线", "高职上线", "是"]).en("qualified for junior college"),
        entry(Self::QualifiedUndergraduate, "qualified_undergraduate", "本科上线", &["本科"])
            .en("qualified for undergraduate study"),
    ];
}
