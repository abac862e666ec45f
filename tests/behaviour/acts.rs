//! Promise: whatever can be ordered has a page, which says beforehand who can have it and who cannot, does it for all who are
//! chosen or for nobody, and loses nothing that was typed.

use std::net::SocketAddr;
use std::sync::Arc;

use gradtrail::accounts::Role;
use gradtrail::app::App;
use gradtrail::app::actions::Action;
use gradtrail::app::called::Input;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::inputs::fields;
use gradtrail::catalogue::help;
use gradtrail::domain::ids::{PlacementId, StudentId};
use gradtrail::web;
use strum::IntoEnumIterator as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::layout::is_chinese;
use crate::placements::{class, draft, evaluate, execute, officer, submit};
use crate::support::{Database, Town, cookies_of, front};

/// Somebody at a browser.
pub struct Browser {
    pub address: SocketAddr,
    pub cookie: String,
    pub app: Arc<App>,
}

impl Browser {
    pub async fn of<const N: usize>(app: App, roles: [Role; N]) -> [Self; N] {
        Self::stranger(Arc::new(app)).await.signed_in(roles).await
    }

    /// Somebody who is not signed in.
    pub async fn stranger(app: Arc<App>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = web::router(Arc::clone(&app), front());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, cookie: String::new(), app }
    }

    /// Others at the same server, who are signed in.
    pub async fn signed_in<const N: usize>(&self, roles: [Role; N]) -> [Self; N] {
        let cookies = cookies_of(&self.app, roles).await;
        cookies.map(|cookie| Self { cookie, address: self.address, app: Arc::clone(&self.app) })
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

/// A class of three of whom two are submitted and the third is a draft, and people who look at it.
pub async fn two_of_three_submitted<const N: usize>(
    database: &Database,
    roles: [Role; N],
) -> ([Browser; N], Vec<StudentId>) {
    let (town, host, students) = class(database, 3).await;
    let ids: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
    let drafts = ids.iter().zip(&students).map(|(id, student)| draft(*id, *student, host));
    execute(&town.app, &officer(), drafts.collect()).await.unwrap();
    for order in [submit, evaluate] {
        execute(&town.app, &officer(), ids[..2].iter().map(|id| order(*id)).collect()).await.unwrap();
    }
    (Browser::of(town.app, roles).await, students)
}

#[tokio::test]
async fn who_cannot_is_named_before_the_button_and_the_others_have_it_together() {
    for database in Database::both().await {
        let ([principal], students) = two_of_three_submitted(&database, [Role::Principal]).await;
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
        assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("都没有办理"), "{refused}");
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
        let roles = [Role::Principal, Role::Officer];
        let ([principal, officer], students) = two_of_three_submitted(&database, roles).await;
        let id = students[0].0.to_string();
        let words = [("students", &*id), ("back", "/"), ("reason", "document_missing"), ("note", "缺监护人电话")];
        let returned = principal.post("/acts/placement/return", &words).await;
        let shown = officer.get(location(&returned)).await;
        assert!(shown.contains("/undo?"), "{shown}");
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
    let ([principal], students) = two_of_three_submitted(&database, [Role::Principal]).await;
    let id = students[0].0.to_string();
    let before = principal.position().await;
    for (words, expected) in [
        (vec![("students", &*id), ("note", "“缺”'电话'&")], "没有填写「原因」"),
        (vec![("students", &*id), ("note", "“缺”'电话'&"), ("reason", "luck")], "「原因」应为下列之一"),
        (vec![("class", "1班"), ("reason", "document_missing"), ("note", "“缺”'电话'&")], "没有勾选学生"),
        (
            vec![("class", "1班"), ("students", "7"), ("reason", "document_missing"), ("note", "“缺”'电话'&")],
            "没有勾选学生",
        ),
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
    let roles = [Role::Principal, Role::ClassTeacher, Role::Mentor, Role::Auditor];
    let ([principal, teacher, mentor, auditor], students) = two_of_three_submitted(&database, roles).await;
    let id = students[0].0.to_string();
    let before = principal.position().await;
    for browser in [teacher, mentor, auditor] {
        for answer in [
            browser.get(&format!("/acts/placement/approve?students={id}")).await,
            browser.post("/acts/placement/approve", &[("students", &*id)]).await,
        ] {
            assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 403"), "{answer}");
        }
    }
    for nowhere in ["/acts/placement", "/acts/placement/show", "/acts/placement/fly", "/acts/report"] {
        let answer = principal.get(nowhere).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{nowhere}: {answer}");
    }
    assert_eq!(principal.position().await, before);
}

#[tokio::test]
async fn every_command_has_a_form_in_both_languages_and_every_field_a_label() {
    let database = Database::sqlite();
    let ([bureau], _) = two_of_three_submitted(&database, [Role::Bureau]).await;
    let english = Browser { cookie: format!("{}; language=en", bureau.cookie), ..bureau };
    let commands = || Action::iter().map(Action::called).filter(|called| matches!(called.input, Input::Command(_)));
    let labelled = |words, field: &str| help::label(words, field).is_some();
    let bare: Vec<String> = Action::iter()
        .map(Action::called)
        .flat_map(|called| fields(called).into_iter().map(move |field| (called.words, field.name)))
        .filter(|(words, field)| !labelled(words, field))
        .map(|(words, field)| format!("{words} {field}"))
        .collect();
    assert!(bare.is_empty(), "{bare:?}");
    for called in commands() {
        let page = english.get(&format!("/acts/{}", called.words.replace(' ', "/"))).await;
        if page.starts_with("HTTP/1.1 404") {
            continue;
        }
        assert!(page.starts_with("HTTP/1.1 200"), "{}: {page}", called.words);
        let main = page.split("<main").nth(1).unwrap().replace("学校33070001", "");
        // What files say is Chinese, and so are names.
        let said: String =
            main.split("<datalist").map(|part| part.split_once("</datalist>").map_or(part, |(_, rest)| rest)).collect();
        let chinese: String = said.chars().filter(|c| is_chinese(*c)).collect();
        assert!(chinese.is_empty(), "{}: {chinese}", called.words);
    }
}

const ROSTER: &str = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n\
                      33070001,王雨桐,330702200703100002,20240001,700206,1班,在籍,2021-09-01\n\
                      33070001,张若曦,330702200703100010,20240002,700206,1班,在籍,2021-09-01\n";

/// A browser of each of two who work together, on a register with a class of two.
pub async fn officer_and_principal(database: &Database) -> [Browser; 2] {
    let town = Town::new(database).await;
    town.add_school("33070001").await;
    let roster = database.write(&[("名册.csv", ROSTER)]);
    let imported = town.import(&roster, ImportFiles::default()).await;
    assert_eq!(imported[0].counts.new, 2, "{:?}", imported[0].rejected);
    Browser::of(town.app, [Role::Officer, Role::Principal]).await
}

/// The students whom the page of an act lists.
async fn listed(browser: &Browser, act: &str) -> Vec<String> {
    let page = browser.get(&format!("/acts/{act}?class=1%E7%8F%AD")).await;
    let boxes = page.split("name=\"students\" value=\"").skip(1);
    boxes.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_office_places_a_class_by_pages_alone_with_what_differs_for_one() {
    for database in Database::both().await {
        let [officer, principal] = officer_and_principal(&database).await;
        let unit = "91330700MA00000019";
        let register = [("name", "东方汽车服务有限公司"), ("code", unit), ("industry", "C")];
        for (browser, act, words) in [
            (&officer, "employer/register", &register[..]),
            (&officer, "host/propose", &[("employer", unit)]),
            (&officer, "host/visit", &[("employer", unit), ("all", "met"), ("on", "2023-6-30")]),
            (&principal, "host/accept", &[("employer", unit)]),
        ] {
            let answer = browser.post(&format!("/acts/{act}"), words).await;
            assert!(answer.starts_with("HTTP/1.1 303") || answer.starts_with("HTTP/1.1 200"), "{act}: {answer}");
        }
        let students = listed(&officer, "placement/draft").await;
        let [first, second] = students.as_slice() else { panic!("{students:?}") };
        let of_both = [("students", first.as_str()), ("students", second), ("class", "1班"), ("back", "/")];
        let arranged = [
            ("kind", "post"),
            ("source", "school"),
            ("host", "东方汽车服务有限公司"),
            ("first_day", "2023年9月1日"),
            ("last_day", "2024-2-29"),
            ("address", "某市工业路88号"),
            ("post", "汽车维修"),
            ("site_kind", "private"),
            ("region", "city"),
            ("mentor", "郑师傅"),
            ("teacher", "演示指导教师"),
            ("mentor_phone", "0579-80000002"),
            ("pay", "2400"),
            ("pay_unit", "month"),
            ("on_specialty", "full"),
            ("submit", "true"),
            ("verdict", "passed"),
            ("differs:20240002:岗位", "钣金"),
            ("differs:20240002:报酬", "2600"),
        ];
        let agreed = [
            ("meals", "provided"),
            ("lodging", "own"),
            ("day_hours", "8"),
            ("week_days", "5"),
            ("pay_method", "transfer"),
            ("pay_day", "15"),
            ("insurance", "liability"),
            ("insurance_buyer", "school"),
            ("send", "true"),
        ];
        for (browser, act, words) in [
            (&officer, "placement/draft", &arranged[..]),
            (&principal, "placement/approve", &[]),
            (&officer, "agreement/draft", &agreed),
            (&officer, "agreement/sign", &[("party", "all"), ("on", "2023-07-01")]),
            (&officer, "placement/ready", &[]),
        ] {
            let answer = browser.post(&format!("/acts/{act}"), &[&of_both[..], words].concat()).await;
            let shown = browser.get(location(&answer)).await;
            assert!(shown.contains("2 人：王雨桐、张若曦"), "{act}: {shown}");
        }
        let class = officer.get("/classes/33070001/1%E7%8F%AD").await;
        assert!(class.contains("汽车维修") && class.contains("钣金"), "{class}");
        let student = officer.get(&format!("/students/{second}")).await;
        assert!(student.contains("2,600"), "{student}");
    }
}

#[tokio::test]
async fn every_list_has_a_page_with_its_rows_and_its_columns_and_the_same_as_a_file() {
    let database = Database::sqlite();
    let ([bureau], _) = two_of_three_submitted(&database, [Role::Bureau]).await;
    let mut shown = 0;
    for called in Action::iter().map(Action::called).filter(|called| matches!(called.input, Input::Question(_))) {
        let address = format!("/lists/{}", called.words.replace(' ', "/"));
        let page = bureau.get(&address).await;
        let needed = fields(called).iter().any(|field| field.is_required);
        assert!(!page.starts_with("HTTP/1.1 5"), "{}: {page}", called.words);
        if needed || !page.contains("format=csv") {
            continue;
        }
        shown += 1;
        let csv = bureau.get(&format!("{address}?format=csv")).await;
        let (head, file) = csv.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/csv"), "{head}");
        let headings: Vec<&str> = page.split("<th scope=\"col\"").skip(1).collect();
        // What stands over a column orders by it.
        let headings = headings.iter().map(|rest| rest.split("<a ").nth(1).unwrap().split('>').nth(1).unwrap());
        let headings = headings.map(|rest| rest.split('<').next().unwrap());
        let headings: Vec<&str> = headings.collect();
        assert!(headings.is_empty() || file.contains(&headings.join(",")), "{headings:?}: {file}");
    }
    assert!(shown > 12, "{shown}");
}
