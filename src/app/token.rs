//! Tokens of accounts, by which programs act as members of staff: issuing, revoking and listing them.
//!
//! Invariants: the secret is told once, to who has it issued, and kept nowhere; everybody has tokens of the own account
//! issued, the operator those of any.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::target::ends_with;
use super::{App, AppError, Done};
use crate::accounts::secret::{Secret, digest_of};
use crate::accounts::{Actor, Caller};
use crate::domain::StreamType;
use crate::domain::account::{Account, AccountCommand, AccountRefusal, Token};
use crate::domain::ids::{SealedRevision, StaffId, TokenId};
use crate::input::words;
use crate::people::Sealed;
use crate::text::cleaning::clean;

/// A label has at most so many characters.
pub const LABEL_MAX: usize = 60;
/// The days for which a token holds where nothing else is said.
const DAYS: i32 = 90;
/// What every secret begins with, so that one that lies about is known for what it is.
const PREFIX: &str = "gt_";

/// Has a token of an account issued: of the own one, or by the operator of another's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct IssueToken {
    /// Name, id or its end; the own account unless given.
    #[arg(long)]
    pub staff: Option<String>,
    /// What it is for. Sealed.
    #[arg(long)]
    pub label: String,
    /// The last day on which it holds; 90 days from today unless given.
    #[arg(long, value_parser = words::day)]
    pub until: Option<Date>,
    /// Whether it only asks and records nothing.
    #[arg(long = "read-only")]
    pub reads_only: bool,
}

/// Takes a token back for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RevokeToken {
    /// Name, id or its end; the own account unless given.
    #[arg(long)]
    pub staff: Option<String>,
    /// Id or its end.
    pub token: String,
}

/// The tokens of an account; to the operator, who has none, those of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListTokens {
    /// Name, id or its end; the own account unless given.
    #[arg(long)]
    pub staff: Option<String>,
}

/// A token just issued, with what is never told again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    pub token: TokenId,
    pub secret: Secret,
    /// The last day on which it holds.
    pub until: Date,
}

/// A token as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedToken {
    pub token: TokenId,
    pub label: String,
    pub owner: StaffId,
    pub owner_name: String,
    pub reads_only: bool,
    /// The last day on which it holds.
    pub until: Date,
    pub revoked_on: Option<Date>,
}

/// Why nothing is done about a token, a session, or a second factor.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "account.")]
pub enum TokenRefusal {
    TokenOfAnother,
    /// A token that leaked would outlive its revocation.
    TokenByToken,
    TokenLabel,
    SeveralTokens(String),
    NoSuchSession,
    SeveralSessions(String),
    DemonstrationByStaff,
}

impl App {
    /// Has a token issued. Where the same command was recorded meanwhile, what is done says so, and the secret is nothing.
    pub(super) async fn issue_token(&self, call: Call<'_>, issue: &IssueToken) -> Result<(Done, IssuedToken), Failure> {
        if call.caller.came_by_token() {
            return Err(TokenRefusal::TokenByToken.into());
        }
        let account = self.own_or_overseen(call.caller, issue.staff.as_deref(), false).await?;
        let label = checked(&issue.label)?;
        let (effective_on, reads_only) = (self.today(), issue.reads_only);
        let expires_on = issue.until.unwrap_or_else(|| effective_on.saturating_add(DAYS.days()));
        let (token, secret) = (TokenId(self.new_id()), Secret::generate(PREFIX).map_err(AppError::from)?);
        let digest = digest_of(secret.as_str());
        let command = |label| AccountCommand::IssueToken { token, digest, label, reads_only, expires_on, effective_on };
        let done = self.record_sealed(call, account, &label, command).await?;
        Ok((done, IssuedToken { token, secret, until: expires_on }))
    }

    pub(super) async fn revoke_token(&self, call: Call<'_>, revoke: &RevokeToken) -> Result<Done, Failure> {
        let account = self.own_or_overseen(call.caller, revoke.staff.as_deref(), true).await?;
        self.bring_up_to_date::<Account>(&[account.0]).await?;
        let (known, _) = self.load::<Account>(account.0).await?;
        let token = the_one(known.tokens(), &clean(&revoke.token))?;
        let command = AccountCommand::RevokeToken { token, effective_on: self.today() };
        self.record_account(call, account, command, vec![]).await
    }

