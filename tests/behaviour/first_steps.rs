//! Promise: an office that begins finds its way by pages alone: each page says what comes next, and what is in the way.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use gradtrail::accounts::Role;
use gradtrail::app::actions::Action;
use gradtrail::app::called::Input;
use gradtrail::domain::host::codes::VisitHead;
use gradtrail::domain::terms::Term as _;
use strum::IntoEnumIterator as _;

use crate::acts::{Browser, location, officer_and_principal};
use crate::support::{Database, Town};

/// What has forms on the page of the own account.
const OF_ONESELF: [Action; 2] = [Action::TokenIssue, Action::TokenRevoke];
const UNIT: &str = "91330700MA00000019";

/// What a page leads to by a link that has this in it.
fn link(page: &str, part: &str) -> String {
    let mut links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let found = links.find(|link| link.contains(part));
    found.unwrap_or_else(|| panic!("nothing leads to {part}: {page}")).replace("&#38;", "&")
}

/// The students whom a page has ticked.
fn ticked(page: &str) -> usize {
    page.split("name=\"students\"").skip(1).filter(|rest| rest.split('>').next().unwrap().contains("checked")).count()
}

async fn done(browser: &Browser, act: &str, words: &[(&str, &str)]) -> String {
    let answer = browser.post(&format!("/acts/{act}"), words).await;
    if answer.starts_with("HTTP/1.1 200") { answer } else { browser.get(location(&answer)).await }
}

#[tokio::test]
async fn before_the_first_account_the_page_to_sign_in_says_where_it_is_set_up() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school("33070001").await;
    let stranger = Browser::stranger(Arc::new(town.app)).await;
    assert!(stranger.get("/sign-in").await.contains("还没有账号"));
    let [officer] = stranger.signed_in([Role::Officer]).await;
    assert!(!officer.get("/sign-in").await.contains("还没有账号"));
}

#[tokio::test]
async fn a_roster_without_final_classes_leads_to_their_plan_and_a_plan_takes_classes_by_ticks() {
    for database in Database::both().await {
        let [officer, _] = officer_and_principal(&database).await;
        let home = officer.get("/").await;
        assert!(home.contains("登记哪些班是毕业班"), "{home}");
        let form = officer.get(&link(&home, "/acts/season/plan")).await;
        assert!(form.contains("type=\"checkbox\" name=\"class\" value=\"1班\""), "{form}");
        let words = [("year", "2024"), ("class", "1班"), ("first_day", "2023-9-1"), ("last_day", "2024-2-29")];
        let planned = done(&officer, "season/plan", &words).await;
        assert!(planned.contains("2024 届毕业班 1 个"), "{planned}");
        let home = officer.get("/").await;
        assert!(home.contains("毕业班 1 个班 2 人") && !home.contains("登记哪些班是毕业班"), "{home}");
    }
}

#[tokio::test]
async fn a_unit_leads_to_its_page_and_a_proposed_host_waits_on_the_home_of_who_decides() {
    for database in Database::both().await {
        let [officer, principal] = officer_and_principal(&database).await;
        let registered = done(&officer, "employer/register", &[("name", "东方汽车服务有限公司"), ("code", UNIT)]).await;
        let unit = officer.get(&link(&registered, "/employers/")).await;
        let form = officer.get(&link(&unit, "/acts/host/propose")).await;
        assert!(form.contains("东方汽车服务有限公司") && !form.contains("勾选的人一起办理"), "{form}");
        done(&officer, "host/propose", &[("employer", UNIT)]).await;
        let form = officer.get(&format!("/acts/host/visit?employer={UNIT}")).await;
        let heads = VisitHead::ENTRIES.iter().map(|entry| format!("{}=met", entry.code)).collect::<Vec<_>>();
        assert!(heads.iter().all(|found| form.contains(&format!("<option value=\"{found}\">符合"))), "{form}");
        let found: Vec<(&str, &str)> = heads.iter().map(|found| ("finding", found.as_str())).collect();
        let visited =
            done(&officer, "host/visit", &[&found[..], &[("employer", UNIT), ("on", "2023-6-30")]].concat()).await;
        assert!(visited.contains("考察"), "{visited}");
        let home = principal.get("/").await;
        assert!(home.contains("实习单位待核"), "{home}");
        let form = principal.get(&link(&home, "/acts/host/accept")).await;
        assert!(form.contains("value=\"true\" checked"), "{form}");
        done(&principal, "host/accept", &[("all_proposed", "true")]).await;
        assert!(!principal.get("/").await.contains("实习单位待核"));
    }
}

