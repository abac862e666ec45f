//! Documents that are handed out together, and signatures that come back together.

use super::*;
use crate::domain::agreement::signatures::SignedOnPaper;
use crate::domain::agreement::{PaperSignature, SentDocument, SignedDocument};

const CONSENT: Paper = Paper { kind: DocumentKind::GuardianConsent, version: 1 };
const CONSENT_BYTES: FileHash = FileHash::new([2; 32]);

fn send_packet(documents: &[(DocumentKind, FileHash)]) -> AgreementCommand {
    let (rule, placed) = (SigningRule::default(), Some(agreed()));
    AgreementCommand::SendPacket { documents: documents.to_vec(), rule, placed, effective_on: MAY }
}

fn packet_sent() -> AgreementEvent {
    let sent = |paper: Paper, document| SentDocument {
        paper,
        document,
        parties: parties(paper.kind, &SigningRule::default()),
    };
    let documents = vec![sent(paper(1), DOCUMENT), sent(CONSENT, CONSENT_BYTES)];
    AgreementEvent::PacketSent { documents, effective_on: MAY }
}

fn on_paper(paper: Paper, document: FileHash, by: &[(Party, Date)]) -> SignedOnPaper {
    let signatures = by.iter().map(|(party, on)| PaperSignature { party: *party, on: *on }).collect();
    SignedOnPaper { paper, document, signatures }
}

fn sign_packet(documents: Vec<SignedOnPaper>) -> AgreementCommand {
    AgreementCommand::SignPacket { documents, by: Some(OFFICER) }
}

fn packet_signed(documents: Vec<(SignedOnPaper, bool)>, effective_on: Date) -> AgreementEvent {
    let signed = |(SignedOnPaper { paper, document, signatures }, completes)| SignedDocument {
        paper,
        document,
        signatures,
        completes,
    };
    let documents = documents.into_iter().map(signed).collect();
    AgreementEvent::PacketSigned { documents, by: Some(OFFICER), effective_on }
}

#[test]
fn documents_that_go_out_together_are_one_fact_and_go_out_by_the_same_rules() {
    let both = [(AGREEMENT, DOCUMENT), (CONSENT.kind, CONSENT_BYTES)];
    given(vec![drafted(1)]).when(send_packet(&both)).then_expect_events(vec![packet_sent()]);
    // The agreement is not drafted; it is out already; one document twice.
    given(vec![]).when(send_packet(&both)).then_expect_error(AgreementRefusal::NoSuchPaper(paper(1)));
    given(vec![drafted(1), packet_sent()])
        .when(send_packet(&both))
        .then_expect_error(AgreementRefusal::OutAlready { paper: paper(1), now: SheetState::OutForSignature });
    given(vec![drafted(1)])
        .when(send_packet(&[both[1], both[1]]))
        .then_expect_error(AgreementRefusal::SameDocument(CONSENT));
    given(vec![drafted(1), packet_sent()]).when(send_packet(&[both[1]])).then_expect_events(vec![]);
}

#[test]
fn signatures_that_come_back_together_are_one_fact_and_each_has_its_day() {
    let june = date(2026, 5, 28);
    let agreement =
        on_paper(paper(1), DOCUMENT, &PARTIES.map(|party| (party, if party == Party::School { june } else { MAY })));
    let consent = on_paper(CONSENT, CONSENT_BYTES, &[(Party::Student, MAY)]);
    let signed = packet_signed(vec![(agreement.clone(), true), (consent.clone(), false)], june);
    let given_out = vec![drafted(1), packet_sent()];
    given(given_out.clone())
        .when(sign_packet(vec![agreement.clone(), consent]))
        .then_expect_events(vec![signed.clone()]);
    let state = folded([given_out, vec![signed]].concat());
    let sheets = state.sheets();
    assert_eq!(sheets.state(AGREEMENT), DocumentState::SignedOnPaper);
    assert_eq!(sheets.state(CONSENT.kind), DocumentState::PartlySigned);
    let contract = sheets.in_force().and_then(|sheet| sheet.contract.as_ref()).unwrap();
    assert_eq!(contract.in_force_from, Some(june));
}

#[test]
fn one_signature_that_does_not_count_lets_none_of_those_with_it_count() {
    let given_out = || vec![drafted(1), packet_sent()];
    let student = |on| vec![on_paper(CONSENT, CONSENT_BYTES, &[(Party::Student, on)])];
    let with = |wrong| [student(MAY), vec![wrong]].concat();
    let wrong_bytes = on_paper(paper(1), CONSENT_BYTES, &[(Party::Host, MAY)]);
    given(given_out())
        .when(sign_packet(with(wrong_bytes)))
        .then_expect_error(AgreementRefusal::OtherDocument { seen: CONSENT_BYTES, sent: DOCUMENT });
    given(given_out())
        .when(sign_packet(with(on_paper(paper(2), DOCUMENT, &[(Party::Host, MAY)]))))
        .then_expect_error(AgreementRefusal::OtherVersion { signed: 2, current: 1 });
    let before = date(2026, 5, 19);
    given(given_out())
        .when(sign_packet(student(before)))
        .then_expect_error(AgreementRefusal::SignedBeforeSent { sent_on: MAY, signed_on: before });
    // Known already, on the same day and on another.
    let signed = packet_signed(vec![(student(MAY).remove(0), false)], MAY);
    let once = || [given_out(), vec![signed.clone()]].concat();
    given(once()).when(sign_packet(student(MAY))).then_expect_events(vec![]);
    given(once())
        .when(sign_packet(student(AUGUST)))
        .then_expect_error(AgreementRefusal::SignedAlready { party: Party::Student, on: MAY });
}
