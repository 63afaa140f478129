use secrecy::ExposeSecret;

use super::*;

fn parse(text: &str) -> RedisUrl {
    RedisUrl::parse(text).unwrap()
}

fn password(login: &RedisLogin) -> Option<&str> {
    login.password.as_ref().map(ExposeSecret::expose_secret)
}

#[test]
fn one_server_has_a_default_port_and_database() {
    let url = parse("redis://cache");
    assert_eq!(url.hosts, [("cache".to_owned(), 6379)]);
    assert!(matches!(url.topology, RedisTopology::Standalone { database: 0 }));
    assert!(!url.tls && url.login.username.is_none() && url.login.password.is_none());

    let url = parse("rediss://fan:made%2Fup@[::1]:7000/3");
    assert_eq!(url.hosts, [("::1".to_owned(), 7000)]);
    assert!(matches!(url.topology, RedisTopology::Standalone { database: 3 }));
    assert_eq!(url.login.username.as_deref(), Some("fan"));
    assert_eq!(password(&url.login), Some("made/up"));
    assert!(url.tls);
}

#[test]
fn sentinels_are_asked_for_a_master_and_have_a_login_of_their_own() {
    let url = parse("redis+sentinel://:made-up@a,b:7000/fans/2?sentinel_user=watch&sentinel_password=other%2Done");
    assert_eq!(url.hosts, [("a".to_owned(), 26379), ("b".to_owned(), 7000)]);
    let RedisTopology::Sentinel {
        master,
        database,
        login,
    } = &url.topology
    else {
        panic!("{url:?}");
    };
    assert_eq!((master.as_str(), *database), ("fans", 2));
    assert_eq!(
        (login.username.as_deref(), password(login)),
        (Some("watch"), Some("other-one"))
    );
    assert_eq!(password(&url.login), Some("made-up"));
}

#[test]
fn a_cluster_is_known_by_some_of_its_nodes() {
    let url = parse("rediss+cluster://a,b:7000,[::1]:1/");
    assert!(matches!(url.topology, RedisTopology::Cluster) && url.tls);
    assert_eq!(url.hosts.len(), 3);
}

#[test]
fn a_plus_and_other_odd_characters_are_what_they_are_in_every_part() {
    let url = parse("redis+sentinel://a+b:c+d:e@f%20g@h/m?sentinel_user=a+b&sentinel_password=c+d%2Be@f=g");
    assert_eq!(url.login.username.as_deref(), Some("a+b"));
    assert_eq!(password(&url.login), Some("c+d:e@f g"));
    let RedisTopology::Sentinel { login, .. } = &url.topology else {
        panic!("{url:?}");
    };
    assert_eq!(login.username.as_deref(), Some("a+b"));
    assert_eq!(password(login), Some("c+d+e@f=g"));
}

#[test]
fn what_cannot_be_right_is_refused_and_not_repeated() {
    for (wrong, expected) in [
        ("made-up", RedisUrlError::NoScheme),
        ("http://made-up", RedisUrlError::UnknownScheme),
        ("redis+ring://made-up", RedisUrlError::UnknownTopology),
        ("redis://", RedisUrlError::NoHost),
        ("redis://:made-up@", RedisUrlError::NoHost),
        ("redis://made-up@:1", RedisUrlError::NoHost),
        ("redis://:made/up@cache", RedisUrlError::RawSlash),
        ("redis://made/up:word@cache/3", RedisUrlError::RawSlash),
        ("redis://:m@de/made@cache", RedisUrlError::RawSlash),
        ("redis+cluster://:made/up@a,b", RedisUrlError::RawSlash),
        ("redis+sentinel://:made/up@a,b/fans", RedisUrlError::RawSlash),
        ("redis://:made?up@cache", RedisUrlError::RawQuestionMark),
        ("redis+cluster://:made?up@a,b", RedisUrlError::RawQuestionMark),
        ("redis+sentinel://:made?up@a,b/fans", RedisUrlError::RawQuestionMark),
        ("redis+sentinel://:made/a?up@a,b/fans", RedisUrlError::RawQuestionMark),
        ("redis://:made#up@cache", RedisUrlError::RawHash),
        ("redis://made up", RedisUrlError::Host),
        ("redis://cache:made-up", RedisUrlError::Port),
        ("redis://cache:0", RedisUrlError::Port),
        ("redis://cache/made-up", RedisUrlError::DatabaseNumber),
        ("redis://cache?made-up=1", RedisUrlError::Parameters),
        ("redis://cache/#made-up", RedisUrlError::RawHash),
        ("redis://:%FFmade-up@cache", RedisUrlError::NotUtf8),
        ("redis://a,made-up", RedisUrlError::SeveralHosts),
        ("redis+cluster://a/1", RedisUrlError::ClusterWithPath),
        ("redis+cluster://a,,made-up", RedisUrlError::NoHost),
        ("redis+sentinel://made-up", RedisUrlError::NoMaster),
        ("redis+sentinel://made-up/", RedisUrlError::NoMaster),
        ("redis+sentinel://a/m?made-up=1", RedisUrlError::UnknownParameter),
    ] {
        let error = RedisUrl::parse(wrong).unwrap_err();
        assert_eq!(error, expected, "{wrong}");
        assert!(!error.to_string().contains("made"), "{error}");
    }
}

#[test]
fn debug_and_display_show_no_password() {
    let url = parse("rediss+sentinel://u:made-up@a/m?sentinel_password=made-up");
    assert_eq!(url.to_string(), "Redis behind Sentinel over TLS");
    assert!(!format!("{url:?}").contains("made-up"));
}
