//! Promise: accounts, units, who looked and how the installation is have pages, for those who may ask, with the acts that
//! each may do beside them.

use gradtrail::accounts::Role;

use crate::acts::{Browser, location};
use crate::layout::is_chinese;
use crate::placements::{OURS, THEIRS, class};
use crate::support::{Database, Town, add_staff, school};

fn links<'p>(page: &'p str, begins: &'p str) -> impl Iterator<Item = String> + 'p {
    let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.filter(move |link| link.starts_with(begins)).map(|link| link.replace("&#38;", "&"))
}

fn link(page: &str, begins: &str) -> String {
    links(page, begins).next().unwrap_or_else(|| panic!("no link to {begins}: {page}"))
}

/// Two schools, each with a mentor, and somebody of the first with each of these roles at a browser.
async fn at_accounts<const N: usize>(database: &Database, roles: [Role; N]) -> [Browser; N] {
    let town = Town::new(database).await;
    for (code, name) in [(OURS, "吴老师"), (THEIRS, "郑老师")] {
        town.add_school(code).await;
        add_staff(&town.app, &town.caller, name, Role::Mentor, Some(school(code))).await.unwrap();
    }
    Browser::of(town.app, roles).await
}

/// Fields of a form with the hidden ones of its page.
async fn act(browser: &Browser, address: &str, fields: &[(&str, &str)]) -> String {
    let form = browser.get(address).await;
    assert!(form.starts_with("HTTP/1.1 200"), "{address}: {form}");
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name, rest.split('"').next().unwrap())
    });
    let mut words: Vec<(&str, &str)> =
        hidden.filter(|(name, _)| *name != "next").chain(fields.iter().copied()).collect();
    // The address fills fields in that are seen, too.
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let filled: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    for (name, value) in &filled {
        if words.iter().all(|(known, _)| known != name) {
            words.push((name, value));
        }
    }
    browser.post(path, &words).await
}

#[tokio::test]
async fn accounts_are_listed_by_role_and_state_and_each_opens_with_its_acts() {
    for database in Database::both().await {
        let [principal] = at_accounts(&database, [Role::Principal]).await;
        let list = principal.get("/accounts").await;
        assert!(list.contains("吴老师") && !list.contains("郑老师"), "{list}");
        assert!(list.contains("没有邀请 1") && list.contains("href=\"/imports\""), "{list}");
        let invited = principal.get("/accounts?state=not-invited").await;
        assert!(invited.contains("吴老师") && !invited.contains("演示就业办"), "{invited}");
        let mentors = principal.get("/accounts?role=mentor").await;
        assert!(mentors.contains("吴老师") && !mentors.contains("就业办</td>"), "{mentors}");
        // The next step of who is not invited: the code is shown once, and to be read by a telephone.
        let invite = link(&invited, "/acts/staff/invite?");
        let told = act(&principal, &invite, &[]).await;
        assert!(told.contains("吴老师的邀请码") && told.contains("<svg class=\"qr\""), "{told}");
        let list = principal.get("/accounts?state=invited").await;
        assert!(list.contains("吴老师") && list.contains("已邀请，到 "), "{list}");
        let member = link(&list, "/accounts/");
        let page = principal.get(&member).await;
        assert!(page.contains("<h1>吴老师</h1>") && page.contains("本人还没有设置"), "{page}");
        // Disabled, undone, and disabled again.
        let disable = link(&page, "/acts/staff/disable?");
        assert!(principal.get(&disable).await.contains("<b>吴老师 · 实习指导教师</b>"));
        location(&act(&principal, &disable, &[("reason", "long_leave")]).await);
        assert!(principal.get("/accounts?state=disabled").await.contains("吴老师"));
        let page = principal.get(&member).await;
        assert!(page.contains("停用：长期休假") && links(&page, "/acts/staff/enable?").count() == 1, "{page}");
        let undo = link(&page, "/acts/staff/undo?");
        location(&act(&principal, &undo, &[("reason", "entry_error")]).await);
        let page = principal.get(&member).await;
        location(&act(&principal, &link(&page, "/acts/staff/disable?"), &[("reason", "left")]).await);
        assert!(principal.get(&member).await.contains("停用：离职"));
        let csv = principal.get("/accounts?state=disabled&format=csv").await;
        assert!(csv.contains("吴老师") && !csv.contains("郑老师") && csv.contains("登录"), "{csv}");
    }
}

