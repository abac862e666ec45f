//! The log's own stream: what happened to the log as a whole.
//!
//! After a restore from an older backup, positions that were recorded once are lost and will be given again; a figure
//! that cites one of them is answered as such.

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use super::{SCHEMA_VERSION, Stream, StreamType};

/// There is one log, so there is one stream of it.
pub const LOG_ID: Uuid = Uuid::nil();

/// Positions that were recorded and then lost, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostRange {
    pub from: i64,
    pub to: i64,
}

impl LostRange {
    /// Whether the position is one of those lost.
    pub fn contains(self, position: i64) -> bool {
        (self.from..=self.to).contains(&position)
    }
}

/// What is recorded of the log itself.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LogEvent {
    /// The log was restored from a backup that did not hold these positions.
    LogRestored { lost: LostRange, effective_on: Date },
}

/// What is wanted of the log itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogCommand {
    RecordRestore { lost: LostRange, effective_on: Date },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "log.")]
pub enum LogRefusal {
    EmptyRange(LostRange),
}

impl Error for LogRefusal {}

/// The folded stream: every range lost and the day on which it was found lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    pub lost: Vec<(LostRange, Date)>,
}

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`LogRefusal`] when the range of lost positions is empty.
pub fn decide(log: &Log, command: LogCommand) -> Result<Vec<LogEvent>, LogRefusal> {
    let LogCommand::RecordRestore { lost, effective_on } = command;
    if lost.to < lost.from {
        return Err(LogRefusal::EmptyRange(lost));
    }
    let known = log.lost.iter().any(|(range, _)| *range == lost);
    Ok(if known { vec![] } else { vec![LogEvent::LogRestored { lost, effective_on }] })
}

// The cqrs-es adapter: the framework's lines of this file.
impl DomainEvent for LogEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Log {
    const TYPE: &'static str = "log";
    type Command = LogCommand;
    type Event = LogEvent;
    type Error = LogRefusal;
    type Services = ();

    async fn handle(&mut self, command: LogCommand, _: &(), sink: &EventSink<Self>) -> Result<(), LogRefusal> {
        for event in decide(self, command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: LogEvent) {
        match event {
            LogEvent::LogRestored { lost, effective_on } => self.lost.push((lost, effective_on)),
        }
    }
}

impl Stream for Log {
    const KIND: StreamType = StreamType::Log;
}

#[cfg(test)]
mod tests {
    use cqrs_es::test::TestFramework;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_range_is_recorded_as_lost_once_and_never_empty() {
        let lost = LostRange { from: 101, to: 120 };
        let restored = LogEvent::LogRestored { lost, effective_on: date(2026, 3, 1) };
        let record = |lost| LogCommand::RecordRestore { lost, effective_on: date(2026, 3, 1) };
        let framework = || TestFramework::<Log>::with(());
        framework().given_no_previous_events().when(record(lost)).then_expect_events(vec![restored.clone()]);
        framework().given(vec![restored]).when(record(lost)).then_expect_events(vec![]);
        let empty = LostRange { from: 120, to: 101 };
        framework().given_no_previous_events().when(record(empty)).then_expect_error(LogRefusal::EmptyRange(empty));
    }
}
