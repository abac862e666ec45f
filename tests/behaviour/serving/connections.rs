//! Connections that say nothing, too slowly or too much.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gradtrail::accounts::Role;
use gradtrail::web::server::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use super::process::Process;
use super::{Running, SHORT, answered, get, status};
use crate::api::token;
use crate::support::{Database, Town, add_staff, school};

async fn server(limits: Limits) -> (Database, Running) {
    let database = Database::sqlite();
    let running = Running::start(Arc::new(database.open().await), limits).await;
    (database, running)
}

/// The same, and the head of a command in the name of an officer, but for its end: of others no body is read.
async fn server_with_an_officer(limits: Limits) -> (Database, Running, String) {
    let database = Database::sqlite();
    let town = Town::new(&database).await;
    town.add_school("33070001").await;
    add_staff(&town.app, &town.caller, "钱五", Role::Officer, Some(school("33070001"))).await.unwrap();
    let token = token(&town.app, "钱五", false).await;
    let running = Running::start(Arc::new(town.app), limits).await;
    let head = format!(
        "POST /api/v1/school/add HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
    );
    (database, running, head)
}

/// Waits until the server ends a connection, on which it is sent a byte now and then; how long that took.
async fn until_ended(mut stream: TcpStream, byte: Option<u8>) -> Duration {
    let began = Instant::now();
    let mut read = [0; 4096];
    loop {
        if let Ok(Ok(0) | Err(_)) = timeout(Duration::from_millis(50), stream.read(&mut read)).await {
            return began.elapsed();
        }
        if let Some(byte) = byte {
            // Sending fails only where the connection has ended.
            let _ended = stream.write_all(&[byte]).await;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the connection goes on");
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_in_time_ends_the_connection_however_it_trickles() {
    let (_database, server) = server(SHORT).await;
    let silent = TcpStream::connect(server.address).await.unwrap();
    assert!(until_ended(silent, None).await >= Duration::from_millis(300));
    let mut trickling = TcpStream::connect(server.address).await.unwrap();
    trickling.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
    assert!(until_ended(trickling, Some(b'a')).await < Duration::from_secs(5));
}

#[tokio::test]
async fn a_connection_that_is_kept_and_not_used_again_is_ended() {
    let (_database, server) = server(SHORT).await;
    let mut kept = TcpStream::connect(server.address).await.unwrap();
    for _ in 0..2 {
        sleep(Duration::from_millis(200)).await;
        kept.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut read = [0; 4096];
        let length = kept.read(&mut read).await.unwrap();
        assert!(read[..length].starts_with(b"HTTP/1.1 200"));
    }
    assert!(until_ended(kept, None).await >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_head_with_too_many_headers_or_bytes_is_refused() {
    let (_database, server) = server(SHORT).await;
    let many: String = (0..200).map(|number| format!("x-{number}: a\r\n")).collect();
    for headers in [many, format!("x-long: {}\r\n", "a".repeat(64 << 10))] {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let answer = answered(stream, &format!("GET / HTTP/1.1\r\nhost: x\r\n{headers}\r\n")).await;
        assert_eq!(status(&answer), 431, "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_answered_so_and_nothing_is_done() {
    let (_database, server, head) = server_with_an_officer(SHORT).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(format!("{head}content-length: 9999999\r\n\r\n{{").as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let trickling = tokio::spawn(async move {
        while writing.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let mut answer = vec![];
    let _reset = timeout(Duration::from_secs(10), reading.read_to_end(&mut answer)).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert_eq!(status(&answer), 408, "{answer}");
    assert!(answer.contains("content-type: application/problem+json") && answer.contains("http.too_slow"), "{answer}");
    assert!(answer.contains("connection: close") && answer.contains("x-content-type-options: nosniff"), "{answer}");
    trickling.abort();
}

#[tokio::test]
async fn a_long_body_that_goes_on_coming_has_as_much_more_time_as_a_slow_line_needs() {
    const PIECE: usize = 64 << 10;
    let (_database, server, head) = server_with_an_officer(SHORT).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let length = 5 * PIECE;
    let head = format!("{head}connection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..4 {
        stream.write_all(&[b' '; PIECE]).await.unwrap();
        sleep(Duration::from_millis(300)).await;
    }
    let answer = answered(stream, &" ".repeat(PIECE)).await;
    assert_eq!(status(&answer), 400, "blanks are no JSON: {answer}");
}

#[tokio::test]
async fn idle_connections_beyond_the_limit_keep_others_waiting_no_longer_than_they_may_be_idle() {
    let (_database, server) = server(SHORT).await;
    let mut idle = vec![];
    for _ in 0..3 * SHORT.connections {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    let asked = timeout(Duration::from_secs(10), get(server.address, "/health/live"));
    assert_eq!(status(&asked.await.unwrap()), 200);
    assert!(server.metric("gradtrail_connections").await.unwrap() <= SHORT.connections as f64);
    assert_eq!(server.metric("gradtrail_connections_max").await, Some(20.0));
    server.until("gradtrail_connections", 0.0).await;
    drop(idle);
}

/// Lets this process have so many files more than it usually needs.
fn may_have_files(wanted: u64) {
    let limit = getrlimit(Resource::Nofile);
    let wanted = wanted + 500;
    if limit.current.is_some_and(|current| current < wanted) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }).unwrap();
    }
}

#[tokio::test]
async fn behind_5_000_idle_connections_who_comes_waits_no_longer_than_they_may_be_idle() {
    const IDLE: u16 = 5_000;
    may_have_files(IDLE.into());
    let database = Database::sqlite();
    let server = Process::start(&database, &["--metrics", "127.0.0.1:0"]);
    let mut idle = vec![];
    for _ in 0..IDLE {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    let (began, limits) = (Instant::now(), Limits::usual());
    let asked = tokio::spawn(get(server.address, "/health/live"));
    // Who watches over the server is let in at once, and sees why others wait.
    let metrics = get(server.metrics.unwrap(), "/metrics").await;
    assert!(began.elapsed() < Duration::from_secs(5));
    let of = |name: &str| metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<usize>().ok());
    let open = of("gradtrail_connections ").unwrap();
    assert_eq!(of("gradtrail_connections_max "), Some(limits.connections));
    // Where connecting takes its time the first have ended by now.
    assert!((1..=limits.connections).contains(&open), "{open} are open");
    assert_eq!(status(&timeout(2 * limits.head, asked).await.unwrap().unwrap()), 200);
    drop(idle);
    assert_eq!(server.end(), Vec::<String>::new());
}

#[tokio::test]
async fn who_takes_no_answers_loses_the_connection() {
    let (_database, server) = server(SHORT).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    let request = format!("GET /api/openapi.json HTTP/1.1\r\nhost: {}\r\n\r\n", server.address);
    // More answers than lie in the buffers of both sides.
    for _ in 0..200 {
        if timeout(Duration::from_millis(100), stream.write_all(request.as_bytes())).await.is_err() {
            break;
        }
    }
    server.until("gradtrail_connections", 0.0).await;
    drop(stream);
}

#[tokio::test]
async fn what_is_under_way_when_the_server_stops_is_answered_and_nobody_else_is_let_in() {
    let limits = Limits { head: Duration::from_secs(10), body: Duration::from_secs(10), connections: 20 };
    let (_database, server, head) = server_with_an_officer(limits).await;
    let address = server.address;
    let mut under_way = TcpStream::connect(address).await.unwrap();
    under_way.write_all(format!("{head}content-length: 2\r\n\r\n{{").as_bytes()).await.unwrap();
    let idle = TcpStream::connect(address).await.unwrap();
    server.until("gradtrail_connections", 2.0).await;
    let began = Instant::now();
    let ended = server.stop();
    sleep(Duration::from_millis(200)).await;
    assert!(!ended.is_finished(), "a request is under way");
    assert!(TcpStream::connect(address).await.is_err());
    let answer = answered(under_way, "}").await;
    assert_eq!(status(&answer), 422, "no field was sent: {answer}");
    ended.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(8), "an idle connection keeps nobody");
    drop(idle);
}

#[tokio::test]
async fn who_waits_for_something_new_when_the_server_stops_is_answered_that_there_is_nothing() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school("33070001").await;
        add_staff(&town.app, &town.caller, "钱五", Role::Officer, Some(school("33070001"))).await.unwrap();
        let token = token(&town.app, "钱五", true).await;
        let head = town.app.log().head().await.unwrap().position();
        let server = Running::start(Arc::new(town.app), Limits::usual()).await;
        let request = format!(
            "GET /api/v1/events?after={head}&wait=30 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        let waiting = TcpStream::connect(server.address).await.unwrap();
        let waiting = tokio::spawn(async move { answered(waiting, &request).await });
        sleep(Duration::from_millis(500)).await;
        assert!(!waiting.is_finished(), "there is nothing new");
        let began = Instant::now();
        server.stop().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(5), "who waits keeps nobody: {:?}", began.elapsed());
        let answer = waiting.await.unwrap();
        assert_eq!(status(&answer), 200, "{answer}");
        assert!(answer.contains("\"events\":[]") && answer.contains(&format!("\"next_after\":{head}")), "{answer}");
    }
}
