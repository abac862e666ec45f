//! Runs the workload on a peer and prints one line of JSON.

mod graduate;
mod store;

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use cqrs_es::AggregateError;
use serde_json::json;

use graduate::{Fact, Record, Refusal};
use store::Store;

/// As in gradtrail: what is compared is not the allocator.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What went wrong, in a sentence.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Not counted: connections and caches come to themselves.
const WARM_UP: Duration = Duration::from_millis(500);

#[derive(Parser)]
struct Arguments {
    /// `sqlite`, or the address of a PostgreSQL server
    #[arg(long)]
    store: String,
    #[arg(long, default_value_t = 1)]
    clients: usize,
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Connections
    #[arg(long, default_value_t = 10)]
    pool: u32,
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let arguments = Arguments::parse();
    let store = Arc::new(Store::open(&arguments.store, arguments.pool).await?);
    let run = run(&store, arguments.clients, Duration::from_secs_f64(arguments.seconds)).await?;
    let stored = store.event_count().await?;
    if stored != run.recorded {
        return Err(format!("{} commands were answered, {stored} events are stored", run.recorded).into());
    }
    let mut latencies = run.latencies;
    latencies.sort_unstable();
    let at = |percent: usize| {
        let index = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    };
    println!(
        "{}",
        json!({
            "store": arguments.store,
            "clients": arguments.clients,
            "pool": arguments.pool,
            "commands": latencies.len(),
            "per_second": latencies.len() as f64 / arguments.seconds,
            "p50_ms": at(50),
            "p99_ms": at(99),
            "retries": run.retries,
        })
    );
    match Arc::into_inner(store) {
        Some(store) => store.close().await,
        None => Ok(()),
    }
}

struct Run {
    /// Of the commands that began after the warm-up.
    latencies: Vec<Duration>,
    /// All commands answered, those of the warm-up too.
    recorded: i64,
    retries: usize,
}

async fn run(store: &Arc<Store>, clients: usize, time: Duration) -> Result<Run, Fault> {
    let begin = Instant::now() + WARM_UP;
    let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(client(store.clone(), begin, begin + time))).collect();
    let mut whole = Run { latencies: vec![], recorded: 0, retries: 0 };
    for task in tasks {
        let run = task.await??;
        whole.latencies.extend(run.latencies);
        whole.recorded += run.recorded;
        whole.retries += run.retries;
    }
    Ok(whole)
}

async fn client(store: Arc<Store>, begin: Instant, end: Instant) -> Result<Run, Fault> {
    let mut run = Run { latencies: vec![], recorded: 0, retries: 0 };
    loop {
        #[expect(clippy::disallowed_methods, reason = "the peers have no App that makes ids")]
        let id = uuid::Uuid::now_v7().to_string();
        for step in 0..6 {
            let started = Instant::now();
            if started >= end {
                return Ok(run);
            }
            // A busy database and a lost race are tried again, as an application would.
            while let Err(error) = command(&store, &id, step).await {
                match error {
                    AggregateError::UserError(refusal) => return Err(refusal.into()),
                    other if run.retries > 100_000 => return Err(other.to_string().into()),
                    _ => run.retries += 1,
                }
            }
            run.recorded += 1;
            if started >= begin {
                run.latencies.push(started.elapsed());
            }
        }
    }
}

async fn command(store: &Store, id: &str, step: usize) -> Result<(), AggregateError<Refusal>> {
    let fact = |what: &str, effective_on: &str, details: serde_json::Value| Fact {
        what: what.to_owned(),
        subject: id.to_owned(),
        effective_on: effective_on.to_owned(),
        details,
    };
    match step {
        0 => {
            let details = json!({"school": "33070001", "class": "高三汽修2班", "specialty": "700206", "gender": "male",
                                 "route": "regular", "identity": 1});
            let fact = fact("student_registered", "2019-09-01", details);
            store.student(id, Record { fact, after: None }).await
        }
        1 => {
            let fact = fact("graduation_confirmed", "2022-06-30", json!({}));
            store.student(id, Record { fact, after: Some("student_registered") }).await
        }
        2 => {
            let details = json!({"kind": "enterprise", "salary_yuan": 4000, "source": "staff", "by": id,
                                 "reported_on": "2022-09-01"});
            let fact = fact("destination_asserted", "2022-07-01", details);
            store.outcome(id, Record { fact, after: None }).await
        }
        3 => {
            let fact = fact("evidence_attached", "2022-07-01", json!({"kind": "labour_contract"}));
            store.outcome(id, Record { fact, after: Some("destination_asserted") }).await
        }
        4 => {
            let fact = fact("destination_verified", "2022-10-01", json!({"level": "L2", "by": id}));
            store.outcome(id, Record { fact, after: Some("destination_asserted") }).await
        }
        _ => {
            let details = json!({"channel": "vocational_exam", "level": "junior_college", "source": "staff",
                                 "college": 2});
            let fact = fact("admitted", "2022-08-01", details);
            store.study(id, Record { fact, after: None }).await
        }
    }
}
