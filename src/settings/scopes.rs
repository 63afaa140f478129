//! Whose a setting is: the process's, of which there is one, or an account's. Whatever is built for an account takes its
//! [`AccountSettings`], so that a process could serve more than one.

use std::path::PathBuf;

use super::{
    ApiKeys, AuditSettings, CacheSettings, DatabaseSettings, DatabaseUrl, FansSettings, ForwardSecrets,
    InternalSettings, JsSdkSettings, LimitsSettings, LoginSettings, PhotosSettings, PushSettings, RedisUrl, S3Keys,
    ServerSettings, SessionKeys, SessionSettings, Settings, SiteSettings, StorageSettings, TemplatesSettings,
    WeChatSettings,
};
use crate::domain::{Application, ForwardTarget, OfficialAccount, PushKeys};

/// What belongs to the process: its listener, its database, its cache.
#[derive(Debug, Clone)]
pub struct ProcessSettings {
    /// `server.*`, except the public URL, which is the account's.
    pub server: ServerSettings,
    /// `internal.*`: the listener for the operator's own systems.
    pub internal: InternalSettings,
    /// `database.*`: the pool.
    pub database: DatabaseSettings,
    /// `DATABASE_URL`.
    pub database_url: DatabaseUrl,
    /// `cache.*`: the token cache.
    pub cache: CacheSettings,
    /// `REDIS_URL`. `None`: the in-memory cache.
    pub redis_url: Option<RedisUrl>,
    /// `storage.*`: where photos and avatars are kept.
    pub storage: StorageSettings,
    /// The keys of the bucket.
    pub s3_keys: Option<S3Keys>,
    /// `photos.memory_mib`, which the accounts share.
    pub picture_memory_mib: u32,
}

/// What belongs to one account.
#[derive(Debug, Clone)]
pub struct AccountSettings {
    /// The account itself.
    pub account: OfficialAccount,
    /// What the account's keys are derived from.
    pub session_keys: SessionKeys,
    /// `wechat.*`: the platform.
    pub wechat: WeChatSettings,
    /// `site.*`: what the pages say about the account.
    pub site: SiteSettings,
    /// `templates.*`: the operator's own texts.
    pub templates: TemplatesSettings,
    /// `login.*`: whether fans can sign in.
    pub login: LoginSettings,
    /// `fans.*`: how profiles are kept.
    pub fans: FansSettings,
    /// `limits.*`: limits per client IP.
    pub limits: LimitsSettings,
    /// `session.*`: how long a sign-in lasts.
    pub session: SessionSettings,
    /// `photos.*`: the photos that fans put on the site.
    pub photos: PhotosSettings,
    /// `audit.*`: the audit log in the database.
    pub audit: AuditSettings,
    /// `jssdk.*`: signatures for the JS-SDK.
    pub jssdk: JsSdkSettings,
    /// `apps.<id>.*`: the operator's applications.
    pub apps: Vec<Application>,
    /// The keys with which they call the internal API.
    pub api_keys: ApiKeys,
    /// Where the rules for replies are, if there are any.
    pub replies_file: PathBuf,
    /// `[[push.forward]]`: the systems that pushes are passed on to.
    pub forward: Vec<ForwardTarget>,
    /// The secrets of these systems.
    pub forward_secrets: ForwardSecrets,
    /// `push.*`: the platform's server push.
    pub push: PushSettings,
    /// What signs and seals pushes. None: there are none.
    pub push_keys: Option<PushKeys>,
}

impl Settings {
    /// What belongs to the process.
    pub fn process(&self) -> ProcessSettings {
        ProcessSettings {
            server: self.server.clone(),
            internal: self.internal.clone(),
            database: self.database.clone(),
            database_url: self.secrets.database_url.clone(),
            cache: self.cache.clone(),
            redis_url: self.secrets.redis_url.clone(),
            storage: self.storage.clone(),
            s3_keys: self.secrets.s3.clone(),
            picture_memory_mib: self.photos.memory_mib,
        }
    }

    /// The account that is configured. There is exactly one.
    pub fn account(&self) -> AccountSettings {
        AccountSettings {
            account: OfficialAccount {
                app_id: self.secrets.app_id.clone(),
                app_secret: self.secrets.app_secret.clone(),
                name: self.site.name.clone(),
                public_url: self.server.public_url.clone(),
            },
            session_keys: self.secrets.session_keys.clone(),
            wechat: self.wechat.clone(),
            site: self.site.clone(),
            templates: self.templates.clone(),
            login: self.login.clone(),
            fans: self.fans.clone(),
            limits: self.limits.clone(),
            session: self.session.clone(),
            photos: self.photos.clone(),
            audit: self.audit.clone(),
            jssdk: self.jssdk.clone(),
            apps: self.apps.clone(),
            api_keys: self.secrets.api_keys.clone(),
            replies_file: self.replies_file.clone(),
            forward: self.forward.clone(),
            forward_secrets: self.secrets.forward.clone(),
            push: self.push.clone(),
            push_keys: self.secrets.push.clone().filter(|_| self.push.enabled),
        }
    }
}
