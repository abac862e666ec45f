//! How an account signs in: what its invitation set up, and what was used of it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AccountEvent, AccountRefusal};
use crate::domain::ids::{SealedRevision, SecretDigest};

/// How many recovery codes an account has, each of which is used once.
pub const RECOVERY_CODES: u32 = 10;

/// By what a member of staff was known besides the password.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Nothing: the account has no second factor.
    Password,
    /// A code of the authenticator; its step is the number of half minutes since 1970 (RFC 6238).
    Code { step: u64 },
    /// The recovery code with this number, from 0.
    Recovery { number: u32 },
}

/// The secret of a link by which an account is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    pub digest: SecretDigest,
    /// The last day on which it holds.
    pub expires_on: Date,
}

/// Whether an account has what one signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUp {
    /// No invitation holds.
    No,
    Invited {
        /// The last day on which the invitation holds.
        until: Date,
    },
    Yes,
}

/// How an account signs in. What is used is used up, whatever day is asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The one that was not accepted yet.
    invitation: Option<Invitation>,
    /// The revision that holds them, and whether a second factor is among them.
    credentials: Option<(SealedRevision, bool)>,
    /// The step of the last code that was taken: only later ones are.
    last_step: u64,
    recovery_used: BTreeSet<u32>,
    has_signed_in: bool,
}

impl Access {
    /// The invitation with this digest, if it holds on a day.
    pub fn invitation(&self, digest: &SecretDigest, day: Date) -> Option<Invitation> {
        self.invitation.filter(|invitation| invitation.digest == *digest && day <= invitation.expires_on)
    }

    /// Whether the account is set up on a day, or can be by the invitation that holds.
    pub fn set_up(&self, day: Date) -> SetUp {
        match (self.credentials, self.invitation) {
            (Some(_), _) => SetUp::Yes,
            (None, Some(Invitation { expires_on: until, .. })) if day <= until => SetUp::Invited { until },
            (None, _) => SetUp::No,
        }
    }

    /// The invitation that was not accepted yet, be it expired.
    pub fn pending(&self) -> Option<Invitation> {
        self.invitation
    }

    /// The revision that holds the credentials; `None` before the account was set up.
    pub fn credentials(&self) -> Option<SealedRevision> {
        self.credentials.map(|(revision, _)| revision)
    }

    pub fn has_second_factor(&self) -> bool {
        self.credentials.is_some_and(|(_, has_second_factor)| has_second_factor)
    }

    pub fn has_signed_in(&self) -> bool {
        self.has_signed_in
    }

    /// How many recovery codes are left.
    pub fn recovery_left(&self) -> u32 {
        let used = u32::try_from(self.recovery_used.len()).unwrap_or(RECOVERY_CODES);
        if self.has_second_factor() { RECOVERY_CODES.saturating_sub(used) } else { 0 }
    }

    /// Whether a proof is taken now.
    ///
    /// # Errors
    /// `NotSetUp` without credentials, or without what the proof is of; `CodeUsed` if it was used already, or a later one.
    pub(super) fn accept(&self, proof: Proof) -> Result<(), AccountRefusal> {
        let (_, has_second_factor) = self.credentials.ok_or(AccountRefusal::NotSetUp)?;
        match (proof, has_second_factor) {
            (Proof::Password, false) => Ok(()),
            (Proof::Code { step }, true) if step > self.last_step => Ok(()),
            (Proof::Recovery { number }, true) if !self.recovery_used.contains(&number) => Ok(()),
            (Proof::Code { .. } | Proof::Recovery { .. }, true) => Err(AccountRefusal::CodeUsed),
            (Proof::Password, true) | (Proof::Code { .. } | Proof::Recovery { .. }, false) => {
                Err(AccountRefusal::NotSetUp)
            }
        }
    }

    /// After one more event.
    pub(super) fn keep(&mut self, event: &AccountEvent) {
        match event {
            AccountEvent::Invited { digest, expires_on, .. } => {
                self.invitation = Some(Invitation { digest: *digest, expires_on: *expires_on });
            }
            AccountEvent::InvitationAccepted { credentials, proof, .. } => {
                self.credentials = Some((*credentials, *proof != Proof::Password));
                self.invitation = None;
                self.recovery_used.clear();
                // The codes of another secret: which steps were taken of the one before means nothing.
                self.last_step = 0;
                self.use_up(*proof);
            }
            AccountEvent::PasswordChanged { credentials, .. } => {
                self.credentials = self.credentials.map(|(_, has_second_factor)| (*credentials, has_second_factor));
            }
            AccountEvent::SignedIn { proof, .. } => {
                self.has_signed_in = true;
                self.use_up(*proof);
            }
            AccountEvent::SessionConfirmed { proof, .. } => self.use_up(*proof),
            AccountEvent::AccountOpened { .. }
            | AccountEvent::RoleChanged { .. }
            | AccountEvent::NameCorrected { .. }
            | AccountEvent::AccountDisabled { .. }
            | AccountEvent::AccountEnabled { .. }
            | AccountEvent::PersonsShown { .. }
            | AccountEvent::TokenIssued { .. }
            | AccountEvent::TokenRevoked { .. }
            | AccountEvent::SecondFactorWaived { .. }
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

    fn use_up(&mut self, proof: Proof) {
        match proof {
            Proof::Password => (),
            Proof::Code { step } => self.last_step = self.last_step.max(step),
            Proof::Recovery { number } => {
                self.recovery_used.insert(number);
            }
        }
    }
}
