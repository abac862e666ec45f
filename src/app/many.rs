//! Many requests at once: decided in order, appended with as few transactions as the log makes of them, each answered on
//! its own.
//!
//! They may be begun before those begun earlier are answered: what an earlier one will have changed is in memory, and
//! should it fail after all, the log refuses what was decided on it, which is then decided again.

use std::sync::Arc;

use uuid::Uuid;

use super::people::{listed, placement_guard};
use super::request::{Order, Request};
use super::store::{Kin, Unit};
use super::{App, AppError, Done};
use crate::accounts::Caller;
use crate::domain::StreamType;
use crate::domain::account::Account;
use crate::domain::agreement::Agreement;
use crate::domain::employer::Employer;
use crate::domain::exemption::Exemption;
use crate::domain::further_study::FurtherStudy;
use crate::domain::host::Host;
use crate::domain::ids::StudentId;
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::school::School;
use crate::domain::season::Season;
use crate::domain::student::Student;
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
    Enqueued(Kin, Enqueued),
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
        if let Err(error) = self.prefetch(&requests).await {
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
                let mut unit = Unit::new(&self.log, &self.cache, request, false);
                decided.push(match self.decide(caller, &mut unit, request).await {
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
                Ok(kin) => match enqueued.next() {
                    Some(append) => Step::Enqueued(kin, append),
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
                Step::Enqueued(kin, enqueued) => match enqueued.answer().await {
                    Ok(receipt) => Ok(Done::Recorded(receipt)),
                    Err(error) => {
                        self.cache.forget(&kin);
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

    /// Loads the streams of these requests that are not in memory yet.
    pub(super) async fn prefetch(&self, requests: &[Request]) -> Result<(), AppError> {
        for request in requests {
            self.expect_new(request);
        }
        let orders = || requests.iter().flat_map(|request| &request.orders);
        let students: Vec<Uuid> = orders().filter_map(Order::student).map(|student| student.0).collect();
        self.cache.load_all::<Student>(&self.log, &students).await?;
        let of = |kind| {
            orders().filter(move |order| order.kind() == kind).map(|order| order.stream().id).collect::<Vec<Uuid>>()
        };
        self.prefetch_placements(requests).await?;
        self.cache.load_all::<Exemption>(&self.log, &of(StreamType::Exemption)).await?;
        self.cache.load_all::<Host>(&self.log, &of(StreamType::Host)).await?;
        self.cache.load_all::<Season>(&self.log, &of(StreamType::Season)).await?;
        self.cache.load_all::<Outcome>(&self.log, &of(StreamType::Outcome)).await?;
        self.cache.load_all::<FurtherStudy>(&self.log, &of(StreamType::FurtherStudy)).await?;
        self.cache.load_all::<Account>(&self.log, &of(StreamType::Account)).await?;
        self.cache.load_all::<School>(&self.log, &of(StreamType::School)).await?;
        self.cache.load_all::<Employer>(&self.log, &of(StreamType::Employer)).await
    }
}

impl App {
    /// Loads what orders about placements depend on: the placements and agreements, whose students and hosts they are,
    /// and the students' other placements.
    async fn prefetch_placements(&self, requests: &[Request]) -> Result<(), AppError> {
        let (mut placements, mut agreements, mut hosts, mut taken) = (vec![], vec![], vec![], vec![]);
        for order in requests.iter().flat_map(|request| &request.orders) {
            match order {
                Order::Placement { placement, command } => {
                    placements.push(placement.0);
                    hosts.extend(command.host().map(|host| host.0));
                    taken.extend(order.student().map(placement_guard));
                    if command.wants_packet() {
                        agreements.push(placement.0);
                    }
                }
                Order::Agreement { placement, .. } => {
                    placements.push(placement.0);
                    agreements.push(placement.0);
                }
                Order::School { .. }
                | Order::Employer { .. }
                | Order::Import { .. }
                | Order::Account { .. }
                | Order::Log { .. }
                | Order::Host { .. }
                | Order::Season { .. }
                | Order::Student { .. }
                | Order::Exemption { .. }
                | Order::Outcome { .. }
                | Order::FurtherStudy { .. } => (),
            }
        }
        if placements.is_empty() {
            return Ok(());
        }
        let guards = self.cache.load_guards(&self.log, &taken).await?;
        placements.extend(guards.iter().flat_map(|guard| listed(&guard.stream)).map(|placement| placement.0));
        self.cache.load_all::<Placement>(&self.log, &placements).await?;
        let mut students: Vec<StudentId> = vec![];
        for id in placements {
            let (placement, _) = self.cache.load::<Placement>(&self.log, id).await?;
            students.extend(placement.student());
            hosts.extend(placement.stay().map(|stay| stay.arranged.host.0));
        }
        let students: Vec<Uuid> = students.into_iter().map(|student| student.0).collect();
        self.cache.load_all::<Student>(&self.log, &students).await?;
        self.cache.load_all::<Agreement>(&self.log, &agreements).await?;
        self.cache.load_all::<Employer>(&self.log, &hosts).await
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
