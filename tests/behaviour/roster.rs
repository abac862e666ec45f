//! Promise: each student of a school is told by exactly one step of the internship, as of any day and as known at any
//! position; and one student's file has everything that the asker may see, and nothing else.

use std::collections::HashMap;

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::request::Order;
use gradtrail::app::roster::ListStudents;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::exemption::{ExemptionCommand, ExemptionGround};
use gradtrail::domain::ids::{ClassName, PlacementId, StaffId, StudentId};
use gradtrail::domain::placement::PlacementCommand;
use gradtrail::domain::placement::codes::EndReason;
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::roster::Progress;
use gradtrail::refusal::Refusal as _;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::placement_register::at_work;
use crate::placements::{
    OURS, PERIOD, THEIRS, arrangement, class_looking_back, draft, execute, officer, placement as placement_order,
    principal, staff, submit,
};
use crate::support::rosters::move_to;
use crate::support::{Database, Town, ask, school};

const AUGUST: Date = date(2023, 8, 15);
const OCTOBER: Date = date(2023, 10, 1);
const AFTERWARDS: Date = date(2024, 3, 15);

async fn head(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

fn asked(on: Date, known_at: i64) -> ListStudents {
    let query = PlacementQuery {
        on: Some(on),
        known_at: KnownAt::Position(known_at),
        school: Some(school(OURS)),
        class: ClassName::parse("1班").ok(),
    };
    ListStudents { query, ..ListStudents::default() }
}

async fn steps(town: &Town, on: Date, known_at: i64) -> HashMap<StudentId, Progress> {
    let roster = ask::roster(&town.app, &officer(), asked(on, known_at)).await.unwrap();
    let told = roster.counts.progress.values().sum::<usize>();
    assert_eq!((told, roster.counts.students), (roster.students.len(), roster.students.len()), "each in one step");
    roster.students.into_iter().map(|student| (student.of.student, student.of.progress)).collect()
}

#[tokio::test]
async fn each_student_is_in_one_step_on_every_day_and_as_it_was_known() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 3).await;
        let before = head(&town).await;
        // The first is at work from 1 September to 29 February, the second waits for approval, the third has nothing.
        at_work(&town, students[0], arrangement(host)).await;
        let second = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft(second, students[1], host), submit(second)]).await.unwrap();
        let after = head(&town).await;
        for (on, known_at, expected) in [
            (OCTOBER, before, [Progress::NotDue; 3]),
            (AUGUST, after, [Progress::Ready, Progress::InPreparation, Progress::NotPlaced]),
            (OCTOBER, after, [Progress::AtWork, Progress::InPreparation, Progress::NotPlaced]),
            // On the last day still, on the next no more.
            (PERIOD.last_day, after, [Progress::AtWork, Progress::InPreparation, Progress::NotPlaced]),
        ] {
            let steps = steps(&town, on, known_at).await;
            assert_eq!(students.iter().map(|student| steps[student]).collect::<Vec<_>>(), expected, "{on}");
        }
        let over = steps(&town, AFTERWARDS, after).await;
        assert_ne!(over[&students[0]], Progress::AtWork);
        assert_ne!(over[&students[1]], Progress::InPreparation, "the days of the draft are over");
    }
}

#[tokio::test]
async fn a_list_names_whom_the_queue_counts_and_a_step_whom_the_class_counts() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 3).await;
        at_work(&town, students[0], arrangement(host)).await;
        let known_at = head(&town).await;
        let query = asked(OCTOBER, known_at).query;
        for (list, count) in ask::queue(&town.app, &officer(), &query).await.unwrap() {
            let named = ListStudents { list: Some(list), ..asked(OCTOBER, known_at) };
            let roster = ask::roster(&town.app, &officer(), named).await.unwrap();
            assert_eq!(i64::try_from(roster.students.len()).unwrap(), count, "{list:?}");
        }
        // Of the coming week as many are listed as begin on the day, and lack signatures.
        let eve = PERIOD.first_day.yesterday().unwrap();
        let week = ask::classes(&town.app, &officer(), asked(eve, known_at).query).await.unwrap().starts;
        assert_eq!(week.keys().copied().collect::<Vec<_>>(), [PERIOD.first_day]);
        for (day, (begun, unsigned)) in week {
            for (list, count) in [(None, begun), (Some(List::Unsigned), unsigned)] {
                let named = ListStudents { list, starts: Some(day), ..asked(eve, known_at) };
                let roster = ask::roster(&town.app, &officer(), named).await.unwrap();
                assert_eq!(roster.students.len(), count, "{list:?}");
            }
        }
        let classes = ask::classes(&town.app, &officer(), query).await.unwrap().classes;
        let [class] = classes.as_slice() else { panic!("{classes:?}") };
        let counted =
            (class.students, class.of(Progress::AtWork), class.of(Progress::NotPlaced), class.on(List::NotPlaced));
        assert_eq!((counted, class.is_final), ((3, 1, 2, 2), true));
        let at_work = ListStudents { progress: Some(Progress::AtWork), ..asked(OCTOBER, known_at) };
        let roster = ask::roster(&town.app, &officer(), at_work).await.unwrap();
        assert_eq!(roster.students.iter().map(|one| one.of.student).collect::<Vec<_>>(), [students[0]]);
        let papers = &roster.students[0].papers;
        assert!(papers.len() == 5 && papers.iter().all(|paper| paper.state.is_signed() && paper.lacking.is_empty()));
    }
}

