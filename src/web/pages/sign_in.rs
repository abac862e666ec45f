//! Signing in and out.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::drafts;
use super::frame::Frame;
use crate::app::App;
use crate::app::sign_in::Attempt;
use crate::web::error::{Error, not_let_in};
use crate::web::form::{Form, next};
use crate::web::front::Front;
use crate::web::session::{AtTheDoor, Site, cookie, secret};

/// Tells a browser what to forget.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    /// Why the last try failed.
    refused: Option<String>,
    /// What was just done, so that one signs in now.
    done: Option<&'static str>,
    login: String,
    next: String,
    /// What was typed when the session was over, as a form sends it.
    kept: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct SignInParams {
    next: String,
    done: String,
}

/// The form.
pub(in crate::web) async fn show(
    State(site): State<Site>,
    frame: Frame,
    Query(SignInParams { next: wanted, done }): Query<SignInParams>,
) -> Result<Html<String>, Error> {
    let done = match done.as_str() {
        "set-up" => Some(frame.say(
            "已设置好登录，请用新的登录名和密码登录。",
            "You have set up how you sign in; do so with the new login and password.",
        )),
        "signed-out" => Some(frame.say("已退出登录。", "You have signed out.")),
        _ if !site.app.is_set_up().await? => Some(frame.say(
            "还没有账号。请打开程序启动时显示的初始设置地址，开通第一个账号。",
            "There is no account yet. Open the address that the program showed when it started, for the first one.",
        )),
        _ => None,
    };
    let next = next(&wanted).to_owned();
    Ok(Html(SignInPage { refused: None, done, login: String::new(), next, kept: String::new(), frame }.render()?))
}

/// The form for whom the session ended while something was typed: that is kept in it, and goes on afterwards.
pub(super) fn keeping(frame: Frame, next: &str, kept: String) -> Result<Response, Error> {
    let done = frame.say(
        "登录已过期，没有办理。填的内容还在：登录后存为草稿，接着办；选好的文件要重新选。",
        "Your session is over, and nothing was done. What you typed is kept: sign in, and it is a draft with which you go on; files have to be chosen again.",
    );
    let next = next.to_owned();
    let page = SignInPage { refused: None, done: Some(done), login: String::new(), next, kept, frame };
    Ok((StatusCode::UNAUTHORIZED, Html(page.render()?)).into_response())
}

/// What the form sent: a session begins, in a cookie that is new each time; the one of the cookie before ends. What was typed
/// when the last one was over becomes a draft, and is opened.
pub(in crate::web) async fn sign_in(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    frame: Frame,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let (login, wanted, kept) = (form.get("login"), form.get("next"), form.get("kept"));
    let attempt = Attempt { login: login.clone(), password: form.get("password"), code: form.get("code") };
    match site.recording(move |app| async move { app.sign_in(&attempt, &visitor).await }).await {
        Ok(begun) => {
            if let Some(before) = secret(&headers, &site.front) {
                site.app.sign_out(&before).await?;
            }
            let cookie = cookie(&site.front, Some(begun.as_str())).ok_or(Error::NotFound)?;
            let next = next(&wanted);
            if kept.is_empty() {
                return Ok(([(SET_COOKIE, cookie)], Redirect::to(next)).into_response());
            }
            let words = form_urlencoded::parse(kept.as_bytes()).into_owned().collect();
            let caller = site.app.caller_of_session(begun.as_str(), "web").await?;
            let draft = drafts::keep_typed(&site, &caller, next, words).await?;
            Ok(([(SET_COOKIE, cookie)], Redirect::to(draft.as_deref().unwrap_or(next))).into_response())
        }
        Err(refusal) => {
            let (status, code, sentence) = not_let_in(refusal)?;
            let (refused, next) = (Some(frame.whole(&sentence)), next(&wanted).to_owned());
            let words = form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
            let frame = frame.back_at(&format!("/sign-in?{words}"));
            let page = SignInPage { refused, done: None, login, next, kept, frame };
            Ok((status, code, Html(page.render()?)).into_response())
        }
    }
}

/// Ends the session, on the server and in the browser.
pub(in crate::web) async fn sign_out(
    State(app): State<Arc<App>>,
    State(front): State<Arc<Front>>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if let Some(secret) = secret(&headers, &front) {
        app.sign_out(&secret).await?;
    }
    let cookie = cookie(&front, None).ok_or(Error::NotFound)?;
    let mut response = ([(SET_COOKIE, cookie)], Redirect::to("/sign-in?done=signed-out")).into_response();
    // Over plain http browsers do nothing of this, and Chromium then leaves the cookie as it is, too.
    if !front.is_plain() {
        let cleared = HeaderValue::from_static("\"cookies\", \"storage\"");
        response.headers_mut().insert(CLEAR_SITE_DATA, cleared);
    }
    Ok(response)
}
