//! What is asked of campaigns: which there are, how far each is, who stands behind a number, what is sent when, who is to be
//! called next.

use std::collections::{BTreeMap, HashSet};

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::WhichSurvey;
use crate::accounts::Caller;
use crate::app::App;
use crate::app::failure::Failure;
use crate::app::report::LogPosition;
use crate::app::report_error::ReportError;
use crate::app::target::shown_person;
use crate::domain::day::epoch_day;
use crate::domain::ids::{SchoolCode, StudentId, SurveyId};
use crate::domain::specialties::specialty_name;
use crate::domain::survey::codes::{BuiltIn, InvitationState, Wave};
use crate::domain::survey::questionnaire::Questionnaire;
use crate::domain::survey::rates::{CountedRate, SurveyPart, SurveyRate};
use crate::domain::survey::schedule::MessageKind;
use crate::domain::survey::{Survey, SurveyRefusal};
use crate::domain::terms::{Entry, Standing, Term, entry};
use crate::input::known_at::KnownAt;
use crate::input::words;
use crate::intake::questionnaires::built_in;
use crate::people::Person;
use crate::projections::NOT_RECORDED;
use crate::projections::student_register;
use crate::projections::survey_progress::{self, CampaignOnDay, CountedGroup, InvitedGraduate, SurveysAsOf};
use crate::text::lang::{Sentence, say};

/// The campaigns there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListSurveys {
    /// Of one year; all unless given.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: Option<i16>,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    pub known_at: KnownAt,
}

/// What the graduates of campaigns are broken down by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SurveyDimension {
    #[default]
    School,
    Class,
    Specialty,
}

impl Term for SurveyDimension {
    const NAME: &'static str = "分组";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校", &[]),
        entry(Self::Class, "class", "班级", &[]),
        entry(Self::Specialty, "specialty", "专业", &[]),
    ];
}

/// How far the campaigns of a year and wave are, with every rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    #[arg(long, default_value = "school", value_parser = words::TermParser::<SurveyDimension>::new())]
    #[serde(default)]
    pub by: SurveyDimension,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub known_at: KnownAt,
}

/// Who stands behind a number of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListInvited {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    #[arg(long, default_value = "listed", value_parser = words::TermParser::<SurveyPart>::new())]
    #[serde(default = "everybody")]
    pub part: SurveyPart,
    /// Of one class.
    #[arg(long)]
    pub class: Option<String>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub known_at: KnownAt,
}

fn everybody() -> SurveyPart {
    SurveyPart::Listed
}

/// What it sends when, and to how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct PlanSurvey {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ShowQuestionnaire {
    /// One that comes with the program, instead of a campaign's.
    #[arg(long, value_parser = words::TermParser::<BuiltIn>::new())]
    pub built_in: Option<BuiltIn>,
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: Option<i16>,
    #[arg(long, value_parser = words::TermParser::<Wave>::new())]
    pub wave: Option<Wave>,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// The one that is asked unless given, or the last that was drafted.
    #[arg(long)]
    pub version: Option<u32>,
}

/// Whom to call next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListCalls {
    #[command(flatten)]
    #[serde(flatten)]
    pub which: WhichSurvey,
    /// Of one class.
    #[arg(long)]
    pub class: Option<String>,
}

/// A campaign with how many of its graduates are how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSurvey {
    pub campaign: CampaignOnDay,
    pub groups: Vec<CountedGroup>,
}

/// One line of a campaign's progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressCell {
    /// School and class or specialty; nothing of all together.
    pub key: Vec<String>,
    pub name: Vec<Sentence>,
    /// By part, in the order of the vocabulary.
    pub counts: Vec<i64>,
    pub rates: Vec<(SurveyRate, CountedRate)>,
}

/// How far the campaigns of a year and wave are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyProgress {
    pub by: SurveyDimension,
    pub known_at: LogPosition,
    /// All together first.
    pub cells: Vec<ProgressCell>,
}

