//! Promise: whatever can be ordered has a page, which says beforehand who can have it and who cannot, does it for all who are
//! chosen or for nobody, and loses nothing that was typed.

use std::net::SocketAddr;
use std::sync::Arc;

use gradtrail::accounts::Role;
use gradtrail::app::App;
use gradtrail::app::actions::Action;
use gradtrail::app::called::Input;
use gradtrail::app::inputs::fields;
use gradtrail::catalogue::help;
use gradtrail::domain::ids::{PlacementId, StudentId};
use gradtrail::web;
use strum::IntoEnumIterator as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::layout::is_chinese;
use crate::placements::{class, draft, evaluate, execute, officer, submit};
use crate::support::{Database, cookie_of, front};

/// Somebody at a browser.
pub struct Browser {
    pub address: SocketAddr,
    pub cookie: String,
    pub app: Arc<App>,
}

impl Browser {
    pub async fn of(app: Arc<App>, role: Role) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let cookie = cookie_of(&app, role).await;
        let router = web::router(Arc::clone(&app), front());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, cookie, app }
    }

    async fn send(&self, request: String) -> String {
        self.send_bytes(request.as_bytes()).await
    }

    /// The answer; what of it is no text is left out.
    pub async fn send_bytes(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = vec![];
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub async fn get(&self, path: &str) -> String {
        let cookie = &self.cookie;
        self.send(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"))
            .await
    }

    pub async fn post(&self, path: &str, words: &[(&str, &str)]) -> String {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        self.send(format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\nconnection: close\r\ncontent-type: \
             application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        ))
        .await
    }

    pub async fn position(&self) -> i64 {
        self.app.log().head().await.unwrap().position()
    }
}

pub fn location(answer: &str) -> &str {
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    answer.split("location: ").nth(1).unwrap().split("\r\n").next().unwrap()
}

/// A class of three of whom two are submitted and the third is a draft, and a principal who looks at it.
async fn two_of_three_submitted(database: &Database) -> (Browser, Vec<StudentId>) {
    let (town, host, students) = class(database, 3).await;
    let ids: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
    let drafts = ids.iter().zip(&students).map(|(id, student)| draft(*id, *student, host));
    execute(&town.app, &officer(), drafts.collect()).await.unwrap();
    for order in [submit, evaluate] {
        execute(&town.app, &officer(), ids[..2].iter().map(|id| order(*id)).collect()).await.unwrap();
    }
    (Browser::of(Arc::new(town.app), Role::Principal).await, students)
}

#[tokio::test]
async fn who_cannot_is_named_before_the_button_and_the_others_have_it_together() {
    for database in Database::both().await {
        let (principal, students) = two_of_three_submitted(&database).await;
        let before = principal.position().await;
        let page = principal.get("/acts/placement/approve?school=33070001&class=1%E7%8F%AD").await;
        let [first, second, third] = [0, 1, 2].map(|n| students[n].0.to_string());
        let is_ticked = |id: &str| page.contains(&format!("value=\"{id}\" checked"));
        assert_eq!([&first, &second, &third].map(|id| is_ticked(id)), [true, true, false], "{page}");
        assert!(page.contains("不能办理 1 人"), "{page}");
        assert_eq!(principal.position().await, before, "it was only rehearsed");
        // With the third nobody has it.
        let all = [("students", &*first), ("students", &second), ("students", &third), ("class", "1班"), ("back", "/")];
        let refused = principal.post("/acts/placement/approve", &all).await;
        assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("什么都没有记录"), "{refused}");
        assert_eq!(principal.position().await, before);
        let two = [("students", &*first), ("students", &second), ("class", "1班"), ("key", "k1"), ("back", "/classes")];
        let approved = principal.post("/acts/placement/approve", &two).await;
        let shown = principal.get(location(&approved)).await;
        assert!(shown.contains("2 人：") && shown.contains("href=\"/classes\""), "{shown}");
        assert!(principal.position().await == before + 2);
        // A second click is the same order.
        let again = principal.post("/acts/placement/approve", &two).await;
        assert_eq!((location(&again), principal.position().await), (location(&approved), before + 2));
    }
}

