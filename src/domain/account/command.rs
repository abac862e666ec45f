//! What is said of an account.

use jiff::civil::Date;

use super::codes::{DisablingReason, EmergencyReason, LookingPurpose, RoleReason, WaiverReason};
use super::{Duty, Proof};
use crate::domain::UndoReason;
use crate::domain::ids::{SealedRevision, SecretDigest, SessionId, StaffId, TokenId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountCommand {
    Open {
        name: SealedRevision,
        duty: Duty,
        effective_on: Date,
    },
    ChangeRole {
        duty: Duty,
        reason: Option<RoleReason>,
        effective_on: Date,
    },
    CorrectName {
        name: SealedRevision,
        effective_on: Date,
    },
    Disable {
        reason: DisablingReason,
        effective_on: Date,
    },
    Enable {
        effective_on: Date,
    },
    ShowPersons {
        purpose: LookingPurpose,
        question: String,
        count: u32,
        effective_on: Date,
    },
    IssueToken {
        token: TokenId,
        digest: SecretDigest,
        label: SealedRevision,
        reads_only: bool,
        expires_on: Date,
        effective_on: Date,
    },
    RevokeToken {
        token: TokenId,
        effective_on: Date,
    },
    Invite {
        digest: SecretDigest,
        expires_on: Date,
        effective_on: Date,
    },
    AcceptInvitation {
        /// Of the secret that was shown.
        digest: SecretDigest,
        credentials: SealedRevision,
        /// Of the second factor that is set up; `Password` without one.
        proof: Proof,
        effective_on: Date,
    },
    ChangePassword {
        credentials: SealedRevision,
        effective_on: Date,
    },
    WaiveSecondFactor {
        reason: WaiverReason,
        effective_on: Date,
    },
    SignIn {
        session: SessionId,
        proof: Proof,
        effective_on: Date,
    },
    ConfirmSession {
        session: SessionId,
        proof: Proof,
        effective_on: Date,
    },
    RevokeSessions {
        session: Option<SessionId>,
        effective_on: Date,
    },
    UseEmergency {
        reason: EmergencyReason,
        action: String,
        effective_on: Date,
    },
    AppointDeputy {
        deputy: StaffId,
        last_day: Date,
        /// The first day.
        effective_on: Date,
    },
    EndDeputy {
        effective_on: Date,
    },
    GiveMailAddress {
        address: SealedRevision,
        effective_on: Date,
    },
    TakeMailAddress {
        effective_on: Date,
    },
    MarkMailDead {
        address: SealedRevision,
        /// The status code of RFC 3463 that said so.
        status: String,
        effective_on: Date,
    },
    ChooseDigest {
        wanted: bool,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}
