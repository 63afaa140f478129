//! Mistakes that damage the form of a secret. Each stops the start, names the secret and does not repeat its value.

use fanpass::settings::{CommonMistake, SecretViolation, Settings, Violation};

use crate::support::{Kind, Place, kind, nowhere, production, with};

const APP_SECRET: &str = "0badc0de0badc0de0badc0de0badc0de";
const AES_KEY: &str = "0badc0de0badc0de0badc0de0badc0de0badc0de0ba";

const IN_QUOTES: Kind = kind!(Violation::Mistake(CommonMistake::InQuotes));
const WHITESPACE_AROUND: Kind = kind!(Violation::Mistake(CommonMistake::WhitespaceAround));
const PLACEHOLDER: Kind = kind!(Violation::Mistake(CommonMistake::Placeholder));

/// Each secret with a valid value.
fn secrets() -> [(&'static str, String); 12] {
    let key = "0badc0de".repeat(16);
    [
        ("WECHAT_APP_ID", "wx0badc0de0badc0de".to_owned()),
        ("WECHAT_APP_SECRET", APP_SECRET.to_owned()),
        ("WECHAT_TOKEN", "0badc0de".to_owned()),
        ("WECHAT_ENCODING_AES_KEY", AES_KEY.to_owned()),
        ("WECHAT_ENCODING_AES_KEY_PREVIOUS", AES_KEY.to_owned()),
        ("SESSION_KEY", key.clone()),
        ("SESSION_KEYS_ALSO", format!("{key},{key}")),
        ("DATABASE_URL", "sqlite://0badc0de.db".to_owned()),
        ("AWS_ACCESS_KEY_ID", "AKIA0BADC0DE0BADC0DE".to_owned()),
        (
            "AWS_SECRET_ACCESS_KEY",
            "0badc0de/0badc0de+0badc0de0badc0de0badc0".to_owned(),
        ),
        ("AWS_SESSION_TOKEN", "0badc0de==".to_owned()),
        ("REDIS_URL", "redis://:0badc0de@cache:6379".to_owned()),
    ]
}

/// Asserts that the only fault has this key and this kind, and repeats no part of the value.
#[track_caller]
fn refused(place: &Place, key: &str, is_kind: Kind) {
    let text = place.refused(key, is_kind);
    let small = text.to_lowercase();
    assert!(!small.contains("0badc0de") && !small.contains("made-up"), "{text}");
}

#[test]
fn a_secret_of_its_form_is_taken() {
    for (name, value) in secrets() {
        with(name, &value).load();
        nowhere()
            .file("secret", format!("{value}\n"))
            .with(&format!("{name}_FILE"), "secret")
            .load();
    }
    let place = with("WECHAT_APP_ID", "wx0123456789wxyzab").with("WECHAT_APP_SECRET", &APP_SECRET.to_uppercase());
    assert_eq!(place.load().secrets.app_id.as_str(), "wx0123456789wxyzab");
}

#[test]
fn a_secret_in_quotes_stops_the_start_whatever_secret_it_is() {
    for (name, value) in secrets() {
        for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('＂', '＂')] {
            let quoted = format!("{open}{value}{close}");
            refused(&with(name, &quoted), name, IN_QUOTES);
            let place = nowhere()
                .file("secret", &quoted)
                .with(&format!("{name}_FILE"), "secret");
            refused(&place, &format!("{name}_FILE"), IN_QUOTES);
        }
        let open = with(name, &format!("\"{value}"));
        refused(&open, name, kind!(Violation::Mistake(CommonMistake::QuotationMark)));
    }
}

