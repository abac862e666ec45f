//! Events as lists and histories show them: what was recorded, about whom, by whom and why; and the numbered facts of
//! placements, agreements, hosts and employers, which can be undone by their number.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::target::ShownStudent;
use super::{App, AppError};
use crate::accounts::{Caller, RecordedBy};
use crate::domain::day::from_epoch_day;
use crate::domain::ids::{StaffId, StudentId};
use crate::domain::invitation::Invitation;
use crate::domain::placement::Placement;
use crate::domain::{Event, StreamType};
use crate::event_log::record::Recorded;
use crate::event_log::{EngineError, decode};
use crate::people::Sealed;
use crate::projections::student_register;
use crate::text::lang::{Sentence, say};

/// A fact of a stream as lists show it.
#[derive(Debug)]
pub struct Fact {
    pub stream: StreamType,
    /// Of what it is.
    pub id: Uuid,
    /// Its number in the stream.
    pub version: i64,
    pub event: Event,
    pub effective_on: Option<Date>,
    /// Who recorded it, by name; nobody where it was the operator.
    pub by: Option<Sentence>,
    /// What was written beside the reason.
    pub note: Option<String>,
}

/// An event as lists show it.
#[derive(Debug)]
pub struct ListedEvent {
    pub recorded: Recorded,
    /// What it says.
    pub event: Event,
    /// The student whom it is about, as the caller may see one.
    pub student: Option<ShownStudent>,
    /// Who recorded it, by name; nobody where it was the operator.
    pub by: Option<Sentence>,
    /// What was written beside the reason, for those who see names.
    pub note: Option<String>,
}

impl ListedEvent {
    /// The event alone.
    pub(super) fn stored(recorded: Recorded) -> Result<Self, AppError> {
        Ok(Self { event: decode(&recorded)?, recorded, student: None, by: None, note: None })
    }
}

impl App {
    /// The facts of every stream with this id, in the order of the log, as far as the caller may see them.
    pub async fn facts(&self, caller: &Caller, id: Uuid) -> Result<Vec<Fact>, AppError> {
        self.facts_at(caller, id, i64::MAX).await
    }

    /// The same, as known at a position.
    pub(super) async fn facts_at(&self, caller: &Caller, id: Uuid, known_at: i64) -> Result<Vec<Fact>, AppError> {
        let mut events = self.history(caller, id).await?;
        events.retain(|event| event.position <= known_at);
        let mut facts = vec![];
        for listed in self.listed_events(caller, events).await? {
            let Some(stream) = StreamType::parse(&listed.recorded.stream_type).filter(|stream| is_numbered(*stream))
            else {
                continue;
            };
            let ListedEvent { recorded, event, by, note, .. } = listed;
            let effective_on = from_epoch_day(recorded.effective_on);
            facts.push(Fact { stream, id, version: recorded.version, event, effective_on, by, note });
        }
        Ok(facts)
    }

    /// Events that the caller may see, with what they say, about whom, and who recorded them.
    pub(super) async fn listed_events(
        &self,
        caller: &Caller,
        events: Vec<Recorded>,
    ) -> Result<Vec<ListedEvent>, AppError> {
        let placements: Vec<Uuid> = events
            .iter()
            .filter(|recorded| {
                [StreamType::Placement, StreamType::Agreement].map(StreamType::as_str).contains(&&*recorded.stream_type)
            })
            .map(Recorded::subject)
            .collect();
        self.bring_up_to_date::<Placement>(&placements).await?;
        let mut whose = Vec::with_capacity(events.len());
        for recorded in &events {
            whose.push(self.student_of(recorded).await?);
        }
        let shown = self.shown_students(caller, whose.iter().flatten().copied().collect()).await?;
        let staff = self.recorders(events.iter().map(|recorded| &*recorded.actor)).await?;
        let noted: HashSet<Uuid> = events
            .iter()
            .zip(&whose)
            .filter(|(of, _)| note_of(of).is_some())
            .map(|(of, whose)| sealed_of(of, *whose))
            .collect();
        let sealed = match caller.sees_names() {
            true => self.unsealed(&noted.into_iter().collect::<Vec<_>>()).await?,
            false => HashMap::new(),
        };
        let mut listed = vec![];
        for (recorded, whose) in events.into_iter().zip(whose) {
            let by = by(&recorded.actor, &staff);
            let note =
                note_of(&recorded).and_then(|revision| match sealed.get(&(sealed_of(&recorded, whose), revision))? {
                    Sealed::Note { text } => Some(text.clone()),
                    _ => None,
                });
            let (event, student) = (decode(&recorded)?, whose.and_then(|whose| shown.get(&whose).cloned()));
            listed.push(ListedEvent { recorded, event, student, by, note });
        }
        Ok(listed)
    }

