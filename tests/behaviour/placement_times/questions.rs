//! What the questions about stays, units, hosts and final classes should answer, by a brute-force fold of the log's prefix.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cqrs_es::Aggregate as _;
use gradtrail::accounts::Scope;
use gradtrail::domain::Event;
use gradtrail::domain::agreement::codes::VersionState;
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::employer::{Employer, EmployerEvent, EmployerProfile};
use gradtrail::domain::exemption::ExemptionEvent;
use gradtrail::domain::host::{Host, HostEvent};
use gradtrail::domain::ids::{EmployerId, PlacementId, StudentId};
use gradtrail::domain::placement::arrangement::{Arrangement, Period};
use gradtrail::domain::placement::codes::InternshipKind;
use gradtrail::domain::placement::stay::{PlacementStatus, Stay};
use gradtrail::domain::season::SeasonEvent;
use gradtrail::domain::student::StudentEvent;
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::terms::{Standing, Term};
use gradtrail::event_log::record::Recorded;
use gradtrail::projections::employer_directory::units;
use gradtrail::projections::host_register::hosts;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::{
    During, Measure, OpenedCount, PlacementDimension, behind, counts,
};
use gradtrail::projections::placement_register::interns::{Interns, interns_on_day};
use gradtrail::projections::placement_register::question::PlacementsAsOf;
use gradtrail::projections::placement_register::queue::{queue, waiting};
use gradtrail::projections::placement_register::who_is_where::{AtWork, ScopePart, who_is_where};
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::around::Scenery;
use super::{Told, shown};
use crate::placements::OURS;
use crate::support::Town;

/// The facts of each stream that stand, with their versions, in the order in which they were recorded.
#[derive(Default)]
pub struct World {
    facts: HashMap<Uuid, Vec<(i64, Event)>>,
    units: HashMap<Uuid, Employer>,
    hosts: HashMap<Uuid, Host>,
}

impl World {
    pub fn take(&mut self, recorded: &Recorded, event: Event) {
        match &event {
            Event::Employer(event) => self.units.entry(recorded.subject()).or_default().apply(event.clone()),
            Event::Host(event) => self.hosts.entry(recorded.subject()).or_default().apply(event.clone()),
            _ => (),
        }
        let undone = match &event {
            Event::Exemption(ExemptionEvent::Undone { version, .. })
            | Event::Employer(EmployerEvent::Undone { version, .. })
            | Event::Host(HostEvent::Undone { version, .. })
            | Event::Season(SeasonEvent::Undone { version, .. }) => Some(*version),
            _ => None,
        };
        let facts = self.facts.entry(recorded.subject()).or_default();
        if let Event::Student(StudentEvent::BatchUndone { batch, .. }) = &event {
            return facts.retain(
                |(_, fact)| !matches!(fact, Event::Student(StudentEvent::Said { said, .. }) if said.batch == *batch),
            );
        }
        let kind = event_kind(&event);
        match undone {
            Some(undone) => {
                facts.retain(|(version, fact)| event_kind(fact) != kind || version.unsigned_abs() != undone)
            }
            None => facts.push((recorded.version, event)),
        }
    }

    fn facts(&self, id: Uuid) -> impl DoubleEndedIterator<Item = &Event> {
        self.facts.get(&id).into_iter().flatten().map(|(_, event)| event)
    }

    pub fn unit(&self, employer: EmployerId) -> EmployerId {
        match self.units.get(&employer.0).and_then(|unit| unit.registered()?.merged) {
            Some((into, _)) => self.unit(into),
            None => employer,
        }
    }

    fn detail<T>(&self, employer: EmployerId, day: Date, detail: fn(&EmployerProfile) -> Option<T>) -> Option<T> {
        let said = self.facts(employer.0).filter_map(|event| match event {
            Event::Employer(EmployerEvent::ProfileRecorded { profile, effective_on }) => {
                Some((*effective_on, detail(profile)?))
            }
            _ => None,
        });
        let mut said: Vec<(Date, T)> = said.collect();
        said.sort_by_key(|(from, _)| *from);
        let day = day.max(said.first()?.0);
        said.into_iter().rfind(|(from, _)| *from <= day).map(|(_, detail)| detail)
    }

    fn profile(&self, employer: EmployerId, day: Date) -> EmployerProfile {
        EmployerProfile {
            industry: self.detail(employer, day, |profile| profile.industry),
            size: self.detail(employer, day, |profile| profile.size),
            ownership: self.detail(employer, day, |profile| profile.ownership),
        }
    }

