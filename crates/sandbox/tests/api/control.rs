//! The control API.

use actix_web::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{APP_SECRET, Stage, link, text};

#[actix_web::test]
async fn tokens_of_a_fan_can_be_ended() {
    let stage = Stage::new().await;
    let fan = stage.fan("巳").await;
    let other = stage.tokens(&stage.fan("午").await, "snsapi_userinfo").await;
    let path = format!("fans/{}/expire", text(&fan, "openid"));
    let cases = [
        (json!({"access":true}), 42001, 0),
        (json!({"refresh":true}), 0, 42002),
        (json!({"password_changed":true}), 42007, 42007),
    ];
    for (what, access, refresh) in cases {
        let tokens = stage.tokens(&fan, "snsapi_userinfo").await;
        stage.control(Method::POST, &path, what).await;
        assert_eq!(stage.userinfo(&tokens).await.errcode(), access);
        assert_eq!(stage.refresh(&tokens).await.errcode(), refresh);
    }
    assert_eq!(
        stage
            .userinfo(&stage.tokens(&fan, "snsapi_userinfo").await)
            .await
            .errcode(),
        0
    );
    assert_eq!(stage.userinfo(&other).await.errcode(), 0);
}

#[actix_web::test]
async fn a_fan_can_change_name_and_picture() {
    let stage = Stage::new().await;
    let fan = stage.fan("未").await;
    let path = format!("fans/{}", text(&fan, "openid"));
    let picture = |fan: &serde_json::Value| text(fan, "headimgurl").trim_start_matches(&stage.url).to_owned();
    let shown = stage.get(&picture(&fan)).await;
    assert_eq!(
        (shown.status, shown.header("content-type")),
        (StatusCode::OK, Some("image/svg+xml"))
    );
    assert!(shown.text().contains(">未<"));

    let changed = stage
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
    assert_eq!(stage.get(&picture(&fan)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.get(&picture(&changed)).await.status, StatusCode::OK);
    let tokens = stage.tokens(&fan, "snsapi_userinfo").await;
    assert_eq!(stage.userinfo(&tokens).await.json()["nickname"], "申");
}

#[actix_web::test]
async fn many_fans_are_made_at_once() {
    let stage = Stage::new().await;
    let made = stage
        .control(Method::POST, "fans", json!({"nickname":"众","count":3}))
        .await
        .json();
    assert_eq!(made["openids"].as_array().unwrap().len(), 3);
    assert_eq!(
        stage
            .get(&format!("/sandbox/fans/{}", made["openids"][2].as_str().unwrap()))
            .await
            .json()["nickname"],
        "众3"
    );
    let minted = stage
        .control(Method::POST, "codes", json!({"fan":"众2","scope":"snsapi_base"}))
        .await
        .json();
    assert_eq!(minted["openid"], made["openids"][1]);
}

#[actix_web::test]
async fn a_snapshot_code_can_be_minted() {
    let stage = Stage::new().await;
    let fan = stage.fan("酉").await;
    let asked = json!({"fan":fan["openid"],"scope":"snsapi_userinfo","snapshot":true});
    let minted = stage.control(Method::POST, "codes", asked).await.json();
    let tokens = stage.exchange(text(&minted, "code")).await.json();
    assert_eq!(
        (&tokens["is_snapshotuser"], &tokens["openid"]),
        (&json!(1), &minted["openid"])
    );
    assert_ne!(tokens["openid"], fan["openid"]);
}

#[actix_web::test]
async fn requests_are_counted_without_the_secret() {
    let stage = Stage::new().await;
    let code = stage.code(&stage.fan("戌").await, "snsapi_base").await;
    stage.exchange(&code).await;
    stage.get(&link("snsapi_base", "")).await;
    let report = stage.get("/sandbox/requests").await;
    assert!(!report.text().contains(APP_SECRET));
    assert_eq!(report.json()["requests"], json!({"access_token":1,"authorize":1}));
    assert_eq!(report.json()["exchanges"][&code], 1);
    assert_eq!(report.json()["recent"][0]["endpoint"], "access_token");
    stage.control(Method::DELETE, "requests", json!({})).await;
    assert_eq!(stage.get("/sandbox/requests").await.json()["requests"], json!({}));
}

#[actix_web::test]
async fn settings_change_what_the_account_allows() {
    let stage = Stage::new().await;
    let local = link("snsapi_base", "").replace("https%3A%2F%2Fwww.example.com", "http%3A%2F%2Flocalhost%3A8080");
    assert_eq!(stage.get(&local).await.header("sandbox-error"), None);
    let change = json!({"callback_hosts":["other.example"],"allow_loopback":false,"scopes":["snsapi_base"]});
    stage.control(Method::PATCH, "settings", change).await;
    assert_eq!(stage.get(&local).await.header("sandbox-error"), Some("10003"));
    assert_eq!(
        stage.get(&link("snsapi_base", "")).await.header("sandbox-error"),
        Some("10003")
    );
    let other = link("snsapi_userinfo", "").replace("www.example.com", "other.example");
    assert_eq!(stage.get(&other).await.header("sandbox-error"), Some("10005"));
}

#[actix_web::test]
async fn what_is_not_understood_is_refused_and_changes_nothing() {
    let stage = Stage::new().await;
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
        let refused = stage.control(method, path, body).await;
        assert_eq!(refused.status.as_u16(), status, "{path}");
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        assert_eq!(refused.json()["status"], status, "{path}");
    }
    assert_eq!(stage.get("/sandbox/faults").await.json(), json!({}));
}
