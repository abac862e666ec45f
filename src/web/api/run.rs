//! Commands: read from JSON or from a form, recorded on threads of their own, waited for or not.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, IF_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::jobs::{Ended, Progress, address, workbook_address};
use super::problem::{RequestFault, Stop, language};
use super::{Api, BODY_LEN_MAX, asked, caller, of_task, upload};
use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Command;
use crate::app::called::{Asked, Called};
use crate::app::failure::Failure;
use crate::app::inputs::Field;
use crate::app::key::Key;
use crate::app::reply::Answer;
use crate::app::watch::Watch;
use crate::event_log::request::LogHead;
use crate::intake::error_workbook;
use crate::publication::answers;
use crate::refusal::Refusal as _;
use crate::text::lang::Lang;
use crate::web::session::begin_long_work;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const RESPOND_ASYNC: &str = "respond-async";
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Records what a request orders.
pub(super) async fn run(
    api: Api,
    called: Called,
    fields: &[Field],
    request: Request,
    lang: Lang,
) -> Result<Response, Stop> {
    let headers = request.headers().clone();
    let mut caller = caller(&api, &headers).await?;
    let key = headers.get("idempotency-key").map(key).transpose()?;
    if let Some(seen) = headers.get(IF_MATCH) {
        caller = caller.having_seen(version(seen)?);
    }
    let input = input(fields, request).await?;
    let Asked::Command(command) = asked(called, fields, input)? else { return Err(RequestFault::NoSuchAddress.into()) };
    let wants_no_wait = |value: &HeaderValue| {
        value
            .to_str()
            .is_ok_and(|said| said.split([',', ';']).any(|one| one.trim().eq_ignore_ascii_case(RESPOND_ASYNC)))
    };
    if headers.get_all(PREFER).iter().any(wants_no_wait) {
        return begin(&api, caller, key, command, lang).await;
    }
    let (app, id, owner) = (Arc::clone(&api.app), api.app.new_id(), caller.actor());
    let is_long = command.is_long_work();
    // A task of its own: it goes on when its sender has hung up.
    let recorded = async move { recorded(&app, &caller, key.as_ref(), &command, id, lang, &mut |_, _, _| ()).await };
    let task = if is_long { begin_long_work(recorded) } else { tokio::spawn(recorded) };
    let ended = of_task(task.await).map_err(Stop::refused)?;
    let response = Json(&ended.body).into_response();
    if !ended.workbooks.is_empty() {
        api.jobs.keep(id, &owner, ended);
    }
    Ok(response)
}

/// Begins what is not waited for.
async fn begin(
    api: &Api,
    caller: Caller,
    key: Option<Key>,
    command: Box<Command>,
    lang: Lang,
) -> Result<Response, Stop> {
    // Who may not is told at once.
    api.app.permits(&caller, command.action()).await.map_err(Stop::refused)?;
    let (app, jobs, id, owner) = (Arc::clone(&api.app), Arc::clone(&api.jobs), api.app.new_id(), caller.actor());
    jobs.begin(id, &owner)?;
    let telling = Arc::clone(&jobs);
    let recording = begin_long_work(async move {
        let mut tell = |file: &str, done, all| telling.tell(id, Progress { file: file.to_owned(), done, all });
        recorded(&app, &caller, key.as_ref(), &command, id, lang, &mut tell).await
    });
    tokio::spawn(async move {
        let ended = match recording.await {
            Ok(Ok(ended)) => ended,
            Ok(Err(failure)) => refused(&Stop::refused(failure), lang),
            Err(_) => refused(&RequestFault::Failed.into(), lang),
        };
        jobs.end(id, ended);
    });
    let told = api.jobs.told(&id.to_string(), &owner)?;
    let location = HeaderValue::from_str(&address(id)).map_err(|_| RequestFault::NoSuchAddress)?;
    let headers = [(LOCATION, location), (PREFERENCE_APPLIED, HeaderValue::from_static(RESPOND_ASYNC))];
    Ok((StatusCode::ACCEPTED, headers, Json(told)).into_response())
}

fn refused(stop: &Stop, lang: Lang) -> Ended {
    let (status, body) = stop.problem(lang).told();
    Ended { status, body, workbooks: vec![] }
}

