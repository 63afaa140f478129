//! The web tokens of registrations, sealed in the cache. A cache that fails costs a silent refresh, nothing more.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{lease::Lease, sealing::Sealer};
use crate::{
    cache::{Cache, CacheError},
    clients::wechat::Grant,
    domain::{Clock, FanId, OpenId, Random, Timestamp, WebToken},
};

/// Seconds that a refresh token lives (网页授权, step 3).
const REFRESH_TOKEN_SECONDS: u32 = 30 * 24 * 3600;

/// Of a token's life this part is left unused: 10 of 120 minutes.
const MARGIN: u32 = 12;

/// Keeps the newest pair of each fan.
#[derive(Clone)]
pub struct WebTokens {
    cache: Cache,
    sealer: Sealer,
    clock: Clock,
    random: Random,
}

/// A pair as it was found, so that only this one is replaced or removed.
pub struct StoredToken {
    /// The pair.
    pub token: WebToken,
    key: String,
    stored: Vec<u8>,
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

    /// The pair of a grant, each token good until a margin before its end.
    pub fn from_grant(&self, grant: &Grant) -> WebToken {
        let now = self.clock.now();
        WebToken {
            openid: grant.openid.clone(),
            access_token: grant.access_token.clone(),
            access_until: now.plus_seconds(usable_seconds(grant.expires_in)),
            refresh_token: grant.refresh_token.clone(),
            refresh_until: now.plus_seconds(i64::from(REFRESH_TOKEN_SECONDS)),
        }
    }

