//! What a row of a placement says of its agreement and of the other documents of the packet.
//!
//! A signature on paper counts for the document as it is recorded here. After a recall a row has to say which version
//! was signed, so that the file that told of the recalled one does not sign the next.

use jiff::civil::Date;

use super::meaning::{Trouble, reason};
use super::placement_row::PlacementRowPlan;
use super::row_refusal::RowRefusal;
use crate::domain::agreement::codes::{SigningParty, VersionState};
use crate::domain::agreement::signatures::SignedOnPaper;
use crate::domain::agreement::signing::{DocumentRef, packet, parties};
use crate::domain::agreement::terms::{AgreementParticulars, Clause};
use crate::domain::agreement::versions::DocumentVersion;
use crate::domain::agreement::{AgreementCommand, AgreementRefusal, Amendment, PaperSignature, placed};
use crate::domain::placement::arrangement::AgreedArrangement;
use crate::domain::placement::codes::DocumentKind;
use crate::intake::kind::Column;
use crate::intake::rows::{Ended, PlacementRow, Signed};
use crate::people::PrintedSheet;

const AGREEMENT: DocumentKind = DocumentKind::Agreement;

/// Drafts the agreement as the row says, and records the signatures under it and under the other documents.
pub(super) async fn agreement(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    if row.agreed != Default::default() || row.signed.is_some() {
        draft(work, row).await?;
    }
    let (mut signed, mut printed) = (vec![], work.latest_printed());
    if let Some(said) = &row.signed {
        let latest = work.contract(false).map(|(sheet, _)| (sheet.paper.version, sheet.state));
        let version = said.version.or(latest.map(|(version, _)| version)).unwrap_or(1);
        if let Some((latest, state)) = latest {
            is_of_version(said, latest, state)?;
        }
        signed.extend(signatures(work, DocumentRef { kind: AGREEMENT, version }, said, &mut printed)?);
    }
    if let (Some(on), Some(stay)) = (row.packet_signed_on, work.stay()) {
        let all = Signed { version: None, on, by: vec![] };
        for kind in packet(stay.arranged.kind).iter().copied().filter(|kind| *kind != AGREEMENT) {
            let version = match work.agreement.versions().latest(kind) {
                Some(DocumentVersion { state: state @ (VersionState::Recalled | VersionState::Refused), .. }) => {
                    return reason(Column::PacketDay, RowRefusal::DocumentState { kind, state: *state });
                }
                Some(sheet) => sheet.paper.version,
                None => 1,
            };
            signed.extend(signatures(work, DocumentRef { kind, version }, &all, &mut printed)?);
        }
    }
    let column = if row.signed.is_some() { Column::SignedDay } else { Column::PacketDay };
    work.sign(column, signed, printed).await
}

/// The amendment that the latest change asks for, if the row says that it was signed.
pub(super) async fn amendment(
    work: &mut PlacementRowPlan<'_, '_>,
    row: &PlacementRow,
    from: Date,
    is_latest: bool,
) -> Result<(), Trouble> {
    let (Some(said), Some(stay)) = (&row.signed, work.stay()) else { return Ok(()) };
    let agreed = AgreedArrangement { period: stay.period(), ..stay.on(from).agreed() };
    let amends_so = |sheet: &&DocumentVersion| {
        sheet.contract.as_ref().is_some_and(|contract| contract.amends.is_some() && contract.terms.holds_from == from)
    };
    let known = work.agreement.versions().all().iter().rev().find(amends_so).map(|sheet| (sheet.paper, sheet.state));
    let paper = match known {
        Some((DocumentRef { version, .. }, VersionState::Recalled | VersionState::Void)) if said.version.is_none() => {
            return reason(Column::Version, RowRefusal::AmendmentRecalled { version });
        }
        Some((paper, state)) if !matches!(state, VersionState::Recalled | VersionState::Void) => paper,
        Some(_) | None if !is_latest => return Ok(()), // What was agreed since says more.
        Some(_) | None => {
            let known = work.agreement.versions().in_force().and_then(|sheet| sheet.contract.as_ref());
            let particulars = known.map(|contract| said_over(contract.terms.particulars, row));
            let amendment = Amendment { agreed, holds_from: from, particulars, also: None };
            let effective_on = work.today();
            work.order_agreement(Column::SignedDay, AgreementCommand::Amend { amendment, effective_on }).await?;
            let version = work.contract(true).map_or(1, |(sheet, _)| sheet.paper.version);
            DocumentRef { kind: AGREEMENT, version }
        }
    };
    let mut printed = work.latest_printed();
    let version = said.version.unwrap_or(paper.version);
    let signed = signatures(work, DocumentRef { version, ..paper }, said, &mut printed)?;
    work.sign(Column::SignedDay, signed.into_iter().collect(), printed).await
}

