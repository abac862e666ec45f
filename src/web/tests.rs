//! The pages as a reader gets them, and what an address that cannot be read is told.

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request as HttpRequest, StatusCode};
use axum::response::IntoResponse as _;
use axum::{Extension, Router};
use tempfile::TempDir;
use tower::ServiceExt;

use super::error::Error;
use super::front::Front;
use super::router;
use super::server::health::Warmth;
use crate::accounts::visitor::Visitor;
use crate::accounts::{Caller, Role};
use crate::app::App;
use crate::app::actions::Command;
use crate::app::school::{AddSchool, SchoolOrder};
use crate::app::sign_in::{Attempt, SignInRefusal};
use crate::domain::ids::{ClassName, SchoolCode};
use crate::domain::terms::SchoolCategory;
use crate::event_log::Location;

/// A city of two schools and no graduate, and accounts to look around with.
struct Site {
    router: Router,
    /// Of somebody of the bureau who is signed in.
    cookie: String,
    /// The position of the last event.
    last: i64,
    _folder: TempDir,
}

/// What a reader gets.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Arc::new(app(folder.path()).await);
        let school = SchoolCode::parse("33070001").unwrap();
        let opened = crate::demo::accounts::open(&app, &school, &ClassName::parse("1班").unwrap()).await.unwrap();
        let bureau = opened.iter().find(|account| account.role == Role::Bureau).unwrap();
        let (login, password) = (bureau.login.to_owned(), bureau.password.as_str().to_owned());
        let attempt = Attempt { login, password, code: String::new() };
        let secret = app.sign_in(&attempt, &Visitor::new(None, "")).await.unwrap();
        let front = Arc::new(Front::local("127.0.0.1:8080".parse().unwrap(), false));
        let cookie = format!("{}={}", front.cookie_name(), secret.as_str());
        let last = app.log().head().await.unwrap().position();
        Self { router: router(app, front), cookie, last, _folder: folder }
    }

    async fn get(&self, target: &str) -> Answer {
        let request = HttpRequest::get(target)
            .header("host", "localhost:8080")
            .header("cookie", &self.cookie)
            .body(Body::empty())
            .unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
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

#[tokio::test]
async fn the_report_lists_every_figure_with_its_link_at_the_position_shown() {
    let site = Site::open().await;
    let Answer { status, body, .. } = site.get("/reports/2022?as_of=2022-08-31").await;
    assert_eq!(status, 200);
    for definition in &crate::domain::figures::definitions::DEFINITIONS {
        // Askama writes & as &#38;.
        let link = format!("/reports/2022/{}?as_of=2022-08-31&#38;known_at={}\"", definition.id, site.last);
        assert!(body.contains(&link), "{link}");
    }
    assert!(body.contains("缺报学校 2 所"));
    assert!(!body.contains("<b>第二</b>"), "a school's name is text, not markup");
}

#[tokio::test]
async fn every_answer_forbids_scripts_sniffing_and_storing() {
    let site = Site::open().await;
    for target in ["/reports/2022", "/nowhere", "/", "/students", "/classes", "/reports/2022?as_of=x"] {
        let headers = site.get(target).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'"), "{target}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{target}");
        assert_eq!(headers["cache-control"], "no-store", "{target}");
    }
}

#[tokio::test]
async fn pages_come_compressed_to_whom_can_read_them_so_and_files_as_they_are() {
    let site = Site::open().await;
    let encoding = async |target: &str, accepted: &str| {
        let request = HttpRequest::get(target)
            .header("host", "localhost:8080")
            .header("cookie", &site.cookie)
            .header("accept-encoding", accepted)
            .body(Body::empty())
            .unwrap();
        let answer = site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{target}");
        answer.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned())
    };
    for target in ["/reports/2022", "/style.css", "/lists/staff/list"] {
        assert_eq!(encoding(target, "br, gzip").await.as_deref(), Some("gzip"), "{target}");
        assert_eq!(encoding(target, "identity").await, None, "{target}");
    }
    assert_eq!(encoding("/imports/templates/schools", "gzip").await, None);
}

#[tokio::test]
async fn a_bad_parameter_is_named_on_a_page_with_a_way_back() {
    let site = Site::open().await;
    for (query, name) in [
        ("as_of=2022-13-01", "as_of"),
        ("known_at=9999", "known_at"),
        ("known_at=-1", "known_at"),
        ("known_at=soon", "known_at"),
        ("by=shoes", "by"),
        ("school=x%2Fy", "school"),
    ] {
        let Answer { status, body, .. } = site.get(&format!("/reports/2022?{query}")).await;
        assert_eq!(status, 400, "{query}");
        assert!(body.contains(&format!("地址中的 {name} ")) && body.contains("href=\"/\""), "{query}: {body}");
    }
    for query in ["page=0", "page=2", "page=18446744073709551615", "part=some", "page=1&page=1"] {
        let answer = site.get(&format!("/reports/2022/employment_rate?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let site = Site::open().await;
    for target in [
        "/nowhere",
        "/reports/2022/no_such_rate",
        "/reports/abc",
        "/reports/99999",
        "/reports/2022?school=33079999",
        "/events/0",
        "/events/9999",
        "/events/x",
        "/events/9223372036854775807",
    ] {
        let answer = site.get(target).await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.body.contains("href=\"/\""), "{target}: {}", answer.body);
    }
}

#[tokio::test]
async fn each_page_opens_and_an_event_links_to_its_neighbours_only() {
    let site = Site::open().await;
    for target in ["/head", "/style.css", "/reports/2022/employment_rate", "/reports/2022?by=school,kind&known_at=0"] {
        assert_eq!(site.get(target).await.status, 200, "{target}");
    }
    let by_school = site.get("/reports/2022?by=school").await.body;
    assert!(by_school.contains("合计"), "{by_school}");
    let figures = site.get("/reports").await;
    assert_eq!(figures.status, 303);
    assert!(figures.headers["location"].to_str().unwrap().starts_with("/reports/"));
    let first = site.get("/events/1").await.body;
    assert!(first.contains("/events/2") && !first.contains("/events/0"));
    let (before, after) = (site.last - 1, site.last + 1);
    let last = site.get(&format!("/events/{}", site.last)).await.body;
    assert!(last.contains(&format!("/events/{before}\"")) && !last.contains(&format!("/events/{after}\"")));
}

#[test]
fn who_is_not_known_is_told_to_sign_in() {
    assert_eq!(Error::from(SignInRefusal::TokenInvalid).into_response().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_server_is_ready_once_the_figures_that_are_asked_for_first_are_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let app = Arc::new(app(folder.path()).await);
    let warmth = Warmth::default();
    let front = Arc::new(Front::local("127.0.0.1:8080".parse().unwrap(), false));
    let router = router(Arc::clone(&app), front).layer(Extension(warmth.clone()));
    let asked = async |of: &str| {
        let request = HttpRequest::get(format!("/health/{of}")).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status()
    };
    assert_eq!((asked("live").await, asked("ready").await), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE));
    warmth.warm_up(app).await;
    assert_eq!(asked("ready").await, StatusCode::OK);
}
