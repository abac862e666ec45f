//! How the server runs and ends: the noting of heads, and the signals on which it stops or reads its certificate again.
//!
//! `connections` who is let in and for how long, `tls` the certificate, `requests` what happens to each of them besides its
//! answer, `log` and `metrics` what the operator is told, `health` what those are who watch over it, `backups` the daily
//! ones.

mod backups;
mod connections;
pub(super) mod health;
pub(super) mod log;
mod metrics;
mod requests;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::middleware::from_fn_with_state;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::LocalPoolHandle;

use super::front::Front;
use super::router;
use crate::app::App;
use crate::demo::is_practice;
use crate::outbox::sending::Outbox;
use crate::refusal::Refusal as _;
use crate::text::lang::{Lang, Sentence, say};
pub use backups::Backups;
pub use connections::Limits;
use connections::Site;
use health::Warmth;
use log::Log;
pub use log::LogForm;
use metrics::{Counted, Metrics};
use requests::{Watch, watched};
pub use tls::{Certificate, TlsFault};

/// What is under way when the server is told to stop has so long to end.
const ENDING: Duration = Duration::from_secs(10);
/// Connections to the address of metrics: those who watch are few.
const WATCHERS_MAX: usize = 16;

/// How a server is to run.
pub struct Serving {
    pub listen: SocketAddr,
    /// How it is reached from other machines; without it only from its own.
    pub front: Option<Front>,
    /// The address of metrics, for those alone who watch over the server.
    pub metrics: Option<SocketAddr>,
    /// Without one it speaks plainly.
    pub certificate: Option<Certificate>,
    pub limits: Limits,
    /// How requests are told; without one they are not.
    pub log: Option<LogForm>,
    pub backups: Option<Backups>,
    /// How mail is sent; without it none is.
    pub outbox: Option<Outbox>,
    /// Whether a page may ask that everything begins anew, which only a demonstration can do.
    pub may_begin_anew: bool,
    /// Of what the operator is told.
    pub lang: Lang,
}

impl Serving {
    /// At an address, and nothing else.
    pub fn at(listen: SocketAddr, lang: Lang) -> Self {
        let (metrics, certificate, log, backups, outbox) = (None, None, None, None, None);
        let (front, limits) = (None, Limits::usual());
        Self { listen, front, metrics, certificate, limits, log, backups, outbox, may_begin_anew: false, lang }
    }
}

/// An address that cannot be listened on.
#[derive(Debug)]
pub struct CannotListen {
    pub address: SocketAddr,
    /// Whether it is the address of metrics.
    pub is_metrics: bool,
    pub reason: std::io::Error,
}

/// A server that is listened to and does not answer yet.
pub struct Server {
    app: Arc<App>,
    serving: Serving,
    front: Arc<Front>,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    /// By which a page asks that everything begins anew.
    anew: Arc<Notify>,
}

impl Server {
    /// Takes the addresses. Where it cannot be asked whether it is the sample city, that is not said.
    ///
    /// # Errors
    /// If one of them cannot be listened on.
    pub async fn bind(app: Arc<App>, serving: Serving) -> Result<Self, CannotListen> {
        let bind = async |address, is_metrics| {
            let bound = TcpListener::bind(address).await;
            bound.map_err(|reason| CannotListen { address, is_metrics, reason })
        };
        let listener = bind(serving.listen, false).await?;
        let metrics = match serving.metrics {
            Some(address) => Some(bind(address, true).await?),
            None => None,
        };
        let address = listener.local_addr().unwrap_or(serving.listen);
        let local = || Front::local(address, serving.certificate.is_some());
        let is_practice = is_practice(&app).await.unwrap_or(false);
        let front = Arc::new(serving.front.clone().unwrap_or_else(local).practising(is_practice));
        Ok(Self { app, serving, front, listener, metrics, anew: Arc::default() })
    }

    /// How it is reached.
    pub fn front(&self) -> &Front {
        &self.front
    }

    /// The address that it has, and that of metrics: a port that was left open is known by now.
    pub fn addresses(&self) -> (SocketAddr, Option<SocketAddr>) {
        let metrics = self.metrics.as_ref().and_then(|listener| listener.local_addr().ok());
        (self.listener.local_addr().unwrap_or(self.serving.listen), metrics)
    }

    /// Serves until the process is told to stop: new connections are refused then, and what is under way ends within ten
    /// seconds. Says whether it is to begin anew.
    pub async fn run(self) -> bool {
        // Signals are taken from here on, and not once somebody waits for them.
        let (told, anew) = (told_to_stop(), Arc::clone(&self.anew));
        let stop = async {
            tokio::select! {
                () = told => false,
                () = anew.notified() => true,
            }
        };
        self.run_until(stop).await
    }

