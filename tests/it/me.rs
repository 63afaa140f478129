//! A fan's own page over HTTP.

mod delete;
mod receipts;

use serde_json::json;

use crate::support::{
    Browser, TestApp, eventually, parameter,
    photos::{PhotoApp, any_jpeg},
};

#[actix_web::test]
async fn a_fan_sees_what_is_kept_and_nobody_else_does() {
    let app = TestApp::with()
        .set("apps.shop.name", "小店")
        .set("apps.shop.api", "fans")
        .env("APP_SHOP_API_KEY", &"made-up-".repeat(6))
        .start()
        .await;
    let openid = app.platform.fan("小雨<b>").await;
    let fan = app.registered(&openid).await;
    let page = fan.get(&app.at("/me?lang=en")).await;
    assert_eq!(page.status, 200);
    let (text, row) = (page.text(), app.row(&openid).await);
    assert!(
        text.contains("<bdi>小雨&lt;b&gt;</bdi>") && text.contains("<bdi>小店</bdi>"),
        "{text}"
    );
    assert!(text.contains(&row.consent_version) && !text.contains(&openid), "{text}");
    assert!(!text.contains("/photos"), "this account has none");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    // The page's forms may lead through the platform's page.
    let csp = page.header("content-security-policy").unwrap();
    assert!(
        csp.contains(&format!("form-action 'self' {}", app.platform.url)),
        "{csp}"
    );
    let nobody = app.browser().get(&app.at("/me")).await;
    assert_eq!(
        (nobody.status, nobody.carried("scope").as_deref()),
        (303, Some("snsapi_base"))
    );
}

#[actix_web::test]
async fn the_number_of_photos_is_said_and_leads_to_them() {
    let site = PhotoApp::start().await;
    let fan = site.fan().await;
    site.saved(&fan, &any_jpeg()).await;
    let text = fan.get(&site.app.at("/me?lang=en")).await.text();
    assert!(text.contains("href=\"/photos\">1 photo</a>"), "{text}");
}

#[actix_web::test]
async fn the_profile_is_fetched_anew_with_the_consent_page() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("旧名").await;
    let fan = app.registered(&openid).await;
    let changed = json!({ "nickname": "新名" });
    app.platform.control("PATCH", &format!("fans/{openid}"), changed).await;
    let begun = fan.post(&app.at("/me/refresh"), &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    for (name, value) in [("scope", "snsapi_userinfo"), ("forcePopup", "true")] {
        assert_eq!(begun.carried(name).as_deref(), Some(value));
    }
    let callback = fan.decide(begun.location(), &openid, "agree").await;
    let page = fan.open(&callback).await;
    assert_eq!(page.path(), "/me");
    assert!(page.text().contains("新名"), "{}", page.text());
    let nobody = app.browser().post(&app.at("/me/refresh"), &[]).await;
    assert_eq!(nobody.location(), "/login?next=%2Fme");
}

#[actix_web::test]
async fn a_fan_signs_out_everywhere_and_only_that_fan() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let (openid, other) = (app.platform.fan("小雨").await, app.platform.fan("阿明").await);
    let (phone, tablet) = (app.registered(&openid).await, app.registered(&openid).await);
    let (copy, somebody) = (phone.copy(), app.registered(&other).await);
    let left = phone.post(&app.at("/me/sign-out"), &[]).await;
    assert_eq!((left.status, left.location()), (303, "/signed-out"));
    assert!(!phone.is_signed_in());
    for browser in [&tablet, &copy] {
        assert_eq!(browser.get(&app.at("/me")).await.status, 303, "at once in this process");
    }
    eventually("another process knows it", async || {
        tablet.get(&replica.at("/me")).await.status == 303
    })
    .await;
    assert_eq!(somebody.get(&app.at("/me")).await.status, 200);
    let said = "SELECT COUNT(*) AS found FROM audit_log WHERE act = 'fans.sign_out' AND actor_kind = 'fan'";
    assert_eq!(app.number(said).await, 1);
    assert_eq!(app.registered(&openid).await.get(&app.at("/me")).await.status, 200);
}

#[actix_web::test]
async fn no_other_site_decides_for_a_fan() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    let own = app.url.clone();
    for path in ["/me/sign-out", "/me/refresh", "/me/delete"] {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", own.as_str()), ("sec-fetch-site", "same-site")],
            &[],
        ] {
            let form = [("confirm", "yes")];
            let page = fan.request("POST", &app.at(path), headers, Some(&form)).await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
        }
        assert_eq!(fan.get(&app.at(path)).await.status, 405, "{path}");
    }
    assert_eq!(fan.get(&app.at("/me")).await.status, 200);
    assert_eq!(app.rows(Some(&openid)).await, 1);
}

/// Signs the fan of this browser in again, as the platform does it silently.
async fn signs_in_again(app: &TestApp, fan: &Browser, openid: &str, login: &str) -> crate::support::Page {
    let begun = fan.get(&app.at(login)).await;
    assert_eq!(
        (begun.status, begun.carried("scope").as_deref()),
        (303, Some("snsapi_base"))
    );
    let callback = fan.decide(begun.location(), openid, "agree").await;
    assert!(parameter(&callback, "code").is_some());
    fan.open(&callback).await
}

#[actix_web::test]
async fn a_login_leads_straight_on_unless_the_page_wants_a_recent_one() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    assert_eq!(fan.get(&app.at("/login?next=/me")).await.location(), "/me");
    app.clock.advance(601);
    assert_eq!(fan.get(&app.at("/login?next=/photos")).await.location(), "/photos");
    assert_eq!(
        fan.get(&app.at("/me")).await.status,
        200,
        "to look at it, a session is enough"
    );
    let page = signs_in_again(&app, &fan, &openid, "/login?next=/me").await;
    assert_eq!(page.path(), "/me");
    assert_eq!(fan.get(&app.at("/login?next=/me")).await.location(), "/me");
}
