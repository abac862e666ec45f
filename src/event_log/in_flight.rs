//! The writer task's loop, and the usual way of a group: it is planned on the head as the batch before it will leave
//! it, while that batch is still being written.
//!
//! Invariants: batches are written one after another, in the order in which they were planned; when a batch is not
//! written after all, the plan that was made on top of it is thrown away, with everything folded for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::batch::{EngineError, WriteBatch, Written};
use super::engine::Location;
use super::followed::Followed;
use super::group::GroupPlan;
use super::job::{AloneJob, AppendResult, Job, Pending, PlannedGroup, answer};
use super::others::Others;
use super::projector::Model;
use super::rebuild::ShadowTables;
use super::request::{AppendRequest, LogHead};
use super::table::TableRows;
use super::writer::{CommitCounts, Writer};

/// How many jobs may wait in the channel. A single request beyond that is answered "busy"; a caller that enqueues
/// several waits for room.
const JOBS_MAX: usize = 8_192;

/// A group is closed at this many requests, events, or bytes of sealed rows and files.
const GROUP_REQUESTS_MAX: usize = 2_000;
const GROUP_EVENTS_MAX: usize = 4_000;
const GROUP_BYTES_MAX: usize = 32 << 20;

/// A batch of more events than this takes several calls of the database, and a thread of its own to make them.
const ONE_CALL_EVENTS_MAX: usize = 64;

type Outcome = Result<Written, EngineError>;

/// A group whose batch is being written.
struct InFlight {
    group: Vec<Pending>,
    answers: Vec<AppendResult>,
    /// The head before the batch.
    before: LogHead,
    /// The position of the last event once it is written.
    up_to: i64,
    writing: BoxFuture<'static, Outcome>,
}

/// What waits for the writer, in the order in which it came.
struct JobQueue {
    jobs: mpsc::Receiver<Job>,
    waiting: Vec<Pending>,
    /// How many events and bytes the waiting requests have.
    events: usize,
    bytes: usize,
    /// It came after everything that waits, so that its turn is after them.
    alone: Option<AloneJob>,
    is_closed: bool,
}

impl JobQueue {
    fn new(jobs: mpsc::Receiver<Job>) -> Self {
        Self { jobs, waiting: vec![], events: 0, bytes: 0, alone: None, is_closed: false }
    }

    fn is_full(&self) -> bool {
        self.alone.is_some()
            || self.waiting.len() >= GROUP_REQUESTS_MAX
            || self.events >= GROUP_EVENTS_MAX
            || self.bytes >= GROUP_BYTES_MAX
    }

    fn take(&mut self, job: Option<Job>) {
        match job {
            Some(Job::Append(requests)) => {
                for Pending { request, .. } in &requests {
                    self.events += request.events.len();
                    self.bytes += request.rows.iter().map(TableRows::blob_bytes).sum::<usize>();
                }
                self.waiting.extend(requests);
            }
            Some(Job::Alone(job)) => self.alone = Some(job),
            None => self.is_closed = true,
        }
    }

    fn take_group(&mut self) -> Vec<Pending> {
        (self.events, self.bytes) = (0, 0);
        std::mem::take(&mut self.waiting)
    }

    /// Takes the jobs that have come already.
    fn drain(&mut self) {
        while !self.is_full()
            && let Ok(job) = self.jobs.try_recv()
        {
            self.take(Some(job));
        }
    }

    /// Whether what waits should be planned now: no batch is being written, or as many requests wait as that batch has,
    /// or no more can come. A smaller group would cost a turn of the disk for itself.
    fn is_group(&self, in_flight: Option<&InFlight>) -> bool {
        let is_enough = || in_flight.is_none_or(|in_flight| self.waiting.len() >= in_flight.group.len());
        !self.waiting.is_empty() && (is_enough() || self.is_full() || self.is_closed)
    }
}

/// The one task of a process that writes.
struct WriterTask {
    queue: JobQueue,
    writer: Writer,
    in_flight: Option<InFlight>,
    shadows: ShadowTables,
}

/// Connects to the database, creates the tables of read models that it lacks, and starts the task.
pub(super) async fn start(
    location: Location,
    models: &'static [&'static Model],
    clock: fn() -> i64,
    followed: Followed,
    others: Others,
) -> Result<(mpsc::Sender<Job>, Arc<CommitCounts>), EngineError> {
    let writer = Writer::connect(location, models, clock, followed, others).await?;
    let counts = writer.counts.clone();
    let (sender, receiver) = mpsc::channel(JOBS_MAX);
    let queue = JobQueue::new(receiver);
    let task = WriterTask { queue, writer, in_flight: None, shadows: ShadowTables::default() };
    tokio::spawn(task.run());
    Ok((sender, counts))
}

