//! Promise (rule 4): a later start ends what its source said from earlier days, a stated last day holds up to there, and a
//! study ends by its leaving or by the next registration.

use gradtrail::domain::statements::Source;

use super::{
    JOB, JOB_ENDING, NONE, STUDY, YEAR_END, changed, codes, conflicts, counts, of, say, says, town, unchanged, warned,
};
use crate::support::Database;

#[tokio::test]
async fn a_later_start_ends_the_earlier_and_an_earlier_one_is_history_learned_late() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await;
        says(&town, JOB, &["张一,待就业,,2022-10-01"]).await;
        assert_eq!(counts(&town, "2022-09-30").await, (1, 0, 0, 3));
        assert_eq!(counts(&town, "2022-10-01").await, (0, 0, 1, 3));
        // Learned late: it ends 甲厂 and is ended by what follows.
        assert_eq!(says(&town, JOB, &["张一,企业,乙厂,2022-08-01"]).await.counts, changed(1));
        for (on, expected) in [
            ("2022-07-31", (1, 0, 0, 3)),
            ("2022-08-01", (1, 0, 0, 3)),
            ("2022-09-30", (1, 0, 0, 3)),
            ("2022-10-01", (0, 0, 1, 3)),
            (YEAR_END, (0, 0, 1, 3)),
        ] {
            assert_eq!((counts(&town, on).await, conflicts(&town, on).await), (expected, 0), "{on}");
        }
    }
}

/// D7: signed again after an end, and an end that was none.
#[tokio::test]
async fn a_last_day_is_the_last_and_the_same_employer_may_begin_anew_or_never_have_ended() {
    for database in Database::both().await {
        let town = town(&database).await;
        let ended = ["张一,企业,甲厂,2022-07-01,2022-09-01", "李二,企业,甲厂,2022-07-01,2022-09-01"];
        says(&town, JOB_ENDING, &ended).await;
        assert_eq!(counts(&town, "2022-09-01").await, (2, 0, 0, 2));
        assert_eq!(counts(&town, "2022-09-02").await, (0, 0, 0, 4));
        let anew = says(&town, JOB_ENDING, &["张一,企业,甲厂,2022-10-15,"]).await;
        assert_eq!(warned(&anew), [(3, "import_row.same_from_other_day")]);
        assert_eq!(says(&town, JOB_ENDING, &["李二,企业,甲厂,2022-07-01,"]).await.counts, unchanged(1));
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3), "an empty cell leaves the end");
        assert_eq!(says(&town, JOB_ENDING, &["李二,企业,甲厂,2022-07-01,无"]).await.counts, changed(1));
        // 张一 up to 1 September and from 15 October on, 李二 on all days.
        for (on, expected) in [
            ("2022-08-15", (2, 0, 0, 2)),
            ("2022-09-15", (1, 0, 0, 3)),
            ("2022-10-14", (1, 0, 0, 3)),
            ("2022-10-15", (2, 0, 0, 2)),
            (YEAR_END, (2, 0, 0, 2)),
        ] {
            assert_eq!((counts(&town, on).await, conflicts(&town, on).await), (expected, 0), "{on}");
        }
    }
}

/// D8: of 张一 the school says both, of 李二 a college says the study.
#[tokio::test]
async fn a_registration_ends_the_job_that_its_source_said_before_and_no_other_sources() {
    const LEFT: &str = "职教高考,专科,甲学院,,2022-09-10,2022-11-20";
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01", "李二,企业,甲厂,2022-07-01"]).await;
        says(&town, STUDY, &[&format!("张一,{LEFT}")]).await;
        say(&town, STUDY, &[&format!("李二,{LEFT}")], &of(Source::Institution)).await;
        // The job of 李二 is beside the study while that lasts, and counts after it; that of 张一 is over.
        for (on, expected, in_conflict) in [
            ("2022-08-31", (2, 0, 0, 2), 0),
            ("2022-09-09", (2, 0, 0, 2), 0),
            ("2022-09-10", (0, 2, 0, 2), 1),
            ("2022-11-20", (0, 2, 0, 2), 1),
            ("2022-11-21", (1, 0, 0, 3), 0),
            (YEAR_END, (1, 0, 0, 3), 0),
        ] {
            assert_eq!((counts(&town, on).await, conflicts(&town, on).await), (expected, in_conflict), "{on}");
        }
        // Somebody says so again: from the day after the study.
        says(&town, JOB, &["张一,企业,甲厂,2022-11-21"]).await;
        assert_eq!(counts(&town, YEAR_END).await, (2, 0, 0, 2));
    }
}

/// D5: of 张一 three lists say it one after the other, of 李二 one list says all, the later round first.
#[tokio::test]
async fn who_left_a_college_and_registers_there_again_studies_in_two_rounds() {
    for database in Database::both().await {
        let town = town(&database).await;
        for days in ["2022-07-20,2022-09-10,", "2022-07-20,2022-09-10,2022-09-25", "2022-07-20,2022-11-20,"] {
            let said = says(&town, STUDY, &[&format!("张一,职教高考,专科,甲学院,{days}")]).await;
            assert_eq!(codes(&said), NONE);
        }
        let rounds = ["李二,职教高考,专科,甲学院,,2022-11-20,", "李二,职教高考,专科,甲学院,,2022-09-10,2022-09-25"];
        assert_eq!(codes(&says(&town, STUDY, &rounds).await), NONE);
        for (on, expected) in [
            ("2022-09-15", (0, 2, 0, 2)),
            ("2022-09-25", (0, 2, 0, 2)),
            ("2022-09-26", (0, 0, 0, 4)),
            ("2022-10-15", (0, 0, 0, 4)),
            ("2022-11-20", (0, 2, 0, 2)),
            (YEAR_END, (0, 2, 0, 2)),
        ] {
            assert_eq!((counts(&town, on).await, conflicts(&town, on).await), (expected, 0), "{on}");
        }
    }
}

#[tokio::test]
async fn the_next_registration_ends_the_one_before_and_two_of_one_day_are_a_conflict() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, STUDY, &["张一,职教高考,专科,甲学院,,2022-09-10,"]).await;
        says(&town, STUDY, &["张一,职教高考,专科,乙学院,,2022-10-08,"]).await;
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((0, 1, 0, 3), 0));
        let two = ["李二,职教高考,专科,甲学院,,2022-09-10,", "李二,职教高考,专科,乙学院,,2022-09-10,"];
        assert_eq!(codes(&says(&town, STUDY, &two).await), NONE);
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((0, 2, 0, 2), 1));
        // One of the two is left.
        says(&town, STUDY, &["李二,职教高考,专科,乙学院,,2022-09-10,2022-09-20"]).await;
        assert_eq!(conflicts(&town, "2022-09-20").await, 1);
        assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((0, 2, 0, 2), 0));
    }
}
