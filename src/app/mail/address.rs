//! Where an account is written to, and whether it wants the daily digest: said by its owner, by those who answer for it, or by
//! the link in a digest.

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::accounts::{Caller, Staff};
use crate::app::account::AccountFailure;
use crate::app::failure::{Failure, InputRefusal};
use crate::app::key::Call;
use crate::app::mail::message::DigestWish;
use crate::app::request::{Order, Request};
use crate::app::{App, AppError, Done};
use crate::domain::StreamType;
use crate::domain::account::{Account, AccountCommand, AccountState};
use crate::domain::ids::{SealedRevision, StaffId};
use crate::input::words;
use crate::people::Sealed;
use crate::text::cleaning::clean;

/// Bytes of an address (RFC 5321, 4.5.3.1.3, without its angle brackets).
const ADDRESS_MAX: usize = 254;

/// Says where an account is written to, and whether it wants the daily digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct SetMail {
    /// Name, id or its end; the own account unless given.
    #[arg(long)]
    pub staff: Option<String>,
    /// Where it is written to from now on. Sealed.
    #[arg(long)]
    pub mail: Option<String>,
    /// It is written to nowhere from now on.
    #[arg(long, conflicts_with = "mail")]
    #[serde(default)]
    pub no_mail: bool,
    /// Whether the daily digest is sent.
    #[arg(long, value_parser = words::TermParser::<DigestWish>::new())]
    pub digest: Option<DigestWish>,
}

/// Where mail goes to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub staff: Staff,
    pub name: String,
    pub address: String,
    /// The sealed revision that holds the address.
    pub revision: SealedRevision,
}

impl App {
    pub(in crate::app) async fn set_mail(&self, call: Call<'_>, input: &SetMail) -> Result<Done, Failure> {
        let account = self.own_or_overseen(call.caller, input.staff.as_deref(), true).await?;
        let effective_on = self.today();
        let mut orders = vec![];
        let mut rows = vec![];
        match &input.mail {
            Some(_) if input.no_mail => return Err(AccountFailure::MailAddress.into()),
            Some(mail) => {
                let address = checked(mail)?;
                let (stream, _) = self.load::<Account>(account.0).await?;
                // One that mail came back from is tried again when it is said again.
                let state = stream.on(effective_on);
                let known = state.filter(|state| state.mail.is_some_and(|mail| mail.dead_since.is_none()));
                if self.address_of(account, known.as_ref()).await?.as_ref() != Some(&address) {
                    let (address, row) = self.sealed_next(account, &Sealed::Mail { address }).await?;
                    rows.push(row);
                    orders.push(AccountCommand::GiveMailAddress { address, effective_on });
                }
            }
            None if input.no_mail => orders.push(AccountCommand::TakeMailAddress { effective_on }),
            None if input.digest.is_none() => return Err(InputRefusal::FieldsMissing(vec!["mail"]).into()),
            None => (),
        }
        let wanted = input.digest.map(|wish| wish == DigestWish::Daily);
        orders.extend(wanted.map(|wanted| AccountCommand::ChooseDigest { wanted, effective_on }));
        let orders = orders.into_iter().map(|command| Order::Account { account, command }).collect();
        let request = Request { rows, ..Request::new(call.key, call.asked, orders) };
        Ok(self.execute(call.caller, request).await?)
    }

    async fn address_of(&self, account: StaffId, state: Option<&AccountState>) -> Result<Option<String>, AppError> {
        let Some(mail) = state.and_then(|state| state.mail) else { return Ok(None) };
        match self.unsealed(&[account.0]).await?.remove(&(account.0, mail.address.0)) {
            Some(Sealed::Mail { address }) => Ok(Some(address)),
            Some(_) | None => Ok(None),
        }
    }

