//! The SQLite writer: a whole group as one script of several statements, binds in order, in one call.
//!
//! Invariants: after any error `rollback` is sent before anything else; a script whose number of placeholders is not
//! its number of binds is refused, since SQLite would take a missing bind for NULL.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use futures_util::future;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor, Row as _, SqliteConnection};
use uuid::Uuid;

use super::batch::{
    Actual, EngineError, HEAD_SQL, HeadColumns, StoredAnswer, WriteBatch, Written, command_row, event_row, guard_row,
};
use super::fault::LogFault;
use super::read;
use super::record::{Recorded, StreamKey};
use super::request::{Guard, GuardKey};
use super::table::{COMMAND, Change, EVENT, GUARD, Removal, Row, Table, Value};
use crate::domain::StreamType;

/// The first release without the WAL-reset corruption bug.
const VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
/// How many rows one insert may have. Few different numbers make few different statements, which stay prepared; SQLite
/// would spend longer on parsing an insert than on writing its rows.
const SHAPES: [usize; 9] = [1, 4, 16, 32, 64, 128, 256, 512, 1_024];
/// Up to so many rows are written by one insert, padded with empty rows up to the next shape. More rows are split into
/// inserts that are full.
const PADDED_MAX: usize = 64;
/// A batch of more events than this sends each insert as a call of its own, whose statement stays prepared. As one
/// script it would be parsed anew each time.
const ONE_SCRIPT_EVENTS_MAX: usize = 64;
/// SQLite takes no more in one statement.
const PLACEHOLDERS_MAX: usize = 32_766;
/// How many scripts stay prepared: an insert of each shape into each table, and the usual scripts of small batches.
const PREPARED_MAX: usize = 256;

/// The writer's connection to an SQLite file.
pub(super) struct Sqlite {
    connection: SqliteConnection,
}

/// How a connection that writes opens the file, which must be there.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .pragma("wal_autocheckpoint", "16000")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-32000")
        .pragma("temp_store", "memory")
        .statement_cache_capacity(PREPARED_MAX)
        // How many rows the driver's thread reads ahead; whenever it has to wait, the threads switch.
        .row_buffer_size(4_096)
}

