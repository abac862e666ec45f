//! Questions: which campaigns are there on a day, as known at a position; how many of their graduates are how far; who?

use std::collections::HashMap;

use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use crate::accounts::Scope;
use crate::domain::ids::{StudentId, SurveyId};
use crate::domain::survey::codes::{AnsweredBy, CallResult, InvitationState, SurveyStage, Wave};
use crate::domain::survey::rates::Counted;
use crate::domain::survey::schedule::CALLS_USUAL;
use crate::domain::terms::Term as _;
use crate::projections::columns::{code, date, id, ids, unreadable};

/// Which campaigns are asked about, on which day, as known at which position. A class has its school's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveysAsOf {
    pub year: Option<i16>,
    pub wave: Option<Wave>,
    /// Epoch day.
    pub as_of: i64,
    pub known_at: i64,
    pub scope: Scope,
}

/// A campaign as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignOnDay {
    pub survey: SurveyId,
    pub school: String,
    pub year: i64,
    pub wave: Wave,
    pub stage: SurveyStage,
    pub since: Date,
    pub opens_on: Option<Date>,
    pub closes_on: Option<Date>,
    pub calls_max: i64,
    pub questionnaire: Option<i64>,
}

/// Graduates of a class who count alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedGroup {
    pub survey: SurveyId,
    pub class: String,
    pub specialty: Option<String>,
    pub counted: Counted,
    pub persons: i64,
}

/// One graduate whom a campaign asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitedGraduate {
    pub survey: SurveyId,
    pub student: StudentId,
    pub class: String,
    pub specialty: Option<String>,
    pub counted: Counted,
    pub calls: i64,
    pub last_call: Option<(CallResult, Date)>,
    pub call_back_on: Option<Date>,
    pub answered_by: Option<AnsweredBy>,
    /// Nobody asks the graduate any more, whatever came back.
    pub has_left: bool,
}

