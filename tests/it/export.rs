//! What a fan downloads: everything, as one ZIP file that other programs read.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    time::Duration,
};

use actix_web::web::block;
use fanpass::domain::{Clock, Exported, KEEPS, PhotoId, Random};
use futures_util::StreamExt;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{
    Browser, TestApp, WECHAT, eventually,
    photos::{PhotoApp, any_jpeg},
};

const EXPORT: &str = "/me/export";

/// Names, sizes, digests and short texts of the files, as Python's own library reads them.
const READ: &str = r#"
import hashlib, json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
files = {}
for entry in archive.infolist():
    content = archive.read(entry)
    assert entry.flag_bits & 8 == 0, "sizes stand before the content"
    text = content.decode() if not entry.filename.endswith(".jpg") else None
    files[entry.filename] = {"sha256": hashlib.sha256(content).hexdigest(), "text": text, "time": list(entry.date_time)}
print(json.dumps(files))
"#;

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The files of an archive. `unzip` and Python both find it whole.
fn files(archive: &[u8]) -> BTreeMap<String, Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my-data.zip");
    fs::write(&path, archive).unwrap();
    let tested = Command::new("unzip")
        .args(["-tqq".as_ref(), path.as_os_str()])
        .output()
        .unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
    let read = Command::new("python3")
        .args(["-c".as_ref(), READ.as_ref(), path.as_os_str()])
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

/// Whether a program takes the bytes for a ZIP file.
fn is_archive(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.zip");
    fs::write(&path, bytes).unwrap();
    let python = Command::new("python3")
        .args(["-m", "zipfile", "-t"])
        .arg(&path)
        .output()
        .unwrap();
    python.status.success()
}

