//! Who takes what is due, sends it and says what became of it: round after round, over a few connections at a time, no faster
//! than is allowed.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Rset;
use tokio_util::sync::CancellationToken;

use super::bounce::{self, TakeInFault};
use super::letter::{self, Letter, LetterFault, Letterhead};
use super::post::{Post, filed, tidied};
use super::smtp::{Answer, Refusal, Smtp};
use crate::app::failure::Failure;
use crate::app::mail::address::Mailbox;
use crate::app::mail::keeping::{Fate, Verdict};
use crate::app::mail::message::Message;
use crate::app::report_error::ReportError;
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
/// Letters one after the other at which a server may break off before it is said to be of no use just now.
const BROKEN_OFF_MAX: u32 = 3;
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
    App(Failure),
    /// It is not known what a letter would say; others go on.
    Letter(Failure),
    /// The mail server cannot be used.
    Server(String),
    Folder(PathBuf, std::io::Error),
    /// What came back cannot be taken in; nothing else waits for that.
    Returned(PathBuf, std::io::Error),
}

impl From<AppError> for RoundFault {
    fn from(error: AppError) -> Self {
        Self::App(error.into())
    }
}

impl From<TakeInFault> for RoundFault {
    fn from(fault: TakeInFault) -> Self {
        match fault {
            TakeInFault::App(error) => error.into(),
            TakeInFault::File(path, reason) => Self::Returned(path, reason),
        }
    }
}

/// What became of a message in a round.
enum Step {
    /// Nothing left the house.
    Nothing,
    Gone,
    /// The connection ended at it, at this step with this code.
    BrokenOff(String),
}

impl RoundFault {
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::App(failure) | Self::Letter(failure) => {
                let Sentence { zh, en } = failure.sentence();
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
            Self::Returned(path, reason) => {
                let path = path.display();
                say(
                    format!("退信读不了，{path}：{reason}"),
                    format!("Returned mail cannot be taken in, {path}: {reason}"),
                )
            }
        }
    }
}

impl Outbox {
    /// Sends what is due until it is to end, the letter under way included; what goes wrong is told once, and again when it is
    /// something else.
    pub async fn go_on(self, app: Arc<App>, origin: String, ending: CancellationToken, tell: impl Fn(&Sentence)) {
        let (mut pause, mut round) = (PAUSE, 0_u64);
        let (mut told_of_sending, mut told_of_returned) = (None, None);
        let tell_once = |done: &Result<(), RoundFault>, told: &mut Option<Sentence>| {
            let sentence = done.as_ref().err().map(RoundFault::sentence);
            if let Some(new) = sentence.as_ref().filter(|_| sentence != *told) {
                tell(new);
            }
            *told = sentence;
        };
        while !ending.is_cancelled() {
            if round.is_multiple_of(FORGET_EVERY) {
                // What is left of earlier times is left until it can be forgotten.
                let _later = self.forget_ended(&app).await;
            }
            let sent = self.send_due(&app, &origin, &ending).await;
            tell_once(&sent, &mut told_of_sending);
            tell_once(&self.take_in(&app).await, &mut told_of_returned);
            let wait = if sent.is_ok() { LOOK_EVERY } else { pause };
            pause = if sent.is_ok() { PAUSE } else { (pause * 2).min(PAUSE_MAX) };
            round += 1;
            let _ended = tokio::time::timeout(wait, ending.cancelled()).await;
        }
    }

    /// Forgets messages whose time is over, and with them their files.
    ///
    /// # Errors
    /// If the database or the folder cannot be used.
    pub async fn forget_ended(&self, app: &App) -> Result<(), RoundFault> {
        app.forget_ended_mail().await?;
        match &self.post {
            Post::Smtp(_) => Ok(()),
            Post::Folder(folder) => {
                let kept = app.mail_ids().await?;
                tidied(folder, &kept).map_err(|reason| RoundFault::Folder(folder.clone(), reason))
            }
        }
    }

    /// Takes in what came back.
    ///
    /// # Errors
    /// If the database does not answer, or something cannot be read; the rest was taken in.
    pub async fn take_in(&self, app: &App) -> Result<(), RoundFault> {
        match &self.returned {
            Some(folder) => Ok(bounce::take_in(app, folder).await?),
            None => Ok(()),
        }
    }

    /// Plans what is due, and sends until nothing is due or it is to end, with links to the pages at an origin.
    ///
    /// # Errors
    /// If the database, a folder or the mail server cannot be used; what was not sent waits.
    pub async fn send_due(&self, app: &App, origin: &str, ending: &CancellationToken) -> Result<(), RoundFault> {
        app.plan_mail().await?;
        app.resume_mail().await?;
        loop {
            let due = app.mail_to_send(ROUND).await?;
            if due.is_empty() || ending.is_cancelled() {
                return Ok(());
            }
            let (queue, has_gone) = (Mutex::new(VecDeque::from(due)), AtomicBool::new(false));
            let lines = (0..self.connections.max(1)).map(|_| self.line(app, origin, ending, &queue, &has_gone));
            match join_all(lines).await.into_iter().collect::<Result<(), RoundFault>>() {
                // A server that took something is asked again at once.
                Err(RoundFault::Server(_)) if has_gone.load(Ordering::Relaxed) => (),
                done => done?,
            }
        }
    }

