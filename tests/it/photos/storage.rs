//! A storage that does not do what it should: a bucket, and a full disk. (`uploads.rs` has a folder that is gone.)

use std::{cell::Cell, fs, process::Command, time::Duration};

use crate::support::{
    Browser,
    bucket::{Bucket, Fault},
    eventually,
    photos::{PhotoApp, Sent, any_jpeg, json, problem_word, words},
};

/// An upload is refused and a photo cannot be shown, and it is said that this is for now.
async fn assert_away(site: &PhotoApp, fan: &Browser, url: &str, what: &str) {
    let refused = site.send(fan, &[Sent::photo("a.jpg", &any_jpeg())]).await;
    let expected = (503, vec!["storage-down".to_owned()]);
    assert_eq!(
        (refused.status, words(&refused)),
        expected,
        "{what}: {}",
        refused.text()
    );
    assert!(refused.header("retry-after").is_some(), "{what}");
    let shown = fan.get(url).await;
    let word = problem_word(&json(&shown));
    assert_eq!(
        (shown.status, word.as_str()),
        (503, "storage-down"),
        "{what}, never 404"
    );
}

#[actix_web::test]
async fn a_bucket_that_is_away_hangs_or_forbids_loses_no_photo_and_takes_them_again() {
    let Some(bucket) = Bucket::start().await else {
        return;
    };
    let site = PhotoApp::start_with(|app| bucket.settings(app)).await;
    let fan = site.fan().await;
    let photo = site.saved(&fan, &any_jpeg()).await;
    let url = site.app.at(photo["url"].as_str().unwrap());
    let kept = fan.get(&url).await.body;
    for fault in [Fault::Closed, Fault::Hangs, Fault::Forbids] {
        bucket.set(Some(fault));
        assert_away(&site, &fan, &url, &format!("{fault:?}")).await;
        assert_eq!(fan.get(&site.app.at("/")).await.status, 200, "the site goes on");
        bucket.set(None);
        eventually("the photo is shown again", async || fan.get(&url).await.status == 200).await;
        assert_eq!(fan.get(&url).await.body, kept);
        assert_eq!(site.app.number("SELECT COUNT(*) AS found FROM photos").await, 1);
    }
    site.saved(&fan, &any_jpeg()).await;
    let deleted = site.delete(&fan, photo["id"].as_str().unwrap()).await;
    assert_eq!(deleted.status, 204);
    eventually("its bytes are gone", async || {
        bucket.objects("/photos/").await == 2 && site.app.number("SELECT COUNT(*) AS found FROM photos").await == 1
    })
    .await;
}

#[actix_web::test]
async fn a_bucket_that_is_slow_is_waited_for_and_holds_up_nobody_else() {
    let Some(bucket) = Bucket::start().await else {
        return;
    };
    let site = PhotoApp::start_with(|app| bucket.settings(app).set("storage.timeout_ms", "30000")).await;
    let (fan, other) = (site.fan().await, site.fan().await);
    bucket.set(Some(Fault::Slow(Duration::from_secs(3))));
    let (picture, is_over) = (any_jpeg(), Cell::new(false));
    let upload = async {
        let page = site.send(&fan, &[Sent::photo("a.jpg", &picture)]).await;
        is_over.set(true);
        page
    };
    let others = async {
        for path in ["/", "/photos", "/"] {
            assert_eq!(other.get(&site.app.at(path)).await.status, 200);
        }
        let newcomer = site.app.platform.fan("小晴").await;
        site.app.registered(&newcomer).await;
        assert!(!is_over.get(), "the others were done first");
    };
    let (page, ()) = futures_util::future::join(upload, others).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let url = json(&page)["results"][0]["photo"]["url"].clone();
    assert_eq!(fan.get(&site.app.at(url.as_str().unwrap())).await.status, 200);
}

/// A disk of 256 KiB, as long as this lives.
struct Disk<'a>(&'a std::path::Path);

impl<'a> Disk<'a> {
    /// None: this machine does not let us.
    fn mount(folder: &'a std::path::Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs"])
            .arg(folder);
        mount
            .status()
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(self.0).status().ok();
    }
}

#[actix_web::test]
async fn a_full_disk_is_503_leaves_nothing_half_and_is_written_again_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = Disk::mount(folder.path()) else {
        // It needs root; a machine that forbids it cannot be asked to.
        return eprintln!("SKIPPED a full disk: a file system cannot be mounted here");
    };
    let url = format!("file:{}", folder.path().display());
    let site = PhotoApp::start_with(|app| app.set("storage.url", &url)).await;
    let fan = site.fan().await;
    let photo = site.saved(&fan, &any_jpeg()).await;
    eventually("the avatar is copied", async || {
        site.app
            .number("SELECT COUNT(*) AS found FROM jobs WHERE kind = 'copy_avatar'")
            .await
            == 0
    })
    .await;
    let before = files(folder.path());
    // As much as there is room for; the last write is cut.
    let filler = folder.path().join("filler");
    fs::write(&filler, vec![1; 1 << 20]).unwrap_err();
    let refused = site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await;
    let expected = (503, vec!["storage-down".to_owned()]);
    assert_eq!((refused.status, words(&refused)), expected, "{}", refused.text());
    let shown = site.app.at(photo["url"].as_str().unwrap());
    assert_eq!(fan.get(&shown).await.status, 200, "what is there can be read");
    fs::remove_file(&filler).unwrap();
    assert_eq!(files(folder.path()), before);
    assert_eq!(site.app.number("SELECT COUNT(*) AS found FROM photos").await, 1);
    eventually("there is room again", async || {
        site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await.status == 201
    })
    .await;
}

/// Bytes of every file, and their names.
fn files(folder: &std::path::Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push((entry.path().display().to_string(), entry.metadata().unwrap().len()));
        }
    }
    found.sort();
    found
}
