//! Folds accepted events into the rows of read models, without knowing what an event or a row means.

use std::collections::{HashMap, HashSet};

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
    /// The statements that create the tables and their indexes; `{suffix}` follows each of their names.
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

    pub fn schema(&self, suffix: &str) -> String {
        self.schema.replace("{suffix}", suffix)
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
    rows: HashMap<RowKey, Option<Row>>,
    put: HashSet<RowKey>,
}

/// More rows than this are not kept between groups.
const CACHED_ROWS_MAX: usize = 40_000;

impl Rows {
    /// The row under this key; the key must be one that `Model::keys` named for the event.
    pub fn get(&self, table: usize, key: &[Value]) -> Option<&Row> {
        self.rows.get(&(table, key.to_vec())).and_then(Option::as_ref)
    }

    /// Puts a whole row under its key, the first `key_len` values.
    pub fn put(&mut self, table: usize, key_len: usize, row: Row) {
        let key = (table, row[..key_len].to_vec());
        self.put.insert(key.clone());
        self.rows.insert(key, Some(row));
    }

    /// The rows put since the last call, for the tables with this suffix; rows that no fold asked for are forgotten.
    fn take_put(&mut self, model: &Model, suffix: &str, asked: &HashSet<RowKey>) -> Vec<TableRows> {
        let mut by_table: Vec<Vec<Row>> = vec![vec![]; model.tables.len()];
        for key in std::mem::take(&mut self.put) {
            let row = if asked.contains(&key) { self.rows.get(&key).cloned() } else { self.rows.remove(&key) };
            if let (Some(rows), Some(Some(row))) = (by_table.get_mut(key.0), row) {
                rows.push(row);
            }
        }
        let named = |(table, rows): (&&'static Table, Vec<Row>)| TableRows {
            table,
            name: format!("{}{suffix}", table.name),
            rows,
        };
        model.tables.iter().zip(by_table).filter(|(_, rows)| !rows.is_empty()).map(named).collect()
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
                self.rows.rows.insert((index, table.key(&row).to_vec()), Some(row));
            }
            for key in missing {
                self.rows.rows.entry((index, key)).or_insert(None);
            }
        }
        for (recorded, event) in events {
            if let Err(error) = (self.model.fold)(&mut self.rows, recorded, event) {
                self.forget();
                return Err(FollowError::Fold(Stall { position: recorded.position, reason: error.0 }));
            }
        }
        Ok(self.rows.take_put(self.model, &self.suffix, &keys))
    }

    /// The rows these events make of an empty read model held in memory: what `verify` compares with.
    pub fn refold(&mut self, recorded: &Recorded, event: &Event) -> Result<Vec<TableRows>, FoldError> {
        let keys: HashSet<RowKey> = (self.model.keys)(recorded, event).into_iter().collect();
        (self.model.fold)(&mut self.rows, recorded, event)?;
        Ok(self.rows.take_put(self.model, &self.suffix, &keys))
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    #[error("read model stalled")]
    Fold(Stall),
    #[error(transparent)]
    Engine(#[from] EngineError),
}
