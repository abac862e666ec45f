//! The season stream: what a school plans for the internship of the students who graduate in a year; one stream per school
//! and year.
//!
//! Why its own stream: which classes are final is a matter of the year, neither of the school's entry in the bureau's list
//! nor of any one student. Invariant: a plan that is recorded later takes the place of the one before, from its day on.
//! Absent on purpose, until the rules need them: filings, trainings, insurance.

#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::{ClassName, SchoolCode, SealedRevision, SeasonId};
use super::placement::arrangement::Period;
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// What a school plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeasonPlan {
    /// The final classes, whose students are to be placed.
    pub classes: Vec<ClassName>,
    /// From the first to the last day of the internship.
    pub period: Period,
}

/// What is recorded of a school's internship of one year.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SeasonEvent {
    /// From this day the plan holds. `year` is the one in which the students graduate.
    SeasonPlanned { school: SchoolCode, year: i16, classes: Vec<ClassName>, period: Period, effective_on: Date },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

/// What is wanted of a school's plan of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeasonCommand {
    /// `year` is the one in which the students graduate.
    Plan {
        year: i16,
        plan: SeasonPlan,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "season.")]
pub enum SeasonRefusal {
    NoClasses,
    ClassTwice(ClassName),
    ClassUnknown(Vec<ClassName>),
    EndsBeforeStart { first_day: Date, last_day: Date },
    Over { last_day: Date, effective_on: Date },
    AfterGraduation { last_day: Date, year: i16 },
    OtherSeason { school: SchoolCode, year: i16 },
    PlannedElsewhere { school: SchoolCode, year: i16 },
    NotPlanned,
    NothingToUndo { version: u64 },
}

impl Error for SeasonRefusal {}

/// What a decision about a season needs beside the stream and the command. `classes` holds nothing and `listed` is `None`
/// where the command plans nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeasonFacts {
    /// Whose season it is or becomes.
    pub school: SchoolCode,
    /// The classes that the school's roster has now.
    pub classes: Vec<ClassName>,
    /// The other stream of the same school and year, if there is one.
    pub listed: Option<SeasonId>,
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Season {
    history: History<SeasonEvent>,
    #[serde(skip)]
    pair: Option<(SchoolCode, i16)>,
    /// The plan recorded last that stands, with the day from which it holds.
    #[serde(skip)]
    plan: Option<(SeasonPlan, Date)>,
}

impl Season {
    /// The plan recorded last that stands.
    pub fn plan(&self) -> Option<&SeasonPlan> {
        self.plan.as_ref().map(|(plan, _)| plan)
    }

    /// Whose season it is, also after its plan was undone.
    pub fn school(&self) -> Option<&SchoolCode> {
        self.pair.as_ref().map(|(school, _)| school)
    }
}

type Decided = Result<Vec<SeasonEvent>, SeasonRefusal>;

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`SeasonRefusal`] when the plan names no class, one twice, or one without students; its days are out of order,
/// past, or after the graduation; it is of another school or year, or was recorded elsewhere; or nothing can be undone
/// under the given number.
pub fn decide(season: &Season, command: SeasonCommand, facts: &SeasonFacts) -> Decided {
    match command {
        SeasonCommand::Plan { year, plan, effective_on } => {
            let school = facts.school.clone();
            if let Some((school, year)) = season.pair.clone().filter(|pair| *pair != (school.clone(), year)) {
                return Err(SeasonRefusal::OtherSeason { school, year });
            }
            if facts.listed.is_some() {
                return Err(SeasonRefusal::PlannedElsewhere { school, year });
            }
            check(&plan, year, &facts.classes, effective_on)?;
            if season.plan.as_ref().is_some_and(|(known, since)| *known == plan && *since <= effective_on) {
                return Ok(vec![]);
            }
            let SeasonPlan { classes, period } = plan;
            Ok(vec![SeasonEvent::SeasonPlanned { school, year, classes, period, effective_on }])
        }
        SeasonCommand::Undo { .. } if season.history.is_empty() => Err(SeasonRefusal::NotPlanned),
        SeasonCommand::Undo { version, reason, note, effective_on } if season.history.stands(version) => {
            Ok(vec![SeasonEvent::Undone { version, reason, note, effective_on }])
        }
        SeasonCommand::Undo { version, .. } => {
            season.history.refuse_unknown(version, SeasonRefusal::NothingToUndo { version })
        }
    }
}

fn check(plan: &SeasonPlan, year: i16, known: &[ClassName], effective_on: Date) -> Result<(), SeasonRefusal> {
    let Period { first_day, last_day } = plan.period;
    if plan.classes.is_empty() {
        return Err(SeasonRefusal::NoClasses);
    }
    let twice = |(index, class): &(usize, &ClassName)| plan.classes[..*index].contains(class);
    if let Some((_, class)) = plan.classes.iter().enumerate().find(twice) {
        return Err(SeasonRefusal::ClassTwice(class.clone()));
    }
    let unknown: Vec<ClassName> = plan.classes.iter().filter(|class| !known.contains(class)).cloned().collect();
    if !unknown.is_empty() {
        return Err(SeasonRefusal::ClassUnknown(unknown));
    }
    if last_day < first_day {
        return Err(SeasonRefusal::EndsBeforeStart { first_day, last_day });
    }
    if last_day.year() > year {
        return Err(SeasonRefusal::AfterGraduation { last_day, year });
    }
    if last_day < effective_on {
        return Err(SeasonRefusal::Over { last_day, effective_on });
    }
    Ok(())
}

/// The plan after one more event, and the day from which it holds.
pub fn evolve(plan: Option<(SeasonPlan, Date)>, event: &SeasonEvent) -> Option<(SeasonPlan, Date)> {
    match event {
        SeasonEvent::SeasonPlanned { classes, period, effective_on, .. } => {
            Some((SeasonPlan { classes: classes.clone(), period: *period }, *effective_on))
        }
        SeasonEvent::Undone { .. } => plan,
    }
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for SeasonEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Season {
    const TYPE: &'static str = "season";
    type Command = SeasonCommand;
    type Event = SeasonEvent;
    type Error = SeasonRefusal;
    type Services = SeasonFacts;

    async fn handle(
        &mut self,
        command: SeasonCommand,
        facts: &SeasonFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), SeasonRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: SeasonEvent) {
        let undone = if let SeasonEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        if let SeasonEvent::SeasonPlanned { school, year, .. } = &event {
            self.pair = Some((school.clone(), *year));
        }
        self.history.apply(&mut self.plan, event, undone, evolve);
    }
}

impl Stream for Season {
    const KIND: StreamType = StreamType::Season;
}
