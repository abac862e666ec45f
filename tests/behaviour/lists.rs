//! Promise: a list is the same rows on a terminal, as JSON and in files; persons are masked to who is not of their school
//! until a purpose is stated, which is recorded; an id is found by its end; a question creates nothing.

use std::path::Path;

use crate::command_line::{fails, succeeds};
use crate::support::Database;
use crate::support::typed::{ARRANGED, CLASS, office, output, position, refused, rows, run, town};

const QUEUE: [&str; 2] = ["queue", "awaiting-approval"];

fn placed(database: &Database) {
    town(database, 2, 0);
    let drafted = ["placement", "draft", "--class", CLASS, "--submit", "--verdict", "通过"];
    office(database, &drafted.into_iter().chain(ARRANGED.iter().copied()).collect::<Vec<_>>());
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_list_has_the_same_rows_in_every_format_and_files_are_the_owners() {
    let database = Database::sqlite();
    placed(&database);
    let text = office(&database, &QUEUE);
    let listed = rows(&database, &QUEUE);
    assert_eq!(listed.len(), 2);
    for (row, number) in listed.iter().zip(["20240000", "20240001"]) {
        assert_eq!(
            (&row["student_number"], &row["class"], &row["name"]),
            (&number.into(), &CLASS.into(), &"在校生".into())
        );
        let line = text.lines().find(|line| line.contains(number)).unwrap();
        for key in ["school", "class", "name", "reason", "placement", "id"] {
            assert!(line.contains(row[key].as_str().unwrap()), "{key}: {line}");
        }
        assert_eq!(row["id"].as_str().unwrap().len(), 8);
    }
    let out = |name: &str| database.directory.path().join(name);
    for name in ["待办.csv", "待办.json", "待办.xlsx"] {
        let told = office(&database, &[&QUEUE[..], &["--out", out(name).to_str().unwrap()]].concat());
        assert!(told.contains("2 行"), "{told}");
        assert_eq!(mode(&out(name)), 0o600, "{name}");
    }
    let csv = std::fs::read_to_string(out("待办.csv")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(out("待办.json")).unwrap()).unwrap();
    assert_eq!(json["rows"], serde_json::Value::Array(listed));
    let numbers = |line: &str| line.split(',').nth(2).unwrap().to_owned();
    assert_eq!(csv.lines().skip(2).map(numbers).collect::<Vec<_>>(), ["20240000", "20240001"]);
    let workbook = out("待办.xlsx");
    let contradicting = [&QUEUE[..], &["--format", "json", "--out", workbook.to_str().unwrap()]].concat();
    assert!(refused(&database, &[&["--as", "钱五"], &contradicting[..]].concat()).contains("不一致"));
    let told =
        refused(&database, &[&["--as", "钱五"], &QUEUE[..], &["--out", out("待办.docx").to_str().unwrap()]].concat());
    assert!(told.contains("清单不能写成") && !out("待办.docx").exists(), "{told}");
    let english = run(&database, &[&["--lang", "en", "--as", "钱五"], &QUEUE[..]].concat());
    assert!(english.contains("student number") && english.contains("class"), "{english}");
}

#[tokio::test]
async fn who_is_not_of_the_school_sees_names_for_a_purpose_only_which_is_recorded_without_them() {
    for database in Database::both().await {
        placed(&database);
        run(&database, &["staff", "add", "--name", "郑处长", "--role", "bureau"]);
        let bureau = |more: &[&str]| run(&database, &[&["--as", "郑处长"], &QUEUE[..], more].concat());
        let masked = bureau(&[]);
        assert!(masked.contains("在**") && masked.contains("…0000") && !masked.contains("在校生"), "{masked}");
        let before = position(&database);
        let shown = bureau(&["--show", "联系学生"]);
        assert!(shown.contains("在校生") && shown.contains("20240000"), "{shown}");
        assert_eq!(position(&database), before + 1, "one event");
        let after = before.to_string();
        let events = run(&database, &["events", "--after", &after, "--format", "json"]);
        let events: serde_json::Value = serde_json::from_str(&events).unwrap();
        let event = &events["rows"][0];
        assert_eq!((&event["kind"], &event["by"]), (&"persons_shown".into(), &"郑处长".into()));
        assert_eq!(event["said"], "查看 2 人的完整姓名、号码和电话：联系学生");
        let said = &event["payload"]["persons_shown"];
        assert_eq!(
            (&said["purpose"], &said["question"], &said["count"]),
            (&"contact_student".into(), &"queue".into(), &2.into())
        );
        assert!(!event["payload"].to_string().contains("2024"), "nobody is named: {event}");
        // Contacts and document numbers are covered to the own school, too, until a purpose is stated.
        let find = ["student", "find", "20240000"];
        let (covered, full) = (rows(&database, &find), rows(&database, &[&find[..], &["--show", "核对材料"]].concat()));
        assert_eq!(covered[0]["name"], "在校生");
        let number = full[0]["document_number"].as_str().unwrap();
        assert!(covered[0]["document_number"].as_str().unwrap().ends_with(&number[14..]));
        assert!(covered[0]["document_number"].as_str().unwrap().starts_with("*****"));
        assert_eq!(position(&database), before + 2);
        // The operator has no account that it could be recorded on, and no unknown purpose is taken.
        let told = refused(&database, &[&QUEUE[..], &["--show", "联系学生"]].concat());
        assert!(told.contains("操作员没有账号") && !told.contains("在校生"), "{told}");
        let (code, told) = output(&database, &[&["--as", "钱五"], &QUEUE[..], &["--show", "好奇"]].concat());
        assert!(code == Some(2) && told.contains("联系学生"), "{told}");
        assert_eq!(position(&database), before + 2);
        run(&database, &["verify"]);
    }
}

#[tokio::test]
async fn what_was_written_beside_a_reason_is_read_again_by_the_school_with_who_wrote_it() {
    for database in Database::both().await {
        placed(&database);
        let note = "企业没有住宿";
        let send_back = ["placement", "return", "--student", "20240000", "--reason", "材料不全", "--note", note];
        run(&database, &[&["--as", "赵校长"], &send_back[..]].concat());
        let shown = rows(&database, &["placement", "show", "--student", "20240000"]);
        let returned = shown.iter().find(|row| row["note"] == note).unwrap();
        assert_eq!((&returned["content"], &returned["by"]), (&"退回：材料不全".into(), &"赵校长".into()));
        let history = rows(&database, &["history", returned["placement"].as_str().unwrap()]);
        assert!(history.iter().any(|event| event["note"] == note && event["name"] == "在校生"), "{history:?}");
        // Whoever is not of the school reads the reason, and the note only for a purpose.
        let told = run(&database, &["history", returned["placement"].as_str().unwrap()]);
        assert!(told.contains("退回：材料不全") && !told.contains(note), "{told}");
    }
}

#[tokio::test]
async fn the_end_of_an_id_does_everywhere() {
    let database = Database::sqlite();
    placed(&database);
    let row = &rows(&database, &QUEUE)[0];
    let (student, placement) = (row["id"].as_str().unwrap(), row["placement"].as_str().unwrap());
    for question in [
        &["placement", "show", "--student", student][..],
        &["placement", "show", "--placement", placement],
        &["student", "find", student],
        &["history", student],
        &["history", placement],
    ] {
        assert!(office(&database, question).contains("20240000"), "{question:?}");
    }
    let unit = rows(&database, &["employer", "list", "--all"])[0]["id"].as_str().unwrap().to_owned();
    assert!(office(&database, &["employer", "show", &unit]).contains("东方汽车服务有限公司"));
    let imports = rows(&database, &["imports"]);
    let roster = imports.iter().find(|import| import["kind"].as_str().unwrap().contains("名册")).unwrap();
    let batch = roster["id"].as_str().unwrap();
    let (code, told) = output(&database, &["placement", "show", "--batch", batch]);
    assert!(code == Some(1) && told.contains(&format!("批次 …{batch}")), "{told}");
    assert!(run(&database, &["erase", student, "--reason", "request"]).contains("已匿名化"));
}

#[test]
fn a_question_where_nothing_was_recorded_yet_creates_nothing_and_says_how_to_begin() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("没有");
    for question in [
        &["school", "list"][..],
        &["head"],
        &["queue"],
        &["events"],
        &["report", "--year", "2022"],
        &["missing", "--year", "2022"],
        &["student", "find", "张"],
        &["check"],
        &["verify"],
    ] {
        let told = fails(&home, 1, question);
        assert!(told.contains("还没有数据库") && told.contains("gradtrail school add"), "{question:?}: {told}");
    }
    assert!(!home.exists());
    succeeds(&home, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"]);
    assert!(succeeds(&home, &["school", "list"]).contains("一中"));
}

#[tokio::test]
async fn a_class_or_a_school_that_is_not_there_is_an_error_and_no_empty_list() {
    for database in Database::both().await {
        town(&database, 1, 0);
        for question in [
            "queue --class 没有班",
            "queue unsigned --class 没有班",
            "at-work --class 没有班",
            "grid --class 没有班",
            "host list --school 33079999",
            "employer list --school 33079999",
            "season list --school 33079999",
            "exemption list --school 33079999",
            "student find 在校生 --school 33079999",
            "missing --year 2022 --school 33079999",
        ] {
            let words: Vec<&str> = question.split(' ').collect();
            let who: &[&str] = if question.contains("--class") { &["--as", "钱五"] } else { &[] };
            let told = refused(&database, &[who, &words[..]].concat());
            assert!(told.contains("没有"), "{question}: {told}");
        }
    }
}
