//! While a document is out: seen, signed, refused, and signatures taken back.

use jiff::civil::Date;

use super::codes::{RecallReason, RefuseReason, SigningParty, VersionState};
use super::drafting::to_send;
use super::signing::{DocumentRef, SigningManner, SigningRound, SigningRule, Slot, SlotState};
use super::versions::DocumentVersion;
use super::{Agreement, AgreementEvent, AgreementFacts, AgreementRefusal, Decided, PaperSignature, SignedDocument};
use crate::domain::ids::{FileHash, SealedRevision};

const OUT: &[VersionState] = &[VersionState::OutForSignature, VersionState::PartiallySigned];

/// A signature as a command brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub paper: DocumentRef,
    pub party: SigningParty,
    pub manner: SigningManner,
    /// The bytes that the party saw.
    pub document: FileHash,
}

/// With the last place filled the document is in force, in the same fact.
pub(super) fn sign(agreement: &Agreement, signature: Signature, effective_on: Date, facts: &AgreementFacts) -> Decided {
    let Signature { paper, party, manner, document } = signature;
    let round = out(agreement, paper)?;
    if !is_new(round, (party, manner, effective_on), document, facts.today)? {
        return Ok(vec![]);
    }
    let completes = round.open().all(|open| open == party);
    Ok(vec![AgreementEvent::PartySigned { paper, party, manner, document, completes, by: facts.by, effective_on }])
}

/// A document that came back from some or all parties, signed on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOnPaper {
    pub paper: DocumentRef,
    /// The bytes that the parties saw.
    pub document: FileHash,
    pub signatures: Vec<PaperSignature>,
}

/// What came back together is one fact. The rule and what is arranged decide how a document went out of which nothing was
/// recorded.
pub(super) fn sign_packet(
    agreement: &Agreement,
    documents: Vec<SignedOnPaper>,
    rule: &SigningRule,
    facts: &AgreementFacts,
) -> Decided {
    let mut signed: Vec<SignedDocument> = vec![];
    for SignedOnPaper { paper, document, signatures } in documents {
        if signed.iter().any(|signed| signed.paper.kind == paper.kind) {
            return Err(AgreementRefusal::SameDocument(paper));
        }
        let is_out = agreement.versions().latest(paper.kind).is_some_and(DocumentVersion::is_out);
        let to_send = if is_out { None } else { to_send(agreement, paper.kind, document, rule, facts.arranged)? };
        let (round, sent_to) = match (to_send, signatures.iter().map(|signature| signature.on).min()) {
            (Some((current, _)), _) if current != paper => {
                let (signed, current) = (paper.version, current.version);
                return Err(AgreementRefusal::OtherVersion { signed, current });
            }
            (Some((_, parties)), Some(first)) => (SigningRound::new(document, first, &parties), Some(parties)),
            (Some(_), None) => continue, // Nobody signed.
            (None, _) => (out(agreement, paper)?.clone(), None),
        };
        let mut new: Vec<PaperSignature> = vec![];
        for signature @ PaperSignature { party, on } in signatures {
            if let Some(twice) = new.iter().find(|known| known.party == party) {
                return Err(AgreementRefusal::SignedAlready { party, on: twice.on });
            }
            if is_new(&round, (party, SigningManner::Paper { scan: None }, on), document, facts.today)? {
                new.push(signature);
            }
        }
        if !new.is_empty() {
            let completes = round.open().all(|open| new.iter().any(|signature| signature.party == open));
            signed.push(SignedDocument { paper, document, sent_to, signatures: new, completes });
        }
    }
    let days = signed.iter().flat_map(|signed| &signed.signatures).map(|signature| signature.on);
    let Some(effective_on) = days.max() else { return Ok(vec![]) };
    Ok(vec![AgreementEvent::PacketSigned { documents: signed, by: facts.by, effective_on }])
}