    /// The classes of the plan that holds on a day.
    fn finals(&self, season: Uuid, day: Date) -> Option<Vec<String>> {
        let plans = self.facts(season).filter_map(|event| match event {
            Event::Season(SeasonEvent::SeasonPlanned { classes, period, effective_on, .. }) => {
                Some((*effective_on, period.last_day, classes))
            }
            _ => None,
        });
        let (_, last_day, classes) = plans.rev().find(|(from, ..)| *from <= day)?;
        let classes = || classes.iter().map(|class| class.as_str().to_owned()).collect();
        (day <= last_day).then(classes)
    }

    /// What rosters say that stands, in the order in which they were recorded: who has left school is in no other standing
    /// from that day on.
    fn rows(&self, student: StudentId) -> Vec<&StudentRow> {
        let mut rows: Vec<&StudentRow> = vec![];
        for event in self.facts(student.0) {
            let Event::Student(StudentEvent::Said { said, .. }) = event else { continue };
            for row in &said.rows {
                let left = rows.iter().find(|known| known.standing == Standing::Withdrawn).and_then(|left| left.since);
                let is_again = row.standing == Standing::Withdrawn && row.since == left;
                if left.is_none() || is_again || (row.standing != Standing::Withdrawn && row.since < left) {
                    rows.push(row);
                }
            }
        }
        rows
    }

    /// What was registered first holds for the days before it, too; a change from its day on.
    pub fn class(&self, student: StudentId, day: Date) -> String {
        let rows = self.rows(student);
        latest(rows.iter().map(|row| (row.since.unwrap_or(Date::MIN), row.class.as_str())), day)
    }

    /// Likewise.
    pub fn specialty(&self, student: StudentId, day: Date) -> String {
        let rows = self.rows(student);
        let said =
            rows.iter().filter_map(|row| Some((row.since.unwrap_or(Date::MIN), row.specialty.as_ref()?.as_str())));
        latest(said, day)
    }

    /// On leave or gone on the day.
    fn is_away(&self, student: StudentId, day: Date) -> bool {
        let rows = self.rows(student);
        let standings = rows.iter().filter_map(|row| Some((row.standing, row.since?)));
        let mut begun: Vec<_> = standings.filter(|(_, since)| *since <= day).collect();
        // The latest that has begun holds, of one day what was recorded last.
        begun.sort_by_key(|(_, since)| *since);
        matches!(begun.last(), Some((Standing::OnLeave | Standing::Withdrawn, _)))
    }

    fn is_excused(&self, student: StudentId, day: Date) -> bool {
        let begun = |from: &Date| *from <= day;
        let exemptions = self.facts(student.0).filter_map(|event| match event {
            Event::Exemption(ExemptionEvent::ExemptionGranted { effective_on, .. }) => Some((true, *effective_on)),
            Event::Exemption(ExemptionEvent::ExemptionWithdrawn { effective_on }) => Some((false, *effective_on)),
            _ => None,
        });
        let is_exempted = exemptions.rev().find(|(_, from)| begun(from)).is_some_and(|(granted, _)| granted);
        is_exempted || self.is_away(student, day)
    }
}

/// What holds on a day of what is said to hold from days on; of one day what was recorded last. Empty before all that.
fn latest<'s>(said: impl Iterator<Item = (Date, &'s str)>, day: Date) -> String {
    let mut said: Vec<_> = said.filter(|(from, _)| *from <= day).collect();
    said.sort_by_key(|(from, _)| *from);
    said.last().map_or_else(String::new, |(_, said)| (*said).to_owned())
}

fn event_kind(event: &Event) -> &'static str {
    match event {
        Event::Exemption(_) => "exemption",
        _ => "other",
    }
}

/// A stay at work on a day.
struct Row<'a> {
    placement: PlacementId,
    stay: &'a Stay,
    told: &'a Told,
    /// The latest day of those asked about on which it was so.
    day: Date,
    so: Arrangement,
    agreement: Option<VersionState>,
    is_latest: bool,
}

fn is_at_work(stay: &Stay, day: Date) -> bool {
    day >= stay.period().first_day
        && matches!(shown(stay, day), PlacementStatus::InProgress | PlacementStatus::Suspended)
}

