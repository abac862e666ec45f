//! Promise: from a figure one comes to its definition, to its years, and to what it was before; every number of these pages
//! opens to exactly as many persons; and home says what is new since one looked.

use gradtrail::accounts::Role;
use gradtrail::domain::terms::{DestinationKind, SpecialtyMatch};

use crate::acts::{Browser, location};
use crate::layout::is_chinese;
use crate::placements::{OURS, THEIRS, document};
use crate::support::{Database, Town};

/// Two schools with graduates of two years, and somebody with each of these roles at a browser.
async fn at_figures<const N: usize>(database: &Database, roles: [Role; N]) -> [Browser; N] {
    let town = Town::new(database).await;
    for (place, code) in [OURS, THEIRS].into_iter().enumerate() {
        town.add_school(code).await;
        for number in 0..3 {
            let pupil = town.graduate(code, "学生", &document(place * 10 + number)).await;
            if number > 0 {
                let level = (number == 1).then_some(SpecialtyMatch::Full);
                town.assert(pupil, DestinationKind::Enterprise, "2022-07-01", level).await;
            }
        }
        town.student(code, "1班", "学生", &document(place * 10 + 5), Some("2021-06-30")).await;
    }
    Browser::of(town.app, roles).await
}

/// Each link of a page with what it shows.
fn links(page: &str) -> Vec<(String, String)> {
    let link = |rest: &str| {
        let (address, rest) = rest.split_once('"')?;
        let shown = rest.split_once('>')?.1.split("</a>").next()?;
        Some((address.replace("&#38;", "&"), shown.to_owned()))
    };
    page.split(" href=\"").skip(1).filter_map(link).collect()
}

/// What a link shows, if that is a number of persons.
fn number(shown: &str) -> Option<usize> {
    // The share stands behind the number.
    let shown = shown.split(" <span").next()?.trim().trim_end_matches(" 人");
    shown.chars().all(|c| c.is_ascii_digit()).then(|| shown.parse().ok()).flatten()
}

/// The rows of persons of a page: each leads to a student.
fn rows(page: &str) -> usize {
    page.matches("<tr role=\"row\">").count()
}

#[tokio::test]
async fn every_number_of_the_figures_opens_to_exactly_as_many_persons() {
    for database in Database::both().await {
        let [bureau] = at_figures(&database, [Role::Bureau]).await;
        for address in ["/reports/2022?by=school", "/reports/2022?by=specialty-class", "/reports/2022?by=kind,school"] {
            let page = bureau.get(address).await;
            let opened: Vec<(String, usize)> = links(&page)
                .into_iter()
                .filter(|(link, _)| link.starts_with("/reports/20") && link.matches('/').count() > 2)
                .filter_map(|(link, shown)| Some((link, number(&shown)?)))
                .collect();
            assert!(opened.iter().any(|(link, _)| link.contains("part=denominator")), "{page}");
            assert!(opened.iter().any(|(link, _)| link.starts_with("/reports/2021/")), "{page}");
            for (link, persons) in opened {
                let list = bureau.get(&link).await;
                assert!(list.starts_with("HTTP/1.1 200"), "{link}: {list}");
                assert_eq!(rows(&list), persons, "{address} {link}");
            }
        }
    }
}

