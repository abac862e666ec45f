//! Signing in, and showing again who one is: a name, a password, and a code where the account has a second factor.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::SignInRefusal;
use crate::accounts::secret::{Secret, as_told, digest_of};
use crate::accounts::visitor::Visitor;
use crate::accounts::{Caller, one_time};
use crate::app::execute::again;
use crate::app::failure::Failure;
use crate::app::key::Call;
use crate::app::people::{first_guard, login_guard};
use crate::app::{App, AppError};
use crate::domain::account::{Account, AccountCommand, AccountRefusal, Proof};
use crate::domain::ids::{SessionId, StaffId};
use crate::event_log::request::GuardUse;
use crate::event_log::table::{FAILED_SIGN_IN, Row, TableRows, Value};
use crate::event_log::working::Which;
use crate::people::{BlindField, Credentials, Sealed};
use crate::text::names;

/// What somebody shows who wants to come in.
#[derive(Clone, Default)]
pub struct Attempt {
    pub login: String,
    pub password: String,
    /// Of the authenticator, or a recovery code; empty where the account has no second factor.
    pub code: String,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt")
    }
}

/// An account whose owner has shown password and code.
struct Known {
    account: StaffId,
    proof: Proof,
}

impl App {
    /// Begins a session.
    ///
    /// # Errors
    /// The same whatever is wrong with name, password or code; how long to wait after too many tries; for who has shown all
    /// of them rightly, why the account may not sign in.
    pub async fn sign_in(&self, attempt: &Attempt, visitor: &Visitor) -> Result<Secret, SignInRefusal> {
        let Known { account, proof } = self.shown(attempt, visitor, None).await?;
        let secret = Secret::generate("gs_").map_err(AppError::from)?;
        let first = first_guard("sign_in");
        let call_key = self.stored_key(None);
        let session = SessionId(self.new_id());
        let staff = self.acting_staff(account).await.map_err(Failure::from)?;
        let caller = Caller::signed_in(staff, "web", session, true);
        let call = Call { caller: &caller, key: &call_key, is_keyed: false, asked: "sign in" };
        let recorded = again(|| async {
            let command = AccountCommand::SignIn { session, proof, effective_on: self.today() };
            let mut guards = vec![];
            if self.log.guard(&first).await.map_err(AppError::from)?.is_none() {
                guards.push(GuardUse { guard: first.clone(), version: 0, set: Some(account.0.to_string()) });
            }
            let (rows, removals) = self.beginning(account, session, &secret, visitor).await?;
            self.record_of_account(call, account, command, (rows, guards, removals)).await
        })
        .await;
        self.unless_used(recorded, Some(account), visitor).await?;
        Ok(secret)
    }

    /// Records that who is signed in has shown again who that is; for a quarter of an hour what asks for it is done. The
    /// session has another secret from now on, which is given.
    ///
    /// # Errors
    /// As [`App::sign_in`]; `NoSession` for a caller who is not signed in.
    pub async fn confirm_session(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        visitor: &Visitor,
    ) -> Result<Secret, SignInRefusal> {
        let (Some(session), Some(own)) = (caller.session(), caller.staff_id()) else {
            return Err(SignInRefusal::NoSession);
        };
        let Known { account, proof } = self.shown(attempt, visitor, Some(own)).await?;
        let key = self.stored_key(None);
        let call = Call { caller, key: &key, is_keyed: false, asked: "confirm" };
        let recorded = again(|| async {
            let command = AccountCommand::ConfirmSession { session, proof, effective_on: self.today() };
            self.record_account(call, account, command, vec![]).await
        })
        .await;
        self.unless_used(recorded, Some(account), visitor).await?;
        let secret = Secret::generate("gs_").map_err(AppError::from)?;
        self.confirmed(account, session, &secret).await?;
        Ok(secret)
    }

