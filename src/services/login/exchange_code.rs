//! From a code to a outcome: claim, exchange, look-up or registration, record.

use std::time::Duration;

use super::{AuthenticatedFan, CodeOutcome, LoginFailure, saved_grant};
use crate::{
    audit,
    clients::wechat::{Grant, WeChatClient},
    domain::{
        AppId, AuthorizationCode, Clock, ConsentVersion, Deadline, ErrorChain, FanId, OpenId, Profile, Random, Scope,
        WebToken,
    },
    repositories::{FansRepository, NewFan, RepositoryError},
    resilience::ConcurrencyLimit,
    services::{
        ServiceError,
        fans::Fans,
        fans::Profiles,
        login::PendingLogin,
        login::code_claims::{Acquired, Claim, CodeClaims},
        sealing::Sealer,
        web_tokens::WebTokens,
    },
    telemetry,
};

/// What a look-up or an upsert may take beyond the deadline of the platform's work.
const DATABASE_GRACE: Duration = Duration::from_millis(500);

/// What a code_exchange is made of.
pub struct CodeExchangeParts {
    /// The platform.
    pub platform: WeChatClient,
    /// The account.
    pub app_id: AppId,
    /// How many may wait for the platform at once.
    pub in_flight: ConcurrencyLimit,
    /// The fans' rows.
    pub repository: FansRepository,
    /// What is noted of fans beside a login.
    pub fans: Fans,
    /// Who may spend a code.
    pub claims: CodeClaims,
    /// Seals outcomes and grants.
    pub outcomes: Sealer,
    /// The tokens of registrations.
    pub tokens: WebTokens,
    /// Profiles.
    pub profiles: Profiles,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The deadline of one request.
    pub timeout: Duration,
}

/// Deals with codes on one worker thread.
pub struct CodeExchange {
    parts: CodeExchangeParts,
}

/// A login that did not come to a outcome, but can: its grant is kept.
enum Interrupted {
    Service(ServiceError),
    /// The database was too slow.
    Late,
}

impl CodeExchange {
    /// Puts the parts together.
    pub fn new(parts: CodeExchangeParts) -> Self {
        Self { parts }
    }

    /// The outcome on a code that a browser brought for its own pending login. The code is exchanged at most once,
    /// whoever else brings it.
    pub async fn settle(&self, code: AuthorizationCode, login: PendingLogin) -> CodeOutcome {
        let deadline = Deadline::after(self.parts.timeout);
        let fingerprint = code.fingerprint(&self.parts.app_id);
        match self.parts.claims.acquire(&fingerprint, deadline).await {
            Acquired::Mine(mut claim) => self.decide_within_limit(&mut claim, &code, &login, deadline).await,
            // Sealed for another state: the code was not meant for this browser.
            Acquired::Completed(outcome) => {
                let outcome = self.parts.outcomes.open(&outcome, login.state.expose());
                outcome.unwrap_or(CodeOutcome::Failed(LoginFailure::CodeRefused))
            }
            Acquired::UnderWay => CodeOutcome::Failed(LoginFailure::UnderWay),
        }
    }

