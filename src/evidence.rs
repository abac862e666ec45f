//! Evidence: files that events refer to by the hash of their content, such as scans, proofs of signatures, visit
//! reports and certificates.
//!
//! Invariants: a file's type is decided by its content, not by its name. Names of files are not kept, since they name
//! persons. A file is sealed once for each subject (student, placement, host) that it is about, so that erasing one
//! person takes nothing from another.

use serde::Serialize;
use std::fmt;
use strum::{IntoStaticStr, VariantNames};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::ids::FileHash;
use crate::event_log::table::{EVIDENCE, TableRows, Value};
use crate::people::{People, SealError, UnsealError};

/// The most bytes that a file may have: enough for a scan of some pages. A stack of papers belongs in several files.
pub const LEN_MAX: usize = 10 << 20;

/// What a file is, as its content tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
}

impl MediaType {
    /// Recognises a type by the bytes with which every file of that type begins.
    fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |with: &[u8]| bytes.starts_with(with);
        if begins(b"%PDF-") {
            Some(Self::Pdf)
        } else if begins(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            None
        }
    }

    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
        }
    }

    /// As it stands in headers (RFC 6838).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// Why a file is not taken.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "evidence_file.")]
pub enum EvidenceFault {
    Empty { file: String },
    TooLong { file: String },
    OtherType { file: String },
}

/// A file of one of these types, and not too long.
#[derive(Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// The SHA-256 of its content.
    pub hash: FileHash,
    pub media: MediaType,
    bytes: Vec<u8>,
}

impl fmt::Debug for EvidenceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EvidenceFile({})", self.hash)
    }
}

impl EvidenceFile {
    /// A file by its content; `name` is how refusals speak of it.
    ///
    /// # Errors
    /// If it is empty, too long, or no PDF, JPEG or PNG.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, EvidenceFault> {
        let file = name.to_owned();
        if bytes.is_empty() {
            return Err(EvidenceFault::Empty { file });
        }
        if bytes.len() > LEN_MAX {
            return Err(EvidenceFault::TooLong { file });
        }
        Self::recognised(bytes.to_vec()).ok_or(EvidenceFault::OtherType { file })
    }

    fn recognised(bytes: Vec<u8>) -> Option<Self> {
        let media = MediaType::of(&bytes)?;
        Some(Self { hash: FileHash::new(Sha256::digest(&bytes).into()), media, bytes })
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Seals the file for a subject, as a row for the append of the event that refers to it.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, people: &People, subject: Uuid) -> Result<TableRows, SealError> {
        let sealed = people.encrypt(&self.bytes, &associated_data(subject, self.hash))?;
        let size = i64::try_from(self.bytes.len()).unwrap_or(i64::MAX);
        let row = vec![
            Value::text(subject.to_string()),
            Value::text(self.hash.to_string()),
            Value::Int(size),
            Value::Blob(sealed),
        ];
        Ok(TableRows { table: &EVIDENCE, name: EVIDENCE.name.to_owned(), rows: vec![row] })
    }

    /// The file in a sealed row.
    ///
    /// # Errors
    /// When the bytes are damaged, or were sealed for another subject, another file or with another key.
    pub fn unseal(people: &People, subject: Uuid, hash: FileHash, sealed: &[u8]) -> Result<Self, UnsealError> {
        let broken = UnsealError::BrokenFile { subject, hash };
        let bytes = people.decrypt(sealed, &associated_data(subject, hash), &broken)?;
        Self::recognised(bytes).filter(|file| file.hash == hash).ok_or(broken)
    }
}

fn associated_data(subject: Uuid, hash: FileHash) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[..16].copy_from_slice(subject.as_bytes());
    bytes[16..].copy_from_slice(&hash.bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::MasterKey;

    fn read(content: &[u8]) -> Result<EvidenceFile, EvidenceFault> {
        EvidenceFile::of("扫描.pdf", content)
    }

    #[test]
    fn the_content_tells_what_a_file_is() {
        assert_eq!(read(b"%PDF-1.7\n").unwrap().media, MediaType::Pdf);
        assert_eq!(read(b"\xff\xd8\xff\xe0").unwrap().media, MediaType::Jpeg);
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\0").unwrap().media, MediaType::Png);
        assert!(matches!(read(b"MZ\x90"), Err(EvidenceFault::OtherType { .. })));
        assert!(matches!(read(b""), Err(EvidenceFault::Empty { .. })));
    }

    #[test]
    fn a_file_of_ten_megabytes_is_taken_and_one_byte_more_is_not() {
        let mut content = b"%PDF-".to_vec();
        content.resize(10 * 1_048_576, 0);
        assert!(read(&content).is_ok());
        content.push(0);
        assert!(matches!(read(&content), Err(EvidenceFault::TooLong { .. })));
    }

    #[test]
    fn a_sealed_file_opens_only_as_the_file_and_subject_it_was_sealed_for() {
        let people = People::new(&MasterKey::generate().unwrap());
        let (file, subject, other) = (read(b"%PDF-1.7 signed").unwrap(), Uuid::from_u128(7), Uuid::from_u128(8));
        let row = file.seal(&people, subject).unwrap().rows.remove(0);
        let Value::Blob(sealed) = &row[3] else { panic!("no bytes") };
        assert!(!sealed.windows(6).any(|window| window == b"signed"));
        assert_eq!(EvidenceFile::unseal(&people, subject, file.hash, sealed), Ok(file.clone()));
        let broken = UnsealError::BrokenFile { subject: other, hash: file.hash };
        assert_eq!(EvidenceFile::unseal(&people, other, file.hash, sealed), Err(broken));
    }
}
