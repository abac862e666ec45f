//! The closed vocabularies that figures count by, each with its stored code, its Chinese name and its English label.
//!
//! Invariant: a stored code is never renamed or removed; a new edition adds codes.
//! Sources: the ministry's data standard V2.2.0 (codes named per list), GB/T 4754-2017 (industry),
//! the catalogue of vocational specialties of 2021 (specialty classes), the graduate form of 2011 to 2020.

mod study;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

pub use study::{Exam, ExamResult, StudyChannel, StudyLevel};

/// One value of a closed vocabulary: the value, its stored code, its Chinese name, and other words files use for it.
pub struct Entry<T: 'static> {
    pub value: T,
    pub code: &'static str,
    pub zh: &'static str,
    /// The English label where the words of the code do not read as one.
    pub en: Option<&'static str>,
    pub synonyms: &'static [&'static str],
}

impl<T: Copy> Entry<T> {
    /// The same entry with an English label of its own.
    pub const fn en(self, en: &'static str) -> Self {
        Self { value: self.value, code: self.code, zh: self.zh, en: Some(en), synonyms: self.synonyms }
    }
}

/// A closed vocabulary. `code` is what is stored and printed as a key, `zh` and `en` what people read.
pub trait Term: Sized + Copy + PartialEq + std::fmt::Debug + VariantArray + 'static {
    /// The Chinese name of the vocabulary itself, used in refusals: 「去向类型」.
    const NAME: &'static str;
    /// Every value, in the order in which reports print them.
    const ENTRIES: &'static [Entry<Self>];
    /// Words that people write and that name no value for sure, each with the value that is likely meant.
    const LIKELY: &'static [(&'static str, Self)] = &[];

    /// The value's entry in the list.
    fn entry(self) -> &'static Entry<Self> {
        Self::ENTRIES.iter().find(|entry| entry.value == self).unwrap_or(&Self::ENTRIES[0]) // Unreachable: a test checks that each value is listed.
    }

    /// The text that is stored.
    fn code(self) -> &'static str {
        self.entry().code
    }

    /// The Chinese name.
    fn zh(self) -> &'static str {
        self.entry().zh
    }

    /// The English label: the entry's own, else the words of its code.
    fn en(self) -> String {
        let Entry { code, en, .. } = self.entry();
        en.map_or_else(|| code.replace(['_', '-', '.'], " "), str::to_owned)
    }

    /// The name in both languages.
    fn words(self) -> crate::text::lang::Sentence {
        crate::text::lang::say(self.zh(), self.en())
    }

    /// The value with this stored code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ENTRIES.iter().find(|entry| entry.code == code).map(|entry| entry.value)
    }

    /// The value that a cell names by its Chinese name, a synonym or its code; `None` when it is not in the list.
    fn from_text(text: &str) -> Option<Self> {
        Self::ENTRIES
            .iter()
            .find(|entry| entry.zh == text || entry.code == text || entry.synonyms.contains(&text))
            .map(|entry| entry.value)
    }
}

/// An entry for the list of a vocabulary.
pub const fn entry<T>(value: T, code: &'static str, zh: &'static str, synonyms: &'static [&'static str]) -> Entry<T> {
    Entry { value, code, zh, en: None, synonyms }
}

/// GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Male,
    Female,
}

impl Term for Gender {
    const NAME: &'static str = "性别";
    const ENTRIES: &'static [Entry<Self>] =
        &[entry(Self::Male, "male", "男", &["1", "男性"]), entry(Self::Female, "female", "女", &["2", "女性"])];
}

/// Who runs a school, as reports tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SchoolCategory {
    Public,
    Private,
    Technician,
}

impl Term for SchoolCategory {
    const NAME: &'static str = "办学类别";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Public, "public", "教育部门", &["公办", "教育部门办", "教育部门举办"]),
        entry(Self::Private, "private", "民办", &["民办学校", "社会力量办学"]),
        entry(Self::Technician, "technician", "技工", &["技工学校", "技工院校"]).en("technician school"),
    ];
}

