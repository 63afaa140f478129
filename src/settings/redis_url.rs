//! `REDIS_URL`: one server, servers found through Sentinel, or a cluster.

mod error;
mod hosts;
mod login;

use std::{collections::BTreeMap, fmt};

pub use self::{error::RedisUrlError, login::RedisLogin};

/// The most sentinels or nodes in a URL. A few are enough to find the others.
const MOST_HOSTS: usize = 16;

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// Where Redis is and how to log in to it. Debug shows no password.
#[derive(Debug, Clone)]
pub struct RedisUrl {
    /// One server, Sentinel or a cluster.
    pub topology: RedisTopology,
    /// Host and port of the server, of the sentinels, or of some nodes of the cluster: at least one.
    pub hosts: Vec<(String, u16)>,
    /// Whether all connections use TLS.
    pub tls: bool,
    /// The login to the servers.
    pub login: RedisLogin,
}

/// How Redis is deployed.
#[derive(Debug, Clone)]
pub enum RedisTopology {
    /// One server.
    Standalone {
        /// The number of the database.
        database: u32,
    },
    /// A master that is found through sentinels.
    Sentinel {
        /// The name of the master at the sentinels.
        master: String,
        /// The number of the database.
        database: u32,
        /// The login to the sentinels.
        login: RedisLogin,
    },
    /// A cluster. It names its other nodes itself.
    Cluster,
}

impl RedisUrl {
    /// Reads `redis://`, `redis+sentinel://` or `redis+cluster://`, or these with `rediss`.
    ///
    /// # Errors
    /// The text does not have the form that its scheme asks for.
    pub fn parse(text: &str) -> Result<Self, RedisUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(RedisUrlError::NoScheme)?;
        let (tls, kind) = match scheme.split_once('+').unwrap_or((scheme, "")) {
            ("redis", kind) => (false, kind),
            ("rediss", kind) => (true, kind),
            _ => return Err(RedisUrlError::UnknownScheme),
        };
        if rest.contains(['#', '\0']) {
            return Err(RedisUrlError::RawHash);
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        login::check_no_later_at(path, query, kind)?;
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        if hosts.is_empty() {
            return Err(RedisUrlError::NoHost);
        }
        let topology = match kind {
            "" => standalone(path, query)?,
            "sentinel" => sentinel(path, query)?,
            "cluster" => cluster(path, query)?,
            _ => return Err(RedisUrlError::UnknownTopology),
        };
        Ok(Self {
            hosts: read_hosts(hosts, &topology)?,
            login: RedisLogin::parse(login)?,
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

fn standalone(path: &str, query: &str) -> Result<RedisTopology, RedisUrlError> {
    no_parameters(query)?;
    let database = read_database(path)?;
    Ok(RedisTopology::Standalone { database })
}

fn cluster(path: &str, query: &str) -> Result<RedisTopology, RedisUrlError> {
    no_parameters(query)?;
    if path.is_empty() {
        Ok(RedisTopology::Cluster)
    } else {
        Err(RedisUrlError::ClusterWithPath)
    }
}

fn sentinel(path: &str, query: &str) -> Result<RedisTopology, RedisUrlError> {
    let (master, database) = path.split_once('/').unwrap_or((path, ""));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    if master.is_empty() || !master.chars().all(is_plain) {
        return Err(RedisUrlError::NoMaster);
    }
    let mut parameters = read_parameters(query)?;
    let login = RedisLogin {
        username: parameters.remove("sentinel_user"),
        password: parameters.remove("sentinel_password").map(Into::into),
    };
    if !parameters.is_empty() {
        return Err(RedisUrlError::UnknownParameter);
    }
    let (master, database) = (master.to_owned(), read_database(database)?);
    Ok(RedisTopology::Sentinel {
        master,
        database,
        login,
    })
}

fn read_parameters(query: &str) -> Result<BTreeMap<String, String>, RedisUrlError> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((name.to_owned(), login::decode(value)?))
    });
    pairs.collect()
}

fn no_parameters(query: &str) -> Result<(), RedisUrlError> {
    if query.is_empty() {
        Ok(())
    } else {
        Err(RedisUrlError::Parameters)
    }
}

fn read_database(text: &str) -> Result<u32, RedisUrlError> {
    if text.is_empty() {
        Ok(0)
    } else {
        text.parse().map_err(|_| RedisUrlError::DatabaseNumber)
    }
}

fn read_hosts(text: &str, topology: &RedisTopology) -> Result<Vec<(String, u16)>, RedisUrlError> {
    let (most, port) = match topology {
        RedisTopology::Standalone { .. } => (1, PORT),
        RedisTopology::Sentinel { .. } => (MOST_HOSTS, SENTINEL_PORT),
        RedisTopology::Cluster => (MOST_HOSTS, PORT),
    };
    let hosts = hosts::parse(text, port)?;
    match hosts.len() {
        count if count <= most => Ok(hosts),
        _ if most == 1 => Err(RedisUrlError::SeveralHosts),
        _ => Err(RedisUrlError::TooManyHosts),
    }
}

#[cfg(test)]
mod tests;
