//! The folded agreement: every version of every document, and how far each has come.

use jiff::civil::Date;

use super::codes::{DocumentState, SigningParty, VersionState};
use super::signing::{DocumentRef, SigningManner, SigningRound, SlotState};
use super::terms::AgreementTerms;
use super::{AgreementEvent, PaperSignature, SignedDocument};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};

/// What only a version of the agreement itself has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementVersion {
    pub terms: AgreementTerms,
    /// The version that this one changes; `None` for an agreement of its own.
    pub amends: Option<u32>,
    pub kinds: Vec<AmendmentKind>,
    /// The day of the last signature; stays when the version is superseded.
    pub in_force_from: Option<Date>,
    /// The first day on which it binds nobody any more.
    pub terminated_on: Option<Date>,
}

/// One version of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    pub paper: DocumentRef,
    pub state: VersionState,
    /// Absent until it is sent; stays when it is recalled.
    pub round: Option<SigningRound>,
    /// Absent for the other documents of the packet.
    pub contract: Option<AgreementVersion>,
}

impl DocumentVersion {
    fn drafted(version: u32, terms: AgreementTerms, amends: Option<u32>, kinds: &[AmendmentKind]) -> Self {
        let kinds = kinds.to_vec();
        Self {
            paper: DocumentRef { kind: DocumentKind::Agreement, version },
            state: VersionState::Drafted,
            round: None,
            contract: Some(AgreementVersion { terms, amends, kinds, in_force_from: None, terminated_on: None }),
        }
    }

    /// Whether signatures are being collected.
    pub fn is_out(&self) -> bool {
        matches!(self.state, VersionState::OutForSignature | VersionState::PartiallySigned)
    }

    /// Whether it is a version that may still come into force.
    pub fn is_open(&self) -> bool {
        self.is_out() || matches!(self.state, VersionState::Drafted | VersionState::Refused)
    }

    /// In the grid of a class.
    fn shown(&self) -> DocumentState {
        match self.state {
            VersionState::OutForSignature => DocumentState::Out,
            VersionState::PartiallySigned => DocumentState::PartlySigned,
            VersionState::Refused => DocumentState::Refused,
            VersionState::InForce | VersionState::Superseded | VersionState::Terminated => self.signed_how(),
            VersionState::Drafted | VersionState::Recalled | VersionState::Void => DocumentState::Missing,
        }
    }

    fn signed_how(&self) -> DocumentState {
        let signatures =
            || self.round.iter().flat_map(SigningRound::signatures).map(|(_, manner, _)| manner.is_electronic());
        if signatures().all(|is_electronic| is_electronic) {
            DocumentState::SignedElectronically
        } else if signatures().any(|is_electronic| is_electronic) {
            DocumentState::SignedMixed
        } else {
            DocumentState::SignedOnPaper
        }
    }
}

/// Every version of every document, in the order in which they were begun.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentVersions(pub(super) Vec<DocumentVersion>);

impl DocumentVersions {
    /// In the order in which they were begun.
    pub fn all(&self) -> &[DocumentVersion] {
        &self.0
    }

    /// The version of a document that `paper` names.
    pub fn get(&self, paper: DocumentRef) -> Option<&DocumentVersion> {
        self.0.iter().find(|document| document.paper == paper)
    }

    fn get_mut(&mut self, paper: DocumentRef) -> Option<&mut DocumentVersion> {
        self.0.iter_mut().find(|document| document.paper == paper)
    }

    /// The latest version of a document.
    pub fn latest(&self, kind: DocumentKind) -> Option<&DocumentVersion> {
        self.0.iter().rev().find(|document| document.paper.kind == kind)
    }

    /// The version of the agreement that is in force.
    pub fn in_force(&self) -> Option<&DocumentVersion> {
        let is_agreement = |document: &&DocumentVersion| document.paper.kind == DocumentKind::Agreement;
        self.0.iter().filter(is_agreement).find(|document| document.state == VersionState::InForce)
    }

