//! Promise (rules 6 and 12): undoing a batch leaves exactly what the others say, with what they confirmed and what it held;
//! on what others built, it stops and names them, or takes the rest.

use gradtrail::app::bulk::Subject;
use gradtrail::app::import::undo::Undone;
use gradtrail::domain::figures::populations::{MATCH_UNKNOWN, ON_SPECIALTY};
use gradtrail::domain::import::RowCounts;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::refusal::Refusal as _;

use super::{
    GRADUATED, JOB, JOB_JUDGED, JOB_OPERATION, NONE, ROSTER, STUDY, YEAR_END, changed, codes, conflicts, count, counts,
    held, position, says, town, town_and_roster, unchanged, undo, warned, with_detail,
};
use crate::support::{Database, Town};

#[tokio::test]
async fn what_another_list_confirmed_stands_until_that_list_is_undone_too() {
    const JOBS: [&str; 1] = ["张一,企业,甲厂,2022-07-01"];
    const STUDIES: [&str; 1] = ["李二,职教高考,专科,甲学院,,2022-09-10,"];
    for database in Database::both().await {
        let town = town(&database).await;
        for first_goes_first in [true, false] {
            let said = [says(&town, JOB, &JOBS).await, says(&town, STUDY, &STUDIES).await];
            let confirmed = [says(&town, JOB, &JOBS).await, says(&town, STUDY, &STUDIES).await];
            assert_eq!(confirmed.each_ref().map(|list| list.counts), [unchanged(1); 2]);
            let order = if first_goes_first { [&said, &confirmed] } else { [&confirmed, &said] };
            for (lists, left) in order.into_iter().zip([(1, 1, 0, 2), (0, 0, 0, 4)]) {
                for list in lists {
                    assert!(undo(&town, list, false).await.refused.is_empty());
                }
                assert_eq!(counts(&town, YEAR_END).await, left, "the first goes first: {first_goes_first}");
            }
        }
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn what_a_withdrawal_holds_stands_once_that_is_undone_and_not_before() {
    for database in Database::both().await {
        let town = town(&database).await;
        let job = async |operation: &str| {
            says(&town, JOB_OPERATION, &[&format!("张一,企业,甲厂,2022-07-01,{operation}")]).await
        };
        let first = job("").await;
        let withdrawn = job("撤销").await;
        assert_eq!((withdrawn.counts, counts(&town, YEAR_END).await), (changed(1), (0, 0, 0, 4)));
        let again = job("").await;
        assert_eq!((again.counts, warned(&again)), (held(1), vec![(3, "import_row.withdrawn")]));
        assert_eq!(job("").await.counts, unchanged(1), "it is held already");
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        // The withdrawal outlives what it hit.
        undo(&town, &first, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        undo(&town, &withdrawn, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        // What was restored is withdrawn again once that is undone.
        job("撤销").await;
        let restored = job("恢复").await;
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3));
        undo(&town, &restored, false).await;
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
    }
}

/// The first list says pay and judgement, the second another pay.
#[tokio::test]
async fn of_two_lists_the_one_that_is_left_says_its_own_cells_and_no_others() {
    for database in Database::both().await {
        let town = town(&database).await;
        // (up to 5,000 yuan, more than that, on specialty, not judged)
        let said = async || {
            let paid = async |band: &str| with_detail(&town, Dimension::Salary, band).await;
            let judged = (count(&town, &ON_SPECIALTY).await, count(&town, &MATCH_UNKNOWN).await);
            (paid("up_to_5000").await, paid("over_5000").await, judged.0, judged.1)
        };
        for undoes_the_first in [true, false] {
            let first = says(&town, JOB_JUDGED, &["张一,企业,甲厂,2022-07-01,4000,对口"]).await;
            let second = says(&town, JOB_JUDGED, &["张一,企业,甲厂,2022-07-01,6000,"]).await;
            assert_eq!(said().await, (0, 1, 1, 0));
            if undoes_the_first {
                undo(&town, &first, false).await;
                assert_eq!(said().await, (0, 1, 0, 1));
                undo(&town, &second, false).await;
            } else {
                undo(&town, &second, false).await;
                assert_eq!(said().await, (1, 0, 1, 0));
                undo(&town, &first, false).await;
            }
            assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        }
    }
}

/// The second list says another pay of one of the two, and of the other the same.
#[tokio::test]
async fn a_list_that_changes_one_of_two_jobs_of_a_day_says_both_when_the_first_is_undone() {
    for database in Database::both().await {
        let town = town(&database).await;
        let employed = async || (counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await);
        let both = ["张一,企业,甲厂,2022-07-01,4000,", "张一,企业,乙厂,2022-07-01,4000,"];
        let first = says(&town, JOB_JUDGED, &both).await;
        let second = says(&town, JOB_JUDGED, &["张一,企业,甲厂,2022-07-01,6000,", both[1]]).await;
        assert_eq!(second.counts, RowCounts { changed: 1, unchanged: 1, ..RowCounts::default() });
        assert_eq!(employed().await, ((1, 0, 0, 3), 1));
        undo(&town, &first, false).await;
        assert_eq!(employed().await, ((1, 0, 0, 3), 1));
        undo(&town, &second, false).await;
        assert_eq!(employed().await, ((0, 0, 0, 4), 0));
    }
}

/// The code and the masked name of each who stays.
fn kept(undone: &Undone) -> Vec<(&'static str, Option<&str>)> {
    let kept = undone.refused.iter().map(|refused| match &refused.whom {
        Subject::Student(student) => (refused.why.code(), student.name.as_deref()),
        other @ (Subject::Unit(_) | Subject::Page { .. }) => panic!("{other:?}"),
    });
    kept.collect()
}

#[tokio::test]
async fn a_roster_whose_students_have_destinations_of_another_list_stays_or_goes_without_them() {
    for database in Database::both().await {
        let (town, roster) = town_and_roster(&database).await;
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await;
        says(&town, STUDY, &["李二,职教高考,专科,甲学院,,2022-09-10,"]).await;
        let before = position(&town).await;
        let stopped = undo(&town, &roster, false).await;
        let mut named = kept(&stopped);
        named.sort_unstable();
        let expected = [("student.records_stand", Some("张*")), ("student.records_stand", Some("李*"))];
        assert_eq!((stopped.count, &named[..]), (0, &expected[..]));
        assert_eq!((position(&town).await, counts(&town, YEAR_END).await), (before, (1, 1, 0, 2)));
        // One fact each of the other two.
        let rest = undo(&town, &roster, true).await;
        assert_eq!((rest.count, kept(&rest).len()), (2, 2));
        assert_eq!(counts(&town, YEAR_END).await, (1, 1, 0, 0));
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn students_whom_a_second_roster_confirmed_stay_when_the_first_is_undone_and_go_with_the_second() {
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let second = says(&town, ROSTER, &GRADUATED).await;
        assert_eq!(second.counts, unchanged(4));
        let undone = undo(&town, &first, false).await;
        // Of each of the four the first is taken out, and the second takes its place.
        assert_eq!((undone.count, undone.refused.len()), (4, 0));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4));
        let undone = undo(&town, &second, false).await;
        assert_eq!((undone.count, undone.refused.len()), (4, 0));
        assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 0));
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn a_second_roster_that_stands_for_the_first_stops_at_destinations_as_that_did() {
    for database in Database::both().await {
        let (town, first) = town_and_roster(&database).await;
        let second = says(&town, ROSTER, &GRADUATED).await;
        undo(&town, &first, false).await;
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await;
        let before = position(&town).await;
        let stopped = undo(&town, &second, false).await;
        assert_eq!((stopped.count, kept(&stopped)), (0, vec![("student.records_stand", Some("张*"))]));
        assert_eq!((position(&town).await, counts(&town, YEAR_END).await), (before, (1, 0, 0, 3)));
        assert_eq!(undo(&town, &second, true).await.count, 3);
        assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 0));
    }
}

/// Two processes: one sends a list that says what another list said, one takes that list back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_never_slips_past_an_undo_that_runs_beside_it() {
    for database in Database::both().await {
        let town = town(&database).await;
        for round in 1..9 {
            let row = format!("张一,企业,某厂,2022-07-{round:02}");
            let first = says(&town, JOB, &[&row]).await;
            let (one, other) = (Town::new(&database).await, Town::new(&database).await);
            let rows = [row.as_str()];
            let (second, _) = tokio::join!(says(&one, JOB, &rows), undo(&other, &first, false));
            assert_eq!(codes(&second), NONE);
            assert_eq!(counts(&town, YEAR_END).await, (1, 0, 0, 3), "round {round}");
            undo(&town, &second, false).await;
            assert_eq!(counts(&town, YEAR_END).await, (0, 0, 0, 4), "round {round}");
        }
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}
