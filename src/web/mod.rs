//! The server: every address on one page, and the headers of every answer. `api` orders and questions, `pages` the figures,
//! `server` how it runs and ends.
//!
//! Not here: SQL, rules, arithmetic. Pages work without script and print as they are.

pub mod api;
mod error;
mod pages;
mod params;
pub mod server;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use crate::app::App;
use server::health;

const STYLE: &str = include_str!("style.css");

/// Every address there is.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(pages::start))
        .route("/reports/{year}", get(pages::report))
        .route("/reports/{year}/{figure}", get(pages::explain))
        .route("/events/{position}", get(pages::event))
        .route("/head", get(pages::head))
        .route("/style.css", get(style))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(pages::not_found)
        .with_state(Arc::clone(&app))
        .merge(api::router(app))
        .route("/api/{*words}", any(api::not_found))
        .layer(map_response(with_headers))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

async fn with_headers(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With no-referrer browsers send a form from plain http with an origin that is none.
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in HEADERS {
        // The API says itself what may be kept.
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
