//! Rules of a stay from the arrival on: changes from a day, interruptions, the early end.

use super::*;

#[test]
fn after_a_change_of_host_both_hosts_stay_visible_each_on_its_days() {
    let august = date(2026, 8, 1);
    let moved = ArrangementChange::Host { host: host(11), source: HostSource::Referral, site: site(3), at_host: None };
    let event = PlacementEvent::HostChanged {
        host: host(11),
        source: HostSource::Referral,
        site: site(3),
        at_host: None,
        reason: ChangeReason::HostAsked,
        effective_on: august,
    };
    given(at_work()).when(change(moved, august)).then_expect_events(vec![event.clone()]);
    // Recorded later, true earlier: the pay of July.
    let paid = PlacementEvent::PayChanged {
        pay: Pay { yuan: 2_600, per: PayUnit::Month },
        reason: ChangeReason::HostAsked,
        effective_on: date(2026, 7, 1),
    };
    let stay = folded([at_work(), vec![event, paid]].concat());
    let on = |day| (stay.on(day).host, stay.on(day).pay.unwrap().yuan);
    assert_eq!(on(date(2026, 6, 30)), (host(10), 2_400));
    assert_eq!(on(date(2026, 7, 31)), (host(10), 2_600));
    assert_eq!(on(august), (host(11), 2_600));
}

#[test]
fn a_change_outside_the_stay_is_refused_and_one_that_changes_nothing_is_no_event() {
    let before = date(2026, 5, 31);
    given(at_work())
        .when(change(ArrangementChange::Site(site(9)), before))
        .then_expect_error(PlacementRefusal::OutsidePeriod { day: before, period: PERIOD });
    given(at_work()).when(change(ArrangementChange::Site(site(1)), FIRST)).then_expect_events(vec![]);
}

#[test]
fn a_longer_stay_that_runs_into_the_next_one_is_refused() {
    let last_day = date(2027, 1, 15);
    let taken = Period { first_day: date(2027, 1, 1), last_day: date(2027, 3, 1) };
    with_taken(taken)
        .given(at_work())
        .when(change(ArrangementChange::Period { first_day: None, last_day }, date(2026, 11, 1)))
        .then_expect_error(PlacementRefusal::Overlaps { period: Period { last_day, ..PERIOD }, taken });
}

#[test]
fn the_day_alone_ends_a_stay_whose_period_is_over() {
    let stay = folded(at_work());
    assert_eq!(stay.status_on(LAST), PlacementStatus::InProgress);
    assert_eq!(stay.status_on(date(2026, 12, 1)), PlacementStatus::PeriodEnded);
}

#[test]
fn who_ends_early_is_free_from_that_day_on() {
    let september = date(2026, 9, 1);
    let ended = PlacementEvent::TerminatedEarly {
        initiator: Initiator::Host,
        reason: EndReason::HostClosed,
        note: None,
        effective_on: september,
    };
    let command = PlacementCommand::EndEarly {
        initiator: Initiator::Host,
        reason: EndReason::HostClosed,
        note: None,
        effective_on: september,
    };
    given(at_work()).when(command).then_expect_events(vec![ended.clone()]);
    let stay = folded([at_work(), vec![ended]].concat());
    assert_eq!(stay.taken(), Some(Period { last_day: date(2026, 8, 31), ..PERIOD }));
}

#[test]
fn interruptions_follow_each_other() {
    let (july, august) = (date(2026, 7, 1), date(2026, 8, 1));
    let suspended = PlacementEvent::PlacementSuspended { reason: EndReason::Health, note: None, effective_on: august };
    let resume = |effective_on| PlacementCommand::Resume { effective_on };
    given([at_work(), vec![suspended.clone()]].concat())
        .when(resume(july))
        .then_expect_error(PlacementRefusal::BeforePause { day: july, since: august });
    let resumed = PlacementEvent::PlacementResumed { effective_on: date(2026, 8, 10) };
    let stay = folded([at_work(), vec![suspended, resumed]].concat());
    let pause = stay.pauses[0];
    assert_eq!((pause.contains(july), pause.contains(date(2026, 8, 9)), pause.contains(date(2026, 8, 10))), {
        (false, true, false)
    });
}

