//! The cache: whether it responds, accepts every command that fanpass sends, and has the right time.

use super::{Finding, clock, describe};
use crate::{
    cache::Diagnosis,
    domain::Clock,
    settings::Settings,
    startup::{CacheFault, CheckedCache, check_cache},
};

pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    match check_cache(settings, &Clock::system()).await {
        Ok(None) => vec![Finding::ok(
            "cache",
            "in memory, for one process; set REDIS_URL for several",
        )],
        Ok(Some(redis)) => findings(redis),
        Err(CacheFault::Diagnosis(diagnosis)) => {
            vec![Finding::fault("cache", format!("{diagnosis}; {}", hint(&diagnosis)))]
        }
        Err(fault) => vec![Finding::fault("cache", describe(fault))],
    }
}

fn findings(redis: CheckedCache) -> Vec<Finding> {
    let text = format!("{} answers and does what it is asked", redis.description);
    let mut findings = vec![Finding::ok("cache", text)];
    findings.extend(redis.clock.and_then(|offset| clock("cache", "Redis", offset)));
    findings
}

/// What to do about it.
fn hint(diagnosis: &Diagnosis) -> String {
    let text = match diagnosis {
        Diagnosis::UnknownHost => "correct the host's name, or the DNS that this machine asks",
        Diagnosis::ClosedPort => "start Redis, or correct host and port in REDIS_URL",
        Diagnosis::NoAnswer => "look whether it hangs, or a firewall drops what is sent to it",
        Diagnosis::NoTls => "write redis instead of rediss in REDIS_URL, or name its port for TLS",
        Diagnosis::OnlyTls => "write rediss instead of redis in REDIS_URL, or name its port without TLS",
        Diagnosis::HangsUp => {
            "look whether Redis runs behind it (a proxy whose Redis is down does so), and whether it wants TLS: then write rediss"
        }
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
        Diagnosis::Refused(message) => hint_on_refusal(message),
        Diagnosis::Other(_) => "look into the log of Redis",
    };
    text.to_owned()
}

/// What to do about a Redis that responds, but refuses commands.
fn hint_on_refusal(message: &str) -> &'static str {
    match message.split(' ').next().unwrap_or_default() {
        "OOM" => "its memory is full: raise its maxmemory, or set its maxmemory-policy to volatile-lru",
        "READONLY" => "REDIS_URL names a replica: name the master, or the sentinels",
        "MISCONF" | "NOREPLICAS" => "its own settings keep it from writing: its log says why",
        "DENIED" => "its protected mode lets only its own host in: give it a password, or a `bind` of its own",
        _ if message.contains("max number of clients") => "raise its maxclients, or lower cache.pool_size",
        _ if message.contains("in cluster mode") => "it is a cluster: write redis+cluster:// in REDIS_URL",
        _ => "fanpass needs the commands PING, GET, SET, DEL and EVAL, as Redis has them",
    }
}
