//! The rules for URLs and for IPs to listen on.

use std::net::IpAddr;

use url::{Host, Url};

use super::quoted_value::QuotedValue;

/// A URL or an IP that cannot be used. A URL is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum UrlViolation {
    #[error("is not a URL ({0}); write one that begins with https:// or http://")]
    NotAUrl(url::ParseError),
    #[error("is not an http or https URL; write one that begins with https:// or http://")]
    NotHttp,
    #[error("contains a user name or password; remove it")]
    HasCredentials,
    #[error("is more than an origin; write scheme, host and port only, as in `https://fans.example.com`")]
    NotAnOrigin,
    #[error("is http and not a loopback address; use https")]
    NotProtected,
    #[error("has a query or a fragment; remove it: credentials go into the variable OTEL_EXPORTER_OTLP_HEADERS")]
    HasQuery,
    #[error("{0}; write an IP address, as in `127.0.0.1`, or `0.0.0.0` for every interface")]
    NotAnIp(QuotedValue),
}

/// An http(s) origin.
pub(super) fn origin(text: &str) -> Result<Url, UrlViolation> {
    let url = web_url(text)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(UrlViolation::NotAnOrigin);
    }
    Ok(url)
}

/// An http(s) URL without credentials.
pub(super) fn web_url(text: &str) -> Result<Url, UrlViolation> {
    let url = Url::parse(text).map_err(UrlViolation::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlViolation::NotHttp);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlViolation::HasCredentials);
    }
    Ok(url)
}

/// An origin that is https or does not leave this machine.
pub(super) fn protected_origin(text: &str) -> Result<Url, UrlViolation> {
    let url = origin(text)?;
    if url.scheme() == "https" || is_loopback(&url) {
        Ok(url)
    } else {
        Err(UrlViolation::NotProtected)
    }
}

/// An IP to listen on.
pub(super) fn listening_ip(text: &str) -> Result<IpAddr, UrlViolation> {
    text.parse().map_err(|_| UrlViolation::NotAnIp(text.into()))
}

/// Whether a URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
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
