//! What an operator changes in the pages, as a browser gets it.

use std::fs;

use png::{BitDepth, ColorType, Encoder};
use tempfile::TempDir;

use crate::support::{Page, TestApp};

const TEXTS: &str = "[templates.texts.zh]\nwelcome-intro = \"<script>alert(1)</script> 我们取得：\"\n\
                     [templates.texts.en]\nindex-update = \"Refresh\"\n";

/// A folder with own texts, colours and a logo.
pub fn dressed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    let site = "[site]\nlogo = \"logo.png\"\nicp = \"京ICP备12345678号-1\"\npolice = \"京公网安备11010502030143号\"\n\
                [site.colours]\nprimary = \"#ffd400\"\nlink = \"#a00000\"\nlink_dark = \"#ff9d9d\"\n";
    fs::write(folder.path().join("config/local.toml"), format!("{site}{TEXTS}")).unwrap();
    let mut encoder = Encoder::new(fs::File::create(folder.path().join("logo.png")).unwrap(), 300, 60);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    // A dark bar with a gap, on nothing: what a logo for white paper looks like.
    let pixel = |x: u32| if x % 60 < 45 { [30, 30, 60, 255] } else { [0, 0, 0, 0] };
    let pixels: Vec<u8> = (0..60).flat_map(|_| (0..300).flat_map(pixel)).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    folder
}

async fn app(folder: &TempDir) -> TestApp {
    TestApp::with().directory(folder.path()).start().await
}

/// The URL in an attribute that ends in this.
fn url_of(page: &Page, end: &str) -> String {
    let text = page.text();
    let url = text
        .split('"')
        .find(|part| part.starts_with("/static/") && part.ends_with(end));
    url.unwrap_or_else(|| panic!("no {end}: {text}")).to_owned()
}

#[actix_web::test]
async fn an_own_text_is_text_whatever_it_contains() {
    let folder = dressed();
    let app = app(&folder).await;
    let page = app.browser().get(&app.at("/welcome")).await.text();
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt; 我们取得："),
        "{page}"
    );
    assert!(!page.contains("<script>alert"), "{page}");
    let english = app.browser().get(&app.at("/welcome?lang=en")).await.text();
    assert!(english.contains("You have not registered yet."), "{english}");
}

#[actix_web::test]
async fn colours_and_logo_are_files_of_our_own_that_may_be_cached_forever() {
    let folder = dressed();
    let app = app(&folder).await;
    let browser = app.browser();
    // Error pages carry them too.
    for path in ["/welcome", "/nothing"] {
        let page = browser.get(&app.at(path)).await;
        for (end, content_type) in [(".css", "text/css; charset=utf-8"), (".png", "image/png")] {
            let url = if end == ".css" {
                own_style(&page)
            } else {
                url_of(&page, end)
            };
            let file = browser.get(&app.at(&url)).await;
            assert_eq!(
                (file.status, file.header("content-type")),
                (200, Some(content_type)),
                "{url}"
            );
            assert_eq!(
                file.header("cache-control"),
                Some("public, max-age=31536000, immutable"),
                "{url}"
            );
        }
        assert!(page.text().contains(">京ICP备12345678号-1</a>"), "{path}");
    }
    let page = browser.get(&app.at("/welcome")).await;
    let style = browser.get(&app.at(&own_style(&page))).await.text();
    assert!(style.contains("--action: #ffd400;"), "{style}");
    let plain = TestApp::start().await;
    let other = plain.browser().get(&plain.at(&own_style(&page))).await;
    assert_eq!(other.status, 404, "another deployment has no such file");
}

fn own_style(page: &Page) -> String {
    let text = page.text();
    let url = text.split('"').find(|part| part.starts_with("/static/colours."));
    url.unwrap_or_else(|| panic!("no style sheet: {text}")).to_owned()
}

#[actix_web::test]
async fn a_fan_s_row_names_the_prompt_that_was_read() {
    let folder = dressed();
    let app = app(&folder).await;
    let prompt = app.browser().get(&app.at("/welcome")).await.text();
    let (_, after) = prompt.split_once("notice=").unwrap();
    let (shown, _) = after.split_once('"').unwrap();
    assert!(shown.starts_with("2026-11.") && shown.len() == 20, "{shown}");
    let replica = app.replica().await;
    let prompt = replica.browser().get(&replica.at("/welcome")).await.text();
    assert!(
        prompt.contains(&format!("notice={shown}\"")),
        "replicas name the same version"
    );

    let version = async |query: &str| {
        let fan = app.platform.fan("小雨").await;
        let browser = app.browser();
        let begun = browser.get(&app.at(&format!("/register?next=/{query}"))).await;
        let callback = browser.decide(begun.location(), &fan, "agree").await;
        browser.open(&callback).await;
        app.row(&fan).await.consent_version
    };
    // A fan who updates the profile has read the prompt before; one with an older prompt still open has read that.
    for (query, expected) in [
        (&*format!("&notice={shown}"), shown),
        ("", shown),
        ("&notice=junk", shown),
        ("&notice=2026-11", "2026-11"),
        ("&lang=en", "2026-11"),
    ] {
        assert_eq!(version(query).await, expected, "{query}");
    }
}
