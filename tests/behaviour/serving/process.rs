//! The server as a process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::Database;
use crate::support::typed::command;

/// A server that runs until it is dropped.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    pub metrics: Option<SocketAddr>,
    /// What it says on stderr.
    told: Receiver<String>,
}

fn lines(read: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (told, lines) = channel();
    std::thread::spawn(move || BufReader::new(read).lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
    lines
}

/// The address in a line that tells of one.
fn address(line: &str) -> SocketAddr {
    let rest = line.split("://").nth(1).unwrap_or_else(|| panic!("{line}"));
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(rest.len());
    rest[..end].parse().unwrap_or_else(|_| panic!("{line}"))
}

impl Process {
    pub fn start(database: &Database, arguments: &[&str]) -> Self {
        let serve = command(database, &[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        Self::of(serve, arguments.contains(&"--metrics"))
    }

    pub fn of(mut serve: Command, has_metrics: bool) -> Self {
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (said, told) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        let next = || match said.recv_timeout(Duration::from_secs(60)) {
            Ok(line) => line,
            Err(_) => panic!("the server does not start: {:?}", told.try_iter().collect::<Vec<_>>()),
        };
        let listening = address(&next());
        let metrics = has_metrics.then(|| address(&next()));
        Self { child, address: listening, metrics, told }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// The next line on stderr that holds a text.
    pub fn told(&self, text: &str) -> String {
        loop {
            match self.told.recv_timeout(Duration::from_secs(60)) {
                Ok(line) if line.contains(text) => return line,
                Ok(_) => (),
                Err(_) => panic!("nothing told of {text}"),
            }
        }
    }

    /// Ends the server as a service manager does; what it told that was not asked for.
    pub fn end(mut self) -> Vec<String> {
        self.signal(Signal::TERM);
        assert!(self.child.wait().unwrap().success());
        self.told.iter().collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}
