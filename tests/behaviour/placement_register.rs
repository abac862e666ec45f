//! Promise: who was where on any day, as known at any position; counts whose parts add up, lists as long as their
//! counts; and a school sees its own only.

use gradtrail::accounts::{Role, Scope};
use gradtrail::app::request::Order;
use gradtrail::domain::agreement::codes::{DocumentState, VersionState};
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::ids::{ClassName, EmployerId, PlacementId, SealedRevision, StaffId, StudentId};
use gradtrail::domain::placement::PlacementCommand;
use gradtrail::domain::placement::arrangement::{Arrangement, ArrangementChange, Changed, Period, Site};
use gradtrail::domain::placement::codes::{
    ChangeReason, DocumentKind, EndReason, HostSource, InternshipKind, Region, SiteKind,
};
use gradtrail::domain::placement::stay::PlacementStatus;
use gradtrail::domain::terms::{SpecialtyMatch, Term};
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::{
    During, Measure, PlacementCounts, PlacementDimension, counts,
};
use gradtrail::projections::placement_register::interns::interns_per_day;
use gradtrail::projections::placement_register::packet_grid::packet_grid;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::queue::{queue, waiting};
use gradtrail::projections::placement_register::who_is_where::{ScopePart, placements, who_is_where};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::placements::{
    OURS, PERIOD, THEIRS, TODAY, approve, arrangement, class_looking_back, confirm_readiness, document, draft_of,
    employer, evaluate, execute, officer, placement, principal, signed_packet, staff, submit,
};
use crate::support::{Database, Town, school};

/// The day on which the student goes to another unit.
const MOVED: Date = date(2023, 10, 10);

fn known_as_of(day: Date, known_at: i64, scope: Scope) -> PlacementsAsOf {
    PlacementsAsOf { as_of: epoch_day(day), known_at, scope }
}

async fn head(town: &Town) -> i64 {
    town.app.log().head().await.unwrap().position()
}

fn ready(id: PlacementId) -> [Vec<Order>; 3] {
    let packet = [signed_packet(id), vec![confirm_readiness(id)]].concat();
    [vec![submit(id), evaluate(id)], vec![approve(id)], packet]
}

/// From nothing to the first day at work.
pub async fn at_work(town: &Town, student: StudentId, arranged: Arrangement) -> PlacementId {
    at_work_in(town, OURS, student, arranged).await
}

async fn at_work_in(town: &Town, code: &str, student: StudentId, arranged: Arrangement) -> PlacementId {
    let id = PlacementId(town.app.new_id());
    let effective_on = arranged.period.first_day;
    let arrival = vec![placement(id, PlacementCommand::ConfirmArrival { effective_on })];
    let [submitted, approved, packet] = ready(id);
    let drafted = [vec![draft_of(id, student, arranged)], submitted].concat();
    let (office, head) = (staff(1, Role::Officer, code), staff(2, Role::Principal, code));
    for (caller, orders) in [(&office, drafted), (&head, approved), (&office, packet), (&office, arrival)] {
        execute(&town.app, caller, orders).await.unwrap();
    }
    id
}

fn change_of_host(id: PlacementId, host: EmployerId) -> Vec<Order> {
    let (kind, region, described) = (SiteKind::Government, Region::Elsewhere, SealedRevision(4));
    let site = Site { kind, region, described, occupation: None };
    let change =
        ArrangementChange::Host { host, source: HostSource::SelfFound, site, at_host: Some(SealedRevision(5)) };
    let changed = Changed { change, reason: ChangeReason::HostAsked, effective_on: MOVED };
    vec![placement(id, PlacementCommand::Change(changed))]
}

