//! Promise: the command line answers as its help says: 0 done, 1 failed, 2 wrong usage, and a sentence that says what
//! to do.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::Database;

fn gradtrail(data_dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gradtrail")).arg("--data-dir").arg(data_dir).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn succeeds(data_dir: &Path, arguments: &[&str]) -> String {
    let output = gradtrail(data_dir, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The same with a line of standard input.
pub fn succeeds_given(data_dir: &Path, input: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    command.arg("--data-dir").arg(data_dir).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
    String::from_utf8(output.stdout).unwrap()
}

pub fn fails(data_dir: &Path, code: i32, arguments: &[&str]) -> String {
    let output = gradtrail(data_dir, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output));
    text(&output)
}

fn add_schools(directory: &Path) {
    for code in ["33070001", "33070002"] {
        succeeds(directory, &["school", "add", "--code", code, "--name", code, "--category", "民办"]);
    }
}

#[test]
fn a_day_at_the_office_from_school_to_report() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    add_schools(directory);
    assert!(succeeds(directory, &["school", "list"]).starts_with("学校：2 所"));
    let roster = directory.join("roster.csv");
    let row = "33070001,张一,330702200703154510,700206,1班,毕业,2022-06-30";
    std::fs::write(&roster, format!("学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n{row}\n")).unwrap();
    let printed = succeeds(directory, &["import", roster.to_str().unwrap()]);
    assert!(printed.contains("新增 1"), "{printed}");

    let head: serde_json::Value = serde_json::from_str(&succeeds(directory, &["head"])).unwrap();
    let noted = format!("{}:{}", head["position"], head["root"].as_str().unwrap());
    assert!(succeeds(directory, &["verify", "--head", &noted]).contains("校验通过"));
    let report: serde_json::Value =
        serde_json::from_str(&succeeds(directory, &["report", "--year", "2022", "--format", "json"])).unwrap();
    assert_eq!(report["counts"]["graduates"], 1);
    assert_eq!(report["counts"].as_object().unwrap().len(), 20);
    assert_eq!(report["figures"].as_array().unwrap().len(), 14);
    assert_eq!(report["missing_schools"][0]["code"], "33070002");
    assert!(succeeds(directory, &["report", "--year", "2022"]).contains("毕业 1 人"));
    let report =
        |as_of, known_at| succeeds(directory, &["report", "--year", "2022", "--as-of", as_of, "--known-at", known_at]);
    assert!(report("２０２２年8月31日", "2099/1/1").contains("毕业 1 人"));
    assert!(report("20220831", "2000-1-1").contains("毕业 0 人"));
    assert!(succeeds(directory, &["report", "--year", "2022", "--format", "csv"]).starts_with('\u{feff}'));
    assert!(succeeds(directory, &["--lang", "en", "report", "--year", "2022"]).contains("graduates"));
    assert!(
        fails(directory, 1, &["--lang", "en", "report", "--year", "2022", "--format", "csv"]).contains("text 和 json")
    );

    let missing: serde_json::Value =
        serde_json::from_str(&succeeds(directory, &["missing", "--year", "2022", "--format", "json"])).unwrap();
    let (student, deciding) = (&missing["rows"][0]["id"], &missing["rows"][0]["position"]);
    assert_eq!(missing["rows"][0]["name"], "张*");
    assert_eq!((&missing["rows"][1]["missing"], &missing["rows"][1]["school"]), (&"缺名册".into(), &"33070002".into()));
    let history = succeeds(directory, &["history", student.as_str().unwrap()]);
    assert!(history.starts_with("经过：1 条记录"), "{history}");
    let after = (deciding.as_i64().unwrap() - 1).to_string();
    let event = succeeds(directory, &["events", "--after", &after, "--limit", "1"]);
    assert!(event.contains("毕业 2022-06-30 起"), "{event}");
    succeeds(directory, &["rebuild"]);
    succeeds(directory, &["check"]);
    assert!(succeeds(directory, &["imports"]).contains("roster.csv"));
}

