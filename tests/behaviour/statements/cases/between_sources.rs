//! Promise (rule 5, and which statement decides): what one source says never changes what another said; on a day one of them
//! decides, whichever list came first, and what contradicts it is seen beside it.

use gradtrail::app::report::ReportQuery;
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::employer::{Employer, EmployerCommand};
use gradtrail::domain::figures::populations::FURTHER_STUDY_UNDERGRADUATE;
use gradtrail::domain::outcome::{Outcome, OutcomeCommand};
use gradtrail::domain::statements::{Source, StatementReason};
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::employer_directory::units;
use gradtrail::refusal::Refusal as _;
use jiff::civil::date;

use super::{
    JOB, JOB_ENDING, List, STUDY, YEAR_END, conflicts, count, counts, in_any_order, of, of_day, on_the_schools_word,
    position, say, says, town, unchanged, undo,
};
use crate::placements::{execute, officer};
use crate::support::{Database, ask, day};

/// All four are said to have begun in July, and a class teacher hears in October that they look for a job since the first of
/// the month. 张一: what the school said in July stands back. 李二: the school says it in November; of equals the later
/// start decides. 王三: a register says it in November, and decides. 赵四: a register said it in August, and stands back.
#[tokio::test]
async fn what_was_reported_before_a_later_start_stands_back_and_of_the_rest_the_highest_and_latest_decides() {
    let lists: [List<'_>; 5] = [
        (of_day(Source::School, "2022-07-10"), JOB, &["张一,企业,甲厂,2022-07-01"]),
        (of_day(Source::School, "2022-11-01"), JOB, &["李二,企业,甲厂,2022-07-01"]),
        (of_day(Source::Register, "2022-11-01"), JOB, &["王三,企业,甲厂,2022-07-01"]),
        (of_day(Source::Register, "2022-08-01"), JOB, &["赵四,企业,甲厂,2022-07-01"]),
        (
            of_day(Source::ClassTeacher, "2022-10-05"),
            JOB,
            &[
                "张一,待就业,,2022-10-01",
                "李二,待就业,,2022-10-01",
                "王三,待就业,,2022-10-01",
                "赵四,待就业,,2022-10-01",
            ],
        ),
    ];
    for database in Database::both().await {
        let town = town(&database).await;
        in_any_order(&town, &lists, async || {
            assert_eq!((counts(&town, "2022-09-30").await, conflicts(&town, "2022-09-30").await), ((4, 0, 0, 0), 0));
            // Contradicted are what decides for 李二 and for 王三.
            assert_eq!((counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await), ((1, 0, 3, 0), 2));
        })
        .await;
    }
}

/// 张一: an institution's list says that the job ended in September. 李二: only the school says so. 王三: the school says that
/// the job began after that. 赵四: the school says another employer.
#[tokio::test]
async fn an_end_ends_the_same_job_in_sources_of_no_higher_level() {
    let lists: [List<'_>; 2] = [
        (
            of(Source::Institution),
            JOB_ENDING,
            &[
                "张一,企业,甲厂,2022-07-01,2022-09-30",
                "李二,企业,甲厂,2022-07-01,",
                "王三,企业,甲厂,2022-07-01,2022-09-30",
                "赵四,企业,甲厂,2022-07-01,2022-09-30",
            ],
        ),
        (
            of(Source::School),
            JOB_ENDING,
            &[
                "张一,企业,甲厂,2022-07-01,",
                "李二,企业,甲厂,2022-07-01,2022-09-30",
                "王三,企业,甲厂,2022-10-15,",
                "赵四,企业,乙厂,2022-07-01,",
            ],
        ),
    ];
    for database in Database::both().await {
        let town = town(&database).await;
        in_any_order(&town, &lists, async || {
            // (of all, of which by the word of the school alone, contradicted)
            let on = async |day: &str| {
                let (of_all, school_alone) = (counts(&town, day).await, on_the_schools_word(&town, day).await.0);
                (of_all, school_alone, conflicts(&town, day).await)
            };
            assert_eq!(on("2022-09-30").await, ((4, 0, 0, 0), 0, 1)); // Two employers of 赵四.
            assert_eq!(on("2022-10-01").await, ((2, 0, 0, 2), 1, 0)); // 李二 by the list, 赵四 by the school.
            assert_eq!(on("2022-10-15").await, ((3, 0, 0, 1), 2, 0)); // 王三 again, by the school.
        })
        .await;
    }
}

