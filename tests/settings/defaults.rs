use std::{thread, time::Duration};

use fanpass::settings::{Environment, LogFormat, Settings, StorageLocation};

use crate::support::{nowhere, production, with};

/// Every key with its value, in the words of the files.
fn table(settings: &Settings) -> Vec<String> {
    let Settings {
        server,
        ops,
        internal,
        jssdk,
        wechat,
        sandbox,
        site,
        templates,
        fans,
        login,
        limits,
        session,
        database,
        cache,
        push,
        storage,
        photos,
        audit,
        log,
        telemetry,
        ..
    } = settings;
    vec![
        format!("server.host {}", server.host),
        format!("server.port {}", server.port),
        format!("server.public_url {}", server.public_url),
        format!("server.trusted_proxies {:?}", server.trusted_proxies),
        format!("server.shutdown_timeout {:?}", server.shutdown_timeout),
        format!("ops.host {}", ops.host),
        format!("ops.port {}", ops.port),
        format!("internal.host {}", internal.host),
        format!("internal.port {}", internal.port),
        format!("jssdk.enabled {}", jssdk.enabled),
        format!("wechat.api_url {}", wechat.api_url),
        format!("wechat.open_url {}", wechat.open_url),
        format!("wechat.timeout_ms {}", wechat.timeout.as_millis()),
        format!("wechat.max_in_flight {}", wechat.max_in_flight),
        format!("wechat.require_app {}", wechat.require_app),
        format!("wechat.root_files {:?}", wechat.root_files),
        format!("sandbox.enabled {}", sandbox.enabled),
        format!("sandbox.host {}", sandbox.host),
        format!("sandbox.port {}", sandbox.port),
        format!("site.name {}", site.name),
        format!("site.privacy_url {:?}", site.privacy_url),
        format!("site.contact {:?}", site.contact),
        format!("site.time_zone {}", site.time_zone),
        format!("site.icp {:?}", site.icp),
        format!("site.police {:?}", site.police),
        format!("site.logo {:?}", site.logo),
        format!("site.colours {:?}", site.colours.primary),
        format!("templates.texts {:?}", templates.texts),
        format!("fans.refresh_after_days {}", fans.refresh_after_days),
        format!("fans.on_unsubscribe {:?}", fans.on_unsubscribe),
        format!("fans.forget_after_days {}", fans.forget_after_days),
        format!("login.enabled {}", login.enabled),
        format!("limits.per_address_per_minute {}", limits.per_address_per_minute),
        format!("session.ttl_seconds {}", session.ttl_seconds),
        format!("database.pool_size {}", database.pool_size),
        format!("database.pool_timeout_ms {}", database.pool_timeout.as_millis()),
        format!("database.migrate_on_start {}", database.migrate_on_start),
        format!("database.prepared_statements {}", database.prepared_statements),
        format!("cache.key_prefix {}", cache.key_prefix),
        format!("cache.memory {}", cache.memory),
        format!("cache.pool_size {}", cache.pool_size),
        format!("cache.timeout_ms {}", cache.timeout.as_millis()),
        format!("push.enabled {}", push.enabled),
        format!("push.max_age_seconds {}", push.max_age_seconds),
        format!("push.accept_plain {}", push.accept_plain),
        format!("storage.url {:?}", is_default_folder(&storage.location)),
        format!("storage.endpoint {:?}", storage.endpoint),
        format!("storage.region {}", storage.region),
        format!("storage.path_style {}", storage.path_style),
        format!("storage.timeout_ms {}", storage.timeout.as_millis()),
        format!("storage.ca_file {:?}", storage.authorities),
        format!("photos.enabled {}", photos.enabled),
        format!("photos.max_bytes {}", photos.max_bytes),
        format!("photos.max_pixels {}", photos.max_pixels),
        format!("photos.per_fan {}", photos.per_fan),
        format!("photos.memory_mib {}", photos.memory_mib),
        format!("audit.keep_days {}", audit.keep_days),
        format!("log.format {:?}", log.format),
        format!("log.filter {}", log.filter),
        format!("telemetry.otlp_endpoint {:?}", telemetry.otlp_endpoint),
    ]
}

