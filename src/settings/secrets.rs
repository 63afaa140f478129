use std::fmt;

use secrecy::{ExposeSecret, SecretBox, SecretString};

use super::DatabaseUrl;
use crate::domain::AppId;

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
    pub redis_url: Option<SecretString>,
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
