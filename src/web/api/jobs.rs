//! Commands that take long: ordered now, asked about later by the account that ordered them.
//!
//! A job lives in the memory of its process: how far it is, what it answered, and the workbooks of errors of an import. For
//! an hour after its end it is told again. After a restart it is lost, which is said; the command itself is recorded or not,
//! and sent again under its key, or with the same file, it answers what was recorded.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::BASE;
use super::problem::RequestFault;
use crate::event_log::text::Text;

/// How long an end is told.
const TOLD_FOR: Duration = Duration::from_hours(1);
/// Jobs that are told; of more the one that ended first is forgotten.
const TOLD_MAX: usize = 200;
/// Jobs under way: of one account, and of all.
pub(super) const OWN_MAX: usize = 2;
const ALL_MAX: usize = 8;

/// What a command came to.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub status: StatusCode,
    pub body: Value,
    /// By the place of their file in the call.
    pub workbooks: Vec<(usize, Vec<u8>)>,
}

/// How far an import is: the file, and how many of its rows are done.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub file: String,
    pub done: usize,
    pub all: usize,
}

enum State {
    UnderWay(Progress),
    Over(Instant, Ended),
}

struct Job {
    id: Uuid,
    /// As the log calls who ordered it: what was done in somebody's place is seen there only.
    owner: Text,
    state: State,
}

/// The jobs of this process.
pub(super) struct Jobs {
    /// An id of the moment in which the process began: those of earlier ones are lower.
    since: Uuid,
    jobs: Mutex<Vec<Job>>,
}

/// Where a job is asked about.
pub(super) fn address(id: Uuid) -> String {
    format!("{BASE}/jobs/{id}")
}

/// Where the workbook of errors of a file is.
pub(super) fn workbook_address(id: Uuid, file: usize) -> String {
    format!("{}/errors/{file}", address(id))
}

impl Jobs {
    pub(super) fn new(since: Uuid) -> Self {
        Self { since, jobs: Mutex::default() }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Job>> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.retain(|job| match &job.state {
            State::UnderWay(_) => true,
            State::Over(at, _) => at.elapsed() < TOLD_FOR,
        });
        while jobs.len() > TOLD_MAX
            && let Some(over) = jobs.iter().position(|job| matches!(job.state, State::Over(..)))
        {
            jobs.remove(over);
        }
        jobs
    }

    /// Begins a job.
    ///
    /// # Errors
    /// If too many are under way.
    pub(super) fn begin(&self, id: Uuid, owner: &Text) -> Result<(), RequestFault> {
        let mut jobs = self.all();
        let under_way = || jobs.iter().filter(|job| matches!(job.state, State::UnderWay(_)));
        if under_way().count() >= ALL_MAX || under_way().filter(|job| job.owner == *owner).count() >= OWN_MAX {
            return Err(RequestFault::TooManyJobs { max: OWN_MAX });
        }
        jobs.push(Job { id, owner: owner.clone(), state: State::UnderWay(Progress::default()) });
        Ok(())
    }

    pub(super) fn tell(&self, id: Uuid, progress: Progress) {
        if let Some(job) = self.all().iter_mut().find(|job| job.id == id) {
            job.state = State::UnderWay(progress);
        }
    }

    pub(super) fn end(&self, id: Uuid, ended: Ended) {
        if let Some(job) = self.all().iter_mut().find(|job| job.id == id) {
            job.state = State::Over(Instant::now(), ended);
        }
    }

    /// Keeps what a command came to that was waited for, for the sake of its workbooks of errors.
    pub(super) fn keep(&self, id: Uuid, owner: &Text, ended: Ended) {
        self.all().push(Job { id, owner: owner.clone(), state: State::Over(Instant::now(), ended) });
    }

    /// How a job is, for its owner.
    ///
    /// # Errors
    /// If there is none of this account here.
    pub(super) fn told(&self, id: &str, owner: &Text) -> Result<Value, RequestFault> {
        self.look(id, owner, |job| match &job.state {
            State::UnderWay(Progress { file, done, all }) => {
                let progress = json!({ "file": file, "done": done, "all": all });
                json!({ "job": job.id.to_string(), "state": "under_way", "progress": progress })
            }
            State::Over(_, ended) => json!({
                "job": job.id.to_string(),
                "state": "over",
                "status": ended.status.as_u16(),
                "answer": ended.body,
            }),
        })
    }

