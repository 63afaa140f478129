//! Profiles: fetched with the fan's own token, and fetched again when they have grown old.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::web_tokens::{StoredToken, WebTokens};
use crate::{
    clients::wechat::{ErrorClass, PlatformError, WeChatClient},
    domain::{Clock, Deadline, FansProfile, Profile, WebToken},
    repositories::{FansRepository, RepositoryError},
};

const SECONDS_PER_DAY: i64 = 24 * 3600;

/// Fetches profiles on one worker thread.
#[derive(Clone)]
pub struct Profiles {
    platform: WeChatClient,
    repository: FansRepository,
    tokens: WebTokens,
    clock: Clock,
    refresh_after_seconds: i64,
    timeout: Duration,
}

/// Why a stored profile could not be fetched again.
#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error(transparent)]
    Platform(#[from] PlatformError),
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl Profiles {
    /// Profiles that are fetched again when they are older than `refresh_after_days`, within `timeout`.
    pub fn new(
        platform: WeChatClient,
        repository: FansRepository,
        tokens: WebTokens,
        clock: Clock,
        refresh_after_days: u32,
        timeout: Duration,
    ) -> Self {
        let refresh_after_seconds = i64::from(refresh_after_days).saturating_mul(SECONDS_PER_DAY);
        Self {
            platform,
            repository,
            tokens,
            clock,
            refresh_after_seconds,
            timeout,
        }
    }

    /// The profile that a token pair gives access to, and the pair as it is afterwards: an access token that has ended
    /// is refreshed once.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn fetch(&self, token: WebToken, deadline: Deadline) -> Result<(Profile, WebToken), PlatformError> {
        match self
            .platform
            .userinfo(&token.openid, &token.access_token, deadline)
            .await
        {
            Ok(profile) => Ok((profile, token)),
            Err(error) if error.class() == ErrorClass::TokenEnded && has_refresh_token(&token) => {
                let token = self.renew(&token, deadline).await?;
                let profile = self
                    .platform
                    .userinfo(&token.openid, &token.access_token, deadline)
                    .await?;
                Ok((profile, token))
            }
            Err(error) => Err(error),
        }
    }

    /// Fetches an old profile again in the background, where a stored token allows it. The fan notices nothing.
    pub fn refresh_if_old(&self, fan: &FansProfile) {
        let age = self.clock.now().seconds_since(fan.profile_refreshed_at);
        if age < self.refresh_after_seconds {
            return;
        }
        let (profiles, fan) = (self.clone(), fan.clone());
        let span = tracing::Span::current();
        let refresh = async move {
            if let Err(error) = profiles.refresh(&fan).await {
                tracing::warn!(fan.id = %fan.id, %error, "an old profile could not be refreshed");
            }
        };
        tokio::task::spawn_local(tracing::Instrument::instrument(refresh, span));
    }

    async fn refresh(&self, fan: &FansProfile) -> Result<(), RefreshError> {
        let Some(stored) = self.tokens.find(&fan.profile.openid).await else {
            return Ok(());
        };
        let deadline = Deadline::after(self.timeout);
        let fetched_at = self.clock.now();
        let fetched = async {
            let token = self.usable(&stored.token, deadline).await?;
            self.fetch(token, deadline).await
        };
        match fetched.await {
            Ok((profile, token)) => {
                self.keep_if_changed(&stored, &token).await;
                let updated = self.repository.refresh_profile(fan.id, &profile, fetched_at).await?;
                tracing::debug!(fan.id = %fan.id, updated, "an old profile was fetched again");
                Ok(())
            }
            Err(error) => {
                if error.class() == ErrorClass::Reauthorize {
                    self.tokens.drop_refused(&stored).await;
                }
                Err(error.into())
            }
        }
    }

    /// The pair itself while the platform says it is good, otherwise a new one.
    async fn usable(&self, token: &WebToken, deadline: Deadline) -> Result<WebToken, PlatformError> {
        let is_young = self.clock.now() < token.access_until;
        if is_young
            && self
                .platform
                .check(&token.openid, &token.access_token, deadline)
                .await?
        {
            return Ok(token.clone());
        }
        self.renew(token, deadline).await
    }

    async fn renew(&self, token: &WebToken, deadline: Deadline) -> Result<WebToken, PlatformError> {
        let grant = self
            .platform
            .refresh(&token.openid, &token.refresh_token, deadline)
            .await?;
        Ok(self.tokens.from_grant(&grant))
    }

    async fn keep_if_changed(&self, stored: &StoredToken, token: &WebToken) {
        if token.access_token.expose_secret() != stored.token.access_token.expose_secret() {
            self.tokens.replace(stored, token).await;
        }
    }
}

fn has_refresh_token(token: &WebToken) -> bool {
    !token.refresh_token.expose_secret().is_empty()
}
