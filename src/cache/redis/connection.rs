use deadpool_redis::{
    cluster::ClusterConnection,
    redis::{
        Cmd, Pipeline, RedisFuture, Value,
        aio::{ConnectionLike, MultiplexedConnection},
    },
};

/// A connection to one server or to a cluster.
pub enum RedisConnection {
    /// To one server.
    Server(MultiplexedConnection),
    /// To all nodes of a cluster. It follows the cluster's changes by itself.
    Cluster(ClusterConnection),
}

impl ConnectionLike for RedisConnection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(connection) => connection.req_packed_command(command),
            Self::Cluster(connection) => connection.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(connection) => connection.req_packed_commands(commands, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(commands, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
