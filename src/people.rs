//! Sealed personal data: what no event and no read model may hold.
//!
//! A subject (student, placement, employer, host, member of staff, batch) has sealed rows, one per revision, written in the append
//! transaction of the events that refer to them. Sealed with AES-256-GCM, the row's id as associated data, an
//! algorithm byte in front. The key lives in a file outside the database; the database names the key.

pub mod key_export;
mod key_file;

use std::collections::BTreeMap;
use std::fmt;
use strum::{IntoStaticStr, VariantNames};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

pub use key_file::{KeyFileError, MasterKey};

use crate::domain::ids::{FileHash, SecretDigest};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::event_log::table::{SEALED, TableRows, Value};

/// What is known of a person as lists, forms and documents name one. A registered student has a name and a document
/// number; the default is a person of whom nothing is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The school's own word for the specialty, kept where no catalogue code was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialty_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian_phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_address: Option<String>,
}

/// What a sealed row holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sealed {
    Person(Person),
    Employer {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credit_code: Option<String>,
    },
    College {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        specialty: Option<String>,
    },
    /// Of staff, files, and whatever else has only a name.
    Name {
        name: String,
    },
    /// A member of staff, with what the staff list says it signs in with.
    Staff {
        name: String,
        login: String,
    },
    /// Where a placement is and what the student does there, as written.
    Site {
        address: String,
        post: String,
    },
    /// Whom to call: the mentor at a host, a host's contact.
    Contact {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<String>,
    },
    /// Where somebody is written to.
    Mail {
        address: String,
    },
    /// What somebody wrote beside a reason.
    Note {
        text: String,
    },
    /// How a member of staff signs in.
    Credentials(Credentials),
    /// The wording of a head of an agreement, where it is not the template's.
    Wording {
        text: String,
    },
    /// What a graduate wrote, by the names of the questions.
    Answer {
        words: BTreeMap<String, String>,
    },
    /// The documents of a placement as they were printed.
    Printed {
        sheets: Vec<PrintedSheet>,
    },
}

/// What somebody is known by who signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The name that is typed to sign in.
    pub login: String,
    /// Hash of the password, in the PHC string format.
    pub password: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
}

/// A second factor: an authenticator, and what stands in for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The secret of the authenticator.
    #[serde(with = "hex::serde")]
    pub secret: Vec<u8>,
    /// The digest of each recovery code, by number.
    pub recovery: Vec<SecretDigest>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactor")
    }
}

/// One version of a document as it was printed: its salt, without which nothing can be tried out on its hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedSheet {
    pub kind: DocumentKind,
    pub version: u32,
    /// Hexadecimal.
    pub salt: String,
    /// Of what was printed with it, hexadecimal.
    pub hash: String,
}

impl fmt::Debug for PrintedSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrintedSheet({} {})", self.kind.code(), self.version)
    }
}

impl Sealed {
    /// The name of the subject that the row is about; `None` when it only says something else of the subject.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Person(Person { name, .. })
            | Self::Employer { name, .. }
            | Self::Name { name }
            | Self::Staff { name, .. } => Some(name),
            Self::College { .. }
            | Self::Site { .. }
            | Self::Contact { .. }
            | Self::Mail { .. }
            | Self::Note { .. }
            | Self::Credentials(_)
            | Self::Wording { .. }
            | Self::Answer { .. }
            | Self::Printed { .. } => None,
        }
    }

    /// The person; `None` when the row holds something else.
    pub fn person(&self) -> Option<&Person> {
        if let Self::Person(person) = self { Some(person) } else { None }
    }
}

/// What a blind index is of; each field has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlindField {
    DocumentNumber,
    CreditCode,
    EmployerName,
    /// The name that a member of staff types to sign in.
    Login,
    /// Of a document number whose person was erased: a key of its own, so that nothing else can be found by it.
    Tombstone,
}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "sealed.")]
pub enum UnsealError {
    Broken { subject: Uuid, revision: u32 },
    BrokenFile { subject: Uuid, hash: FileHash },
    Algorithm(u8),
}

const AES_256_GCM: u8 = 1;
const NONCE_LEN: usize = 12;

/// The keys of one installation, derived from its key file.
#[derive(Clone)]
pub struct People {
    cipher: Aes256Gcm,
    blind: [[u8; 32]; 5],
    set_up: [u8; 32],
    fingerprint: [u8; 32],
}

impl People {
    pub fn new(master: &MasterKey) -> Self {
        Self {
            cipher: Aes256Gcm::new(&master.derive("seal").into()),
            blind: [
                master.derive("blind:document_number"),
                master.derive("blind:credit_code"),
                master.derive("blind:employer_name"),
                master.derive("blind:tombstone"),
                master.derive("blind:login"),
            ],
            set_up: master.derive("set_up"),
            fingerprint: master.derive("fingerprint"),
        }
    }

