//! Questions about the units behind the placements: which there are, what is so of each on a day, how many students are at
//! work there, with which of them a school deals, and which may be recorded twice.
//!
//! Names are sealed: they are opened here, for who asks, and what they are compared by is kept nowhere.

use std::collections::{BTreeMap, HashMap, HashSet};

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use uuid::Uuid;

use super::at_work::PlacementQuery;
use super::employer::EmployerSelector;
use super::employer::apart::Apart;
use super::failure::{Failure, InputRefusal};
use super::listed_events::Fact;
use super::report_error::ReportError;
use super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::employer::CreditCodeCheck;
use crate::domain::ids::{EmployerId, SealedRevision};
use crate::domain::placement::arrangement::Period;
use crate::domain::terms::{Entry, Term, entry};
use crate::event_log::EngineError;
use crate::input::words;
use crate::people::Sealed;
use crate::projections::employer_directory::{self, LegalUnit};
use crate::projections::host_register::{self, HostOnDay};
use crate::projections::placement_register::interns::{self, Interns};
use crate::text::names;

/// A unit with its sealed name and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUnit {
    pub unit: LegalUnit,
    pub name: String,
    pub code: Option<String>,
    /// On the day.
    pub interns: Interns,
}

/// A school's host with the names of the employer and of the unit that it is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedHost {
    pub host: HostOnDay,
    pub employer: String,
    pub unit: String,
    /// On the day.
    pub is_framework_in_force: bool,
}

/// Which units are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitFilter {
    /// A school's: its hosts, and wherever it has a student at work. The city's are all.
    Own,
    All,
}

/// Why units may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
pub enum Alike {
    Code,
    Name,
}

impl Term for Alike {
    const NAME: &'static str = "相同之处";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Code, "code", "信用代码相同", &[]).en("same credit code"),
        entry(Self::Name, "name", "名称相近", &[]).en("similar name"),
    ];
}

/// Units that may be one, for a person to look at and merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicates {
    pub alike: Alike,
    pub units: Vec<ListedUnit>,
    /// Which of them were told apart.
    pub apart: Apart,
}

/// The units of the caller's school, or all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListEmployers {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
    /// Whatever school registered them.
    #[arg(long)]
    #[serde(default)]
    pub all: bool,
}

/// Units that may be registered twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListDuplicates {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
    /// Only those that were told apart.
    #[arg(long)]
    #[serde(default)]
    pub apart: bool,
}

/// A unit and the numbered facts of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowEmployer {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
}

/// The students at work at a unit on each of some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CountInterns {
    /// Id, credit code or name of the unit.
    pub employer: String,
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::day)]
    pub to: Date,
}

/// The hosts of the caller's school or of all schools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListHosts {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
}

/// The plans of final classes that hold on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListSeasons {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
}

/// A unit as it is shown.
#[derive(Debug)]
pub struct ShownEmployer {
    pub unit: Option<ListedUnit>,
    pub facts: Vec<Fact>,
}

impl App {
    pub(super) async fn show_employer(
        &self,
        caller: &Caller,
        question: &ShowEmployer,
    ) -> Result<ShownEmployer, Failure> {
        let employer = self.selected_employer(caller, &question.unit).await?;
        let query = PlacementQuery { school: question.unit.school.clone(), ..PlacementQuery::default() };
        let listed = self.units(caller, &query, UnitFilter::All).await?;
        let unit = listed.into_iter().find(|listed| listed.unit.employer == employer);
        Ok(ShownEmployer { unit, facts: self.facts(caller, employer.0).await? })
    }

    pub(super) async fn list_employers(
        &self,
        caller: &Caller,
        question: &ListEmployers,
    ) -> Result<Vec<ListedUnit>, ReportError> {
        let filter = if question.all { UnitFilter::All } else { UnitFilter::Own };
        self.units(caller, &question.query, filter).await
    }

    pub(super) async fn count_interns(
        &self,
        caller: &Caller,
        question: &CountInterns,
    ) -> Result<Vec<(Date, Interns)>, Failure> {
        let CountInterns { employer, query, from, to } = question;
        if to < from {
            return Err(InputRefusal::DaysReversed { first_day: *from, last_day: *to }.into());
        }
        let unit = EmployerSelector { employer: employer.clone(), school: query.school.clone() };
        let employer = self.selected_employer(caller, &unit).await?;
        Ok(self.interns(caller, query, employer, Period { first_day: *from, last_day: *to }).await?)
    }

