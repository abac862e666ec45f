//! Tables and their rows: what the log writes and compares without knowing what it means.

mod kept;

use sha2::{Digest, Sha256};

use super::text::Text;
pub use kept::{DRAFT, FAILED_SIGN_IN, LOOK, OUTBOX, OUTBOX_MARK, PREFERENCE, SESSION, WORKING};

/// One column value. Booleans are 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    Null,
    Int(i64),
    Text(Text),
    Blob(Vec<u8>),
}

impl Value {
    /// A text that is not one of the program's codes.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into().into())
    }

    /// The number; 0 if the value is none.
    pub fn int(&self) -> i64 {
        if let Self::Int(value) = self { *value } else { 0 }
    }

    /// The text; `None` if the value is none.
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

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// 64 bits, signed.
    Int,
    Text,
    Blob,
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableColumn {
    pub name: &'static str,
    pub holds: ColumnType,
    pub is_nullable: bool,
}

impl TableColumn {
    /// A column of whole numbers, never null.
    pub const fn int(name: &'static str) -> Self {
        Self { name, holds: ColumnType::Int, is_nullable: false }
    }

    /// A column of texts, never null.
    pub const fn text(name: &'static str) -> Self {
        Self { name, holds: ColumnType::Text, is_nullable: false }
    }

    /// A column of bytes, never null.
    pub const fn blob(name: &'static str) -> Self {
        Self { name, holds: ColumnType::Blob, is_nullable: false }
    }

    /// The same column, which may be null.
    pub const fn or_null(self) -> Self {
        Self { is_nullable: true, ..self }
    }

    /// Name, type and whether null is refused, as `create table` takes them on both engines. `bytea` is PostgreSQL's
    /// word; SQLite stores bytes as they are whatever a column's type is called.
    fn definition(&self) -> String {
        let holds = match self.holds {
            ColumnType::Int => "bigint",
            ColumnType::Text => "text",
            ColumnType::Blob => "bytea",
        };
        format!("{} {holds}{}", self.name, if self.is_nullable { "" } else { " not null" })
    }

    /// Two lists of columns as one, for tables that have most of their columns in common. `N` is the sum of both
    /// lengths.
    pub const fn joined<const A: usize, const B: usize, const N: usize>(
        first: [Self; A],
        rest: [Self; B],
    ) -> [Self; N] {
        assert!(A + B == N);
        let mut columns = [rest[0]; N];
        let mut index = 0;
        while index < N {
            columns[index] = if index < A { first[index] } else { rest[index - A] };
            index += 1;
        }
        columns
    }
}

/// A table whose rows are written whole, by key.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// The key's columns come first.
    pub columns: &'static [TableColumn],
    /// How many of the first columns are the key.
    pub key_len: usize,
    pub writing: Writing,
    pub storage: Storage,
}

/// What writing a row does if there is one under its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// It replaces the other row.
    Upsert,
    /// It is an error: no row is ever replaced.
    AppendOnly,
    /// It leaves the other row, which is the same: the key determines the row.
    Once,
}

/// What creates a table, and how its rows lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// A migration creates the table: it belongs to the permanent side.
    Migrated,
    /// A read model creates the table, with an index on its key and these.
    Heap(&'static [Index]),
    /// The same; if the engine can, it stores the rows in the order of the key.
    Clustered(&'static [Index]),
}

/// An index besides that on the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// What follows the table's name in the index's name.
    pub name: &'static str,
    pub columns: &'static str,
    /// Which rows are in the index; all of them if there is no condition.
    pub condition: Option<&'static str>,
}

/// One row, a value per column of its table.
pub type Row = Vec<Value>;

