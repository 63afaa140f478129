//! A Redis that stops, starts, freezes and refuses under a running application.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use fanpass::{
    cache::{Cache, CacheError},
    domain::Deadline,
};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{eventually, private_redis::PrivateRedis};

const MINUTE: Duration = Duration::from_secs(60);

/// The log lines of this thread, until the guard is dropped.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_writer(self.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

async fn is_back(cache: &Cache) -> bool {
    eventually(Duration::from_secs(3), async || cache.self_test().await.is_ok()).await
}

#[tokio::test]
async fn a_cache_that_is_down_at_the_start_works_when_it_comes_up() {
    let Some(mut server) = PrivateRedis::new("a Redis that is down") else {
        return;
    };
    let cache = server.cache();
    assert!(matches!(cache.get("a").await, Err(CacheError::Unavailable)));
    server.start();
    assert!(is_back(&cache).await);
    cache.put("a", b"v", MINUTE).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap().as_deref(), Some(&b"v"[..]));
}

#[tokio::test]
async fn an_outage_is_logged_once_when_it_begins_and_once_when_it_ends() {
    let Some(mut server) = PrivateRedis::new("the log of an outage of Redis") else {
        return;
    };
    let log = Log::default();
    let _listening = log.listen();
    server.start();
    let cache = server.cache();
    cache.self_test().await.unwrap();

    server.stop();
    let deadline = Deadline::after(Duration::from_millis(2500));
    while !deadline.has_passed() {
        assert!(cache.get("a").await.is_err());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.start();
    assert!(is_back(&cache).await);

    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[0].contains("WARN") && lines[0].contains("cache.error="),
        "{lines:#?}"
    );
    assert!(
        !lines[0].contains("redis://") && lines[1].contains("INFO"),
        "{lines:#?}"
    );
}

#[tokio::test]
async fn a_frozen_cache_delays_each_call_no_longer_than_the_timeout() {
    let Some(mut server) = PrivateRedis::new("a Redis that is frozen") else {
        return;
    };
    server.start();
    let cache = server.cache();
    cache.self_test().await.unwrap();

    server.freeze();
    let first = Deadline::after(Duration::from_millis(600));
    let at_once: Vec<_> = (0..20)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get("a").await })
        })
        .collect();
    for call in at_once {
        // The pool has connections for four of them.
        let outcome = call.await.unwrap();
        assert!(
            matches!(outcome, Err(CacheError::Unavailable | CacheError::Overloaded)),
            "{outcome:?}"
        );
    }
    assert!(!first.has_passed(), "the calls outlasted their timeout");

    // One silence might be a pause of Redis; the second is an outage.
    assert!(matches!(cache.get("a").await, Err(CacheError::Unavailable)));
    let others = Deadline::after(Duration::from_millis(200));
    for _ in 0..1000 {
        assert!(cache.put("a", b"v", MINUTE).await.is_err());
    }
    assert!(
        !others.has_passed(),
        "calls waited for a cache that is known to be down"
    );

    server.thaw();
    assert!(is_back(&cache).await);
    for _ in 0..20 {
        cache.put("a", b"v", MINUTE).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_restart_and_a_rest_the_first_call_works() {
    let Some(mut server) = PrivateRedis::new("a Redis that restarts") else {
        return;
    };
    server.start();
    let cache = server.cache();
    let (first, second, third) = tokio::join!(cache.self_test(), cache.self_test(), cache.self_test());
    first.and(second).and(third).unwrap();
    server.stop();
    server.start();
    tokio::time::pause();
    tokio::time::advance(Duration::from_millis(1100)).await;
    tokio::time::resume();
    for _ in 0..6 {
        cache.put("a", b"v", MINUTE).await.unwrap();
    }
}

#[tokio::test]
async fn keys_begin_with_the_prefix_and_the_account_and_a_busy_connection_is_not_pinged() {
    let Some(mut server) = PrivateRedis::new("the commands that Redis gets") else {
        return;
    };
    server.start();
    let cache = server.cache();
    for _ in 0..20 {
        cache.put("claim", b"v", MINUTE).await.unwrap();
    }
    let key: String = server.ask(&["RANDOMKEY"]).await;
    assert!(
        key.starts_with("test-") && key.ends_with(":wx0000000000000001:claim"),
        "{key}"
    );
    let statistics: String = server.ask(&["INFO", "commandstats"]).await;
    assert!(statistics.contains("cmdstat_set:calls=20,"), "{statistics}");
    assert!(!statistics.contains("cmdstat_ping"), "{statistics}");
}
