//! The same over HTTP: the header of the API, and the place of a session on the pages.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, ETAG, HOST, LOCATION, ORIGIN};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use gradtrail::web;

use super::*;
use crate::support::{cookie_of, front};

struct Answered {
    status: StatusCode,
    head: HeaderMap,
    body: String,
}

impl Answered {
    fn code(&self) -> String {
        let problem: Value = serde_json::from_str(&self.body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }

    fn leads_to(&self) -> &str {
        self.head[LOCATION].to_str().unwrap()
    }

    /// Of the two students, whom it names.
    fn named(&self) -> Vec<&'static str> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        ["张一", "张二"].into_iter().filter(|name| self.body.contains(name)).collect()
    }
}

async fn send(router: &Router, request: Builder, body: Body) -> Answered {
    use tower::ServiceExt as _;
    let request = request.header(HOST, "localhost").header(ORIGIN, "http://localhost").body(body).unwrap();
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answered { status: head.status, head: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// Asks or orders with a token, in somebody's place where one is named.
async fn call(router: &Router, token: &str, place: Option<&str>, path: &str, command: Option<Value>) -> Answered {
    let method = if command.is_some() { Method::POST } else { Method::GET };
    let request = Request::builder().method(method).uri(path).header(AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(CONTENT_TYPE, "application/json").header("prefer", "respond-async");
    let request = match place {
        Some(place) => request.header("in-place-of", place),
        None => request,
    };
    send(router, request, command.map_or_else(Body::empty, |command| Body::from(command.to_string()))).await
}

async fn token(school: &School, reads_only: bool) -> String {
    let issue = account("issue_token", json!({ "label": "排课系统", "reads_only": reads_only }));
    match run(school.app(), &school.deputy, issue).await.unwrap() {
        Answer::Account(AccountAnswer::Token(issued)) => issued.secret.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_header_of_the_api_says_in_whose_place_and_is_refused_alike_whoever_else_is_named() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        school.appoint_today().await;
        let [token, reading] = [token(&school, false).await, token(&school, true).await];
        let [absent, mentor] = [school.absent.id, school.mentor.id].map(|id| id.0.to_string());
        let app = Arc::new(school.town.app);
        let router = web::router(Arc::clone(&app), front());
        let list = "/api/v1/student/list";
        // The deputy needs what the role asks for, as at the door.
        let refused = call(&router, &token, Some(&absent), list, None).await;
        assert_eq!((refused.status, &*refused.code()), (StatusCode::FORBIDDEN, "deputy.factor"));
        let waive = account("waive_second_factor", json!({ "staff": "李老师", "reason": "no_device" }));
        run(&app, &school.principal, waive).await.unwrap();
        let own = call(&router, &token, None, list, None).await;
        assert_eq!(own.named(), ["张二"]);
        for place in [&absent, &absent[28..], &absent.to_uppercase()] {
            let placed = call(&router, &token, Some(place), list, None).await;
            assert_eq!(placed.named(), ["张一"]);
            assert_ne!(placed.head[ETAG], own.head[ETAG]);
        }
        assert_eq!(call(&router, &reading, Some(&absent), list, None).await.named(), ["张一"]);
        for place in [&*mentor, "00000000-0000-0000-0000-000000000007", "x", "", &absent[30..]] {
            let refused = call(&router, &token, Some(place), list, None).await;
            assert_eq!((refused.status, &*refused.code()), (StatusCode::FORBIDDEN, "gate.not_deputy"), "{place}");
        }
        let withdraw = || Some(json!({ "class": "1班" }));
        let order = "/api/v1/exemption/withdraw";
        let begun = call(&router, &token, Some(&absent), order, withdraw()).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
        // What was ordered in somebody's place is told there.
        let job = begun.leads_to().to_owned();
        assert_eq!(call(&router, &token, None, &job, None).await.status, StatusCode::NOT_FOUND);
        assert_eq!(call(&router, &token, Some(&absent), &job, None).await.status, StatusCode::OK);
        let issue = Some(json!({ "label": "x" }));
        let refused = call(&router, &token, Some(&absent), "/api/v1/token/issue", issue).await;
        assert_eq!((refused.status, &*refused.code()), (StatusCode::FORBIDDEN, "gate.in_place_of"));
    }
}

async fn get(router: &Router, path: &str, cookie: &str) -> Answered {
    send(router, Request::get(path).header(COOKIE, cookie), Body::empty()).await
}

/// Goes on in somebody's place, or as oneself.
async fn take_place(router: &Router, cookie: &str, absent: &str) -> Answered {
    let request = Request::post("/me/place").header(COOKIE, cookie);
    send(router, request, Body::from(format!("absent={absent}"))).await
}

#[tokio::test]
async fn a_session_is_in_the_place_that_was_chosen_says_so_on_each_page_and_is_turned_away_when_it_is_over() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let (app, operator) = (Arc::new(school.town.app), school.town.caller);
        let cookie = cookie_of(&app, Role::Officer).await;
        let router = web::router(Arc::clone(&app), front());
        assert!(!get(&router, "/me", &cookie).await.body.contains("id=\"place\""));
        run(&app, &operator, deputise("演示班主任", "演示就业办", "2023-07-01", LAST)).await.unwrap();
        run(&app, &operator, deputise("演示就业办", "演示校长", "2023-07-02", LAST)).await.unwrap();
        let page = get(&router, "/me", &cookie).await.body;
        assert!(page.contains("由您代演示班主任办理") && page.contains("由演示校长代您办理"), "{page}");
        let absent = app.find_account(&operator, "演示班主任").await.unwrap().0.to_string();
        assert!(page.contains(&absent), "{page}");
        let own = get(&router, "/students", &cookie).await;
        assert_eq!(own.named(), ["张一", "张二"]);
        assert!(!own.body.contains("您正代"));
        let principal = app.find_account(&operator, "演示校长").await.unwrap().0.to_string();
        for other in [&*principal, "x"] {
            let refused = take_place(&router, &cookie, other).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
            assert!(refused.body.contains("您现在不能代这个账号办理"), "{}", refused.body);
        }
        assert_eq!(get(&router, "/students", &cookie).await.named(), ["张一", "张二"]);

        let taken = take_place(&router, &cookie, &absent).await;
        assert_eq!((taken.status, taken.leads_to()), (StatusCode::SEE_OTHER, "/"));
        let placed = get(&router, "/students", &cookie).await;
        assert_eq!(placed.named(), ["张一"]);
        assert!(placed.body.contains("您正代演示班主任办理，至 2023-07-05"), "{}", placed.body);
        let english = get(&router, "/students", &format!("{cookie}; language=en")).await.body;
        assert!(english.contains("You act in the place of 演示班主任, until 2023-07-05"), "{english}");
        assert_eq!(get(&router, "/api/v1/student/list", &cookie).await.named(), ["张一"]);
        // The own account stays the own.
        let page = get(&router, "/me", &cookie).await.body;
        assert!(page.contains("<h1>演示就业办</h1>") && page.contains("您正代演示班主任办理"), "{page}");

        run(&app, &operator, account("end_deputy", json!({ "staff": "演示班主任" }))).await.unwrap();
        let turned_away = get(&router, "/students", &cookie).await;
        assert_eq!((turned_away.status, turned_away.leads_to()), (StatusCode::SEE_OTHER, "/me"));
        let refused = get(&router, "/api/v1/student/list", &cookie).await;
        assert_eq!((refused.status, &*refused.code()), (StatusCode::FORBIDDEN, "gate.not_deputy"));
        let page = get(&router, "/me", &cookie).await.body;
        assert!(page.contains("您现在不能代这个账号办理") && page.contains("回到自己"), "{page}");
        assert_eq!(take_place(&router, &cookie, "").await.leads_to(), "/");
        assert_eq!(get(&router, "/students", &cookie).await.named(), ["张一", "张二"]);
    }
}
