//! Waiting for the log: whoever asks for what is not recorded yet is told when it is.
//!
//! What this process records is told at once. For what others record one of those who wait asks the database now and then,
//! for all of them, so that the database has no more to do the more there are; while nobody waits it is not asked.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Row as _;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::EventLog;
use super::batch::EngineError;

/// How often the database is asked what other processes recorded.
const ASKED_EVERY: Duration = Duration::from_millis(400);

/// How far the log is known to go, for those who wait for more.
#[derive(Debug, Clone, Default)]
pub(super) struct Followed {
    position: watch::Sender<i64>,
    /// Who asks the database for all.
    turn: Arc<Mutex<()>>,
    /// The process ends: nobody waits any more.
    ending: CancellationToken,
}

impl Followed {
    /// Tells that the log goes as far as this.
    pub(super) fn tell(&self, position: i64) {
        self.position.send_if_modified(|known| std::mem::replace(known, position) != position);
    }
}

impl EventLog {
    /// Ends all waiting, now and from now on, as if its time were over: the process is about to end.
    pub fn end_waiting(&self) {
        self.followed.ending.cancel();
    }

    /// Waits until the log goes beyond a position, but no longer than until a moment; says whether it does.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn goes_beyond(&self, position: i64, until: Instant) -> Result<bool, EngineError> {
        let mut told = self.followed.position.subscribe();
        let waited = async {
            tokio::select! {
                _ = told.wait_for(|known| *known > position) => Ok(()),
                failed = self.ask_for_all() => failed,
            }
        };
        match self.followed.ending.run_until_cancelled(timeout_at(until, waited)).await {
            Some(Ok(ended)) => ended.map(|()| true),
            Some(Err(_)) | None => Ok(false),
        }
    }

    /// Asks the database again and again, when it is one's turn; ends only by an error.
    async fn ask_for_all(&self) -> Result<(), EngineError> {
        let _turn = self.followed.turn.lock().await;
        loop {
            let row =
                sqlx::query("select next_position - 1 from log_head where id = 1").fetch_one(&self.readers).await?;
            self.followed.tell(row.try_get(0)?);
            sleep(ASKED_EVERY).await;
        }
    }
}
