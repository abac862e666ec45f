//! The survey stream: one campaign that asks a school's graduates of a year at one time after graduation.
//!
//! Why its own stream: what is asked, when, and of whom is decided once for all of them. Invariants: the questionnaire is
//! data of numbered versions, of which the approved one is asked; nobody approves what the same person drafted; whom it
//! asks is listed when it opens, in their classes of that day, and stays so.

pub mod answers;
pub mod codes;
pub mod condition;
pub mod destination;
pub mod questionnaire;
pub mod rates;
pub mod schedule;
#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::{ClassName, SchoolCode, SpecialtyCode, StaffId, StudentId, SurveyId};
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use codes::{CancelReason, SurveyStage, SurveyStep, Wave};
use questionnaire::Questionnaire;
use schedule::{CALLS_MAX, SENDS_MAX, Schedule};

/// The graduates of a class whom a campaign asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedClass {
    pub class: ClassName,
    pub specialty: Option<SpecialtyCode>,
    pub graduates: Vec<StudentId>,
}

/// What is recorded of a campaign.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SurveyEvent {
    /// `year` is the one in which those graduated who are asked.
    SurveyDrafted {
        school: SchoolCode,
        year: i16,
        wave: Wave,
        effective_on: Date,
    },
    /// The next version of what is asked; the first is 1.
    QuestionnaireDrafted {
        questionnaire: Box<Questionnaire>,
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// From now on this version is asked.
    QuestionnaireApproved {
        version: u32,
        by: StaffId,
        effective_on: Date,
    },
    SurveyScheduled {
        schedule: Schedule,
        effective_on: Date,
    },
    SurveyOpened {
        effective_on: Date,
    },
    /// Whom it asks: an event for each class.
    ClassListed {
        listed: ListedClass,
        effective_on: Date,
    },
    SurveyMoved {
        step: SurveyStep,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<CancelReason>,
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        effective_on: Date,
    },
}

/// What is wanted of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurveyCommand {
    Draft { year: i16, wave: Wave, questionnaire: Box<Questionnaire>, effective_on: Date },
    Approve { effective_on: Date },
    Schedule { schedule: Schedule, effective_on: Date },
    Open { effective_on: Date },
    Move { step: SurveyStep, reason: Option<CancelReason>, effective_on: Date },
    Undo { version: u64, reason: UndoReason, effective_on: Date },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "survey.")]
pub enum SurveyRefusal {
    NotDrafted,
    DraftedElsewhere {
        year: i16,
    },
    /// What is asked cannot be changed at this stage.
    QuestionnaireLocked(SurveyStage),
    NobodyApproves,
    ApproverDrafted,
    NothingToApprove,
    EndsBeforeStart {
        opens_on: Date,
        closes_on: Date,
    },
    SchedulePast {
        on: Date,
        today: Date,
    },
    ReminderOutside(Date),
    TooManyReminders {
        most: usize,
    },
    Calls {
        most: u8,
    },
    WrongStage(SurveyStage),
    OpensLater {
        on: Date,
    },
    NobodyGraduated {
        year: i16,
    },
    ReasonMissing,
    CannotUndo {
        version: u64,
    },
    LaterStands {
        version: u64,
        latest: u64,
    },
    NothingToUndo {
        version: u64,
    },
}

impl Error for SurveyRefusal {}

/// What a decision about a campaign needs beside the stream and the command. `graduates` is empty but where it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyFacts {
    pub by: Option<StaffId>,
    pub today: Date,
    pub school: SchoolCode,
    /// The other stream of the same school, year and wave, if there is one.
    pub listed: Option<SurveyId>,
    /// Those who graduated in the year, by class.
    pub graduates: Vec<ListedClass>,
}

/// What holds of a campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Campaign {
    pub of: Option<(SchoolCode, i16, Wave)>,
    /// The stage and the day since which it is so.
    pub stage: Option<(SurveyStage, Date)>,
    /// The stage to which a paused one goes back.
    before_pause: Option<SurveyStage>,
    /// The versions of what is asked, and who drafted each.
    pub questionnaires: Vec<(Questionnaire, Option<StaffId>)>,
    /// The version that is asked.
    pub approved: Option<u32>,
    pub schedule: Option<Schedule>,
    pub classes: Vec<ListedClass>,
}

