//! `REDIS_URL`: one server, servers found through Sentinel, or a cluster.

use std::{collections::BTreeMap, fmt};

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Host;

const REMEDY: &str = "write redis://user:password@host:6379/0, redis+sentinel://host:26379,host:26379/master or \
                      redis+cluster://host:6379,host:6379 (with rediss for TLS)";
const HOSTS: usize = 16;

/// Where Redis is and how to log in to it. Debug shows no password.
#[derive(Debug, Clone)]
pub struct RedisUrl {
    /// How the servers hang together.
    pub topology: RedisTopology,
    /// Host and port of the server, of the sentinels, or of some nodes of the cluster: at least one.
    pub hosts: Vec<(String, u16)>,
    /// Whether all connections are under TLS.
    pub tls: bool,
    /// For the servers.
    pub login: RedisLogin,
}

/// How the servers of a deployment's Redis hang together.
#[derive(Debug, Clone)]
pub enum RedisTopology {
    /// One server.
    Standalone {
        /// Number of the database.
        database: u32,
    },
    /// A master that sentinels know.
    Sentinel {
        /// The name that the sentinels have for the master.
        master: String,
        /// Number of the database.
        database: u32,
        /// For the sentinels themselves.
        login: RedisLogin,
    },
    /// A cluster, which tells its other nodes itself.
    Cluster,
}

/// A name and a password; either may be absent.
#[derive(Debug, Clone, Default)]
pub struct RedisLogin {
    /// The user; absent: Redis's `default`.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
}

/// A `REDIS_URL` that cannot be used. It never repeats a part of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; {REMEDY}")]
pub struct RedisUrlFault {
    /// What is wrong.
    pub problem: &'static str,
}

impl RedisUrlFault {
    /// What to write instead.
    pub const REMEDY: &'static str = REMEDY;
}

impl RedisUrl {
    /// Reads `redis://`, `redis+sentinel://` or `redis+cluster://`, or these with `rediss`.
    ///
    /// # Errors
    /// If the URL has another scheme, or does not have the form that its scheme asks for.
    pub fn parse(text: &str) -> Result<Self, RedisUrlFault> {
        let (scheme, rest) = text.split_once("://").ok_or(fault("has no scheme"))?;
        let (tls, kind) = match scheme.split_once('+').unwrap_or((scheme, "")) {
            ("redis", kind) => (false, kind),
            ("rediss", kind) => (true, kind),
            _ => return Err(fault("has a scheme that names no Redis")),
        };
        if rest.contains(['#', '\0']) {
            return Err(fault("holds a # that must be percent-encoded (%23)"));
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        login_is_whole(path, query, kind)?;
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        if hosts.is_empty() {
            return Err(fault("names no host"));
        }
        let topology = match kind {
            "" => standalone(path, query)?,
            "sentinel" => sentinel(path, query)?,
            "cluster" => cluster(path, query)?,
            _ => return Err(fault("has a scheme that names no kind of Redis")),
        };
        Ok(Self {
            hosts: read_hosts(hosts, &topology)?,
            login: read_login(login)?,
            topology,
            tls,
        })
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.topology {
            RedisTopology::Standalone { .. } => "Redis",
            RedisTopology::Sentinel { .. } => "Redis behind Sentinel",
            RedisTopology::Cluster => "Redis Cluster",
        };
        formatter.write_str(name)?;
        formatter.write_str(if self.tls { " over TLS" } else { "" })
    }
}

fn fault(problem: &'static str) -> RedisUrlFault {
    RedisUrlFault { problem }
}

/// A login ends with an @. One that comes later belongs to a password that holds what ends the hosts.
fn login_is_whole(path: &str, query: &str, kind: &str) -> Result<(), RedisUrlFault> {
    if path.contains('@') {
        return Err(fault(
            "has a / in its user or password, which must be percent-encoded (%2F)",
        ));
    }
    // Only in a value of a parameter of sentinels an @ is at home.
    let is_value = |part: &str| part.split_once('=').is_some_and(|(name, _)| !name.contains('@'));
    let is_at_home = kind == "sentinel" && !path.is_empty();
    let mut with_at = query.split('&').filter(|part| part.contains('@'));
    if with_at.any(|part| !(is_at_home && is_value(part))) {
        return Err(fault(
            "has a ? in its user or password, which must be percent-encoded (%3F)",
        ));
    }
    Ok(())
}

fn standalone(path: &str, query: &str) -> Result<RedisTopology, RedisUrlFault> {
    no_parameters(query)?;
    let database = read_database(path)?;
    Ok(RedisTopology::Standalone { database })
}

fn cluster(path: &str, query: &str) -> Result<RedisTopology, RedisUrlFault> {
    no_parameters(query)?;
    if path.is_empty() {
        Ok(RedisTopology::Cluster)
    } else {
        Err(fault("has a path, but a cluster has no numbered databases"))
    }
}

fn sentinel(path: &str, query: &str) -> Result<RedisTopology, RedisUrlFault> {
    let (master, database) = path.split_once('/').unwrap_or((path, ""));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    if master.is_empty() || !master.chars().all(is_plain) {
        return Err(fault("names no master after the sentinels"));
    }
    let mut parameters = read_parameters(query)?;
    let login = RedisLogin {
        username: parameters.remove("sentinel_user"),
        password: parameters.remove("sentinel_password").map(Into::into),
    };
    if !parameters.is_empty() {
        return Err(fault("has a parameter other than sentinel_user and sentinel_password"));
    }
    let (master, database) = (master.to_owned(), read_database(database)?);
    Ok(RedisTopology::Sentinel {
        master,
        database,
        login,
    })
}

/// A plus is a plus here, as it is everywhere else in the URL: only forms of browsers write blanks so.
fn read_parameters(query: &str) -> Result<BTreeMap<String, String>, RedisUrlFault> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((name.to_owned(), decode(value)?))
    });
    pairs.collect()
}

