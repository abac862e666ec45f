//! The rules, pure: no I/O, no clock, no randomness. A file per stream of events.
//!
//! Each stream has commands, events and refusals; `decide` turns a command into events or a refusal, `evolve`
//! folds an event into the stream's stage. The day on which a fact is true comes with the command, which says what the
//! user says and nothing else; who acts, today and what other streams say are the stream's facts, the `Services` of its
//! aggregate.

pub mod day;
pub mod evidence;
pub mod identity;
pub mod ids;
pub mod not_listed;
pub mod specialties;
pub mod statements;
pub mod terms;

pub mod account;
pub mod agreement;
pub mod employer;
pub mod exemption;
pub mod further_study;
pub mod host;
pub mod import;
pub mod invitation;
pub mod log;
pub mod outcome;
pub mod placement;
pub mod school;
pub mod season;
pub mod student;
pub mod survey;
pub mod year_end;

pub mod figures;

use cqrs_es::Aggregate;
use derive_more::{From, TryInto};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The schema version of every kind of event; all are in their first. A kind that gets a second needs a step in
/// `event_log::upcast`.
pub const SCHEMA_VERSION: i64 = 1;

/// The kinds of stream; with a UUID they name a stream.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, IntoStaticStr, EnumString, VariantArray)]
#[strum(serialize_all = "snake_case")]
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
    YearEnd,
    Survey,
    Invitation,
    Import,
    Account,
    /// The log itself.
    Log,
}

impl StreamType {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The kind of stream with this stored name.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// Every fact of every stream: what read models fold.
#[derive(Debug, Clone, PartialEq, From, TryInto)]
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
    YearEnd(year_end::YearEndEvent),
    Survey(survey::SurveyEvent),
    Invitation(invitation::InvitationEvent),
    Import(import::ImportEvent),
    Account(account::AccountEvent),
    Log(log::LogEvent),
}

impl Event {
    /// Reads a stored payload of the current schema version.
    ///
    /// # Errors
    /// When it is not the payload of an event of this kind of stream.
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
            StreamType::YearEnd => Self::YearEnd(serde_json::from_str(payload)?),
            StreamType::Survey => Self::Survey(serde_json::from_str(payload)?),
            StreamType::Invitation => Self::Invitation(serde_json::from_str(payload)?),
            StreamType::Import => Self::Import(serde_json::from_str(payload)?),
            StreamType::Account => Self::Account(serde_json::from_str(payload)?),
            StreamType::Log => Self::Log(serde_json::from_str(payload)?),
        })
    }

    /// The day from which the fact is true.
    pub fn effective_on(&self) -> Date {
        *match self {
            Self::School(event) => event.effective_on(),
            Self::Student(event) => event.effective_on(),
            Self::Outcome(event) => event.effective_on(),
            Self::FurtherStudy(event) => event.effective_on(),
            Self::Exemption(event) => event.effective_on(),
            Self::Placement(event) => event.effective_on(),
            Self::Agreement(event) => event.effective_on(),
            Self::Employer(event) => event.effective_on(),
            Self::Host(event) => event.effective_on(),
            Self::Season(event) => event.effective_on(),
            Self::YearEnd(event) => event.effective_on(),
            Self::Survey(event) => event.effective_on(),
            Self::Invitation(event) => event.effective_on(),
            Self::Import(event) => event.effective_on(),
            Self::Account(event) => event.effective_on(),
            Self::Log(event) => event.effective_on(),
        }
    }

    /// The stored name of the kind of event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::School(event) => event.into(),
            Self::Student(event) => event.into(),
            Self::Outcome(event) => event.into(),
            Self::FurtherStudy(event) => event.into(),
            Self::Exemption(event) => event.into(),
            Self::Placement(event) => event.into(),
            Self::Agreement(event) => event.into(),
            Self::Employer(event) => event.into(),
            Self::Host(event) => event.into(),
            Self::Season(event) => event.into(),
            Self::YearEnd(event) => event.into(),
            Self::Survey(event) => event.into(),
            Self::Invitation(event) => event.into(),
            Self::Import(event) => event.into(),
            Self::Account(event) => event.into(),
            Self::Log(event) => event.into(),
        }
    }
}

/// What a stream's state adds to `cqrs_es::Aggregate` so that its events can be appended and projected.
pub trait Stream: Aggregate<Event: Into<Event> + TryFrom<Event>> + Clone + 'static {
    /// The kind of stream that it is the state of.
    const KIND: StreamType;
}

/// Why a recorded fact is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
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
        terms::entry(Self::Duplicate, "duplicate", "重复导入", &[]).en("imported twice"),
        terms::entry(Self::Other, "other", "其他", &[]),
    ];
}

/// Why a person's data is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
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
        terms::entry(Self::Request, "request", "本人要求", &[]).en("asked for by the person"),
        terms::entry(Self::ConsentWithdrawn, "consent_withdrawn", "撤回同意", &[]),
        terms::entry(Self::RetentionEnded, "retention_ended", "保存期满", &[]),
        terms::entry(Self::UnlawfullyHeld, "unlawfully_held", "不应收集", &[]),
        terms::entry(Self::Restored, "restored", "恢复备份后重新匿名化", &[]).en("erased again after a restore"),
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
    /// Adds an event and folds it. If it undoes a version, marks that one as undone and folds the standing ones again.
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

    /// Answers an undoing of a fact that does not stand: no events when it was undone before.
    ///
    /// # Errors
    /// `refusal` when no event has this version.
    pub fn refuse_unknown<R>(&self, version: u64, refusal: R) -> Result<Vec<E>, R> {
        let known = usize::try_from(version).is_ok_and(|v| (1..=self.events.len()).contains(&v));
        if known { Ok(vec![]) } else { Err(refusal) }
    }

    /// Decides an undoing in a stream that is undone backwards: only the latest fact that stands can be.
    ///
    /// # Errors
    /// `later_stands` of the latest one when a later fact stands; `nothing` when no event has this version.
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

    /// All of them with their marks, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &(bool, E)> {
        self.events.iter()
    }

    /// The facts that would stand without the one with this version.
    pub fn standing_without(&self, version: u64) -> impl Iterator<Item = &E> {
        let undone = usize::try_from(version).ok().and_then(|v| v.checked_sub(1));
        let numbered = self.events.iter().enumerate();
        numbered.filter(move |(index, (stands, _))| *stands && Some(*index) != undone).map(|(_, (_, event))| event)
    }

    /// Whether nothing was ever recorded.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