    /// Seals a subject's revision into a row for the append that refers to it.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, subject: Uuid, revision: u32, content: &Sealed) -> Result<TableRows, SealError> {
        let plain = serde_json::to_vec(content).map_err(|error| SealError(error.to_string()))?;
        let bytes = self.encrypt(&plain, &associated_data(subject, revision))?;
        let row = vec![Value::text(subject.to_string()), Value::Int(i64::from(revision)), Value::Blob(bytes)];
        Ok(TableRows { table: &SEALED, name: SEALED.name.to_owned(), rows: vec![row] })
    }

    pub fn unseal(&self, subject: Uuid, revision: u32, bytes: &[u8]) -> Result<Sealed, UnsealError> {
        let broken = UnsealError::Broken { subject, revision };
        let plain = self.decrypt(bytes, &associated_data(subject, revision), &broken)?;
        serde_json::from_slice(&plain).map_err(|_| broken)
    }

    /// The algorithm, a nonce and what only this key and these associated data open.
    pub(crate) fn encrypt(&self, plain: &[u8], associated: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|error| SealError(error.to_string()))?;
        let payload = Payload { msg: plain, aad: associated };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|error| SealError(error.to_string()))?;
        let mut bytes = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
        bytes.push(AES_256_GCM);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    pub(crate) fn decrypt(
        &self,
        bytes: &[u8],
        associated: &[u8],
        broken: &UnsealError,
    ) -> Result<Vec<u8>, UnsealError> {
        let (algorithm, rest) = bytes.split_first().ok_or(broken.clone())?;
        if *algorithm != AES_256_GCM {
            return Err(UnsealError::Algorithm(*algorithm));
        }
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(broken.clone())?;
        let payload = Payload { msg: sealed, aad: associated };
        self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| broken.clone())
    }

    /// The index under which a value can be found without being stored: a keyed hash, 32 hexadecimal digits. Only for
    /// values that are nearly unique.
    pub fn blind_index(&self, field: BlindField, value: &str) -> String {
        let key = match field {
            BlindField::DocumentNumber => &self.blind[0],
            BlindField::CreditCode => &self.blind[1],
            BlindField::EmployerName => &self.blind[2],
            BlindField::Tombstone => &self.blind[3],
            BlindField::Login => &self.blind[4],
        };
        hex::encode(&keyed_hash(key, value.as_bytes())[..16])
    }

    /// Bytes that only this installation makes of the secret of an invitation, the same each time: what it shows is shown
    /// again, and nothing is kept until it is accepted.
    pub fn set_up_bytes(&self, invitation: &str, what: &str) -> [u8; 32] {
        keyed_hash(&self.set_up, format!("{what}:{invitation}").as_bytes())
    }

    /// The fingerprint of a command: personal data in it cannot be guessed from it without the key.
    pub fn command_fingerprint(&self, command: &[u8]) -> [u8; 32] {
        keyed_hash(&self.fingerprint, command)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealError(pub(crate) String);

fn associated_data(subject: Uuid, revision: u32) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(subject.as_bytes());
    bytes[16..].copy_from_slice(&revision.to_be_bytes());
    bytes
}

fn keyed_hash(key: &[u8; 32], value: &[u8]) -> [u8; 32] {
    use hmac::KeyInit as _;
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(value).finalize().into_bytes().into(),
        Err(_) => [0; 32], // Unreachable: HMAC takes a key of any length.
    }
}

/// A name as lists show it: the first character and as many marks as characters follow.
pub fn masked_name(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        None => String::new(),
        Some(first) => std::iter::once(first).chain(characters.map(|_| '*')).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        People::new(&MasterKey::generate().unwrap())
    }

    fn person() -> Sealed {
        let document_number = Some("330702200703154510".into());
        Sealed::Person(Person { name: "张三丰".into(), document_number, ..Person::default() })
    }

    #[test]
    fn a_sealed_row_opens_only_as_the_row_it_was_sealed_for() {
        let (people, subject) = (people(), Uuid::from_u128(7));
        let rows = people.seal(subject, 1, &person()).unwrap();
        let Value::Blob(bytes) = &rows.rows[0][2] else { panic!("no bytes") };
        assert_eq!(people.unseal(subject, 1, bytes), Ok(person()));
        assert_eq!(people.unseal(subject, 2, bytes), Err(UnsealError::Broken { subject, revision: 2 }));
        let other = Uuid::from_u128(8);
        assert_eq!(people.unseal(other, 1, bytes), Err(UnsealError::Broken { subject: other, revision: 1 }));
    }

    #[test]
    fn what_another_algorithm_sealed_is_told_from_what_is_broken() {
        let (people, subject) = (people(), Uuid::from_u128(7));
        let rows = people.seal(subject, 1, &person()).unwrap();
        let Value::Blob(bytes) = &rows.rows[0][2] else { panic!("no bytes") };
        let later = [&[9], &bytes[1..]].concat();
        assert_eq!(people.unseal(subject, 1, &later), Err(UnsealError::Algorithm(9)));
        for cut in [&bytes[..0], &bytes[..5], &bytes[..bytes.len() - 1]] {
            assert_eq!(people.unseal(subject, 1, cut), Err(UnsealError::Broken { subject, revision: 1 }));
        }
    }

    #[test]
    fn a_sealed_row_holds_no_plain_text_and_never_looks_the_same_twice() {
        let (people, subject) = (people(), Uuid::from_u128(7));
        let seal = || people.seal(subject, 1, &person()).unwrap().rows[0][2].clone();
        let (Value::Blob(first), Value::Blob(second)) = (seal(), seal()) else { panic!("no bytes") };
        assert_ne!(first, second);
        assert!(!first.windows(18).any(|window| window == b"330702200703154510"));
    }

    #[test]
    fn the_same_number_has_another_index_in_another_field_and_installation() {
        let (ours, theirs) = (people(), people());
        let index = ours.blind_index(BlindField::DocumentNumber, "330702200703154510");
        assert_eq!(index, ours.blind_index(BlindField::DocumentNumber, "330702200703154510"));
        assert_ne!(index, ours.blind_index(BlindField::CreditCode, "330702200703154510"));
        assert_ne!(index, theirs.blind_index(BlindField::DocumentNumber, "330702200703154510"));
    }

    #[test]
    fn a_masked_name_shows_the_family_name_only() {
        assert_eq!(masked_name("张三丰"), "张**");
        assert_eq!(masked_name(""), "");
    }
}