async fn downloaded(app: &TestApp, fan: &Browser) -> BTreeMap<String, Value> {
    let page = fan.get(&app.at(EXPORT)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    files(&page.body)
}

fn document(files: &BTreeMap<String, Value>, name: &str) -> Value {
    serde_json::from_str(files[name]["text"].as_str().unwrap()).unwrap()
}

/// A download that is read byte by byte.
struct Download(TcpStream);

impl Download {
    /// Begins one, and reads nothing.
    fn begin(app: &TestApp, fan: &Browser) -> Self {
        let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let agent = "Mozilla/5.0 MicroMessenger/8.0 Language/zh_CN";
        let cookies = fan.cookie_header();
        let head = format!(
            "GET {EXPORT} HTTP/1.1\r\nhost: a\r\nuser-agent: {agent}\r\ncookie: {cookies}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        Self(stream)
    }

    /// The head of the response.
    fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        String::from_utf8(head).unwrap()
    }

    /// The rest of the body, and whether the response came to its end.
    fn rest(mut self) -> (Vec<u8>, bool) {
        let mut sent = Vec::new();
        let _ = self.0.read_to_end(&mut sent);
        let (mut body, mut rest) = (Vec::new(), &sent[..]);
        loop {
            let Some(line) = rest.windows(2).position(|pair| pair == b"\r\n") else {
                return (body, false);
            };
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
            rest = &rest[line + 2..];
            if size == 0 {
                return (body, true);
            }
            if rest.len() < size + 2 {
                body.extend_from_slice(rest);
                return (body, false);
            }
            body.extend_from_slice(&rest[..size]);
            rest = &rest[size + 2..];
        }
    }
}

/// The path of a photo's large object.
fn object(site: &PhotoApp, id: &str) -> std::path::PathBuf {
    let within = site
        .files()
        .into_iter()
        .find(|file| file.contains(id) && file.ends_with("large.jpg"));
    site.folder.path().join(within.unwrap())
}

fn id_of(photo: &Value) -> String {
    photo["id"].as_str().unwrap().to_owned()
}

/// Gives each photo of the folder another content of this size, which is all the file's directory and nothing's picture.
fn enlarge(path: &Path, bytes: usize) {
    let [seed]: [u8; 1] = Random::system().bytes();
    let content: Vec<u8> = (0..=u8::MAX).cycle().map(|byte| byte ^ seed).take(bytes).collect();
    fs::write(path, content).unwrap();
}

#[actix_web::test]
async fn a_fan_downloads_all_that_is_kept_in_one_file_that_other_programs_read() {
    let site = PhotoApp::start().await;
    let openid = site.app.platform.fan("小雨☔").await;
    let fan = site.app.registered(&openid).await;
    let stranger = site.fan().await;
    site.saved(&stranger, &any_jpeg()).await;
    let mut photos = Vec::new();
    for _ in 0..3 {
        photos.push(site.saved(&fan, &any_jpeg()).await);
    }
    let row = site.app.row(&openid).await;
    eventually("the copy of the avatar", async || {
        let query = format!(
            "SELECT COUNT(*) AS found FROM fans_profiles WHERE openid = '{openid}' AND avatar_object IS NOT NULL"
        );
        site.app.number(&query).await == 1
    })
    .await;

    let page = fan.get(&site.app.at(EXPORT)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("content-type"), Some("application/zip"));
    assert_eq!(
        page.header("content-disposition"),
        Some("attachment; filename=\"my-data.zip\"")
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let files = files(&page.body);

    let mut names: Vec<&str> = files.keys().map(String::as_str).collect();
    names.retain(|name| !name.starts_with("photos/"));
    assert_eq!(
        names,
        [
            "README.txt",
            "avatar.jpg",
            "photos.json",
            "profile.json",
            "sign-ins.json"
        ]
    );
    for part in KEEPS.iter().filter_map(|keeps| match keeps.exported {
        Exported::In(part) => Some(part),
        Exported::Not(_) => None,
    }) {
        assert!(
            files
                .keys()
                .any(|name| name == part || part.ends_with('/') && name.starts_with(part)),
            "{part}"
        );
    }
    let shown: Vec<&String> = files.keys().filter(|name| name.starts_with("photos/")).collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    for photo in &photos {
        let shown = fan.get(&site.app.at(photo["url"].as_str().unwrap())).await;
        assert_eq!(
            files[&format!("photos/{}.jpg", id_of(photo))]["sha256"],
            sha256(&shown.body)
        );
    }
    let profile = document(&files, "profile.json");
    assert_eq!(
        (&profile["openid"], &profile["nickname"]),
        (&openid.clone().into(), &"小雨☔".into())
    );
    assert_eq!(
        (&profile["id"], &profile["avatar"]),
        (&row.id.into(), &"avatar.jpg".into())
    );
    assert!(profile["created_at"].as_str().unwrap().ends_with('Z'));
    let index = document(&files, "photos.json");
    let listed: Vec<&str> = index
        .as_array()
        .unwrap()
        .iter()
        .map(|photo| photo["file"].as_str().unwrap())
        .collect();
    let newest_first: Vec<String> = photos
        .iter()
        .rev()
        .map(|photo| format!("photos/{}.jpg", id_of(photo)))
        .collect();
    assert_eq!(listed, newest_first);
    let sign_ins = document(&files, "sign-ins.json");
    assert!(sign_ins["this_session"]["signed_in_at"].is_string(), "{sign_ins}");
    assert_eq!(sign_ins["acts"][0]["act"], "fans.export", "{sign_ins}");
    assert_eq!(sign_ins["acts"][0]["by"], "fan");
    let readme = files["README.txt"]["text"].as_str().unwrap();
    assert!(
        readme.contains("示例公众号") && !readme.contains("读不出来"),
        "{readme}"
    );
}

#[actix_web::test]
async fn what_a_fan_downloads_holds_no_token_and_nothing_of_others() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let stranger = site.app.platform.fan("陌生人").await;
    site.app.registered(&stranger).await;
    let page = fan.get(&site.app.at(EXPORT)).await;
    let text = String::from_utf8_lossy(&page.body).to_lowercase();
    for secret in [
        "access_token",
        "refresh_token",
        "ticket",
        "secret",
        &stranger.to_lowercase(),
        "陌生人",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    let cookies = fan.cookie_header();
    for cookie in cookies.split("; ").filter(|cookie| !cookie.starts_with("sandbox_")) {
        let (_, value) = cookie.split_once('=').unwrap();
        assert!(value.len() < 16 || !text.contains(&value.to_lowercase()), "{cookie}");
    }
}

#[actix_web::test]
async fn the_words_in_the_file_are_in_the_fans_language() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    for (language, words) in [
        ("en", "This is everything that 示例公众号 keeps about you"),
        ("zh", "这是「示例公众号」保存的关于您的全部数据"),
    ] {
        let page = fan.get(&site.app.at(&format!("{EXPORT}?lang={language}"))).await;
        let files = files(&page.body);
        let readme = files["README.txt"]["text"].as_str().unwrap();
        assert!(readme.starts_with(words) && readme.ends_with("\r\n"), "{readme}");
    }
}

#[actix_web::test]
async fn a_download_wants_a_login_of_the_last_ten_minutes() {
    let clock = Clock::system();
    let site = PhotoApp::start_with(|app| app.clock(clock.clone())).await;
    let openid = site.app.platform.fan("小雨").await;
    let fan = site.app.registered(&openid).await;
    let at = site.app.at(EXPORT);
    clock.advance(9 * 60);
    assert_eq!(fan.get(&at).await.status, 200);
    clock.advance(2 * 60);
    let refused = fan.get(&at).await;
    assert_eq!(
        (refused.status, refused.location()),
        (303, "/login?next=%2Fme%2Fexport")
    );
    let begun = fan.get(&site.app.at(refused.location())).await;
    assert_eq!(begun.status, 303, "a login begins although a session lives");
    let callback = fan.decide(begun.location(), &openid, "agree").await;
    let page = fan.open(&callback).await;
    assert_eq!(
        (page.status, page.path(), page.header("content-type")),
        (200, EXPORT, Some("application/zip"))
    );
}

#[actix_web::test]
async fn nobody_downloads_without_a_session() {
    let site = PhotoApp::start().await;
    let nobody = site.app.browser().get(&site.app.at(EXPORT)).await;
    assert_eq!((nobody.status, nobody.location()), (303, "/login?next=%2Fme%2Fexport"));
    let fan = site.fan().await;
    let kept = fan.copy();
    fan.post(&site.app.at("/logout"), &[]).await;
    assert_eq!(
        kept.get(&site.app.at(EXPORT)).await.status,
        303,
        "a copy of a session that was ended"
    );
    let query = "SELECT COUNT(*) AS found FROM audit_log WHERE act = 'fans.export'";
    assert_eq!(site.app.number(query).await, 0);
}

#[actix_web::test]
async fn each_download_is_in_the_audit_log() {
    let site = PhotoApp::start().await;
    let openid = site.app.platform.fan("小雨").await;
    let fan = site.app.registered(&openid).await;
    downloaded(&site.app, &fan).await;
    let id = site.app.row(&openid).await.id;
    let query = format!(
        "SELECT COUNT(*) AS found FROM audit_log WHERE act = 'fans.export' AND actor_kind = 'fan' AND actor = '{id}' AND fan_id = \
         '{id}'"
    );
    assert_eq!(site.app.number(&query).await, 1);
}

#[actix_web::test]
async fn a_photo_that_is_deleted_during_the_download_is_passed_over() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let mut photos = Vec::new();
    for _ in 0..9 {
        photos.push(site.saved(&fan, &any_jpeg()).await);
    }
    // Nine times four megabytes are more than lies between a server and a client that does not read.
    photos
        .iter()
        .for_each(|photo| enlarge(&object(&site, &id_of(photo)), 4 << 20));
    let mut download = Download::begin(&site.app, &fan);
    let (head, download) = block(move || (download.head(), download)).await.unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(
        site.delete(&fan, &id_of(&photos[0])).await.status,
        204,
        "the oldest, which comes last"
    );
    let (archive, is_whole) = block(move || download.rest()).await.unwrap();
    assert!(is_whole);
    let files = block(move || files(&archive)).await.unwrap();
    let photo = |number: usize| format!("photos/{}.jpg", id_of(&photos[number]));
    assert!(!files.contains_key(&photo(0)) && (1..9).all(|number| files.contains_key(&photo(number))));
    assert_eq!(document(&files, "photos.json").as_array().unwrap().len(), 8);
}

