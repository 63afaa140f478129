use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A push, or a part of it, under a secret of the account: it is recognised again, and nobody without the secret can find out
/// what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushHash(String);

impl PushHash {
    /// HMAC-SHA256 of `what` in hexadecimal digits. `usage` keeps hashes of different things apart. None: no such secret is
    /// possible.
    pub fn new(secret: &[u8], usage: &str, what: &[u8]) -> Option<Self> {
        let mut hmac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
        hmac.update(usage.as_bytes());
        hmac.update(&[0]);
        hmac.update(what);
        Some(Self(hex::encode(hmac.finalize().into_bytes())))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