impl Campaign {
    /// How far it is.
    pub fn stage(&self) -> Option<SurveyStage> {
        self.stage.map(|(stage, _)| stage)
    }

    /// The version that is asked, and its number.
    pub fn asked(&self) -> Option<(u32, &Questionnaire)> {
        let version = self.approved?;
        Some((version, self.version(version)?))
    }

    /// A version of what is asked.
    pub fn version(&self, version: u32) -> Option<&Questionnaire> {
        let index = usize::try_from(version).ok()?.checked_sub(1)?;
        self.questionnaires.get(index).map(|(questionnaire, _)| questionnaire)
    }

    /// The number of the version that was drafted last.
    pub fn latest(&self) -> u32 {
        u32::try_from(self.questionnaires.len()).unwrap_or(u32::MAX)
    }

    /// The class in which a graduate is listed.
    pub fn class_of(&self, student: StudentId) -> Option<&ListedClass> {
        self.classes.iter().find(|listed| listed.graduates.contains(&student))
    }

    /// How many graduates are listed.
    pub fn graduate_count(&self) -> usize {
        self.classes.iter().map(|listed| listed.graduates.len()).sum()
    }

    /// Whether answers are taken on a day.
    pub fn takes_answers_on(&self, on: Date) -> bool {
        let is_inside = self.schedule.as_ref().is_some_and(|schedule| on <= schedule.closes_on);
        is_inside && self.stage().is_some_and(SurveyStage::takes_answers)
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Survey {
    history: History<SurveyEvent>,
    #[serde(skip)]
    campaign: Campaign,
}

impl Survey {
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// The number of the latest fact that stands.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing()
    }
}

type Decided = Result<Vec<SurveyEvent>, SurveyRefusal>;

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`SurveyRefusal`] when the stage does not allow it, the days are out of order, nobody is there to be asked, the one who
/// approves drafted it, or nothing can be undone under the given number.
pub fn decide(survey: &Survey, command: SurveyCommand, facts: &SurveyFacts) -> Decided {
    let campaign = &survey.campaign;
    let stage = campaign.stage();
    match (command, stage) {
        (SurveyCommand::Draft { year, wave, questionnaire, effective_on }, _) => {
            if facts.listed.is_some() {
                return Err(SurveyRefusal::DraftedElsewhere { year });
            }
            let mut events = vec![];
            match stage {
                None => {
                    events.push(SurveyEvent::SurveyDrafted { school: facts.school.clone(), year, wave, effective_on })
                }
                Some(SurveyStage::Draft) => (),
                Some(stage) if stage.is_running() => (),
                Some(stage) => return Err(SurveyRefusal::QuestionnaireLocked(stage)),
            }
            if campaign.version(campaign.latest()) != Some(&*questionnaire) {
                events.push(SurveyEvent::QuestionnaireDrafted { questionnaire, by: facts.by, effective_on });
            }
            Ok(events)
        }
        (_, None) => Err(SurveyRefusal::NotDrafted),
        (SurveyCommand::Approve { effective_on }, Some(stage)) => {
            let by = facts.by.ok_or(SurveyRefusal::NobodyApproves)?;
            let version = campaign.latest();
            if campaign.approved == Some(version) {
                return Ok(vec![]);
            }
            if stage != SurveyStage::Draft && !stage.is_running() {
                return Err(SurveyRefusal::NothingToApprove);
            }
            if campaign.questionnaires.last().is_some_and(|(_, drafter)| *drafter == Some(by)) {
                return Err(SurveyRefusal::ApproverDrafted);
            }
            Ok(vec![SurveyEvent::QuestionnaireApproved { version, by, effective_on }])
        }
        (SurveyCommand::Schedule { schedule, effective_on }, Some(stage)) => {
            let before = matches!(stage, SurveyStage::Approved | SurveyStage::Scheduled);
            if !before && !stage.is_running() {
                return Err(SurveyRefusal::WrongStage(stage));
            }
            check(&schedule, campaign.schedule.as_ref().filter(|_| !before), facts.today)?;
            if campaign.schedule.as_ref() == Some(&schedule) {
                return Ok(vec![]);
            }
            Ok(vec![SurveyEvent::SurveyScheduled { schedule, effective_on }])
        }
        (SurveyCommand::Open { effective_on }, Some(SurveyStage::Scheduled)) => {
            let opens_on = campaign.schedule.as_ref().map_or(effective_on, |schedule| schedule.opens_on);
            if opens_on > effective_on {
                return Err(SurveyRefusal::OpensLater { on: opens_on });
            }
            if facts.graduates.iter().all(|listed| listed.graduates.is_empty()) {
                let year = campaign.of.as_ref().map_or(0, |(_, year, _)| *year);
                return Err(SurveyRefusal::NobodyGraduated { year });
            }
            let classes = facts.graduates.iter().cloned();
            let listed = classes.map(|listed| SurveyEvent::ClassListed { listed, effective_on });
            Ok(std::iter::once(SurveyEvent::SurveyOpened { effective_on }).chain(listed).collect())
        }
        (SurveyCommand::Open { .. }, Some(stage)) if stage.is_running() => Ok(vec![]),
        (SurveyCommand::Open { .. }, Some(stage)) => Err(SurveyRefusal::WrongStage(stage)),
        (SurveyCommand::Move { step: SurveyStep::Cancel, reason: None, .. }, Some(_)) => {
            Err(SurveyRefusal::ReasonMissing)
        }
        (SurveyCommand::Move { step, reason, effective_on }, Some(stage)) => {
            let to = after(step, stage, campaign.before_pause).ok_or(SurveyRefusal::WrongStage(stage))?;
            if to == stage { Ok(vec![]) } else { Ok(vec![SurveyEvent::SurveyMoved { step, reason, effective_on }]) }
        }
        (SurveyCommand::Undo { version, reason, effective_on }, Some(_)) => {
            let is_bound = |event: &SurveyEvent| match event {
                SurveyEvent::SurveyDrafted { .. }
                | SurveyEvent::QuestionnaireDrafted { .. }
                | SurveyEvent::SurveyOpened { .. }
                | SurveyEvent::ClassListed { .. } => true,
                SurveyEvent::QuestionnaireApproved { .. }
                | SurveyEvent::SurveyScheduled { .. }
                | SurveyEvent::SurveyMoved { .. }
                | SurveyEvent::Undone { .. } => false,
            };
            if survey.history.is(version, is_bound) {
                return Err(SurveyRefusal::CannotUndo { version });
            }
            let undone = SurveyEvent::Undone { version, reason, effective_on };
            let later_stands = |latest| SurveyRefusal::LaterStands { version, latest };
            survey.history.undo_latest(version, undone, later_stands, SurveyRefusal::NothingToUndo { version })
        }
    }
}