/// The kind of student (学生类型, code XSLXM): whether the student entered an integrated programme with a college (贯通培养).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    Regular,
    #[serde(rename = "through")]
    Integrated,
}

impl Term for Route {
    const NAME: &'static str = "学生类型";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Regular, "regular", "非贯通", &["0", "普通", "普通中职"]),
        entry(Self::Integrated, "through", "贯通", &["1", "中高职贯通", "五年一贯制", "3+2", "中本一体化"])
            .en("integrated programme"),
    ];
}

/// A student's standing on a roster (学籍状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Enrolled,
    OnLeave,
    Graduated,
    /// 结业: left with a certificate of completion, not of graduation; no graduate.
    Completed,
    TransferredOut,
    Withdrawn,
    Deceased,
}

impl Term for Standing {
    const NAME: &'static str = "学籍状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Enrolled, "enrolled", "在籍", &["在校", "在读"]),
        entry(Self::OnLeave, "on_leave", "休学", &[]),
        entry(Self::Graduated, "graduated", "毕业", &["已毕业", "准予毕业"]),
        entry(Self::Completed, "completed", "结业", &["已结业"]).en("completed without graduating"),
        entry(Self::TransferredOut, "transferred_out", "转出", &["转学", "已转出"]),
        entry(Self::Withdrawn, "withdrawn", "退学", &["已退学"]),
        entry(Self::Deceased, "deceased", "身故", &["死亡"]),
    ];
    const LIKELY: &'static [(&'static str, Self)] = &[
        ("在学", Self::Enrolled),
        ("应届毕业", Self::Graduated),
        ("肄业", Self::Withdrawn),
        ("辍学", Self::Withdrawn),
    ];
}

/// What a statement says of a graduate: a kind of employment, or a kind of not being employed (WJYLXDM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    GovernmentBody,
    PublicInstitution,
    Enterprise,
    MilitaryService,
    IndividualBusiness,
    Startup,
    FlexibleEmployment,
    Freelance,
    OtherEmployment,
    Seeking,
    IntendsToStudy,
    NotSeeking,
}

impl Term for DestinationKind {
    const NAME: &'static str = "去向类型";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::GovernmentBody, "government_body", "机关", &["党政机关", "机关单位", "国家机关"]),
        entry(Self::PublicInstitution, "public_institution", "事业单位", &["事业"]),
        entry(Self::Enterprise, "enterprise", "企业", &["企业单位", "企业就业", "国企", "民企"]),
        entry(Self::MilitaryService, "military_service", "参军", &["参军入伍", "应征入伍", "入伍", "部队"]),
        entry(Self::IndividualBusiness, "individual_business", "个体经营", &["合法从事个体经营", "个体", "个体工商户"]),
        entry(Self::Startup, "startup", "自主创业", &["创业"]).en("own start-up"),
        entry(Self::FlexibleEmployment, "flexible_employment", "灵活就业", &[]),
        entry(Self::Freelance, "freelance", "自由职业", &[]),
        entry(
            Self::OtherEmployment,
            "other_employment",
            "其他方式",
            &["其它方式", "其他方式就业", "其它方式就业", "其他就业"],
        ),
        entry(Self::Seeking, "seeking", "待就业", &["求职中"]).en("seeking work"),
        entry(Self::IntendsToStudy, "intends_to_study", "不就业拟升学", &["拟升学"]),
        entry(Self::NotSeeking, "not_seeking", "其他暂不就业", &["暂不就业"]).en("not seeking work for now"),
    ];
    const LIKELY: &'static [(&'static str, Self)] = &[
        ("就业", Self::Enterprise),
        ("已就业", Self::Enterprise),
        ("公务员", Self::GovernmentBody),
        ("当兵", Self::MilitaryService),
        ("开店", Self::IndividualBusiness),
        ("待业", Self::Seeking),
        ("未就业", Self::Seeking),
        ("失业", Self::Seeking),
        ("复读", Self::IntendsToStudy),
    ];
}

/// The three kinds of direct employment that the yearly form prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentKind {
    Organisation,
    SelfEmployed,
    Otherwise,
}

