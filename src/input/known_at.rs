//! Up to where the log is to be known when a question is answered.

use serde::{Deserialize, Serialize};

use crate::publication::instant;

/// Up to where the log is to be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownAt {
    #[default]
    Head,
    Position(i64),
    /// Microseconds since 1970-01-01 UTC.
    Instant(i64),
}

impl KnownAt {
    /// A position of the log, an instant, or `head`.
    ///
    /// # Errors
    /// If the text is none of them.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "head" {
            return Ok(Self::Head);
        }
        if let Ok(position) = text.parse() {
            return if position < 0 { Err("日志位置从 0 起".to_owned()) } else { Ok(Self::Position(position)) };
        }
        instant::parse(text)
            .map(Self::Instant)
            .ok_or_else(|| "写日志位置（整数），或时刻如 2023-01-15T08:00:00Z".to_owned())
    }
}
