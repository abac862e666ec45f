//! Promise: what was typed is kept as a draft if one wants it so, or if the session ends, and is opened again by its owner alone,
//! who is told what changed since; it goes when it is recorded, when it is old, and when somebody is erased whom it names.

use std::sync::Arc;

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::account::{AccountOrder, Deputise};
use gradtrail::app::actions::Command;
use gradtrail::app::draft::{DRAFTS_MAX, Kept, SeenDraft, Typing};
use gradtrail::app::request::Request;
use gradtrail::domain::ErasureReason;

use crate::acts::{Browser, location, two_of_three_submitted};
use crate::privacy::everything_stored;
use crate::support::rosters::move_to;
use crate::support::{Database, clock, day, erase, login_of};

const RETURN: &str = "/acts/placement/return";
const NOTE: &str = "缺监护人张三丰的电话";
/// Microseconds.
const DAY: i64 = 86_400_000_000;

fn a_month_later() -> i64 {
    clock() + 31 * DAY
}

/// What a hidden field of a page holds.
fn hidden(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    field.split('"').next().unwrap_or_default().replace("&#38;", "&")
}

fn words<'a>(student: &'a str, others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [("students", student), ("class", "1班"), ("reason", "document_missing"), ("note", NOTE), ("back", "/")];
    [&own[..], others].concat()
}

/// Keeps a draft: its address.
async fn kept(browser: &Browser, student: &str, others: &[(&str, &str)]) -> String {
    let answer = browser.post(RETURN, &words(student, &[others, &[("keep", "true")]].concat())).await;
    location(&answer).to_owned()
}

async fn stored(browser: &Browser) -> usize {
    browser.app.drafts(&caller_of(browser).await).await.unwrap().len()
}

async fn caller_of(browser: &Browser) -> Caller {
    let (_, secret) = browser.cookie.split_once('=').unwrap();
    browser.app.caller_of_session(secret, "web").await.unwrap()
}

/// The same account on another server, at another time.
async fn drafts_at(database: &Database, browser: &Browser, clock: fn() -> i64) -> usize {
    let later = database.open_at(clock).await;
    let drafts = later.drafts(&caller_of(browser).await).await.unwrap().len();
    later.forget_ended_drafts().await.unwrap();
    drafts
}

#[tokio::test]
async fn a_draft_is_sealed_found_on_the_first_page_opened_as_it_was_typed_and_gone_once_it_is_recorded() {
    for database in Database::both().await {
        let roles = [Role::Principal, Role::Officer];
        let ([principal, officer], students) = two_of_three_submitted(&database, roles).await;
        let id = students[0].0.to_string();
        let before = principal.position().await;
        let address = kept(&principal, &id, &[]).await;
        assert!(address.starts_with(&format!("{RETURN}?draft=")), "{address}");
        assert!(!everything_stored(&database).await.contains("张三丰"));
        for page in ["/", "/me"] {
            let shown = principal.get(page).await;
            assert!(shown.contains(&address) && shown.contains("已存草稿 ") && shown.contains(" 1 人"), "{shown}");
            let others = officer.get(page).await;
            assert!(!others.contains("draft="), "{others}");
        }
        let shown = principal.get(&address).await;
        assert!(shown.contains(NOTE) && shown.contains(&format!("value=\"{id}\" checked")), "{shown}");
        assert!(!shown.contains("存草稿以后有变化"), "{shown}");
        // Whose it is not finds nothing, whatever the address.
        let other = address.replace(RETURN, "/acts/placement/revise");
        for (browser, address) in [(&officer, &other), (&principal, &address.replace("return", "reject"))] {
            let nothing = browser.get(address).await;
            assert!(nothing.starts_with("HTTP/1.1 404") && !nothing.contains(NOTE), "{nothing}");
        }
        assert_eq!(principal.position().await, before, "a draft is no event");
        let [draft, at] = ["draft", "draft_kept_at"].map(|name| hidden(&shown, name));
        let recorded = principal.post(RETURN, &words(&id, &[("draft", &draft), ("draft_kept_at", &at)])).await;
        assert!(principal.get(location(&recorded)).await.contains("材料不全"));
        assert_eq!(stored(&principal).await, 0);
        let gone = principal.get(&address).await;
        assert!(gone.starts_with("HTTP/1.1 404") && gone.contains("没有这份草稿"), "{gone}");
    }
}

