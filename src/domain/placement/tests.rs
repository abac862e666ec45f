//! Rules of the placement stream: given events, when a command, then events or a refusal; and walks at random.

mod changes;
mod walks;

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::arrangement::{
    Arrangement, ArrangementChange, ArrangementField, Changed, Mentors, Pay, PayUnit, Period, Site,
};
use super::codes::{
    AmendmentKind, ChangeReason, ComplianceVerdict, DocumentKind, EndReason, HostSource, Initiator, InternshipKind,
    LateReason, Region, ReturnReason, SiteKind,
};
use super::stay::{PlacementStage, PlacementStatus};
use super::*;
use crate::domain::UndoReason;
use crate::domain::employer::Trading;
use crate::domain::ids::{EmployerId, SealedRevision, StaffId};
use crate::domain::student::standing::Absence;
use crate::domain::terms::{SpecialtyMatch, Standing, Term};
use crate::refusal::Refusal;

const OFFICER: StaffId = StaffId(Uuid::from_u128(1));
const PRINCIPAL: StaffId = StaffId(Uuid::from_u128(2));
const STUDENT: StudentId = StudentId(Uuid::from_u128(3));
const MAY: Date = date(2026, 5, 20);
const FIRST: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 11, 30);
const PERIOD: Period = Period { first_day: FIRST, last_day: LAST };

fn host(number: u128) -> EmployerId {
    EmployerId(Uuid::from_u128(number))
}

fn site(revision: u32) -> Site {
    Site { kind: SiteKind::Private, region: Region::City, described: SealedRevision(revision), occupation: None }
}

fn arrangement() -> Arrangement {
    Arrangement {
        kind: InternshipKind::Post,
        source: HostSource::School,
        host: host(10),
        period: PERIOD,
        site: Some(site(1)),
        mentors: Mentors { teacher: Some(OFFICER), at_host: Some(SealedRevision(2)) },
        pay: Some(Pay { yuan: 2_400, per: PayUnit::Month }),
        on_specialty: Some(SpecialtyMatch::Full),
        applied_on: None,
    }
}

fn draft(arrangement: Arrangement) -> PlacementCommand {
    PlacementCommand::Draft(NewPlacement { student: STUDENT, arrangement, follows: None })
}

fn submit() -> PlacementCommand {
    PlacementCommand::Submit { effective_on: MAY }
}

fn approve(effective_on: Date) -> PlacementCommand {
    PlacementCommand::Approve { effective_on }
}

fn approve_late(effective_on: Date) -> PlacementCommand {
    PlacementCommand::ApproveLateRegistration { reason: LateReason::PaperRecords, effective_on }
}

fn confirm_readiness() -> PlacementCommand {
    PlacementCommand::ConfirmReadiness { effective_on: MAY }
}

fn confirm_arrival() -> PlacementCommand {
    PlacementCommand::ConfirmArrival { effective_on: FIRST }
}

fn drafted_as(arrangement: Arrangement) -> PlacementEvent {
    let (student, by) = (STUDENT, Some(OFFICER));
    PlacementEvent::PlacementDrafted { student, arrangement, follows: None, by, effective_on: FIRST }
}

fn drafted() -> PlacementEvent {
    drafted_as(arrangement())
}

fn submitted() -> PlacementEvent {
    PlacementEvent::PlacementSubmitted { effective_on: MAY }
}

fn evaluated(verdict: ComplianceVerdict) -> PlacementEvent {
    PlacementEvent::ComplianceEvaluated { verdict, rules: 1, by: None, effective_on: MAY }
}

fn approved() -> PlacementEvent {
    PlacementEvent::PlacementApproved { by: PRINCIPAL, effective_on: MAY }
}

fn ready() -> PlacementEvent {
    PlacementEvent::ReadinessConfirmed { effective_on: MAY }
}

fn arrived() -> PlacementEvent {
    PlacementEvent::ArrivalConfirmed { effective_on: FIRST }
}

/// A student who arrived, by the usual way.
fn at_work() -> Vec<PlacementEvent> {
    vec![drafted(), submitted(), evaluated(ComplianceVerdict::Passed), approved(), ready(), arrived()]
}

/// The officer acts in May; the student is enrolled and not placed elsewhere, the host exists, and the packet is
/// signed.
fn usual() -> PlacementFacts {
    PlacementFacts {
        by: Some(OFFICER),
        today: MAY,
        absences: Some(vec![]),
        taken: vec![],
        host: Trading::Open,
        unsigned: vec![],
    }
}

