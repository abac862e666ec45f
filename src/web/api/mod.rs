//! The API: every command and question under one address each, the words of the command line.
//!
//! `POST /api/v1/placement/approve` with `{"class": "1班"}` is `gradtrail placement approve --class 1班`, and a question is
//! `GET /api/v1/report?year=2022`. One handler for all: an action has its address and its place in the document because it
//! is in the list of actions. `run` takes commands, as JSON or as a form with files (`upload`), and `jobs` those that take long;
//! `paging` cuts long lists, `rendered` keeps figures as they were written; `problem` says what went wrong, `document` what there is
//! (with `schemas`), `reference` the same to be read.
//!
//! Not here: rules, permissions, SQL.

mod document;
mod jobs;
mod paging;
mod problem;
mod reference;
mod rendered;
mod run;
mod schemas;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, Request, State};
use axum::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde_json::Value;
use strum::IntoEnumIterator as _;
use tokio::task::JoinError;
use tokio::time::Instant;

use crate::accounts::Caller;
use crate::accounts::secret::digest_of;
use crate::app::App;
use crate::app::actions::{Action, Question};
use crate::app::called::{Asked, Called, Input};
use crate::app::failure::Failure;
use crate::app::inputs::{self, Choice, Field, FieldFault, FieldKind};
use crate::app::reply::Reply;
use crate::domain::account::codes::LookingPurpose;
use crate::domain::ids::StaffId;
use crate::domain::terms::Term as _;
use crate::event_log::request::LogHead;
use crate::publication::answers;
use crate::text::lang::Lang;
use jobs::Jobs;
use paging::{Page, Wanted};
pub use problem::RequestFault;
use problem::{Stop, language};
use rendered::{Grounds, Rendered};
pub(super) use upload::parts;

use super::front::Front;
use super::session::{self, Site};

/// Before every address.
pub const BASE: &str = "/api/v1";
/// The word of a question that says for what persons are to be shown in full.
const SHOW: &str = "show";
/// The word of a question that says how far the log has to have come.
const MIN_POSITION: &str = "min_position";
/// The header that says in whose place the caller acts: an id, or its end.
const IN_PLACE_OF: &str = "in-place-of";
/// It has so long to come as far.
const COMES_WITHIN: Duration = Duration::from_secs(2);
/// Bytes of a body: a command with some scans, or a call's files.
pub(super) const BODY_LEN_MAX: usize = 64 << 20;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What the addresses are answered from: the app, how the server is reached, and the jobs that nobody waits for.
#[derive(Clone)]
struct Api {
    app: Arc<App>,
    front: Arc<Front>,
    jobs: Arc<Jobs>,
    rendered: Arc<Rendered>,
}

/// Every address of the API.
pub(super) fn router(Site { app, front, .. }: Site) -> Router {
    let addresses = actions().fold(Router::new(), |router, action| router.route(&address(action), handler(action)));
    let document = document::document();
    let reference = reference::page(&document);
    let jobs = Arc::new(Jobs::new(app.new_id()));
    addresses
        .route("/api/v1/jobs/{id}", get(run::job))
        .route("/api/v1/jobs/{id}/errors/{file}", get(run::workbook))
        .route("/api/reference", get(async move || Html(reference)))
        .route("/api/openapi.json", get(async move || Json(document)))
        .layer(DefaultBodyLimit::max(BODY_LEN_MAX))
        .with_state(Api { app, front, jobs, rendered: Arc::default() })
}

/// Every action that has an address of its own.
fn actions() -> impl Iterator<Item = Action> {
    let is_first = |action: &Action| Action::iter().find(|other| other.called() == action.called()) == Some(*action);
    Action::iter().filter(is_first)
}

fn address(action: Action) -> String {
    format!("{BASE}/{}", action.called().words.replace(' ', "/"))
}

/// What refuses an address under `/api` that there is none of.
pub async fn not_found(headers: HeaderMap) -> Response {
    Stop::from(RequestFault::NoSuchAddress).problem(language(&headers)).into_response()
}

/// What refuses a request that another site had a browser send.
pub(super) fn other_site() -> Response {
    Stop::from(RequestFault::OtherSite).problem(Lang::Zh).into_response()
}

/// What refuses a request for another host.
pub(super) fn other_host(headers: &HeaderMap) -> Response {
    Stop::from(RequestFault::OtherHost).problem(language(headers)).into_response()
}

/// What answers a body that did not come in time.
pub fn too_slow(headers: &HeaderMap) -> Response {
    Stop::from(RequestFault::TooSlow).problem(language(headers)).into_response()
}

