//! Over HTTP, too, what held before and holds no more lets nobody do anything, and tells nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use gradtrail::accounts::Role;
use gradtrail::app::App;
use serde_json::json;

use super::over_the_wire::{Page, get, request, router_of, send};
use super::{OURS, School, run};
use crate::api::token;
use crate::support::{Database, clock, cookie_of, front};

/// Registers a unit by a cookie or a token.
async fn register(router: &Router, name: &str, value: &str) -> Page {
    let cookie = if name == "cookie" { value } else { "" };
    let sent = request(Method::POST, "/api/v1/employer/register", "localhost", cookie);
    let sent = if name == "cookie" { sent } else { sent.header(name, value) };
    let unit = json!({ "name": format!("{name}机械厂") }).to_string();
    send(router, sent.header("content-type", "application/json").body(Body::from(unit)).unwrap()).await
}

async fn position(app: &App) -> i64 {
    app.log().head().await.unwrap().position()
}

#[tokio::test]
async fn a_token_that_expired_was_revoked_is_another_installation_s_or_none_is_one_answer_and_records_nothing() {
    for (database, other) in Database::both().await.into_iter().zip(Database::both().await) {
        let (school, elsewhere) = (School::new(&database).await, School::new(&other).await);
        let foreign = token(elsewhere.app(), "钱五", false).await;
        let good = token(school.app(), "钱五", false).await;
        let revoked = token(school.app(), "钱五", false).await;
        let listed =
            json!({ "account": { "revoke_token": { "staff": "钱五", "token": newest_token(&school).await } } });
        run(school.app(), &school.town.caller, listed).await.unwrap();
        let later = Arc::new(database.open_at(|| clock() + 91 * 86_400 * 1_000_000).await);
        let app = Arc::new(school.town.app);
        let (now, then) = (router_of(&app), router_of(&later));
        let before = position(&app).await;
        let mut answers = BTreeSet::new();
        for (router, shown) in [(&now, &foreign), (&now, &revoked), (&now, &"gt_0".to_owned()), (&then, &good)] {
            let answer = register(router, "authorization", &format!("Bearer {shown}")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
            answers.insert(answer.body);
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(position(&app).await, before);
        assert_eq!(register(&now, "authorization", &format!("Bearer {good}")).await.status, StatusCode::OK);
    }
}

/// The id of the officer's token that was issued last.
async fn newest_token(school: &School) -> String {
    let question = serde_json::from_value(json!({ "tokens": { "staff": "钱五" } })).unwrap();
    match school.app().ask(&school.town.caller, &question).await.unwrap() {
        gradtrail::app::reply::Reply::Tokens(tokens) => {
            tokens.iter().map(|listed| listed.token.0).max().unwrap().to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_session_is_of_the_role_that_its_owner_has_now_and_of_a_disabled_account_none() {
    for database in Database::both().await {
        let school = School::new(&database).await;
        let cookie = cookie_of(school.app(), Role::Officer).await;
        let secret = cookie.strip_prefix(&format!("{}=", front().cookie_name())).unwrap();
        let officer = school.app().caller_of_session(secret, "web").await.unwrap().staff_id().unwrap().0.to_string();
        let app = Arc::new(school.town.app);
        let router = router_of(&app);
        assert_eq!(get(&router, "/reports/2022", &cookie).await.status, StatusCode::OK);
        assert_eq!(register(&router, "cookie", &cookie).await.status, StatusCode::OK);
        let change = json!({ "staff": officer, "role": "mentor", "school": OURS });
        run(&app, &school.town.caller, json!({ "account": { "change": change } })).await.unwrap();
        let before = position(&app).await;
        assert_eq!(get(&router, "/reports/2022", &cookie).await.status, StatusCode::NOT_FOUND);
        let refused = register(&router, "cookie", &cookie).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
        assert!(refused.body.contains("\"request.denied\""), "{}", refused.body);
        assert_eq!(position(&app).await, before);
        let disable = json!({ "staff": officer, "reason": "left" });
        run(&app, &school.town.caller, json!({ "account": { "disable": disable } })).await.unwrap();
        let refused = register(&router, "cookie", &cookie).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.body);
        assert_eq!(get(&router, "/me", &cookie).await.status, StatusCode::SEE_OTHER);
    }
}
