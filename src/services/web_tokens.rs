//! The web tokens of registrations, sealed in the cache. If the cache fails, a silent refresh is lost and nothing else.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{lease::Lease, sealing::Sealer};
use crate::{
    cache::{Cache, CacheError},
    clients::wechat::Grant,
    domain::{Clock, FanId, OpenId, Random, Timestamp, WebToken},
};

/// The refresh token's TTL in seconds (网页授权, step 3).
const REFRESH_TOKEN_TTL_SECONDS: u32 = 30 * 24 * 3600;

/// The access token's TTL as the platform documents it.
const ACCESS_TOKEN_MINUTES: i64 = 120;

/// An access token is not used in the last minutes of its TTL, so it is good for 110 minutes. If the platform names another
/// TTL, the margin is the same share of it.
const ACCESS_TOKEN_SAFETY_MARGIN_MINUTES: i64 = 10;

/// What stands in place of an erased fan's pair. No sealed pair looks like this.
const ERASED: &[u8] = b"erased";

/// How late a registration may be that was saved before the erasure. It is bounded by `wechat.timeout_ms`, unless its process
/// was frozen.
const ERASED_TTL: Duration = Duration::from_mins(20);

/// Stores the newest token pair of each fan.
#[derive(Clone)]
pub struct WebTokens {
    cache: Cache,
    sealer: Sealer,
    clock: Clock,
    random: Random,
}

/// A pair together with its stored form, so that only this very entry is replaced or removed.
pub struct StoredToken {
    /// The opened pair.
    pub token: WebToken,
    key: String,
    stored: Vec<u8>,
}

/// What became of a stored pair that was to be sealed with the current key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resealed {
    /// It was sealed anew.
    Now,
    /// The current key had sealed it.
    Already,
    /// None of the account's keys opens it, or it has expired.
    Unreadable,
    /// There is none.
    NothingKept,
}

#[derive(Serialize, Deserialize)]
struct SealedToken {
    openid: OpenId,
    access_token: String,
    access_until: Timestamp,
    refresh_token: String,
    refresh_until: Timestamp,
}

impl WebTokens {
    /// Tokens in `cache`, sealed with `sealer`.
    pub fn new(cache: Cache, sealer: Sealer, clock: Clock, random: Random) -> Self {
        Self {
            cache,
            sealer,
            clock,
            random,
        }
    }

    /// The pair of a grant. The access token counts as expired a margin before its end.
    pub fn from_grant(&self, grant: &Grant) -> WebToken {
        let now = self.clock.now();
        WebToken {
            openid: grant.openid.clone(),
            access_token: grant.access_token.clone(),
            access_until: now.plus_seconds(usable_seconds(grant.expires_in)),
            refresh_token: grant.refresh_token.clone(),
            refresh_until: now.plus_seconds(i64::from(REFRESH_TOKEN_TTL_SECONDS)),
        }
    }

    /// Stores a new pair in place of the fan's older one, unless the fan was erased meanwhile.
    pub async fn keep(&self, fan: FanId, token: &WebToken) {
        let Some((sealed, ttl)) = self.seal(token) else { return };
        if let Err(error) = self.put_unless_erased(&key(fan), sealed.as_bytes(), ttl).await {
            tracing::debug!(cache.error = %error, "a web token was not kept");
        }
    }

    async fn put_unless_erased(&self, key: &str, sealed: &[u8], ttl: Duration) -> Result<(), CacheError> {
        // Another process may replace the older pair between the two commands. Its pair is as new as this one.
        if let Some(older) = self.cache.put_if_absent(key, sealed, ttl).await?
            && older != ERASED
        {
            self.cache.put_if_equal(key, &older, sealed, ttl).await?;
        }
        Ok(())
    }

    /// The fan's pair, if the cache has it and it was sealed for this fan.
    pub async fn find(&self, fan: FanId, openid: &OpenId) -> Option<StoredToken> {
        let key = key(fan);
        let stored = match self.cache.get(&key).await {
            Ok(stored) => stored?,
            Err(error) => {
                tracing::debug!(cache.error = %error, "a web token was not found");
                return None;
            }
        };
        let text = std::str::from_utf8(&stored).ok()?;
        let sealed: SealedToken = self.sealer.open(text, openid.as_str())?;
        let is_live = sealed.openid == *openid && self.clock.now() < sealed.refresh_until;
        let token = WebToken {
            openid: sealed.openid,
            access_token: sealed.access_token.into(),
            access_until: sealed.access_until,
            refresh_token: sealed.refresh_token.into(),
            refresh_until: sealed.refresh_until,
        };
        is_live.then_some(StoredToken { token, key, stored })
    }