/// One graduate whom a campaign asks, as the caller may see the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownInvited {
    pub school: String,
    pub name: Option<String>,
    pub student_number: Option<String>,
    /// Of the sheet of calls only.
    pub phone: Option<String>,
    pub invited: InvitedGraduate,
}

/// A message of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMessage {
    pub number: usize,
    pub kind: MessageKind,
    pub on: Date,
    /// How many get it if nobody answers before; of a day that is past nobody.
    pub persons: i64,
}

/// A version of what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownQuestionnaire {
    pub questionnaire: Questionnaire,
    /// The name of the form, for those who open it elsewhere.
    pub form: String,
    pub version: u32,
}

/// Counts over groups: which part has how many.
pub fn count(groups: &[CountedGroup], part: SurveyPart) -> i64 {
    groups.iter().filter(|group| part.has(&group.counted)).map(|group| group.persons).sum()
}

impl App {
    async fn surveys_as_of(
        &self,
        caller: &Caller,
        (year, wave): (Option<i16>, Option<Wave>),
        school: Option<&SchoolCode>,
        (on, known_at): (Option<Date>, KnownAt),
    ) -> Result<(SurveysAsOf, LogPosition), ReportError> {
        let scope = self.asked_scope(caller, school).await?;
        let known = self.known(known_at, &["survey_progress"]).await?;
        let as_of = epoch_day(on.unwrap_or(self.today()));
        Ok((SurveysAsOf { year, wave, as_of, known_at: known.position, scope }, known))
    }

    pub(in crate::app) async fn surveys(
        &self,
        caller: &Caller,
        asked: &ListSurveys,
    ) -> Result<Vec<ListedSurvey>, ReportError> {
        let of = (asked.year, None);
        let (question, _) = self.surveys_as_of(caller, of, asked.school.as_ref(), (asked.on, asked.known_at)).await?;
        self.counted_surveys(&question).await
    }

    async fn counted_surveys(&self, question: &SurveysAsOf) -> Result<Vec<ListedSurvey>, ReportError> {
        let mut listed = vec![];
        for campaign in survey_progress::campaigns(self.log.readers(), question).await? {
            let groups = survey_progress::counts(self.log.readers(), question, &campaign).await?;
            listed.push(ListedSurvey { campaign, groups });
        }
        Ok(listed)
    }

    pub(in crate::app) async fn show_survey(
        &self,
        caller: &Caller,
        asked: &ShowSurvey,
    ) -> Result<SurveyProgress, ReportError> {
        let WhichSurvey { year, wave, school } = &asked.which;
        let of = (Some(*year), Some(*wave));
        let (question, known_at) = self.surveys_as_of(caller, of, school.as_ref(), (asked.on, asked.known_at)).await?;
        let mut all: Vec<CountedGroup> = vec![];
        let mut cells: BTreeMap<Vec<String>, Vec<CountedGroup>> = BTreeMap::new();
        for ListedSurvey { campaign, groups } in self.counted_surveys(&question).await? {
            for group in groups {
                let part = match asked.by {
                    SurveyDimension::School => None,
                    SurveyDimension::Class => Some(group.class.clone()),
                    SurveyDimension::Specialty => Some(group.specialty.clone().unwrap_or(NOT_RECORDED.to_owned())),
                };
                let key = std::iter::once(campaign.school.clone()).chain(part).collect();
                cells.entry(key).or_default().push(group.clone());
                all.push(group);
            }
        }
        let cells = std::iter::once((vec![], all)).chain(cells);
        let cells = cells.map(|(key, groups)| {
            let counted = SurveyPart::VARIANTS.iter().map(|part| count(&groups, *part)).collect();
            let rate = |rate: &SurveyRate| {
                let (numerator, denominator) = rate.parts();
                (*rate, CountedRate::of(count(&groups, numerator), count(&groups, denominator)))
            };
            let rates = SurveyRate::VARIANTS.iter().map(rate).collect();
            let name = key.iter().enumerate().map(|(index, part)| match (index, asked.by) {
                (1, SurveyDimension::Specialty) if part == NOT_RECORDED => say("未填报", "not recorded"),
                (1, SurveyDimension::Specialty) => say(specialty_name(part).unwrap_or(part), part.as_str()),
                _ => say(part.as_str(), part.as_str()),
            });
            ProgressCell { name: name.collect(), key, counts: counted, rates }
        });
        Ok(SurveyProgress { by: asked.by, known_at, cells: cells.collect() })
    }

