//! Promise: what can be ordered and asked on the command line can be over HTTP, under the same words, as the owner of the
//! token may; what is refused is a problem with its code, and nothing is recorded by it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ALLOW, CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use gradtrail::app::App;
use gradtrail::app::account::{AccountAnswer, AccountOrder};
use gradtrail::app::actions::{Action, Command};
use gradtrail::app::called::Input;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::reply::Answer;
use gradtrail::app::token::IssueToken;
use gradtrail::domain::account::codes::LookingPurpose;
use gradtrail::domain::terms::Term as _;
use gradtrail::web;
use serde_json::{Value, json};
use sqlx::Executor as _;
use strum::IntoEnumIterator;
use tower::ServiceExt as _;

use crate::placements::THEIRS;
use crate::refusals::{Office, arranged, of_class, of_student, roster};
use crate::support::{Database, front, with};

/// A server, two schools with a class each, a unit, and a token of the officer of the first.
pub struct Server {
    pub router: Router,
    pub app: Arc<App>,
    pub token: String,
}

/// What was answered.
pub struct Answered {
    pub status: StatusCode,
    pub head: axum::http::HeaderMap,
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answered {
    /// The status and the code of a problem.
    pub fn problem(&self) -> (u16, &str) {
        let is_problem = self.head[CONTENT_TYPE] == "application/problem+json";
        assert!(is_problem, "{}", self.body);
        (self.status.as_u16(), self.body["code"].as_str().unwrap())
    }
}

/// A token of a member of staff, by name or id.
pub async fn token(app: &App, staff: &str, reads_only: bool) -> String {
    let issue = IssueToken { staff: Some(staff.to_owned()), label: "试".to_owned(), until: None, reads_only };
    let command = Command::Account(AccountOrder::IssueToken(issue));
    match app.run(&gradtrail::accounts::Caller::operator("test"), None, &command).await.unwrap() {
        Answer::Account(AccountAnswer::Token(issued)) => issued.secret.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

impl Server {
    pub async fn new(database: &Database) -> Self {
        let office = Office::new(database).await;
        office.town.add_school(THEIRS).await;
        office.town.import(&database.write(&[("二中.csv", &roster(THEIRS, 5..6))]), ImportFiles::default()).await;
        let app = Arc::new(office.town.app);
        let token = token(&app, "钱五", false).await;
        Self { router: web::router(Arc::clone(&app), front()), app, token }
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answered {
        request.headers_mut().entry("host").or_insert(HeaderValue::from_static("localhost"));
        let response: Response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answered { status: head.status, head: head.headers, body, bytes }
    }

    pub fn request(&self, method: Method, words: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("/api/v1/{words}"));
        request.header("authorization", format!("Bearer {}", self.token))
    }

    pub async fn post(&self, words: &str, input: Value) -> Answered {
        self.post_keyed(words, input, None).await
    }

    async fn post_keyed(&self, words: &str, input: Value, key: Option<&str>) -> Answered {
        let request = self.request(Method::POST, words).header(CONTENT_TYPE, "application/json");
        let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
        self.send(request.body(Body::from(input.to_string())).unwrap()).await
    }

    pub async fn get(&self, words: &str) -> Answered {
        self.send(self.request(Method::GET, words).body(Body::empty()).unwrap()).await
    }

    pub async fn position(&self) -> i64 {
        self.app.log().head().await.unwrap().position()
    }
}

#[tokio::test]
async fn a_class_is_placed_and_a_figure_read_as_on_the_command_line() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let draft = with(with(of_class(), arranged()), json!({ "submit": true, "verdict": "passed" }));
        let drafted = server.post_keyed("placement/draft", draft.clone(), Some("class-1-2023")).await;
        assert_eq!((drafted.status, &drafted.body["students"]), (StatusCode::OK, &json!(3)), "{}", drafted.body);
        // Sent again under its key it is recorded once, and another command under the key not at all.
        let again = server.post_keyed("placement/draft", draft, Some("class-1-2023")).await;
        assert_eq!((&again.body["repeated"], &again.body["position"]), (&json!(true), &drafted.body["position"]));
        let other = server.post_keyed("placement/submit", of_class(), Some("class-1-2023")).await;
        assert_eq!(other.problem(), (422, "append.key_reused"), "{}", other.body);
        let shown = server.get("at-work?on=2023-10-01&class=1%E7%8F%AD").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let report = server.get("report?year=2023&by=gender,route").await;
        assert_eq!((report.status, &report.body["year"]), (StatusCode::OK, &json!(2023)), "{}", report.body);
        assert!(report.body["breakdown"].is_array());
    }
}

#[tokio::test]
async fn an_answer_is_not_sent_again_until_something_is_recorded() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let first = server.get("employer/list").await;
        let tag = first.head[ETAG].clone();
        let again = || {
            let request = server.request(Method::GET, "employer/list").header("if-none-match", tag.clone());
            server.send(request.body(Body::empty()).unwrap())
        };
        assert_eq!((again().await.status, again().await.body), (StatusCode::NOT_MODIFIED, Value::Null));
        let unit = json!({ "name": "西方机械厂", "code": "91330700MA28B0001K" });
        assert_eq!(server.post("employer/register", unit).await.status, StatusCode::OK);
        assert_eq!(again().await.status, StatusCode::OK);
        // Nor is it sent to who has no token.
        let request = Request::builder().uri("/api/v1/employer/list").header("if-none-match", tag.clone());
        assert_eq!(server.send(request.body(Body::empty()).unwrap()).await.problem(), (401, "http.no_token"));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_a_problem_with_its_code_and_records_nothing() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let before = server.position().await;
        let raw = async |kind: &str, body: &'static str| {
            let request = server.request(Method::POST, "placement/submit").header(CONTENT_TYPE, kind);
            server.send(request.body(Body::from(body)).unwrap()).await
        };
        assert_eq!(raw("application/json", "{ \"class\": ").await.problem(), (400, "http.unreadable"));
        assert_eq!(raw("text/plain", "{}").await.problem(), (415, "http.not_json"));
        assert_eq!(raw("application/json", "[1]").await.problem(), (422, "http.no_fields"));
        let unknown = server.post("placement/submit", json!({ "classes": "1班" })).await;
        assert_eq!(
            (unknown.problem(), &unknown.body["values"]["field"]),
            ((422, "http.unknown_field"), &json!("classes"))
        );
        let typed = server.post("placement/draft", json!({ "class": "1班", "pay": "much" })).await;
        assert_eq!((typed.problem(), &typed.body["values"]["field"]), ((422, "http.field_type"), &json!("pay")));
        let day = server.post("placement/arrive", json!({ "class": "1班", "on": "tomorrow" })).await;
        assert_eq!(day.problem(), (422, "http.field_type"));
        let occupation =
            server.post("placement/draft", json!({ "class": "1班", "pay": 1, "occupation": "焊工" })).await;
        let named = (occupation.problem(), &occupation.body["values"]["field"]);
        assert_eq!(named, ((409, "http.input"), &json!("occupation")), "{}", occupation.body);
        let request = server.request(Method::POST, "placement/submit").header(CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", "two words").body(Body::from("{}")).unwrap();
        assert_eq!(server.send(request).await.problem(), (422, "http.key"));
        for words in ["events?wait=31", "events?wait=-1", "events?limit=0", "events?limit=10001"] {
            assert_eq!(server.get(words).await.problem(), (422, "http.field_type"), "{words}");
        }
        assert_eq!(server.get("report?year=next").await.problem(), (422, "http.field_type"));
        assert_eq!(server.get("report").await.problem(), (422, "http.field_missing"));
        let twice = server.get("report?year=2022&year=2023").await;
        assert_eq!((twice.problem(), &twice.body["values"]["field"]), ((400, "http.field_repeated"), &json!("year")));
        assert_eq!(server.get("placement/forget").await.problem(), (404, "http.no_such_address"));
        let method = server.get("placement/submit").await;
        assert_eq!((method.problem(), &method.head[ALLOW]), ((405, "http.other_method"), &"POST".parse().unwrap()));
        // By a rule, in both languages, the one that the client reads first.
        let request = server.request(Method::POST, "placement/approve").header(CONTENT_TYPE, "application/json");
        let request = request.header("accept-language", "fr, en;q=0.8, zh");
        let refused = server.send(request.body(Body::from(of_student(0).to_string())).unwrap()).await;
        assert_eq!(refused.problem(), (409, "target.not_placed"));
        assert_eq!(refused.body["detail"], refused.body["sentence"]["en"]);
        // Another school's student is not there; a role that may not is told so.
        let theirs = server.post("placement/submit", json!({ "student": "20230005" })).await;
        assert_eq!(theirs.problem(), (404, "target.no_such_student"));
        let school = json!({ "code": "33070009", "name": "九中", "category": "public" });
        assert_eq!(server.post("school/add", school).await.problem(), (403, "request.denied"));
        assert_eq!(server.position().await, before);
    }
}

