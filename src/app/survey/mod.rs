//! Campaigns: drafted, approved, scheduled, opened for a school's graduates of a year, and moved on.

pub mod call;
pub mod shown;

use std::collections::{BTreeMap, HashMap};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::actions::Action;
use super::failure::Failure;
use super::key::Call;
use super::people::survey_guard;
use super::request::{Order, Request};
use super::unit_of_work::{Lack, UnitOfWork};
use super::{App, AppError, Done};
use crate::accounts::{Caller, Scope};
use crate::domain::UndoReason;
use crate::domain::day::epoch_day;
use crate::domain::ids::{ClassName, SchoolCode, SpecialtyCode, StudentId, SurveyId};
use crate::domain::survey::codes::{CancelReason, SurveyStep, Wave};
use crate::domain::survey::schedule::{CALLS_USUAL, Schedule};
use crate::domain::survey::{ListedClass, Survey, SurveyCommand, SurveyFacts};
use crate::event_log::EngineError;
use crate::event_log::record::Audience;
use crate::input::file::File;
use crate::input::words;
use crate::intake::questionnaires::built_in;
use crate::intake::xlsform;
use crate::projections::cohort_outcomes::CohortAsOf;
use crate::projections::cohort_outcomes::cohort::Cohort;
use crate::projections::student_register;

/// What can be ordered of campaigns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum SurveyOrder {
    Draft(DraftSurvey),
    Approve(ApproveSurvey),
    Schedule(ScheduleSurvey),
    Open(OpenSurvey),
    Move(MoveSurvey),
    Undo(UndoSurvey),
}

/// Which campaign: a school has one for a year's graduates and a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct WhichSurvey {
    /// In which those graduated who are asked.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    #[arg(long, value_parser = words::TermParser::<Wave>::new())]
    pub wave: Wave,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

/// Begins a campaign, or gives it the next version of what is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct DraftSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    /// An XLSForm workbook; the questionnaire that comes with the program unless given.
    #[arg(long, value_parser = words::file)]
    pub questionnaire: Option<File>,
}

/// Approves the version that was drafted last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ApproveSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
}

/// Says when it opens, reminds and closes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    #[arg(long, value_parser = words::day)]
    pub opens_on: Date,
    /// The last day on which answers are taken.
    #[arg(long, value_parser = words::day)]
    pub closes_on: Date,
    #[arg(long, value_delimiter = ',', value_parser = words::day)]
    #[serde(default)]
    pub reminders: Vec<Date>,
    /// So many calls in vain make somebody unreachable; three unless given.
    #[arg(long)]
    pub calls: Option<u8>,
}

/// Opens it for those who graduated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct OpenSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
}

/// Pauses it, goes on, turns to the phone, closes it, and what follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct MoveSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    #[arg(long, value_parser = words::TermParser::<SurveyStep>::new())]
    pub step: SurveyStep,
    /// Why it is cancelled.
    #[arg(long, value_parser = words::TermParser::<CancelReason>::new())]
    pub reason: Option<CancelReason>,
}

/// Takes the latest approval, schedule or step back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    /// The number of the fact; the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
}

impl SurveyOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Draft(_) => Action::SurveyDraft,
            Self::Approve(_) => Action::SurveyApprove,
            Self::Schedule(_) => Action::SurveySchedule,
            Self::Open(_) => Action::SurveyOpen,
            Self::Move(_) => Action::SurveyMove,
            Self::Undo(_) => Action::SurveyUndo,
        }
    }

    fn which(&self) -> &WhichSurvey {
        match self {
            Self::Draft(order) => &order.which,
            Self::Approve(order) => &order.which,
            Self::Schedule(order) => &order.which,
            Self::Open(order) => &order.which,
            Self::Move(order) => &order.which,
            Self::Undo(order) => &order.which,
        }
    }
}

impl App {
    pub(super) async fn order_survey(&self, call: Call<'_>, order: &SurveyOrder) -> Result<Done, Failure> {
        let which = order.which();
        let school = self.own_school(call.caller, which.school.as_ref()).await?;
        let known = self.survey_stream(&school, which).await?;
        let effective_on = self.today();
        let command = match order {
            SurveyOrder::Draft(DraftSurvey { which: WhichSurvey { year, wave, .. }, questionnaire }) => {
                let questionnaire = match questionnaire {
                    Some(file) => xlsform::questionnaire(file)?,
                    None => built_in((*wave).into()),
                };
                let (year, wave, questionnaire) = (*year, *wave, Box::new(questionnaire));
                SurveyCommand::Draft { year, wave, questionnaire, effective_on }
            }
            SurveyOrder::Approve(_) => SurveyCommand::Approve { effective_on },
            SurveyOrder::Schedule(ScheduleSurvey { opens_on, closes_on, reminders, calls, .. }) => {
                let (opens_on, closes_on, reminders) = (*opens_on, *closes_on, reminders.clone());
                let schedule = Schedule { opens_on, closes_on, reminders, calls_max: calls.unwrap_or(CALLS_USUAL) };
                SurveyCommand::Schedule { schedule, effective_on }
            }
            SurveyOrder::Open(_) => SurveyCommand::Open { effective_on },
            SurveyOrder::Move(MoveSurvey { step, reason, .. }) => {
                SurveyCommand::Move { step: *step, reason: *reason, effective_on }
            }
            SurveyOrder::Undo(UndoSurvey { version, reason, .. }) => {
                let latest = match known {
                    Some(survey) => self.load::<Survey>(survey.0).await?.0.last_standing(),
                    None => None,
                };
                let version = version.or(latest).unwrap_or_default();
                SurveyCommand::Undo { version, reason: *reason, effective_on }
            }
        };
        let survey = known.unwrap_or_else(|| SurveyId(self.new_id()));
        let order = Order::Survey { survey, school, command };
        Ok(self.execute(call.caller, Request::new(call.key, call.asked, vec![order])).await?)
    }

