//! What the log says of calls, and what it never says.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{
    OPS_KEY, SHOP_KEY,
    relay::platform::{RecordingPlatform, json_answer},
};
use crate::support::{Site, process::free_port};

const WRONG_KEY: &str = "wrong-key-made-up-0123456789abcdef012345";

/// The real binary is asked in every way that carries a key or a token. Returns what it printed, and the tokens that it gave
/// out.
async fn run(format: &str, filter: &str) -> (Vec<String>, Vec<String>) {
    let (site, port) = (Site::new(), free_port().to_string());
    let process = site.start(&[
        ("FANPASS__LOG__FORMAT", format),
        ("FANPASS__LOG__FILTER", filter),
        ("FANPASS__INTERNAL__PORT", &port),
        ("OPS_API_KEY", OPS_KEY),
        ("APP_SHOP_API_KEY", SHOP_KEY),
        ("FANPASS__APPS__SHOP__API", "jsapi-ticket"),
    ]);
    let ask = async |path: &str, authorization: Option<String>| {
        let url = format!("http://127.0.0.1:{port}/internal/{path}");
        let mut request = awc::Client::default().get(url);
        if let Some(authorization) = authorization {
            request = request.insert_header(("authorization", authorization));
        }
        let mut response = request.send().await.unwrap();
        let body: Value = response.json().await.unwrap();
        (response.status().as_u16(), body)
    };
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    let basic = |key: &str| Some(format!("Basic {}", BASE64_STANDARD.encode(format!("shop:{key}"))));
    let credentials = |key: &str| format!("wechat/cgi-bin/token?grant_type=client_credential&appid=shop&secret={key}");
    let mut tokens = Vec::new();
    for (path, authorization, status, member) in [
        ("access-token", bearer(OPS_KEY), 200, "access_token"),
        ("jsapi-ticket", basic(SHOP_KEY), 200, "ticket"),
        (&credentials(SHOP_KEY), None, 200, "access_token"),
        ("access-token", bearer(SHOP_KEY), 403, ""),
        ("access-token", bearer(WRONG_KEY), 401, ""),
        ("access-token", basic(WRONG_KEY), 401, ""),
        (&credentials(WRONG_KEY), None, 403, ""),
        (&format!("fans?access_token={SHOP_KEY}"), None, 401, ""),
    ] {
        let (found, body) = ask(path, authorization).await;
        assert_eq!(found, status, "{path}: {body}");
        tokens.extend(body[member].as_str().map(str::to_owned));
    }
    (process.terminate().await.1, tokens)
}

#[actix_web::test]
async fn no_key_and_no_token_of_the_internal_api_is_logged_even_at_trace() {
    for filter in ["info,fanpass=trace", "trace"] {
        let (printed, mut secrets) = run("text", filter).await;
        assert_eq!(secrets.len(), 3, "{secrets:?}");
        secrets.extend([OPS_KEY, SHOP_KEY, WRONG_KEY].map(str::to_owned));
        secrets.extend([SHOP_KEY, WRONG_KEY].map(|key| BASE64_STANDARD.encode(format!("shop:{key}"))));
        let text = printed.join("\n");
        for secret in &secrets {
            assert!(
                !text.contains(secret),
                "{secret} stands in the log at {filter}:\n{text}"
            );
        }
        assert!(text.contains("answered"), "{text}");
    }
}

#[actix_web::test]
async fn the_audit_trail_says_whose_key_was_wrong_and_which_app_lacked_a_right() {
    let (printed, _) = run("json", "info").await;
    let lines = printed.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let refusals: Vec<Value> = lines.filter(|line| line["audit.event"] == "refusal").collect();
    let of = |reason: &str| {
        let found = refusals.iter().find(|line| line["audit.reason"] == reason);
        found.unwrap_or_else(|| panic!("no {reason}: {refusals:#?}"))
    };
    assert_eq!(of("api_key")["client.ip"], "127.0.0.1");
    assert_eq!(of("api_right")["span"]["app.id"], "shop");
}

#[actix_web::test]
async fn no_token_of_the_account_is_logged_by_the_relay_even_at_trace() {
    let platform = RecordingPlatform::start(|_, before| match before {
        0 => json_answer(r#"{"errcode":40001,"errmsg":"invalid credential"}"#),
        1 => json_answer(r#"{"errcode":0,"errmsg":"ok"}"#),
        _ => Vec::new(),
    });
    let (site, port) = (Site::new(), free_port().to_string());
    let process = site.start(&[
        ("FANPASS__LOG__FILTER", "trace"),
        ("FANPASS__INTERNAL__PORT", &port),
        ("FANPASS__WECHAT__API_URL", &platform.url),
        ("OPS_API_KEY", OPS_KEY),
    ]);
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let url = format!("http://127.0.0.1:{port}/internal/wechat/cgi-bin/user/info?openid=o1");
        let request = awc::Client::default().get(url);
        let sent = request
            .insert_header(("authorization", format!("Bearer {OPS_KEY}")))
            .send();
        statuses.push(sent.await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 502]);
    let text = process.terminate().await.1.join("\n");
    for secret in ["account-token", OPS_KEY] {
        assert!(!text.contains(secret), "{secret} stands in the log:\n{text}");
    }
    assert!(text.contains("relay"), "{text}");
}
