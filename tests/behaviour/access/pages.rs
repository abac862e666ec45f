//! The same table on pages: every address in the table of addresses, as each role, on the own data and on others'. Nobody is
//! shown whom the role does not see; the bureau and auditors see names masked, and nobody a number of a document unasked.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use gradtrail::accounts::visitor::Visitor;
use gradtrail::accounts::{Actor, Caller};
use gradtrail::app::App;
use gradtrail::app::account::{AccountAnswer, AccountOrder};
use gradtrail::app::actions::Command;
use gradtrail::app::invitation::{InviteStaff, WaiveSecondFactor};
use gradtrail::app::reply::Answer;
use gradtrail::app::sign_in::Attempt;
use gradtrail::app::sign_in::invitation::Acceptance;
use gradtrail::domain::account::codes::WaiverReason;
use gradtrail::web;

use super::deeds::{Bound, Data};
use super::{ALL, Tenants, Whose, name, sees};
use crate::placements::document;
use crate::support::{Database, front};

/// The table of addresses, which this test reads so that a new page is walked, too.
const TABLE: &str = include_str!("../../../src/web/mod.rs");
/// Pages for who is not signed in, and what pages are made of.
const AT_THE_DOOR: [&str; 7] =
    ["/sign-in", "/invitation", "/set-up", "/u/{token}", "/style.css", "/invitation.js", "/keys.js"];
/// What follows an address, to be told other things.
const QUERIES: [(&str, &str); 18] = [
    ("/papers", "?school={school}"),
    ("/papers", "?school={school}&class={class}&papers=all&format=csv"),
    ("/imports", "?format=csv"),
    ("/accounts", "?school={school}"),
    ("/accounts", "?format=csv"),
    ("/employers", "?school={school}&hosts=all"),
    ("/employers", "?all=true&format=csv"),
    ("/access", "?school={school}"),
    ("/students", "?school={school}"),
    ("/students", "?school={school}&class={class}&list=unsigned"),
    ("/students", "?school={school}&format=csv"),
    ("/classes", "?school={school}"),
    ("/classes/{school}/{class}", "?progress=not-due"),
    ("/classes/{school}/{class}", "?format=csv"),
    ("/reports/{year}", "?school={school}&by=class"),
    ("/reports/{year}", "?school={school}&format=csv"),
    ("/reports/{year}/{figure}", "?school={school}&part=excluded"),
    ("/reports/{year}/{figure}", "?by=school&cell={school}"),
];
/// An id that nothing has.
const NOBODY: &str = "6a22bdfa-ac6b-43f0-bc25-5e5e46c682c5";
const PASSWORD: &str = "湖光-秋月-两相和 2077";