#[tokio::test]
async fn of_a_change_of_host_the_old_and_the_new_are_seen_on_the_day_and_at_the_position_asked_for() {
    for database in Database::both().await {
        let (town, old, students) = class_looking_back(&database, 1).await;
        let new = employer(&town.app, &town.caller).await;
        let readers = town.app.log().readers();
        let id = at_work(&town, students[0], arrangement(old)).await;
        let before = head(&town).await;
        execute(&town.app, &officer(), change_of_host(id, new)).await.unwrap();
        let after = head(&town).await;
        let (eve, part) = (MOVED.yesterday().unwrap(), ScopePart::default());
        for (day, known_at, host, lacks) in [
            (eve, before, old, false),
            (MOVED, before, old, false),
            (eve, after, old, false),
            (MOVED, after, new, true),
        ] {
            let question = known_as_of(day, known_at, Scope::City);
            let found = who_is_where(readers, &question, &part).await.unwrap();
            let [placed] = &found[..] else { panic!("{found:?}") };
            assert_eq!((placed.host, placed.unit, placed.shown), (host, host, PlacementStatus::InProgress));
            assert_eq!(placed.agreement, Some(VersionState::InForce));
            let stay = placements(readers, &question, &part).await.unwrap().remove(0);
            assert_eq!((stay.placement, stay.host, stay.lacks_amendment), (placed.placement, host, lacks));
            let there = ScopePart { host: Some(host), class: None };
            assert_eq!(who_is_where(readers, &question, &there).await.unwrap().len(), 1);
            let by_employer = counts(readers, &question, During::Day, PlacementDimension::Employer).await.unwrap();
            assert_eq!(by_employer.into_keys().collect::<Vec<_>>(), [host.0.to_string()]);
        }
        // The change is what decides where; the arrival, how far it is.
        let question = known_as_of(MOVED, after, Scope::City);
        let placed = placements(readers, &question, &part).await.unwrap().remove(0);
        assert_eq!((placed.place_position, placed.stage_position), (after, before));
        assert_eq!((placed.source, placed.region), (HostSource::SelfFound, Some(Region::Elsewhere)));
        // The days of both together are the days of the stay: to 29 February 2024, of which the old unit has 39.
        let days = epoch_day(date(2023, 8, 1))..=epoch_day(date(2024, 4, 1));
        let mut there = vec![];
        for host in [old, new] {
            let per_day = interns_per_day(readers, host, days.clone(), after, &Scope::City).await.unwrap();
            assert_eq!(per_day.len(), days.clone().count());
            there
                .push(per_day.into_iter().filter(|(_, interns)| *interns == 1).map(|(day, _)| day).collect::<Vec<_>>());
        }
        let (first, last) = (epoch_day(PERIOD.first_day), epoch_day(PERIOD.last_day));
        assert_eq!(there[0], (first..first + 39).collect::<Vec<_>>());
        assert_eq!(there.concat(), (first..=last).collect::<Vec<_>>());
        // Behind the last day nobody is there, and the stay is over without anybody recording it.
        let question = known_as_of(date(2024, 3, 1), after, Scope::City);
        assert!(who_is_where(readers, &question, &part).await.unwrap().is_empty());
        assert_eq!(placements(readers, &question, &part).await.unwrap()[0].shown, PlacementStatus::PeriodEnded);
    }
}

#[tokio::test]
async fn a_school_and_a_class_see_their_own_also_where_both_place_at_one_employer() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 2).await;
        town.add_school(THEIRS).await;
        let theirs = town.student(THEIRS, "1班", "学生", &document(50), None).await.id;
        let other_class = town.student(OURS, "2班", "学生", &document(51), None).await.id;
        for student in [students[0], students[1], other_class] {
            at_work(&town, student, arrangement(host)).await;
        }
        at_work_in(&town, THEIRS, theirs, arrangement(host)).await;
        let readers = town.app.log().readers();
        let (known_at, days) = (head(&town).await, epoch_day(MOVED)..=epoch_day(MOVED));
        let (first, second) = (ClassName::parse("1班").unwrap(), ClassName::parse("2班").unwrap());
        let of_class = |class: &ClassName| Scope::Class { school: school(OURS), class: class.clone() };
        for (scope, seen, per_day) in [
            (Scope::City, 4, 4),
            (Scope::School(school(OURS)), 3, 3),
            (Scope::School(school(THEIRS)), 1, 1),
            (of_class(&first), 2, 3),
            (of_class(&second), 1, 3),
        ] {
            let question = known_as_of(MOVED, known_at, scope.clone());
            for part in [ScopePart::default(), ScopePart { host: Some(host), class: None }] {
                let placed = who_is_where(readers, &question, &part).await.unwrap();
                assert_eq!(placed.len(), seen);
                let own = scope.school().map_or_else(String::new, |school| school.as_str().to_owned());
                assert!(scope == Scope::City || placed.iter().all(|placed| placed.school == own));
            }
            let all = counts(readers, &question, During::Day, PlacementDimension::All).await.unwrap();
            assert_eq!(usize::try_from(all["all"].of(Measure::Placements)).unwrap(), seen);
            // How many are at the employer is told of the whole school, to the city of all.
            let at_host = interns_per_day(readers, host, days.clone(), known_at, &scope).await.unwrap();
            assert_eq!(at_host, [(epoch_day(MOVED), per_day)]);
            let foreign = packet_grid(readers, &question, &school(THEIRS), &first).await.unwrap().len();
            let sees_theirs = matches!(&scope, Scope::City) || scope.school() == Some(&school(THEIRS));
            assert_eq!(foreign, usize::from(sees_theirs));
        }
    }
}

