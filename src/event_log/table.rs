//! Rows on their way to the database: what a writer upserts without knowing what they mean.

use sha2::{Digest, Sha256};

use super::text::Text;

/// One column value. Booleans are 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    Null,
    Int(i64),
    Text(Text),
    Blob(Vec<u8>),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into().into())
    }

    pub fn int(&self) -> i64 {
        if let Self::Int(value) = self { *value } else { 0 }
    }

    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(value) = self { Some(value) } else { None }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Self::Text(value.into())
    }
}

impl From<Text> for Value {
    fn from(value: Text) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Int,
    Text,
    Blob,
}

/// A table whose rows are written whole, by key.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// Name and type of each column, the key's first.
    pub columns: &'static [(&'static str, ColumnType)],
    /// How many of the first columns are the key.
    pub key_len: usize,
    pub writing: Writing,
}

/// What writing a row does when there is one under its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// The row takes the other's place.
    Upsert,
    /// It is an error: what is there is never replaced.
    AppendOnly,
    /// Nothing: the key determines the row.
    Once,
}

/// One row, a value per column of its table.
pub type Row = Vec<Value>;

/// The SHA-256 of a row's values: a tag byte each, texts and bytes behind their length, big-endian.
pub fn row_digest(row: &[Value]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let bytes = |hash: &mut Sha256, tag: u8, bytes: &[u8]| {
        hash.update([tag]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    for value in row {
        match value {
            Value::Null => hash.update([0]),
            Value::Int(value) => {
                hash.update([1]);
                hash.update(value.to_be_bytes());
            }
            Value::Text(value) => bytes(&mut hash, 2, value.as_bytes()),
            Value::Blob(value) => bytes(&mut hash, 3, value),
        }
    }
    hash.finalize().into()
}

impl Table {
    /// `name (column, ...)`
    pub fn into_clause(&self, name: &str) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|(column, _)| *column).collect();
        format!("{name} ({})", columns.join(", "))
    }

    /// `alias.column, ...`
    pub fn columns_of(&self, alias: &str) -> String {
        let columns: Vec<String> = self.columns.iter().map(|(column, _)| format!("{alias}.{column}")).collect();
        columns.join(", ")
    }

    pub fn key<'r>(&self, row: &'r [Value]) -> &'r [Value] {
        &row[..self.key_len.min(row.len())]
    }
}

/// The one row that says how far the log goes.
pub static LOG_HEAD: Table = Table {
    name: "log_head",
    columns: &[
        ("id", ColumnType::Int),
        ("revision", ColumnType::Int),
        ("next_position", ColumnType::Int),
        ("last_recorded_at", ColumnType::Int),
        ("frontier", ColumnType::Blob),
        ("read_models", ColumnType::Text),
    ],
    key_len: 1,
    writing: Writing::Upsert,
};

pub static EVENT: Table = Table {
    name: "event",
    columns: &[
        ("position", ColumnType::Int),
        ("stream_type", ColumnType::Text),
        ("stream_id", ColumnType::Text),
        ("version", ColumnType::Int),
        ("kind", ColumnType::Text),
        ("schema_version", ColumnType::Int),
        ("school", ColumnType::Text),
        ("audience", ColumnType::Text),
        ("effective_on", ColumnType::Int),
        ("recorded_at", ColumnType::Int),
        ("actor", ColumnType::Text),
        ("source", ColumnType::Text),
        ("command_key", ColumnType::Text),
        ("causation", ColumnType::Text),
        ("payload", ColumnType::Text),
        ("leaf", ColumnType::Blob),
    ],
    key_len: 1,
    writing: Writing::AppendOnly,
};

/// What was answered under each idempotency key.
pub static COMMAND: Table = Table {
    name: "command",
    columns: &[
        ("key", ColumnType::Text),
        ("fingerprint", ColumnType::Blob),
        ("first_position", ColumnType::Int),
        ("event_count", ColumnType::Int),
        ("recorded_at", ColumnType::Int),
        ("answer", ColumnType::Text),
    ],
    key_len: 1,
    writing: Writing::AppendOnly,
};

/// What is unique or counted across streams.
pub static GUARD: Table = Table {
    name: "guard",
    columns: &[
        ("kind", ColumnType::Text),
        ("scope", ColumnType::Text),
        ("key", ColumnType::Text),
        ("version", ColumnType::Int),
        ("stream", ColumnType::Text),
    ],
    key_len: 3,
    writing: Writing::Upsert,
};

/// Personal data: subject, revision, sealed bytes. Of two who seal the same revision at once, one is told.
pub static SEALED: Table = Table {
    name: "sealed",
    columns: &[("subject", ColumnType::Text), ("revision", ColumnType::Int), ("sealed", ColumnType::Blob)],
    key_len: 2,
    writing: Writing::AppendOnly,
};

/// Files that events refer to: subject, hash, bytes of the file, sealed bytes.
pub static EVIDENCE: Table = Table {
    name: "evidence",
    columns: &[
        ("subject", ColumnType::Text),
        ("hash", ColumnType::Text),
        ("size", ColumnType::Int),
        ("sealed", ColumnType::Blob),
    ],
    key_len: 2,
    writing: Writing::Once,
};

/// Which key the sealed rows need.
pub static INSTALLATION: Table = Table {
    name: "installation",
    columns: &[("id", ColumnType::Int), ("key_id", ColumnType::Text), ("key_check", ColumnType::Blob)],
    key_len: 1,
    writing: Writing::Upsert,
};

/// Every table of the permanent side, the head last.
pub static PERMANENT: [&Table; 7] = [&EVENT, &COMMAND, &GUARD, &SEALED, &EVIDENCE, &INSTALLATION, &LOG_HEAD];

/// The rows of a table whose key begins with these values are removed. Events and answers never are.
#[derive(Debug, Clone)]
pub struct Removal {
    pub table: &'static Table,
    pub key: Row,
}

/// Rows of one table, in the database under `name`: the table's own, or a shadow beside it.
#[derive(Debug, Clone)]
pub struct TableRows {
    pub table: &'static Table,
    pub name: String,
    pub rows: Vec<Row>,
}

impl TableRows {
    /// The length of the blobs, which is where a row may be long.
    pub(super) fn blob_bytes(&self) -> usize {
        let bytes = |value: &Value| if let Value::Blob(bytes) = value { bytes.len() } else { 0 };
        self.rows.iter().flatten().map(bytes).sum()
    }
}
