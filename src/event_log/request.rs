//! What is asked of the log in one append, and what it answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::merkle::{Frontier, Hash};
use super::projector::Model;
use super::record::{NewEvent, StreamKey};
use super::table::{Removal, TableRows};
use super::text::Text;

/// What must be unique or counted across streams: a kind of guard, within a scope, under a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuardKey {
    pub kind: String,
    pub scope: String,
    pub key: String,
}

/// A guard as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    pub version: u64,
    pub stream: String,
}

/// The guard's version that the request relied on, and what it sets.
#[derive(Debug, Clone)]
pub struct GuardUse {
    pub guard: GuardKey,
    /// 0: it must not exist.
    pub version: u64,
    /// `None` relies on the guard without changing it.
    pub set: Option<String>,
}

/// One atomic append: all of it or nothing.
#[derive(Debug, Clone)]
pub struct AppendRequest {
    /// The idempotency key; the same key is recorded once.
    pub key: Text,
    /// What was asked, so that the same key with another request is told apart.
    pub fingerprint: Hash,
    /// Every stream the decision relied on, with its version; events go to streams of this list.
    pub streams: Vec<(StreamKey, u64)>,
    pub guards: Vec<GuardUse>,
    pub events: Vec<NewEvent>,
    /// Rows of permanent tables that the events refer to.
    pub rows: Vec<TableRows>,
    /// Rows of permanent tables that go.
    pub removals: Vec<Removal>,
    pub actor: Text,
    pub source: Text,
    /// Kept with the key and answered again: ids, positions and codes only.
    pub answer: Text,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The position of the first event; of a request without events, the position the next event will have.
    pub first_position: i64,
    pub event_count: i64,
    pub recorded_at: i64,
    pub answer: Text,
    /// The key was recorded before; this is its answer.
    pub repeated: bool,
    /// Read models that do not show it, because they stalled.
    pub stalled: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AppendError {
    #[error("系统繁忙，请稍后重试")]
    Busy,
    #[error("数据已被他人更改，请刷新后重试")]
    Stale,
    #[error("同一个操作编号用于不同的内容；请换一个编号")]
    KeyReused,
    #[error("读模型「{0}」与本程序版本不一致：请升级程序，或运行 gradtrail rebuild")]
    Upgrade(String),
    #[error("数据库写入失败，本次操作未记录：{0}")]
    Database(String),
    #[error("连接不上数据库，本次操作未记录；请检查数据库服务后重试")]
    Unreachable,
    #[error("与数据库的连接中断，不能确定是否已记录；请用同一操作编号重试，不会重复记录")]
    Unknown,
    #[error("日志写入已停止，请重启程序")]
    Stopped,
}

/// Why a read model does not follow the log any more, and since which position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stall {
    pub position: i64,
    pub reason: String,
}

/// What the head row says of a read model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelMark {
    /// Schema and fold version of the rows in the database.
    pub fingerprint: String,
    /// Counts the rebuilds; names the shadow tables.
    pub generation: u32,
    /// The head's revision at which the rebuild under way began, if there is one: of two, the later one goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuilding: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stalled: Option<Stall>,
}

/// The head row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub revision: i64,
    pub next_position: i64,
    pub last_recorded_at: i64,
    pub frontier: Frontier,
    pub read_models: BTreeMap<String, ModelMark>,
}

impl Head {
    /// The position of the last event; 0 for an empty log.
    pub fn position(&self) -> i64 {
        self.next_position - 1
    }

    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The first read model in the database that is none of these, or not as this program writes it.
    pub fn foreign_model(&self, models: &[&Model]) -> Option<&str> {
        let is_ours = |name: &str, mark: &ModelMark| {
            models.iter().any(|model| model.name == name && model.fingerprint() == mark.fingerprint)
        };
        self.read_models.iter().find(|(name, mark)| !is_ours(name, mark)).map(|(name, _)| name.as_str())
    }
}
