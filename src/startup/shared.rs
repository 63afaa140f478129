use std::{rc::Rc, sync::Arc, time::Duration};

use url::Url;

use super::StartupError;
use crate::{
    audit::RefusalTrail,
    cache::{Cache, CacheError, MemoryCache, RedisCache},
    clients::wechat::{AuthorizeUrl, PlatformPulse, TlsConfig, WeChatClient},
    domain::{Clock, Deadline, Entropy},
    handlers::{AppState, PublicSite},
    middleware::{own_cookies::OwnCookies, session::SessionCookie},
    repositories::{Database, FansRepository, SessionEndingsRepository},
    services::{
        clock_watch::ClockWatch,
        code_claims::CodeClaims,
        fans::Fans,
        health::Health,
        in_flight::InFlight,
        login::{Logins, Settlement, SettlementParts},
        login_marks::LoginMarks,
        pending_logins::PendingLogins,
        platform_log::PlatformLog,
        profiles::Profiles,
        sealing::{KeyUse, Sealer},
        session_endings::{EndingsFollower, FollowerParts, SessionEndings},
        sessions::Sessions,
        web_tokens::WebTokens,
    },
    settings::Settings,
    views::{Site, Views},
};

/// Bytes that the codes take that this process knows the outcome of: some 12,000 logins, or 7,000 grants that wait. WeChat
/// repeats a callback within seconds, and Redis, where there is one, remembers all of them for their whole life.
const CLAIMS_IN_MEMORY: usize = 5 << 20;

/// How long the start looks for what the backends are.
const LOOK: Duration = Duration::from_millis(500);

/// The backends with their versions, or what is wrong with them.
#[derive(Debug, Clone)]
pub struct Backends {
    /// The database.
    pub database: String,
    /// The cache.
    pub cache: String,
}

/// What all worker threads share.
#[derive(Clone)]
pub(super) struct Shared {
    settings: Arc<Settings>,
    clock: Clock,
    entropy: Entropy,
    database: Database,
    repository: FansRepository,
    endings: SessionEndings,
    cache: Cache,
    claims: CodeClaims,
    in_flight: InFlight,
    platform_log: PlatformLog,
    tls: TlsConfig,
    pulse: PlatformPulse,
    authorize_url: AuthorizeUrl,
    pub(super) refusals: RefusalTrail,
    pub(super) views: Arc<Views>,
}

impl Shared {
    pub(super) async fn build(settings: &Settings, clock: Clock, entropy: Entropy) -> Result<Self, StartupError> {
        let secrets = &settings.secrets;
        let database = Database::open(&settings.database, &secrets.database_url)?;
        database.verify().await?;
        if settings.database.migrate_on_start {
            let run = database.migrate().await.map_err(StartupError::Migrate)?;
            tracing::info!(
                database.backend = database.backend_name(),
                database.migrations_run = run.len(),
                "the database is ready"
            );
        }
        let in_memory = |bytes| Cache::Memory(MemoryCache::new(clock.clone(), bytes));
        let redis = secrets
            .redis_url
            .as_ref()
            .map(|url| RedisCache::open(url, &settings.cache, &secrets.app_id));
        let redis = redis.transpose()?.map(Cache::Redis);
        let endings_repository = SessionEndingsRepository::new(database.clone(), secrets.app_id.clone());
        let tiers = std::iter::once(in_memory(CLAIMS_IN_MEMORY))
            .chain(redis.clone())
            .collect();
        Ok(Self {
            clock: clock.clone(),
            entropy: entropy.clone(),
            repository: FansRepository::new(database.clone(), secrets.app_id.clone()),
            endings: SessionEndings::new(endings_repository, clock.clone()),
            database,
            cache: redis.unwrap_or_else(|| in_memory(settings.cache.memory)),
            pulse: PlatformPulse::new(clock.clone()),
            claims: CodeClaims::new(tiers, entropy, settings.wechat.timeout),
            in_flight: InFlight::new(settings.wechat.max_in_flight),
            platform_log: PlatformLog::default(),
            tls: TlsConfig::with_mozilla_roots()?,
            authorize_url: authorize_url(settings)?,
            refusals: RefusalTrail::new(clock.clone()),
            views: Arc::new(Views::new(&site(settings))?),
            settings: Arc::new(settings.clone()),
        })
    }

    pub(super) fn health(&self) -> Health {
        let (database, cache) = (self.database.clone(), self.cache.clone());
        Health::new(database, cache, self.pulse.clone(), self.clock.clone())
    }

    /// Which backends this process works with, for who reads its first lines.
    pub(super) async fn backends(&self) -> Backends {
        let look = Deadline::after(LOOK);
        let cache = async {
            self.cache.trial().await?;
            self.cache.describe().await
        };
        let (database, cache) = tokio::join!(look.run(self.database.describe()), look.run(cache));
        let database = database.ok().and_then(Result::ok);
        Backends {
            database: database.unwrap_or_else(|| format!("{} (it does not answer)", self.database.backend_name())),
            cache: match cache {
                Ok(Ok(cache)) => cache,
                Ok(Err(CacheError::Refused(_))) => "Redis (it refuses commands; logins go on without them)".to_owned(),
                Ok(Err(CacheError::Unavailable | CacheError::Overloaded)) | Err(_) => {
                    "Redis (it does not answer; logins go on without it)".to_owned()
                }
            },
        }
    }

