//! Promise: in which class and standing a student is on a day is asked of that day, as known at any position; a later
//! change rewrites neither earlier days nor what was known.

use gradtrail::accounts::Scope;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::report::ReportQuery;
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::figures::populations::GRADUATES;
use gradtrail::domain::ids::{ClassName, PlacementId};
use gradtrail::domain::placement::arrangement::{Arrangement, Period};
use gradtrail::domain::student::StudentCommand;
use gradtrail::domain::terms::Standing;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::{During, PlacementDimension, counts};
use gradtrail::projections::placement_register::packet_grid::packet_grid;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::queue::{queue, waiting};
use gradtrail::projections::placement_register::who_is_where::{ScopePart, placements, who_is_where};
use gradtrail::refusal::Refusal as _;
use jiff::civil::{Date, date};

use crate::placement_register::at_work;
use crate::placements::{OURS, arrangement, class_looking_back, document, draft_of, execute, officer};
use crate::support::rosters::{batch_of, move_to, stand};
use crate::support::{Database, Town, ask, school, undo};

/// The stay begins on 1 September 2023.
const OCTOBER: Date = date(2023, 10, 15);
const NOVEMBER: Date = date(2023, 11, 15);

fn class(name: &str) -> ClassName {
    ClassName::parse(name).unwrap()
}

async fn head(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

fn on(day: Date, known_at: i64) -> PlacementsAsOf {
    PlacementsAsOf { as_of: epoch_day(day), known_at, scope: Scope::City }
}

async fn record(town: &Town, order: Order) {
    execute(&town.app, &officer(), vec![order]).await.unwrap();
}

/// In which class lists, counts and the grid have the one student at work.
async fn classes(town: &Town, question: &PlacementsAsOf) -> Vec<String> {
    let readers = town.app.log().readers();
    let everything = ScopePart::default();
    let mut classes = vec![
        who_is_where(readers, question, &everything).await.unwrap().remove(0).class,
        placements(readers, question, &everything).await.unwrap().remove(0).class,
    ];
    let parts = counts(readers, question, During::Day, PlacementDimension::Class).await.unwrap();
    classes.extend(parts.into_keys().map(|key| key.split_once('/').unwrap().1.to_owned()));
    for name in ["1班", "2班"] {
        let packets = packet_grid(readers, question, &school(OURS), &class(name)).await.unwrap();
        classes.extend(packets.iter().map(|_| name.to_owned()));
    }
    classes
}

#[tokio::test]
async fn a_change_of_class_leaves_earlier_days_and_what_was_known_their_class() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 1).await;
        at_work(&town, students[0], arrangement(host)).await;
        let before = head(&town).await;
        let to_class_2 = move_to(&town.app, students[0], "2班", date(2023, 11, 1)).await;
        record(&town, to_class_2).await;
        let after = head(&town).await;
        for (day, known_at, name) in
            [(OCTOBER, before, "1班"), (NOVEMBER, before, "1班"), (OCTOBER, after, "1班"), (NOVEMBER, after, "2班")]
        {
            assert_eq!(classes(&town, &on(day, known_at)).await, vec![name; 4], "{day} at {known_at}");
        }
        let (batch, reason) = (batch_of(&town.app, students[0], 1).await, UndoReason::EntryError);
        let command = StudentCommand::UndoBatch { batch, reason, also: vec![], effective_on: NOVEMBER };
        record(&town, Order::Student { student: students[0], command }).await;
        assert_eq!(classes(&town, &on(NOVEMBER, head(&town).await)).await, vec!["1班"; 4]);
        assert_eq!(classes(&town, &on(NOVEMBER, after)).await, vec!["2班"; 4]);
        record(&town, move_to(&town.app, students[0], "2班", date(2023, 11, 1)).await).await;
        assert_eq!(classes(&town, &on(NOVEMBER, head(&town).await)).await, vec!["2班"; 4]);
        town.app.log().verify(None, |_, _| ()).await.unwrap();
    }
}