#[tokio::test]
async fn an_account_is_opened_from_the_list_for_the_own_school_and_of_others_nothing_is_there() {
    let database = Database::sqlite();
    let [principal, bureau, mentor] = at_accounts(&database, [Role::Principal, Role::Bureau, Role::Mentor]).await;
    let add = link(&principal.get("/accounts").await, "/acts/staff/add?");
    let opened = act(&principal, &add, &[("name", "新老师"), ("role", "mentor")]).await;
    assert!(opened.contains("已为新老师开通账号"), "{opened}");
    assert!(principal.get("/accounts").await.contains("新老师"));
    let slips = link(&principal.get("/accounts").await, "/acts/staff/invite-school?");
    let printed = act(&principal, &slips, &[]).await;
    assert!(printed.starts_with("HTTP/1.1 200") && printed.contains("attachment; filename*="), "{printed}");
    let all = bureau.get("/accounts").await;
    assert!(all.contains("郑老师") && all.contains("<select name=\"school\">"), "{all}");
    let theirs = bureau.get(&format!("/accounts?school={THEIRS}")).await;
    assert!(theirs.contains("郑老师") && !theirs.contains("吴老师"), "{theirs}");
    let foreign = link(&theirs, "/accounts/");
    assert!(principal.get(&foreign).await.starts_with("HTTP/1.1 404"));
    for (words, status) in
        [("role=luck", "400"), ("state=luck", "400"), ("page=9", "400"), ("page=0", "400"), ("format=pdf", "400")]
    {
        let refused = principal.get(&format!("/accounts?{words}")).await;
        assert!(refused.starts_with(&format!("HTTP/1.1 {status}")), "{words}: {refused}");
    }
    for nobody in ["/accounts/7", "/accounts/01a22bdf-ac6b-73f0-bc25-5e5e46c682c5"] {
        assert!(principal.get(nobody).await.starts_with("HTTP/1.1 404"), "{nobody}");
    }
    // Who may change no account is offered none.
    let page = mentor.get("/accounts").await;
    assert_eq!((links(&page, "/acts/").count(), links(&page, "/imports").count()), (0, 0), "{page}");
}

/// A class of one and a unit without a name, and somebody of the school with each of these roles.
async fn at_units<const N: usize>(database: &Database, roles: [Role; N]) -> [Browser; N] {
    let (town, ..) = class(database, 1).await;
    Browser::of(town.app, roles).await
}

#[tokio::test]
async fn a_unit_is_registered_proposed_accepted_published_and_undone_from_its_pages() {
    for database in Database::both().await {
        let [officer, principal] = at_units(&database, [Role::Officer, Role::Principal]).await;
        let list = officer.get("/employers").await;
        let fields = [("name", "新兴机电有限公司"), ("industry", "C")];
        let registered = act(&officer, &link(&list, "/acts/employer/register"), &fields).await;
        let own = link(&registered, "/employers/0");
        let found = officer.post("/employers", &[("text", "新兴机电"), ("school", "")]).await;
        assert!(found.starts_with("HTTP/1.1 200") && found.contains("新兴机电有限公司"), "{found}");
        let unit = link(&found, "/employers/0");
        assert_eq!(own, unit, "what was registered is led to");
        let page = officer.get(&unit).await;
        assert!(page.contains("还不是本校的实习单位"), "{page}");
        location(&act(&officer, &link(&page, "/acts/host/propose?"), &[]).await);
        let page = officer.get(&unit).await;
        assert!(page.contains("待核") && officer.get("/employers?hosts=proposed").await.contains("新兴机电"), "{page}");
        location(&act(&officer, &link(&page, "/acts/host/visit?"), &[("all", "met")]).await);
        let accepted = act(&principal, &link(&principal.get(&unit).await, "/acts/host/accept?"), &[]).await;
        location(&accepted);
        let page = officer.get(&unit).await;
        location(&act(&officer, &link(&page, "/acts/host/publish?"), &[]).await);
        let page = officer.get(&unit).await;
        assert!(page.contains("实习单位：已公布"), "{page}");
        location(&act(&officer, &link(&page, "/acts/host/framework?"), &[("until", "2024-06-30")]).await);
        assert!(officer.get(&unit).await.contains("2024-06-30"));
        let undo = link(&officer.get(&unit).await, "/acts/host/undo?");
        location(&act(&officer, &undo, &[("reason", "entry_error")]).await);
        location(
            &act(&officer, &link(&officer.get(&unit).await, "/acts/host/framework?"), &[("until", "2024-06-30")]).await,
        );
        let csv = officer.get("/employers?hosts=all&format=csv").await;
        assert!(csv.contains("新兴机电有限公司") && csv.contains("2024-06-30"), "{csv}");
    }
}

