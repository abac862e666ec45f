//! Promise: a file that comes again, filled in or after what it lacked is there, adds what is new and nothing twice.

use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::report::ReportQuery;
use gradtrail::domain::figures::populations::{DIRECT_EMPLOYMENT, EXAM_SAT};
use gradtrail::domain::import::RowCounts;
use sqlx::Row as _;

use crate::support::{Database, Town, a_year_later, ask};

const SCHOOLS: &str = "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n";
const ROSTER: &str = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
    33070001,张一,330702200703154510,700206,1班,毕业,2022-06-30\n\
    33070001,李二,330782200612310022,700206,1班,毕业,2022-06-30\n";
const ZHANG: &str = "33070001,张一,330702200703154510";
const LI: &str = "33070001,李二,330782200612310022";
const JOB: &str = "学校代码,姓名,证件号码,去向类型,单位名称,统一社会信用代码,就业日期";
const CODE: &str = "91330700MA28D0A134";
const OTHER_CODE: &str = "91330700MA28E4B206";

async fn one(town: &Town, database: &Database, lines: &[&str], options: &ImportFiles) -> Imported {
    let files = database.write(&[("file.csv", &(lines.join("\n") + "\n"))]);
    town.import(&files, options.clone()).await.remove(0)
}

/// Two graduates of a school.
async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    for text in [SCHOOLS, ROSTER] {
        one(&town, database, &[text.trim_end()], &ImportFiles::default()).await;
    }
    town
}

fn counts(new: u32, changed: u32, unchanged: u32, rejected: u32) -> RowCounts {
    RowCounts { new, changed, unchanged, held: 0, rejected }
}

async fn employers(database: &Database) -> i64 {
    let sql = "select count(*) from event where stream_type = 'employer' and version = 1";
    sqlx::query(sql).fetch_one(&mut database.raw().await).await.unwrap().get(0)
}

/// (persons in direct employment, persons of whom two things are claimed)
async fn employed_and_conflicts(town: &Town) -> (i64, usize) {
    let report = ask::report(&town.app, &town.caller, &ReportQuery::year(2022), &[]).await.unwrap();
    (report.counts.of(&DIRECT_EMPLOYMENT), report.conflicts)
}

fn ways() -> [ImportFiles; 2] {
    [ImportFiles::default(), ImportFiles { all_or_nothing: true, ..ImportFiles::default() }]
}

#[tokio::test]
async fn a_credit_code_filled_in_later_is_the_same_job_at_the_same_employer() {
    let without = format!("{ZHANG},企业,某厂,,2022-07-01");
    let with = format!("{ZHANG},企业,某厂,{CODE},2022-07-01");
    for options in ways() {
        for database in Database::both().await {
            let town = town(&database).await;
            for (row, expected) in [
                (&without, counts(1, 0, 0, 0)),
                (&with, counts(0, 0, 1, 0)),
                // Who leaves the code out again means the same one.
                (&format!("{without} "), counts(0, 0, 1, 0)),
            ] {
                assert_eq!(one(&town, &database, &[JOB, row], &options).await.counts, expected, "{row}");
            }
            assert_eq!((employers(&database).await, employed_and_conflicts(&town).await), (1, (1, 0)));
        }
    }
}

