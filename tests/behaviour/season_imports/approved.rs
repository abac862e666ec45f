//! What a file cannot change of a stay that persons have decided on.

use gradtrail::app::actions::Command;
use gradtrail::app::agreement::input::{AgreementOrder, DocumentSelector, RecallDocuments};
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::placement::input::Interruption;
use gradtrail::domain::agreement::codes::RecallReason;
use gradtrail::domain::placement::codes::{DocumentKind, EndReason};
use gradtrail::domain::placement::stay::PlacementStage;

use super::{SIGNED, Season, codes, counts, file, of_placement, reasons, row, told};
use crate::support::{Database, day, order};

/// The usual row of somebody at work, and what else it says.
fn said(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let usual = SIGNED.iter().filter(|(column, _)| !more.iter().any(|(other, _)| other == column));
    usual.chain(more).copied().collect()
}

#[tokio::test]
async fn what_a_row_says_against_a_stay_at_work_is_refused_for_what_it_is() {
    const ENDED: [(&str, &str); 2] = [("终止提出方", "单位"), ("终止原因", "单位停产停业")];
    let ended = |on: &'static str| said(&[("实际结束日期", on), ENDED[0], ENDED[1]]);
    let changed = |column: &'static str, to: &'static str| {
        said(&[("变更日期", "2023-11-01"), ("变更原因", "单位提出"), ("签订日期", ""), (column, to)])
    };
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        season.at_work(&database, 0).await;
        let before = season.position().await;
        let cases = [
            (said(&[("到岗日期", "2023-07-02")]), "import_row.arrived_already"),
            (said(&[("实习报酬", "2500")]), "import_row.differs_approved"),
            (ended("2024-03-01"), "import_row.ends_after_last_day"),
            (changed("专业对口程度", "基本对口"), "import_row.fixed_once_approved"),
            (changed("实习单位来源", "自己寻找"), "import_row.fixed_once_approved"),
        ];
        for (said, code) in cases {
            let imported = season.import(&database, &file(&[row(0, &said)])).await;
            assert_eq!(codes(&imported), [code], "{said:?}: {}", reasons(&imported));
        }
        // On the last day it ends by itself.
        let last_day = season.import(&database, &file(&[row(0, &ended("2024-02-29"))])).await;
        assert_eq!((codes(&last_day), told(&last_day)), (vec![], vec!["import_row.end_is_last_day"]));
        assert_eq!(season.stay(0).await.stage, PlacementStage::Arrived);
        let recorded = season.town.app.log().events(before, 100).await.unwrap();
        assert!(recorded.iter().all(|event| event.stream_type == "import"), "{recorded:?}");
    }
}

#[tokio::test]
async fn an_end_and_a_cancelled_stay_are_said_once() {
    let ended = |agreement: &'static str| {
        said(&[
            ("实际结束日期", "2023-12-20"),
            ("终止提出方", "单位"),
            ("终止原因", "单位停产停业"),
            ("协议解除日期", agreement),
        ])
    };
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        season.at_work(&database, 0).await;
        let first = season.import(&database, &file(&[row(0, &ended("2023-12-21"))])).await;
        assert_eq!(first.counts, counts(0, 1, 0, 0), "{}", reasons(&first));
        let other = season.import(&database, &file(&[row(0, &ended("2023-12-22"))])).await;
        assert_eq!(codes(&other), ["import_row.terminated_already"], "{}", reasons(&other));

        season.import(&database, &file(&[row(1, &[])])).await;
        let (target, reason) = (of_placement(season.placements(1).await[0]), EndReason::EntryError);
        let cancel = PlacementOrder::Cancel(Interruption { target, reason, on: None, note: None });
        season.order(&season.officer, cancel).await.unwrap();
        let again = season.import(&database, &file(&[row(1, &[]), String::new()])).await;
        assert_eq!(codes(&again), ["import_row.said_already"], "{}", reasons(&again));
    }
}

/// A recalled amendment is not signed by the file that told of it, unless it says that it means the next one.
#[tokio::test]
async fn signatures_under_a_recalled_amendment_do_not_count_for_the_next() {
    let by_school = said(&[
        ("实习报酬", "2600"),
        ("变更日期", "2023-11-02"),
        ("变更原因", "学生提出"),
        ("签订日期", "2023-07-01"),
        ("签署方", "学校"),
    ]);
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        season.at_work(&database, 0).await;
        let changed = season.import(&database, &file(&[row(0, &by_school)])).await;
        assert_eq!(changed.counts, counts(0, 1, 0, 0), "{}", reasons(&changed));
        assert_eq!(season.stay(0).await.on(day("2023-11-02")).pay.unwrap().yuan, 2_600);
        let documents = DocumentSelector { document: Some(DocumentKind::Agreement), version: Some(2) };
        let (target, reason) = (of_placement(season.placements(0).await[0]), RecallReason::EntryError);
        let recall = AgreementOrder::Recall(RecallDocuments { target, documents, reason, note: None });
        order(&season.town.app, &season.officer, &Command::Agreement(recall)).await.unwrap();
        let again = season.import(&database, &file(&[row(0, &by_school), String::new()])).await;
        assert_eq!(codes(&again), ["import_row.amendment_recalled"], "{}", reasons(&again));
    }
}
