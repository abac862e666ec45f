//! Promise (rule 10): a roster's row says everything in it from its day; an older one fills history, one that contradicts how
//! a student left school is held, and an undo leaves what the other rosters say.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::figures::populations::GRADUATES;
use gradtrail::domain::import::RowCounts;
use gradtrail::domain::student::StudentCommand;
use gradtrail::projections::cohort_outcomes::count::Dimension;

use super::{
    GRADUATED, JOB, ROSTER, YEAR_END, batch, changed, counts, held, list, new, report, say, says, send, town,
    town_and_roster, unchanged, undo, warned,
};
use crate::support::{Database, Town, ask, day};

/// A roster's columns with a day for every standing and the operation.
const STANDING: &str = "专业代码,班级,学籍状态,状态日期,操作";

/// The graduates at the end of the year by the parts of a dimension: the last words of a part's key, and how many.
async fn graduates(town: &Town, by: Dimension) -> Vec<(String, i64)> {
    let cells = report(town, YEAR_END, &[by]).await.breakdown.unwrap().cells;
    let part = |key: &str| key.rsplit('/').next().unwrap_or(key).to_owned();
    cells.iter().map(|cell| (part(&cell.key[0]), cell.counts.of(&GRADUATES))).collect()
}

fn parts<const N: usize>(parts: [(&str, i64); N]) -> Vec<(String, i64)> {
    parts.map(|(part, count)| (part.to_owned(), count)).to_vec()
}

#[tokio::test]
async fn an_older_roster_fills_history_and_what_contradicts_the_graduation_waits_for_its_undo() {
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let older = says(
            &town,
            STANDING,
            &[
                "张一,700206,1班,在籍,2022-09-01,",
                "李二,700206,1班,休学,2021-03-01,",
                "王三,700206,1班,毕业,2023-06-30,",
                "赵四,700206,1班,在籍,2019-09-01,",
            ],
        )
        .await;
        // Two contradict the graduation; a leave of the year before and a first day at school are history.
        assert_eq!(older.counts, RowCounts { changed: 2, held: 2, ..RowCounts::default() });
        assert_eq!(warned(&older), [(3, "import_row.held_by_leaving"), (5, "import_row.held_by_leaving")]);
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        // Another roster says it, too. Without the first what was held stands at its place: 王三 graduates a year later, and
        // the second roster's word of the graduation of 2022 is held by that; the others have graduated as before.
        let second = says(&town, ROSTER, &GRADUATED).await;
        assert_eq!(second.counts, unchanged(4));
        undo(&town, &first, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 3));
        // Without both, nobody is a graduate of 2022.
        undo(&town, &second, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 0));
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_held_stands_when_the_roster_that_held_it_is_undone() {
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let later = says(&town, STANDING, &["张一,700206,1班,毕业,2022-07-15,"]).await;
        assert_eq!(later.counts, held(1));
        // Three of four are nobody's any more, and 张一 is the later roster's.
        assert_eq!(undo(&town, &first, false).await.refused.len(), 0);
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 1));
        assert_eq!(counts(&town, "2022-07-14").await, (0, 0, 0, 0));
        undo(&town, &later, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 0));
        // Done again, it is as it was, together with all files of the call or alone.
        for all_or_nothing in [true, false] {
            let again = ImportFiles { all_or_nothing, ..ImportFiles::default() };
            let again = say(&town, ROSTER, &GRADUATED, &again).await;
            assert_eq!((again.counts, counts(&town, YEAR_END).await), (new(4), (0, 0, 0, 4)));
            undo(&town, &again, false).await;
        }
    }
}

#[tokio::test]
async fn what_is_held_is_held_once_with_what_else_its_row_says() {
    const WITH_PHONE: &str = "专业代码,班级,学籍状态,状态日期,联系电话";
    const OLDER: [&str; 1] = ["张一,700206,1班,在籍,2022-09-01,13800000001"];
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let older = says(&town, WITH_PHONE, &OLDER).await;
        assert_eq!((older.counts, says(&town, WITH_PHONE, &OLDER).await.counts), (held(1), unchanged(1)));
        let phone = async || {
            let found = ask::students(&town.app, &town.caller, "张一").await.unwrap();
            found.into_iter().next().and_then(|found| found.phone)
        };
        assert_eq!(phone().await, None);
        undo(&town, &first, false).await;
        assert_eq!(phone().await.as_deref(), Some("138****0001"));
    }
}

