//! The state of one sandbox.

use std::io;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    account_settings::SettingsStore,
    account_tokens::AccountTokens,
    clock::Clock,
    config::SandboxConfig,
    fans::Fans,
    faults::FaultQueue,
    grants::Grants,
    media::MediaStore,
    menus::Menus,
    messages::Messages,
    pages::Pages,
    push::{PushLog, PushSettings},
    qr_codes::QrCodes,
    quotas::Quotas,
    random::Random,
    random::{openid_of, original_id_of},
    request_ids::RequestIds,
    request_log::RequestLog,
    ticket::Ticket,
};

/// Shared by all workers of one sandbox.
pub struct Platform {
    pub app_id: String,
    /// The account's own id (原始 ID), `gh_…`: the `ToUserName` of pushes.
    pub original_id: String,
    /// Whom pushes about consent come from.
    pub push_sender: String,
    app_secret: SecretString,
    pub url: Url,
    pub clock: Clock,
    pub random: Random,
    pub fans: Fans,
    pub grants: Grants,
    pub account_tokens: AccountTokens,
    pub ticket: Ticket,
    pub quotas: Quotas,
    pub media: MediaStore,
    pub menus: Menus,
    pub messages: Messages,
    pub pushes: PushLog,
    pub qr_codes: QrCodes,
    pub faults: FaultQueue,
    pub request_log: RequestLog,
    pub request_ids: RequestIds,
    pub settings: SettingsStore,
    pub pages: Pages,
}

impl Platform {
    /// Fails when a page does not parse, or a setting of pushes is wrong.
    pub fn new(config: SandboxConfig, url: Url) -> io::Result<Self> {
        let push =
            PushSettings::new(config.push).map_err(|fault| io::Error::new(io::ErrorKind::InvalidInput, fault))?;
        Ok(Self {
            fans: Fans::seeded(&config.app_id, url.clone()),
            original_id: original_id_of(&config.app_id),
            push_sender: openid_of(&format!("{}/platform", config.app_id)),
            app_id: config.app_id,
            app_secret: config.app_secret,
            url,
            clock: Clock::default(),
            random: Random,
            grants: Grants::new(),
            account_tokens: AccountTokens::default(),
            ticket: Ticket::default(),
            quotas: Quotas::default(),
            media: MediaStore::new(),
            menus: Menus::default(),
            messages: Messages::default(),
            pushes: PushLog::default(),
            qr_codes: QrCodes::new(),
            faults: FaultQueue::default(),
            request_log: RequestLog::new(),
            request_ids: RequestIds::new(),
            settings: SettingsStore::new(config.callback_hosts, push),
            pages: Pages::new().map_err(io::Error::other)?,
        })
    }

    /// Whether this is the account's AppSecret.
    pub fn is_secret(&self, secret: &str) -> bool {
        self.app_secret.expose_secret() == secret
    }
}
