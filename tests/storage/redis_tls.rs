//! Redis under TLS, with passwords and users, and shared by two accounts.

use std::time::Duration;

use fanpass::{
    cache::{Cache, CacheError, ProcessCache, RedisPool},
    domain::AppId,
    settings::{CacheSettings, RedisUrl},
};

use crate::{
    cache_outages::Log,
    support::{
        cache_settings,
        certificates::certificates,
        private_redis::{PrivateRedis, open},
        processes::free_port,
    },
};

const MINUTE: Duration = Duration::from_secs(60);

/// A Redis under TLS whose certificate is for `name`, its URL, and the settings that trust it.
fn tls_server(name: &str) -> Option<(PrivateRedis, String, CacheSettings)> {
    let mut server = PrivateRedis::with("a Redis under TLS", &["tls-auth-clients no", "requirepass made-up"])?;
    certificates(server.folder(), name);
    let (folder, port) = (server.folder().display().to_string(), free_port());
    server.option(format!("tls-port {port}\ntls-cert-file {folder}/certificate.pem"));
    server.option(format!("tls-key-file {folder}/key.pem"));
    server.start();
    server.listens_at(port);
    let settings = CacheSettings {
        authorities: Some(std::fs::read(server.folder().join("authority.pem")).unwrap()),
        timeout: Duration::from_secs(2),
        ..cache_settings()
    };
    Some((server, format!("rediss://:made-up@127.0.0.1:{port}/1"), settings))
}

async fn refused(cache: &Cache, reason: &str) {
    let log = Log::default();
    let _listening = log.listen();
    assert!(matches!(cache.self_test().await, Err(CacheError::Unavailable)));
    let lines = log.lines();
    assert!(lines.iter().any(|line| line.contains(reason)), "{lines:#?}");
}

#[tokio::test]
async fn a_redis_under_tls_is_used_if_its_certificate_is_signed_by_the_given_authority() {
    let Some((server, url, settings)) = tls_server("IP:127.0.0.1") else {
        return;
    };
    let cache = open(&url, &settings);
    cache.put("a", b"v", MINUTE).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap().as_deref(), Some(&b"v"[..]));
    drop(server);
}

#[tokio::test]
async fn a_certificate_that_nobody_known_signed_is_refused() {
    let Some((_server, url, settings)) = tls_server("IP:127.0.0.1") else {
        return;
    };
    let settings = CacheSettings {
        authorities: None,
        ..settings
    };
    refused(&open(&url, &settings), "UnknownIssuer").await;
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let Some((_server, url, settings)) = tls_server("DNS:cache.example") else {
        return;
    };
    refused(&open(&url, &settings), "not valid for name").await;
}

#[tokio::test]
async fn a_user_with_a_password_of_odd_characters_logs_in_and_a_wrong_one_does_not() {
    let acl = "user default off\nuser fan on >m/a:d@e%u#p ~* +@all";
    let Some(mut server) = PrivateRedis::with("a Redis with users", &[acl]) else {
        return;
    };
    server.start();
    let host = format!("127.0.0.1:{}", server.port);
    let right = open(&format!("redis://fan:m%2Fa%3Ad%40e%25u%23p@{host}"), &cache_settings());
    right.put("a", b"v", MINUTE).await.unwrap();
    for wrong in ["fan:made-up@", ":m%2Fa%3Ad%40e%25u%23p@", ""] {
        let cache = open(&format!("redis://{wrong}{host}"), &cache_settings());
        assert!(
            matches!(cache.self_test().await, Err(CacheError::Unavailable)),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn two_accounts_share_one_redis_and_do_not_see_each_other() {
    let Some(mut server) = PrivateRedis::new("a Redis that two accounts share") else {
        return;
    };
    server.start();
    let (url, settings) = (RedisUrl::parse(&server.url()).unwrap(), cache_settings());
    let account = |id: &str| {
        let app_id = AppId::parse(id).unwrap();
        ProcessCache::Redis(RedisPool::open(&url, &settings).unwrap()).of_account(&app_id)
    };
    let (here, there) = (account("wx0000000000000001"), account("wx0000000000000002"));
    here.put("a", b"here", MINUTE).await.unwrap();
    assert_eq!(there.get("a").await.unwrap(), None);
    assert_eq!(there.put_if_absent("a", b"there", MINUTE).await.unwrap(), None);
    there.remove("a").await.unwrap();
    assert_eq!(here.get("a").await.unwrap().as_deref(), Some(&b"here"[..]));
}
