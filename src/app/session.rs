//! The sessions of accounts: which there are, and ending one that somebody else has.

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::failure::Failure;
use super::key::Call;
use super::sign_in::removal;
use super::target::ends_with;
use super::token::TokenRefusal;
use super::{App, Done};
use crate::accounts::Caller;
use crate::domain::StreamType;
use crate::domain::account::AccountCommand;
use crate::domain::ids::{SessionId, StaffId};
use crate::text::cleaning::clean;

/// The sessions of an account that have not ended; to the operator those of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListSessions {
    /// Name, id or its end; the own account unless given.
    #[arg(long)]
    pub staff: Option<String>,
}

/// Ends a session of an account, or all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RevokeSessions {
    /// Name, id or its end; the own account unless given.
    #[arg(long)]
    pub staff: Option<String>,
    /// Id or its end; all of them unless given.
    #[arg(long)]
    pub session: Option<String>,
}

/// A session as lists show it; instants in microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    pub session: SessionId,
    pub owner: StaffId,
    pub owner_name: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub ends_at: i64,
    /// Kind of browser.
    pub agent: String,
    /// The network from which it began.
    pub address: String,
    /// Whether it is the one in which this is asked.
    pub is_own: bool,
}

impl App {
    pub(super) async fn sessions(&self, caller: &Caller, list: &ListSessions) -> Result<Vec<ListedSession>, Failure> {
        let accounts: Vec<Uuid> = match (&caller.staff, &list.staff) {
            (None, None) => self.log.stream_ids(StreamType::Account).await?,
            (Some(_), _) | (None, Some(_)) => vec![self.own_or_overseen(caller, list.staff.as_deref(), true).await?.0],
        };
        let names = self.staff_names(&accounts).await?;
        let mut listed = vec![];
        for account in accounts {
            for kept in self.sessions_of(StaffId(account)).await? {
                listed.push(ListedSession {
                    session: kept.id,
                    owner: kept.account,
                    owner_name: names.get(&account).cloned().unwrap_or_default(),
                    created_at: kept.created_at,
                    seen_at: kept.seen_at,
                    ends_at: kept.ends_at,
                    is_own: caller.session() == Some(kept.id),
                    agent: kept.agent,
                    address: kept.address,
                });
            }
        }
        Ok(listed)
    }

    pub(super) async fn revoke_sessions(&self, call: Call<'_>, revoke: &RevokeSessions) -> Result<Done, Failure> {
        let account = self.own_or_overseen(call.caller, revoke.staff.as_deref(), true).await?;
        let open = self.sessions_of(account).await?;
        let ids: Vec<SessionId> = open.iter().map(|kept| kept.id).collect();
        let session = revoke.session.as_deref().map(|wanted| the_one(&ids, &clean(wanted))).transpose()?;
        if open.is_empty() {
            return Ok(Done::Unchanged);
        }
        let command = AccountCommand::RevokeSessions { session, effective_on: self.today() };
        self.record_of_account(call, account, command, (vec![], vec![], vec![removal(account, session)])).await
    }
}

/// The only session with this id or end of an id.
fn the_one(sessions: &[SessionId], wanted: &str) -> Result<SessionId, TokenRefusal> {
    let found: Vec<&SessionId> = sessions.iter().filter(|session| ends_with(session.0, wanted)).collect();
    match found.as_slice() {
        [one] => Ok(**one),
        [] => Err(TokenRefusal::NoSuchSession),
        [_, _, ..] => Err(TokenRefusal::SeveralSessions(wanted.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_meant_by_its_id_or_an_end_that_only_one_has() {
        let end = 0x0123_4567;
        let sessions = [end, (1 << 32) + end].map(|id| SessionId(Uuid::from_u128(id)));
        assert_eq!(the_one(&sessions, "…101234567"), Ok(sessions[1]));
        assert_eq!(the_one(&sessions, &sessions[0].0.to_string()), Ok(sessions[0]));
        assert_eq!(the_one(&sessions, "01234567"), Err(TokenRefusal::SeveralSessions("01234567".to_owned())));
        assert_eq!(the_one(&sessions, "76543210"), Err(TokenRefusal::NoSuchSession));
    }
}
