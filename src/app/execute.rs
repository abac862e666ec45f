//! Executing requests: load, decide, stage, append all at once.
//!
//! Conflicts reload and decide again; a refusal is decided on freshly loaded state before it is answered.

use super::request::{Order, Request};
use super::unit_of_work::{Lack, UnitOfWork};
use super::{App, AppError, Done, pipeline};
use crate::accounts::Caller;
use crate::domain::account::Account;
use crate::domain::agreement::Agreement;
use crate::domain::employer::Employer;
use crate::domain::further_study::FurtherStudy;
use crate::domain::host::Host;
use crate::domain::import::Import;
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::school::School;
use crate::domain::student::Student;
use crate::event_log::request::{AppendError, AppendRequest, Receipt};

/// Conflicts are decided again this often.
pub(super) const TRIES_MAX: u32 = 3;

impl App {
    /// Records one request, or says why not.
    pub async fn execute(&self, caller: &Caller, request: Request) -> Result<Done, AppError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let fresh = tries > 1;
            match &request.orders[..] {
                _ if fresh => (),
                [] | [_] => self.expect_new(&request),
                // Each would ask for its streams by itself.
                [_, _, ..] => self.prefetch(caller, std::slice::from_ref(&request)).await?,
            }
            let unit = UnitOfWork::new(&self.log, &self.cache, &request, fresh);
            let result = match self.decide(caller, &unit, &request).await {
                Ok(()) => self.append(caller, unit, &request).await,
                Err(error) => Err(error),
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

    /// Which orders of a request are refused and why, by their place in it; nothing is recorded. One refusal is enough
    /// for `execute` to record none of them; who ordered for many wants to hear of each.
    pub async fn refusals(&self, caller: &Caller, request: &Request) -> Result<Vec<(usize, AppError)>, AppError> {
        let unit = UnitOfWork::new(&self.log, &self.cache, request, !self.rehearsal);
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
                Order::Log { .. } | Order::Exemption { .. } | Order::Season { .. } => (),
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

    pub(super) fn append_request(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        request: &Request,
    ) -> Option<AppendRequest> {
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
        if self.rehearsal {
            unit.keep();
            return Ok(Done::Recorded(pipeline::rehearsed(append)));
        }
        let depended_on = unit.dependencies();
        match self.log.append(append).await {
            Ok(receipt) if receipt.repeated => {
                self.cache.forget(&depended_on);
                Ok(Done::Recorded(receipt))
            }
            Ok(receipt) => {
                unit.keep();
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
}
