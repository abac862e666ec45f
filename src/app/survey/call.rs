//! Asking one graduate: calls with what became of them, answers on the phone and on paper, and who is asked no more.

use std::collections::{BTreeMap, HashMap};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::WhichSurvey;
use crate::accounts::Caller;
use crate::app::actions::Action;
use crate::app::execute::again;
use crate::app::facts::registered_in_scope;
use crate::app::failure::Failure;
use crate::app::import::FileResult;
use crate::app::import::batch::Recording;
use crate::app::key::Call;
use crate::app::request::{Order, Request};
use crate::app::sealing::Sealing;
use crate::app::statement::input::{Act, SayOutcome, SayStudy, Spoken};
use crate::app::target::StudentInfo;
use crate::app::unit_of_work::{Lack, UnitOfWork};
use crate::app::{App, AppError, Done};
use crate::domain::ids::{BatchId, InvitationId, SchoolCode, SealedRevision, StudentId, SurveyId};
use crate::domain::invitation::{Answer, Invitation, InvitationCommand, InvitationFacts};
use crate::domain::statements::Source;
use crate::domain::survey::answers::Answered;
use crate::domain::survey::codes::{AnsweredBy, AnsweredVia, CallResult, LeaveReason, SurveyStage, Wave};
use crate::domain::survey::destination::{AnsweredDestination, destination};
use crate::domain::survey::{Survey, SurveyRefusal};
use crate::domain::{StreamType, UndoReason};
use crate::event_log::record::{Audience, StreamKey};
use crate::input::{pairs, words};
use crate::people::Sealed;

/// What can be ordered of one graduate in a campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum CallOrder {
    Record(RecordCall),
    Answer(RecordAnswer),
    Leave(LeaveSurvey),
    Undo(UndoCall),
}

/// Which graduate in which campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct WhichGraduate {
    /// In which the graduate graduated.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    #[arg(long, value_parser = words::TermParser::<Wave>::new())]
    pub wave: Wave,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Student number, id or its end.
    #[arg(long)]
    pub student: String,
}

/// What was answered, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Question and answer, `status=enterprise`.
    #[arg(long, value_parser = words::answer)]
    #[serde(default, with = "pairs::answers")]
    pub answer: Vec<(String, String)>,
    #[arg(long, default_value = "graduate", value_parser = words::TermParser::<AnsweredBy>::new())]
    #[serde(default = "of_graduate")]
    pub answered_by: AnsweredBy,
    /// The version of the questionnaire that was answered; the one that is asked unless given.
    #[arg(long)]
    pub asked: Option<u32>,
}

/// A call to a graduate, with what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecordCall {
    #[command(flatten)]
    #[serde(flatten)]
    pub graduate: WhichGraduate,
    #[arg(long, value_parser = words::TermParser::<CallResult>::new())]
    pub result: CallResult,
    /// When to call again.
    #[arg(long, value_parser = words::day)]
    pub call_back_on: Option<Date>,
    #[arg(long)]
    pub note: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub said: Said,
}

/// An answer on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecordAnswer {
    #[command(flatten)]
    #[serde(flatten)]
    pub graduate: WhichGraduate,
    #[command(flatten)]
    #[serde(flatten)]
    pub said: Said,
}

/// The graduate is asked no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct LeaveSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub graduate: WhichGraduate,
    #[arg(long, value_parser = words::TermParser::<LeaveReason>::new())]
    pub reason: LeaveReason,
}

/// Takes the latest call or answer back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoCall {
    #[command(flatten)]
    #[serde(flatten)]
    pub graduate: WhichGraduate,
    /// The number of the fact; the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
}

/// The words of an answer as they are sealed already.
type KnownWords<'a> = (SealedRevision, &'a BTreeMap<String, String>);

/// What became of a call or an answer.
#[derive(Debug)]
pub struct CallAnswer {
    pub done: Done,
    /// The required questions that are still open.
    pub missing: Vec<String>,
    /// What became of the statement about the destination, where the answer makes one; a refused one keeps the answer.
    pub said: Option<Box<FileResult>>,
}

