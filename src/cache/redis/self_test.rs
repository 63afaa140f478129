use deadpool_redis::redis::{Cmd, RedisError, Value, cmd};

use super::{PUT_IF_EQUAL, connection::RedisConnection, diagnosis::Diagnosis, topology::Topology};
use crate::{
    domain::{AppId, Deadline},
    settings::{CacheSettings, RedisTopology, RedisUrl},
};

/// The key of the self-test. Nothing is ever kept under it.
const KEY: &str = "trial";
const TTL_MS: u64 = 10_000;

/// One command of each kind that the application needs, each in a form that changes nothing: Redis decides whether it
/// refuses a command (for its user, its memory, its role) before it runs it, and there is nothing under the key.
pub fn harmless(prefix: &str) -> [Cmd; 5] {
    let key = format!("{prefix}{KEY}");
    let [mut get, mut set, mut del, mut eval] = ["GET", "SET", "DEL", "EVAL"].map(cmd);
    get.arg(&key);
    // With XX only what is there already is replaced.
    set.arg(&key).arg(KEY).arg("XX").arg("PX").arg(TTL_MS);
    del.arg(&key);
    eval.arg(PUT_IF_EQUAL).arg(1).arg(&key).arg(KEY).arg(KEY).arg(TTL_MS);
    [cmd("PING"), get, set, del, eval]
}

/// Tries a Redis as `fanpass check` does: over one connection, and to the end, so that all rights that are missing are
/// named at once. Writes nothing.
pub async fn self_test(url: &RedisUrl, settings: &CacheSettings, app_id: &AppId) -> Result<(), Diagnosis> {
    let prefix = settings.key_space(app_id);
    let mut missing = Vec::new();
    let mut link = match connect(url, settings).await {
        // The rest of the rights can be tried without a database of its own.
        Err(Diagnosis::MissingRights(rights)) if rights == ["+select"] => {
            missing.extend(rights);
            connect(&without_number(url), settings).await?
        }
        connected => connected?,
    };
    let mut refused = None;
    for command in harmless(&prefix) {
        match ask(&mut link, &command, settings).await {
            Ok(()) => {}
            Err(Diagnosis::MissingRights(rights)) => missing.extend(rights),
            Err(Diagnosis::Refused(said)) if said.starts_with("NOPERM") => missing.push(format!("~{prefix}*")),
            Err(Diagnosis::Refused(said)) => refused = refused.or(Some(said)),
            Err(other) => return Err(other.look_closer(url).await),
        }
    }
    missing.dedup();
    match refused {
        _ if !missing.is_empty() => Err(Diagnosis::MissingRights(missing)),
        Some(said) => Err(Diagnosis::Refused(said)),
        None => Ok(()),
    }
}

async fn connect(url: &RedisUrl, settings: &CacheSettings) -> Result<RedisConnection, Diagnosis> {
    let connected = connect_as_told(url, settings).await;
    let diagnosis = match (connected, &url.topology) {
        (Ok(link), _) => return Ok(link),
        // The client of a cluster says little of the nodes that it did not reach.
        (Err(Diagnosis::Other(text)), RedisTopology::Cluster) => match connect_to_nodes(url, settings).await {
            Ok(()) => Diagnosis::Other(text),
            Err(diagnosis) => diagnosis,
        },
        (Err(diagnosis), _) => diagnosis,
    };
    Err(diagnosis.look_closer(url).await)
}

async fn connect_as_told(url: &RedisUrl, settings: &CacheSettings) -> Result<RedisConnection, Diagnosis> {
    let topology = Topology::new(url, settings).map_err(|error| Diagnosis::of(&error))?;
    in_time(settings, topology.connect()).await
}

/// Whether each node by itself can be connected to and answers.
async fn connect_to_nodes(url: &RedisUrl, settings: &CacheSettings) -> Result<(), Diagnosis> {
    for host in &url.hosts {
        let node = RedisUrl {
            topology: RedisTopology::Standalone { database: 0 },
            hosts: vec![host.clone()],
            ..url.clone()
        };
        let mut link = connect_as_told(&node, settings).await?;
        ask(&mut link, &cmd("PING"), settings).await?;
    }
    Ok(())
}

async fn ask(link: &mut RedisConnection, command: &Cmd, settings: &CacheSettings) -> Result<(), Diagnosis> {
    in_time::<Value>(settings, command.query_async(link)).await.map(drop)
}

async fn in_time<T>(
    settings: &CacheSettings,
    work: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, Diagnosis> {
    match Deadline::after(settings.timeout).run(work).await {
        Ok(outcome) => outcome.map_err(|error| Diagnosis::of(&error)),
        Err(_) => Err(Diagnosis::NoAnswer),
    }
}

fn without_number(url: &RedisUrl) -> RedisUrl {
    let mut url = url.clone();
    match &mut url.topology {
        RedisTopology::Standalone { database } | RedisTopology::Sentinel { database, .. } => *database = 0,
        RedisTopology::Cluster => {}
    }
    url
}
