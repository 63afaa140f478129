//! The internal listener, as the operator's own systems use it.

mod fans;
mod keys;
mod log;
mod relay;
mod tokens;
mod virtual_credentials;

use serde_json::{Value, json};

use crate::support::{Page, TestApp};

/// Made up.
const OPS_KEY: &str = "ops-key-made-up-0123456789abcdef01234567";
const SHOP_KEY: &str = "shop-key-made-up-0123456789abcdef0123456";

/// An application with a key for the operator, and one for the app `shop`, which has these rights.
async fn app_with_rights(rights: &str) -> TestApp {
    TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .env("APP_SHOP_API_KEY", SHOP_KEY)
        .set("apps.shop.api", rights)
        .start()
        .await
}

fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

async fn get(app: &TestApp, path: &str, key: &str) -> Page {
    app.internal("GET", path, Some(&bearer(key)), Value::Null).await
}

fn document(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.text()))
}

/// The word of a problem document's type.
fn problem(page: &Page) -> String {
    assert_eq!(
        page.header("content-type"),
        Some("application/problem+json"),
        "{}",
        page.text()
    );
    let problem = document(page);
    assert_eq!(problem["status"], json!(page.status));
    problem["type"]
        .as_str()
        .unwrap()
        .trim_start_matches("urn:fanpass:problem:")
        .to_owned()
}