#[test]
fn only_what_the_parties_signed_for_needs_an_amendment() {
    let agreed = arrangement().agreed();
    let after = |change| folded([at_work(), vec![event_of(change)]].concat()).amendments(&agreed, LAST);
    let teacher = Mentors { teacher: Some(PRINCIPAL), ..arrangement().mentors };
    let mentor = Mentors { at_host: Some(SealedRevision(7)), ..arrangement().mentors };
    let moved = ArrangementChange::Host { host: host(11), source: HostSource::Referral, site: site(3), at_host: None };
    assert_eq!(after(ArrangementChange::Mentors(teacher)), []);
    assert_eq!(after(ArrangementChange::Mentors(mentor)), [AmendmentKind::Mentor]);
    assert_eq!(after(moved), [AmendmentKind::Host]);
    assert_eq!(after(ArrangementChange::Site(site(4))), [AmendmentKind::Site]);
    assert_eq!(
        after(ArrangementChange::Period { first_day: None, last_day: date(2026, 12, 31) }),
        [AmendmentKind::Period]
    );
    assert_eq!(after(ArrangementChange::Pay(Pay { yuan: 9, per: PayUnit::Day })), [AmendmentKind::Pay]);
    let suspended = PlacementEvent::PlacementSuspended { reason: EndReason::Health, note: None, effective_on: LAST };
    let stay = folded([at_work(), vec![suspended]].concat());
    assert_eq!(stay.amendments(&agreed, FIRST), []);
    assert_eq!(stay.amendments(&agreed, LAST), [AmendmentKind::Suspension]);
}

/// What a change from the second week on is recorded as.
fn event_of(wanted: ArrangementChange) -> PlacementEvent {
    let mut placement = Placement::default();
    at_work().into_iter().for_each(|event| placement.apply(event));
    decide(&placement, change(wanted, date(2026, 6, 8)), &usual()).unwrap().remove(0)
}

/// Approved and signed for, before the first day.
fn before_it_begins() -> Vec<PlacementEvent> {
    vec![drafted(), submitted(), evaluated(ComplianceVerdict::Passed), approved(), ready()]
}

#[test]
fn before_it_begins_a_stay_gets_another_first_day_which_holds_for_all_of_it() {
    let later = date(2026, 6, 15);
    let moved = ArrangementChange::Period { first_day: Some(later), last_day: LAST };
    let event = PlacementEvent::PeriodChanged {
        first_day: Some(later),
        last_day: LAST,
        reason: ChangeReason::HostAsked,
        effective_on: later,
    };
    given(before_it_begins()).when(change(moved, MAY)).then_expect_events(vec![event.clone()]);
    given([before_it_begins(), vec![event.clone()]].concat()).when(change(moved, MAY)).then_expect_events(vec![]);
    let stay = folded([before_it_begins(), vec![event]].concat());
    assert_eq!((stay.period(), stay.verdict), (Period { first_day: later, ..PERIOD }, None));
    assert_eq!(stay.amendments(&arrangement().agreed(), later), [AmendmentKind::Period]);
}

#[test]
fn the_first_day_does_not_move_into_the_past_nor_once_the_student_has_come() {
    let to = |first_day| change(ArrangementChange::Period { first_day: Some(first_day), last_day: LAST }, MAY);
    let yesterday = date(2026, 5, 19);
    given(before_it_begins())
        .when(to(yesterday))
        .then_expect_error(PlacementRefusal::BegunAlready { first_day: yesterday, today: MAY });
    let allowed = &[PlacementStage::Approved, PlacementStage::Ready];
    given(at_work())
        .when(to(date(2026, 6, 15)))
        .then_expect_error(PlacementRefusal::WrongStage { now: PlacementStage::Arrived, allowed });
    let taken = Period { first_day: MAY, last_day: date(2026, 5, 25) };
    with_taken(taken).given(before_it_begins()).when(to(date(2026, 5, 25))).then_expect_error(
        PlacementRefusal::Overlaps { period: Period { first_day: date(2026, 5, 25), ..PERIOD }, taken },
    );
}
