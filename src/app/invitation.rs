//! Inviting staff to set up how they sign in, and letting some of them do without a second factor.
//!
//! Invariant: the secret of an invitation is told once, to who invites, and kept nowhere.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::key::Call;
use super::people::invitation_guard;
use super::{App, AppError, Done};
use crate::accounts::secret::{Secret, digest_of};
use crate::domain::account::AccountCommand;
use crate::domain::account::codes::WaiverReason;
use crate::domain::ids::StaffId;
use crate::event_log::request::GuardUse;
use crate::input::words;

/// The days for which an invitation holds where nothing else is said.
const DAYS: i32 = 7;

/// Invites a member of staff to set up how the account signs in, or to do that anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct InviteStaff {
    /// Name, id or its end.
    pub staff: String,
    /// The last day on which it holds; seven days from today unless given.
    #[arg(long, value_parser = words::day)]
    pub until: Option<Date>,
}

/// From a day on a class teacher or mentor may sign in without a second factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct WaiveSecondFactor {
    /// Name, id or its end.
    pub staff: String,
    #[arg(long, value_parser = words::TermParser::<WaiverReason>::new())]
    pub reason: WaiverReason,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// An invitation, with what is never told again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedInvitation {
    pub account: StaffId,
    pub name: String,
    pub secret: Secret,
    /// The last day on which it holds.
    pub until: Date,
}

impl App {
    /// Invites a member of staff. Where the same command was recorded meanwhile, what is done says so, and the secret is
    /// nothing.
    pub(super) async fn invite(
        &self,
        call: Call<'_>,
        invite: &InviteStaff,
        guards: Vec<GuardUse>,
    ) -> Result<(Done, IssuedInvitation), Failure> {
        let account = self.find_account(call.caller, &invite.staff).await?;
        let effective_on = self.today();
        let expires_on = invite.until.unwrap_or_else(|| effective_on.saturating_add(DAYS.days()));
        let secret = Secret::to_type().map_err(AppError::from)?;
        let digest = digest_of(secret.as_str());
        let own = GuardUse { guard: invitation_guard(digest), version: 0, set: Some(account.0.to_string()) };
        let guards = guards.into_iter().chain([own]).collect();
        let command = AccountCommand::Invite { digest, expires_on, effective_on };
        let done = self.record_of_account(call, account, command, (vec![], guards, vec![])).await?;
        let name = self.staff_names(&[account.0]).await?.remove(&account.0).unwrap_or_default();
        Ok((done, IssuedInvitation { account, name, secret, until: expires_on }))
    }

    pub(super) async fn waive_second_factor(&self, call: Call<'_>, waive: &WaiveSecondFactor) -> Result<Done, Failure> {
        if waive.reason == WaiverReason::Demonstration && call.caller.staff.is_some() {
            return Err(super::token::TokenRefusal::DemonstrationByStaff.into());
        }
        let account = self.find_account(call.caller, &waive.staff).await?;
        let effective_on = waive.on.unwrap_or_else(|| self.today());
        let command = AccountCommand::WaiveSecondFactor { reason: waive.reason, effective_on };
        self.record_account(call, account, command, vec![]).await
    }
}