fn knowing(facts: PlacementFacts) -> TestFramework<Placement> {
    TestFramework::with(facts)
}

fn as_by(staff: StaffId) -> TestFramework<Placement> {
    knowing(PlacementFacts { by: Some(staff), ..usual() })
}

fn as_by_the_operator() -> TestFramework<Placement> {
    knowing(PlacementFacts { by: None, ..usual() })
}

/// The student's other placement takes these days.
fn with_taken(taken: Period) -> TestFramework<Placement> {
    knowing(PlacementFacts { taken: vec![taken], ..usual() })
}

fn given(events: Vec<PlacementEvent>) -> AggregateTestExecutor<Placement> {
    knowing(usual()).given(events)
}

fn folded(events: Vec<PlacementEvent>) -> Stay {
    let mut placement = Placement::default();
    events.into_iter().for_each(|event| placement.apply(event));
    placement.stay().unwrap().clone()
}

fn change(change: ArrangementChange, effective_on: Date) -> PlacementCommand {
    PlacementCommand::Change(Changed { change, reason: ChangeReason::HostAsked, effective_on })
}

#[test]
fn a_placement_goes_from_nothing_to_work_in_five_decisions() {
    given(vec![]).when(draft(arrangement())).then_expect_events(vec![drafted()]);
    given(vec![drafted()]).when(submit()).then_expect_events(vec![submitted()]);
    let before = vec![drafted(), submitted(), evaluated(ComplianceVerdict::Warned)];
    as_by(PRINCIPAL).given(before).when(approve(MAY)).then_expect_events(vec![approved()]);
    let before = vec![drafted(), submitted(), evaluated(ComplianceVerdict::Warned), approved()];
    given(before).when(confirm_readiness()).then_expect_events(vec![ready()]);
    let before = vec![drafted(), submitted(), evaluated(ComplianceVerdict::Warned), approved(), ready()];
    knowing(PlacementFacts { today: FIRST, ..usual() })
        .given(before)
        .when(confirm_arrival())
        .then_expect_events(vec![arrived()]);
}

#[test]
fn nobody_has_arrived_or_failed_to_on_a_day_that_is_still_to_come() {
    let before = || vec![drafted(), submitted(), evaluated(ComplianceVerdict::Passed), approved(), ready()];
    let today = FIRST.yesterday().unwrap();
    let the_day_before = || knowing(PlacementFacts { today, ..usual() });
    let not_yet = || PlacementRefusal::NotYet { day: FIRST, today };
    the_day_before().given(before()).when(confirm_arrival()).then_expect_error(not_yet());
    let no_show = PlacementCommand::RecordNoShow { reason: EndReason::Family, note: None, effective_on: FIRST };
    the_day_before().given(before()).when(no_show).then_expect_error(not_yet());
}

#[test]
fn who_drafted_a_placement_does_not_approve_it() {
    as_by(OFFICER)
        .given(vec![drafted(), submitted()])
        .when(approve(MAY))
        .then_expect_error(PlacementRefusal::ApproverDrafted);
    // Nor does who revised it.
    let by = Some(PRINCIPAL);
    let revised = PlacementEvent::PlacementRevised { arrangement: arrangement(), by, effective_on: FIRST };
    as_by(PRINCIPAL)
        .given(vec![drafted(), revised, submitted(), evaluated(ComplianceVerdict::Passed)])
        .when(approve(MAY))
        .then_expect_error(PlacementRefusal::ApproverDrafted);
    as_by(OFFICER)
        .given(vec![drafted(), submitted()])
        .when(approve_late(MAY))
        .then_expect_error(PlacementRefusal::ApproverDrafted);
}

#[test]
fn a_decision_needs_a_person() {
    assert_eq!(PlacementRefusal::NobodyDecides.sentence().zh, "审批和审核要由具体人员作出；请以该人员的身份办理");
    let (reason, note, effective_on) = (ReturnReason::Other, None, MAY);
    let decisions = [
        approve(MAY),
        approve_late(MAY),
        PlacementCommand::SendBack { reason, note, effective_on },
        PlacementCommand::Reject { reason, note, effective_on },
    ];
    for decision in decisions {
        assert!(decision.is_review());
        as_by_the_operator()
            .given(vec![drafted(), submitted(), evaluated(ComplianceVerdict::Passed)])
            .when(decision)
            .then_expect_error(PlacementRefusal::NobodyDecides);
    }
}

