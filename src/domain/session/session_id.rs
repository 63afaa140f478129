use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Malformed, Random};

/// Identifies one session: 16 random bytes, written as 32 hexadecimal digits. It is a secret: Debug masks it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// A new, unguessable id.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// Reads 32 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut bytes = [0; 16];
        let malformed = |_| Malformed {
            what: "the session id",
            expected: "32 hexadecimal digits",
        };
        hex::decode_to_slice(text, &mut bytes).map_err(malformed)?;
        Ok(Self(bytes))
    }

    /// The 32 digits, for the cookie and for the database.
    pub fn expose(&self) -> String {
        hex::encode(self.0)
    }
}

impl TryFrom<String> for SessionId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        Self::parse(&text)
    }
}

impl From<SessionId> for String {
    fn from(sid: SessionId) -> Self {
        sid.expose()
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_reads_back_and_is_not_shown() {
        let sid = SessionId::generate(&Random::system());
        assert_eq!(SessionId::parse(&sid.expose()).unwrap(), sid);
        assert_eq!(sid.expose().len(), 32);
        assert_eq!(format!("{sid:?}"), "SessionId(…)");
        for wrong in ["", "00", &"0".repeat(31), &"g".repeat(32), &"粉".repeat(32)] {
            assert!(SessionId::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
