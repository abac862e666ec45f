//! What became of the registration of a unit, which may have been registered before: by somebody else, or by the same command.

use uuid::Uuid;

use super::Done;
use crate::domain::ids::EmployerId;

/// What became of a registration.
#[derive(Debug, PartialEq, Eq)]
pub struct Registration {
    pub employer: EmployerId,
    pub done: Done,
    /// It was registered before.
    pub is_known: bool,
    /// Another unit of the same name, registered without this code: perhaps the same.
    pub alike: Option<EmployerId>,
    /// Of one that was registered before: what was given and is otherwise on record, so that it was not recorded.
    pub unlike: Unlike,
}

/// What a registration says of a known unit that is not so.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unlike {
    /// The name on record.
    pub name: Option<String>,
    /// Industry, size or ownership.
    pub profile: bool,
}

impl Registration {
    /// Of the unit that was recorded, which of a command sent twice is that of the first.
    pub(super) fn new(employer: EmployerId, done: Done, alike: Option<EmployerId>) -> Self {
        let then = match &done {
            Done::Recorded(receipt) if receipt.repeated => employer_in(&receipt.answer),
            Done::Recorded(_) | Done::Unchanged => None,
        };
        let unlike = Unlike::default();
        Self { employer: then.unwrap_or(employer), done, is_known: false, alike, unlike }
    }
}

/// The unit that a recorded answer names.
fn employer_in(answer: &str) -> Option<EmployerId> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    Uuid::parse_str(answer["employer"].as_str()?).ok().map(EmployerId)
}