/// Records a command; what it came to, with the workbooks of errors of an import and where they are.
async fn recorded(
    app: &App,
    caller: &Caller,
    key: Option<&Key>,
    command: &Command,
    id: Uuid,
    lang: Lang,
    progress: Watch<'_>,
) -> Result<Ended, Failure> {
    let answer = app.run_watched(caller, key, command, progress).await?;
    let head = head_after(app, &answer).await?;
    let mut body = answers::receipt(&answer, &head, lang);
    let workbooks = workbooks(&answer, lang);
    for (place, _) in &workbooks {
        body["files"][*place]["errors"] = json!(workbook_address(id, *place));
    }
    Ok(Ended { status: StatusCode::OK, body, workbooks })
}

/// How far the log has come since a command was answered. Of what this process itself recorded the database is not asked.
async fn head_after(app: &App, answer: &Answer) -> Result<Arc<LogHead>, Failure> {
    if let (Some(recorded), Some(left)) = (answer.recorded_now(), app.log().head_left())
        && left.next_position >= recorded.first_position + recorded.event_count
    {
        return Ok(left);
    }
    Ok(Arc::new(app.log().head().await?))
}

/// The rejected rows of each file that has some, to be mended.
fn workbooks(answer: &Answer, lang: Lang) -> Vec<(usize, Vec<u8>)> {
    let Answer::Imported(results) = answer else { return vec![] };
    let workbook = |(place, result): (usize, &crate::app::import::FileResult)| {
        let imported = result.outcome.as_ref().ok().filter(|imported| !imported.rejected.is_empty())?;
        let bytes = error_workbook::bytes(&imported.source, &imported.headings, &imported.rejected, lang);
        Some((place, bytes.ok()?))
    };
    results.iter().enumerate().filter_map(workbook).collect()
}

/// The input of a command, as JSON or as a form.
async fn input(fields: &[Field], request: Request) -> Result<Value, RequestFault> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return upload::input(fields, request).await;
    }
    if !kind.starts_with("application/json") {
        return Err(RequestFault::NotJson);
    }
    let body = Bytes::from_request(request, &()).await;
    let body = body.map_err(|_| RequestFault::TooLong { max_mb: BODY_LEN_MAX >> 20 })?;
    serde_json::from_slice(&body)
        .map_err(|error| RequestFault::Unreadable { line: error.line(), column: error.column() })
}

/// The key of a command. Over HTTP it is of visible ASCII characters: of others nobody can say how they are read.
fn key(header: &HeaderValue) -> Result<Key, RequestFault> {
    let is_visible = header.as_bytes().iter().all(u8::is_ascii_graphic);
    let text = header.to_str().ok().filter(|_| is_visible).unwrap_or("\0");
    Key::parse(text).map_err(|refusal| RequestFault::Key { why: refusal.sentence() })
}

/// The version that a client has seen, as an entity tag or as the number in it.
fn version(header: &HeaderValue) -> Result<u64, RequestFault> {
    let text = header.to_str().unwrap_or_default().trim();
    text.trim_matches('"').parse().map_err(|_| RequestFault::Version)
}

/// How a job is.
pub(super) async fn job(State(api): State<Api>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let lang = language(&headers);
    let told = async || {
        let caller = caller(&api, &headers).await?;
        Ok::<_, Stop>(Json(api.jobs.told(&id, &caller.actor())?).into_response())
    };
    told().await.unwrap_or_else(|stop| stop.problem(lang).into_response())
}

/// The workbook of errors of a file.
pub(super) async fn workbook(
    State(api): State<Api>,
    headers: HeaderMap,
    Path((id, file)): Path<(String, String)>,
) -> Response {
    let lang = language(&headers);
    let told = async || {
        let caller = caller(&api, &headers).await?;
        let bytes = api.jobs.workbook(&id, &file, &caller.actor())?;
        let headers = [(CONTENT_TYPE, WORKBOOK), (CONTENT_DISPOSITION, "attachment; filename=\"errors.xlsx\"")];
        Ok::<_, Stop>((headers, bytes).into_response())
    };
    told().await.unwrap_or_else(|stop| stop.problem(lang).into_response())
}