    /// Where mail goes to an account today; `None` where it may not act, has no address, or none that mail reaches.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailbox(&self, account: StaffId) -> Result<Option<Mailbox>, AppError> {
        let states = self.account_states(&[account.0]).await?;
        let Some((_, state)) = states.first() else { return Ok(None) };
        let Some(revision) = state.reachable_at() else { return Ok(None) };
        let Some(staff) = self.staff_if_acting(account).await? else { return Ok(None) };
        let name = self.staff_names(&[account.0]).await?.remove(&account.0).unwrap_or_default();
        let address = self.address_of(account, Some(state)).await?;
        Ok(address.map(|address| Mailbox { staff, name, address, revision }))
    }

    /// The account as staff; `None` where it may not act. That nobody knows is no answer.
    pub(super) async fn staff_if_acting(&self, account: StaffId) -> Result<Option<Staff>, AppError> {
        match self.acting_staff(account).await {
            Ok(staff) => Ok(Some(staff)),
            Err(AccountFailure::App(AppError::Account(_))) => Ok(None),
            Err(AccountFailure::App(error)) => Err(error),
            Err(
                AccountFailure::Name
                | AccountFailure::BeyondScope
                | AccountFailure::NoSuchSchool(_)
                | AccountFailure::Address
                | AccountFailure::MailAddress
                | AccountFailure::SameAccount
                | AccountFailure::OtherSchool
                | AccountFailure::NothingToHandOver
                | AccountFailure::CannotTakeOver(_)
                | AccountFailure::Unknown(_)
                | AccountFailure::Ambiguous(_),
            ) => Ok(None),
        }
    }

    /// Whether an account wants the daily digest today.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wants_digest(&self, account: StaffId) -> Result<bool, AppError> {
        Ok(self.account_states(&[account.0]).await?.first().is_some_and(|(_, state)| state.wants_digest))
    }

    /// What stands in the address by which an account wants no digest any more: only this installation can make it, it holds as
    /// long as the account, and it tells nothing.
    pub fn unsubscribing(&self, account: StaffId) -> String {
        hex::encode(&self.people.command_fingerprint(format!("unsubscribe:{}", account.0).as_bytes())[..12])
    }

    /// Whose account such an address is of.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unsubscriber(&self, token: &str) -> Result<Option<StaffId>, AppError> {
        let ids = self.log.stream_ids(StreamType::Account).await?;
        Ok(ids.into_iter().map(StaffId).find(|account| self.unsubscribing(*account) == token))
    }

    /// Records that an account wants no digest any more, as who has such an address says; nothing where it did not.
    ///
    /// # Errors
    /// `NotFound` if there is no such address.
    pub async fn unsubscribe(&self, token: &str) -> Result<Done, AppError> {
        let account = self.unsubscriber(token).await?.ok_or(AppError::NotFound)?;
        let command = AccountCommand::ChooseDigest { wanted: false, effective_on: self.today() };
        let request = Request::new(self.new_id().to_string(), "unsubscribe", vec![Order::Account { account, command }]);
        // The link is the account's own, whoever follows it.
        let caller = match self.staff_if_acting(account).await? {
            Some(staff) => Caller::invited(staff, "mail"),
            None => Caller::operator("mail"),
        };
        self.execute(&caller, request).await
    }
}

/// The address as it is sealed: ASCII, one at sign, a domain behind it.
fn checked(text: &str) -> Result<String, AccountFailure> {
    let text = clean(text);
    let is_plain = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"' | '\\' | '[' | ']')
    };
    let is_domain = |domain: &str| {
        domain.split('.').count() > 1
            && domain
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    };
    let is_address = text.len() <= ADDRESS_MAX
        && text.chars().all(is_plain)
        && text.split_once('@').is_some_and(|(user, domain)| {
            !user.is_empty() && user.len() <= 64 && user.split('.').all(|part| !part.is_empty()) && is_domain(domain)
        });
    if is_address { Ok(text) } else { Err(AccountFailure::MailAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_mailbox_and_nothing_that_a_mail_server_reads_otherwise() {
        for good in ["qian@example.cn", "q.w+1@mail.example.cn", " ｑian@example.cn "] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "qian",
            "@example.cn",
            "qian@",
            "qian@cn",
            "a@b@c.cn",
            "a,b@c.cn",
            "a@c.cn\r\nRCPT TO:<b@c.cn>",
            "<a@c.cn>",
            "a..b@c.cn",
            "a@c..cn",
            "钱@c.cn",
        ] {
            assert!(checked(bad).is_err(), "{bad}");
        }
        assert!(checked(&format!("{}@example.cn", "a".repeat(65))).is_err());
    }
}
