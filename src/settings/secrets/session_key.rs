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

impl fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionKey(…)")
    }
}
