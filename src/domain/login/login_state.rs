use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{Malformed, Random};

/// The `state` of one login: 160 random bits as 40 hexadecimal digits. The platform allows `a-zA-Z0-9`, 128 bytes at
/// most (网页授权, step 1). It binds a callback to the browser that began the login, so Debug masks it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct LoginState(String);

impl LoginState {
    /// A new, unguessable state.
    pub fn random(random: &Random) -> Self {
        Self(hex::encode(random.bytes::<20>()))
    }

    /// Accepts what [`Self::random`] makes; anything else cannot be a state of ours.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 40 || !text.bytes().all(is_hex) {
            return Err(Malformed {
                what: "the state",
                expected: "40 lower-case hexadecimal digits",
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The state itself, for the authorize URL.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A short hash that names the state's cookie without revealing the state: 16 hexadecimal digits.
    pub fn short_hash(&self) -> String {
        let hash = Sha256::digest(self.0.as_bytes());
        hash.first_chunk::<8>().map(hex::encode).unwrap_or_default()
    }
}

impl TryFrom<String> for LoginState {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        Self::parse(&text)
    }
}

impl From<LoginState> for String {
    fn from(state: LoginState) -> Self {
        state.0
    }
}

impl fmt::Debug for LoginState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LoginState(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_what_the_platform_echoes() {
        let state = LoginState::random(&Random::system());
        assert!(state.expose().len() <= 128 && state.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(LoginState::parse(state.expose()).unwrap(), state);
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for wrong in ["", "0", &"g".repeat(40), &"A".repeat(40), &"0".repeat(41)] {
            assert!(LoginState::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
