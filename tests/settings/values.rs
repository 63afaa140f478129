use std::collections::BTreeSet;

use fanpass::settings::{Conflict, FileViolation, RootFileViolation, Settings, SettingsFault, UrlViolation, Violation};

use crate::support::{Kind, Place, kind, local, nowhere, production, with};

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
    // What is wrong, and what to do about it.
    let has_hint = |fault: &SettingsFault| fault.kind.to_string().contains("; ");
    assert!(faults.iter().all(has_hint), "{faults:?}");
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
    let error = Settings::load(place.source()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 faults in the settings:\
         \n  - FANPASS__SERVER__PORT is \"http\"; write a whole number from 0 to 65535\
         \n  - FANPASS__OPS__PORT is \"-1\"; write a whole number from 0 to 65535"
    );
    let one = with("FANPASS__OPS__PORT", "");
    let error = Settings::load(one.source()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 fault in the settings:\
         \n  - FANPASS__OPS__PORT is \"\"; write a whole number from 0 to 65535"
    );
}

#[test]
fn an_unknown_environment_is_a_fault_alone() {
    for (name, hint) in [
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
        let (value, hint) = (name.into(), hint.into());
        assert_eq!(place.fault().key, "FANPASS_ENV");
        assert_eq!(place.fault().kind, Violation::NotAccepted { value, hint });
    }
}

/// Asserts that the variable `name` is refused under its name, for a violation of this kind.
#[track_caller]
fn refused(place: Place, name: &str, value: &str, is_kind: Kind) -> String {
    place.with(name, value).refused(name, is_kind)
}