fn handler(action: Action) -> MethodRouter<Api> {
    let called = action.called();
    let fields: Arc<[Field]> = inputs::fields(called).into();
    let of_input = Arc::clone(&fields);
    let (taken, is_command) = match called.input {
        Input::Command(_) => ("POST", true),
        Input::Question(_) => ("GET, HEAD", false),
    };
    let other_method = async move |headers: HeaderMap| {
        let problem = Stop::from(RequestFault::OtherMethod).problem(language(&headers));
        ([(ALLOW, HeaderValue::from_static(taken))], problem).into_response()
    };
    let of_command = async move |State(api): State<Api>, request: Request| {
        let lang = language(request.headers());
        let recorded = run::run(api, called, &of_input, request, lang).await;
        recorded.unwrap_or_else(|stop| stop.problem(lang).into_response())
    };
    let of_question = async move |State(api): State<Api>, headers: HeaderMap, RawQuery(words): RawQuery| {
        let (lang, words) = (language(&headers), words.unwrap_or_default());
        let answered = ask(api, called, &fields, &headers, &words, lang).await;
        answered.unwrap_or_else(|stop| stop.problem(lang).into_response())
    };
    let route = if is_command { post(of_command) } else { get(of_question) };
    route.fallback(other_method)
}

/// Who calls, as oneself or in the place of who is named, else of whom the session is in.
async fn caller(api: &Api, headers: &HeaderMap) -> Result<Caller, Stop> {
    let (oneself, of_session) = oneself(api, headers).await?;
    match (headers.get(IN_PLACE_OF), of_session) {
        (Some(absent), _) => api.app.in_place_of_named(&oneself, absent.to_str().unwrap_or_default()).await,
        (None, Some(absent)) => api.app.in_place_of(&oneself, absent).await,
        (None, None) => Ok(oneself),
    }
    .map_err(Stop::refused)
}

/// Whose token came along, then cookies are not looked at; else who is signed in, and in whose place the session is.
async fn oneself(api: &Api, headers: &HeaderMap) -> Result<(Caller, Option<StaffId>), Stop> {
    let app = &api.app;
    let Some(header) = headers.get(AUTHORIZATION) else {
        let secret = session::secret(headers, &api.front).ok_or(RequestFault::NoToken)?;
        return app.owner_of_session(&secret, "api").await.map_err(Stop::refused);
    };
    let header = header.to_str().unwrap_or_default();
    let (scheme, secret) = header.split_once(' ').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(RequestFault::NoToken.into());
    }
    app.caller_of_token(secret.trim(), "api").await.map(|caller| (caller, None)).map_err(Stop::refused)
}

fn of_task<T>(ended: Result<T, JoinError>) -> T {
    ended.unwrap_or_else(|stopped| std::panic::resume_unwind(stopped.into_panic()))
}

async fn ask(
    api: Api,
    called: Called,
    fields: &[Field],
    headers: &HeaderMap,
    words: &str,
    lang: Lang,
) -> Result<Response, Stop> {
    let caller = caller(&api, headers).await?;
    let mut words: Vec<(String, String)> = form_urlencoded::parse(words.as_bytes()).into_owned().collect();
    let purpose = purpose(&mut words)?;
    let min_position = min_position(&mut words)?;
    let wanted = if paging::is_paged(called, fields) { Wanted::taken(&mut words)? } else { None };
    let mut input = inputs::of_words(fields, &words).map_err(RequestFault::from)?;
    if let Some(min_position) = min_position {
        come_to(&api.app, min_position).await?;
    }
    let page = match wanted {
        Some(wanted) => Some(wanted.pin(&api.app, &caller, called.words, &mut input).await?),
        None => None,
    };
    let Asked::Question(mut question) = asked(called, fields, input)? else {
        return Err(RequestFault::NoSuchAddress.into());
    };
    api.app.permits(&caller, question.action()).await.map_err(Stop::refused)?;
    let mut is_waiting = false;
    if let Question::Events(events) = &mut *question {
        events.stored = true;
        is_waiting = events.wait > 0;
    }
    if let Some(purpose) = purpose {
        // A link on another site would have it recorded in the name of who follows it.
        if caller.session().is_some() && headers.get("sec-fetch-site").is_some_and(is_of_other_site) {
            return Err(RequestFault::OtherSite.into());
        }
        // Each time that persons are shown in full is recorded.
        let app = Arc::clone(&api.app);
        let shown = tokio::spawn(async move {
            let reply = app.ask_showing(&caller, purpose, &question).await?;
            let json = answers::reply(&question, &reply, lang);
            Ok::<_, Failure>(answered(json, reply, page.as_ref()))
        });
        return of_task(shown.await).map_err(Stop::refused);
    }
    let (_, head) = api.app.log().known_now().await.map_err(Stop::refused)?;
    let (today, tag) = (api.app.today(), tag(&api.app, &caller, &head, lang));
    let has_it = |value: &HeaderValue| value.to_str().is_ok_and(|tags| tags.split(',').any(|one| one.trim() == tag));
    // Who waits asks for what the tag does not know yet.
    let mut response = if !is_waiting && headers.get(IF_NONE_MATCH).is_some_and(has_it) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let grounds = Grounds::of(&question, &caller, &head, today, lang);
        if let Some(kept) = grounds.as_ref().and_then(|grounds| api.rendered.get(grounds)) {
            ([(CONTENT_TYPE, JSON)], kept).into_response()
        } else {
            let reply = api.app.ask(&caller, &question).await.map_err(Stop::refused)?;
            match (grounds, answers::reply(&question, &reply, lang)) {
                (Some(grounds), Some(json)) => {
                    let body = Bytes::from(json.to_string());
                    api.rendered.keep(grounds, body.clone());
                    ([(CONTENT_TYPE, JSON)], body).into_response()
                }
                (_, json) => answered(json, reply, page.as_ref()),
            }
        }
    };
    let of_answer = response.headers_mut();
    of_answer.insert(ETAG, HeaderValue::from_str(&tag).map_err(|_| RequestFault::NoSuchAddress)?);
    of_answer.insert(VARY, HeaderValue::from_static("authorization, cookie, in-place-of, accept-language"));
    // Of who is signed in nothing is left in a browser that others use, too.
    let kept = if caller.session().is_some() { "no-store" } else { "private, no-cache" };
    of_answer.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
}

