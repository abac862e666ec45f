//! Setting up how an account signs in: by an invitation, which holds once; and the first account of all.
//!
//! What an invitation shows (the secret for the authenticator, the recovery codes) is made of it and the installation's key,
//! so that it is shown again as often as somebody asks, and nothing is kept before it is accepted.

use std::fmt;

use uuid::Uuid;

use super::SignInRefusal;
use super::session::removal;
use crate::accounts::secret::{Secret, as_told, digest_of, grouped};
use crate::accounts::visitor::Visitor;
use crate::accounts::{Caller, Role, Staff, one_time, password};
use crate::app::account::{AccountAnswer, AccountOrder, AddAccount, NamedStaff};
use crate::app::execute::again;
use crate::app::failure::Failure;
use crate::app::invitation::{InviteStaff, IssuedInvitation};
use crate::app::key::Call;
use crate::app::people::{first_guard, invitation_guard, login_guard};
use crate::app::school::{AddSchool, SchoolOrder};
use crate::app::{App, AppError};
use crate::domain::StreamType;
use crate::domain::account::codes::WaiverReason;
use crate::domain::account::{Account, AccountCommand, AccountRefusal, Proof, RECOVERY_CODES};
use crate::domain::ids::{SchoolCode, SealedRevision, SecretDigest, StaffId};
use crate::domain::terms::SchoolCategory;
use crate::event_log::request::GuardUse;
use crate::people::{Credentials, Sealed, SecondFactor};
use crate::text::cleaning::clean;
use crate::text::names;

/// Characters of a recovery code, five bits each.
const RECOVERY_LEN: usize = 10;

/// What an invitation shows to who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub name: String,
    pub role: Role,
    pub school: Option<SchoolCode>,
    /// The name to sign in with, where there was one before or the staff list has one.
    pub login: Option<String>,
    pub needs_second_factor: bool,
    /// The secret for the authenticator, as people type it.
    pub secret: String,
    /// The same as the address that an authenticator takes up.
    pub address: String,
    /// What stands in for the authenticator, each once.
    pub recovery: Vec<String>,
}

/// How somebody who was invited wants to sign in.
#[derive(Clone, Default)]
pub struct Acceptance {
    pub invitation: String,
    pub login: String,
    pub password: String,
    /// A code of the authenticator that has taken up the secret; empty to do without a second factor.
    pub code: String,
}

impl fmt::Debug for Acceptance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acceptance")
    }
}

/// Who the first account is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstAccount {
    /// The bureau's, of a city.
    Bureau { name: String },
    /// The principal's, of the one school that is here.
    School { name: String, code: SchoolCode, school: String, category: SchoolCategory },
}

/// The accounts of an installation by how they sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// Those that are set up, or invited to be.
    pub usable: usize,
    /// Those without a second factor, since there are nothing but samples.
    pub of_demonstration: usize,
}

/// An invitation, and the account that it leads to.
struct Invited {
    /// As it was told.
    told: String,
    digest: SecretDigest,
    account: StaffId,
}

impl App {
    /// What an invitation shows.
    ///
    /// # Errors
    /// The same for one that is mistyped, used, expired or followed by another; how long to wait after too many tries.
    pub async fn open_invitation(&self, typed: &str, visitor: &Visitor) -> Result<Opened, SignInRefusal> {
        self.door.try_any(visitor)?;
        self.told_by(&self.invited(typed).await?).await
    }

    async fn told_by(&self, invited: &Invited) -> Result<Opened, SignInRefusal> {
        let Invited { told, account, .. } = invited;
        let (stream, _) = self.load::<Account>(account.0).await?;
        let state = stream.on(self.today()).ok_or(AppError::from(AccountRefusal::InvitationInvalid))?;
        let name = self.staff_names(&[account.0]).await?.remove(&account.0).unwrap_or_default();
        let login = self.credentials(*account).await?.map(|credentials| credentials.login);
        let login = login.or(self.listed_login(*account, &state).await?);
        let secret = self.authenticator_secret(told);
        Ok(Opened {
            role: state.duty.role,
            school: state.duty.school.clone(),
            needs_second_factor: state.needs_second_factor(),
            address: one_time::address(&secret, login.as_deref().unwrap_or(&name))
                .ok_or_else(|| AppError::Corrupt("no secret for an authenticator".to_owned()))?,
            secret: base32(&secret),
            recovery: self.recovery_codes(told),
            name,
            login,
        })
    }

