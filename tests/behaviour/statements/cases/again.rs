//! Promise (rule 6): who says again what the source says already confirms it and moves nothing; only a college's or a
//! register's list of a later day says it anew, and so do the same bytes where that is asked for.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Recording;
use gradtrail::domain::statements::Source;

use super::{
    JOB, YEAR_END, batch, changed, conflicts, counts, list, of_day, position, say, says, send, town, unchanged, undo,
    warned,
};
use crate::support::Database;

#[tokio::test]
async fn undoing_the_first_list_leaves_what_the_second_corrected_and_the_second_again_records_nothing() {
    for database in Database::both().await {
        let town = town(&database).await;
        let first = says(&town, JOB, &["张一,企业,甲厂,2022-07-01", "李二,企业,甲厂,2022-07-01"]).await;
        let corrected = list(JOB, &["张一,待就业,,2022-07-01"]);
        let second = send(&town, &town.caller, corrected.clone(), &ImportFiles::default()).await.unwrap();
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 1, 2));
        undo(&town, &first, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 1, 3), "of 李二 only the first list spoke");
        let before = position(&town).await;
        let again = send(&town, &town.caller, corrected, &ImportFiles::default()).await.unwrap();
        assert_eq!((again.recording, again.counts), (Recording::AlreadyImported(batch(&second)), unchanged(1)));
        assert_eq!((position(&town).await, counts(&town, YEAR_END).await), (before, (0, 0, 1, 3)));
    }
}

/// The school of 张一 and a register of 李二 say in July that both have a job; in October a class teacher hears that they
/// look for one since the first of the month, before which what was said in July stands back.
#[tokio::test]
async fn a_confirmation_moves_no_report_day_and_a_register_of_a_later_day_says_it_anew() {
    const ZHANG: [&str; 1] = ["张一,企业,甲厂,2022-07-01"];
    const LI: [&str; 1] = ["李二,企业,甲厂,2022-07-01"];
    for database in Database::both().await {
        let town = town(&database).await;
        say(&town, JOB, &ZHANG, &of_day(Source::School, "2022-07-10")).await;
        say(&town, JOB, &LI, &of_day(Source::Register, "2022-07-10")).await;
        let seeking = ["张一,待就业,,2022-10-01", "李二,待就业,,2022-10-01"];
        say(&town, JOB, &seeking, &of_day(Source::ClassTeacher, "2022-10-05")).await;
        let end = async || (counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await);
        assert_eq!(end().await, ((0, 0, 2, 2), 0));
        let confirmed = say(&town, JOB, &ZHANG, &of_day(Source::School, "2022-11-01")).await;
        assert_eq!((confirmed.counts, end().await), (unchanged(1), ((0, 0, 2, 2), 0)));
        // From whom it was heard and when it was filled in are no part of what is said.
        let row = "张一,企业,甲厂,2022-07-01,本人填报,2022-12-01";
        let confirmed = says(&town, "去向类型,单位名称,开始日期,信息来源,填报日期", &[row]).await;
        assert_eq!((confirmed.counts, end().await), (unchanged(1), ((0, 0, 2, 2), 0)));
        let older = say(&town, JOB, &LI, &of_day(Source::Register, "2022-07-05")).await;
        assert_eq!((older.counts, end().await), (unchanged(1), ((0, 0, 2, 2), 0)));
        let anew = say(&town, JOB, &LI, &of_day(Source::Register, "2022-11-01")).await;
        assert_eq!((anew.counts, end().await), (changed(1), ((1, 0, 1, 2), 1)));
    }
}

#[tokio::test]
async fn the_same_bytes_do_not_undo_a_correction_unless_they_are_to_be_said_anew() {
    for database in Database::both().await {
        let town = town(&database).await;
        let file = list(JOB, &["张一,企业,甲厂,2022-07-01"]);
        let first = send(&town, &town.caller, file.clone(), &ImportFiles::default()).await.unwrap();
        says(&town, JOB, &["张一,待就业,,2022-07-01"]).await;
        let before = position(&town).await;
        let again = send(&town, &town.caller, file.clone(), &ImportFiles::default()).await.unwrap();
        assert_eq!(again.recording, Recording::AlreadyImported(batch(&first)));
        assert_eq!((position(&town).await, counts(&town, YEAR_END).await), (before, (0, 0, 1, 3)));
        assert_eq!(warned(&again), [(3, "import_row.no_longer_so")]);
        let anew = ImportFiles { again: true, ..ImportFiles::default() };
        let anew = send(&town, &town.caller, file, &anew).await.unwrap();
        assert_eq!((anew.counts, counts(&town, YEAR_END).await), (changed(1), (1, 0, 0, 3)));
        // It is a batch of its own: without it the correction stands again.
        undo(&town, &anew, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 1, 3));
    }
}
