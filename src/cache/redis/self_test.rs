use deadpool_redis::redis::{Cmd, RedisError, Value, cmd};

use super::{connection::RedisConnection, diagnosis::Diagnosis, scripts::PUT_IF_EQUAL, topology::Topology};
use crate::{
    domain::Deadline,
    settings::{CacheSettings, RedisTopology, RedisUrl},
};

/// The key of the self-test. Nothing is ever stored under it.
const KEY: &str = "self_test";
const TTL_MS: u64 = 10_000;

/// One command of each kind that the application needs, in a form that changes nothing, because there is no value under the
/// key. Redis decides before it runs a command whether to reject it (for its user, its memory, its role).
pub fn commands(prefix: &str) -> [Cmd; 5] {
    let key = format!("{prefix}{KEY}");
    let [mut get, mut set, mut del, mut eval] = ["GET", "SET", "DEL", "EVAL"].map(cmd);
    get.arg(&key);
    // XX replaces only an existing value.
    set.arg(&key).arg(KEY).arg("XX").arg("PX").arg(TTL_MS);
    del.arg(&key);
    eval.arg(PUT_IF_EQUAL).arg(1).arg(&key).arg(KEY).arg(KEY).arg(TTL_MS);
    [cmd("PING"), get, set, del, eval]
}

/// The self-test of `fanpass check`. It uses one connection and sends all commands, so that it reports all missing rights at
/// once. Writes nothing.
pub async fn diagnose(url: &RedisUrl, settings: &CacheSettings, prefix: &str) -> Result<(), Diagnosis> {
    let mut missing = Vec::new();
    let mut connection = match connect(url, settings).await {
        // The other rights can be tested in database 0.
        Err(Diagnosis::MissingRights(rights)) if rights == ["+select"] => {
            missing.extend(rights);
            connect(&in_database_0(url), settings).await?
        }
        connected => connected?,
    };
    let mut rejection = None;
    for command in commands(prefix) {
        match send(&mut connection, &command, settings).await {
            Ok(()) => {}
            Err(Diagnosis::MissingRights(rights)) => missing.extend(rights),
            Err(Diagnosis::Refused(reply)) if reply.starts_with("NOPERM") => missing.push(format!("~{prefix}*")),
            Err(Diagnosis::Refused(reply)) => rejection = rejection.or(Some(reply)),
            Err(other) => return Err(other.look_closer(url).await),
        }
    }
    missing.dedup();
    match rejection {
        _ if !missing.is_empty() => Err(Diagnosis::MissingRights(missing)),
        Some(reply) => Err(Diagnosis::Refused(reply)),
        None => Ok(()),
    }
}

async fn connect(url: &RedisUrl, settings: &CacheSettings) -> Result<RedisConnection, Diagnosis> {
    let connected = connect_once(url, settings).await;
    let diagnosis = match (connected, &url.topology) {
        (Ok(connection), _) => return Ok(connection),
        // The cluster client reports little about the nodes that it did not reach.
        (Err(Diagnosis::Other(text)), RedisTopology::Cluster) => match connect_to_nodes(url, settings).await {
            Ok(()) => Diagnosis::Other(text),
            Err(diagnosis) => diagnosis,
        },
        (Err(diagnosis), _) => diagnosis,
    };
    Err(diagnosis.look_closer(url).await)
}

async fn connect_once(url: &RedisUrl, settings: &CacheSettings) -> Result<RedisConnection, Diagnosis> {
    let topology = Topology::new(url, settings).map_err(|error| Diagnosis::of(&error))?;
    in_time(settings, topology.connect()).await
}

/// Connects to each node and pings it.
async fn connect_to_nodes(url: &RedisUrl, settings: &CacheSettings) -> Result<(), Diagnosis> {
    for host in &url.hosts {
        let node = RedisUrl {
            topology: RedisTopology::Standalone { database: 0 },
            hosts: vec![host.clone()],
            ..url.clone()
        };
        let mut connection = connect_once(&node, settings).await?;
        send(&mut connection, &cmd("PING"), settings).await?;
    }
    Ok(())
}

async fn send(connection: &mut RedisConnection, command: &Cmd, settings: &CacheSettings) -> Result<(), Diagnosis> {
    in_time::<Value>(settings, command.query_async(connection))
        .await
        .map(drop)
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

fn in_database_0(url: &RedisUrl) -> RedisUrl {
    let mut url = url.clone();
    match &mut url.topology {
        RedisTopology::Standalone { database } | RedisTopology::Sentinel { database, .. } => *database = 0,
        RedisTopology::Cluster => {}
    }
    url
}
