use std::{collections::BTreeMap, path::Path};

use fanpass::{
    settings::{Settings, Source},
    startup::Listeners,
};
use url::Url;

use super::{backends::Backends, platform::Platform};

/// Settings with bound listeners.
pub struct Configured {
    pub settings: Settings,
    pub listeners: Listeners,
    pub url: String,
    /// As they were given.
    pub variables: BTreeMap<String, String>,
}

impl Configured {
    pub fn new(
        variables: BTreeMap<String, String>,
        directory: &Path,
        platform: &Platform,
        backends: &Backends,
    ) -> Self {
        let mut source = Source::new(directory);
        source.env = variables.clone();
        let mut default = |name: &str, value: &str| {
            source.env.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        };
        default("FANPASS__WECHAT__API_URL", &platform.url);
        default("FANPASS__WECHAT__OPEN_URL", &platform.url);
        default("DATABASE_URL", &backends.database_url);
        default("FANPASS__STORAGE__URL", &backends.storage_url());
        if let Some(url) = &backends.redis_url {
            default("REDIS_URL", url);
        }
        let mut settings = Settings::load(&source).unwrap_or_else(|error| panic!("{error}"));
        let listeners = Listeners::bind(&settings).unwrap();
        let url = format!("http://{}", listeners.public.local_addr().unwrap());
        let is_default = settings.server.public_url.host_str() == Some("localhost");
        if is_default {
            settings.server.public_url = Url::parse(&url).unwrap();
        }
        Self {
            settings,
            listeners,
            url,
            variables,
        }
    }
}
