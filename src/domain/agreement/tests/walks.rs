//! Walks at random: whatever is ordered in whatever order, a document only takes the steps of this table.

use cqrs_es::DomainEvent;
use proptest::prelude::*;

use super::*;
use crate::domain::agreement::PaperSignature;
use crate::domain::agreement::signatures::SignedOnPaper;

/// Every step of a document there is, undoing aside: state before, kind of event, state after.
const STEPS: &[(Option<VersionState>, &str, VersionState)] = &[
    (None, "agreement_drafted", VersionState::Drafted),
    (None, "amendment_drafted", VersionState::Drafted),
    (Some(VersionState::Drafted), "terms_revised", VersionState::Drafted),
    (Some(VersionState::Drafted), "sent_for_signature", VersionState::OutForSignature),
    // Other documents of the packet are not drafted.
    (None, "sent_for_signature", VersionState::OutForSignature),
    // By the signatures it is known that it was out.
    (Some(VersionState::Drafted), "packet_signed", VersionState::PartiallySigned),
    (Some(VersionState::Drafted), "packet_signed", VersionState::InForce),
    (Some(VersionState::Drafted), "packet_signed", VersionState::Terminated),
    (None, "packet_signed", VersionState::PartiallySigned),
    (None, "packet_signed", VersionState::InForce),
    (Some(VersionState::OutForSignature), "packet_signed", VersionState::PartiallySigned),
    (Some(VersionState::OutForSignature), "packet_signed", VersionState::InForce),
    (Some(VersionState::PartiallySigned), "packet_signed", VersionState::PartiallySigned),
    (Some(VersionState::PartiallySigned), "packet_signed", VersionState::InForce),
    // The last signatures under an amendment that ends the agreement.
    (Some(VersionState::OutForSignature), "packet_signed", VersionState::Terminated),
    (Some(VersionState::PartiallySigned), "packet_signed", VersionState::Terminated),
    (Some(VersionState::OutForSignature), "party_viewed", VersionState::OutForSignature),
    (Some(VersionState::PartiallySigned), "party_viewed", VersionState::PartiallySigned),
    (Some(VersionState::OutForSignature), "party_signed", VersionState::PartiallySigned),
    (Some(VersionState::OutForSignature), "party_signed", VersionState::InForce),
    (Some(VersionState::PartiallySigned), "party_signed", VersionState::PartiallySigned),
    (Some(VersionState::PartiallySigned), "party_signed", VersionState::InForce),
    // The last signature under an amendment that ends the agreement.
    (Some(VersionState::PartiallySigned), "party_signed", VersionState::Terminated),
    (Some(VersionState::OutForSignature), "party_refused", VersionState::Refused),
    (Some(VersionState::PartiallySigned), "party_refused", VersionState::Refused),
    (Some(VersionState::PartiallySigned), "signature_revoked", VersionState::PartiallySigned),
    (Some(VersionState::PartiallySigned), "signature_revoked", VersionState::OutForSignature),
    (Some(VersionState::OutForSignature), "recalled_for_correction", VersionState::Recalled),
    (Some(VersionState::PartiallySigned), "recalled_for_correction", VersionState::Recalled),
    (Some(VersionState::Refused), "recalled_for_correction", VersionState::Recalled),
    // Only of the other documents.
    (Some(VersionState::InForce), "recalled_for_correction", VersionState::Recalled),
    (Some(VersionState::InForce), "agreement_terminated", VersionState::Terminated),
    (Some(VersionState::Drafted), "agreement_voided", VersionState::Void),
    (Some(VersionState::OutForSignature), "agreement_voided", VersionState::Void),
    (Some(VersionState::PartiallySigned), "agreement_voided", VersionState::Void),
    (Some(VersionState::Refused), "agreement_voided", VersionState::Void),
    (Some(VersionState::Recalled), "agreement_voided", VersionState::Void),
];

