use fanpass::{
    domain::Random,
    settings::{
        DatabaseUrlError, RedisTopology, RedisUrlError, SecretPath, SecretViolation, Settings, SettingsError, Violation,
    },
};
use secrecy::ExposeSecret;

use crate::support::{Kind, Place, kind, nowhere, production, with};

const REQUIRED: [&str; 3] = ["WECHAT_APP_ID", "WECHAT_APP_SECRET", "SESSION_KEY"];

#[test]
fn development_and_tests_need_no_secrets() {
    for environment in ["development", "test"] {
        let secrets = with("FANPASS_ENV", environment).load().secrets;
        assert_eq!(secrets.app_id.as_str(), "wx0000000000000000");
        assert_eq!(secrets.app_secret.expose_secret(), "00000000000000000000000000000000");
        assert_eq!(secrets.database_url.expose(), "sqlite://data/fanpass.db");
        assert!(secrets.redis_url.is_none());
    }
}

#[test]
fn an_absent_session_key_is_made_from_the_random_source_with_a_startup_note() {
    let place = nowhere();
    let random = Random::from_fn(|bytes| bytes.fill(7));
    let settings = Settings::load_with(place.source(), &random).unwrap();
    assert_eq!(settings.secrets.session_keys.current().expose(), &[7; 64]);
    let notes = settings.startup_notes;
    assert!(notes.iter().any(|note| note.contains("SESSION_KEY")), "{notes:?}");

    let settings = place.with("SESSION_KEY", &"0f".repeat(64)).load();
    assert_eq!(settings.secrets.session_keys.current().expose(), &[15; 64]);
    let notes = settings.startup_notes;
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn in_development_the_session_key_is_kept_beside_the_sqlite_file_once_a_start_asks_for_it() {
    let place = nowhere().with("FANPASS_ENV", "development");
    let database = place.path().join("data/fanpass.db");
    let file = place.path().join("data/fanpass.db.session_key");
    let place = place.with("DATABASE_URL", &format!("sqlite://{}", database.display()));
    let mut settings = place.load();
    assert_eq!(settings.kept_session_key.as_deref(), Some(file.as_path()));
    assert!(!file.exists(), "to load settings writes nothing");
    let is_named = |note: &String| note.contains("SESSION_KEY") && note.contains("fanpass.db.session_key");
    assert!(
        settings.startup_notes.iter().any(is_named),
        "{:?}",
        settings.startup_notes
    );

    settings.keep_session_key(&Random::system()).unwrap();
    let kept = *settings.secrets.session_keys.current().expose();
    let mut again = place.load();
    again.keep_session_key(&Random::system()).unwrap();
    assert_eq!(again.secrets.session_keys.current().expose(), &kept);

    let mut set = place.with("SESSION_KEY", &"0f".repeat(64)).load();
    assert_eq!(set.kept_session_key, None);
    set.keep_session_key(&Random::system()).unwrap();
    assert_eq!(set.secrets.session_keys.current().expose(), &[15; 64]);
}

#[test]
fn a_key_that_is_named_twice_is_a_note() {
    let keys = |also: String| {
        let place = nowhere().with("SESSION_KEY", &"0f".repeat(64));
        place.with("SESSION_KEYS_ALSO", &also).load()
    };
    let (other, same) = ("1f".repeat(64), "0f".repeat(64));
    let settings = keys(other.clone());
    assert_eq!(settings.secrets.session_keys.also().len(), 1);
    assert!(settings.startup_notes.is_empty(), "{:?}", settings.startup_notes);
    for twice in [same.clone(), format!("{other},{other}"), format!("{other}, {same}")] {
        let notes = keys(twice).startup_notes;
        assert!(
            notes
                .iter()
                .any(|note| note.contains("SESSION_KEYS_ALSO names a key twice")),
            "{notes:?}"
        );
    }
}

#[test]
fn secrets_are_read_from_the_environment() {
    let secrets = production()
        .with("DATABASE_URL", "sqlite:other.db")
        .with("REDIS_URL", "redis://:made-up@cache:6379/2")
        .load()
        .secrets;
    assert_eq!(secrets.app_id.as_str(), "wx00000000000000aa");
    assert_eq!(secrets.app_secret.expose_secret(), "0badc0de0badc0de0badc0de0badc0de");
    assert_eq!(secrets.session_keys.current().expose(), &[15; 64]);
    assert_eq!(secrets.database_url.expose(), "sqlite:other.db");
    let redis_url = secrets.redis_url.unwrap();
    assert_eq!(redis_url.hosts, [("cache".to_owned(), 6379)]);
    assert_eq!(redis_url.login.password.unwrap().expose_secret(), "made-up");
    assert!(matches!(redis_url.topology, RedisTopology::Standalone { database: 2 }));
}

/// No other variable looks like a misspelling of this one.
fn missing(variable: &'static str, is_empty: bool) -> Violation {
    let similar = None;
    SecretViolation::Missing {
        variable,
        is_empty,
        similar,
    }
    .into()
}

#[test]
fn production_requires_three_and_names_them_all() {
    let place = with("FANPASS_ENV", "production");
    let faults: Vec<(String, Violation)> = place
        .faults()
        .into_iter()
        .map(|fault| (fault.key, fault.kind))
        .collect();
    assert_eq!(faults, REQUIRED.map(|name| (name.to_owned(), missing(name, false))));
}

#[test]
fn an_empty_secret_counts_as_missing() {
    for name in REQUIRED {
        let fault = production().with(name, "").fault();
        assert_eq!((fault.key.as_str(), fault.kind), (name, missing(name, true)));
    }
    let secrets = with("WECHAT_APP_ID", "")
        .with("DATABASE_URL", "")
        .with("REDIS_URL", "")
        .load()
        .secrets;
    assert_eq!(secrets.app_id.as_str(), "wx0000000000000000");
    assert_eq!(secrets.database_url.expose(), "sqlite://data/fanpass.db");
    assert!(secrets.redis_url.is_none());
}

#[test]
fn a_missing_secret_is_looked_for_under_a_similar_name() {
    let place = production()
        .without("WECHAT_APP_SECRET")
        .with("WECHAT_APPSECRET", "0badc0de0badc0de0badc0de0badc0de");
    let expected = SecretViolation::Missing {
        variable: "WECHAT_APP_SECRET",
        is_empty: false,
        similar: Some("WECHAT_APPSECRET".to_owned()),
    };
    assert_eq!(place.fault().kind, expected.into());
}

#[test]
fn each_secret_may_stand_in_a_file() {
    let place = with("FANPASS_ENV", "production")
        .file("run/app_id", "wx00000000000000bb")
        .file("run/app_secret", "0badf00d0badf00d0badf00d0badf00d\n")
        .file("run/session_key", format!("{}\r\n", "11".repeat(64)))
        .file("run/database_url", "sqlite://file.db\n")
        .file("run/redis_url", "redis://file\n");
    let absolute = place.path().join("run/app_secret").to_string_lossy().into_owned();
    let secrets = place
        .with("WECHAT_APP_ID_FILE", "run/app_id")
        .with("WECHAT_APP_SECRET_FILE", &absolute)
        .with("SESSION_KEY_FILE", "run/session_key")
        .with("DATABASE_URL_FILE", "run/database_url")
        .with("REDIS_URL_FILE", "run/redis_url")
        .load()
        .secrets;
    assert_eq!(secrets.app_id.as_str(), "wx00000000000000bb");
    assert_eq!(secrets.app_secret.expose_secret(), "0badf00d0badf00d0badf00d0badf00d");
    assert_eq!(secrets.session_keys.current().expose(), &[17; 64]);
    assert_eq!(secrets.database_url.expose(), "sqlite://file.db");
    assert_eq!(secrets.redis_url.unwrap().hosts, [("file".to_owned(), 6379)]);
}

#[test]
fn a_secret_and_its_file_at_once_is_a_fault() {
    let names = [
        "WECHAT_APP_ID",
        "WECHAT_APP_SECRET",
        "SESSION_KEY",
        "DATABASE_URL",
        "REDIS_URL",
    ];
    for name in names {
        let place = nowhere().file("secret", "made-up").with(name, "made-up");
        let fault = place.with(&format!("{name}_FILE"), "secret").fault();
        let expected = SecretViolation::SetTwice {
            variable: name.to_owned(),
        };
        assert_eq!((fault.key.as_str(), fault.kind), (name, expected.into()));
    }
    let place = nowhere()
        .file("secret", "0badf00d0badf00d0badf00d0badf00d")
        .with("WECHAT_APP_SECRET", "");
    let secrets = place.with("WECHAT_APP_SECRET_FILE", "secret").load().secrets;
    assert_eq!(secrets.app_secret.expose_secret(), "0badf00d0badf00d0badf00d0badf00d");
}

#[test]
fn a_file_that_gives_no_secret_is_named() {
    let key = "SESSION_KEY_FILE";
    match with(key, "run/none").fault().kind {
        Violation::Secret(SecretViolation::UnreadableFile { file, .. }) => {
            assert_eq!(file, SecretPath::from("run/none"));
        }
        kind => panic!("{kind:?}"),
    }
    with(key, "run/none").refused(key, UNREADABLE_FILE);
    let place = nowhere().file("run/empty", "\n").with(key, "run/empty");
    let file = "run/empty".into();
    assert_eq!(place.fault().kind, SecretViolation::EmptyFile { file }.into());
    assert_eq!(place.fault().key, key);
    nowhere()
        .file("run/short", "00\n")
        .with(key, "run/short")
        .refused(key, kind!(Violation::Secret(SecretViolation::Length { count: 2, .. })));
}

const UNREADABLE_FILE: Kind = kind!(Violation::Secret(SecretViolation::UnreadableFile { .. }));

/// Asserts that the variable is refused, and that the fault repeats no part of its value.
#[track_caller]
fn refused(place: Place, name: &str, value: &str, is_kind: Kind) {
    let text = place.with(name, value).refused(name, is_kind);
    assert!(!text.contains("made-up") && !text.contains("abcdef"), "{text}");
}

#[test]
fn a_secret_put_where_its_file_belongs_is_not_repeated() {
    refused(nowhere(), "SESSION_KEY_FILE", "abcdef", UNREADABLE_FILE);
    refused(
        nowhere(),
        "DATABASE_URL_FILE",
        "postgres://u:made-up@h/d",
        UNREADABLE_FILE,
    );
}

#[test]
fn secrets_of_a_wrong_form_are_refused_without_their_value() {
    let long = "abcdefgh".repeat(16);
    let secrets: [(&str, Kind); 2] = [
        (
            "abcdef",
            kind!(Violation::Secret(SecretViolation::Length { count: 6, .. })),
        ),
        (&long, kind!(Violation::Secret(SecretViolation::OtherCharacters { .. }))),
    ];
    for (value, is_kind) in secrets {
        refused(nowhere(), "SESSION_KEY", value, is_kind);
    }
    let redis_urls: [(&str, Kind); 5] = [
        ("made-up", kind!(Violation::RedisUrl(RedisUrlError::NoScheme))),
        (
            "http://:made-up@cache",
            kind!(Violation::RedisUrl(RedisUrlError::UnknownScheme)),
        ),
        (
            "redis+sentinel://:made-up@a,b",
            kind!(Violation::RedisUrl(RedisUrlError::NoMaster)),
        ),
        ("redis:///made-up", kind!(Violation::RedisUrl(RedisUrlError::NoHost))),
        (
            "redis://cache/made-up",
            kind!(Violation::RedisUrl(RedisUrlError::DatabaseNumber)),
        ),
    ];
    for (value, is_kind) in redis_urls {
        refused(nowhere(), "REDIS_URL", value, is_kind);
    }
    let database_urls: [(&str, Kind); 6] = [
        ("made-up.db", kind!(Violation::DatabaseUrl(DatabaseUrlError::NoScheme))),
        ("sqlite://", kind!(Violation::DatabaseUrl(DatabaseUrlError::NoFile))),
        (
            "sqlite::memory:",
            kind!(Violation::DatabaseUrl(DatabaseUrlError::InMemory)),
        ),
        (
            "mariadb://u:made-up@h/d",
            kind!(Violation::DatabaseUrl(DatabaseUrlError::MariaDbScheme)),
        ),
        (
            "postgre://u:made-up@h/d",
            kind!(Violation::DatabaseUrl(DatabaseUrlError::UnknownScheme {
                meant: Some("postgres")
            })),
        ),
        (
            "oracle://u:made-up@h/d",
            kind!(Violation::DatabaseUrl(DatabaseUrlError::UnknownScheme { meant: None })),
        ),
    ];
    for (value, is_kind) in database_urls {
        refused(nowhere(), "DATABASE_URL", value, is_kind);
    }
}

#[cfg(not(feature = "mysql"))]
#[test]
fn a_build_without_mysql_says_so() {
    refused(
        nowhere(),
        "DATABASE_URL",
        "mysql://u:made-up@h/d",
        kind!(Violation::DatabaseUrl(DatabaseUrlError::NotInThisBuild {
            database: "MySQL",
            feature: "mysql"
        })),
    );
}

#[cfg(feature = "mysql")]
#[test]
fn a_mysql_url_is_taken_where_mysql_is_in_the_build() {
    let secrets = nowhere().with("DATABASE_URL", "mysql://u:made-up@h/d").load().secrets;
    assert_eq!(secrets.database_url.scheme(), "mysql");
}

#[cfg(not(feature = "postgres"))]
#[test]
fn postgresql_needs_its_cargo_feature() {
    for scheme in ["postgres", "postgresql"] {
        let url = format!("{scheme}://u:made-up@h/d");
        refused(
            nowhere(),
            "DATABASE_URL",
            &url,
            kind!(Violation::DatabaseUrl(DatabaseUrlError::NotInThisBuild {
                database: "PostgreSQL",
                feature: "postgres"
            })),
        );
    }
}

#[cfg(feature = "postgres")]
#[test]
fn postgresql_is_accepted_under_both_schemes() {
    for scheme in ["postgres", "postgresql"] {
        let url = format!("{scheme}://u:made-up@h/d");
        assert_eq!(with("DATABASE_URL", &url).load().secrets.database_url.expose(), url);
    }
    refused(
        nowhere(),
        "DATABASE_URL",
        "postgres:made-up",
        kind!(Violation::DatabaseUrl(DatabaseUrlError::NoSlashes)),
    );
}

#[test]
fn a_variable_in_small_letters_is_no_secret() {
    let secrets = production().with("session_key", "made-up").load().secrets;
    assert_eq!(secrets.session_keys.current().expose(), &[15; 64]);
}

#[test]
fn debug_shows_no_secret() {
    let key = "abcdef".repeat(21) + "ab";
    let place = production()
        .with("WECHAT_APP_SECRET", "0badc0de0badc0de0badc0de0badc0de")
        .with("SESSION_KEY", &key)
        .with("REDIS_URL", "redis://:made-up@cache");
    let settings = place.load();
    let text = format!("{settings:?} {settings:#?} {:?}", place.source());
    assert!(
        text.contains("wx00000000000000aa") && text.contains("SESSION_KEY"),
        "{text}"
    );
    for secret in ["made-up", "0badc0de", "abcdef"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(
        !text.contains(&format!("{:?}", settings.secrets.session_keys.current().expose())),
        "{text}"
    );
}

#[test]
fn an_error_shows_no_secret_whatever_else_is_wrong() {
    let place = production()
        .with("REDIS_URL", "redis://:made-up@cache")
        .with("DATABASE_URL", "sqlite://made-up.db")
        .with("FANPASS__SERVER__PORT", "x");
    let error: SettingsError = Settings::load(place.source()).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("made-up") && !text.contains("0f0f"), "{text}");
}

#[test]
fn what_is_odd_and_allowed_is_a_startup_note() {
    let notes = production().load().startup_notes.join("\n");
    assert!(
        notes.contains("server.public_url") && notes.contains("site.privacy_url"),
        "{notes}"
    );
    let place = production()
        .with("FANPASS__SERVER__PUBLIC_URL", "https://fans.example.com")
        .with("FANPASS__SITE__PRIVACY_URL", "https://fans.example.com/privacy");
    assert!(place.load().startup_notes.is_empty());
    let settings = with("FANPASS__SANDBOX__ENABLED", "false").load();
    let notes = settings.startup_notes.join("\n");
    assert!(notes.contains("the platform will refuse every login"), "{notes}");
}
