//! What is shown of mail: what will be due, and how far what is due has come. To whom is said by name, never by address.

use std::collections::HashMap;

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::due;
use super::message::{MailKind, MailState, Message};
use crate::accounts::Caller;
use crate::app::{App, AppError};
use crate::domain::ids::StaffId;
use crate::domain::terms::Term as _;
use crate::event_log::table::OUTBOX;
use crate::event_log::working::Which;
use crate::input::words;

/// Mail to staff: what comes next, and what is due or was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListMail {
    /// Only what is in this state.
    #[arg(long, value_parser = words::TermParser::<MailState>::new())]
    pub state: Option<MailState>,
}

/// A message, or so many that will be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMail {
    pub kind: MailKind,
    /// `None` of what will be due.
    pub message: Option<Message>,
    pub due_at: i64,
    pub people: usize,
    /// By name, to whom; of what will be due nobody is named.
    pub to: Option<String>,
}

impl App {
    pub(in crate::app) async fn list_mail(
        &self,
        caller: &Caller,
        list: &ListMail,
    ) -> Result<Vec<ListedMail>, AppError> {
        let seen = self.staff(caller).await?;
        let seen: HashMap<Uuid, String> = seen.into_iter().map(|member| (member.staff.id.0, member.name)).collect();
        let which = list.state.map_or(Which::All, |state| Which::With("state", state.code()));
        let rows = self.log.working_rows(&OUTBOX, which).await?;
        let mut messages: Vec<ListedMail> = rows
            .iter()
            .filter_map(Message::of)
            .filter_map(|message| {
                let to = Some(seen.get(&message.recipient)?.clone());
                let (kind, due_at) = (message.kind, message.due_at);
                Some(ListedMail { kind, due_at, people: 1, to, message: Some(message) })
            })
            .collect();
        messages.sort_by(|one, other| other.due_at.cmp(&one.due_at).then_with(|| one.to.cmp(&other.to)));
        if list.state.is_some() {
            return Ok(messages);
        }
        let readers = self.digest_readers().await?;
        let people = readers.iter().filter(|StaffId(account)| seen.contains_key(account)).count();
        let due_at = due::next_digest(due::digest_day(self.now()));
        messages.insert(0, ListedMail { kind: MailKind::Digest, message: None, due_at, people, to: None });
        Ok(messages)
    }
}