fn rows(told: &HashMap<Uuid, Told>, first: Date, last: Date) -> Vec<Row<'_>> {
    let mut rows = vec![];
    for (id, told) in told {
        let Some(stay) = told.placement.stay() else { continue };
        let mut day = last;
        while day >= first && !is_at_work(stay, day) {
            day = day.yesterday().unwrap();
        }
        if day >= first {
            let (agreement, _) = told.agreed(stay, day);
            let placement = PlacementId(*id);
            rows.push(Row { placement, stay, told, day, so: stay.on(day), agreement, is_latest: true });
        }
    }
    let latest = |row: &Row| (row.day, row.placement);
    let all: Vec<(StudentId, (Date, PlacementId))> = rows.iter().map(|row| (row.stay.student, latest(row))).collect();
    for row in &mut rows {
        let own = latest(row);
        row.is_latest = all.iter().all(|(student, other)| *student != row.stay.student || *other <= own);
    }
    rows
}

impl Row<'_> {
    fn has_ended(&self, last: Date) -> bool {
        self.stay.ended.is_some_and(|end| end.on.yesterday().unwrap() <= last)
    }

    fn is(&self, measure: Measure, last: Date) -> bool {
        let level = self.so.on_specialty.map(Term::code);
        let ended_by = self.stay.ended.filter(|_| self.has_ended(last)).map(|end| end.initiator.code());
        match measure {
            Measure::Placements => true,
            Measure::Persons => self.is_latest,
            Measure::Level0 => level == Some("none"),
            Measure::Level1 => level == Some("near"),
            Measure::Level2 => level == Some("full"),
            Measure::NotJudged => level.is_none(),
            Measure::Signed => self.agreement == Some(VersionState::InForce),
            Measure::RegisteredLate => self.told.placement.was_registered_late(),
            Measure::EndedByStudent => ended_by == Some("student"),
            Measure::EndedByHost => ended_by == Some("host"),
            Measure::EndedBySchool => ended_by == Some("school"),
        }
    }

    fn part(&self, by: PlacementDimension, world: &World, last: Date) -> String {
        let unit = world.unit(self.so.host);
        let profile = world.profile(unit, last);
        let code = match by {
            PlacementDimension::All => Some("all".to_owned()),
            PlacementDimension::School => Some(OURS.to_owned()),
            PlacementDimension::Class => Some(format!("{OURS}/{}", world.class(self.stay.student, last))),
            PlacementDimension::Specialty => Some(world.specialty(self.stay.student, last)),
            PlacementDimension::Kind => Some(self.so.kind.code().to_owned()),
            PlacementDimension::Source => Some(self.so.source.code().to_owned()),
            PlacementDimension::SiteKind => self.so.site.map(|site| site.kind.code().to_owned()),
            PlacementDimension::Region => self.so.site.map(|site| site.region.code().to_owned()),
            PlacementDimension::Employer => Some(unit.0.to_string()),
            PlacementDimension::Ownership => profile.ownership.map(|ownership| ownership.code().to_owned()),
            PlacementDimension::Industry => profile.industry.map(|industry| industry.code().to_owned()),
            PlacementDimension::Size => profile.size.map(|size| size.code().to_owned()),
            PlacementDimension::OnSpecialty => self.so.on_specialty.map(|level| level.code().to_owned()),
            PlacementDimension::Agreement => self.agreement.map(|state| state.code().to_owned()),
            PlacementDimension::EndedBy if self.has_ended(last) => {
                self.stay.ended.map(|end| end.initiator.code().to_owned())
            }
            PlacementDimension::EndedBy => Some("not_ended".to_owned()),
        };
        code.unwrap_or_else(|| "not_recorded".to_owned())
    }
}

/// Compares every question on a few days as known at a position; which of the breakdowns changes with the position.
pub async fn check(
    town: &Town,
    scenery: &Scenery,
    known_at: i64,
    days: &[Date],
    told: &HashMap<Uuid, Told>,
    world: &World,
) {
    for (number, day) in days.iter().enumerate() {
        let turn = usize::try_from(known_at).unwrap() * days.len() + number;
        let question = PlacementsAsOf { as_of: epoch_day(*day), known_at, scope: Scope::City };
        let context = format!("on {day} at {known_at}");
        at_work(town, &question, *day, told, world, &context).await;
        let by = PlacementDimension::ENTRIES[turn % PlacementDimension::ENTRIES.len()].value;
        count(town, &question, During::Day, by, turn, (told, world, *day, *day), &context).await;
        let last_day = day.checked_add(6.days()).unwrap();
        let period = During::Period(Period { first_day: *day, last_day });
        count(town, &question, period, by, turn, (told, world, *day, last_day), &context).await;
        the_queue(town, scenery, &question, *day, told, world, &context).await;
        the_units(town, scenery, &question, *day, world, &context).await;
        the_hosts(town, &question, *day, world, &context).await;
    }
}

