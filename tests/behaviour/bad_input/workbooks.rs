//! Workbooks as spreadsheet programs make them: merged headings, formulas, two date systems.

use gradtrail::sample::{Cell, xls};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{LI, OUTCOME_HEAD, Office, ZHANG, says, with_part, xlsx};

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn headings_in_two_rows_with_merged_cells_are_read_as_one() {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    let format = Format::new();
    page.merge_range(0, 0, 0, 5, "一中 2022 届毕业生去向登记表", &format).unwrap();
    for (column, title) in (0..).zip(["学校代码", "姓名", "证件号码"]) {
        page.merge_range(1, column, 2, column, title, &format).unwrap();
    }
    page.merge_range(1, 3, 1, 5, "就业信息", &format).unwrap();
    for (column, title) in (3..).zip(["去向类型", "单位名称", "就业日期"]) {
        page.write_string(2, column, title).unwrap();
    }
    let rows = [("张一", ZHANG, "2022-07-01"), ("李二", LI, "2022-02-30")];
    for (line, (name, number, day)) in (3..).zip(rows) {
        for (column, text) in (0..).zip(["33070001", name, number, "企业", "某厂", day]) {
            page.write_string(line, column, text).unwrap();
        }
    }
    let office = Office::new();
    office.refuses_rows("合并.xlsx", &workbook.save_to_buffer().unwrap(), 1, 1, &["第 5 行「开始日期」", "日期不存在"]);
    assert_eq!(office.count("direct_employment"), 1);
    // The error workbook has its headings in one row and can be imported when it is mended.
    let printed = office.run(0, &["import", office.path().join("错误/合并.错误.xlsx").to_str().unwrap()]);
    says(&printed, &["新增 0，更改 0，不变 0，拒绝 1", "第 2 行「开始日期」"]);
}

#[test]
fn a_heading_merged_over_two_columns_leaves_the_second_without_one() {
    let rows: [&[&str]; 2] = [
        &["学校代码", "姓名", "证件号码", "去向类型", "", "单位名称"],
        &["33070001", "张一", ZHANG, "企业", "2022-07-01", "某厂"],
    ];
    Office::refuses_file(
        "合并列.xlsx",
        &xlsx(&rows),
        &["缺少必需的列：开始日期", "文件中的列：学校代码、姓名、证件号码"],
    );
}

/// Outcomes whose kind is a formula in both rows; only the first has been computed.
fn with_formulas() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    for (column, title) in (0..).zip(OUTCOME_HEAD.split(',')) {
        page.write_string(0, column, title).unwrap();
    }
    for (line, (name, number)) in (1..).zip([("张一", ZHANG), ("李二", LI)]) {
        for (column, text) in (0..).zip(["33070001", name, number]) {
            page.write_string(line, column, text).unwrap();
        }
        page.write_formula(line, 3, Formula::new("=\"企\"&\"业\"").set_result("企业")).unwrap();
        page.write_string(line, 4, "某厂").unwrap();
        page.write_formula(line, 5, Formula::new("=DATE(2022,7,1)").set_result("44743")).unwrap();
    }
    let whole = workbook.save_to_buffer().unwrap();
    with_part(&whole, SHEET, |sheet| {
        let (first, second) = sheet.split_once("<row r=\"3\"").unwrap();
        assert!(second.contains("<v>企业</v>"));
        format!("{first}<row r=\"3\"{}", second.replace("<v>企业</v>", ""))
    })
}

#[test]
fn a_formula_gives_its_computed_value_and_without_one_says_so() {
    let telling = ["第 3 行「去向类型」", "单元格是公式，但没有计算结果；请用 Excel 或 WPS 打开文件并保存后再导入"];
    let office = Office::new();
    office.refuses_rows("公式.xlsx", &with_formulas(), 1, 1, &telling);
    assert_eq!(office.count("direct_employment"), 1);
    let events = office.run(0, &["events", "--limit", "1000"]);
    assert!(events.contains("2022-07-01"), "{events}");
}

#[test]
fn an_error_value_is_named() {
    let mut head: Vec<&str> = OUTCOME_HEAD.split(',').collect();
    head.push("月薪");
    let rows: [&[&str]; 2] = [&head, &["33070001", "张一", ZHANG, "企业", "某厂", "2022-07-01", "#VALUE"]];
    let broken = with_part(&xlsx(&rows), SHEET, |sheet| {
        let at = sheet.find("<c r=\"G2\"").unwrap();
        let end = at + sheet[at..].find("</c>").unwrap();
        format!("{}<c r=\"G2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v>{}", &sheet[..at], &sheet[end..])
    });
    let office = Office::new();
    office.refuses_rows("错误值.xlsx", &broken, 0, 1, &["「起薪」", "单元格是公式错误值 #DIV/0!，请改为实际内容"]);
}

