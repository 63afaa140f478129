//! The platform's server push: what is believed, what it causes, and what it is answered.

mod duplicates;
mod fans;
mod outages;

use std::time::Duration;

use fanpass::clients::wechat::push::signature;

use crate::support::{
    Page, TestApp, TestAppBuilder, account_metric,
    push::{AES_KEY, TOKEN, post},
};

const PLAIN: [(&str, &str); 1] = [("WECHAT_TOKEN", TOKEN)];

fn plain() -> TestAppBuilder {
    TestApp::with().env(PLAIN[0].0, PLAIN[0].1)
}

fn safe() -> TestAppBuilder {
    plain().env("WECHAT_ENCODING_AES_KEY", AES_KEY)
}

/// An application with rules of its own.
fn with_rules(builder: TestAppBuilder, rules: &str) -> (tempfile::TempDir, TestAppBuilder) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/replies.toml"), rules).unwrap();
    let builder = builder.directory(folder.path());
    (folder, builder)
}

/// A series of the application's account.
async fn counted(app: &TestApp, series: &str) -> f64 {
    let text = app.ops("/metrics").await.text();
    account_metric(&text, series, &app.app_id).unwrap_or_default()
}

async fn refusals(app: &TestApp, reason: &str) -> f64 {
    counted(app, &format!("fanpass_refusals_total{{reason=\"{reason}\"}}")).await
}

fn query(app: &TestApp, more: &str) -> String {
    let timestamp = app.clock.now().unix_seconds().to_string();
    let signature = signature(&[TOKEN, &timestamp, "7"]);
    app.at(&format!(
        "/wechat/push?signature={signature}&timestamp={timestamp}&nonce=7{more}"
    ))
}

