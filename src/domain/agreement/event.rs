//! What is recorded of a placement's agreement and of the other documents of its packet.

use cqrs_es::DomainEvent;
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::codes::{RecallReason, RefuseReason, SigningParty};
use super::signing::{DocumentRef, SigningManner};
use super::terms::AgreementTerms;
use crate::domain::ids::{FileHash, SealedRevision, StaffId};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind, EndReason, Initiator};
use crate::domain::{SCHEMA_VERSION, UndoReason};

/// What is recorded of an agreement and of the other documents of its packet.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AgreementEvent {
    AgreementDrafted {
        version: u32,
        terms: AgreementTerms,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// A version that changes what is in force.
    AmendmentDrafted {
        version: u32,
        /// The version in force.
        amends: u32,
        kinds: Vec<AmendmentKind>,
        terms: AgreementTerms,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// Of a version that nobody has been sent yet; `kinds` of an amendment.
    TermsRevised {
        version: u32,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kinds: Vec<AmendmentKind>,
        terms: AgreementTerms,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// From now on the document's bytes and the places to sign are fixed.
    SentForSignature {
        paper: DocumentRef,
        document: FileHash,
        parties: Vec<SigningParty>,
        effective_on: Date,
    },
    PartyViewed {
        paper: DocumentRef,
        party: SigningParty,
        effective_on: Date,
    },
    /// Signed on this day.
    PartySigned {
        paper: DocumentRef,
        party: SigningParty,
        manner: SigningManner,
        /// The bytes that the party saw.
        document: FileHash,
        /// With this signature all have signed, and the document is in force.
        completes: bool,
        /// Who recorded it; absent for the operator and for who signed on screen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// Signatures on paper under one or several documents, recorded together; the latest was given on this day.
    PacketSigned {
        documents: Vec<SignedDocument>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// The scan of what was signed on paper.
    ScanAttached {
        paper: DocumentRef,
        party: SigningParty,
        scan: FileHash,
        effective_on: Date,
    },
    SignatureRevoked {
        paper: DocumentRef,
        party: SigningParty,
        reason: RecallReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    PartyRefused {
        paper: DocumentRef,
        party: SigningParty,
        reason: RefuseReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// What was signed of it stays, and counts for nothing else.
    RecalledForCorrection {
        paper: DocumentRef,
        reason: RecallReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// From this day the agreement binds nobody.
    AgreementTerminated {
        version: u32,
        initiator: Initiator,
        reason: EndReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    AgreementVoided {
        version: u32,
        reason: RecallReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

impl AgreementEvent {
    /// Whether it is recorded of this version of this document; taking a fact back says only which.
    pub fn is_about(&self, wanted: DocumentRef) -> bool {
        let is_agreement = |version: u32| wanted == DocumentRef { kind: DocumentKind::Agreement, version };
        match self {
            Self::AgreementDrafted { version, .. }
            | Self::AmendmentDrafted { version, .. }
            | Self::TermsRevised { version, .. }
            | Self::AgreementTerminated { version, .. }
            | Self::AgreementVoided { version, .. } => is_agreement(*version),
            Self::SentForSignature { paper, .. }
            | Self::PartyViewed { paper, .. }
            | Self::PartySigned { paper, .. }
            | Self::ScanAttached { paper, .. }
            | Self::SignatureRevoked { paper, .. }
            | Self::PartyRefused { paper, .. }
            | Self::RecalledForCorrection { paper, .. } => *paper == wanted,
            Self::PacketSigned { documents, .. } => documents.iter().any(|signed| signed.paper == wanted),
            Self::Undone { .. } => false,
        }
    }
}

/// The signatures under one of several documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedDocument {
    pub paper: DocumentRef,
    /// The bytes that the parties saw.
    pub document: FileHash,
    /// Who has to sign, where nothing was recorded of the document's being sent: on the day of the first signature it was
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_to: Option<Vec<SigningParty>>,
    pub signatures: Vec<PaperSignature>,
    /// With these signatures all have signed, and the document is in force.
    pub completes: bool,
}

/// Who signed on paper, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperSignature {
    pub party: SigningParty,
    pub on: Date,
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for AgreementEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}