async fn at_work(
    town: &Town,
    question: &PlacementsAsOf,
    day: Date,
    told: &HashMap<Uuid, Told>,
    world: &World,
    context: &str,
) {
    let readers = town.app.log().readers();
    let rows = rows(told, day, day);
    let expected = rows.iter().map(|row| AtWork {
        placement: row.placement,
        student: row.stay.student,
        school: OURS.to_owned(),
        class: world.class(row.stay.student, day),
        host: row.so.host,
        unit: world.unit(row.so.host),
        kind: row.so.kind,
        shown: shown(row.stay, day),
        period: row.stay.period(),
        agreement: row.agreement,
    });
    let mut expected: Vec<AtWork> = expected.collect();
    expected.sort_by_key(|at_work| (at_work.class.clone(), at_work.student));
    assert_eq!(who_is_where(readers, question, &ScopePart::default()).await.unwrap(), expected, "{context}");
    for employer in world.units.keys() {
        let there = ScopePart { host: Some(EmployerId(*employer)), class: None };
        let unit = world.unit(EmployerId(*employer));
        let expected: Vec<&AtWork> = expected.iter().filter(|at_work| at_work.unit == unit).collect();
        assert_eq!(who_is_where(readers, question, &there).await.unwrap().iter().collect::<Vec<_>>(), expected);
    }
    let mut interns: HashMap<EmployerId, Interns> = HashMap::new();
    for at_work in expected.iter().filter(|at_work| at_work.shown == PlacementStatus::InProgress) {
        let there = interns.entry(at_work.unit).or_default();
        (there.own, there.total) = (there.own + 1, there.total + 1);
    }
    assert_eq!(interns_on_day(readers, question).await.unwrap(), interns, "{context}");
}

/// Every part of a breakdown, and the list behind one measure of each.
async fn count(
    town: &Town,
    question: &PlacementsAsOf,
    during: During,
    by: PlacementDimension,
    turn: usize,
    (told, world, first, last): (&HashMap<Uuid, Told>, &World, Date, Date),
    context: &str,
) {
    let readers = town.app.log().readers();
    let mut expected: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows(told, first, last) {
        expected.entry(row.part(by, world, last)).or_default().push(row);
    }
    let parts = counts(readers, question, during, by).await.unwrap();
    assert_eq!(parts.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "by {by:?} {context}");
    for (part, rows) in expected {
        for measure in Measure::ENTRIES.iter().map(|entry| entry.value) {
            let count = rows.iter().filter(|row| row.is(measure, last)).count();
            let counted = parts[&part].of(measure);
            assert_eq!(counted, i64::try_from(count).unwrap(), "{measure:?} of {part} by {by:?} {context}");
        }
        let measure = Measure::ENTRIES[turn % Measure::ENTRIES.len()].value;
        let opened = OpenedCount { by, part: part.clone(), measure };
        let found = behind(readers, question, during, &opened).await.unwrap();
        let listed: BTreeSet<_> = found.iter().map(|behind| (behind.placement, behind.host, behind.unit)).collect();
        assert_eq!(listed.len(), found.len());
        let rows = rows.iter().filter(|row| row.is(measure, last));
        let rows = rows.map(|row| (row.placement, row.so.host, world.unit(row.so.host)));
        assert_eq!(listed, rows.collect(), "{measure:?} of {part} by {by:?} {context}");
        assert!(found.iter().all(|behind| behind.end_position.is_none_or(|position| position <= question.known_at)));
    }
}

