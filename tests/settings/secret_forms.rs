//! The slips by which a secret loses its form: each stops the start under the secret's name, and its value is not told.

use crate::support::{Place, nowhere, production, with};

const APP_SECRET: &str = "0badc0de0badc0de0badc0de0badc0de";
const AES_KEY: &str = "0badc0de0badc0de0badc0de0badc0de0badc0de0ba";

/// Each secret with a value of its form.
fn secrets() -> [(&'static str, String); 9] {
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
        ("REDIS_URL", "redis://:0badc0de@cache:6379".to_owned()),
    ]
}

/// The one fault is under this key, says this, and tells no piece of the value.
#[track_caller]
fn refused(place: &Place, key: &str, problem: &str) {
    let fault = place.fault();
    assert!(fault.starts_with(&format!("{key} {problem}")), "{fault}");
    let shown = fault.to_lowercase();
    assert!(!shown.contains("0badc0de") && !shown.contains("made-up"), "{fault}");
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
            let problem = "is in quotes, as `docker --env-file` keeps them; take them away";
            refused(&with(name, &quoted), name, problem);
            let place = nowhere()
                .file("secret", &quoted)
                .with(&format!("{name}_FILE"), "secret");
            refused(&place, &format!("{name}_FILE"), problem);
        }
        refused(&with(name, &format!("\"{value}")), name, "begins with a quotation mark");
    }
}

#[test]
fn blanks_and_line_ends_around_a_secret_stop_the_start() {
    for (name, value) in secrets() {
        for spoilt in [
            format!(" {value}"),
            format!("{value}\t"),
            format!("{value}\r\n"),
            format!("{value}\u{a0}"),
        ] {
            refused(
                &with(name, &spoilt),
                name,
                "has blanks or a line's end before or behind it",
            );
        }
        let key = format!("{name}_FILE");
        let file = |text: String| nowhere().file("secret", text).with(&key, "secret");
        refused(&file(format!("{value} \n")), &key, "has blanks");
        refused(&file(format!("{value}\n\n")), &key, "has blanks");
        refused(&file(format!("{value}\nmade-up\n")), &key, "has more than one line");
        refused(&file(" \n".to_owned()), &key, "holds nothing but blanks");
    }
}

#[test]
fn what_cannot_be_seen_in_a_secret_is_found() {
    for (name, value) in secrets() {
        let key = format!("{name}_FILE");
        let place = nowhere()
            .file("secret", format!("\u{feff}{value}\n"))
            .with(&key, "secret");
        refused(&place, &key, "begins with a byte order mark");
        let spoilt = format!("{value}\u{200b}");
        refused(&with(name, &spoilt), name, "holds a character that cannot be seen");
    }
}

#[test]
fn a_secret_that_was_cut_is_told_by_its_length() {
    for (name, value, problem) in [
        ("WECHAT_APP_ID", "wx0badc0de0badc0d", "has 17 characters, 18 are needed"),
        (
            "WECHAT_APP_SECRET",
            &APP_SECRET[1..],
            "has 31 characters, 32 are needed",
        ),
        (
            "WECHAT_APP_SECRET",
            &APP_SECRET.repeat(2),
            "has 64 characters, 32 are needed",
        ),
        ("WECHAT_TOKEN", "ab", "has 2 characters, 3 to 32 are needed"),
        (
            "WECHAT_TOKEN",
            &"ab".repeat(17),
            "has 34 characters, 3 to 32 are needed",
        ),
        (
            "WECHAT_ENCODING_AES_KEY",
            &AES_KEY[1..],
            "has 42 characters, 43 are needed",
        ),
        (
            "SESSION_KEY",
            &"0badc0de".repeat(8),
            "has 64 characters, 128 are needed",
        ),
        (
            "SESSION_KEYS_ALSO",
            &format!("{},", "0badc0de".repeat(16)),
            "has 0 characters, 128 are needed",
        ),
    ] {
        refused(&with(name, value), name, problem);
    }
}

#[test]
fn characters_that_a_secret_cannot_have_are_told_in_kind() {
    for (name, value, problem) in [
        (
            "WECHAT_APP_ID",
            "WX0BADC0DE0BADC0DE",
            "has other characters than `wx` and small letters or digits",
        ),
        ("WECHAT_APP_ID", "0badc0de0badc0de00", "does not begin with `wx`"),
        ("WECHAT_APP_ID", "gh_0badc0de0bad", "is the account's original ID"),
        (
            "WECHAT_APP_SECRET",
            "0badc0de 0badc0de 0badc0de0badc0",
            "has blanks inside",
        ),
        (
            "WECHAT_APP_SECRET",
            "0badc0deg0badc0de0badc0de0badc0d",
            "has other characters than hexadecimal digits",
        ),
        (
            "WECHAT_TOKEN",
            "0badc0de-made-up",
            "has other characters than letters or digits",
        ),
        (
            "WECHAT_ENCODING_AES_KEY",
            &format!("{}=", &AES_KEY[1..]),
            "has other characters than letters or digits",
        ),
        (
            "WECHAT_APP_SECRET",
            &format!("WECHAT_APP_SECRET={APP_SECRET}"),
            "begins with its own name",
        ),
    ] {
        refused(&with(name, value), name, problem);
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
            refused(&with(name, value), name, "is a placeholder; write the real value");
        }
    }
    refused(
        &with("DATABASE_URL", "postgres://…"),
        "DATABASE_URL",
        "is a placeholder",
    );
}

#[test]
fn a_secret_that_nothing_uses_yet_is_noted_where_it_is_set() {
    let notes = production().with("WECHAT_TOKEN", "0badc0de").load().notes.join("\n");
    assert!(
        notes.contains("WECHAT_TOKEN is set, and this version does not use it yet"),
        "{notes}"
    );
    assert!(!notes.contains("0badc0de") && !notes.contains("AES_KEY"), "{notes}");
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
        refused(
            &with(name, value),
            name,
            "is in quotes, as `docker --env-file` keeps them; take them away",
        );
    }
    let problem = "ends with a carriage return";
    refused(&with("FANPASS__SITE__NAME", "好物\r"), "FANPASS__SITE__NAME", problem);
    let place = with("FANPASS__SITE__NAME", "“好物”").with("FANPASS__WECHAT__ROOT_FILES__a.json", "\"a\"");
    assert_eq!(place.load().site.name, "“好物”");
}