    /// Replaces the found pair with a refreshed one. A pair that was stored meanwhile is newer and stays.
    pub async fn replace(&self, found: &StoredToken, token: &WebToken) {
        let Some((sealed, ttl)) = self.seal(token) else { return };
        let replaced = self
            .cache
            .put_if_equal(&found.key, &found.stored, sealed.as_bytes(), ttl)
            .await;
        if let Err(error) = replaced {
            tracing::debug!(cache.error = %error, "a refreshed web token was not kept");
        }
    }

    /// The right to refresh this fan's pair, unless another refresh is running. Only one runs at a time, because a refresh
    /// may revoke the old refresh token. If its process dies, it blocks others for `ttl` at most.
    pub async fn begin_refresh(&self, fan: FanId, ttl: Duration) -> Option<Lease> {
        let holder = hex::encode(self.random.bytes::<8>()).into_bytes();
        Lease::new(self.cache.clone(), refresh_key(fan), holder, ttl)
            .acquire()
            .await
    }

    /// Removes a pair that the platform refuses.
    pub async fn drop_refused(&self, found: &StoredToken) {
        let removed = self.cache.remove_if_equal(&found.key, &found.stored).await;
        if let Err(error) = removed {
            tracing::debug!(cache.error = %error, "a refused web token was not dropped");
        }
    }

    /// Removes the pair of a fan who is erased. A registration that was saved before the erasure cannot store another
    /// afterwards, however late it is. Returns whether there was a pair.
    ///
    /// # Errors
    /// [`CacheError`]: it may still be there.
    pub async fn erase(&self, fan: FanId) -> Result<bool, CacheError> {
        let key = key(fan);
        let was_there = self.cache.get(&key).await?.is_some_and(|stored| stored != ERASED);
        self.cache.put(&key, ERASED, ERASED_TTL).await?;
        Ok(was_there)
    }

    /// Removes the pair of a fan who withdrew what it was for. A new consent stores another. Returns whether there was one.
    ///
    /// # Errors
    /// [`CacheError`]: it may still be there.
    pub async fn remove(&self, fan: FanId) -> Result<bool, CacheError> {
        let key = key(fan);
        let stored = self.cache.get(&key).await?.filter(|stored| stored != ERASED);
        let Some(stored) = stored else { return Ok(false) };
        self.cache.remove_if_equal(&key, &stored).await
    }

    /// Seals the fan's pair with the account's current key, if another one sealed it. A pair that is stored meanwhile is
    /// newer and stays.
    ///
    /// # Errors
    /// [`CacheError`]: the pair is as it was.
    pub async fn reseal(&self, fan: FanId, openid: &OpenId) -> Result<Resealed, CacheError> {
        let stored = self.cache.get(&key(fan)).await?.filter(|stored| stored != ERASED);
        let Some(stored) = stored else {
            return Ok(Resealed::NothingKept);
        };
        let text = std::str::from_utf8(&stored).unwrap_or_default();
        if self.sealer.is_current(text, openid.as_str()) {
            return Ok(Resealed::Already);
        }
        let Some(found) = self.find(fan, openid).await else {
            return Ok(Resealed::Unreadable);
        };
        let Some((sealed, ttl)) = self.seal(&found.token) else {
            return Ok(Resealed::Unreadable);
        };
        let replaced = self
            .cache
            .put_if_equal(&found.key, &found.stored, sealed.as_bytes(), ttl)
            .await?;
        // Otherwise a serving process has just stored another, under the current key.
        Ok(if replaced { Resealed::Now } else { Resealed::Already })
    }

    fn seal(&self, token: &WebToken) -> Option<(String, Duration)> {
        let sealed = SealedToken {
            openid: token.openid.clone(),
            access_token: token.access_token.expose_secret().to_owned(),
            access_until: token.access_until,
            refresh_token: token.refresh_token.expose_secret().to_owned(),
            refresh_until: token.refresh_until,
        };
        let until = if sealed.refresh_token.is_empty() {
            token.access_until
        } else {
            token.refresh_until
        };
        let seconds = u64::try_from(until.seconds_since(self.clock.now()))
            .ok()
            .filter(|seconds| *seconds > 0)?;
        match self.sealer.seal(&sealed, token.openid.as_str()) {
            Ok(text) => Some((text, Duration::from_secs(seconds))),
            Err(error) => {
                tracing::warn!(%error, "a web token could not be sealed");
                None
            }
        }
    }
}

fn usable_seconds(expires_in: u32) -> i64 {
    let ttl = i64::from(expires_in);
    ttl - ttl * ACCESS_TOKEN_SAFETY_MARGIN_MINUTES / ACCESS_TOKEN_MINUTES
}

fn refresh_key(fan: FanId) -> String {
    format!("web_token_refresh:{fan}")
}

/// The key contains the row's id: a fan who was forgotten and registers again gets a new id, and finds no old token.
fn key(fan: FanId) -> String {
    format!("web_token:{fan}")
}

#[cfg(test)]
mod tests;