    /// The workbook of errors of a file.
    ///
    /// # Errors
    /// If there is no such job of this account here, or no such workbook.
    pub(super) fn workbook(&self, id: &str, file: &str, owner: &Text) -> Result<Vec<u8>, RequestFault> {
        let found = self.look(id, owner, |job| match &job.state {
            State::UnderWay(_) => None,
            State::Over(_, ended) => {
                let workbook = ended.workbooks.iter().find(|(place, _)| place.to_string() == file);
                workbook.map(|(_, bytes)| bytes.clone())
            }
        });
        found?.ok_or(RequestFault::NoSuchAddress)
    }

    fn look<T>(&self, id: &str, owner: &Text, look: impl Fn(&Job) -> T) -> Result<T, RequestFault> {
        let id = Uuid::parse_str(id).map_err(|_| RequestFault::NoSuchJob)?;
        let jobs = self.all();
        match jobs.iter().find(|job| job.id == id && job.owner == *owner) {
            Some(job) => Ok(look(job)),
            None if id < self.since && id.get_version_num() == 7 => Err(RequestFault::JobLost),
            None => Err(RequestFault::NoSuchJob),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(nth: u128) -> Uuid {
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + nth)
    }

    fn owner(nth: u128) -> Text {
        format!("staff {nth}").into()
    }

    fn ended() -> Ended {
        Ended { status: StatusCode::OK, body: json!({}), workbooks: vec![(1, vec![7])] }
    }

    #[test]
    fn an_account_has_so_many_jobs_under_way_and_all_together_so_many() {
        let jobs = Jobs::new(id(0));
        for nth in 1..=2 {
            jobs.begin(id(nth), &owner(1)).unwrap();
        }
        assert_eq!(jobs.begin(id(3), &owner(1)), Err(RequestFault::TooManyJobs { max: OWN_MAX }));
        jobs.end(id(1), ended());
        jobs.begin(id(3), &owner(1)).unwrap();
        for nth in 4..10 {
            jobs.begin(id(nth), &owner(nth)).unwrap();
        }
        assert_eq!(jobs.begin(id(10), &owner(10)), Err(RequestFault::TooManyJobs { max: OWN_MAX }));
    }

    #[test]
    fn a_job_is_its_owner_s_and_lost_once_its_process_has_ended() {
        let jobs = Jobs::new(id(5));
        jobs.begin(id(6), &owner(1)).unwrap();
        jobs.tell(id(6), Progress { file: "名册.csv".to_owned(), done: 1, all: 2 });
        let told = jobs.told(&id(6).to_string(), &owner(1)).unwrap();
        assert_eq!((&told["state"], &told["progress"]["done"]), (&json!("under_way"), &json!(1)));
        jobs.end(id(6), ended());
        assert_eq!(jobs.told(&id(6).to_string(), &owner(1)).unwrap()["state"], "over");
        assert_eq!(jobs.workbook(&id(6).to_string(), "1", &owner(1)), Ok(vec![7]));
        assert_eq!(jobs.workbook(&id(6).to_string(), "0", &owner(1)), Err(RequestFault::NoSuchAddress));
        for (of, whose, why) in
            [(6, 2, RequestFault::NoSuchJob), (7, 1, RequestFault::NoSuchJob), (4, 1, RequestFault::JobLost)]
        {
            assert_eq!(jobs.told(&id(of).to_string(), &owner(whose)), Err(why));
        }
        assert_eq!(jobs.told("7", &owner(1)), Err(RequestFault::NoSuchJob));
    }

    #[test]
    fn so_many_ends_are_told_and_of_more_the_latest() {
        let jobs = Jobs::new(id(0));
        for nth in 0..=TOLD_MAX {
            jobs.keep(id(nth as u128), &owner(1), ended());
        }
        assert_eq!(jobs.told(&id(0).to_string(), &owner(1)), Err(RequestFault::NoSuchJob));
        assert!(jobs.told(&id(1).to_string(), &owner(1)).is_ok());
    }
}
