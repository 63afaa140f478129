//! Pictures to send, and sending them.

use std::io::Cursor;

use fanpass::domain::Random;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

use super::{Browser, Page, TestApp, TestAppBuilder};

const BOUNDARY: &str = "made-up-boundary";

/// An application whose fans have photos, and the folder that holds them.
pub struct PhotoApp {
    pub app: TestApp,
    pub folder: TempDir,
}

impl PhotoApp {
    pub async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub async fn start_with(change: impl FnOnce(TestAppBuilder) -> TestAppBuilder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file:{}", folder.path().display());
        let builder = TestApp::with().set("photos.enabled", "true").set("storage.url", &url);
        let app = change(builder).start().await;
        Self { app, folder }
    }

    /// A phone on which a new fan is signed in.
    pub async fn fan(&self) -> Browser {
        let openid = self.app.platform.fan("小雨").await;
        self.app.registered(&openid).await
    }

    /// Sends files as the page's script does.
    pub async fn send(&self, browser: &Browser, files: &[Sent<'_>]) -> Page {
        let (content_type, body) = multipart(files);
        let origin = self.app.url.clone();
        let headers = [
            ("content-type", content_type.as_str()),
            ("origin", &origin),
            ("accept", "application/json"),
        ];
        browser.send("POST", &self.app.at("/api/photos"), &headers, body).await
    }

    /// Sends one picture that is saved, and returns what was answered about it.
    pub async fn saved(&self, browser: &Browser, picture: &[u8]) -> Value {
        let page = self.send(browser, &[Sent::photo("a.jpg", picture)]).await;
        assert_eq!(page.status, 201, "{}", page.text());
        json(&page)["results"][0]["photo"].clone()
    }

    pub async fn delete(&self, browser: &Browser, id: &str) -> Page {
        let url = self.app.at(&format!("/api/photos/{id}"));
        browser
            .send("DELETE", &url, &[("origin", &self.app.url)], Vec::new())
            .await
    }

    /// Every file of a photo below the folder, as a path in it.
    pub fn files(&self) -> Vec<String> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let within = path.strip_prefix(self.folder.path()).unwrap();
                    files.push(within.display().to_string());
                }
            }
        }
        // Avatars are copied there, too.
        files.retain(|file| !file.contains("/avatars/"));
        files
    }
}

/// A part of an upload.
pub struct Sent<'a> {
    pub part: &'a str,
    pub name: &'a str,
    pub bytes: &'a [u8],
}

impl<'a> Sent<'a> {
    pub fn photo(name: &'a str, bytes: &'a [u8]) -> Self {
        let part = "photo";
        Self { part, name, bytes }
    }
}

/// The content type and the body of a form with these files.
pub fn multipart(files: &[Sent<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for Sent { part, name, bytes } in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\nContent-Type: \
             image/jpeg\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// A JPEG of a colour, so that each colour is another file.
pub fn jpeg(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    encoded(width, height, colour, ImageFormat::Jpeg)
}

/// A JPEG that no other test has.
pub fn any_jpeg() -> Vec<u8> {
    let [red, green, blue, ..]: [u8; 4] = Random::system().bytes();
    jpeg(64, 48, [red, green, blue])
}

pub fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    encoded(width, height, colour, ImageFormat::Png)
}

fn encoded(width: u32, height: u32, colour: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_pixel(width, height, Rgb(colour));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The same JPEG with an EXIF block: turned by a quarter (orientation 6), with a maker and a place.
pub fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut bytes = Vec::new();
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend(value.to_be_bytes());
        bytes
    };
    let mut tiff = b"MM\0*\0\0\0\x08".to_vec();
    tiff.extend(3_u16.to_be_bytes());
    // Maker "abc", orientation 6, and a GPS block behind this one.
    tiff.extend(entry(0x010f, 2, 4, u32::from_be_bytes(*b"abc\0")));
    tiff.extend(entry(0x0112, 3, 1, 6 << 16));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend([0; 4]);
    // North.
    tiff.extend(1_u16.to_be_bytes());
    tiff.extend(entry(0x0001, 2, 2, u32::from_be_bytes(*b"N\0\0\0")));
    tiff.extend([0; 4]);
    let mut block = b"Exif\0\0".to_vec();
    block.extend(tiff);
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(u16::try_from(block.len() + 2).unwrap().to_be_bytes());
    bytes.extend(block);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

/// Pixels of a picture.
pub fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}

pub fn json(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.text()))
}

/// The words of the results: `saved`, `known`, or a problem's.
pub fn words(page: &Page) -> Vec<String> {
    let answer = json(page);
    let results = answer["results"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", page.text()));
    let word = |result: &Value| match (&result["photo"], &result["new"]) {
        (Value::Null, _) => problem_word(&result["problem"]),
        (_, Value::Bool(true)) => "saved".to_owned(),
        _ => "known".to_owned(),
    };
    results.iter().map(word).collect()
}

/// The word of a problem document's type.
pub fn problem_word(problem: &Value) -> String {
    let word = problem["type"].as_str().unwrap_or_else(|| panic!("{problem}"));
    word.trim_start_matches("urn:fanpass:problem:").to_owned()
}
