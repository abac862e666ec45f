//! The tokens of an account: secrets of which the stream holds the digests.

use jiff::civil::Date;

use super::AccountEvent;
use crate::domain::ids::{SealedRevision, SecretDigest, TokenId};

/// A token as the stream tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub digest: SecretDigest,
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

/// The tokens after one more event.
pub(super) fn keep(tokens: &mut Vec<Token>, event: &AccountEvent) {
    match event {
        AccountEvent::TokenIssued { token, digest, label, reads_only, expires_on, effective_on } => {
            tokens.push(Token {
                id: *token,
                digest: *digest,
                label: *label,
                reads_only: *reads_only,
                issued_on: *effective_on,
                expires_on: *expires_on,
                revoked_on: None,
            });
        }
        AccountEvent::TokenRevoked { token, effective_on } => {
            if let Some(revoked) = tokens.iter_mut().find(|known| known.id == *token) {
                revoked.revoked_on = Some(*effective_on);
            }
        }
        AccountEvent::AccountOpened { .. }
        | AccountEvent::RoleChanged { .. }
        | AccountEvent::NameCorrected { .. }
        | AccountEvent::AccountDisabled { .. }
        | AccountEvent::AccountEnabled { .. }
        | AccountEvent::PersonsShown { .. }
        | AccountEvent::Invited { .. }
        | AccountEvent::InvitationAccepted { .. }
        | AccountEvent::PasswordChanged { .. }
        | AccountEvent::SecondFactorWaived { .. }
        | AccountEvent::SignedIn { .. }
        | AccountEvent::SessionConfirmed { .. }
        | AccountEvent::SessionsRevoked { .. }
        | AccountEvent::EmergencyUsed { .. }
        | AccountEvent::DeputyAppointed { .. }
        | AccountEvent::DeputyEnded { .. }
        | AccountEvent::MailAddressGiven { .. }
        | AccountEvent::MailAddressTaken { .. }
        | AccountEvent::MailAddressDead { .. }
        | AccountEvent::DigestChosen { .. }
        | AccountEvent::Undone { .. } => (),
    }
}