#[actix_web::test]
async fn the_console_s_verification_gets_its_bare_text_back() {
    for app in [plain().start().await, safe().start().await] {
        let page: Page = app.browser().get(&query(&app, "&echostr=4375120948345356249")).await;
        assert_eq!((page.status, page.text().as_str()), (200, "4375120948345356249"));
        assert_eq!(page.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let page = app
            .browser()
            .get(&query(&app, "&echostr=%3Cscript%3E").replace("nonce=7", "nonce=8"))
            .await;
        assert_eq!((page.status, page.text().as_str()), (403, "Forbidden"));
        let page = app.browser().get(&query(&app, "")).await;
        assert_eq!(page.status, 400);
    }
}

#[actix_web::test]
async fn without_a_token_there_is_no_such_page() {
    let app = TestApp::start().await;
    assert_eq!(app.push_text("oFan", "hi", 1).send().await.page.status, 404);
    assert_eq!(app.browser().get(&app.at("/wechat/push")).await.status, 404);
}

#[actix_web::test]
async fn a_plain_push_is_answered_in_plain_and_a_sealed_one_sealed() {
    let rules = "[[reply]]\non = \"keyword\"\nexact = \"hours\"\ntext = \"9–18, {site}/member\"\n";
    let (_folder, builder) = with_rules(plain(), rules);
    let app = builder.start().await;
    let reply = app.push_text("oFan", " hours ", 1).send().await.reply();
    assert_eq!(
        reply.text("Content"),
        Some(format!("9–18, {}/member", app.url).as_str())
    );
    assert_eq!(
        (reply.word("ToUserName"), reply.word("FromUserName")),
        (Some("oFan"), Some("gh_madeup"))
    );
    assert!(app.push_text("oFan", "else", 2).send().await.is_success());

    let (_folder, builder) = with_rules(safe(), rules);
    let app = builder.start().await;
    let reply = app.push_text("oFan", "hours", 1).sealed().send().await;
    assert!(!reply.page.text().contains("9–18"));
    assert_eq!(reply.reply().word("ToUserName"), Some("oFan"));
    assert!(app.push_text("oFan", "else", 2).sealed().send().await.is_success());
}

#[actix_web::test]
async fn the_reply_is_sealed_with_the_key_that_opened_the_push() {
    let rules = "[[reply]]\non = \"default\"\ntext = \"hi\"\n";
    let new_key = "B".repeat(43);
    let builder = plain().env("WECHAT_ENCODING_AES_KEY", &new_key);
    let (_folder, builder) = with_rules(builder.env("WECHAT_ENCODING_AES_KEY_PREVIOUS", AES_KEY), rules);
    let app = builder.start().await;
    assert_eq!(
        app.push_text("oFan", "a", 1).sealed_with(&new_key).send().await.text(),
        "hi"
    );
    assert_eq!(
        app.push_text("oFan", "b", 2).sealed_with(AES_KEY).send().await.text(),
        "hi"
    );
    let other = app.push_text("oFan", "c", 3).sealed_with(&"C".repeat(43)).send().await;
    assert_eq!(other.page.status, 403);
}

#[actix_web::test]
async fn what_is_not_the_platform_s_is_refused_and_stands_in_the_trail_once_a_minute() {
    let app = safe().start().await;
    let now = app.clock.now().unix_seconds();
    for (answer, reason) in [
        (
            app.push_text("oFan", "a", 1).sealed().forged().send().await,
            "push_signature",
        ),
        (app.push_text("oFan", "a", 1).forged().send().await, "push_signature"),
        // A plain one although there is a key.
        (app.push_text("oFan", "a", 1).send().await, "push_signature"),
        (
            app.push_text("oFan", "a", 1).sealed().at(now - 301, "1").send().await,
            "push_stale",
        ),
        (
            app.push_text("oFan", "a", 1).sealed().at(now + 400, "2").send().await,
            "push_stale",
        ),
    ] {
        assert_eq!(
            (answer.page.status, answer.page.text().as_str()),
            (403, "Forbidden"),
            "{reason}"
        );
        assert_eq!(answer.page.header("cache-control"), Some("no-store"));
    }
    assert!(refusals(&app, "push_signature").await >= 3.0);
    assert!(refusals(&app, "push_stale").await >= 2.0);
}

#[actix_web::test]
async fn odd_requests_have_clear_statuses() {
    let app = plain().start().await;
    assert_eq!(post(&app.at("/wechat/push"), "<xml/>").await.status, 400);
    assert_eq!(post(&query(&app, "&encrypt_type=rsa"), "<xml/>").await.status, 400);
    assert_eq!(post(&query(&app, "&signature=twice"), "<xml/>").await.status, 400);
    assert_eq!(post(&query(&app, "&encrypt_type=aes"), "<xml/>").await.status, 403);
    assert_eq!(post(&query(&app, ""), vec![b' '; 64 * 1024 + 1]).await.status, 413);
    let page = app.browser().request("PUT", &query(&app, ""), &[], None).await;
    assert_eq!((page.status, page.header("allow")), (405, Some("GET, POST")));
}

#[actix_web::test]
async fn a_genuine_push_that_is_not_understood_is_answered_with_success() {
    let app = plain().start().await;
    let now = app.clock.now().unix_seconds().to_string();
    for (nonce, body) in [
        ("1", "no xml"),
        ("2", "<xml></xml>"),
        (
            "3",
            "<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><MsgType>&a;</MsgType></xml>",
        ),
        ("4", "<xml><MsgType>text</MsgType><FromUserName>o</FromUserName></xml>"),
    ] {
        let signature = signature(&[TOKEN, &now, nonce]);
        let url = app.at(&format!(
            "/wechat/push?signature={signature}&timestamp={now}&nonce={nonce}"
        ));
        let page = post(&url, body).await;
        assert_eq!((page.status, page.text().as_str()), (200, "success"), "{body}");
    }
    let series = r#"fanpass_pushes_total{kind="none",outcome="not_understood"}"#;
    assert_eq!(counted(&app, series).await, 4.0);
}

#[actix_web::test]
async fn json_is_read_like_xml() {
    let rules = "[[reply]]\non = \"menu\"\nkey = \"HOURS\"\ntext = \"9–18\"\n";
    let (_folder, builder) = with_rules(plain(), rules);
    let app = builder.start().await;
    let body = r#"{"ToUserName":"gh_madeup","FromUserName":"oFan","CreateTime":7,"MsgType":"event","Event":"CLICK","EventKey":"HOURS"}"#;
    let page = post(&query(&app, ""), body).await;
    assert!(page.text().contains("<![CDATA[9–18]]>"), "{}", page.text());
}

#[actix_web::test]
async fn a_nickname_is_in_the_reply_of_a_fan_who_is_known() {
    let rules = "[[reply]]\non = \"subscribe\"\nscene = \"shop\"\ntext = \"Welcome to the shop\"\n\
                 [[reply]]\non = \"subscribe\"\ntext = \"Hello {nickname}!\"\n";
    let (_folder, builder) = with_rules(plain(), rules);
    let app = builder.start().await;
    let fan = app.platform.fan("小明").await;
    app.registered(&fan).await;
    let known = app.push_event(&fan, "subscribe", &[("EventKey", "")]).send().await;
    assert_eq!(known.text(), "Hello 小明!");
    assert_eq!(
        app.push_event("oUnknown", "subscribe", &[]).send().await.text(),
        "Hello !"
    );
    let by_scene = app
        .push_event("oUnknown", "subscribe", &[("EventKey", "qrscene_shop")])
        .send()
        .await;
    assert_eq!(by_scene.text(), "Welcome to the shop");
}

#[actix_web::test]
async fn a_body_that_trickles_in_is_cut_before_the_platform_hangs_up() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = plain().start().await;
    let url = query(&app, "");
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut connection = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = format!("POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 1000\r\n\r\n<xml>");
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut response = vec![0; 12];
    let read = connection.read_exact(&mut response);
    tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(response, b"HTTP/1.1 408");
}
