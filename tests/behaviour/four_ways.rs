//! Promise: the figures of a page, of a file, of the API and of the command line are the same digits, whatever is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{COOKIE, HOST};
use gradtrail::accounts::Role;
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch};
use gradtrail::web;
use proptest::prelude::*;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::faults::succeeds;
use crate::placements::document;
use crate::support::{Database, Town, cookie_of, front};

/// By the Chinese name of a rate: numerator, denominator and percentage, as people read them.
type Rates = BTreeMap<String, [String; 3]>;

/// What is asked of the graduates of 2022.
#[derive(Debug, Clone)]
struct Asked {
    as_of: &'static str,
    school: Option<&'static str>,
    /// How far the log was used, in hundredths of it.
    known: i64,
}

fn asked() -> impl Strategy<Value = Asked> {
    let days = prop::sample::select(vec!["2022-06-29", "2022-06-30", "2022-07-01", "2022-08-31", "2022-12-31"]);
    let schools = prop::sample::select(vec![None, Some("33070001"), Some("33070002")]);
    (days, schools, 0..=100_i64).prop_map(|(as_of, school, known)| Asked { as_of, school, known })
}

/// Ten graduates of two schools, each with another destination or none, from different days on.
async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    let kinds = [
        (DestinationKind::Enterprise, Some(SpecialtyMatch::Full)),
        (DestinationKind::Startup, Some(SpecialtyMatch::None)),
        (DestinationKind::Seeking, None),
        (DestinationKind::Enterprise, None),
    ];
    for (place, code) in ["33070001", "33070002"].into_iter().enumerate() {
        town.add_school(code).await;
        for number in 0..5 {
            let pupil = town.graduate(code, "学生", &document(place * 5 + number)).await;
            if let Some((kind, level)) = kinds.get(number) {
                town.assert(pupil, *kind, &format!("2022-0{}-01", 7 + number % 2), *level).await;
            }
        }
    }
    town
}

fn shown(percent: &Value) -> String {
    percent.as_str().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"))
}

fn of_json(json: &Value) -> Rates {
    let rate = |of: &Value| {
        let name = of["name"]["zh"].as_str().unwrap().to_owned();
        (name, [of["numerator"].to_string(), of["denominator"].to_string(), shown(&of["percent"])])
    };
    json["figures"].as_array().unwrap().iter().map(rate).collect()
}

/// The rows whose first cell is one of these names.
fn of_csv(file: &str, names: &Rates) -> Rates {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(file.as_bytes());
    let rows =
        reader.records().map(|record| record.unwrap()).filter(|row| row.len() >= 4 && names.contains_key(&row[0]));
    let cell = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    rows.map(|row| (row[0].to_owned(), [cell(&row[1]), cell(&row[2]), cell(&row[3])])).collect()
}

fn without_tags(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

fn of_page(page: &str, names: &Rates) -> Rates {
    let cell = |cell: &str| without_tags(cell.split("</td>").next().unwrap_or_default());
    let row = |row: &str| {
        let name = without_tags(row.split("<div").next()?);
        let cells: Vec<String> = row.split("<td class=\"number\">").skip(1).map(cell).collect();
        let [numerator, denominator, percent] = cells.get(..3)?.to_vec().try_into().ok()?;
        let percent: String = percent.trim().to_owned();
        names
            .contains_key(&name)
            .then(|| (name, [numerator, denominator, percent].map(|cell: String| cell.trim().to_owned())))
    };
    page.split("<tr>").filter_map(row).collect()
}

#[test]
fn a_page_a_file_the_api_and_the_command_line_say_the_same_digits() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let database = Database::sqlite();
    let (router, cookie, head) = runtime.block_on(async {
        let town = town(&database).await;
        let app = Arc::new(town.app);
        let cookie = cookie_of(&app, Role::Bureau).await;
        let head = app.log().head().await.unwrap().position();
        (web::router(app, front()), cookie, head)
    });
    let get = |address: String| {
        let request =
            Request::get(address).header(HOST, "localhost").header(COOKIE, &cookie).body(Body::empty()).unwrap();
        let router = router.clone();
        runtime.block_on(async move {
            let answer = router.oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 200);
            String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
        })
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(24));
    let compared = runner.run(&asked(), |Asked { as_of, school, known }| {
        let position = (head * known / 100).max(1).to_string();
        let of_school = school.map_or(String::new(), |school| format!("&school={school}"));
        let words = format!("as_of={as_of}&known_at={position}{of_school}");
        let api = of_json(&serde_json::from_str(&get(format!("/api/v1/report?year=2022&{words}"))).unwrap());
        let mut line = vec!["report", "--year", "2022", "--as-of", as_of, "--known-at", &position, "--format", "json"];
        if let Some(school) = school {
            line.extend(["--school", school]);
        }
        let typed = of_json(&serde_json::from_str(&succeeds(&database, &line)).unwrap());
        let page = get(format!("/reports/2022?{words}"));
        let file = get(format!("/reports/2022?{words}&format=csv"));
        prop_assert!(api.len() >= 10, "{} rates", api.len());
        prop_assert_eq!(&typed, &api, "the command line");
        prop_assert_eq!(&of_csv(&file, &api), &api, "the file");
        prop_assert_eq!(&of_page(&page, &api), &api, "the page");
        Ok(())
    });
    compared.unwrap();
}
