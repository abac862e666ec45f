//! The log as a caller may read it: all of it for the city, its own for a school, its own students' for a class, those of
//! the own interns for a mentor.

use std::collections::HashSet;
use std::time::Duration;

use clap::Args;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::failure::{Failure, InputRefusal};
use super::listed_events::ListedEvent;
use super::target::ends_with;
use super::together::Group;
use super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::StreamType;
use crate::domain::ids::StudentId;
use crate::event_log::EngineError;
use crate::event_log::record::{Audience, Recorded};
use crate::projections::student_register;

/// Events read at a time while looking for those that the caller may see.
pub(super) const PAGE_LEN: i64 = 2_000;
/// Positions looked through at a time, and for one answer: who sees little of a long log is told how far it was read, and
/// asks again.
const SPAN: i64 = 50_000;
const SPANS_MAX: usize = 4;
/// Events of one answer, whatever is asked for.
const LIMIT_MAX: i64 = 10_000;
/// Seconds for which something new is waited for.
const WAIT_MAX: i64 = 30;
/// Which numbers these fields take.
pub(super) const RANGES: [(&str, (i64, i64)); 2] = [("limit", (1, LIMIT_MAX)), ("wait", (0, WAIT_MAX))];
/// Between two looks at a log that is being written, so that what comes in a row is answered together.
const PAUSE: Duration = Duration::from_millis(100);

/// The log behind a position, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListEvents {
    /// A position; from the beginning unless given.
    #[arg(long, default_value_t = 0)]
    #[serde(default)]
    pub after: i64,
    /// So many at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=LIMIT_MAX))]
    #[serde(default = "page")]
    pub limit: i64,
    /// So many seconds at most until there is one.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=WAIT_MAX))]
    #[serde(default)]
    pub wait: i64,
    /// Only those that the person of this one recorded on its day in the same go, of the same kind of thing.
    #[arg(long)]
    #[serde(default)]
    pub like: Option<i64>,
    /// Only as they are stored: of whom they speak is not looked up.
    #[arg(skip)]
    #[serde(default)]
    pub stored: bool,
}

/// Events behind a position.
#[derive(Debug)]
pub struct ListedEvents {
    pub events: Vec<ListedEvent>,
    /// Everything up to here was looked through: where to go on, also past what the caller may not see.
    pub next_after: i64,
    /// The name of the log, which no other has but its copies; `None` before the first event.
    pub log: Option<String>,
}

fn page() -> i64 {
    100
}

/// Every event of a student, unit, host, placement, school, account or batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowHistory {
    /// Id or its end.
    pub id: String,
}

/// How far a caller sees into the log.
pub(super) struct Sight<'c> {
    scope: &'c Scope,
    /// Of a class teacher and a mentor: nobody else.
    students: Option<HashSet<StudentId>>,
}

impl App {
    /// The events of the one subject that an id or its end names.
    pub(super) async fn show_history(
        &self,
        caller: &Caller,
        question: &ShowHistory,
    ) -> Result<Vec<ListedEvent>, Failure> {
        let wanted = question.id.trim();
        let unknown = || InputRefusal::NoSuchId(wanted.to_owned());
        let mut subjects = vec![];
        for kind in StreamType::VARIANTS.iter().copied() {
            subjects.extend(self.streams_ending(kind, wanted).await?);
        }
        subjects.retain(|id| id.to_string() == wanted || ends_with(*id, wanted));
        subjects.sort_unstable();
        subjects.dedup();
        let mut found = vec![];
        for id in subjects {
            let events = self.history(caller, id).await?;
            if !events.is_empty() {
                found.push(events);
            }
        }
        match found.len() {
            0 => Err(unknown().into()),
            1 => Ok(self.listed_events(caller, found.remove(0)).await?),
            _ => Err(InputRefusal::SeveralIds(wanted.to_owned()).into()),
        }
    }

    /// At most `limit` events behind a position, in words. If there is none, one is waited for.
    pub(super) async fn list_events(&self, caller: &Caller, question: &ListEvents) -> Result<ListedEvents, Failure> {
        let until = Instant::now() + Duration::from_secs(question.wait.clamp(0, WAIT_MAX).unsigned_abs());
        let mut after = question.after;
        loop {
            let (events, next_after) = self.events_like(caller, after, question).await?;
            let is_over = || question.wait <= 0 || Instant::now() >= until;
            if events.is_empty() && !is_over() && self.log.goes_beyond(next_after, until).await? {
                after = next_after;
                sleep(PAUSE).await;
                continue;
            }
            let events = match question.stored {
                true => events.into_iter().map(ListedEvent::stored).collect::<Result<_, _>>()?,
                false => self.listed_events(caller, events).await?,
            };
            return Ok(ListedEvents { events, next_after, log: self.log.name().await? });
        }
    }

