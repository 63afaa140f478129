use std::fmt;

/// The parts of the platform's API that the relay passes on.
pub(super) const AREAS: [&str; 5] = ["/cgi-bin/", "/datacube/", "/customservice/", "/wxaapi/", "/card/"];

/// What the relay answers itself, and nobody gets from the platform. Names in small letters, as in
/// [`RelayPath`](super::RelayPath).
const NEVER: [&str; 2] = ["/cgi-bin/token", "/cgi-bin/stable_token"];

/// Longest path that is read, in bytes. The platform's own have less than 64.
const MAX_LENGTH: usize = 256;

/// A path of the platform that may be passed on, with a slash at its start. It means the same however it is read: it has no
/// percent-encoding, no dot, no empty segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformPath(String);

/// Why a path is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlatformPathError {
    /// It could mean different things to different readers.
    #[error("not letters, digits, `_`, `-` and single slashes")]
    Malformed,
    /// It is no part of the API that is passed on.
    #[error("not a path that is passed on")]
    Foreign,
}

impl PlatformPath {
    /// Reads a path as it was sent, before anything is decoded.
    ///
    /// # Errors
    /// [`PlatformPathError`].
    pub fn parse(raw: &str) -> Result<Self, PlatformPathError> {
        let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
        let is_segment = |segment: &str| !segment.is_empty() && segment.bytes().all(is_plain);
        let segments = raw.strip_prefix('/').filter(|_| raw.len() <= MAX_LENGTH);
        if !segments.is_some_and(|segments| segments.split('/').all(is_segment)) {
            return Err(PlatformPathError::Malformed);
        }
        let is_passed_on = AREAS.iter().any(|area| raw.starts_with(area));
        if !is_passed_on || NEVER.contains(&raw.to_ascii_lowercase().as_str()) {
            return Err(PlatformPathError::Foreign);
        }
        Ok(Self(raw.to_owned()))
    }

    /// The path as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlatformPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_an_area_is_passed_on_as_it_was_sent() {
        for path in [
            "/cgi-bin/user/info",
            "/cgi-bin/get_current_selfmenu_info",
            "/datacube/getusersummary",
            "/customservice/kfaccount/add",
            "/wxaapi/log/get_performance",
            "/card/create",
            "/cgi-bin/tokens",
            "/cgi-bin/token/x",
        ] {
            assert_eq!(PlatformPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn a_path_that_could_be_read_in_two_ways_is_malformed() {
        let long = format!("/cgi-bin/{}", "a".repeat(MAX_LENGTH));
        for path in [
            "",
            "/",
            "cgi-bin/user/info",
            "//cgi-bin/user/info",
            "/cgi-bin//user/info",
            "/cgi-bin/user/",
            "/cgi-bin/./user",
            "/cgi-bin/../sns/auth",
            "/cgi-bin/%2e%2e/sns/auth",
            "/cgi-bin/user%2Finfo",
            "/cgi-bin/user%00",
            "/cgi-bin/user/info;x=1",
            "/cgi-bin\\user",
            "/cgi-bin/user info",
            "/cgi-bin/user:80",
            "/cgi-bin/user@host",
            "/cgi-bin/用户",
            &long,
        ] {
            assert_eq!(PlatformPath::parse(path), Err(PlatformPathError::Malformed), "{path}");
        }
    }

    #[test]
    fn other_areas_and_the_token_endpoints_are_not_passed_on() {
        for path in [
            "/sns/userinfo",
            "/sns/oauth2/access_token",
            "/cgi-bin",
            "/CGI-BIN/user/info",
            "/cgi-bin2/user",
            "/wxa/getwxacode",
            "/cgi-bin/token",
            "/cgi-bin/Token",
            "/cgi-bin/stable_token",
            "/cgi-bin/STABLE_TOKEN",
        ] {
            assert_eq!(PlatformPath::parse(path), Err(PlatformPathError::Foreign), "{path}");
        }
    }
}
