//! The store of one request: it loads aggregates, lets them handle commands, and stages their events until one append
//! sends everything. Folded streams, and guards that decisions depend on, are kept between requests; the log checks their
//! versions.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cqrs_es::event_sink::EventSink;
use cqrs_es::{AggregateContext, AggregateError, EventEnvelope, EventStore};
use uuid::Uuid;

use super::AppError;
use super::request::Request;
use crate::domain::day::epoch_day;
use crate::domain::ids::SchoolCode;
use crate::domain::{Event, SCHEMA_VERSION, Stream};
use crate::event_log::EventLog;
use crate::event_log::record::{Audience, NewEvent, StreamKey};
use crate::event_log::request::{AppendError, Guard, GuardKey, GuardUse};
use crate::event_log::table::TableRows;
use crate::event_log::text::Text;

/// More folded streams than this are not kept.
const CACHED_STREAMS_MAX: usize = 60_000;
/// Events of one stream read at a time.
const PAGE_LEN: i64 = 1_000;

/// A guard that is not there.
const ABSENT: Guard = Guard { version: 0, stream: String::new() };

/// A folded stream, of a type that the stream's kind tells: shared, since most who ask only look.
type State = Arc<dyn Any + Send + Sync>;
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

    fn get<A: Stream>(&self, id: Uuid) -> Option<(Arc<A>, u64)> {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, state) = streams.get(&StreamKey { kind: A::KIND, id })?;
        Some((state.clone().downcast::<A>().ok()?, *version))
    }

    fn put(&self, stream: StreamKey, version: u64, state: State) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.len() >= CACHED_STREAMS_MAX && !self.unbounded {
            streams.clear();
        }
        streams.insert(stream, (version, state));
    }

    pub(super) fn forget(&self, kin: &Kin) {
        self.evict(&kin.streams);
        self.evict_guards(&kin.guards);
    }

    pub(super) fn evict(&self, evicted: &[StreamKey]) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in evicted {
            streams.remove(stream);
        }
    }

    fn guards(&self) -> std::sync::MutexGuard<'_, HashMap<GuardKey, Guard>> {
        self.guards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_guard(&self, key: GuardKey, guard: Guard) {
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
    async fn load_guard(&self, log: &EventLog, key: &GuardKey) -> Result<Guard, AppError> {
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

/// One request's streams and staged events.
pub(super) struct Unit<'a> {
    log: &'a EventLog,
    cache: &'a StreamCache,
    /// Streams are read from the log, whatever is in memory.
    fresh: bool,
    /// The versions that the request was worked out from.
    seen: HashMap<StreamKey, u64>,
    /// What is written beside the events.
    rows: &'a [TableRows],
    staged: Mutex<Staged>,
}

#[derive(Default)]
struct Staged {
    /// By stream: the version relied on, the version after the staged events, and the state after them.
    streams: HashMap<StreamKey, Loaded>,
    order: Vec<StreamKey>,
    /// Guards relied on, as they are, and what they are set to.
    guards: HashMap<GuardKey, (Guard, Option<String>)>,
    events: Vec<NewEvent>,
    /// Of the stream being handled: whose data its events are.
    school: Option<SchoolCode>,
    audience: Option<Audience>,
    /// Of the request being handled.
    causation: Option<Text>,
}

struct Loaded {
    version: u64,
    staged: u64,
    state: State,
}

impl<'a> Unit<'a> {
    pub(super) fn new(log: &'a EventLog, cache: &'a StreamCache, request: &'a Request, fresh: bool) -> Self {
        let seen = request.seen.iter().copied().collect();
        Self { log, cache, fresh, seen, rows: &request.rows, staged: Mutex::default() }
    }

    /// Whether something is sealed of a subject.
    pub(super) fn seals(&self, subject: Uuid) -> bool {
        let subject = subject.to_string();
        self.rows.iter().flat_map(|rows| &rows.rows).any(|row| row[0].as_text() == Some(&subject))
    }

    fn staged(&self) -> std::sync::MutexGuard<'_, Staged> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of a stream that the decision depends on; the append will fail if it changes meanwhile.
    pub(super) async fn rely_on<A: Stream>(&self, id: Uuid) -> Result<Arc<A>, AppError> {
        let stream = StreamKey { kind: A::KIND, id };
        if let Some(loaded) = self.staged().streams.get(&stream)
            && let Ok(state) = loaded.state.clone().downcast::<A>()
        {
            return Ok(state);
        }
        if self.fresh {
            self.cache.evict(&[stream]);
        }
        let (state, version) = self.cache.load::<A>(self.log, id).await?;
        if self.seen.get(&stream).is_some_and(|seen| *seen != version) {
            return Err(AppendError::Stale.into());
        }
        let mut staged = self.staged();
        staged.order.push(stream);
        staged.streams.insert(stream, Loaded { version, staged: version, state: state.clone() });
        Ok(state)
    }

    /// What a guard names that the decision depends on, nothing when it is not there; the append will fail if it
    /// changes meanwhile.
    pub(super) async fn rely_on_guard(&self, key: &GuardKey) -> Result<String, AppError> {
        if let Some((guard, set)) = self.staged().guards.get(key) {
            return Ok(set.as_ref().unwrap_or(&guard.stream).clone());
        }
        if self.fresh {
            self.cache.evict_guards([key]);
        }
        let guard = self.cache.load_guard(self.log, key).await?;
        let named = guard.stream.clone();
        self.staged().guards.insert(key.clone(), (guard, None));
        Ok(named)
    }

    /// Has a guard that was relied on name something else.
    pub(super) fn set_guard(&self, key: &GuardKey, named: String) {
        if let Some((_, set)) = self.staged().guards.get_mut(key) {
            *set = Some(named);
        }
    }

    /// Every guard relied on, with its version before this request.
    pub(super) fn guards(&self) -> Vec<GuardUse> {
        let staged = self.staged();
        let used = staged.guards.iter().map(|(guard, (known, set))| GuardUse {
            guard: guard.clone(),
            version: known.version,
            set: set.clone(),
        });
        used.collect()
    }

    /// Events staged from now on are part of this batch or request.
    pub(super) fn cause(&self, causation: Option<&str>) {
        self.staged().causation = causation.map(|cause| cause.to_owned().into());
    }

    /// Has the stream's aggregate handle a command and stages what it says.
    pub(super) async fn handle<A: Stream>(
        &mut self,
        id: Uuid,
        command: A::Command,
        school: Option<SchoolCode>,
        audience: Audience,
    ) -> Result<(), AppError>
    where
        A::Services: Default,
        AppError: From<A::Error>,
    {
        {
            let mut staged = self.staged();
            staged.school = school;
            staged.audience = Some(audience);
        }
        let id = id.to_string();
        let mut context: Context<A> = self.load_aggregate(&id).await.map_err(refused)?;
        let sink = EventSink::default();
        context.aggregate().handle(command, &A::Services::default(), &sink).await?;
        self.commit(sink.collect().await, context, HashMap::new()).await.map_err(refused)?;
        Ok(())
    }

    /// What is to be appended; nothing is left staged.
    pub(super) fn take_events(&self) -> Vec<NewEvent> {
        std::mem::take(&mut self.staged().events)
    }

    /// Every stream relied on, with its version before this request.
    pub(super) fn streams(&self) -> Vec<(StreamKey, u64)> {
        let staged = self.staged();
        staged.order.iter().filter_map(|stream| Some((*stream, staged.streams.get(stream)?.version))).collect()
    }

    /// Keeps the states as they are after this request; gives back what it depends on.
    pub(super) fn keep(self) -> Kin {
        let staged = self.staged.into_inner().unwrap_or_else(PoisonError::into_inner);
        let kin = Kin { streams: staged.order, guards: staged.guards.keys().cloned().collect() };
        for (stream, loaded) in staged.streams {
            self.cache.put(stream, loaded.staged, loaded.state);
        }
        for (key, (known, set)) in staged.guards {
            if let Some(stream) = set {
                self.cache.put_guard(key, Guard { version: known.version + 1, stream });
            }
        }
        kin
    }

    /// What the request depends on.
    pub(super) fn kin(&self) -> Kin {
        let staged = self.staged();
        Kin { streams: staged.order.clone(), guards: staged.guards.keys().cloned().collect() }
    }
}

/// The streams and guards that a request depends on: to be forgotten when it fails.
#[derive(Debug, Default)]
pub(super) struct Kin {
    streams: Vec<StreamKey>,
    guards: Vec<GuardKey>,
}

/// A loaded aggregate of the request's store.
pub(super) struct Context<A> {
    id: Uuid,
    state: A,
}

impl<A: Stream> AggregateContext<A> for Context<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.state
    }
}

