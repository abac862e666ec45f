//! Promise: a file behind a fact is kept sealed and once, given back to whoever may see what it is about, moves with the
//! log, and is gone with the person.

use std::path::Path;

use crate::support::Database;
use crate::support::typed::{AGREED, CLASS, command, document_number, draft, office, output, refused, rows, run, town};
use gradtrail::event_log::Location;
use gradtrail::event_log::scrub::scrub;
use sqlx::{Executor, Row as _};

const SCAN: &[u8] = b"%PDF-1.7 signed by all three";
const PROOF: &[u8] = b"\x89PNG\r\n\x1a\n the service says so";
const DEED: &[u8] = b"\xff\xd8\xff\xe0 power of attorney";

/// Writes the files beside the database; gives their paths: scan, proof, deed.
fn files(database: &Database) -> [String; 3] {
    [("扫描.pdf", SCAN), ("凭据", PROOF), ("委托书.jpg", DEED)].map(|(name, content)| {
        let path = database.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    })
}

fn sent(database: &Database) {
    town(database, 2, 0);
    draft(database, &["--submit", "--verdict", "通过"]);
    office(database, &[&["agreement", "draft", "--class", CLASS, "--send"], AGREED].concat());
}

fn sign<'a>(student: &'a str, party: &'a str, how: &[&'a str]) -> Vec<&'a str> {
    let order = ["agreement", "sign", "--student", student, "--document", "三方协议", "--party", party];
    [&order[..], how].concat()
}

/// The numbers of the files that are shown of a student, in order.
fn shown(database: &Database, student: &str) -> Vec<String> {
    let shown = rows(database, &["agreement", "show", "--student", student]);
    let is_file = |row: &&serde_json::Value| row["item"].as_str().unwrap().ends_with(" 版");
    let file = |row: &serde_json::Value| Some(row["content"].as_str()?.split_once('：')?.1.to_owned());
    shown.iter().filter(is_file).filter_map(file).collect()
}

fn number(file: &str) -> &str {
    file.rsplit(' ').next().unwrap()
}

/// What is given back for a number; none when there is nothing to give.
fn given_back(database: &Database, who: &str, number: &str) -> Option<Vec<u8>> {
    let out = database.directory.path().join("取回");
    let order = ["--as", who, "evidence", "get", number, "--out", out.to_str().unwrap()];
    let (code, told) = output(database, &order);
    let content = std::fs::read(&out).ok();
    assert_eq!(code == Some(0), content.is_some(), "{told}");
    assert!(content.is_some() || told.contains("没有找到编号"), "{told}");
    let _was_not_written = std::fs::remove_file(out);
    content
}

#[tokio::test]
async fn a_signature_is_shown_by_a_scan_a_proof_or_a_deed_and_each_is_given_back() {
    for database in Database::both().await {
        sent(&database);
        let [scan, proof, deed] = files(&database);
        office(&database, &sign("20240000", "学生", &["--scan", &scan]));
        office(&database, &sign("20240000", "实习单位", &["--electronic", "--proof", &proof]));
        let on_behalf =
            ["--on-behalf", "本人不在本地", "--authority", "授权委托书", "--authorised-by", &deed, "--scan", &scan];
        office(&database, &sign("20240000", "监护人", &on_behalf));
        office(&database, &sign("20240000", "学校", &[]));
        let order = ["agreement", "scan", "--student", "20240000", "--document", "三方协议", &scan];
        office(&database, &order);
        let again = [&order[..order.len() - 1], &["--party", "学校", &scan]].concat();
        assert!(office(&database, &again).contains("已是如此，没有改动"));
        let shown = shown(&database, "20240000");
        let contents: Vec<_> =
            shown.iter().map(|file| given_back(&database, "赵校长", number(file)).unwrap()).collect();
        let kinds: Vec<&str> = shown.iter().map(|file| file.split(' ').next().unwrap()).collect();
        assert_eq!(kinds, ["扫描件", "凭据", "扫描件", "代签依据", "扫描件"]);
        assert_eq!(contents, [SCAN, PROOF, SCAN, DEED, SCAN]);
        // Four times shown, once kept; and nothing of it in the clear.
        assert!(run(&database, &["verify"]).contains("佐证文件 3 个"));
        let mut raw = database.raw().await;
        for row in raw.fetch_all("select sealed from evidence").await.unwrap() {
            let sealed: Vec<u8> = row.get(0);
            assert!(!sealed.windows(6).any(|window| window == b"signed"));
        }
    }
}

