mod apps;
mod export;
mod photos;
mod pushes;

use std::sync::Arc;

use super::{
    StartupError,
    forwards::{forward_queue, forward_targets},
    infrastructure::Infrastructure,
};
use crate::{
    audit::RefusalTrail,
    cache::Cache,
    clients::wechat::{AuthorizeUrl, PlatformHealth},
    domain::{AppId, Clock, Random, routes},
    http::cookies::{language::LanguageCookie, own::OwnCookies, session::SessionCookie},
    repositories::{
        AccountSecretsRepository, AuditLogRepository, DailyCountsRepository, ErasureReceiptsRepository, FansRepository,
        JobsRepository, PushReceiptsRepository, SessionRevocationsRepository,
    },
    resilience::ConcurrencyLimit,
    services::{
        account_tokens::{SharedTokens, SharedTokensParts},
        apps::{callers::ApiCallers, fan_directory::FanDirectory},
        avatars::Avatars,
        daily_counts::{DailyCountsParts, DailyCountsWriter},
        fan_turns::FanTurns,
        fans::{Erasure, ErasureListeners, Fans, Registrations, SignOuts},
        jobs::Jobs,
        login::{LoginLoopGuard, PendingLogins, code_claims::CodeClaims},
        me::{Me, Receipts, export::ExportLimit},
        photos::ServerIdLimit,
        push::{forward::ForwardTargets, replies::ReplyRulesInForce},
        relay::{QuotaWatch, RelayLimit},
        sealing::{KeyUse, Sealer},
        sessions::{RevocationSync, RevocationSyncParts, SessionRevocations, Sessions},
        web_tokens::WebTokens,
    },
    settings::{AccountSettings, REPLIES_FILE, SessionKeys},
    telemetry::{self, AccountMetrics, events::AccountEvents},
    texts::Texts,
    views::{PageScript, Site, Views},
};

/// Bytes for the codes of one account whose outcome this process knows: about 12,000 logins, or 7,000 saved grants. WeChat
/// repeats a callback within seconds, and Redis, if there is one, keeps all of them until they expire. Each account has room
/// of its own, so that a rush at one makes no other forget.
const CLAIMS_IN_MEMORY: usize = 5 << 20;

/// How many pushes of one account may wait for a target's answer at once. Beyond that the target gets a push later, and the fan
/// another answer now: each may wait for three and a half seconds.
const MAX_ASKING: usize = 256;

/// Everything that is built for one account. Clones share it, and each worker thread has one.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) infrastructure: Infrastructure,
    settings: Arc<AccountSettings>,
    /// The account's part of the process's cache.
    pub(super) cache: Cache,
    pub(super) metrics: AccountMetrics,
    pub(super) events: AccountEvents,
    pub(super) repository: FansRepository,
    pub(super) revocations: SessionRevocations,
    pub(super) jobs: Jobs,
    pub(super) claims: CodeClaims,
    pub(super) login_concurrency: ConcurrencyLimit,
    pub(super) platform_health: PlatformHealth,
    pub(super) authorize_url: AuthorizeUrl,
    pub(super) refusals: RefusalTrail,
    pub(super) views: Arc<Views>,
    pub(super) page_script: PageScript,
    pub(super) callers: ApiCallers,
    pub(super) fan_directory: FanDirectory,
    avatars: Avatars,
    pub(super) relay_limit: RelayLimit,
    pub(super) quotas: QuotaWatch,
    export_limit: ExportLimit,
    /// Which fans upload photos in this process.
    pub(super) uploads: FanTurns,
    pub(super) server_id_limit: ServerIdLimit,
    /// The rules for replies.
    pub(super) replies: ReplyRulesInForce,
    /// The account's token and ticket.
    pub(super) tokens: Arc<SharedTokens>,
    /// The systems that pushes are passed on to.
    pub(super) forward_targets: ForwardTargets,
    /// How many pushes may wait for the answer of one of them.
    pub(super) asking_limit: ConcurrencyLimit,
}

