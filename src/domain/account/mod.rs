//! The account stream: one per member of staff; who may act, in which role, for which school or class, since when.
//!
//! Why a stream: who was an officer of which school on a day, as known at a position, is asked years later. Invariants: what
//! is said later takes the place of what was said before, from its day on; a disabled account may nothing; an account is
//! never unmade, since events name who acted. The name is sealed under the account's id. A token is one secret by which a
//! program acts as the account: for so many days, until it is revoked, and never again after that; what the stream holds
//! of it is a digest. How a member of staff signs in is set up by an invitation, which holds once; passwords and secrets are
//! sealed, the stream knows which revision they are, which one-time codes were used, and who signed in. Who is absent for
//! some days has a deputy, one at a time. The address to which the account is written is sealed; the stream knows which
//! revision it is, whether mail came back from it for good, and whether the daily digest is wanted.

mod access;
pub mod codes;
mod command;
mod decide;
mod deputy;
#[cfg(test)]
mod tests;
mod token;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::{ClassName, SchoolCode, SealedRevision, SecretDigest, SessionId, StaffId, TokenId};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
pub use access::{Access, Invitation, Proof, RECOVERY_CODES, SetUp};
use codes::{DisablingReason, EmergencyReason, LookingPurpose, Role, RoleReason, WaiverReason};
pub use command::AccountCommand;
pub use decide::decide;
pub use deputy::{AccountFacts, DeputyRefusal, Deputyship};
pub use token::Token;

/// The days for which a token holds at most.
pub const TOKEN_DAYS_MAX: i32 = 366;
/// The days for which an invitation holds at most.
pub const INVITATION_DAYS_MAX: i32 = 30;
/// The days for which a deputy is appointed at most.
pub const DEPUTY_DAYS_MAX: i32 = 366;

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
        digest: SecretDigest,
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
    /// Whoever shows the secret sets up how the account signs in: once, up to and including the day of expiry. An
    /// invitation takes the place of the one before it.
    Invited {
        digest: SecretDigest,
        expires_on: Date,
        effective_on: Date,
    },
    /// How the account signs in from now on, set up by the invitation.
    InvitationAccepted {
        /// The revision that holds the password's hash and the secrets of the second factor.
        credentials: SealedRevision,
        /// The code that showed that the authenticator has the secret; `Password` where there is no second factor.
        proof: Proof,
        effective_on: Date,
    },
    PasswordChanged {
        credentials: SealedRevision,
        effective_on: Date,
    },
    /// From this day the account may sign in without a second factor.
    SecondFactorWaived {
        reason: WaiverReason,
        effective_on: Date,
    },
    /// A session began.
    SignedIn {
        session: SessionId,
        proof: Proof,
        effective_on: Date,
    },
    /// Who is signed in showed again who that is.
    SessionConfirmed {
        session: SessionId,
        proof: Proof,
        effective_on: Date,
    },
    /// A session was ended by somebody else than who has it, or all of the account's.
    SessionsRevoked {
        /// `None`: all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
        effective_on: Date,
    },
    /// The operator decided something in the name of the account, which could have signed in.
    EmergencyUsed {
        reason: EmergencyReason,
        /// The name of the action that was taken.
        action: String,
        effective_on: Date,
    },
    /// From this day up to and including the last the deputy may act in the place of the account.
    DeputyAppointed {
        deputy: StaffId,
        last_day: Date,
        effective_on: Date,
    },
    /// From this day nobody whom it was said of before acts in the place of the account.
    DeputyEnded {
        effective_on: Date,
    },
    /// From this day the account is written to there.
    MailAddressGiven {
        address: SealedRevision,
        effective_on: Date,
    },
    /// From this day the account is written to nowhere.
    MailAddressTaken {
        effective_on: Date,
    },
    /// Mail to this address came back for good: there is no such mailbox.
    MailAddressDead {
        address: SealedRevision,
        /// The status code of RFC 3463 that said so.
        status: String,
        effective_on: Date,
    },
    /// From this day the daily digest is sent, or not.
    DigestChosen {
        wanted: bool,
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
    InvitationExpiry { effective_on: Date, expires_on: Date },
    InvitationInvalid,
    SecondFactorRequired(Role),
    WaiverOfRole(Role),
    NotSetUp,
    CodeUsed,
    Deputy(DeputyRefusal),
}

