//! The whole way of a fan: from the first visit to being unknown again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use super::{journey::AUTHORIZE, phone::Phone};
use crate::support::{
    WECHAT, eventually_some,
    photos::{PhotoApp, jpeg, png, with_exif},
};

/// What a fan reads and taps, in one language.
struct Words {
    language: &'static str,
    register: &'static str,
    photos: &'static str,
    delete_photo: [&'static str; 2],
    me: &'static str,
    export: &'static str,
    delete: &'static str,
    really: &'static str,
    deleted: &'static str,
}

const CHINESE: Words = Words {
    language: "zh",
    register: "微信授权并注册",
    photos: "我的照片",
    delete_photo: ["删除", "确定删除"],
    me: "我的数据",
    export: "下载我的数据",
    delete: "删除我的数据",
    really: "全部删除",
    deleted: "您的数据已删除",
};

const ENGLISH: Words = Words {
    language: "en",
    register: "Register with WeChat",
    photos: "My photos",
    delete_photo: ["Delete", "Delete it"],
    me: "My data",
    export: "Download my data",
    delete: "Delete my data",
    really: "Delete it all",
    deleted: "Your data is deleted",
};

#[actix_web::test]
async fn a_fan_signs_in_shares_takes_everything_along_and_is_unknown_again() {
    goes_the_whole_way(&CHINESE).await;
}

#[actix_web::test]
async fn an_english_fan_goes_the_whole_way() {
    goes_the_whole_way(&ENGLISH).await;
}

async fn goes_the_whole_way(words: &Words) {
    let site = PhotoApp::start_with(|builder| builder.set("jssdk.enabled", "true")).await;
    let (files, downloads) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let agent = WECHAT.replace("Language/zh_CN", &format!("Language/{}", words.language));
    let Some(phone) = Phone::with_user_agent(&agent).await else {
        return;
    };
    phone.open(&site.app.at("/")).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("小鹿🦌").await;
    phone.arrives("/welcome").await;
    phone.tap(words.register).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("同意").await;
    phone.arrives("/").await;

    phone.tap(words.photos).await;
    phone.arrives("/photos").await;
    phone.picks_in_wechat(2).await;
    let chosen = write_files(files.path());
    phone
        .chooses(&chosen.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        .await;
    phone.has_photos(4).await;
    phone.shares(&site).await;
    phone.deletes_newest(&words.delete_photo).await;
    phone.has_photos(3).await;
    phone.console_is_silent("photos").await;

    phone.open(&site.app.at("/")).await;
    phone.tap(words.me).await;
    phone.arrives("/me").await;
    phone.looks_good(&format!("whole-way-me-{}", words.language)).await;
    let archive = phone.downloads(words.export, downloads.path()).await;
    let listed = Command::new("unzip").arg("-Z1").arg(&archive).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.matches("photos/").count(), 3, "{listed}");
    assert!(listed.contains("profile.json"), "{listed}");

    phone.tap(words.delete).await;
    phone.arrives("/me/delete").await;
    phone.looks_good(&format!("whole-way-delete-{}", words.language)).await;
    phone.tap(words.really).await;
    phone.arrives("/receipt").await;
    let is_deleted = format!(
        "if (document.querySelector('h1').innerText === '{}') return true; location.reload(); return false",
        words.deleted
    );
    phone.waits_for(&is_deleted).await;
    phone.looks_good(&format!("whole-way-receipt-{}", words.language)).await;
    phone.open(&site.app.at("/")).await;
    phone.arrives("/welcome").await;
    assert_eq!(site.app.rows(None).await, 0);
    let text = phone.text().await;
    assert!(!text.contains("小鹿"), "{text}");
}

/// Two photos, one of which says where it was taken.
fn write_files(folder: &Path) -> [PathBuf; 2] {
    let paths = ["海边.jpg", "山.png"].map(|name| folder.join(name));
    let contents = [
        with_exif(&jpeg(1200, 900, [70, 140, 190])),
        png(900, 1200, [90, 150, 90]),
    ];
    for (path, content) in paths.iter().zip(contents) {
        fs::write(path, content).unwrap();
    }
    paths
}

impl Phone {
    /// Picks photos by WeChat's own album, one at a time.
    async fn picks_in_wechat(&self, count: usize) {
        for number in 1..=count {
            self.picks("#sandbox-picture").await;
            self.has_photos(number).await;
        }
        self.waits_for("return !document.querySelector('[data-album]').disabled")
            .await;
    }

    /// Makes a card of the page, as its own script would.
    async fn shares(&self, site: &PhotoApp) {
        let share = "window.isShared = false; fanpass.share({ title: 'A', desc: 'B', link: '/', image: '/a.png' })\
                     .then(function () { isShared = true; })";
        self.run(share, vec![]).await;
        self.waits_for("return window.isShared").await;
        let card = self.run("return wx.sandboxShared.friend", vec![]).await;
        assert_eq!((&card["link"], &card["title"]), (&json!(site.app.at("/")), &json!("A")));
    }

    async fn deletes_newest(&self, taps: &[&str; 2]) {
        self.find(".photos__link").await.click().await.unwrap();
        self.waits_for("return document.querySelector('[data-viewer-image]').naturalWidth > 0")
            .await;
        for label in taps {
            self.tap(label).await;
        }
        self.waits_for("return !document.querySelector('[data-viewer]').open")
            .await;
    }

    /// Taps a link that leads to a file, and waits for it.
    async fn downloads(&self, label: &str, folder: &Path) -> PathBuf {
        let behaviour = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", behaviour).await;
        self.tap(label).await;
        // Until it is whole, it has another name.
        let path = folder.join("my-data.zip");
        eventually_some("the file", async || path.exists().then(|| path.clone())).await
    }
}
