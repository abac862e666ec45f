//! Many requests at once: decided in order, appended with as few transactions as the log makes of them, each answered on
//! its own.
//!
//! A request may be decided before earlier ones are durable. It then sees their result in the cache. If an earlier one
//! fails, the log rejects this one as stale and it is decided again.

use std::sync::Arc;

use super::request::Request;
use super::unit_of_work::{Dependencies, UnitOfWork};
use super::{App, AppError, Done};
use crate::accounts::Caller;
use crate::event_log::Enqueued;
use crate::event_log::request::{AppendError, AppendRequest, Receipt};

/// Events that are handed to the writer together, but for those that a last request has more.
const LOT_EVENTS: usize = 4_000;

/// Requests on their way.
pub struct Begun {
    requests: Vec<Request>,
    steps: Vec<Step>,
}

/// How far a request has come.
enum Step {
    Answered(Result<Done, AppError>),
    /// Handed to the writer, together with what was decided in these streams.
    Enqueued(Dependencies, Enqueued),
}

impl App {
    /// Records many requests, in order, with as few transactions as the log makes of them; each is answered on its
    /// own. Streams are loaded together, and what one request cannot have is decided again by itself.
    pub async fn execute_all(&self, caller: &Caller, requests: Vec<Request>) -> Vec<Result<Done, AppError>> {
        let begun = self.begin_all(caller, requests).await;
        self.finish_all(caller, begun).await
    }

    /// Decides requests and hands them to the writer, which works on one lot while the next is decided.
    pub async fn begin_all(&self, caller: &Caller, requests: Vec<Request>) -> Begun {
        if let Err(error) = self.prefetch(caller, &requests).await {
            let error = Arc::new(error);
            let failed = |_: &Request| Step::Answered(Err(AppError::Shared(error.clone())));
            return Begun { steps: requests.iter().map(failed).collect(), requests };
        }
        let mut steps = Vec::with_capacity(requests.len());
        let mut rest = requests.iter();
        while rest.len() > 0 {
            // The streams of what is to be appended, or an answer at once.
            let mut decided = vec![];
            let (mut appends, mut events) = (vec![], 0);
            while events < LOT_EVENTS
                && let Some(request) = rest.next()
            {
                let unit = UnitOfWork::new(&self.log, &self.cache, request, false);
                decided.push(match self.decide(caller, &unit, request).await {
                    Ok(()) => match self.append_request(caller, &unit, request) {
                        Some(append) => {
                            events += append.events.len();
                            appends.push(append);
                            Ok(unit.keep())
                        }
                        None => Err(Ok(Done::Unchanged)),
                    },
                    Err(error) => Err(Err(error)),
                });
            }
            let mut enqueued = self.hand_over(appends).await.into_iter();
            steps.extend(decided.into_iter().map(|decided| match decided {
                Err(answer) => Step::Answered(answer),
                Ok(depended_on) => match enqueued.next() {
                    Some(append) => Step::Enqueued(depended_on, append),
                    None => Step::Answered(Err(AppendError::Stopped.into())),
                },
            }));
        }
        Begun { requests, steps }
    }

    /// Waits for the answers.
    pub async fn finish_all(&self, caller: &Caller, begun: Begun) -> Vec<Result<Done, AppError>> {
        let mut answers = Vec::with_capacity(begun.steps.len());
        // The last first: whoever waits for each in turn is woken for each.
        for step in begun.steps.into_iter().rev() {
            answers.push(match step {
                Step::Answered(answer) => answer,
                Step::Enqueued(depended_on, enqueued) => match enqueued.answer().await {
                    Ok(receipt) => Ok(Done::Recorded(receipt)),
                    Err(error) => {
                        self.cache.forget(&depended_on);
                        Err(error.into())
                    }
                },
            });
        }
        answers.reverse();
        let mut results = Vec::with_capacity(answers.len());
        for (answer, request) in answers.into_iter().zip(begun.requests) {
            results.push(match answer {
                // Another process was faster, or what it left has not been seen here yet.
                Err(AppError::Append(AppendError::Stale)) if request.seen.is_empty() => {
                    self.execute(caller, request).await
                }
                Err(error) if error.is_refusal() && request.seen.is_empty() => self.execute(caller, request).await,
                answer => answer,
            });
        }
        results
    }

    /// Gives the appends to the writer; in a rehearsal they are answered as if they had been recorded.
    async fn hand_over(&self, appends: Vec<AppendRequest>) -> Vec<Enqueued> {
        if self.rehearsal {
            return appends.into_iter().map(|append| Enqueued::answered(rehearsed(append))).collect();
        }
        self.log.enqueue(appends).await
    }
}

/// The receipt of an append that is only rehearsed.
pub(super) fn rehearsed(append: AppendRequest) -> Receipt {
    Receipt {
        first_position: 0,
        event_count: i64::try_from(append.events.len()).unwrap_or(i64::MAX),
        recorded_at: 0,
        answer: append.answer,
        repeated: false,
        stalled: vec![],
    }
}
