//! The mail server: one connection at a time, encrypted unless it is this very machine, signed in where that is asked for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
pub use lettre::transport::smtp::authentication::Credentials as Login;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::letter::Letter;
use crate::text::lang::{Sentence, say};

/// For the answer to the content unless said otherwise (RFC 5321, 4.5.3.2.6).
const PATIENCE_AT_END: Duration = Duration::from_secs(600);

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte on.
    Implicit,
    /// By STARTTLS, which has to be offered.
    StartTls,
    /// To this machine: by STARTTLS where it is offered.
    Loopback,
}

/// Where the mail server is, and how one is let in.
#[derive(Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub tls: TlsParameters,
    pub credentials: Option<Login>,
    /// For each step but the last.
    pub patience: Duration,
    /// For the answer to the content: a server that has it may take long, and who does not wait sends it twice.
    pub patience_at_end: Duration,
}

/// Why settings of a mail server cannot be used.
#[derive(Debug)]
pub enum SmtpFault {
    /// No `smtp://HOST[:PORT]` and no `smtps://HOST[:PORT]`.
    NoAddress(String),
    File {
        path: PathBuf,
        reason: String,
    },
}

impl SmtpFault {
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NoAddress(url) => say(
                format!(
                    "邮件服务器 {url} 应写成 smtps://主机（465，一开始就加密）或 smtp://主机:587（STARTTLS，必须能加密；本机除外）"
                ),
                format!(
                    "The mail server {url} is to be smtps://HOST (465, encrypted from the start) or smtp://HOST:587 (by \
                     STARTTLS, which it has to offer unless it is this machine)"
                ),
            ),
            Self::File { path, reason } => {
                let path = path.display();
                say(format!("{path} 读不了：{reason}"), format!("{path} cannot be read: {reason}"))
            }
        }
    }
}

/// Why a letter was not taken.
#[derive(Debug)]
pub enum Refusal {
    /// The server said later or no to this letter, or broke off at it.
    OfLetter(Answer),
    /// The server cannot be used just now, for any letter.
    OfServer(String),
}

/// What a server answered that is no yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is for good.
    pub is_final: bool,
    /// By RFC 3463 where the server says it, else its reply code.
    pub status: String,
    /// Whether the connection ends with it.
    pub is_last: bool,
}

impl Answer {
    /// Of a server that hangs up or says nothing more: later (RFC 3463, bad connection).
    fn none() -> Self {
        Self { is_final: false, status: "4.4.2".to_owned(), is_last: true }
    }
}