/// Where a step leads from a stage; nowhere where it is not allowed.
fn after(step: SurveyStep, stage: SurveyStage, before_pause: Option<SurveyStage>) -> Option<SurveyStage> {
    use SurveyStage::{Archived, Cancelled, Closed, CodingDone, Locked, Open, Paused, PhoneFollowUp};
    match (step, stage) {
        (SurveyStep::Pause, Open | PhoneFollowUp | Paused) => Some(Paused),
        (SurveyStep::Resume, Paused) => Some(before_pause.unwrap_or(Open)),
        (SurveyStep::Phone, Open | PhoneFollowUp) => Some(PhoneFollowUp),
        (SurveyStep::Close, Open | Paused | PhoneFollowUp | Closed) => Some(Closed),
        (SurveyStep::CodingDone, Closed | CodingDone) => Some(CodingDone),
        (SurveyStep::Lock, CodingDone | Locked) => Some(Locked),
        (SurveyStep::Archive, Locked | Archived) => Some(Archived),
        (SurveyStep::Cancel, stage) if !stage.is_over() || stage == Cancelled => Some(Cancelled),
        (
            SurveyStep::Pause
            | SurveyStep::Resume
            | SurveyStep::Phone
            | SurveyStep::Close
            | SurveyStep::CodingDone
            | SurveyStep::Lock
            | SurveyStep::Archive
            | SurveyStep::Cancel,
            _,
        ) => None,
    }
}