#[tokio::test]
async fn persons_are_shown_in_full_for_a_purpose_which_is_recorded_each_time() {
    for database in Database::both().await {
        let mut server = Server::new(&database).await;
        server.token = token(&server.app, "赵校长", true).await;
        let document = |answered: &Answered| answered.body["rows"][0]["document_number"].as_str().unwrap().to_owned();
        let find = "student/find?text=20230000";
        let masked = server.get(find).await;
        assert!(document(&masked).contains('*'), "{}", masked.body);
        let before = server.position().await;
        let purpose = LookingPurpose::ENTRIES[0].code;
        for nth in 1..=2 {
            let shown = server.get(&format!("{find}&show={purpose}")).await;
            assert!(!document(&shown).contains('*'), "{}", shown.body);
            assert_eq!(server.position().await, before + nth);
        }
        assert_eq!(server.get(&format!("{find}&show=curiosity")).await.problem(), (422, "http.field_type"));
    }
}

#[tokio::test]
async fn a_token_that_only_reads_records_nothing_and_one_that_is_none_nothing_at_all() {
    for database in Database::both().await {
        let mut server = Server::new(&database).await;
        // Nor does a token issue another, which would outlive it.
        let more = server.post("token/issue", json!({ "label": "再来一个" })).await;
        assert_eq!(more.problem(), (403, "account.token_by_token"));
        server.token = token(&server.app, "钱五", true).await;
        assert_eq!(server.get("head").await.status, StatusCode::OK);
        assert_eq!(server.post("placement/submit", of_class()).await.problem(), (403, "gate.reads_only"));
        for secret in ["gt", "gt_", "gt_0000", &"gt_0".repeat(17)] {
            secret.clone_into(&mut server.token);
            let refused = server.get("head").await;
            assert_eq!((refused.status, refused.body["code"].as_str().unwrap().split('.').next()), {
                (StatusCode::UNAUTHORIZED, Some("sign_in"))
            });
        }
    }
}

