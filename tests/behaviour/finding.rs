//! Promise: who is looked for is found by what is recorded now, whichever process recorded it, by whoever may see the person
//! and nobody else; and who was erased is found no more.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::App;
use gradtrail::app::actions::Question;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::reply::Reply;
use gradtrail::app::student::FindStudents;
use gradtrail::domain::ErasureReason;
use gradtrail::domain::ids::{ClassName, StaffId, StudentId};
use gradtrail::publication::lists::listing;
use gradtrail::text::lang::Lang;
use jiff::civil::date;
use uuid::Uuid;

use crate::placements::{OURS, THEIRS, class_looking_back, document, execute, officer};
use crate::support::rosters::move_to;
use crate::support::{Database, Town, ask, erase, school};

const HEADINGS: &str = "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,毕业日期";

/// A roster of these: school, name, number of the document, student number, class.
fn roster(students: &[(&str, &str, usize, &str, &str)]) -> String {
    let row = |(school, name, number, student_number, class): &(&str, &str, usize, &str, &str)| {
        format!("{school},{name},{},{student_number},700206,{class},毕业,2022-06-30\n", document(*number))
    };
    format!("{HEADINGS}\n{}", students.iter().map(row).collect::<String>())
}

async fn found(app: &App, caller: &Caller, text: &str) -> Vec<String> {
    let found = ask::students(app, caller, text).await.unwrap();
    found.into_iter().map(|found| found.student.name.unwrap_or_default()).collect()
}

async fn imported(town: &Town, database: &Database, files: &[(&str, &str)]) {
    for file in town.import(&database.write(files), ImportFiles::default()).await {
        assert_eq!(file.counts.rejected, 0, "{:?}", file.rejected);
    }
}

async fn town(database: &Database) -> Town {
    let town = Town::new(database).await;
    let schools = format!("学校代码,学校名称,类别\n{OURS},一中,公办\n{THEIRS},二中,民办\n");
    let students = roster(&[
        (OURS, "王雨桐", 1, "2022018801", "1班"),
        (OURS, "曾文静", 2, "2022018802", "2班"),
        (THEIRS, "王晨", 3, "2022018803", "1班"),
    ]);
    imported(&town, database, &[("schools.csv", &schools), ("roster.csv", &students)]).await;
    town
}

async fn id_of(town: &Town, text: &str) -> StudentId {
    ask::students(&town.app, &town.caller, text).await.unwrap().remove(0).id
}

#[tokio::test]
async fn somebody_is_found_by_a_part_of_the_name_by_its_sound_and_by_each_number() {
    for database in Database::both().await {
        let town = town(&database).await;
        let id = id_of(&town, "2022018801").await.0.simple().to_string();
        let end = &id[id.len() - 8..];
        let number = document(1);
        for text in ["王雨", "雨桐", "wyt", "wangyut", "2022018801", &number, end] {
            assert_eq!(found(&town.app, &officer(), text).await, ["王雨桐"], "{text}");
        }
        for text in ["zwj", "cengwenjing", "文静"] {
            assert_eq!(found(&town.app, &officer(), text).await, ["曾文静"], "{text}");
        }
        // Who sees all schools sees no name in full.
        assert_eq!(found(&town.app, &town.caller, "王").await, ["王**", "王*"]);
        for text in ["李", "w", "20220188", &number[..17]] {
            assert!(found(&town.app, &town.caller, text).await.is_empty(), "{text}");
        }
    }
}

#[tokio::test]
async fn what_another_process_recorded_is_found_and_whom_it_erased_is_not() {
    for database in Database::both().await {
        let town = town(&database).await;
        let beside = database.open().await;
        for app in [&town.app, &beside] {
            assert_eq!(found(app, &town.caller, "王").await, ["王**", "王*"]);
        }
        // A name is corrected, and somebody comes in.
        let corrected = roster(&[(OURS, "汪雨桐", 1, "2022018801", "1班"), (OURS, "王小明", 4, "2022018804", "2班")]);
        imported(&town, &database, &[("again.csv", &corrected)]).await;
        for app in [&beside, &town.app] {
            assert_eq!(found(app, &officer(), "王").await, ["王小明"]);
            assert_eq!(found(app, &officer(), "wyt").await, ["汪雨桐"]);
        }
        let student = id_of(&town, "2022018804").await;
        erase(&town.app, &town.caller, student, ErasureReason::Request).await.unwrap();
        beside.follow_names().await.unwrap();
        for app in [&town.app, &beside] {
            assert_eq!(found(app, &town.caller, "王").await, ["王*"]);
            assert!(found(app, &town.caller, "2022018804").await.is_empty());
            assert!(found(app, &town.caller, &document(4)).await.is_empty());
        }
    }
}

#[tokio::test]
async fn another_school_finds_nobody() {
    for database in Database::both().await {
        let town = town(&database).await;
        assert_eq!(found(&town.app, &officer(), "王").await, ["王雨桐"]);
        assert!(found(&town.app, &officer(), "2022018803").await.is_empty());
        assert!(found(&town.app, &officer(), &document(3)).await.is_empty());
    }
}

#[tokio::test]
async fn who_has_moved_is_found_by_the_other_class() {
    for database in Database::both().await {
        let (town, _, students) = class_looking_back(&database, 1).await;
        let class = |name: &str| {
            let scope = Scope::Class { school: school(OURS), class: ClassName::parse(name).unwrap() };
            Caller::operator_for(Staff { id: StaffId(Uuid::nil()), role: Role::ClassTeacher, scope }, "test")
        };
        assert_eq!(found(&town.app, &class("1班"), "xs").await, ["学生"]);
        assert!(found(&town.app, &class("2班"), "学").await.is_empty());
        let moved = move_to(&town.app, students[0], "2班", date(2023, 9, 1)).await;
        execute(&town.app, &officer(), vec![moved]).await.unwrap();
        assert!(found(&town.app, &class("1班"), "xs").await.is_empty());
        assert_eq!(found(&town.app, &class("2班"), "学").await, ["学生"]);
    }
}

#[tokio::test]
async fn of_all_schools_together_no_more_are_told_than_anybody_reads_and_it_says_how_many_more_there_are() {
    for database in Database::both().await {
        let town = town(&database).await;
        let many: Vec<(&str, String)> =
            (0..103).map(|number| ([OURS, THEIRS][number % 2], format!("2022{number:06}"))).collect();
        let rows: Vec<(&str, &str, usize, &str, &str)> = many
            .iter()
            .enumerate()
            .map(|(place, (school, number))| (*school, "欧阳晨", 100 + place, number.as_str(), "1班"))
            .collect();
        imported(&town, &database, &[("many.csv", &roster(&rows))]).await;
        let question = |school| Question::Students(FindStudents { text: "欧阳晨".to_owned(), school });
        for (school, told, left_off) in [(None, 100, 3), (Some(crate::support::school(OURS)), 52, 0)] {
            let question = question(school);
            let reply = town.app.ask(&town.caller, &question).await.unwrap();
            let said = listing(&question, &reply, Lang::Zh).unwrap();
            let Reply::Students(found) = reply else { panic!("students") };
            assert_eq!((found.students.len(), found.left_off), (told, left_off));
            assert_eq!(said.notes.iter().any(|note| note.contains("还有 3 人")), left_off > 0, "{:?}", said.notes);
        }
    }
}
