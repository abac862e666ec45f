//! The tokens of an account: secrets of which the stream holds the digests.

use jiff::civil::Date;

use crate::domain::ids::{SealedRevision, TokenDigest, TokenId};

/// A token as the stream tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub digest: TokenDigest,
    /// What its maker calls it.
    pub label: SealedRevision,
    /// Whether it only asks and records nothing.
    pub reads_only: bool,
    pub issued_on: Date,
    /// The last day on which it holds.
    pub expires_on: Date,
    /// Since when it holds no more, whatever day it is asked about.
    pub revoked_on: Option<Date>,
}

impl Token {
    /// Whether it was not revoked, and the day is none after its last.
    pub(super) fn holds_on(&self, day: Date) -> bool {
        self.revoked_on.is_none() && day <= self.expires_on
    }
}
