//! The rules, pure: no I/O, no clock, no randomness. A file per stream of events.
//!
//! Each stream has commands, events and refusals; `decide` turns a command into events or a refusal, `evolve`
//! folds an event into the stream's stage. The day on which a fact is true comes with the command.

pub mod day;
pub mod evidence;
pub mod ids;
pub mod specialties;
pub mod terms;

pub mod account;
pub mod agreement;
pub mod employer;
pub mod exemption;
pub mod further_study;
pub mod host;
pub mod import;
pub mod log;
pub mod outcome;
pub mod placement;
pub mod school;
pub mod season;
pub mod student;

pub mod figures;

use cqrs_es::{Aggregate, DomainEvent};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The kinds of stream; with a UUID they name a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StreamType {
    School,
    Student,
    Outcome,
    FurtherStudy,
    Exemption,
    Placement,
    Agreement,
    Employer,
    Host,
    Season,
    Import,
    Account,
    /// The log itself.
    Log,
}

impl StreamType {
    pub const ALL: [Self; 13] = [
        Self::School,
        Self::Student,
        Self::Outcome,
        Self::FurtherStudy,
        Self::Exemption,
        Self::Placement,
        Self::Agreement,
        Self::Employer,
        Self::Host,
        Self::Season,
        Self::Import,
        Self::Account,
        Self::Log,
    ];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Student => "student",
            Self::Outcome => "outcome",
            Self::FurtherStudy => "further_study",
            Self::Exemption => "exemption",
            Self::Placement => "placement",
            Self::Agreement => "agreement",
            Self::Employer => "employer",
            Self::Host => "host",
            Self::Season => "season",
            Self::Import => "import",
            Self::Account => "account",
            Self::Log => "log",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Every fact of every stream: what read models fold.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    School(school::SchoolEvent),
    Student(student::StudentEvent),
    Outcome(outcome::OutcomeEvent),
    FurtherStudy(further_study::FurtherStudyEvent),
    Exemption(exemption::ExemptionEvent),
    Placement(placement::PlacementEvent),
    Agreement(agreement::AgreementEvent),
    Employer(employer::EmployerEvent),
    Host(host::HostEvent),
    Season(season::SeasonEvent),
    Import(import::ImportEvent),
    Account(account::AccountEvent),
    Log(log::LogEvent),
}

impl Event {
    /// Reads a stored payload of the current schema version.
    pub fn decode(stream: StreamType, payload: &str) -> Result<Self, serde_json::Error> {
        Ok(match stream {
            StreamType::School => Self::School(serde_json::from_str(payload)?),
            StreamType::Student => Self::Student(serde_json::from_str(payload)?),
            StreamType::Outcome => Self::Outcome(serde_json::from_str(payload)?),
            StreamType::FurtherStudy => Self::FurtherStudy(serde_json::from_str(payload)?),
            StreamType::Exemption => Self::Exemption(serde_json::from_str(payload)?),
            StreamType::Placement => Self::Placement(serde_json::from_str(payload)?),
            StreamType::Agreement => Self::Agreement(serde_json::from_str(payload)?),
            StreamType::Employer => Self::Employer(serde_json::from_str(payload)?),
            StreamType::Host => Self::Host(serde_json::from_str(payload)?),
            StreamType::Season => Self::Season(serde_json::from_str(payload)?),
            StreamType::Import => Self::Import(serde_json::from_str(payload)?),
            StreamType::Account => Self::Account(serde_json::from_str(payload)?),
            StreamType::Log => Self::Log(serde_json::from_str(payload)?),
        })
    }

    /// The stored name of the kind of event.
    pub fn kind(&self) -> String {
        match self {
            Self::School(event) => event.event_type(),
            Self::Student(event) => event.event_type(),
            Self::Outcome(event) => event.event_type(),
            Self::FurtherStudy(event) => event.event_type(),
            Self::Exemption(event) => event.event_type(),
            Self::Placement(event) => event.event_type(),
            Self::Agreement(event) => event.event_type(),
            Self::Employer(event) => event.event_type(),
            Self::Host(event) => event.event_type(),
            Self::Season(event) => event.event_type(),
            Self::Import(event) => event.event_type(),
            Self::Account(event) => event.event_type(),
            Self::Log(event) => event.event_type(),
        }
    }
}

/// What a stream's state adds to `cqrs_es::Aggregate` so that its events can be appended and projected.
pub trait Stream: Aggregate + Clone + 'static {
    const KIND: StreamType;
    fn wrap(event: Self::Event) -> Event;
    /// The event of this stream's kind; `None` for another's.
    fn unwrap(event: Event) -> Option<Self::Event>;
    /// The day from which the fact is true.
    fn effective_on(event: &Self::Event) -> Date;
}

/// Why a recorded fact is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoReason {
    WrongFile,
    WrongSchool,
    EntryError,
    Duplicate,
    Other,
}