#[test]
fn whitespace_and_line_ends_around_a_secret_stop_the_start() {
    for (name, value) in secrets() {
        for spoilt in [
            format!(" {value}"),
            format!("{value}\t"),
            format!("{value}\r\n"),
            format!("{value}\u{a0}"),
        ] {
            refused(&with(name, &spoilt), name, WHITESPACE_AROUND);
        }
        let key = format!("{name}_FILE");
        let file = |text: String| nowhere().file("secret", text).with(&key, "secret");
        refused(&file(format!("{value} \n")), &key, WHITESPACE_AROUND);
        refused(&file(format!("{value}\n\n")), &key, WHITESPACE_AROUND);
        refused(
            &file(format!("{value}\nmade-up\n")),
            &key,
            kind!(Violation::Mistake(CommonMistake::SeveralLines)),
        );
        refused(
            &file(" \n".to_owned()),
            &key,
            kind!(Violation::Mistake(CommonMistake::OnlyWhitespace)),
        );
    }
}

#[test]
fn an_invisible_character_in_a_secret_is_found() {
    for (name, value) in secrets() {
        let key = format!("{name}_FILE");
        let place = nowhere()
            .file("secret", format!("\u{feff}{value}\n"))
            .with(&key, "secret");
        refused(&place, &key, kind!(Violation::Mistake(CommonMistake::ByteOrderMark)));
        let spoilt = format!("{value}\u{200b}");
        refused(
            &with(name, &spoilt),
            name,
            kind!(Violation::Mistake(CommonMistake::InvisibleCharacter)),
        );
    }
}

/// Asserts that the secret has `expected.0` characters and needs `expected.1` to `expected.2`.
#[track_caller]
fn wrong_length(name: &str, value: &str, expected: (usize, usize, usize)) {
    let place = with(name, value);
    refused(&place, name, kind!(Violation::Secret(SecretViolation::Length { .. })));
    let fault = place.fault();
    let Violation::Secret(SecretViolation::Length { count, least, most, .. }) = fault.kind else {
        return;
    };
    assert_eq!((count, least, most), expected, "{name}");
}

#[test]
fn a_secret_that_was_cut_is_reported_with_its_length() {
    wrong_length("WECHAT_APP_ID", "wx0badc0de0badc0d", (17, 18, 18));
    wrong_length("WECHAT_APP_SECRET", &APP_SECRET[1..], (31, 32, 32));
    wrong_length("WECHAT_APP_SECRET", &APP_SECRET.repeat(2), (64, 32, 32));
    wrong_length("WECHAT_TOKEN", "ab", (2, 3, 32));
    wrong_length("WECHAT_TOKEN", &"ab".repeat(17), (34, 3, 32));
    wrong_length("WECHAT_ENCODING_AES_KEY", &AES_KEY[1..], (42, 43, 43));
    wrong_length("SESSION_KEY", &"0badc0de".repeat(8), (64, 128, 128));
    let one_and_none = format!("{},", "0badc0de".repeat(16));
    wrong_length("SESSION_KEYS_ALSO", &one_and_none, (0, 128, 128));
}

#[test]
fn characters_that_a_secret_cannot_have_are_refused() {
    let other_characters: Kind = kind!(Violation::Secret(SecretViolation::OtherCharacters { .. }));
    let cases: [(&str, &str, Kind); 8] = [
        ("WECHAT_APP_ID", "WX0BADC0DE0BADC0DE", other_characters),
        (
            "WECHAT_APP_ID",
            "0badc0de0badc0de00",
            kind!(Violation::Secret(SecretViolation::NotAnAppId { .. })),
        ),
        (
            "WECHAT_APP_ID",
            "gh_0badc0de0bad",
            kind!(Violation::Secret(SecretViolation::OriginalId { .. })),
        ),
        (
            "WECHAT_APP_SECRET",
            "0badc0de 0badc0de 0badc0de0badc0",
            kind!(Violation::Secret(SecretViolation::WhitespaceInside { .. })),
        ),
        (
            "WECHAT_APP_SECRET",
            "0badc0deg0badc0de0badc0de0badc0d",
            other_characters,
        ),
        ("WECHAT_TOKEN", "0badc0de-made-up", other_characters),
        (
            "WECHAT_ENCODING_AES_KEY",
            &format!("{}=", &AES_KEY[1..]),
            other_characters,
        ),
        (
            "WECHAT_APP_SECRET",
            &format!("WECHAT_APP_SECRET={APP_SECRET}"),
            kind!(Violation::Mistake(CommonMistake::OwnName)),
        ),
    ];
    for (name, value, is_kind) in cases {
        refused(&with(name, value), name, is_kind);
    }
}

