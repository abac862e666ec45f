//! How somebody likes the pages: language and colours, kept by the browser.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::{COLOURS, LANGUAGE};
use crate::web::form::next;
use crate::web::front::Front;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(in crate::web) struct Preferences {
    language: String,
    colours: String,
    next: String,
}

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

/// Keeps what is chosen, and leads back. What cannot be chosen changes nothing.
pub(in crate::web) async fn keep(
    State(front): State<Arc<Front>>,
    Query(Preferences { language, colours, next: to }): Query<Preferences>,
) -> Response {
    let choices = [(LANGUAGE, &language, &["zh", "en"][..]), (COLOURS, &colours, &["light", "dark", "system"][..])];
    let marks = if front.is_https() { "; Secure" } else { "" };
    let chosen = choices.into_iter().filter(|(_, value, known)| known.contains(&value.as_str()));
    let cookies = chosen.filter_map(|(name, value, _)| {
        let cookie = format!("{name}={value}; Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax{marks}");
        Some((SET_COOKIE, HeaderValue::from_str(&cookie).ok()?))
    });
    (AppendHeaders(cookies.collect::<Vec<_>>()), Redirect::to(next(&to))).into_response()
}