#[tokio::test]
async fn units_that_may_be_one_are_merged_from_their_page_by_the_city() {
    let database = Database::sqlite();
    let [officer, bureau] = at_units(&database, [Role::Officer, Role::Bureau]).await;
    for name in ["新兴机电有限公司", "新兴机电（有限公司）"] {
        act(&officer, "/acts/employer/register", &[("name", name)]).await;
    }
    let page = bureau.get("/employers/duplicates").await;
    assert!(page.contains("名称相近") && page.contains("新兴机电(有限公司)"), "{page}");
    assert_eq!(links(&officer.get("/employers/duplicates").await, "/acts/employer/merge").count(), 0);
    let merge = link(&page, "/acts/employer/merge?");
    let form = bureau.get(&merge).await;
    assert!(form.matches("<b>新兴机电").count() == 2, "{form}");
    location(&act(&bureau, &merge, &[]).await);
    let none = bureau.get("/employers/duplicates").await;
    assert!(none.contains("没有这样的单位"), "{none}");
}

#[tokio::test]
async fn units_that_are_told_apart_are_listed_no_more_until_that_is_undone() {
    for database in Database::both().await {
        let [officer, bureau] = at_units(&database, [Role::Officer, Role::Bureau]).await;
        for name in ["新兴机电有限公司", "新兴机电（有限公司）"] {
            act(&officer, "/acts/employer/register", &[("name", name)]).await;
        }
        let before = bureau.position().await;
        let page = bureau.get("/employers/duplicates").await;
        let tell = link(&page, "/acts/employer/tell-apart?");
        assert_eq!(links(&officer.get("/employers/duplicates").await, "/acts/employer/tell-apart").count(), 0);
        assert!(bureau.get(&tell).await.matches("<b>新兴机电").count() == 2);
        let without = act(&bureau, &tell, &[]).await;
        assert!(without.starts_with("HTTP/1.1 422") && without.contains("原因"), "{without}");
        location(&act(&bureau, &tell, &[("reason", "namesake"), ("note", "各是各的")]).await);
        for browser in [&bureau, &officer] {
            assert!(browser.get("/employers/duplicates").await.contains("没有这样的单位"));
        }
        let apart = bureau.get("/employers/duplicates?apart=true").await;
        assert!(apart.contains("名称相近") && links(&apart, "/acts/employer/merge").count() == 0, "{apart}");
        // As of a day before, and as known before, they were not told apart; nothing is done there.
        for moment in ["on=2020-01-01".to_owned(), format!("known_at={before}")] {
            let past = bureau.get(&format!("/employers/duplicates?{moment}")).await;
            assert!(past.contains("名称相近") && past.contains("不能登记"), "{moment}: {past}");
            assert_eq!(links(&past, "/acts/").count(), 0, "{moment}: {past}");
        }
        // Undone they are listed again, and may be told apart again, from the other of them, too.
        let unit = links(&apart, "/employers/0").find(|link| link.ends_with("#history")).unwrap();
        let unit = unit.trim_end_matches("#history");
        let shown = bureau.get(unit).await;
        assert!(shown.contains("不是同一单位：名称相近") && shown.contains("各是各的"), "{shown}");
        let undo = links(&shown, "/acts/employer/undo?").find(|link| link.contains("version=2")).unwrap();
        location(&act(&bureau, &undo, &[("reason", "entry_error")]).await);
        let again = bureau.get("/employers/duplicates").await;
        assert!(again.contains("名称相近"), "{again}");
        let ids: Vec<String> = links(&again, "/employers/0").collect();
        let [one, other] = [0, 1].map(|at| ids[at].split('/').nth(2).unwrap());
        let turned = [("employer", other), ("apart_from", one), ("reason", "branch"), ("back", "/employers")];
        location(&bureau.post("/acts/employer/tell-apart", &turned).await);
        assert!(bureau.get("/employers/duplicates").await.contains("没有这样的单位"));
        let apart = bureau.get("/employers/duplicates?apart=true").await;
        let told = links(&apart, "/employers/0").find(|link| link.ends_with("#history")).unwrap();
        assert!(told.contains(other), "it is undone where it is recorded: {told}");
        let itself = [("employer", one), ("apart_from", one), ("reason", "other"), ("back", "/employers")];
        assert!(bureau.post("/acts/employer/tell-apart", &itself).await.contains("两个是同一个单位"));
    }
}

