//! Executing requests: load, decide, stage, append all at once. One request; many in order; or one about many students.
//!
//! Invariants: conflicts are loaded and decided again, and a refusal is decided on freshly loaded state before it is
//! answered. Of many in order each is answered by itself: it may be decided before earlier ones are durable, and sees
//! their result in the cache; if an earlier one fails, the log rejects it as stale and it is decided again. A command
//! for a class is one request with one receipt: when anybody in it is refused, nothing is recorded and each refused
//! student is named. A command for an imported batch is recorded student by student, as the import was.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::bulk::{BulkAnswer, BulkRequest, Refused, Subject};
use super::failure::Failure;
use super::key::Call;
use super::request::{Order, Request};
use super::seen::VersionRefusal;
use super::unit_of_work::{Dependencies, Lack, UnitOfWork};
use super::{App, AppError, Done};
use crate::accounts::Caller;
use crate::domain::account::Account;
use crate::domain::agreement::Agreement;
use crate::domain::employer::Employer;
use crate::domain::further_study::FurtherStudy;
use crate::domain::host::Host;
use crate::domain::ids::PlacementId;
use crate::domain::import::Import;
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::school::School;
use crate::domain::student::Student;
use crate::domain::{Stream, StreamType};
use crate::event_log::Enqueued;
use crate::event_log::record::StreamKey;
use crate::event_log::request::{AppendError, AppendRequest, Receipt};

/// Conflicts are decided again this often.
const TRIES_MAX: u32 = 3;
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