/// 张一: both say one college, at two levels. 李二: they say two colleges. 王三: only the school says that the study ended.
/// 赵四: only the college says so.
#[tokio::test]
async fn at_one_college_the_list_of_the_college_says_whether_the_study_goes_on_and_two_colleges_are_a_conflict() {
    let lists: [List<'_>; 2] = [
        (
            of(Source::School),
            STUDY,
            &[
                "张一,职教高考,专科,甲学院,,2022-09-10,",
                "李二,职教高考,专科,甲学院,,2022-09-10,",
                "王三,职教高考,专科,甲学院,,2022-09-10,2022-09-25",
                "赵四,职教高考,专科,甲学院,,2022-09-10,",
            ],
        ),
        (
            of(Source::Institution),
            STUDY,
            &[
                "张一,职教高考,职业本科,甲学院,,2022-09-10,",
                "李二,职教高考,专科,乙学院,,2022-09-12,",
                "王三,职教高考,专科,甲学院,,2022-09-10,",
                "赵四,职教高考,专科,甲学院,,2022-09-10,2022-09-25",
            ],
        ),
    ];
    for database in Database::both().await {
        let town = town(&database).await;
        in_any_order(&town, &lists, async || {
            // (of all, of which by the word of the school alone, contradicted)
            let on = async |day: &str| {
                let (of_all, school_alone) = (counts(&town, day).await, on_the_schools_word(&town, day).await.1);
                (of_all, school_alone, conflicts(&town, day).await)
            };
            assert_eq!(on("2022-09-11").await, ((0, 4, 0, 0), 1, 0)); // 李二 is not yet at 乙学院.
            assert_eq!(on("2022-09-15").await, ((0, 4, 0, 0), 0, 1));
            assert_eq!(on(YEAR_END).await, ((0, 3, 0, 1), 0, 1)); // 赵四 left.
            assert_eq!(count(&town, &FURTHER_STUDY_UNDERGRADUATE).await, 1); // 张一.
        })
        .await;
    }
}

/// D23: the school says a job, a call says that there is none.
#[tokio::test]
async fn a_resolution_decides_until_something_else_takes_part_or_what_it_chose_changes() {
    for database in Database::both().await {
        let town = town(&database).await;
        let end = async || (counts(&town, YEAR_END).await, conflicts(&town, YEAR_END).await);
        let (employed, seeking) = ((1, 0, 0, 3), (0, 0, 1, 3));
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await;
        say(&town, JOB, &["张一,待就业,,2022-08-01"], &of(Source::ClassTeacher)).await;
        assert_eq!(end().await, (seeking, 1));
        let student = ask::students(&town.app, &town.caller, "张一").await.unwrap().remove(0).id;
        let (outcome, _) = town.app.load::<Outcome>(student.0).await.unwrap();
        let of_school = outcome.reading().statements.iter().find(|statement| statement.source == Source::School);
        let (chosen, reason) = (of_school.unwrap().key(), StatementReason::EvidenceSufficient);
        let command = OutcomeCommand::ResolveConflict { chosen, reason, effective_on: day("2023-07-01") };
        let resolve = Order::Outcome { student, command };
        let refused = town.execute(vec![resolve.clone()]).await.unwrap_err();
        assert_eq!(refused.code(), "statement.nobody_decides");
        execute(&town.app, &officer(), vec![resolve]).await.unwrap();
        assert_eq!(end().await, (employed, 0));
        // Who says the same again brings nothing that was not seen.
        assert_eq!(says(&town, JOB, &["张一,企业,甲厂,2022-07-01"]).await.counts, unchanged(1));
        assert_eq!(end().await, (employed, 0));
        let third = say(&town, JOB, &["张一,待就业,,2022-09-01"], &of(Source::Bureau)).await;
        assert_eq!(end().await, (seeking, 1), "a third was not seen");
        undo(&town, &third, false).await;
        assert_eq!(end().await, (employed, 0));
        says(&town, JOB_ENDING, &["张一,企业,甲厂,2022-07-01,2023-06-30"]).await;
        assert_eq!(end().await, (seeking, 1), "what was chosen is another");
    }
}

/// D10: a shop and its firm turn out to be one unit. 李二 is said to be at the firm by both lists, at different kinds of work.
#[tokio::test]
async fn units_that_are_merged_after_two_sources_named_them_contradict_each_other_no_more() {
    for database in Database::both().await {
        let town = town(&database).await;
        says(&town, JOB, &["张一,企业,甲厂,2022-07-01", "李二,企业,甲厂,2022-07-01"]).await;
        let list = ["张一,企业,甲厂南湖店,2022-07-01", "李二,灵活就业,甲厂南湖店,2022-07-01"];
        say(&town, JOB, &list, &of(Source::Institution)).await;
        assert_eq!(conflicts(&town, YEAR_END).await, 2);
        let apart = position(&town).await;
        let units = units(town.app.log().readers(), epoch_day(date(2023, 7, 1)), apart).await.unwrap();
        let [firm, shop] = [units[0].employer, units[1].employer];
        let command = EmployerCommand::Merge { into: firm, effective_on: date(2023, 7, 1) };
        execute(&town.app, &town.caller, vec![Order::Employer { id: shop.0, command }]).await.unwrap();
        assert_eq!(conflicts(&town, YEAR_END).await, 1);
        let asked = ReportQuery { known_at: KnownAt::Position(apart), ..ReportQuery::year(2022) };
        assert_eq!(ask::report(&town.app, &town.caller, &asked, &[]).await.unwrap().conflicts, 2, "as known before");
        let (reason, note, effective_on) = (UndoReason::EntryError, None, date(2023, 7, 1));
        let version = town.app.load::<Employer>(shop.0).await.unwrap().1;
        let command = EmployerCommand::Undo { version, reason, note, effective_on };
        execute(&town.app, &town.caller, vec![Order::Employer { id: shop.0, command }]).await.unwrap();
        assert_eq!(conflicts(&town, YEAR_END).await, 2, "two again");
    }
}