#[test]
fn acting_for_a_member_of_staff_is_recorded_and_limited() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    add_schools(directory);
    succeeds(directory, &["staff", "add", "--name", "钱五", "--role", "officer", "--school", "33070001"]);
    let printed = fails(directory, 1, &["--as", "钱五", "report", "--year", "2022", "--school", "33070002"]);
    assert!(printed.contains("没有找到"), "{printed}");
    assert!(
        fails(
            directory,
            1,
            &["--as", "钱五", "school", "add", "--code", "33070003", "--name", "三", "--category", "民办"]
        )
        .contains("不能")
    );
    assert!(fails(directory, 1, &["--as", "孙六", "head"]).contains("没有编号或姓名为「孙六」的人员"));
    let printed = fails(directory, 1, &["staff", "add", "--name", "周七", "--role", "officer"]);
    assert!(printed.contains("请写明学校代码"), "{printed}");
    // Names and roles are corrected, and who has left acts no more.
    let changed = ["staff", "change", "钱五", "--role", "班主任", "--school", "33070001", "--class", "1班"];
    assert!(succeeds(directory, &changed).contains("已记录"));
    assert!(succeeds(directory, &changed).contains("已是如此"));
    succeeds(directory, &["staff", "rename", "钱五", "--name", "钱伍"]);
    assert!(succeeds(directory, &["--as", "钱伍", "head"]).contains("position"));
    assert!(fails(directory, 1, &["--as", "钱五", "head"]).contains("没有编号或姓名为「钱五」的人员"));
    succeeds(directory, &["staff", "disable", "钱伍", "--reason", "离职"]);
    assert!(fails(directory, 1, &["--as", "钱伍", "head"]).contains("停用（离职）"));
    let listed = succeeds(directory, &["staff", "list"]);
    assert!(listed.contains("班主任") && listed.contains("33070001  1班") && listed.contains("停用：离职"), "{listed}");
    succeeds(directory, &["staff", "enable", "钱伍"]);
    succeeds(directory, &["--as", "钱伍", "head"]);
    assert!(succeeds(directory, &["verify"]).contains("校验通过：7 个事件"));
}

#[test]
fn a_folder_may_have_any_name() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["就业办 数据", "100%?#", "a'b"] {
        let below = directory.path().join(name);
        succeeds(&below, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
        assert!(succeeds(&below, &["school", "list"]).contains("一中"));
        assert!(below.join("gradtrail.db").exists());
    }
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    add_schools(directory);
    fails(directory, 2, &["report"]);
    fails(directory, 2, &["report", "--year", "abc"]);
    assert!(fails(directory, 2, &["report", "--year", "2022", "--by", "colour"]).contains("school"));
    assert!(fails(directory, 2, &["verify", "--head", "12"]).contains("位置"));
    assert!(fails(directory, 1, &["explain", "luck", "--year", "2022"]).contains("luck"));
    assert!(fails(directory, 1, &["report", "--year", "2022", "--known-at", "99"]).contains("99"));
    let noted = format!("5:{}", "00".repeat(32));
    assert!(fails(directory, 1, &["verify", "--head", &noted]).contains("短于"));
    assert!(fails(directory, 1, &["import", "nothing.xlsx"]).contains("nothing.xlsx"));
    assert!(fails(directory, 1, &["--database-url", "mysql://x", "head"]).contains("postgres://"));
    assert!(fails(directory, 1, &["--database-url", "postgres://127.0.0.1:1/x", "head"]).contains("PostgreSQL"));
    let help = succeeds(directory, &["--help"]);
    assert!(help.contains("从第一天到第一份报告") && help.contains("import 名册.xlsx") && help.contains("退出码"));
}

#[test]
fn a_missing_or_foreign_key_file_and_an_unusable_folder_are_refused_with_what_to_do() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for directory in [&first, &second] {
        add_schools(directory.path());
    }
    let key = first.path().join("gradtrail.key");
    let (own, aside) = (std::fs::read(&key).unwrap(), first.path().join("aside"));
    std::fs::rename(&key, &aside).unwrap();
    std::fs::copy(second.path().join("gradtrail.key"), &key).unwrap();
    assert!(fails(first.path(), 1, &["head"]).contains("换回原来的 gradtrail.key"));
    std::fs::write(&key, &own[..40]).unwrap();
    assert!(fails(first.path(), 1, &["head"]).contains("不完整"));
    std::fs::remove_file(&key).unwrap();
    assert!(fails(first.path(), 1, &["head"]).contains("复制到这里"));
    std::fs::rename(&aside, &key).unwrap();
    succeeds(first.path(), &["head"]);
    let file = first.path().join("file");
    std::fs::write(&file, "").unwrap();
    let add = ["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"];
    assert!(fails(&file.join("below"), 1, &add).contains("数据目录"));
}