#[test]
fn figures_outside_their_range_are_refused() {
    for (name, wrong) in [
        ("FANPASS__SERVER__WORKERS", ["0", "1025"]),
        ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", ["-1", "601"]),
        ("FANPASS__WECHAT__TIMEOUT_MS", ["499", "30001"]),
        ("FANPASS__FANS__REFRESH_AFTER_DAYS", ["-1", "3651"]),
        ("FANPASS__AUDIT__KEEP_DAYS", ["29", "3651"]),
        ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", ["-1", "1000001"]),
        ("FANPASS__SESSION__TTL_SECONDS", ["59", "2592001"]),
        ("FANPASS__DATABASE__POOL_SIZE", ["0", "1001"]),
        ("FANPASS__DATABASE__POOL_TIMEOUT_MS", ["99", "60001"]),
        ("FANPASS__CACHE__POOL_SIZE", ["0", "1001"]),
        ("FANPASS__CACHE__TIMEOUT_MS", ["9", "5001"]),
    ] {
        for value in wrong {
            refused(nowhere(), name, value, kind!(Violation::OutOfRange { .. }));
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
    let cases: [(&str, &str, Kind); 6] = [
        (
            "[server]\nport = 80.5\n",
            "server.port",
            kind!(Violation::NotANumber { value: None, .. }),
        ),
        (
            "[server.port]\nx = 1\n",
            "server.port",
            kind!(Violation::NotANumber { value: None, .. }),
        ),
        (
            "[server]\ntrusted_proxies = 10\n",
            "server.trusted_proxies",
            kind!(Violation::NotAList),
        ),
        (
            "[sandbox]\nenabled = 1\n",
            "sandbox.enabled",
            kind!(Violation::NotABoolean { value: None }),
        ),
        ("[log]\nfilter = true\n", "log.filter", kind!(Violation::NotAString)),
        (
            "[wechat]\nroot_files = \"x\"\n",
            "wechat.root_files",
            kind!(Violation::NotATable { .. }),
        ),
    ];
    for (text, key, is_kind) in cases {
        local(text).refused(key, is_kind);
        assert_eq!(local(text).fault().file.as_deref(), Some("config/local.toml"));
    }
    let name = "FANPASS__WECHAT__ROOT_FILES";
    refused(nowhere(), name, "x", kind!(Violation::NotATable { .. }));
}

#[test]
fn words_are_checked() {
    let not_accepted: Kind = kind!(Violation::NotAccepted { .. });
    let cases: [(&str, &str, Kind); 12] = [
        (
            "FANPASS__SERVER__HOST",
            "localhost",
            kind!(Violation::Url(UrlViolation::NotAnIp(_))),
        ),
        ("FANPASS__LOG__FORMAT", "JSON", not_accepted),
        ("FANPASS__LOG__FILTER", "fanpass=loud", kind!(Violation::NotALogFilter)),
        ("FANPASS__LOG__FILTER", "", kind!(Violation::EmptyLogFilter)),
        ("FANPASS__CACHE__KEY_PREFIX", "", not_accepted),
        ("FANPASS__CACHE__KEY_PREFIX", "a b", not_accepted),
        ("FANPASS__SITE__NAME", " ", not_accepted),
        ("FANPASS__SITE__NAME", "a\nb", not_accepted),
        (
            "FANPASS__SITE__PRIVACY_URL",
            "javascript:alert(1)",
            kind!(Violation::Url(UrlViolation::NotHttp)),
        ),
        ("FANPASS__SITE__CONTACT", "a\tb", not_accepted),
        ("FANPASS__SITE__TIME_ZONE", "Asia/Peking", not_accepted),
        ("FANPASS__SITE__TIME_ZONE", "+08:00", not_accepted),
    ];
    for (name, value, is_kind) in cases {
        refused(nowhere(), name, value, is_kind);
    }
}

#[test]
fn a_url_with_a_password_is_refused_and_not_repeated() {
    for name in [
        "FANPASS__SERVER__PUBLIC_URL",
        "FANPASS__WECHAT__API_URL",
        "FANPASS__WECHAT__OPEN_URL",
        "FANPASS__SITE__PRIVACY_URL",
    ] {
        let text = refused(
            nowhere(),
            name,
            "https://user:made-up@localhost",
            kind!(Violation::Url(UrlViolation::HasCredentials)),
        );
        assert!(!text.contains("made-up"), "{text}");
    }
}

#[test]
fn production_s_public_url_is_https_or_loopback() {
    let name = "FANPASS__SERVER__PUBLIC_URL";
    refused(
        production(),
        name,
        "http://fans.example.com",
        kind!(Violation::Url(UrlViolation::NotProtected)),
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
            kind!(Violation::Url(UrlViolation::NotProtected)),
        );
        refused(
            nowhere(),
            name,
            "https://api.example.com/gateway",
            kind!(Violation::Url(UrlViolation::NotAnOrigin)),
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
        kind!(Violation::Conflict(Conflict::SandboxInProduction)),
    );
}

#[test]
fn where_the_sandbox_runs_the_public_url_is_loopback() {
    let name = "FANPASS__SERVER__PUBLIC_URL";
    let is_kind: Kind = kind!(Violation::Conflict(Conflict::PublicUrlWithSandbox));
    refused(nowhere(), name, "https://fans.example.com", is_kind);
    let test = with("FANPASS_ENV", "test").with("FANPASS__SANDBOX__ENABLED", "true");
    refused(test, name, "https://fans.example.com", is_kind);
    let off = with("FANPASS__SANDBOX__ENABLED", "false");
    off.with(name, "https://fans.example.com").load();
}

#[test]
fn a_sandbox_that_is_followed_has_a_known_port_on_this_machine() {
    refused(
        nowhere(),
        "FANPASS__SANDBOX__PORT",
        "0",
        kind!(Violation::Conflict(Conflict::SandboxPortUnknown)),
    );
    refused(
        nowhere(),
        "FANPASS__SANDBOX__HOST",
        "192.0.2.1",
        kind!(Violation::Conflict(Conflict::SandboxHostNotLoopback)),
    );
    with("FANPASS__SANDBOX__PORT", "0")
        .with("FANPASS__WECHAT__API_URL", "http://localhost:1")
        .with("FANPASS__WECHAT__OPEN_URL", "http://localhost:1")
        .load();
}

#[test]
fn two_listeners_do_not_share_a_port() {
    let as_server: Kind = kind!(Violation::Conflict(Conflict::SamePort {
        port: 8080,
        other: "server"
    }));
    let as_ops: Kind = kind!(Violation::Conflict(Conflict::SamePort {
        port: 9090,
        other: "ops"
    }));
    refused(nowhere(), "FANPASS__OPS__PORT", "8080", as_server);
    refused(nowhere(), "FANPASS__SANDBOX__PORT", "9090", as_ops);
    let everywhere = with("FANPASS__OPS__HOST", "0.0.0.0");
    refused(everywhere, "FANPASS__OPS__PORT", "8080", as_server);
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
fn a_root_file_has_a_name_that_hides_nothing_and_a_content() {
    use RootFileViolation::{HidesPage, Length, Name, NameNotQuoted};

    let cases: [(&str, &str, Violation); 10] = [
        ("\"a/b.txt\" = \"x\"", "a/b.txt", Name.into()),
        ("\"..\" = \"x\"", "..", Name.into()),
        ("\".env\" = \"x\"", ".env", Name.into()),
        ("\"\" = \"x\"", "", Name.into()),
        ("\"a b.txt\" = \"x\"", "a b.txt", Name.into()),
        ("\"文.txt\" = \"x\"", "文.txt", Name.into()),
        ("\"login\" = \"x\"", "login", HidesPage.into()),
        ("\"a.txt\" = \"\"", "a.txt", Length { longest: 65536 }.into()),
        ("\"a.txt\" = 12", "a.txt", Violation::NotAString),
        ("MP_verify_a.txt = \"x\"", "MP_verify_a", NameNotQuoted.into()),
    ];
    for (entry, name, expected) in cases {
        let fault = local(&format!("[wechat.root_files]\n{entry}\n")).fault();
        assert_eq!(fault.key, format!("wechat.root_files.{name:?}"));
        assert_eq!(fault.kind, expected, "{entry}");
    }
    refused(
        nowhere(),
        "FANPASS__WECHAT__ROOT_FILES__logout",
        "x",
        kind!(Violation::RootFile(HidesPage)),
    );
}

#[test]
fn the_authorities_of_redis_are_read_and_checked_at_the_start() {
    assert!(nowhere().load().cache.authorities.is_none());
    let set = |name: &str| with("FANPASS__CACHE__CA_FILE", name);
    let no_certificate: Kind = kind!(Violation::File(FileViolation::NoCertificate { .. }));
    let cases: [(Place, Kind); 3] = [
        (
            set("none.pem"),
            kind!(Violation::File(FileViolation::UnreadableCertificates { .. })),
        ),
        (set("empty.pem").file("empty.pem", ""), no_certificate),
        (set("text.pem").file("text.pem", "made-up"), no_certificate),
    ];
    for (place, is_kind) in cases {
        place.refused("FANPASS__CACHE__CA_FILE", is_kind);
    }
    let pem = "-----BEGIN CERTIFICATE-----\nbWFkZS11cA==\n-----END CERTIFICATE-----\n";
    let settings = set("ca.pem").file("ca.pem", pem).load();
    assert_eq!(settings.cache.authorities.unwrap(), pem.as_bytes());
}
