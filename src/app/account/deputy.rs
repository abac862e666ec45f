//! Who acts in the place of an absent member of staff: appointing and ending it.

use jiff::civil::Date;

use super::{Deputise, EndDeputy};
use crate::accounts::{Caller, Role};
use crate::app::actions::Action;
use crate::app::failure::Failure;
use crate::app::key::Call;
use crate::app::{App, Done};
use crate::domain::account::AccountCommand;
use crate::domain::ids::StaffId;

impl App {
    pub(super) async fn deputise(&self, call: Call<'_>, input: &Deputise) -> Result<Done, Failure> {
        let account = self.find_represented(call.caller, &input.staff).await?;
        let deputy = self.find_account(call.caller, &input.deputy).await?;
        let command = AccountCommand::AppointDeputy { deputy, last_day: input.to, effective_on: input.from };
        self.record_account(call, account, command, vec![]).await
    }

    pub(super) async fn end_deputy(
        &self,
        call: Call<'_>,
        input: &EndDeputy,
        effective_on: Date,
    ) -> Result<Done, Failure> {
        let account = self.find_represented(call.caller, &input.staff).await?;
        self.record_account(call, account, AccountCommand::EndDeputy { effective_on }, vec![]).await
    }

    /// Whoever may change staff says who represents whom; an officer, as with interns, of mentors only.
    async fn find_represented(&self, caller: &Caller, wanted: &str) -> Result<StaffId, Failure> {
        let account = self.find_account(caller, wanted).await?;
        let states = self.account_states(&[account.0]).await?;
        if states.iter().any(|(_, state)| state.duty.role != Role::Mentor) {
            self.permits(caller, Action::StaffChange).await?;
        }
        Ok(account)
    }
}
