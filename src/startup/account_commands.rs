//! What the operators' commands work with that call the platform for the account. They use the token that the running
//! processes hold, if Redis is shared with them; otherwise they fetch the same stable token for themselves.

use std::sync::Arc;

use super::{StartupError, account::shared_tokens, infrastructure::Infrastructure, worker::platform_client};
use crate::{
    cache::Cache,
    clients::wechat::WeChatClient,
    domain::{Clock, OperatorName, Random},
    repositories::{AuditLogRepository, FansRepository},
    services::{
        account_tokens::AccountTokens, audit_trail::OperatorLog, fans::FollowerSync, menu::Menus, qr_codes::QrCodes,
    },
    settings::{AccountSettings, Settings},
};

/// What they have in common.
struct Tools {
    infrastructure: Infrastructure,
    settings: AccountSettings,
    cache: Cache,
    platform: WeChatClient,
    tokens: AccountTokens,
    log: OperatorLog,
}

impl Tools {
    fn new(settings: &Settings, operator: OperatorName, clock: Clock, random: Random) -> Result<Self, StartupError> {
        let infrastructure = Infrastructure::for_operators(&settings.process(), clock, random)?;
        let settings = settings.account();
        let app_id = settings.account.app_id.clone();
        let platform = platform_client(&infrastructure.tls, &settings);
        let cache = infrastructure.cache.of_account(&app_id);
        let shared = shared_tokens(&cache, &settings, &infrastructure.clock, &infrastructure.random);
        let log = AuditLogRepository::new(infrastructure.database.clone(), app_id);
        Ok(Self {
            tokens: AccountTokens::new(platform.clone(), Arc::new(shared)),
            log: OperatorLog::new(log, operator),
            platform,
            cache,
            infrastructure,
            settings,
        })
    }
}

/// Builds the service for `fanpass fans sync`. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's or the cache's URL cannot be used.
pub fn follower_sync(
    settings: &Settings,
    operator: OperatorName,
    clock: Clock,
    random: Random,
) -> Result<FollowerSync, StartupError> {
    let tools = Tools::new(settings, operator, clock, random)?;
    let Infrastructure { database, clock, .. } = tools.infrastructure;
    Ok(FollowerSync {
        platform: tools.platform,
        tokens: tools.tokens,
        fans: FansRepository::new(database, tools.settings.account.app_id),
        cache: tools.cache,
        log: tools.log,
        clock,
        timeout: tools.settings.wechat.timeout,
    })
}

/// Builds the service for `fanpass menu`. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's or the cache's URL cannot be used.
pub fn menus(settings: &Settings, operator: OperatorName, clock: Clock, random: Random) -> Result<Menus, StartupError> {
    let tools = Tools::new(settings, operator, clock, random)?;
    let Infrastructure { database, clock, .. } = tools.infrastructure;
    Ok(Menus {
        platform: tools.platform,
        tokens: tools.tokens,
        database,
        log: tools.log,
        clock,
        timeout: tools.settings.wechat.timeout,
    })
}

/// Builds the service for `fanpass qr`. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's or the cache's URL cannot be used.
pub fn qr_codes(
    settings: &Settings,
    operator: OperatorName,
    clock: Clock,
    random: Random,
) -> Result<QrCodes, StartupError> {
    let tools = Tools::new(settings, operator, clock, random)?;
    Ok(QrCodes {
        platform: tools.platform,
        tokens: tools.tokens,
        clock: tools.infrastructure.clock,
        timeout: tools.settings.wechat.timeout,
    })
}
