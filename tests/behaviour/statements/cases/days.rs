//! Promise (rule 9): a start is the first day on which it is so and an end the last, everywhere; after each row the whole
//! record is looked at, not the row alone; and the day that a list speaks of is that of its import unless it is given.

use gradtrail::domain::statements::Source;

use super::{JOB, JOB_ENDING, NONE, STUDY, YEAR_END, codes, conflicts, counts, new, of, of_day, say, says, town};
use crate::support::Database;

/// 张一 works from July to September, 李二 studies for two weeks, 王三 works for one day.
#[tokio::test]
async fn an_end_is_the_last_day_on_which_it_is_so() {
    for database in Database::both().await {
        let town = town(&database).await;
        let jobs = ["张一,企业,甲厂,2022-07-01,2022-09-30", "王三,企业,甲厂,2022-07-01,2022-07-01"];
        assert_eq!(codes(&says(&town, JOB_ENDING, &jobs).await), NONE);
        says(&town, STUDY, &["李二,职教高考,专科,甲学院,,2022-09-10,2022-09-25"]).await;
        for (on, expected) in [
            ("2022-06-30", (0, 0, 0, 4)),
            ("2022-07-01", (2, 0, 0, 2)),
            ("2022-07-02", (1, 0, 0, 3)),
            ("2022-09-10", (1, 1, 0, 2)),
            ("2022-09-25", (1, 1, 0, 2)),
            ("2022-09-26", (1, 0, 0, 3)),
            ("2022-09-30", (1, 0, 0, 3)),
            ("2022-10-01", (0, 0, 0, 4)),
        ] {
            assert_eq!(counts(&town, on).await, expected, "{on}");
        }
    }
}

#[tokio::test]
async fn what_a_row_makes_of_the_whole_record_may_be_impossible_though_the_row_is_not() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB_ENDING, &["张一,企业,甲厂,2022-07-01,2022-09-30"]).await;
        says(&town, STUDY, &["李二,职教高考,专科,甲学院,2022-09-20,,"]).await;
        for (columns, row, code) in [
            // The start would lie behind the last day that was said.
            (
                "去向类型,单位名称,开始日期,操作,原日期",
                "张一,企业,甲厂,2022-10-15,更正,2022-07-01",
                "statement.ends_before_start",
            ),
            // The day of admission was said by the row before.
            (STUDY, "李二,职教高考,专科,甲学院,,2022-09-10,", "statement.registered_before_admission"),
            (STUDY, "王三,职教高考,专科,甲学院,,2022-09-10,2022-09-01", "statement.left_before_registration"),
            (STUDY, "王三,职教高考,专科,甲学院,2022-07-20,,2022-09-25", "statement.left_without_registration"),
            (JOB_ENDING, "赵四,企业,甲厂,2022-07-01,2022-06-30", "row.ends_before_start"),
            // More than twelve months from the first of July 2023.
            (JOB, "赵四,企业,甲厂,2024-07-02", "statement.starts_too_late"),
        ] {
            assert_eq!(codes(&says(&town, columns, &[row]).await), [code], "{row}");
        }
        assert_eq!(counts(&town, "2022-09-30").await, (1, 0, 0, 3));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        assert_eq!(says(&town, JOB, &["赵四,企业,甲厂,2024-07-01"]).await.counts, new(1));
    }
}

/// A class teacher hears that three look for a job since October. What was reported before that stands back; what the list
/// of 张一 says, it says today.
#[tokio::test]
async fn a_list_speaks_of_the_day_of_its_import_unless_that_is_given_and_a_row_may_name_its_own() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await;
        say(&town, JOB, &["李二,企业,甲厂,2022-07-01"], &of_day(Source::School, "2022-07-10")).await;
        says(&town, "去向类型,单位名称,开始日期,填报日期", &["王三,企业,甲厂,2022-07-01,2022-07-10"]).await;
        let seeking = ["张一,待就业,,2022-10-01", "李二,待就业,,2022-10-01", "王三,待就业,,2022-10-01"];
        say(&town, JOB, &seeking, &of(Source::ClassTeacher)).await;
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((0, 0, 3, 1), 1));
    }
}
