//! The columns of files: canonical names, and the words that schools use for them.

use serde::Serialize;

/// A column that files of some kind have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    SchoolCode,
    SchoolName,
    SchoolCategory,
    Name,
    DocumentKind,
    Document,
    FormerDocument,
    StudentNumber,
    Gender,
    SpecialtyCode,
    SpecialtyName,
    Class,
    Route,
    Standing,
    StandingDay,
    Operation,
    OperationReason,
    FormerDay,
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
    ExamName,
    ExamDay,
    ExamSat,
    ExamResult,
    Unit,
    Size,
    Ownership,
    StaffTotal,
    StaffDay,
    PartnerSince,
    VisitedDay,
    Finding,
    FrameworkDay,
    FrameworkLastDay,
    Contact,
    InternshipKind,
    HostSource,
    Post,
    Address,
    SiteKind,
    Region,
    Occupation,
    FirstDay,
    LastDay,
    Mentor,
    MentorPhone,
    Teacher,
    Pay,
    PayUnit,
    ApplicationDay,
    Verdict,
    DayHours,
    WeekDays,
    Meals,
    Lodging,
    PayMethod,
    PayDay,
    InsuranceKind,
    InsuranceBuyer,
    Version,
    SignedDay,
    SignedBy,
    PacketDay,
    ArrivalDay,
    ChangeDay,
    ChangeReason,
    EndedDay,
    EndedBy,
    EndReason,
    TerminationDay,
    Login,
    Role,
    Employment,
}

