//! A mail server from the registries (aiosmtpd), with STARTTLS and signing in.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub const USER: &str = "office";
pub const PASSWORD: &str = "湖光-秋月";

/// A mail server that runs until it is dropped.
pub struct MailServer {
    process: Child,
    pub port: u16,
    folder: TempDir,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Came {
    pub id: String,
    pub to: String,
    /// Where what comes back goes.
    pub from: String,
    pub text: String,
}

/// The Python that `ops/test` installed the mail server for.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_gradtrail")).ancestors().nth(2).unwrap();
    let python = target.join("python-mail/bin/python");
    assert!(python.exists(), "{} is not there; run ops/test, which installs it", python.display());
    python
}

impl MailServer {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("tls.crt"), made.cert.pem()).unwrap();
        std::fs::write(folder.path().join("tls.key"), made.signing_key.serialize_pem()).unwrap();
        let password = folder.path().join("password");
        std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/mail/server.py");
        let mut process = Command::new(python())
            .arg(script)
            .args([folder.path(), &folder.path().join("tls.crt"), &folder.path().join("tls.key")])
            .args([USER, PASSWORD])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let port = said.trim().parse().unwrap_or_else(|_| panic!("the mail server does not start: {said}"));
        Self { process, port, folder }
    }

    /// How it answers from now on.
    pub fn answers(&self, mode: &str) {
        let aside = self.folder.path().join("mode.part");
        std::fs::write(&aside, mode).unwrap();
        std::fs::rename(aside, self.folder.path().join("mode")).unwrap();
    }

    pub fn url(&self) -> String {
        format!("smtp://localhost:{}", self.port)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything that came, in the order in which it did.
    pub fn came(&self) -> Vec<Came> {
        read(self.folder.path())
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _ended_already = self.process.wait();
    }
}

/// The messages in a folder, by the names of their files.
pub fn read(folder: &Path) -> Vec<Came> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".eml") && !name.starts_with('.')
    });
    paths.sort();
    let came = paths.iter().map(|path| {
        let bytes = std::fs::read(path).unwrap();
        let mail = mailparse::parse_mail(&bytes).unwrap();
        let header =
            |name: &str| mailparse::MailHeaderMap::get_first_value(&mail.headers[..], name).unwrap_or_default();
        let id = header("Message-ID").trim_matches(['<', '>']).split('@').next().unwrap().to_owned();
        let bodies: Vec<String> = mail.parts().filter_map(|part| part.get_body().ok()).collect();
        let headers: Vec<String> =
            mail.headers.iter().map(|header| format!("{}: {}", header.get_key(), header.get_value())).collect();
        Came { id, to: header("To"), from: header("X-Mail-From"), text: [headers, bodies].concat().join("\n") }
    });
    came.collect()
}