impl terms::Term for UndoReason {
    const NAME: &'static str = "撤销原因";
    const ENTRIES: &'static [terms::Entry<Self>] = &[
        terms::entry(Self::WrongFile, "wrong_file", "传错文件", &[]),
        terms::entry(Self::WrongSchool, "wrong_school", "选错学校", &[]),
        terms::entry(Self::EntryError, "entry_error", "填报有误", &[]),
        terms::entry(Self::Duplicate, "duplicate", "重复导入", &[]),
        terms::entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why a person's data is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureReason {
    /// The person asked for it.
    Request,
    ConsentWithdrawn,
    RetentionEnded,
    UnlawfullyHeld,
    /// It was erased before; an older backup had brought it back.
    Restored,
    Other,
}

impl terms::Term for ErasureReason {
    const NAME: &'static str = "匿名化原因";
    const ENTRIES: &'static [terms::Entry<Self>] = &[
        terms::entry(Self::Request, "request", "本人要求", &[]),
        terms::entry(Self::ConsentWithdrawn, "consent_withdrawn", "撤回同意", &[]),
        terms::entry(Self::RetentionEnded, "retention_ended", "保存期满", &[]),
        terms::entry(Self::UnlawfullyHeld, "unlawfully_held", "不应收集", &[]),
        terms::entry(Self::Restored, "restored", "恢复备份后重新匿名化", &[]),
        terms::entry(Self::Other, "other", "其他", &[]),
    ];
}

/// The events of a stream with the marks of those that were undone, so that undoing one is refolding the rest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History<E> {
    /// (stands, event); the first has version 1.
    events: Vec<(bool, E)>,
}

impl<E> Default for History<E> {
    fn default() -> Self {
        Self { events: vec![] }
    }
}

impl<E> History<E> {
    /// Takes the next event, and the version that it undoes, if it undoes one, into the history and into what is folded
    /// from it.
    pub fn apply<S: Default>(&mut self, folded: &mut S, event: E, undone: Option<u64>, evolve: fn(S, &E) -> S) {
        *folded = match undone {
            None => evolve(std::mem::take(folded), &event),
            Some(version) => {
                if let Some((stands, _)) = self.at(version) {
                    *stands = false;
                }
                self.standing().fold(S::default(), evolve)
            }
        };
        // An undoing event is no fact of its own to undo again.
        self.events.push((undone.is_none(), event));
    }

    fn at(&mut self, version: u64) -> Option<&mut (bool, E)> {
        let index = usize::try_from(version).ok()?.checked_sub(1)?;
        self.events.get_mut(index)
    }

    /// Whether the event with this version is a fact that was not undone.
    pub fn stands(&self, version: u64) -> bool {
        let index = usize::try_from(version).ok().and_then(|v| v.checked_sub(1));
        index.and_then(|index| self.events.get(index)).is_some_and(|(stands, _)| *stands)
    }

    /// Whether the event with this version is of a kind.
    pub fn is(&self, version: u64, of_kind: impl Fn(&E) -> bool) -> bool {
        let index = usize::try_from(version).ok().and_then(|v| v.checked_sub(1));
        index.and_then(|index| self.events.get(index)).is_some_and(|(_, event)| of_kind(event))
    }

    /// The version of the latest fact that stands.
    pub fn last_standing(&self) -> Option<u64> {
        let index = self.events.iter().rposition(|(stands, _)| *stands)?;
        u64::try_from(index).ok().map(|index| index + 1)
    }

    /// For a fact that does not stand: nothing to do if it was undone before, else the refusal.
    pub fn refuse_unknown<R>(&self, version: u64, refusal: R) -> Result<Vec<E>, R> {
        let known = usize::try_from(version).is_ok_and(|v| (1..=self.events.len()).contains(&v));
        if known { Ok(vec![]) } else { Err(refusal) }
    }

    /// Where undoing goes backwards: takes the latest fact that stands away, and no earlier one before it.
    pub fn undo_latest<R>(
        &self,
        version: u64,
        undone: E,
        later_stands: impl FnOnce(u64) -> R,
        nothing: R,
    ) -> Result<Vec<E>, R> {
        match self.last_standing() {
            Some(latest) if latest == version => Ok(vec![undone]),
            Some(latest) if self.stands(version) => Err(later_stands(latest)),
            Some(_) | None => self.refuse_unknown(version, nothing),
        }
    }

    /// The facts that stand, oldest first.
    pub fn standing(&self) -> impl Iterator<Item = &E> {
        self.events.iter().filter(|(stands, _)| *stands).map(|(_, event)| event)
    }

    /// The facts that would stand without the one with this version.
    pub fn standing_without(&self, version: u64) -> impl Iterator<Item = &E> {
        let undone = usize::try_from(version).ok().and_then(|v| v.checked_sub(1));
        let numbered = self.events.iter().enumerate();
        numbered.filter(move |(index, (stands, _))| *stands && Some(*index) != undone).map(|(_, (_, event))| event)
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
