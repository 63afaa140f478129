use std::collections::BTreeSet;

use crate::support::{Place, local, nowhere, production, with};

#[test]
fn all_faults_are_reported_at_once_each_under_the_name_it_was_set_by() {
    let text =
        "[server]\nport = 70000\nhost = \"localhost\"\n[site]\nname = 5\n[log]\nformat = \"xml\"\nfitler = \"info\"\n";
    let place = local(text)
        .with("FANPASS_ENV", "production")
        .with("FANPASS__SESSION__TTL_SECONDS", "59")
        .with("FANPASS__WECHAT__TIMEOUT_MS", "soon")
        .with("FANPASS__WECHAT__REQUIRE_APP", "yes")
        .with("FANPASS__SERVER__TRUSTED_PROXIES", "10.0.0.0/33,proxy")
        .with("FANPASS__SITE__PRIVACY_URL", "/privacy")
        .with("DATABASE_URL", "postgre://made-up");
    let faults = place.faults();
    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    let expected = [
        "DATABASE_URL",
        "FANPASS__SERVER__TRUSTED_PROXIES",
        "FANPASS__SERVER__TRUSTED_PROXIES",
        "FANPASS__SESSION__TTL_SECONDS",
        "FANPASS__SITE__PRIVACY_URL",
        "FANPASS__WECHAT__REQUIRE_APP",
        "FANPASS__WECHAT__TIMEOUT_MS",
        "SESSION_KEY",
        "WECHAT_APP_ID",
        "WECHAT_APP_SECRET",
        "log.fitler",
        "log.format",
        "server.host",
        "server.port",
        "site.name",
    ];
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert!(
        faults
            .iter()
            .all(|fault| !fault.problem.is_empty() && !fault.remedy.is_empty())
    );
    let in_file: BTreeSet<&str> = faults
        .iter()
        .filter(|fault| fault.file.is_some())
        .map(|fault| fault.key.as_str())
        .collect();
    assert_eq!(
        in_file,
        BTreeSet::from(["log.fitler", "log.format", "server.host", "server.port", "site.name"])
    );
}

#[test]
fn the_error_lists_every_fault_on_a_line_of_its_own() {
    let place = with("FANPASS__SERVER__PORT", "http").with("FANPASS__OPS__PORT", "-1");
    let error = fanpass::settings::Settings::load(place.source()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 faults in the settings:\
         \n  - FANPASS__SERVER__PORT is \"http\"; write a whole number from 0 to 65535\
         \n  - FANPASS__OPS__PORT is \"-1\"; write a whole number from 0 to 65535"
    );
    let one = with("FANPASS__OPS__PORT", "").fault();
    assert_eq!(one, "FANPASS__OPS__PORT is \"\"; write a whole number from 0 to 65535");
}

#[test]
fn an_unknown_environment_is_a_fault_alone() {
    for (name, remedy) in [
        ("prod", "did you mean production?"),
        ("dev", "did you mean development?"),
        ("Production", "did you mean production?"),
        (
            "",
            "write one of development, test, production, or leave it out for development",
        ),
        (
            "staging",
            "write one of development, test, production, or leave it out for development",
        ),
    ] {
        let place = with("FANPASS_ENV", name).with("FANPASS__SERVER__PUBLIC_URL", "https://fans.example.com");
        assert_eq!(place.fault(), format!("FANPASS_ENV is {name:?}; {remedy}"));
    }
}

/// The variable `name` is refused with `problem`.
#[track_caller]
fn refused(place: Place, name: &str, value: &str, problem: &str) {
    let fault = place.with(name, value).fault();
    assert!(
        fault.starts_with(&format!("{name} ")) && fault.contains(problem),
        "{value:?}: {fault}"
    );
}

#[test]
fn figures_outside_their_range_are_refused() {
    for (name, wrong) in [
        ("FANPASS__SERVER__WORKERS", ["0", "1025"]),
        ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", ["-1", "601"]),
        ("FANPASS__WECHAT__TIMEOUT_MS", ["499", "30001"]),
        ("FANPASS__FANS__REFRESH_AFTER_DAYS", ["-1", "3651"]),
        ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", ["-1", "1000001"]),
        ("FANPASS__SESSION__TTL_SECONDS", ["59", "2592001"]),
        ("FANPASS__DATABASE__POOL_SIZE", ["0", "1001"]),
        ("FANPASS__DATABASE__POOL_TIMEOUT_MS", ["99", "60001"]),
        ("FANPASS__CACHE__POOL_SIZE", ["0", "1001"]),
        ("FANPASS__CACHE__TIMEOUT_MS", ["9", "5001"]),
    ] {
        for value in wrong {
            refused(nowhere(), name, value, "write a whole number from ");
        }
    }
    for (name, right) in [
        ("FANPASS__WECHAT__TIMEOUT_MS", ["500", "30000"]),
        ("FANPASS__SESSION__TTL_SECONDS", ["60", "2592000"]),
        ("FANPASS__FANS__REFRESH_AFTER_DAYS", ["0", "3650"]),
    ] {
        for value in right {
            with(name, value).load();
        }
    }
}

