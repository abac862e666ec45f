//! Blank workbooks: one sheet to fill in, one that explains it with a row as an example and the code lists.
//!
//! The example stands on the sheet of explanations, so that importing an untouched template records nothing.

use std::path::Path;

use rust_xlsxwriter::{DataValidation, Format, FormatPattern, Workbook, Worksheet, XlsxError};

use super::kind::{Column, Kind};
use super::rows::{Employment, RowOperation};
use crate::domain::account::codes::Role;
use crate::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use crate::domain::employer::codes::{EmployerSize, Ownership};
use crate::domain::evidence::{EvidenceKind, HeardFrom};
use crate::domain::host::codes::Finding;
use crate::domain::identity::IdentityKind;
use crate::domain::placement::arrangement::PayUnit;
use crate::domain::placement::codes::{
    ChangeReason, ComplianceVerdict, EndReason, HostSource, Initiator, InternshipKind, Region, SiteKind,
};
use crate::domain::statements::StatementReason;
use crate::domain::terms::{
    Channel, DestinationKind, Exam, ExamResult, Gender, Industry, Insurance, JobPlace, LabourContract, Route,
    SchoolCategory, SpecialtyMatch, Standing, StudyChannel, StudyLevel, Term,
};

/// Rows of the sheet to fill in that are prepared with lists and text format.
const ROWS_PREPARED: u32 = 5_000;

/// The name of the sheet that explains the other.
pub const EXPLANATIONS: &str = "填写说明";

pub fn write(kind: Kind, out: &Path) -> Result<(), XlsxError> {
    workbook(kind)?.save(out)
}

/// The same in memory.
///
/// # Errors
/// If the library refuses a text.
pub fn bytes(kind: Kind) -> Result<Vec<u8>, XlsxError> {
    workbook(kind)?.save_to_buffer()
}

fn workbook(kind: Kind) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    fill_in(workbook.add_worksheet(), kind)?;
    explain(workbook.add_worksheet(), kind)?;
    Ok(workbook)
}

fn heading_format() -> Format {
    Format::new().set_bold().set_background_color("#DDEBF7").set_pattern(FormatPattern::Solid).set_text_wrap()
}

fn fill_in(page: &mut Worksheet, kind: Kind) -> Result<(), XlsxError> {
    page.set_name(kind.zh())?;
    page.set_freeze_panes(1, 0)?;
    let text = Format::new().set_num_format("@");
    for (index, (column, required)) in kind.template_columns().enumerate() {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let heading = if required { format!("{}★", column.title()) } else { column.title().to_owned() };
        page.set_column_format(index, &text)?;
        page.set_column_width(index, if column.is_personal() { 22 } else { 16 })?;
        page.write_string_with_format(0, index, heading, &heading_format())?;
        let values = values(column);
        // A list in the cell itself holds at most 255 characters.
        if !values.is_empty() && values.join(",").chars().count() <= 255 {
            let list = DataValidation::new().allow_list_strings(&values)?;
            page.add_data_validation(1, index, ROWS_PREPARED, index, &list)?;
        }
    }
    Ok(())
}

fn explain(page: &mut Worksheet, kind: Kind) -> Result<(), XlsxError> {
    page.set_name(EXPLANATIONS)?;
    page.set_column_width(0, 20)?;
    page.set_column_width(1, 8)?;
    page.set_column_width(2, 28)?;
    page.set_column_width(3, 90)?;
    let title = format!(
        "{}：★ 为必填；空单元格表示不改动，「无」表示没有；日期写成 2022-06-30；证件号码列保持文本格式",
        kind.zh()
    );
    page.write_string(0, 0, title)?;
    let passed_over = "标题、小计、合计、说明、重复的表头和只有序号的行会略过；隐藏或筛选掉的行不导入；上下合并的单元格算作其中每一行的；「无」「/」「暂无」表示没有，清除原来填的；必填的栏目不能这样写";
    page.write_string(1, 0, passed_over)?;
    for (index, heading) in ["栏目", "必填", "示例", "可填的内容"].into_iter().enumerate() {
        page.write_string_with_format(2, u16::try_from(index).unwrap_or(0), heading, &heading_format())?;
    }
    for (line, (column, required)) in kind.template_columns().enumerate() {
        let line = u32::try_from(line + 3).unwrap_or(u32::MAX);
        page.write_string(line, 0, column.title())?;
        page.write_string(line, 1, if required { "是" } else { "" })?;
        page.write_string(line, 2, example(column))?;
        let allowed = values(column).join("、");
        let remark = remark(column);
        let gap = if allowed.is_empty() || remark.is_empty() { "" } else { "；" };
        page.write_string(line, 3, format!("{allowed}{gap}{remark}"))?;
    }
    Ok(())
}

