//! The same over HTTP: the forms, the cookie, other sites, other hosts.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use gradtrail::accounts::visitor::Visitor;
use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::app::sign_in::Attempt;
use gradtrail::demo::accounts::{self, DemoAccount};
use gradtrail::domain::ids::ClassName;
use gradtrail::web;
use gradtrail::web::front::Front;
use serde_json::json;
use tower::ServiceExt as _;

use super::{OURS, PASSWORD, School, accept, code, invite, opened, run};
use crate::support::{Database, Town, cookie_of, front, school};

/// What a browser gets.
pub(super) struct Page {
    pub status: StatusCode,
    pub head: HeaderMap,
    pub body: String,
}

impl Page {
    /// The cookie that was set, with its marks.
    pub fn cookie(&self) -> &str {
        self.head[SET_COOKIE].to_str().unwrap()
    }

    /// What of it is sent back.
    pub fn secret(&self) -> String {
        self.cookie().split(';').next().unwrap().to_owned()
    }

    pub fn leads_to(&self) -> &str {
        self.head[LOCATION].to_str().unwrap()
    }
}

pub(super) async fn send(router: &Router, request: Request<Body>) -> Page {
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Page { status: head.status, head: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

pub(super) fn request(method: Method, path: &str, host: &str, cookie: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(HOST, host).header(COOKIE, cookie)
}

pub(super) async fn get(router: &Router, path: &str, cookie: &str) -> Page {
    send(router, request(Method::GET, path, "localhost", cookie).body(Body::empty()).unwrap()).await
}

fn form(fields: &[(&str, &str)]) -> Body {
    Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

pub(super) async fn post(router: &Router, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Page {
    let request = request(Method::POST, path, "localhost", cookie).header(ORIGIN, "http://localhost");
    send(router, request.body(form(fields)).unwrap()).await
}

pub(super) fn router_of(app: &Arc<App>) -> Router {
    web::router(Arc::clone(app), front())
}

#[tokio::test]
async fn an_invited_officer_sets_up_signs_in_sees_the_own_school_and_signs_out() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let invitation = invite(school.app(), &school.principal, "钱五").await.unwrap();
        let shown = opened(school.app(), &invitation).await;
        let app = Arc::new(school.town.app);
        let router = router_of(&app);
        let turned_away = get(&router, "/reports/2022?by=school", "").await;
        assert_eq!(
            (turned_away.status, turned_away.leads_to()),
            (StatusCode::SEE_OTHER, "/sign-in?next=%2Freports%2F2022%3Fby%3Dschool")
        );
        let page = post(&router, "/invitation", "", &[("invitation", &invitation)]).await;
        assert!(page.body.contains("钱五") && page.body.contains(&shown.recovery[9]), "{}", page.body);
        let now = code(&app, &shown, 0);
        let fields = |again: &'static str| {
            [
                ("invitation", invitation.as_str()),
                ("login", "qianwu"),
                ("password", PASSWORD),
                ("again", again),
                ("code", &now),
            ]
        };
        let unlike = post(&router, "/invitation/accept", "", &fields("other")).await;
        assert_eq!(unlike.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unlike.body.contains("两次输入的密码不一样") && unlike.body.contains("value=\"qianwu\""));
        assert!(!unlike.body.contains(PASSWORD), "what was typed as a password does not come back");
        let done = post(&router, "/invitation/accept", "", &fields(PASSWORD)).await;
        assert_eq!(done.leads_to(), "/sign-in?done=set-up");
        let next = code(&app, &shown, 1);
        let wrong = post(&router, "/sign-in", "", &[("login", "qianwu"), ("password", "wrong"), ("code", &next)]).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains("登录名、密码或动态码不对") && !wrong.head.contains_key(SET_COOKIE));
        // A cookie that somebody else put there does not become the session's.
        let planted = "gradtrail=gs_planted";
        let fields =
            [("login", "qianwu"), ("password", PASSWORD), ("code", &next), ("next", "/reports/2022?by=school")];
        let signed_in = post(&router, "/sign-in", planted, &fields).await;
        assert_eq!((signed_in.status, signed_in.leads_to()), (StatusCode::SEE_OTHER, "/reports/2022?by=school"));
        assert!(signed_in.cookie().ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{}", signed_in.cookie());
        let cookie = signed_in.secret();
        assert_ne!(cookie, planted);
        assert_eq!(get(&router, "/reports/2022?by=school", planted).await.status, StatusCode::SEE_OTHER);
        let report = get(&router, &format!("/reports/2022?school={OURS}"), &cookie).await;
        assert_eq!(report.status, StatusCode::OK, "{}", report.body);
        // The API knows the same session; with a token that is none the cookie is not looked at.
        let report = get(&router, "/api/v1/report?year=2022", &cookie).await;
        assert_eq!((report.status, report.head["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
        let tokened = request(Method::GET, "/api/v1/report?year=2022", "localhost", &cookie);
        let tokened = tokened.header("authorization", "Bearer gt_0").body(Body::empty()).unwrap();
        assert_eq!(send(&router, tokened).await.status, StatusCode::UNAUTHORIZED);
        assert!(get(&router, "/me", &cookie).await.body.contains("这一处"));
        // Whoever shows again who it is goes on under another secret, and signing in again ends what was there.
        let shown_again = [("password", PASSWORD), ("code", shown.recovery[0].as_str())];
        let confirmed = post(&router, "/me/confirm", &cookie, &shown_again).await;
        assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.body);
        let renewed = confirmed.secret();
        assert_eq!(get(&router, "/me", &cookie).await.status, StatusCode::SEE_OTHER);
        assert_eq!(get(&router, "/me", &renewed).await.status, StatusCode::OK);
        let fields = [("login", "qianwu"), ("password", PASSWORD), ("code", shown.recovery[1].as_str())];
        let cookie = post(&router, "/sign-in", &renewed, &fields).await.secret();
        assert_eq!(get(&router, "/me", &renewed).await.status, StatusCode::SEE_OTHER);
        assert_eq!(get(&router, "/me", &cookie).await.status, StatusCode::OK);
        let twice = [("login", "qianwu"), ("password", PASSWORD), ("login", "nobody")];
        assert_eq!(post(&router, "/sign-in", "", &twice).await.status, StatusCode::BAD_REQUEST);
        let out = post(&router, "/sign-out", &cookie, &[]).await;
        assert!(out.cookie().contains("Max-Age=0") && out.head.contains_key("clear-site-data"));
        assert_eq!(get(&router, "/me", &cookie).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn accounts_of_the_demonstration_are_of_a_class_that_there_is_and_each_signs_in() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school(OURS).await;
    town.graduate(OURS, "张一", "330702200403154519").await;
    let class = accounts::a_class(&town.app, &school(OURS), 2022).await.unwrap().unwrap();
    let (app, visitor) = (&town.app, Visitor::new(None, ""));
    // Run again they have other passwords.
    let first = accounts::open(app, &school(OURS), &class).await.unwrap();
    let opened = accounts::open(app, &school(OURS), &class).await.unwrap();
    assert_eq!(opened.len(), 6);
    for (before, account) in first.iter().zip(&opened) {
        let attempt = |of: &DemoAccount| Attempt {
            login: of.login.to_owned(),
            password: of.password.as_str().to_owned(),
            code: String::new(),
        };
        app.sign_in(&attempt(account), &visitor).await.unwrap();
        assert!(app.sign_in(&attempt(before), &visitor).await.is_err(), "{}", account.login);
    }
}

#[tokio::test]
async fn a_school_s_officer_sees_no_figures_of_others() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school(OURS).await;
    town.add_school("33070002").await;
    let app = Arc::new(town.app);
    let router = router_of(&app);
    let officer = cookie_of(&app, Role::Officer).await;
    assert_eq!(get(&router, "/reports/2022?school=33070002", &officer).await.status, StatusCode::NOT_FOUND);
    let mentor = cookie_of(&app, Role::Mentor).await;
    assert_eq!(get(&router, "/reports/2022", &mentor).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_another_site_sends_is_not_done() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school(OURS).await;
    let app = Arc::new(town.app);
    let router = router_of(&app);
    let cookie = cookie_of(&app, Role::Bureau).await;
    let add = r#"{"code": "33070077", "name": "七中", "category": "private"}"#;
    let sent = async |path: &str, marks: &[(&str, &str)]| {
        let json = request(Method::POST, path, "localhost:8080", &cookie).header("content-type", "application/json");
        let request = marks.iter().fold(json, |request, (name, value)| request.header(*name, *value));
        let body = if path.starts_with("/api") { Body::from(add) } else { form(&[]) };
        send(&router, request.body(body).unwrap()).await
    };
    for foreign in [
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")].as_slice(),
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost:9090")],
    ] {
        let refused = sent("/api/v1/school/add", foreign).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{foreign:?}");
        assert!(refused.body.contains("\"http.other_site\""), "{}", refused.body);
        let refused = sent("/sign-out", foreign).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{foreign:?}");
        assert!(refused.body.contains("从别的网站发来"), "{}", refused.body);
    }
    assert_eq!(get(&router, "/me", &cookie).await.status, StatusCode::OK, "nobody was signed out");
    // A link may lead to a figure, not to persons in full, which is recorded.
    for (path, status) in [
        ("/api/v1/report?year=2022", StatusCode::OK),
        ("/api/v1/student/find?text=x&show=contact_student", StatusCode::FORBIDDEN),
    ] {
        let link = request(Method::GET, path, "localhost:8080", &cookie).header("sec-fetch-site", "cross-site");
        assert_eq!(send(&router, link.body(Body::empty()).unwrap()).await.status, status, "{path}");
    }
    // A program has no origin, a page of this server the server's own.
    assert_eq!(sent("/api/v1/school/add", &[]).await.status, StatusCode::OK);
    let own = [("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")];
    assert_eq!(sent("/api/v1/school/add", &own).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_for_another_host_is_answered_nothing() {
    let database = Database::sqlite();
    let app = Arc::new(Town::new(&database).await.app);
    let router = router_of(&app);
    for host in ["evil.example", "10.0.0.1:8080", "localhost.evil.example"] {
        let asked = |path: &str| request(Method::GET, path, host, "").body(Body::empty()).unwrap();
        let page = send(&router, asked("/sign-in")).await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!page.body.contains("<form"), "{}", page.body);
        let api = send(&router, asked("/api/openapi.json")).await;
        assert_eq!(api.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(api.body.contains("\"http.other_host\""), "{}", api.body);
        assert_eq!(send(&router, asked("/health/live")).await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn over_plain_http_signing_out_takes_the_cookie_back_by_itself_alone() {
    let database = Database::sqlite();
    let app = Arc::new(Town::new(&database).await.app);
    let router = web::router(app, Arc::new(Front::public("http://shixi.lan:8080", true, 0).unwrap()));
    let sent = request(Method::POST, "/sign-out", "shixi.lan:8080", "gradtrail=gs_0").body(Body::empty()).unwrap();
    let out = send(&router, sent).await;
    assert!(out.cookie().contains("gradtrail=;") && out.cookie().contains("Max-Age=0"), "{}", out.cookie());
    // Browsers do not do it there, and Chromium then keeps the cookie, too.
    assert!(!out.head.contains_key("clear-site-data"));
}

#[tokio::test]
async fn over_https_the_cookie_is_of_this_host_only_and_browsers_come_back_by_https() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school(OURS).await;
    let app = Arc::new(town.app);
    let front = Arc::new(Front::public("https://shixi.example.cn", false, 1).unwrap());
    let router = web::router(Arc::clone(&app), front);
    let host = "shixi.example.cn";
    let (ours, class) = (school(OURS), ClassName::parse("1班").unwrap());
    let opened = accounts::open(&app, &ours, &class).await.unwrap();
    let bureau = opened.into_iter().find(|account| account.role == Role::Bureau).unwrap();
    let fields = [("login", bureau.login), ("password", bureau.password.as_str())];
    // Behind a proxy the host may be another, the origin is what people typed.
    let sent = request(Method::POST, "/sign-in", host, "").header(ORIGIN, "https://shixi.example.cn");
    let signed_in = send(&router, sent.body(form(&fields)).unwrap()).await;
    let cookie = signed_in.cookie();
    assert!(cookie.starts_with("__Host-gradtrail=gs_") && cookie.contains("; Secure"), "{cookie}");
    assert_eq!(signed_in.head["strict-transport-security"], "max-age=31536000; includeSubDomains");
    let secret = signed_in.secret();
    let account = request(Method::GET, "/me", host, &secret).body(Body::empty()).unwrap();
    assert_eq!(send(&router, account).await.status, StatusCode::OK);
    // Under the name that plain http has it is none.
    let plain = secret.replace("__Host-", "");
    let account = request(Method::GET, "/me", host, &plain).body(Body::empty()).unwrap();
    assert_eq!(send(&router, account).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_first_account_is_set_up_once_by_the_address_that_the_server_prints() {
    for database in Database::both().await {
        let app = Arc::new(Town::new(&database).await.app);
        let router = router_of(&app);
        let secret = app.set_up_secret().await.unwrap().unwrap().as_str().to_owned();
        let fields = |code: &str| {
            [
                ("code", code.to_owned()),
                ("name", "周校长".to_owned()),
                ("kind", "school".to_owned()),
                ("school_code", OURS.to_owned()),
                ("school_name", "第一职业学校".to_owned()),
                ("category", "public".to_owned()),
            ]
        };
        let set_up = async |code: &str| {
            let fields = fields(code);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            post(&router, "/set-up", "", &fields).await
        };
        let wrong = set_up("ABCDE").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains("初始设置的地址无效"), "{}", wrong.body);
        let page = set_up(&secret).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("周校长，设置登录") && page.body.contains("校长，学校 33070001"), "{}", page.body);
        assert_eq!(set_up(&secret).await.status, StatusCode::UNAUTHORIZED);
        assert!(app.set_up_secret().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_first_set_up_that_was_broken_off_goes_on_where_it_was() {
    for database in Database::both().await {
        let operator = Caller::operator("set_up");
        let before = Town::new(&database).await.app;
        before.set_up_secret().await.unwrap().unwrap();
        // As far as it came: the school and the account.
        let school = json!({ "school": { "add": { "code": OURS, "name": "一中", "category": "public" } } });
        run(&before, &operator, school).await.unwrap();
        let account = json!({ "account": { "add": { "name": "周校长", "role": "principal", "school": OURS } } });
        run(&before, &operator, account).await.unwrap();
        // The next start prints another address, by which the same account is invited.
        let app = Arc::new(database.open().await);
        let router = router_of(&app);
        let secret = app.set_up_secret().await.unwrap().unwrap().as_str().to_owned();
        assert!(app.first_invited().await.unwrap().is_empty());
        let fields = [
            ("code", secret.as_str()),
            ("name", "周校长"),
            ("kind", "school"),
            ("school_code", OURS),
            ("school_name", "一中"),
            ("category", "public"),
        ];
        let page = post(&router, "/set-up", "", &fields).await;
        assert!(page.body.contains("周校长，设置登录"), "{}", page.body);
        // Where even this page was lost the start tells who is to be invited again on the machine.
        let next = database.open().await;
        assert!(next.set_up_secret().await.unwrap().is_none());
        assert_eq!(next.first_invited().await.unwrap(), ["周校长"]);
        let invitation = invite(&next, &operator, "周校长").await.unwrap();
        let now = code(&next, &opened(&next, &invitation).await, 0);
        accept(&next, &invitation, "zhou", PASSWORD, &now).await.unwrap();
        assert!(next.first_invited().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn where_somebody_was_invited_on_the_machine_there_is_no_first_set_up() {
    let database = Database::sqlite();
    let school = School::new(&database).await;
    assert!(school.app().set_up_secret().await.unwrap().is_some(), "accounts alone let nobody in");
    invite(school.app(), &school.town.caller, "赵校长").await.unwrap();
    assert!(school.app().set_up_secret().await.unwrap().is_none());
}