impl Term for EmploymentKind {
    const NAME: &'static str = "就业类型";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Organisation, "organisation", "机关和企事业单位", &[])
            .en("government body, public institution or enterprise"),
        entry(Self::SelfEmployed, "self_employed", "合法从事个体经营", &[]).en("self-employed"),
        entry(Self::Otherwise, "otherwise", "其他方式就业", &[]).en("other employment"),
    ];
}

impl DestinationKind {
    /// The kind of employment the statement says; `None` for the kinds of not being employed.
    pub fn employment(self) -> Option<EmploymentKind> {
        match self {
            Self::GovernmentBody | Self::PublicInstitution | Self::Enterprise | Self::MilitaryService => {
                Some(EmploymentKind::Organisation)
            }
            Self::IndividualBusiness | Self::Startup => Some(EmploymentKind::SelfEmployed),
            Self::FlexibleEmployment | Self::Freelance | Self::OtherEmployment => Some(EmploymentKind::Otherwise),
            Self::Seeking | Self::IntendsToStudy | Self::NotSeeking => None,
        }
    }
}

/// GB/T 4754-2017, the sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
pub enum Industry {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    L,
    M,
    N,
    O,
    P,
    Q,
    R,
    S,
    T,
}

impl Term for Industry {
    const NAME: &'static str = "行业";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::A, "A", "农、林、牧、渔业", &["农林牧渔业"])
            .en("agriculture, forestry, animal husbandry and fishery"),
        entry(Self::B, "B", "采矿业", &[]).en("mining"),
        entry(Self::C, "C", "制造业", &[]).en("manufacturing"),
        entry(Self::D, "D", "电力、热力、燃气及水生产和供应业", &[])
            .en("production and supply of electricity, heat, gas and water"),
        entry(Self::E, "E", "建筑业", &[]).en("construction"),
        entry(Self::F, "F", "批发和零售业", &["批发零售业"]).en("wholesale and retail trade"),
        entry(Self::G, "G", "交通运输、仓储和邮政业", &["交通运输仓储和邮政业"]).en("transport, storage and post"),
        entry(Self::H, "H", "住宿和餐饮业", &["住宿餐饮业"]).en("hotels and catering"),
        entry(Self::I, "I", "信息传输、软件和信息技术服务业", &["信息技术服务业"])
            .en("information transmission, software and information technology"),
        entry(Self::J, "J", "金融业", &[]).en("finance"),
        entry(Self::K, "K", "房地产业", &[]).en("real estate"),
        entry(Self::L, "L", "租赁和商务服务业", &[]).en("leasing and business services"),
        entry(Self::M, "M", "科学研究和技术服务业", &[]).en("scientific research and technical services"),
        entry(Self::N, "N", "水利、环境和公共设施管理业", &[])
            .en("water conservancy, environment and public facilities"),
        entry(Self::O, "O", "居民服务、修理和其他服务业", &["居民服务业"])
            .en("services to households, repair and other services"),
        entry(Self::P, "P", "教育", &["教育业"]).en("education"),
        entry(Self::Q, "Q", "卫生和社会工作", &[]).en("health and social work"),
        entry(Self::R, "R", "文化、体育和娱乐业", &["文化体育和娱乐业"]).en("culture, sports and entertainment"),
        entry(Self::S, "S", "公共管理、社会保障和社会组织", &[])
            .en("public administration, social security and social organisations"),
        entry(Self::T, "T", "国际组织", &[]).en("international organisations"),
    ];
}

/// Where the job is, seen from the reporting city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum JobPlace {
    Local,
    Elsewhere,
    Abroad,
}

impl Term for JobPlace {
    const NAME: &'static str = "就业地域";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Local, "local", "本地", &["本市"]),
        entry(Self::Elsewhere, "elsewhere", "异地", &["省内", "省外", "市外"]).en("elsewhere in China"),
        entry(Self::Abroad, "abroad", "境外", &["国外"]),
    ];
}

/// How the job was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    School,
    Agency,
    Other,
}