/// The SHA-256 of a row's values. Each has a tag byte; texts and bytes follow their length in 8 bytes, big-endian.
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
        format!("{name} ({})", self.column_names().join(", "))
    }

    /// `alias.column, ...`
    pub fn columns_of(&self, alias: &str) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| format!("{alias}.{}", column.name)).collect();
        columns.join(", ")
    }

    /// The names of the columns, in their order.
    pub fn column_names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }

    /// The index of a column in the table's rows.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The statements that create a read model's table under its name with `suffix` behind it, and its indexes.
    /// `clustered` is what the engine writes behind the columns to store the rows in the order of the key.
    pub fn create_sql(&self, suffix: &str, clustered: &str) -> String {
        let (clustered, indexes) = match self.storage {
            Storage::Migrated => ("", [].as_slice()),
            Storage::Heap(indexes) => ("", indexes),
            Storage::Clustered(indexes) => (clustered, indexes),
        };
        let mut lines: Vec<String> = self.columns.iter().map(TableColumn::definition).collect();
        lines.push(format!("primary key ({})", self.column_names()[..self.key_len].join(", ")));
        let name = format!("{}{suffix}", self.name);
        let mut sql = format!("create table {name} (\n    {}\n){clustered};\n", lines.join(",\n    "));
        for Index { name: index, columns, condition } in indexes {
            let condition = condition.map(|condition| format!(" where {condition}")).unwrap_or_default();
            sql.push_str(&format!("create index {name}_{index} on {name} ({columns}){condition};\n"));
        }
        sql
    }

    /// What follows the values of an insert: `on conflict ... do update` of every column that is not in the key, or `do
    /// nothing`, or nothing for append-only tables.
    pub(super) fn on_conflict(&self) -> String {
        let (key, rest) = self.columns.split_at(self.key_len);
        let key: Vec<&str> = key.iter().map(|column| column.name).collect();
        let key = key.join(", ");
        match self.writing {
            Writing::AppendOnly => String::new(),
            Writing::Once => format!(" on conflict ({key}) do nothing"),
            Writing::Upsert => {
                let set: Vec<String> =
                    rest.iter().map(|TableColumn { name, .. }| format!("{name} = excluded.{name}")).collect();
                format!(" on conflict ({key}) do update set {}", set.join(", "))
            }
        }
    }

    /// The key of a row.
    pub fn key<'r>(&self, row: &'r [Value]) -> &'r [Value] {
        &row[..self.key_len.min(row.len())]
    }
}

