use std::{borrow::Cow, sync::LazyLock};

use rust_embed::RustEmbed;

use crate::domain::routes::STATIC_PREFIX;

#[derive(RustEmbed)]
#[folder = "static/"]
struct StaticFiles;

/// A file that the pages link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// Its `Content-Type`.
    pub content_type: &'static str,
}

/// The files of `static/`. Their URLs carry a hash of the content, so that they may be cached for ever.
#[derive(Debug, Clone, Copy)]
pub struct Assets;

struct Entry {
    name: String,
    url: String,
}

/// Made from what is in the binary, hence the same for the whole process.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    StaticFiles::iter()
        .filter_map(|name| {
            let hash = StaticFiles::get(&name)?.metadata.sha256_hash();
            Some(Entry {
                url: format!("{STATIC_PREFIX}{}", hashed_name(&name, &hash)),
                name: name.into_owned(),
            })
        })
        .collect()
});

impl Assets {
    /// The URL of a file, `app.css` → `/static/app.<hash>.css`; none if there is no such file.
    pub fn url(name: &str) -> Option<&'static str> {
        let entry = ENTRIES.iter().find(|entry| entry.name == name)?;
        Some(&entry.url)
    }

    /// The file whose URL is `/static/` and then `hashed_name`. A name without its hash, or with an old one, finds
    /// nothing.
    pub fn find(hashed_name: &str) -> Option<Asset> {
        let wanted = |entry: &&Entry| entry.url.strip_prefix(STATIC_PREFIX) == Some(hashed_name);
        let entry = ENTRIES.iter().find(wanted)?;
        Some(Asset {
            bytes: StaticFiles::get(&entry.name)?.data,
            content_type: content_type(&entry.name),
        })
    }
}

/// `app.css` → `app.0123456789abcdef.css`; the folder stays.
fn hashed_name(name: &str, hash: &[u8]) -> String {
    let mark: String = hex::encode(hash).chars().take(16).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{mark}.{extension}"),
        None => format!("{name}.{mark}"),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_under_its_own_url_only() {
        let url = Assets::url("app.css").unwrap();
        let name = url.strip_prefix("/static/").unwrap();
        let asset = Assets::find(name).unwrap();
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        assert_eq!(asset.bytes, StaticFiles::get("app.css").unwrap().data);
        for other in ["app.css", "app.0000000000000000.css", "", "../Cargo.toml", url] {
            assert_eq!(Assets::find(other), None, "{other}");
        }
    }

    #[test]
    fn the_url_changes_with_the_content() {
        assert_eq!(hashed_name("a/b.min.css", &[0xab; 32]), "a/b.min.abababababababab.css");
        assert_ne!(hashed_name("app.css", &[1; 32]), hashed_name("app.css", &[2; 32]));
        assert_eq!(Assets::url("app.css"), Assets::url("app.css"));
        assert_eq!(Assets::url("absent.css"), None);
    }

    #[test]
    fn every_file_has_a_known_type() {
        for entry in ENTRIES.iter() {
            assert_ne!(content_type(&entry.name), "application/octet-stream", "{}", entry.name);
        }
    }

    #[test]
    fn weui_comes_with_its_licence() {
        let licence = StaticFiles::get("vendor/weui/LICENSE.txt").unwrap();
        assert!(String::from_utf8_lossy(&licence.data).contains("MIT License"));
    }

    /// A relative reference would miss the hash of the file that it names.
    #[test]
    fn style_sheets_refer_to_nothing_but_data_images() {
        for entry in ENTRIES.iter().filter(|entry| entry.name.ends_with(".css")) {
            let file = StaticFiles::get(&entry.name).unwrap();
            let css = String::from_utf8_lossy(&file.data).into_owned();
            assert!(!css.contains("@import"), "{}", entry.name);
            // `url(%23…)` stands inside the data images themselves.
            for reference in css.split("url(").skip(1) {
                let target = reference.trim_start_matches(['"', '\'']);
                assert!(
                    target.starts_with("data:image/") || target.starts_with("%23"),
                    "{}: {target:.40}",
                    entry.name
                );
            }
        }
    }
}
