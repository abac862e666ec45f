//! Units: found by code or name however they are written, told from those that are alike, dealt with by the school.

use gradtrail::app::actions::Command;
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::directory::{ListedUnit, UnitFilter};
use gradtrail::app::employer::EmployerSelector;
use gradtrail::app::host::{AcceptHost, HostAnswer, HostOrder, RefuseHost};
use gradtrail::app::reply::Answer;
use gradtrail::app::request::Order;
use gradtrail::domain::employer::EmployerCommand;
use gradtrail::domain::host::codes::{HostReason, HostStage};

use super::{Season, codes, counts, file, reasons, row, told, warnings};
use crate::placements::TODAY;
use crate::support::{Database, ask};

const HEAD: &str = "学校代码,单位名称,统一社会信用代码,在岗职工总数,统计日期,考察日期,考察结论,\
    合作协议签订日期,合作协议到期日,联系人,联系电话";

fn units(rows: &[&str]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

fn today() -> PlacementQuery {
    PlacementQuery { on: Some(TODAY), ..PlacementQuery::default() }
}

/// Every unit that is registered.
async fn registered(season: &Season) -> Vec<ListedUnit> {
    ask::units(&season.town.app, &season.officer, &today(), UnitFilter::All).await.unwrap()
}

#[tokio::test]
async fn a_unit_is_one_however_its_name_is_written_and_one_that_is_alike_is_named() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        let known = registered(&season).await.len();
        // Full-width letters and marks, blanks; the unit without a code gets one; a new one is alike to the first.
        let rows = [
            "33070001,东方汽车服务有限公司　,９１３３０７００MA28A00001,120,2023-03-01,,,,,,",
            "33070001,西方 机械厂,91330700MA28B0001K,,,,,,,,",
            "33070001,东方（汽车）服务有限责任公司,,,,,,,,,",
        ];
        let imported = season.import(&database, &units(&rows)).await;
        assert_eq!(imported.counts, counts(1, 2, 0, 0), "{}", reasons(&imported));
        assert!(
            warnings(&imported).contains("与已登记的单位「东方汽车服务有限公司」名称相近"),
            "{}",
            warnings(&imported)
        );
        let listed = registered(&season).await;
        assert_eq!(listed.len(), known + 1);
        let of_code = |code: &str| listed.iter().find(|unit| unit.code.as_deref() == Some(code)).unwrap();
        assert_eq!(of_code("91330700MA28A00001").unit.staff.unwrap().0, 120);
        assert_eq!(of_code("91330700MA28B0001K").name, "西方机械厂");
        // By the name written with full-width marks, a placement finds it.
        let placed = season.import(&database, &file(&[row(0, &[("单位名称", "东方汽车服务有限公司　")])])).await;
        assert_eq!(placed.counts, counts(1, 0, 0, 0), "{}", reasons(&placed));
        let again = season.import(&database, &units(&[rows[1], rows[0]])).await;
        assert_eq!(again.counts, counts(0, 0, 2, 0), "{}", reasons(&again));
    }
}

