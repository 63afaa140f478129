//! `docs/configuration.md` is generated from the comments of the configuration files. `UPDATE_DOCS=1 cargo test --test
//! settings book` writes it; without it the test compares.

use std::{env, fmt::Write, fs, path::Path};

const FILES: [(&str, &str); 4] = [
    ("", include_str!("../../config/default.toml")),
    ("development", include_str!("../../config/development.toml")),
    ("test", include_str!("../../config/test.toml")),
    ("production", include_str!("../../config/production.toml")),
];
const SECRETS: &str = include_str!("../../.env.example");

const INTRODUCTION: &str = "\
# Configuration

*Generated from the comments in `config/*.toml` and `.env.example`; a test keeps it up to date.*

Later layers override earlier ones:

1. `config/default.toml` (built in, then on disk)
2. `config/<FANPASS_ENV>.toml` (built in, then on disk)
3. `config/local.toml` (yours, not in git)
4. `config/apps.d/*.toml` (apps alone, in the order of their names)
5. the environment, where a key is `FANPASS__SECTION__KEY`

A file on disk needs only the keys that it changes. Unknown keys are errors. All faults are reported at once: try
`fanpass check`. To start, [the settings that production needs](deployment.md#settings-that-production-needs).
";

/// One key of a file: its place, its value and its comment.
struct Key {
    section: String,
    name: String,
    value: String,
    comment: String,
}

fn keys(text: &str) -> Vec<Key> {
    let (mut section, mut comment, mut keys) = (String::new(), Vec::new(), Vec::new());
    for line in text.lines() {
        let commented = line.strip_prefix("# ");
        let pair = commented.unwrap_or(line).split_once(" = ");
        let pair = pair.filter(|(name, _)| {
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        });
        if line == "# [apps.shop]" {
            // The operator names each section of this kind.
            "apps.<id>".clone_into(&mut section);
        } else if line == "# [[push.forward]]" {
            // A list of tables is a key, and each of its tables has keys.
            keys.push(Key {
                section: "push".to_owned(),
                name: "forward".to_owned(),
                value: "none".to_owned(),
                comment: comment.join(" "),
            });
            "push.forward".clone_into(&mut section);
            comment.clear();
        } else if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            // A table whose entries the operator names is one key.
            let (outer, name) = header.split_once('.').unwrap_or((header, ""));
            if !name.is_empty() {
                keys.push(Key {
                    section: outer.to_owned(),
                    name: name.to_owned(),
                    value: "none".to_owned(),
                    comment: comment.join(" "),
                });
            }
            outer.clone_into(&mut section);
            comment.clear();
        } else if let Some((name, value)) = pair {
            let (value, name) = (default_value(value, commented.is_some()), name.to_owned());
            keys.push(Key {
                section: section.clone(),
                name,
                value,
                comment: comment.join(" "),
            });
            comment.clear();
        } else if let Some(text) = commented {
            comment.push(text.to_owned());
        } else {
            comment.clear();
        }
    }
    keys
}

/// A key in a comment has its default in brackets behind its example.
fn default_value(value: &str, is_commented: bool) -> String {
    let default = value
        .split_once("(default")
        .map(|(_, default)| default.trim_start_matches([':', ';', ' ']).trim_end_matches(')'));
    match default {
        Some(default) if is_commented => {
            let example = value.split("   (").next().unwrap_or(value);
            if default.starts_with("the sandbox") || default.is_empty() {
                format!("`{example}`; {default}")
            } else {
                default.to_owned()
            }
        }
        _ => format!("`{value}`"),
    }
}

fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    let (defaults, mut section) = (keys(FILES[0].1), String::new());
    for key in &defaults {
        if key.section != section {
            key.section.clone_into(&mut section);
            write!(page, "\n## `{section}`\n\n| key | default | meaning |\n|---|---|---|\n").unwrap();
        }
        let mut value = key.value.clone();
        for (environment, text) in &FILES[1..] {
            let other = keys(text)
                .into_iter()
                .find(|other| (&other.section, &other.name) == (&key.section, &key.name));
            if let Some(other) = other {
                write!(value, "; {environment}: {}", other.value).unwrap();
            }
        }
        writeln!(
            page,
            "| `{section}.{}` | {value} | {} |",
            key.name,
            key.comment.replace('|', "\\|")
        )
        .unwrap();
    }
    page.push_str("\n## Secrets and the environment\n\nFrom the environment only, or from a `.env` file, which never overrides it. Each secret can also come from a file named by\n`NAME_FILE`; setting both is an error. The form of each secret is checked at the start: quotes (as `docker --env-file` keeps\nthem), blanks, a missing piece or a placeholder are faults that name the variable and never show its value.\n\n");
    page.push_str("| variable | meaning |\n|---|---|\n");
    let mut comment: Vec<&str> = Vec::new();
    for line in SECRETS.lines() {
        match (
            line.strip_prefix("# "),
            line.strip_prefix('#').and_then(|rest| rest.split_once('=')),
        ) {
            (Some(text), _) => comment.push(text),
            (None, Some((name, _))) => {
                writeln!(page, "| `{name}` | {} |", comment.join(" ").replace('|', "\\|")).unwrap();
                comment.clear();
            }
            (None, None) => comment.clear(),
        }
    }
    page
}

#[test]
fn the_books_reference_is_what_the_files_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let expected = reference();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/configuration.md is old: run `UPDATE_DOCS=1 cargo test --test settings book`"
    );
}

#[test]
fn every_key_of_the_defaults_is_in_the_reference_with_its_words() {
    let page = reference();
    for key in keys(FILES[0].1) {
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}.{}` |", key.section, key.name)));
        assert!(
            line.is_some_and(|line| line.contains(&key.comment) && !key.comment.is_empty()),
            "{}.{}",
            key.section,
            key.name
        );
    }
}
