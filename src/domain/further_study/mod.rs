//! The further-study stream of a graduate: what each source says of entrance exams and of enrolments at colleges.
//!
//! Invariant: admission is not enrolment; what counts is registration (报到), and only until the student leaves.
//! Absent on purpose: applications and eligibility before an admission list; no figure counts them.
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
use super::outcome::statement::DestinationKey;
use super::statements::facts::StatementFacts;
use super::statements::refusal::StatementRefusal;
use super::statements::review::ReviewStep;
use super::statements::timeline::Timeline;
use super::statements::{Confirmation, Said, StatementReason};
use super::{SCHEMA_VERSION, Stream, StreamType, UndoReason};
use reading::Reading;
use row::StudyRow;
use statement::{Enrolment, EnrolmentKey};

/// What is recorded of a graduate's exams and enrolments.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FurtherStudyEvent {
    /// What a batch says, as it was spoken; from the earliest day it speaks of.
    Said { said: Said<StudyRow>, effective_on: Date },
    /// The batch said nothing; `also` is what other batches had said that was so already.
    BatchUndone { batch: BatchId, reason: UndoReason, also: Vec<Confirmation<StudyRow>>, effective_on: Date },
    /// Evidence was attached to the statement of an enrolment, or somebody looked at it.
    StatementReviewed {
        statement: EnrolmentKey,
        step: ReviewStep,
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

/// Which of several registrations decides, as long as it stands unchanged and nothing else takes part than was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    pub chosen: EnrolmentKey,
    /// What the chosen one said.
    as_seen: Enrolment,
    /// Everything that took part, the chosen one too.
    seen: Vec<EnrolmentKey>,
    /// The jobs that were said beside.
    beside: Vec<DestinationKey>,
}

/// What is wanted of a graduate's exams and enrolments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FurtherStudyCommand {
    Say {
        said: Said<StudyRow>,
    },
    UndoBatch {
        batch: BatchId,
        reason: UndoReason,
        /// What others had confirmed.
        also: Vec<Confirmation<StudyRow>>,
        effective_on: Date,
    },
    Review {
        statement: EnrolmentKey,
        step: ReviewStep,
        effective_on: Date,
    },
    ResolveConflict {
        chosen: EnrolmentKey,
        reason: StatementReason,
        effective_on: Date,
    },
}

impl FurtherStudyCommand {
    /// Whether the command is a reviewer's verdict.
    pub fn is_review(&self) -> bool {
        match self {
            Self::Review { step, .. } => step.is_verdict(),
            Self::ResolveConflict { .. } => true,
            Self::Say { .. } | Self::UndoBatch { .. } => false,
        }
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FurtherStudy {
    timeline: Timeline<StudyRow, FurtherStudyEvent>,
    #[serde(skip)]
    reading: Reading,
}

impl FurtherStudy {
    /// What stands.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What was said in its order.
    pub fn timeline(&self) -> &Timeline<StudyRow, FurtherStudyEvent> {
        &self.timeline
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`StatementRefusal`] of a row that cannot be so, of a step of a review that may not be taken, or where a statement or a
/// batch is not there.
pub fn decide(
    study: &FurtherStudy,
    command: FurtherStudyCommand,
    facts: &StatementFacts,
) -> Result<Vec<FurtherStudyEvent>, StatementRefusal> {
    match command {
        FurtherStudyCommand::Say { said } => say::say(study, said, facts),
        FurtherStudyCommand::UndoBatch { batch, reason, also, effective_on } => {
            let changes = study.timeline.may_undo(batch).ok_or(StatementRefusal::NothingToUndo)?;
            let event = FurtherStudyEvent::BatchUndone { batch, reason, also, effective_on };
            Ok(if changes { vec![event] } else { vec![] })
        }
        FurtherStudyCommand::Review { statement, step, effective_on } => {
            let known = study.reading.enrolment(&statement).ok_or(StatementRefusal::NoSuchStatement)?;
            let changes = known.review.may(step, facts.by, &known.by)?;
            let event = FurtherStudyEvent::StatementReviewed { statement, step, by: facts.by, effective_on };
            Ok(if changes { vec![event] } else { vec![] })
        }
        FurtherStudyCommand::ResolveConflict { chosen, reason, effective_on } => {
            facts.by.ok_or(StatementRefusal::NobodyDecides)?;
            let resolution = resolution(&study.reading, &chosen, facts)?;
            let (is_so, by) = (study.reading.resolutions.last() == Some(&resolution), facts.by);
            let event = FurtherStudyEvent::ConflictResolved { resolution, reason, by, effective_on };
            Ok(if is_so { vec![] } else { vec![event] })
        }
    }
}

/// The resolution that has seen everything that takes part now.
fn resolution(
    reading: &Reading,
    chosen: &EnrolmentKey,
    facts: &StatementFacts,
) -> Result<Resolution, StatementRefusal> {
    let registered = || {
        let of_part = reading.enrolments.iter().filter(|statement| statement.takes_part());
        of_part.filter(|statement| statement.enrolment.registered_on.is_some())
    };
    let known = registered().find(|statement| statement.key() == Some(*chosen));
    let known = known.ok_or(StatementRefusal::NoSuchStatement)?;
    if registered().count() < 2 && facts.jobs.is_empty() {
        return Err(StatementRefusal::NoConflict);
    }
    let seen = registered().filter_map(|statement| statement.key()).collect();
    Ok(Resolution { chosen: *chosen, as_seen: known.enrolment, seen, beside: facts.jobs.clone() })
}

/// The timeline after one more event of the stream.
pub fn evolve(timeline: &mut Timeline<StudyRow, FurtherStudyEvent>, version: u64, event: FurtherStudyEvent) {
    match event {
        FurtherStudyEvent::Said { said, .. } => timeline.say(version, said),
        FurtherStudyEvent::BatchUndone { batch, also, .. } => timeline.undo(version, batch, also),
        FurtherStudyEvent::StatementReviewed { .. } | FurtherStudyEvent::ConflictResolved { .. } => {
            timeline.note(version, event);
        }
    }
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for FurtherStudyEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for FurtherStudy {
    const TYPE: &'static str = "further_study";
    type Command = FurtherStudyCommand;
    type Event = FurtherStudyEvent;
    type Error = StatementRefusal;
    type Services = StatementFacts;

    async fn handle(
        &mut self,
        command: FurtherStudyCommand,
        facts: &StatementFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), StatementRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: FurtherStudyEvent) {
        let version = self.timeline.version() + 1;
        evolve(&mut self.timeline, version, event);
        self.reading = Reading::of(&self.timeline);
    }
}

impl Stream for FurtherStudy {
    const KIND: StreamType = StreamType::FurtherStudy;
}
