//! Promise (rule 2, of exams): a sitting is told by exam and month; a row without a result leaves it, a graduate counts by
//! the furthest of all sittings, and an exam authority's result goes before the school's.

use gradtrail::domain::figures::populations::{EXAM_QUALIFIED, EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT};
use gradtrail::domain::statements::Source;

use super::{List, NONE, changed, codes, count, held, in_any_order, new, of, says, town, unchanged, warned};
use crate::support::{Database, Town};

const EXAM: &str = "考试日期,参考,上线情况,操作,原日期";

/// (sat, qualified, qualified for undergraduate study)
async fn reached(town: &Town) -> (i64, i64, i64) {
    (count(town, &EXAM_SAT).await, count(town, &EXAM_QUALIFIED).await, count(town, &EXAM_QUALIFIED_UNDERGRADUATE).await)
}

#[tokio::test]
async fn a_blank_result_leaves_it_another_month_is_another_sitting_and_a_result_may_fall() {
    for database in Database::both().await {
        let town = town(&database).await;
        let said = async |row: &str| says(&town, EXAM, &[row]).await;
        let both = ["张一,2022-04-16,是,本科上线,,", "李二,2022-04-16,是,上线,,"];
        assert_eq!((says(&town, EXAM, &both).await.counts, reached(&town).await), (new(2), (2, 2, 1)));
        // Without a day the only sitting is meant.
        for blank in ["张一,2022-04-16,是,,,", "张一,,是,,,"] {
            assert_eq!((said(blank).await.counts, reached(&town).await), (unchanged(1), (2, 2, 1)), "{blank}");
        }
        // Not qualified in November: the furthest is that of April.
        assert_eq!(said("张一,2021-11-20,是,未上线,,").await.counts, changed(1));
        assert_eq!(reached(&town).await, (2, 2, 1));
        assert_eq!(said("张一,2022-04-16,是,上线,,").await.counts, changed(1));
        assert_eq!(reached(&town).await, (2, 2, 0), "a correction downwards");
        // Without the sitting of April that of November is left, until April is restored.
        assert_eq!(said("张一,2022-04-16,是,,撤销,").await.counts, changed(1));
        assert_eq!(reached(&town).await, (2, 1, 0));
        assert_eq!((said("张一,2022-04-16,是,上线,,").await.counts, reached(&town).await), (held(1), (2, 1, 0)));
        assert_eq!(codes(&said("张一,2022-04-16,是,,恢复,").await), NONE);
        assert_eq!(reached(&town).await, (2, 2, 0));
        assert_eq!(warned(&said("王三,2022-04-16,是,,撤销,").await), [(3, "import_row.nothing_withdrawn")]);
    }
}

#[tokio::test]
async fn a_correction_moves_a_sitting_to_another_month_with_its_result() {
    for database in Database::both().await {
        let town = town(&database).await;
        let said = async |row: &str| says(&town, EXAM, &[row]).await;
        assert_eq!(said("张一,2022-04-16,是,本科上线,,").await.counts, new(1));
        assert_eq!(said("张一,2022-01-08,是,,更正,2022-04-16").await.counts, changed(1));
        assert_eq!(reached(&town).await, (1, 1, 1));
        assert_eq!(said("张一,2022-01-08,是,上线,,").await.counts, changed(1));
        assert_eq!(reached(&town).await, (1, 1, 0), "there is one sitting, and no longer that of April");
        assert_eq!(said("张一,2022-04-16,是,本科上线,,").await.counts, held(1));
        assert_eq!(reached(&town).await, (1, 1, 0));
    }
}

/// 张一: the authority has a lower result, of another day of the month. 李二: the authority says only who sat. 王三: not
/// qualified. 赵四: the authority knows of another month only.
#[tokio::test]
async fn of_one_sitting_the_highest_source_that_states_a_result_has_it() {
    let lists: [List<'_>; 2] = [
        (
            of(Source::School),
            EXAM,
            &[
                "张一,2022-04-16,是,本科上线,,",
                "李二,2022-04-16,是,上线,,",
                "王三,2022-04-16,是,上线,,",
                "赵四,2022-04-16,是,上线,,",
            ],
        ),
        (
            of(Source::Institution),
            EXAM,
            &[
                "张一,2022-04-17,是,上线,,",
                "李二,2022-04-16,是,,,",
                "王三,2022-04-16,是,未上线,,",
                "赵四,2021-11-20,是,未上线,,",
            ],
        ),
    ];
    for database in Database::both().await {
        let town = town(&database).await;
        in_any_order(&town, &lists, async || assert_eq!(reached(&town).await, (4, 3, 0))).await;
    }
}
