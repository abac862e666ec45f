//! What mail servers send back: which message it is about, and what it says of the address.
//!
//! A message is known by its id, which nobody else can make: in the `Message-ID` of what was returned, else in the address to
//! which it was returned. What names no id of ours, or says no status, changes nothing.

use std::path::{Path, PathBuf};

use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};

use super::smtp::status_in;
use crate::app::mail::keeping::Verdict;
use crate::app::{App, AppError};

/// Bytes of what is read of one.
pub const LEN_MAX: usize = 1 << 20;
/// Digits of an id.
const ID_LEN: usize = 24;
/// Parts within parts that are looked through.
const DEPTH_MAX: usize = 8;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Of the message.
    pub id: String,
    /// By RFC 3463.
    pub status: String,
}

/// What became of something that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Noted,
    /// It is about no message that is known.
    Unknown,
    /// It is nothing that came back for good: a note that it takes longer, or a person's answer.
    Nothing,
}

/// Why a folder of what came back cannot be looked through.
#[derive(Debug)]
pub enum TakeInFault {
    App(AppError),
    File(PathBuf, std::io::Error),
}

/// What a status code says of the address. 5.1.7 and 5.1.8 are of the sender's, 5.7.x of our right to write, x.2.2 of a full
/// mailbox: ours or the time's to mend, and nobody is marked.
pub fn verdict(status: &str) -> Verdict {
    match status {
        "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" => Verdict::Dead,
        _ => Verdict::Other,
    }
}

/// Reads what came back; `None` where it is no message that came back for good.
pub fn read(bytes: &[u8]) -> Option<Bounce> {
    let mail = parse_mail(bytes.get(..LEN_MAX).unwrap_or(bytes)).ok()?;
    // Somebody is away, or a program answers for a person.
    let answers = mail.headers.get_first_value("Auto-Submitted").unwrap_or_default();
    if answers.trim_start().to_ascii_lowercase().starts_with("auto-replied") && mail.subparts.is_empty() {
        return None;
    }
    let mut parts = vec![];
    gather(&mail, 0, &mut parts);
    let of_kind = |kind: &str| parts.iter().find(|part| part.ctype.mimetype == kind);
    let returned = ["message/rfc822", "text/rfc822-headers"].iter().find_map(|kind| of_kind(kind));
    let returned = returned.and_then(|part| part.get_body().ok()).and_then(|text| field(&text, "message-id"));
    let addressed = ["To", "Delivered-To", "X-Original-To", "Envelope-To"]
        .iter()
        .flat_map(|name| mail.headers.get_all_values(name))
        .find_map(|address| id_behind(&address, '+'));
    let id = returned.and_then(|value| id_behind(&value, '<')).or(addressed)?;
    let status = match of_kind("message/delivery-status") {
        Some(part) => {
            let text = part.get_body().ok()?;
            let is_failure = field(&text, "action").is_some_and(|action| action.eq_ignore_ascii_case("failed"));
            let status = field(&text, "status").and_then(|status| status_in(&status)).filter(|_| is_failure)?;
            // Servers that only say that it failed may say more in what the other server said.
            let said = field(&text, "diagnostic-code").and_then(|said| status_in(&said));
            if status.ends_with(".0.0") { said.unwrap_or(status) } else { status }
        }
        // Free text: only one that says a status for good.
        None => {
            let text: Vec<String> = parts
                .iter()
                .filter(|part| part.ctype.mimetype.starts_with("text/"))
                .filter_map(|part| part.get_body().ok())
                .collect();
            status_in(&text.join("\n")).filter(|status| status.starts_with('5'))?
        }
    };
    Some(Bounce { id, status })
}

fn gather<'p, 'm>(mail: &'p ParsedMail<'m>, depth: usize, parts: &mut Vec<&'p ParsedMail<'m>>) {
    parts.push(mail);
    if depth < DEPTH_MAX {
        mail.subparts.iter().for_each(|part| gather(part, depth + 1, parts));
    }
}

/// The first value of a field in blocks of header lines; lines that go on are one.
fn field(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let named = line.split_once(':').filter(|(of, _)| of.trim().eq_ignore_ascii_case(name));
        let Some((_, value)) = named else { continue };
        let mut value = value.trim().to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
            value.push(' ');
            value.push_str(more.trim());
        }
        return Some(value);
    }
    None
}

/// The id between a mark and the at sign of an address.
fn id_behind(text: &str, mark: char) -> Option<String> {
    let id = text.split_once(mark)?.1.split_once('@')?.0.to_ascii_lowercase();
    is_id(&id).then_some(id)
}