impl Error for AccountRefusal {}

impl From<DeputyRefusal> for AccountRefusal {
    fn from(refusal: DeputyRefusal) -> Self {
        Self::Deputy(refusal)
    }
}

/// What is so of an account on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    pub opened_on: Date,
    /// The revision under the account's id that holds the name.
    pub name: SealedRevision,
    pub duty: Duty,
    /// Since when the account may nothing, and why; `None` while it may act.
    pub disabled: Option<(Date, DisablingReason)>,
    /// Why the account may sign in without a second factor; `None` where it needs one.
    pub waiver: Option<WaiverReason>,
    /// Who may act in the place of the account, in days of which this is one.
    pub deputy: Option<Deputyship>,
    /// Where the account is written to; `None` where nowhere.
    pub mail: Option<MailAddress>,
    /// Whether the daily digest is wanted.
    pub wants_digest: bool,
    /// Who was appointed for that, be the last day over; the last said holds.
    appointed: Vec<Deputyship>,
}

/// Where an account is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailAddress {
    /// The revision under the account's id that holds the address.
    pub address: SealedRevision,
    /// Since when mail comes back from it for good.
    pub dead_since: Option<Date>,
}

impl AccountState {
    /// An account of which nothing is said but that it is opened.
    pub fn opened(opened_on: Date, name: SealedRevision, duty: Duty) -> Self {
        Self {
            opened_on,
            name,
            duty,
            disabled: None,
            waiver: None,
            deputy: None,
            mail: None,
            wants_digest: true,
            appointed: vec![],
        }
    }

    /// The revision of the address to which mail can be sent: of an account that may act, and from which none came back.
    pub fn reachable_at(&self) -> Option<SealedRevision> {
        let mail = self.mail.filter(|mail| mail.dead_since.is_none() && self.disabled.is_none())?;
        Some(mail.address)
    }

    /// Whether the account signs in with a second factor only. A waiver holds for roles that one may be given, and where
    /// nothing but samples are shown.
    pub fn needs_second_factor(&self) -> bool {
        self.needs_second_factor_as(self.duty.role)
    }

    /// The same of who acts in a role, be it somebody else's.
    fn needs_second_factor_as(&self, role: Role) -> bool {
        !self.waiver.is_some_and(|reason| decide::may_waive(role, reason))
    }

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
    #[serde(skip)]
    access: Access,
}