/// Whether a browser says that neither this server's pages nor its owner's hand led here.
fn is_of_other_site(site: &HeaderValue) -> bool {
    !matches!(site.as_bytes(), b"same-origin" | b"none")
}

/// For what persons are to be shown in full.
fn purpose(words: &mut Vec<(String, String)>) -> Result<Option<LookingPurpose>, RequestFault> {
    let Some(at) = words.iter().position(|(name, _)| name == SHOW) else { return Ok(None) };
    let (field, text) = words.remove(at);
    let choices = || LookingPurpose::ENTRIES.iter().map(|entry| Choice::of(entry.value)).collect();
    let other = || RequestFault::from(FieldFault::Other { field, expected: FieldKind::Code(choices()) });
    LookingPurpose::from_text(&text).map(Some).ok_or_else(other)
}

/// How far the log has to have come: whoever recorded something through one server reads it through another.
fn min_position(words: &mut Vec<(String, String)>) -> Result<Option<i64>, RequestFault> {
    let Some(at) = words.iter().position(|(name, _)| name == MIN_POSITION) else { return Ok(None) };
    let (field, text) = words.remove(at);
    let other = |_| RequestFault::from(FieldFault::Other { field, expected: FieldKind::Integer });
    text.parse().map(Some).map_err(other)
}

async fn come_to(app: &App, min_position: i64) -> Result<(), Stop> {
    let (log, until) = (app.log(), Instant::now() + COMES_WITHIN);
    if log.goes_beyond(min_position.saturating_sub(1), until).await.map_err(Stop::refused)? {
        return Ok(());
    }
    let position = log.head().await.map_err(Stop::refused)?.position();
    Err(RequestFault::NotYet { min_position, position }.into())
}

/// What an answer depends on besides the question: the log, the day, and who asks, of whom there may be several at one
/// browser.
fn tag(app: &App, caller: &Caller, head: &LogHead, lang: Lang) -> String {
    const ROOT_SHOWN: usize = 16;
    const CALLER_SHOWN: usize = 8;
    let asker = digest_of(caller.actor().as_str()).to_string();
    let asker = asker.get(..CALLER_SHOWN).unwrap_or(&asker);
    let root = hex::encode(head.root());
    let root = root.get(..ROOT_SHOWN).unwrap_or(&root);
    format!("\"p{}-{root}-{}-{}-{asker}\"", head.position(), app.today(), lang.of("zh", "en"))
}

fn answered(json: Option<Value>, reply: Reply, page: Option<&Page>) -> Response {
    match (json, reply) {
        (Some(mut json), _) => {
            if let Some(page) = page {
                page.cut(&mut json);
            }
            Json(json).into_response()
        }
        (None, Reply::Evidence(file)) => {
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static(file.media.media_type())),
                (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
            ];
            (headers, file.bytes().to_vec()).into_response()
        }
        (None, _) => StatusCode::NO_CONTENT.into_response(), // Every other reply is JSON.
    }
}

/// The command or question that an input says.
///
/// # Errors
/// If a field is missing, unknown, of another type, or says what cannot be read.
pub(super) fn asked(called: Called, fields: &[Field], input: Value) -> Result<Asked, RequestFault> {
    let input = inputs::whole(fields, input)?;
    called.asked(input.clone()).map_err(|error| {
        let reason = error.to_string();
        let field = unreadable(called, &input, &reason).unwrap_or_default();
        RequestFault::Input { field, reason }
    })
}

/// The field without which something else is wrong, or nothing: shared groups of fields are read together, so that the
/// reason alone does not name it.
fn unreadable(called: Called, input: &Value, reason: &str) -> Option<String> {
    let said = input.as_object()?;
    let is_it = |name: &&String| {
        let mut without = said.clone();
        without.remove(*name);
        called.asked(Value::Object(without)).err().is_none_or(|error| error.to_string() != reason)
    };
    said.keys().find(is_it).cloned()
}
