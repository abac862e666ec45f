//! Calendar days (Asia/Shanghai) as the log and the read models store them: whole days since 1970-01-01.

use jiff::Span;
use jiff::civil::{Date, date};

const EPOCH: Date = date(1970, 1, 1);

/// Days since 1970-01-01; negative before it.
pub fn epoch_day(day: Date) -> i64 {
    EPOCH.until(day).map(|span| i64::from(span.get_days())).unwrap_or_default() // In days, every pair of dates has a span.
}

/// The calendar day of an epoch day, or `None` outside the years -9999 to 9999.
pub fn from_epoch_day(days: i64) -> Option<Date> {
    EPOCH.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The calendar day in Shanghai, eight hours ahead of UTC all year, at microseconds since 1970-01-01 UTC.
pub fn day_of(instant: i64) -> Date {
    let days = (instant + 8 * 3_600_000_000).div_euclid(86_400_000_000);
    from_epoch_day(days).unwrap_or_default()
}

/// The last microsecond of a day in Shanghai, since 1970-01-01 UTC.
pub fn last_instant_of(day: Date) -> i64 {
    (epoch_day(day) + 1) * 86_400_000_000 - 8 * 3_600_000_000 - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_survives_the_way_to_the_database_and_back() {
        for day in [date(1969, 12, 31), date(1970, 1, 1), date(2022, 12, 31), date(2024, 2, 29)] {
            assert_eq!(from_epoch_day(epoch_day(day)), Some(day));
        }
        assert_eq!(epoch_day(date(1970, 1, 2)), 1);
        assert_eq!((from_epoch_day(i64::MIN), from_epoch_day(i64::MAX)), (None, None));
    }

    #[test]
    fn a_day_ends_where_the_next_begins() {
        for day in [date(1969, 12, 31), date(2022, 12, 31), date(2024, 2, 29)] {
            let last = last_instant_of(day);
            assert_eq!((day_of(last), day_of(last + 1)), (day, day.tomorrow().unwrap()));
        }
    }
}