#[test]
fn only_who_is_enrolled_is_placed() {
    let of = |absences| knowing(PlacementFacts { absences, ..usual() });
    let away = |standing, since, until| of(Some(vec![Absence { standing, since, until }]));
    let of_who_left = |since| away(Standing::Withdrawn, since, None);
    let period = arrangement().period;
    let refusal = PlacementRefusal::NotEnrolled { standing: Standing::Withdrawn, since: FIRST, until: None, period };
    assert_eq!(
        refusal.sentence().zh,
        "该生自 2026-06-01 起学籍状态为「退学」，不是在籍学生，实习不能安排到 2026-11-30；只能补登在此之前结束的实习"
    );
    of_who_left(FIRST).given(vec![]).when(draft(arrangement())).then_expect_error(refusal);
    // Who has left since may have stayed before.
    of_who_left(LAST).given(vec![]).when(draft(arrangement())).then_expect_events(vec![drafted()]);
    // A leave that is over keeps out a stay on its days and no other.
    let (before, behind) = (FIRST.yesterday().unwrap(), FIRST.tomorrow().unwrap());
    let on_leave = |until| away(Standing::OnLeave, before, Some(until));
    let refusal =
        PlacementRefusal::NotEnrolled { standing: Standing::OnLeave, since: before, until: Some(behind), period };
    on_leave(behind).given(vec![]).when(draft(arrangement())).then_expect_error(refusal);
    on_leave(FIRST).given(vec![]).when(draft(arrangement())).then_expect_events(vec![drafted()]);
    of(None).given(vec![]).when(draft(arrangement())).then_expect_error(PlacementRefusal::NotRegistered);
}

#[test]
fn a_host_that_is_unknown_closed_or_merged_away_takes_nobody() {
    let drafted_at = |host| knowing(PlacementFacts { host, ..usual() }).given(vec![]).when(draft(arrangement()));
    drafted_at(Trading::Unknown).then_expect_error(PlacementRefusal::HostUnknown);
    drafted_at(Trading::Closed { since: LAST }).then_expect_error(PlacementRefusal::HostClosed { since: LAST });
    drafted_at(Trading::Closed { since: date(2026, 12, 1) }).then_expect_events(vec![drafted()]);
    drafted_at(Trading::Merged { into: host(11) }).then_expect_error(PlacementRefusal::HostMerged { into: host(11) });
}

#[test]
fn a_stay_that_overlaps_another_is_refused_with_both_their_days() {
    // The other one ends on the day on which this one begins.
    let taken = Period { first_day: date(2026, 3, 1), last_day: FIRST };
    let refusal = PlacementRefusal::Overlaps { period: PERIOD, taken };
    assert_eq!(
        refusal.sentence().zh,
        "实习时间 2026-06-01 至 2026-11-30 与该生另一项实习（2026-03-01 至 2026-06-01）重叠；请先结束或取消另一项，或更改日期"
    );
    with_taken(taken).given(vec![]).when(draft(arrangement())).then_expect_error(refusal);
    with_taken(Period { last_day: date(2026, 5, 31), ..taken })
        .given(vec![])
        .when(draft(arrangement()))
        .then_expect_events(vec![drafted()]);
}

#[test]
fn an_end_before_the_start_is_refused() {
    let last_day = date(2026, 5, 31);
    let backwards = Arrangement { period: Period { first_day: FIRST, last_day }, ..arrangement() };
    given(vec![])
        .when(draft(backwards))
        .then_expect_error(PlacementRefusal::EndsBeforeStart { first_day: FIRST, last_day });
}

#[test]
fn a_student_does_not_choose_the_unit_of_an_orientation() {
    let chosen = Arrangement { kind: InternshipKind::Orientation, source: HostSource::SelfFound, ..arrangement() };
    given(vec![]).when(draft(chosen)).then_expect_error(PlacementRefusal::OrientationSelfFound);
}

#[test]
fn what_is_missing_is_named_when_it_is_submitted() {
    let bare = Arrangement {
        source: HostSource::SelfFound,
        site: None,
        mentors: Mentors::default(),
        pay: None,
        on_specialty: None,
        ..arrangement()
    };
    let refusal = PlacementRefusal::FieldsMissing(vec![
        ArrangementField::Site,
        ArrangementField::Teacher,
        ArrangementField::MentorAtHost,
        ArrangementField::Pay,
        ArrangementField::OnSpecialty,
        ArrangementField::Application,
    ]);
    assert_eq!(
        refusal.sentence().zh,
        "尚缺：实习地点和岗位、学校指导教师、单位指导人员、实习报酬、专业对口程度、学生和监护人的书面申请日期；请补齐后提交"
    );
    given(vec![drafted_as(bare)]).when(submit()).then_expect_error(refusal);
    // A visit is neither paid nor mentored by the host.
    let visit = Arrangement { kind: InternshipKind::Orientation, source: HostSource::School, ..bare };
    assert_eq!(visit.missing(), [ArrangementField::Site, ArrangementField::Teacher]);
}

