//! Folds accepted events into the rows of read models, without knowing what an event or a row means.

use std::any::Any;
use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::{Engine, EngineError};
use super::record::Recorded;
use super::request::{ModelMark, Stall};
use super::table::{Row, Table, TableRows, Value};
use crate::domain::Event;

/// A read model as a writer sees it: tables, which rows a fold needs, and the fold.
#[derive(Debug)]
pub struct Model {
    pub name: &'static str,
    /// Changes with the schema and with the fold.
    pub fold_version: u32,
    pub tables: &'static [&'static Table],
    /// The statements that create the tables and their indexes; `{suffix}` follows each of their
    /// names, `{clustered}` the columns of a table that is stored in the order of its key.
    pub schema: &'static str,
    /// The rows that folding this event needs: (index of the table, key).
    pub keys: fn(&Recorded, &Event) -> Vec<RowKey>,
    pub fold: fn(&mut Rows, &Recorded, &Event) -> Result<(), FoldError>,
}

/// Why a fold could not take an event. Names no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FoldError(pub String);

pub type RowKey = (usize, Row);

impl Model {
    /// What the head row must say for the rows in the database to be this program's.
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest, Sha256};
        let digest = Sha256::new().chain_update(self.schema).chain_update(self.fold_version.to_be_bytes()).finalize();
        hex::encode(&digest[..8])
    }

    /// The statements for tables of this suffix; `clustered` is how the engine stores a table in the order of its key.
    pub fn schema(&self, suffix: &str, clustered: &str) -> String {
        self.schema.replace("{suffix}", suffix).replace("{clustered}", clustered)
    }

    pub fn mark(&self, generation: u32) -> ModelMark {
        ModelMark { fingerprint: self.fingerprint(), generation, stalled: None }
    }
}

/// The suffix of a generation's shadow tables.
pub fn shadow_suffix(generation: u32) -> String {
    format!("_g{generation}")
}

/// Rows of one read model under a fold: those it needs are loaded before, those it puts are written after.
#[derive(Debug, Default)]
pub struct Rows {
    rows: HashMap<RowKey, Kept>,
    put: HashSet<RowKey>,
}

/// What is known of a key.
#[derive(Debug)]
enum Kept {
    Absent,
    Row(Row),
    Document(Document),
}

/// A row that is one JSON document, decoded: of the columns key, document, position.
#[derive(Debug)]
struct Document {
    state: Box<dyn Any + Send>,
    encode: fn(&dyn Any) -> Result<String, serde_json::Error>,
    position: i64,
}

fn encode<D: Serialize + 'static>(state: &dyn Any) -> Result<String, serde_json::Error> {
    serde_json::to_string(&state.downcast_ref::<D>())
}

/// More rows than this are not kept between groups.
const CACHED_ROWS_MAX: usize = 40_000;

impl Rows {
    /// The row under this key; the key must be one that `Model::keys` named for the event.
    pub fn get(&self, table: usize, key: &[Value]) -> Option<&Row> {
        match self.rows.get(&(table, key.to_vec()))? {
            Kept::Row(row) => Some(row),
            Kept::Absent | Kept::Document(_) => None,
        }
    }

