//! Folds accepted events into the rows of read models, without knowing what an event or a row means.

use std::any::Any;
use std::sync::OnceLock;

use hashbrown::{HashMap, HashSet};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::engine::{Engine, EngineError};
use super::read;
use super::record::Recorded;
use super::request::{ModelMark, Stall};
use super::table::{Row, Table, TableRows, Value, row_digest};
use crate::domain::{Event, StreamType};

/// A read model as a writer sees it: tables, what a fold needs of what was before, and the fold.
#[derive(Debug)]
pub struct Model {
    pub name: &'static str,
    /// Changes with the schema and with the fold.
    pub fold_version: u32,
    /// Worked out once: it is asked for with every group and question.
    pub fingerprint: OnceLock<String>,
    pub tables: &'static [&'static Table],
    /// The statements that create the tables and their indexes; `{suffix}` follows each of their
    /// names, `{clustered}` the columns of a table that is stored in the order of its key.
    pub schema: &'static str,
    pub needs: Needs,
    pub fold: fn(&mut Rows, &Recorded, &Event) -> Result<(), FoldError>,
}

/// What folding an event needs of what was before.
#[derive(Debug)]
pub enum Needs {
    /// Rows of its own: (index of the table, key). Under the keys of an event that `begins` its subject there is nothing
    /// yet to be loaded.
    Rows { keys: fn(&Recorded, &Event) -> Vec<RowKey>, begins: fn(&Recorded) -> bool },
    /// A state for each subject: what folding the subject's earlier events left, which are those of the streams of
    /// these kinds under the subject's id. The first kind's stream begins before the others.
    History { streams: &'static [StreamType], subject: fn(&Recorded, &Event) -> Option<Uuid> },
}

/// Why a fold could not take an event. Names no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FoldError(pub String);

pub type RowKey = (usize, Row);

impl Model {
    /// What the head row must say for the rows in the database to be this program's.
    pub fn fingerprint(&self) -> &str {
        use sha2::{Digest, Sha256};
        self.fingerprint.get_or_init(|| {
            let digest = Sha256::new().chain_update(self.schema).chain_update(self.fold_version.to_be_bytes());
            hex::encode(&digest.finalize()[..8])
        })
    }

    /// The statements for tables of this suffix; `clustered` is how the engine stores a table in the order of its key.
    pub fn schema(&self, suffix: &str, clustered: &str) -> String {
        self.schema.replace("{suffix}", suffix).replace("{clustered}", clustered)
    }

    pub fn mark(&self, generation: u32) -> ModelMark {
        ModelMark { fingerprint: self.fingerprint().to_owned(), generation, rebuilding: None, stalled: None }
    }
}

/// The suffix of a generation's shadow tables.
pub fn shadow_suffix(generation: u32) -> String {
    format!("_g{generation}")
}

/// Rows and states of one read model under a fold: those it needs are loaded before, the rows it puts are written after.
#[derive(Debug, Default)]
pub struct Rows {
    /// Rows that a fold asked for; `None` where there is none.
    asked: HashMap<RowKey, Option<Row>>,
    states: HashMap<Uuid, Box<dyn Any + Send>>,
    /// The digests of what was referred to and is in the database, by (index of the table, number).
    referred: HashMap<(usize, i64), [u8; 32]>,
    put: HashMap<RowKey, Row>,
    appended: Vec<(usize, Row)>,
}

/// More rows or states than this are not kept between groups.
const KEPT_MAX: usize = 40_000;

impl Rows {
    /// The row under this key; the key must be one that the model asks for with the event.
    pub fn get(&self, table: usize, key: &[Value]) -> Option<&Row> {
        self.asked.get(&(table, key.to_vec()))?.as_ref()
    }

    /// Takes the state of a subject, which is to be put back; of a new one it is empty.
    pub fn take_state<S: Default + Send + 'static>(&mut self, subject: Uuid) -> Result<Box<S>, FoldError> {
        match self.states.remove(&subject) {
            None => Ok(Box::default()),
            Some(state) => state.downcast().map_err(|_| FoldError("state of another type".to_owned())),
        }
    }