impl Account {
    pub(super) fn build(infrastructure: Infrastructure, settings: AccountSettings) -> Result<Self, StartupError> {
        let Infrastructure {
            clock,
            random,
            database,
            cache,
            ..
        } = &infrastructure;
        let app_id = &settings.account.app_id;
        let (cache, is_shared) = (cache.of_account(app_id), cache.is_shared());
        let metrics = telemetry::metrics().account(app_id);
        let events = AccountEvents::new(metrics.clone(), clock.clone(), settings.site.time_zone.clone());
        let refusals = RefusalTrail::new(app_id.clone(), events.clone(), clock.clone());
        let revocations = SessionRevocationsRepository::new(database.clone(), app_id.clone());
        let tiers = std::iter::once(infrastructure.memory_cache(CLAIMS_IN_MEMORY))
            .chain(is_shared.then(|| cache.clone()))
            .collect();
        Ok(Self {
            repository: FansRepository::new(database.clone(), app_id.clone()),
            revocations: SessionRevocations::new(revocations, clock.clone()),
            jobs: Jobs::new(
                JobsRepository::new(infrastructure.background.clone(), app_id.clone()),
                clock.clone(),
                random.clone(),
            ),
            claims: CodeClaims::new(tiers, random.clone(), settings.wechat.timeout),
            login_concurrency: ConcurrencyLimit::new(settings.wechat.max_in_flight.get()),
            platform_health: PlatformHealth::new(clock.clone()),
            authorize_url: authorize_url(&settings)?,
            events,
            page_script: PageScript::new(&settings.wechat.open_url)?,
            views: Arc::new(Views::new(&site(&settings), Texts::new(&settings.templates.texts)?)?),
            replies: replies(&settings)?,
            tokens: Arc::new(shared_tokens(&cache, &settings, clock, random)),
            callers: apps::callers(&infrastructure, &settings, &refusals),
            refusals,
            fan_directory: apps::fan_directory(&infrastructure, &settings),
            avatars: photos::avatars(&infrastructure, &settings.account.app_id),
            relay_limit: RelayLimit::new(),
            quotas: QuotaWatch::default(),
            export_limit: ExportLimit::default(),
            uploads: FanTurns::default(),
            server_id_limit: ServerIdLimit::default(),
            forward_targets: forward_targets(&settings, &metrics),
            asking_limit: ConcurrencyLimit::new(MAX_ASKING),
            cache,
            metrics,
            settings: Arc::new(settings),
            infrastructure,
        })
    }

    pub(super) fn settings(&self) -> &AccountSettings {
        &self.settings
    }

    pub(super) fn app_id(&self) -> &AppId {
        &self.settings.account.app_id
    }

    /// Whether the site is served over https.
    pub(super) fn is_secure(&self) -> bool {
        self.settings.account.is_secure()
    }

    /// Keeps the list of session revocations up to date.
    pub(super) fn revocation_sync(&self) -> RevocationSync {
        RevocationSync::new(RevocationSyncParts {
            revocations: self.revocations.clone(),
            tokens: self.web_tokens(),
            random: self.infrastructure.random.clone(),
        })
    }

    pub(super) fn audit_log(&self) -> AuditLogRepository {
        AuditLogRepository::new(self.infrastructure.background.clone(), self.app_id().clone())
    }

    pub(super) fn counts(&self) -> DailyCountsRepository {
        DailyCountsRepository::new(self.infrastructure.background.clone(), self.app_id().clone())
    }

    pub(super) fn erasure(&self) -> Erasure {
        let Infrastructure { clock, random, .. } = self.infrastructure.clone();
        let background = &self.infrastructure.background;
        let Registrations { receipts, secrets, .. } = self.registrations();
        Erasure {
            fans: FansRepository::new(background.clone(), self.app_id().clone()),
            revocations: self.revocation_rows(),
            receipts,
            push_receipts: PushReceiptsRepository::new(background.clone(), self.app_id().clone()),
            secrets,
            audit_log: self.audit_log(),
            counts: self.counts(),
            time_zone: self.settings.site.time_zone.clone(),
            jobs: self.jobs.clone(),
            tokens: Some(self.web_tokens()),
            photos: self.photo_removal(),
            listeners: ErasureListeners::new(vec![Box::new(self.forward_queue())]),
            metrics: telemetry::metrics().erasures(self.app_id()),
            clock,
            random,
        }
    }

    /// What a fan decides, over the connections that pages use.
    pub(super) fn me(&self) -> Me {
        let database = &self.infrastructure.database;
        let erasure = Erasure {
            fans: self.repository.clone(),
            photos: self.photo_removal_of(database),
            ..self.erasure()
        };
        Me {
            sign_outs: SignOuts {
                database: database.clone(),
                revocations: self.revocation_rows(),
                audit_log: self.audit_log(),
                clock: self.infrastructure.clock.clone(),
            },
            revocations: self.revocations.clone(),
            receipts: Receipts {
                erasure: erasure.clone(),
            },
            erasure,
        }
    }