/// Whether a text is the id of a message, as far as its looks go.
pub fn is_id(text: &str) -> bool {
    text.len() == ID_LEN && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Notes what came back.
///
/// # Errors
/// When it cannot be recorded.
pub async fn note(app: &App, bytes: &[u8]) -> Result<Taken, AppError> {
    let Some(Bounce { id, status }) = read(bytes) else { return Ok(Taken::Nothing) };
    let known = app.mail_returned(&id, &status, verdict(&status)).await?;
    Ok(if known.is_some() { Taken::Noted } else { Taken::Unknown })
}

/// Takes in what lies new in a folder of mail (Maildir), and lays it to what was seen. One that cannot be taken in holds up no
/// other, and one that another server took is none.
///
/// # Errors
/// The first fault, when the folder cannot be read, or something in it cannot be taken in.
pub async fn take_in(app: &App, folder: &Path) -> Result<(), TakeInFault> {
    let (new, seen) = (folder.join("new"), folder.join("cur"));
    let of_file = |path: &Path, reason| TakeInFault::File(path.to_owned(), reason);
    let entries = std::fs::read_dir(&new).map_err(|reason| of_file(&new, reason))?;
    std::fs::create_dir_all(&seen).map_err(|reason| of_file(&seen, reason))?;
    let mut first = None;
    for entry in entries {
        let taken = match entry {
            Ok(entry) => take_one(app, &entry.path(), &seen).await,
            Err(reason) => Err(of_file(&new, reason)),
        };
        first = first.or(taken.err());
    }
    first.map_or(Ok(()), Err)
}

async fn take_one(app: &App, path: &Path, seen: &Path) -> Result<(), TakeInFault> {
    let of_file = |reason: std::io::Error| match reason.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(TakeInFault::File(path.to_owned(), reason)),
    };
    if path.is_dir() {
        return Ok(());
    }
    let bytes = match read_some(path) {
        Ok(bytes) => bytes,
        Err(reason) => return of_file(reason),
    };
    note(app, &bytes).await.map_err(TakeInFault::App)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    std::fs::rename(path, seen.join(format!("{name}:2,S"))).or_else(of_file)
}

/// As much of a file as is read.
///
/// # Errors
/// When it cannot be read.
pub fn read_some(path: &Path) -> Result<Vec<u8>, std::io::Error> {
    use std::io::Read as _;
    let mut bytes = vec![];
    std::fs::File::open(path)?.take(LEN_MAX as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef01234567";

    fn report(status: &str, action: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mail.example.cn\r\nTo: bounce@example.cn\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n\
             --B\r\nContent-Type: text/plain\r\n\r\nIt did not work: 5.9.9\r\n\
             --B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.cn\r\n\r\n\
             Final-Recipient: rfc822; qian@example.cn\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550\r\n 5.1.1 no such user\r\n\
             --B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{ID}@example.cn>\r\nSubject: x\r\n\r\nbody\r\n--B--\r\n"
        )
    }

    fn read_text(text: &str) -> Option<(String, String)> {
        read(text.as_bytes()).map(|bounce| (bounce.id, bounce.status))
    }

    #[test]
    fn a_delivery_status_says_which_message_came_back_and_why() {
        let read_as = |status: &str| Some((ID.to_owned(), status.to_owned()));
        assert_eq!(read_text(&report("5.1.1", "failed")), read_as("5.1.1"));
        assert_eq!(read_text(&report("5.2.2", "Failed")), read_as("5.2.2"));
        // The other server said more.
        assert_eq!(read_text(&report("5.0.0", "failed")), read_as("5.1.1"));
        // It only takes longer.
        assert_eq!(read_text(&report("4.4.1", "delayed")), None);
    }

    #[test]
    fn free_text_is_known_by_the_address_to_which_it_came_and_a_persons_answer_is_none() {
        let free = |to: &str, text: &str| {
            read_text(&format!("From: postmaster@163.com\r\nTo: {to}\r\nSubject: x\r\n\r\n{text}\r\n"))
        };
        let to = format!("bounce+{ID}@example.cn");
        assert_eq!(free(&to, "退信 550 5.1.1 User not found"), Some((ID.to_owned(), "5.1.1".to_owned())));
        assert_eq!(free(&to, "I am on leave until 5.1.2027"), None);
        assert_eq!(free("bounce@example.cn", "550 5.1.1 User not found"), None);
        assert_eq!(free("bounce+nobody@example.cn", "550 5.1.1 User not found"), None);
    }

    #[test]
    fn only_an_address_that_does_not_exist_is_dead() {
        for dead in ["5.1.1", "5.1.2", "5.1.10"] {
            assert_eq!(verdict(dead), Verdict::Dead, "{dead}");
        }
        for other in ["5.2.2", "4.2.2", "5.7.1", "5.7.26", "5.1.7", "5.1.8", "5.0.0", ""] {
            assert_eq!(verdict(other), Verdict::Other, "{other}");
        }
    }
}
