//! What the table must contain, and the pages of the book that are generated from it. `UPDATE_DOCS=1 cargo test --lib
//! explain::book` writes them; without it the test compares.

use std::{
    env,
    fmt::Write,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
};

use super::{
    find::find,
    table::{Entry, SECTIONS, Words, entries},
};
use crate::{
    clients::wechat::{Endpoint, ErrorClass, classify},
    settings::UnnamedProxy,
    telemetry::refusals::Refusal,
};

type Pick = fn(&Words) -> &'static str;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The keys by which an entry is found.
fn keys(entry: &Entry) -> String {
    let numbers = entry.errcodes.iter().map(|number| format!("`{number}`"));
    let statuses = entry.statuses.iter().map(|status| format!("HTTP {status}"));
    let texts = entry.texts.iter().map(|text| format!("`{text}`"));
    numbers.chain(statuses).chain(texts).collect::<Vec<_>>().join(" · ")
}

fn page(introduction: &str, cause: &str, fix: &str, pick: Pick) -> String {
    let mut page = introduction.to_owned();
    for section in &SECTIONS {
        write!(page, "\n## {}\n", pick(&section.title)).unwrap();
        for entry in section.entries {
            write!(page, "\n### {}\n\n{}\n\n", pick(&entry.title), keys(entry)).unwrap();
            write!(
                page,
                "- **{cause}** {}\n- **{fix}** {}\n",
                pick(&entry.cause),
                pick(&entry.fix)
            )
            .unwrap();
        }
    }
    page
}

const ENGLISH: &str = "\
# Troubleshooting

*Generated from the table behind `fanpass explain`; a test compares the two. [中文](troubleshooting.zh-CN.md)*

`fanpass explain` finds these entries in a terminal, without settings and without a network: `fanpass explain 40164`,
`fanpass explain 502`, `fanpass explain 该链接无法访问`, or a whole log line in quotes.

`--lang zh` prints Chinese. Without `--lang` the locale decides (`LC_ALL`, `LC_MESSAGES`, `LANG`); if it names no
language, the language of your words does. If nothing matches, it says so and exits with 1.
";

const CHINESE: &str = "\
# 故障排查

*由 `fanpass explain` 背后的表生成，并由测试核对。[English](troubleshooting.md)*

在终端里用 `fanpass explain` 查询，不需要配置，也不需要网络：`fanpass explain 40164`、`fanpass explain 502`、
`fanpass explain 该链接无法访问`，或者把整行日志放在引号里。

`--lang zh` 用中文回答。不写 `--lang` 时由系统语言决定（`LC_ALL`、`LC_MESSAGES`、`LANG`）；系统没有指定语言时看输入的文字。
没有匹配的内容时会明确说明，退出码为 1。
";

#[test]
fn the_books_pages_are_what_the_table_says() {
    let pages = [
        ("troubleshooting.md", page(ENGLISH, "Cause:", "Fix:", |words| words.en)),
        (
            "troubleshooting.zh-CN.md",
            page(CHINESE, "原因：", "办法：", |words| words.zh),
        ),
    ];
    for (name, expected) in pages {
        let path = root().join("docs").join(name);
        if env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &expected).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == expected,
            "docs/{name} is out of date: run `UPDATE_DOCS=1 cargo test --lib explain::book`"
        );
    }
}

#[test]
fn every_number_that_has_a_class_is_explained() {
    let is_classed = |number| {
        Endpoint::ALL
            .iter()
            .any(|endpoint| classify(*endpoint, number) != ErrorClass::Garbage)
    };
    let numbers: Vec<i64> = (-1..100_000).filter(|number| is_classed(*number)).collect();
    assert!(numbers.len() > 20, "{numbers:?}");
    for number in numbers {
        assert_eq!(find(&number.to_string()).len(), 1, "{number}");
    }
}

#[test]
fn every_text_finds_its_entry_and_every_entry_speaks_both_languages() {
    for entry in entries() {
        for key in entry.texts {
            assert!(find(key).iter().any(|found| std::ptr::eq(*found, entry)), "{key}");
        }
        for words in [&entry.title, &entry.cause, &entry.fix] {
            assert!(
                !words.en.is_empty() && words.zh.chars().any(super::language::is_chinese),
                "{words:?}"
            );
            for text in [words.en, words.zh] {
                let outside_code: String = text.split('`').step_by(2).collect();
                assert!(!outside_code.contains('<'), "a tag in the book, not a name: {text}");
            }
        }
    }
}

