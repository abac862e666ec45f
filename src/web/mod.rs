//! The server: the pages of the figures, the API, and the headers of every answer.
//!
//! Not here: SQL, rules, arithmetic. Pages work without script and print as they are.

pub mod api;
mod error;
mod pages;
mod params;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use crate::app::App;
use crate::refusal::Refusal as _;
use crate::text::cleaning::printable;

const STYLE: &str = include_str!("style.css");

/// Every page there is.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(pages::start))
        .route("/reports/{year}", get(pages::report))
        .route("/reports/{year}/{figure}", get(pages::explain))
        .route("/events/{position}", get(pages::event))
        .route("/head", get(pages::head))
        .route("/style.css", get(style))
        .fallback(pages::not_found)
        .with_state(Arc::clone(&app))
        .merge(api::router(app))
        .route("/api/{*words}", any(api::not_found))
        .layer(map_response(with_headers))
}

/// Serves the pages until the process ends or is interrupted.
///
/// # Errors
/// If the address cannot be listened on.
pub async fn serve(app: Arc<App>, address: SocketAddr) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    let interrupted = async {
        // Without a signal handler the process simply ends.
        let _ended = tokio::signal::ctrl_c().await;
    };
    let noting = tokio::spawn(note_heads(Arc::clone(&app)));
    let served = axum::serve(listener, router(Arc::clone(&app))).with_graceful_shutdown(interrupted).await;
    noting.abort();
    note_head(&app).await;
    served
}

/// What is recorded is noted outside the database within a second.
async fn note_heads(app: Arc<App>) {
    const EVERY: Duration = Duration::from_secs(1);
    let mut every = tokio::time::interval(EVERY);
    let mut noted = 0;
    loop {
        every.tick().await;
        let position = app.log().head().await.map_or(noted, |head| head.position());
        if position != noted {
            note_head(&app).await;
            noted = position;
        }
    }
}

/// It stays recorded where it cannot be noted.
async fn note_head(app: &App) {
    if let Err(error) = app.note_head().await {
        eprintln!("日志头没有记入台账：{}", printable(&error.sentence().zh));
    }
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