#[tokio::test]
async fn who_is_at_work_though_on_leave_waits_on_a_list_from_that_day_until_the_return() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 2).await;
        for student in &students {
            at_work(&town, *student, arrangement(host)).await;
        }
        let before = head(&town).await;
        let standing = async |standing, on| record(&town, stand(&town.app, students[0], standing, on).await).await;
        standing(Standing::OnLeave, date(2023, 11, 1)).await;
        let after = head(&town).await;
        let listed = async |question: PlacementsAsOf| {
            let readers = town.app.log().readers();
            let waiting = waiting(readers, &question, List::NotEnrolled).await.unwrap();
            let counted = queue(readers, &question).await.unwrap();
            let count = counted.iter().find(|(list, _)| *list == List::NotEnrolled).unwrap().1;
            assert_eq!(usize::try_from(count).unwrap(), waiting.len());
            waiting.iter().map(|waiting| waiting.student).collect::<Vec<_>>()
        };
        assert_eq!(listed(on(OCTOBER, after)).await, []);
        assert_eq!(listed(on(NOVEMBER, before)).await, []);
        assert_eq!(listed(on(NOVEMBER, after)).await, [students[0]]);
        let theirs = PlacementsAsOf { scope: Scope::School(school("33079999")), ..on(NOVEMBER, after) };
        assert_eq!(listed(theirs).await, []);
        standing(Standing::Enrolled, date(2023, 11, 20)).await;
        let back = head(&town).await;
        assert_eq!(listed(on(NOVEMBER, back)).await, [students[0]]);
        assert_eq!(listed(on(date(2023, 11, 20), back)).await, []);
    }
}

#[tokio::test]
async fn a_roster_that_sends_somebody_on_leave_from_work_says_so() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 2).await;
        at_work(&town, students[0], arrangement(host)).await;
        let row = |number| format!("{OURS},学生,{},700206,1班,休学,2023-11-01", document(number));
        let roster = ["学校代码,姓名,证件号码,专业代码,班级,学籍状态,状态日期".to_owned(), row(0), row(1)].join("\n");
        let files = database.write(&[("名册.csv", &roster)]);
        let imported = town.import(&files, ImportFiles::default()).await.remove(0);
        assert_eq!((imported.counts.changed, imported.counts.rejected), (2, 0), "{imported:?}");
        let said: Vec<_> = imported.warnings.iter().map(|(_, row, fault)| (*row, fault.reason.code())).collect();
        assert_eq!(said, [(2, "import_row.still_at_work")]);
    }
}

#[tokio::test]
async fn a_stay_inside_a_leave_that_is_over_is_refused_and_one_behind_it_is_not() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 1).await;
        let standing = async |standing, on| record(&town, stand(&town.app, students[0], standing, on).await).await;
        standing(Standing::OnLeave, date(2023, 3, 1)).await;
        standing(Standing::Enrolled, date(2023, 7, 1)).await;
        // An older standing fills the history; the student stays back.
        standing(Standing::OnLeave, date(2023, 5, 1)).await;
        let draft = async |first_day, last_day| {
            let period = Period { first_day, last_day };
            let order =
                draft_of(PlacementId(town.app.new_id()), students[0], Arrangement { period, ..arrangement(host) });
            execute(&town.app, &officer(), vec![order]).await.map(|_| ()).map_err(|refused| refused.code())
        };
        assert_eq!(draft(date(2023, 4, 1), date(2023, 8, 31)).await, Err("placement.not_enrolled"));
        assert_eq!(draft(date(2023, 7, 1), date(2023, 12, 31)).await, Ok(()));
    }
}

/// A roster of the one graduate of 2022-06-30.
async fn import(town: &Town, database: &Database, name: &str, standing: &str, operation: &str) -> Imported {
    let head = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,状态日期,操作";
    // No two files are the same bytes.
    let roster = format!("{name}\n{head}\n33070001,张三,330702200403150016,700206,1班,{standing},{operation}");
    town.import(&database.write(&[(name, &roster)]), ImportFiles::default()).await.remove(0)
}

async fn graduates(town: &Town, year: i16, as_of: Date) -> i64 {
    let asked = ReportQuery { as_of: Some(as_of), ..ReportQuery::year(year) };
    ask::report(&town.app, &town.caller, &asked, &[]).await.unwrap().counts.of(&GRADUATES)
}

