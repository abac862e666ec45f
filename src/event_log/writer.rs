//! The writer of a process: it owns the connection, and commits groups of requests under the head's lock.
//!
//! Invariant: a request is answered as recorded only after its transaction is durable and the read models show it.
//! The usual way, in `in_flight`, trusts that nobody else wrote since the last group, which the head's revision tells.
//! When that fails, the way here takes the head row and decides request by request on what the database holds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use super::batch::{Actual, EngineError, WriteBatch, Written};
use super::engine::{Engine, Location};
use super::fault::LogFault;
use super::followed::Followed;
use super::group::{GroupPlan, RequestVerdict};
use super::job::{AppendResult, EventPage, Pending, PlannedGroup, answer};
use super::others::Others;
use super::projector::{Model, ModelRunner, RunError};
use super::read;
use super::record::{Recorded, StreamKey};
use super::request::{AppendError, AppendRequest, GuardKey, LogHead, ModelMark, Receipt, Stall};
use super::table::TableRows;
use crate::domain::Event;

/// After another process wrote, this many groups take the head row at once: trusting the head alone gets slower with
/// each process that writes.
const CONTENDED_GROUPS: u32 = 16;
/// When others recorded more events than this, all that is kept is forgotten.
const OTHERS_EVENTS_MAX: i64 = 2_000;
const TRIES_MAX: u32 = 5;

/// How many groups were committed which way, since the writer started.
#[derive(Debug, Default)]
pub(super) struct CommitCounts {
    /// On the head as the writer left it.
    pub optimistic: AtomicU64,
    /// Under the head's lock.
    pub locked: AtomicU64,
    /// Requests of all groups, and of the last one.
    pub requests: AtomicU64,
    pub last_group: AtomicU64,
    /// Requests that the task has taken and not planned yet.
    pub waiting: AtomicU64,
}

impl CommitCounts {
    /// Counts a group of so many requests.
    pub(super) fn group(&self, way: &AtomicU64, requests: usize) {
        way.fetch_add(1, Ordering::Relaxed);
        self.requests.fetch_add(requests as u64, Ordering::Relaxed);
        self.last_group.store(requests as u64, Ordering::Relaxed);
    }
}

/// The connection, and what the writer keeps between groups.
pub(super) struct Writer {
    pub(super) counts: Arc<CommitCounts>,
    /// Told of each position that is durable.
    pub(super) followed: Followed,
    /// Told of each head that this process leaves.
    pub(super) others: Others,
    location: Location,
    /// Shared with the batch in flight: whoever needs the database waits for that batch.
    pub(super) engine: Arc<Mutex<Engine>>,
    /// The head as it will be once the batch in flight is written.
    pub(super) head: LogHead,
    clock: fn() -> i64,
    models: &'static [&'static Model],
    runners: Vec<ModelRunner>,
    /// How many more groups take the head row at once.
    contended: u32,
    /// A call that may have committed was not answered; only the database can say what became of it.
    pub(super) in_doubt: bool,
}

/// Read models that a commit leaves out, and the error that they are suspected of.
#[derive(Clone)]
pub(super) struct LeftOut {
    models: Vec<usize>,
    reason: String,
}

