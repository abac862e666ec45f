//! Instants in print: RFC 3339 in UTC, or as a clock in Shanghai shows them.

use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

use super::days;

/// An instant of the log, in microseconds since 1970-01-01 UTC.
pub fn rfc3339(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |instant| format!("{instant:.6}"))
}

/// An instant of the log as a clock in Shanghai shows it, eight hours ahead of UTC all year, to the minute.
pub fn in_shanghai(micros: i64) -> String {
    let shown = |instant| Offset::constant(8).to_datetime(instant).strftime("%Y-%m-%d %H:%M").to_string();
    Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), shown)
}

/// The microseconds of an RFC 3339 instant since 1970-01-01 UTC. A blank where its offset begins is read as the plus sign
/// that it was: an address typed by hand has a bare + there, which is read as a blank.
pub fn parse(text: &str) -> Option<i64> {
    let read = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond);
    read(text).or_else(|| text.rsplit_once(' ').and_then(|(time, offset)| read(&format!("{time}+{offset}"))))
}

/// The last microsecond of a minute, by a clock in Shanghai, as people write it: a day, and behind a blank the time.
pub fn parse_shanghai(text: &str) -> Option<i64> {
    let (day, time) = text.trim().rsplit_once(' ')?;
    let (hour, minute) = time.split_once([':', '：'])?;
    let day = days::read(day).ok()?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let next = day.to_datetime(time).checked_add(1.minute()).ok()?;
    Some(Offset::constant(8).to_timestamp(next).ok()?.as_microsecond() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_print() {
        let text = rfc3339(1_672_531_199_000_001);
        assert_eq!(text, "2022-12-31T23:59:59.000001Z");
        assert_eq!(parse(&text), Some(1_672_531_199_000_001));
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn what_a_clock_in_shanghai_showed_is_read_with_its_whole_minute() {
        assert_eq!(parse_shanghai("2023-01-01 07:59"), Some(1_672_531_199_999_999));
        for none in ["2023-01-01", "2023-01-01 7", "2023-01-01 7:5:1", "gestern 7:59", "2023-01-01 24:61"] {
            assert_eq!(parse_shanghai(none), None, "{none}");
        }
    }

    #[test]
    fn a_clock_in_shanghai_is_eight_hours_ahead() {
        assert_eq!(in_shanghai(1_672_531_199_000_001), "2023-01-01 07:59");
    }

    #[test]
    fn an_offset_is_read_with_its_plus_sign_or_the_blank_that_an_address_makes_of_it() {
        for text in ["1970-01-01T08:00:01+08:00", "1970-01-01T08:00:01 08:00", "1970-01-01T00:00:01Z"] {
            assert_eq!(parse(text), Some(1_000_000), "{text}");
        }
        assert_eq!(parse("1970-01-01 08:00:01"), None);
    }
}
