//! From the draft to the day it goes out, and what takes a version out of the world again.

use jiff::civil::Date;

use super::codes::{RecallReason, SigningParty, VersionState};
use super::signing::{DocumentRef, SigningRule, parties};
use super::terms::{AgreementParticulars, AgreementTerms};
use super::versions::DocumentVersion;
use super::{Agreement, AgreementEvent, AgreementFacts, AgreementRefusal, Amendment, Decided};
use crate::domain::ids::{FileHash, SealedRevision, StaffId};
use crate::domain::placement::arrangement::AgreedArrangement;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind, EndReason, Initiator};

const AGREEMENT: DocumentKind = DocumentKind::Agreement;

pub(super) fn draft(
    agreement: &Agreement,
    particulars: AgreementParticulars,
    facts: &AgreementFacts,
    effective_on: Date,
) -> Decided {
    let by = facts.by;
    let agreed = facts.arranged.ok_or(AgreementRefusal::NotPlaced)?;
    let terms = AgreementTerms { agreed, holds_from: agreed.period.first_day, particulars };
    plausible(&terms)?;
    if let Some(in_force) = agreement.versions().in_force() {
        return Err(AgreementRefusal::InForceAlready { version: in_force.paper.version });
    }
    if agreement.versions().all().iter().any(|document| document.state == VersionState::Terminated) {
        return Err(AgreementRefusal::Ended);
    }
    let Some(latest) = agreement.versions().latest(AGREEMENT) else {
        return Ok(vec![AgreementEvent::AgreementDrafted { version: 1, terms, by, effective_on }]);
    };
    match latest.state {
        VersionState::Drafted => Ok(revised(latest, terms, vec![], by, effective_on)),
        VersionState::Recalled | VersionState::Void => {
            let version = latest.paper.version + 1;
            Ok(vec![AgreementEvent::AgreementDrafted { version, terms, by, effective_on }])
        }
        VersionState::OutForSignature | VersionState::PartiallySigned => Err(out_already(latest)),
        VersionState::Refused => Err(wrong_state(latest, &[VersionState::Recalled, VersionState::Void])),
        VersionState::InForce | VersionState::Superseded | VersionState::Terminated => Err(AgreementRefusal::Ended),
    }
}

/// What an amendment is about follows from what it says; only that it interrupts or ends the stay does not.
pub(super) fn amend(agreement: &Agreement, amendment: Amendment, by: Option<StaffId>, effective_on: Date) -> Decided {
    let Amendment { agreed, holds_from, particulars, also } = amendment;
    let (base, contract) = in_force(agreement)?;
    let particulars = particulars.unwrap_or(contract.terms.particulars);
    let terms = AgreementTerms { agreed, holds_from, particulars };
    plausible(&terms)?;
    let mut kinds = contract.terms.amendments_to(&terms);
    match also {
        Some(kind @ (AmendmentKind::Suspension | AmendmentKind::Termination)) => kinds.push(kind),
        Some(kind) => return Err(AgreementRefusal::KindFollowsFromTerms(kind)),
        None => (),
    }
    if kinds.is_empty() {
        return Err(AgreementRefusal::NothingAmended);
    }
    let amends = base.paper.version;
    match agreement.versions().latest(AGREEMENT) {
        Some(latest) if latest.state == VersionState::Drafted => Ok(revised(latest, terms, kinds, by, effective_on)),
        Some(latest) if latest.is_out() => Err(out_already(latest)),
        Some(latest) if latest.is_open() => Err(wrong_state(latest, &[VersionState::Recalled, VersionState::Void])),
        latest => {
            let version = latest.map_or(amends, |latest| latest.paper.version) + 1;
            Ok(vec![AgreementEvent::AmendmentDrafted { version, amends, kinds, terms, by, effective_on }])
        }
    }
}

fn revised(
    drafted: &DocumentVersion,
    terms: AgreementTerms,
    kinds: Vec<AmendmentKind>,
    by: Option<StaffId>,
    effective_on: Date,
) -> Vec<AgreementEvent> {
    let is_same = drafted.contract.as_ref().is_some_and(|known| known.terms == terms && known.kinds == kinds);
    let version = drafted.paper.version;
    if is_same { vec![] } else { vec![AgreementEvent::TermsRevised { version, kinds, terms, by, effective_on }] }
}

/// Once sent, a version is not sent again; a recalled one is followed by the next version.
pub(super) fn send(
    agreement: &Agreement,
    kind: DocumentKind,
    document: FileHash,
    rule: &SigningRule,
    placed: Option<AgreedArrangement>,
    effective_on: Date,
) -> Decided {
    let sent = to_send(agreement, kind, document, rule, placed)?.into_iter();
    Ok(sent
        .map(|(paper, parties)| AgreementEvent::SentForSignature { paper, document, parties, effective_on })
        .collect())
}

/// Which version goes out, and who has to sign; `None` when exactly this document is out already.
pub(super) fn to_send(
    agreement: &Agreement,
    kind: DocumentKind,
    document: FileHash,
    rule: &SigningRule,
    placed: Option<AgreedArrangement>,
) -> Result<Option<(DocumentRef, Vec<SigningParty>)>, AgreementRefusal> {
    let parties = parties(kind, rule);
    if parties.is_empty() {
        return Err(AgreementRefusal::NobodySigns(kind));
    }
    let paper = if kind == AGREEMENT {
        ready_to_send(agreement, placed)?
    } else {
        placed.ok_or(AgreementRefusal::NotPlaced)?;
        match next_version(agreement, kind, document)? {
            Some(paper) => paper,
            None => return Ok(None),
        }
    };
    let same = |known: &&DocumentVersion| known.round.as_ref().is_some_and(|round| round.document == document);
    if let Some(same) = agreement.versions().all().iter().find(same) {
        return Err(AgreementRefusal::SameDocument(same.paper));
    }
    Ok(Some((paper, parties)))
}

