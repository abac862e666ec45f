//! The school stream: one per school code, seen by all.

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::SchoolCode;
use super::terms::SchoolCategory;
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use crate::text::names;

/// A school as the bureau lists it. Its name is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolEntry {
    pub code: SchoolCode,
    pub name: String,
    pub category: SchoolCategory,
}

/// What is recorded of a school.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SchoolEvent {
    SchoolRegistered {
        entry: SchoolEntry,
        effective_on: Date,
    },
    SchoolCorrected {
        entry: SchoolEntry,
        effective_on: Date,
    },
    SchoolClosed {
        effective_on: Date,
    },
    /// The fact with this version in the stream never held; repeats the code, and the entry that holds without it.
    Undone {
        code: SchoolCode,
        stands: Option<SchoolEntry>,
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// What is wanted of a school's entry in the bureau's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchoolCommand {
    /// Registers the school, or corrects its name or category.
    Enter {
        entry: SchoolEntry,
        effective_on: Date,
    },
    Close {
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "school.")]
pub enum SchoolRefusal {
    Name,
    OtherCode { registered: SchoolCode, given: SchoolCode },
    NotRegistered,
    NothingToUndo { version: u64 },
}

impl Error for SchoolRefusal {}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct School {
    history: History<SchoolEvent>,
    #[serde(skip)]
    entry: Option<SchoolEntry>,
}

impl School {
    /// `None` unless the school is registered.
    pub fn entry(&self) -> Option<&SchoolEntry> {
        self.entry.as_ref()
    }
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`SchoolRefusal`] when the name is empty or too long, the code is not the registered one, the school is not
/// registered, or nothing can be undone under the given number.
pub fn decide(school: &School, command: SchoolCommand) -> Result<Vec<SchoolEvent>, SchoolRefusal> {
    match (&school.entry, command) {
        (now, SchoolCommand::Enter { entry, effective_on }) => enter(now.as_ref(), entry, effective_on),
        (None, _) => Err(SchoolRefusal::NotRegistered),
        (Some(_), SchoolCommand::Close { effective_on }) => Ok(vec![SchoolEvent::SchoolClosed { effective_on }]),
        (Some(entry), SchoolCommand::Undo { version, reason, effective_on }) => {
            if school.history.stands(version) {
                let code = entry.code.clone();
                let stands = school.history.standing_without(version).fold(None, evolve);
                Ok(vec![SchoolEvent::Undone { code, stands, version, reason, effective_on }])
            } else {
                school.history.refuse_unknown(version, SchoolRefusal::NothingToUndo { version })
            }
        }
    }
}

fn enter(now: Option<&SchoolEntry>, said: SchoolEntry, effective_on: Date) -> Result<Vec<SchoolEvent>, SchoolRefusal> {
    let entry = SchoolEntry { name: names::exact(&said.name), ..said };
    if entry.name.is_empty() || entry.name.chars().count() > 60 {
        return Err(SchoolRefusal::Name);
    }
    match now {
        None => Ok(vec![SchoolEvent::SchoolRegistered { entry, effective_on }]),
        Some(now) if now.code != entry.code => {
            Err(SchoolRefusal::OtherCode { registered: now.code.clone(), given: entry.code })
        }
        Some(now) if *now != entry => Ok(vec![SchoolEvent::SchoolCorrected { entry, effective_on }]),
        Some(_) => Ok(vec![]),
    }
}

/// The directory entry after one more event.
pub fn evolve(entry: Option<SchoolEntry>, event: &SchoolEvent) -> Option<SchoolEntry> {
    match event {
        SchoolEvent::SchoolRegistered { entry, .. } | SchoolEvent::SchoolCorrected { entry, .. } => Some(entry.clone()),
        SchoolEvent::SchoolClosed { .. } | SchoolEvent::Undone { .. } => entry,
    }
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for SchoolEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for School {
    const TYPE: &'static str = "school";
    type Command = SchoolCommand;
    type Event = SchoolEvent;
    type Error = SchoolRefusal;
    type Services = ();

    async fn handle(&mut self, command: SchoolCommand, _: &(), sink: &EventSink<Self>) -> Result<(), SchoolRefusal> {
        for event in decide(self, command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: SchoolEvent) {
        let undone = if let SchoolEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.entry, event, undone, evolve);
    }
}

impl Stream for School {
    const KIND: StreamType = StreamType::School;
}

#[cfg(test)]
mod tests;
