//! The pages of the signing desk: counts that open what they count, a stack that is sent, looked at, told by hand and
//! recorded, and what goes wrong at its place.

use gradtrail::accounts::Role;
use gradtrail::domain::placement::codes::DocumentKind;

use super::collected::Sent;
use crate::acts::{Browser, location};
use crate::support::Database;
use crate::support::papers::{Sheet, pdf};

const BORDER: &str = "----stack";

impl Browser {
    async fn send_stack(&self, words: &[(&str, &str)], files: &[(&str, &[u8])]) -> String {
        let mut body = vec![];
        for (name, value) in words {
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
        let head = format!(
            "POST /papers/scans HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\nconnection: close\r\ncontent-type: \
             multipart/form-data; boundary={BORDER}\r\ncontent-length: {}\r\n\r\n",
            self.cookie,
            body.len()
        );
        self.send_bytes(&[head.as_bytes(), &body].concat()).await
    }

    /// The page of a stack once nobody works on it.
    async fn stack(&self, address: &str) -> String {
        for _ in 0..600 {
            let page = self.get(address).await;
            if !page.contains("refresh: 3") {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the work does not end");
    }

    async fn tell(&self, address: &str, words: &[(&str, &str)]) -> String {
        assert_eq!(location(&self.post(address, words).await), address);
        self.stack(address).await
    }
}

fn chip(page: &str, word: &str, count: usize) -> bool {
    page.contains(&format!(">{word} {count}<"))
}

#[tokio::test]
async fn a_stack_is_sent_looked_at_told_by_hand_and_recorded_once() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 2).await;
        let consent = DocumentKind::GuardianConsent;
        let good = pdf(&[&[sent.page(0, consent, 1)], &[sent.page(1, consent, 2)], &[Sheet::blank(80).jpeg(40)]]);
        let unread = Sheet::slip("").jpeg(60);
        let id = sent.students[1].0.to_string();
        let Sent { town, .. } = sent;
        let [officer, other] = Browser::of(town.app, [Role::Officer, Role::ClassTeacher]).await;
        let before = officer.position().await;
        let answer = officer.send_stack(&[("party", "all")], &[("一叠.pdf", &good), ("单页.jpg", &unread)]).await;
        let address = location(&answer).to_owned();
        let page = officer.stack(&address).await;
        assert!(chip(&page, "可以登记", 2) && chip(&page, "要您看的页", 1) && chip(&page, "不登记的页", 1), "{page}");
        assert!(
            page.contains("没有读到二维码") && page.contains("空白页") && page.contains("img-src 'self'"),
            "{page}"
        );
        assert_eq!(officer.position().await, before, "nothing is recorded before somebody says so");
        // The picture is for who sent it, and kept by nobody.
        let picture = officer.get(&format!("{address}/pages/4")).await;
        assert!(picture.contains("content-type: image/jpeg") && picture.contains("cache-control: no-store"));
        for stranger in [other.get(&format!("{address}/pages/4")).await, other.get(&address).await] {
            assert!(stranger.starts_with("HTTP/1.1 404"), "{stranger}");
        }
        assert!(officer.get(&format!("{address}/pages/99")).await.starts_with("HTTP/1.1 404"));
        // What is typed beside a page is looked at before it is recorded.
        let told =
            [("do", "record"), ("party", "all"), ("whose:4", &*id), ("document:4", "commitment"), ("aside:3", "1")];
        let page = officer.tell(&address, &told).await;
        assert!(chip(&page, "可以登记", 3) && chip(&page, "要您看的页", 0), "{page}");
        assert_eq!(officer.position().await, before);
        let done = officer.tell(&address, &told).await;
        assert!(done.contains(">3 份材料<") && chip(&done, "不登记的页", 1), "{done}");
        let recorded = officer.position().await;
        assert!(recorded > before);
        // Two tabs, the same button: once.
        let again = officer.post(&address, &told).await;
        assert_eq!(location(&again), address);
        officer.stack(&address).await;
        assert_eq!(officer.position().await, recorded);
        let link = done.split("href=\"").map(|rest| rest.split('"').next().unwrap());
        let link = link.filter(|link| link.starts_with("/recorded?")).last().unwrap().replace("&#38;", "&");
        assert!(officer.get(&link).await.contains("/acts/agreement/undo?"));
        assert_eq!(location(&officer.post(&address, &[("do", "forget")]).await), "/papers/scans");
        assert!(officer.get(&address).await.starts_with("HTTP/1.1 404"));
    }
}