fn ready_to_send(agreement: &Agreement, placed: Option<AgreedArrangement>) -> Result<DocumentRef, AgreementRefusal> {
    let first = DocumentRef { kind: AGREEMENT, version: 1 };
    let latest = agreement.versions().latest(AGREEMENT).ok_or(AgreementRefusal::NoSuchPaper(first))?;
    if latest.is_out() {
        return Err(out_already(latest));
    }
    let contract = match &latest.contract {
        Some(contract) if latest.state == VersionState::Drafted => contract,
        Some(_) | None => return Err(wrong_state(latest, &[VersionState::Drafted])),
    };
    let missing = contract.terms.missing();
    if !missing.is_empty() {
        return Err(AgreementRefusal::HeadsMissing(missing));
    }
    if contract.amends.is_none() {
        // The placement may have been revised since.
        let differing = contract.terms.agreed.amendments_to(&placed.ok_or(AgreementRefusal::NotPlaced)?);
        if !differing.is_empty() {
            return Err(AgreementRefusal::DiffersFromPlacement(differing));
        }
    }
    Ok(latest.paper)
}

/// The next version of another document of the packet; `None` when exactly this one is out already.
fn next_version(
    agreement: &Agreement,
    kind: DocumentKind,
    document: FileHash,
) -> Result<Option<DocumentRef>, AgreementRefusal> {
    let Some(latest) = agreement.versions().latest(kind) else { return Ok(Some(DocumentRef { kind, version: 1 })) };
    let is_this = latest.round.as_ref().is_some_and(|round| round.document == document);
    match latest.state {
        VersionState::Recalled => Ok(Some(DocumentRef { kind, version: latest.paper.version + 1 })),
        VersionState::OutForSignature | VersionState::PartiallySigned | VersionState::InForce if is_this => Ok(None),
        VersionState::OutForSignature | VersionState::PartiallySigned | VersionState::InForce => {
            Err(out_already(latest))
        }
        VersionState::Refused
        | VersionState::Drafted
        | VersionState::Superseded
        | VersionState::Terminated
        | VersionState::Void => Err(wrong_state(latest, &[VersionState::Recalled])),
    }
}

/// An agreement in force is amended, not recalled; the other documents of the packet have no amendments.
pub(super) fn recall(
    agreement: &Agreement,
    paper: DocumentRef,
    reason: RecallReason,
    note: Option<SealedRevision>,
    effective_on: Date,
) -> Decided {
    let allowed: &'static [VersionState] = if paper.kind == AGREEMENT {
        &[VersionState::OutForSignature, VersionState::PartiallySigned, VersionState::Refused]
    } else {
        &[VersionState::OutForSignature, VersionState::PartiallySigned, VersionState::Refused, VersionState::InForce]
    };
    agreement.version_in(paper, allowed)?;
    Ok(vec![AgreementEvent::RecalledForCorrection { paper, reason, note, effective_on }])
}

pub(super) fn void(
    agreement: &Agreement,
    version: u32,
    reason: RecallReason,
    note: Option<SealedRevision>,
    effective_on: Date,
) -> Decided {
    let allowed = &[
        VersionState::Drafted,
        VersionState::OutForSignature,
        VersionState::PartiallySigned,
        VersionState::Refused,
        VersionState::Recalled,
    ];
    agreement.version_in(DocumentRef { kind: AGREEMENT, version }, allowed)?;
    Ok(vec![AgreementEvent::AgreementVoided { version, reason, note, effective_on }])
}

pub(super) fn terminate(
    agreement: &Agreement,
    initiator: Initiator,
    reason: EndReason,
    note: Option<SealedRevision>,
    effective_on: Date,
) -> Decided {
    let (base, _) = in_force(agreement)?;
    let version = base.paper.version;
    match agreement.versions().latest(AGREEMENT).filter(|latest| latest.is_open()) {
        Some(open) => Err(AgreementRefusal::AmendmentOpen { version: open.paper.version }),
        None => Ok(vec![AgreementEvent::AgreementTerminated { version, initiator, reason, note, effective_on }]),
    }
}

fn in_force(agreement: &Agreement) -> Result<(&DocumentVersion, &super::versions::AgreementVersion), AgreementRefusal> {
    let document = agreement.versions().in_force();
    document.and_then(|document| Some((document, document.contract.as_ref()?))).ok_or(AgreementRefusal::NotInForce)
}

fn plausible(terms: &AgreementTerms) -> Result<(), AgreementRefusal> {
    terms.implausible().map_or(Ok(()), |given| Err(AgreementRefusal::Implausible(given)))
}

fn out_already(document: &DocumentVersion) -> AgreementRefusal {
    AgreementRefusal::OutAlready { paper: document.paper, now: document.state }
}

pub(super) fn wrong_state(document: &DocumentVersion, allowed: &'static [VersionState]) -> AgreementRefusal {
    AgreementRefusal::WrongState { paper: document.paper, now: document.state, allowed }
}