#[test]
fn a_placeholder_that_was_never_filled_in_is_called_one() {
    for value in [
        "changeme",
        "your-app-secret",
        "…",
        "<made-up>",
        "${APP_SECRET}",
        "made-up-example",
        "xxxxxxxx",
    ] {
        for name in [
            "WECHAT_APP_ID",
            "WECHAT_APP_SECRET",
            "WECHAT_ENCODING_AES_KEY",
            "SESSION_KEY",
        ] {
            refused(&with(name, value), name, PLACEHOLDER);
        }
    }
    refused(&with("DATABASE_URL", "postgres://…"), "DATABASE_URL", PLACEHOLDER);
}

#[test]
fn a_key_of_pushes_without_what_it_goes_with_is_a_startup_note() {
    for (key, needed) in [
        ("WECHAT_ENCODING_AES_KEY", "WECHAT_TOKEN"),
        ("WECHAT_ENCODING_AES_KEY_PREVIOUS", "WECHAT_ENCODING_AES_KEY"),
    ] {
        let notes = production().with(key, AES_KEY).load().startup_notes.join("\n");
        let expected = format!("{key} is set, and {needed} is not");
        assert!(notes.contains(&expected) && !notes.contains(AES_KEY), "{notes}");
    }
    let fault = production().with("FANPASS__PUSH__ENABLED", "true").fault();
    assert_eq!(fault.key, "FANPASS__PUSH__ENABLED");
}

#[test]
fn pushes_are_taken_where_a_token_is_set_and_plain_ones_are_a_startup_note() {
    let keys = |settings: &Settings| settings.account().push_keys.map(|keys| keys.aes_keys.len());
    assert_eq!(keys(&production().load()), None);
    let with_token = || production().with("WECHAT_TOKEN", "0badc0de");
    let plain = with_token().load();
    let notes = plain.startup_notes.join("\n");
    assert_eq!(keys(&plain), Some(0));
    assert!(
        notes.contains("pushes come plain") && !notes.contains("0badc0de"),
        "{notes}"
    );
    let safe = with_token().with("WECHAT_ENCODING_AES_KEY", AES_KEY);
    assert_eq!(keys(&safe.load()), Some(1));
    let both = safe.with("WECHAT_ENCODING_AES_KEY_PREVIOUS", AES_KEY);
    assert_eq!(keys(&both.load()), Some(2));
    assert_eq!(keys(&with_token().with("FANPASS__PUSH__ENABLED", "false").load()), None);
}

#[test]
fn a_key_of_the_files_in_quotes_is_refused_in_the_environment() {
    for (name, value) in [
        ("FANPASS__SERVER__PUBLIC_URL", "\"https://fans.example.com\""),
        ("FANPASS__SERVER__PORT", "'8080'"),
        ("FANPASS__SERVER__TRUSTED_PROXIES", "\"10.0.0.0/8\""),
        ("FANPASS__SITE__NAME", "\"好物\""),
        ("FANPASS_ENV", "\"production\""),
    ] {
        refused(&with(name, value), name, IN_QUOTES);
    }
    refused(
        &with("FANPASS__SITE__NAME", "好物\r"),
        "FANPASS__SITE__NAME",
        kind!(Violation::Mistake(CommonMistake::CarriageReturn)),
    );
    let place = with("FANPASS__SITE__NAME", "“好物”").with("FANPASS__WECHAT__ROOT_FILES__a.json", "\"a\"");
    assert_eq!(place.load().site.name, "“好物”");
}