/// Nine at work: six as arranged (private, in the city, the post fully on specialty), one at a unit whose post is not
/// judged, one with level 0, one with level 1 who has moved to a government office elsewhere. The tenth is approved only,
/// so that it is in no count.
#[tokio::test]
async fn the_parts_of_every_count_add_up_to_the_whole() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 10).await;
        let other = employer(&town.app, &town.caller).await;
        for student in &students[..6] {
            at_work(&town, *student, arrangement(host)).await;
        }
        let visit = Arrangement { kind: InternshipKind::Orientation, on_specialty: None, ..arrangement(other) };
        at_work(&town, students[6], visit).await;
        at_work(&town, students[7], Arrangement { on_specialty: Some(SpecialtyMatch::None), ..arrangement(other) })
            .await;
        let near = Arrangement { on_specialty: Some(SpecialtyMatch::Near), ..arrangement(host) };
        let moved = at_work(&town, students[8], near).await;
        execute(&town.app, &officer(), change_of_host(moved, other)).await.unwrap();
        let id = PlacementId(town.app.new_id());
        let [submitted, approved, _] = ready(id);
        let drafted = [vec![draft_of(id, students[9], arrangement(host))], submitted].concat();
        execute(&town.app, &officer(), drafted).await.unwrap();
        execute(&town.app, &principal(), approved).await.unwrap();

        let readers = town.app.log().readers();
        let question = known_as_of(MOVED, head(&town).await, Scope::City);
        let whole = counts(readers, &question, During::Day, PlacementDimension::All).await.unwrap()["all"];
        let levels = [Measure::Level0, Measure::Level1, Measure::Level2, Measure::NotJudged];
        assert_eq!(whole.of(Measure::Placements), 9);
        assert_eq!(levels.map(|level| whole.of(level)), [1, 1, 6, 1]);
        assert_eq!(whole.of(Measure::Signed), 9);
        for entry in PlacementDimension::ENTRIES {
            let mut sum = PlacementCounts::default();
            for part in counts(readers, &question, During::Day, entry.value).await.unwrap().values() {
                assert_eq!(levels.iter().map(|level| part.of(*level)).sum::<i64>(), part.of(Measure::Placements));
                sum.add(part);
            }
            assert_eq!(sum, whole, "{}", entry.zh);
        }
        let placed = |parts: std::collections::BTreeMap<String, PlacementCounts>| {
            parts.into_iter().map(|(key, counts)| (key, counts.of(Measure::Placements))).collect::<Vec<_>>()
        };
        let regions = placed(counts(readers, &question, During::Day, PlacementDimension::Region).await.unwrap());
        assert_eq!(regions, [("city".to_owned(), 8), ("elsewhere".to_owned(), 1)]);
        let levels = placed(counts(readers, &question, During::Day, PlacementDimension::OnSpecialty).await.unwrap());
        let expected = [("full", 6), ("near", 1), ("none", 1), ("not_recorded", 1)];
        assert_eq!(levels, expected.map(|(key, count)| (key.to_owned(), count)));
    }
}