/// The versions that an event is about; scans may be attached to any that is signed.
fn about(event: &AgreementEvent) -> Vec<DocumentRef> {
    match event {
        AgreementEvent::AgreementDrafted { version, .. }
        | AgreementEvent::AmendmentDrafted { version, .. }
        | AgreementEvent::TermsRevised { version, .. }
        | AgreementEvent::AgreementTerminated { version, .. }
        | AgreementEvent::AgreementVoided { version, .. } => vec![paper(*version)],
        AgreementEvent::SentForSignature { paper, .. }
        | AgreementEvent::PartyViewed { paper, .. }
        | AgreementEvent::PartySigned { paper, .. }
        | AgreementEvent::SignatureRevoked { paper, .. }
        | AgreementEvent::PartyRefused { paper, .. }
        | AgreementEvent::RecalledForCorrection { paper, .. } => vec![*paper],
        AgreementEvent::PacketSigned { documents, .. } => documents.iter().map(|signed| signed.paper).collect(),
        AgreementEvent::ScanAttached { .. } | AgreementEvent::Undone { .. } => vec![],
    }
}

/// Papers whose bytes follow from kind and version, so that signatures find them.
fn bytes(paper: DocumentRef) -> FileHash {
    let kind = if paper.kind == AGREEMENT { 1 } else { 2 };
    FileHash::new([kind * 100 + u8::try_from(paper.version).unwrap(); 32])
}

fn any_paper() -> impl Strategy<Value = DocumentRef> {
    let kind = prop_oneof![3 => Just(AGREEMENT), 1 => Just(DocumentKind::GuardianConsent)];
    (kind, 1..6_u32).prop_map(|(kind, version)| DocumentRef { kind, version })
}

fn party() -> impl Strategy<Value = SigningParty> {
    prop_oneof![
        Just(SigningParty::School),
        Just(SigningParty::Host),
        Just(SigningParty::Student),
        Just(SigningParty::Guardian)
    ]
}

fn command() -> impl Strategy<Value = AgreementCommand> {
    let manner = prop_oneof![Just(ON_PAPER), Just(SigningManner::Electronic { proof: None })];
    let also = prop_oneof![4 => Just(None), 1 => Just(Some(AmendmentKind::Termination))];
    let reason = RecallReason::Other;
    prop_oneof![
        2 => Just(draft()),
        2 => (1..4_u32, also).prop_map(|(yuan, also)| {
            let pay = Some(Pay { yuan, per: PayUnit::Day });
            amend(Amendment { agreed: AgreedArrangement { pay, ..agreed() }, also, ..better_paid() })
        }),
        4 => any_paper().prop_map(|paper| send(paper.kind, bytes(paper))),
        // Mostly the right bytes.
        16 => (any_paper(), party(), manner, prop::bool::weighted(0.9)).prop_map(|(paper, party, manner, is_right)| {
            let document = if is_right { bytes(paper) } else { DOCUMENT };
            let signature = Signature { paper, party, manner, document };
            AgreementCommand::Sign { signature, effective_on: MAY }
        }),
        4 => (prop::collection::vec(any_paper(), 1..3), prop::collection::vec(party(), 1..5)).prop_map(
            |(papers, parties)| {
                let signatures: Vec<PaperSignature> =
                    parties.into_iter().map(|party| PaperSignature { party, on: MAY }).collect();
                let signed = |paper| SignedOnPaper { paper, document: bytes(paper), signatures: signatures.clone() };
                let documents = papers.into_iter().map(signed).collect();
                AgreementCommand::SignPacket { documents, rule: SigningRule::default() }
            }
        ),
        1 => (any_paper(), party()).prop_map(|(paper, party)| AgreementCommand::View {
            paper,
            party,
            effective_on: MAY
        }),
        1 => (any_paper(), party()).prop_map(|(paper, party)| AgreementCommand::AttachScan {
            paper,
            party,
            scan: DOCUMENT,
            effective_on: MAY
        }),
        1 => (any_paper(), party()).prop_map(move |(paper, party)| AgreementCommand::RevokeSignature {
            paper,
            party,
            reason,
            note: None,
            effective_on: MAY
        }),
        1 => (any_paper(), party()).prop_map(|(paper, party)| AgreementCommand::Refuse {
            paper,
            party,
            reason: RefuseReason::Other,
            note: None,
            effective_on: MAY
        }),
        2 => any_paper().prop_map(recall),
        1 => Just(AgreementCommand::Terminate {
            initiator: Initiator::School,
            reason: EndReason::Unsafe,
            note: None,
            effective_on: AUGUST
        }),
        1 => (1..6_u32).prop_map(move |version| AgreementCommand::Void {
            version,
            reason,
            note: None,
            effective_on: MAY
        }),
        2 => (1..30_u64).prop_map(|version| AgreementCommand::Undo {
            version,
            reason: UndoReason::EntryError,
            note: None,
            effective_on: MAY
        }),
    ]
}

