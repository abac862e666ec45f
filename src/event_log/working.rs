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
    /// When nothing was changed, or this is unknown.
    pub async fn touch(&self, changes: Vec<Change>) -> Result<(), AppendError> {
        self.hand_over(vec![], changes, vec![]).await
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
        };
        let (listed, key) = (columns.join(", "), columns[..table.key_len].join(", "));
        let sql = format!("select {listed} from {}{condition} order by {key}", table.name);
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = match which {
            Which::All => query,
            Which::With(_, text) => query.bind(text.to_owned()),
            Which::Before(_, number) => query.bind(number),
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
            Ok(()) => Ok(()),
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
    ) -> Result<(), EngineError> {
        self.in_doubt = false;
        self.lock().await?;
        let mut engine = self.engine.lock().await;
        for removal in removals {
            engine.remove(removal).await?;
        }
        for change in changes {
            engine.change(change).await?;
        }
        for TableRows { table, rows, .. } in rows {
            engine.upsert(table, rows).await?;
        }
        engine.commit().await
    }
}