impl Sqlite {
    pub(super) async fn connect(path: &Path) -> Result<Self, EngineError> {
        let connection = options(path).connect().await?;
        let mut sqlite = Self { connection };
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut sqlite.connection).await?;
        if parsed_version(&version) < VERSION_MIN {
            return Err(EngineError::Refused(LogFault::SqliteTooOld { version }));
        }
        Ok(sqlite)
    }

    /// Begins a transaction that keeps every other writer from the log.
    pub(super) async fn lock(&mut self) -> Result<HeadColumns, EngineError> {
        if let Err(error) = self.connection.execute("begin immediate").await {
            self.rollback().await;
            return Err(error.into());
        }
        self.head().await
    }

    pub(super) async fn commit(&mut self) -> Result<(), EngineError> {
        if let Err(error) = self.connection.execute("commit").await {
            self.rollback().await;
            return Err(error.into());
        }
        Ok(())
    }

    /// Ends any open transaction; it is no error if there is none.
    pub(super) async fn rollback(&mut self) {
        let _none_open = self.connection.execute("rollback").await;
    }

    /// Leaves one file, without a write-ahead log beside it, unless others have it open.
    pub(super) async fn close(mut self) -> Result<(), EngineError> {
        let _others_have_it_open = self.connection.execute("pragma journal_mode = delete").await;
        Ok(self.connection.close().await?)
    }

    pub(super) async fn ping(&mut self) -> bool {
        self.connection.ping().await.is_ok()
    }

    pub(super) async fn head(&mut self) -> Result<HeadColumns, EngineError> {
        Ok(read::head_columns(&sqlx::query(HEAD_SQL).fetch_one(&mut self.connection).await?)?)
    }

    /// What the database holds of these keys, streams and guards.
    pub(super) async fn fetch(
        &mut self,
        keys: &[String],
        streams: &[StreamKey],
        guards: &[GuardKey],
    ) -> Result<Actual, EngineError> {
        let mut actual = Actual::default();
        let rows = sqlx::query(
            "select c.key, c.fingerprint, c.first_position, c.event_count, c.recorded_at, c.answer
             from json_each(?) k cross join command c where c.key = k.value",
        )
        .bind(serde_json::to_string(keys)?)
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            actual.answers.insert(row.try_get(0)?, stored_answer(&row)?);
        }
        let names: Vec<(&str, String)> = streams.iter().map(|s| (s.kind.as_str(), s.id.to_string())).collect();
        let rows = sqlx::query(
            "select k.key, (select max(e.version) from event e
                 where e.stream_type = k.value ->> 0 and e.stream_id = k.value ->> 1) as version
             from json_each(?) k where version is not null",
        )
        .bind(serde_json::to_string(&names)?)
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            if let Some(stream) = usize::try_from(row.try_get::<i64, _>(0)?).ok().and_then(|i| streams.get(i)) {
                actual.streams.insert(*stream, row.try_get::<i64, _>(1)?.unsigned_abs());
            }
        }
        let names: Vec<[&str; 3]> = guards.iter().map(|g| [g.kind.as_str(), &g.scope, &g.key]).collect();
        let rows = sqlx::query(
            "select k.key, g.version, g.stream from json_each(?) k cross join guard g
             where g.kind = k.value ->> 0 and g.scope = k.value ->> 1 and g.key = k.value ->> 2",
        )
        .bind(serde_json::to_string(&names)?)
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            if let Some(guard) = usize::try_from(row.try_get::<i64, _>(0)?).ok().and_then(|i| guards.get(i)) {
                let version = row.try_get::<i64, _>(1)?.unsigned_abs();
                actual.guards.insert(guard.clone(), Guard { version, stream: row.try_get(2)? });
            }
        }
        Ok(actual)
    }

    /// The rows of a table under these keys.
    pub(super) async fn rows(&mut self, table: &Table, name: &str, keys: &[Row]) -> Result<Vec<Row>, EngineError> {
        let conditions: Vec<String> = table.columns[..table.key_len]
            .iter()
            .enumerate()
            .map(|(i, column)| format!("t.{} = k.value ->> {i}", column.name))
            .collect();
        let sql = format!(
            "select {} from json_each(?) k cross join {name} t where {}",
            table.columns_of("t"),
            conditions.join(" and ")
        );
        let keys: Vec<Vec<serde_json::Value>> = keys.iter().map(|key| key.iter().map(json).collect()).collect();
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(serde_json::to_string(&keys)?).fetch_all(&mut self.connection).await?;
        rows.iter().map(|row| Ok(read::row(table, row)?)).collect()
    }

    /// Writes the batch if everything it relies on still holds; `locked` says that `lock` began the transaction
    /// already.
    pub(super) async fn write(&mut self, batch: WriteBatch, locked: bool) -> Result<Written, EngineError> {
        let mut script = Script::default();
        if !locked {
            script.sql.push_str("begin immediate;\n");
        }
        script.head(&batch)?;
        match self.write_rows(script, batch, locked).await {
            Ok(()) => Ok(Written::Yes),
            Err(error) => {
                self.rollback().await;
                if error.is_missed() { Ok(Written::Missed) } else { Err(error) }
            }
        }
    }

    /// Runs the script that begins the batch, with the batch's rows added to it.
    async fn write_rows(&mut self, mut script: Script, batch: WriteBatch, locked: bool) -> Result<(), EngineError> {
        let is_one_script = batch.events.len() <= ONE_SCRIPT_EVENTS_MAX;
        let tables = std::iter::once((&COMMAND, COMMAND.name.to_owned(), rows(batch.commands, command_row)))
            .chain([(&GUARD, GUARD.name.to_owned(), batch.guards.into_iter().filter_map(guard_row).collect())])
            .chain([(&EVENT, EVENT.name.to_owned(), rows(batch.events, event_row))])
            .chain(batch.rows.into_iter().map(|rows| (rows.table, rows.name, rows.rows)));
        for (table, name, rows) in tables {
            let mut rows = rows.into_iter();
            while rows.len() > 0 {
                if is_one_script {
                    script.insert(table, &name, &mut rows)?;
                    continue;
                }
                // The next insert is put together while the database runs this one.
                let (ran, next) = future::join(self.run(script), async { Script::of(table, &name, &mut rows) }).await;
                ran?;
                script = next?;
            }
        }
        for removal in batch.removals {
            script.remove(removal)?;
        }
        if !locked {
            script.sql.push_str("commit");
        }
        self.run(script).await?;
        Ok(())
    }

    /// Writes rows inside the transaction that `lock` began.
    pub(super) async fn upsert(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), EngineError> {
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            self.run(Script::of(table, table.name, &mut rows)?).await?;
        }
        Ok(())
    }

    /// Changes a row, if it is there and as it has to be, inside the transaction that `lock` began; says whether it was.
    pub(super) async fn change(&mut self, change: Change) -> Result<bool, EngineError> {
        let Change { table, key, column, value, was } = change;
        let mut script = Script::default();
        let as_it_was = if was.is_some() { format!(" and {column} = ?") } else { String::new() };
        let condition = is_key(table, &key);
        script.sql.push_str(&format!("update {} set {column} = ? where {condition}{as_it_was};\n", table.name));
        script.bind(value)?;
        key.into_iter().chain(was).try_for_each(|value| script.bind(value))?;
        Ok(self.run(script).await? > 0)
    }

    /// Deletes rows inside the transaction that `lock` began.
    pub(super) async fn remove(&mut self, removal: Removal) -> Result<(), EngineError> {
        let mut script = Script::default();
        script.remove(removal)?;
        self.run(script).await?;
        Ok(())
    }

    /// Runs a script, unless it is empty; the rows that it touched.
    async fn run(&mut self, script: Script) -> Result<u64, EngineError> {
        let (placeholders, binds) = (script.sql.matches('?').count(), script.arguments.len());
        if placeholders != binds {
            return Err(EngineError::Refused(LogFault::Unexpected {
                what: format!("{placeholders} placeholders, {binds} binds"),
            }));
        }
        if script.sql.is_empty() {
            return Ok(0);
        }
        let query = sqlx::query_with::<sqlx::Sqlite, _>(AssertSqlSafe(script.sql), script.arguments);
        Ok(query.execute(&mut self.connection).await?.rows_affected())
    }

    /// The events after a position, oldest first.
    pub(super) async fn events(&mut self, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        let query = sqlx::query(read::EVENTS_AFTER).bind(after).bind(limit);
        let rows = query.fetch_all(&mut self.connection).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// The events of these subjects' streams before a position, oldest first.
    pub(super) async fn histories(
        &mut self,
        streams: &[StreamType],
        subjects: &[Uuid],
        before: i64,
    ) -> Result<Vec<Recorded>, EngineError> {
        let kinds: Vec<String> = streams.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        let sql = format!(
            "select {} from json_each(?) k cross join event e
             where e.stream_type in ({}) and e.stream_id = k.value and e.position < ? order by e.position",
            EVENT.columns_of("e"),
            kinds.join(", ")
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(serde_json::to_string(subjects)?).bind(before);
        let rows = query.fetch_all(&mut self.connection).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// Runs statements of the schema inside the transaction that `lock` began.
    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), EngineError> {
        self.connection.execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))).await?;
        Ok(())
    }
}

