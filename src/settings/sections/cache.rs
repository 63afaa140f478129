use std::{num::NonZeroUsize, path::Path, time::Duration};

use super::authorities::authorities;
use crate::settings::{fault::Violation, loader::Section};

/// `cache.*`: the token cache. Its URL is a secret, `REDIS_URL`.
#[derive(Debug, Clone)]
pub struct CacheSettings {
    /// The prefix of every key; the AppID follows it.
    pub key_prefix: String,
    /// The most bytes that cached values take without Redis.
    pub memory: usize,
    /// The most connections; in a cluster, per node.
    pub pool_size: NonZeroUsize,
    /// How long one command may take, including connecting.
    pub timeout: Duration,
    /// PEM certificates of the authorities that Redis's certificate is checked against. `None`: Mozilla's roots.
    pub authorities: Option<Vec<u8>>,
}

/// The time-out of an operator's command. Finding the servers may take longer than a login may wait.
const OPERATOR_TIMEOUT: Duration = Duration::from_secs(5);

impl CacheSettings {
    /// The same with a longer time-out, for a command that no fan waits for.
    pub fn for_operators(&self) -> Self {
        Self {
            timeout: OPERATOR_TIMEOUT,
            ..self.clone()
        }
    }

    pub(in crate::settings) fn read(section: Section<'_>, directory: &Path) -> Option<Self> {
        let key_prefix = section.text("key_prefix", key_prefix);
        let memory_mib: Option<usize> = section.number("memory_mib", 1..=65_536);
        let pool_size = section.number("pool_size", 1..=1000);
        let timeout_ms = section.number("timeout_ms", 10..=1000_u32);
        let authorities = section.optional_text("ca_file", |file| authorities(directory, file));
        Some(Self {
            key_prefix: key_prefix?,
            memory: memory_mib?.saturating_mul(1 << 20),
            pool_size: NonZeroUsize::new(pool_size?)?,
            timeout: Duration::from_millis(timeout_ms?.into()),
            authorities: authorities?,
        })
    }
}

/// A prefix that is readable in `redis-cli` and needs no quotes there.
fn key_prefix(text: &str) -> Result<String, Violation> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._:-".contains(letter);
    if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        let hint = "write 1 to 64 ASCII letters, digits or any of . _ : -";
        Err(Violation::not_accepted(text, hint))
    }
}
