//! A file is read as its sender sees it: merged cells, hidden rows, numbers under a format, formulas without a result.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::{GOOD, LI, OUTCOME_HEAD, Office, ROSTER_HEAD, ZHANG, fill, says, with_part};

const ZHAO: &str = "330702200403150032";

/// A workbook of one sheet with these texts, on which more is done.
fn workbook(rows: &[&[&str]], and: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name("去向").unwrap();
    fill(page, rows);
    and(page);
    workbook.save_to_buffer().unwrap()
}

fn head(more: &str) -> Vec<&str> {
    OUTCOME_HEAD.split(',').chain(more.split(',')).collect()
}

#[test]
fn what_is_merged_over_several_rows_counts_for_each_of_them() {
    let head = head("行业,月薪");
    let rows: [&[&str]; 3] = [
        &head,
        &["33070001", "张一", ZHANG, "企业", "某厂", "2022-07-01", "制造业", "4000"],
        &["33070001", "李二", LI, "企业", "", "2022-07-01", "", "4500"],
    ];
    let merged = workbook(&rows, |page| {
        let format = Format::new();
        page.merge_range(1, 4, 2, 4, "某厂", &format).unwrap();
        page.merge_range(1, 6, 2, 6, "制造业", &format).unwrap();
    });
    let office = Office::new();
    let printed = office.import(0, &[("去向.xlsx", &merged)], &[]);
    says(&printed, &["新增 2，更改 0，不变 0，拒绝 0", "去向 合并单元格的内容用于其中每一行：E2:E3、G2:G3"]);
    let report = office.run(0, &["report", "--year", "2022", "--by", "industry", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let cells = report["breakdown"].as_array().unwrap();
    assert_eq!(cells.len(), 1, "both in one industry: {cells:?}");
    assert_eq!(office.count("direct_employment"), 2);
}

#[test]
fn a_row_with_a_value_merged_over_several_columns_is_named_by_the_area() {
    let head = head("行业,月薪");
    let rows: [&[&str]; 3] = [
        &head,
        &["33070001", "张一", ZHANG, "企业", "某厂", "2022-07-01", "制造业", "4000"],
        &["33070001", "李二", LI, "企业", "某厂", "2022-07-01", "", ""],
    ];
    let merged = workbook(&rows, |page| {
        page.merge_range(2, 6, 2, 7, "不详", &Format::new()).unwrap();
    });
    let telling = ["去向 第 3 行「行业」", "G3:H3 是跨列的合并单元格"];
    Office::new().refuses_rows("去向.xlsx", &merged, 1, 1, &telling);
}

#[test]
fn an_area_that_is_said_to_be_millions_of_columns_wide_takes_no_time() {
    let head = head("行业,月薪");
    let rows: [&[&str]; 2] = [&head, &["33070001", "张一", ZHANG, "企业", "某厂", "2022-07-01", "制造业", "4000"]];
    let wide = |sheet: String| {
        let areas: String = (0..20_000).map(|_| "<mergeCell ref=\"J2:ZZZZZZ9\"/>").collect();
        sheet.replace("</sheetData>", &format!("</sheetData><mergeCells>{areas}</mergeCells>"))
    };
    let workbook = with_part(&workbook(&rows, |_| ()), "xl/worksheets/sheet1.xml", wide);
    says(&Office::new().import(0, &[("去向.xlsx", &workbook)], &[]), &["新增 1，更改 0，不变 0，拒绝 0"]);
}

#[test]
fn hidden_and_filtered_rows_are_left_out_and_named_unless_asked_for() {
    let head = head("");
    let rows: [&[&str]; 4] = [
        &head,
        &["33070001", "张一", ZHANG, "企业", "某厂", "2022-07-01"],
        &["33070001", "李二", LI, "企业", "某厂", "2022-07-01"],
        &["33070001", "无此人", "330702200204150014", "企业", "某厂", "2022-07-01"],
    ];
    let filtered = workbook(&rows, |page| {
        page.set_row_hidden(2).unwrap();
        page.set_row_hidden(3).unwrap();
    });
    let office = Office::new();
    let printed = office.import(0, &[("去向.xlsx", &filtered)], &["--all-or-nothing"]);
    says(&printed, &["新增 1，更改 0，不变 0，拒绝 0", "去向 隐藏或筛选掉的 2 行没有导入：第 3、4 行"]);
    assert_eq!(office.count("direct_employment"), 1);
    let printed = office.import(0, &[("全部.xlsx", &filtered)], &["--hidden"]);
    says(&printed, &["新增 1，更改 0，不变 1，拒绝 1"]);
    assert!(!printed.contains("隐藏或筛选掉的"), "{printed}");
    assert_eq!(office.count("direct_employment"), 2);
}

#[test]
fn a_number_is_read_with_the_zeros_and_words_that_its_format_shows() {
    let roster: Vec<&str> = ROSTER_HEAD.split(',').chain(["学号"]).collect();
    let rows: [&[&str]; 2] = [&roster, &["33070001", "赵四", ZHAO, "700206", "", "毕业", "2022-06-30"]];
    let formatted = workbook(&rows, |page| {
        page.write_number_with_format(1, 4, 2, &Format::new().set_num_format("\"高三\"0\"班\"")).unwrap();
        page.write_number_with_format(1, 7, 190_121, &Format::new().set_num_format("0000000")).unwrap();
    });
    let office = Office::new();
    says(&office.import(0, &[("名册.xlsx", &formatted)], &[]), &["新增 1，更改 0，不变 0，拒绝 0"]);
    let found = office.rows(&["student", "find", "0190121"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].to_string().contains("高三2班"), "{found:?}");
}

/// As libraries that write workbooks do: 0, and the order to compute when the file is opened.
#[test]
fn a_formula_that_stands_as_0_until_the_file_is_opened_has_no_result() {
    let head = head("月薪");
    let rows: [&[&str]; 2] = [&head, &["33070001", "张一", ZHANG, "企业", "", "2022-07-01", ""]];
    let written = workbook(&rows, |page| {
        page.write_formula(1, 4, Formula::new("=VLOOKUP(1,A1:B2,2)")).unwrap();
        page.write_formula(1, 6, Formula::new("=4000+500")).unwrap();
    });
    let telling = ["第 2 行「单位名称」", "第 2 行「起薪」", "单元格是公式，但没有计算结果"];
    Office::new().refuses_rows("公式.xlsx", &written, 0, 1, &telling);
}

#[test]
fn a_0_is_no_name_of_a_class_a_unit_or_a_person() {
    let row =
        |name: &str, class: &str| format!("{ROSTER_HEAD}\n33070001,{name},{ZHAO},700206,{class},毕业,2022-06-30\n");
    for (name, class, column) in [("0", "1班", "姓名"), ("赵四", "0", "班级")] {
        let told = [&*format!("第 2 行「{column}」0：0 不是名称")];
        Office::new().refuses_rows("名册.csv", row(name, class).as_bytes(), 0, 1, &told);
    }
    let outcome = format!("{OUTCOME_HEAD}\n33070001,张一,{ZHANG},企业,0,2022-07-01\n");
    Office::new().refuses_rows("去向.csv", outcome.as_bytes(), 0, 1, &["第 2 行「单位名称」0：0 不是名称"]);
}

#[test]
fn a_column_that_nobody_knows_is_named_beside_the_one_that_may_be_meant() {
    let outcome = format!("{OUTCOME_HEAD},专业是否对口,备注\n33070001,张一,{ZHANG},企业,某厂,2022-07-01,对口,\n");
    let printed = Office::new().import(0, &[("去向.csv", outcome.as_bytes())], &[]);
    says(&printed, &["未使用的列：专业是否对口（是「专业对口程度」吗？）、备注\n"]);
}

#[test]
fn a_workbook_of_errors_is_old_once_its_file_was_imported_anew() {
    let list = |kind: &str, pay: u32| {
        format!("{OUTCOME_HEAD},月薪\n{GOOD},4000\n33070001,李二,{LI},{kind},某厂,2022-07-01,{pay}\n").into_bytes()
    };
    let (first, mended) = (list("上班", 3000), list("企业", 5000));
    let old = ["是旧的错误工作簿，「去向.csv」改过后已重新导入", "请在「去向.csv」里改"];
    let office = Office::new();
    says(&office.import(0, &[("去向.csv", &first)], &[]), &["新增 1，更改 0，不变 0，拒绝 1", "错误/去向.错误.xlsx"]);
    let errors = office.path().join("错误/去向.错误.xlsx");
    let errors = errors.to_str().unwrap();
    // Beside the newer file in one call, and checked only.
    let both = [office.write(&[("去向.csv", &mended)])[0].display().to_string(), errors.to_owned()];
    for option in ["--check", "--all-or-nothing"] {
        says(&office.run(1, &["import", option, errors, &both[0]]), &old);
    }
    assert_eq!(office.count("direct_employment"), 1);
    says(&office.run(1, &["import", errors, &both[0]]), &old);
    assert_eq!(office.count("direct_employment"), 2);
    says(&office.run(1, &["import", errors]), &old);
    // Undone, the file is as if it had not come, and the workbook is the latest of it again.
    let batch = office.rows(&["imports"])[0]["id"].as_str().unwrap().to_owned();
    office.run(0, &["import", "--undo", &batch, "--reason", "wrong_file"]);
    let printed = office.run(0, &["import", errors]);
    says(&printed, &["新增 0，更改 0，不变 0，拒绝 1", "错误/去向.错误2.xlsx"]);
    assert!(!printed.contains("未使用的列"), "{printed}");
}

#[test]
fn who_has_no_citizen_number_is_on_the_roster_by_another_document_and_counts() {
    let head = "学校代码,姓名,身份证件类型,证件号码,性别,专业代码,班级,学籍状态,毕业日期";
    let row = |who: &str| format!("33070001,{who},700206,1班,毕业,2022-06-30\n");
    let good = ["甲,通行证,H12345678,男", "乙,护照,e1234567,女", "丙,校内编号,999330700001200001,女"];
    let bad = [
        ("丁,护照,E 1,女", "护照的号码应为"),
        ("戊,护照,E7654321,", "「性别」"),
        ("己,居民身份证,E1234567,女", "证件号码应为 18 位"),
    ];
    let roster: String = good.iter().chain(bad.iter().map(|(who, _)| who)).map(|who| row(who)).collect();
    let office = Office::new();
    let before = office.count("graduates");
    let telling = bad.map(|(_, told)| told);
    office.refuses_rows("名册.csv", format!("{head}\n{roster}").as_bytes(), 3, 3, &telling);
    assert_eq!(office.count("graduates"), before + 3);
    // A list without the kind finds them by the number, whatever its letters.
    let outcome = format!("{OUTCOME_HEAD}\n33070001,甲,h12345678,企业,某厂,2022-07-01\n");
    says(&office.import(0, &[("去向.csv", outcome.as_bytes())], &["--all-or-nothing"]), &["新增 1"]);
    assert_eq!(office.count("direct_employment"), 1);
    assert_eq!(office.rows(&["student", "find", "E1234567"]).len(), 1);
    let again = office.import(0, &[("再来.csv", format!("{head}\n{}", row(good[1])).as_bytes())], &[]);
    says(&again, &["新增 0，更改 0，不变 1，拒绝 0"]);
}
