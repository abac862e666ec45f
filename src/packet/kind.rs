//! The five documents of a packet.

use serde::{Deserialize, Serialize};

use crate::domain::terms::{Entry, Term, entry};

/// The documents of a placement's packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Agreement,
    GuardianConsent,
    SafetyAgreement,
    Commitment,
    LetterToParents,
}

impl Term for DocumentKind {
    const NAME: &'static str = "实习材料";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Agreement, "agreement", "三方协议", &["实习协议"]),
        entry(Self::GuardianConsent, "guardian_consent", "监护人知情同意书", &["知情同意书"]),
        entry(Self::SafetyAgreement, "safety_agreement", "安全协议", &["安全责任书"]),
        entry(Self::Commitment, "commitment", "学生承诺书", &["承诺书"]),
        entry(Self::LetterToParents, "letter_to_parents", "告家长书", &["致家长信"]),
    ];
}
