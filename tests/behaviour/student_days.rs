//! Promise: in which class and standing a student is on a day is asked of that day, as known at any position; a later
//! change rewrites neither earlier days nor what was known.

use gradtrail::accounts::Scope;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::ids::{ClassName, PlacementId, StudentId};
use gradtrail::domain::placement::arrangement::{Arrangement, Period};
use gradtrail::domain::student::{Student, StudentCommand};
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
use crate::support::{Database, Town, school};

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

async fn record(town: &Town, student: StudentId, command: StudentCommand) {
    execute(&town.app, &officer(), vec![Order::Student { student, command }]).await.unwrap();
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
        let move_to = |name| StudentCommand::ChangeClass { class: class(name), effective_on: date(2023, 11, 1) };
        record(&town, students[0], move_to("2班")).await;
        let after = head(&town).await;
        for (day, known_at, name) in
            [(OCTOBER, before, "1班"), (NOVEMBER, before, "1班"), (OCTOBER, after, "1班"), (NOVEMBER, after, "2班")]
        {
            assert_eq!(classes(&town, &on(day, known_at)).await, vec![name; 4], "{day} at {known_at}");
        }
        let version = town.app.load::<Student>(students[0].0).await.unwrap().1;
        let undo = StudentCommand::Undo { version, reason: UndoReason::EntryError, effective_on: NOVEMBER };
        record(&town, students[0], undo).await;
        assert_eq!(classes(&town, &on(NOVEMBER, head(&town).await)).await, vec!["1班"; 4]);
        assert_eq!(classes(&town, &on(NOVEMBER, after)).await, vec!["2班"; 4]);
        record(&town, students[0], move_to("2班")).await;
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
        let standing = |standing, effective_on| StudentCommand::RecordStanding { standing, effective_on };
        record(&town, students[0], standing(Standing::OnLeave, date(2023, 11, 1))).await;
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
        record(&town, students[0], standing(Standing::Enrolled, date(2023, 11, 20))).await;
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
        let standing = |standing, effective_on| StudentCommand::RecordStanding { standing, effective_on };
        record(&town, students[0], standing(Standing::OnLeave, date(2023, 3, 1))).await;
        record(&town, students[0], standing(Standing::Enrolled, date(2023, 7, 1))).await;
        // An older standing fills the history; the student stays back.
        record(&town, students[0], standing(Standing::OnLeave, date(2023, 5, 1))).await;
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
