//! How messages are planned from the log, taken to be sent, and settled. Each step is one transaction of the writer, and none
//! is done where somebody else took it before.

use std::collections::{BTreeMap, HashSet};

use super::due::{self, Due};
use super::message::{MailKind, MailState, Message};
use crate::accounts::Caller;
use crate::app::history::PAGE_LEN;
use crate::app::request::{Order, Request};
use crate::app::{App, AppError};
use crate::domain::StreamType;
use crate::domain::account::AccountCommand;
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::ids::{SealedRevision, StaffId};
use crate::domain::terms::Term as _;
use crate::event_log::EngineError;
use crate::event_log::decode;
use crate::event_log::request::AppendError;
use crate::event_log::table::{Change, OUTBOX, OUTBOX_MARK, Row, TableRows, Value};
use crate::event_log::working::Which;

/// Microseconds of a day.
const DAY: i64 = 86_400 * 1_000_000;
/// How long it is kept that a message was sent, so that what comes back is known. The link by which one unsubscribes holds
/// longer.
const KEPT_DAYS: i64 = 90;
/// A mail server that says later is asked again after this, then after twice as long.
const AGAIN: i64 = 5 * 60 * 1_000_000;
/// The longest of these pauses.
const AGAIN_MAX: i64 = 4 * 3_600 * 1_000_000;
/// As often as a mail server may say later.
const TRIES_MAX: i64 = 20;
/// As often as content is sent whose answer is not known.
const DOUBTS_MAX: i64 = 3;

/// The mark up to which facts were followed, and the one up to which digests told.
const FACTS: &str = "facts";
const DIGESTS: &str = "digests";

/// How far the log was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    position: i64,
    /// Epoch day of the last digest.
    day: i64,
}

/// What became of a message that was to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Sent,
    /// It lies in a folder.
    Filed,
    /// The mail server says later, with this status code.
    Later(String),
    /// The mail server says no, with this status code.
    Refused(String),
    /// The mail server's answer is not known.
    Unknown,
    /// Nothing of it was sent, and it waits as before.
    NotBegun,
    /// There is nothing to tell, or nobody to tell it to.
    Dropped,
}

/// What a mail server said of an address for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There is no such mailbox.
    Dead,
    /// The mailbox is full, the mail is not welcome, or nobody knows: nothing is said of the address.
    Other,
}

