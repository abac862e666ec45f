//! Instants in print: RFC 3339 in UTC.

use jiff::Timestamp;

/// An instant of the log, in microseconds since 1970-01-01 UTC.
pub fn rfc3339(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |instant| format!("{instant:.6}"))
}

/// The microseconds of an RFC 3339 instant.
pub fn parse(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
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
}
