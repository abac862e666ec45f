//! Questions about placements: what waits to be done, who is at work where, how many and who stands behind each count, how
//! far the packets of a class are. Each fixes day, position and scope first; names are shown as far as the
//! caller may see them.

use std::collections::HashSet;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::App;
use super::actions::Action;
use super::failure::{Failure, InputRefusal};
use super::report_error::ReportError;
use super::target::{TargetRefusal, shown_person};
use crate::accounts::{Caller, Scope};
use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, EmployerId, PlacementId, SchoolCode, StudentId};
use crate::domain::placement::arrangement::Period;
use crate::input::known_at::KnownAt;
use crate::input::words;
use crate::projections::placement_register::counts::{
    self, During, Measure, OpenedCount, PlacementBehind, PlacementCounts, PlacementDimension,
};
use crate::projections::placement_register::packet_grid::{self, Packet};
use crate::projections::placement_register::question::PlacementsAsOf;
use crate::projections::placement_register::queue;
use crate::projections::placement_register::who_is_where::{self, AtWork, ScopePart};
use crate::projections::placement_register::{List, Waiting};
use crate::projections::student_register;
use crate::text::lang::{Sentence, say};

/// Which placements, on which day, as known when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct PlacementQuery {
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    pub known_at: KnownAt,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::class_name)]
    pub class: Option<ClassName>,
}

/// How much waits, by list; or who waits on one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowQueue {
    #[arg(value_parser = words::TermParser::<List>::new())]
    pub list: Option<List>,
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
}

/// How much waits, by list, or who.
#[derive(Debug)]
pub enum QueueReply {
    Counts(Vec<(List, i64)>),
    Waiting { list: List, waiting: Vec<WithName<Waiting>> },
}

/// Who is at work where; how many by a dimension; or who stands behind one count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowAtWork {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
    #[arg(long, value_parser = words::TermParser::<PlacementDimension>::new())]
    pub by: Option<PlacementDimension>,
    /// Whoever was at work in this calendar year, as on the last of those days.
    #[arg(long)]
    pub year: Option<i16>,
    /// Whoever was at work in the school year that begins in September of this year.
    #[arg(long)]
    pub school_year: Option<i16>,
    /// The part of the dimension to open: code or name.
    #[arg(long)]
    pub open: Option<String>,
    /// The count to open.
    #[arg(long, value_parser = words::TermParser::<Measure>::new(), default_value = "placements")]
    #[serde(default = "all_placements")]
    pub count: Measure,
}

fn all_placements() -> Measure {
    Measure::Placements
}

impl ShowAtWork {
    /// A list of persons is an action of its own: a mentor sees the own interns in it, and counts of nobody.
    pub fn action(&self) -> Action {
        match (self.by, self.year, self.school_year) {
            (None, None, None) => Action::AtWork,
            _ => Action::AtWorkCounts,
        }
    }
}

/// Who is at work, or how many.
#[derive(Debug)]
pub enum AtWorkReply {
    List {
        on: Date,
        at_work: Vec<Hosted<AtWork>>,
    },
    /// A table for each dimension asked for; of a year all that an annual report has.
    Counts {
        during: During,
        tables: Vec<(PlacementDimension, Vec<CountedPart>)>,
    },
    Opened {
        by: PlacementDimension,
        part: Sentence,
        measure: Measure,
        behind: Vec<Hosted<PlacementBehind>>,
    },
}

/// How far the packets of a class are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowGrid {
    #[command(flatten)]
    #[serde(flatten)]
    pub query: PlacementQuery,
}

/// What an annual report breaks the year's internships down by.
const ANNUAL: [PlacementDimension; 10] = [
    PlacementDimension::All,
    PlacementDimension::Kind,
    PlacementDimension::Source,
    PlacementDimension::Region,
    PlacementDimension::SiteKind,
    PlacementDimension::Ownership,
    PlacementDimension::Industry,
    PlacementDimension::Size,
    PlacementDimension::OnSpecialty,
    PlacementDimension::EndedBy,
];

/// Something about a student, with the name and student number as the caller may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithName<T> {
    /// As the caller may see it; `None` of an erased person.
    pub name: Option<String>,
    pub student_number: Option<String>,
    pub of: T,
}

/// Something about a student at a unit, with the names of both and of the employer that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosted<T> {
    pub named: WithName<T>,
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
    pub name: Sentence,
    pub counts: PlacementCounts,
}

