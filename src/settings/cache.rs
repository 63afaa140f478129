use std::{num::NonZeroUsize, time::Duration};

/// `cache.*`: the token cache. The address is a secret: [`super::Secrets::redis_url`].
#[derive(Debug, Clone)]
pub struct CacheSettings {
    /// Beginning of every key; the AppID follows it.
    pub key_prefix: String,
    /// Connections at most.
    pub pool_size: NonZeroUsize,
    /// How long one command may take, connecting included.
    pub timeout: Duration,
}