#[test]
fn a_stay_that_has_begun_is_approved_only_as_registered_late_and_says_so_for_ever() {
    let june = date(2026, 6, 10);
    let submitted = || [drafted(), submitted(), evaluated(ComplianceVerdict::Passed)];
    as_by(PRINCIPAL)
        .given(submitted().to_vec())
        .when(approve(june))
        .then_expect_error(PlacementRefusal::BegunAlready { first_day: FIRST, today: june });
    let late = PlacementEvent::LateRegistrationApproved {
        reason: LateReason::PaperRecords,
        by: PRINCIPAL,
        effective_on: june,
    };
    let approved = PlacementEvent::PlacementApproved { by: PRINCIPAL, effective_on: june };
    as_by(PRINCIPAL).given(submitted().to_vec()).when(approve_late(june)).then_expect_events(vec![late.clone()]);
    as_by(PRINCIPAL)
        .given([&submitted()[..], std::slice::from_ref(&late)].concat())
        .when(approve(june))
        .then_expect_events(vec![approved.clone()]);
    let mut placement = Placement::default();
    [&submitted()[..], &[late, approved]].concat().into_iter().for_each(|event| placement.apply(event));
    assert!(placement.stay().unwrap().is_late);
    for version in [5, 4] {
        let undone = PlacementEvent::Undone { version, reason: UndoReason::Other, note: None, effective_on: june };
        placement.apply(undone);
    }
    // Undone, it approves nothing any more; but that it was there is seen.
    assert!(!placement.stay().unwrap().is_late);
    assert!(placement.was_registered_late());
}

#[test]
fn what_the_rules_forbid_is_not_approved_and_what_they_did_not_see_is_not_ready() {
    as_by(PRINCIPAL)
        .given(vec![drafted(), submitted(), evaluated(ComplianceVerdict::Blocked)])
        .when(approve(MAY))
        .then_expect_error(PlacementRefusal::Blocked);
    as_by(PRINCIPAL)
        .given(vec![drafted(), submitted()])
        .when(approve(MAY))
        .then_expect_error(PlacementRefusal::NotEvaluated);
    let seen_again = vec![
        drafted(),
        submitted(),
        evaluated(ComplianceVerdict::Passed),
        approved(),
        evaluated(ComplianceVerdict::Blocked),
    ];
    given(seen_again).when(confirm_readiness()).then_expect_error(PlacementRefusal::Blocked);
    // What changes during the stay has no verdict until the rules see it again.
    let paid = PlacementEvent::PayChanged {
        pay: Pay { yuan: 1_000, per: PayUnit::Month },
        reason: ChangeReason::HostAsked,
        effective_on: FIRST,
    };
    assert_eq!(folded([at_work(), vec![paid.clone()]].concat()).verdict, None);
    as_by_the_operator()
        .given([at_work(), vec![paid]].concat())
        .when(PlacementCommand::Evaluate { verdict: ComplianceVerdict::Warned, rules: 1, effective_on: MAY })
        .then_expect_events(vec![evaluated(ComplianceVerdict::Warned)]);
}

#[test]
fn a_revised_arrangement_has_no_verdict_until_the_rules_see_it_again() {
    let returned = PlacementEvent::PlacementReturned {
        reason: ReturnReason::EntryError,
        note: None,
        by: PRINCIPAL,
        effective_on: MAY,
    };
    let revised = Arrangement { host: host(11), ..arrangement() };
    let event = PlacementEvent::PlacementRevised { arrangement: revised, by: None, effective_on: FIRST };
    let before = vec![drafted(), submitted(), evaluated(ComplianceVerdict::Blocked), returned];
    as_by_the_operator()
        .given(before.clone())
        .when(PlacementCommand::Revise { arrangement: revised })
        .then_expect_events(vec![event.clone()]);
    let stay = folded([before, vec![event]].concat());
    assert_eq!((stay.stage, stay.verdict, stay.arranged.host), (PlacementStage::Returned, None, host(11)));
}