impl App {
    /// Follows the log: keeps what became due since the last time. Where the log was never followed, or what was known of it
    /// is lost, nothing of the past is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn plan_mail(&self) -> Result<(), AppError> {
        let head = self.log.head().await?.position();
        let today = due::digest_day(self.now());
        let new = Mark { position: head, day: epoch_day(today) };
        match self.mail_mark(FACTS).await? {
            None => self.begin_mark(FACTS, new).await?,
            Some(mark) => self.plan_facts(mark, head).await?,
        }
        match self.mail_mark(DIGESTS).await? {
            None => self.begin_mark(DIGESTS, new).await?,
            Some(mark) if mark.day < new.day => self.plan_digests(mark, new).await?,
            Some(_) => (),
        }
        Ok(())
    }

    async fn plan_facts(&self, mut mark: Mark, head: i64) -> Result<(), AppError> {
        while mark.position < head {
            let page = self.log.events(mark.position, PAGE_LEN).await?;
            let Some(last) = page.last() else { return Ok(()) };
            let mut found = vec![];
            // What is told at once is said of accounts.
            let of_accounts = |kind: &str| kind == StreamType::Account.as_str();
            for recorded in page.iter().filter(|recorded| of_accounts(&recorded.stream_type)) {
                found.extend(due::of_fact(&decode(recorded)?, recorded.position, recorded.recorded_at));
            }
            let moved = Mark { position: last.position, ..mark };
            if !self.keep_due(FACTS, mark, moved, found).await? {
                return Ok(()); // Another server follows the log, too, and was faster.
            }
            mark = moved;
        }
        Ok(())
    }

    /// A digest for every account that can be written to and wants one; whether there is anything to tell is asked when it is
    /// sent.
    async fn plan_digests(&self, mark: Mark, new: Mark) -> Result<(), AppError> {
        let at = from_epoch_day(new.day).and_then(|day| day.yesterday().ok()).map_or(self.now(), due::next_digest);
        let since_day = from_epoch_day(mark.day).unwrap_or_else(|| due::digest_day(at));
        let (kind, fact, since) = (MailKind::Digest, new.position, mark.position);
        let digest = |recipient| Due { kind, recipient, fact, since, since_day, at };
        let found = self.digest_readers().await?.into_iter().map(|account| digest(account.0)).collect();
        self.keep_due(DIGESTS, mark, new, found).await.map(|_| ())
    }

    /// The accounts that can be written to and want the daily digest.
    pub(super) async fn digest_readers(&self) -> Result<Vec<StaffId>, AppError> {
        let ids = self.log.stream_ids(StreamType::Account).await?;
        let states = self.account_states(&ids).await?;
        let wanted = states.into_iter().filter(|(_, state)| state.wants_digest && state.reachable_at().is_some());
        Ok(wanted.map(|(account, _)| account).collect())
    }

    /// Moves a mark forward and keeps what is due, both or nothing; says whether the mark was where it was thought to be.
    async fn keep_due(&self, name: &str, mark: Mark, moved: Mark, found: Vec<Due>) -> Result<bool, AppError> {
        let set = |column, value: i64, was: Option<i64>| Change {
            table: &OUTBOX_MARK,
            key: vec![Value::text(name)],
            column,
            value: Value::Int(value),
            was: was.map(Value::Int),
        };
        let changes = vec![set("position", moved.position, Some(mark.position)), set("day", moved.day, Some(mark.day))];
        let rows = found.into_iter().map(|due| self.message_of(due).row()).collect();
        let rows = TableRows { table: &OUTBOX, name: OUTBOX.name.to_owned(), rows };
        match self.log.touch_and_keep(changes, vec![rows]).await {
            Ok(()) => Ok(true),
            Err(AppendError::Stale) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn message_of(&self, due: Due) -> Message {
        let Due { kind, recipient, fact, since, since_day, at } = due;
        let name = format!("outbox:{}:{recipient}:{fact}", kind.code());
        Message {
            recipient,
            id: hex::encode(&self.people.command_fingerprint(name.as_bytes())[..12]),
            kind,
            fact,
            since,
            since_day,
            due_at: at,
            next_at: at,
            ends_at: self.now() + KEPT_DAYS * DAY,
            state: MailState::Waiting,
            tries: 0,
            doubts: 0,
            address: 0,
            told: None,
        }
    }

    async fn mail_mark(&self, name: &str) -> Result<Option<Mark>, EngineError> {
        let rows = self.log.working_rows(&OUTBOX_MARK, Which::With("name", name)).await?;
        Ok(rows.first().and_then(|row: &Row| match row.as_slice() {
            [_, Value::Int(position), Value::Int(day)] => Some(Mark { position: *position, day: *day }),
            _ => None,
        }))
    }

    async fn begin_mark(&self, name: &str, mark: Mark) -> Result<(), AppError> {
        let row = vec![Value::text(name), Value::Int(mark.position), Value::Int(mark.day)];
        let rows = TableRows { table: &OUTBOX_MARK, name: OUTBOX_MARK.name.to_owned(), rows: vec![row] };
        Ok(self.log.keep(vec![rows], vec![]).await?)
    }

    /// At most so many of the messages that are to be sent by now, those first that have waited longest.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_to_send(&self, limit: usize) -> Result<Vec<Message>, AppError> {
        self.mail_until(MailState::Waiting, limit).await
    }

    async fn mail_until(&self, state: MailState, limit: usize) -> Result<Vec<Message>, AppError> {
        let which = Which::WithUpTo { text: ("state", state.code()), number: ("next_at", self.now()), limit };
        let rows = self.log.working_rows(&OUTBOX, which).await?;
        Ok(rows.iter().filter_map(Message::of).collect())
    }

    /// Takes a message that waits, to send its content to an address within so many microseconds: the message as it is then;
    /// `None` where somebody else took it, or it is there no more.
    ///
    /// # Errors
    /// When it is not known whether it was taken.
    pub async fn take_mail(&self, message: &Message, address: u32, within: i64) -> Result<Option<Message>, AppError> {
        let until = self.now() + within;
        let mut changes = message.going_to(MailState::Sending, until).to_vec();
        changes.push(message.setting("address", Value::Int(i64::from(address))));
        let taken = Message { state: MailState::Sending, next_at: until, address, ..message.clone() };
        Ok(self.touched(changes).await?.then_some(taken))
    }

    /// Says what became of a message, taken or not; nothing where somebody else has settled it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle_mail(&self, message: &Message, fate: &Fate) -> Result<(), AppError> {
        let tries = message.tries + 1;
        let later = self.now() + (AGAIN << message.tries.clamp(0, 10)).min(AGAIN_MAX);
        let doubts = message.doubts + 1;
        let is_over = match fate {
            Fate::Later(_) => tries >= TRIES_MAX,
            Fate::Unknown => doubts >= DOUBTS_MAX,
            Fate::Sent | Fate::Filed | Fate::Refused(_) | Fate::NotBegun | Fate::Dropped => false,
        };
        let (state, next_at) = match fate {
            Fate::Sent => (MailState::Sent, self.now()),
            Fate::Filed => (MailState::Filed, self.now()),
            Fate::Refused(_) => (MailState::Parked, message.next_at),
            Fate::Later(_) | Fate::Unknown if is_over => (MailState::Parked, message.next_at),
            Fate::Later(_) | Fate::Unknown => (MailState::Waiting, later),
            Fate::NotBegun => (MailState::Waiting, message.due_at),
            Fate::Dropped => (MailState::Dropped, message.next_at),
        };
        let mut changes = message.going_to(state, next_at).to_vec();
        match fate {
            Fate::Later(status) | Fate::Refused(status) => changes.push(message.setting("told", Value::text(status))),
            Fate::Unknown => changes.push(message.setting("doubts", Value::Int(doubts))),
            Fate::Sent | Fate::Filed | Fate::NotBegun | Fate::Dropped => (),
        }
        if state == MailState::Waiting && *fate != Fate::NotBegun {
            changes.push(message.setting("tries", Value::Int(tries)));
        }
        self.touched(changes).await.map(|_| ())
    }

    /// Has messages wait again whose sender has ended or lost its connection before it knew what became of them: they may be
    /// sent twice, and say so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn resume_mail(&self) -> Result<(), AppError> {
        for message in self.mail_until(MailState::Sending, usize::from(u16::MAX)).await? {
            let mut changes = message.going_to(MailState::Waiting, message.next_at).to_vec();
            changes.push(message.setting("doubts", Value::Int(message.doubts + 1)));
            self.touched(changes).await?;
        }
        Ok(())
    }

    /// Has a parked message be tried again, or all of them; how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn retry_mail(&self, id: Option<&str>) -> Result<usize, AppError> {
        let parked = self.log.working_rows(&OUTBOX, Which::With("state", MailState::Parked.code())).await?;
        let mut count = 0;
        for message in parked.iter().filter_map(Message::of).filter(|of| id.is_none_or(|id| of.id == id)) {
            let mut changes = message.going_to(MailState::Waiting, self.now()).to_vec();
            changes.push(message.setting("tries", Value::Int(0)));
            count += usize::from(self.touched(changes).await?);
        }
        Ok(count)
    }

    /// Forgets messages whose time is over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget_ended_mail(&self) -> Result<(), AppError> {
        let ended = self.log.working_rows(&OUTBOX, Which::Before("ends_at", self.now())).await?;
        let removals: Vec<_> = ended.iter().filter_map(Message::of).map(|message| message.removal()).collect();
        if !removals.is_empty() {
            self.log.keep(vec![], removals).await?;
        }
        Ok(())
    }

    /// The ids of all messages that are kept.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_ids(&self) -> Result<HashSet<String>, AppError> {
        let rows = self.log.working_rows(&OUTBOX, Which::All).await?;
        Ok(rows.iter().filter_map(|row| row.get(1)?.as_text().map(str::to_owned)).collect())
    }

    /// How many messages are in each state, and since when the oldest is due, in microseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_counts(&self) -> Result<BTreeMap<&'static str, (i64, i64)>, AppError> {
        let counted = self.log.working_counts(&OUTBOX, "state", "due_at").await?;
        let known = counted
            .into_iter()
            .filter_map(|(state, count, since)| Some((MailState::from_code(&state)?.code(), (count, since))));
        Ok(known.collect())
    }

    /// Notes that a message came back; of a dead address that is a fact of the account. `None` where no such message is known.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_returned(&self, id: &str, status: &str, verdict: Verdict) -> Result<Option<()>, AppError> {
        let rows = self.log.working_rows(&OUTBOX, Which::With("id", id)).await?;
        let Some(message) = rows.first().and_then(Message::of) else { return Ok(None) };
        let mut changes = message.going_to(MailState::Returned, message.next_at).to_vec();
        changes.push(message.setting("told", Value::text(status)));
        self.touched(changes).await?;
        if verdict == Verdict::Dead {
            self.mark_mail_dead(&message, status).await?;
        }
        Ok(Some(()))
    }

    /// Records that there is no such mailbox as the one to which a message went.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn mark_mail_dead(&self, message: &Message, status: &str) -> Result<(), AppError> {
        let (address, status, effective_on) = (SealedRevision(message.address), status.to_owned(), self.today());
        let command = AccountCommand::MarkMailDead { address, status, effective_on };
        let order = Order::Account { account: StaffId(message.recipient), command };
        let request = Request::new(format!("mail dead:{}:{}", message.id, message.address), "mail dead", vec![order]);
        self.execute(&Caller::operator("mail"), request).await.map(|_| ())
    }

    async fn touched(&self, changes: Vec<Change>) -> Result<bool, AppError> {
        match self.log.touch(changes).await {
            Ok(()) => Ok(true),
            Err(AppendError::Stale) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
