//! A receipt as a fan keeps it: a line of text that says which erasure it is of, and that it comes from us.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::{FanId, ReceiptId, Timestamp};

/// A code begins with this. Another form of it would have another number.
const PREFIX: &str = "fr1.";

/// What the key of the signature is derived with.
const KEY_LABEL: &[u8] = b"fanpass: the signature of a receipt, 1";

/// What a code says. It is signed and not sealed: whoever has it reads the fan's id and the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReceiptCode {
    /// The number of the receipt.
    pub receipt: ReceiptId,
    /// The id that the fan's row had, which tells when the fan registered. No other row gets it.
    pub fan: FanId,
    /// The keyed hash of the openid, as the receipt has it.
    pub openid_hash: [u8; 32],
    /// When the erasure was asked for.
    pub requested_at: Timestamp,
}

const CONTENT: usize = 16 + 16 + 32 + 8;
const SIGNATURE: usize = 32;
/// Letters of a code.
const LENGTH: usize = 143;

impl ReceiptCode {
    /// The code, signed with a key that is derived from `secret`.
    pub fn sign(&self, secret: &[u8]) -> Option<String> {
        let mut bytes = Vec::with_capacity(CONTENT.saturating_add(SIGNATURE));
        bytes.extend(self.receipt.to_bytes());
        bytes.extend(self.fan.to_bytes());
        bytes.extend(self.openid_hash);
        bytes.extend(self.requested_at.unix_seconds().to_be_bytes());
        let signature = mac(secret, &bytes)?.finalize().into_bytes();
        bytes.extend(signature);
        Some(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Whether a text has the form of a code. Nothing else is worth a look into the database.
    pub fn is_code(text: &str) -> bool {
        text.len() == LENGTH && text.starts_with(PREFIX)
    }

    /// Reads a code that was signed with the same secret.
    pub fn verify(secret: &[u8], code: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(code.strip_prefix(PREFIX)?).ok()?;
        let (content, signature) = bytes.split_at_checked(CONTENT)?;
        mac(secret, content)?.verify_slice(signature).ok()?;
        let (receipt, rest) = content.split_first_chunk()?;
        let (fan, rest) = rest.split_first_chunk()?;
        let (openid_hash, rest) = rest.split_first_chunk()?;
        let (seconds, _) = rest.split_first_chunk()?;
        Some(Self {
            receipt: ReceiptId::from_bytes(*receipt),
            fan: FanId::from_bytes(*fan)?,
            openid_hash: *openid_hash,
            requested_at: Timestamp::from_unix_seconds(i64::from_be_bytes(*seconds)),
        })
    }

    /// The code in a text: the text itself, or a line of a file that was kept.
    pub fn find(text: &str) -> Option<&str> {
        text.split_whitespace().find(|word| Self::is_code(word))
    }
}

fn mac(secret: &[u8], content: &[u8]) -> Option<Hmac<Sha256>> {
    let mut key = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    key.update(KEY_LABEL);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.finalize().into_bytes()).ok()?;
    mac.update(content);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Clock, Random};

    fn code() -> ReceiptCode {
        let (clock, random) = (Clock::system(), Random::system());
        ReceiptCode {
            receipt: ReceiptId::generate(&clock, &random),
            fan: FanId::generate(&clock, &random),
            openid_hash: [9; 32],
            requested_at: clock.now(),
        }
    }

    #[test]
    fn a_code_reads_back_with_its_secret_only() {
        let (code, secret) = (code(), [7; 32]);
        let text = code.sign(&secret).unwrap();
        assert_eq!(ReceiptCode::verify(&secret, &text), Some(code));
        assert_eq!(ReceiptCode::verify(&[8; 32], &text), None);
        assert_eq!(
            ReceiptCode::find(&format!("Receipt\r\n\r\n{text}\r\n")),
            Some(text.as_str())
        );
        assert_eq!(text.len(), LENGTH);
        for none in ["Receipt", "fr1.", &text[1..]] {
            assert_eq!(ReceiptCode::find(none), None);
        }
    }

    #[test]
    fn no_letter_of_a_code_can_be_changed_and_none_is_missing_or_added() {
        let secret = [7; 32];
        let text = code().sign(&secret).unwrap();
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(ReceiptCode::verify(&secret, &other), None, "{at}");
            assert_eq!(ReceiptCode::verify(&secret, &text[..at]), None, "{at}");
        }
        assert_eq!(ReceiptCode::verify(&secret, &format!("{text}AA")), None);
    }
}
