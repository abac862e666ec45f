//! The PostgreSQL writer: a whole group as one data-modifying statement.
//!
//! The statement updates the head only if its revision is the one that the writer last left and no version is stale.
//! Every insert takes its rows only if the head was updated. A key that was used before fails on the primary key of
//! `command`. So a group costs one round trip and is written as a whole or not at all.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Row as _};
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use uuid::Uuid;

use super::batch::{
    Actual, EngineError, HEAD_SQL, HeadColumns, StoredAnswer, WriteBatch, Written, command_row, event_row, guard_row,
};
use super::read;
use super::record::{Recorded, StreamKey};
use super::request::{Guard, GuardKey};
use super::table::{COMMAND, Change, ColumnType, EVENT, GUARD, Removal, Row, Table, TableColumn, Value};
use crate::domain::StreamType;

/// A server that does not answer for so long is treated as gone: a machine that lost its power does not close its
/// connections.
const PATIENCE: Duration = Duration::from_secs(30);

/// Joins of a few hundred keys with a large table must use the index, which the planner does not choose by itself. The
/// time-out and the keepalives make the server end the session of a process that vanished while it held the head row,
/// which no other process could take otherwise.
const SESSION: &str = "set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off; set jit = off;
    set idle_in_transaction_session_timeout = '60s'; set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10;
    set tcp_keepalives_count = 3";

/// The writer's connection to a PostgreSQL server.
pub(super) struct Postgres {
    connection: PgConnection,
    /// A call was given up, so that the next answer on the connection may belong to that call.
    is_given_up: bool,
}

impl Postgres {
    pub(super) async fn connect(url: &str) -> Result<Self, EngineError> {
        let options: PgConnectOptions = url.parse()?;
        let options = options.disable_statement_logging();
        let mut connection = timeout(PATIENCE, options.connect()).await.map_err(silent)??;
        connection.execute(SESSION).await?;
        Ok(Self { connection, is_given_up: false })
    }