impl WriterTask {
    async fn run(mut self) {
        loop {
            self.queue.drain();
            self.writer.counts.waiting.store(self.queue.waiting.len() as u64, Ordering::Relaxed);
            if self.queue.is_group(self.in_flight.as_ref()) {
                let group = self.queue.take_group();
                self.append(group).await;
            } else if self.queue.waiting.is_empty()
                && let Some(job) = self.queue.alone.take()
            {
                self.settle().await;
                match job {
                    AloneJob::Rebuild(step) => self.shadows.take(&mut self.writer, step).await,
                    AloneJob::Keep(kept) => self.writer.keep(kept).await,
                }
            } else if self.queue.is_closed {
                self.settle().await;
                return;
            } else {
                let is_full = self.queue.is_full();
                tokio::select! {
                    biased;
                    outcome = outcome(&mut self.in_flight) => {
                        if let Some(in_flight) = self.in_flight.take() {
                            self.conclude(in_flight, outcome).await;
                        }
                    }
                    job = self.queue.jobs.recv(), if !is_full => self.queue.take(job),
                }
            }
        }
    }

    async fn append(&mut self, group: Vec<Pending>) {
        while !self.writer.is_contended() {
            let requests: Vec<&AppendRequest> = group.iter().map(|pending| &pending.request).collect();
            let plan = GroupPlan::of(&requests, &self.writer.head, self.writer.now(), None);
            // Planning may need the database, so the batch in flight must go on meanwhile.
            let mut in_flight = self.in_flight.take();
            let (planned, outcome) = tokio::join!(self.writer.plan(plan, None), async {
                match &mut in_flight {
                    Some(in_flight) => Some((&mut in_flight.writing).await),
                    None => None,
                }
            });
            if let (Some(in_flight), Some(outcome)) = (in_flight, outcome)
                && !self.conclude(in_flight, outcome).await
            {
                continue;
            }
            self.writer.in_doubt = false;
            return match planned {
                Ok(PlannedGroup { batch: None, answers }) => answer(group, answers),
                Ok(PlannedGroup { batch: Some(batch), answers }) => match self.submit(group, answers, batch).await {
                    Ok(()) => (),
                    Err((group, error)) => self.writer.append_locked(group, Some(error), false).await,
                },
                Err(error) => self.writer.append_locked(group, Some(error), false).await,
            };
        }
        self.settle().await;
        self.writer.in_doubt = false;
        self.writer.append_locked(group, None, true).await;
    }

    /// Begins to write a batch; no other may be in flight.
    async fn submit(
        &mut self,
        group: Vec<Pending>,
        answers: Vec<AppendResult>,
        batch: WriteBatch,
    ) -> Result<(), (Vec<Pending>, EngineError)> {
        let after = match batch.head.clone().parse() {
            Ok(head) => head,
            Err(error) => return Err((group, error)),
        };
        let up_to = after.position();
        self.writer.others.writes(&after);
        let before = std::mem::replace(&mut self.writer.head, after);
        // The engine is locked here, so that whatever the next plan reads is read after the batch.
        let mut engine = self.writer.engine.clone().lock_owned().await;
        let is_one_call = batch.events.len() <= ONE_CALL_EVENTS_MAX;
        let writing = async move { engine.write(batch, false).await };
        let mut writing = if is_one_call {
            writing.boxed()
        } else {
            // The runtime's threads may be busy for long with planning the next group.
            let writing = move || Handle::current().block_on(writing);
            tokio::task::spawn_blocking(writing)
                .map(|ended| ended.unwrap_or(Err(sqlx::Error::WorkerCrashed.into())))
                .boxed()
        };
        // Polled once, so that the call goes out now and not when the next group is planned.
        let first = std::future::poll_fn(|context| Poll::Ready(writing.as_mut().poll(context))).await;
        if let Poll::Ready(outcome) = first {
            writing = future::ready(outcome).boxed();
        }
        self.in_flight = Some(InFlight { group, answers, before, up_to, writing });
        Ok(())
    }

    /// Waits for the batch in flight, if there is one, and answers its group.
    async fn settle(&mut self) {
        if let Some(mut in_flight) = self.in_flight.take() {
            let outcome = (&mut in_flight.writing).await;
            self.conclude(in_flight, outcome).await;
        }
    }

    /// Answers the group of a batch that was written. If the batch was not written, what was planned and folded since
    /// is forgotten, and the group is decided again under the head's lock. Returns whether the batch was written.
    async fn conclude(&mut self, in_flight: InFlight, outcome: Outcome) -> bool {
        let failed = match outcome {
            Ok(Written::Yes) => {
                self.writer.counts.group(&self.writer.counts.optimistic, in_flight.group.len());
                self.writer.others.wrote(&self.writer.head);
                self.writer.followed.tell(in_flight.up_to);
                answer(in_flight.group, in_flight.answers);
                return true;
            }
            Ok(Written::Missed) => None,
            Err(error) => Some(error),
        };
        self.writer.head = in_flight.before;
        self.writer.others.came_between();
        self.writer.forget();
        // The call commits by itself, so that a lost connection may hide a commit.
        self.writer.in_doubt = failed.as_ref().is_some_and(EngineError::is_connection_lost);
        self.writer.append_locked(in_flight.group, failed, false).await;
        false
    }
}

/// The outcome of the batch in flight; it never comes if there is none.
async fn outcome(in_flight: &mut Option<InFlight>) -> Outcome {
    match in_flight {
        Some(in_flight) => (&mut in_flight.writing).await,
        None => future::pending().await,
    }
}
