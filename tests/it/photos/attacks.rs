//! Attacks on the uploads.

use std::{io::Write, net::TcpStream, time::Duration};

use crate::support::{
    eventually_some,
    photos::{PhotoApp, Sent, any_jpeg, jpeg, json, multipart, problem_word, size, words},
    raw,
};

#[actix_web::test]
async fn another_sites_page_neither_sends_nor_removes_photos() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let photo = site.saved(&fan, &any_jpeg()).await;
    let (content_type, body) = multipart(&[Sent::photo("a.jpg", &any_jpeg())]);
    for foreign in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[],
    ] {
        let headers = [foreign, &[("content-type", content_type.as_str())]].concat();
        let sent = fan
            .send("POST", &site.app.at("/api/photos"), &headers, body.clone())
            .await;
        assert_eq!(
            (sent.status, problem_word(&json(&sent)).as_str()),
            (403, "forbidden-origin"),
            "{foreign:?}"
        );
        let url = site.app.at(&format!("/api/photos/{}", photo["id"].as_str().unwrap()));
        assert_eq!(
            fan.send("DELETE", &url, foreign, Vec::new()).await.status,
            403,
            "{foreign:?}"
        );
    }
    assert_eq!(site.files().len(), 2);
}

#[actix_web::test]
async fn a_photo_is_what_its_bytes_say_and_comes_back_as_a_jpeg_of_ours() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    let script = b"<script>alert(1)</script><?php system('id');";
    let polyglot = [&jpeg(32, 24, [7, 8, 9]), &script[..]].concat();
    let page = site
        .send(
            &fan,
            &[
                Sent::photo("page.html", &polyglot),
                Sent::photo(
                    "drawing.jpg",
                    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
                ),
                Sent::photo("page.jpg", b"<!doctype html><script>alert(1)</script>"),
                Sent::photo("answer.jpg", b"{\"errcode\":40007,\"errmsg\":\"invalid media_id\"}"),
                Sent::photo("empty.jpg", b""),
            ],
        )
        .await;
    assert_eq!(
        words(&page),
        ["saved", "photo-kind", "photo-kind", "photo-kind", "photo-kind"]
    );
    let shown = fan
        .get(&site.app.at(json(&page)["results"][0]["photo"]["url"].as_str().unwrap()))
        .await;
    assert_eq!(
        (shown.header("content-type"), size(&shown.body)),
        (Some("image/jpeg"), (32, 24))
    );
    assert!(!shown.body.windows(script.len()).any(|window| window == script));
    assert_eq!(
        shown.header("content-security-policy"),
        Some("default-src 'none'; frame-ancestors 'none'")
    );
}

#[actix_web::test]
async fn the_name_of_a_file_leads_nowhere() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    for (number, name) in [
        "../../../../tmp/fanpass-evil.jpg",
        "/etc/passwd",
        "a\0b.jpg",
        "..",
        "%2e%2e%2fx",
        "CON",
    ]
    .into_iter()
    .enumerate()
    {
        let picture = jpeg(8, 8, [u8::try_from(number).unwrap() * 40, 9, 9]);
        let page = site.send(&fan, &[Sent::photo(name, &picture)]).await;
        // A name that no header may hold is a form that cannot be read.
        assert!(matches!(page.status, 201 | 400), "{name}: {}", page.text());
    }
    let names = site.files();
    assert!(!names.is_empty());
    for name in names {
        let (_, within) = name.split_once("photos/").unwrap_or_else(|| panic!("{name}"));
        let (id, file) = within.split_once('/').unwrap();
        assert!(
            uuid::Uuid::parse_str(id).is_ok() && matches!(file, "large.jpg" | "thumb.jpg"),
            "{name}"
        );
    }
}

#[actix_web::test]
async fn a_body_without_an_end_or_without_a_length_is_not_read() {
    let site = PhotoApp::start_with(|app| app.set("photos.max_bytes", "100000")).await;
    let fan = site.fan().await;
    let head = |more: &str| {
        format!(
            "POST /api/photos HTTP/1.1\r\nhost: a\r\nuser-agent: MicroMessenger\r\norigin: {}\r\ncookie: {}\r\ncontent-type: \
             multipart/form-data; boundary=x\r\nconnection: close\r\n{more}\r\n",
            site.app.url,
            fan.cookie_header()
        )
    };
    let within = Duration::from_secs(5);
    let chunked = raw::send(&site.app.url, head("transfer-encoding: chunked\r\n"), within).await;
    assert_eq!(chunked.statuses(), [411], "{}", chunked.text);
    let long = raw::send(&site.app.url, head("content-length: 900000000000\r\n"), within).await;
    assert_eq!(long.statuses(), [413], "{}", long.text);
}

#[actix_web::test]
async fn a_fan_sends_one_upload_at_a_time_and_holds_up_nobody_else() {
    let site = PhotoApp::start().await;
    let (fan, other) = (site.fan().await, site.fan().await);
    let head = format!(
        "POST /api/photos HTTP/1.1\r\nhost: a\r\nuser-agent: MicroMessenger\r\norigin: {}\r\ncookie: {}\r\ncontent-type: \
         multipart/form-data; boundary=x\r\ncontent-length: 100000\r\n\r\n--x\r\n",
        site.app.url,
        fan.cookie_header()
    );
    let (begun, refused) = eventually_some("the first upload is under way", async || {
        // A new one each time: the first may itself be refused, while the second is under way.
        let mut begun = TcpStream::connect(site.app.url.trim_start_matches("http://")).unwrap();
        begun.write_all(head.as_bytes()).unwrap();
        let page = site.send(&fan, &[Sent::photo("a.jpg", &any_jpeg())]).await;
        (page.status == 503).then_some((begun, page))
    })
    .await;
    assert_eq!(problem_word(&json(&refused)), "photos-busy", "{}", refused.text());
    assert!(refused.header("retry-after").is_some());
    assert_eq!(
        site.send(&other, &[Sent::photo("a.jpg", &any_jpeg())]).await.status,
        201
    );
    drop(begun);
    eventually_some("its end is seen", async || {
        let page = site.send(&fan, &[Sent::photo("a.jpg", &jpeg(9, 9, [200, 1, 1]))]).await;
        matches!(page.status, 200 | 201).then_some(())
    })
    .await;
}