/// Seven students on 1 September 2023. Number 0 has no placement. 1 is a draft from 8 September, and 2 one from the 9th,
/// which is later than 7 days. 3 waits for a decision from 1 September. 4 was ready on 31 August and did not come. 5 is at
/// work and moves on that day without an amendment. 6 was called off, and so is not placed either.
#[tokio::test]
async fn every_count_of_the_queue_is_the_length_of_its_list() {
    let today = date(2023, 9, 1);
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 7).await;
        let other = employer(&town.app, &town.caller).await;
        let ids: Vec<PlacementId> = students.iter().map(|_| PlacementId(town.app.new_id())).collect();
        let from = |first_day: Date| {
            let last_day = first_day.checked_add(100.days()).unwrap();
            Arrangement { period: Period { first_day, last_day }, ..arrangement(host) }
        };
        let draft = |number: usize, first_day| draft_of(ids[number], students[number], from(first_day));
        let [submitted, approved, packet] = ready(ids[4]);
        let (reason, note) = (EndReason::EntryError, None);
        let cancelled = placement(ids[6], PlacementCommand::Cancel { reason, note, effective_on: TODAY });
        let drafts = vec![
            draft(1, date(2023, 9, 8)),
            draft(2, date(2023, 9, 9)),
            draft(3, today),
            submit(ids[3]),
            draft(4, date(2023, 8, 31)),
            draft(6, today),
            cancelled,
        ];
        execute(&town.app, &officer(), [drafts, submitted].concat()).await.unwrap();
        execute(&town.app, &principal(), approved).await.unwrap();
        execute(&town.app, &officer(), packet).await.unwrap();
        let moved = at_work(&town, students[5], from(today)).await;
        let before = head(&town).await;
        let (source, site) = (HostSource::School, arrangement(host).site.unwrap());
        let change = ArrangementChange::Host { host: other, source, site, at_host: None };
        let changed = Changed { change, reason: ChangeReason::HostAsked, effective_on: today };
        let change = PlacementCommand::Change(changed);
        execute(&town.app, &officer(), vec![placement(moved, change)]).await.unwrap();

        let readers = town.app.log().readers();
        let expected = [
            (List::NotPlaced, vec![students[0], students[6]]),
            (List::Unsigned, vec![students[3], students[1]]),
            (List::Unamended, vec![students[5]]),
            (List::AwaitingApproval, vec![students[3]]),
            (List::NotArrived, vec![students[4]]),
        ];
        for scope in [Scope::City, Scope::School(school(OURS))] {
            let question = known_as_of(today, head(&town).await, scope);
            let counted = queue(readers, &question).await.unwrap();
            for ((list, students), (counted_list, count)) in expected.iter().zip(counted) {
                let listed = waiting(readers, &question, *list).await.unwrap();
                let mut found: Vec<StudentId> = listed.iter().map(|waiting| waiting.student).collect();
                if *list == List::NotPlaced {
                    assert!(listed.iter().all(|waiting| waiting.placement.is_none()));
                    found.sort();
                }
                assert_eq!((*list, found), (counted_list, students.clone()));
                assert_eq!(usize::try_from(count).unwrap(), listed.len());
            }
        }
        // Before the change was recorded nothing lacked an amendment; another school's queue is empty.
        let earlier = known_as_of(today, before, Scope::City);
        assert!(waiting(readers, &earlier, List::Unamended).await.unwrap().is_empty());
        let theirs = known_as_of(today, head(&town).await, Scope::School(school(THEIRS)));
        assert!(queue(readers, &theirs).await.unwrap().iter().all(|(_, count)| *count == 0));
    }
}

#[tokio::test]
async fn the_grid_of_a_class_shows_each_document_as_known_at_the_position() {
    for database in Database::both().await {
        let (town, host, students) = class_looking_back(&database, 1).await;
        let id = PlacementId(town.app.new_id());
        execute(&town.app, &officer(), vec![draft_of(id, students[0], arrangement(host))]).await.unwrap();
        let nothing = head(&town).await;
        let mut positions = vec![nothing];
        // Drafted, sent, signed by the first of four; then all that is left.
        let orders = signed_packet(id);
        let parts = [orders[..1].to_vec(), orders[1..2].to_vec(), orders[2..3].to_vec(), orders[3..].to_vec()];
        for orders in parts {
            execute(&town.app, &officer(), orders).await.unwrap();
            positions.push(head(&town).await);
        }
        let readers = town.app.log().readers();
        let class = ClassName::parse("1班").unwrap();
        let expected = [
            DocumentState::Missing,
            DocumentState::Missing,
            DocumentState::Out,
            DocumentState::PartlySigned,
            DocumentState::SignedOnPaper,
        ];
        for (known_at, agreement) in positions.into_iter().zip(expected) {
            let question = known_as_of(TODAY, known_at, Scope::School(school(OURS)));
            let grid = packet_grid(readers, &question, &school(OURS), &class).await.unwrap();
            let [packet] = &grid[..] else { panic!("{grid:?}") };
            assert_eq!((packet.student, packet.placement), (students[0], id));
            let others = if agreement.is_signed() { DocumentState::SignedOnPaper } else { DocumentState::Missing };
            for paper in &packet.documents {
                assert_eq!(paper.state, if paper.kind == DocumentKind::Agreement { agreement } else { others });
            }
        }
        let question = known_as_of(TODAY, head(&town).await, Scope::City);
        let placed = placements(readers, &question, &ScopePart::default()).await.unwrap().remove(0);
        assert_eq!((placed.agreement, placed.shown), (Some(VersionState::InForce), PlacementStatus::Draft));
        assert_eq!(placed.teacher, Some(StaffId(Uuid::from_u128(9))));
    }
}
