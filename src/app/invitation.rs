//! Inviting staff to set up how they sign in, and letting some of them do without a second factor.
//!
//! Invariant: the secret of an invitation is told once, to who invites, and kept nowhere.

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::account::AccountFailure;
use super::execute::again;
use super::failure::Failure;
use super::key::Call;
use super::people::invitation_guard;
use super::request::{Order, Request};
use super::{App, AppError, Done};
use crate::accounts::secret::{Secret, digest_of};
use crate::domain::account::codes::WaiverReason;
use crate::domain::account::{Account, AccountCommand};
use crate::domain::ids::{ClassName, SchoolCode, StaffId};
use crate::domain::terms::Term as _;
use crate::event_log::request::GuardUse;
use crate::input::file::File;
use crate::input::words;
use crate::packet::file::RenderError;
use crate::packet::slips::{self, Slip};

/// Characters of the address of a server.
const ADDRESS_MAX: usize = 200;
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

/// Invites everybody of a school who has not set up signing in, and prints a slip for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct InviteSchool {
    #[arg(long, value_parser = words::school_code)]
    pub school: SchoolCode,
    /// The last day on which they hold; seven days from today unless given.
    #[arg(long, value_parser = words::day)]
    pub until: Option<Date>,
    /// Scheme, host and port of the server, to which the codes lead.
    #[arg(long)]
    pub address: Option<String>,
}

/// The slips of a school's invitations; the secrets in them are kept nowhere.
#[derive(Debug)]
pub struct PrintedInvitations {
    pub file: File,
    pub count: usize,
    /// The last day on which they hold.
    pub until: Date,
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

    /// Invites everybody of a school who may act and has not set up signing in; nothing where there is nobody, or where the
    /// same command was recorded before with secrets that were told there.
    pub(super) async fn invite_school(
        &self,
        call: Call<'_>,
        input: &InviteSchool,
    ) -> Result<(Done, Option<PrintedInvitations>), Failure> {
        let school = &input.school;
        let known = self.schools().await?.into_iter().find(|listed| listed.code == *school);
        let known = known.filter(|_| call.caller.scope.covers_school(school));
        let known = known.ok_or_else(|| AccountFailure::NoSuchSchool(school.clone()))?;
        if input.address.as_deref().is_some_and(|address| !is_address(address)) {
            return Err(AccountFailure::Address.into());
        }
        let effective_on = self.today();
        let until = input.until.unwrap_or_else(|| effective_on.saturating_add(DAYS.days()));
        again(|| async {
            let mut invited = vec![];
            for (staff, name) in self.staff_of(school).await? {
                let (account, _) = self.load::<Account>(staff.id.0).await?;
                let state = account.on(effective_on).filter(|_| account.access().credentials().is_none());
                let Some(state) = state else { continue };
                let login = self.listed_login(staff.id, &state).await?;
                invited.push((staff, name, login, Secret::to_type().map_err(AppError::from)?));
            }
            if invited.is_empty() {
                return Ok((Done::Unchanged, None));
            }
            let mut request = Request::new(call.key, call.asked, vec![]);
            for (staff, _, _, secret) in &invited {
                let digest = digest_of(secret.as_str());
                let set = Some(staff.id.0.to_string());
                request.guards.push(GuardUse { guard: invitation_guard(digest), version: 0, set });
                let command = AccountCommand::Invite { digest, expires_on: until, effective_on };
                request.orders.push(Order::Account { account: staff.id, command });
            }
            let done = self.execute(call.caller, request).await?;
            if matches!(&done, Done::Recorded(receipt) if receipt.repeated) {
                return Ok((done, None));
            }
            let slips: Vec<Slip<'_>> = invited
                .iter()
                .map(|(staff, name, login, secret)| Slip {
                    school: &known.name,
                    name,
                    role: staff.role.zh(),
                    class: staff.scope.class().map(ClassName::as_str),
                    login: login.as_deref(),
                    secret: secret.as_str(),
                    until,
                    address: input.address.as_deref().map(|address| address.trim_end_matches('/')),
                })
                .collect();
            let bytes = slips::write(&slips, self.now()).map_err(RenderError::from)?;
            let file = File { name: format!("邀请-{school}.docx"), bytes };
            Ok((done, Some(PrintedInvitations { file, count: slips.len(), until })))
        })
        .await
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

/// Whether this is scheme, host and port of a server, and nothing behind them.
fn is_address(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    host.map(|host| host.strip_suffix('/').unwrap_or(host))
        .is_some_and(|host| !host.is_empty() && host.len() <= ADDRESS_MAX && host.chars().all(is_of_host))
}
