//! Campaigns that ask graduates: which there are, how far each is, and what is done about them.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::frame::{Frame, Visit};
use super::listing_file::{WORKBOOK, attachment};
use super::offers::{Offer, Offers};
use super::table::Table;
use crate::app::actions::{Action, Question};
use crate::app::reply::Reply;
use crate::app::survey::shown::{ListSurveys, ListedSurvey, ShowQuestionnaire};
use crate::domain::ids::SchoolCode;
use crate::domain::survey::codes::{BuiltIn, SurveyStage, Wave};
use crate::domain::terms::Term as _;
use crate::publication::lists::listing;
use crate::publication::xlsform;
use crate::web::error::Error;
use crate::web::session::Site;

/// What is done about a campaign, in its order, and about one of its graduates.
const ACTS: [Action; 10] = [
    Action::SurveyDraft,
    Action::SurveyApprove,
    Action::SurveySchedule,
    Action::SurveyOpen,
    Action::SurveyMove,
    Action::SurveyUndo,
    Action::CallRecord,
    Action::CallAnswer,
    Action::CallLeave,
    Action::CallUndo,
];

#[derive(Template)]
#[template(path = "campaigns.html")]
struct CampaignsPage {
    frame: Frame,
    table: Table,
    acts: Vec<Offer>,
    /// The questionnaires that come with the program, by name and address.
    built_in: Vec<(String, String)>,
    /// Of each campaign its name and where its numbers, people, calls, messages and questionnaire are.
    links: Vec<(String, Vec<(&'static str, String)>)>,
}

/// Which questionnaire is taken away.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct FormParams {
    built_in: String,
    year: Option<i16>,
    wave: String,
    school: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
) -> Result<Html<String>, Error> {
    let question = Question::Surveys(ListSurveys::default());
    let reply = site.app.ask(&caller, &question).await?;
    let listed = listing(&question, &reply, frame.lang).ok_or(Error::NotFound)?;
    let Reply::Surveys(surveys) = &reply else { return Err(Error::NotFound) };
    let offers = Offers::of(&site, &caller, frame.lang, ACTS.to_vec()).await;
    let next = surveys.iter().map(|survey| {
        let words = words(survey);
        let words: Vec<(&str, &str)> = words.iter().map(|(name, value)| (*name, value.as_str())).collect();
        offers.offers(next_for(survey.campaign.stage), &words)
    });
    let shows = surveys.iter().map(|survey| Some(address("/lists/survey/show", survey, &[("by", "class")])));
    let rows = 0..listed.rows.len();
    let table = Table::of(&frame, &listed, "wave", rows).linked("wave", shows).acted(next.collect::<Vec<_>>());
    let built_in =
        BuiltIn::ENTRIES.iter().map(|of| (frame.word(&of.value), format!("/campaigns/form?built_in={}", of.code)));
    let page = CampaignsPage {
        table,
        acts: offers.offers(&ACTS, &[]),
        built_in: built_in.collect(),
        links: surveys.iter().map(|survey| (name(&frame, survey), links(&frame, survey))).collect(),
        frame,
    };
    Ok(Html(page.render()?))
}

/// A questionnaire as a workbook that other programs open.
pub(in crate::web) async fn form(
    State(site): State<Site>,
    Visit { caller, .. }: Visit,
    Query(params): Query<FormParams>,
) -> Result<Response, Error> {
    if params.built_in.is_empty() && params.year.is_none() {
        return Ok(Redirect::to("/campaigns").into_response());
    }
    let question = Question::Questionnaire(ShowQuestionnaire {
        built_in: BuiltIn::from_code(&params.built_in),
        year: params.year,
        wave: Wave::from_code(&params.wave),
        school: SchoolCode::parse(&params.school).ok(),
        version: None,
    });
    let Reply::Questionnaire(shown) = site.app.ask(&caller, &question).await? else { return Err(Error::NotFound) };
    let form = xlsform::write(&shown.questionnaire, &shown.form, shown.version);
    let form = form.map_err(|error| Error::Broken(error.to_string()))?;
    Ok(attachment(&format!("{}-{}.xlsx", shown.form, shown.version), WORKBOOK, form))
}

/// What is next about a campaign.
fn next_for(stage: SurveyStage) -> &'static [Action] {
    match stage {
        SurveyStage::Draft => &[Action::SurveyApprove],
        SurveyStage::Approved => &[Action::SurveySchedule],
        SurveyStage::Scheduled => &[Action::SurveyOpen],
        SurveyStage::Open | SurveyStage::PhoneFollowUp => &[Action::CallRecord],
        SurveyStage::Paused | SurveyStage::Closed | SurveyStage::CodingDone | SurveyStage::Locked => {
            &[Action::SurveyMove]
        }
        SurveyStage::Archived | SurveyStage::Cancelled => &[],
    }
}

/// What an address says of a campaign.
fn words(survey: &ListedSurvey) -> Vec<(&'static str, String)> {
    let campaign = &survey.campaign;
    let (year, wave) = (campaign.year.to_string(), campaign.wave.code().to_owned());
    vec![("year", year), ("wave", wave), ("school", campaign.school.clone())]
}

fn address(path: &str, survey: &ListedSurvey, more: &[(&str, &str)]) -> String {
    let words = words(survey);
    let said = words.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied());
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish())
}

fn name(frame: &Frame, survey: &ListedSurvey) -> String {
    let campaign = &survey.campaign;
    let (school, year, wave) = (&campaign.school, campaign.year, frame.word(&campaign.wave));
    frame.lang.of(format!("{school} {year} 届{wave}"), format!("{school}, graduates of {year}, {wave}"))
}

fn links(frame: &Frame, survey: &ListedSurvey) -> Vec<(&'static str, String)> {
    vec![
        (frame.say("按班级的进展", "by class"), address("/lists/survey/show", survey, &[("by", "class")])),
        (frame.say("按专业的进展", "by specialty"), address("/lists/survey/show", survey, &[("by", "specialty")])),
        (frame.say("名单", "people"), address("/lists/survey/people", survey, &[])),
        (frame.say("待打电话", "calls"), address("/lists/call/list", survey, &[])),
        (frame.say("要发的消息", "messages"), address("/lists/survey/plan", survey, &[])),
        (frame.say("问卷（XLSForm）", "questionnaire (XLSForm)"), address("/campaigns/form", survey, &[])),
    ]
}
