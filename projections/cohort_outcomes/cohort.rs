//! A cohort's movements in memory, in the order of the log: what every question is answered from.
//!
//! Invariant: a cohort known up to a position holds every movement up to there, and what is asked as known at an earlier
//! position looks at the beginning of the same list. Rows are only ever added to a ledger, so that it is read once and
//! followed from then on.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};
use uuid::Uuid;

use super::MODEL;
use super::count::Question;
use crate::domain::figures::Counts;
use crate::domain::figures::populations::ALL;
use crate::event_log::request::Head;
use crate::event_log::{EngineError, EventLog};
use crate::projections::columns::id;

/// The cohorts that were asked about last are kept, so many of them: 32 bytes a movement, of which a graduate has four
/// or five.
const KEPT_MAX: usize = 6;

/// The cohorts held in memory, each shared by who asks about it.
#[derive(Default)]
pub struct Cohorts {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Counts the rebuilds of the tables that the cohorts were read from.
    generation: Option<u32>,
    /// The last event of the log that they were read from, and when it was recorded.
    last: (i64, i64),
    /// The one asked about last at the end.
    cohorts: Vec<(i16, Arc<RwLock<Cohort>>)>,
}

impl Cohorts {
    /// The cohort that a question is about, read up to its position. `head` is the log's after the question's position
    /// was fixed.
    pub async fn of(
        &self,
        log: &EventLog,
        head: &Head,
        question: &Question,
    ) -> Result<OwnedRwLockReadGuard<Cohort>, EngineError> {
        let cohort = {
            let mut kept = self.kept.lock().await;
            kept.follow(log, head).await?;
            kept.take(question.year)
        };
        let known = cohort.clone().read_owned().await;
        if known.known_to >= question.known_at {
            return Ok(known);
        }
        drop(known);
        let mut following = cohort.clone().write_owned().await;
        // Another may have read on meanwhile.
        if following.known_to < question.known_at {
            following.follow(log.readers(), question.known_at).await?;
        }
        Ok(following.downgrade())
    }
}

impl Kept {
    /// Forgets the cohorts if their tables were built anew, or if the log no longer has their last event: a standby took
    /// over that lacked it.
    async fn follow(&mut self, log: &EventLog, head: &Head) -> Result<(), EngineError> {
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

/// A year's graduates and how they moved. What the rows name by numbers is named by places in lists here.
pub struct Cohort {
    year: i16,
    /// Every movement up to this position is here.
    known_to: i64,
    movements: Vec<Movement>,
    pub(super) persons: Numbered<(Uuid, u32), Person>,
    pub(super) profiles: Numbered<i64, Profile>,
    situations: Numbered<i64, Situation>,
    jobs: Numbered<i64, Job>,
    pub(super) states: Numbered<(u32, u32), State>,
}

/// From a day on, a person leaves a state for another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Movement {
    pub position: i64,
    /// Epoch day.
    pub from: i64,
    pub person: u32,
    pub left: u32,
    pub entered: u32,
}

/// A student under a profile.
#[derive(Debug)]
pub(super) struct Person {
    pub student: Uuid,
    pub profile: u32,
}

#[derive(Debug, Default)]
pub(super) struct Profile {
    pub school: String,
    pub specialty: String,
    pub class: String,
    pub gender: String,
    pub route: String,
}

#[derive(Debug, Default)]
pub(super) struct Situation {
    /// Of one person in it: 1 for each population that has the person.
    pub counts: Counts,
    pub job_kind: Option<String>,
    /// Two things are claimed at once that cannot both be.
    pub is_conflict: bool,
}

#[derive(Debug, Default)]
pub(super) struct Job {
    pub industry: Option<String>,
    pub place: Option<String>,
    pub channel: Option<String>,
    pub salary: Option<String>,
    pub contract: Option<String>,
    pub insurance: Option<String>,
}

/// A situation and a job, by their places in the lists; the first of all is nowhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub situation: u32,
    pub job: u32,
}

/// The place of nowhere, of no situation and of no job.
pub(super) const NONE: u32 = 0;

impl Cohort {
    fn new(year: i16) -> Self {
        let mut cohort = Self {
            year,
            known_to: 0,
            movements: vec![],
            persons: Numbered::default(),
            profiles: Numbered::default(),
            situations: Numbered::default(),
            jobs: Numbered::default(),
            states: Numbered::default(),
        };
        cohort.situations.add(0, Situation::default());
        cohort.jobs.add(0, Job::default());
        cohort.states.add((NONE, NONE), State { situation: NONE, job: NONE });
        cohort
    }

