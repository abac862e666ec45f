//! Promise: what an annual report counts of internships is whoever was at work on any day of the year, once per stay and once
//! per person, and every number opens to masked names and the events that decide.

use std::collections::BTreeMap;

use gradtrail::accounts::{Role, Scope};
use gradtrail::app::actions::Command;
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::directory::{Alike, ListedUnit, UnitFilter};
use gradtrail::app::employer::{
    EmployerAnswer, EmployerOrder, EmployerSelector, MergeEmployer, ProfileFields, RegisterEmployer,
};
use gradtrail::app::failure::{Failure, InputRefusal};
use gradtrail::app::host::{HostOrder, ProposeHost};
use gradtrail::app::reply::Answer;
use gradtrail::app::request::Order;
use gradtrail::domain::employer::codes::Ownership;
use gradtrail::domain::employer::{EmployerCommand, EmployerProfile};
use gradtrail::domain::ids::{CreditCode, EmployerId, PlacementId};
use gradtrail::domain::placement::PlacementCommand;
use gradtrail::domain::placement::arrangement::{Arrangement, Period};
use gradtrail::domain::placement::codes::{EndReason, Initiator};
use gradtrail::domain::terms::Term;
use gradtrail::projections::placement_register::counts::{
    During, Measure, OpenedCount, PlacementCounts, PlacementDimension, behind, counts,
};
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use jiff::civil::{Date, date};

use crate::placement_register::at_work;
use crate::placements::{
    OURS, PERIOD, THEIRS, TODAY, arrangement, class, class_looking_back, employer, execute, officer, placement, staff,
};
use crate::support::{Database, Town, ask, school};

async fn end(town: &Town, id: PlacementId, initiator: Initiator, effective_on: Date) {
    let (reason, note) = (EndReason::Other, None);
    let command = PlacementCommand::EndEarly { initiator, reason, note, effective_on };
    execute(&town.app, &officer(), vec![placement(id, command)]).await.unwrap();
}

fn year(year: i16) -> During {
    During::Period(Period { first_day: date(year, 1, 1), last_day: date(year, 12, 31) })
}

/// Four students from 1 September 2023 to 29 February 2024. The first stays to the end. The second is sent away by the unit
/// on 1 December. The school takes the third back on 1 January: the last day at work is in 2023. The fourth leaves on 1
/// November and is from that day on at another unit, of which nobody has said whose it is.
/// 2023: 5 stays of 4 persons, one ended by each. 2024: 2 stays of 2 persons, none ended before its last day.
#[tokio::test]
async fn a_year_counts_each_stay_and_each_person_once_and_who_ended_it() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 4).await;
        let other = employer(&town.app, &town.caller).await;
        let profile = EmployerProfile { ownership: Some(Ownership::Private), ..EmployerProfile::default() };
        // Said after the year: it is what was never said otherwise.
        let command = EmployerCommand::RecordProfile { profile, effective_on: date(2024, 7, 1) };
        execute(&town.app, &officer(), vec![Order::Employer { id: host.0, command }]).await.unwrap();
        let mut stays = vec![];
        for student in &students {
            stays.push(at_work(&town, *student, arrangement(host)).await);
        }
        let before = town.app.log().head().await.unwrap().position();
        end(&town, stays[1], Initiator::Host, date(2023, 12, 1)).await;
        end(&town, stays[2], Initiator::School, date(2024, 1, 1)).await;
        end(&town, stays[3], Initiator::Student, date(2023, 11, 1)).await;
        let period = Period { first_day: date(2023, 11, 1), ..PERIOD };
        stays.push(at_work(&town, students[3], Arrangement { period, ..arrangement(other) }).await);

        let (readers, known_at) = (town.app.log().readers(), town.app.log().head().await.unwrap().position());
        let question = |known_at| PlacementsAsOf { as_of: 0, known_at, scope: Scope::School(school(OURS)) };
        let now = question(known_at);
        let ended = [Measure::EndedByStudent, Measure::EndedByHost, Measure::EndedBySchool];
        for (asked, during, numbers) in [
            (&now, year(2022), None),
            (&now, year(2023), Some((5, 4, [1, 1, 1]))),
            (&now, year(2024), Some((2, 2, [0, 0, 0]))),
            (&question(before), year(2023), Some((4, 4, [0, 0, 0]))),
        ] {
            let all = counts(readers, asked, during, PlacementDimension::All).await.unwrap().remove("all");
            let found = all.map(|all| {
                (all.of(Measure::Placements), all.of(Measure::Persons), ended.map(|measure| all.of(measure)))
            });
            assert_eq!(found, numbers, "{during:?}");
        }
        let numbers = |measure, parts: &BTreeMap<String, PlacementCounts>| {
            parts.iter().map(|(key, counts)| (key.clone(), counts.of(measure))).collect::<Vec<_>>()
        };
        let by_ownership = counts(readers, &now, year(2023), PlacementDimension::Ownership).await.unwrap();
        let expected = |own, unknown| [("not_recorded".to_owned(), unknown), ("private".to_owned(), own)];
        assert_eq!(numbers(Measure::Placements, &by_ownership), expected(4, 1));
        // The fourth counts as a person where the latest stay is.
        assert_eq!(numbers(Measure::Persons, &by_ownership), expected(3, 1));
        let by_end = counts(readers, &now, year(2023), PlacementDimension::EndedBy).await.unwrap();
        let expected = [("host", 1), ("not_ended", 2), ("school", 1), ("student", 1)];
        assert_eq!(numbers(Measure::Placements, &by_end), expected.map(|(key, count)| (key.to_owned(), count)));
        // The end is what decides, and is one of the log's events.
        let opened = OpenedCount { by: PlacementDimension::All, part: "all".to_owned(), measure: Measure::EndedByHost };
        let found = behind(readers, &now, year(2023), &opened).await.unwrap();
        assert_eq!(found.iter().map(|behind| behind.placement).collect::<Vec<_>>(), [stays[1]]);
        let deciding = town.app.log().events(found[0].end_position.unwrap() - 1, 1).await.unwrap().remove(0);
        assert_eq!((deciding.kind.as_str(), deciding.subject()), ("terminated_early", stays[1].0));
    }
}