impl Writer {
    /// Connects, and creates the tables of read models that the database lacks. `clock` gives microseconds since
    /// 1970-01-01 UTC.
    pub(super) async fn connect(
        location: Location,
        models: &'static [&'static Model],
        clock: fn() -> i64,
        followed: Followed,
        others: Others,
    ) -> Result<Self, EngineError> {
        let mut engine = Engine::connect(&location).await?;
        let head = engine.head().await?.parse()?;
        others.wrote(&head);
        let mut writer = Self {
            counts: Arc::default(),
            followed,
            others,
            location,
            engine: Arc::new(Mutex::new(engine)),
            head,
            clock,
            models,
            runners: models.iter().map(|model| ModelRunner::new(model, String::new())).collect(),
            contended: 0,
            in_doubt: false,
        };
        writer.create_models().await?;
        Ok(writer)
    }

    /// Whether another process wrote a short while ago, so that groups are committed under the head's lock.
    pub(super) fn is_contended(&self) -> bool {
        self.contended > 0
    }

    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Commits a group together under the head's lock and answers it. If it fails as a whole, its requests are
    /// committed one by one, so that a request that cannot be written fails alone; unless the database is away or busy,
    /// which is no request's fault. `failed` is the error of an earlier try of the group; `is_trusted` says that nothing
    /// speaks against what the requests rely on.
    pub(super) async fn append_locked(&mut self, group: Vec<Pending>, failed: Option<EngineError>, is_trusted: bool) {
        let requests: Vec<&AppendRequest> = group.iter().map(|pending| &pending.request).collect();
        let answers = match self.commit(&requests, None, failed, is_trusted).await {
            Ok(answers) => answers,
            Err(error) if !error.is_of_the_batch() => {
                let failed = self.failed(&error);
                requests.iter().map(|_| Err(failed.clone())).collect()
            }
            Err(_) => {
                let mut answers = Vec::with_capacity(requests.len());
                for request in requests {
                    answers.push(self.commit_alone(request).await);
                }
                answers
            }
        };
        answer(group, answers);
    }

    /// Commits one request. If it fails, it is tried again without each read model in turn, then without all of them: a
    /// read model whose rows cannot be written stalls and does not block the event.
    async fn commit_alone(&mut self, request: &AppendRequest) -> AppendResult {
        let mut error = match self.commit(&[request], None, None, false).await {
            Ok(answers) => return only(answers),
            Err(error) => error,
        };
        let each = (0..self.runners.len()).map(|index| vec![index]);
        for models in each.chain([(0..self.runners.len()).collect()]) {
            if !error.may_be_a_read_models() {
                break;
            }
            let left_out = LeftOut { models, reason: error.to_string() };
            match self.commit(&[request], Some(left_out), None, false).await {
                Ok(answers) => return only(answers),
                Err(again) => error = again,
            }
        }
        Err(self.failed(&error))
    }

    /// The answer to a request that was not recorded because of this error.
    pub(super) fn failed(&self, error: &EngineError) -> AppendError {
        if self.in_doubt {
            AppendError::Unknown
        } else if error.is_connection_lost() {
            AppendError::Unreachable
        } else if error.is_busy() {
            AppendError::Busy
        } else if error.is_sealed_already() {
            AppendError::Stale
        } else {
            AppendError::Database(error.told())
        }
    }

    /// Commits all requests in one transaction. It is tried again while the database is busy or after the connection
    /// was lost; if the lost call did commit, the keys of the commands tell.
    async fn commit(
        &mut self,
        requests: &[&AppendRequest],
        left_out: Option<LeftOut>,
        mut failed: Option<EngineError>,
        is_trusted: bool,
    ) -> Result<Vec<AppendResult>, EngineError> {
        let mut tries = 0;
        loop {
            let result = match failed.take() {
                Some(error) => Err(error),
                None => self.try_commit(requests, left_out.clone(), is_trusted && tries == 0).await,
            };
            let Err(error) = result else { return result };
            self.distrust();
            tries += 1;
            let again =
                error.is_connection_lost() || error.is_of_a_standby() || (error.is_busy() && !error.is_waited_out());
            if tries == TRIES_MAX || !again {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(20 << tries)).await;
            self.reconnect_after(&error).await;
        }
    }

    /// Forgets what is kept of the database, since after an error the database may hold something else.
    pub(super) fn distrust(&mut self) {
        self.forget();
        self.contended = CONTENDED_GROUPS;
    }

    /// Connects anew if the error says that the connection is gone.
    pub(super) async fn reconnect_after(&mut self, error: &EngineError) {
        if error.is_connection_lost() || error.is_of_a_standby() {
            let _still_away = self.reconnect().await;
        }
    }

    /// Connects anew unless the connection answers.
    pub(super) async fn reconnect(&mut self) -> Result<(), EngineError> {
        let mut engine = self.engine.lock().await;
        if !engine.ping().await {
            *engine = Engine::connect(&self.location).await?;
        }
        Ok(())
    }

    async fn try_commit(
        &mut self,
        requests: &[&AppendRequest],
        left_out: Option<LeftOut>,
        is_trusted: bool,
    ) -> Result<Vec<AppendResult>, EngineError> {
        self.contended = self.contended.saturating_sub(1);
        self.counts.group(&self.counts.locked, requests.len());
        self.lock().await?;
        let mut result = self.commit_locked(requests, left_out.clone(), is_trusted).await;
        if matches!(result, Ok(None)) {
            // Something that a request relies on is no longer so, or its key was used: the database tells of which.
            self.engine.lock().await.rollback().await;
            self.forget();
            self.lock().await?;
            result = self.commit_locked(requests, left_out, false).await;
        }
        let result = result.and_then(|answers| answers.ok_or_else(changed_under_its_lock));
        if result.is_err() {
            self.engine.lock().await.rollback().await;
        }
        result
    }

    /// Begins a transaction that holds the head row, and forgets what is kept of that to which another process wrote since.
    pub(super) async fn lock(&mut self) -> Result<(), EngineError> {
        let locked = self.engine.lock().await.lock().await;
        let columns = match locked {
            Ok(columns) => columns,
            Err(error) => {
                self.engine.lock().await.rollback().await;
                return Err(error);
            }
        };
        let taken = match columns.parse() {
            Ok(head) => self.take_head(head).await,
            Err(error) => Err(error),
        };
        if taken.is_err() {
            self.engine.lock().await.rollback().await;
        }
        taken
    }

    /// Takes over the head as it is under its lock.
    async fn take_head(&mut self, head: LogHead) -> Result<(), EngineError> {
        if head.revision != self.head.revision {
            self.contended = CONTENDED_GROUPS;
            self.others.came_between();
            match self.added_by_others(&head).await? {
                Some(added) => self.runners.iter_mut().for_each(|runner| runner.forget_subjects_of(&added)),
                None => self.forget(),
            }
        }
        self.head = head;
        Ok(())
    }

    /// What others recorded since this process left the log, if it is what was left and that, and the read models are the
    /// same.
    async fn added_by_others(&mut self, head: &LogHead) -> Result<Option<EventPage>, EngineError> {
        let added = head.next_position - self.head.next_position;
        if head.read_models != self.head.read_models || !(0..=OTHERS_EVENTS_MAX).contains(&added) {
            return Ok(None);
        }
        let page = self.engine.lock().await.events(self.head.position(), added).await?;
        let mut frontier = self.head.frontier.clone();
        for recorded in &page {
            let Ok(leaf) = recorded.leaf.as_slice().try_into() else { return Ok(None) };
            frontier.push(leaf);
        }
        // An event that this program does not know is nothing to fail of here.
        Ok(if frontier == head.frontier { read::decode_page(page).ok() } else { None })
    }

    /// Commits under the head's lock. What the requests rely on is asked first, or, of trusted ones, only checked by the
    /// batch: `None` if it was not so, and nothing is written.
    async fn commit_locked(
        &mut self,
        requests: &[&AppendRequest],
        left_out: Option<LeftOut>,
        is_trusted: bool,
    ) -> Result<Option<Vec<AppendResult>>, EngineError> {
        let actual = if is_trusted { None } else { Some(self.fetch(requests).await?) };
        let plan = GroupPlan::of(requests, &self.head, self.now(), actual.as_ref());
        let PlannedGroup { batch, answers } = self.plan(plan, left_out).await?;
        let Some(batch) = batch else {
            self.engine.lock().await.rollback().await;
            return Ok(Some(answers));
        };
        if !self.write_if_it_holds(batch).await? {
            return Ok(None);
        }
        self.commit_batch().await?;
        Ok(Some(answers))
    }

    async fn fetch(&mut self, requests: &[&AppendRequest]) -> Result<Actual, EngineError> {
        let keys: Vec<String> = requests.iter().map(|request| request.key.to_string()).collect();
        let mut streams: Vec<StreamKey> = requests.iter().flat_map(|r| r.streams.iter().map(|(s, _)| *s)).collect();
        streams.sort_unstable();
        streams.dedup();
        let mut guards: Vec<GuardKey> =
            requests.iter().flat_map(|r| r.guards.iter().map(|g| g.guard.clone())).collect();
        guards.sort_unstable();
        guards.dedup();
        self.engine.lock().await.fetch(&keys, &streams, &guards).await
    }

    /// Folds the plan's events into the read models, and puts the rows of both together into a batch.
    pub(super) async fn plan(
        &mut self,
        mut plan: GroupPlan,
        left_out: Option<LeftOut>,
    ) -> Result<PlannedGroup, EngineError> {
        if let Some(model) = self.head.foreign_model(self.models) {
            let upgrade = |_: &RequestVerdict| Err(AppendError::Upgrade(model.to_owned()));
            return Ok(PlannedGroup { batch: None, answers: plan.verdicts.iter().map(upgrade).collect() });
        }
        if plan.commands.is_empty() {
            return Ok(PlannedGroup {
                batch: None,
                answers: answers(&plan.verdicts, &stalled(&self.head.read_models)),
            });
        }
        let mut read_models = self.head.read_models.clone();
        if let (Some(LeftOut { models, reason }), Some((first, _))) = (left_out, plan.events.first()) {
            for index in models {
                if let Some(mark) = read_models.get_mut(self.models[index].name) {
                    mark.stalled.get_or_insert(Stall { position: first.position, reason: reason.clone() });
                }
            }
        }
        let folded = self.fold(&plan.events, &mut read_models).await?;
        let answers = answers(&std::mem::take(&mut plan.verdicts), &stalled(&read_models));
        Ok(PlannedGroup { batch: Some(plan.into_batch(&read_models, folded)?), answers })
    }

    /// Writes a batch inside the transaction that `lock` began, and keeps its head.
    pub(super) async fn write_batch(&mut self, batch: WriteBatch) -> Result<(), EngineError> {
        if self.write_if_it_holds(batch).await? { Ok(()) } else { Err(changed_under_its_lock()) }
    }

    /// The same; whether what the batch relies on holds.
    async fn write_if_it_holds(&mut self, batch: WriteBatch) -> Result<bool, EngineError> {
        let head = batch.head.clone();
        Ok(match self.engine.lock().await.write(batch, true).await? {
            Written::Yes => {
                self.head = head.parse()?;
                self.others.writes(&self.head);
                true
            }
            Written::Missed => false,
        })
    }

    /// Commits the transaction that `lock` began.
    pub(super) async fn commit_batch(&mut self) -> Result<(), EngineError> {
        let committed = self.engine.lock().await.commit().await;
        self.in_doubt = match &committed {
            Ok(()) => {
                self.others.wrote(&self.head);
                self.followed.tell(self.head.position());
                false
            }
            Err(error) => self.in_doubt || error.is_connection_lost(),
        };
        committed
    }

    /// The rows that the read models make of these events. A read model whose fold fails is marked as stalled.
    async fn fold(
        &mut self,
        events: &[(Recorded, Event)],
        read_models: &mut BTreeMap<String, ModelMark>,
    ) -> Result<Vec<TableRows>, EngineError> {
        let mut rows = vec![];
        for runner in &mut self.runners {
            let Some(mark) = read_models.get_mut(runner.model.name).filter(|mark| mark.stalled.is_none()) else {
                continue;
            };
            match runner.fold(&self.engine, events).await {
                Ok(folded) => rows.extend(folded),
                Err(RunError::Fold(stall)) => mark.stalled = Some(stall),
                Err(RunError::Engine(error)) => return Err(error),
            }
        }
        Ok(rows)
    }

    /// Forgets the rows and states that the read models keep between groups.
    pub(super) fn forget(&mut self) {
        for runner in &mut self.runners {
            runner.forget();
        }
    }

    /// Creates the tables of read models that the database lacks. If the log has events already, such a read model is
    /// marked as stalled until `rebuild` has built it.
    async fn create_models(&mut self) -> Result<(), EngineError> {
        if self.models.iter().all(|model| self.head.read_models.contains_key(model.name)) {
            return Ok(());
        }
        self.lock().await?;
        let result = self.create_missing_models().await;
        match result {
            Ok(()) => self.engine.lock().await.commit().await,
            Err(error) => {
                self.engine.lock().await.rollback().await;
                Err(error)
            }
        }
    }

    async fn create_missing_models(&mut self) -> Result<(), EngineError> {
        let mut read_models = self.head.read_models.clone();
        for model in self.models {
            if read_models.contains_key(model.name) {
                continue;
            }
            model.create_tables(&mut *self.engine.lock().await, "").await?;
            let mut mark = model.mark(0);
            if self.head.position() > 0 {
                mark.stalled = Some(Stall { position: 1, reason: "not built yet".to_owned() });
            }
            read_models.insert(model.name.to_owned(), mark);
        }
        let batch = GroupPlan::new(&self.head).into_batch(&read_models, vec![])?;
        self.write_batch(batch).await?;
        Ok(())
    }
}

