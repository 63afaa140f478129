use std::{rc::Rc, sync::Arc, time::Duration};

use url::Url;

use super::StartupError;
use crate::{
    audit::RefusalTrail,
    cache::{Cache, CacheError, MemoryCache, RedisCache},
    clients::wechat::{AuthorizeUrl, PlatformHealth, TlsConfig, WeChatClient},
    domain::{Clock, Deadline, Random, routes},
    handlers::public::{PublicSite, PublicState, login::LoginState, pages::PagesState},
    http::cookies::{own::OwnCookies, session::SessionCookie},
    repositories::{Database, FansRepository, SessionRevocationsRepository},
    resilience::ConcurrencyLimit,
    services::{
        clock_watch::ClockWatch,
        fans::Fans,
        fans::Profiles,
        health::Health,
        login::LoginLoopGuard,
        login::PendingLogins,
        login::code_claims::CodeClaims,
        login::{CodeExchange, CodeExchangeParts, Logins},
        sealing::{KeyUse, Sealer},
        sessions::Sessions,
        sessions::{RevocationSync, RevocationSyncParts, SessionRevocations},
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
    random: Random,
    database: Database,
    repository: FansRepository,
    revocations: SessionRevocations,
    cache: Cache,
    claims: CodeClaims,
    in_flight: ConcurrencyLimit,
    tls: TlsConfig,
    platform_health: PlatformHealth,
    authorize_url: AuthorizeUrl,
    pub(super) refusals: RefusalTrail,
    pub(super) views: Arc<Views>,
}

impl Shared {
    pub(super) async fn build(settings: &Settings, clock: Clock, random: Random) -> Result<Self, StartupError> {
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
        let revocations_repository = SessionRevocationsRepository::new(database.clone(), secrets.app_id.clone());
        let tiers = std::iter::once(in_memory(CLAIMS_IN_MEMORY))
            .chain(redis.clone())
            .collect();
        Ok(Self {
            clock: clock.clone(),
            random: random.clone(),
            repository: FansRepository::new(database.clone(), secrets.app_id.clone()),
            revocations: SessionRevocations::new(revocations_repository, clock.clone()),
            database,
            cache: redis.unwrap_or_else(|| in_memory(settings.cache.memory)),
            platform_health: PlatformHealth::new(clock.clone()),
            claims: CodeClaims::new(tiers, random, settings.wechat.timeout),
            in_flight: ConcurrencyLimit::new(settings.wechat.max_in_flight.get()),
            tls: TlsConfig::with_mozilla_roots()?,
            authorize_url: authorize_url(settings)?,
            refusals: RefusalTrail::new(clock.clone()),
            views: Arc::new(Views::new(&site(settings))?),
            settings: Arc::new(settings.clone()),
        })
    }

    pub(super) fn health(&self) -> Health {
        let (database, cache) = (self.database.clone(), self.cache.clone());
        Health::new(database, cache, self.platform_health.clone(), self.clock.clone())
    }

    /// Which backends this process works with, for who reads its first lines.
    pub(super) async fn backends(&self) -> Backends {
        let look = Deadline::after(LOOK);
        let cache = async {
            self.cache.self_test().await?;
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

    /// Follows the revocations of sessions.
    pub(super) fn follower(&self) -> RevocationSync {
        RevocationSync::new(RevocationSyncParts {
            revocations: self.revocations.clone(),
            tokens: self.web_tokens(),
            random: self.random.clone(),
        })
    }

    /// What one worker thread needs, the platform's client among it.
    pub(super) fn public_state(&self) -> PublicState {
        let settings = &self.settings;
        let site = PublicSite {
            url: settings.server.public_url.clone(),
            require_app: settings.wechat.require_app,
        };
        let code_exchange = Rc::new(CodeExchange::new(self.code_exchange_parts()));
        PublicState {
            login: LoginState {
                site,
                views: Arc::clone(&self.views),
                sessions: self.sessions(),
                revocations: self.revocations.clone(),
                refusals: self.refusals.clone(),
                logins: Logins::new(
                    self.pending_logins(),
                    self.loop_guard(),
                    self.authorize_url.clone(),
                    code_exchange,
                ),
            },
            pages: PagesState {
                views: Arc::clone(&self.views),
                fans: self.fans(),
            },
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
        OwnCookies::new(self.session_cookie(), self.pending_logins(), self.loop_guard())
    }

    fn is_secure(&self) -> bool {
        self.settings.server.public_url.scheme() == "https"
    }

    pub(super) fn sessions(&self) -> Sessions {
        let ttl_seconds = self.settings.session.ttl_seconds;
        let (app_id, known) = (self.settings.secrets.app_id.clone(), self.revocations.known());
        Sessions::new(app_id, self.clock.clone(), self.random.clone(), ttl_seconds, known)
    }

    fn pending_logins(&self) -> PendingLogins {
        let (key, app_id) = (&self.settings.secrets.session_key, &self.settings.secrets.app_id);
        PendingLogins::new(key, app_id, self.clock.clone(), self.random.clone(), self.is_secure())
    }

    fn loop_guard(&self) -> LoginLoopGuard {
        let (key, app_id) = (&self.settings.secrets.session_key, &self.settings.secrets.app_id);
        LoginLoopGuard::new(key, app_id, self.clock.clone(), self.random.clone(), self.is_secure())
    }

    fn code_exchange_parts(&self) -> CodeExchangeParts {
        let (settings, secrets) = (&self.settings, &self.settings.secrets);
        let timeout = settings.wechat.timeout;
        let platform = WeChatClient::new(
            &self.tls,
            settings.wechat.api_url.clone(),
            secrets.app_id.clone(),
            secrets.app_secret.clone(),
            timeout,
        )
        .with_health(self.platform_health.clone());
        let tokens = self.web_tokens();
        let profiles = Profiles::new(
            platform.clone(),
            self.repository.clone(),
            tokens.clone(),
            self.clock.clone(),
            settings.fans.refresh_after_days,
            timeout,
        );
        CodeExchangeParts {
            platform,
            app_id: secrets.app_id.clone(),
            repository: self.repository.clone(),
            fans: self.fans(),
            claims: self.claims.clone(),
            in_flight: self.in_flight.clone(),
            outcomes: self.sealer(KeyUse::LoginOutcome),
            tokens,
            profiles,
            clock: self.clock.clone(),
            random: self.random.clone(),
            timeout,
        }
    }

    fn web_tokens(&self) -> WebTokens {
        let sealer = self.sealer(KeyUse::WebToken);
        WebTokens::new(self.cache.clone(), sealer, self.clock.clone(), self.random.clone())
    }

    fn sealer(&self, key_use: KeyUse) -> Sealer {
        let secrets = &self.settings.secrets;
        Sealer::derive(&secrets.session_key, &secrets.app_id, key_use, self.random.clone())
    }
}

fn authorize_url(settings: &Settings) -> Result<AuthorizeUrl, StartupError> {
    let callback: Url = settings.server.public_url.join(routes::CALLBACK)?;
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
