//! The invitation stream: what became of asking one graduate in one campaign.
//!
//! Why its own stream: calls and answers of 18,000 graduates come independently of each other. It begins with the first call
//! or answer; until then its graduate stands in the campaign's list. Invariants: words are sealed, and what stands here
//! counts on when the person is erased; an answer names the version of the questionnaire that it answers and who gave it,
//! and one that somebody else gave never takes the place of the graduate's own; whatever changes the answer that stands
//! names the batch in which the statement of it stands.

#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::ids::{BatchId, ClassName, SealedRevision, SpecialtyCode, StaffId, StudentId, SurveyId};
use super::survey::codes::{AnsweredBy, AnsweredVia, CallResult, InvitationState, LeaveReason, SurveyStage};
use super::survey::condition::Values;
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};

/// An answer: what is coded stands here, what was written is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The version of the questionnaire.
    pub questionnaire: u32,
    pub answered_by: AnsweredBy,
    pub via: AnsweredVia,
    pub coded: Values,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<SealedRevision>,
    /// Whether every required question is answered.
    pub is_complete: bool,
}

impl Answer {
    /// Whether the graduate gave it, and nobody else.
    pub fn is_of_graduate(&self) -> bool {
        self.answered_by == AnsweredBy::Graduate
    }
}

/// What is recorded of asking one graduate.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum InvitationEvent {
    /// Whom which campaign asks, in the class in which it listed the graduate.
    InvitationBegun {
        survey: SurveyId,
        student: StudentId,
        class: ClassName,
        specialty: Option<SpecialtyCode>,
        effective_on: Date,
    },
    Called {
        result: CallResult,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_back_on: Option<Date>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// It takes the place of the answer before. `statement` is the batch that says the destination which it states.
    Answered {
        answer: Answer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statement: Option<BatchId>,
        by: Option<StaffId>,
        effective_on: Date,
    },
    /// The graduate is asked no more.
    Left { reason: LeaveReason, by: Option<StaffId>, effective_on: Date },
    /// The fact with this version in the stream never held. `statement` is the batch of the answer that stands without it.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statement: Option<BatchId>,
        effective_on: Date,
    },
}

/// What is wanted of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationCommand {
    /// An answer comes with a call that was completed, and with no other.
    Call {
        result: CallResult,
        call_back_on: Option<Date>,
        note: Option<SealedRevision>,
        answer: Option<Answer>,
        statement: Option<BatchId>,
        effective_on: Date,
    },
    Answer {
        answer: Answer,
        statement: Option<BatchId>,
        effective_on: Date,
    },
    Leave {
        reason: LeaveReason,
        effective_on: Date,
    },
    /// A completed call and its answer are undone together.
    Undo {
        version: u64,
        reason: UndoReason,
        statement: Option<BatchId>,
        effective_on: Date,
    },
}

impl InvitationCommand {
    /// The same, with the batch that says what the answer states that will stand.
    pub fn stating(mut self, batch: Option<BatchId>) -> Self {
        match &mut self {
            Self::Call { statement, .. } | Self::Answer { statement, .. } | Self::Undo { statement, .. } => {
                *statement = batch;
            }
            Self::Leave { .. } => (),
        }
        self
    }
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "invitation.")]
pub enum InvitationRefusal {
    NotListed,
    /// The campaign takes no answers at this stage.
    NotOpen(SurveyStage),
    /// The last day for answers is over.
    Over {
        closed_on: Date,
    },
    OtherVersion {
        answered: u32,
        asked: u32,
    },
    AnswerMissing,
    AnswerWithoutContact,
    CallBackMissing,
    CallBackPast {
        on: Date,
        today: Date,
    },
    HasLeft(LeaveReason),
    GraduateAnswered,
    /// A complete answer stands, and the other one leaves something open.
    CompleteAnswered,
    NotUndoable {
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

impl Error for InvitationRefusal {}

/// What a decision about an invitation needs beside the stream and the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationFacts {
    pub by: Option<StaffId>,
    pub today: Date,
    pub survey: SurveyId,
    pub student: StudentId,
    /// In which class and specialty the campaign listed the graduate, if it did.
    pub listed: Option<(ClassName, Option<SpecialtyCode>)>,
    pub stage: SurveyStage,
    pub closes_on: Option<Date>,
    /// The version that is asked.
    pub asked: u32,
}

/// What became of asking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Calls that did not reach the graduate, and all calls.
    pub calls_in_vain: u8,
    pub calls: u8,
    pub last_call: Option<(CallResult, Date)>,
    pub call_back_on: Option<Date>,
    pub answer: Option<Answer>,
    pub answered_on: Option<Date>,
    /// Nobody asks the graduate any more, whatever came back before.
    pub left: Option<LeaveReason>,
}

