//! Up to where the log is to be known when a question is answered.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::day::last_instant_of;
use crate::refusal::Why;
use crate::text::cleaning::clean;
use crate::text::{days, instants};

/// Up to where the log is to be known; as text what it is read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum KnownAt {
    #[default]
    Head,
    Position(i64),
    /// Microseconds since 1970-01-01 UTC.
    Instant(i64),
}

/// A text that says no state of knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadableKnownAt;

/// `head`, a position, a day as people write days, which is all that was recorded until it ended in Shanghai, an instant, or a
/// day and a time of the clock there, of which the whole minute is meant. Digits alone are a position, also where eight of them could be a day.
impl FromStr for KnownAt {
    type Err = Why;

    fn from_str(text: &str) -> Result<Self, Why> {
        let text = clean(text);
        if text == "head" {
            return Ok(Self::Head);
        }
        if let Ok(position) = text.parse::<i64>() {
            return if position < 0 { Err(UnreadableKnownAt.into()) } else { Ok(Self::Position(position)) };
        }
        let instant = instants::parse(&text).or_else(|| instants::parse_shanghai(&text));
        let instant = instant.or_else(|| days::read(&text).ok().map(last_instant_of));
        Ok(Self::Instant(instant.ok_or(UnreadableKnownAt)?))
    }
}

impl TryFrom<String> for KnownAt {
    type Error = Why;

    fn try_from(text: String) -> Result<Self, Why> {
        text.parse()
    }
}

impl From<KnownAt> for String {
    fn from(known_at: KnownAt) -> Self {
        match known_at {
            KnownAt::Head => "head".to_owned(),
            KnownAt::Position(position) => position.to_string(),
            KnownAt::Instant(instant) => instants::rfc3339(instant),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_of_knowledge_is_a_position_a_day_that_ended_or_an_instant() {
        let second = 1_000_000;
        // 2023-01-16 begins in Shanghai at 16:00 UTC of the day before: 1673798400 s.
        let end_of_day = KnownAt::Instant(1_673_798_400 * second - 1);
        for (text, meant) in [
            ("0", KnownAt::Position(0)),
            (" ４２ ", KnownAt::Position(42)),
            ("20230115", KnownAt::Position(20_230_115)),
            ("2023-01-15", end_of_day),
            ("2023年1月15日", end_of_day),
            ("2023-01-15 23:59", end_of_day),
            ("2023年1月15日 23：59", end_of_day),
            ("2023-01-15T15:59:59.999999Z", end_of_day),
            ("2023-01-15T23:59:59.999999+08:00", end_of_day),
        ] {
            assert_eq!(text.parse(), Ok(meant), "{text}");
            assert_eq!(String::from(meant).parse(), Ok(meant), "{text}");
        }
        for text in ["", "-1", "yesterday", "2023-01", "2023-02-30", "2023-01-15T08:00:00"] {
            assert_eq!(text.parse::<KnownAt>(), Err(UnreadableKnownAt.into()), "{text}");
        }
    }
}
