//! Rows that cannot be true, or not yet.

use super::{GOOD, LI, OUTCOME_HEAD, Office, ROSTER_HEAD, WANG, ZHANG, says};

const STUDY_HEAD: &str = "学校代码,姓名,证件号码,升学渠道,录取学校,升学层次,录取日期,报到日期,状态";

fn refuses_outcome(row: &str, telling: &[&str]) {
    let office = Office::new();
    let text = format!("{OUTCOME_HEAD},录取学校\n{row}\n{GOOD},\n");
    office.refuses_rows("去向.csv", text.as_bytes(), 1, 1, telling);
    assert_eq!(office.count("direct_employment"), 1);
}

#[test]
fn a_number_twice_in_a_roster_is_one_person_and_one_row() {
    let office = Office::new();
    let number = "330702200403150032";
    let row = |name: &str| format!("33070001,{name},{number},700206,1班,毕业,2022-06-30\n");
    let text = format!("{ROSTER_HEAD}\n{}{}", row("赵四"), row("赵五"));
    let telling = ["第 3 行「证件号码」3307**********0032", "与第 2 行是同一证件号码；一人在名册中只能有一行"];
    office.refuses_rows("名册.csv", text.as_bytes(), 1, 1, &telling);
    assert_eq!(office.count("graduates"), 3);
}

/// Both schools may be right: each has its graduate, and the pair is listed for a person to look at.
#[test]
fn a_number_at_two_schools_is_counted_at_both_and_listed() {
    let office = Office::new();
    let text = format!("{ROSTER_HEAD}\n33070002,张一,{ZHANG},700206,1班,毕业,2022-06-30\n");
    says(&office.import(0, &[("二中名册.csv", text.as_bytes())], &["--all-or-nothing"]), &["新增 1"]);
    assert_eq!(office.count("graduates"), 3);
    let both = office.rows(&["conflicts", "--year", "2022"]);
    assert_eq!(both.len(), 2, "{both:?}");
    for (row, school) in both.iter().zip(["33070001", "33070002"]) {
        let said = ["conflict", "school", "class", "name"].map(|key| row[key].as_str().unwrap());
        assert_eq!(said, ["两所学校之 1", school, "1班", "张*"]);
    }
    office.is_sound();
}

#[test]
fn a_row_that_names_both_an_employer_and_a_college_is_two_rows() {
    refuses_outcome(
        &format!("33070001,李二,{LI},企业,某厂,2022-07-01,某学院"),
        &["第 2 行「录取学校」某学院", "同一行既有单位又有录取学校；就业与升学请分两行、两个文件填报"],
    );
    let office = Office::new();
    let text = format!(
        "{STUDY_HEAD},单位名称\n33070001,李二,{LI},职教高考,某学院,专科,2022-08-20,2022-09-10,有效,某厂\n\
         33070001,张一,{ZHANG},职教高考,某学院,专科,2022-08-20,2022-09-10,有效,\n"
    );
    office.refuses_rows("升学.csv", text.as_bytes(), 1, 1, &["第 2 行「单位名称」某厂", "请分两行、两个文件填报"]);
    assert_eq!(office.count("further_study"), 1);
}

#[test]
fn who_has_not_graduated_has_no_destination() {
    refuses_outcome(
        &format!("33070001,王三,{WANG},企业,某厂,2022-07-01,"),
        &["3307**********0016", "该生没有毕业记录（在籍、结业、转出、退学等），不能登记去向和升学"],
    );
    let office = Office::new();
    let text = format!(
        "{STUDY_HEAD}\n33070001,王三,{WANG},职教高考,某学院,专科,2022-08-20,2022-09-10,有效\n\
         33070001,张一,{ZHANG},职教高考,某学院,专科,2022-08-20,2022-09-10,有效\n"
    );
    office.refuses_rows("升学.csv", text.as_bytes(), 1, 1, &["没有毕业记录", "不能登记去向和升学"]);
    assert_eq!(office.count("further_study"), 1);
}

#[test]
fn who_is_in_no_roster_is_unknown_here_also_when_another_school_knows_them() {
    let telling = ["不在本校毕业生名册中；请先导入名册，或核对证件号码和学校"];
    refuses_outcome("33070001,赵四,330702200403150032,企业,某厂,2022-07-01,", &telling);
    refuses_outcome(&format!("33070002,李二,{LI},企业,某厂,2022-07-01,"), &telling);
}

#[test]
fn an_unknown_school_is_named() {
    let row = format!("33079999,李二,{LI},企业,某厂,2022-07-01,");
    refuses_outcome(&row, &["没有代码为「33079999」的学校；请先导入学校名单，或核对学校代码"]);
}

#[test]
fn a_withdrawn_admission_that_comes_again_in_another_file_changes_nothing() {
    let office = Office::new();
    let row = |state: &str| format!("33070001,张一,{ZHANG},职教高考,某学院,专科,2022-08-20,2022-09-10,{state}\n");
    let file = |state: &str, tail: &str| format!("{STUDY_HEAD}\n{}{tail}", row(state)).into_bytes();
    says(&office.import(0, &[("一.csv", &file("有效", ""))], &[]), &["新增 1"]);
    says(&office.import(0, &[("二.csv", &file("撤销", ""))], &[]), &["更改 1"]);
    assert_eq!(office.count("further_study"), 0);
    let events = |office: &Office| {
        let listed = office.rows(&["events", "--limit", "1000"]);
        listed.iter().filter(|event| event["stream"] == "further_study").count()
    };
    let before = events(&office);
    assert!(before > 0);
    says(&office.import(0, &[("三.csv", &file("撤销", "\n"))], &[]), &["新增 0，更改 0，不变 1，拒绝 0"]);
    assert_eq!(events(&office), before);
    // A list that says it again is held, until one restores it.
    says(&office.import(0, &[("四.csv", &file("有效", "\n\n"))], &[]), &["暂不生效 1，拒绝 0"]);
    assert_eq!(office.count("further_study"), 0);
    says(&office.import(0, &[("五.csv", &file("恢复", "\n\n\n"))], &[]), &["新增 1"]);
    assert_eq!(office.count("further_study"), 1);
    office.is_sound();
}
