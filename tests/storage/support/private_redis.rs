use std::{net::TcpStream, path::Path, process::Command, thread, time::Duration};

use deadpool_redis::redis::{Client, FromRedisValue, cmd};
use fanpass::{
    cache::{Cache, ProcessCache, RedisPool},
    settings::{CacheSettings, RedisUrl},
};
use tempfile::TempDir;

use super::{
    app_id, cache_settings,
    processes::{Server, free_port, is_installed, signal},
    skipped,
};

/// A Redis of one test, which may stop, freeze and start it.
pub struct PrivateRedis {
    folder: TempDir,
    pub port: u16,
    options: Vec<String>,
    server: Option<Server>,
}

impl PrivateRedis {
    /// Not started yet; none where redis-server is not installed.
    pub fn new(what: &str) -> Option<Self> {
        Self::with(what, &[])
    }

    /// With options of `redis.conf`, one a line.
    pub fn with(what: &str, options: &[&str]) -> Option<Self> {
        if !is_installed("redis-server") {
            skipped(what, "redis-server");
            return None;
        }
        Some(Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            options: options.iter().map(ToString::to_string).collect(),
            server: None,
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn option(&mut self, option: String) {
        self.options.push(option);
    }

    pub fn start(&mut self) {
        self.start_as(&[]);
    }

    /// With further arguments: `--sentinel`. The settings stand in a file, which sentinels write to.
    pub fn start_as(&mut self, arguments: &[&str]) {
        let file = self.folder().join("redis.conf");
        if !file.exists() {
            let folder = self.folder().display();
            let common = format!("port {}\nbind 127.0.0.1\ndir {folder}\nsave \"\"\n", self.port);
            std::fs::write(&file, common + &self.options.join("\n") + "\n").unwrap();
        }
        self.server = Some(Server::start(Command::new("redis-server").arg(file).args(arguments)));
        self.listens_at(self.port);
    }

    /// Waits for a port; of several Redis does not open all at once.
    pub fn listens_at(&self, port: u16) {
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
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
        open(&self.url(), &cache_settings())
    }

    /// What the server itself answers to a command.
    pub async fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let client = Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut asked = cmd(command[0]);
        asked.arg(&command[1..]).query_async(&mut connection).await.unwrap()
    }
}

pub fn open_process(url: &str, settings: &CacheSettings) -> ProcessCache {
    ProcessCache::Redis(RedisPool::open(&RedisUrl::parse(url).unwrap(), settings).unwrap())
}

/// The part of one account.
pub fn open(url: &str, settings: &CacheSettings) -> Cache {
    open_process(url, settings).of_account(&app_id())
}