/// The day of a job in a workbook of old Macs: as a formatted date, as a bare serial number, as a compact number.
fn days_from_1904() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    for (column, title) in (0..).zip(format!("{OUTCOME_HEAD},离职日期,月薪").split(',')) {
        page.write_string(0, column, title).unwrap();
    }
    for (line, (name, number)) in (1..).zip([("张一", ZHANG), ("李二", LI)]) {
        for (column, text) in (0..).zip(["33070001", name, number, "企业", "某厂"]) {
            page.write_string(line, column, text).unwrap();
        }
    }
    // 1 July 2022 is 44,743 days in the system of 1900 and 43,281 in that of 1904.
    let date = Format::new().set_num_format("yyyy/m/d");
    page.write_datetime_with_format(1, 5, ExcelDateTime::from_serial_datetime(43_281.0).unwrap(), &date).unwrap();
    page.write_number(2, 5, 43_281).unwrap();
    page.write_number(2, 6, 20_221_130).unwrap();
    page.write_number(1, 7, 43_281).unwrap();
    with_part(&workbook.save_to_buffer().unwrap(), "xl/workbook.xml", |text| {
        assert!(text.contains("<workbookPr "));
        text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
    })
}

fn payloads(office: &Office) -> Vec<serde_json::Value> {
    office.rows(&["events", "--limit", "1000"])
}

#[test]
fn days_of_a_workbook_that_counts_from_1904_are_the_days_it_shows() {
    let office = Office::new();
    says(
        &office.import(0, &[("mac.xlsx", &days_from_1904())], &["--all-or-nothing"]),
        &["新增 2，更改 0，不变 0，拒绝 0"],
    );
    let jobs: Vec<String> = payloads(&office)
        .into_iter()
        .filter(|event| event["stream"].as_str().is_some_and(|stream| stream.starts_with("outcome")))
        .map(|event| event.to_string())
        .collect();
    assert_eq!(jobs.len(), 2);
    assert!(jobs.iter().all(|job| job.contains("2022-07-01")), "{jobs:?}");
    assert!(jobs.iter().any(|job| job.contains("\"salary_yuan\":43281")), "a number is no day: {jobs:?}");
    assert!(jobs.iter().any(|job| job.contains("2022-11-30")), "{jobs:?}");
}

#[test]
fn a_rejected_row_of_such_a_workbook_keeps_its_day_in_the_error_workbook() {
    let broken = with_part(&days_from_1904(), "xl/sharedStrings.xml", |text| text.replace(LI, "330782200612310023"));
    let office = Office::new();
    says(&office.import(0, &[("mac.xlsx", &broken)], &[]), &["新增 1，更改 0，不变 0，拒绝 1"]);
    let errors = std::fs::read(office.path().join("错误/mac.错误.xlsx")).unwrap();
    let mended = with_part(&errors, SHEET, |text| text.replace("330782200612310023", LI));
    says(&office.import(0, &[("改好.xlsx", &mended)], &[]), &["新增 1，更改 0，不变 0，拒绝 0"]);
    assert_eq!(payloads(&office).iter().filter(|event| event.to_string().contains("\"2022-07-01\"")).count(), 2);
}

/// Writes other records, as long together, over the record of the window, which says nothing of the cells.
fn instead_of_window(bytes: &mut [u8], records: &[u8]) {
    let window = [0x3d, 0, 18, 0];
    let at = bytes.windows(4).position(|four| *four == window).unwrap();
    bytes[at..at + records.len()].copy_from_slice(records);
}

/// The library that reads such files panics on a record without its data; the user reads one sentence.
#[test]
fn an_old_workbook_that_the_reader_gives_up_on_is_damaged() {
    let head = OUTCOME_HEAD.split(',').map(Cell::from).collect();
    let mut bytes = xls::workbook("表", &[head]).unwrap();
    instead_of_window(&mut bytes, &[0x22, 0, 0, 0, 0xf0, 0x0f, 14, 0]);
    Office::refuses_file("损坏.xls", &bytes, &["工作簿已损坏（内部结构不一致）", "另存一份再试"]);
}

#[test]
fn an_old_workbook_that_counts_from_1904_is_read_alike() {
    let head = OUTCOME_HEAD.split(',').map(Cell::from).collect();
    let row = |name: &str, number: &str, day: Cell| {
        let mut cells: Vec<Cell> = ["33070001", name, number, "企业", "某厂"].into_iter().map(Cell::from).collect();
        cells.push(day);
        cells
    };
    let serial = Cell::Number(43_281.0);
    let rows = [head, row("张一", ZHANG, serial), row("李二", LI, Cell::Number(20_220_701.0))];
    let mut bytes = xls::workbook("表", &rows).unwrap();
    // The record of the window makes room for that of the date system, and one that nobody knows.
    instead_of_window(&mut bytes, &[0x22, 0, 2, 0, 1, 0, 0xf0, 0x0f, 12, 0]);
    let office = Office::new();
    says(&office.import(0, &[("mac.xls", &bytes)], &["--all-or-nothing"]), &["新增 2，更改 0，不变 0，拒绝 0"]);
    assert_eq!(payloads(&office).iter().filter(|event| event.to_string().contains("\"2022-07-01\"")).count(), 2);
}
