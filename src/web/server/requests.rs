//! What happens to every request besides its answer: it gets an id, its body a limited time, and it is counted and told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use tower_http::timeout::{DeadlineBody, TimeoutError};

use super::connections::Limits;
use super::log::{Cause, Log, Told, method};
use super::metrics::Metrics;
use crate::web::api;
use crate::web::error::Error;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Who watches over requests.
#[derive(Clone)]
pub(super) struct Watch {
    pub log: Arc<Log>,
    pub metrics: Arc<Metrics>,
    pub limits: Limits,
}

/// A request that is under way. It is counted and told when it is dropped: answered, or left by its client.
struct UnderWay {
    watch: Watch,
    at: i64,
    began: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    id: String,
    status: Option<u16>,
    cause: Option<Cause>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        self.watch.metrics.answered(self.status, took);
        let route = self.route.as_ref().map(MatchedPath::as_str);
        let (cause, request) = (self.cause.as_ref(), self.id.as_str());
        let told = Told { at: self.at, method: self.method, route, status: self.status, took, request, cause };
        self.watch.log.request(&told);
    }
}

/// Answers a request, and counts and tells that it did.
pub(super) async fn watched(State(watch): State<Watch>, request: Request, next: Next) -> Response {
    let limits = watch.limits;
    let app = &watch.log.app;
    let mut under_way = UnderWay {
        at: app.now(),
        began: Instant::now(),
        method: method(request.method()),
        route: request.extensions().get().cloned(),
        // One that the client sends may be anything.
        id: app.new_id().to_string(),
        status: None,
        cause: None,
        watch,
    };
    let mut response = timely(limits, request, next).await;
    under_way.status = Some(response.status().as_u16());
    under_way.cause = response.extensions_mut().remove();
    if let Ok(id) = HeaderValue::from_str(&under_way.id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Answers a request whose body comes in time; else that it did not.
async fn timely(limits: Limits, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let is_late = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&is_late);
    let (headers, is_api) = (request.headers().clone(), request.uri().path().starts_with("/api/"));
    let limit = limits.body_of(length(&headers));
    let request = request.map(|body| {
        Body::new(DeadlineBody::new(limit, body).map_err(move |error| {
            if error.is::<TimeoutError>() {
                noted.store(true, Ordering::Relaxed);
            }
            error
        }))
    });
    let response = next.run(request).await;
    if !is_late.load(Ordering::Relaxed) {
        return response;
    }
    let mut response = if is_api { api::too_slow(&headers) } else { Error::TooSlow.into_response() };
    // What comes after all would be taken for another request.
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
