//! Reports answered before. A figure is a function of position, day, scope and definition versions, so the answer to the
//! same question of the same read models stays the answer; definition versions are this program's and cannot change while
//! it runs.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::report::{LogPosition, Report};
use crate::event_log::request::ModelMark;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::count::Dimension;

/// The latest questions are kept, so many of them.
const KEPT_MAX: usize = 32;

/// All that an answer depends on.
#[derive(PartialEq)]
pub(super) struct Grounds {
    pub question: CohortAsOf,
    /// Whether the cut-off has not come yet; one day it will have.
    pub is_ahead: bool,
    /// After a failover that lost events others may be at their positions, recorded at other times.
    pub known_at: LogPosition,
    pub by: Vec<Dimension>,
    /// Those that were built anew, or stalled, may say something else.
    pub read_models: BTreeMap<String, ModelMark>,
}

#[derive(Default)]
pub(super) struct Answers {
    kept: Mutex<Vec<(Grounds, Report)>>,
    turn: tokio::sync::Mutex<()>,
}

impl Answers {
    /// The right to work out an answer; so many at once would only take the processors from each other.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub(super) fn get(&self, grounds: &Grounds) -> Option<Report> {
        let answers = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        answers.iter().find(|(known, _)| known == grounds).map(|(_, report)| report.clone())
    }

    pub(super) fn keep(&self, grounds: Grounds, report: &Report) {
        let mut answers = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= KEPT_MAX {
            answers.remove(0);
        }
        answers.push((grounds, report.clone()));
    }
}
