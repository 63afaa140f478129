//! The configuration files of the repository are the operator's reference: they must be complete and correct.

use std::{collections::BTreeSet, fs};

use fanpass::settings::{SecretFile, Settings, Violation};

use crate::support::{nowhere, with};

const DEFAULT: &str = include_str!("../../config/default.toml");
const DOTENV: &str = include_str!("../../.env.example");

/// The keys that a file sets, or shows behind a `#`, and whether a line of comment stands above each.
fn documented(text: &str) -> Vec<(String, bool)> {
    let mut section = String::new();
    let mut keys = Vec::new();
    let mut has_comment = false;
    for line in text.lines() {
        // The operator names each section of this kind.
        let line = match line {
            "# [apps.shop]" => "[<id>]",
            // A list of tables is a key, and each of its tables has keys.
            "# [[push.forward]]" => {
                keys.push(("push.forward".to_owned(), has_comment));
                "push.forward".clone_into(&mut section);
                has_comment = false;
                continue;
            }
            line => line,
        };
        let header = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        let line_or_comment = line.strip_prefix("# ").unwrap_or(line);
        let key = line_or_comment.split_once(" = ").map(|(key, _)| key);
        let key = key.filter(|key| {
            key.chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        });
        match (header, key) {
            // A table whose entries the operator names is one key.
            (Some(header), _) if header.contains('.') => keys.push((header.to_owned(), has_comment)),
            (Some("<id>"), _) => "apps.<id>".clone_into(&mut section),
            (Some(header), _) => header.clone_into(&mut section),
            (None, Some(key)) => keys.push((format!("{section}.{key}"), has_comment)),
            (None, None) => {}
        }
        has_comment = line.starts_with("# ") && key.is_none();
    }
    keys
}

fn keys_of_the_reference() -> Vec<String> {
    documented(DEFAULT).into_iter().map(|(key, _)| key).collect()
}

#[test]
fn default_toml_explains_every_key() {
    let keys = keys_of_the_reference();
    let known = Settings::keys();
    assert_eq!(keys.len(), known.len(), "a key stands there twice");
    assert_eq!(BTreeSet::from_iter(keys), BTreeSet::from_iter(known));
    let documented = documented(DEFAULT);
    assert!(documented.iter().all(|(_, has_comment)| *has_comment), "{documented:?}");
}

#[test]
fn every_key_of_the_reference_can_be_set_and_no_other() {
    let keys = keys_of_the_reference();
    assert!(keys.len() >= 35, "{keys:?}");
    for key in keys {
        let variable = format!(
            "FANPASS__{}",
            key.replace("<id>", "shop").to_uppercase().replace('.', "__")
        );
        // No key takes this value; an unknown key would be refused for that.
        let fault = with(&variable, "\u{1}").with("FANPASS_ENV", "test").fault();
        assert_eq!(fault.key, variable);
        assert!(!matches!(fault.kind, Violation::UnknownKey { .. }), "{fault}");
    }
    let other = with("FANPASS__SERVER__COLOUR", "\u{1}").with("FANPASS_ENV", "test");
    assert!(matches!(other.fault().kind, Violation::UnknownKey { .. }));
}

#[test]
fn the_files_of_the_environments_explain_what_they_change() {
    let known = keys_of_the_reference();
    for text in [
        include_str!("../../config/development.toml"),
        include_str!("../../config/test.toml"),
        include_str!("../../config/production.toml"),
    ] {
        let documented = documented(text);
        assert!(!documented.is_empty());
        for (key, has_comment) in documented {
            assert!(has_comment && known.contains(&key), "{key}");
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
        "SESSION_KEYS_ALSO",
        "DATABASE_URL",
        "REDIS_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "OPS_API_KEY",
        "APP_SHOP_API_KEY",
        "PUSH_FORWARD_CRM_SECRET",
        "PUSH_FORWARD_BOT_TOKEN",
        "PUSH_FORWARD_BOT_AES_KEY",
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
    let is_dotenv = |file: &SecretFile| file.named_by == ".env";
    assert!(settings.secret_files.iter().any(is_dotenv));
    settings.secret_files.retain(|file| !is_dotenv(file));
    let bare = nowhere().load();
    // Each is in a folder of its own.
    settings.replies_file.clone_from(&bare.replies_file);
    settings.storage.location.clone_from(&bare.storage.location);
    assert_eq!(format!("{settings:?}"), format!("{bare:?}"));
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