#[tokio::test]
async fn the_document_has_every_action_and_every_address_that_it_has_is_one() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let request = Request::builder().uri("/api/openapi.json").body(Body::empty()).unwrap();
        let document = server.send(request).await.body;
        let mut addresses: Vec<(String, &str)> = Action::iter()
            .map(|action| {
                let method = if matches!(action.called().input, Input::Command(_)) { "post" } else { "get" };
                (format!("/api/v1/{}", action.called().words.replace(' ', "/")), method)
            })
            .collect();
        addresses.sort();
        addresses.dedup();
        let paths = document["paths"].as_object().unwrap();
        // Besides the actions there are the jobs that began with one.
        let (jobs, of_actions): (Vec<&String>, Vec<&String>) = paths.keys().partition(|path| path.contains("/jobs/"));
        assert_eq!((jobs.len(), of_actions.len()), (2, addresses.len()));
        for (address, method) in addresses {
            assert!(paths[&address][method]["operationId"].is_string(), "{address}");
            // Without a token nobody is told more than that one is needed.
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&address);
            let refused = server.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(refused.problem(), (401, "http.no_token"), "{address}");
        }
    }
}

/// The curl lines of the README: the address and what is sent to it.
fn lines_of_the_readme() -> Vec<(String, Option<Value>)> {
    let readme = include_str!("../../README.md");
    let calls = readme.split("\napi ").skip(1).map(|call| call.split("```").next().unwrap());
    let address = |call: &str| {
        let (_, words) = call.split_once("/api/v1/").unwrap();
        words.split(['\'', ' ', '\n']).next().unwrap().replace("1班", "1%E7%8F%AD")
    };
    let body = |call: &str| Some(serde_json::from_str(call.split_once("-d '")?.1.split_once('\'')?.0).unwrap());
    calls.map(|call| (address(call), body(call))).collect()
}