#[tokio::test]
async fn what_others_record_meanwhile_is_sorted_anew_before_anything_is_recorded() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 1).await;
        let page = sent.page(0, DocumentKind::Commitment, 1);
        let id = sent.students[0].0.to_string();
        let Sent { town, .. } = sent;
        let [officer] = Browser::of(town.app, [Role::Officer]).await;
        let address = location(&officer.send_stack(&[], &[("1.jpg", &page)]).await).to_owned();
        assert!(chip(&officer.stack(&address).await, "可以登记", 1));
        let recall = [("students", &*id), ("document", "commitment"), ("reason", "entry_error"), ("back", "/")];
        let recalled = officer.post("/acts/agreement/recall", &recall).await;
        assert!(location(&recalled).starts_with("/recorded?"), "{recalled}");
        let before = officer.position().await;
        let moved = officer.tell(&address, &[("do", "record"), ("party", "all")]).await;
        assert!(moved.contains("您看过以后") && chip(&moved, "要您看的页", 1), "{moved}");
        assert_eq!(officer.position().await, before);
    }
}

#[tokio::test]
async fn what_is_no_scan_is_said_at_its_place() {
    let database = Database::sqlite();
    let sent = Sent::new(&database, 1).await;
    let Sent { town, .. } = sent;
    let [officer, auditor] = Browser::of(town.app, [Role::Officer, Role::Auditor]).await;
    let nothing = officer.send_stack(&[("on", "2023-06-30")], &[]).await;
    assert!(nothing.starts_with("HTTP/1.1 422") && nothing.contains("没有选文件"), "{nothing}");
    assert!(nothing.contains("value=\"2023-06-30\""), "{nothing}");
    let answer = officer.send_stack(&[], &[("坏.pdf", b"%PDF-1.4"), ("表.xlsx", b"PK\x03\x04")]).await;
    let page = officer.stack(location(&answer)).await;
    assert!(page.contains("PDF 打不开") && page.contains("不是 PDF、JPEG 或 PNG"), "{page}");
    assert!(chip(&page, "要您看的页", 2) && !page.contains("<img"), "{page}");
    assert!(officer.get("/papers/scans").await.contains("打开"));
    for path in ["/papers/scans", "/papers/scans/x"] {
        assert!(auditor.get(path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
    assert!(officer.get("/papers/scans/01890000-0000-7000-8000-000000000000").await.starts_with("HTTP/1.1 410"));
}

/// Each count on the desk, and the rows that it opens.
#[tokio::test]
async fn each_count_of_the_desk_opens_exactly_so_many_rows() {
    for database in Database::both().await {
        let sent = Sent::new(&database, 5).await;
        let page = sent.page(0, DocumentKind::Commitment, 1);
        let Sent { town, .. } = sent;
        let [officer, teacher] = Browser::of(town.app, [Role::Officer, Role::ClassTeacher]).await;
        let address = location(&officer.send_stack(&[], &[("1.jpg", &page)]).await).to_owned();
        officer.stack(&address).await;
        officer.tell(&address, &[("do", "record"), ("party", "all")]).await;
        for reader in [&officer, &teacher] {
            let desk = reader.get("/papers").await;
            let chips = desk.split("<ul class=\"chips\">").nth(1).unwrap().split("</ul>").next().unwrap();
            let mut counted = 0;
            for chip in chips.split("href=\"").skip(1) {
                let address = chip.split('"').next().unwrap().replace("&#38;", "&");
                let word = chip.split('>').nth(1).unwrap().split('<').next().unwrap();
                let count: usize = word.rsplit(' ').next().unwrap().parse().unwrap();
                let part = reader.get(&address).await;
                let rows = part.matches("<input type=\"checkbox\" name=\"students\"").count();
                assert_eq!(rows, count, "{address}: {part}");
                counted += 1;
            }
            assert!(counted >= 4 && desk.contains("缺监护人签 5"), "{desk}");
            assert!(desk.contains("formaction=\"/acts/agreement/sign\"") && desk.contains("href=\"/papers/scans\""));
        }
        let file = officer.get("/papers?papers=lacks-guardian&format=csv").await;
        assert_eq!(file.matches(",学生,").count(), 5, "{file}");
    }
}