    /// Sets up how the account signs in. What it had before holds no more, and its sessions end.
    ///
    /// # Errors
    /// If the invitation does not hold, name, password or code are not taken, or the role needs a second factor.
    pub async fn accept_invitation(&self, input: &Acceptance, visitor: &Visitor) -> Result<(), SignInRefusal> {
        self.door.try_any(visitor)?;
        let invited = self.invited(&input.invitation).await?;
        let opened = self.told_by(&invited).await?;
        let login = names::login(&input.login);
        if !names::is_login(&login) {
            return Err(SignInRefusal::Login);
        }
        if self.account_of_login(&login).await?.is_some_and(|of| of != invited.account) {
            return Err(SignInRefusal::LoginTaken);
        }
        let secret = self.authenticator_secret(&invited.told);
        let (second_factor, proof) = match (input.code.trim(), opened.needs_second_factor) {
            ("", false) => (None, Proof::Password),
            ("", true) => return Err(AppError::from(AccountRefusal::SecondFactorRequired(opened.role)).into()),
            (code, _) => {
                let seconds = u64::try_from(self.now() / 1_000_000).unwrap_or_default();
                let step = one_time::step(&secret, code, seconds).ok_or(SignInRefusal::CodeWrong)?;
                let recovery = opened.recovery.iter().map(|code| digest_of(code)).collect();
                (Some(SecondFactor { secret, recovery }), Proof::Code { step })
            }
        };
        let password = self.new_password(&input.password, &opened.name, &login, opened.school.as_ref()).await?;
        let words = Sealed::Credentials(Credentials { login: login.clone(), password, second_factor });
        let accept = |credentials| AccountCommand::AcceptInvitation {
            digest: invited.digest,
            credentials,
            proof,
            effective_on: self.today(),
        };
        // What the staff list says stays the account's: by that the list finds it.
        let (stream, _) = self.load::<Account>(invited.account.0).await?;
        let listed = match stream.on(self.today()) {
            Some(state) => self.listed_login(invited.account, &state).await?,
            None => None,
        };
        let before = opened.login.filter(|before| Some(before) != listed.as_ref());
        self.record_credentials(&invited, before.as_deref(), &login, &words, accept).await
    }

    /// Records credentials with the guard of the name to sign in with, and without that of the name before.
    async fn record_credentials(
        &self,
        invited: &Invited,
        before: Option<&str>,
        login: &str,
        words: &Sealed,
        command: impl Fn(SealedRevision) -> AccountCommand,
    ) -> Result<(), SignInRefusal> {
        let account = invited.account;
        let staff = self.acting_staff(account).await.map_err(Failure::from)?;
        let caller = Caller::invited(staff, "web");
        let key = format!("invitation:{}", invited.digest);
        let call = Call { caller: &caller, key: &key, is_keyed: false, asked: "accept" };
        let is_taken = again(|| async {
            let mut guards = vec![];
            let given_up = before.filter(|before| *before != login);
            for (name, stream) in
                given_up.map(|name| (name, String::new())).into_iter().chain([(login, account.0.to_string())])
            {
                let guard = login_guard(&self.people, name);
                let known = self.log.guard(&guard).await.map_err(AppError::from)?;
                let own = account.0.to_string();
                if known.as_ref().is_some_and(|known| !known.stream.is_empty() && known.stream != own) {
                    return Ok(true);
                }
                guards.push(GuardUse { guard, version: known.map_or(0, |known| known.version), set: Some(stream) });
            }
            let (revision, row) = self.sealed_next(account, words).await?;
            let beside = (vec![row], guards, vec![removal(account, None)]);
            self.record_of_account(call, account, command(revision), beside).await?;
            Ok(false)
        });
        // Who was faster may have taken it a moment ago.
        if is_taken.await? { Err(SignInRefusal::LoginTaken) } else { Ok(()) }
    }

