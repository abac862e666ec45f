//! Promise: whatever the history of placements and agreements, and of the units, hosts, students and plans around them, the
//! register and every question to it say of every day, as known at every position, what a fold of the log's prefix says.

mod around;
mod questions;
mod steps;

use std::collections::HashMap;

use cqrs_es::Aggregate;
use gradtrail::accounts::Scope;
use gradtrail::app::App;
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::app::roster::{ClassCounts, ListStudents};
use gradtrail::domain::Event;
use gradtrail::domain::agreement::Agreement;
use gradtrail::domain::agreement::codes::VersionState;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::ids::{ClassName, HostId, PlacementId, SeasonId};
use gradtrail::domain::placement::Placement;
use gradtrail::domain::placement::codes::AmendmentKind;
use gradtrail::domain::placement::stay::{PlacementStage, PlacementStatus, Stay};
use gradtrail::domain::terms::Term as _;
use gradtrail::input::known_at::KnownAt;
use gradtrail::projections::placement_register::packet_grid::packet_grid;
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::roster::{Progress, StudentProgress, roster};
use gradtrail::projections::placement_register::who_is_where::{PlacementOnDay, ScopePart, placements};
use gradtrail::projections::student_register::students;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use sqlx::Row as _;
use uuid::Uuid;

use crate::placements::{OURS, class_looking_back, document, employer, execute, officer, principal};
use crate::support::{Database, Town, ask, school};
use around::Scenery;
use questions::World;
use steps::{Played, Step, orders, step};

/// The days that are looked at begin before the stays do, and end behind them.
const FIRST: Date = date(2023, 9, 1);
const DAYS: i64 = 20;
const STAYS: usize = 2;

fn on(day: i64) -> Date {
    FIRST.checked_add(day.days()).unwrap()
}

/// What is known of one placement from a prefix of the log.
#[derive(Default)]
struct Told {
    placement: Placement,
    agreement: Agreement,
}

fn shown(stay: &Stay, day: Date) -> PlacementStatus {
    let is_behind = day > stay.period().last_day;
    match stay.stage {
        PlacementStage::Arrived | PlacementStage::Suspended | PlacementStage::EndedEarly => {
            let is_interrupted = stay.pauses.iter().any(|pause| pause.contains(day));
            if stay.ended.is_some_and(|end| end.on <= day) {
                PlacementStatus::EndedEarly
            } else if stay.arrived_on.is_some_and(|arrived_on| day < arrived_on) {
                PlacementStatus::Ready
            } else if is_behind {
                PlacementStatus::PeriodEnded
            } else if is_interrupted {
                PlacementStatus::Suspended
            } else {
                PlacementStatus::InProgress
            }
        }
        PlacementStage::Draft
        | PlacementStage::Submitted
        | PlacementStage::Returned
        | PlacementStage::Rejected
        | PlacementStage::Approved
        | PlacementStage::Ready
        | PlacementStage::NoShow
        | PlacementStage::Cancelled => stay.status_on(day),
    }
}

impl Told {
    /// How far the agreement is on a day, and whether the stay is what it says.
    fn agreed(&self, stay: &Stay, day: Date) -> (Option<VersionState>, bool) {
        let sheets = self.agreement.versions();
        let contracts = || sheets.all().iter().filter_map(|sheet| Some((sheet.state, sheet.contract.as_ref()?)));
        let signed: Vec<_> = contracts().map(|(_, contract)| contract).filter(|c| c.in_force_from.is_some()).collect();
        let (Some(first), Some(last)) = (signed.first(), signed.last()) else {
            return (contracts().next_back().map(|(state, _)| state), false);
        };
        if first.terminated_on.is_some_and(|ended_on| ended_on <= day) {
            return (Some(VersionState::Terminated), false);
        }
        let holding = signed.iter().rfind(|contract| contract.terms.holds_from <= day).unwrap_or(first);
        let (agreed, so) = (holding.terms.agreed, stay.on(day));
        let is_interrupted = stay.pauses.iter().any(|pause| pause.contains(day));
        let lacks = last.terms.agreed.period != stay.period()
            || agreed.host != so.host
            || agreed.site != so.site
            || agreed.mentor != so.mentors.at_host
            || agreed.pay != so.pay
            || (is_interrupted && !holding.kinds.contains(&AmendmentKind::Suspension))
            || stay.ended.is_some_and(|end| end.on <= day);
        (Some(VersionState::InForce), lacks)
    }

