//! The certificate of the server: read from two files, and read again while the server runs.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, InconsistentKeys, ServerConfig};

use crate::private_file;
use crate::text::lang::{Sentence, say};

/// Bytes of a file with a chain of certificates, or a key.
const FILE_LEN_MAX: u64 = 1 << 20;

/// Why a certificate cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The file is not there or cannot be read.
    Unreadable {
        file: PathBuf,
        reason: String,
    },
    /// Everybody on the machine may read the key.
    Wide {
        file: PathBuf,
    },
    NoCertificate {
        file: PathBuf,
    },
    NoKey {
        file: PathBuf,
    },
    /// The key is not that of the certificate.
    Mismatch {
        certificate: PathBuf,
        key: PathBuf,
    },
    /// The library refuses it.
    Unusable {
        file: PathBuf,
        reason: String,
    },
}

impl TlsFault {
    /// What is wrong, and what to do.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Unreadable { file, reason } => {
                let file = file.display();
                say(
                    format!("不能读取 {file}：{reason}。请核对路径，并让运行本程序的用户可以读它"),
                    format!(
                        "{file} cannot be read: {reason}. Check the path, and let the user of this program read it"
                    ),
                )
            }
            Self::Wide { file } => {
                let file = file.display();
                say(
                    format!("本机任何人都能读密钥 {file}；请运行 chmod 600 {file}，并换一把新的密钥和证书"),
                    format!(
                        "Everybody on this machine can read the key {file}; run chmod 600 {file}, and have a new key and \
                         certificate made"
                    ),
                )
            }
            Self::NoCertificate { file } => {
                let file = file.display();
                say(
                    format!("{file} 中没有证书；请用 PEM 文件，内有 BEGIN CERTIFICATE，服务器的证书在前，中间证书在后"),
                    format!(
                        "There is no certificate in {file}; it is to be a PEM file with BEGIN CERTIFICATE, the server's own \
                         first, then those between"
                    ),
                )
            }
            Self::NoKey { file } => {
                let file = file.display();
                say(
                    format!("{file} 中没有可用的密钥；请用不加口令的 PEM 文件，内有 BEGIN PRIVATE KEY"),
                    format!(
                        "There is no key in {file}; it is to be a PEM file with BEGIN PRIVATE KEY, without a passphrase"
                    ),
                )
            }
            Self::Mismatch { certificate, key } => {
                let (certificate, key) = (certificate.display(), key.display());
                say(
                    format!("密钥 {key} 不是证书 {certificate} 的；请把同一次办理的两个文件放在一起"),
                    format!(
                        "The key {key} is not that of the certificate {certificate}; use the two that were made together"
                    ),
                )
            }
            Self::Unusable { file, reason } => {
                let file = file.display();
                say(
                    format!("不能使用 {file}：{reason}。请重新办理证书"),
                    format!("{file} cannot be used: {reason}. Have the certificate made again"),
                )
            }
        }
    }
}

/// A certificate and its key, as they were read last.
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    current: watch::Sender<Arc<ServerConfig>>,
}

impl Certificate {
    /// Reads a chain of certificates and the key of the first of them, both PEM.
    ///
    /// # Errors
    /// If one of them cannot be used.
    pub fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsFault> {
        let current = watch::Sender::new(config(&certificate, &key)?);
        Ok(Self { certificate, key, current })
    }

    /// Reads the files again. Those who are connected keep what they have.
    ///
    /// # Errors
    /// If one of them cannot be used; then what was read before stays.
    pub(super) fn reload(&self) -> Result<(), TlsFault> {
        self.current.send_replace(config(&self.certificate, &self.key)?);
        Ok(())
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.borrow()))
    }
}

fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsFault> {
    let unusable = |error: Error| TlsFault::Unusable { file: certificate.to_owned(), reason: error.to_string() };
    let no_certificate = || TlsFault::NoCertificate { file: certificate.to_owned() };
    let chain = CertificateDer::pem_slice_iter(&read(certificate)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(no_certificate)?;
    let secret = PrivateKeyDer::from_pem_slice(&read_key(key)?);
    let secret = secret.map_err(|_| TlsFault::NoKey { file: key.to_owned() })?;
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?.with_no_client_auth();
    let mut config = builder.with_single_cert(chain, secret).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            TlsFault::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
        }
        Error::General(reason) => TlsFault::Unusable { file: key.to_owned(), reason },
        error => unusable(error),
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<Vec<u8>, TlsFault> {
    bytes(path, &open(path)?)
}

/// Not where everybody may read it. A group may: so keys lie where several services share one, and so service managers
/// hand them over.
fn read_key(path: &Path) -> Result<Vec<u8>, TlsFault> {
    let file = open(path)?;
    if private_file::is_open_to_all(&file).map_err(|error| unreadable(path, &error))? {
        return Err(TlsFault::Wide { file: path.to_owned() });
    }
    bytes(path, &file)
}

fn open(path: &Path) -> Result<File, TlsFault> {
    File::open(path).map_err(|error| unreadable(path, &error))
}

fn bytes(path: &Path, file: &File) -> Result<Vec<u8>, TlsFault> {
    let mut bytes = vec![];
    file.take(FILE_LEN_MAX).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> TlsFault {
    TlsFault::Unreadable { file: path.to_owned(), reason: error.to_string() }
}
