//! The year-end stream: what was made public of one year's graduates, of a school or of the city; one stream for each.
//!
//! Here are the figures of years before the system, as they were printed then. Why their own stream: nobody of whom they
//! speak is on record, so that no log prefix proves them, and no figure that is counted may take one of them in. Invariant: of
//! a figure the publication of the latest day stands, of one day the one recorded last, until it is withdrawn.
//! Absent on purpose, until years are signed here: the graduates' list, checks, freeze, signature and submission.

mod codes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::figures::definitions::definition;
use super::ids::{SchoolCode, SealedRevision, YearEndId};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use crate::text::cleaning::clean;
pub use codes::{PublicationMedium, PublishedDefinition, WithdrawalReason};

/// Characters of the title of a publication.
const TITLE_LEN: std::ops::RangeInclusive<usize> = 4..=120;
/// So many digits in a row may be the number of a person.
const DIGITS_MAX: usize = 10;

/// A figure as it was printed: persons over persons, under which definition, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFigure {
    /// The id of the definition.
    pub figure: String,
    /// The version of our definition under which it was counted; `None` under another, or nobody knows which.
    pub definition_version: Option<u32>,
    pub numerator: i64,
    pub denominator: i64,
    pub medium: PublicationMedium,
    /// What it was printed in, as anybody can look it up. It names no person.
    pub title: String,
}

/// What is recorded of a year's publications.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum YearEndEvent {
    /// The figure was made public on this day. `school` is `None` of the city's; `year` is that of the graduation.
    FigurePublished { school: Option<SchoolCode>, year: i16, published: PublishedFigure, effective_on: Date },
    /// From this day on who published the figure stands by it no more.
    FigureWithdrawn {
        figure: String,
        reason: WithdrawalReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

/// What is wanted of a year's publications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum YearEndCommand {
    /// `definition` says whether it was counted as ours is.
    Publish {
        year: i16,
        figure: String,
        definition: PublishedDefinition,
        numerator: i64,
        denominator: i64,
        medium: PublicationMedium,
        title: String,
        published_on: Date,
    },
    Withdraw {
        figure: String,
        reason: WithdrawalReason,
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "publication.")]
pub enum YearEndRefusal {
    NoSuchFigure(String),
    Persons { numerator: i64, denominator: i64 },
    Title { least: usize, most: usize },
    TitleNumbersPerson,
    BeforeGraduation { published_on: Date, year: i16 },
    PublishedAhead { published_on: Date, today: Date },
    WithdrawnAhead { on: Date, today: Date },
    OtherYear { year: i16 },
    RecordedElsewhere { year: i16 },
    NotPublished { figure: String },
    WithdrawnBefore { published_on: Date, on: Date },
    NothingToUndo { version: u64 },
}

impl Error for YearEndRefusal {}

/// What a decision about a year needs beside the stream and the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearEndFacts {
    /// Whose figures they are; `None` of the city's.
    pub school: Option<SchoolCode>,
    pub today: Date,
    /// The other stream of the same school and year, if there is one.
    pub listed: Option<YearEndId>,
}

/// What stands of each figure: its publications by day, and the days on which one was withdrawn.
type Standing = BTreeMap<String, Vec<(Date, Option<PublishedFigure>)>>;

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct YearEnd {
    history: History<YearEndEvent>,
    #[serde(skip)]
    of: Option<(Option<SchoolCode>, i16)>,
    #[serde(skip)]
    standing: Standing,
}

impl YearEnd {
    /// Whose figures they are, once there is one: `None` in it of the city's. Also after all was undone.
    pub fn school(&self) -> Option<&Option<SchoolCode>> {
        self.of.as_ref().map(|(school, _)| school)
    }

    /// What stands of a figure on a day, with the day on which it was made public.
    fn published(&self, figure: &str, on: Date) -> Option<(Date, &PublishedFigure)> {
        let of = self.standing.get(figure)?.iter().filter(|(since, _)| *since <= on);
        // Of one day the last.
        let (since, latest) = of.max_by_key(|(since, _)| *since)?;
        latest.as_ref().map(|published| (*since, published))
    }
}

