use std::{env, sync::Arc, thread, time::Duration};

use fanpass::{
    cache::{Cache, MemoryCache, ProcessCache},
    domain::{AppId, Clock},
    settings::CacheSettings,
};
use tokio::sync::Barrier;

use crate::support::{
    app_id, cache_settings, eventually,
    private_redis::open_process,
    redis_family::{ClusterFamily, SentinelFamily},
    skipped,
};

const MINUTE: Duration = Duration::from_secs(60);

/// Runs `test` once on an account's empty part of each kind of cache.
async fn each_cache(test: impl AsyncFn(Cache)) {
    each_process_cache(async |cache| test(cache.of_account(&app_id())).await).await;
}

/// Runs `test` once on an empty cache of each kind.
async fn each_process_cache(test: impl AsyncFn(ProcessCache)) {
    eprintln!("in memory");
    test(ProcessCache::Memory(MemoryCache::new(Clock::system(), 1 << 20))).await;
    match env::var("FANPASS_TEST_REDIS_URL") {
        Ok(url) => {
            eprintln!("in Redis");
            test(open_process(&url, &cache_settings())).await;
        }
        Err(_) => skipped("Redis", "FANPASS_TEST_REDIS_URL"),
    }
    if let Some(family) = SentinelFamily::start("Redis behind Sentinel").await {
        let cache = ready(&family.url()).await;
        eprintln!("in {}", cache.describe().await.unwrap());
        test(cache).await;
    }
    if let Some(family) = ClusterFamily::start("a Redis Cluster").await {
        let cache = ready(&family.url()).await;
        eprintln!("in {}", cache.describe().await.unwrap());
        test(cache).await;
    }
}

/// A cache that knows its servers, and waits for connections longer than fans would.
async fn ready(url: &str) -> ProcessCache {
    let settings = CacheSettings {
        timeout: Duration::from_secs(3),
        ..cache_settings()
    };
    let cache = open_process(url, &settings);
    let of_account = cache.of_account(&app_id());
    assert!(eventually(Duration::from_secs(5), async || of_account.self_test().await.is_ok()).await);
    cache
}

/// Waits until a value is gone that was put last, with the TTL of the short-lived ones.
async fn outlive(cache: &Cache, ttl: Duration) {
    cache.put("put last", b"v", ttl).await.unwrap();
    let is_gone = async || cache.get("put last").await.unwrap().is_none();
    assert!(eventually(Duration::from_secs(5), is_gone).await);
}

#[tokio::test]
async fn the_store_describes_itself() {
    each_process_cache(async |cache| {
        let text = cache.describe().await.unwrap();
        if text == "memory (for one process)" {
            return;
        }
        let (kind, version) = text.rsplit_once(' ').unwrap();
        assert!(
            ["Redis", "Redis behind Sentinel", "Redis Cluster"].contains(&kind),
            "{text}"
        );
        assert!(version.starts_with(|digit: char| digit.is_ascii_digit()), "{text}");
    })
    .await;
}

