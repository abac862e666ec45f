//! The import stream: one batch per file read, with what became of its rows, until it is undone.

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::further_study::row::StudyRow;
use super::ids::{SchoolCode, SealedRevision, StudentId};
use super::outcome::row::DestinationRow;
use super::statements::Source;
use super::student::row::StudentRow;
use super::{SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// What became of a file's rows. Every row is in exactly one of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    pub new: u32,
    pub changed: u32,
    pub unchanged: u32,
    /// Recorded, and stands once what holds it is undone.
    #[serde(default)]
    pub held: u32,
    pub rejected: u32,
}

impl RowCounts {
    /// Rows of the file.
    pub fn total(self) -> u32 {
        self.new + self.changed + self.unchanged + self.held + self.rejected
    }
}

/// What a batch said of one person that its source said already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    pub student: StudentId,
    /// The version of the stream in which it is so.
    pub at: u64,
    pub rows: ConfirmedRows,
}

/// The rows as they were spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedRows {
    Roster(Vec<StudentRow>),
    Destinations(Vec<DestinationRow>),
    Studies(Vec<StudyRow>),
}

/// Who says what a batch says, and of which day it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spokesman {
    pub source: Source,
    pub said_on: Date,
}

/// What is recorded of a batch.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ImportEvent {
    ImportStarted {
        /// SHA-256 of the file's bytes, hexadecimal.
        file_sha256: String,
        /// The kind of file: schools, roster, outcomes, further-study, exam.
        kind: String,
        /// The only school the file speaks of, when the user named one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        school: Option<SchoolCode>,
        /// The file's name, sealed: it may hold a person's.
        file_name: SealedRevision,
        /// The name of who issued the list, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<SealedRevision>,
        spoken: Spokesman,
        effective_on: Date,
    },
    /// Rows that said what was so already. They keep their say when what they confirm is undone.
    RowsConfirmed {
        rows: Vec<Confirmed>,
        effective_on: Date,
    },
    ImportApplied {
        counts: RowCounts,
        effective_on: Date,
    },
    ImportUndone {
        reason: UndoReason,
        effective_on: Date,
    },
}

/// What is wanted of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportCommand {
    Start {
        file_sha256: String,
        kind: String,
        school: Option<SchoolCode>,
        file_name: SealedRevision,
        issuer: Option<SealedRevision>,
        spoken: Spokesman,
        effective_on: Date,
    },
    Confirm {
        rows: Vec<Confirmed>,
        effective_on: Date,
    },
    Finish {
        counts: RowCounts,
        effective_on: Date,
    },
    Undo {
        reason: UndoReason,
        effective_on: Date,
    },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "import.")]
pub enum ImportRefusal {
    NoSuchBatch,
    AlreadyUndone,
    AlreadyStarted,
    AlreadyApplied,
}

impl Error for ImportRefusal {}

/// The stages of a batch. A started one whose process was killed is resumed by importing the same file again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Import {
    #[default]
    Absent,
    Started,
    Applied(RowCounts),
    Undone,
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`ImportRefusal`] when the batch is not there, has started already, or was undone already.
pub fn decide(import: &Import, command: ImportCommand) -> Result<Vec<ImportEvent>, ImportRefusal> {
    match (import, command) {
        (
            Import::Absent,
            ImportCommand::Start { file_sha256, kind, school, file_name, issuer, spoken, effective_on },
        ) => {
            Ok(vec![ImportEvent::ImportStarted { file_sha256, kind, school, file_name, issuer, spoken, effective_on }])
        }
        (Import::Absent, ImportCommand::Confirm { .. } | ImportCommand::Finish { .. } | ImportCommand::Undo { .. }) => {
            Err(ImportRefusal::NoSuchBatch)
        }
        (Import::Started, ImportCommand::Confirm { rows, effective_on }) => {
            Ok(vec![ImportEvent::RowsConfirmed { rows, effective_on }])
        }
        (Import::Applied(_), ImportCommand::Confirm { .. }) => Err(ImportRefusal::AlreadyApplied),
        (Import::Started | Import::Applied(_) | Import::Undone, ImportCommand::Start { .. }) => {
            Err(ImportRefusal::AlreadyStarted)
        }
        (Import::Started, ImportCommand::Finish { counts, effective_on }) => {
            Ok(vec![ImportEvent::ImportApplied { counts, effective_on }])
        }
        (Import::Applied(_), ImportCommand::Finish { .. }) => Ok(vec![]),
        (Import::Started | Import::Applied(_), ImportCommand::Undo { reason, effective_on }) => {
            Ok(vec![ImportEvent::ImportUndone { reason, effective_on }])
        }
        (Import::Undone, ImportCommand::Confirm { .. } | ImportCommand::Finish { .. } | ImportCommand::Undo { .. }) => {
            Err(ImportRefusal::AlreadyUndone)
        }
    }
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for ImportEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Import {
    const TYPE: &'static str = "import";
    type Command = ImportCommand;
    type Event = ImportEvent;
    type Error = ImportRefusal;
    type Services = ();

    async fn handle(&mut self, command: ImportCommand, _: &(), sink: &EventSink<Self>) -> Result<(), ImportRefusal> {
        for event in decide(self, command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ImportEvent) {
        *self = match event {
            ImportEvent::ImportStarted { .. } => Self::Started,
            ImportEvent::RowsConfirmed { .. } => *self,
            ImportEvent::ImportApplied { counts, .. } => Self::Applied(counts),
            ImportEvent::ImportUndone { .. } => Self::Undone,
        };
    }
}

impl Stream for Import {
    const KIND: StreamType = StreamType::Import;
}

#[cfg(test)]
mod tests;