#[tokio::test]
async fn corrections_of_a_graduation_are_undone_in_any_order_and_leave_what_the_others_say() {
    for database in Database::both().await {
        let town = town(&database).await;
        for undoes_the_first in [true, false] {
            let to_2023 = says(&town, STANDING, &["张一,700206,1班,毕业,2023-06-30,更正"]).await;
            assert_eq!((to_2023.counts, warned(&to_2023)), (changed(1), vec![(3, "import_row.moves_cohort")]));
            let left = says(&town, STANDING, &["张一,700206,1班,退学,2022-03-01,更正"]).await;
            assert_eq!((left.counts, counts(&town, YEAR_END).await), (changed(1), (0, 0, 0, 3)));
            let [one, other] = if undoes_the_first { [&to_2023, &left] } else { [&left, &to_2023] };
            undo(&town, one, false).await;
            // Left in March, or a graduate of 2023: none of 2022 either way.
            assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 3));
            undo(&town, other, false).await;
            assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        }
    }
}

#[tokio::test]
async fn a_class_is_that_of_the_roster_which_stands() {
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let second = says(&town, ROSTER, &["张一,700206,2班,毕业,2022-06-30"]).await;
        let third = says(&town, ROSTER, &["张一,700206,2班,毕业,2022-06-30"]).await;
        assert_eq!((second.counts, third.counts), (changed(1), unchanged(1)));
        assert_eq!(graduates(&town, Dimension::Class).await, parts([("1班", 3), ("2班", 1)]));
        undo(&town, &second, false).await;
        assert_eq!(graduates(&town, Dimension::Class).await, parts([("1班", 3), ("2班", 1)]));
        undo(&town, &third, false).await;
        assert_eq!(graduates(&town, Dimension::Class).await, parts([("1班", 4)]));
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await;
        // On 张一 others built.
        assert_eq!(undo(&town, &first, true).await.refused.len(), 1);
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 0));
    }
}

#[tokio::test]
async fn the_same_roster_again_names_whom_a_later_one_moved() {
    for database in Database::both().await {
        let town = town(&database).await;
        let roster = list(ROSTER, &["张一,700206,2班,毕业,2022-06-30", "李二,700206,2班,毕业,2022-06-30"]);
        let send = async || send(&town, &town.caller, roster.clone(), &ImportFiles::default()).await.unwrap();
        assert_eq!((send().await.counts, warned(&send().await)), (changed(2), vec![]));
        says(&town, ROSTER, &["李二,700206,3班,毕业,2022-06-30"]).await;
        let again = send().await;
        assert_eq!((again.counts, warned(&again)), (unchanged(2), vec![(4, "import_row.no_longer_so")]));
        assert_eq!(graduates(&town, Dimension::Class).await, parts([("1班", 2), ("2班", 1), ("3班", 1)]));
    }
}

/// As if the process had been killed between two students.
#[tokio::test]
async fn an_undo_that_was_cut_off_goes_on_and_names_nobody() {
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let student = ask::students(&town.app, &town.caller, "张一").await.unwrap()[0].id;
        let (batch, reason, effective_on) = (batch(&first), UndoReason::WrongFile, day(YEAR_END));
        let command = StudentCommand::UndoBatch { batch, reason, also: vec![], effective_on };
        town.execute(vec![Order::Student { student, command }]).await.unwrap();
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 3));
        let undone = undo(&town, &first, false).await;
        // One fact each of the other three.
        assert_eq!((undone.count, undone.refused.len()), (3, 0));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 0));
    }
}

#[tokio::test]
async fn a_blank_kind_of_student_is_not_recorded_and_a_later_roster_says_it() {
    const WITH_KIND: &str = "专业代码,班级,学籍状态,毕业日期,学生类型";
    for database in Database::both().await {
        let town = town(&database).await;
        let kinds = async || graduates(&town, Dimension::Route).await;
        assert_eq!(kinds().await, parts([("not_recorded", 4)]));
        let said = says(&town, WITH_KIND, &["张一,700206,1班,毕业,2022-06-30,非贯通"]).await;
        assert_eq!(said.counts, changed(1));
        assert_eq!(kinds().await, parts([("not_recorded", 3), ("regular", 1)]));
        undo(&town, &said, false).await;
        assert_eq!(kinds().await, parts([("not_recorded", 4)]));
    }
}
