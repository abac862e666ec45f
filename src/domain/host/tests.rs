//! Rules of the host stream, and walks at random.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::ids::HostId;
use crate::refusal::Refusal;

const ON: Date = date(2026, 3, 2);
const OFFICER: StaffId = StaffId(Uuid::from_u128(1));
const PRINCIPAL: StaffId = StaffId(Uuid::from_u128(2));
const EMPLOYER: EmployerId = EmployerId(Uuid::from_u128(3));

fn school(code: &str) -> SchoolCode {
    SchoolCode::parse(code).unwrap()
}

fn proposed(partner_since: Option<Date>) -> HostEvent {
    let (school, employer, by) = (school("33070001"), EMPLOYER, Some(OFFICER));
    HostEvent::HostProposed { school, employer, partner_since, by, effective_on: ON }
}

fn propose() -> HostCommand {
    HostCommand::Propose { employer: EMPLOYER, partner_since: None, effective_on: ON }
}

fn findings(safety: Finding) -> Findings {
    let met = VisitHead::ENTRIES.iter().map(|entry| (entry.value, Finding::Met));
    met.chain([(VisitHead::Safety, safety)]).collect()
}

fn visited(safety: Finding) -> HostEvent {
    let findings = findings(safety);
    HostEvent::SiteVisitReported { findings, report: None, note: None, by: Some(OFFICER), effective_on: ON }
}

fn report(findings: Findings) -> HostCommand {
    HostCommand::ReportVisit { findings, report: None, note: None, effective_on: ON }
}

fn accept() -> HostCommand {
    HostCommand::Accept { effective_on: ON }
}

fn refuse() -> HostCommand {
    HostCommand::Refuse { reason: HostReason::Unsafe, note: None, effective_on: ON }
}

fn accepted() -> HostEvent {
    HostEvent::HostAccepted { by: PRINCIPAL, effective_on: ON }
}

/// The officer acts for the school; the employer exists, and the school has no other stream for it.
fn usual() -> HostFacts {
    HostFacts { by: Some(OFFICER), school: school("33070001"), employer: Trading::Open, listed: None }
}

fn knowing(facts: HostFacts) -> TestFramework<Host> {
    TestFramework::with(facts)
}

fn as_by(staff: StaffId) -> TestFramework<Host> {
    knowing(HostFacts { by: Some(staff), ..usual() })
}

fn given(events: Vec<HostEvent>) -> AggregateTestExecutor<Host> {
    knowing(usual()).given(events)
}

fn folded(events: Vec<HostEvent>) -> ProposedHost {
    let mut host = Host::default();
    events.into_iter().for_each(|event| host.apply(event));
    host.proposed().unwrap().clone()
}

#[test]
fn a_new_host_is_visited_before_it_is_accepted_and_a_partner_of_old_need_not_be() {
    given(vec![]).when(propose()).then_expect_events(vec![proposed(None)]);
    as_by(PRINCIPAL).given(vec![proposed(None)]).when(accept()).then_expect_error(HostRefusal::NotVisited);
    given(vec![proposed(None)])
        .when(report(findings(Finding::Partly)))
        .then_expect_events(vec![visited(Finding::Partly)]);
    as_by(PRINCIPAL)
        .given(vec![proposed(None), visited(Finding::Partly)])
        .when(accept())
        .then_expect_events(vec![accepted()]);
    as_by(PRINCIPAL).given(vec![proposed(Some(date(2018, 9, 1)))]).when(accept()).then_expect_events(vec![accepted()]);
}

#[test]
fn who_proposed_a_host_does_not_decide_on_it() {
    as_by(OFFICER)
        .given(vec![proposed(None), visited(Finding::Met)])
        .when(accept())
        .then_expect_error(HostRefusal::DeciderProposed);
    as_by(OFFICER).given(vec![proposed(None)]).when(refuse()).then_expect_error(HostRefusal::DeciderProposed);
}

#[test]
fn a_decision_needs_a_person() {
    assert_eq!(HostRefusal::NobodyDecides.sentence().zh, "审批和审核要由具体人员作出；请以该人员的身份办理");
    for decision in [accept(), refuse()] {
        assert!(decision.is_review());
        knowing(HostFacts { by: None, ..usual() })
            .given(vec![proposed(None), visited(Finding::Met)])
            .when(decision)
            .then_expect_error(HostRefusal::NobodyDecides);
    }
}

