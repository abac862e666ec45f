//! The writer's loop, and the usual way of a group: planned on the head as it will be, while the batch before it is still
//! being written.
//!
//! Invariants: batches are written one after another, in the order of their plans; a plan made on a batch that was not
//! written after all is thrown away, with everything folded since.

use std::sync::atomic::Ordering;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::engine::{Batch, EngineError, Written};
use super::group::Plan;
use super::rebuild::Step;
use super::request::{AppendRequest, Head};
use super::table::TableRows;
use super::writer::{Answer, Job, Pending, Planned, Writer, answer, parse_head};

/// A group is closed at this many requests, events, or bytes of sealed rows and files.
const GROUP_REQUESTS_MAX: usize = 2_000;
const GROUP_EVENTS_MAX: usize = 4_000;
const GROUP_BYTES_MAX: usize = 32 << 20;

/// A batch of more events than this is several calls, which a thread of its own has to see through.
const ONE_CALL_EVENTS_MAX: usize = 64;

type Outcome = Result<Written, EngineError>;

/// A batch that is being written.
pub(super) struct Flight {
    group: Vec<Pending>,
    answers: Vec<Answer>,
    /// The head before the batch.
    before: Head,
    writing: BoxFuture<'static, Outcome>,
}

/// What waits for the writer, in the order in which it came.
pub(super) struct Queue {
    jobs: mpsc::Receiver<Job>,
    waiting: Vec<Pending>,
    /// Of those that wait.
    events: usize,
    bytes: usize,
    /// Comes after all that waits.
    step: Option<Step>,
    is_closed: bool,
}

impl Queue {
    pub(super) fn new(jobs: mpsc::Receiver<Job>) -> Self {
        Self { jobs, waiting: vec![], events: 0, bytes: 0, step: None, is_closed: false }
    }

    fn is_full(&self) -> bool {
        self.step.is_some()
            || self.waiting.len() >= GROUP_REQUESTS_MAX
            || self.events >= GROUP_EVENTS_MAX
            || self.bytes >= GROUP_BYTES_MAX
    }

    fn take(&mut self, job: Option<Job>) {
        match job {
            Some(Job::Append(lot)) => {
                for Pending { request, .. } in &lot {
                    self.events += request.events.len();
                    self.bytes += request.rows.iter().map(TableRows::blob_bytes).sum::<usize>();
                }
                self.waiting.extend(lot);
            }
            Some(Job::Rebuild(step)) => self.step = Some(step),
            None => self.is_closed = true,
        }
    }

    fn take_group(&mut self) -> Vec<Pending> {
        (self.events, self.bytes) = (0, 0);
        std::mem::take(&mut self.waiting)
    }

    /// Takes what has come already.
    fn drain(&mut self) {
        while !self.is_full()
            && let Ok(job) = self.jobs.try_recv()
        {
            self.take(Some(job));
        }
    }

    /// Whether the group is as large as it will get: nothing is under way to wait for, or as much has come as is under
    /// way. A smaller group would cost the disk a turn of its own.
    fn is_group(&self, flight: Option<&Flight>) -> bool {
        let is_enough = || flight.is_none_or(|flight| self.waiting.len() >= flight.group.len());
        !self.waiting.is_empty() && (is_enough() || self.is_full() || self.is_closed)
    }
}

impl Writer {
    pub(super) async fn run(mut self, mut queue: Queue) {
        loop {
            queue.drain();
            if queue.is_group(self.flight.as_ref()) {
                self.append(queue.take_group()).await;
            } else if queue.waiting.is_empty()
                && let Some(step) = queue.step.take()
            {
                self.land().await;
                self.rebuild(step).await;
            } else if queue.is_closed {
                self.land().await;
                return;
            } else {
                let is_full = queue.is_full();
                tokio::select! {
                    biased;
                    outcome = outcome(&mut self.flight) => {
                        if let Some(flight) = self.flight.take() {
                            self.landed(flight, outcome).await;
                        }
                    }
                    job = queue.jobs.recv(), if !is_full => queue.take(job),
                }
            }
        }
    }

