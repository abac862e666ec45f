//! Promise: a merger of units loses no placement; once it is known, every question reads the units as one, and as known
//! before, every question answers as it did, to the byte.

use std::fmt::Write as _;

use gradtrail::accounts::Scope;
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::employer::{Employer, EmployerCommand};
use gradtrail::domain::host::HostCommand;
use gradtrail::domain::ids::{ClassName, EmployerId, HostId};
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::terms::Term;
use gradtrail::projections::employer_directory::{mergers, units};
use gradtrail::projections::host_register::hosts;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::{
    During, Measure, OpenedCount, PlacementDimension, behind, counts,
};
use gradtrail::projections::placement_register::interns::{interns_on_day, interns_per_day};
use gradtrail::projections::placement_register::packet_grid::packet_grid;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::queue::{queue, waiting};
use gradtrail::projections::placement_register::who_is_where::{ScopePart, placements, who_is_where};
use jiff::civil::{Date, date};

use crate::placement_register::at_work;
use crate::placements::{OURS, TODAY, arrangement, class_looking_back, employer, execute, officer};
use crate::support::{Database, Town, school};

const DAYS: [Date; 3] = [date(2023, 8, 31), date(2023, 10, 2), date(2024, 3, 1)];

/// What every question answers on some days, as known at a position.
async fn answers(town: &Town, employers: &[EmployerId], known_at: i64) -> String {
    let readers = town.app.log().readers();
    let (part, mut said) = (ScopePart::default(), String::new());
    for (day, scope) in DAYS.into_iter().flat_map(|day| [(day, Scope::City), (day, Scope::School(school(OURS)))]) {
        let question = PlacementsAsOf { as_of: epoch_day(day), known_at, scope };
        write!(said, "{:?}", who_is_where(readers, &question, &part).await.unwrap()).unwrap();
        write!(said, "{:?}", placements(readers, &question, &part).await.unwrap()).unwrap();
        let year = Period { first_day: date(2023, 1, 1), last_day: date(2023, 12, 31) };
        for during in [During::Day, During::Period(year)] {
            for by in PlacementDimension::ENTRIES.iter().map(|entry| entry.value) {
                let parts = counts(readers, &question, during, by).await.unwrap();
                for part in parts.keys() {
                    let opened = OpenedCount { by, part: part.clone(), measure: Measure::Placements };
                    write!(said, "{:?}", behind(readers, &question, during, &opened).await.unwrap()).unwrap();
                }
                write!(said, "{parts:?}").unwrap();
            }
        }
        for employer in employers {
            let there = ScopePart { host: Some(*employer), class: None };
            write!(said, "{:?}", who_is_where(readers, &question, &there).await.unwrap()).unwrap();
            let days = question.as_of..=question.as_of + 40;
            let per_day = interns_per_day(readers, *employer, days, known_at, &question.scope).await.unwrap();
            let on_day = interns_on_day(readers, &question).await.unwrap().get(employer).copied();
            write!(said, "{per_day:?}{on_day:?}").unwrap();
        }
        write!(said, "{:?}", units(readers, question.as_of, known_at).await.unwrap()).unwrap();
        write!(said, "{:?}", hosts(readers, question.as_of, known_at, &question.scope).await.unwrap()).unwrap();
        write!(said, "{:?}", queue(readers, &question).await.unwrap()).unwrap();
        for list in List::ENTRIES.iter().map(|entry| entry.value) {
            write!(said, "{:?}", waiting(readers, &question, list).await.unwrap()).unwrap();
        }
        let class = ClassName::parse("1班").unwrap();
        write!(said, "{:?}", packet_grid(readers, &question, &school(OURS), &class).await.unwrap()).unwrap();
    }
    said
}

fn merge(from: EmployerId, into: EmployerId) -> Vec<Order> {
    let command = EmployerCommand::Merge { into, effective_on: TODAY };
    vec![Order::Employer { id: from.0, command }]
}

#[tokio::test]
async fn a_merger_is_read_from_its_position_on_and_changes_no_earlier_answer() {
    for database in Database::both().await {
        // One student at each of three units, of which the first is also the school's host.
        let (town, first, students) = class_looking_back(&database, 3).await;
        let second = employer(&town.app, &town.caller).await;
        let third = employer(&town.app, &town.caller).await;
        let employers = [first, second, third];
        let propose = HostCommand::Propose { employer: first, partner_since: None, effective_on: TODAY };
        let proposed = Order::Host { host: HostId(town.app.new_id()), school: school(OURS), command: propose };
        execute(&town.app, &officer(), vec![proposed]).await.unwrap();
        for (student, host) in students.iter().zip(employers) {
            at_work(&town, *student, arrangement(host)).await;
        }
        let head = async || town.app.log().head().await.unwrap().position();
        let apart = head().await;
        let mut before = vec![];
        for known_at in (0..=apart).rev().step_by(9) {
            before.push((known_at, answers(&town, &employers, known_at).await));
        }
        // The first into the second, and then that into the third; then the latter merger was an error.
        execute(&town.app, &town.caller, merge(first, second)).await.unwrap();
        let two = head().await;
        execute(&town.app, &town.caller, merge(second, third)).await.unwrap();
        let chained = head().await;
        let version = town.app.load::<Employer>(second.0).await.unwrap().1;
        let undo = EmployerCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: TODAY };
        execute(&town.app, &town.caller, vec![Order::Employer { id: second.0, command: undo }]).await.unwrap();
        let undone = head().await;

        let readers = town.app.log().readers();
        for (known_at, expected) in [
            (apart, [first, second, third]),
            (two, [second, second, third]),
            (chained, [third, third, third]),
            (undone, [second, second, third]),
        ] {
            let question = PlacementsAsOf { as_of: epoch_day(DAYS[1]), known_at, scope: Scope::City };
            let known = mergers(readers, known_at).await.unwrap();
            assert_eq!(employers.map(|employer| known.unit(employer)), expected);
            let found = who_is_where(readers, &question, &ScopePart::default()).await.unwrap();
            let mut found: Vec<_> = found.iter().map(|at_work| (at_work.host, at_work.unit)).collect();
            found.sort_unstable();
            let mut recorded: Vec<_> = employers.into_iter().zip(expected).collect();
            recorded.sort_unstable();
            assert_eq!(found, recorded);
            let by_unit = counts(readers, &question, During::Day, PlacementDimension::Employer).await.unwrap();
            let interns = interns_on_day(readers, &question).await.unwrap();
            for unit in employers {
                let there = expected.iter().filter(|other| **other == unit).count();
                let count = i64::try_from(there).unwrap();
                assert_eq!(by_unit.get(&unit.0.to_string()).map_or(0, |part| part.of(Measure::Placements)), count);
                assert_eq!(interns.get(&unit).map_or(0, |interns| interns.total), count);
                // Who asks for a unit that was merged away is answered of the one that it is part of.
                let asked = ScopePart { host: Some(unit), class: None };
                let at_unit = expected.iter().filter(|other| **other == known.unit(unit)).count();
                assert_eq!(who_is_where(readers, &question, &asked).await.unwrap().len(), at_unit);
            }
            let host = hosts(readers, question.as_of, known_at, &question.scope).await.unwrap().remove(0);
            assert_eq!((host.employer, host.unit), (first, expected[0]));
            assert_eq!(units(readers, question.as_of, known_at).await.unwrap().len(), 3);
        }
        for (known_at, said) in before {
            assert!(answers(&town, &employers, known_at).await == said, "as known at {known_at}");
        }
    }
}
