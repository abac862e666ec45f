//! A cohort's movements in memory, in the order of the log. Every question is answered from them.
//!
//! Invariant: a cohort that is read up to a position holds every movement up to there. A question as of an earlier
//! position uses the beginning of the same list. Rows are only ever added to the ledger, so that each is read once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};
use uuid::Uuid;

use super::graduate_day::{JobDetails, StudyState, read_profile, read_rivals};
use super::{CohortAsOf, MODEL};
use crate::domain::figures::PopulationCounts;
use crate::domain::figures::populations::ALL;
use crate::domain::ids::EmployerId;
use crate::domain::student::StudentRegistration;
use crate::domain::terms::DestinationKind;
use crate::event_log::request::LogHead;
use crate::event_log::{EngineError, EventLog};
use crate::projections::columns::{code, id};

/// How many cohorts are kept, the last ones asked about. A movement takes 32 bytes, and a graduate has four or five.
const KEPT_MAX: usize = 6;

/// The cohorts that are held in memory. All questions about a cohort share one.
#[derive(Default)]
pub struct CohortCache {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The generation of the tables that the cohorts were read from; each rebuild makes another.
    generation: Option<u32>,
    /// The position of the last event of the log that the cohorts were read from, and when it was recorded.
    last: (i64, i64),
    /// By year. The cohort that was asked about last comes last.
    cohorts: Vec<(i16, Arc<RwLock<Cohort>>)>,
}

impl CohortCache {
    /// The cohort that a question is about, read up to the question's position. `head` is the log's, read after that
    /// position was fixed.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that no fold writes.
    pub async fn of(
        &self,
        log: &EventLog,
        head: &LogHead,
        question: &CohortAsOf,
    ) -> Result<OwnedRwLockReadGuard<Cohort>, EngineError> {
        let cohort = {
            let mut kept = self.kept.lock().await;
            kept.forget_if_replaced(log, head).await?;
            kept.take(question.year)
        };
        let shared = cohort.clone().read_owned().await;
        if shared.read_to >= question.known_at {
            return Ok(shared);
        }
        drop(shared);
        let mut exclusive = cohort.clone().write_owned().await;
        // Another question may have read on meanwhile.
        if exclusive.read_to < question.known_at {
            exclusive.read_on(log.readers(), question.known_at).await?;
        }
        Ok(exclusive.downgrade())
    }
}

impl Kept {
    /// Forgets the cohorts if their tables were built anew, or if the log no longer has their last event because a
    /// standby that lacked it took over.
    async fn forget_if_replaced(&mut self, log: &EventLog, head: &LogHead) -> Result<(), EngineError> {
        let generation = head.read_models.get(MODEL.name).map(|mark| mark.generation);
        let last = (head.position(), head.last_recorded_at);
        if last != self.last {
            let (position, recorded_at) = self.last;
            if position > 0 && log.recorded_at(position).await? != Some(recorded_at) {
                *self = Self::default();
            }
            self.last = self.last.max(last);
        }
        if self.generation != generation {
            self.generation = generation;
            self.cohorts.clear();
        }
        Ok(())
    }

    fn take(&mut self, year: i16) -> Arc<RwLock<Cohort>> {
        let cohort = match self.cohorts.iter().position(|(kept, _)| *kept == year) {
            Some(index) => self.cohorts.remove(index).1,
            None => Arc::new(RwLock::new(Cohort::new(year))),
        };
        self.cohorts.push((year, cohort.clone()));
        if self.cohorts.len() > KEPT_MAX {
            self.cohorts.remove(0);
        }
        cohort
    }
}

/// One graduation year in memory. Numbers of the database are replaced by indexes into the lists below.
pub struct Cohort {
    year: i16,
    /// Every movement up to this position is here.
    read_to: i64,
    movements: Vec<IndexedMovement>,
    pub(super) persons: Interner<(Uuid, u32), CohortPerson>,
    pub(super) profiles: Interner<i64, StudentRegistration>,
    situations: Interner<i64, CountedSituation>,
    jobs: Interner<i64, JobDetails>,
    pub(super) states: Interner<(u32, u32), IndexedState>,
}

/// From a day on, a person leaves one state and enters another. Person and states are indexes.
#[derive(Debug, Clone, Copy)]
pub(super) struct IndexedMovement {
    pub position: i64,
    /// Epoch day.
    pub from: i64,
    pub person: u32,
    pub left: u32,
    pub entered: u32,
}

/// A student under a profile.
#[derive(Debug)]
pub(super) struct CohortPerson {
    pub student: Uuid,
    /// The index of the profile.
    pub profile: u32,
}

/// How a person in a situation is counted.
#[derive(Debug, Default)]
pub(super) struct CountedSituation {
    /// 1 for each population that the person belongs to.
    pub counts: PopulationCounts,
    pub job_kind: Option<DestinationKind>,
    pub study: Option<StudyState>,
    /// True if something takes part that contradicts what decides.
    pub is_conflict: bool,
    /// The units that contradict each other, if nothing else does.
    pub rivals: Vec<EmployerId>,
}

/// A situation and a job, by their indexes.
#[derive(Debug, Clone, Copy)]
pub(super) struct IndexedState {
    pub situation: u32,
    pub job: u32,
}

/// The index of no situation, of no job, and of the state without both.
pub(super) const NONE: u32 = 0;