    /// The names of all who recorded something, and of those in whose place.
    pub(super) async fn recorders<'a>(
        &self,
        actors: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<Uuid, String>, AppError> {
        let named: HashSet<Uuid> = actors.filter_map(RecordedBy::of).flat_map(RecordedBy::named).collect();
        self.staff_names(&named.into_iter().collect::<Vec<_>>()).await
    }

    /// The student whom an event is about.
    pub(super) async fn student_of(&self, recorded: &Recorded) -> Result<Option<StudentId>, AppError> {
        Ok(match StreamType::parse(&recorded.stream_type) {
            Some(StreamType::Student | StreamType::Outcome | StreamType::FurtherStudy | StreamType::Exemption) => {
                Some(StudentId(recorded.subject()))
            }
            Some(StreamType::Invitation) => {
                self.load::<Invitation>(recorded.subject()).await?.0.of().map(|(_, student)| student)
            }
            Some(StreamType::Placement | StreamType::Agreement) => {
                self.load::<Placement>(recorded.subject()).await?.0.student()
            }
            Some(
                StreamType::School
                | StreamType::Employer
                | StreamType::Host
                | StreamType::Season
                | StreamType::YearEnd
                | StreamType::Survey
                | StreamType::Import
                | StreamType::Account
                | StreamType::Log,
            )
            | None => None,
        })
    }

    /// These students as the caller may see them, as far as they are in the caller's scope.
    async fn shown_students(
        &self,
        caller: &Caller,
        wanted: HashSet<StudentId>,
    ) -> Result<HashMap<StudentId, ShownStudent>, AppError> {
        let mut listed = match wanted.iter().collect::<Vec<_>>().as_slice() {
            [] => vec![],
            [one] => {
                let one = student_register::student(self.log.readers(), &caller.scope, **one).await;
                one.map_err(EngineError::from)?.into_iter().collect()
            }
            [_, _, ..] => {
                let all = student_register::students(self.log.readers(), &caller.scope, None).await;
                all.map_err(EngineError::from)?
            }
        };
        listed.retain(|listed| wanted.contains(&listed.student));
        let students = self.unseal_students(listed).await?;
        Ok(students.into_iter().map(|info| (info.student, info.shown(caller))).collect())
    }
}

/// Who recorded something, by name, and in whose place; nobody where it was the operator.
pub(super) fn by(actor: &str, staff: &HashMap<Uuid, String>) -> Option<Sentence> {
    let by = RecordedBy::of(actor)?;
    let name = |of: StaffId| staff.get(&of.0).map(String::as_str).unwrap_or_default();
    let who = name(by.staff);
    Some(match by.in_place_of.map(name) {
        None => say(who, who),
        Some(absent) => say(format!("{who}（代{absent}）"), format!("{who} (in place of {absent})")),
    })
}

/// Under whom a note is sealed: of an invitation under its graduate.
fn sealed_of(recorded: &Recorded, whose: Option<StudentId>) -> Uuid {
    let is_of_graduate = recorded.stream_type == StreamType::Invitation.as_str();
    whose.filter(|_| is_of_graduate).map_or(recorded.subject(), |whose| whose.0)
}

/// The sealed revision of the note beside the reason: every kind of event that has one calls it so.
fn note_of(recorded: &Recorded) -> Option<u32> {
    let payload: Value = serde_json::from_str(&recorded.payload).ok()?;
    let (_, fields) = payload.as_object()?.iter().next()?;
    u32::try_from(fields.get("note")?.as_u64()?).ok()
}

/// Whether the facts of such a stream are undone by their number.
fn is_numbered(stream: StreamType) -> bool {
    match stream {
        StreamType::Placement
        | StreamType::Agreement
        | StreamType::Host
        | StreamType::Employer
        | StreamType::Survey
        | StreamType::Invitation => true,
        StreamType::School
        | StreamType::Student
        | StreamType::Outcome
        | StreamType::FurtherStudy
        | StreamType::Exemption
        | StreamType::Season
        | StreamType::YearEnd
        | StreamType::Import
        | StreamType::Account
        | StreamType::Log => false,
    }
}