#[test]
fn a_value_of_another_kind_is_refused() {
    for (text, problem) in [
        (
            "[server]\nport = 80.5\n",
            "server.port in config/local.toml is not a whole number",
        ),
        ("[server.port]\nx = 1\n", "server.port is not a whole number"),
        (
            "[server]\ntrusted_proxies = 10\n",
            "server.trusted_proxies in config/local.toml is not a list",
        ),
        (
            "[sandbox]\nenabled = 1\n",
            "sandbox.enabled in config/local.toml is not a truth value",
        ),
        (
            "[log]\nfilter = true\n",
            "log.filter in config/local.toml is not a string; put it in quotes",
        ),
        (
            "[wechat]\nroot_files = \"x\"\n",
            "wechat.root_files in config/local.toml is not a table",
        ),
    ] {
        let fault = local(text).fault();
        assert!(fault.starts_with(problem), "{fault}");
    }
    let problem = "is not a table; write [wechat.root_files]";
    refused(nowhere(), "FANPASS__WECHAT__ROOT_FILES", "x", problem);
}

#[test]
fn words_are_checked() {
    for (name, value, problem) in [
        ("FANPASS__SERVER__HOST", "localhost", "write an IP address"),
        ("FANPASS__LOG__FORMAT", "JSON", "write text or json"),
        ("FANPASS__LOG__FILTER", "fanpass=loud", "write levels"),
        ("FANPASS__LOG__FILTER", "", "write levels"),
        ("FANPASS__CACHE__KEY_PREFIX", "", "write 1 to 64 ASCII letters"),
        ("FANPASS__CACHE__KEY_PREFIX", "a b", "write 1 to 64 ASCII letters"),
        ("FANPASS__SITE__NAME", " ", "write one line of 1 to 64 characters"),
        ("FANPASS__SITE__NAME", "a\nb", "write one line of 1 to 64 characters"),
        (
            "FANPASS__SITE__PRIVACY_URL",
            "javascript:alert(1)",
            "is not an http or https URL",
        ),
        (
            "FANPASS__SITE__CONTACT",
            "a\tb",
            "write one line of 1 to 200 characters",
        ),
    ] {
        refused(nowhere(), name, value, problem);
    }
}

#[test]
fn a_url_with_a_password_is_refused_and_not_shown() {
    for name in [
        "FANPASS__SERVER__PUBLIC_URL",
        "FANPASS__WECHAT__API_URL",
        "FANPASS__WECHAT__OPEN_URL",
        "FANPASS__SITE__PRIVACY_URL",
    ] {
        let fault = with(name, "https://user:made-up@localhost").fault();
        assert!(fault.contains("has a user name or password in it"), "{fault}");
        assert!(!fault.contains("made-up"), "{fault}");
    }
}

#[test]
fn production_s_public_url_is_https_or_loopback() {
    let name = "FANPASS__SERVER__PUBLIC_URL";
    refused(
        production(),
        name,
        "http://fans.example.com",
        "is http and not a loopback address; use https",
    );
    production().with(name, "https://fans.example.com").load();
    production().with(name, "http://127.0.0.1:8080").load();
    let off = with("FANPASS__SANDBOX__ENABLED", "false");
    off.with(name, "http://fans.example.com").load();
}

#[test]
fn the_platform_is_reached_by_https_or_at_a_loopback_address() {
    for name in ["FANPASS__WECHAT__API_URL", "FANPASS__WECHAT__OPEN_URL"] {
        refused(
            nowhere(),
            name,
            "http://api.example.com",
            "is http and not a loopback address",
        );
        refused(
            nowhere(),
            name,
            "https://api.example.com/gateway",
            "has more than an origin",
        );
        nowhere().with(name, "http://127.0.0.1:1").load();
    }
}

