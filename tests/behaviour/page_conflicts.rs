//! Promise: what is said of a graduate that cannot all be so stands side by side, and is settled by who may: one of them decides,
//! or none of them counts, all of it or nothing; then the next one is shown.

use gradtrail::accounts::Role;
use gradtrail::app::request::Order;
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::statements::{Said, Source};
use gradtrail::domain::terms::DestinationKind;

use crate::acts::{Browser, location};
use crate::support::{Database, Pupil, Town, said_once};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
const PAGE: &str = "/outcomes/conflicts";

async fn says(town: &Town, pupil: Pupil, source: Source, kind: DestinationKind) {
    let said = Said { source, ..said_once(&town.app, kind, "2022-07-01", None) };
    town.execute(vec![Order::Outcome { student: pupil.id, command: OutcomeCommand::Say { said } }]).await.unwrap();
}

/// Two graduates of whom the office and the class teacher say different things, and one who is at two schools.
async fn contradicted<const N: usize>(database: &Database, roles: [Role; N]) -> ([Browser; N], [Pupil; 2]) {
    let town = Town::new(database).await;
    for code in [OURS, THEIRS] {
        town.add_school(code).await;
    }
    let first = town.graduate(OURS, "王雨桐", "330702200703100002").await;
    let second = town.graduate(OURS, "张若曦", "330702200703100010").await;
    town.graduate(OURS, "孙思源", "330702200703100029").await;
    town.graduate(THEIRS, "孙思源", "330702200703100029").await;
    for pupil in [first, second] {
        says(&town, pupil, Source::School, DestinationKind::Startup).await;
        says(&town, pupil, Source::ClassTeacher, DestinationKind::Seeking).await;
    }
    (Browser::of(town.app, roles).await, [first, second])
}

/// The hidden fields of the form on a page.
fn hidden(page: &str) -> Vec<(String, String)> {
    let form = page.split("method=\"post\" action=\"/outcomes/conflicts\"").nth(1).unwrap();
    let fields = form.split("</form>").next().unwrap().split("type=\"hidden\" name=\"").skip(1);
    let field = |field: &str| {
        let (name, rest) = field.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split('"').next().unwrap().to_owned())
    };
    fields.map(field).collect()
}

async fn settle(browser: &Browser, page: &str, chosen: &str, reason: &str) -> String {
    let mut words = hidden(page);
    words.extend([("chosen".to_owned(), chosen.to_owned()), ("reason".to_owned(), reason.to_owned())]);
    let words: Vec<(&str, &str)> = words.iter().map(|(name, value)| (&**name, &**value)).collect();
    browser.post(PAGE, &words).await
}

#[tokio::test]
async fn each_is_settled_by_one_button_and_the_next_one_follows() {
    for database in Database::both().await {
        let ([principal], _) = contradicted(&database, [Role::Principal]).await;
        let page = principal.get(&format!("{PAGE}?year=2022")).await;
        for shown in ["1 / 2", "以左为准", "以右为准", "都不认", "自主创业", "待就业", "班主任", "2022-07-01"]
        {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        let before = principal.position().await;
        // Without a reason nothing is done.
        let refused = settle(&principal, &page, "1", "").await;
        assert!(refused.starts_with("HTTP/1.1 422") && refused.contains("没有选原因"), "{refused}");
        assert_eq!(principal.position().await, before);
        let settled = settle(&principal, &page, "1", "evidence_sufficient").await;
        let next = principal.get(location(&settled)).await;
        assert!(next.contains("已记录") && next.contains("1 / 1"), "{next}");
        // Twice is once: what was looked at is not what there is now.
        let again = settle(&principal, &page, "1", "evidence_sufficient").await;
        assert_eq!(principal.position().await, before + 1, "{again}");
        let none = settle(&principal, &next, "none", "employer_denies").await;
        let over = principal.get(location(&none)).await;
        assert!(over.contains("没有互相矛盾的记录") && !over.contains("以左为准"), "{over}");
        assert_eq!(principal.position().await, before + 3, "neither counts");
        // As known before, both stand as they did, and nothing can be recorded.
        let then = principal.get(&format!("{PAGE}?year=2022&known_at={before}")).await;
        assert!(then.contains("1 / 2") && then.contains("不能登记") && !then.contains("以左为准"), "{then}");
    }
}

#[tokio::test]
async fn who_may_not_settle_looks_and_another_school_sees_nothing() {
    let database = Database::sqlite();
    let roles = [Role::Bureau, Role::ClassTeacher, Role::Mentor, Role::Auditor];
    let ([bureau, teacher, mentor, auditor], _) = contradicted(&database, roles).await;
    let page = bureau.get(&format!("{PAGE}?year=2022")).await;
    assert!(page.contains("1 / 3") && page.contains("王**") && page.contains("以左为准"), "{page}");
    let twice = bureau.get(&format!("{PAGE}?year=2022&number=3")).await;
    for shown in ["在两所学校毕业", "学校33070001", "学校33070002", "/acts/student/standing?"] {
        assert!(twice.contains(shown), "{shown}: {twice}");
    }
    let before = bureau.position().await;
    for browser in [&teacher, &auditor] {
        let looked = browser.get(&format!("{PAGE}?year=2022")).await;
        assert!(!looked.contains("以左为准"), "{looked}");
        let refused = settle(browser, &page, "0", "corrected").await;
        assert!(refused.starts_with("HTTP/1.1 4"), "{refused}");
    }
    assert!(mentor.get(&format!("{PAGE}?year=2022")).await.starts_with("HTTP/1.1 4"));
    assert_eq!(bureau.position().await, before);
    let elsewhere = bureau.get(&format!("{PAGE}?year=2022&school={THEIRS}")).await;
    assert!(elsewhere.contains("没有互相矛盾的记录"), "{elsewhere}");
}
