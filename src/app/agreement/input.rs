//! What can be ordered of agreements and the rest of the packet: one struct for command line, API and form.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::terms::AgreedFields;
use crate::app::actions::Action;
use crate::app::target::Target;
use crate::domain::UndoReason;
use crate::domain::agreement::codes::{BehalfAuthority, BehalfReason, RecallReason, RefuseReason, SigningParty};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind, EndReason, Initiator};
use crate::domain::terms::Term as _;
use crate::input::file::{File, TextFolder};
use crate::input::words;

/// What can be ordered of agreements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum AgreementOrder {
    Draft(Box<DraftAgreement>),
    Send(SendDocuments),
    Sign(Box<SignDocuments>),
    Scan(AttachScan),
    #[command(skip)]
    Collect(Box<CollectScans>),
    Revoke(RevokeSignature),
    Refuse(RefuseToSign),
    Recall(RecallDocuments),
    Amend(Box<AmendAgreement>),
    Terminate(TerminateAgreement),
    Void(VoidAgreement),
    Undo(UndoAgreement),
}

/// Which documents an order is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentSelector {
    /// All of the packet unless given.
    #[arg(long, value_parser = words::TermParser::<DocumentKind>::new())]
    pub document: Option<DocumentKind>,
    /// The version that is out unless given.
    #[arg(long, requires = "document")]
    pub version: Option<u32>,
}

/// Drafts the agreement as the placement arranges it; may send the whole packet in the same breath.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct DraftAgreement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub terms: AgreedFields,
    #[arg(long)]
    #[serde(default)]
    pub send: bool,
    /// The school's own templates, as for printing.
    #[arg(long, value_parser = words::text_folder)]
    pub templates: Option<TextFolder>,
}

/// Sends documents for signature as they were printed, or as they would be printed now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SendDocuments {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// Whatever of the packet is not out yet unless given.
    #[arg(long, value_parser = words::TermParser::<DocumentKind>::new())]
    pub document: Option<DocumentKind>,
    #[arg(long, value_parser = words::text_folder)]
    pub templates: Option<TextFolder>,
}

/// Signatures: on paper unless said otherwise, of all parties that have not signed unless one is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SignDocuments {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub documents: DocumentSelector,
    /// One party, or all whose signature is missing.
    #[arg(long, value_parser = SignatoryParser)]
    pub party: Signatory,
    /// The scan of what was signed on paper; may come later.
    #[arg(long, value_parser = words::file)]
    pub scan: Option<File>,
    #[arg(long)]
    #[serde(default)]
    pub electronic: bool,
    /// What the signing service says of an electronic signature.
    #[arg(long, value_parser = words::file)]
    pub proof: Option<File>,
    /// Why somebody else signed for the party.
    #[arg(long, value_parser = words::TermParser::<BehalfReason>::new())]
    pub on_behalf: Option<BehalfReason>,
    #[arg(long, value_parser = words::TermParser::<BehalfAuthority>::new())]
    pub authority: Option<BehalfAuthority>,
    /// The paper that gives the authority.
    #[arg(long, value_parser = words::file)]
    pub authorised_by: Option<File>,
    /// What the code on the signed page says: student, document, version, hash.
    #[arg(long)]
    pub mark: Option<String>,
    /// The day of signing; today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// One party, or all whose signature is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signatory {
    #[default]
    All,
    #[serde(untagged)]
    One(SigningParty),
}

impl Signatory {
    pub fn party(self) -> Option<SigningParty> {
        match self {
            Self::All => None,
            Self::One(party) => Some(party),
        }
    }
}

/// The scan of what was signed on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AttachScan {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub documents: DocumentSelector,
    /// One party, or all whose scan is missing.
    #[arg(long, value_parser = SignatoryParser, default_value = ALL)]
    #[serde(default = "everybody")]
    pub party: Signatory,
    #[arg(value_parser = words::file)]
    pub file: File,
}

/// Reads one party, or `all`.
#[derive(Clone)]
struct SignatoryParser;

const ALL: &str = "all";
/// What is said of a page that is not recorded.
pub const ASIDE: &str = "none";

impl TypedValueParser for SignatoryParser {
    type Value = Signatory;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        word: &OsStr,
    ) -> Result<Signatory, clap::Error> {
        if word == ALL {
            return Ok(Signatory::All);
        }
        words::TermParser::<SigningParty>::new().parse_ref(command, arg, word).map(Signatory::One)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let one = SigningParty::ENTRIES.iter().map(words::possible_value);
        Some(Box::new([PossibleValue::new(ALL).help("全部未签的")].into_iter().chain(one)))
    }
}

