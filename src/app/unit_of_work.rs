//! The unit of work of one request, a cqrs-es event store: it loads aggregates, lets them handle commands, and stages
//! their events until one append sends everything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cqrs_es::event_sink::EventSink;
use cqrs_es::{AggregateContext, AggregateError, EventEnvelope, EventStore};
use uuid::Uuid;

use super::AppError;
use super::request::Request;
use super::stream_cache::{PAGE_LEN, State, StreamCache};
use crate::domain::day::epoch_day;
use crate::domain::ids::SchoolCode;
use crate::domain::{Event, SCHEMA_VERSION, Stream};
use crate::event_log::record::{Audience, NewEvent, StreamKey};
use crate::event_log::request::{AppendError, Guard, GuardKey, GuardUse};
use crate::event_log::table::TableRows;
use crate::event_log::text::Text;
use crate::event_log::{EventLog, LogKnown};

/// Why a stream cannot be relied on.
pub(super) enum Lack {
    /// A collecting unit noted that it must be loaded; other units load it themselves.
    NotLoaded,
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Lack {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Lack {
    /// The error of a unit that loads what it lacks.
    pub(super) fn into_error(self) -> AppError {
        match self {
            Self::Failed(error) => error,
            Self::NotLoaded => AppError::Corrupt("a stream was not loaded".to_owned()), // Unreachable there.
        }
    }
}

/// What a unit does with streams and commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Decides on what is in memory, and loads the rest.
    Decide,
    /// Decides on what the log says now, whatever is in memory.
    DecideAnew,
    /// Decides nothing: notes which streams and guards are not in memory, so that those of many requests are loaded
    /// together.
    Collect,
}

/// One request's streams and staged events.
pub(super) struct UnitOfWork<'a> {
    log: &'a EventLog,
    cache: &'a StreamCache,
    purpose: Purpose,
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
    /// What a collecting unit has to have loaded.
    missing: Dependencies,
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

impl<'a> UnitOfWork<'a> {
    /// A unit that decides; `anew` on what the log says now.
    pub(super) fn new(log: &'a EventLog, cache: &'a StreamCache, request: &'a Request, anew: bool) -> Self {
        let seen = request.seen.iter().copied().collect();
        let purpose = if anew { Purpose::DecideAnew } else { Purpose::Decide };
        Self { log, cache, purpose, seen, rows: &request.rows, staged: Mutex::default() }
    }

    /// A unit that decides on what is in memory, of no request.
    pub(super) fn tentative(log: &'a EventLog, cache: &'a StreamCache) -> Self {
        Self { log, cache, purpose: Purpose::Decide, seen: HashMap::new(), rows: &[], staged: Mutex::default() }
    }

    /// A unit that collects what is to be loaded.
    pub(super) fn collecting(log: &'a EventLog, cache: &'a StreamCache) -> Self {
        Self { log, cache, purpose: Purpose::Collect, seen: HashMap::new(), rows: &[], staged: Mutex::default() }
    }

    /// What was not in memory since this was last asked.
    pub(super) fn take_missing(&self) -> Dependencies {
        std::mem::take(&mut self.staged().missing)
    }

    /// Whether something is sealed of a subject.
    pub(super) fn seals(&self, subject: Uuid) -> bool {
        let subject = subject.to_string();
        self.rows.iter().flat_map(|rows| &rows.rows).any(|row| row[0].as_text() == Some(&subject))
    }