    async fn append(&mut self, group: Vec<Pending>) {
        while self.contended == 0 {
            let requests: Vec<&AppendRequest> = group.iter().map(|pending| &pending.request).collect();
            let plan = Plan::of(&requests, &self.head, (self.clock)(), None);
            // Planning may need the database, so that the flight has to go on meanwhile.
            let mut flight = self.flight.take();
            let (planned, outcome) = tokio::join!(self.plan(plan, None), async {
                match &mut flight {
                    Some(flight) => Some((&mut flight.writing).await),
                    None => None,
                }
            });
            if let (Some(flight), Some(outcome)) = (flight, outcome)
                && !self.landed(flight, outcome).await
            {
                continue;
            }
            self.in_doubt = false;
            return match planned {
                Ok(Planned { batch: None, answers }) => answer(group, answers),
                Ok(Planned { batch: Some(batch), answers }) => match self.take_off(group, answers, batch).await {
                    Ok(()) => (),
                    Err((group, error)) => self.append_locked(group, Some(error)).await,
                },
                Err(error) => self.append_locked(group, Some(error)).await,
            };
        }
        self.land().await;
        self.in_doubt = false;
        self.append_locked(group, None).await;
    }

    /// Sends a batch on its way; nothing else may be under way.
    async fn take_off(
        &mut self,
        group: Vec<Pending>,
        answers: Vec<Answer>,
        batch: Batch,
    ) -> Result<(), (Vec<Pending>, EngineError)> {
        let after = match parse_head(batch.head.clone()) {
            Ok(head) => head,
            Err(error) => return Err((group, error)),
        };
        let before = std::mem::replace(&mut self.head, after);
        // Taken here, so that whatever the next plan reads is read behind the batch.
        let mut engine = self.engine.clone().lock_owned().await;
        let is_one_call = batch.events.len() <= ONE_CALL_EVENTS_MAX;
        let writing = async move { engine.write(batch, false).await };
        let mut writing = if is_one_call {
            writing.boxed()
        } else {
            // On a thread of its own: the runtime's may be busy for long with planning what comes next.
            let writing = move || Handle::current().block_on(writing);
            tokio::task::spawn_blocking(writing)
                .map(|ended| ended.unwrap_or(Err(sqlx::Error::WorkerCrashed.into())))
                .boxed()
        };
        // The call goes out now, not when the next group is planned.
        let first = std::future::poll_fn(|context| Poll::Ready(writing.as_mut().poll(context))).await;
        if let Poll::Ready(outcome) = first {
            writing = future::ready(outcome).boxed();
        }
        self.flight = Some(Flight { group, answers, before, writing });
        Ok(())
    }

    /// Waits for the batch under way, if there is one.
    async fn land(&mut self) {
        if let Some(mut flight) = self.flight.take() {
            let outcome = (&mut flight.writing).await;
            self.landed(flight, outcome).await;
        }
    }

    /// Answers the group of a batch that is written. If it is not, nothing planned or folded since holds, and the group
    /// is decided under the lock. Says which.
    async fn landed(&mut self, flight: Flight, outcome: Outcome) -> bool {
        let failed = match outcome {
            Ok(Written::Yes) => {
                self.counts.lone.fetch_add(1, Ordering::Relaxed);
                answer(flight.group, flight.answers);
                return true;
            }
            Ok(Written::Missed) => None,
            Err(error) => Some(error),
        };
        self.head = flight.before;
        self.forget();
        // Outside a transaction of ours the call itself commits.
        self.in_doubt = failed.as_ref().is_some_and(EngineError::is_connection_lost);
        self.append_locked(flight.group, failed).await;
        false
    }
}

/// What became of the batch under way; never, when there is none.
async fn outcome(flight: &mut Option<Flight>) -> Outcome {
    match flight {
        Some(flight) => (&mut flight.writing).await,
        None => future::pending().await,
    }
}