fn names<T: Term>() -> Vec<&'static str> {
    T::ENTRIES.iter().map(|entry| entry.zh).collect()
}

/// What may be filled in, where that is a closed list.
fn values(column: Column) -> Vec<&'static str> {
    match column {
        Column::SchoolCategory => names::<SchoolCategory>(),
        Column::DocumentKind => names::<IdentityKind>(),
        Column::Gender => names::<Gender>(),
        Column::Route => names::<Route>(),
        Column::Standing => names::<Standing>(),
        Column::Operation => names::<RowOperation>(),
        Column::OperationReason => names::<StatementReason>(),
        Column::DestinationKind => names::<DestinationKind>(),
        Column::Industry => names::<Industry>(),
        Column::Place => names::<JobPlace>(),
        Column::Channel => names::<Channel>(),
        Column::Contract => names::<LabourContract>(),
        Column::Insurance => names::<Insurance>(),
        Column::Status => names::<RowOperation>(),
        Column::Evidence => names::<EvidenceKind>(),
        Column::Match => names::<SpecialtyMatch>(),
        Column::Source => names::<HeardFrom>(),
        Column::StudyChannel => names::<StudyChannel>(),
        Column::StudyLevel => names::<StudyLevel>(),
        Column::ExamName => names::<Exam>(),
        Column::ExamSat => vec!["是", "否"],
        Column::ExamResult => names::<ExamResult>(),
        Column::Size => names::<EmployerSize>(),
        Column::Ownership => names::<Ownership>(),
        Column::Finding => names::<Finding>(),
        Column::InternshipKind => names::<InternshipKind>(),
        Column::HostSource => names::<HostSource>(),
        Column::SiteKind => names::<SiteKind>(),
        Column::Region => names::<Region>(),
        Column::PayUnit => names::<PayUnit>(),
        Column::Verdict => names::<ComplianceVerdict>(),
        Column::Meals | Column::Lodging => names::<Provision>(),
        Column::PayMethod => names::<PayMethod>(),
        Column::InsuranceKind => names::<InsuranceKind>(),
        Column::InsuranceBuyer => names::<InsuranceBuyer>(),
        Column::ChangeReason => names::<ChangeReason>(),
        Column::EndedBy => names::<Initiator>(),
        Column::EndReason => names::<EndReason>(),
        // The bureau's accounts are in no list.
        Column::Role => Role::ENTRIES.iter().filter(|of| of.value != Role::Bureau).map(|of| of.zh).collect(),
        Column::Employment => names::<Employment>(),
        Column::SchoolCode
        | Column::SchoolName
        | Column::Name
        | Column::Document
        | Column::FormerDocument
        | Column::StudentNumber
        | Column::SpecialtyCode
        | Column::SpecialtyName
        | Column::Class
        | Column::StandingDay
        | Column::FormerDay
        | Column::Phone
        | Column::Guardian
        | Column::GuardianPhone
        | Column::HomeAddress
        | Column::Employer
        | Column::CreditCode
        | Column::Salary
        | Column::StartDay
        | Column::EndDay
        | Column::ReportedDay
        | Column::College
        | Column::CollegeSpecialty
        | Column::AdmissionDay
        | Column::RegistrationDay
        | Column::LeavingDay
        | Column::ExamDay
        | Column::Unit
        | Column::StaffTotal
        | Column::StaffDay
        | Column::PartnerSince
        | Column::VisitedDay
        | Column::FrameworkDay
        | Column::FrameworkLastDay
        | Column::Contact
        | Column::Post
        | Column::Address
        | Column::Occupation
        | Column::FirstDay
        | Column::LastDay
        | Column::Mentor
        | Column::MentorPhone
        | Column::Teacher
        | Column::Pay
        | Column::ApplicationDay
        | Column::DayHours
        | Column::WeekDays
        | Column::PayDay
        | Column::Version
        | Column::SignedDay
        | Column::SignedBy
        | Column::PacketDay
        | Column::ArrivalDay
        | Column::ChangeDay
        | Column::EndedDay
        | Column::TerminationDay
        | Column::Login => vec![],
    }
}

