//! `cgi-bin/token` and `stable_token` of the relay, which fanpass answers itself.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{OPS_KEY, SHOP_KEY, app_with_rights, bearer, document, problem};
use crate::support::{APP_SECRET, Page, TestApp};

const TOKEN: &str = "/internal/wechat/cgi-bin/token";
const STABLE_TOKEN: &str = "/internal/wechat/cgi-bin/stable_token";

async fn ask(app: &TestApp, query: &str, authorization: Option<&str>) -> Page {
    let path = format!("{TOKEN}?{query}");
    app.internal("GET", &path, authorization, Value::Null).await
}

fn basic(name: &str, key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{key}")))
}

fn issued(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let told = document(page);
    assert_eq!(told["expires_in"], 7200);
    assert_eq!(told.as_object().unwrap().len(), 2);
    told["access_token"].as_str().unwrap().to_owned()
}

fn refused(page: &Page) {
    assert_eq!((page.status, problem(page).as_str()), (403, "credentials-refused"));
    let told = document(page);
    assert_eq!(told["errcode"], 40125, "{told}");
    assert!(told["errmsg"].as_str().unwrap().starts_with("fanpass: "), "{told}");
    assert!(!page.text().contains(SHOP_KEY));
}

#[actix_web::test]
async fn an_app_s_id_and_key_stand_for_appid_and_appsecret_and_no_call_reaches_the_platform() {
    let app = app_with_rights("relay:/cgi-bin/*").await;
    let by_query = format!("grant_type=client_credential&appid=shop&secret={SHOP_KEY}");
    let one = issued(&ask(&app, &by_query, None).await);
    let body = json!({ "grant_type": "client_credential", "appid": "shop", "secret": SHOP_KEY, "force_refresh": true });
    let other = issued(&app.internal("POST", STABLE_TOKEN, None, body).await);
    assert_ne!(one, other);
    for token in [one, other] {
        assert!(token.starts_with("fanpass_") && token.len() < 512, "{token}");
    }
    for endpoint in ["token", "stable_token"] {
        assert_eq!(app.platform.calls(endpoint).await, 0, "{endpoint}");
    }
}

#[actix_web::test]
async fn user_and_password_of_the_base_address_are_enough() {
    let app = app_with_rights("").await;
    let query = format!("grant_type=client_credential&appid={}&secret={APP_SECRET}", app.app_id);
    for (name, key) in [("shop", SHOP_KEY), ("ops", OPS_KEY)] {
        issued(&ask(&app, &query, Some(&basic(name, key))).await);
    }
    refused(&ask(&app, &query, Some(&basic("ops", SHOP_KEY))).await);
}

#[actix_web::test]
async fn whoever_asks_otherwise_gets_the_platform_s_code_for_a_wrong_secret() {
    let app = app_with_rights("relay:/cgi-bin/*").await;
    let credentials = |id: &str, secret: &str| format!("grant_type=client_credential&appid={id}&secret={secret}");
    for query in [
        String::new(),
        credentials("shop", OPS_KEY),
        credentials("shop", "made-up"),
        credentials("shop", ""),
        credentials("crm", SHOP_KEY),
        credentials("ops", OPS_KEY),
        credentials(&app.app_id, APP_SECRET),
        credentials("shop", SHOP_KEY).replace("client_credential", "password"),
        format!("appid=shop&secret={SHOP_KEY}"),
    ] {
        refused(&ask(&app, &query, None).await);
        refused(&ask(&app, &query.replace(SHOP_KEY, "made-up"), Some(&bearer(SHOP_KEY))).await);
    }
    for body in [
        json!({}),
        json!([]),
        json!({ "grant_type": "client_credential", "appid": "shop", "secret": 7 }),
    ] {
        refused(&app.internal("POST", STABLE_TOKEN, None, body).await);
    }
    assert_eq!(app.platform.calls("stable_token").await, 0);
}

#[actix_web::test]
async fn a_token_of_the_relay_is_no_key_for_the_rest_of_the_internal_api() {
    let app = app_with_rights("access-token,fans").await;
    let query = format!("grant_type=client_credential&appid=shop&secret={SHOP_KEY}");
    let token = issued(&ask(&app, &query, None).await);
    for path in ["/internal/access-token", "/internal/fans"] {
        let page = app.internal("GET", path, Some(&bearer(&token)), Value::Null).await;
        assert_eq!((page.status, problem(&page).as_str()), (401, "key-missing"), "{path}");
    }
}