    /// Says which migrations are missing where the start runs none: a fan's error page would be the first to tell.
    pub(super) async fn tell_missing_migrations(&self) {
        if self.settings.database.migrate_on_start {
            return;
        }
        // A database that does not answer is told elsewhere.
        if let Ok(Ok(missing)) = Deadline::after(LOOK).run(self.database.pending_migrations()).await
            && !missing.is_empty()
        {
            let names = missing.join(", ");
            tracing::error!(
                "migrations are missing: {names}; run `fanpass migrate` (database.migrate_on_start is false)"
            );
        }
    }

    pub(super) fn clock_watch(&self) -> ClockWatch {
        ClockWatch::new(self.clock.clone(), self.database.clone(), self.cache.clone())
    }

    /// Follows the endings of sessions.
    pub(super) fn follower(&self) -> EndingsFollower {
        EndingsFollower::new(FollowerParts {
            endings: self.endings.clone(),
            tokens: self.web_tokens(),
            entropy: self.entropy.clone(),
        })
    }

    /// What one worker thread needs, the platform's client among it.
    pub(super) fn app_state(&self) -> AppState {
        let settings = &self.settings;
        let site = PublicSite {
            url: settings.server.public_url.clone(),
            require_app: settings.wechat.require_app,
        };
        let settlement = Rc::new(Settlement::new(self.settlement_parts()));
        AppState {
            site,
            views: Arc::clone(&self.views),
            sessions: self.sessions(),
            endings: self.endings.clone(),
            refusals: self.refusals.clone(),
            logins: Logins::new(
                self.pending_logins(),
                self.login_marks(),
                self.authorize_url.clone(),
                settlement,
            ),
            fans: self.fans(),
        }
    }

    fn fans(&self) -> Fans {
        Fans::new(self.repository.clone(), self.clock.clone())
    }

    /// The cookie that holds the session.
    pub(super) fn session_cookie(&self) -> SessionCookie {
        let secrets = &self.settings.secrets;
        SessionCookie::new(&secrets.session_key, &secrets.app_id, self.sessions(), self.is_secure())
    }

    /// What tells our cookies from others.
    pub(super) fn own_cookies(&self) -> OwnCookies {
        OwnCookies::new(self.session_cookie(), self.pending_logins(), self.login_marks())
    }

    fn is_secure(&self) -> bool {
        self.settings.server.public_url.scheme() == "https"
    }

    fn sessions(&self) -> Sessions {
        let ttl_seconds = self.settings.session.ttl_seconds;
        let (app_id, known) = (self.settings.secrets.app_id.clone(), self.endings.known());
        Sessions::new(app_id, self.clock.clone(), self.entropy.clone(), ttl_seconds, known)
    }

    fn pending_logins(&self) -> PendingLogins {
        let (key, app_id) = (&self.settings.secrets.session_key, &self.settings.secrets.app_id);
        PendingLogins::new(key, app_id, self.clock.clone(), self.entropy.clone(), self.is_secure())
    }

    fn login_marks(&self) -> LoginMarks {
        let (key, app_id) = (&self.settings.secrets.session_key, &self.settings.secrets.app_id);
        LoginMarks::new(key, app_id, self.clock.clone(), self.entropy.clone(), self.is_secure())
    }

    fn settlement_parts(&self) -> SettlementParts {
        let (settings, secrets) = (&self.settings, &self.settings.secrets);
        let timeout = settings.wechat.timeout;
        let platform = WeChatClient::new(
            &self.tls,
            settings.wechat.api_url.clone(),
            secrets.app_id.clone(),
            secrets.app_secret.clone(),
            timeout,
        )
        .with_pulse(self.pulse.clone());
        let tokens = self.web_tokens();
        let profiles = Profiles::new(
            platform.clone(),
            self.repository.clone(),
            tokens.clone(),
            self.clock.clone(),
            settings.fans.refresh_after_days,
            timeout,
        );
        SettlementParts {
            platform,
            app_id: secrets.app_id.clone(),
            repository: self.repository.clone(),
            fans: self.fans(),
            claims: self.claims.clone(),
            in_flight: self.in_flight.clone(),
            platform_log: self.platform_log.clone(),
            outcomes: self.sealer(KeyUse::LoginOutcome),
            tokens,
            profiles,
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            timeout,
        }
    }

    fn web_tokens(&self) -> WebTokens {
        let sealer = self.sealer(KeyUse::WebToken);
        WebTokens::new(self.cache.clone(), sealer, self.clock.clone(), self.entropy.clone())
    }

    fn sealer(&self, key_use: KeyUse) -> Sealer {
        let secrets = &self.settings.secrets;
        Sealer::derive(&secrets.session_key, &secrets.app_id, key_use, self.entropy.clone())
    }
}

fn authorize_url(settings: &Settings) -> Result<AuthorizeUrl, StartupError> {
    let callback: Url = settings.server.public_url.join("/wechat/callback")?;
    Ok(AuthorizeUrl::new(
        &settings.wechat.open_url,
        &settings.secrets.app_id,
        &callback,
    ))
}

fn site(settings: &Settings) -> Site {
    Site {
        name: settings.site.name.clone(),
        privacy_url: settings.site.privacy_url.as_ref().map(ToString::to_string),
        contact: settings.site.contact.clone(),
    }
}