/// The addresses that are looked at, with the names of their places.
fn addresses() -> Vec<&'static str> {
    let routes = TABLE.split(".route(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let shown = routes.filter(|(_, rest)| rest.starts_with(", get(")).map(|(address, _)| address);
    shown.filter(|address| !AT_THE_DOOR.contains(address)).collect()
}

/// An address about some data.
fn filled(address: &str, data: &Data) -> String {
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let places = [
        ("{school}", data.school.clone()),
        ("{class}", escaped(&data.class)),
        ("{student}", data.student.clone()),
        ("{year}", "2023".to_owned()),
        ("{figure}", "employment_rate".to_owned()),
        ("{position}", "1".to_owned()),
        ("{kind}", "roster".to_owned()),
        ("{id}", NOBODY.to_owned()),
        ("{account}", NOBODY.to_owned()),
        ("{employer}", NOBODY.to_owned()),
        ("{file}", "0".to_owned()),
        ("{number}", "1".to_owned()),
        ("{noun}", "school".to_owned()),
        ("{verb}", "list".to_owned()),
    ];
    let filled = places.iter().fold(address.to_owned(), |address, (place, value)| address.replace(place, value));
    assert!(!filled.contains('{'), "say here what stands in {filled}");
    filled
}

/// Signs somebody in; the cookie.
async fn cookie(app: &App, caller: &Caller, login: &str) -> String {
    let operator = Caller::operator("test");
    let staff = caller.staff_id().unwrap().0.to_string();
    let run = async |order| app.run(&operator, None, &Command::Account(order)).await.unwrap();
    let reason = WaiverReason::Demonstration;
    run(AccountOrder::WaiveSecondFactor(WaiveSecondFactor { staff: staff.clone(), reason, on: None })).await;
    let Answer::Account(AccountAnswer::Invited(invited)) =
        run(AccountOrder::Invite(InviteStaff { staff, until: None })).await
    else {
        panic!("nobody is invited")
    };
    let (login, password) = (login.to_owned(), PASSWORD.to_owned());
    let invitation = invited.secret.as_str().to_owned();
    let visitor = Visitor::new(None, "");
    let acceptance = Acceptance { invitation, login: login.clone(), password: password.clone(), code: String::new() };
    app.accept_invitation(&acceptance, &visitor).await.unwrap();
    let secret = app.sign_in(&Attempt { login, password, code: String::new() }, &visitor).await.unwrap();
    format!("{}={}", front().cookie_name(), secret.as_str())
}

/// What a reader gets: by a form where there is one.
async fn read(router: &Router, address: &str, cookie: &str, form: Option<&str>) -> (StatusCode, String) {
    let request = if form.is_some() { Request::post(address) } else { Request::get(address) };
    let request = request.header("host", "localhost").header("cookie", cookie);
    let body = Body::from(form.unwrap_or_default().to_owned());
    let response = tower::ServiceExt::oneshot(router.clone(), request.body(body).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    (head.status, String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned())
}

/// What a page says that its reader may not see. What was sent may come back.
fn too_much(actor: Actor, page: &str, sent: &str, all: &[(Whose, Data)], is_in_full: bool) -> Vec<String> {
    let mut told = vec![];
    let is_masked = matches!(actor, Actor::Bureau | Actor::Auditor) && !is_in_full;
    for (number, (whose, data)) in all.iter().enumerate() {
        let is_seen = sees(actor, Bound::Student, *whose);
        if !is_seen && page.contains(&data.student) && !sent.contains(&data.student) {
            told.push(format!("the id of {whose:?}"));
        }
        if (!is_seen || is_masked) && page.contains(name(*whose)) && !sent.contains(name(*whose)) {
            told.push(format!("the name of {whose:?}"));
        }
        if !(is_seen && is_in_full) && page.contains(&document(number)) {
            told.push(format!("the document number of {whose:?}"));
        }
    }
    told
}

#[tokio::test]
async fn every_page_answers_each_role_with_what_is_in_its_scope_and_nothing_else() {
    for database in Database::both().await {
        let Tenants { town, callers, data: all } = Tenants::new(&database).await;
        let app = Arc::new(town.app);
        let mut cookies = vec![];
        for (number, (actor, caller)) in callers.iter().filter(|(_, caller)| caller.staff.is_some()).enumerate() {
            cookies.push((*actor, cookie(&app, caller, &format!("login-{number}")).await));
        }
        assert_eq!(cookies.len(), 6);
        let router = web::router(Arc::clone(&app), front());
        let with_queries = QUERIES.iter().map(|(address, query)| format!("{address}{query}"));
        let addresses: Vec<String> = addresses().into_iter().map(str::to_owned).chain(with_queries).collect();
        assert!(addresses.len() > 20, "{addresses:?}");
        let mut wrong = vec![];
        for address in &addresses {
            let leads = read(&router, &filled(address, &all[0].1), "", None).await.0;
            if leads != StatusCode::SEE_OTHER {
                wrong.push(format!("{address} answers {leads} to who is not signed in"));
            }
            for (actor, cookie) in &cookies {
                for (whose, data) in &all {
                    let address = filled(address, data);
                    let (status, page) = read(&router, &address, cookie, None).await;
                    let case = format!("{address} {actor:?} {whose:?}: {status}");
                    let bound = match address.as_str() {
                        of_student if of_student.contains(&data.student) => Bound::Student,
                        of_class if of_class.starts_with("/classes/") => Bound::Class,
                        _ => Bound::Nothing,
                    };
                    let is_missing = status == StatusCode::NOT_FOUND;
                    if !(is_missing || status.is_success() || status.is_redirection()) {
                        wrong.push(format!("{case} {page}"));
                    }
                    if !sees(*actor, bound, *whose) && !is_missing {
                        wrong.push(case.clone());
                    }
                    if bound == Bound::Student && sees(*actor, bound, *whose) && status != StatusCode::OK {
                        wrong.push(format!("{case}, though it is in scope"));
                    }
                    let told = too_much(*actor, &page, &address, &all, false);
                    wrong.extend(told.into_iter().map(|told| format!("{case} tells {told}")));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[tokio::test]
async fn finding_looking_in_full_and_records_reach_no_further_than_the_scope() {
    for database in Database::both().await {
        let Tenants { town, callers, data: all } = Tenants::new(&database).await;
        let app = Arc::new(town.app);
        let mut wrong = vec![];
        let router = web::router(Arc::clone(&app), front());
        let last = app.log().head().await.unwrap().position();
        for (number, (actor, caller)) in callers.iter().filter(|(_, caller)| caller.staff.is_some()).enumerate() {
            let cookie = cookie(&app, caller, &format!("login-{number}")).await;
            for position in 1..=last {
                let (status, page) = read(&router, &format!("/events/{position}"), &cookie, None).await;
                let told = too_much(*actor, &page, "", &all, false);
                wrong.extend(
                    told.into_iter().map(|told| format!("/events/{position} {actor:?}: {status} tells {told}")),
                );
                for link in page.split("href=\"/events/").skip(1).filter_map(|rest| rest.split('"').next()) {
                    let leads = read(&router, &format!("/events/{link}"), &cookie, None).await.0;
                    if leads != StatusCode::OK {
                        wrong.push(format!("/events/{position} leads {actor:?} to /events/{link}: {leads}"));
                    }
                }
            }
            for (whose, data) in &all {
                let is_seen = sees(*actor, Bound::Student, *whose);
                let text: String = form_urlencoded::byte_serialize(name(*whose).as_bytes()).collect();
                let (status, page) = read(&router, "/find", &cookie, Some(&format!("text={text}"))).await;
                let is_found = status == StatusCode::SEE_OTHER;
                if is_found != is_seen {
                    wrong.push(format!("/find {actor:?} {whose:?}: {status} {page}"));
                }
                let address = format!("/students/{}", data.student);
                let form = Some("purpose=check_documents");
                let (status, page) = read(&router, &address, &cookie, form).await;
                let is_shown = status == StatusCode::OK && page.contains(name(*whose));
                if is_shown != is_seen || (!is_shown && status != StatusCode::NOT_FOUND) {
                    wrong.push(format!("in full {actor:?} {whose:?}: {status} {page}"));
                }
                let told = too_much(*actor, &page, &address, &all, true);
                wrong.extend(told.into_iter().map(|told| format!("in full {actor:?} {whose:?} tells {told}")));
            }
        }
        assert_eq!(ALL.len(), all.len());
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    }
}
