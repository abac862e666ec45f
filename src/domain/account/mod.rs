//! The account stream: one per member of staff; who may act, in which role, for which school or class, since when.
//!
//! Why a stream: who was an officer of which school on a day, as known at a position, is asked years later. Invariants: what
//! is said later takes the place of what was said before, from its day on; a disabled account may nothing; an account is
//! never unmade, since events name who acted. The name is sealed under the account's id. A token is one secret by which a
//! program acts as the account: for so many days, until it is revoked, and never again after that; what the stream holds
//! of it is a digest.
//! Absent on purpose, until there are ways in that need them: invitations, factors, locks, deputies.

pub mod codes;
#[cfg(test)]
mod tests;
mod token;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::{ClassName, SchoolCode, SealedRevision, TokenDigest, TokenId};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use codes::{DisablingReason, LookingPurpose, Role, RoleReason};
pub use token::Token;

/// The days for which a token holds at most.
pub const TOKEN_DAYS_MAX: i32 = 366;

/// A role, and the part of the city for which it is held: one class, one school, or all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub role: Role,
    pub school: Option<SchoolCode>,
    pub class: Option<ClassName>,
}

// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccountEvent {
    /// From this day the account may act.
    AccountOpened {
        name: SealedRevision,
        role: Role,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        school: Option<SchoolCode>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<ClassName>,
        effective_on: Date,
    },
    RoleChanged {
        role: Role,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        school: Option<SchoolCode>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<ClassName>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<RoleReason>,
        effective_on: Date,
    },
    NameCorrected {
        name: SealedRevision,
        effective_on: Date,
    },
    /// From this day the account may nothing.
    AccountDisabled {
        reason: DisablingReason,
        effective_on: Date,
    },
    AccountEnabled {
        effective_on: Date,
    },
    /// Persons were shown in full to the account for a purpose.
    PersonsShown {
        purpose: LookingPurpose,
        /// The name of the action that asked.
        question: String,
        /// Persons whom the answer names.
        count: u32,
        effective_on: Date,
    },
    /// From this day a program may act as the account, up to and including the day of expiry.
    TokenIssued {
        token: TokenId,
        digest: TokenDigest,
        /// What its maker calls it.
        label: SealedRevision,
        /// Whether it only asks and records nothing.
        reads_only: bool,
        expires_on: Date,
        effective_on: Date,
    },
    /// The token holds no more.
    TokenRevoked {
        token: TokenId,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

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
        digest: TokenDigest,
        label: SealedRevision,
        reads_only: bool,
        expires_on: Date,
        effective_on: Date,
    },
    RevokeToken {
        token: TokenId,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "account.")]
pub enum AccountRefusal {
    SchoolMissing(Role),
    ClassMissing,
    SchoolSurplus(Role),
    ClassSurplus(Role),
    Opened,
    NotOpened,
    BeforeOpening { opened_on: Date, effective_on: Date },
    Disabled { since: Date, reason: DisablingReason },
    OpeningStands,
    NothingToUndo { version: u64 },
    TokenExpiry { effective_on: Date, expires_on: Date },
    NoSuchToken,
}

impl Error for AccountRefusal {}

/// What is so of an account on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    pub opened_on: Date,
    /// The revision under the account's id that holds the name.
    pub name: SealedRevision,
    pub duty: Duty,
    /// Since when the account may nothing, and why; `None` while it may act.
    pub disabled: Option<(Date, DisablingReason)>,
}

