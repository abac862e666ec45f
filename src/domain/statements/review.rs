//! What a statement rests on, and what came of looking at it: evidence, review, re-check.

use serde::{Deserialize, Serialize};

use super::refusal::StatementRefusal;
use super::{Source, StatementReason};
use crate::domain::evidence::{EvidenceKind, EvidenceLevel, ReviewState};
use crate::domain::ids::StaffId;

/// One step of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStep {
    Attach {
        kind: EvidenceKind,
    },
    Open,
    Verify {
        level: EvidenceLevel,
    },
    NotAccept {
        reason: StatementReason,
    },
    /// Opened alike for a dispute, a signal or a random sample, so that it does not tell a dispute.
    OpenRecheck,
    CloseRecheck {
        upheld: bool,
    },
}

impl ReviewStep {
    /// Whether it is a verdict, which is not for who made the statement.
    pub fn is_verdict(self) -> bool {
        match self {
            Self::Verify { .. } | Self::NotAccept { .. } | Self::CloseRecheck { .. } => true,
            Self::Attach { .. } | Self::Open | Self::OpenRecheck => false,
        }
    }
}

/// A statement's evidence and review, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub state: ReviewState,
    pub evidence: Vec<EvidenceKind>,
    /// What the evidence is worth: the source's own level until a reviewer gives one.
    pub level: EvidenceLevel,
}

impl Review {
    pub(in crate::domain) fn of(source: Source) -> Self {
        Self { state: ReviewState::Stated, evidence: vec![], level: source.level() }
    }

    /// Whether what is reviewed may count: an internship paper alone is no evidence of employment (rule V1).
    pub fn counts(&self, is_job: bool) -> bool {
        let internship_only =
            !self.evidence.is_empty() && self.evidence.iter().all(|kind| *kind == EvidenceKind::Internship);
        let accepted = match self.state {
            ReviewState::Stated | ReviewState::UnderReview | ReviewState::Verified => true,
            ReviewState::UnderRecheck | ReviewState::NotAccepted | ReviewState::Overturned => false,
        };
        accepted && !(internship_only && is_job)
    }

    /// Whether a step changes something, if it may be taken. `stated_by` are those who recorded the statement.
    ///
    /// # Errors
    /// [`StatementRefusal`] where the review is at another step, papers are missing for a level, or the verdict is nobody's
    /// or that of who made the statement.
    pub(in crate::domain) fn may(
        &self,
        step: ReviewStep,
        by: Option<StaffId>,
        stated_by: &[StaffId],
    ) -> Result<bool, StatementRefusal> {
        let waits = matches!(self.state, ReviewState::Stated | ReviewState::UnderReview);
        let (may_be_taken, is_so) = match step {
            ReviewStep::Attach { kind } => (true, self.evidence.contains(&kind)),
            ReviewStep::Open => (waits, self.state == ReviewState::UnderReview),
            ReviewStep::Verify { .. } | ReviewStep::NotAccept { .. } => (waits, false),
            ReviewStep::OpenRecheck => (
                waits || matches!(self.state, ReviewState::Verified | ReviewState::UnderRecheck),
                self.state == ReviewState::UnderRecheck,
            ),
            ReviewStep::CloseRecheck { .. } => (self.state == ReviewState::UnderRecheck, false),
        };
        if !may_be_taken {
            return Err(StatementRefusal::WrongState(self.state));
        }
        if step.is_verdict() {
            let decider = by.ok_or(StatementRefusal::NobodyDecides)?;
            if stated_by.contains(&decider) {
                return Err(StatementRefusal::ReviewerStated);
            }
        }
        let has_paper = self.evidence.iter().any(|kind| *kind != EvidenceKind::Internship);
        // Levels from L2 on rest on papers; an internship paper is none.
        if let ReviewStep::Verify { level } = step
            && level >= EvidenceLevel::L2
            && !has_paper
        {
            return Err(StatementRefusal::EvidenceMissing(level));
        }
        Ok(!is_so)
    }

    pub(in crate::domain) fn take(&mut self, step: ReviewStep) {
        match step {
            ReviewStep::Attach { kind } => self.add(&[kind]),
            ReviewStep::Open => self.state = ReviewState::UnderReview,
            ReviewStep::Verify { level } => {
                self.state = ReviewState::Verified;
                self.level = self.level.max(level);
            }
            ReviewStep::NotAccept { .. } => self.state = ReviewState::NotAccepted,
            ReviewStep::OpenRecheck => self.state = ReviewState::UnderRecheck,
            ReviewStep::CloseRecheck { upheld: true } => self.state = ReviewState::Verified,
            ReviewStep::CloseRecheck { upheld: false } => self.state = ReviewState::Overturned,
        }
    }

    /// Papers add up: who names one says nothing against another.
    pub(in crate::domain) fn add(&mut self, papers: &[EvidenceKind]) {
        for kind in papers {
            if !self.evidence.contains(kind) {
                self.evidence.push(*kind);
            }
        }
    }
}