    /// At most as many events as asked for behind a position that the caller may see, if so wanted only those that are like
    /// one of them.
    async fn events_like(
        &self,
        caller: &Caller,
        after: i64,
        question: &ListEvents,
    ) -> Result<(Vec<Recorded>, i64), Failure> {
        let Some(position) = question.like else { return Ok(self.events(caller, after, question.limit).await?) };
        let (first, _) = self.events(caller, position - 1, 1).await?;
        let first = first.into_iter().find(|first| first.position == position);
        let wanted = first.as_ref().and_then(Group::of);
        let (mut found, mut after) = (vec![], after);
        let limit = usize::try_from(question.limit.clamp(1, LIMIT_MAX)).unwrap_or_default();
        for _ in 0..SPANS_MAX {
            let (events, next_after) = self.events(caller, after, LIMIT_MAX).await?;
            let is_over = events.is_empty();
            after = next_after;
            for event in events.into_iter().filter(|event| wanted.is_some() && Group::of(event) == wanted) {
                if found.len() == limit {
                    return Ok((found, event.position - 1));
                }
                found.push(event);
            }
            if is_over {
                break;
            }
        }
        Ok((found, after))
    }

    /// At most `limit` events behind a position that the caller may see, and up to where the log was looked through.
    pub async fn events(&self, caller: &Caller, after: i64, limit: i64) -> Result<(Vec<Recorded>, i64), AppError> {
        let sight = self.sight(caller).await?;
        let head = self.log.head().await?.position();
        let school = sight.scope.school().map(|school| school.as_str());
        let limit = usize::try_from(limit.clamp(1, LIMIT_MAX)).unwrap_or_default();
        let (mut visible, mut after, mut spans) = (vec![], after, 0);
        while visible.len() < limit && after < head && spans < SPANS_MAX {
            let up_to = head.min(after.saturating_add(SPAN));
            let page = self.log.events_of(school, (after, up_to), PAGE_LEN).await?;
            let is_whole = i64::try_from(page.len()).is_ok_and(|len| len < PAGE_LEN);
            for recorded in page {
                if visible.len() == limit {
                    return Ok((visible, after));
                }
                after = recorded.position;
                if self.may_see(&sight, &recorded).await? {
                    visible.push(recorded);
                }
            }
            if is_whole && visible.len() < limit {
                (after, spans) = (up_to, spans + 1);
            }
        }
        Ok((visible, after))
    }

    /// The instant of a position, in microseconds since 1970-01-01 UTC; `None` before the first event and behind the last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recorded_at(&self, position: i64) -> Result<Option<i64>, AppError> {
        Ok(self.log.recorded_at(position).await?)
    }

    /// The events of every stream with this id, as far as the caller may see them.
    pub(super) async fn history(&self, caller: &Caller, id: Uuid) -> Result<Vec<Recorded>, AppError> {
        let sight = self.sight(caller).await?;
        let mut visible = vec![];
        for recorded in self.log.subject_events(id).await? {
            if self.may_see(&sight, &recorded).await? {
                visible.push(recorded);
            }
        }
        Ok(visible)
    }

    pub(super) async fn sight<'c>(&self, caller: &'c Caller) -> Result<Sight<'c>, AppError> {
        let students = match (self.own_interns(caller).await?, caller.scope.class()) {
            (None, Some(_)) => {
                let inside = student_register::inside(self.log.readers(), &caller.scope).await;
                Some(inside.map_err(EngineError::from)?.into_iter().map(StudentId).collect())
            }
            (own, _) => own,
        };
        Ok(Sight { scope: &caller.scope, students })
    }

    pub(super) async fn may_see(&self, sight: &Sight<'_>, recorded: &Recorded) -> Result<bool, AppError> {
        if recorded.audience == Audience::All.as_str() || *sight.scope == Scope::City {
            return Ok(true);
        }
        let own = sight.scope.school().map(|school| school.as_str());
        if recorded.audience != Audience::School.as_str() || recorded.school.as_deref() != own {
            return Ok(false);
        }
        let Some(students) = &sight.students else { return Ok(true) };
        Ok(self.student_of(recorded).await?.is_some_and(|student| students.contains(&student)))
    }

    /// Opens every sealed row; gives their number, or the first that does not open.
    pub async fn verify_sealed(&self) -> Result<usize, AppError> {
        let mut count = 0;
        let mut after = String::new();
        loop {
            let subjects = self.log.sealed_subjects(&after).await?;
            let Some(last) = subjects.last() else { return Ok(count) };
            after = last.to_string();
            count += self.unsealed(&subjects).await?.len();
        }
    }
}
