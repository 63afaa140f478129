//! What one account keeps is never used for another, also where both were given the same `SESSION_KEY`.

mod one_process;
mod one_process_operators;

use actix_web::cookie::{Cookie, CookieJar, Key};
use fanpass::domain::Clock;
use serde_json::json;

use crate::support::{TestApp, encoded};

const OTHER_APP_ID: &str = "wx00000000000000bb";

#[actix_web::test]
async fn a_session_of_one_account_is_none_at_another_with_the_same_key() {
    let ours = TestApp::start().await;
    let other = ours.neighbour(OTHER_APP_ID).await;
    let browser = ours.registered(&ours.platform.fan("小雨").await).await;
    let kept = browser.cookie("fanpass_session").unwrap();
    // With a fresh copy of the session each time: a page might remove it.
    let at_other = async |method: &str, path: &str| {
        let browser = other.browser();
        browser.set_cookie("fanpass_session", &kept);
        let origin = [("origin", other.url.as_str())];
        browser.request(method, &other.at(path), &origin, None).await
    };
    for path in ["/", "/login?next=/here"] {
        let page = at_other("GET", path).await;
        assert_eq!(page.status, 303, "{path}: {}", page.text());
        let carried = [page.carried("appid"), page.carried("scope")];
        let expected = [OTHER_APP_ID, "snsapi_base"].map(|value| Some(value.to_owned()));
        assert_eq!(carried, expected, "{path} begins a silent login");
    }
    let welcome = at_other("GET", "/welcome?next=/here").await;
    assert_eq!(
        welcome.status,
        200,
        "the prompt, and not the way on: {}",
        welcome.text()
    );
    let repeated = at_other("GET", "/wechat/callback?code=x&state=y").await;
    assert_eq!(repeated.status, 400, "{}", repeated.text());
    at_other("POST", "/logout").await;
    let page = browser.get(&ours.at("/")).await;
    assert_eq!(page.status, 200, "at its own account it is as good as ever");
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

/// As earlier versions sealed it: the account is not named.
fn session_of_an_earlier_version(openid: &str) -> String {
    let session_key: Vec<u8> = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(8);
    let mut key = [0; 64];
    let hkdf = hkdf::Hkdf::<sha2::Sha256>::new(None, &session_key);
    hkdf.expand(b"fanpass session cookie v1", &mut key).unwrap();
    let now = Clock::system().now().unix_seconds();
    let sign_in = json!({
        "sid": "0123456789abcdef0123456789abcdef", "fan_id": "0190b0e0-0000-7000-8000-000000000000", "openid": openid,
        "signed_in_at": now, "until": now + 3600, "generation": 0,
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