    /// The same, until something else.
    pub async fn run_until<T>(self, stop: impl Future<Output = T>) -> T {
        let Self { app, serving, front, listener, metrics: watchers, anew } = self;
        let Serving { certificate, limits, log: form, backups, outbox, lang, may_begin_anew, .. } = serving;
        let log = Arc::new(Log { app: Arc::clone(&app), form, lang });
        let (metrics, warmth) = (Arc::new(Metrics::new()), Warmth::default());
        let mut beside = JoinSet::new();
        beside.spawn(note_heads(Arc::clone(&log)));
        beside.spawn(forget_what_ended(Arc::clone(&log)));
        beside.spawn(warmth.clone().warm_up(Arc::clone(&app)));
        let certificate = certificate.map(Arc::new);
        beside.spawn(renew(certificate.clone(), Arc::clone(&log)));
        let ending = CancellationToken::new();
        let told = |log: &Arc<Log>| {
            let log = Arc::clone(log);
            move |sentence: &Sentence| log.tell(sentence)
        };
        if let Some(listener) = watchers {
            let metrics = Arc::clone(&metrics);
            let counted = Counted { app: Arc::clone(&app), metrics, connections_max: limits.connections };
            let limits = Limits { connections: WATCHERS_MAX, ..limits };
            let site = Site { router: metrics::router(counted), limits, certificate: None, open: Gauge::default() };
            beside.spawn(connections::serve(listener, site, ending.clone(), told(&log)));
        }
        let backing_up = backups.map(|backups| {
            let (log, metrics) = (Arc::clone(&log), Arc::clone(&metrics));
            // A thread of its own: a backup is proved by restoring it, which keeps one busy for a while.
            LocalPoolHandle::new(1).spawn_pinned(move || backups.go_on(log, metrics))
        });
        let sending = outbox.map(|outbox| {
            let (app, log, origin) = (Arc::clone(&app), Arc::clone(&log), front.origin().to_owned());
            // A thread of its own: what is recorded is not sent between threads.
            let ending = ending.clone();
            LocalPoolHandle::new(1)
                .spawn_pinned(move || outbox.go_on(app, origin, ending, move |sentence| log.tell(sentence)))
        });
        let watch = Watch { is_https: front.is_https(), log: Arc::clone(&log), metrics: Arc::clone(&metrics), limits };
        let router = router(app, front).layer(Extension(warmth)).layer(from_fn_with_state(watch, watched));
        let router = if may_begin_anew { router.layer(Extension(anew)) } else { router };
        let site = Site { router, limits, certificate, open: metrics.connections.clone() };
        let mut serving = tokio::spawn(connections::serve(listener, site, ending.clone(), told(&log)));
        let stopped = stop.await;
        ending.cancel();
        // Who waits for something new is answered that there is nothing, and asks another server.
        log.app.log().end_waiting();
        // What is not done by then is given up with its connection.
        let _overdue = tokio::time::timeout(ENDING, &mut serving).await;
        serving.abort();
        if let Some(mut sending) = sending {
            // The letter under way; whatever takes longer is said to be possibly twice.
            let _overdue = tokio::time::timeout(ENDING, &mut sending).await;
            sending.abort();
        }
        if let Some(backing_up) = backing_up {
            backing_up.abort();
        }
        beside.shutdown().await;
        note_head(&log).await;
        stopped
    }
}

/// Ctrl-C, or what service managers send from now on.
#[cfg(unix)]
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    // Without its handler the signal simply ends the process.
    let terminate = signal(SignalKind::terminate());
    async {
        let terminated = async {
            match terminate {
                Ok(mut terminate) => terminate.recv().await,
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _told = terminated => (),
            _told = tokio::signal::ctrl_c() => (),
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn told_to_stop() {
    let _told = tokio::signal::ctrl_c().await;
}

/// Reads the certificate again whenever the process is told that it changed. Without one there is nothing to read, but the
/// signal is taken all the same: else it would end the process.
#[cfg(unix)]
async fn renew(certificate: Option<Arc<Certificate>>, log: Arc<Log>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut changed) = signal(SignalKind::hangup()) else { return };
    while changed.recv().await.is_some() {
        match certificate.as_ref().map(|certificate| certificate.reload()) {
            None => log.tell(&say("没有证书要重新读取", "There is no certificate to be read again")),
            Some(Ok(())) => log.tell(&say("证书已重新读取", "The certificate was read again")),
            Some(Err(fault)) => {
                let Sentence { zh, en } = fault.sentence();
                log.tell(&say(format!("仍用原来的证书：{zh}"), format!("The certificate stays the one it was: {en}")));
            }
        }
    }
}

/// Elsewhere nobody says that it changed.
#[cfg(not(unix))]
async fn renew(_: Option<Arc<Certificate>>, _: Arc<Log>) {}

/// What is recorded is noted outside the database within a second, and what is kept in memory of names follows.
async fn note_heads(log: Arc<Log>) {
    const EVERY: Duration = Duration::from_secs(1);
    let mut every = tokio::time::interval(EVERY);
    let mut noted = 0;
    loop {
        every.tick().await;
        let position = log.app.log().head().await.map_or(noted, |head| head.position());
        if position != noted {
            note_head(&log).await;
            // Whom another process erased is found here no more; whoever looks is told what is wrong with the database.
            let _follows_when_asked = log.app.follow_names().await;
            noted = position;
        }
    }
}

/// Sessions and drafts that have ended are deleted now and then; until then they are known to have ended.
async fn forget_what_ended(log: Arc<Log>) {
    const EVERY: Duration = Duration::from_secs(600);
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        if let Err(error) = log.app.forget_ended_sessions().await {
            let Sentence { zh, en } = error.sentence();
            log.tell(&say(format!("结束了的登录没有删除：{zh}"), format!("Ended sessions were not deleted: {en}")));
        }
        if let Err(error) = log.app.forget_ended_drafts().await {
            let Sentence { zh, en } = error.sentence();
            log.tell(&say(format!("到期的草稿没有删除：{zh}"), format!("Drafts that ended were not deleted: {en}")));
        }
    }
}

/// It stays recorded where it cannot be noted.
async fn note_head(log: &Log) {
    if let Err(error) = log.app.note_head().await {
        let Sentence { zh, en } = error.sentence();
        log.tell(&say(format!("日志头没有记入台账：{zh}"), format!("The head of the log was not noted: {en}")));
    }
}
