//! Promise (rule 8): an empty cell says nothing; 无 and its like say that there is none and clear it, unless the column's
//! list has that word; a cell that must be filled is not filled by them.

use gradtrail::domain::figures::populations::{MATCH_UNKNOWN, ON_SPECIALTY};
use gradtrail::projections::NOT_RECORDED;
use gradtrail::projections::cohort_outcomes::count::Dimension;

use super::{NONE, STUDY, YEAR_END, changed, codes, count, counts, new, says, town, unchanged, undo, with_detail};
use crate::support::{Database, Town};

const CELLS: &str = "去向类型,单位名称,开始日期,结束日期,起薪,专业对口程度,信息来源";

/// (with pay up to 5,000 yuan, with pay that is not recorded, on specialty, not judged)
async fn details(town: &Town) -> (i64, i64, i64, i64) {
    (
        with_detail(town, Dimension::Salary, "up_to_5000").await,
        with_detail(town, Dimension::Salary, NOT_RECORDED).await,
        count(town, &ON_SPECIALTY).await,
        count(town, &MATCH_UNKNOWN).await,
    )
}

#[tokio::test]
async fn a_row_of_empty_cells_changes_nothing() {
    for database in Database::both().await {
        let town = town(&database).await;
        let said = async |cells: &str| says(&town, CELLS, &[&format!("张一,企业,甲厂,2022-07-01,{cells}")]).await;
        assert_eq!(said("2023-06-30,4000,对口,学校填报").await.counts, new(1));
        for cells in [",,,", ",,,本人填报", ",4000,,"] {
            assert_eq!(said(cells).await.counts, unchanged(1), "{cells}");
            assert_eq!((counts(&town, YEAR_END).await, details(&town).await), ((1, 0, 0, 3), (1, 0, 1, 0)), "{cells}");
        }
    }
}

#[tokio::test]
async fn a_word_for_nothing_takes_an_end_a_pay_and_a_judgement_back() {
    for database in Database::both().await {
        let town = town(&database).await;
        let said = async |cells: &str| says(&town, CELLS, &[&format!("张一,企业,甲厂,2022-07-01,{cells}")]).await;
        for none in ["无", "/", "暂无", "N/A"] {
            assert_eq!(codes(&said("2022-09-30,4000,对口,").await), NONE);
            assert_eq!(counts(&town, "2022-09-30").await, (1, 0, 0, 3));
            assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
            assert_eq!(said(&format!("{none},{none},{none},{none}")).await.counts, changed(1), "{none}");
            assert_eq!((counts(&town, YEAR_END).await, details(&town).await), ((1, 0, 0, 3), (0, 1, 0, 1)), "{none}");
        }
        assert_eq!(said("无,无,无,").await.counts, unchanged(1), "there is none already");
        // The same of a study.
        let days = async |days: &str| says(&town, STUDY, &[&format!("李二,职教高考,专科,甲学院,{days}")]).await;
        days(",2022-09-10,2022-09-25").await;
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        assert_eq!(days(",2022-09-10,").await.counts, unchanged(1));
        assert_eq!(days(",2022-09-10,无").await.counts, changed(1));
        assert_eq!(counts(&town, YEAR_END).await, (1, 1, 0, 2));
        // Admitted, and on second thoughts never registered; what the college says of the day is known again by an undo.
        assert_eq!(days("2022-08-01,2022-09-10,").await.counts, changed(1));
        let never = days("2022-08-01,无,").await;
        assert_eq!((never.counts, counts(&town, YEAR_END).await), (changed(1), (1, 0, 0, 3)));
        let confirmed = days("2022-08-01,无,").await;
        assert_eq!(confirmed.counts, unchanged(1));
        assert_eq!(codes(&days("无,无,").await), ["row.both_empty"], "without a day nobody knows which is meant");
        undo(&town, &never, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3), "another list says so, too");
        undo(&town, &confirmed, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (1, 1, 0, 2));
    }
}

#[tokio::test]
async fn a_word_of_the_columns_list_is_its_value_and_no_required_cell_is_filled_by_it() {
    const COLUMNS: &str = "去向类型,单位名称,开始日期,劳动合同,社会保险";
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, COLUMNS, &["张一,企业,甲厂,2022-07-01,3年以上,五险"]).await;
        assert_eq!(says(&town, COLUMNS, &["张一,企业,甲厂,2022-07-01,无,无"]).await.counts, changed(1));
        for detail in [Dimension::Contract, Dimension::Insurance] {
            assert_eq!(with_detail(&town, detail, "none").await, 1, "no contract and no insurance are answers");
        }
        for (row, code) in [
            ("李二,无,甲厂,2022-07-01,,", "row.empty"),
            ("李二,企业,无,2022-07-01,,", "row.employer_missing"),
            ("李二,企业,/,2022-07-01,,", "row.employer_missing"),
            ("李二,企业,甲厂,无,,", "row.empty"),
        ] {
            assert_eq!(codes(&says(&town, COLUMNS, &[row]).await), [code], "{row}");
        }
        assert_eq!(codes(&says(&town, STUDY, &["李二,职教高考,专科,无,,2022-09-10,"]).await), ["row.empty"]);
        // Who looks for a job has none, whatever the word.
        assert_eq!(says(&town, COLUMNS, &["王三,待就业,无,2022-07-01,,"]).await.counts, new(1));
        assert_eq!(says(&town, COLUMNS, &["王三,待就业,/,2022-07-01,,"]).await.counts, unchanged(1));
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 1, 2));
    }
}
