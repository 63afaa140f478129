use std::{fmt, sync::Arc};

use url::Host;

use crate::domain::Malformed;

/// The host of an application's pages, as in `shop.example.com`: a full name, which stands for itself and for no subdomain.
/// Clones share the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppHost(Arc<str>);

impl AppHost {
    /// Reads a name. One in other letters than ASCII gets the form that browsers send (punycode).
    ///
    /// # Errors
    /// [`Malformed`] if it is more than a name, or an IP address, or has no dot.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = Malformed {
            what: "a host",
            expected: "a full name without scheme, port and path, as in `shop.example.com`",
        };
        let Ok(Host::Domain(name)) = Host::parse(text) else {
            return Err(malformed);
        };
        let is_label = |label: &str| {
            let is_right = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
            !label.is_empty() && label.bytes().all(is_right)
        };
        if name.contains('.') && name.split('.').all(is_label) {
            return Ok(Self(name.into()));
        }
        Err(malformed)
    }

    /// The name in small letters of ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_full_name_and_nothing_else() {
        for (text, name) in [
            ("shop.example.com", "shop.example.com"),
            ("SHOP.Example.com", "shop.example.com"),
            ("商店.example", "xn--czrs0t.example"),
        ] {
            assert_eq!(AppHost::parse(text).unwrap().as_str(), name);
        }
        for text in [
            "",
            "localhost",
            "*.example.com",
            ".example.com",
            "shop.example.com.",
            "https://shop.example.com",
            "shop.example.com:443",
            "shop.example.com/",
            "user@shop.example.com",
            "shop_1.example.com",
            "127.0.0.1",
            "[::1]",
            "0x7f.1",
            "shop .example",
        ] {
            assert!(AppHost::parse(text).is_err(), "{text}");
        }
    }
}
