//! The outcome stream: dated claims about where a graduate is, each with its source, evidence and review.
//!
//! Invariant: nothing here counts. Which claim decides on a day is a matter of the figures' definitions.
//! A claim *ends* on a day (it was true before) or is *withdrawn* (it never was); to correct is to withdraw and
//! assert again in one append.

mod assert;
pub mod claim;
mod facts;
mod review;
#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

pub use facts::OutcomeFacts;

use super::evidence::{EvidenceKind, EvidenceLevel, StatementSource};
use claim::{Claim, ClaimStanding};

use super::ids::{ClaimId, EmployerId, StaffId};
use super::terms::{Channel, DestinationKind, Industry, Insurance, JobPlace, LabourContract, SpecialtyMatch, Term};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// What a claim says; everything but the kind may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    pub kind: DestinationKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer: Option<EmployerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Industry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<JobPlace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Yuan a month, before tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salary_yuan: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<LabourContract>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurance: Option<Insurance>,
}

/// Why a claim was never true, or is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ClaimReason {
    EntryError,
    Corrected,
    ReportedByGraduate,
    EmployerDenies,
    EvidenceInsufficient,
    EvidenceForged,
    Other,
}

impl Term for ClaimReason {
    const NAME: &'static str = "原因";
    const ENTRIES: &'static [super::terms::Entry<Self>] = &[
        super::terms::entry(Self::EntryError, "entry_error", "填报有误", &[]),
        super::terms::entry(Self::Corrected, "corrected", "更正", &[]),
        super::terms::entry(Self::ReportedByGraduate, "reported_by_graduate", "本人反映不实", &[])
            .en("reported as untrue by the graduate"),
        super::terms::entry(Self::EmployerDenies, "employer_denies", "单位否认", &[]).en("denied by the employer"),
        super::terms::entry(Self::EvidenceInsufficient, "evidence_insufficient", "佐证不足", &[]),
        super::terms::entry(Self::EvidenceForged, "evidence_forged", "佐证虚假", &[]),
        super::terms::entry(Self::Other, "other", "其他", &[]),
    ];
}

/// What is recorded of a graduate's destinations.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OutcomeEvent {
    DestinationAsserted {
        claim: ClaimId,
        destination: Destination,
        source: StatementSource,
        /// The day on which the source said so.
        reported_on: Date,
        /// Who recorded it; absent for the operator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// The first day on which it is true, not the day we learned of it.
        effective_on: Date,
    },
    EvidenceAttached {
        claim: ClaimId,
        kind: EvidenceKind,
        effective_on: Date,
    },
    ReviewOpened {
        claim: ClaimId,
        effective_on: Date,
    },
    DestinationVerified {
        claim: ClaimId,
        level: EvidenceLevel,
        by: StaffId,
        effective_on: Date,
    },
    DestinationNotAccepted {
        claim: ClaimId,
        reason: ClaimReason,
        by: StaffId,
        effective_on: Date,
    },
    /// A re-check, opened alike for a dispute, a signal or a random sample, so that it does not tell a dispute.
    RecheckOpened {
        claim: ClaimId,
        effective_on: Date,
    },
    RecheckClosed {
        claim: ClaimId,
        upheld: bool,
        by: StaffId,
        effective_on: Date,
    },
    /// From this day another claim of the same source holds instead.
    DestinationSuperseded {
        claim: ClaimId,
        superseding: ClaimId,
        effective_on: Date,
    },
    /// From this day the claim is no longer true.
    DestinationEnded {
        claim: ClaimId,
        effective_on: Date,
    },
    DestinationWithdrawn {
        claim: ClaimId,
        reason: ClaimReason,
        effective_on: Date,
    },
    OnSpecialtyJudged {
        claim: ClaimId,
        level: SpecialtyMatch,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// A claim as a command brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClaim {
    pub claim: ClaimId,
    pub destination: Destination,
    pub source: StatementSource,
    pub reported_on: Date,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub evidence: Vec<EvidenceKind>,
    pub on_specialty: Option<SpecialtyMatch>,
}

