use std::fmt;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD_NO_PAD},
};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::Malformed;

/// The last letter of a key has two bits too many, and the console sets them at random.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Letters of an EncodingAESKey.
const LETTERS: usize = 43;

/// The Token of the console (消息推送配置), with which pushes are signed.
#[derive(Debug, Clone)]
pub struct PushToken(SecretString);

impl PushToken {
    /// The Token as the console shows it.
    pub fn new(token: &str) -> Self {
        Self(token.into())
    }

    /// The Token, to compute a signature with.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The key with which pushes are sealed: 32 bytes, shown as 43 letters or digits (EncodingAESKey).
#[derive(Clone, PartialEq, Eq)]
pub struct EncodingAesKey([u8; 32]);

impl EncodingAesKey {
    /// Reads the 43 letters or digits.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed {
            what: "the EncodingAESKey",
            expected: "43 letters or digits",
        };
        if text.len() != LETTERS || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(malformed());
        }
        let decoded = LENIENT_BASE64.decode(format!("{text}=")).map_err(|_| malformed())?;
        decoded.try_into().map(Self).map_err(|_| malformed())
    }

    /// The key as the console shows it, but for the last letter, of which each key has four.
    pub fn expose(&self) -> String {
        STANDARD_NO_PAD.encode(self.0)
    }

    /// The key's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for EncodingAesKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EncodingAesKey(…)")
    }
}

/// What an account and the platform share for pushes.
#[derive(Debug, Clone)]
pub struct PushKeys {
    /// Signs pushes.
    pub token: PushToken,
    /// Open pushes: the current key, then the previous one. None in plain mode.
    pub aes_keys: Vec<EncodingAesKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_bits_too_many_is_the_key_without_them() {
        let demo = EncodingAesKey::parse("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
        assert_eq!(
            hex::encode(demo.as_bytes()),
            "69b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3d0010831051"
        );
        assert!(EncodingAesKey::parse("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR").is_ok());
        for wrong in ["", &"A".repeat(42), &"A".repeat(44), &format!("{}+", "A".repeat(42))] {
            assert!(EncodingAesKey::parse(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(format!("{demo:?}"), "EncodingAesKey(…)");
    }
}
