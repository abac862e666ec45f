//! What the server counts, in Prometheus' text format, at an address of its own.
//!
//! Invariant: no label is a name, an id or an address of anybody; each has few values, all known beforehand.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;

/// A name and one of its values.
type Label = [(&'static str, &'static str); 1];

/// Upper ends of what a request may take, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const MICROS: f64 = 1e6;

/// What is counted while the server runs.
pub(super) struct Metrics {
    requests: Family<Label, Counter>,
    seconds: Histogram,
    pub connections: Gauge,
    pub backups_failed: Counter,
    /// When the last backup was proved, in seconds since 1970-01-01 UTC; 0 before the first.
    pub backed_up_at: Gauge,
}

impl Metrics {
    pub fn new() -> Self {
        Self {
            requests: Family::default(),
            seconds: Histogram::new(SECONDS),
            connections: Gauge::default(),
            backups_failed: Counter::default(),
            backed_up_at: Gauge::default(),
        }
    }

    /// Counts an answer; none where the client left before.
    pub fn answered(&self, status: Option<u16>, took: Duration) {
        let class = match status.map(|status| status / 100) {
            Some(1) => "1xx",
            Some(2) => "2xx",
            Some(3) => "3xx",
            Some(4) => "4xx",
            Some(5) => "5xx",
            Some(_) => "other",
            None => "none",
        };
        self.requests.get_or_create(&[("class", class)]).inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// What the address of metrics answers from.
#[derive(Clone)]
pub(super) struct Counted {
    pub app: Arc<App>,
    pub metrics: Arc<Metrics>,
    /// How many connections there may be.
    pub connections_max: usize,
}

/// The one address there is.
pub(super) fn router(counted: Counted) -> Router {
    Router::new().route("/metrics", get(show)).with_state(counted)
}

async fn show(State(counted): State<Counted>) -> Response {
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &counted.registry().await) {
        Ok(()) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Counted {
    /// Everything as it is now.
    async fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix("gradtrail");
        let Metrics { requests, seconds, connections, backups_failed, backed_up_at } = &*self.metrics;
        registry.register("requests", "Requests answered, by class of status", requests.clone());
        registry.register("request_seconds", "How long answers took", seconds.clone());
        registry.register("connections", "Open connections", connections.clone());
        let max = ConstGauge::new(i64::try_from(self.connections_max).unwrap_or(i64::MAX));
        registry.register("connections_max", "How many connections may be open", max);
        registry.register("backups_failed", "Backups that were not made or not proved", backups_failed.clone());
        registry.register("backup_proved_seconds", "When the last backup was proved, Unix time", backed_up_at.clone());
        self.register_app(&mut registry);
        self.register_mail(&mut registry).await;
        self.register_log(&mut registry).await;
        registry
    }

    fn register_app(&self, registry: &mut Registry) {
        let (commands, questions) = self.app.calls().snapshot();
        let named = [
            ("commands", "Commands by what became of them", commands),
            ("questions", "Questions by what became of them", questions),
        ];
        for (name, help, counts) in named {
            let family = Family::<Label, Counter>::default();
            for (outcome, count) in counts {
                family.get_or_create(&[("outcome", outcome)]).inc_by(count);
            }
            registry.register(name, help, family);
        }
        let failures = ConstCounter::new(self.app.sign_in_failures());
        registry.register("sign_in_failures", "Sign-ins that failed", failures);
        let load = self.app.log().writer_load();
        let groups = Family::<Label, Counter>::default();
        groups.get_or_create(&[("way", "optimistic")]).inc_by(load.optimistic);
        groups.get_or_create(&[("way", "locked")]).inc_by(load.locked);
        registry.register("commit_groups", "Groups of requests committed, by way", groups);
        let (requests, mean) = (ConstCounter::new(load.requests), ConstGauge::new(load.group_mean()));
        registry.register("commit_requests", "Requests in groups that were committed", requests);
        registry.register("commit_group_mean", "Requests of a group, on the mean since the start", mean);
        let last = Gauge::<u64, AtomicU64>::default();
        last.set(load.last_group);
        registry.register("commit_group_last", "Requests of the last group", last);
        let queue = Gauge::<u64, AtomicU64>::default();
        queue.set(load.queued);
        registry.register("writer_queue", "Calls that wait for the writer", queue);
    }

    /// Mail by how far it has come, and how long the oldest waits that was not sent.
    async fn register_mail(&self, registry: &mut Registry) {
        let Ok(counts) = self.app.mail_counts().await else { return };
        let mail = Family::<Label, Gauge>::default();
        for (state, (number, _)) in &counts {
            mail.get_or_create(&[("state", *state)]).set(*number);
        }
        registry.register("mail", "Messages that are kept, by how far they have come", mail);
        let unsent = ["waiting", "sending"].iter().filter_map(|state| counts.get(state)).map(|(_, since)| *since).min();
        #[expect(clippy::cast_precision_loss, reason = "an age in seconds")]
        let age = unsent.map_or(0.0, |since| (self.app.now() - since).max(0) as f64 / MICROS);
        registry.register("mail_unsent_seconds", "Age of the oldest message that was not sent", ConstGauge::new(age));
    }

    /// The head; without one the database does not answer.
    async fn register_log(&self, registry: &mut Registry) {
        let log = self.app.log();
        let head = log.head().await;
        let readable = ConstGauge::new(i64::from(head.is_ok()));
        registry.register("database_readable", "1 if the database answers", readable);
        let Ok(head) = head else { return };
        registry.register("log_position", "Position of the last event", ConstGauge::new(head.position()));
        let stalled = Family::<Label, Gauge<f64, AtomicU64>>::default();
        for model in log.models() {
            let Some(stall) = head.read_models.get(model.name).and_then(|mark| mark.stalled.as_ref()) else { continue };
            // The event that it stopped at may not be recorded yet, or not be read now.
            let since = log.recorded_at(stall.position).await.ok().flatten().unwrap_or(head.last_recorded_at);
            #[expect(clippy::cast_precision_loss, reason = "an age in seconds")]
            let age = (self.app.now() - since).max(0) as f64 / MICROS;
            stalled.get_or_create(&[("model", model.name)]).set(age);
        }
        let help = "Age of the oldest event that a stalled read model lacks";
        registry.register("read_model_stalled_seconds", help, stalled);
    }
}
