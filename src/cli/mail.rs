//! Mail: how it is sent, and the operator's acts on what was parked and what came back.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use gradtrail::outbox::bounce::{Taken, note, read_some};
use gradtrail::outbox::letter::Letterhead;
use gradtrail::outbox::post::Post;
use gradtrail::outbox::sending::Outbox;
use gradtrail::outbox::smtp::{Login, Smtp, mailbox};
use gradtrail::private_file::is_wide;
use gradtrail::text::lang::Lang;

use super::{CliError, Place, screen};

/// Who writes when nobody said.
const SENDER: &str = "gradtrail@localhost";

/// By which mail server, as whom, how fast.
#[derive(Args)]
pub struct Mailing {
    #[arg(long, env = "GRADTRAIL_SMTP", value_name = "URL", requires = "mail_from")]
    smtp: Option<String>,
    #[arg(long, env = "GRADTRAIL_SMTP_USER", value_name = "NAME", requires_all = ["smtp", "smtp_password_file"])]
    smtp_user: Option<String>,
    #[arg(long, env = "GRADTRAIL_SMTP_PASSWORD_FILE", value_name = "FILE", requires = "smtp_user")]
    smtp_password_file: Option<PathBuf>,
    #[arg(long, env = "GRADTRAIL_SMTP_CA", value_name = "FILE", requires = "smtp")]
    smtp_ca: Option<PathBuf>,
    #[arg(long, env = "GRADTRAIL_SMTP_TIMEOUT", value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=600))]
    smtp_timeout: u16,
    #[arg(long, env = "GRADTRAIL_SMTP_ANSWER_TIMEOUT", value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u16).range(1..=3600))]
    smtp_answer_timeout: u16,
    #[arg(long, env = "GRADTRAIL_SMTP_CONNECTIONS", value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=8))]
    smtp_connections: u16,
    #[arg(long, env = "GRADTRAIL_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    #[arg(long, env = "GRADTRAIL_MAIL_BOUNCES_TO", value_name = "ADDRESS", requires = "smtp")]
    mail_bounces_to: Option<String>,
    #[arg(long, env = "GRADTRAIL_MAIL_PER_MINUTE", value_name = "N", default_value = "300")]
    mail_per_minute: NonZeroU32,
    #[arg(long, env = "GRADTRAIL_MAIL_FOLDER", value_name = "DIR")]
    mail_folder: Option<PathBuf>,
    #[arg(long, env = "GRADTRAIL_MAIL_RETURNED", value_name = "DIR")]
    mail_returned: Option<PathBuf>,
}

impl Mailing {
    /// What was typed, the password read.
    pub fn outbox(self, place: &Place, lang: Lang) -> Result<Outbox, CliError> {
        let address = |text: &str| mailbox(text).ok_or_else(|| no_address(text, lang));
        let sender = address(self.mail_from.as_deref().unwrap_or(SENDER))?;
        let bounces_to = self.mail_bounces_to.as_deref().map(address).transpose()?.map(|mailbox| mailbox.email);
        let login = match (self.smtp_user, self.smtp_password_file) {
            (Some(user), Some(path)) => Some(Login::new(user, password(&path, lang)?)),
            // Clap asks for both or none.
            (Some(_), None) | (None, Some(_)) | (None, None) => None,
        };
        let patience = Duration::from_secs(u64::from(self.smtp_timeout));
        let post = match &self.smtp {
            Some(url) => {
                let smtp = Smtp::at(url, self.smtp_ca.as_deref(), login, patience);
                let smtp = smtp.map_err(|fault| fault.sentence().in_lang(lang).to_owned())?;
                let patience_at_end = Duration::from_secs(u64::from(self.smtp_answer_timeout));
                Post::Smtp(Box::new(Smtp { patience_at_end, ..smtp }))
            }
            None => Post::Folder(self.mail_folder.unwrap_or_else(|| place.data_dir.join("mail"))),
        };
        Ok(Outbox {
            letterhead: Letterhead { sender, bounces_to },
            post,
            connections: usize::from(self.smtp_connections),
            per_minute: self.mail_per_minute.get(),
            returned: self.mail_returned,
        })
    }
}

/// The first line of a file that only its owner may read.
fn password(path: &PathBuf, lang: Lang) -> Result<String, CliError> {
    let shown = path.display();
    let unreadable =
        |error: std::io::Error| lang.of(format!("{shown} 读不了：{error}"), format!("{shown} cannot be read: {error}"));
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    if is_wide(&file).map_err(unreadable)? {
        let wide = lang
            .of(format!("{shown} 别人也能读：请 chmod 600"), format!("{shown} can be read by others, too: chmod 600"));
        return Err(wide.into());
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file, &mut text).map_err(unreadable)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn no_address(text: &str, lang: Lang) -> CliError {
    lang.of(
        format!("{text} 不是邮件地址；写成 shixi@example.cn 或 \"实习办 <shixi@example.cn>\""),
        format!("{text} is no mail address; write office@example.cn or \"The office <office@example.cn>\""),
    )
    .into()
}

/// 再试搁置的邮件
#[derive(Args)]
pub struct Retry {
    id: Option<String>,
}

impl Retry {
    pub async fn run(self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let count = place.open_existing(lang).await?.retry_mail(self.id.as_deref()).await?;
        screen::line(&lang.of(format!("{count} 封邮件将重试"), format!("Messages to be tried again: {count}")))
    }
}

/// 登记退信
#[derive(Args)]
pub struct Bounce {
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Bounce {
    pub async fn run(self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let app = place.open_existing(lang).await?;
        for path in self.files {
            let shown = path.display();
            let bytes = read_some(&path).map_err(|error| {
                lang.of(format!("{shown} 读不了：{error}"), format!("{shown} cannot be read: {error}"))
            })?;
            screen::line(&match note(&app, &bytes).await? {
                Taken::Noted => lang.of(format!("{shown}：已登记退信"), format!("{shown}: noted")),
                Taken::Unknown => lang
                    .of(format!("{shown}：不是这里发的，或已过期"), format!("{shown}: about no message that is known")),
                Taken::Nothing => lang.of(
                    format!("{shown}：不是最终的退信，不登记"),
                    format!("{shown}: nothing that came back for good"),
                ),
            })?;
        }
        Ok(())
    }
}
