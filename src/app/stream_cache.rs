//! Folded streams, and guards that decisions depend on, kept between requests; the log checks their versions.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::AppError;
use super::unit_of_work::Dependencies;
use crate::domain::account::Account;
use crate::domain::agreement::Agreement;
use crate::domain::employer::Employer;
use crate::domain::exemption::Exemption;
use crate::domain::further_study::FurtherStudy;
use crate::domain::host::Host;
use crate::domain::import::Import;
use crate::domain::log::Log;
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::school::School;
use crate::domain::season::Season;
use crate::domain::student::Student;
use crate::domain::{Event, Stream, StreamType};
use crate::event_log::EventLog;
use crate::event_log::record::StreamKey;
use crate::event_log::request::{Guard, GuardKey};

/// More folded streams than this are not kept.
const CACHED_STREAMS_MAX: usize = 60_000;
/// Events of one stream read at a time.
pub(super) const PAGE_LEN: i64 = 1_000;

/// A guard that is not there.
const ABSENT: Guard = Guard { version: 0, stream: String::new() };

/// A folded stream, of a type that the stream's kind tells: shared, since most who ask only look.
pub(super) type State = Arc<dyn Any + Send + Sync>;
/// A stream's version and its state.
type Kept = (u64, State);

/// Folded streams with their versions, and guards, as far as this process knows them.
#[derive(Default)]
pub(super) struct StreamCache {
    unbounded: bool,
    streams: Mutex<HashMap<StreamKey, Kept>>,
    /// One that is not there has version 0.
    guards: Mutex<HashMap<GuardKey, Guard>>,
}

impl StreamCache {
    /// One that keeps everything: of a rehearsal, whose events are nowhere else.
    pub(super) fn unbounded() -> Self {
        Self { unbounded: true, ..Self::default() }
    }

