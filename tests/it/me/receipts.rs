//! What a receipt tells later.

use super::delete::{delete, number};
use crate::support::{Browser, Page, TestApp, eventually};

const BOUNDARY: &str = "made-up-boundary";

/// Sends a file to `/receipt` as its form does, and follows.
async fn send(app: &TestApp, browser: &Browser, file: &[u8]) -> Page {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"receipt.txt\"\r\nContent-Type: \
         text/plain\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("origin", app.url.as_str()), ("content-type", content_type.as_str())];
    let page = browser.send("POST", &app.at("/receipt"), &headers, body).await;
    match page.status {
        303 => browser.get(&app.at(page.location())).await,
        _ => page,
    }
}

/// A fan who deleted everything: the page of the receipt when all is gone, and its file.
async fn deleted(app: &TestApp) -> (Page, Vec<u8>) {
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    let gone = delete(app, &fan).await;
    let url = app.at(gone.location());
    eventually("all is gone", async || {
        fan.get(&url).await.text().contains("您的数据已删除")
    })
    .await;
    let page = fan.get(&url).await;
    let text = page.text();
    let (_, rest) = text.split_once("href=\"/receipt/file").unwrap();
    let (query, _) = rest.split_once('"').unwrap();
    let file = app.browser().get(&app.at(&format!("/receipt/file{query}"))).await;
    assert_eq!(file.status, 200);
    let name = format!("attachment; filename=\"receipt-{}.txt\"", number(&page));
    assert_eq!(file.header("content-disposition"), Some(name.as_str()));
    assert!(!file.text().contains(&openid) && !file.text().contains("小雨"));
    (page, file.body)
}

#[actix_web::test]
async fn the_number_tells_how_far_the_deletion_is_and_the_file_that_nothing_came_back() {
    let app = TestApp::start().await;
    let (page, file) = deleted(&app).await;
    let anyone = app.browser();
    let asked = anyone.get(&app.at("/receipt")).await;
    assert!(asked.status == 200 && asked.text().contains("action=\"/receipt\""));
    let by_number = anyone
        .get(&app.at(&format!("/receipt?receipt={}", number(&page))))
        .await;
    assert!(by_number.text().contains("您的数据已删除") && !by_number.text().contains("这里没有它的资料"));
    let by_file = send(&app, &anyone, &file).await;
    assert!(by_file.text().contains("您的数据已删除") && by_file.text().contains("这里没有它的资料"));
    assert_eq!(by_file.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn what_is_no_receipt_of_ours_tells_nothing() {
    let app = TestApp::start().await;
    let (page, file) = deleted(&app).await;
    let anyone = app.browser();
    let neighbour = app.neighbour("wx00000000000000ff").await;
    for there in [
        neighbour
            .browser()
            .get(&neighbour.at(&format!("/receipt?receipt={}", number(&page))))
            .await,
        send(&neighbour, &neighbour.browser(), &file).await,
    ] {
        assert!(there.text().contains("这不是我们的回执"), "another account's");
    }
    let mut altered = file.clone();
    let last = altered.iter().rposition(u8::is_ascii_alphanumeric).unwrap() - 60;
    altered[last] = if altered[last] == b'A' { b'B' } else { b'A' };
    let long = vec![b'a'; 10_000];
    for (file, status) in [
        (altered, 200),
        (b"fr1.x\"><script>".to_vec(), 200),
        (Vec::new(), 200),
        (long, 413),
    ] {
        let page = send(&app, &anyone, &file).await;
        assert_eq!(page.status, status, "{}", page.text());
        assert!(!page.text().contains("您的数据已删除") && !page.text().contains("<script>"));
    }
    for text in ["018f0000-0000-7000-8000-000000000000", "fr1.", "%00", "' OR 1=1"] {
        let page = anyone
            .get(&app.at(&format!("/receipt?receipt={}", crate::support::encoded(text))))
            .await;
        assert!(page.status == 200 && page.text().contains("这不是我们的回执"), "{text}");
        let file = anyone
            .get(&app.at(&format!("/receipt/file?receipt={}", crate::support::encoded(text))))
            .await;
        assert_eq!(file.status, 404);
    }
    let foreign = [
        ("origin", "https://evil.example"),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    assert_eq!(
        anyone
            .send("POST", &app.at("/receipt"), &foreign, Vec::new())
            .await
            .status,
        403
    );
}

/// An operator puts an older copy of the database back.
#[actix_web::test]
async fn a_receipt_tells_that_a_restore_brought_the_fan_back() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("阿明").await;
    let fan = app.registered(&openid).await;
    app.execute("CREATE TABLE copy_of_fans AS SELECT * FROM fans_profiles")
        .await;
    let gone = delete(&app, &fan).await;
    let url = app.at(gone.location());
    eventually("all is gone", async || {
        fan.get(&url).await.text().contains("这里没有它的资料")
    })
    .await;
    app.execute("INSERT INTO fans_profiles SELECT * FROM copy_of_fans")
        .await;
    app.execute("DROP TABLE copy_of_fans").await;
    assert!(fan.get(&url).await.text().contains("部分内容又出现了"));
    app.execute("DELETE FROM erasure_receipts").await;
    let page = fan.get(&url).await.text();
    assert!(page.contains("回执属实") && page.contains("部分内容又出现了"), "{page}");
}
