//! The control API.

use actix_web::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{APP_SECRET, TestSandbox, link, text};

#[actix_web::test]
async fn tokens_of_a_fan_can_be_revoked() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("巳").await;
    let other = sandbox.tokens(&sandbox.fan("午").await, "snsapi_userinfo").await;
    let path = format!("fans/{}/expire", text(&fan, "openid"));
    let cases = [
        (json!({"access":true}), 42001, 0),
        (json!({"refresh":true}), 0, 42002),
        (json!({"password_changed":true}), 42007, 42007),
    ];
    for (what, access, refresh) in cases {
        let tokens = sandbox.tokens(&fan, "snsapi_userinfo").await;
        sandbox.control(Method::POST, &path, what).await;
        assert_eq!(sandbox.userinfo(&tokens).await.errcode(), access);
        assert_eq!(sandbox.refresh(&tokens).await.errcode(), refresh);
    }
    assert_eq!(
        sandbox
            .userinfo(&sandbox.tokens(&fan, "snsapi_userinfo").await)
            .await
            .errcode(),
        0
    );
    assert_eq!(sandbox.userinfo(&other).await.errcode(), 0);
}

#[actix_web::test]
async fn a_fan_can_change_name_and_picture() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("未").await;
    let path = format!("fans/{}", text(&fan, "openid"));
    let picture = |fan: &serde_json::Value| text(fan, "headimgurl").trim_start_matches(&sandbox.url).to_owned();
    let shown = sandbox.get(&picture(&fan)).await;
    assert_eq!(
        (shown.status, shown.header("content-type")),
        (StatusCode::OK, Some("image/png"))
    );

    let changed = sandbox
        .control(
            Method::PATCH,
            &path,
            json!({"nickname":"申","new_avatar":true,"unionid":false}),
        )
        .await
        .json();
    assert_eq!(
        (&changed["nickname"], &changed["unionid"]),
        (&json!("申"), &json!(null))
    );
    assert_eq!(sandbox.get(&picture(&fan)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sandbox.get(&picture(&changed)).await.status, StatusCode::OK);
    let tokens = sandbox.tokens(&fan, "snsapi_userinfo").await;
    assert_eq!(sandbox.userinfo(&tokens).await.json()["nickname"], "申");
}

#[actix_web::test]
async fn many_fans_are_made_at_once() {
    let sandbox = TestSandbox::new().await;
    let made = sandbox
        .control(Method::POST, "fans", json!({"nickname":"众","count":3}))
        .await
        .json();
    assert_eq!(made["openids"].as_array().unwrap().len(), 3);
    assert_eq!(
        sandbox
            .get(&format!("/sandbox/fans/{}", made["openids"][2].as_str().unwrap()))
            .await
            .json()["nickname"],
        "众3"
    );
    let minted = sandbox
        .control(Method::POST, "codes", json!({"fan":"众2","scope":"snsapi_base"}))
        .await
        .json();
    assert_eq!(minted["openid"], made["openids"][1]);
}

#[actix_web::test]
async fn a_snapshot_code_can_be_issued() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("酉").await;
    let asked = json!({"fan":fan["openid"],"scope":"snsapi_userinfo","snapshot":true});
    let minted = sandbox.control(Method::POST, "codes", asked).await.json();
    let tokens = sandbox.exchange(text(&minted, "code")).await.json();
    assert_eq!(
        (&tokens["is_snapshotuser"], &tokens["openid"]),
        (&json!(1), &minted["openid"])
    );
    assert_ne!(tokens["openid"], fan["openid"]);
}

#[actix_web::test]
async fn requests_are_counted_without_the_secret() {
    let sandbox = TestSandbox::new().await;
    let code = sandbox.code(&sandbox.fan("戌").await, "snsapi_base").await;
    sandbox.exchange(&code).await;
    sandbox.get(&link("snsapi_base", "")).await;
    let report = sandbox.get("/sandbox/requests").await;
    assert!(!report.text().contains(APP_SECRET));
    assert_eq!(report.json()["requests"], json!({"access_token":1,"authorize":1}));
    assert_eq!(report.json()["exchanges"][&code], 1);
    assert_eq!(report.json()["recent"][0]["endpoint"], "access_token");
    sandbox.control(Method::DELETE, "requests", json!({})).await;
    assert_eq!(sandbox.get("/sandbox/requests").await.json()["requests"], json!({}));
}

#[actix_web::test]
async fn settings_change_what_the_account_allows() {
    let sandbox = TestSandbox::new().await;
    let local = link("snsapi_base", "").replace("https%3A%2F%2Fwww.example.com", "http%3A%2F%2Flocalhost%3A8080");
    assert_eq!(sandbox.get(&local).await.header("sandbox-error"), None);
    let change = json!({"callback_hosts":["other.example"],"allow_loopback":false,"scopes":["snsapi_base"]});
    sandbox.control(Method::PATCH, "settings", change).await;
    assert_eq!(sandbox.get(&local).await.header("sandbox-error"), Some("10003"));
    assert_eq!(
        sandbox.get(&link("snsapi_base", "")).await.header("sandbox-error"),
        Some("10003")
    );
    let other = link("snsapi_userinfo", "").replace("www.example.com", "other.example");
    assert_eq!(sandbox.get(&other).await.header("sandbox-error"), Some("10005"));
}

#[actix_web::test]
async fn what_is_not_understood_is_refused_and_changes_nothing() {
    let sandbox = TestSandbox::new().await;
    let cases = [
        (Method::PUT, "faults/nowhere", json!({"kind":"down"}), 404),
        (Method::PUT, "faults/auth", json!({"kind":"down","tmies":1}), 400),
        (
            Method::POST,
            "codes",
            json!({"fan":"nobody","scope":"snsapi_base"}),
            404,
        ),
        (Method::POST, "codes", json!({"fan":"阿橙","scope":"snsapi_login"}), 400),
        (Method::POST, "clock", json!({"advance_seconds":-1}), 400),
        (Method::PATCH, "settings", json!({"nothing":1}), 400),
        (Method::PATCH, "fans/nobody", json!({"nickname":"x"}), 404),
        (Method::POST, "fans", json!({"nickname":"x","count":10_001}), 400),
    ];
    for (method, path, body, status) in cases {
        let refused = sandbox.control(method, path, body).await;
        assert_eq!(refused.status.as_u16(), status, "{path}");
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        assert_eq!(refused.json()["status"], status, "{path}");
    }
    assert_eq!(sandbox.get("/sandbox/faults").await.json(), json!({}));
}
