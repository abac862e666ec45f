//! Blank workbooks: one sheet to fill in, one that explains it with a row as an example and the code lists.
//!
//! The example stands on the sheet of explanations, so that importing an untouched template records nothing.

use std::path::Path;

use rust_xlsxwriter::{DataValidation, Format, FormatPattern, Workbook, Worksheet, XlsxError};

use super::kind::{Column, Kind};
use crate::domain::evidence::{EvidenceKind, Source};
use crate::domain::terms::{
    Channel, Contract, DestinationKind, ExamResult, Gender, Industry, Insurance, Match, Place, Route, SchoolCategory,
    Standing, StudyChannel, StudyLevel, Term,
};

/// Rows of the sheet to fill in that are prepared with lists and text format.
const ROWS_PREPARED: u32 = 5_000;

pub fn write(kind: Kind, out: &Path) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    fill_in(workbook.add_worksheet(), kind)?;
    explain(workbook.add_worksheet(), kind)?;
    workbook.save(out)
}

fn heading_format() -> Format {
    Format::new().set_bold().set_background_color("#DDEBF7").set_pattern(FormatPattern::Solid).set_text_wrap()
}

fn fill_in(page: &mut Worksheet, kind: Kind) -> Result<(), XlsxError> {
    page.set_name(kind.zh())?;
    page.set_freeze_panes(1, 0)?;
    let text = Format::new().set_num_format("@");
    for (index, (column, required)) in kind.columns().iter().enumerate() {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let heading = if *required { format!("{}★", column.title()) } else { column.title().to_owned() };
        page.set_column_format(index, &text)?;
        page.set_column_width(index, if column.is_personal() { 22 } else { 16 })?;
        page.write_string_with_format(0, index, heading, &heading_format())?;
        let values = values(*column);
        // A list in the cell itself holds at most 255 characters.
        if !values.is_empty() && values.join(",").chars().count() <= 255 {
            let list = DataValidation::new().allow_list_strings(&values)?;
            page.add_data_validation(1, index, ROWS_PREPARED, index, &list)?;
        }
    }
    Ok(())
}

fn explain(page: &mut Worksheet, kind: Kind) -> Result<(), XlsxError> {
    page.set_name("填写说明")?;
    page.set_column_width(0, 20)?;
    page.set_column_width(1, 8)?;
    page.set_column_width(2, 28)?;
    page.set_column_width(3, 90)?;
    let title = format!("{}：★ 为必填；空单元格表示不改动；日期写成 2022-06-30；证件号码列保持文本格式", kind.zh());
    page.write_string(0, 0, title)?;
    for (index, heading) in ["栏目", "必填", "示例", "可填的内容"].into_iter().enumerate() {
        page.write_string_with_format(2, u16::try_from(index).unwrap_or(0), heading, &heading_format())?;
    }
    for (line, (column, required)) in kind.columns().iter().enumerate() {
        let line = u32::try_from(line + 3).unwrap_or(u32::MAX);
        page.write_string(line, 0, column.title())?;
        page.write_string(line, 1, if *required { "是" } else { "" })?;
        page.write_string(line, 2, example(*column))?;
        page.write_string(line, 3, values(*column).join("、"))?;
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
        Column::Gender => names::<Gender>(),
        Column::Route => names::<Route>(),
        Column::Standing => names::<Standing>(),
        Column::DestinationKind => names::<DestinationKind>(),
        Column::Industry => names::<Industry>(),
        Column::Place => names::<Place>(),
        Column::Channel => names::<Channel>(),
        Column::Contract => names::<Contract>(),
        Column::Insurance => names::<Insurance>(),
        Column::Status => vec!["有效", "撤销"],
        Column::Evidence => names::<EvidenceKind>(),
        Column::Match => names::<Match>(),
        Column::Source => names::<Source>(),
        Column::StudyChannel => names::<StudyChannel>(),
        Column::StudyLevel => names::<StudyLevel>(),
        Column::ExamSat => vec!["是", "否"],
        Column::ExamResult => names::<ExamResult>(),
        Column::SchoolCode
        | Column::SchoolName
        | Column::Name
        | Column::Document
        | Column::StudentNumber
        | Column::SpecialtyCode
        | Column::SpecialtyName
        | Column::Class
        | Column::StandingDay
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
        | Column::ExamDay => vec![],
    }
}

/// A row that would be accepted, of a person who does not exist.
pub fn example(column: Column) -> &'static str {
    match column {
        Column::SchoolCode => "33070001",
        Column::SchoolName => "某某中等职业学校",
        Column::SchoolCategory => "教育部门",
        Column::Name => "张示例",
        Column::Document => "330702200403154519",
        Column::StudentNumber => "0190123",
        Column::Gender => "男",
        Column::SpecialtyCode => "700206",
        Column::SpecialtyName => "汽车运用与维修",
        Column::Class => "高三汽修2班",
        Column::Route => "非贯通",
        Column::Standing => "毕业",
        Column::StandingDay => "2022-06-30",
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
        Column::Status => "有效",
        Column::Evidence => "劳动合同",
        Column::Match => "基本对口",
        Column::Source => "学校填报",
        Column::ReportedDay => "2022-07-05",
        Column::StudyChannel => "职教高考",
        Column::StudyLevel => "专科",
        Column::AdmissionDay => "2022-07-20",
        Column::RegistrationDay => "2022-09-10",
        Column::LeavingDay => "",
        Column::ExamDay => "2022-06-18",
        Column::ExamSat => "是",
        Column::ExamResult => "专科上线",
    }
}