/// Works something out again when somebody else was faster, so that it is refused for what the other one did.
pub(super) async fn again<T, F>(work: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut tries = 1;
    loop {
        match work().await {
            Err(Failure::App(AppError::Append(AppendError::Stale))) if tries < TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

impl App {
    /// Records one request, or says why not.
    // Not an `async fn`: whoever calls one is compiled with all that it waits for, here the decisions of every stream.
    #[inline(never)]
    pub fn execute<'a>(&'a self, caller: &'a Caller, request: Request) -> BoxFuture<'a, Result<Done, AppError>> {
        Box::pin(self.execute_here(caller, request))
    }

    async fn execute_here(&self, caller: &Caller, request: Request) -> Result<Done, AppError> {
        let mut tries = 0;
        loop {
            tries += 1;
            // What the caller has seen is compared with what the log says now.
            let fresh = tries > 1 || caller.seen.is_some();
            match &request.orders[..] {
                _ if fresh => (),
                [] | [_] => self.expect_new(&request),
                // Each would ask for its streams by itself.
                [_, _, ..] => self.prefetch(caller, std::slice::from_ref(&request)).await?,
            }
            let unit = UnitOfWork::new(&self.log, &self.cache, &request, fresh);
            let decided = self.decide(caller, &unit, &request).await;
            let result = match (decided, unit.is_as_seen(caller.seen, &request.orders)) {
                (Err(AppError::NotFound), _) => Err(AppError::NotFound),
                (_, Err(refusal)) => Err(refusal.into()),
                (Ok(()), Ok(())) => self.append(caller, unit, &request).await,
                (Err(error), Ok(())) => Err(error),
            };
            match result {
                // The same command may have been recorded before: then its own effect is what refuses it now.
                Err(error) if error.is_refusal() && fresh => {
                    return self.repeated(&request).await?.map_or(Err(error), |done| Ok(Done::Recorded(done)));
                }
                Err(error) if error.is_refusal() => (),
                Err(AppError::Append(AppendError::Stale)) if tries < TRIES_MAX && request.seen.is_empty() => (),
                result => return result,
            }
        }
    }

    /// Records many requests, in order, with as few transactions as the log makes of them; each is answered on its
    /// own. Streams are loaded together, and what one request cannot have is decided again by itself.
    pub async fn execute_all(&self, caller: &Caller, requests: Vec<Request>) -> Vec<Result<Done, AppError>> {
        let begun = self.begin_all(caller, requests).await;
        self.finish_all(caller, begun).await
    }

    /// Decides requests and hands them to the writer, which works on one lot while the next is decided.
    pub async fn begin_all(&self, caller: &Caller, requests: Vec<Request>) -> Begun {
        let several = caller.seen.map(|_| AppError::from(VersionRefusal::Several));
        if let Some(error) = several.or(self.prefetch(caller, &requests).await.err()) {
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
                            Ok(unit.keep(self.log.known()))
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

    /// Records a bulk request as one; of a refused one, every student who is refused is named.
    pub(super) async fn record_bulk(&self, call: Call<'_>, bulk: BulkRequest) -> Result<BulkAnswer, Failure> {
        let BulkRequest { students, placements, orders, rows, seen } = bulk;
        let (whose, orders): (Vec<usize>, Vec<Order>) = orders.into_iter().unzip();
        let mut request = Request::new(call.key, call.asked, orders);
        request.rows = rows;
        let ids: Vec<String> = placements.iter().map(|placement| placement.0.to_string()).collect();
        request.answer = serde_json::json!({ "placements": ids });
        for placement in seen {
            request.seen.push(self.seen::<Placement>(StreamType::Placement, placement).await?);
            request.seen.push(self.seen::<Agreement>(StreamType::Agreement, placement).await?);
        }
        self.prefetch(call.caller, std::slice::from_ref(&request)).await?;
        match self.execute(call.caller, request.clone()).await {
            Ok(done) => {
                let recorded = match &done {
                    Done::Recorded(receipt) if receipt.repeated => recorded_then(receipt),
                    Done::Recorded(_) | Done::Unchanged => placements,
                };
                Ok(BulkAnswer { done, count: students.len(), placements: recorded, refused: vec![] })
            }
            Err(AppError::Version(refusal)) => Err(AppError::from(refusal).into()),
            Err(error) if error.is_refusal() => {
                let mut refused: Vec<(usize, Refused)> = vec![];
                for (index, refusal) in self.refusals(call.caller, &request).await? {
                    let Some(place) = whose.get(index) else { continue };
                    let Some(student) = students.get(*place) else { continue };
                    if !refused.iter().any(|(known, _)| known == place) {
                        let whom = Subject::Student(student.shown(call.caller));
                        refused.push((*place, Refused { whom, why: Box::new(refusal.into()) }));
                    }
                }
                if refused.is_empty() {
                    return Err(error.into());
                }
                Err(Failure::Refused(refused.into_iter().map(|(_, refused)| refused).collect()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records a bulk request student by student, as an import does: who is refused is named, and the others have what
    /// was ordered.
    pub(super) async fn record_each(&self, call: Call<'_>, bulk: BulkRequest) -> Result<BulkAnswer, Failure> {
        let BulkRequest { students, placements, orders, .. } = bulk;
        let mut of: Vec<Vec<Order>> = students.iter().map(|_| vec![]).collect();
        for (whose, order) in orders {
            of[whose].push(order);
        }
        let request = |(placement, orders): (&PlacementId, Vec<Order>)| {
            Request::new(format!("{}:{}", call.key, placement.0), call.asked, orders)
        };
        let requests = placements.iter().zip(of).map(request).collect();
        let (mut recorded, mut refused, mut total) = (vec![], vec![], None::<Receipt>);
        let done = self.execute_all(call.caller, requests).await;
        for ((student, placement), done) in students.iter().zip(placements).zip(done) {
            match done {
                Ok(Done::Unchanged) => recorded.push(placement),
                Ok(Done::Recorded(receipt)) => {
                    recorded.push(placement);
                    total = Some(match total {
                        None => receipt,
                        Some(sum) => Receipt {
                            event_count: sum.event_count + receipt.event_count,
                            repeated: sum.repeated && receipt.repeated,
                            ..sum
                        },
                    });
                }
                // Also what the database could not do for one: the others have been recorded.
                Err(error) => {
                    let whom = Subject::Student(student.shown(call.caller));
                    refused.push(Refused { whom, why: Box::new(error.into()) });
                }
            }
        }
        let done = total.map_or(Done::Unchanged, Done::Recorded);
        Ok(BulkAnswer { done, count: recorded.len(), placements: recorded, refused })
    }

    /// Which orders of a request are refused and why, by their place in it; nothing is recorded. One refusal is enough
    /// for `execute` to record none of them; who ordered for many wants to hear of each.
    pub async fn refusals(&self, caller: &Caller, request: &Request) -> Result<Vec<(usize, AppError)>, AppError> {
        let unit = UnitOfWork::new(&self.log, &self.cache, request, !self.is_rehearsal());
        let mut refusals = vec![];
        for (index, order) in request.orders.iter().enumerate() {
            match self.decide_one(caller, &unit, order).await.map_err(Lack::into_error) {
                Ok(()) => (),
                Err(refusal) if refusal.is_refusal() => refusals.push((index, refusal)),
                Err(error) => return Err(error),
            }
        }
        Ok(refusals)
    }

    async fn seen<A: Stream>(&self, kind: StreamType, placement: PlacementId) -> Result<(StreamKey, u64), AppError> {
        let (_, version) = self.load::<A>(placement.0).await?;
        Ok((StreamKey { kind, id: placement.0 }, version))
    }

    /// The streams that these orders begin need not be loaded; neither do those that a new student cannot have yet.
    pub(super) fn expect_new(&self, request: &Request) {
        for order in request.orders.iter().filter(|order| order.begins_stream()) {
            let id = order.stream().id;
            match order {
                Order::School { .. } => self.cache.expect_new::<School>(id),
                Order::Employer { .. } => self.cache.expect_new::<Employer>(id),
                Order::Import { .. } => self.cache.expect_new::<Import>(id),
                Order::Account { .. } => self.cache.expect_new::<Account>(id),
                Order::Host { .. } => self.cache.expect_new::<Host>(id),
                Order::Placement { .. } | Order::Agreement { .. } => {
                    self.cache.expect_new::<Placement>(id);
                    self.cache.expect_new::<Agreement>(id);
                }
                // These may have begun long ago.
                Order::Log { .. } | Order::Exemption { .. } | Order::Season { .. } | Order::YearEnd { .. } => (),
                Order::Student { .. } | Order::Outcome { .. } | Order::FurtherStudy { .. } => {
                    self.cache.expect_new::<Student>(id);
                    self.cache.expect_new::<Outcome>(id);
                    self.cache.expect_new::<FurtherStudy>(id);
                }
            }
        }
    }

    /// Has every order of a request decided in its unit.
    pub(super) async fn decide(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        request: &Request,
    ) -> Result<(), AppError> {
        unit.cause(request.causation.as_deref());
        for student in &request.sealed_of {
            if unit.rely_on::<Student>(student.0).await.map_err(Lack::into_error)?.is_erased() {
                return Err(AppError::Erased);
            }
        }
        for order in &request.orders {
            self.decide_one(caller, unit, order).await.map_err(Lack::into_error)?;
        }
        Ok(())
    }

    fn append_request(&self, caller: &Caller, unit: &UnitOfWork<'_>, request: &Request) -> Option<AppendRequest> {
        let rows_alone = request.orders.is_empty() && !(request.rows.is_empty() && request.removals.is_empty());
        let events = unit.take_events();
        // What is sealed beside an order that changes nothing is not kept either.
        if events.is_empty() && !rows_alone {
            return None;
        }
        Some(AppendRequest {
            key: request.key.clone().into(),
            fingerprint: self.people.command_fingerprint(request.asked.as_bytes()),
            streams: unit.streams(),
            guards: request.guards.iter().cloned().chain(unit.guards()).collect(),
            events,
            rows: request.rows.clone(),
            removals: request.removals.clone(),
            actor: caller.actor(),
            source: caller.source.into(),
            answer: request.answer.to_string().into(),
        })
    }

    pub(super) async fn append(
        &self,
        caller: &Caller,
        unit: UnitOfWork<'_>,
        request: &Request,
    ) -> Result<Done, AppError> {
        let Some(append) = self.append_request(caller, &unit, request) else {
            // It may be so because the same command was recorded before.
            return Ok(self.repeated(request).await?.map_or(Done::Unchanged, Done::Recorded));
        };
        if let Some(rehearsed) = &self.rehearsal {
            unit.keep(self.log.known());
            return Ok(Done::Recorded(rehearsed.take(append)));
        }
        let (depended_on, holds) = (unit.dependencies(), self.log.known());
        let changing = self.cache.changing(depended_on.streams.clone());
        let appended = self.log.append(append).await;
        drop(changing);
        match appended {
            Ok(receipt) if receipt.repeated => {
                self.cache.forget(&depended_on);
                Ok(Done::Recorded(receipt))
            }
            Ok(receipt) => {
                unit.keep(holds);
                Ok(Done::Recorded(receipt))
            }
            Err(error) => {
                self.cache.forget(&depended_on);
                Err(error.into())
            }
        }
    }

    async fn repeated(&self, request: &Request) -> Result<Option<Receipt>, AppError> {
        self.recorded_before(&request.key, &request.asked).await
    }

    /// The receipt under a stored key, if the same was recorded under it before.
    ///
    /// # Errors
    /// If something else was.
    pub(super) async fn recorded_before(&self, key: &str, asked: &str) -> Result<Option<Receipt>, AppError> {
        let Some((fingerprint, receipt)) = self.log.answered(key).await? else { return Ok(None) };
        if fingerprint == self.people.command_fingerprint(asked.as_bytes()) {
            Ok(Some(receipt))
        } else {
            Err(AppendError::KeyReused.into())
        }
    }

    /// Gives the appends to the writer; in a rehearsal they are answered as if they had been recorded.
    async fn hand_over(&self, appends: Vec<AppendRequest>) -> Vec<Enqueued> {
        if let Some(rehearsed) = &self.rehearsal {
            return appends.into_iter().map(|append| Enqueued::answered(rehearsed.take(append))).collect();
        }
        self.log.enqueue(appends).await
    }
}

fn recorded_then(receipt: &Receipt) -> Vec<PlacementId> {
    let answer: serde_json::Value = serde_json::from_str(&receipt.answer).unwrap_or_default();
    let ids = answer["placements"].as_array().into_iter().flatten();
    ids.filter_map(|id| Uuid::parse_str(id.as_str()?).ok()).map(PlacementId).collect()
}
