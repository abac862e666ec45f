//! Deciding a group of requests: which are accepted, and which rows they make. Pure.
//!
//! Two requests of one group on one stream, guard or key are resolved here. What only the database can know goes into
//! the batch as versions for it to check.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::batch::{Actual, CommandRow, GuardChange, HeadColumns, StoredAnswer, WriteBatch};
use super::merkle::Frontier;
use super::record::{Recorded, StreamKey};
use super::request::{AppendError, AppendRequest, GuardKey, GuardUse, LogHead, ModelMark, Receipt};
use super::table::{Removal, Row, Table, TableRows, Writing};
use crate::domain::Event;

/// What is decided on one request of the group.
#[derive(Debug, Clone)]
pub(super) enum RequestVerdict {
    /// It is recorded with the group.
    Accepted(Receipt),
    /// It adds nothing to the group: it was recorded before, or is refused.
    Answered(Result<Receipt, AppendError>),
    /// It repeats the request at this index, which comes earlier in the group.
    SameAs(usize),
}

/// A group's verdicts and rows while its requests are gone through, and the head after them.
pub(super) struct GroupPlan {
    pub verdicts: Vec<RequestVerdict>,
    pub events: Vec<(Recorded, Event)>,
    pub commands: Vec<CommandRow>,
    /// By stream the version that the group relies on, and the version after it.
    streams: BTreeMap<StreamKey, (u64, u64)>,
    guards: BTreeMap<GuardKey, GuardState>,
    /// Rows of permanent tables, by the table's name and the row's key.
    rows: BTreeMap<String, (&'static Table, HashMap<Row, Row>)>,
    removals: Vec<Removal>,
    revision: i64,
    next_position: i64,
    last_recorded_at: i64,
    frontier: Frontier,
}

struct GuardState {
    /// The version that the group relies on, and the version after it.
    expected: u64,
    version: u64,
    /// The stream that the group sets; `None` if it only relies on the guard.
    set: Option<String>,
}

impl GroupPlan {
    /// A plan that writes nothing.
    pub(super) fn new(head: &LogHead) -> Self {
        Self {
            verdicts: vec![],
            events: vec![],
            commands: vec![],
            streams: BTreeMap::new(),
            guards: BTreeMap::new(),
            rows: BTreeMap::new(),
            removals: vec![],
            revision: head.revision,
            next_position: head.next_position,
            last_recorded_at: head.last_recorded_at,
            frontier: head.frontier.clone(),
        }
    }

    /// Goes through the requests in order. With `actual`, the versions that the database holds decide at once. Without
    /// it, every version that a request relies on is assumed to hold, and goes into the batch for the database to
    /// check.
    pub(super) fn of(requests: &[&AppendRequest], head: &LogHead, now: i64, actual: Option<&Actual>) -> Self {
        let mut plan = Self::new(head);
        let mut by_key: HashMap<&str, usize> = HashMap::new();
        for (index, request) in requests.iter().enumerate() {
            let verdict = match by_key.get(request.key.as_str()) {
                Some(earlier) if requests[*earlier].fingerprint == request.fingerprint => {
                    RequestVerdict::SameAs(*earlier)
                }
                Some(_) => RequestVerdict::Answered(Err(AppendError::KeyReused)),
                None => plan.verdict(request, now, actual),
            };
            by_key.entry(&request.key).or_insert(index);
            plan.verdicts.push(verdict);
        }
        plan
    }

    fn verdict(&mut self, request: &AppendRequest, now: i64, actual: Option<&Actual>) -> RequestVerdict {
        if let Some(stored) = actual.and_then(|actual| actual.answers.get(request.key.as_str())) {
            return RequestVerdict::Answered(repeated(request, stored));
        }
        if !self.agrees_with(request, actual) {
            return RequestVerdict::Answered(Err(AppendError::Stale));
        }
        RequestVerdict::Accepted(self.accept(request, now))
    }

    /// Whether all that the request relies on holds, as far as the group and `actual` tell.
    fn agrees_with(&self, request: &AppendRequest, actual: Option<&Actual>) -> bool {
        let stream_holds = |(stream, version): &(StreamKey, u64)| match (self.streams.get(stream), actual) {
            (Some((_, now)), _) => now == version,
            (None, Some(actual)) => actual.streams.get(stream).copied().unwrap_or(0) == *version,
            (None, None) => true,
        };
        let guard_holds = |used: &GuardUse| match (self.guards.get(&used.guard), actual) {
            (Some(state), _) => state.version == used.version,
            (None, Some(actual)) => actual.guards.get(&used.guard).map_or(0, |g| g.version) == used.version,
            (None, None) => true,
        };
        let is_new = |rows: &TableRows| {
            let planned = self.rows.get(&rows.name).filter(|(table, _)| table.writing == Writing::AppendOnly);
            planned.is_none_or(|(table, by_key)| rows.rows.iter().all(|row| !by_key.contains_key(table.key(row))))
        };
        request.streams.iter().all(stream_holds)
            && request.guards.iter().all(guard_holds)
            && request.rows.iter().all(is_new)
    }

