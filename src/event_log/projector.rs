//! Folding accepted events into the rows of read models, without knowing what an event or a row means.

use std::any::Any;
use std::sync::OnceLock;

use hashbrown::{HashMap, HashSet};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::batch::EngineError;
use super::engine::Engine;
use super::read;
use super::record::Recorded;
use super::request::{LogHead, ModelMark, Stall};
use super::table::{Row, Table, TableRows, Value, row_digest};
use crate::domain::{Event, StreamType};

/// A read model as a writer sees it: its tables, what must be read before a fold, and the fold.
#[derive(Debug)]
pub struct Model {
    /// The name under which the head row stores the model's state.
    pub name: &'static str,
    /// To be increased whenever the fold makes other rows of the same events.
    pub fold_version: u32,
    /// Computed once, since every group and every question compares it.
    pub fingerprint: OnceLock<String>,
    /// The model's tables, in the order by which folds name them.
    pub tables: &'static [&'static Table],
    /// What must be read before events are folded.
    pub needs: Needs,
    /// Makes rows of one event.
    pub fold: fn(&mut Rows, &Recorded, &Event) -> Result<(), FoldError>,
}

/// What a read model reads before it folds events.
#[derive(Debug)]
pub enum Needs {
    /// Its own rows under `keys`. `begins` is true for a subject's first event, whose rows cannot exist yet.
    Rows { keys: fn(&Recorded, &Event) -> Vec<RowKey>, begins: fn(&Recorded) -> bool },
    /// A state of the event's `subject`: the result of folding all its earlier events. These are the events of the
    /// streams of these kinds that have the subject's id. A stream of the first kind begins before the others.
    History { streams: &'static [StreamType], subject: fn(&Recorded, &Event) -> Option<Uuid> },
}

/// Why a fold could not take an event. Names no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FoldError(pub String);

/// The index of a table in [`Model::tables`], and a key in it.
pub type RowKey = (usize, Row);

impl Model {
    /// Names the schema and the fold. The rows in a database are this program's if the head row has the same
    /// fingerprint.
    pub fn fingerprint(&self) -> &str {
        use sha2::{Digest, Sha256};
        self.fingerprint.get_or_init(|| {
            let schema = self.schema("{suffix}", "{clustered}");
            let digest = Sha256::new().chain_update(schema).chain_update(self.fold_version.to_be_bytes());
            hex::encode(&digest.finalize()[..8])
        })
    }

    /// The statements that create the tables and their indexes, with `suffix` behind each table's name. `clustered` is
    /// what the engine writes behind the columns of a table to store its rows in the order of the key.
    pub fn schema(&self, suffix: &str, clustered: &str) -> String {
        self.tables.iter().map(|table| table.create_sql(suffix, clustered)).collect()
    }

    /// Creates the tables inside the transaction that `lock` began.
    pub(super) async fn create_tables(&self, engine: &mut Engine, suffix: &str) -> Result<(), EngineError> {
        let schema = self.schema(suffix, engine.clustered());
        engine.execute(&schema).await
    }

    /// The state of tables that this program has built, and that take events.
    pub fn mark(&self, generation: u32) -> ModelMark {
        ModelMark { fingerprint: self.fingerprint().to_owned(), generation, rebuilding: None, stalled: None }
    }
}

impl LogHead {
    /// A read model in the database that is none of these, or that another version of the program wrote.
    pub fn foreign_model(&self, models: &[&Model]) -> Option<&str> {
        let is_ours = |name: &str, mark: &ModelMark| {
            models.iter().any(|model| model.name == name && model.fingerprint() == mark.fingerprint)
        };
        self.read_models.iter().find(|(name, mark)| !is_ours(name, mark)).map(|(name, _)| name.as_str())
    }
}

/// What follows a table's name in that of its shadow table. A generation is the number of a rebuild.
pub fn shadow_suffix(generation: u32) -> String {
    format!("_g{generation}")
}

/// Rows and states of one read model while events are folded: what the model needs was loaded before, and the rows that
/// the fold puts are written after.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows that the fold may ask for; `None` if the database has none.
    asked: HashMap<RowKey, Option<Row>>,
    /// The states of subjects.
    states: HashMap<Uuid, Box<dyn Any + Send>>,
    /// The digests of contents that were interned, by table and number. Their rows are in the database.
    interned: HashMap<(usize, i64), [u8; 32]>,
    /// Rows to be written.
    put: HashMap<RowKey, Row>,
    appended: Vec<(usize, Row)>,
}

/// With more rows or states than this, they are forgotten before the next group.
const KEPT_MAX: usize = 40_000;

impl Rows {
    /// The row under this key, which must be one of those that the model's `keys` name for the event.
    pub fn get(&self, table: usize, key: &[Value]) -> Option<&Row> {
        self.asked.get(&(table, key.to_vec()))?.as_ref()
    }

