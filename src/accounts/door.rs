//! The door before accounts: how often somebody may try to come in, and how many passwords are hashed at once.
//!
//! Invariants: who is not known yet can make nothing grow; tries are counted whether they succeed or not, and whether
//! there is such an account or not, so that the counting tells nothing.

use std::num::{NonZero, NonZeroU32};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use tokio::sync::Semaphore;

use super::password;
use super::secret::Secret;
use super::visitor::Visitor;

/// Failures that are kept.
pub const FAILURES_KEPT: u64 = 4_096;
/// Tries of one account at once, and then one each so many seconds.
const TRIES_OF_ACCOUNT: (u32, u64) = (10, 30);
/// Tries from one address at once, and then one each so many seconds: a school's staff may have one address.
const TRIES_FROM_ADDRESS: (u32, u64) = (100, 2);
/// A password waits so long for its turn to be hashed.
const WAIT: Duration = Duration::from_secs(2);
/// Who did not try for a while is forgotten after so many tries of others.
const FORGET_EVERY: u64 = 1_000;

/// Why nobody is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Too many tries; so many seconds until the next.
    Wait { seconds: u64 },
    /// Too many passwords are being hashed.
    Busy,
}

/// The door of a process.
pub struct Door {
    by_account: DefaultKeyedRateLimiter<String>,
    by_address: DefaultKeyedRateLimiter<String>,
    hashing: Semaphore,
    tries: AtomicU64,
    failures: AtomicU64,
    /// By which the first account is set up, as long as there is none.
    set_up: OnceLock<Secret>,
}

impl Default for Door {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            by_account: limiter(TRIES_OF_ACCOUNT),
            by_address: limiter(TRIES_FROM_ADDRESS),
            hashing: Semaphore::new(cores),
            tries: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            set_up: OnceLock::new(),
        }
    }
}

fn limiter((burst, seconds): (u32, u64)) -> DefaultKeyedRateLimiter<String> {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(Duration::from_secs(seconds)).unwrap_or_else(|| Quota::per_minute(burst));
    RateLimiter::keyed(quota.allow_burst(burst))
}

fn closed(until: NotUntil<<DefaultClock as Clock>::Instant>) -> Closed {
    Closed::Wait { seconds: until.wait_time_from(DefaultClock::default().now()).as_secs() + 1 }
}

impl Door {
    /// Counts a try of this account from this address.
    ///
    /// # Errors
    /// How long to wait, if either tried too often.
    pub fn try_one(&self, account: &str, visitor: &Visitor) -> Result<(), Closed> {
        self.try_any(visitor)?;
        self.by_account.check_key(&account.to_owned()).map_err(closed)
    }

    /// Counts a try with a secret that nobody can guess, from this address.
    ///
    /// # Errors
    /// How long to wait, if it tried too often.
    pub fn try_any(&self, visitor: &Visitor) -> Result<(), Closed> {
        if self.tries.fetch_add(1, Ordering::Relaxed).is_multiple_of(FORGET_EVERY) {
            self.by_account.retain_recent();
            self.by_address.retain_recent();
        }
        self.by_address.check_key(&visitor.counted_as()).map_err(closed)
    }

    /// Whether this is the password of which the hash is kept; it takes as long where there is none.
    ///
    /// # Errors
    /// If it does not get its turn.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Closed> {
        self.in_turn(move || password::verify(&password, hash.as_deref())).await
    }

    /// The hash of a password that somebody chose.
    ///
    /// # Errors
    /// If it does not get its turn.
    pub async fn hash(&self, password: String) -> Result<Result<String, password::PasswordRefusal>, Closed> {
        self.in_turn(move || password::hash(&password)).await
    }

    /// A hash takes one core for a while, and memory: as many at once as there are cores.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Closed> {
        let turn = tokio::time::timeout(WAIT, self.hashing.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Closed::Busy) };
        tokio::task::spawn_blocking(work).await.map_err(|_| Closed::Busy)
    }

    /// The place of the next failure among those that are kept.
    pub fn next_slot(&self) -> i64 {
        (self.failures.fetch_add(1, Ordering::Relaxed) % FAILURES_KEPT).cast_signed()
    }

    /// Sign-ins that failed in this process.
    pub fn failure_count(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// The secret by which the first account is set up: one for each process.
    pub fn set_up(&self, new: Secret) -> &Secret {
        self.set_up.get_or_init(|| new)
    }

    /// Whether this is the secret by which the first account is set up.
    pub fn opens_set_up(&self, shown: &str) -> bool {
        self.set_up
            .get()
            .is_some_and(|secret| super::secret::digest_of(secret.as_str()) == super::secret::digest_of(shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sign_in::SignInRefusal;

    #[test]
    fn the_eleventh_try_of_an_account_waits_and_others_do_not() {
        let door = Door::default();
        let from = |n: u8| Visitor::new(Some([10, 0, 0, n].into()), "");
        // Each from another address.
        for n in 0..10 {
            assert_eq!(door.try_one("one", &from(n)), Ok(()));
        }
        let Err(Closed::Wait { seconds }) = door.try_one("one", &from(11)) else { panic!("let in") };
        assert!((1..=31).contains(&seconds), "{seconds}");
        assert_eq!(door.try_one("other", &from(11)), Ok(()));
    }

    #[tokio::test]
    async fn a_password_that_does_not_get_its_turn_is_told_so() {
        let door = Door::default();
        let all = u32::try_from(door.hashing.available_permits()).unwrap();
        let _hashing = door.hashing.acquire_many(all).await.unwrap();
        assert_eq!(door.verify("x".to_owned(), None).await, Err(Closed::Busy));
        assert!(matches!(SignInRefusal::from(Closed::Busy), SignInRefusal::HashingBusy));
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let door = Door::default();
        let from = |n: u8| Visitor::new(Some([10, 0, 0, n].into()), "");
        for n in 0..100 {
            assert_eq!(door.try_one(&format!("account {n}"), &from(1)), Ok(()));
        }
        assert!(matches!(door.try_one("another", &from(1)), Err(Closed::Wait { .. })));
        assert_eq!(door.try_one("another", &from(2)), Ok(()));
    }
}
