//! The cache: whether it answers, does all that is ever asked of it, and has the right time.

use std::time::Duration;

use super::{Finding, told};
use crate::{
    cache::{Cache, Diagnosis, RedisCache},
    domain::{Clock, Timestamp},
    settings::{RedisUrl, Settings},
};

/// Clocks that differ by more than this are a fault.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);

pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    let Some(url) = &settings.secrets.redis_url else {
        let text = "in memory, for one process; set REDIS_URL for several";
        return vec![Finding::ok("cache", text)];
    };
    match redis(url, settings).await {
        Ok(findings) => findings,
        Err(fault) => vec![Finding::fault("cache", fault)],
    }
}

async fn redis(url: &RedisUrl, settings: &Settings) -> Result<Vec<Finding>, String> {
    let (patient, app_id) = (settings.cache.patient(), &settings.secrets.app_id);
    let cache = Cache::Redis(RedisCache::open(url, &patient, app_id).map_err(told)?);
    let tested = RedisCache::self_test(url, &patient, app_id).await;
    tested.map_err(|diagnosis| format!("{diagnosis}; {}", hint(&diagnosis)))?;
    let described = cache.describe().await.map_err(told)?;
    let mut findings = vec![Finding::ok(
        "cache",
        format!("{described} answers and does what it is asked"),
    )];
    let theirs = cache.server_time().await.map_err(told)?;
    let fault = theirs.and_then(|theirs| clock_fault(theirs, Clock::system().now_precise()));
    findings.extend(fault.map(|text| Finding::fault("cache", text)));
    Ok(findings)
}

/// What is wrong with the clocks of Redis and of this machine.
fn clock_fault(theirs: Duration, ours: Duration) -> Option<String> {
    let difference = theirs.abs_diff(ours);
    if difference <= CLOCK_TOLERANCE {
        return None;
    }
    let [theirs, ours] = [theirs, ours].map(|moment| {
        let seconds = i64::try_from(moment.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_unix_seconds(seconds).to_rfc3339()
    });
    Some(format!(
        "the clock of Redis ({theirs}) and this machine's ({ours}) differ by {} s; let NTP set both",
        difference.as_secs()
    ))
}

/// What to do about it.
fn hint(diagnosis: &Diagnosis) -> String {
    let text = match diagnosis {
        Diagnosis::UnknownHost => "correct the host's name, or the DNS that this machine asks",
        Diagnosis::ClosedPort => "start Redis, or correct host and port in REDIS_URL",
        Diagnosis::NoAnswer => "look whether it hangs, or a firewall drops what is sent to it",
        Diagnosis::NoTls => "write redis instead of rediss in REDIS_URL, or name its port for TLS",
        Diagnosis::OnlyTls => "write rediss instead of redis in REDIS_URL, or name its port without TLS",
        Diagnosis::Certificate(_) => {
            "name the authority in cache.ca_file, and in REDIS_URL the host that the certificate is for"
        }
        Diagnosis::NoPassword => {
            "write the password into REDIS_URL: redis://user:password@host (for sentinels, also sentinel_password)"
        }
        Diagnosis::WrongPassword => {
            "correct them in REDIS_URL (for sentinels, also sentinel_user and sentinel_password); a Redis without a password takes none"
        }
        Diagnosis::NoDatabase => "name another in REDIS_URL, or raise `databases` in redis.conf",
        Diagnosis::MissingRights(rights) => {
            let rights = rights.join(" ");
            return format!("let this user do what is missing, and check again: ACL SETUSER … {rights}");
        }
        Diagnosis::Refused(said) => hint_on_refusal(said),
        Diagnosis::Other(_) => "look into the log of Redis",
    };
    text.to_owned()
}

/// What to do about a Redis that answers, and refuses what it is asked.
fn hint_on_refusal(said: &str) -> &'static str {
    match said.split(' ').next().unwrap_or_default() {
        "OOM" => "its memory is full: raise its maxmemory, or set its maxmemory-policy to volatile-lru",
        "READONLY" => "REDIS_URL names a replica: name the master, or the sentinels",
        "MISCONF" | "NOREPLICAS" => "its own settings keep it from writing: its log says why",
        "DENIED" => "its protected mode lets only its own host in: give it a password, or a `bind` of its own",
        _ if said.contains("max number of clients") => "raise its maxclients, or lower cache.pool_size",
        _ if said.contains("in cluster mode") => "it is a cluster: write redis+cluster:// in REDIS_URL",
        _ => "fanpass needs the commands PING, GET, SET, DEL and EVAL, as Redis has them",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_by_more_than_half_a_minute_are_a_fault() {
        let ours = Duration::from_secs(1_795_435_199);
        for difference in [0, 29, 30].map(Duration::from_secs) {
            assert_eq!(clock_fault(ours + difference, ours), None);
            assert_eq!(clock_fault(ours, ours + difference), None);
        }
        let fault = clock_fault(ours - Duration::from_secs(45), ours).unwrap();
        assert_eq!(
            fault,
            "the clock of Redis (2026-11-23T11:59:14Z) and this machine's (2026-11-23T11:59:59Z) differ by 45 s; let \
             NTP set both"
        );
    }
}
