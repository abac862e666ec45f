//! Walks at random: whatever is ordered in whatever order, a placement only takes the steps of this table.

use cqrs_es::DomainEvent;
use proptest::prelude::*;

use super::*;

/// Every step there is, undoing aside: stage before, kind of event, stage after.
const STEPS: &[(Option<PlacementStage>, &str, PlacementStage)] = &[
    (None, "placement_drafted", PlacementStage::Draft),
    (Some(PlacementStage::Draft), "placement_revised", PlacementStage::Draft),
    (Some(PlacementStage::Returned), "placement_revised", PlacementStage::Returned),
    (Some(PlacementStage::Draft), "placement_submitted", PlacementStage::Submitted),
    (Some(PlacementStage::Returned), "placement_submitted", PlacementStage::Submitted),
    (Some(PlacementStage::Submitted), "compliance_evaluated", PlacementStage::Submitted),
    (Some(PlacementStage::Approved), "compliance_evaluated", PlacementStage::Approved),
    (Some(PlacementStage::Ready), "compliance_evaluated", PlacementStage::Ready),
    (Some(PlacementStage::Arrived), "compliance_evaluated", PlacementStage::Arrived),
    (Some(PlacementStage::Suspended), "compliance_evaluated", PlacementStage::Suspended),
    (Some(PlacementStage::Submitted), "placement_returned", PlacementStage::Returned),
    (Some(PlacementStage::Submitted), "placement_rejected", PlacementStage::Rejected),
    (Some(PlacementStage::Submitted), "placement_approved", PlacementStage::Approved),
    (Some(PlacementStage::Draft), "late_registration_approved", PlacementStage::Draft),
    (Some(PlacementStage::Submitted), "late_registration_approved", PlacementStage::Submitted),
    (Some(PlacementStage::Returned), "late_registration_approved", PlacementStage::Returned),
    (Some(PlacementStage::Approved), "late_registration_approved", PlacementStage::Approved),
    (Some(PlacementStage::Ready), "late_registration_approved", PlacementStage::Ready),
    (Some(PlacementStage::Arrived), "late_registration_approved", PlacementStage::Arrived),
    (Some(PlacementStage::Suspended), "late_registration_approved", PlacementStage::Suspended),
    (Some(PlacementStage::Approved), "readiness_confirmed", PlacementStage::Ready),
    (Some(PlacementStage::Ready), "arrival_confirmed", PlacementStage::Arrived),
    (Some(PlacementStage::Ready), "no_show_recorded", PlacementStage::NoShow),
    (Some(PlacementStage::Arrived), "host_changed", PlacementStage::Arrived),
    (Some(PlacementStage::Arrived), "site_changed", PlacementStage::Arrived),
    (Some(PlacementStage::Arrived), "mentor_changed", PlacementStage::Arrived),
    (Some(PlacementStage::Approved), "period_changed", PlacementStage::Approved),
    (Some(PlacementStage::Ready), "period_changed", PlacementStage::Ready),
    (Some(PlacementStage::Arrived), "period_changed", PlacementStage::Arrived),
    (Some(PlacementStage::Arrived), "pay_changed", PlacementStage::Arrived),
    (Some(PlacementStage::Arrived), "placement_suspended", PlacementStage::Suspended),
    (Some(PlacementStage::Suspended), "placement_resumed", PlacementStage::Arrived),
    (Some(PlacementStage::Arrived), "terminated_early", PlacementStage::EndedEarly),
    (Some(PlacementStage::Suspended), "terminated_early", PlacementStage::EndedEarly),
    (Some(PlacementStage::Draft), "placement_cancelled", PlacementStage::Cancelled),
    (Some(PlacementStage::Submitted), "placement_cancelled", PlacementStage::Cancelled),
    (Some(PlacementStage::Returned), "placement_cancelled", PlacementStage::Cancelled),
    (Some(PlacementStage::Approved), "placement_cancelled", PlacementStage::Cancelled),
    (Some(PlacementStage::Ready), "placement_cancelled", PlacementStage::Cancelled),
];

fn day() -> impl Strategy<Value = Date> {
    (0..240_i32).prop_map(|days| date(2026, 5, 1).checked_add(jiff::Span::new().days(days)).unwrap())
}

fn arranged() -> impl Strategy<Value = Arrangement> {
    (any::<bool>(), any::<bool>(), day(), day()).prop_map(|(is_whole, is_self_found, first_day, last_day)| {
        Arrangement {
            site: is_whole.then(|| site(1)),
            source: if is_self_found { HostSource::SelfFound } else { HostSource::School },
            applied_on: is_whole.then_some(MAY),
            period: Period { first_day, last_day },
            ..arrangement()
        }
    })
}

fn changes() -> impl Strategy<Value = ArrangementChange> {
    prop_oneof![
        (10..13_u128).prop_map(|number| ArrangementChange::Host {
            host: host(number),
            source: HostSource::School,
            site: site(4),
            at_host: None
        }),
        (1..4_u32).prop_map(|revision| ArrangementChange::Site(site(revision))),
        Just(ArrangementChange::Mentors(Mentors { teacher: Some(PRINCIPAL), at_host: None })),
        (proptest::option::of(day()), day())
            .prop_map(|(first_day, last_day)| ArrangementChange::Period { first_day, last_day }),
        (2_000..2_003_u32).prop_map(|yuan| ArrangementChange::Pay(Pay { yuan, per: PayUnit::Day })),
    ]
}

