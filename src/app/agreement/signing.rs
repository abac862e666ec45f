//! Which documents and parties a command about signatures means.

use jiff::civil::Date;

use super::input::{DocumentSelector, SignDocuments};
use crate::app::failure::{Failure, InputRefusal};
use crate::app::sealing::{Sealing, evidence};
use crate::app::target::CurrentPlacement;
use crate::domain::agreement::codes::SigningParty;
use crate::domain::agreement::signatures::Signature;
use crate::domain::agreement::signing::{DocumentRef, SigningManner, SigningRound};
use crate::domain::agreement::versions::DocumentVersion;
use crate::domain::agreement::{Agreement, AgreementCommand};
use crate::domain::ids::FileHash;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::packet::mark::PageMark;

pub(super) fn latest_agreement(agreement: &Agreement) -> u32 {
    agreement.versions().latest(DocumentKind::Agreement).map_or(1, |sheet| sheet.paper.version)
}

/// The versions that an order means: the one named, or the latest of each document with which it can be done.
pub(super) fn papers(
    agreement: &Agreement,
    wanted: DocumentSelector,
    can: fn(&DocumentVersion) -> bool,
) -> Vec<DocumentRef> {
    let kinds: Vec<DocumentKind> = match wanted.document {
        Some(kind) => vec![kind],
        None => DocumentKind::ENTRIES.iter().map(|entry| entry.value).collect(),
    };
    let latest = |kind| agreement.versions().latest(kind).filter(|sheet| can(sheet)).map(|sheet| sheet.paper);
    // What is named is refused for what it is.
    let named = |kind| match (wanted.version, wanted.document) {
        (Some(version), _) => Some(DocumentRef { kind, version }),
        (None, Some(_)) => agreement.versions().latest(kind).map(|sheet| sheet.paper),
        (None, None) => latest(kind),
    };
    kinds.into_iter().filter_map(named).collect()
}

/// Whose signatures on paper a scan is of.
pub(super) fn scanned(
    agreement: &Agreement,
    wanted: DocumentSelector,
    party: Option<SigningParty>,
) -> Vec<(DocumentRef, SigningParty)> {
    let lacks = |sheet: &DocumentVersion| {
        sheet.round.iter().flat_map(SigningRound::signatures).any(|(_, manner, _)| manner.lacks_scan())
    };
    let mut scanned = vec![];
    for paper in papers(agreement, wanted, lacks) {
        let round = agreement.versions().get(paper).and_then(|sheet| sheet.round.as_ref());
        match party {
            Some(party) => scanned.push((paper, party)),
            None => {
                let signatures = round.into_iter().flat_map(SigningRound::signatures);
                let lacking = signatures.filter(|(_, manner, _)| manner.lacks_scan());
                scanned.extend(lacking.map(|(party, _, _)| (paper, party)));
            }
        }
    }
    scanned
}

/// A signature on paper counts for what was sent; one with the code of the page only if the page is of what was sent.
pub(super) fn signatures(
    placed: &CurrentPlacement,
    sign: &SignDocuments,
    sealing: &mut Sealing<'_>,
    today: Date,
) -> Result<Vec<AgreementCommand>, Failure> {
    let mark = sign.mark.as_deref().map(PageMark::parse).transpose()?;
    if mark.is_some() && (sign.target.is_of_many() || sign.documents != DocumentSelector::default()) {
        return Err(InputRefusal::MarkSaysAll.into());
    }
    let manner = manner(sign, sealing)?;
    let wanted = match &mark {
        Some(mark) => DocumentSelector { document: Some(mark.kind), version: Some(mark.version) },
        None => sign.documents,
    };
    let (sheets, effective_on) = (placed.agreement.versions(), sign.on.unwrap_or(today));
    let mut commands = vec![];
    for paper in papers(&placed.agreement, wanted, DocumentVersion::is_out) {
        let sheet = sheets.get(paper).or_else(|| sheets.latest(paper.kind));
        let round = sheet.and_then(|sheet| sheet.round.as_ref());
        if let Some(mark) = &mark {
            may_count(placed, mark, round.map(|round| round.document))?;
        }
        let open: Vec<SigningParty> = match sign.party.party() {
            Some(party) => vec![party],
            None => round.map(|round| round.open().collect()).unwrap_or_default(),
        };
        // Of what was never sent, the stream says so itself.
        let document = round.map_or(FileHash::new([0; 32]), |round| round.document);
        commands.extend(open.into_iter().map(|party| AgreementCommand::Sign {
            signature: Signature { paper, party, manner, document },
            effective_on,
        }));
    }
    Ok(commands)
}

fn manner(sign: &SignDocuments, sealing: &mut Sealing<'_>) -> Result<SigningManner, Failure> {
    let scan = sealing.file(evidence(sign.scan.as_ref())?.as_ref())?;
    let proof = sealing.file(evidence(sign.proof.as_ref())?.as_ref())?;
    let authorised_by = sealing.file(evidence(sign.authorised_by.as_ref())?.as_ref())?;
    match (sign.on_behalf, sign.authority, authorised_by) {
        (None, None, None) if sign.electronic && scan.is_none() => Ok(SigningManner::Electronic { proof }),
        (None, None, None) if !sign.electronic && proof.is_none() => Ok(SigningManner::Paper { scan }),
        (Some(reason), Some(authority), Some(authorised_by)) if !sign.electronic && proof.is_none() => {
            Ok(SigningManner::OnBehalf { reason, authority, authorised_by, scan })
        }
        (None, None, None) | (Some(_), Some(_), Some(_)) => Err(InputRefusal::MannerUnclear.into()),
        _ => Err(InputRefusal::BehalfIncomplete.into()),
    }
}

fn may_count(placed: &CurrentPlacement, mark: &PageMark, sent: Option<FileHash>) -> Result<(), Failure> {
    if mark.student != placed.student.student {
        return Err(InputRefusal::MarkOfAnother.into());
    }
    let is_sent = sent.is_none_or(|sent| mark.is_of(sent));
    if is_sent { Ok(()) } else { Err(InputRefusal::MarkOfAnotherDocument.into()) }
}