    /// The units that are registered, with the students at work at each.
    pub(super) async fn units(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
        which: UnitFilter,
    ) -> Result<Vec<ListedUnit>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let readers = self.log.readers();
        let mut units = employer_directory::units(readers, question.as_of, question.known_at).await?;
        let interns = interns::interns_on_day(readers, &question).await?;
        if which == UnitFilter::Own && question.scope != Scope::City {
            let hosts = host_register::hosts(readers, question.as_of, question.known_at, &question.scope).await?;
            let own: HashSet<EmployerId> = hosts.iter().flat_map(|host| [host.employer, host.unit]).collect();
            let has_own = |employer: &EmployerId| interns.get(employer).is_some_and(|interns| interns.own > 0);
            units.retain(|unit| own.contains(&unit.employer) || has_own(&unit.employer));
        }
        let identities = self.identities(units.iter().map(|unit| (unit.employer, unit.identity))).await?;
        let listed = units.into_iter().map(|unit| {
            let (name, code) = identities.get(&unit.employer).cloned().unwrap_or_default();
            let interns = interns.get(&unit.employer).copied().unwrap_or_default();
            ListedUnit { unit, name, code, interns }
        });
        Ok(listed.collect())
    }

    /// The students at work at a unit on each of some days; the day that is asked about decides nothing.
    pub(super) async fn interns(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
        employer: EmployerId,
        days: Period,
    ) -> Result<Vec<(Date, Interns)>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let (readers, known_at) = (self.log.readers(), question.known_at);
        let days = || epoch_day(days.first_day)..=epoch_day(days.last_day);
        let own = interns::interns_per_day(readers, employer, days(), known_at, &question.scope).await?;
        let total = interns::interns_per_day(readers, employer, days(), known_at, &Scope::City).await?;
        let both = own.into_iter().zip(total);
        let dated = both.filter_map(|((day, own), (_, total))| Some((from_epoch_day(day)?, Interns { own, total })));
        Ok(dated.collect())
    }

    /// Every registered unit under its name, whoever deals with it.
    pub async fn unit_names(&self) -> Result<Vec<(EmployerId, String)>, AppError> {
        let (as_of, position) = (epoch_day(self.today()), self.log.head().await?.position());
        let units = employer_directory::units(self.log.readers(), as_of, position).await.map_err(EngineError::from)?;
        let identities = self.identities(units.iter().map(|unit| (unit.employer, unit.identity))).await?;
        Ok(identities.into_iter().map(|(employer, (name, _))| (employer, name)).collect())
    }

    /// The hosts of the caller's school or of all schools.
    pub(super) async fn hosts(&self, caller: &Caller, asked: &PlacementQuery) -> Result<Vec<ListedHost>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let (readers, as_of, known_at) = (self.log.readers(), question.as_of, question.known_at);
        let hosts = host_register::hosts(readers, as_of, known_at, &question.scope).await?;
        let units = employer_directory::units(readers, as_of, known_at).await?;
        let wanted: HashSet<EmployerId> = hosts.iter().flat_map(|host| [host.employer, host.unit]).collect();
        let wanted = units.iter().filter(|unit| wanted.contains(&unit.employer));
        let identities = self.identities(wanted.map(|unit| (unit.employer, unit.identity))).await?;
        let name = |employer| identities.get(&employer).map(|(name, _)| name.clone()).unwrap_or_default();
        let on = from_epoch_day(as_of);
        let listed = hosts.into_iter().map(|host| ListedHost {
            employer: name(host.employer),
            unit: name(host.unit),
            is_framework_in_force: host
                .framework
                .is_some_and(|framework| on.is_some_and(|on| on <= framework.last_day)),
            host,
        });
        Ok(listed.collect())
    }

    /// Units that may be recorded twice, at least one of which the caller deals with: of one code, or of one name but for
    /// its writing. What was merged, what has a valid code of its own, and what was told apart by the day is not proposed;
    /// the last can be asked for.
    pub(super) async fn duplicates(
        &self,
        caller: &Caller,
        ListDuplicates { query: asked, apart: wants_apart }: &ListDuplicates,
    ) -> Result<Vec<Duplicates>, ReportError> {
        let own: HashSet<EmployerId> =
            self.units(caller, asked, UnitFilter::Own).await?.iter().map(|listed| listed.unit.employer).collect();
        let mut groups: BTreeMap<(Alike, String), Vec<ListedUnit>> = BTreeMap::new();
        for listed in self.units(caller, asked, UnitFilter::All).await? {
            if listed.unit.merged.is_some() {
                continue;
            }
            let code = listed.code.clone().map(|code| (Alike::Code, code));
            let name = (Alike::Name, names::similar(&listed.name));
            for key in code.into_iter().chain([name]).filter(|(_, key)| !key.is_empty()) {
                groups.entry(key).or_default().push(listed.clone());
            }
        }
        groups.retain(|(alike, _), units| {
            let is_clear = |listed: &ListedUnit| listed.unit.credit_code == CreditCodeCheck::Holds;
            let are_different = *alike == Alike::Name && units.iter().all(is_clear);
            units.len() > 1 && !are_different && units.iter().any(|listed| own.contains(&listed.unit.employer))
        });
        let question = self.question_of_placements(caller, asked).await?;
        let day = from_epoch_day(question.as_of).unwrap_or_else(|| self.today());
        let mut proposed = vec![];
        for ((alike, _), mut units) in groups {
            let ids: Vec<EmployerId> = units.iter().map(|listed| listed.unit.employer).collect();
            let apart = self.told_apart(&ids, day, question.known_at).await?;
            let is_wanted = |one: EmployerId, other: EmployerId| one != other && apart.has(one, other) == *wants_apart;
            units.retain(|listed| ids.iter().any(|other| is_wanted(listed.unit.employer, *other)));
            if !units.is_empty() {
                proposed.push(Duplicates { alike, units, apart });
            }
        }
        Ok(proposed)
    }

    /// The sealed names and codes of these units, in the revisions that their streams say.
    async fn identities(
        &self,
        units: impl Iterator<Item = (EmployerId, SealedRevision)>,
    ) -> Result<HashMap<EmployerId, (String, Option<String>)>, AppError> {
        let units: Vec<(EmployerId, SealedRevision)> = units.collect();
        let ids: Vec<Uuid> = units.iter().map(|(employer, _)| employer.0).collect();
        let mut unsealed = self.unsealed(&ids).await?;
        let mut identities = HashMap::new();
        for (employer, revision) in units {
            if let Some(Sealed::Employer { name, credit_code }) = unsealed.remove(&(employer.0, revision.0)) {
                identities.insert(employer, (name, credit_code));
            }
        }
        Ok(identities)
    }
}