#[tokio::test]
async fn the_pages_of_a_list_are_the_list() {
    for database in Database::both().await {
        let (town, _, students) = class_looking_back(&database, 7).await;
        // Two classes, so that a page begins in one and ends in the other.
        for student in &students[..3] {
            let moved = move_to(&town.app, *student, "2班", date(2023, 9, 1)).await;
            execute(&town.app, &officer(), vec![moved]).await.unwrap();
        }
        let ids = async |places| {
            let roster = ask::roster(&town.app, &officer(), ListStudents { places, ..ListStudents::default() }).await;
            let roster = roster.unwrap();
            assert_eq!(roster.found, 7);
            roster.students.into_iter().map(|one| one.of.student).collect::<Vec<_>>()
        };
        let whole = ids(None).await;
        let pages = [ids(Some(0..3)).await, ids(Some(3..6)).await, ids(Some(6..9)).await];
        assert_eq!(pages.each_ref().map(Vec::len), [3, 3, 1]);
        assert_eq!(pages.concat(), whole);
        assert!(ids(Some(9..12)).await.is_empty());
    }
}

#[tokio::test]
async fn another_school_sees_nobody_and_a_mentor_the_own_interns() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 2).await;
        town.add_school(THEIRS).await;
        at_work(&town, students[0], arrangement(host)).await;
        let everybody = ListStudents::default();
        let foreign = staff(3, Role::Officer, THEIRS);
        assert!(ask::roster(&town.app, &foreign, everybody.clone()).await.unwrap().students.is_empty());
        let unseen = ask::student_file(&town.app, &foreign, &students[0].0.to_string()).await.unwrap_err();
        assert_eq!(unseen.code(), "target.no_such_student");
        // The arrangement names member 9 as the school's teacher.
        let mentor = Staff { id: StaffId(Uuid::from_u128(9)), role: Role::Mentor, scope: Scope::School(school(OURS)) };
        let mentor = Caller::operator_for(mentor, "test");
        let query = PlacementQuery { on: Some(OCTOBER), ..PlacementQuery::default() };
        let own = ask::roster(&town.app, &mentor, ListStudents { query, ..everybody }).await.unwrap();
        assert_eq!(own.students.iter().map(|one| one.of.student).collect::<Vec<_>>(), [students[0]]);
        assert_eq!(own.counts.students, 1);
    }
}

#[tokio::test]
async fn a_student_s_file_has_the_placements_and_the_history_of_both_newest_first() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 1).await;
        let placement = at_work(&town, students[0], arrangement(host)).await;
        let file = ask::student_file(&town.app, &officer(), &students[0].0.to_string()).await.unwrap();
        assert_eq!(file.placements.iter().map(|shown| shown.id).collect::<Vec<_>>(), [placement]);
        assert!(file.statements.is_some_and(|said| said.statements.is_empty()));
        let positions: Vec<i64> = file.history.iter().map(|listed| listed.recorded.position).collect();
        assert!(positions.is_sorted_by(|newer, older| newer > older), "{positions:?}");
        let known = ask::history(&town.app, &officer(), students[0].0).await.unwrap().len();
        let of_placement = ask::history(&town.app, &officer(), placement.0).await.unwrap().len();
        assert_eq!(positions.len(), known + of_placement);
        assert_eq!(epoch_day(file.on), epoch_day(town.app.today()));
    }
}