/// The campaigns of a scope, by school, year and wave.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn campaigns(readers: &AnyPool, asked: &SurveysAsOf) -> Result<Vec<CampaignOnDay>, sqlx::Error> {
    let rows = sqlx::query(
        "select survey, school, year, wave, stage, since, opens_on, closes_on, calls_max, questionnaire from surveys
         where known_from <= $2 and known_to > $2 and true_from <= $1 and true_to > $1
           and ($3 is null or school = $3) and ($4 is null or year = $4) and ($5 is null or wave = $5)
         order by school, year, wave",
    )
    .bind(asked.as_of)
    .bind(asked.known_at)
    .bind(asked.scope.school().map(|school| school.as_str().to_owned()))
    .bind(asked.year.map(i64::from))
    .bind(asked.wave.map(|wave| wave.code()))
    .fetch_all(readers)
    .await?;
    let read = |row: &AnyRow| {
        Ok(CampaignOnDay {
            survey: SurveyId(id(row, 0)?),
            school: row.try_get(1)?,
            year: row.try_get(2)?,
            wave: code(row, 3)?.ok_or_else(|| unreadable(3))?,
            stage: code(row, 4)?.ok_or_else(|| unreadable(4))?,
            since: date(row, 5)?.ok_or_else(|| unreadable(5))?,
            opens_on: date(row, 6)?,
            closes_on: date(row, 7)?,
            calls_max: row.try_get::<Option<i64>, _>(8)?.unwrap_or(i64::from(CALLS_USUAL)),
            questionnaire: row.try_get(9)?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many graduates of one campaign are how far, by class; of a class's scope its own only.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn counts(
    readers: &AnyPool,
    asked: &SurveysAsOf,
    campaign: &CampaignOnDay,
) -> Result<Vec<CountedGroup>, sqlx::Error> {
    let class = asked.scope.class().map(|class| class.as_str().to_owned());
    let listed = sqlx::query(
        "select class, specialty, cast(sum(graduate_count) as bigint) from survey_classes
         where survey = $1 and position <= $2 and true_from <= $3 and ($4 is null or class = $4)
         group by class, specialty order by class, specialty",
    )
    .bind(campaign.survey.0.to_string())
    .bind(asked.known_at)
    .bind(asked.as_of)
    .bind(class.clone())
    .fetch_all(readers)
    .await?;
    let begun = sqlx::query(
        "select class, specialty, state, calls_in_vain, is_complete, status, satisfaction, count(*)
         from survey_progress
         where survey = $1 and known_from <= $2 and known_to > $2 and true_from <= $3 and true_to > $3
           and ($4 is null or class = $4)
         group by class, specialty, state, calls_in_vain, is_complete, status, satisfaction",
    )
    .bind(campaign.survey.0.to_string())
    .bind(asked.known_at)
    .bind(asked.as_of)
    .bind(class)
    .fetch_all(readers)
    .await?;
    let survey = campaign.survey;
    let mut silent: HashMap<(String, Option<String>), i64> = HashMap::new();
    let mut groups = vec![];
    for row in &begun {
        let (class, specialty): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let persons: i64 = row.try_get(7)?;
        *silent.entry((class.clone(), specialty.clone())).or_default() -= persons;
        let counted = Counted {
            state: settled(code(row, 2)?.ok_or_else(|| unreadable(2))?, row.try_get(3)?, campaign),
            is_complete: row.try_get::<i64, _>(4)? == 1,
            status: row.try_get(5)?,
            satisfaction: row.try_get(6)?,
        };
        groups.push(CountedGroup { survey, class, specialty, counted, persons });
    }
    for row in &listed {
        let (class, specialty): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let persons =
            row.try_get::<i64, _>(2)? + silent.get(&(class.clone(), specialty.clone())).copied().unwrap_or_default();
        let counted = Counted::silent(settled(InvitationState::Queued, 0, campaign));
        groups.push(CountedGroup { survey, class, specialty, counted, persons });
    }
    Ok(groups)
}

/// The graduates of one campaign, by class; of a class's scope its own only.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn graduates(
    readers: &AnyPool,
    asked: &SurveysAsOf,
    campaign: &CampaignOnDay,
) -> Result<Vec<InvitedGraduate>, sqlx::Error> {
    let class = asked.scope.class().map(|class| class.as_str().to_owned());
    let listed = sqlx::query(
        "select class, specialty, graduates from survey_classes
         where survey = $1 and position <= $2 and true_from <= $3 and ($4 is null or class = $4) order by class, version",
    )
    .bind(campaign.survey.0.to_string())
    .bind(asked.known_at)
    .bind(asked.as_of)
    .bind(class.clone())
    .fetch_all(readers)
    .await?;
    let rows = sqlx::query(
        "select student, state, calls_in_vain, is_complete, status, satisfaction, calls, last_result, last_call_on,
             call_back_on, answered_by, has_left
         from survey_progress
         where survey = $1 and known_from <= $2 and known_to > $2 and true_from <= $3 and true_to > $3
           and ($4 is null or class = $4)",
    )
    .bind(campaign.survey.0.to_string())
    .bind(asked.known_at)
    .bind(asked.as_of)
    .bind(class)
    .fetch_all(readers)
    .await?;
    let mut begun: HashMap<StudentId, &AnyRow> = HashMap::new();
    for row in &rows {
        begun.insert(StudentId(id(row, 0)?), row);
    }
    let survey = campaign.survey;
    let mut graduates = vec![];
    for row in &listed {
        let (class, specialty): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        for student in ids(row, 2)?.into_iter().map(StudentId) {
            let (class, specialty) = (class.clone(), specialty.clone());
            graduates.push(match begun.get(&student) {
                None => InvitedGraduate {
                    survey,
                    student,
                    class,
                    specialty,
                    counted: Counted::silent(settled(InvitationState::Queued, 0, campaign)),
                    calls: 0,
                    last_call: None,
                    call_back_on: None,
                    answered_by: None,
                    has_left: false,
                },
                Some(row) => InvitedGraduate {
                    survey,
                    student,
                    class,
                    specialty,
                    counted: Counted {
                        state: settled(code(row, 1)?.ok_or_else(|| unreadable(1))?, row.try_get(2)?, campaign),
                        is_complete: row.try_get::<i64, _>(3)? == 1,
                        status: row.try_get(4)?,
                        satisfaction: row.try_get(5)?,
                    },
                    calls: row.try_get(6)?,
                    last_call: code(row, 7)?.zip(date(row, 8)?),
                    call_back_on: date(row, 9)?,
                    answered_by: code(row, 10)?,
                    has_left: row.try_get::<i64, _>(11)? == 1,
                },
            });
        }
    }
    Ok(graduates)
}

/// The state in the campaign: called as often as it calls is unreachable, and what is open when it is over stays unanswered.
fn settled(state: InvitationState, calls_in_vain: i64, campaign: &CampaignOnDay) -> InvitationState {
    match state {
        InvitationState::Queued if calls_in_vain >= campaign.calls_max => InvitationState::Unreachable,
        InvitationState::Queued | InvitationState::Contacted if campaign.stage.is_over() => {
            InvitationState::ClosedUnanswered
        }
        state => state,
    }
}
