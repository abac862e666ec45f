//! Sessions: whose a secret of a browser is, how long, and how they end.

use uuid::Uuid;

use super::SignInRefusal;
use crate::accounts::Caller;
use crate::accounts::secret::{Secret, digest_of};
use crate::accounts::visitor::Visitor;
use crate::app::account::staff_of;
use crate::app::{App, AppError};
use crate::domain::account::{Account, AccountState};
use crate::domain::ids::{SessionId, StaffId};
use crate::event_log::table::{Change, Removal, SESSION, TableRows, Value};
use crate::event_log::working::Which;

/// A session of which nothing was heard for so long has ended.
pub const IDLE_SECONDS: i64 = 60 * 60;
/// A session ends after so long, whatever is done in it: a day's work.
pub const SESSION_SECONDS: i64 = 12 * 60 * 60;
/// Who showed who it is may do for so long what asks for it.
const FRESH_SECONDS: i64 = 15 * 60;
/// Hearing from a session again is written down after so long only.
const SEEN_SECONDS: i64 = 5 * 60;
/// Sessions of one account at once; beyond, the oldest ends.
const SESSIONS_MAX: usize = 20;
const MICROS: i64 = 1_000_000;

/// How somebody who is signed in does that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAccess {
    pub name: String,
    /// The name that is typed to sign in.
    pub login: String,
    /// How many recovery codes are left; `None` without a second factor.
    pub recovery_left: Option<u32>,
}

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct KeptSession {
    pub account: StaffId,
    pub id: SessionId,
    pub digest: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub confirmed_at: i64,
    pub ends_at: i64,
    pub agent: String,
    pub address: String,
    /// In whose place the account acts here.
    pub in_place_of: Option<StaffId>,
}

impl KeptSession {
    /// `None` for what this program never writes.
    fn of(row: &[Value]) -> Option<Self> {
        let [
            Value::Text(account),
            Value::Text(id),
            Value::Text(digest),
            Value::Int(created_at),
            Value::Int(seen_at),
            Value::Int(confirmed_at),
            Value::Int(ends_at),
            Value::Text(agent),
            Value::Text(address),
            in_place_of,
        ] = row
        else {
            return None;
        };
        Some(Self {
            account: StaffId(Uuid::parse_str(account.as_str()).ok()?),
            id: SessionId(Uuid::parse_str(id.as_str()).ok()?),
            digest: digest.to_string(),
            created_at: *created_at,
            seen_at: *seen_at,
            confirmed_at: *confirmed_at,
            ends_at: *ends_at,
            agent: agent.to_string(),
            address: address.to_string(),
            in_place_of: match in_place_of {
                Value::Text(absent) => Some(StaffId(Uuid::parse_str(absent.as_str()).ok()?)),
                _ => None,
            },
        })
    }

    fn rows(&self) -> TableRows {
        let row = vec![
            Value::text(self.account.0.to_string()),
            Value::text(self.id.0.to_string()),
            Value::text(&self.digest),
            Value::Int(self.created_at),
            Value::Int(self.seen_at),
            Value::Int(self.confirmed_at),
            Value::Int(self.ends_at),
            Value::text(&self.agent),
            Value::text(&self.address),
            self.in_place_of.map_or(Value::Null, |absent| Value::text(absent.0.to_string())),
        ];
        TableRows { table: &SESSION, name: SESSION.name.to_owned(), rows: vec![row] }
    }

    pub(in crate::app) fn removal(&self) -> Removal {
        removal(self.account, Some(self.id))
    }

    /// What sets an instant of it, if it has not been ended.
    fn setting(&self, column: &'static str, value: Value) -> Change {
        Change { table: &SESSION, key: self.removal().key, column, value, was: None }
    }

    fn is_over(&self, now: i64) -> bool {
        now >= self.ends_at || now >= self.seen_at + IDLE_SECONDS * MICROS
    }
}

