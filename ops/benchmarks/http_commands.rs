//! Durable commands per second over HTTP: so many connections, each at the graduates of its own, one command at a time, each
//! with its token and its key. Evidence is attached to what graduates said, and their jobs are judged: of each six commands,
//! which bring one event each, as in process.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gradtrail::app::App;
use gradtrail::app::request::Order;
use uuid::Uuid;

use crate::commands::{self, Pace, WARM_UP, pace};
use crate::place::{Engine, Place};
use crate::server::{Client, Server, bureau};
use crate::table::{Against, Line, median};
use crate::workload::{self, graduate};
use crate::{Fault, Scale, peers};

const CLIENTS: usize = 64;

/// The day on which the job of everybody in the workload begins.
const JOB_BEGINS_ON: &str = "2022-07-01";

/// What is ordered of each graduate, one after the other: the address and the rest of the input.
const ORDERS: [(&str, &str); 6] = [
    ("review", r#""step":"attach","evidence":"labour_contract"}"#),
    ("review", r#""step":"attach","evidence":"social_insurance_record"}"#),
    ("review", r#""step":"attach","evidence":"pay_record"}"#),
    ("judge", r#""level":"none"}"#),
    ("judge", r#""level":"near"}"#),
    ("judge", r#""level":"full"}"#),
];

/// Graduates of whom nothing was ordered yet.
type Untouched = Arc<Mutex<Vec<Uuid>>>;

/// Commands over HTTP beside those in process and beside the peer, each of the same round.
pub async fn sqlite_lines(scale: &Scale, program: &str) -> Result<Vec<Line>, Fault> {
    let (mut ours, mut p99, mut memory, mut inside, mut theirs) = (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..scale.rounds {
        let place = Place::new(Engine::Sqlite).await?;
        inside.push(commands::measure(place.open().await?, CLIENTS, scale.time).await?.per_second);
        let (paced, held) = measure(Engine::Sqlite, 1, scale).await?;
        ours.push(paced.per_second);
        p99.push(paced.p99_ms);
        memory.push(held);
        let seconds = scale.time.as_secs_f64();
        let alone = peers::commands(program, "sqlite", 1, 10, seconds)?;
        let pooled = peers::commands(program, "sqlite", 16, 10, seconds)?;
        theirs.push(alone.max(pooled).max(peers::commands(program, "sqlite", 16, 1, seconds)?));
    }
    let (ours, inside, theirs) = (median(ours), median(inside), median(theirs));
    Ok(vec![
        Line::new("http.commands.64", ours, "commands/s", Against::Peer(inside), 0.5),
        Line::new("http.commands.64.peer", ours, "commands/s", Against::Peer(theirs), 8.0),
        Line::new("http.commands.64.p99", median(p99), "ms", Against::AtMost, 25.0),
        Line::new("http.memory", median(memory), "MB", Against::AtMost, 150.0),
    ])
}

/// Two servers on one database of PostgreSQL beside one on the same cores, with as many connections together.
pub async fn two_servers_line(scale: &Scale) -> Result<Line, Fault> {
    let (mut one, mut two) = (vec![], vec![]);
    for _ in 0..scale.rounds {
        one.push(measure(Engine::Postgres, 1, scale).await?.0.per_second);
        two.push(measure(Engine::Postgres, 2, scale).await?.0.per_second);
    }
    Ok(Line::new("http.two_servers", median(two), "commands/s", Against::Peer(median(one)), 0.9))
}

/// The pace of commands over HTTP on so many servers of one database, and the memory of the one that held more.
async fn measure(engine: Engine, servers: usize, scale: &Scale) -> Result<(Pace, f64), Fault> {
    let place = Place::new(engine).await?;
    let app = place.open().await?;
    let untouched = prepare(&app, scale.graduates).await?;
    let token = bureau(&app).await?;
    drop(app);
    let (mut serving, mut folders) = (vec![], vec![]);
    for _ in 0..servers {
        let folder = tempfile::tempdir()?;
        // Each server has its own copy of the key.
        std::fs::copy(place.key_file(), folder.path().join("gradtrail.key"))?;
        let options = ["--database-url".to_owned(), place.url()];
        serving.push(Arc::new(Server::start(folder.path(), &options).await?));
        folders.push(folder);
    }
    let before = serving.iter().map(|server| server.processor_s()).collect::<Result<Vec<_>, _>>()?;
    let begin = Instant::now() + WARM_UP;
    let end = begin + scale.time;
    let mut tasks = vec![];
    for number in 0..CLIENTS {
        let server = Arc::clone(&serving[number % servers]);
        let client = server.client().await?;
        tasks.push(tokio::spawn(order(server, client, token.clone(), Arc::clone(&untouched), begin, end)));
    }
    let mut latencies = vec![];
    for task in tasks {
        latencies.extend(task.await??);
    }
    let (mut memory, mut processors): (f64, f64) = (0.0, 0.0);
    for (server, before) in serving.iter().zip(before) {
        memory = memory.max(server.memory_mb()?);
        processors += server.processor_s()? - before;
    }
    let paced = pace(latencies, scale.time);
    let (rate, p50, p99) = (paced.per_second, paced.p50_ms, paced.p99_ms);
    let each = processors / (rate * (WARM_UP + scale.time).as_secs_f64()) * 1e6;
    println!(
        "{} over HTTP, servers: {servers}: {rate:.0}/s, p50 {p50:.2} ms, p99 {p99:.2} ms, their processors {each:.0} µs each",
        engine.name()
    );
    Ok((paced, memory))
}

/// Records graduates with a job each.
async fn prepare(app: &App, graduates: usize) -> Result<Untouched, Fault> {
    let caller = workload::caller();
    workload::open_schools(app, &caller).await?;
    let (mut students, mut requests) = (vec![], vec![]);
    for _ in 0..graduates {
        let [registered, graduated, has_job, ..] = graduate(app)?;
        if let Some(Order::Student { student, .. }) = registered.orders.first() {
            students.push(student.0);
        }
        requests.extend([registered, graduated, has_job]);
    }
    for done in app.execute_all(&caller, requests).await {
        done?;
    }
    Ok(Arc::new(Mutex::new(students)))
}

async fn order(
    server: Arc<Server>,
    mut client: Client,
    token: String,
    untouched: Untouched,
    begin: Instant,
    end: Instant,
) -> Result<Vec<Duration>, Fault> {
    let mut latencies = vec![];
    loop {
        let taken = untouched.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let student = taken.ok_or("too few graduates were prepared")?;
        for (step, (address, rest)) in ORDERS.into_iter().enumerate() {
            let started = Instant::now();
            if started >= end {
                return Ok(latencies);
            }
            let body = format!(r#"{{"student":"{student}","from":"{JOB_BEGINS_ON}",{rest}"#);
            let head = [
                token.clone(),
                "Content-Type: application/json".to_owned(),
                format!("Idempotency-Key: {student}:{step}"),
            ];
            let request = server.post(&format!("/api/v1/outcome/{address}"), &head, body.len()) + &body;
            let status = client.send(request.as_bytes()).await?;
            if status != 200 {
                return Err(format!("{status}: {}", client.body()).into());
            }
            if started >= begin {
                latencies.push(started.elapsed());
            }
        }
    }
}
