//! `connect/oauth2/authorize`.

use actix_web::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{APP_ID, CALLBACK, TestSandbox, link, read, text};

#[actix_web::test]
async fn a_browser_without_a_fan_is_asked_and_remembered() {
    let sandbox = TestSandbox::new().await;
    let asked = sandbox.get(&link("snsapi_base", "")).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.text().contains("小鹿🦌"));
    assert!(asked.text().contains("这不是微信"));
    let listed = sandbox.get("/sandbox/fans").await.json();
    let openid = text(&listed[0], "openid").to_owned();

    let sent = sandbox.submit(&link("snsapi_base", ""), &[("fan", &openid)]).await;
    assert_eq!(sent.status, StatusCode::FOUND);
    let silent = sandbox.get_as(&link("snsapi_base", ""), &sent.cookie()).await;
    assert_eq!(silent.status, StatusCode::FOUND);
    assert_ne!(silent.location_parameter("code"), sent.location_parameter("code"));
    let code = silent.location_parameter("code").unwrap();
    assert_eq!(
        silent.header("location"),
        Some(format!("{CALLBACK}?code={code}&state=abc123").as_str())
    );
    assert_eq!(sandbox.exchange(&code).await.json()["openid"], openid);
}

#[actix_web::test]
async fn a_new_fan_is_made_by_a_nickname() {
    let sandbox = TestSandbox::new().await;
    let sent = sandbox
        .submit(
            &link("snsapi_userinfo", ""),
            &[("nickname", "新人👋"), ("decision", "agree")],
        )
        .await;
    let tokens = sandbox.exchange(&sent.location_parameter("code").unwrap()).await.json();
    assert_eq!(sandbox.userinfo(&tokens).await.json()["nickname"], "新人👋");
}

#[actix_web::test]
async fn userinfo_asks_every_time_even_a_browser_with_a_fan() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("阿甲").await;
    let page = sandbox
        .get_as(
            &link("snsapi_userinfo", ""),
            &format!("sandbox_fan={}", text(&fan, "openid")),
        )
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for button in ["同意", "拒绝", "以快照页身份访问", "阿甲"] {
        assert!(page.text().contains(button), "{button}");
    }
}

#[actix_web::test]
async fn a_refusal_brings_the_state_and_no_code() {
    let sandbox = TestSandbox::new().await;
    let refused = sandbox
        .submit(&link("snsapi_userinfo", ""), &[("decision", "refuse")])
        .await;
    assert_eq!(refused.status, StatusCode::FOUND);
    assert_eq!(
        refused.header("location"),
        Some(format!("{CALLBACK}?state=abc123").as_str())
    );
}

#[actix_web::test]
async fn a_form_without_a_fan_asks_again() {
    let sandbox = TestSandbox::new().await;
    let again = sandbox
        .submit(
            &link("snsapi_userinfo", ""),
            &[("fan", "nobody"), ("decision", "agree")],
        )
        .await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.text().contains("请选择一位粉丝"));
}

#[actix_web::test]
async fn a_snapshot_is_a_virtual_fan() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("阿乙").await;
    let openid = text(&fan, "openid");
    let form = [("fan", openid), ("decision", "snapshot")];
    let chosen = sandbox.submit(&link("snsapi_userinfo", ""), &form).await;
    let forced = sandbox
        .get_as(
            &link("snsapi_userinfo", "&forceSnapShot=true"),
            &format!("sandbox_fan={openid}"),
        )
        .await;
    for sent in [chosen, forced] {
        assert_eq!(sent.status, StatusCode::FOUND);
        let tokens = sandbox.exchange(&sent.location_parameter("code").unwrap()).await.json();
        assert_eq!(tokens["is_snapshotuser"], 1);
        assert_ne!(tokens["openid"], openid);
        assert_ne!(tokens["unionid"], fan["unionid"]);
        assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 48001);
        assert_eq!(sandbox.auth(&tokens).await.errcode(), 0);
    }
}

#[actix_web::test]
async fn a_link_that_breaks_the_rules_gets_the_platforms_page() {
    let sandbox = TestSandbox::new().await;
    let cases = [
        (
            link("snsapi_base", "").replace("www.example.com", "pay.example.com"),
            "10003",
        ),
        (link("snsapi_login", ""), "10005"),
        (link("", ""), "10010"),
        (
            format!("/connect/oauth2/authorize?appid={APP_ID}&response_type=code&scope=snsapi_base"),
            "10011",
        ),
        (
            link("snsapi_base", "").replace(&format!("appid={APP_ID}&"), ""),
            "10012",
        ),
        (link("snsapi_base", "").replace("abc123", ""), "10013"),
        (link("snsapi_base", "").replace(APP_ID, "wxffffffffffffffff"), "40013"),
    ];
    for (path, number) in cases {
        let page = sandbox.get(&path).await;
        assert_eq!(
            (page.status, page.header("sandbox-error")),
            (StatusCode::OK, Some(number)),
            "{path}"
        );
        assert!(page.text().contains(number), "{path}");
        assert_eq!(
            sandbox
                .submit(&path, &[("nickname", "x")])
                .await
                .header("sandbox-error"),
            Some(number),
            "{path}"
        );
    }
    let swapped = link("snsapi_base", "")
        .replace("&state=abc123", "")
        .replace("&scope", "&state=abc123&scope");
    assert!(sandbox.get(&swapped).await.text().contains("该链接无法访问"));
}

#[actix_web::test]
async fn outside_wechat_the_page_says_so_when_the_setting_is_on() {
    let sandbox = TestSandbox::new().await;
    sandbox
        .control(Method::PATCH, "settings", json!({ "require_wechat_browser": true }))
        .await;
    let outside = sandbox.get(&link("snsapi_base", "")).await;
    assert!(outside.text().contains("请在微信客户端打开链接"));
    for (agent, inside) in [
        ("Mozilla/5.0 MicroMessenger/8.0.31", true),
        ("Mozilla/5.0 wxwork/4 MicroMessenger/8", false),
    ] {
        let request = sandbox
            .request(Method::GET, &link("snsapi_base", ""))
            .insert_header(("user-agent", agent));
        let page = read(request.send().await.unwrap()).await;
        assert_eq!(page.text().contains("请在微信客户端打开链接"), !inside, "{agent}");
    }
}
