//! The sample city with which one practises: every page says so, and its bureau may begin anew; nowhere else is there such a page.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::{Extension, Router};
use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::demo::{accounts, is_practice};
use gradtrail::domain::ids::ClassName;
use gradtrail::{sample, web};
use tokio::sync::Notify;

use super::over_the_wire::{get, post};
use crate::support::{Database, Town, add_school, front, school};

/// The pages of a town, and the cookies of those roles in it.
async fn pages<const N: usize>(app: &Arc<App>, code: &str, roles: [Role; N]) -> (Router, [String; N]) {
    let opened = accounts::open(app, &school(code), &ClassName::parse("1班").unwrap()).await.unwrap();
    let practises = is_practice(app).await.unwrap();
    let router = web::router(Arc::clone(app), Arc::new((*front()).clone().practising(practises)));
    let mut cookies = vec![];
    for role in roles {
        let account = opened.iter().find(|account| account.role == role).unwrap();
        let fields = [("login", account.login), ("password", account.password.as_str())];
        cookies.push(post(&router, "/sign-in", "", &fields).await.secret());
    }
    (router, cookies.try_into().unwrap())
}

#[tokio::test]
async fn the_sample_city_says_on_each_page_that_it_is_practice_and_its_bureau_may_begin_anew() {
    for database in Database::both().await {
        let (town, code) = (Town::new(&database).await, sample::a_school().unwrap());
        town.add_school(&code).await;
        let app = Arc::new(town.app);
        let (router, [bureau, officer]) = pages(&app, &code, [Role::Bureau, Role::Officer]).await;
        for (address, cookie) in [("/sign-in", ""), ("/", &bureau), ("/students", &officer), ("/nowhere", &officer)] {
            let page = get(&router, address, cookie).await;
            assert!(page.body.contains("练习：样例城市"), "{address}: {}", page.body);
        }
        // A server that was not begun as a demonstration cannot do it.
        let unable = post(&router, "/practice", &bureau, &[]).await;
        assert_eq!(unable.status, StatusCode::FORBIDDEN);
        assert!(unable.body.contains("不能从网页重来"), "{}", unable.body);
        let anew = Arc::new(Notify::new());
        let router = router.layer(Extension(Arc::clone(&anew)));
        for page in [get(&router, "/practice", &officer).await, post(&router, "/practice", &officer, &[]).await] {
            assert!(page.body.contains("只有市局的演示账号"), "{}", page.body);
        }
        let before = get(&router, "/practice", &bureau).await;
        assert!(before.body.contains("不能恢复") && before.body.contains("重来一遍</button>"), "{}", before.body);
        let begun = post(&router, "/practice", &bureau, &[]).await;
        assert!(begun.body.contains("正在重来"), "{}", begun.body);
        anew.notified().await;
    }
}

#[tokio::test]
async fn where_there_is_a_real_school_or_no_account_of_the_demonstration_nobody_practises_or_begins_anew() {
    let database = Database::sqlite();
    let (town, code) = (Town::new(&database).await, sample::a_school().unwrap());
    town.add_school(&code).await;
    assert!(!is_practice(&town.app).await.unwrap(), "there is no such account");
    let app = Arc::new(town.app);
    let (router, [bureau]) = pages(&app, &code, [Role::Bureau]).await;
    assert_eq!(get(&router, "/practice", &bureau).await.status, StatusCode::OK);
    // As soon as it is used in earnest, there is no such page, whatever the server was begun as.
    add_school(&app, &Caller::operator("test"), "33070001", "一中").await.unwrap();
    assert!(!is_practice(&app).await.unwrap());
    let router = router.layer(Extension(Arc::new(Notify::new())));
    assert_eq!(get(&router, "/practice", &bureau).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&router, "/practice", &bureau, &[]).await.status, StatusCode::NOT_FOUND);
    let (real, [bureau]) = pages(&app, &code, [Role::Bureau]).await;
    assert!(!get(&real, "/", &bureau).await.body.contains("练习"));
    assert_eq!(get(&real, "/practice", &bureau).await.status, StatusCode::NOT_FOUND);
}
