use std::{borrow::Cow, sync::LazyLock};

use sha2::{Digest, Sha256};

use crate::domain::routes::STATIC_PREFIX;

/// A file of `static/` with its compressed form.
struct File {
    /// Its path below `static/`.
    name: &'static str,
    bytes: &'static [u8],
    /// Empty if compression would not make the file smaller.
    gzip: &'static [u8],
}

macro_rules! file {
    ($name:literal) => {
        File {
            name: $name,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/static/", $name)),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/static/", $name, ".gz")),
        }
    };
}

/// Every file of `static/`.
static FILES: [File; 8] = [
    file!("app.css"),
    file!("app.js"),
    file!("fanpass.d.ts"),
    file!("fanpass.js"),
    file!("icon.svg"),
    file!("photos.js"),
    file!("vendor/weui/LICENSE.txt"),
    file!("vendor/weui/weui.min.css"),
];

/// A file that the pages link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The compressed content. None if it would not be smaller.
    pub gzip: Option<&'static [u8]>,
    /// The `Content-Type`.
    pub content_type: &'static str,
}

/// The files of `static/`. Their URLs contain a hash of the content, so that browsers may cache them forever.
#[derive(Debug, Clone, Copy)]
pub struct Assets;

struct Entry {
    url: String,
    file: &'static File,
}

/// Built once from the files in the binary.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let entry = |file: &'static File| Entry {
        url: format!("{STATIC_PREFIX}{}", hashed_name(file.name, &Sha256::digest(file.bytes))),
        file,
    };
    FILES.iter().map(entry).collect()
});

impl Assets {
    /// The URL of a file, `app.css` → `/static/app.<hash>.css`. None if there is no such file.
    pub fn url(name: &str) -> Option<&'static str> {
        let entry = ENTRIES.iter().find(|entry| entry.file.name == name)?;
        Some(&entry.url)
    }

    /// The file whose URL is `/static/` followed by `hashed_name`. None for a name without a hash, or with an old one.
    pub fn find(hashed_name: &str) -> Option<Asset> {
        let wanted = |entry: &&Entry| entry.url.strip_prefix(STATIC_PREFIX) == Some(hashed_name);
        let entry = ENTRIES.iter().find(wanted)?;
        let File { name, bytes, gzip } = *entry.file;
        Some(Asset {
            bytes: bytes.into(),
            gzip: (!gzip.is_empty()).then_some(gzip),
            content_type: content_type(name),
        })
    }
}

/// `app.css` → `app.0123456789abcdef.css`; the folder stays.
pub(super) fn hashed_name(name: &str, hash: &[u8]) -> String {
    let digest: String = hex::encode(hash).chars().take(16).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{digest}.{extension}"),
        None => format!("{name}.{digest}"),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" | "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        io::Read,
        path::{Path, PathBuf},
    };

    use flate2::read::GzDecoder;

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static");

    fn files_below(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = entries.map(|path| if path.is_dir() { files_below(&path) } else { vec![path] });
        files.flatten().collect()
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let found = files_below(Path::new(FOLDER)).into_iter();
        let found: BTreeSet<String> = found
            .map(|path| path.strip_prefix(FOLDER).unwrap().to_str().unwrap().to_owned())
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|file| file.name.to_owned()).collect();
        assert_eq!(listed, found);
    }

    #[test]
    fn what_is_compressed_is_smaller_and_the_same() {
        for file in FILES.iter().filter(|file| !file.gzip.is_empty()) {
            let mut plain = Vec::new();
            GzDecoder::new(file.gzip).read_to_end(&mut plain).unwrap();
            assert!(
                plain == file.bytes && file.gzip.len() < file.bytes.len(),
                "{}",
                file.name
            );
        }
        let style = FILES.iter().find(|file| file.name.ends_with("weui.min.css")).unwrap();
        assert!(!style.gzip.is_empty() && style.gzip.len() * 3 < style.bytes.len());
    }

    #[test]
    fn a_file_is_found_under_its_own_url_only() {
        let url = Assets::url("app.css").unwrap();
        let name = url.strip_prefix("/static/").unwrap();
        let asset = Assets::find(name).unwrap();
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        assert_eq!(asset.bytes, fs::read(format!("{FOLDER}/app.css")).unwrap());
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
        for file in &FILES {
            assert_ne!(content_type(file.name), "application/octet-stream", "{}", file.name);
        }
    }

    /// Phones load it before they show a page.
    #[test]
    fn the_page_script_is_small() {
        let script = FILES.iter().find(|file| file.name == "fanpass.js").unwrap();
        assert!((1..6 * 1024).contains(&script.gzip.len()), "{}", script.gzip.len());
    }

    #[test]
    fn weui_comes_with_its_licence() {
        let licence = FILES
            .iter()
            .find(|file| file.name == "vendor/weui/LICENSE.txt")
            .unwrap();
        assert!(String::from_utf8_lossy(licence.bytes).contains("MIT License"));
    }

    /// A relative reference would not contain the hash of its file.
    #[test]
    fn style_sheets_refer_to_nothing_but_data_images() {
        for File { name, bytes, .. } in FILES.iter().filter(|file| file.name.ends_with(".css")) {
            let css = String::from_utf8_lossy(bytes);
            assert!(!css.contains("@import"), "{name}");
            // `url(%23…)` stands inside the data images themselves.
            for reference in css.split("url(").skip(1) {
                let target = reference.trim_start_matches(['"', '\'']);
                assert!(
                    target.starts_with("data:image/") || target.starts_with("%23"),
                    "{name}: {target:.40}"
                );
            }
        }
    }
}
