//! Profiles: fetched with the fan's own token, and refreshed when they are old.

use std::time::Duration;

use crate::{
    clients::wechat::{ErrorClass, PlatformError, WeChatClient},
    domain::{Clock, Deadline, ErrorChain, FansProfile, Profile, ProfileState, Timestamp, WebToken},
    repositories::{FansRepository, RepositoryError, Transaction},
    resilience::ConcurrencyLimit,
    services::{
        avatars::{add_copy, needs_copy},
        jobs::Jobs,
        web_tokens::{StoredToken, WebTokens},
    },
};

const SECONDS_PER_DAY: i64 = 24 * 3600;

/// How long a process that died blocks the refresh by another. A running refresh renews its lease, because its calls with
/// their retries and the database may take longer than this.
const LEASE_TTL: Duration = Duration::from_secs(5);

/// Fetches profiles on one worker thread.
#[derive(Clone)]
pub struct Profiles {
    platform: WeChatClient,
    repository: FansRepository,
    tokens: WebTokens,
    jobs: Jobs,
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
    /// Profiles older than `refresh_after_days` are refreshed, each refresh within `timeout`.
    pub fn new(
        platform: WeChatClient,
        repository: FansRepository,
        tokens: WebTokens,
        jobs: Jobs,
        clock: Clock,
        refresh_after_days: u32,
        timeout: Duration,
    ) -> Self {
        let refresh_after_seconds = i64::from(refresh_after_days).saturating_mul(SECONDS_PER_DAY);
        Self {
            platform,
            repository,
            tokens,
            jobs,
            clock,
            refresh_after_seconds,
            timeout,
        }
    }

    /// The profile that a token pair gives access to.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn fetch(&self, token: &WebToken, deadline: Deadline) -> Result<Profile, PlatformError> {
        self.platform
            .userinfo(&token.openid, &token.access_token, deadline)
            .await
    }

    /// Refreshes an old profile, or one that the platform cleaned, in the background, if there are a stored token and a free permit. The fan notices nothing.
    pub fn refresh_if_old(&self, fan: &FansProfile, in_flight: &ConcurrencyLimit) {
        let age = self.clock.now().seconds_since(fan.profile_refreshed_at);
        let is_due = match fan.profile_state() {
            ProfileState::Fetched => age >= self.refresh_after_seconds,
            ProfileState::Cleared => true,
            ProfileState::Withdrawn => false,
        };
        if !is_due {
            return;
        }
        let (profiles, fan, in_flight) = (self.clone(), fan.clone(), in_flight.clone());
        let refresh = async move {
            let Some(lease) = profiles.tokens.begin_refresh(fan.id, LEASE_TTL).await else {
                return;
            };
            if let Err(error) = lease
                .with_lease_renewal(Box::pin(profiles.refresh(&fan, &in_flight)))
                .await
            {
                // The next login tries again.
                tracing::info!(fan.id = %fan.id, error = %ErrorChain(&error), "an old profile could not be refreshed");
            }
            lease.release().await;
        };
        tokio::task::spawn_local(tracing::Instrument::in_current_span(refresh));
    }

    async fn refresh(&self, fan: &FansProfile, in_flight: &ConcurrencyLimit) -> Result<(), RefreshError> {
        let Some(stored) = self.tokens.find(fan.id, &fan.profile.openid).await else {
            return Ok(());
        };
        let Some(_permit) = in_flight.try_acquire() else {
            return Ok(());
        };
        let fetched_at = self.clock.now();
        match self.fetch_with(&stored, Deadline::after(self.timeout)).await {
            Ok(profile) => {
                let updated = self.store(fan, profile, fetched_at).await?;
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

    /// Stores a profile, and has the avatar copied if it is another.
    async fn store(&self, fan: &FansProfile, profile: Profile, fetched_at: Timestamp) -> Result<bool, RepositoryError> {
        let needs_copy = needs_copy(&profile.avatar_url, &fan.profile.avatar_url, fan.avatar);
        let (repository, jobs, fan) = (self.repository.clone(), self.jobs.clone(), fan.id);
        let work = move |tx: &mut Transaction<'_>| {
            let updated = repository.refresh_profile_in(tx, fan, &profile, fetched_at)?;
            let added = (updated && needs_copy).then(|| add_copy(&jobs, tx, fan));
            Ok((updated, added.transpose()?))
        };
        let (updated, added) = self.repository.database().transaction(work).await?;
        if let Some(added) = added {
            self.jobs.note_added(added);
        }
        Ok(updated)
    }

    /// Fetches with the stored pair if the platform still accepts it, otherwise with a refreshed one.
    async fn fetch_with(&self, stored: &StoredToken, deadline: Deadline) -> Result<Profile, PlatformError> {
        let token = &stored.token;
        let is_young = self.clock.now() < token.access_until;
        if is_young
            && self
                .platform
                .check(&token.openid, &token.access_token, deadline)
                .await?
        {
            return self.fetch(token, deadline).await;
        }
        let grant = self
            .platform
            .refresh(&token.openid, &token.refresh_token, deadline)
            .await?;
        let renewed = self.tokens.from_grant(&grant);
        // Stored before it is used: the platform may have revoked the old refresh token.
        self.tokens.replace(stored, &renewed).await;
        self.fetch(&renewed, deadline).await
    }
}