impl CallAnswer {
    /// Whether the answer states a destination that was not recorded.
    pub fn is_statement_refused(&self) -> bool {
        self.said.as_ref().is_some_and(|said| match &said.outcome {
            Ok(imported) => !imported.rejected.is_empty(),
            Err(_) => true,
        })
    }
}

fn of_graduate() -> AnsweredBy {
    AnsweredBy::Graduate
}

impl CallOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Record(_) => Action::CallRecord,
            Self::Answer(_) => Action::CallAnswer,
            Self::Leave(_) => Action::CallLeave,
            Self::Undo(_) => Action::CallUndo,
        }
    }

    fn graduate(&self) -> &WhichGraduate {
        match self {
            Self::Record(order) => &order.graduate,
            Self::Answer(order) => &order.graduate,
            Self::Leave(order) => &order.graduate,
            Self::Undo(order) => &order.graduate,
        }
    }

    fn undone_for(&self) -> Option<UndoReason> {
        match self {
            Self::Undo(order) => Some(order.reason),
            Self::Record(_) | Self::Answer(_) | Self::Leave(_) => None,
        }
    }

    /// What was answered and how, where the order says an answer.
    fn said(&self) -> Option<(&Said, AnsweredVia)> {
        match self {
            Self::Record(RecordCall { said, .. }) if said.answer.is_empty() => None,
            Self::Record(RecordCall { said, .. }) => Some((said, AnsweredVia::Phone)),
            Self::Answer(RecordAnswer { said, .. }) => Some((said, AnsweredVia::Paper)),
            Self::Leave(_) | Self::Undo(_) => None,
        }
    }
}

impl App {
    pub(in crate::app) async fn order_call(&self, call: Call<'_>, order: &CallOrder) -> Result<CallAnswer, Failure> {
        let WhichGraduate { year, wave, school, student } = order.graduate();
        let which = WhichSurvey { year: *year, wave: *wave, school: school.clone() };
        let info = self.graduate(call, student, school.as_ref()).await?;
        let survey = self.survey_stream(&info.school, &which).await?;
        let survey = survey.ok_or_else(|| AppError::from(SurveyRefusal::NotDrafted))?;
        again(|| async {
            self.bring_up_to_date::<Survey>(&[survey.0]).await?;
            let invitation = InvitationId::of(survey, info.student);
            self.bring_up_to_date::<Invitation>(&[invitation.0]).await?;
            let (state, version) = self.load::<Invitation>(invitation.0).await?;
            let answered = match order.said() {
                Some((said, via)) => Some((self.answered(survey, said).await?, said, via)),
                None => None,
            };
            let unsealed = self.unsealed(&[info.student.0]).await?;
            let mut sealing = Sealing::new(self, info.student.0, &unsealed);
            let known = known_words(&state, info.student, &unsealed);
            let command = self.call_command(order, answered.as_ref(), (survey, &*state, known), &mut sealing).await?;
            let after = match &command {
                InvitationCommand::Call { answer: Some(answer), .. } | InvitationCommand::Answer { answer, .. } => {
                    Some(answer.clone())
                }
                InvitationCommand::Undo { version, .. } => state.asked_without(*version).answer,
                InvitationCommand::Call { answer: None, .. } | InvitationCommand::Leave { .. } => {
                    state.asked().answer.clone()
                }
            };
            let changes = after != state.asked().answer;
            let ordered = |command| Order::Invitation { survey, student: info.student, command };
            let statement = state.statement();
            let command = command.stating(statement);
            let mut request = Request::new(call.key, call.asked, vec![ordered(command.clone())]);
            // Whose statement is taken back follows from what stands now.
            request.seen.push((StreamKey { kind: StreamType::Invitation, id: invitation.0 }, version));
            request.rows = sealing.rows;
            if !request.rows.is_empty() {
                request.sealed_of.push(info.student);
            }
            // The answer is refused before it says anything of the destination, and recorded behind it: who sends it again
            // after a failure finds the statement confirmed, and the answer recorded then.
            let mut said = None;
            if changes && self.refusals(call.caller, &request).await?.is_empty() {
                if let Some(batch) = statement {
                    let reason = order.undone_for().unwrap_or(UndoReason::EntryError);
                    self.undo_statement(call.caller, batch, reason).await?;
                }
                if let Some(answer) = &after {
                    let (stated, on) = match (&answered, &command) {
                        (Some((answered, ..)), _) => (answered.clone(), self.today()),
                        (None, InvitationCommand::Undo { version, .. }) => {
                            let on = state.asked_without(*version).answered_on.unwrap_or(self.today());
                            (stated_again(answer, info.student, &unsealed), on)
                        }
                        (None, _) => (Answered::default(), self.today()),
                    };
                    let source = source(answer.answered_by, answer.via);
                    let stated = Some(&stated).filter(|_| answer.is_complete).and_then(|of| destination(of, on));
                    if let Some(stated) = stated {
                        said = Some(self.say_destination(call, &info, stated, (source, invitation)).await?);
                    }
                }
                request.orders = vec![ordered(command.stating(said.as_deref().and_then(batch_of)))];
            }
            let done = self.execute(call.caller, request).await?;
            let missing = answered.map(|(answered, ..)| answered.missing).unwrap_or_default();
            Ok(CallAnswer { done, missing, said })
        })
        .await
    }

