//! Durable commands per second, in process: so many clients, each at the graduates of its own, one command at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gradtrail::app::App;

use crate::Fault;
use crate::workload::{self, caller, graduate};

/// Not counted: caches and connections come to themselves.
pub const WARM_UP: Duration = Duration::from_millis(500);

/// Commands per second, and the latency's median and 99th percentile in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// Runs `clients` tasks for `time` and measures them.
pub async fn measure(app: Arc<App>, clients: usize, time: Duration) -> Result<Pace, Fault> {
    workload::open_schools(&app, &caller()).await?;
    let begin = Instant::now() + WARM_UP;
    let end = begin + time;
    let mut tasks = vec![];
    for _ in 0..clients {
        tasks.push(tokio::spawn(client(app.clone(), begin, end)));
    }
    let mut latencies = vec![];
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(pace(latencies, time))
}

async fn client(app: Arc<App>, begin: Instant, end: Instant) -> Result<Vec<Duration>, Fault> {
    let caller = caller();
    let mut latencies = vec![];
    loop {
        for request in graduate(&app)? {
            let started = Instant::now();
            if started >= end {
                return Ok(latencies);
            }
            app.execute(&caller, request).await?;
            if started >= begin {
                latencies.push(started.elapsed());
            }
        }
    }
}

/// The pace of operations with these latencies, all done within `time`.
pub fn pace(mut latencies: Vec<Duration>, time: Duration) -> Pace {
    latencies.sort_unstable();
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below the length")]
        let index = (latencies.len() as f64 * share) as usize;
        latencies.get(index.min(latencies.len().saturating_sub(1))).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    };
    Pace { per_second: latencies.len() as f64 / time.as_secs_f64(), p50_ms: at(0.5), p99_ms: at(0.99) }
}