/// What is wanted of a graduate's claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeCommand {
    Assert { claim: NewClaim },
    Correct { wrong: ClaimId, claim: NewClaim },
    End { claim: ClaimId, effective_on: Date },
    Withdraw { claim: ClaimId, reason: ClaimReason, effective_on: Date },
    AttachEvidence { claim: ClaimId, kind: EvidenceKind, effective_on: Date },
    JudgeOnSpecialty { claim: ClaimId, level: SpecialtyMatch, effective_on: Date },
    OpenReview { claim: ClaimId, effective_on: Date },
    Verify { claim: ClaimId, level: EvidenceLevel, effective_on: Date },
    RefuseToAccept { claim: ClaimId, reason: ClaimReason, effective_on: Date },
    OpenRecheck { claim: ClaimId, effective_on: Date },
    CloseRecheck { claim: ClaimId, upheld: bool, effective_on: Date },
    Undo { version: u64, reason: UndoReason, effective_on: Date },
}

impl OutcomeCommand {
    /// Whether the command is a reviewer's verdict.
    pub fn is_review(&self) -> bool {
        match self {
            Self::Verify { .. } | Self::RefuseToAccept { .. } | Self::CloseRecheck { .. } => true,
            Self::Assert { .. }
            | Self::Correct { .. }
            | Self::End { .. }
            | Self::Withdraw { .. }
            | Self::AttachEvidence { .. }
            | Self::JudgeOnSpecialty { .. }
            | Self::OpenReview { .. }
            | Self::OpenRecheck { .. }
            | Self::Undo { .. } => false,
        }
    }
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "outcome.")]
pub enum OutcomeRefusal {
    NotGraduated,
    StartsTooLate { starts_on: Date, latest: Date },
    EndsBeforeStart { starts_on: Date, ends_on: Date },
    NoSuchClaim,
    ClaimExists,
    WrongStanding(ClaimStanding),
    ReviewerAsserted,
    NobodyDecides,
    EvidenceMissing(EvidenceLevel),
    NothingToUndo { version: u64 },
}

impl Error for OutcomeRefusal {}

type Decided = Result<Vec<OutcomeEvent>, OutcomeRefusal>;

/// The folded stream: the claims in the order in which they were asserted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    history: History<OutcomeEvent>,
    #[serde(skip)]
    claims: Vec<Claim>,
}

impl Outcome {
    /// In the order in which they were asserted.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The claim with this id, withdrawn or not.
    pub fn claim(&self, id: ClaimId) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`OutcomeRefusal`] when there is no graduation; a claim starts more than 12 months ahead, ends before it starts, is
/// not there, exists already, or stands where the command does not apply; a reviewer asserted the claim; papers are
/// missing for a level; or nothing can be undone under the given number.
pub fn decide(outcome: &Outcome, command: OutcomeCommand, facts: &OutcomeFacts) -> Decided {
    match command {
        OutcomeCommand::Assert { claim } => assert::assert(outcome, claim, facts),
        OutcomeCommand::Correct { wrong, claim } => assert::correct(outcome, wrong, claim, facts),
        OutcomeCommand::End { claim, effective_on } => assert::end(outcome, claim, effective_on),
        OutcomeCommand::Withdraw { claim, reason, effective_on } => {
            assert::withdraw(outcome, claim, reason, effective_on)
        }
        OutcomeCommand::AttachEvidence { claim, kind, effective_on } => {
            review::attach_evidence(outcome, claim, kind, effective_on)
        }
        OutcomeCommand::JudgeOnSpecialty { claim, level, effective_on } => {
            review::judge_on_specialty(outcome, claim, level, effective_on)
        }
        OutcomeCommand::OpenReview { claim, effective_on } => review::open_review(outcome, claim, effective_on),
        OutcomeCommand::Verify { claim, level, effective_on } => {
            review::verify(outcome, claim, level, facts.decider()?, effective_on)
        }
        OutcomeCommand::RefuseToAccept { claim, reason, effective_on } => {
            review::refuse_to_accept(outcome, claim, reason, facts.decider()?, effective_on)
        }
        OutcomeCommand::OpenRecheck { claim, effective_on } => review::open_recheck(outcome, claim, effective_on),
        OutcomeCommand::CloseRecheck { claim, upheld, effective_on } => {
            review::close_recheck(outcome, claim, upheld, facts.decider()?, effective_on)
        }
        OutcomeCommand::Undo { version, reason, effective_on } => {
            if outcome.history.stands(version) {
                Ok(vec![OutcomeEvent::Undone { version, reason, effective_on }])
            } else {
                outcome.history.refuse_unknown(version, OutcomeRefusal::NothingToUndo { version })
            }
        }
    }
}