    fn accept(&mut self, request: &AppendRequest, now: i64) -> Receipt {
        let first_position = self.next_position;
        for (stream, version) in &request.streams {
            self.streams.entry(*stream).or_insert((*version, *version));
        }
        for used in &request.guards {
            let state = self.guards.entry(used.guard.clone()).or_insert_with(|| GuardState {
                expected: used.version,
                version: used.version,
                set: None,
            });
            if let Some(stream) = &used.set {
                state.version += 1;
                state.set = Some(stream.clone());
            }
        }
        for new in &request.events {
            self.last_recorded_at = now.max(self.last_recorded_at + 1);
            let versions = self.streams.entry(new.stream).or_insert((0, 0));
            versions.1 += 1;
            let mut recorded = Recorded {
                position: self.next_position,
                stream_type: new.stream.kind.as_str().into(),
                stream_id: new.stream.id.to_string().into(),
                version: versions.1.cast_signed(),
                kind: new.kind.clone(),
                schema_version: new.schema_version,
                school: new.school.clone(),
                audience: new.audience.as_str().into(),
                effective_on: new.effective_on,
                recorded_at: self.last_recorded_at,
                actor: request.actor.clone(),
                source: request.source.clone(),
                command_key: request.key.clone(),
                causation: new.causation.clone(),
                payload: new.payload.clone(),
                leaf: vec![],
            };
            let leaf = recorded.leaf_hash();
            recorded.leaf = leaf.to_vec();
            self.frontier.push(leaf);
            self.next_position += 1;
            self.events.push((recorded, new.event.clone()));
        }
        for rows in &request.rows {
            let (_, by_key) = self.rows.entry(rows.name.clone()).or_insert_with(|| (rows.table, HashMap::new()));
            for row in &rows.rows {
                by_key.insert(rows.table.key(row).to_vec(), row.clone());
            }
        }
        for removal in &request.removals {
            // Rows that an earlier request of the group adds are not in the table yet, so they are removed here.
            if let Some((_, by_key)) = self.rows.get_mut(removal.table.name) {
                by_key.retain(|key, _| !key.starts_with(&removal.key));
            }
        }
        self.removals.extend(request.removals.iter().cloned());
        let receipt = Receipt {
            first_position,
            event_count: self.next_position - first_position,
            recorded_at: self.last_recorded_at.max(now),
            answer: request.answer.clone(),
            repeated: false,
            stalled: vec![],
        };
        self.commands.push(CommandRow {
            key: request.key.clone(),
            stored: StoredAnswer {
                fingerprint: request.fingerprint.to_vec(),
                first_position: receipt.first_position,
                event_count: receipt.event_count,
                recorded_at: receipt.recorded_at,
                answer: receipt.answer.clone(),
            },
        });
        receipt
    }

    /// The rows to write and the head after them. `folded` are the rows of the read models, `read_models` their marks.
    pub(super) fn into_batch(
        self,
        read_models: &BTreeMap<String, ModelMark>,
        folded: Vec<TableRows>,
    ) -> Result<WriteBatch, serde_json::Error> {
        let permanent = self.rows.into_iter().map(|(name, (table, rows))| {
            let mut rows: Vec<Row> = rows.into_values().collect();
            rows.sort_unstable();
            TableRows { table, name, rows }
        });
        Ok(WriteBatch {
            expected_revision: self.revision,
            head: HeadColumns {
                revision: self.revision + 1,
                next_position: self.next_position,
                last_recorded_at: self.last_recorded_at,
                frontier: self.frontier.to_bytes(),
                read_models: serde_json::to_string(read_models)?,
            },
            commands: self.commands,
            streams: self
                .streams
                .into_iter()
                .filter(|(_, (expected, now))| *expected > 0 || now == expected)
                .map(|(stream, (expected, _))| (stream, expected))
                .collect(),
            guards: self
                .guards
                .into_iter()
                .map(|(guard, state)| GuardChange {
                    guard,
                    expected: state.expected,
                    version: state.version,
                    set: state.set,
                })
                .collect(),
            events: self.events.into_iter().map(|(recorded, _)| recorded).collect(),
            rows: permanent.chain(folded).collect(),
            removals: self.removals,
        })
    }
}

/// The answer to a request whose key was recorded before.
fn repeated(request: &AppendRequest, stored: &StoredAnswer) -> Result<Receipt, AppendError> {
    if stored.fingerprint != request.fingerprint {
        return Err(AppendError::KeyReused);
    }
    Ok(Receipt {
        first_position: stored.first_position,
        event_count: stored.event_count,
        recorded_at: stored.recorded_at,
        answer: stored.answer.clone(),
        repeated: true,
        stalled: vec![],
    })
}
