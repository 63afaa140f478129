//! Followers, messages to them, and QR codes by which they come.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{APP_ID, APP_SECRET, Response, TestSandbox, post, stable_token, text};

async fn page(sandbox: &TestSandbox, token: &str, after: &str) -> Value {
    let path = format!("/cgi-bin/user/get?access_token={token}&next_openid={after}");
    sandbox.get(&path).await.json()
}

#[actix_web::test]
async fn followers_come_in_pages_of_ten_thousand_and_are_the_same_at_every_start() {
    let sandboxes = [TestSandbox::new().await, TestSandbox::new().await];
    let mut seen = Vec::new();
    for sandbox in &sandboxes {
        let token = stable_token(sandbox).await;
        let made = sandbox
            .control(Method::POST, "followers", json!({ "count": 20_500 }))
            .await;
        let total = made.json()["total"].as_u64().unwrap();
        let (mut openids, mut sizes, mut after) = (Vec::new(), Vec::new(), String::new());
        loop {
            let page = page(sandbox, &token, &after).await;
            assert_eq!(page["total"].as_u64(), Some(total));
            sizes.push(page["count"].as_u64().unwrap());
            after = text(&page, "next_openid").to_owned();
            let Some(on_page) = page["data"]["openid"].as_array() else {
                break;
            };
            openids.extend(on_page.iter().map(|openid| openid.as_str().unwrap().to_owned()));
        }
        assert_eq!(sizes, [10_000, 10_000, total - 20_000, 0]);
        assert_eq!(after, "");
        seen.push(openids);
    }
    assert_eq!(seen[0], seen[1]);
}

#[actix_web::test]
async fn who_does_not_follow_is_in_no_list_and_shows_nothing() {
    let sandbox = TestSandbox::new().await;
    let (token, fan) = (stable_token(&sandbox).await, sandbox.fan("小雨").await);
    let openid = text(&fan, "openid");
    let before = page(&sandbox, &token, "").await["total"].as_u64().unwrap();
    let path = format!("fans/{openid}");
    sandbox
        .control(Method::PATCH, &path, json!({ "subscribe": false }))
        .await;
    assert_eq!(page(&sandbox, &token, "").await["total"].as_u64(), Some(before - 1));
    let list = json!({ "user_list": [{ "openid": openid, "lang": "zh_CN" }] });
    let info = post(&sandbox, "user/info/batchget", &token, list.clone()).await.json();
    let shown = &info["user_info_list"][0];
    assert_eq!((&shown["subscribe"], shown.get("subscribe_time")), (&json!(0), None));
    sandbox
        .control(
            Method::PATCH,
            &path,
            json!({ "subscribe": true, "subscribe_scene": "ADD_SCENE_QR_CODE" }),
        )
        .await;
    let info = post(&sandbox, "user/info/batchget", &token, list).await.json();
    assert_eq!(info["user_info_list"][0]["subscribe_scene"], "ADD_SCENE_QR_CODE");
    assert_eq!(page(&sandbox, &token, "oNobody").await["errcode"], 40003);
}

#[actix_web::test]
async fn a_batch_is_of_one_to_a_hundred_fans_who_are_all_known() {
    let sandbox = TestSandbox::new().await;
    let (token, fan) = (stable_token(&sandbox).await, sandbox.fan("小雨").await);
    let ask = async |openid: &str, count: usize| {
        let list = vec![json!({ "openid": openid }); count];
        post(&sandbox, "user/info/batchget", &token, json!({ "user_list": list }))
            .await
            .errcode()
    };
    let openid = text(&fan, "openid");
    assert_eq!((ask(openid, 100).await, ask(openid, 101).await), (0, 40032));
    assert_eq!((ask(openid, 0).await, ask("oNobody", 1).await), (40031, 40003));
}

async fn send(sandbox: &TestSandbox, token: &str, openid: &Value) -> i64 {
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "你好" } });
    post(sandbox, "message/custom/send", token, message).await.errcode()
}

#[actix_web::test]
async fn five_messages_in_48_hours_follow_one_of_the_fan() {
    let sandbox = TestSandbox::new().await;
    let (token, fan) = (stable_token(&sandbox).await, sandbox.fan("小雨").await);
    let openid = &fan["openid"];
    let act = async |kind: &str| {
        let path = format!("fans/{}/interact", text(&fan, "openid"));
        sandbox.control(Method::POST, &path, json!({ "kind": kind })).await
    };
    assert_eq!(send(&sandbox, &token, openid).await, 45015);
    act("message").await;
    for _ in 0..5 {
        assert_eq!(send(&sandbox, &token, openid).await, 0);
    }
    assert_eq!(send(&sandbox, &token, openid).await, 45047);
    act("follow").await;
    let typing = json!({ "touser": openid, "command": "Typing" });
    assert_eq!(
        post(&sandbox, "message/custom/typing", &token, typing).await.errcode(),
        0
    );
    sandbox.advance(60).await;
    assert_eq!(send(&sandbox, &token, openid).await, 45015);
    act("message").await;
    sandbox.advance(48 * 3600).await;
    let token = stable_token(&sandbox).await;
    assert_eq!(send(&sandbox, &token, openid).await, 45015);
    let sent = sandbox.get("/sandbox/messages").await.json();
    assert_eq!(
        (sent.as_array().unwrap().len(), &sent[0]["content"]["content"]),
        (5, &json!("你好"))
    );
}