/// The day on which an agreement ends with the stay.
pub(super) async fn terminate(work: &mut PlacementRowPlan<'_, '_>, ended: &Ended) -> Result<(), Trouble> {
    let Some(effective_on) = ended.agreement_ends_on else { return Ok(()) };
    let ends = |sheet: &DocumentVersion| sheet.contract.as_ref().and_then(|contract| contract.terminated_on);
    match work.agreement.versions().all().iter().find_map(ends) {
        Some(known) if known == effective_on => Ok(()),
        Some(known) => reason(Column::TerminationDay, RowRefusal::TerminatedAlready { on: known }),
        None => {
            let (initiator, reason) = (ended.initiator, ended.reason);
            let command = AgreementCommand::Terminate { initiator, reason, note: None, effective_on };
            work.order_agreement(Column::TerminationDay, command).await
        }
    }
}

/// Drafts the agreement, or drafts it again while it has not been sent; of one that was sent, the row says the same.
async fn draft(work: &mut PlacementRowPlan<'_, '_>, row: &PlacementRow) -> Result<(), Trouble> {
    let latest = work.contract(false).map(|(sheet, contract)| (sheet.state, contract.terms));
    let latest_version = work.contract(false).map_or(0, |(sheet, _)| sheet.paper.version);
    let signed_version = row.signed.as_ref().and_then(|signed| signed.version);
    let (known, is_drafted) = match latest {
        // It tells of what was recalled.
        Some((VersionState::Recalled, _)) if signed_version.is_some_and(|version| version <= latest_version) => {
            return Ok(());
        }
        Some((state, terms)) => {
            (Some(terms.particulars), matches!(state, VersionState::Drafted | VersionState::Recalled))
        }
        None => (None, true),
    };
    let worded = Some(Clause::Template);
    let template = AgreementParticulars {
        parties: worded,
        content: worded,
        protection: worded,
        assessment: worded,
        liability: worded,
        other: worded,
        ..AgreementParticulars::default()
    };
    let particulars = said_over(known.unwrap_or(template), row);
    let agreed_now = work.stay().and_then(placed);
    let is_same = latest.is_some_and(|(_, terms)| terms.particulars == particulars && Some(terms.agreed) == agreed_now);
    let is_next =
        latest.is_some_and(|(state, _)| state == VersionState::Recalled) && signed_version == Some(latest_version + 1);
    if known == Some(particulars) && (!is_drafted || is_same) && !is_next {
        return Ok(());
    }
    let effective_on = work.today();
    work.order_agreement(Column::DayHours, AgreementCommand::Draft { particulars, effective_on }).await
}

fn said_over(known: AgreementParticulars, row: &PlacementRow) -> AgreementParticulars {
    AgreementParticulars {
        conditions: row.agreed.conditions.or(known.conditions),
        payment: row.agreed.payment.or(known.payment),
        insured: row.agreed.insured.or(known.insured),
        ..known
    }
}

/// After a recall the file that told of the recalled version comes again; its signatures are not those of the next.
fn is_of_version(signed: &Signed, version: u32, state: VersionState) -> Result<(), Trouble> {
    let is_open =
        matches!(state, VersionState::Drafted | VersionState::OutForSignature | VersionState::PartiallySigned);
    if version > 1 && is_open && signed.version.is_none() {
        return reason(Column::Version, RowRefusal::VersionUnclear { version });
    }
    Ok(())
}

/// The signatures under a document that are not known yet. One that is not out is printed as it would be now.
fn signatures(
    work: &PlacementRowPlan<'_, '_>,
    paper: DocumentRef,
    said: &Signed,
    printed: &mut Vec<PrintedSheet>,
) -> Result<Option<SignedOnPaper>, Trouble> {
    let column = if paper.kind == AGREEMENT { Column::SignedDay } else { Column::PacketDay };
    let sheets = work.agreement.versions();
    let round = match (sheets.get(paper), sheets.latest(paper.kind)) {
        (Some(sheet), _) => sheet.round.as_ref(),
        (None, Some(latest)) => {
            let (signed, current) = (paper.version, latest.paper.version);
            return reason(Column::Version, AgreementRefusal::OtherVersion { signed, current });
        }
        (None, None) => None,
    };
    let open: Vec<SigningParty> = match round {
        Some(round) => round.open().collect(),
        None => parties(paper.kind, &work.signing_rule()),
    };
    let named: Vec<(SigningParty, Date)> = if said.by.is_empty() {
        open.into_iter().map(|party| (party, said.on)).collect()
    } else {
        said.by.iter().map(|by| (by.party, by.on.unwrap_or(said.on))).collect()
    };
    let mut new = vec![];
    for (party, on) in named {
        match round.and_then(|round| round.slot(party)).and_then(|slot| slot.signed()) {
            Some((_, known)) if known == on => (),
            Some((_, known)) => {
                return reason(column, AgreementRefusal::SignedAlready { party, on: known });
            }
            // Who is no party, the stream says.
            None => new.push(PaperSignature { party, on }),
        }
    }
    if new.is_empty() {
        return Ok(None);
    }
    let document = match round {
        Some(round) => round.document,
        None => work.printed(column, paper, printed)?,
    };
    Ok(Some(SignedOnPaper { paper, document, signatures: new }))
}
