mod form;
mod parse;
mod raw;

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretBox, SecretString};

use self::raw::Raw;
pub(super) use self::raw::{is_name, name_of};
use super::{
    DatabaseUrl, Environment, RedisUrl,
    fault::{Faults, Wrong},
};
use crate::domain::{AppId, Random};

/// What the sandbox knows; nothing secret.
const SANDBOX_APP_ID: &str = "wx0000000000000000";
const SANDBOX_APP_SECRET: &str = "00000000000000000000000000000000";

const DEFAULT_DATABASE_URL: &str = "sqlite://data/fanpass.db";

/// What comes from the environment only, each also as `NAME_FILE`.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// `WECHAT_APP_ID`.
    pub app_id: AppId,
    /// `WECHAT_APP_SECRET`.
    pub app_secret: SecretString,
    /// `SESSION_KEY`; made at random at each start where it may be absent.
    pub session_key: SessionKey,
    /// `DATABASE_URL`.
    pub database_url: DatabaseUrl,
    /// `REDIS_URL`; absent: the in-memory cache.
    pub redis_url: Option<RedisUrl>,
}

/// `SESSION_KEY`: 64 bytes from which a key per use is derived.
#[derive(Clone)]
pub struct SessionKey(std::sync::Arc<SecretBox<[u8; 64]>>);

impl SessionKey {
    /// Takes the key.
    pub fn new(bytes: [u8; 64]) -> Self {
        Self(std::sync::Arc::new(SecretBox::new(Box::new(bytes))))
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; 64] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionKey(…)")
    }
}

/// A file that holds a secret, or several.
#[derive(Debug, Clone)]
pub struct SecretFile {
    /// The variable that names it, as in `SESSION_KEY_FILE`; or `.env`, which no variable names.
    pub named_by: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What is known of the secrets besides their values.
pub(super) struct SecretSources {
    /// Those that were not set.
    pub absent: Vec<&'static str>,
    /// Those that are set and that nothing uses yet.
    pub unused: Vec<&'static str>,
    pub files: Vec<SecretFile>,
}

impl Secrets {
    /// The secrets, and where they come from.
    pub(super) fn read(
        directory: &Path,
        variables: &BTreeMap<String, String>,
        environment: Environment,
        entropy: &Random,
        faults: &Faults,
    ) -> (Option<Self>, SecretSources) {
        let raw = Raw::read(directory, variables, environment, faults);
        let app_id = raw.parse("WECHAT_APP_ID", parse::app_id, || parse::app_id(SANDBOX_APP_ID));
        let app_secret = raw.parse("WECHAT_APP_SECRET", parse::app_secret, || {
            Ok(SecretString::from(SANDBOX_APP_SECRET))
        });
        let session_key = raw.parse("SESSION_KEY", parse::session_key, || random_key(entropy));
        let database_url = raw.parse("DATABASE_URL", parse::database_url, || {
            parse::database_url(DEFAULT_DATABASE_URL)
        });
        let redis_url = raw.parse("REDIS_URL", |text| parse::redis_url(text).map(Some), || Ok(None));
        let secrets = || {
            Some(Self {
                app_id: app_id?,
                app_secret: app_secret?,
                session_key: session_key?,
                database_url: database_url?,
                redis_url: redis_url?,
            })
        };
        let sources = SecretSources {
            absent: raw.absent(),
            unused: check_unused(&raw),
            files: raw.into_files(),
        };
        (secrets(), sources)
    }
}

/// What is set for pushes and for changes of the key, before anything uses it, is at least right. Answers what is set.
fn check_unused(raw: &Raw<'_>) -> Vec<&'static str> {
    type Check = fn(&str) -> Result<(), Wrong>;
    let checks: [(&'static str, Check); 4] = [
        ("WECHAT_TOKEN", parse::push_token),
        ("WECHAT_ENCODING_AES_KEY", parse::encoding_aes_key),
        ("WECHAT_ENCODING_AES_KEY_PREVIOUS", parse::encoding_aes_key),
        ("SESSION_KEYS_ALSO", parse::session_keys),
    ];
    let set = checks.into_iter().filter(|(name, _)| raw.is_set(name));
    set.map(|(name, check)| {
        raw.check_unused(name, check);
        name
    })
    .collect()
}

/// A session key for one start.
fn random_key(entropy: &Random) -> Result<SessionKey, Wrong> {
    let remedy = "set it to 128 hexadecimal digits";
    let key = entropy.bytes().map(SessionKey::new);
    key.map_err(|error| Wrong::new(format!("cannot be made ({error})"), remedy))
}
