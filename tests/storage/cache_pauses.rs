//! A Redis that is slow for a moment, or has more callers than connections. Neither is an outage.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fanpass::{
    cache::{Cache, CacheError},
    settings::CacheSettings,
};
use futures_util::future::join_all;

use crate::{
    cache_outages::Log,
    support::{
        cache_settings, eventually, odd_redis,
        private_redis::{PrivateRedis, open},
    },
};

const MINUTE: Duration = Duration::from_secs(60);

/// Callers that use the cache all the time until `stop` is set. A failure of any sets `failed`.
fn load(cache: &Cache, failed: &Arc<AtomicBool>, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    (0..8)
        .map(|number| {
            let (cache, failed, stop) = (cache.clone(), Arc::clone(failed), Arc::clone(stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let outcome = cache.put(&format!("load {number}"), b"v", MINUTE).await;
                    failed.fetch_or(outcome.is_err(), Ordering::Relaxed);
                    // For a call that fails at once.
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect()
}

#[tokio::test]
async fn after_a_pause_under_load_two_processes_see_each_others_claims_at_once() {
    let Some(mut server) = PrivateRedis::new("a Redis that pauses under load") else {
        return;
    };
    server.start();
    let log = Log::default();
    let _listening = log.listen();
    let settings = cache_settings();
    let (here, there) = (open(&server.url(), &settings), open(&server.url(), &settings));
    for round in 0..3 {
        let (failed, stop) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let callers: Vec<_> = [&here, &there]
            .into_iter()
            .flat_map(|cache| load(cache, &failed, &stop))
            .collect();
        here.get("warm").await.unwrap();
        there.get("warm").await.unwrap();

        server.freeze();
        let is_noticed = eventually(MINUTE, async || failed.load(Ordering::Relaxed)).await;
        server.thaw();
        assert!(is_noticed);
        let key = format!("claim {round}");
        assert_eq!(here.put_if_absent(&key, b"here", MINUTE).await.unwrap(), None);
        let claim = there.put_if_absent(&key, b"there", MINUTE).await.unwrap();
        assert_eq!(claim.as_deref(), Some(&b"here"[..]), "two processes have one claim");

        stop.store(true, Ordering::Relaxed);
        join_all(callers).await;
    }
    assert!(log.lines().is_empty(), "{:#?}", log.lines());
}

#[tokio::test]
async fn more_callers_than_connections_are_overload_and_no_outage() {
    let Some(mut server) = PrivateRedis::new("a Redis with one connection for many") else {
        return;
    };
    server.start();
    let log = Log::default();
    let _listening = log.listen();
    let settings = CacheSettings {
        pool_size: std::num::NonZeroUsize::MIN,
        timeout: Duration::from_millis(400),
        ..cache_settings()
    };
    // One reply of Redis is well within the time limit, but twenty one after the other are not.
    let slow = odd_redis::Oddity::Slow(Duration::from_millis(80));
    let port = odd_redis::start(server.port, slow).await;
    let cache = open(&format!("redis://127.0.0.1:{port}/"), &settings);
    for _ in 0..3 {
        let outcomes = join_all((0..20).map(|_| cache.get("a"))).await;
        let count = |is_it: fn(&Result<Option<Vec<u8>>, CacheError>) -> bool| {
            outcomes.iter().filter(|outcome| is_it(outcome)).count()
        };
        assert!(count(|outcome| outcome.is_ok()) > 0, "{outcomes:?}");
        assert!(
            count(|outcome| matches!(outcome, Err(CacheError::Overloaded))) > 10,
            "{outcomes:?}"
        );
    }
    cache.put("a", b"v", MINUTE).await.unwrap();
    assert!(log.lines().is_empty(), "{:#?}", log.lines());
    let counted = fanpass::telemetry::metrics().render();
    let is_counted = |line: &str| line.contains(r#"outcome="overloaded""#) && !line.ends_with(" 0");
    assert!(counted.lines().any(is_counted), "{counted}");
}

#[tokio::test]
async fn one_slow_command_costs_its_own_connection_and_no_other() {
    let Some(mut server) = PrivateRedis::new("a Redis that is slow once") else {
        return;
    };
    server.start();
    let cache = server.cache();
    // One connection is the question's own.
    let connections = async || server.ask::<String>(&["INFO", "clients"]).await;
    let has_four = eventually(MINUTE, async || {
        join_all((0..16).map(|_| cache.get("a"))).await;
        connections().await.contains("connected_clients:5\r\n")
    });
    assert!(has_four.await);
    server.freeze();
    assert!(cache.get("a").await.is_err());
    server.thaw();
    let has_lost_one = eventually(MINUTE, async || connections().await.contains("connected_clients:4\r\n"));
    assert!(has_lost_one.await, "{}", connections().await);
    cache.put("a", b"v", MINUTE).await.unwrap();
}
