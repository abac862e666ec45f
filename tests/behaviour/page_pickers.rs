//! Promise: every page that can be asked about another moment has the same picker, with names before dates, and offers nothing
//! to do about a past one; what somebody chose is read from the form as from an address.

use gradtrail::accounts::Role;

use crate::acts::two_of_three_submitted;
use crate::support::Database;

const PAGES: [&str; 7] = [
    "/classes/33070001/1%E7%8F%AD",
    "/classes",
    "/students",
    "/placements",
    "/papers",
    "/outcomes?year=2022",
    "/employers/duplicates",
];

#[tokio::test]
async fn lists_and_figures_have_one_picker_with_the_moments_that_have_names() {
    for database in Database::both().await {
        let ([officer], _) = two_of_three_submitted(&database, [Role::Officer]).await;
        for path in
            PAGES.into_iter().chain(["/reports/2022", "/further-study?year=2022", "/outcomes/conflicts?year=2022"])
        {
            let page = officer.get(path).await;
            assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
            for said in ["看哪一天的情况", "年度截止日", "今天", "到现在", "昨天结束时", "一周以前", "另一时刻"]
            {
                assert!(page.contains(said), "{path} {said}: {page}");
            }
        }
    }
}

#[tokio::test]
async fn a_past_moment_stands_on_top_and_nothing_can_be_done_about_it() {
    for database in Database::both().await {
        let ([officer, mentor], _) = two_of_three_submitted(&database, [Role::Officer, Role::Mentor]).await;
        for path in PAGES {
            let join = if path.contains('?') { '&' } else { '?' };
            for moment in ["known_at=1", "on=other&on_other=2022-1-1", "known_at=other&known_at_other=2023-06-30&on="] {
                let page = officer.get(&format!("{path}{join}{moment}")).await;
                assert!(page.contains("不能登记") && page.contains("回到现在"), "{path} {moment}: {page}");
                assert!(!page.contains("/acts/"), "{path} {moment}: {page}");
            }
            let now = officer.get(&format!("{path}{join}known_at=head&known_at_other=2020-1-1")).await;
            assert!(!now.contains("不能登记"), "what is typed counts only where it is chosen: {path}: {now}");
        }
        let page = officer.get("/students?on=other&on_other=2022-1-1").await;
        assert!(
            page.contains("name=\"on_other\" aria-label=\"另一天\" placeholder=\"2022-12-31\" value=\"2022-01-01\""),
            "{page}"
        );
        for wrong in ["on=other&on_other=soon", "known_at=other&known_at_other=gestern"] {
            assert!(officer.get(&format!("/students?{wrong}")).await.starts_with("HTTP/1.1 4"), "{wrong}");
        }
        // A mentor, to whom nothing of what was published is told, looks at lists all the same.
        assert!(mentor.get("/students?known_at=1").await.contains("不能登记"));
    }
}

#[tokio::test]
async fn a_class_offers_what_somebody_of_it_can_have_now_and_the_rest_behind_one_more_link() {
    let database = Database::sqlite();
    let ([officer], _) = two_of_three_submitted(&database, [Role::Officer]).await;
    let class = officer.get(PAGES[0]).await;
    let (now, rest) = class.split_once("现在本班没有人能办的").unwrap();
    // Two are submitted and one is a draft: nobody works yet.
    for (act, is_now) in [("revise", true), ("cancel", true), ("arrive", false), ("end", false), ("suspend", false)] {
        let there = format!("formaction=\"/acts/placement/{act}\"");
        assert_eq!((now.contains(&there), rest.contains(&there)), (is_now, !is_now), "{act}: {class}");
    }
}

#[tokio::test]
async fn several_records_of_one_go_lead_to_the_list_of_them_and_one_to_itself() {
    for database in Database::both().await {
        let ([officer], _) = two_of_three_submitted(&database, [Role::Officer]).await;
        let page = officer.get("/changes").await;
        let links: Vec<String> = page
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"))
            .filter(|link| link.contains("like="))
            .collect();
        assert!(!links.is_empty(), "{page}");
        for link in links {
            let count = link.split("limit=").nth(1).unwrap();
            let listed = officer.get(&link).await;
            assert!(
                listed.contains(&format!(">{count}<")) || listed.contains(&format!(">{count} ")),
                "{link}: {listed}"
            );
            let csv = officer.get(&format!("{link}&format=csv")).await;
            let rows = csv.lines().filter(|line| line.contains("33070001") || line.contains("1班")).count();
            assert!(rows > 0, "{link}: {csv}");
        }
    }
}

#[tokio::test]
async fn one_who_waits_for_approval_is_returned_from_the_list_by_a_button_that_says_why() {
    for database in Database::both().await {
        let roles = [Role::Principal, Role::ClassTeacher];
        let ([principal, teacher], students) = two_of_three_submitted(&database, roles).await;
        let list = principal.get("/students?list=awaiting-approval").await;
        let links = |page: &str| -> Vec<String> {
            let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
            links.filter(|link| link.starts_with("/acts/placement/return?")).collect()
        };
        assert_eq!(links(&list).len(), 2, "{list}");
        let form = principal.get(&links(&list)[0]).await;
        assert!(
            form.contains("name=\"reason\" value=\"document_missing\"") && form.contains("退回修改：材料不全"),
            "{form}"
        );
        assert!(!form.contains("<select name=\"reason\""), "{form}");
        let id = students[0].0.to_string();
        let words = [("students", &*id), ("reason", "document_missing"), ("back", "/students")];
        crate::acts::location(&principal.post("/acts/placement/return", &words).await);
        assert_eq!(links(&principal.get("/students?list=awaiting-approval").await).len(), 1);
        // Whose role decides nothing is offered nothing of it.
        assert_eq!(links(&teacher.get("/students?list=awaiting-approval").await).len(), 0);
    }
}
