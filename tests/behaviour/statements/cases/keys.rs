//! Promise (rules 2 and 3): a destination is told by its start day, several jobs of one day by employer; what a source says
//! of the same key takes the place of what it said, and rows of one file mean the same in whatever order.

use gradtrail::app::actions::Command;
use gradtrail::app::employer::{EmployerOrder, EmployerSelector, MergeEmployer};
use gradtrail::domain::figures::populations::{MATCH_UNKNOWN, ON_SPECIALTY, OTHERWISE_EMPLOYED};
use gradtrail::domain::import::RowCounts;
use gradtrail::intake::rows::RejectedRow;
use gradtrail::projections::NOT_RECORDED;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use serde_json::json;

use super::{
    JOB, JOB_JUDGED, JOB_OPERATION, NONE, SCHOOL, STUDY, YEAR_END, changed, codes, conflicts, count, counts, held, new,
    says, town, unchanged, undo, warned, with_detail,
};
use crate::support::{Database, Town, school};

#[tokio::test]
async fn another_destination_of_the_same_start_takes_the_place_of_what_was_said() {
    for database in Database::both().await {
        let town = town(&database).await;
        assert_eq!(says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await.counts, new(1));
        assert_eq!(says(&town, JOB, &["张一,待就业,,2022-07-01"]).await.counts, changed(1));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 1, 3));
        // Another employer from that day is no second job.
        for employer in ["乙厂", "丙厂"] {
            let row = format!("张一,企业,{employer},2022-07-01");
            assert_eq!(says(&town, JOB, &[&row]).await.counts, changed(1));
            assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 0));
        }
        let replaced = says(&town, JOB_OPERATION, &["张一,企业,乙厂,2022-07-01,撤销"]).await;
        assert_eq!(warned(&replaced), [(3, "import_row.nothing_withdrawn")]);
        let standing = says(&town, JOB_OPERATION, &["张一,企业,丙厂,2022-07-01,撤销"]).await;
        assert_eq!((standing.counts, counts(&town, YEAR_END).await), (changed(1), (0, 0, 0, 4)));
    }
}

#[tokio::test]
async fn two_jobs_of_one_day_are_both_kept_and_a_later_list_says_both_or_withdraws_one() {
    const BOTH: [&str; 2] = ["张一,企业,甲厂,2022-07-01,", "张一,企业,乙厂,2022-07-01,"];
    for database in Database::both().await {
        let town = town(&database).await;
        assert_eq!(says(&town, JOB_OPERATION, &BOTH).await.counts, new(2));
        // One person in a job, and two employers of which one is to be chosen.
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 1));
        for row in [BOTH[0], "张一,企业,丙厂,2022-07-01,", "张一,待就业,,2022-07-01,"] {
            assert_eq!(codes(&says(&town, JOB_OPERATION, &[row]).await), ["statement.leaves_unsaid"], "{row}");
        }
        assert_eq!(says(&town, JOB_OPERATION, &BOTH).await.counts, unchanged(2));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 1));
        let one = says(&town, JOB_OPERATION, &[BOTH[0], "张一,企业,乙厂,2022-07-01,撤销"]).await;
        assert_eq!(one.counts, RowCounts { changed: 1, unchanged: 1, ..RowCounts::default() }, "{:?}", codes(&one));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 0));
    }
}

#[tokio::test]
async fn rows_of_one_list_that_say_two_things_of_one_are_refused_together_and_name_each_other() {
    for database in Database::both().await {
        let town = town(&database).await;
        let rows = ["张一,企业,甲厂,2022-07-01", "张一,待就业,,2022-07-01", "李二,企业,甲厂,2022-07-01"];
        let imported = says(&town, JOB, &rows).await;
        assert_eq!(imported.counts, RowCounts { new: 1, rejected: 2, ..RowCounts::default() });
        let said = |row: &RejectedRow| {
            let reason = &row.faults[0].reason;
            (row.number, reason.code(), reason.values()["others"].clone())
        };
        let contradict = "import_row.rows_contradict";
        let expected = [(3, contradict, json!([4])), (4, contradict, json!([3]))];
        assert_eq!(imported.rejected.iter().map(said).collect::<Vec<_>>(), expected);
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        // The same row twice says one thing.
        let twice = says(&town, JOB, &["王三,企业,甲厂,2022-07-01"; 2]).await;
        assert_eq!(codes(&twice), NONE);
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((2, 0, 0, 2), 0));
        let rounds = ["赵四,职教高考,专科,甲学院,,2022-09-10,", "赵四,职教高考,职业本科,甲学院,,2022-09-10,"];
        assert_eq!(codes(&says(&town, STUDY, &rounds).await), [contradict; 2]);
        assert_eq!(counts(&town, YEAR_END).await, (2, 0, 0, 2));
    }
}

