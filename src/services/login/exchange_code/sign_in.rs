//! Signs in the fan of a grant: a silent login looks the fan up, a registration fetches the profile and saves the fan.

use std::time::Duration;

use super::{CodeExchange, Interrupted};
use crate::{
    audit,
    clients::wechat::Grant,
    domain::{Deadline, FanId, OpenId, Profile, ProfileState, Scope, WebToken},
    repositories::NewFan,
    services::login::{AuthenticatedFan, CodeOutcome, LoginFailure, PendingLogin},
    telemetry::events::Event,
};

/// How much longer than the platform's deadline a look-up or an upsert may take.
const DATABASE_GRACE: Duration = Duration::from_millis(500);

impl CodeExchange {
    /// Signs in within the deadline, plus [`DATABASE_GRACE`].
    pub(super) async fn sign_in(
        &self,
        grant: &Grant,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> Result<CodeOutcome, Interrupted> {
        let work = async {
            match login.scope {
                Scope::Base => self.recognise(&grant.openid).await,
                // Boxed, so that the frequent silent logins do not pay for its size.
                Scope::UserInfo => Box::pin(self.register(grant, login, deadline)).await,
            }
        };
        let in_time = deadline.plus(DATABASE_GRACE).run(work).await;
        in_time.unwrap_or(Err(Interrupted::DatabaseTimedOut))
    }

    async fn recognise(&self, openid: &OpenId) -> Result<CodeOutcome, Interrupted> {
        let Some((fan, generation)) = self.parts.repository.find_for_sign_in(openid).await? else {
            return Ok(CodeOutcome::Unregistered);
        };
        self.parts.fans.note_login(&fan);
        self.parts.profiles.refresh_if_old(&fan, &self.parts.concurrency);
        Ok(CodeOutcome::SignedIn(AuthenticatedFan::new(&fan, generation)))
    }

    async fn register(
        &self,
        grant: &Grant,
        login: &PendingLogin,
        deadline: Deadline,
    ) -> Result<CodeOutcome, Interrupted> {
        let token = self.parts.tokens.from_grant(grant);
        match self.parts.profiles.fetch(&token, deadline).await {
            Ok(profile) => {
                let fan = self.save(profile, grant, &token, login).await?;
                // Whoever was erased since this login began is asked again.
                Ok(fan.map_or(CodeOutcome::Unregistered, CodeOutcome::SignedIn))
            }
            Err(error) => {
                self.parts.platform.health().log_failure(&error);
                Ok(CodeOutcome::Failed(LoginFailure::of_profile(&error)))
            }
        }
    }

    /// Stores the fan and the token. None: the fan was erased since the login began, and nothing is stored.
    async fn save(
        &self,
        mut profile: Profile,
        grant: &Grant,
        token: &WebToken,
        login: &PendingLogin,
    ) -> Result<Option<AuthenticatedFan>, Interrupted> {
        profile.unionid = profile.unionid.or_else(|| grant.unionid.clone());
        let id = FanId::generate(&self.parts.clock, &self.parts.random);
        let new = NewFan {
            id,
            profile,
            consent_version: login.consent_version.to_string(),
            now: self.parts.clock.now(),
        };
        let registered = self.parts.registrations.register(new, login.begun_ms()).await?;
        let Some((fan, generation)) = registered else {
            return Ok(None);
        };
        // The row is what counts. The token only saves the fan a later consent.
        self.parts.tokens.keep(fan.id, token).await;
        let Some(now) = self.parts.registrations.find(fan.id).await? else {
            // Erased meanwhile. The erasure removes the token, too.
            return Ok(None);
        };
        if now.profile_state() == ProfileState::Withdrawn {
            // Since the login began. If this fails, the token is never used, and expires.
            drop(self.parts.tokens.remove(fan.id).await);
        }
        // A known fan keeps their id.
        let is_new = fan.id == id;
        self.parts.events.record(Event::Registration { is_new });
        audit::registration(&self.parts.app_id, fan.id);
        Ok(Some(AuthenticatedFan::new(&fan, generation)))
    }
}
