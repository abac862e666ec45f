//! Who takes what is due, sends it and says what became of it: round after round, over a few connections at a time, no faster
//! than is allowed.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Rset;

use super::bounce;
use super::letter::{self, Letter, LetterFault, Letterhead};
use super::post::{Post, filed};
use super::smtp::{Refusal, Smtp};
use crate::app::mail::address::Mailbox;
use crate::app::mail::keeping::{Fate, Verdict};
use crate::app::mail::message::Message;
use crate::app::{App, AppError};
use crate::domain::ids::StaffId;
use crate::refusal::Refusal as _;
use crate::text::lang::{Sentence, say};

/// Between two looks at what is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Messages of one round.
const ROUND: usize = 1_000;
/// The first pause after a mail server could not be used; each next one is twice as long.
const PAUSE: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(300);
/// What is left of earlier times is looked through once in so many rounds.
const FORGET_EVERY: u64 = 300;
const MICROS: i64 = 1_000_000;

/// How mail is sent.
#[derive(Clone)]
pub struct Outbox {
    pub letterhead: Letterhead,
    pub post: Post,
    /// Connections at a time.
    pub connections: usize,
    /// Letters a minute, over all connections.
    pub per_minute: u32,
    /// A folder of mail that came back (Maildir), which is looked through.
    pub returned: Option<PathBuf>,
}

/// Why a round ended early.
#[derive(Debug)]
pub enum RoundFault {
    App(AppError),
    /// The mail server cannot be used.
    Server(String),
    Folder(PathBuf, std::io::Error),
}

impl From<AppError> for RoundFault {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl RoundFault {
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::App(error) => {
                let Sentence { zh, en } = error.sentence();
                say(format!("邮件暂停：{zh}"), format!("Mail pauses: {en}"))
            }
            Self::Server(reason) => say(
                format!("邮件暂停，邮件服务器现在不能用：{reason}"),
                format!("Mail pauses, the mail server cannot be used just now: {reason}"),
            ),
            Self::Folder(path, reason) => {
                let path = path.display();
                say(format!("邮件暂停，{path}：{reason}"), format!("Mail pauses, {path}: {reason}"))
            }
        }
    }
}

impl Outbox {
    /// Sends what is due until the process ends; what goes wrong is told once, and again when it is something else.
    pub async fn go_on(self, app: Arc<App>, origin: String, tell: impl Fn(&Sentence)) {
        let (mut pause, mut round, mut told) = (PAUSE, 0_u64, None);
        loop {
            if round.is_multiple_of(FORGET_EVERY) {
                // What is left of earlier times is left until it can be forgotten.
                let _later = app.forget_ended_mail().await;
            }
            let wait = match self.send_due(&app, &origin).await {
                Ok(()) => {
                    (pause, told) = (PAUSE, None);
                    LOOK_EVERY
                }
                Err(fault) => {
                    let sentence = fault.sentence();
                    if told.as_ref() != Some(&sentence) {
                        tell(&sentence);
                        told = Some(sentence);
                    }
                    let wait = pause;
                    pause = (pause * 2).min(PAUSE_MAX);
                    wait
                }
            };
            round += 1;
            tokio::time::sleep(wait).await;
        }
    }

    /// Plans what is due, takes in what came back, and sends until nothing is due, with links to the pages at an origin.
    ///
    /// # Errors
    /// If the database, a folder or the mail server cannot be used; what was not sent waits.
    pub async fn send_due(&self, app: &App, origin: &str) -> Result<(), RoundFault> {
        app.plan_mail().await?;
        app.resume_mail().await?;
        if let Some(folder) = &self.returned {
            bounce::take_in(app, folder).await.map_err(|fault| match fault {
                bounce::TakeInFault::App(error) => RoundFault::App(error),
                bounce::TakeInFault::File(path, reason) => RoundFault::Folder(path, reason),
            })?;
        }
        loop {
            let due = app.mail_to_send(ROUND).await?;
            if due.is_empty() {
                return Ok(());
            }
            let queue = Mutex::new(VecDeque::from(due));
            let lines = (0..self.connections.max(1)).map(|_| self.line(app, origin, &queue));
            join_all(lines).await.into_iter().collect::<Result<(), RoundFault>>()?;
        }
    }

    /// Sends over one connection until nothing is left.
    async fn line(&self, app: &App, origin: &str, queue: &Mutex<VecDeque<Message>>) -> Result<(), RoundFault> {
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let pace = Duration::from_secs(60) * u32::try_from(self.connections).unwrap_or(1) / self.per_minute.max(1);
        let mut connection = None;
        while let Some(message) = next() {
            let begun = tokio::time::Instant::now();
            if self.send(app, origin, &message, &mut connection).await? {
                tokio::time::sleep_until(begun + pace).await;
            }
        }
        if let (Some(mut connection), Post::Smtp(smtp)) = (connection, &self.post) {
            let _gone_anyway = tokio::time::timeout(smtp.patience, connection.quit()).await;
        }
        Ok(())
    }

