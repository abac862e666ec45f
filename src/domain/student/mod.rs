//! The student stream: one person at one school, as rosters say who that is, in which class, specialty and standing.
//!
//! Invariant: nothing here knows a name or a number; identity is a revision in the people store.
//! In reading order: `row` what is spoken, `dated` and `standing` what holds from which day, `reading` what stands, `say`
//! what may be said.

pub mod dated;
pub mod reading;
mod refusal;
pub mod row;
pub mod say;
pub mod standing;
#[cfg(test)]
mod tests;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use refusal::StudentRefusal;

use super::ids::{BatchId, ClassName, SchoolCode, SealedRevision, SpecialtyCode, StaffId};
use super::placement::arrangement::Period;
use super::statements::timeline::Timeline;
use super::statements::{Confirmation, Said};
use super::terms::{Gender, Route, Standing};
use super::{ErasureReason, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use reading::Reading;
use row::StudentRow;

/// What is so of a student besides identity and standing: class and specialty are those of the latest day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentRegistration {
    pub school: SchoolCode,
    pub class: ClassName,
    /// `None` when the school's word for the specialty is in no catalogue.
    pub specialty: Option<SpecialtyCode>,
    pub gender: Gender,
    /// `None` while no roster says it.
    pub route: Option<Route>,
}

/// What is known of a registered student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredStudent {
    pub registration: StudentRegistration,
    pub identity: SealedRevision,
    pub standing: Standing,
    /// `None` of who was enrolled from the start.
    pub standing_since: Option<Date>,
}

/// What is recorded of a student.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StudentEvent {
    /// What a batch says, as it was spoken; from the earliest day it speaks of.
    Said { said: Said<StudentRow>, effective_on: Date },
    /// The batch said nothing; `also` is what other batches had said that was so already.
    BatchUndone { batch: BatchId, reason: UndoReason, also: Vec<Confirmation<StudentRow>>, effective_on: Date },
    /// Names, numbers, contacts and notes of the person are gone; what figures count stays.
    PersonErased { reason: ErasureReason, effective_on: Date },
}

/// What is wanted of a student's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StudentCommand {
    /// What is said of somebody of whom nothing ever was.
    Register {
        said: Said<StudentRow>,
    },
    Say {
        said: Said<StudentRow>,
    },
    UndoBatch {
        batch: BatchId,
        reason: UndoReason,
        /// What others had confirmed.
        also: Vec<Confirmation<StudentRow>>,
        effective_on: Date,
    },
    /// The person's sealed data goes; what figures count stays under the opaque id.
    Erase {
        reason: ErasureReason,
        effective_on: Date,
    },
}

/// What a decision about a student needs beside the stream and the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentFacts {
    /// Who gives the order; `None` for the operator.
    pub by: Option<StaffId>,
    pub today: Date,
    /// The days of the student's placements; empty where the command is not to leave in the middle of school.
    pub taken: Vec<Period>,
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Student {
    timeline: Timeline<StudentRow, StudentEvent>,
    #[serde(skip)]
    reading: Reading,
    #[serde(skip)]
    last_registration: Option<StudentRegistration>,
    #[serde(skip)]
    is_erased: bool,
}

impl Student {
    /// What was said in its order.
    pub fn timeline(&self) -> &Timeline<StudentRow, StudentEvent> {
        &self.timeline
    }

    /// What stands.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// `None` unless the registration stands. After everything was undone, a student is unregistered again.
    pub fn registered(&self) -> Option<&RegisteredStudent> {
        self.reading.registered.as_ref()
    }

    /// How the person was registered last, also after that was undone.
    pub fn last_registration(&self) -> Option<&StudentRegistration> {
        self.last_registration.as_ref()
    }

    /// Whether the person's sealed data was erased; whatever is undone, it stays so.
    pub fn is_erased(&self) -> bool {
        self.is_erased
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`StudentRefusal`] of a row that cannot be so; of a person who is not known, or was erased; where a batch said nothing.
pub fn decide(
    student: &Student,
    command: StudentCommand,
    facts: &StudentFacts,
) -> Result<Vec<StudentEvent>, StudentRefusal> {
    match command {
        StudentCommand::Register { .. } if student.timeline.version() > 0 => Err(StudentRefusal::AlreadyRegistered),
        StudentCommand::Register { said } | StudentCommand::Say { said } => say::say(student, said, facts),
        StudentCommand::UndoBatch { batch, reason, also, effective_on } => {
            let changes = student.timeline.may_undo(batch).ok_or(StudentRefusal::NothingToUndo)?;
            let event = StudentEvent::BatchUndone { batch, reason, also, effective_on };
            Ok(if changes { vec![event] } else { vec![] })
        }
        // Also of a person whose registration was undone: the sealed data is still there.
        StudentCommand::Erase { .. } if student.timeline.version() == 0 => Err(StudentRefusal::NotRegistered),
        StudentCommand::Erase { .. } if student.is_erased => Ok(vec![]),
        StudentCommand::Erase { reason, effective_on } => Ok(vec![StudentEvent::PersonErased { reason, effective_on }]),
    }
}

/// The timeline after one more event of the stream.
pub fn evolve(timeline: &mut Timeline<StudentRow, StudentEvent>, version: u64, event: StudentEvent) {
    match event {
        StudentEvent::Said { said, .. } => timeline.say(version, said),
        StudentEvent::BatchUndone { batch, also, .. } => timeline.undo(version, batch, also),
        StudentEvent::PersonErased { .. } => timeline.note(version, event),
    }
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for StudentEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Student {
    const TYPE: &'static str = "student";
    type Command = StudentCommand;
    type Event = StudentEvent;
    type Error = StudentRefusal;
    type Services = StudentFacts;

    async fn handle(
        &mut self,
        command: StudentCommand,
        facts: &StudentFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), StudentRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: StudentEvent) {
        self.is_erased |= matches!(event, StudentEvent::PersonErased { .. });
        let version = self.timeline.version() + 1;
        evolve(&mut self.timeline, version, event);
        self.reading = Reading::of(&self.timeline);
        if let Some(registered) = &self.reading.registered {
            self.last_registration = Some(registered.registration.clone());
        }
    }
}

impl Stream for Student {
    const KIND: StreamType = StreamType::Student;
}
