//! From a code to a verdict: claim, exchange, look-up or registration, record.

use std::time::Duration;

use super::{LoginFailure, SignedInFan, Verdict, kept_grant};
use crate::{
    audit,
    clients::wechat::{Grant, WeChatClient},
    domain::{
        AppId, AuthorizationCode, Clock, Deadline, Entropy, ErrorChain, FanId, Notice, OpenId, Profile, Scope, WebToken,
    },
    repositories::{FansRepository, NewFan, RepositoryError},
    services::{
        ServiceError,
        code_claims::{Acquired, Claim, CodeClaims},
        fans::Fans,
        in_flight::InFlight,
        pending_logins::PendingLogin,
        platform_log::PlatformLog,
        profiles::Profiles,
        sealing::Sealer,
        web_tokens::WebTokens,
    },
    telemetry,
};

/// What a look-up or an upsert may take beyond the deadline of the platform's work.
const DATABASE_GRACE: Duration = Duration::from_millis(500);

/// What a settlement is made of.
pub struct SettlementParts {
    /// The platform.
    pub platform: WeChatClient,
    /// The account.
    pub app_id: AppId,
    /// Places in front of the platform.
    pub in_flight: InFlight,
    /// What is logged of the platform.
    pub platform_log: PlatformLog,
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
    pub entropy: Entropy,
    /// The deadline of one request.
    pub timeout: Duration,
}

/// Deals with codes on one worker thread.
pub struct Settlement {
    parts: SettlementParts,
}

/// A login that did not come to a verdict, but can: its grant is kept.
enum Interrupted {
    Service(ServiceError),
    /// The database was too slow.
    Late,
    Internal,
}

impl Settlement {
    /// Puts the parts together.
    pub fn new(parts: SettlementParts) -> Self {
        Self { parts }
    }

    /// The verdict on a code that a browser brought for its own pending login. The code is exchanged at most once,
    /// whoever else brings it.
    pub async fn settle(&self, code: AuthorizationCode, login: PendingLogin) -> Verdict {
        let deadline = Deadline::after(self.parts.timeout);
        let fingerprint = code.fingerprint(&self.parts.app_id);
        match self.parts.claims.acquire(&fingerprint, deadline).await {
            Ok(Acquired::Mine(mut claim)) => self.decide_in_place(&mut claim, &code, &login, deadline).await,
            // Sealed for another state: the code was not meant for this browser.
            Ok(Acquired::Finished(outcome)) => {
                let verdict = self.parts.outcomes.open(&outcome, login.state.expose());
                verdict.unwrap_or(Verdict::Failed(LoginFailure::CodeRefused))
            }
            Ok(Acquired::UnderWay) => Verdict::Failed(LoginFailure::UnderWay),
            Err(error) => {
                tracing::error!(%error, "a code could not be claimed");
                Verdict::Failed(LoginFailure::Internal)
            }
        }
    }