fn decode(part: &str) -> Result<String, RedisUrlFault> {
    let decoded = percent_decode_str(part).decode_utf8();
    decoded
        .map(String::from)
        .map_err(|_| fault("has a user or password that is not UTF-8"))
}

fn no_parameters(query: &str) -> Result<(), RedisUrlFault> {
    let problem = "has parameters after a ?, which only redis+sentinel:// takes";
    if query.is_empty() { Ok(()) } else { Err(fault(problem)) }
}

fn read_database(text: &str) -> Result<u32, RedisUrlFault> {
    let problem = "has a path that is no database number";
    if text.is_empty() {
        Ok(0)
    } else {
        text.parse().map_err(|_| fault(problem))
    }
}

fn read_login(text: &str) -> Result<RedisLogin, RedisUrlFault> {
    let (username, password) = text.split_once(':').unwrap_or((text, ""));
    let (username, password) = (decode(username)?, decode(password)?);
    Ok(RedisLogin {
        username: Some(username).filter(|name| !name.is_empty()),
        password: Some(password).filter(|word| !word.is_empty()).map(Into::into),
    })
}

fn read_hosts(text: &str, topology: &RedisTopology) -> Result<Vec<(String, u16)>, RedisUrlFault> {
    let (most, port) = match topology {
        RedisTopology::Standalone { .. } => (1, 6379),
        RedisTopology::Sentinel { .. } => (HOSTS, 26379),
        RedisTopology::Cluster => (HOSTS, 6379),
    };
    let hosts: Result<Vec<_>, _> = text.split(',').map(|host| read_host(host, port)).collect();
    let hosts = hosts?;
    match hosts.len() {
        count if count <= most => Ok(hosts),
        _ if most == 1 => Err(fault("names several hosts without +sentinel or +cluster in its scheme")),
        _ => Err(fault("names more than 16 hosts: some of them are enough")),
    }
}

fn read_host(text: &str, default_port: u16) -> Result<(String, u16), RedisUrlFault> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    if host.is_empty() {
        return Err(fault("names no host"));
    }
    let host = match Host::parse(host) {
        Ok(Host::Ipv6(address)) => address.to_string(),
        Ok(host) => host.to_string(),
        Err(_) => return Err(fault("names a host that is no host")),
    };
    let port = port.map_or(Ok(default_port), str::parse);
    let port = port.ok().filter(|port| *port != 0);
    Ok((host, port.ok_or(fault("names a port that is no port"))?))
}

#[cfg(test)]
mod tests;
