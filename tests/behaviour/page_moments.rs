//! Promise: students, classes and a student can be looked at as of any day and as known at any moment, which the page says and
//! in which nothing can be recorded; lists are ordered by the heads of their columns, as files are.

use gradtrail::accounts::Role;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::request::Request;

use crate::acts::{Browser, two_of_three_submitted};
use crate::support::rosters::move_to;
use crate::support::{Database, Town};

const CLASS: &str = "/classes/33070001/1%E7%8F%AD";

#[tokio::test]
async fn a_page_about_another_moment_says_so_shows_what_was_then_and_offers_nothing_to_do() {
    for database in Database::both().await {
        let ([officer], students) = two_of_three_submitted(&database, [Role::Officer]).await;
        let before = officer.position().await;
        let today = officer.app.today();
        let moved = move_to(&officer.app, students[0], "2班", today).await;
        let request = Request::new("moved", "test", vec![moved]);
        officer.app.execute(&gradtrail::accounts::Caller::operator("test"), request).await.unwrap();
        let now = officer.get(CLASS).await;
        assert!(now.contains(">2 人<") && now.contains("/acts/placement") && !now.contains("不能登记"), "{now}");
        let then = officer.get(&format!("{CLASS}?known_at={before}")).await;
        assert!(then.contains(">3 人<") && then.contains("不能登记") && then.contains("回到现在"), "{then}");
        assert!(!then.contains("/acts/"), "{then}");
        assert!(then.contains(&format!("/students/{}?known_at={before}", students[0].0)), "{then}");
        let one = format!("/students/{}", students[0].0);
        let now = officer.get(&one).await;
        assert!(now.contains(">2班<") && now.contains("/acts/"), "{now}");
        let then = officer.get(&format!("{one}?known_at={before}")).await;
        assert!(then.contains(">1班<") && then.contains("不能登记") && !then.contains("/acts/"), "{then}");
        assert!(!then.contains("显示完整信息"), "{then}");
        // Before anything was known of the student there is none.
        let nobody = officer.get(&format!("{one}?known_at=1")).await;
        assert!(nobody.starts_with("HTTP/1.1 404"), "{nobody}");
        let yesterday = officer.get(&format!("/students?on={}", today.yesterday().unwrap())).await;
        assert!(yesterday.contains("不能登记") && !yesterday.contains("/acts/"), "{yesterday}");
        for (words, wrong) in [("on=2023-13-01", "on"), ("known_at=gestern", "known_at")] {
            let refused = officer.get(&format!("{CLASS}?{words}")).await;
            assert!(refused.starts_with("HTTP/1.1 4"), "{wrong}: {refused}");
        }
    }
}

const ROSTER: &str = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n\
                      33070001,张若曦,330702200703100010,20240001,700206,1班,在籍,2021-09-01\n\
                      33070001,安娜,330702200703100029,20240003,700206,2班,在籍,2021-09-01\n\
                      33070001,王雨桐,330702200703100002,20240002,700206,1班,在籍,2021-09-01\n";

/// The names in the order in which a page has them.
fn names(page: &str) -> Vec<&str> {
    let mut found: Vec<(usize, &str)> = ["张若曦", "安娜", "王雨桐"]
        .into_iter()
        .filter_map(|name| Some((page.find(&format!(">{name}<"))?, name)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn the_head_of_a_column_orders_by_it_and_once_more_the_other_way_round_and_so_is_the_file() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        let roster = database.write(&[("名册.csv", ROSTER)]);
        assert_eq!(town.import(&roster, ImportFiles::default()).await[0].counts.new, 3);
        let [officer] = Browser::of(town.app, [Role::Officer]).await;
        let usual = officer.get("/students").await;
        assert_eq!(names(&usual), ["张若曦", "王雨桐", "安娜"]);
        assert!(usual.contains("aria-sort=\"ascending\"><a href=\"/students?sort=-class\">班级▲"), "{usual}");
        let by_name = officer.get("/students?sort=name").await;
        assert_eq!(names(&by_name), ["安娜", "王雨桐", "张若曦"]);
        assert!(by_name.contains("<a href=\"/students?sort=-name\">姓名▲"), "{by_name}");
        assert_eq!(names(&officer.get("/students?sort=-name").await), ["张若曦", "王雨桐", "安娜"]);
        assert_eq!(names(&officer.get("/students?sort=student-number").await), ["张若曦", "王雨桐", "安娜"]);
        assert_eq!(names(&officer.get("/students?sort=-student-number").await), ["安娜", "王雨桐", "张若曦"]);
        let refused = officer.get("/students?sort=luck").await;
        assert!(refused.starts_with("HTTP/1.1 4") && refused.contains("sort"), "{refused}");
        // Others that come meanwhile are in their place.
        let more = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n\
                    33070001,李静,330702200703100037,20240004,700206,1班,在籍,2021-09-01\n";
        let more = database.write(&[("又.csv", more)]);
        let file = crate::support::files(&more);
        let import = gradtrail::app::actions::Command::Import(ImportFiles { files: file, ..ImportFiles::default() });
        officer.app.run(&gradtrail::accounts::Caller::operator("import"), None, &import).await.unwrap();
        let by_name = officer.get("/students?sort=name").await;
        let at = |name: &str| by_name.find(&format!(">{name}<")).unwrap();
        assert!(at("安娜") < at("李静") && at("李静") < at("王雨桐"), "{by_name}");
        let file = officer.get("/students?sort=-name&format=csv").await;
        let at = |name: &str| file.find(name).unwrap();
        assert!(at("张若曦") < at("王雨桐") && at("王雨桐") < at("李静") && at("李静") < at("安娜"), "{file}");
        // A list of whatever question is ordered alike.
        let list = officer.get("/lists/student/list?sort=-name").await;
        assert_eq!(names(&list), ["张若曦", "王雨桐", "安娜"]);
        assert!(list.contains("aria-sort=\"descending\""), "{list}");
    }
}

#[tokio::test]
async fn internships_and_destinations_have_pages_of_their_own_whose_counts_are_their_rows() {
    let database = Database::sqlite();
    let roles = [Role::Officer, Role::Bureau, Role::Auditor];
    let ([officer, bureau, auditor], _) = two_of_three_submitted(&database, roles).await;
    let page = officer.get("/placements").await;
    assert!(page.contains("<h1>实习</h1>") && page.contains("/lists/exemption/list"), "{page}");
    let rows = page.matches("<tr role=\"row\">").count();
    assert!(page.contains(&format!("全部 {rows}")), "{rows}: {page}");
    for chip in page.split("<a href=\"/placements?").skip(1) {
        let address = format!("/placements?{}", chip.split('"').next().unwrap().replace("&#38;", "&"));
        let Some(count) = chip.split("</a>").next().unwrap().rsplit(' ').next().unwrap().parse::<usize>().ok() else {
            continue; // The head of a column.
        };
        let opened = officer.get(&address).await;
        assert_eq!(opened.matches("<tr role=\"row\">").count(), count, "{address}");
    }
    for (browser, is_theirs) in [(&officer, true), (&bureau, true), (&auditor, false)] {
        let home = browser.get("/me").await;
        assert_eq!(home.contains("href=\"/outcomes\""), is_theirs, "{home}");
    }
    assert!(officer.get("/outcomes").await.contains("还不知道去向的"));
}