impl Cohort {
    fn new(year: i16) -> Self {
        let mut cohort = Self {
            year,
            read_to: 0,
            movements: vec![],
            persons: Interner::default(),
            profiles: Interner::default(),
            situations: Interner::default(),
            jobs: Interner::default(),
            states: Interner::default(),
        };
        cohort.situations.intern(0, CountedSituation::default());
        cohort.jobs.intern(0, JobDetails::default());
        cohort.states.intern((NONE, NONE), IndexedState { situation: NONE, job: NONE });
        cohort
    }

    /// Reads the movements up to a position that are not here yet.
    async fn read_on(&mut self, readers: &AnyPool, position: i64) -> Result<(), sqlx::Error> {
        // An earlier call that was given up half-way left some.
        self.movements.truncate(self.known_at(self.read_to).len());
        self.read_references(readers, position).await?;
        let mut rows = sqlx::query(
            "select position, true_from, student, profile, left_situation, left_job, entered_situation, entered_job
             from cohort_movements where cohort_year = $1 and position > $2 and position <= $3
             order by position, ordinal",
        )
        .bind(i64::from(self.year))
        .bind(self.read_to)
        .bind(position)
        .fetch(readers);
        while let Some(row) = rows.try_next().await? {
            let student = id(&row, 2)?;
            let profile = self.profiles.index(row.try_get(3)?)?;
            let person = self.persons.intern((student, profile), CohortPerson { student, profile });
            let (left, entered) = (self.state(&row, 4)?, self.state(&row, 6)?);
            let (position, from) = (row.try_get(0)?, row.try_get(1)?);
            self.movements.push(IndexedMovement { position, from, person, left, entered });
        }
        self.read_to = position;
        Ok(())
    }

    /// Reads the rows that movements refer to. Each was written in the transaction of the first movement that refers to
    /// it.
    async fn read_references(&mut self, readers: &AnyPool, position: i64) -> Result<(), sqlx::Error> {
        let profiles = sqlx::query(
            "select profile, school, specialty, class, gender, route from cohort_profiles
             where position > $1 and position <= $2",
        );
        for row in profiles.bind(self.read_to).bind(position).fetch_all(readers).await? {
            self.profiles.intern(row.try_get(0)?, read_profile(&row)?);
        }
        let jobs = sqlx::query(
            "select job, job_v1_industry, job_v1_place, job_v1_channel, job_v1_salary, job_v1_contract,
                 job_v1_insurance from cohort_jobs where position > $1 and position <= $2",
        );
        for row in jobs.bind(self.read_to).bind(position).fetch_all(readers).await? {
            self.jobs.intern(row.try_get(0)?, JobDetails::read(&row)?);
        }
        let situations = sqlx::query(AssertSqlSafe(situations_sql()));
        for row in situations.bind(self.read_to).bind(position).fetch_all(readers).await? {
            let counts = (4..4 + ALL.len()).map(|index| row.try_get(index)).collect::<Result<_, _>>()?;
            let is_conflict = row.try_get::<i64, _>(2)? == 1;
            let counts = PopulationCounts(counts);
            let rivals = read_rivals(&row, 3)?;
            let study = row.try_get::<Option<&str>, _>(4 + ALL.len())?.and_then(StudyState::from_code);
            let situation = CountedSituation { counts, job_kind: code(&row, 1)?, study, is_conflict, rivals };
            self.situations.intern(row.try_get(0)?, situation);
        }
        Ok(())
    }

    /// The index of the state whose situation and job are in this column and the next.
    fn state(&mut self, row: &AnyRow, index: usize) -> Result<u32, sqlx::Error> {
        let situation = self.situations.index(row.try_get(index)?)?;
        let job = self.jobs.index(row.try_get(index + 1)?)?;
        Ok(self.states.intern((situation, job), IndexedState { situation, job }))
    }

    pub(super) fn of_state(&self, state: IndexedState) -> (&CountedSituation, &JobDetails) {
        (&self.situations.items[state.situation as usize], &self.jobs.items[state.job as usize])
    }

    /// The movements known at a position.
    pub(super) fn known_at(&self, position: i64) -> &[IndexedMovement] {
        &self.movements[..self.movements.partition_point(|movement| movement.position <= position)]
    }
}

/// A list of items without repetition. An item's key gives its index.
#[derive(Debug)]
pub(super) struct Interner<K, T> {
    indexes: HashMap<K, u32>,
    items: Vec<T>,
}

impl<K, T> Default for Interner<K, T> {
    fn default() -> Self {
        Self { indexes: HashMap::new(), items: vec![] }
    }
}

impl<K: Eq + Hash, T> Interner<K, T> {
    /// The index of the item with this key. If there is none, `item` is added.
    pub(super) fn intern(&mut self, key: K, item: T) -> u32 {
        *self.indexes.entry(key).or_insert_with(|| {
            self.items.push(item);
            u32::try_from(self.items.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn index(&self, key: K) -> Result<u32, sqlx::Error> {
        self.indexes.get(&key).copied().ok_or(sqlx::Error::RowNotFound)
    }

    pub(super) fn items(&self) -> &[T] {
        &self.items
    }
}

/// Every situation, with a 1 for each population that a person in it belongs to.
fn situations_sql() -> String {
    let populations = ALL.map(|population| format!("case when {} then 1 else 0 end", population.predicate));
    format!(
        "select situation, job_v1_kind, is_conflict, rivals, {}, study_state
         from cohort_situations where position > $1 and position <= $2",
        populations.join(", ")
    )
}