    /// The stream of a school's campaign, which is in memory as it is now.
    async fn survey_stream(&self, school: &SchoolCode, which: &WhichSurvey) -> Result<Option<SurveyId>, AppError> {
        let guard = self.log.guard(&survey_guard(school, which.year, which.wave)).await?;
        let known = guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()).map(SurveyId);
        if let Some(survey) = known {
            self.bring_up_to_date::<Survey>(&[survey.0]).await?;
        }
        Ok(known)
    }

    /// A school has one campaign for a year and a wave; whom it asks is who has graduated when it opens.
    pub(super) async fn decide_survey(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        survey: SurveyId,
        school: &SchoolCode,
        command: &SurveyCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Survey>(survey.0).await?;
        let of = state.campaign().of.clone();
        if !caller.scope.covers_school(school) || of.as_ref().is_some_and(|(own, ..)| own != school) {
            return Err(AppError::NotFound.into());
        }
        let (mut listed, mut begun) = (None, None);
        if let SurveyCommand::Draft { year, wave, .. } = command {
            let guard = survey_guard(school, *year, *wave);
            let known = Uuid::parse_str(&unit.rely_on_guard(&guard).await?).ok().map(SurveyId);
            listed = known.filter(|known| *known != survey);
            begun = Some(guard).filter(|_| known.is_none());
        }
        let graduates = match (command, of) {
            (SurveyCommand::Open { .. }, Some((_, year, _))) => self.graduates_by_class(school, year).await?,
            _ => vec![],
        };
        let (by, today, school) = (caller.staff_id(), self.today(), school.clone());
        let facts = SurveyFacts { by, today, school: school.clone(), listed, graduates };
        unit.handle::<Survey>(survey.0, command.clone(), &facts, Some(school), Audience::School).await?;
        if let Some(guard) = begun {
            unit.set_guard(&guard, survey.0.to_string());
        }
        Ok(())
    }

    /// How many of a school, or of the caller's class, graduated in a year, as of today.
    async fn graduate_count(&self, caller: &Caller, school: &SchoolCode, year: i16) -> Result<i64, AppError> {
        let classes = self.graduates_by_class(school, year).await?;
        let is_seen = |listed: &&ListedClass| caller.scope.class().is_none_or(|class| *class == listed.class);
        Ok(classes.iter().filter(is_seen).map(|listed| i64::try_from(listed.graduates.len()).unwrap_or(i64::MAX)).sum())
    }

    /// Those of a school who graduated in a year, as of today, by their last class.
    async fn graduates_by_class(&self, school: &SchoolCode, year: i16) -> Result<Vec<ListedClass>, AppError> {
        let scope = Scope::School(school.clone());
        let known_at = self.log.head().await?.position();
        let as_of = epoch_day(self.today());
        let question = CohortAsOf { year, as_of, known_at, scope: scope.clone() };
        let counted = self.ask_cohort(&question, Cohort::graduates).await;
        let counted = counted.map_err(|error| AppError::Corrupt(format!("{error:?}")))?;
        let on = student_register::students_on(self.log.readers(), &scope, (as_of, known_at)).await;
        let on = on.map_err(EngineError::from)?;
        let of: HashMap<StudentId, (String, Option<String>)> =
            on.into_iter().map(|of| (of.listed.student, (of.listed.class, of.specialty))).collect();
        let mut classes: BTreeMap<(ClassName, Option<SpecialtyCode>), Vec<StudentId>> = BTreeMap::new();
        for student in counted.iter().map(|counted| counted.student()) {
            let Some((class, specialty)) = of.get(&student) else { continue };
            let class = ClassName::parse(class).map_err(|error| AppError::Corrupt(error.to_string()))?;
            let specialty = specialty.as_deref().and_then(|code| SpecialtyCode::parse(code).ok());
            classes.entry((class, specialty)).or_default().push(student);
        }
        let listed = |((class, specialty), mut graduates): ((ClassName, Option<SpecialtyCode>), Vec<StudentId>)| {
            graduates.sort_unstable();
            ListedClass { class, specialty, graduates }
        };
        Ok(classes.into_iter().map(listed).collect())
    }
}