/// The read models that these questions depend on.
const MODELS: &[&str] =
    &["placement_register", "student_register", "employer_directory", "host_register", "final_year"];

impl App {
    pub(super) async fn show_queue(&self, caller: &Caller, question: &ShowQueue) -> Result<QueueReply, Failure> {
        Ok(match question.list {
            None => QueueReply::Counts(self.queue(caller, &question.query).await?),
            Some(list) => QueueReply::Waiting { list, waiting: self.waiting(caller, &question.query, list).await? },
        })
    }

    pub(super) async fn show_at_work(&self, caller: &Caller, question: &ShowAtWork) -> Result<AtWorkReply, Failure> {
        let ShowAtWork { query, by, open, count: measure, .. } = question;
        let during = during(question)?;
        let dimensions = match (by, open, during) {
            (Some(by), Some(part), _) => {
                let (part, opened) = self.part(caller, query, during, *by, part, *measure).await?;
                let behind = self.behind(caller, query, during, &opened).await?;
                return Ok(AtWorkReply::Opened { by: *by, part, measure: *measure, behind });
            }
            (None, Some(_), _) => return Err(InputRefusal::PartWithoutDimension.into()),
            (Some(by), None, _) => vec![*by],
            (None, None, During::Period(_)) => ANNUAL.to_vec(),
            (None, None, During::Day) => {
                let on = query.on.unwrap_or_else(|| self.today());
                return Ok(AtWorkReply::List { on, at_work: self.at_work(caller, query).await? });
            }
        };
        let mut tables = vec![];
        for by in dimensions {
            tables.push((by, self.count_at_work(caller, query, during, by).await?));
        }
        Ok(AtWorkReply::Counts { during, tables })
    }

    /// The part of a dimension that is to be opened, by its code or name.
    async fn part(
        &self,
        caller: &Caller,
        query: &PlacementQuery,
        during: During,
        by: PlacementDimension,
        wanted: &str,
        measure: Measure,
    ) -> Result<(Sentence, OpenedCount), Failure> {
        let parts = self.count_at_work(caller, query, during, by).await?;
        if parts.is_empty() {
            return Err(InputRefusal::NobodyToOpen(wanted.to_owned()).into());
        }
        match parts.iter().find(|part| part.key == wanted || part.name.zh == wanted || part.name.en == wanted) {
            Some(part) => Ok((part.name.clone(), OpenedCount { by, part: part.key.clone(), measure })),
            None => {
                let known = parts.into_iter().map(|part| part.name).collect();
                Err(InputRefusal::NoSuchPart { dimension: by, part: wanted.to_owned(), known }.into())
            }
        }
    }