#[tokio::test]
async fn what_is_in_the_way_is_said_with_the_act_that_clears_it() {
    for database in Database::both().await {
        let [officer, _] = officer_and_principal(&database).await;
        let [officer, principal, bureau] = officer.signed_in([Role::Officer, Role::Principal, Role::Bureau]).await;
        done(&officer, "employer/register", &[("name", "东方汽车服务有限公司"), ("code", UNIT)]).await;
        done(&officer, "host/propose", &[("employer", UNIT)]).await;
        done(&officer, "host/visit", &[("employer", UNIT), ("all", "met"), ("on", "2023-6-30")]).await;
        done(&principal, "host/accept", &[("employer", UNIT)]).await;
        let page = officer.get("/acts/placement/draft?class=1%E7%8F%AD").await;
        let students = page.split("name=\"students\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let students: Vec<(&str, &str)> = students.map(|id| ("students", id)).collect();
        let arranged = [
            ("kind", "post"),
            ("source", "school"),
            ("host", UNIT),
            ("first_day", "2023-9-1"),
            ("last_day", "2024-2-29"),
            ("address", "某市工业路88号"),
            ("post", "汽车维修"),
            ("site_kind", "private"),
            ("region", "city"),
            ("mentor", "郑师傅"),
            ("teacher", "演示指导教师"),
            ("pay", "2400"),
            ("pay_unit", "month"),
            ("submit", "true"),
        ];
        let arranged = [&students[..], &arranged, &[("class", "1班")]].concat();
        let refused = officer.post("/acts/placement/draft", &arranged).await;
        assert!(refused.contains("尚缺：专业对口程度") && ticked(&refused) == 2, "all stay ticked: {refused}");
        done(&officer, "placement/draft", &[&arranged[..], &[("on_specialty", "full")]].concat()).await;

        // Who may not record the verdict is led nowhere.
        let approval = principal.get("/acts/placement/approve?class=1%E7%8F%AD").await;
        assert!(!approval.contains("/acts/placement/evaluate"), "{approval}");
        assert!(approval.contains("还没有合规结论") && ticked(&approval) == 0, "{approval}");
        let pressed = principal.post("/acts/placement/approve", &[("class", "1班")]).await;
        assert!(pressed.contains("还没有合规结论") && ticked(&pressed) == 0, "the reasons stay: {pressed}");
        let approval = bureau.get("/acts/placement/approve?school=33070001&class=1%E7%8F%AD").await;
        let form = officer.get(&link(&approval, "/acts/placement/evaluate")).await;
        assert_eq!(ticked(&form), 2, "{form}");
        let evaluated = done(&officer, "placement/evaluate", &[&students[..], &[("verdict", "passed")]].concat()).await;
        assert!(evaluated.contains("2 人"), "{evaluated}");
        done(&principal, "placement/approve", &students).await;

        let signing = officer.get("/acts/agreement/sign?class=1%E7%8F%AD").await;
        assert!(signing.contains("没有待签的材料") && ticked(&signing) == 0, "{signing}");
        let drafting = officer.get(&link(&signing, "/acts/agreement/draft")).await;
        assert_eq!(ticked(&drafting), 2, "{drafting}");
    }
}

/// The text of the pages' sources, without the table of verbs and the page that shows each act.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, text);
        } else if name.ends_with(".rs") && name != "verbs.rs" && name != "act.rs" {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[tokio::test]
async fn every_act_that_has_a_page_is_offered_on_another() {
    let database = Database::sqlite();
    let [officer, _] = officer_and_principal(&database).await;
    let mut pages = String::new();
    sources(Path::new("src/web/pages"), &mut pages);
    let mut unreached = vec![];
    for action in Action::iter().filter(|action| matches!(action.called().input, Input::Command(_))) {
        let act = officer.get(&format!("/acts/{}", action.called().words.replace(' ', "/"))).await;
        // A token is issued and revoked on the page of the own account.
        let has_page = !act.starts_with("HTTP/1.1 404") && !OF_ONESELF.contains(&action);
        if has_page && !pages.contains(&format!("Action::{action:?}")) {
            unreached.push(action);
        }
    }
    assert!(unreached.is_empty(), "nothing leads to {unreached:?}");
}
