//! Fans, as apps and the operator see them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{OPS_KEY, SHOP_KEY, app_with_rights, document, get, problem};
use crate::support::{TestApp, eventually_some};

const FANS: &str = "/internal/fans";
const CRM_KEY: &str = "crm-key-made-up-0123456789abcdef01234567";

/// Two apps with the right, and the operator.
async fn two_apps() -> TestApp {
    TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .env("APP_SHOP_API_KEY", SHOP_KEY)
        .env("APP_CRM_API_KEY", CRM_KEY)
        .set("apps.shop.api", "fans")
        .set("apps.crm.api", "fans")
        .start()
        .await
}

async fn register(app: &TestApp, nickname: &str) -> String {
    let openid = app.platform.fan(nickname).await;
    app.registered(&openid).await;
    openid
}

async fn list(app: &TestApp, query: &str, key: &str) -> Value {
    let page = get(app, &format!("{FANS}{query}"), key).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    document(&page)
}

async fn find(app: &TestApp, id: &str, key: &str) -> Option<Value> {
    let page = get(app, &format!("{FANS}/{id}"), key).await;
    match page.status {
        200 => Some(document(&page)),
        _ => {
            assert_eq!((page.status, problem(&page).as_str()), (404, "fan-unknown"), "{id}");
            None
        }
    }
}

fn text<'a>(fan: &'a Value, member: &str) -> &'a str {
    fan[member].as_str().unwrap_or_else(|| panic!("no {member}: {fan}"))
}

#[actix_web::test]
async fn an_app_sees_a_fan_under_a_name_of_its_own_and_nothing_by_which_apps_could_compare() {
    let app = two_apps().await;
    let openid = register(&app, "小雨").await;
    let of_operator = eventually_some("the avatar is copied", async || {
        let fan = find(&app, &openid, OPS_KEY).await.unwrap();
        fan["picture"].is_string().then_some(fan)
    })
    .await;
    assert_eq!(text(&of_operator, "openid"), openid);
    assert_eq!(of_operator["id"], of_operator["sub"]);
    let members: BTreeSet<&str> = of_operator.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = "id sub openid unionid nickname picture subscribed registered_at last_login_at";
    assert_eq!(members, wanted.split(' ').collect());

    let mut subs = BTreeSet::new();
    for key in [SHOP_KEY, CRM_KEY] {
        let fans = list(&app, "", key).await;
        let fan = &fans["fans"][0];
        let members: BTreeSet<&str> = fan.as_object().unwrap().keys().map(String::as_str).collect();
        let wanted = "id sub nickname picture subscribed registered_at last_login_at";
        assert_eq!(members, wanted.split(' ').collect());
        assert_eq!(fan["nickname"], "小雨");
        assert_eq!(fan["id"], fan["sub"]);
        assert!(text(fan, "picture").starts_with(&app.at("/avatars/")), "{fan}");
        assert!(text(fan, "registered_at").ends_with('Z'), "{fan}");
        assert_eq!(find(&app, text(fan, "sub"), key).await.as_ref(), Some(fan));
        let all = fans.to_string();
        assert!(
            !all.contains(&openid) && !all.contains(text(&of_operator, "id")),
            "{all}"
        );
        subs.insert(text(fan, "sub").to_owned());
    }
    assert_eq!(subs.len(), 2, "each app has another name");
}

#[actix_web::test]
async fn another_app_s_name_an_openid_and_an_id_name_nobody_to_an_app() {
    let app = two_apps().await;
    let openid = register(&app, "小雨").await;
    let sub_of = async |key| text(&list(&app, "", key).await["fans"][0], "sub").to_owned();
    let (of_shop, of_crm) = (sub_of(SHOP_KEY).await, sub_of(CRM_KEY).await);
    let id = text(&find(&app, &openid, OPS_KEY).await.unwrap(), "id").to_owned();
    for name in [of_crm.as_str(), &openid, &id, "nobody", "%E7%B2%89", "a%2Fb"] {
        assert_eq!(find(&app, name, SHOP_KEY).await, None, "{name}");
    }
    for name in [&of_shop, &of_crm, &openid, &id] {
        let found = find(&app, name, OPS_KEY).await;
        assert_eq!(found.map(|fan| fan["openid"].clone()), Some(json!(openid)), "{name}");
    }
}

