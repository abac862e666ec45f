//! An event as the log holds it, its canonical bytes, and its columns.

use uuid::Uuid;

use super::merkle::{Hash, leaf_hash};
use super::table::Value;
use crate::domain::{Event, StreamType};

/// The name of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamKey {
    pub kind: StreamType,
    pub id: Uuid,
}

/// Who may see an event besides the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Every school.
    All,
    /// The school named in the event.
    School,
    /// The city only.
    City,
}

impl Audience {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::School => "school",
            Self::City => "city",
        }
    }
}

/// An event on its way into the log.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub stream: StreamKey,
    pub event: Event,
    pub kind: String,
    pub schema_version: i64,
    pub school: Option<String>,
    pub audience: Audience,
    /// Epoch day.
    pub effective_on: i64,
    /// The batch or request that it is part of.
    pub causation: Option<String>,
    pub payload: String,
}

/// One row of the log, exactly as stored. Text columns are kept as text so that what was tampered with can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub position: i64,
    pub stream_type: String,
    pub stream_id: String,
    pub version: i64,
    pub kind: String,
    pub schema_version: i64,
    pub school: Option<String>,
    pub audience: String,
    /// Epoch day.
    pub effective_on: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub recorded_at: i64,
    pub actor: String,
    pub source: String,
    pub command_key: String,
    pub causation: Option<String>,
    pub payload: String,
    pub leaf: Vec<u8>,
}

impl Recorded {
    /// Reads a row of the event table, its columns in the table's order.
    pub(super) fn from_row(row: &[Value]) -> Option<Self> {
        let text = |index: usize| row.get(index)?.as_text().map(str::to_owned);
        let int = |index: usize| if let Value::Int(value) = row.get(index)? { Some(*value) } else { None };
        Some(Self {
            position: int(0)?,
            stream_type: text(1)?,
            stream_id: text(2)?,
            version: int(3)?,
            kind: text(4)?,
            schema_version: int(5)?,
            school: text(6),
            audience: text(7)?,
            effective_on: int(8)?,
            recorded_at: int(9)?,
            actor: text(10)?,
            source: text(11)?,
            command_key: text(12)?,
            causation: text(13),
            payload: text(14)?,
            leaf: if let Value::Blob(leaf) = row.get(15)? { leaf.clone() } else { return None },
        })
    }

    /// The stream's id, or the nil UUID when the column holds none.
    pub fn subject(&self) -> Uuid {
        Uuid::parse_str(&self.stream_id).unwrap_or_default()
    }

    /// The hash of all columns but the leaf itself.
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(&self.canonical_bytes())
    }

    /// All columns but the leaf: a tag byte each (0 null, 1 integer of 8 bytes, 2 text behind its length in 4 bytes),
    /// big-endian, in the order of the table.
    fn canonical_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(320 + self.payload.len());
        integer(&mut bytes, self.position);
        text(&mut bytes, &self.stream_type);
        text(&mut bytes, &self.stream_id);
        integer(&mut bytes, self.version);
        text(&mut bytes, &self.kind);
        integer(&mut bytes, self.schema_version);
        optional_text(&mut bytes, self.school.as_deref());
        text(&mut bytes, &self.audience);
        integer(&mut bytes, self.effective_on);
        integer(&mut bytes, self.recorded_at);
        text(&mut bytes, &self.actor);
        text(&mut bytes, &self.source);
        text(&mut bytes, &self.command_key);
        optional_text(&mut bytes, self.causation.as_deref());
        text(&mut bytes, &self.payload);
        bytes
    }
}

fn integer(bytes: &mut Vec<u8>, value: i64) {
    bytes.push(1);
    bytes.extend_from_slice(&value.to_be_bytes());
}

fn text(bytes: &mut Vec<u8>, value: &str) {
    bytes.push(2);
    // A column holds at most 1 GB on either engine.
    bytes.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(value.as_bytes());
}

fn optional_text(bytes: &mut Vec<u8>, value: Option<&str>) {
    match value {
        None => bytes.push(0),
        Some(value) => text(bytes, value),
    }
}