fn command() -> impl Strategy<Value = PlacementCommand> {
    let verdict = prop_oneof![Just(ComplianceVerdict::Passed), Just(ComplianceVerdict::Blocked)];
    let note = || Some(SealedRevision(1));
    prop_oneof![
        1 => arranged().prop_map(draft),
        1 => Just(draft(arrangement())),
        1 => arranged().prop_map(|arrangement| PlacementCommand::Revise { arrangement }),
        1 => day().prop_map(|effective_on| PlacementCommand::Submit { effective_on }),
        1 => (verdict, day()).prop_map(|(verdict, effective_on)| PlacementCommand::Evaluate {
            verdict,
            rules: 1,
            effective_on
        }),
        1 => day().prop_map(move |effective_on| PlacementCommand::SendBack {
            reason: ReturnReason::Other,
            note: note(),
            effective_on
        }),
        1 => day().prop_map(move |effective_on| PlacementCommand::Reject {
            reason: ReturnReason::Other,
            note: note(),
            effective_on
        }),
        3 => day().prop_map(approve),
        1 => day().prop_map(|effective_on| PlacementCommand::ApproveLateRegistration {
            reason: LateReason::Overlooked,
            effective_on
        }),
        3 => Just(confirm_readiness()),
        3 => day().prop_map(|effective_on| PlacementCommand::ConfirmArrival { effective_on }),
        1 => day().prop_map(move |effective_on| PlacementCommand::RecordNoShow {
            reason: EndReason::Family,
            note: note(),
            effective_on
        }),
        3 => (changes(), day()).prop_map(|(wanted, effective_on)| change(wanted, effective_on)),
        1 => day().prop_map(move |effective_on| PlacementCommand::Suspend {
            reason: EndReason::Health,
            note: note(),
            effective_on
        }),
        1 => day().prop_map(|effective_on| PlacementCommand::Resume { effective_on }),
        1 => day().prop_map(move |effective_on| PlacementCommand::EndEarly {
            initiator: Initiator::School,
            reason: EndReason::Unsafe,
            note: note(),
            effective_on
        }),
        1 => day().prop_map(move |effective_on| PlacementCommand::Cancel {
            reason: EndReason::Other,
            note: note(),
            effective_on
        }),
        2 => (1..20_u64, day()).prop_map(move |(version, effective_on)| PlacementCommand::Undo {
            version,
            reason: UndoReason::EntryError,
            note: note(),
            effective_on
        }),
    ]
}

/// Somebody or the operator, on any day, mostly with a whole packet.
fn facts() -> impl Strategy<Value = PlacementFacts> {
    let by = prop_oneof![1 => Just(None), 2 => Just(Some(OFFICER)), 4 => Just(Some(PRINCIPAL))];
    let unsigned = prop_oneof![3 => Just(vec![]), 1 => Just(vec![DocumentKind::Commitment])];
    (by, day(), unsigned).prop_map(|(by, today, unsigned)| PlacementFacts { by, today, unsigned, ..usual() })
}

proptest! {
    #[test]
    fn no_walk_leaves_the_table(
        prefix in 0..=6_usize,
        orders in prop::collection::vec((command(), facts()), 1..40),
    ) {
        let mut placement = Placement::default();
        let mut recorded: Vec<PlacementEvent> = at_work().into_iter().take(prefix).collect();
        recorded.iter().for_each(|event| placement.apply(event.clone()));
        for (command, facts) in orders {
            let Ok(events) = decide(&placement, command, &facts) else { continue };
            for event in events {
                let before = placement.stay().map(|stay| stay.stage);
                placement.apply(event.clone());
                let after = placement.stay();
                if !matches!(event, PlacementEvent::Undone { .. }) {
                    let step = (before, event.event_type(), after.unwrap().stage);
                    prop_assert!(
                        STEPS.iter().any(|(from, kind, to)| (*from, (*kind).to_owned(), *to) == step),
                        "{step:?}"
                    );
                }
                let approver = if let PlacementEvent::PlacementApproved { by, .. } = &event { Some(*by) } else { None };
                recorded.push(event);
                if let Some(stay) = after {
                    let period = stay.period();
                    prop_assert!(period.first_day <= period.last_day);
                    prop_assert!(stay.arrived_on.is_none_or(|day| period.first_day <= day));
                    prop_assert!(stay.ended.is_none_or(|end| end.on <= period.last_day));
                    prop_assert!(stay.taken().is_none_or(|taken| taken.first_day <= taken.last_day));
                    // Nothing goes on without a verdict that allows it, and nobody's own approval.
                    prop_assert!(approver.is_none() || stay.verdict == Some(ComplianceVerdict::Passed));
                    prop_assert!(approver.is_none_or(|by| !stay.authors.contains(&by)));
                    let pauses = stay.pauses.iter().flat_map(|pause| [Some(pause.from), pause.until]).flatten();
                    prop_assert!(pauses.collect::<Vec<_>>().is_sorted());
                }
            }
        }
        // What was folded event by event is what all of them fold to.
        let mut again = Placement::default();
        recorded.into_iter().for_each(|event| again.apply(event));
        prop_assert_eq!(again.stay(), placement.stay());
    }
}