    /// What the register should say on a day; what it says else is taken over.
    fn expected(&self, day: Date, found: &PlacementOnDay) -> Option<PlacementOnDay> {
        let stay = self.placement.stay()?;
        let speaks_on = day.max(stay.period().first_day);
        let so = stay.on(speaks_on);
        let (agreement, lacks_amendment) = self.agreed(stay, speaks_on);
        Some(PlacementOnDay {
            student: stay.student,
            host: so.host,
            kind: so.kind,
            source: so.source,
            site_kind: so.site.map(|site| site.kind),
            region: so.site.map(|site| site.region),
            on_specialty: so.on_specialty,
            shown: shown(stay, speaks_on),
            period: stay.period(),
            is_late: self.placement.was_registered_late(),
            agreement,
            lacks_amendment,
            teacher: so.mentors.teacher,
            mentor: so.mentors.at_host,
            site: so.site.map(|site| site.described),
            pay: so.pay,
            ..found.clone()
        })
    }
}

async fn check(town: &Town, scenery: &Scenery) {
    let log = town.app.log();
    let recorded = log.events(0, 100_000).await.unwrap();
    let mut told: HashMap<Uuid, Told> = HashMap::new();
    let mut world = World::default();
    for known_at in 0..=i64::try_from(recorded.len()).unwrap() {
        if let Some(event) = usize::try_from(known_at - 1).ok().map(|index| &recorded[index]) {
            match gradtrail::event_log::decode(event).unwrap() {
                Event::Placement(of) => told.entry(event.subject()).or_default().placement.apply(of),
                Event::Agreement(of) => told.entry(event.subject()).or_default().agreement.apply(of),
                other => world.take(event, other),
            }
        }
        for day in (0..DAYS).map(on) {
            let question = PlacementsAsOf { as_of: epoch_day(day), known_at, scope: Scope::City };
            let found = placements(log.readers(), &question, &ScopePart::default()).await.unwrap();
            let standing = told.values().filter(|told| told.placement.stay().is_some()).count();
            assert_eq!(found.len(), standing, "on {day} at {known_at}");
            for found in found {
                let expected = told[&found.placement.0].expected(day, &found).unwrap();
                assert_eq!(found, expected, "on {day} at {known_at}");
                assert_eq!(found.unit, world.unit(found.host), "on {day} at {known_at}");
                let (class, specialty) = (world.class(found.student, day), world.specialty(found.student, day));
                assert_eq!((found.class, found.specialty), (class, Some(specialty)), "on {day} at {known_at}");
                let positions = [Some(found.place_position), Some(found.stage_position), found.agreement_position];
                for position in positions.into_iter().flatten() {
                    let deciding = &recorded[usize::try_from(position - 1).unwrap()];
                    assert!(position <= known_at && deciding.subject() == found.placement.0);
                }
                assert_eq!(found.agreement.is_some(), found.agreement_position.is_some());
            }
        }
        papers(town, known_at, &told).await;
        tiles_the_days(town, known_at, &told).await;
        // Other days at every position; once everything is known, every day.
        let is_last = usize::try_from(known_at).unwrap() == recorded.len();
        let looked_at = (0..DAYS).filter(|day| is_last || (day + known_at) % 9 == 0).map(on);
        questions::check(town, scenery, known_at, &looked_at.collect::<Vec<_>>(), &told, &world).await;
    }
    log.verify(None, |_, _| ()).await.unwrap();
    for model in log.models().iter().filter(|model| model.name == "placement_register") {
        log.rebuild_by(&[*model], 7, |_, _| ()).await.unwrap();
    }
    log.verify(None, |_, _| ()).await.unwrap();
}

/// The grid of the class shows each document as the agreement's fold does.
async fn papers(town: &Town, known_at: i64, told: &HashMap<Uuid, Told>) {
    let question = PlacementsAsOf { as_of: epoch_day(FIRST), known_at, scope: Scope::City };
    let class = ClassName::parse("1班").unwrap();
    for packet in packet_grid(town.app.log().readers(), &question, &school(OURS), &class).await.unwrap() {
        let sheets = told[&packet.placement.0].agreement.versions();
        assert!(
            packet.documents.iter().all(|paper| {
                (sheets.state(paper.kind), sheets.lacking(paper.kind)) == (paper.state, paper.lacking.clone())
            }),
            "at {known_at}"
        );
    }
}

/// A placement's rectangles follow each other without gap or overlap, from its first day to the end of days.
async fn tiles_the_days(town: &Town, known_at: i64, told: &HashMap<Uuid, Told>) {
    let rows = sqlx::query(
        "select placement, true_from, true_to from (
             select placement, true_from, true_to, known_from, 9223372036854775807 as known_to from placement_register
             union all select placement, true_from, true_to, known_from, known_to from placement_history) rectangle
         where known_from <= $1 and known_to > $1
         order by placement, true_from",
    )
    .bind(known_at)
    .fetch_all(town.app.log().readers())
    .await
    .unwrap();
    let mut until: HashMap<Uuid, i64> = HashMap::new();
    for row in rows {
        let (id, from, to): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
        let id = Uuid::parse_str(&id).unwrap();
        let first_day = epoch_day(told[&id].placement.stay().unwrap().period().first_day);
        let before = until.insert(id, to).unwrap_or(first_day);
        assert!(before == from && from < to, "at {known_at}");
    }
    assert!(until.values().all(|to| *to == i64::MAX), "at {known_at}");
}