impl Asked {
    /// How far it is, of a campaign that calls so often.
    pub fn state(&self, calls_max: u8) -> InvitationState {
        match (self.left, &self.answer) {
            (Some(LeaveReason::Deceased | LeaveReason::NotInCohort), _) => InvitationState::NotEligible,
            // What came back counts, also of who wants to hear no more.
            (_, Some(answer)) if !answer.is_complete => InvitationState::Partial,
            (_, Some(answer)) if !answer.is_of_graduate() => InvitationState::Proxy,
            (_, Some(_)) => InvitationState::Submitted,
            (Some(LeaveReason::Refused), None) => InvitationState::Refused,
            (Some(LeaveReason::OptedOut), None) => InvitationState::OptedOut,
            (None, None) if self.last_call.is_some_and(|(result, _)| result.is_contact()) => InvitationState::Contacted,
            (None, None) if self.calls_in_vain >= calls_max => InvitationState::Unreachable,
            (None, None) => InvitationState::Queued,
        }
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Invitation {
    history: History<InvitationEvent>,
    #[serde(skip)]
    of: Option<(SurveyId, StudentId)>,
    #[serde(skip)]
    asked: Asked,
    #[serde(skip)]
    statement: Option<BatchId>,
}

impl Invitation {
    /// Whom which campaign asks.
    pub fn of(&self) -> Option<(SurveyId, StudentId)> {
        self.of
    }

    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The batch that says what the answer states that stands.
    pub fn statement(&self) -> Option<BatchId> {
        self.statement
    }

    /// What became of asking without the fact with this version and what is undone together with it.
    pub fn asked_without(&self, version: u64) -> Asked {
        let undone = self.undone_with(version);
        let standing =
            (1..).zip(self.history.all()).filter(|(number, (stands, _))| *stands && !undone.contains(number));
        standing.map(|(_, (_, event))| event).fold(Asked::default(), evolve)
    }

    /// The facts that are undone together, the latest first: an answer on the phone stands behind its call.
    fn undone_with(&self, version: u64) -> Vec<u64> {
        let is_phoned = |version| {
            let phoned = |event: &InvitationEvent| matches!(event, InvitationEvent::Answered { answer, .. } if answer.via == AnsweredVia::Phone);
            self.history.stands(version) && self.history.is(version, phoned)
        };
        let next = version.saturating_add(1);
        match (is_phoned(version), is_phoned(next)) {
            (true, _) => vec![version, version.saturating_sub(1)],
            (false, true) => vec![next, version],
            (false, false) => vec![version],
        }
    }

    /// The number of the latest fact that stands and can be undone.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing().filter(|version| *version > 1)
    }
}

type Decided = Result<Vec<InvitationEvent>, InvitationRefusal>;

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`InvitationRefusal`] when the campaign does not ask the graduate or takes no answers, the answer is of another version
/// or comes without a call that was completed, a day is missing or past, the graduate has left or answered, or nothing can be
/// undone under the given number.
pub fn decide(invitation: &Invitation, command: InvitationCommand, facts: &InvitationFacts) -> Decided {
    let (class, specialty) = facts.listed.clone().ok_or(InvitationRefusal::NotListed)?;
    let asked = &invitation.asked;
    is_open(facts, &command)?;
    let (survey, student, by) = (facts.survey, facts.student, facts.by);
    let begun = |effective_on| {
        let begun = InvitationEvent::InvitationBegun { survey, student, class, specialty, effective_on };
        Some(begun).filter(|_| invitation.history.is_empty())
    };
    if let (Some(reason), false) = (asked.left, matches!(command, InvitationCommand::Undo { .. })) {
        return match command {
            InvitationCommand::Leave { reason: again, .. } if again == reason => Ok(vec![]),
            _ => Err(InvitationRefusal::HasLeft(reason)),
        };
    }
    match command {
        InvitationCommand::Call { result, call_back_on, note, answer, statement, effective_on } => {
            match (result, &answer) {
                (CallResult::Completed, None) => return Err(InvitationRefusal::AnswerMissing),
                (CallResult::Completed, Some(_)) | (_, None) => (),
                (_, Some(_)) => return Err(InvitationRefusal::AnswerWithoutContact),
            }
            if result == CallResult::CallBack && call_back_on.is_none() {
                return Err(InvitationRefusal::CallBackMissing);
            }
            if let Some(on) = call_back_on.filter(|on| *on < facts.today) {
                return Err(InvitationRefusal::CallBackPast { on, today: facts.today });
            }
            let answered = answer.map(|answer| answered(asked, (answer, statement), facts, effective_on));
            let answered = answered.transpose()?.flatten();
            let called = InvitationEvent::Called { result, call_back_on, note, by, effective_on };
            Ok(begun(effective_on).into_iter().chain([called]).chain(answered).collect())
        }
        InvitationCommand::Answer { answer, statement, effective_on } => {
            let answered = answered(asked, (answer, statement), facts, effective_on)?;
            let begun = begun(effective_on).filter(|_| answered.is_some());
            Ok(begun.into_iter().chain(answered).collect())
        }
        InvitationCommand::Leave { reason, effective_on } => {
            let left = InvitationEvent::Left { reason, by, effective_on };
            Ok(begun(effective_on).into_iter().chain([left]).collect())
        }
        InvitationCommand::Undo { version: 1, .. } if !invitation.history.is_empty() => {
            Err(InvitationRefusal::NotUndoable { version: 1 })
        }
        InvitationCommand::Undo { version, reason, statement, effective_on } => {
            let undone = |version| InvitationEvent::Undone { version, reason, statement, effective_on };
            let later_stands = |latest| InvitationRefusal::LaterStands { version, latest };
            let nothing = InvitationRefusal::NothingToUndo { version };
            let together = invitation.undone_with(version);
            let latest = together.first().copied().unwrap_or(version);
            let first = invitation.history.undo_latest(latest, undone(latest), later_stands, nothing)?;
            let rest = together.into_iter().skip(1).filter(|_| !first.is_empty()).map(undone).collect::<Vec<_>>();
            Ok(first.into_iter().chain(rest).collect())
        }
    }
}

