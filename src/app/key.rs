//! The key of a command: the same command sent twice with the same key is recorded once and answers the same.
//!
//! Invariants: without a key each call is a new command; a given key is kept as HMAC only, since people write names into
//! it.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::App;
use crate::accounts::Caller;

/// Characters of a key.
pub const LEN_MAX: usize = 200;
/// The shape in which commands are serialised for their fingerprint; another shape must not be taken for this one.
const FINGERPRINT_VERSION: u32 = 1;

/// An idempotency key as a caller gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "key.")]
pub enum KeyRefusal {
    Empty,
    TooLong,
    NotPrintable,
}

impl Key {
    /// # Errors
    /// If the text is empty, has more than 200 characters, or one that cannot be printed.
    pub fn parse(text: &str) -> Result<Self, KeyRefusal> {
        let text = text.trim();
        if text.is_empty() {
            Err(KeyRefusal::Empty)
        } else if text.chars().count() > LEN_MAX {
            Err(KeyRefusal::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(KeyRefusal::NotPrintable)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// One call of a command: who calls, under which key, and what was asked.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub caller: &'a Caller,
    /// As it is stored.
    pub key: &'a str,
    /// Whether the caller gave the key.
    pub is_keyed: bool,
    /// What was asked, in words that are the same when it is asked again.
    pub asked: &'a str,
}

impl App {
    /// The key under which a command is stored.
    pub(super) fn stored_key(&self, given: Option<&Key>) -> String {
        match given {
            Some(Key(text)) => format!("key:{}", hex::encode(self.people.command_fingerprint(text.as_bytes()))),
            None => format!("call:{}", self.new_id()),
        }
    }

    /// The words from which a command's fingerprint is made: another caller's same command is another.
    pub(super) fn asked(&self, caller: &Caller, command: &impl Serialize) -> Result<String, serde_json::Error> {
        serde_json::to_string(&(FINGERPRINT_VERSION, caller.actor().as_str(), command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_printable_and_not_too_long() {
        assert_eq!(Key::parse(" 审批-7 ").unwrap(), Key("审批-7".to_owned()));
        assert_eq!(Key::parse("  ").unwrap_err(), KeyRefusal::Empty);
        assert_eq!(Key::parse("a\u{7}b").unwrap_err(), KeyRefusal::NotPrintable);
        assert_eq!(Key::parse("a\nb").unwrap_err(), KeyRefusal::NotPrintable);
        assert!(Key::parse(&"字".repeat(200)).is_ok());
        assert_eq!(Key::parse(&"字".repeat(201)).unwrap_err(), KeyRefusal::TooLong);
    }
}