    fn staged(&self) -> MutexGuard<'_, Staged> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of a stream that the decision depends on; the append will fail if it changes meanwhile.
    pub(super) async fn rely_on<A: Stream>(&self, id: Uuid) -> Result<Arc<A>, Lack> {
        let stream = StreamKey { kind: A::KIND, id };
        if let Some(loaded) = self.staged().streams.get(&stream)
            && let Ok(state) = loaded.state.clone().downcast::<A>()
        {
            return Ok(state);
        }
        match self.purpose {
            Purpose::Decide => (),
            Purpose::DecideAnew => self.cache.evict(&[stream]),
            Purpose::Collect => {
                let Some((state, _)) = self.cache.get::<A>(id) else {
                    self.staged().missing.streams.push(stream);
                    return Err(Lack::NotLoaded);
                };
                return Ok(state);
            }
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

    /// The version of a stream that the decision depends on.
    pub(super) async fn version_of<A: Stream>(&self, id: Uuid) -> Result<u64, Lack> {
        self.rely_on::<A>(id).await?;
        let stream = StreamKey { kind: A::KIND, id };
        Ok(self.staged().streams.get(&stream).map_or(0, |loaded| loaded.staged))
    }

    /// The version before this request of a stream that it relied on.
    pub(super) fn version_relied_on(&self, stream: StreamKey) -> Option<u64> {
        self.staged().streams.get(&stream).map(|loaded| loaded.version)
    }

    /// What a guard names that the decision depends on, nothing when it is not there; the append will fail if it
    /// changes meanwhile.
    pub(super) async fn rely_on_guard(&self, key: &GuardKey) -> Result<String, Lack> {
        if let Some((guard, set)) = self.staged().guards.get(key) {
            return Ok(set.as_ref().unwrap_or(&guard.stream).clone());
        }
        match self.purpose {
            Purpose::Decide => (),
            Purpose::DecideAnew => self.cache.evict_guards([key]),
            Purpose::Collect => {
                let known = self.cache.guards().get(key).map(|guard| guard.stream.clone());
                return known.ok_or_else(|| {
                    self.staged().missing.guards.push(key.clone());
                    Lack::NotLoaded
                });
            }
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

    /// Has the stream's aggregate handle a command, given the facts, and stages what it says.
    pub(super) async fn handle<A: Stream>(
        &self,
        id: Uuid,
        command: A::Command,
        facts: &A::Services,
        school: Option<SchoolCode>,
        audience: Audience,
    ) -> Result<(), Lack>
    where
        AppError: From<A::Error>,
    {
        if self.purpose == Purpose::Collect {
            return self.rely_on::<A>(id).await.map(|_| ());
        }
        {
            let mut staged = self.staged();
            staged.school = school;
            staged.audience = Some(audience);
        }
        let id = id.to_string();
        let mut context: Context<A> = self.load_aggregate(&id).await.map_err(refused)?;
        let sink = EventSink::default();
        context.aggregate().handle(command, facts, &sink).await?;
        self.commit(sink.collect().await, context, HashMap::new()).await.map_err(refused)?;
        Ok(())
    }

    /// How many events are staged.
    pub(super) fn staged_count(&self) -> usize {
        self.staged().events.len()
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

    /// Keeps the states as they are after this request, unless others wrote since; gives back what it depends on.
    pub(super) fn keep(self, holds: LogKnown) -> Dependencies {
        let staged = self.staged.into_inner().unwrap_or_else(PoisonError::into_inner);
        let dependencies = Dependencies { streams: staged.order, guards: staged.guards.keys().cloned().collect() };
        for (stream, loaded) in staged.streams {
            self.cache.put(stream, loaded.staged, loaded.state, holds);
        }
        for (key, (known, set)) in staged.guards {
            if let Some(stream) = set {
                self.cache.put_guard(key, Guard { version: known.version + 1, stream });
            }
        }
        dependencies
    }

    /// What the request depends on.
    pub(super) fn dependencies(&self) -> Dependencies {
        let staged = self.staged();
        Dependencies { streams: staged.order.clone(), guards: staged.guards.keys().cloned().collect() }
    }
}

/// Streams and guards that requests depend on: to be loaded before they are decided, and forgotten when they fail.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    pub(super) streams: Vec<StreamKey>,
    pub(super) guards: Vec<GuardKey>,
}

impl Dependencies {
    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty() && self.guards.is_empty()
    }
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

impl<A: Stream> EventStore<A> for UnitOfWork<'_> {
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
            Err(Lack::Failed(AppError::Append(AppendError::Stale))) => Err(AggregateError::AggregateConflict),
            Err(lack) => Err(AggregateError::UnexpectedError(Box::new(lack.into_error()))),
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
