//! The key in a file that a passphrase opens: for the safe, not for daily use.
//!
//! Argon2id (RFC 9106, its second recommended setting: 64 MiB, 3 passes) makes a key of the passphrase; AES-256-GCM
//! seals the installation's key under it.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::key_file::MasterKey;

const HEADER: &str = "gradtrail key export 1";
const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 12;
/// Fewer characters are guessed too soon.
pub const PASSPHRASE_MIN: usize = 12;

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "key_export.")]
pub enum KeyExportError {
    Short,
    Wrong,
    Foreign,
    Seal(String),
}

/// The text of an export file.
pub fn export(key: &MasterKey, passphrase: &str) -> Result<String, KeyExportError> {
    if passphrase.chars().count() < PASSPHRASE_MIN {
        return Err(KeyExportError::Short);
    }
    let mut random = [0; SALT_LEN + NONCE_LEN];
    getrandom::fill(&mut random).map_err(|error| KeyExportError::Seal(error.to_string()))?;
    let (salt, nonce) = random.split_at(SALT_LEN);
    let payload = Payload { msg: key.bytes(), aad: HEADER.as_bytes() };
    let nonce: [u8; NONCE_LEN] = nonce.try_into().map_err(|_| KeyExportError::Wrong)?;
    let sealed = cipher(passphrase, salt)?
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|error| KeyExportError::Seal(error.to_string()))?;
    Ok(format!("{HEADER}\n{}\n{}\n{}\n", hex::encode(salt), hex::encode(nonce), hex::encode(sealed)))
}

/// The key in an export file.
pub fn import(text: &str, passphrase: &str) -> Result<MasterKey, KeyExportError> {
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return Err(KeyExportError::Foreign);
    }
    let mut field = || lines.next().and_then(|line| hex::decode(line).ok()).ok_or(KeyExportError::Foreign);
    let (salt, nonce, sealed) = (field()?, field()?, field()?);
    let nonce: [u8; NONCE_LEN] = nonce.try_into().map_err(|_| KeyExportError::Foreign)?;
    let payload = Payload { msg: &sealed, aad: HEADER.as_bytes() };
    let bytes = cipher(passphrase, &salt)?.decrypt(&Nonce::from(nonce), payload).map_err(|_| KeyExportError::Wrong)?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyExportError::Wrong)?;
    Ok(MasterKey::from_bytes(bytes))
}

fn cipher(passphrase: &str, salt: &[u8]) -> Result<Aes256Gcm, KeyExportError> {
    let refused = |error: argon2::Error| KeyExportError::Seal(error.to_string());
    let params = Params::new(64 * 1024, 3, 4, Some(32)).map_err(refused)?;
    let mut key = [0; 32];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(passphrase.as_bytes(), salt, &mut key).map_err(refused)?;
    Ok(Aes256Gcm::new(&key.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_opens_with_its_passphrase_only() {
        let key = MasterKey::generate().unwrap();
        let text = export(&key, "correct horse battery").unwrap();
        assert_eq!(import(&text, "correct horse battery").unwrap().id(), key.id());
        assert_eq!(import(&text, "correct horse batterz").err(), Some(KeyExportError::Wrong));
        assert_eq!(export(&key, "short").err(), Some(KeyExportError::Short));
        assert!(!text.contains(&hex::encode(key.bytes())));
    }

    #[test]
    fn a_changed_and_a_foreign_file_are_refused() {
        let text = export(&MasterKey::generate().unwrap(), "correct horse battery").unwrap();
        let last = text.trim_end().chars().next_back().unwrap();
        let changed = format!("{}{}\n", &text[..text.len() - 2], if last == '0' { '1' } else { '0' });
        assert_eq!(import(&changed, "correct horse battery").err(), Some(KeyExportError::Wrong));
        assert_eq!(import("gradtrail key 1\n", "correct horse battery").err(), Some(KeyExportError::Foreign));
        assert_eq!(import(&text[..60], "correct horse battery").err(), Some(KeyExportError::Foreign));
    }
}
