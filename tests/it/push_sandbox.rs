//! Pushes of the sandbox, whose crypto and XML are its own: what it sends is understood, and it takes what it is answered.

use serde_json::{Value, json};

use crate::support::{
    Browser, Site, TestApp, TestAppBuilder, WECHAT, eventually,
    push::{AES_KEY, TOKEN},
};

const RULES: &str = r#"
[[reply]]
on = "subscribe"
scene = "booth7"
news = { title = "摊位7 & <会员>", description = "新人礼", picture = "/gift.png", url = "/register" }

[[reply]]
on = "keyword"
exact = "积分"
text = "{nickname}，<a href=\"{site}/\">这里</a> ]]> & <b>"

[[reply]]
on = "menu"
key = "album"
image = "media-1"
"#;

/// An application with rules, to whose URL the sandbox pushes.
async fn wired(builder: TestAppBuilder) -> (tempfile::TempDir, TestApp) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/replies.toml"), RULES).unwrap();
    let builder = builder.directory(folder.path()).env("WECHAT_TOKEN", TOKEN);
    let app = builder.start().await;
    let push = json!({"url": app.at("/wechat/push"), "token": TOKEN, "encoding_aes_key": AES_KEY});
    app.platform.control("PATCH", "settings", json!({ "push": push })).await;
    (folder, app)
}

fn safe() -> TestAppBuilder {
    TestApp::with().env("WECHAT_ENCODING_AES_KEY", AES_KEY)
}

async fn push(app: &TestApp, request: Value) -> Value {
    app.platform.control("POST", "push", request).await
}

/// Something that the fan does; returns what became of its push.
async fn act(app: &TestApp, fan: &str, action: &str, body: Value) -> Value {
    let path = format!("fans/{fan}/{action}");
    app.platform.control("POST", &path, body).await["push"].take()
}

#[actix_web::test]
async fn the_console_takes_the_url_and_the_platform_every_reply_in_every_mode() {
    let (_folder, app) = wired(safe().set("push.accept_plain", "true")).await;
    let fan = app.platform.fan("小鹿🦌").await;
    app.registered(&fan).await;
    let verified = app.platform.control("POST", "push/verify", json!({})).await;
    assert_eq!(verified["ok"], true, "{verified}");
    let forged = app
        .platform
        .control("POST", "push/verify", json!({"wrong_signature": true}))
        .await;
    assert_eq!((&forged["ok"], &forged["status"]), (&json!(false), &json!(403)));
    for mode in ["safe", "compatible", "plain"] {
        app.platform
            .control("PATCH", "settings", json!({"push": {"mode": mode}}))
            .await;
        let said = act(&app, &fan, "say", json!({"text": " 积分 "})).await;
        let text = format!("小鹿🦌，<a href=\"{}/\">这里</a> ]]> & <b>", app.url);
        assert_eq!(
            (&said["taken"], &said["reply"]["text"]),
            (&json!(true), &json!(text)),
            "{said}"
        );
        let sealed = (mode != "plain").then_some(true);
        assert_eq!(said["tries"][0]["signature_ok"], json!(sealed), "{said}");
        let scanned = {
            act(&app, &fan, "unfollow", Value::Null).await;
            act(&app, &fan, "scan", json!({"scene": "booth7"})).await
        };
        let card = &scanned["reply"]["articles"][0];
        assert_eq!(card["title"], "摊位7 & <会员>", "{scanned}");
        assert_eq!(card["url"], format!("{}/register", app.url));
        let clicked = act(&app, &fan, "click", json!({"key": "album"})).await;
        assert_eq!(clicked["reply"]["media_id"], "media-1", "{clicked}");
        let silent = push(
            &app,
            json!({"fan": fan, "message": {"location": {"Location_X": "23.1"}}}),
        )
        .await;
        assert_eq!((&silent["taken"], &silent["reply"]), (&json!(true), &Value::Null));
    }
}

#[actix_web::test]
async fn copies_at_the_same_moment_get_one_answer() {
    let (_folder, app) = wired(safe()).await;
    for same_nonce in [false, true] {
        let request =
            json!({"fan": "阿橙", "message": {"text": "积分"}, "mode": "safe", "copies": 8, "same_nonce": same_nonce});
        let sent = push(&app, request).await;
        let tries = sent["tries"].as_array().unwrap();
        assert_eq!((tries.len(), &sent["taken"]), (8, &json!(true)), "{sent}");
        assert!(tries.iter().all(|each| each["reply"] == sent["reply"]), "{sent}");
    }
}