    /// A document of the packet in the grid of a class.
    pub fn state(&self, kind: DocumentKind) -> DocumentState {
        self.decisive(kind).map_or(DocumentState::Missing, DocumentVersion::shown)
    }

    /// Whose signatures a document of the packet lacks: who refused where one was refused, else who has not signed yet.
    pub fn lacking(&self, kind: DocumentKind) -> Vec<SigningParty> {
        let Some(document) = self.decisive(kind) else { return vec![] };
        let Some(round) = &document.round else { return vec![] };
        match document.shown() {
            DocumentState::Refused => round.refused().collect(),
            DocumentState::Out | DocumentState::PartlySigned => round.open().collect(),
            DocumentState::Missing
            | DocumentState::SignedOnPaper
            | DocumentState::SignedElectronically
            | DocumentState::SignedMixed => vec![],
        }
    }

    /// What is in force of a document, else its latest version.
    pub fn decisive(&self, kind: DocumentKind) -> Option<&DocumentVersion> {
        let versions = || self.0.iter().filter(|document| document.paper.kind == kind);
        versions().find(|document| document.state == VersionState::InForce).or_else(|| versions().next_back())
    }

    /// The version of the agreement that binds on a day by what is signed; of several the latest.
    pub fn binding_on(&self, day: Date) -> Option<&DocumentVersion> {
        let holds = |contract: &AgreementVersion| {
            contract.in_force_from.is_some()
                && contract.terms.holds_from <= day
                && contract.terminated_on.is_none_or(|ended_on| day < ended_on)
        };
        self.0.iter().rev().find(|document| document.contract.as_ref().is_some_and(holds))
    }

    /// The terms that hold on a day by what is signed.
    pub fn terms_on(&self, day: Date) -> Option<&AgreementTerms> {
        self.binding_on(day)?.contract.as_ref().map(|contract| &contract.terms)
    }
}

/// The documents after one more event. Events of a document that is not there are ignored.
pub(super) fn evolve(mut versions: DocumentVersions, event: &AgreementEvent) -> DocumentVersions {
    let agreement = |version| DocumentRef { kind: DocumentKind::Agreement, version };
    match event {
        AgreementEvent::AgreementDrafted { version, terms, .. } => {
            versions.0.push(DocumentVersion::drafted(*version, *terms, None, &[]));
        }
        AgreementEvent::AmendmentDrafted { version, amends, kinds, terms, .. } => {
            versions.0.push(DocumentVersion::drafted(*version, *terms, Some(*amends), kinds));
        }
        AgreementEvent::TermsRevised { version, kinds, terms, .. } => {
            let document = versions.get_mut(agreement(*version));
            if let Some(contract) = document.and_then(|document| document.contract.as_mut()) {
                contract.terms = *terms;
                contract.kinds.clone_from(kinds);
            }
        }
        AgreementEvent::SentForSignature { paper, document, parties, effective_on } => {
            versions.sent(*paper, SigningRound::new(*document, *effective_on, parties));
        }
        AgreementEvent::PartyViewed { paper, party, .. } => {
            versions.slot(*paper, *party, |state| *state = SlotState::Viewed);
        }
        AgreementEvent::PartySigned { paper, party, manner, completes, effective_on, .. } => {
            let signed = SlotState::Signed { manner: *manner, on: *effective_on };
            versions.slot(*paper, *party, |state| *state = signed);
            versions.signed(*paper, *completes);
        }
        AgreementEvent::PacketSigned { documents, .. } => {
            for SignedDocument { paper, document, sent_to, signatures, completes } in documents {
                let first = signatures.iter().map(|signature| signature.on).min();
                if let (Some(parties), Some(first)) = (sent_to, first) {
                    versions.sent(*paper, SigningRound::new(*document, first, parties));
                }
                for PaperSignature { party, on } in signatures {
                    let signed = SlotState::Signed { manner: SigningManner::Paper { scan: None }, on: *on };
                    versions.slot(*paper, *party, |state| *state = signed);
                }
                versions.signed(*paper, *completes);
            }
        }
        AgreementEvent::ScanAttached { paper, party, scan, .. } => {
            versions.slot(*paper, *party, |state| {
                if let SlotState::Signed { manner, .. } = state {
                    *manner = manner.with_scan(*scan).unwrap_or(*manner);
                }
            });
        }
        AgreementEvent::SignatureRevoked { paper, party, .. } => {
            versions.slot(*paper, *party, |state| *state = SlotState::Revoked);
            let has_signatures =
                |document: &DocumentVersion| document.round.iter().any(|round| round.signatures().next().is_some());
            if let Some(document) = versions.get_mut(*paper) {
                let (partly, out) = (VersionState::PartiallySigned, VersionState::OutForSignature);
                document.state = if has_signatures(document) { partly } else { out };
            }
        }
        AgreementEvent::PartyRefused { paper, party, reason, .. } => {
            versions.slot(*paper, *party, |state| *state = SlotState::Refused(*reason));
            versions.becomes(*paper, VersionState::Refused);
        }
        AgreementEvent::RecalledForCorrection { paper, .. } => versions.becomes(*paper, VersionState::Recalled),
        AgreementEvent::AgreementTerminated { version, effective_on, .. } => {
            versions.becomes(agreement(*version), VersionState::Terminated);
            versions.ends(*effective_on);
        }
        AgreementEvent::AgreementVoided { version, .. } => versions.becomes(agreement(*version), VersionState::Void),
        AgreementEvent::Undone { .. } => (),
    }
    versions
}

