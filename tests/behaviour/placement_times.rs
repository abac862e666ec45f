//! Promise: whatever the history of placements and agreements, and of the units, hosts, students and plans around them, the
//! register and every question to it say of every day, as known at every position, what a fold of the log's prefix says.

mod around;
mod questions;

use std::collections::HashMap;

use cqrs_es::Aggregate;
use gradtrail::accounts::Scope;
use gradtrail::app::request::Order;
use gradtrail::domain::agreement::codes::{Party, RecallReason, RefuseReason, SheetState};
use gradtrail::domain::agreement::signatures::Signature;
use gradtrail::domain::agreement::signing::{Manner, Paper, SigningRule};
use gradtrail::domain::agreement::{Agreement, AgreementCommand, Amendment};
use gradtrail::domain::day::epoch_day;
use gradtrail::domain::ids::{
    ClassName, EmployerId, FileHash, HostId, PlacementId, SealedRevision, SeasonId, StaffId, StudentId,
};
use gradtrail::domain::placement::arrangement::{Arrangement, Change, Changed, Mentors, Pay, PayUnit, Period, Site};
use gradtrail::domain::placement::codes::{
    AmendmentKind, ChangeReason, DocumentKind, EndReason, HostSource, Initiator, LateReason, Region, ReturnReason,
    SiteKind,
};
use gradtrail::domain::placement::stay::{Shown, Stage, Stay};
use gradtrail::domain::placement::{Known, Placement, PlacementCommand};
use gradtrail::domain::{Event, UndoReason};
use gradtrail::projections::placement_register::packet_grid::packet_grid;
use gradtrail::projections::placement_register::who_is_where::{Part, Placed, Question, placements};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use sqlx::Row as _;
use uuid::Uuid;

use crate::placements::{
    OURS, TODAY, approve, arrangement, class, confirm_readiness, document, draft_of, employer, evaluate, execute,
    officer, placement, principal, signed_packet, submit,
};
use crate::support::{Database, Town, school};
use around::{Around, Scenery, around};
use questions::World;

/// The days that are looked at begin before the stays do, and end behind them.
const FIRST: Date = date(2023, 9, 1);
const DAYS: i64 = 20;
const STAYS: usize = 2;

/// One thing that somebody does; what a stream refuses is skipped.
#[derive(Debug, Clone)]
enum Step {
    /// The next thing on the way to the first day at work.
    Advance,
    Revise(i64, i64),
    SendBack,
    Late,
    NoShow,
    Cancel,
    Host(usize, i64),
    Place(i64),
    Pay(u32, i64),
    Mentors(u32, i64),
    LastDay(i64, i64),
    Suspend(i64),
    Resume(i64),
    End(i64),
    DraftAgreement,
    Send,
    Sign(usize),
    RevokeSignature,
    Refuse,
    Recall,
    Void,
    /// What is so on the first day is agreed from the second on; also that the stay is interrupted, or ends.
    Amend(i64, i64, usize),
    Terminate(i64),
    Undo {
        of_agreement: bool,
        back: u64,
    },
    Around(Around),
}

const PARTIES: [Party; 4] = [Party::School, Party::Host, Party::Student, Party::Guardian];

fn step() -> impl Strategy<Value = Step> {
    let day = || 0..DAYS;
    prop_oneof![
        10 => Just(Step::Advance),
        1 => (day(), day()).prop_map(|(first, length)| Step::Revise(first, length)),
        1 => Just(Step::SendBack),
        1 => Just(Step::Late),
        1 => Just(Step::NoShow),
        1 => Just(Step::Cancel),
        3 => (0..2_usize, day()).prop_map(|(host, on)| Step::Host(host, on)),
        1 => day().prop_map(Step::Place),
        2 => (1..3_u32, day()).prop_map(|(pay, on)| Step::Pay(pay, on)),
        1 => (1..3_u32, day()).prop_map(|(mentor, on)| Step::Mentors(mentor, on)),
        2 => (day(), day()).prop_map(|(last, on)| Step::LastDay(last, on)),
        2 => day().prop_map(Step::Suspend),
        2 => day().prop_map(Step::Resume),
        1 => day().prop_map(Step::End),
        1 => Just(Step::DraftAgreement),
        1 => Just(Step::Send),
        2 => (0..5_usize).prop_map(Step::Sign),
        1 => Just(Step::RevokeSignature),
        1 => Just(Step::Refuse),
        1 => Just(Step::Recall),
        1 => Just(Step::Void),
        4 => (day(), day(), 0..6_usize).prop_map(|(so, from, also)| Step::Amend(so, from, also)),
        1 => day().prop_map(Step::Terminate),
        2 => (any::<bool>(), 0..2_u64).prop_map(|(of_agreement, back)| Step::Undo { of_agreement, back }),
        16 => around().prop_map(Step::Around),
    ]
}

