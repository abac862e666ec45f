//! How the server is to run: what is typed about certificate, log, metrics, backups and mail.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use gradtrail::text::lang::Lang;
use gradtrail::web::server::{Backups, Certificate, LogForm, Serving};

use super::mail::Mailing;
use super::{CliError, Place, now};

/// The running of the server, whatever it serves.
#[derive(Args)]
pub struct Operation {
    #[arg(long, env = "GRADTRAIL_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    #[arg(long, env = "GRADTRAIL_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    #[arg(long, env = "GRADTRAIL_LOG", value_enum)]
    log: Option<LogForm>,
    #[arg(long, env = "GRADTRAIL_METRICS", value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    #[arg(long, env = "GRADTRAIL_BACKUP_TO", value_name = "DIR")]
    backup_to: Option<PathBuf>,
    #[arg(long, env = "GRADTRAIL_BACKUP_KEEP", value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..))]
    backup_keep: u16,
    #[command(flatten)]
    mailing: Mailing,
}

impl Operation {
    /// What was typed, the certificate read.
    pub fn serving(self, listen: SocketAddr, place: &Place, lang: Lang) -> Result<Serving, CliError> {
        let certificate = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => {
                Some(Certificate::load(certificate, key).map_err(|fault| fault.sentence().in_lang(lang).to_owned())?)
            }
            // Clap asks for both or none.
            (Some(_), None) | (None, Some(_)) | (None, None) => None,
        };
        let backups = self.backup_to.map(|folder| Backups {
            location: place.location.clone(),
            key_file: place.key_file(),
            clock: now,
            folder,
            keep: usize::from(self.backup_keep),
        });
        let outbox = Some(self.mailing.outbox(place, lang)?);
        let (metrics, log) = (self.metrics, self.log);
        Ok(Serving { metrics, certificate, log, backups, outbox, ..Serving::at(listen, lang) })
    }
}
