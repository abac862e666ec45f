//! The request of one append, its answer, and the head of the log.

use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantNames};

use serde::{Deserialize, Serialize};

use super::fault::DatabaseFault;
use super::merkle::{Frontier, Hash};
use super::record::{NewEvent, StreamKey};
use super::table::{Removal, TableRows};
use super::text::Text;

/// The name of a guard, which keeps something unique or counted across streams: a kind, a scope, and a key within both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuardKey {
    pub kind: String,
    pub scope: String,
    pub key: String,
}

/// A guard as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// How often the guard was set.
    pub version: u64,
    /// The stream that it points to.
    pub stream: String,
}

/// A guard that a request relies on or sets.
#[derive(Debug, Clone)]
pub struct GuardUse {
    pub guard: GuardKey,
    /// The version that it must have; 0 if it must not exist.
    pub version: u64,
    /// The stream that it points to afterwards; `None` to leave it as it is.
    pub set: Option<String>,
}

/// One atomic append: all of it or nothing.
#[derive(Debug, Clone)]
pub struct AppendRequest {
    /// The idempotency key; the same key is recorded once.
    pub key: Text,
    /// A hash of what was asked. The same key with another fingerprint is refused.
    pub fingerprint: Hash,
    /// Every stream that the decision relied on, with its version. The events belong to streams of this list.
    pub streams: Vec<(StreamKey, u64)>,
    /// Every guard that the decision relied on or sets.
    pub guards: Vec<GuardUse>,
    /// The events, in the order in which they are recorded.
    pub events: Vec<NewEvent>,
    /// Rows of permanent tables that the events refer to.
    pub rows: Vec<TableRows>,
    /// Rows of permanent tables to delete.
    pub removals: Vec<Removal>,
    /// Who asks.
    pub actor: Text,
    /// The way in: the command line, a page, an import.
    pub source: Text,
    /// Stored with the key and answered again when the key is repeated: ids, positions and codes only.
    pub answer: Text,
}

/// The answer to a request that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The position of the first event. If the request has no events, the position that the next event will have.
    pub first_position: i64,
    /// How many events were recorded.
    pub event_count: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub recorded_at: i64,
    /// The request's own answer.
    pub answer: Text,
    /// True if the key had been recorded before; this then is the answer of that time.
    pub repeated: bool,
    /// The read models that do not show the events, because they are stalled.
    pub stalled: Vec<String>,
}

/// Why a request was not recorded, or cannot be said to be.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "append.")]
pub enum AppendError {
    Busy,
    Stale,
    KeyReused,
    Upgrade(String),
    Database(DatabaseFault),
    Unreachable,
    Unknown,
    Stopped,
}

/// Why a read model no longer takes events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stall {
    /// The position of the first event that it lacks.
    pub position: i64,
    /// The error that stopped it.
    pub reason: String,
}

/// The state of a read model, as the head row stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelMark {
    /// Names the schema and the fold that wrote the rows in the database.
    pub fingerprint: String,
    /// Counts the rebuilds; names the shadow tables.
    pub generation: u32,
    /// The head's revision at which the rebuild under way began, if there is one. A rebuild that begins later replaces
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuilding: Option<i64>,
    /// `None` while the read model takes events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stalled: Option<Stall>,
}

/// The head row: how far the log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// How many transactions have written anything.
    pub revision: i64,
    /// The position that the next event will have.
    pub next_position: i64,
    /// When the last event was recorded, in microseconds since 1970-01-01 UTC.
    pub last_recorded_at: i64,
    /// The Merkle tree over all events.
    pub frontier: Frontier,
    /// The state of each read model in the database, by its name.
    pub read_models: BTreeMap<String, ModelMark>,
}

impl LogHead {
    /// The position of the last event; 0 for an empty log.
    pub fn position(&self) -> i64 {
        self.next_position - 1
    }

    /// The Merkle root over all events.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }
}