#[tokio::test]
async fn a_file_of_no_known_kind_and_a_file_for_a_whole_class_are_refused_and_nothing_is_recorded() {
    for database in Database::both().await {
        sent(&database);
        let [scan, ..] = files(&database);
        let text = database.write(&[("协议.pdf", "not a document")]).remove(0);
        let told = refused(&database, &sign("20240000", "学生", &["--scan", text.to_str().unwrap()]));
        assert!(told.contains("不是 PDF、JPEG 或 PNG（看内容，不看文件名）"), "{told}");
        let told = refused(&database, &["agreement", "scan", "--class", CLASS, &scan]);
        assert!(told.contains("文件是一名学生的"), "{told}");
        // What cannot be read is said before the database is opened.
        let (code, told) = output(&database, &sign("20240000", "学生", &["--scan", "没有这个文件.pdf"]));
        assert!(code == Some(2) && told.contains("不能读取 没有这个文件.pdf"), "{told}");
        // A scan is of a signature on paper, and of one that was given.
        office(&database, &sign("20240000", "实习单位", &["--electronic"]));
        for (party, why) in [("实习单位", "没有纸质文件可扫描"), ("学校", "还没有签署")] {
            let order =
                ["agreement", "scan", "--student", "20240000", "--document", "三方协议", "--party", party, &scan];
            let told = refused(&database, &order);
            assert!(told.contains(why), "{told}");
        }
        assert!(run(&database, &["verify"]).contains("佐证文件 0 个"));
    }
}

#[tokio::test]
async fn a_file_is_given_back_inside_its_school_and_class_only() {
    for database in Database::both().await {
        sent(&database);
        let [scan, ..] = files(&database);
        run(&database, &["school", "add", "--code", "33070002", "--name", "二中", "--category", "民办"]);
        for (name, more) in [("班甲", ["33070001", CLASS]), ("班乙", ["33070001", "另一班"])] {
            let account = ["staff", "add", "--name", name, "--role", "class-teacher", "--school", more[0]];
            run(&database, &[&account[..], &["--class", more[1]]].concat());
        }
        run(&database, &["staff", "add", "--name", "邻五", "--role", "officer", "--school", "33070002"]);
        office(&database, &sign("20240000", "学生", &["--scan", &scan]));
        let file = shown(&database, "20240000").remove(0);
        for (who, may_see) in [("钱五", true), ("班甲", true), ("班乙", false), ("邻五", false)] {
            assert_eq!(given_back(&database, who, number(&file)).is_some(), may_see, "{who}");
        }
        let told = refused(&database, &["evidence", "get", "12", "--out", "x"]);
        assert!(told.contains("至少 8 位"), "{told}");
    }
}

/// The sealed bytes of every file in the database.
async fn sealed(database: &Database) -> Vec<Vec<u8>> {
    let mut raw = database.raw().await;
    let rows = raw.fetch_all("select sealed from evidence order by subject").await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn the_scan_of_two_students_is_erased_for_one_and_stays_for_the_other() {
    for database in Database::both().await {
        sent(&database);
        let [scan, ..] = files(&database);
        for student in ["20240000", "20240001"] {
            office(&database, &sign(student, "学生", &["--scan", &scan]));
        }
        let file = shown(&database, "20240001").remove(0);
        let before = sealed(&database).await;
        assert_eq!(before.len(), 2);
        run(&database, &["erase", &document_number(0), "--reason", "request", "--no-scrub"]);
        scrub(&database.location).await.unwrap();
        let after = sealed(&database).await;
        assert_eq!(after.len(), 1);
        assert_eq!(given_back(&database, "钱五", number(&file)).as_deref(), Some(SCAN));
        if let Location::Sqlite(path) = &database.location {
            let gone = before.iter().find(|sealed| !after.contains(sealed)).unwrap();
            let bytes = std::fs::read(path).unwrap();
            assert!(!bytes.windows(gone.len()).any(|window| window == gone));
        }
    }
}

#[tokio::test]
async fn a_backup_holds_the_files_and_a_restored_log_gives_them_back() {
    for database in Database::both().await {
        sent(&database);
        let [scan, ..] = files(&database);
        office(&database, &sign("20240000", "学生", &["--scan", &scan]));
        let file = shown(&database, "20240000").remove(0);
        let backup = database.directory.path().join("备份.db");
        run(&database, &["backup", backup.to_str().unwrap()]);
        let elsewhere = match database.location {
            Location::Sqlite(_) => Database::postgres().await,
            Location::Postgres(_) => Database::sqlite(),
        };
        let beside = |database: &Database, name: &str| database.directory.path().join(name);
        for name in ["gradtrail.key", "gradtrail.ledger"] {
            std::fs::copy(beside(&database, name), beside(&elsewhere, name)).unwrap();
        }
        let restored = command(&elsewhere, &["restore", path(&backup)]).output().unwrap();
        assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
        assert_eq!(given_back(&elsewhere, "钱五", number(&file)).as_deref(), Some(SCAN));
        // A file that was changed behind the program's back does not open.
        let mut raw = elsewhere.raw().await;
        let tampered = sqlx::query("update evidence set sealed = $1").bind(vec![1_u8; 64]);
        raw.execute(tampered).await.unwrap();
        assert!(refused(&elsewhere, &["verify"]).contains("佐证文件损坏"));
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
