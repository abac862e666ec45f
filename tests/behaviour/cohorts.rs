//! Promise: a cohort held in memory answers what the tables say, whoever wrote them and however often they are built.

use gradtrail::app::AppError;
use gradtrail::app::failure::Failure;
use gradtrail::app::report::{Report, ReportQuery};
use gradtrail::app::report_error::ReportError;
use gradtrail::domain::figures::populations::{DIRECT_EMPLOYMENT, GRADUATES};
use gradtrail::domain::terms::DestinationKind;
use gradtrail::event_log::request::AppendError;
use gradtrail::projections::MODELS;
use gradtrail::projections::cohort_outcomes::MODEL;
use gradtrail::refusal::Refusal as _;
use sqlx::Executor;
use tokio::runtime::Handle;

use crate::support::{Database, Town, ask};

async fn report(town: &Town) -> Report {
    ask::report(&town.app, &town.caller, &ReportQuery::year(2022), &[]).await.unwrap()
}

/// Of two graduates one is employed.
async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    town.add_school("33070001").await;
    town.graduate("33070001", "张三", "330702200403150001").await;
    let employed = town.graduate("33070001", "李四", "330702200403150002").await;
    town.assert(employed, DestinationKind::Enterprise, "2022-07-01", None).await;
    town
}

#[tokio::test]
async fn what_another_process_records_is_counted_by_one_that_asked_before() {
    for database in Database::both().await {
        let (here, there) = (town(&database).await, Town::new(&database).await);
        assert_eq!(report(&here).await.counts.of(&GRADUATES), 2);
        assert_eq!(report(&there).await.counts.of(&GRADUATES), 2);
        let third = there.graduate("33070001", "王五", "330702200403150003").await;
        there.assert(third, DestinationKind::Freelance, "2022-07-01", None).await;
        let counts = report(&here).await.counts;
        assert_eq!((counts.of(&GRADUATES), counts.of(&DIRECT_EMPLOYMENT)), (3, 2));
        assert_eq!(report(&there).await.counts, counts);
    }
}

#[tokio::test]
async fn tables_that_were_built_anew_are_read_anew() {
    for database in Database::both().await {
        let town = town(&database).await;
        let right = report(&town).await.counts;
        database.raw().await.execute("delete from cohort_movements where left_situation <> 0").await.unwrap();
        // Another process reads what is there now: the employed one never moved.
        let misled = Town::new(&database).await;
        let wrong = report(&misled).await.counts;
        assert_eq!((right.of(&DIRECT_EMPLOYMENT), wrong.of(&DIRECT_EMPLOYMENT)), (1, 0));
        town.app.log().rebuild(&[&MODEL], |_, _| ()).await.unwrap();
        assert_eq!(report(&misled).await.counts, right, "the answer of before is not given again");
        let third = misled.graduate("33070001", "王五", "330702200403150003").await;
        misled.assert(third, DestinationKind::Freelance, "2022-07-01", None).await;
        assert_eq!(report(&misled).await.counts.of(&DIRECT_EMPLOYMENT), 2);
    }
}

#[tokio::test]
async fn figures_of_a_read_model_that_another_version_wrote_name_the_rebuild() {
    for database in Database::both().await {
        let town = town(&database).await;
        let foreign = "update log_head set revision = revision + 1,
            read_models = replace(read_models, 'cohort_outcomes', 'cohort_outcomes_2')";
        database.raw().await.execute(foreign).await.unwrap();
        let refused = ask::report(&town.app, &town.caller, &ReportQuery::year(2022), &[]).await.unwrap_err();
        assert!(refused.sentence().zh.contains("请升级程序，或重建读模型"), "{refused}");
        assert!(matches!(refused, Failure::Report(ReportError::App(AppError::Append(AppendError::Upgrade(_))))));
    }
}

/// Of two rebuilds at once the later one goes on: their new tables have the same names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_during_which_another_begins_ends_there_and_leaves_no_holes() {
    for database in Database::both().await {
        let here = town(&database).await;
        let there = Town::new(&database).await;
        for other in [&there, &here] {
            let mut is_first = true;
            let rebuilt = here.app.log().rebuild_by(MODELS, 2, |_, _| {
                if std::mem::take(&mut is_first) {
                    let rebuild = other.app.log().rebuild_by(MODELS, 3, |_, _| ());
                    tokio::task::block_in_place(|| Handle::current().block_on(rebuild)).unwrap();
                }
            });
            let refused = rebuilt.await.unwrap_err();
            assert_eq!(refused.code(), "engine.rebuild_overtaken", "{refused:?}");
            assert!(refused.sentence().zh.contains("另一次重建已经开始"), "{refused:?}");
            here.app.log().verify(None, |_, _| ()).await.unwrap();
            here.app.log().rebuild(MODELS, |_, _| ()).await.unwrap();
            here.app.log().verify(None, |_, _| ()).await.unwrap();
        }
    }
}
