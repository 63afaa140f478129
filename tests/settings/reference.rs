//! The files of the repository are the operator's reference: they must be whole and true.

use std::fs;

use crate::support::{nowhere, with};

const DEFAULT: &str = include_str!("../../config/default.toml");
const DOTENV: &str = include_str!("../../.env.example");

/// The sections and keys of the checked settings, in the order of their file.
const KEYS: [&str; 35] = [
    "server.host",
    "server.port",
    "server.public_url",
    "server.workers",
    "server.trusted_proxies",
    "server.shutdown_timeout",
    "ops.host",
    "ops.port",
    "wechat.api_url",
    "wechat.open_url",
    "wechat.timeout_ms",
    "wechat.max_in_flight",
    "wechat.require_app",
    "wechat.root_files",
    "sandbox.enabled",
    "sandbox.host",
    "sandbox.port",
    "site.name",
    "site.privacy_url",
    "site.contact",
    "fans.refresh_after_days",
    "limits.per_address_per_minute",
    "session.ttl_seconds",
    "database.pool_size",
    "database.pool_timeout_ms",
    "database.migrate_on_start",
    "database.prepared_statements",
    "cache.key_prefix",
    "cache.memory_mib",
    "cache.pool_size",
    "cache.timeout_ms",
    "cache.ca_file",
    "log.format",
    "log.filter",
    "telemetry.otlp_endpoint",
];

/// The keys that a file sets, or shows behind a `#`, and whether a line of comment stands above each.
fn documented(text: &str) -> Vec<(String, bool)> {
    let mut section = String::new();
    let mut keys = Vec::new();
    let mut has_comment = false;
    for line in text.lines() {
        let header = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        let shown = line.strip_prefix("# ").unwrap_or(line);
        let key = shown.split_once(" = ").map(|(key, _)| key);
        let key = key.filter(|key| key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
        match (header, key) {
            (Some("wechat.root_files"), _) => keys.push(("wechat.root_files".to_owned(), has_comment)),
            (Some(header), _) => header.clone_into(&mut section),
            (None, Some(key)) => keys.push((format!("{section}.{key}"), has_comment)),
            (None, None) => {}
        }
        has_comment = line.starts_with("# ") && key.is_none();
    }
    keys
}

#[test]
fn default_toml_explains_every_key() {
    let documented = documented(DEFAULT);
    let keys: Vec<&str> = documented.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, KEYS);
    assert!(documented.iter().all(|(_, has_comment)| *has_comment), "{documented:?}");
}

#[test]
fn every_key_of_the_reference_can_be_set_and_no_other() {
    for key in KEYS {
        let variable = format!("FANPASS__{}", key.to_uppercase().replace('.', "__"));
        // No key takes this value; an unknown key would be refused for that.
        let place = with(&variable, "\u{1}").with("FANPASS_ENV", "test");
        let fault = place.fault();
        assert!(
            fault.starts_with(&variable) && !fault.contains("not a known key"),
            "{fault}"
        );
    }
}

#[test]
fn the_files_of_the_environments_explain_what_they_change() {
    for text in [
        include_str!("../../config/development.toml"),
        include_str!("../../config/test.toml"),
        include_str!("../../config/production.toml"),
    ] {
        let documented = documented(text);
        assert!(!documented.is_empty());
        for (key, has_comment) in documented {
            assert!(has_comment && KEYS.contains(&key.as_str()), "{key}");
        }
    }
}

#[test]
fn the_example_of_dotenv_names_every_secret_and_changes_nothing_as_it_is() {
    for name in [
        "FANPASS_ENV",
        "WECHAT_APP_ID",
        "WECHAT_APP_SECRET",
        "SESSION_KEY",
        "DATABASE_URL",
        "REDIS_URL",
    ] {
        let lines: Vec<&str> = DOTENV.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.starts_with(&format!("#{name}=")))
            .expect(name);
        assert!(lines[at - 1].starts_with("# "), "{name} has no comment");
    }
    let mut settings = nowhere().file(".env", DOTENV).load();
    assert_eq!(std::mem::take(&mut settings.files), [".env"]);
    assert_eq!(std::mem::take(&mut settings.secret_files).len(), 1);
    assert_eq!(format!("{settings:?}"), format!("{:?}", nowhere().load()));
}

#[test]
fn the_example_of_dotenv_is_valid_where_its_lines_are_taken() {
    let lines = DOTENV.lines().map(|line| {
        line.strip_prefix('#')
            .filter(|line| !line.starts_with(' '))
            .unwrap_or(line)
    });
    let text = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("SESSION_KEY=", &format!("SESSION_KEY={}", "0f".repeat(64)));
    let place = nowhere().file(".env", text);
    assert_eq!(place.load().server.public_url.as_str(), "https://fans.example.com/");
}

#[test]
fn the_program_runs_from_an_empty_directory() {
    let place = nowhere();
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    place.load();
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "loading writes nothing");
}