/// The version of the latest event of a placement.
async fn latest(town: &Town, placement: PlacementId) -> u64 {
    let events = ask::history(&town.app, &officer(), placement.0).await.unwrap();
    let versions = events.iter().filter(|event| &*event.stream_type == "placement").map(|event| event.version);
    u64::try_from(versions.max().unwrap()).unwrap()
}

#[tokio::test]
async fn a_step_that_is_undone_is_the_one_before_and_done_again_the_same_and_is_still_known_as_it_was() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 3).await;
        // The third is at work, so that the class is to be placed whatever becomes of the others.
        at_work(&town, students[2], arrangement(host)).await;
        let [arrived, drafted] = [at_work(&town, students[0], arrangement(host)).await, PlacementId(town.app.new_id())];
        execute(&town.app, &officer(), vec![draft(drafted, students[1], host)]).await.unwrap();
        let mut known = vec![(head(&town).await, [Progress::AtWork, Progress::InPreparation])];
        let effective_on = PERIOD.first_day;
        for (placement, version) in [(arrived, latest(&town, arrived).await), (drafted, latest(&town, drafted).await)] {
            let undo = PlacementCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on };
            execute(&town.app, &officer(), vec![placement_order(placement, undo)]).await.unwrap();
        }
        known.push((head(&town).await, [Progress::Ready, Progress::NotPlaced]));
        let again = placement_order(arrived, PlacementCommand::ConfirmArrival { effective_on });
        let drafted = draft(PlacementId(town.app.new_id()), students[1], host);
        execute(&town.app, &officer(), vec![again, drafted]).await.unwrap();
        known.push((head(&town).await, [Progress::AtWork, Progress::InPreparation]));
        for (known_at, expected) in known {
            let steps = steps(&town, OCTOBER, known_at).await;
            assert_eq!([steps[&students[0]], steps[&students[1]]], expected, "known at {known_at}");
            let list = ListStudents { list: Some(List::NotArrived), ..asked(OCTOBER, known_at) };
            let late = ask::roster(&town.app, &officer(), list).await.unwrap().students;
            assert_eq!(late.len(), usize::from(expected[0] == Progress::Ready), "who has not arrived at {known_at}");
        }
    }
}

/// Whether class 1 is to be placed as the classes say it, and how many of it the list of those not placed names.
async fn is_final(town: &Town, on: Date, known_at: i64) -> (bool, usize) {
    let classes = ask::classes(&town.app, &officer(), asked(on, known_at).query).await.unwrap().classes;
    let roster = ask::roster(&town.app, &officer(), asked(on, known_at)).await.unwrap();
    assert!(roster.students.iter().all(|one| one.of.is_final == classes[0].is_final));
    (classes[0].is_final, classes[0].on(List::NotPlaced))
}

#[tokio::test]
async fn without_a_plan_a_class_is_to_be_placed_while_one_of_it_is_placed_who_has_to_be() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 2).await;
        let nothing = head(&town).await;
        let first = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft(first, students[0], host)]).await.unwrap();
        let placed = head(&town).await;
        // From 20 September on the only one who is placed is exempted.
        let effective_on = date(2023, 9, 20);
        let (ground, evidence, note) = (ExemptionGround::Health, None, None);
        let request = ExemptionCommand::Request { ground, evidence, note, effective_on };
        for (caller, command) in [(officer(), request), (principal(), ExemptionCommand::Grant { effective_on })] {
            execute(&town.app, &caller, vec![Order::Exemption { student: students[0], command }]).await.unwrap();
        }
        let exempted = head(&town).await;
        // What was arranged for the second comes to nothing.
        let second = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft(second, students[1], host)]).await.unwrap();
        let both = head(&town).await;
        let (reason, note, effective_on) = (EndReason::EntryError, None, date(2023, 9, 25));
        let cancel = PlacementCommand::Cancel { reason, note, effective_on };
        execute(&town.app, &officer(), vec![placement_order(second, cancel)]).await.unwrap();
        let cancelled = head(&town).await;
        for (on, known_at, expected) in [
            (OCTOBER, nothing, (false, 0)),
            (OCTOBER, placed, (true, 1)),
            (AUGUST, exempted, (true, 1)),
            (OCTOBER, exempted, (false, 0)),
            (OCTOBER, both, (true, 0)),
            (OCTOBER, cancelled, (false, 0)),
            // The days are over.
            (AFTERWARDS, both, (false, 0)),
        ] {
            assert_eq!(is_final(&town, on, known_at).await, expected, "on {on} at {known_at}");
        }
    }
}
