//! Tests that apply to every page.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::testing::{Tag, every_page, has_link, hostile_views, tags};
use crate::{
    domain::{Language, routes},
    texts,
};

/// The files below a folder of this crate.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    below.flatten().collect()
}

/// What stands between `before` and the next quote, in every file of a folder.
fn named_in(folder: &str, before: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let sources = files(&folder).into_iter().map(|file| fs::read_to_string(file).unwrap());
    let names = sources.flat_map(|source| {
        let rest = source.split(before).skip(1);
        let names = rest.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
        names.collect::<Vec<_>>()
    });
    names.collect()
}

#[test]
fn every_text_that_is_used_exists_and_every_text_is_used() {
    let mut used = named_in("templates", "t(id=\"");
    used.extend(named_in("templates", "t_attribute(id=\""));
    // The sources explain the mark itself with an ellipsis.
    used.extend(named_in("src", "text_id(\"").into_iter().filter(|name| name.is_ascii()));
    let existing: BTreeSet<String> = texts::ids().map(str::to_owned).collect();
    assert_eq!(used, existing);
}

/// What a fan reads: the text outside tags, and what is read aloud.
fn readable(html: &str) -> String {
    let (_, body) = html.split_once("<title>").unwrap();
    let outside = body.split('<').filter_map(|part| Some(part.split_once('>')?.1));
    let spoken = tags(body).into_iter().flat_map(|tag| tag.attributes);
    let spoken = spoken
        .filter(|(name, _)| ["alt", "aria-label", "title", "data-copied", "data-failed"].contains(&name.as_str()));
    outside
        .map(str::to_owned)
        .chain(spoken.map(|(_, value)| value))
        .collect()
}

#[test]
fn an_english_page_has_no_chinese_but_the_link_to_it() {
    let is_chinese = |character: &char| matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    for (name, language, html) in every_page() {
        // The numbers of the filings are names.
        let text = readable(&html)
            .replace("京ICP备12345678号-1", "")
            .replace("京公网安备11010502030143号", "");
        let chinese: String = text.chars().filter(is_chinese).collect();
        match language {
            Language::English => assert_eq!(chinese, "中文", "{name}"),
            Language::Chinese => assert!(chinese.chars().count() > 10 && html.contains(">English</a>"), "{name}"),
        }
    }
}

#[test]
fn the_link_to_the_other_language_says_so_and_stays_in_its_attribute() {
    for (name, language, html) in every_page() {
        let links = tags(&html);
        let link = links.iter().find(|tag| tag.attribute("hreflang").is_some()).unwrap();
        assert_eq!(link.attribute("hreflang"), Some(language.other().tag()), "{name}");
        assert_eq!(link.attribute("href"), Some("?a=\"onclick=\"x&lang=zh"), "{name}");
    }
}

#[test]
fn every_page_is_a_whole_document_with_a_title_in_its_language() {
    for (name, language, html) in every_page() {
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name}");
        assert!(html.contains("viewport-fit=cover"), "{name}");
        assert!(
            !html.contains("user-scalable") && !html.contains("maximum-scale"),
            "{name}"
        );
        let title = html
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next());
        assert!(title.is_some_and(|title| !title.trim().is_empty()), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
    }
}

#[test]
fn no_page_has_an_inline_script_style_or_event_handler() {
    for (name, _, html) in every_page() {
        for tag in tags(&html) {
            assert!(is_clean(&tag), "{name}: {tag:?}");
        }
    }
}

fn is_clean(tag: &Tag) -> bool {
    let inline_script = tag.name == "script" && tag.attribute("src").is_none_or(str::is_empty);
    let attribute_ok = |(key, value): &(String, String)| {
        key != "style" && !key.starts_with("on") && !value.trim_start().starts_with("javascript:")
    };
    tag.name != "style" && tag.name != "base" && !inline_script && tag.attributes.iter().all(attribute_ok)
}

#[test]
fn the_check_for_inline_code_sees_it() {
    for bad in [
        "<script>x</script>",
        "<style>x</style>",
        "<p style='color:red'>",
        "<img src=x onerror=alert(1)>",
        "<a href=\"javascript:x\">",
    ] {
        assert!(tags(bad).iter().any(|tag| !is_clean(tag)), "{bad}");
    }
}

#[test]
fn every_asset_that_a_page_names_exists() {
    let views = hostile_views();
    for (name, _, html) in every_page() {
        let mut seen = 0;
        for tag in tags(&html) {
            for key in ["href", "src"] {
                let Some(url) = tag.attribute(key) else { continue };
                if let Some(asset) = url.strip_prefix(routes::STATIC_PREFIX) {
                    assert!(views.asset(asset).is_some(), "{name}: {url}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 6, "{name}");
    }
}

#[test]
fn the_filings_are_linked_on_every_page() {
    let links = [
        ("https://beian.miit.gov.cn/", "京ICP备12345678号-1"),
        (
            "https://beian.mps.gov.cn/#/query/webSearch?code=11010502030143",
            "京公网安备11010502030143号",
        ),
    ];
    for (name, _, html) in every_page() {
        for (url, number) in links {
            assert!(has_link(&html, url, number), "{name}");
            let tags = tags(&html);
            let link = tags.iter().find(|tag| tag.attribute("href") == Some(url)).unwrap();
            assert_eq!(link.attribute("rel"), Some("noreferrer"), "{name}");
        }
    }
}