/// The directory of the settings is another one in each test.
fn is_default_folder(location: &StorageLocation) -> bool {
    matches!(location, StorageLocation::Folder(folder) if folder.ends_with("data/objects"))
}

const TEST: [&str; 60] = [
    "server.host 127.0.0.1",
    "server.port 8080",
    "server.public_url http://localhost:8080/",
    "server.trusted_proxies []",
    "server.shutdown_timeout 30s",
    "ops.host 127.0.0.1",
    "ops.port 9090",
    "internal.host 127.0.0.1",
    "internal.port 9093",
    "jssdk.enabled false",
    "wechat.api_url https://api.weixin.qq.com/",
    "wechat.open_url https://open.weixin.qq.com/",
    "wechat.timeout_ms 5000",
    "wechat.max_in_flight 256",
    "wechat.require_app false",
    "wechat.root_files {}",
    "sandbox.enabled false",
    "sandbox.host 127.0.0.1",
    "sandbox.port 8081",
    "site.name 本公众号",
    "site.privacy_url None",
    "site.contact None",
    "site.time_zone Asia/Shanghai",
    "site.icp None",
    "site.police None",
    "site.logo None",
    "site.colours None",
    "templates.texts {}",
    "fans.refresh_after_days 7",
    "fans.on_unsubscribe Keep",
    "fans.forget_after_days 30",
    "login.enabled true",
    "limits.per_address_per_minute 600",
    "session.ttl_seconds 3600",
    "database.pool_size 8",
    "database.pool_timeout_ms 3000",
    "database.migrate_on_start true",
    "database.prepared_statements true",
    "cache.key_prefix fanpass",
    "cache.memory 16777216",
    "cache.pool_size 16",
    "cache.timeout_ms 100",
    // The sandbox's account has a Token.
    "push.enabled true",
    "push.max_age_seconds 300",
    "push.accept_plain false",
    "storage.url true",
    "storage.endpoint None",
    "storage.region us-east-1",
    "storage.path_style true",
    "storage.timeout_ms 10000",
    "storage.ca_file None",
    "photos.enabled false",
    "photos.max_bytes 10485760",
    "photos.max_pixels 50000000",
    "photos.per_fan 200",
    "photos.memory_mib 512",
    "audit.keep_days 400",
    "log.format Text",
    "log.filter error",
    "telemetry.otlp_endpoint None",
];

/// [`TEST`] with other lines for some keys.
fn but(others: &[&str]) -> Vec<String> {
    let key = |line: &str| line.split_once(' ').map(|(key, _)| key.to_owned());
    let line = |line: &str| {
        let other = others.iter().find(|other| key(other) == key(line));
        (*other.unwrap_or(&line)).to_owned()
    };
    TEST.into_iter().map(line).collect()
}

#[test]
fn tests_have_the_plain_defaults() {
    let settings = with("FANPASS_ENV", "test").load();
    assert_eq!(settings.environment, Environment::Test);
    assert_eq!(table(&settings), but(&[]));
}

#[test]
fn development_is_the_default_and_talks_to_the_sandbox() {
    let settings = nowhere().load();
    assert_eq!(settings.environment, Environment::Development);
    let others = [
        "wechat.api_url http://localhost:8081/",
        "wechat.open_url http://localhost:8081/",
        "jssdk.enabled true",
        "sandbox.enabled true",
        "site.name fanpass 演示",
        "photos.enabled true",
        "log.filter info,actix_server=warn",
    ];
    assert_eq!(table(&settings), but(&others));
}

#[test]
fn production_listens_everywhere_requires_wechat_and_logs_json() {
    let settings = production().load();
    assert_eq!(settings.environment, Environment::Production);
    let others = [
        "server.host 0.0.0.0",
        "wechat.require_app true",
        "push.enabled false",
        "log.format Json",
        "log.filter info,actix_server=warn",
    ];
    assert_eq!(table(&settings), but(&others));
    assert_eq!(settings.log.format, LogFormat::Json);
}

