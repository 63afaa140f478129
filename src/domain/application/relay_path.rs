use std::fmt;

use super::platform_path::AREAS;
use crate::domain::Malformed;

/// What could harm the whole account. A right with `*` does not cover it: it is named, or not allowed. Names in small letters,
/// for nobody knows whether the platform tells them apart.
const NAMED_ONLY: [&str; 11] = [
    "/cgi-bin/token",
    "/cgi-bin/stable_token",
    "/cgi-bin/clear_quota",
    "/cgi-bin/clear_quota/v2",
    "/cgi-bin/openapi/rid/get",
    "/cgi-bin/openapi/quota/clear",
    "/cgi-bin/ticket/getticket",
    "/cgi-bin/menu/create",
    "/cgi-bin/menu/delete",
    "/cgi-bin/menu/addconditional",
    "/cgi-bin/menu/delconditional",
];

/// What is below it goes to all fans at once. Only a prefix that names it covers it.
const MASS_MESSAGES: &str = "/cgi-bin/message/mass/";

/// Paths of the platform that an app may call: one path, or all that begin with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayPath {
    path: String,
    is_prefix: bool,
}

impl RelayPath {
    /// Reads a path as in a right: one that ends in `*` is a prefix.
    ///
    /// # Errors
    /// [`Malformed`] if it lies in no area that is passed on, or has characters that no path of the platform has.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let prefix = text.strip_suffix('*');
        let path = prefix.unwrap_or(text);
        let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-' | b'/');
        let has_area = AREAS.iter().any(|area| path.starts_with(area));
        let has_end = prefix.is_some() || !path.ends_with('/');
        if path.bytes().all(is_plain) && !path.contains("//") && has_area && has_end {
            let is_prefix = prefix.is_some();
            let path = path.to_owned();
            return Ok(Self { path, is_prefix });
        }
        Err(Malformed {
            what: "the path of a relay right",
            expected: "a path below /cgi-bin/, /datacube/, /customservice/, /wxaapi/ or /card/, with `*` at its end for all that begin so",
        })
    }

    /// Whether the right covers this path.
    pub fn permits(&self, path: &str) -> bool {
        if !self.is_prefix {
            return self.path == path;
        }
        let small = path.to_ascii_lowercase();
        let is_mass = small.starts_with(MASS_MESSAGES) && !self.path.starts_with(MASS_MESSAGES);
        path.starts_with(&self.path) && !is_mass && !NAMED_ONLY.contains(&small.as_str())
    }
}

impl fmt::Display for RelayPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.is_prefix { "*" } else { "" };
        write!(formatter, "{}{star}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(right: &str, path: &str) -> bool {
        RelayPath::parse(right).unwrap().permits(path)
    }

    #[test]
    fn a_right_is_one_path_or_a_prefix() {
        assert!(permits("/cgi-bin/user/info", "/cgi-bin/user/info"));
        assert!(!permits("/cgi-bin/user/info", "/cgi-bin/user/info/batchget"));
        assert!(!permits("/cgi-bin/user/info", "/cgi-bin/user/inf"));
        assert!(permits("/cgi-bin/user/*", "/cgi-bin/user/info/batchget"));
        assert!(!permits("/cgi-bin/user/*", "/cgi-bin/users"));
        assert!(permits("/datacube/*", "/datacube/getusersummary"));
    }

    #[test]
    fn what_could_harm_the_account_is_in_no_wildcard() {
        let all = "/cgi-bin/*";
        for path in NAMED_ONLY {
            assert!(!permits(all, path), "{path}");
            assert!(
                !permits(all, &path.to_ascii_uppercase().replace("/CGI-BIN/", "/cgi-bin/")),
                "{path}"
            );
            assert!(permits(path, path), "{path} by its name");
        }
        assert!(!permits("/cgi-bin/message/*", "/cgi-bin/message/mass/sendall"));
        assert!(permits("/cgi-bin/message/mass/*", "/cgi-bin/message/mass/sendall"));
        assert!(permits("/cgi-bin/menu/*", "/cgi-bin/menu/get"));
        assert!(!permits("/cgi-bin/menu/*", "/cgi-bin/menu/delete"));
    }

    #[test]
    fn what_is_no_path_of_the_platform_is_no_right() {
        for wrong in [
            "",
            "*",
            "/",
            "/*",
            "cgi-bin/user/info",
            "/sns/userinfo",
            "/sns/*",
            "/cgi-bin",
            "/cgi-bin/user/",
            "/cgi-bin//user",
            "/cgi-bin/../sns/auth",
            "/cgi-bin/user%2finfo",
            "/cgi-bin/*/info",
            "/cgi-bin/user/**",
            "/cgi-bin/用户",
        ] {
            assert!(RelayPath::parse(wrong).is_err(), "{wrong}");
        }
    }
}