#[tokio::test]
async fn who_opens_a_draft_is_told_who_stands_otherwise_by_now_and_who_cannot() {
    for database in Database::both().await {
        let ([principal], students) = two_of_three_submitted(&database, [Role::Principal]).await;
        let ids: Vec<String> = students.iter().map(|student| student.0.to_string()).collect();
        let all: Vec<(&str, &str)> = ids.iter().map(|id| ("students", &**id)).collect();
        let address =
            location(&principal.post("/acts/placement/approve", &[&all[..], &[("keep", "true")]].concat()).await)
                .to_owned();
        let shown = principal.get(&address).await;
        assert!(shown.contains("不能办理 1 人") && !shown.contains("存草稿以后有变化"), "{shown}");
        let first = [("students", &*ids[0])];
        assert!(location(&principal.post("/acts/placement/approve", &first).await).starts_with("/recorded"));
        let shown = principal.get(&address).await;
        assert!(shown.contains("不能办理 2 人"), "{shown}");
        let moved = move_to(&principal.app, students[1], "2班", principal.app.today()).await;
        principal.app.execute(&Caller::operator("test"), Request::new("moved", "test", vec![moved])).await.unwrap();
        let shown = principal.get(&address).await;
        assert!(shown.contains("存草稿时为1班，现在为2班"), "{shown}");
    }
}

#[tokio::test]
async fn of_two_tabs_none_writes_over_the_other() {
    let database = Database::sqlite();
    let ([principal], students) = two_of_three_submitted(&database, [Role::Principal]).await;
    let id = students[0].0.to_string();
    let shown = principal.get(&kept(&principal, &id, &[]).await).await;
    let [draft, at] = ["draft", "draft_kept_at"].map(|name| hidden(&shown, name));
    let seen = [("draft", &*draft), ("draft_kept_at", &*at)];
    let one = kept(&principal, &id, &seen).await;
    assert!(one.ends_with(&draft), "{one}");
    // The other tab still shows it as it was.
    let other = kept(&principal, &id, &seen).await;
    assert!(!other.contains(&draft) && other.ends_with("&apart=true"), "{other}");
    assert!(principal.get(&other).await.contains("所以另存了一份"));
    assert_eq!(stored(&principal).await, 2);
    // Deleted in one, kept anew in the other.
    let deleted = principal.post("/drafts/delete", &[("draft", &draft), ("next", "/me")]).await;
    assert_eq!((location(&deleted), stored(&principal).await), ("/me", 1));
    assert!(kept(&principal, &id, &seen).await.ends_with("&apart=true"));
    let again = principal.post("/drafts/delete", &[("draft", &draft), ("next", "//evil.example")]).await;
    assert_eq!((location(&again), stored(&principal).await), ("/", 2));
}

#[tokio::test]
async fn a_draft_ends_after_a_month_and_with_whoever_it_names() {
    for database in Database::both().await {
        let ([principal], students) = two_of_three_submitted(&database, [Role::Principal]).await;
        let [first, second] = [0, 1].map(|n| students[n].0.to_string());
        kept(&principal, &first, &[]).await;
        let other = kept(&principal, &second, &[]).await;
        let operator = Caller::operator("test");
        erase(&principal.app, &operator, students[0], ErasureReason::Request).await.unwrap();
        assert_eq!(stored(&principal).await, 1);
        assert!(principal.get("/me").await.contains(&other));
        assert_eq!(drafts_at(&database, &principal, a_month_later).await, 0);
        assert_eq!(stored(&principal).await, 0, "it was deleted");
    }
}