impl Smtp {
    /// By its address.
    ///
    /// # Errors
    /// If it is none, or the certificate of an authority cannot be read.
    pub fn at(
        url: &str,
        authority: Option<&Path>,
        credentials: Option<Login>,
        patience: Duration,
    ) -> Result<Self, SmtpFault> {
        let none = || SmtpFault::NoAddress(url.to_owned());
        let (is_implicit, rest) = match (url.strip_prefix("smtps://"), url.strip_prefix("smtp://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(none()),
        };
        let authority_of_url: axum::http::uri::Authority = rest.trim_end_matches('/').parse().map_err(|_| none())?;
        if authority_of_url.as_str().contains('@') {
            return Err(none()); // A password does not stand in an address.
        }
        let host = authority_of_url.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let is_loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let encryption = match (is_implicit, is_loopback) {
            (true, _) => Encryption::Implicit,
            (false, true) => Encryption::Loopback,
            (false, false) => Encryption::StartTls,
        };
        let mut tls = TlsParameters::builder(host.clone());
        if let Some(path) = authority {
            let fault = |reason: String| SmtpFault::File { path: path.to_owned(), reason };
            let pem = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
            tls = tls.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| fault(error.to_string()))?);
        }
        let tls = tls.build().map_err(|_| none())?;
        let port = authority_of_url.port_u16().unwrap_or(if is_implicit { 465 } else { 587 });
        Ok(Self { host, port, encryption, tls, credentials, patience, patience_at_end: PATIENCE_AT_END })
    }

    /// A connection that takes letters.
    ///
    /// # Errors
    /// If there is none to be had, it cannot be encrypted, or the server does not let in.
    pub async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let hello = ClientId::default();
        let implicit = (self.encryption == Encryption::Implicit).then(|| self.tls.clone());
        let server = (self.host.as_str(), self.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &hello, implicit, None);
        let mut connection = self.in_time(connecting).await?;
        let may_stay_plain = self.encryption == Encryption::Loopback && !connection.can_starttls();
        if self.encryption != Encryption::Implicit && !may_stay_plain {
            self.in_time(connection.starttls(self.tls.clone(), &hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            self.in_time(connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials)).await?;
        }
        Ok(connection)
    }

    async fn in_time<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
        match timeout(self.patience, step).await {
            Ok(done) => done.map_err(|error| told(&error)),
            Err(_) => Err("timeout".to_owned()),
        }
    }

    /// Says who writes to whom: after it the server only waits for the content.
    ///
    /// # Errors
    /// If the server does not take the recipient, or none at all.
    pub async fn address(&self, connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), Refusal> {
        let mail = Mail::new(Some(letter.return_path.clone()), vec![]);
        // Who is refused as a sender is refused for every letter.
        self.in_time(connection.command(mail)).await.map_err(Refusal::OfServer)?;
        let rcpt = Rcpt::new(letter.to.clone(), vec![]);
        match timeout(self.patience, connection.command(rcpt)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Refusal::OfLetter(answered(&error).unwrap_or_else(Answer::none))),
            Err(_) => Err(Refusal::OfLetter(Answer::none())),
        }
    }

    /// Sends the content; `None` where the server's answer is not known.
    pub async fn content(&self, connection: &mut AsyncSmtpConnection, letter: &Letter) -> Option<Result<(), Answer>> {
        match timeout(self.patience, connection.command(Data)).await {
            Ok(Ok(_)) => (),
            Ok(Err(error)) => return Some(Err(answered(&error).unwrap_or_else(Answer::none))),
            Err(_) => return Some(Err(Answer::none())),
        }
        match timeout(self.patience_at_end, connection.message(&letter.bytes)).await {
            Ok(Ok(_)) => Some(Ok(())),
            Ok(Err(error)) => answered(&error).map(Err),
            Err(_) => None,
        }
    }
}

/// What an answer means for the letter; of its words, in which addresses may stand, nothing is kept. 421 ends the connection.
fn answered(error: &Error) -> Option<Answer> {
    let code = error.status()?.to_string();
    let is_last = code == "421";
    Some(Answer { is_final: error.is_permanent(), status: status_in(&told(error)).unwrap_or(code), is_last })
}

/// What went wrong, in one line.
fn told(error: &Error) -> String {
    let mut said = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    crate::text::cleaning::clean(&said)
}

/// Who writes, as an address or with a name before it.
pub fn mailbox(text: &str) -> Option<Mailbox> {
    text.parse().ok()
}

/// The first status code of RFC 3463 in a text: class, subject and detail.
pub fn status_in(text: &str) -> Option<String> {
    let is_code = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        matches!(parts.as_slice(), [class, subject, detail]
            if matches!(*class, "2" | "4" | "5")
                && [subject, detail].iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())))
    };
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find(is_code).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Result<(String, u16, Encryption), String> {
        let found = Smtp::at(url, None, None, Duration::from_secs(1));
        found.map(|smtp| (smtp.host, smtp.port, smtp.encryption)).map_err(|fault| fault.sentence().en)
    }

    #[test]
    fn nothing_goes_in_clear_to_another_machine() {
        let host = || "mail.example.cn".to_owned();
        assert_eq!(at("smtps://mail.example.cn"), Ok((host(), 465, Encryption::Implicit)));
        assert_eq!(at("smtp://mail.example.cn"), Ok((host(), 587, Encryption::StartTls)));
        assert_eq!(at("smtp://mail.example.cn:25/"), Ok((host(), 25, Encryption::StartTls)));
        assert_eq!(at("smtp://127.0.0.1:2525"), Ok(("127.0.0.1".to_owned(), 2525, Encryption::Loopback)));
        for none in [
            "mail.example.cn",
            "http://mail.example.cn",
            "smtp://",
            "smtp://a:b@mail.example.cn",
            "smtp://mail example",
        ] {
            assert!(at(none).is_err(), "{none}");
        }
    }

    #[test]
    fn a_status_code_is_found_among_words_and_addresses() {
        assert_eq!(status_in("550 5.1.1 <a@b.cn>: no such user"), Some("5.1.1".to_owned()));
        assert_eq!(status_in("host 10.0.0.1 said: 452-4.2.2 full"), Some("4.2.2".to_owned()));
        assert_eq!(status_in("550 no"), None);
    }
}
