//! What the code on each page says: whose document it is, which one, which version, and the beginning of its hash.
//!
//! Invariant: nothing in it names a person. All of it is capitals, digits and colons, which make the smallest codes.

use thiserror::Error;
use uuid::Uuid;

use super::paper::DocumentHash;
use crate::domain::ids::StudentId;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;

/// The form of the text, so that later forms can be told apart.
const FORM: &str = "GT1";
/// Bytes of the hash that are printed: enough to tell versions apart, not enough to be the hash.
const HASH_SHOWN: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub kind: DocumentKind,
    pub version: u32,
    pub student: StudentId,
    pub hash_begins: [u8; HASH_SHOWN],
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MarkError {
    #[error("「{0}」不是实习材料的二维码；请扫描页面右上角的二维码")]
    NotOurs(String),
    #[error("二维码「{0}」的格式比本程序新；请升级后再扫描")]
    LaterForm(String),
    #[error("二维码「{0}」不完整；请重新扫描，或按页面右上角的文字手工录入")]
    Broken(String),
}

impl Mark {
    pub fn of(kind: DocumentKind, version: u32, student: StudentId, hash: &DocumentHash) -> Self {
        let [a, b, c, d, e, f, ..] = hash.0;
        Self { kind, version, student, hash_begins: [a, b, c, d, e, f] }
    }

    pub fn text(&self) -> String {
        let begins = hex::encode_upper(self.hash_begins);
        let student = self.student.0.simple().to_string().to_uppercase();
        format!("{FORM}:{}:{}:{student}:{begins}", word(self.kind), self.version)
    }

    /// Reads what a scanner or a person read from a page; small letters are read as capitals.
    ///
    /// # Errors
    /// If it is no code of ours, of a later form, or a part of one.
    pub fn parse(text: &str) -> Result<Self, MarkError> {
        let upper = text.trim().to_uppercase();
        let parts: Vec<&str> = upper.split(':').collect();
        match parts.first() {
            Some(form) if *form == FORM => (),
            Some(form) if is_a_form(form) => return Err(MarkError::LaterForm(text.to_owned())),
            Some(_) | None => return Err(MarkError::NotOurs(text.to_owned())),
        }
        let [_, kind, version, student, begins] = parts[..] else { return Err(MarkError::Broken(text.to_owned())) };
        let kind = DocumentKind::ENTRIES.iter().map(|entry| entry.value).find(|value| word(*value) == kind);
        let mut hash_begins = [0; HASH_SHOWN];
        let hash_is_read = hex::decode_to_slice(begins, &mut hash_begins).is_ok();
        match (kind, version.parse(), Uuid::try_parse(student)) {
            (Some(kind), Ok(version), Ok(student)) if hash_is_read => {
                Ok(Self { kind, version, student: StudentId(student), hash_begins })
            }
            _ => Err(MarkError::Broken(text.to_owned())),
        }
    }

    /// Whether the page may be of the document with this hash.
    pub fn is_of(&self, hash: &DocumentHash) -> bool {
        hash.0.starts_with(&self.hash_begins)
    }
}

fn is_a_form(form: &str) -> bool {
    form.strip_prefix("GT").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Printed on paper that is kept for years: never change one.
fn word(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Agreement => "AGREEMENT",
        DocumentKind::GuardianConsent => "CONSENT",
        DocumentKind::SafetyAgreement => "SAFETY",
        DocumentKind::Commitment => "COMMITMENT",
        DocumentKind::LetterToParents => "LETTER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(kind: DocumentKind) -> Mark {
        Mark::of(kind, 12, StudentId(Uuid::from_u128(0xabc)), &DocumentHash([0xfe; 32]))
    }

    #[test]
    fn what_is_printed_is_read_back_also_in_small_letters_and_with_hyphens() {
        for entry in DocumentKind::ENTRIES {
            let mark = mark(entry.value);
            assert_eq!(Mark::parse(&mark.text()), Ok(mark));
            assert_eq!(Mark::parse(&format!(" {} ", mark.text().to_lowercase())), Ok(mark));
        }
        let text = mark(DocumentKind::Agreement).text();
        assert_eq!(text, "GT1:AGREEMENT:12:00000000000000000000000000000ABC:FEFEFEFEFEFE");
        let hyphens = "gt1:agreement:12:00000000-0000-0000-0000-000000000abc:fefefefefefe";
        assert_eq!(Mark::parse(hyphens), Ok(mark(DocumentKind::Agreement)));
    }

    #[test]
    fn a_code_of_something_else_a_later_form_and_a_part_are_told_apart() {
        let refused = |text: &str| Mark::parse(text).unwrap_err();
        for other in ["", "https://example.org", "GT", "GTX:A"] {
            assert_eq!(refused(other), MarkError::NotOurs(other.to_owned()));
        }
        assert_eq!(refused("GT2:ANYTHING"), MarkError::LaterForm("GT2:ANYTHING".to_owned()));
        let text = mark(DocumentKind::Commitment).text();
        for broken in
            [&text[..text.len() - 1], "GT1", &text.replace("COMMITMENT", "COMMITMEN"), &text.replace(":12:", ":x:")]
        {
            assert_eq!(refused(broken), MarkError::Broken(broken.to_owned()));
        }
    }

    #[test]
    fn a_page_is_told_from_one_of_another_content() {
        let mark = mark(DocumentKind::Agreement);
        assert!(mark.is_of(&DocumentHash([0xfe; 32])));
        assert!(!mark.is_of(&DocumentHash([0xfd; 32])));
    }
}
