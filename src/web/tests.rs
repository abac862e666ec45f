//! The pages over a real listener: what a reader gets, and what an address that cannot be read is told.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::router;
use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Command;
use crate::app::school::{AddSchool, SchoolOrder};
use crate::domain::ids::SchoolCode;
use crate::domain::terms::SchoolCategory;
use crate::event_log::Location;

/// A city of two schools and no graduate: two events, the second at position 2.
struct Site {
    address: SocketAddr,
    _folder: TempDir,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path()).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router(Arc::new(app))).await });
        Self { address, _folder: folder }
    }

    /// Status line and headers, and the body.
    async fn get(&self, target: &str) -> (String, String) {
        let (address, target) = (self.address, target.to_owned());
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let answer = answer.await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    async fn status(&self, target: &str) -> String {
        self.get(target).await.0.split(' ').nth(1).unwrap().to_owned()
    }
}

async fn app(folder: &Path) -> App {
    let location = Location::Sqlite(folder.join("gradtrail.db"));
    let app = App::open(&location, &folder.join("gradtrail.key"), || 1_672_444_800_000_000).await.unwrap();
    for (code, name) in [("33070001", "第一职业学校"), ("33070002", "<b>第二</b>")] {
        let (code, category) = (SchoolCode::parse(code).unwrap(), SchoolCategory::Public);
        let add = SchoolOrder::Add(AddSchool { code, name: name.to_owned(), category });
        app.run(&Caller::operator("test"), None, &Command::School(add)).await.unwrap();
    }
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_lists_every_figure_with_its_link_at_the_position_shown() {
    let site = Site::open().await;
    let (head, body) = site.get("/reports/2022?as_of=2022-08-31").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    for definition in &crate::domain::figures::definitions::DEFINITIONS {
        // Askama writes & as &#38;.
        let link = format!("/reports/2022/{}?as_of=2022-08-31&#38;known_at=2\"", definition.id);
        assert!(body.contains(&link), "{link}");
    }
    assert!(body.contains("缺报学校 2 所"));
    assert!(!body.contains("<b>第二</b>"), "a school's name is text, not markup");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_forbids_scripts_sniffing_and_storing() {
    let site = Site::open().await;
    for target in ["/reports/2022", "/nowhere", "/style.css", "/reports/2022?as_of=x"] {
        let head = site.get(target).await.0.to_lowercase();
        for header in ["default-src 'none'", "x-content-type-options: nosniff", "cache-control: no-store"] {
            assert!(head.contains(header), "{target} lacks {header}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_parameter_is_named_on_a_page_with_a_way_back() {
    let site = Site::open().await;
    for (query, name) in [
        ("as_of=2022-13-01", "as_of"),
        ("known_at=3", "known_at"),
        ("known_at=-1", "known_at"),
        ("known_at=soon", "known_at"),
        ("by=shoes", "by"),
        ("school=x%2Fy", "school"),
    ] {
        let (head, body) = site.get(&format!("/reports/2022?{query}")).await;
        assert!(head.starts_with("HTTP/1.1 400"), "{query}: {head}");
        assert!(body.contains(&format!("地址中的 {name} ")) && body.contains("href=\"/\""), "{query}: {body}");
    }
    for query in ["page=0", "page=2", "page=18446744073709551615", "part=some", "page=1&page=1"] {
        assert_eq!(site.status(&format!("/reports/2022/employment_rate?{query}")).await, "400", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let site = Site::open().await;
    for target in [
        "/nowhere",
        "/reports/2022/no_such_rate",
        "/reports/abc",
        "/reports/99999",
        "/reports/2022?school=33079999",
        "/events/0",
        "/events/3",
        "/events/x",
        "/events/9223372036854775807",
    ] {
        let (head, body) = site.get(target).await;
        assert!(head.starts_with("HTTP/1.1 404") && body.contains("href=\"/\""), "{target}: {head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_opens_and_an_event_links_to_its_neighbours_only() {
    let site = Site::open().await;
    for target in ["/head", "/style.css", "/reports/2022/employment_rate", "/reports/2022?by=school,kind&known_at=0"] {
        assert_eq!(site.status(target).await, "200", "{target}");
    }
    let (_, by_school) = site.get("/reports/2022?by=school").await;
    assert!(by_school.contains("合计"), "{by_school}");
    let (start, _) = site.get("/").await;
    assert!(start.starts_with("HTTP/1.1 303") && start.contains("location: /reports/"), "{start}");
    let (_, first) = site.get("/events/1").await;
    assert!(first.contains("/events/2") && !first.contains("/events/0"));
    let (_, last) = site.get("/events/2").await;
    assert!(last.contains("/events/1") && !last.contains("/events/3"));
}
