//! Deciding in the name of staff who could sign in: in an emergency, which the account's stream records before.

use super::App;
use super::actions::Action;
use super::execute::again;
use super::failure::Failure;
use super::gate::GateRefusal;
use super::key::Call;
use crate::accounts::Caller;
use crate::domain::account::AccountCommand;

impl App {
    /// Lets the operator decide in the name of a member of staff: as long as nobody has signed in, or for a reason that is
    /// recorded.
    pub(super) async fn expect_emergency(&self, caller: &Caller, action: Action) -> Result<(), Failure> {
        if !self.has_anybody_signed_in().await? {
            return Ok(());
        }
        let (Some(reason), Some(account)) = (caller.emergency, caller.staff_id()) else {
            return Err(GateRefusal::InTheNameOfStaff.into());
        };
        again(|| async {
            let key = self.stored_key(None);
            let call = Call { caller, key: &key, is_keyed: false, asked: "emergency" };
            let (action, effective_on) = (action.name().to_owned(), self.today());
            let command = AccountCommand::UseEmergency { reason, action, effective_on };
            self.record_account(call, account, command, vec![]).await
        })
        .await?;
        Ok(())
    }
}
