//! Who has to sign what, and how far they have come.
//!
//! Invariant: a signature counts only for the bytes that the signer saw.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::codes::{BehalfAuthority, BehalfReason, RefuseReason, SigningParty};
use crate::domain::ids::FileHash;
use crate::domain::placement::codes::{DocumentKind, InternshipKind};

/// One version of one document, as the code printed on it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DocumentRef {
    pub kind: DocumentKind,
    /// From 1.
    pub version: u32,
}

/// Of whom a guardian's signature is asked. The national rule says of everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GuardianRule {
    #[default]
    Everyone,
    MinorsOnly,
}

/// What decides who has to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SigningRule {
    pub guardian: GuardianRule,
    /// Whether the student is a minor on the first day.
    pub is_minor: bool,
    /// Whom a rule asks besides.
    pub also: Vec<SigningParty>,
}

/// The documents that a placement's packet must hold. Only work at a post triggers them.
pub fn packet(kind: InternshipKind) -> &'static [DocumentKind] {
    match kind {
        InternshipKind::Orientation => &[],
        InternshipKind::Post | InternshipKind::Other => &[
            DocumentKind::Agreement,
            DocumentKind::GuardianConsent,
            DocumentKind::SafetyAgreement,
            DocumentKind::Commitment,
            DocumentKind::LetterToParents,
        ],
    }
}

/// Who has to sign a document, in the order in which their places stand on it; empty when nobody has to.
pub fn parties(kind: DocumentKind, rule: &SigningRule) -> Vec<SigningParty> {
    let asks_guardian = rule.is_minor || rule.guardian == GuardianRule::Everyone;
    let of: &[SigningParty] = match kind {
        DocumentKind::Agreement => {
            &[SigningParty::School, SigningParty::Host, SigningParty::Student, SigningParty::Guardian]
        }
        DocumentKind::GuardianConsent => &[SigningParty::Student, SigningParty::Guardian],
        DocumentKind::SafetyAgreement => &[SigningParty::School, SigningParty::Student, SigningParty::Guardian],
        DocumentKind::Commitment => &[SigningParty::Student],
        DocumentKind::LetterToParents => &[SigningParty::Guardian],
    };
    let mut parties: Vec<SigningParty> =
        of.iter().copied().filter(|party| asks_guardian || *party != SigningParty::Guardian).collect();
    if kind == DocumentKind::Agreement {
        for party in &rule.also {
            if !parties.contains(party) {
                parties.push(*party);
            }
        }
    }
    parties
}

/// How somebody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningManner {
    /// The scan may come later.
    Paper {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scan: Option<FileHash>,
    },
    /// `proof` is what the signing service says of it, sealed.
    Electronic {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<FileHash>,
    },
    /// Somebody else signed for the party, on paper.
    OnBehalf {
        reason: BehalfReason,
        authority: BehalfAuthority,
        /// The paper that gives the authority, sealed.
        authorised_by: FileHash,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scan: Option<FileHash>,
    },
}

impl SigningManner {
    /// The same with a scan; `None` where there is no paper to scan.
    pub fn with_scan(self, scanned: FileHash) -> Option<Self> {
        match self {
            Self::Paper { .. } => Some(Self::Paper { scan: Some(scanned) }),
            Self::OnBehalf { reason, authority, authorised_by, .. } => {
                Some(Self::OnBehalf { reason, authority, authorised_by, scan: Some(scanned) })
            }
            Self::Electronic { .. } => None,
        }
    }

    /// Whether it is on paper whose scan is not there yet.
    pub fn lacks_scan(self) -> bool {
        match self {
            Self::Paper { scan } | Self::OnBehalf { scan, .. } => scan.is_none(),
            Self::Electronic { .. } => false,
        }
    }

    /// Whether it was signed on screen.
    pub fn is_electronic(self) -> bool {
        match self {
            Self::Electronic { .. } => true,
            Self::Paper { .. } | Self::OnBehalf { .. } => false,
        }
    }
}

/// How far a place to sign has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotState {
    Requested,
    Viewed,
    Signed {
        manner: SigningManner,
        on: Date,
    },
    Refused(RefuseReason),
    /// Signed, and the signature taken back: asked for again.
    Revoked,
}

/// A place to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub party: SigningParty,
    pub state: SlotState,
}

impl Slot {
    /// How and on which day the party signed; `None` unless the signature stands.
    pub fn signed(&self) -> Option<(SigningManner, Date)> {
        match self.state {
            SlotState::Signed { manner, on } => Some((manner, on)),
            SlotState::Requested | SlotState::Viewed | SlotState::Refused(_) | SlotState::Revoked => None,
        }
    }
}

/// A document that was sent for signature: its bytes, and the places to sign, fixed when it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningRound {
    pub document: FileHash,
    pub sent_on: Date,
    pub slots: Vec<Slot>,
}

impl SigningRound {
    /// A document that was just sent to these parties; nobody has signed yet.
    pub fn new(document: FileHash, sent_on: Date, parties: &[SigningParty]) -> Self {
        let slots = parties.iter().map(|party| Slot { party: *party, state: SlotState::Requested }).collect();
        Self { document, sent_on, slots }
    }

    /// The place of a party to sign; `None` when it is not asked to sign.
    pub fn slot(&self, party: SigningParty) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.party == party)
    }

    pub(super) fn slot_mut(&mut self, party: SigningParty) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.party == party)
    }

    /// Whose signatures are missing.
    pub fn open(&self) -> impl Iterator<Item = SigningParty> {
        self.slots.iter().filter(|slot| slot.signed().is_none()).map(|slot| slot.party)
    }

    /// Who refused to sign.
    pub fn refused(&self) -> impl Iterator<Item = SigningParty> {
        self.slots.iter().filter(|slot| matches!(slot.state, SlotState::Refused(_))).map(|slot| slot.party)
    }

    /// The signatures that stand: who signed, how, and on which day.
    pub fn signatures(&self) -> impl Iterator<Item = (SigningParty, SigningManner, Date)> {
        self.slots.iter().filter_map(|slot| slot.signed().map(|(manner, on)| (slot.party, manner, on)))
    }
}
