//! The page of the own account: how the pages are liked, tokens, and going on after showing who one is.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use gradtrail::accounts::Role;
use gradtrail::app::App;
use gradtrail::demo::accounts;
use gradtrail::domain::ids::ClassName;
use serde_json::json;

use super::OURS;
use super::over_the_wire::{Page, get, post, request, router_of, send};
use crate::support::{Database, Town, clock, school};

/// A school, and an officer of it who signs in.
struct Office {
    app: Arc<App>,
    router: Router,
    login: String,
    password: String,
}

impl Office {
    async fn new(database: &Database) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        let app = Arc::new(town.app);
        let class = ClassName::parse("1班").unwrap();
        let opened = accounts::open(&app, &school(OURS), &class).await.unwrap();
        let officer = opened.into_iter().find(|account| account.role == Role::Officer).unwrap();
        let (login, password) = (officer.login.to_owned(), officer.password.as_str().to_owned());
        Self { router: router_of(&app), app, login, password }
    }

    /// Another browser, in which the officer signs in: its cookie.
    async fn browser(&self) -> String {
        let fields = [("login", self.login.as_str()), ("password", &self.password)];
        post(&self.router, "/sign-in", "", &fields).await.secret()
    }

    async fn position(&self) -> i64 {
        self.app.log().head().await.unwrap().position()
    }
}

/// The language and the colours of a page, as its root says them.
fn look(page: &Page) -> (&str, Option<&str>) {
    let root = page.body.split("<html ").nth(1).unwrap().split('>').next().unwrap();
    let of = |name: &str| root.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    (of("lang").unwrap(), of("data-colours"))
}

#[tokio::test]
async fn language_and_colours_follow_the_account_from_browser_to_browser_and_are_no_event() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let (one, other) = (office.browser().await, office.browser().await);
        assert_eq!(look(&get(&office.router, "/me", &other).await), ("zh-CN", None));
        let before = office.position().await;
        let chosen = [("language", "en"), ("colours", "dark"), ("next", "/classes")];
        let kept = post(&office.router, "/preferences", &one, &chosen).await;
        assert_eq!((kept.status, kept.leads_to()), (StatusCode::SEE_OTHER, "/classes"));
        assert_eq!(look(&get(&office.router, "/me", &other).await), ("en", Some("dark")));
        // What is not chosen stays, and what cannot be chosen changes nothing.
        post(&office.router, "/preferences", &other, &[("colours", "light"), ("language", "klingon")]).await;
        assert_eq!(look(&get(&office.router, "/me", &one).await), ("en", Some("light")));
        post(&office.router, "/preferences", &other, &[("colours", "system")]).await;
        // The account comes before what a browser was told by somebody else.
        let shared = format!("{one}; language=zh; colours=dark");
        assert_eq!(look(&get(&office.router, "/me", &shared).await), ("en", None));
        assert_eq!(office.position().await, before);
        // Another server, and a browser in which nobody has signed in.
        let later = Arc::new(database.open().await);
        assert_eq!(look(&get(&router_of(&later), "/me", &one).await), ("en", None));
        assert_eq!(look(&get(&office.router, "/sign-in", "").await), ("zh-CN", None));
    }
}

#[tokio::test]
async fn who_is_not_signed_in_chooses_for_the_browser_and_is_led_nowhere_else() {
    let office = Office::new(&Database::sqlite()).await;
    let chosen = post(&office.router, "/preferences", "", &[("language", "en"), ("next", "/invitation")]).await;
    assert_eq!(chosen.leads_to(), "/invitation");
    assert_eq!(chosen.secret(), "language=en");
    assert_eq!(look(&get(&office.router, "/invitation", &chosen.secret()).await), ("en", None));
    let led = post(&office.router, "/preferences", "", &[("language", "en"), ("next", "//evil.example")]).await;
    assert_eq!(led.leads_to(), "/");
    // A page that asks by its language alone.
    let asked = request(Method::GET, "/sign-in", "localhost", "").header("accept-language", "en-GB,zh;q=0.5");
    assert_eq!(look(&send(&office.router, asked.body(Body::empty()).unwrap()).await), ("en", None));
}