#[actix_web::test]
async fn what_the_platform_would_never_send_is_refused() {
    let (_folder, app) = wired(safe()).await;
    let cases = [
        json!({"wrong_signature": true}),
        json!({"timestamp_offset": -3600}),
        json!({"timestamp_offset": 3600}),
        json!({"mode": "plain"}),
    ];
    for case in cases {
        let mut request = json!({"fan": "阿橙", "message": {"text": "积分"}, "mode": "safe", "tries": 1});
        for (name, value) in case.as_object().unwrap() {
            request[name] = value.clone();
        }
        let sent = push(&app, request).await;
        assert_eq!(sent["tries"][0]["status"], 403, "{case} {sent}");
        assert_eq!(sent["fault_shown"], true);
    }
    let nonce = json!({"fan": "阿橙", "message": {"text": "积分"}, "mode": "safe", "nonce": "77", "tries": 1});
    assert_eq!(push(&app, nonce.clone()).await["taken"], true);
    let timestamp = app.platform.control("GET", "push", Value::Null).await[0]["tries"][0]["timestamp"].take();
    let mut again = nonce;
    again["timestamp"] = json!(timestamp.as_str().unwrap().parse::<i64>().unwrap());
    assert_eq!(push(&app, again).await["tries"][0]["status"], 403, "another message");
}

#[actix_web::test]
async fn odd_bodies_are_answered_with_success() {
    let (_folder, app) = wired(safe()).await;
    for xml in [
        "",
        "<xml>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><xml><MsgType>&a;</MsgType></xml>",
        "<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[user_info_modified]]></Event></xml>",
        "{\"MsgType\":\"event\",\"Event\":\"nothing_known\"}",
    ] {
        let sent = push(&app, json!({"xml": xml, "mode": "safe"})).await;
        assert_eq!(
            (&sent["taken"], &sent["tries"][0]["body"]),
            (&json!(true), &json!("success")),
            "{xml} {sent}"
        );
    }
}

/// The whole way of one fan, with the sandbox as their phone and as the platform.
#[actix_web::test]
async fn a_fan_follows_registers_changes_their_mind_and_is_forgotten() {
    let (_folder, app) = wired(safe()).await;
    app.platform
        .control("PATCH", "settings", json!({"push": {"mode": "safe"}}))
        .await;
    let fan = app.platform.fan("小雨").await;
    act(&app, &fan, "unfollow", Value::Null).await;
    let followed = act(&app, &fan, "scan", json!({"scene": "booth7"})).await;
    assert_eq!(followed["reply"]["type"], "news");
    assert_eq!(app.rows(Some(&fan)).await, 0, "nobody is registered by following");

    let browser = app.registered(&fan).await;
    let page = browser.get(&app.at("/")).await;
    assert!(page.status == 200 && page.text().contains("小雨"));

    let withdrawn = act(&app, &fan, "withdraw", json!({"codes": ["205", "999"]})).await;
    assert_eq!(withdrawn["taken"], true, "{withdrawn}");
    let row = app.row(&fan).await;
    assert_eq!((row.nickname.as_str(), row.avatar_url.as_str()), ("", ""));
    eventually("the session ends", async || {
        browser.get(&app.at("/")).await.status == 303
    })
    .await;

    let back = app.registered(&fan).await;
    assert_eq!(app.row(&fan).await.nickname, "小雨", "a new consent");
    let modified = act(&app, &fan, "modified", json!({"nickname": "微信用户"})).await;
    assert_eq!(modified["taken"], true, "{modified}");
    assert_eq!(app.row(&fan).await.nickname, "");

    let closed = act(&app, &fan, "close", Value::Null).await;
    assert_eq!(closed["taken"], true, "{closed}");
    eventually("the fan is forgotten", async || app.rows(Some(&fan)).await == 0).await;
    eventually("the session ends", async || back.get(&app.at("/")).await.status == 303).await;
}

#[actix_web::test]
async fn serve_in_development_is_pushed_to_by_its_sandbox() {
    let site = Site::new();
    let _process = site.start(&[]);
    let verified = site.order("push/verify", &json!({})).await;
    assert_eq!(verified["ok"], true, "{verified}");
    let browser = Browser::new(WECHAT);
    let callback = site.callback_of(&browser, "阿新").await;
    assert!(browser.open(&callback).await.text().contains("阿新"));
    let said = site
        .order("push", &json!({"fan": "阿新", "message": {"text": "在吗"}}))
        .await;
    assert_eq!(
        (&said["mode"], &said["taken"]),
        (&json!("safe"), &json!(true)),
        "{said}"
    );
}
