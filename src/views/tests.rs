//! Tests that apply to every page.

use super::{
    Assets,
    testing::{Tag, every_page, tags},
};
use crate::domain::routes;

#[test]
fn every_page_is_a_whole_chinese_document_with_a_title() {
    for (name, html) in every_page() {
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert!(html.contains("<html lang=\"zh-CN\">"), "{name}");
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
    for (name, html) in every_page() {
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
    for (name, html) in every_page() {
        let mut seen = 0;
        for tag in tags(&html) {
            for key in ["href", "src"] {
                let Some(url) = tag.attribute(key) else { continue };
                if let Some(asset) = url.strip_prefix(routes::STATIC_PREFIX) {
                    assert!(Assets::find(asset).is_some(), "{name}: {url}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 4, "{name}");
    }
}