fn why(imported: &Imported) -> Vec<&'static str> {
    imported.rejected.iter().flat_map(|row| &row.faults).map(|fault| fault.reason.code()).collect()
}

#[tokio::test]
async fn who_died_after_the_graduation_is_a_graduate_until_that_day() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        town.graduate("33070001", "张三", "330702200403150016").await;
        let died = import(&town, &database, "身故.csv", "身故,2022-11-01", "").await;
        assert_eq!((died.counts.changed, why(&died)), (1, vec![]));
        assert_eq!(graduates(&town, 2022, date(2022, 10, 31)).await, 1);
        assert_eq!(graduates(&town, 2022, date(2022, 11, 1)).await, 0);
        // The roster from before says nothing new.
        let before = import(&town, &database, "之前.csv", "毕业,2022-06-30", "").await;
        assert_eq!((before.counts.unchanged, why(&before)), (1, vec![]));
        assert_eq!(graduates(&town, 2022, date(2022, 12, 31)).await, 0);
        // There was no death, and there was one after all: each says that it corrects.
        let alive = import(&town, &database, "健在.csv", "毕业,2022-06-30", "更正").await;
        assert_eq!((alive.counts.changed, why(&alive)), (1, vec![]));
        assert_eq!(graduates(&town, 2022, date(2022, 12, 31)).await, 1);
        let Recording::Recorded(batch) = alive.recording else { panic!("{alive:?}") };
        undo(&town.app, &town.caller, batch, UndoReason::WrongFile).await.unwrap();
        assert_eq!(graduates(&town, 2022, date(2022, 12, 31)).await, 0);
        let Recording::Recorded(batch) = died.recording else { panic!("{died:?}") };
        undo(&town.app, &town.caller, batch, UndoReason::WrongFile).await.unwrap();
        assert_eq!(graduates(&town, 2022, date(2022, 12, 31)).await, 1);
    }
}

#[tokio::test]
async fn an_older_roster_undoes_no_graduation_and_a_correction_has_to_say_that_it_is_one() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        town.graduate("33070001", "张三", "330702200403150016").await;
        let known = async |standing: &str| import(&town, &database, "旧.csv", standing, "").await;
        // Enrolled and on leave before the graduation; without a day; on another day.
        let enrolled = known("在籍,2019-09-01").await;
        assert_eq!((enrolled.counts.changed, why(&enrolled)), (1, vec![]));
        let on_leave = known("休学,2021-03-01").await;
        assert_eq!((on_leave.counts.changed, why(&on_leave)), (1, vec![]));
        assert_eq!(why(&known("在籍,").await), ["student.already_left"]);
        for standing in ["休学,2022-09-01", "毕业,2023-01-10", "退学,2022-05-01"] {
            let held = known(standing).await;
            assert_eq!((held.counts.held, why(&held)), (1, vec![]), "{standing}");
            let said: Vec<_> = held.warnings.iter().map(|(_, _, fault)| fault.reason.code()).collect();
            assert_eq!(said, ["import_row.held_by_leaving"]);
        }
        assert_eq!(graduates(&town, 2022, date(2022, 12, 31)).await, 1);
        let corrected = import(&town, &database, "更正.csv", "毕业,2023-01-10", "更正").await;
        assert_eq!((corrected.counts.changed, why(&corrected)), (1, vec![]));
        let said: Vec<_> = corrected.warnings.iter().map(|(_, _, fault)| fault.reason.code()).collect();
        assert_eq!(said, ["import_row.moves_cohort"]);
        assert_eq!(graduates(&town, 2022, date(2022, 12, 31)).await, 0);
        assert_eq!(graduates(&town, 2023, date(2023, 12, 31)).await, 1);
    }
}

#[tokio::test]
async fn who_comes_back_from_a_leave_comes_back_on_a_day() {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school("33070001").await;
    import(&town, &database, "名册.csv", "在籍,", "").await;
    import(&town, &database, "休学.csv", "休学,2021-03-01", "").await;
    assert_eq!(why(&import(&town, &database, "复学.csv", "在籍,", "").await), ["student.standing_without_day"]);
    let back = import(&town, &database, "复学日.csv", "在籍,2021-09-01", "").await;
    assert_eq!((back.counts.changed, why(&back)), (1, vec![]));
}
