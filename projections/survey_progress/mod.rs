//! Campaigns and how far each graduate's invitation is, in two times.
//!
//! Three tables. Campaigns and invitations are rectangles, half open: known from one position to another, true from one
//! epoch day to another. Whom a campaign asks is a row for each class, written once. Invariant: a graduate without an
//! invitation is queued; the parts of a class add up to those whom it lists, since each has one invitation at most.

mod folded;
mod progress;

use std::sync::OnceLock;

use uuid::Uuid;

use super::rectangles::{OpenRectangle, ValidSpan, fold_into};
use crate::domain::day::epoch_day;
use crate::domain::invitation::{Asked, InvitationEvent};
use crate::domain::survey::SurveyEvent;
use crate::domain::survey::schedule::CALLS_MAX;
use crate::domain::terms::Term as _;
use crate::domain::{Event, StreamType};
use crate::event_log::projector::{FoldError, Model, Needs, Rows};
use crate::event_log::record::Recorded;
use crate::event_log::table::{Index, Row, Storage, Table, TableColumn, Value, Writing};
use folded::{FoldedInvitation, FoldedSurvey, SurveyDay};
pub use progress::{CampaignOnDay, CountedGroup, InvitedGraduate, SurveysAsOf, campaigns, counts, graduates};

/// Campaigns by stage.
static SURVEYS: Table = Table {
    name: "surveys",
    columns: &[
        TableColumn::text("survey"),
        TableColumn::int("known_from"),
        TableColumn::int("true_from"),
        TableColumn::int("known_to"),
        TableColumn::int("true_to"),
        TableColumn::text("school"),
        TableColumn::int("year"),
        TableColumn::text("wave"),
        TableColumn::text("stage"),
        TableColumn::int("since"),
        TableColumn::int("opens_on").or_null(),
        TableColumn::int("closes_on").or_null(),
        TableColumn::int("calls_max").or_null(),
        TableColumn::int("questionnaire").or_null(),
        TableColumn::int("position"),
    ],
    key_len: 3,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[Index { name: "known", columns: "known_to, school", condition: None }]),
};

/// Whom a campaign asks, by class.
static LISTED: Table = Table {
    name: "survey_classes",
    columns: &[
        TableColumn::text("survey"),
        TableColumn::int("version"),
        TableColumn::int("true_from"),
        TableColumn::text("class"),
        TableColumn::text("specialty").or_null(),
        TableColumn::int("graduate_count"),
        // Their ids, one after another.
        TableColumn::text("graduates"),
        TableColumn::int("position"),
    ],
    key_len: 2,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[]),
};

/// Invitations that have begun.
static PROGRESS: Table = Table {
    name: "survey_progress",
    columns: &[
        TableColumn::text("survey"),
        TableColumn::text("student"),
        TableColumn::int("known_from"),
        TableColumn::int("true_from"),
        TableColumn::int("known_to"),
        TableColumn::int("true_to"),
        TableColumn::text("class"),
        TableColumn::text("specialty").or_null(),
        // As of a campaign that calls as often as any may.
        TableColumn::text("state"),
        TableColumn::int("calls"),
        TableColumn::int("calls_in_vain"),
        TableColumn::text("last_result").or_null(),
        TableColumn::int("last_call_on").or_null(),
        TableColumn::int("call_back_on").or_null(),
        TableColumn::text("answered_by").or_null(),
        TableColumn::int("is_complete"),
        // Whatever came back, nobody asks any more.
        TableColumn::int("has_left"),
        TableColumn::text("status").or_null(),
        // Only of an answer of the graduate's own.
        TableColumn::text("satisfaction").or_null(),
        TableColumn::int("position"),
    ],
    key_len: 4,
    writing: Writing::Upsert,
    storage: Storage::Clustered(&[]),
};

/// The read model.
pub static MODEL: Model = Model {
    name: "survey_progress",
    fold_version: 1,
    fingerprint: OnceLock::new(),
    tables: &[&SURVEYS, &LISTED, &PROGRESS],
    needs: Needs::History { streams: &[StreamType::Survey, StreamType::Invitation], subject },
    fold,
};

/// The campaign or the invitation that an event is about.
fn subject(recorded: &Recorded, event: &Event) -> Option<Uuid> {
    match event {
        Event::Survey(_) | Event::Invitation(_) => Some(recorded.subject()),
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::YearEnd(_)
        | Event::Account(_)
        | Event::Log(_) => None,
    }
}

/// A subject's history, and the rectangles that are known now: of a campaign or of an invitation.
#[derive(Debug, Default)]
struct Tracked {
    survey: FoldedSurvey,
    stages: Vec<OpenRectangle<ValidSpan<SurveyDay>>>,
    invitation: FoldedInvitation,
    progress: Vec<OpenRectangle<ValidSpan<Asked>>>,
}