/// A stack of scanned papers, each page sorted by its code; what is signed on them is recorded, of all or of none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct CollectScans {
    #[arg(skip)]
    pub files: Vec<File>,
    /// What pages are whose code is not read: `PAGE=STUDENT/DOCUMENT`, `PAGE=CODE`, or `PAGE=none` for what is not recorded.
    #[arg(long)]
    pub assign: Vec<String>,
    /// One party, or all whose signature is missing.
    #[arg(long, value_parser = SignatoryParser, default_value = ALL)]
    pub party: Signatory,
    /// The day of signing; today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    /// Records nothing.
    #[arg(long)]
    pub check: bool,
}

fn everybody() -> Signatory {
    Signatory::All
}

/// A signature does not count and is asked for again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RevokeSignature {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub documents: DocumentSelector,
    #[arg(long, value_parser = words::TermParser::<SigningParty>::new())]
    pub party: SigningParty,
    #[arg(long, value_parser = words::TermParser::<RecallReason>::new())]
    pub reason: RecallReason,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RefuseToSign {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub documents: DocumentSelector,
    #[arg(long, value_parser = words::TermParser::<SigningParty>::new())]
    pub party: SigningParty,
    #[arg(long, value_parser = words::TermParser::<RefuseReason>::new())]
    pub reason: RefuseReason,
    #[arg(long)]
    pub note: Option<String>,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Takes documents back that are out; their signatures stay in the history and count no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecallDocuments {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub documents: DocumentSelector,
    #[arg(long, value_parser = words::TermParser::<RecallReason>::new())]
    pub reason: RecallReason,
    #[arg(long)]
    pub note: Option<String>,
}

/// What the stay is like from a day on, as the placement says, and what else is agreed differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AmendAgreement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    /// That the stay is interrupted or ended, which the terms do not say.
    #[arg(long, value_parser = words::TermParser::<AmendmentKind>::new())]
    pub also: Option<AmendmentKind>,
    #[command(flatten)]
    #[serde(flatten)]
    pub terms: AgreedFields,
}

/// `on` is the first day on which the agreement binds nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct TerminateAgreement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<Initiator>::new())]
    pub by: Initiator,
    #[arg(long, value_parser = words::TermParser::<EndReason>::new())]
    pub reason: EndReason,
    #[arg(long)]
    pub note: Option<String>,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Takes a version out of the world that never came into force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct VoidAgreement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// The latest unless given.
    #[arg(long)]
    pub version: Option<u32>,
    #[arg(long, value_parser = words::TermParser::<RecallReason>::new())]
    pub reason: RecallReason,
    #[arg(long)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoAgreement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// The number of the fact; the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    #[arg(long)]
    pub note: Option<String>,
}

impl AgreementOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Draft(_) => Action::AgreementDraft,
            Self::Send(_) => Action::AgreementSend,
            Self::Sign(_) => Action::AgreementSign,
            Self::Scan(_) => Action::AgreementScan,
            Self::Collect(_) => Action::AgreementCollect,
            Self::Revoke(_) => Action::AgreementRevoke,
            Self::Refuse(_) => Action::AgreementRefuse,
            Self::Recall(_) => Action::AgreementRecall,
            Self::Amend(_) => Action::AgreementAmend,
            Self::Terminate(_) => Action::AgreementTerminate,
            Self::Void(_) => Action::AgreementVoid,
            Self::Undo(_) => Action::AgreementUndo,
        }
    }

    /// Whom it is about; a stack of scans says so by its codes.
    pub(super) fn target(&self) -> Option<&Target> {
        Some(match self {
            Self::Collect(_) => return None,
            Self::Draft(order) => &order.target,
            Self::Send(order) => &order.target,
            Self::Sign(order) => &order.target,
            Self::Scan(order) => &order.target,
            Self::Revoke(order) => &order.target,
            Self::Refuse(order) => &order.target,
            Self::Recall(order) => &order.target,
            Self::Amend(order) => &order.target,
            Self::Terminate(order) => &order.target,
            Self::Void(order) => &order.target,
            Self::Undo(order) => &order.target,
        })
    }

    /// Whether it brings files, which are of one student.
    pub(super) fn has_file(&self) -> bool {
        match self {
            Self::Sign(sign) => sign.scan.is_some() || sign.proof.is_some() || sign.authorised_by.is_some(),
            Self::Scan(_) | Self::Collect(_) => true,
            Self::Draft(_)
            | Self::Send(_)
            | Self::Revoke(_)
            | Self::Refuse(_)
            | Self::Recall(_)
            | Self::Amend(_)
            | Self::Terminate(_)
            | Self::Void(_)
            | Self::Undo(_) => false,
        }
    }
}
