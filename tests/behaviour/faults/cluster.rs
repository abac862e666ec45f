//! A PostgreSQL of one's own, to be killed at will.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::setting;

pub struct Cluster {
    bin: PathBuf,
    directory: TempDir,
    port: u16,
}

/// The folder of `initdb` and `pg_ctl`: `ops/test` names it.
fn bin() -> PathBuf {
    let asked = || Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success());
    let named = setting("GRADTRAIL_TEST_POSTGRES_BIN")
        .or_else(|| asked().map(|output| String::from_utf8(output.stdout).unwrap().trim().to_owned()));
    let bin = PathBuf::from(named.unwrap_or_default());
    assert!(
        bin.join("initdb").exists(),
        "GRADTRAIL_TEST_POSTGRES_BIN must name the folder of initdb and pg_ctl; ops/test does it"
    );
    bin
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// PostgreSQL refuses to run as root: there it runs as the system's postgres user.
fn as_postgres(program: &Path) -> Command {
    let mut command = if is_root() { Command::new("runuser") } else { Command::new(program) };
    if is_root() {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn succeed(mut command: Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

impl Cluster {
    pub fn start() -> Self {
        let directory = tempfile::Builder::new().prefix("gradtrail-pg").tempdir().unwrap();
        if is_root() {
            let mut chown = Command::new("chown");
            chown.arg("postgres").arg(directory.path());
            succeed(chown);
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { bin: bin(), directory, port };
        let mut initdb = as_postgres(&cluster.bin.join("initdb"));
        let data = cluster.data();
        initdb.arg("-D").arg(data).args(["-U", "gradtrail", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]);
        succeed(initdb);
        cluster.start_again();
        cluster
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn pg_ctl(&self) -> Command {
        let mut command = as_postgres(&self.bin.join("pg_ctl"));
        command.arg("-D").arg(self.data()).args(["-w", "-t", "60"]);
        command
    }

    pub fn start_again(&self) {
        let mut start = self.pg_ctl();
        let directory = self.directory.path().display();
        start.arg("-l").arg(self.directory.path().join("log")).arg("-o").arg(format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c max_connections=60",
            self.port
        ));
        start.arg("start");
        succeed(start);
    }

    /// Every process of the server ends at once, as at a power cut; the next start recovers from its log.
    pub fn stop_at_once(&self) {
        let mut stop = self.pg_ctl();
        stop.args(["-m", "immediate", "stop"]);
        succeed(stop);
    }

    /// Keeps the data of a server that is stopped, like a standby that the latest commits have not reached.
    pub fn set_standby(&self) {
        self.copy("data", "standby");
    }

    /// The kept data takes the place of what a stopped server has.
    pub fn fail_over(&self) {
        std::fs::remove_dir_all(self.data()).unwrap();
        self.copy("standby", "data");
    }

    fn copy(&self, from: &str, to: &str) {
        let mut copy = as_postgres(Path::new("cp"));
        copy.arg("-a").args([from, to].map(|name| self.directory.path().join(name)));
        succeed(copy);
    }

    /// The address of its one database.
    pub fn url(&self) -> String {
        format!("postgres://gradtrail@127.0.0.1:{}/postgres", self.port)
    }
}

/// Sends a signal to one process of a server. Of one that is killed the server ends all others and recovers.
pub fn signal(pid: i32, name: &str) {
    let mut kill = Command::new("kill");
    kill.args(["-s", name, &pid.to_string()]);
    succeed(kill);
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _stopped_already = self.pg_ctl().args(["-m", "immediate", "stop"]).stderr(Stdio::null()).status();
    }
}
