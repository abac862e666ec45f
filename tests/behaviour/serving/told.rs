//! What the operator is told: a line for each request, and numbers. Nobody's name, number or secret.

use std::sync::Arc;

use gradtrail::app::actions::{Command, Question};
use gradtrail::app::key::Key;
use gradtrail::app::report::LatestYear;
use gradtrail::app::school::{AddSchool, SchoolOrder};
use gradtrail::domain::terms::SchoolCategory;
use serde_json::Value;
use sqlx::Executor as _;
use tokio::net::TcpStream;

use super::process::Process;
use super::{Running, SHORT, answered, get, status};
use crate::support::{Database, Town, school};

/// What nobody may read in a log: a document number, a name, a token, a key.
const SECRETS: [&str; 5] = ["330702200403154519", "张一", "%E5%BC%A0", "grt_secret", "key-of-mine"];

/// Requests that say them wherever a request can, each with its route and status.
fn requests() -> [(String, &'static str, Option<&'static str>, u16); 6] {
    let headers = "host: localhost\r\nauthorization: Bearer grt_secret\r\nidempotency-key: key-of-mine\r\nx-request-id: 张一\r\ncookie: a=330702200403154519\r\nreferer: http://x/张一\r\nuser-agent: 张一\r\nconnection: close\r\n";
    let request = |line: &str, body: &str| {
        let length = body.len();
        format!("{line} HTTP/1.1\r\n{headers}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let asked = "GET /api/v1/student/find?text=330702200403154519&q=%E5%BC%A0";
    let body = "{\"name\": \"张一\", \"document\": \"330702200403154519\"}";
    [
        (request(asked, ""), "GET", Some("/api/v1/student/find"), 401),
        (request("POST /api/v1/school/add", body), "POST", Some("/api/v1/school/add"), 401),
        (request("GET /reports/330702200403154519?school=%E5%BC%A0", ""), "GET", Some("/reports/{year}"), 303),
        (request("GET /events/330702200403154519", ""), "GET", Some("/events/{position}"), 303),
        (request("GET /330702200403154519/%E5%BC%A0", ""), "GET", None, 404),
        (request("330702200403154519 /head", ""), "OTHER", Some("/head"), 405),
    ]
}

/// The id that an answer carries.
fn id(answer: &str) -> &str {
    let rest = answer.split("x-request-id: ").nth(1).unwrap_or_else(|| panic!("{answer}"));
    rest.split('\r').next().unwrap()
}

#[tokio::test]
async fn a_line_for_each_request_says_what_happened_and_nothing_that_a_client_wrote() {
    for form in ["json", "text"] {
        let database = Database::sqlite();
        let server = Process::start(&database, &["--log", form]);
        for (request, method, route, expected) in requests() {
            let answer = answered(TcpStream::connect(server.address).await.unwrap(), &request).await;
            assert_eq!(status(&answer), expected, "{request}: {answer}");
            let line = server.told(id(&answer));
            assert!(!SECRETS.iter().any(|secret| line.contains(secret)), "{line}");
            if form == "json" {
                let line: Value = serde_json::from_str(&line).unwrap();
                let names: Vec<&String> = line.as_object().unwrap().keys().collect();
                let refused = (expected == 401).then_some("sign_in.token_invalid");
                let all = ["time", "method", "route", "status", "microseconds", "request"].into_iter();
                assert_eq!(names, all.chain(refused.map(|_| "refused")).collect::<Vec<_>>());
                assert_eq!(line["refused"].as_str(), refused);
                assert_eq!((line["method"].as_str(), line["route"].as_str()), (Some(method), route));
                assert_eq!(line["status"], expected);
                assert!(line["time"].as_str().unwrap().ends_with('Z') && line["microseconds"].is_u64(), "{line}");
            } else {
                let told = format!("{method} {} {expected} ", route.unwrap_or("-"));
                assert!(line.contains(&told), "{line}");
            }
        }
        let rest = server.end();
        assert!(rest.is_empty(), "{rest:?}");
    }
}

#[tokio::test]
async fn of_who_is_not_let_in_or_may_not_a_line_says_why_and_not_who() {
    let database = Database::sqlite();
    let server = Process::start(&database, &["--log", "json"]);
    let post = async |path: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        answered(TcpStream::connect(server.address).await.unwrap(), &request).await
    };
    for (path, body, refused) in [
        ("/sign-in", "login=zhangyi&password=330702200403154519&code=271828", "sign_in.wrong"),
        ("/invitation", "invitation=ABCDE-FGHJK-MNPQR-STVWX-YZ012-3", "account.invitation_invalid"),
        ("/invitation/accept", "invitation=ABCDE-FGHJK-MNPQR&login=zhangyi&code=271828", "account.invitation_invalid"),
        ("/set-up", "code=ABCDE-FGHJK&name=zhangyi&kind=bureau", "sign_in.set_up_invalid"),
        ("/api/v1/school/add", "{}", "http.no_token"),
    ] {
        let answer = post(path, body).await;
        let line: Value = serde_json::from_str(&server.told(id(&answer))).unwrap();
        assert_eq!((line["route"].as_str(), line["refused"].as_str()), (Some(path), Some(refused)), "{answer}");
        let told = line.to_string();
        assert!(
            !["zhangyi", "3307022004", "271828", "ABCDE", "127.0.0"].iter().any(|word| told.contains(word)),
            "{told}"
        );
    }
    server.end();
}

#[tokio::test]
async fn unless_asked_the_server_tells_of_faults_only() {
    let database = Database::sqlite();
    let server = Process::start(&database, &[]);
    let well = get(server.address, "/sign-in").await;
    assert_eq!(status(&well), 200);
    database.raw().await.execute("alter table guard rename to elsewhere").await.unwrap();
    let request = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let broken = answered(TcpStream::connect(server.address).await.unwrap(), request).await;
    assert_eq!(status(&broken), 500, "{broken}");
    let told = server.told(id(&broken));
    assert!(told.starts_with("请求不能办理"), "{told}");
    // The page tells the number by which the line is found, and nothing of the cause.
    let page = broken.split_once("\r\n\r\n").unwrap().1;
    assert!(page.contains(&format!("<code>{}</code>", id(&broken))) && !page.contains("guard"), "{page}");
    assert!(!server.end().iter().any(|line| line.contains(id(&well))));
}

#[tokio::test]
async fn metrics_count_what_happens_and_name_nobody() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        let app = Arc::new(town.app);
        let server = Running::start(Arc::clone(&app), SHORT).await;
        let asked = Question::LatestYear(LatestYear {});
        app.ask(&town.caller, &asked).await.unwrap();
        let (name, category) = ("二中".to_owned(), SchoolCategory::Public);
        let add = SchoolOrder::Add(AddSchool { code: school("33070002"), name, category });
        let other = SchoolOrder::Add(AddSchool { code: school("33070003"), name: "三中".to_owned(), category });
        let key = Key::parse("key").unwrap();
        app.run(&town.caller, Some(&key), &Command::School(add)).await.unwrap();
        app.run(&town.caller, Some(&key), &Command::School(other)).await.unwrap_err();
        assert_eq!(status(&get(server.address, "/nowhere/330702200403154519").await), 404);
        // Its own address only.
        assert_eq!(status(&get(server.address, "/metrics").await), 404);
        assert_eq!(status(&get(server.metrics, "/head").await), 404);
        let position = app.log().head().await.unwrap().position() as f64;
        for (name, value) in [
            ("gradtrail_requests_total{class=\"4xx\"}", 2.0),
            ("gradtrail_request_seconds_count", 2.0),
            ("gradtrail_commands_total{outcome=\"done\"}", 2.0),
            ("gradtrail_commands_total{outcome=\"key_reused\"}", 1.0),
            ("gradtrail_sign_in_failures_total", 0.0),
            ("gradtrail_commands_total{outcome=\"broken\"}", 0.0),
            ("gradtrail_log_position", position),
            ("gradtrail_database_readable", 1.0),
            ("gradtrail_writer_queue", 0.0),
            ("gradtrail_commit_group_last", 1.0),
            ("gradtrail_backups_failed_total", 0.0),
        ] {
            assert_eq!(server.metric(name).await, Some(value), "{name}");
        }
        let groups = server.metric("gradtrail_commit_groups_total{way=\"optimistic\"}").await.unwrap();
        let locked = server.metric("gradtrail_commit_groups_total{way=\"locked\"}").await.unwrap();
        let requests = server.metric("gradtrail_commit_requests_total").await.unwrap();
        assert!(groups >= 1.0 && requests >= groups + locked);
        assert!(server.metric("gradtrail_questions_total{outcome=\"done\"}").await.unwrap() >= 1.0);
        let text = get(server.metrics, "/metrics").await;
        let body = text.split("\r\n\r\n").nth(1).unwrap();
        // Labels are the few words that they can be.
        const WORDS: [&str; 21] = [
            "1xx",
            "2xx",
            "3xx",
            "4xx",
            "5xx",
            "other",
            "none",
            "done",
            "not_found",
            "not_signed_in",
            "not_allowed",
            "invalid",
            "conflict",
            "too_often",
            "key_reused",
            "outdated",
            "busy",
            "broken",
            "optimistic",
            "locked",
            "+Inf",
        ];
        for label in body.split('"').skip(1).step_by(2) {
            assert!(WORDS.contains(&label) || label.parse::<f64>().is_ok_and(|le| le <= 10.0), "{label}: {body}");
        }
        assert!(!body.contains("33070"), "{body}");
    }
}

#[tokio::test]
async fn a_read_model_that_stopped_is_told_with_the_age_of_what_it_lacks() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        let app = Arc::new(town.app);
        let server = Running::start(Arc::clone(&app), SHORT).await;
        while status(&get(server.address, "/health/ready").await) != 200 {}
        database.raw().await.execute("alter table school_directory rename to elsewhere").await.unwrap();
        let (name, category) = ("一中".to_owned(), SchoolCategory::Public);
        let add = SchoolOrder::Add(AddSchool { code: school("33070001"), name, category });
        app.run(&town.caller, None, &Command::School(add)).await.unwrap();
        let age = server.metric("gradtrail_read_model_stalled_seconds{model=\"school_directory\"}").await;
        assert!(age.is_some_and(|age| age > 0.0), "{age:?}");
        let ready = get(server.address, "/health/ready").await;
        assert!(status(&ready) == 503 && ready.contains("read_model_stalled"), "{ready}");
    }
}