    /// Keeps a new pair; it displaces the fan's older one.
    pub async fn keep(&self, fan: FanId, token: &WebToken) {
        let Some((sealed, life)) = self.seal(token) else { return };
        if let Err(error) = self.cache.put(&key(fan), sealed.as_bytes(), life).await {
            tracing::debug!(cache.error = %error, "a web token was not kept");
        }
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

    /// Puts a refreshed pair in the place of the one that was found; a pair that came meanwhile is newer and stays.
    pub async fn replace(&self, found: &StoredToken, token: &WebToken) {
        let Some((sealed, life)) = self.seal(token) else { return };
        let replaced = self
            .cache
            .put_if_equal(&found.key, &found.stored, sealed.as_bytes(), life)
            .await;
        if let Err(error) = replaced {
            tracing::debug!(cache.error = %error, "a refreshed web token was not kept");
        }
    }

    /// The right to refresh this fan's pair, unless somebody has it: one at a time, since a refresh may end the old
    /// refresh token. A refresh whose process died blocks no other for longer than `ttl`.
    pub async fn begin_refresh(&self, fan: FanId, ttl: Duration) -> Option<Lease> {
        let holder = hex::encode(self.random.bytes::<8>()).into_bytes();
        Lease::new(self.cache.clone(), refresh_key(fan), holder, ttl)
            .acquire()
            .await
    }

    /// Drops a pair that the platform refuses.
    pub async fn drop_refused(&self, found: &StoredToken) {
        let removed = self.cache.remove_if_equal(&found.key, &found.stored).await;
        if let Err(error) = removed {
            tracing::debug!(cache.error = %error, "a refused web token was not dropped");
        }
    }

    /// Removes whatever pair is kept of a fan, and says whether there was one.
    ///
    /// # Errors
    /// [`CacheError`]: it may still be there.
    pub async fn remove(&self, fan: FanId) -> Result<bool, CacheError> {
        let key = key(fan);
        let was_there = self.cache.get(&key).await?.is_some();
        self.cache.remove(&key).await?;
        Ok(was_there)
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
        let life = u64::try_from(until.seconds_since(self.clock.now()))
            .ok()
            .filter(|seconds| *seconds > 0)?;
        match self.sealer.seal(&sealed, token.openid.as_str()) {
            Ok(text) => Some((text, Duration::from_secs(life))),
            Err(error) => {
                tracing::warn!(%error, "a web token could not be sealed");
                None
            }
        }
    }
}

fn usable_seconds(expires_in: u32) -> i64 {
    i64::from(expires_in - expires_in / MARGIN)
}

fn refresh_key(fan: FanId) -> String {
    format!("web_token_refresh:{fan}")
}

/// By the row's id: a fan who was forgotten and registers again is another one, and finds nothing that was left over.
fn key(fan: FanId) -> String {
    format!("web_token:{fan}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cache::MemoryCache, domain::AppId, services::sealing::KeyUse, settings::SessionKey};

    fn web_tokens(clock: &Clock) -> (WebTokens, Cache) {
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        let app_id = AppId::parse("wx0000000000000001").unwrap();
        let sealer = Sealer::derive(&SessionKey::new([7; 64]), &app_id, KeyUse::WebToken, Random::system());
        let tokens = WebTokens::new(cache.clone(), sealer, clock.clone(), Random::system());
        (tokens, cache)
    }

    fn grant(openid: &str, access_token: &str) -> Grant {
        Grant {
            openid: OpenId::parse(openid).unwrap(),
            access_token: access_token.into(),
            expires_in: 7200,
            refresh_token: "made-up-refresh".into(),
            unionid: None,
            is_snapshot: false,
        }
    }

    /// The fan and the openid of the tests; another fan each time it is called.
    fn fan() -> (FanId, OpenId) {
        let id = FanId::generate(&Clock::system(), &Random::system());
        (id, OpenId::parse("oOne").unwrap())
    }

    fn access_token(found: &StoredToken) -> &str {
        found.token.access_token.expose_secret()
    }

    #[test]
    fn a_token_of_two_hours_is_used_for_110_minutes() {
        assert_eq!(usable_seconds(7200), 110 * 60);
        assert_eq!(usable_seconds(0), 0);
    }

    #[tokio::test]
    async fn a_pair_is_found_by_its_own_fan_only_and_lies_sealed() {
        let clock = Clock::system();
        let (tokens, cache) = web_tokens(&clock);
        let (one, openid) = fan();
        tokens
            .keep(one, &tokens.from_grant(&grant("oOne", "made-up-access")))
            .await;
        let found = tokens.find(one, &openid).await.unwrap();
        assert_eq!(access_token(&found), "made-up-access");
        assert_eq!(found.token.access_until.seconds_since(clock.now()), 6600);
        let stored = cache.get(&key(one)).await.unwrap().unwrap();
        assert!(!String::from_utf8(stored.clone()).unwrap().contains("made-up"));
        // Put under another fan's key it opens no more.
        let (other, _) = fan();
        cache.put(&key(other), &stored, Duration::from_secs(60)).await.unwrap();
        assert!(tokens.find(other, &OpenId::parse("oTwo").unwrap()).await.is_none());
    }

    #[tokio::test]
    async fn the_newest_pair_stays_whatever_a_slow_refresh_brings() {
        let (tokens, _) = web_tokens(&Clock::system());
        let (one, openid) = fan();
        tokens.keep(one, &tokens.from_grant(&grant("oOne", "first"))).await;
        let found = tokens.find(one, &openid).await.unwrap();
        tokens.keep(one, &tokens.from_grant(&grant("oOne", "second"))).await;
        tokens
            .replace(&found, &tokens.from_grant(&grant("oOne", "refreshed first")))
            .await;
        tokens.drop_refused(&found).await;
        let found = tokens.find(one, &openid).await.unwrap();
        assert_eq!(access_token(&found), "second");
        tokens
            .replace(&found, &tokens.from_grant(&grant("oOne", "refreshed second")))
            .await;
        let found = tokens.find(one, &openid).await.unwrap();
        assert_eq!(access_token(&found), "refreshed second");
    }

    #[tokio::test]
    async fn a_pair_is_gone_with_its_refresh_token() {
        let clock = Clock::system();
        let (tokens, _) = web_tokens(&clock);
        let (one, openid) = fan();
        tokens.keep(one, &tokens.from_grant(&grant("oOne", "made-up"))).await;
        clock.advance(30 * 24 * 3600 - 5);
        assert!(tokens.find(one, &openid).await.is_some());
        clock.advance(10);
        assert!(tokens.find(one, &openid).await.is_none());
    }

    #[tokio::test]
    async fn a_pair_is_removed_once_and_no_slow_refresh_brings_it_back() {
        let (tokens, _) = web_tokens(&Clock::system());
        let (one, openid) = fan();
        tokens.keep(one, &tokens.from_grant(&grant("oOne", "made-up"))).await;
        let found = tokens.find(one, &openid).await.unwrap();
        assert!(tokens.remove(one).await.unwrap());
        assert!(!tokens.remove(one).await.unwrap());
        let refreshed = tokens.from_grant(&grant("oOne", "refreshed"));
        tokens.replace(&found, &refreshed).await;
        assert!(tokens.find(one, &openid).await.is_none());
    }
}