fn asked() -> PlacementQuery {
    PlacementQuery { on: Some(date(2023, 10, 2)), ..PlacementQuery::default() }
}

#[tokio::test]
async fn the_app_opens_a_count_in_scope_with_names_masked_to_others_and_the_interns_of_others_as_a_bare_total() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 2).await;
        town.add_school(THEIRS).await;
        for student in &students {
            at_work(&town, *student, arrangement(host)).await;
        }
        let theirs = staff(3, Role::Officer, THEIRS);
        let opened = OpenedCount { by: PlacementDimension::All, part: "all".to_owned(), measure: Measure::Signed };
        for (caller, name) in [(officer(), "学生"), (town.caller.clone(), "学*")] {
            let found = ask::behind(&town.app, &caller, &asked(), &opened).await.unwrap();
            assert_eq!(
                found.iter().map(|hosted| hosted.named.name.as_deref()).collect::<Vec<_>>(),
                [Some(name), Some(name)]
            );
        }
        let nobody = ask::behind(&town.app, &theirs, &asked(), &opened).await;
        assert!(matches!(nobody, Err(Failure::Input(InputRefusal::NobodyToOpen(_)))), "{nobody:?}");
        let counted = ask::count_at_work(&town.app, &theirs, &asked(), Some(2023), PlacementDimension::All).await;
        assert!(counted.unwrap().is_empty());
        // Another school does not deal with the unit; that two are there it may know, for the rules on headcount.
        assert!(ask::units(&town.app, &theirs, &asked(), UnitFilter::Own).await.unwrap().is_empty());
        let interns = |listed: Vec<ListedUnit>| (listed[0].interns.own, listed[0].interns.total);
        assert_eq!(interns(ask::units(&town.app, &theirs, &asked(), UnitFilter::All).await.unwrap()), (0, 2));
        assert_eq!(interns(ask::units(&town.app, &officer(), &asked(), UnitFilter::Own).await.unwrap()), (2, 2));
        let days = Period { first_day: date(2023, 8, 31), last_day: PERIOD.first_day };
        let per_day = ask::interns(&town.app, &theirs, &asked(), host, days).await.unwrap();
        let per_day: Vec<_> = per_day.into_iter().map(|(day, interns)| (day, interns.own, interns.total)).collect();
        assert_eq!(per_day, [(date(2023, 8, 31), 0, 0), (date(2023, 9, 1), 0, 2)]);
    }
}

#[tokio::test]
async fn units_of_one_name_but_for_its_writing_are_proposed_to_who_deals_with_one_until_they_are_merged() {
    for database in Database::both().await {
        let (town, ..) = class(&database, 0).await;
        town.add_school(THEIRS).await;
        let register = |name: &str, code: Option<&str>| {
            let (name, code) = (name.to_owned(), code.map(|code| CreditCode::parse(code).unwrap()));
            let new = RegisterEmployer { name, code, profile: ProfileFields::default(), school: None };
            let (app, command) = (&town.app, Command::Employer(EmployerOrder::Register(new)));
            async move {
                match app.run(&officer(), None, &command).await.unwrap() {
                    Answer::Employer(EmployerAnswer::Registered(registration)) => registration.employer,
                    other => panic!("{other:?}"),
                }
            }
        };
        let coded = register("东方汽车服务有限公司", Some("91330700MA28A00001")).await;
        let written = register("东方　汽车服务（有限责任公司）", None).await;
        register("东方汽车修理有限公司", None).await;
        assert!(ask::duplicates(&town.app, &officer(), &asked()).await.unwrap().is_empty());
        let unit = EmployerSelector { employer: written.0.to_string(), school: None };
        let propose = HostOrder::Propose(ProposeHost { unit: unit.clone(), partner_since: None });
        town.app.run(&officer(), None, &Command::Host(propose)).await.unwrap();
        // What is so on the day: the host was proposed today, in July.
        let proposed = ask::duplicates(&town.app, &officer(), &asked()).await.unwrap();
        let found: Vec<(Alike, Vec<EmployerId>)> = proposed
            .iter()
            .map(|duplicates| (duplicates.alike, duplicates.units.iter().map(|unit| unit.unit.employer).collect()))
            .collect();
        assert_eq!(found, [(Alike::Name, vec![coded, written])]);
        assert!(ask::duplicates(&town.app, &staff(3, Role::Officer, THEIRS), &asked()).await.unwrap().is_empty());
        assert_eq!(ask::duplicates(&town.app, &town.caller, &asked()).await.unwrap(), proposed);
        let merge = EmployerOrder::Merge(MergeEmployer { unit, into: coded.0.to_string(), on: Some(TODAY) });
        town.app.run(&town.caller, None, &Command::Employer(merge)).await.unwrap();
        assert!(ask::duplicates(&town.app, &officer(), &asked()).await.unwrap().is_empty());
        let hosts = ask::hosts(&town.app, &officer(), &asked()).await.unwrap();
        assert_eq!((hosts[0].unit.as_str(), hosts[0].host.stage.zh()), ("东方汽车服务有限公司", "待核"));
    }
}