/// What takes away a session of an account, or all of them.
pub(in crate::app) fn removal(account: StaffId, session: Option<SessionId>) -> Removal {
    let account = Value::text(account.0.to_string());
    let key = std::iter::once(account).chain(session.map(|session| Value::text(session.0.to_string()))).collect();
    Removal { table: &SESSION, key }
}

impl App {
    /// Who is signed in with this secret: the member of staff, in today's role and scope, or in those of the one in whose
    /// place the session is.
    ///
    /// # Errors
    /// As [`App::owner_of_session`]; if the owner may not act in that one's place any more.
    pub async fn caller_of_session(&self, secret: &str, source: &'static str) -> Result<Caller, SignInRefusal> {
        match self.owner_of_session(secret, source).await? {
            (owner, None) => Ok(owner),
            (owner, Some(absent)) => Ok(self.in_place_of(&owner, absent).await?),
        }
    }

    /// Whose session it is, in today's own role and scope, and in whose place the session is.
    ///
    /// # Errors
    /// The same for what is no session, one that has ended, and an account that may nothing.
    pub async fn owner_of_session(
        &self,
        secret: &str,
        source: &'static str,
    ) -> Result<(Caller, Option<StaffId>), SignInRefusal> {
        let now = self.now();
        let session = self.session_of(secret).await?.filter(|session| !session.is_over(now));
        let session = session.ok_or(SignInRefusal::NoSession)?;
        self.bring_up_to_date::<Account>(&[session.account.0]).await?;
        let (account, _) = self.load::<Account>(session.account.0).await?;
        let state = account.on(self.today()).filter(|state| state.acting().is_ok());
        // The role may have become one that needs more than was shown.
        let has_enough = |state: &AccountState| !state.needs_second_factor() || account.access().has_second_factor();
        let staff = state.filter(has_enough).and_then(|state| staff_of(session.account, &state));
        let staff = staff.ok_or(SignInRefusal::NoSession)?;
        if now >= session.seen_at + SEEN_SECONDS * MICROS {
            // It goes on where this cannot be written; a session that somebody ends meanwhile has ended.
            let _seen = self.log.touch(vec![session.setting("seen_at", Value::Int(now))]).await;
        }
        let is_fresh = now < session.confirmed_at + FRESH_SECONDS * MICROS;
        Ok((Caller::signed_in(staff, source, session.id, is_fresh), session.in_place_of))
    }

    /// From now on the caller acts in this session in somebody's place, or as oneself again.
    ///
    /// # Errors
    /// `NoSession` for a caller who is not signed in; as [`App::in_place_of`].
    pub async fn take_place(&self, caller: &Caller, absent: Option<StaffId>) -> Result<(), SignInRefusal> {
        let oneself = caller.as_oneself();
        let (Some(session), Some(own)) = (oneself.session(), oneself.staff_id()) else {
            return Err(SignInRefusal::NoSession);
        };
        if let Some(absent) = absent {
            self.in_place_of(&oneself, absent).await?;
        }
        let kept = self.kept_sessions(own).await?.into_iter().filter(|kept| kept.id == session);
        let place = absent.map_or(Value::Null, |absent| Value::text(absent.0.to_string()));
        let changes = kept.map(|kept| kept.setting("in_place_of", place.clone()));
        self.log.touch(changes.collect()).await.map_err(AppError::from)?;
        Ok(())
    }

    /// How the caller signs in.
    ///
    /// # Errors
    /// `NoSession` for a caller who is not signed in; when the database does not answer.
    pub async fn own_access(&self, caller: &Caller) -> Result<OwnAccess, SignInRefusal> {
        let account = caller.session().and(caller.staff_id()).ok_or(SignInRefusal::NoSession)?;
        let credentials = self.credentials(account).await?.ok_or(SignInRefusal::NoSession)?;
        let (stream, _) = self.load::<Account>(account.0).await?;
        Ok(OwnAccess {
            name: self.staff_names(&[account.0]).await?.remove(&account.0).unwrap_or_default(),
            login: credentials.login,
            recovery_left: stream.access().has_second_factor().then(|| stream.access().recovery_left()),
        })
    }

