//! The URL of a MySQL or MariaDB server, checked for what Diesel and the client library make of it.

use std::{collections::BTreeMap, time::Duration};

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

use super::{DatabaseError, Place};

/// What Diesel passes to the client library. Diesel ignores `ssl_mode`, so [`Tls`] sets the library's options instead.
const PARAMETERS: [&str; 5] = ["ssl_mode", "ssl_ca", "ssl_cert", "ssl_key", "unix_socket"];

/// A checked URL.
pub(super) struct ServerUrl {
    /// The URL for Diesel, with a connect timeout.
    pub for_diesel: SecretString,
    /// What messages may show, and what they may not.
    pub place: Place,
    /// The TLS that it asks for.
    pub tls: Tls,
}

/// What `ssl_mode` asks for.
#[derive(Clone, Copy)]
pub(super) enum Tls {
    /// None.
    Off,
    /// Encryption without a look at the certificate.
    Unverified,
    /// A certificate for this host name.
    Verified,
}

impl ServerUrl {
    /// # Errors
    /// If the client library would ignore or misread a part of the URL.
    pub fn parse(text: &str, pool_timeout: Duration) -> Result<Self, DatabaseError> {
        check_user(text)?;
        let mut url = Url::parse(text).map_err(|_| {
            DatabaseError::Malformed(
                "must look like mysql://user:password@host/database, odd characters percent-encoded",
            )
        })?;
        // Diesel reads a plus in a parameter as a blank, as in an HTML form.
        let query = url.query().map(|query| query.replace('+', "%2B"));
        url.set_query(query.as_deref());
        check_database(&url)?;
        let tls = Tls::read(&url)?;
        let place = place(&url);
        let url = with_options(url, tls, pool_timeout)?;
        Ok(Self {
            for_diesel: String::from(url).into(),
            place,
            tls,
        })
    }
}

/// The user ends at the first `/`, `?` or `#`, so with one of these in the password a part of it would be read as the host.
/// A password may contain an `@` itself, so the last one counts.
fn check_user(text: &str) -> Result<(), DatabaseError> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let user = rest.rsplit_once('@').map(|(user, _)| user);
    if user.is_some_and(|user| user.contains(['/', '?', '#', '\\'])) {
        return Err(DatabaseError::Malformed(
            "holds a /, ?, # or \\ in its user or password that must be percent-encoded (%2F, %3F, %23, %5C), or an @ in its \
             parameters (%40)",
        ));
    }
    Ok(())
}

/// What messages may show of a URL, and what they may not.
fn place(url: &Url) -> Place {
    let decoded = |raw: &str| percent_decode_str(raw).decode_utf8_lossy().into_owned();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let password = url.password().unwrap_or_default();
    Place {
        server: format!("{}{port}", url.host_str().unwrap_or("MySQL")),
        user: Some(url.username()).filter(|user| !user.is_empty()).map(decoded),
        database: url.path().strip_prefix('/').map(decoded),
        passwords: vec![password.to_owned().into(), decoded(password).into()],
    }
}

/// Diesel does not decode the database's name.
fn check_database(url: &Url) -> Result<(), DatabaseError> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-$".contains(letter);
    let name = url.path().strip_prefix('/').unwrap_or_default();
    if name.is_empty() {
        return Err(DatabaseError::Malformed(
            "names no database: write mysql://user:password@host/database",
        ));
    }
    if !name.chars().all(is_plain) {
        return Err(DatabaseError::Malformed(
            "names a database with other characters than A-Z a-z 0-9 _ - $",
        ));
    }
    Ok(())
}

impl Tls {
    fn read(url: &Url) -> Result<Self, DatabaseError> {
        let mut parameters: BTreeMap<_, _> = url.query_pairs().collect();
        let mode = parameters.remove("ssl_mode");
        let tls = match mode.as_deref() {
            None | Some("disabled") => Self::Off,
            Some("required") => Self::Unverified,
            Some("verify_identity") => Self::Verified,
            Some(_) => {
                return Err(DatabaseError::Malformed(
                    "has an ssl_mode other than disabled, required and verify_identity",
                ));
            }
        };
        if !parameters.keys().all(|name| PARAMETERS.contains(&name.as_ref())) {
            return Err(DatabaseError::Malformed(
                "takes ssl_mode, ssl_ca, ssl_cert, ssl_key and unix_socket as parameters and no others",
            ));
        }
        if matches!(tls, Self::Off) && parameters.keys().any(|name| name.starts_with("ssl_")) {
            return Err(DatabaseError::Malformed(
                "names certificates without ssl_mode=verify_identity or required",
            ));
        }
        Ok(tls)
    }

    /// The client library's options.
    fn options(self) -> &'static str {
        match self {
            Self::Off => "",
            Self::Unverified => ";ssl-enforce=1",
            Self::Verified => ";ssl-enforce=1;ssl-verify-server-cert=1",
        }
    }
}