/// What to know beside the list of words, if anything.
fn remark(column: Column) -> &'static str {
    match column {
        Column::DocumentKind => "不填为居民身份证；没有身份证件的学生写「校内编号」，号码填学校编的号",
        Column::FormerDocument => "证件号码更正时填登记时的号码，还是同一名学生；平时不填",
        Column::StudentNumber => "名册之外的名单，没有证件号码时按学号和姓名找到学生",
        Column::Salary => "每月整元数，不写万元、千元",
        Column::Class => "文本格式；不要让表格软件把 3-1 变成日期",
        Column::Route => "不填为未填报",
        Column::StandingDay => "这一行从哪天起：休学、复学、转班、毕业等的日期；离校（毕业、结业、转出等）不能晚于今天",
        Column::Operation => {
            "平时不填。更正：已登记的日期有误，以这一行为准（名册：毕业、离校；去向、升学：开始或报到日期）；撤销：这条从来不是事实；恢复：撤销错了。名册只有更正"
        }
        Column::OperationReason => "操作填了才填；不填为填报有误",
        Column::FormerDay => "更正开始或报到日期时填原来的日期；只有一条时可以不填",
        Column::EndDay => "最后在职的一天；写「无」表示不再有结束日期",
        Column::LeavingDay => "最后在读的一天",
        Column::StartDay => "同一天、同一单位再填一次是修改；换了单位就是另一条，代替原来的",
        Column::Source => "学校从哪里得知；不影响佐证等级，等级由导入时选的来源决定",
        Column::ExamName => "不填为职教高考",
        Column::RegistrationDay => "离校以后再报到，填新的报到日期，算另一轮学习",
        Column::FirstDay => "同一学生、同一开始日期是同一项实习；再填一次是修改，批准以后的修改要填变更日期",
        Column::Unit => "实习安排中的单位要先登记：把「实习单位」文件一起或先导入",
        Column::PartnerSince => "以前就合作的单位填写；新单位要先考察",
        Column::FrameworkLastDay => "单位核定以后再导入一次，才登记合作协议",
        Column::Teacher => "本校人员的姓名或编号",
        Column::ApplicationDay => "自己寻找的单位填写：学生和监护人签字申请的日期",
        Column::Verdict => "核查的结论；批准由另一人办理",
        Column::DayHours => "与每周天数、就餐、住宿一起填写；填了就拟协议",
        Column::SignedDay => "纸质签署的日期；有变更日期的行是补充协议的签订日期",
        Column::SignedBy => "不填或「全部」为各方都签；也可写 学校2026-08-20、学生2026-08-21",
        Column::PacketDay => "同意书、安全协议、承诺书和告家长书由各方签署的日期",
        Column::ArrivalDay => "批准以后才登记；批准后把同一文件再导入一次即可",
        Column::ChangeDay => "到岗以后变更单位、岗位、指导人、报酬或结束日期：自这天起，另填一行",
        Column::EndedDay => "提前终止：最后在岗的一天",
        Column::TerminationDay => "自这天起协议不再有约束力",
        Column::Login => "工号或手机号，设好密码以后用来登录；不填按联系电话，两者都不填按姓名找到本人",
        Column::Role => "班主任要填班级，其他人不填；一个账号管一个班",
        Column::Employment => "不填为在职；离职、退休、长期休假、停用的人不再能登录",
        _ => "",
    }
}

