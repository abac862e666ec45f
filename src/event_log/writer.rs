//! The one task of a process that writes: it owns its connection, drains a bounded channel, and commits a group of
//! requests at once.
//!
//! Invariant: a request is answered as recorded only after its transaction is durable and the read models show it.
//! The usual way (`flight`) trusts that nobody else wrote since the last group (the head's revision says so); after a
//! miss the head row is taken and request by request decided with what the database says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot};

use super::engine::{Actual, Batch, Engine, EngineError, HeadColumns, Location, Written};
use super::flight::{Flight, Queue};
use super::group::{Plan, Verdict};
use super::merkle::Frontier;
use super::projector::{FollowError, Follower, Model};
use super::record::{Recorded, StreamKey};
use super::request::{AppendError, AppendRequest, GuardKey, Head, ModelMark, Receipt, Stall};
use super::table::TableRows;
use crate::domain::Event;

/// Requests, or lots of them, that wait for the writer; one more request is answered "busy", one more lot waits for room.
pub(super) const QUEUE_LEN: usize = 8_192;
/// After another process wrote, this many groups take the head row at once: an optimistic head alone gets slower
/// with each process.
const CONTENDED_GROUPS: u32 = 16;
const TRIES_MAX: u32 = 5;

pub(super) type Answer = Result<Receipt, AppendError>;

pub(super) struct Pending {
    pub request: AppendRequest,
    pub answer: oneshot::Sender<Answer>,
}

/// What the writer task is asked.
pub(super) enum Job {
    Append(Vec<Pending>),
    Rebuild(super::rebuild::Step),
}

/// How many groups took which path, since the writer started.
#[derive(Debug, Default)]
pub(super) struct PathCounts {
    pub lone: AtomicU64,
    pub contended: AtomicU64,
}

pub(super) struct Writer {
    pub(super) counts: Arc<PathCounts>,
    location: Location,
    /// Shared with the batch under way: whoever needs the database waits for it.
    pub(super) engine: Arc<Mutex<Engine>>,
    /// The head as it is once the batch under way is written.
    pub(super) head: Head,
    pub(super) flight: Option<Flight>,
    pub(super) clock: fn() -> i64,
    models: &'static [&'static Model],
    pub(super) followers: Vec<Follower>,
    pub(super) rebuild: super::rebuild::Shadows,
    pub(super) contended: u32,
    /// A call that may have committed was not answered; only the database can say what became of it.
    pub(super) in_doubt: bool,
}

/// A group on its way to the database.
pub(super) struct Planned {
    /// `None` when there is nothing to write.
    pub batch: Option<Batch>,
    /// What its requests are answered once the batch is written.
    pub answers: Vec<Answer>,
}

/// Read models that a commit leaves out, and what failed with them.
#[derive(Clone)]
pub(super) struct LeftOut {
    models: Vec<usize>,
    reason: String,
}

