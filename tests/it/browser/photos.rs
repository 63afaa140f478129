//! Photos, as a fan chooses, sees and deletes them.

use std::{fs, path::Path};

use serde_json::json;

use super::{journey::phone_on, phone::Phone};
use crate::support::{
    eventually,
    photos::{PhotoApp, jpeg, png, with_exif},
};

/// An HEIC file as far as its first box.
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";

const COLOURS: [[u8; 3]; 7] = [
    [200, 60, 60],
    [60, 160, 80],
    [70, 90, 200],
    [230, 200, 80],
    [140, 70, 160],
    [90, 190, 200],
    [120, 120, 120],
];

/// A fan's phone on the page of photos, and a folder with their files.
async fn at_photos(site: &PhotoApp) -> Option<Phone> {
    let phone = phone_on(&site.app, "小鹿🦌").await?;
    phone.registers().await;
    phone.tap("我的照片").await;
    phone.arrives("/photos").await;
    Some(phone)
}

impl Phone {
    /// Chooses files by the page's button.
    pub(super) async fn chooses(&self, files: &[&Path]) {
        let paths: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
        self.find(".photos__input")
            .await
            .send_keys(&paths.join("\n"))
            .await
            .unwrap();
    }

    /// Looks at the page as it is on a computer.
    async fn looks_wide(&self, name: &str) {
        for scheme in ["light", "dark"] {
            self.shine(scheme).await;
            self.keep_picture(&format!("{name}-{scheme}")).await;
        }
        assert_eq!(self.complaints().await, [""; 0], "{name}");
    }

    pub(super) async fn has_photos(&self, count: usize) {
        self.waits_for(&format!(
            "var shown = document.querySelectorAll('.photos__image'); \
             return shown.length === {count} && [...shown].every(image => image.naturalWidth > 0)"
        ))
        .await;
    }
}

#[actix_web::test]
async fn a_fan_chooses_sees_and_deletes_photos() {
    let (site, folder) = (PhotoApp::start().await, tempfile::tempdir().unwrap());
    let Some(phone) = at_photos(&site).await else { return };
    phone.looks_good("photos-empty").await;
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let holiday = file("海边的照片.jpg", &with_exif(&jpeg(1200, 900, COLOURS[0])));
    let (heic, text) = (file("IMG_0001.heic.jpg", HEIC), file("notes.jpg", b"not a photo"));

    // The refused ones stand beside what was saved.
    phone.chooses(&[&heic, &holiday, &text]).await;
    phone.has_photos(1).await;
    phone
        .waits_for("return document.querySelectorAll('.upload_refused').length === 2")
        .await;
    let said = phone.text().await;
    assert!(said.contains("HEIC") && said.contains("请换成 JPEG"), "{said}");
    assert!(said.contains("已去除： 地点 · 相机"), "{said}");
    let refusals = phone.console().await;
    assert_eq!(refusals.len(), 2, "{refusals:?}");
    phone.looks_good("photos-refused").await;
    // One for each refusal, and one for what was removed.
    for _ in 0..3 {
        phone.tap("知道了").await;
    }

    let more: Vec<_> = COLOURS
        .iter()
        .enumerate()
        .map(|(number, colour)| {
            file(
                &format!("{number}.png"),
                &png(600, 400 + 50 * u32::try_from(number).unwrap(), *colour),
            )
        })
        .collect();
    phone.chooses(&more.iter().map(AsRef::as_ref).collect::<Vec<_>>()).await;
    phone.has_photos(8).await;
    phone
        .waits_for("return document.querySelector('[data-uploads]').children.length === 0")
        .await;
    assert_eq!(phone.find("[data-count]").await.text().await.unwrap(), "8");
    phone.looks_good("photos").await;

    phone.find(".photos__link").await.click().await.unwrap();
    phone
        .waits_for("return document.querySelector('[data-viewer-image]').naturalWidth === 600")
        .await;
    phone.looks_good("photos-viewer").await;
    phone.tap("删除").await;
    phone.looks_good("photos-delete").await;
    phone.tap("不删除").await;
    phone.tap("删除").await;
    phone.tap("确定删除").await;
    phone.has_photos(7).await;
    phone
        .waits_for("return !document.querySelector('[data-viewer]').open")
        .await;
    assert_eq!(phone.find("[data-count]").await.text().await.unwrap(), "7");
    eventually("its bytes go", async || site.files().len() == 14).await;
    phone.console_is_silent("deleting").await;

    phone.open(&site.app.at("/photos?lang=en")).await;
    assert_eq!(phone.heading().await, "My photos");
    phone.looks_good("photos-en").await;

    phone.has_window(1440, 900).await;
    phone.looks_wide("photos-wide").await;
    phone.find(".photos__link").await.click().await.unwrap();
    phone
        .waits_for("return document.querySelector('[data-viewer-image]').naturalWidth === 600")
        .await;
    phone.looks_wide("photos-wide-viewer").await;
}

#[actix_web::test]
async fn progress_is_seen_and_a_busy_server_is_asked_again() {
    let (site, folder) = (PhotoApp::start().await, tempfile::tempdir().unwrap());
    let Some(phone) = at_photos(&site).await else { return };
    // A slow connection: 50 kB a second.
    let slow = json!({ "offline": false, "latency": 20, "downloadThroughput": 1_000_000, "uploadThroughput": 50_000 });
    phone.devtools("Network.enable", json!({})).await;
    phone.devtools("Network.emulateNetworkConditions", slow).await;
    let path = folder.path().join("large.jpg");
    let mut bytes = jpeg(1200, 900, COLOURS[1]);
    // What follows the picture is not kept.
    bytes.resize(200_000, 0);
    fs::write(&path, &bytes).unwrap();
    phone.chooses(&[&path]).await;
    phone
        .waits_for("var bar = document.querySelector('.upload__bar'); return !!bar && bar.value > 0 && bar.value < 1")
        .await;
    phone.has_photos(1).await;
}
