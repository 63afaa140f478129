//! What is lost of a Redis of several servers while another takes over.

use std::time::Duration;

use fanpass::{
    cache::{Cache, CacheError},
    domain::Deadline,
    settings::CacheSettings,
};

use crate::{
    cache_outages::Log,
    support::{
        cache_settings, eventually,
        private_redis::{PrivateRedis, open},
        redis_family::{ClusterFamily, SentinelFamily},
    },
};

const MINUTE: Duration = Duration::from_secs(60);
const FAILOVER: Duration = Duration::from_secs(20);

/// As many calls as a login makes, one after the other.
const CALLS_OF_A_LOGIN: usize = 8;

/// The default's time limit.
fn settings() -> CacheSettings {
    CacheSettings {
        timeout: Duration::from_millis(100),
        ..cache_settings()
    }
}

/// Keys of many slots.
async fn all_keys_work(cache: &Cache) -> bool {
    for number in 0..64 {
        if cache.put(&format!("key {number}"), b"v", MINUTE).await.is_err() {
            return false;
        }
    }
    true
}

/// Uses the cache all the time until all keys have worked again; how often is kept low, as a login would.
async fn recovers(cache: &Cache) -> bool {
    eventually(FAILOVER, async || all_keys_work(cache).await).await
}

fn begins_and_ends_at_most_twice(log: &Log) {
    let lines = log.lines();
    let ours: Vec<_> = lines.iter().filter(|line| line.contains("fanpass::cache")).collect();
    assert!((2..=4).contains(&ours.len()), "{lines:#?}");
    assert!(
        ours[0].contains("the cache is down") && ours[1].contains("the cache is back"),
        "{lines:#?}"
    );
}

#[tokio::test]
async fn another_master_takes_over_and_the_application_finds_it() {
    let Some(mut family) = SentinelFamily::start("a master that is lost").await else {
        return;
    };
    let log = Log::default();
    let _listening = log.listen();
    let cache = open(&family.url(), &settings());
    assert!(recovers(&cache).await);
    family.master.stop();
    assert!(matches!(cache.get("a").await, Err(CacheError::Unavailable)));
    assert!(recovers(&cache).await);
    begins_and_ends_at_most_twice(&log);
    assert!(family.replica_is_master().await, "the sentinels do not agree");

    // The old master comes back, still takes itself for one, and is made a replica in time: nobody writes to it, on
    // connections that there are or on new ones.
    family.master.start();
    for cache in [cache, open(&family.url(), &settings())] {
        assert!(recovers(&cache).await);
        assert!(family.leaves_the_old_master_alone().await);
    }
}

#[tokio::test]
async fn a_password_with_a_plus_opens_the_sentinels_and_their_master() {
    let Some(family) = SentinelFamily::start("sentinels whose password holds a plus").await else {
        return;
    };
    assert_eq!(family.url().matches("made+up").count(), 2);
    assert!(recovers(&open(&family.url(), &settings())).await);
}

#[tokio::test]
async fn a_frozen_master_and_a_frozen_sentinel_delay_nobody() {
    let Some(family) = SentinelFamily::start("a master that is frozen").await else {
        return;
    };
    let cache = open(&family.url(), &settings());
    assert!(recovers(&cache).await);
    // The first sentinel of the URL: asked one after the other it would be the one to wait for.
    family.sentinels[0].freeze();
    family.master.freeze();
    assert!(recovers(&cache).await);
    for _ in 0..20 {
        assert!(all_keys_work(&cache).await);
    }
    family.sentinels[0].thaw();
    family.master.thaw();
}

#[tokio::test]
async fn a_replica_takes_over_the_slots_of_a_lost_node() {
    let Some(mut family) = ClusterFamily::start("a node that is lost").await else {
        return;
    };
    let log = Log::default();
    let _listening = log.listen();
    let cache = open(&family.url(), &settings());
    assert!(recovers(&cache).await);
    family.nodes[0].stop();
    assert!(!all_keys_work(&cache).await);
    assert!(recovers(&cache).await);
    begins_and_ends_at_most_twice(&log);
    // A process that starts now knows the lost node by its URL only.
    assert!(recovers(&open(&family.url(), &settings())).await);
}

#[tokio::test]
async fn a_replica_takes_over_the_slots_of_a_frozen_node() {
    let Some(family) = ClusterFamily::start("a node that is frozen").await else {
        return;
    };
    let cache = open(&family.url(), &settings());
    assert!(recovers(&cache).await);
    family.nodes[0].freeze();
    assert!(recovers(&cache).await);
    for _ in 0..20 {
        assert!(all_keys_work(&cache).await);
    }
    assert!(recovers(&open(&family.url(), &settings())).await);
    family.nodes[0].thaw();
}

/// A login spends at most 200 ms on a cache that does not answer.
async fn a_login_is_not_delayed(cache: &Cache, freeze: impl Fn(), thaw: impl Fn()) {
    assert!(recovers(cache).await);
    freeze();
    let limit = Deadline::after(Duration::from_millis(250));
    for number in 0..CALLS_OF_A_LOGIN {
        let answer = cache.put(&format!("key {number}"), b"v", MINUTE).await;
        assert!(answer.is_err());
    }
    let in_time = !limit.has_passed();
    thaw();
    assert!(in_time, "the calls of a login took {:?} too long", limit.remaining());
    assert!(recovers(cache).await);
}

#[tokio::test]
async fn a_frozen_redis_delays_a_login_no_longer_than_200_ms() {
    let Some(mut server) = PrivateRedis::new("a Redis that is frozen") else {
        return;
    };
    server.start();
    a_login_is_not_delayed(&open(&server.url(), &settings()), || server.freeze(), || server.thaw()).await;
}

#[tokio::test]
async fn a_frozen_family_of_sentinels_delays_a_login_no_longer_than_200_ms() {
    let Some(family) = SentinelFamily::start("sentinels that are frozen").await else {
        return;
    };
    a_login_is_not_delayed(&open(&family.url(), &settings()), || family.freeze(), || family.thaw()).await;
}

#[tokio::test]
async fn a_frozen_cluster_delays_a_login_no_longer_than_200_ms() {
    let Some(family) = ClusterFamily::start("a cluster that is frozen").await else {
        return;
    };
    a_login_is_not_delayed(&open(&family.url(), &settings()), || family.freeze(), || family.thaw()).await;
}