#[actix_web::test]
async fn a_photo_whose_bytes_are_lost_is_named_and_hinders_nothing() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let (lost, there) = (site.saved(&fan, &any_jpeg()).await, site.saved(&fan, &any_jpeg()).await);
    fs::remove_file(object(&site, &id_of(&lost))).unwrap();
    let files = downloaded(&site.app, &fan).await;
    assert!(files.contains_key(&format!("photos/{}.jpg", id_of(&there))));
    let readme = files["README.txt"]["text"].as_str().unwrap();
    assert!(readme.contains("有些照片目前读不出来"), "{readme}");
}

#[actix_web::test]
async fn a_storage_that_fails_in_the_middle_breaks_the_download_off_and_leaves_no_archive() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let mut photos = Vec::new();
    for _ in 0..3 {
        photos.push(site.saved(&fan, &any_jpeg()).await);
    }
    let oldest = object(&site, &id_of(&photos[0]));
    fs::remove_file(&oldest).unwrap();
    // A link to itself cannot be opened, whoever asks.
    std::os::unix::fs::symlink(&oldest, &oldest).unwrap();
    let mut download = Download::begin(&site.app, &fan);
    let (head, (part, is_whole)) = block(move || (download.head(), download.rest())).await.unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(!is_whole, "the response has no end");
    let newest = format!("photos/{}.jpg", id_of(&photos[2]));
    assert!(
        part.windows(newest.len()).any(|window| window == newest.as_bytes()),
        "the first came"
    );
    assert!(!is_archive(&part));
}