/// One row: how far the log goes.
pub static LOG_HEAD: Table = Table {
    name: "log_head",
    columns: &[
        TableColumn::int("id"),
        TableColumn::int("revision"),
        TableColumn::int("next_position"),
        TableColumn::int("last_recorded_at"),
        TableColumn::blob("frontier"),
        TableColumn::text("read_models"),
    ],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// The events, by position.
pub static EVENT: Table = Table {
    name: "event",
    columns: &[
        TableColumn::int("position"),
        TableColumn::text("stream_type"),
        TableColumn::text("stream_id"),
        TableColumn::int("version"),
        TableColumn::text("kind"),
        TableColumn::int("schema_version"),
        TableColumn::text("school").or_null(),
        TableColumn::text("audience"),
        TableColumn::int("effective_on"),
        TableColumn::int("recorded_at"),
        TableColumn::text("actor"),
        TableColumn::text("source"),
        TableColumn::text("command_key"),
        TableColumn::text("causation").or_null(),
        TableColumn::text("payload"),
        TableColumn::blob("leaf"),
    ],
    key_len: 1,
    writing: Writing::AppendOnly,
    storage: Storage::Migrated,
};

/// What was answered under each idempotency key.
pub static COMMAND: Table = Table {
    name: "command",
    columns: &[
        TableColumn::text("key"),
        TableColumn::blob("fingerprint"),
        TableColumn::int("first_position"),
        TableColumn::int("event_count"),
        TableColumn::int("recorded_at"),
        TableColumn::text("answer"),
    ],
    key_len: 1,
    writing: Writing::AppendOnly,
    storage: Storage::Migrated,
};

/// What is unique or counted across streams.
pub static GUARD: Table = Table {
    name: "guard",
    columns: &[
        TableColumn::text("kind"),
        TableColumn::text("scope"),
        TableColumn::text("key"),
        TableColumn::int("version"),
        TableColumn::text("stream"),
    ],
    key_len: 3,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// Personal data: subject, revision, sealed bytes. If two requests seal the same revision at once, one of them fails.
pub static SEALED: Table = Table {
    name: "sealed",
    columns: &[TableColumn::text("subject"), TableColumn::int("revision"), TableColumn::blob("sealed")],
    key_len: 2,
    writing: Writing::AppendOnly,
    storage: Storage::Migrated,
};

/// Files that events refer to: subject, hash, length of the file in bytes, sealed bytes.
pub static EVIDENCE: Table = Table {
    name: "evidence",
    columns: &[
        TableColumn::text("subject"),
        TableColumn::text("hash"),
        TableColumn::int("size"),
        TableColumn::blob("sealed"),
    ],
    key_len: 2,
    writing: Writing::Once,
    storage: Storage::Migrated,
};

/// Which key the sealed rows need.
pub static INSTALLATION: Table = Table {
    name: "installation",
    columns: &[TableColumn::int("id"), TableColumn::text("key_id"), TableColumn::blob("key_check")],
    key_len: 1,
    writing: Writing::Upsert,
    storage: Storage::Migrated,
};

/// Every table of the permanent side, the head last.
pub static PERMANENT: [&Table; 7] = [&EVENT, &COMMAND, &GUARD, &SEALED, &EVIDENCE, &INSTALLATION, &LOG_HEAD];

/// Rows to delete: those of a table whose key begins with these values. Events and answers are never deleted.
#[derive(Debug, Clone)]
pub struct Removal {
    pub table: &'static Table,
    /// The first values of the key.
    pub key: Row,
}

/// A value to set in one row of a table, if that is still there.
#[derive(Debug, Clone)]
pub struct Change {
    pub table: &'static Table,
    pub key: Row,
    pub column: &'static str,
    pub value: Value,
    /// What the column has to hold before; where it does not, or the row is gone, nothing of what belongs together is done.
    pub was: Option<Value>,
}

/// Rows to write to one table.
#[derive(Debug, Clone)]
pub struct TableRows {
    pub table: &'static Table,
    /// The table's name in the database: its own, or that of a shadow table.
    pub name: String,
    pub rows: Vec<Row>,
}

impl TableRows {
    /// The bytes in blobs: only they make rows long.
    pub(super) fn blob_bytes(&self) -> usize {
        let bytes = |value: &Value| if let Value::Blob(bytes) = value { bytes.len() } else { 0 };
        self.rows.iter().flatten().map(bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMON: [TableColumn; 2] = [TableColumn::text("school").or_null(), TableColumn::int("position")];

    static STAYS: Table = Table {
        name: "stays",
        columns: &TableColumn::joined::<1, 2, 3>([TableColumn::text("stay")], COMMON),
        key_len: 1,
        writing: Writing::Upsert,
        storage: Storage::Clustered(&[
            Index { name: "school", columns: "school, stay", condition: Some("school is not null") },
            Index { name: "position", columns: "position", condition: None },
        ]),
    };

    #[test]
    fn a_table_is_created_as_its_columns_and_indexes_say() {
        assert_eq!(
            STAYS.create_sql("_g2", " without rowid"),
            "create table stays_g2 (
    stay text not null,
    school text,
    position bigint not null,
    primary key (stay)
) without rowid;
create index stays_g2_school on stays_g2 (school, stay) where school is not null;
create index stays_g2_position on stays_g2 (position);
"
        );
        assert_eq!(
            STAYS.on_conflict(),
            " on conflict (stay) do update set school = excluded.school, position = excluded.position"
        );
    }

    #[tokio::test]
    async fn the_permanent_tables_are_what_the_migrations_create() {
        use sqlx::Row as _;
        let directory = tempfile::tempdir().unwrap();
        let location = crate::event_log::Location::Sqlite(directory.path().join("gradtrail.db"));
        let log = crate::event_log::EventLog::open(&location, &[], || 0).await.unwrap();
        for table in PERMANENT.into_iter().chain(WORKING) {
            let sql = format!("select name, \"notnull\", pk from pragma_table_info('{}') order by cid", table.name);
            let found = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(log.readers()).await.unwrap();
            let found: Vec<(String, bool)> =
                found.iter().map(|row| (row.get(0), row.get::<i64, _>(1) == 0 && row.get::<i64, _>(2) == 0)).collect();
            let stated = table.columns.iter().map(|column| (column.name.to_owned(), column.is_nullable));
            assert_eq!(found, stated.collect::<Vec<_>>(), "{}", table.name);
        }
    }
}