#[tokio::test]
async fn the_lines_of_the_readme_place_a_class_and_read_a_figure() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let lines = lines_of_the_readme();
        assert_eq!(lines.len(), 3);
        for (words, body) in lines {
            let answered = match body {
                Some(body) => server.post_keyed(&words, body, Some("class-1")).await,
                None => server.get(&words).await,
            };
            assert_eq!(answered.status, StatusCode::OK, "{words}: {}", answered.body);
        }
        let waiting = server.get("queue?list=awaiting-approval").await;
        assert_eq!(waiting.status, StatusCode::OK, "{}", waiting.body);
        let placed = server.get("placement/show?class=1%E7%8F%AD").await;
        assert!(placed.body["title"].as_str().unwrap().contains('3'), "{}", placed.body["title"]);
    }
}

#[tokio::test]
async fn the_server_says_without_a_token_that_it_runs_and_whether_it_can_answer() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let health = async |of: &str| {
            let request = Request::builder().uri(format!("/health/{of}")).body(Body::empty()).unwrap();
            let answered = server.send(request).await;
            (answered.status.as_u16(), answered.body["status"].as_str().unwrap().to_owned())
        };
        assert_eq!(health("live").await, (200, "live".to_owned()));
        assert_eq!(health("ready").await, (200, "ready".to_owned()));
        database.raw().await.execute("alter table log_head rename to elsewhere").await.unwrap();
        assert_eq!(health("live").await, (200, "live".to_owned()));
        assert_eq!(health("ready").await, (503, "database_unreadable".to_owned()));
    }
}

impl Server {
    /// Orders something in view of a version.
    async fn post_seen(&self, words: &str, input: Value, seen: &str) -> Answered {
        let request = self.request(Method::POST, words).header(CONTENT_TYPE, "application/json");
        self.send(request.header("if-match", seen).body(Body::from(input.to_string())).unwrap()).await
    }

    /// The version that a question about one thing tells of a stream.
    async fn version(&self, words: &str, stream: &str) -> i64 {
        let shown = self.get(words).await;
        let versions = shown.body["versions"].as_array().unwrap_or_else(|| panic!("{}", shown.body));
        versions.iter().find(|of| of["stream"] == stream).unwrap()["version"].as_i64().unwrap()
    }
}

