//! The other documents of the packet, and signatures on paper that come back together.

use super::*;
use crate::domain::agreement::signatures::SignedOnPaper;
use crate::domain::agreement::{PaperSignature, SignedDocument};

const CONSENT: DocumentRef = DocumentRef { kind: DocumentKind::GuardianConsent, version: 1 };
/// When everything has come back.
const LATER: Date = date(2026, 5, 28);
const CONSENT_BYTES: FileHash = FileHash::new([2; 32]);

fn on_paper(paper: DocumentRef, document: FileHash, by: &[(SigningParty, Date)]) -> SignedOnPaper {
    let signatures = by.iter().map(|(party, on)| PaperSignature { party: *party, on: *on }).collect();
    SignedOnPaper { paper, document, signatures }
}

fn sign_packet(documents: Vec<SignedOnPaper>) -> AgreementCommand {
    AgreementCommand::SignPacket { documents, rule: SigningRule::default() }
}

fn given(events: Vec<AgreementEvent>) -> AggregateTestExecutor<Agreement> {
    knowing(AgreementFacts { today: LATER, ..usual() }).given(events)
}

fn packet_signed(documents: Vec<(SignedOnPaper, bool)>, effective_on: Date) -> AgreementEvent {
    let signed = |(SignedOnPaper { paper, document, signatures }, completes)| SignedDocument {
        paper,
        document,
        sent_to: None,
        signatures,
        completes,
    };
    let documents = documents.into_iter().map(signed).collect();
    AgreementEvent::PacketSigned { documents, by: Some(OFFICER), effective_on }
}

fn out_both() -> Vec<AgreementEvent> {
    vec![drafted(1), sent(paper(1), DOCUMENT), sent(CONSENT, CONSENT_BYTES)]
}

#[test]
fn the_other_documents_of_the_packet_go_out_and_come_back_like_the_agreement() {
    let consent = |version| DocumentRef { kind: DocumentKind::GuardianConsent, version };
    given(vec![])
        .when(send(DocumentKind::GuardianConsent, DOCUMENT))
        .then_expect_events(vec![sent(consent(1), DOCUMENT)]);
    let out = vec![sent(consent(1), DOCUMENT)];
    // Printed again, it is the same document.
    given(out.clone()).when(send(DocumentKind::GuardianConsent, DOCUMENT)).then_expect_events(vec![]);
    let other = FileHash::new([5; 32]);
    given(out.clone())
        .when(send(DocumentKind::GuardianConsent, other))
        .then_expect_error(AgreementRefusal::OutAlready { paper: consent(1), now: VersionState::OutForSignature });
    let signatures = [SigningParty::Student, SigningParty::Guardian].map(|party| signed(consent(1), party));
    let both = folded([out.clone(), signatures.to_vec()].concat());
    assert_eq!(both.versions().state(DocumentKind::GuardianConsent), DocumentState::SignedOnPaper);
    assert_eq!(
        both.missing(InternshipKind::Post),
        [AGREEMENT, DocumentKind::SafetyAgreement, DocumentKind::Commitment, DocumentKind::LetterToParents,]
    );
    // The host is another now: the consent is asked for again.
    let recalled = [out, signatures.to_vec(), vec![recalled(consent(1))]].concat();
    given(recalled).when(send(DocumentKind::GuardianConsent, other)).then_expect_events(vec![sent(consent(2), other)]);
    given(vec![])
        .when(AgreementCommand::Send {
            kind: DocumentKind::LetterToParents,
            document: DOCUMENT,
            rule: SigningRule { guardian: GuardianRule::MinorsOnly, ..SigningRule::default() },
            effective_on: MAY,
        })
        .then_expect_error(AgreementRefusal::NobodySigns(DocumentKind::LetterToParents));
}