    pub(super) fn get<A: Stream>(&self, id: Uuid) -> Option<(Arc<A>, u64)> {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, state) = streams.get(&StreamKey { kind: A::KIND, id })?;
        Some((state.clone().downcast::<A>().ok()?, *version))
    }

    pub(super) fn put(&self, stream: StreamKey, version: u64, state: State) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.len() >= CACHED_STREAMS_MAX && !self.unbounded {
            streams.clear();
        }
        streams.insert(stream, (version, state));
    }

    pub(super) fn forget(&self, depended_on: &Dependencies) {
        self.evict(&depended_on.streams);
        self.evict_guards(&depended_on.guards);
    }

    /// Loads what a collecting unit lacked, many at a time.
    pub(super) async fn load_missing(&self, log: &EventLog, missing: Dependencies) -> Result<(), AppError> {
        let mut by_kind: HashMap<StreamType, Vec<Uuid>> = HashMap::new();
        for stream in missing.streams {
            by_kind.entry(stream.kind).or_default().push(stream.id);
        }
        for (kind, ids) in by_kind {
            match kind {
                StreamType::School => self.load_all::<School>(log, &ids).await?,
                StreamType::Student => self.load_all::<Student>(log, &ids).await?,
                StreamType::Outcome => self.load_all::<Outcome>(log, &ids).await?,
                StreamType::FurtherStudy => self.load_all::<FurtherStudy>(log, &ids).await?,
                StreamType::Exemption => self.load_all::<Exemption>(log, &ids).await?,
                StreamType::Placement => self.load_all::<Placement>(log, &ids).await?,
                StreamType::Agreement => self.load_all::<Agreement>(log, &ids).await?,
                StreamType::Employer => self.load_all::<Employer>(log, &ids).await?,
                StreamType::Host => self.load_all::<Host>(log, &ids).await?,
                StreamType::Season => self.load_all::<Season>(log, &ids).await?,
                StreamType::Import => self.load_all::<Import>(log, &ids).await?,
                StreamType::Account => self.load_all::<Account>(log, &ids).await?,
                StreamType::Log => self.load_all::<Log>(log, &ids).await?,
            }
        }
        let mut by_scope: HashMap<(String, String), Vec<GuardKey>> = HashMap::new();
        for guard in missing.guards {
            by_scope.entry((guard.kind.clone(), guard.scope.clone())).or_default().push(guard);
        }
        for guards in by_scope.into_values() {
            self.load_guards(log, &guards).await?;
        }
        Ok(())
    }

    pub(super) fn evict(&self, evicted: &[StreamKey]) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in evicted {
            streams.remove(stream);
        }
    }

    pub(super) fn guards(&self) -> MutexGuard<'_, HashMap<GuardKey, Guard>> {
        self.guards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put_guard(&self, key: GuardKey, guard: Guard) {
        let mut guards = self.guards();
        if guards.len() >= CACHED_STREAMS_MAX && !self.unbounded {
            guards.clear();
        }
        guards.insert(key, guard);
    }

    pub(super) fn evict_guards<'a>(&self, evicted: impl IntoIterator<Item = &'a GuardKey>) {
        let mut guards = self.guards();
        for key in evicted {
            guards.remove(key);
        }
    }

    /// A guard, from memory or from the log.
    pub(super) async fn load_guard(&self, log: &EventLog, key: &GuardKey) -> Result<Guard, AppError> {
        let kept = self.guards().get(key).cloned();
        if let Some(known) = kept {
            return Ok(known);
        }
        let guard = log.guard(key).await?.unwrap_or(ABSENT);
        self.put_guard(key.clone(), guard.clone());
        Ok(guard)
    }

    /// Loads the guards of one kind and scope that are not in memory, many at a time; gives them all, in order.
    pub(super) async fn load_guards(&self, log: &EventLog, keys: &[GuardKey]) -> Result<Vec<Guard>, AppError> {
        let mut guards: Vec<Option<Guard>> = {
            let known = self.guards();
            keys.iter().map(|key| known.get(key).cloned()).collect()
        };
        let missing: Vec<usize> = (0..keys.len()).filter(|index| guards[*index].is_none()).collect();
        if let Some(GuardKey { kind, scope, .. }) = missing.first().map(|index| &keys[*index]) {
            let names: Vec<String> = missing.iter().map(|index| keys[*index].key.clone()).collect();
            let found = log.guards(kind, scope, &names).await?;
            for (index, guard) in missing.into_iter().zip(found) {
                let guard = guard.unwrap_or(ABSENT);
                self.put_guard(keys[index].clone(), guard.clone());
                guards[index] = Some(guard);
            }
        }
        Ok(guards.into_iter().map(|guard| guard.unwrap_or(ABSENT)).collect())
    }

    /// Takes a stream that is about to begin for empty, unless it is in memory. Should it exist, the append is stale and
    /// the next try loads it.
    pub(super) fn expect_new<A: Stream>(&self, id: Uuid) {
        if self.get::<A>(id).is_none() {
            self.put(StreamKey { kind: A::KIND, id }, 0, Arc::new(A::default()));
        }
    }

    /// The folded stream and its version, from memory or from the log.
    pub(super) async fn load<A: Stream>(&self, log: &EventLog, id: Uuid) -> Result<(Arc<A>, u64), AppError> {
        if let Some(known) = self.get::<A>(id) {
            return Ok(known);
        }
        let (mut state, mut version) = (A::default(), 0);
        loop {
            let page = log.stream_events(StreamKey { kind: A::KIND, id }, version, PAGE_LEN).await?;
            let Some(last) = page.last() else { break };
            version = last.version;
            for recorded in &page {
                apply(&mut state, crate::event_log::decode(recorded)?)?;
            }
        }
        let version = version.unsigned_abs();
        let state = Arc::new(state);
        self.put(StreamKey { kind: A::KIND, id }, version, state.clone());
        Ok((state, version))
    }

    /// Forgets the streams to which another process has added since they were loaded.
    pub(super) async fn forget_stale<A: Stream>(&self, log: &EventLog, ids: &[Uuid]) -> Result<(), AppError> {
        let known: Vec<Uuid> = {
            let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
            ids.iter().copied().filter(|id| streams.contains_key(&StreamKey { kind: A::KIND, id: *id })).collect()
        };
        for (id, version) in log.stream_versions(A::KIND, &known).await? {
            let stream = StreamKey { kind: A::KIND, id };
            let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
            if streams.get(&stream).is_some_and(|(kept, _)| *kept < version) {
                streams.remove(&stream);
            }
        }
        Ok(())
    }

    /// Loads the streams that are not in memory, many at a time.
    pub(super) async fn load_all<A: Stream>(&self, log: &EventLog, ids: &[Uuid]) -> Result<(), AppError> {
        let mut missing: Vec<Uuid> = ids.iter().copied().filter(|id| self.get::<A>(*id).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let mut streams = log.streams(A::KIND, &missing).await?;
        for id in missing {
            let mut state = A::default();
            let events = streams.remove(&id).unwrap_or_default();
            let version = events.len() as u64;
            for (_, event) in events {
                apply(&mut state, event)?;
            }
            self.put(StreamKey { kind: A::KIND, id }, version, Arc::new(state));
        }
        Ok(())
    }
}

fn apply<A: Stream>(state: &mut A, event: Event) -> Result<(), AppError> {
    let foreign = |_| AppError::Corrupt(format!("foreign event in a {} stream", A::TYPE));
    state.apply(event.try_into().map_err(foreign)?);
    Ok(())
}