#[tokio::test]
async fn a_command_in_view_of_another_version_than_there_is_is_refused_with_the_one_that_there_is() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let one = || of_student(0);
        let drafted = server.post("placement/draft", with(one(), arranged())).await;
        assert_eq!(drafted.status, StatusCode::OK, "{}", drafted.body);
        let show = "placement/show?student=20230000";
        let seen = server.version(show, "placement").await;
        let tag = |version: i64| format!("\"{version}\"");
        let before = server.position().await;
        let stale = server.post_seen("placement/submit", one(), &tag(seen - 1)).await;
        assert_eq!(stale.problem(), (412, "version.moved"), "{}", stale.body);
        assert_eq!(stale.body["values"], json!({ "seen": seen - 1, "version": seen }));
        assert_eq!(server.post_seen("placement/submit", one(), "seven").await.problem(), (422, "http.version"));
        assert_eq!(server.position().await, before);
        let submitted = server.post_seen("placement/submit", one(), &tag(seen)).await;
        assert_eq!(submitted.status, StatusCode::OK, "{}", submitted.body);
        assert_eq!(server.version(show, "placement").await, seen + 1);
        // What the version that was seen allowed is told before any rule speaks of what is so now.
        let late = server.post_seen("placement/submit", one(), &tag(seen)).await;
        assert_eq!(late.problem(), (412, "version.moved"), "{}", late.body);
        assert_eq!(server.post("placement/draft", with(of_student(1), arranged())).await.status, StatusCode::OK);
        let class = server.post_seen("placement/evaluate", with(of_class(), json!({ "verdict": "passed" })), "\"1\"");
        assert_eq!(class.await.problem(), (409, "version.several"));
        let unit = "employer/show?employer=91330700MA28A00001";
        let total = || json!({ "employer": "91330700MA28A00001", "total": 10 });
        let version = server.version(unit, "employer").await;
        assert_eq!(server.post_seen("employer/staff", total(), &tag(version + 1)).await.problem().0, 412);
        assert_eq!(server.post_seen("employer/staff", total(), &tag(version)).await.status, StatusCode::OK);
        assert_eq!(server.version(unit, "employer").await, version + 1);
    }
}

#[tokio::test]
async fn a_receipt_tells_how_far_the_log_has_come_and_a_question_waits_for_it() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let unit = json!({ "name": "西方机械厂", "code": "91330700MA28B0001K" });
        let recorded = server.post("employer/register", unit).await;
        let head = server.app.log().head().await.unwrap();
        assert_eq!(recorded.body["log"]["position"], json!(head.position()));
        assert_eq!(recorded.body["log"]["root"], json!(hex::encode(head.root())));
        assert_eq!(recorded.body["stalled"], json!([]));
        let position = head.position();
        assert_eq!(server.get(&format!("employer/list?min_position={position}")).await.status, StatusCode::OK);
        let early = server.get(&format!("employer/list?all=true&min_position={}", position + 1)).await;
        assert_eq!(early.problem(), (503, "http.not_yet"));
        assert!(early.head.contains_key("retry-after"));
        assert_eq!(early.body["values"], json!({ "min_position": position + 1, "position": position }));
        assert_eq!(server.get("employer/list?min_position=soon").await.problem(), (422, "http.field_type"));
        // What another process records meanwhile is waited for.
        let other = database.open().await;
        let late = format!("employer/list?all=true&min_position={}", position + 1);
        let (answered, ()) = tokio::join!(server.get(&late), async {
            let register = json!({ "employer": { "register": { "name": "北方机械厂", "school": "33070001" } } });
            let register: Command = serde_json::from_value(register).unwrap();
            other.run(&gradtrail::accounts::Caller::operator("test"), None, &register).await.unwrap();
        });
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
        assert!(answered.body.to_string().contains("北方机械厂"));
    }
}