#[test]
fn every_failure_page_is_explained() {
    for file in ["texts/zh.ftl", "texts/en.ftl"] {
        let source = fs::read_to_string(root().join(file)).unwrap();
        let texts = source
            .lines()
            .filter_map(|line| line.strip_prefix("error-")?.split_once(" = "));
        // A hint says where to go, not what happened.
        let says_what = |id: &str| id.ends_with("-title") || id.ends_with("-message");
        let texts: Vec<&str> = texts.filter(|(id, _)| says_what(id)).map(|(_, text)| text).collect();
        assert!(texts.len() > 25, "{texts:?}");
        for text in texts {
            assert!(
                !find(text).is_empty(),
                "no entry of src/commands/explain/table/*_pages.rs knows: {text}"
            );
        }
    }
}

#[test]
fn every_warning_and_error_of_the_log_is_explained() {
    let mut messages = 0;
    for file in sources(&root().join("src")) {
        let source = fs::read_to_string(&file).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        for macro_name in ["tracing::warn!(", "tracing::error!("] {
            for call in source.split(macro_name).skip(1) {
                let call = &call[..end_of_call(call)];
                let Some(message) = literals(call).pop() else {
                    assert!(
                        call.contains("UnnamedProxy") || call.contains("%proxy"),
                        "{}: {call}",
                        file.display()
                    );
                    continue;
                };
                messages += 1;
                let known = find(&message.replace("{signal}", "SIGTERM"));
                assert!(
                    !known.is_empty(),
                    "no entry of src/commands/explain/table/log.rs knows `{message}` of {}",
                    file.display()
                );
            }
        }
    }
    assert!(messages > 20, "only {messages} were found");
}

/// The messages between two parts of a source file, with an example for each placeholder. Single words are not messages.
fn messages(path: &str, from: &str, to: &str) -> Vec<String> {
    let source = fs::read_to_string(root().join(path)).unwrap();
    let (_, begun) = source.split_once(from).unwrap();
    let (piece, _) = begun.split_once(to).unwrap();
    let filled = |text: String| {
        text.replace("{server}", "db.example")
            .replace("{user}", "the user \"fan\"")
            .replace("{database}", "the database \"fans\"")
    };
    let mut texts: Vec<String> = literals(piece).into_iter().map(filled).collect();
    texts.retain(|text| text.split_whitespace().count() > 2);
    assert!(texts.len() > 3, "{path}: {texts:?}");
    texts
}

#[test]
fn every_cause_that_check_and_the_log_name_is_explained() {
    let texts = [
        messages("src/repositories/connection/failure.rs", "fn describe(", "\nfn "),
        messages("src/cache/redis/diagnosis.rs", "fn fmt(", "impl Error for"),
    ];
    let proxies = [
        UnnamedProxy::NoneNamed { has_limit: true },
        UnnamedProxy::NoneNamed { has_limit: false },
        UnnamedProxy::OverLimit { private_ip: None },
        UnnamedProxy::OverLimit {
            private_ip: Some(Ipv4Addr::new(10, 0, 0, 1).into()),
        },
    ];
    let proxies = proxies.map(|proxy| proxy.to_string());
    for text in texts.concat().into_iter().chain(proxies) {
        assert!(
            !find(&text).is_empty(),
            "no entry of src/commands/explain/table knows `{text}`"
        );
    }
    let pooler = fs::read_to_string(root().join("src/repositories/connection/postgres/pooler.rs")).unwrap();
    let fault = literals(&pooler).swap_remove(0);
    assert!(!find(&fault).is_empty(), "{fault}");
}

#[test]
fn every_line_of_the_audit_trail_and_of_a_failed_login_is_explained() {
    let mut messages = 0;
    let files = sources(&root().join("src/services/login"));
    for file in files.into_iter().chain([root().join("src/audit.rs")]) {
        let source = fs::read_to_string(&file).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        for call in source.split("tracing::info!(").skip(1) {
            let message = literals(&call[..end_of_call(call)]).pop().unwrap();
            messages += 1;
            assert!(
                !find(&message).is_empty(),
                "no entry of src/commands/explain/table knows `{message}` of {}",
                file.display()
            );
        }
    }
    assert!(messages > 8, "only {messages} were found");
    for reason in Refusal::ALL.iter().map(|reason| reason.as_str()) {
        assert!(
            !find(reason).is_empty(),
            "no entry of src/commands/explain/table knows `{reason}`"
        );
    }
}

/// All sources of fanpass.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// Where the call that begins before `text` ends.
fn end_of_call(text: &str) -> usize {
    let (mut depth, mut in_text, mut escaped) = (1, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'(' if !in_text => depth += 1,
            b')' if !in_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The string literals of a source, with continued lines joined.
fn literals(source: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some((_, begun)) = rest.split_once('"') {
        let mut escaped = false;
        let end = begun.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let end = end.unwrap_or(begun.len());
        let joined: Vec<&str> = begun[..end].split("\\\n").map(str::trim_start).collect();
        found.push(joined.concat());
        rest = begun.get(end + 1..).unwrap_or_default();
    }
    found
}
