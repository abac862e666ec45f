//! Whether other processes wrote: told from the head, without asking for each stream.
//!
//! A commit of this process succeeds only on the head that it knew, so that up to its own last commit nothing is hidden from
//! it. Beyond that, a head that it neither left nor is writing is somebody else's. After a failover the log may have lost its
//! end: then nothing that was read before holds.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;

use super::batch::{EngineError, HEAD_SQL};
use super::merkle::Frontier;
use super::request::LogHead;
use super::{EventLog, read};

/// How often others are known to have written; what was read when it was the same is still so, but for what this process
/// itself wrote since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OthersWrote {
    times: u64,
    lost: u64,
}

impl OthersWrote {
    /// Whether the log lost its end in between.
    pub fn lost_since(self, earlier: Self) -> bool {
        self.lost != earlier.lost
    }
}

/// What was known of the log when something was read: all that was recorded up to there was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogKnown {
    pub others: OthersWrote,
    /// Of the last event that was known.
    pub position: i64,
}

/// What tells a head from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    revision: i64,
    last_recorded_at: i64,
    frontier: Frontier,
}

impl Mark {
    fn of(head: &LogHead) -> Self {
        let LogHead { revision, last_recorded_at, frontier, .. } = head;
        Self { revision: *revision, last_recorded_at: *last_recorded_at, frontier: frontier.clone() }
    }
}

#[derive(Debug, Default)]
struct Known {
    /// Of the last head that this process left or saw, and the position of its last event.
    revision: i64,
    position: i64,
    /// What it is writing.
    in_flight: Option<Mark>,
    /// The last head that this process left.
    left: Option<Arc<LogHead>>,
    others: OthersWrote,
}

/// What a process knows of the heads that it left; shared by its writer and those who ask.
#[derive(Debug, Clone, Default)]
pub(super) struct Others(Arc<Mutex<Known>>);

impl Others {
    fn with<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is known without looking.
    pub(super) fn known(&self) -> LogKnown {
        self.with(|known| LogKnown { others: known.others, position: known.position })
    }

    /// This process will leave this head, if nothing comes between.
    pub(super) fn writes(&self, after: &LogHead) {
        let mark = Mark::of(after);
        self.with(|known| known.in_flight = Some(mark));
    }

    /// This process left this head.
    pub(super) fn wrote(&self, head: &LogHead) {
        let left = Some(Arc::new(head.clone()));
        self.with(|known| (known.revision, known.position, known.left) = (head.revision, head.position(), left));
    }

    /// Something came between, or may have.
    pub(super) fn came_between(&self) {
        self.with(|known| known.others.times += 1);
    }

    /// Of the last head that this process left or saw.
    fn revision(&self) -> i64 {
        self.with(|known| known.revision)
    }

    /// A head was read; when the question was put, this revision was there already.
    fn saw(&self, head: &LogHead, since: i64) {
        if head.revision < since {
            self.with(|known| {
                known.others.lost += 1;
                (known.revision, known.position) = (head.revision, head.position());
                (known.in_flight, known.left) = (None, None);
            });
        }
    }

    /// What is known by a head just read.
    pub(super) fn by(&self, head: &LogHead) -> LogKnown {
        self.with(|known| {
            if head.revision > known.revision && known.in_flight.as_ref() != Some(&Mark::of(head)) {
                known.others.times += 1;
                (known.revision, known.position) = (head.revision, head.position());
            }
            LogKnown { others: known.others, position: head.position() }
        })
    }
}

impl EventLog {
    /// How far the log goes.
    ///
    /// # Errors
    /// When the database cannot be read, or its head row or a leaf is damaged.
    pub async fn head(&self) -> Result<LogHead, EngineError> {
        self.shared_head().await.map(Arc::unwrap_or_clone)
    }

    /// What is known of the log by now, with its head: what was read when others had written as often holds.
    ///
    /// # Errors
    /// As [`EventLog::head`].
    pub async fn known_now(&self) -> Result<(LogKnown, Arc<LogHead>), EngineError> {
        let head = self.shared_head().await?;
        Ok((self.others.by(&head), head))
    }

    /// How far the log went when this process last wrote; whatever it has answered as recorded is there.
    pub fn head_left(&self) -> Option<Arc<LogHead>> {
        self.others.with(|known| known.left.clone())
    }

    /// What is known of the log without asking.
    pub fn known(&self) -> LogKnown {
        self.others.known()
    }

    async fn shared_head(&self) -> Result<Arc<LogHead>, EngineError> {
        let read = |asked: Vec<()>| {
            async move {
                let since = self.others.revision();
                let row = sqlx::query(HEAD_SQL).fetch_one(&self.readers).await?;
                let head = Arc::new(read::head_columns(&row)?.parse()?);
                self.others.saw(&head, since);
                Ok(vec![head; asked.len()])
            }
            .boxed()
        };
        self.heads.ask((), read).await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn head(revision: i64, leaf: u8) -> LogHead {
        let mut frontier = Frontier::default();
        frontier.push([leaf; 32]);
        LogHead { revision, next_position: 2, last_recorded_at: 1, frontier, read_models: BTreeMap::new() }
    }

    #[test]
    fn others_wrote_when_a_head_is_neither_what_was_left_nor_what_is_being_written() {
        let others = Others::default();
        others.wrote(&head(7, 1));
        let before = others.known();
        assert_eq!(others.by(&head(7, 1)), before);
        others.writes(&head(8, 2));
        assert_eq!(others.by(&head(8, 2)), before);
        others.wrote(&head(8, 2));
        assert_eq!(others.by(&head(7, 1)), before, "read a moment ago");

        others.writes(&head(9, 3));
        let after = others.by(&head(9, 4));
        assert_ne!(after, before);
        assert_eq!(others.by(&head(9, 4)), after, "told once");
        assert_ne!(others.by(&head(10, 5)), after);
    }

    #[test]
    fn a_log_that_ends_before_what_was_there_when_it_was_asked_lost_its_end() {
        let others = Others::default();
        others.wrote(&head(7, 1));
        let before = others.known();
        others.saw(&head(7, 1), 6);
        others.wrote(&head(8, 2));
        others.saw(&head(7, 1), 7);
        assert!(!others.known().others.lost_since(before.others), "read while this process wrote");
        others.saw(&head(7, 3), 8);
        assert!(others.known().others.lost_since(before.others));
        let after = others.known();
        assert_ne!(others.by(&head(8, 4)), after, "what others write from there on is noticed");
    }
}