proptest! {
    #[test]
    fn no_walk_leaves_the_table(
        prefix in 0..=6_usize,
        commands in prop::collection::vec(command(), 1..60),
    ) {
        let mut agreement = Agreement::default();
        let mut recorded: Vec<AgreementEvent> = in_force().into_iter().take(prefix).collect();
        recorded.iter().for_each(|event| agreement.apply(event.clone()));
        for command in commands {
            let Ok(events) = decide(&agreement, command, &usual()) else { continue };
            for event in events {
                let state = |agreement: &Agreement, paper| agreement.versions().get(paper).map(|document| document.state);
                let before = agreement.clone();
                agreement.apply(event.clone());
                for paper in about(&event) {
                    let step = (state(&before, paper), event.event_type(), state(&agreement, paper));
                    let is_listed = |(from, kind, to): &(_, &str, _)| (*from, (*kind).to_owned(), Some(*to)) == step;
                    prop_assert!(STEPS.iter().any(is_listed), "{step:?}");
                    let is_contract = paper.kind == AGREEMENT;
                    prop_assert!(is_contract || event.event_type() != "agreement_voided");
                    let was_in_force = state(&before, paper) == Some(VersionState::InForce);
                    let is_recall = matches!(event, AgreementEvent::RecalledForCorrection { .. });
                    prop_assert!(!(is_contract && was_in_force && is_recall), "an agreement in force was recalled");
                }
                recorded.push(event);
                check(&agreement)?;
            }
        }
        // What was folded event by event is what all of them fold to.
        let again = folded(recorded);
        prop_assert_eq!(again.versions(), agreement.versions());
    }
}

/// What holds of every agreement, whatever happened.
fn check(agreement: &Agreement) -> Result<(), TestCaseError> {
    let versions = agreement.versions().all();
    let contracts = || versions.iter().filter(|document| document.paper.kind == AGREEMENT);
    prop_assert!(contracts().filter(|document| document.state == VersionState::InForce).count() <= 1);
    prop_assert!(contracts().filter(|document| document.is_open()).count() <= 1);
    let mut papers: Vec<DocumentRef> = versions.iter().map(|document| document.paper).collect();
    papers.sort_unstable();
    papers.dedup();
    prop_assert_eq!(papers.len(), versions.len(), "a version is there once");
    for document in versions {
        let is_complete = document.round.as_ref().is_some_and(|round| round.open().next().is_none());
        match document.state {
            VersionState::InForce | VersionState::Superseded => prop_assert!(is_complete),
            VersionState::Drafted => prop_assert!(document.round.is_none()),
            VersionState::OutForSignature | VersionState::PartiallySigned | VersionState::Refused => {
                prop_assert!(!is_complete);
            }
            VersionState::Recalled | VersionState::Terminated | VersionState::Void => (),
        }
    }
    Ok(())
}