    /// Calls the server, and gives up when it is silent.
    async fn call<T>(
        &mut self,
        call: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, EngineError> {
        let called = timeout(PATIENCE, call(&mut self.connection)).await;
        self.is_given_up |= called.is_err();
        Ok(called.map_err(silent)??)
    }

    /// Begins a transaction that holds the head row.
    pub(super) async fn lock(&mut self) -> Result<HeadColumns, EngineError> {
        let sql = format!("{} for update", HEAD_SQL);
        let row = self.call(async |connection| {
            connection.execute("begin").await?;
            sqlx::query(AssertSqlSafe(sql)).fetch_one(connection).await
        });
        Ok(read::head_columns(&row.await?)?)
    }

    pub(super) async fn commit(&mut self) -> Result<(), EngineError> {
        self.call(async |connection| connection.execute("commit").await).await?;
        Ok(())
    }

    /// Ends any open transaction; it is no error if there is none.
    pub(super) async fn rollback(&mut self) {
        let _none_open = self.call(async |connection| connection.execute("rollback").await).await;
    }

    pub(super) async fn close(self) -> Result<(), EngineError> {
        Ok(self.connection.close().await?)
    }

    /// Whether the server answers and can be written: after a failover it may have become a standby.
    pub(super) async fn ping(&mut self) -> bool {
        let sql = "select pg_is_in_recovery()";
        !self.is_given_up
            && matches!(
                self.call(async |connection| sqlx::query_scalar(sql).fetch_one(connection).await).await,
                Ok(false)
            )
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
             from unnest($1::text[]) k (key) join command c on c.key = k.key",
        )
        .bind(keys)
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            let stored = StoredAnswer {
                fingerprint: row.try_get(1)?,
                first_position: row.try_get(2)?,
                event_count: row.try_get(3)?,
                recorded_at: row.try_get(4)?,
                answer: row.try_get::<String, _>(5)?.into(),
            };
            actual.answers.insert(row.try_get(0)?, stored);
        }
        let types: Vec<&str> = streams.iter().map(|s| s.kind.as_str()).collect();
        let ids: Vec<String> = streams.iter().map(|s| s.id.to_string()).collect();
        let rows = sqlx::query(
            "select k.n, s.version from unnest($1::text[], $2::text[]) with ordinality k (type, id, n)
             cross join lateral (select max(e.version) as version from event e
                 where e.stream_type = k.type and e.stream_id = k.id) s
             where s.version is not null",
        )
        .bind(types)
        .bind(ids)
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            if let Some(stream) = nth(streams, row.try_get(0)?) {
                actual.streams.insert(*stream, row.try_get::<i64, _>(1)?.unsigned_abs());
            }
        }
        let rows = sqlx::query(
            "select k.n, g.version, g.stream
             from unnest($1::text[], $2::text[], $3::text[]) with ordinality k (kind, scope, key, n)
             join guard g on g.kind = k.kind and g.scope = k.scope and g.key = k.key",
        )
        .bind(guards.iter().map(|g| g.kind.as_str()).collect::<Vec<_>>())
        .bind(guards.iter().map(|g| g.scope.as_str()).collect::<Vec<_>>())
        .bind(guards.iter().map(|g| g.key.as_str()).collect::<Vec<_>>())
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            if let Some(guard) = nth(guards, row.try_get(0)?) {
                let version = row.try_get::<i64, _>(1)?.unsigned_abs();
                actual.guards.insert(guard.clone(), Guard { version, stream: row.try_get(2)? });
            }
        }
        Ok(actual)
    }

    /// The rows of a table under these keys.
    pub(super) async fn rows(&mut self, table: &Table, name: &str, keys: &[Row]) -> Result<Vec<Row>, EngineError> {
        let mut statement = Statement::default();
        let key_columns = &table.columns[..table.key_len];
        let source = statement.unnest(key_columns, keys)?;
        let names: Vec<&str> = key_columns.iter().map(|column| column.name).collect();
        let conditions: Vec<String> = names.iter().map(|column| format!("t.{column} = k.{column}")).collect();
        let sql = format!(
            "select {} from {source} k ({}) join {name} t on {}",
            table.columns_of("t"),
            names.join(", "),
            conditions.join(" and ")
        );
        let query = sqlx::query_with::<sqlx::Postgres, _>(AssertSqlSafe(sql), statement.arguments);
        let rows = query.fetch_all(&mut self.connection).await?;
        rows.iter().map(|row| Ok(read::row(table, row)?)).collect()
    }

    /// Writes the batch if everything it relies on still holds, inside or outside a transaction.
    pub(super) async fn write(&mut self, batch: WriteBatch) -> Result<Written, EngineError> {
        let statement = Statement::of(batch)?;
        let query = sqlx::query_with::<sqlx::Postgres, _>(AssertSqlSafe(statement.sql), statement.arguments);
        match self.call(async |connection| query.fetch_one(connection).await).await {
            Ok(row) if row.try_get::<i64, _>(0)? == 1 => Ok(Written::Yes),
            Ok(_) => Ok(Written::Missed),
            Err(error) if error.is_missed() => Ok(Written::Missed),
            Err(error) => Err(error),
        }
    }

    /// Writes rows inside the transaction that `lock` began.
    pub(super) async fn upsert(&mut self, table: &Table, rows: &[Row]) -> Result<(), EngineError> {
        let mut statement = Statement::default();
        let source = statement.unnest(table.columns, rows)?;
        let into = table.into_clause(table.name);
        statement.sql = format!("insert into {into} select * from {source}{}", table.on_conflict());
        let query = sqlx::query_with::<sqlx::Postgres, _>(AssertSqlSafe(statement.sql), statement.arguments);
        query.execute(&mut self.connection).await?;
        Ok(())
    }

    /// Changes a row, if it is there and as it has to be, inside the transaction that `lock` began; says whether it was.
    pub(super) async fn change(&mut self, change: Change) -> Result<bool, EngineError> {
        let Change { table, key, column, value, was } = change;
        let mut statement = Statement::default();
        let value = statement.bind_value(value)?;
        let mut condition = statement.is(table, &key)?;
        if let Some(was) = was {
            condition.push_str(&format!(" and {column} = {}", statement.bind_value(was)?));
        }
        statement.sql = format!("update {} set {column} = {value} where {condition}", table.name);
        let query = sqlx::query_with::<sqlx::Postgres, _>(AssertSqlSafe(statement.sql), statement.arguments);
        Ok(query.execute(&mut self.connection).await?.rows_affected() > 0)
    }

    /// Deletes rows inside the transaction that `lock` began.
    pub(super) async fn remove(&mut self, removal: Removal) -> Result<(), EngineError> {
        let mut statement = Statement::default();
        let conditions = statement.is(removal.table, &removal.key)?;
        statement.sql = format!("delete from {} where {conditions}", removal.table.name);
        let query = sqlx::query_with::<sqlx::Postgres, _>(AssertSqlSafe(statement.sql), statement.arguments);
        query.execute(&mut self.connection).await?;
        Ok(())
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
        // Stream by stream, whatever is known of the table's size: joined as a whole all of it is sorted where little is.
        let sql = format!(
            "select {} from unnest($1::text[]) k (type) cross join unnest($2::text[]) i (id) cross join lateral
                 (select * from event where event.stream_type = k.type and event.stream_id = i.id offset 0) e
             where e.position < $3 order by e.position",
            EVENT.columns_of("e"),
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(streams.iter().map(|kind| kind.as_str()).collect::<Vec<_>>())
            .bind(subjects.iter().map(Uuid::to_string).collect::<Vec<_>>())
            .bind(before);
        let rows = query.fetch_all(&mut self.connection).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// Runs statements of the schema inside the transaction that `lock` began.
    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), EngineError> {
        self.connection.execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))).await?;
        Ok(())
    }
}