    pub(in crate::app) async fn people_of_survey(
        &self,
        caller: &Caller,
        asked: &ListInvited,
    ) -> Result<Vec<ShownInvited>, ReportError> {
        let when = (asked.on, asked.known_at);
        let shown = self.invited_graduates(caller, &asked.which, asked.class.as_deref(), when).await?;
        let is_asked = |shown: &ShownInvited| asked.part.has(&shown.invited.counted);
        Ok(shown.into_iter().map(|(shown, _)| shown).filter(is_asked).collect())
    }

    /// Whom to call: who asked to be called back by today first, then who answered in part, then who was called least.
    pub(in crate::app) async fn call_sheet(
        &self,
        caller: &Caller,
        asked: &ListCalls,
    ) -> Result<Vec<ShownInvited>, ReportError> {
        let when = (None, KnownAt::Head);
        let listed = self.invited_graduates(caller, &asked.which, asked.class.as_deref(), when).await?;
        let of = (Some(asked.which.year), Some(asked.which.wave));
        let (question, _) = self.surveys_as_of(caller, of, asked.which.school.as_ref(), when).await?;
        let deceased = self.deceased(&question).await?;
        let today = self.today();
        let campaigns = survey_progress::campaigns(self.log.readers(), &question).await?;
        let takes_answers = |campaign: &&CampaignOnDay| {
            campaign.stage.takes_answers() && campaign.closes_on.is_none_or(|closes_on| today <= closes_on)
        };
        let open: HashSet<SurveyId> = campaigns.iter().filter(takes_answers).map(|campaign| campaign.survey).collect();
        let is_due = |invited: &InvitedGraduate| {
            let is_asked = open.contains(&invited.survey) && !invited.has_left && !deceased.contains(&invited.student);
            is_asked && invited.counted.state.is_called() && invited.call_back_on.is_none_or(|on| on <= today)
        };
        let mut due: Vec<ShownInvited> = listed
            .into_iter()
            .filter(|(shown, person)| person.is_some() && is_due(&shown.invited))
            .map(|(shown, person)| {
                let phone = person.and_then(|person| person.phone).map(|phone| caller.shown_phone(&phone));
                ShownInvited { phone, ..shown }
            })
            .collect();
        let order = |shown: &ShownInvited| {
            let InvitedGraduate { call_back_on, counted, calls, .. } = &shown.invited;
            let is_partial = counted.state == InvitationState::Partial;
            (call_back_on.is_none(), !is_partial, *calls, shown.student_number.clone(), shown.invited.student)
        };
        due.sort_by_cached_key(order);
        Ok(due)
    }

    /// Who of the scope has died by the day.
    async fn deceased(&self, question: &SurveysAsOf) -> Result<HashSet<StudentId>, ReportError> {
        let when = (question.as_of, question.known_at);
        let on = student_register::students_on(self.log.readers(), &question.scope, when).await?;
        let deceased = on.into_iter().filter(|of| of.listed.standing == Standing::Deceased);
        Ok(deceased.map(|of| of.listed.student).collect())
    }

    async fn invited_graduates(
        &self,
        caller: &Caller,
        which: &WhichSurvey,
        class: Option<&str>,
        when: (Option<Date>, KnownAt),
    ) -> Result<Vec<(ShownInvited, Option<Person>)>, ReportError> {
        let of = (Some(which.year), Some(which.wave));
        let (question, _) = self.surveys_as_of(caller, of, which.school.as_ref(), when).await?;
        let mut shown = vec![];
        for campaign in survey_progress::campaigns(self.log.readers(), &question).await? {
            let mut invited = survey_progress::graduates(self.log.readers(), &question, &campaign).await?;
            invited.retain(|invited| class.is_none_or(|class| class == invited.class));
            let ids: Vec<uuid::Uuid> = invited.iter().map(|invited| invited.student.0).collect();
            let mut persons = self.persons_at(&ids, question.known_at).await?;
            for invited in invited {
                let person = persons.remove(&invited.student.0);
                let (name, student_number) = shown_person(caller, person.as_ref());
                let school = campaign.school.clone();
                shown.push((ShownInvited { school, name, student_number, phone: None, invited }, person));
            }
        }
        Ok(shown)
    }

