//! Connections: how many there may be, how long each may keep the server waiting, and how they end.
//!
//! Invariant: whoever says nothing loses the connection after a limited time, at every stage: in the handshake, before or
//! within the head of a request, between two requests, within a body, and while an answer is not taken.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::metrics::gauge::Gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::tls::Certificate;
use crate::text::lang::{Sentence, say};

/// Bytes of the head of a request; it has at most 100 headers, as many as hyper takes without being told.
const HEAD_LEN_MAX: usize = 32 << 10;

/// How long and how many.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// In which the head of a request has to come; so long a connection may also be idle.
    pub head: Duration,
    /// In which the body of a request has to come, and a second more for each 128 kB that has come of it.
    pub body: Duration,
    /// How many connections may be open at once.
    pub connections: usize,
}

impl Limits {
    /// What a server keeps to, given how many files the process may have open.
    pub fn usual() -> Self {
        Self { head: Duration::from_secs(10), body: Duration::from_secs(30), connections: connections_max() }
    }
}

/// As many as the system lets the process have files, without those that the database and the log need.
#[cfg(unix)]
fn connections_max() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const FILES_OF_OTHERS: usize = 256;
    const FEWEST: usize = 64;
    const MOST: usize = 4_096;
    let wanted = (MOST + FILES_OF_OTHERS) as u64;
    let limit = getrlimit(Resource::Nofile);
    // The system's usual limit is low for the sake of old programs; every program may raise it so far.
    if limit.current.is_some_and(|current| current < wanted) {
        let current = Some(limit.maximum.map_or(wanted, |maximum| maximum.min(wanted)));
        // Where it is not granted the old one stays.
        let _refused = setrlimit(Resource::Nofile, Rlimit { current, maximum: limit.maximum });
    }
    let files = getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok());
    files.map_or(MOST, |files| files.saturating_sub(FILES_OF_OTHERS)).clamp(FEWEST, MOST)
}

#[cfg(not(unix))]
fn connections_max() -> usize {
    1_024
}

/// Serves everybody who connects until the server ends: then nobody is let in, and what is under way goes on to its end.
/// Where there is no room for another connection, who comes waits in the system's queue until one ends; the idle ones
/// end by themselves.
pub(super) async fn serve(listener: TcpListener, site: Site, ending: CancellationToken, refused: impl Fn(&Sentence)) {
    let (room, connections) = (Arc::new(Semaphore::new(site.limits.connections)), TaskTracker::new());
    loop {
        let accepted = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = ending.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (site, ending) = (site.clone(), ending.clone());
                let opened = Opened::count(&site.open);
                connections.spawn(async move {
                    site.connection(stream, peer, ending).await;
                    drop((opened, place));
                });
            }
            Err(error) if is_of_the_connection(&error) => (),
            Err(error) => {
                let error = error.to_string();
                refused(&say(
                    format!("暂时不能接受连接：{error}"),
                    format!("Connections cannot be accepted for the moment: {error}"),
                ));
                // As long as the process has no more files, say.
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Whether it is the connection that failed and not the listening.
fn is_of_the_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// A connection that is counted as open until it ends, in whatever way.
struct Opened(Gauge);

impl Opened {
    fn count(open: &Gauge) -> Self {
        open.inc();
        Self(open.clone())
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What is served, how, and how many connections are open.
#[derive(Clone)]
pub(super) struct Site {
    pub router: Router,
    pub limits: Limits,
    pub certificate: Option<Arc<Certificate>>,
    pub open: Gauge,
}

impl Site {
    async fn connection(&self, stream: TcpStream, peer: SocketAddr, ending: CancellationToken) {
        // An answer is written whole; waiting for more to send would only delay its end.
        let _unknown_here = stream.set_nodelay(true);
        let Some(certificate) = &self.certificate else { return self.talk(stream, peer, ending).await };
        let shaking_hands = timeout(self.limits.head, certificate.acceptor().accept(stream));
        if let Ok(Ok(stream)) = shaking_hands.await {
            self.talk(stream, peer, ending).await;
        }
    }

    async fn talk(&self, stream: impl AsyncRead + AsyncWrite, peer: SocketAddr, ending: CancellationToken) {
        let answer = service_fn(|request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            self.router.clone().oneshot(request)
        });
        let mut stream = TimeoutStream::new(stream);
        // Who takes nothing of an answer; how long an answer takes to be found is not limited.
        stream.set_write_timeout(Some(self.limits.body));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.head);
        http.max_header_size(HEAD_LEN_MAX);
        let mut talking = pin!(http.serve_connection(TokioIo::new(Box::pin(stream)), answer));
        // How a connection ended is of interest to its client only.
        tokio::select! {
            _ended = talking.as_mut() => return,
            () = ending.cancelled() => talking.as_mut().graceful_shutdown(),
        }
        let _ended = talking.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_may_be_some_connections_and_not_endlessly_many() {
        assert!((64..=4_096).contains(&connections_max()));
    }
}