/// Whether the days are in order; what has begun begins no other day.
fn check(schedule: &Schedule, running: Option<&Schedule>, today: Date) -> Result<(), SurveyRefusal> {
    let Schedule { opens_on, closes_on, reminders, calls_max } = schedule;
    let (opens_on, closes_on) = (*opens_on, *closes_on);
    if closes_on < opens_on {
        return Err(SurveyRefusal::EndsBeforeStart { opens_on, closes_on });
    }
    let is_known = running.is_some_and(|running| running.opens_on == opens_on);
    if let Some(on) =
        [Some(opens_on).filter(|_| !is_known), Some(closes_on)].into_iter().flatten().find(|on| *on < today)
    {
        return Err(SurveyRefusal::SchedulePast { on, today });
    }
    if reminders.len() >= SENDS_MAX {
        return Err(SurveyRefusal::TooManyReminders { most: SENDS_MAX - 1 });
    }
    let mut before = opens_on;
    for reminder in reminders {
        if *reminder <= before || *reminder > closes_on {
            return Err(SurveyRefusal::ReminderOutside(*reminder));
        }
        before = *reminder;
    }
    if !(1..=CALLS_MAX).contains(calls_max) {
        return Err(SurveyRefusal::Calls { most: CALLS_MAX });
    }
    Ok(())
}

/// The campaign after one more event.
pub fn evolve(mut campaign: Campaign, event: &SurveyEvent) -> Campaign {
    match event {
        SurveyEvent::SurveyDrafted { school, year, wave, effective_on } => {
            campaign.of = Some((school.clone(), *year, *wave));
            campaign.stage = Some((SurveyStage::Draft, *effective_on));
        }
        SurveyEvent::QuestionnaireDrafted { questionnaire, by, .. } => {
            campaign.questionnaires.push(((**questionnaire).clone(), *by));
        }
        SurveyEvent::QuestionnaireApproved { version, effective_on, .. } => {
            campaign.approved = Some(*version);
            if campaign.stage() == Some(SurveyStage::Draft) {
                campaign.stage = Some((SurveyStage::Approved, *effective_on));
            }
        }
        SurveyEvent::SurveyScheduled { schedule, effective_on } => {
            campaign.schedule = Some(schedule.clone());
            if campaign.stage() == Some(SurveyStage::Approved) {
                campaign.stage = Some((SurveyStage::Scheduled, *effective_on));
            }
        }
        SurveyEvent::SurveyOpened { effective_on } => campaign.stage = Some((SurveyStage::Open, *effective_on)),
        SurveyEvent::ClassListed { listed, .. } => campaign.classes.push(listed.clone()),
        SurveyEvent::SurveyMoved { step, effective_on, .. } => {
            if let Some(stage) = campaign.stage() {
                let to = after(*step, stage, campaign.before_pause);
                campaign.before_pause = Some(stage).filter(|_| *step == SurveyStep::Pause);
                campaign.stage = to.map(|to| (to, *effective_on)).or(campaign.stage);
            }
        }
        SurveyEvent::Undone { .. } => (),
    }
    campaign
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for SurveyEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Survey {
    const TYPE: &'static str = "survey";
    type Command = SurveyCommand;
    type Event = SurveyEvent;
    type Error = SurveyRefusal;
    type Services = SurveyFacts;

    async fn handle(
        &mut self,
        command: SurveyCommand,
        facts: &SurveyFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), SurveyRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: SurveyEvent) {
        let undone = if let SurveyEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.campaign, event, undone, evolve);
    }
}

impl Stream for Survey {
    const KIND: StreamType = StreamType::Survey;
}
