//! Why a command about an agreement is refused: the rule, its values, and what to do.

use std::error::Error;

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::codes::{SigningParty, VersionState};
use super::signing::DocumentRef;
use super::terms::{AgreementHead, Implausible};
use crate::domain::ids::FileHash;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "agreement.")]
pub enum AgreementRefusal {
    NotPlaced,
    NoSuchPaper(DocumentRef),
    WrongState { paper: DocumentRef, now: VersionState, allowed: &'static [VersionState] },
    OutAlready { paper: DocumentRef, now: VersionState },
    InForceAlready { version: u32 },
    Ended,
    NotInForce,
    AmendmentOpen { version: u32 },
    NothingAmended,
    KindFollowsFromTerms(AmendmentKind),
    HeadsMissing(Vec<AgreementHead>),
    Implausible(Implausible),
    DiffersFromPlacement(Vec<AmendmentKind>),
    NobodySigns(DocumentKind),
    SameDocument(DocumentRef),
    OtherVersion { signed: u32, current: u32 },
    OtherDocument { seen: FileHash, sent: FileHash },
    NotAParty { given: SigningParty, parties: Vec<SigningParty> },
    SignedAlready { party: SigningParty, on: Date },
    NotSigned(SigningParty),
    NothingToScan(SigningParty),
    SignedBeforeSent { sent_on: Date, signed_on: Date },
    NotYetSigned { signed_on: Date, today: Date },
    NothingToUndo { version: u64 },
    LaterStands { version: u64, latest: u64 },
}

impl Error for AgreementRefusal {}
