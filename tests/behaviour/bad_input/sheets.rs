//! Workbooks of several sheets, and cells that a spreadsheet program made something else of.

use rust_xlsxwriter::{Chart, ChartType, ExcelDateTime, Format, Workbook, Worksheet};

use super::{LI, OUTCOME_HEAD, Office, ROSTER_HEAD, ZHANG, fill, says};

const ZHAO: &str = "330702200403150032";

/// A workbook with these sheets of comma-separated rows.
fn workbook(sheets: &[(&str, &[&str])]) -> Workbook {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        write(workbook.add_worksheet().set_name(*name).unwrap(), rows);
    }
    workbook
}

fn write(page: &mut Worksheet, rows: &[&str]) {
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    fill(page, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
}

fn job(name: &str, number: &str) -> String {
    format!("33070001,{name},{number},企业,某厂,2022-07-01")
}

#[test]
fn a_further_sheet_with_a_fault_in_its_headings_or_of_another_kind_is_named_and_nothing_goes_in() {
    let (first, second) = (job("张一", ZHANG), job("李二", LI));
    let misspelt = OUTCOME_HEAD.replace("去向类型", "去向种类");
    let doubled = OUTCOME_HEAD.replace("单位名称", "身份证号");
    let cases: [(&str, &[&str]); 3] = [
        (&misspelt, &["两班.xlsx「二班」（按「毕业去向」读）", "缺少必需的列：去向类型"]),
        (&doubled, &["两班.xlsx「二班」：两列是同一个意思：「证件号码」和「身份证号」"]),
        (ROSTER_HEAD, &["两班.xlsx「二班」：这是「毕业生名册」，不是「毕业去向」", "请拆成几个文件导入"]),
    ];
    for (head, telling) in cases {
        let mut both = workbook(&[("一班", &[OUTCOME_HEAD, &first]), ("二班", &[head, &second])]);
        Office::refuses_file("两班.xlsx", &both.save_to_buffer().unwrap(), telling);
    }
}

/// Units and placements share columns: a row of one would pass for one of the other.
#[test]
fn a_sheet_of_placements_behind_one_of_units_is_of_another_kind_also_when_its_columns_would_do() {
    let units = ["单位名称,统一社会信用代码", "某厂,"];
    let placements = ["姓名,证件号码,实习类别,实习单位来源,单位名称,统一社会信用代码,开始日期,结束日期"];
    let mut both = workbook(&[("单位", &units), ("安排", &placements)]);
    let telling = ["「安排」：这是「实习安排」，不是「实习单位」。一个文件只能有一种表"];
    Office::refuses_file("实习.xlsx", &both.save_to_buffer().unwrap(), &telling);
}

#[test]
fn a_sheet_of_notes_is_named_as_not_imported_and_all_others_go_in() {
    let (first, second) = (job("张一", ZHANG), job("李二", LI));
    let notes = ["填写说明", "姓名,与身份证一致", "就业日期,写成 2022-06-30"];
    let mut all = workbook(&[
        ("说明", &notes),
        ("一班", &[OUTCOME_HEAD, &first]),
        ("空", &[]),
        ("二班", &[OUTCOME_HEAD, &second]),
    ]);
    let office = Office::new();
    let printed = office.import(0, &[("两班.xlsx", &all.save_to_buffer().unwrap())], &[]);
    says(&printed, &["新增 2，更改 0，不变 0，拒绝 0", "没有表头的工作表没有导入：说明"]);
    assert_eq!(office.count("direct_employment"), 2);
}

#[test]
fn a_number_on_two_sheets_of_a_roster_is_one_person_and_one_row() {
    let row = |name: &str| format!("33070001,{name},{ZHAO},700206,1班,毕业,2022-06-30");
    let (first, second) = (row("赵四"), row("赵五"));
    let mut both = workbook(&[("一班", &[ROSTER_HEAD, &first]), ("二班", &[ROSTER_HEAD, &second])]);
    let telling = [
        "拒绝 二班 第 2 行「证件号码」3307**********0032",
        "与工作表「一班」第 2 行是同一证件号码；一人在名册中只能有一行",
    ];
    let office = Office::new();
    office.refuses_rows("名册.xlsx", &both.save_to_buffer().unwrap(), 1, 1, &telling);
    assert_eq!(office.count("graduates"), 3);
}

#[test]
fn a_sheet_with_nothing_but_a_chart_has_no_rows() {
    let mut with_chart = workbook(&[("去向", &[OUTCOME_HEAD, &job("张一", ZHANG)])]);
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values("=去向!$A$1:$A$2");
    with_chart.add_chartsheet().insert_chart(0, 0, &chart).unwrap();
    let office = Office::new();
    let printed = office.import(0, &[("图.xlsx", &with_chart.save_to_buffer().unwrap())], &["--all-or-nothing"]);
    says(&printed, &["新增 1，更改 0，不变 0，拒绝 0"]);
}

#[test]
fn a_hidden_sheet_is_not_imported_and_said() {
    let (first, second) = (job("张一", ZHANG), job("李二", LI));
    let mut partly = workbook(&[("去向", &[OUTCOME_HEAD, &first]), ("旧名单", &[OUTCOME_HEAD, &second])]);
    partly.worksheet_from_name("旧名单").unwrap().set_hidden(true);
    let office = Office::new();
    let printed = office.import(0, &[("去向.xlsx", &partly.save_to_buffer().unwrap())], &[]);
    says(&printed, &["新增 1，更改 0，不变 0，拒绝 0", "隐藏的工作表没有导入：旧名单"]);
    assert_eq!(office.count("direct_employment"), 1);

    let mut wholly = workbook(&[("空", &[]), ("旧名单", &[OUTCOME_HEAD, &second])]);
    wholly.worksheet_from_name("旧名单").unwrap().set_hidden(true);
    let telling = ["除了隐藏的工作表（旧名单）没有内容", "请取消隐藏，保存后再导入"];
    Office::refuses_file("隐藏.xlsx", &wholly.save_to_buffer().unwrap(), &telling);
}

/// A workbook of one sheet, one cell of whose last row is written over.
fn with_cell(rows: &[&str], write_over: impl Fn(&mut Worksheet, u32)) -> Vec<u8> {
    let mut workbook = workbook(&[("表", rows)]);
    write_over(workbook.worksheet_from_index(0).unwrap(), u32::try_from(rows.len() - 1).unwrap());
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_class_that_became_a_day_is_no_class() {
    let good = format!("33070001,赵四,{ZHAO},700206,22-3,毕业,2022-06-30");
    let became = "33070001,李二,330782200612310022,700206,,毕业,2022-06-30";
    let day = Format::new().set_num_format("yyyy/m/d");
    let roster = with_cell(&[ROSTER_HEAD, &good, became], |page, row| {
        page.write_datetime_with_format(row, 4, ExcelDateTime::from_ymd(2022, 3, 1).unwrap(), &day).unwrap();
    });
    let telling = ["第 3 行「班级」", "该格被表格软件变成了日期，请把该列设为文本后重填"];
    let office = Office::new();
    office.refuses_rows("名册.xlsx", &roster, 1, 1, &telling);
    // The error workbook makes no text of it either, until a person does.
    let printed = office.run(0, &["import", office.path().join("错误/名册.错误.xlsx").to_str().unwrap()]);
    says(&printed, &["新增 0，更改 0，不变 0，拒绝 1", "第 2 行「班级」", "该格被表格软件变成了日期"]);
}

#[test]
fn a_credit_code_and_a_student_number_that_became_numbers_have_lost_their_last_digits() {
    const LOST: &str = "号码成了科学计数法，末几位已经丢失；请把该列设为「文本」格式后重新填写完整的号码";
    let head = format!("{OUTCOME_HEAD},统一社会信用代码");
    let (good, became) = (format!("{},", job("张一", ZHANG)), format!("{},", job("李二", LI)));
    let outcomes = with_cell(&[&head, &good, &became], |page, row| {
        page.write_number(row, 6, 913_307_001_234_567_890.0).unwrap();
    });
    Office::new().refuses_rows("去向.xlsx", &outcomes, 1, 1, &["第 3 行「统一社会信用代码」", LOST]);

    let head = format!("{ROSTER_HEAD},学号");
    let good = format!("33070001,赵四,{ZHAO},700206,1班,毕业,2022-06-30,0190123");
    let became = format!("33070001,李二,{LI},700206,1班,毕业,2022-06-30,");
    let roster = with_cell(&[&head, &good, &became], |page, row| {
        page.write_number(row, 7, 2_022_330_700_012_345.0).unwrap();
    });
    Office::new().refuses_rows("名册.xlsx", &roster, 1, 1, &["第 3 行「学号」", LOST]);
    let text = format!("{head}\n{good}\n{became}2.02233E+15\n");
    Office::new().refuses_rows("名册.csv", text.as_bytes(), 1, 1, &["第 3 行「学号」", LOST]);
}
