use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretBox};

/// `SESSION_KEY`: 64 bytes from which a key per use is derived.
#[derive(Clone)]
pub struct SessionKey(Arc<SecretBox<[u8; 64]>>);

impl SessionKey {
    /// From 64 random bytes.
    pub fn new(bytes: [u8; 64]) -> Self {
        Self(Arc::new(SecretBox::new(Box::new(bytes))))
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; 64] {
        self.0.expose_secret()
    }
}

/// The keys of an account. The first one seals, all of them open: so a key can be changed on one replica after the other.
#[derive(Debug, Clone)]
pub struct SessionKeys {
    current: SessionKey,
    also: Vec<SessionKey>,
}

impl SessionKeys {
    /// `current` is `SESSION_KEY`, `also` are those of `SESSION_KEYS_ALSO`. A key that is named twice counts once.
    pub fn new(current: SessionKey, also: Vec<SessionKey>) -> Self {
        let mut keys = Self {
            current,
            also: Vec::new(),
        };
        for key in also {
            if keys.all().all(|known| known.expose() != key.expose()) {
                keys.also.push(key);
            }
        }
        keys
    }

    /// The key that seals.
    pub const fn current(&self) -> &SessionKey {
        &self.current
    }

    /// The keys that only open.
    pub fn also(&self) -> &[SessionKey] {
        &self.also
    }

    /// Every key, the one that seals first.
    pub fn all(&self) -> impl Iterator<Item = &SessionKey> {
        std::iter::once(&self.current).chain(&self.also)
    }
}

impl From<SessionKey> for SessionKeys {
    fn from(current: SessionKey) -> Self {
        Self::new(current, Vec::new())
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionKey(…)")
    }
}