/// A row that would be accepted, of a person who does not exist.
pub fn example(column: Column) -> &'static str {
    match column {
        Column::SchoolCode => "33070001",
        Column::SchoolName => "某某中等职业学校",
        Column::SchoolCategory => "教育部门",
        Column::Name => "张示例",
        Column::DocumentKind => "居民身份证",
        Column::Document => "330702200403154519",
        Column::FormerDocument => "",
        Column::StudentNumber => "0190123",
        Column::Gender => "男",
        Column::SpecialtyCode => "700206",
        Column::SpecialtyName => "汽车运用与维修",
        Column::Class => "高三汽修2班",
        Column::Route => "非贯通",
        Column::Standing => "毕业",
        Column::StandingDay => "2022-06-30",
        Column::Operation => "填报",
        Column::OperationReason | Column::FormerDay => "",
        Column::Phone | Column::GuardianPhone => "13800000000",
        Column::Guardian => "张家长",
        Column::HomeAddress => "某市某某街道1号",
        Column::DestinationKind => "企业",
        Column::Employer => "某某机械有限公司",
        Column::CreditCode => "",
        Column::College | Column::CollegeSpecialty | Column::EndDay => "",
        Column::Industry => "制造业",
        Column::Place => "本地",
        Column::Channel => "学校推荐",
        Column::Salary => "4200",
        Column::Contract => "1年及以内",
        Column::Insurance => "五险",
        Column::StartDay => "2022-07-01",
        Column::Status => "",
        Column::Evidence => "劳动合同",
        Column::Match => "基本对口",
        Column::Source => "学校填报",
        Column::ReportedDay => "2022-07-05",
        Column::StudyChannel => "职教高考",
        Column::StudyLevel => "专科",
        Column::AdmissionDay => "2022-07-20",
        Column::RegistrationDay => "2022-09-10",
        Column::LeavingDay => "",
        Column::ExamName => "职教高考",
        Column::ExamDay => "2022-06-18",
        Column::ExamSat => "是",
        Column::ExamResult => "专科上线",
        Column::Unit => "某某机械有限公司",
        Column::Size => "中型",
        Column::Ownership => "民营企业",
        Column::StaffTotal => "320",
        Column::StaffDay => "2026-03-01",
        Column::PartnerSince => "",
        Column::VisitedDay => "2026-03-02",
        Column::Finding => "符合",
        Column::FrameworkDay => "2026-03-10",
        Column::FrameworkLastDay => "2029-08-31",
        Column::Contact => "李示例",
        Column::InternshipKind => "岗位实习",
        Column::HostSource => "学校合作企业",
        Column::Post => "汽车维修",
        Column::Address => "某市工业路88号",
        Column::SiteKind => "私营",
        Column::Region => "本市",
        Column::Occupation => "4-12-01-01",
        Column::FirstDay => "2026-09-01",
        Column::LastDay => "2027-02-28",
        Column::Mentor => "郑示例",
        Column::MentorPhone => "13800000001",
        Column::Teacher => "吴示例",
        Column::Pay => "2400",
        Column::PayUnit => "元/月",
        Column::ApplicationDay => "",
        Column::Verdict => "通过",
        Column::DayHours => "8",
        Column::WeekDays => "5",
        Column::Meals => "提供",
        Column::Lodging => "提供",
        Column::PayMethod => "转账",
        Column::PayDay => "15",
        Column::InsuranceKind => "学生实习责任保险",
        Column::InsuranceBuyer => "学校",
        Column::Version => "",
        Column::SignedDay => "2026-08-25",
        Column::SignedBy => "全部",
        Column::PacketDay => "2026-08-25",
        Column::ArrivalDay
        | Column::ChangeDay
        | Column::ChangeReason
        | Column::EndedDay
        | Column::EndedBy
        | Column::EndReason
        | Column::TerminationDay => "",
        Column::Login => "T0101",
        Column::Role => "班主任",
        Column::Employment => "在职",
    }
}