#[test]
fn readiness_names_the_documents_that_are_missing() {
    let missing = vec![DocumentKind::Agreement, DocumentKind::GuardianConsent];
    let refusal = PlacementRefusal::PacketIncomplete(missing.clone());
    assert_eq!(refusal.sentence().zh, "实习材料不全：三方协议、监护人知情同意书；请收齐并签署后再确认");
    knowing(PlacementFacts { unsigned: missing, ..usual() })
        .given(vec![drafted(), submitted(), evaluated(ComplianceVerdict::Passed), approved()])
        .when(confirm_readiness())
        .then_expect_error(refusal);
}

#[test]
fn from_the_first_day_on_a_ready_placement_is_not_cancelled_but_not_begun() {
    let ready = vec![drafted(), submitted(), evaluated(ComplianceVerdict::Passed), approved(), ready()];
    given(ready)
        .when(PlacementCommand::Cancel { reason: EndReason::Health, note: None, effective_on: FIRST })
        .then_expect_error(PlacementRefusal::CancelledTooLate { first_day: FIRST });
}

#[test]
fn undoing_goes_backwards_and_takes_back_the_days_it_freed() {
    let (reason, note, effective_on) = (UndoReason::EntryError, Some(SealedRevision(9)), MAY);
    let undo = |version| PlacementCommand::Undo { version, reason, note, effective_on };
    let undone = |version| PlacementEvent::Undone { version, reason, note, effective_on };
    given(vec![drafted(), submitted()])
        .when(undo(1))
        .then_expect_error(PlacementRefusal::LaterStands { version: 1, latest: 2 });
    given(vec![drafted(), submitted()]).when(undo(2)).then_expect_events(vec![undone(2)]);
    // The undoing is version 3; the draft is the latest that stands, then nothing.
    given(vec![drafted(), submitted(), undone(2)]).when(undo(1)).then_expect_events(vec![undone(1)]);
    given(vec![drafted(), submitted(), undone(2)]).when(undo(2)).then_expect_events(vec![]);
    given(vec![drafted()]).when(undo(7)).then_expect_error(PlacementRefusal::NothingToUndo { version: 7 });
    // Meanwhile the student was placed elsewhere.
    let cancelled = PlacementEvent::PlacementCancelled { reason: EndReason::EntryError, note: None, effective_on: MAY };
    with_taken(PERIOD)
        .given(vec![drafted(), cancelled])
        .when(undo(2))
        .then_expect_error(PlacementRefusal::Overlaps { period: PERIOD, taken: PERIOD });
}

#[test]
fn a_refusal_names_the_state_and_those_in_which_it_would_be_allowed() {
    let refusal = PlacementRefusal::WrongStage {
        now: PlacementStage::Draft,
        allowed: &[PlacementStage::Arrived, PlacementStage::Suspended],
    };
    assert_eq!(refusal.sentence().zh, "该实习当前为「草稿」，只有「实习中、中止」时可以这样办理");
    given(vec![drafted()])
        .when(PlacementCommand::EndEarly {
            initiator: Initiator::Student,
            reason: EndReason::Health,
            note: None,
            effective_on: FIRST,
        })
        .then_expect_error(refusal);
}

#[test]
fn every_code_of_the_vocabularies_is_read_back() {
    fn all<T: Term + std::fmt::Debug>() {
        for entry in T::ENTRIES {
            assert_eq!(T::from_code(entry.code), Some(entry.value));
            assert_eq!(T::from_text(entry.zh), Some(entry.value));
        }
    }
    all::<InternshipKind>();
    all::<HostSource>();
    all::<SiteKind>();
    all::<Region>();
    all::<ReturnReason>();
    all::<ChangeReason>();
    all::<EndReason>();
    all::<Initiator>();
    all::<LateReason>();
    all::<ComplianceVerdict>();
    all::<DocumentKind>();
    all::<AmendmentKind>();
    all::<PayUnit>();
    all::<PlacementStatus>();
}

#[test]
fn a_placement_is_drafted_once_and_stays_with_its_student() {
    given(vec![]).when(submit()).then_expect_error(PlacementRefusal::NotDrafted);
    given(vec![drafted()]).when(draft(arrangement())).then_expect_error(PlacementRefusal::AlreadyDrafted);
    // Also when the draft of the one was undone.
    let undone = PlacementEvent::Undone { version: 1, reason: UndoReason::Other, note: None, effective_on: MAY };
    let student = StudentId(Uuid::from_u128(4));
    let of_another = PlacementCommand::Draft(NewPlacement { student, arrangement: arrangement(), follows: None });
    given(vec![drafted(), undone]).when(of_another).then_expect_error(PlacementRefusal::OtherStudent);
}
