mod photos;

use std::{rc::Rc, sync::Arc};

use super::{account::Account, infrastructure::Infrastructure};
use crate::{
    clients::{
        apps::{AppsClient, Resolver},
        wechat::{TlsConfig, WeChatClient},
    },
    domain::{ApiRight, Application},
    handlers::internal::{
        InternalState, fans::FansState, photos::FanPhotosState, qr::QrState, relay::RelayState, tokens::TokensState,
    },
    handlers::public::{
        PublicSite, PublicState,
        jssdk::JsSdkState,
        login::{LoginEntry, LoginState},
        me::MeState,
        pages::{FanPages, PagesState},
        push::PushState,
    },
    services::{
        account_tokens::AccountTokens,
        fans::Profiles,
        jssdk::{JsSdk, JsSdkSites},
        login::{CodeExchange, CodeExchangeParts, Logins},
        push::{
            PushReceiver, PushReplies, Pushes, PushesParts,
            forward::{ForwardSender, ForwardSenderParts},
        },
        qr_codes::QrCodes,
        relay::{Relay, RelayParts},
        sealing::KeyUse,
    },
    settings::AccountSettings,
    views::AppLink,
};

/// What one thread has for itself of an account: the platform's client, whose connections cannot move to another thread, and
/// what hangs on it.
pub(super) struct Worker<'account> {
    account: &'account Account,
    platform: WeChatClient,
}

impl<'account> Worker<'account> {
    /// Call it on the thread itself.
    pub(super) fn new(account: &'account Account) -> Self {
        let platform = platform_client(&account.infrastructure.tls, account.settings());
        Self {
            account,
            platform: platform.with_health(account.platform_health.clone()),
        }
    }

    /// The state that the handlers of the public listener share on this thread.
    pub(super) fn public_state(&self) -> PublicState {
        let account = self.account;
        let views = Arc::clone(&account.views);
        if !account.settings().login.enabled {
            return PublicState {
                views,
                page_script: account.page_script.clone(),
                pages: PagesState::WithoutLogins,
                login: None,
                me: None,
                avatars: account.avatars(),
                push: self.push_state(),
                photos: None,
                jssdk: self.jssdk_state(),
            };
        }
        let entry = self.login_entry();
        PublicState {
            pages: PagesState::WithLogins(Box::new(FanPages {
                views: Arc::clone(&views),
                fans: account.fans(),
                avatars: account.avatars(),
                events: account.events.clone(),
                has_photos: account.settings().photos.enabled,
                apps: account.settings().apps.iter().filter_map(app_link).collect(),
                login: entry.clone(),
            })),
            views,
            avatars: account.avatars(),
            page_script: account.page_script.clone(),
            push: self.push_state(),
            photos: self.photos_state(&entry),
            me: Some(self.me_state(&entry)),
            jssdk: self.jssdk_state(),
            login: Some(LoginState {
                entry,
                sessions: account.sessions(),
                revocations: account.revocations.clone(),
                refusals: account.refusals.clone(),
                events: account.events.clone(),
            }),
        }
    }

    fn me_state(&self, entry: &LoginEntry) -> MeState {
        let (account, settings) = (self.account, self.account.settings());
        let may_ask = |app: &&Application| app.api.contains(&ApiRight::Fans) || app.api.contains(&ApiRight::Photos);
        MeState {
            me: account.me(),
            exports: account.exports(),
            fans: account.fans(),
            photos: account.photos(),
            sessions: account.sessions(),
            views: Arc::clone(&account.views),
            login: entry.clone(),
            events: account.events.clone(),
            time_zone: settings.site.time_zone.clone(),
            open_url: settings.wechat.open_url.clone(),
            viewers: settings
                .apps
                .iter()
                .filter(may_ask)
                .map(|app| app.name.clone())
                .collect(),
            audit_keep_days: settings.audit.keep_days.into(),
        }
    }

    /// None if there is no Token: no push could be believed.
    fn push_state(&self) -> Option<PushState> {
        let account = self.account;
        let (settings, app_id) = (account.settings(), account.app_id().clone());
        let keys = settings.push_keys.clone()?;
        let Infrastructure { clock, random, .. } = account.infrastructure.clone();
        Some(PushState {
            replies: PushReplies {
                app_id: app_id.clone(),
                token: keys.token.clone(),
                clock: clock.clone(),
                random,
            },
            receiver: PushReceiver {
                app_id: app_id.clone(),
                keys,
                max_age_seconds: settings.push.max_age_seconds.into(),
                accept_plain: settings.push.accept_plain,
            },
            pushes: Pushes::new(PushesParts {
                app_id,
                records: account.push_records(),
                fans: account.repository.clone(),
                rules: account.replies.clone(),
                forwards: account.forward_queue(),
                sender: self.forward_sender(),
                metrics: account.metrics.pushes.clone(),
                clock: clock.clone(),
            }),
            refusals: account.refusals.clone(),
            metrics: account.metrics.pushes.clone(),
            clock,
        })
    }