    /// What was said, held against the version that is asked.
    async fn answered(&self, survey: SurveyId, said: &Said) -> Result<Answered, Failure> {
        let (state, _) = self.load::<Survey>(survey.0).await?;
        let version = said.asked.or(state.campaign().approved).unwrap_or_default();
        let questionnaire =
            state.campaign().version(version).ok_or_else(|| AppError::from(SurveyRefusal::NotDrafted))?;
        let words: BTreeMap<String, String> = said.answer.iter().cloned().collect();
        Ok(questionnaire.answered(&words)?)
    }

    async fn call_command(
        &self,
        order: &CallOrder,
        answered: Option<&(Answered, &Said, AnsweredVia)>,
        (survey, invitation, known): (SurveyId, &Invitation, Option<KnownWords<'_>>),
        sealing: &mut Sealing<'_>,
    ) -> Result<InvitationCommand, Failure> {
        let effective_on = self.today();
        let answer = match answered {
            None => None,
            Some((answered, said, via)) => {
                let (state, _) = self.load::<Survey>(survey.0).await?;
                let words = Some(&answered.words).filter(|words| !words.is_empty());
                Some(Answer {
                    questionnaire: said.asked.or(state.campaign().approved).unwrap_or_default(),
                    answered_by: said.answered_by,
                    via: *via,
                    coded: answered.coded.clone(),
                    words: match (words, known) {
                        (None, _) => None,
                        // The same words are not sealed again.
                        (Some(words), Some((revision, known))) if words == known => Some(revision),
                        (Some(words), _) => Some(sealing.seal(&Sealed::Answer { words: words.clone() })?),
                    },
                    is_complete: answered.missing.is_empty(),
                })
            }
        };
        let statement = None;
        Ok(match (order, answer) {
            (CallOrder::Record(RecordCall { result, call_back_on, note, .. }), answer) => {
                let note = sealing.note(note.as_ref())?;
                let (result, call_back_on) = (*result, *call_back_on);
                InvitationCommand::Call { result, call_back_on, note, answer, statement, effective_on }
            }
            (CallOrder::Answer(_), Some(answer)) => InvitationCommand::Answer { answer, statement, effective_on },
            // An answer that says nothing was refused before.
            (CallOrder::Answer(_), None) => return Err(AppError::NotFound.into()),
            (CallOrder::Leave(LeaveSurvey { reason, .. }), _) => {
                InvitationCommand::Leave { reason: *reason, effective_on }
            }
            (CallOrder::Undo(UndoCall { version, reason, .. }), _) => {
                let version = version.or(invitation.last_standing()).unwrap_or_default();
                InvitationCommand::Undo { version, reason: *reason, statement, effective_on }
            }
        })
    }

    /// Says the destination of a complete answer as any other statement is said.
    async fn say_destination(
        &self,
        call: Call<'_>,
        info: &StudentInfo,
        stated: AnsweredDestination,
        (source, invitation): (Source, InvitationId),
    ) -> Result<Box<FileResult>, Failure> {
        let (student, school) = (info.student.0.to_string(), Some(info.school.clone()));
        let spoken = Spoken { student, school, source, said_on: None };
        let (act, none) = (Act::default(), None::<String>);
        match stated {
            AnsweredDestination::Destination {
                kind,
                from,
                employer,
                place,
                channel,
                pay,
                contract,
                insurance,
                on_specialty,
            } => {
                let (to, code, industry, evidence) = (none.clone(), none.clone(), none.clone(), none);
                let say = SayOutcome {
                    spoken,
                    kind,
                    from,
                    to,
                    employer,
                    code,
                    industry,
                    place,
                    channel,
                    pay,
                    contract,
                    insurance,
                    on_specialty,
                    evidence,
                    act,
                };
                self.say_answered_outcome(call, &say, invitation).await
            }
            AnsweredDestination::Study { college, channel, level, registered } => {
                let (specialty, to, evidence) = (none.clone(), none.clone(), none);
                let (admitted, registered) = (None, Some(registered));
                let say =
                    SayStudy { spoken, college, specialty, channel, level, admitted, registered, to, evidence, act };
                self.say_answered_study(call, &say, invitation).await
            }
        }
    }

    /// Whom the campaign listed is asked while it takes answers; the graduate is in the caller's scope.
    pub(in crate::app) async fn decide_invitation(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        (survey, student): (SurveyId, StudentId),
        command: &InvitationCommand,
    ) -> Result<(), Lack> {
        let invitation: Uuid = InvitationId::of(survey, student).0;
        let registered = registered_in_scope(caller, unit, student, student.0).await;
        let state = unit.rely_on::<Survey>(survey.0).await;
        let (registered, state) = (registered?, state?);
        let campaign = state.campaign();
        let facts = InvitationFacts {
            by: caller.staff_id(),
            today: self.today(),
            survey,
            student,
            listed: campaign.class_of(student).map(|listed| (listed.class.clone(), listed.specialty.clone())),
            stage: campaign.stage().unwrap_or(SurveyStage::Draft),
            closes_on: campaign.schedule.as_ref().map(|schedule| schedule.closes_on),
            asked: campaign.approved.unwrap_or_default(),
        };
        let school = Some(registered.registration.school);
        unit.handle::<Invitation>(invitation, command.clone(), &facts, school, Audience::School).await
    }
}

type Unsealed = HashMap<(Uuid, u32), Sealed>;

/// The words of the answer that stands, and where they are sealed.
fn known_words<'a>(
    state: &Invitation,
    student: StudentId,
    unsealed: &'a Unsealed,
) -> Option<(SealedRevision, &'a BTreeMap<String, String>)> {
    let revision = state.asked().answer.as_ref()?.words?;
    match unsealed.get(&(student.0, revision.0))? {
        Sealed::Answer { words } => Some((revision, words)),
        _ => None,
    }
}

/// What a complete answer says that was given before.
fn stated_again(answer: &Answer, student: StudentId, unsealed: &Unsealed) -> Answered {
    let sealed = answer.words.and_then(|revision| unsealed.get(&(student.0, revision.0)));
    let words = match sealed {
        Some(Sealed::Answer { words }) => words.clone(),
        _ => BTreeMap::new(),
    };
    Answered { coded: answer.coded.clone(), words, ..Answered::default() }
}

/// The batch that says a statement, if it was recorded.
fn batch_of(said: &FileResult) -> Option<BatchId> {
    match said.outcome.as_ref().ok()?.recording {
        Recording::Recorded(batch) | Recording::AlreadyImported(batch) => Some(batch),
        Recording::Checked | Recording::Nothing => None,
    }
}

/// Who says what an answer says: the graduate by hand, whom no link of ours confirms; else the class teacher who was told.
fn source(answered_by: AnsweredBy, via: AnsweredVia) -> Source {
    match (answered_by, via) {
        (AnsweredBy::Graduate, AnsweredVia::Paper) => Source::GraduateUnconfirmed,
        (AnsweredBy::Graduate | AnsweredBy::Guardian | AnsweredBy::SomebodyElse, _) => Source::ClassTeacher,
    }
}
