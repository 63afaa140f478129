//! Several Redis servers of one test: a master with a replica and sentinels, and a cluster.

use std::time::Duration;

use deadpool_redis::redis::aio::MultiplexedConnection;

use super::{eventually, private_redis::PrivateRedis, processes::free_port};

const PASSWORD: &str = "made+up";
/// A plus is a plus, in whichever part of a URL it stands.
const SENTINEL_PASSWORD: &str = "made+up-too";
/// Redis would wait for more replicas first.
const SYNC_AT_ONCE: &str = "repl-diskless-sync-delay 0";
const SHORT: Duration = Duration::from_secs(15);

/// A master, a replica and three sentinels, each with its password.
pub struct SentinelFamily {
    pub master: PrivateRedis,
    pub replica: PrivateRedis,
    pub sentinels: Vec<PrivateRedis>,
}

impl SentinelFamily {
    /// Started and agreed; none where redis-server is not installed.
    pub async fn start(what: &str) -> Option<Self> {
        let passwords = format!("requirepass {PASSWORD}\nmasterauth {PASSWORD}");
        let mut master = PrivateRedis::with(what, &[&passwords, SYNC_AT_ONCE])?;
        master.start();
        let mut replica = PrivateRedis::with(what, &[&passwords, &format!("replicaof 127.0.0.1 {}", master.port)])?;
        replica.start();
        let mut family = Self {
            master,
            replica,
            sentinels: Vec::new(),
        };
        for _ in 0..3 {
            let sentinel = family.new_sentinel(what);
            family.sentinels.push(sentinel);
        }
        family.agreed().await;
        Some(family)
    }

    fn new_sentinel(&self, what: &str) -> PrivateRedis {
        let watch = format!("sentinel monitor fans 127.0.0.1 {} 2", self.master.port);
        let own = format!("requirepass {SENTINEL_PASSWORD}\nsentinel sentinel-pass {SENTINEL_PASSWORD}");
        let mut sentinel = PrivateRedis::with(what, &[&own, &watch]).unwrap();
        sentinel.option(format!("sentinel auth-pass fans {PASSWORD}"));
        sentinel.option("sentinel down-after-milliseconds fans 500".to_owned());
        sentinel.option("sentinel failover-timeout fans 3000".to_owned());
        sentinel.start_as(&["--sentinel"]);
        sentinel
    }

    /// Waits until every sentinel knows the two others and the replica, without which none could be promoted.
    async fn agreed(&self) {
        for sentinel in &self.sentinels {
            let knows = eventually(SHORT, async || {
                let others: Vec<Vec<String>> = self.ask_sentinel(sentinel, "SENTINELS").await;
                let replicas: Vec<Vec<String>> = self.ask_sentinel(sentinel, "REPLICAS").await;
                others.len() == 2 && replicas.iter().any(|replica| replica.iter().any(|word| word == "ok"))
            });
            assert!(knows.await, "the sentinels do not find each other");
        }
    }

    async fn ask_sentinel(&self, sentinel: &PrivateRedis, question: &str) -> Vec<Vec<String>> {
        let mut asked = deadpool_redis::redis::cmd("SENTINEL");
        asked
            .arg(question)
            .arg("fans")
            .query_async(&mut self.connection_to(sentinel).await)
            .await
            .unwrap()
    }

    /// Waits until every sentinel names the replica as the master: one that heard late of the failover would send the
    /// application to the old master.
    pub async fn replica_is_master(&self) -> bool {
        for sentinel in &self.sentinels {
            if !eventually(SHORT, async || self.master_port(sentinel).await == self.replica.port).await {
                return false;
            }
        }
        true
    }

    async fn master_port(&self, sentinel: &PrivateRedis) -> u16 {
        let mut asked = deadpool_redis::redis::cmd("SENTINEL");
        asked.arg("GET-MASTER-ADDR-BY-NAME").arg("fans");
        let (_, port): (String, u16) = asked
            .query_async(&mut self.connection_to(sentinel).await)
            .await
            .unwrap();
        port
    }

