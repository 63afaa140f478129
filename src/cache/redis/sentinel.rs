use std::collections::HashSet;

use deadpool_redis::redis::{
    AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value,
    aio::MultiplexedConnection, cmd,
};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::client_options::ClientOptions;

/// The sentinels that watch a master. All are asked at once, so that a frozen or missing one delays nobody. The client
/// library's own look-up asks one after the other, so it is not used.
#[derive(Debug)]
pub struct Sentinels {
    sentinels: Vec<Client>,
    master: String,
    servers: ClientOptions,
    limits: AsyncConnectionConfig,
}

impl Sentinels {
    /// Asks `sentinels` for `master`, and connects to it with the options `servers`.
    pub fn new(sentinels: Vec<Client>, master: String, servers: ClientOptions, limits: AsyncConnectionConfig) -> Self {
        Self {
            sentinels,
            master,
            servers,
            limits,
        }
    }

    /// A connection to the current master.
    pub async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let mut replies: FuturesUnordered<_> = self.sentinels.iter().map(|sentinel| self.ask(sentinel)).collect();
        let mut tried = HashSet::new();
        let mut last = RedisError::from((ErrorKind::Client, "no sentinel knows the master"));
        while let Some(reply) = replies.next().await {
            let connected = match reply {
                // A sentinel that was cut off may still name the old master, so the others are asked too.
                Ok(Some(endpoint)) if tried.insert(endpoint.clone()) => self.connect_to(&endpoint).await,
                Ok(_) => continue,
                Err(error) => Err(error),
            };
            match connected {
                Ok(connection) => return Ok(connection),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn ask(&self, sentinel: &Client) -> RedisResult<Option<(String, u16)>> {
        let mut connection = sentinel
            .get_multiplexed_async_connection_with_config(&self.limits)
            .await?;
        let mut query = cmd("SENTINEL");
        query.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.master);
        query.query_async(&mut connection).await
    }

    async fn connect_to(&self, (host, port): &(String, u16)) -> RedisResult<MultiplexedConnection> {
        let server = self.servers.client(host, *port)?;
        let mut connection = server
            .get_multiplexed_async_connection_with_config(&self.limits)
            .await?;
        match cmd("ROLE").query_async::<Vec<Value>>(&mut connection).await {
            Ok(role) if role.first() == Some(&Value::BulkString(b"master".to_vec())) => Ok(connection),
            Ok(_) => Err((ErrorKind::Client, "the server that a sentinel named is not the master").into()),
            // The user may not run ROLE, so the sentinel is trusted.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm) => Ok(connection),
            Err(error) => Err(error),
        }
    }
}
