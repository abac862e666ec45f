//! Reports answered before. A figure is a function of position, day, scope and definition versions, so the answer to the
//! same question stays the answer; definition versions are this program's and cannot change while it runs.

use std::sync::{Mutex, PoisonError};

use super::report::{Known, Report};
use crate::projections::cohort_outcomes::count::{Dimension, Question};

/// The latest questions are kept, so many of them.
const KEPT_MAX: usize = 32;

struct Answer {
    question: Question,
    by: Vec<Dimension>,
    report: Report,
}

#[derive(Default)]
pub(super) struct Answers {
    kept: Mutex<Vec<Answer>>,
    turn: tokio::sync::Mutex<()>,
}

impl Answers {
    /// The right to work out an answer; so many at once would only take the processors from each other.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The answer to the same question of the same log: one that lost its last events in a failover may have others at
    /// their positions, recorded at other times.
    pub(super) fn get(&self, question: &Question, known_at: Known, by: &[Dimension]) -> Option<Report> {
        let answers = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let same =
            |answer: &&Answer| answer.question == *question && answer.report.known_at == known_at && answer.by == by;
        answers.iter().find(same).map(|answer| answer.report.clone())
    }

    pub(super) fn keep(&self, question: Question, by: &[Dimension], report: &Report) {
        let mut answers = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= KEPT_MAX {
            answers.remove(0);
        }
        answers.push(Answer { question, by: by.to_vec(), report: report.clone() });
    }
}