/// Whether a signature counts and is not known yet.
fn is_new(
    round: &SigningRound,
    (party, manner, on): (SigningParty, SigningManner, Date),
    document: FileHash,
    today: Date,
) -> Result<bool, AgreementRefusal> {
    if let Some((known, known_on)) = slot(round, party)?.signed() {
        let is_same = (known, known_on, round.document) == (manner, on, document);
        return if is_same { Ok(false) } else { Err(AgreementRefusal::SignedAlready { party, on: known_on }) };
    }
    if round.document != document {
        return Err(AgreementRefusal::OtherDocument { seen: document, sent: round.document });
    }
    if on < round.sent_on {
        return Err(AgreementRefusal::SignedBeforeSent { sent_on: round.sent_on, signed_on: on });
    }
    if on > today {
        return Err(AgreementRefusal::NotYetSigned { signed_on: on, today });
    }
    Ok(true)
}

pub(super) fn view(agreement: &Agreement, paper: DocumentRef, party: SigningParty, effective_on: Date) -> Decided {
    let slot = slot(out(agreement, paper)?, party)?;
    let is_first = slot.state == SlotState::Requested;
    Ok(if is_first { vec![AgreementEvent::PartyViewed { paper, party, effective_on }] } else { vec![] })
}

pub(super) fn refuse(
    agreement: &Agreement,
    paper: DocumentRef,
    party: SigningParty,
    reason: RefuseReason,
    note: Option<SealedRevision>,
    effective_on: Date,
) -> Decided {
    let slot = slot(out(agreement, paper)?, party)?;
    match slot.signed() {
        Some((_, on)) => Err(AgreementRefusal::SignedAlready { party, on }),
        None => Ok(vec![AgreementEvent::PartyRefused { paper, party, reason, note, effective_on }]),
    }
}

pub(super) fn revoke(
    agreement: &Agreement,
    paper: DocumentRef,
    party: SigningParty,
    reason: RecallReason,
    note: Option<SealedRevision>,
    effective_on: Date,
) -> Decided {
    let slot = slot(out(agreement, paper)?, party)?;
    match slot.signed() {
        Some(_) => Ok(vec![AgreementEvent::SignatureRevoked { paper, party, reason, note, effective_on }]),
        None => Err(AgreementRefusal::NotSigned(party)),
    }
}

/// Also of a document that is in force or recalled by now: stacks of paper are scanned later.
pub(super) fn attach_scan(
    agreement: &Agreement,
    paper: DocumentRef,
    party: SigningParty,
    scan: FileHash,
    effective_on: Date,
) -> Decided {
    let document = agreement.versions().get(paper).ok_or(AgreementRefusal::NoSuchPaper(paper))?;
    let round = document.round.as_ref().ok_or(AgreementRefusal::NotSigned(party))?;
    let (manner, _) = slot(round, party)?.signed().ok_or(AgreementRefusal::NotSigned(party))?;
    let scanned = manner.with_scan(scan).ok_or(AgreementRefusal::NothingToScan(party))?;
    let event = AgreementEvent::ScanAttached { paper, party, scan, effective_on };
    Ok(if scanned == manner { vec![] } else { vec![event] })
}

/// The document that is out; of another version than the one that is, the refusal names both.
fn out(agreement: &Agreement, paper: DocumentRef) -> Result<&SigningRound, AgreementRefusal> {
    let latest = agreement.versions().latest(paper.kind);
    if let Some(latest) = latest.filter(|latest| latest.paper != paper && latest.is_out()) {
        let (signed, current) = (paper.version, latest.paper.version);
        return Err(AgreementRefusal::OtherVersion { signed, current });
    }
    let document = agreement.version_in(paper, OUT)?;
    document.round.as_ref().ok_or(AgreementRefusal::NoSuchPaper(paper))
}

fn slot(round: &SigningRound, party: SigningParty) -> Result<&Slot, AgreementRefusal> {
    round.slot(party).ok_or_else(|| {
        let parties = round.slots.iter().map(|slot| slot.party).collect();
        AgreementRefusal::NotAParty { given: party, parties }
    })
}