    /// A place is for who goes to the platform: not for who waits for another request, or finds its outcome or its grant.
    async fn decide_in_place(
        &self,
        claim: &mut Claim,
        code: &AuthorizationCode,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> Verdict {
        let is_all_but_done = login.scope == Scope::Base && claim.left_behind().is_some();
        let place = self.parts.in_flight.enter();
        if place.is_none() && !is_all_but_done {
            self.parts.claims.release(claim).await;
            tracing::info!("a login was turned away: too many wait for the platform");
            return Verdict::Failed(LoginFailure::Overloaded);
        }
        self.decide(claim, code, login, deadline).await
    }

    async fn decide(
        &self,
        claim: &mut Claim,
        code: &AuthorizationCode,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> Verdict {
        let claims = &self.parts.claims;
        let grant = match claim.left_behind() {
            Some(sealed) => match kept_grant::open(&self.parts.outcomes, sealed, login) {
                Some(grant) => Ok(grant),
                None => {
                    claims.release(claim).await;
                    return Verdict::Failed(LoginFailure::CodeRefused);
                }
            },
            None => {
                let exchange = Box::pin(self.parts.platform.exchange(code, deadline));
                let grant = claims.hold(claim, exchange).await;
                grant.inspect(|_| self.parts.platform_log.answered())
            }
        };
        let grant = match grant {
            Ok(grant) => grant,
            Err(error) => {
                self.parts.platform_log.failed(&error);
                return self
                    .record(claim, login, Verdict::Failed(LoginFailure::of_exchange(&error)))
                    .await;
            }
        };
        if grant.is_snapshot {
            return self.record(claim, login, Verdict::Snapshot).await;
        }
        if login.scope == Scope::UserInfo && claim.left_behind().is_none() {
            // A registration has a second call and a row ahead of it: should this process die, another goes on.
            self.leave_behind(claim, &grant, login).await;
        }
        let completion = Box::pin(self.complete(&grant, login, deadline));
        match claims.hold(claim, completion).await {
            Ok(verdict) => self.record(claim, login, verdict).await,
            Err(interrupted) => {
                self.leave_behind(claim, &grant, login).await;
                claims.release(claim).await;
                Verdict::Failed(interrupted.failure())
            }
        }
    }

    /// Within the deadline too, but for a moment that a row always gets.
    async fn complete(&self, grant: &Grant, login: &PendingLogin, deadline: Deadline) -> Result<Verdict, Interrupted> {
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

    async fn recognise(&self, openid: &OpenId) -> Result<Verdict, Interrupted> {
        let Some((fan, epoch)) = self.parts.repository.find_for_sign_in(openid).await? else {
            return Ok(Verdict::Unregistered);
        };
        self.parts.fans.note_login(&fan);
        self.parts.profiles.refresh_if_old(&fan, &self.parts.in_flight);
        Ok(Verdict::SignedIn(SignedInFan::new(&fan, epoch)))
    }

    async fn register(&self, grant: &Grant, notice: Notice, deadline: Deadline) -> Result<Verdict, Interrupted> {
        let token = self.parts.tokens.from_grant(grant);
        match self.parts.profiles.fetch(&token, deadline).await {
            Ok(profile) => Ok(Verdict::SignedIn(self.save(profile, grant, &token, notice).await?)),
            Err(error) => {
                self.parts.platform_log.failed(&error);
                Ok(Verdict::Failed(LoginFailure::of_profile(&error)))
            }
        }
    }

    async fn save(
        &self,
        mut profile: Profile,
        grant: &Grant,
        token: &WebToken,
        notice: Notice,
    ) -> Result<SignedInFan, Interrupted> {
        profile.unionid = profile.unionid.or_else(|| grant.unionid.clone());
        let id = FanId::generate(&self.parts.clock, &self.parts.entropy).map_err(|_| Interrupted::Internal)?;
        let now = self.parts.clock.now();
        let new = NewFan {
            id,
            profile,
            consent_version: notice.as_str().to_owned(),
            now,
        };
        let (fan, epoch) = self.parts.repository.register(new).await?;
        // The row is the fan; the token only spares a later consent.
        self.parts.tokens.keep(fan.id, token).await;
        telemetry::logins::registered();
        audit::registration(fan.id);
        Ok(SignedInFan::new(&fan, epoch))
    }

    /// Records a verdict for the other requests that bring the same code. A failure does not displace a success that
    /// another holder recorded.
    async fn record(&self, claim: &mut Claim, login: &PendingLogin, verdict: Verdict) -> Verdict {
        match self.parts.outcomes.seal(&verdict, login.state.expose()) {
            Ok(outcome) => {
                let overrules = !matches!(verdict, Verdict::Failed(_));
                self.parts.claims.finish(claim, &outcome, overrules).await;
            }
            Err(error) => tracing::error!(%error, "an outcome could not be sealed"),
        }
        verdict
    }

    async fn leave_behind(&self, claim: &mut Claim, grant: &Grant, login: &PendingLogin) {
        match kept_grant::seal(&self.parts.outcomes, grant, login) {
            Ok(sealed) => self.parts.claims.leave_behind(claim, sealed).await,
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
            Self::Internal => LoginFailure::Interrupted,
        }
    }
}

impl From<RepositoryError> for Interrupted {
    fn from(error: RepositoryError) -> Self {
        Self::Service(error.into())
    }
}
