//! Questions about placements: what waits to be done, who is at work where, how far the packets of a class are. Each fixes
//! day, position and scope first; names are masked.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use uuid::Uuid;

use super::App;
use super::report::{KnownAt, ReportError};
use crate::accounts::{Caller, Scope};
use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, SchoolCode, StudentId};
use crate::people::masked_name;
use crate::projections::placement_register::MODEL;
use crate::projections::placement_register::counts::{self, Counts, Dimension};
use crate::projections::placement_register::packet_grid::{self, Packet};
use crate::projections::placement_register::queue::{self, List, Waiting};
use crate::projections::placement_register::who_is_where::{self, Part, Placed, Question};

/// Which placements, on which day, as known when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub on: Date,
    pub known_at: KnownAt,
    pub school: Option<SchoolCode>,
    pub class: Option<ClassName>,
}

/// Something about a student, with the masked name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    pub name: String,
    pub of: T,
}

impl App {
    /// How much waits, by list.
    pub async fn queue(&self, caller: &Caller, asked: &Asked) -> Result<Vec<(List, i64)>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        Ok(queue::queue(self.log.readers(), &question, None).await?)
    }

    /// Who waits on a list.
    pub async fn waiting(
        &self,
        caller: &Caller,
        asked: &Asked,
        list: List,
    ) -> Result<Vec<Named<Waiting>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let waiting = queue::waiting(self.log.readers(), &question, list, None).await?;
        self.with_names(waiting, |waiting| waiting.student).await
    }

    /// Who is at work where; each with the unit's name.
    pub async fn at_work(&self, caller: &Caller, asked: &Asked) -> Result<Vec<(Named<Placed>, String)>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let placed = who_is_where::who_is_where(self.log.readers(), &question, &Part::default()).await?;
        let hosts: Vec<Uuid> = placed.iter().map(|placed| placed.host.0).collect();
        let hosts = self.names(&hosts).await?;
        let host = |placed: &Placed| hosts.get(&placed.host.0).cloned().unwrap_or_default();
        let named = self.with_names(placed, |placed| placed.student).await?;
        Ok(named
            .into_iter()
            .map(|named| {
                let host = host(&named.of);
                (named, host)
            })
            .collect())
    }

    /// How many are at work, by the parts of a dimension, each under its code and, of an employer, its name.
    pub async fn count_at_work(
        &self,
        caller: &Caller,
        asked: &Asked,
        by: Dimension,
    ) -> Result<BTreeMap<String, Counts>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let parts = counts::counts(self.log.readers(), &question, by).await?;
        if by != Dimension::Employer {
            return Ok(parts);
        }
        let ids: Vec<Uuid> = parts.keys().filter_map(|id| Uuid::parse_str(id).ok()).collect();
        let names = self.names(&ids).await?;
        let name = |id: &str| Uuid::parse_str(id).ok().and_then(|id| names.get(&id).cloned());
        Ok(parts
            .into_iter()
            .map(|(id, counts)| (name(&id).map_or(id.clone(), |name| format!("{name}（{id}）")), counts))
            .collect())
    }

    /// How far each document of each student of a class is.
    pub async fn packet_grid(&self, caller: &Caller, asked: &Asked) -> Result<Vec<Named<Packet>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let Scope::Class { school, class } = &question.scope else { return Err(ReportError::SchoolNeeded) };
        let packets = packet_grid::packet_grid(self.log.readers(), &question, school, class).await?;
        self.with_names(packets, |packet| packet.student).await
    }

    async fn question_of_placements(&self, caller: &Caller, asked: &Asked) -> Result<Question, ReportError> {
        let scope = match (self.asked_scope(caller, asked.school.as_ref()).await?, &asked.class) {
            (scope, None) => scope,
            (Scope::City, Some(_)) => return Err(ReportError::SchoolNeeded),
            (Scope::School(school), Some(class)) => Scope::Class { school, class: class.clone() },
            (Scope::Class { school, class }, Some(asked)) if class == *asked => Scope::Class { school, class },
            (Scope::Class { .. }, Some(_)) => return Err(ReportError::NotFound),
        };
        let known = self.known(asked.known_at, MODEL.name).await?;
        Ok(Question { as_of: epoch_day(asked.on), known_at: known.position, scope })
    }

    async fn with_names<T>(&self, things: Vec<T>, student: fn(&T) -> StudentId) -> Result<Vec<Named<T>>, ReportError> {
        let ids: Vec<Uuid> = things.iter().map(|thing| student(thing).0).collect();
        let names: HashMap<Uuid, String> = self.names(&ids).await?;
        let name = |thing: &T| names.get(&student(thing).0).map_or("已匿名化".to_owned(), |name| masked_name(name));
        Ok(things.into_iter().map(|thing| Named { name: name(&thing), of: thing }).collect())
    }
}