impl Account {
    /// What is so on a day; `None` before the account was opened.
    pub fn on(&self, day: Date) -> Option<AccountState> {
        let state = fold_on(self.history.standing(), day)?;
        Some(AccountState { deputy: self.deputy_in(&state, day), ..state })
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
            | AccountCommand::RevokeToken { effective_on, .. }
            | AccountCommand::Invite { effective_on, .. }
            | AccountCommand::AcceptInvitation { effective_on, .. }
            | AccountCommand::ChangePassword { effective_on, .. }
            | AccountCommand::WaiveSecondFactor { effective_on, .. }
            | AccountCommand::SignIn { effective_on, .. }
            | AccountCommand::ConfirmSession { effective_on, .. }
            | AccountCommand::RevokeSessions { effective_on, .. }
            | AccountCommand::UseEmergency { effective_on, .. }
            | AccountCommand::GiveMailAddress { effective_on, .. }
            | AccountCommand::TakeMailAddress { effective_on }
            | AccountCommand::MarkMailDead { effective_on, .. }
            | AccountCommand::ChooseDigest { effective_on, .. } => self.on(*effective_on)?.duty.school,
            // Of a day before the opening it is said that it is past.
            AccountCommand::AppointDeputy { effective_on, .. } | AccountCommand::EndDeputy { effective_on } => {
                self.on(*effective_on).or_else(|| self.last.clone())?.duty.school
            }
            AccountCommand::Undo { version, effective_on, .. } => {
                fold_on(self.history.standing_without(*version), *effective_on)?.duty.school
            }
        }
    }

    /// How the account signs in.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Every token that was ever issued, in that order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token by which somebody acts as the account on a day; `None` if there is none with this digest, it was revoked or
    /// has expired, or the account may nothing.
    pub fn token(&self, digest: &SecretDigest, today: Date) -> Option<&Token> {
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

/// The account after one more event.
fn evolve(state: Option<AccountState>, event: &AccountEvent) -> Option<AccountState> {
    match event.clone() {
        AccountEvent::AccountOpened { name, role, school, class, effective_on } => {
            Some(AccountState::opened(effective_on, name, Duty { role, school, class }))
        }
        // Who represented the account did so in what it was, not in what it becomes.
        AccountEvent::RoleChanged { role, school, class, .. } => {
            Some(AccountState { duty: Duty { role, school, class }, appointed: vec![], ..state? })
        }
        AccountEvent::NameCorrected { name, .. } => Some(AccountState { name, ..state? }),
        AccountEvent::AccountDisabled { reason, effective_on } => {
            Some(AccountState { disabled: Some((effective_on, reason)), appointed: vec![], ..state? })
        }
        AccountEvent::AccountEnabled { .. } => Some(AccountState { disabled: None, ..state? }),
        AccountEvent::SecondFactorWaived { reason, .. } => Some(AccountState { waiver: Some(reason), ..state? }),
        AccountEvent::DeputyAppointed { deputy, last_day, effective_on } => {
            let mut state = state?;
            state.appointed.push(Deputyship { deputy, first_day: effective_on, last_day });
            Some(state)
        }
        AccountEvent::DeputyEnded { .. } => Some(AccountState { appointed: vec![], ..state? }),
        AccountEvent::MailAddressGiven { address, .. } => {
            Some(AccountState { mail: Some(MailAddress { address, dead_since: None }), ..state? })
        }
        AccountEvent::MailAddressTaken { .. } => Some(AccountState { mail: None, ..state? }),
        AccountEvent::MailAddressDead { address, effective_on, .. } => {
            let state = state?;
            // Of one that was corrected meanwhile nothing is said.
            let dead = |mail: MailAddress| match mail.address == address {
                true => MailAddress { dead_since: Some(effective_on), ..mail },
                false => mail,
            };
            Some(AccountState { mail: state.mail.map(dead), ..state })
        }
        AccountEvent::DigestChosen { wanted, .. } => Some(AccountState { wants_digest: wanted, ..state? }),
        AccountEvent::PersonsShown { .. }
        | AccountEvent::TokenIssued { .. }
        | AccountEvent::TokenRevoked { .. }
        | AccountEvent::Invited { .. }
        | AccountEvent::InvitationAccepted { .. }
        | AccountEvent::PasswordChanged { .. }
        | AccountEvent::SignedIn { .. }
        | AccountEvent::SessionConfirmed { .. }
        | AccountEvent::SessionsRevoked { .. }
        | AccountEvent::EmergencyUsed { .. }
        | AccountEvent::Undone { .. } => state,
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
    type Services = AccountFacts;

    async fn handle(
        &mut self,
        command: AccountCommand,
        facts: &AccountFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), AccountRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AccountEvent) {
        token::keep(&mut self.tokens, &event);
        self.access.keep(&event);
        let undone = if let AccountEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.last, event, undone, evolve);
    }
}

impl Stream for Account {
    const KIND: StreamType = StreamType::Account;
}
