use std::process::ExitCode;

use super::{CommandError, print};
use crate::{
    cache::{Cache, CacheError, RedisCache},
    clients::wechat::{ErrorClass, TlsConfig, WeChatClient},
    domain::{AuthorizationCode, Deadline, ErrorChain},
    repositories::Database,
    settings::Settings,
};

/// What one thing that was tried led to: its name, and what is well or wrong with it.
type Finding = (&'static str, Result<String, String>);

/// Connects to what the settings name and prints every fault at once. That the settings themselves are sound was found
/// before. Exit code 0 if nothing is wrong.
pub(super) async fn run(settings: &Settings, online: bool) -> Result<ExitCode, CommandError> {
    let mut findings: Vec<Finding> = vec![
        ("settings", Ok(format!("sound, for {:?}", settings.environment))),
        ("database", database(settings).await),
        ("cache", cache(settings).await),
    ];
    if online {
        findings.push(("platform", platform(settings).await));
    }
    let faults = findings.iter().filter(|(_, result)| result.is_err()).count();
    for (name, result) in &findings {
        match result {
            Ok(text) => print(&format!("ok     {name}: {text}"))?,
            Err(text) => print(&format!("FAULT  {name}: {text}"))?,
        }
    }
    Ok(if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn database(settings: &Settings) -> Result<String, String> {
    let open = Database::open(&settings.database.with_one_connection(), &settings.secrets.database_url);
    let database = open.map_err(told)?;
    database.ping().await.map_err(told)?;
    let pending = database.pending_migrations().await.map_err(told)?;
    match (pending.len(), settings.database.migrate_on_start) {
        (0, _) => Ok(format!("{} answers, no migration is pending", database.backend_name())),
        (count, true) => Ok(format!(
            "{} answers, {count} migrations will run at the start",
            database.backend_name()
        )),
        (count, false) => Err(format!("{count} migrations are pending: run `fanpass migrate`")),
    }
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

/// Exchanges a code that cannot exist. That the platform refuses the code, and not the account, proves AppID and
/// AppSecret. An account token is never fetched: it would displace a live one.
async fn platform(settings: &Settings) -> Result<String, String> {
    let secrets = &settings.secrets;
    let tls = TlsConfig::with_mozilla_roots().map_err(told)?;
    let (api_url, timeout) = (settings.wechat.api_url.clone(), settings.wechat.timeout);
    let client = WeChatClient::new(
        &tls,
        api_url,
        secrets.app_id.clone(),
        secrets.app_secret.clone(),
        timeout,
    );
    let code = AuthorizationCode::parse("fanpass-check").map_err(told)?;
    match client.exchange(&code, Deadline::after(timeout)).await {
        Err(error) if error.class() == ErrorClass::Reauthorize => {
            Ok("accepts AppID and AppSecret (it refused a made-up code, as it should)".to_owned())
        }
        Err(error) if error.class() == ErrorClass::Configuration => Err(format!(
            "{error}; check WECHAT_APP_ID, WECHAT_APP_SECRET and the IP list in the console"
        )),
        Err(error) => Err(told(error)),
        Ok(_) => Err(format!(
            "{} accepts a made-up code: it is not the platform",
            settings.wechat.api_url
        )),
    }
}

/// A fault with its causes.
fn told(error: impl std::error::Error) -> String {
    ErrorChain(&error).to_string()
}