    /// Sends over one connection at a time until nothing is left.
    async fn line(
        &self,
        app: &App,
        origin: &str,
        ending: &CancellationToken,
        queue: &Mutex<VecDeque<Message>>,
        has_gone: &AtomicBool,
    ) -> Result<(), RoundFault> {
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let pace = Duration::from_secs(60) * u32::try_from(self.connections).unwrap_or(1) / self.per_minute.max(1);
        let (mut connection, mut broken_off, mut unwritten) = (None, 0, None);
        while let Some(message) = next().filter(|_| !ending.is_cancelled()) {
            let begun = tokio::time::Instant::now();
            match self.send(app, origin, &message, &mut connection).await {
                Ok(Step::Nothing) => continue,
                Ok(Step::Gone) => {
                    has_gone.store(true, Ordering::Relaxed);
                    broken_off = 0;
                }
                Ok(Step::BrokenOff(_)) if broken_off + 1 < BROKEN_OFF_MAX => broken_off += 1,
                Ok(Step::BrokenOff(reason)) => return Err(RoundFault::Server(reason)),
                Err(fault @ RoundFault::Letter(_)) => {
                    unwritten = unwritten.or(Some(fault));
                    continue;
                }
                Err(fault) => return Err(fault),
            }
            tokio::select! {
                () = tokio::time::sleep_until(begun + pace) => (),
                () = ending.cancelled() => (),
            }
        }
        if let (Some(mut connection), Post::Smtp(smtp)) = (connection, &self.post) {
            let _gone_anyway = tokio::time::timeout(smtp.patience, connection.quit()).await;
        }
        unwritten.map_or(Ok(()), Err)
    }

    /// Sends one message.
    async fn send(
        &self,
        app: &App,
        origin: &str,
        message: &Message,
        connection: &mut Option<AsyncSmtpConnection>,
    ) -> Result<Step, RoundFault> {
        let Some(mailbox) = app.mailbox(StaffId(message.recipient)).await? else {
            app.settle_mail(message, &Fate::Dropped).await?;
            return Ok(Step::Nothing);
        };
        let letter = match letter::written(app, &self.letterhead, origin, message, &mailbox).await {
            Ok(Some(letter)) => letter,
            Ok(None) => {
                app.settle_mail(message, &Fate::Dropped).await?;
                return Ok(Step::Nothing);
            }
            Err(LetterFault::App(
                failure @ Failure::Report(ReportError::Stalled { .. } | ReportError::BeyondHead { .. }),
            )) => {
                return Err(RoundFault::Letter(failure));
            }
            Err(LetterFault::App(failure)) => return Err(RoundFault::App(failure)),
            // One that cannot be written holds up no other.
            Err(LetterFault::Written(_)) => {
                app.settle_mail(message, &Fate::Refused("unwritten".to_owned())).await?;
                return Ok(Step::Nothing);
            }
        };
        match &self.post {
            Post::Folder(folder) => {
                let Some(taken) = app.take_mail(message, mailbox.revision.0, 60 * MICROS).await? else {
                    return Ok(Step::Nothing);
                };
                if let Err(reason) = filed(folder, &message.id, &letter) {
                    app.settle_mail(&taken, &Fate::NotBegun).await?;
                    return Err(RoundFault::Folder(folder.clone(), reason));
                }
                app.settle_mail(&taken, &Fate::Filed).await?;
                Ok(Step::Gone)
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
    ) -> Result<Step, RoundFault> {
        let kept = connection.take();
        let is_used = kept.is_some();
        let connect = async || smtp.connect().await.map_err(RoundFault::Server);
        let mut open = match kept {
            Some(open) => open,
            None => connect().await?,
        };
        let to_here = Message { address: mailbox.revision.0, ..message.clone() };
        let mut addressed = smtp.address(&mut open, letter).await;
        if is_used && matches!(addressed, Err(Refusal::OfServer(_))) {
            // The server may have closed what was kept, and take the same on another.
            open = connect().await?;
            addressed = smtp.address(&mut open, letter).await;
        }
        match addressed {
            Ok(()) => (),
            Err(Refusal::OfServer(reason)) => return Err(RoundFault::Server(reason)),
            Err(Refusal::OfLetter(answer)) => {
                return self.refused(smtp, app, &to_here, ("RCPT", answer), open, connection).await;
            }
        }
        // DATA, and the content.
        let within = smtp.patience + smtp.patience_at_end;
        let within = i64::try_from(within.as_micros()).unwrap_or(i64::MAX / 4) + 5 * MICROS;
        let Some(taken) = app.take_mail(message, mailbox.revision.0, within).await? else {
            *connection = reset(smtp, open).await;
            return Ok(Step::Nothing);
        };
        match smtp.content(&mut open, letter).await {
            Some(Ok(())) => {
                app.settle_mail(&taken, &Fate::Sent).await?;
                *connection = Some(open);
                Ok(Step::Gone)
            }
            Some(Err(answer)) => self.refused(smtp, app, &taken, ("DATA", answer), open, connection).await,
            None => {
                app.settle_mail(&taken, &Fate::Unknown).await?;
                Ok(Step::BrokenOff("no answer after the content".to_owned()))
            }
        }
    }

    /// Settles a message to which the server said later or no at a step, and keeps the connection if it did not end with that.
    async fn refused(
        &self,
        smtp: &Smtp,
        app: &App,
        message: &Message,
        (step, answer): (&str, Answer),
        open: AsyncSmtpConnection,
        connection: &mut Option<AsyncSmtpConnection>,
    ) -> Result<Step, RoundFault> {
        self.settle_refused(app, message, answer.is_final, &answer.status).await?;
        if answer.is_last {
            return Ok(Step::BrokenOff(format!("{step} {}", answer.status)));
        }
        *connection = reset(smtp, open).await;
        Ok(Step::Gone)
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
