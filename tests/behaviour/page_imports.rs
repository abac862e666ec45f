//! Promise: files are imported on pages as on the command line: checked first, recorded once when they are confirmed, and
//! undone; whatever goes wrong is said where it happened, and nothing of it is recorded.

use std::fmt::Write as _;

use gradtrail::accounts::Role;
use gradtrail::domain::terms::Term as _;
use gradtrail::intake::kind::Kind;

use crate::acts::{Browser, location};
use crate::layout::is_chinese;
use crate::placements::{OURS, THEIRS, document};
use crate::refusals::roster;
use crate::support::{Database, Town};

const BORDER: &str = "----form";

impl Browser {
    /// What a form with files is answered: the fields, and the files by their names.
    async fn send_files(&self, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> String {
        let mut body = vec![];
        for (name, value) in fields {
            body.extend(
                format!("--{BORDER}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, bytes) in files {
            let head =
                format!("--{BORDER}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(format!("--{BORDER}--\r\n").bytes());
        self.send_body(&body).await
    }

    async fn send_body(&self, body: &[u8]) -> String {
        let head = format!(
            "POST /imports HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\nconnection: close\r\ncontent-type: \
             multipart/form-data; boundary={BORDER}\r\ncontent-length: {}\r\n\r\n",
            self.cookie,
            body.len()
        );
        self.send_bytes(&[head.as_bytes(), body].concat()).await
    }

    /// The page of an upload once nobody works on it.
    async fn over(&self, address: &str) -> String {
        for _ in 0..600 {
            let page = self.get(address).await;
            if !page.contains("refresh: 3") {
                return page;
            }
            assert!(page.contains("正在核对") || page.contains("正在导入"), "{page}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the work does not end");
    }

    /// Sends files; where their page is, and what the check says.
    async fn check(&self, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> (String, String) {
        let sent = self.send_files(fields, files).await;
        let address = location(&sent).to_owned();
        let page = self.over(&address).await;
        (address, page)
    }

    async fn confirm(&self, address: &str) -> String {
        let sent = self.post(address, &[("do", "record")]).await;
        assert_eq!(location(&sent), address);
        self.over(address).await
    }
}

/// A school with two students, and its officer at a browser.
async fn officer(database: &Database) -> Browser {
    let town = Town::new(database).await;
    town.add_school(OURS).await;
    town.add_school(THEIRS).await;
    let [officer] = Browser::of(town.app, [Role::Officer]).await;
    officer
}

fn chip(page: &str, word: &str, count: u32) -> bool {
    page.contains(&format!(">{word} {count}<"))
}

fn link<'p>(page: &'p str, begins: &str) -> &'p str {
    let found = page.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|link| link.starts_with(begins));
    found.unwrap_or_else(|| panic!("no link to {begins}: {page}"))
}

#[tokio::test]
async fn a_file_is_checked_confirmed_once_by_two_tabs_undone_and_imported_again() {
    for database in Database::both().await {
        let officer = officer(&database).await;
        let before = officer.position().await;
        let file = roster(OURS, 10..13);
        let (address, checked) = officer.check(&[], &[("名册.csv", file.as_bytes())]).await;
        assert!(chip(&checked, "新增", 3) && chip(&checked, "拒绝", 0), "{checked}");
        assert!(checked.contains("确认导入 3 行") && checked.contains("毕业生名册"), "{checked}");
        assert_eq!(officer.position().await, before, "it was only checked");
        let (one, other) = tokio::join!(officer.confirm(&address), officer.confirm(&address));
        for page in [&one, &other] {
            assert!(page.contains("导入结果") && page.contains("已导入"), "{page}");
        }
        let recorded = officer.position().await;
        let again = officer.confirm(&address).await;
        assert!(again.contains("导入结果") && !again.contains("确认导入"), "{again}");
        assert_eq!(officer.position().await, recorded, "recorded once");
        // The list leads to the undoing, and so does the result.
        let undo = link(&one, "/acts/import/undo?").replace("&#38;", "&");
        let list = officer.get("/imports").await;
        assert!(list.contains("名册.csv") && list.contains("已导入"), "{list}");
        assert_eq!(link(&list, "/acts/import/undo?").replace("&#38;", "&"), undo);
        let form = officer.get(&undo).await;
        assert!(form.contains("<b>名册.csv · "), "{form}");
        let batch = undo.split("batch=").nth(1).unwrap().split('&').next().unwrap();
        let words = [("batch", batch), ("reason", "wrong_file"), ("back", "/imports")];
        let undone = officer.post("/acts/import/undo", &words).await;
        assert!(undone.starts_with("HTTP/1.1 200") && undone.contains("已办理 3 项"), "{undone}");
        assert!(officer.get("/imports").await.contains("已撤销"));
        let (address, checked) = officer.check(&[], &[("名册.csv", file.as_bytes())]).await;
        assert!(chip(&checked, "新增", 3), "{checked}");
        assert!(officer.confirm(&address).await.contains("已导入"));
    }
}

#[tokio::test]
async fn a_preview_shows_what_changes_and_each_wrong_cell_and_the_workbook_of_errors_has_the_row() {
    let database = Database::sqlite();
    let officer = officer(&database).await;
    let (address, _) = officer.check(&[], &[("名册.csv", roster(OURS, 10..12).as_bytes())]).await;
    officer.confirm(&address).await;
    let head = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期,星座\n";
    let [first, new] = [10, 20].map(document);
    let rows = format!(
        "{head}{OURS},学生,{first},20230010,700206,9班,在籍,2022-09-01,白羊\n\
         {OURS},新生,{new},20230020,700206,1班,在籍,2022-09-01,白羊\n\
         {OURS},坏生,330702200403154510,20230030,700206,1班,在籍,2022-09-01,白羊\n"
    );
    let (address, page) = officer.check(&[], &[("更改.csv", rows.as_bytes())]).await;
    assert!(
        [("新增", 1), ("更改", 1), ("拒绝", 1)].into_iter().all(|(word, count)| chip(&page, word, count)),
        "{page}"
    );
    assert!(page.contains("9班") && page.contains("没有用到的栏目：星座"), "{page}");
    assert!(page.contains("3307**********4510") && page.contains("证件号码"), "{page}");
    assert!(page.contains("确认导入 2 行"), "{page}");
    let workbook = officer.get(link(&page, &format!("{address}/errors/"))).await;
    assert!(workbook.starts_with("HTTP/1.1 200") && workbook.contains("spreadsheetml"), "{workbook}");
    let changes = officer.get(&format!("{address}?format=csv")).await;
    assert!(changes.contains("9班"), "{changes}");
    let part = officer.get(&format!("{address}?file=0&part=rejected")).await;
    assert!(part.contains("3307**********4510"), "{part}");
    for nowhere in ["file=7&part=rejected", "file=0&part=luck", "file=x&part=rejected"] {
        assert!(officer.get(&format!("{address}?{nowhere}")).await.starts_with("HTTP/1.1 404"), "{nowhere}");
    }
    // All or nothing with a rejected row is not confirmed.
    let words = [("do", "check"), ("all_or_nothing", "true"), ("source", "school")];
    assert_eq!(location(&officer.post(&address, &words).await), address);
    let held_up = officer.over(&address).await;
    assert!(held_up.contains("都能导入才导入") && !held_up.contains("确认导入"), "{held_up}");
    assert_eq!(location(&officer.post(&address, &[("do", "forget")]).await), "/imports");
    assert!(officer.get(&address).await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn what_others_record_meanwhile_is_checked_again_before_anything_is_recorded() {
    for database in Database::both().await {
        let officer = officer(&database).await;
        let (address, checked) = officer.check(&[], &[("名册.csv", roster(OURS, 10..13).as_bytes())]).await;
        assert!(chip(&checked, "新增", 3), "{checked}");
        let (other, _) = officer.check(&[], &[("别的.csv", roster(OURS, 10..11).as_bytes())]).await;
        officer.confirm(&other).await;
        let before = officer.position().await;
        let moved = officer.confirm(&address).await;
        assert!(moved.contains("您看过以后") && chip(&moved, "新增", 2) && chip(&moved, "不变", 1), "{moved}");
        assert_eq!(officer.position().await, before);
        assert!(officer.confirm(&address).await.contains("已导入"));
        // What moves nothing of the rows holds nobody up.
        let (address, _) = officer.check(&[], &[("三.csv", roster(OURS, 30..31).as_bytes())]).await;
        let (other, _) = officer.check(&[], &[("四.csv", roster(OURS, 40..41).as_bytes())]).await;
        officer.confirm(&other).await;
        assert!(officer.confirm(&address).await.contains("已导入"));
    }
}

#[tokio::test]
async fn what_is_no_file_to_import_is_said_at_the_place_and_nothing_is_recorded() {
    let database = Database::sqlite();
    let officer = officer(&database).await;
    let before = officer.position().await;
    let nothing = officer.send_files(&[("issuer", "教育局")], &[]).await;
    assert!(nothing.starts_with("HTTP/1.1 422") && nothing.contains("没有选文件"), "{nothing}");
    assert!(nothing.contains("value=\"教育局\""), "{nothing}");
    let unnamed = officer.send_files(&[], &[("", b"")]).await;
    assert!(unnamed.contains("没有选文件"), "{unnamed}");
    let broken = officer
        .send_body(b"------form\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\nx")
        .await;
    assert!(broken.starts_with("HTTP/1.1 400") && broken.contains("表单不完整"), "{broken}");
    let long = vec![b'x'; (32 << 20) + 1];
    let long = officer.send_files(&[], &[("a.csv", &long)]).await;
    assert!(long.starts_with("HTTP/1.1 413") && long.contains("超过 32 MB"), "{long}");
    let odd = officer.send_files(&[("source", "luck")], &[("a.csv", roster(OURS, 10..11).as_bytes())]).await;
    assert!(odd.starts_with("HTTP/1.1 422") && odd.contains("谁说的"), "{odd}");
    // Each file is told what it is not; the good one among them can be confirmed.
    let files: [(&str, &[u8]); 4] = [
        ("图片.png", b"\x89PNG\r\n\x1a\n0000"),
        ("空.csv", b""),
        ("无表头.csv", "你好,世界\n".as_bytes()),
        ("名册.csv", &roster(OURS, 10..11).into_bytes()),
    ];
    let (address, page) = officer.check(&[], &files).await;
    assert!(page.matches("class=\"bad\"").count() >= 3 && page.contains("确认导入 1 行"), "{page}");
    assert!(!page.contains("已导入"));
    // Another school's rows are rejected, one by one.
    let (_, foreign) = officer.check(&[], &[("外校.csv", roster(THEIRS, 10..12).as_bytes())]).await;
    assert!(chip(&foreign, "拒绝", 2) && !foreign.contains("确认导入"), "{foreign}");
    // Who may not speak for others is told so, and the files stay.
    let (kept, refused) =
        officer.check(&[("source", "bureau")], &[("名册.csv", roster(OURS, 10..11).as_bytes())]).await;
    assert!(refused.contains("什么都没有记录") && refused.contains("再核对一次"), "{refused}");
    assert_eq!(location(&officer.post(&kept, &[("do", "check"), ("source", "school")]).await), kept);
    assert!(officer.over(&kept).await.contains("确认导入 1 行"));
    assert_eq!(officer.position().await, before);
    for (words, status) in [(vec![("do", "fly")], "400"), (vec![("do", "check"), ("source", "luck")], "422")] {
        let refused = officer.post(&address, &words).await;
        assert!(refused.starts_with(&format!("HTTP/1.1 {status}")), "{refused}");
    }
}

#[tokio::test]
async fn an_upload_is_of_whoever_sent_it_and_imports_are_for_those_who_may() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school(OURS).await;
    let roles = [Role::Bureau, Role::Principal, Role::ClassTeacher, Role::Mentor, Role::Auditor, Role::Officer];
    let browsers = Browser::of(town.app, roles).await;
    let [others @ .., officer] = &browsers;
    let (address, _) = officer.check(&[], &[("名册.csv", roster(OURS, 10..11).as_bytes())]).await;
    for (role, other) in roles.into_iter().zip(others) {
        for answer in [
            other.get(&address).await,
            other.get(&format!("{address}/errors/0")).await,
            other.post(&address, &[("do", "record")]).await,
        ] {
            assert!(
                ["404", "403"].iter().any(|status| answer.starts_with(&format!("HTTP/1.1 {status}"))),
                "{role:?}: {answer}"
            );
        }
        let list = other.get("/imports").await;
        assert_eq!(list.starts_with("HTTP/1.1 200"), role != Role::Mentor, "{role:?}: {list}");
        let may = matches!(role, Role::Bureau | Role::Principal | Role::ClassTeacher);
        assert_eq!(list.contains("上传并核对"), may, "{role:?}: {list}");
        let sent = other.send_files(&[], &[("名册.csv", roster(OURS, 10..11).as_bytes())]).await;
        assert_eq!(sent.starts_with("HTTP/1.1 303"), may, "{role:?}: {sent}");
    }
    // Unknown ones are not there; those of before the server's start are lost, which is said.
    let unknown = officer.get(&format!("/imports/uploads/{}", uuid::Uuid::new_v4())).await;
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
    assert!(officer.get("/imports/uploads/7").await.starts_with("HTTP/1.1 404"));
    let lost = officer.get("/imports/uploads/01800000-0000-7000-8000-000000000000").await;
    assert!(lost.starts_with("HTTP/1.1 410") && lost.contains("服务器重新启动过"), "{lost}");
}

#[tokio::test]
async fn what_ended_unseen_stands_in_the_header_of_every_page_until_it_is_looked_at() {
    let database = Database::sqlite();
    let officer = officer(&database).await;
    assert!(!officer.get("/").await.contains("件在办"));
    let mut rows = String::from("学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n");
    for number in 10..40 {
        writeln!(rows, "{OURS},学生,{},2023{number:04},700206,1班,在籍,2022-09-01", document(number)).unwrap();
    }
    let sent = officer.send_files(&[], &[("名册.csv", rows.as_bytes())]).await;
    let address = location(&sent).to_owned();
    let home = officer.get("/").await;
    assert!(home.contains("1 件在办") || home.contains("1 件已办完"), "{home}");
    assert!(home.contains(&format!("href=\"{address}\"")), "{home}");
    let page = officer.over(&address).await;
    assert!(!page.contains("1 件已办完"), "{page}");
    let home = officer.get("/").await;
    assert!(!home.contains("件已办完") && !home.contains("件在办"), "{home}");
}

#[tokio::test]
async fn every_kind_of_file_has_a_template_and_the_pages_are_english_for_who_reads_english() {
    let database = Database::sqlite();
    let officer = officer(&database).await;
    for entry in Kind::ENTRIES {
        let template = officer.get(&format!("/imports/templates/{}", entry.code)).await;
        assert!(template.starts_with("HTTP/1.1 200") && template.contains("spreadsheetml"), "{}", entry.code);
    }
    assert!(officer.get("/imports/templates/luck").await.starts_with("HTTP/1.1 404"));
    let bad = format!("{}{OURS},X,330702200403154510,1,700206,1,在籍,2022-09-01\n", roster(OURS, 10..11));
    let (address, _) = officer.check(&[], &[("a.csv", bad.as_bytes())]).await;
    let english = Browser { cookie: format!("{}; language=en", officer.cookie), ..officer };
    for path in ["/imports", &address, &format!("{address}?file=0&part=rejected")] {
        let page = english.get(path).await;
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
        let main = page.split("<main").nth(1).unwrap();
        let said =
            ["证件号码", "学校33070001", "学号"].iter().fold(main.to_owned(), |said, name| said.replace(name, ""));
        let chinese: String = said.chars().filter(|c| is_chinese(*c)).collect();
        assert!(chinese.is_empty(), "{path}: {chinese}");
    }
}
