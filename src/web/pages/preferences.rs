//! How somebody likes the pages: language, colours, and whether keys do something. They are kept on the account, so that they are the same in every
//! browser, and by the browser for the time before somebody signs in.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::frame::{COLOURS, LANGUAGE};
use crate::app::preferences::Preferences;
use crate::web::error::Error;
use crate::web::form::{Form, next};
use crate::web::session::{Site, secret};

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

/// Keeps what is chosen, and leads back. What cannot be chosen changes nothing.
pub(in crate::web) async fn keep(State(site): State<Site>, headers: HeaderMap, body: Bytes) -> Result<Response, Error> {
    let form = Form::of(&body)?;
    let chosen = Preferences::of_codes(&form.get("language"), &form.get("colours"), &form.get("keys"));
    let secret = secret(&headers, &site.front).unwrap_or_default();
    // Whoever is not signed in chooses for the browser alone.
    if let Ok(caller) = site.app.caller_of_session(&secret, "web").await {
        site.app.keep_preferences(&caller, chosen).await?;
    }
    let marks = if site.front.is_https() { "; Secure" } else { "" };
    let [language, colours, _] = chosen.codes();
    let cookies = [(LANGUAGE, language), (COLOURS, colours)].into_iter().filter_map(|(name, value)| {
        let cookie = format!("{name}={}; Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax{marks}", value?);
        Some((SET_COOKIE, HeaderValue::from_str(&cookie).ok()?))
    });
    Ok((AppendHeaders(cookies.collect::<Vec<_>>()), Redirect::to(next(&form.get("next")))).into_response())
}
