//! An event as the log stores it, its columns, and the canonical bytes that its leaf hash is made of.

use uuid::Uuid;

use super::merkle::{Hash, leaf_hash};
use super::table::Value;
use super::text::Text;
use crate::domain::{Event, StreamType};

/// The name of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamKey {
    pub kind: StreamType,
    /// The subject's id.
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
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::School => "school",
            Self::City => "city",
        }
    }
}

/// An event that is to be recorded.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub stream: StreamKey,
    pub event: Event,
    /// The stored name of the kind of event.
    pub kind: Text,
    /// The version of the payload's format.
    pub schema_version: i64,
    /// The school whose data it is; `None` for what belongs to the city.
    pub school: Option<Text>,
    pub audience: Audience,
    /// The first epoch day on which it is true.
    pub effective_on: i64,
    /// The batch or request that it is part of.
    pub causation: Option<Text>,
    /// The event as JSON.
    pub payload: Text,
}

/// An event of the past with its position in the log and its version in its stream, without the other columns.
#[derive(Debug, Clone)]
pub struct HistoricEvent {
    pub position: i64,
    pub version: i64,
    pub event: Event,
}

/// One row of the log, exactly as stored. Text columns stay texts, so that values that were tampered with can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The first event has position 1.
    pub position: i64,
    pub stream_type: Text,
    pub stream_id: Text,
    /// The first event of a stream has version 1.
    pub version: i64,
    /// The stored name of the kind of event.
    pub kind: Text,
    /// The version of the payload's format.
    pub schema_version: i64,
    /// The school whose data it is; `None` for what belongs to the city.
    pub school: Option<Text>,
    pub audience: Text,
    /// The first epoch day on which it is true.
    pub effective_on: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub recorded_at: i64,
    /// Who recorded it.
    pub actor: Text,
    /// The way in by which it came.
    pub source: Text,
    /// The idempotency key of its request.
    pub command_key: Text,
    /// The batch or request that it is part of.
    pub causation: Option<Text>,
    /// The event as JSON.
    pub payload: Text,
    /// The hash of all other columns.
    pub leaf: Vec<u8>,
}

impl Recorded {
    /// Reads a row of the event table, its columns in the table's order.
    pub(super) fn from_row(row: &[Value]) -> Option<Self> {
        let text = |index: usize| if let Value::Text(text) = row.get(index)? { Some(text.clone()) } else { None };
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

    /// The stream's id; the nil UUID if the column holds no UUID.
    pub fn subject(&self) -> Uuid {
        Uuid::parse_str(&self.stream_id).unwrap_or_default()
    }

    /// The hash of all columns but the leaf itself.
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(&self.canonical_bytes())
    }

    /// All columns but the leaf, in the order of the table. Each has a tag byte: 0 for null, 1 before an integer of 8
    /// bytes, 2 before a text that follows its length in 4 bytes. Numbers are big-endian.
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

#[cfg(test)]
mod properties {
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    /// Reads canonical bytes back, which proves that no two records have the same bytes.
    struct Reader<'b>(&'b [u8]);

    impl<'b> Reader<'b> {
        fn take(&mut self, length: usize) -> &'b [u8] {
            let (taken, rest) = self.0.split_at(length);
            self.0 = rest;
            taken
        }

        fn integer(&mut self) -> i64 {
            assert_eq!(self.take(1), [1]);
            i64::from_be_bytes(self.take(8).try_into().unwrap())
        }

        fn optional_text(&mut self) -> Option<Text> {
            match self.take(1) {
                [0] => None,
                [2] => {
                    let length = u32::from_be_bytes(self.take(4).try_into().unwrap());
                    Some(String::from_utf8(self.take(length as usize).to_vec()).unwrap().into())
                }
                tag => panic!("{tag:?} is no tag of a text"),
            }
        }

        fn text(&mut self) -> Text {
            self.optional_text().unwrap()
        }
    }

    fn read_back(bytes: &[u8]) -> Recorded {
        let mut reader = Reader(bytes);
        let record = Recorded {
            position: reader.integer(),
            stream_type: reader.text(),
            stream_id: reader.text(),
            version: reader.integer(),
            kind: reader.text(),
            schema_version: reader.integer(),
            school: reader.optional_text(),
            audience: reader.text(),
            effective_on: reader.integer(),
            recorded_at: reader.integer(),
            actor: reader.text(),
            source: reader.text(),
            command_key: reader.text(),
            causation: reader.optional_text(),
            payload: reader.text(),
            leaf: vec![],
        };
        assert!(reader.0.is_empty(), "bytes are left over");
        record
    }

    fn record() -> impl Strategy<Value = Recorded> {
        // Some texts look like tags and lengths.
        let text = || "([\u{0}-\u{3}]|.){0,9}".prop_map(Text::from);
        let integers = (any::<i64>(), any::<i64>(), any::<i64>(), any::<i64>(), any::<i64>());
        let texts = (text(), text(), text(), text(), text(), text(), text(), text());
        (integers, texts, option::of(text()), option::of(text())).prop_map(|(integers, texts, school, causation)| {
            let (position, version, schema_version, effective_on, recorded_at) = integers;
            let (stream_type, stream_id, kind, audience, actor, source, command_key, payload) = texts;
            Recorded {
                position,
                stream_type,
                stream_id,
                version,
                kind,
                schema_version,
                school,
                audience,
                effective_on,
                recorded_at,
                actor,
                source,
                command_key,
                causation,
                payload,
                leaf: vec![],
            }
        })
    }

    proptest! {
        #[test]
        fn canonical_bytes_say_all_of_a_record_and_nothing_else(record in record()) {
            prop_assert_eq!(read_back(&record.canonical_bytes()), record);
        }

        #[test]
        fn the_leaf_is_no_part_of_what_it_proves(record in record(), leaf: Vec<u8>) {
            let proved = Recorded { leaf, ..record.clone() };
            prop_assert_eq!(proved.leaf_hash(), record.leaf_hash());
        }

        #[test]
        fn text_that_moves_to_the_next_column_is_another_record(record in record(), moved in ".{1,4}") {
            let left = Recorded { actor: format!("{}{moved}", record.actor).into(), ..record.clone() };
            let right = Recorded { source: format!("{moved}{}", record.source).into(), ..record };
            prop_assert_ne!(left.leaf_hash(), right.leaf_hash());
        }
    }

    /// Stored for ever: another encoding would make every head ever noted wrong.
    #[test]
    fn the_encoding_of_a_known_record_stays_what_it_is() {
        let record = Recorded {
            position: 7,
            stream_type: "student".into(),
            stream_id: "018f0000-0000-7000-8000-000000000001".into(),
            version: 2,
            kind: "graduation_confirmed".into(),
            schema_version: 1,
            school: Some("33070001".into()),
            audience: "school".into(),
            effective_on: 19_173,
            recorded_at: 1_688_198_400_000_000,
            actor: "operator".into(),
            source: "cli".into(),
            command_key: "k".into(),
            causation: None,
            payload: "{}".into(),
            leaf: vec![],
        };
        let hash = "7dfdcd40b49be448e76ae5c27a23d7df1ea8c237995138b382d20305c85d91df";
        assert_eq!(hex::encode(record.leaf_hash()), hash);
    }
}
