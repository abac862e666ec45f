//! The kinds of file and their columns: canonical names, the words that schools use for them, which are required.

use crate::domain::terms::{Entry, Term, entry};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Schools,
    Roster,
    Outcomes,
    FurtherStudy,
    Exam,
}

impl Term for Kind {
    const NAME: &'static str = "文件种类";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Schools, "schools", "学校名单", &[]),
        entry(Self::Roster, "roster", "毕业生名册", &[]),
        entry(Self::Outcomes, "outcomes", "毕业去向", &[]),
        entry(Self::FurtherStudy, "further-study", "升学名单", &[]),
        entry(Self::Exam, "exam", "职教高考成绩名单", &[]),
    ];
}

/// A column that files of some kind have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    SchoolCode,
    SchoolName,
    SchoolCategory,
    Name,
    Document,
    StudentNumber,
    Gender,
    SpecialtyCode,
    SpecialtyName,
    Class,
    Route,
    Standing,
    StandingDay,
    Phone,
    Guardian,
    GuardianPhone,
    HomeAddress,
    DestinationKind,
    Employer,
    CreditCode,
    Industry,
    Place,
    Channel,
    Salary,
    Contract,
    Insurance,
    StartDay,
    EndDay,
    Status,
    Evidence,
    Match,
    Source,
    ReportedDay,
    StudyChannel,
    College,
    CollegeSpecialty,
    StudyLevel,
    AdmissionDay,
    RegistrationDay,
    LeavingDay,
    ExamDay,
    ExamSat,
    ExamResult,
}

impl Column {
    /// The canonical name and the other words for it, both without spaces and brackets.
    pub fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::SchoolCode => ("学校代码", &["学校编码", "学校标识码", "学校识别码", "所在学校代码"]),
            Self::SchoolName => ("学校名称", &["学校", "所在学校", "毕业学校", "学校全称"]),
            Self::SchoolCategory => ("办学类别", &["办学性质", "办学类型", "学校类别", "举办者", "举办者类型", "类别"]),
            Self::Name => ("姓名", &["学生姓名", "毕业生姓名", "名字", "考生姓名"]),
            Self::Document => (
                "证件号码",
                &[
                    "身份证号",
                    "身份证号码",
                    "身份证件号",
                    "身份证件号码",
                    "证件号",
                    "身份证",
                    "公民身份号码",
                    "居民身份证号",
                    "居民身份证号码",
                ],
            ),
            Self::StudentNumber => ("学号", &["学籍号", "学生编号", "学籍号码"]),
            Self::Gender => ("性别", &[]),
            Self::SpecialtyCode => ("专业代码", &["专业编码", "专业编号"]),
            Self::SpecialtyName => ("专业名称", &["专业", "所学专业", "就读专业", "毕业专业"]),
            Self::Class => ("班级", &["所在班级", "班级名称", "毕业班级", "班别"]),
            Self::Route => ("学生类型", &["学生类别", "培养类型", "培养方式", "贯通类型", "培养路径", "是否贯通"]),
            Self::Standing => (
                "学籍状态",
                &["学生状态", "状态", "毕业状态", "学籍情况", "毕(结)业情况", "毕结业", "毕业情况", "学籍异动"],
            ),
            Self::StandingDay => (
                "状态日期",
                &["毕业日期", "毕业时间", "毕业(异动)日期", "异动日期", "状态时间", "毕业或异动日期", "离校时间"],
            ),
            Self::Phone => ("联系电话", &["手机", "手机号", "手机号码", "电话", "联系方式", "本人电话"]),
            Self::Guardian => ("监护人", &["监护人姓名", "家长", "家长姓名"]),
            Self::GuardianPhone => ("监护人电话", &["监护人联系电话", "家长电话", "家长联系电话", "家长手机"]),
            Self::HomeAddress => ("家庭住址", &["家庭地址", "住址"]),
            Self::DestinationKind => {
                ("去向类型", &["就业去向", "毕业去向", "去向", "去向类别", "就业类型", "毕业去向类型"])
            }
            Self::Employer => (
                "单位名称",
                &["用人单位", "就业单位", "工作单位", "单位全称", "用人单位名称", "就业单位名称", "实际就业单位"],
            ),
            Self::CreditCode => (
                "统一社会信用代码",
                &["信用代码", "社会信用代码", "单位信用代码", "单位代码", "单位统一社会信用代码", "组织机构代码"],
            ),
            Self::Industry => ("行业", &["单位行业", "所属行业", "行业类别", "就业单位行业"]),
            Self::Place => ("就业地域", &["就业地区", "就业地点", "就业地", "地域", "就业区域"]),
            Self::Channel => ("就业渠道", &["就业途径", "求职渠道", "渠道"]),
            Self::Salary => ("起薪", &["月薪", "起薪(元/月)", "月工资", "薪资", "月收入", "初次就业月薪"]),
            Self::Contract => ("劳动合同", &["合同期限", "合同签订", "签订合同", "合同"]),
            Self::Insurance => ("社会保险", &["社保", "社保情况", "参保情况", "社会保障"]),
            Self::StartDay => {
                ("开始日期", &["就业日期", "入职日期", "开始时间", "就业时间", "起始日期", "入职时间", "去向起始日期"])
            }
            Self::EndDay => ("结束日期", &["离职日期", "结束时间", "离职时间", "终止日期"]),
            Self::Status => ("状态", &["记录状态", "有效状态", "数据状态", "是否有效"]),
            Self::Evidence => ("佐证材料", &["证明材料", "佐证", "证明材料类型", "佐证材料类型"]),
            Self::Match => ("专业对口程度", &["是否对口", "对口情况", "专业对口", "对口程度", "对口"]),
            Self::Source => ("信息来源", &["来源", "数据来源"]),
            Self::ReportedDay => ("填报日期", &["填表日期", "登记日期", "填报时间", "上报日期"]),
            Self::StudyChannel => ("升学渠道", &["升学方式", "录取方式", "升学途径", "升学类型"]),
            Self::College => ("录取学校", &["录取院校", "升学院校", "升学学校", "高校名称", "录取高校", "升入学校"]),
            Self::CollegeSpecialty => ("录取专业", &["升入专业", "升学专业", "高校专业"]),
            Self::StudyLevel => ("升学层次", &["录取层次", "层次", "学历层次"]),
            Self::AdmissionDay => ("录取日期", &["录取时间"]),
            Self::RegistrationDay => ("报到日期", &["报到时间", "入学日期", "入学报到日期", "入学时间"]),
            Self::LeavingDay => ("离校日期", &["退学日期", "离校时间", "退学时间"]),
            Self::ExamDay => ("考试日期", &["考试时间"]),
            Self::ExamSat => ("参考", &["是否参考", "参加考试", "参考情况"]),
            Self::ExamResult => ("上线情况", &["上线批次", "上线", "是否上线", "上线层次", "上线类别"]),
        }
    }

    pub fn title(self) -> &'static str {
        self.names().0
    }

    /// Whether the column holds days.
    pub fn is_day(self) -> bool {
        matches!(
            self,
            Self::StandingDay
                | Self::StartDay
                | Self::EndDay
                | Self::ReportedDay
                | Self::AdmissionDay
                | Self::RegistrationDay
                | Self::LeavingDay
                | Self::ExamDay
        )
    }

    /// Whether the column holds what must not be shown in full.
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Document
                | Self::StudentNumber
                | Self::Phone
                | Self::Guardian
                | Self::GuardianPhone
                | Self::HomeAddress
        )
    }
}

