//! Promise (rule 7): 撤销 hits its day and employer or college and holds what says that again, 恢复 lifts it, 更正 alone
//! moves a day and keeps everything else that was said.

use gradtrail::domain::figures::populations::ON_SPECIALTY;
use gradtrail::domain::statements::Source;
use gradtrail::projections::cohort_outcomes::count::Dimension;

use super::{
    JOB_JUDGED, JOB_OPERATION, NONE, ROSTER, YEAR_END, changed, codes, conflicts, count, counts, held, new, of, say,
    says, town, unchanged, warned, with_detail,
};
use crate::support::Database;

#[tokio::test]
async fn a_withdrawal_hits_the_job_of_its_employer_and_is_refused_where_it_hits_none_or_several() {
    for database in Database::both().await {
        let town = town(&database).await;
        let said = async |rows: &[&str]| says(&town, JOB_OPERATION, rows).await;
        let jobs = [
            "张一,企业,甲厂,2022-07-01,",
            "张一,企业,乙厂,2022-07-01,",
            "李二,灵活就业,甲厂,2022-07-01,",
            "李二,灵活就业,乙厂,2022-07-01,",
        ];
        assert_eq!(said(&jobs).await.counts, new(4));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((2, 0, 0, 2), 2));
        assert_eq!(said(&["张一,企业,甲厂,2022-07-01,撤销"]).await.counts, changed(1));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((2, 0, 0, 2), 1));
        assert_eq!(said(&["张一,企业,乙厂,2022-07-01,"]).await.counts, unchanged(1), "the other one stands");
        // What is restored comes back beside the other one.
        assert_eq!(said(&["张一,企业,甲厂,2022-07-01,恢复"]).await.counts, changed(1));
        assert_eq!(conflicts(&town, YEAR_END).await, 2);
        said(&["张一,企业,甲厂,2022-07-01,撤销"]).await;
        let either = said(&["李二,灵活就业,,2022-07-01,撤销"]).await;
        assert_eq!(codes(&either), ["statement.leaves_open_which"]);
        // Of nobody, of another day, at another employer, and of another source.
        for row in
            ["王三,企业,甲厂,2022-07-01,撤销", "张一,企业,乙厂,2022-07-02,撤销", "张一,企业,丙厂,2022-07-01,撤销"]
        {
            assert_eq!(warned(&said(&[row]).await), [(3, "import_row.nothing_withdrawn")], "{row}");
        }
        let theirs = say(&town, JOB_OPERATION, &["张一,企业,乙厂,2022-07-01,撤销"], &of(Source::ClassTeacher)).await;
        assert_eq!(warned(&theirs), [(3, "import_row.nothing_withdrawn")]);
        let both = ["李二,灵活就业,甲厂,2022-07-01,撤销", "李二,灵活就业,乙厂,2022-07-01,撤销"];
        assert_eq!(said(&both).await.counts, changed(2));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 0, 3), 0));
    }
}

#[tokio::test]
async fn what_was_withdrawn_is_held_whatever_its_other_cells_and_another_employer_is_a_new_statement() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB_OPERATION, &["张一,企业,甲厂,2022-07-01,", "李二,待就业,,2022-07-01,"]).await;
        // In one list: the job at one employer was never so, and there is one at another.
        let instead = ["张一,企业,甲厂,2022-07-01,撤销", "张一,企业,乙厂,2022-07-01,"];
        assert_eq!(says(&town, JOB_OPERATION, &instead).await.counts, changed(2));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 1, 2), 0));
        let former = says(&town, JOB_JUDGED, &["张一,灵活就业,甲厂,2022-07-01,5000,对口"]).await;
        assert_eq!((former.counts, counts(&town, YEAR_END).await), (held(1), (1, 0, 1, 2)));
        // Without an employer the kind is what was withdrawn.
        says(&town, JOB_OPERATION, &["李二,待就业,,2022-07-01,撤销"]).await;
        assert_eq!(says(&town, JOB_OPERATION, &["李二,待就业,,2022-07-01,"]).await.counts, held(1));
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        assert_eq!(codes(&says(&town, JOB_OPERATION, &["李二,灵活就业,,2022-07-01,"]).await), NONE);
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((2, 0, 0, 2), 0));
    }
}

#[tokio::test]
async fn what_is_restored_stands_as_it_stood() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB_JUDGED, &["张一,企业,甲厂,2022-07-01,4000,对口"]).await;
        let job = async |operation: &str| {
            says(&town, JOB_OPERATION, &[&format!("张一,企业,甲厂,2022-07-01,{operation}")]).await
        };
        job("撤销").await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        assert_eq!(codes(&job("恢复").await), NONE);
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        assert_eq!(count(&town, &ON_SPECIALTY).await, 1);
        assert_eq!(with_detail(&town, Dimension::Salary, "up_to_5000").await, 1);
        assert_eq!(job("").await.counts, unchanged(1));
        let never = says(&town, JOB_OPERATION, &["李二,企业,甲厂,2022-07-01,恢复"]).await;
        assert_eq!(codes(&never), ["statement.nothing_to_restore"]);
    }
}