fn on(day: i64) -> Date {
    FIRST.checked_add(day.days()).unwrap()
}

/// A stay of the students that are played with.
struct Played {
    id: PlacementId,
    student: StudentId,
    hosts: [EmployerId; 2],
    /// Before this day it does not begin.
    from: i64,
}

impl Played {
    fn arranged(&self, first: i64, length: i64) -> Arrangement {
        let period = Period { first_day: on(first), last_day: on(first + length) };
        Arrangement { period, ..arrangement(self.hosts[0]) }
    }

    fn agree(&self, command: AgreementCommand) -> Vec<Order> {
        vec![Order::Agreement { placement: self.id, command }]
    }
}

fn site(described: u32) -> Site {
    Site { kind: SiteKind::Private, region: Region::Province, described: SealedRevision(described), occupation: None }
}

/// What a step orders; documents are numbered, since no bytes go out twice.
async fn orders(town: &Town, played: &Played, step: &Step, number: u8) -> Vec<Order> {
    let id = played.id;
    let stay = town.app.load::<Placement>(id.0).await.unwrap().0;
    let agreement = town.app.load::<Agreement>(id.0).await.unwrap().0;
    let latest = agreement.sheets().latest(DocumentKind::Agreement);
    let paper = Paper { kind: DocumentKind::Agreement, version: latest.map_or(1, |sheet| sheet.paper.version) };
    let known = Known::default;
    let order = |command| vec![placement(id, command)];
    let change = |change, day| {
        let changed = Changed { change, reason: ChangeReason::Other, effective_on: on(day) };
        order(PlacementCommand::Change { changed, known: known() })
    };
    match step {
        Step::Advance => advance(played, &stay, &agreement, number),
        Step::Revise(first, length) => {
            let arrangement = played.arranged(*first, *length);
            order(PlacementCommand::Revise { arrangement, by: None, known: known() })
        }
        Step::SendBack => {
            let (reason, note, by) = (ReturnReason::Other, None, StaffId(Uuid::nil()));
            order(PlacementCommand::SendBack { reason, note, by, effective_on: TODAY })
        }
        Step::Late => {
            let (reason, by) = (LateReason::Other, StaffId(Uuid::nil()));
            order(PlacementCommand::ApproveLateRegistration { reason, by, effective_on: TODAY })
        }
        Step::NoShow => {
            let effective_on = stay.stay().map_or(TODAY, |stay| stay.arranged.period.first_day);
            order(PlacementCommand::RecordNoShow { reason: EndReason::Other, note: None, effective_on })
        }
        Step::Cancel => order(PlacementCommand::Cancel { reason: EndReason::Other, note: None, effective_on: TODAY }),
        Step::Host(host, day) => {
            let (host, source, at_host) = (played.hosts[*host], HostSource::SelfFound, Some(SealedRevision(7)));
            change(Change::Host { host, source, site: site(3), at_host }, *day)
        }
        Step::Place(day) => change(Change::Site(site(4)), *day),
        Step::Pay(yuan, day) => change(Change::Pay(Pay { yuan: *yuan, per: PayUnit::Day }), *day),
        Step::Mentors(at_host, day) => {
            let mentors = Mentors { teacher: None, at_host: Some(SealedRevision(*at_host)) };
            change(Change::Mentors(mentors), *day)
        }
        Step::LastDay(last, day) => change(Change::Period { last_day: on(*last) }, *day),
        Step::Suspend(day) => {
            order(PlacementCommand::Suspend { reason: EndReason::Other, note: None, effective_on: on(*day) })
        }
        Step::Resume(day) => order(PlacementCommand::Resume { effective_on: on(*day) }),
        Step::End(day) => {
            let (initiator, reason, note) = (Initiator::Host, EndReason::Other, None);
            order(PlacementCommand::EndEarly { initiator, reason, note, effective_on: on(*day) })
        }
        Step::Around(_) => vec![], // Is no order about the stay.
        Step::DraftAgreement => vec![signed_packet(id).remove(0)],
        Step::Send => played.agree(send(number)),
        Step::Sign(party) => {
            let Some(round) = latest.and_then(|sheet| sheet.round.as_ref()) else { return vec![] };
            let manner = Manner::Paper { scan: None };
            let parties: Vec<Party> = PARTIES.get(*party).map_or(PARTIES.to_vec(), |party| vec![*party]);
            let document = round.document;
            let sign = |party| {
                let signature = Signature { paper, party, manner, document, by: None };
                played.agree(AgreementCommand::Sign { signature, effective_on: round.sent_on })
            };
            round.open().filter(|party| parties.contains(party)).flat_map(sign).collect()
        }
        Step::RevokeSignature => {
            let (party, reason) = (Party::School, RecallReason::Other);
            played.agree(AgreementCommand::RevokeSignature { paper, party, reason, note: None, effective_on: TODAY })
        }
        Step::Refuse => {
            let (party, reason) = (Party::Guardian, RefuseReason::Other);
            played.agree(AgreementCommand::Refuse { paper, party, reason, note: None, effective_on: TODAY })
        }
        Step::Recall => {
            let reason = RecallReason::Other;
            played.agree(AgreementCommand::Recall { paper, reason, note: None, effective_on: TODAY })
        }
        Step::Void => {
            let (version, reason) = (paper.version, RecallReason::Other);
            played.agree(AgreementCommand::Void { version, reason, note: None, effective_on: TODAY })
        }
        Step::Amend(so, from, also) => {
            let Some(stay) = stay.stay() else { return vec![] };
            let agreed = Arrangement { period: stay.period(), ..stay.on(on(*so)) }.agreed();
            let also =
                [Some(AmendmentKind::Suspension), Some(AmendmentKind::Termination)].get(*also).copied().flatten();
            let amendment = Amendment { agreed, holds_from: on(*from), particulars: None, also };
            let amend = AgreementCommand::Amend { amendment, by: None, effective_on: TODAY };
            [played.agree(amend), played.agree(send(number))].concat()
        }
        Step::Terminate(day) => {
            let (initiator, reason, note) = (Initiator::School, EndReason::Other, None);
            played.agree(AgreementCommand::Terminate { initiator, reason, note, effective_on: on(*day) })
        }
        Step::Undo { of_agreement: true, back } => {
            let version = town.app.load::<Agreement>(id.0).await.unwrap().1.saturating_sub(*back);
            let reason = UndoReason::Other;
            played.agree(AgreementCommand::Undo { version, reason, note: None, effective_on: TODAY })
        }
        Step::Undo { of_agreement: false, back } => {
            let version = town.app.load::<Placement>(id.0).await.unwrap().1.saturating_sub(*back);
            let reason = UndoReason::Other;
            order(PlacementCommand::Undo { version, reason, note: None, known: known(), effective_on: TODAY })
        }
    }
}

