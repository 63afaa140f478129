mod parse;
mod raw;

use std::{collections::BTreeMap, fmt, path::Path};

use secrecy::{ExposeSecret, SecretBox, SecretString};

use self::raw::Raw;
pub(super) use self::raw::{is_name, name_of};
use super::{
    DatabaseUrl, Environment, RedisUrl,
    fault::{Faults, Wrong},
};
use crate::domain::{AppId, Entropy};

/// What the sandbox knows; nothing secret.
const SANDBOX_APP_ID: &str = "wx0000000000000000";
const SANDBOX_APP_SECRET: &str = "sandbox-secret";

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

impl Secrets {
    /// The secrets, and the names of those that were not set and have a default.
    pub(super) fn read(
        directory: &Path,
        variables: &BTreeMap<String, String>,
        environment: Environment,
        entropy: &Entropy,
        faults: &Faults,
    ) -> (Option<Self>, Vec<&'static str>) {
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
        (secrets(), raw.absent())
    }
}

/// A session key for one start.
fn random_key(entropy: &Entropy) -> Result<SessionKey, Wrong> {
    let remedy = "set it to 128 hexadecimal digits";
    let key = entropy.bytes().map(SessionKey::new);
    key.map_err(|error| Wrong::new(format!("cannot be made ({error})"), remedy))
}