#[tokio::test]
async fn a_correction_moves_the_day_that_it_names_or_the_only_one_with_everything_said() {
    for database in Database::both().await {
        let town = town(&database).await;
        let columns = "去向类型,单位名称,开始日期,结束日期,专业对口程度,操作,原日期";
        let said = async |rows: &[&str]| says(&town, columns, rows).await;
        let jobs = [
            "张一,企业,甲厂,2022-07-01,,对口,,",
            "李二,企业,甲厂,2022-07-01,,,,",
            "王三,企业,甲厂,2022-07-01,2022-07-31,,,",
            "王三,企业,甲厂,2022-09-01,,,,",
        ];
        assert_eq!(said(&jobs).await.counts, new(4));
        assert_eq!(said(&["张一,企业,甲厂,2022-08-01,,,更正,2022-07-01"]).await.counts, changed(1));
        assert_eq!(said(&["李二,企业,甲厂,2022-08-01,,,更正,"]).await.counts, changed(1));
        // In July only 王三, in August the other two.
        assert_eq!(counts(&town, "2022-07-15").await, (1, 0, 0, 3));
        assert_eq!(counts(&town, "2022-08-01").await, (2, 0, 0, 2));
        assert_eq!(count(&town, &ON_SPECIALTY).await, 1, "the judgement went along");
        // Sent again, both are so already; who repeats the former day says what was withdrawn.
        let again = ["张一,企业,甲厂,2022-08-01,,,更正,2022-07-01", "李二,企业,甲厂,2022-08-01,,,更正,"];
        assert_eq!(said(&again).await.counts, unchanged(2));
        assert_eq!(said(&["张一,企业,甲厂,2022-07-01,,,,"]).await.counts, held(1));
        assert_eq!(counts(&town, "2022-07-15").await, (1, 0, 0, 3));
        // Two days may be meant.
        let either = said(&["王三,企业,甲厂,2022-08-15,,,更正,"]).await;
        assert_eq!(codes(&either), ["statement.leaves_open_which"]);
        assert_eq!(said(&["王三,企业,甲厂,2022-08-15,,,更正,2022-09-01"]).await.counts, changed(1));
        assert_eq!(counts(&town, "2022-08-15").await, (3, 0, 0, 1));
        for row in ["赵四,企业,甲厂,2022-08-15,,,更正,", "赵四,企业,甲厂,2022-08-15,,,更正,2022-07-01"]
        {
            assert_eq!(codes(&said(&[row]).await), ["statement.nothing_to_move"], "{row}");
        }
    }
}

#[tokio::test]
async fn a_day_of_registration_is_moved_and_withdrawn_as_a_start_is() {
    for database in Database::both().await {
        let town = town(&database).await;
        let columns = "升学渠道,升学层次,录取学校,录取日期,报到日期,操作,原日期";
        let said = async |cells: &str| says(&town, columns, &[&format!("张一,职教高考,专科,甲学院,{cells}")]).await;
        said("2022-07-20,2022-09-10,,").await;
        assert_eq!(counts(&town, "2022-09-05").await, (0, 0, 0, 4));
        assert_eq!(said(",2022-09-01,更正,2022-09-10").await.counts, changed(1));
        assert_eq!(counts(&town, "2022-09-05").await, (0, 1, 0, 3));
        assert_eq!(said("2022-07-20,2022-09-10,,").await.counts, held(1));
        assert_eq!(said(",2022-09-01,,").await.counts, unchanged(1));
        assert_eq!(warned(&said(",2022-10-01,撤销,").await), [(3, "import_row.nothing_withdrawn")]);
        assert_eq!(said(",2022-09-01,撤销,").await.counts, changed(1));
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((0, 0, 0, 4), 0));
        assert_eq!(said(",2022-09-01,,").await.counts, held(1));
        assert_eq!(codes(&said(",2022-09-01,恢复,").await), NONE);
        assert_eq!(counts(&town, YEAR_END).await, (0, 1, 0, 3));
    }
}

#[tokio::test]
async fn an_older_list_says_it_in_the_state_of_its_rows_and_a_roster_only_corrects() {
    const STATE: &str = "去向类型,单位名称,开始日期,状态";
    for database in Database::both().await {
        let town = town(&database).await;
        assert_eq!(says(&town, STATE, &["张一,企业,甲厂,2022-07-01,有效"]).await.counts, new(1));
        assert_eq!(says(&town, STATE, &["张一,企业,甲厂,2022-07-01,无效"]).await.counts, changed(1));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        for (column, cells, code) in
            [("操作,状态", "恢复,作废", "row.operations_differ"), ("操作,操作原因", "恢复,心情不好", "term.not_listed")]
        {
            let columns = format!("去向类型,单位名称,开始日期,{column}");
            let refused = says(&town, &columns, &[&format!("张一,企业,甲厂,2022-07-01,{cells}")]).await;
            assert_eq!(codes(&refused), [code]);
        }
        let restored = ["张一,企业,甲厂,2022-07-01,恢复,本人反映"];
        assert_eq!(codes(&says(&town, "去向类型,单位名称,开始日期,操作,操作原因", &restored).await), NONE);
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        let roster = says(&town, &format!("{ROSTER},操作"), &["李二,700206,1班,毕业,2022-06-30,撤销"]).await;
        assert_eq!(codes(&roster), ["row.only_correction"]);
    }
}
