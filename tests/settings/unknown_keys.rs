use crate::support::{local, nowhere, with};

#[test]
fn an_unknown_key_in_a_file_is_named_with_the_one_that_was_meant() {
    let fault = local("[server]\nprot = 80\n").fault();
    assert_eq!(
        fault,
        "server.prot in config/local.toml is not a known key; did you mean server.port?"
    );
    let fault = local("[server]\nttl_seconds = 80\n").fault();
    assert_eq!(
        fault,
        "server.ttl_seconds in config/local.toml is not a known key; did you mean session.ttl_seconds?"
    );
    let fault = local("[server]\ncolour_of_buttons = 1\n").fault();
    assert_eq!(
        fault,
        "server.colour_of_buttons in config/local.toml is not a known key; remove it"
    );
}

#[test]
fn an_unknown_section_is_named_with_the_one_that_was_meant() {
    let fault = local("[sevrer]\nport = 80\n").fault();
    assert_eq!(
        fault,
        "sevrer in config/local.toml is not a known key; did you mean [server]?"
    );
    assert!(local("port = 80\n").fault().starts_with("port in config/local.toml"));
    assert!(
        local("\"server.port\" = 80\n")
            .fault()
            .starts_with("server.port in config/local.toml")
    );
    let fault = local("server = 80\n").fault();
    assert!(
        fault.starts_with("server in config/local.toml is not a table"),
        "{fault}"
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
        let expected = format!("{name} is not a known key; did you mean {meant}?");
        assert_eq!(with(name, "80").fault(), expected);
    }
    assert_eq!(
        with("FANPASS__SERVER", "80").fault(),
        "FANPASS__SERVER is not a known key; remove it"
    );
}

#[test]
fn variables_that_kubernetes_sets_for_a_service_called_fanpass_are_let_be() {
    with("FANPASS_PORT", "tcp://10.0.0.1:80")
        .with("FANPASS_SERVICE_HOST", "10.0.0.1")
        .load();
}

#[test]
fn a_secret_among_the_keys_is_sent_to_the_environment_and_not_shown() {
    let places = [
        (local("[wechat]\napp_secret = \"made-up\"\n"), "WECHAT_APP_SECRET"),
        (local("[database]\nurl = \"made-up\"\n"), "DATABASE_URL"),
        (local("[session]\nkey = \"made-up\"\n"), "SESSION_KEY"),
        (local("[cache]\nredis_url = \"made-up\"\n"), "REDIS_URL"),
        (with("FANPASS__WECHAT__APP_ID", "made-up"), "WECHAT_APP_ID"),
    ];
    for (place, name) in places {
        let fault = place.fault();
        let expected =
            format!("is a secret, which comes from the environment only; set the variable {name} or {name}_FILE");
        assert!(fault.contains(&expected), "{fault}");
        assert!(!fault.contains("made-up"), "{fault}");
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
