//! Our own program as a server of this machine, and clients of it that keep their connections: HTTP/1.1 by hand, so that
//! they take as little as they can of the cores that the server has, too.

use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::App;
use gradtrail::app::account::{AccountAnswer, AccountOrder, AddAccount};
use gradtrail::app::actions::Command;
use gradtrail::app::reply::Answer;
use gradtrail::app::token::IssueToken;
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::commands::{Pace, WARM_UP, pace};
use crate::{Fault, process};

/// A server that has said that it can answer has so long to say so.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How often it is asked.
const ASKED_EVERY: Duration = Duration::from_millis(5);

/// A process that serves until the value is dropped.
pub struct Server {
    process: Child,
    address: String,
    /// From the start of the process until it said that it can answer.
    pub ready_s: f64,
}

impl Server {
    /// Starts the program in a data folder; `options` come before what it is to do.
    pub async fn start(data_dir: &Path, options: &[String]) -> Result<Self, Fault> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let serve = ["serve".to_owned(), "--listen".to_owned(), address.clone()];
        let started = Instant::now();
        let process = process::start(data_dir, &[options, &serve].concat())?;
        let mut server = Self { process, address, ready_s: 0.0 };
        while !server.is_ready().await {
            if started.elapsed() > READY_WITHIN {
                return Err("the server did not get ready".into());
            }
            tokio::time::sleep(ASKED_EVERY).await;
        }
        server.ready_s = started.elapsed().as_secs_f64();
        Ok(server)
    }

    async fn is_ready(&self) -> bool {
        let Ok(mut client) = Client::connect(&self.address).await else { return false };
        let answered = client.send(self.get("/health/ready", &[]).as_bytes()).await;
        answered.is_ok_and(|status| status == 200)
    }

    pub async fn client(&self) -> Result<Client, Fault> {
        Client::connect(&self.address).await
    }

    /// The request for an address, with more lines in its head.
    pub fn get(&self, path: &str, head: &[String]) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n", self.address, lines(head))
    }

    /// The head of a request that hands over so many bytes.
    pub fn post(&self, path: &str, head: &[String], length: usize) -> String {
        let (host, lines) = (&self.address, lines(head));
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{lines}Content-Length: {length}\r\n\r\n")
    }

    /// The most memory that it held so far.
    pub fn memory_mb(&self) -> Result<f64, Fault> {
        process::memory_mb(self.process.id(), "VmHWM:")
    }

    /// The memory that it holds.
    pub fn resident_mb(&self) -> Result<f64, Fault> {
        process::memory_mb(self.process.id(), "VmRSS:")
    }

    /// The seconds of processors that it took so far.
    pub fn processor_s(&self) -> Result<f64, Fault> {
        process::processor_s(self.process.id())
    }

    /// The pace of clients who ask the same again and again, and must be answered so.
    pub async fn asked(&self, request: &str, expected: u16, clients: usize, time: Duration) -> Result<Pace, Fault> {
        let begin = Instant::now() + WARM_UP;
        let end = begin + time;
        let mut tasks = vec![];
        for _ in 0..clients {
            let (client, request) = (self.client().await?, request.to_owned());
            tasks.push(tokio::spawn(ask(client, request, expected, begin, end)));
        }
        let mut latencies = vec![];
        let before = self.processor_s()?;
        for task in tasks {
            latencies.extend(task.await??);
        }
        let paced = pace(latencies, time);
        let each = (self.processor_s()? - before) / (paced.per_second * (WARM_UP + time).as_secs_f64());
        let (what, rate) = (request.lines().next().unwrap_or_default(), paced.per_second);
        println!("{what}, {expected}: {rate:.0}/s, the server's processors {:.0} µs each", each * 1e6);
        Ok(paced)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _waited = self.process.wait();
    }
}

fn lines(head: &[String]) -> String {
    head.iter().map(|line| format!("{line}\r\n")).collect()
}

async fn ask(
    mut client: Client,
    request: String,
    expected: u16,
    begin: Instant,
    end: Instant,
) -> Result<Vec<Duration>, Fault> {
    let mut latencies = vec![];
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok(latencies);
        }
        let status = client.send(request.as_bytes()).await?;
        if status != expected {
            return Err(format!("{status}: {}", client.body()).into());
        }
        if started >= begin {
            latencies.push(started.elapsed());
        }
    }
}

/// A connection, with the last answer that came on it.
pub struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
    body_at: usize,
}

impl Client {
    async fn connect(address: &str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: vec![], body_at: 0 })
    }

    /// Sends a request, and reads its answer of a known length to the end; gives its status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16, Fault> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        self.body_at = loop {
            self.read().await?;
            if let Some(end) = memmem::find(&self.answer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = str::from_utf8(&self.answer[..self.body_at])?;
        let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        // Without one there is no body: that nothing moved, say.
        let length: usize = length.map_or(Ok(0), str::parse)?;
        while self.answer.len() < self.body_at + length {
            self.read().await?;
        }
        Ok(status)
    }

    async fn read(&mut self) -> Result<(), Fault> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }

    /// A line of the head of the last answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = str::from_utf8(&self.answer[..self.body_at]).ok()?;
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// What the last answer said.
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.answer[self.body_at..]).into_owned()
    }
}

/// The line that shows the token of somebody of the bureau, whose account is opened for it.
pub async fn bureau(app: &App) -> Result<String, Fault> {
    let run = async |order| app.run(&Caller::operator("bench"), None, &Command::Account(order)).await;
    let add = AddAccount { name: "压测".to_owned(), role: Role::Bureau, school: None, class: None };
    let Answer::Account(AccountAnswer::Opened(opened)) = run(AccountOrder::Add(add)).await? else {
        return Err("no account was opened".into());
    };
    let (staff, label) = (Some(opened.staff.id.0.to_string()), "bench".to_owned());
    let issue = IssueToken { staff, label, until: None, reads_only: false };
    let Answer::Account(AccountAnswer::Token(issued)) = run(AccountOrder::IssueToken(issue)).await? else {
        return Err("no token was issued".into());
    };
    Ok(format!("Authorization: Bearer {}", issued.secret.as_str()))
}
