//! A message as the outbox keeps it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use uuid::Uuid;

use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::terms::{Entry, Term, entry};
use crate::event_log::table::{Change, OUTBOX, Removal, Row, Value};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// What was returned, refused and came due since the last one, to an account, each day at most.
    Digest,
    /// That somebody acts in another's place from a day on, to the deputy.
    Deputy,
}

impl Term for MailKind {
    const NAME: &'static str = "邮件种类";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Digest, "digest", "每日提醒", &[]).en("daily digest"),
        entry(Self::Deputy, "deputy", "代理通知", &[]),
    ];
}

/// Whether an account wants the daily digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum DigestWish {
    Daily,
    Never,
}

impl Term for DigestWish {
    const NAME: &'static str = "每日提醒";
    const ENTRIES: &'static [Entry<Self>] =
        &[entry(Self::Daily, "daily", "每天", &[]), entry(Self::Never, "never", "不要", &[])];
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It will be sent, now or when it is tried again.
    Waiting,
    /// Its content is on the way to the mail server.
    Sending,
    /// The mail server took it.
    Sent,
    /// It lies in a folder as a file, and nobody sends it.
    Filed,
    /// The mail server refused it for good, or too often; somebody has to look.
    Parked,
    /// There was nothing to tell, or nobody to tell it to, by the time it would have been sent.
    Dropped,
    /// It came back.
    Returned,
}

impl Term for MailState {
    const NAME: &'static str = "邮件状态";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Waiting, "waiting", "待发", &[]),
        entry(Self::Sending, "sending", "正在发", &[]),
        entry(Self::Sent, "sent", "已发", &[]),
        entry(Self::Filed, "filed", "已存为文件", &[]).en("kept as file"),
        entry(Self::Parked, "parked", "搁置", &[]),
        entry(Self::Dropped, "dropped", "不必发", &[]),
        entry(Self::Returned, "returned", "退回", &[]),
    ];
}

/// A message; instants in microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whose account it goes to.
    pub recipient: Uuid,
    /// 24 hexadecimal digits that only this installation can make; the same for the same kind, recipient and fact.
    pub id: String,
    pub kind: MailKind,
    /// The position of the fact, or up to which the log is told.
    pub fact: i64,
    /// Behind which position the log is told.
    pub since: i64,
    /// The day on which that position was told of.
    pub since_day: Date,
    pub due_at: i64,
    /// When it is tried; while it is being sent, until when that may take.
    pub next_at: i64,
    /// When it is forgotten.
    pub ends_at: i64,
    pub state: MailState,
    /// How often the mail server said later.
    pub tries: i64,
    /// How often a connection broke, or the process ended, between its content and the answer: as often it may have been sent
    /// without anybody's knowledge.
    pub doubts: i64,
    /// The sealed revision of the address to which it went; 0 before that.
    pub address: u32,
    /// What the mail server or a bounce said last, as a status code.
    pub told: Option<String>,
}

impl Message {
    pub(super) fn row(&self) -> Row {
        vec![
            Value::text(self.recipient.to_string()),
            Value::text(&self.id),
            Value::text(self.kind.code()),
            Value::Int(self.fact),
            Value::Int(self.since),
            Value::Int(epoch_day(self.since_day)),
            Value::Int(self.due_at),
            Value::Int(self.next_at),
            Value::Int(self.ends_at),
            Value::text(self.state.code()),
            Value::Int(self.tries),
            Value::Int(self.doubts),
            Value::Int(i64::from(self.address)),
            self.told.as_ref().map_or(Value::Null, Value::text),
        ]
    }

    /// `None` of a row that another edition wrote.
    pub(super) fn of(row: &Row) -> Option<Self> {
        let text = |index: usize| row.get(index)?.as_text();
        let int = |index: usize| if let Some(Value::Int(number)) = row.get(index) { Some(*number) } else { None };
        Some(Self {
            recipient: Uuid::parse_str(text(0)?).ok()?,
            id: text(1)?.to_owned(),
            kind: MailKind::from_code(text(2)?)?,
            fact: int(3)?,
            since: int(4)?,
            since_day: from_epoch_day(int(5)?)?,
            due_at: int(6)?,
            next_at: int(7)?,
            ends_at: int(8)?,
            state: MailState::from_code(text(9)?)?,
            tries: int(10)?,
            doubts: int(11)?,
            address: u32::try_from(int(12)?).ok()?,
            told: text(13).map(str::to_owned),
        })
    }

    fn key(&self) -> Row {
        vec![Value::text(self.recipient.to_string()), Value::text(&self.id)]
    }

    pub(super) fn removal(&self) -> Removal {
        Removal { table: &OUTBOX, key: self.key() }
    }

    /// Whether it may have been sent more than once.
    pub fn is_possibly_twice(&self) -> bool {
        self.doubts > 0
    }

    /// Has it go to a state until an instant, if it is still as it was, in the same attempt: whoever took it meanwhile set
    /// another instant. Otherwise nothing beside it is done either.
    pub(super) fn going_to(&self, state: MailState, next_at: i64) -> [Change; 2] {
        let change = |column, value, was| Change { table: &OUTBOX, key: self.key(), column, value, was: Some(was) };
        [
            change("state", Value::text(state.code()), Value::text(self.state.code())),
            change("next_at", Value::Int(next_at), Value::Int(self.next_at)),
        ]
    }

    pub(super) fn setting(&self, column: &'static str, value: Value) -> Change {
        Change { table: &OUTBOX, key: self.key(), column, value, was: None }
    }
}
