//! Answers as they were written, kept to be sent again as long as nothing moved: building the JSON of figures takes longer
//! than all else about them.
//!
//! Invariants: only answers in which nobody is told, neither by name nor by id, so that an erasure has nothing to reach here;
//! an answer is found only by all that it depends on; so many bytes and no more.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use jiff::civil::Date;

use crate::accounts::{Caller, Scope};
use crate::app::actions::Question;
use crate::event_log::merkle::Hash;
use crate::event_log::request::LogHead;
use crate::text::lang::Lang;

/// Bytes of all answers that are kept.
const KEPT_BYTES_MAX: usize = 4 << 20;

/// All that an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Grounds {
    /// As it is asked, whatever the order of the words.
    question: String,
    scope: Scope,
    /// The head of the log. Its revision counts what changes the read models and adds no event, too.
    revision: i64,
    root: Hash,
    today: Date,
    lang: Lang,
}

impl Grounds {
    /// What the answer to a question depends on; `None` where it is not kept.
    pub(super) fn of(question: &Question, caller: &Caller, head: &LogHead, today: Date, lang: Lang) -> Option<Self> {
        let Question::Report(asked) = question else { return None };
        let question = serde_json::to_string(asked).ok()?;
        let (scope, revision, root) = (caller.scope.clone(), head.revision, head.root());
        Some(Self { question, scope, revision, root, today, lang })
    }
}

#[derive(Debug, Default)]
struct Kept {
    bodies: HashMap<Grounds, Bytes>,
    /// The oldest first.
    order: VecDeque<Grounds>,
    bytes: usize,
}

/// The answers that are kept.
#[derive(Debug, Default)]
pub(super) struct Rendered(Mutex<Kept>);

impl Rendered {
    pub(super) fn get(&self, grounds: &Grounds) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).bodies.get(grounds).cloned()
    }

    /// Keeps an answer; the oldest go for it.
    pub(super) fn keep(&self, grounds: Grounds, body: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bodies.contains_key(&grounds) || body.len() > KEPT_BYTES_MAX {
            return;
        }
        kept.bytes += body.len();
        kept.bodies.insert(grounds.clone(), body);
        kept.order.push_back(grounds);
        while kept.bytes > KEPT_BYTES_MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.bytes -= kept.bodies.remove(&oldest).map_or(0, |body| body.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grounds(revision: i64) -> Grounds {
        let (question, scope) = ("{}".to_owned(), Scope::City);
        Grounds { question, scope, revision, root: [0; 32], today: Date::MIN, lang: Lang::Zh }
    }

    #[test]
    fn the_oldest_answers_go_when_there_are_too_many_bytes() {
        let rendered = Rendered::default();
        let body = Bytes::from(vec![0; KEPT_BYTES_MAX / 2]);
        for revision in 1..=3 {
            rendered.keep(grounds(revision), body.clone());
        }
        assert_eq!(rendered.get(&grounds(1)), None);
        assert_eq!(rendered.get(&grounds(2)), Some(body.clone()));
        assert_eq!(rendered.get(&grounds(3)), Some(body));
        rendered.keep(grounds(4), Bytes::from(vec![0; KEPT_BYTES_MAX + 1]));
        assert_eq!(rendered.get(&grounds(4)), None, "one alone is too long");
    }
}