async fn the_queue(
    town: &Town,
    scenery: &Scenery,
    question: &PlacementsAsOf,
    day: Date,
    told: &HashMap<Uuid, Told>,
    world: &World,
    context: &str,
) {
    let readers = town.app.log().readers();
    let mut expected: BTreeMap<&str, BTreeSet<(StudentId, Option<PlacementId>)>> = BTreeMap::new();
    let mut placed = BTreeSet::new();
    for (id, told) in told {
        let Some(stay) = told.placement.stay() else { continue };
        let Period { first_day, last_day } = stay.period();
        let speaks_on = day.max(first_day);
        let (shown, (agreement, lacks)) = (shown(stay, speaks_on), told.agreed(stay, speaks_on));
        let came_to_nothing =
            matches!(shown, PlacementStatus::Rejected | PlacementStatus::Cancelled | PlacementStatus::NoShow);
        let is_over = came_to_nothing || shown == PlacementStatus::EndedEarly;
        if last_day >= day && !is_over {
            placed.insert(stay.student);
        }
        let is_agreed = matches!(agreement, Some(VersionState::InForce | VersionState::Terminated));
        let is_soon = first_day <= day.checked_add(7.days()).unwrap() && last_day >= day;
        let is_orientation = stay.arranged.kind == InternshipKind::Orientation;
        let lists = [
            (List::Unsigned, is_soon && !is_orientation && !is_over && !is_agreed),
            (List::Unamended, lacks && !came_to_nothing),
            (List::AwaitingApproval, shown == PlacementStatus::Submitted),
            (List::NotArrived, shown == PlacementStatus::Ready && is_ready(stay) && first_day < day),
            (List::NotEnrolled, is_at_work(stay, day) && world.is_away(stay.student, day)),
        ];
        for (list, _) in lists.iter().filter(|(_, is_on)| *is_on) {
            expected.entry(list.code()).or_default().insert((stay.student, Some(PlacementId(*id))));
        }
    }
    let finals = world.finals(scenery.season.0, day);
    for student in &scenery.students {
        let class = world.class(*student, day);
        let is_placed_of_class = |one: &StudentId| world.class(*one, day) == class && !world.is_excused(*one, day);
        let begun = || placed.iter().any(is_placed_of_class);
        let is_final = finals.as_ref().map_or_else(begun, |finals| finals.contains(&class));
        if is_final && !placed.contains(student) && !world.is_excused(*student, day) {
            expected.entry(List::NotPlaced.code()).or_default().insert((*student, None));
        }
    }
    for (list, count) in queue(readers, question).await.unwrap() {
        let found = waiting(readers, question, list).await.unwrap();
        assert_eq!(found.len(), usize::try_from(count).unwrap());
        let found: BTreeSet<_> = found.into_iter().map(|waiting| (waiting.student, waiting.placement)).collect();
        assert_eq!(found, expected.remove(list.code()).unwrap_or_default(), "{list:?} {context}");
    }
}

/// Whether nobody has recorded an arrival: before the day of one, a stay is shown as ready, too.
fn is_ready(stay: &Stay) -> bool {
    stay.arrived_on.is_none()
}

async fn the_units(town: &Town, scenery: &Scenery, question: &PlacementsAsOf, day: Date, world: &World, context: &str) {
    let found = units(town.app.log().readers(), question.as_of, question.known_at).await.unwrap();
    let registered = scenery.units.iter().filter(|unit| world.units.contains_key(&unit.0)).count();
    assert_eq!(found.len(), registered, "{context}");
    for unit in found {
        let registered = world.units[&unit.employer.0].registered().unwrap();
        assert_eq!(unit.profile, world.profile(unit.employer, day), "{context}");
        assert_eq!(unit.staff, registered.staff_on(day).map(|(staff, on)| (i64::from(staff.total_count), *on)));
        assert_eq!((unit.merged, unit.closed_on), (registered.merged, registered.closed_on), "{context}");
        assert_eq!((unit.credit_code, unit.identity), (registered.credit_code, registered.identity));
    }
}

async fn the_hosts(town: &Town, question: &PlacementsAsOf, day: Date, world: &World, context: &str) {
    let found = hosts(town.app.log().readers(), question.as_of, question.known_at, &Scope::City).await.unwrap();
    let mut expected = BTreeMap::new();
    for (id, host) in &world.hosts {
        let Some(proposed) = host.proposed() else { continue };
        // The stages in the order in which they were recorded.
        let (mut stages, mut so_far) = (vec![], None);
        for event in world.facts(*id) {
            let Event::Host(event) = event else { continue };
            let before = so_far.as_ref().map(|proposed: &gradtrail::domain::host::ProposedHost| proposed.stage);
            so_far = gradtrail::domain::host::evolve(so_far, event);
            let after = so_far.as_ref().map(|proposed| proposed.stage);
            stages.extend(after.filter(|_| before != after).map(|stage| (*event.effective_on(), stage)));
        }
        let Some((_, stage)) = stages.into_iter().rfind(|(from, _)| *from <= day) else { continue };
        let begun = proposed.frameworks.iter().filter(|framework| framework.first_day <= day);
        let framework = proposed.framework_on(day).or(begun.max_by_key(|framework| framework.last_day).copied());
        let framework = framework.map(|of| Period { first_day: of.first_day, last_day: of.last_day });
        expected.insert(*id, (stage, framework, proposed.employer, world.unit(proposed.employer)));
    }
    let found: BTreeMap<_, _> =
        found.into_iter().map(|host| (host.host.0, (host.stage, host.framework, host.employer, host.unit))).collect();
    assert_eq!(found, expected, "{context}");
}
