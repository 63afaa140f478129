//! The page where a person is the fan.

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, wired};
use crate::support::{Response, TestSandbox, post, read, stable_token, text};

/// A form of the page, sent as this fan.
async fn submit(sandbox: &TestSandbox, fan: &Value, form: &str, fields: &[(&str, &str)]) -> Response {
    let request = sandbox.request(Method::POST, &format!("/push/{form}"));
    let request = request.insert_header(("cookie", cookie(fan)));
    read(request.send_form(&fields).await.unwrap()).await
}

fn cookie(fan: &Value) -> String {
    format!("sandbox_fan={}", text(fan, "openid"))
}

async fn page(sandbox: &TestSandbox, fan: &Value) -> String {
    sandbox.get_as("/push", &cookie(fan)).await.text()
}

#[actix_web::test]
async fn a_fan_writes_on_the_page_and_reads_the_reply() {
    let (sandbox, server) = wired(Answer::Echo).await;
    let fan = sandbox.fan("<b>小雨</b>").await;
    let said = submit(&sandbox, &fan, "act", &[("action", "say"), ("text", "<i>在吗")]).await;
    assert_eq!(
        (said.status, said.header("location")),
        (StatusCode::SEE_OTHER, Some("/push"))
    );
    let shown = page(&sandbox, &fan).await;
    for part in ["&lt;b&gt;小雨", "&lt;i&gt;在吗", ">echo<", "已答", "明文模式"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    server.answer(Answer::Body(200, "{}"));
    submit(&sandbox, &fan, "act", &[("action", "click"), ("key", "balance")]).await;
    let shown = page(&sandbox, &fan).await;
    assert!(shown.contains("该公众号提供的服务出现故障") && shown.contains("CLICK balance"));
}

#[actix_web::test]
async fn replies_are_shown_with_their_links_and_cards() {
    let (sandbox, server) = wired(Answer::News).await;
    let fan = sandbox.fan("小雨").await;
    submit(&sandbox, &fan, "act", &[("action", "follow")]).await;
    server.answer(Answer::Link);
    submit(&sandbox, &fan, "act", &[("action", "say"), ("text", "1")]).await;
    let shown = page(&sandbox, &fan).await;
    for part in [
        "<a href=\"https://www.example.com/news\">欢迎</a>",
        "<a href=\"https://www.example.com/me\">我的</a>",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[actix_web::test]
async fn the_page_sends_what_the_platform_never_would() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let fan = sandbox.fan("小雨").await;
    let form = [
        ("kind", "user_authorization_revoke"),
        ("value", "205"),
        ("mode", "safe"),
        ("copies", "2"),
        ("wrong_signature", "1"),
        ("stale", "1"),
        ("same_nonce", "1"),
    ];
    submit(&sandbox, &fan, "send", &form).await;
    assert_eq!(server.all().len(), 2);
    assert!(!server.last().is_signed("pamtest") && server.last().body.contains("<Encrypt>"));
    let sent = sandbox.get("/sandbox/push").await.json();
    let timestamp: i64 = text(&sent[0]["tries"][0], "timestamp").parse().unwrap();
    assert_eq!(timestamp, sent[0]["at"].as_i64().unwrap() - 3600);
    assert!(text(&sent[0], "xml").contains("<RevokeInfo><![CDATA[205]]>"));
    server.answer(Answer::Echostr(""));
    submit(&sandbox, &fan, "verify", &[]).await;
    assert!(page(&sandbox, &fan).await.contains("通过"));
}

#[actix_web::test]
async fn a_closed_fan_is_nobody_and_a_menu_and_codes_can_be_used() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let (fan, token) = (sandbox.fan("小雨").await, stable_token(&sandbox).await);
    let button = json!({"type":"click","name":"余额","key":"balance"});
    post(&sandbox, "menu/create", &token, json!({ "button": [button] })).await;
    let code = json!({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "摊位7"}}});
    let ticket = text(&post(&sandbox, "qrcode/create", &token, code).await.json(), "ticket").to_owned();
    let shown = page(&sandbox, &fan).await;
    assert!(shown.contains("name=\"key\" value=\"balance\"") && shown.contains("摊位7"));
    submit(&sandbox, &fan, "act", &[("action", "scan"), ("ticket", &ticket)]).await;
    assert!(server.last().body.contains("<Event><![CDATA[SCAN]]>"));
    submit(&sandbox, &fan, "act", &[("action", "close")]).await;
    assert!(page(&sandbox, &fan).await.contains("尚未选择"));
    let nobody = submit(&sandbox, &fan, "act", &[("action", "follow")]).await;
    assert!(nobody.text().contains("请先选择"));
}

#[actix_web::test]
async fn forms_of_other_sites_are_refused() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 303)] {
        let request = sandbox.request(Method::POST, "/push/act");
        let request = request.insert_header(("cookie", cookie(&sandbox.fan("小雨").await)));
        let request = request.insert_header(("sec-fetch-site", site));
        let response = read(request.send_form(&[("action", "unfollow")]).await.unwrap()).await;
        assert_eq!(response.status.as_u16(), status, "{site}");
    }
    assert_eq!(server.all().len(), 1);
    let fan = sandbox.fan("小雨").await;
    let close = sandbox.request(Method::POST, &format!("/sandbox/fans/{}/close", text(&fan, "openid")));
    let close = close.insert_header(("sec-fetch-site", "cross-site")).send_body("{}");
    assert_eq!(close.await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn without_a_url_the_page_says_so() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("小雨").await;
    assert!(page(&sandbox, &fan).await.contains("未设置，不推送"));
    let followed = submit(&sandbox, &fan, "act", &[("action", "unfollow")]).await;
    assert!(followed.text().contains("尚未设置推送地址"));
    let wrong = submit(&sandbox, &fan, "act", &[("action", "dance")]).await;
    assert!(wrong.text().contains("role=\"alert\""));
    assert!(page(&sandbox, &fan).await.contains("未关注"));
}
