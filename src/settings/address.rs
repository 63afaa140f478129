//! Addresses: what an operator may give as a URL of ours or of the platform's.

use std::net::IpAddr;

use url::{Host, Url};

use super::fault::Wrong;

/// An http(s) origin. The fault does not repeat the URL, which may hold a password.
pub(super) fn origin(text: &str) -> Result<Url, Wrong> {
    let remedy = "write scheme, host and port only, as in `https://fans.example.com`";
    let url = web_url(text)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(Wrong::new("has more than an origin", remedy));
    }
    Ok(url)
}

/// An http(s) URL without credentials.
pub(super) fn web_url(text: &str) -> Result<Url, Wrong> {
    let remedy = "write one that begins with https:// or http://";
    let url = Url::parse(text).map_err(|error| Wrong::new(format!("is not a URL ({error})"), remedy))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Wrong::new("is not an http or https URL", remedy));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong::new("has a user name or password in it", "leave that out"));
    }
    Ok(url)
}

/// An origin that is https or does not leave this machine.
pub(super) fn protected_origin(text: &str) -> Result<Url, Wrong> {
    let url = origin(text)?;
    if url.scheme() == "https" || is_loopback(&url) {
        Ok(url)
    } else {
        Err(Wrong::new("is http and not a loopback address", "use https"))
    }
}

/// An address to listen on.
pub(super) fn listen(text: &str) -> Result<IpAddr, Wrong> {
    let remedy = "write an IP address, as in `127.0.0.1`, or `0.0.0.0` for every interface";
    text.parse().map_err(|_| Wrong::value(text, remedy))
}

/// Whether a URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for right in ["http://localhost:8080", "https://fans.example.com/", "https://[::1]:1"] {
            assert!(origin(right).is_ok(), "{right} was refused");
        }
        for wrong in [
            "",
            "localhost:8080",
            "fans.example.com",
            "ftp://fans.example.com",
            "https://",
            "https://fans.example.com/path",
            "https://fans.example.com/?",
            "https://fans.example.com/#",
            "https://user@fans.example.com",
            "https://:password@fans.example.com",
        ] {
            assert!(origin(wrong).is_err(), "{wrong} was accepted");
        }
    }

    #[test]
    fn a_loopback_host_is_this_machine() {
        for (url, expected) in [
            ("http://localhost", true),
            ("http://LOCALHOST:1", true),
            ("http://fans.localhost", true),
            ("http://127.8.9.10", true),
            ("http://[::1]", true),
            ("http://0.0.0.0", false),
            ("http://localhost.example.com", false),
            ("http://notlocalhost", false),
            ("http://192.168.1.1", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
