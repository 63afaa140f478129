//! The pages for people.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::support::{Stage, link, text};

#[actix_web::test]
async fn the_home_page_shows_and_changes_who_the_browser_is() {
    let stage = Stage::new().await;
    assert!(stage.get("/").await.text().contains("尚未选择"));
    stage.fault("auth", json!({"kind":"down"})).await;
    let chosen = stage.submit("/sandbox/browser", &[("nickname", "小帆⛵")]).await;
    assert_eq!(
        (chosen.status, chosen.header("location")),
        (StatusCode::SEE_OTHER, Some("/"))
    );
    let home = stage.get_as("/", &chosen.cookie()).await.text();
    assert!(home.contains("小帆⛵") && home.contains("/sns/auth") && !home.contains("尚未选择"));
    let silent = stage.get_as(&link("snsapi_base", ""), &chosen.cookie()).await;
    assert_eq!(silent.status, StatusCode::FOUND);
    let forgotten = stage.submit("/sandbox/browser", &[]).await;
    assert_eq!(forgotten.cookie(), "sandbox_fan=");
}

#[actix_web::test]
async fn nicknames_are_escaped() {
    let stage = Stage::new().await;
    let fan = stage.fan("<script>alert(1)</script>").await;
    let cookie = format!("sandbox_fan={}", text(&fan, "openid"));
    for path in ["/".to_owned(), link("snsapi_userinfo", "")] {
        let page = stage.get_as(&path, &cookie).await.text();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{path}");
    }
    assert!(
        !stage
            .get(text(&fan, "headimgurl").trim_start_matches(&stage.url))
            .await
            .text()
            .contains("<script")
    );
}

#[actix_web::test]
async fn the_seeded_fans_are_the_same_at_every_start() {
    let (first, second) = (Stage::new().await, Stage::new().await);
    let openids = async |stage: &Stage| -> Vec<_> {
        let fans = stage.get("/sandbox/fans").await.json();
        fans.as_array()
            .unwrap()
            .iter()
            .map(|fan| fan["openid"].clone())
            .collect()
    };
    assert_eq!(openids(&first).await, openids(&second).await);
}

#[actix_web::test]
async fn pages_need_nothing_from_elsewhere() {
    let stage = Stage::new().await;
    let page = stage.get("/").await;
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'; style-src 'self'")
    );
    assert!(page.text().contains("href=\"/sandbox/sandbox.css\""));
    assert_eq!(
        stage.get("/sandbox/sandbox.css").await.header("content-type"),
        Some("text/css; charset=utf-8")
    );
}
