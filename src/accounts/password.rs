//! Passwords: which are taken, and how they are kept (Argon2id, RFC 9106; 19 MiB and two passes, OWASP ASVS 5.0 appendix C).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};
use zxcvbn::{Score, zxcvbn};

/// Characters of a password at least.
pub const LEN_MIN: usize = 12;
/// Characters of a password at most: what is longer only costs time.
pub const LEN_MAX: usize = 128;
/// Words that guessers of this program's passwords try first.
const KNOWN_WORDS: [&str; 6] = ["gradtrail", "jiuye", "shixi", "biyesheng", "zhiye", "xuexiao"];

/// A hash of which nobody knows the password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JhZHRyYWlsbm9ib2R5$4iRxo3v5B0GQ2qBKMYqZkCxsmzYQqNYQmBqXsYvTqCo";

/// Why a password is not taken.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "password.")]
pub enum PasswordRefusal {
    Short,
    Long,
    /// It is in lists of common ones, or guessed from the name, the school, a row of keys, a day.
    Guessable,
    /// The system gives no randomness, or no memory.
    Unhashed(String),
}

/// Whether a password may be chosen; `known` are words that others know of whose it is.
///
/// # Errors
/// If it is too short, too long, or easily guessed.
pub fn check(password: &str, known: &[&str]) -> Result<(), PasswordRefusal> {
    match password.chars().count() {
        ..LEN_MIN => return Err(PasswordRefusal::Short),
        LEN_MIN..=LEN_MAX => (),
        _ => return Err(PasswordRefusal::Long),
    }
    let words: Vec<&str> = known.iter().copied().chain(KNOWN_WORDS).filter(|word| !word.is_empty()).collect();
    // The estimate knows no Chinese; a name that is most of a password is found here.
    let without_known = words.iter().fold(password.to_lowercase(), |rest, word| rest.replace(&word.to_lowercase(), ""));
    let is_mostly_known = without_known.chars().count() <= LEN_MIN / 2;
    if is_mostly_known || zxcvbn(password, &words).score() < Score::Three {
        return Err(PasswordRefusal::Guessable);
    }
    Ok(())
}

/// The hash that is kept, in the PHC string format. It takes a good part of a second of one core, and 19 MiB.
///
/// # Errors
/// If the system gives no randomness or no memory.
pub fn hash(password: &str) -> Result<String, PasswordRefusal> {
    let unhashed = |error: argon2::password_hash::Error| PasswordRefusal::Unhashed(error.to_string());
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).map_err(unhashed)?;
    Ok(hash.to_string())
}

/// Whether this is the password of which the hash is kept. Where there is none it takes as long to say no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let fits =
        PasswordVerifier::<str>::verify_password(&Argon2::default(), password.as_bytes(), hash.unwrap_or(NOBODYS));
    fits.is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_a_hash_that_is_another_each_time_and_fits_it_alone() {
        let (one, other) = (hash("天高-任鸟-飞 1984").unwrap(), hash("天高-任鸟-飞 1984").unwrap());
        assert_ne!(one, other);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(verify("天高-任鸟-飞 1984", Some(&one)));
        assert!(!verify("天高-任鸟-飞 1985", Some(&one)));
        assert!(!verify("天高-任鸟-飞 1984", None));
        // Else there would be no work where there is no account, and the time would tell.
        let (nobodys, somebodys) = (PasswordHash::new(NOBODYS).unwrap(), PasswordHash::new(&one).unwrap());
        assert_eq!(nobodys.params, somebodys.params);
        assert_eq!(nobodys.hash.unwrap().len(), somebodys.hash.unwrap().len());
    }

    #[test]
    fn common_passwords_and_those_made_of_what_others_know_are_refused() {
        let known = ["钱五", "qianwu", "33070001", "金华一职"];
        let refused = |password: &str| check(password, &known).unwrap_err();
        assert_eq!(refused("Tr0ub4dor&3"), PasswordRefusal::Short);
        assert_eq!(refused(&"长".repeat(129)), PasswordRefusal::Long);
        for guessable in [
            "password1234",
            "123456789012",
            "a12345678901",
            "qwertyuiop[]",
            "qianwu33070001",
            "金华一职钱五金华一职钱五",
            "aaaaaaaaaaaa",
            "gradtrail2026",
            "qianwu19900101",
            "1qaz2wsx3edc",
        ] {
            assert_eq!(refused(guessable), PasswordRefusal::Guessable, "{guessable}");
        }
        for good in ["correct horse battery staple", "金鳞岂是池中物 一遇风云便化龙", "vK9#mq2Lx!w8"] {
            assert_eq!(check(good, &known), Ok(()), "{good}");
        }
    }
}
