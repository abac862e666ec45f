//! What commands make of an account.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::codes::{Role, WaiverReason};
use super::{
    Account, AccountCommand, AccountEvent, AccountFacts, AccountRefusal, AccountState, Deputyship, Duty,
    INVITATION_DAYS_MAX, MailAddress, Proof, TOKEN_DAYS_MAX, Token,
};

pub(super) type Decided = Result<Vec<AccountEvent>, AccountRefusal>;

/// What a command makes of an account; nothing where it is so already.
///
/// # Errors
/// A role without the school or class that it needs or with one too many; no account, or one opened already; a day before
/// its opening; a deputy who may not be one, or for days that may not be; nothing to undo.
pub fn decide(account: &Account, command: AccountCommand, facts: &AccountFacts) -> Decided {
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
        (Some(_), AccountCommand::IssueToken { token, digest, label, reads_only, expires_on, effective_on }) => {
            acting(account, effective_on)?;
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
        (Some(_), AccountCommand::Invite { digest, expires_on, effective_on }) => {
            acting(account, effective_on)?;
            let last_day = effective_on.saturating_add(INVITATION_DAYS_MAX.days());
            if expires_on < effective_on || expires_on > last_day {
                return Err(AccountRefusal::InvitationExpiry { effective_on, expires_on });
            }
            Ok(vec![AccountEvent::Invited { digest, expires_on, effective_on }])
        }
        (Some(_), AccountCommand::AcceptInvitation { digest, credentials, proof, effective_on }) => {
            let state = acting(account, effective_on)?;
            if account.access.invitation(&digest, effective_on).is_none() {
                return Err(AccountRefusal::InvitationInvalid);
            }
            if state.needs_second_factor() && proof == Proof::Password {
                return Err(AccountRefusal::SecondFactorRequired(state.duty.role));
            }
            Ok(vec![AccountEvent::InvitationAccepted { credentials, proof, effective_on }])
        }
        (Some(_), AccountCommand::ChangePassword { credentials, effective_on }) => {
            acting(account, effective_on)?;
            account.access.credentials().ok_or(AccountRefusal::NotSetUp)?;
            Ok(vec![AccountEvent::PasswordChanged { credentials, effective_on }])
        }
        (Some(last), AccountCommand::WaiveSecondFactor { reason, effective_on }) => {
            let role = account.on(effective_on).map_or(last.duty.role, |state| state.duty.role);
            if !may_waive(role, reason) {
                return Err(AccountRefusal::WaiverOfRole(role));
            }
            let waived = || AccountEvent::SecondFactorWaived { reason, effective_on };
            say(account, effective_on, |state| state.waiver.is_some(), waived)
        }
        (Some(_), AccountCommand::SignIn { session, proof, effective_on }) => {
            let state = acting(account, effective_on)?;
            account.access.accept(proof)?;
            if state.needs_second_factor() && !account.access.has_second_factor() {
                return Err(AccountRefusal::SecondFactorRequired(state.duty.role));
            }
            Ok(vec![AccountEvent::SignedIn { session, proof, effective_on }])
        }
        (Some(_), AccountCommand::ConfirmSession { session, proof, effective_on }) => {
            acting(account, effective_on)?;
            account.access.accept(proof)?;
            Ok(vec![AccountEvent::SessionConfirmed { session, proof, effective_on }])
        }
        (Some(_), AccountCommand::RevokeSessions { session, effective_on }) => {
            Ok(vec![AccountEvent::SessionsRevoked { session, effective_on }])
        }
        (Some(_), AccountCommand::UseEmergency { reason, action, effective_on }) => {
            acting(account, effective_on)?;
            Ok(vec![AccountEvent::EmergencyUsed { reason, action, effective_on }])
        }
        (Some(_), AccountCommand::AppointDeputy { deputy, last_day, effective_on }) => {
            account.appoint(Deputyship { deputy, first_day: effective_on, last_day }, facts)
        }
        (Some(_), AccountCommand::EndDeputy { effective_on }) => account.end_deputy(effective_on, facts.today),
        (Some(_), AccountCommand::GiveMailAddress { address, effective_on }) => say(
            account,
            effective_on,
            |state| state.mail == Some(MailAddress { address, dead_since: None }),
            || AccountEvent::MailAddressGiven { address, effective_on },
        ),
        (Some(_), AccountCommand::TakeMailAddress { effective_on }) => {
            let taken = || AccountEvent::MailAddressTaken { effective_on };
            say(account, effective_on, |state| state.mail.is_none(), taken)
        }
        (Some(_), AccountCommand::MarkMailDead { address, status, effective_on }) => {
            // An address that was corrected meanwhile is not the one that mail came back from.
            let is_told = |state: &AccountState| {
                state.mail.is_none_or(|mail| mail.address != address || mail.dead_since.is_some())
            };
            say(account, effective_on, is_told, || AccountEvent::MailAddressDead { address, status, effective_on })
        }
        (Some(_), AccountCommand::ChooseDigest { wanted, effective_on }) => {
            let chosen = || AccountEvent::DigestChosen { wanted, effective_on };
            say(account, effective_on, |state| state.wants_digest == wanted, chosen)
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

/// What is never undone: what was seen cannot be unseen, and what was done by a token or in a session was; these are revoked
/// instead, for good, and an invitation is followed by another.
fn is_final(event: &AccountEvent) -> bool {
    match event {
        AccountEvent::PersonsShown { .. }
        | AccountEvent::TokenIssued { .. }
        | AccountEvent::TokenRevoked { .. }
        | AccountEvent::Invited { .. }
        | AccountEvent::InvitationAccepted { .. }
        | AccountEvent::PasswordChanged { .. }
        | AccountEvent::SignedIn { .. }
        | AccountEvent::SessionConfirmed { .. }
        | AccountEvent::SessionsRevoked { .. }
        | AccountEvent::EmergencyUsed { .. } => true,
        AccountEvent::AccountOpened { .. }
        | AccountEvent::SecondFactorWaived { .. }
        | AccountEvent::RoleChanged { .. }
        | AccountEvent::NameCorrected { .. }
        | AccountEvent::AccountDisabled { .. }
        | AccountEvent::AccountEnabled { .. }
        | AccountEvent::DeputyAppointed { .. }
        | AccountEvent::DeputyEnded { .. }
        | AccountEvent::MailAddressGiven { .. }
        | AccountEvent::MailAddressTaken { .. }
        | AccountEvent::MailAddressDead { .. }
        | AccountEvent::DigestChosen { .. }
        | AccountEvent::Undone { .. } => false,
    }
}

/// What is so of an account that may act on a day.
pub(super) fn acting(account: &Account, day: Date) -> Result<AccountState, AccountRefusal> {
    let last = account.last.as_ref().ok_or(AccountRefusal::NotOpened)?;
    let before = AccountRefusal::BeforeOpening { opened_on: last.opened_on, effective_on: day };
    let state = account.on(day).ok_or(before)?;
    state.acting()?;
    Ok(state)
}

/// Whether a role may be let in without a second factor: who has one class or the own interns, for a reason; everybody
/// where there are nothing but samples.
pub(super) fn may_waive(role: Role, reason: WaiverReason) -> bool {
    match (role, reason) {
        (_, WaiverReason::Demonstration) | (Role::ClassTeacher | Role::Mentor, _) => true,
        (Role::Bureau | Role::Principal | Role::Officer | Role::Auditor, _) => false,
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