#[tokio::test]
async fn pages_of_a_list_miss_nobody_and_name_nobody_twice_while_others_record() {
    for database in Database::both().await {
        let mut server = Server::new(&database).await;
        let draft = with(with(of_class(), arranged()), json!({ "submit": true, "verdict": "passed" }));
        assert_eq!(server.post("placement/draft", draft).await.status, StatusCode::OK);
        let list = "queue?list=awaiting-approval";
        let whole = server.get(list).await;
        let whole = whole.body["rows"].as_array().unwrap_or_else(|| panic!("{}", whole.body));
        assert_eq!(whole.len(), 3);
        let first = server.get(&format!("{list}&limit=1")).await;
        let mut seen = first.body["rows"].as_array().unwrap().clone();
        let mut next = first.body["next"].as_str().unwrap().to_owned();
        // Another question, another account, and what is no cursor.
        for words in [format!("queue?list=unsigned&after={next}"), format!("{list}&after=7")] {
            assert_eq!(server.get(&words).await.problem(), (409, "http.cursor"), "{words}");
        }
        let own = std::mem::replace(&mut server.token, token(&server.app, "赵校长", true).await);
        assert_eq!(server.get(&format!("{list}&after={next}")).await.problem(), (409, "http.cursor"));
        server.token = own;
        for pages in 2.. {
            // Who was on the page before waits no longer; the list of now is shorter.
            let cancel = with(of_student(pages - 2), json!({ "reason": "health" }));
            let cancelled = server.post("placement/cancel", cancel).await;
            assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.body);
            let page = server.get(&format!("{list}&limit=1&after={next}")).await;
            seen.extend(page.body["rows"].as_array().unwrap_or_else(|| panic!("{}", page.body)).clone());
            let Some(more) = page.body["next"].as_str() else { break };
            more.clone_into(&mut next);
        }
        assert_eq!(&seen, whole);
        assert_eq!(server.get(&format!("{list}&limit=0")).await.problem(), (422, "http.field_type"));
        // Persons behind a figure likewise.
        let persons = server.get("explain?year=2023&figure=graduates&limit=2").await;
        assert_eq!(persons.status, StatusCode::OK, "{}", persons.body);
        assert!(persons.body.get("next").is_some());
    }
}

#[tokio::test]
async fn the_reference_has_each_action_with_its_fields_who_may_and_a_line_and_asks_nothing_of_others() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let page = server.send(Request::get("/api/reference").body(Body::empty()).unwrap()).await;
        let page = String::from_utf8(page.bytes).unwrap();
        for action in Action::iter() {
            let words = action.called().words;
            let id = words.replace([' ', '-'], "_");
            let section = page.split(&format!("<section id=\"{id}\">")).nth(1).unwrap_or_else(|| panic!("{words}"));
            let section = section.split("</section>").next().unwrap();
            assert!(section.contains(&format!("/api/v1/{}", words.replace(' ', "/"))), "{section}");
            for field in gradtrail::app::inputs::fields(action.called()) {
                assert!(section.contains(&format!("<th scope=\"row\">{}</th>", field.name)), "{words} {}", field.name);
            }
            let role: &str = action.actors()[0].into();
            assert!(section.contains(role) && section.contains("curl "), "{section}");
        }
        assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    }
}

/// As far as the document says what rows hold, they hold it.
#[tokio::test]
async fn a_list_has_the_columns_that_the_document_tells() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        assert_eq!(server.post("placement/draft", with(of_class(), arranged())).await.status, StatusCode::OK);
        let document = server.send(Request::get("/api/openapi.json").body(Body::empty()).unwrap()).await.body;
        for words in [
            "employer/list?all=true",
            "placement/show?class=1%E7%8F%AD",
            "student/find?text=20230000",
            "changes?since=2020-01-01",
        ] {
            let answered = server.get(words).await;
            let rows = answered.body["rows"].as_array().unwrap_or_else(|| panic!("{words}: {}", answered.body));
            assert!(!rows.is_empty(), "{words}");
            let path = format!("/api/v1/{}", words.split('?').next().unwrap());
            let schema = &document["paths"][&path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
            let told = &schema["properties"]["rows"]["items"];
            for row in rows {
                let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
                assert_eq!(json!(keys), told["required"], "{words}");
                for (key, value) in row.as_object().unwrap() {
                    let kinds = &told["properties"][key]["type"];
                    let kind = match value {
                        Value::Null => "null",
                        Value::String(_) => "string",
                        Value::Number(_) => "integer",
                        _ => panic!("{words} {key}: {value}"),
                    };
                    assert!(kinds.as_array().unwrap().contains(&json!(kind)), "{words} {key}: {value}");
                }
            }
        }
    }
}
