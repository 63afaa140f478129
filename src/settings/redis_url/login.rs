//! User names and passwords in a `REDIS_URL`, percent-encoded.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;

use super::error::RedisUrlError;

/// A user name and a password; either may be absent.
#[derive(Debug, Clone, Default)]
pub struct RedisLogin {
    /// `None`: Redis's user `default`.
    pub username: Option<String>,
    /// `None`: Redis asks for no password.
    pub password: Option<SecretString>,
}

impl RedisLogin {
    /// `user:password`, as it stands before the @.
    pub(super) fn parse(text: &str) -> Result<Self, RedisUrlError> {
        let (username, password) = text.split_once(':').unwrap_or((text, ""));
        let (username, password) = (decode(username)?, decode(password)?);
        Ok(Self {
            username: Some(username).filter(|name| !name.is_empty()),
            password: Some(password).filter(|word| !word.is_empty()).map(Into::into),
        })
    }
}

/// A login ends with an @. A later @ means that the password holds a `/` or `?`, which ends the hosts.
pub(super) fn check_no_later_at(path: &str, query: &str, kind: &str) -> Result<(), RedisUrlError> {
    if path.contains('@') {
        return Err(RedisUrlError::RawSlash);
    }
    // Only the value of a parameter of `redis+sentinel` may hold an @.
    let is_value = |part: &str| part.split_once('=').is_some_and(|(name, _)| !name.contains('@'));
    let may_have_values = kind == "sentinel" && !path.is_empty();
    let mut with_at = query.split('&').filter(|part| part.contains('@'));
    if with_at.any(|part| !(may_have_values && is_value(part))) {
        return Err(RedisUrlError::RawQuestionMark);
    }
    Ok(())
}

/// A plus stays a plus, as everywhere in a URL: only HTML forms encode a blank as one.
pub(super) fn decode(part: &str) -> Result<String, RedisUrlError> {
    let decoded = percent_decode_str(part).decode_utf8();
    decoded.map(String::from).map_err(|_| RedisUrlError::NotUtf8)
}