impl Kind {
    /// The columns in the order of the template, and whether each must be there.
    pub fn columns(self) -> &'static [(Column, bool)] {
        use Column as C;
        match self {
            Self::Schools => &[(C::SchoolCode, true), (C::SchoolName, true), (C::SchoolCategory, true)],
            Self::Roster => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::Document, true),
                (C::StudentNumber, false),
                (C::Gender, false),
                (C::SpecialtyCode, false),
                (C::SpecialtyName, false),
                (C::Class, true),
                (C::Route, false),
                (C::Standing, true),
                (C::StandingDay, true),
                (C::Phone, false),
                (C::Guardian, false),
                (C::GuardianPhone, false),
                (C::HomeAddress, false),
            ],
            Self::Outcomes => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::Document, true),
                (C::DestinationKind, true),
                (C::Employer, false),
                (C::CreditCode, false),
                (C::College, false),
                (C::Industry, false),
                (C::Place, false),
                (C::Channel, false),
                (C::Salary, false),
                (C::Contract, false),
                (C::Insurance, false),
                (C::StartDay, true),
                (C::EndDay, false),
                (C::Status, false),
                (C::Evidence, false),
                (C::Match, false),
                (C::Source, false),
                (C::ReportedDay, false),
            ],
            Self::FurtherStudy => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::Document, true),
                (C::StudyChannel, true),
                (C::College, true),
                (C::CollegeSpecialty, false),
                (C::StudyLevel, true),
                (C::AdmissionDay, false),
                (C::RegistrationDay, false),
                (C::LeavingDay, false),
                (C::Status, false),
                (C::Employer, false),
                (C::Evidence, false),
                (C::Source, false),
            ],
            Self::Exam => &[
                (C::SchoolCode, false),
                (C::SchoolName, false),
                (C::Name, true),
                (C::Document, true),
                (C::ExamDay, false),
                (C::ExamSat, true),
                (C::ExamResult, false),
            ],
        }
    }

    /// The columns that tell this kind from the others.
    pub fn telling(self) -> &'static [Column] {
        use Column as C;
        match self {
            Self::Schools => &[C::SchoolCode, C::SchoolName, C::SchoolCategory],
            Self::Roster => &[C::Class, C::Standing],
            Self::Outcomes => &[C::DestinationKind, C::StartDay],
            Self::FurtherStudy => &[C::StudyChannel, C::College],
            Self::Exam => &[C::ExamSat],
        }
    }
}
