use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::Malformed;

/// A fan as this account sees them. Upper and lower case differ: compare byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct OpenId(String);

impl OpenId {
    /// Longest openid that is accepted, in bytes. All seen so far have 28.
    pub const MAX_LEN: usize = 64;

    /// Accepts 1 to [`Self::MAX_LEN`] characters of `A-Z a-z 0-9 _ -`, the alphabet of every openid seen so far.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if text.is_empty() || text.len() > Self::MAX_LEN || !text.bytes().all(known) {
            return Err(Malformed {
                what: "the openid",
                expected: "1 to 64 of A-Z a-z 0-9 _ -",
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The openid as the platform writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OpenId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        Self::parse(&text)
    }
}

impl From<OpenId> for String {
    fn from(openid: OpenId) -> Self {
        openid.0
    }
}

impl fmt::Display for OpenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_openid_keeps_its_case_and_its_alphabet() {
        let openid = OpenId::parse("oMade-Up_Fan0000000000000001").unwrap();
        assert_ne!(openid, OpenId::parse("omade-up_fan0000000000000001").unwrap());
        for wrong in ["", "o made", "o'--", "o/..", "粉丝", &"o".repeat(65)] {
            assert!(OpenId::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