    /// A code that was used already is a wrong one to who shows it.
    async fn unless_used<T>(
        &self,
        recorded: Result<T, Failure>,
        account: Option<StaffId>,
        visitor: &Visitor,
    ) -> Result<(), SignInRefusal> {
        match recorded {
            Ok(_) => Ok(()),
            Err(Failure::App(AppError::Account(AccountRefusal::CodeUsed))) => {
                self.note_failure(account, visitor).await;
                Err(SignInRefusal::Wrong)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Whose account it is, if all that is shown is right; `own` says whose it has to be.
    async fn shown(&self, attempt: &Attempt, visitor: &Visitor, own: Option<StaffId>) -> Result<Known, SignInRefusal> {
        let login = names::login(&attempt.login);
        let counted_as =
            own.map_or_else(|| self.people.blind_index(BlindField::Login, &login), |own| own.0.to_string());
        // Who has to wait is not noted either: that would be a write of the database for each of any number of tries.
        self.door.try_one(&counted_as, visitor)?;
        let account = match own {
            Some(own) => Some(own),
            None => self.account_of_login(&login).await?,
        };
        let credentials = match account {
            Some(account) => self.credentials(account).await?,
            None => None,
        };
        let hash = credentials.as_ref().map(|credentials| credentials.password.clone());
        let is_password = self.door.verify(attempt.password.clone(), hash).await?;
        let proof = credentials.as_ref().and_then(|credentials| self.proof(credentials, &attempt.code));
        match (account, proof) {
            (Some(account), Some(proof)) if is_password => Ok(Known { account, proof }),
            (account, Some(_) | None) => {
                self.note_failure(account, visitor).await;
                Err(SignInRefusal::Wrong)
            }
        }
    }

    /// The account that signs in with this name.
    pub(super) async fn account_of_login(&self, login: &str) -> Result<Option<StaffId>, AppError> {
        let guard = self.log.guard(&login_guard(&self.people, login)).await?;
        Ok(guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()).map(StaffId))
    }

    /// The credentials that hold now.
    pub(super) async fn credentials(&self, account: StaffId) -> Result<Option<Credentials>, AppError> {
        self.bring_up_to_date::<Account>(&[account.0]).await?;
        let (stream, _): (Arc<Account>, u64) = self.load::<Account>(account.0).await?;
        let Some(revision) = stream.access().credentials() else { return Ok(None) };
        match self.unsealed(&[account.0]).await?.remove(&(account.0, revision.0)) {
            Some(Sealed::Credentials(credentials)) => Ok(Some(credentials)),
            Some(_) | None => Err(AppError::Corrupt(format!("no credentials in revision {}", revision.0))),
        }
    }

    /// What a code proves; `None` if it is wrong, or there is one too many or too few.
    fn proof(&self, credentials: &Credentials, code: &str) -> Option<Proof> {
        let Some(second_factor) = &credentials.second_factor else {
            return Some(Proof::Password);
        };
        let seconds = u64::try_from(self.now() / 1_000_000).ok()?;
        if let Some(step) = one_time::step(&second_factor.secret, code, seconds) {
            return Some(Proof::Code { step });
        }
        let digest = digest_of(&as_told(code));
        let number = second_factor.recovery.iter().position(|known| *known == digest)?;
        Some(Proof::Recovery { number: u32::try_from(number).ok()? })
    }

    /// How many sign-ins failed in this process.
    pub fn sign_in_failures(&self) -> u64 {
        self.door.failure_count()
    }

    /// How many sign-ins failed within the last day, of those that are kept.
    pub(in crate::app) async fn failed_sign_ins(&self) -> Result<usize, AppError> {
        const DAY: i64 = 86_400 * 1_000_000;
        let since = self.now() - DAY;
        let kept = self.log.working_rows(&FAILED_SIGN_IN, Which::All).await?;
        let is_recent = |row: &&Row| matches!(row.as_slice(), [_, Value::Int(failed_at), ..] if *failed_at >= since);
        Ok(kept.iter().filter(is_recent).count())
    }

    /// Keeps a failure among the last ones. It does not matter whether it succeeds.
    async fn note_failure(&self, account: Option<StaffId>, visitor: &Visitor) {
        let account = account.map_or(Value::Null, |account| Value::text(account.0.to_string()));
        let row =
            vec![Value::Int(self.door.next_slot()), Value::Int(self.now()), account, Value::text(visitor.shown())];
        let rows = TableRows { table: &FAILED_SIGN_IN, name: FAILED_SIGN_IN.name.to_owned(), rows: vec![row] };
        let _noted = self.log.keep(vec![rows], vec![]).await;
    }
}
