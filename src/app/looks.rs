//! Up to where somebody has seen what others recorded: a mark beside the sessions, no fact and no event.
//!
//! A visit is one look after another with no pause of half an hour between. What is new is what was recorded since the visit
//! before: it stays the same while one reloads, opens a page and comes back, and moves on with the first look of the next visit.

use super::{App, AppError};
use crate::accounts::Caller;
use crate::event_log::table::{LOOK, TableRows, Value};
use crate::event_log::working::Which;

/// After so many microseconds without a look the next one begins a visit.
const PAUSE: i64 = 30 * 60 * 1_000_000;
/// So often at most the mark of one visit is written.
const WRITTEN_EVERY: i64 = 5 * 60 * 1_000_000;

/// From where on something is new to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastLook {
    /// What is behind this position is new.
    pub position: i64,
    /// When the visit before ended, in microseconds since 1970-01-01 UTC.
    pub at: i64,
}

/// The mark as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    since: LastLook,
    /// How far the last look of this visit saw, and when it was.
    seen: LastLook,
}

impl Mark {
    /// The mark after a look that sees this far. The first look ever finds nothing new.
    fn after(known: Option<Self>, seen: LastLook) -> Self {
        match known {
            None => Self { since: seen, seen },
            Some(mark) if seen.at - mark.seen.at > PAUSE => Self { since: mark.seen, seen },
            Some(mark) => Self { seen, ..mark },
        }
    }
}

impl App {
    /// From where on something is new to the owner of the caller's account, who looks just now; `None` of the operator, and on
    /// the first look.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&self, caller: &Caller) -> Result<Option<LastLook>, AppError> {
        let Some(account) = caller.staff_id() else { return Ok(None) };
        let account = account.0.to_string();
        let rows = self.log.working_rows(&LOOK, Which::With("account", &account)).await?;
        let known = rows.first().and_then(|row| match row.as_slice() {
            [_, Value::Int(since), Value::Int(since_at), Value::Int(seen), Value::Int(seen_at)] => Some(Mark {
                since: LastLook { position: *since, at: *since_at },
                seen: LastLook { position: *seen, at: *seen_at },
            }),
            _ => None,
        });
        let position = self.log.head().await?.position();
        let mark = Mark::after(known, LastLook { position, at: self.now() });
        let is_worth_writing =
            known.is_none_or(|known| known.since != mark.since || mark.seen.at - known.seen.at >= WRITTEN_EVERY);
        if is_worth_writing {
            let numbers = [mark.since.position, mark.since.at, mark.seen.position, mark.seen.at].map(Value::Int);
            let row = [Value::text(account)].into_iter().chain(numbers).collect();
            let rows = TableRows { table: &LOOK, name: LOOK.name.to_owned(), rows: vec![row] };
            self.log.keep(vec![rows], vec![]).await?;
        }
        Ok(known.map(|_| mark.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn look(position: i64, minutes: i64) -> LastLook {
        LastLook { position, at: minutes * MINUTE }
    }

    #[test]
    fn what_is_new_stays_new_during_a_visit_and_moves_on_with_the_next() {
        let first = Mark::after(None, look(10, 0));
        assert_eq!(first.since, look(10, 0));
        let reloaded = Mark::after(Some(first), look(12, 1));
        assert_eq!(reloaded.since, look(10, 0));
        // The next visit: new is what this one did not see.
        let next = Mark::after(Some(reloaded), look(40, 100));
        assert_eq!(next.since, look(12, 1));
        let again = Mark::after(Some(next), look(45, 120));
        assert_eq!((again.since, again.seen), (look(12, 1), look(45, 120)));
    }
}
