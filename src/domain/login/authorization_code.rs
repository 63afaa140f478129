use std::fmt;

use sha2::{Digest, Sha256};

use crate::domain::{AppId, Malformed};

/// The single-use `code` of the authorize page (网页授权, step 2). It is a credential until it is spent: Debug masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode(String);

impl AuthorizationCode {
    /// Longest code that is accepted, in bytes. Codes seen so far have 32; the platform promises no length.
    pub const MAX_LEN: usize = 512;

    /// Accepts 1 to [`Self::MAX_LEN`] bytes of visible ASCII; the platform calls the code opaque.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > Self::MAX_LEN || !visible {
            return Err(Malformed {
                what: "the code",
                expected: "1 to 512 visible ASCII characters",
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The code itself, for the exchange.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Identifies the code without revealing it: hexadecimal SHA-256 over AppID and code.
    pub fn fingerprint(&self, app_id: &AppId) -> String {
        let mut hash = Sha256::new();
        hash.update(app_id.as_str());
        hash.update([0]);
        hash.update(&self.0);
        hex::encode(hash.finalize())
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuthorizationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_visible_ascii_of_bounded_length() {
        assert!(AuthorizationCode::parse("0a1B-_~").is_ok());
        assert!(AuthorizationCode::parse(&"x".repeat(512)).is_ok());
        for wrong in ["", " ", "a b", "a\n", "é", &"x".repeat(513)] {
            assert!(AuthorizationCode::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn debug_does_not_show_a_code() {
        let code = AuthorizationCode::parse("made-up-code").unwrap();
        assert!(!format!("{code:?}").contains("made-up"));
    }

    #[test]
    fn the_fingerprint_depends_on_the_account() {
        let code = AuthorizationCode::parse("made-up-code").unwrap();
        let one = AppId::parse("wx0000000000000000").unwrap();
        let other = AppId::parse("wx0000000000000001").unwrap();
        assert_ne!(code.fingerprint(&one), code.fingerprint(&other));
    }
}
