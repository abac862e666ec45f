//! Promise: the server answers others while some say nothing, slowly or endlessly; it speaks TLS where it is told to; it
//! tells its operator what happens and nobody's name; it backs up every day what can be restored.

mod backups;
mod connections;
pub mod process;
mod tls;
mod told;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use gradtrail::app::App;
use gradtrail::text::lang::Lang;
use gradtrail::web::server::{Limits, Server, Serving};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server in this process, at ports of its own.
pub struct Running {
    pub address: SocketAddr,
    pub metrics: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// Somewhere on this machine.
pub fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Limits that a test can wait for.
pub const SHORT: Limits =
    Limits { head: Duration::from_millis(400), body: Duration::from_millis(400), connections: 20 };

impl Running {
    pub async fn start(app: Arc<App>, limits: Limits) -> Self {
        let serving = Serving { limits, metrics: Some(anywhere()), ..Serving::at(anywhere(), Lang::Zh) };
        Self::start_as(app, serving).await
    }

    pub async fn start_as(app: Arc<App>, serving: Serving) -> Self {
        let server = Server::bind(app, serving).await.unwrap();
        let (address, metrics) = server.addresses();
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(server.run_until(async {
            let _told_or_dropped = stopped.await;
        }));
        Self { address, metrics: metrics.unwrap(), stop, ended }
    }

    /// Tells the server to stop, and gives what ends when it has.
    pub fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).unwrap();
        self.ended
    }

    /// The value of a metric, with its labels, as it is printed.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let text = get(self.metrics, "/metrics").await;
        let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
        text.lines().find_map(value)
    }

    /// Waits until a metric has a value.
    pub async fn until(&self, name: &str, value: f64) {
        for _ in 0..200 {
            if self.metric(name).await == Some(value) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} is {:?} and not {value}", self.metric(name).await);
    }
}

/// Whatever a server answers to these bytes, until it ends the connection.
pub async fn answered(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![];
    // A connection that is reset has ended, too.
    let _reset = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Status line, headers and body of a page.
pub async fn get(address: SocketAddr, path: &str) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    answered(stream, &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")).await
}

pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}