#[tokio::test]
async fn a_person_accepts_the_hosts_and_then_the_same_file_records_their_agreements() {
    for database in Database::both().await {
        let season = Season::new(&database, 0).await;
        let text = units(&[
            "33070001,甲厂,,,,2023-06-01,符合,2023-06-10,2026-06-09,李四,0579-80000001",
            "33070001,乙厂,,,,2023-06-01,不符合,,,,",
        ]);
        let files = database.write(&[("units.csv", &text)]);
        let imported = season.import_files(&files, &Default::default()).await.remove(0);
        assert_eq!(imported.counts, counts(2, 0, 0, 0), "{}", reasons(&imported));
        assert!(warnings(&imported).contains("单位待核，还没有登记合作协议"), "{}", warnings(&imported));
        // The two units of the season were never visited; 乙厂 does not meet the heads; 甲厂 is accepted.
        let accept = HostOrder::Accept(AcceptHost { employer: None, all_proposed: true, school: None });
        let answer = season.town.app.run(&season.principal, None, &Command::Host(accept)).await.unwrap();
        let Answer::Host(HostAnswer::Accepted { count: accepted, refused }) = answer else { panic!("{answer:?}") };
        let mut refused: Vec<String> =
            refused.iter().map(|one| gradtrail::catalogue::failure::refused(one).zh).collect();
        refused.sort();
        assert_eq!((accepted, refused.len()), (1, 3), "{refused:?}");
        assert!(
            refused[0].starts_with("东方汽车服务有限公司：新单位要先实地考察")
                || refused.iter().any(|line| line.starts_with("乙厂：考察结论为「不符合」")),
            "{refused:?}"
        );

        let again = season.import_files(&files, &Default::default()).await.remove(0);
        assert_eq!((again.counts, warnings(&again)), (counts(0, 1, 1, 0), String::new()), "{}", reasons(&again));
        let hosts = ask::hosts(&season.town.app, &season.officer, &today()).await.unwrap();
        let host = &hosts.iter().find(|host| host.employer == "甲厂").unwrap().host;
        assert_eq!(host.stage, HostStage::Accepted);
        assert_eq!(host.framework.unwrap().last_day, "2026-06-09".parse().unwrap());
        let third = season.import_files(&files, &Default::default()).await.remove(0);
        assert_eq!(third.counts, counts(0, 0, 2, 0), "{}", reasons(&third));
    }
}

#[tokio::test]
async fn a_unit_that_was_merged_or_closed_is_refused_by_name() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        let listed = registered(&season).await;
        let id = |name: &str| listed.iter().find(|listed| listed.name == name).unwrap().unit.employer;
        let (east, west) = (id("东方汽车服务有限公司"), id("西方机械厂"));
        let merge = EmployerCommand::Merge { into: east, effective_on: TODAY };
        season.town.execute(vec![Order::Employer { id: west.0, command: merge }]).await.unwrap();
        let at_west = file(&[row(0, &[("单位名称", "西方机械厂")])]);
        for text in [units(&["33070001,西方机械厂,,,,,,,,,"]), at_west] {
            let imported = season.import(&database, &text).await;
            assert_eq!(imported.counts, counts(0, 0, 0, 1));
            let sentence = "「单位名称」该单位已并入「东方汽车服务有限公司」；请改填合并后的单位";
            assert!(reasons(&imported).contains(sentence), "{}", reasons(&imported));
        }
        let close = EmployerCommand::Close { effective_on: TODAY };
        season.town.execute(vec![Order::Employer { id: east.0, command: close }]).await.unwrap();
        let placed = season.import(&database, &file(&[row(0, &[])])).await;
        assert!(reasons(&placed).contains("该单位已于 2023-07-01 注销，不能再接收实习学生"), "{}", reasons(&placed));
        let listed = season.import(&database, &units(&["33070001,东方汽车服务有限公司,,9,2023-06-01,,,,,,"])).await;
        assert_eq!(codes(&listed), ["import_row.unit_closed"], "{}", reasons(&listed));
        assert!(reasons(&listed).contains("该单位已于 2023-07-01 注销"), "{}", reasons(&listed));
    }
}

#[tokio::test]
async fn a_unit_under_another_name_is_told_and_a_host_that_was_refused_is_not_proposed_by_a_file() {
    for database in Database::both().await {
        let season = Season::new(&database, 0).await;
        let renamed =
            season.import(&database, &units(&["33070001,东方修理厂,91330700MA28A00001,9,2023-06-01,,,,,,"])).await;
        assert_eq!(
            (codes(&renamed), told(&renamed)),
            (vec![], vec!["row.check_character_wrong", "import_row.unit_name_differs"])
        );
        let refuse = HostOrder::Refuse(RefuseHost {
            unit: EmployerSelector { employer: "91330700MA28A00001".to_owned(), school: None },
            reason: HostReason::Unsafe,
            note: None,
        });
        season.town.app.run(&season.principal, None, &Command::Host(refuse)).await.unwrap();
        let again = season.import(&database, &units(&["33070001,东方汽车服务有限公司,,12,2023-06-02,,,,,,"])).await;
        assert_eq!(codes(&again), ["import_row.host_refused"], "{}", reasons(&again));
    }
}
