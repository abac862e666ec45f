//! Signing in and out.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::{Error, not_let_in};
use super::form::{Form, next};
use super::front::Front;
use super::session::{AtTheDoor, Site, cookie, secret};
use crate::app::App;
use crate::app::sign_in::Attempt;

/// Tells a browser what to forget.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    /// Why the last try failed.
    refused: Option<String>,
    /// What was just done, so that one signs in now.
    done: Option<&'static str>,
    login: String,
    next: String,
    is_plain: bool,
}

#[derive(Deserialize)]
pub(super) struct SignInParams {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// The form.
pub(super) async fn show(
    State(front): State<Arc<Front>>,
    Query(SignInParams { next: wanted, done }): Query<SignInParams>,
) -> Result<Html<String>, Error> {
    let done = match done.as_str() {
        "set-up" => Some("已设置好登录，请用新的登录名和密码登录"),
        "signed-out" => Some("已退出登录"),
        _ => None,
    };
    let next = next(&wanted).to_owned();
    let page = SignInPage { refused: None, done, login: String::new(), next, is_plain: front.is_plain() };
    Ok(Html(page.render()?))
}

/// What the form sent: a session begins, in a cookie that is new each time; the one of the cookie before ends.
pub(super) async fn sign_in(
    State(site): State<Site>,
    AtTheDoor(visitor): AtTheDoor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let (login, wanted) = (form.get("login"), form.get("next"));
    let attempt = Attempt { login: login.clone(), password: form.get("password"), code: form.get("code") };
    let front = Arc::clone(&site.front);
    match site.recording(move |app| async move { app.sign_in(&attempt, &visitor).await }).await {
        Ok(begun) => {
            if let Some(before) = secret(&headers, &front) {
                site.app.sign_out(&before).await?;
            }
            let cookie = cookie(&front, Some(begun.as_str())).ok_or(Error::NotFound)?;
            Ok(([(SET_COOKIE, cookie)], Redirect::to(next(&wanted))).into_response())
        }
        Err(refusal) => {
            let (status, code, sentence) = not_let_in(refusal)?;
            let (refused, next) = (Some(sentence), next(&wanted).to_owned());
            let page = SignInPage { refused, done: None, login, next, is_plain: front.is_plain() };
            Ok((status, code, Html(page.render()?)).into_response())
        }
    }
}

/// Ends the session, on the server and in the browser.
pub(super) async fn sign_out(
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