    pub fn put_state<S: Send + 'static>(&mut self, subject: Uuid, state: Box<S>) {
        self.states.insert(subject, state);
    }

    /// Puts a whole row under its key, the first `key_len` values.
    pub fn put(&mut self, table: usize, key_len: usize, row: Row) {
        let key = (table, row[..key_len].to_vec());
        if let Some(asked) = self.asked.get_mut(&key) {
            *asked = Some(row.clone());
        }
        self.put.insert(key, row);
    }

    /// Adds a row to a table that is append-only: nothing is under its key, and nothing will be again.
    pub fn append(&mut self, table: usize, row: Row) {
        self.appended.push((table, row));
    }

    /// The number that names this content in a table of (number, content, position that came to it first); 0 names
    /// nothing. 62 bits of a SHA-256: of a million contents two share one with a chance of 1 in 9 million, which is
    /// an error.
    pub fn refer(&mut self, table: usize, content: Row, position: i64) -> Result<i64, FoldError> {
        let digest = row_digest(&content);
        let [a, b, c, d, e, f, g, h, ..] = digest;
        // Positive, and never 0.
        let number = (i64::from_be_bytes([a, b, c, d, e, f, g, h]) >> 1 & i64::MAX) | 1;
        let known = *self.referred.entry((table, number)).or_insert_with(|| {
            let row: Row = std::iter::once(number.into()).chain(content).chain([position.into()]).collect();
            self.put.insert((table, vec![number.into()]), row);
            digest
        });
        if known == digest { Ok(number) } else { Err(FoldError(format!("two contents share the number {number}"))) }
    }

    /// The rows put since the last call, by table, each table's in the order of the keys.
    fn take_put(&mut self, model: &Model, suffix: &str) -> Vec<TableRows> {
        let mut by_table: Vec<Vec<Row>> = vec![vec![]; model.tables.len()];
        let put = self.put.drain().map(|((table, _), row)| (table, row));
        for (table, row) in put.chain(self.appended.drain(..)) {
            by_table[table].push(row);
        }
        let named = |(table, mut rows): (&&'static Table, Vec<Row>)| {
            rows.sort_unstable();
            TableRows { table, name: format!("{}{suffix}", table.name), rows }
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

    /// Forgets everything it keeps, because the database may hold something else.
    pub fn forget(&mut self) {
        self.rows = Rows::default();
    }

    /// The rows to write for these events. On an error what is kept is forgotten.
    pub(super) async fn follow(
        &mut self,
        engine: &Mutex<Engine>,
        events: &[(Recorded, Event)],
    ) -> Result<Vec<TableRows>, FollowError> {
        match &self.model.needs {
            Needs::Rows { keys, begins } => self.load_rows(engine, events, *keys, *begins).await?,
            Needs::History { streams, subject } => self.load_states(engine, events, streams, *subject).await?,
        }
        for (recorded, event) in events {
            if let Err(error) = (self.model.fold)(&mut self.rows, recorded, event) {
                self.forget();
                return Err(FollowError::Fold(Stall { position: recorded.position, reason: error.0 }));
            }
        }
        Ok(self.rows.take_put(self.model, &self.suffix))
    }

    async fn load_rows(
        &mut self,
        engine: &Mutex<Engine>,
        events: &[(Recorded, Event)],
        keys: fn(&Recorded, &Event) -> Vec<RowKey>,
        begins: fn(&Recorded) -> bool,
    ) -> Result<(), EngineError> {
        if self.rows.asked.len() + events.len() > KEPT_MAX {
            self.forget();
        }
        let (first, later): (Vec<_>, Vec<_>) = events.iter().partition(|(recorded, _)| begins(recorded));
        for key in first.into_iter().flat_map(|(recorded, event)| keys(recorded, event)) {
            self.rows.asked.entry(key).or_insert(None);
        }
        let keys: HashSet<RowKey> = later.into_iter().flat_map(|(recorded, event)| keys(recorded, event)).collect();
        for (index, table) in self.model.tables.iter().enumerate() {
            let is_missing = |key: &&RowKey| key.0 == index && !self.rows.asked.contains_key(*key);
            let missing: Vec<Row> = keys.iter().filter(is_missing).map(|key| key.1.clone()).collect();
            if missing.is_empty() {
                continue;
            }
            let name = format!("{}{}", table.name, self.suffix);
            for row in engine.lock().await.rows(table, &name, &missing).await? {
                self.rows.asked.insert((index, table.key(&row).to_vec()), Some(row));
            }
            for key in missing {
                self.rows.asked.entry((index, key)).or_insert(None);
            }
        }
        Ok(())
    }

    /// Folds the earlier events of subjects that are not in memory; the rows that these make were written long ago.
    async fn load_states(
        &mut self,
        engine: &Mutex<Engine>,
        events: &[(Recorded, Event)],
        streams: &[StreamType],
        subject: fn(&Recorded, &Event) -> Option<Uuid>,
    ) -> Result<(), FollowError> {
        let Some((first, _)) = events.first() else { return Ok(()) };
        let mut missing = vec![];
        let mut met = HashSet::new();
        for (recorded, event) in events {
            let Some(subject) = subject(recorded, event).filter(|subject| met.insert(*subject)) else { continue };
            let is_of_the_first = streams.first().is_some_and(|kind| recorded.stream_type == kind.as_str());
            let begins = is_of_the_first && recorded.version == 1;
            if !begins && !self.rows.states.contains_key(&subject) {
                missing.push(subject);
            }
        }
        if self.rows.states.len() + met.len() > KEPT_MAX {
            self.forget();
            missing = met.into_iter().collect();
        }
        if missing.is_empty() {
            return Ok(());
        }
        let mut earlier = Rows::default();
        for (recorded, event) in
            read::decode_page(engine.lock().await.histories(streams, &missing, first.position).await?)?
        {
            if let Err(error) = (self.model.fold)(&mut earlier, &recorded, &event) {
                return Err(FollowError::Fold(Stall { position: recorded.position, reason: error.0 }));
            }
        }
        self.rows.states.extend(earlier.states);
        Ok(())
    }

    /// The rows these events make of an empty read model held in memory: what `verify` compares with.
    pub fn refold(&mut self, recorded: &Recorded, event: &Event) -> Result<Vec<TableRows>, FoldError> {
        if let Needs::Rows { keys, .. } = &self.model.needs {
            for key in keys(recorded, event) {
                self.rows.asked.entry(key).or_insert(None);
            }
        }
        (self.model.fold)(&mut self.rows, recorded, event)?;
        Ok(self.rows.take_put(self.model, &self.suffix))
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    #[error("read model stalled")]
    Fold(Stall),
    #[error(transparent)]
    Engine(#[from] EngineError),
}