type Decided = Result<Vec<YearEndEvent>, YearEndRefusal>;

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`YearEndRefusal`] when there is no such figure, its persons are none or more than the whole, the title says too little or
/// has a number as persons have, a day is out of order or has not come, the stream is of another year, the figure was not
/// published by the day, or nothing can be undone under the given number.
pub fn decide(year_end: &YearEnd, command: YearEndCommand, facts: &YearEndFacts) -> Decided {
    match command {
        YearEndCommand::Publish { year, figure, definition, numerator, denominator, medium, title, published_on } => {
            let ours = self::definition(&figure).ok_or(YearEndRefusal::NoSuchFigure(figure.clone()))?;
            if let Some((_, year)) = year_end.of.clone().filter(|of| *of != (facts.school.clone(), year)) {
                return Err(YearEndRefusal::OtherYear { year });
            }
            if facts.listed.is_some() {
                return Err(YearEndRefusal::RecordedElsewhere { year });
            }
            if numerator < 0 || denominator <= 0 || numerator > denominator {
                return Err(YearEndRefusal::Persons { numerator, denominator });
            }
            if published_on.year() < year {
                return Err(YearEndRefusal::BeforeGraduation { published_on, year });
            }
            let today = facts.today;
            if published_on > today {
                return Err(YearEndRefusal::PublishedAhead { published_on, today });
            }
            let title = title_of(&title)?;
            let definition_version = (definition == PublishedDefinition::Ours).then_some(ours.version);
            let published = PublishedFigure { figure, definition_version, numerator, denominator, medium, title };
            let known = year_end.published(&published.figure, published_on);
            if known.is_some_and(|(since, known)| since == published_on && *known == published) {
                return Ok(vec![]);
            }
            let school = facts.school.clone();
            Ok(vec![YearEndEvent::FigurePublished { school, year, published, effective_on: published_on }])
        }
        YearEndCommand::Withdraw { figure, reason, effective_on } => {
            if effective_on > facts.today {
                return Err(YearEndRefusal::WithdrawnAhead { on: effective_on, today: facts.today });
            }
            match year_end.published(&figure, effective_on) {
                Some(_) => Ok(vec![YearEndEvent::FigureWithdrawn { figure, reason, note: None, effective_on }]),
                None => Err(unpublished(year_end, figure, effective_on)),
            }
        }
        YearEndCommand::Undo { version, reason, effective_on } if year_end.history.stands(version) => {
            Ok(vec![YearEndEvent::Undone { version, reason, note: None, effective_on }])
        }
        YearEndCommand::Undo { version, .. } => {
            year_end.history.refuse_unknown(version, YearEndRefusal::NothingToUndo { version })
        }
    }
}

/// Why nothing of a figure can be withdrawn on a day: it was made public later, or not at all, or was withdrawn.
fn unpublished(year_end: &YearEnd, figure: String, on: Date) -> YearEndRefusal {
    let later = year_end.standing.get(&figure).into_iter().flatten();
    let first = later.filter(|(since, published)| *since > on && published.is_some()).map(|(since, _)| *since).min();
    match first {
        Some(published_on) => YearEndRefusal::WithdrawnBefore { published_on, on },
        None => YearEndRefusal::NotPublished { figure },
    }
}

fn title_of(said: &str) -> Result<String, YearEndRefusal> {
    let title = clean(said);
    if !TITLE_LEN.contains(&title.chars().count()) {
        return Err(YearEndRefusal::Title { least: *TITLE_LEN.start(), most: *TITLE_LEN.end() });
    }
    let longest = title.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    if longest > DIGITS_MAX { Err(YearEndRefusal::TitleNumbersPerson) } else { Ok(title) }
}

fn evolve(mut standing: Standing, event: &YearEndEvent) -> Standing {
    match event {
        YearEndEvent::FigurePublished { published, effective_on, .. } => {
            standing.entry(published.figure.clone()).or_default().push((*effective_on, Some(published.clone())));
        }
        YearEndEvent::FigureWithdrawn { figure, effective_on, .. } => {
            standing.entry(figure.clone()).or_default().push((*effective_on, None));
        }
        YearEndEvent::Undone { .. } => (),
    }
    standing
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for YearEndEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for YearEnd {
    const TYPE: &'static str = "year_end";
    type Command = YearEndCommand;
    type Event = YearEndEvent;
    type Error = YearEndRefusal;
    type Services = YearEndFacts;

    async fn handle(
        &mut self,
        command: YearEndCommand,
        facts: &YearEndFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), YearEndRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: YearEndEvent) {
        let undone = if let YearEndEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        if let YearEndEvent::FigurePublished { school, year, .. } = &event {
            self.of = Some((school.clone(), *year));
        }
        self.history.apply(&mut self.standing, event, undone, evolve);
    }
}

impl Stream for YearEnd {
    const KIND: StreamType = StreamType::YearEnd;
}
