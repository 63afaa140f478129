use fanpass::settings::Violation;

use crate::support::{Place, kind, local, nowhere, with};

/// Asserts that the key is unknown, and that `meant` is suggested.
#[track_caller]
fn unknown(place: &Place, key: &str, meant: Option<&str>) {
    let (fault, meant) = (place.fault(), meant.map(str::to_owned));
    assert_eq!((fault.key.as_str(), fault.kind), (key, Violation::UnknownKey { meant }));
    let file = (!key.starts_with("FANPASS__")).then_some("config/local.toml");
    assert_eq!(fault.file.as_deref(), file);
}

#[test]
fn an_unknown_key_in_a_file_is_named_with_the_one_that_was_meant() {
    unknown(&local("[server]\nprot = 80\n"), "server.prot", Some("server.port"));
    unknown(
        &local("[server]\nttl_seconds = 80\n"),
        "server.ttl_seconds",
        Some("session.ttl_seconds"),
    );
    unknown(
        &local("[server]\ncolour_of_buttons = 1\n"),
        "server.colour_of_buttons",
        None,
    );
}

#[test]
fn an_unknown_section_is_named_with_the_one_that_was_meant() {
    unknown(&local("[sevrer]\nport = 80\n"), "sevrer", Some("[server]"));
    unknown(&local("port = 80\n"), "port", None);
    unknown(&local("\"server.port\" = 80\n"), "server.port", None);
    let fault = local("server = 80\n").fault();
    assert_eq!(fault.file.as_deref(), Some("config/local.toml"));
    let name = "server".to_owned();
    assert_eq!(
        (fault.key, fault.kind),
        (name.clone(), Violation::SectionNotATable { name })
    );
}

#[test]
fn an_unknown_variable_is_named_with_the_one_that_was_meant() {
    for (name, meant) in [
        ("FANPASS__SERVER__PROT", "FANPASS__SERVER__PORT"),
        ("FANPASS__SEVRER__PORT", "FANPASS__SERVER__PORT"),
        ("FANPASS__server__port", "FANPASS__SERVER__PORT"),
        ("FANPASS__SERVER__PORT__X", "FANPASS__SERVER__PORT"),
        ("FANPASS__SERVER__TTL_SECONDS", "FANPASS__SESSION__TTL_SECONDS"),
    ] {
        unknown(&with(name, "80"), name, Some(meant));
    }
    unknown(&with("FANPASS__SERVER", "80"), "FANPASS__SERVER", None);
}

#[test]
fn variables_that_kubernetes_sets_for_a_service_called_fanpass_are_ignored() {
    with("FANPASS_PORT", "tcp://10.0.0.1:80")
        .with("FANPASS_SERVICE_HOST", "10.0.0.1")
        .load();
}

#[test]
fn a_secret_among_the_keys_is_sent_to_the_environment_and_not_repeated() {
    let places = [
        (
            local("[wechat]\napp_secret = \"made-up\"\n"),
            "wechat.app_secret",
            "WECHAT_APP_SECRET",
        ),
        (local("[database]\nurl = \"made-up\"\n"), "database.url", "DATABASE_URL"),
        (local("[session]\nkey = \"made-up\"\n"), "session.key", "SESSION_KEY"),
        (
            local("[cache]\nredis_url = \"made-up\"\n"),
            "cache.redis_url",
            "REDIS_URL",
        ),
        (
            with("FANPASS__WECHAT__APP_ID", "made-up"),
            "FANPASS__WECHAT__APP_ID",
            "WECHAT_APP_ID",
        ),
    ];
    for (place, key, variable) in places {
        let text = place.refused(key, kind!(Violation::SecretAmongKeys { .. }));
        assert_eq!(place.fault().kind, Violation::SecretAmongKeys { variable });
        assert!(!text.contains("made-up"), "{text}");
    }
}

#[test]
fn every_unknown_key_of_every_layer_is_named() {
    let place = nowhere()
        .file("config/default.toml", "[server]\na1 = 1\n[ops]\na2 = 1\n")
        .file("config/development.toml", "[b1]\n")
        .file("config/local.toml", "[log]\nc1 = 1\nc2 = 1\n")
        .with("FANPASS__D1", "1");
    let keys: Vec<String> = place.faults().into_iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["ops.a2", "server.a1", "b1", "log.c1", "log.c2", "FANPASS__D1"]);
}