    /// How much waits, by list.
    pub(crate) async fn queue(&self, caller: &Caller, asked: &PlacementQuery) -> Result<Vec<(List, i64)>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        Ok(queue::queue(self.log.readers(), &question).await?)
    }

    /// Who waits on a list.
    pub(super) async fn waiting(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
        list: List,
    ) -> Result<Vec<WithName<Waiting>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let waiting = queue::waiting(self.log.readers(), &question, list).await?;
        self.with_names(caller, &question, waiting, |waiting| waiting.student).await
    }

    /// Who waits on a list, without a name.
    pub(super) async fn who_waits(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
        list: List,
    ) -> Result<HashSet<(StudentId, Option<PlacementId>)>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let waiting = queue::waiting(self.log.readers(), &question, list).await?;
        Ok(waiting.into_iter().map(|waiting| (waiting.student, waiting.placement)).collect())
    }

    /// Who is at work where.
    pub(super) async fn at_work(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
    ) -> Result<Vec<Hosted<AtWork>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let mut at_work = who_is_where::who_is_where(self.log.readers(), &question, &ScopePart::default()).await?;
        if let Some(own) = self.own_interns(caller).await? {
            at_work.retain(|at_work| own.contains(&at_work.student));
        }
        self.with_hosts(caller, &question, at_work, |at_work| at_work.student, |at_work| (at_work.host, at_work.unit))
            .await
    }

    /// How many are at work on the day or on any of some days, by the parts of a dimension.
    pub(crate) async fn count_at_work(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
        during: During,
        by: PlacementDimension,
    ) -> Result<Vec<CountedPart>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let parts = counts::counts(self.log.readers(), &question, during, by).await?;
        let ids: Vec<Uuid> = match by {
            PlacementDimension::Employer => parts.keys().filter_map(|id| Uuid::parse_str(id).ok()).collect(),
            _ => vec![],
        };
        let names = self.names_at(&ids, question.known_at).await?;
        let name = |key: &str| Uuid::parse_str(key).ok().and_then(|id| names.get(&id)).map(|name| say(name, name));
        let counted = parts.into_iter().map(|(key, counts)| {
            let name = name(&key).unwrap_or_else(|| by.part(&key));
            CountedPart { key, name, counts }
        });
        Ok(counted.collect())
    }

    /// Who stands behind a count, and which events decide for each.
    pub(super) async fn behind(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
        during: During,
        opened: &OpenedCount,
    ) -> Result<Vec<Hosted<PlacementBehind>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let behind = counts::behind(self.log.readers(), &question, during, opened).await?;
        self.with_hosts(caller, &question, behind, |behind| behind.student, |behind| (behind.host, behind.unit)).await
    }

    /// How far each document of each student of a class is.
    pub(super) async fn packet_grid(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
    ) -> Result<Vec<WithName<Packet>>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let Scope::Class { school, class } = &question.scope else { return Err(ReportError::SchoolNeeded) };
        let packets = packet_grid::packet_grid(self.log.readers(), &question, school, class).await?;
        self.with_names(caller, &question, packets, |packet| packet.student).await
    }

    pub(super) async fn question_of_placements(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
    ) -> Result<PlacementsAsOf, ReportError> {
        let scope = match (self.asked_scope(caller, asked.school.as_ref()).await?, &asked.class) {
            (scope, None) => scope,
            (Scope::City, Some(_)) => return Err(ReportError::SchoolNeeded),
            (Scope::School(school), Some(class)) => Scope::Class { school, class: class.clone() },
            (Scope::Class { school, class }, Some(asked)) if class == *asked => Scope::Class { school, class },
            (Scope::Class { .. }, Some(_)) => return Err(ReportError::NotFound),
        };
        if let (Scope::Class { class, .. }, Some(_)) = (&scope, &asked.class)
            && student_register::students(self.log.readers(), &scope, None).await?.is_empty()
        {
            return Err(TargetRefusal::NoSuchClass(class.as_str().to_owned()).into());
        }
        let known = self.known(asked.known_at, MODELS).await?;
        let on = asked.on.unwrap_or_else(|| self.today());
        Ok(PlacementsAsOf { as_of: epoch_day(on), known_at: known.position, scope })
    }

    async fn with_hosts<T>(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        things: Vec<T>,
        student: fn(&T) -> StudentId,
        hosts: fn(&T) -> (EmployerId, EmployerId),
    ) -> Result<Vec<Hosted<T>>, ReportError> {
        let ids: HashSet<Uuid> = things.iter().map(hosts).flat_map(|(host, unit)| [host.0, unit.0]).collect();
        let names = self.names_at(&ids.into_iter().collect::<Vec<_>>(), question.known_at).await?;
        let name = |employer: EmployerId| names.get(&employer.0).cloned().unwrap_or_default();
        let named = self.with_names(caller, question, things, student).await?;
        let hosted = |named: WithName<T>| {
            let (host, unit) = hosts(&named.of);
            Hosted { host: name(host), unit: name(unit), named }
        };
        Ok(named.into_iter().map(hosted).collect())
    }

    async fn with_names<T>(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        things: Vec<T>,
        student: fn(&T) -> StudentId,
    ) -> Result<Vec<WithName<T>>, ReportError> {
        let ids: Vec<Uuid> = things.iter().map(|thing| student(thing).0).collect();
        let persons = self.persons_at(&ids, question.known_at).await?;
        let named = |of: T| {
            let (name, student_number) = shown_person(caller, persons.get(&student(&of).0));
            WithName { name, student_number, of }
        };
        Ok(things.into_iter().map(named).collect())
    }
}

/// The day, or the days of the year that is asked for.
fn during(question: &ShowAtWork) -> Result<During, InputRefusal> {
    let (year, month) = match (question.year, question.school_year, question.query.on) {
        (None, None, _) => return Ok(During::Day),
        (Some(year), None, None) => (year, 1),
        (None, Some(year), None) => (year, 9),
        _ => return Err(InputRefusal::SeveralTimes),
    };
    let first_day = Date::new(year, month, 1).map_err(|_| InputRefusal::NotAYear(year))?;
    let last_day = first_day.checked_add(12.months()).and_then(|day| day.yesterday());
    Ok(During::Period(Period { first_day, last_day: last_day.map_err(|_| InputRefusal::NotAYear(year))? }))
}