impl Term for Channel {
    const NAME: &'static str = "就业渠道";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校推荐", &["学校"]).en("recommended by the school"),
        entry(Self::Agency, "agency", "中介介绍", &["中介"]).en("through an agency"),
        entry(Self::Other, "other", "其他渠道", &["其它渠道", "自己寻找", "自主求职"]).en("another way"),
    ];
}

/// Monthly starting pay in yuan, in the bands of the yearly form (edition 2017).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SalaryBand {
    UpTo1000,
    UpTo1500,
    UpTo2000,
    UpTo3000,
    UpTo5000,
    Over5000,
}

impl Term for SalaryBand {
    const NAME: &'static str = "起薪档";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::UpTo1000, "up_to_1000", "1000元及以下", &[]).en("up to 1,000 yuan"),
        entry(Self::UpTo1500, "up_to_1500", "1001-1500元", &[]).en("1,001 to 1,500 yuan"),
        entry(Self::UpTo2000, "up_to_2000", "1501-2000元", &[]).en("1,501 to 2,000 yuan"),
        entry(Self::UpTo3000, "up_to_3000", "2001-3000元", &[]).en("2,001 to 3,000 yuan"),
        entry(Self::UpTo5000, "up_to_5000", "3001-5000元", &[]).en("3,001 to 5,000 yuan"),
        entry(Self::Over5000, "over_5000", "5000元以上", &[]).en("over 5,000 yuan"),
    ];
}

impl SalaryBand {
    /// The band of a monthly pay in whole yuan.
    pub fn of(salary_yuan: u32) -> Self {
        match salary_yuan {
            0..=1000 => Self::UpTo1000,
            1001..=1500 => Self::UpTo1500,
            1501..=2000 => Self::UpTo2000,
            2001..=3000 => Self::UpTo3000,
            3001..=5000 => Self::UpTo5000,
            5001.. => Self::Over5000,
        }
    }
}

/// Whether a labour contract was signed, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LabourContract {
    None,
    UpTo1Year,
    UpTo2Years,
    UpTo3Years,
    Over3Years,
}

impl Term for LabourContract {
    const NAME: &'static str = "劳动合同";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::None, "none", "未签", &["未签合同", "无"]).en("no contract"),
        entry(Self::UpTo1Year, "up_to_1_year", "1年及以内", &["一年以内", "1年以内"]),
        entry(Self::UpTo2Years, "up_to_2_years", "1-2(含)年", &["1-2年"]).en("over 1 and up to 2 years"),
        entry(Self::UpTo3Years, "up_to_3_years", "2-3(含)年", &["2-3年"]).en("over 2 and up to 3 years"),
        entry(Self::Over3Years, "over_3_years", "3年以上", &["三年以上"]),
    ];
}

/// Social insurance paid by the employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Insurance {
    None,
    Three,
    Five,
    ThreeAndFund,
    FiveAndFund,
}

impl Term for Insurance {
    const NAME: &'static str = "社会保险";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::None, "none", "无", &["没有", "未参保"]),
        entry(Self::Three, "three", "三险", &[]).en("three insurances"),
        entry(Self::Five, "five", "五险", &[]).en("five insurances"),
        entry(Self::ThreeAndFund, "three_and_fund", "三险一金", &[]).en("three insurances and housing fund"),
        entry(Self::FiveAndFund, "five_and_fund", "五险一金", &[]).en("five insurances and housing fund"),
    ];
}

/// How near the job is to the specialty (ZYDKCDDM). Levels 1 and 2 count as on-specialty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SpecialtyMatch {
    None,
    Near,
    Full,
}

impl Term for SpecialtyMatch {
    const NAME: &'static str = "专业对口程度";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::None, "none", "不对口", &["0", "否", "不相关"]).en("not on-specialty"),
        entry(Self::Near, "near", "基本对口", &["1", "是", "对口", "相关"]).en("largely on-specialty"),
        entry(Self::Full, "full", "非常对口", &["2", "完全对口", "很相关"]).en("fully on-specialty"),
    ];
}
