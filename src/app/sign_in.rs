//! Who comes in by something that is kept secret: a token, or a session that began with a password and a second factor.
//!
//! In reading order: `invitation` sets up how an account signs in, `attempt` signs in, `session` what follows from that.
//! None of this is an action of the list: who calls is not known before.
//!
//! Invariants: whatever is wrong with what somebody shows is one refusal, and takes as long; only who succeeds adds to the
//! log.

mod attempt;
pub mod invitation;
mod session;

use derive_more::From;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

pub use attempt::Attempt;
pub(super) use session::removal;
pub use session::{IDLE_SECONDS, OwnAccess, SESSION_SECONDS};

use super::failure::Failure;
use super::people::token_guard;
use super::{App, AppError};
use crate::accounts::Caller;
use crate::accounts::door::Closed;
use crate::accounts::password::PasswordRefusal;
use crate::accounts::secret::digest_of;
use crate::domain::account::Account;
use crate::domain::ids::{SecretDigest, StaffId};
use crate::event_log::request::Guard;

/// Why nobody comes in.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "sign_in.")]
pub enum SignInRefusal {
    /// Whatever is wrong with it: who tries tokens out learns nothing.
    TokenInvalid,
    /// Whatever is wrong with name, password or code.
    Wrong,
    /// Nobody is signed in, or no more.
    NoSession,
    Wait {
        seconds: u64,
    },
    HashingBusy,
    /// The name to sign in with is none.
    Login,
    LoginTaken,
    /// The code of the authenticator that is being set up.
    CodeWrong,
    SetUpInvalid,
    #[from]
    #[serde(skip)]
    Password(PasswordRefusal),
    #[from]
    #[serde(skip)]
    Failed(Box<Failure>),
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl From<Failure> for SignInRefusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

impl From<Closed> for SignInRefusal {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Wait { seconds } => Self::Wait { seconds },
            Closed::Busy => Self::HashingBusy,
        }
    }
}

impl App {
    /// Who shows this token: the member of staff whose it is, in today's role and scope. Each attempt is hashed and looked
    /// up once, whatever it looks like; what is looked up is the hash, so that the time tells nothing about secrets.
    ///
    /// # Errors
    /// The same for what is no token, a token that is unknown, revoked or expired, and an account that may nothing.
    pub async fn caller_of_token(&self, secret: &str, source: &'static str) -> Result<Caller, SignInRefusal> {
        let digest = digest_of(secret);
        let id = self.owner_of_token(digest).await?.ok_or(SignInRefusal::TokenInvalid)?;
        // Another process may have revoked it.
        self.bring_up_to_date::<Account>(&[id]).await?;
        let (account, _) = self.load::<Account>(id).await?;
        let (token, state) = match (account.token(&digest, self.today()), account.on(self.today())) {
            (Some(token), Some(state)) => (token, state),
            (None, _) | (_, None) => return Err(SignInRefusal::TokenInvalid),
        };
        let staff = super::account::staff_of(StaffId(id), &state).ok_or(SignInRefusal::TokenInvalid)?;
        Ok(Caller::by_token(staff, source, token.reads_only))
    }

    /// The account to which a token was issued. Another one it never gets, so that it is looked up once.
    async fn owner_of_token(&self, digest: SecretDigest) -> Result<Option<Uuid>, AppError> {
        let key = token_guard(digest);
        let owner = |guard: &Guard| Uuid::parse_str(&guard.stream).ok();
        let known = self.cache.guards().get(&key).and_then(owner);
        if known.is_some() {
            return Ok(known);
        }
        let Some(guard) = self.log.guard(&key).await? else { return Ok(None) };
        let found = owner(&guard);
        self.cache.put_guard(key, guard);
        Ok(found)
    }
}