#[actix_web::test]
async fn pages_follow_one_another_and_the_last_one_says_so() {
    let app = two_apps().await;
    for number in 0..5 {
        register(&app, &format!("fan {number}")).await;
    }
    for key in [SHOP_KEY, OPS_KEY] {
        let (mut after, mut seen, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let page = list(&app, &format!("?after={after}&limit=2"), key).await;
            let fans = page["fans"].as_array().unwrap();
            seen.extend(fans.iter().map(|fan| text(fan, "nickname").to_owned()));
            pages += 1;
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (5, 3));
        assert!(seen.is_sorted(), "in the order of registration: {seen:?}");
        let end = list(&app, &format!("?after={after}&limit=1000"), key).await;
        assert_eq!(end["next"], Value::Null);
    }
}

#[actix_web::test]
async fn a_page_that_nobody_could_mean_is_refused() {
    let app = two_apps().await;
    for query in [
        "?limit=0",
        "?limit=1001",
        "?limit=-1",
        "?limit=x",
        "?after=nobody",
        "?limit=1&limit=2",
    ] {
        for key in [SHOP_KEY, OPS_KEY] {
            let page = get(&app, &format!("{FANS}{query}"), key).await;
            assert_eq!((page.status, problem(&page).as_str()), (400, "bad-request"), "{query}");
        }
    }
    assert_eq!(
        list(&app, "?after=&limit=", SHOP_KEY).await,
        json!({ "fans": [], "next": null })
    );
}

#[actix_web::test]
async fn an_app_without_the_right_sees_no_fan() {
    let app = app_with_rights("qr").await;
    let openid = register(&app, "小雨").await;
    for path in [FANS.to_owned(), format!("{FANS}/{openid}")] {
        let page = get(&app, &path, SHOP_KEY).await;
        assert_eq!((page.status, problem(&page).as_str()), (403, "right-missing"));
        assert!(!page.text().contains("小雨"));
    }
}

#[actix_web::test]
async fn a_name_is_the_same_on_every_replica_and_survives_a_new_session_key() {
    let app = two_apps().await;
    register(&app, "小雨").await;
    let other = app
        .replica_with(&[("SESSION_KEY", &"fedcba9876543210".repeat(8))])
        .await;
    // Addresses of pictures begin with the replica's own port, and come when the copy is made.
    let without_picture = async |app: &TestApp| {
        let mut fans = list(app, "", SHOP_KEY).await;
        fans["fans"][0]["picture"].take();
        fans
    };
    assert_eq!(without_picture(&app).await, without_picture(&other).await);
}

#[actix_web::test]
async fn an_erased_fan_is_nobody_and_the_page_after_them_is_the_next_one() {
    let app = two_apps().await;
    let (first, _) = (register(&app, "fan 0").await, register(&app, "fan 1").await);
    let sub = text(&list(&app, "?limit=1", SHOP_KEY).await["fans"][0], "sub").to_owned();
    app.fans(&["forget", &first, "--yes"]).await;
    assert_eq!(find(&app, &sub, SHOP_KEY).await, None);
    for key in [SHOP_KEY, OPS_KEY] {
        assert_eq!(find(&app, &sub, key).await, None);
    }
    let next = list(&app, &format!("?after={sub}"), SHOP_KEY).await;
    assert_eq!(next["fans"][0]["nickname"], "fan 1");
}

#[actix_web::test]
async fn while_the_database_is_away_fans_are_put_off_and_keys_are_still_checked() {
    let app = two_apps().await;
    let outage = app.backends.take_database_away();
    let page = get(&app, FANS, SHOP_KEY).await;
    assert_eq!((page.status, problem(&page).as_str()), (503, "database-down"));
    assert!(page.header("retry-after").is_some());
    assert_eq!(
        get(&app, FANS, "made-up-made-up-made-up-made-up-made-up").await.status,
        401
    );
    drop(outage);
}