#[test]
fn production_refuses_the_sandbox() {
    refused(
        production(),
        "FANPASS__SANDBOX__ENABLED",
        "true",
        "is true, which production refuses",
    );
}

#[test]
fn where_the_sandbox_runs_the_public_url_is_loopback() {
    let name = "FANPASS__SERVER__PUBLIC_URL";
    let problem = "is not a loopback address while the sandbox is on";
    refused(nowhere(), name, "https://fans.example.com", problem);
    let test = with("FANPASS_ENV", "test").with("FANPASS__SANDBOX__ENABLED", "true");
    refused(test, name, "https://fans.example.com", problem);
    let off = with("FANPASS__SANDBOX__ENABLED", "false");
    off.with(name, "https://fans.example.com").load();
}

#[test]
fn a_sandbox_that_is_followed_has_a_known_and_local_address() {
    refused(
        nowhere(),
        "FANPASS__SANDBOX__PORT",
        "0",
        "is 0 while wechat.* points at it",
    );
    refused(
        nowhere(),
        "FANPASS__SANDBOX__HOST",
        "192.0.2.1",
        "is not a loopback address",
    );
    with("FANPASS__SANDBOX__PORT", "0")
        .with("FANPASS__WECHAT__API_URL", "http://localhost:1")
        .with("FANPASS__WECHAT__OPEN_URL", "http://localhost:1")
        .load();
}

#[test]
fn two_listeners_do_not_share_a_port() {
    refused(nowhere(), "FANPASS__OPS__PORT", "8080", "is 8080, as server.port is");
    refused(nowhere(), "FANPASS__SANDBOX__PORT", "9090", "is 9090, as ops.port is");
    let everywhere = with("FANPASS__OPS__HOST", "0.0.0.0");
    refused(everywhere, "FANPASS__OPS__PORT", "8080", "is 8080, as server.port is");
    with("FANPASS__OPS__PORT", "0")
        .with("FANPASS__SERVER__PORT", "0")
        .load();
    with("FANPASS__OPS__PORT", "8080")
        .with("FANPASS__OPS__HOST", "127.0.0.2")
        .load();
    with("FANPASS__OPS__PORT", "8081")
        .with("FANPASS__SANDBOX__ENABLED", "false")
        .load();
}

#[test]
fn a_root_file_has_a_harmless_name_and_a_content() {
    for (entry, problem) in [
        ("\"a/b.txt\" = \"x\"", "cannot be a file at the root"),
        ("\"..\" = \"x\"", "cannot be a file at the root"),
        ("\".env\" = \"x\"", "cannot be a file at the root"),
        ("\"\" = \"x\"", "cannot be a file at the root"),
        ("\"a b.txt\" = \"x\"", "cannot be a file at the root"),
        ("\"文.txt\" = \"x\"", "cannot be a file at the root"),
        ("\"login\" = \"x\"", "would hide a page"),
        ("\"a.txt\" = \"\"", "is empty or too long"),
        ("\"a.txt\" = 12", "is not a string; put it in quotes"),
        ("MP_verify_a.txt = \"x\"", "put the whole file name in quotes"),
    ] {
        let fault = local(&format!("[wechat.root_files]\n{entry}\n")).fault();
        assert!(
            fault.starts_with("wechat.root_files.\"") && fault.contains(problem),
            "{entry}: {fault}"
        );
    }
    refused(
        nowhere(),
        "FANPASS__WECHAT__ROOT_FILES__logout",
        "x",
        "would hide a page",
    );
}

#[test]
fn the_authorities_of_redis_are_read_and_checked_at_the_start() {
    assert!(nowhere().load().cache.authorities.is_none());
    let set = |name: &str| with("FANPASS__CACHE__CA_FILE", name);
    for (place, problem) in [
        (set("none.pem"), "names the file \"none.pem\" that cannot be read"),
        (set("empty.pem").file("empty.pem", ""), "that holds no certificate"),
        (set("text.pem").file("text.pem", "made-up"), "that holds no certificate"),
    ] {
        let fault = place.fault();
        assert!(
            fault.starts_with("FANPASS__CACHE__CA_FILE ") && fault.contains(problem),
            "{fault}"
        );
    }
    let pem = "-----BEGIN CERTIFICATE-----\nbWFkZS11cA==\n-----END CERTIFICATE-----\n";
    let settings = set("ca.pem").file("ca.pem", pem).load();
    assert_eq!(settings.cache.authorities.unwrap(), pem.as_bytes());
}
