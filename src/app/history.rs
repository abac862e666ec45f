//! The log as a caller may read it: all of it for the city, its own for a school, its own students' for a class, those of
//! the own interns for a mentor.

use std::collections::HashSet;

use clap::Args;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use uuid::Uuid;

use super::failure::{Failure, InputRefusal};
use super::listed_events::ListedEvent;
use super::target::ends_with;
use super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::StreamType;
use crate::domain::ids::StudentId;
use crate::event_log::EngineError;
use crate::event_log::record::{Audience, Recorded};
use crate::projections::student_register;

/// Events read at a time while looking for those that the caller may see.
pub(super) const PAGE_LEN: i64 = 2_000;

/// The log behind a position, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListEvents {
    /// A position; from the beginning unless given.
    #[arg(long, default_value_t = 0)]
    #[serde(default)]
    pub after: i64,
    /// So many at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    #[serde(default = "page")]
    pub limit: i64,
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
    /// Of a mentor: nobody else.
    own_interns: Option<HashSet<StudentId>>,
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

    /// At most `limit` events behind a position, in words.
    pub(super) async fn list_events(
        &self,
        caller: &Caller,
        question: &ListEvents,
    ) -> Result<Vec<ListedEvent>, Failure> {
        let events = self.events(caller, question.after, question.limit).await?;
        Ok(self.listed_events(caller, events).await?)
    }

    /// At most `limit` events behind a position that the caller may see.
    pub async fn events(&self, caller: &Caller, after: i64, limit: i64) -> Result<Vec<Recorded>, AppError> {
        let sight = self.sight(caller).await?;
        let mut visible = vec![];
        let mut after = after;
        let limit = usize::try_from(limit).unwrap_or_default();
        while visible.len() < limit {
            let page = self.log.events(after, PAGE_LEN).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for recorded in page {
                if visible.len() < limit && self.may_see(&sight, &recorded).await? {
                    visible.push(recorded);
                }
            }
        }
        Ok(visible)
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
        Ok(Sight { scope: &caller.scope, own_interns: self.own_interns(caller).await? })
    }

    pub(super) async fn may_see(&self, sight: &Sight<'_>, recorded: &Recorded) -> Result<bool, AppError> {
        if recorded.audience == Audience::All.as_str() || *sight.scope == Scope::City {
            return Ok(true);
        }
        let own = sight.scope.school().map(|school| school.as_str());
        if recorded.audience != Audience::School.as_str() || recorded.school.as_deref() != own {
            return Ok(false);
        }
        if sight.scope.class().is_none() && sight.own_interns.is_none() {
            return Ok(true);
        }
        let Some(student) = self.student_of(recorded).await? else { return Ok(false) };
        if let Some(own) = &sight.own_interns {
            return Ok(own.contains(&student));
        }
        let inside = student_register::is_inside(self.log.readers(), sight.scope, student.0).await;
        Ok(inside.map_err(EngineError::from)?)
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
