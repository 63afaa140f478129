use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};

use crate::domain::Malformed;

/// The AppID of an Official Account: `wx` and 16 small letters or digits. Clones share the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct AppId(Arc<str>);

impl AppId {
    /// Checks the form of an AppID.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let is_right = |letter: u8| letter.is_ascii_digit() || letter.is_ascii_lowercase();
        match text.strip_prefix("wx") {
            Some(digits) if digits.len() == 16 && digits.bytes().all(is_right) => Ok(Self(text.into())),
            _ => Err(Malformed {
                what: "the AppID",
                expected: "`wx` and 16 small letters or digits",
            }),
        }
    }

    /// The AppID as the platform writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AppId {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        Self::parse(&text)
    }
}

impl Serialize for AppId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_id_is_wx_and_sixteen_small_letters_or_digits() {
        for right in ["wx0000000000000000", "wx0123456789abcxyz"] {
            assert!(AppId::parse(right).is_ok(), "{right:?} was refused");
        }
        for wrong in [
            "",
            "wx",
            "wx000000000000000",
            "wx00000000000000000",
            "wx000000000000000G",
            "wx000000000000000é",
            "WX0000000000000000",
            "gh_000000000000000",
        ] {
            assert!(AppId::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
