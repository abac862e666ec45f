//! Commands as they are typed, and a town of one class that is set up by them.

use std::path::Path;
use std::process::Command;

use gradtrail::domain::ids::citizen_check_digit;

use super::Database;

pub const CODE: &str = "91330700MA28A00001";
pub const CLASS: &str = "高三汽修2班";

pub fn output(database: &Database, arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(database, arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

pub fn command(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    command.arg("--data-dir").arg(database.directory.path()).args(["--database-url", &database.url()]);
    command.args(arguments);
    command
}

pub fn run(database: &Database, arguments: &[&str]) -> String {
    let (code, text) = output(database, arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {text}");
    text
}

pub fn refused(database: &Database, arguments: &[&str]) -> String {
    let (code, text) = output(database, arguments);
    assert_eq!(code, Some(1), "{arguments:?}: {text}");
    text
}

/// What an officer orders.
pub fn office(database: &Database, arguments: &[&str]) -> String {
    run(database, &[&["--as", "钱五"], arguments].concat())
}

/// The rows of a list that an officer asks for.
pub fn rows(database: &Database, question: &[&str]) -> Vec<serde_json::Value> {
    let printed = office(database, &[question, &["--format", "json"]].concat());
    let mut list: serde_json::Value = serde_json::from_str(&printed).unwrap();
    std::mem::take(list["rows"].as_array_mut().unwrap())
}

pub fn position(database: &Database) -> i64 {
    let head: serde_json::Value = serde_json::from_str(&run(database, &["head"])).unwrap();
    head["position"].as_i64().unwrap()
}

/// Of the student with this number in the class.
pub fn document_number(number: usize) -> String {
    let digits = format!("3307022007031{number:04}");
    let check = char::from(citizen_check_digit(digits.as_bytes()));
    format!("{digits}{check}")
}

/// A roster of one class; those behind `enrolled` have left school.
fn roster(database: &Database, enrolled: usize, left: usize) {
    let mut text = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期,监护人,家庭住址\n".to_owned();
    for number in 0..enrolled + left {
        let document = document_number(number);
        let (name, standing) = if number < enrolled { ("在校生", "在籍") } else { ("离校生", "退学") };
        text.push_str(&format!(
            "33070001,{name},{document},2024{number:04},700206,{CLASS},{standing},2024-09-01,胡家长,枫林路6号\n"
        ));
    }
    let files = database.write(&[("名册.csv", &text)]);
    run(database, &["import", "--kind", "roster", files[0].to_str().unwrap()]);
}

/// A school with its staff, a class, and an employer.
pub fn town(database: &Database, enrolled: usize, left: usize) {
    run(database, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
    for (name, role) in [("钱五", "officer"), ("孙六", "officer"), ("赵校长", "principal"), ("吴老师", "mentor")]
    {
        run(database, &["staff", "add", "--name", name, "--role", role, "--school", "33070001"]);
    }
    roster(database, enrolled, left);
    run(database, &["employer", "register", "--name", "东方汽车服务有限公司", "--code", CODE]);
}

pub const ARRANGED: &[&str] = &[
    "--kind",
    "岗位实习",
    "--source",
    "学校合作企业",
    "--host",
    CODE,
    "--first-day",
    "2099-09-01",
    "--last-day",
    "2100-02-28",
    "--address",
    "工业路88号",
    "--post",
    "汽车维修",
    "--site-kind",
    "私营",
    "--region",
    "本市",
    "--mentor",
    "郑师傅",
    "--teacher",
    "吴老师",
    "--pay",
    "2400",
    "--pay-unit",
    "月",
    "--on-specialty",
    "非常对口",
];

pub const AGREED: &[&str] = &[
    "--meals",
    "提供",
    "--lodging",
    "自理",
    "--day-hours",
    "8",
    "--week-days",
    "5",
    "--pay-method",
    "转账",
    "--pay-day",
    "15",
    "--insurance",
    "学生实习责任保险",
    "--insurance-buyer",
    "学校",
];

pub fn draft(database: &Database, more: &[&str]) -> String {
    office(database, &[&["placement", "draft", "--class", CLASS], ARRANGED, more].concat())
}

pub fn packet(database: &Database, more: &[&str]) -> (String, String) {
    let out = database.directory.path().join("打印");
    let printed = office(
        database,
        &[&["packet", "--class", CLASS, "--out", out.to_str().unwrap(), "--format", "html"], more].concat(),
    );
    let file = Path::new(&out).join(format!("实习材料-{CLASS}.html"));
    (printed, std::fs::read_to_string(file).unwrap())
}

pub fn until_signed(database: &Database) {
    draft(database, &["--submit", "--verdict", "通过"]);
    run(database, &["--as", "赵校长", "placement", "approve", "--class", CLASS]);
    office(database, &[&["agreement", "draft", "--class", CLASS, "--send"], AGREED].concat());
    office(database, &["agreement", "sign", "--class", CLASS, "--party", "all"]);
}