#[test]
fn a_report_speaks_to_all_nine_heads_and_one_not_met_forbids_the_host() {
    let mut short = findings(Finding::Met);
    short.remove(&VisitHead::Integrity);
    short.remove(&VisitHead::Living);
    let refusal = HostRefusal::HeadsMissing(vec![VisitHead::Integrity, VisitHead::Living]);
    assert_eq!(refusal.sentence().zh, "考察报告缺少：诚信状况、生活环境；九项都要写明");
    given(vec![proposed(None)]).when(report(short)).then_expect_error(refusal);
    as_by(PRINCIPAL)
        .given(vec![proposed(None), visited(Finding::NotMet)])
        .when(accept())
        .then_expect_error(HostRefusal::HeadsNotMet(vec![VisitHead::Safety]));
}

#[test]
fn a_refused_host_is_proposed_again_and_visited_again() {
    let refused = HostEvent::HostRefused {
        reason: HostReason::NoCapacity,
        note: Some(SealedRevision(1)),
        by: PRINCIPAL,
        effective_on: ON,
    };
    let before = vec![proposed(None), visited(Finding::Met), refused];
    given(before.clone()).when(propose()).then_expect_events(vec![proposed(None)]);
    as_by(PRINCIPAL)
        .given([before, vec![proposed(None)]].concat())
        .when(accept())
        .then_expect_error(HostRefusal::NotVisited);
    given(vec![proposed(None)]).when(propose()).then_expect_error(HostRefusal::AlreadyProposed(HostStage::Proposed));
}

#[test]
fn an_employer_that_is_gone_becomes_no_host_and_a_stream_stays_with_its_school() {
    let when_proposed = |employer| knowing(HostFacts { employer, ..usual() }).given(vec![]).when(propose());
    when_proposed(Trading::Closed { since: ON }).then_expect_error(HostRefusal::EmployerClosed { since: ON });
    when_proposed(Trading::Unknown).then_expect_error(HostRefusal::EmployerUnknown);
    when_proposed(Trading::Merged { into: EMPLOYER }).then_expect_error(HostRefusal::EmployerMerged { into: EMPLOYER });
    knowing(HostFacts { school: school("33070002"), ..usual() })
        .given(vec![proposed(None)])
        .when(propose())
        .then_expect_error(HostRefusal::OtherHost);
    let listed = HostId(Uuid::from_u128(4));
    knowing(HostFacts { listed: Some(listed), ..usual() })
        .given(vec![])
        .when(propose())
        .then_expect_error(HostRefusal::ListedAlready(listed));
}

#[test]
fn a_host_that_is_no_longer_suspended_is_what_it_was() {
    let suspended = HostEvent::HostSuspended { reason: HostReason::Unsafe, note: None, effective_on: ON };
    let published = HostEvent::HostPublished { effective_on: ON };
    let resumed = HostEvent::HostResumed { effective_on: ON };
    let before = vec![proposed(None), visited(Finding::Met), accepted()];
    let accepted_again = folded([before.clone(), vec![suspended.clone(), resumed.clone()]].concat());
    assert_eq!(accepted_again.stage, HostStage::Accepted);
    let published_again = folded([before, vec![published, suspended, resumed]].concat());
    assert_eq!(published_again.stage, HostStage::Published);
}

#[test]
fn undoing_goes_backwards_and_nothing_is_said_of_a_host_that_is_not_proposed() {
    let undo = |version| HostCommand::Undo { version, reason: UndoReason::EntryError, note: None, effective_on: ON };
    let both = || given(vec![proposed(None), visited(Finding::Met)]);
    both().when(undo(1)).then_expect_error(HostRefusal::LaterStands { version: 1, latest: 2 });
    both().when(undo(3)).then_expect_error(HostRefusal::NothingToUndo { version: 3 });
    let publish = HostCommand::Publish { effective_on: ON };
    for command in [report(findings(Finding::Met)), accept(), refuse(), publish] {
        as_by(PRINCIPAL).given(vec![]).when(command).then_expect_error(HostRefusal::NotProposed);
    }
}