#[tokio::test]
async fn rows_of_one_file_with_and_without_the_code_name_one_employer_and_another_code_another() {
    let rows = [
        &format!("{ZHANG},企业,某厂,,2022-07-01"),
        &format!("{LI},企业,某厂,{CODE},2022-07-01"),
        &format!("{LI},企业,某厂,{OTHER_CODE},2022-08-01"),
    ];
    for options in ways() {
        for database in Database::both().await {
            let town = town(&database).await;
            let lines: Vec<&str> = std::iter::once(JOB).chain(rows.map(String::as_str)).collect();
            let imported = one(&town, &database, &lines, &options).await;
            assert_eq!(imported.counts, counts(3, 0, 0, 0), "{:?}", imported.rejected);
            assert_eq!((employers(&database).await, employed_and_conflicts(&town).await), (2, (2, 0)));
            town.app.log().verify(None, |_, _| ()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn rows_rejected_for_want_of_a_roster_go_in_when_the_file_comes_again_after_it() {
    let jobs = [JOB, &format!("{ZHANG},企业,某厂,,2022-07-01"), &format!("{LI},企业,某厂,,2022-07-01")];
    let (head, roster) = ROSTER.split_once('\n').unwrap();
    let (first, second) = roster.split_once('\n').unwrap();
    for database in Database::both().await {
        let town = Town::new(&database).await;
        one(&town, &database, &[SCHOOLS.trim_end()], &ImportFiles::default()).await;
        one(&town, &database, &[head, first], &ImportFiles::default()).await;
        let early = one(&town, &database, &jobs, &ImportFiles::default()).await;
        assert_eq!(early.counts, counts(1, 0, 0, 1));
        let as_before = one(&town, &database, &jobs, &ImportFiles::default()).await;
        assert!(matches!(as_before.recording, Recording::AlreadyImported(_)));
        assert_eq!(as_before.rejected.len(), 1, "and why is said again");
        one(&town, &database, &[head, second.trim_end()], &ImportFiles::default()).await;
        let again = one(&town, &database, &jobs, &ImportFiles::default()).await;
        assert_eq!(again.counts, counts(1, 0, 1, 0), "{:?}", again.rejected);
        assert!(matches!(again.recording, Recording::Recorded(_)));
        let third = one(&town, &database, &jobs, &ImportFiles::default()).await;
        assert!(matches!(third.recording, Recording::AlreadyImported(_)));
        assert_eq!(employed_and_conflicts(&town).await, (2, 0));
    }
}

/// What was corrected since by another file stays corrected.
#[tokio::test]
async fn rows_that_went_in_before_are_not_recorded_again_over_what_was_corrected_since() {
    let jobs = [
        &format!("{JOB},月薪"),
        &format!("{ZHANG},企业,某厂,,2022-07-01,4000"),
        "33070001,王三,330702200703154537,企业,某厂,,2022-07-01,4000",
    ];
    for database in Database::both().await {
        let town = town(&database).await;
        assert_eq!(one(&town, &database, &jobs, &ImportFiles::default()).await.counts, counts(1, 0, 0, 1));
        let corrected = [jobs[0], &format!("{ZHANG},企业,某厂,,2022-07-01,5500")];
        assert_eq!(one(&town, &database, &corrected, &ImportFiles::default()).await.counts, counts(0, 1, 0, 0));
        let (head, _) = ROSTER.split_once('\n').unwrap();
        let late = [head, "33070001,王三,330702200703154537,700206,1班,毕业,2022-06-30"];
        one(&town, &database, &late, &ImportFiles::default()).await;
        let again = one(&town, &database, &jobs, &ImportFiles::default()).await;
        assert_eq!(again.counts, counts(1, 0, 1, 0), "{:?}", again.rejected);
    }
}

#[tokio::test]
async fn who_is_said_not_to_have_sat_an_exam_that_is_recorded_is_named_with_what_to_do() {
    const EXAM: &str = "学校代码,姓名,证件号码,是否参考,上线情况";
    for database in Database::both().await {
        let town = town(&database).await;
        one(&town, &database, &[EXAM, &format!("{ZHANG},是,")], &ImportFiles::default()).await;
        let corrected =
            one(&town, &database, &[EXAM, &format!("{ZHANG},否,"), &format!("{LI},否,")], &ImportFiles::default())
                .await;
        assert_eq!(corrected.counts, counts(0, 0, 1, 1));
        assert!(
            corrected.rejected[0].faults[0].reason.to_string().contains("请在「操作」栏写「撤销」"),
            "{:?}",
            corrected.rejected
        );
        let report = ask::report(&town.app, &town.caller, &ReportQuery::year(2022), &[]).await.unwrap();
        assert_eq!(report.counts.of(&EXAM_SAT), 1);
    }
}

#[tokio::test]
async fn nobody_graduates_on_the_day_of_the_import_because_of_a_blank_in_the_day_s_cell() {
    for blank in [" ", "　", "\"\""] {
        let database = Database::sqlite();
        let town = Town::new(&database).await;
        one(&town, &database, &[SCHOOLS.trim_end()], &ImportFiles::default()).await;
        let (head, _) = ROSTER.split_once('\n').unwrap();
        let row = format!("{ZHANG},700206,1班,毕业,{blank}");
        let imported = one(&town, &database, &[head, &row], &ImportFiles::default()).await;
        assert_eq!(imported.counts, counts(0, 0, 0, 1), "「{blank}」");
        assert!(imported.rejected[0].faults[0].reason.to_string().contains("须填日期"));
    }
}

#[tokio::test]
async fn a_graduation_that_has_not_come_is_rejected_and_taken_once_it_has() {
    let roster =
        ROSTER.replace("李二,330782200612310022,700206,1班,毕业,2022", "李二,330782200612310022,700206,1班,毕业,2024");
    for options in ways() {
        for database in Database::both().await {
            let town = Town::new(&database).await; // It is the summer of 2023.
            one(&town, &database, &[SCHOOLS.trim_end()], &options).await;
            let sent = one(&town, &database, &[roster.trim_end()], &options).await;
            assert_eq!(sent.rejected.len(), 1);
            assert_eq!(sent.rejected[0].faults[0].reason.code(), "student.standing_ahead");
            assert_eq!(ask::latest_year(&town.app, &town.caller).await, (!options.all_or_nothing).then_some(2022));
            let later = Town::at(&database, a_year_later).await;
            let sent = one(&later, &database, &[roster.trim_end()], &options).await;
            assert_eq!((sent.counts.new, sent.counts.rejected), (if options.all_or_nothing { 2 } else { 1 }, 0));
            assert_eq!(ask::latest_year(&later.app, &later.caller).await, Some(2024));
        }
    }
}