impl Column {
    /// The canonical name and the other words for it, both without spaces and brackets.
    pub fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::SchoolCode => ("学校代码", &["学校编码", "学校标识码", "学校识别码", "所在学校代码"]),
            Self::SchoolName => ("学校名称", &["学校", "所在学校", "毕业学校", "学校全称"]),
            Self::SchoolCategory => ("办学类别", &["办学性质", "办学类型", "学校类别", "举办者", "举办者类型", "类别"]),
            Self::Name => ("姓名", &["学生姓名", "毕业生姓名", "名字", "考生姓名"]),
            Self::DocumentKind => ("身份证件类型", &["证件类型", "证件种类", "身份证件类别"]),
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
            Self::FormerDocument => ("原证件号码", &["原身份证号", "原身份证号码", "更正前证件号码"]),
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
                &[
                    "毕业日期",
                    "毕业时间",
                    "毕业(异动)日期",
                    "异动日期",
                    "状态时间",
                    "毕业或异动日期",
                    "离校时间",
                    "毕业年月",
                ],
            ),
            Self::Operation => ("操作", &["操作类型"]),
            Self::OperationReason => ("操作原因", &["更正原因", "撤销原因"]),
            Self::FormerDay => ("原日期", &["原开始日期", "原报到日期", "更正前日期"]),
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
            Self::ExamName => ("考试名称", &["考试类型", "考试类别"]),
            Self::ExamDay => ("考试日期", &["考试时间"]),
            Self::ExamSat => ("参考", &["是否参考", "参加考试", "参考情况"]),
            Self::ExamResult => ("上线情况", &["上线批次", "上线", "是否上线", "上线层次", "上线类别"]),
            Self::Unit => {
                ("单位名称", &["实习单位", "实习单位名称", "企业名称", "实习企业", "单位全称", "企业全称", "单位"])
            }
            Self::Size => ("单位规模", &["企业规模", "规模"]),
            Self::Ownership => ("单位性质", &["企业性质", "性质"]),
            Self::StaffTotal => ("在岗职工总数", &["职工总数", "在岗职工人数", "职工人数", "员工人数", "在职员工数"]),
            Self::StaffDay => ("统计日期", &["职工统计日期", "职工数统计日期"]),
            Self::PartnerSince => ("合作起始日期", &["开始合作日期", "合作开始日期"]),
            Self::VisitedDay => ("考察日期", &["实地考察日期", "考察时间"]),
            Self::Finding => ("考察结论", &["实地考察结论", "考察结果"]),
            Self::FrameworkDay => ("合作协议签订日期", &["校企合作协议签订日期", "合作协议起始日期"]),
            Self::FrameworkLastDay => {
                ("合作协议到期日", &["合作协议到期日期", "校企合作协议到期日", "合作协议有效期至", "协议到期日"])
            }
            Self::Contact => ("联系人", &["单位联系人", "企业联系人"]),
            Self::InternshipKind => ("实习类别", &["实习类型", "实习形式"]),
            Self::HostSource => ("实习单位来源", &["单位来源", "来源", "实习来源"]),
            Self::Post => ("岗位", &["实习岗位", "岗位名称", "实习岗位名称"]),
            Self::Address => ("实习地址", &["地址", "实习地点", "工作地址", "工作地点", "岗位地址", "详细地址"]),
            Self::SiteKind => ("实习场所类型", &["场所类型", "地点类型"]),
            Self::Region => ("实习去向", &["实习地域", "去向", "地域"]),
            Self::Occupation => ("岗位类别代码", &["岗位类别", "职业代码", "职业分类代码"]),
            Self::FirstDay => ("开始日期", &["实习开始日期", "实习起始日期", "起始日期", "开始时间", "实习开始时间"]),
            Self::LastDay => ("结束日期", &["实习结束日期", "实习截止日期", "结束时间", "实习结束时间"]),
            Self::Mentor => ("单位指导人", &["企业指导人", "单位指导人员", "企业指导教师", "企业导师", "单位指导师傅"]),
            Self::MentorPhone => {
                ("单位指导人电话", &["企业指导人电话", "单位指导人员电话", "企业指导教师电话", "企业导师电话"])
            }
            Self::Teacher => ("指导教师", &["学校指导教师", "实习指导教师", "校内指导教师", "带队教师"]),
            Self::Pay => ("实习报酬", &["报酬", "月报酬", "实习补贴", "实习津贴", "报酬标准", "实习工资"]),
            Self::PayUnit => ("报酬单位", &["计酬单位", "报酬计算单位"]),
            Self::ApplicationDay => ("书面申请日期", &["申请日期", "自主实习申请日期"]),
            Self::Verdict => ("合规结论", &["核查结论", "合规核查结论"]),
            Self::DayHours => ("每日工时", &["每日工作小时", "每天工时", "日工时", "每日工作时间"]),
            Self::WeekDays => ("每周天数", &["每周工作天数", "周工作天数"]),
            Self::Meals => ("就餐", &["伙食", "就餐安排"]),
            Self::Lodging => ("住宿", &["住宿安排"]),
            Self::PayMethod => ("报酬支付方式", &["支付方式"]),
            Self::PayDay => ("支付日", &["每月支付日", "报酬支付日", "发放日"]),
            Self::InsuranceKind => ("险种", &["保险险种", "实习保险", "保险"]),
            Self::InsuranceBuyer => ("保险购买方", &["投保方", "保险付费方"]),
            Self::Version => ("协议版本", &["版本"]),
            Self::SignedDay => ("签订日期", &["协议签订日期", "三方协议签订日期", "签署日期", "签约日期"]),
            Self::SignedBy => ("签署方", &["签订方", "已签署方"]),
            Self::PacketDay => ("其他材料签订日期", &["其他材料签署日期", "其余材料签订日期", "全套材料签订日期"]),
            Self::ArrivalDay => ("到岗日期", &["上岗日期", "实际到岗日期", "到岗时间"]),
            Self::ChangeDay => ("变更日期", &["变更生效日期", "变更时间"]),
            Self::ChangeReason => ("变更原因", &[]),
            Self::EndedDay => ("实际结束日期", &["提前终止日期", "实际终止日期", "离岗日期", "最后在岗日"]),
            Self::EndedBy => ("终止提出方", &["提出方"]),
            Self::EndReason => ("终止原因", &["提前终止原因"]),
            Self::TerminationDay => ("协议解除日期", &["协议终止日期", "解除日期"]),
            Self::Login => ("登录名", &["工号", "教工号", "教职工号", "职工号", "账号", "登录账号", "用户名"]),
            Self::Role => ("角色", &["账号角色", "系统角色", "身份", "职务"]),
            Self::Employment => ("在职状态", &["状态", "在职情况", "人员状态", "是否在职"]),
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
                | Self::FormerDay
                | Self::StartDay
                | Self::EndDay
                | Self::ReportedDay
                | Self::AdmissionDay
                | Self::RegistrationDay
                | Self::LeavingDay
                | Self::ExamDay
                | Self::StaffDay
                | Self::PartnerSince
                | Self::VisitedDay
                | Self::FrameworkDay
                | Self::FrameworkLastDay
                | Self::FirstDay
                | Self::LastDay
                | Self::ApplicationDay
                | Self::SignedDay
                | Self::PacketDay
                | Self::ArrivalDay
                | Self::ChangeDay
                | Self::EndedDay
                | Self::TerminationDay
        )
    }

    /// Whether the column holds what must not be shown in full.
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Document
                | Self::FormerDocument
                | Self::StudentNumber
                | Self::Phone
                | Self::Contact
                | Self::Mentor
                | Self::MentorPhone
                | Self::Teacher
                | Self::Address
                | Self::Guardian
                | Self::GuardianPhone
                | Self::HomeAddress
                | Self::Login
        )
    }
}
