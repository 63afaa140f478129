//! A Redis that responds, but rejects commands.

use std::time::Duration;

use fanpass::{
    cache::{Cache, CacheError},
    domain::Deadline,
};

use crate::{
    cache_check::{check, missing_rights},
    cache_outages::Log,
    support::{
        cache_settings, eventually,
        private_redis::{PrivateRedis, open},
    },
};

const MINUTE: Duration = Duration::from_secs(60);

/// What a login does: it reads, and claims its code.
async fn use_it(cache: &Cache) -> Result<(), CacheError> {
    cache.get("a").await?;
    cache.put_if_absent("a", b"v", MINUTE).await?;
    cache.remove_if_equal("a", b"v").await?;
    Ok(())
}

/// Uses it as often as many fans would.
async fn use_for(cache: &Cache, time: Duration) {
    let deadline = Deadline::after(time);
    while !deadline.has_passed() {
        drop(use_it(cache).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Uses a cache that rejects commands, and checks that the begin and the end are logged once each.
async fn is_logged_once(log: &Log, cache: &Cache, reply: &str, end: impl AsyncFnOnce()) {
    use_for(cache, Duration::from_millis(2500)).await;
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(
        lines[0].contains("WARN") && lines[0].contains("refuses commands") && lines[0].contains(reply),
        "{lines:#?}"
    );
    assert!(
        !lines[0].contains("made-up-value") && !lines[0].contains("redis.call"),
        "{lines:#?}"
    );
    end().await;
    // Nobody asks for a self-test: ordinary use is enough.
    let is_over = eventually(Duration::from_secs(5), async || {
        drop(use_it(cache).await);
        log.lines().len() > 1
    });
    assert!(is_over.await, "no line says that it is over");
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[1].contains("INFO") && lines[1].contains("refuses nothing"),
        "{lines:#?}"
    );
}

#[tokio::test]
async fn a_user_without_scripts_is_logged_and_check_names_the_missing_right() {
    let Some(mut server) = PrivateRedis::new("a Redis user without scripts") else {
        return;
    };
    server.start();
    let user = ["ACL", "SETUSER", "fan", "on", ">made-up", "~*", "+@all"];
    let refused = ["-eval", "-evalsha", "-info"];
    server.ask::<String>(&[user.as_slice(), &refused].concat()).await;
    let url = format!("redis://fan:made-up@127.0.0.1:{}/", server.port);
    let log = Log::default();
    let _listening = log.listen();
    let cache = open(&url, &cache_settings());
    cache.put("a", b"v", MINUTE).await.unwrap();
    assert!(matches!(cache.self_test().await, Err(CacheError::Refused(_))));

    let (is_well, text) = check(&url);
    assert!(
        !is_well && text.contains("FAULT  cache:") && text.contains("NOPERM"),
        "{text}"
    );
    assert_eq!(missing_rights(&text), ["+eval"], "{text}");
    assert!(!text.contains("made-up"), "{text}");

    is_logged_once(&log, &cache, "NOPERM", async || {
        server.ask::<String>(&["ACL", "SETUSER", "fan", "+eval"]).await;
    })
    .await;
    // INFO, which tells the version only, is refused still.
    let (is_well, text) = check(&url);
    assert!(is_well && text.contains("of unknown version"), "{text}");
}

#[tokio::test]
async fn the_rights_that_check_names_are_enough() {
    let Some(mut server) = PrivateRedis::new("a Redis user with few rights") else {
        return;
    };
    server.start();
    let user = ["ACL", "SETUSER", "fan", "on", ">made-up"];
    let url = format!("redis://fan:made-up@127.0.0.1:{}/", server.port);
    server.ask::<String>(&user).await;
    // Whether its keys are allowed shows when the commands are.
    for _ in 0..2 {
        let (is_well, text) = check(&url);
        assert!(!is_well, "{text}");
        let rights = missing_rights(&text);
        let granted: Vec<&str> = user.into_iter().chain(rights.iter().map(String::as_str)).collect();
        server.ask::<String>(&granted).await;
    }
    let (is_well, text) = check(&url);
    assert!(is_well, "{text}");
}

#[tokio::test]
async fn of_a_numbered_database_only_the_right_that_is_missing_is_named() {
    let Some(mut server) = PrivateRedis::new("a Redis user without SELECT") else {
        return;
    };
    server.start();
    // As the runbook has it for database 0.
    let rights = ["+ping", "+get", "+set", "+del", "+eval", "~fanpass:*"];
    let user = ["ACL", "SETUSER", "fan", "on", ">made-up"];
    server.ask::<String>(&[user.as_slice(), &rights].concat()).await;
    let url = format!("redis://fan:made-up@127.0.0.1:{}/3", server.port);
    let (is_well, text) = check(&url);
    assert!(!is_well && text.contains("FAULT  cache:"), "{text}");
    assert_eq!(missing_rights(&text), ["+select"], "{text}");

    let log = Log::default();
    let listening = log.listen();
    let get = open(&url, &cache_settings()).get("a").await;
    assert!(matches!(&get, Err(CacheError::Refused(reply)) if reply.contains("NOPERM") && reply.contains("select")));
    assert_eq!(log.lines().len(), 1, "{:#?}", log.lines());
    drop(listening);

    server
        .ask::<String>(&["ACL", "SETUSER", "fan", "-get", "resetkeys"])
        .await;
    let (_, text) = check(&url);
    let key = missing_rights(&text).pop().unwrap();
    assert!(key.starts_with("~fanpass:") && key.ends_with(":*"), "{text}");
    assert_eq!(missing_rights(&text), ["+select", "+get", &key], "{text}");
    server
        .ask::<String>(&["ACL", "SETUSER", "fan", "+select", "+get", &key])
        .await;
    let (is_well, text) = check(&url);
    assert!(is_well, "{text}");
}

#[tokio::test]
async fn check_and_self_tests_write_nothing() {
    let Some(mut server) = PrivateRedis::new("a Redis in which nothing is written") else {
        return;
    };
    server.start();
    assert!(check(&server.url()).0);
    let cache = server.cache();
    for _ in 0..3 {
        cache.self_test().await.unwrap();
    }
    let persistence: String = server.ask(&["INFO", "persistence"]).await;
    assert!(
        persistence.contains("rdb_changes_since_last_save:0\r\n"),
        "{persistence}"
    );
    assert_eq!(server.ask::<u32>(&["DBSIZE"]).await, 0);
}

#[tokio::test]
async fn a_full_memory_is_logged_and_no_outage() {
    let Some(mut server) = PrivateRedis::with("a Redis that is full", &["maxmemory-policy noeviction"]) else {
        return;
    };
    server.start();
    let log = Log::default();
    let _listening = log.listen();
    let cache = server.cache();
    cache.self_test().await.unwrap();
    // Less than it takes itself.
    server.ask::<String>(&["CONFIG", "SET", "maxmemory", "100kb"]).await;
    let put = cache.put("a", b"made-up-value", MINUTE).await;
    assert!(matches!(put, Err(CacheError::Refused(_))), "{put:?}");
    assert_eq!(cache.get("a").await.unwrap(), None, "it still reads");

    let (is_well, text) = check(&server.url());
    assert!(
        !is_well && text.contains("OOM") && text.contains("maxmemory-policy"),
        "{text}"
    );
    is_logged_once(&log, &cache, "OOM", async || {
        server.ask::<String>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    })
    .await;
    assert!(check(&server.url()).0);
}

#[tokio::test]
async fn a_replica_is_logged_and_works_when_it_is_promoted() {
    let Some(mut master) = PrivateRedis::new("a Redis that is a replica") else {
        return;
    };
    master.start();
    let following = format!("replicaof 127.0.0.1 {}", master.port);
    let mut replica = PrivateRedis::with("a Redis that is a replica", &[&following]).unwrap();
    replica.start();
    let log = Log::default();
    let _listening = log.listen();
    let cache = replica.cache();
    assert!(matches!(cache.self_test().await, Err(CacheError::Refused(_))));
    let (is_well, text) = check(&replica.url());
    assert!(
        !is_well && text.contains("READONLY") && text.contains("sentinels"),
        "{text}"
    );
    is_logged_once(&log, &cache, "READONLY", async || {
        replica.ask::<String>(&["REPLICAOF", "NO", "ONE"]).await;
    })
    .await;
    use_it(&cache).await.unwrap();
}

#[tokio::test]
async fn the_error_about_an_unknown_command_does_not_repeat_its_arguments() {
    let Some(mut server) = PrivateRedis::with("a Redis without SET", &["rename-command SET \"\""]) else {
        return;
    };
    server.start();
    let log = Log::default();
    let _listening = log.listen();
    let put = server.cache().put("a", b"made-up-value", MINUTE).await;
    assert!(
        matches!(&put, Err(CacheError::Refused(reply)) if reply.contains("unknown command 'SET'")),
        "{put:?}"
    );
    let lines = log.lines();
    assert!(lines.len() == 1 && !lines[0].contains("made-up-value"), "{lines:#?}");
}
