//! Promise: each paper of a placement has a page that says who signed how, when and proved by what, what it says and which
//! other versions there are, as of a day and as known before, and is there for whoever may see the student only.

use gradtrail::accounts::Role;

use crate::acts::{Browser, location};
use crate::support::Database;
use crate::support::typed::{CLASS, office, position, rows, run, town, until_signed};

fn links(page: &str, part: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
    links.filter(|link| link.contains(part)).collect()
}

fn class_address() -> String {
    let class: String = form_urlencoded::byte_serialize(CLASS.as_bytes()).collect();
    format!("/classes/33070001/{class}")
}

/// A class of one whose packet is signed, with a scan of the agreement, and where the log was before the signatures.
fn signed(database: &Database) -> i64 {
    town(database, 1, 0);
    until_signed(database);
    let before = position(database);
    let scan = database.write(&[("扫描.pdf", "%PDF-1.7")]).remove(0);
    let scan = scan.to_str().unwrap();
    office(database, &["agreement", "scan", "--student", "20240000", "--party", "host", "--file", scan]);
    before
}

#[tokio::test]
async fn every_paper_of_the_grid_opens_to_who_signed_it_and_to_the_scan_that_proves_it() {
    for database in Database::both().await {
        let before = signed(&database);
        let roles = [Role::Officer, Role::Principal, Role::Auditor, Role::ClassTeacher, Role::Mentor];
        let [officer, principal, auditor, teacher, mentor] = Browser::of(database.open().await, roles).await;
        let class = officer.get(&class_address()).await;
        let papers = links(&class, "/papers/agreement");
        assert_eq!(papers.len(), 1, "{class}");
        assert_eq!(links(&class, "/placements/").len(), 5, "every document of the packet: {class}");
        assert_eq!(links(&officer.get("/papers?papers=all").await, "/papers/agreement"), papers);
        let student = links(&class, "/students/").remove(0);
        assert_eq!(links(&officer.get(&student).await, "/papers/agreement"), papers);
        let page = officer.get(&papers[0]).await;
        for said in
            ["三方协议第 1 版", "已生效", "东方汽车服务有限公司", "胡家长", "✓", "工业路88号", "每月 15 日", "4/4"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        let scans = links(&page, "/evidence/");
        assert_eq!(scans.len(), 1, "{page}");
        assert!(officer.get(&scans[0]).await.contains("%PDF-1.7"));
        // As known before the scan was handed in it was not there, and nothing can be done in the past.
        let past = officer.get(&format!("{}?known_at={before}", papers[0])).await;
        assert!(past.contains("没有交扫描件") && past.contains("不能登记"), "{past}");
        assert_eq!((links(&past, "/evidence/").len(), links(&past, "/acts/").len()), (0, 0), "{past}");
        // On a day before the signatures nobody had signed.
        let earlier = officer.get(&format!("{}?on=2020-01-01", papers[0])).await;
        assert!(earlier.contains("0/4") && !earlier.contains("那天以这一版为准"), "{earlier}");
        // The principal looks and does nothing; an auditor sees it masked; who does not see the student finds nothing.
        let looked = principal.get(&papers[0]).await;
        assert_eq!(links(&looked, "/acts/").len(), 0, "{looked}");
        assert!(!auditor.get(&papers[0]).await.contains("胡家长"));
        for nobody in [&teacher, &mentor] {
            for address in [&papers[0], &scans[0]] {
                assert!(nobody.get(address).await.starts_with("HTTP/1.1 404"), "{address}");
            }
        }
        for nothing in ["agreement/9", "agreement/x", "luck", "agreement/1?on=soon"] {
            let address = papers[0].replace("agreement", nothing);
            let status = if nothing.contains('?') { "HTTP/1.1 400" } else { "HTTP/1.1 404" };
            assert!(officer.get(&address).await.starts_with(status), "{address}");
        }
    }
}

#[tokio::test]
async fn a_paper_is_recalled_and_taken_back_from_its_page_and_its_versions_lead_to_each_other() {
    for database in Database::both().await {
        town(&database, 1, 0);
        crate::support::typed::draft(&database, &["--submit", "--verdict", "通过"]);
        run(&database, &["--as", "赵校长", "placement", "approve", "--class", CLASS]);
        let agreed = crate::support::typed::AGREED;
        office(&database, &[&["agreement", "draft", "--class", CLASS, "--send"], agreed].concat());
        let [officer] = Browser::of(database.open().await, [Role::Officer]).await;
        let paper = links(&officer.get(&class_address()).await, "/papers/agreement").remove(0);
        let page = officer.get(&paper).await;
        assert!(page.contains("还没有签") && page.contains("0/4"), "{page}");
        let recall = links(&page, "/acts/agreement/recall?").remove(0);
        let form = officer.get(&recall).await;
        let hidden = form.split("name=\"students\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let words = [
            ("students", hidden),
            ("document", "agreement"),
            ("version", "1"),
            ("reason", "entry_error"),
            ("back", "/"),
        ];
        location(&officer.post("/acts/agreement/recall", &words).await);
        let page = officer.get(&format!("{paper}/1")).await;
        assert!(page.contains("撤回修改"), "{page}");
        // Taken back it is out again, and recalled once more there is a second version beside the first.
        let undo = links(&page, "/acts/agreement/undo?").remove(0);
        assert!(officer.get(&undo).await.contains("要撤销的"), "{undo}");
        location(
            &officer
                .post("/acts/agreement/undo", &[("students", hidden), ("reason", "entry_error"), ("back", "/")])
                .await,
        );
        assert!(officer.get(&format!("{paper}/1")).await.contains("待签"));
        location(&officer.post("/acts/agreement/recall", &words).await);
        office(&database, &[&["agreement", "draft", "--class", CLASS, "--send"], agreed].concat());
        let second = officer.get(&paper).await;
        assert!(second.contains("第 2 版"), "{second}");
        let first = links(&second, "/papers/agreement/1").remove(0);
        let first = officer.get(&first).await;
        assert!(first.contains("撤回修改") && !links(&first, "/papers/agreement/2").is_empty(), "{first}");
        // The command line tells the same.
        let placement = paper.split('/').nth(2).unwrap();
        let told = rows(&database, &["agreement", "paper", placement, "--document", "agreement", "--version", "1"]);
        assert!(told.iter().any(|row| row["content"] == "撤回修改"), "{told:?}");
        let english = Browser { cookie: format!("{}; language=en", officer.cookie), ..officer };
        let page = english.get(&paper).await;
        assert!(page.contains("Signatures") && page.contains("Other versions"), "{page}");
    }
}
