//! What happens to every request besides its answer: it gets an id, its body a limited time, and it is counted and told.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::connections::Limits;
use super::log::{Cause, Log, RefusedAs, RequestId, Told, method};
use super::metrics::Metrics;
use crate::web::api;
use crate::web::error::Error;
use crate::web::pages::error::at_the_door;
use crate::web::with_headers;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Who watches over requests.
#[derive(Clone)]
pub(super) struct Watch {
    pub is_https: bool,
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
    refused: Option<RefusedAs>,
    cause: Option<Cause>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        self.watch.metrics.answered(self.status, took);
        let route = self.route.as_ref().map(MatchedPath::as_str);
        let (cause, request) = (self.cause.as_ref(), self.id.as_str());
        let (status, refused) = (self.status, self.refused);
        let told = Told { at: self.at, method: self.method, route, status, took, request, refused, cause };
        self.watch.log.request(&told);
    }
}

/// Answers a request, and counts and tells that it did.
pub(super) async fn watched(State(watch): State<Watch>, mut request: Request, next: Next) -> Response {
    let (limits, is_https) = (watch.limits, watch.is_https);
    let app = &watch.log.app;
    let mut under_way = UnderWay {
        at: app.now(),
        began: Instant::now(),
        method: method(request.method()),
        route: request.extensions().get().cloned(),
        // One that the client sends may be anything.
        id: app.new_id().to_string(),
        status: None,
        refused: None,
        cause: None,
        watch,
    };
    request.extensions_mut().insert(RequestId(under_way.id.clone()));
    let mut response = with_headers(timely(limits, request, next).await, is_https);
    under_way.status = Some(response.status().as_u16());
    under_way.refused = response.extensions_mut().remove();
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
    let (headers, is_api) = (request.headers().clone(), request.uri().path().starts_with("/api/"));
    let request = request.map(|body| {
        let deadline = Box::pin(sleep(limits.body));
        Body::new(Paced { body, deadline, is_late: Arc::clone(&is_late) })
    });
    let response = next.run(request).await;
    if !is_late.load(Ordering::Relaxed) {
        return response;
    }
    let mut response = if is_api { api::too_slow(&headers) } else { at_the_door(&Error::TooSlow, &headers) };
    // What comes after all would be taken for another request.
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body that has to go on coming: the time that it has grows with what has come of it, not with what was announced.
struct Paced {
    body: Body,
    deadline: Pin<Box<Sleep>>,
    is_late: Arc<AtomicBool>,
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let paced = self.get_mut();
        if paced.deadline.as_mut().poll(context).is_ready() {
            paced.is_late.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut)))));
        }
        let frame = ready!(Pin::new(&mut paced.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(bytes) = frame.data_ref()
        {
            let later = paced.deadline.deadline() + time_of(bytes.len());
            paced.deadline.as_mut().reset(later);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How long so many bytes may take: at a megabit a second nobody is cut off.
fn time_of(bytes: usize) -> Duration {
    const BYTES_A_SECOND: u64 = 128 << 10;
    Duration::from_micros(bytes as u64 * 1_000_000 / BYTES_A_SECOND)
}