#[tokio::test]
async fn the_stores_clock_is_read_if_it_has_one() {
    each_process_cache(async |cache| {
        let is_memory = matches!(cache, ProcessCache::Memory(_));
        let theirs = cache.server_time().await.unwrap();
        assert_eq!(theirs.is_none(), is_memory);
        if let Some(theirs) = theirs {
            let difference = theirs.abs_diff(Clock::system().now_precise());
            assert!(difference < Duration::from_secs(30), "{difference:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_accounts_on_one_cache_share_no_key() {
    each_process_cache(async |cache| {
        let other = AppId::parse("wx00000000000000bb").unwrap();
        let [ours, theirs] = [app_id(), other].map(|app_id| cache.of_account(&app_id));
        ours.put("a", b"ours", MINUTE).await.unwrap();
        assert_eq!(text(&theirs, "a").await, None);
        assert_eq!(theirs.put_if_absent("a", b"theirs", MINUTE).await.unwrap(), None);
        assert!(!theirs.put_if_equal("a", b"ours", b"taken", MINUTE).await.unwrap());
        assert!(!theirs.remove_if_equal("a", b"ours").await.unwrap());
        theirs.remove("a").await.unwrap();
        assert_eq!(text(&ours, "a").await.as_deref(), Some("ours"));
        let again = cache.of_account(&app_id());
        assert_eq!(text(&again, "a").await.as_deref(), Some("ours"), "it is one store");
    })
    .await;
}

/// How often a look-up had this outcome, in any store.
fn counted(outcome: &str) -> f64 {
    let end = format!(r#"operation="get",outcome="{outcome}"}} "#);
    let all = fanpass::telemetry::metrics().render();
    let values = all
        .lines()
        .filter_map(|line| line.split_once(&end))
        .map(|(_, value)| value);
    values.map(|value| value.parse::<f64>().unwrap()).sum()
}

#[tokio::test]
async fn hits_and_misses_are_counted() {
    each_cache(async |cache| {
        let (hits, misses) = (counted("hit"), counted("miss"));
        cache.put("here", b"1", MINUTE).await.unwrap();
        for key in ["here", "here", "elsewhere"] {
            cache.get(key).await.unwrap();
        }
        assert!(counted("hit") >= hits + 2.0 && counted("miss") >= misses + 1.0);
    })
    .await;
}

async fn text(cache: &Cache, key: &str) -> Option<String> {
    cache
        .get(key)
        .await
        .unwrap()
        .map(|value| String::from_utf8(value).unwrap())
}

#[tokio::test]
async fn what_is_put_is_there_until_it_is_replaced_or_removed() {
    each_cache(async |cache| {
        cache.self_test().await.unwrap();
        assert_eq!(text(&cache, "a").await, None);
        cache.put("a", b"first", MINUTE).await.unwrap();
        cache.put("b", b"other", MINUTE).await.unwrap();
        cache.put("a", b"second", MINUTE).await.unwrap();
        assert_eq!(text(&cache, "a").await.as_deref(), Some("second"));
        cache.remove("a").await.unwrap();
        cache.remove("a").await.unwrap();
        assert_eq!(text(&cache, "a").await, None);
        assert_eq!(text(&cache, "b").await.as_deref(), Some("other"));
    })
    .await;
}

#[tokio::test]
async fn values_are_any_bytes() {
    each_cache(async |cache| {
        let all_bytes: Vec<u8> = (0..=255).collect();
        for value in [&all_bytes[..], b""] {
            cache.put("a", value, MINUTE).await.unwrap();
            assert_eq!(cache.get("a").await.unwrap().as_deref(), Some(value));
            assert_eq!(
                cache.put_if_absent("a", b"x", MINUTE).await.unwrap().as_deref(),
                Some(value)
            );
            assert!(cache.put_if_equal("a", value, value, MINUTE).await.unwrap());
            assert!(cache.remove_if_equal("a", value).await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn a_value_is_gone_after_its_ttl() {
    each_cache(async |cache| {
        let short = Duration::from_millis(60);
        cache.put("put", b"v", short).await.unwrap();
        cache.put_if_absent("absent", b"v", short).await.unwrap();
        cache.put("equal", b"v", MINUTE).await.unwrap();
        assert!(cache.put_if_equal("equal", b"v", b"w", short).await.unwrap());
        outlive(&cache, short).await;
        for key in ["put", "absent", "equal"] {
            assert_eq!(text(&cache, key).await, None, "{key}");
        }
        assert_eq!(cache.put_if_absent("put", b"next", MINUTE).await.unwrap(), None);
        assert!(!cache.put_if_equal("absent", b"v", b"w", MINUTE).await.unwrap());
        assert!(!cache.remove_if_equal("equal", b"w").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_replacement_brings_its_own_ttl() {
    each_cache(async |cache| {
        let short = Duration::from_millis(60);
        cache.put("put", b"v", short).await.unwrap();
        cache.put("put", b"w", MINUTE).await.unwrap();
        cache.put("lease", b"v", short).await.unwrap();
        assert!(cache.put_if_equal("lease", b"v", b"v", MINUTE).await.unwrap());
        outlive(&cache, short).await;
        assert_eq!(text(&cache, "put").await.as_deref(), Some("w"));
        assert_eq!(text(&cache, "lease").await.as_deref(), Some("v"));
    })
    .await;
}

#[tokio::test]
async fn a_ttl_of_zero_stores_nothing() {
    each_cache(async |cache| {
        cache.put("a", b"v", Duration::ZERO).await.unwrap();
        assert_eq!(text(&cache, "a").await, None);
        assert_eq!(cache.put_if_absent("a", b"v", Duration::ZERO).await.unwrap(), None);
        assert_eq!(text(&cache, "a").await, None);

        cache.put("a", b"v", MINUTE).await.unwrap();
        assert_eq!(
            cache.put_if_absent("a", b"w", Duration::ZERO).await.unwrap().as_deref(),
            Some(&b"v"[..])
        );
        assert!(cache.put_if_equal("a", b"v", b"w", Duration::ZERO).await.unwrap());
        assert_eq!(text(&cache, "a").await, None);
        cache.put("a", b"v", MINUTE).await.unwrap();
        cache.put("a", b"w", Duration::ZERO).await.unwrap();
        assert_eq!(text(&cache, "a").await, None);
    })
    .await;
}

#[tokio::test]
async fn a_very_short_and_a_very_long_ttl_are_kept() {
    each_cache(async |cache| {
        cache.put("short", b"v", Duration::from_nanos(1)).await.unwrap();
        cache.put("long", b"v", Duration::MAX).await.unwrap();
        assert_eq!(text(&cache, "long").await.as_deref(), Some("v"));
    })
    .await;
}

#[tokio::test]
async fn the_first_put_if_absent_wins_and_the_others_see_its_value() {
    each_cache(async |cache| {
        // No thread ends before all are done, because a connection is driven by the runtime in which it was made.
        let all_done = Arc::new(Barrier::new(8));
        let claim = |cache: Cache, number: u8, all_done: Arc<Barrier>| async move {
            let mut outcomes = Vec::new();
            for round in 0..25 {
                let key = format!("claim {round}");
                outcomes.push(cache.put_if_absent(&key, &[number], MINUTE).await.unwrap());
            }
            all_done.wait().await;
            (number, outcomes)
        };
        let threads: Vec<_> = (0..8_u8)
            .map(|number| {
                let claim = claim(cache.clone(), number, Arc::clone(&all_done));
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                thread::spawn(move || runtime.block_on(claim))
            })
            .collect();
        // This runtime goes on too.
        let join = || threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        let finished: Vec<_> = tokio::task::spawn_blocking(join).await.unwrap();
        for round in 0..25 {
            let winners: Vec<u8> = finished
                .iter()
                .filter(|(_, outcomes)| outcomes[round].is_none())
                .map(|(number, _)| *number)
                .collect();
            assert_eq!(winners.len(), 1, "round {round}");
            let seen = finished
                .iter()
                .filter(|(_, outcomes)| outcomes[round].as_ref() == Some(&winners));
            assert_eq!(seen.count(), 7, "round {round}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lease_is_renewed_and_ended_by_its_owner_only() {
    each_cache(async |cache| {
        assert_eq!(cache.put_if_absent("lease", b"mine", MINUTE).await.unwrap(), None);
        assert_eq!(
            cache
                .put_if_absent("lease", b"theirs", MINUTE)
                .await
                .unwrap()
                .as_deref(),
            Some(&b"mine"[..])
        );
        assert!(!cache.put_if_equal("lease", b"theirs", b"theirs", MINUTE).await.unwrap());
        assert!(!cache.remove_if_equal("lease", b"theirs").await.unwrap());
        assert_eq!(text(&cache, "lease").await.as_deref(), Some("mine"));

        assert!(cache.put_if_equal("lease", b"mine", b"mine", MINUTE).await.unwrap());
        assert!(cache.remove_if_equal("lease", b"mine").await.unwrap());
        assert!(!cache.put_if_equal("lease", b"mine", b"mine", MINUTE).await.unwrap());
        assert_eq!(cache.put_if_absent("lease", b"theirs", MINUTE).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_lease_whose_owner_died_is_free_again() {
    each_cache(async |cache| {
        let short = Duration::from_millis(60);
        cache.put_if_absent("lease", b"mine", short).await.unwrap();
        outlive(&cache, short).await;
        assert_eq!(cache.put_if_absent("lease", b"theirs", MINUTE).await.unwrap(), None);
        assert!(!cache.put_if_equal("lease", b"mine", b"mine", MINUTE).await.unwrap());
        assert!(!cache.remove_if_equal("lease", b"mine").await.unwrap());
        assert_eq!(text(&cache, "lease").await.as_deref(), Some("theirs"));
    })
    .await;
}

#[tokio::test]
async fn memory_follows_the_clock_of_the_application() {
    let clock = Clock::system();
    let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
    cache.put("a", b"v", MINUTE).await.unwrap();
    clock.advance(58);
    assert_eq!(text(&cache, "a").await.as_deref(), Some("v"));
    clock.advance(3);
    assert_eq!(text(&cache, "a").await, None);
    assert_eq!(cache.put_if_absent("a", b"w", MINUTE).await.unwrap(), None);
}

#[tokio::test]
async fn a_step_of_the_systems_time_neither_ends_nor_prolongs_values_in_memory() {
    for step in [-86_400, 86_400] {
        let clock = Clock::system();
        let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
        cache.put("token", b"v", MINUTE).await.unwrap();
        assert_eq!(cache.put_if_absent("claim", b"mine", MINUTE).await.unwrap(), None);
        clock.step_wall(step);
        assert_eq!(text(&cache, "token").await.as_deref(), Some("v"), "{step}");
        let claim = cache.put_if_absent("claim", b"theirs", MINUTE).await.unwrap();
        assert_eq!(claim.as_deref(), Some(&b"mine"[..]), "{step}");
        clock.advance(61);
        assert_eq!(text(&cache, "token").await, None, "{step}");
        let claim = cache.put_if_absent("claim", b"theirs", MINUTE).await.unwrap();
        assert_eq!(claim, None, "{step}");
    }
}

#[tokio::test]
async fn full_memory_drops_the_least_recently_used_and_refuses_nothing_new() {
    const ENTRY: usize = 10_000;
    let cache = Cache::Memory(MemoryCache::new(Clock::system(), 11 * ENTRY));
    // Ten entries fit with their keys and overhead, and eleven and a half do not.
    let value = vec![b'v'; ENTRY];
    for number in 0..10 {
        cache.put(&format!("old {number}"), &value, MINUTE).await.unwrap();
    }
    for number in 5..10 {
        assert!(cache.get(&format!("old {number}")).await.unwrap().is_some(), "{number}");
    }
    for number in 0..5 {
        cache
            .put_if_absent(&format!("new {number}"), &value, MINUTE)
            .await
            .unwrap();
        assert!(cache.get(&format!("new {number}")).await.unwrap().is_some(), "{number}");
    }
    for number in 0..10 {
        let left = cache.get(&format!("old {number}")).await.unwrap().is_some();
        assert_eq!(left, number >= 5, "old {number}");
    }
}

#[tokio::test]
async fn memory_counts_what_is_replaced_and_removed() {
    const ENTRY: usize = 10_000;
    let cache = Cache::Memory(MemoryCache::new(Clock::system(), 3 * ENTRY));
    let value = vec![b'v'; ENTRY - 500];
    for _ in 0..100 {
        cache.put("same", &value, MINUTE).await.unwrap();
        cache.put("other", &value, MINUTE).await.unwrap();
        cache.remove("other").await.unwrap();
        assert!(cache.put_if_equal("same", &value, &value, MINUTE).await.unwrap());
    }
    // Room for two more was never taken.
    cache.put("second", &value, MINUTE).await.unwrap();
    cache.put("third", &value, MINUTE).await.unwrap();
    for key in ["same", "second", "third"] {
        assert!(text(&cache, key).await.is_some(), "{key}");
    }
    // A value that is larger than the store is not kept, and displaces nothing.
    cache.put("vast", &vec![b'v'; 4 * ENTRY], MINUTE).await.unwrap();
    assert_eq!(text(&cache, "vast").await, None);
    cache.put("third", &vec![b'v'; 4 * ENTRY], MINUTE).await.unwrap();
    assert_eq!(text(&cache, "third").await, None);
    assert!(text(&cache, "same").await.is_some() && text(&cache, "second").await.is_some());
    cache.put("small", b"v", MINUTE).await.unwrap();
    assert_eq!(text(&cache, "small").await.as_deref(), Some("v"));
}