#[tokio::test]
async fn an_account_has_so_many_drafts_and_each_is_of_a_bounded_length() {
    let database = Database::sqlite();
    let ([principal], _) = two_of_three_submitted(&database, [Role::Principal]).await;
    let caller = caller_of(&principal).await;
    let typing = |note: String| Typing {
        act: "placement return".to_owned(),
        words: vec![("note".to_owned(), note)],
        people: vec![],
    };
    let mut all: Vec<SeenDraft> = vec![];
    for number in 0..=DRAFTS_MAX {
        let kept = principal.app.keep_draft(&caller, None, typing(number.to_string())).await.unwrap();
        let Kept::As(seen) = kept else { panic!("{kept:?}") };
        all.push(seen);
    }
    let drafts = principal.app.drafts(&caller).await.unwrap();
    assert_eq!(drafts.len(), DRAFTS_MAX);
    assert!(drafts.iter().all(|draft| draft.id != all[0].id), "the oldest went");
    let long = principal.app.keep_draft(&caller, None, typing("长".repeat(30_000))).await.unwrap();
    assert_eq!(long, Kept::TooLong);
    assert_eq!(stored(&principal).await, DRAFTS_MAX);
}

#[tokio::test]
async fn a_draft_of_somebody_s_place_is_opened_in_that_place_only() {
    let database = Database::sqlite();
    let ([principal, officer], students) = two_of_three_submitted(&database, [Role::Principal, Role::Officer]).await;
    let id = students[0].0.to_string();
    let absent = caller_of(&principal).await.staff_id().unwrap();
    let today = principal.app.today();
    let deputise = AccountOrder::Deputise(Deputise {
        staff: absent.0.to_string(),
        deputy: caller_of(&officer).await.staff_id().unwrap().0.to_string(),
        from: today,
        to: day("2023-07-31"),
    });
    principal.app.run(&Caller::operator("test"), None, &Command::Account(deputise)).await.unwrap();
    officer.post("/me/place", &[("absent", &absent.0.to_string())]).await;
    let address = kept(&officer, &id, &[]).await;
    assert!(officer.get(&address).await.contains(NOTE));
    officer.post("/me/place", &[("absent", "")]).await;
    let me = officer.get("/me").await;
    assert!(me.contains("代演示校长办理时"), "{me}");
    // The officer may not return, and in the own place not even a form is there.
    let refused = officer.get(&address).await;
    assert!(refused.starts_with("HTTP/1.1 40") && !refused.contains(NOTE), "{refused}");
    let own = officer.post("/acts/placement/revise", &[("students", &*id), ("keep", "true")]).await;
    let own = location(&own).to_owned();
    officer.post("/me/place", &[("absent", &absent.0.to_string())]).await;
    assert!(!officer.get(&own).await.contains("已存草稿"));
    assert_eq!(stored(&principal).await, 0, "it is the deputy's, and not the absent one's");
}

#[tokio::test]
async fn what_was_typed_when_the_session_was_over_is_a_draft_after_signing_in_and_stands_in_no_address() {
    let database = Database::sqlite();
    let ([principal], students) = two_of_three_submitted(&database, [Role::Principal]).await;
    let id = students[0].0.to_string();
    // Whoever is opened anew is signed in nowhere.
    let (login, password) = login_of(&principal.app, Role::Principal).await;
    let turned_away = principal.post(RETURN, &words(&id, &[])).await;
    assert!(turned_away.starts_with("HTTP/1.1 401") && !turned_away.contains("location:"), "{turned_away}");
    let (next, kept) = (hidden(&turned_away, "next"), hidden(&turned_away, "kept"));
    assert_eq!(next, RETURN);
    let wrong = [("login", &*login), ("password", "不是这个密码"), ("next", &next), ("kept", &kept)];
    assert_eq!(hidden(&principal.post("/sign-in", &wrong).await, "kept"), kept, "a wrong password loses nothing");
    let right = [("login", &*login), ("password", &password), ("next", &next), ("kept", &kept)];
    let signed_in = principal.post("/sign-in", &right).await;
    let cookie = signed_in.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let again = Browser { cookie, address: principal.address, app: Arc::clone(&principal.app) };
    let before = again.position().await;
    let address = location(&signed_in);
    let resumed = again.get(address).await;
    assert!(resumed.starts_with("HTTP/1.1 200") && resumed.contains(NOTE), "{resumed}");
    assert_eq!((again.position().await, stored(&again).await), (before, 1));
    let [draft, at] = ["draft", "draft_kept_at"].map(|name| hidden(&resumed, name));
    let returned = again.post(RETURN, &words(&id, &[("draft", &draft), ("draft_kept_at", &at)])).await;
    assert!(again.get(location(&returned)).await.contains("材料不全"), "{returned}");
    assert_eq!(stored(&again).await, 0);
}