#[actix_web::test]
async fn a_storage_that_is_away_from_the_start_is_said_with_a_page() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    fs::remove_dir_all(site.folder.path()).unwrap();
    fs::write(site.folder.path(), "").unwrap();
    let page = fan.get(&site.app.at(EXPORT)).await;
    assert_eq!(
        (page.status, page.header("retry-after")),
        (503, Some("10")),
        "{}",
        page.text()
    );
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    fs::remove_file(site.folder.path()).unwrap();
    fs::create_dir(site.folder.path()).unwrap();
    eventually("the download", async || {
        fan.get(&site.app.at(EXPORT)).await.status == 200
    })
    .await;
}

#[actix_web::test]
async fn a_fan_has_one_download_at_a_time_and_a_new_one_when_it_ended() {
    let site = PhotoApp::start().await;
    let (fan, other) = (site.fan().await, site.fan().await);
    let mut photos = Vec::new();
    for _ in 0..5 {
        photos.push(site.saved(&fan, &any_jpeg()).await);
    }
    photos
        .iter()
        .for_each(|photo| enlarge(&object(&site, &id_of(photo)), 4 << 20));
    let mut download = Download::begin(&site.app, &fan);
    let download = block(move || {
        download.head();
        download
    });
    let download = download.await.unwrap();
    let second = fan.get(&site.app.at(EXPORT)).await;
    assert_eq!(
        (second.status, second.header("retry-after")),
        (503, Some("30")),
        "{}",
        second.text()
    );
    assert!(second.text().contains("正在为您准备数据"));
    assert_eq!(other.get(&site.app.at(EXPORT)).await.status, 200, "others do not wait");
    drop(download);
    eventually("the turn", async || {
        let mut next = Download::begin(&site.app, &fan);
        block(move || next.head().starts_with("HTTP/1.1 200")).await.unwrap()
    })
    .await;
}

/// The most memory that this process ever had, in bytes. None: the system does not say.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes << 10)
}

/// Adds rows and objects like those of a photo.
async fn multiply(site: &PhotoApp, photo: &Value, times: usize) {
    let (id, path) = (id_of(photo), object(site, &id_of(photo)));
    let photos = path.parent().unwrap().parent().unwrap().to_owned();
    let (clock, random) = (Clock::system(), Random::system());
    let ids: Vec<String> = (0..times)
        .map(|_| PhotoId::generate(&clock, &random).to_string())
        .collect();
    for ids in ids.chunks(50) {
        let copies = ids.iter().map(|copy| {
            fs::create_dir(photos.join(copy)).unwrap();
            fs::hard_link(&path, photos.join(copy).join("large.jpg")).unwrap();
            format!("SELECT '{copy}', app_id, fan_id, width, height, bytes, created_at FROM photos WHERE id = '{id}'")
        });
        let copies: Vec<String> = copies.collect();
        let rows = "INSERT INTO photos (id, app_id, fan_id, width, height, bytes, created_at)";
        let statement = format!("{rows} {}", copies.join(" UNION ALL "));
        site.app.execute(statement.leak()).await;
    }
}

#[actix_web::test]
async fn five_hundred_photos_take_no_more_memory_than_a_few() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let photo = site.saved(&fan, &any_jpeg()).await;
    enlarge(&object(&site, &id_of(&photo)), 256 << 10);
    multiply(&site, &photo, 499).await;
    let before = peak();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my-data.zip");
    let mut file = fs::File::create(&path).unwrap();
    let request = awc::Client::default()
        .get(site.app.at(EXPORT))
        .timeout(Duration::from_secs(60));
    let request = request
        .insert_header(("cookie", fan.cookie_header()))
        .insert_header(("user-agent", WECHAT));
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    while let Some(piece) = response.next().await {
        file.write_all(&piece.unwrap()).unwrap();
    }
    let grown = peak().zip(before).map(|(after, before)| after - before);
    assert!(fs::metadata(&path).unwrap().len() > 500 * (256 << 10));
    assert!(
        grown.is_none_or(|grown| grown < 48 << 20),
        "{grown:?} bytes for 125 MiB of photos"
    );
    let listed = Command::new("unzip").arg("-Z1").arg(&path).output().unwrap();
    assert_eq!(
        String::from_utf8(listed.stdout).unwrap().matches("photos/").count(),
        500
    );
    let tested = Command::new("unzip").arg("-tqq").arg(&path).status().unwrap();
    assert!(tested.success());
}
