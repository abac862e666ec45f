//! The server with a certificate of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gradtrail::text::lang::Lang;
use gradtrail::web::server::{Certificate, Serving, TlsFault};
use rustix::process::Signal;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::process::Process;
use super::{Running, SHORT, answered, anywhere, get, status};
use crate::support::Database;
use crate::support::typed::refused;

/// A certificate of localhost that nobody else vouches for, in files.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    trusted: CertificateDer<'static>,
}

impl Files {
    fn write(folder: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        permit(&key, 0o600);
        Self { certificate, key, trusted: made.cert.der().clone() }
    }

    fn typed(&self) -> [&str; 4] {
        ["--tls-cert", self.certificate.to_str().unwrap(), "--tls-key", self.key.to_str().unwrap()]
    }
}

fn permit(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

/// A connection of somebody who trusts this certificate only.
async fn connect(address: SocketAddr, trusted: &CertificateDer<'static>) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
    connector.connect("localhost".try_into().unwrap(), TcpStream::connect(address).await.unwrap()).await
}

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn pages_are_served_over_tls_and_who_does_not_shake_hands_keeps_nobody_waiting() {
    let database = Database::sqlite();
    let files = Files::write(database.directory.path());
    let certificate = Certificate::load(files.certificate, files.key).unwrap();
    let serving = Serving {
        certificate: Some(certificate),
        limits: SHORT,
        metrics: Some(anywhere()),
        ..Serving::at(anywhere(), Lang::En)
    };
    let server = Running::start_as(Arc::new(database.open().await), serving).await;
    let mut silent = vec![];
    for _ in 0..SHORT.connections - 1 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let answer = answered(connect(server.address, &files.trusted).await.unwrap(), LIVE).await;
    assert_eq!(status(&answer), 200, "{answer}");
    server.until("gradtrail_connections", 0.0).await;
    // Who speaks plainly gets nothing, least of all an answer.
    let plain = answered(TcpStream::connect(server.address).await.unwrap(), LIVE).await;
    assert!(!plain.contains("HTTP/1.1"), "{plain}");
    drop(silent);
}

#[tokio::test]
async fn a_certificate_is_read_again_when_told_and_a_bad_one_leaves_the_old() {
    let database = Database::sqlite();
    let old = Files::write(database.directory.path());
    let server = Process::start(&database, &old.typed());
    let is_served = async |trusted: &CertificateDer<'static>| match connect(server.address, trusted).await {
        Ok(stream) => status(&answered(stream, LIVE).await) == 200,
        Err(_) => false,
    };
    assert!(is_served(&old.trusted).await);
    std::fs::write(&old.certificate, "no certificate").unwrap();
    server.signal(Signal::HUP);
    let told = server.told("仍用原来的证书");
    assert!(told.contains("tls.crt") && told.contains("没有证书"), "{told}");
    assert!(is_served(&old.trusted).await);
    let new = Files::write(database.directory.path());
    server.signal(Signal::HUP);
    server.told("证书已重新读取");
    assert!(is_served(&new.trusted).await && !is_served(&old.trusted).await);
    assert_eq!(server.end(), Vec::<String>::new());
}

#[tokio::test]
async fn told_to_read_a_certificate_again_a_server_without_one_goes_on() {
    let database = Database::sqlite();
    let server = Process::start(&database, &[]);
    // It is listening by now, and takes signals as soon as it answers.
    assert_eq!(status(&get(server.address, "/health/live").await), 200);
    server.signal(Signal::HUP);
    server.told("没有证书要重新读取");
    assert_eq!(status(&get(server.address, "/health/live").await), 200);
    assert_eq!(server.end(), Vec::<String>::new());
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_what_to_do_before_anything_is_made() {
    let database = Database::sqlite();
    let folder = database.directory.path();
    let other = Files::write(folder);
    let (other_key, empty) = (folder.join("other.key"), folder.join("empty"));
    std::fs::rename(other.key, &other_key).unwrap();
    std::fs::write(&empty, "").unwrap();
    let files = Files::write(folder);
    for file in [&empty, &files.certificate] {
        permit(file, 0o600);
    }
    let missing = folder.join("missing");
    let serve = |certificate: &Path, key: &Path| {
        let typed = ["serve", "--tls-cert", certificate.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
        refused(&database, &typed)
    };
    for (certificate, key, told) in [
        (&missing, &files.key, "不能读取"),
        (&files.certificate, &missing, "不能读取"),
        (&empty, &files.key, "没有证书"),
        (&files.key, &files.key, "没有证书"),
        (&files.certificate, &empty, "没有可用的密钥"),
        (&files.certificate, &files.certificate, "没有可用的密钥"),
        (&files.certificate, &other_key, "不是证书"),
    ] {
        let said = serve(certificate, key);
        assert!(said.contains(told) && said.contains("请"), "{said}");
    }
    permit(&files.key, 0o644);
    assert!(serve(&files.certificate, &files.key).contains("chmod 600"));
    // A group may share a key, and service managers hand one over so.
    permit(&files.key, 0o640);
    assert!(Certificate::load(files.certificate.clone(), files.key.clone()).is_ok());
    assert!(!folder.join("gradtrail.db").exists() && !folder.join("gradtrail.key").exists());
    let fault = Certificate::load(files.certificate, other_key).err().unwrap();
    assert!(matches!(&fault, TlsFault::Mismatch { .. }), "{fault:?}");
    assert!(fault.sentence().en.starts_with("The key"));
}

#[test]
fn a_certificate_without_a_key_and_a_key_without_a_certificate_are_wrong_usage() {
    let database = Database::sqlite();
    for flag in ["--tls-cert", "--tls-key"] {
        let (code, said) = crate::support::typed::output(&database, &["serve", flag, "file"]);
        assert_eq!(code, Some(2), "{said}");
    }
}
