//! How many commands and questions there were since the start, by what became of them. Numbers for the operator; nothing
//! is decided by them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::refusal::RefusalKind;

/// What became of a call, as it is named to the operator.
const OUTCOMES: [&str; 11] = [
    "done",
    "not_found",
    "not_signed_in",
    "not_allowed",
    "invalid",
    "conflict",
    "busy",
    "broken",
    "too_often",
    "key_reused",
    "outdated",
];

/// The counts of one process.
#[derive(Debug, Default)]
pub struct Calls {
    commands: [AtomicU64; OUTCOMES.len()],
    questions: [AtomicU64; OUTCOMES.len()],
}

/// Each outcome with its number.
type Counts = [(&'static str, u64); OUTCOMES.len()];

impl Calls {
    /// Commands and questions.
    pub fn snapshot(&self) -> (Counts, Counts) {
        let read = |counts: &[AtomicU64; OUTCOMES.len()]| {
            std::array::from_fn(|index| (OUTCOMES[index], counts[index].load(Ordering::Relaxed)))
        };
        (read(&self.commands), read(&self.questions))
    }

    pub(super) fn command(&self, refused: Option<RefusalKind>) {
        self.commands[index(refused)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn question(&self, refused: Option<RefusalKind>) {
        self.questions[index(refused)].fetch_add(1, Ordering::Relaxed);
    }
}

fn index(refused: Option<RefusalKind>) -> usize {
    match refused {
        None => 0,
        Some(RefusalKind::NotFound) => 1,
        Some(RefusalKind::NotSignedIn) => 2,
        Some(RefusalKind::NotAllowed) => 3,
        Some(RefusalKind::Invalid) => 4,
        Some(RefusalKind::Conflict) => 5,
        Some(RefusalKind::Busy) => 6,
        Some(RefusalKind::Broken) => 7,
        Some(RefusalKind::TooOften) => 8,
        Some(RefusalKind::KeyReused) => 9,
        Some(RefusalKind::Outdated) => 10,
    }
}