impl<A: Stream> EventStore<A> for Unit<'_> {
    type AC = Context<A>;

    /// The stream's stored events.
    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let id = parse_id(aggregate_id)?;
        let mut envelopes = vec![];
        let mut after = 0;
        loop {
            let page = self.log.stream_events(StreamKey { kind: A::KIND, id }, after, PAGE_LEN).await;
            let page = page.map_err(|error| AggregateError::DatabaseConnectionError(Box::new(error)))?;
            let Some(last) = page.last() else { return Ok(envelopes) };
            after = last.version;
            for recorded in &page {
                let event = crate::event_log::decode(recorded);
                let event = event.map_err(|error| AggregateError::DeserializationError(Box::new(error)))?;
                let Ok(payload) = event.try_into() else { continue };
                envelopes.push(EventEnvelope {
                    aggregate_id: aggregate_id.to_owned(),
                    sequence: usize::try_from(recorded.version).unwrap_or_default(),
                    payload,
                    metadata: HashMap::new(),
                });
            }
        }
    }

    async fn load_aggregate(&self, aggregate_id: &str) -> Result<Context<A>, AggregateError<A::Error>> {
        let id = parse_id(aggregate_id)?;
        match self.rely_on::<A>(id).await {
            Ok(state) => Ok(Context { id, state: Arc::unwrap_or_clone(state) }),
            Err(AppError::Append(AppendError::Stale)) => Err(AggregateError::AggregateConflict),
            Err(error) => Err(AggregateError::UnexpectedError(Box::new(error))),
        }
    }

    /// Stages the events; nothing is recorded before the request's one append.
    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Context<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let stream = StreamKey { kind: A::KIND, id: context.id };
        let mut staged = self.staged();
        let (school, audience) = (staged.school.clone(), staged.audience.unwrap_or(Audience::City));
        let causation = staged.causation.clone();
        let mut envelopes = Vec::with_capacity(events.len());
        let mut version = staged.streams.get(&stream).map_or(0, |loaded| loaded.staged);
        for event in events {
            version += 1;
            let payload =
                serde_json::to_string(&event).map_err(|error| AggregateError::DeserializationError(Box::new(error)))?;
            let fact: Event = event.clone().into();
            staged.events.push(NewEvent {
                stream,
                kind: fact.kind().into(),
                schema_version: SCHEMA_VERSION,
                school: school.as_ref().map(|code| code.as_str().to_owned().into()),
                audience,
                effective_on: epoch_day(fact.effective_on()),
                causation: causation.clone(),
                payload: payload.into(),
                event: fact,
            });
            envelopes.push(EventEnvelope {
                aggregate_id: context.id.to_string(),
                sequence: usize::try_from(version).unwrap_or_default(),
                payload: event,
                metadata: metadata.clone(),
            });
        }
        if let Some(loaded) = staged.streams.get_mut(&stream) {
            loaded.staged = version;
            loaded.state = Arc::new(context.state);
        }
        Ok(envelopes)
    }
}

fn parse_id<E: std::error::Error>(id: &str) -> Result<Uuid, AggregateError<E>> {
    Uuid::parse_str(id).map_err(|error| AggregateError::UnexpectedError(Box::new(error)))
}

fn refused<E: std::error::Error>(error: AggregateError<E>) -> AppError
where
    AppError: From<E>,
{
    match error {
        AggregateError::UserError(refusal) => refusal.into(),
        AggregateError::AggregateConflict => AppendError::Stale.into(),
        AggregateError::DatabaseConnectionError(error)
        | AggregateError::DeserializationError(error)
        | AggregateError::UnexpectedError(error) => match error.downcast::<AppError>() {
            Ok(error) => *error,
            Err(error) => AppError::Corrupt(error.to_string()),
        },
    }
}