impl AccountState {
    /// What the account may act as.
    ///
    /// # Errors
    /// `Disabled` while it may nothing.
    pub fn acting(&self) -> Result<&Duty, AccountRefusal> {
        match self.disabled {
            None => Ok(&self.duty),
            Some((since, reason)) => Err(AccountRefusal::Disabled { since, reason }),
        }
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Account {
    history: History<AccountEvent>,
    /// What was said last, whatever its day.
    #[serde(skip)]
    last: Option<AccountState>,
    /// Every token that was issued, in that order.
    #[serde(skip)]
    tokens: Vec<Token>,
}

impl Account {
    /// What is so on a day; `None` before the account was opened.
    pub fn on(&self, day: Date) -> Option<AccountState> {
        fold_on(self.history.standing(), day)
    }

    /// The school to which the event of a command belongs: that of the account on the day of the event, and after it.
    pub fn school_after(&self, command: &AccountCommand) -> Option<SchoolCode> {
        match command {
            AccountCommand::Open { duty, .. } | AccountCommand::ChangeRole { duty, .. } => duty.school.clone(),
            AccountCommand::CorrectName { effective_on, .. }
            | AccountCommand::Disable { effective_on, .. }
            | AccountCommand::Enable { effective_on }
            | AccountCommand::ShowPersons { effective_on, .. }
            | AccountCommand::IssueToken { effective_on, .. }
            | AccountCommand::RevokeToken { effective_on, .. } => self.on(*effective_on)?.duty.school,
            AccountCommand::Undo { version, effective_on, .. } => {
                fold_on(self.history.standing_without(*version), *effective_on)?.duty.school
            }
        }
    }

    /// Every token that was ever issued, in that order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token by which somebody acts as the account on a day; `None` if there is none with this digest, it was revoked or
    /// has expired, or the account may nothing.
    pub fn token(&self, digest: &TokenDigest, today: Date) -> Option<&Token> {
        self.on(today)?.acting().ok()?;
        self.tokens.iter().find(|token| token.digest == *digest && token.holds_on(today))
    }

    /// Whether something is so from a day on, so that saying it again would change nothing: not if something else was said
    /// for a later day.
    fn is_so_from(&self, day: Date, is_so: impl Fn(&AccountState) -> bool) -> bool {
        let later = self.history.standing().map(|event| *event.effective_on()).filter(|on| *on > day);
        std::iter::once(day).chain(later).all(|day| self.on(day).is_some_and(|state| is_so(&state)))
    }
}

fn fold_on<'a>(events: impl Iterator<Item = &'a AccountEvent>, day: Date) -> Option<AccountState> {
    events.filter(|event| *event.effective_on() <= day).fold(None, evolve)
}

type Decided = Result<Vec<AccountEvent>, AccountRefusal>;

/// What a command makes of an account; nothing where it is so already.
///
/// # Errors
/// A role without the school or class that it needs or with one too many; no account, or one opened already; a day before
/// its opening; nothing to undo.
pub fn decide(account: &Account, command: AccountCommand) -> Decided {
    match (&account.last, command) {
        (None, AccountCommand::Open { name, duty, effective_on }) => {
            let Duty { role, school, class } = checked(duty)?;
            Ok(vec![AccountEvent::AccountOpened { name, role, school, class, effective_on }])
        }
        (Some(_), AccountCommand::Open { .. }) => Err(AccountRefusal::Opened),
        (None, _) => Err(AccountRefusal::NotOpened),
        (Some(_), AccountCommand::ChangeRole { duty, reason, effective_on }) => {
            let duty = checked(duty)?;
            say(
                account,
                effective_on,
                |state| state.duty == duty,
                || {
                    let Duty { role, school, class } = duty.clone();
                    AccountEvent::RoleChanged { role, school, class, reason, effective_on }
                },
            )
        }
        (Some(_), AccountCommand::CorrectName { name, effective_on }) => say(
            account,
            effective_on,
            |state| state.name == name,
            || AccountEvent::NameCorrected { name, effective_on },
        ),
        (Some(_), AccountCommand::Disable { reason, effective_on }) => {
            let disabled = || AccountEvent::AccountDisabled { reason, effective_on };
            say(account, effective_on, |state| state.disabled.is_some(), disabled)
        }
        (Some(_), AccountCommand::Enable { effective_on }) => {
            let enabled = || AccountEvent::AccountEnabled { effective_on };
            say(account, effective_on, |state| state.disabled.is_none(), enabled)
        }
        (Some(_), AccountCommand::ShowPersons { purpose, question, count, effective_on }) => {
            Ok(vec![AccountEvent::PersonsShown { purpose, question, count, effective_on }])
        }
        (
            Some(AccountState { opened_on, .. }),
            AccountCommand::IssueToken { token, digest, label, reads_only, expires_on, effective_on },
        ) => {
            let before = AccountRefusal::BeforeOpening { opened_on: *opened_on, effective_on };
            account.on(effective_on).ok_or(before)?.acting()?;
            let last_day = effective_on.saturating_add(TOKEN_DAYS_MAX.days());
            if expires_on <= effective_on || expires_on > last_day {
                return Err(AccountRefusal::TokenExpiry { effective_on, expires_on });
            }
            Ok(vec![AccountEvent::TokenIssued { token, digest, label, reads_only, expires_on, effective_on }])
        }
        (Some(_), AccountCommand::RevokeToken { token, effective_on }) => {
            match account.tokens.iter().find(|known| known.id == token) {
                None => Err(AccountRefusal::NoSuchToken),
                Some(Token { revoked_on: Some(_), .. }) => Ok(vec![]),
                Some(_) => Ok(vec![AccountEvent::TokenRevoked { token, effective_on }]),
            }
        }
        (Some(_), AccountCommand::Undo { version, reason, note, effective_on }) => {
            if account.history.is(version, is_final) {
                return Err(AccountRefusal::NothingToUndo { version });
            }
            if account.history.is(version, |event| matches!(event, AccountEvent::AccountOpened { .. })) {
                return Err(AccountRefusal::OpeningStands);
            }
            if account.history.stands(version) {
                return Ok(vec![AccountEvent::Undone { version, reason, note, effective_on }]);
            }
            account.history.refuse_unknown(version, AccountRefusal::NothingToUndo { version })
        }
    }
}

/// What is never undone: what was seen cannot be unseen, and what was done by a token was; it is revoked instead, for good.
fn is_final(event: &AccountEvent) -> bool {
    match event {
        AccountEvent::PersonsShown { .. } | AccountEvent::TokenIssued { .. } | AccountEvent::TokenRevoked { .. } => {
            true
        }
        AccountEvent::AccountOpened { .. }
        | AccountEvent::RoleChanged { .. }
        | AccountEvent::NameCorrected { .. }
        | AccountEvent::AccountDisabled { .. }
        | AccountEvent::AccountEnabled { .. }
        | AccountEvent::Undone { .. } => false,
    }
}

/// The event, unless it would change nothing.
fn say(
    account: &Account,
    effective_on: Date,
    is_so: impl Fn(&AccountState) -> bool,
    event: impl FnOnce() -> AccountEvent,
) -> Decided {
    if let Some(AccountState { opened_on, .. }) = account.last
        && effective_on < opened_on
    {
        return Err(AccountRefusal::BeforeOpening { opened_on, effective_on });
    }
    Ok(if account.is_so_from(effective_on, is_so) { vec![] } else { vec![event()] })
}

/// A role goes with the school and class that it needs, and no more.
fn checked(duty: Duty) -> Result<Duty, AccountRefusal> {
    let Duty { role, school, class } = &duty;
    match (role, school, class) {
        (Role::Bureau | Role::Auditor, None, None)
        | (Role::ClassTeacher, Some(_), Some(_))
        | (Role::Principal | Role::Officer | Role::Mentor | Role::Auditor, Some(_), None) => Ok(duty),
        (Role::Bureau, _, _) => Err(AccountRefusal::SchoolSurplus(*role)),
        (Role::Principal | Role::Officer | Role::ClassTeacher | Role::Mentor, None, _) => {
            Err(AccountRefusal::SchoolMissing(*role))
        }
        (Role::ClassTeacher, Some(_), None) => Err(AccountRefusal::ClassMissing),
        (Role::Principal | Role::Officer | Role::Mentor | Role::Auditor, _, Some(_)) => {
            Err(AccountRefusal::ClassSurplus(*role))
        }
    }
}

/// The account after one more event.
fn evolve(state: Option<AccountState>, event: &AccountEvent) -> Option<AccountState> {
    match event.clone() {
        AccountEvent::AccountOpened { name, role, school, class, effective_on } => {
            let duty = Duty { role, school, class };
            Some(AccountState { opened_on: effective_on, name, duty, disabled: None })
        }
        AccountEvent::RoleChanged { role, school, class, .. } => {
            Some(AccountState { duty: Duty { role, school, class }, ..state? })
        }
        AccountEvent::NameCorrected { name, .. } => Some(AccountState { name, ..state? }),
        AccountEvent::AccountDisabled { reason, effective_on } => {
            Some(AccountState { disabled: Some((effective_on, reason)), ..state? })
        }
        AccountEvent::AccountEnabled { .. } => Some(AccountState { disabled: None, ..state? }),
        AccountEvent::PersonsShown { .. }
        | AccountEvent::TokenIssued { .. }
        | AccountEvent::TokenRevoked { .. }
        | AccountEvent::Undone { .. } => state,
    }
}

/// The tokens after one more event.
fn keep_token(tokens: &mut Vec<Token>, event: &AccountEvent) {
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
        | AccountEvent::Undone { .. } => (),
    }
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for AccountEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Account {
    const TYPE: &'static str = "account";
    type Command = AccountCommand;
    type Event = AccountEvent;
    type Error = AccountRefusal;
    type Services = ();

    async fn handle(&mut self, command: AccountCommand, _: &(), sink: &EventSink<Self>) -> Result<(), AccountRefusal> {
        for event in decide(self, command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AccountEvent) {
        keep_token(&mut self.tokens, &event);
        let undone = if let AccountEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.last, event, undone, evolve);
    }
}

impl Stream for Account {
    const KIND: StreamType = StreamType::Account;
}