/// The claim a command names, unless it was withdrawn.
fn open_claim(outcome: &Outcome, id: ClaimId) -> Result<&Claim, OutcomeRefusal> {
    outcome.claim(id).filter(|claim| claim.standing != ClaimStanding::Withdrawn).ok_or(OutcomeRefusal::NoSuchClaim)
}

/// The claims after one more event. Events of a claim that was never asserted, or whose assertion was undone, are
/// ignored.
pub fn evolve(mut claims: Vec<Claim>, event: &OutcomeEvent) -> Vec<Claim> {
    if let OutcomeEvent::DestinationAsserted { claim, destination, source, reported_on, by, effective_on } = event {
        claims.push(Claim {
            id: *claim,
            destination: destination.clone(),
            source: *source,
            reported_on: *reported_on,
            by: *by,
            starts_on: *effective_on,
            ends_on: None,
            standing: ClaimStanding::Asserted,
            evidence: vec![],
            level: source.level(),
            superseded: vec![],
            on_specialty: None,
        });
        return claims;
    }
    let Some(claim) = event.claim().and_then(|id| claims.iter_mut().find(|claim| claim.id == id)) else {
        return claims;
    };
    match event {
        OutcomeEvent::EvidenceAttached { kind, .. } => claim.evidence.push(*kind),
        OutcomeEvent::ReviewOpened { .. } => claim.standing = ClaimStanding::UnderReview,
        OutcomeEvent::DestinationVerified { level, .. } => {
            claim.standing = ClaimStanding::Verified;
            claim.level = *level;
        }
        OutcomeEvent::DestinationNotAccepted { .. } => claim.standing = ClaimStanding::NotAccepted,
        OutcomeEvent::RecheckOpened { .. } => claim.standing = ClaimStanding::UnderRecheck,
        OutcomeEvent::RecheckClosed { upheld, .. } => {
            claim.standing = if *upheld { ClaimStanding::Verified } else { ClaimStanding::Overturned };
        }
        OutcomeEvent::DestinationSuperseded { superseding, effective_on, .. } => {
            claim.superseded.push((*superseding, *effective_on));
        }
        OutcomeEvent::DestinationEnded { effective_on, .. } => claim.ends_on = Some(*effective_on),
        OutcomeEvent::DestinationWithdrawn { .. } => claim.standing = ClaimStanding::Withdrawn,
        OutcomeEvent::OnSpecialtyJudged { level, .. } => claim.on_specialty = Some(*level),
        OutcomeEvent::DestinationAsserted { .. } | OutcomeEvent::Undone { .. } => (),
    }
    claims
}

impl OutcomeEvent {
    /// The claim the event is about; `None` for an undoing.
    pub fn claim(&self) -> Option<ClaimId> {
        match self {
            Self::DestinationAsserted { claim, .. }
            | Self::EvidenceAttached { claim, .. }
            | Self::ReviewOpened { claim, .. }
            | Self::DestinationVerified { claim, .. }
            | Self::DestinationNotAccepted { claim, .. }
            | Self::RecheckOpened { claim, .. }
            | Self::RecheckClosed { claim, .. }
            | Self::DestinationSuperseded { claim, .. }
            | Self::DestinationEnded { claim, .. }
            | Self::DestinationWithdrawn { claim, .. }
            | Self::OnSpecialtyJudged { claim, .. } => Some(*claim),
            Self::Undone { .. } => None,
        }
    }
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for OutcomeEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Outcome {
    const TYPE: &'static str = "outcome";
    type Command = OutcomeCommand;
    type Event = OutcomeEvent;
    type Error = OutcomeRefusal;
    type Services = OutcomeFacts;

    async fn handle(
        &mut self,
        command: OutcomeCommand,
        facts: &OutcomeFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), OutcomeRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: OutcomeEvent) {
        let undone = if let OutcomeEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.claims, event, undone, evolve);
    }
}

impl Stream for Outcome {
    const KIND: StreamType = StreamType::Outcome;
}
