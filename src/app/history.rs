//! The log as a caller may read it: all of it for the city, its own with the accounts of its staff for a school, its own
//! students' for a class.

use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::StreamType;
use crate::domain::placement::Placement;
use crate::event_log::EngineError;
use crate::event_log::record::{Audience, Recorded};
use crate::projections::student_register;

/// Events read at a time while looking for those that the caller may see.
const PAGE_LEN: i64 = 2_000;

impl App {
    /// At most `limit` events behind a position that the caller may see.
    pub async fn events(&self, caller: &Caller, after: i64, limit: i64) -> Result<Vec<Recorded>, AppError> {
        let mut visible = vec![];
        let mut after = after;
        let limit = usize::try_from(limit).unwrap_or_default();
        while visible.len() < limit {
            let page = self.log.events(after, PAGE_LEN).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            for recorded in page {
                if visible.len() < limit && self.may_see(caller, &recorded).await? {
                    visible.push(recorded);
                }
            }
        }
        Ok(visible)
    }

    /// The events of every stream with this id, as far as the caller may see them.
    pub async fn history(&self, caller: &Caller, id: Uuid) -> Result<Vec<Recorded>, AppError> {
        let mut visible = vec![];
        for recorded in self.log.subject_events(id).await? {
            if self.may_see(caller, &recorded).await? {
                visible.push(recorded);
            }
        }
        Ok(visible)
    }

    async fn may_see(&self, caller: &Caller, recorded: &Recorded) -> Result<bool, AppError> {
        if recorded.audience == Audience::All.as_str() || caller.scope == Scope::City {
            return Ok(true);
        }
        let own = caller.scope.school().map(|school| school.as_str());
        if recorded.audience != Audience::School.as_str() || recorded.school.as_deref() != own {
            return Ok(false);
        }
        if caller.scope.class().is_none() {
            return Ok(true);
        }
        match StreamType::parse(&recorded.stream_type) {
            Some(StreamType::Student | StreamType::Outcome | StreamType::FurtherStudy | StreamType::Exemption) => {
                let inside = student_register::is_inside(self.log.readers(), &caller.scope, recorded.subject()).await;
                Ok(inside.map_err(EngineError::from)?)
            }
            Some(StreamType::Placement | StreamType::Agreement) => {
                let (placement, _) = self.load::<Placement>(recorded.subject()).await?;
                let Some(student) = placement.student() else { return Ok(false) };
                let inside = student_register::is_inside(self.log.readers(), &caller.scope, student.0).await;
                Ok(inside.map_err(EngineError::from)?)
            }
            Some(
                StreamType::School
                | StreamType::Employer
                | StreamType::Host
                | StreamType::Season
                | StreamType::Import
                | StreamType::Account
                | StreamType::Log,
            )
            | None => Ok(false),
        }
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
