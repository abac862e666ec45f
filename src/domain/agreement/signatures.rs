//! While a document is out: seen, signed, refused, and signatures taken back.

use jiff::civil::Date;

use super::codes::{Party, RecallReason, RefuseReason, SheetState};
use super::signing::{Manner, Paper, Round, Slot, SlotState};
use super::{Agreement, AgreementEvent, AgreementRefusal, Decided};
use crate::domain::ids::{FileHash, SealedRevision, StaffId};

const OUT: &[SheetState] = &[SheetState::OutForSignature, SheetState::PartiallySigned];

/// A signature as a command brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub paper: Paper,
    pub party: Party,
    pub manner: Manner,
    /// The bytes that the party saw.
    pub document: FileHash,
    pub by: Option<StaffId>,
}

/// With the last place filled the document is in force, in the same fact.
pub(super) fn sign(agreement: &Agreement, signature: Signature, effective_on: Date) -> Decided {
    let Signature { paper, party, manner, document, by } = signature;
    let round = out(agreement, paper)?;
    let slot = slot(round, party)?;
    if let Some((known, on)) = slot.signed() {
        let is_same = (known, on, round.document) == (manner, effective_on, document);
        return if is_same { Ok(vec![]) } else { Err(AgreementRefusal::SignedAlready { party, on }) };
    }
    if round.document != document {
        return Err(AgreementRefusal::OtherDocument { seen: document, sent: round.document });
    }
    if effective_on < round.sent_on {
        return Err(AgreementRefusal::SignedBeforeSent { sent_on: round.sent_on, signed_on: effective_on });
    }
    let completes = round.open().all(|open| open == party);
    Ok(vec![AgreementEvent::PartySigned { paper, party, manner, document, completes, by, effective_on }])
}

pub(super) fn view(agreement: &Agreement, paper: Paper, party: Party, effective_on: Date) -> Decided {
    let slot = slot(out(agreement, paper)?, party)?;
    let is_new = slot.state == SlotState::Requested;
    Ok(if is_new { vec![AgreementEvent::PartyViewed { paper, party, effective_on }] } else { vec![] })
}

pub(super) fn refuse(
    agreement: &Agreement,
    paper: Paper,
    party: Party,
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
    paper: Paper,
    party: Party,
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
    paper: Paper,
    party: Party,
    scan: FileHash,
    effective_on: Date,
) -> Decided {
    let sheet = agreement.sheets().get(paper).ok_or(AgreementRefusal::NoSuchPaper(paper))?;
    let round = sheet.round.as_ref().ok_or(AgreementRefusal::NotSigned(party))?;
    let (manner, _) = slot(round, party)?.signed().ok_or(AgreementRefusal::NotSigned(party))?;
    let scanned = manner.with_scan(scan).ok_or(AgreementRefusal::NothingToScan(party))?;
    let event = AgreementEvent::ScanAttached { paper, party, scan, effective_on };
    Ok(if scanned == manner { vec![] } else { vec![event] })
}

/// The document that is out; of another version than the one that is, the refusal names both.
fn out(agreement: &Agreement, paper: Paper) -> Result<&Round, AgreementRefusal> {
    let latest = agreement.sheets().latest(paper.kind);
    if let Some(latest) = latest.filter(|latest| latest.paper != paper && latest.is_out()) {
        let (signed, current) = (paper.version, latest.paper.version);
        return Err(AgreementRefusal::OtherVersion { signed, current });
    }
    let sheet = agreement.sheet_in(paper, OUT)?;
    sheet.round.as_ref().ok_or(AgreementRefusal::NoSuchPaper(paper))
}

fn slot(round: &Round, party: Party) -> Result<&Slot, AgreementRefusal> {
    round.slot(party).ok_or_else(|| {
        let parties = round.slots.iter().map(|slot| slot.party).collect();
        AgreementRefusal::NotAParty { given: party, parties }
    })
}
