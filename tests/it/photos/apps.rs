//! Photos for the operator's apps.

use fanpass::domain::Clock;
use serde_json::{Value, json as value};

use crate::support::{
    Browser, Page, TestApp,
    photos::{PhotoApp, any_jpeg, jpeg, json, problem_word, size},
};

const SHOP_KEY: &str = "shop-key-made-up-0123456789abcdef0123456";
const CRM_KEY: &str = "crm-key-made-up-0123456789abcdef01234567";

async fn with_apps(clock: &Clock) -> PhotoApp {
    let clock = clock.clone();
    PhotoApp::start_with(|app| {
        app.clock(clock)
            .env("APP_SHOP_API_KEY", SHOP_KEY)
            .env("APP_CRM_API_KEY", CRM_KEY)
            .set("apps.shop.api", "fans,photos")
            .set("apps.crm.api", "fans")
    })
    .await
}

async fn ask(app: &TestApp, path: &str, key: Option<&str>) -> Page {
    let bearer = key.map(|key| format!("Bearer {key}"));
    app.internal("GET", path, bearer.as_deref(), Value::Null).await
}

/// The shop's name for the one fan.
async fn name_of(app: &TestApp, key: &str) -> String {
    let fans = json(&ask(app, "/internal/fans", Some(key)).await);
    fans["fans"][0]["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn an_app_with_the_right_sees_photos_by_links_that_are_good_for_five_minutes() {
    let clock = Clock::system();
    let site = with_apps(&clock).await;
    let fan = site.fan().await;
    let saved = site.saved(&fan, &jpeg(640, 480, [10, 200, 10])).await;
    let path = format!("/internal/fans/{}/photos", name_of(&site.app, SHOP_KEY).await);
    let listed = json(&ask(&site.app, &path, Some(SHOP_KEY)).await);
    let [photo] = listed["photos"].as_array().unwrap().as_slice() else {
        panic!("{listed}")
    };
    assert_eq!(
        (&photo["id"], &photo["width"], &photo["height"]),
        (&saved["id"], &value!(640), &value!(480))
    );
    assert!(photo["created_at"].is_string() && photo["expires_at"].is_string());
    let (url, thumb) = (photo["url"].as_str().unwrap(), photo["thumb_url"].as_str().unwrap());
    assert!(url.starts_with(&format!("{}/p/", site.app.url)), "{url}");

    // Nobody's browser, on the app's own page.
    let visitor = Browser::new("Mozilla/5.0");
    let shown = visitor.get(url).await;
    assert_eq!((shown.status, size(&shown.body)), (200, (640, 480)));
    assert_eq!(shown.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    assert_eq!(size(&visitor.get(thumb).await.body), (320, 240));

    for position in [url.len() - 1, url.len() - 20, url.len() - 60] {
        let mut altered = url.to_owned().into_bytes();
        altered[position] = if altered[position] == b'A' { b'B' } else { b'A' };
        let page = visitor.get(&String::from_utf8(altered).unwrap()).await;
        assert_eq!(
            (page.status, problem_word(&json(&page)).as_str()),
            (403, "link-expired")
        );
    }
    clock.advance(301);
    assert_eq!(visitor.get(url).await.status, 403);
    clock.advance(-301);
    assert_eq!(site.delete(&fan, photo["id"].as_str().unwrap()).await.status, 204);
    assert_eq!(visitor.get(url).await.status, 404, "it is gone");
    assert_eq!(
        json(&ask(&site.app, &path, Some(SHOP_KEY)).await),
        value!({"photos": []})
    );
}

#[actix_web::test]
async fn without_the_right_or_a_key_an_app_sees_no_photo() {
    let site = with_apps(&Clock::system()).await;
    let fan = site.fan().await;
    site.saved(&fan, &any_jpeg()).await;
    let page = fan.get(&site.app.at("/photos")).await.text();
    assert!(page.contains("本公众号的服务能看到"), "the fan is told: {page}");
    let of = async |name: &str, key: Option<&str>| {
        ask(&site.app, &format!("/internal/fans/{name}/photos"), key)
            .await
            .status
    };
    let (shop, crm) = (name_of(&site.app, SHOP_KEY).await, name_of(&site.app, CRM_KEY).await);
    assert_eq!(of(&crm, Some(CRM_KEY)).await, 403);
    assert_eq!(of(&shop, None).await, 401);
    assert_eq!(of(&shop, Some("made-up-key-0123456789abcdef0123456789ab")).await, 401);
    assert_eq!(
        of(&crm, Some(SHOP_KEY)).await,
        404,
        "an app knows a fan by its own name alone"
    );
    assert_eq!(of("nobody", Some(SHOP_KEY)).await, 404);
}
