//! One fetch for all: the threads of a process take turns, and the replicas a lease.

use std::time::Duration;

use secrecy::SecretString;

use super::{AccountTokenError, AccountTokens, HeldToken, LAST_SECONDS, kind::TokenKind};
use crate::{
    clients::wechat::PlatformError,
    domain::{Deadline, IssuedToken},
    services::lease::Lease,
    telemetry::Stopwatch,
};

/// The lease of a replica that died blocks the others for this long.
const LEASE_TTL: Duration = Duration::from_secs(3);

/// How often a replica looks whether another one has the token by now: soon at first, then less often.
const FIRST_LOOK: Duration = Duration::from_millis(20);
const LONGEST_LOOK: Duration = Duration::from_millis(200);

impl AccountTokens {
    /// A token with more than `least` seconds left: this process's, the cache's, or a new one.
    pub(super) async fn find_or_fetch(&self, kind: TokenKind, least: i64) -> Result<HeldToken, AccountTokenError> {
        let slot = self.0.shared.slot(kind);
        let _turn = slot.turn.lock().await;
        if let Some(token) = slot.store.remembered(least) {
            return Ok(token);
        }
        match slot.store.read(least).await {
            Ok(Some(token)) => {
                slot.health.seen(token.issued_at);
                Ok(token)
            }
            Ok(None) => self.fetch_for_all(kind, least).await,
            Err(_) => self.hold_or_fetch(kind, least).await,
        }
    }

    /// Makes the platform issue another token in place of `refused`, and returns that one, unless another replica did.
    pub(super) async fn force(&self, refused: &SecretString) -> Result<HeldToken, AccountTokenError> {
        let kind = TokenKind::AccessToken;
        let shared = &self.0.shared;
        let slot = shared.slot(kind);
        let _turn = slot.turn.lock().await;
        let lease = self.lease(kind);
        let end = self.patience();
        while !end.has_passed() {
            match lease.try_acquire().await {
                Ok(None) => {
                    let issued = Box::pin(self.0.platform.force_account_token(Deadline::after(shared.timeout)));
                    let issued = lease.with_lease_renewal(issued).await;
                    if issued.is_err() {
                        // The old token may be dead: nobody knows what the platform did.
                        drop(slot.store.drop_if_current(refused).await);
                    }
                    let held = match issued {
                        Ok(issued) => Ok(slot.store.write(&issued, LAST_SECONDS).await),
                        Err(error) => Err(error.into()),
                    };
                    lease.release().await;
                    return held;
                }
                Ok(Some(_)) => tokio::time::sleep(LONGEST_LOOK).await,
                // Without the cache nobody knows how often it was forced.
                Err(_) => break,
            }
        }
        Err(timeout(kind).into())
    }

    /// Without the cache: the token that this process has, or a new one.
    async fn hold_or_fetch(&self, kind: TokenKind, least: i64) -> Result<HeldToken, AccountTokenError> {
        match self.0.shared.slot(kind).store.held(least) {
            Some(token) => Ok(token),
            None => self.fetch_alone(kind).await,
        }
    }

    fn lease(&self, kind: TokenKind) -> Lease {
        let shared = &self.0.shared;
        let holder = hex::encode(shared.random.bytes::<8>()).into_bytes();
        Lease::new(shared.cache.clone(), kind.lease_key().to_owned(), holder, LEASE_TTL)
    }

    /// For a fetch of another replica, and then one of our own should that replica die.
    fn patience(&self) -> Deadline {
        Deadline::after(self.0.shared.timeout.saturating_mul(2).saturating_add(LEASE_TTL))
    }

    /// Fetches with the lease, or waits for the replica that has it.
    async fn fetch_for_all(&self, kind: TokenKind, least: i64) -> Result<HeldToken, AccountTokenError> {
        let slot = self.0.shared.slot(kind);
        let (lease, end) = (self.lease(kind), self.patience());
        let mut look = FIRST_LOOK;
        while !end.has_passed() {
            match lease.try_acquire().await {
                Ok(None) => {
                    let found = lease
                        .with_lease_renewal(Box::pin(self.look_or_fetch(kind, least)))
                        .await;
                    lease.release().await;
                    return found;
                }
                Ok(Some(_)) => tokio::time::sleep(look).await,
                Err(_) => return self.hold_or_fetch(kind, least).await,
            }
            look = look.saturating_mul(2).min(LONGEST_LOOK);
            match slot.store.read(least).await {
                Ok(Some(token)) => return Ok(token),
                Ok(None) => {}
                Err(_) => return self.hold_or_fetch(kind, least).await,
            }
        }
        Err(timeout(kind).into())
    }

    /// With the lease. The replica that had it before may have left a token or a pause.
    async fn look_or_fetch(&self, kind: TokenKind, least: i64) -> Result<HeldToken, AccountTokenError> {
        match self.0.shared.slot(kind).store.read(least).await {
            Ok(Some(token)) => Ok(token),
            Ok(None) | Err(_) => self.fetch_alone(kind).await,
        }
    }

    /// Fetches, unless there is a pause.
    async fn fetch_alone(&self, kind: TokenKind) -> Result<HeldToken, AccountTokenError> {
        let shared = &self.0.shared;
        let slot = shared.slot(kind);
        if let Some(paused) = slot.pauses.in_force().await {
            slot.health.paused();
            return Err(paused);
        }
        let begun = Stopwatch::start();
        let fetched = self.fetch(kind, Deadline::after(shared.timeout)).await;
        match &fetched {
            Ok(_) => {
                slot.pauses.end();
                slot.health.issued(begun.elapsed());
            }
            Err(AccountTokenError::Platform(error)) if error.endpoint() == kind.endpoint() => {
                slot.pauses.begin(error).await;
                slot.health.refused(error, begun.elapsed());
            }
            // A ticket without a token: the pause is the token's.
            Err(_) => slot.health.paused(),
        }
        Ok(slot.store.write(&fetched?, LAST_SECONDS).await)
    }

    async fn fetch(&self, kind: TokenKind, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        let platform = &self.0.platform;
        match kind {
            TokenKind::AccessToken => Ok(platform.account_token(deadline).await?),
            TokenKind::JsapiTicket => {
                let fetch = async |token: SecretString| platform.jsapi_ticket(&token, deadline).await;
                self.call(deadline, fetch).await
            }
        }
    }
}

pub(super) const fn timeout(kind: TokenKind) -> PlatformError {
    PlatformError::Timeout {
        endpoint: kind.endpoint(),
    }
}
