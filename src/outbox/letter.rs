//! What a message says: a letter in the language of its reader, plain and as HTML, with counts and links and nobody's name but
//! those of staff.

use askama::Template;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox as Sender, MultiPart};
use lettre::{Address, Message as Mail};

use crate::accounts::Caller;
use crate::app::failure::Failure;
use crate::app::mail::address::Mailbox;
use crate::app::mail::digest::{Digest, Matter};
use crate::app::mail::due;
use crate::app::mail::message::{MailKind, Message};
use crate::app::preferences::Preferences;
use crate::app::{App, AppError};
use crate::domain::ids::StaffId;
use crate::domain::terms::Term as _;
use crate::text::cleaning::clean;
use crate::text::lang::{Lang, Sentence, number_of, say};

/// Who writes, and where what comes back goes.
#[derive(Debug, Clone)]
pub struct Letterhead {
    pub sender: Sender,
    /// The mailbox of bounces, to whose name the id of the message is added behind a plus sign.
    pub bounces_to: Option<Address>,
}

/// A letter as it is sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Where what comes back goes.
    pub return_path: Address,
    pub to: Address,
    /// The whole of it, as RFC 5322 has it.
    pub bytes: Vec<u8>,
}

/// Why no letter can be written.
#[derive(Debug)]
pub enum LetterFault {
    /// It is not known what it would say: it is asked again.
    App(Failure),
    /// What the makers of letters and pages say.
    Written(String),
}

impl From<Failure> for LetterFault {
    fn from(failure: Failure) -> Self {
        Self::App(failure)
    }
}

impl From<AppError> for LetterFault {
    fn from(error: AppError) -> Self {
        Self::App(error.into())
    }
}

/// The parts of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    subject: Sentence,
    /// Each with where it leads.
    lines: Vec<(Sentence, Option<String>)>,
    /// What is so of the letter, at its end.
    note: Sentence,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Page<'a> {
    lang: &'static str,
    subject: &'a str,
    lines: Vec<(&'a str, Option<&'a str>)>,
    note: &'a str,
    unsubscribing: Option<(&'static str, String)>,
}

/// Writes the letter of a message; `None` where there is nothing to tell, or the reader wants none any more.
///
/// # Errors
/// When the database does not answer, or what is known makes no letter.
pub async fn written(
    app: &App,
    from: &Letterhead,
    origin: &str,
    message: &Message,
    mailbox: &Mailbox,
) -> Result<Option<Letter>, LetterFault> {
    let account = StaffId(message.recipient);
    let caller = Caller::by_token(mailbox.staff.clone(), "mail", true);
    let Preferences { language, .. } = app.preferences(&caller).await?;
    let lang = language.unwrap_or(Lang::Zh);
    let (words, unsubscribing) = match message.kind {
        MailKind::Digest => {
            if !app.wants_digest(account).await? {
                return Ok(None);
            }
            let Some(told) = app.digest_of(message).await? else { return Ok(None) };
            (of_digest(&told, message, origin), Some(format!("{origin}/u/{}", app.unsubscribing(account))))
        }
        MailKind::Deputy => {
            let own = app.own_deputyships(&caller).await?;
            let absent: Vec<Sentence> = own
                .absent
                .iter()
                .map(|of| {
                    let (name, first, last) = (clean(&of.name), of.first_day, of.last_day);
                    say(format!("{name}：{first} 至 {last}"), format!("{name}: {first} to {last}"))
                })
                .collect();
            if absent.is_empty() {
                return Ok(None); // It was ended meanwhile.
            }
            (of_deputy(absent, origin), None)
        }
    };
    letter(from, message, mailbox, &words, unsubscribing, lang).map(Some)
}

fn of_digest(told: &Digest, message: &Message, origin: &str) -> Words {
    let day = due::digest_day(message.due_at);
    let matters = told.matters.iter().map(|(matter, count)| {
        (matter_said(*matter, *count), Some(format!("{origin}/changes?after={}", message.since)))
    });
    let lists = told.lists.iter().map(|(list, count, more)| {
        let (zh, en) = match more {
            0 => (String::new(), String::new()),
            more => (format!("，其中新增 {more}"), format!(", {more} of them new")),
        };
        let said = say(format!("{}：{count} 人{zh}", list.zh()), format!("{}: {count}{en}", list.en()));
        (said, Some(format!("{origin}/students?list={}", list.code())))
    });
    Words {
        subject: say(format!("实习与就业：{day} 的待办"), format!("Internships and employment: to do on {day}")),
        lines: matters.chain(lists).collect(),
        note: say(
            "邮件只有人数，没有学生的姓名；点开后需要登录。",
            "Only counts are in this mail and no student's name; what they lead to asks you to sign in.",
        ),
    }
}

