//! Who may call.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{OPS_KEY, SHOP_KEY, app_with_rights, bearer, get, problem};
use crate::support::{TestApp, account_metric};

const TOKEN: &str = "/internal/access-token";

#[actix_web::test]
async fn without_a_key_nothing_listens() {
    assert_eq!(TestApp::start().await.internal_url, None);
}

#[actix_web::test]
async fn a_call_without_a_valid_key_is_refused_and_told_how_to_send_one() {
    let app = app_with_rights("access-token").await;
    let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
    for authorization in [
        None,
        Some("Bearer made-up-made-up-made-up-made-up-made-up".to_owned()),
        Some("Bearer ".to_owned()),
        Some(SHOP_KEY.to_owned()),
        Some(format!("Bearer {SHOP_KEY} x")),
        Some(format!("Token {SHOP_KEY}")),
        Some(basic(&format!("ops:{SHOP_KEY}"))),
        Some(basic(&format!("shop:{OPS_KEY}"))),
        Some(basic(SHOP_KEY)),
        Some("Basic %%%".to_owned()),
    ] {
        let page = app.internal("GET", TOKEN, authorization.as_deref(), Value::Null).await;
        assert_eq!(
            (page.status, problem(&page).as_str()),
            (401, "key-missing"),
            "{authorization:?}"
        );
        assert_eq!(page.header("www-authenticate"), Some("Bearer"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    let in_query = format!("{TOKEN}?access_token={SHOP_KEY}&key={SHOP_KEY}");
    let page = app.internal("GET", &in_query, None, Value::Null).await;
    assert_eq!(page.status, 401, "a key in a query is no key");
    assert_eq!(app.platform.calls("stable_token").await, 0);
}

#[actix_web::test]
async fn a_key_is_taken_as_bearer_and_as_basic_with_its_owner_s_name() {
    let app = app_with_rights("access-token").await;
    for (name, key) in [("shop", SHOP_KEY), ("ops", OPS_KEY)] {
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{key}")));
        for authorization in [bearer(key), format!("bearer {key}"), basic] {
            let page = app.internal("GET", TOKEN, Some(&authorization), Value::Null).await;
            assert_eq!(page.status, 200, "{authorization}");
        }
    }
}

#[actix_web::test]
async fn an_app_may_do_what_its_rights_say_and_the_operator_everything() {
    let app = app_with_rights("jsapi-ticket").await;
    let refused = get(&app, TOKEN, SHOP_KEY).await;
    assert_eq!((refused.status, problem(&refused).as_str()), (403, "right-missing"));
    assert_eq!(get(&app, "/internal/jsapi-ticket", SHOP_KEY).await.status, 200);
    assert_eq!(get(&app, TOKEN, OPS_KEY).await.status, 200);
}

#[actix_web::test]
async fn an_app_without_a_key_cannot_call_and_its_absence_opens_nothing() {
    let app = TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .set("apps.shop.api", "access-token")
        .start()
        .await;
    for authorization in ["Bearer ", "Bearer", "Basic c2hvcDo="] {
        let page = app.internal("GET", TOKEN, Some(authorization), Value::Null).await;
        assert_eq!(page.status, 401, "{authorization}");
    }
}

#[actix_web::test]
async fn wrong_keys_are_slowed_down_and_an_app_with_the_right_one_is_not_locked_out() {
    let app = app_with_rights("access-token").await;
    let wrong = async || get(&app, TOKEN, "made-up-made-up-made-up-made-up-made-up").await;
    let mut refused = 0;
    let slowed = loop {
        let page = wrong().await;
        if page.status != 401 {
            break page;
        }
        refused += 1;
        assert!(refused < 100, "never slowed down");
    };
    assert!(refused >= 60, "{refused}");
    assert_eq!((slowed.status, problem(&slowed).as_str()), (429, "too-many-requests"));
    assert!(slowed.header("retry-after").is_some());
    let credentials = "/internal/wechat/cgi-bin/token?grant_type=client_credential&appid=shop&secret=made-up";
    let page = app.internal("GET", credentials, None, Value::Null).await;
    assert_eq!(page.status, 429, "a wrong key in place of an AppSecret counts as well");
    assert_eq!(get(&app, TOKEN, SHOP_KEY).await.status, 200);
    let metrics = app.ops("/metrics").await.text();
    let counted = account_metric(&metrics, r#"fanpass_refusals_total{reason="api_key"}"#, &app.app_id);
    assert_eq!(counted, Some(f64::from(refused + 2)));
}
