//! Rows that can be read and yet say nothing: each is rejected with its code at the column to look at.

use super::*;
use crate::intake::rows::Fault;
use crate::intake::sheet::read_bytes;

/// The columns of a file of each kind, with what a good row says in them.
type GoodRow = &'static [(&'static str, &'static str)];

/// What a row says else than a good one, and the column and code that answer it.
type Answered<'c> = (&'c [(&'c str, &'c str)], &'c str, &'static str);

const SCHOOL: GoodRow = &[("学校代码", "33070001"), ("学校名称", "一中"), ("办学类别", "民办")];

const ROSTER: GoodRow = &[
    ("学校代码", "33070001"),
    ("姓名", "张一"),
    ("证件号码", "330702200703154510"),
    ("性别", ""),
    ("专业代码", "700206"),
    ("专业名称", ""),
    ("班级", "1班"),
    ("学籍状态", "毕业"),
    ("状态日期", "2022-06-30"),
    ("操作", ""),
];

const OUTCOME: GoodRow = &[
    ("学校代码", "33070001"),
    ("姓名", "张一"),
    ("证件号码", "330702200703154510"),
    ("去向类型", "企业"),
    ("单位名称", "某厂"),
    ("统一社会信用代码", ""),
    ("起薪", ""),
    ("开始日期", "2022-07-01"),
    ("结束日期", ""),
    ("录取学校", ""),
    ("佐证材料", ""),
    ("操作", ""),
    ("状态", ""),
];

const STUDY: GoodRow = &[
    ("学校代码", "33070001"),
    ("姓名", "张一"),
    ("证件号码", "330702200703154510"),
    ("升学渠道", "职教高考"),
    ("录取学校", "某学院"),
    ("升学层次", "专科"),
    ("录取日期", "2022-08-20"),
    ("报到日期", ""),
    ("单位名称", ""),
];

const EXAM: GoodRow = &[
    ("学校代码", "33070001"),
    ("姓名", "张一"),
    ("证件号码", "330702200703154510"),
    ("参考", "是"),
    ("上线情况", ""),
    ("考试日期", "2022-06-07"),
];

const UNIT: GoodRow = &[
    ("学校代码", "33070001"),
    ("单位名称", "某厂"),
    ("统一社会信用代码", ""),
    ("单位规模", "小型"),
    ("在岗职工总数", ""),
    ("统计日期", ""),
    ("考察日期", ""),
    ("考察结论", ""),
    ("合作协议签订日期", ""),
    ("合作协议到期日", ""),
    ("联系人", ""),
    ("联系电话", ""),
];

const PLACEMENT: GoodRow = &[
    ("学校代码", "33070001"),
    ("姓名", "张一"),
    ("证件号码", "330702200703154510"),
    ("实习类别", "岗位实习"),
    ("实习单位来源", "学校合作企业"),
    ("单位名称", "某厂"),
    ("统一社会信用代码", ""),
    ("开始日期", "2023-07-01"),
    ("结束日期", "2024-02-29"),
    ("岗位", ""),
    ("实习地址", ""),
    ("实习场所类型", ""),
    ("实习去向", ""),
    ("岗位类别代码", ""),
    ("单位指导人", ""),
    ("单位指导人电话", ""),
    ("实习报酬", ""),
    ("报酬单位", ""),
    ("每日工时", ""),
    ("每周天数", ""),
    ("就餐", ""),
    ("住宿", ""),
    ("协议版本", ""),
    ("签订日期", ""),
    ("签署方", ""),
    ("变更日期", ""),
    ("变更原因", ""),
    ("实际结束日期", ""),
    ("终止提出方", ""),
    ("终止原因", ""),
    ("协议解除日期", ""),
];