    /// Takes the state of a subject out, to be put back with `put_state`. A new subject's state is the default one.
    ///
    /// # Errors
    /// When the state is of another type than `S`.
    pub fn take_state<S: Default + Send + 'static>(&mut self, subject: Uuid) -> Result<Box<S>, FoldError> {
        match self.states.remove(&subject) {
            None => Ok(Box::default()),
            Some(state) => state.downcast().map_err(|_| FoldError("state of another type".to_owned())),
        }
    }

    /// Puts a subject's state back.
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

    /// Adds a row to an append-only table: its key is used by no other row, now or later.
    pub fn append(&mut self, table: usize, row: Row) {
        self.appended.push((table, row));
    }

    /// The number that stands for this content in a table of (number, content, position of the first event with it).
    /// The content determines the number, 62 bits of its SHA-256, so that whoever comes first may write the row. 0
    /// stands for no content.
    ///
    /// # Errors
    /// When two contents have the same number: among a million contents that has a chance of 1 in 9 million.
    pub fn intern(&mut self, table: usize, content: Row, position: i64) -> Result<i64, FoldError> {
        let digest = row_digest(&content);
        let [a, b, c, d, e, f, g, h, ..] = digest;
        // Positive, and never 0.
        let number = (i64::from_be_bytes([a, b, c, d, e, f, g, h]) >> 1 & i64::MAX) | 1;
        let known = *self.interned.entry((table, number)).or_insert_with(|| {
            let row: Row = std::iter::once(number.into()).chain(content).chain([position.into()]).collect();
            self.put.insert((table, vec![number.into()]), row);
            digest
        });
        if known == digest { Ok(number) } else { Err(FoldError(format!("two contents share the number {number}"))) }
    }

    /// The rows put since the last call, by table and in the order of their keys.
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

/// Runs the fold of one read model along the log, for the live tables or for shadow tables.
#[derive(Debug)]
pub struct ModelRunner {
    /// The read model.
    pub model: &'static Model,
    suffix: String,
    rows: Rows,
}

impl ModelRunner {
    /// A runner that keeps nothing yet. `suffix` is that of the shadow tables, and empty for the live tables.
    pub fn new(model: &'static Model, suffix: String) -> Self {
        Self { model, suffix, rows: Rows::default() }
    }

    /// Forgets the rows and states that it keeps, because the database may hold others.
    pub fn forget(&mut self) {
        self.rows = Rows::default();
    }

    /// Forgets what is kept of that which these events are about, since they were folded elsewhere.
    pub(super) fn forget_subjects_of(&mut self, events: &[(Recorded, Event)]) {
        match self.model.needs {
            // A fold may write other rows than it reads.
            Needs::Rows { .. } => self.forget(),
            Needs::History { subject, .. } => {
                for subject in events.iter().filter_map(|(recorded, event)| subject(recorded, event)) {
                    self.rows.states.remove(&subject);
                }
            }
        }
    }

    /// The rows to write for these events. An error of the fold forgets what is kept.
    pub(super) async fn fold(
        &mut self,
        engine: &Mutex<Engine>,
        events: &[(Recorded, Event)],
    ) -> Result<Vec<TableRows>, RunError> {
        match &self.model.needs {
            Needs::Rows { keys, begins } => self.load_rows(engine, events, *keys, *begins).await?,
            Needs::History { streams, subject } => self.load_states(engine, events, streams, *subject).await?,
        }
        for (recorded, event) in events {
            if let Err(error) = (self.model.fold)(&mut self.rows, recorded, event) {
                self.forget();
                return Err(RunError::Fold(Stall { position: recorded.position, reason: error.0 }));
            }
        }
        Ok(self.rows.take_put(self.model, &self.suffix))
    }

    /// Loads the rows that these events need and that are not kept.
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

    /// Makes the states that these events need and that are not kept, by folding the subjects' earlier events. The rows
    /// of those events were written when they were recorded, and are dropped here.
    async fn load_states(
        &mut self,
        engine: &Mutex<Engine>,
        events: &[(Recorded, Event)],
        streams: &[StreamType],
        subject: fn(&Recorded, &Event) -> Option<Uuid>,
    ) -> Result<(), RunError> {
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
                return Err(RunError::Fold(Stall { position: recorded.position, reason: error.0 }));
            }
        }
        self.rows.states.extend(earlier.states);
        Ok(())
    }

    /// The rows that an event makes if all earlier events were folded by this runner too, without a database. `verify`
    /// compares the tables with them.
    ///
    /// # Errors
    /// When the fold cannot take the event.
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

/// Why a runner made no rows.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error("read model stalled")]
    Fold(Stall),
    #[error(transparent)]
    Engine(#[from] EngineError),
}
