//! The account's token, and the JS-SDK ticket that hangs on it: fetched once for all replicas, renewed before their end, and
//! replaced when the platform refuses them.
//!
//! They lie sealed in the cache. Whoever finds none there takes a lease and fetches; the others wait for the outcome. Without
//! the cache each process fetches for itself, which displaces nothing: there is one stable token.

mod error;
mod fetch;
mod forced;
mod health;
mod kind;
mod pause;
mod refusal;
mod store;

use std::{
    rc::Rc,
    sync::{Arc, PoisonError},
    time::Duration,
};

use futures_util::future::LocalBoxFuture;
use secrecy::SecretString;
use tokio::sync::Mutex;

pub use self::{
    error::{AccountTokenError, AccountTokenFailure},
    health::{LastFetch, TokenHealth},
    pause::is_lasting,
    refusal::refusal_hint,
};
use self::{
    fetch::timeout,
    forced::ForcedRefreshes,
    kind::TokenKind,
    pause::Pauses,
    store::{HeldToken, TokenStore},
};
use crate::{
    cache::Cache,
    clients::wechat::{ErrorClass, PlatformError, WeChatClient},
    domain::{Clock, Deadline, IssuedToken, Random},
    services::sealing::Sealer,
};

/// In its last five minutes a token is renewed. Only then does the platform issue another, and both are good (获取稳定版接口调用凭据).
const RENEWAL_SECONDS: i64 = 300;

/// The shortest time between two renewals of one process.
const RENEWAL_PAUSE: Duration = Duration::from_secs(30);

/// A token is no longer served in its last minute: a call that begins with it could end after it.
const LAST_SECONDS: i64 = 60;

/// What the tokens of one account share in this process.
#[derive(Debug)]
pub struct SharedTokens {
    access_token: TokenSlot,
    jsapi_ticket: TokenSlot,
    forced: ForcedRefreshes,
    cache: Cache,
    clock: Clock,
    random: Random,
    timeout: Duration,
}

/// What there is for one kind of token.
#[derive(Debug)]
struct TokenSlot {
    store: TokenStore,
    pauses: Pauses,
    health: TokenHealth,
    /// When a renewal was begun last, by the monotonic clock.
    renewal: std::sync::Mutex<Option<Duration>>,
    /// Held by the one thread of this process that looks for a token.
    turn: Mutex<()>,
}

/// The tokens of one account, for one thread.
#[derive(Clone)]
pub struct AccountTokens(Rc<Parts>);

struct Parts {
    platform: WeChatClient,
    shared: Arc<SharedTokens>,
}

/// What [`SharedTokens`] are made of.
pub struct SharedTokensParts {
    /// Where the tokens are kept.
    pub cache: Cache,
    /// Seals them.
    pub sealer: Sealer,
    /// For their ends.
    pub clock: Clock,
    /// For leases and pauses.
    pub random: Random,
    /// How long one fetch may take.
    pub timeout: Duration,
}

impl SharedTokens {
    /// No token is fetched before somebody asks.
    pub fn new(parts: SharedTokensParts) -> Self {
        let SharedTokensParts {
            cache,
            sealer,
            clock,
            random,
            timeout,
        } = parts;
        let slot = |kind| TokenSlot {
            store: TokenStore::new(kind, cache.clone(), sealer.clone(), clock.clone()),
            pauses: Pauses::new(kind, cache.clone(), clock.clone(), random.clone()),
            health: TokenHealth::new(kind, clock.clone()),
            renewal: std::sync::Mutex::default(),
            turn: Mutex::default(),
        };
        Self {
            access_token: slot(TokenKind::AccessToken),
            jsapi_ticket: slot(TokenKind::JsapiTicket),
            forced: ForcedRefreshes::new(cache.clone(), clock.clone()),
            cache,
            clock,
            random,
            timeout,
        }
    }

    /// How the last fetches of the token and of the ticket went.
    pub fn health(&self) -> [&TokenHealth; 2] {
        [&self.access_token.health, &self.jsapi_ticket.health]
    }

    /// Whether a renewal may begin: not while another thread of this process looks for a token, and not sooner after the last
    /// one than [`RENEWAL_PAUSE`]. The platform may issue the same token again.
    fn may_renew(&self, kind: TokenKind) -> bool {
        let slot = self.slot(kind);
        let now = self.clock.monotonic();
        let mut last = slot.renewal.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| now >= last.saturating_add(RENEWAL_PAUSE));
        let may = is_due && slot.turn.try_lock().is_ok();
        if may {
            *last = Some(now);
        }
        may
    }

    const fn slot(&self, kind: TokenKind) -> &TokenSlot {
        match kind {
            TokenKind::AccessToken => &self.access_token,
            TokenKind::JsapiTicket => &self.jsapi_ticket,
        }
    }
}

impl AccountTokens {
    /// The tokens of `shared`, which `platform` fetches from this thread.
    pub fn new(platform: WeChatClient, shared: Arc<SharedTokens>) -> Self {
        Self(Rc::new(Parts { platform, shared }))
    }

