//! One claim, folded: where it stands, what it rests on, on which days it holds.

use jiff::civil::Date;
use serde::Serialize;
use strum::VariantArray;

use super::Destination;
use crate::domain::evidence::{EvidenceKind, EvidenceLevel, StatementSource};
use crate::domain::ids::{ClaimId, StaffId};
use crate::domain::terms::{Entry, SpecialtyMatch, Term, entry};

/// Where a claim stands between assertion and verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStanding {
    Asserted,
    UnderReview,
    UnderRecheck,
    Verified,
    NotAccepted,
    Overturned,
    Withdrawn,
}

impl Term for ClaimStanding {
    const NAME: &'static str = "认定状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Asserted, "asserted", "已申报", &[]),
        entry(Self::UnderReview, "under_review", "待核", &[]),
        entry(Self::UnderRecheck, "under_recheck", "复核中", &[]),
        entry(Self::Verified, "verified", "已核实", &[]),
        entry(Self::NotAccepted, "not_accepted", "不予认定", &[]),
        entry(Self::Overturned, "overturned", "推翻", &[]),
        entry(Self::Withdrawn, "withdrawn", "撤销", &[]),
    ];
}

/// One claim, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub id: ClaimId,
    pub destination: Destination,
    pub source: StatementSource,
    pub reported_on: Date,
    pub by: Option<StaffId>,
    pub starts_on: Date,
    /// The first day on which it is no longer true.
    pub ends_on: Option<Date>,
    pub standing: ClaimStanding,
    pub evidence: Vec<EvidenceKind>,
    /// What the evidence is worth: the source's own level until a reviewer gives one.
    pub level: EvidenceLevel,
    pub superseded: Vec<(ClaimId, Date)>,
    pub on_specialty: Option<SpecialtyMatch>,
}

impl Claim {
    /// Whether the claim may count at all: an internship paper alone is no evidence of employment (rule V1).
    pub fn counts(&self) -> bool {
        let internship_only = !self.evidence.is_empty() && self.evidence.iter().all(|e| *e == EvidenceKind::Internship);
        let accepted = match self.standing {
            ClaimStanding::Asserted | ClaimStanding::UnderReview | ClaimStanding::Verified => true,
            ClaimStanding::UnderRecheck
            | ClaimStanding::NotAccepted
            | ClaimStanding::Overturned
            | ClaimStanding::Withdrawn => false,
        };
        accepted && !(internship_only && self.destination.kind.employment().is_some())
    }
}

/// The first day on which a counting claim no longer holds, because it ended or another one followed; `None` while it
/// goes on. A claim that does not count supersedes nothing.
pub fn ends_on(claim: &Claim, claims: &[Claim]) -> Option<Date> {
    let followed = claim
        .superseded
        .iter()
        .filter(|(by, _)| claims.iter().any(|other| other.id == *by && other.counts()))
        .map(|(_, effective_on)| *effective_on);
    followed.chain(claim.ends_on).min()
}
