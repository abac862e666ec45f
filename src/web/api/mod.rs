//! The API: every command and question under one address each, the words of the command line.
//!
//! `POST /api/v1/placement/approve` with `{"class": "1班"}` is `gradtrail placement approve --class 1班`, and a question is
//! `GET /api/v1/report?year=2022`. One handler for all: an action has its address and its place in the document because it
//! is in the list of actions. `problem` says what went wrong, `document` what there is.
//!
//! Not here: rules, permissions, SQL.

mod document;
mod problem;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde_json::Value;
use strum::IntoEnumIterator as _;
use tokio::task::JoinError;
use tokio_util::task::LocalPoolHandle;

use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::{Action, Question, permits};
use crate::app::called::{Asked, Called, Input};
use crate::app::failure::Failure;
use crate::app::inputs::{self, Field, FieldFault, FieldKind};
use crate::app::key::Key;
use crate::app::reply::Reply;
use crate::domain::account::codes::LookingPurpose;
use crate::domain::terms::Term as _;
use crate::publication::answers;
use crate::refusal::Refusal as _;
use crate::text::lang::Lang;
pub use problem::RequestFault;
use problem::{Stop, language};

/// Before every address.
pub const BASE: &str = "/api/v1";
/// The word of a question that says for what persons are to be shown in full.
const SHOW: &str = "show";
/// Bytes of a body: a command with some scans, or a call's files.
const BODY_LEN_MAX: usize = 64 << 20;

/// The app, and the threads on which commands are decided: one goes on when its sender has hung up.
#[derive(Clone)]
struct Api {
    app: Arc<App>,
    commands: LocalPoolHandle,
}

/// Every address of the API.
pub fn router(app: Arc<App>) -> Router {
    let commands = LocalPoolHandle::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let addresses = actions().fold(Router::new(), |router, action| router.route(&address(action), handler(action)));
    let document = document::document();
    addresses
        .route("/api/openapi.json", get(async move || Json(document)))
        .layer(DefaultBodyLimit::max(BODY_LEN_MAX))
        .with_state(Api { app, commands })
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
    let of_command = async move |State(api): State<Api>, headers: HeaderMap, body: Result<Bytes, BytesRejection>| {
        let lang = language(&headers);
        let recorded = match body {
            Ok(body) => run(api, called, &of_input, &headers, &body, lang).await,
            Err(_) => Err(RequestFault::TooLong { max_mb: BODY_LEN_MAX >> 20 }.into()),
        };
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

/// Who calls: whose token came along. Cookies are not looked at.
async fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Stop> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, secret) = header.split_once(' ').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(RequestFault::NoToken.into());
    }
    app.caller_of_token(secret.trim(), "api").await.map_err(Stop::refused)
}

async fn run(
    api: Api,
    called: Called,
    fields: &[Field],
    headers: &HeaderMap,
    body: &[u8],
    lang: Lang,
) -> Result<Response, Stop> {
    let caller = caller(&api.app, headers).await?;
    let is_json = |value: &HeaderValue| value.to_str().is_ok_and(|of| of.starts_with("application/json"));
    if !headers.get(CONTENT_TYPE).is_some_and(is_json) {
        return Err(RequestFault::NotJson.into());
    }
    let key = headers.get("idempotency-key").map(key).transpose()?;
    let input: Value = serde_json::from_slice(body)
        .map_err(|error| RequestFault::Unreadable { line: error.line(), column: error.column() })?;
    let Asked::Command(command) = asked(called, fields, input)? else { return Err(RequestFault::NoSuchAddress.into()) };
    let app = Arc::clone(&api.app);
    let recorded = api.commands.spawn_pinned(move || async move {
        let answer = app.run(&caller, key.as_ref(), &command).await?;
        Ok::<_, Failure>(answers::answer(&answer, lang))
    });
    Ok(Json(of_task(recorded.await).map_err(Stop::refused)?).into_response())
}

/// The key of a command. Over HTTP it is of visible ASCII characters: of others nobody can say how they are read.
fn key(header: &HeaderValue) -> Result<Key, RequestFault> {
    let is_visible = header.as_bytes().iter().all(u8::is_ascii_graphic);
    let text = header.to_str().ok().filter(|_| is_visible).unwrap_or("\0");
    Key::parse(text).map_err(|refusal| RequestFault::Key { why: refusal.sentence() })
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
    let caller = caller(&api.app, headers).await?;
    let mut words: Vec<(String, String)> = form_urlencoded::parse(words.as_bytes()).into_owned().collect();
    let purpose = purpose(&mut words)?;
    let Asked::Question(question) = asked(called, fields, inputs::of_words(fields, &words))? else {
        return Err(RequestFault::NoSuchAddress.into());
    };
    permits(&caller, question.action()).map_err(Stop::refused)?;
    if let Some(purpose) = purpose {
        // Each time that persons are shown in full is recorded.
        let app = Arc::clone(&api.app);
        let shown = api.commands.spawn_pinned(move || async move {
            let reply = app.ask_showing(&caller, purpose, &question).await?;
            Ok::<_, Failure>(answered(&question, reply, lang))
        });
        return of_task(shown.await).map_err(Stop::refused);
    }
    let tag = tag(&api.app, lang).await?;
    let has_it = |value: &HeaderValue| value.to_str().is_ok_and(|tags| tags.split(',').any(|one| one.trim() == tag));
    let mut response = if headers.get(IF_NONE_MATCH).is_some_and(has_it) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let reply = api.app.ask(&caller, &question).await.map_err(Stop::refused)?;
        answered(&question, reply, lang)
    };
    let of_answer = response.headers_mut();
    of_answer.insert(ETAG, HeaderValue::from_str(&tag).map_err(|_| RequestFault::NoSuchAddress)?);
    of_answer.insert(VARY, HeaderValue::from_static("authorization, accept-language"));
    of_answer.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// For what persons are to be shown in full.
fn purpose(words: &mut Vec<(String, String)>) -> Result<Option<LookingPurpose>, RequestFault> {
    let Some(at) = words.iter().position(|(name, _)| name == SHOW) else { return Ok(None) };
    let (field, text) = words.remove(at);
    let codes = || LookingPurpose::ENTRIES.iter().map(|entry| entry.code.to_owned()).collect();
    let other = || RequestFault::from(FieldFault::Other { field, expected: FieldKind::Code(codes()) });
    LookingPurpose::from_text(&text).map(Some).ok_or_else(other)
}

/// What an answer depends on besides the question and who asks: the log, and the day.
async fn tag(app: &App, lang: Lang) -> Result<String, Stop> {
    const ROOT_SHOWN: usize = 16;
    let head = app.log().head().await.map_err(Stop::refused)?;
    let root = hex::encode(head.root());
    let root = root.get(..ROOT_SHOWN).unwrap_or(&root);
    Ok(format!("\"p{}-{root}-{}-{}\"", head.position(), app.today(), lang.of("zh", "en")))
}

fn answered(question: &Question, reply: Reply, lang: Lang) -> Response {
    match (answers::reply(question, &reply, lang), reply) {
        (Some(json), _) => Json(json).into_response(),
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

fn asked(called: Called, fields: &[Field], input: Value) -> Result<Asked, Stop> {
    let input = inputs::whole(fields, input).map_err(RequestFault::from)?;
    called.asked(input.clone()).map_err(|error| {
        let reason = error.to_string();
        let field = unreadable(called, &input, &reason).unwrap_or_default();
        RequestFault::Input { field, reason }.into()
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