#[tokio::test]
async fn interns_are_counted_for_the_days_that_are_asked_for() {
    let database = Database::sqlite();
    let [officer] = at_units(&database, [Role::Officer]).await;
    let unit = link(&officer.get("/employers?all=true").await, "/employers/0");
    let page = officer.get(&format!("{unit}?from=2023-07-01&to=2023.7.3")).await;
    assert!(["2023-07-01", "2023-07-02", "2023-07-03"].iter().all(|day| page.contains(day)), "{page}");
    for words in ["from=soon", "from=2023-07-03&to=2023-07-01", "from=2023-01-01&to=2023-12-31", "school=x"] {
        assert!(officer.get(&format!("{unit}?{words}")).await.starts_with("HTTP/1.1 400"), "{words}");
    }
    for nowhere in ["/employers/7", "/employers/01a22bdf-ac6b-73f0-bc25-5e5e46c682c5"] {
        assert!(officer.get(nowhere).await.starts_with("HTTP/1.1 404"), "{nowhere}");
    }
    for words in ["hosts=luck", "school=x", "page=9"] {
        assert!(officer.get(&format!("/employers?{words}")).await.starts_with("HTTP/1.1 400"), "{words}");
    }
}

#[tokio::test]
async fn who_looked_at_persons_in_full_is_told_to_the_school_and_not_to_others() {
    let database = Database::sqlite();
    let [officer, principal, bureau] = at_units(&database, [Role::Officer, Role::Principal, Role::Bureau]).await;
    let nobody = principal.get("/access").await;
    assert!(nobody.contains("没有人看过完整的个人信息"), "{nobody}");
    let student = link(&officer.get("/students").await, "/students/0");
    let shown = officer.post(&student, &[("purpose", "check_documents")]).await;
    assert!(shown.starts_with("HTTP/1.1 200"), "{shown}");
    let looked = principal.get("/access").await;
    assert!(looked.contains("核对材料") && looked.contains("1 次"), "{looked}");
    assert!(bureau.get("/access").await.contains("先选看谁的账号"));
    assert!(bureau.get(&format!("/access?school={OURS}")).await.contains("核对材料"));
    assert!(!bureau.get("/access?school=city").await.contains("核对材料"));
}

#[tokio::test]
async fn the_system_page_says_how_it_is_to_those_who_may_ask() {
    let database = Database::sqlite();
    let [officer, teacher, mentor] = at_units(&database, [Role::Officer, Role::ClassTeacher, Role::Mentor]).await;
    let page = officer.get("/system").await;
    assert!(page.contains("都是最新") && page.contains("从没有导出"), "{page}");
    for other in [&teacher, &mentor] {
        assert!(other.get("/system").await.starts_with("HTTP/1.1 404"));
    }
    for nowhere in ["/employers", "/employers/duplicates", "/imports"] {
        assert!(mentor.get(nowhere).await.starts_with("HTTP/1.1 404"), "{nowhere}");
    }
}

#[tokio::test]
async fn in_english_nothing_on_these_pages_is_chinese_but_what_was_recorded() {
    let database = Database::sqlite();
    let [officer, principal, bureau] = at_units(&database, [Role::Officer, Role::Principal, Role::Bureau]).await;
    let unit = link(&bureau.get("/employers").await, "/employers/0");
    let member = link(&bureau.get("/accounts").await, "/accounts/");
    for browser in [officer, principal, bureau] {
        let english = Browser { cookie: format!("{}; language=en", browser.cookie), ..browser };
        for path in [
            "/accounts",
            &member,
            "/employers",
            "/employers?all=true",
            "/employers?hosts=all",
            "/employers/duplicates",
            &unit,
            "/access",
            "/system",
        ] {
            let page = english.get(path).await;
            if page.starts_with("HTTP/1.1 404") && path == member {
                continue; // The first of the bureau's list is not of the school.
            }
            assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
            let mut said = page.replace("学校33070001", "").replace("1班", "");
            for name in ["演示市局", "演示校长", "演示就业办", "演示班主任", "演示指导教师", "演示审计"]
            {
                said = said.replace(name, "");
            }
            let said: String =
                said.split("lang=\"zh-CN\">").map(|part| part.split_once('<').map_or(part, |(_, rest)| rest)).collect();
            let chinese: String = said.chars().filter(|c| is_chinese(*c)).collect();
            assert!(chinese.is_empty(), "{path}: {chinese}");
        }
    }
}
