//! The operator's applications: who calls the internal API, and what each may do there.

mod api_key;
mod host;
mod platform_path;
mod relay_path;
mod right;

use std::{fmt, sync::Arc};

use url::Url;

pub use self::{
    api_key::ApiKeyDigest,
    host::AppHost,
    platform_path::{PlatformPath, PlatformPathError},
    relay_path::RelayPath,
    right::ApiRight,
};
use super::Malformed;

/// The longest id of an application, in bytes.
const MAX_ID: usize = 32;

/// The name that stands for the operator's own key, `OPS_API_KEY`. No application has it.
pub const OPS: &str = "ops";

/// The id of an application, as in `[apps.shop]`. Clones share the text. An [`AppId`](super::AppId) is another thing: the
/// platform's name of an Official Account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationId(Arc<str>);

impl ApplicationId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`Malformed`] if it is not a small letter and then small letters, digits or hyphens, 32 at most; or if it is `ops`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let is_right = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        let has_form = text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(is_right);
        if has_form && text.len() <= MAX_ID && text != OPS {
            return Ok(Self(text.into()));
        }
        Err(Malformed {
            what: "the id of an app",
            expected: "a small letter, then small letters, digits or hyphens, 32 at most, and not `ops`",
        })
    }

    /// The id as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One of the operator's applications.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// What people call it; its id unless set.
    pub name: String,
    /// Where its pages begin, for the index page. None: that links it not.
    pub url: Option<Url>,
    /// The hosts of its pages.
    pub hosts: Arc<[AppHost]>,
    /// Whether these pages get signatures for the JS-SDK.
    pub jssdk: bool,
    /// What it may do at the internal API.
    pub api: Arc<[ApiRight]>,
    /// The SHA-256 of its key, where that stands in the settings in place of the key in the environment.
    pub api_key_sha256: Option<ApiKeyDigest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_small_letters_digits_and_hyphens() {
        for id in ["shop", "a", "crm-2", &"a".repeat(32)] {
            assert_eq!(ApplicationId::parse(id).unwrap().as_str(), id);
        }
        for id in ["", "ops", "Shop", "2shop", "-shop", "my_shop", "商店", &"a".repeat(33)] {
            assert!(ApplicationId::parse(id).is_err(), "{id}");
        }
    }
}