    /// Reads on, up to a position.
    async fn follow(&mut self, readers: &AnyPool, position: i64) -> Result<(), sqlx::Error> {
        // What a call that was given up had read already.
        self.movements.truncate(self.known_at(self.known_to).len());
        self.follow_references(readers, position).await?;
        let mut rows = sqlx::query(
            "select position, true_from, student, profile, left_situation, left_job, entered_situation, entered_job
             from cohort_movements where cohort_year = $1 and position > $2 and position <= $3
             order by position, ordinal",
        )
        .bind(i64::from(self.year))
        .bind(self.known_to)
        .bind(position)
        .fetch(readers);
        while let Some(row) = rows.try_next().await? {
            let student = id(&row, 2)?;
            let profile = self.profiles.place(row.try_get(3)?)?;
            let person = self.persons.add((student, profile), Person { student, profile });
            let (left, entered) = (self.state(&row, 4)?, self.state(&row, 6)?);
            let (position, from) = (row.try_get(0)?, row.try_get(1)?);
            self.movements.push(Movement { position, from, person, left, entered });
        }
        self.known_to = position;
        Ok(())
    }

    /// Reads what movements refer to, which is written in one transaction with the first that does.
    async fn follow_references(&mut self, readers: &AnyPool, position: i64) -> Result<(), sqlx::Error> {
        let profiles = sqlx::query(
            "select profile, school, specialty, class, gender, route from cohort_profiles
             where position > $1 and position <= $2",
        );
        for row in profiles.bind(self.known_to).bind(position).fetch_all(readers).await? {
            let [school, specialty, class, gender, route] = texts(&row)?.map(Option::unwrap_or_default);
            self.profiles.add(row.try_get(0)?, Profile { school, specialty, class, gender, route });
        }
        let jobs = sqlx::query(
            "select job, job_v1_industry, job_v1_place, job_v1_channel, job_v1_salary, job_v1_contract,
                 job_v1_insurance from cohort_jobs where position > $1 and position <= $2",
        );
        for row in jobs.bind(self.known_to).bind(position).fetch_all(readers).await? {
            let [industry, place, channel, salary, contract, insurance] = texts(&row)?;
            self.jobs.add(row.try_get(0)?, Job { industry, place, channel, salary, contract, insurance });
        }
        let situations = sqlx::query(AssertSqlSafe(situations_sql()));
        for row in situations.bind(self.known_to).bind(position).fetch_all(readers).await? {
            let counts = (3..3 + ALL.len()).map(|index| row.try_get(index)).collect::<Result<_, _>>()?;
            let is_conflict = row.try_get::<i64, _>(2)? == 1;
            let situation = Situation { counts: Counts(counts), job_kind: row.try_get(1)?, is_conflict };
            self.situations.add(row.try_get(0)?, situation);
        }
        Ok(())
    }

    /// The place of the state whose situation and job stand in two columns.
    fn state(&mut self, row: &AnyRow, index: usize) -> Result<u32, sqlx::Error> {
        let situation = self.situations.place(row.try_get(index)?)?;
        let job = self.jobs.place(row.try_get(index + 1)?)?;
        Ok(self.states.add((situation, job), State { situation, job }))
    }

    pub(super) fn of_state(&self, state: State) -> (&Situation, &Job) {
        (&self.situations.things[state.situation as usize], &self.jobs.things[state.job as usize])
    }

    /// The movements known at a position.
    pub(super) fn known_at(&self, position: i64) -> &[Movement] {
        &self.movements[..self.movements.partition_point(|movement| movement.position <= position)]
    }
}

/// Things in the order in which they were met, found again by what names them.
#[derive(Debug)]
pub(super) struct Numbered<K, T> {
    places: HashMap<K, u32>,
    things: Vec<T>,
}

impl<K, T> Default for Numbered<K, T> {
    fn default() -> Self {
        Self { places: HashMap::new(), things: vec![] }
    }
}

impl<K: Eq + Hash, T> Numbered<K, T> {
    /// The place of a thing, which is put at the end if it is new.
    pub(super) fn add(&mut self, name: K, thing: T) -> u32 {
        *self.places.entry(name).or_insert_with(|| {
            self.things.push(thing);
            u32::try_from(self.things.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn place(&self, name: K) -> Result<u32, sqlx::Error> {
        self.places.get(&name).copied().ok_or(sqlx::Error::RowNotFound)
    }

    pub(super) fn things(&self) -> &[T] {
        &self.things
    }
}

/// Every situation with the populations that a person in it is in.
fn situations_sql() -> String {
    let populations = ALL.map(|population| format!("case when {} then 1 else 0 end", population.predicate));
    format!(
        "select situation, job_v1_kind, case when standing = 'graduated' and (
             (study_state = 'registered' and job_v1_kind is not null) or job_v1_claims > 1
             or (job_v1_kind is not null and not_employed_v1_kind is not null)) then 1 else 0 end, {}
         from cohort_situations where position > $1 and position <= $2",
        populations.join(", ")
    )
}

/// The texts behind a row's first column.
fn texts<const N: usize>(row: &AnyRow) -> Result<[Option<String>; N], sqlx::Error> {
    let mut texts = [const { None }; N];
    for (index, text) in texts.iter_mut().enumerate() {
        *text = row.try_get(index + 1)?;
    }
    Ok(texts)
}