    /// Ends the session with this secret; it is no fault if there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_out(&self, secret: &str) -> Result<(), AppError> {
        if let Some(session) = self.session_of(secret).await? {
            self.log.keep(vec![], vec![session.removal()]).await?;
        }
        Ok(())
    }

    async fn session_of(&self, secret: &str) -> Result<Option<KeptSession>, AppError> {
        let digest = digest_of(secret).to_string();
        let rows = self.log.working_rows(&SESSION, Which::With("digest", &digest)).await?;
        Ok(rows.first().and_then(|row| KeptSession::of(row)))
    }

    /// The sessions of an account that have not ended, the latest first.
    pub(in crate::app) async fn sessions_of(&self, account: StaffId) -> Result<Vec<KeptSession>, AppError> {
        let now = self.now();
        let kept = self.kept_sessions(account).await?;
        Ok(kept.into_iter().filter(|kept| !kept.is_over(now)).collect())
    }

    async fn kept_sessions(&self, account: StaffId) -> Result<Vec<KeptSession>, AppError> {
        let rows = self.log.working_rows(&SESSION, Which::With("account", &account.0.to_string())).await?;
        let mut kept: Vec<KeptSession> = rows.iter().filter_map(|row| KeptSession::of(row)).collect();
        kept.sort_by_key(|session| std::cmp::Reverse(session.created_at));
        Ok(kept)
    }

    /// The row of a session that begins, and those of the account that go for it.
    pub(super) async fn beginning(
        &self,
        account: StaffId,
        id: SessionId,
        secret: &Secret,
        visitor: &Visitor,
    ) -> Result<(Vec<TableRows>, Vec<Removal>), AppError> {
        let now = self.now();
        let new = KeptSession {
            account,
            id,
            digest: digest_of(secret.as_str()).to_string(),
            created_at: now,
            seen_at: now,
            confirmed_at: now,
            ends_at: now + SESSION_SECONDS * MICROS,
            agent: visitor.agent.to_owned(),
            address: visitor.shown(),
            in_place_of: None,
        };
        let kept = self.kept_sessions(account).await?.into_iter().enumerate();
        let going = kept.filter(|(index, kept)| kept.is_over(now) || index + 1 >= SESSIONS_MAX);
        Ok((vec![new.rows()], going.map(|(_, kept)| kept.removal()).collect()))
    }

    /// Notes that the owner of a session showed again who it is, if it has not been ended. It goes on under this secret:
    /// who has the one before is out.
    pub(super) async fn confirmed(&self, account: StaffId, id: SessionId, secret: &Secret) -> Result<(), AppError> {
        let kept = self.kept_sessions(account).await?.into_iter().filter(|kept| kept.id == id);
        let (now, digest) = (Value::Int(self.now()), Value::text(digest_of(secret.as_str()).to_string()));
        let set = [("confirmed_at", now.clone()), ("seen_at", now), ("digest", digest)];
        let changes = kept.flat_map(|kept| set.clone().map(|(column, value)| kept.setting(column, value)));
        Ok(self.log.touch(changes.collect()).await?)
    }

    /// Deletes the sessions that have ended, of all accounts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget_ended_sessions(&self) -> Result<(), AppError> {
        let now = self.now();
        let idle = self.log.working_rows(&SESSION, Which::Before("seen_at", now - IDLE_SECONDS * MICROS)).await?;
        let ended = self.log.working_rows(&SESSION, Which::Before("ends_at", now)).await?;
        let kept = idle.iter().chain(&ended).filter_map(|row| KeptSession::of(row));
        let removals: Vec<Removal> = kept.map(|kept| kept.removal()).collect();
        if !removals.is_empty() {
            self.log.keep(vec![], removals).await?;
        }
        Ok(())
    }
}