/// Diesel has no parameters for most options, but the client library accepts them in place of a host name
/// (`mariadb_connect`). Without a connect timeout a frozen or vanished server would block a thread for minutes.
fn with_options(mut url: Url, tls: Tls, pool_timeout: Duration) -> Result<Url, DatabaseError> {
    let host = url.host_str().unwrap_or_default();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    let is_ipv6 = matches!(url.host(), Some(Host::Ipv6(_)));
    if !is_ipv6 && (host.is_empty() || !host.chars().all(is_name)) {
        return Err(DatabaseError::Malformed("names no host, or one with odd characters"));
    }
    if is_ipv6 && !matches!(tls, Tls::Off) {
        return Err(DatabaseError::Malformed(
            "names an IPv6 address with an ssl_mode: write a host name instead",
        ));
    }
    if is_ipv6 || (host == "localhost" && url.query_pairs().any(|(name, _)| name == "unix_socket")) {
        return Ok(url);
    }
    let seconds = pool_timeout.as_secs().clamp(2, 10);
    let options = format!("host={host};connect-timeout={seconds}{}", tls.options());
    url.set_host(Some(&options))
        .map_err(|_| DatabaseError::Malformed("names a host with odd characters"))?;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| name != "ssl_mode")
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const WAIT: Duration = Duration::from_secs(3);

    fn passed_on(url: &str) -> String {
        ServerUrl::parse(url, WAIT)
            .unwrap()
            .for_diesel
            .expose_secret()
            .to_owned()
    }

    #[test]
    fn connecting_is_limited_and_tls_is_asked_for_in_the_librarys_words() {
        assert_eq!(
            passed_on("mysql://fan:made%2Dup@db.example:3307/fans"),
            "mysql://fan:made%2Dup@host=db.example;connect-timeout=3:3307/fans"
        );
        assert_eq!(
            passed_on("mysql://fan@db/fans?ssl_mode=verify_identity&ssl_ca=/etc/db.pem"),
            "mysql://fan@host=db;connect-timeout=3;ssl-enforce=1;ssl-verify-server-cert=1/fans?ssl_ca=%2Fetc%2Fdb.pem"
        );
        assert_eq!(
            passed_on("mysql://fan@db/fans?ssl_mode=required"),
            "mysql://fan@host=db;connect-timeout=3;ssl-enforce=1/fans"
        );
        assert_eq!(
            passed_on("mysql://a+b:c+d@db/fans?ssl_mode=verify_identity&ssl_ca=/etc/a+b.pem"),
            "mysql://a+b:c+d@host=db;connect-timeout=3;ssl-enforce=1;ssl-verify-server-cert=1/fans?ssl_ca=%2Fetc%2Fa%2Bb.pem"
        );
        let socket = "mysql://fan@localhost/fans?unix_socket=/run/db.sock";
        assert_eq!(passed_on(socket), socket);
    }

    #[test]
    fn what_would_be_ignored_or_misread_is_refused_and_not_repeated() {
        for wrong in [
            "mysql:made-up",
            "mysql://fan:made-up@db",
            "mysql://fan:made-up@db/",
            "mysql://fan:made/up@db/fans",
            "mysql://fan:made-up@db/fans/more",
            "mysql://fan:made-up@db/fa%6Es",
            "mysql://fan:made-up@/fans",
            "mysql://fan:made-up@db;password=made-up/fans",
            "mysql://fan:made-up@db/fans?sslmode=required",
            "mysql://fan:made-up@db/fans?ssl_mode=preferred",
            "mysql://fan:made-up@db/fans?ssl_ca=/made-up.pem",
            "mysql://fan:made-up@[::1]/fans?ssl_mode=required",
        ] {
            let error = ServerUrl::parse(wrong, WAIT).err();
            let error = error.unwrap_or_else(|| panic!("{wrong} was accepted")).to_string();
            assert!(!error.contains("made"), "{error}");
        }
    }

    #[test]
    fn a_reserved_character_in_a_password_is_named_with_a_hint() {
        for wrong in [
            "mysql://fan:made?up@db/fans",
            "mysql://fan:made#up@db/fans",
            "mysql://fan:made/up@db/fans",
            "mysql://fan:1/made-up@db/fans",
            "mysql://fan:made@up?up@db/fans",
            "mysql://fan:made@up#up@db/fans",
            "mysql://fan:made@up/up@db/fans",
            "mysql://fan:made-up@db/fans?ssl_mode=required&ssl_ca=/made@up.pem",
        ] {
            let error = ServerUrl::parse(wrong, WAIT).err().unwrap().to_string();
            assert!(!error.contains("made") && error.contains("%3F"), "{error}");
        }
        for (raw, password) in [("made@up:%zz[", "made@up:%zz["), ("%3F%23%2F%40", "?#/@")] {
            let server = ServerUrl::parse(&format!("mysql://fan:{raw}@db/fans"), WAIT).unwrap();
            assert_eq!(server.place.passwords[1].expose_secret(), password);
            assert_eq!(server.place.server, "db");
        }
    }
}