fn rows<T>(things: Vec<T>, row: fn(T) -> Row) -> Vec<Row> {
    things.into_iter().map(row).collect()
}

fn parsed_version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| u32::from_str(part).unwrap_or_default());
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

fn stored_answer(row: &SqliteRow) -> Result<StoredAnswer, EngineError> {
    Ok(StoredAnswer {
        fingerprint: row.try_get(1)?,
        first_position: row.try_get(2)?,
        event_count: row.try_get(3)?,
        recorded_at: row.try_get(4)?,
        answer: row.try_get::<String, _>(5)?.into(),
    })
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Int(value) => (*value).into(),
        Value::Text(value) => value.as_str().into(),
        Value::Blob(value) => hex::encode(value).into(), // No table has bytes in its key.
    }
}

/// A script under construction, its binds in the order of its placeholders.
#[derive(Default)]
struct Script {
    sql: String,
    arguments: SqliteArguments,
}

impl Script {
    fn of(table: &Table, name: &str, rows: &mut impl ExactSizeIterator<Item = Row>) -> Result<Self, EngineError> {
        let mut script = Self::default();
        script.insert(table, name, rows)?;
        Ok(script)
    }

    fn bind(&mut self, value: Value) -> Result<(), EngineError> {
        match value {
            Value::Null => self.arguments.add(None::<i64>),
            Value::Int(value) => self.arguments.add(value),
            Value::Text(value) => self.arguments.add(value.into_shared()),
            Value::Blob(value) => self.arguments.add(value),
        }
        .map_err(EngineError::Bind)
    }

    fn bind_json(&mut self, value: &impl serde::Serialize) -> Result<(), EngineError> {
        self.bind(serde_json::to_string(value)?.into())
    }