impl Writer {
    pub(super) async fn start(
        location: Location,
        models: &'static [&'static Model],
        clock: fn() -> i64,
    ) -> Result<(mpsc::Sender<Job>, Arc<PathCounts>), EngineError> {
        let mut engine = Engine::connect(&location).await?;
        let head = parse_head(engine.head().await?)?;
        let followers = models.iter().map(|model| Follower::new(model, String::new())).collect();
        let counts = Arc::new(PathCounts::default());
        let mut writer = Self {
            counts: counts.clone(),
            location,
            engine: Arc::new(Mutex::new(engine)),
            head,
            flight: None,
            clock,
            models,
            followers,
            rebuild: super::rebuild::Shadows::default(),
            contended: 0,
            in_doubt: false,
        };
        writer.create_models().await?;
        let (sender, receiver) = mpsc::channel(QUEUE_LEN);
        tokio::spawn(writer.run(Queue::new(receiver)));
        Ok((sender, counts))
    }

    /// Commits a group together under the head's lock, or, when it fails as a whole, one request at a time so that a
    /// poisonous one fails alone. No request is to blame for a database that is away or busy. `failed` is what the
    /// group failed of before.
    pub(super) async fn append_locked(&mut self, group: Vec<Pending>, failed: Option<EngineError>) {
        let requests: Vec<&AppendRequest> = group.iter().map(|pending| &pending.request).collect();
        let answers = match self.commit(&requests, None, failed).await {
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

    /// Commits one request. Should it fail, the read models are left out in turn, then all of them: one that cannot
    /// be written stalls and never blocks the event.
    async fn commit_alone(&mut self, request: &AppendRequest) -> Answer {
        let mut error = match self.commit(&[request], None, None).await {
            Ok(answers) => return only(answers),
            Err(error) => error,
        };
        let each = (0..self.followers.len()).map(|index| vec![index]);
        for models in each.chain([(0..self.followers.len()).collect()]) {
            if !error.may_be_a_read_models() {
                break;
            }
            let left_out = LeftOut { models, reason: error.to_string() };
            match self.commit(&[request], Some(left_out), None).await {
                Ok(answers) => return only(answers),
                Err(again) => error = again,
            }
        }
        Err(self.failed(&error))
    }

    /// What a request is answered that this error kept from being recorded.
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
            AppendError::Database(error.advice())
        }
    }

    /// One transaction for all requests, tried again while the database is busy or the connection was lost; what a
    /// lost call did is found by the commands' keys.
    async fn commit(
        &mut self,
        requests: &[&AppendRequest],
        left_out: Option<LeftOut>,
        mut failed: Option<EngineError>,
    ) -> Result<Vec<Answer>, EngineError> {
        let mut tries = 0;
        loop {
            let result = match failed.take() {
                Some(error) => Err(error),
                None => self.try_commit(requests, left_out.clone()).await,
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

    /// After an error nothing kept here is taken for what the database holds.
    pub(super) fn distrust(&mut self) {
        self.forget();
        self.contended = CONTENDED_GROUPS;
    }

    /// A new connection, if the error says that this one is gone.
    async fn reconnect_after(&mut self, error: &EngineError) {
        if error.is_connection_lost() || error.is_of_a_standby() {
            let _still_away = self.reconnect().await;
        }
    }

    /// A new connection, unless this one answers.
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
    ) -> Result<Vec<Answer>, EngineError> {
        self.contended = self.contended.saturating_sub(1);
        self.counts.contended.fetch_add(1, Ordering::Relaxed);
        self.lock().await?;
        let result = self.commit_locked(requests, left_out).await;
        if result.is_err() {
            self.engine.lock().await.rollback().await;
        }
        result
    }

    /// Takes the head row, and forgets the rows it kept if another process wrote in between.
    pub(super) async fn lock(&mut self) -> Result<(), EngineError> {
        let locked = self.engine.lock().await.lock().await;
        let columns = match locked {
            Ok(columns) => columns,
            Err(error) => {
                self.engine.lock().await.rollback().await;
                return Err(error);
            }
        };
        if columns.revision != self.head.revision {
            self.contended = CONTENDED_GROUPS;
            self.forget();
        }
        match parse_head(columns) {
            Ok(head) => self.head = head,
            Err(error) => {
                self.engine.lock().await.rollback().await;
                return Err(error);
            }
        }
        Ok(())
    }

    async fn commit_locked(
        &mut self,
        requests: &[&AppendRequest],
        left_out: Option<LeftOut>,
    ) -> Result<Vec<Answer>, EngineError> {
        let actual = self.fetch(requests).await?;
        let plan = Plan::of(requests, &self.head, (self.clock)(), Some(&actual));
        let Planned { batch, answers } = self.plan(plan, left_out).await?;
        let Some(batch) = batch else {
            self.engine.lock().await.rollback().await;
            return Ok(answers);
        };
        self.write_batch(batch).await?;
        self.commit_batch().await?;
        Ok(answers)
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

    /// The batch that a plan and the read models make, and what its requests are answered once it is written.
    pub(super) async fn plan(&mut self, mut plan: Plan, left_out: Option<LeftOut>) -> Result<Planned, EngineError> {
        if let Some(model) = self.head.foreign_model(self.models) {
            let upgrade = |_: &Verdict| Err(AppendError::Upgrade(model.to_owned()));
            return Ok(Planned { batch: None, answers: plan.verdicts.iter().map(upgrade).collect() });
        }
        if plan.commands.is_empty() {
            return Ok(Planned { batch: None, answers: answers(&plan.verdicts, &stalled(&self.head.read_models)) });
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
        Ok(Planned { batch: Some(plan.into_batch(&read_models, folded)?), answers })
    }

    /// Writes a batch inside the transaction that `lock` began and keeps its head.
    pub(super) async fn write_batch(&mut self, batch: Batch) -> Result<(), EngineError> {
        let head = batch.head.clone();
        match self.engine.lock().await.write(batch, true).await? {
            Written::Yes => self.head = parse_head(head)?,
            Written::Missed => return Err(EngineError::Refused("the head changed under its lock".to_owned())),
        }
        Ok(())
    }

    /// Ends the transaction that `lock` began.
    pub(super) async fn commit_batch(&mut self) -> Result<(), EngineError> {
        let committed = self.engine.lock().await.commit().await;
        self.in_doubt = match &committed {
            Ok(()) => false,
            Err(error) => self.in_doubt || error.is_connection_lost(),
        };
        committed
    }

    /// The rows that the read models make of these events; marks those whose fold fails as stalled.
    async fn fold(
        &mut self,
        events: &[(Recorded, Event)],
        read_models: &mut BTreeMap<String, ModelMark>,
    ) -> Result<Vec<TableRows>, EngineError> {
        let mut rows = vec![];
        for follower in &mut self.followers {
            let Some(mark) = read_models.get_mut(follower.model.name).filter(|mark| mark.stalled.is_none()) else {
                continue;
            };
            match follower.follow(&self.engine, events).await {
                Ok(folded) => rows.extend(folded),
                Err(FollowError::Fold(stall)) => mark.stalled = Some(stall),
                Err(FollowError::Engine(error)) => return Err(error),
            }
        }
        Ok(rows)
    }

    pub(super) fn forget(&mut self) {
        for follower in &mut self.followers {
            follower.forget();
        }
    }

    /// Creates the tables of read models that the database does not have yet. On a log with events they are then
    /// built by `rebuild`, and until then marked as stalled.
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
            self.engine.lock().await.create(model, "").await?;
            let mut mark = model.mark(0);
            if self.head.position() > 0 {
                mark.stalled = Some(Stall { position: 1, reason: "not built yet".to_owned() });
            }
            read_models.insert(model.name.to_owned(), mark);
        }
        let batch = Plan::new(&self.head).into_batch(&read_models, vec![])?;
        self.write_batch(batch).await?;
        Ok(())
    }
}

pub(super) fn parse_head(columns: HeadColumns) -> Result<Head, EngineError> {
    let size = columns.next_position.saturating_sub(1).unsigned_abs();
    let frontier = Frontier::from_bytes(size, &columns.frontier)
        .ok_or_else(|| EngineError::Refused("日志头损坏：Merkle 前沿与位置不符，请运行 gradtrail verify".to_owned()))?;
    Ok(Head {
        revision: columns.revision,
        next_position: columns.next_position,
        last_recorded_at: columns.last_recorded_at,
        frontier,
        read_models: serde_json::from_str(&columns.read_models)?,
    })
}

fn stalled(read_models: &BTreeMap<String, ModelMark>) -> Vec<String> {
    read_models.iter().filter(|(_, mark)| mark.stalled.is_some()).map(|(name, _)| name.clone()).collect()
}

/// Gives each request its answer.
pub(super) fn answer(group: Vec<Pending>, answers: Vec<Answer>) {
    for (pending, answer) in group.into_iter().zip(answers) {
        let _caller_gone = pending.answer.send(answer);
    }
}

fn answers(verdicts: &[Verdict], stalled: &[String]) -> Vec<Answer> {
    let answer = |verdict: &Verdict| match verdict {
        Verdict::Accepted(receipt) => Ok(Receipt { stalled: stalled.to_vec(), ..receipt.clone() }),
        Verdict::Answered(answer) => answer.clone(),
        Verdict::SameAs(_) => Err(AppendError::Stale), // Replaced below: an index names an earlier, other verdict.
    };
    verdicts
        .iter()
        .map(|verdict| match verdict {
            Verdict::SameAs(index) => answer(&verdicts[*index]).map(|receipt| Receipt { repeated: true, ..receipt }),
            Verdict::Accepted(_) | Verdict::Answered(_) => answer(verdict),
        })
        .collect()
}

fn only(answers: Vec<Answer>) -> Answer {
    answers.into_iter().next().unwrap_or(Err(AppendError::Stopped))
}