#[test]
fn workers_are_as_many_as_cores() {
    let cores = thread::available_parallelism().unwrap();
    assert_eq!(nowhere().load().server.workers, cores);
    assert_eq!(with("FANPASS__SERVER__WORKERS", "3").load().server.workers.get(), 3);
}

#[test]
fn the_public_url_follows_the_port_unless_it_is_set() {
    let settings = with("FANPASS__SERVER__PORT", "3000").load();
    assert_eq!(settings.server.public_url.as_str(), "http://localhost:3000/");
    let settings = with("FANPASS__SERVER__PORT", "3000")
        .with("FANPASS__SERVER__PUBLIC_URL", "http://127.0.0.1:4000")
        .load();
    assert_eq!(settings.server.public_url.as_str(), "http://127.0.0.1:4000/");
}

#[test]
fn the_platform_s_urls_follow_the_sandbox_unless_they_are_set() {
    for (host, expected) in [
        ("127.0.0.1", "http://localhost:7000/"),
        ("0.0.0.0", "http://localhost:7000/"),
        ("::", "http://localhost:7000/"),
        ("127.0.0.2", "http://127.0.0.2:7000/"),
        ("::1", "http://[::1]:7000/"),
    ] {
        let settings = with("FANPASS__SANDBOX__HOST", host)
            .with("FANPASS__SANDBOX__PORT", "7000")
            .with("FANPASS__WECHAT__API_URL", "https://api.example.com")
            .load();
        assert_eq!(settings.wechat.open_url.as_str(), expected);
        assert_eq!(settings.wechat.api_url.as_str(), "https://api.example.com/");
    }
    let settings = with("FANPASS__SANDBOX__ENABLED", "false").load();
    assert_eq!(settings.wechat.api_url.as_str(), "https://api.weixin.qq.com/");
    assert_eq!(settings.wechat.open_url.as_str(), "https://open.weixin.qq.com/");
}

#[test]
fn figures_are_read_in_their_units() {
    let settings = with("FANPASS__SERVER__SHUTDOWN_TIMEOUT", "7")
        .with("FANPASS__WECHAT__TIMEOUT_MS", "700")
        .with("FANPASS__DATABASE__POOL_TIMEOUT_MS", "800")
        .with("FANPASS__CACHE__TIMEOUT_MS", "90")
        .load();
    assert_eq!(settings.server.shutdown_timeout, Duration::from_secs(7));
    assert_eq!(settings.wechat.timeout, Duration::from_millis(700));
    assert_eq!(settings.database.pool_timeout, Duration::from_millis(800));
    assert_eq!(settings.cache.timeout, Duration::from_millis(90));
}

/// A new key gets a row above. `server.workers` has none, for its default is the number of cores; nor have the keys of an app
/// and of a forward target, of which there is none.
#[test]
fn every_key_is_in_the_table() {
    let rows = table(&with("FANPASS_ENV", "test").load());
    let mut listed: Vec<String> = rows
        .iter()
        .map(|row| {
            row.split(' ')
                .next()
                .unwrap()
                .replace("cache.memory", "cache.memory_mib")
        })
        .collect();
    listed.push("server.workers".to_owned());
    listed.push("cache.ca_file".to_owned());
    listed.extend(
        [
            "apps.<id>.name",
            "apps.<id>.url",
            "apps.<id>.hosts",
            "apps.<id>.jssdk",
            "apps.<id>.api",
            "apps.<id>.api_key_sha256",
        ]
        .map(str::to_owned),
    );
    let target = [
        "",
        ".name",
        ".url",
        ".messages",
        ".events",
        ".answers",
        ".format",
        ".private",
        ".app",
    ];
    listed.extend(target.map(|key| format!("push.forward{key}")));
    listed.sort();
    let mut keys = Settings::keys();
    keys.sort();
    assert_eq!(listed, keys);
}
