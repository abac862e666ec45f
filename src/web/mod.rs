//! Read-only pages of the figures: the whole table of addresses, the server, and the headers of every answer.
//!
//! Not here: SQL, rules, arithmetic. Pages work without script and print as they are.

mod error;
mod pages;
mod params;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;

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
        .layer(map_response(with_headers))
        .with_state(app)
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
    axum::serve(listener, router(app)).with_graceful_shutdown(interrupted).await
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
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