    /// Advances the head. If anything that the batch relies on has changed, the new revision is null instead, which the
    /// column refuses, so that the script aborts.
    fn head(&mut self, batch: &WriteBatch) -> Result<(), EngineError> {
        self.sql.push_str(
            "update log_head set revision = case when revision = ?
                and not exists (select 1 from json_each(?) k where k.value ->> 2 <> coalesce((select max(e.version)
                    from event e where e.stream_type = k.value ->> 0 and e.stream_id = k.value ->> 1), 0))
                and not exists (select 1 from json_each(?) k left join guard g
                    on g.kind = k.value ->> 0 and g.scope = k.value ->> 1 and g.key = k.value ->> 2
                    where coalesce(g.version, 0) <> k.value ->> 3)
                then revision + 1 end, next_position = ?, last_recorded_at = ?, frontier = ?, read_models = ?
             where id = 1;\n",
        );
        self.bind(Value::Int(batch.expected_revision))?;
        let streams: Vec<_> =
            batch.streams.iter().map(|(s, expected)| (s.kind.as_str(), s.id.to_string(), expected)).collect();
        self.bind_json(&streams)?;
        let guards: Vec<_> =
            batch.guards.iter().map(|g| (&g.guard.kind, &g.guard.scope, &g.guard.key, g.expected)).collect();
        self.bind_json(&guards)?;
        self.bind(Value::Int(batch.head.next_position))?;
        self.bind(Value::Int(batch.head.last_recorded_at))?;
        self.bind(Value::Blob(batch.head.frontier.clone()))?;
        self.bind(batch.head.read_models.clone().into())
    }

    fn remove(&mut self, removal: Removal) -> Result<(), EngineError> {
        let condition = is_key(removal.table, &removal.key);
        self.sql.push_str(&format!("delete from {} where {condition};\n", removal.table.name));
        removal.key.into_iter().try_for_each(|value| self.bind(value))
    }

    /// Adds one insert of as many of the rows as fit the shape that is chosen for them. The first column, which belongs
    /// to the key, is null in padding only.
    fn insert(
        &mut self,
        table: &Table,
        name: &str,
        rows: &mut impl ExactSizeIterator<Item = Row>,
    ) -> Result<(), EngineError> {
        let columns = table.columns.len();
        let shape = match rows.len() {
            few if few <= PADDED_MAX => SHAPES.into_iter().find(|shape| *shape >= few),
            many => SHAPES.into_iter().rev().find(|shape| *shape <= many && *shape * columns <= PLACEHOLDERS_MAX),
        };
        let shape = shape.unwrap_or(1);
        let tuple = format!("({})", vec!["?"; columns].join(","));
        let tuples = vec![tuple.as_str(); shape].join(",");
        let (into, conflict) = (table.into_clause(name), table.on_conflict());
        let padding = shape.saturating_sub(rows.len()) * columns;
        // A script that fails is rolled back as a whole. `or fail` spares SQLite the notes that it would need to take
        // back one statement.
        self.sql.push_str(&match padding {
            0 => format!("insert or fail into {into} values {tuples}{conflict};\n"),
            _ => format!(
                "insert or fail into {into} select * from (values {tuples}) where column1 is not null{conflict};\n"
            ),
        });
        for value in rows.take(shape).flatten().chain(std::iter::repeat_n(Value::Null, padding)) {
            self.bind(value)?;
        }
        Ok(())
    }
}

/// The condition that a row's key begins with these values.
fn is_key(table: &Table, key: &[Value]) -> String {
    let columns = table.columns.iter().take(key.len());
    columns.map(|column| format!("{} = ?", column.name)).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_log::table::{Storage, TableColumn, Writing};

    static WIDE: Table = Table {
        name: "wide",
        columns: &[TableColumn::int("c"); 33],
        key_len: 1,
        writing: Writing::Upsert,
        storage: Storage::Migrated,
    };

    #[test]
    fn rows_of_a_wide_table_go_into_inserts_that_sqlite_takes() {
        let mut rows = vec![vec![Value::Int(1); 33]; 2_500].into_iter();
        let mut inserts = 0;
        while rows.len() > 0 {
            let script = Script::of(&WIDE, WIDE.name, &mut rows).unwrap();
            assert!(script.arguments.len() <= PLACEHOLDERS_MAX);
            inserts += 1;
        }
        // 33 columns: 992 rows at most, so four of 512, then 256, 128, and 68 as 64 and 4.
        assert_eq!(inserts, 8);
    }
}
