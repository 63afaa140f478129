use std::fmt;

use super::Malformed;

/// The AppID of the Official Account that a deployment serves: `wx` and 16 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppId(String);

impl AppId {
    /// Checks the form of an AppID.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let is_hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        match text.strip_prefix("wx") {
            Some(digits) if digits.len() == 16 && digits.bytes().all(is_hex) => Ok(Self(text.to_owned())),
            _ => Err(Malformed {
                what: "the AppID",
                expected: "`wx` and 16 lower-case hexadecimal digits",
            }),
        }
    }

    /// The AppID as the platform writes it.
    pub fn as_str(&self) -> &str {
        &self.0
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
    fn an_app_id_is_wx_and_sixteen_hex_digits() {
        assert!(AppId::parse("wx0000000000000000").is_ok());
        for wrong in [
            "",
            "wx",
            "wx000000000000000",
            "wx000000000000000G",
            "WX0000000000000000",
            "gh_000000000000000",
        ] {
            assert!(AppId::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
