//! The real server as a process of its own, which can be killed, and a client of it.

use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Database;
use crate::faults::{binary, succeeds};

/// A school with an officer, whose token is given.
pub fn school_of_an_officer(database: &Database) -> String {
    succeeds(database, &["school", "add", "--code", "33070001", "--name", "第一职业学校", "--category", "public"]);
    succeeds(database, &["staff", "add", "--name", "钱五", "--role", "officer", "--school", "33070001"]);
    token_of(database, "钱五")
}

pub fn token_of(database: &Database, staff: &str) -> String {
    let told = succeeds(database, &["token", "issue", "--staff", staff, "--label", "试"]);
    let begins = told.find("gt_").unwrap();
    told[begins..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// A serving process; killed when it is no longer needed.
pub struct Serving {
    process: Child,
    pub address: String,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    /// Names in lower case.
    pub head: Vec<(String, String)>,
    pub body: Value,
}

impl Answered {
    /// What is the same in every answer of one command.
    pub fn of_command(&self) -> Value {
        let of = |name: &str| self.body[name].clone();
        json!([self.status, of("recorded"), of("position"), of("events"), of("recorded_at"), of("ids")])
    }
}

impl Serving {
    pub async fn start(database: &Database) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        Self::start_at(database, &address).await
    }

    pub async fn start_at(database: &Database, address: &str) -> Self {
        let process = binary(database, &["serve", "--listen", address]).stdout(Stdio::null()).spawn().unwrap();
        let serving = Self { process, address: address.to_owned() };
        for _ in 0..600 {
            if call(address, "GET", "/health/ready", &[], "").await.is_ok_and(|answered| answered.status == 200) {
                return serving;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not answer at {address}");
    }

    /// At once, without a chance to say anything.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _was_killed = self.process.kill();
        let _was_killed = self.process.wait();
    }
}

/// One request on a connection of its own. An error is one of the connection: what became of the request is not known.
pub async fn call(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Answered> {
    let mut stream = TcpStream::connect(address).await?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes()).await?;
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await?;
    let cut = || std::io::Error::other("the answer is cut");
    let answer = String::from_utf8(answer).map_err(|_| cut())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let (first, lines) = head.split_once("\r\n").ok_or_else(cut)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let line = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let head: Vec<(String, String)> = lines.split("\r\n").filter_map(line).collect();
    let length = head.iter().find(|(name, _)| name == "content-length").and_then(|(_, length)| length.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut());
    }
    Ok(Answered { status, head, body: serde_json::from_str(body).unwrap_or(Value::Null) })
}

/// Asks a question.
pub async fn get(address: &str, token: &str, words: &str) -> std::io::Result<Answered> {
    call(address, "GET", &format!("/api/v1/{words}"), &[("authorization", &format!("Bearer {token}"))], "").await
}

/// Orders something under a key.
pub async fn post(address: &str, token: &str, words: &str, key: &str, input: &Value) -> std::io::Result<Answered> {
    let (bearer, path) = (format!("Bearer {token}"), format!("/api/v1/{words}"));
    let headers = [("authorization", &*bearer), ("content-type", "application/json"), ("idempotency-key", key)];
    call(address, "POST", &path, &headers, &input.to_string()).await
}

/// Every event that the owner of the token may see, from the beginning.
pub async fn events(address: &str, token: &str) -> Vec<Value> {
    let (mut events, mut after) = (vec![], 0);
    loop {
        let page = get(address, token, &format!("events?after={after}&limit=1000")).await.unwrap();
        assert_eq!(page.status, 200, "{page:?}");
        let next = page.body["next_after"].as_i64().unwrap();
        if next == after {
            return events;
        }
        events.extend(page.body["events"].as_array().unwrap().clone());
        after = next;
    }
}

/// The position and the unit that an answer says were recorded.
pub fn registered(answered: &Answered) -> (i64, String) {
    assert_eq!(answered.status, 200, "{answered:?}");
    let unit = answered.body["ids"]["employer"].as_str().unwrap_or_else(|| panic!("{answered:?}"));
    (answered.body["position"].as_i64().unwrap(), unit.to_owned())
}