fn changed_under_its_lock() -> EngineError {
    EngineError::Refused(LogFault::Unexpected { what: "the head changed under its lock".to_owned() })
}

/// The names of the read models that are stalled.
fn stalled(read_models: &BTreeMap<String, ModelMark>) -> Vec<String> {
    read_models.iter().filter(|(_, mark)| mark.stalled.is_some()).map(|(name, _)| name.clone()).collect()
}

/// What the requests are answered, by their verdicts.
fn answers(verdicts: &[RequestVerdict], stalled: &[String]) -> Vec<AppendResult> {
    let answer = |verdict: &RequestVerdict| match verdict {
        RequestVerdict::Accepted(receipt) => Ok(Receipt { stalled: stalled.to_vec(), ..receipt.clone() }),
        RequestVerdict::Answered(answer) => answer.clone(),
        // Not reached: the index of a repeated request is that of one that is no repetition itself.
        RequestVerdict::SameAs(_) => Err(AppendError::Stale),
    };
    verdicts
        .iter()
        .map(|verdict| match verdict {
            RequestVerdict::SameAs(index) => {
                answer(&verdicts[*index]).map(|receipt| Receipt { repeated: true, ..receipt })
            }
            RequestVerdict::Accepted(_) | RequestVerdict::Answered(_) => answer(verdict),
        })
        .collect()
}

fn only(answers: Vec<AppendResult>) -> AppendResult {
    answers.into_iter().next().unwrap_or(Err(AppendError::Stopped))
}