/// Answers are taken while the campaign asks; that somebody wants to hear no more, and what was wrong, also while it pauses.
fn is_open(facts: &InvitationFacts, command: &InvitationCommand) -> Result<(), InvitationRefusal> {
    let is_taken = match command {
        InvitationCommand::Call { .. } | InvitationCommand::Answer { .. } => facts.stage.takes_answers(),
        InvitationCommand::Leave { .. } | InvitationCommand::Undo { .. } => facts.stage.is_running(),
    };
    if !is_taken {
        return Err(InvitationRefusal::NotOpen(facts.stage));
    }
    match facts.closes_on {
        Some(closed_on) if closed_on < facts.today => Err(InvitationRefusal::Over { closed_on }),
        Some(_) | None => Ok(()),
    }
}

/// The answer, if it says something new.
fn answered(
    asked: &Asked,
    (answer, statement): (Answer, Option<BatchId>),
    facts: &InvitationFacts,
    effective_on: Date,
) -> Result<Option<InvitationEvent>, InvitationRefusal> {
    if answer.questionnaire != facts.asked {
        return Err(InvitationRefusal::OtherVersion { answered: answer.questionnaire, asked: facts.asked });
    }
    if let Some(known) = &asked.answer {
        let is_of_same = known.is_of_graduate() == answer.is_of_graduate();
        if known.is_of_graduate() && !is_of_same {
            return Err(InvitationRefusal::GraduateAnswered);
        }
        if is_of_same && known.is_complete && !answer.is_complete {
            return Err(InvitationRefusal::CompleteAnswered);
        }
        if *known == answer {
            return Ok(None);
        }
    }
    Ok(Some(InvitationEvent::Answered { answer, statement, by: facts.by, effective_on }))
}

/// What became of asking, after one more event.
pub fn evolve(mut asked: Asked, event: &InvitationEvent) -> Asked {
    match event {
        InvitationEvent::Called { result, call_back_on, effective_on, .. } => {
            asked.calls = asked.calls.saturating_add(1);
            if !result.is_contact() {
                asked.calls_in_vain = asked.calls_in_vain.saturating_add(1);
            }
            asked.last_call = Some((*result, *effective_on));
            asked.call_back_on = *call_back_on;
            if *result == CallResult::Refused {
                asked.left = Some(LeaveReason::Refused);
            }
        }
        InvitationEvent::Answered { answer, effective_on, .. } => {
            asked.answer = Some(answer.clone());
            asked.answered_on = Some(*effective_on);
            asked.call_back_on = None;
        }
        InvitationEvent::Left { reason, .. } => {
            asked.left = Some(*reason);
            asked.call_back_on = None;
        }
        InvitationEvent::InvitationBegun { .. } | InvitationEvent::Undone { .. } => (),
    }
    asked
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for InvitationEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Invitation {
    const TYPE: &'static str = "invitation";
    type Command = InvitationCommand;
    type Event = InvitationEvent;
    type Error = InvitationRefusal;
    type Services = InvitationFacts;

    async fn handle(
        &mut self,
        command: InvitationCommand,
        facts: &InvitationFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), InvitationRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: InvitationEvent) {
        let undone = if let InvitationEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        match &event {
            InvitationEvent::InvitationBegun { survey, student, .. } => self.of = Some((*survey, *student)),
            InvitationEvent::Answered { statement, .. } | InvitationEvent::Undone { statement, .. } => {
                self.statement = *statement;
            }
            InvitationEvent::Called { .. } | InvitationEvent::Left { .. } => (),
        }
        self.history.apply(&mut self.asked, event, undone, evolve);
    }
}

impl Stream for Invitation {
    const KIND: StreamType = StreamType::Invitation;
}