#[tokio::test]
async fn after_a_wrong_password_one_still_goes_on_where_one_wanted_to() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let cookie = office.browser().await;
        let wanted = "/students?list=unsigned";
        let asked = get(&office.router, "/me?next=%2Fstudents%3Flist%3Dunsigned", &cookie).await;
        let field = format!("name=\"next\" value=\"{wanted}\"");
        assert!(asked.body.contains(&field), "{}", asked.body);
        let wrong = post(&office.router, "/me/confirm", &cookie, &[("password", "wrong"), ("next", wanted)]).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains(&field), "{}", wrong.body);
        let right = [("password", office.password.as_str()), ("next", wanted)];
        assert_eq!(post(&office.router, "/me/confirm", &cookie, &right).await.leads_to(), wanted);
    }
}

/// The secret that a page tells.
fn told(page: &Page) -> String {
    let begins = page.body.find("gt_").unwrap_or_else(|| panic!("{}", page.body));
    page.body[begins..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[tokio::test]
async fn a_token_is_issued_by_a_form_once_shown_once_and_taken_back() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let cookie = office.browser().await;
        let form = [("label", "<统计>"), ("until", ""), ("rights", "read"), ("key", "form-1")];
        let issued = post(&office.router, "/me/tokens", &cookie, &form).await;
        assert_eq!(issued.status, StatusCode::OK, "{}", issued.body);
        let secret = told(&issued);
        let asked = async |method: Method, path: &str| {
            let signed = request(method, path, "localhost", "").header("authorization", format!("Bearer {secret}"));
            let body = json!({ "name": "东方机械厂" }).to_string();
            send(&office.router, signed.header("content-type", "application/json").body(Body::from(body)).unwrap())
                .await
                .status
        };
        assert_eq!(asked(Method::GET, "/api/v1/head").await, StatusCode::OK);
        assert_eq!(asked(Method::POST, "/api/v1/employer/register").await, StatusCode::FORBIDDEN, "it only reads");
        // Sent twice it is one token, whose secret was told.
        let again = post(&office.router, "/me/tokens", &cookie, &form).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(!again.body.contains("gt_") && again.body.contains("密钥只显示一次"), "{}", again.body);
        let listed = get(&office.router, "/me", &cookie).await.body;
        assert_eq!(listed.matches("&#60;统计&#62;").count(), 1, "{listed}");
        assert!(!listed.contains("gt_"));
        let id = listed.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let revoked = post(&office.router, "/me/tokens/revoke", &cookie, &[("token", &id)]).await;
        assert_eq!(revoked.leads_to(), "/me#tokens");
        assert_eq!(asked(Method::GET, "/api/v1/head").await, StatusCode::UNAUTHORIZED);
        assert!(get(&office.router, "/me", &cookie).await.body.contains("已吊销"));
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_issued_says_why_and_keeps_what_was_typed() {
    let database = Database::sqlite();
    let office = Office::new(&database).await;
    let cookie = office.browser().await;
    for (until, label, words) in [("soon", "统计", "有效至要写日期"), ("2020-01-01", "统计", "。"), ("", " ", "。")]
    {
        let form = [("label", label), ("until", until), ("key", "k")];
        let refused = post(&office.router, "/me/tokens", &cookie, &form).await;
        assert!(refused.status.is_client_error(), "{until}: {}", refused.status);
        let alert = refused.body.split("role=\"alert\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
        assert!(alert.contains(words), "{alert}");
        assert!(refused.body.contains(&format!("name=\"until\" value=\"{until}\"")), "{}", refused.body);
    }
    // Twenty minutes later one shows again who one is first.
    let later = Arc::new(database.open_at(|| clock() + 20 * 60 * 1_000_000).await);
    let form = [("label", "统计"), ("until", "2026-12-31"), ("key", "k")];
    let stale = post(&router_of(&later), "/me/tokens", &cookie, &form).await;
    assert_eq!(stale.status, StatusCode::FORBIDDEN, "{}", stale.body);
    assert!(stale.body.contains("<a href=\"#confirm\">") && stale.body.contains("value=\"统计\""), "{}", stale.body);
}