#[tokio::test]
async fn what_was_recorded_is_undone_from_its_page_and_done_again() {
    for database in Database::both().await {
        let (principal, students) = two_of_three_submitted(&database).await;
        let id = students[0].0.to_string();
        let officer = Browser::of(Arc::clone(&principal.app), Role::Officer).await;
        let words = [("students", &*id), ("back", "/"), ("reason", "document_missing"), ("note", "缺监护人电话")];
        let returned = principal.post("/acts/placement/return", &words).await;
        let shown = officer.get(location(&returned)).await;
        let undo =
            shown.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|link| link.contains("/undo?"));
        let undo = undo.unwrap().replace("&#38;", "&");
        let page = officer.get(&undo).await;
        assert!(page.contains(&format!("value=\"{id}\" checked")), "{page}");
        let words = [("students", &*id), ("reason", "entry_error"), ("back", "/")];
        let undone = officer.post("/acts/placement/undo", &words).await;
        assert!(officer.get(location(&undone)).await.contains("撤销第"), "{undone}");
        let words = [("students", &*id), ("back", "/"), ("reason", "document_missing")];
        assert!(location(&principal.post("/acts/placement/return", &words).await).starts_with("/recorded?"));
    }
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong_at_its_field() {
    let database = Database::sqlite();
    let (principal, students) = two_of_three_submitted(&database).await;
    let id = students[0].0.to_string();
    let before = principal.position().await;
    for (words, expected) in [
        (vec![("students", &*id), ("note", "“缺”'电话'&")], "没有填写「原因」"),
        (vec![("students", &*id), ("note", "“缺”'电话'&"), ("reason", "luck")], "「原因」应为下列之一"),
        (vec![("reason", "document_missing"), ("note", "“缺”'电话'&")], "没有勾选学生"),
        (vec![("students", "7"), ("reason", "document_missing"), ("note", "“缺”'电话'&")], "没有勾选学生"),
        (
            vec![("students", &*id), ("reason", "document_missing"), ("note", "“缺”'电话'&"), ("luck", "1")],
            "没有字段 luck",
        ),
    ] {
        let page = principal.post("/acts/placement/return", &words).await;
        assert!(page.starts_with("HTTP/1.1 422") && page.contains(expected), "{expected}: {page}");
        assert!(page.contains("“缺”&#39;电话&#39;&#38;"), "{page}");
    }
    assert_eq!(principal.position().await, before);
}

#[tokio::test]
async fn an_act_is_for_whom_it_is_and_about_whom_one_may_see() {
    let database = Database::sqlite();
    let (principal, students) = two_of_three_submitted(&database).await;
    let id = students[0].0.to_string();
    let before = principal.position().await;
    for role in [Role::ClassTeacher, Role::Mentor, Role::Auditor] {
        let browser = Browser::of(Arc::clone(&principal.app), role).await;
        for answer in [
            browser.get(&format!("/acts/placement/approve?students={id}")).await,
            browser.post("/acts/placement/approve", &[("students", &*id)]).await,
        ] {
            assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 403"), "{role:?}: {answer}");
        }
    }
    for nowhere in ["/acts/placement", "/acts/placement/show", "/acts/placement/fly", "/acts/report"] {
        assert!(principal.get(nowhere).await.starts_with("HTTP/1.1 404"), "{nowhere}");
    }
    assert_eq!(principal.position().await, before);
}

#[tokio::test]
async fn every_command_has_a_form_in_both_languages_and_every_field_a_label() {
    let database = Database::sqlite();
    let (principal, _) = two_of_three_submitted(&database).await;
    let english =
        Browser { cookie: format!("{}; language=en", cookie_of(&principal.app, Role::Bureau).await), ..principal };
    for action in Action::iter() {
        let called = action.called();
        let Input::Command(_) = called.input else { continue };
        for field in fields(called) {
            assert!(help::label(called.words, &field.name).is_some(), "{}: {}", called.words, field.name);
        }
        let page = english.get(&format!("/acts/{}", called.words.replace(' ', "/"))).await;
        if page.starts_with("HTTP/1.1 404") {
            continue;
        }
        assert!(page.starts_with("HTTP/1.1 200"), "{}: {page}", called.words);
        let main = page.split("<main").nth(1).unwrap();
        // What files say is Chinese, and so are names.
        let said: String =
            main.split("<datalist").map(|part| part.split_once("</datalist>").map_or(part, |(_, rest)| rest)).collect();
        let chinese: String = said.chars().filter(|c| is_chinese(*c)).collect();
        assert!(chinese.is_empty(), "{}: {chinese}", called.words);
    }
}