    /// Sends one message; says whether anything left the house.
    async fn send(
        &self,
        app: &App,
        origin: &str,
        message: &Message,
        connection: &mut Option<AsyncSmtpConnection>,
    ) -> Result<bool, RoundFault> {
        let Some(mailbox) = app.mailbox(StaffId(message.recipient)).await? else {
            app.settle_mail(message, &Fate::Dropped).await?;
            return Ok(false);
        };
        let letter = match letter::written(app, &self.letterhead, origin, message, &mailbox).await {
            Ok(Some(letter)) => letter,
            Ok(None) => {
                app.settle_mail(message, &Fate::Dropped).await?;
                return Ok(false);
            }
            Err(LetterFault::App(error)) => return Err(error.into()),
            // One that cannot be written holds up no other.
            Err(LetterFault::Written(_)) => {
                app.settle_mail(message, &Fate::Refused("unwritten".to_owned())).await?;
                return Ok(false);
            }
        };
        match &self.post {
            Post::Folder(folder) => {
                let Some(taken) = app.take_mail(message, mailbox.revision.0, 60 * MICROS).await? else {
                    return Ok(false);
                };
                if let Err(reason) = filed(folder, &message.id, &letter) {
                    app.settle_mail(&taken, &Fate::NotBegun).await?;
                    return Err(RoundFault::Folder(folder.clone(), reason));
                }
                app.settle_mail(&taken, &Fate::Sent).await?;
                Ok(true)
            }
            Post::Smtp(smtp) => self.send_by(smtp, app, message, &mailbox, &letter, connection).await,
        }
    }

    /// Sends one letter to the mail server. The message is marked between its recipient and its content: before that nothing of
    /// it was sent, and afterwards only what the server answered says what became of it.
    async fn send_by(
        &self,
        smtp: &Smtp,
        app: &App,
        message: &Message,
        mailbox: &Mailbox,
        letter: &Letter,
        connection: &mut Option<AsyncSmtpConnection>,
    ) -> Result<bool, RoundFault> {
        let mut open = match connection.take() {
            Some(open) => open,
            None => smtp.connect().await.map_err(RoundFault::Server)?,
        };
        let to_here = Message { address: mailbox.revision.0, ..message.clone() };
        match smtp.address(&mut open, letter).await {
            Ok(()) => (),
            Err(Refusal::OfServer(reason)) => return Err(RoundFault::Server(reason)),
            Err(Refusal::OfLetter(answer)) => {
                self.settle_refused(app, &to_here, answer.is_final, &answer.status).await?;
                *connection = reset(smtp, open).await;
                return Ok(true);
            }
        }
        // The content is sent in two steps, each of which may take as long as the server is waited for.
        let within = i64::try_from(smtp.patience.as_micros()).unwrap_or(i64::MAX / 4) * 2 + 5 * MICROS;
        let Some(taken) = app.take_mail(message, mailbox.revision.0, within).await? else {
            *connection = reset(smtp, open).await;
            return Ok(false);
        };
        match smtp.content(&mut open, letter).await {
            Some(Ok(())) => {
                app.settle_mail(&taken, &Fate::Sent).await?;
                *connection = Some(open);
                Ok(true)
            }
            Some(Err(Refusal::OfLetter(answer))) => {
                self.settle_refused(app, &taken, answer.is_final, &answer.status).await?;
                *connection = reset(smtp, open).await;
                Ok(true)
            }
            Some(Err(Refusal::OfServer(reason))) => {
                app.settle_mail(&taken, &Fate::NotBegun).await?;
                Err(RoundFault::Server(reason))
            }
            None => {
                app.settle_mail(&taken, &Fate::Unknown).await?;
                Err(RoundFault::Server("no answer after the content".to_owned()))
            }
        }
    }

    async fn settle_refused(
        &self,
        app: &App,
        message: &Message,
        is_final: bool,
        status: &str,
    ) -> Result<(), RoundFault> {
        let fate = if is_final { Fate::Refused(status.to_owned()) } else { Fate::Later(status.to_owned()) };
        app.settle_mail(message, &fate).await?;
        if is_final && bounce::verdict(status) == Verdict::Dead {
            app.mark_mail_dead(message, status).await?;
        }
        Ok(())
    }
}

/// The connection as it is before a letter; none where it does not answer.
async fn reset(smtp: &Smtp, mut connection: AsyncSmtpConnection) -> Option<AsyncSmtpConnection> {
    let answered = tokio::time::timeout(smtp.patience, connection.command(Rset)).await;
    matches!(answered, Ok(Ok(_))).then_some(connection)
}
