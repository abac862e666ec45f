//! What a rehearsal would have recorded: it is nowhere but here.
//!
//! Invariant: only what is asked of a rehearsal again is kept: the events of graduates' streams, and what is sealed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::App;
use super::actions::Command;
use super::failure::Failure;
use super::reply::Answer;
use crate::accounts::Caller;
use crate::domain::{Event, StreamType};
use crate::event_log::request::{AppendRequest, Receipt};
use crate::event_log::table::{SEALED, Value};

#[derive(Default)]
pub(super) struct Rehearsed {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Whom an event is about, in the order of recording.
    events: Vec<(Uuid, Event)>,
    /// By subject: revision and sealed bytes.
    sealed: HashMap<Uuid, Vec<(u32, Vec<u8>)>>,
}

impl App {
    /// What a command would be answered if it was given now; nothing is recorded.
    ///
    /// # Errors
    /// As [`App::run`].
    pub async fn rehearse(&self, caller: &Caller, command: &Command) -> Result<Answer, Failure> {
        self.rehearsal().run(caller, None, command).await
    }
}

impl Rehearsed {
    /// Keeps what an append would record, and answers as if it had been recorded.
    pub(super) fn take(&self, append: AppendRequest) -> Receipt {
        let event_count = i64::try_from(append.events.len()).unwrap_or(i64::MAX);
        let mut kept = self.kept();
        for new in append.events {
            if matches!(new.stream.kind, StreamType::Student | StreamType::Outcome | StreamType::FurtherStudy) {
                kept.events.push((new.stream.id, new.event));
            }
        }
        for row in append.rows.into_iter().filter(|rows| rows.table.name == SEALED.name).flat_map(|rows| rows.rows) {
            if let [subject, Value::Int(revision), Value::Blob(bytes)] = row.as_slice()
                && let Some(subject) = subject.as_text().and_then(|text| Uuid::parse_str(text).ok())
                && let Ok(revision) = u32::try_from(*revision)
            {
                kept.sealed.entry(subject).or_default().push((revision, bytes.clone()));
            }
        }
        Receipt {
            first_position: 0,
            event_count,
            recorded_at: 0,
            answer: append.answer,
            repeated: false,
            stalled: vec![],
        }
    }

    /// How many events of graduates there are so far.
    pub(super) fn event_count(&self) -> usize {
        self.kept().events.len()
    }

    /// The events of graduates behind the first so many, by the graduate.
    pub(super) fn events_after(&self, first: usize) -> HashMap<Uuid, Vec<Event>> {
        let mut events: HashMap<Uuid, Vec<Event>> = HashMap::new();
        for (graduate, event) in self.kept().events.iter().skip(first) {
            events.entry(*graduate).or_default().push(event.clone());
        }
        events
    }

    /// The events of these graduates among the first so many.
    pub(super) fn events_before(&self, first: usize, graduates: &[Uuid]) -> HashMap<Uuid, Vec<Event>> {
        let mut events: HashMap<Uuid, Vec<Event>> = graduates.iter().map(|graduate| (*graduate, vec![])).collect();
        for (graduate, event) in self.kept().events.iter().take(first) {
            if let Some(of) = events.get_mut(graduate) {
                of.push(event.clone());
            }
        }
        events
    }

    /// What would be sealed of these subjects: subject, revision and sealed bytes.
    pub(super) fn sealed(&self, subjects: &[Uuid]) -> Vec<(Uuid, u32, Vec<u8>)> {
        let kept = self.kept();
        let mut sealed = vec![];
        for subject in subjects {
            let rows = kept.sealed.get(subject).into_iter().flatten();
            sealed.extend(rows.map(|(revision, bytes)| (*subject, *revision, bytes.clone())));
        }
        sealed
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