#[tokio::test]
async fn the_same_commands_work_on_postgresql() {
    let database = Database::postgres().await;
    let url = database.url();
    let directory = database.directory.path();
    let run = |arguments: &[&str]| succeeds(directory, &[&["--database-url", &url], arguments].concat());
    run(&["school", "add", "--code", "33070001", "--name", "一中", "--category", "教育部门"]);
    assert!(run(&["verify"]).contains("校验通过：1 个事件"));
    run(&["rebuild"]);
    assert!(run(&["check"]).contains("PostgreSQL"));
}

#[test]
fn a_demo_is_not_added_to_real_data() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    add_schools(directory);
    let before = succeeds(directory, &["head"]);
    let printed = fails(directory, 1, &["demo", "--no-serve"]);
    assert!(printed.contains("--data-dir"), "{printed}");
    assert_eq!(succeeds(directory, &["head"]), before);
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    add_schools(directory);
    let template = directory.join("名册.xlsx");
    let template = template.to_str().unwrap();
    succeeds(directory, &["template", "roster", "--out", template]);
    assert!(fails(directory, 1, &["template", "roster", "--out", template]).contains("已经存在"));
    let roster = directory.join("名册.csv");
    std::fs::write(
        &roster,
        "学校代码,姓名,证件号码,专业代码,班级,学籍状态,状态日期\n33070001,张一,1,700206,1班,在籍,\n",
    )
    .unwrap();
    for (expected, check) in [
        ("错误/名册.错误.xlsx", None),
        ("错误/名册.错误2.xlsx", None),
        // What a check found is written over by the next check, and by nothing else.
        ("错误/名册.检查.xlsx", Some("--check")),
        ("错误/名册.检查.xlsx", Some("--check")),
    ] {
        let call: Vec<&str> = ["import", roster.to_str().unwrap()].into_iter().chain(check).collect();
        let printed = succeeds(directory, &call);
        assert!(printed.contains(expected), "{printed}");
        assert!(directory.join(expected).exists());
    }
}

#[test]
fn days_and_positions_that_are_none_are_said_in_a_sentence() {
    let directory = tempfile::tempdir().unwrap();
    add_schools(directory.path());
    let report = |argument: &str| fails(directory.path(), 2, &["report", "--year", "2022", argument]);
    assert!(report("--as-of=2022-13-01").contains("不是日期"));
    assert!(report("--as-of=2022年8月").contains("日期只到月"));
    assert!(report("--known-at=-1").contains("从 0 起"));
    assert!(report("--known-at=2022-08").contains("日期如 2023-01-15"));
    let printed = fails(directory.path(), 1, &["explain", "emploiment_rate", "--year", "2022"]);
    assert!(printed.contains("employment_rate、"), "{printed}");
}

#[test]
fn a_key_that_is_too_long_or_cannot_be_printed_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let add = |key: &str| {
        let words = ["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办", "--key", key];
        words.map(str::to_owned)
    };
    for (key, why) in [("字".repeat(201), "操作编号太长；最多 200 个字符"), ("a\u{7}b".to_owned(), "不能显示的字符")]
    {
        let told = fails(directory.path(), 1, &add(&key).each_ref().map(String::as_str));
        assert!(told.contains(why), "{told}");
    }
    assert!(succeeds(directory.path(), &["school", "list"]).contains("还没有登记学校"));
    let words = add(&"字".repeat(200));
    assert!(succeeds(directory.path(), &words.each_ref().map(String::as_str)).contains("已记录"));
    assert!(succeeds(directory.path(), &words.each_ref().map(String::as_str)).contains("此前已记录"));
}