    /// How many still get messages: of who has left, was erased or died nobody.
    async fn reminded(&self, question: &SurveysAsOf) -> Result<i64, ReportError> {
        let deceased = self.deceased(question).await?;
        let mut count = 0;
        for campaign in survey_progress::campaigns(self.log.readers(), question).await? {
            let mut invited = survey_progress::graduates(self.log.readers(), question, &campaign).await?;
            invited.retain(|invited| !invited.has_left && invited.counted.state.is_reminded());
            let ids: Vec<uuid::Uuid> = invited.iter().map(|invited| invited.student.0).collect();
            let persons = self.persons_at(&ids, question.known_at).await?;
            let is_there =
                |of: &&InvitedGraduate| persons.contains_key(&of.student.0) && !deceased.contains(&of.student);
            count += i64::try_from(invited.iter().filter(is_there).count()).unwrap_or(i64::MAX);
        }
        Ok(count)
    }

    pub(in crate::app) async fn survey_plan(
        &self,
        caller: &Caller,
        asked: &PlanSurvey,
    ) -> Result<Vec<PlannedMessage>, Failure> {
        let WhichSurvey { year, wave, .. } = &asked.which;
        let school = self.own_school(caller, asked.which.school.as_ref()).await?;
        let known = self.survey_stream(&school, &asked.which).await?;
        let survey = known.ok_or_else(|| crate::app::AppError::from(SurveyRefusal::NotDrafted))?;
        let (state, _) = self.load::<Survey>(survey.0).await?;
        let Some(schedule) = state.campaign().schedule.clone() else { return Ok(vec![]) };
        let of = (Some(*year), Some(*wave));
        let (question, _) = self.surveys_as_of(caller, of, Some(&school), (None, KnownAt::Head)).await?;
        let is_opened = state.campaign().graduate_count() > 0;
        let persons = if is_opened {
            self.reminded(&question).await?
        } else {
            self.graduate_count(caller, &school, *year).await?
        };
        let today = self.today();
        let planned = schedule.messages().enumerate().map(|(index, (kind, on))| {
            let persons = if on < today && is_opened { 0 } else { persons };
            PlannedMessage { number: index + 1, kind, on, persons }
        });
        Ok(planned.collect())
    }

    pub(in crate::app) async fn questionnaire(
        &self,
        caller: &Caller,
        asked: &ShowQuestionnaire,
    ) -> Result<ShownQuestionnaire, Failure> {
        if let Some(which) = asked.built_in {
            let (questionnaire, form) = (built_in(which), which.code().to_owned());
            return Ok(ShownQuestionnaire { questionnaire, form, version: 1 });
        }
        let (Some(year), Some(wave)) = (asked.year, asked.wave) else {
            return Err(crate::app::failure::InputRefusal::FieldsMissing(vec!["built_in"]).into());
        };
        let school = self.own_school(caller, asked.school.as_ref()).await?;
        let which = WhichSurvey { year, wave, school: Some(school.clone()) };
        let not_drafted = || crate::app::AppError::from(SurveyRefusal::NotDrafted);
        let survey = self.survey_stream(&school, &which).await?.ok_or_else(not_drafted)?;
        let (state, _) = self.load::<Survey>(survey.0).await?;
        let campaign = state.campaign();
        let version = asked.version.or(campaign.approved).unwrap_or(campaign.latest());
        let questionnaire = campaign.version(version).cloned().ok_or_else(not_drafted)?;
        Ok(ShownQuestionnaire { questionnaire, form: format!("{}_{year}", wave.code()), version })
    }
}
