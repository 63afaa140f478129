//! What one account keeps is never used for another, also where both were given the same `SESSION_KEY`.

use actix_web::cookie::{Cookie, CookieJar, Key};
use fanpass::domain::Clock;
use serde_json::json;

use crate::support::{Browser, TestApp, encoded};

const OTHER_APP_ID: &str = "wx00000000000000bb";

/// Whether a page of the other account knows nobody.
async fn begins_silently(app: &TestApp, browser: &Browser, path: &str) -> bool {
    let page = browser.get(&app.at(path)).await;
    let carried = (page.carried("appid"), page.carried("scope"));
    let expected = (Some(OTHER_APP_ID.to_owned()), Some("snsapi_base".to_owned()));
    page.status == 303 && carried == expected
}

#[actix_web::test]
async fn a_session_of_one_account_is_none_at_another_with_the_same_key() {
    let ours = TestApp::start().await;
    let other = ours.neighbour(OTHER_APP_ID).await;
    let browser = ours.registered(&ours.platform.fan("小雨").await).await;
    let kept = browser.cookie("fanpass_session").unwrap();
    assert!(begins_silently(&other, &browser, "/").await);
    assert!(begins_silently(&other, &browser, "/login?next=/here").await);
    let welcome = browser.get(&other.at("/welcome?next=/here")).await;
    assert_eq!(
        welcome.status,
        200,
        "the prompt, and not the way on: {}",
        welcome.text()
    );
    let repeated = browser.get(&other.at("/wechat/callback?code=x&state=y")).await;
    assert_eq!(repeated.status, 400, "{}", repeated.text());
    browser.post(&other.at("/logout"), &[]).await;
    browser.set_cookie("fanpass_session", &kept);
    assert_eq!(
        browser.get(&ours.at("/")).await.status,
        200,
        "at its own account it is as good as ever"
    );
}

#[actix_web::test]
async fn a_login_begun_at_another_account_is_unknown_and_its_code_is_not_spent() {
    let ours = TestApp::start().await;
    let other = ours.neighbour(OTHER_APP_ID).await;
    let fan = ours.platform.fan("小雨").await;
    ours.registered(&fan).await;
    let browser = ours.browser();
    let callback = ours.silent_callback(&browser, &fan, "/here").await;
    let before = ours.platform.calls("access_token").await;
    let astray = browser.get(&callback.replace(&ours.url, &other.url)).await;
    assert_eq!(astray.status, 400, "{}", astray.text());
    assert_eq!(
        ours.platform.calls("access_token").await,
        before,
        "the code is not spent"
    );
    assert_eq!(
        browser.get(&callback).await.location(),
        "/here",
        "its own account takes it"
    );
}

/// As versions before sealed it, without a word of the account.
fn session_of_an_earlier_version(openid: &str) -> String {
    let session_key: Vec<u8> = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(8);
    let mut key = [0; 64];
    let hkdf = hkdf::Hkdf::<sha2::Sha256>::new(None, &session_key);
    hkdf.expand(b"fanpass session cookie v1", &mut key).unwrap();
    let now = Clock::system().now().unix_seconds();
    let sign_in = json!({
        "sid": "made-up", "fan_id": "0190b0e0-0000-7000-8000-000000000000", "openid": openid,
        "signed_in_at": now, "until": now + 3600, "epoch": 0,
    });
    let state = json!({ "fan": sign_in.to_string() }).to_string();
    let mut jar = CookieJar::new();
    jar.private_mut(&Key::from(&key))
        .add(Cookie::new("fanpass_session", state));
    jar.get("fanpass_session").unwrap().value().to_owned()
}

#[actix_web::test]
async fn a_session_of_an_earlier_version_leads_to_a_silent_login() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let browser = app.browser();
    browser.set_cookie("fanpass_session", &encoded(&session_of_an_earlier_version(&fan)));
    let callback = app.silent_callback(&browser, &fan, "/").await;
    assert_eq!(browser.open(&callback).await.status, 200, "and that is all");
}
