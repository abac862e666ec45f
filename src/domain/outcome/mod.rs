//! The outcome stream: what each source says of where a graduate is, with its evidence and review.
//!
//! Invariant: nothing here counts. Which statement decides on a day is a matter of the figures' definitions.
//! In reading order: `row` what is spoken, `statement` what it makes, `reading` what stands, `say` what may be said.

pub mod reading;
pub mod row;
pub mod say;
pub mod statement;
#[cfg(test)]
mod tests;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::{BatchId, StaffId};
use super::statements::facts::StatementFacts;
use super::statements::refusal::StatementRefusal;
use super::statements::review::ReviewStep;
use super::statements::timeline::Timeline;
use super::statements::{Confirmation, Said, StatementReason};
use super::terms::SpecialtyMatch;
use super::{SCHEMA_VERSION, Stream, StreamType, UndoReason};
use reading::Reading;
use row::DestinationRow;
use statement::{Destination, DestinationKey};

/// What is recorded of a graduate's destinations.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OutcomeEvent {
    /// What a batch says, as it was spoken; from the earliest day it speaks of.
    Said { said: Said<DestinationRow>, effective_on: Date },
    /// The batch said nothing; `also` is what other batches had said that was so already.
    BatchUndone { batch: BatchId, reason: UndoReason, also: Vec<Confirmation<DestinationRow>>, effective_on: Date },
    /// Evidence was attached to a statement, or somebody looked at it.
    StatementReviewed {
        statement: DestinationKey,
        step: ReviewStep,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    OnSpecialtyJudged {
        statement: DestinationKey,
        level: SpecialtyMatch,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
    ConflictResolved {
        resolution: Resolution,
        reason: StatementReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        effective_on: Date,
    },
}

/// Which of several statements decides, as long as it stands unchanged and nothing else takes part than was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    pub chosen: DestinationKey,
    /// What the chosen one said.
    as_seen: Destination,
    /// Everything that took part, the chosen one too.
    seen: Vec<DestinationKey>,
}

/// What is wanted of a graduate's destinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeCommand {
    Say {
        said: Said<DestinationRow>,
    },
    UndoBatch {
        batch: BatchId,
        reason: UndoReason,
        /// What others had confirmed.
        also: Vec<Confirmation<DestinationRow>>,
        effective_on: Date,
    },
    Review {
        statement: DestinationKey,
        step: ReviewStep,
        effective_on: Date,
    },
    JudgeOnSpecialty {
        statement: DestinationKey,
        level: SpecialtyMatch,
        effective_on: Date,
    },
    ResolveConflict {
        chosen: DestinationKey,
        reason: StatementReason,
        effective_on: Date,
    },
}

impl OutcomeCommand {
    /// Whether the command is a reviewer's verdict.
    pub fn is_review(&self) -> bool {
        match self {
            Self::Review { step, .. } => step.is_verdict(),
            Self::ResolveConflict { .. } => true,
            Self::Say { .. } | Self::UndoBatch { .. } | Self::JudgeOnSpecialty { .. } => false,
        }
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    timeline: Timeline<DestinationRow, OutcomeEvent>,
    #[serde(skip)]
    reading: Reading,
}

impl Outcome {
    /// What stands.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What was said in its order.
    pub fn timeline(&self) -> &Timeline<DestinationRow, OutcomeEvent> {
        &self.timeline
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`StatementRefusal`] of a row that cannot be so, of a step of a review that may not be taken, or where a statement or a
/// batch is not there.
pub fn decide(
    outcome: &Outcome,
    command: OutcomeCommand,
    facts: &StatementFacts,
) -> Result<Vec<OutcomeEvent>, StatementRefusal> {
    let find = |key: &DestinationKey| outcome.reading.statement(key).ok_or(StatementRefusal::NoSuchStatement);
    match command {
        OutcomeCommand::Say { said } => say::say(outcome, said, facts),
        OutcomeCommand::UndoBatch { batch, reason, also, effective_on } => {
            let changes = outcome.timeline.may_undo(batch).ok_or(StatementRefusal::NothingToUndo)?;
            let event = OutcomeEvent::BatchUndone { batch, reason, also, effective_on };
            Ok(if changes { vec![event] } else { vec![] })
        }
        OutcomeCommand::Review { statement, step, effective_on } => {
            let known = find(&statement)?;
            let changes = known.review.may(step, facts.by, &known.by)?;
            let event = OutcomeEvent::StatementReviewed { statement, step, by: facts.by, effective_on };
            Ok(if changes { vec![event] } else { vec![] })
        }
        OutcomeCommand::JudgeOnSpecialty { statement, level, effective_on } => {
            let is_so = find(&statement)?.on_specialty == Some(level);
            let event = OutcomeEvent::OnSpecialtyJudged { statement, level, by: facts.by, effective_on };
            Ok(if is_so { vec![] } else { vec![event] })
        }
        OutcomeCommand::ResolveConflict { chosen, reason, effective_on } => {
            facts.by.ok_or(StatementRefusal::NobodyDecides)?;
            let resolution = resolution(&outcome.reading, &chosen)?;
            let (is_so, by) = (outcome.reading.resolutions.last() == Some(&resolution), facts.by);
            let event = OutcomeEvent::ConflictResolved { resolution, reason, by, effective_on };
            Ok(if is_so { vec![] } else { vec![event] })
        }
    }
}

/// The resolution that has seen everything that takes part now.
fn resolution(reading: &Reading, chosen: &DestinationKey) -> Result<Resolution, StatementRefusal> {
    let of_part = || reading.statements.iter().filter(|statement| statement.takes_part());
    let known = of_part().find(|statement| statement.key() == *chosen).ok_or(StatementRefusal::NoSuchStatement)?;
    if of_part().count() < 2 {
        return Err(StatementRefusal::NoConflict);
    }
    let seen = of_part().map(|statement| statement.key()).collect();
    Ok(Resolution { chosen: *chosen, as_seen: known.destination.clone(), seen })
}

/// The timeline after one more event of the stream.
pub fn evolve(timeline: &mut Timeline<DestinationRow, OutcomeEvent>, version: u64, event: OutcomeEvent) {
    match event {
        OutcomeEvent::Said { said, .. } => timeline.say(version, said),
        OutcomeEvent::BatchUndone { batch, also, .. } => timeline.undo(version, batch, also),
        OutcomeEvent::StatementReviewed { .. }
        | OutcomeEvent::OnSpecialtyJudged { .. }
        | OutcomeEvent::ConflictResolved { .. } => timeline.note(version, event),
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
    type Error = StatementRefusal;
    type Services = StatementFacts;

    async fn handle(
        &mut self,
        command: OutcomeCommand,
        facts: &StatementFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), StatementRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: OutcomeEvent) {
        let version = self.timeline.version() + 1;
        evolve(&mut self.timeline, version, event);
        self.reading = Reading::of(&self.timeline);
    }
}

impl Stream for Outcome {
    const KIND: StreamType = StreamType::Outcome;
}
