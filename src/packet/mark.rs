//! What the code on each page says: whose document it is, which one, which version, and the beginning of its hash.
//!
//! Invariant: nothing in it names a person. It uses only capitals, digits and colons, which a QR code packs more
//! tightly than other letters, so that it stays small.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use crate::domain::ids::{FileHash, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;

/// The form of the text. A later form gets another number, so that an old reader can say that it is too old.
const FORM: &str = "GT1";
/// Bytes of the hash that are printed: enough to tell versions apart, not enough to be the hash.
const HASH_SHOWN: usize = 6;

/// What the code on a page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageMark {
    pub kind: DocumentKind,
    /// The version of the document, from 1.
    pub version: u32,
    pub student: StudentId,
    /// The first bytes of the document's hash.
    pub hash_begins: [u8; HASH_SHOWN],
}

/// Why a text is not the code of a page.

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "mark.")]
pub enum MarkError {
    NotOurs(String),
    LaterForm(String),
    Broken(String),
}

impl PageMark {
    /// The code of each page of a document.
    pub fn of(kind: DocumentKind, version: u32, student: StudentId, hash: FileHash) -> Self {
        let [a, b, c, d, e, f, ..] = hash.bytes();
        Self { kind, version, student, hash_begins: [a, b, c, d, e, f] }
    }

    /// The text as it is printed and as a scanner reads it.
    pub fn text(&self) -> String {
        let begins = hex::encode_upper(self.hash_begins);
        let student = self.student.0.simple().to_string().to_uppercase();
        format!("{FORM}:{}:{}:{student}:{begins}", word(self.kind), self.version)
    }

    /// Reads a text that a scanner or a person took from a page. Small letters count as capitals.
    ///
    /// # Errors
    /// If the text is not one of our codes, is of a later form, or is only a part of a code.
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

    /// Whether the page can belong to the document with this hash.
    pub fn is_of(&self, hash: FileHash) -> bool {
        hash.bytes().starts_with(&self.hash_begins)
    }
}

fn is_a_form(form: &str) -> bool {
    form.strip_prefix("GT").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The word for a kind of document. Paper with these words is kept for years: never change one.
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

    fn mark(kind: DocumentKind) -> PageMark {
        PageMark::of(kind, 12, StudentId(Uuid::from_u128(0xabc)), FileHash::new([0xfe; 32]))
    }

    #[test]
    fn what_is_printed_is_read_back_also_in_small_letters_and_with_hyphens() {
        for entry in DocumentKind::ENTRIES {
            let mark = mark(entry.value);
            assert_eq!(PageMark::parse(&mark.text()), Ok(mark));
            assert_eq!(PageMark::parse(&format!(" {} ", mark.text().to_lowercase())), Ok(mark));
        }
        let text = mark(DocumentKind::Agreement).text();
        assert_eq!(text, "GT1:AGREEMENT:12:00000000000000000000000000000ABC:FEFEFEFEFEFE");
        let hyphens = "gt1:agreement:12:00000000-0000-0000-0000-000000000abc:fefefefefefe";
        assert_eq!(PageMark::parse(hyphens), Ok(mark(DocumentKind::Agreement)));
    }

    #[test]
    fn a_code_of_something_else_a_later_form_and_a_part_are_told_apart() {
        let refused = |text: &str| PageMark::parse(text).unwrap_err();
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
        assert!(mark.is_of(FileHash::new([0xfe; 32])));
        assert!(!mark.is_of(FileHash::new([0xfd; 32])));
    }
}
