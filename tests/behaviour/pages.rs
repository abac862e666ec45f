//! Promise: the pages show the same figures, open down to events, and give nothing a browser should not have.

use std::sync::Arc;

use gradtrail::accounts::Role;
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch};
use gradtrail::web;
use sqlx::Executor as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::layout::is_chinese;
use crate::support::{Database, Town, cookie_of, front};

/// A server, and the cookie of somebody of the bureau who is signed in.
struct Served {
    address: std::net::SocketAddr,
    cookie: String,
}

/// Two graduates: one in an on-specialty job, one unknown. 1 of 2 = 50.00 %, at most 2 of 2.
async fn served() -> (Database, Served) {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school("33070001").await;
    let first = town.graduate("33070001", "张一", "330702200403154519").await;
    town.graduate("33070001", "<李二>", "330702200407011239").await;
    town.assert(first, DestinationKind::Enterprise, "2022-07-01", Some(SpecialtyMatch::Full)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Arc::new(town.app);
    let cookie = cookie_of(&app, Role::Bureau).await;
    let router = web::router(app, front());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (database, Served { address, cookie })
}

/// Status line, headers and body of a page.
async fn get(served: &Served, path: &str) -> String {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\nconnection: close\r\n\r\n", served.cookie);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_figure_opens_down_to_the_person_and_the_event() {
    let (_database, served) = served().await;
    let report = get(&served, "/reports/2022").await;
    assert!(report.contains("50.00%") && report.contains("50.00% 至 100.00%"));
    let opened = get(&served, "/reports/2022/employment_rate").await;
    assert!(opened.contains("张*") && !opened.contains("张一"));
    let position = opened.split("/events/").nth(1).unwrap().split('"').next().unwrap();
    assert!(get(&served, &format!("/events/{position}")).await.contains("outcome "));
    let rest = get(&served, "/reports/2022/employment_rate?part=denominator_only").await;
    assert!(rest.contains("去向未知"));
    let summer = get(&served, "/reports/2022?as_of=2022-06-30").await;
    assert!(summer.contains("0.00%"));
}

#[tokio::test]
async fn every_number_of_a_report_is_a_link_that_opens_to_as_many_persons() {
    let (_database, served) = served().await;
    for by in ["class", "kind", "school,gender"] {
        let report = get(&served, &format!("/reports/2022?by={by}")).await;
        let links: Vec<(String, &str)> = report
            .split("<a href=\"")
            .skip(1)
            .filter_map(|rest| rest.split_once("\">"))
            .filter(|(link, _)| link.starts_with("/reports/2022/"))
            .map(|(link, rest)| (link.replace("&#38;", "&"), rest.split("</a>").next().unwrap()))
            .collect();
        assert!(links.iter().any(|(link, _)| link.contains("&cell=")), "{report}");
        for (link, shown) in links {
            let opened = get(&served, &link).await;
            assert!(opened.starts_with("HTTP/1.1 200"), "{link}: {opened}");
            let is_rate = shown.contains('%') || shown == "—";
            let is_word = !shown.starts_with(|c: char| c.is_ascii_digit());
            // The parts of the bar are words with the number behind them.
            let persons = shown.split("<b>").last().unwrap().trim_end_matches("</b>");
            let part = if link.contains("part=denominator") { "分母" } else { "分子" };
            let is_opened = opened.contains(&format!(" aria-current=\"true\">{part} {persons}</a>"));
            assert!(is_rate || is_opened || (is_word && !shown.contains("<b>")), "{link} shows {shown}: {opened}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_every_mistake_a_sentence() {
    let (_database, served) = served().await;
    for path in [
        "/reports/2022",
        "/head",
        "/",
        "/students",
        "/classes",
        "/nowhere",
        "/reports/2022/luck",
        "/reports/2022?as_of=x",
    ] {
        let answer = get(&served, path).await;
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "cache-control: no-store",
        ] {
            assert!(answer.contains(header), "{path}: {header}");
        }
    }
    assert!(get(&served, "/nowhere").await.starts_with("HTTP/1.1 404"));
    assert!(get(&served, "/reports/2022/luck").await.starts_with("HTTP/1.1 404"));
    let wrong = get(&served, "/reports/2022?as_of=x").await;
    assert!(wrong.starts_with("HTTP/1.1 400") && wrong.contains("as_of"));
    assert!(get(&served, "/reports/2022?known_at=99999").await.starts_with("HTTP/1.1 400"));
    assert!(get(&served, "/events/0").await.starts_with("HTTP/1.1 404"));
}

/// The pages of somebody with this role, in this language.
async fn seen(served: &Served, language: &str, path: &str) -> String {
    let cookie = format!("{}; language={language}", served.cookie);
    get(&Served { cookie, ..*served }, path).await
}

#[tokio::test]
async fn in_english_nothing_is_chinese_but_what_was_recorded() {
    let (_database, served) = served().await;
    for path in [
        "/",
        "/students",
        "/students?school=33070001",
        "/classes",
        "/classes?school=33070001",
        "/classes/33070001/1%E7%8F%AD",
        "/reports/2022",
        "/reports/2022?by=kind",
        "/reports/2022/employment_rate",
        "/events/1",
        "/head",
        "/me",
        "/find",
    ] {
        let english = seen(&served, "en", path).await;
        assert!(english.starts_with("HTTP/1.1 200") && english.contains("<html lang=\"en\""), "{path}: {english}");
        // A definition is said to be Chinese; the school, the class and the account have the names they have.
        assert_eq!(chinese(&english), "", "{path}");
        assert!(seen(&served, "zh", path).await.contains("<html lang=\"zh-CN\""), "{path}");
    }
}

/// What of a page is Chinese and not said to be: nothing but names that were recorded.
fn chinese(page: &str) -> String {
    let said: String =
        page.split("lang=\"zh-CN\">").map(|part| part.split_once('<').map_or(part, |(_, rest)| rest)).collect();
    let names = ["学校33070001", "1班", "演示市局", "张*", "<李二>", "**"];
    let said = names.iter().fold(said, |said, name| said.replace(name, ""));
    said.chars().filter(|c| is_chinese(*c)).collect()
}

#[tokio::test]
async fn at_the_door_and_where_something_is_wrong_nothing_is_chinese_in_english_either() {
    let (_database, served) = served().await;
    let stranger = Served { cookie: String::new(), ..served };
    for (reader, path, status) in [
        (&stranger, "/sign-in", 200),
        (&stranger, "/sign-in?done=set-up", 200),
        (&stranger, "/sign-in?done=signed-out", 200),
        (&stranger, "/invitation", 200),
        (&stranger, "/set-up", 200),
        (&stranger, "/nowhere", 404),
        (&served, "/nowhere", 404),
        (&served, "/reports/2022/luck", 404),
        (&served, "/reports/2022?as_of=x", 400),
        (&served, "/reports/2022?by=x", 400),
        (&served, "/reports/2022?known_at=99999", 400),
        (&served, "/reports/2022?school=x", 400),
        (&served, "/reports/2022?as_of=2022-01-01&as_of=2022-01-01", 400),
        (&served, "/reports/2022?format=pdf", 400),
        (&served, "/reports/2022/employment_rate?part=x", 400),
        (&served, "/reports/2022/employment_rate?page=9", 400),
        (&served, "/students?list=shoes", 400),
        (&served, "/students?on=x", 400),
        (&served, "/students?school=33070001&page=9", 400),
        (&served, "/students?school=33070001&format=pdf", 400),
    ] {
        let english = seen(reader, "en", path).await;
        assert!(english.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {english}");
        assert!(english.contains("<html lang=\"en\""), "{path}: {english}");
        assert_eq!(chinese(&english), "", "{path}: {english}");
        assert!(seen(reader, "zh", path).await.contains("<html lang=\"zh-CN\""), "{path}");
    }
    for (path, body, status) in [
        ("/sign-in", "login=a&password=b", 401),
        ("/sign-in", "login=a&login=b", 400),
        ("/invitation", "invitation=ABCDE", 401),
        ("/invitation/accept", "invitation=ABCDE&password=a&again=b", 401),
        ("/set-up", "kind=school&school_code=x", 422),
        ("/set-up", "kind=bureau&code=x&name=y", 401),
    ] {
        let cookie = "language=en".to_owned();
        let refused = post(&Served { cookie, ..stranger }, path, body).await;
        assert!(refused.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {refused}");
        assert_eq!(chinese(&refused), "", "{path}: {refused}");
    }
    // Who is signed in may look for something else, who is not cannot.
    let (known, unknown) = (get(&served, "/nowhere").await, get(&stranger, "/nowhere").await);
    assert!(known.contains("action=\"/find\"") && known.contains("没有找到，或不在您的范围内"), "{known}");
    assert!(!unknown.contains("action=\"/find\""), "{unknown}");
}

#[tokio::test]
async fn what_a_page_cannot_read_is_told_by_a_page_of_its_own_that_lets_one_change_the_language() {
    let (database, served) = served().await;
    database.raw().await.execute("alter table preference rename to elsewhere").await.unwrap();
    let broken = get(&served, "/head").await;
    assert!(broken.starts_with("HTTP/1.1 500"), "{broken}");
    assert!(broken.contains("系统出了故障") && broken.contains("action=\"/preferences\""), "{broken}");
    assert!(!broken.contains("preference rename") && !broken.contains("no such table"), "{broken}");
}

/// What a form with this body is answered.
async fn post(served: &Served, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        served.cookie,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn one_who_is_found_opens_masked_and_is_shown_in_full_for_a_purpose_that_is_recorded() {
    let (_database, served) = served().await;
    // 张.
    let found = post(&served, "/find", "text=%E5%BC%A0").await;
    assert!(found.starts_with("HTTP/1.1 303"), "{found}");
    let address = found.split("location: ").nth(1).unwrap().split("\r\n").next().unwrap().to_owned();
    let masked = get(&served, &address).await;
    assert!(masked.contains("张*") && masked.contains("**************4519") && !masked.contains("330702200403154519"));
    let refused = post(&served, &address, "purpose=curiosity").await;
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    let shown = post(&served, &address, "purpose=check_documents").await;
    assert!(shown.contains("张一") && shown.contains("330702200403154519"), "{shown}");
    assert!(!get(&served, &address).await.contains("330702200403154519"), "on that load only");
    let nobody = post(&served, "/find", "text=nobody").await;
    assert!(nobody.starts_with("HTTP/1.1 200") && nobody.contains("没有找到"), "{nobody}");
}

#[tokio::test]
async fn a_list_is_taken_away_as_the_workbook_of_its_rows() {
    let (_database, served) = served().await;
    let csv = get(&served, "/students?school=33070001&format=csv").await;
    assert!(csv.starts_with("HTTP/1.1 200") && csv.contains("attachment; filename=\"student-list.csv\""), "{csv}");
    assert!(csv.contains("张*") && !csv.contains("张一"));
    let unknown = get(&served, "/students?school=33070001&format=pdf").await;
    assert!(unknown.starts_with("HTTP/1.1 400") && unknown.contains("xlsx"), "{unknown}");
    for (query, name) in [
        ("list=shoes", "list"),
        ("progress=shoes", "progress"),
        ("on=tomorrow", "on"),
        ("page=9&school=33070001", "page"),
    ] {
        let refused = get(&served, &format!("/students?{query}")).await;
        assert!(
            refused.starts_with("HTTP/1.1 400") && refused.contains(&format!("地址中的 {name} ")),
            "{query}: {refused}"
        );
    }
    assert!(get(&served, "/classes/33070001/nowhere").await.starts_with("HTTP/1.1 404"));
    assert!(get(&served, "/students/01a22bdf-ac6b-73f0-bc25-5e5e46c682c5").await.starts_with("HTTP/1.1 404"));
}