fn fold(rows: &mut Rows, recorded: &Recorded, event: &Event) -> Result<(), FoldError> {
    match event {
        Event::Survey(event) => fold_survey(rows, recorded, event),
        Event::Invitation(event) => fold_invitation(rows, recorded, event),
        Event::School(_)
        | Event::Student(_)
        | Event::Outcome(_)
        | Event::FurtherStudy(_)
        | Event::Exemption(_)
        | Event::Placement(_)
        | Event::Agreement(_)
        | Event::Employer(_)
        | Event::Host(_)
        | Event::Season(_)
        | Event::Import(_)
        | Event::YearEnd(_)
        | Event::Account(_)
        | Event::Log(_) => Ok(()),
    }
}

fn fold_survey(rows: &mut Rows, recorded: &Recorded, event: &SurveyEvent) -> Result<(), FoldError> {
    let survey = recorded.subject();
    let mut tracked: Box<Tracked> = rows.take_state(survey)?;
    tracked.survey.take(event.clone());
    if let SurveyEvent::ClassListed { listed, effective_on } = event {
        let graduates: String = listed.graduates.iter().map(|student| student.0.to_string()).collect();
        let count = i64::try_from(listed.graduates.len()).unwrap_or(i64::MAX);
        let row = vec![
            Value::Text(recorded.stream_id.clone()),
            Value::Int(recorded.version),
            Value::Int(epoch_day(*effective_on)),
            Value::text(listed.class.as_str()),
            listed.specialty.as_ref().map(|code| code.as_str().to_owned()).into(),
            Value::Int(count),
            Value::text(graduates),
            Value::Int(recorded.position),
        ];
        rows.put(1, LISTED.key_len, row);
    } else {
        let (school, year, wave) =
            tracked.survey.of().cloned().ok_or_else(|| FoldError("a campaign moved that nobody drafted".to_owned()))?;
        let spans = tracked.survey.spans();
        fold_into(&mut tracked.stages, spans, recorded.position, |open, known_to| {
            let ValidSpan { true_from, true_to, day } = &open.span;
            let schedule = day.schedule.as_ref();
            let row = vec![
                Value::Text(recorded.stream_id.clone()),
                Value::Int(open.known_from),
                Value::Int(*true_from),
                Value::Int(known_to),
                Value::Int(*true_to),
                Value::text(school.as_str()),
                Value::Int(i64::from(year)),
                wave.code().into(),
                day.stage.code().into(),
                Value::Int(day.since),
                schedule.map(|schedule| epoch_day(schedule.opens_on)).into(),
                schedule.map(|schedule| epoch_day(schedule.closes_on)).into(),
                schedule.map(|schedule| i64::from(schedule.calls_max)).into(),
                day.approved.map(i64::from).into(),
                Value::Int(recorded.position),
            ];
            rows.put(0, SURVEYS.key_len, row);
        });
    }
    rows.put_state(survey, tracked);
    Ok(())
}

fn fold_invitation(rows: &mut Rows, recorded: &Recorded, event: &InvitationEvent) -> Result<(), FoldError> {
    let invitation = recorded.subject();
    let mut tracked: Box<Tracked> = rows.take_state(invitation)?;
    tracked.invitation.take(event.clone());
    let (survey, student, class, specialty) = tracked
        .invitation
        .of
        .clone()
        .ok_or_else(|| FoldError("an invitation was answered that nobody began".to_owned()))?;
    let spans = tracked.invitation.spans();
    fold_into(&mut tracked.progress, spans, recorded.position, |open, known_to| {
        let ValidSpan { true_from, true_to, day } = &open.span;
        let answer = day.answer.as_ref();
        let coded = |name: &str| Some(answer?.coded.get(name)?.first()?.clone());
        let is_own = answer.is_some_and(|answer| answer.is_of_graduate());
        let row: Row = vec![
            survey.0.to_string().into(),
            student.0.to_string().into(),
            Value::Int(open.known_from),
            Value::Int(*true_from),
            Value::Int(known_to),
            Value::Int(*true_to),
            Value::text(class.as_str()),
            specialty.as_ref().map(|code| code.as_str().to_owned()).into(),
            day.state(CALLS_MAX).code().into(),
            Value::Int(i64::from(day.calls)),
            Value::Int(i64::from(day.calls_in_vain)),
            day.last_call.map(|(result, _)| result.code().to_owned()).into(),
            day.last_call.map(|(_, on)| epoch_day(on)).into(),
            day.call_back_on.map(epoch_day).into(),
            answer.map(|answer| answer.answered_by.code().to_owned()).into(),
            Value::Int(i64::from(answer.is_some_and(|answer| answer.is_complete))),
            Value::Int(i64::from(day.left.is_some())),
            coded("status").into(),
            coded("satisfaction").filter(|_| is_own).into(),
            Value::Int(recorded.position),
        ];
        rows.put(2, PROGRESS.key_len, row);
    });
    rows.put_state(invitation, tracked);
    Ok(())
}
