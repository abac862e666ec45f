//! Promise: who is not placed is asked of the classes that a school names, as of the day and as known then, without those
//! who are away or exempted.

use std::collections::BTreeSet;

use gradtrail::accounts::{Role, Scope};
use gradtrail::app::AppError;
use gradtrail::app::actions::Command;
use gradtrail::app::failure::Failure;
use gradtrail::app::request::Order;
use gradtrail::app::season::{PlanSeason, SeasonOrder, UndoSeason};
use gradtrail::app::target::TargetRefusal;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::exemption::{ExemptionCommand, ExemptionGround};
use gradtrail::domain::ids::{ClassName, PlacementId, StudentId};
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::season::SeasonRefusal;
use gradtrail::domain::terms::Standing;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::queue::waiting;
use gradtrail::refusal::Refusal;
use jiff::civil::{Date, date};

use crate::placements::{
    OURS, PERIOD, THEIRS, TODAY, arrangement, class, document, draft_of, execute, officer, principal, staff,
};
use crate::support::rosters::stand;
use crate::support::{Database, Town, school};

async fn not_placed(town: &Town, day: Date, known_at: i64) -> BTreeSet<StudentId> {
    let question = PlacementsAsOf { as_of: epoch_day(day), known_at, scope: Scope::City };
    let waiting = waiting(town.app.log().readers(), &question, List::NotPlaced).await.unwrap();
    waiting.into_iter().map(|waiting| waiting.student).collect()
}

async fn head(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

fn names(classes: &[&str]) -> Vec<ClassName> {
    classes.iter().map(|name| ClassName::parse(name).unwrap()).collect()
}

/// The plan of 2024 with these classes.
fn plan_of(classes: &[&str], on: Date) -> PlanSeason {
    let Period { first_day, last_day } = PERIOD;
    PlanSeason { year: 2024, school: None, class: names(classes), first_day, last_day, on: Some(on) }
}

fn planned(plan: PlanSeason) -> Command {
    Command::Season(SeasonOrder::Plan(plan))
}

/// Class 1: the first student is placed, the second on leave from 10 September to 1 October, the third exempted from 20
/// September, of the fourth nothing is known. Class 2 has one student, and nobody is placed.
#[tokio::test]
async fn who_is_not_placed_is_asked_of_the_classes_named_without_those_who_are_away_or_exempted() {
    for database in Database::both().await {
        let (town, host, class_1) = class(&database, 4).await;
        let class_2 = town.student(OURS, "2班", "学生", &document(60), None).await.id;
        let placed = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft_of(placed, class_1[0], arrangement(host))]).await.unwrap();
        for (standing, effective_on) in
            [(Standing::OnLeave, date(2023, 9, 10)), (Standing::Enrolled, date(2023, 10, 1))]
        {
            let order = stand(&town.app, class_1[1], standing, effective_on).await;
            execute(&town.app, &officer(), vec![order]).await.unwrap();
        }
        let before_exemption = head(&town).await;
        let (ground, evidence, note) = (ExemptionGround::Health, None, None);
        let effective_on = date(2023, 9, 20);
        let request = ExemptionCommand::Request { ground, evidence, note, effective_on };
        let grant = ExemptionCommand::Grant { effective_on };
        for (caller, command) in [(officer(), request), (principal(), grant)] {
            execute(&town.app, &caller, vec![Order::Exemption { student: class_1[2], command }]).await.unwrap();
        }
        let unplanned = head(&town).await;
        let of = |students: &[usize]| students.iter().map(|number| class_1[*number]).collect::<BTreeSet<_>>();
        let all = head(&town).await;
        for (day, known_at, expected) in [
            (date(2023, 9, 9), all, of(&[1, 2, 3])),
            (date(2023, 9, 10), all, of(&[2, 3])),
            (date(2023, 9, 20), all, of(&[3])),
            (date(2023, 9, 20), before_exemption, of(&[2, 3])),
            (date(2023, 10, 1), all, of(&[1, 3])),
        ] {
            assert_eq!(not_placed(&town, day, known_at).await, expected, "on {day} at {known_at}");
        }

        // The school names both classes; from 1 November on, the second only.
        let plan = |classes, on| {
            let (town, plan) = (&town, planned(plan_of(classes, on)));
            async move { town.app.run(&officer(), None, &plan).await.unwrap() }
        };
        plan(&["1班", "2班"], TODAY).await;
        let both = head(&town).await;
        plan(&["2班"], date(2023, 11, 1)).await;
        let october = date(2023, 10, 1);
        let with_2 = |students: &[usize]| of(students).into_iter().chain([class_2]).collect::<BTreeSet<_>>();
        let later = head(&town).await;
        for (day, known_at, expected) in [
            (october, unplanned, of(&[1, 3])),
            (october, both, with_2(&[1, 3])),
            (date(2023, 11, 1), both, with_2(&[1, 3])),
            (october, later, with_2(&[1, 3])),
            (date(2023, 11, 1), later, BTreeSet::from([class_2])),
            // Behind the last day of the plan there is none, and nobody is placed any more.
            (date(2024, 3, 1), later, BTreeSet::new()),
        ] {
            assert_eq!(not_placed(&town, day, known_at).await, expected, "on {day} at {known_at}");
        }
        let undo = UndoSeason { year: 2024, school: None, version: 2, reason: UndoReason::EntryError };
        town.app.run(&officer(), None, &Command::Season(SeasonOrder::Undo(undo))).await.unwrap();
        assert_eq!(not_placed(&town, date(2023, 11, 1), head(&town).await).await, with_2(&[1, 3]));
        assert_eq!(not_placed(&town, date(2023, 11, 1), later).await, BTreeSet::from([class_2]));
    }
}

#[tokio::test]
async fn a_plan_is_the_schools_own_and_names_classes_that_it_has() {
    for database in Database::both().await {
        let (town, ..) = class(&database, 1).await;
        town.add_school(THEIRS).await;
        let unknown = town.app.run(&officer(), None, &planned(plan_of(&["1班", "9班"], TODAY))).await;
        let Err(Failure::App(AppError::Season(refusal))) = unknown else { panic!("{unknown:?}") };
        assert_eq!(refusal, SeasonRefusal::ClassUnknown(names(&["9班"])));
        assert!(refusal.sentence().zh.contains("9班"), "{refusal}");
        let theirs = staff(3, Role::Officer, THEIRS);
        let ours = PlanSeason { school: Some(school(OURS)), ..plan_of(&["1班"], TODAY) };
        let foreign = town.app.run(&theirs, None, &planned(ours)).await;
        assert!(matches!(foreign, Err(Failure::Target(TargetRefusal::NoSuchSchool(_)))), "{foreign:?}");
        let (first_day, last_day) = (PERIOD.last_day, PERIOD.first_day);
        let turned = PlanSeason { first_day, last_day, ..plan_of(&["1班"], TODAY) };
        let refused = town.app.run(&officer(), None, &planned(turned)).await.unwrap_err();
        assert!(refused.to_string().contains("2023-09-01 早于开始日期 2024-02-29"), "{refused}");
    }
}
