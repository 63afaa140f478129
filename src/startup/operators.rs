use super::StartupError;
use crate::{
    cache::{Cache, RedisCache},
    domain::{Clock, Random},
    repositories::{Database, FansRepository, SessionRevocationsRepository},
    services::{
        fans::{FanAdministration, FanAdministrationParts},
        sealing::{KeyUse, Sealer},
        web_tokens::WebTokens,
    },
    settings::Settings,
};

/// Builds the service for the operators' commands. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's or the cache's URL cannot be used.
pub fn operators(settings: &Settings, clock: Clock, random: Random) -> Result<FanAdministration, StartupError> {
    let secrets = &settings.secrets;
    let database = Database::open(&settings.database.with_one_connection(), &secrets.database_url)?;
    let redis = secrets
        .redis_url
        .as_ref()
        .map(|url| RedisCache::open(url, &settings.cache.for_operators(), &secrets.app_id));
    let tokens = redis.transpose()?.map(|redis| {
        let sealer = Sealer::derive(&secrets.session_key, &secrets.app_id, KeyUse::WebToken, random.clone());
        WebTokens::new(Cache::Redis(redis), sealer, clock.clone(), random.clone())
    });
    Ok(FanAdministration::new(FanAdministrationParts {
        fans: FansRepository::new(database.clone(), secrets.app_id.clone()),
        revocations: SessionRevocationsRepository::new(database.clone(), secrets.app_id.clone()),
        database,
        tokens,
        clock,
    }))
}
