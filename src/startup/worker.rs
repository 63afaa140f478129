//! Builds the parts of one worker thread. The platform's client is one of them, because its connections cannot move to
//! another thread.

use std::{rc::Rc, sync::Arc};

use super::{account::Account, infrastructure::Infrastructure};
use crate::{
    clients::wechat::WeChatClient,
    handlers::public::{PublicSite, PublicState, login::LoginState, pages::PagesState},
    services::{
        fans::Profiles,
        login::{CodeExchange, CodeExchangeParts, Logins},
        sealing::KeyUse,
    },
};

/// The state that the handlers of the public listener share on one worker thread.
pub(super) fn public_state(account: &Account) -> PublicState {
    let settings = account.settings();
    PublicState {
        login: LoginState {
            site: PublicSite {
                url: settings.server.public_url.clone(),
                require_app: settings.wechat.require_app,
            },
            views: Arc::clone(&account.views),
            sessions: account.sessions(),
            revocations: account.revocations.clone(),
            refusals: account.refusals.clone(),
            logins: Logins::new(
                account.pending_logins(),
                account.loop_guard(),
                account.authorize_url.clone(),
                Rc::new(code_exchange(account)),
            ),
        },
        pages: PagesState {
            views: Arc::clone(&account.views),
            fans: account.fans(),
        },
    }
}

fn code_exchange(account: &Account) -> CodeExchange {
    let Infrastructure {
        settings,
        clock,
        random,
        ..
    } = account.infrastructure.clone();
    let (platform, tokens) = (platform(account), account.web_tokens());
    let timeout = settings.wechat.timeout;
    let profiles = Profiles::new(
        platform.clone(),
        account.repository.clone(),
        tokens.clone(),
        clock.clone(),
        settings.fans.refresh_after_days,
        timeout,
    );
    CodeExchange::new(CodeExchangeParts {
        platform,
        app_id: settings.secrets.app_id.clone(),
        repository: account.repository.clone(),
        fans: account.fans(),
        claims: account.claims.clone(),
        concurrency: account.login_concurrency.clone(),
        outcomes: account.sealer(KeyUse::LoginOutcome),
        tokens,
        profiles,
        clock,
        random,
        timeout,
    })
}

fn platform(account: &Account) -> WeChatClient {
    let settings = account.settings();
    WeChatClient::new(
        &account.infrastructure.tls,
        settings.wechat.api_url.clone(),
        settings.secrets.app_id.clone(),
        settings.secrets.app_secret.clone(),
        settings.wechat.timeout,
    )
    .with_health(account.platform_health.clone())
}