impl DocumentVersions {
    fn slot(&mut self, paper: DocumentRef, party: super::codes::SigningParty, change: impl FnOnce(&mut SlotState)) {
        let round = self.get_mut(paper).and_then(|document| document.round.as_mut());
        if let Some(slot) = round.and_then(|round| round.slot_mut(party)) {
            change(&mut slot.state);
        }
    }

    fn sent(&mut self, paper: DocumentRef, round: SigningRound) {
        let (state, round) = (VersionState::OutForSignature, Some(round));
        match self.get_mut(paper) {
            Some(document) => (document.state, document.round) = (state, round),
            None => self.0.push(DocumentVersion { paper, state, round, contract: None }),
        }
    }

    fn becomes(&mut self, paper: DocumentRef, state: VersionState) {
        if let Some(document) = self.get_mut(paper) {
            document.state = state;
        }
    }

    /// With the last signature a version is in force, and the one that it amends is not any more. When all have agreed
    /// to end the agreement, it ends with the day of those terms.
    fn signed(&mut self, paper: DocumentRef, completes: bool) {
        if !completes {
            return self.becomes(paper, VersionState::PartiallySigned);
        }
        self.becomes(paper, VersionState::InForce);
        let Some(document) = self.get_mut(paper) else { return };
        let last_signed_on = document.round.iter().flat_map(SigningRound::signatures).map(|(_, _, on)| on).max();
        let Some(contract) = &mut document.contract else { return };
        contract.in_force_from = last_signed_on;
        let (amended, ends_on) = (contract.amends, contract.terms.holds_from);
        let is_end = contract.kinds.contains(&AmendmentKind::Termination);
        if let Some(amended) = amended {
            self.becomes(DocumentRef { version: amended, ..paper }, VersionState::Superseded);
        }
        if is_end {
            self.becomes(paper, VersionState::Terminated);
            self.ends(ends_on);
        }
    }

    /// No version binds anybody from a day on.
    fn ends(&mut self, day: Date) {
        for contract in self.0.iter_mut().filter_map(|document| document.contract.as_mut()) {
            contract.terminated_on = Some(day);
        }
    }
}
