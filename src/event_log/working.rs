//! Working tables: rows that are of use for a while. They are written by the writer task as all rows are, and beside no
//! event; nothing is proved of them.

use sqlx::{AssertSqlSafe, Row as _};
use tokio::sync::oneshot;

use super::EventLog;
use super::batch::EngineError;
use super::job::{AloneJob, Job, KeptRows};
use super::request::AppendError;
use super::table::{Change, ColumnType, Removal, Row, Table, TableRows, Value};
use super::writer::Writer;

/// Which rows of a working table are meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    All,
    /// Those with this text in a column.
    With(&'static str, &'a str),
    /// Those with a smaller number in a column.
    Before(&'static str, i64),
    /// At most so many of those with this text in a column whose number in another is not above one, the smallest first.
    WithUpTo {
        text: (&'static str, &'a str),
        number: (&'static str, i64),
        limit: usize,
    },
}

impl EventLog {
    /// Writes and deletes rows of working tables, and waits until that is durable.
    ///
    /// # Errors
    /// When nothing was changed, or this is unknown.
    pub async fn keep(&self, rows: Vec<TableRows>, removals: Vec<Removal>) -> Result<(), AppendError> {
        self.hand_over(rows, vec![], removals).await
    }

    /// Changes rows of working tables that are still there, and waits until that is durable.
    ///
    /// # Errors
    /// When nothing was changed, or this is unknown; `Stale` if a row was not as it had to be.
    pub async fn touch(&self, changes: Vec<Change>) -> Result<(), AppendError> {
        self.hand_over(vec![], changes, vec![]).await
    }

    /// The same, with rows that are written if all of them were as they had to be.
    ///
    /// # Errors
    /// As [`EventLog::touch`].
    pub async fn touch_and_keep(&self, changes: Vec<Change>, rows: Vec<TableRows>) -> Result<(), AppendError> {
        self.hand_over(rows, changes, vec![]).await
    }

    /// How many rows of a working table have each text of a column, and the smallest number in another of them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn working_counts(
        &self,
        table: &'static Table,
        by: &'static str,
        least: &'static str,
    ) -> Result<Vec<(String, i64, i64)>, EngineError> {
        let sql = format!("select {by}, count(*), min({least}) from {} group by {by} order by {by}", table.name);
        let found = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.readers).await?;
        let read = |row: &sqlx::any::AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
        Ok(found.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn hand_over(
        &self,
        rows: Vec<TableRows>,
        changes: Vec<Change>,
        removals: Vec<Removal>,
    ) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Alone(AloneJob::Keep(KeptRows { rows, changes, removals, answer }));
        self.jobs.send(job).await.map_err(|_| AppendError::Stopped)?;
        answered.await.map_err(|_| AppendError::Stopped)?
    }

    /// Rows of a working table, in the order of their keys.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn working_rows(&self, table: &'static Table, which: Which<'_>) -> Result<Vec<Row>, EngineError> {
        let columns = table.column_names();
        let condition = match which {
            Which::All => String::new(),
            Which::With(column, _) => format!(" where {column} = $1"),
            Which::Before(column, _) => format!(" where {column} < $1"),
            Which::WithUpTo { text: (text, _), number: (number, _), .. } => {
                format!(" where {text} = $1 and {number} <= $2")
            }
        };
        let (listed, key) = (columns.join(", "), columns[..table.key_len].join(", "));
        let order = match which {
            Which::WithUpTo { number: (number, _), limit, .. } => format!("{number}, {key} limit {limit}"),
            Which::All | Which::With(..) | Which::Before(..) => key,
        };
        let sql = format!("select {listed} from {}{condition} order by {order}", table.name);
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = match which {
            Which::All => query,
            Which::With(_, text) => query.bind(text.to_owned()),
            Which::Before(_, number) => query.bind(number),
            Which::WithUpTo { text: (_, text), number: (_, number), .. } => query.bind(text.to_owned()).bind(number),
        };
        let found = query.fetch_all(&self.readers).await?;
        let value = |row: &sqlx::any::AnyRow, index: usize, kind: ColumnType| {
            Ok::<_, sqlx::Error>(match kind {
                ColumnType::Int => row.try_get::<Option<i64>, _>(index)?.map_or(Value::Null, Value::Int),
                ColumnType::Text => row.try_get::<Option<String>, _>(index)?.map_or(Value::Null, Value::text),
                ColumnType::Blob => row.try_get::<Option<Vec<u8>>, _>(index)?.map_or(Value::Null, Value::Blob),
            })
        };
        let read =
            |row| table.columns.iter().enumerate().map(|(index, column)| value(row, index, column.holds)).collect();
        Ok(found.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }
}

impl Writer {
    /// Changes rows of working tables in a transaction of their own. It advances no revision: no plan rests on them.
    pub(super) async fn keep(&mut self, kept: KeptRows) {
        let KeptRows { rows, changes, removals, answer } = kept;
        let changed = match self.try_keep(rows, changes, removals).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.engine.lock().await.rollback().await;
                Err(AppendError::Stale)
            }
            Err(error) => {
                self.engine.lock().await.rollback().await;
                self.distrust();
                self.reconnect_after(&error).await;
                Err(self.failed(&error))
            }
        };
        let _caller_gone = answer.send(changed);
    }

    async fn try_keep(
        &mut self,
        rows: Vec<TableRows>,
        changes: Vec<Change>,
        removals: Vec<Removal>,
    ) -> Result<bool, EngineError> {
        self.in_doubt = false;
        self.lock().await?;
        let mut engine = self.engine.lock().await;
        for removal in removals {
            engine.remove(removal).await?;
        }
        for change in changes {
            let is_bound = change.was.is_some();
            if !engine.change(change).await? && is_bound {
                return Ok(false);
            }
        }
        for TableRows { table, rows, .. } in rows {
            engine.upsert(table, rows).await?;
        }
        engine.commit().await?;
        Ok(true)
    }
}