fn send(number: u8) -> AgreementCommand {
    AgreementCommand::Send {
        kind: DocumentKind::Agreement,
        document: FileHash::new([100 + number; 32]),
        rule: SigningRule::default(),
        placed: None,
        effective_on: TODAY,
    }
}

fn advance(played: &Played, placed: &Placement, agreement: &Agreement, number: u8) -> Vec<Order> {
    let Some(stay) = placed.stay() else {
        let first = played.from + i64::from(number % 3);
        return vec![draft_of(played.id, played.student, played.arranged(first, 9))];
    };
    match stay.stage {
        Stage::Draft | Stage::Returned => vec![submit(played.id)],
        Stage::Submitted if stay.verdict.is_none() => vec![evaluate(played.id)],
        Stage::Submitted => vec![approve(played.id)],
        Stage::Approved if agreement.sheets().all().is_empty() => signed_packet(played.id),
        Stage::Approved => vec![confirm_readiness(played.id)],
        Stage::Ready => {
            let effective_on = stay.arranged.period.first_day.checked_add(i64::from(number % 2).days()).unwrap();
            vec![placement(played.id, PlacementCommand::ConfirmArrival { effective_on })]
        }
        Stage::Arrived | Stage::Suspended | Stage::Rejected | Stage::EndedEarly | Stage::NoShow | Stage::Cancelled => {
            vec![]
        }
    }
}

