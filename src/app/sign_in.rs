//! Who comes in by something that is kept secret: a token.

use derive_more::From;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use super::people::token_guard;
use super::token::digest_of;
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::account::Account;
use crate::domain::ids::StaffId;

/// Why nobody comes in.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "sign_in.")]
pub enum SignInRefusal {
    /// Whatever is wrong with it: who tries tokens out learns nothing.
    TokenInvalid,
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl App {
    /// Who shows this token: the member of staff whose it is, in today's role and scope. Each attempt is hashed and looked
    /// up once, whatever it looks like; what is looked up is the hash, so that the time tells nothing about secrets.
    ///
    /// # Errors
    /// The same for what is no token, a token that is unknown, revoked or expired, and an account that may nothing.
    pub async fn caller_of_token(&self, secret: &str, source: &'static str) -> Result<Caller, SignInRefusal> {
        let digest = digest_of(secret);
        let guard = self.log.guard(&token_guard(digest)).await.map_err(AppError::from)?;
        let Some(id) = guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()) else {
            return Err(SignInRefusal::TokenInvalid);
        };
        // Another process may have revoked it.
        self.bring_up_to_date::<Account>(&[id]).await?;
        let (account, _) = self.load::<Account>(id).await?;
        let (token, state) = match (account.token(&digest, self.today()), account.on(self.today())) {
            (Some(token), Some(state)) => (token, state),
            (None, _) | (_, None) => return Err(SignInRefusal::TokenInvalid),
        };
        let staff = super::account::staff_of(StaffId(id), &state).ok_or(SignInRefusal::TokenInvalid)?;
        Ok(Caller::signed_in(staff, source, token.reads_only))
    }
}
