//! The cache: whether it answers, and does all that is ever asked of it.

use super::{Finding, told};
use crate::{
    cache::{Cache, CacheError, RedisCache},
    settings::Settings,
};

pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    vec![Finding::of("cache", cache(settings).await)]
}

async fn cache(settings: &Settings) -> Result<String, String> {
    let Some(url) = &settings.secrets.redis_url else {
        return Ok("in memory, for one process; set REDIS_URL for several".to_owned());
    };
    let redis = RedisCache::open(url, &settings.cache.patient(), &settings.secrets.app_id).map_err(told)?;
    let cache = Cache::Redis(redis);
    cache.trial().await.map_err(|error| match &error {
        CacheError::Refused(said) => format!("{error}; {}", remedy(said, settings)),
        CacheError::Unavailable => told(error),
    })?;
    let described = cache.describe().await.map_err(told)?;
    Ok(format!("{described} answers and does what it is asked"))
}

/// What to do about a Redis that answers, and refuses what it is asked.
fn remedy(said: &str, settings: &Settings) -> String {
    let code = said.split(' ').next().unwrap_or_default();
    match code {
        "OOM" => "its memory is full: raise its maxmemory, or set its maxmemory-policy to volatile-lru".to_owned(),
        "READONLY" => "REDIS_URL names a replica: name the master, or the sentinels".to_owned(),
        "MISCONF" | "NOREPLICAS" => "its own settings keep it from writing: its log says why".to_owned(),
        "NOPERM" | "ERR" => format!(
            "let the user of REDIS_URL do this: +ping +get +set +del +eval ~{}*",
            settings.cache.key_space(&settings.secrets.app_id)
        ),
        _ => "its log says why".to_owned(),
    }
}