    /// The account's token, good for at least the seconds that it says.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn access_token(&self, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        self.token(TokenKind::AccessToken, deadline).await
    }

    /// The account's ticket for the JS-SDK.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn jsapi_ticket(&self, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        self.token(TokenKind::JsapiTicket, deadline).await
    }

    /// A token in place of `refused`, which the platform refused: it is dropped if it is still the one in force, and fetched
    /// once. The platform may insist on the same one.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn replace(&self, refused: &SecretString, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        let drop = self.drop_refused(refused);
        if deadline.run(drop).await.is_err() {
            return Err(timeout(TokenKind::AccessToken).into());
        }
        self.access_token(deadline).await
    }

    /// Drops a token that was refused, if it is the one in force and nobody reported it lately: whoever reports one token
    /// again and again makes no call each time, and a made-up one is nothing.
    async fn drop_refused(&self, refused: &SecretString) {
        let shared = &self.0.shared;
        let slot = &shared.access_token;
        let is_replaced = || {
            slot.store
                .remembered(LAST_SECONDS)
                .is_some_and(|held| !held.is(refused))
        };
        if is_replaced() {
            return;
        }
        // Whoever reports the same token meanwhile finds the next one.
        let _turn = slot.turn.lock().await;
        if is_replaced() || slot.store.is_current(refused).await == Some(false) {
            return;
        }
        if shared.forced.is_reported(refused).await {
            return slot.store.forget(refused);
        }
        if let Err(error) = slot.store.drop_if_current(refused).await {
            tracing::debug!(cache.error = %error, "a refused token was dropped in this process only");
        }
        shared.forced.report(refused).await;
    }

    /// As [`Self::replace`], for one of the operator's systems. If the platform insists on the refused token, it is made to
    /// issue another (`force_refresh`), at most once in 30 seconds and 20 times a day, which is what it allows. The old one is
    /// dead at once then.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn refresh(&self, refused: &SecretString, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        let token = self.replace(refused, deadline).await?;
        let is_same = HeldToken::same(&token.value, refused);
        if !is_same || !self.0.shared.forced.may_force().await {
            return Ok(token);
        }
        tracing::warn!(
            "the account's token is replaced by force: one of the operator's systems reports that it is refused"
        );
        let (tokens, refused) = (self.clone(), refused.clone());
        // In a task of its own: it is completed also if the caller hangs up.
        let forced = tokio::task::spawn_local(async move { tokens.force(&refused).await });
        let forced = match deadline.run(forced).await {
            Ok(Ok(forced)) => forced?,
            Ok(Err(_)) | Err(_) => return Err(timeout(TokenKind::AccessToken).into()),
        };
        Ok(forced.issued(self.0.shared.clock.now()))
    }

    /// Makes a call of the account. If the platform refuses the token, the call is made once more with another.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn call<T>(
        &self,
        deadline: Deadline,
        call: impl AsyncFn(SecretString) -> Result<T, PlatformError>,
    ) -> Result<T, AccountTokenError> {
        let token = self.access_token(deadline).await?.value;
        match call(token.clone()).await {
            Err(error) if error.class() == ErrorClass::TokenEnded => {
                let token = self.replace(&token, deadline).await?.value;
                Ok(call(token).await?)
            }
            result => Ok(result?),
        }
    }

    /// Renews what somebody asked for once and is about to end. For the job that repeats.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn renew(&self) -> Result<(), AccountTokenError> {
        let shared = &self.0.shared;
        for kind in TokenKind::ALL {
            let Ok(Some(token)) = shared.slot(kind).store.read(LAST_SECONDS).await else {
                // Nobody needs one, or the cache is away.
                continue;
            };
            if token.left(shared.clock.now()) <= RENEWAL_SECONDS && shared.may_renew(kind) {
                self.find_or_fetch(kind, RENEWAL_SECONDS).await?;
            }
        }
        Ok(())
    }

    async fn token(&self, kind: TokenKind, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        let shared = &self.0.shared;
        let token = match shared.slot(kind).store.remembered(LAST_SECONDS) {
            Some(token) => token,
            None => self.in_background(kind, LAST_SECONDS, deadline).await?,
        };
        let now = shared.clock.now();
        if token.left(now) <= RENEWAL_SECONDS && shared.may_renew(kind) {
            // The old one is served meanwhile.
            drop(self.spawn(kind, RENEWAL_SECONDS));
        }
        Ok(token.issued(now))
    }

    /// Looks for a token in a task of its own: the others who wait for it get it also if this caller hangs up.
    async fn in_background(
        &self,
        kind: TokenKind,
        least: i64,
        deadline: Deadline,
    ) -> Result<HeldToken, AccountTokenError> {
        match deadline.run(self.spawn(kind, least)).await {
            Ok(Ok(found)) => found,
            // It is late, or this thread is ending.
            Ok(Err(_)) | Err(_) => Err(timeout(kind).into()),
        }
    }

    fn spawn(&self, kind: TokenKind, least: i64) -> tokio::task::JoinHandle<Result<HeldToken, AccountTokenError>> {
        let tokens = self.clone();
        // Boxed, because a ticket is fetched with a token, which is looked for in the same way.
        let work: LocalBoxFuture<'static, _> = Box::pin(async move { tokens.find_or_fetch(kind, least).await });
        tokio::task::spawn_local(tracing::Instrument::in_current_span(work))
    }
}