#[actix_web::test]
async fn a_message_is_of_a_known_kind_and_its_file_exists() {
    let sandbox = TestSandbox::new().await;
    let (token, fan) = (stable_token(&sandbox).await, sandbox.fan("小雨").await);
    for (kind, content, errcode) in [
        ("text", json!({ "content": "" }), 44004),
        ("text", json!({ "content": "长".repeat(700) }), 45002),
        ("image", json!({ "media_id": "made-up" }), 40007),
        ("nonsense", json!({}), 40008),
        ("news", json!({ "articles": [] }), 45015),
    ] {
        let message = json!({ "touser": fan["openid"], "msgtype": kind, kind: content });
        let answer = post(&sandbox, "message/custom/send", &token, message).await;
        assert_eq!(answer.errcode(), errcode, "{kind}");
    }
    assert_eq!(send(&sandbox, &token, &json!("oNobody")).await, 40003);
}

async fn qr(sandbox: &TestSandbox, token: &str, body: Value) -> Response {
    post(sandbox, "qrcode/create", token, body).await
}

#[actix_web::test]
async fn a_qr_code_has_a_scene_and_a_time() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let text_scene = |scene: &str| json!({ "scene": { "scene_str": scene } });
    let number = |scene: u64| json!({ "scene": { "scene_id": scene } });
    for (action, info, errcode) in [
        ("QR_STR_SCENE", text_scene("shop"), 0),
        ("QR_STR_SCENE", text_scene(""), 40053),
        ("QR_STR_SCENE", text_scene(&"汉".repeat(64)), 0),
        ("QR_STR_SCENE", text_scene(&"汉".repeat(65)), 40053),
        ("QR_SCENE", number(4_294_967_295), 0),
        ("QR_SCENE", number(4_294_967_296), 40053),
        ("QR_SCENE", number(0), 40053),
        ("QR_LIMIT_SCENE", number(100_000), 0),
        ("QR_LIMIT_SCENE", number(100_001), 40053),
        ("QR_LIMIT_STR_SCENE", text_scene("shop"), 0),
        ("nonsense", text_scene("shop"), 40053),
    ] {
        let body = json!({ "action_name": action, "action_info": info });
        assert_eq!(qr(&sandbox, &token, body).await.errcode(), errcode, "{action} {info}");
    }
    for (seconds, shown) in [
        (json!(null), json!(60)),
        (json!(600), json!(600)),
        (json!(9_999_999), json!(2_592_000)),
    ] {
        let body = json!({"action_name":"QR_STR_SCENE","action_info":text_scene("shop"),"expire_seconds":seconds});
        assert_eq!(qr(&sandbox, &token, body).await.json()["expire_seconds"], shown);
    }
    let permanent = json!({"action_name":"QR_LIMIT_STR_SCENE","action_info":text_scene("shop"),"expire_seconds":60});
    assert_eq!(qr(&sandbox, &token, permanent).await.json().get("expire_seconds"), None);
    let body = json!({"action_name":"QR_STR_SCENE","action_info":text_scene("shop")});
    let code = qr(&sandbox, &token, body).await.json();
    let ticket: String = url::form_urlencoded::byte_serialize(text(&code, "ticket").as_bytes()).collect();
    let picture = format!("/cgi-bin/showqrcode?ticket={ticket}");
    assert!(sandbox.get(&picture).await.text().contains("<svg"));
    sandbox.advance(60).await;
    assert_eq!(sandbox.get(&picture).await.status.as_u16(), 404, "it has expired");
    assert_eq!(sandbox.get("/sandbox/qr-codes").await.json()[0]["scene"], "shop");
}

#[actix_web::test]
async fn every_call_takes_tokens_of_both_kinds_and_no_others() {
    let sandbox = TestSandbox::new().await;
    let plain = format!("/cgi-bin/token?grant_type=client_credential&appid={APP_ID}&secret={APP_SECRET}");
    let plain = text(&sandbox.get(&plain).await.json(), "access_token").to_owned();
    let stable = stable_token(&sandbox).await;
    for path in [
        "menu/get",
        "menu/delete",
        "get_current_selfmenu_info",
        "user/get",
        "user/info",
        "ticket/getticket",
        "media/get",
        "getcallbackip",
        "get_api_domain_ip",
    ] {
        let ask = async |token: &str| {
            let path = format!("/cgi-bin/{path}?access_token={token}");
            sandbox.get(&path).await.errcode()
        };
        assert_eq!((ask("").await, ask("made-up").await), (41001, 40001), "{path}");
        let errcodes = [ask(&plain).await, ask(&stable).await];
        assert!(
            errcodes
                .iter()
                .all(|errcode| ![40001, 40014, 41001, 42001].contains(errcode)),
            "{path}"
        );
    }
}
