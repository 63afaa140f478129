//! Avatars are copied from the platform, shown at addresses of our own, and gone with what they show.

use std::io::Cursor;

use image::ImageFormat;
use serde_json::{Value, json};

use crate::support::{Browser, Page, TestApp, TestAppBuilder, eventually, eventually_some};

const DAY: i64 = 24 * 3600;
const TOKEN: &str = "madeup12";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const OPS_KEY: &str = "ops-key-made-up-0123456789abcdef01234567";
const SHOP_KEY: &str = "shop-key-made-up-0123456789abcdef0123456";
const CRM_KEY: &str = "crm-key-made-up-0123456789abcdef01234567";

/// The path of the avatar on the index page, if there is one.
fn shown(index: &str) -> Option<String> {
    let (_, rest) = index.split_once("src=\"/avatars/")?;
    Some(format!("/avatars/{}", rest.split_once('"')?.0))
}

async fn index(app: &TestApp, browser: &Browser) -> String {
    let page = browser.get(&app.at("/")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.text()
}

/// The path of the fan's avatar, once it is copied and is not `before`.
async fn copied(app: &TestApp, browser: &Browser, before: Option<&str>) -> String {
    eventually_some("the avatar is copied", async || {
        shown(&index(app, browser).await).filter(|path| Some(path.as_str()) != before)
    })
    .await
}

/// A registered fan with an avatar, on a phone.
async fn fan(app: &TestApp) -> (String, Browser, String) {
    let openid = app.platform.fan("小雨").await;
    let browser = app.registered(&openid).await;
    let path = copied(app, &browser, None).await;
    (openid, browser, path)
}

/// As a browser asks that was never here.
async fn ask(app: &TestApp, path: &str, header: (&str, &str)) -> Page {
    app.browser().request("GET", &app.at(path), &[header], None).await
}

async fn status(app: &TestApp, path: &str) -> u16 {
    app.browser().get(&app.at(path)).await.status
}

async fn change(app: &TestApp, openid: &str, change: Value) {
    app.platform.control("PATCH", &format!("fans/{openid}"), change).await;
}

/// Jobs of a kind that wait or run.
async fn jobs(app: &TestApp, kind: &str) -> i64 {
    app.number(&format!("SELECT COUNT(*) AS found FROM jobs WHERE kind = '{kind}'"))
        .await
}

async fn no_job_waits(app: &TestApp, kind: &str) {
    eventually("no job waits", async || jobs(app, kind).await == 0).await;
}

/// Both clocks.
async fn days_pass(app: &TestApp, days: i64) {
    app.clock.advance(days * DAY);
    let seconds = json!({ "advance_seconds": days * DAY });
    app.platform.control("POST", "clock", seconds).await;
}

#[actix_web::test]
async fn an_avatar_is_copied_and_lasts_when_the_platforms_address_dies() {
    let app = TestApp::start().await;
    let (openid, browser, path) = fan(&app).await;
    let page = index(&app, &browser).await;
    assert!(
        !page.contains("/mmopen/"),
        "no page names the platform's address: {page}"
    );

    change(&app, &openid, json!({ "new_avatar": true })).await;
    let avatar = app.browser().get(&app.at(&path)).await;
    assert_eq!(
        (avatar.status, avatar.header("content-type")),
        (200, Some("image/jpeg"))
    );
    assert_eq!(avatar.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(avatar.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(avatar.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(avatar.header("set-cookie"), None);
    let picture = image::load(Cursor::new(&avatar.body), ImageFormat::Jpeg).unwrap();
    assert_eq!((picture.width(), picture.height()), (640, 640), "in its largest size");

    let tag = avatar.header("etag").unwrap();
    let again = ask(&app, &path, ("if-none-match", tag)).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(ask(&app, &path, ("if-none-match", "\"other\"")).await.status, 200);
    let head = app.browser().request("HEAD", &app.at(&path), &[], None).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[actix_web::test]
async fn an_address_that_nobody_was_given_is_none() {
    let app = TestApp::start().await;
    let (openid, _, path) = fan(&app).await;
    let address = path.strip_prefix("/avatars/").unwrap();
    let id = app.row(&openid).await.id;
    let turned: String = address.chars().rev().collect();
    for wrong in [
        "a",
        &id,
        &format!("{id}.jpg"),
        &turned,
        &address[1..],
        &format!("{address}A"),
        "..%2fphotos",
    ] {
        assert_eq!(status(&app, &format!("/avatars/{wrong}")).await, 404, "{wrong}");
    }
    let neighbour = app.neighbour("wx00000000000000bb").await;
    assert_eq!(status(&neighbour, &path).await, 404, "another account's");
}

#[actix_web::test]
async fn a_new_avatar_takes_the_place_of_the_old_one_at_the_next_refresh() {
    let app = TestApp::start().await;
    let (openid, browser, old) = fan(&app).await;
    assert_eq!(app.stored_objects(), 1);
    change(&app, &openid, json!({ "new_avatar": true })).await;
    days_pass(&app, 8).await;
    let callback = app.silent_callback(&browser, &openid, "/").await;
    browser.get(&callback).await;
    let new = copied(&app, &browser, Some(&old)).await;
    assert_eq!((status(&app, &old).await, status(&app, &new).await), (410, 200));
    eventually("the old copy is gone", async || app.stored_objects() == 1).await;

    // The same avatar is not copied again.
    let asked = app.platform.calls("avatar").await;
    app.register(&browser, &openid, "/").await;
    assert_eq!(shown(&index(&app, &browser).await), Some(new.clone()));
    assert_eq!(
        (jobs(&app, "copy_avatar").await, app.platform.calls("avatar").await),
        (0, asked)
    );

    // A fan who takes the avatar away has none.
    change(&app, &openid, json!({ "headimgurl": "" })).await;
    app.register(&browser, &openid, "/").await;
    eventually("the copy is gone", async || app.stored_objects() == 0).await;
    assert_eq!(shown(&index(&app, &browser).await), None);
    assert_eq!(status(&app, &new).await, 410);
}

#[actix_web::test]
async fn what_is_no_picture_of_the_platforms_is_not_copied_and_a_placeholder_is_drawn() {
    let app = TestApp::start().await;
    for fault in [
        json!({"kind": "garbage", "body": "svg"}),
        json!({"kind": "garbage", "body": "html"}),
        json!({"kind": "garbage", "body": "empty"}),
        json!({"kind": "garbage", "body": "huge"}),
        json!({"kind": "redirect", "to": "http://169.254.169.254/latest/meta-data"}),
    ] {
        app.platform.fault("avatar", fault.clone()).await;
        let openid = app.platform.fan("👨‍👩‍👧 一家人").await;
        let browser = app.registered(&openid).await;
        no_job_waits(&app, "copy_avatar").await;
        let page = index(&app, &browser).await;
        assert!(page.contains(">👨‍👩‍👧</text>") && shown(&page).is_none(), "{fault}: {page}");
    }
    app.platform.clear_faults().await;
    for url in [
        "",
        "http://192.0.2.1/a/132",
        "https://thirdwx.qlogo.cn.example/a/132",
        "nonsense",
    ] {
        let made = json!({ "nickname": "", "headimgurl": url });
        let made = app.platform.control("POST", "fans", made).await;
        let browser = app.registered(made["openid"].as_str().unwrap()).await;
        no_job_waits(&app, "copy_avatar").await;
        let page = index(&app, &browser).await;
        assert!(page.contains("<circle") && shown(&page).is_none(), "{url}: {page}");
        assert!(!page.contains("192.0.2.1") && !page.contains("qlogo"), "{url}: {page}");
    }
    assert_eq!(app.stored_objects(), 0);
}

#[actix_web::test]
async fn an_avatar_is_asked_for_again_after_a_failure_of_the_platforms_server() {
    let app = TestApp::start().await;
    for fault in ["down", "cut"] {
        app.platform.fault("avatar", json!({"kind": fault, "times": 1})).await;
        let openid = app.platform.fan("小雨").await;
        let browser = app.registered(&openid).await;
        eventually("another attempt waits", async || {
            app.number("SELECT COUNT(*) AS found FROM jobs WHERE kind = 'copy_avatar' AND last_error IS NOT NULL")
                .await
                == 1
        })
        .await;
        assert_eq!(shown(&index(&app, &browser).await), None);
        app.clock.advance(60);
        copied(&app, &browser, None).await;
    }
}

#[actix_web::test]
async fn an_erasure_takes_the_copy_with_it_also_one_on_its_way() {
    let app = TestApp::start().await;
    let (openid, _, path) = fan(&app).await;
    assert_eq!((status(&app, &path).await, app.stored_objects()), (200, 1));
    let forgotten = app.fans(&["forget", &openid, "--yes"]).await;
    assert_eq!(forgotten.code, 0);
    assert_eq!(
        (status(&app, &path).await, app.stored_objects()),
        (410, 0),
        "when the command is done"
    );

    app.platform.fault("avatar", json!({"kind": "delay", "ms": 700})).await;
    let openid = app.platform.fan("小雨").await;
    app.registered(&openid).await;
    eventually("the picture is fetched", async || {
        app.platform.calls("avatar").await > 1
    })
    .await;
    app.fans(&["forget", &openid, "--yes"]).await;
    no_job_waits(&app, "copy_avatar").await;
    no_job_waits(&app, "remove_unnamed_objects").await;
    assert_eq!(app.stored_objects(), 0);
}

async fn with_push(builder: TestAppBuilder) -> TestApp {
    let builder = builder
        .env("WECHAT_TOKEN", TOKEN)
        .env("WECHAT_ENCODING_AES_KEY", AES_KEY);
    let app = builder.start().await;
    let push = json!({ "url": app.at("/wechat/push"), "token": TOKEN, "encoding_aes_key": AES_KEY, "mode": "safe" });
    app.platform.control("PATCH", "settings", json!({ "push": push })).await;
    app
}

#[actix_web::test]
async fn what_the_fan_withdrew_or_the_platform_cleaned_is_not_shown_any_more() {
    for action in ["withdraw", "modified"] {
        let app = with_push(TestApp::with()).await;
        let (openid, _, path) = fan(&app).await;
        let done = app
            .platform
            .control("POST", &format!("fans/{openid}/{action}"), json!({}))
            .await;
        assert_eq!(done["push"]["taken"], Value::Bool(true), "{done}");
        assert_eq!(status(&app, &path).await, 410, "{action}");
        eventually("the copy is gone", async || app.stored_objects() == 0).await;
    }
}

#[actix_web::test]
async fn each_app_has_an_address_of_its_own_for_a_fans_avatar() {
    let builder = TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .env("APP_SHOP_API_KEY", SHOP_KEY)
        .env("APP_CRM_API_KEY", CRM_KEY)
        .set("apps.shop.api", "fans");
    let app = builder.set("apps.crm.api", "fans").start().await;
    let (_, _, own) = fan(&app).await;
    let mut addresses = Vec::new();
    for key in [OPS_KEY, SHOP_KEY, CRM_KEY] {
        let bearer = format!("Bearer {key}");
        let fans = app.internal("GET", "/internal/fans", Some(&bearer), Value::Null).await;
        let fans: Value = serde_json::from_slice(&fans.body).unwrap();
        let picture = fans["fans"][0]["picture"].as_str().unwrap().to_owned();
        let address = picture.strip_prefix(&app.at("/avatars/")).unwrap().to_owned();
        assert_eq!(status(&app, &format!("/avatars/{address}")).await, 200);
        addresses.push(address);
    }
    assert_eq!(
        own,
        format!("/avatars/{}", addresses[0]),
        "the operator sees what the fan sees"
    );
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let in_common = addresses[one].as_bytes().windows(6).filter(|part| {
            let other = addresses[other].as_bytes();
            other.windows(6).any(|piece| piece == *part)
        });
        assert_eq!(in_common.count(), 0, "{addresses:?}");
    }
}