#[tokio::test]
async fn of_the_same_employer_empty_cells_leave_what_was_said_and_another_takes_nothing_over() {
    for database in Database::both().await {
        let town = town(&database).await;
        let (town, said) = (&town, async |row: &str| says(&town, JOB_JUDGED, &[row]).await.counts);
        // (on specialty, not judged)
        let judged = async || (count(town, &ON_SPECIALTY).await, count(town, &MATCH_UNKNOWN).await);
        let paid = async |band: &str| with_detail(town, Dimension::Salary, band).await;
        assert_eq!(said("张一,企业,甲厂,2022-07-01,4000,对口").await, new(1));
        assert_eq!(said("张一,企业,甲厂,2022-07-01,,").await, unchanged(1));
        assert_eq!(said("张一,企业,甲厂,2022-07-01,6000,").await, changed(1));
        assert_eq!((judged().await, paid("over_5000").await), ((1, 0), 1));
        // Another kind of work at the same employer.
        assert_eq!(said("张一,灵活就业,甲厂,2022-07-01,,").await, changed(1));
        assert_eq!((judged().await, paid("over_5000").await, count(town, &OTHERWISE_EMPLOYED).await), ((1, 0), 1, 1));
        assert_eq!(said("张一,企业,乙厂,2022-07-01,,").await, changed(1));
        assert_eq!((judged().await, paid(NOT_RECORDED).await, count(town, &OTHERWISE_EMPLOYED).await), ((0, 1), 1, 0));
        // Without an employer a kind is the same as itself, and another kind is another.
        assert_eq!(said("李二,自由职业,,2022-07-01,3000,").await, new(1));
        assert_eq!(said("李二,自由职业,,2022-07-01,,").await, unchanged(1));
        assert_eq!(paid("up_to_3000").await, 1);
        assert_eq!(said("李二,灵活就业,,2022-07-01,,").await, changed(1));
        assert_eq!((paid("up_to_3000").await, paid(NOT_RECORDED).await), (0, 2));
    }
}

/// 张一 looks for a job from October on; 李二 has two jobs of one day; 王三 goes from one to another; of 赵四 one job is
/// withdrawn, and another is said instead.
#[tokio::test]
async fn the_order_of_the_rows_of_a_list_means_nothing() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB, &["赵四,企业,甲厂,2022-07-01"]).await;
        let rows = [
            "张一,企业,甲厂,2022-07-01,,",
            "张一,待就业,,2022-10-01,,",
            "李二,企业,甲厂,2022-07-01,,",
            "李二,企业,乙厂,2022-07-01,,",
            "王三,企业,甲厂,2022-08-01,2022-09-30,",
            "王三,企业,乙厂,2022-09-01,,",
            "赵四,企业,甲厂,2022-07-01,,撤销",
            "赵四,企业,乙厂,2022-07-01,,",
        ];
        let reversed: Vec<&str> = rows.iter().rev().copied().collect();
        for rows in [&rows[..], &reversed[..]] {
            let imported = says(&town, "去向类型,单位名称,开始日期,结束日期,操作", rows).await;
            assert_eq!(codes(&imported), NONE);
            for (on, expected) in [("2022-07-01", (3, 0, 0, 1)), ("2022-08-31", (4, 0, 0, 0)), (YEAR_END, (3, 0, 1, 0))]
            {
                // Of 李二 two employers are said on every day.
                assert_eq!((counts(&town, on).await, conflicts(&town, on).await), (expected, 1), "{on}");
            }
            undo(&town, &imported, false).await;
            assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 0));
        }
    }
}

async fn merge(town: &Town, unit: &str, into: &str) {
    let unit = EmployerSelector { employer: unit.to_owned(), school: Some(school(SCHOOL)) };
    let merge = EmployerOrder::Merge(MergeEmployer { unit, into: into.to_owned(), on: None });
    town.app.run(&town.caller, None, &Command::Employer(merge)).await.unwrap();
}

/// D10: the next list names the unit by what it was merged into.
#[tokio::test]
async fn a_unit_that_was_merged_away_and_the_one_it_is_part_of_are_the_same_employer() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB, &["张一,企业,南湖店,2022-07-01", "李二,企业,东方公司,2022-07-01"]).await;
        merge(&town, "南湖店", "东方公司").await;
        assert_eq!(says(&town, JOB, &["张一,企业,东方公司,2022-07-01"]).await.counts, unchanged(1));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((2, 0, 0, 2), 0));
        let withdrawn = says(&town, JOB_OPERATION, &["张一,企业,东方公司,2022-07-01,撤销"]).await;
        assert_eq!((withdrawn.counts, counts(&town, YEAR_END).await), (changed(1), (1, 0, 0, 3)));
        assert_eq!(says(&town, JOB, &["张一,企业,南湖店,2022-07-01"]).await.counts, held(1));
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
    }
}