    /// Takes the document of a row whose columns are key, document and position; an absent one is empty. It stays
    /// decoded from event to event.
    pub fn take_document<D: DeserializeOwned + Default + Send + 'static>(
        &mut self,
        table: usize,
        key: &[Value],
    ) -> Result<D, FoldError> {
        match self.rows.remove(&(table, key.to_vec())) {
            None | Some(Kept::Absent) => Ok(D::default()),
            Some(Kept::Row(row)) => {
                let json = row.get(key.len()).and_then(Value::as_text).unwrap_or_default();
                serde_json::from_str(json).map_err(|error| FoldError(error.to_string()))
            }
            Some(Kept::Document(document)) => {
                document.state.downcast().map(|state| *state).map_err(|_| FoldError("document of another type".into()))
            }
        }
    }

    /// Puts a document under a key.
    pub fn put_document<D: Serialize + Send + 'static>(
        &mut self,
        table: usize,
        key: &[Value],
        document: D,
        position: i64,
    ) {
        let key = (table, key.to_vec());
        self.put.insert(key.clone());
        self.rows.insert(key, Kept::Document(Document { state: Box::new(document), encode: encode::<D>, position }));
    }

    /// Puts a whole row under its key, the first `key_len` values.
    pub fn put(&mut self, table: usize, key_len: usize, row: Row) {
        let key = (table, row[..key_len].to_vec());
        self.put.insert(key.clone());
        self.rows.insert(key, Kept::Row(row));
    }

    /// The rows put since the last call, for the tables with this suffix; rows that no fold asked for are forgotten.
    fn take_put(
        &mut self,
        model: &Model,
        suffix: &str,
        asked: &HashSet<RowKey>,
    ) -> Result<Vec<TableRows>, serde_json::Error> {
        let mut by_table: Vec<Vec<Row>> = vec![vec![]; model.tables.len()];
        for key in std::mem::take(&mut self.put) {
            let row = match self.rows.get(&key) {
                Some(Kept::Document(document)) => {
                    let mut row = key.1.clone();
                    row.push(Value::Text((document.encode)(document.state.as_ref())?));
                    row.push(Value::Int(document.position));
                    row
                }
                Some(Kept::Row(row)) if asked.contains(&key) => row.clone(),
                Some(Kept::Row(_) | Kept::Absent) | None => match self.rows.remove(&key) {
                    Some(Kept::Row(row)) => row,
                    Some(Kept::Absent | Kept::Document(_)) | None => continue,
                },
            };
            if let Some(rows) = by_table.get_mut(key.0) {
                rows.push(row);
            }
        }
        let named = |(table, rows): (&&'static Table, Vec<Row>)| TableRows {
            table,
            name: format!("{}{suffix}", table.name),
            rows,
        };
        Ok(model.tables.iter().zip(by_table).filter(|(_, rows)| !rows.is_empty()).map(named).collect())
    }
}

/// One read model on its way along the log: its rows, in the live tables or in a shadow's.
#[derive(Debug)]
pub struct Follower {
    pub model: &'static Model,
    suffix: String,
    rows: Rows,
}

impl Follower {
    pub fn new(model: &'static Model, suffix: String) -> Self {
        Self { model, suffix, rows: Rows::default() }
    }

    /// Forgets every row it keeps, because the database may hold others.
    pub fn forget(&mut self) {
        self.rows = Rows::default();
    }

    /// The rows to write for these events. On an error the rows kept are forgotten.
    pub(super) async fn follow(
        &mut self,
        engine: &mut Engine,
        events: &[(Recorded, Event)],
    ) -> Result<Vec<TableRows>, FollowError> {
        let keys: HashSet<RowKey> =
            events.iter().flat_map(|(recorded, event)| (self.model.keys)(recorded, event)).collect();
        if self.rows.rows.len() + keys.len() > CACHED_ROWS_MAX {
            self.forget();
        }
        for (index, table) in self.model.tables.iter().enumerate() {
            let missing: Vec<Row> = keys
                .iter()
                .filter(|key| key.0 == index && !self.rows.rows.contains_key(*key))
                .map(|key| key.1.clone())
                .collect();
            if missing.is_empty() {
                continue;
            }
            let name = format!("{}{}", table.name, self.suffix);
            for row in engine.rows(table, &name, &missing).await? {
                self.rows.rows.insert((index, table.key(&row).to_vec()), Kept::Row(row));
            }
            for key in missing {
                self.rows.rows.entry((index, key)).or_insert(Kept::Absent);
            }
        }
        for (recorded, event) in events {
            if let Err(error) = (self.model.fold)(&mut self.rows, recorded, event) {
                self.forget();
                return Err(FollowError::Fold(Stall { position: recorded.position, reason: error.0 }));
            }
        }
        self.rows.take_put(self.model, &self.suffix, &keys).map_err(|error| FollowError::Engine(error.into()))
    }

    /// The rows these events make of an empty read model held in memory: what `verify` compares with.
    pub fn refold(&mut self, recorded: &Recorded, event: &Event) -> Result<Vec<TableRows>, FoldError> {
        let keys: HashSet<RowKey> = (self.model.keys)(recorded, event).into_iter().collect();
        (self.model.fold)(&mut self.rows, recorded, event)?;
        self.rows.take_put(self.model, &self.suffix, &keys).map_err(|error| FoldError(error.to_string()))
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    #[error("read model stalled")]
    Fold(Stall),
    #[error(transparent)]
    Engine(#[from] EngineError),
}