#[tokio::test]
async fn from_the_figures_two_clicks_lead_to_who_moved_and_to_what_decides() {
    for database in Database::both().await {
        let [bureau, officer, teacher] = at_figures(&database, [Role::Bureau, Role::Officer, Role::ClassTeacher]).await;
        let figures = bureau.get("/reports/2022").await;
        let compare = |page: &str| {
            let found = links(page).into_iter().find(|(link, _)| link.starts_with("/reports/2022/compare?"));
            found.unwrap_or_else(|| panic!("{page}")).0
        };
        // A week ago nothing was recorded.
        let lines = bureau.get(&compare(&figures)).await;
        assert!(lines.contains("新登记：+4 人") && lines.contains("一周以前"), "{lines}");
        let people: Vec<(String, String)> =
            links(&lines).into_iter().filter(|(link, _)| link.contains("people=true")).collect();
        assert!(people.len() > 10, "{lines}");
        for (link, shown) in &people {
            assert_eq!(Some(rows(&bureau.get(link).await)), number(shown), "{link}");
        }
        let (employed, _) = people.iter().find(|(link, _)| link.contains("figure=employed&")).unwrap();
        let list = bureau.get(employed).await;
        assert!(list.contains("不在这一届") && list.contains("href=\"/events/"), "{list}");
        // The files have what the page has.
        for (page, begins) in [(&lines, "编号,指标或人数,A,B"), (&list, "学校,班级,学号,姓名,A 中")] {
            let (file, _) = links(page).into_iter().find(|(link, _)| link.contains("format=csv")).unwrap();
            let csv = bureau.get(&file).await;
            assert!(csv.contains(begins), "{csv}");
        }
        // A school and a class compare their own: two and two employed, of which each sees two.
        for browser in [&officer, &teacher] {
            let lines = browser.get(&compare(&browser.get("/reports/2022").await)).await;
            assert!(lines.contains("新登记：+2 人") && !lines.contains("name=\"a_school\""), "{lines}");
            assert!(browser.get(&format!("/reports/2022/compare?b_school={THEIRS}")).await.starts_with("HTTP/1.1 404"));
        }
        for wrong in ["a=x", "b_as_of=x", "a_school=x", "figure=shoe_size", "a=999999", "page=9&people=true"] {
            let refused = bureau.get(&format!("/reports/2022/compare?{wrong}")).await;
            assert!(refused.starts_with("HTTP/1.1 40"), "{wrong}: {refused}");
        }
        // What the form sends: a choice, or what is typed beside it.
        let typed = "a=other&a_other=2000-01-01&a_as_of=other&a_as_of_other=2022-06-30&b=head&b_as_of=2022-12-31";
        let lines = bureau.get(&format!("/reports/2022/compare?{typed}")).await;
        assert!(lines.contains("按 2022-06-30 的情况"), "{lines}");
    }
}