/// What is wrong with a row that differs from a good one, and what else is to be looked at: (column, code).
fn told(good: GoodRow, differs: &[(&str, &str)]) -> [Vec<(String, &'static str)>; 2] {
    faults(good, differs).map(|faults| faults.iter().map(|fault| (fault.column.clone(), fault.reason.code())).collect())
}

fn faults(good: GoodRow, differs: &[(&str, &str)]) -> [Vec<Fault>; 2] {
    for (title, _) in differs {
        assert!(good.iter().any(|(known, _)| known == title), "{title}");
    }
    let cell = |(title, usual): &(&'static str, &'static str)| {
        differs.iter().find(|(other, _)| other == title).map_or(*usual, |(_, said)| *said).to_owned()
    };
    let titles: Vec<&str> = good.iter().map(|(title, _)| *title).collect();
    let cells: Vec<String> = good.iter().map(cell).collect();
    let text = format!("{}\n{}\n", titles.join(","), cells.join(","));
    let mut file = read_bytes("表.csv".to_owned(), text.as_bytes()).unwrap();
    let parsed = parse(&mut file, None).unwrap();
    let sheet = &parsed.sheets[0];
    assert_eq!(sheet.rows.len() + sheet.rejected.len(), 1, "{differs:?}");
    [
        sheet.rejected.first().map(|row| row.faults.clone()).unwrap_or_default(),
        sheet.rows.first().map(|row| row.warnings.clone()).unwrap_or_default(),
    ]
}

#[test]
fn a_good_row_of_each_kind_is_rejected_for_nothing() {
    for good in [SCHOOL, ROSTER, OUTCOME, STUDY, EXAM, UNIT, PLACEMENT] {
        assert_eq!(told(good, &[]), [vec![], vec![]]);
    }
}

fn is_rejected(good: GoodRow, differs: &[(&str, &str)], column: &str, code: &'static str) {
    let [faults, _] = told(good, differs);
    assert!(faults.contains(&(column.to_owned(), code)), "{differs:?}: {faults:?}");
}

#[test]
fn a_row_of_a_school_or_of_a_roster_that_cannot_be_is_rejected_for_its_cell() {
    is_rejected(SCHOOL, &[("学校代码", "")], "学校代码", "row.empty");
    is_rejected(SCHOOL, &[("办学类别", "公立")], "办学类别", "term.not_listed");
    let too_long = "张".repeat(41);
    let rejected: [Answered; 14] = [
        (&[("姓名", "")], "姓名", "row.empty"),
        (&[("姓名", &too_long)], "姓名", "cell.name_too_long"),
        (&[("证件号码", "330702200703154511")], "证件号码", "citizen_id.check_digit"),
        (&[("证件号码", "3.30702E+17")], "证件号码", "cell.last_digits_lost"),
        (&[("性别", "女")], "性别", "row.gender_differs"),
        (&[("专业代码", "")], "专业代码", "row.both_empty"),
        (&[("专业代码", "990206")], "专业代码", "name.specialty_code"),
        (&[("学校代码", "一中")], "学校代码", "name.school_code"),
        (&[("班级", "330702200703154510")], "班级", "name.class_name"),
        (&[("班级", "")], "班级", "row.empty"),
        (&[("学籍状态", "离奇")], "学籍状态", "term.not_listed"),
        (&[("操作", "撤销")], "操作", "row.only_correction"),
        (&[("状态日期", "")], "状态日期", "row.standing_without_day"),
        (&[("状态日期", "2022年6月")], "状态日期", "day.month_only"),
    ];
    for (differs, column, code) in rejected {
        is_rejected(ROSTER, differs, column, code);
    }
}

#[test]
fn a_row_of_what_became_of_a_graduate_that_cannot_be_is_rejected_for_its_cell() {
    let outcomes: [Answered; 8] = [
        (&[("单位名称", "")], "单位名称", "row.employer_missing"),
        (&[("结束日期", "2022-06-30")], "结束日期", "row.ends_before_start"),
        (&[("录取学校", "某学院")], "录取学校", "row.job_and_study"),
        (&[("状态", "不明")], "状态", "term.not_listed"),
        (&[("操作", "恢复"), ("状态", "撤销")], "状态", "row.operations_differ"),
        (&[("起薪", "面议")], "起薪", "cell.no_amount"),
        (&[("统一社会信用代码", "9133")], "统一社会信用代码", "name.credit_code"),
        (&[("佐证材料", "口头")], "佐证材料", "term.not_listed"),
    ];
    for (differs, column, code) in outcomes {
        is_rejected(OUTCOME, differs, column, code);
    }
    is_rejected(STUDY, &[("录取日期", "")], "录取日期", "row.both_empty");
    is_rejected(STUDY, &[("单位名称", "某厂")], "单位名称", "row.job_and_study");
    is_rejected(EXAM, &[("参考", "也许")], "参考", "cell.neither_yes_nor_no");
    is_rejected(EXAM, &[("参考", "否"), ("上线情况", "本科")], "上线情况", "row.reached_without_exam");
}

#[test]
fn a_row_of_a_unit_or_of_a_placement_that_cannot_be_is_rejected_for_its_cell() {
    let units: [Answered; 5] = [
        (&[("统计日期", "2023-03-01")], "在岗职工总数", "row.partly_filled"),
        (&[("在岗职工总数", "0"), ("统计日期", "2023-03-01")], "在岗职工总数", "cell.no_count"),
        (&[("考察结论", "符合")], "考察日期", "row.partly_filled"),
        (&[("合作协议签订日期", "2023-03-01")], "合作协议到期日", "row.needs_others"),
        (&[("联系电话", "0579-80000001")], "联系人", "row.needs_others"),
    ];
    for (differs, column, code) in units {
        is_rejected(UNIT, differs, column, code);
    }
    let placements: [Answered; 13] = [
        (&[("结束日期", "2023-06-30")], "结束日期", "row.ends_before_start"),
        (&[("单位名称", "")], "单位名称", "row.both_empty"),
        (&[("岗位", "钳工")], "实习地址", "row.partly_filled"),
        (&[("岗位类别代码", "4-07-03")], "实习地址", "row.needs_others"),
        (&[("岗位类别代码", "修车")], "岗位类别代码", "name.occupation"),
        (&[("单位指导人电话", "13900000001")], "单位指导人", "row.needs_others"),
        (&[("实习报酬", "2400")], "报酬单位", "row.partly_filled"),
        (&[("每日工时", "25")], "每日工时", "cell.no_count"),
        (&[("签订日期", "2023-06-20"), ("签署方", "2023-06-22")], "签署方", "cell.day_of_nobody"),
        (&[("签订日期", "2023-06-20"), ("签署方", "邻居")], "签署方", "term.not_listed"),
        (&[("协议版本", "2")], "签订日期", "row.needs_others"),
        (&[("变更日期", "2023-11-01")], "变更原因", "row.partly_filled"),
        (&[("协议解除日期", "2023-11-01")], "实际结束日期", "row.needs_others"),
    ];
    for (differs, column, code) in placements {
        is_rejected(PLACEMENT, differs, column, code);
    }
}

#[test]
fn what_may_be_so_is_taken_and_told() {
    let looked_at: [(GoodRow, Answered); 3] = [
        (ROSTER, (&[("专业名称", "数控技术应用")], "专业名称", "row.specialty_differs")),
        (ROSTER, (&[("专业代码", ""), ("专业名称", "屠龙")], "专业名称", "row.specialty_unknown")),
        (OUTCOME, (&[("统一社会信用代码", "91350100M0001TGQXM")], "统一社会信用代码", "row.check_character_wrong")),
    ];
    for (good, (differs, column, code)) in looked_at {
        assert_eq!(told(good, differs), [vec![], vec![(column.to_owned(), code)]], "{differs:?}");
    }
}

/// A text of rows, as a list of destinations.
fn parsed(text: &str) -> Result<Parsed, FileFault> {
    parse(&mut read_bytes("去向.csv".to_owned(), text.as_bytes()).unwrap(), Some(Kind::Outcomes))
}

const HEADINGS: &str = "序号,学校代码,姓名,证件号码,去向类型,单位名称,就业日期,月薪";

fn numbers(sheet: &ParsedSheet) -> Vec<u32> {
    sheet.rows.iter().map(|row| row.number).collect()
}

#[test]
fn titles_headings_again_totals_notes_and_prefilled_numbers_are_passed_over_and_counted() {
    let text = [
        "一中2022届毕业生去向登记表",
        HEADINGS,
        "1,33070001,张一,330702200703154510,企业,某厂,2022-07-01,4000",
        "小计,,,,,,,4000",
        "高三2班",
        HEADINGS,
        "2,33070001,李二,330782200612310022,企业,某厂,2022-07-01,4000",
        "合计,,,,,,,8000",
        "3,,,,,,,",
        "4,,,,,,,",
        "填表人：王老师,,,,联系电话,,,",
        "注：月薪为税前",
        "5,33070001,赵三,,企业,某厂,2022-07-01,4000",
    ];
    let sheet = parsed(&text.join("\n")).unwrap().sheets.remove(0);
    assert_eq!(numbers(&sheet), [3, 7]);
    // Who has no number but a name is a person, and rejected.
    assert_eq!(sheet.rejected.iter().map(|row| row.number).collect::<Vec<_>>(), [13]);
    assert_eq!(sheet.passed_over, 8);
}

#[test]
fn headings_in_another_order_further_down_are_refused_with_their_row() {
    let other = "序号,学校代码,姓名,证件号码,去向类型,联系人,就业日期,月薪,单位名称";
    let row = "1,33070001,张一,330702200703154510,企业,李经理,2022-07-01,4000,某厂";
    let refused = parsed(&[HEADINGS, "高三2班", other, row].join("\n")).unwrap_err();
    assert_eq!(refused, FileFault::OtherHeadings { file: "去向.csv".to_owned(), row: 3 });
}

#[test]
fn a_unit_in_the_heading_of_pay_is_refused_unless_it_is_yuan_a_month() {
    let row = "1,33070001,张一,330702200703154510,企业,某厂,2022-07-01,4000";
    let with = |heading: &str| parsed(&[&HEADINGS.replace("月薪", heading), row].join("\n"));
    for heading in ["月薪（万元）", "月薪(千元)", "月薪（元/天）", "月薪[k]", "起薪（元/年）"] {
        assert!(matches!(with(heading), Err(FileFault::UnitInHeading { .. })), "{heading}");
    }
    for heading in ["月薪（元）", "月薪(元/月)", "起薪（税前）", "月薪（2022年）"] {
        assert_eq!(numbers(&with(heading).unwrap().sheets[0]), [2], "{heading}");
    }
}

#[test]
fn the_mark_between_columns_is_told_from_the_headings_and_not_from_titles_or_cells() {
    let row = "1,33070001,张一,330702200703154510,企业,某厂,2022-07-01,4000";
    for mark in ["\t", ";", "|", ","] {
        let text = [HEADINGS, row].join("\n").replace(',', mark);
        let listed = if mark == "," {
            String::new()
        } else {
            format!("{mark}电工,焊工,钳工,车工,铣工,磨工,镗工,刨工,插工")
        };
        let text = format!("说明：请按模板填写,不要改动表头\n{text}{listed}");
        let sheet = parsed(&text).unwrap().sheets.remove(0);
        assert_eq!(numbers(&sheet), [3], "{mark:?}");
    }
}

#[test]
fn a_word_that_people_write_instead_of_another_is_answered_by_it() {
    let answer = |good: GoodRow, column: &str, word: &str| {
        let [rejected, _] = faults(good, &[(column, word)]);
        rejected.iter().find(|fault| fault.column == column).map(|fault| fault.reason.sentence().zh).unwrap()
    };
    for (word, meant) in [("待业", "待就业"), ("未就业", "待就业"), ("当兵", "参军")] {
        assert!(answer(OUTCOME, "去向类型", word).contains(&format!("多半是「{meant}」")), "{word}");
    }
    assert!(answer(OUTCOME, "去向类型", "升学").contains("请填升学名单"));
    assert!(answer(STUDY, "升学渠道", "单招").contains("多半是「职教高考」"));
    assert!(!answer(OUTCOME, "去向类型", "上班").contains("多半是"));
}

#[test]
fn a_word_for_nothing_is_no_value_and_where_one_is_needed_it_is_missing() {
    for none in ["无", "/", "—", "暂无", "n/a"] {
        let optional =
            [("单位名称", none), ("去向类型", "灵活就业"), ("录取学校", none), ("起薪", none), ("结束日期", none)];
        assert_eq!(told(OUTCOME, &optional), [vec![], vec![]], "{none}");
        is_rejected(OUTCOME, &[("单位名称", none)], "单位名称", "row.employer_missing");
        is_rejected(ROSTER, &[("姓名", none)], "姓名", "row.empty");
        is_rejected(ROSTER, &[("状态日期", none)], "状态日期", "row.standing_without_day");
    }
}