/// What a process tells of the students, from memory or not, is what the read models say; of the city, the school and a
/// class, at the head and a little before. `beside` is another process, which records nothing.
async fn is_told(town: &Town, beside: &App, number: usize) {
    let readers = town.app.log().readers();
    let head = town.app.log().head().await.unwrap().position();
    let back = i64::try_from(number % 3).unwrap();
    // The same days again and again, so that what is kept of one is asked for later.
    let day = on(if number.is_multiple_of(2) { 4 } else { 9 });
    let first = ClassName::parse("1班").unwrap();
    // A class that has nobody now is not asked about.
    let in_first = students(readers, &Scope::City, Some(&first)).await.unwrap();
    let class = (number.is_multiple_of(5) && !in_first.is_empty()).then_some(first);
    for known_at in [head - back, head] {
        let scope = match &class {
            Some(class) => Scope::Class { school: school(OURS), class: class.clone() },
            None => Scope::School(school(OURS)),
        };
        let question = PlacementsAsOf { as_of: epoch_day(day), known_at, scope };
        let mut expected = roster(readers, &question).await.unwrap();
        expected.sort_by_key(|student| student.student);
        for app in [&town.app, beside] {
            let (on, known_at) = (Some(day), KnownAt::Position(known_at));
            let query = PlacementQuery { on, known_at, school: Some(school(OURS)), class: class.clone() };
            let asked = ListStudents { query: query.clone(), ..ListStudents::default() };
            let told = ask::roster(app, &town.caller, asked).await.unwrap();
            let mut found: Vec<StudentProgress> = told.students.into_iter().map(|student| student.of).collect();
            found.sort_by_key(|student| student.student);
            assert_eq!(found, expected, "on {day} at {known_at:?}");
            let mut counted = ClassCounts::default();
            let classes = ask::classes(app, &town.caller, query).await.unwrap().classes;
            classes.iter().for_each(|class| counted.add_class(class));
            assert_eq!(counted, told.counts, "on {day} at {known_at:?}");
            for progress in Progress::ENTRIES.iter().map(|entry| entry.value) {
                let so_far = expected.iter().filter(|student| student.progress == progress).count();
                assert_eq!(counted.of(progress), so_far, "{progress:?} on {day} at {known_at:?}");
            }
        }
    }
}

async fn play(database: &Database, steps: &[(usize, Step)]) {
    let (town, host, students) = class_looking_back(database, STAYS).await;
    let beside = database.open().await;
    let other = employer(&town.app, &town.caller).await;
    let hosts = [host, other];
    let played: Vec<Played> = students
        .iter()
        .map(|student| (*student, 3))
        // The first student is somewhere else after that.
        .chain([(students[0], 13)])
        .map(|(student, from)| Played { id: PlacementId(town.app.new_id()), student, hosts, from })
        .collect();
    let idle = town.student(OURS, "2班", "学生", &document(90), None).await.id;
    let scenery = Scenery {
        units: [host, other, employer(&town.app, &town.caller).await],
        hosts: std::array::from_fn(|_| HostId(town.app.new_id())),
        students: students.into_iter().chain([idle]).collect(),
        season: SeasonId(town.app.new_id()),
    };
    for (number, (stay, step)) in steps.iter().enumerate() {
        is_told(&town, &beside, number).await;
        if let Step::Around(step) = step {
            scenery.play(&town, step).await;
            continue;
        }
        let number = u8::try_from(number).unwrap();
        let orders = orders(&town, &played[*stay], step, number).await;
        if orders.is_empty() {
            continue;
        }
        // Decisions are not taken by who drafted.
        let is_decision = matches!(step, Step::Advance | Step::SendBack | Step::Late);
        let refused = execute(&town.app, &officer(), orders.clone()).await.is_err();
        if refused && is_decision {
            let _refused = execute(&town.app, &principal(), orders).await;
        }
    }
    is_told(&town, &beside, steps.len()).await;
    check(&town, &scenery).await;
}

/// A stay that has begun, and then whatever comes.
fn history() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let begun = |stay, count| vec![(stay, Step::Advance); count];
    let both = (0..9_usize, 0..9_usize).prop_map(move |(first, next)| [begun(0, first), begun(2, next)].concat());
    let stay = prop_oneof![4 => Just(0_usize), 1 => Just(1), 1 => Just(2)];
    let rest = prop::collection::vec((stay, step()), 1..24);
    (both, rest).prop_map(|(both, rest)| [both, rest].concat())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_register_equals_a_brute_force_fold_on_sqlite(steps in history()) {
        runtime().block_on(async { play(&Database::sqlite(), &steps).await });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_register_equals_a_brute_force_fold_on_postgresql(steps in history()) {
        runtime().block_on(async { play(&Database::postgres().await, &steps).await });
    }
}