    /// Another password for the account that is signed in; its other sessions end, and this one has the secret that is given.
    ///
    /// # Errors
    /// As [`App::confirm_session`], with the password as it was; if the new one is not taken.
    pub async fn change_password(
        &self,
        caller: &Caller,
        attempt: &super::Attempt,
        new: &str,
        visitor: &Visitor,
    ) -> Result<Secret, SignInRefusal> {
        let (Some(session), Some(account)) = (caller.session(), caller.staff_id()) else {
            return Err(SignInRefusal::NoSession);
        };
        let credentials = self.credentials(account).await?.ok_or(SignInRefusal::NoSession)?;
        let name = self.staff_names(&[account.0]).await?.remove(&account.0).unwrap_or_default();
        let password = self.new_password(new, &name, &credentials.login, caller.scope.school()).await?;
        // Only when the new one is taken: afterwards the browser has to have the new secret.
        let secret = self.confirm_session(caller, attempt, visitor).await?;
        let words = Sealed::Credentials(Credentials { password, ..credentials });
        let key = self.stored_key(None);
        let call = Call { caller, key: &key, is_keyed: false, asked: "change password" };
        again(|| async {
            let (credentials, row) = self.sealed_next(account, &words).await?;
            let command = AccountCommand::ChangePassword { credentials, effective_on: self.today() };
            let others = self.sessions_of(account).await?.into_iter().filter(|kept| kept.id != session);
            let removals = others.map(|kept| kept.removal()).collect();
            self.record_of_account(call, account, command, (vec![row], vec![], removals)).await
        })
        .await?;
        Ok(secret)
    }

    /// The hash of a password that may be chosen.
    async fn new_password(
        &self,
        chosen: &str,
        name: &str,
        login: &str,
        school: Option<&SchoolCode>,
    ) -> Result<String, SignInRefusal> {
        let names = self.schools().await?;
        let code = school.map(SchoolCode::as_str).unwrap_or_default();
        let of_school = names.iter().find(|listed| listed.code.as_str() == code);
        let school = of_school.map(|listed| listed.name.as_str()).unwrap_or_default();
        password::check(chosen, &[name, login, code, school])?;
        Ok(self.door.hash(chosen.to_owned()).await??)
    }

    /// The secret by which the first account is set up; `None` once there is an account that can sign in, or one that was
    /// set up first.
    ///
    /// # Errors
    /// When the database does not answer, or the system gives no randomness.
    pub async fn set_up_secret(&self) -> Result<Option<&Secret>, AppError> {
        if !self.is_set_up().await? {
            let secret = Secret::to_type()?;
            return Ok(Some(self.door.set_up(secret)));
        }
        Ok(None)
    }

