use std::fmt;

use super::RelayPath;
use crate::domain::Malformed;

/// What an application may do at the internal API: an entry of `apps.<id>.api`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiRight {
    /// `access-token`: reads the account token, and reports one that was refused.
    AccessToken,
    /// `jsapi-ticket`: reads the JS-SDK ticket.
    JsapiTicket,
    /// `fans`: reads fans.
    Fans,
    /// `photos`: sees fans' photos.
    Photos,
    /// `qr`: makes QR codes with a parameter.
    Qr,
    /// `relay:<path>`: calls the platform.
    Relay(RelayPath),
}

impl ApiRight {
    /// Reads a right.
    ///
    /// # Errors
    /// [`Malformed`] if there is no such right, or its path is none.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        match text {
            "access-token" => Ok(Self::AccessToken),
            "jsapi-ticket" => Ok(Self::JsapiTicket),
            "fans" => Ok(Self::Fans),
            "photos" => Ok(Self::Photos),
            "qr" => Ok(Self::Qr),
            other => match other.strip_prefix("relay:") {
                Some(path) => RelayPath::parse(path).map(Self::Relay),
                None => Err(Malformed {
                    what: "a right",
                    expected: "access-token, jsapi-ticket, fans, photos, qr, or relay: and a path",
                }),
            },
        }
    }
}

impl fmt::Display for ApiRight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessToken => formatter.write_str("access-token"),
            Self::JsapiTicket => formatter.write_str("jsapi-ticket"),
            Self::Fans => formatter.write_str("fans"),
            Self::Photos => formatter.write_str("photos"),
            Self::Qr => formatter.write_str("qr"),
            Self::Relay(path) => write!(formatter, "relay:{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_is_read_as_it_is_written() {
        for text in [
            "access-token",
            "jsapi-ticket",
            "fans",
            "photos",
            "qr",
            "relay:/cgi-bin/user/*",
        ] {
            assert_eq!(ApiRight::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "all", "relay", "relay:", "relay:/sns/*", "Fans"] {
            assert!(ApiRight::parse(text).is_err(), "{text}");
        }
    }
}
