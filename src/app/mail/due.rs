//! What facts and days make due. Pure.
//!
//! Another kind of message joins here: one more `MailKind`, what makes it due, and what it says (`outbox::letter`).

use jiff::civil::Date;
use uuid::Uuid;

use super::message::MailKind;
use crate::domain::Event;
use crate::domain::account::AccountEvent;
use crate::domain::day::{day_of, last_instant_of};

/// Microseconds of an hour.
const HOUR: i64 = 3_600 * 1_000_000;
/// The hour in Shanghai at which the digest of a day is due.
const DIGEST_HOUR: i64 = 7;

/// A message that is due, once per kind, recipient and fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub kind: MailKind,
    /// Whose account it goes to.
    pub recipient: Uuid,
    /// The position of the fact, or up to which the log is told.
    pub fact: i64,
    /// Behind which position the log is told.
    pub since: i64,
    /// The day on which that position was told of.
    pub since_day: Date,
    /// Microseconds since 1970-01-01 UTC.
    pub at: i64,
}

/// What a fact makes due that was recorded at a position and an instant.
pub fn of_fact(event: &Event, position: i64, at: i64) -> Option<Due> {
    match event {
        Event::Account(AccountEvent::DeputyAppointed { deputy, .. }) => {
            let (kind, recipient, since_day) = (MailKind::Deputy, deputy.0, digest_day(at));
            Some(Due { kind, recipient, fact: position, since: position - 1, since_day, at })
        }
        Event::Account(_)
        | Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::YearEnd(_)
        | Event::Survey(_)
        | Event::Invitation(_)
        | Event::Import(_)
        | Event::Log(_) => None,
    }
}

/// The day in Shanghai whose digest is the last one due at an instant.
pub fn digest_day(now: i64) -> Date {
    day_of(now - DIGEST_HOUR * HOUR)
}

/// When the digest of the day after this one is due.
pub fn next_digest(day: Date) -> i64 {
    last_instant_of(day) + 1 + DIGEST_HOUR * HOUR
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_digest_is_due_at_seven_in_shanghai() {
        let midnight = last_instant_of(date(2023, 7, 1)) + 1;
        assert_eq!(digest_day(midnight + 7 * HOUR - 1), date(2023, 7, 1));
        assert_eq!(digest_day(midnight + 7 * HOUR), date(2023, 7, 2));
        assert_eq!(next_digest(date(2023, 7, 1)), midnight + 7 * HOUR);
    }
}