/// What is known of one placement from a prefix of the log.
#[derive(Default)]
struct Told {
    placement: Placement,
    agreement: Agreement,
}

fn shown(stay: &Stay, day: Date) -> Shown {
    let is_behind = day > stay.period().last_day;
    match stay.stage {
        Stage::Arrived | Stage::Suspended | Stage::EndedEarly => {
            let is_interrupted = stay.pauses.iter().any(|pause| pause.contains(day));
            if stay.ended.is_some_and(|end| end.on <= day) {
                Shown::EndedEarly
            } else if stay.arrived_on.is_some_and(|arrived_on| day < arrived_on) {
                Shown::Ready
            } else if is_behind {
                Shown::PeriodEnded
            } else if is_interrupted {
                Shown::Suspended
            } else {
                Shown::InProgress
            }
        }
        Stage::Draft
        | Stage::Submitted
        | Stage::Returned
        | Stage::Rejected
        | Stage::Approved
        | Stage::Ready
        | Stage::NoShow
        | Stage::Cancelled => stay.shown(day),
    }
}

impl Told {
    /// How far the agreement is on a day, and whether the stay is what it says.
    fn agreed(&self, stay: &Stay, day: Date) -> (Option<SheetState>, bool) {
        let sheets = self.agreement.sheets();
        let contracts = || sheets.all().iter().filter_map(|sheet| Some((sheet.state, sheet.contract.as_ref()?)));
        let signed: Vec<_> = contracts().map(|(_, contract)| contract).filter(|c| c.in_force_from.is_some()).collect();
        let (Some(first), Some(last)) = (signed.first(), signed.last()) else {
            return (contracts().next_back().map(|(state, _)| state), false);
        };
        if first.terminated_on.is_some_and(|ended_on| ended_on <= day) {
            return (Some(SheetState::Terminated), false);
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
        (Some(SheetState::InForce), lacks)
    }

    /// What the register should say on a day; what it says else is taken over.
    fn expected(&self, day: Date, found: &Placed) -> Option<Placed> {
        let stay = self.placement.stay()?;
        let speaks_on = day.max(stay.arranged.period.first_day);
        let so = stay.on(speaks_on);
        let (agreement, lacks_amendment) = self.agreed(stay, speaks_on);
        Some(Placed {
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
            let question = Question { as_of: epoch_day(day), known_at, scope: Scope::City };
            let found = placements(log.readers(), &question, &Part::default()).await.unwrap();
            let standing = told.values().filter(|told| told.placement.stay().is_some()).count();
            assert_eq!(found.len(), standing, "on {day} at {known_at}");
            for found in found {
                let expected = told[&found.placement.0].expected(day, &found).unwrap();
                assert_eq!(found, expected, "on {day} at {known_at}");
                assert_eq!(found.unit, world.unit(found.host), "on {day} at {known_at}");
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
    let question = Question { as_of: epoch_day(FIRST), known_at, scope: Scope::City };
    let class = ClassName::parse("1班").unwrap();
    for packet in packet_grid(town.app.log().readers(), &question, &school(OURS), &class).await.unwrap() {
        let sheets = told[&packet.placement.0].agreement.sheets();
        assert!(packet.documents.iter().all(|(kind, state)| sheets.state(*kind) == *state), "at {known_at}");
    }
}

/// A placement's rectangles follow each other without gap or overlap, from its first day to the end of days.
async fn tiles_the_days(town: &Town, known_at: i64, told: &HashMap<Uuid, Told>) {
    let rows = sqlx::query(
        "select placement, true_from, true_to from placement_register where known_from <= $1 and known_to > $1
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
        let first_day = epoch_day(told[&id].placement.stay().unwrap().arranged.period.first_day);
        let before = until.insert(id, to).unwrap_or(first_day);
        assert!(before == from && from < to, "at {known_at}");
    }
    assert!(until.values().all(|to| *to == i64::MAX), "at {known_at}");
}

async fn play(database: &Database, steps: &[(usize, Step)]) {
    let (town, host, students) = class(database, STAYS).await;
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