    /// A permit is for who goes to the platform: not for who waits for another request, or finds its outcome or its grant.
    async fn decide_within_limit(
        &self,
        claim: &mut Claim,
        code: &AuthorizationCode,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> CodeOutcome {
        let is_all_but_done = login.scope == Scope::Base && claim.saved_grant().is_some();
        let permit = self.parts.in_flight.try_acquire();
        if permit.is_none() && !is_all_but_done {
            self.parts.claims.release(claim).await;
            tracing::info!("a login was turned away: too many wait for the platform");
            return CodeOutcome::Failed(LoginFailure::Overloaded);
        }
        self.decide(claim, code, login, deadline).await
    }

    async fn decide(
        &self,
        claim: &mut Claim,
        code: &AuthorizationCode,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> CodeOutcome {
        let claims = &self.parts.claims;
        let grant = match claim.saved_grant() {
            Some(sealed) => match saved_grant::open(&self.parts.outcomes, sealed, login) {
                Some(grant) => Ok(grant),
                None => {
                    claims.release(claim).await;
                    return CodeOutcome::Failed(LoginFailure::CodeRefused);
                }
            },
            None => {
                let exchange = Box::pin(self.parts.platform.exchange(code, deadline));
                let grant = claims.hold(claim, exchange).await;
                grant.inspect(|_| self.parts.platform.health().log_success())
            }
        };
        let grant = match grant {
            Ok(grant) => grant,
            Err(error) => {
                self.parts.platform.health().log_failure(&error);
                return self
                    .record(claim, login, CodeOutcome::Failed(LoginFailure::of_exchange(&error)))
                    .await;
            }
        };
        if grant.is_snapshot {
            return self.record(claim, login, CodeOutcome::Snapshot).await;
        }
        if login.scope == Scope::UserInfo && claim.saved_grant().is_none() {
            // A registration has a second call and a row ahead of it: should this process die, another goes on.
            self.save_grant(claim, &grant, login).await;
        }
        let completion = Box::pin(self.complete(&grant, login, deadline));
        match claims.hold(claim, completion).await {
            Ok(outcome) => self.record(claim, login, outcome).await,
            Err(interrupted) => {
                self.save_grant(claim, &grant, login).await;
                claims.release(claim).await;
                CodeOutcome::Failed(interrupted.failure())
            }
        }
    }

    /// Within the deadline too, but for a moment that a row always gets.
    async fn complete(
        &self,
        grant: &Grant,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> Result<CodeOutcome, Interrupted> {
        let work = async {
            match login.scope {
                Scope::Base => self.recognise(&grant.openid).await,
                // Boxed: the many who are known already need not carry its size along.
                Scope::UserInfo => Box::pin(self.register(grant, login.notice, deadline)).await,
            }
        };
        deadline
            .plus(DATABASE_GRACE)
            .run(work)
            .await
            .unwrap_or(Err(Interrupted::Late))
    }

    async fn recognise(&self, openid: &OpenId) -> Result<CodeOutcome, Interrupted> {
        let Some((fan, generation)) = self.parts.repository.find_for_sign_in(openid).await? else {
            return Ok(CodeOutcome::Unregistered);
        };
        self.parts.fans.note_login(&fan);
        self.parts.profiles.refresh_if_old(&fan, &self.parts.in_flight);
        Ok(CodeOutcome::SignedIn(AuthenticatedFan::new(&fan, generation)))
    }

    async fn register(
        &self,
        grant: &Grant,
        notice: ConsentVersion,
        deadline: Deadline,
    ) -> Result<CodeOutcome, Interrupted> {
        let token = self.parts.tokens.from_grant(grant);
        match self.parts.profiles.fetch(&token, deadline).await {
            Ok(profile) => Ok(CodeOutcome::SignedIn(self.save(profile, grant, &token, notice).await?)),
            Err(error) => {
                self.parts.platform.health().log_failure(&error);
                Ok(CodeOutcome::Failed(LoginFailure::of_profile(&error)))
            }
        }
    }

    async fn save(
        &self,
        mut profile: Profile,
        grant: &Grant,
        token: &WebToken,
        notice: ConsentVersion,
    ) -> Result<AuthenticatedFan, Interrupted> {
        profile.unionid = profile.unionid.or_else(|| grant.unionid.clone());
        let id = FanId::generate(&self.parts.clock, &self.parts.random);
        let now = self.parts.clock.now();
        let new = NewFan {
            id,
            profile,
            consent_version: notice.as_str().to_owned(),
            now,
        };
        let (fan, generation) = self.parts.repository.register(new).await?;
        // The row is the fan; the token only spares a later consent.
        self.parts.tokens.keep(fan.id, token).await;
        telemetry::metrics().logins.registered();
        audit::registration(fan.id);
        Ok(AuthenticatedFan::new(&fan, generation))
    }

    /// Records an outcome for the other requests that bring the same code. A failure does not displace a success that
    /// another holder recorded.
    async fn record(&self, claim: &mut Claim, login: &PendingLogin, outcome: CodeOutcome) -> CodeOutcome {
        match self.parts.outcomes.seal(&outcome, login.state.expose()) {
            Ok(sealed) => {
                let overrules = !matches!(outcome, CodeOutcome::Failed(_));
                self.parts.claims.finish(claim, &sealed, overrules).await;
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

impl Interrupted {
    fn failure(&self) -> LoginFailure {
        match self {
            Self::Service(error) => {
                match error {
                    // The database itself logs an outage, once.
                    ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown => {
                        tracing::info!(database.error = %ErrorChain(error), "a login waits for the database")
                    }
                    ServiceError::Database(_) => {
                        tracing::error!(database.error = %ErrorChain(error), "the database failed a login")
                    }
                }
                LoginFailure::of_service(error)
            }
            Self::Late => {
                tracing::info!("the database was too slow for a login; its grant is kept");
                LoginFailure::Database
            }
        }
    }
}

impl From<RepositoryError> for Interrupted {
    fn from(error: RepositoryError) -> Self {
        Self::Service(error.into())
    }
}