    /// Whether there is, or was, somebody who signs in or was invited to set that up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_set_up(&self) -> Result<bool, AppError> {
        let set_up = self.log.guard(&first_guard("set_up")).await?;
        Ok(set_up.is_some() || self.has_anybody_signed_in().await? || self.ways_in().await?.usable > 0)
    }

    /// Who was invited and is not set up, as long as nobody is: what the first set-up showed may have been lost on its way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn first_invited(&self) -> Result<Vec<String>, AppError> {
        let accounts = self.log.stream_ids(StreamType::Account).await?;
        self.bring_up_to_date::<Account>(&accounts).await?;
        let mut invited = vec![];
        for id in accounts {
            let (account, _) = self.load::<Account>(id).await?;
            if account.access().credentials().is_some() {
                return Ok(vec![]);
            }
            if account.access().pending().is_some()
                && account.on(self.today()).is_some_and(|state| state.acting().is_ok())
            {
                invited.push(id);
            }
        }
        let mut names = self.staff_names(&invited).await?;
        Ok(invited.iter().filter_map(|id| names.remove(id)).collect())
    }

    /// How many accounts there are to sign in with.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ways_in(&self) -> Result<WaysIn, AppError> {
        let accounts = self.log.stream_ids(StreamType::Account).await?;
        self.bring_up_to_date::<Account>(&accounts).await?;
        let mut ways_in = WaysIn::default();
        for id in accounts {
            let (account, _) = self.load::<Account>(id).await?;
            let access = account.access();
            let Some(state) = account.on(self.today()).filter(|state| state.acting().is_ok()) else { continue };
            ways_in.usable += usize::from(access.credentials().is_some() || access.pending().is_some());
            ways_in.of_demonstration += usize::from(state.waiver == Some(WaiverReason::Demonstration));
        }
        Ok(ways_in)
    }

    /// Whether any account ever signed in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_anybody_signed_in(&self) -> Result<bool, AppError> {
        Ok(self.log.guard(&first_guard("sign_in")).await?.is_some())
    }

    /// Opens the first account and invites whoever shows the secret to set it up.
    ///
    /// # Errors
    /// If it is not the secret of this process, or there is such an account already; as the commands that do it.
    pub async fn set_up(
        &self,
        shown: &str,
        first: &FirstAccount,
        visitor: &Visitor,
    ) -> Result<IssuedInvitation, SignInRefusal> {
        self.door.try_any(visitor)?;
        if !self.door.opens_set_up(&as_told(shown)) || self.is_set_up().await? {
            return Err(SignInRefusal::SetUpInvalid);
        }
        let operator = Caller::operator("set_up");
        let key = self.stored_key(None);
        let call = Call { caller: &operator, key: &key, is_keyed: false, asked: "set up" };
        let (name, role, school) = match first {
            FirstAccount::Bureau { name } => (name, Role::Bureau, None),
            FirstAccount::School { name, code, school, category } => {
                // It is there if a set-up before this one was broken off.
                if self.schools().await?.iter().all(|known| known.code != *code) {
                    let add = AddSchool { code: code.clone(), name: school.clone(), category: *category };
                    let key = self.stored_key(None);
                    self.order_school(Call { key: &key, ..call }, &SchoolOrder::Add(add)).await?;
                }
                (name, Role::Principal, Some(code.clone()))
            }
        };
        // Nor is the account opened twice.
        let is_left = |known: &NamedStaff| {
            let Staff { role: left, scope, .. } = &known.staff;
            known.name == clean(name) && *left == role && scope.school() == school.as_ref() && known.disabled.is_none()
        };
        let account = match self.staff(&operator).await?.into_iter().find(is_left) {
            Some(left) => left.staff.id,
            None => {
                let add = AddAccount { name: name.clone(), role, school, class: None };
                match self.order_account(call, &AccountOrder::Add(add)).await? {
                    AccountAnswer::Opened(opened) => opened.staff.id,
                    _ => return Err(SignInRefusal::SetUpInvalid),
                }
            }
        };
        let key = self.stored_key(None);
        let invite = InviteStaff { staff: account.0.to_string(), until: None };
        let first = GuardUse { guard: first_guard("set_up"), version: 0, set: Some(account.0.to_string()) };
        Ok(self.invite(Call { key: &key, ..call }, &invite, vec![first]).await?.1)
    }

    /// The account that an invitation leads to.
    async fn invited(&self, typed: &str) -> Result<Invited, SignInRefusal> {
        let told = as_told(typed);
        let digest = digest_of(&told);
        let invalid = || SignInRefusal::from(AppError::from(AccountRefusal::InvitationInvalid));
        let guard = self.log.guard(&invitation_guard(digest)).await.map_err(AppError::from)?;
        let id = guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()).ok_or_else(invalid)?;
        self.bring_up_to_date::<Account>(&[id]).await?;
        let (account, _) = self.load::<Account>(id).await?;
        let today = self.today();
        let may_act = account.on(today).is_some_and(|state| state.acting().is_ok());
        account.access().invitation(&digest, today).filter(|_| may_act).ok_or_else(invalid)?;
        Ok(Invited { told, digest, account: StaffId(id) })
    }

    fn authenticator_secret(&self, told: &str) -> Vec<u8> {
        self.people.set_up_bytes(told, "authenticator")[..one_time::SECRET_LEN].to_vec()
    }

    fn recovery_codes(&self, told: &str) -> Vec<String> {
        let code =
            |number: u32| grouped(&self.people.set_up_bytes(told, &format!("recovery {number}"))[..RECOVERY_LEN]);
        (0..RECOVERY_CODES).map(code).collect()
    }
}

/// Bytes as authenticators want them typed (RFC 4648), in groups of four.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1));
    let bits: Vec<u8> = bits.collect();
    let character = |five: &[u8]| {
        let index = five.iter().fold(0, |index, bit| index * 2 + usize::from(*bit)) << (5 - five.len());
        char::from(ALPHABET[index])
    };
    let characters: Vec<char> = bits.chunks(5).map(character).collect();
    characters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4226's secret, as authenticators write it.
    #[test]
    fn a_secret_is_typed_in_groups_of_four() {
        assert_eq!(base32(b"12345678901234567890"), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
