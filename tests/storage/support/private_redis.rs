use std::{net::TcpStream, process::Command, thread, time::Duration};

use fanpass::cache::{Cache, RedisCache};
use tempfile::TempDir;

use super::{
    app_id, cache_settings,
    processes::{Server, free_port, is_installed, signal},
    skipped,
};

/// A Redis of one test, which may stop, freeze and start it.
pub struct PrivateRedis {
    folder: TempDir,
    port: u16,
    server: Option<Server>,
}

impl PrivateRedis {
    /// Not started yet; none where redis-server is not installed.
    pub fn new(what: &str) -> Option<Self> {
        if !is_installed("redis-server") {
            skipped(what, "redis-server");
            return None;
        }
        Some(Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            server: None,
        })
    }

    pub fn start(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", ""]);
        self.server = Some(Server::start(command.arg("--dir").arg(self.folder.path())));
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn stop(&mut self) {
        self.server.take().unwrap().kill();
    }

    pub fn freeze(&self) {
        signal("STOP", &[self.server.as_ref().unwrap().pid()]);
    }

    pub fn thaw(&self) {
        signal("CONT", &[self.server.as_ref().unwrap().pid()]);
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub fn cache(&self) -> Cache {
        Cache::Redis(RedisCache::open(&self.url().into(), &cache_settings(), &app_id()).unwrap())
    }

    /// What the server itself answers to a command.
    pub async fn ask(&self, command: &[&str]) -> String {
        let client = deadpool_redis::redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut asked = deadpool_redis::redis::cmd(command[0]);
        asked.arg(&command[1..]).query_async(&mut connection).await.unwrap()
    }
}