    /// None if `jssdk.enabled` is false.
    fn jssdk_state(&self) -> Option<JsSdkState> {
        let settings = self.account.settings();
        let Infrastructure { clock, random, .. } = self.account.infrastructure.clone();
        settings.jssdk.enabled.then(|| JsSdkState {
            jssdk: JsSdk {
                app_id: self.account.app_id().clone(),
                sites: JsSdkSites::new(&settings.account.public_url, &settings.apps),
                tokens: self.account_tokens(),
                clock,
                random,
            },
            timeout: settings.wechat.timeout,
        })
    }

    /// The state that the handlers of the internal listener share on this thread.
    pub(super) fn internal_state(&self) -> InternalState {
        let settings = self.account.settings();
        InternalState {
            callers: self.account.callers.clone(),
            tokens: TokensState {
                tokens: self.account_tokens(),
                timeout: settings.wechat.timeout,
            },
            fans: FansState {
                directory: self.account.fan_directory.clone(),
                avatars: self.account.avatars(),
                public_url: settings.account.public_url.clone(),
            },
            photos: FanPhotosState {
                directory: self.account.fan_directory.clone(),
                photos: self.account.photos(),
                links: self.account.photo_links(),
                public_url: settings.account.public_url.clone(),
            },
            qr: QrState {
                codes: QrCodes {
                    platform: self.platform.clone(),
                    tokens: self.account_tokens(),
                    clock: self.account.infrastructure.clock.clone(),
                    timeout: settings.wechat.timeout,
                },
            },
            relay: RelayState { relay: self.relay() },
        }
    }

    /// The account's token and ticket.
    pub(super) fn account_tokens(&self) -> AccountTokens {
        AccountTokens::new(self.platform.clone(), Arc::clone(&self.account.tokens))
    }

    /// Passes pushes on to the operator's other systems.
    pub(super) fn forward_sender(&self) -> ForwardSender {
        let (account, settings) = (self.account, self.account.settings());
        let Infrastructure {
            clock,
            random,
            tls,
            own_listeners,
            ..
        } = account.infrastructure.clone();
        ForwardSender::new(ForwardSenderParts {
            client: AppsClient::new(&tls, own_listeners, Resolver::default()),
            targets: account.forward_targets.clone(),
            secrets: Arc::new(settings.forward_secrets.clone()),
            app_id: account.app_id().clone(),
            public_url: settings.account.public_url.clone(),
            sealer: account.sealer(KeyUse::Forward),
            jobs: account.jobs.clone(),
            asking: account.asking_limit.clone(),
            metrics: account.metrics.forwards.clone(),
            clock,
            random,
        })
    }

    fn relay(&self) -> Relay {
        let account = self.account;
        Relay::new(RelayParts {
            platform: self.platform.clone(),
            tokens: self.account_tokens(),
            limit: account.relay_limit.clone(),
            metrics: account.metrics.relay.clone(),
            quotas: account.quotas.clone(),
            clock: account.infrastructure.clock.clone(),
            timeout: account.settings().wechat.timeout,
        })
    }

    fn login_entry(&self) -> LoginEntry {
        let settings = self.account.settings();
        LoginEntry {
            site: PublicSite {
                url: settings.account.public_url.clone(),
                require_app: settings.wechat.require_app,
            },
            views: Arc::clone(&self.account.views),
            logins: self.logins(),
        }
    }

    fn logins(&self) -> Logins {
        let account = self.account;
        Logins::new(
            account.pending_logins(),
            account.loop_guard(),
            account.authorize_url.clone(),
            Rc::new(self.code_exchange()),
            account.events.clone(),
        )
    }

    fn code_exchange(&self) -> CodeExchange {
        let account = self.account;
        let Infrastructure { clock, random, .. } = account.infrastructure.clone();
        CodeExchange::new(CodeExchangeParts {
            platform: self.platform.clone(),
            app_id: account.app_id().clone(),
            repository: account.repository.clone(),
            registrations: account.registrations(),
            fans: account.fans(),
            claims: account.claims.clone(),
            concurrency: account.login_concurrency.clone(),
            outcomes: account.sealer(KeyUse::LoginOutcome),
            tokens: account.web_tokens(),
            profiles: self.profiles(),
            events: account.events.clone(),
            clock,
            random,
            timeout: account.settings().wechat.timeout,
        })
    }

    fn profiles(&self) -> Profiles {
        let (account, settings) = (self.account, self.account.settings());
        Profiles::new(
            self.platform.clone(),
            account.repository.clone(),
            account.web_tokens(),
            account.jobs.clone(),
            account.infrastructure.clock.clone(),
            settings.fans.refresh_after_days,
            settings.wechat.timeout,
        )
    }
}

/// The link to an app on the index page.
fn app_link(app: &Application) -> Option<AppLink> {
    app.url.as_ref().map(|url| AppLink {
        name: app.name.clone(),
        href: url.to_string(),
    })
}

/// A client that calls the platform for one account, from the thread that builds it.
pub(super) fn platform_client(tls: &TlsConfig, settings: &AccountSettings) -> WeChatClient {
    let (account, wechat) = (&settings.account, &settings.wechat);
    WeChatClient::new(
        tls,
        wechat.api_url.clone(),
        account.app_id.clone(),
        account.app_secret.clone(),
        wechat.timeout,
    )
}