#[tokio::test]
async fn each_figure_leads_to_its_definition_in_both_languages_for_everybody() {
    let database = Database::sqlite();
    let [mentor, bureau] = at_figures(&database, [Role::Mentor, Role::Bureau]).await;
    let figures = bureau.get("/reports/2022").await;
    let mut defined: Vec<String> =
        links(&figures).into_iter().map(|(link, _)| link).filter(|link| link.starts_with("/definitions/")).collect();
    defined.sort_unstable();
    defined.dedup();
    assert!(defined.len() > 14, "{defined:?}");
    for address in defined {
        let page = mentor.get(&address).await;
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("谁算在内") && page.contains("v1"), "{page}");
    }
    assert!(mentor.get("/definitions/shoe_size").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn what_was_published_stands_on_the_line_over_the_years_with_its_word() {
    for database in Database::both().await {
        let [bureau, auditor] = at_figures(&database, [Role::Bureau, Role::Auditor]).await;
        let figures = bureau.get("/reports/2022").await;
        let (record, _) = links(&figures).into_iter().find(|(link, _)| link.contains("/acts/publication/")).unwrap();
        let form = bureau.get(&record).await;
        assert!(form.contains("公布日期") && form.contains("质量年度报告"), "{form}");
        let said = [
            ("year", "2020"),
            ("figure", "employment_rate"),
            ("numerator", "970"),
            ("denominator", "1000"),
            ("definition", "ours"),
            ("medium", "quality_report"),
            ("title", "2020年质量年度报告第12页"),
            ("published_on", "2021-01-15"),
        ];
        let wrong = said.map(|(name, value)| if name == "numerator" { (name, "1001") } else { (name, value) });
        let refused = bureau.post(&record, &wrong).await;
        assert!(refused.contains("分子不大于分母") && refused.contains("2020年质量年度报告第12页"), "{refused}");
        location(&bureau.post(&record, &said).await);
        for reader in [&bureau, &auditor] {
            let page = reader.get("/reports/2022").await;
            let warned = "<span class=\"tag warned\">公布，未经核实</span>";
            assert!(page.contains("97.00%") && page.contains(warned) && page.contains("2020年质量年度报告"), "{page}");
            // Two counted years and one published: a dashed line to what is not proven.
            assert!(page.contains("stroke-dasharray"), "{page}");
            assert!(reader.get("/reports/2022?trend=progression_rate").await.contains("升学率：2021"), "{page}");
        }
        let known = bureau.get("/reports/2022?known_at=3").await;
        assert!(!known.contains("97.00%") && known.contains("不能登记"), "{known}");
        assert!(!bureau.get("/reports/2022").await.contains("不能登记"));
        let csv = bureau.get("/lists/trend?year=2022&format=csv").await;
        assert!(csv.contains("公布，未经核实"), "{csv}");
    }
}

#[tokio::test]
async fn home_says_who_recorded_what_since_one_looked_and_a_reload_loses_nothing_of_it() {
    for database in Database::both().await {
        let [bureau, officer] = at_figures(&database, [Role::Bureau, Role::Officer]).await;
        let first = officer.get("/").await;
        assert!(!first.contains("您上次看过以后"), "{first}");
        // Nothing new yet.
        let second = officer.get("/").await;
        assert!(second.contains("您上次看过以后") && second.contains("没有新的记录"), "{second}");
        let said = [
            ("year", "2020"),
            ("school", OURS),
            ("figure", "employment_rate"),
            ("numerator", "97"),
            ("denominator", "100"),
            ("definition", "ours"),
            ("medium", "bulletin"),
            ("title", "2020年统计公报"),
            ("published_on", "2021-01-15"),
        ];
        location(&bureau.post("/acts/publication/record", &said).await);
        for _ in 0..3 {
            let home = officer.get("/").await;
            assert!(home.contains("公布的数字 1 条") && home.contains("演示市局"), "{home}");
            let (changes, _) = links(&home).into_iter().find(|(link, _)| link.starts_with("/changes?since=")).unwrap();
            let page = officer.get(&changes).await;
            assert!(page.contains("公布的数字 1 条") && page.contains("href=\"/events/"), "{page}");
        }
        // Since a day: what moved the figures leads to whom it moved.
        let page = bureau.get("/changes?since=2020-01-01").await;
        assert!(page.contains("2022 届毕业生 +6"), "{page}");
        let moved = links(&page).into_iter().filter(|(link, _)| link.contains("/compare?a="));
        for (link, _) in moved {
            assert!(bureau.get(&link).await.starts_with("HTTP/1.1 200"), "{link}");
        }
        let english = bureau.get("/changes?since=2020-01-01&who=nobody").await;
        assert!(english.contains("没有您范围内的新记录"), "{english}");
        assert!(bureau.get("/changes?since=x").await.starts_with("HTTP/1.1 400"));
    }
}

#[tokio::test]
async fn in_english_nothing_of_these_pages_is_chinese_but_what_was_recorded() {
    let database = Database::sqlite();
    let [bureau] = at_figures(&database, [Role::Bureau]).await;
    bureau.post("/preferences", &[("language", "en"), ("next", "/")]).await;
    for address in [
        "/reports/2022/compare",
        "/reports/2022/compare?figure=employed&people=true",
        "/definitions/employment_rate",
        "/definitions/employed",
        "/changes?since=2020-01-01",
        "/reports/2022?known_at=3",
    ] {
        let page = bureau.get(address).await;
        assert!(page.starts_with("HTTP/1.1 200"), "{address}: {page}");
        let said: String =
            page.split("lang=\"zh-CN\">").map(|part| part.split_once('<').map_or(part, |(_, rest)| rest)).collect();
        let accounts = ["演示市局", "演示校长", "演示就业办", "演示班主任", "演示指导教师", "演示审计"];
        let names = ["学校33070001", "学校33070002", "1班", "学*"].into_iter().chain(accounts);
        let said = names.fold(said, |said, name| said.replace(name, ""));
        let chinese: String = said.chars().filter(|c| is_chinese(*c)).collect();
        assert_eq!(chinese, "", "{address}: {page}");
    }
}
