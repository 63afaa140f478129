//! QR codes with a parameter: `fanpass qr`, the real binary, and `POST /internal/qr`.

use serde_json::{Value, json};

use crate::support::{Page, TestApp};

const SHOP_KEY: &str = "shop-key-made-up-0123456789abcdef0123456";

/// The platform's codes, the newest first.
async fn codes(app: &TestApp) -> Vec<Value> {
    let codes = app.platform.control("GET", "qr-codes", Value::Null).await;
    codes.as_array().unwrap().clone()
}

/// What a phone reads in a PNG.
fn read_png(bytes: &[u8]) -> String {
    let picture = image::load_from_memory(bytes).unwrap().to_luma8();
    let (width, height) = (
        usize::try_from(picture.width()).unwrap(),
        usize::try_from(picture.height()).unwrap(),
    );
    let pixel = |x, y| picture.as_raw()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[actix_web::test]
async fn a_code_is_permanent_unless_it_has_days() {
    let app = TestApp::start().await;
    let made = app.qr(&["create", "--scene", "海报-7"]).await;
    let code = codes(&app).await.remove(0);
    assert_eq!((&code["scene"], &code["expires_at"]), (&json!("海报-7"), &Value::Null));
    let expected = format!("{}\nworks for ever\n", code["url"].as_str().unwrap());
    assert_eq!(
        (made.code, made.stdout),
        (0, expected),
        "no picture where there is no terminal"
    );

    let made = app
        .qr(&["create", "--scene", "table-12", "--days", "7", "--json"])
        .await;
    let code = codes(&app).await.remove(0);
    let report = made.json().remove(0);
    assert_eq!((&report["scene"], &report["url"]), (&json!("table-12"), &code["url"]));
    let left = code["expires_at"].as_i64().unwrap() - app.clock.now().unix_seconds();
    assert!((7 * 86_400 - 60..=7 * 86_400).contains(&left), "{left}");
    assert!(report["expires_at"].as_str().unwrap().ends_with('Z'), "{report}");
}

#[actix_web::test]
async fn the_picture_holds_the_platforms_url() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (png, svg) = (folder.path().join("poster.png"), folder.path().join("poster.SVG"));
    for file in [&png, &svg] {
        let made = app
            .qr(&["create", "--scene", "poster", "--out", file.to_str().unwrap()])
            .await;
        assert_eq!(made.code, 0, "{made:?}");
        assert!(made.stdout.contains(file.to_str().unwrap()), "{made:?}");
    }
    let [drawn, printed] = codes(&app).await.try_into().unwrap();
    assert_eq!(
        read_png(&std::fs::read(&png).unwrap()),
        printed["url"].as_str().unwrap()
    );
    let document = std::fs::read_to_string(&svg).unwrap();
    assert!(document.starts_with("<?xml") && document.contains("<svg"), "{document}");
    assert_eq!(drawn["scene"], "poster");
}

#[actix_web::test]
async fn wrong_arguments_are_refused_before_the_platform_is_called() {
    let app = TestApp::start().await;
    let long = "x".repeat(65);
    for (arguments, part) in [
        (&["--scene", long.as_str()][..], "1 to 64 characters"),
        (&["--scene", ""], "1 to 64 characters"),
        (&["--scene", "a", "--days", "0"], "1 to 30"),
        (&["--scene", "a", "--days", "31"], "1 to 30"),
        (&["--scene", "a", "--out", "poster.gif"], ".png or .svg"),
        (&["--days", "3"], "--scene"),
    ] {
        let output = app.qr(&[&["create"], arguments].concat()).await;
        assert_eq!(output.code, 2, "{output:?}");
        assert!(output.stderr.contains(part), "{output:?}");
    }
    assert_eq!(app.platform.calls("qr_code").await, 0);
    assert_eq!(app.platform.calls("stable_token").await, 0);
}

#[actix_web::test]
async fn a_refusal_is_explained() {
    let app = TestApp::start().await;
    let settings = json!({ "missing_rights": ["qr_codes"] });
    app.platform.control("PATCH", "settings", settings).await;
    let output = app.qr(&["create", "--scene", "a"]).await;
    assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{output:?}");
    assert!(
        output.stderr.contains("48001") && output.stderr.lines().count() > 1,
        "{output:?}"
    );
}

async fn shop(rights: &str) -> TestApp {
    TestApp::with()
        .env("APP_SHOP_API_KEY", SHOP_KEY)
        .set("apps.shop.api", rights)
        .start()
        .await
}

async fn ask(app: &TestApp, body: Value) -> Page {
    let authorization = format!("Bearer {SHOP_KEY}");
    app.internal("POST", "/internal/qr", Some(&authorization), body).await
}

#[actix_web::test]
async fn an_app_with_the_right_gets_a_code_with_its_picture_and_its_end() {
    let app = shop("qr").await;
    let made = ask(&app, json!({ "scene": "table-12", "days": 30 })).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let made: Value = serde_json::from_slice(&made.body).unwrap();
    let code = codes(&app).await.remove(0);
    assert_eq!((&code["scene"], &made["url"]), (&json!("table-12"), &code["url"]));
    assert!(made["svg"].as_str().unwrap().starts_with("<svg"));
    assert!(made["expires_at"].as_str().unwrap().ends_with('Z'), "{made}");

    let permanent = ask(&app, json!({ "scene": "海" })).await;
    let permanent: Value = serde_json::from_slice(&permanent.body).unwrap();
    assert_eq!(permanent["expires_at"], Value::Null);

    for body in [
        json!({}),
        json!({ "scene": "" }),
        json!({ "scene": "x".repeat(65) }),
        json!({ "scene": "a", "days": 0 }),
        json!({ "scene": "a", "days": 31 }),
        json!({ "scene": "a", "days": -1 }),
        json!({ "scene": 7 }),
        json!({ "scene": "a", "expire_seconds": 60 }),
    ] {
        assert_eq!(ask(&app, body.clone()).await.status, 400, "{body}");
    }
    assert_eq!(app.platform.calls("qr_code").await, 2);
}

#[actix_web::test]
async fn an_app_without_the_right_gets_none() {
    let app = shop("fans").await;
    assert_eq!(ask(&app, json!({ "scene": "a" })).await.status, 403);
    let without = app
        .internal("POST", "/internal/qr", None, json!({ "scene": "a" }))
        .await;
    assert_eq!(without.status, 401);
    assert_eq!(app.platform.calls("qr_code").await, 0);
}
