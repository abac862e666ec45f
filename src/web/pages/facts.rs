//! What was recorded of one thing, newest first: a sentence each, by whom, true from when, and what takes it back.

use super::frame::Frame;
use super::offers::Offer;
use crate::app::listed_events::{Fact, ListedEvent};
use crate::domain::day::from_epoch_day;
use crate::publication::said::said;
use crate::text::instants;
use crate::text::lang::Sentence;

/// A line of what was recorded.
pub(super) struct Told {
    /// When it was recorded; of a numbered fact the day on which it became true.
    pub at: String,
    pub by: String,
    pub said: String,
    pub note: String,
    /// Where the record is; `None` of a numbered fact.
    pub position: Option<i64>,
    /// Takes it back.
    pub undo: Option<Offer>,
}

fn by(frame: &Frame, name: Option<&Sentence>) -> String {
    name.map_or_else(|| frame.say("操作员", "operator").to_owned(), |name| frame.said(name))
}

/// A numbered fact of a unit or a host.
pub(super) fn fact(frame: &Frame, fact: &Fact, undo: Option<Offer>) -> Told {
    Told {
        at: fact.effective_on.map_or_else(String::new, |day| day.to_string()),
        by: by(frame, fact.by.as_ref()),
        said: frame.said(&said(&fact.event)),
        note: fact.note.clone().unwrap_or_default(),
        position: None,
        undo,
    }
}

/// An event.
pub(super) fn event(frame: &Frame, listed: &ListedEvent, undo: Option<Offer>) -> Told {
    let since = from_epoch_day(listed.recorded.effective_on).filter(|_| undo.is_some());
    let since = since.map(|day| frame.lang.of(format!("，自 {day}"), format!(", from {day}"))).unwrap_or_default();
    Told {
        at: instants::in_shanghai(listed.recorded.recorded_at),
        by: by(frame, listed.by.as_ref()),
        said: format!("{}{since}", frame.said(&said(&listed.event))),
        note: listed.note.clone().unwrap_or_default(),
        position: Some(listed.recorded.position),
        undo,
    }
}