    /// The tokens of the account that is meant, in the order of their issue, also those that hold no more.
    pub(super) async fn tokens(&self, caller: &Caller, list: &ListTokens) -> Result<Vec<ListedToken>, Failure> {
        let accounts: Vec<Uuid> = match (&caller.staff, &list.staff) {
            (None, None) => self.log.stream_ids(StreamType::Account).await?,
            (Some(_), _) | (None, Some(_)) => {
                vec![self.own_or_overseen(caller, list.staff.as_deref(), true).await?.0]
            }
        };
        self.bring_up_to_date::<Account>(&accounts).await?;
        let (names, sealed) = (self.staff_names(&accounts).await?, self.unsealed(&accounts).await?);
        let mut listed = vec![];
        for id in accounts {
            let (account, _) = self.load::<Account>(id).await?;
            let label = |revision: SealedRevision| match sealed.get(&(id, revision.0)) {
                Some(Sealed::Note { text }) => text.clone(),
                Some(_) | None => String::new(),
            };
            listed.extend(account.tokens().iter().map(|token| ListedToken {
                token: token.id,
                label: label(token.label),
                owner: StaffId(id),
                owner_name: names.get(&id).cloned().unwrap_or_default(),
                reads_only: token.reads_only,
                until: token.expires_on,
                revoked_on: token.revoked_on,
            }));
        }
        Ok(listed)
    }

    /// The account whose tokens or sessions are meant: the own one, or that of somebody else to the operator, and `as_overseer` to
    /// those who answer for it. To anybody else every other account is alike, be it there or not.
    pub(super) async fn own_or_overseen(
        &self,
        caller: &Caller,
        wanted: Option<&str>,
        as_overseer: bool,
    ) -> Result<StaffId, Failure> {
        let oversees = match caller.actor_kind() {
            Actor::Operator => true,
            Actor::Bureau | Actor::Principal => as_overseer,
            Actor::Officer | Actor::ClassTeacher | Actor::Mentor | Actor::Auditor => false,
        };
        match (caller.staff_id(), wanted) {
            (Some(own), None) => Ok(own),
            (Some(own), Some(wanted)) if ends_with(own.0, &clean(wanted)) => Ok(own),
            (None, None) => Err(InputRefusal::FieldsMissing(vec!["staff"]).into()),
            (_, Some(wanted)) if oversees => Ok(self.find_account(caller, wanted).await?),
            (_, Some(_)) => Err(TokenRefusal::TokenOfAnother.into()),
        }
    }
}

/// The label as it is sealed.
fn checked(label: &str) -> Result<Sealed, TokenRefusal> {
    let text = clean(label);
    if text.is_empty() || text.chars().count() > LABEL_MAX {
        return Err(TokenRefusal::TokenLabel);
    }
    Ok(Sealed::Note { text })
}

/// The only token with this id or end of an id.
fn the_one(tokens: &[Token], wanted: &str) -> Result<TokenId, Failure> {
    let found: Vec<&Token> = tokens.iter().filter(|token| ends_with(token.id.0, wanted)).collect();
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => Err(AppError::from(AccountRefusal::NoSuchToken).into()),
        [_, _, ..] => Err(TokenRefusal::SeveralTokens(wanted.to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn token(id: u128) -> Token {
        Token {
            id: TokenId(Uuid::from_u128(id)),
            digest: digest_of("x"),
            label: SealedRevision(2),
            reads_only: false,
            issued_on: date(2024, 9, 1),
            expires_on: date(2024, 9, 2),
            revoked_on: None,
        }
    }

    #[test]
    fn a_token_is_meant_by_its_id_or_an_end_that_only_one_has() {
        let end = 0x0123_4567;
        let tokens = [token(end), token((1 << 32) + end)];
        let found = |wanted: &str| the_one(&tokens, wanted);
        assert_eq!(found("…101234567").unwrap(), tokens[1].id);
        assert_eq!(found(&tokens[0].id.0.to_string()).unwrap(), tokens[0].id);
        let several = TokenRefusal::SeveralTokens("01234567".to_owned());
        assert!(matches!(found("01234567"), Err(Failure::Token(refusal)) if refusal == several));
        assert!(matches!(found("1234567"), Err(Failure::App(AppError::Account(AccountRefusal::NoSuchToken)))));
    }
}