#[test]
fn by_its_signatures_it_is_known_of_a_document_that_it_was_out_by_the_rules_of_sending() {
    let all = |paper, document, parties: &[SigningParty]| {
        let by: Vec<(SigningParty, Date)> = parties.iter().map(|party| (*party, MAY)).collect();
        on_paper(paper, document, &by)
    };
    let agreement = all(paper(1), DOCUMENT, &PARTIES);
    let consent = all(CONSENT, CONSENT_BYTES, &[SigningParty::Guardian]);
    let both = || vec![agreement.clone(), consent.clone()];
    let mut event = packet_signed(vec![(agreement.clone(), true), (consent.clone(), false)], MAY);
    if let AgreementEvent::PacketSigned { documents, .. } = &mut event {
        for document in documents {
            document.sent_to = Some(parties(document.paper.kind, &SigningRule::default()));
        }
    }
    given(vec![drafted(1)]).when(sign_packet(both())).then_expect_events(vec![event.clone()]);
    let state = folded(vec![drafted(1), event]);
    assert_eq!(state.versions().state(AGREEMENT), DocumentState::SignedOnPaper);
    assert_eq!(state.versions().state(CONSENT.kind), DocumentState::PartlySigned);
    assert_eq!(state.versions().get(CONSENT).and_then(|document| document.round.as_ref()).unwrap().sent_on, MAY);
    // The agreement is not drafted; another version than the drafted one; no party of it.
    given(vec![]).when(sign_packet(both())).then_expect_error(AgreementRefusal::NoSuchPaper(paper(1)));
    given(vec![drafted(1)])
        .when(sign_packet(vec![all(paper(2), DOCUMENT, &PARTIES)]))
        .then_expect_error(AgreementRefusal::OtherVersion { signed: 2, current: 1 });
    given(vec![drafted(1)])
        .when(sign_packet(vec![all(CONSENT, CONSENT_BYTES, &[SigningParty::Host])]))
        .then_expect_error(AgreementRefusal::NotAParty {
            given: SigningParty::Host,
            parties: vec![SigningParty::Student, SigningParty::Guardian],
        });
    given(vec![drafted(1)])
        .when(sign_packet(vec![consent.clone(), consent]))
        .then_expect_error(AgreementRefusal::SameDocument(CONSENT));
}

#[test]
fn signatures_that_come_back_together_are_one_fact_and_each_has_its_day() {
    let agreement = on_paper(
        paper(1),
        DOCUMENT,
        &PARTIES.map(|party| (party, if party == SigningParty::School { LATER } else { MAY })),
    );
    let consent = on_paper(CONSENT, CONSENT_BYTES, &[(SigningParty::Student, MAY)]);
    let signed = packet_signed(vec![(agreement.clone(), true), (consent.clone(), false)], LATER);
    let given_out = out_both();
    given(given_out.clone()).when(sign_packet(vec![agreement, consent])).then_expect_events(vec![signed.clone()]);
    let state = folded([given_out, vec![signed]].concat());
    let versions = state.versions();
    assert_eq!(versions.state(AGREEMENT), DocumentState::SignedOnPaper);
    assert_eq!(versions.state(CONSENT.kind), DocumentState::PartlySigned);
    let contract = versions.in_force().and_then(|document| document.contract.as_ref()).unwrap();
    assert_eq!(contract.in_force_from, Some(LATER));
}

#[test]
fn one_signature_that_does_not_count_lets_none_of_those_with_it_count() {
    let given_out = out_both;
    let student = |on| vec![on_paper(CONSENT, CONSENT_BYTES, &[(SigningParty::Student, on)])];
    let with = |wrong| [student(MAY), vec![wrong]].concat();
    let wrong_bytes = on_paper(paper(1), CONSENT_BYTES, &[(SigningParty::Host, MAY)]);
    given(given_out())
        .when(sign_packet(with(wrong_bytes)))
        .then_expect_error(AgreementRefusal::OtherDocument { seen: CONSENT_BYTES, sent: DOCUMENT });
    given(given_out())
        .when(sign_packet(with(on_paper(paper(2), DOCUMENT, &[(SigningParty::Host, MAY)]))))
        .then_expect_error(AgreementRefusal::OtherVersion { signed: 2, current: 1 });
    let before = date(2026, 5, 19);
    given(given_out())
        .when(sign_packet(student(before)))
        .then_expect_error(AgreementRefusal::SignedBeforeSent { sent_on: MAY, signed_on: before });
    let after = LATER.tomorrow().unwrap();
    given(given_out())
        .when(sign_packet(student(after)))
        .then_expect_error(AgreementRefusal::NotYetSigned { signed_on: after, today: LATER });
    // Known already, on the same day and on another.
    let signed = packet_signed(vec![(student(MAY).remove(0), false)], MAY);
    let once = || [given_out(), vec![signed.clone()]].concat();
    given(once()).when(sign_packet(student(MAY))).then_expect_events(vec![]);
    given(once())
        .when(sign_packet(student(AUGUST)))
        .then_expect_error(AgreementRefusal::SignedAlready { party: SigningParty::Student, on: MAY });
}
