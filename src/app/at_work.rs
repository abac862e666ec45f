//! Questions about placements: what waits to be done, who is at work where, how many and who stands behind each count, how
//! far the packets of a class are. Each fixes day, position and scope first; names are masked.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use uuid::Uuid;

use super::App;
use super::report::{KnownAt, ReportError};
use crate::accounts::{Caller, Scope};
use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, EmployerId, SchoolCode, StudentId};
use crate::people::masked_name;
use crate::projections::placement_register::counts::{
    self, During, OpenedCount, PlacementBehind, PlacementCounts, PlacementDimension,
};
use crate::projections::placement_register::packet_grid::{self, Packet};
use crate::projections::placement_register::question::PlacementsAsOf;
use crate::projections::placement_register::queue;
use crate::projections::placement_register::who_is_where::{self, AtWork, ScopePart};
use crate::projections::placement_register::{List, Waiting};

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

/// Something about a student at a unit, with the names of both and of the employer that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosted<T> {
    pub named: Named<T>,
    /// As recorded.
    pub host: String,
    /// The unit that it is part of, as known at the position; mostly itself.
    pub unit: String,
}

/// A part of a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedPart {
    /// The dimension's code, by which the part can be opened.
    pub key: String,
    pub name: String,
    pub counts: PlacementCounts,
}

/// The read models that these questions depend on.
const MODELS: &[&str] =
    &["placement_register", "student_register", "employer_directory", "host_register", "final_year"];

impl App {
    /// How much waits, by list.
    pub async fn queue(&self, caller: &Caller, asked: &Asked) -> Result<Vec<(List, i64)>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        Ok(queue::queue(self.log.readers(), &question).await?)
    }

    /// Who waits on a list.
    pub async fn waiting(
        &self,
        caller: &Caller,
        asked: &Asked,
        list: List,
    ) -> Result<Vec<Named<Waiting>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let waiting = queue::waiting(self.log.readers(), &question, list).await?;
        self.with_names(waiting, |waiting| waiting.student).await
    }

    /// Who is at work where.
    pub async fn at_work(&self, caller: &Caller, asked: &Asked) -> Result<Vec<Hosted<AtWork>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let at_work = who_is_where::who_is_where(self.log.readers(), &question, &ScopePart::default()).await?;
        self.with_hosts(at_work, |at_work| at_work.student, |at_work| (at_work.host, at_work.unit)).await
    }

    /// How many are at work on the day or on any of some days, by the parts of a dimension.
    pub async fn count_at_work(
        &self,
        caller: &Caller,
        asked: &Asked,
        during: During,
        by: PlacementDimension,
    ) -> Result<Vec<CountedPart>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let parts = counts::counts(self.log.readers(), &question, during, by).await?;
        let ids: Vec<Uuid> = match by {
            PlacementDimension::Employer => parts.keys().filter_map(|id| Uuid::parse_str(id).ok()).collect(),
            _ => vec![],
        };
        let names = self.names(&ids).await?;
        let name = |key: &str| Uuid::parse_str(key).ok().and_then(|id| names.get(&id).cloned());
        let counted = parts.into_iter().map(|(key, counts)| {
            let name = name(&key).unwrap_or_else(|| by.words(&key));
            CountedPart { key, name, counts }
        });
        Ok(counted.collect())
    }

    /// Who stands behind a count, and which events decide for each.
    pub async fn behind(
        &self,
        caller: &Caller,
        asked: &Asked,
        during: During,
        opened: &OpenedCount,
    ) -> Result<Vec<Hosted<PlacementBehind>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let behind = counts::behind(self.log.readers(), &question, during, opened).await?;
        self.with_hosts(behind, |behind| behind.student, |behind| (behind.host, behind.unit)).await
    }

    /// How far each document of each student of a class is.
    pub async fn packet_grid(&self, caller: &Caller, asked: &Asked) -> Result<Vec<Named<Packet>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let Scope::Class { school, class } = &question.scope else { return Err(ReportError::SchoolNeeded) };
        let packets = packet_grid::packet_grid(self.log.readers(), &question, school, class).await?;
        self.with_names(packets, |packet| packet.student).await
    }

    pub(super) async fn question_of_placements(
        &self,
        caller: &Caller,
        asked: &Asked,
    ) -> Result<PlacementsAsOf, ReportError> {
        let scope = match (self.asked_scope(caller, asked.school.as_ref()).await?, &asked.class) {
            (scope, None) => scope,
            (Scope::City, Some(_)) => return Err(ReportError::SchoolNeeded),
            (Scope::School(school), Some(class)) => Scope::Class { school, class: class.clone() },
            (Scope::Class { school, class }, Some(asked)) if class == *asked => Scope::Class { school, class },
            (Scope::Class { .. }, Some(_)) => return Err(ReportError::NotFound),
        };
        let known = self.known(asked.known_at, MODELS).await?;
        Ok(PlacementsAsOf { as_of: epoch_day(asked.on), known_at: known.position, scope })
    }

    async fn with_hosts<T>(
        &self,
        things: Vec<T>,
        student: fn(&T) -> StudentId,
        hosts: fn(&T) -> (EmployerId, EmployerId),
    ) -> Result<Vec<Hosted<T>>, ReportError> {
        let ids: HashSet<Uuid> = things.iter().map(hosts).flat_map(|(host, unit)| [host.0, unit.0]).collect();
        let names = self.names(&ids.into_iter().collect::<Vec<_>>()).await?;
        let name = |employer: EmployerId| names.get(&employer.0).cloned().unwrap_or_default();
        let named = self.with_names(things, student).await?;
        let hosted = |named: Named<T>| {
            let (host, unit) = hosts(&named.of);
            Hosted { host: name(host), unit: name(unit), named }
        };
        Ok(named.into_iter().map(hosted).collect())
    }

    async fn with_names<T>(&self, things: Vec<T>, student: fn(&T) -> StudentId) -> Result<Vec<Named<T>>, ReportError> {
        let ids: Vec<Uuid> = things.iter().map(|thing| student(thing).0).collect();
        let names: HashMap<Uuid, String> = self.names(&ids).await?;
        let name = |thing: &T| names.get(&student(thing).0).map_or("已匿名化".to_owned(), |name| masked_name(name));
        Ok(things.into_iter().map(|thing| Named { name: name(&thing), of: thing }).collect())
    }
}
