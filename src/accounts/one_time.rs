//! One-time codes of an authenticator (TOTP, RFC 6238: SHA-1, six digits, half a minute, one step of leeway).

use totp_rs::{Builder, Totp};

/// Bytes of the secret that authenticator and server share (RFC 4226 asks for 20).
pub const SECRET_LEN: usize = 20;
/// What authenticators show above the code.
const ISSUER: &str = "gradtrail";

/// The step of which this is the code at an instant, give or take one; `None` if it is none. Which steps were used
/// already is for the caller to know.
pub fn step(secret: &[u8], code: &str, unix_seconds: u64) -> Option<u64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    totp(secret, "")?.check(&digits, unix_seconds).filter(|_| is_code)
}

/// The address that an authenticator takes up as a QR code; `None` for what is no secret.
pub fn address(secret: &[u8], account: &str) -> Option<String> {
    // The address has a meaning of its own for it.
    let account = account.replace(':', " ");
    totp(secret, &account)?.to_url().ok()
}

fn totp(secret: &[u8], account: &str) -> Option<Totp> {
    if secret.len() != SECRET_LEN {
        return None;
    }
    Builder::new().with_secret(secret.to_vec()).with_issuer(Some(ISSUER)).with_account_name(account).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 20] = b"12345678901234567890";

    /// The first of RFC 6238, appendix B, in six digits: 59 seconds after 1970, step 1.
    #[test]
    fn a_code_is_that_of_its_half_minute_or_one_beside_it() {
        assert_eq!(step(SECRET, "287082", 59), Some(1));
        assert_eq!(step(SECRET, " 287 082 ", 59), Some(1));
        assert_eq!(step(SECRET, "287082", 61), Some(1));
        assert_eq!(step(SECRET, "287082", 91), None);
        assert_eq!(step(SECRET, "287083", 59), None);
        for none in ["", "28708", "2870822", "２８７０８２", "abcdef"] {
            assert_eq!(step(SECRET, none, 59), None, "{none}");
        }
        assert_eq!(step(b"", "287082", 59), None);
    }

    #[test]
    fn the_address_for_authenticators_names_account_and_issuer() {
        let address = address(SECRET, "金华:钱五").unwrap();
        assert!(address.starts_with("otpauth://totp/gradtrail:"), "{address}");
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
    }
}