/// The error of a server that did not answer in time.
fn silent(_: Elapsed) -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}

/// The item that PostgreSQL counts as the `ordinality`th, from 1.
fn nth<T>(list: &[T], ordinality: i64) -> Option<&T> {
    usize::try_from(ordinality - 1).ok().and_then(|index| list.get(index))
}

/// The statement under construction, its binds in the order of `$1`, `$2`, ...
#[derive(Default)]
struct Statement {
    sql: String,
    arguments: PgArguments,
}

impl Statement {
    fn of(batch: WriteBatch) -> Result<Self, EngineError> {
        let mut statement = Self::default();
        statement.head(&batch)?;
        let rows: Vec<Row> = batch.commands.into_iter().map(command_row).collect();
        statement.insert("c", &COMMAND, COMMAND.name, &rows)?;
        let rows: Vec<Row> = batch.guards.into_iter().filter_map(guard_row).collect();
        statement.insert("g", &GUARD, GUARD.name, &rows)?;
        let rows: Vec<Row> = batch.events.into_iter().map(event_row).collect();
        statement.insert("e", &EVENT, EVENT.name, &rows)?;
        for (index, rows) in batch.rows.iter().enumerate() {
            statement.insert(&format!("r{index}"), rows.table, &rows.name, &rows.rows)?;
        }
        for (index, removal) in batch.removals.into_iter().enumerate() {
            statement.remove(index, &removal)?;
        }
        statement.sql.push_str(" select count(*) from head");
        Ok(statement)
    }

