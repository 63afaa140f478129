//! From a code to its outcome: claim the code, exchange it for a grant, refuse a snapshot fan, recognise or register the
//! fan, record the outcome.

mod interrupted;
mod sign_in;

use std::time::Duration;

use self::interrupted::Interrupted;
use super::{
    CodeOutcome, LoginFailure, PendingLogin,
    code_claims::{Acquired, Claim, CodeClaims},
    saved_grant,
};
use crate::{
    clients::wechat::{Grant, WeChatClient},
    domain::{AppId, AuthorizationCode, Clock, Deadline, Random, Scope},
    repositories::FansRepository,
    resilience::ConcurrencyLimit,
    services::{
        fans::{Fans, Profiles, Registrations},
        sealing::Sealer,
        web_tokens::WebTokens,
    },
    telemetry::events::AccountEvents,
};

/// What a [`CodeExchange`] is made of.
pub struct CodeExchangeParts {
    /// The platform's client of this worker thread.
    pub platform: WeChatClient,
    /// The account whose codes are exchanged.
    pub app_id: AppId,
    /// Limits the logins that wait for the platform at once.
    pub concurrency: ConcurrencyLimit,
    /// The fans of the account.
    pub repository: FansRepository,
    /// Stores fans who register.
    pub registrations: Registrations,
    /// Records when a fan last logged in.
    pub fans: Fans,
    /// One claim per code, for all requests that bring it.
    pub claims: CodeClaims,
    /// Seals outcomes and grants.
    pub outcomes: Sealer,
    /// Stores the tokens of registrations.
    pub tokens: WebTokens,
    /// Fetches profiles.
    pub profiles: Profiles,
    /// Counts the registrations.
    pub events: AccountEvents,
    /// Dates the registrations.
    pub clock: Clock,
    /// For the ids of new fans.
    pub random: Random,
    /// The time limit of one request.
    pub timeout: Duration,
}

/// Exchanges codes on one worker thread.
pub struct CodeExchange {
    parts: CodeExchangeParts,
}

impl CodeExchange {
    /// Assembles the service.
    pub fn new(parts: CodeExchangeParts) -> Self {
        Self { parts }
    }

    /// The outcome of a code that a browser brought for its own pending login. The code is exchanged at most once, also if
    /// other requests bring it.
    pub async fn exchange(&self, code: AuthorizationCode, login: PendingLogin) -> CodeOutcome {
        let deadline = Deadline::after(self.parts.timeout);
        let fingerprint = code.fingerprint(&self.parts.app_id);
        match self.parts.claims.acquire(&fingerprint, deadline).await {
            Acquired::Mine(mut claim) => self.exchange_within_limit(&mut claim, &code, &login, deadline).await,
            // Sealed for another state: the code was not meant for this browser.
            Acquired::Completed(outcome) => {
                let outcome = self.parts.outcomes.open(&outcome, login.state.expose());
                outcome.unwrap_or(CodeOutcome::Failed(LoginFailure::CodeRefused))
            }
            Acquired::UnderWay => CodeOutcome::Failed(LoginFailure::UnderWay),
        }
    }

    /// Only a login that calls the platform needs a permit. One that waits for another request, or finds its outcome or its
    /// grant, needs none.
    async fn exchange_within_limit(
        &self,
        claim: &mut Claim,
        code: &AuthorizationCode,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> CodeOutcome {
        let needs_platform = login.scope == Scope::UserInfo || claim.saved_grant().is_none();
        let permit = self.parts.concurrency.try_acquire();
        if permit.is_none() && needs_platform {
            claim.release().await;
            tracing::info!("a login was turned away: too many wait for the platform");
            return CodeOutcome::Failed(LoginFailure::Overloaded);
        }
        let grant = match self.grant(claim, code, login, deadline).await {
            Ok(grant) => grant,
            Err(failure) => return CodeOutcome::Failed(failure),
        };
        // `is_snapshotuser`: a virtual identity. It gets no row, no session and no saved token.
        if grant.is_snapshot {
            return self.record(claim, login, CodeOutcome::Snapshot).await;
        }
        if login.scope == Scope::UserInfo && claim.saved_grant().is_none() {
            // A registration still needs a second call and a row. If this process dies, another one completes it.
            self.save_grant(claim, &grant, login).await;
        }
        let sign_in = Box::pin(self.sign_in(&grant, login, deadline));
        match claim.with_lease_renewal(sign_in).await {
            Ok(outcome) => self.record(claim, login, outcome).await,
            Err(interrupted) => {
                self.save_grant(claim, &grant, login).await;
                claim.release().await;
                CodeOutcome::Failed(interrupted.failure())
            }
        }
    }

    /// The grant that an earlier request saved, or else the platform's.
    async fn grant(
        &self,
        claim: &mut Claim,
        code: &AuthorizationCode,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> Result<Grant, LoginFailure> {
        if let Some(sealed) = claim.saved_grant() {
            let saved = saved_grant::open(&self.parts.outcomes, sealed, login);
            if saved.is_none() {
                claim.release().await;
            }
            return saved.ok_or(LoginFailure::CodeRefused);
        }
        let exchange = Box::pin(self.parts.platform.exchange(code, deadline));
        match claim.with_lease_renewal(exchange).await {
            Ok(grant) => {
                self.parts.platform.health().log_success();
                Ok(grant)
            }
            Err(error) => {
                self.parts.platform.health().log_failure(&error);
                let failure = LoginFailure::of_exchange(&error);
                self.record(claim, login, CodeOutcome::Failed(failure)).await;
                Err(failure)
            }
        }
    }

    /// Records an outcome for the other requests that bring the same code. A failure does not displace a success that
    /// another request recorded.
    async fn record(&self, claim: &Claim, login: &PendingLogin, outcome: CodeOutcome) -> CodeOutcome {
        match self.parts.outcomes.seal(&outcome, login.state.expose()) {
            Ok(sealed) => {
                let overrules = !matches!(outcome, CodeOutcome::Failed(_));
                self.parts.claims.complete(claim, &sealed, overrules).await;
            }
            Err(error) => tracing::error!(%error, "an outcome could not be sealed"),
        }
        outcome
    }

    async fn save_grant(&self, claim: &mut Claim, grant: &Grant, login: &PendingLogin) {
        match saved_grant::seal(&self.parts.outcomes, grant, login) {
            Ok(sealed) => self.parts.claims.save_grant(claim, sealed).await,
            Err(error) => tracing::error!(%error, "a grant could not be sealed"),
        }
    }
}
