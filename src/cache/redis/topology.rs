use std::{fmt, time::Duration};

use deadpool::managed::Manager as _;
use deadpool_redis::{
    Manager,
    cluster::{ClusterClient, ClusterClientBuilder},
    redis::{AsyncConnectionConfig, RedisError, RedisResult, TlsCertificates, cmd},
};

use super::{client_options::ClientOptions, connection::RedisConnection, sentinel::Sentinels};
use crate::settings::{CacheSettings, RedisTopology, RedisUrl};

/// May be longer than a call's time limit, because connecting continues in the background.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A redirection by the cluster counts as a retry.
const CLUSTER_RETRIES: u32 = 3;
const CLUSTER_RETRY_MAX_MS: u64 = 20;

/// How to connect to the Redis of a deployment.
pub enum Topology {
    /// To one server, which the URL names.
    Standalone(Manager),
    /// To the master that the sentinels name.
    Sentinel(Sentinels),
    /// To a cluster.
    Cluster(ClusterClient),
}

impl Topology {
    /// Makes no connection yet.
    pub fn new(url: &RedisUrl, settings: &CacheSettings) -> RedisResult<Self> {
        if url.tls {
            // The client would use any provider in this build. It is no failure if one is set already.
            rustls::crypto::ring::default_provider().install_default().ok();
        }
        let tls = url.tls.then(|| certificates(settings));
        let limits = limits(settings);
        match &url.topology {
            RedisTopology::Standalone { database } => {
                let options = ClientOptions::new(url.login.clone(), *database, tls);
                let server = first_client(url, &options)?;
                Manager::new_with_config(server, limits).map(Self::Standalone)
            }
            RedisTopology::Sentinel {
                master,
                database,
                login,
            } => {
                let servers = ClientOptions::new(url.login.clone(), *database, tls.clone());
                let sentinels = ClientOptions::new(login.clone(), 0, tls);
                let clients = url.hosts.iter().map(|(host, port)| sentinels.client(host, *port));
                let clients = clients.collect::<RedisResult<_>>()?;
                let sentinels = Sentinels::new(clients, master.clone(), servers, limits);
                Ok(Self::Sentinel(sentinels))
            }
            RedisTopology::Cluster => cluster(url, settings, tls).map(Self::Cluster),
        }
    }

    /// A new connection.
    pub async fn connect(&self) -> RedisResult<RedisConnection> {
        match self {
            Self::Standalone(manager) => manager.create().await.map(RedisConnection::Server),
            Self::Sentinel(sentinels) => sentinels.connect().await.map(RedisConnection::Server),
            Self::Cluster(cluster) => cluster.get_async_connection().await.map(RedisConnection::Cluster),
        }
    }

    /// Whether a failure means that the other connections are lost, too. A cluster's connections reconnect by themselves,
    /// and new ones would ask all its nodes.
    pub fn loses_all_at_once(&self) -> bool {
        !matches!(self, Self::Cluster(_))
    }
}

/// Whether a connection that was idle still works.
pub async fn test(connection: &mut RedisConnection) -> RedisResult<()> {
    match connection {
        RedisConnection::Server(connection) => cmd("PING").query_async(connection).await,
        RedisConnection::Cluster(_) => Ok(()),
    }
}

fn first_client(url: &RedisUrl, options: &ClientOptions) -> RedisResult<deadpool_redis::redis::ConnectionInfo> {
    let missing = || RedisError::from((deadpool_redis::redis::ErrorKind::InvalidClientConfig, "no host"));
    let (host, port) = url.hosts.first().ok_or_else(missing)?;
    Ok(options.client(host, *port)?.get_connection_info().clone())
}

fn limits(settings: &CacheSettings) -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(Some(settings.timeout.max(CONNECT_TIMEOUT)))
        .set_response_timeout(Some(settings.timeout))
}

fn certificates(settings: &CacheSettings) -> TlsCertificates {
    TlsCertificates {
        client_tls: None,
        root_cert: settings.authorities.clone(),
    }
}

fn cluster(url: &RedisUrl, settings: &CacheSettings, tls: Option<TlsCertificates>) -> RedisResult<ClusterClient> {
    let options = ClientOptions::new(url.login.clone(), 0, tls.clone());
    let nodes = url.hosts.iter().map(|(host, port)| options.info(host, *port));
    let builder = ClusterClientBuilder::new(nodes.collect::<RedisResult<Vec<_>>>()?)
        .connection_timeout(settings.timeout.max(CONNECT_TIMEOUT))
        .response_timeout(settings.timeout)
        .retries(CLUSTER_RETRIES)
        .min_retry_wait(1)
        .max_retry_wait(CLUSTER_RETRY_MAX_MS);
    match tls {
        Some(certificates) => builder.certs(certificates).build(),
        None => builder.build(),
    }
}

impl fmt::Debug for Topology {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Standalone(_) => "Standalone",
            Self::Sentinel(_) => "Sentinel",
            Self::Cluster(_) => "Cluster",
        })
    }
}
