//! Folded streams, and guards that decisions depend on, kept between requests; the log checks their versions.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::unit_of_work::Dependencies;
use super::{App, AppError};
use crate::domain::account::Account;
use crate::domain::agreement::Agreement;
use crate::domain::employer::Employer;
use crate::domain::exemption::Exemption;
use crate::domain::further_study::FurtherStudy;
use crate::domain::host::Host;
use crate::domain::import::Import;
use crate::domain::invitation::Invitation;
use crate::domain::log::Log;
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::school::School;
use crate::domain::season::Season;
use crate::domain::student::Student;
use crate::domain::survey::Survey;
use crate::domain::year_end::YearEnd;
use crate::domain::{Event, Stream, StreamType};
use crate::event_log::record::StreamKey;
use crate::event_log::request::{Guard, GuardKey, LogHead};
use crate::event_log::{EventLog, LogKnown};

/// More folded streams than this are not kept.
const CACHED_STREAMS_MAX: usize = 60_000;
/// Events of one stream read at a time.
pub(super) const PAGE_LEN: i64 = 1_000;

/// A guard that is not there.
const ABSENT: Guard = Guard { version: 0, stream: String::new() };

/// A folded stream, of a type that the stream's kind tells: shared, since most who ask only look.
pub(super) type State = Arc<dyn Any + Send + Sync>;
/// A folded stream.
struct Kept {
    version: u64,
    state: State,
    /// It is what the log says unless others wrote since; `None` of one that is only expected to be new.
    holds: Option<LogKnown>,
}

#[derive(Default)]
struct Streams {
    kept: HashMap<StreamKey, Kept>,
    /// To which this process is about to append, with how many requests: what is kept of them may be overtaken at any
    /// moment.
    changing: HashMap<StreamKey, usize>,
}

/// Folded streams with their versions, and guards, as far as this process knows them.
#[derive(Default)]
pub(super) struct StreamCache {
    unbounded: bool,
    streams: Mutex<Streams>,
    /// One that is not there has version 0.
    guards: Mutex<HashMap<GuardKey, Guard>>,
}

impl StreamCache {
    /// One that keeps everything: of a rehearsal, whose events are nowhere else.
    pub(super) fn unbounded() -> Self {
        Self { unbounded: true, ..Self::default() }
    }

    pub(super) fn get<A: Stream>(&self, id: Uuid) -> Option<(Arc<A>, u64)> {
        let streams = self.streams();
        let kept = streams.kept.get(&StreamKey { kind: A::KIND, id })?;
        Some((kept.state.clone().downcast::<A>().ok()?, kept.version))
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a stream as it is unless others wrote since.
    pub(super) fn put(&self, stream: StreamKey, version: u64, state: State, holds: LogKnown) {
        self.insert(stream, Kept { version, state, holds: Some(holds) });
    }

    fn insert(&self, stream: StreamKey, kept: Kept) {
        let mut streams = self.streams();
        // Another request may have been done since this one looked.
        if streams.kept.get(&stream).is_some_and(|known| known.version > kept.version) {
            return;
        }
        if streams.kept.len() >= CACHED_STREAMS_MAX && !self.unbounded {
            streams.kept.clear();
        }
        streams.kept.insert(stream, kept);
    }

    /// Marks streams to which something is about to be appended, until the value is dropped.
    pub(super) fn changing(&self, streams: Vec<StreamKey>) -> Changing<'_> {
        let mut known = self.streams();
        for stream in &streams {
            *known.changing.entry(*stream).or_default() += 1;
        }
        Changing { cache: self, streams }
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
                StreamType::YearEnd => self.load_all::<YearEnd>(log, &ids).await?,
                StreamType::Survey => self.load_all::<Survey>(log, &ids).await?,
                StreamType::Invitation => self.load_all::<Invitation>(log, &ids).await?,
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
        let mut streams = self.streams();
        for stream in evicted {
            streams.kept.remove(stream);
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
            let (stream, state) = (StreamKey { kind: A::KIND, id }, Arc::new(A::default()));
            self.insert(stream, Kept { version: 0, state, holds: None });
        }
    }

    /// The folded stream and its version, from memory or from the log.
    pub(super) async fn load<A: Stream>(&self, log: &EventLog, id: Uuid) -> Result<(Arc<A>, u64), AppError> {
        if let Some(known) = self.get::<A>(id) {
            return Ok(known);
        }
        let holds = log.known();
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
        self.put(StreamKey { kind: A::KIND, id }, version, state.clone(), holds);
        Ok((state, version))
    }

    /// Whether one of these streams is in memory.
    pub(super) fn has_any<A: Stream>(&self, ids: &[Uuid]) -> bool {
        let streams = self.streams();
        ids.iter().any(|id| streams.kept.contains_key(&StreamKey { kind: A::KIND, id: *id }))
    }