    async fn connection_to(&self, sentinel: &PrivateRedis) -> MultiplexedConnection {
        let url = format!("redis://:{SENTINEL_PASSWORD}@127.0.0.1:{}/", sentinel.port);
        let client = deadpool_redis::redis::Client::open(url).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Whether the server that was the master at first, and came back empty, is a replica now or was given nothing. On a
    /// busy machine the sentinels may have made it the master again: then it is right to write to it.
    pub async fn leaves_the_old_master_alone(&self) -> bool {
        let url = format!("redis://:{PASSWORD}@127.0.0.1:{}/", self.master.port);
        let client = deadpool_redis::redis::Client::open(url).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let keys: u64 = deadpool_redis::redis::cmd("DBSIZE")
            .query_async(&mut connection)
            .await
            .unwrap();
        let mut asked = deadpool_redis::redis::cmd("INFO");
        let role: String = asked.arg("replication").query_async(&mut connection).await.unwrap();
        keys == 0 || role.contains("role:slave") || self.master_port(&self.sentinels[0]).await == self.master.port
    }

    pub fn url(&self) -> String {
        let hosts: Vec<String> = self
            .sentinels
            .iter()
            .map(|sentinel| format!("127.0.0.1:{}", sentinel.port))
            .collect();
        let hosts = hosts.join(",");
        format!("redis+sentinel://:{PASSWORD}@{hosts}/fans?sentinel_password={SENTINEL_PASSWORD}")
    }

    pub fn freeze(&self) {
        for server in self.sentinels.iter().chain([&self.master, &self.replica]) {
            server.freeze();
        }
    }

    pub fn thaw(&self) {
        for server in self.sentinels.iter().chain([&self.master, &self.replica]) {
            server.thaw();
        }
    }
}

/// Three masters and a replica of the first.
pub struct ClusterFamily {
    pub nodes: Vec<PrivateRedis>,
}

impl ClusterFamily {
    /// Started and agreed; none where redis-server is not installed.
    pub async fn start(what: &str) -> Option<Self> {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            let options = "cluster-enabled yes\ncluster-node-timeout 1000\ncluster-require-full-coverage no";
            let bus = format!("cluster-port {}", free_port());
            let mut node = PrivateRedis::with(what, &[options, &bus, SYNC_AT_ONCE])?;
            node.start();
            nodes.push((node, bus));
        }
        for (number, slots) in ["0 5460", "5461 10922", "10923 16383"].iter().enumerate() {
            let (first, last) = slots.split_once(' ').unwrap();
            nodes[number]
                .0
                .ask::<String>(&["CLUSTER", "ADDSLOTSRANGE", first, last])
                .await;
            let config_epoch = (number + 1).to_string();
            nodes[number]
                .0
                .ask::<String>(&["CLUSTER", "SET-CONFIG-EPOCH", &config_epoch])
                .await;
        }
        for (node, bus) in &nodes[1..] {
            let (port, bus) = (node.port.to_string(), bus.split_once(' ').unwrap().1);
            nodes[0]
                .0
                .ask::<String>(&["CLUSTER", "MEET", "127.0.0.1", &port, bus])
                .await;
        }
        let nodes = nodes.into_iter().map(|(node, _)| node).collect();
        let family = Self { nodes };
        family.agreed().await;
        Some(family)
    }

    async fn agreed(&self) {
        let first: String = self.nodes[0].ask(&["CLUSTER", "MYID"]).await;
        let replicates = eventually(SHORT, async || {
            let client = deadpool_redis::redis::Client::open(self.nodes[3].url()).unwrap();
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            let mut command = deadpool_redis::redis::cmd("CLUSTER");
            command.arg("REPLICATE").arg(&first);
            command.query_async::<()>(&mut connection).await.is_ok()
        });
        assert!(replicates.await, "the nodes do not find each other");
        for node in &self.nodes {
            let is_whole = eventually(SHORT, async || {
                let state: String = node.ask(&["CLUSTER", "INFO"]).await;
                let replicas: Vec<String> = node.ask(&["CLUSTER", "REPLICAS", &first]).await;
                state.contains("cluster_state:ok") && state.contains("cluster_known_nodes:4") && replicas.len() == 1
            });
            assert!(is_whole.await, "the cluster does not become whole");
        }
        // A replica that never had its master's data is not promoted.
        let is_synced = eventually(SHORT, async || {
            let state: String = self.nodes[3].ask(&["INFO", "replication"]).await;
            state.contains("master_link_status:up")
        });
        assert!(is_synced.await, "the replica does not follow its master");
    }

    pub fn url(&self) -> String {
        let hosts: Vec<String> = self
            .nodes
            .iter()
            .map(|node| format!("127.0.0.1:{}", node.port))
            .collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    pub fn freeze(&self) {
        self.nodes.iter().for_each(PrivateRedis::freeze);
    }

    pub fn thaw(&self) {
        self.nodes.iter().for_each(PrivateRedis::thaw);
    }
}
