//! The same student and first day again: a draft is written again, an approved stay changes from a day on or ends.

use gradtrail::app::import::batch::Recording;
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::placement::input::Decline;
use gradtrail::domain::agreement::codes::VersionState;
use gradtrail::domain::placement::codes::{DocumentKind, ReturnReason};
use gradtrail::domain::placement::stay::PlacementStage;

use super::{SIGNED, Season, batch, counts, file, of_batch, reasons, row, warnings};
use crate::support::{Database, day};

#[tokio::test]
async fn a_draft_is_written_again_until_it_is_complete_and_then_submitted() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        let unpaid = season.import(&database, &file(&[row(0, &[("实习报酬", ""), ("报酬单位", "")])])).await;
        assert_eq!(unpaid.counts, counts(1, 0, 0, 0), "{}", reasons(&unpaid));
        assert!(warnings(&unpaid).contains("尚缺：实习报酬；已存为草稿，没有提交"), "{}", warnings(&unpaid));
        assert_eq!(season.stay(0).await.stage, PlacementStage::Draft);
        let paid = season.import(&database, &file(&[row(0, &[("岗位", "钣金")])])).await;
        assert_eq!((paid.counts, warnings(&paid)), (counts(0, 1, 0, 0), String::new()), "{}", reasons(&paid));
        let stay = season.stay(0).await;
        assert_eq!((stay.stage, stay.arranged.pay.unwrap().yuan), (PlacementStage::Submitted, 2_400));
        // The agreement says what the placement says now.
        let agreement = season.agreement(0).await;
        let terms = agreement.versions().latest(DocumentKind::Agreement).unwrap().contract.as_ref().unwrap().terms;
        assert_eq!(terms.agreed, stay.arranged.agreed());

        // Submitted: others decide on it. An empty cell says nothing.
        let other = season.import(&database, &file(&[row(0, &[("实习报酬", "2500"), ("岗位", "钣金")])])).await;
        let sentence = "「实习报酬」与「待审核」的安排不同：实习报酬；请先退回";
        assert!(reasons(&other).contains(sentence), "{}", reasons(&other));
        let less = [("岗位", ""), ("实习地址", ""), ("实习场所类型", ""), ("实习去向", ""), ("单位指导人电话", "")];
        let same = season.import(&database, &file(&[row(0, &less)])).await;
        assert_eq!(same.counts, counts(0, 0, 1, 0), "{}", reasons(&same));

        // Who sent it back wants a change, and is not given the same again.
        let (target, reason) = (of_batch(batch(&unpaid)), ReturnReason::EntryError);
        let send_back = PlacementOrder::Return(Decline { target, reason, note: None });
        season.order(&season.principal, send_back).await.unwrap();
        let same = season.import(&database, &file(&[row(0, &[("岗位", "钣金"), ("就餐", "补贴")])])).await;
        assert_eq!((same.counts, season.stay(0).await.stage), (counts(0, 1, 0, 0), PlacementStage::Returned));
        let other = season.import(&database, &file(&[row(0, &[("实习报酬", "2500"), ("岗位", "钣金")])])).await;
        assert_eq!((other.counts, season.stay(0).await.stage), (counts(0, 1, 0, 0), PlacementStage::Submitted));
    }
}

const CHANGE: &[(&str, &str)] = &[
    ("单位名称", "西方机械厂"),
    ("实习单位来源", "自己寻找"),
    ("实习地址", "环城路1号"),
    ("岗位", "钳工"),
    ("单位指导人", "周师傅"),
    ("单位指导人电话", ""),
    ("实习报酬", "2600"),
    ("结束日期", "2024-03-31"),
    ("变更日期", "2023-11-02"),
    ("变更原因", "学生提出"),
    ("签订日期", "2023-07-01"),
];

#[tokio::test]
async fn an_approved_stay_changes_from_a_day_on_with_its_amendment_and_only_if_a_day_is_named() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        season.at_work(&database, 0).await;
        let undated: Vec<_> =
            CHANGE.iter().filter(|(column, _)| !column.starts_with("变更") && *column != "签订日期").copied().collect();
        let refused = season.import(&database, &file(&[row(0, &undated)])).await;
        assert!(reasons(&refused).contains("如是变更，请填变更日期和变更原因"), "{}", reasons(&refused));
        // The beginning and the change in one file: of who is not at work the change is refused.
        let early = season.import(&database, &file(&[row(1, SIGNED), row(1, CHANGE)])).await;
        assert_eq!(early.counts, counts(1, 0, 0, 1));
        assert!(reasons(&early).contains("到岗后才能登记变更"), "{}", reasons(&early));

        let text = file(&[row(0, SIGNED), row(0, CHANGE)]);
        let changed = season.import(&database, &text).await;
        assert_eq!(changed.counts, counts(0, 1, 1, 0), "{}", reasons(&changed));
        let stay = season.stay(0).await;
        let (before, after) = (stay.on(day("2023-11-01")), stay.on(day("2023-11-02")));
        assert_eq!((before.pay.unwrap().yuan, after.pay.unwrap().yuan), (2_400, 2_600));
        assert_ne!(before.host, after.host);
        assert_eq!(stay.period().last_day, day("2024-03-31"));
        let agreement = season.agreement(0).await;
        let states: Vec<VersionState> = agreement
            .versions()
            .all()
            .iter()
            .filter(|sheet| sheet.paper.kind == DocumentKind::Agreement)
            .map(|sheet| sheet.state)
            .collect();
        assert_eq!(states, [VersionState::Superseded, VersionState::InForce]);
        assert!(agreement.unamended(&stay, day("2023-12-01")).is_empty());

        let before = season.position().await;
        let again = season.import(&database, &text).await;
        let Recording::AlreadyImported(_) = again.recording else { panic!("{again:?}") };
        assert_eq!((again.counts, season.position().await), (counts(0, 0, 2, 0), before));
    }
}

#[tokio::test]
async fn an_early_end_is_recorded_with_the_agreements_and_only_once() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        season.at_work(&database, 0).await;
        let mut ended = SIGNED.to_vec();
        ended.extend([
            ("实际结束日期", "2023-12-20"),
            ("终止提出方", "单位"),
            ("终止原因", "单位停产停业"),
            ("协议解除日期", "2023-12-21"),
        ]);
        let imported = season.import(&database, &file(&[row(0, &ended)])).await;
        assert_eq!(imported.counts, counts(0, 1, 0, 0), "{}", reasons(&imported));
        let stay = season.stay(0).await;
        // The first day on which the student is not there.
        assert_eq!((stay.stage, stay.ended.unwrap().on), (PlacementStage::EndedEarly, day("2023-12-21")));
        assert!(season.agreement(0).await.versions().in_force().is_none());
        let same = season.import(&database, &file(&[row(0, &ended), String::new()])).await;
        assert_eq!(same.counts, counts(0, 0, 1, 0), "{}", reasons(&same));
        ended.push(("备注", ""));
        let other: Vec<_> =
            ended.iter().map(|(c, v)| (*c, if *c == "实际结束日期" { "2023-12-19" } else { *v })).collect();
        let other = season.import(&database, &file(&[row(0, &other)])).await;
        assert!(reasons(&other).contains("已登记自 2023-12-21 起提前终止，与本行不同"), "{}", reasons(&other));
    }
}
