//! Secrets by which somebody comes in: tokens, sessions, invitations. They are random and long, so that a plain hash of one
//! tells nothing of it.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::domain::ids::SecretDigest;

/// Bytes of randomness.
const LEN: usize = 32;
/// Characters of an invitation: 130 bits.
const TYPED_LEN: usize = 26;
/// The characters of what people type: none that looks like another (Crockford's alphabet).
const TYPED: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What is typed is written in groups of so many characters.
const GROUP_LEN: usize = 5;

/// The system gives no randomness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoRandomness(pub String);

/// What is shown to get in. Told once; its `Debug` tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret for programs and browsers: a prefix, so that one that lies about is known for what it is, and 64
    /// hexadecimal digits.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn generate(prefix: &str) -> Result<Self, NoRandomness> {
        Ok(Self(format!("{prefix}{}", hex::encode(random::<LEN>()?))))
    }

    /// A new secret that people may have to type.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn to_type() -> Result<Self, NoRandomness> {
        Ok(Self(grouped(&random::<TYPED_LEN>()?)))
    }

    /// What whoever it is for is told.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(bytes)
}

/// The digest by which a secret is known, of whatever somebody shows as one.
pub fn digest_of(shown: &str) -> SecretDigest {
    SecretDigest::new(Sha256::digest(shown).into())
}

/// As many typed characters as there are bytes, five bits of each, in groups.
pub fn grouped(bytes: &[u8]) -> String {
    let characters: Vec<char> = bytes.iter().map(|byte| char::from(TYPED[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = characters.chunks(GROUP_LEN).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What somebody typed as it was told: in capitals, grouped, with the characters that are easily mistaken put right.
pub fn as_told(typed: &str) -> String {
    let meant = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let characters: Vec<char> = typed.chars().filter(char::is_ascii_alphanumeric).map(meant).collect();
    let groups: Vec<String> = characters.chunks(GROUP_LEN).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_and_random_and_told_by_no_debug() {
        let (one, other) = (Secret::generate("gt_").unwrap(), Secret::generate("gt_").unwrap());
        assert_ne!(one, other);
        let digits = one.as_str().strip_prefix("gt_").unwrap();
        assert!(digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{digits}");
        assert_eq!(format!("{one:?}"), "Secret");
        assert_ne!(digest_of(one.as_str()), digest_of(&one.as_str().to_ascii_uppercase()));
    }

    #[test]
    fn what_is_typed_is_read_however_it_is_written() {
        let secret = Secret::to_type().unwrap();
        // 26 characters and 5 marks between the groups.
        assert_eq!(secret.as_str().len(), 31);
        let typed = format!(" {} ", secret.as_str().to_ascii_lowercase().replace('-', " ").replace('0', "o"));
        assert_eq!(as_told(&typed), secret.as_str());
    }
}
