//! Photos that WeChat's JavaScript uploaded to the platform.

use serde_json::{Value, json as value};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::support::{
    APP_ID, APP_SECRET, Browser, Page, eventually,
    photos::{PhotoApp, Sent, any_jpeg, json, multipart, problem_word, size, words},
};

/// Uploads a file to the platform as `wx.uploadImage` does, and returns its serverId.
async fn upload(site: &PhotoApp, kind: &str, name: &str, bytes: &[u8]) -> String {
    let (platform, client) = (&site.app.platform.url, awc::Client::default());
    let ask =
        value!({ "grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET, "force_refresh": false });
    let mut token = client
        .post(format!("{platform}/cgi-bin/stable_token"))
        .send_json(&ask)
        .await
        .unwrap();
    let token: Value = serde_json::from_slice(&token.body().await.unwrap()).unwrap();
    let token = token["access_token"].as_str().unwrap_or_else(|| panic!("{token}"));
    let (content_type, body) = multipart(&[Sent {
        part: "media",
        name,
        bytes,
    }]);
    // The platform takes a video by its content type.
    let body = match kind {
        "video" => String::from_utf8(body)
            .unwrap()
            .replace("image/jpeg", "video/mp4")
            .into_bytes(),
        _ => body,
    };
    let url = format!("{platform}/cgi-bin/media/upload?access_token={token}&type={kind}");
    let sent = client
        .post(url)
        .insert_header(("content-type", content_type))
        .send_body(body)
        .await;
    let answer = sent.unwrap().body().await.unwrap();
    let made: Value = serde_json::from_slice(&answer).unwrap();
    made["media_id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

async fn send(site: &PhotoApp, fan: &Browser, body: &Value) -> Page {
    let headers = [
        ("content-type", "application/json"),
        ("origin", site.app.url.as_str()),
        ("accept", "application/json"),
    ];
    fan.send(
        "POST",
        &site.app.at("/api/photos"),
        &headers,
        body.to_string().into_bytes(),
    )
    .await
}

#[actix_web::test]
async fn a_photo_is_fetched_from_the_platform_and_saved_as_one_that_was_sent_here() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let picture = any_jpeg();
    let id = upload(&site, "image", "a.jpg", &picture).await;
    let page = send(&site, &fan, &value!({ "serverIds": [&id] })).await;
    assert_eq!(
        (page.status, words(&page)),
        (201, vec!["saved".to_owned()]),
        "{}",
        page.text()
    );
    let shown = fan
        .get(&site.app.at(json(&page)["results"][0]["photo"]["url"].as_str().unwrap()))
        .await;
    assert_eq!(size(&shown.body), (64, 48));
    // The same file by either road is one photo.
    assert_eq!(send(&site, &fan, &value!({ "serverIds": [id] })).await.status, 200);
    assert_eq!(site.send(&fan, &[Sent::photo("a.jpg", &picture)]).await.status, 200);
    assert_eq!(site.files().len(), 2);
}

#[actix_web::test]
async fn a_file_that_is_gone_is_no_picture_or_does_not_come_is_told_to_the_fan() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let good = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    let text = upload(&site, "image", "b.jpg", b"no picture").await;
    let video = upload(&site, "video", "c.mp4", b"no picture").await;
    let page = send(&site, &fan, &value!({ "serverIds": ["made-up_0", text, video, good] })).await;
    assert_eq!(page.status, 201, "{}", page.text());
    assert_eq!(words(&page), ["photo-gone", "photo-kind", "photo-kind", "saved"]);
    assert_eq!(json(&page)["results"][0]["problem"]["status"], value!(422));

    let next = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    for (fault, status, word) in [
        (value!({ "kind": "errcode", "errcode": 45009 }), 503, "platform-quota"),
        (value!({ "kind": "cut", "at": "body" }), 502, "platform-fault"),
    ] {
        site.app.platform.fault("media_get", fault.clone()).await;
        let page = send(&site, &fan, &value!({ "serverIds": [&next] })).await;
        assert_eq!(
            (page.status, problem_word(&json(&page)).as_str()),
            (status, word),
            "{fault}: {}",
            page.text()
        );
        assert_eq!(page.header("retry-after").is_some(), status == 503);
    }
    site.app.platform.clear_faults().await;
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_413_and_one_of_more_than_three_days_is_gone() {
    let site = PhotoApp::start_with(|app| app.set("photos.max_bytes", "65536")).await;
    let fan = site.fan().await;
    let mut large = any_jpeg();
    large.resize(65_537, 0);
    let large = upload(&site, "image", "a.jpg", &large).await;
    let page = send(&site, &fan, &value!({ "serverIds": [large] })).await;
    assert_eq!((page.status, words(&page)), (413, vec!["photo-too-large".to_owned()]));
    let old = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    let days = value!({ "advance_seconds": 3 * 24 * 3600 + 1 });
    site.app.platform.control("POST", "clock", days).await;
    let page = send(&site, &fan, &value!({ "serverIds": [old] })).await;
    assert_eq!((page.status, words(&page)), (422, vec!["photo-gone".to_owned()]));
}

#[actix_web::test]
async fn after_a_failure_of_the_platform_the_other_server_ids_are_not_asked_for() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let quota = value!({ "kind": "errcode", "errcode": 45009 });
    site.app.platform.fault("media_get", quota).await;
    let page = send(&site, &fan, &value!({ "serverIds": ["a", "b", "c"] })).await;
    assert_eq!((page.status, words(&page)), (503, vec!["platform-quota".to_owned(); 3]));
    assert_eq!(site.app.platform.calls("media_get").await, 1);
}

#[actix_web::test]
async fn one_to_nine_server_ids_of_a_plain_form_are_taken_and_nothing_else() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    for body in [
        value!({ "serverIds": [] }),
        value!({ "serverIds": vec!["a"; 10] }),
        value!({ "serverIds": ["a b"] }),
        value!({ "serverIds": ["../secret"] }),
        value!({ "serverIds": ["a".repeat(257)] }),
        value!({ "serverIds": "a" }),
        value!({ "serverIds": ["a"], "url": "http://127.0.0.1/" }),
        value!(["a"]),
        value!(null),
    ] {
        let page = send(&site, &fan, &body).await;
        assert_eq!(
            (page.status, problem_word(&json(&page)).as_str()),
            (400, "bad-request"),
            "{body}"
        );
    }
    assert_eq!(site.app.platform.calls("media_get").await, 0);
}

#[actix_web::test]
async fn a_fan_who_makes_up_server_ids_does_not_spend_the_accounts_quota() {
    let site = PhotoApp::start().await;
    let (fan, other) = (site.fan().await, site.fan().await);
    let nine = value!({ "serverIds": vec!["made-up_0"; 9] });
    for _ in 0..10 {
        assert_eq!(send(&site, &fan, &nine).await.status, 422);
    }
    let asked = site.app.platform.calls("media_get").await;
    assert_eq!(asked, 90);
    let refused = send(&site, &fan, &nine).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(problem_word(&json(&refused)), "too-many-requests");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(site.app.platform.calls("media_get").await, asked);
    // Nobody else is held up, and files that are sent here are taken.
    let id = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    assert_eq!(send(&site, &other, &value!({ "serverIds": [id] })).await.status, 201);
    assert_eq!(site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await.status, 201);
}

#[actix_web::test]
async fn a_fan_who_has_all_photos_that_may_be_costs_no_download() {
    let site = PhotoApp::start_with(|app| app.set("photos.per_fan", "1")).await;
    let fan = site.fan().await;
    site.saved(&fan, &any_jpeg()).await;
    let id = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    let page = send(&site, &fan, &value!({ "serverIds": [id] })).await;
    assert_eq!((page.status, problem_word(&json(&page)).as_str()), (409, "photos-full"));
    assert_eq!(site.app.platform.calls("media_get").await, 0);
}

#[actix_web::test]
async fn an_upload_that_ends_after_its_fans_deletion_is_401_and_leaves_nothing() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let id = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    let slow = value!({ "kind": "delay", "ms": 1500 });
    site.app.platform.fault("media_get", slow).await;
    let body = value!({ "serverIds": [id] });
    let deletion = async {
        eventually("the platform is asked", async || {
            site.app.platform.calls("media_get").await == 1
        })
        .await;
        let gone = fan.post(&site.app.at("/me/delete"), &[("confirm", "yes")]).await;
        assert_eq!(gone.status, 303, "{}", gone.text());
    };
    let (late, ()) = futures_util::future::join(send(&site, &fan, &body), deletion).await;
    assert_eq!(late.status, 401, "{}", late.text());
    assert_eq!(site.app.number("SELECT COUNT(*) AS found FROM photos").await, 0);
    eventually("no bytes stay", async || site.files().is_empty()).await;
}

/// The connection breaks in the middle, as one can do on purpose: without an end, so that the server notices at once.
#[actix_web::test]
async fn who_breaks_the_connection_does_not_begin_another_upload_while_the_first_is_worked_on() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let id = upload(&site, "image", "a.jpg", &any_jpeg()).await;
    let slow = value!({ "kind": "delay", "ms": 1500 });
    site.app.platform.fault("media_get", slow).await;
    let body = value!({ "serverIds": [id] }).to_string();
    let address = site.app.url.trim_start_matches("http://");
    let head = format!(
        "POST /api/photos HTTP/1.1\r\nHost: {address}\r\nOrigin: {}\r\nCookie: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        site.app.url,
        fan.cookie_header(),
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    eventually("the platform is asked", async || {
        site.app.platform.calls("media_get").await == 1
    })
    .await;
    stream.set_zero_linger().unwrap();
    drop(stream);
    let second = site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await;
    assert_eq!(
        (second.status, problem_word(&json(&second)).as_str()),
        (503, "photos-busy")
    );
    eventually("what was received is saved", async || {
        site.app.number("SELECT COUNT(*) AS found FROM photos").await == 1
    })
    .await;
    let third = site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await;
    assert_eq!(third.status, 201, "{}", third.text());
}