#[test]
fn a_framework_agreement_expires_by_the_day_alone() {
    let agree = |last_day| HostCommand::AgreeFramework { last_day, document: None, effective_on: ON };
    let before = vec![proposed(None), visited(Finding::Met), accepted()];
    given(before.clone())
        .when(agree(date(2026, 3, 1)))
        .then_expect_error(HostRefusal::FrameworkEndsBeforeStart { first_day: ON, last_day: date(2026, 3, 1) });
    let last_day = date(2027, 3, 1);
    let agreed = HostEvent::FrameworkAgreed { last_day, document: None, effective_on: ON };
    given(before.clone()).when(agree(last_day)).then_expect_events(vec![agreed.clone()]);
    let host = folded([before, vec![agreed]].concat());
    assert_eq!(host.framework_on(last_day), Some(Framework { first_day: ON, last_day, document: None }));
    assert_eq!(host.framework_on(date(2027, 3, 2)), None);
}

/// Every step there is, undoing aside: stage before, kind of event, stage after.
const STEPS: &[(Option<HostStage>, &str, HostStage)] = &[
    (None, "host_proposed", HostStage::Proposed),
    (Some(HostStage::Refused), "host_proposed", HostStage::Proposed),
    (Some(HostStage::Proposed), "site_visit_reported", HostStage::Proposed),
    (Some(HostStage::Accepted), "site_visit_reported", HostStage::Accepted),
    (Some(HostStage::Published), "site_visit_reported", HostStage::Published),
    (Some(HostStage::Suspended), "site_visit_reported", HostStage::Suspended),
    (Some(HostStage::Proposed), "host_accepted", HostStage::Accepted),
    (Some(HostStage::Proposed), "host_refused", HostStage::Refused),
    (Some(HostStage::Accepted), "host_published", HostStage::Published),
    (Some(HostStage::Accepted), "host_suspended", HostStage::Suspended),
    (Some(HostStage::Published), "host_suspended", HostStage::Suspended),
    (Some(HostStage::Suspended), "host_resumed", HostStage::Accepted),
    (Some(HostStage::Suspended), "host_resumed", HostStage::Published),
    (Some(HostStage::Accepted), "framework_agreed", HostStage::Accepted),
    (Some(HostStage::Published), "framework_agreed", HostStage::Published),
    (Some(HostStage::Suspended), "framework_agreed", HostStage::Suspended),
];

fn command() -> impl Strategy<Value = HostCommand> {
    let finding = prop_oneof![3 => Just(Finding::Met), 1 => Just(Finding::NotMet)];
    prop_oneof![
        2 => Just(propose()),
        2 => finding.prop_map(|finding| report(findings(finding))),
        2 => Just(accept()),
        1 => Just(refuse()),
        1 => Just(HostCommand::Publish { effective_on: ON }),
        1 => Just(HostCommand::Suspend { reason: HostReason::HostAsked, note: None, effective_on: ON }),
        1 => Just(HostCommand::Resume { effective_on: ON }),
        1 => Just(HostCommand::AgreeFramework { last_day: ON, document: None, effective_on: ON }),
        1 => (1..3_u32).prop_map(|revision| HostCommand::RecordContacts {
            contacts: SealedRevision(revision),
            effective_on: ON
        }),
        2 => (1..20_u64).prop_map(|version| HostCommand::Undo {
            version,
            reason: UndoReason::Other,
            note: None,
            effective_on: ON
        }),
    ]
}

fn facts() -> impl Strategy<Value = HostFacts> {
    let by = prop_oneof![1 => Just(None), 2 => Just(Some(OFFICER)), 2 => Just(Some(PRINCIPAL))];
    by.prop_map(|by| HostFacts { by, ..usual() })
}

proptest! {
    #[test]
    fn no_walk_leaves_the_table(orders in prop::collection::vec((command(), facts()), 1..40)) {
        let (mut host, mut recorded) = (Host::default(), vec![]);
        for (command, facts) in orders {
            let Ok(events) = decide(&host, command, &facts) else { continue };
            for event in events {
                let before = host.proposed().map(|host| host.stage);
                host.apply(event.clone());
                let after = host.proposed().map(|host| host.stage);
                let step = (before, event.event_type(), after);
                let is_listed = |(from, kind, to): &(_, &str, _)| (*from, (*kind).to_owned(), Some(*to)) == step;
                let is_contact = matches!(event, HostEvent::ContactsRecorded { .. }) && before == after;
                let is_undoing = matches!(event, HostEvent::Undone { .. });
                prop_assert!(is_undoing || is_contact || STEPS.iter().any(is_listed), "{step:?}");
                recorded.push(event);
            }
        }
        let mut again = Host::default();
        recorded.into_iter().for_each(|event| again.apply(event));
        prop_assert_eq!(again.proposed(), host.proposed());
    }
}
