//! How a command of an account is recorded: with what is sealed of it, and with the guards of secrets by which it is found.

use serde_json::json;

use crate::app::execute::again;
use crate::app::failure::Failure;
use crate::app::key::Call;
use crate::app::people::token_guard;
use crate::app::request::{Order, Request};
use crate::app::{App, AppError, Done};
use crate::domain::account::AccountCommand;
use crate::domain::ids::{SealedRevision, StaffId};
use crate::event_log::request::GuardUse;
use crate::event_log::table::{Removal, TableRows};
use crate::people::Sealed;

impl App {
    /// Records what refers to words sealed under the account's next revision; when somebody else has taken that one, it is
    /// worked out again.
    pub(in crate::app) async fn record_sealed(
        &self,
        call: Call<'_>,
        account: StaffId,
        words: &Sealed,
        command: impl Fn(SealedRevision) -> AccountCommand,
    ) -> Result<Done, Failure> {
        again(|| async {
            let (revision, row) = self.sealed_next(account, words).await?;
            match self.record_account(call, account, command(revision), vec![row]).await? {
                // New words are never what stands already: somebody else took their revision meanwhile.
                Done::Unchanged if self.last_sealed(account).await? >= revision.0 => {
                    Err(AppError::from(crate::event_log::request::AppendError::Stale).into())
                }
                done => Ok(done),
            }
        })
        .await
    }

    /// Words sealed under the account's next revision, and its row.
    pub(in crate::app) async fn sealed_next(
        &self,
        account: StaffId,
        words: &Sealed,
    ) -> Result<(SealedRevision, TableRows), AppError> {
        let revision = self.last_sealed(account).await? + 1;
        Ok((SealedRevision(revision), self.people.seal(account.0, revision, words)?))
    }

    /// The last revision that is sealed for an account; 0 where there is none.
    async fn last_sealed(&self, account: StaffId) -> Result<u32, AppError> {
        let sealed = self.log.sealed(&[account.0]).await?;
        Ok(sealed.iter().map(|(_, revision, _)| *revision).max().unwrap_or(0))
    }

    pub(in crate::app) async fn record_account(
        &self,
        call: Call<'_>,
        account: StaffId,
        command: AccountCommand,
        rows: Vec<TableRows>,
    ) -> Result<Done, Failure> {
        self.record_of_account(call, account, command, (rows, vec![], vec![])).await
    }

    /// Records a command of an account, with rows, guards and removals beside it.
    pub(in crate::app) async fn record_of_account(
        &self,
        call: Call<'_>,
        account: StaffId,
        command: AccountCommand,
        (rows, mut guards, removals): (Vec<TableRows>, Vec<GuardUse>, Vec<Removal>),
    ) -> Result<Done, Failure> {
        let mut answer = json!({ "account": account });
        if let AccountCommand::IssueToken { token, digest, .. } = &command {
            let set = Some(account.0.to_string());
            guards.push(GuardUse { guard: token_guard(*digest), version: 0, set });
            answer = json!({ "token": token, "account": account });
        }
        let mut request = Request::new(call.key, call.asked, vec![Order::Account { account, command }]);
        (request.rows, request.guards, request.removals, request.answer) = (rows, guards, removals, answer);
        Ok(self.execute(call.caller, request).await?)
    }
}