fn matter_said(matter: Matter, count: usize) -> Sentence {
    match matter {
        Matter::PlacementReturned => {
            say(format!("实习安排被退回：{count} 份"), format!("{} returned", number_of(count, "placement")))
        }
        Matter::PlacementRejected => {
            say(format!("实习安排不予批准：{count} 份"), format!("{} rejected", number_of(count, "placement")))
        }
        Matter::SigningRefused => {
            say(format!("拒签：{count} 份"), format!("{} refused by a party", number_of(count, "paper")))
        }
        Matter::ExemptionRefused => {
            say(format!("不予免实习：{count} 份"), format!("{} refused", number_of(count, "exemption")))
        }
        Matter::HostRefused => {
            say(format!("实习单位不予核定：{count} 家"), format!("{} refused", number_of(count, "host")))
        }
    }
}

fn of_deputy(absent: Vec<Sentence>, origin: &str) -> Words {
    let lead = say("请您在下列日期代理：", "You act in the place of:");
    let place = say("在「我的账号」中选择代谁办理。", "Choose under \"My account\" in whose place you act.");
    let lines = std::iter::once((lead, None)).chain(absent.into_iter().map(|one| (one, None)));
    Words {
        subject: say("实习与就业：请您代理", "Internships and employment: you are a deputy"),
        lines: lines.chain([(place, Some(format!("{origin}/me")))]).collect(),
        note: say("点开后需要登录。", "What it leads to asks you to sign in."),
    }
}

fn letter(
    from: &Letterhead,
    message: &Message,
    mailbox: &Mailbox,
    words: &Words,
    unsubscribing: Option<String>,
    lang: Lang,
) -> Result<Letter, LetterFault> {
    let fault = |error: &dyn std::fmt::Display| LetterFault::Written(error.to_string());
    let to: Address = mailbox.address.parse().map_err(|error| fault(&error))?;
    let return_path = match &from.bounces_to {
        Some(address) => Address::new(format!("{}+{}", address.user(), message.id), address.domain())
            .map_err(|error| fault(&error))?,
        None => from.sender.email.clone(),
    };
    let subject = clean(words.subject.in_lang(lang));
    let stop = lang.of("不再接收每日提醒", "Send me no daily digest any more");
    let lines: Vec<(&str, Option<&str>)> =
        words.lines.iter().map(|(said, leads)| (said.in_lang(lang), leads.as_deref())).collect();
    let page = Page {
        lang: lang.of("zh-CN", "en"),
        subject: &subject,
        lines: lines.clone(),
        note: words.note.in_lang(lang),
        unsubscribing: unsubscribing.clone().map(|address| (stop, address)),
    };
    let mut plain = String::new();
    for (said, leads) in lines {
        plain.push_str(said);
        if let Some(leads) = leads {
            plain.push_str("\r\n  ");
            plain.push_str(leads);
        }
        plain.push_str("\r\n");
    }
    plain.push_str(&format!("\r\n{}\r\n", words.note.in_lang(lang)));
    if let Some(address) = &unsubscribing {
        plain.push_str(&format!("{stop}{}{address}\r\n", lang.of("：", ": ")));
    }
    let at = u64::try_from(message.due_at).unwrap_or_default();
    let mut mail = Mail::builder()
        .from(from.sender.clone())
        // Of a name with commas or line feeds one name is made.
        .to(Sender::new(Some(clean(&mailbox.name)).filter(|name| !name.is_empty()), to.clone()))
        .subject(subject.clone())
        .message_id(Some(format!("<{}@{}>", message.id, from.sender.email.domain())))
        .date(std::time::UNIX_EPOCH + std::time::Duration::from_micros(at))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(address) = unsubscribing {
        mail = mail
            .raw_header(header("List-Unsubscribe", format!("<{address}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let html = page.render().map_err(|error| fault(&error))?;
    let mail = mail.multipart(MultiPart::alternative_plain_html(plain, html)).map_err(|error| fault(&error))?;
    Ok(Letter { return_path, to, bytes: mail.formatted() })
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