    /// Forgets the streams to which another process has added since they were loaded; `now` is what was known by the head
    /// just read.
    pub(super) async fn forget_stale<A: Stream>(
        &self,
        log: &EventLog,
        ids: &[Uuid],
        now: LogKnown,
        head: &LogHead,
    ) -> Result<(), AppError> {
        let key = |id| StreamKey { kind: A::KIND, id };
        if self.with_uncertain(key, ids, now, |_, _| ()).is_empty() {
            return Ok(());
        }
        // Most were loaded a short while ago: what was added since is read once for all.
        log.follow(head).await?;
        let has_still = |id, kept: &Kept| log.has_still(key(id), kept.version, kept.holds?.position);
        let mut overtaken = vec![];
        let mut uncertain = self.with_uncertain(key, ids, now, |id, kept| match has_still(id, kept) {
            Some(true) => kept.holds = Some(now),
            Some(false) => overtaken.push(key(id)),
            None => (),
        });
        self.evict(&overtaken);
        uncertain.retain(|id| !overtaken.contains(&key(*id)));
        if !uncertain.is_empty() {
            self.ask_versions::<A>(log, uncertain, now).await?;
        }
        Ok(())
    }

    /// Those of these streams that may be overtaken, after `settle` had a look at each to which this process is not about
    /// to append. Those of a log that lost its end are forgotten.
    fn with_uncertain(
        &self,
        key: impl Fn(Uuid) -> StreamKey,
        ids: &[Uuid],
        now: LogKnown,
        mut settle: impl FnMut(Uuid, &mut Kept),
    ) -> Vec<Uuid> {
        let mut known = self.streams();
        let Streams { kept, changing } = &mut *known;
        let mut uncertain = vec![];
        for id in ids {
            let stream = key(*id);
            let Some(known) = kept.get_mut(&stream) else { continue };
            if known.holds.is_some_and(|holds| now.others.lost_since(holds.others)) {
                kept.remove(&stream);
                continue;
            }
            let is_certain = |known: &Kept| known.holds.is_some_and(|holds| holds.others == now.others);
            let is_changing = changing.contains_key(&stream);
            if !is_changing && !is_certain(known) {
                settle(*id, known);
            }
            if is_changing || !is_certain(known) {
                uncertain.push(*id);
            }
        }
        uncertain
    }

    /// Asks the database for the versions of streams, and forgets those that have another.
    async fn ask_versions<A: Stream>(
        &self,
        log: &EventLog,
        uncertain: Vec<Uuid>,
        now: LogKnown,
    ) -> Result<(), AppError> {
        let versions: HashMap<Uuid, u64> = log.stream_versions(A::KIND, &uncertain).await?.into_iter().collect();
        let mut streams = self.streams();
        for id in uncertain {
            let (stream, version) = (StreamKey { kind: A::KIND, id }, versions.get(&id).copied().unwrap_or(0));
            match streams.kept.get_mut(&stream) {
                Some(kept) if kept.version < version => {
                    streams.kept.remove(&stream);
                }
                Some(kept) => kept.holds = Some(now),
                None => (),
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
        let holds = log.known();
        let mut streams = log.streams(A::KIND, &missing).await?;
        for id in missing {
            let mut state = A::default();
            let events = streams.remove(&id).unwrap_or_default();
            let version = events.len() as u64;
            for (_, event) in events {
                apply(&mut state, event)?;
            }
            self.put(StreamKey { kind: A::KIND, id }, version, Arc::new(state), holds);
        }
        Ok(())
    }
}

/// Streams to which something is about to be appended.
pub(super) struct Changing<'a> {
    cache: &'a StreamCache,
    streams: Vec<StreamKey>,
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        let mut known = self.cache.streams();
        for stream in &self.streams {
            // Who was told what became of it keeps what follows from that.
            if let Some(kept) = known.kept.get_mut(stream) {
                kept.holds = None;
            }
            match known.changing.get_mut(stream) {
                Some(count) if *count > 1 => *count -= 1,
                Some(_) | None => {
                    known.changing.remove(stream);
                }
            }
        }
    }
}

impl App {
    /// A stream folded up to a position of the log.
    pub(super) async fn load_at<A: Stream>(&self, id: Uuid, position: i64) -> Result<Arc<A>, AppError> {
        self.bring_up_to_date::<A>(&[id]).await?;
        if position >= self.log.head().await?.position() {
            return Ok(self.load::<A>(id).await?.0);
        }
        let (mut state, mut version) = (A::default(), 0);
        loop {
            let page = self.log.stream_events(StreamKey { kind: A::KIND, id }, version, PAGE_LEN).await?;
            let Some(last) = page.last() else { return Ok(Arc::new(state)) };
            version = last.version;
            for recorded in &page {
                if recorded.position > position {
                    return Ok(Arc::new(state));
                }
                apply(&mut state, crate::event_log::decode(recorded)?)?;
            }
        }
    }
}

fn apply<A: Stream>(state: &mut A, event: Event) -> Result<(), AppError> {
    let foreign = |_| AppError::Corrupt(format!("foreign event in a {} stream", A::TYPE));
    state.apply(event.try_into().map_err(foreign)?);
    Ok(())
}