    pub(super) fn registrations(&self) -> Registrations {
        let (database, app_id) = (&self.infrastructure.database, self.app_id());
        Registrations {
            fans: self.repository.clone(),
            receipts: ErasureReceiptsRepository::new(database.clone(), app_id.clone()),
            secrets: AccountSecretsRepository::new(app_id.clone()),
            jobs: self.jobs.clone(),
        }
    }

    pub(super) fn revocation_rows(&self) -> SessionRevocationsRepository {
        SessionRevocationsRepository::new(self.infrastructure.background.clone(), self.app_id().clone())
    }

    /// Writes what this process counts of the account.
    pub(super) fn daily_counts_writer(&self) -> DailyCountsWriter {
        let Infrastructure {
            background,
            clock,
            random,
            ..
        } = self.infrastructure.clone();
        DailyCountsWriter::new(DailyCountsParts {
            events: self.events.clone(),
            repository: self.counts(),
            database: background,
            clock,
            random,
        })
    }

    pub(super) fn fans(&self) -> Fans {
        Fans::new(self.repository.clone(), self.infrastructure.clock.clone())
    }

    pub(super) fn sessions(&self) -> Sessions {
        let Infrastructure { clock, random, .. } = self.infrastructure.clone();
        let (app_id, revoked) = (self.app_id().clone(), self.revocations.list());
        Sessions::new(app_id, clock, random, self.settings.session.ttl_seconds, revoked)
    }

    pub(super) fn session_cookie(&self) -> SessionCookie {
        let (key, app_id) = self.key();
        SessionCookie::new(key, app_id, self.sessions(), self.is_secure())
    }

    /// Distinguishes our cookies from others.
    pub(super) fn own_cookies(&self) -> OwnCookies {
        OwnCookies::new(
            self.session_cookie(),
            self.pending_logins(),
            self.loop_guard(),
            LanguageCookie::new(self.is_secure()),
        )
    }

    pub(super) fn pending_logins(&self) -> PendingLogins {
        let Infrastructure { clock, random, .. } = self.infrastructure.clone();
        let (key, app_id) = self.key();
        PendingLogins::new(key, app_id, clock, random, self.is_secure())
    }

    pub(super) fn loop_guard(&self) -> LoginLoopGuard {
        let Infrastructure { clock, random, .. } = self.infrastructure.clone();
        let (key, app_id) = self.key();
        LoginLoopGuard::new(key, app_id, clock, random, self.is_secure())
    }

    pub(super) fn web_tokens(&self) -> WebTokens {
        let Infrastructure { clock, random, .. } = self.infrastructure.clone();
        WebTokens::new(self.cache.clone(), self.sealer(KeyUse::WebToken), clock, random)
    }

    pub(super) fn sealer(&self, key_use: KeyUse) -> Sealer {
        let (key, app_id) = self.key();
        Sealer::derive(key, app_id, key_use, self.infrastructure.random.clone())
    }

    /// The source of every key of the account.
    fn key(&self) -> (&SessionKeys, &AppId) {
        (&self.settings.session_keys, self.app_id())
    }
}

/// What the tokens of an account share in this process.
pub(super) fn shared_tokens(cache: &Cache, settings: &AccountSettings, clock: &Clock, random: &Random) -> SharedTokens {
    let app_id = &settings.account.app_id;
    SharedTokens::new(SharedTokensParts {
        cache: cache.clone(),
        sealer: Sealer::derive(&settings.session_keys, app_id, KeyUse::AccountToken, random.clone()),
        clock: clock.clone(),
        random: random.clone(),
        timeout: settings.wechat.timeout,
    })
}

/// The rules for replies, read from their file.
fn replies(settings: &AccountSettings) -> Result<ReplyRulesInForce, StartupError> {
    let (file, url) = (settings.replies_file.clone(), settings.account.public_url.clone());
    let replies = ReplyRulesInForce::open(file, url)?;
    let count = replies.rules().all().len();
    if count > 0 {
        tracing::info!("rules for replies: {count}, from {REPLIES_FILE}");
    }
    Ok(replies)
}

fn authorize_url(settings: &AccountSettings) -> Result<AuthorizeUrl, StartupError> {
    let account = &settings.account;
    let callback = account.public_url.join(routes::CALLBACK)?;
    Ok(AuthorizeUrl::new(&settings.wechat.open_url, &account.app_id, &callback))
}

fn site(settings: &AccountSettings) -> Site {
    Site {
        name: settings.account.name.clone(),
        privacy_url: settings.site.privacy_url.as_ref().map(ToString::to_string),
        contact: settings.site.contact.clone(),
        icp: settings.site.icp.clone(),
        police: settings.site.police.clone(),
        logo: settings.site.logo.clone(),
        colours: settings.site.colours,
    }
}