    fn bind<'t, T>(&mut self, value: T) -> Result<String, EngineError>
    where
        T: sqlx::Encode<'t, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        self.arguments.add(value).map_err(EngineError::Bind)?;
        Ok(format!("${}", self.arguments.len()))
    }

    fn bind_value(&mut self, value: Value) -> Result<String, EngineError> {
        match value {
            Value::Null => Ok("null".to_owned()),
            Value::Int(number) => self.bind(number),
            Value::Text(text) => self.bind(text.as_str()),
            Value::Blob(bytes) => self.bind(bytes),
        }
    }

    /// `unnest(...)` of one array per column.
    fn unnest(&mut self, columns: &[TableColumn], rows: &[Row]) -> Result<String, EngineError> {
        let mut arrays = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let cells = rows.iter().map(|row| row.get(index));
            arrays.push(match column.holds {
                ColumnType::Int => {
                    let cells: Vec<Option<i64>> =
                        cells.map(|cell| if let Some(Value::Int(v)) = cell { Some(*v) } else { None }).collect();
                    format!("{}::bigint[]", self.bind(cells)?)
                }
                ColumnType::Text => {
                    let cells: Vec<Option<&str>> = cells.map(|cell| cell.and_then(Value::as_text)).collect();
                    format!("{}::text[]", self.bind(cells)?)
                }
                ColumnType::Blob => {
                    let cells: Vec<Option<&[u8]>> = cells
                        .map(|cell| if let Some(Value::Blob(v)) = cell { Some(v.as_slice()) } else { None })
                        .collect();
                    format!("{}::bytea[]", self.bind(cells)?)
                }
            });
        }
        Ok(format!("unnest({})", arrays.join(", ")))
    }

    fn head(&mut self, batch: &WriteBatch) -> Result<(), EngineError> {
        let streams: Vec<Row> = batch
            .streams
            .iter()
            .map(|(stream, expected)| {
                vec![
                    stream.kind.as_str().into(),
                    Value::text(stream.id.to_string()),
                    Value::Int(expected.cast_signed()),
                ]
            })
            .collect();
        let guards: Vec<Row> = batch
            .guards
            .iter()
            .map(|g| {
                let key = g.guard.clone();
                let expected = Value::Int(g.expected.cast_signed());
                vec![key.kind.into(), key.scope.into(), key.key.into(), expected]
            })
            .collect();
        let streams = self.unnest(&EVENT.columns[1..4], &streams)?;
        let guards = self.unnest(&GUARD.columns[..4], &guards)?;
        let next_position = self.bind(batch.head.next_position)?;
        let last_recorded_at = self.bind(batch.head.last_recorded_at)?;
        let frontier = self.bind(batch.head.frontier.clone())?;
        let read_models = self.bind(batch.head.read_models.clone())?;
        let revision = self.bind(batch.expected_revision)?;
        self.sql = format!(
            "with stale as (
                select 1 from {streams} k (type, id, version)
                where k.version <> coalesce((
                    select max(e.version) from event e where e.stream_type = k.type and e.stream_id = k.id), 0)
                union all
                select 1 from {guards} k (kind, scope, key, version)
                left join guard g on g.kind = k.kind and g.scope = k.scope and g.key = k.key
                where coalesce(g.version, 0) <> k.version),
             head as (
                update log_head set revision = revision + 1, next_position = {next_position},
                    last_recorded_at = {last_recorded_at}, frontier = {frontier}, read_models = {read_models}
                where id = 1 and revision = {revision} and not exists (select 1 from stale)
                returning 1)"
        );
        Ok(())
    }

    /// The condition that a row's key begins with these values.
    fn is(&mut self, table: &Table, key: &[Value]) -> Result<String, EngineError> {
        let mut conditions = vec![];
        for (column, value) in table.columns.iter().zip(key) {
            let bound = match value {
                Value::Int(value) => self.bind(*value)?,
                Value::Text(value) => self.bind(value.as_str())?,
                Value::Null | Value::Blob(_) => continue, // No table has them in its key.
            };
            conditions.push(format!("{} = {bound}", column.name));
        }
        Ok(conditions.join(" and "))
    }

    fn remove(&mut self, index: usize, removal: &Removal) -> Result<(), EngineError> {
        let (table, conditions) = (removal.table.name, self.is(removal.table, &removal.key)?);
        self.sql.push_str(&format!(
            ",\n d{index} as (delete from {table} where {conditions} and exists (select 1 from head))"
        ));
        Ok(())
    }

    /// Adds an insert to the statement, unless there are no rows.
    fn insert(&mut self, part: &str, table: &Table, name: &str, rows: &[Row]) -> Result<(), EngineError> {
        if rows.is_empty() {
            return Ok(());
        }
        let source = self.unnest(table.columns, rows)?;
        let (into, conflict) = (table.into_clause(name), table.on_conflict());
        self.sql.push_str(&format!(
            ",\n {part} as (insert into {into} select * from {source} where exists (select 1 from head){conflict})"
        ));
        Ok(())
    }
}
