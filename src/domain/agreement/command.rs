//! What is ordered of an agreement and of the other documents of the packet: what the user says, and nothing else.

use jiff::civil::Date;

use super::codes::{RecallReason, RefuseReason, SigningParty};
use super::signatures::{Signature, SignedOnPaper};
use super::signing::{DocumentRef, SigningRule};
use super::terms::AgreementParticulars;
use crate::domain::UndoReason;
use crate::domain::ids::{FileHash, SealedRevision};
use crate::domain::placement::arrangement::AgreedArrangement;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind, EndReason, Initiator};

/// An amendment as a command brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amendment {
    /// What is agreed from then on, changed or not.
    pub agreed: AgreedArrangement,
    pub holds_from: Date,
    /// `None` leaves them as they are.
    pub particulars: Option<AgreementParticulars>,
    /// That the stay is interrupted or ended, which the terms do not say.
    pub also: Option<AmendmentKind>,
}

/// `effective_on` is the day on which something is done; of a signature, the day of signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreementCommand {
    /// Drafts the agreement as the placement arranges it, or drafts it again while it has not been sent.
    Draft {
        particulars: AgreementParticulars,
        effective_on: Date,
    },
    Amend {
        amendment: Amendment,
        effective_on: Date,
    },
    Send {
        kind: DocumentKind,
        document: FileHash,
        rule: SigningRule,
        effective_on: Date,
    },
    View {
        paper: DocumentRef,
        party: SigningParty,
        effective_on: Date,
    },
    Sign {
        signature: Signature,
        effective_on: Date,
    },
    /// Signatures on paper under one or several documents, each with a day of its own. Of a document that is not out it
    /// is known by them that it was.
    SignPacket {
        documents: Vec<SignedOnPaper>,
        rule: SigningRule,
    },
    AttachScan {
        paper: DocumentRef,
        party: SigningParty,
        scan: FileHash,
        effective_on: Date,
    },
    RevokeSignature {
        paper: DocumentRef,
        party: SigningParty,
        reason: RecallReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Refuse {
        paper: DocumentRef,
        party: SigningParty,
        reason: RefuseReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Recall {
        paper: DocumentRef,
        reason: RecallReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// `effective_on` is the first day on which it binds nobody.
    Terminate {
        initiator: Initiator,
        reason: EndReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Void {
        version: u32,
        reason: RecallReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}
