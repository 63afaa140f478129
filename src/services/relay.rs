//! The relay: the operator's own systems call the platform through fanpass, which has the one IP address on the platform's list
//! and adds the account's token.

mod gathering;
mod passing;
pub mod query;
mod quotas;

use std::time::Duration;

pub use self::{gathering::CallerBody, quotas::QuotaWatch};
use super::{
    StreamedBody,
    account_tokens::{AccountTokenError, AccountTokenFailure, AccountTokens},
};
pub use crate::clients::wechat::{ByteStream, CallerBodyCut, RelayCall, RelayMethod};
use crate::{
    clients::wechat::{RelayAnswer, RelayBody, RelayError, STALLS, WeChatClient},
    domain::{Clock, Deadline},
    resilience::{ConcurrencyLimit, Permit},
    telemetry::relay::RelayMetrics,
};

/// How many calls pass at once in one process. Each holds up to 1 MiB of a body that may have to be sent again, so this bounds
/// memory.
const AT_ONCE: usize = 64;

/// How many more wait for one of them to end. They hold no body yet.
const WAITING: usize = 512;

/// The limit of the calls of one account. Clones share it.
#[derive(Debug, Clone)]
pub struct RelayLimit(ConcurrencyLimit);

/// Passes calls of one account on, on one thread.
#[derive(Clone)]
pub struct Relay {
    parts: RelayParts,
}

/// What a [`Relay`] is made of.
#[derive(Clone)]
pub struct RelayParts {
    /// Calls the platform.
    pub platform: WeChatClient,
    /// The account's token.
    pub tokens: AccountTokens,
    /// How many calls pass at once.
    pub limit: RelayLimit,
    /// Counts the calls.
    pub metrics: RelayMetrics,
    /// Knows which quotas to ask for.
    pub quotas: QuotaWatch,
    /// For the quotas.
    pub clock: Clock,
    /// How long a call of the platform may take as a rule.
    pub timeout: Duration,
}

/// Who calls by which right, as metrics name it.
#[derive(Debug, Clone, Copy)]
pub struct RelayOwner<'a> {
    /// The app, or `ops`.
    pub app: &'a str,
    /// The right that covers the call.
    pub right: &'a str,
}

/// An answer that goes back. Its place among the calls that pass at once is free when it is dropped.
#[derive(Debug)]
pub struct Relayed {
    /// The platform's answer.
    pub answer: RelayAnswer,
    permit: Permit,
}

/// Why a call has no answer of the platform's.
#[derive(Debug, thiserror::Error)]
pub enum RelayFailure {
    /// There is no account token.
    #[error(transparent)]
    Token(#[from] AccountTokenError),
    /// The call could not be passed on, or its answer did not come.
    #[error(transparent)]
    Passing(#[from] RelayError),
    /// Too many calls pass at once.
    #[error("too many calls pass through the relay")]
    Overloaded,
}

/// What a [`RelayFailure`] means for who called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayInterruption {
    /// There is no account token.
    Token(AccountTokenFailure),
    /// The caller's body broke off.
    CallerCut,
    /// The caller's body stood still.
    CallerStalled,
    /// The platform stood still.
    Timeout,
    /// The platform cannot be reached.
    Unreachable,
    /// Too many calls pass at once.
    Overloaded,
}

impl RelayFailure {
    /// What it means for who called.
    pub fn interruption(&self) -> RelayInterruption {
        match self {
            Self::Token(error) => RelayInterruption::Token(error.failure()),
            Self::Passing(RelayError::CallerCut) => RelayInterruption::CallerCut,
            Self::Passing(RelayError::CallerStalled) => RelayInterruption::CallerStalled,
            Self::Passing(RelayError::Timeout) => RelayInterruption::Timeout,
            Self::Passing(RelayError::Unreachable(_)) => RelayInterruption::Unreachable,
            Self::Overloaded => RelayInterruption::Overloaded,
        }
    }
}

impl RelayLimit {
    /// The usual limit.
    pub fn new() -> Self {
        Self(ConcurrencyLimit::with_queue(AT_ONCE, WAITING))
    }
}

impl Default for RelayLimit {
    fn default() -> Self {
        Self::new()
    }
}

impl Relay {
    /// Assembles the service.
    pub const fn new(parts: RelayParts) -> Self {
        Self { parts }
    }

    /// Passes a call on. If the platform refuses the account's token, a call whose body is at hand is made once more with
    /// another. After anything else it is not: the platform may have done what it was asked for.
    ///
    /// # Errors
    /// [`RelayFailure`].
    pub async fn pass_on(
        &self,
        owner: RelayOwner<'_>,
        call: RelayCall,
        body: CallerBody,
    ) -> Result<Relayed, RelayFailure> {
        let result = self.passed_on(&call, body).await;
        let errcode = result.as_ref().ok().map(|relayed| relayed.answer.errcode());
        self.parts.metrics.record(owner.app, owner.right, errcode);
        if errcode.is_some() {
            self.parts.watch_quota(&call.path);
        }
        result
    }

    async fn passed_on(&self, call: &RelayCall, body: CallerBody) -> Result<Relayed, RelayFailure> {
        let permit = self.parts.limit.0.acquire(self.deadline()).await;
        let permit = permit.map_err(|_| RelayFailure::Overloaded)?;
        let body = body.gather(self.parts.timeout).await?;
        let token = self.parts.tokens.access_token(self.deadline()).await?.value;
        let (body, again) = match body {
            RelayBody::Whole(bytes) => (RelayBody::Whole(bytes.clone()), Some(bytes)),
            RelayBody::Stream { length, bytes } => (RelayBody::Stream { length, bytes }, None),
        };
        let mut answer = self
            .parts
            .platform
            .relay(call, &token, body, self.parts.timeout)
            .await?;
        if answer.refuses_token() {
            answer = match again {
                Some(bytes) => {
                    let other = self.parts.tokens.replace(&token, self.deadline()).await?.value;
                    let body = RelayBody::Whole(bytes);
                    self.parts
                        .platform
                        .relay(call, &other, body, self.parts.timeout)
                        .await?
                }
                None => {
                    // The caller gets the refusal, sends the call again, and finds another token.
                    if let Err(error) = self.parts.tokens.replace(&token, self.deadline()).await {
                        tracing::debug!(%error, "there is no other account token");
                    }
                    answer
                }
            };
        }
        Ok(Relayed { answer, permit })
    }

    /// The body of an answer, as it comes. `guard` is dropped when the platform's connection is.
    pub fn body(&self, relayed: Relayed, guard: impl Sized + 'static) -> StreamedBody {
        passing::pass(relayed, self.parts.timeout.saturating_mul(STALLS), guard)
    }

    fn deadline(&self) -> Deadline {
        Deadline::after(self.parts.timeout)
    }
}
