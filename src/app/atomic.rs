//! Many requests as one append: all files of an import, or none.

use std::collections::HashSet;

use super::people::placement_guard;
use super::request::{Order, Request};
use super::unit_of_work::UnitOfWork;
use super::{App, AppError, Done};
use crate::accounts::Caller;

impl App {
    /// Records many requests, in order, all together or not at all, under a key of their own. What the first of them
    /// saw of a stream must still be so.
    pub(super) async fn execute_atomically(
        &self,
        caller: &Caller,
        key: String,
        requests: &[Request],
    ) -> Result<Done, AppError> {
        let mut whole = Request::new(key, "together", vec![]);
        let mut seen = HashSet::new();
        for request in requests {
            whole.seen.extend(request.seen.iter().filter(|(stream, _)| seen.insert(*stream)));
            // What comes after was worked out from what this one says of its streams.
            seen.extend(request.orders.iter().map(Order::stream));
            whole.guards.extend(request.guards.iter().cloned());
            whole.rows.extend(request.rows.iter().cloned());
            whole.removals.extend(request.removals.iter().cloned());
        }
        // What another process added to these streams and guards is read before anything is decided.
        self.cache.evict(&seen.into_iter().collect::<Vec<_>>());
        let students = requests.iter().flat_map(|request| &request.orders).filter_map(Order::student);
        self.cache.evict_guards(&students.map(placement_guard).collect::<Vec<_>>());
        self.prefetch(caller, requests).await?;
        let unit = UnitOfWork::new(&self.log, &self.cache, &whole, false);
        for request in requests {
            self.decide(caller, &unit, request).await?;
        }
        self.append(caller, unit, &whole).await
    }
}
